/* Rows of a measure or an offer: what was forecast, what came, whether it lies within; then what
 * was assumed wrongly, and what nobody measured. */
#include "commands/against_show.h"

#include "commands/against_words.h"
#include "commands/show.h"
#include "report/table.h"
#include "report/translate.h"

#include <stdio.h>

enum { CELL_BYTES = 256 };

/* ---- text ---- */

static void row_write(const struct call *call, struct table *table, const char *title,
                      const struct against_format *format, const struct against_row *row)
{
    struct text cell;
    text_init(&cell, CELL_BYTES);
    table_cell_string(table, title);
    if (row->forecast.known) {
        against_value(call, &cell, format, row->forecast.median);
        text_append_string(&cell, " (");
        against_value(call, &cell, format, row->forecast.low);
        text_append_string(&cell, " … ");
        against_value(call, &cell, format, row->forecast.high);
        text_append_char(&cell, ')');
    }
    table_cell(table, text_slice(&cell));
    text_clear(&cell);
    if (row->measured) {
        against_value(call, &cell, format, row->came);
    }
    table_cell(table, text_slice(&cell));
    table_cell_tone(table,
                    slice_of(!row->measured ? call_say(call, "not measured", "pas mesuré")
                             : row->outside ? call_say(call, "outside", "hors intervalle")
                                            : call_say(call, "within", "dedans")),
                    !row->measured ? TABLE_DIM
                    : row->outside ? TABLE_BAD
                                   : TABLE_GOOD);
    text_free(&cell);
}

static bool rows_text(struct call *call, const struct against_told *told)
{
    const struct table_column columns[] = {
        {"", TABLE_LEFT, false},
        {call_say(call, "forecast", "prévu"), TABLE_RIGHT, false},
        {call_say(call, "came", "venu"), TABLE_RIGHT, false},
        {"", TABLE_LEFT, false}};
    static const struct against_format units = {1, 0};
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        struct against_format format = against_format_of(told->shop, measure);
        struct text title;
        text_init(&title, CELL_BYTES);
        against_title_append(call, told->shop, measure, &title);
        row_write(call, &table, title.bytes, &format, &told->answer->rows[measure]);
        text_free(&title);
    }
    for (uint32_t i = 0; i < told->answer->offer_count; i++) {
        const struct against_offer *offer = &told->answer->offers[i];
        row_write(call, &table, told->shop->offers[offer->offer].name, &units, &offer->row);
    }
    bool written = table_write(&table, 0, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

uint32_t against_hints(const struct against *answer)
{
    uint32_t hints = 0;
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        hints += answer->rows[i].hint.given;
    }
    for (uint32_t i = 0; i < answer->offer_count; i++) {
        hints += answer->offers[i].row.hint.given;
    }
    return hints;
}

static bool any_outside(const struct against *answer)
{
    bool outside = false;
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        outside = outside || answer->rows[i].outside;
    }
    for (uint32_t i = 0; i < answer->offer_count; i++) {
        outside = outside || answer->offers[i].row.outside;
    }
    return outside;
}

static void hint_text(struct call *call, const struct against_row *row)
{
    if (row->hint.given) {
        against_hint_words(call, &row->hint, &call->out);
        text_append_char(&call->out, '\n');
    }
}

static void hints_text(struct call *call, const struct against *answer)
{
    if (against_hints(answer) == 0) {
        text_append_format(
            &call->out, "\n%s\n",
            any_outside(answer)
                ? call_say(call, "No single assumption stands for what lies outside.",
                           "Aucune supposition n’explique à elle seule ce qui est hors intervalle.")
                : call_say(call, "All that was measured lies within the forecast.",
                           "Tout ce qui a été mesuré est dans la prévision."));
        return;
    }
    call_title(call, call_say(call, "What was assumed wrongly", "Ce qui était mal supposé"));
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        hint_text(call, &answer->rows[i]);
    }
    for (uint32_t i = 0; i < answer->offer_count; i++) {
        hint_text(call, &answer->offers[i].row);
    }
}

static void unmeasured_text(struct call *call, const struct against *answer)
{
    bool any = false;
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        if (!answer->rows[measure].measured) {
            if (!any) {
                call_title(call,
                           call_say(call, "What nobody measured", "Ce qui n’a pas été mesuré"));
            }
            text_append_format(&call->out, call_say(call, "%s: %s\n", "%s : %s\n"),
                               against_title(call, measure), against_why_not(call, measure));
            any = true;
        }
    }
}

bool against_text(struct call *call, const struct against_told *told)
{
    char from[SHOW_BYTES];
    char until[SHOW_BYTES];
    text_append_format(
        &call->out,
        call_say(
            call,
            "%s, orders of %s to %s, with Écluse: the forecast as it was before (%u runs), and "
            "what came\n\n",
            "%s, commandes du %s au %s, avec Écluse : la prévision d’avant (%u essais), et ce "
            "qui est venu\n\n"),
        told->plan->moment->name,
        show_instant(call->language, told->shop, from, told->plan->moment->at),
        show_day(call->language, until, told->answer->until_day - 1), told->answer->runs);
    bool written = rows_text(call, told);
    text_append_string(
        &call->out, call_say(call, "median (95 percent of runs)\n", "médiane (95 % des essais)\n"));
    hints_text(call, told->answer);
    unmeasured_text(call, told->answer);
    learning_words(call, told->learning, &call->out);
    text_append_string(&call->out, told->learning->learned != NULL &&
                                           told->learning->learned->state != LEARNED_NOTHING
                                       ? "\n"
                                       : "");
    return written;
}

/* ---- JSON ---- */

static void range_json(struct text *to, const struct shop *shop, bool is_money,
                       const struct against_range *range)
{
    if (!range->known) {
        text_append_string(to, "null");
        return;
    }
    text_append_string(to, "{\"low\":");
    rehearse_value_json(to, shop, is_money, range->low);
    text_append_string(to, ",\"p50\":");
    rehearse_value_json(to, shop, is_money, range->median);
    text_append_string(to, ",\"high\":");
    rehearse_value_json(to, shop, is_money, range->high);
    text_append_char(to, '}');
}

static void row_json(struct text *to, const struct shop *shop, bool is_money,
                     const struct against_row *row)
{
    text_append_string(to, ",\"forecast\":");
    range_json(to, shop, is_money, &row->forecast);
    text_append_string(to, ",\"came\":");
    if (row->measured) {
        rehearse_value_json(to, shop, is_money, row->came);
        text_append_format(to, ",\"outside\":%s", row->outside ? "true" : "false");
    } else {
        text_append_string(to, "null,\"outside\":null");
    }
    if (row->hint.given) {
        text_append_format(to, ",\"%s\":{\"name\":\"%s\",\"assumed\":",
                           row->hint.is_assumption ? "assumption" : "shop_key", row->hint.key);
        rehearse_value_json(to, shop, false, row->hint.assumed);
        text_append_string(to, ",\"suggested\":");
        rehearse_value_json(to, shop, false, row->hint.suggested);
        text_append_char(to, '}');
    }
    text_append_char(to, '}');
}

void against_json(const struct against_told *told, struct text *to)
{
    char digits[32];
    const struct shop *shop = told->shop;
    text_append_string(to, "{\"moment\":");
    text_append_json_string(to, told->plan->moment->name);
    (void)instant_write(&shop->zone, digits, told->plan->moment->at);
    text_append_format(to, ",\"from\":\"%s\"", digits);
    (void)day_write(digits, told->answer->until_day);
    text_append_format(to, ",\"until\":\"%s\",\"runs\":%u,\"seed\":%llu,\"side\":\"ecluse\"",
                       digits, told->answer->runs, (unsigned long long)told->plan->seed);
    text_append_format(to, ",\"stated\":0.95,\"currency\":\"%s\",\"measures\":[",
                       shop->currency.code);
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        text_append_format(to, "%s{\"measure\":\"%s\"", measure > 0 ? "," : "",
                           against_measure_name(measure));
        row_json(to, shop, against_is_money(measure), &told->answer->rows[measure]);
    }
    text_append_string(to, "],\"offers\":[");
    for (uint32_t i = 0; i < told->answer->offer_count; i++) {
        const struct against_offer *offer = &told->answer->offers[i];
        text_append_format(to, "%s{\"offer\":\"%s\"", i > 0 ? "," : "",
                           shop->offers[offer->offer].name);
        row_json(to, shop, false, &offer->row);
    }
    text_append_char(to, ']');
    learning_json(shop, told->learning, to);
    text_append_string(to, "}\n");
}
