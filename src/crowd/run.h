/* A crowd's whole run against one site.
 *
 *   crowd_consent -> crowd_send: arrivals (base/surge.h), visitors (visit.h) -> the tally, judged
 *
 * One thread, libuv; time is the env's. Ctrl-C and SIGTERM end the run, and what was seen until
 * then is judged. */
#ifndef ECLUSE_CROWD_RUN_H
#define ECLUSE_CROWD_RUN_H

#include "base/surge.h"
#include "crowd/site.h"
#include "crowd/tally.h"
#include "env/env.h"

struct crowd_plan {
    struct env *env;
    const struct crowd_site *site;
    struct surge surge;
    uint32_t visitors;         /* over the whole surge */
    double speed;              /* the surge passes so many times faster; all else is in real time */
    uint32_t seconds;          /* 0: until all have left */
    uint32_t patience_seconds; /* median; 0: they wait as long as it takes */
    uint32_t no_show_percent;
    uint32_t reload_percent;
    uint32_t tab_percent;
    uint32_t bot_percent;
    double rate;       /* visitors a second that are to be let in; 0: not known */
    uint32_t pages;    /* of a visit, the first included */
    uint32_t think_ms; /* between two of them, on average */
    uint64_t seed;
    uint32_t connections;                                             /* open at most */
    void (*progress)(void *context, const struct crowd_tally *tally); /* once a second; or NULL */
    void *context;
};

/* STATUS_UNAVAILABLE: nobody listens. *given: the site is loopback, or serves its key. */
enum status crowd_consent(struct env *env, const struct crowd_site *site, bool *given,
                          struct fault *fault) MUST_USE;

/* The tally is the caller's, until crowd_tally_free. */
enum status crowd_send(const struct crowd_plan *plan, struct crowd_tally **tally,
                       struct fault *fault) MUST_USE;
void crowd_tally_free(struct crowd_tally *tally);

#endif
