/* What is expected of each item: the shop file's receipts and the lines of purchases; bills for
 * what came; and the other things that were recorded because they differ from the shop file: people
 * more or fewer, carriers that do not drive.
 *
 * Tables that grow at their end; all of it is kept (saved, digested), but for the lists that lead
 * from an item and a supplier to their entries. */
#ifndef ECLUSE_PROMISE_SUPPLY_H
#define ECLUSE_PROMISE_SUPPLY_H

#include "promise/change.h"

enum { SUPPLY_NO_DAY = INT32_MIN }; /* the order day of what was never ordered through Écluse */

/* A carrier neither collects nor delivers; both days included. */
struct supply_closure {
    uint16_t carrier;
    uint16_t zero;
    int32_t from_day;
    int32_t to_day;
};

struct supply {
    uint32_t count;
    uint32_t opening_count; /* receipts of the shop file that are among them */
    struct supply_entry *entries;
    uint32_t *latest;          /* [item]; 0: none */
    uint32_t *latest_supplier; /* [supplier]; 0: none */
    uint32_t bill_count;
    struct supply_bill *bills;
    uint32_t staff_count;
    struct staffing *staff;
    uint32_t closure_count;
    struct supply_closure *closures;
};

static inline struct supply_entry *supply_entry_of(const struct supply *supply, uint32_t number)
{
    return &supply->entries[number - 1];
}

/* Is something of it still to come, be it late? Not of a purchase that should have been sent before
 * today. */
static inline bool supply_comes(const struct supply_entry *entry, int32_t today)
{
    return entry->quantity_thousandths > 0 && entry->status != SUPPLY_CLOSED &&
           (!supply_unsent(entry) || entry->order_day >= today);
}

/* Does it count as supply: it comes, and is due today or later? */
static inline bool supply_counts(const struct supply_entry *entry, int32_t today)
{
    return supply_comes(entry, today) && entry->due_day >= today;
}

/* Takes in the receipts of the shop file that are not among the entries yet. */
void supply_adopt(struct supply *supply, const struct shop *shop);
/* Builds the lists of items and suppliers again. */
void supply_index(struct supply *supply);
/* Adds an entry; there is room (LIMIT_SUPPLY_ENTRIES). `previous` of both lists is set here. */
void supply_add_entry(struct supply *supply, const struct supply_entry *entry);

/* Takes the last entry out again, as if it had never been. */
void supply_drop_entry(struct supply *supply);
/* An entry of which nothing is expected any more is closed. */
static inline void supply_entry_settle(struct supply_entry *entry)
{
    if (entry->quantity_thousandths == 0) {
        entry->status = SUPPLY_CLOSED;
    }
}

/* The proposed entry of an item, a supplier, an order day and a day of use that may grow, the
 * oldest of several; 0: none. One that was re-dated is usable on another day: what needs the goods
 * sooner makes an entry of its own. */
uint32_t supply_proposed_find(const struct supply *supply, const struct supply_entry *like);
/* quantity x unit cost of an item, half up. */
int64_t supply_value(const struct item *item, int64_t quantity_thousandths);
/* What the supplier's purchases of `count` order days from `first_day` on are worth, in one walk
 * over its history. */
void supply_day_values(const struct supply *supply, const struct shop *shop, uint32_t supplier,
                       int32_t first_day, uint32_t count, int64_t *values);
/* The same of one day. */
int64_t supply_day_value(const struct supply *supply, const struct shop *shop, uint32_t supplier,
                         int32_t order_day);
/* Is an entry all that there is of its supplier's purchase? */
bool supply_is_alone(const struct supply *supply, uint32_t number);
/* How much of an item was, or will be, ordered in the ISO week of a day. */
int64_t supply_week_quantity(const struct supply *supply, uint32_t item, int32_t order_day);

/* NULL, or what is wrong. */
const char *supply_check(const struct supply *supply, const struct shop *shop);

#endif
