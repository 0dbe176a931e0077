/* Rate limits: who asks more often than a rule allows is told to wait. Pure; time comes in as
 * microseconds of a clock that never goes back.
 *
 * Each request of a key (an address, a network, a ticket) makes it owe one interval of its rule; a
 * debt is paid by time alone, and a request that would make it greater than `burst` intervals is
 * refused and costs nothing. (The generic cell rate algorithm, ITU-T I.371: a bucket of `burst`
 * tokens that gets one each interval, kept as a single time.)
 *
 * Memory is fixed: a table of sets of LIMITER_WAYS slots, in which a key has its slot only while it
 * owes. A full set forgets the smallest debt, and a newcomer who would owe less than all in it is
 * not written down. So forgetting only ever forgives: whoever keeps to the rule is never refused,
 * whatever the others do; and who owes much is forgotten last, so that a flood of other keys does
 * not wash a debt away. Keys are mixed with a seed that nobody outside knows. */
#ifndef ECLUSE_GATE_LIMITER_H
#define ECLUSE_GATE_LIMITER_H

#include <stddef.h>
#include <stdint.h>

enum { LIMITER_WAYS = 8, LIMITER_INTERVAL_US_MAX = 60 * 1000 * 1000, LIMITER_BURST_MAX = 1 << 20 };

struct limiter_rule {
    uint32_t interval_us; /* one more request each; 1 to LIMITER_INTERVAL_US_MAX */
    uint32_t burst;       /* so many at once; 1 to LIMITER_BURST_MAX */
};

struct limiter_slot {
    uint64_t key;
    int64_t paid_us; /* when its debt is paid; not after now: the slot is free */
};

struct limiter {
    uint64_t seed;
    uint64_t forgotten; /* debts that a full set did not keep */
    uint32_t sets;
    struct limiter_slot slots[];
};

/* Memory for a limiter, and the limiter in it; `memory` is aligned for any type. `slots`: a power
 * of two, at least LIMITER_WAYS. */
size_t limiter_bytes(uint32_t slots);
struct limiter *limiter_place(void *memory, uint32_t slots, uint64_t seed);

/* The key of these 128 bits; of another `kind`, another key. */
uint64_t limiter_key(const struct limiter *limiter, uint32_t kind, uint64_t high, uint64_t low);

/* 0: go on, and the key owes one interval more. Otherwise nothing changed: the microseconds after
 * which it may ask again. */
int64_t limiter_take(struct limiter *limiter, uint64_t key, const struct limiter_rule *rule,
                     int64_t now_us);

#endif
