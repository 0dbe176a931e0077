/* The shop is read once; the memory is one for all, as each input ends before the next. */
#include "fuzz/stranger.h"

#include "base/assert.h"
#include "model/shop_read.h"

static const char shop_text[] =
    "shop: {name: Fuzz, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {usual_days: 3}\n"
    "items: {jar: {on_hand: 10, unit_cost: 1.00}}\n"
    "activities: {jars: {}}\n"
    "offers: {jar: {name: Jar, price: 1.00, vat_rate: 20, on_site: true, items: {jar: 1}}}\n";

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    (void)name;
    (void)around;
    (void)fault;
    *zone = (struct zone){.count = 1, .periods = {{INT64_MIN, 3600}}};
    return STATUS_OK;
}

static struct shop *shop_of_text(void)
{
    const struct zone_source zones = {.load = zone_load};
    struct shop *shop = NULL;
    struct fault fault;
    enum status status = shop_read(slice_of(shop_text), "fuzz.yaml", &zones, 0, &shop, &fault);
    ASSERT(status == STATUS_OK);
    return shop;
}

struct memory {
    _Alignas(16) unsigned char bytes[1 << 20];
    size_t used;
};

static void *take(void *context, size_t bytes)
{
    struct memory *memory = context;
    size_t rounded = (bytes + 15) / 16 * 16;
    if (rounded > sizeof memory->bytes - memory->used) {
        return NULL;
    }
    void *taken = memory->bytes + memory->used;
    memory->used += rounded;
    return taken;
}

struct request_reader stranger_reader(struct problem *problem)
{
    static struct memory memory;
    static struct shop *shop = NULL;
    if (shop == NULL) {
        shop = shop_of_text();
    }
    memory.used = 0;
    return (struct request_reader){shop, take, &memory, problem};
}
