/* The table `decisions`: what was chosen, why, and what was expected of it.
 *
 * Outside the journal, as staff are: no event tells of it, no promise depends on it. A decision is
 * written once and not changed; one that was written down wrongly is taken away, and another
 * written. What came of it is read beside it (commands/decisions_read.h). */
#ifndef ECLUSE_JOURNAL_DECISIONS_H
#define ECLUSE_JOURNAL_DECISIONS_H

#include "base/slice.h"
#include "base/status.h"
#include "model/shop.h"

struct journal;

enum decision_ask { DECISION_WRITE, DECISION_FORGET };

enum decision_result {
    DECISION_OK,
    DECISION_FULL,      /* LIMIT_DECISIONS are kept */
    DECISION_TOO_EARLY, /* it is to be looked at again before it begins */
    DECISION_UNKNOWN    /* there is none of that number */
};

/* Slices stay valid until it is answered; empty: not said. */
struct decision_task {
    enum decision_ask ask;
    const struct zone *zone; /* of the shop */
    int32_t on_day;          /* 0: the day of `now` */
    int32_t by_day;          /* 0: not said */
    enum decision_verb verb;
    struct slice activity, because, say;
    int64_t expected[DECISION_MEASURES]; /* DECISION_UNSAID */
    int64_t number;                      /* FORGET: in; WRITE: out */
    enum decision_result result;         /* out */
};

/* While a batch is written. */
enum status journal_decision(struct journal *journal, struct decision_task *task,
                             int64_t now) MUST_USE;

#endif
