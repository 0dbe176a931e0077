/* key -> its set -> its slot, or the one that owes least -> the debt, one interval greater.
 *
 * Invariants: a key has at most one slot that owes; no slot owes more than the burst of the rule
 * that it was taken by. Slots of which time has paid the debt are free without anybody touching
 * them, so nothing has to be swept. A sketch of shared counters was rejected: it adds up debts of
 * different keys, and a crowd would then be refused for what others did. */
#include "gate/limiter.h"

#include "base/assert.h"
#include "base/random.h"

#include <stdbool.h>
#include <string.h>

size_t limiter_bytes(uint32_t slots)
{
    return sizeof(struct limiter) + slots * sizeof(struct limiter_slot);
}

struct limiter *limiter_place(void *memory, uint32_t slots, uint64_t seed)
{
    ASSERT(slots >= LIMITER_WAYS);
    ASSERT((slots & (slots - 1)) == 0);
    struct limiter *limiter = memory;
    memset(memory, 0, limiter_bytes(slots));
    limiter->seed = seed;
    limiter->sets = slots / LIMITER_WAYS;
    return limiter;
}

uint64_t limiter_key(const struct limiter *limiter, uint32_t kind, uint64_t high, uint64_t low)
{
    uint64_t key = random_mix(limiter->seed + kind);
    key = random_mix(key ^ high);
    return random_mix((key + limiter->seed) ^ low);
}

static int64_t debt_of(const struct limiter_slot *slot, int64_t now_us)
{
    return slot->paid_us > now_us ? slot->paid_us - now_us : 0;
}

/* The key's slot; if it has none, the one of its set that owes least. */
static struct limiter_slot *slot_find(struct limiter *limiter, uint64_t key)
{
    struct limiter_slot *set = &limiter->slots[key % limiter->sets * LIMITER_WAYS];
    struct limiter_slot *least = set;
    for (uint32_t i = 0; i < LIMITER_WAYS; i++) {
        if (set[i].key == key) {
            return &set[i];
        }
        least = set[i].paid_us < least->paid_us ? &set[i] : least;
    }
    return least;
}

int64_t limiter_take(struct limiter *limiter, uint64_t key, const struct limiter_rule *rule,
                     int64_t now_us)
{
    ASSERT(rule->interval_us >= 1 && rule->interval_us <= LIMITER_INTERVAL_US_MAX);
    ASSERT(rule->burst >= 1 && rule->burst <= LIMITER_BURST_MAX);
    int64_t interval = rule->interval_us;
    int64_t most = interval * rule->burst;
    struct limiter_slot *slot = slot_find(limiter, key);
    bool known = slot->key == key;
    int64_t debt = known ? debt_of(slot, now_us) : 0;
    debt = debt < most ? debt : most; /* the rule may have become milder since */
    if (debt + interval > most) {
        return debt + interval - most;
    }
    int64_t paid_us = now_us + debt + interval;
    int64_t theirs = known ? 0 : debt_of(slot, now_us);
    limiter->forgotten += theirs > 0;
    if (theirs < paid_us - now_us) {
        *slot = (struct limiter_slot){key, paid_us};
    }
    return 0;
}
