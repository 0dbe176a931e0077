/* Any bytes as events: apply must refuse or take them, never crash, and keep every invariant.
 *
 * The first two bytes say how far the clock has gone, and by their highest bit what the rest is:
 * events, cut as a journal row is, or damage to the events of a real order, for whose shape luck
 * alone would take very long. A small state with some orders is made anew for each input, so that a
 * finding does not depend on those before it. */
#include "base/assert.h"
#include "model/shop_read.h"
#include "promise/event.h"

#include <stdlib.h>

static const char shop_text[] =
    "shop: {name: Fuzz, currency: EUR, time_zone: UTC}\npromise: {horizon_days: 4}\n"
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: week}}\n"
    "items: {box: {on_hand: 40, unit_cost: 1.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: "
    "mon-sun}}\n"
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "
    "[{work_center: "
    "packing, minutes: 3}]}}\n";

static const int64_t began = (int64_t)20788 * DAY_SECONDS + 9 * 3600;

static enum status zone_utc(void *context, const char *name, int64_t around, struct zone *zone,
                            struct fault *fault)
{
    (void)context;
    (void)name;
    (void)around;
    (void)fault;
    *zone = (struct zone){.count = 1, .periods = {{INT64_MIN, 0}}};
    return STATUS_OK;
}

static void events_apply(struct promise_state *state, struct slice bytes, int64_t now)
{
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    while (event_next(bytes, &offset, &event, &status)) {
        uint64_t before = promise_digest(state);
        if (promise_apply(state, &event, now) != STATUS_OK) {
            ASSERT(promise_digest(state) == before);
        }
        ASSERT(promise_check(state) == NULL);
    }
}

/* The events of an order that is possible, not yet applied. */
static struct event_buffer order_decide(struct promise_state *state, unsigned char key, bool hold)
{
    static unsigned char memory[1 << 20];
    struct promise_line line = {{0}, 1000};
    struct promise_command command = {.kind = PROMISE_PLACE,
                                      .now = began,
                                      .order = {{key}},
                                      .ask = {1, &line, {0}},
                                      .hold = hold};
    struct promise_answer answer;
    struct event_buffer events = {memory, 0, sizeof memory};
    promise_decide(state, &command, &answer, &events);
    ASSERT(answer.result == PROMISE_OK);
    return events;
}

static void order_place(struct promise_state *state, unsigned char key, bool hold)
{
    struct event_buffer events = order_decide(state, key, hold);
    events_apply(state, (struct slice){(const char *)events.bytes, events.length}, began);
}

/* Each three bytes say where one byte is changed, and how. */
static struct slice events_damaged(struct promise_state *state, const uint8_t *data, size_t size)
{
    struct event_buffer events = order_decide(state, 3, true);
    for (size_t i = 0; i + 2 < size; i += 3) {
        events.bytes[(size_t)(data[i] | data[i + 1] << 8) % events.length] ^= data[i + 2];
    }
    return (struct slice){(const char *)events.bytes, events.length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct shop *shop;
    const struct zone_source zones = {zone_utc, NULL};
    const struct promise_sizes sizes = {64};
    struct promise_state *state = NULL;
    if (shop == NULL) {
        ASSERT(shop_read(slice_of(shop_text), "fuzz.yaml", &zones, began, &shop, NULL) ==
               STATUS_OK);
    }
    if (size < 2) {
        return 0;
    }
    ASSERT(promise_create(shop, began, &sizes, &state, NULL) == STATUS_OK);
    order_place(state, 1, false);
    order_place(state, 2, true);
    int64_t now = began + (int64_t)(data[0] | (data[1] & 0x7f) << 8) * 60;
    struct slice events = (data[1] & 0x80) == 0 ? (struct slice){(const char *)data + 2, size - 2}
                                                : events_damaged(state, data + 2, size - 2);
    events_apply(state, events, now);
    promise_free(state);
    return 0;
}
