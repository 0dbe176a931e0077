/* Supply in plain sums: what lies in stock on a day, what is bought so that it does, what is not
 * bought any more, and what is recorded of it. Nothing is kept that can be counted. */
#include "tests/property/oracle_plan.h"

#include "base/assert.h"

/* ---- what lies in stock ---- */

/* A receipt of the shop file has no order day, whatever became of it. */
static bool is_purchase(const struct supply_entry *entry)
{
    return entry->order_day != 0;
}

bool oracle_entry_counts(const struct oracle *oracle, const struct supply_entry *entry)
{
    return entry->quantity_thousandths > 0 && entry->status != SUPPLY_CLOSED &&
           entry->due_day >= oracle->today &&
           (!supply_unsent(entry) || entry->order_day >= oracle->today);
}

static int64_t committed_by(const struct oracle_order *order, uint16_t item, int32_t day)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < order->reserved.commitment_count; i++) {
        const struct oracle_commitment *commitment = &order->reserved.commitments[i];
        sum += commitment->item == item && commitment->day <= day ? commitment->quantity : 0;
    }
    return sum;
}

int64_t oracle_projected(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t item, int32_t day)
{
    int64_t sum = oracle->on_hand[item];
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct supply_entry *entry = &oracle->entries[i];
        bool counts =
            entry->item == item && entry->due_day <= day && oracle_entry_counts(oracle, entry);
        sum += counts ? entry->quantity_thousandths : 0;
    }
    for (uint32_t i = 0; i < oracle->shop->commitment_count; i++) {
        const struct item_movement *commitment = &oracle->shop->commitments[i];
        sum -= commitment->item.index == item && commitment->due_day <= day
                   ? commitment->quantity_thousandths
                   : 0;
    }
    /* What has left the shelf is no commitment any more: goods_leave takes it off the list. */
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        bool there = order != tentative && oracle_reserves(order->status) && !order->aside;
        sum -= there ? committed_by(order, item, day) : 0;
    }
    return sum - (tentative == NULL ? 0 : committed_by(tentative, item, day));
}

int64_t oracle_lowest(const struct oracle *oracle, const struct oracle_order *tentative,
                      uint16_t item, int32_t from_day)
{
    int64_t lowest = oracle_projected(oracle, tentative, item, from_day);
    for (int32_t day = from_day + 1; day < oracle->today + oracle->shop->promise.horizon_days;
         day++) {
        int64_t p = oracle_projected(oracle, tentative, item, day);
        lowest = p < lowest ? p : lowest;
    }
    return lowest;
}

/* What is kept back is not for those who order here; what was sold elsewhere is sold. */
static int64_t kept_back(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t item)
{
    return tentative->ask.elsewhere ? 0 : oracle->shop->items[item].keep_back_thousandths;
}

/* The first day from which on `need` can be promised beside keep_back; -1: none. */
static int32_t stock_day(const struct oracle *oracle, const struct oracle_order *tentative,
                         uint16_t item, int64_t need)
{
    int64_t keep_back = kept_back(oracle, tentative, item);
    int32_t found = -1;
    for (int32_t i = oracle->shop->promise.horizon_days - 1; i >= 0; i--) {
        int32_t day = oracle->today + i;
        if (oracle_projected(oracle, tentative, item, day) - keep_back < need) {
            return found;
        }
        found = day;
    }
    return found;
}

/* ---- purchases ---- */

/* What stands on a supplier's purchase of a day, without VAT; `but`: an entry left out. */
static int64_t purchase_total(const struct oracle *oracle, uint16_t supplier, int32_t order_day)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct supply_entry *entry = &oracle->entries[i];
        if (is_purchase(entry) && entry->status != SUPPLY_CLOSED && entry->supplier == supplier &&
            entry->order_day == order_day) {
            sum += oracle_cost(oracle->shop, entry->item,
                               entry->quantity_thousandths + entry->received_thousandths);
        }
    }
    return sum;
}

static int64_t week_total(const struct oracle *oracle, uint16_t item, int32_t order_day)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct supply_entry *entry = &oracle->entries[i];
        if (is_purchase(entry) && entry->item == item &&
            iso_week_index(entry->order_day) == iso_week_index(order_day)) {
            sum += entry->quantity_thousandths + entry->received_thousandths;
        }
    }
    return sum;
}

/* The proposed entry that a purchase of this item and day extends; NULL: none. */
static struct supply_entry *extended(struct oracle *oracle, uint16_t item, uint16_t supplier,
                                     int32_t order_day)
{
    const struct supplier *from = &oracle->shop->suppliers[supplier];
    int32_t due_day = order_day + from->lead_days + from->receiving_days;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        struct supply_entry *entry = &oracle->entries[i];
        if (entry->status == SUPPLY_PROPOSED && entry->item == item &&
            entry->supplier == supplier && entry->order_day == order_day &&
            entry->due_day == due_day) {
            return entry;
        }
    }
    return NULL;
}

static int64_t added_value(struct oracle *oracle, uint16_t item, int32_t order_day,
                           int64_t quantity)
{
    const struct supply_entry *entry =
        extended(oracle, item, oracle->shop->items[item].supplier.index, order_day);
    int64_t before = entry == NULL ? 0 : entry->quantity_thousandths + entry->received_thousandths;
    return oracle_cost(oracle->shop, item, before + quantity) -
           oracle_cost(oracle->shop, item, before);
}

/* The shortage in whole packs, and more of them until the supplier's purchase is large enough. */
static int64_t packs(struct oracle *oracle, uint16_t item, int32_t order_day, int64_t shortage)
{
    const struct item *what = &oracle->shop->items[item];
    const struct supplier *supplier = &oracle->shop->suppliers[what->supplier.index];
    int64_t pack = what->pack_size_thousandths;
    int64_t quantity = shortage / pack * pack + (shortage % pack != 0 ? pack : 0);
    int64_t total = purchase_total(oracle, what->supplier.index, order_day);
    /* Strides of many packs first: some shops buy by the thousandth. */
    for (int64_t stride = 4096 * pack; what->unit_cost_minor > 0 && stride >= pack; stride /= 64) {
        while (total + added_value(oracle, item, order_day, quantity + stride - pack) <
               supplier->minimum_order_value_minor) {
            quantity += stride;
        }
    }
    return quantity;
}

/* Returns the entry's number. */
static uint32_t entry_add(struct oracle *oracle, const struct oracle_found *found, uint16_t item,
                          int64_t quantity)
{
    uint16_t supplier = oracle->shop->items[item].supplier.index;
    struct supply_entry *entry = extended(oracle, item, supplier, found->order_day);
    if (entry != NULL) {
        entry->quantity_thousandths += quantity;
        return (uint32_t)(entry - oracle->entries) + 1;
    }
    ASSERT(oracle->entry_count < ORACLE_ENTRIES_MAX);
    oracle->entries[oracle->entry_count++] = (struct supply_entry){
        .quantity_thousandths = quantity,
        .order_day = found->order_day,
        .arrives_day = found->arrives_day,
        .due_day = found->due_day,
        .item = item,
        .supplier = supplier,
        .status = SUPPLY_PROPOSED,
    };
    return oracle->entry_count;
}

struct order_peg oracle_buy(struct oracle *oracle, const struct oracle_order *tentative,
                            const struct oracle_found *found, uint16_t item, int64_t need,
                            int32_t day)
{
    int64_t shortage =
        need + kept_back(oracle, tentative, item) - oracle_lowest(oracle, tentative, item, day);
    int64_t quantity = packs(oracle, item, found->order_day, shortage);
    return (struct order_peg){.entry = entry_add(oracle, found, item, quantity),
                              .quantity_thousandths = quantity};
}

/* Would it, with all else that this order buys, take the forecast too low? The purchase is put on
 * the list for the while of the question. */
static bool cash_refuses(struct oracle *oracle, const struct oracle_money *money,
                         const struct oracle_found *found, uint16_t item, int64_t quantity)
{
    static struct supply_entry kept[ORACLE_ENTRIES_MAX];
    if (!oracle->shop->cash.present) {
        return false;
    }
    uint32_t count = oracle->entry_count;
    memcpy(kept, oracle->entries, sizeof kept);
    entry_add(oracle, found, item, quantity);
    int64_t lowest = oracle_cash_lowest(oracle, money);
    memcpy(oracle->entries, kept, sizeof kept);
    oracle->entry_count = count;
    return lowest < oracle->shop->cash.minimum_balance_minor && lowest < money->lowest_before;
}

static bool purchase_find(struct oracle *oracle, const struct oracle_order *tentative,
                          const struct oracle_money *money, uint16_t item, int64_t need,
                          int32_t floor, int32_t first_day, struct oracle_found *found)
{
    const struct item *what = &oracle->shop->items[item];
    const struct supplier *supplier = &oracle->shop->suppliers[what->supplier.index];
    int32_t end = oracle->today + oracle->shop->promise.horizon_days;
    int32_t first_but_cash = -1;
    for (int32_t day = first_day;; day++) {
        struct oracle_found trial = *found;
        trial.order_day = day;
        trial.arrives_day = day + supplier->lead_days;
        trial.due_day = trial.arrives_day + supplier->receiving_days;
        if (trial.due_day >= end || (found->stock >= 0 && trial.due_day >= found->stock)) {
            return false;
        }
        if ((supplier->orders_on.bits & 1 << weekday_of_day(day)) == 0) {
            continue;
        }
        found->cause = found->cause == CAUSE_STOCK ? CAUSE_SUPPLY : found->cause;
        int64_t shortage =
            need + kept_back(oracle, tentative, item) -
            oracle_lowest(oracle, tentative, item, trial.due_day > floor ? trial.due_day : floor);
        int64_t quantity = packs(oracle, item, day, shortage);
        int64_t most = what->max_units_per_week_thousandths;
        if ((most >= 0 && week_total(oracle, item, day) + quantity > most) ||
            quantity > LIMIT_QUANTITY_THOUSANDTHS ||
            oracle_cost(oracle->shop, item, quantity) > LIMIT_MONEY_MINOR) {
            continue;
        }
        first_but_cash = first_but_cash < 0 ? trial.due_day : first_but_cash;
        if (cash_refuses(oracle, money, &trial, item, quantity)) {
            found->cause = CAUSE_CASH;
            continue;
        }
        *found = trial;
        found->day = trial.due_day;
        found->bought = true;
        found->cash_days = trial.due_day - first_but_cash;
        return true;
    }
}

struct oracle_found oracle_item_find(struct oracle *oracle, const struct oracle_order *tentative,
                                     const struct oracle_money *money, uint16_t item, int64_t need,
                                     int32_t floor, int32_t first_day)
{
    const struct item *what = &oracle->shop->items[item];
    struct oracle_found found = {.cause = CAUSE_STOCK};
    found.stock = stock_day(oracle, tentative, item, need);
    found.day = found.stock;
    bool supplied =
        what->supplier.index != NO_INDEX && !oracle->shop->suppliers[what->supplier.index].retired;
    bool in_time = found.stock >= 0 && found.stock <= floor;
    if (!in_time && supplied) {
        purchase_find(oracle, tentative, money, item, need, floor, first_day, &found);
    }
    return found;
}

/* ---- reductions ---- */

/* How many packs of a proposed entry nobody needs; what comes on a day of which P is not known, or
 * is no supply, is left to people. */
static int64_t entry_spare(const struct oracle *oracle, const struct supply_entry *entry)
{
    if (!oracle_entry_counts(oracle, entry) ||
        entry->due_day >= oracle->today + oracle->shop->promise.horizon_days) {
        return 0;
    }
    int64_t pack = oracle->shop->items[entry->item].pack_size_thousandths;
    int64_t spare = oracle_lowest(oracle, NULL, entry->item, entry->due_day);
    spare = spare < entry->quantity_thousandths ? spare : entry->quantity_thousandths;
    spare = spare < 0 ? 0 : spare / pack * pack;
    bool alone = true;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        const struct supply_entry *other = &oracle->entries[i];
        alone =
            alone && (other == entry || other->status == SUPPLY_CLOSED || !is_purchase(other) ||
                      other->supplier != entry->supplier || other->order_day != entry->order_day);
    }
    if (alone && spare == entry->quantity_thousandths) {
        return spare;
    }
    int64_t total = purchase_total(oracle, entry->supplier, entry->order_day);
    int64_t minimum = oracle->shop->suppliers[entry->supplier].minimum_order_value_minor;
    while (spare > 0 && total - oracle_cost(oracle->shop, entry->item, spare) < minimum) {
        spare -= pack;
    }
    return spare;
}

static void item_reduce(struct oracle *oracle, uint16_t item)
{
    /* From the latest order day to today; of one day, the higher number first. */
    int32_t last = oracle->today;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        last = oracle->entries[i].order_day > last ? oracle->entries[i].order_day : last;
    }
    for (int32_t day = last; day >= oracle->today; day--) {
        for (uint32_t i = oracle->entry_count; i-- > 0;) {
            struct supply_entry *entry = &oracle->entries[i];
            if (entry->status != SUPPLY_PROPOSED || entry->item != item ||
                entry->order_day != day) {
                continue;
            }
            entry->quantity_thousandths -= entry_spare(oracle, entry);
            if (entry->quantity_thousandths == 0) {
                entry->status = SUPPLY_CLOSED;
            }
        }
    }
}

void oracle_reduce(struct oracle *oracle, const struct oracle_order *order)
{
    bool named[ORACLE_ITEMS_MAX] = {false};
    for (uint32_t i = 0; i < order->reserved.commitment_count; i++) {
        named[order->reserved.commitments[i].item] = true;
    }
    for (uint16_t item = 0; item < ORACLE_ITEMS_MAX; item++) {
        if (named[item]) {
            item_reduce(oracle, item);
        }
    }
}

/* ---- changes ---- */

static enum promise_result entry_change(struct oracle *oracle, const struct promise_change *change)
{
    if (change->entry == 0 || change->entry > oracle->entry_count ||
        oracle->entries[change->entry - 1].status == SUPPLY_CLOSED) {
        return PROMISE_NO_ENTRY;
    }
    struct supply_entry *entry = &oracle->entries[change->entry - 1];
    if (change->kind == CHANGE_DATE) {
        entry->arrives_day = entry->due_day = change->from_day;
        return PROMISE_OK;
    }
    entry->quantity_thousandths = change->quantity_thousandths;
    entry->status = change->quantity_thousandths == 0 ? SUPPLY_CLOSED : entry->status;
    return PROMISE_OK;
}

static void bill_add(struct oracle *oracle, const struct promise_change *change,
                     const struct supply_entry *entry)
{
    const struct shop *shop = oracle->shop;
    int64_t rate = shop->items[entry->item].purchase_vat_thousandths;
    int64_t cost = oracle_cost(shop, entry->item, change->quantity_thousandths);
    int64_t vat = oracle_half_up(cost, rate, 100000);
    int64_t amount = cost + vat;
    if (change->has_amount) {
        amount = change->amount_minor;
        vat = oracle_half_up(amount, rate, 100000 + rate);
    }
    if (amount == 0) {
        return;
    }
    ASSERT(oracle->bill_count < ORACLE_RECORDS_MAX);
    oracle->bills[oracle->bill_count++] = (struct supply_bill){
        .amount_minor = amount,
        .vat_minor = vat,
        .due_day = oracle_bill_due(shop, entry->supplier, oracle->today),
        .received_day = oracle->today,
        .entry = change->entry,
        .supplier = entry->supplier,
    };
}

static enum promise_result received(struct oracle *oracle, const struct promise_change *change)
{
    if (change->entry == 0 || change->entry > oracle->entry_count ||
        oracle->entries[change->entry - 1].status == SUPPLY_CLOSED) {
        return PROMISE_NO_ENTRY;
    }
    if (change->quantity_thousandths + change->damaged_thousandths == 0) {
        return PROMISE_BAD_CHANGE; /* nothing came */
    }
    struct supply_entry *entry = &oracle->entries[change->entry - 1];
    int64_t good = change->quantity_thousandths;
    int64_t left = entry->quantity_thousandths - good - change->damaged_thousandths;
    oracle->on_hand[entry->item] += good;
    entry->received_thousandths += good;
    entry->quantity_thousandths = left < 0 || change->closes ? 0 : left;
    if (good > 0 && (is_purchase(entry) || change->has_amount)) {
        bill_add(oracle, change, entry);
    }
    entry->status = entry->quantity_thousandths == 0 ? SUPPLY_CLOSED : entry->status;
    return PROMISE_OK;
}

/* All of a supplier's purchase of a day that is not sent yet. */
static enum promise_result purchase_change(struct oracle *oracle,
                                           const struct promise_change *change)
{
    enum promise_result result = PROMISE_NO_ENTRY;
    for (uint32_t i = 0; i < oracle->entry_count; i++) {
        struct supply_entry *entry = &oracle->entries[i];
        if (!supply_unsent(entry) || entry->supplier != change->index ||
            entry->order_day != change->from_day) {
            continue;
        }
        result = PROMISE_OK;
        entry->status = SUPPLY_APPROVED;
        if (change->kind == CHANGE_SENT) {
            const struct supplier *supplier = &oracle->shop->suppliers[entry->supplier];
            entry->status = SUPPLY_SENT;
            entry->order_day = oracle->today;
            entry->arrives_day = oracle->today + supplier->lead_days;
            entry->due_day = entry->arrives_day + supplier->receiving_days;
        }
    }
    return result;
}

static enum promise_result bought(struct oracle *oracle, const struct promise_change *change)
{
    uint16_t supplier = oracle->shop->items[change->index].supplier.index;
    if (supplier == NO_INDEX) {
        return PROMISE_BAD_CHANGE;
    }
    ASSERT(oracle->entry_count < ORACLE_ENTRIES_MAX);
    int32_t arrives = change->from_day + oracle->shop->suppliers[supplier].lead_days;
    oracle->entries[oracle->entry_count++] = (struct supply_entry){
        .quantity_thousandths = change->quantity_thousandths,
        .order_day = change->from_day,
        .arrives_day = arrives,
        .due_day = arrives + oracle->shop->suppliers[supplier].receiving_days,
        .item = change->index,
        .supplier = supplier,
        .status = SUPPLY_APPROVED,
    };
    return PROMISE_OK;
}

static enum promise_result change_record(struct oracle *oracle, const struct promise_change *change)
{
    switch (change->kind) {
    case CHANGE_COUNT:
        oracle->on_hand[change->index] = change->quantity_thousandths;
        return PROMISE_OK;
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
        return entry_change(oracle, change);
    case CHANGE_RECEIVED:
        return received(oracle, change);
    case CHANGE_STAFF:
        if (change->people == 0) {
            return PROMISE_BAD_CHANGE;
        }
        oracle->staffing[oracle->staffing_count++] =
            (struct staffing){{change->index}, change->people, change->from_day, change->to_day};
        oracle_shop(oracle, oracle->shop);
        return PROMISE_OK;
    case CHANGE_CARRIER:
        oracle->closures[oracle->closure_count++] =
            (struct oracle_closure){change->index, change->from_day, change->to_day};
        return PROMISE_OK;
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        return purchase_change(oracle, change);
    case CHANGE_BOUGHT:
        return bought(oracle, change);
    case CHANGE_BALANCE:
        if (!oracle->shop->cash.present) {
            return PROMISE_BAD_CHANGE;
        }
        oracle->balance = change->amount_minor;
        oracle->balance_day = oracle->today;
        return PROMISE_OK;
    default:
        return PROMISE_BAD_CHANGE;
    }
}

enum promise_result oracle_change(struct oracle *oracle, const struct promise_change *change)
{
    enum promise_result result = change_record(oracle, change);
    if (result == PROMISE_OK) {
        oracle_wake(oracle);
    }
    return result;
}
