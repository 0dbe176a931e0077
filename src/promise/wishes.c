/* Whoever came earlier and wishes later has a place in the middle of the queue; it is found along
 * the lanes, from the sparsest down, in some dozens of looks.
 *
 * A refusal says when so much could be there, which holds of every later wish for no less of the
 * same offer until something becomes free again (of a class, for as many seats: more may need a
 * session of their own, which can be sooner): so a walk along a hundred thousand wishes for what is
 * sold out costs a hundred thousand looks and a few plans. */
#include "promise/wishes.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/random.h"

#include <string.h>

/* ---- finding ---- */

/* Keys are random, or made to look so. */
static uint32_t key_slot(const struct order_key *key)
{
    uint32_t bits;
    memcpy(&bits, key->bytes, sizeof bits);
    return bits & (WISH_SLOTS - 1);
}

uint32_t wishes_find(const struct wishes *wishes, const struct order_key *key)
{
    uint32_t slot = key_slot(key);
    while (wishes->by_key[slot] != 0) {
        uint32_t number = wishes->by_key[slot];
        if (memcmp(&wish_of(wishes, number)->key, key, sizeof *key) == 0) {
            return number;
        }
        slot = (slot + 1) & (WISH_SLOTS - 1);
    }
    return 0;
}

static void key_add(struct wishes *wishes, uint32_t number)
{
    uint32_t slot = key_slot(&wish_of(wishes, number)->key);
    while (wishes->by_key[slot] != 0) {
        slot = (slot + 1) & (WISH_SLOTS - 1);
    }
    wishes->by_key[slot] = number;
}

/* ---- the queue ---- */

static bool comes_before(const struct wishes *wishes, uint32_t one, uint32_t other)
{
    int64_t since = wish_of(wishes, one)->since;
    int64_t other_since = wish_of(wishes, other)->since;
    return since < other_since || (since == other_since && one < other);
}

/* In how many lanes a wish is: in the first one out of eight, in the second one out of 64. */
static uint32_t lanes_of(uint32_t number)
{
    uint64_t bits = random_mix(number);
    uint32_t lanes = 0;
    for (; lanes < WISH_LANES && (bits & 7) == 0; bits >>= 3) {
        lanes++;
    }
    return lanes;
}

/* Who stands last before a wish, in each lane and (the answer) in the queue; 0: nobody. */
static uint32_t place_find(const struct wishes *wishes, uint32_t number,
                           uint32_t before[WISH_LANES])
{
    uint32_t at = 0;
    for (uint32_t lane = WISH_LANES; lane-- > 0;) {
        const uint32_t *next = wishes->lanes[lane];
        while (next[at] != 0 && comes_before(wishes, next[at], number)) {
            at = next[at];
        }
        before[lane] = at;
    }
    uint32_t next = at == 0 ? wishes->first : wish_of(wishes, at)->next;
    while (next != 0 && comes_before(wishes, next, number)) {
        at = next;
        next = wish_of(wishes, at)->next;
    }
    return at;
}

static void queue_put(struct wishes *wishes, uint32_t number)
{
    uint32_t before[WISH_LANES];
    struct wish_record *record = wish_of(wishes, number);
    uint32_t after = place_find(wishes, number, before);
    record->previous = after;
    record->next = after == 0 ? wishes->first : wish_of(wishes, after)->next;
    *(after == 0 ? &wishes->first : &wish_of(wishes, after)->next) = number;
    *(record->next == 0 ? &wishes->last : &wish_of(wishes, record->next)->previous) = number;
    for (uint32_t lane = lanes_of(number); lane-- > 0;) {
        wishes->lanes[lane][number] = wishes->lanes[lane][before[lane]];
        wishes->lanes[lane][before[lane]] = number;
    }
    wishes->waiting++;
    wishes->demands[record->offer].waiting++;
    wishes->demands[record->offer].quantity_thousandths += record->quantity_thousandths;
}

/* Out of the lanes, as long as it is in the queue. */
static void lanes_take(struct wishes *wishes, uint32_t number)
{
    uint32_t before[WISH_LANES];
    uint32_t lanes = lanes_of(number);
    if (lanes > 0) {
        (void)place_find(wishes, number, before);
    }
    for (uint32_t lane = 0; lane < lanes; lane++) {
        wishes->lanes[lane][before[lane]] = wishes->lanes[lane][number];
    }
}

static void queue_take(struct wishes *wishes, uint32_t number)
{
    struct wish_record *record = wish_of(wishes, number);
    uint32_t previous = record->previous;
    uint32_t next = record->next;
    lanes_take(wishes, number);
    *(previous == 0 ? &wishes->first : &wish_of(wishes, previous)->next) = next;
    *(next == 0 ? &wishes->last : &wish_of(wishes, next)->previous) = previous;
    record->previous = 0;
    record->next = 0;
    wishes->walk_at = wishes->walk_at == number ? next : wishes->walk_at;
    wishes->waiting--;
    wishes->demands[record->offer].waiting--;
    wishes->demands[record->offer].quantity_thousandths -= record->quantity_thousandths;
}

void wishes_add(struct wishes *wishes, const struct event_wished *wished)
{
    uint32_t number = ++wishes->count;
    *wish_of(wishes, number) = (struct wish_record){
        .key = wished->key,
        .status = WISH_WAITING,
        .quantity_thousandths = (uint32_t)wished->quantity_thousandths,
        .made_at = wished->made_at,
        .since = wished->since,
        .customer = wished->customer.value,
        .latest_day = wished->latest_day,
        .offer = wished->offer.index,
    };
    key_add(wishes, number);
    queue_put(wishes, number);
    if (wishes->walk_at == 0 || comes_before(wishes, number, wishes->walk_at)) {
        wishes->walk_at = number;
    }
}

void wishes_end(struct wishes *wishes, uint32_t number, enum wish_status status, uint32_t order)
{
    struct wish_record *record = wish_of(wishes, number);
    ASSERT(record->status == WISH_WAITING);
    queue_take(wishes, number);
    record->status = (uint8_t)status;
    record->order = order;
}

/* ---- the walk ---- */

void wishes_wake(struct wishes *wishes)
{
    wishes->walk++;
    wishes->walk_at = wishes->first;
}

bool wishes_refused(const struct wishes *wishes, const struct wish_record *record, bool exactly)
{
    const struct wish_refusal *refusal = &wishes->refusals[record->offer];
    bool no_less = record->quantity_thousandths >= refusal->quantity_thousandths;
    bool as_much = record->quantity_thousandths == refusal->quantity_thousandths;
    return refusal->walk == wishes->walk && (exactly ? as_much : no_less) &&
           record->latest_day < refusal->before_day;
}

void wishes_refuse(struct wishes *wishes, const struct wish_record *record, int32_t before_day)
{
    wishes->refusals[record->offer] =
        (struct wish_refusal){wishes->walk, record->quantity_thousandths, before_day};
}

/* ---- all of them ---- */

void wishes_index(struct wishes *wishes)
{
    memset(wishes->by_key, 0, WISH_SLOTS * sizeof *wishes->by_key);
    memset(wishes->demands, 0, LIMIT_OFFERS * sizeof *wishes->demands);
    wishes->first = 0;
    wishes->last = 0;
    wishes->waiting = 0;
    for (uint32_t lane = 0; lane < WISH_LANES; lane++) {
        wishes->lanes[lane][0] = 0;
    }
    for (uint32_t number = 1; number <= wishes->count; number++) {
        key_add(wishes, number);
        if (wish_of(wishes, number)->status == WISH_WAITING) {
            queue_put(wishes, number);
        }
    }
    wishes_wake(wishes);
}

void wishes_forget(struct wishes *wishes)
{
    wishes->count = 0;
    wishes_index(wishes);
}

/* Each lane has those of its own who wait, in their order. */
static bool lane_is_right(const struct wishes *wishes, uint32_t lane)
{
    uint32_t next = wishes->lanes[lane][0];
    for (uint32_t number = wishes->first; number != 0; number = wish_of(wishes, number)->next) {
        if (lanes_of(number) > lane) {
            if (next != number) {
                return false;
            }
            next = wishes->lanes[lane][number];
        }
    }
    return next == 0;
}

const char *wishes_check(const struct wishes *wishes)
{
    uint32_t waiting = 0;
    uint32_t before = 0;
    for (uint32_t number = wishes->first; number != 0; number = wish_of(wishes, number)->next) {
        const struct wish_record *record = wish_of(wishes, number);
        if (record->status != WISH_WAITING || record->previous != before ||
            (before != 0 && !comes_before(wishes, before, number)) || waiting == wishes->waiting) {
            return "the queue of wishes is not in order";
        }
        before = number;
        waiting++;
    }
    for (uint32_t number = 1; number <= wishes->count; number++) {
        const struct wish_record *record = wish_of(wishes, number);
        if (wishes_find(wishes, &record->key) != number ||
            (record->status == WISH_OFFERED) != (record->order != 0)) {
            return "a wish is not found, or has become no order";
        }
    }
    for (uint32_t lane = 0; lane < WISH_LANES; lane++) {
        if (!lane_is_right(wishes, lane)) {
            return "the lanes along the queue of wishes are not right";
        }
    }
    return before == wishes->last && waiting == wishes->waiting ? NULL
                                                                : "wishes are missing in the queue";
}
