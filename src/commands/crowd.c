/* ecluse crowd: visitors over real HTTP, and what they met.
 *
 *   options -> crowd_shape_choose -> crowd_site -> crowd_consent -> crowd_send -> the tally
 *
 * Exit code 1 when a bound is broken: crowd_tally_holds. */
#include "commands/commands.h"
#include "commands/crowd_shape.h"
#include "crowd/run.h"
#include "report/progress.h"

#include "base/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    CONNECTIONS_DEFAULT = 16000,
    DESCRIPTORS_KEPT = 64,
    PAGES_DEFAULT = 12,
    THINK_DEFAULT_MS = 5000,
    RATE_MAX_THOUSANDTHS = 100000000,
    SPEED_MAX_THOUSANDTHS = 100000000,
    THINK_MAX_THOUSANDTHS = 3600000
};

static const struct option options[] = {
    {"shop", "FILE.yaml", false, "the shop file of --moment"},
    {"moment", "NAME", false,
     "visitors, rise, half life and pages of a visit as the shop file says"},
    {"visitors", "N", false, "how many come, 1 to 1000000 (default 1000)"},
    {"rise", "SECONDS", false, "from the first visitor to the peak (default 10)"},
    {"half-life", "SECONDS", false, "after it, half as many come every so often (default 20)"},
    {"surge", "FILE", false, "instead: requests per minute, CSV or CSV.gz (time, requests)"},
    {"from", "TEXT", false, "begin at the first row of --surge that begins so"},
    {"speed", "X", false, "the shape passes so many times faster (default 1)"},
    {"seconds", "N", false, "end after so long, up to a day (default: when all have left)"},
    {"patience", "SECONDS", false, "half of them wait no longer (default: as long as it takes)"},
    {"no-shows", "PERCENT", false, "are called and never come (default 0)"},
    {"reloads", "PERCENT", false, "of the polls are reloads of the page instead (default 0)"},
    {"tabs", "PERCENT", false, "open a second tab with the same cookies (default 0)"},
    {"bots", "PERCENT", false, "are bots: no cookies, again at once (default 0)"},
    {"rate", "R", false, "visitors a second that the site is to let in: checks it"},
    {"pages", "N", false, "requests of a visit, the first included, 1 to 1000 (default 12)"},
    {"think", "SECONDS", false, "between two of them, on average (default 5)"},
    {"connections", "N", false, "open at most (default 16000, or what the machine allows)"},
    {"seed", "N", false, "the same seed, the same visitors (default 1)"},
};

static const char *const examples[] = {
    "ecluse crowd http://127.0.0.1:8080/ --moment tv --shop shop.yaml --speed 10 --rate 3",
    "ecluse crowd http://127.0.0.1:8080/ --visitors 60000 --rise 60 --half-life 300 --bots 30",
    "ecluse crowd http://[::1]:8080/ --surge requests.csv.gz --from 1998-06-25 --seconds 600",
    NULL,
};

const struct manual crowd_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Sends visitors to a site over HTTP and says what they met. A visitor asks for the page; "
        "told to wait,\n"
        "it asks for its place as often as the waiting room says; called, it comes in, looks at "
        "some pages and\n"
        "leaves. Without a waiting room it is served at once. --speed is for arrivals only: "
        "patience, polls and\n"
        "waits are in real time.\n\n"
        "Most in a second and in a minute: entries, by the first answer from inside, in any such "
        "stretch.\n"
        "Inversions: pairs of visitors. The one with the earlier place asked, and was told to "
        "wait, after the\n"
        "one with the later place had come in; or it stood at the door, called, while the later "
        "one came in,\n"
        "longer before it than a slow page explains (p99, at least 1 s). Who polled late bears no "
        "witness.\n"
        "Used capacity: entries against --rate, in seconds that began with more people waiting "
        "than come in\n"
        "between two polls. Announced waits: the first range each visitor read against its "
        "wait.\n\n"
        "A site that is not on this machine must agree: it serves the key that the command prints "
        "at\n"
        "/.well-known/ecluse-crowd (behind `ecluse serve --upstream`: ecluse gate SHOP.db "
        "--consent "
        "KEY).\n"
        "Send no crowd to a site that is not yours.\n"
        "Exit codes: 0 all bounds held, 1 no consent or a bound broken (over --rate by more than 1 "
        "or 5 percent\n"
        "in a second, 1 or 1 percent in a minute; an inversion; a 5xx that is not 503), 2 bad "
        "usage, 3 no such\n"
        "server.",
    .examples = examples,
};

static enum status percent(const struct call *call, const char *name, uint32_t *value,
                           struct fault *fault)
{
    int64_t number = 0;
    enum status status = call_number(call, name, 0, 100, &number, fault);
    *value = (uint32_t)number;
    return status;
}

/* As many descriptors as the machine gives us; a crowd needs one a connection. */
static uint32_t connections_possible(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return DESCRIPTORS_KEPT;
    }
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    rlim_t most = LIMIT_CROWD_CONNECTIONS + DESCRIPTORS_KEPT;
    rlim_t given = limit.rlim_cur < most ? limit.rlim_cur : most;
    return given > 2 * DESCRIPTORS_KEPT ? (uint32_t)given - DESCRIPTORS_KEPT : DESCRIPTORS_KEPT;
}

static enum status plan_read(const struct call *call, struct crowd_plan *plan, struct fault *fault)
{
    int64_t speed = THOUSAND;
    int64_t rate = 0;
    int64_t think_ms = THINK_DEFAULT_MS;
    int64_t seconds = 0;
    int64_t patience = 0;
    int64_t seed = 1;
    int64_t possible = connections_possible();
    int64_t connections = possible < CONNECTIONS_DEFAULT ? possible : CONNECTIONS_DEFAULT;
    if (call_thousandths(call, "speed", 1, SPEED_MAX_THOUSANDTHS, &speed, fault) != STATUS_OK ||
        call_thousandths(call, "rate", 1, RATE_MAX_THOUSANDTHS, &rate, fault) != STATUS_OK ||
        call_thousandths(call, "think", 1, THINK_MAX_THOUSANDTHS, &think_ms, fault) != STATUS_OK ||
        call_number(call, "seconds", 1, LIMIT_CROWD_SECONDS, &seconds, fault) != STATUS_OK ||
        call_number(call, "patience", 1, LIMIT_CROWD_SECONDS, &patience, fault) != STATUS_OK ||
        call_number(call, "seed", 0, INT64_MAX, &seed, fault) != STATUS_OK ||
        call_number(call, "connections", 1, possible, &connections, fault) != STATUS_OK ||
        percent(call, "no-shows", &plan->no_show_percent, fault) != STATUS_OK ||
        percent(call, "reloads", &plan->reload_percent, fault) != STATUS_OK ||
        percent(call, "tabs", &plan->tab_percent, fault) != STATUS_OK ||
        percent(call, "bots", &plan->bot_percent, fault) != STATUS_OK) {
        return fault->status;
    }
    plan->env = call->env;
    plan->speed = (double)speed / THOUSAND;
    plan->rate = (double)rate / THOUSAND;
    plan->think_ms = (uint32_t)think_ms;
    plan->seconds = (uint32_t)seconds;
    plan->patience_seconds = (uint32_t)patience;
    plan->seed = (uint64_t)seed;
    plan->connections = (uint32_t)connections;
    plan->pages = PAGES_DEFAULT;
    return STATUS_OK;
}

static int consent_refuse(struct call *call, const struct crowd_site *site)
{
    char key[CROWD_KEY_BYTES];
    crowd_site_key(site, key);
    if (call->json) {
        text_append_format(&call->out, "{\"consent\":false,\"path\":\"%s\",\"key\":\"%s\"}\n",
                           CROWD_CONSENT_PATH, key);
    }
    return call_error(EXIT_NO,
                      "%s has not agreed to a crowd; if it is yours, serve the line %s as "
                      "http://%s%s and try again",
                      site->authority, key, site->authority, CROWD_CONSENT_PATH);
}

struct watched {
    struct progress progress;
    const struct crowd_plan *plan;
};

static void on_progress(void *context, const struct crowd_tally *tally)
{
    struct watched *watched = context;
    struct env *env = watched->plan->env;
    uint32_t in = tally->served + tally->served_at_once;
    uint32_t left = in + tally->gave_up + tally->no_shows + tally->lost_place + tally->failed;
    uint32_t whole = watched->plan->visitors - tally->bots;
    progress_update(&watched->progress, left, whole, env->ticks_ns(env));
}

static int tally_tell(struct call *call, const struct crowd_tally *tally)
{
    if (call->json) {
        crowd_tally_json(tally, &call->out);
    } else if (!crowd_tally_text(tally, call->language == LANGUAGE_FR, call->terminal.width,
                                 call->terminal.colour, &call->out)) {
        return call_error(EXIT_FAULT, "no memory for the table");
    }
    if (crowd_tally_holds(tally)) {
        return EXIT_DONE;
    }
    bool over = crowd_tally_overshoots(tally);
    bool unfair = tally->inversions > 0;
    bool failed = tally->errors[CROWD_ERROR_5XX] > 0;
    return call_error(
        EXIT_NO, "not held: %s%s%s%s%s", over ? "more came in than --rate allows" : "",
        over && unfair ? "; " : "", unfair ? "a later place came in first" : "",
        (over || unfair) && failed ? "; " : "", failed ? "the site failed (5xx)" : "");
}

static int crowd_go(struct call *call, const struct crowd_plan *plan, struct crowd_site *site)
{
    struct fault fault;
    bool given;
    struct crowd_tally *tally = NULL;
    if (crowd_site_find(site, &fault) != STATUS_OK ||
        crowd_consent(call->env, site, &given, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    if (!given) {
        return consent_refuse(call, site);
    }
    struct watched watched = {.plan = plan};
    bool shown = isatty(STDERR_FILENO) == 1;
    progress_begin(&watched.progress, shown ? stderr : NULL, call_say(call, "left", "partis"),
                   call->language == LANGUAGE_FR, call->terminal.width,
                   call->env->ticks_ns(call->env));
    struct crowd_plan sent = *plan;
    sent.site = site;
    sent.progress = on_progress;
    sent.context = &watched;
    enum status status = crowd_send(&sent, &tally, &fault);
    progress_end(&watched.progress);
    if (status != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = tally_tell(call, tally);
    crowd_tally_free(tally);
    return code;
}

int crowd_run(struct call *call)
{
    struct fault fault;
    struct crowd_plan plan = {.visitors = 0};
    struct crowd_site site;
    uint64_t *sums = NULL;
    int code;
    if (crowd_site_read(call->operands[0], &site, &fault) != STATUS_OK ||
        plan_read(call, &plan, &fault) != STATUS_OK ||
        crowd_shape_choose(call, &plan, &sums, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        code = crowd_go(call, &plan, &site);
    }
    free(sums);
    return code;
}
