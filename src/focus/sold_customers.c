/* The orders of a year, by customer -> whose each activity's customers are.
 *
 * Who bought counts by what was bought; what came back takes its money off and makes nobody a
 * customer. Of orders that do not say who bought nothing is known: they are left out, and counted.
 */
#include "focus/sold_inside.h"

#include <stdlib.h>

/* An order, or what came back, of somebody. */
struct visit {
    int64_t customer;
    int64_t amount_minor; /* of what came back: below 0 */
    uint32_t order;       /* UINT32_MAX: what came back */
};

/* What one customer bought. */
struct bought {
    int64_t amount_minor;
    uint32_t activity_count; /* different ones */
    uint16_t *activities;    /* [activity_count] */
    bool something_else;     /* of no activity, or of none that there still is */
};

struct gathering {
    const struct sold_making *making;
    struct visit *visits;
    uint32_t visit_count;
    uint32_t *marks; /* [activity]: the last customer who bought it, from 1 on */
    struct bought bought;
};

static int64_t order_amount(const struct sold_rows *rows, const struct sold_rows_order *order)
{
    int64_t amount = 0;
    for (uint32_t j = 0; j < order->count; j++) {
        amount += rows->lines[order->first + j].amount_minor;
    }
    return amount;
}

static void visits_fill(struct gathering *gathering)
{
    const struct sold_making *making = gathering->making;
    const struct sold_rows *rows = making->rows;
    for (uint32_t i = 0; i < rows->order_count; i++) {
        const struct sold_rows_order *order = &rows->orders[i];
        if (sold_in_year(making, making->order_days[i])) {
            making->sold->year_orders++;
            making->sold->year_known += order->customer != 0;
        }
        if (sold_in_year(making, making->order_days[i]) && order->customer != 0) {
            gathering->visits[gathering->visit_count++] =
                (struct visit){order->customer, order_amount(rows, order), i};
        }
    }
    for (uint32_t i = 0; i < rows->return_count; i++) {
        const struct sold_rows_return *back = &rows->returns[i];
        if (sold_in_year(making, making->return_days[i]) && back->customer != 0) {
            gathering->visits[gathering->visit_count++] =
                (struct visit){back->customer, -back->amount_minor, UINT32_MAX};
        }
    }
}

static int visits_compare(const void *a, const void *b)
{
    const struct visit *left = a;
    const struct visit *right = b;
    if (left->customer != right->customer) {
        return left->customer < right->customer ? -1 : 1;
    }
    return left->order < right->order ? -1 : left->order > right->order;
}

static void visit_take(struct gathering *gathering, const struct visit *visit, uint32_t mark)
{
    const struct sold_making *making = gathering->making;
    struct bought *bought = &gathering->bought;
    bought->amount_minor += visit->amount_minor;
    if (visit->order == UINT32_MAX) {
        return;
    }
    const struct sold_rows_order *order = &making->rows->orders[visit->order];
    for (uint32_t j = 0; j < order->count; j++) {
        uint16_t activity = sold_activity_of(making, making->rows->lines[order->first + j].offer);
        if (activity == NO_INDEX) {
            bought->something_else = true;
        } else if (gathering->marks[activity] != mark) {
            gathering->marks[activity] = mark;
            bought->activities[bought->activity_count++] = activity;
        }
    }
}

static void bought_tell(const struct gathering *gathering)
{
    const struct bought *bought = &gathering->bought;
    bool only = bought->activity_count == 1 && !bought->something_else;
    for (uint32_t i = 0; i < bought->activity_count; i++) {
        struct sold_customers *customers =
            &gathering->making->sold->customers[bought->activities[i]];
        customers->all++;
        customers->revenue_minor += bought->amount_minor;
        customers->only += only;
        customers->only_revenue_minor += only ? bought->amount_minor : 0;
    }
}

static void visits_tell(struct gathering *gathering)
{
    uint16_t *activities = gathering->bought.activities;
    uint32_t mark = 0;
    for (uint32_t i = 0; i < gathering->visit_count;) {
        int64_t customer = gathering->visits[i].customer;
        mark++;
        gathering->bought = (struct bought){.activities = activities};
        for (; i < gathering->visit_count && gathering->visits[i].customer == customer; i++) {
            visit_take(gathering, &gathering->visits[i], mark);
        }
        bought_tell(gathering);
    }
}

bool sold_customers_make(const struct sold_making *making)
{
    uint32_t activities = making->shop->activity_count + 1;
    uint32_t visits = making->rows->order_count + making->rows->return_count + 1;
    struct gathering gathering = {.making = making,
                                  .visits = calloc(visits, sizeof *gathering.visits),
                                  .marks = calloc(activities, sizeof *gathering.marks),
                                  .bought.activities =
                                      calloc(activities, sizeof *gathering.bought.activities)};
    bool made =
        gathering.visits != NULL && gathering.marks != NULL && gathering.bought.activities != NULL;
    if (made) {
        visits_fill(&gathering);
        qsort(gathering.visits, gathering.visit_count, sizeof *gathering.visits, visits_compare);
        visits_tell(&gathering);
        making->sold->knows_customers = making->sold->year_known > 0;
    }
    free(gathering.visits);
    free(gathering.marks);
    free(gathering.bought.activities);
    return made;
}
