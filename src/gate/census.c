/* looks at places -> the share of visitors among them; newcomers who came back -> that of the
 * newest.
 *
 * Invariants: there <= looked, returned <= given. */
#include "gate/census.h"

#include "base/assert.h"

enum {
    THOUSAND = 1000,
    LOOKED_MOST = 2048,
    GIVEN_MOST = 512,
    PRIOR = 8 /* before anything was seen, as if so many had been, all visitors */
};

uint32_t census_next(struct census *census, uint32_t line)
{
    ASSERT(line > 0);
    census->at += UINT32_C(2654435769); /* 2^32 by the golden ratio */
    return (uint32_t)((uint64_t)census->at * line >> 32);
}

static uint64_t share_returning(const struct census *census)
{
    return (census->returned + PRIOR) * UINT64_C(1000) / (census->given + PRIOR);
}

void census_look(struct census *census, enum census_place seen)
{
    census->there += seen == CENSUS_THERE ? THOUSAND
                     : seen == CENSUS_NEW ? share_returning(census)
                                          : 0;
    census->looked += THOUSAND;
    if (census->looked >= LOOKED_MOST * THOUSAND) {
        census->there /= 2;
        census->looked /= 2;
    }
}

void census_newcomer(struct census *census, bool returned)
{
    census->given++;
    census->returned += returned;
    if (census->given >= GIVEN_MOST) {
        census->given /= 2;
        census->returned /= 2;
    }
}

uint32_t census_people(const struct census *census, uint32_t places)
{
    ASSERT(census->there <= census->looked);
    uint64_t there = census->there + THOUSAND;
    return (uint32_t)(places * there / (census->looked + THOUSAND));
}
