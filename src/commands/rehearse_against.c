/* the shop now -> which moment is over -> the journal up to it: the shop and its state as they were
 * -> what was sold before it -> the forecast; beside it what came since. */
#include "commands/rehearse_against.h"

#include "base/decimal.h"
#include "commands/against_show.h"
#include "commands/came_read.h"
#include "commands/past_read.h"
#include "commands/rehearse_assume.h"
#include "commands/rehearse_learning.h"
#include "commands/report_page.h"
#include "commands/shop_open.h"
#include "commands/watch.h"

#include <stdlib.h>

enum { RUNS_DEFAULT = 100 };

#define CAME_MAX 1000000000 /* visitors, minutes that are told */

struct against_request {
    struct call *call;
    struct rehearse_plan *plan;
    struct assumptions assume; /* as the shop file said then */
    struct shop_open now;      /* the shop as it is */
    struct shop_open before;   /* and as it was */
    struct moment moment;      /* as it was planned */
    struct came_window window;
    struct learning learning;
    struct past past; /* all that was sold until now */
    struct came_entries entries;
    struct against_came came;
    struct against *answer;
    enum status status;
    struct fault *fault;
};

/* The moment of that name; without a name the last that has begun. */
static const struct moment *moment_find(const struct shop *shop, const char *name, int64_t now)
{
    const struct moment *found = NULL;
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        bool fits = name != NULL ? strcmp(moment->name, name) == 0
                                 : moment->at < now && (found == NULL || moment->at > found->at);
        found = fits ? moment : found;
    }
    return found;
}

static enum status options_check(const struct call *call, struct fault *fault)
{
    static const char *const others[] = {"stop",      "set",     "learn-until",
                                         "precision", "compare", "budget"};
    if (shop_path_is_file(call->operands[0])) {
        return fault_set(
            fault, STATUS_INVALID,
            "--against needs a database (.db); a shop file knows nothing of what came");
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (call_value(call, others[i]) != NULL) {
            return fault_set(fault, STATUS_INVALID, "--%s does not go with --against", others[i]);
        }
    }
    return STATUS_OK;
}

/* How much of the time after it has passed: whole days, at most those that a rehearsal looks at. */
static enum status window_find(struct against_request *request)
{
    const struct shop *shop = request->now.shop;
    int64_t now = request->now.now;
    const char *name = call_value(request->call, "moment");
    const struct moment *moment = moment_find(shop, name, now);
    if (moment == NULL || moment->at >= now) {
        return fault_set(request->fault, STATUS_INVALID,
                         moment == NULL && name != NULL
                             ? "there is no such moment in the shop file"
                             : "no moment has come yet; --against is for afterwards");
    }
    int32_t day = zone_day(&shop->zone, moment->at);
    int32_t days = zone_day(&shop->zone, now) - day - 1;
    if (days < 1) {
        return fault_set(request->fault, STATUS_INVALID,
                         "too early: the moment %s needs a whole day after its own; ask again then",
                         moment->name);
    }
    int32_t most = (int32_t)request->assume.demand_days;
    int32_t until = day + 1 + (days < most ? days : most);
    request->moment = *moment;
    request->window = (struct came_window){moment->at, zone_instant(&shop->zone, until, 0), now};
    return STATUS_OK;
}

/* The shop as it was, and the moment as it was planned then. */
static enum status before_open(struct against_request *request)
{
    struct shop_open *before = &request->before;
    *before = (struct shop_open){.path = request->now.path, .now = request->moment.at};
    enum status status = engine_open_before(before->path, request->call->env, request->moment.at,
                                            &before->engine, request->fault);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND
                   ? fault_set(
                         request->fault, STATUS_INVALID,
                         "%s was made after the moment %s: there was nothing to forecast from",
                         before->path, request->moment.name)
                   : status;
    }
    before->shop = engine_shop(before->engine);
    const struct moment *planned = moment_find(before->shop, request->moment.name, 0);
    if (planned == NULL) {
        return fault_set(request->fault, STATUS_INVALID,
                         "the moment %s was not in the shop file before it came: there was no "
                         "forecast",
                         request->moment.name);
    }
    int64_t at = request->moment.at;
    request->moment = *planned;
    request->moment.at = at;
    return STATUS_OK;
}

static enum status entries_take(struct against_request *request, struct promise_state *state)
{
    struct came_entries *entries = &request->entries;
    entries->count = promise_entry_count(state);
    entries->entries = calloc((size_t)entries->count + 1, sizeof *entries->entries);
    if (entries->entries == NULL) {
        return fault_set(request->fault, STATUS_MEMORY, "no memory for what is expected");
    }
    for (uint32_t number = 1; number <= entries->count; number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        entries->entries[number] = (struct came_entry){
            .quantity_thousandths = entry->quantity_thousandths + entry->received_thousandths,
            .arrives_day = entry->arrives_day,
            .counts = entry->status == SUPPLY_EXPECTED || entry->status == SUPPLY_SENT};
    }
    return STATUS_OK;
}

static enum status told_read(const struct call *call, struct against_came *came,
                             struct fault *fault)
{
    static const enum against_measure can[] = {AGAINST_VISITORS, AGAINST_WAIT_MINUTES,
                                               AGAINST_WORK_MINUTES};
    const char *text;
    for (uint32_t i = 0; (text = call_value_at(call, "came", i)) != NULL; i++) {
        struct slice value;
        struct slice name = slice_cut(slice_of(text), '=', &value);
        int64_t number = -1;
        bool read = decimal_read(value, 3, &number) == DECIMAL_OK && number >= 0 &&
                    number <= CAME_MAX * (int64_t)THOUSAND;
        bool known = false;
        for (size_t j = 0; j < sizeof can / sizeof *can && read; j++) {
            if (slice_is(name, against_measure_name(can[j]))) {
                came->measured[can[j]] = true;
                came->value[can[j]] = (double)number / THOUSAND;
                known = true;
            }
        }
        if (!known) {
            return fault_set(fault, STATUS_INVALID,
                             "--came %s: write visitors=N, wait_minutes=N or work_minutes=N (all "
                             "minutes worked)",
                             text);
        }
    }
    return STATUS_OK;
}

/* What is known of two is known of a third. */
static void came_derive(struct against_came *came)
{
    double orders = came->value[AGAINST_ORDERS];
    if (came->measured[AGAINST_VISITORS] && came->value[AGAINST_VISITORS] > 0) {
        came->measured[AGAINST_CONVERSION] = true;
        came->value[AGAINST_CONVERSION] = orders / came->value[AGAINST_VISITORS];
    }
    came->measured[AGAINST_WORK_MINUTES] = came->measured[AGAINST_WORK_MINUTES] && orders > 0;
    came->value[AGAINST_WORK_MINUTES] /= orders > 0 ? orders : 1;
}

static enum status came_fill(struct against_request *request, struct promise_state *state)
{
    const struct shop *shop = request->before.shop;
    struct call *call = request->call;
    request->came.units = calloc(shop->offer_count + 1, sizeof *request->came.units);
    if (request->came.units == NULL) {
        return fault_set(request->fault, STATUS_MEMORY, "no memory for what came");
    }
    enum status status = told_read(call, &request->came, request->fault);
    if (status == STATUS_OK) {
        status = entries_take(request, state);
    }
    if (status == STATUS_OK) {
        status = past_read(request->now.path, call->env, shop, request->now.now, &request->past,
                           request->fault);
    }
    if (status == STATUS_OK) {
        status = came_read(request->now.path, call->env, shop, &request->window, &request->past,
                           &request->entries, &request->came, request->fault);
    }
    came_derive(&request->came);
    return status;
}

/* What was assumed then, of as many days as are looked at now. */
static enum status then_assume(struct against_request *request)
{
    const struct zone *zone = &request->now.shop->zone;
    int32_t days = zone_day(zone, request->window.until) - zone_day(zone, request->moment.at) - 1;
    enum status status =
        rehearse_assume(request->call, request->before.shop, &request->assume, request->fault);
    request->assume.demand_days = days;
    return status;
}

/* On the state as it was. */
static void ask_before(struct promise_state *state, int64_t now, void *context)
{
    struct against_request *request = context;
    struct rehearse_plan *plan = request->plan;
    request->status = came_fill(request, state);
    if (request->status == STATUS_OK) {
        request->status = learning_open(request->call, &request->before, now, &request->assume,
                                        plan->seed, &request->learning, request->fault);
    }
    if (request->status == STATUS_OK) {
        plan->state = state;
        plan->now = now;
        plan->moment = &request->moment;
        plan->learned = learning_demand(&request->learning);
        struct watch watch;
        plan->progress = watch_told;
        plan->context = &watch;
        watch_begin(&watch, request->call, call_say(request->call, "runs", "essais"));
        request->status = against(plan, &request->came, &request->answer, request->fault);
        watch_end(&watch);
    }
}

static enum status page_write(const struct against_request *request,
                              const struct against_told *told)
{
    struct text page;
    text_init(&page, REPORT_PAGE_BYTES_MAX);
    against_html(request->call, told, &page);
    enum status status = report_page_save(request->call, &page, request->fault);
    text_free(&page);
    return status;
}

static int against_work(struct against_request *request)
{
    const struct call *call = request->call;
    if (rehearse_assume(call, request->now.shop, &request->assume, request->fault) != STATUS_OK ||
        window_find(request) != STATUS_OK || before_open(request) != STATUS_OK ||
        then_assume(request) != STATUS_OK ||
        shop_ask(&request->before, ask_before, request, request->fault) != STATUS_OK ||
        request->status != STATUS_OK) {
        return call_fault(request->fault);
    }
    const struct against_told told = {.shop = request->before.shop,
                                      .plan = request->plan,
                                      .learning = &request->learning,
                                      .answer = request->answer};
    if (call_value(request->call, "html") != NULL && page_write(request, &told) != STATUS_OK) {
        return call_fault(request->fault);
    }
    if (request->call->json) {
        against_json(&told, &request->call->out);
        return EXIT_DONE;
    }
    return against_text(request->call, &told) ? EXIT_DONE
                                              : call_error(EXIT_FAULT, "no memory for the table");
}

int rehearse_against(struct call *call, const struct rehearse_plan *said)
{
    struct fault fault;
    struct rehearse_plan plan = *said;
    struct against_request request = {.call = call, .plan = &plan, .fault = &fault};
    plan.assume = &request.assume;
    if (call_value(call, "runs") == NULL) {
        plan.runs = RUNS_DEFAULT;
    }
    if (options_check(call, &fault) != STATUS_OK ||
        shop_open(call, call->operands[0], &request.now, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = against_work(&request);
    free(request.answer);
    free(request.came.units);
    free(request.entries.entries);
    past_free(&request.past);
    learning_close(&request.learning);
    shop_close(&request.before);
    shop_close(&request.now);
    return code;
}
