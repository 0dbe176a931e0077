/* ecluse focus: which activities deserve the scarce hours.
 *
 * Opens the shop, makes its weekly figures (focus/figures.h), asks for the best mix and what stands
 * around it (focus/focus.h), prints. A progress bar on stderr; Ctrl-C ends the search and prints
 * the best that it has, with its gap. */
#include "base/decimal.h"
#include "commands/commands.h"
#include "commands/focus_decisions.h"
#include "commands/focus_html.h"
#include "commands/focus_past.h"
#include "commands/focus_picture.h"
#include "commands/focus_plans.h"
#include "commands/focus_requests.h"
#include "commands/focus_text.h"
#include "commands/report_page.h"
#include "commands/shop_open.h"
#include "commands/watch.h"
#include "focus/json.h"
#include "focus/tell.h"

#define SECONDS_DEFAULT_THOUSANDTHS 20000
#define SECONDS_MAX_THOUSANDTHS     3600000
#define GAP_MAX_THOUSANDTHS         50000 /* of a percent */

enum { FOCUS_JSON_BYTES_MAX = 64 * 1024 * 1024 };

static const struct option options[] = {
    {"most", "N", false, "at most so many activities run (default: all)"},
    {"time-limit", "SECONDS", false, "to search, at most 3600 (default 20); then the best so far"},
    {"gap", "PERCENT", false, "so near the optimum is good enough, 0 to 50 (default 0: proved)"},
    {"stop", "ACTIVITY", true, "a plan without it; an offer's name: without that alone"},
    {"start", "ACTIVITY", true, "a plan in which it runs, whatever it earns"},
    {"set", "KEY=VALUE", true,
     "a plan with another value in the shop file: work_centers.packing.people=1"},
    {"plan", "NAME", true, "begins another plan, of the --stop, --start and --set after it"},
    {"html", "FILE", false, "write a page for the owner, beside the answer"},
};

static const char *const examples[] = {
    "ecluse focus shop.yaml",
    "ecluse focus shop.yaml --most 3 --json",
    "ecluse focus shop.yaml --html focus.html --lang fr",
    "ecluse focus shop.yaml --stop tableware --set work_centers.packing.people=1",
    "ecluse focus shop.yaml --plan less --stop tableware --plan least --stop clothing --json",
    NULL,
};

const struct manual focus_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "What each activity earns for the hours that it takes, how much of what to sell in a plain "
        "week so that most\n"
        "is left, what one more hour of each bottleneck is worth, what every further activity "
        "adds, and which error in\n"
        "a price, a demand or hours would change that advice. All figures are of a week.\n"
        "With --stop, --start or --set the question is about plans, at most 8, side by side with "
        "today: what is lost, what\n"
        "the freed hours could earn, cash, promise dates, the way out.\n"
        "docs/focus.md tells the method and its limits.\n"
        "Exit codes: 0 done, 1 there is no best mix (nothing bounds an offer, or cash allows "
        "none), 2 bad usage, 3 fault.",
    .examples = examples,
};

struct focus_request {
    struct call *call;
    struct shop_open open;
    bool has_sold;
    struct sold sold; /* of a database */
    struct focus_figures *figures;
    struct focus_ask ask;
    struct focus_answer *answer;
    enum status status; /* of the answer */
    struct focus_plans plans;
    struct focus_requests requests;
    struct focus_decisions decisions;
    struct fault *fault;
};

static uint64_t clock_of_call(void *context)
{
    struct env *env = context;
    return env->ticks_ns(env);
}

static enum status ask_read(struct focus_request *request)
{
    const struct call *call = request->call;
    struct mix_ask *mix = &request->ask.mix;
    int64_t most = request->figures->activity_count;
    int64_t seconds = SECONDS_DEFAULT_THOUSANDTHS;
    int64_t gap = 0;
    if (call_number(call, "most", 1, NO_INDEX, &most, request->fault) != STATUS_OK ||
        call_thousandths(call, "time-limit", 1, SECONDS_MAX_THOUSANDTHS, &seconds,
                         request->fault) != STATUS_OK ||
        call_thousandths(call, "gap", 0, GAP_MAX_THOUSANDTHS, &gap, request->fault) != STATUS_OK) {
        return request->fault->status;
    }
    *mix = (struct mix_ask){.figures = request->figures,
                            .most = (uint32_t)most,
                            .seconds = (double)seconds / THOUSAND,
                            .gap = (double)gap / (100 * THOUSAND),
                            .stop = watch_interrupts(),
                            .clock_ns = clock_of_call,
                            .clock_context = call->env};
    if (mix->most > request->figures->activity_count) {
        mix->most = request->figures->activity_count;
    }
    request->ask.figures = request->figures;
    /* Who asks about plans has no time for these. */
    request->ask.wants_frontier = request->plans.count == 0;
    request->ask.wants_ranges = request->plans.count == 0;
    return STATUS_OK;
}

/* With the state of today: its cash bounds the mix. */
static void core_asked(struct promise_state *state, int64_t now, void *context)
{
    struct focus_request *request = context;
    (void)now;
    request->ask.state = state;
    request->status = focus(&request->ask, &request->answer, request->fault);
}

static enum status ask_rooms(struct focus_request *request)
{
    struct watch watch;
    request->ask.progress = watch_told;
    request->ask.progress_context = &watch;
    watch_begin(&watch, request->call, call_say(request->call, "mixes", "assortiments"));
    enum status status = shop_ask(&request->open, core_asked, request, request->fault);
    watch_end(&watch);
    return status == STATUS_OK ? request->status : status;
}

static enum status page_write(const struct focus_told *told, const struct focus_request *request)
{
    struct text page;
    struct text first; /* sections of other parts */
    struct text more;
    text_init(&page, REPORT_PAGE_BYTES_MAX);
    text_init(&first, REPORT_PAGE_BYTES_MAX);
    text_init(&more, REPORT_PAGE_BYTES_MAX);
    focus_plans_html(told, &request->plans, &first);
    bool made = focus_picture_html(told, &more);
    focus_requests_html(told, &request->requests, &more);
    focus_decisions_html(told->call, told->figures->shop, &request->decisions, &more);
    focus_html(told, text_slice(&first), text_slice(&more), &page);
    page.overflow = page.overflow || first.overflow || more.overflow;
    enum status status = made ? report_page_save(told->call, &page, request->fault)
                              : fault_set(request->fault, STATUS_MEMORY, "no memory for the page");
    text_free(&page);
    text_free(&first);
    text_free(&more);
    return status;
}

static bool json_write(const struct focus_told *told, const struct focus_request *request)
{
    struct text more; /* members of other parts */
    text_init(&more, FOCUS_JSON_BYTES_MAX);
    bool made = focus_picture_json(told->figures, &more);
    focus_plans_json(told, &request->plans, &more);
    focus_requests_json(told, &request->requests, &more);
    focus_decisions_json(told->call, told->figures->shop, &request->decisions, &more);
    const struct requests *asked = request->requests.made;
    focus_json(told->figures, told->answer, asked != NULL ? asked->effective : 0, text_slice(&more),
               &told->call->out);
    made = made && !more.overflow;
    text_free(&more);
    return made;
}

/* Who asks about plans is answered about plans. */
static bool text_write(const struct focus_told *told, const struct focus_request *request)
{
    if (request->plans.count > 0) {
        return focus_plans_text(told, &request->plans);
    }
    if (!focus_found(told->answer->best)) {
        return focus_text(told);
    }
    bool made = focus_text(told) && focus_picture_text(told) &&
                focus_requests_text(told, &request->requests);
    focus_decisions_brief(told->call, told->figures->shop, &request->decisions);
    focus_text_not_known(told);
    return made;
}

static int answer_write(const struct focus_told *told, const struct focus_request *request)
{
    struct call *call = request->call;
    const struct focus_plans *plans = &request->plans;
    bool found = focus_found(request->answer->best) && focus_plans_found(plans);
    int code = found ? EXIT_DONE : EXIT_NO;
    if (call_value(call, "html") != NULL && page_write(told, request) != STATUS_OK) {
        return call_fault(request->fault);
    }
    bool made = call->json ? json_write(told, request) : text_write(told, request);
    return made ? code : call_error(EXIT_FAULT, "no memory for the answer");
}

/* The shop, what was sold if it is a database, and the figures of a week. */
static enum status figures_open(struct focus_request *request)
{
    struct shop_open *open = &request->open;
    const char *path = request->call->operands[0];
    enum status status = shop_open(request->call, path, open, request->fault);
    if (status == STATUS_OK && !open->is_file) {
        status = focus_past_read(path, request->call->env, open->shop, open->now, &request->sold,
                                 request->fault);
        request->has_sold = status == STATUS_OK;
    }
    return status != STATUS_OK
               ? status
               : focus_figures_make(open->shop, request->has_sold ? &request->sold : NULL,
                                    &request->figures, request->fault);
}

static int request_answer(struct focus_request *request)
{
    struct fault *fault = request->fault;
    if (figures_open(request) != STATUS_OK ||
        focus_plans_open(request->call, &request->open, request->figures, &request->plans, fault) !=
            STATUS_OK ||
        focus_decisions_open(request->call, &request->open, &request->decisions, fault) !=
            STATUS_OK ||
        ask_read(request) != STATUS_OK || ask_rooms(request) != STATUS_OK) {
        return call_fault(fault);
    }
    const struct focus_told told = {.call = request->call,
                                    .figures = request->figures,
                                    .answer = request->answer,
                                    .seconds = request->ask.mix.seconds};
    if (focus_plans_make(&told, &request->ask.mix, &request->plans, fault) != STATUS_OK ||
        focus_requests_open(&told, &request->open, &request->requests, fault) != STATUS_OK) {
        return call_fault(fault);
    }
    return answer_write(&told, request);
}

int focus_run(struct call *call)
{
    struct fault fault;
    struct focus_request request = {.call = call, .fault = &fault};
    int code = request_answer(&request);
    focus_plans_close(&request.plans);
    focus_requests_close(&request.requests);
    focus_decisions_close(&request.decisions);
    focus_free(request.answer);
    focus_figures_free(request.figures);
    if (request.has_sold) {
        sold_free(&request.sold);
    }
    shop_close(&request.open);
    return code;
}
