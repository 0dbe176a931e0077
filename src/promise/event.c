/* The layouts, byte by byte. A payload is written once by decide, kept for ever by the journal, and
 * read by apply and by the tables' projection; so every offset stands here and nowhere else, and an
 * old version stays readable when a new one comes.
 *
 *   PLACED head (128 bytes)
 *     0 number u32     4 flags u32 (1: hold)   8 made_at i64       16 key 10 bytes, 6 zeros
 *    32 customer u64  40 held_until i64       48 replaced u32      52 lines u32
 *    56 groups u32    60 commitments u32      64 runs u32          68 zero u32
 *    72 summary
 *   summary (56 bytes)
 *     0 ship_by i64    8 ready_at i64         16 limit until i64   24 total i64
 *    32 shipping i64  40 deliver_by i32       44 material_day i32  48 limit index u16
 *    50 cause u8      51 has_ship_by u8       52 zero u32
 *
 * Structs were not dumped as they lie in memory: padding and enum sizes are the compiler's, a
 * journal outlives it. */
#include "promise/event.h"

#include "base/assert.h"
#include "base/bytes.h"

enum {
    SUMMARY_OFFSET = 72,
    KEY_BYTES = 10,
    FLAG_HOLD = 1,
    COMMITMENTS_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER
};

bool event_next(struct slice bytes, size_t *offset, struct event *event, enum status *status)
{
    *status = STATUS_OK;
    if (*offset >= bytes.length) {
        return false;
    }
    size_t left = bytes.length - *offset;
    const unsigned char *head = (const unsigned char *)bytes.data + *offset;
    if (left < EVENT_HEAD_BYTES || bytes_get_u32(head + 4) > left - EVENT_HEAD_BYTES) {
        *status = STATUS_CORRUPT;
        return false;
    }
    event->type = bytes_get_u16(head);
    event->version = bytes_get_u16(head + 2);
    event->length = bytes_get_u32(head + 4);
    event->payload = head + EVENT_HEAD_BYTES;
    *offset += EVENT_HEAD_BYTES + (size_t)event->length;
    return true;
}

static unsigned char *buffer_take(struct event_buffer *buffer, size_t length)
{
    ASSERT(buffer->capacity - buffer->length >= length);
    unsigned char *taken = buffer->bytes + buffer->length;
    buffer->length += length;
    return taken;
}

size_t event_begin(struct event_buffer *buffer, enum event_type type)
{
    size_t began = buffer->length;
    unsigned char *head = buffer_take(buffer, EVENT_HEAD_BYTES);
    bytes_put_u16(head, (uint16_t)type);
    bytes_put_u16(head + 2, EVENT_VERSION);
    bytes_put_u32(head + 4, 0);
    return began;
}

void event_end(struct event_buffer *buffer, size_t began)
{
    size_t length = buffer->length - began - EVENT_HEAD_BYTES;
    ASSERT(length <= UINT32_MAX);
    bytes_put_u32(buffer->bytes + began + 4, (uint32_t)length);
}

static void summary_write(unsigned char *to, const struct promise_summary *summary)
{
    bytes_put_i64(to, summary->dates.has_ship_by ? summary->dates.ship_by : 0);
    bytes_put_i64(to + 8, summary->ready_at);
    bytes_put_i64(to + 16, summary->limit.until);
    bytes_put_i64(to + 24, summary->total_minor);
    bytes_put_i64(to + 32, summary->shipping_minor);
    bytes_put_i32(to + 40, summary->dates.deliver_by_day);
    bytes_put_i32(to + 44, summary->material_day);
    bytes_put_u16(to + 48, summary->limit.index);
    to[50] = (unsigned char)summary->limit.cause;
    to[51] = summary->dates.has_ship_by;
    bytes_put_u32(to + 52, 0);
}

static bool summary_read(const unsigned char *from, struct promise_summary *summary)
{
    if (from[50] > CAUSE_NONE || from[51] > 1) {
        return false;
    }
    *summary = (struct promise_summary){
        .dates = {.has_ship_by = from[51] == 1,
                  .ship_by = bytes_get_i64(from),
                  .deliver_by_day = bytes_get_i32(from + 40)},
        .material_day = bytes_get_i32(from + 44),
        .ready_at = bytes_get_i64(from + 8),
        .limit = {.cause = (enum promise_cause)from[50],
                  .index = bytes_get_u16(from + 48),
                  .until = bytes_get_i64(from + 16)},
        .total_minor = bytes_get_i64(from + 24),
        .shipping_minor = bytes_get_i64(from + 32),
    };
    return true;
}

void event_placed_write_head(struct event_buffer *buffer, const struct event_placed *placed)
{
    unsigned char *to = buffer_take(buffer, EVENT_PLACED_HEAD_BYTES);
    bytes_put_u32(to, placed->number);
    bytes_put_u32(to + 4, placed->hold ? FLAG_HOLD : 0);
    bytes_put_i64(to + 8, placed->made_at);
    memcpy(to + 16, placed->key.bytes, KEY_BYTES);
    memset(to + 16 + KEY_BYTES, 0, 16 - KEY_BYTES);
    bytes_put_u64(to + 32, placed->customer.value);
    bytes_put_i64(to + 40, placed->held_until);
    bytes_put_u32(to + 48, placed->replaced_number);
    bytes_put_u32(to + 52, placed->line_count);
    bytes_put_u32(to + 56, placed->group_count);
    bytes_put_u32(to + 60, placed->commitment_count);
    bytes_put_u32(to + 64, placed->run_count);
    bytes_put_u32(to + 68, 0);
    summary_write(to + SUMMARY_OFFSET, &placed->first);
}

void event_placed_write_line(struct event_buffer *buffer, const struct event_line *line)
{
    ASSERT(line->quantity_thousandths > 0 && line->quantity_thousandths <= UINT32_MAX);
    unsigned char *to = buffer_take(buffer, EVENT_LINE_BYTES);
    bytes_put_u16(to, line->offer.index);
    bytes_put_u16(to + 2, line->group);
    bytes_put_u32(to + 4, (uint32_t)line->quantity_thousandths);
    bytes_put_i64(to + 8, line->amount_minor);
}

void event_placed_write_group(struct event_buffer *buffer, const struct event_group *group)
{
    unsigned char *to = buffer_take(buffer, EVENT_GROUP_BYTES);
    bytes_put_u16(to, group->carrier.index);
    bytes_put_u16(to + 2, group->dates.has_ship_by);
    bytes_put_i32(to + 4, group->collection_day);
    bytes_put_i32(to + 8, group->dates.deliver_by_day);
    bytes_put_u32(to + 12, 0);
    bytes_put_i64(to + 16, group->dates.has_ship_by ? group->dates.ship_by : 0);
}

void event_placed_write_commitment(struct event_buffer *buffer,
                                   const struct event_commitment *commitment)
{
    unsigned char *to = buffer_take(buffer, EVENT_COMMITMENT_BYTES);
    bytes_put_u16(to, commitment->item.index);
    bytes_put_u16(to + 2, 0);
    bytes_put_i32(to + 4, commitment->day);
    bytes_put_i64(to + 8, commitment->quantity_thousandths);
}

void event_placed_write_run(struct event_buffer *buffer, struct slot_run run)
{
    unsigned char *to = buffer_take(buffer, EVENT_RUN_BYTES);
    bytes_put_u32(to, run.slot);
    bytes_put_u16(to + 4, run.count);
    to[6] = run.work_center;
    to[7] = run.crew;
}

static enum status event_readable(const struct event *event, uint32_t length_min)
{
    if (event->version > EVENT_VERSION) {
        return STATUS_VERSION;
    }
    return event->version == 0 || event->length < length_min ? STATUS_CORRUPT : STATUS_OK;
}

/* Counts within their limits, and arrays that fill the payload exactly. */
static bool placed_arrays_read(const struct event *event, struct event_placed *placed)
{
    if (placed->line_count == 0 || placed->line_count > LIMIT_ORDER_LINES ||
        placed->group_count == 0 || placed->group_count > placed->line_count ||
        placed->commitment_count > COMMITMENTS_MAX || placed->run_count > LIMIT_PLAN_RUNS) {
        return false;
    }
    placed->lines = event->payload + EVENT_PLACED_HEAD_BYTES;
    placed->groups = placed->lines + (size_t)placed->line_count * EVENT_LINE_BYTES;
    placed->commitments = placed->groups + (size_t)placed->group_count * EVENT_GROUP_BYTES;
    placed->runs = placed->commitments + (size_t)placed->commitment_count * EVENT_COMMITMENT_BYTES;
    return placed->runs + (size_t)placed->run_count * EVENT_RUN_BYTES ==
           event->payload + event->length;
}

enum status event_placed_read(const struct event *event, struct event_placed *placed)
{
    enum status status = event_readable(event, EVENT_PLACED_HEAD_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    *placed = (struct event_placed){
        .number = bytes_get_u32(from),
        .hold = bytes_get_u32(from + 4) == FLAG_HOLD,
        .made_at = bytes_get_i64(from + 8),
        .customer = {bytes_get_u64(from + 32)},
        .held_until = bytes_get_i64(from + 40),
        .replaced_number = bytes_get_u32(from + 48),
        .line_count = bytes_get_u32(from + 52),
        .group_count = bytes_get_u32(from + 56),
        .commitment_count = bytes_get_u32(from + 60),
        .run_count = bytes_get_u32(from + 64),
    };
    memcpy(placed->key.bytes, from + 16, KEY_BYTES);
    bool readable =
        bytes_get_u32(from + 4) <= FLAG_HOLD && summary_read(from + SUMMARY_OFFSET, &placed->first);
    return readable && placed_arrays_read(event, placed) ? STATUS_OK : STATUS_CORRUPT;
}

struct event_line event_placed_line(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->line_count);
    const unsigned char *from = placed->lines + (size_t)index * EVENT_LINE_BYTES;
    return (struct event_line){.offer = {bytes_get_u16(from)},
                               .group = bytes_get_u16(from + 2),
                               .quantity_thousandths = bytes_get_u32(from + 4),
                               .amount_minor = bytes_get_i64(from + 8)};
}

struct event_group event_placed_group(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->group_count);
    const unsigned char *from = placed->groups + (size_t)index * EVENT_GROUP_BYTES;
    return (struct event_group){.carrier = {bytes_get_u16(from)},
                                .collection_day = bytes_get_i32(from + 4),
                                .dates = {.has_ship_by = bytes_get_u16(from + 2) == 1,
                                          .ship_by = bytes_get_i64(from + 16),
                                          .deliver_by_day = bytes_get_i32(from + 8)}};
}

struct event_commitment event_placed_commitment(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->commitment_count);
    const unsigned char *from = placed->commitments + (size_t)index * EVENT_COMMITMENT_BYTES;
    return (struct event_commitment){.item = {bytes_get_u16(from)},
                                     .day = bytes_get_i32(from + 4),
                                     .quantity_thousandths = bytes_get_i64(from + 8)};
}

struct slot_run event_placed_run(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->run_count);
    const unsigned char *from = placed->runs + (size_t)index * EVENT_RUN_BYTES;
    return (struct slot_run){.slot = bytes_get_u32(from),
                             .count = bytes_get_u16(from + 4),
                             .work_center = from[6],
                             .crew = from[7]};
}

void event_step_write(struct event_buffer *buffer, enum event_type type,
                      const struct event_step *step)
{
    size_t began = event_begin(buffer, type);
    unsigned char *to = buffer_take(buffer, EVENT_STEP_BYTES);
    bytes_put_u32(to, step->number);
    bytes_put_u32(to + 4, 0);
    bytes_put_i64(to + 8, step->made_at);
    bytes_put_i64(to + 16, step->at);
    memcpy(to + 24, step->key.bytes, KEY_BYTES);
    memset(to + 24 + KEY_BYTES, 0, 16 - KEY_BYTES);
    event_end(buffer, began);
}

enum status event_step_read(const struct event *event, struct event_step *step)
{
    enum status status = event_readable(event, EVENT_STEP_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    *step = (struct event_step){.number = bytes_get_u32(from),
                                .made_at = bytes_get_i64(from + 8),
                                .at = bytes_get_i64(from + 16)};
    memcpy(step->key.bytes, from + 24, KEY_BYTES);
    return event->length == EVENT_STEP_BYTES ? STATUS_OK : STATUS_CORRUPT;
}

void event_day_write(struct event_buffer *buffer, int32_t day)
{
    size_t began = event_begin(buffer, EVENT_DAY);
    unsigned char *to = buffer_take(buffer, EVENT_DAY_BYTES);
    bytes_put_i32(to, day);
    bytes_put_u32(to + 4, 0);
    event_end(buffer, began);
}

enum status event_day_read(const struct event *event, int32_t *day)
{
    enum status status = event_readable(event, EVENT_DAY_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    *day = bytes_get_i32(event->payload);
    return event->length == EVENT_DAY_BYTES ? STATUS_OK : STATUS_CORRUPT;
}

enum order_status order_status_after(enum event_type type)
{
    switch (type) {
    case EVENT_CONFIRMED:
        return ORDER_CONFIRMED;
    case EVENT_CANCELLED:
        return ORDER_CANCELLED;
    case EVENT_EXPIRED:
        return ORDER_EXPIRED;
    case EVENT_STARTED:
        return ORDER_STARTED;
    case EVENT_DONE:
        return ORDER_DONE;
    case EVENT_SHIPPED:
        return ORDER_SHIPPED;
    case EVENT_DELIVERED:
        return ORDER_DELIVERED;
    default:
        return ORDER_NONE;
    }
}
