/* ecluse demo: the example shop's television evening against the real server, and a crash in its
 * middle.
 *
 *   stage_open -> the crowd comes -> kill -9 -> start again -> every acknowledged order asked for
 *     -> the crowd goes on -> asked for again, sums, verify -> summary
 *     -> the store stays open until Ctrl-C
 *
 * Everything that is shown was answered by the server or counted from its answers. The evening is
 * compressed in real time; the server's clock is the machine's. What must hold, else exit code 1:
 * the function `judge`. */
#include "commands/commands.h"
#include "commands/demo_check.h"
#include "commands/demo_screen.h"
#include "commands/demo_stage.h"
#include "journal/journal.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    SECONDS_DEFAULT = 60,
    SECONDS_MIN = 5,
    SECONDS_MAX = 3600,
    VISITORS_DEFAULT = 6000,
    VISITORS_MAX = 1000000,
    KILL_PERCENT = 30,    /* of the evening: the crowd is still thick */
    EVENING_PERCENT = 75, /* of the seconds; the rest is for starting, checking and summing up */
    DRAIN_SECONDS = 20,
    AWAIT_SECONDS = 3, /* for the worst moment to kill the server */
    DEAD_MS = 700,     /* before somebody starts it again */
    STEP_MS = 10
};

static const uint64_t NS_PER_SECOND = 1000000000u;

static const struct option options[] = {
    {"for", "SECONDS", false,
     "run for about so long (5 to 3600) and end by itself (default: 60, then stay open)"},
    {"port", "N", false, "the store's port (default: any free one)"},
    {"visitors", "N", false, "how many come, 1 to 1000000 (default 6000)"},
    {"keep", NULL, false, "keep the temporary folder with the database"},
};

static const char *const examples[] = {
    "ecluse demo",
    "ecluse demo --for 20 --visitors 2000",
    NULL,
};

const struct manual demo_manual = {
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Makes the example shop in a temporary folder (its dates moved to this week), starts "
            "the real\n"
            "server and sends it visitors over HTTP: a television evening, compressed. Shows when "
            "the promised\n"
            "date of the star offer slips, and why. In the middle it kills the server with "
            "SIGKILL, starts it\n"
            "again and asks for every order that was acknowledged. At the end it says what was "
            "promised and\n"
            "refused, and what `ecluse verify` finds; the store stays open until Ctrl-C.\n"
            "Exit codes: 0 all held, 1 something did not (a lost order, a failed check, an "
            "unexpected answer),\n"
            "2 bad usage, 3 fault.",
    .examples = examples,
};

struct demo {
    struct call *call;
    struct demo_stage stage;
    struct demo_screen screen;
    struct crowd_options crowd_options;
    struct crowd *crowd;
    struct demo_watch *watch;
    struct demo_date star;
    int32_t first_day, last_day; /* of the star offer's deliver-by, as promised to visitors */
    uint64_t begun_ns;
    bool ends_by_itself;
    /* What came of it. */
    uint32_t acknowledged_before_kill;
    uint64_t restart_ns;
    struct demo_found found_after_kill;
    struct demo_found found_at_end;
    struct journal_report verified;
    bool verify_passed;
    bool oversold;
    bool server_lost;
    char sentence[600]; /* the first thing that did not hold */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static uint64_t ticks(const struct demo *demo)
{
    return demo->call->env->ticks_ns(demo->call->env);
}

/* The evening's time on the wall: the programme's minute plus what of it has passed, "20:58". */
static const char *clock_said(const struct demo *demo, uint64_t elapsed_ns, char *to)
{
    const struct moment *moment = demo->stage.moment;
    uint64_t evening_seconds =
        (uint64_t)moment->rise_seconds + 5u * (uint64_t)moment->half_life_seconds;
    uint64_t passed = (uint64_t)((unsigned __int128)evening_seconds * elapsed_ns /
                                 demo->crowd_options.evening_ns);
    return show_time(demo->stage.shop, to, moment->at + (int64_t)(passed / 60 * 60));
}

/* One round of the crowd, the watch and the screen. */
static void evening_step(struct demo *demo)
{
    char clock[SHOW_BYTES];
    struct demo_date before;
    struct demo_date now;
    uint64_t elapsed = ticks(demo) - demo->begun_ns;
    crowd_step(demo->crowd, elapsed, STEP_MS);
    (void)clock_said(demo, elapsed, clock);
    if (demo_watch_step(demo->watch, demo->stage.server.url, &before, &now)) {
        screen_slip(&demo->screen, clock, demo->crowd_options.offers[0].name, &before, &now,
                    crowd_figures(demo->crowd)->promised);
    }
    demo->star = now;
    screen_state(&demo->screen, clock, demo->crowd, &now, false);
    demo->server_lost = demo->server_lost || demo_server_lost(&demo->stage.server);
}

static void evening_until(struct demo *demo, uint64_t elapsed_ns)
{
    while (!interrupted && !demo->server_lost && ticks(demo) - demo->begun_ns < elapsed_ns) {
        evening_step(demo);
    }
}

/* Everybody who came finishes what they began. */
static void evening_drain(struct demo *demo)
{
    uint64_t until = ticks(demo) + DRAIN_SECONDS * NS_PER_SECOND;
    while (!interrupted && !demo->server_lost && !crowd_over(demo->crowd) && ticks(demo) < until) {
        evening_step(demo);
    }
    screen_clear(&demo->screen);
}

/* Goes on until orders are on their way: a kill between two requests would prove little. */
static void worst_moment_await(struct demo *demo)
{
    uint64_t until = ticks(demo) + AWAIT_SECONDS * NS_PER_SECOND;
    do {
        crowd_step(demo->crowd, ticks(demo) - demo->begun_ns, 0);
    } while (!interrupted && crowd_orders_under_way(demo->crowd) == 0 && ticks(demo) < until);
}

/* Visitors meet a dead server: their requests fail, and they will ask again. */
static void server_stays_dead(struct demo *demo)
{
    char clock[SHOW_BYTES];
    uint64_t until = ticks(demo) + DEAD_MS * UINT64_C(1000000);
    while (!interrupted && ticks(demo) < until) {
        uint64_t elapsed = ticks(demo) - demo->begun_ns;
        crowd_step(demo->crowd, elapsed, STEP_MS);
        screen_state(&demo->screen, clock_said(demo, elapsed, clock), demo->crowd, &demo->star,
                     true);
    }
}

static enum status crash_and_recover(struct demo *demo, struct fault *fault)
{
    struct call *call = demo->call;
    struct demo_stage *stage = &demo->stage;
    worst_moment_await(demo);
    demo->acknowledged_before_kill = crowd_order_count(demo->crowd);
    demo_server_kill(&stage->server);
    screen_line(&demo->screen, "       %s (%u %s)",
                call_say(call, "kill -9: the server is dead, in the middle of everything",
                         "kill -9 : le serveur est mort, en plein travail"),
                demo->acknowledged_before_kill,
                call_say(call, "orders acknowledged", "commandes acquittées"));
    server_stays_dead(demo);
    uint64_t started = ticks(demo);
    enum status status = demo_server_start(&stage->server, call->env, stage->database,
                                           stage->server.port, stage->log, fault);
    if (status != STATUS_OK) {
        return status;
    }
    demo->restart_ns = ticks(demo) - started;
    status = demo_orders_check(demo->crowd, stage->server.url, &demo->found_after_kill, fault);
    screen_line(&demo->screen, "       %s %" PRIu64 " ms: %u / %u %s",
                call_say(call, "started again, serving after", "relancé, en service après"),
                demo->restart_ns / 1000000u, demo->found_after_kill.found,
                demo->found_after_kill.asked,
                call_say(call, "acknowledged orders are there", "commandes retrouvées"));
    return status;
}

static void evening_present(struct demo *demo)
{
    struct call *call = demo->call;
    char at[SHOW_BYTES];
    const struct demo_stage *stage = &demo->stage;
    const struct moment *moment = stage->moment;
    screen_line(&demo->screen, "%s: %s", stage->shop->name, stage->server.url);
    screen_line(&demo->screen,
                "%s, %s%s %u %s %" PRIu64 " s (%s %" PRId64 " %s %d min; --visitors N)",
                call_say(call, "A television evening", "Une soirée à la télévision"),
                show_time(stage->shop, at, moment->at), call_say(call, ":", "\u00a0:"),
                demo->crowd_options.visitors, call_say(call, "visitors in", "visiteurs en"),
                demo->crowd_options.evening_ns / NS_PER_SECOND,
                call_say(call, "the shop's file expects", "le fichier de la boutique en attend"),
                moment->visitors_likely, call_say(call, "in", "en"),
                (moment->rise_seconds + 5 * moment->half_life_seconds) / 60);
}

/* The whole evening; what it leaves is in *demo. */
static enum status evening_run(struct demo *demo, struct fault *fault)
{
    struct demo_stage *stage = &demo->stage;
    enum status status = crowd_open(&demo->crowd_options, &demo->crowd, fault);
    if (status == STATUS_OK) {
        status = demo_watch_open(demo->call->env, demo->crowd_options.offers[0].name, &demo->watch,
                                 fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    evening_present(demo);
    crowd_server(demo->crowd, stage->server.url);
    demo->begun_ns = ticks(demo);
    evening_until(demo, demo->crowd_options.evening_ns * KILL_PERCENT / 100);
    if (!interrupted && !demo->server_lost) {
        status = crash_and_recover(demo, fault);
    }
    if (status == STATUS_OK) {
        evening_until(demo, demo->crowd_options.evening_ns);
        evening_drain(demo);
    }
    return status;
}

/* ---- judgement ---- */

static void dates_range(struct demo *demo)
{
    bool first = true;
    for (uint32_t i = 0; i < crowd_order_count(demo->crowd); i++) {
        const struct crowd_order *order = crowd_order(demo->crowd, i);
        if (order->offer != 0) {
            continue;
        }
        demo->first_day = first || order->deliver_by_day < demo->first_day ? order->deliver_by_day
                                                                           : demo->first_day;
        demo->last_day = first || order->deliver_by_day > demo->last_day ? order->deliver_by_day
                                                                         : demo->last_day;
        first = false;
    }
}

static enum status checks_run(struct demo *demo, struct fault *fault)
{
    struct demo_stage *stage = &demo->stage;
    struct env *env = demo->call->env;
    dates_range(demo);
    enum status status =
        demo_orders_check(demo->crowd, stage->server.url, &demo->found_at_end, fault);
    if (status == STATUS_OK) {
        status = demo_oversold_check(stage->database, stage->shop, env, &demo->oversold,
                                     demo->sentence, sizeof demo->sentence, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct fault difference = {.status = STATUS_OK};
    demo->verify_passed =
        journal_verify(stage->database, env, &demo->verified, &difference) == STATUS_OK;
    if (!demo->verify_passed && !demo->oversold) {
        (void)snprintf(demo->sentence, sizeof demo->sentence, "verify: %.560s", difference.text);
    }
    return STATUS_OK;
}

/* True if all that must hold held; else `sentence` says the first thing that did not. */
static bool judge(struct demo *demo)
{
    const struct crowd_figures *figures = crowd_figures(demo->crowd);
    char *to = demo->sentence;
    size_t size = sizeof demo->sentence;
    if (demo->oversold || !demo->verify_passed) {
        return false; /* said already */
    }
    if (demo->server_lost) {
        (void)snprintf(to, size, "the server ended by itself; see %s (use --keep)",
                       demo->stage.log);
    } else if (demo->found_after_kill.missing > 0) {
        (void)snprintf(to, size, "%u orders are lost or changed after the crash; the first: %s",
                       demo->found_after_kill.missing, demo->found_after_kill.first_missing);
    } else if (demo->found_at_end.missing > 0) {
        (void)snprintf(to, size, "%u orders are lost or changed at the end; the first: %s",
                       demo->found_at_end.missing, demo->found_at_end.first_missing);
    } else if (figures->unexpected > 0) {
        (void)snprintf(to, size, "%" PRIu64 " unexpected answers; the first: %s",
                       figures->unexpected, figures->first_unexpected);
    } else if (!interrupted && !crowd_over(demo->crowd)) {
        (void)snprintf(to, size, "%u visitors never got their answer", crowd_inside(demo->crowd));
    } else if (!interrupted && demo->verified.order_count != crowd_order_count(demo->crowd)) {
        (void)snprintf(to, size,
                       "%" PRIu64 " orders in the database, %u acknowledged: some were made twice",
                       demo->verified.order_count, crowd_order_count(demo->crowd));
    } else if (!interrupted && figures->promised == 0) {
        (void)snprintf(to, size, "nobody was promised anything");
    } else {
        return true;
    }
    return false;
}

static int64_t value_promised(const struct demo *demo)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < crowd_order_count(demo->crowd); i++) {
        const struct crowd_order *order = crowd_order(demo->crowd, i);
        sum += order->cancelled ? 0 : order->total_cents;
    }
    return sum;
}

static void summary_dates(struct demo *demo)
{
    char first[SHOW_BYTES];
    char last[SHOW_BYTES];
    struct call *call = demo->call;
    screen_line(&demo->screen, "  %s %s: %s ... %s", call_say(call, "dates for", "dates pour"),
                demo->crowd_options.offers[0].name,
                show_day(call->language, first, demo->first_day),
                show_day(call->language, last, demo->last_day));
}

static void summary_text(struct demo *demo, bool held)
{
    char money[SHOW_BYTES];
    struct call *call = demo->call;
    struct demo_screen *screen = &demo->screen;
    const struct crowd_figures *f = crowd_figures(demo->crowd);
    screen_line(screen, "%s", "");
    screen_line(screen, "%s", call_say(call, "The evening in figures", "La soirée en chiffres"));
    screen_line(screen, "  %" PRIu64 " %s, %" PRIu64 " %s (p50 %u.%u ms, p99 %u.%u ms)", f->arrived,
                call_say(call, "visitors", "visiteurs"), f->requests,
                call_say(call, "requests", "requêtes"), crowd_latency(f, 50) / 10,
                crowd_latency(f, 50) % 10, crowd_latency(f, 99) / 10, crowd_latency(f, 99) % 10);
    screen_line(screen, "  %" PRIu64 " %s: %" PRIu64 " %s, %" PRIu64 " %s, %" PRIu64 " %s; %s",
                f->promised, call_say(call, "orders promised", "commandes promises"), f->confirmed,
                call_say(call, "confirmed", "confirmées"), f->cancelled,
                call_say(call, "cancelled", "annulées"), f->walked_away,
                call_say(call, "left as holds", "laissées réservées"),
                show_money(call->language, demo->stage.shop, money, value_promised(demo)));
    screen_line(
        screen, "  %" PRIu64 " %s", f->refused,
        call_say(call, "refused: sold out, with the reason", "refusées : épuisé, avec la raison"));
    if (f->promised > 0) {
        summary_dates(demo);
    }
    screen_line(screen, "  %s %" PRIu64 " ms, %" PRIu64 " %s; %u / %u %s",
                call_say(call, "crash: started again in", "panne : relancé en"),
                demo->restart_ns / 1000000u, f->unanswered,
                call_say(call, "requests got no answer and were asked again",
                         "requêtes sans réponse, posées de nouveau"),
                demo->found_at_end.found, demo->found_at_end.asked,
                call_say(call, "acknowledged orders are there", "commandes retrouvées"));
    if (held) {
        screen_line(
            screen, "  verify: %s, %" PRIu64 " %s, %" PRIu64 " %s",
            call_say(call, "all agrees", "tout concorde"), demo->verified.batches,
            call_say(call, "batches", "lots"), demo->verified.order_count,
            call_say(call, "orders; nothing is oversold", "commandes ; rien n'est survendu"));
    }
}

static void summary_json(struct demo *demo, bool held)
{
    char first[16];
    char last[16];
    const struct crowd_figures *f = crowd_figures(demo->crowd);
    struct text *to = &demo->call->out;
    (void)day_write(first, demo->first_day);
    (void)day_write(last, demo->last_day);
    text_append_format(to,
                       "{\"held\":%s,\"visitors\":%" PRIu64 ",\"requests\":%" PRIu64
                       ",\"promised\":%" PRIu64 ",\"confirmed\":%" PRIu64 ",\"cancelled\":%" PRIu64
                       ",\"refused\":%" PRIu64 ",\"busy\":%" PRIu64 ",\"unanswered\":%" PRIu64
                       ",\"unexpected\":%" PRIu64,
                       held ? "true" : "false", f->arrived, f->requests, f->promised, f->confirmed,
                       f->cancelled, f->refused, f->busy, f->unanswered, f->unexpected);
    text_append_format(
        to,
        ",\"star\":{\"offer\":\"%s\",\"first_deliver_by\":\"%s\",\"last_deliver_by\":\"%s\"}"
        ",\"crash\":{\"acknowledged\":%u,\"found\":%u,\"restart_ms\":%" PRIu64 "}"
        ",\"found_at_end\":%u,\"oversold\":%s,\"verified\":%s",
        demo->crowd_options.offers[0].name, first, last, demo->found_after_kill.asked,
        demo->found_after_kill.found, demo->restart_ns / 1000000u, demo->found_at_end.found,
        demo->oversold ? "true" : "false", demo->verify_passed ? "true" : "false");
    if (!held) {
        text_append_char(to, ',');
        text_append_json_member(to, "sentence", demo->sentence);
    }
    text_append_string(to, "}\n");
}

/* ---- the end ---- */

static void browser_open(const char *url)
{
    if (getenv("DISPLAY") == NULL && getenv("WAYLAND_DISPLAY") == NULL) {
        return;
    }
    pid_t process = fork();
    if (process == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0) {
            _exit(127);
        }
        (void)execlp("xdg-open", "xdg-open", url, (char *)NULL);
        _exit(127);
    }
}

static void stay_open(struct demo *demo)
{
    struct call *call = demo->call;
    if (demo->ends_by_itself || interrupted || demo->server_lost) {
        return;
    }
    screen_line(&demo->screen, "%s", "");
    screen_line(&demo->screen, "%s %s/  (Ctrl-C %s)",
                call_say(call, "The store is open:", "La boutique est ouverte :"),
                demo->stage.server.url,
                call_say(call, "ends the demo", "termine la démonstration"));
    if (call->terminal.is_terminal) {
        browser_open(demo->stage.server.url);
    }
    while (!interrupted && !demo_server_lost(&demo->stage.server)) {
        (void)poll(NULL, 0, 200);
    }
}

static int demo_play(struct demo *demo)
{
    struct fault fault;
    enum status status = evening_run(demo, &fault);
    if (status == STATUS_OK && !demo->server_lost) {
        status = checks_run(demo, &fault);
    }
    if (status != STATUS_OK) {
        screen_clear(&demo->screen);
        return call_fault(&fault);
    }
    bool held = judge(demo);
    if (demo->call->json) {
        summary_json(demo, held);
    } else {
        summary_text(demo, held);
    }
    stay_open(demo);
    return held ? EXIT_DONE : call_error(EXIT_NO, "the demo did not hold: %s", demo->sentence);
}

static enum status demo_options_read(struct demo *demo, uint16_t *port, struct fault *fault)
{
    const struct call *call = demo->call;
    int64_t seconds = SECONDS_DEFAULT;
    int64_t visitors = VISITORS_DEFAULT;
    int64_t number = 0;
    enum status status = call_number(call, "for", SECONDS_MIN, SECONDS_MAX, &seconds, fault);
    if (status == STATUS_OK) {
        status = call_number(call, "visitors", 1, VISITORS_MAX, &visitors, fault);
    }
    if (status == STATUS_OK) {
        status = call_number(call, "port", 1, 65535, &number, fault);
    }
    *port = (uint16_t)number;
    demo->ends_by_itself = call_flag(call, "for") || call->json;
    demo->crowd_options.visitors = (uint32_t)visitors;
    demo->crowd_options.evening_ns = (uint64_t)seconds * NS_PER_SECOND * EVENING_PERCENT / 100;
    return status;
}

int demo_run(struct call *call)
{
    struct fault fault;
    uint16_t port = 0;
    struct demo *demo = calloc(1, sizeof *demo);
    if (demo == NULL) {
        return call_error(EXIT_FAULT, "no memory for the demo; free some and try again");
    }
    demo->call = call;
    demo->screen = (struct demo_screen){.call = call, .silent = call->json};
    demo->crowd_options.env = call->env;
    call->env->entropy(call->env, &demo->crowd_options.seed, sizeof demo->crowd_options.seed);
    int code;
    if (demo_options_read(demo, &port, &fault) != STATUS_OK) {
        free(demo);
        return call_fault(&fault);
    }
    struct sigaction action = {.sa_handler = interrupt};
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    bool keep = call_flag(call, "keep");
    if (stage_open(call, port, &demo->stage, &fault) != STATUS_OK) {
        code = call_fault(&fault);
        keep = keep || demo->stage.shop != NULL; /* the log says why */
    } else {
        stage_offers(&demo->stage, &demo->crowd_options);
        demo->crowd_options.rise_seconds = (uint32_t)demo->stage.moment->rise_seconds;
        demo->crowd_options.half_life_seconds = (uint32_t)demo->stage.moment->half_life_seconds;
        code = demo_play(demo);
    }
    demo_watch_close(demo->watch);
    crowd_close(demo->crowd);
    if (keep && demo->stage.folder[0] != '\0') {
        screen_line(&demo->screen, "%s %s", call_say(call, "Kept:", "Gardé :"), demo->stage.folder);
    }
    if (!stage_close(&demo->stage, keep) && code == EXIT_DONE) {
        code = call_error(EXIT_NO, "the demo did not hold: the server did not stop in good order");
    }
    free(demo);
    return code;
}
