/* A crowd at the gate, in virtual time: who goes in when, what each was told, and what came of it.
 *
 * Visitors come, poll as often as they are told, are called, come after the time that a page needs
 * to load; some never come when called, some lose patience, some sleep in a hidden tab. Every 20 ms
 * the gate has its turn, as in a server. */
#ifndef ECLUSE_TESTS_GATE_CROWD_H
#define ECLUSE_TESTS_GATE_CROWD_H

#include "base/random.h"
#include "gate/gate.h"

enum crowd_kind { HONEST, NO_SHOW, IMPATIENT, HIDDEN, BOT };
enum crowd_stage { COMING, LINE, CALLED, PARKED, INSIDE, AWAY };

/* Staff pause the line; the shop behind begins to bear but half. */
enum crowd_change { CROWD_STEADY, CROWD_PAUSE, CROWD_SLOW };

struct crowd_visitor {
    enum crowd_kind kind;
    enum crowd_stage stage;
    uint32_t number, place;
    uint32_t next; /* in the list of its step; UINT32_MAX: none */
    int64_t arrived, entered;
    uint32_t polls;
    struct wait_range told; /* on arrival */
    uint32_t fixed_seconds; /* what a fixed cursor would have said then */
    uint32_t ahead_at;      /* where it stands in the crowd's ahead */
};

struct crowd_plan {
    uint32_t visitors;
    uint64_t rate;
    /* When they come. Television: a linear rise, then halvings. Without a half life: evenly within
     * the rise. With minutes: so many parts in each. */
    int64_t rise_seconds, half_life_seconds;
    const uint32_t *minutes;
    uint32_t minute_count;
    uint32_t no_show_percent, impatient_percent, hidden_percent, bot_percent;
    uint32_t overtaken_percent; /* so many may see a later number go in while they come: 0 */
    uint64_t seed;
    int64_t seconds;        /* how long it is watched */
    int64_t restart_at;     /* seconds; 0: never */
    int64_t opens_at;       /* seconds: the door is closed before, then a draw; 0: it is open */
    uint32_t inside_most;   /* 0: no limit */
    uint32_t stays_seconds; /* on the mean, then the session ends early; 0: it lasts */
    enum crowd_change change;
    int64_t change_at;      /* seconds */
    int64_t change_seconds; /* the pause; until the slower rate is found */
};

struct crowd {
    struct crowd_plan plan;
    struct random random;
    struct gate *gate;
    void *memory;
    struct crowd_visitor *visitors;
    uint32_t *of_number; /* the visitor of a number */
    uint32_t *steps;     /* first visitor of each step's list */
    int64_t step_count;
    int64_t now;       /* milliseconds */
    uint32_t *entries; /* by step */
    uint32_t *ahead;   /* who may come in before anybody behind: parked, or honest and called */
    uint32_t ahead_count;
    uint32_t inside, inversions, overtaken;
    uint32_t standing; /* who waits and will come in when called */
    uint64_t busy_steps, busy_entries, busy_parked, busy_inside;
    uint32_t inside_most; /* at once */
    uint64_t polls;
};

/* How the announced waits of those who came in turned out. Left out: waits under ten seconds, and
 * those of people who came before a change, or during it, and went in after it began. */
struct crowd_waits {
    uint32_t count;
    uint32_t within;       /* in the range that was shown */
    uint32_t error_median; /* of the likely wait, seconds */
    uint32_t fixed_median; /* of the fixed cursor's */
    uint32_t wait_median, width_median;
};

struct crowd *crowd_run(const struct crowd_plan *plan);
void crowd_free(struct crowd *crowd);
uint32_t crowd_most_within(const struct crowd *crowd, int64_t window_ms);
/* Of the capacity, while more waited than come in within some seconds. */
uint32_t crowd_used_percent(const struct crowd *crowd);
struct crowd_waits crowd_waits_of(const struct crowd *crowd);

#endif
