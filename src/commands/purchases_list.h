/* What is to be bought, is on its way or overdue, as `ecluse purchases` lists it and as a mail to
 * the supplier says it. Copied from the core's state by one question. */
#ifndef ECLUSE_COMMANDS_PURCHASES_LIST_H
#define ECLUSE_COMMANDS_PURCHASES_LIST_H

#include "commands/alarms.h"
#include "commands/shop_open.h"
#include "supply/reorder.h"

struct purchase_entry {
    uint32_t number;
    struct supply_entry entry;
};

/* So much of an entry was bought for this order. */
struct purchase_peg {
    uint32_t entry;
    int64_t quantity_thousandths;
    struct order_key key;
    int64_t made_at;
    int32_t deliver_by_day;
};

struct purchases {
    int32_t today;
    uint32_t entry_count;
    struct purchase_entry
        *entries; /* not closed; by order day (receipts: due day), then supplier */
    uint32_t peg_count;
    struct purchase_peg *pegs; /* by entry, then order */
    uint32_t reorder_count;
    struct reorder *reorders;
    struct alarms alarms;
    bool overflow; /* no memory: nothing of it means anything */
};

/* STATUS_MEMORY, or a fault of the engine. purchases_free in every case. */
enum status purchases_read(struct shop_open *open, struct purchases *purchases,
                           struct fault *fault) MUST_USE;
void purchases_free(struct purchases *purchases);

void purchases_json(struct call *call, const struct shop *shop, const struct purchases *purchases);
/* False if memory lacked. */
bool purchases_text(struct call *call, const struct shop *shop,
                    const struct purchases *purchases) MUST_USE;
/* The mail that orders the unsent entries of a supplier and day: false if there are none. */
bool purchases_mail(struct call *call, const struct shop *shop, const struct purchases *purchases,
                    uint16_t supplier, int32_t day);

#endif
