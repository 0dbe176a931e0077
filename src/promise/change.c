/* What was recorded: a change is checked, its outcome written (days, amounts), and applied to the
 * tables of supply, stock and cash. Who has to move because of it is revise.c's. */
#include "promise/state.h"

#include "base/assert.h"

const char *change_kind_text(enum change_kind kind)
{
    static const char *const texts[CHANGE_KINDS] = {
        [CHANGE_NONE] = "none",          [CHANGE_COUNT] = "count",
        [CHANGE_DATE] = "date",          [CHANGE_QUANTITY] = "quantity",
        [CHANGE_RECEIVED] = "received",  [CHANGE_STAFF] = "staff",
        [CHANGE_CARRIER] = "carrier",    [CHANGE_APPROVED] = "approved",
        [CHANGE_SENT] = "sent",          [CHANGE_BOUGHT] = "bought",
        [CHANGE_BALANCE] = "balance",    [CHANGE_CANCELLED] = "cancelled",
        [CHANGE_ELSEWHERE] = "elsewhere"};
    ASSERT(kind < CHANGE_KINDS);
    return texts[kind];
}

bool change_moves(enum change_kind kind)
{
    return kind != CHANGE_NONE && kind != CHANGE_APPROVED && kind != CHANGE_BOUGHT &&
           kind != CHANGE_BALANCE;
}

bool promise_any_broken(const struct promise_state *state)
{
    return state->broken > 0;
}

/* ---- deciding ---- */

static bool quantity_fits(int64_t quantity)
{
    return quantity >= 0 && quantity <= LIMIT_QUANTITY_THOUSANDTHS;
}

/* Days within two years of today: what is further is a slip of the pen. */
static bool day_fits(const struct promise_state *state, int32_t day)
{
    int64_t away = (int64_t)day - state->window.today;
    return away >= -LIMIT_HORIZON_DAYS && away <= LIMIT_HORIZON_DAYS;
}

static enum promise_result span_check(const struct promise_state *state,
                                      const struct promise_change *change, uint32_t index_count)
{
    bool fits = change->index < index_count && day_fits(state, change->from_day) &&
                day_fits(state, change->to_day) && change->from_day <= change->to_day;
    return fits ? PROMISE_OK : PROMISE_BAD_CHANGE;
}

/* Is there room on the shelf for so much more of an entry's item? */
static bool shelf_has_room(const struct promise_state *state, uint32_t entry, int64_t quantity)
{
    uint16_t item = supply_entry_of(&state->supply, entry)->item;
    return state->stock.on_hand[item] + quantity <= LIMIT_QUANTITY_THOUSANDTHS;
}

static enum promise_result entry_check(const struct promise_state *state,
                                       const struct promise_change *change)
{
    if (change->entry == 0 || change->entry > state->supply.count) {
        return PROMISE_NO_ENTRY;
    }
    const struct supply_entry *entry = supply_entry_of(&state->supply, change->entry);
    if (entry->status == SUPPLY_CLOSED) {
        return PROMISE_NO_ENTRY;
    }
    bool fits =
        quantity_fits(change->quantity_thousandths) && quantity_fits(change->damaged_thousandths);
    if (change->kind == CHANGE_DATE) {
        fits = fits && day_fits(state, change->from_day);
    }
    if (change->kind == CHANGE_RECEIVED) {
        fits = fits && change->quantity_thousandths + change->damaged_thousandths > 0 &&
               shelf_has_room(state, change->entry, change->quantity_thousandths);
    }
    return fits ? PROMISE_OK : PROMISE_BAD_CHANGE;
}

/* Is anything unsent in the supplier's purchase of that day? */
static bool purchase_is_unsent(const struct supply *supply, uint16_t supplier, int32_t order_day)
{
    for (uint32_t number = supply->latest_supplier[supplier]; number != 0;
         number = supply_entry_of(supply, number)->previous_of_supplier) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        if (supply_unsent(entry) && entry->order_day == order_day) {
            return true;
        }
    }
    return false;
}

static enum promise_result change_check(const struct promise_state *state,
                                        const struct promise_change *change)
{
    const struct shop *shop = state->shop;
    switch (change->kind) {
    case CHANGE_COUNT:
        return change->index < shop->item_count && quantity_fits(change->quantity_thousandths)
                   ? PROMISE_OK
                   : PROMISE_BAD_CHANGE;
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
        return entry_check(state, change);
    case CHANGE_STAFF:
        return change->people >= -LIMIT_PEOPLE && change->people <= LIMIT_PEOPLE &&
                       change->people != 0
                   ? span_check(state, change, shop->work_center_count)
                   : PROMISE_BAD_CHANGE;
    case CHANGE_CARRIER:
        return span_check(state, change, shop->carrier_count);
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        return change->index < shop->supplier_count &&
                       purchase_is_unsent(&state->supply, change->index, change->from_day)
                   ? PROMISE_OK
                   : PROMISE_NO_ENTRY;
    case CHANGE_BOUGHT:
        return change->index < shop->item_count && change->quantity_thousandths > 0 &&
                       quantity_fits(change->quantity_thousandths) &&
                       day_fits(state, change->from_day) &&
                       change->from_day >= state->window.today &&
                       shop->items[change->index].supplier.index != NO_INDEX
                   ? PROMISE_OK
                   : PROMISE_BAD_CHANGE;
    case CHANGE_BALANCE:
        return shop->cash.present && change->amount_minor >= -LIMIT_MONEY_MINOR &&
                       change->amount_minor <= LIMIT_MONEY_MINOR
                   ? PROMISE_OK
                   : PROMISE_BAD_CHANGE;
    case CHANGE_NONE:
    case CHANGE_CANCELLED:
    case CHANGE_ELSEWHERE:
    case CHANGE_KINDS:
        break;
    }
    return PROMISE_BAD_CHANGE;
}

/* Is there room in the table that grows by it? */
static bool change_has_room(const struct promise_state *state, enum change_kind kind)
{
    const struct supply *supply = &state->supply;
    switch (kind) {
    case CHANGE_STAFF:
        return supply->staff_count < LIMIT_LIST_ENTRIES;
    case CHANGE_CARRIER:
        return supply->closure_count < LIMIT_LIST_ENTRIES;
    case CHANGE_BOUGHT:
        return supply->count < LIMIT_SUPPLY_ENTRIES;
    case CHANGE_RECEIVED:
        return supply->bill_count < LIMIT_BILLS;
    default:
        return true;
    }
}

/* What the goods that came are billed for: as told, or what they cost. */
static void received_outcome(const struct promise_state *state, const struct promise_change *change,
                             struct event_changed *changed)
{
    const struct supply_entry *entry = supply_entry_of(&state->supply, change->entry);
    const struct item *item = &state->shop->items[entry->item];
    int64_t cost = supply_value(item, change->quantity_thousandths);
    changed->to_day = state->window.today;
    changed->due_day =
        supply_bill_due(state->shop, (struct supplier_id){entry->supplier}, state->window.today);
    if (change->has_amount) {
        changed->amount_minor = change->amount_minor;
        changed->vat_minor = cash_vat_within(change->amount_minor, item->purchase_vat_thousandths);
    } else if (entry->order_day != SUPPLY_NO_DAY) {
        changed->vat_minor = cash_share(cost, item->purchase_vat_thousandths);
        changed->amount_minor = cost + changed->vat_minor;
    }
}

static void order_outcome(const struct promise_state *state, uint16_t supplier, int32_t day,
                          struct event_changed *changed)
{
    const struct supplier *from = &state->shop->suppliers[supplier];
    changed->arrives_day = day + from->lead_days;
    changed->due_day = changed->arrives_day + from->receiving_days;
}

enum promise_result promise_change(struct promise_state *state, const struct promise_change *change,
                                   struct event_buffer *events)
{
    plan_settle(state);
    enum promise_result result = change_check(state, change);
    if (result == PROMISE_OK && change->has_amount &&
        (change->amount_minor < -LIMIT_MONEY_MINOR || change->amount_minor > LIMIT_MONEY_MINOR ||
         (change->kind == CHANGE_RECEIVED && change->amount_minor < 0))) {
        result = PROMISE_BAD_CHANGE;
    }
    if (result == PROMISE_OK && !change_has_room(state, change->kind)) {
        result = PROMISE_FULL;
    }
    if (result != PROMISE_OK) {
        return result;
    }
    struct event_changed changed = {.kind = change->kind,
                                    .index = change->index,
                                    .supplier = NO_INDEX,
                                    .entry = change->entry,
                                    .closes = change->closes,
                                    .people = change->people,
                                    .from_day = change->from_day,
                                    .to_day = change->to_day,
                                    .quantity_thousandths = change->quantity_thousandths,
                                    .damaged_thousandths = change->damaged_thousandths};
    switch (change->kind) {
    case CHANGE_DATE:
        changed.index = supply_entry_of(&state->supply, change->entry)->item;
        changed.due_day = change->from_day;
        changed.arrives_day = change->from_day;
        break;
    case CHANGE_QUANTITY:
        changed.index = supply_entry_of(&state->supply, change->entry)->item;
        break;
    case CHANGE_RECEIVED:
        changed.index = supply_entry_of(&state->supply, change->entry)->item;
        received_outcome(state, change, &changed);
        break;
    case CHANGE_SENT:
        changed.to_day = state->window.today;
        order_outcome(state, change->index, state->window.today, &changed);
        break;
    case CHANGE_BOUGHT:
        changed.supplier = state->shop->items[change->index].supplier.index;
        changed.entry = state->supply.count + 1;
        order_outcome(state, changed.supplier, change->from_day, &changed);
        break;
    case CHANGE_BALANCE:
        changed.amount_minor = change->amount_minor;
        changed.from_day = state->window.today;
        break;
    default:
        break;
    }
    event_changed_write(events, &changed);
    return PROMISE_OK;
}

/* ---- applying ---- */

/* Days that can be counted with: what was decided lies nearer by far. */
static bool changed_days_fit(const struct promise_state *state, const struct event_changed *changed)
{
    const int32_t days[] = {changed->from_day, changed->to_day, changed->arrives_day,
                            changed->due_day};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        if (days[i] != 0 && !day_is_near(state, days[i])) {
            return false;
        }
    }
    return true;
}

static bool changed_fits(const struct promise_state *state, const struct event_changed *changed)
{
    const struct shop *shop = state->shop;
    if (!changed_days_fit(state, changed)) {
        return false;
    }
    bool has_entry = changed->entry > 0 && changed->entry <= state->supply.count;
    switch (changed->kind) {
    case CHANGE_COUNT:
        return changed->index < shop->item_count && quantity_fits(changed->quantity_thousandths);
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
        return has_entry && quantity_fits(changed->quantity_thousandths) &&
               quantity_fits(changed->damaged_thousandths) && changed->amount_minor >= 0 &&
               changed->amount_minor <= 2 * LIMIT_MONEY_MINOR && changed->vat_minor >= 0 &&
               changed->vat_minor <= changed->amount_minor &&
               (changed->kind != CHANGE_RECEIVED ||
                shelf_has_room(state, changed->entry, changed->quantity_thousandths));
    case CHANGE_STAFF:
        return changed->index < shop->work_center_count && changed->people >= -LIMIT_PEOPLE &&
               changed->people <= LIMIT_PEOPLE;
    case CHANGE_CARRIER:
        return changed->index < shop->carrier_count;
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        return changed->index < shop->supplier_count;
    case CHANGE_BOUGHT:
        return changed->index < shop->item_count && changed->supplier < shop->supplier_count &&
               changed->entry == state->supply.count + 1 &&
               quantity_fits(changed->quantity_thousandths);
    case CHANGE_BALANCE:
        return changed->amount_minor >= -LIMIT_MONEY_MINOR &&
               changed->amount_minor <= LIMIT_MONEY_MINOR &&
               changed->from_day <= state->window.today;
    case CHANGE_NONE:
    case CHANGE_CANCELLED:
    case CHANGE_ELSEWHERE:
    case CHANGE_KINDS:
        break;
    }
    return false;
}

static void count_apply(struct promise_state *state, const struct event_changed *changed)
{
    int64_t gone = state->stock.on_hand[changed->index] - changed->quantity_thousandths;
    stock_leave(&state->stock, changed->index, gone);
}

static void entry_apply(struct promise_state *state, const struct event_changed *changed)
{
    struct supply_entry *entry = supply_entry_of(&state->supply, changed->entry);
    state_expect(state, changed->entry, -1);
    switch (changed->kind) {
    case CHANGE_DATE:
        entry->due_day = changed->due_day;
        entry->arrives_day = changed->arrives_day;
        break;
    case CHANGE_QUANTITY:
        entry->quantity_thousandths = changed->quantity_thousandths;
        break;
    default: {
        int64_t came = changed->quantity_thousandths + changed->damaged_thousandths;
        bool all = changed->closes || came >= entry->quantity_thousandths;
        entry->quantity_thousandths = all ? 0 : entry->quantity_thousandths - came;
        entry->received_thousandths += changed->quantity_thousandths;
        stock_leave(&state->stock, entry->item, -changed->quantity_thousandths);
        break;
    }
    }
    supply_entry_settle(entry);
    state_expect(state, changed->entry, 1);
}

static void bill_apply(struct promise_state *state, const struct event_changed *changed)
{
    if (changed->kind != CHANGE_RECEIVED || changed->amount_minor == 0) {
        return;
    }
    struct cash_flow flows[CASH_FLOWS_MAX];
    struct supply_bill *bill = &state->supply.bills[state->supply.bill_count++];
    *bill = (struct supply_bill){
        .amount_minor = changed->amount_minor,
        .vat_minor = changed->vat_minor,
        .due_day = changed->due_day,
        .received_day = changed->to_day,
        .entry = changed->entry,
        .supplier = supply_entry_of(&state->supply, changed->entry)->supplier,
    };
    cash_add(&state->cash, flows, cash_bill_flows(state->shop, bill, flows), 1, false);
}

/* Every unsent entry of the supplier's purchase of that day. */
static void purchase_apply(struct promise_state *state, const struct event_changed *changed)
{
    struct supply *supply = &state->supply;
    for (uint32_t number = supply->latest_supplier[changed->index]; number != 0;
         number = supply_entry_of(supply, number)->previous_of_supplier) {
        struct supply_entry *entry = supply_entry_of(supply, number);
        if (!supply_unsent(entry) || entry->order_day != changed->from_day) {
            continue;
        }
        state_expect(state, number, -1);
        if (changed->kind == CHANGE_APPROVED) {
            entry->status = SUPPLY_APPROVED;
        } else {
            entry->status = SUPPLY_SENT;
            entry->order_day = changed->to_day;
            entry->arrives_day = changed->arrives_day;
            entry->due_day = changed->due_day;
        }
        state_expect(state, number, 1);
    }
}

static void bought_apply(struct promise_state *state, const struct event_changed *changed)
{
    const struct supply_entry entry = {
        .quantity_thousandths = changed->quantity_thousandths,
        .order_day = changed->from_day,
        .arrives_day = changed->arrives_day,
        .due_day = changed->due_day,
        .item = changed->index,
        .supplier = changed->supplier,
        .status = SUPPLY_APPROVED,
    };
    supply_add_entry(&state->supply, &entry);
    state_expect(state, state->supply.count, 1);
}

/* What is taken stays taken: only who is there changes. */
static void staff_apply(struct promise_state *state, const struct event_changed *changed)
{
    struct supply *supply = &state->supply;
    supply->staff[supply->staff_count++] =
        (struct staffing){{changed->index}, changed->people, changed->from_day, changed->to_day};
    if (hours_staff(&state->hours, state->shop, supply, &state->window, changed->index)) {
        sessions_index(&state->sessions, state->now);
    } else {
        state_build(state, state->window.today);
    }
}

/* Which days a carrier drives: the tables are built anew. */
static void closure_apply(struct promise_state *state, const struct event_changed *changed)
{
    struct supply *supply = &state->supply;
    supply->closures[supply->closure_count++] =
        (struct supply_closure){changed->index, 0, changed->from_day, changed->to_day};
    state_build(state, state->window.today);
}

static void balance_apply(struct promise_state *state, const struct event_changed *changed)
{
    state->cash.recorded = true;
    state->cash.since_day = changed->from_day;
    state->cash.opening_minor = changed->amount_minor;
    state_build(state, state->window.today);
}

enum status change_apply(struct promise_state *state, const struct event *event)
{
    struct event_changed changed;
    enum status status = event_changed_read(event, &changed);
    if (status != STATUS_OK) {
        return status;
    }
    if (!changed_fits(state, &changed) || !change_has_room(state, changed.kind)) {
        return STATUS_CORRUPT;
    }
    switch (changed.kind) {
    case CHANGE_COUNT:
        count_apply(state, &changed);
        break;
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
        entry_apply(state, &changed);
        bill_apply(state, &changed);
        break;
    case CHANGE_STAFF:
        staff_apply(state, &changed);
        break;
    case CHANGE_CARRIER:
        closure_apply(state, &changed);
        break;
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        purchase_apply(state, &changed);
        break;
    case CHANGE_BOUGHT:
        bought_apply(state, &changed);
        break;
    default:
        balance_apply(state, &changed);
        break;
    }
    return STATUS_OK;
}
