/* What could be done before a moment: a list of single changes to the shop, with what each costs
 * and by when it must be done. What each is worth is found by living it (levers.h). */
#ifndef ECLUSE_REHEARSE_LEVER_LIST_H
#define ECLUSE_REHEARSE_LEVER_LIST_H

#include "rehearse/crew.h"

/* One thing changed; 0, -1 (indexes): not this. */
struct candidate {
    struct rehearse_lever lever; /* kind, name, change, do_by, cost; its gains are not known yet */
    int32_t center;              /* one person more, for the week after the moment; -1 */
    int32_t carrier;             /* -1 */
    int32_t parcels_more;        /* that it takes at a collection */
    uint8_t collects_too;        /* weekdays, as bits */
    struct scene_extra extra;
    int32_t buffer_more_seconds;
    int32_t load_more_thousandths;
    int32_t days_later;
    int32_t price_percent; /* more, of what the moment's orders take */
    int64_t expense_minor; /* of its cost, what is gone: units bought stay on the shelf */
};

struct candidates {
    const struct crew *crew;
    uint32_t count;
    struct candidate list[REHEARSE_LEVERS_MAX];
};

/* `visitors`: how large a crowd is prepared for. */
void candidates_fill(struct candidates *candidates, const struct crew *crew, double visitors);
/* Nothing changed yet. */
struct candidate candidate_none(void);
/* Can both be done? Not two prices, not two settings of one key. */
bool candidates_agree(const struct candidate *a, const struct candidate *b);
/* Is this one of the items that an offer takes? Others are of no use without the rest of them. */
bool candidate_supplies(const struct candidate *candidate, const struct offer *offer);

#endif
