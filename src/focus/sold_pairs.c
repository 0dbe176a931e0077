/* The orders of a year -> which offers come with another activity's beyond chance.
 *
 * Large orders hold everything: that an offer is often seen beside an activity says nothing if any
 * order of that size has it. So each order with the offer is held against the orders without it
 * that have as many lines as it has others: of an order of five lines, one of them the offer, the
 * other four are like an order of four. What is seen beyond that, with PAIR_CLEAR standard errors,
 * is a pair; its share is of the offer's units. Orders that have nothing to be held against say
 * nothing.
 *
 * Rejected: lift over the independent product of the two shares, which finds pairs in every shop
 * that has small and large orders (docs/decisions/0081). */
#include "focus/sold_inside.h"

#include <math.h>
#include <stdlib.h>

enum {
    PAIR_OFFER_ORDERS_MIN = 20, /* with the offer */
    PAIR_ORDERS_MIN = 10,       /* with both */
    PAIR_PEERS_MIN = 20,        /* orders of a size, that others of it are held against */
    SIZES = 8                   /* none, 1, 2, 3-4, 5-8, 9-16, 17-32, more lines */
};

#define PAIR_CLEAR 4.0 /* one in 30,000 by chance: there are many offers and activities */

/* Of an activity, by the size of the orders. */
struct seen {
    uint32_t with[SIZES]; /* orders with the offer and the activity, by its other lines */
    int64_t with_thousandths[SIZES]; /* units of the offer in them */
    uint32_t peers[SIZES];           /* orders with both, by all lines: no peers */
};

/* Where an offer was sold. */
struct place {
    uint32_t order, line;
};

struct counting {
    const struct sold_making *making;
    uint32_t orders[SIZES];             /* of the year, by lines */
    uint32_t (*activity_orders)[SIZES]; /* [activity] */
    /* Orders by offer: places[first_of[offer]] and on. */
    uint32_t *first_of; /* [offer + 1] */
    struct place *places;
    /* Activities by order: activity_of[activity_first[order]] and on. */
    uint32_t *activity_first; /* [order + 1] */
    uint16_t *activity_of;
    uint16_t *sizes; /* [order]: lines that the shop still sells; 0: not of the year */
    /* Of one offer. */
    uint32_t own_with[SIZES]; /* orders with it, by its other lines */
    int64_t own_thousandths[SIZES];
    uint32_t own_peers[SIZES]; /* the same orders, by all lines */
    struct seen *seen;         /* [activity] */
    struct sold_pair *found;   /* of one offer */
    uint32_t found_count;
    uint32_t pair_capacity;
};

static int size_of(uint32_t lines)
{
    int size = 0;
    for (uint32_t most = 0; lines > most && size < SIZES - 1; size++) {
        most = most == 0 ? 1 : most * 2;
    }
    return size;
}

/* ---- the orders by offer, the activities by order ---- */

static void activities_add(struct counting *counting, uint32_t order, uint32_t *marks)
{
    const struct sold_rows *rows = counting->making->rows;
    const struct sold_rows_order *it = &rows->orders[order];
    uint32_t end = counting->activity_first[order];
    for (uint32_t j = 0; j < it->count && counting->sizes[order] > 0; j++) {
        uint16_t activity = sold_activity_of(counting->making, rows->lines[it->first + j].offer);
        if (activity != NO_INDEX && marks[activity] != order + 1) {
            marks[activity] = order + 1;
            counting->activity_of[end++] = activity;
            counting->activity_orders[activity][size_of(counting->sizes[order])]++;
        }
    }
    counting->activity_first[order + 1] = end;
}

/* How many orders each offer has, so that the next pass knows where each begins. */
static void orders_measure(struct counting *counting)
{
    const struct sold_making *making = counting->making;
    const struct sold_rows *rows = making->rows;
    for (uint32_t i = 0; i < rows->order_count; i++) {
        uint32_t lines = 0;
        for (uint32_t j = 0; j < rows->orders[i].count; j++) {
            uint16_t offer = rows->lines[rows->orders[i].first + j].offer;
            if (offer != NO_INDEX && sold_in_year(making, making->order_days[i])) {
                counting->first_of[offer + 1]++;
                lines++;
            }
        }
        counting->sizes[i] = (uint16_t)(lines < UINT16_MAX ? lines : UINT16_MAX);
        counting->orders[size_of(lines)] += lines > 0;
    }
    for (uint32_t i = 0; i < making->sold->offer_count; i++) {
        counting->first_of[i + 1] += counting->first_of[i];
    }
}

/* `next` and `marks` are zeros. */
static void orders_place(struct counting *counting, uint32_t *next, uint32_t *marks)
{
    const struct sold_rows *rows = counting->making->rows;
    for (uint32_t i = 0; i < rows->order_count; i++) {
        activities_add(counting, i, marks);
        for (uint32_t j = 0; j < rows->orders[i].count && counting->sizes[i] > 0; j++) {
            uint16_t offer = rows->lines[rows->orders[i].first + j].offer;
            if (offer != NO_INDEX) {
                counting->places[counting->first_of[offer] + next[offer]++] =
                    (struct place){i, rows->orders[i].first + j};
            }
        }
    }
}

/* ---- one offer ---- */

static void offer_see(struct counting *counting, uint16_t offer)
{
    uint32_t activities = counting->making->sold->activity_count;
    memset(counting->seen, 0, activities * sizeof *counting->seen);
    memset(counting->own_with, 0, sizeof counting->own_with);
    memset(counting->own_thousandths, 0, sizeof counting->own_thousandths);
    memset(counting->own_peers, 0, sizeof counting->own_peers);
    for (uint32_t i = counting->first_of[offer]; i < counting->first_of[offer + 1]; i++) {
        uint32_t order = counting->places[i].order;
        int64_t units =
            counting->making->rows->lines[counting->places[i].line].quantity_thousandths;
        int others = size_of(counting->sizes[order] - 1U);
        int all = size_of(counting->sizes[order]);
        counting->own_with[others]++;
        counting->own_thousandths[others] += units;
        counting->own_peers[all]++;
        for (uint32_t j = counting->activity_first[order]; j < counting->activity_first[order + 1];
             j++) {
            struct seen *seen = &counting->seen[counting->activity_of[j]];
            seen->with[others]++;
            seen->with_thousandths[others] += units;
            seen->peers[all]++;
        }
    }
}

/* What was seen beyond chance. */
struct excess {
    uint32_t orders;
    double variance, beyond, units;
};

static struct excess excess_of(const struct counting *counting, uint16_t activity)
{
    const struct seen *seen = &counting->seen[activity];
    struct excess excess = {.orders = 0};
    for (int size = 0; size < SIZES; size++) {
        uint32_t peers = counting->orders[size] - counting->own_peers[size];
        uint32_t having = counting->activity_orders[activity][size] - seen->peers[size];
        double own = counting->own_with[size];
        excess.orders += seen->with[size];
        if (size > 0 && own > 0 && peers >= PAIR_PEERS_MIN) {
            /* Half an order more of each kind: that none had it does not say that none can. */
            double chance = (having + 0.5) / (peers + 1.0);
            excess.beyond += seen->with[size] - own * chance;
            excess.variance += own * chance * (1 - chance) * (1 + own / peers);
            excess.units += ((double)seen->with_thousandths[size] -
                             (double)counting->own_thousandths[size] * chance) /
                            SOLD_UNIT;
        }
    }
    return excess;
}

static void offer_find(struct counting *counting, uint16_t offer)
{
    const struct sold *sold = counting->making->sold;
    uint16_t own = sold_activity_of(counting->making, offer);
    double units = 0;
    counting->found_count = 0;
    for (int size = 0; size < SIZES; size++) {
        units += (double)counting->own_thousandths[size] / SOLD_UNIT;
    }
    for (uint32_t i = 0; i < sold->activity_count; i++) {
        struct excess excess = excess_of(counting, (uint16_t)i);
        if (i != own && excess.orders >= PAIR_ORDERS_MIN && excess.units > 0 &&
            excess.beyond > PAIR_CLEAR * sqrt(excess.variance)) {
            double share = excess.units / units;
            counting->found[counting->found_count++] =
                (struct sold_pair){offer, (uint16_t)i, excess.orders, share < 1 ? share : 1};
        }
    }
}

/* False: no memory. Where an offer comes with several activities at once, each of its units is
 * shared by them. */
static bool found_keep(struct counting *counting)
{
    struct sold *sold = counting->making->sold;
    double sum = 0;
    for (uint32_t i = 0; i < counting->found_count; i++) {
        sum += counting->found[i].share;
    }
    for (uint32_t i = 0; i < counting->found_count; i++) {
        counting->found[i].share /= sum > 1 ? sum : 1;
    }
    if (sold->pair_count + counting->found_count > counting->pair_capacity) {
        uint32_t capacity = 2 * (counting->pair_capacity + counting->found_count);
        struct sold_pair *pairs = realloc(sold->pairs, capacity * sizeof *pairs);
        if (pairs == NULL) {
            return false;
        }
        sold->pairs = pairs;
        counting->pair_capacity = capacity;
    }
    if (counting->found_count > 0) {
        memcpy(sold->pairs + sold->pair_count, counting->found,
               counting->found_count * sizeof *counting->found);
    }
    sold->pair_count += counting->found_count;
    return true;
}

static bool offers_find(struct counting *counting)
{
    bool made = true;
    for (uint32_t i = 0; i < counting->making->sold->offer_count && made; i++) {
        if (counting->first_of[i + 1] - counting->first_of[i] >= PAIR_OFFER_ORDERS_MIN) {
            offer_see(counting, (uint16_t)i);
            offer_find(counting, (uint16_t)i);
            made = found_keep(counting);
        }
    }
    return made;
}

/* ---- all of it ---- */

static bool counting_open(struct counting *counting)
{
    const struct sold_making *making = counting->making;
    size_t activities = making->sold->activity_count + 1;
    size_t lines = making->rows->line_count + 1;
    size_t orders = making->rows->order_count + 2;
    counting->activity_orders = calloc(activities, sizeof *counting->activity_orders);
    counting->first_of = calloc(making->sold->offer_count + 2, sizeof *counting->first_of);
    counting->places = calloc(lines, sizeof *counting->places);
    counting->activity_first = calloc(orders, sizeof *counting->activity_first);
    counting->activity_of = calloc(lines, sizeof *counting->activity_of);
    counting->sizes = calloc(orders, sizeof *counting->sizes);
    counting->seen = calloc(activities, sizeof *counting->seen);
    counting->found = calloc(activities, sizeof *counting->found);
    return counting->activity_orders != NULL && counting->first_of != NULL &&
           counting->places != NULL && counting->activity_first != NULL &&
           counting->activity_of != NULL && counting->sizes != NULL && counting->seen != NULL &&
           counting->found != NULL;
}

static void counting_close(struct counting *counting)
{
    free(counting->activity_orders);
    free(counting->first_of);
    free(counting->places);
    free(counting->activity_first);
    free(counting->activity_of);
    free(counting->sizes);
    free(counting->seen);
    free(counting->found);
}

bool sold_pairs_make(const struct sold_making *making)
{
    struct counting counting = {.making = making};
    if (making->sold->state != SOLD_ENOUGH) {
        return true;
    }
    uint32_t *next = calloc(making->sold->offer_count + 1, sizeof *next);
    uint32_t *marks = calloc(making->sold->activity_count + 1, sizeof *marks);
    bool made = counting_open(&counting) && next != NULL && marks != NULL;
    if (made) {
        orders_measure(&counting);
        orders_place(&counting, next, marks);
        made = offers_find(&counting);
    }
    free(next);
    free(marks);
    counting_close(&counting);
    return made;
}
