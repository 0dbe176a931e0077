/* The wishes that the core knows, and the queue of those that wait. For the files of this room.
 *
 *   all       records by number; found by key
 *   queue     those that wait, by since when the customer is in the queue, then by number: a list
 *             through the records
 *   lanes     above the queue, each with an eighth of those of the one below, to find a place in it
 *             (a skip list; who is in which is said by the number)
 *   demands   [offer]: how many wait for it, and for how much
 *   walk      which one is to be tried next. Begins anew at the head whenever something may have
 *             become free (wishes_wake)
 *
 * Kept: the records. Derived: queue, lanes, by_key and demands. The walk is scratch. */
#ifndef ECLUSE_PROMISE_WISHES_H
#define ECLUSE_PROMISE_WISHES_H

#include "promise/event.h"
#include "promise/wish.h"

enum {
    WISH_SLOTS = 1 << 18, /* of the hash: a power of two, at least twice LIMIT_WISHES */
    WISH_LANES = 5        /* 8 to the power of it: about LIMIT_WISHES */
};

struct wish_record {
    struct order_key key;
    uint8_t status;
    uint8_t zero;
    uint32_t quantity_thousandths;
    int64_t made_at;
    int64_t since;
    uint64_t customer;
    int32_t latest_day;
    uint32_t order;          /* that it became; 0: none */
    uint32_t previous, next; /* in the queue; 0: none, and of one that does not wait */
    uint16_t offer;
    uint16_t zeros[3];
};

_Static_assert(sizeof(struct wish_record) == 64, "a wish is one cache line, without padding");

/* What was refused last of an offer in this walk: so much cannot be there before a day. */
struct wish_refusal {
    uint64_t walk;
    uint32_t quantity_thousandths;
    int32_t before_day; /* INT32_MAX: not at all */
};

struct wishes {
    uint32_t count;
    struct wish_record *all; /* [number - 1] */
    uint32_t *by_key;        /* [WISH_SLOTS] */
    struct wish_demand *demands;
    uint32_t first, last;        /* of the queue; 0: nobody waits */
    uint32_t *lanes[WISH_LANES]; /* [number]: who is next in the lane; [0]: who is first */
    uint32_t waiting;
    uint32_t walk_at;
    uint64_t walk;                 /* counts the walks */
    struct wish_refusal *refusals; /* [offer] */
};

static inline struct wish_record *wish_of(const struct wishes *wishes, uint32_t number)
{
    return &wishes->all[number - 1];
}

/* 0 if there is none. */
uint32_t wishes_find(const struct wishes *wishes, const struct order_key *key);
/* Adds the next wish, which waits; there is room (LIMIT_WISHES). */
void wishes_add(struct wishes *wishes, const struct event_wished *wished);
/* One that waits does so no longer. `order`: that it became, 0 if none. */
void wishes_end(struct wishes *wishes, uint32_t number, enum wish_status status, uint32_t order);
/* Something may have become free. */
void wishes_wake(struct wishes *wishes);
/* Does a refusal in this walk say that it cannot be met either? `exactly`: only if it was for as
 * much. */
bool wishes_refused(const struct wishes *wishes, const struct wish_record *record, bool exactly);
/* It cannot be there before that day; INT32_MAX: on none. */
void wishes_refuse(struct wishes *wishes, const struct wish_record *record, int32_t before_day);
/* Builds what is derived, after the records were read back. */
void wishes_index(struct wishes *wishes);
void wishes_forget(struct wishes *wishes);
/* NULL or a sentence. */
const char *wishes_check(const struct wishes *wishes);

#endif
