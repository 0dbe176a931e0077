/* Any bytes as events: apply must refuse or take them, never crash, and keep every invariant.
 *
 * The first two bytes say how far the clock has gone, and by their highest bit what the rest is:
 * events, cut as a journal row is, or damage to the events of a real story, for whose shape luck
 * alone would take very long: an order that buys, a class, a hold, a delivery that is late and what
 * moves because of it, wishes. Whatever was taken, what is due then and the walk along the wishes
 * make events that must be taken. A small state is made anew for each input, so that a finding does not depend
 * on those before it. */
#include "base/assert.h"
#include "model/shop_read.h"
#include "promise/event.h"
#include "promise/wish.h"
#include "tests/support/story_shop.h"
#include "tests/support/zone_utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ORDERS = 63 };

static const int64_t began = (int64_t)20788 * DAY_SECONDS + 9 * 3600;

static void state_check(const struct promise_state *state)
{
    const char *broken = promise_check(state);
    if (broken != NULL) {
        (void)fprintf(stderr, "%s\n", broken);
    }
    ASSERT(broken == NULL);
}

/* Orders that an event has loosened and none has revised since, by their numbers. */
static uint64_t loose_orders;
_Static_assert(ORDERS <= 63, "a bit for each");

static void loose_note(const struct event *event)
{
    const unsigned char *numbers = NULL;
    struct event_placed placed;
    uint32_t count = 0;
    if (event->type == EVENT_LOOSENED &&
        event_loosened_read(event, &numbers, &count) == STATUS_OK) {
        for (uint32_t i = 0; i < count; i++) {
            loose_orders |= UINT64_C(1) << event_loosened_number(numbers, i);
        }
    } else if (event->type == EVENT_REVISED && event_placed_read(event, &placed) == STATUS_OK) {
        loose_orders &= ~(UINT64_C(1) << placed.number);
    }
}

static void events_apply(struct promise_state *state, struct slice bytes, int64_t now)
{
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    loose_orders = 0;
    while (event_next(bytes, &offset, &event, &status)) {
        uint64_t before = promise_digest(state);
        if (promise_apply(state, &event, now) == STATUS_OK) {
            loose_note(&event);
        } else {
            ASSERT(promise_digest(state) == before);
        }
        state_check(state);
    }
}

/* The core's own event. */
static void own_apply(struct promise_state *state, struct event_buffer *events, int64_t now)
{
    struct slice bytes = {(const char *)events->bytes, events->length};
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    bool whole = event_next(bytes, &offset, &event, &status) && offset == bytes.length;
    ASSERT(whole);
    status = promise_apply(state, &event, now);
    ASSERT(status == STATUS_OK);
    state_check(state);
    events->length = 0;
}

/* What time has to do, and who wished. Not where damage has left an order without the revision that
 * belongs to it: no batch ends so. */
static void time_passes(struct promise_state *state, int64_t now)
{
    static unsigned char memory[1 << 21];
    struct event_buffer events = {memory, 0, sizeof memory};
    uint32_t steps = UINT32_MAX;
    ASSERT(promise_event_bytes_max() <= sizeof memory);
    while (loose_orders == 0 && promise_due(state, now, &events)) {
        own_apply(state, &events, now);
    }
    while (loose_orders == 0 && promise_wish_next(state, now, &steps, &events)) {
        own_apply(state, &events, now);
    }
    ASSERT(loose_orders != 0 || !promise_wishes_due(state));
}

/* ---- a real story ---- */

static struct event_buffer story;

static void story_keep(struct promise_state *state, size_t from)
{
    struct slice events = {(const char *)story.bytes + from, story.length - from};
    events_apply(state, events, began);
}

static void story_place(struct promise_state *state, unsigned char key, uint16_t offer,
                        int64_t quantity, bool hold)
{
    struct promise_line line = {{offer}, quantity};
    struct promise_command command = {.kind = PROMISE_PLACE,
                                      .now = began,
                                      .order = {{key}},
                                      .ask = {.line_count = 1, .lines = &line},
                                      .hold = hold};
    struct promise_answer answer;
    size_t from = story.length;
    promise_decide(state, &command, &answer, &story);
    ASSERT(answer.result == PROMISE_OK);
    story_keep(state, from);
}

static void story_step(struct promise_state *state, unsigned char key,
                       enum promise_command_kind kind)
{
    struct promise_command command = {.kind = kind, .now = began, .order = {{key}}};
    struct promise_answer answer;
    size_t from = story.length;
    promise_decide(state, &command, &answer, &story);
    ASSERT(answer.result == PROMISE_OK);
    story_keep(state, from);
}

static void story_wish(struct promise_state *state, unsigned char key, uint16_t offer,
                       int64_t quantity)
{
    struct promise_line line = {{offer}, quantity};
    struct promise_command command = {
        .kind = PROMISE_WISH,
        .now = began,
        .order = {{key}},
        .ask = {.line_count = 1, .lines = &line, .want = {WANT_DAY, 20788 + 9}}};
    struct promise_answer answer;
    size_t from = story.length;
    promise_decide(state, &command, &answer, &story);
    ASSERT(answer.result == PROMISE_OK);
    story_keep(state, from);
}

static void story_meet(struct promise_state *state)
{
    uint32_t steps = UINT32_MAX;
    for (size_t from = story.length; promise_wish_next(state, began, &steps, &story);
         from = story.length) {
        story_keep(state, from);
    }
}

static bool story_take(void *context, struct slice event)
{
    (void)context;
    ASSERT(story.capacity - story.length >= event.length);
    memcpy(story.bytes + story.length, event.data, event.length);
    story.length += event.length;
    return true;
}

static void story_change(struct promise_state *state, const struct promise_change *change)
{
    const struct event_sink sink = {story_take, NULL};
    size_t from = story.length;
    ASSERT(promise_change(state, change, &story) == PROMISE_OK);
    story_keep(state, from);
    bool whole = promise_revise(state, began, change->kind, change->index, &sink);
    ASSERT(whole);
}

static void story_tell(struct promise_state *state)
{
    static unsigned char memory[1 << 21];
    story = (struct event_buffer){memory, 0, sizeof memory};
    story_place(state, 1, 0, 3000, false);
    story_place(state, 2, 0, 5000, true);
    story_place(state, 3, 0, 9000, false); /* buys */
    story_place(state, 4, 1, 2000, false);
    story_place(state, 5, 1, 1000, true); /* shares the class */
    story_step(state, 2, PROMISE_PAY);
    story_step(state, 1, PROMISE_START);
    const struct promise_change late = {.kind = CHANGE_DATE, .entry = 1, .from_day = 20788 + 5};
    story_change(state, &late);
    const struct promise_change absent = {
        .kind = CHANGE_STAFF, .people = -2, .from_day = 20788, .to_day = 20789};
    story_change(state, &absent);
    const struct promise_change came = {
        .kind = CHANGE_RECEIVED, .entry = 1, .quantity_thousandths = 6000};
    story_change(state, &came);
    story_step(state, 5, PROMISE_CANCEL);
    story_step(state, 3, PROMISE_CANCEL); /* what it bought is not needed any more */
    story_wish(state, 6, 1, 1000);
    story_wish(state, 7, 0, LIMIT_LINE_QUANTITY_THOUSANDTHS);
    story_wish(state, 8, 0, 1000);
    story_step(state, 8, PROMISE_WITHDRAW);
    story_meet(state);
    struct wish_view met;
    ASSERT(promise_wish_by_number(state, 1, &met) && met.status == WISH_OFFERED);
}

/* Each three bytes say where one byte is changed, and how. */
static struct slice story_damaged(const uint8_t *data, size_t size)
{
    static unsigned char damaged[1 << 21];
    memcpy(damaged, story.bytes, story.length);
    for (size_t i = 0; i + 2 < size; i += 3) {
        damaged[(size_t)(data[i] | data[i + 1] << 8) % story.length] ^= data[i + 2];
    }
    return (struct slice){(const char *)damaged, story.length};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct shop *shop;
    const struct promise_sizes sizes = {ORDERS};
    struct promise_state *state = NULL;
    if (shop == NULL) {
        ASSERT(shop_read(slice_of(story_shop), "fuzz.yaml", &zones_utc, began, &shop, NULL) ==
               STATUS_OK);
    }
    if (size < 2) {
        return 0;
    }
    ASSERT(promise_create(shop, began, &sizes, &state, NULL) == STATUS_OK);
    if (story.length == 0) {
        story_tell(state);
        promise_free(state);
        ASSERT(promise_create(shop, began, &sizes, &state, NULL) == STATUS_OK);
    }
    int64_t now = began + (int64_t)(data[0] | (data[1] & 0x7f) << 8) * 60;
    struct slice events = (data[1] & 0x80) == 0 ? (struct slice){(const char *)data + 2, size - 2}
                                                : story_damaged(data + 2, size - 2);
    events_apply(state, events, now);
    time_passes(state, now);
    promise_free(state);
    return 0;
}
