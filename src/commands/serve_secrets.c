/* Environment -> slices, which live as long as the process. */
#include "commands/serve_secrets.h"

#include <stdlib.h>

enum { SECRET_BYTES_MIN = 16 };

enum status serve_secrets_read(struct slice secrets[SOLD_SYSTEMS], struct fault *fault)
{
    static const char *const names[SOLD_SYSTEMS] = {
        [SOLD_WOOCOMMERCE] = "ECLUSE_WOOCOMMERCE_SECRET",
        [SOLD_SHOPIFY] = "ECLUSE_SHOPIFY_SECRET",
    };
    for (int i = 0; i < SOLD_SYSTEMS; i++) {
        const char *secret = getenv(names[i]);
        secrets[i] = secret == NULL ? SLICE("") : slice_of(secret);
        if (secret != NULL && secrets[i].length < SECRET_BYTES_MIN) {
            return fault_set(fault, STATUS_INVALID,
                             "%s has %zu characters; take the shop's secret of at least %d, as "
                             "`openssl rand -hex 32` makes one",
                             names[i], secrets[i].length, SECRET_BYTES_MIN);
        }
    }
    return STATUS_OK;
}

bool serve_hears(const struct slice secrets[SOLD_SYSTEMS])
{
    bool any = false;
    for (int i = 0; i < SOLD_SYSTEMS; i++) {
        any = any || secrets[i].length > 0;
    }
    return any;
}
