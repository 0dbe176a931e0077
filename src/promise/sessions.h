/* Sessions: what several bookings share (a class, a guided tour). A session owns its slots; a
 * booking takes seats of it. With its last booking it ends and its slots are free again.
 *
 * Kept: the sessions by number. Derived: for each offer the list of those that are alive, latest
 * first. */
#ifndef ECLUSE_PROMISE_SESSIONS_H
#define ECLUSE_PROMISE_SESSIONS_H

#include "promise/hours.h"
#include "promise/orders.h"

struct session {
    int64_t start;
    int64_t end;
    uint32_t seats_taken; /* 0: it has ended */
    uint32_t block;       /* of its runs; 0: none any more */
    uint32_t previous;    /* the offer's living one before; 0: none */
    uint16_t offer;
    uint16_t run_count;
    uint8_t block_class;
    uint8_t zero[7];
};

struct sessions {
    uint32_t count;
    struct session *all; /* [number - 1] */
    uint32_t *latest;    /* [offer]; 0: none */
};

static inline struct session *session_of(const struct sessions *sessions, uint32_t number)
{
    return &sessions->all[number - 1];
}

/* Is there room for `more` sessions? Their runs' blocks are asked for one by one. */
bool sessions_room(const struct sessions *sessions, uint32_t more);
/* Adds the next session, with no seat taken and a block of the orders for its runs, which the
 * caller fills; there is room for both. */
struct session *sessions_add(struct sessions *sessions, struct orders *orders,
                             const struct session *session);
/* Takes seats (or with a negative number gives them back) of a session. The first seat takes its
 * slots, the last one gives them back. */
void sessions_seats(struct sessions *sessions, const struct orders *orders, struct hours *hours,
                    uint32_t number, int32_t seats);
/* A session of which no seat is taken gives its block back. */
void sessions_close(struct sessions *sessions, struct orders *orders, uint32_t number);
/* Builds the lists of the living again: those that do not end before `now`. */
void sessions_index(struct sessions *sessions, int64_t now);
/* The earliest living session of an offer that starts at or after `release` (or, latest: the latest
 * one that also ends by `end`) and has so many seats free of `seats_most`; 0: none. */
uint32_t sessions_find(const struct sessions *sessions, uint32_t offer, int64_t release,
                       uint32_t seats, uint32_t seats_most);
uint32_t sessions_find_latest(const struct sessions *sessions, uint32_t offer, int64_t release,
                              int64_t end, uint32_t seats, uint32_t seats_most);

#endif
