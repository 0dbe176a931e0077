/* What customers ask for, beside what the shop earns: grouped, counted, ranked.
 *
 *   gain  = value x throughput share - hours x what an hour is worth in the best mix
 *   score = fit x gain where that is more than nothing, else the gain
 *
 * A request belongs under the activity that it names; else under the one whose name, or whose
 * offer's name or label, it is (case, accents and blanks do not count); else it is a new one, with
 * all that ask for it in the same words. The throughput share is what its activity keeps of its
 * revenue today (in the best mix where it sells nothing today); of a new one, what the whole shop
 * keeps. Its hours are those that were said; else, under an activity, the activity's own in
 * proportion to its revenue; else they are not known, and nothing is taken off for them. Whoever
 * says neither value nor hours counts among those who ask and adds nothing else. Fit: 1 where the
 * best mix runs the activity, 1/2 for a new one, 1/4 where the best mix stops it.
 *
 * Beside the ranking: how far the company and its customers pull apart, and the largest set of
 * requests that the hours could serve which today's mix leaves free (request_set.h). */
#ifndef ECLUSE_FOCUS_REQUEST_H
#define ECLUSE_FOCUS_REQUEST_H

#include "base/arena.h"
#include "focus/focus.h"

/* One thing that was asked for, or wished for. Texts stay valid as long as the answer is read. */
struct request_said {
    struct slice from; /* empty: not known */
    struct slice wants;
    struct activity_id activity; /* NO_INDEX: not said */
    int64_t value_minor;         /* a week, without VAT; 0: not known */
    int64_t count;
    uint32_t hours_count; /* 0: not said */
    const struct center_hours *hours;
    int64_t customer; /* customer_hash (journal/customer_hash.h); 0: not known */
};

/* What somebody who asks bought in REQUEST_WEEKS, VAT included. */
struct request_customer {
    int64_t customer;
    int64_t bought_minor;
};
enum { REQUEST_WEEKS = 52 };

struct requests_ask {
    const struct focus_figures *figures;
    const struct focus_answer *answer; /* to the same figures */
    uint32_t said_count;
    const struct request_said *said;
    uint32_t customer_count;
    const struct request_customer *customers; /* by customer, each once */
    double seconds;                           /* for the largest set, at most */
};

enum request_hours {
    REQUEST_HOURS_SAID,     /* all of them */
    REQUEST_HOURS_RECKONED, /* some or all from the activity's */
    REQUEST_HOURS_UNKNOWN   /* of some or all; what is known of the others is in `minutes_micro` */
};

struct request_group {
    uint16_t activity;  /* in figures->activities; NO_INDEX: a new one */
    struct slice wants; /* in the words of most */
    uint32_t first;     /* in requests->order */
    uint32_t said_count;
    int64_t count;
    int64_t value_micro;     /* a week; 0: not known */
    uint32_t customers;      /* who are known */
    int64_t customers_minor; /* what they bought */
    enum request_hours hours_from;
    int64_t *minutes_micro; /* [figures->centers] a week */
    int32_t fit_percent;
    int64_t share_millionths; /* of the value that stays as throughput */
    int64_t throughput_micro;
    int64_t hours_cost_micro; /* its hours, at what they are worth in the best mix */
    int64_t gain_micro;
    int64_t score_micro;
    bool served; /* in the largest set */
};

/* Where the company and its customers pull apart: shares of all hours of today, those of offers of
 * no activity included, and of all requests. */
struct request_pull {
    uint16_t activity; /* in figures->activities; NO_INDEX: the group is a new one */
    uint32_t group;    /* where the activity is NO_INDEX */
    double hours, requests;
};

struct requests {
    uint32_t group_count;
    struct request_group *groups; /* the highest score first; among equals more who ask */
    uint32_t said_count;
    uint32_t *order;  /* ask->said, group by group */
    int64_t count;    /* of all */
    double effective; /* activities that are asked for: 1 / sum of squared shares; 0: nothing is */
    double apart;     /* half the sum of the differences of shares; below 0: not known */
    uint32_t pull_count;
    struct request_pull *pulls; /* those that differ, the most first */
    int64_t *free_micro;        /* [figures->centers] minutes that today's mix leaves */
    /* The largest set. */
    int64_t served_count; /* who ask for what is in it */
    int64_t served_gain_micro;
    bool served_proved;     /* no larger one can be served */
    uint32_t without_hours; /* groups whose hours are not known: not in it */
    struct arena arena;
};

/* *requests is focus_requests_free's. STATUS_LIMIT: sums that do not fit. */
enum status focus_requests_make(const struct requests_ask *ask, struct requests **requests,
                                struct fault *fault) MUST_USE;
void focus_requests_free(struct requests *requests);

#endif
