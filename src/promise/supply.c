/* Entries are never taken out: a purchase of last year is what its bill points at. An item has a
 * few a week at most, because what is bought for many orders on one day is one entry that grows; so
 * the lists are walked, and no index by day is kept. */
#include "promise/supply.h"

#include "base/assert.h"
#include "base/decimal.h"

const char *supply_status_text(enum supply_status status)
{
    static const char *const texts[SUPPLY_STATUSES] = {[SUPPLY_EXPECTED] = "expected",
                                                       [SUPPLY_PROPOSED] = "proposed",
                                                       [SUPPLY_APPROVED] = "approved",
                                                       [SUPPLY_SENT] = "sent",
                                                       [SUPPLY_CLOSED] = "closed"};
    ASSERT(status < SUPPLY_STATUSES);
    return texts[status];
}

static void list_add(struct supply *supply, uint32_t number)
{
    struct supply_entry *entry = supply_entry_of(supply, number);
    entry->previous = supply->latest[entry->item];
    supply->latest[entry->item] = number;
    entry->previous_of_supplier = 0;
    if (entry->supplier != NO_INDEX) {
        entry->previous_of_supplier = supply->latest_supplier[entry->supplier];
        supply->latest_supplier[entry->supplier] = number;
    }
}

void supply_index(struct supply *supply)
{
    memset(supply->latest, 0, LIMIT_ITEMS * sizeof *supply->latest);
    memset(supply->latest_supplier, 0, LIMIT_SUPPLIERS * sizeof *supply->latest_supplier);
    for (uint32_t number = 1; number <= supply->count; number++) {
        list_add(supply, number);
    }
}

void supply_add_entry(struct supply *supply, const struct supply_entry *entry)
{
    ASSERT(supply->count < LIMIT_SUPPLY_ENTRIES);
    supply->entries[supply->count++] = *entry;
    list_add(supply, supply->count);
}

void supply_drop_entry(struct supply *supply)
{
    const struct supply_entry *entry = supply_entry_of(supply, supply->count);
    supply->latest[entry->item] = entry->previous;
    if (entry->supplier != NO_INDEX) {
        supply->latest_supplier[entry->supplier] = entry->previous_of_supplier;
    }
    supply->count--;
}

void supply_adopt(struct supply *supply, const struct shop *shop)
{
    for (; supply->opening_count < shop->receipt_count; supply->opening_count++) {
        const struct item_movement *receipt = &shop->receipts[supply->opening_count];
        const struct supply_entry entry = {
            .quantity_thousandths = receipt->quantity_thousandths,
            .order_day = SUPPLY_NO_DAY,
            .arrives_day = receipt->due_day,
            .due_day = receipt->due_day,
            .item = receipt->item.index,
            .supplier = shop->items[receipt->item.index].supplier.index,
            .status = SUPPLY_EXPECTED,
        };
        supply_add_entry(supply, &entry);
    }
}

uint32_t supply_proposed_find(const struct supply *supply, const struct supply_entry *like)
{
    uint32_t found = 0;
    for (uint32_t number = supply->latest[like->item]; number != 0;
         number = supply_entry_of(supply, number)->previous) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        if (entry->status == SUPPLY_PROPOSED && entry->supplier == like->supplier &&
            entry->order_day == like->order_day && entry->due_day == like->due_day) {
            found = number;
        }
    }
    return found;
}

/* Over LIMIT_MONEY_MINOR it is that and one: no purchase may be worth so much, and sums stay small.
 */
int64_t supply_value(const struct item *item, int64_t quantity_thousandths)
{
    __int128 value =
        ((__int128)quantity_thousandths * item->unit_cost_minor + THOUSAND / 2) / THOUSAND;
    return value > LIMIT_MONEY_MINOR ? LIMIT_MONEY_MINOR + 1 : (int64_t)value;
}

void supply_day_values(const struct supply *supply, const struct shop *shop, uint32_t supplier,
                       int32_t first_day, uint32_t count, int64_t *values)
{
    memset(values, 0, count * sizeof *values);
    uint32_t number = supply->latest_supplier[supplier];
    for (; number != 0; number = supply_entry_of(supply, number)->previous_of_supplier) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        int64_t day = (int64_t)entry->order_day - first_day;
        if (day >= 0 && day < count && entry->status != SUPPLY_CLOSED) {
            values[day] += supply_value(&shop->items[entry->item],
                                        entry->quantity_thousandths + entry->received_thousandths);
        }
    }
}

int64_t supply_day_value(const struct supply *supply, const struct shop *shop, uint32_t supplier,
                         int32_t order_day)
{
    int64_t value = 0;
    supply_day_values(supply, shop, supplier, order_day, 1, &value);
    return value;
}

bool supply_is_alone(const struct supply *supply, uint32_t number)
{
    const struct supply_entry *own = supply_entry_of(supply, number);
    for (uint32_t other = supply->latest_supplier[own->supplier]; other != 0;
         other = supply_entry_of(supply, other)->previous_of_supplier) {
        const struct supply_entry *entry = supply_entry_of(supply, other);
        if (other != number && entry->order_day == own->order_day &&
            entry->status != SUPPLY_CLOSED &&
            entry->quantity_thousandths + entry->received_thousandths > 0) {
            return false;
        }
    }
    return true;
}

int64_t supply_week_quantity(const struct supply *supply, uint32_t item, int32_t order_day)
{
    int64_t sum = 0;
    int32_t week = iso_week_index(order_day);
    uint32_t number = supply->latest[item];
    for (; number != 0; number = supply_entry_of(supply, number)->previous) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        if (entry->order_day != SUPPLY_NO_DAY && iso_week_index(entry->order_day) == week) {
            sum += entry->quantity_thousandths + entry->received_thousandths;
        }
    }
    return sum;
}

const char *supply_check(const struct supply *supply, const struct shop *shop)
{
    for (uint32_t number = 1; number <= supply->count; number++) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        if (entry->item >= shop->item_count || entry->status >= SUPPLY_STATUSES ||
            entry->quantity_thousandths < 0 || entry->received_thousandths < 0 ||
            entry->previous >= number) {
            return "an entry of the supply is none";
        }
        if (entry->status == SUPPLY_CLOSED && entry->quantity_thousandths != 0) {
            return "something is still expected of a purchase that is closed";
        }
    }
    return NULL;
}
