/* How an event changes a replay: the core's own go to promise_apply; a shop file is read with the
 * zone rules that stand beside it, merged into the shop that runs, and given to the core; new zone
 * rules are the same with the last text.
 *
 *   no state --EVENT_SHOP--> state of that shop --any event of the core--> state
 *   state --EVENT_SHOP, EVENT_ZONE--> state of the merged shop
 *
 * Shops are never freed before the replay: answers, pages and rows point into them. */
#include "journal/replay.h"

#include "base/assert.h"
#include "journal/shop_event.h"
#include "model/shop_read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void replay_init(struct replay *replay)
{
    *replay = (struct replay){.state = NULL};
    text_init(&replay->last_text, LIMIT_SHOP_FILE_BYTES);
}

void replay_committed(struct replay *replay)
{
    for (struct replay_shop *at = replay->shops; at != NULL && !at->known; at = at->before) {
        at->known = at->place < replay->shop_place;
    }
}

/* A shop that no committed event leads to loses its place: another will have it. The shop that runs
 * stays visible meanwhile. */
void replay_forget(struct replay *replay)
{
    for (struct replay_shop *at = replay->shops; at != NULL; at = at->before) {
        at->place = at->known ? at->place : UINT32_MAX;
    }
    promise_free(replay->state);
    replay->state = NULL;
    replay->shop_place = 0;
    replay->events = 0;
}

static const struct shop *shop_known(const struct replay *replay, uint32_t place)
{
    for (const struct replay_shop *at = replay->shops; at != NULL; at = at->before) {
        if (at->known && at->place == place) {
            return at->shop;
        }
    }
    return NULL;
}

void replay_free(struct replay *replay)
{
    promise_free(replay->state);
    while (replay->shops != NULL) {
        struct replay_shop *newest = replay->shops;
        replay->shops = newest->before;
        shop_free(newest->shop);
        free(newest);
    }
    text_free(&replay->last_text);
}

/* Gives the rules that stand in the journal to whoever reads a shop file. */
static enum status zone_given(void *context, const char *name, int64_t around, struct zone *zone,
                              struct fault *fault)
{
    (void)name;
    (void)around;
    (void)fault;
    *zone = *(const struct zone *)context;
    return STATUS_OK;
}

static enum status shop_of_text(const struct shop_event *event, struct shop **shop,
                                struct fault *fault)
{
    char file[256];
    struct zone zone = event->zone;
    const struct zone_source zones = {zone_given, &zone};
    (void)snprintf(file, sizeof file, "%.*s",
                   (int)(event->file.length < 255 ? event->file.length : 255), event->file.data);
    return shop_read(event->text, file, &zones, event->around, shop, fault);
}

/* What runs from now on: the file alone at the beginning, later merged into what ran. */
static enum status shop_next(const struct shop *old, const struct shop_event *event,
                             struct shop **next, struct fault *fault)
{
    struct shop *read = NULL;
    enum status status = shop_of_text(event, &read, fault);
    if (status != STATUS_OK || old == NULL) {
        *next = read;
        return status;
    }
    struct text changes;
    text_init(&changes, LIMIT_SHOP_FILE_BYTES);
    status = shop_merge(old, read, next, &changes, fault);
    text_free(&changes);
    shop_free(read);
    return status;
}

enum status replay_shop_put(struct replay *replay, struct shop *shop, struct fault *fault)
{
    struct replay_shop *newest = malloc(sizeof *newest);
    if (newest == NULL) {
        shop_free(shop);
        return fault_set(fault, STATUS_MEMORY, "no memory for another shop file");
    }
    *newest =
        (struct replay_shop){.shop = shop, .before = replay->shops, .place = replay->shop_place++};
    replay->shops = newest;
    atomic_store(&replay->shop, shop);
    return STATUS_OK;
}

/* The shop that this event leads to: the one that an earlier replay made, or made now. */
static enum status shop_advance(struct replay *replay, const struct shop_event *event,
                                struct fault *fault)
{
    const struct shop *known = shop_known(replay, replay->shop_place);
    if (known != NULL) {
        replay->shop_place++;
        atomic_store(&replay->shop, known);
        return STATUS_OK;
    }
    const struct shop *old = replay->shop_place == 0 ? NULL : atomic_load(&replay->shop);
    struct shop *next = NULL;
    enum status status = shop_next(old, event, &next, fault);
    return status == STATUS_OK ? replay_shop_put(replay, next, fault) : status;
}

static void text_keep(struct replay *replay, const struct shop_event *event)
{
    text_clear(&replay->last_text);
    text_append_slice(&replay->last_text, event->text);
    size_t length = event->file.length < sizeof replay->last_file ? event->file.length
                                                                  : sizeof replay->last_file - 1;
    memcpy(replay->last_file, event->file.data, length);
    replay->last_file[length] = '\0';
    replay->last_around = event->around;
}

static enum status shop_event_take(struct replay *replay, const struct event *event,
                                   struct fault *fault)
{
    struct shop_event shop;
    enum status status = shop_event_read(event, &shop);
    if (status != STATUS_OK) {
        return fault_set(fault, status, "a shop file in the journal cannot be read: %s",
                         status_text(status));
    }
    status = shop_advance(replay, &shop, fault);
    if (status == STATUS_OK) {
        text_keep(replay, &shop);
    }
    return status;
}

static enum status zone_event_take(struct replay *replay, const struct event *event,
                                   struct fault *fault)
{
    struct shop_event shop = {.file = slice_of(replay->last_file),
                              .around = replay->last_around,
                              .text = text_slice(&replay->last_text)};
    enum status status = zone_event_read(event, &shop.zone);
    if (status == STATUS_OK && replay->shop_place == 0) {
        status = STATUS_CORRUPT;
    }
    if (status != STATUS_OK) {
        return fault_set(fault, status, "zone rules in the journal cannot be read: %s",
                         status_text(status));
    }
    return shop_advance(replay, &shop, fault);
}

/* True if the event is one that changes the shop. */
static bool shop_event_is(const struct event *event)
{
    return event->type == EVENT_SHOP || event->type == EVENT_ZONE;
}

static enum status shop_change(struct replay *replay, const struct event *event,
                               struct fault *fault)
{
    return event->type == EVENT_SHOP ? shop_event_take(replay, event, fault)
                                     : zone_event_take(replay, event, fault);
}

enum status replay_state_create(struct replay *replay, int64_t stamp, struct fault *fault)
{
    ASSERT(replay->state == NULL);
    const struct promise_sizes sizes = {.orders = LIMIT_ORDERS};
    return promise_create(atomic_load(&replay->shop), stamp, &sizes, &replay->state, fault);
}

enum status replay_event(struct replay *replay, const struct event *event, int64_t stamp,
                         struct fault *fault)
{
    replay->events++;
    if (shop_event_is(event)) {
        enum status status = shop_change(replay, event, fault);
        if (status != STATUS_OK) {
            return status;
        }
        if (replay->state == NULL) {
            return replay_state_create(replay, stamp, fault);
        }
        promise_shop(replay->state, atomic_load(&replay->shop), stamp);
        return STATUS_OK;
    }
    if (replay->state == NULL) {
        return fault_set(fault, STATUS_CORRUPT, "the journal does not begin with a shop file");
    }
    enum status status = promise_apply(replay->state, event, stamp);
    return status == STATUS_OK
               ? status
               : fault_set(fault, status, "an event of type %d cannot be applied: %s", event->type,
                           status_text(status));
}

enum status replay_fault(const struct journal_row *row, enum status status, struct fault *fault)
{
    char text[sizeof fault->text];
    memcpy(text, fault->text, sizeof text);
    return fault_set(fault, status, "journal row %" PRIu64 ": %.900s", row->sequence, text);
}

static enum status row_take(struct replay *replay, const struct journal_row *row, bool shops_only,
                            struct fault *fault)
{
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    while (event_next(row->events, &offset, &event, &status)) {
        if (!shops_only) {
            status = replay_event(replay, &event, row->stamp, fault);
        } else if (shop_event_is(&event)) {
            status = shop_change(replay, &event, fault);
        }
        if (status != STATUS_OK) {
            return replay_fault(row, status, fault);
        }
    }
    if (status != STATUS_OK) {
        (void)fault_set(fault, status, "its events are cut off");
        return replay_fault(row, status, fault);
    }
    return STATUS_OK;
}

enum status replay_row(void *context, const struct journal_row *row, struct fault *fault)
{
    return row_take(context, row, false, fault);
}

enum status replay_shop_row(void *context, const struct journal_row *row, struct fault *fault)
{
    return row_take(context, row, true, fault);
}
