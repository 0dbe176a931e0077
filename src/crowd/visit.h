/* The visitors: what each does next, and what an answer changes.
 *
 *   a visitor's tab:
 *
 *   PAGE -- no gate --------------------------------> VISIT -> ... -> OUT
 *    |  \-- inside ----------------------------------^  ^
 *    waiting                                            | inside
 *    v                 called, inside                   |
 *   POLL <-> RELOAD  ----------------------> ENTER -----/
 *    |         ^                               |
 *    |         \---------- waiting ------------/
 *    \-- gone, patience over, called but no-show ----> OUT
 *
 *   a bot: BOT, again and again, until the run ends
 *
 * 429 and 503 keep the step and wait as told; an error keeps it and tries again a little later, and
 * after LIMIT_CROWD_TRIES in a row the visitor leaves. A second tab begins as RELOAD with the same
 * cookies; the tab that comes in first stays, the other closes. */
#ifndef ECLUSE_CROWD_VISIT_H
#define ECLUSE_CROWD_VISIT_H

#include "base/random.h"
#include "crowd/agenda.h"
#include "crowd/fairness.h"
#include "crowd/link.h"
#include "crowd/run.h"

enum crowd_step { STEP_OUT, STEP_PAGE, STEP_POLL, STEP_RELOAD, STEP_ENTER, STEP_VISIT, STEP_BOT };

enum crowd_outcome { OUTCOME_OPEN, OUTCOME_IN, OUTCOME_OUT };

struct crowd_visitor {
    char *cookies;
    struct crowd_turn turn;
    int64_t came_us;
    int64_t patience_us;  /* gives up at this time; INT64_MAX: never */
    int64_t announced_us; /* -1: no wait was announced */
    uint32_t announced_low_seconds;
    uint32_t announced_high_seconds;
    uint32_t fixed_ms; /* what a fixed cursor would have announced then; UINT32_MAX: not known */
    enum crowd_outcome outcome;
    bool is_bot;
    bool is_no_show;
    bool waits;     /* counted in run->waiting */
    bool has_place; /* turn.place is the server's; else what a newcomer's would be */
    bool was_late;  /* not there as a visitor should: bears no more witness */
    bool two_tabs;
};

struct crowd_tab {
    uint32_t poll_ms; /* as it was told; 0: not yet */
    uint16_t pages_left;
    uint8_t step;
    uint8_t tries;
    bool under_way;
};

_Static_assert(sizeof(struct crowd_visitor) + 2 * sizeof(struct crowd_tab) <= 152,
               "a waiting visitor is small: with agenda and ring 216 bytes and its cookies");

/* Tabs are numbered: the first of visitor v is v, its second is v + plan.visitors. */
struct crowd_run {
    const struct crowd_plan *plan;
    struct crowd_tally *tally;
    struct crowd_links *links;
    struct crowd_agenda agenda;
    struct crowd_visitor *visitors;
    struct crowd_tab *tabs;
    struct random random;
    uint32_t live;       /* tabs of visitors, not of bots, that are not OUT */
    uint32_t waiting;    /* visitors that were told to wait and have not been called */
    uint32_t poll_ms;    /* the shortest that anybody was told: whoever is about to be called */
    uint64_t seen_place; /* the latest place that anybody was told, + 1 */
    uint64_t front;      /* the latest place that is known to have been called */
    int64_t looked_us;   /* when this turn of the loop began to wait for sockets */
    int64_t looked_before_us; /* the turn before: what is read now was not there then */
    enum status status;       /* what ended the run early */
};

void crowd_visitor_arrive(struct crowd_run *run, uint32_t visitor, int64_t now_us);
/* Whoever is due asks. */
void crowd_visitors_turn(struct crowd_run *run, int64_t now_us);

/* For the links; the context is the run. */
void crowd_tab_compose(void *context, uint32_t tab, struct text *to);
void crowd_tab_cookie(void *context, uint32_t tab, struct slice cookie);
void crowd_tab_answered(void *context, uint32_t tab, const struct crowd_answer *answer);

#endif
