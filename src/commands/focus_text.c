/* What an owner asks first stands first: what to do, what it brings, what the bottleneck is; then
 * the tables that show why. */
#include "commands/focus_text.h"

#include "commands/focus_rows.h"
#include "commands/focus_sure.h"
#include "focus/tell.h"
#include "report/table.h"

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

/* ---- cells ---- */

static void cell(const struct focus_told *told, struct table *table,
                 void (*append)(const struct focus_told *told, int64_t value, struct text *to),
                 int64_t value, enum table_tone tone)
{
    struct text words;
    text_init(&words, 256);
    append(told, value, &words);
    table_cell_tone(table, text_slice(&words), tone);
    text_free(&words);
}

static void money_cell(const struct focus_told *told, struct table *table, int64_t micro)
{
    cell(told, table, focus_money_append, micro, micro < 0 ? TABLE_BAD : TABLE_PLAIN);
}

static void hours_cell(const struct focus_told *told, struct table *table, int64_t minutes_micro)
{
    cell(told, table, focus_hours_append, minutes_micro, TABLE_PLAIN);
}

static void owner_cell(const struct focus_told *told, struct table *table, int64_t thousandths)
{
    struct text words;
    text_init(&words, 64);
    focus_owner_append(told, thousandths, &words);
    table_cell(table, text_slice(&words));
    text_free(&words);
}

static bool table_end(const struct focus_told *told, struct table *table)
{
    bool written = table_write(table, told->call->terminal.width, told->call->terminal.colour,
                               &told->call->out);
    table_free(table);
    return written;
}

/* ---- the first lines ---- */

/* "Profit a week: today €0, best mix €300, ..." */
static void profits_append(const struct focus_told *told, struct text *to)
{
    const struct focus_answer *answer = told->answer;
    text_append_string(to, say(told, "Profit a week: ", "Résultat par semaine\u00a0: "));
    if (focus_today_is_known(told)) {
        text_append_string(to, say(told, "today ", "aujourd’hui "));
        focus_money_append(told, answer->today->profit_micro, to);
        text_append_string(to, ", ");
    }
    text_append_string(to, say(told, "best mix ", "meilleur assortiment "));
    focus_money_append(told, answer->best->profit_micro, to);
    if (focus_found(answer->margin_first)) {
        text_append_string(
            to, say(told, ", by highest margin first ", ", par plus forte marge d’abord "));
        focus_money_append(told, answer->margin_first->profit_micro, to);
    }
    text_append_string(to, ".");
}

static void line_append(const struct focus_told *told,
                        void (*append)(const struct focus_told *told, struct text *to))
{
    struct text *to = &told->call->out;
    size_t before = to->length;
    append(told, to);
    text_append_string(to, to->length > before ? "\n" : "");
}

static void first_lines(const struct focus_told *told)
{
    line_append(told, focus_direction_append);
    line_append(told, focus_over_append);
    line_append(told, focus_guessed_append);
    line_append(told, profits_append);
    line_append(told, focus_bottlenecks_append);
    line_append(told, focus_spread_append);
    line_append(told, focus_sure_append);
    line_append(told, focus_gap_append);
}

/* ---- activities ---- */

static enum table_tone verdict_tone(enum focus_verdict verdict)
{
    return verdict == VERDICT_STOP || verdict == VERDICT_SHRINK  ? TABLE_WARN
           : verdict == VERDICT_GROW || verdict == VERDICT_START ? TABLE_GOOD
                                                                 : TABLE_PLAIN;
}

static void activity_row(const struct focus_told *told, struct table *table, uint32_t index)
{
    const struct focus_activity_answer *activity = &told->answer->activities[index];
    table_cell_string(table, focus_activity_name(told->figures, index));
    table_cell_tone(table, slice_of(focus_verdict_words(told->call, activity->verdict)),
                    verdict_tone(activity->verdict));
    money_cell(told, table, activity->today.profit_micro);
    money_cell(told, table, activity->best.profit_micro);
    hours_cell(told, table, focus_hours_of(told, activity->today.used_micro));
    hours_cell(told, table, focus_hours_of(told, activity->best.used_micro));
    owner_cell(told, table, told->figures->activities[index].owner_thousandths);
}

static void sum_row(const struct focus_told *told, struct table *table, const char *title,
                    int64_t today_micro, int64_t best_micro)
{
    table_cell_string(table, title);
    table_cell_string(table, "");
    money_cell(told, table, today_micro);
    money_cell(told, table, best_micro);
    for (int i = 0; i < 3; i++) {
        table_cell_string(table, "");
    }
}

static bool activities_text(const struct focus_told *told)
{
    const struct focus_figures *figures = told->figures;
    const struct focus_answer *answer = told->answer;
    const struct table_column columns[] = {
        {say(told, "activity", "activité"), TABLE_LEFT, true},
        {say(told, "advice", "conseil"), TABLE_LEFT, false},
        {say(told, "profit today", "résultat auj."), TABLE_RIGHT, false},
        {say(told, "best mix", "meilleur"), TABLE_RIGHT, false},
        {say(told, "hours today", "heures auj."), TABLE_RIGHT, false},
        {say(told, "best mix", "meilleur"), TABLE_RIGHT, false},
        {say(told, "owner h", "h direction"), TABLE_RIGHT, false}};
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        activity_row(told, &table, i);
    }
    if (focus_has_rest(told)) {
        sum_row(told, &table, say(told, "of no activity", "sans activité"),
                focus_rest_micro(told, true), focus_rest_micro(told, false));
    }
    sum_row(told, &table, say(told, "wages, rent, ...", "salaires, loyer..."),
            -figures->operating_micro, -figures->operating_micro);
    sum_row(told, &table, say(told, "profit a week", "résultat par semaine"),
            answer->today->profit_micro, answer->best->profit_micro);
    call_title(told->call, say(told, "Activities, a week", "Activités, par semaine"));
    return table_end(told, &table);
}

/* ---- offers ---- */

static void offer_row(const struct focus_told *told, struct table *table, uint32_t index,
                      uint32_t center)
{
    const struct focus_offer *offer = &told->figures->offers[index];
    int64_t best = told->answer->best->units_thousandths[index];
    int64_t hourly;
    table_cell_string(table, focus_label(told, index));
    cell(told, table, focus_quantity_append, offer->today_thousandths, TABLE_PLAIN);
    cell(told, table, focus_quantity_append, best,
         best > offer->today_thousandths   ? TABLE_GOOD
         : best < offer->today_thousandths ? TABLE_WARN
                                           : TABLE_PLAIN);
    cell(told, table, focus_price_append, offer->throughput_micro, TABLE_PLAIN);
    if (center < told->figures->center_count) {
        if (focus_per_hour(told->figures, index, center, &hourly)) {
            cell(told, table, focus_price_append, hourly, TABLE_PLAIN);
        } else {
            table_cell_string(table, "");
        }
    }
}

static void others_text(const struct focus_told *told, const struct focus_changes *changes)
{
    if (changes->shown < changes->count) {
        text_append_format(&told->call->out,
                           say(told, "The largest changes; %u smaller ones",
                               "Les plus grands changements\u202f; %u plus petits"),
                           changes->count - changes->shown);
        text_append_string(&told->call->out, changes->unchanged > 0 ? ", " : ".\n");
    }
    if (changes->unchanged > 0) {
        text_append_format(&told->call->out,
                           say(told, "offers that stay as they are: %u.\n",
                               "offres qui ne changent pas\u00a0: %u.\n"),
                           changes->unchanged);
    }
}

static bool changes_text(const struct focus_told *told, const struct focus_changes *changes)
{
    uint32_t center = focus_bottleneck(told->figures, told->answer->best);
    bool has_center = center < told->figures->center_count;
    struct text hourly;
    text_init(&hourly, 256);
    if (has_center) {
        text_append_format(&hourly, say(told, "per %s hour", "par heure de %s"),
                           focus_center(told->figures, center)->name);
    }
    const struct table_column columns[] = {
        {say(told, "offer", "offre"), TABLE_LEFT, true},
        {say(told, "today", "auj."), TABLE_RIGHT, false},
        {say(told, "best mix", "meilleur"), TABLE_RIGHT, false},
        {say(told, "each brings", "apport de l’unité"), TABLE_RIGHT, false},
        {hourly.bytes, TABLE_RIGHT, false}};
    struct table table;
    table_init(&table, columns, has_center ? 5 : 4);
    for (uint32_t i = 0; i < changes->shown; i++) {
        offer_row(told, &table, changes->offers[i], center);
    }
    bool written = table_end(told, &table);
    text_free(&hourly);
    return written;
}

static bool offers_text(const struct focus_told *told)
{
    struct focus_changes changes;
    bool written = focus_changes_make(told, &changes);
    if (written && changes.shown + changes.unchanged > 0) {
        call_title(told->call,
                   say(told, "What to sell, units a week", "Que vendre, unités par semaine"));
        written = changes.shown == 0 || changes_text(told, &changes);
        others_text(told, &changes);
    }
    focus_changes_free(&changes);
    return written;
}

/* ---- hours ---- */

static void center_row(const struct focus_told *told, struct table *table, uint32_t index)
{
    const struct work_center *center = focus_center(told->figures, index);
    int64_t worth = focus_hour_micro(told->answer->best, index);
    table_cell_string(table, center->name);
    hours_cell(told, table, told->figures->centers[index].minutes_micro);
    hours_cell(told, table, told->answer->today->used_micro[index]);
    hours_cell(told, table, told->answer->best->used_micro[index]);
    if (worth > 0) {
        cell(told, table, focus_price_append, worth, TABLE_GOOD);
    } else {
        table_cell_string(table, "0");
    }
    if (center->cost_per_hour_minor > 0) {
        cell(told, table, focus_price_append, center->cost_per_hour_minor * FOCUS_MICRO,
             TABLE_PLAIN);
    } else {
        table_cell_string(table, "");
    }
}

static bool centers_text(const struct focus_told *told)
{
    const struct table_column columns[] = {
        {say(told, "work center", "poste"), TABLE_LEFT, true},
        {say(told, "hours", "heures"), TABLE_RIGHT, false},
        {say(told, "used today", "prises auj."), TABLE_RIGHT, false},
        {say(told, "best mix", "meilleur"), TABLE_RIGHT, false},
        {say(told, "one more is worth", "une de plus vaut"), TABLE_RIGHT, false},
        {say(told, "costs", "coûte"), TABLE_RIGHT, false}};
    struct table table;
    if (told->figures->center_count == 0) {
        return true;
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < told->figures->center_count; i++) {
        center_row(told, &table, i);
    }
    call_title(told->call, say(told, "Hours a week", "Heures par semaine"));
    return table_end(told, &table);
}

/* ---- how focused ---- */

static void point_row(const struct focus_told *told, struct table *table, uint32_t index)
{
    const struct frontier_point *point = &told->answer->frontier->points[index];
    struct text names;
    text_init(&names, FOCUS_WORDS_BYTES_MAX);
    focus_step_append(told, index, &names);
    table_cell_format(table, "%u", point->most);
    money_cell(told, table, point->mix->profit_micro);
    cell(told, table, focus_gain_append, focus_step_micro(told, index), TABLE_PLAIN);
    owner_cell(told, table, point->owner_thousandths);
    table_cell(table, text_slice(&names));
    text_free(&names);
}

static bool frontier_text(const struct focus_told *told)
{
    const struct table_column columns[] = {
        {say(told, "activities", "activités"), TABLE_RIGHT, false},
        {say(told, "profit", "résultat"), TABLE_RIGHT, false},
        {say(told, "the last adds", "la dernière ajoute"), TABLE_RIGHT, false},
        {say(told, "owner's hours", "heures direction"), TABLE_RIGHT, false},
        {say(told, "which", "lesquelles"), TABLE_LEFT, true}};
    struct table table;
    uint32_t count = focus_frontier_count(told);
    if (count == 0) {
        return true;
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < count; i++) {
        if (i + 1 == count || i + 1 < FOCUS_FRONTIER_SHOWN) {
            point_row(told, &table, i);
        }
    }
    call_title(told->call,
               say(told, "The best with so many activities", "Le mieux avec tant d’activités"));
    bool written = table_end(told, &table);
    line_append(told, focus_frontier_append);
    line_append(told, focus_effective_append);
    return written;
}

/* ---- how sure ---- */

static void end_cell(const struct focus_told *told, struct table *table, const struct range *range,
                     bool high)
{
    struct text words;
    text_init(&words, FOCUS_WORDS_BYTES_MAX);
    focus_end_append(told, range, high, &words);
    table_cell(table, text_slice(&words));
    text_free(&words);
}

static bool ranges_text(const struct focus_told *told)
{
    const struct range *found[FOCUS_RANGES_SHOWN];
    uint32_t count = focus_ranges_nearest(told, found, FOCUS_RANGES_SHOWN);
    const struct table_column columns[] = {
        {say(told, "an error in", "une erreur sur"), TABLE_LEFT, true},
        {say(told, "if it is less", "s’il y en a moins"), TABLE_LEFT, true},
        {say(told, "if it is more", "s’il y en a plus"), TABLE_LEFT, true}};
    struct table table;
    if (count == 0) {
        return true;
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < count; i++) {
        struct text words;
        text_init(&words, FOCUS_WORDS_BYTES_MAX);
        focus_figure_append(told, found[i], &words);
        table_cell(&table, text_slice(&words));
        text_free(&words);
        end_cell(told, &table, found[i], false);
        end_cell(told, &table, found[i], true);
    }
    call_title(told->call, say(told, "What would change the advice, the nearest first",
                               "Ce qui changerait le conseil, le plus proche d’abord"));
    return table_end(told, &table);
}

void focus_text_not_known(const struct focus_told *told)
{
    struct text sentence;
    text_init(&sentence, FOCUS_WORDS_BYTES_MAX);
    for (uint32_t i = 0; focus_not_known_append(told, i, &sentence); i++) {
        if (i == 0) {
            call_title(told->call, say(told, "What is not known", "Ce qui n’est pas connu"));
        }
        text_append_format(&told->call->out, "%s\n", sentence.bytes);
        text_clear(&sentence);
    }
    text_free(&sentence);
}

bool focus_text(const struct focus_told *told)
{
    if (!focus_found(told->answer->best)) {
        line_append(told, focus_none_append);
        return true;
    }
    first_lines(told);
    bool written = activities_text(told);
    written = offers_text(told) && written;
    written = centers_text(told) && written;
    written = frontier_text(told) && written;
    return ranges_text(told) && written;
}
