/* The layouts, byte by byte. A payload is written once by decide, kept for ever by the journal, and
 * read by apply and by the tables' projection; so every offset stands here and nowhere else, and an
 * old version stays readable when a new one comes.
 *
 *   PLACED and REVISED head (160 bytes; version 1: the first 128)
 *     0 number u32     4 flags u32             8 made_at i64       16 key 10 bytes, 6 zeros
 *    32 customer u64  40 held_until i64       48 replaced u32      52 lines u32
 *    56 groups u32    60 commitments u32      64 runs u32          68 zero u32
 *    72 summary
 *   128 want kind u8 129 priority u8         130 reason u8        131 zero u8
 *   132 reason index u16                     134 sessions u16     136 want i64
 *   144 vat i64      152 purchases u16       154 reductions u16   156 wish u32
 *   then lines, groups, commitments, sessions, runs, purchases, reductions
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
    FLAG_SPLIT = 2,
    FLAG_BROKEN = 4,
    FLAG_WISH = 8, /* `wish` is not 0: a program that knows no wishes refuses it */
    FLAG_ELSEWHERE = 16,
    FLAGS = FLAG_HOLD | FLAG_SPLIT | FLAG_BROKEN | FLAG_WISH | FLAG_ELSEWHERE,
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

/* Two, or four, numbers side by side as one: a field after another would be a store each, and what
 * reads the event again at once would wait for all of them. */
static inline uint64_t low_high(uint32_t low, uint32_t high)
{
    return low | (uint64_t)high << 32;
}

static inline uint32_t low_high_16(uint16_t low, uint16_t high)
{
    return low | (uint32_t)high << 16;
}

static void key_write(unsigned char *to, const struct order_key *key)
{
    memcpy(to, key->bytes, KEY_BYTES);
    memset(to + KEY_BYTES, 0, 16 - KEY_BYTES);
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
    bytes_put_u32(to + 4, (placed->hold ? FLAG_HOLD : 0u) | (placed->split ? FLAG_SPLIT : 0u) |
                              (placed->broken ? FLAG_BROKEN : 0u) |
                              (placed->wish != 0 ? FLAG_WISH : 0u) |
                              (placed->elsewhere ? FLAG_ELSEWHERE : 0u));
    bytes_put_i64(to + 8, placed->made_at);
    key_write(to + 16, &placed->key);
    bytes_put_u64(to + 32, placed->customer.value);
    bytes_put_i64(to + 40, placed->held_until);
    bytes_put_u32(to + 48, placed->replaced_number);
    bytes_put_u32(to + 52, placed->line_count);
    bytes_put_u32(to + 56, placed->group_count);
    bytes_put_u32(to + 60, placed->commitment_count);
    bytes_put_u32(to + 64, placed->run_count);
    bytes_put_u32(to + 68, 0);
    summary_write(to + SUMMARY_OFFSET, &placed->first);
    to[128] = (unsigned char)placed->want.kind;
    to[129] = placed->priority;
    to[130] = (unsigned char)placed->reason;
    to[131] = 0;
    bytes_put_u16(to + 132, placed->reason_index);
    bytes_put_u16(to + 134, (uint16_t)placed->session_count);
    bytes_put_i64(to + 136, placed->want.value);
    bytes_put_i64(to + 144, placed->vat_minor);
    bytes_put_u16(to + 152, (uint16_t)placed->purchase_count);
    bytes_put_u16(to + 154, (uint16_t)placed->reduction_count);
    bytes_put_u32(to + 156, placed->wish);
}

void event_placed_write_line(struct event_buffer *buffer, const struct event_line *line)
{
    ASSERT(line->quantity_thousandths > 0 && line->quantity_thousandths <= UINT32_MAX);
    unsigned char *to = buffer_take(buffer, EVENT_LINE_BYTES);
    bytes_put_u64(to, low_high(low_high_16(line->offer.index, line->group),
                               (uint32_t)line->quantity_thousandths));
    bytes_put_i64(to + 8, line->amount_minor);
}

void event_placed_write_group(struct event_buffer *buffer, const struct event_group *group)
{
    unsigned char *to = buffer_take(buffer, EVENT_GROUP_BYTES);
    bytes_put_u16(to, group->carrier.index);
    bytes_put_u16(to + 2, group->dates.has_ship_by);
    bytes_put_i32(to + 4, group->collection_day);
    bytes_put_i32(to + 8, group->dates.deliver_by_day);
    bytes_put_u32(to + 12, (uint32_t)(group->end - group->start));
    bytes_put_i64(to + 16, group->dates.has_ship_by ? group->dates.ship_by : group->start);
}

void event_placed_write_commitment(struct event_buffer *buffer,
                                   const struct event_commitment *commitment)
{
    unsigned char *to = buffer_take(buffer, EVENT_COMMITMENT_BYTES);
    bytes_put_u64(to, low_high(low_high_16(commitment->item.index, commitment->group),
                               (uint32_t)commitment->day));
    bytes_put_i64(to + 8, commitment->quantity_thousandths);
}

void event_placed_write_runs(struct event_buffer *buffer, const struct slot_run *runs,
                             uint32_t count)
{
    unsigned char *to = buffer_take(buffer, (size_t)count * EVENT_RUN_BYTES);
    for (uint32_t i = 0; i < count; i++, to += EVENT_RUN_BYTES) {
        uint16_t who = (uint16_t)(runs[i].work_center | runs[i].crew << 8);
        bytes_put_u64(to, low_high(runs[i].slot, low_high_16(runs[i].count, who)));
    }
}

void event_placed_write_session(struct event_buffer *buffer, const struct event_session *session)
{
    unsigned char *to = buffer_take(buffer, EVENT_SESSION_BYTES);
    bytes_put_u32(to, session->number);
    bytes_put_u16(to + 4, session->offer.index);
    bytes_put_u16(to + 6, session->run_count);
    bytes_put_u32(to + 8, session->seats);
    bytes_put_u32(to + 12, session->is_new);
    bytes_put_i64(to + 16, session->start);
    bytes_put_i64(to + 24, session->end);
}

void event_placed_write_purchase(struct event_buffer *buffer, const struct event_purchase *purchase)
{
    unsigned char *to = buffer_take(buffer, EVENT_PURCHASE_BYTES);
    bytes_put_u32(to, purchase->entry);
    bytes_put_u16(to + 4, purchase->item.index);
    bytes_put_u16(to + 6, purchase->supplier.index);
    bytes_put_i32(to + 8, purchase->order_day);
    bytes_put_i32(to + 12, purchase->arrives_day);
    bytes_put_i32(to + 16, purchase->due_day);
    bytes_put_u32(to + 20, purchase->is_new);
    bytes_put_i64(to + 24, purchase->quantity_thousandths);
}

void event_write_reduction(struct event_buffer *buffer, const struct event_reduction *reduction)
{
    unsigned char *to = buffer_take(buffer, EVENT_REDUCTION_BYTES);
    bytes_put_u32(to, reduction->entry);
    bytes_put_u32(to + 4, 0);
    bytes_put_i64(to + 8, reduction->quantity_thousandths);
}

static enum status event_readable(const struct event *event, uint32_t length_min)
{
    if (event->version > EVENT_VERSION) {
        return STATUS_VERSION;
    }
    return event->version == 0 || event->length < length_min ? STATUS_CORRUPT : STATUS_OK;
}

/* The runs of all new sessions, which follow the order's own; false if they are too many. */
static bool session_runs_count(const struct event_placed *placed, uint32_t *count)
{
    *count = 0;
    for (uint32_t i = 0; i < placed->session_count; i++) {
        struct event_session session = event_placed_session(placed, i);
        if (!session.is_new && session.run_count != 0) {
            return false;
        }
        *count += session.run_count;
    }
    return placed->run_count + *count <= LIMIT_PLAN_RUNS;
}

/* Counts within their limits, and arrays that fill the payload exactly. The sessions stand before
 * the runs, because they say how many runs there are. */
static bool placed_arrays_read(const struct event *event, uint32_t head_bytes,
                               struct event_placed *placed)
{
    const unsigned char *end = event->payload + event->length;
    size_t before_runs = head_bytes + (size_t)placed->line_count * EVENT_LINE_BYTES +
                         (size_t)placed->group_count * EVENT_GROUP_BYTES +
                         (size_t)placed->commitment_count * EVENT_COMMITMENT_BYTES +
                         (size_t)placed->session_count * EVENT_SESSION_BYTES;
    uint32_t session_runs = 0;
    if (placed->line_count == 0 || placed->line_count > LIMIT_ORDER_LINES ||
        placed->group_count == 0 || placed->group_count > placed->line_count ||
        placed->commitment_count > COMMITMENTS_MAX || placed->run_count > LIMIT_PLAN_RUNS ||
        placed->session_count > placed->line_count || placed->purchase_count > COMMITMENTS_MAX ||
        placed->reduction_count > EVENT_REDUCTIONS_MAX || before_runs > event->length) {
        return false;
    }
    placed->lines = event->payload + head_bytes;
    placed->groups = placed->lines + (size_t)placed->line_count * EVENT_LINE_BYTES;
    placed->commitments = placed->groups + (size_t)placed->group_count * EVENT_GROUP_BYTES;
    placed->sessions =
        placed->commitments + (size_t)placed->commitment_count * EVENT_COMMITMENT_BYTES;
    placed->runs = event->payload + before_runs;
    if (!session_runs_count(placed, &session_runs)) {
        return false;
    }
    placed->session_run_count = session_runs;
    placed->purchases = placed->runs + ((size_t)placed->run_count + session_runs) * EVENT_RUN_BYTES;
    placed->reductions = placed->purchases + (size_t)placed->purchase_count * EVENT_PURCHASE_BYTES;
    return placed->reductions + (size_t)placed->reduction_count * EVENT_REDUCTION_BYTES == end;
}

/* What came with version 2. */
static bool placed_head_2_read(const unsigned char *from, struct event_placed *placed)
{
    if (from[128] > WANT_AT || from[129] > PRIORITY_MAX || from[130] >= CHANGE_KINDS) {
        return false;
    }
    placed->want =
        (struct promise_want){(enum promise_want_kind)from[128], bytes_get_i64(from + 136)};
    placed->priority = from[129];
    placed->reason = (enum change_kind)from[130];
    placed->reason_index = bytes_get_u16(from + 132);
    placed->session_count = bytes_get_u16(from + 134);
    placed->vat_minor = bytes_get_i64(from + 144);
    placed->purchase_count = bytes_get_u16(from + 152);
    placed->reduction_count = bytes_get_u16(from + 154);
    placed->wish = bytes_get_u32(from + 156);
    return true;
}

enum status event_placed_read(const struct event *event, struct event_placed *placed)
{
    bool old = event->version == 1;
    uint32_t head_bytes = old ? EVENT_PLACED_HEAD_BYTES_1 : EVENT_PLACED_HEAD_BYTES;
    enum status status = event_readable(event, head_bytes);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    uint32_t flags = bytes_get_u32(from + 4);
    *placed = (struct event_placed){
        .number = bytes_get_u32(from),
        .hold = (flags & FLAG_HOLD) != 0,
        .split = (flags & FLAG_SPLIT) != 0,
        .broken = (flags & FLAG_BROKEN) != 0,
        .elsewhere = (flags & FLAG_ELSEWHERE) != 0,
        .made_at = bytes_get_i64(from + 8),
        .customer = {bytes_get_u64(from + 32)},
        .held_until = bytes_get_i64(from + 40),
        .replaced_number = bytes_get_u32(from + 48),
        .reason_index = NO_INDEX,
        .line_count = bytes_get_u32(from + 52),
        .group_count = bytes_get_u32(from + 56),
        .commitment_count = bytes_get_u32(from + 60),
        .run_count = bytes_get_u32(from + 64),
    };
    memcpy(placed->key.bytes, from + 16, KEY_BYTES);
    bool readable = flags <= (old ? FLAG_HOLD : FLAGS) &&
                    summary_read(from + SUMMARY_OFFSET, &placed->first) &&
                    (old || placed_head_2_read(from, placed)) &&
                    (placed->wish != 0) == ((flags & FLAG_WISH) != 0);
    return readable && placed_arrays_read(event, head_bytes, placed) ? STATUS_OK : STATUS_CORRUPT;
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
    bool ships = bytes_get_u16(from + 2) == 1;
    int64_t at = bytes_get_i64(from + 16);
    return (struct event_group){.carrier = {bytes_get_u16(from)},
                                .collection_day = bytes_get_i32(from + 4),
                                .dates = {.has_ship_by = ships,
                                          .ship_by = ships ? at : 0,
                                          .deliver_by_day = bytes_get_i32(from + 8)},
                                .start = ships ? 0 : at,
                                .end = ships ? 0 : at + bytes_get_u32(from + 12)};
}

struct event_commitment event_placed_commitment(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->commitment_count);
    const unsigned char *from = placed->commitments + (size_t)index * EVENT_COMMITMENT_BYTES;
    return (struct event_commitment){.item = {bytes_get_u16(from)},
                                     .group = bytes_get_u16(from + 2),
                                     .day = bytes_get_i32(from + 4),
                                     .quantity_thousandths = bytes_get_i64(from + 8)};
}

struct slot_run event_placed_run(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->run_count + placed->session_run_count);
    const unsigned char *from = placed->runs + (size_t)index * EVENT_RUN_BYTES;
    return (struct slot_run){.slot = bytes_get_u32(from),
                             .count = bytes_get_u16(from + 4),
                             .work_center = from[6],
                             .crew = from[7]};
}

struct event_session event_placed_session(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->session_count);
    const unsigned char *from = placed->sessions + (size_t)index * EVENT_SESSION_BYTES;
    return (struct event_session){.number = bytes_get_u32(from),
                                  .is_new = bytes_get_u32(from + 12) != 0,
                                  .offer = {bytes_get_u16(from + 4)},
                                  .run_count = bytes_get_u16(from + 6),
                                  .seats = bytes_get_u32(from + 8),
                                  .start = bytes_get_i64(from + 16),
                                  .end = bytes_get_i64(from + 24)};
}

struct event_purchase event_placed_purchase(const struct event_placed *placed, uint32_t index)
{
    ASSERT(index < placed->purchase_count);
    const unsigned char *from = placed->purchases + (size_t)index * EVENT_PURCHASE_BYTES;
    return (struct event_purchase){.entry = bytes_get_u32(from),
                                   .is_new = bytes_get_u32(from + 20) != 0,
                                   .item = {bytes_get_u16(from + 4)},
                                   .supplier = {bytes_get_u16(from + 6)},
                                   .order_day = bytes_get_i32(from + 8),
                                   .arrives_day = bytes_get_i32(from + 12),
                                   .due_day = bytes_get_i32(from + 16),
                                   .quantity_thousandths = bytes_get_i64(from + 24)};
}

struct event_reduction event_reduction_at(const unsigned char *reductions, uint32_t index)
{
    const unsigned char *from = reductions + (size_t)index * EVENT_REDUCTION_BYTES;
    return (struct event_reduction){bytes_get_u32(from), bytes_get_i64(from + 8)};
}

/* ---- steps ---- */

void event_step_write(struct event_buffer *buffer, enum event_type type,
                      const struct event_step *step, const struct event_reduction *reductions)
{
    size_t began = event_begin(buffer, type);
    unsigned char *to = buffer_take(buffer, EVENT_STEP_BYTES + 8);
    bytes_put_u32(to, step->number);
    bytes_put_u32(to + 4, step->line);
    bytes_put_i64(to + 8, step->made_at);
    bytes_put_i64(to + 16, step->at);
    key_write(to + 24, &step->key);
    bytes_put_u32(to + EVENT_STEP_BYTES, step->reduction_count);
    bytes_put_u32(to + EVENT_STEP_BYTES + 4, 0);
    for (uint32_t i = 0; i < step->reduction_count; i++) {
        event_write_reduction(buffer, &reductions[i]);
    }
    event_end(buffer, began);
}

enum status event_step_read(const struct event *event, struct event_step *step)
{
    bool old = event->version == 1;
    uint32_t head_bytes = old ? EVENT_STEP_BYTES : EVENT_STEP_BYTES + 8;
    enum status status = event_readable(event, head_bytes);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    uint32_t line = bytes_get_u32(from + 4);
    *step = (struct event_step){.number = bytes_get_u32(from),
                                .line = (uint16_t)line,
                                .made_at = bytes_get_i64(from + 8),
                                .at = bytes_get_i64(from + 16),
                                .reduction_count = old ? 0 : bytes_get_u32(from + EVENT_STEP_BYTES),
                                .reductions = from + head_bytes};
    memcpy(step->key.bytes, from + 24, KEY_BYTES);
    return line <= LIMIT_ORDER_LINES && step->reduction_count <= EVENT_REDUCTIONS_MAX &&
                   event->length == head_bytes + step->reduction_count * EVENT_REDUCTION_BYTES
               ? STATUS_OK
               : STATUS_CORRUPT;
}

void event_extended_write(struct event_buffer *buffer, const struct event_extended *extended)
{
    size_t began = event_begin(buffer, EVENT_EXTENDED);
    unsigned char *to = buffer_take(buffer, EVENT_EXTENDED_BYTES);
    bytes_put_u32(to, extended->number);
    bytes_put_u32(to + 4, 0);
    bytes_put_i64(to + 8, extended->made_at);
    bytes_put_i64(to + 16, extended->held_until);
    key_write(to + 24, &extended->key);
    bytes_put_i64(to + 40, 0);
    event_end(buffer, began);
}

enum status event_extended_read(const struct event *event, struct event_extended *extended)
{
    enum status status = event_readable(event, EVENT_EXTENDED_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    *extended = (struct event_extended){.number = bytes_get_u32(from),
                                        .made_at = bytes_get_i64(from + 8),
                                        .held_until = bytes_get_i64(from + 16)};
    memcpy(extended->key.bytes, from + 24, KEY_BYTES);
    return event->length == EVENT_EXTENDED_BYTES ? STATUS_OK : STATUS_CORRUPT;
}

void event_loosened_write(struct event_buffer *buffer, const uint32_t *numbers, uint32_t count)
{
    size_t began = event_begin(buffer, EVENT_LOOSENED);
    unsigned char *to = buffer_take(buffer, 8 + (size_t)count * 4);
    bytes_put_u32(to, count);
    bytes_put_u32(to + 4, 0);
    for (uint32_t i = 0; i < count; i++) {
        bytes_put_u32(to + 8 + (size_t)i * 4, numbers[i]);
    }
    event_end(buffer, began);
}

enum status event_loosened_read(const struct event *event, const unsigned char **numbers,
                                uint32_t *count)
{
    enum status status = event_readable(event, 8);
    if (status != STATUS_OK) {
        return status;
    }
    *count = bytes_get_u32(event->payload);
    *numbers = event->payload + 8;
    return event->length - 8 == (uint64_t)*count * 4 ? STATUS_OK : STATUS_CORRUPT;
}

uint32_t event_loosened_number(const unsigned char *numbers, uint32_t index)
{
    return bytes_get_u32(numbers + (size_t)index * 4);
}

/* ---- wishes ---- */

void event_wished_write(struct event_buffer *buffer, const struct event_wished *wished)
{
    ASSERT(wished->quantity_thousandths > 0 && wished->quantity_thousandths <= UINT32_MAX);
    size_t began = event_begin(buffer, EVENT_WISHED);
    unsigned char *to = buffer_take(buffer, EVENT_WISHED_BYTES);
    bytes_put_u32(to, wished->number);
    bytes_put_u32(to + 4, (uint32_t)wished->quantity_thousandths);
    bytes_put_i64(to + 8, wished->made_at);
    key_write(to + 16, &wished->key);
    bytes_put_u64(to + 32, wished->customer.value);
    bytes_put_i64(to + 40, wished->since);
    bytes_put_i32(to + 48, wished->latest_day);
    bytes_put_u16(to + 52, wished->offer.index);
    bytes_put_u16(to + 54, 0);
    event_end(buffer, began);
}

enum status event_wished_read(const struct event *event, struct event_wished *wished)
{
    enum status status = event_readable(event, EVENT_WISHED_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    *wished = (struct event_wished){.number = bytes_get_u32(from),
                                    .offer = {bytes_get_u16(from + 52)},
                                    .quantity_thousandths = bytes_get_u32(from + 4),
                                    .made_at = bytes_get_i64(from + 8),
                                    .since = bytes_get_i64(from + 40),
                                    .customer = {bytes_get_u64(from + 32)},
                                    .latest_day = bytes_get_i32(from + 48)};
    memcpy(wished->key.bytes, from + 16, KEY_BYTES);
    return event->length == EVENT_WISHED_BYTES ? STATUS_OK : STATUS_CORRUPT;
}

void event_wish_ended_write(struct event_buffer *buffer, const struct event_wish_ended *ended)
{
    size_t began = event_begin(buffer, EVENT_WISH_ENDED);
    unsigned char *to = buffer_take(buffer, EVENT_WISH_ENDED_BYTES);
    bytes_put_u32(to, ended->number);
    bytes_put_u32(to + 4, ended->lapsed);
    bytes_put_i64(to + 8, ended->at);
    key_write(to + 16, &ended->key);
    event_end(buffer, began);
}

enum status event_wish_ended_read(const struct event *event, struct event_wish_ended *ended)
{
    enum status status = event_readable(event, EVENT_WISH_ENDED_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    *ended = (struct event_wish_ended){.number = bytes_get_u32(from),
                                       .lapsed = bytes_get_u32(from + 4) == 1,
                                       .at = bytes_get_i64(from + 8)};
    memcpy(ended->key.bytes, from + 16, KEY_BYTES);
    return bytes_get_u32(from + 4) <= 1 && event->length == EVENT_WISH_ENDED_BYTES ? STATUS_OK
                                                                                   : STATUS_CORRUPT;
}

/* ---- changes ---- */

void event_changed_write(struct event_buffer *buffer, const struct event_changed *changed)
{
    size_t began = event_begin(buffer, EVENT_CHANGED);
    unsigned char *to = buffer_take(buffer, EVENT_CHANGED_BYTES);
    bytes_put_u16(to, (uint16_t)changed->kind);
    bytes_put_u16(to + 2, changed->index);
    bytes_put_u16(to + 4, changed->supplier);
    bytes_put_u16(to + 6, changed->closes);
    bytes_put_u32(to + 8, changed->entry);
    bytes_put_i32(to + 12, changed->people);
    bytes_put_i32(to + 16, changed->from_day);
    bytes_put_i32(to + 20, changed->to_day);
    bytes_put_i32(to + 24, changed->arrives_day);
    bytes_put_i32(to + 28, changed->due_day);
    bytes_put_i64(to + 32, changed->quantity_thousandths);
    bytes_put_i64(to + 40, changed->damaged_thousandths);
    bytes_put_i64(to + 48, changed->amount_minor);
    bytes_put_i64(to + 56, changed->vat_minor);
    bytes_put_i64(to + 64, 0);
    event_end(buffer, began);
}

enum status event_changed_read(const struct event *event, struct event_changed *changed)
{
    enum status status = event_readable(event, EVENT_CHANGED_BYTES);
    if (status != STATUS_OK) {
        return status;
    }
    const unsigned char *from = event->payload;
    uint16_t kind = bytes_get_u16(from);
    if (kind == CHANGE_NONE || kind >= CHANGE_KINDS || event->length != EVENT_CHANGED_BYTES) {
        return STATUS_CORRUPT;
    }
    *changed = (struct event_changed){.kind = (enum change_kind)kind,
                                      .index = bytes_get_u16(from + 2),
                                      .supplier = bytes_get_u16(from + 4),
                                      .closes = bytes_get_u16(from + 6) != 0,
                                      .entry = bytes_get_u32(from + 8),
                                      .people = bytes_get_i32(from + 12),
                                      .from_day = bytes_get_i32(from + 16),
                                      .to_day = bytes_get_i32(from + 20),
                                      .arrives_day = bytes_get_i32(from + 24),
                                      .due_day = bytes_get_i32(from + 28),
                                      .quantity_thousandths = bytes_get_i64(from + 32),
                                      .damaged_thousandths = bytes_get_i64(from + 40),
                                      .amount_minor = bytes_get_i64(from + 48),
                                      .vat_minor = bytes_get_i64(from + 56)};
    return STATUS_OK;
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
