/* ecluse rehearse: a moment lived many times before it happens.
 *
 * Opens the shop, chooses the moment, rehearses (rehearse/rehearse.h), prints. A progress bar on
 * stderr; Ctrl-C ends the runs and prints what they say so far. */
#include "commands/commands.h"
#include "commands/nearest.h"
#include "commands/rehearse_against.h"
#include "commands/rehearse_assume.h"
#include "commands/rehearse_compare.h"
#include "commands/rehearse_html.h"
#include "commands/rehearse_learning.h"
#include "commands/rehearse_text.h"
#include "commands/report_page.h"
#include "commands/shop_open.h"
#include "commands/surge_file.h"
#include "commands/watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS_DEFAULT = 50 };

#define VISITORS_ASKED_MAX     1000000000000
#define BUDGET_MAX_THOUSANDTHS 1000000000000

static const struct option options[] = {
    {"moment", "NAME", false, "which moment of the shop file (default: the next one)"},
    {"visitors", "N", false, "so many are expected (default: drawn from the moment's range)"},
    {"surge", "FILE", false, "when they come: CSV or CSV.gz of a time and a count a minute"},
    {"runs", "N", false, "how often it is lived, 1 to 100000 (default 50)"},
    {"seed", "N", false, "of all that is drawn (default 1); same seed, same answer"},
    {"threads", "N", false, "how many work (default: the processors)"},
    {"precision", "P", false,
     "stop when promises kept are known to so many percentage points, within --runs"},
    {"html", "FILE", false, "write a page for the owner, beside the answer"},
    {"budget", "AMOUNT", false,
     "what the best things to do together may cost, in the shop's currency"},
    {"sides", NULL, false, "only the three sides: not what breaks, nor what to do"},
    {"set", "KEY=VALUE", true, "another value in the shop file: work_centers.packing.people=3"},
    {"stop", "ACTIVITY", true, "without what this activity sells"},
    {"learn-until", "DAY", false,
     "learn demand from what was sold before that day, and hold what came against the forecast"},
    {"against", NULL, false,
     "after the moment: the forecast as it was before it, against what came"},
    {"came", "NAME=VALUE", true,
     "with --against: what the shop does not measure; visitors, wait_minutes, work_minutes"},
    {"assume", "NAME=VALUE", true, "another assumption about the world (docs/rehearsal.md)"},
    {"compare", "OTHER", false,
     "the same crowd in another shop, a copy that was edited, and what differs"},
};

static const char *const examples[] = {
    "ecluse rehearse shop.yaml --runs 10",
    "ecluse rehearse shop.yaml --visitors 20000 --runs 10 --json",
    "ecluse rehearse shop.yaml --moment newsletter --runs 10 --assume absence=0.1",
    "ecluse rehearse shop.yaml --compare shop.yaml --runs 10",
    NULL,
};

const struct manual rehearse_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "The same evening and the weeks after it, on three sides: today's shop (it promises "
        "usual_days, and has no\n"
        "waiting room), the same with managed stock behind an ordinary waiting room, and Écluse. "
        "Then what breaks\n"
        "first of today's shop, what next once that is repaired, and the largest crowd that it "
        "takes.\n"
        "Of a database, ordinary demand is learned from its history and its orders (six weeks are "
        "needed).\n"
        "docs/rehearsal.md tells the model and its limits.\n"
        "Exit codes: 0 done, whatever breaks, 2 nothing to rehearse or bad usage, 3 fault.",
    .examples = examples,
};

/* The moment of that name; without one (NULL) the next that begins after now, else the first. */
static const struct moment *moment_choose(const char *name, const struct shop *shop, int64_t now,
                                          struct fault *fault)
{
    const struct moment *chosen = NULL;
    if (name != NULL) {
        return moment_named(shop, name, fault);
    }
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        bool next =
            chosen == NULL || chosen->at < now || (moment->at >= now && moment->at < chosen->at);
        chosen = !moment->retired && next ? moment : chosen;
    }
    if (chosen == NULL) {
        (void)fault_set(fault, STATUS_INVALID,
                        "the shop file has no moment; add one under moments (docs/shop-file.md)");
    }
    return chosen;
}

struct rehearse_request {
    struct call *call;
    struct shop_open open;
    struct shop stopped; /* the shop without what --stop names */
    struct rehearse_plan plan;
    struct assumptions assume;
    int64_t budget_thousandths; /* of the currency's unit; -1: none */
    struct learning learning;
    struct rehearse_answer *answer;
    enum status status;
    struct fault *fault;
};

/* On the core's thread: the state does not change meanwhile. */
static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct rehearse_request *request = context;
    struct watch watch;
    request->plan.state = state;
    request->plan.now = now;
    request->plan.progress = watch_told;
    request->plan.context = &watch;
    watch_begin(&watch, request->call, call_say(request->call, "runs", "essais"));
    request->status = rehearse(&request->plan, &request->answer, request->fault);
    watch_end(&watch);
}

static enum status plan_read(const struct call *call, struct rehearse_request *request,
                             struct fault *fault)
{
    struct rehearse_plan *plan = &request->plan;
    int64_t visitors = -1;
    int64_t runs = RUNS_DEFAULT;
    int64_t seed = 1;
    int64_t processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t threads = processors < 1                      ? 1
                      : processors > REHEARSE_THREADS_MAX ? REHEARSE_THREADS_MAX
                                                          : processors;
    int64_t precision = 0;
    if (call_number(call, "visitors", 0, VISITORS_ASKED_MAX, &visitors, fault) != STATUS_OK ||
        call_number(call, "runs", 1, REHEARSE_RUNS_MAX, &runs, fault) != STATUS_OK ||
        call_number(call, "seed", 0, INT64_MAX, &seed, fault) != STATUS_OK ||
        call_number(call, "threads", 1, REHEARSE_THREADS_MAX, &threads, fault) != STATUS_OK ||
        call_thousandths(call, "precision", 1, 50000, &precision, fault) != STATUS_OK) {
        return fault->status;
    }
    plan->visitors = visitors;
    plan->runs = (uint32_t)runs;
    plan->seed = (uint64_t)seed;
    plan->threads = (uint32_t)threads;
    plan->precision = (double)precision / 100000;
    plan->sides_only = call_flag(call, "sides");
    request->budget_thousandths = -1;
    if (call_thousandths(call, "budget", 0, BUDGET_MAX_THOUSANDTHS, &request->budget_thousandths,
                         fault) != STATUS_OK) {
        return fault->status;
    }
    plan->stop = watch_interrupts();
    return STATUS_OK;
}

static enum status surge_choose(const struct call *call, struct surge *surge, uint64_t **sums,
                                struct fault *fault)
{
    const struct surge_file file = {.path = call_value(call, "surge"),
                                    .minutes_most = LIMIT_REHEARSE_SURGE_SECONDS / 60,
                                    .gapless = true};
    *sums = NULL;
    if (file.path == NULL) {
        return STATUS_OK;
    }
    enum status status = surge_file_read(&file, sums, &surge->minute_count, fault);
    surge->sums = *sums;
    return status;
}

static enum status page_write(struct call *call, const struct shop *shop,
                              const struct rehearse_request *request, struct fault *fault)
{
    struct text page;
    text_init(&page, REPORT_PAGE_BYTES_MAX);
    rehearse_html(call, shop, &request->plan, request->answer, &request->learning, &page);
    enum status status = report_page_save(call, &page, fault);
    text_free(&page);
    return status;
}

static int answer_write(struct call *call, const struct shop *shop,
                        const struct rehearse_request *request)
{
    if (call_value(call, "html") != NULL &&
        page_write(call, shop, request, request->fault) != STATUS_OK) {
        return call_fault(request->fault);
    }
    if (!call->json) {
        bool written = rehearse_text(call, shop, &request->plan, request->answer);
        learning_text(call, shop, &request->learning);
        return written ? EXIT_DONE : call_error(EXIT_FAULT, "no memory for the table");
    }
    struct text learned;
    text_init(&learned, LEARNING_JSON_BYTES_MAX);
    learning_json(shop, &request->learning, &learned);
    rehearse_json(request->answer, shop, &request->plan, text_slice(&learned), &call->out);
    text_free(&learned);
    return EXIT_DONE;
}

static enum status activity_stop(struct shop *stopped, const char *name, struct fault *fault)
{
    struct nearest nearest;
    nearest_begin(&nearest, slice_of(name));
    for (uint32_t i = 0; i < stopped->activity_count; i++) {
        nearest_try(&nearest, stopped->activities[i].name);
        if (strcmp(stopped->activities[i].name, name) != 0) {
            continue;
        }
        for (uint32_t j = 0; j < stopped->offer_count; j++) {
            struct offer *offer = &stopped->offers[j];
            offer->retired = offer->retired || offer->activity.index == i;
        }
        return STATUS_OK;
    }
    return fault_set(fault, STATUS_INVALID, "--stop %s: there is no such activity%s%s", name,
                     nearest.best != NULL ? "; did you mean " : "",
                     nearest.best != NULL ? nearest.best : "");
}

/* The shop without what the stopped activities sell; its offers are the caller's to free. */
static enum status activities_stop(const struct call *call, const struct shop *shop,
                                   struct shop *stopped, struct fault *fault)
{
    const char *name;
    enum status status = STATUS_OK;
    *stopped = *shop;
    stopped->offers = calloc(shop->offer_count + 1, sizeof *stopped->offers);
    if (stopped->offers == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for a copy of the shop");
    }
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        stopped->offers[i] = shop->offers[i];
    }
    for (uint32_t i = 0; status == STATUS_OK && (name = call_value_at(call, "stop", i)) != NULL;
         i++) {
        status = activity_stop(stopped, name, fault);
    }
    return status;
}

static enum status open_learn(const struct call *call, const struct shop_open *open,
                              struct rehearse_request *request)
{
    enum status status = learning_open(call, open, open->now, &request->assume, request->plan.seed,
                                       &request->learning, request->fault);
    request->plan.learned = learning_demand(&request->learning);
    return status;
}

/* Minor units, from thousandths; what is less than one is no money. */
static int64_t budget_in(const struct shop *shop, int64_t thousandths)
{
    int64_t minor = thousandths;
    for (int i = shop->currency.decimals; i < 3 && minor >= 0; i++) {
        minor /= 10;
    }
    return minor;
}

/* With what --set says. */
static enum status open_set(const struct call *call, const char *path, struct shop_open *open,
                            struct fault *fault)
{
    const char **settings = calloc(call->given_count + 1u, sizeof *settings);
    struct shop_settings set = {.settings = settings};
    if (settings == NULL) {
        (void)fault_set(fault, STATUS_MEMORY, "no memory for the arguments");
        return STATUS_MEMORY;
    }
    while ((settings[set.count] = call_value_at(call, "set", set.count)) != NULL) {
        set.count++;
    }
    enum status status = shop_open_set(call, path, &set, open, fault);
    free(settings);
    return status;
}

/* Opens a shop and lives its moment; the answer and the shop stay until request_end. */
static enum status request_live(struct rehearse_request *request, const char *path,
                                const char *moment)
{
    struct call *call = request->call;
    struct fault *fault = request->fault;
    struct shop_open *open = &request->open;
    enum status status = open_set(call, path, open, fault);
    if (status != STATUS_OK) {
        return status;
    }
    request->plan.assume = &request->assume;
    request->plan.shop = call_value(call, "stop") != NULL ? &request->stopped : NULL;
    request->plan.budget_minor = budget_in(open->shop, request->budget_thousandths);
    request->plan.moment = moment_choose(moment, open->shop, open->now, fault);
    if (request->plan.moment == NULL ||
        rehearse_assume(call, open->shop, &request->assume, fault) != STATUS_OK ||
        activities_stop(call, open->shop, &request->stopped, fault) != STATUS_OK ||
        open_learn(call, open, request) != STATUS_OK ||
        shop_ask(open, ask_core, request, fault) != STATUS_OK) {
        return fault->status;
    }
    return request->status;
}

static void request_end(struct rehearse_request *request)
{
    free(request->answer);
    free(request->stopped.offers);
    learning_close(&request->learning);
    shop_close(&request->open);
}

static int shop_rehearse(struct rehearse_request *request)
{
    struct call *call = request->call;
    int code = request_live(request, call->operands[0], call_value(call, "moment")) == STATUS_OK
                   ? answer_write(call, request->open.shop, request)
                   : call_fault(request->fault);
    request_end(request);
    return code;
}

/* ---- two shops ---- */

static int comparison_write(struct rehearse_request *one, struct rehearse_request *other)
{
    struct call *call = one->call;
    struct comparison comparison = {
        .call = call,
        .plan = &one->plan,
        .both = {{call->operands[0], one->open.shop, one->answer},
                 {call_value(call, "compare"), other->open.shop, other->answer}}};
    rehearse_compare(one->answer, other->answer, &comparison.found);
    return comparison_show(&comparison, one->fault);
}

/* The other shop's moment has the same name. */
static enum status other_live(struct rehearse_request *one, struct rehearse_request *other)
{
    struct fault *fault = one->fault;
    const char *path = call_value(one->call, "compare");
    if (one->answer->stopped) {
        return fault_set(fault, STATUS_UNAVAILABLE, "stopped before %s was lived", path);
    }
    if (request_live(other, path, one->plan.moment->name) != STATUS_OK) {
        return fault->status;
    }
    if (strcmp(one->open.shop->currency.code, other->open.shop->currency.code) != 0) {
        return fault_set(fault, STATUS_INVALID,
                         "--compare %s: its money is %s, not %s; only shops with the same currency "
                         "can be compared",
                         path, other->open.shop->currency.code, one->open.shop->currency.code);
    }
    return STATUS_OK;
}

static int shops_compare(struct rehearse_request *one)
{
    one->plan.brief = true;
    struct rehearse_request other = {.call = one->call,
                                     .plan = one->plan,
                                     .budget_thousandths = one->budget_thousandths,
                                     .fault = one->fault};
    const char *moment = call_value(one->call, "moment");
    bool lived = request_live(one, one->call->operands[0], moment) == STATUS_OK &&
                 other_live(one, &other) == STATUS_OK;
    int code = lived ? comparison_write(one, &other) : call_fault(one->fault);
    request_end(&other);
    request_end(one);
    return code;
}

int rehearse_run(struct call *call)
{
    struct fault fault;
    struct rehearse_request request = {.call = call, .fault = &fault};
    struct surge surge = {.minute_count = 0};
    uint64_t *sums = NULL;
    int code;
    if (plan_read(call, &request, &fault) != STATUS_OK ||
        surge_choose(call, &surge, &sums, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        request.plan.surge = sums == NULL ? NULL : &surge;
        code = call_flag(call, "against")            ? rehearse_against(call, &request.plan)
               : call_value(call, "compare") != NULL ? shops_compare(&request)
                                                     : shop_rehearse(&request);
    }
    free(sums);
    return code;
}
