/* The answer -> rows of bars, at most ROWS_MAX of them: of more, the first and the last. */
#include "commands/focus_plots.h"

#include "commands/focus_rows.h"
#include "focus/tell.h"
#include "report/bars.h"
#include "report/translate.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 30, NAME_BYTES = 256, WORDS_BYTES = 96, OFFERS_FIRST = 10, OFFERS_LAST = 6 };

struct rows {
    uint32_t count;
    struct bars_row rows[ROWS_MAX];
    char names[ROWS_MAX][NAME_BYTES];
    char words[ROWS_MAX][BARS_SERIES_MAX][WORDS_BYTES];
};

static void copy(char *to, size_t size, const struct text *from)
{
    struct slice whole = text_slice(from);
    (void)snprintf(to, size, "%.*s", (int)utf8_cut(whole, size - 1), whole.data);
}

/* The next row; the caller has seen that there is room. */
static struct bars_row *row_add(struct rows *rows, const struct text *name)
{
    struct bars_row *row = &rows->rows[rows->count];
    copy(rows->names[rows->count], NAME_BYTES, name);
    row->name = rows->names[rows->count];
    rows->count++;
    return row;
}

static void bar_set(struct rows *rows, uint32_t series, double value, const struct text *words)
{
    uint32_t last = rows->count - 1;
    copy(rows->words[last][series], WORDS_BYTES, words);
    rows->rows[last].series[series] = (struct bar){value, rows->words[last][series]};
}

static void rows_append(const char *title, uint32_t series, const struct rows *rows,
                        struct text *to)
{
    const struct bars bars = {
        .title = title, .series_count = series, .count = rows->count, .rows = rows->rows};
    bars_append(to, &bars);
}

/* ---- hours against revenue ---- */

static void share_set(const struct focus_told *told, struct rows *rows, uint32_t series,
                      double part, double whole, const char *of)
{
    struct text words;
    double share = whole > 0 ? part / whole : 0;
    text_init(&words, WORDS_BYTES);
    translate_number(&words, (int)told->call->language, (int64_t)(100 * share + 0.5), 0);
    text_append_format(&words, "%s %s", call_say(told->call, "%", "\u00a0%"), of);
    bar_set(rows, series, share, &words);
    text_free(&words);
}

void focus_plot_shares(const struct focus_told *told, struct text *to)
{
    const struct focus_figures *figures = told->figures;
    struct rows rows = {.count = 0};
    double hours = 0;
    double revenue = 0;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        const struct focus_share *today = &told->answer->activities[i].today;
        hours += (double)focus_hours_of(told, today->used_micro);
        revenue += (double)today->revenue_micro;
    }
    for (uint32_t i = 0; i < figures->activity_count && rows.count < ROWS_MAX; i++) {
        const struct focus_share *today = &told->answer->activities[i].today;
        struct text name;
        text_init(&name, NAME_BYTES);
        text_append_string(&name, focus_activity_name(figures, i));
        (void)row_add(&rows, &name);
        text_free(&name);
        share_set(told, &rows, 0, (double)focus_hours_of(told, today->used_micro), hours,
                  call_say(told->call, "hours", "heures"));
        share_set(told, &rows, 1, (double)today->revenue_micro, revenue,
                  call_say(told->call, "revenue", "du CA"));
    }
    if (rows.count > 0 && hours > 0) {
        rows_append(call_say(told->call, "Today: share of the hours, share of revenue",
                             "Aujourd’hui\u00a0: part des heures, part du chiffre d’affaires (CA)"),
                    2, &rows, to);
    }
}

/* ---- the frontier ---- */

static void point_add(const struct focus_told *told, struct rows *rows, uint32_t index)
{
    const struct frontier_point *point = &told->answer->frontier->points[index];
    struct text name;
    struct text words;
    struct text step;
    text_init(&name, FOCUS_WORDS_BYTES_MAX);
    text_init(&step, FOCUS_WORDS_BYTES_MAX);
    text_init(&words, WORDS_BYTES);
    focus_step_append(told, index, &step);
    text_append_format(&name, "%u%s", point->most, call_say(told->call, ": ", "\u00a0: "));
    text_append_slice(&name, text_slice(&step));
    focus_money_append(told, point->mix->profit_micro, &words);
    (void)row_add(rows, &name);
    bar_set(rows, 0, (double)point->mix->profit_micro, &words);
    text_free(&step);
    text_free(&name);
    text_free(&words);
}

void focus_plot_frontier(const struct focus_told *told, struct text *to)
{
    struct rows rows = {.count = 0};
    uint32_t count = focus_frontier_count(told);
    for (uint32_t i = 0; i < count; i++) {
        if (i + 1 < FOCUS_FRONTIER_SHOWN || i + 1 == count) {
            point_add(told, &rows, i);
        }
    }
    rows_append(call_say(told->call, "The best profit a week, by number of activities",
                         "Le meilleur résultat par semaine, selon le nombre d’activités"),
                1, &rows, to);
}

/* ---- throughput for an hour of the bottleneck ---- */

struct hourly {
    uint32_t offer;
    int64_t micro;
};

static int dearest_first(const void *a, const void *b)
{
    const struct hourly *one = a;
    const struct hourly *other = b;
    if (one->micro != other->micro) {
        return one->micro > other->micro ? -1 : 1;
    }
    return one->offer < other->offer ? -1 : 1;
}

static void hourly_add(const struct focus_told *told, struct rows *rows,
                       const struct hourly *hourly)
{
    struct text name;
    struct text words;
    text_init(&name, FOCUS_WORDS_BYTES_MAX);
    text_init(&words, WORDS_BYTES);
    text_append_string(&name, focus_label(told, hourly->offer));
    focus_price_append(told, hourly->micro, &words);
    (void)row_add(rows, &name);
    bar_set(rows, 0, (double)hourly->micro, &words);
    text_free(&name);
    text_free(&words);
}

static void offers_title(const struct focus_told *told, uint32_t center, uint32_t count,
                         uint32_t shown, struct text *title)
{
    text_append_format(title,
                       call_say(told->call, "What an hour of %s brings, by offer",
                                "Ce qu’une heure de %s rapporte, par offre"),
                       focus_center(told->figures, center)->name);
    if (shown < count) {
        text_append_format(title,
                           call_say(told->call, " (the %d best and the %d last of %u)",
                                    " (les %d premières et les %d dernières de %u)"),
                           OFFERS_FIRST, OFFERS_LAST, count);
    }
}

void focus_plot_offers(const struct focus_told *told, struct text *to)
{
    uint32_t center = focus_bottleneck(told->figures, told->answer->best);
    struct rows rows = {.count = 0};
    struct hourly *hourly = calloc(told->figures->offer_count + 1, sizeof *hourly);
    uint32_t count = 0;
    if (center == told->figures->center_count || hourly == NULL) {
        free(hourly);
        return;
    }
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        hourly[count].offer = i;
        count += focus_per_hour(told->figures, i, center, &hourly[count].micro);
    }
    qsort(hourly, count, sizeof *hourly, dearest_first);
    for (uint32_t i = 0; i < count; i++) {
        if (count <= ROWS_MAX || i < OFFERS_FIRST || i + OFFERS_LAST >= count) {
            hourly_add(told, &rows, &hourly[i]);
        }
    }
    struct text title;
    text_init(&title, FOCUS_WORDS_BYTES_MAX);
    offers_title(told, center, count, rows.count, &title);
    rows_append(title.bytes, 1, &rows, to);
    text_free(&title);
    free(hourly);
}
