/* Since when a visitor is here: a signed cookie of its own, set with the first page of the store.
 *
 *   ecluse_here   a ticket (gate_ticket.h) of no line: when it was issued, and a number
 *
 * Whoever waits in the waiting room came when its ticket says, if that was earlier. It counts for
 * two hours; then the visitor has come anew. */
#ifndef ECLUSE_PAGES_STORE_HERE_H
#define ECLUSE_PAGES_STORE_HERE_H

#include "gate/turn.h"
#include "pages/store_visit.h"

#define STORE_HERE_COOKIE "ecluse_here"

enum { STORE_HERE_SECONDS = 2 * 3600, STORE_HERE_LINE_BYTES = 224 };

/* Number 0, and later than everybody: nobody that is known. */
struct turn_visitor store_here_visitor(const struct store_visit *visit);
/* 0: not known. */
int64_t store_here_since(const struct store_visit *visit);
/* The "Set-Cookie" line for whoever has no such cookie, in `line`; else empty. */
struct slice store_here_line(const struct store_visit *visit, char line[STORE_HERE_LINE_BYTES]);

#endif
