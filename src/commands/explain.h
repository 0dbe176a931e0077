/* `quote --explain`: the way to a date step by step, so that a person can check it with pencil and
 * paper. From the plan that the core made, not from a second reckoning: what is shown is what was
 * reserved. */
#ifndef ECLUSE_COMMANDS_EXPLAIN_H
#define ECLUSE_COMMANDS_EXPLAIN_H

#include "base/text.h"
#include "promise/promise.h"

/* What one line or group took into account besides the plan: ATP of each item on the days that
 * matter. */
struct explain_item {
    struct item_id item;
    int64_t needed_thousandths;
    bool has_day;
    int32_t day;             /* the earliest from which `needed` is available */
    int64_t atp_thousandths; /* on that day, else on the horizon's last */
};

enum { EXPLAIN_ITEMS_MAX = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER };

struct explain_material {
    uint32_t count[LIMIT_ORDER_LINES]; /* of each group, its first in `first` */
    uint32_t first[LIMIT_ORDER_LINES];
    struct explain_item items[EXPLAIN_ITEMS_MAX];
};

struct explain {
    const struct shop *shop;
    const struct promise_plan *plan;
    const struct explain_material *material;
    int64_t now;
    enum language language;
};

/* What the groups of `plan` need of each item, merged, with its ATP: on the core's thread. */
void explain_material_fill(const struct promise_state *state, const struct promise_plan *plan,
                           struct explain_material *material);

void explain_text(const struct explain *explain, struct text *to);
/* [{"carrier":..,"material":[..],
 *   "lines":[{"offer":..,"operations":[{"work_center":..,"minutes":..,"runs":[..]}]}],
 *   "parcel":[..],"ready_at":..,"ship_by":..,"deliver_by":..}, ...] */
void explain_json(const struct explain *explain, struct text *to);

#endif
