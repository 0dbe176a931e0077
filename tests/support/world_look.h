/* More looks into a test's shop, as texts: what is expected, what an order has, what money does. */
#ifndef ECLUSE_TESTS_SUPPORT_WORLD_LOOK_H
#define ECLUSE_TESTS_SUPPORT_WORLD_LOOK_H

#include "tests/support/world.h"

/* Every entry of the supply that is not closed: "1 box 5 due 2026-12-04 expected" for a receipt of
 * the shop file, "2 box 12 of 2026-12-01 due 2026-12-05 proposed" for a purchase, joined by ", ". */
const char *world_entries(struct world *world);
/* What an order has bought: "1=10 2=4", entries and quantities. */
const char *world_pegs(struct world *world, uint32_t key);
/* An order's lines as they were asked for: "jar confirmed parcel 0 ship 2026-12-01T16:00 deliver
 * 2026-12-03", "visit confirmed site 1 from 2026-12-01T09:00 to 2026-12-01T09:30 deliver
 * 2026-12-01", joined by ", ". */
const char *world_lines(struct world *world, uint32_t key);
/* The runs that are reserved for it by their begin, with their slots: "packing 2026-12-01T15:57 12", joined by
 * ", ". */
const char *world_runs(struct world *world, uint32_t key);
/* "first 2026-12-03 now 2026-12-07 revisions 1", and " broken". */
const char *world_promise(struct world *world, uint32_t key);
/* The days of the forecast on which money comes or goes, both days included: "2026-12-05 costs -145000
 * is 1655000", joined by ", "; minor units, and the balance at the day's end. */
const char *world_cash(struct world *world, const char *from, const char *to);

#endif
