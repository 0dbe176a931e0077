/* One anonymous mapping holds the state at its largest: addresses are reserved, memory comes with
 * the first touch. So a full pool is an answer (PROMISE_FULL), never a failed allocation in the
 * middle of an evening, and a shop with twenty items pays for twenty. Sizing everything by the shop
 * at hand was tried on paper: a later shop file with more items would have to move it all.
 *
 * Everything derived is rebuilt by the same function at creation, after a new shop file and after a
 * restore. */
#include "promise/state.h"

#include "base/assert.h"

#include <sys/mman.h>

struct layout {
    unsigned char *bytes; /* NULL while only measuring */
    size_t used;
};

static void *layout_take(struct layout *layout, size_t count, size_t size)
{
    size_t at = layout->used;
    layout->used = (at + count * size + 4095) / 4096 * 4096;
    return layout->bytes == NULL ? NULL : layout->bytes + at;
}

static uint32_t hash_slots(uint32_t orders)
{
    uint32_t slots = 64;
    while (slots < 2 * orders) {
        slots *= 2;
    }
    return slots;
}

static void layout_hours(struct layout *layout, struct hours *hours)
{
    for (uint32_t i = 0; i < LIMIT_WORK_CENTERS; i++) {
        struct hours_center *center = &hours->centers[i];
        center->quarters =
            layout_take(layout, HOURS_QUARTERS_MAX, (1 + HOURS_PLANES_MAX) * sizeof(uint64_t));
        center->open = layout_take(layout, HOURS_QUARTERS_MAX, sizeof *center->open);
        center->people = layout_take(layout, HOURS_QUARTERS_MAX, 1);
        for (uint32_t k = 0; k < HOURS_CLASSES_MAX; k++) {
            center->classes[k].words = layout_take(layout, HOURS_LEVEL_WORDS, sizeof(uint64_t));
        }
    }
}

static void layout_orders(struct layout *layout, struct orders *orders, uint32_t capacity)
{
    uint32_t slots = hash_slots(capacity);
    orders->capacity = capacity;
    orders->slot_mask = slots - 1;
    orders->records = layout_take(layout, capacity, sizeof *orders->records);
    orders->by_key = layout_take(layout, slots, sizeof *orders->by_key);
    orders->by_customer = layout_take(layout, slots, sizeof *orders->by_customer);
    struct holds *holds = &orders->holds;
    holds->capacity = capacity;
    holds->queue = layout_take(layout, capacity, sizeof *holds->queue);
    holds->heap = layout_take(layout, (size_t)capacity + 1, sizeof *holds->heap);
    if (holds->heap != NULL) {
        holds->heap++; /* what is two below in the heap then lies in one cache line */
    }
    /* Room for the mean of all orders, and for some that are as large as an order can be. */
    size_t bytes = (size_t)capacity * ORDER_PARTS_BYTES_MEAN + ((size_t)4 << 20);
    orders->block_units_new = (uint32_t)(bytes / BLOCK_UNIT_BYTES);
    /* Each order may grow once by its revision, into another class: a quarter larger at most. */
    size_t revisions = (size_t)capacity * ORDER_REVISION_UNITS;
    orders->block_units =
        orders->block_units_new + (uint32_t)((orders->block_units_new + revisions) / 4 * 5);
    orders->block_units_used = 1;
    orders->blocks = layout_take(layout, orders->block_units, BLOCK_UNIT_BYTES);
}

static void layout_stock(struct layout *layout, struct stock *stock, size_t rows)
{
    stock->heads = layout_take(layout, rows, sizeof(struct stock_head));
    size_t tiled = (rows + STOCK_TILE - 1) / STOCK_TILE * STOCK_TILE;
    stock->days = layout_take(layout, tiled * STOCK_LEAVES_MAX, sizeof(struct stock_day));
    stock->nodes = layout_take(layout, rows * STOCK_LEAVES_MAX, sizeof(struct stock_node));
}

static void layout_supply(struct layout *layout, struct supply *supply)
{
    supply->entries = layout_take(layout, LIMIT_SUPPLY_ENTRIES, sizeof *supply->entries);
    supply->latest = layout_take(layout, LIMIT_ITEMS, sizeof *supply->latest);
    supply->latest_supplier = layout_take(layout, LIMIT_SUPPLIERS, sizeof *supply->latest_supplier);
    supply->bills = layout_take(layout, LIMIT_BILLS, sizeof *supply->bills);
    supply->staff = layout_take(layout, LIMIT_LIST_ENTRIES, sizeof *supply->staff);
    supply->closures = layout_take(layout, LIMIT_LIST_ENTRIES, sizeof *supply->closures);
}

static void layout_wishes(struct layout *layout, struct wishes *wishes)
{
    wishes->all = layout_take(layout, LIMIT_WISHES, sizeof *wishes->all);
    wishes->by_key = layout_take(layout, WISH_SLOTS, sizeof *wishes->by_key);
    for (uint32_t lane = 0; lane < WISH_LANES; lane++) {
        wishes->lanes[lane] = layout_take(layout, LIMIT_WISHES + 1, sizeof *wishes->lanes[lane]);
    }
    wishes->demands = layout_take(layout, LIMIT_OFFERS, sizeof *wishes->demands);
    wishes->refusals = layout_take(layout, LIMIT_OFFERS, sizeof *wishes->refusals);
}

/* Lays the tables out behind the state. Run once to measure (bytes NULL) and once in earnest. */
static void layout_state(struct layout *layout, struct promise_state *state, uint32_t capacity)
{
    layout_take(layout, 1, sizeof *state);
    state->stock.on_hand = layout_take(layout, LIMIT_ITEMS, sizeof(int64_t));
    layout_stock(layout, &state->stock, LIMIT_ITEMS);
    layout_stock(layout, &state->cash.series, 1);
    layout_supply(layout, &state->supply);
    state->sessions.all = layout_take(layout, LIMIT_SESSIONS, sizeof *state->sessions.all);
    layout_wishes(layout, &state->wishes);
    state->sessions.latest = layout_take(layout, LIMIT_OFFERS, sizeof *state->sessions.latest);
    state->parcels.carriers = layout_take(layout, LIMIT_CARRIERS, sizeof(struct parcels_carrier));
    state->scratch.revise = layout_take(layout, capacity, sizeof *state->scratch.revise);
    state->pending.payload = layout_take(layout, promise_event_bytes_max(), 1);
    state->scratch.event = layout_take(layout, promise_event_bytes_max(), 1);
    layout_hours(layout, &state->hours);
    layout_orders(layout, &state->orders, capacity);
}

static void *region_take(size_t bytes)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    return mapped == MAP_FAILED ? NULL : mapped;
}

/* Lays out a state that is thrown away, to learn how long the mapping must be; 0 if there is no
 * memory. */
static size_t layout_bytes(uint32_t capacity)
{
    struct promise_state *measure = region_take(sizeof *measure);
    if (measure == NULL) {
        return 0;
    }
    struct layout layout = {NULL, 0};
    layout_state(&layout, measure, capacity);
    munmap(measure, sizeof *measure);
    return layout.used;
}

/* New items bring their opening stock and what is expected of them; the others keep what they have.
 */
static void state_adopt(struct promise_state *state, const struct shop *shop)
{
    for (uint32_t i = state->stock.item_count; i < shop->item_count; i++) {
        state->stock.on_hand[i] = shop->items[i].on_hand_thousandths;
    }
    state->shop = shop;
    supply_adopt(&state->supply, shop);
}

enum status promise_create(const struct shop *shop, int64_t now, const struct promise_sizes *sizes,
                           struct promise_state **state, struct fault *fault)
{
    if (sizes->orders == 0 || sizes->orders > LIMIT_ORDERS) {
        return fault_set(fault, STATUS_LIMIT, "the core holds 1 to %d orders, not %u", LIMIT_ORDERS,
                         sizes->orders);
    }
    size_t bytes = layout_bytes(sizes->orders);
    void *mapped = bytes == 0 ? NULL : region_take(bytes);
    if (mapped == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "the machine does not give %zu MB of addresses for %u orders", bytes >> 20,
                         sizes->orders);
    }
    struct promise_state *made = mapped;
    struct layout layout = {mapped, 0};
    layout_state(&layout, made, sizes->orders);
    made->mapped_bytes = bytes;
    made->now = now;
    state_adopt(made, shop);
    made->cash.since_day = zone_day(&shop->zone, now);
    made->cash.opening_minor = shop->cash.opening_balance_minor;
    state_build(made, zone_day(&shop->zone, now));
    *state = made;
    return STATUS_OK;
}

void promise_free(struct promise_state *state)
{
    if (state != NULL) {
        munmap(state, state->mapped_bytes);
    }
}

void promise_shop(struct promise_state *state, const struct shop *shop, int64_t now)
{
    ASSERT(shop->item_count >= state->stock.item_count);
    plan_settle(state);
    state->now = now > state->now ? now : state->now;
    if (!state->shop->cash.present && shop->cash.present && !state->cash.recorded) {
        state->cash.since_day = state->window.today;
        state->cash.opening_minor = shop->cash.opening_balance_minor;
    }
    state_adopt(state, shop);
    state_build(state, zone_day(&shop->zone, state->now));
    wishes_wake(&state->wishes);
}

/* ---- status ---- */

bool status_reserves(enum order_status status)
{
    return status >= ORDER_HELD && status <= ORDER_SHIPPED;
}

bool record_reserves(const struct order_record *record)
{
    return status_reserves((enum order_status)record->status) && (record->flags & ORDER_LOOSE) == 0;
}

bool record_broken(const struct order_record *record)
{
    return status_reserves((enum order_status)record->status) &&
           (record->flags & ORDER_BROKEN) != 0;
}

bool status_bought(enum order_status status)
{
    return status >= ORDER_HELD && status <= ORDER_DELIVERED;
}

/* Has any of it been shipped or delivered? */
static bool order_has_left(const struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->line_count; i++) {
        if (parts.lines[i].status >= ORDER_SHIPPED) {
            return true;
        }
    }
    return false;
}

/* Is the line in a parcel? */
static bool line_is_carried(const struct order_parts *parts, const struct order_line *line)
{
    return parts->groups[line->group].carrier != NO_INDEX;
}

/*   line     confirmed -> started -> done -> shipped -> delivered
 *            confirmed -> done, anything up to done -> shipped: a floor that reports less is not
 *            refused; on site: anything up to done -> delivered */
static bool line_allows(const struct order_parts *parts, const struct order_line *line,
                        enum event_type type)
{
    bool carried = line_is_carried(parts, line);
    switch (type) {
    case EVENT_STARTED:
        return line->status == ORDER_CONFIRMED;
    case EVENT_DONE:
        return line->status < ORDER_DONE;
    case EVENT_SHIPPED:
        return carried && line->status <= ORDER_DONE;
    case EVENT_DELIVERED:
        return carried ? line->status == ORDER_SHIPPED : line->status <= ORDER_DONE;
    default:
        return false;
    }
}

bool line_touched(const struct order_parts *parts, uint32_t index, enum event_type type,
                  uint16_t line)
{
    const struct order_line *own = &parts->lines[index];
    bool shares = type == EVENT_SHIPPED || type == EVENT_DELIVERED;
    bool meant = line == LINE_ALL || line == index + 1 ||
                 (shares && own->group == parts->lines[line - 1].group);
    return meant && line_allows(parts, own, type);
}

enum order_status order_status_then(const struct promise_state *state,
                                    const struct order_record *record, enum event_type type,
                                    uint16_t line)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    struct order_line lines[LIMIT_ORDER_LINES];
    struct order_parts then = {.lines = lines};
    if (type == EVENT_CONFIRMED || type == EVENT_CANCELLED || type == EVENT_EXPIRED) {
        return order_status_after(type);
    }
    memcpy(lines, parts.lines, record->line_count * sizeof *lines);
    for (uint32_t i = 0; i < record->line_count; i++) {
        if (line_touched(&parts, i, type, line)) {
            lines[i].status = (uint8_t)order_status_after(type);
        }
    }
    return order_status_of_lines(&then, record->line_count);
}

/* One line, or any of those that there are; a whole order is delivered only when nothing of it is
 * still to be shipped. */
static bool lines_allow(const struct promise_state *state, const struct order_record *record,
                        enum event_type type, uint16_t line)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    bool any = false;
    bool unshipped = false;
    for (uint32_t i = 0; i < record->line_count; i++) {
        bool meant = line == LINE_ALL || line == i + 1;
        any = any || (meant && line_allows(&parts, &parts.lines[i], type));
        unshipped = unshipped || (line_is_carried(&parts, &parts.lines[i]) &&
                                  parts.lines[i].status < ORDER_SHIPPED);
    }
    return any && !(type == EVENT_DELIVERED && line == LINE_ALL && unshipped);
}

/*   order    held -> confirmed -> (its lines: order_status_of_lines)
 *            held -> expired, held -> replaced (by EVENT_PLACED), any up to done -> cancelled, or
 *            replaced by what was sold elsewhere, while nothing of it has left */
bool order_allows(const struct promise_state *state, const struct order_record *record,
                  enum event_type type, uint16_t line)
{
    enum order_status status = (enum order_status)record->status;
    if ((record->flags & ORDER_LOOSE) != 0) {
        return false; /* its revision comes first */
    }
    switch (type) {
    case EVENT_CONFIRMED:
    case EVENT_EXPIRED:
        return status == ORDER_HELD && line == LINE_ALL;
    case EVENT_CANCELLED:
        return (status == ORDER_HELD || (status >= ORDER_CONFIRMED && status <= ORDER_DONE)) &&
               line == LINE_ALL && !order_has_left(state, record);
    case EVENT_STARTED:
    case EVENT_DONE:
    case EVENT_SHIPPED:
    case EVENT_DELIVERED:
        return status >= ORDER_CONFIRMED && status <= ORDER_SHIPPED && line <= record->line_count &&
               lines_allow(state, record, type, line);
    default:
        return false;
    }
}

bool order_gives_way(const struct promise_state *state, uint32_t number, bool elsewhere)
{
    const struct order_record *record = orders_record(&state->orders, number);
    return record->status == ORDER_HELD ||
           (elsewhere && order_allows(state, record, EVENT_CANCELLED, LINE_ALL));
}

/* ---- reservations ---- */

static void parcels_change(struct promise_state *state, const struct order_record *record,
                           int32_t difference)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    bool broken = (record->flags & ORDER_BROKEN) != 0;
    for (uint32_t i = 0; i < record->group_count && !broken; i++) {
        const struct order_group *group = &parts.groups[i];
        if (group->carrier != NO_INDEX) {
            parcels_add(&state->parcels, &state->window, group->carrier,
                        group->collection_day - state->window.today, difference);
        }
    }
}

static void commitments_change(struct promise_state *state, const struct order_record *record,
                               int64_t sign)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->commitment_count; i++) {
        const struct order_commitment *commitment = &parts.commitments[i];
        if (!commitment->left) {
            stock_commit(&state->stock, commitment->item, commitment->day - state->window.today,
                         sign * commitment->quantity_thousandths);
        }
    }
}

static void bookings_change(struct promise_state *state, const struct order_record *record,
                            bool takes)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->booking_count; i++) {
        int32_t seats = (int32_t)parts.bookings[i].seats;
        sessions_seats(&state->sessions, &state->orders, &state->hours, parts.bookings[i].session,
                       takes ? seats : -seats);
    }
}

bool state_has_room(const struct promise_state *state, const struct order_shape *shape,
                    uint32_t session_runs, uint32_t revised)
{
    const struct orders *orders = &state->orders;
    if (revised == 0 && orders->count >= orders->capacity) {
        return false;
    }
    /* Nearly always. A copy of a shape that was just written waits for it: the core decides 5
     * percent more without. */
    if (revised == 0 && shape->bookings == 0) {
        return orders_block_room(orders, shape);
    }
    struct order_shape block = *shape;
    if (revised != 0) {
        block.revisions = 1;
        block.pegs += orders_record(orders, revised)->peg_count;
    }
    struct order_shape all = block;
    all.runs += session_runs + 2 * shape->bookings; /* a block each, rounded up */
    return orders_block_room(orders, &block) &&
           (shape->bookings == 0 ||
            (orders_block_fresh(orders, &all) && sessions_room(&state->sessions, shape->bookings)));
}

void state_reserve(struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->run_count; i++) {
        bool fits = hours_take(&state->hours, parts.runs[i]);
        ASSERT(fits);
    }
    bookings_change(state, record, true);
    parcels_change(state, record, 1);
    commitments_change(state, record, 1);
}

void state_release(struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->commitment_count; i++) {
        stock_commit_soon(&state->stock, parts.commitments[i].item,
                          parts.commitments[i].day - state->window.today);
    }
    for (uint32_t i = 0; i < record->run_count; i++) {
        hours_give(&state->hours, parts.runs[i]);
    }
    bookings_change(state, record, false);
    parcels_change(state, record, -1);
    commitments_change(state, record, -1);
}

void state_sale(struct promise_state *state, const struct order_record *record, int sign)
{
    if (!state->cash.present) {
        return;
    }
    struct cash_flow flows[CASH_FLOWS_MAX];
    uint32_t count = cash_sale_flows(state->shop, zone_day(&state->shop->zone, record->made_at),
                                     record->total_minor, record->vat_minor, flows);
    cash_add(&state->cash, flows, count, sign, false);
}

void state_expect(struct promise_state *state, uint32_t number, int sign)
{
    const struct supply_entry *entry = supply_entry_of(&state->supply, number);
    struct cash_flow flows[CASH_FLOWS_MAX];
    if (supply_counts(entry, state->window.today)) {
        stock_expect(&state->stock, entry->item, entry->due_day - state->window.today,
                     sign * entry->quantity_thousandths);
    }
    uint32_t count = cash_entry_flows(state->shop, entry, flows);
    cash_add(&state->cash, flows, count, sign, true);
}

/* The days that the window must have so that nothing reserved lies beyond it. */
static int32_t window_days_needed(const struct promise_state *state, int32_t today)
{
    int32_t days = state->shop->promise.horizon_days;
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (!record_reserves(record)) {
            continue;
        }
        /* Work and collection come before delivery, and a day more for a zone that moved. */
        struct order_parts parts = orders_parts(&state->orders, record);
        int32_t last = order_dates(&parts, record->group_count).deliver_by_day - today + 2;
        days = last > days ? last : days;
    }
    return days < WINDOW_DAYS_MAX ? days : WINDOW_DAYS_MAX;
}

static bool order_counts(const struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->line_count; i++) {
        if (state->shop->offers[parts.lines[i].offer].max_per_customer_thousandths >= 0) {
            return true;
        }
    }
    return false;
}

/* Which orders count for their customers depends on the shop's offers: it is found again with
 * each. */
static void customers_build(struct promise_state *state)
{
    orders_customers_forget(&state->orders);
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        struct order_record *record = orders_record(&state->orders, number);
        record->customer_previous = 0;
        if (order_counts(state, record)) {
            orders_customer_add(&state->orders, number);
        }
    }
}

void state_build_empty(struct promise_state *state)
{
    stock_build(&state->stock, state->shop, &state->supply, &state->window);
    hours_build(&state->hours, state->shop, &state->supply, &state->window);
    parcels_build(&state->parcels, state->shop, &state->supply, &state->window);
    cash_build(&state->cash, state->shop, &state->supply, &state->window);
    for (uint32_t number = 1; number <= state->sessions.count; number++) {
        session_of(&state->sessions, number)->seats_taken = 0;
    }
}

void state_build(struct promise_state *state, int32_t today)
{
    window_set(&state->window, &state->shop->zone, today, state->shop->promise.horizon_days,
               window_days_needed(state, today));
    supply_index(&state->supply);
    state_build_empty(state);
    customers_build(state);
    state->broken = 0;
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        state->broken += record_broken(record);
        if (record_reserves(record)) {
            state_reserve(state, record);
        }
        if (status_bought((enum order_status)record->status)) {
            state_sale(state, record, 1);
        }
    }
    sessions_index(&state->sessions, state->now);
}
