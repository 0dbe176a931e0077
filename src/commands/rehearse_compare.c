/* rows (what is compared, on which side) -> a table for the terminal, or a page.
 *
 * A row holds both shops' means and the mean of the paired differences with its interval of 95
 * percent; a difference whose interval does not hold nothing is sure. */
#include "commands/rehearse_compare.h"

#include "commands/rehearse_words.h"
#include "commands/report_page.h"
#include "commands/show.h"
#include "report/table.h"
#include "report/translate.h"

#include <math.h>

enum row_kind { ROW_KEPT, ROW_PROFIT, ROW_CASH_LOW, ROW_POINT };

struct row {
    enum row_kind kind;
    const char *title;
    double values[2];
    const struct rehearse_gain *gain;
};

enum { SIDE_ROWS = 3 };

static const char *side_title(const struct call *call, enum rehearse_side side)
{
    return side == SIDE_TODAY ? call_say(call, "today", "aujourd’hui")
           : side == SIDE_ORDINARY
               ? call_say(call, "ordinary waiting room", "file d’attente ordinaire")
               : "Écluse";
}

/* The rows of one side. */
static void rows_of_side(const struct comparison *comparison, enum rehearse_side side,
                         struct row rows[SIDE_ROWS])
{
    const struct call *call = comparison->call;
    const struct rehearse_difference *difference = &comparison->found.sides[side];
    rows[0] = (struct row){.kind = ROW_KEPT,
                           .title = call_say(call, "promises kept", "promesses tenues"),
                           .gain = &difference->kept};
    rows[1] = (struct row){.kind = ROW_PROFIT,
                           .title = rehearse_measure_title(call, MEASURE_PROFIT),
                           .gain = &difference->profit};
    rows[2] = (struct row){.kind = ROW_CASH_LOW,
                           .title = rehearse_measure_title(call, MEASURE_CASH_LOW),
                           .gain = &difference->cash_low};
    for (int i = 0; i < 2; i++) {
        const struct rehearse_side_answer *answer = &comparison->both[i].answer->sides[side];
        rows[0].values[i] = answer->kept.rate;
        rows[1].values[i] = answer->measures[MEASURE_PROFIT].mean;
        rows[2].values[i] = answer->measures[MEASURE_CASH_LOW].mean;
    }
}

static struct row row_of_point(const struct comparison *comparison)
{
    return (struct row){.kind = ROW_POINT,
                        .title = call_say(comparison->call, "breaking point, visitors",
                                          "point de rupture, visiteurs"),
                        .values = {comparison->both[0].answer->point.visitors,
                                   comparison->both[1].answer->point.visitors},
                        .gain = &comparison->found.point};
}

static void value_append(const struct comparison *comparison, const struct row *row, double value,
                         struct text *to)
{
    int language = (int)comparison->call->language;
    if (row->kind == ROW_KEPT) {
        translate_number(to, language, (int64_t)floor(value * 1000 + 0.5), 1);
        text_append_string(to, " %");
    } else if (row->kind == ROW_POINT) {
        translate_number(to, language, (int64_t)floor(value + 0.5), 0);
    } else {
        rehearse_money_append(comparison->call, comparison->both[0].shop, value, to);
    }
}

static void step_append(const struct comparison *comparison, const struct row *row, double value,
                        struct text *to)
{
    if (row->kind == ROW_KEPT) {
        rehearse_points_append(comparison->call, value, to);
    } else {
        text_append_string(to, value >= 0 ? "+" : "");
        value_append(comparison, row, value, to);
    }
}

/* "+3.2 points (+1.1 points … +5.3 points)"; one run has no interval. */
static void gain_append(const struct comparison *comparison, const struct row *row, struct text *to)
{
    step_append(comparison, row, row->gain->gain, to);
    if (!isfinite(row->gain->low)) {
        return;
    }
    text_append_string(to, " (");
    step_append(comparison, row, row->gain->low, to);
    text_append_string(to, " … ");
    step_append(comparison, row, row->gain->high, to);
    text_append_char(to, ')');
}

static const char *note(const struct call *call)
{
    return call_say(
        call,
        "Means; of differences, taken run by run, with the 95 percent interval: one that "
        "does not hold 0 is sure. The breaking point is what 95 percent of the runs bear, "
        "its difference that of the runs' own.",
        "Moyennes ; pour les différences, prises essai par essai, l’intervalle à 95 % : "
        "s’il ne contient pas 0, l’écart est sûr. Le point de rupture est ce que "
        "supportent 95 % des essais ; son écart est celui des points de chaque essai.");
}

/* ---- text ---- */

static void row_text(const struct comparison *comparison, const struct row *row,
                     struct table *table)
{
    struct text cells[3];
    bool better = row->gain->low > 0;
    bool worse = row->gain->high < 0;
    for (int i = 0; i < 3; i++) {
        text_init(&cells[i], 512);
    }
    value_append(comparison, row, row->values[0], &cells[0]);
    value_append(comparison, row, row->values[1], &cells[1]);
    gain_append(comparison, row, &cells[2]);
    table_cell_string(table, row->title);
    table_cell(table, text_slice(&cells[0]));
    table_cell(table, text_slice(&cells[1]));
    table_cell_tone(table, text_slice(&cells[2]),
                    better  ? TABLE_GOOD
                    : worse ? TABLE_BAD
                            : TABLE_DIM);
    for (int i = 0; i < 3; i++) {
        text_free(&cells[i]);
    }
}

static void heading_text(struct table *table, const char *title)
{
    table_cell_tone(table, slice_of(title), TABLE_DIM);
    for (int i = 0; i < 3; i++) {
        table_cell_string(table, "");
    }
}

static int comparison_text(const struct comparison *comparison)
{
    struct call *call = comparison->call;
    char at[SHOW_BYTES];
    const struct moment *moment = comparison->plan->moment;
    const struct table_column columns[] = {
        {"", TABLE_LEFT, false},
        {comparison->both[0].file, TABLE_RIGHT, false},
        {comparison->both[1].file, TABLE_RIGHT, false},
        {call_say(call, "difference", "différence"), TABLE_RIGHT, false}};
    struct table table;
    text_append_format(&call->out,
                       call_say(call, "%s, %s: the same crowd in both, %u times\n\n",
                                "%s, %s : la même foule dans les deux, %u fois\n\n"),
                       moment->name,
                       show_instant(call->language, comparison->both[0].shop, at, moment->at),
                       comparison->found.runs);
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        struct row rows[SIDE_ROWS];
        rows_of_side(comparison, side, rows);
        heading_text(&table, side_title(call, side));
        for (int i = 0; i < SIDE_ROWS; i++) {
            row_text(comparison, &rows[i], &table);
        }
        if (side == SIDE_TODAY && comparison->found.has_point) {
            const struct row row = row_of_point(comparison);
            row_text(comparison, &row, &table);
        }
    }
    bool written = table_write(&table, 0, call->terminal.colour, &call->out);
    table_free(&table);
    text_append_format(&call->out, "\n%s\n", note(call));
    return written ? EXIT_DONE : call_error(EXIT_FAULT, "no memory for the table");
}

/* ---- a page ---- */

static void row_html(const struct comparison *comparison, const struct row *row, struct text *to)
{
    bool sure = row->gain->low > 0 || row->gain->high < 0;
    text_append_format(to, "<tr><th>%s</th><td>", row->title);
    value_append(comparison, row, row->values[0], to);
    text_append_string(to, "</td><td>");
    value_append(comparison, row, row->values[1], to);
    text_append_string(to, sure ? "</td><td><b>" : "</td><td>");
    step_append(comparison, row, row->gain->gain, to);
    text_append_string(to, sure ? "</b><small>" : "<small>");
    step_append(comparison, row, row->gain->low, to);
    text_append_string(to, " … ");
    step_append(comparison, row, row->gain->high, to);
    text_append_string(to, "</small></td></tr>");
}

static void head_html(const struct comparison *comparison, struct text *to)
{
    const struct call *call = comparison->call;
    const char *title =
        call_say(call, "The same evening in two shops", "La même soirée dans deux boutiques");
    report_page_begin(call, title, title, to);
    text_append_string(to, "<p class=\"lead\">");
    text_append_html(to, slice_of(comparison->both[0].shop->name));
    text_append_string(to, " · ");
    text_append_html(to, slice_of(comparison->plan->moment->name));
    text_append_format(to, call_say(call, " · %u evenings</p>", " · %u soirées</p>"),
                       comparison->found.runs);
}

static void comparison_html(const struct comparison *comparison, struct text *to)
{
    const struct call *call = comparison->call;
    head_html(comparison, to);
    text_append_string(to, "<div class=\"scroll\"><table><tr><th></th><th>");
    text_append_html(to, slice_of(comparison->both[0].file));
    text_append_string(to, "</th><th>");
    text_append_html(to, slice_of(comparison->both[1].file));
    text_append_format(to, "</th><th>%s</th></tr>", call_say(call, "difference", "différence"));
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        struct row rows[SIDE_ROWS];
        rows_of_side(comparison, side, rows);
        text_append_format(to, "<tr><th class=\"group\" colspan=\"4\">%s</th></tr>",
                           side_title(call, side));
        for (int i = 0; i < SIDE_ROWS; i++) {
            row_html(comparison, &rows[i], to);
        }
        if (side == SIDE_TODAY && comparison->found.has_point) {
            const struct row row = row_of_point(comparison);
            row_html(comparison, &row, to);
        }
    }
    text_append_format(to, "</table></div><p class=\"note\">%s</p>", note(call));
    report_page_end(to);
}

static enum status page_write(const struct comparison *comparison, struct fault *fault)
{
    struct text page;
    text_init(&page, REPORT_PAGE_BYTES_MAX);
    comparison_html(comparison, &page);
    enum status status = report_page_save(comparison->call, &page, fault);
    text_free(&page);
    return status;
}

int comparison_show(const struct comparison *comparison, struct fault *fault)
{
    struct call *call = comparison->call;
    if (call_value(call, "html") != NULL && page_write(comparison, fault) != STATUS_OK) {
        return call_fault(fault);
    }
    if (call->json) {
        rehearse_compare_json(comparison->both, comparison->plan, &comparison->found, &call->out);
        return EXIT_DONE;
    }
    return comparison_text(comparison);
}
