/* ecluse_limit_hits_total: how often each limit was hit since the start, one label a limit, so that
 * one alert watches them all. A row is there from the start, at 0: what is missing cannot be told
 * from what never happened.
 *
 * Whoever keeps a limit counts its hits beside it; here they only get their names, which are those
 * of base/limits.h in lower case where there is one. What answers a client and has no row fails
 * api_limits_test. */
#include "door/upstream.h"
#include "pages/allowance.h"
#include "pages/api.h"
#include "pages/pages.h"
#include "pages/store.h"
#include "pages/waiting.h"

#include "base/assert.h"

static const char *const refusal_limits[REFUSAL_COUNT] = {
    [REFUSAL_TARGET_LONG] = "request_target_bytes",
    [REFUSAL_HEAD_LARGE] = "request_head_bytes",
    [REFUSAL_HEADERS_MANY] = "request_headers",
    [REFUSAL_BODY_LARGE] = "request_body_bytes",
    [REFUSAL_SLOW] = "request_seconds",
    [REFUSAL_CROWDED] = "connections",
    [REFUSAL_SHARE] = "connections_share",
    [REFUSAL_MEMORY] = "request_memory",
};

static const char *const problem_limits[PROBLEM_KINDS] = {
    [PROBLEM_TOO_DEEP] = "json_depth",    [PROBLEM_TOO_MANY_LINES] = "order_lines",
    [PROBLEM_TOO_LARGE] = "order_size",   [PROBLEM_BUSY] = "busy",
    [PROBLEM_STORAGE_FULL] = "disk_full",
};

static const char *const rate_limits[ALLOWANCE_RULES] = {
    [ALLOWANCE_ADDRESS] = "address_rate",
    [ALLOWANCE_NETWORK] = "network_rate",
    [ALLOWANCE_CHANGE_ADDRESS] = "change_rate",
    [ALLOWANCE_CHANGE_NETWORK] = "network_change_rate",
    [ALLOWANCE_PLACE_ADDRESS] = "place_rate",
    [ALLOWANCE_PLACE_NETWORK] = "network_place_rate",
    [ALLOWANCE_BEARERS] = "bearers_rate",
    [ALLOWANCE_SESSION] = "session_rate",
    [ALLOWANCE_HOOK_ADDRESS] = "sold_rate",
    [ALLOWANCE_HOOK_NETWORK] = "network_sold_rate",
    [ALLOWANCE_POLL] = "poll_rate",
};

const char *api_limit_of_refusal(enum http_refusal refusal)
{
    ASSERT(refusal < REFUSAL_COUNT);
    return refusal_limits[refusal];
}

const char *api_limit_of_problem(enum problem_kind kind)
{
    ASSERT(kind < PROBLEM_KINDS);
    return problem_limits[kind];
}

const char *api_limit_of_rule(enum allowance_rule rule)
{
    ASSERT(rule < ALLOWANCE_RULES);
    return rate_limits[rule];
}

static void hits(struct text *to, const char *limit, uint64_t count)
{
    text_append_format(to, "ecluse_limit_hits_total{limit=\"%s\"} %llu\n", limit,
                       (unsigned long long)count);
}

static void door_hits(struct text *to, const struct door *door)
{
    struct door_figures figures;
    if (door == NULL) {
        return;
    }
    door_figures(door, &figures);
    for (int refusal = 0; refusal < REFUSAL_COUNT; refusal++) {
        if (refusal_limits[refusal] != NULL) {
            hits(to, refusal_limits[refusal], figures.refusals[refusal]);
        }
    }
    hits(to, "connections_yielded", figures.yielded);
    hits(to, "idle_seconds", figures.idle);
    hits(to, "reply_seconds", figures.stuck);
}

static void upstream_hits(struct text *to, const struct door_upstream *upstream)
{
    struct door_upstream_figures figures;
    if (upstream == NULL) {
        return;
    }
    door_upstream_figures(upstream, &figures);
    hits(to, "upstream_waiting", figures.crowded);
    hits(to, "upstream_connect_ms", figures.connect_slow);
    hits(to, "upstream_reply_ms", figures.reply_slow);
    hits(to, "upstream_head_bytes", figures.head_large);
}

void api_limits_append(struct text *to, const struct pages *pages)
{
    struct engine_figures engine;
    engine_figures(pages->engine, &engine);
    text_append_string(to, "# HELP ecluse_limit_hits_total Times that a limit was hit.\n"
                           "# TYPE ecluse_limit_hits_total counter\n");
    door_hits(to, pages->door);
    upstream_hits(to, pages->upstream);
    for (int kind = 0; kind < PROBLEM_KINDS; kind++) {
        if (problem_limits[kind] != NULL) {
            uint64_t pages_busy = kind == PROBLEM_BUSY ? store_busy(pages->store) : 0;
            hits(to, problem_limits[kind], pages->problems[kind] + pages_busy);
        }
    }
    for (enum allowance_rule rule = 0; rule < ALLOWANCE_RULES; rule++) {
        hits(to, rate_limits[rule], allowance_refused(pages->allowance, rule));
    }
    hits(to, "engine_tasks", engine.queue_full);
    if (pages->waiting != NULL) {
        hits(to, "waiting_places", waiting_gate(pages->waiting)->refused);
    }
    if (pages->more_metrics != NULL) {
        pages->more_metrics->limits(to, pages->more_metrics->context);
    }
}
