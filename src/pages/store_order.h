/* The order's own page, from hold to delivery: /orders/ID, and /pay, /extend, /confirm, /cancel
 * behind it.
 *
 * Whoever opens it needs the order's token: in a cookie of that path, or once in the address
 * (?token=), which is then led to the address without it. Without the token the order does not
 * exist: a 404 like any other. */
#ifndef ECLUSE_PAGES_STORE_ORDER_H
#define ECLUSE_PAGES_STORE_ORDER_H

#include "pages/store_page.h"
#include "pages/store_visit.h"

/* Answers everything under /orders/. */
void store_order_serve(const struct store_visit *visit);

/* Sends a buyer to the page of the order just placed, with the cookies that open it; `held` also
 * keeps it for /checkout, so that the next hold takes its place. */
void store_order_enter(const struct store_visit *visit, const struct order_view *order, bool held);

/* "ID.TOKEN" of the hold cookie: the hold that a new one may replace. False if there is none. */
bool store_order_hold(const struct store_visit *visit, struct order_key *key);

#endif
