/* What bounds a mix beside demand: the hours of the work centers and what suppliers can deliver of
 * an item in a week (max_units_per_week), as one kind of row, so that whoever fills, checks or
 * optimizes a mix does it in one loop.
 *
 *   sum over the entries of a row of amount x quantity <= capacity
 *
 * An entry of an offer with seats at a work center counts sessions, not units. Sums are exact, in
 * thousandths of the row's millionths (128 bits). */
#ifndef ECLUSE_FOCUS_BOUNDS_H
#define ECLUSE_FOCUS_BOUNDS_H

#include "focus/figures.h"

struct bound_entry {
    uint32_t row;
    bool of_session;
    int64_t amount_micro; /* of a unit or a session: minutes, or units of the item */
};

struct bounds {
    uint32_t count; /* rows: first the work centers of the figures, in their order, then items */
    int64_t *capacity_micro; /* [row] */
    uint32_t *first;         /* [offers + 1] in entries */
    struct bound_entry *entries;
};

/* NULL: no memory. */
struct bounds *bounds_make(const struct focus_figures *figures);
void bounds_free(struct bounds *bounds);

/* What an entry takes of its row for a quantity, in thousandths of millionths. */
__int128 bounds_take(const struct focus_offer *offer, const struct bound_entry *entry,
                     int64_t quantity_thousandths);
/* Steps of an offer that fit into what its rows have if nothing else is sold, its demand included;
 * FOCUS_NO_LIMIT: nothing bounds it. FOCUS_UNITS_MAX at most otherwise. */
int64_t bounds_steps(const struct bounds *bounds, const struct focus_figures *figures,
                     uint32_t offer);

#endif
