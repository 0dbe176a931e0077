/* The slow oracle: the rules of a promise as plain sums and loops over days and slots.
 *
 * It is written from the rules alone (docs/promise.md) and shares no code with src/promise: no
 * tree, no bit, no cache. Where the core and the oracle differ, one of them misreads the rules.
 * Only the words of promise.h (asks, answers) are common. */
#ifndef ECLUSE_TESTS_PROPERTY_ORACLE_H
#define ECLUSE_TESTS_PROPERTY_ORACLE_H

#include "promise/promise.h"

enum { ORACLE_LINES_MAX = 8, ORACLE_CENTERS_MAX = 4, ORACLE_ITEMS_MAX = 8 };

struct oracle_take {
    uint8_t work_center;
    uint8_t crew;
    int64_t slot;
};

struct oracle_commitment {
    uint16_t item;
    int32_t day;
    int64_t quantity;
};

struct oracle_parcel {
    uint16_t carrier;
    int32_t day;
};

struct oracle_order {
    struct order_key key;
    enum order_status status;
    uint64_t customer;
    int64_t held_until;
    uint32_t line_count;
    struct promise_line lines[ORACLE_LINES_MAX];
    struct promise_dates line_dates[ORACLE_LINES_MAX]; /* in the ask's order */
    int64_t line_amounts[ORACLE_LINES_MAX];
    uint32_t take_count;
    struct oracle_take *takes;
    uint32_t commitment_count;
    struct oracle_commitment *commitments;
    uint32_t parcel_count;
    struct oracle_parcel *parcels;
};

struct oracle {
    const struct shop *shop;
    int64_t now;
    int32_t today;
    int32_t first_day; /* of the tables of slots */
    int32_t day_count;
    int64_t first_slot;
    int64_t slot_count;
    unsigned char *people[ORACLE_CENTERS_MAX]; /* there in each slot; 0 where closed */
    unsigned char *taken[ORACLE_CENTERS_MAX];
    int64_t on_hand[ORACLE_ITEMS_MAX];
    uint32_t item_count;
    uint32_t order_count;
    uint32_t order_capacity;
    struct oracle_order *orders;
};

void oracle_begin(struct oracle *oracle, const struct shop *shop, int64_t now, int32_t day_count);
void oracle_end(struct oracle *oracle);
void oracle_shop(struct oracle *oracle, const struct shop *shop);
/* Time passes: holds that end by then end. */
void oracle_time(struct oracle *oracle, int64_t now);
/* What the core must answer. With `keep`, a PROMISE_OK of PLACE is reserved; every other command
 * takes its effect. */
void oracle_quote(struct oracle *oracle, const struct promise_command *command,
                  struct promise_answer *answer);
void oracle_command(struct oracle *oracle, const struct promise_command *command,
                    struct promise_answer *answer);
void oracle_atp(const struct oracle *oracle, uint16_t item, struct atp_day *days);
/* The load of a work center on a day (its index from today on). */
struct load_day oracle_load(const struct oracle *oracle, uint32_t work_center, int32_t day_index);
struct oracle_order *oracle_find(struct oracle *oracle, const struct order_key *key);

#endif
