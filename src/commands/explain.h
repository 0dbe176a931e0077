/* `quote --explain`: the way to a date step by step, so that a person can check it with pencil and
 * paper. From the plan that the core made, not from a second reckoning: what is shown is what was
 * reserved. */
#ifndef ECLUSE_COMMANDS_EXPLAIN_H
#define ECLUSE_COMMANDS_EXPLAIN_H

#include "base/text.h"
#include "promise/promise.h"

enum { NO_PURCHASE = 0xffffffff };

/* What a group needs of an item and where it comes from: stock, a receipt that is waited for, or a
 * purchase. */
struct explain_item {
    struct item_id item;
    int64_t needed_thousandths;
    bool has_day;
    int32_t
        day; /* the earliest from which `needed` is available; bought: from which it is usable */
    int64_t atp_thousandths;     /* on that day, else on the horizon's last; bought: on the material
                                day without the purchase, and not clipped at 0 */
    int64_t receipt_thousandths; /* expected on `day`: it is waited for */
    uint32_t purchase;           /* its place in plan.purchases; NO_PURCHASE: not bought */
    int64_t packed_thousandths;  /* what is short, in whole packs */
    int64_t before_minor;        /* the supplier's purchase of that day, before this */
    int32_t first_order_day;     /* the supplier's first from today on */
};

enum { EXPLAIN_ITEMS_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER };

/* What was taken into account besides the plan. */
struct explain_facts {
    uint32_t count[LIMIT_ORDER_LINES]; /* of each group, its first in `first` */
    uint32_t first[LIMIT_ORDER_LINES];
    struct explain_item items[EXPLAIN_ITEMS_MAX];
    uint32_t seats_free[LIMIT_ORDER_LINES]; /* of each session of the plan, before the order */
};

struct explain {
    const struct shop *shop;
    const struct promise_plan *plan;
    const struct explain_facts *facts;
    struct promise_want want;
    int64_t now;
    enum language language;
};

/* On the core's thread. */
void explain_facts_fill(struct promise_state *state, const struct promise_plan *plan, int64_t now,
                        struct explain_facts *facts);

void explain_text(const struct explain *explain, struct text *to);
/* [{"carrier":..,"material":[..],
 *   "lines":[{"offer":..,"operations":[{"work_center":..,"minutes":..,"runs":[..]}]}],
 *   "parcel":[..],"ready_at":..,"ship_by":..,"deliver_by":..}, ...] */
void explain_json(const struct explain *explain, struct text *to);

/* ---- shared by text and JSON ---- */

/* The k-th operation of a line's routing, and of how much: of a session, one unit whatever the
 * seats. */
const struct operation *explain_operation(const struct routing *routing, uint32_t k);
int64_t explain_quantity(const struct offer *offer, const struct planned_line *line);
/* Standard minutes of an operation for a quantity; a parcel's is done once: a quantity of one. */
int64_t explain_minutes(const struct operation *operation, int64_t quantity_thousandths);
/* Joins run `*at` with those that follow it without a gap; moves *at past them. */
void explain_run(const struct promise_plan *plan, const struct planned_operation *planned,
                 uint32_t *at, int64_t *from, int64_t *to);

#endif
