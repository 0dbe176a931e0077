/* What would keep an order's first promise, after a disruption has moved or broken it.
 *
 * The order is taken out of the state (as its cancelling would), so that all it has reserved is
 * free, and is then looked at against its first promise: deliver by day D, ship by instant S.
 *
 *   again       asked for anew, it would be in time: cancel it and order it once more
 *   split       asked for in parts, these of its lines would be in time, others not
 *   receipt     so much of an item is missing on its first material day M (or today): need less the
 *               lowest projected stock from M on, keep_back left aside; a receipt that can be used
 *               by M would do
 *   overtime    with its material there, so much work (person-minutes, at one work center) lies
 *               behind the last moment: S less buffer_hours, on site the end of D. People more on
 *               the day of that moment would do
 *   collection  with its material there, its parcel is ready after S or nobody collects: another
 *               collection on the day of S, at or after it is ready, that delivers by D
 *
 * Each is looked for by itself, as if the other orders stay where they are: two orders that miss
 * the same item each say what they miss. Work that has begun is not planned anew: of orders that
 * are started or done only the collection is looked at. */
#ifndef ECLUSE_SUPPLY_MEND_H
#define ECLUSE_SUPPLY_MEND_H

#include "promise/change.h"

enum mend_kind { MEND_AGAIN, MEND_SPLIT, MEND_RECEIPT, MEND_OVERTIME, MEND_COLLECTION, MEND_KINDS };

/* "again", "split", ... */
const char *mend_kind_text(enum mend_kind kind);

struct mend {
    enum mend_kind kind;
    uint16_t line;                /* SPLIT: the line, the first asked for is 1 */
    uint16_t index;               /* RECEIPT: item, OVERTIME: work center, COLLECTION: carrier */
    int32_t day;                  /* by it (RECEIPT), on it (OVERTIME, COLLECTION) */
    int64_t quantity_thousandths; /* RECEIPT */
    int64_t seconds;              /* OVERTIME: of one person */
    int64_t at;                   /* COLLECTION: not before it */
};

enum { MENDS_MAX = LIMIT_ORDER_LINES + LIMIT_ITEMS_PER_OFFER * LIMIT_ORDER_LINES };

/* Memory that the search needs; the caller's. */
struct mend_space {
    struct promise_plan plan;
    struct event_buffer events; /* holds promise_event_bytes_max() */
};

/* What would keep the first promise of order `number`; returns how many (at most `most`) it wrote.
 * The order may be out of the state afterwards: restore the state, or drop it. */
uint32_t mend_find(struct promise_state *state, int64_t now, uint32_t number,
                   struct mend_space *space, struct mend *mends, uint32_t most);

#endif
