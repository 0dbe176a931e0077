/* What /ecluse/metrics shows: counts since the start, and how much waits, looked up once a second
 * by our thread and copied under the mutex for whoever asks. */
#include "hooks/inside.h"

#include "base/assert.h"

static const uint64_t REFRESH_NS = 1000000000u;

static struct hook_figures *figures_of(struct hooks *hooks, int64_t endpoint)
{
    for (uint32_t i = 0; i < hooks->figure_count; i++) {
        if (hooks->figures[i].number == endpoint) {
            return &hooks->figures[i];
        }
    }
    return NULL;
}

static void figures_lock(struct hooks *hooks)
{
    int locked = pthread_mutex_lock(&hooks->mutex);
    ASSERT(locked == 0);
}

static void figures_unlock(struct hooks *hooks)
{
    int unlocked = pthread_mutex_unlock(&hooks->mutex);
    ASSERT(unlocked == 0);
}

void figures_count(struct hooks *hooks, int64_t endpoint, const struct hook_outcome *outcome,
                   bool dead)
{
    figures_lock(hooks);
    struct hook_figures *figures = figures_of(hooks, endpoint);
    if (figures != NULL) {
        figures->sent += hook_arrived(outcome);
        figures->failed += !hook_arrived(outcome);
        figures->dead += dead;
    }
    figures_unlock(hooks);
}

bool figures_too_far(struct hooks *hooks, int64_t endpoint)
{
    const struct hook_figures *figures = figures_of(hooks, endpoint);
    return figures != NULL && !figures->disabled && figures->behind > LIMIT_HOOK_BEHIND;
}

static bool figures_look(struct hooks *hooks, struct hook_line *line, struct hook_figures *figures)
{
    struct hook_standing standing = {.waiting = 0};
    const struct hook_figures *known = figures_of(hooks, line->endpoint.number);
    *figures = known != NULL ? *known : (struct hook_figures){.number = line->endpoint.number};
    if (hook_store_standing(&hooks->store, &line->endpoint, &standing) != STATUS_OK) {
        return false;
    }
    line->waiting = standing.waiting;
    figures->disabled = line->endpoint.disabled[0] != '\0';
    figures->waiting = standing.waiting;
    figures->dead_now = standing.dead;
    figures->behind = standing.behind;
    figures->oldest_at = standing.oldest_at;
    return true;
}

/* Whoever else reads the figures does it under the mutex; only we write them. */
void figures_refresh(struct hooks *hooks)
{
    struct hook_figures figures[LIMIT_HOOK_ENDPOINTS];
    uint64_t now = hooks->env->ticks_ns(hooks->env);
    bool known = hooks->line_count == hooks->figure_count;
    if (known && now - hooks->figured_ns < REFRESH_NS) {
        return;
    }
    hooks->figured_ns = now;
    for (uint32_t i = 0; i < hooks->line_count; i++) {
        if (!figures_look(hooks, &hooks->lines[i], &figures[i])) {
            return;
        }
    }
    figures_lock(hooks);
    memcpy(hooks->figures, figures, hooks->line_count * sizeof *figures);
    hooks->figure_count = hooks->line_count;
    figures_unlock(hooks);
}

static void head(struct text *to, const char *name, const char *type, const char *help)
{
    text_append_format(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

struct metric {
    const char *name, *type, *help;
    int64_t (*value)(const struct hook_figures *figures, int64_t now);
};

static int64_t value_sent(const struct hook_figures *figures, int64_t now)
{
    (void)now;
    return (int64_t)figures->sent;
}

static int64_t value_failed(const struct hook_figures *figures, int64_t now)
{
    (void)now;
    return (int64_t)figures->failed;
}

static int64_t value_dead(const struct hook_figures *figures, int64_t now)
{
    (void)now;
    return (int64_t)figures->dead;
}

static int64_t value_dead_now(const struct hook_figures *figures, int64_t now)
{
    (void)now;
    return figures->dead_now;
}

static int64_t value_pending(const struct hook_figures *figures, int64_t now)
{
    (void)now;
    return figures->disabled ? 0 : figures->waiting + figures->behind;
}

static int64_t value_lag(const struct hook_figures *figures, int64_t now)
{
    bool waits = !figures->disabled && figures->oldest_at != 0 && now > figures->oldest_at;
    return waits ? now - figures->oldest_at : 0;
}

static int64_t value_disabled(const struct hook_figures *figures, int64_t now)
{
    (void)now;
    return figures->disabled;
}

static const struct metric metrics[] = {
    {"ecluse_hooks_sent_total", "counter", "Webhook messages that arrived (2xx).", value_sent},
    {"ecluse_hooks_failed_total", "counter", "Tries that failed.", value_failed},
    {"ecluse_hooks_dead_total", "counter", "Messages given up.", value_dead},
    {"ecluse_hooks_dead", "gauge", "Dead letters that are kept.", value_dead_now},
    {"ecluse_hooks_pending", "gauge", "Messages that have not arrived yet.", value_pending},
    {"ecluse_hooks_lag_seconds", "gauge", "Age of the oldest message that has not arrived.",
     value_lag},
    {"ecluse_hooks_disabled", "gauge", "1: the endpoint gets nothing any more.", value_disabled},
};

void hooks_metrics(struct text *to, void *context)
{
    struct hooks *hooks = context;
    int64_t now = hooks->env->now(hooks->env);
    figures_lock(hooks);
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics && hooks->figure_count > 0; i++) {
        const struct metric *metric = &metrics[i];
        head(to, metric->name, metric->type, metric->help);
        for (uint32_t line = 0; line < hooks->figure_count; line++) {
            text_append_format(to, "%s{endpoint=\"%lld\"} %lld\n", metric->name,
                               (long long)hooks->figures[line].number,
                               (long long)metric->value(&hooks->figures[line], now));
        }
    }
    figures_unlock(hooks);
    head(to, "ecluse_hooks_store_faults_total", "counter",
         "Times that SHOP.db.hooks could not be written.");
    text_append_format(to, "ecluse_hooks_store_faults_total %llu\n",
                       (unsigned long long)atomic_load(&hooks->store_faults));
}

void hooks_limits(struct text *to, void *context)
{
    struct hooks *hooks = context;
    text_append_format(to,
                       "ecluse_limit_hits_total{limit=\"hook_waiting\"} %llu\n"
                       "ecluse_limit_hits_total{limit=\"hook_behind\"} %llu\n",
                       (unsigned long long)atomic_load(&hooks->crowded),
                       (unsigned long long)atomic_load(&hooks->left_behind));
}
