/* Orders of other shops: what a reader of strangers' orders takes holds what the engine and the
 * journal rely on, whatever the bytes. */
#include "base/assert.h"
#include "journal/journal.h"
#include "model/shop_read.h"
#include "pages/sold_read.h"

static const char shop_text[] =
    "shop: {name: Fuzz, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {usual_days: 3}\n"
    "items: {jar: {on_hand: 10, unit_cost: 1.00}}\n"
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
    unsigned char bytes[1 << 20];
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

static void check_text(struct slice text, size_t most)
{
    ASSERT(text.length <= most);
    ASSERT(utf8_valid(text));
    for (size_t i = 0; i < text.length; i++) {
        ASSERT((unsigned char)text.data[i] >= ' ');
    }
}

static void check(const struct engine_sold *sold)
{
    ASSERT(sold->reference.length > 0);
    ASSERT(sold->reference.length + sold->label.length + sold->status.length +
               sold->unknown.length + sold->deleted_by.length <=
           JOURNAL_ORIGIN_BYTES);
    check_text(sold->label, JOURNAL_ORIGIN_BYTES);
    check_text(sold->status, JOURNAL_ORIGIN_BYTES);
    check_text(sold->unknown, JOURNAL_ORIGIN_BYTES);
    check_text(sold->person.name, LIMIT_PERSON_FIELD_BYTES);
    check_text(sold->person.street, LIMIT_PERSON_FIELD_BYTES);
    check_text(sold->person.phone, LIMIT_PERSON_FIELD_BYTES);
    ASSERT(sold->person.email.length == 0 || request_email_good(sold->person.email));
    ASSERT(sold->line_count <= LIMIT_ORDER_LINES);
    for (uint32_t i = 0; i < sold->line_count; i++) {
        ASSERT(sold->lines[i].offer.index == 0);
        ASSERT(sold->lines[i].quantity_thousandths > 0);
        ASSERT(sold->lines[i].quantity_thousandths <= LIMIT_LINE_QUANTITY_THOUSANDTHS);
    }
    for (uint32_t i = 0; i < sold->history_count; i++) {
        ASSERT(sold->history[i].unit_price_minor >= 0);
        ASSERT(sold->history[i].at > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memory memory;
    static struct shop *shop = NULL;
    if (shop == NULL) {
        shop = shop_of_text();
    }
    struct json_value order;
    struct problem problem = {.kind = PROBLEM_NONE};
    struct request_reader reader = {shop, take, &memory, &problem};
    struct engine_sold sold;
    struct slice body = {(const char *)data, size};
    memory.used = 0;
    if (!request_read_object(&reader, body, &order)) {
        return 0;
    }
    for (enum sold_system system = 0; system < SOLD_SYSTEMS; system++) {
        memory.used = 0;
        if (sold_read(&reader, system, order, &sold)) {
            check(&sold);
        } else {
            ASSERT(problem.kind != PROBLEM_NONE);
            ASSERT(utf8_valid(slice_of(problem.detail)));
        }
        if (sold_read_deleted(&reader, system, order, SLICE("d"), &sold)) {
            ASSERT(sold.state == SOLD_ENDED);
        }
    }
    return 0;
}
