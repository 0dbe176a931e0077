/* The same evening three times, one column a side; then the ladder and the breaking point. */
#include "commands/rehearse_text.h"

#include "commands/rehearse_words.h"
#include "commands/show.h"
#include "report/table.h"
#include "report/translate.h"

#include <math.h>

/* "1,400 (900 … 2,600)": the median, the 10th and the 90th percentile. */
static void range_cell(struct call *call, struct table *table, const struct shop *shop,
                       enum rehearse_measure measure, const struct rehearse_range *range)
{
    struct text cell;
    text_init(&cell, 256);
    rehearse_value_append(call, shop, measure, range->p50, &cell);
    text_append_string(&cell, " (");
    rehearse_value_append(call, shop, measure, range->p10, &cell);
    text_append_string(&cell, " … ");
    rehearse_value_append(call, shop, measure, range->p90, &cell);
    text_append_char(&cell, ')');
    table_cell(table, text_slice(&cell));
    text_free(&cell);
}

static void kept_cell(struct call *call, struct table *table, const struct rehearse_rate *kept)
{
    struct text cell;
    text_init(&cell, 256);
    translate_number(&cell, (int)call->language, (int64_t)floor(kept->rate * 1000 + 0.5), 1);
    text_append_string(&cell, " % (");
    translate_number(&cell, (int)call->language, (int64_t)floor(kept->low * 1000 + 0.5), 1);
    text_append_string(&cell, " … ");
    translate_number(&cell, (int)call->language, (int64_t)floor(kept->high * 1000 + 0.5), 1);
    text_append_char(&cell, ')');
    table_cell_tone(table, text_slice(&cell), kept->rate >= 0.95 ? TABLE_GOOD : TABLE_BAD);
    text_free(&cell);
}

static bool sides_text(struct call *call, const struct shop *shop,
                       const struct rehearse_answer *answer)
{
    const struct table_column columns[] = {
        {"", TABLE_LEFT, false},
        {call_say(call, "today", "aujourd’hui"), TABLE_RIGHT, false},
        {call_say(call, "ordinary waiting room", "file d’attente ordinaire"), TABLE_RIGHT, false},
        {"Écluse", TABLE_RIGHT, false}};
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    table_cell_string(&table, call_say(call, "promises kept", "promesses tenues"));
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        kept_cell(call, &table, &answer->sides[side].kept);
    }
    for (int i = 0; i < REHEARSE_MEASURES; i++) {
        enum rehearse_measure measure = rehearse_measures_shown[i];
        const char *group = rehearse_group_title(call, i);
        struct text title;
        for (int cell = 0; cell <= REHEARSE_SIDES && group != NULL; cell++) {
            table_cell_tone(&table, slice_of(cell == 0 ? group : ""), TABLE_DIM);
        }
        text_init(&title, 256);
        text_append_format(&title, "%s%s%s%s", rehearse_measure_title(call, measure),
                           rehearse_measure_is_money(measure) ? " (" : "",
                           rehearse_measure_is_money(measure) ? shop->currency.code : "",
                           rehearse_measure_is_money(measure) ? ")" : "");
        table_cell(&table, text_slice(&title));
        text_free(&title);
        for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
            range_cell(call, &table, shop, measure, &answer->sides[side].measures[measure]);
        }
    }
    bool written = table_write(&table, 0, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static void breaks_text(struct call *call, const struct shop *shop,
                        const struct rehearse_answer *answer)
{
    char when[SHOW_BYTES];
    call_title(call, call_say(call, "What breaks first, and once that is repaired, what next",
                              "Ce qui casse d’abord, puis, une fois réparé, ce qui casse ensuite"));
    for (uint32_t i = 0; i < answer->break_count; i++) {
        const struct rehearse_break *rung = &answer->breaks[i];
        text_append_format(&call->out, "%u. %s%s%s  %s  %.0f %%\n", i + 1,
                           rehearse_defence_title(call, rung->defence),
                           rehearse_defence_has_name(rung->defence) ? ": " : "",
                           rehearse_defence_has_name(rung->defence) ? rung->name : "",
                           show_instant(call->language, shop, when, rung->first),
                           100 * rung->probability);
    }
    if (answer->break_count == 0) {
        text_append_format(&call->out, "%s\n",
                           call_say(call, "Nothing that holds without the moment.",
                                    "Rien de ce qui tient sans ce moment."));
    }
}

static void point_text(struct call *call, const struct rehearse_answer *answer)
{
    const struct rehearse_point *point = &answer->point;
    if (!point->found) {
        return;
    }
    struct text visitors;
    text_init(&visitors, 64);
    translate_number(&visitors, (int)call->language, point->visitors, 0);
    text_append_format(&call->out,
                       call_say(call,
                                "\nToday's shop takes %s visitors without breaking, in 95 percent "
                                "of runs",
                                "\nLa boutique d’aujourd’hui supporte %s visiteurs sans casser, "
                                "dans 95 %% des essais"),
                       visitors.bytes);
    text_free(&visitors);
    if (point->times_best_day > 0) {
        text_append_format(&call->out,
                           call_say(call, ": %.1f times its best ordinary day",
                                    " : %.1f fois son meilleur jour ordinaire"),
                           point->times_best_day);
    }
    if (point->breaks_something) {
        text_append_format(
            &call->out, call_say(call, ". Beyond, it is %s%s%s", ". Au-delà : %s%s%s"),
            rehearse_defence_title(call, point->breaks.defence),
            rehearse_defence_has_name(point->breaks.defence) ? ": " : "",
            rehearse_defence_has_name(point->breaks.defence) ? point->breaks.name : "");
    }
    text_append_string(&call->out, ".\n");
}

static enum table_tone gain_tone(const struct rehearse_gain *gain)
{
    return gain->low > 0 ? TABLE_GOOD : gain->high < 0 ? TABLE_BAD : TABLE_DIM;
}

/* "+6.2 points (1.1 … 11.3)": what it gains, and the interval where it has one. */
static void points_cell(struct call *call, struct table *table, const struct rehearse_gain *gain)
{
    struct text cell;
    text_init(&cell, 256);
    rehearse_points_append(call, gain->gain, &cell);
    if (gain->low < gain->high) {
        text_append_string(&cell, " (");
        translate_number(&cell, (int)call->language, (int64_t)floor(gain->low * 1000 + 0.5), 1);
        text_append_string(&cell, " … ");
        translate_number(&cell, (int)call->language, (int64_t)floor(gain->high * 1000 + 0.5), 1);
        text_append_char(&cell, ')');
    }
    table_cell_tone(table, text_slice(&cell), gain_tone(gain));
    text_free(&cell);
}

static void money_cell(struct call *call, struct table *table, const struct shop *shop,
                       const struct rehearse_gain *gain)
{
    struct text cell;
    text_init(&cell, 256);
    rehearse_value_append(call, shop, MEASURE_PROFIT, gain->gain, &cell);
    if (gain->low < gain->high) {
        text_append_string(&cell, " (");
        rehearse_value_append(call, shop, MEASURE_PROFIT, gain->low, &cell);
        text_append_string(&cell, " … ");
        rehearse_value_append(call, shop, MEASURE_PROFIT, gain->high, &cell);
        text_append_char(&cell, ')');
    }
    table_cell_tone(table, text_slice(&cell), gain_tone(gain));
    text_free(&cell);
}

static void gains_cells(struct call *call, struct table *table, const struct shop *shop,
                        const struct rehearse_gains *gains, int64_t cost_minor)
{
    struct text cell;
    points_cell(call, table, &gains->kept);
    money_cell(call, table, shop, &gains->profit);
    text_init(&cell, 256);
    if (gains->has_point) {
        rehearse_more_append(call, gains->point.gain, &cell);
    }
    table_cell_tone(table, text_slice(&cell), gain_tone(&gains->point));
    text_free(&cell);
    text_init(&cell, 256);
    if (cost_minor > 0) {
        rehearse_value_append(call, shop, MEASURE_PROFIT, (double)cost_minor, &cell);
    }
    table_cell(table, text_slice(&cell));
    text_free(&cell);
}

static void lever_row(struct call *call, struct table *table, const struct shop *shop,
                      const struct rehearse_lever *lever)
{
    char day[SHOW_BYTES];
    struct text words;
    text_init(&words, 512);
    rehearse_lever_words(call, lever, &words);
    table_cell(table, text_slice(&words));
    text_free(&words);
    table_cell_string(table, show_day(call->language, day, lever->do_by));
    gains_cells(call, table, shop, &lever->gains, lever->cost_minor);
}

/* The last row of the table. */
static void together_row(struct call *call, struct table *table, const struct shop *shop,
                         const struct rehearse_answer *answer)
{
    if (answer->together.lever_count > 0) {
        table_cell_string(table, call_say(call, "the best together", "le meilleur ensemble"));
        table_cell_string(table, "");
        gains_cells(call, table, shop, &answer->together.gains, answer->together.cost_minor);
    }
}

static void together_text(struct call *call, const struct rehearse_answer *answer)
{
    if (answer->together.lever_count > 0) {
        text_append_string(&call->out, call_say(call, "\nTogether: ", "\nEnsemble : "));
        rehearse_together_words(call, answer, &call->out);
        text_append_string(&call->out, ".\n");
    } else {
        text_append_string(&call->out,
                           call_say(call,
                                    "\nNothing was found to do together that is worth what it "
                                    "costs.\n",
                                    "\nRien à faire ensemble qui vaille ce que cela coûte.\n"));
    }
}

static bool levers_text(struct call *call, const struct shop *shop,
                        const struct rehearse_answer *answer)
{
    struct text money;
    text_init(&money, 64);
    text_append_format(&money, call_say(call, "left (%s)", "marge (%s)"), shop->currency.code);
    const struct table_column columns[] = {
        {call_say(call, "with Écluse", "avec Écluse"), TABLE_LEFT, true},
        {call_say(call, "by", "d’ici au"), TABLE_LEFT, false},
        {call_say(call, "promises kept", "promesses tenues"), TABLE_RIGHT, false},
        {money.bytes, TABLE_RIGHT, false},
        {call_say(call, "crowd today", "foule"), TABLE_RIGHT, false},
        {call_say(call, "cost", "coût"), TABLE_RIGHT, false}};
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < answer->lever_count; i++) {
        lever_row(call, &table, shop, &answer->levers[i]);
    }
    together_row(call, &table, shop, answer);
    call_title(call, call_say(call, "What to do, by when", "Que faire, et pour quand"));
    bool written = table_write(&table, 0, call->terminal.colour, &call->out);
    table_free(&table);
    text_free(&money);
    text_append_string(&call->out,
                       call_say(call,
                                "(95 percent interval); crowd today: by how many visitors more "
                                "today's shop breaks\n",
                                "(intervalle à 95 %) ; foule : de combien de visiteurs recule le "
                                "point de rupture d’aujourd’hui\n"));
    together_text(call, answer);
    if (answer->setting.found) {
        rehearse_setting_append(call, shop, answer, call_say(call, " percent", " %"), &call->out);
        text_append_char(&call->out, '\n');
    }
    return written;
}

bool rehearse_text(struct call *call, const struct shop *shop, const struct rehearse_plan *plan,
                   const struct rehearse_answer *answer)
{
    char at[SHOW_BYTES];
    struct text visitors;
    text_init(&visitors, 64);
    translate_number(&visitors, (int)call->language, (int64_t)answer->visitors, 0);
    text_append_format(&call->out,
                       call_say(call, "%s, %s: %s visitors (median), lived %u times%s\n\n",
                                "%s, %s : %s visiteurs (médiane), vécu %u fois%s\n\n"),
                       plan->moment->name, show_instant(call->language, shop, at, plan->moment->at),
                       visitors.bytes, answer->runs,
                       answer->stopped ? call_say(call, " (stopped)", " (interrompu)") : "");
    text_free(&visitors);
    bool written = sides_text(call, shop, answer);
    text_append_string(&call->out,
                       call_say(call,
                                "median (10th … 90th percentile); of promises kept: the 95 percent "
                                "interval\n\n",
                                "médiane (10e … 90e centile) ; pour les promesses tenues : "
                                "l’intervalle à 95 %\n\n"));
    rehearse_calm_append(call, answer, call_say(call, " percent", " %"), &call->out);
    text_append_char(&call->out, '\n');
    if (plan->sides_only) {
        return written;
    }
    breaks_text(call, shop, answer);
    point_text(call, answer);
    return answer->lever_count == 0 ? written : levers_text(call, shop, answer) && written;
}
