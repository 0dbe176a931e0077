/* How visitors get in: through today's site, which slows and fails under them, or past a waiting
 * room that lets in as many as the site bears.
 *
 * The site is a fluid, second by second: visits in progress ask for pages; what it cannot answer at
 * once waits; who waits too long leaves; when requests time out, the site works for those who have
 * left, and serves only a share of its capacity until its backlog is gone. The waiting room is
 * exact: everybody has a place, in the order of coming; the very pace of the gate
 * (gate/pace.h) says who is next; who has lost patience meanwhile is passed over. */
#ifndef ECLUSE_REHEARSE_ENTRANCE_H
#define ECLUSE_REHEARSE_ENTRANCE_H

#include "rehearse/crowd.h"

enum { ENTRANCE_TAIL_SECONDS = 3600, ENTRANCE_NEVER = UINT32_MAX };

struct entrance {
    uint32_t seconds, capacity; /* of the arrays below; 0: the site bears all that come */
    double *leaving;            /* [seconds + 1]: the hazard of being lost, added up */
    float *page;                /* [second]: seconds until a page is there */
    float *refuses;             /* [second]: chance to leave at the first page */
    double lost;                /* visitors of the moment */
    uint32_t fails_first;       /* the first second in which a twentieth leaves; ENTRANCE_NEVER */
    uint32_t *admitted;         /* [buyer]: the second in which they may go in; ENTRANCE_NEVER */
    uint32_t admitted_capacity;
    uint32_t let_in; /* visitors */
};

void entrance_free(struct entrance *entrance);
/* Fills leaving, page, refuses, lost, fails_first. `bears`: the site is repaired. */
void entrance_site(struct entrance *entrance, const struct scene *scene, const struct crowd *crowd,
                   bool bears);
/* Does this visitor, coming in a second and staying for so many, see all pages? */
bool entrance_survives(const struct entrance *entrance, uint32_t second, uint32_t stay,
                       double uniform);
/* Fills admitted, let_in. */
void entrance_line(struct entrance *entrance, const struct scene *scene, const struct crowd *crowd,
                   uint64_t key);

#endif
