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
    orders->holds = layout_take(layout, capacity, sizeof *orders->holds);
    /* Room for the mean of all orders, and for some that are as large as an order can be. */
    size_t bytes = (size_t)capacity * ORDER_PARTS_BYTES_MEAN + ((size_t)4 << 20);
    orders->block_units = (uint32_t)(bytes / BLOCK_UNIT_BYTES);
    orders->block_units_used = 1;
    orders->blocks = layout_take(layout, orders->block_units, BLOCK_UNIT_BYTES);
}

/* Lays the tables out behind the state. Run once to measure (bytes NULL) and once in earnest. */
static void layout_state(struct layout *layout, struct promise_state *state, uint32_t capacity)
{
    layout_take(layout, 1, sizeof *state);
    state->stock.on_hand = layout_take(layout, LIMIT_ITEMS, sizeof(int64_t));
    state->stock.heads = layout_take(layout, LIMIT_ITEMS, sizeof(struct stock_head));
    state->stock.days =
        layout_take(layout, (size_t)LIMIT_ITEMS * STOCK_LEAVES_MAX, sizeof(struct stock_day));
    state->stock.nodes =
        layout_take(layout, (size_t)LIMIT_ITEMS * STOCK_LEAVES_MAX, sizeof(struct stock_node));
    state->parcels.carriers = layout_take(layout, LIMIT_CARRIERS, sizeof(struct parcels_carrier));
    state->scratch.marks = layout_take(layout, LIMIT_ITEMS, sizeof(struct plan_mark));
    state->pending.payload = layout_take(layout, promise_event_bytes_max(), 1);
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

/* New items bring their opening stock; the others keep what is on hand. */
static void state_adopt(struct promise_state *state, const struct shop *shop)
{
    for (uint32_t i = state->stock.item_count; i < shop->item_count; i++) {
        state->stock.on_hand[i] = shop->items[i].on_hand_thousandths;
    }
    state->shop = shop;
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
    state_adopt(state, shop);
    state_build(state, zone_day(&shop->zone, state->now));
}

/* ---- status ---- */

bool status_reserves(enum order_status status)
{
    return status >= ORDER_HELD && status <= ORDER_SHIPPED;
}

bool status_commits(enum order_status status)
{
    return status >= ORDER_HELD && status <= ORDER_DONE;
}

bool status_bought(enum order_status status)
{
    return status >= ORDER_HELD && status <= ORDER_DELIVERED;
}

static bool order_has_parcels(const struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->group_count; i++) {
        if (parts.groups[i].carrier != NO_INDEX) {
            return true;
        }
    }
    return false;
}

/*   held -> confirmed -> started -> done -> shipped -> delivered
 *   held -> expired, held -> replaced (by EVENT_PLACED), any up to done -> cancelled
 *   confirmed -> done, confirmed or started -> shipped: a floor that reports less is not refused
 *   without parcels: confirmed, started or done -> delivered */
bool order_allows(const struct promise_state *state, const struct order_record *record,
                  enum event_type type)
{
    enum order_status status = (enum order_status)record->status;
    bool worked = status >= ORDER_CONFIRMED && status <= ORDER_DONE;
    switch (type) {
    case EVENT_CONFIRMED:
    case EVENT_EXPIRED:
        return status == ORDER_HELD;
    case EVENT_CANCELLED:
        return status == ORDER_HELD || worked;
    case EVENT_STARTED:
        return status == ORDER_CONFIRMED;
    case EVENT_DONE:
        return status == ORDER_CONFIRMED || status == ORDER_STARTED;
    case EVENT_SHIPPED:
        return worked && order_has_parcels(state, record);
    case EVENT_DELIVERED:
        return status == ORDER_SHIPPED || (worked && !order_has_parcels(state, record));
    default:
        return false;
    }
}

/* ---- reservations ---- */

static void parcels_change(struct promise_state *state, const struct order_record *record,
                           int32_t difference)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->group_count; i++) {
        const struct order_group *group = &parts.groups[i];
        if (group->carrier != NO_INDEX) {
            parcels_add(&state->parcels, state->shop, &state->window, group->carrier,
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
        stock_commit(&state->stock, commitment->item, commitment->day - state->window.today,
                     sign * commitment->quantity_thousandths);
    }
}

void state_reserve(struct promise_state *state, const struct order_record *record)
{
    struct order_parts parts = orders_parts(&state->orders, record);
    for (uint32_t i = 0; i < record->run_count; i++) {
        bool fits = hours_take(&state->hours, parts.runs[i]);
        ASSERT(fits);
    }
    parcels_change(state, record, 1);
    if (status_commits((enum order_status)record->status)) {
        commitments_change(state, record, 1);
    }
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
    parcels_change(state, record, -1);
    if (status_commits((enum order_status)record->status)) {
        commitments_change(state, record, -1);
    }
}

/* The days that the window must have so that nothing reserved lies beyond it. */
static int32_t window_days_needed(const struct promise_state *state, int32_t today)
{
    int32_t days = state->shop->promise.horizon_days;
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (!status_reserves((enum order_status)record->status)) {
            continue;
        }
        /* Work and collection come before delivery, and a day more for a zone that moved. */
        int32_t last = record->deliver_by_day - today + 2;
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

void state_build(struct promise_state *state, int32_t today)
{
    window_set(&state->window, &state->shop->zone, today, state->shop->promise.horizon_days,
               window_days_needed(state, today));
    stock_build(&state->stock, state->shop, &state->window);
    hours_build(&state->hours, state->shop, &state->window);
    parcels_build(&state->parcels, state->shop, &state->window);
    customers_build(state);
    for (uint32_t number = 1; number <= state->orders.count; number++) {
        const struct order_record *record = orders_record(&state->orders, number);
        if (status_reserves((enum order_status)record->status)) {
            state_reserve(state, record);
        }
    }
}
