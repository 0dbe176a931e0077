/* Did a decision turn out as expected? The week before it and the week since, side by side.
 *
 *   days of the shop (decision_past) -> weeks that begin on the decision's weekday, before and
 *     since -> for each figure: what came, how sure that is, against what was expected
 *     (decision_answer)
 *
 * Before are the eight weeks before `on`; since are the weeks from `on` to `by`, or, as long as
 * `by` is not there yet, the last eight full weeks ("so far"). A `by` that is less than four weeks
 * after `on` counts as four. A week that the shop's records do not cover is not counted, and below
 * DECISION_WEEKS_MIN weeks on a side nothing is said but when it can be. What came is the
 * difference of the weekly means; its interval holds it 80 times in 100 by Welch's t (Biometrika
 * 34, 1947), which takes weeks as independent of each other: season and trend are not taken out. It
 * is why what else changed is named beside it. A rate (promises kept) is a level: its interval is
 * Wilson's (1927) or that of a ratio of weekly counts, the wider of both.
 *
 * Profit is throughput less the fixed costs of the activities that ran and the operating expense,
 * each by the shop file of its time; materials and carriers are at today's costs. Money is in
 * millionths of a minor unit until the end and never goes through a double; only the interval does.
 */
#ifndef ECLUSE_FOCUS_DECISION_H
#define ECLUSE_FOCUS_DECISION_H

#include "model/shop.h"

enum {
    DECISION_WEEKS_BEFORE = 8,
    DECISION_WEEKS_SO_FAR = 8,
    DECISION_WEEKS_MIN = 4,
    DECISION_WEEKS_MAX = 52, /* of a `by` that is further away, the last ones */
    DECISION_DUE_MIN = 10    /* promises that were due, below which no rate is told */
};

/* Of a day of the shop. */
struct decision_day {
    int64_t revenue_micro;    /* without VAT, millionths of a minor unit */
    int64_t throughput_micro; /* as it was sold */
    int64_t minutes_micro;    /* standard work of it, millionths of a minute */
    uint32_t orders;
    uint32_t due, kept; /* promises for that day, and those of them that were kept */
};

/* When an activity cost its fixed costs: from..until, the last not included. */
struct decision_run {
    int32_t from_day, until_day;
};

/* What a week cost from a day on, until the next entry's. */
struct decision_costs {
    int32_t from_day;
    int64_t operating_micro;
    int64_t *fixed_micro; /* [activity] */
};

struct decision_past {
    int32_t first_day; /* of the first sale that is known */
    int32_t last_day;  /* of the last one */
    uint32_t day_count;
    struct decision_day *days; /* from the first day on, at least to the last; 0 of them: no sale */
    uint32_t activity_count;
    struct decision_run *runs; /* [activity] */
    uint32_t cost_count;
    struct decision_costs *costs; /* by day; what was before the first cost as in it */
    bool knows_promises;          /* somebody says what was delivered */
    int64_t *sold_minor;          /* [offer] revenue of all days: what a change of it weighs */
    int32_t *sold_from_day;       /* [offer] its first sale; INT32_MAX: none is known */
    uint32_t foreign_lines;       /* of offers that the shop never had: left out */
};

void decision_past_free(struct decision_past *past);

enum decision_state {
    DECISION_TOLD,
    DECISION_AHEAD,        /* it begins after today */
    DECISION_NO_RECORDS,   /* nothing that was sold is known: a shop file, or an empty database */
    DECISION_SHORT_BEFORE, /* too few weeks before it are known; that does not change any more */
    DECISION_SHORT_SINCE   /* too few weeks since; `sayable_day` */
};

enum decision_verdict { DECISION_AS_EXPECTED, DECISION_BETTER, DECISION_WORSE };

/* One figure, in the units of enum decision_measure. */
struct decision_outcome {
    bool told;        /* the next are known */
    bool has_verdict; /* and something was expected */
    int64_t before;   /* a mean week; of KEPT the level, DECISION_UNSAID if not known */
    int64_t since;
    int64_t came;     /* the gain; of KEPT the level */
    double low, high; /* of `came`, 80 in 100 */
    enum decision_verdict verdict;
};

struct decision_span {
    int32_t from_day; /* of its first week */
    uint32_t weeks;
};

struct decision_answer {
    enum decision_state state;
    bool so_far; /* `by` is not there yet, or there is none */
    struct decision_span before, since;
    int32_t sayable_day; /* SHORT_SINCE, AHEAD: the first day on which it can be said */
    struct decision_outcome outcomes[DECISION_MEASURES];
    /* The first figure that was expected and can be told; DECISION_MEASURES: none. */
    enum decision_measure main;
};

/* `past` may be NULL: there are no records. */
void decision_look(const struct decision *decision, const struct decision_past *past, int32_t today,
                   struct decision_answer *answer);

#endif
