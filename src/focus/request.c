/* Groups -> what each would bring and take -> score -> rank -> shares -> the largest set.
 *
 * Money and minutes are integers; only what an hour is worth (a shadow price) is a double, and it
 * is rounded once for each group. Sums are checked: what does not fit is a fault that says so. */
#include "focus/request.h"

#include "base/decimal.h"
#include "focus/picture.h"
#include "focus/request_group.h"
#include "focus/request_set.h"

#include <math.h>
#include <stdlib.h>

#define HOUR_MINUTES INT64_C(60)
#define SUM_MAX      2e18 /* two of them still fit */

enum { ARENA_BYTES_MAX = 1024 * 1024 * 1024, FIT_RUNS = 100, FIT_NEW = 50, FIT_STOPS = 25 };

/* What an activity, or the whole shop, keeps of its revenue, and takes for it. */
struct proportion {
    int64_t revenue_micro; /* 0: it sells nothing, neither today nor in the best mix */
    int64_t throughput_micro;
    const int64_t *used_micro; /* NULL: of the whole shop */
};

static bool has_best(const struct requests_ask *ask)
{
    return ask->answer->best != NULL && ask->answer->best->state == MIX_FOUND;
}

/* Of what no activity is said: of all that is sold today. */
static struct proportion whole_shop(const struct focus_figures *figures)
{
    __int128 revenue = 0;
    __int128 throughput = 0;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        revenue += (__int128)offer->net_micro * offer->today_thousandths;
        throughput += (__int128)offer->throughput_micro * offer->today_thousandths;
    }
    /* As thousandths of a unit both are too large by the same; only their ratio is asked for. */
    while (revenue > INT64_MAX || throughput > INT64_MAX || throughput < INT64_MIN) {
        revenue /= 2;
        throughput /= 2;
    }
    return (struct proportion){(int64_t)revenue, (int64_t)throughput, NULL};
}

static struct proportion proportion_of(const struct requests_ask *ask, uint16_t activity)
{
    if (activity == NO_INDEX) {
        return whole_shop(ask->figures);
    }
    const struct focus_activity_answer *answer = &ask->answer->activities[activity];
    const struct focus_share *share = &answer->today;
    if (share->revenue_micro <= 0 && has_best(ask)) {
        share = &answer->best;
    }
    return (struct proportion){share->revenue_micro, share->throughput_micro, share->used_micro};
}

/* value x part / whole, half away from zero. False: it does not fit. */
static bool part_of(int64_t value, int64_t part, int64_t whole, int64_t *result)
{
    __int128 product = (__int128)value * part;
    __int128 rounded = (product + (product < 0 ? -whole / 2 : whole / 2)) / whole;
    *result = (int64_t)rounded;
    return rounded >= INT64_MIN / 2 && rounded <= INT64_MAX / 2;
}

static bool add(int64_t *sum, int64_t more)
{
    return !__builtin_add_overflow(*sum, more, sum);
}

/* ---- hours ---- */

static bool hours_said(const struct requests_ask *ask, const struct request_said *said,
                       struct request_group *group)
{
    bool fits = true;
    for (uint32_t i = 0; i < said->hours_count; i++) {
        for (uint32_t c = 0; c < ask->figures->center_count && fits; c++) {
            if (ask->figures->centers[c].work_center.index == said->hours[i].work_center.index) {
                fits = add(&group->minutes_micro[c], said->hours[i].hours_thousandths *
                                                         (FOCUS_MICRO / THOUSAND) * HOUR_MINUTES);
            }
        }
    }
    return fits;
}

static bool hours_reckoned(const struct requests_ask *ask, int64_t value_micro,
                           const struct proportion *proportion, struct request_group *group)
{
    bool fits = true;
    for (uint32_t c = 0; c < ask->figures->center_count && fits; c++) {
        int64_t minutes = 0;
        fits =
            part_of(value_micro, proportion->used_micro[c], proportion->revenue_micro, &minutes) &&
            add(&group->minutes_micro[c], minutes);
    }
    return fits;
}

/* Of one of those who ask. */
static bool hours_add(const struct requests_ask *ask, const struct request_said *said,
                      const struct proportion *proportion, struct request_group *group)
{
    int64_t value_micro = said->value_minor * FOCUS_MICRO;
    if (said->hours_count > 0) {
        return hours_said(ask, said, group);
    }
    if (value_micro == 0) {
        return true; /* adds to those who ask, and nothing else */
    }
    if (proportion->used_micro == NULL || proportion->revenue_micro <= 0) {
        group->hours_from = REQUEST_HOURS_UNKNOWN;
        return true;
    }
    if (group->hours_from == REQUEST_HOURS_SAID) {
        group->hours_from = REQUEST_HOURS_RECKONED;
    }
    return hours_reckoned(ask, value_micro, proportion, group);
}

/* ---- a group ---- */

static int ids_compare(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static int64_t bought_by(const struct requests_ask *ask, int64_t customer)
{
    uint32_t low = 0;
    uint32_t high = ask->customer_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ask->customers[middle].customer < customer) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < ask->customer_count && ask->customers[low].customer == customer;
    return found ? ask->customers[low].bought_minor : 0;
}

/* Each customer once, however often they ask. */
static bool customers_sum(const struct requests_ask *ask, struct requests *requests,
                          struct request_group *group)
{
    int64_t *ids = ARENA_ARRAY(&requests->arena, int64_t, group->said_count);
    bool fits = ids != NULL;
    for (uint32_t i = 0; i < group->said_count && fits; i++) {
        ids[i] = ask->said[requests->order[group->first + i]].customer;
    }
    if (!fits) {
        return false;
    }
    qsort(ids, group->said_count, sizeof *ids, ids_compare);
    for (uint32_t i = 0; i < group->said_count && fits; i++) {
        if (ids[i] != 0 && (i == 0 || ids[i] != ids[i - 1])) {
            group->customers++;
            fits = add(&group->customers_minor, bought_by(ask, ids[i]));
        }
    }
    return fits;
}

static int32_t fit_of(const struct requests_ask *ask, uint16_t activity)
{
    if (activity == NO_INDEX) {
        return FIT_NEW;
    }
    return !has_best(ask) || ask->answer->best->runs[activity] ? FIT_RUNS : FIT_STOPS;
}

/* False: it does not fit. */
static bool hours_cost(const struct requests_ask *ask, const int64_t *minutes_micro,
                       int64_t *cost_micro)
{
    double cost = 0;
    for (uint32_t c = 0; c < ask->figures->center_count && has_best(ask); c++) {
        cost += (double)minutes_micro[c] / HOUR_MINUTES * ask->answer->best->per_hour_minor[c];
    }
    *cost_micro = cost < SUM_MAX ? llround(cost) : 0;
    return cost < SUM_MAX;
}

static bool group_reckon(const struct requests_ask *ask, struct requests *requests,
                         struct request_group *group)
{
    const struct proportion proportion = proportion_of(ask, group->activity);
    bool fits = true;
    bool says_more = false; /* than what is asked for */
    group->minutes_micro = ARENA_ARRAY(&requests->arena, int64_t, ask->figures->center_count + 1);
    group->hours_from = REQUEST_HOURS_SAID;
    for (uint32_t i = 0; i < group->said_count && fits && group->minutes_micro != NULL; i++) {
        const struct request_said *said = &ask->said[requests->order[group->first + i]];
        fits = add(&group->value_micro, said->value_minor * FOCUS_MICRO) &&
               hours_add(ask, said, &proportion, group);
        says_more = says_more || said->value_minor != 0 || said->hours_count > 0;
    }
    if (!says_more) {
        group->hours_from = REQUEST_HOURS_UNKNOWN;
    }
    if (!fits || group->minutes_micro == NULL || !customers_sum(ask, requests, group)) {
        return false;
    }
    if (proportion.revenue_micro > 0) {
        fits = part_of(FOCUS_MICRO, proportion.throughput_micro, proportion.revenue_micro,
                       &group->share_millionths) &&
               part_of(group->value_micro, proportion.throughput_micro, proportion.revenue_micro,
                       &group->throughput_micro);
    }
    group->fit_percent = fit_of(ask, group->activity);
    fits = fits && hours_cost(ask, group->minutes_micro, &group->hours_cost_micro);
    group->gain_micro = group->throughput_micro - group->hours_cost_micro;
    group->score_micro = group->gain_micro > 0
                             ? group->gain_micro / 100 * group->fit_percent +
                                   group->gain_micro % 100 * group->fit_percent / 100
                             : group->gain_micro;
    return fits && add(&requests->count, group->count);
}

static int groups_compare(const void *a, const void *b)
{
    const struct request_group *x = a;
    const struct request_group *y = b;
    if (x->score_micro != y->score_micro) {
        return x->score_micro > y->score_micro ? -1 : 1;
    }
    if (x->count != y->count) {
        return x->count > y->count ? -1 : 1;
    }
    return (x->first > y->first) - (x->first < y->first);
}

/* ---- shares ---- */

static int pulls_compare(const void *a, const void *b)
{
    const struct request_pull *x = a;
    const struct request_pull *y = b;
    double left = fabs(x->hours - x->requests);
    double right = fabs(y->hours - y->requests);
    if (left != right) {
        return left > right ? -1 : 1;
    }
    return x->activity != y->activity ? (x->activity > y->activity) - (x->activity < y->activity)
                                      : (x->group > y->group) - (x->group < y->group);
}

/* The hours of each activity's pull, not divided yet; what is returned is of no activity. */
static double hours_add_up(const struct focus_figures *figures, struct request_pull *pulls)
{
    double none = 0;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        double *sum = offer->activity == NO_INDEX ? &none : &pulls[offer->activity].hours;
        for (uint32_t j = 0; j < offer->use_count; j++) {
            *sum += (double)picture_work(figures, offer, &figures->uses[offer->use_first + j]);
        }
    }
    return none;
}

/* One pull for each activity of the shop, then one for each new one that is asked for. What is of
 * no activity has a share of the hours, and nobody asks for it. */
static bool pulls_make(const struct requests_ask *ask, struct requests *requests)
{
    uint32_t activities = ask->figures->activity_count;
    struct request_pull *pulls =
        ARENA_ARRAY(&requests->arena, struct request_pull, activities + requests->group_count + 1);
    if (pulls == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < activities; i++) {
        pulls[i].activity = (uint16_t)i;
    }
    double none = hours_add_up(ask->figures, pulls);
    double hours = none;
    for (uint32_t i = 0; i < activities; i++) {
        hours += pulls[i].hours;
    }
    requests->pulls = pulls;
    requests->pull_count = activities;
    requests->apart = hours > 0 && requests->count > 0 ? none / hours / 2 : -1;
    for (uint32_t i = 0; i < requests->group_count; i++) {
        const struct request_group *group = &requests->groups[i];
        uint32_t place = group->activity;
        if (group->activity == NO_INDEX) {
            place = requests->pull_count++;
            pulls[place] = (struct request_pull){.activity = NO_INDEX, .group = i};
        }
        pulls[place].requests = (double)group->count;
    }
    double squares = 0;
    for (uint32_t i = 0; i < requests->pull_count && requests->count > 0; i++) {
        pulls[i].requests /= (double)requests->count;
        pulls[i].hours /= hours > 0 ? hours : 1;
        squares += pulls[i].requests * pulls[i].requests;
        requests->apart += requests->apart < 0 ? 0 : fabs(pulls[i].hours - pulls[i].requests) / 2;
    }
    requests->effective = squares > 0 ? 1 / squares : 0;
    qsort(pulls, requests->pull_count, sizeof *pulls, pulls_compare);
    while (requests->pull_count > 0 &&
           (requests->apart < 0 ||
            pulls[requests->pull_count - 1].hours == pulls[requests->pull_count - 1].requests)) {
        requests->pull_count--;
    }
    return true;
}

/* ---- all of it ---- */

static bool free_make(const struct requests_ask *ask, struct requests *requests)
{
    uint32_t count = ask->figures->center_count;
    requests->free_micro = ARENA_ARRAY(&requests->arena, int64_t, count + 1);
    for (uint32_t c = 0; c < count && requests->free_micro != NULL; c++) {
        int64_t free = ask->figures->centers[c].minutes_micro - ask->answer->today->used_micro[c];
        requests->free_micro[c] = free > 0 ? free : 0;
    }
    return requests->free_micro != NULL;
}

static bool requests_fill(const struct requests_ask *ask, struct requests *requests)
{
    bool made = request_groups_make(ask, requests);
    for (uint32_t i = 0; i < requests->group_count && made; i++) {
        made = group_reckon(ask, requests, &requests->groups[i]);
    }
    if (made) {
        qsort(requests->groups, requests->group_count, sizeof *requests->groups, groups_compare);
    }
    return made && pulls_make(ask, requests) && free_make(ask, requests);
}

enum status focus_requests_make(const struct requests_ask *ask, struct requests **requests,
                                struct fault *fault)
{
    struct requests *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for requests; free some and try again");
    }
    arena_init(&made->arena, ARENA_BYTES_MAX);
    enum status status =
        requests_fill(ask, made)
            ? request_set_find(ask, made, fault)
            : fault_set(fault, STATUS_LIMIT,
                        "the requests are too many, or their values and counts too large to be "
                        "added up; close some, or write smaller ones");
    if (status != STATUS_OK) {
        focus_requests_free(made);
        return status;
    }
    *requests = made;
    return STATUS_OK;
}

void focus_requests_free(struct requests *requests)
{
    if (requests != NULL) {
        arena_free(&requests->arena);
        free(requests);
    }
}
