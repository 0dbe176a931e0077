/* The waiting room in front of a shop: who may go in, in what order, how fast. Pure rules; time
 * comes in as milliseconds of a clock that never goes back.
 *
 *   gate_arrive  a newcomer gets a number; nobody waits: inside at once, else a place in the line
 *   gate_poll    who waits says "still here" and hears where they stand
 *   gate_knock   who was called comes to the door: parked in the lock chamber until their turn
 *   gate_release one of the parked goes in, the lowest place first, no faster than gate/pace.h
 *
 * The line is the numbers in the order of their coming (or of the draw, gate/draw.h). Its front,
 * `head`, moves on while fewer people are parked or on their way than a few seconds of the rate:
 * places before it are called as soon as they poll. Whoever heard so lately and is on the way is
 * waited for before a later place goes in. Who has not polled for ALIVE seconds is passed over and
 * blocks nobody; neither does a newcomer who never came back with the ticket (a program without
 * cookies takes a place at each request). Whoever was passed over keeps the place for GRACE seconds
 * and is called at the next poll. How many of the called really come is learned, so that no-shows
 * leave no capacity unused.
 *
 * Where only so many may be inside at once, who is at the door also waits until somebody leaves.
 *
 * Whoever waits costs two bytes here: what became of the number, and when it was last heard of.
 * The number itself travels with the visitor (a signed ticket: pages/gate_ticket.h). */
#ifndef ECLUSE_GATE_GATE_H
#define ECLUSE_GATE_GATE_H

#include "gate/census.h"
#include "gate/draw.h"
#include "gate/inside.h"
#include "gate/pace.h"
#include "gate/wait.h"

#include <stddef.h>

enum {
    GATE_ALIVE_SECONDS = 72, /* more than the longest time between two polls */
    GATE_GRACE_SECONDS = 2 * 3600,
    GATE_CHAMBER_MAX = 1024,
    GATE_TOLD_MAX = 1024,
    GATE_LEAVING_SECONDS = 60, /* so long after its session's end a last page's parts are fetched */
    GATE_NEW_SECONDS = 5,      /* by then a newcomer who can come back has polled once */
    GATE_PASSES = 8,           /* seconds for which a call is waited for */
    GATE_POLL_SECONDS_MIN = 2,
    GATE_POLL_SECONDS_MAX = 60,
    GATE_SESSION_SECONDS_MAX = 65000
};

struct gate_settings {
    uint64_t rate; /* the ceiling, in thousandths of a visitor a second; at least 1 */
    uint32_t session_seconds;
    uint32_t inside_most; /* visitors inside at once; 0: no limit */
    uint32_t places_max;  /* a power of two: how many numbers are remembered */
};

/* Who heard that they are called, and has not come yet. */
struct gate_told {
    uint32_t place;
    int64_t at;
};

/* The places that the front passed within one second. */
struct gate_pass {
    int64_t second;
    uint32_t from; /* the first of them */
    uint32_t passed, came;
    uint32_t asked; /* of the passed, who stood at the door already: the first request came in */
    bool counted;   /* in the share that comes (gate/wait.h); who comes now is counted alone */
};

struct gate {
    struct gate_settings settings;
    struct pace pace;
    struct wait wait;
    struct census census;
    struct draw draw; /* count 0: none was held */
    bool closed;      /* before the opening: all wait */
    uint32_t next;    /* the next newcomer's number */
    uint32_t head;    /* the first place that is not called */
    uint16_t *seen;
    struct inside inside;
    int64_t now;
    int64_t restored_at; /* who has not been heard of since may still come; INT64_MIN: no restart */
    int64_t held_until;  /* nobody goes in before: who was parked is on the way back */
    uint32_t born[GATE_NEW_SECONDS + 1]; /* `next` as each of the last seconds began */
    uint32_t sweep;
    struct gate_pass passes[GATE_PASSES];
    uint32_t pass_newest;
    struct gate_told told[GATE_TOLD_MAX]; /* a ring, by time */
    uint32_t told_first, told_count;
    uint32_t chamber[GATE_CHAMBER_MAX]; /* places, a heap: the lowest first */
    uint32_t chamber_count;
    uint64_t entries, skipped, refused;
};

enum gate_state { GATE_GONE, GATE_WAITING, GATE_CALLED, GATE_INSIDE };

/* What a visitor hears. */
struct gate_view {
    enum gate_state state;
    uint32_t number; /* from 1, in the order of coming */
    uint32_t place;  /* from 1, in the order of the line */
    uint32_t ahead;  /* visitors between the front and this place who are still there */
    uint32_t poll_seconds;
    bool is_new; /* has not come back with the ticket yet, and is to do so soon */
    struct wait_range wait;
};

enum gate_arrival { GATE_ARRIVED_INSIDE, GATE_ARRIVED_WAITING, GATE_ARRIVED_FULL };
enum gate_knocking { GATE_KNOCK_INSIDE, GATE_KNOCK_PARKED, GATE_KNOCK_WAIT, GATE_KNOCK_GONE };

/* Memory for a gate, and the gate in it; `memory` is aligned for any type. */
size_t gate_bytes(const struct gate_settings *settings);
struct gate *gate_place(void *memory, const struct gate_settings *settings, int64_t now);

/* What outlives a process. */
struct gate_kept {
    uint32_t next;   /* the numbers below were given */
    uint32_t head;   /* the front stood there, or a little further */
    uint32_t inside; /* at most so many were inside */
    struct draw draw;
};
/* After a start anew. Who waited has their place, and until ALIVE seconds from now to say so. */
void gate_restore(struct gate *gate, const struct gate_kept *kept, int64_t now);
/* What is to be kept now, so that it holds for the next `seconds` too, but for new numbers. */
void gate_keep(const struct gate *gate, uint32_t seconds, struct gate_kept *kept);

/* Before an opening nobody goes in, is called, or stands at the door: who was parked is so no
 * more. */
void gate_close(struct gate *gate);
/* While it is closed: the numbers given until now, of those who are not inside, are drawn with
 * `seed`. */
void gate_draw(struct gate *gate, uint64_t seed);
void gate_open(struct gate *gate);
void gate_pause(struct gate *gate, bool paused);
/* Thousandths of a visitor a second; UINT64_MAX: the ceiling only. */
void gate_cap(struct gate *gate, uint64_t rate);

enum gate_arrival gate_arrive(struct gate *gate, int64_t now, uint32_t *number);
void gate_poll(struct gate *gate, uint32_t number, int64_t now, struct gate_view *view);
/* Says "still here" from a page that does not show the place: who is called has not heard it. */
void gate_stay(struct gate *gate, uint32_t number, int64_t now);
/* What gate_poll tells, without saying "still here". */
void gate_look(const struct gate *gate, uint32_t number, int64_t now, struct gate_view *view);
enum gate_knocking gate_knock(struct gate *gate, uint32_t number, int64_t now);
/* Who was parked has gone away again, and may knock once more. */
void gate_unpark(struct gate *gate, uint32_t number);
/* The next one of the chamber whose turn it is; false: nobody now. To be called every few
 * milliseconds while somebody is parked, until it says false. */
bool gate_release(struct gate *gate, int64_t now, uint32_t *number);
/* Gives up the place, or ends the session. */
void gate_leave(struct gate *gate, uint32_t number);
/* LEAVING: ended early, less than GATE_LEAVING_SECONDS ago. UNKNOWN: not heard of since the start.
 */
enum gate_session {
    GATE_SESSION_NONE,
    GATE_SESSION_OPEN,
    GATE_SESSION_LEAVING,
    GATE_SESSION_UNKNOWN
};
enum gate_session gate_session(const struct gate *gate, uint32_t number, int64_t now);
/* A session of before the start shows its ticket: it began `seconds` ago, and lasts. */
void gate_recognise(struct gate *gate, uint32_t number, uint32_t seconds);
/* The shop file's figure has changed; 0: no limit. */
void gate_set_inside_most(struct gate *gate, uint32_t most);
/* Moves the front, ends sessions; to be called several times a second. */
void gate_turn(struct gate *gate, int64_t now);

/* Nobody waits, is called, or is parked. */
bool gate_is_quiet(const struct gate *gate);
/* Places between the front and the end. */
uint32_t gate_waiting(const struct gate *gate);

#endif
