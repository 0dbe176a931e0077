/* GET health, metrics and openapi.json: what machines ask about the server itself.
 *
 * Health says "ready" as long as orders can be taken: the program listens only when replay is done,
 * so only a failed engine is not ready. Metrics are Prometheus' text format 0.0.4. Both are open:
 * figures, no names. The histogram has fixed bounds, because counting must cost the order's path no
 * more than a few comparisons. */
#include "door/micro_cache.h"
#include "env/line_file.h"
#include "pages/allowance.h"
#include "pages/api.h"
#include "pages/control_sold.h"
#include "pages/pages.h"
#include "pages/sold_hooks.h"
#include "pages/waiting.h"
#include "pages/waiting_rules.h"
#include "pages/waiting_watch.h"
#include "pages/web_file.h"

#include "base/assert.h"

static const uint64_t latency_bounds_us[LATENCY_BUCKETS] = {
    100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 1000000};

void api_latency_count(struct latency *latency, uint64_t ns)
{
    size_t i = 0;
    while (i < LATENCY_BUCKETS && ns > latency_bounds_us[i] * 1000) {
        i++;
    }
    latency->buckets[i]++;
    latency->count++;
    latency->sum_ns += ns;
}

void api_health_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    (void)parameter;
    if (engine_failed(pages->engine)) {
        api_reply_problem_kind(
            pages, request, PROBLEM_FAULT,
            "the disk failed and the server is stopping; it replays when it starts again");
        return;
    }
    text_append_string(api_scratch(pages),
                       "{\"live\":true,\"ready\":true,\"version\":\"" ECLUSE_VERSION "\"}");
    api_reply_json(pages, request, 200);
}

static void metric_head(struct text *to, const char *name, const char *type, const char *help)
{
    text_append_format(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void counter(struct text *to, const char *name, const char *help, uint64_t value)
{
    metric_head(to, name, "counter", help);
    text_append_format(to, "%s %llu\n", name, (unsigned long long)value);
}

static void gauge(struct text *to, const char *name, const char *help, uint64_t value)
{
    metric_head(to, name, "gauge", help);
    text_append_format(to, "%s %llu\n", name, (unsigned long long)value);
}

/* One of a family: name{label="value"} count. */
static void labelled(struct text *to, const char *name, const char *label, const char *value,
                     uint64_t count)
{
    text_append_format(to, "%s{%s=\"%s\"} %llu\n", name, label, value, (unsigned long long)count);
}

static void seconds(struct text *to, const char *name, uint64_t ns)
{
    text_append_format(to, "%s %llu.%09llu\n", name, (unsigned long long)(ns / 1000000000u),
                       (unsigned long long)(ns % 1000000000u));
}

static void seconds_metric(struct text *to, const char *name, const char *type, const char *help,
                           uint64_t ns)
{
    metric_head(to, name, type, help);
    seconds(to, name, ns);
}

static void door_metrics(struct text *to, const struct door *door)
{
    struct door_figures figures;
    if (door == NULL) {
        return;
    }
    door_figures(door, &figures);
    counter(to, "ecluse_connections_total", "Connections accepted.", figures.connections_total);
    gauge(to, "ecluse_connections", "Connections open now.", figures.connections_now);
    counter(to, "ecluse_requests_total", "Requests read.", figures.requests);
    counter(to, "ecluse_requests_malformed_total", "Requests refused as malformed.",
            figures.malformed);
    counter(to, "ecluse_requests_timed_out_total", "Slow clients cut.", figures.timed_out);
    counter(to, "ecluse_connections_refused_total", "Connections over the limit.", figures.refused);
    counter(to, "ecluse_connections_shares_refused_total",
            "Connections over what one address or network may have.", figures.refused_shares);
}

static void access_log_metrics(struct text *to, struct line_file *log)
{
    struct line_file_figures figures;
    if (log == NULL) {
        return;
    }
    line_file_figures(log, &figures);
    counter(to, "ecluse_access_log_lines_total", "Lines of the access log written.",
            figures.written);
    counter(to, "ecluse_access_log_dropped_total",
            "Lines dropped: the disk is full, or whoever reads them too slow or gone.",
            figures.dropped);
    counter(to, "ecluse_access_log_reopen_failed_total",
            "Times that SIGHUP found the file not to be opened.", figures.reopen_failed);
}

static void wish_metrics(struct text *to, const struct engine_figures *figures)
{
    static const char name[] = "ecluse_wishes_total";
    const struct {
        const char *status;
        uint64_t count;
    } rows[] = {
        {"waiting", figures->wishes_made},
        {"offered", figures->wishes_offered},
        {"withdrawn", figures->wishes_withdrawn},
        {"lapsed", figures->wishes_lapsed},
    };
    gauge(to, "ecluse_wishes_waiting", "Wishes that wait now.", figures->wishes_waiting);
    metric_head(to, name, "counter", "Wishes that came to this status; every one waits first.");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        labelled(to, name, "status", rows[i].status, rows[i].count);
    }
}

static void engine_metrics(struct text *to, const struct engine *engine)
{
    struct engine_figures figures;
    engine_figures(engine, &figures);
    counter(to, "ecluse_engine_batches_total", "Batches of the core.", figures.batches);
    counter(to, "ecluse_engine_tasks_total", "Commands and questions answered.", figures.tasks);
    counter(to, "ecluse_engine_commits_total", "Commits to the journal.", figures.commits);
    counter(to, "ecluse_orders_placed_total", "Orders and holds placed.", figures.orders_placed);
    counter(to, "ecluse_orders_refused_total", "Orders and holds refused.", figures.orders_refused);
    counter(to, "ecluse_changes_total", "Counts, receipts, absences and other changes recorded.",
            figures.changes);
    counter(to, "ecluse_orders_revised_total", "Promises that a change moved.",
            figures.orders_revised);
    counter(to, "ecluse_promises_broken_total", "Promises for which no other date was found.",
            figures.promises_broken);
    wish_metrics(to, &figures);
    counter(to, "ecluse_engine_disk_full_total", "Batches that found the disk full.",
            figures.disk_full);
    counter(to, "ecluse_engine_queue_full_total", "Tasks refused by a full ring.",
            figures.queue_full);
    gauge(to, "ecluse_engine_batch_tasks_max", "Largest batch so far.", figures.batch_tasks_max);
    seconds_metric(to, "ecluse_engine_commit_seconds_total", "counter", "Time spent in commits.",
                   figures.commit_ns_total);
    seconds_metric(to, "ecluse_engine_commit_seconds_max", "gauge", "Longest commit so far.",
                   figures.commit_ns_max);
    seconds_metric(to, "ecluse_engine_sync_seconds_total", "counter",
                   "Time that the disk took to make commits safe.", figures.sync_ns_total);
    seconds_metric(to, "ecluse_engine_sync_seconds_max", "gauge", "Longest such time so far.",
                   figures.sync_ns_max);
}

static void allowance_metrics(struct text *to, const struct allowance *allowance)
{
    static const char name[] = "ecluse_limited_total";
    metric_head(to, name, "counter", "Requests over a rate limit, by its rule.");
    for (enum allowance_rule rule = 0; rule < ALLOWANCE_RULES; rule++) {
        labelled(to, name, "rule", allowance_name(rule), allowance_refused(allowance, rule));
    }
}

static void hooks_metrics(struct text *to, const struct sold_hooks_figures *figures)
{
    static const char name[] = "ecluse_sold_messages_total";
    metric_head(to, name, "counter", "Messages of the shop behind about its orders, by outcome.");
    for (enum sold_outcome outcome = 0; outcome < SOLD_OUTCOMES; outcome++) {
        labelled(to, name, "outcome", sold_outcome_text(outcome), figures->outcomes[outcome]);
    }
    counter(to, "ecluse_sold_unsigned_total", "Messages without the right signature.",
            figures->unsigned_ones);
    counter(to, "ecluse_sold_unreadable_total", "Signed messages that cannot be read.",
            figures->unreadable);
    counter(to, "ecluse_sold_broken_total", "Orders heard of that cannot be kept, or are late.",
            figures->broken);
    counter(to, "ecluse_sold_unknown_total", "Messages of which a part is unknown here.",
            figures->unknown);
}

static void latency_metrics(struct text *to, const struct latency *latency)
{
    static const char name[] = "ecluse_order_seconds";
    uint64_t sum = 0;
    metric_head(to, name, "histogram", "POST orders, from request to reply.");
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        sum += latency->buckets[i];
        text_append_format(to, "%s_bucket{le=\"%u.%06u\"} %llu\n", name,
                           (unsigned)(latency_bounds_us[i] / 1000000),
                           (unsigned)(latency_bounds_us[i] % 1000000), (unsigned long long)sum);
    }
    text_append_format(to, "%s_bucket{le=\"+Inf\"} %llu\n", name,
                       (unsigned long long)latency->count);
    text_append_format(to, "%s_count %llu\n", name, (unsigned long long)latency->count);
    seconds(to, "ecluse_order_seconds_sum", latency->sum_ns);
}

static void rate_metric(struct text *to, const char *name, const char *help, uint64_t rate)
{
    metric_head(to, name, "gauge", help);
    text_append_format(to, "%s %llu.%03u\n", name, (unsigned long long)(rate / 1000),
                       (unsigned)(rate % 1000));
}

static void gate_metrics(struct text *to, const struct waiting *waiting)
{
    if (waiting == NULL) {
        return;
    }
    const struct gate *gate = waiting_gate(waiting);
    gauge(to, "ecluse_gate_waiting", "Places behind the front of the line.", gate_waiting(gate));
    gauge(to, "ecluse_gate_parked", "Visitors called, at the door.", gate->chamber_count);
    gauge(to, "ecluse_gate_inside", "Visitors whose session lasts.", inside_count(&gate->inside));
    gauge(to, "ecluse_gate_closed", "1 before an opening, when nobody goes in.", gate->closed);
    counter(to, "ecluse_gate_entries_total", "Visitors let in.", gate->entries);
    counter(to, "ecluse_gate_passed_over_total", "Places whose visitor was not there.",
            gate->skipped);
    counter(to, "ecluse_gate_refused_total", "Newcomers for whom there was no place.",
            gate->refused);
    rate_metric(to, "ecluse_gate_rate", "Visitors a second that may go in now.",
                pace_rate(&gate->pace));
    rate_metric(to, "ecluse_gate_rate_learned", "Visitors a second that the shop behind bears.",
                gate->pace.learned);
    seconds_metric(to, "ecluse_gate_usual_answer_seconds", "gauge",
                   "A quiet answer of the shop behind.", gate->pace.usual_us * 1000);
}

static void cache_metrics(struct text *to, const struct waiting *waiting)
{
    struct door_cache_figures figures;
    if (waiting == NULL) {
        return;
    }
    door_cache_figures(waiting_upstream(waiting), &figures);
    counter(to, "ecluse_cache_hits_total", "Answered from the cache, fresh.", figures.hits);
    counter(to, "ecluse_cache_stale_total",
            "Answered with what is stale, while it was fetched anew or because that failed.",
            figures.stale);
    counter(to, "ecluse_cache_misses_total", "Handed on, to be kept if the answer allows it.",
            figures.misses);
    counter(to, "ecluse_cache_passes_total", "Handed on: a person's, or not to be kept.",
            figures.passes);
    counter(to, "ecluse_cache_waits_total", "Requests that waited for the answer to another one.",
            figures.waits);
    counter(to, "ecluse_cache_kept_total", "Answers kept.", figures.kept);
    counter(to, "ecluse_cache_validated_total", "Answers of which the shop said: still right.",
            figures.validated);
    counter(to, "ecluse_cache_refreshes_total", "Answers fetched anew for nobody in particular.",
            figures.refreshes);
    counter(to, "ecluse_cache_evictions_total", "Answers forgotten for want of memory.",
            figures.evictions);
    counter(to, "ecluse_cache_dropped_total", "Answers forgotten: they changed, or were purged.",
            figures.dropped);
    gauge(to, "ecluse_cache_answers", "Answers in the cache.", figures.answers);
    gauge(to, "ecluse_cache_bytes", "Memory that they take.", figures.bytes);
    gauge(to, "ecluse_cache_bytes_max", "Memory that they may take.", figures.bytes_max);
}

static void classes(struct text *to, const char *name, const char *help,
                    const uint64_t counts[SITE_CLASSES])
{
    metric_head(to, name, "counter", help);
    for (enum site_class class = 0; class < SITE_CLASSES; class ++) {
        labelled(to, name, "class", site_class_name(class), counts[class]);
    }
}

static void rules_metrics(struct text *to, const struct waiting *waiting)
{
    static const char no_place[] = "ecluse_gate_no_place_total";
    if (waiting == NULL) {
        return;
    }
    const struct waiting_rules *rules = waiting_rules(waiting);
    classes(to, "ecluse_gate_passed_total", "Requests that needed no place, by their class.",
            rules->passed);
    metric_head(to, no_place, "counter", "Requests for which no place could be given.");
    labelled(to, no_place, "answer", "handed-on", rules->opened);
    labelled(to, no_place, "answer", "refused", rules->closed);
    counter(to, "ecluse_gate_denied_total", "Requests for staff's pages from elsewhere.",
            rules->denied);
}

static void watch_metrics(struct text *to, const struct waiting *waiting)
{
    struct watch_count count;
    if (waiting == NULL || waiting_watched(waiting) == NULL) {
        return;
    }
    waiting_watch_count(waiting_watched(waiting), &count);
    classes(to, "ecluse_watch_requests_total", "Requests that --watch has seen, by their class.",
            count.requests);
    counter(to, "ecluse_watch_visitors_total", "Newcomers that --watch has seen.", count.visitors);
    counter(to, "ecluse_watch_would_wait_total", "Newcomers that would have waited.", count.waited);
    counter(to, "ecluse_watch_turned_away_total", "Programs that would have read 503.",
            count.turned_away);
    counter(to, "ecluse_watch_held_requests_total",
            "Requests that would not have reached the shop then.", count.held);
    gauge(to, "ecluse_watch_line", "Visitors that would wait now.",
          waiting_watch_line(waiting_watched(waiting)));
    gauge(to, "ecluse_watch_longest_line", "The most that would have waited at a time.",
          count.line_most);
    gauge(to, "ecluse_watch_longest_wait_seconds", "The longest wait that there would have been.",
          count.wait_seconds_most);
}

void api_metrics_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    (void)parameter;
    struct text *to = api_scratch(pages);
    metric_head(to, "ecluse_info", "gauge", "The program.");
    text_append_string(to, "ecluse_info{version=\"" ECLUSE_VERSION "\"} 1\n");
    door_metrics(to, pages->door);
    access_log_metrics(to, pages->access_log);
    engine_metrics(to, pages->engine);
    gate_metrics(to, pages->waiting);
    cache_metrics(to, pages->waiting);
    rules_metrics(to, pages->waiting);
    watch_metrics(to, pages->waiting);
    allowance_metrics(to, pages->allowance);
    hooks_metrics(to, sold_hooks_figures(pages->hooks));
    metric_head(to, "ecluse_api_replies_total", "counter", "Replies of the API by status class.");
    for (unsigned i = 1; i <= 5; i++) {
        text_append_format(to, "ecluse_api_replies_total{class=\"%uxx\"} %llu\n", i,
                           (unsigned long long)pages->replies[i]);
    }
    latency_metrics(to, &pages->order_latency);
    api_limits_append(to, pages);
    if (pages->more_metrics != NULL) {
        pages->more_metrics->families(to, pages->more_metrics->context);
    }
    api_reply(pages, request, 200,
              SLICE("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\nCache-Control: "
                    "no-store\r\n"));
}

void api_openapi_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    (void)parameter;
    const struct web_file *file = web_file_find(SLICE("openapi.json"));
    ASSERT(file != NULL);
    text_append_slice(api_scratch(pages), file->bytes);
    api_reply(pages, request, 200,
              SLICE("Content-Type: application/json\r\nCache-Control: public, max-age=300\r\n"));
}
