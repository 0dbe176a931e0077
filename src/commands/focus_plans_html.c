/* The plans' names, the table, the balances week by week, the sentences. */
#include "commands/focus_plan_rows.h"
#include "commands/focus_plan_words.h"
#include "report/plot.h"

#include <math.h>

#define MANY_UNITS 20000

enum { PLANS_IN_PLOT = PLOT_LINES_MAX - 1, NAME_BYTES = 1024, CURVE_NAME_BYTES_MAX = 12 };

struct page {
    const struct focus_told *told;
    const struct focus_plans *plans;
    struct text *to;
};

static const char *say(const struct page *page, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct page *page, const char *english, const char *french)
{
    return call_say(page->told->call, english, french);
}

/* ---- names ---- */

static void escaped(const struct page *page, struct text *words)
{
    text_append_html(page->to, text_slice(words));
    text_clear(words);
}

/* What it does, if its name does not say so; then the sentences about it. */
static void about(const struct page *page, uint32_t column, struct text *words)
{
    const struct focus_told *told = page->told;
    const struct focus_said *said = page->plans->columns[column].said;
    if (said->name != NULL) {
        focus_said_what_append(told->call, said, told->call->language, words);
        text_append_string(words, ". ");
        escaped(page, words);
    }
    for (uint32_t i = 0; focus_plan_note(told, page->plans, column, i, words); i++) {
        escaped(page, words);
    }
}

static void names(const struct page *page)
{
    const struct focus_told *told = page->told;
    struct text words;
    text_init(&words, FOCUS_WORDS_BYTES_MAX);
    text_append_string(page->to, "<ol class=\"steps\">");
    for (uint32_t i = 1; i < page->plans->count; i++) {
        text_append_string(page->to, "<li><b>");
        focus_said_append(told->call, page->plans->columns[i].said, told->call->language, &words);
        escaped(page, &words);
        text_append_string(page->to, "</b><small>");
        about(page, i, &words);
        text_append_string(page->to, "</small></li>");
    }
    text_append_string(page->to, "</ol>");
    text_free(&words);
}

/* ---- the table ---- */

static void row(const struct page *page, const struct focus_plan_row *of)
{
    struct text words;
    text_init(&words, FOCUS_WORDS_BYTES_MAX);
    focus_plan_row_label(page->told, of, &words);
    bool inner = words.length > 0 && words.bytes[0] == ' ';
    text_append_string(page->to, inner ? "<tr><th class=\"group\">" : "<tr><th>");
    text_append_html(page->to, text_slice(&words));
    text_append_string(page->to, "</th>");
    for (uint32_t i = 0; i < page->plans->count; i++) {
        text_clear(&words);
        focus_plan_row_cell(page->told, page->plans, of, i, &words);
        text_append_string(page->to, "<td>");
        text_append_html(page->to, text_slice(&words));
        text_append_string(page->to, "</td>");
    }
    text_append_string(page->to, "</tr>");
    text_free(&words);
}

static void table(const struct page *page)
{
    struct focus_plan_rows rows;
    struct text head;
    if (!focus_plan_rows_make(page->told, page->plans, &rows)) {
        return;
    }
    text_init(&head, NAME_BYTES);
    text_append_string(page->to, "<div class=\"scroll\"><table class=\"plans\"><tr><th></th>");
    for (uint32_t i = 0; i < page->plans->count; i++) {
        text_clear(&head);
        focus_plan_head(page->told, page->plans, i, &head);
        text_append_string(page->to, "<th>");
        text_append_html(page->to, text_slice(&head));
        text_append_string(page->to, "</th>");
    }
    text_append_string(page->to, "</tr>");
    for (uint32_t i = 0; i < rows.count; i++) {
        row(page, &rows.rows[i]);
    }
    text_append_string(page->to, "</table></div>");
    text_free(&head);
    focus_plan_rows_free(&rows);
}

/* ---- the balances ---- */

/* How many minor units make one of the plot: thousands of units where there are many. */
static double plot_unit(const struct page *page, bool *thousands)
{
    double unit = 1;
    double most = 0;
    for (int i = 0; i < page->told->figures->shop->currency.decimals; i++) {
        unit *= 10;
    }
    for (uint32_t i = 0; i < page->plans->count; i++) {
        for (uint32_t week = 0; week < OUTLOOK_WEEKS; week++) {
            double balance = (double)page->plans->columns[i].outlook.week_minor[week];
            most = fmax(most, fabs(balance) / unit);
        }
    }
    *thousands = most >= MANY_UNITS;
    return *thousands ? unit * 1000 : unit;
}

struct curve {
    struct text name;
    double values[OUTLOOK_WEEKS];
};

/* Longer names have no room beside the curves of a telephone. */
static void curve_name(const struct page *page, uint32_t column, struct text *name)
{
    text_init(name, NAME_BYTES);
    focus_plan_head(page->told, page->plans, column, name);
    if (column > 0 && name->length > CURVE_NAME_BYTES_MAX) {
        text_clear(name);
        text_append_format(name, "plan %u", column);
    }
}

static void curve_take(const struct page *page, uint32_t column, double unit, struct curve *curve,
                       struct plot_line *line)
{
    for (uint32_t i = 0; i < OUTLOOK_WEEKS; i++) {
        curve->values[i] = (double)page->plans->columns[column].outlook.week_minor[i] / unit;
    }
    curve_name(page, column, &curve->name);
    *line = (struct plot_line){curve->name.bytes, curve->values};
}

/* Today and some plans, from `first` on. */
static void plot(const struct page *page, uint32_t first)
{
    struct curve curves[PLOT_LINES_MAX];
    uint32_t left = page->plans->count - first;
    uint32_t shown = left < PLANS_IN_PLOT ? left : PLANS_IN_PLOT;
    bool thousands;
    double unit = plot_unit(page, &thousands);
    struct text title;
    text_init(&title, NAME_BYTES);
    text_append_format(&title,
                       say(page, "The bank at the end of each week (%s%s)",
                           "La banque à la fin de chaque semaine (%s%s)"),
                       thousands ? say(page, "thousands of ", "milliers de ") : "",
                       page->told->figures->shop->currency.code);
    struct plot made = {.title = title.bytes,
                        .language = (int)page->told->call->language,
                        .first_day = page->plans->columns[0].outlook.first_day + 6,
                        .day_step = 7,
                        .count = OUTLOOK_WEEKS,
                        .marked = OUTLOOK_WEEKS,
                        .line_count = shown + 1};
    curve_take(page, 0, unit, &curves[0], &made.lines[0]);
    for (uint32_t i = 0; i < shown; i++) {
        curve_take(page, first + i, unit, &curves[i + 1], &made.lines[i + 1]);
    }
    plot_append(page->to, &made);
    for (uint32_t i = 0; i <= shown; i++) {
        text_free(&curves[i].name);
    }
    text_free(&title);
}

static void notes(const struct page *page)
{
    struct text sentence;
    text_init(&sentence, FOCUS_WORDS_BYTES_MAX);
    for (uint32_t i = 0; focus_plan_note(page->told, page->plans, 0, i, &sentence); i++) {
        if (sentence.length > 0) {
            text_append_string(page->to, "<p class=\"note\">");
            text_append_html(page->to, text_slice(&sentence));
            text_append_string(page->to, "</p>");
        }
        text_clear(&sentence);
    }
    text_free(&sentence);
}

void focus_plans_html(const struct focus_told *told, const struct focus_plans *plans,
                      struct text *to)
{
    const struct page page = {told, plans, to};
    if (plans->count == 0) {
        return;
    }
    text_append_format(to, "<section><h2>%s</h2>",
                       say(&page, "What if, beside today", "Et si, à côté d’aujourd’hui"));
    names(&page);
    table(&page);
    for (uint32_t i = 1; i < plans->count && plans->columns[0].outlook.present;
         i += PLANS_IN_PLOT) {
        plot(&page, i);
    }
    notes(&page);
    text_append_string(to, "</section>");
}
