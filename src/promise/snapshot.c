/* Digest, save and restore: all three walk what is kept, none what is derived.
 *
 * The digest reads orders through their numbers, never blocks through their places: where a block
 * lies depends on what was freed when, and must not count. A saved state is the used prefixes of
 * the tables between a head and a checksum; its head names the layout, the shop and the sizes, so
 * that a state of another making is refused and the journal is replayed instead. */
#include "promise/state.h"

#include "base/assert.h"
#include "base/random.h"

enum { SNAPSHOT_LAYOUT = 5, PIECE_BYTES = 1 << 20 };

static const char snapshot_magic[16] = "ecluse snapshot";

static inline uint64_t mix(uint64_t digest, uint64_t value)
{
    return random_mix(digest ^ value) + 0x9e3779b97f4a7c15u;
}

static uint64_t mix_bytes(uint64_t digest, const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    for (; length >= 8; from += 8, length -= 8) {
        uint64_t word = 0;
        memcpy(&word, from, sizeof word);
        digest = mix(digest, word);
    }
    uint64_t rest = length;
    memcpy((unsigned char *)&rest + 1, from, length);
    return mix(digest, rest);
}

static uint64_t mix_parts(uint64_t digest, const struct orders *orders,
                          const struct order_record *record)
{
    struct order_parts parts = orders_parts(orders, record);
    if (parts.revision != NULL) {
        digest = mix_bytes(digest, parts.revision, sizeof *parts.revision);
    }
    digest = mix_bytes(digest, parts.groups, record->group_count * sizeof *parts.groups);
    digest = mix_bytes(digest, parts.lines, record->line_count * sizeof *parts.lines);
    if (status_reserves((enum order_status)record->status)) {
        digest = mix_bytes(digest, parts.commitments,
                           record->commitment_count * sizeof *parts.commitments);
        digest = mix_bytes(digest, parts.pegs, record->peg_count * sizeof *parts.pegs);
        digest = mix_bytes(digest, parts.runs, record->run_count * sizeof *parts.runs);
        digest = mix_bytes(digest, parts.bookings, record->booking_count * sizeof *parts.bookings);
    }
    return digest;
}

/* What is expected, billed and recorded. The lists through the entries say nothing new, but they
 * are the same wherever the entries are. */
static uint64_t mix_supply(uint64_t digest, const struct supply *supply)
{
    digest = mix_bytes(digest, supply->entries, supply->count * sizeof *supply->entries);
    digest = mix_bytes(digest, supply->bills, supply->bill_count * sizeof *supply->bills);
    digest = mix_bytes(digest, supply->staff, supply->staff_count * sizeof *supply->staff);
    return mix_bytes(digest, supply->closures, supply->closure_count * sizeof *supply->closures);
}

static uint64_t mix_sessions(uint64_t digest, const struct promise_state *state)
{
    for (uint32_t number = 1; number <= state->sessions.count; number++) {
        const struct session *session = session_of(&state->sessions, number);
        digest = mix(digest, (uint64_t)session->start);
        digest = mix(digest, (uint64_t)session->end);
        digest = mix(digest, session->offer);
        if (session->block != 0) {
            digest = mix_bytes(digest, orders_runs(&state->orders, session->block),
                               session->run_count * sizeof(struct slot_run));
        }
    }
    return digest;
}

/* The queue is the records' own. */
static uint64_t mix_wishes(uint64_t digest, const struct wishes *wishes)
{
    return mix_bytes(digest, wishes->all, wishes->count * sizeof *wishes->all);
}

uint64_t promise_digest(const struct promise_state *state)
{
    const struct orders *orders = &state->orders;
    uint64_t digest = mix(0, (uint64_t)state->now);
    digest = mix(digest, (uint64_t)state->window.today);
    digest = mix_bytes(digest, state->stock.on_hand, state->stock.item_count * sizeof(int64_t));
    digest = mix_supply(digest, &state->supply);
    digest = mix(digest, (uint64_t)state->cash.opening_minor);
    digest = mix(digest, (uint64_t)(uint32_t)state->cash.since_day << 1 | state->cash.recorded);
    digest = mix_sessions(digest, state);
    digest = mix_wishes(digest, &state->wishes);
    for (uint32_t number = 1; number <= orders->count; number++) {
        struct order_record record = *orders_record(orders, number);
        digest = mix_parts(digest, orders, &record);
        record.block = 0;
        record.block_class = 0;
        digest = mix_bytes(digest, &record, sizeof record);
    }
    return digest;
}

/* ---- the shop as far as the kept state depends on it ---- */

static uint64_t shop_digest(const struct shop *shop)
{
    uint64_t digest = mix(0, shop->item_count);
    for (uint32_t i = 0; i < shop->item_count; i++) {
        digest = mix_bytes(digest, shop->items[i].name, strlen(shop->items[i].name));
    }
    digest = mix(digest, shop->offer_count);
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        digest = mix_bytes(digest, shop->offers[i].name, strlen(shop->offers[i].name));
    }
    digest = mix(digest, shop->work_center_count);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        digest = mix_bytes(digest, shop->work_centers[i].name, strlen(shop->work_centers[i].name));
    }
    digest = mix(digest, shop->carrier_count);
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        digest = mix_bytes(digest, shop->carriers[i].name, strlen(shop->carriers[i].name));
    }
    return digest;
}

/* ---- saving ---- */

struct snapshot_head {
    char magic[16];
    uint32_t layout;
    uint32_t record_bytes;
    uint64_t shop_digest;
    int64_t now;
    int32_t today;
    uint32_t item_count;
    uint32_t order_count;
    uint32_t block_units_used;
    uint32_t block_free[BLOCK_CLASSES];
    uint8_t planes[LIMIT_WORK_CENTERS];
    uint32_t entry_count;
    uint32_t opening_count;
    uint32_t bill_count;
    uint32_t staff_count;
    uint32_t closure_count;
    uint32_t session_count;
    uint32_t wish_count;
    int32_t cash_since_day;
    uint32_t cash_recorded;
    int64_t cash_opening_minor;
};

/* The tables that a snapshot carries, one after another. */
struct snapshot_table {
    void *bytes;
    size_t length;
};

enum { SNAPSHOT_TABLES = 9 };

static void tables_list(const struct promise_state *state, const struct snapshot_head *head,
                        struct snapshot_table tables[SNAPSHOT_TABLES])
{
    const struct orders *orders = &state->orders;
    const struct supply *supply = &state->supply;
    const struct snapshot_table list[SNAPSHOT_TABLES] = {
        {state->stock.on_hand, head->item_count * sizeof(int64_t)},
        {orders->records, head->order_count * sizeof *orders->records},
        {orders->blocks, (size_t)head->block_units_used * BLOCK_UNIT_BYTES},
        {supply->entries, head->entry_count * sizeof *supply->entries},
        {supply->bills, head->bill_count * sizeof *supply->bills},
        {supply->staff, head->staff_count * sizeof *supply->staff},
        {supply->closures, head->closure_count * sizeof *supply->closures},
        {state->sessions.all, head->session_count * sizeof *state->sessions.all},
        {state->wishes.all, head->wish_count * sizeof *state->wishes.all},
    };
    memcpy(tables, list, sizeof list);
}

struct sum_stream {
    const struct promise_stream *stream;
    uint64_t sum;
};

static enum status stream_save(struct sum_stream *to, const void *bytes, size_t length)
{
    const unsigned char *from = bytes;
    enum status status = STATUS_OK;
    for (size_t at = 0; at < length && status == STATUS_OK; at += PIECE_BYTES) {
        size_t piece = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;
        to->sum = mix_bytes(to->sum, from + at, piece);
        /* `move` takes a pointer that it may write through; a writer does not. */
        status = to->stream->move(to->stream->context, (void *)(uintptr_t)(from + at), piece);
    }
    return status;
}

static enum status stream_restore(struct sum_stream *from, void *bytes, size_t length)
{
    unsigned char *to = bytes;
    enum status status = STATUS_OK;
    for (size_t at = 0; at < length && status == STATUS_OK; at += PIECE_BYTES) {
        size_t piece = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;
        status = from->stream->move(from->stream->context, to + at, piece);
        from->sum = mix_bytes(from->sum, to + at, piece);
    }
    return status;
}

static struct snapshot_head head_make(const struct promise_state *state)
{
    struct snapshot_head head;
    memset(&head, 0, sizeof head);
    memcpy(head.magic, snapshot_magic, sizeof head.magic);
    head.layout = SNAPSHOT_LAYOUT;
    head.record_bytes = sizeof(struct order_record);
    head.shop_digest = shop_digest(state->shop);
    head.now = state->now;
    head.today = state->window.today;
    head.item_count = state->stock.item_count;
    head.order_count = state->orders.count;
    head.block_units_used = state->orders.block_units_used;
    memcpy(head.block_free, state->orders.block_free, sizeof head.block_free);
    for (uint32_t i = 0; i < state->hours.center_count; i++) {
        head.planes[i] = (uint8_t)state->hours.centers[i].planes;
    }
    head.entry_count = state->supply.count;
    head.opening_count = state->supply.opening_count;
    head.bill_count = state->supply.bill_count;
    head.staff_count = state->supply.staff_count;
    head.closure_count = state->supply.closure_count;
    head.session_count = state->sessions.count;
    head.wish_count = state->wishes.count;
    head.cash_since_day = state->cash.since_day;
    head.cash_recorded = state->cash.recorded;
    head.cash_opening_minor = state->cash.opening_minor;
    return head;
}

enum status promise_save(const struct promise_state *state, const struct promise_stream *write)
{
    struct snapshot_table tables[SNAPSHOT_TABLES];
    struct sum_stream to = {write, 0};
    struct snapshot_head head = head_make(state);
    enum status status = stream_save(&to, &head, sizeof head);
    tables_list(state, &head, tables);
    for (int i = 0; i < SNAPSHOT_TABLES && status == STATUS_OK; i++) {
        status = stream_save(&to, tables[i].bytes, tables[i].length);
    }
    uint64_t sum = to.sum;
    return status == STATUS_OK ? stream_save(&to, &sum, sizeof sum) : status;
}

/* ---- restoring ---- */

static enum status head_check(const struct promise_state *state, const struct snapshot_head *head)
{
    if (memcmp(head->magic, snapshot_magic, sizeof head->magic) != 0) {
        return STATUS_CORRUPT;
    }
    if (head->layout != SNAPSHOT_LAYOUT || head->record_bytes != sizeof(struct order_record) ||
        head->shop_digest != shop_digest(state->shop)) {
        return STATUS_VERSION;
    }
    if (head->order_count > state->orders.capacity ||
        head->block_units_used > state->orders.block_units ||
        head->entry_count > LIMIT_SUPPLY_ENTRIES || head->bill_count > LIMIT_BILLS ||
        head->staff_count > LIMIT_LIST_ENTRIES || head->closure_count > LIMIT_LIST_ENTRIES ||
        head->session_count > LIMIT_SESSIONS || head->wish_count > LIMIT_WISHES) {
        return STATUS_LIMIT;
    }
    return head->item_count == state->stock.item_count && head->block_units_used >= 1
               ? STATUS_OK
               : STATUS_CORRUPT;
}

static enum status tables_restore(struct promise_state *state, const struct snapshot_head *head,
                                  struct sum_stream *from)
{
    struct snapshot_table tables[SNAPSHOT_TABLES];
    enum status status = STATUS_OK;
    tables_list(state, head, tables);
    for (int i = 0; i < SNAPSHOT_TABLES && status == STATUS_OK; i++) {
        status = stream_restore(from, tables[i].bytes, tables[i].length);
    }
    return status;
}

/* A state that could not be read whole is the opening one again, ready for the journal's replay.
 * How much of each table is used was not changed. */
static void state_forget(struct promise_state *state)
{
    for (uint32_t i = 0; i < state->shop->item_count; i++) {
        state->stock.on_hand[i] = state->shop->items[i].on_hand_thousandths;
    }
    state->supply.count = 0;
    state->supply.opening_count = 0;
    supply_index(&state->supply);
    supply_adopt(&state->supply, state->shop);
    wishes_forget(&state->wishes);
}

enum status promise_restore(struct promise_state *state, const struct promise_stream *read)
{
    ASSERT(state->orders.count == 0);
    ASSERT(holds_count(&state->orders.holds) == 0);
    ASSERT(state->orders.block_units_used == 1);
    plan_settle(state);
    struct sum_stream from = {read, 0};
    struct snapshot_head head;
    enum status status = stream_restore(&from, &head, sizeof head);
    if (status == STATUS_OK) {
        status = head_check(state, &head);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = tables_restore(state, &head, &from);
    uint64_t expected = from.sum;
    uint64_t sum = 0;
    if (status == STATUS_OK) {
        status = stream_restore(&from, &sum, sizeof sum);
    }
    if (status != STATUS_OK || sum != expected) {
        state_forget(state);
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    }
    state->now = head.now;
    state->orders.count = head.order_count;
    state->orders.block_units_used = head.block_units_used;
    memcpy(state->orders.block_free, head.block_free, sizeof head.block_free);
    state->supply.count = head.entry_count;
    state->supply.opening_count = head.opening_count;
    state->supply.bill_count = head.bill_count;
    state->supply.staff_count = head.staff_count;
    state->supply.closure_count = head.closure_count;
    state->sessions.count = head.session_count;
    state->wishes.count = head.wish_count;
    state->cash.since_day = head.cash_since_day;
    state->cash.recorded = head.cash_recorded != 0;
    state->cash.opening_minor = head.cash_opening_minor;
    for (uint32_t i = 0; i < state->shop->work_center_count; i++) {
        state->hours.centers[i].planes_least = head.planes[i];
    }
    orders_index(&state->orders);
    wishes_index(&state->wishes);
    state_build(state, head.today);
    return STATUS_OK;
}

/* ---- in memory ---- */

static enum status piece_append(void *context, void *bytes, size_t length)
{
    struct text *to = context;
    text_append(to, bytes, length);
    return to->overflow ? STATUS_MEMORY : STATUS_OK;
}

static enum status piece_take(void *context, void *bytes, size_t length)
{
    struct slice *rest = context;
    if (length > rest->length) {
        return STATUS_CORRUPT;
    }
    memcpy(bytes, rest->data, length);
    *rest = (struct slice){rest->data + length, rest->length - length};
    return STATUS_OK;
}

enum status promise_save_bytes(const struct promise_state *state, struct text *bytes)
{
    const struct promise_stream write = {piece_append, bytes};
    return promise_save(state, &write);
}

enum status promise_restore_bytes(struct promise_state *state, struct slice bytes)
{
    const struct promise_stream read = {piece_take, &bytes};
    return promise_restore(state, &read);
}
