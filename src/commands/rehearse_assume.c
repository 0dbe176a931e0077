#include "commands/rehearse_assume.h"

enum status rehearse_assume(const struct call *call, const struct shop *shop,
                            struct assumptions *assume, struct fault *fault)
{
    enum status status = STATUS_OK;
    const char *assumption;
    assumptions_of(assume, &shop->assumptions);
    for (uint32_t i = 0;
         status == STATUS_OK && (assumption = call_value_at(call, "assume", i)) != NULL; i++) {
        status = assumption_set(assume, assumption, fault);
    }
    return status;
}
