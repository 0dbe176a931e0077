/* Two shops and the same crowd: what the other has more, or less, run by run. A shop file and a
 * copy that its owner has edited draw the same numbers, so differences are paired. */
#ifndef ECLUSE_REHEARSE_COMPARE_H
#define ECLUSE_REHEARSE_COMPARE_H

#include "rehearse/rehearse.h"

struct rehearse_difference {
    struct rehearse_gain kept;
    struct rehearse_gain profit, cash_low; /* minor units */
};

struct rehearse_comparison {
    uint32_t runs; /* that both lived */
    struct rehearse_difference sides[REHEARSE_SIDES];
    bool has_point;
    struct rehearse_gain point; /* visitors: of the runs' own breaking points */
};

/* The other less the one; both have lived at least one run, with the same seed. */
void rehearse_compare(const struct rehearse_answer *one, const struct rehearse_answer *other,
                      struct rehearse_comparison *comparison);

/* One of the two, for the JSON document. */
struct rehearse_compared {
    const char *file;
    const struct shop *shop;
    const struct rehearse_answer *answer;
};
void rehearse_compare_json(const struct rehearse_compared both[2], const struct rehearse_plan *plan,
                           const struct rehearse_comparison *comparison, struct text *to);

#endif
