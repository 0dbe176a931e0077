/* What a crowd saw, counted while it runs and judged at the end.
 *
 * came = bots + served + served_at_once + gave_up + no_shows + lost_place + failed + left_waiting:
 * every visitor has one outcome. Latencies and lag are in microseconds, waits in milliseconds. */
#ifndef ECLUSE_CROWD_TALLY_H
#define ECLUSE_CROWD_TALLY_H

#include "base/status.h"
#include "base/text.h"
#include "crowd/fairness.h"
#include "crowd/spread.h"

#include <stdbool.h>

enum crowd_error {
    CROWD_ERROR_CONNECT,
    CROWD_ERROR_TIMEOUT,
    CROWD_ERROR_BROKEN,  /* closed in the middle, or no HTTP */
    CROWD_ERROR_5XX,     /* but 503 */
    CROWD_ERROR_4XX,     /* but 429 */
    CROWD_ERROR_GARBLED, /* a poll's answer that is not what it should be */
    CROWD_ERRORS
};

struct crowd_tally {
    uint32_t planned; /* how many would come if the run were long enough */
    uint32_t came;
    uint32_t bots;
    uint32_t served;         /* through the gate */
    uint32_t served_at_once; /* no gate spoke */
    uint32_t gave_up;
    uint32_t no_shows;
    uint32_t lost_place;   /* the server said "gone" */
    uint32_t failed;       /* LIMIT_CROWD_TRIES errors in a row */
    uint32_t left_waiting; /* not in when the run ended */
    uint32_t cut_short;    /* sent back into the queue during the visit */
    uint64_t requests;
    uint64_t told_later; /* 429 and 503 to visitors */
    uint64_t bot_requests;
    uint64_t bot_refused; /* 429, 503, 403 */
    uint64_t bot_inside;
    uint64_t errors[CROWD_ERRORS];
    uint32_t connections_most;
    double seconds; /* how long it ran */

    struct crowd_spread waited_ms; /* of the served */
    struct crowd_spread page_us;   /* whole pages, but those that follow "called" */
    struct crowd_spread enter_us;  /* those: the server may hold them */
    struct crowd_spread poll_us;
    struct crowd_spread lag_us;           /* from when a request was due to when it was sent */
    struct crowd_spread announced_off_ms; /* |middle of the range - what it was| */
    struct crowd_spread fixed_off_ms;     /* |what a fixed cursor would have said - what it was| */
    uint64_t announced_within;

    /* First answers from inside. */
    struct crowd_entry *entries;
    uint32_t entry_count;
    uint32_t entry_capacity;
    uint32_t most_in_second;
    uint32_t most_in_minute;
    uint64_t inversions;

    double rate;           /* 0: not given */
    uint32_t busy_seconds; /* in which so many waited that all of the rate could be used */
    uint64_t busy_entries;
};

/* Neither time before those of the last entry. STATUS_LIMIT, STATUS_MEMORY. */
enum status crowd_tally_entry(struct crowd_tally *tally, struct crowd_entry entry) MUST_USE;
bool crowd_tally_overshoots(const struct crowd_tally *tally);
/* Is every bound kept? */
bool crowd_tally_holds(const struct crowd_tally *tally);
/* Of the capacity, per thousand; -1: there was no such second, or no rate. */
int64_t crowd_tally_used_thousandths(const struct crowd_tally *tally);
/* The median error of the announced waits, by that of a fixed cursor's; below 0: not known, or
 * that was never wrong. */
double crowd_tally_error_ratio(const struct crowd_tally *tally);

void crowd_tally_json(const struct crowd_tally *tally, struct text *to);
/* False: no memory. */
bool crowd_tally_text(const struct crowd_tally *tally, bool french, size_t width, bool colour,
                      struct text *to) MUST_USE;

#endif
