/* Rows -> the weeks of today -> units, orders, promises; trends and seasons (sold_series.c); what
 * is bought together (sold_pairs.c); whose it is (sold_customers.c).
 *
 * Weeks are seven days that end with yesterday, so that each has every weekday once. */
#include "focus/sold_inside.h"

#include <stdlib.h>

enum { LINES_MIN = 5 }; /* of an offer, or it is not said how many units a line has */

/* ---- when ---- */

static bool days_make(struct sold_making *making)
{
    const struct sold_rows *rows = making->rows;
    const struct zone *zone = &making->shop->zone;
    making->order_days = calloc(rows->order_count + 1, sizeof *making->order_days);
    making->return_days = calloc(rows->return_count + 1, sizeof *making->return_days);
    if (making->order_days == NULL || making->return_days == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < rows->order_count; i++) {
        making->order_days[i] = zone_day(zone, rows->orders[i].at);
    }
    for (uint32_t i = 0; i < rows->return_count; i++) {
        making->return_days[i] = zone_day(zone, rows->returns[i].at);
    }
    return true;
}

/* Does the shop still sell anything of it? */
static bool order_counts(const struct sold_making *making, const struct sold_rows_order *order)
{
    bool counts = false;
    for (uint32_t j = 0; j < order->count && !counts; j++) {
        counts = making->rows->lines[order->first + j].offer != NO_INDEX;
    }
    return counts;
}

static void span_find(const struct sold_making *making)
{
    struct sold *sold = making->sold;
    for (uint32_t i = 0; i < making->rows->order_count; i++) {
        int32_t day = making->order_days[i];
        if (day < making->today && order_counts(making, &making->rows->orders[i])) {
            bool is_first = sold->last_day == 0;
            sold->first_day = is_first || day < sold->first_day ? day : sold->first_day;
            sold->last_day = is_first || day > sold->last_day ? day : sold->last_day;
        }
    }
    int32_t weeks = sold->last_day == 0 ? 0 : (making->today - sold->first_day) / SOLD_WEEK_DAYS;
    sold->weeks = (uint32_t)(weeks < SOLD_WEEKS ? weeks : SOLD_WEEKS);
    sold->until_day = making->today;
    sold->from_day = making->today - (int32_t)sold->weeks * SOLD_WEEK_DAYS;
}

static bool in_weeks(const struct sold *sold, int32_t day)
{
    return day >= sold->from_day && day < sold->until_day;
}

/* ---- how much ---- */

/* Which activities an order has: each is counted once. */
struct marks {
    uint32_t *activities; /* [activity]: the last order that had it, from 1 on */
};

/* What parcels hold; what is given on site has none. */
struct parcels {
    int64_t units_thousandths;
    uint32_t count;
};

static void line_count(const struct sold_making *making, const struct sold_rows_line *line)
{
    struct sold_figures *offer = &making->sold->offers[line->offer];
    offer->units_thousandths += line->quantity_thousandths;
    offer->orders++;
}

/* True: with something that the shop still sells. */
static bool order_count(const struct sold_making *making, uint32_t index, struct marks *marks,
                        struct parcels *parcels)
{
    const struct sold_rows_order *order = &making->rows->orders[index];
    bool counts = false;
    bool ships = false;
    for (uint32_t j = 0; j < order->count; j++) {
        const struct sold_rows_line *line = &making->rows->lines[order->first + j];
        uint16_t activity = sold_activity_of(making, line->offer);
        if (line->offer == NO_INDEX) {
            continue;
        }
        counts = true;
        line_count(making, line);
        if (activity != NO_INDEX && marks->activities[activity] != index + 1) {
            marks->activities[activity] = index + 1;
            making->sold->activities[activity].orders++;
        }
        if (!making->shop->offers[line->offer].on_site) {
            ships = true;
            parcels->units_thousandths += line->quantity_thousandths;
        }
    }
    parcels->count += ships;
    return counts;
}

static void sizes_set(struct sold *sold, const struct parcels *parcels)
{
    if (parcels->count >= LINES_MIN) {
        sold->units_per_order = (double)parcels->units_thousandths / SOLD_UNIT / parcels->count;
    }
    for (uint32_t i = 0; i < sold->offer_count; i++) {
        const struct sold_figures *offer = &sold->offers[i];
        if (offer->orders >= LINES_MIN) {
            sold->units_per_line[i] = (double)offer->units_thousandths / SOLD_UNIT / offer->orders;
        }
    }
}

static void orders_count(const struct sold_making *making, struct marks *marks)
{
    struct sold *sold = making->sold;
    struct parcels parcels = {.count = 0};
    for (uint32_t i = 0; i < making->rows->order_count; i++) {
        if (in_weeks(sold, making->order_days[i])) {
            sold->orders += order_count(making, i, marks, &parcels);
        }
    }
    sizes_set(sold, &parcels);
}

/* To be called when lines are counted: what came back is not what a line has. */
static void returns_take(const struct sold_making *making)
{
    struct sold *sold = making->sold;
    for (uint32_t i = 0; i < making->rows->return_count; i++) {
        const struct sold_rows_return *back = &making->rows->returns[i];
        if (back->offer != NO_INDEX && in_weeks(sold, making->return_days[i])) {
            sold->offers[back->offer].units_thousandths -= back->quantity_thousandths;
            sold->offers[back->offer].returned_thousandths += back->quantity_thousandths;
        }
    }
    for (uint32_t i = 0; i < sold->offer_count; i++) {
        struct sold_figures *offer = &sold->offers[i];
        uint16_t activity = sold_activity_of(making, (uint16_t)i);
        if (offer->units_thousandths < 0) { /* sold before these weeks */
            offer->units_thousandths = 0;
        }
        if (activity != NO_INDEX) {
            sold->activities[activity].units_thousandths += offer->units_thousandths;
            sold->activities[activity].returned_thousandths += offer->returned_thousandths;
        }
    }
}

/* ---- whether in time ---- */

/* A promise is judged on the day on which it falls due or is kept, whichever comes first. */
static bool promise_judge(const struct sold_making *making, const struct sold_rows_order *order,
                          bool *broken)
{
    int32_t delivered = order->delivered_day;
    int32_t judged = order->promised_day;
    if (order->promised_day == 0) {
        return false;
    }
    if (delivered != 0) {
        *broken = delivered > order->promised_day;
        judged = delivered < judged ? delivered : judged;
    } else {
        *broken = order->broken || order->promised_day < making->today;
        judged = order->broken && judged >= making->today ? making->today : judged;
    }
    bool is_known = delivered != 0 || *broken;
    return is_known && judged >= making->sold->from_day && judged <= making->today;
}

static void promise_count(const struct sold_making *making, const struct sold_rows_order *order,
                          bool broken, uint32_t mark, struct marks *marks)
{
    for (uint32_t j = 0; j < order->count; j++) {
        uint16_t offer = making->rows->lines[order->first + j].offer;
        uint16_t activity = sold_activity_of(making, offer);
        if (offer != NO_INDEX) {
            making->sold->offers[offer].promised++;
            making->sold->offers[offer].broken += broken;
        }
        if (activity != NO_INDEX && marks->activities[activity] != mark) {
            marks->activities[activity] = mark;
            making->sold->activities[activity].promised++;
            making->sold->activities[activity].broken += broken;
        }
    }
}

/* A shop that never says what was delivered has measured nothing. */
static void promises_count(const struct sold_making *making, struct marks *marks)
{
    const struct sold_rows *rows = making->rows;
    bool tells = false;
    for (uint32_t i = 0; i < rows->order_count && !tells; i++) {
        tells = rows->orders[i].delivered_day != 0;
    }
    for (uint32_t i = 0; i < rows->order_count && tells; i++) {
        bool broken = false;
        if (promise_judge(making, &rows->orders[i], &broken)) {
            promise_count(making, &rows->orders[i], broken, rows->order_count + i + 1, marks);
        }
    }
}

/* ---- all of it ---- */

static enum sold_enough enough(const struct sold *sold)
{
    if (sold->last_day == 0 || (sold->weeks > 0 && sold->orders == 0)) {
        return SOLD_NONE;
    }
    return sold->weeks < SOLD_WEEKS_MIN     ? SOLD_SHORT
           : sold->orders < SOLD_ORDERS_MIN ? SOLD_FEW
                                            : SOLD_ENOUGH;
}

static void unknown_set(struct sold_figures *figures, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        figures[i] = (struct sold_figures){.trend_chance = -1};
        for (int month = 0; month < 12; month++) {
            figures[i].season[month] = -1;
        }
    }
}

static bool sold_new(const struct shop *shop, struct sold *sold)
{
    *sold = (struct sold){.offer_count = shop->offer_count, .activity_count = shop->activity_count};
    sold->offers = calloc(shop->offer_count + 1, sizeof *sold->offers);
    sold->units_per_line = calloc(shop->offer_count + 1, sizeof *sold->units_per_line);
    sold->activities = calloc(shop->activity_count + 1, sizeof *sold->activities);
    sold->customers = calloc(shop->activity_count + 1, sizeof *sold->customers);
    if (sold->offers == NULL || sold->units_per_line == NULL || sold->activities == NULL ||
        sold->customers == NULL) {
        return false;
    }
    unknown_set(sold->offers, shop->offer_count);
    unknown_set(sold->activities, shop->activity_count);
    return true;
}

static bool weeks_make(const struct sold_making *making)
{
    struct marks marks = {calloc(making->shop->activity_count + 1, sizeof *marks.activities)};
    if (marks.activities == NULL) {
        return false;
    }
    span_find(making);
    orders_count(making, &marks);
    returns_take(making);
    promises_count(making, &marks);
    making->sold->state = enough(making->sold);
    free(marks.activities);
    return true;
}

enum status sold_make(const struct sold_rows *rows, const struct shop *shop, int64_t now,
                      struct sold *sold, struct fault *fault)
{
    struct sold_making making = {
        .rows = rows, .shop = shop, .sold = sold, .today = zone_day(&shop->zone, now)};
    bool made = sold_new(shop, sold) && !rows->lacks_memory && days_make(&making) &&
                weeks_make(&making) && sold_series_make(&making) && sold_pairs_make(&making) &&
                sold_customers_make(&making);
    free(making.order_days);
    free(making.return_days);
    if (!made) {
        sold_free(sold);
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for what was sold; free some and try again");
    }
    return STATUS_OK;
}

void sold_free(struct sold *sold)
{
    free(sold->offers);
    free(sold->units_per_line);
    free(sold->activities);
    free(sold->customers);
    free(sold->pairs);
    *sold = (struct sold){0};
}
