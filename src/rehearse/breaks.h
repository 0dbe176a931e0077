/* What breaks of today's shop: in a run, over runs (the ladder), and from which crowd on.
 *
 * A line of defence breaks where it fails more than BREAKS_SHARE of those it is for beyond what
 * fails in the same run without the moment: visitors (site), buyers (stock, item by item), orders
 * (team, suppliers: by where a late order waited longest); cash, where the balance falls under its
 * minimum and does not without the moment. */
#ifndef ECLUSE_REHEARSE_BREAKS_H
#define ECLUSE_REHEARSE_BREAKS_H

#include "rehearse/crew.h"

#define BREAKS_SHARE 0.05

/* Ladder and breaking point look at so many of the runs. */
enum { FAILING_MAX = 12, BREAKS_RUNS_MAX = 40 };

struct failing_entry {
    enum rehearse_defence defence;
    uint16_t index; /* item, work center, supplier, or suppliers + carrier */
    int64_t first;
};

/* Of one run. */
struct failing {
    uint32_t count;
    struct failing_entry entries[FAILING_MAX];
};

/* Fills member->calm: today's shop in this run, without the moment. */
void breaks_calm(struct crew_member *member, const struct repairs *repairs, uint64_t key);
void breaks_find(const struct outcome *outcome, const struct outcome *calm,
                 struct failing *failing);
/* How many worlds ladder and point run, at most about. */
uint64_t breaks_worlds(uint32_t runs);
/* `failing`: of answer->runs runs with nothing repaired; `calm`: of the first BREAKS_RUNS_MAX, what
 * came of today's shop without the moment. */
void breaks_ladder(struct crew *crew, const struct failing *failing, struct outcome *const *calm,
                   struct rehearse_answer *answer);
/* Between what a run bears and what it does not; `broken` 0: it bore all that was looked at. */
struct breaks_bracket {
    double borne, broken;
};
/* `brackets`: room for BREAKS_RUNS_MAX. */
void breaks_point(struct crew *crew, struct outcome *const *calm, struct breaks_bracket *brackets,
                  struct rehearse_answer *answer);
/* What the shop of `of` bears in a run in which that of the plan bears `bracket`; looked for from
 * there on, so that what changes nothing costs little. `calm`: of the plan's shop. */
double breaks_borne(struct crew_member *member, const struct crew *of, uint32_t run,
                    const struct outcome *calm, const struct breaks_bracket *bracket);

#endif
