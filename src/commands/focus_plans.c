/* The command line's plans -> each one's shop and figures -> on the core's thread: its mixes, the
 * way out, the balance, the dates. */
#include "commands/focus_plans.h"

#include "base/decimal.h"
#include "commands/watch.h"
#include "focus/tell.h"

#include <stdlib.h>

enum { STATE_ORDERS = 1 };

/* Of the time for today's answer: what its best mix gets. */
#define TIME_OF_A_PLAN 0.25

/* ---- reading ---- */

/* What was sold is counted by the ids of today's shop: a plan may not have more. */
static enum status figures_own(struct focus_plans *plans, struct focus_column *column,
                               struct fault *fault)
{
    const struct shop *today = plans->open->shop;
    const struct shop *shop = column->own_shop;
    bool more = shop->offer_count > today->offer_count ||
                shop->activity_count > today->activity_count ||
                shop->item_count > today->item_count;
    if (!plans->open->is_file && more) {
        return fault_set(fault, STATUS_INVALID,
                         "--set: a plan of a database cannot add offers, items or activities; "
                         "write a shop file with: ecluse export");
    }
    enum status status = focus_figures_make(shop, plans->sold, &column->own_figures, fault);
    column->figures = column->own_figures;
    return status;
}

static enum status column_shop(const struct call *call, struct focus_plans *plans,
                               struct focus_column *column, struct fault *fault)
{
    const char **settings = calloc(call->given_count + 1u, sizeof *settings);
    struct shop_settings set = {.settings = settings};
    if (settings == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the arguments");
    }
    while ((settings[set.count] = focus_said_value(call, column->said, "set", set.count)) != NULL) {
        set.count++;
    }
    enum status status = STATUS_OK;
    if (set.count > 0) {
        status = shop_plan(call, plans->open, &set, &column->own_shop, fault);
        status = status == STATUS_OK ? figures_own(plans, column, fault) : status;
    }
    free(settings);
    return status;
}

enum status focus_plans_open(const struct call *call, struct shop_open *open,
                             const struct focus_figures *figures, struct focus_plans *plans,
                             struct fault *fault)
{
    *plans = (struct focus_plans){.open = open, .sold = figures->sold};
    enum status status = focus_said_read(call, &plans->said, fault);
    if (status != STATUS_OK || plans->said.count == 0) {
        return status;
    }
    plans->columns[plans->count++].figures = figures;
    for (uint32_t i = 0; i < plans->said.count && status == STATUS_OK; i++) {
        struct focus_column *column = &plans->columns[plans->count++];
        column->said = &plans->said.plans[i];
        column->figures = figures;
        status = column_shop(call, plans, column, fault);
        if (status == STATUS_OK) {
            status = focus_said_mean(call, column->said, column->figures, &column->meant, fault);
        }
    }
    return status;
}

void focus_plans_close(struct focus_plans *plans)
{
    for (uint32_t i = 0; i < plans->count; i++) {
        struct focus_column *column = &plans->columns[i];
        focus_plan_free(column->plan);
        way_out_free(&column->way);
        dates_free(&column->dates);
        focus_meant_free(&column->meant);
        focus_figures_free(column->own_figures);
        if (column->own_shop != NULL) {
            shop_free(column->own_shop);
        }
    }
    plans->count = 0;
}

bool focus_plans_found(const struct focus_plans *plans)
{
    bool found = true;
    for (uint32_t i = 1; i < plans->count; i++) {
        found = found && focus_found(plans->columns[i].plan->best);
    }
    return found;
}

/* ---- making ---- */

struct making {
    const struct focus_told *told;
    const struct mix_ask *like;
    struct focus_plans *plans;
    struct watch watch;
    struct promise_state *state;
    int64_t now;
    enum status status;
    struct fault *fault;
};

/* What today sells of it, by the offers of today's shop. */
static enum status way_make(struct making *making, struct focus_column *column)
{
    const struct shop *today = making->plans->open->shop;
    const struct focus_figures *figures = column->figures;
    bool *stops = calloc(today->offer_count + 1u, sizeof *stops);
    if (stops == NULL) {
        return fault_set(making->fault, STATUS_MEMORY, "no memory for the way out");
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        struct offer_id offer;
        const char *name = figures->shop->offers[figures->offers[i].offer.index].name;
        if (column->meant.stop[i] && shop_offer_find(today, slice_of(name), &offer)) {
            stops[offer.index] = true;
        }
    }
    enum status status = way_out_make(making->state, stops, &column->way, making->fault);
    free(stops);
    return status;
}

static const struct mix *as_is(const struct making *making, const struct focus_column *column)
{
    return column->plan != NULL ? column->plan->as_is : making->told->answer->today;
}

/* A plan's own shop file may open with other balances and other stock: its own core knows. */
static enum status state_of(const struct making *making, const struct focus_column *column,
                            struct promise_state **own)
{
    static const struct promise_sizes sizes = {.orders = STATE_ORDERS};
    *own = NULL;
    return column->own_shop == NULL || !making->plans->open->is_file
               ? STATUS_OK
               : promise_create(column->own_shop, making->now, &sizes, own, making->fault);
}

static enum status outlook_of(struct making *making, struct focus_column *column,
                              const struct promise_state *state)
{
    const struct focus_answer *answer = making->told->answer;
    const struct mix *mix = as_is(making, column);
    const struct outlook_ask ask = {
        .mix = {.figures = column->figures,
                .units_thousandths = mix->units_thousandths,
                .runs = mix->runs,
                .hours_micro = column->plan != NULL ? -column->plan->hours_added_micro : 0},
        .today = {.figures = making->told->figures,
                  .units_thousandths = answer->today->units_thousandths,
                  .runs = answer->today->runs},
        .state = state};
    return outlook_make(&ask, &column->outlook, making->fault);
}

/* Units in an order, as figures.c shares parcels and setting up by them. */
static int64_t units_per_order(const struct making *making, const struct focus_column *column,
                               uint16_t offer)
{
    const struct shop *shop = column->figures->shop;
    const struct sold *sold = making->plans->sold;
    bool known = sold != NULL && sold->state == SOLD_ENOUGH;
    bool on_site = shop->offers[offer].on_site;
    double units = !known ? 0 : on_site ? sold->units_per_line[offer] : sold->units_per_order;
    return focus_units_shared(shop, units, on_site);
}

static enum status dates_of(struct making *making, struct focus_column *column)
{
    const struct focus_figures *figures = column->figures;
    const struct mix *mix = as_is(making, column);
    uint32_t offers = figures->shop->offer_count;
    int64_t *weekly = calloc(offers + 1u, sizeof *weekly);
    int64_t *per_order = calloc(offers + 1u, sizeof *per_order);
    enum status status = STATUS_MEMORY;
    if (weekly == NULL || per_order == NULL) {
        (void)fault_set(making->fault, STATUS_MEMORY, "no memory for weeks in virtual time");
    } else {
        for (uint32_t i = 0; i < offers; i++) {
            per_order[i] = units_per_order(making, column, (uint16_t)i);
        }
        for (uint32_t i = 0; i < figures->offer_count; i++) {
            weekly[figures->offers[i].offer.index] = mix->units_thousandths[i];
        }
        const struct dates_ask ask = {.shop = figures->shop,
                                      .now = making->now,
                                      .state = making->plans->open->is_file ? NULL : making->state,
                                      .weekly = weekly,
                                      .per_order = per_order};
        status = dates_make(&ask, &column->dates, making->fault);
    }
    free(weekly);
    free(per_order);
    return status;
}

static enum status plan_of(struct making *making, struct focus_column *column,
                           const struct promise_state *state)
{
    const struct focus_plan_ask ask = {.today = making->told->figures,
                                       .today_mix = making->told->answer->today,
                                       .figures = column->figures,
                                       .stop = column->meant.stop,
                                       .never = column->meant.never,
                                       .always = column->meant.always,
                                       .like = making->like,
                                       .state = state};
    enum status status = focus_plan_make(&ask, &column->plan, making->fault);
    return status == STATUS_OK ? way_make(making, column) : status;
}

static enum status column_make(struct making *making, struct focus_column *column)
{
    struct promise_state *own;
    enum status status = state_of(making, column, &own);
    if (status != STATUS_OK) {
        return status;
    }
    const struct promise_state *state = own != NULL ? own : making->state;
    status = column->said != NULL ? plan_of(making, column, state) : STATUS_OK;
    status = status == STATUS_OK ? outlook_of(making, column, state) : status;
    status = status == STATUS_OK ? dates_of(making, column) : status;
    if (own != NULL) {
        promise_free(own);
    }
    return status;
}

/* On the core's thread: the state does not change meanwhile. */
static void columns_make(struct promise_state *state, int64_t now, void *context)
{
    struct making *making = context;
    making->state = state;
    making->now = now;
    for (uint32_t i = 0; i < making->plans->count && making->status == STATUS_OK; i++) {
        watch_told(&making->watch, i, making->plans->count);
        making->status = column_make(making, &making->plans->columns[i]);
    }
}

enum status focus_plans_make(const struct focus_told *told, const struct mix_ask *like,
                             struct focus_plans *plans, struct fault *fault)
{
    struct mix_ask each = *like;
    struct making making = {.told = told, .like = &each, .plans = plans, .fault = fault};
    if (plans->count == 0) {
        return STATUS_OK;
    }
    each.seconds *= TIME_OF_A_PLAN;
    watch_begin(&making.watch, told->call, call_say(told->call, "plans", "plans"));
    enum status status = shop_ask(plans->open, columns_make, &making, fault);
    watch_end(&making.watch);
    return status == STATUS_OK ? making.status : status;
}
