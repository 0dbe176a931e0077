/* The orders that the core knows: records by number, found by key; lines and reservations beside.
 *
 *   record   128 bytes: identity, status, first promise, where its parts lie
 *   parts    revision, groups, lines, commitments, pegs, runs, bookings, one after another in a
 *            block of one region
 *   by_key   open hash: key -> number
 *   by_customer   open hash: customer -> latest order of an offer that has max_per_customer; each
 *            record leads to the one before. Where no offer has one, it is never touched
 *   holds    which of them ends next (holds.h)
 *
 * Numbers instead of pointers throughout: the used prefixes can be saved and read back as they are.
 */
#ifndef ECLUSE_PROMISE_ORDERS_H
#define ECLUSE_PROMISE_ORDERS_H

#include "promise/event.h"
#include "promise/holds.h"

/* ORDER_LOOSE: what it has reserved is given back, until the revision that follows in the same
 * batch. ORDER_WISHED: a wish became it. ORDER_ELSEWHERE: the shop behind sold it. */
enum order_flag {
    ORDER_SPLIT = 1,
    ORDER_BROKEN = 2,
    ORDER_LOOSE = 4,
    ORDER_WISHED = 8,
    ORDER_ELSEWHERE = 16
};

struct order_record {
    struct order_key key;
    uint8_t status; /* of its lines together: order_status_of_lines */
    uint8_t was_held;
    uint8_t line_count;
    uint8_t group_count;
    uint16_t commitment_count;
    uint16_t run_count;
    uint16_t limit_index;
    uint8_t limit_cause;
    uint8_t has_ship_by;
    uint8_t block_class;
    uint8_t priority;
    int64_t made_at;
    uint64_t customer;
    int64_t held_until;
    /* The first promise. */
    int64_t ship_by;
    int64_t ready_at;
    int64_t limit_until;
    int64_t total_minor;
    int64_t shipping_minor;
    int64_t vat_minor;
    int64_t want;
    int32_t deliver_by_day;
    int32_t material_day;
    uint32_t block;             /* of its parts, in units of BLOCK_UNIT_BYTES */
    uint32_t customer_previous; /* that customer's order before; 0: none */
    uint16_t peg_count;
    uint16_t revisions;
    uint8_t booking_count;
    uint8_t flags;
    uint8_t want_kind;
    uint8_t zero;
};

_Static_assert(sizeof(struct order_record) == 128,
               "an order's record is two cache lines: a million of them are in memory");

/* What a revised order was promised last, beside its groups' dates. */
struct order_revision {
    int64_t ready_at;
    int64_t limit_until;
    int32_t material_day;
    uint16_t limit_index;
    uint8_t limit_cause;
    uint8_t zero;
};

/* The parts as they lie in a block: the widest numbers first. */
struct order_group {
    int64_t ship_by; /* on site: its work, or its session, begins */
    int32_t deliver_by_day;
    int32_t collection_day;
    uint16_t carrier;
    uint16_t has_ship_by;
    uint32_t seconds; /* on site: until it ends */
};

struct order_line {
    int64_t amount_minor;
    uint32_t quantity_thousandths;
    uint16_t offer;
    uint8_t group;
    uint8_t status; /* ORDER_CONFIRMED (also while held) to ORDER_DELIVERED */
};

struct order_commitment {
    int64_t quantity_thousandths;
    int32_t day;
    uint16_t item;
    uint8_t group;
    uint8_t left; /* the goods are gone from the shelf */
};

struct order_booking {
    uint32_t session;
    uint32_t seats;
};

struct order_parts {
    struct order_revision *revision; /* NULL: never revised */
    struct order_group *groups;
    struct order_line *lines;
    struct order_commitment *commitments;
    struct order_peg *pegs;
    struct slot_run *runs;
    struct order_booking *bookings;
};

/* How many of each an order has: what its block must hold. */
struct order_shape {
    uint32_t revisions; /* 0 or more: one revision stands in the block */
    uint32_t lines;
    uint32_t groups;
    uint32_t commitments;
    uint32_t pegs;
    uint32_t runs;
    uint32_t bookings;
};

enum {
    BLOCK_UNIT_BYTES = 16,
    BLOCK_CLASSES = 96,
    ORDER_REVISION_UNITS =
        (sizeof(struct order_revision) + BLOCK_UNIT_BYTES - 1) / BLOCK_UNIT_BYTES,
    ORDER_PARTS_BYTES_MEAN = 384 /* the parts' region has this much for each order that fits */
};

struct orders {
    uint32_t capacity;
    uint32_t count;
    uint32_t slot_mask; /* of both hashes: a power of two, at least twice the capacity, less one */
    struct order_record *records; /* [number - 1] */
    uint32_t *by_key;
    uint32_t *by_customer;
    uint32_t customers_used; /* entries of by_customer */
    struct holds holds;
    unsigned char *blocks;
    uint32_t block_units;      /* of the region */
    uint32_t block_units_new;  /* what new orders may use of it; the rest is for revisions */
    uint32_t block_units_used; /* never given out yet begin here */
    uint32_t block_free[BLOCK_CLASSES]; /* first free block of a class; 0: none */
};

static inline struct order_record *orders_record(const struct orders *orders, uint32_t number)
{
    return &orders->records[number - 1];
}

/* Brings the key's place into the cache: orders_find, called later, does not wait for it. */
void orders_find_soon(const struct orders *orders, const struct order_key *key);
/* 0 if there is none. */
uint32_t orders_find(const struct orders *orders, const struct order_key *key);
/* The latest order that counts for a customer, 0 if there is none. */
uint32_t orders_of_customer(const struct orders *orders, uint64_t customer);

struct order_parts orders_parts(const struct orders *orders, const struct order_record *record);

/* Its work has begun: it stays whatever comes; only a carrier that does not come moves it. */
static inline bool order_begun(const struct order_record *record)
{
    return order_status_begun((enum order_status)record->status);
}

/* How many units a block of that shape takes. */
uint32_t orders_block_units(const struct order_shape *shape);
/* Room for a block of that shape? One with a revision may use what is kept for revisions: however
 * full the region is of new orders, each of them can be broken or have its parcel moved. */
bool orders_block_room(const struct orders *orders, const struct order_shape *shape);
/* The same in what was never given out yet. */
bool orders_block_fresh(const struct orders *orders, const struct order_shape *shape);
/* Adds the order of an event as number count + 1; state_has_room has said yes. `counts`: it has an
 * offer of which each customer may buy only so many. */
void orders_add(struct orders *orders, const struct event_placed *placed, bool counts);
/* Gives an order the reservations and dates of an event; state_has_room has said yes to its
 * shape. Its lines keep their status. */
void orders_revise(struct orders *orders, struct order_record *record,
                   const struct event_placed *placed);
struct order_shape order_shape_of(const struct event_placed *placed, uint32_t revisions);
/* Room for `units` of runs elsewhere than in an order (sessions). 0: none. */
uint32_t orders_runs_take(struct orders *orders, uint32_t run_count, uint8_t *class);
void orders_runs_give(struct orders *orders, uint32_t block, uint8_t class);
struct slot_run *orders_runs(const struct orders *orders, uint32_t block);
/* confirmed, started, ... from the least of its lines; started once one of them is. */
enum order_status order_status_of_lines(const struct order_parts *parts, uint32_t line_count);
/* The latest of its groups' dates. */
struct promise_dates order_dates(const struct order_parts *parts, uint32_t group_count);
/* Drops what it has reserved and keeps the lines: the order has ended. */
void orders_shrink(struct orders *orders, struct order_record *record);

/* Holds that ended otherwise are taken off, and those that were extended put back, until the next
 * of orders->holds is one that is held until then. */
void orders_holds_trim(struct orders *orders);

/* Rebuilds the hash of the keys, and which hold ends next, after the records were read back. */
void orders_index(struct orders *orders);
/* Builds the hash of the customers again: forget, then add those orders that count, by number. */
void orders_customers_forget(struct orders *orders);
void orders_customer_add(struct orders *orders, uint32_t number);
const char *orders_check(const struct orders *orders);

#endif
