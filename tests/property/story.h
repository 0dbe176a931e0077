/* A story: what the files of the property test know of each other.
 *
 *   promise_property.c   the loop, the replay, the command line
 *   story_ask.c          quotes, orders and their steps
 *   story_wish.c         wishes, and the walk along them after every step
 *   story_change.c       what differs from the plan, and the re-promises after it
 *   story_compare.c      the core's looks beside the oracle's
 *   executable.c         can what is promised be worked off? */
#ifndef ECLUSE_TESTS_PROPERTY_STORY_H
#define ECLUSE_TESTS_PROPERTY_STORY_H

#include "base/arena.h"
#include "base/random.h"
#include "tests/property/oracle.h"
#include "tests/property/shrink.h"

enum {
    STORY_SPAN_DAYS = 64,
    STORY_HORIZON_MOST = 20,
    STORY_ORDERS_MOST = 2000,
};

/* What happened, for the replay: events with their stamps, and shops between them. */
struct log_entry {
    int64_t stamp;
    size_t offset;
    size_t length;
    const struct shop *shop; /* not NULL: a new shop, no event */
};

struct story {
    uint64_t seed;
    struct random random;
    struct arena arena;
    struct promise_state *core;
    struct oracle oracle;
    const struct shop *first_shop;
    const struct shop *shop;
    int64_t began;
    int64_t now;
    uint64_t key_count;
    uint32_t step;
    uint32_t choice_count; /* of this step, so far */
    struct shrink *shrink; /* NULL: the whole story */
    unsigned char *log;
    size_t log_length;
    struct log_entry *entries;
    uint32_t entry_count;
    uint32_t entry_capacity;
    bool overbooked; /* people may have gone since the last re-promise */
    const char *failure;
};

bool story_chance(struct story *story, uint64_t percent);
void story_fail(struct story *story, const char *what);
/* What a step takes from what came before it goes through here, so that it means the same when
 * steps before it are left out. */
uint64_t story_choose(struct story *story, uint64_t chosen);
/* Are the steps to be said in words? Then it has said which. */
bool story_says(const struct story *story);
/* Remembers the events in `bytes`, which the core has applied, for the replay. */
void story_remember(struct story *story, struct slice bytes);
/* Applies the events in `bytes` and remembers them. */
void story_apply(struct story *story, struct slice bytes);

/* ---- story_ask.c ---- */

void story_ask(struct story *story, bool place);
void story_step(struct story *story);
uint64_t story_results(enum promise_result result); /* how often it was seen */
void story_memory_take(void);
void story_memory_free(void);

/* A generator for what is picked from what came before: how many numbers that takes is nobody
 * else's matter. */
struct random story_own_random(struct story *story);
/* What the core has decided: empty; applied and remembered. */
struct event_buffer *story_events(void);
void story_events_apply(struct story *story);
struct order_key story_key_new(struct story *story);
int64_t story_quantity(struct story *story);
uint16_t story_offer(struct story *story);
struct customer_id story_customer(struct story *story);
void story_result(enum promise_result result); /* was seen */

/* ---- story_wish.c ---- */

void story_wish(struct story *story);
void story_withdraw(struct story *story);
/* The walk goes on, to its end or less far. */
void story_meet(struct story *story);
uint64_t story_wishes(enum wish_status status); /* how often one got it */

/* ---- story_change.c ---- */

void story_change(struct story *story);
/* An order was cancelled: promises that are broken may be mended. */
void story_cancelled(struct story *story);
/* An order was sold elsewhere: one that is late there gets the day that there is. */
void story_elsewhere(struct story *story, const struct promise_answer *answer);
uint64_t story_revised(void); /* how many orders moved */
uint64_t story_broken(void);

/* ---- story_compare.c ---- */

void compare_answers(struct story *story, const struct promise_answer *core,
                     const struct promise_answer *oracle);
void compare_summaries(struct story *story, const struct promise_answer *core,
                       const struct promise_answer *oracle);
void compare_order(struct story *story, const struct oracle_order *expected);
void compare_orders(struct story *story); /* all that are open */
void compare_supply(struct story *story);
void compare_wish(struct story *story, uint32_t number);
void compare_wishes(struct story *story); /* all, and what is counted of them */
void compare_looks(struct story *story);

/* ---- executable.c ---- */

/* NULL, or what makes the way to a date one that nobody can go. */
const char *executable_plan(const struct story *story, const struct promise_command *command,
                            const struct promise_plan *plan);
/* NULL, or what makes the reserved minutes more than the people who are there can work. */
const char *executable_slots(const struct story *story);

#endif
