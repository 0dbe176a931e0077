/* What is sold in a week of today where no past says it: demand as it comes.
 *
 * Every offer is served in the same proportion of its demand until a work center (or an item) is
 * used up; then the offers that need it stop, and the others go on. Sessions are whole. It is the
 * fluid limit of serving customers in the order in which they come, with one queue for all. */
#ifndef ECLUSE_FOCUS_TODAY_H
#define ECLUSE_FOCUS_TODAY_H

#include "focus/figures.h"

/* Fills today_thousandths of every offer whose demand is known; of the others it is 0. False: no
 * memory. */
bool today_fill(struct focus_figures *figures);

#endif
