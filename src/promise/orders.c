/* Blocks are given out from size classes (16-byte steps to 1 KB, then four sizes an octave): an
 * order that ends gives its block back for a smaller one, and the next order of that size takes it.
 * A general allocator would cost two words a block and could not be saved by its used prefix.
 *
 * Holds are not searched (holds.h): one that is confirmed or cancelled stays among them until it is
 * the next to end, and confirming costs nothing however many there are. One that was extended is
 * put back when its old time is over. */
#include "promise/orders.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "base/memory.h"
#include "base/random.h"

/* From so many orders on, keys have touched nearly all of their table's pages: large ones cost no
 * more memory then. */
enum { SMALL_UNITS = 64, CLASS_STEPS = 4, HOLDS_AHEAD = 12, ORDERS_LARGE = 16384 };

/* ---- blocks ---- */

static uint32_t class_of(uint32_t units)
{
    if (units <= SMALL_UNITS) {
        return units - 1;
    }
    uint32_t octave =
        31u - (uint32_t)__builtin_clz(units - 1); /* 2^octave < units <= 2^(octave + 1) */
    uint32_t step = (units - 1 - (1u << octave)) >> (octave - 2);
    return SMALL_UNITS + (octave - 6) * CLASS_STEPS + step;
}

static uint32_t class_units(uint32_t class)
{
    if (class < SMALL_UNITS) {
        return class + 1;
    }
    uint32_t octave = 6 + (class - SMALL_UNITS) / CLASS_STEPS;
    uint32_t step = (class - SMALL_UNITS) % CLASS_STEPS;
    ASSERT(octave < 31);
    return (1u << octave) + ((step + 1) << (octave - 2));
}

static uint32_t parts_units(const struct order_shape *shape)
{
    size_t bytes = (shape->revisions > 0 ? sizeof(struct order_revision) : 0) +
                   shape->groups * sizeof(struct order_group) +
                   shape->lines * sizeof(struct order_line) +
                   shape->commitments * sizeof(struct order_commitment) +
                   shape->pegs * sizeof(struct order_peg) + shape->runs * sizeof(struct slot_run) +
                   shape->bookings * sizeof(struct order_booking);
    return (uint32_t)((bytes + BLOCK_UNIT_BYTES - 1) / BLOCK_UNIT_BYTES);
}

static unsigned char *block_bytes(const struct orders *orders, uint32_t block)
{
    return orders->blocks + (size_t)block * BLOCK_UNIT_BYTES;
}

/* Units never given out yet. */
static uint32_t units_left(const struct orders *orders, bool revision)
{
    uint32_t most = revision ? orders->block_units : orders->block_units_new;
    return most > orders->block_units_used ? most - orders->block_units_used : 0;
}

static bool block_available(const struct orders *orders, uint32_t class, bool revision)
{
    return orders->block_free[class] != 0 || units_left(orders, revision) >= class_units(class);
}

static uint32_t block_take(struct orders *orders, uint32_t class)
{
    uint32_t block = orders->block_free[class];
    if (block != 0) {
        orders->block_free[class] = bytes_get_u32(block_bytes(orders, block));
        return block;
    }
    block = orders->block_units_used;
    orders->block_units_used += class_units(class);
    return block;
}

static void block_give(struct orders *orders, uint32_t block, uint32_t class)
{
    bytes_put_u32(block_bytes(orders, block), orders->block_free[class]);
    orders->block_free[class] = block;
}

/* ---- hashes ---- */

static uint32_t key_slot(const struct orders *orders, const struct order_key *key)
{
    const unsigned char *bytes = key->bytes;
    return (uint32_t)random_mix(bytes_get_u64(bytes) ^ bytes_get_u16(bytes + 8)) &
           orders->slot_mask;
}

static uint32_t customer_slot(const struct orders *orders, uint64_t customer)
{
    uint32_t slot = (uint32_t)random_mix(customer) & orders->slot_mask;
    while (orders->by_customer[slot] != 0 &&
           orders_record(orders, orders->by_customer[slot])->customer != customer) {
        slot = (slot + 1) & orders->slot_mask;
    }
    return slot;
}

void orders_find_soon(const struct orders *orders, const struct order_key *key)
{
    __builtin_prefetch(&orders->by_key[key_slot(orders, key)], 1);
}

uint32_t orders_find(const struct orders *orders, const struct order_key *key)
{
    uint32_t slot = key_slot(orders, key);
    while (orders->by_key[slot] != 0) {
        uint32_t number = orders->by_key[slot];
        if (memcmp(&orders_record(orders, number)->key, key, sizeof *key) == 0) {
            return number;
        }
        slot = (slot + 1) & orders->slot_mask;
    }
    return 0;
}

uint32_t orders_of_customer(const struct orders *orders, uint64_t customer)
{
    return orders->by_customer[customer_slot(orders, customer)];
}

static void index_add(struct orders *orders, uint32_t number)
{
    const struct order_record *record = orders_record(orders, number);
    uint32_t slot = key_slot(orders, &record->key);
    while (orders->by_key[slot] != 0) {
        slot = (slot + 1) & orders->slot_mask;
    }
    orders->by_key[slot] = number;
}

void orders_customers_forget(struct orders *orders)
{
    if (orders->customers_used > 0) {
        memset(orders->by_customer, 0, ((size_t)orders->slot_mask + 1) * sizeof(uint32_t));
        orders->customers_used = 0;
    }
}

void orders_customer_add(struct orders *orders, uint32_t number)
{
    struct order_record *record = orders_record(orders, number);
    if (record->customer != 0) {
        uint32_t slot = customer_slot(orders, record->customer);
        record->customer_previous = orders->by_customer[slot];
        orders->by_customer[slot] = number;
        orders->customers_used++;
    }
}

/* A key is anywhere in its table. Records and parts grow at their end: large pages gain nothing
 * there, and to clear one takes a while. */
static void pages_enlarge(struct orders *orders)
{
    memory_ask_large(orders->by_key, ((size_t)orders->slot_mask + 1) * sizeof *orders->by_key,
                     true);
}

/* ---- holds ---- */

/* The records and parts of the holds that end next are old and far away in memory: they come while
 * those before them end. */
static void holds_fetch(const struct orders *orders)
{
    uint32_t far = holds_number_ahead(&orders->holds, HOLDS_AHEAD);
    if (far != 0) {
        const struct order_record *record = orders_record(orders, far);
        __builtin_prefetch(record);
        __builtin_prefetch((const char *)record + 64);
        uint32_t near = holds_number_ahead(&orders->holds, HOLDS_AHEAD / 2);
        const unsigned char *parts = block_bytes(orders, orders_record(orders, near)->block);
        __builtin_prefetch(parts);
        __builtin_prefetch(parts + 64);
        __builtin_prefetch(parts + 128);
        __builtin_prefetch(parts + 192);
        __builtin_prefetch(parts + 256);
    }
}

void orders_holds_trim(struct orders *orders)
{
    struct hold_entry next;
    while (holds_next(&orders->holds, &next)) {
        const struct order_record *record = orders_record(orders, next.number);
        bool held = record->status == ORDER_HELD;
        if (held && record->held_until == next.held_until) {
            break;
        }
        if (held) {
            holds_extend(&orders->holds, record->held_until);
        } else {
            holds_drop(&orders->holds);
        }
    }
    holds_fetch(orders);
}

static void hold_add(struct orders *orders, uint32_t number)
{
    const struct order_record *record = orders_record(orders, number);
    holds_add(&orders->holds,
              (struct hold_entry){.held_until = record->held_until, .number = number});
}

void orders_index(struct orders *orders)
{
    memset(orders->by_key, 0, ((size_t)orders->slot_mask + 1) * sizeof(uint32_t));
    for (uint32_t number = 1; number <= orders->count; number++) {
        index_add(orders, number);
        if (orders_record(orders, number)->status == ORDER_HELD) {
            hold_add(orders, number);
        }
    }
    if (orders->count >= ORDERS_LARGE) {
        pages_enlarge(orders);
    }
}

/* ---- orders ---- */

struct order_parts orders_parts(const struct orders *orders, const struct order_record *record)
{
    struct order_parts parts;
    unsigned char *bytes = block_bytes(orders, record->block);
    struct order_revision *revision = (struct order_revision *)(void *)bytes;
    parts.revision = record->revisions > 0 ? revision : NULL;
    parts.groups = (struct order_group *)(void *)(revision + (record->revisions > 0));
    parts.lines = (struct order_line *)(void *)(parts.groups + record->group_count);
    parts.commitments = (struct order_commitment *)(void *)(parts.lines + record->line_count);
    parts.pegs = (struct order_peg *)(void *)(parts.commitments + record->commitment_count);
    parts.runs = (struct slot_run *)(void *)(parts.pegs + record->peg_count);
    parts.bookings = (struct order_booking *)(void *)(parts.runs + record->run_count);
    return parts;
}

uint32_t orders_block_units(const struct order_shape *shape)
{
    return class_units(class_of(parts_units(shape)));
}

bool orders_block_room(const struct orders *orders, const struct order_shape *shape)
{
    return block_available(orders, class_of(parts_units(shape)), shape->revisions > 0);
}

bool orders_block_fresh(const struct orders *orders, const struct order_shape *shape)
{
    /* A class is less than a quarter larger than what is asked for. */
    uint64_t units = parts_units(shape);
    return units_left(orders, shape->revisions > 0) >= units + units / 4;
}

struct order_shape order_shape_of(const struct event_placed *placed, uint32_t revisions)
{
    return (struct order_shape){.revisions = revisions,
                                .lines = placed->line_count,
                                .groups = placed->group_count,
                                .commitments = placed->commitment_count,
                                .pegs = placed->purchase_count,
                                .runs = placed->run_count,
                                .bookings = placed->session_count};
}

uint32_t orders_runs_take(struct orders *orders, uint32_t run_count, uint8_t *class)
{
    const struct order_shape shape = {.runs = run_count > 0 ? run_count : 1};
    uint32_t wanted = class_of(parts_units(&shape));
    if (!block_available(orders, wanted, true)) { /* asked for with its order's block */
        return 0;
    }
    *class = (uint8_t)wanted;
    return block_take(orders, wanted);
}

void orders_runs_give(struct orders *orders, uint32_t block, uint8_t class)
{
    block_give(orders, block, class);
}

struct slot_run *orders_runs(const struct orders *orders, uint32_t block)
{
    return (struct slot_run *)(void *)block_bytes(orders, block);
}

enum order_status order_status_of_lines(const struct order_parts *parts, uint32_t line_count)
{
    uint8_t least = ORDER_DELIVERED;
    uint8_t most = ORDER_CONFIRMED;
    for (uint32_t i = 0; i < line_count; i++) {
        uint8_t status = parts->lines[i].status;
        least = status < least ? status : least;
        most = status > most ? status : most;
    }
    return least == ORDER_CONFIRMED && most > ORDER_CONFIRMED ? ORDER_STARTED
                                                              : (enum order_status)least;
}

struct promise_dates order_dates(const struct order_parts *parts, uint32_t group_count)
{
    struct promise_dates dates = {.deliver_by_day = INT32_MIN};
    for (uint32_t i = 0; i < group_count; i++) {
        const struct order_group *group = &parts->groups[i];
        if (group->deliver_by_day > dates.deliver_by_day) {
            dates.deliver_by_day = group->deliver_by_day;
        }
        if (group->has_ship_by != 0 && (!dates.has_ship_by || group->ship_by > dates.ship_by)) {
            dates.has_ship_by = true;
            dates.ship_by = group->ship_by;
        }
    }
    return dates;
}

static void summary_put(struct order_record *record, const struct promise_summary *summary)
{
    record->limit_index = summary->limit.index;
    record->limit_cause = (uint8_t)summary->limit.cause;
    record->limit_until = summary->limit.until;
    record->has_ship_by = summary->dates.has_ship_by;
    record->ship_by = summary->dates.ship_by;
    record->deliver_by_day = summary->dates.deliver_by_day;
    record->ready_at = summary->ready_at;
    record->material_day = summary->material_day;
    record->total_minor = summary->total_minor;
    record->shipping_minor = summary->shipping_minor;
}

static void parts_put(struct order_parts parts, const struct event_placed *placed)
{
    for (uint32_t i = 0; i < placed->group_count; i++) {
        struct event_group group = event_placed_group(placed, i);
        bool ships = group.dates.has_ship_by;
        parts.groups[i] = (struct order_group){.ship_by = ships ? group.dates.ship_by : group.start,
                                               .seconds = (uint32_t)(group.end - group.start),
                                               .deliver_by_day = group.dates.deliver_by_day,
                                               .collection_day = group.collection_day,
                                               .carrier = group.carrier.index,
                                               .has_ship_by = group.dates.has_ship_by};
    }
    for (uint32_t i = 0; i < placed->line_count; i++) {
        struct event_line line = event_placed_line(placed, i);
        parts.lines[i] =
            (struct order_line){.amount_minor = line.amount_minor,
                                .quantity_thousandths = (uint32_t)line.quantity_thousandths,
                                .offer = line.offer.index,
                                .group = (uint8_t)line.group,
                                .status = ORDER_CONFIRMED};
    }
    for (uint32_t i = 0; i < placed->commitment_count; i++) {
        struct event_commitment commitment = event_placed_commitment(placed, i);
        parts.commitments[i] =
            (struct order_commitment){.quantity_thousandths = commitment.quantity_thousandths,
                                      .day = commitment.day,
                                      .item = commitment.item.index,
                                      .group = (uint8_t)commitment.group};
    }
    for (uint32_t i = 0; i < placed->purchase_count; i++) {
        struct event_purchase purchase = event_placed_purchase(placed, i);
        parts.pegs[i] = (struct order_peg){.quantity_thousandths = purchase.quantity_thousandths,
                                           .entry = purchase.entry};
    }
    for (uint32_t i = 0; i < placed->run_count; i++) {
        parts.runs[i] = event_placed_run(placed, i);
    }
    for (uint32_t i = 0; i < placed->session_count; i++) {
        struct event_session session = event_placed_session(placed, i);
        parts.bookings[i] = (struct order_booking){session.number, session.seats};
    }
}

/* The counts of the parts, and a block for them. */
static void shape_put(struct orders *orders, struct order_record *record,
                      const struct order_shape *shape)
{
    uint32_t class = class_of(parts_units(shape));
    record->revisions = (uint16_t)shape->revisions;
    record->line_count = (uint8_t)shape->lines;
    record->group_count = (uint8_t)shape->groups;
    record->commitment_count = (uint16_t)shape->commitments;
    record->peg_count = (uint16_t)shape->pegs;
    record->run_count = (uint16_t)shape->runs;
    record->booking_count = (uint8_t)shape->bookings;
    record->block_class = (uint8_t) class;
    record->block = block_take(orders, class);
}

void orders_add(struct orders *orders, const struct event_placed *placed, bool counts)
{
    struct order_record *record = &orders->records[orders->count++];
    *record = (struct order_record){
        .key = placed->key,
        .status = placed->hold ? ORDER_HELD : ORDER_CONFIRMED,
        .was_held = placed->hold,
        .priority = placed->priority,
        .made_at = placed->made_at,
        .customer = placed->customer.value,
        .held_until = placed->held_until,
        .vat_minor = placed->vat_minor,
        .want = placed->want.value,
        .want_kind = (uint8_t)placed->want.kind,
        .flags =
            (uint8_t)((placed->split ? ORDER_SPLIT : 0) | (placed->wish != 0 ? ORDER_WISHED : 0) |
                      (placed->elsewhere ? ORDER_ELSEWHERE : 0) |
                      (placed->broken ? ORDER_BROKEN : 0)),
    };
    const struct order_shape shape = order_shape_of(placed, 0);
    shape_put(orders, record, &shape);
    summary_put(record, &placed->first);
    parts_put(orders_parts(orders, record), placed);
    index_add(orders, orders->count);
    if (orders->count == ORDERS_LARGE) {
        pages_enlarge(orders);
    }
    if (counts) {
        orders_customer_add(orders, orders->count);
    }
    if (placed->hold) {
        hold_add(orders, orders->count);
    }
}

/* An order that has begun, or for which there is no date, still waits for what was bought for it;
 * one that was planned again for what is bought now. */
static bool keeps_pegs(const struct order_record *record, const struct event_placed *placed)
{
    return placed->broken || order_begun(record);
}

void orders_revise(struct orders *orders, struct order_record *record,
                   const struct event_placed *placed)
{
    uint8_t statuses[LIMIT_ORDER_LINES] = {0};
    struct order_peg pegs[LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER];
    uint16_t peg_count = keeps_pegs(record, placed) ? record->peg_count : 0;
    struct order_parts before = orders_parts(orders, record);
    ASSERT(placed->line_count == record->line_count);
    for (uint32_t i = 0; i < record->line_count; i++) {
        statuses[i] = before.lines[i].status;
    }
    memcpy(pegs, before.pegs, peg_count * sizeof *pegs);
    block_give(orders, record->block, record->block_class);
    bool still_broken = placed->broken && (record->flags & ORDER_BROKEN) != 0;
    bool counts = !still_broken && record->revisions < UINT16_MAX;
    struct order_shape shape = order_shape_of(placed, record->revisions + (counts ? 1u : 0u));
    shape.pegs += peg_count;
    shape_put(orders, record, &shape);
    uint32_t flags = record->flags & ~(uint32_t)(ORDER_BROKEN | ORDER_LOOSE);
    record->flags = (uint8_t)(flags | (placed->broken ? ORDER_BROKEN : 0));
    struct order_parts parts = orders_parts(orders, record);
    ASSERT(parts.revision != NULL || still_broken); /* from the beginning: its first still stands */
    if (parts.revision != NULL) {
        *parts.revision =
            (struct order_revision){.ready_at = placed->first.ready_at,
                                    .limit_until = placed->first.limit.until,
                                    .material_day = placed->first.material_day,
                                    .limit_index = placed->first.limit.index,
                                    .limit_cause = (uint8_t)placed->first.limit.cause};
    }
    parts_put(parts, placed);
    memcpy(parts.pegs + placed->purchase_count, pegs, peg_count * sizeof *pegs);
    for (uint32_t i = 0; i < record->line_count; i++) {
        parts.lines[i].status = statuses[i];
    }
}

void orders_shrink(struct orders *orders, struct order_record *record)
{
    const struct order_shape shape = {
        .revisions = record->revisions, .lines = record->line_count, .groups = record->group_count};
    uint32_t class = class_of(parts_units(&shape));
    record->run_count = 0;
    record->commitment_count = 0;
    record->peg_count = 0;
    record->booking_count = 0;
    if (class == record->block_class || !block_available(orders, class, false)) {
        return;
    }
    uint32_t block = block_take(orders, class);
    memcpy(block_bytes(orders, block), block_bytes(orders, record->block),
           (record->revisions > 0 ? sizeof(struct order_revision) : 0) +
               record->group_count * sizeof(struct order_group) +
               record->line_count * sizeof(struct order_line));
    block_give(orders, record->block, record->block_class);
    record->block = block;
    record->block_class = (uint8_t) class;
}

const char *orders_check(const struct orders *orders)
{
    uint32_t held = 0;
    for (uint32_t number = 1; number <= orders->count; number++) {
        const struct order_record *record = orders_record(orders, number);
        if (orders_find(orders, &record->key) != number) {
            return "an order is not found by its key";
        }
        held += record->status == ORDER_HELD;
    }
    for (uint32_t i = 0; i < holds_count(&orders->holds); i++) {
        const struct hold_entry *entry = holds_at(&orders->holds, i);
        const struct order_record *record = orders_record(orders, entry->number);
        held -= record->status == ORDER_HELD && record->held_until >= entry->held_until;
    }
    return held == 0 ? holds_check(&orders->holds) : "a hold is not among those that end";
}
