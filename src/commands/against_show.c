/* Rows of a measure or an offer: what was forecast, what came, whether it lies within; then what was
 * assumed wrongly, and what nobody measured. */
#include "commands/against_show.h"

#include "base/decimal.h"
#include "commands/show.h"
#include "report/table.h"
#include "report/translate.h"

#include <math.h>
#include <stdio.h>

enum { CELL_BYTES = 256 };

static bool is_share(enum against_measure measure)
{
    return measure == AGAINST_CONVERSION || measure == AGAINST_KEPT ||
           measure == AGAINST_SUPPLIER_LATE || measure == AGAINST_SUPPLIER_SHORT ||
           measure == AGAINST_CARRIER_LATE;
}

static const char *title_of(const struct call *call, enum against_measure measure)
{
    static const char *const titles[AGAINST_MEASURES][2] = {
        {"visitors", "visiteurs"},
        {"orders", "commandes"},
        {"orders for a visitor", "commandes par visiteur"},
        {"units in an order", "unités par commande"},
        {"promises kept, of those due", "promesses tenues, de celles échues"},
        {"minutes waited", "minutes d’attente"},
        {"minutes of work for an order", "minutes de travail par commande"},
        {"deliveries late", "livraisons fournisseurs en retard"},
        {"days they were late", "jours de retard de celles-ci"},
        {"deliveries short", "livraisons incomplètes"},
        {"parcels late with the carrier", "colis en retard chez le transporteur"},
        {"balance", "solde"}};
    return titles[measure][call->language == LANGUAGE_FR ? 1 : 0];
}

/* Why a measure has no figure, in a sentence. */
static const char *why_not(const struct call *call, enum against_measure measure)
{
    switch (measure) {
    case AGAINST_VISITORS:
    case AGAINST_CONVERSION:
        return call_say(call, "nobody keeps the count of visitors; give it with --came visitors=N",
                        "le nombre de visiteurs n’est pas gardé ; donnez-le : --came visitors=N");
    case AGAINST_WAIT_MINUTES:
        return call_say(call, "waits are not kept; give their mean with --came wait_minutes=N",
                        "les attentes ne sont pas gardées ; donnez leur moyenne : --came "
                        "wait_minutes=N");
    case AGAINST_WORK_MINUTES:
        return call_say(call,
                        "minutes of work are not kept; give all of them with --came "
                        "work_minutes=N",
                        "les minutes de travail ne sont pas gardées ; donnez-les toutes : --came "
                        "work_minutes=N");
    case AGAINST_BALANCE:
        return call_say(call, "no balance was recorded after the moment's day (ecluse cash)",
                        "aucun solde n’a été noté après le jour du moment (ecluse cash)");
    case AGAINST_KEPT:
        return call_say(call, "no promise is due yet, or no delivery was recorded",
                        "aucune promesse n’est échue, ou aucune livraison n’a été notée");
    case AGAINST_CARRIER_LATE:
        return call_say(call, "no parcel was recorded as delivered",
                        "aucun colis n’a été noté comme livré");
    case AGAINST_UNITS_PER_ORDER:
        return call_say(call, "there were no orders", "il n’y a pas eu de commande");
    default:
        return call_say(call, "too few deliveries were due", "trop peu de livraisons étaient dues");
    }
}

/* ---- text ---- */

struct format {
    double scale;
    int decimals;
};

static struct format format_of(const struct shop *shop, enum against_measure measure)
{
    if (is_share(measure)) {
        return (struct format){100, 1};
    }
    if (against_is_money(measure)) {
        return (struct format){pow(10, -shop->currency.decimals), 0};
    }
    bool whole = measure == AGAINST_VISITORS || measure == AGAINST_ORDERS;
    return (struct format){1, whole ? 0 : 1};
}

static void value_append(const struct call *call, struct text *to, const struct format *format,
                         double value)
{
    double scaled = value * format->scale * pow(10, format->decimals);
    translate_number(to, (int)call->language, (int64_t)floor(scaled + 0.5), format->decimals);
}

static void row_write(const struct call *call, struct table *table, const char *title,
                      const struct format *format, const struct against_row *row)
{
    struct text cell;
    text_init(&cell, CELL_BYTES);
    table_cell_string(table, title);
    if (row->forecast.known) {
        value_append(call, &cell, format, row->forecast.median);
        text_append_string(&cell, " (");
        value_append(call, &cell, format, row->forecast.low);
        text_append_string(&cell, " … ");
        value_append(call, &cell, format, row->forecast.high);
        text_append_char(&cell, ')');
    }
    table_cell(table, text_slice(&cell));
    text_clear(&cell);
    if (row->measured) {
        value_append(call, &cell, format, row->came);
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
    static const struct format units = {1, 0};
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        struct format format = format_of(told->shop, measure);
        char title[CELL_BYTES];
        (void)snprintf(title, sizeof title, "%s%s%s%s", title_of(call, measure),
                       is_share(measure)           ? " (%)"
                       : against_is_money(measure) ? " ("
                                                   : "",
                       against_is_money(measure) ? told->shop->currency.code : "",
                       against_is_money(measure) ? ")" : "");
        row_write(call, &table, title, &format, &told->answer->rows[measure]);
    }
    for (uint32_t i = 0; i < told->answer->offer_count; i++) {
        const struct against_offer *offer = &told->answer->offers[i];
        row_write(call, &table, told->shop->offers[offer->offer].name, &units, &offer->row);
    }
    bool written = table_write(&table, 0, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static bool hint_text(struct call *call, const struct against_row *row, bool is_first)
{
    const struct against_hint *hint = &row->hint;
    if (!hint->given) {
        return false;
    }
    if (is_first) {
        call_title(call, call_say(call, "What was assumed wrongly", "Ce qui était mal supposé"));
    }
    text_append_format(&call->out,
                       hint->is_assumption
                           ? call_say(call, "%s was %.4g; what came speaks for --assume %s=%.3f\n",
                                      "%s valait %.4g ; ce qui est venu plaide pour --assume "
                                      "%s=%.3f\n")
                           : call_say(call, "%s was %.4g; what came speaks for %s: %.3f\n",
                                      "%s valait %.4g ; ce qui est venu plaide pour %s: %.3f\n"),
                       hint->key, hint->assumed, hint->key, hint->suggested);
    return true;
}

static void hints_text(struct call *call, const struct against *answer)
{
    uint32_t hints = 0;
    bool outside = false;
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        hints += hint_text(call, &answer->rows[i], hints == 0);
        outside = outside || answer->rows[i].outside;
    }
    for (uint32_t i = 0; i < answer->offer_count; i++) {
        hints += hint_text(call, &answer->offers[i].row, hints == 0);
        outside = outside || answer->offers[i].row.outside;
    }
    if (!outside) {
        text_append_format(&call->out, "\n%s\n",
                           call_say(call, "All that was measured lies within the forecast.",
                                    "Tout ce qui a été mesuré est dans la prévision."));
    } else if (hints == 0) {
        text_append_format(&call->out, "\n%s\n",
                           call_say(call, "No single assumption stands for what lies outside.",
                                    "Aucune supposition n’explique à elle seule ce qui est hors "
                                    "intervalle."));
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
            text_append_format(&call->out, "%s: %s\n", title_of(call, measure),
                               why_not(call, measure));
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

static void number_json(struct text *to, const struct shop *shop, bool is_money, double value)
{
    char digits[32];
    if (is_money) {
        (void)decimal_write(digits, (int64_t)floor(value + 0.5), shop->currency.decimals, false);
        text_append_format(to, "\"%s\"", digits);
        return;
    }
    double rounded = floor(value * 10000 + 0.5) / 10000;
    text_append_format(to, "%.10g", rounded == 0 ? 0 : rounded);
}

static void range_json(struct text *to, const struct shop *shop, bool is_money,
                       const struct against_range *range)
{
    if (!range->known) {
        text_append_string(to, "null");
        return;
    }
    text_append_string(to, "{\"low\":");
    number_json(to, shop, is_money, range->low);
    text_append_string(to, ",\"p50\":");
    number_json(to, shop, is_money, range->median);
    text_append_string(to, ",\"high\":");
    number_json(to, shop, is_money, range->high);
    text_append_char(to, '}');
}

static void row_json(struct text *to, const struct shop *shop, bool is_money,
                     const struct against_row *row)
{
    text_append_string(to, ",\"forecast\":");
    range_json(to, shop, is_money, &row->forecast);
    text_append_string(to, ",\"came\":");
    if (row->measured) {
        number_json(to, shop, is_money, row->came);
        text_append_format(to, ",\"outside\":%s", row->outside ? "true" : "false");
    } else {
        text_append_string(to, "null,\"outside\":null");
    }
    if (row->hint.given) {
        text_append_format(to, ",\"%s\":{\"name\":\"%s\",\"assumed\":",
                           row->hint.is_assumption ? "assumption" : "shop_key", row->hint.key);
        number_json(to, shop, false, row->hint.assumed);
        text_append_string(to, ",\"suggested\":");
        number_json(to, shop, false, row->hint.suggested);
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
