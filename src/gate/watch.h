/* The waiting room beside a shop that it does not hold back: what it would have done
 * (docs/decisions/0045). Pure.
 *
 *   visitor comes -> watch_arrive -> the gate's number: inside at once, or in the line
 *   each turn     -> who stands in the line says "still here", who is called comes to the door,
 *                    who is let in has waited so long
 *
 * The gate is the real one, at the ceiling of the shop file; its visitors are patient: nobody gives
 * up, everybody comes back in time. So waits are the longest that the crowd could have met. */
#ifndef ECLUSE_GATE_WATCH_H
#define ECLUSE_GATE_WATCH_H

#include "gate/gate.h"
#include "model/site.h"

/* A minute, or all of them. */
struct watch_count {
    uint64_t requests[SITE_CLASSES];
    uint64_t held;        /* of them, such as would not have reached the shop then */
    uint64_t visitors;    /* newcomers */
    uint64_t waited;      /* of them, such as would have read the page of the waiting room */
    uint64_t turned_away; /* programs that would have read 503 */
    uint32_t line_most;
    uint32_t wait_seconds_most; /* of those who went in, and of those who stand there */
    uint64_t over;              /* visitors beyond what the ceiling admits in a minute */
};

struct watch {
    struct gate *gate;
    uint32_t *arrived; /* second of each number of the line, places_max of them */
    int64_t at;        /* of the last turn */
    uint32_t polled;   /* the next number that says "still here" */
    uint32_t knocked;  /* the numbers before it have come to the door */
    struct watch_count minute, all;
    uint64_t minutes, minutes_over;
    uint64_t over_most;
};

/* `arrived` has as many entries as the gate has places. */
void watch_init(struct watch *watch, struct gate *gate, uint32_t *arrived, int64_t now);

/* A request of this class; `held`: it would not have reached the shop now. */
void watch_request(struct watch *watch, enum site_class class, bool held);
/* A newcomer with a browser: true, inside at once. `*number` is set unless there was no place:
 * UINT32_MAX. */
bool watch_arrive(struct watch *watch, int64_t now, uint32_t *number);
/* A program that would come in only if nobody waits. */
bool watch_arrive_program(struct watch *watch, int64_t now, uint32_t *number);
/* Several times a second. */
void watch_turn(struct watch *watch, int64_t now);
/* How long the first of the line would have waited until now; 0: nobody waits. */
uint32_t watch_oldest_seconds(const struct watch *watch, int64_t now);
/* Ends a minute: `*minute` gets its figures, and they are added to all. */
void watch_minute_end(struct watch *watch, int64_t now, struct watch_count *minute);
/* Visitors that the ceiling admits in a minute. */
uint64_t watch_minute_capacity(const struct watch *watch);
uint64_t watch_requests(const struct watch_count *count);

#endif
