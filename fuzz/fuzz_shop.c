/* Any bytes as a shop file: refused with a place and a sentence, or read, written, and read again
 * to the same text.
 *
 * The writer is the oracle: what was read must be written so that it reads back, and writing that
 * gives the same text once more. A second reader to compare with was rejected, since there is no
 * other that knows the shop file's rules. */
#include "base/assert.h"
#include "model/shop_read.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    (void)around;
    if (strcmp(name, "Europe/Paris") != 0) {
        return fault_set(fault, STATUS_INVALID, "there is no time zone '%.64s'", name);
    }
    *zone = (struct zone){.count = 1, .periods = {{INT64_MIN, 3600}}};
    return STATUS_OK;
}

static struct shop *read_again(struct slice text)
{
    const struct zone_source zones = {.load = zone_load};
    struct shop *shop = NULL;
    struct fault fault = {.text = ""};
    enum status status = shop_read(text, "fuzz.yaml", &zones, 0, &shop, &fault);
    if (status != STATUS_OK) {
        ASSERT(strncmp(fault.text, "fuzz.yaml:", 10) == 0);
        ASSERT(utf8_valid(slice_of(fault.text)));
        return NULL;
    }
    return shop;
}

/* What is read and what was written of it are the same shop, so that bringing it in changes
 * nothing. */
static void same_check(const struct shop *shop, const struct shop *second)
{
    struct shop *merged = NULL;
    struct fault fault;
    struct text changes;
    text_init(&changes, LIMIT_SHOP_FILE_BYTES);
    enum status status = shop_merge(shop, second, &merged, &changes, &fault);
    ASSERT(status == STATUS_OK);
    ASSERT(changes.length == 0);
    shop_free(merged);
    text_free(&changes);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct shop *shop = read_again((struct slice){(const char *)data, size});
    if (shop == NULL) {
        return 0;
    }
    struct text written;
    struct text again;
    text_init(&written, LIMIT_SHOP_FILE_BYTES);
    text_init(&again, LIMIT_SHOP_FILE_BYTES);
    ASSERT(shop_write(shop, &written, NULL) == STATUS_OK);
    struct shop *second = read_again(text_slice(&written));
    ASSERT(second != NULL);
    ASSERT(shop_write(second, &again, NULL) == STATUS_OK);
    ASSERT(slice_equal(text_slice(&written), text_slice(&again)));
    same_check(shop, second);
    text_free(&written);
    text_free(&again);
    shop_free(second);
    shop_free(shop);
    return 0;
}
