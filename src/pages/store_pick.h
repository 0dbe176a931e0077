/* The times of a class or an appointment: /offers/NAME/times?from=DAY&quantity=N, where the offer's
 * own page leads for another day or for more seats, and the cart for another time.
 *
 * A visitor's own page, rendered for each request; the times behind it are asked of the core at
 * most once a second and question (store_times.h). */
#ifndef ECLUSE_PAGES_STORE_PICK_H
#define ECLUSE_PAGES_STORE_PICK_H

#include "pages/store_visit.h"

/* Answers it; false if the path is none of these. */
bool store_pick_serve(const struct store_visit *visit);

#endif
