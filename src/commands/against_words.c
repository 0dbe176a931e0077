/* Titles, reasons and numbers of what came and what was forecast. */
#include "commands/against_words.h"

#include "report/translate.h"

#include <math.h>

bool against_is_share(enum against_measure measure)
{
    return measure == AGAINST_CONVERSION || measure == AGAINST_KEPT ||
           measure == AGAINST_SUPPLIER_LATE || measure == AGAINST_SUPPLIER_SHORT ||
           measure == AGAINST_CARRIER_LATE;
}

const char *against_title(const struct call *call, enum against_measure measure)
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

const char *against_why_not(const struct call *call, enum against_measure measure)
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
        return call_say(call, "no delivery was recorded, or too few were due",
                        "aucune livraison n’a été notée, ou trop peu étaient dues");
    }
}

struct against_format against_format_of(const struct shop *shop, enum against_measure measure)
{
    if (against_is_share(measure)) {
        return (struct against_format){100, 1};
    }
    if (against_is_money(measure)) {
        return (struct against_format){pow(10, -shop->currency.decimals), 0};
    }
    bool whole = measure == AGAINST_VISITORS || measure == AGAINST_ORDERS;
    return (struct against_format){1, whole ? 0 : 1};
}

void against_value(const struct call *call, struct text *to, const struct against_format *format,
                   double value)
{
    double scaled = value * format->scale * pow(10, format->decimals);
    translate_number(to, (int)call->language, (int64_t)floor(scaled + 0.5), format->decimals);
}

/* As a shop file and an option take it. */
static void figure_append(struct text *to, double value)
{
    text_append_format(to, value >= 1000 ? "%.0f" : "%.3g", value);
}

void against_hint_words(const struct call *call, const struct against_hint *hint, struct text *to)
{
    text_append_format(to, "%s%s", hint->is_assumption ? "--assume " : "", hint->key);
    text_append_string(to, call_say(call, " was ", " valait "));
    figure_append(to, hint->assumed);
    text_append_string(
        to, call_say(call, "; what came speaks for ", " ; ce qui est venu plaide pour "));
    figure_append(to, hint->suggested);
}

void against_title_append(const struct call *call, const struct shop *shop,
                          enum against_measure measure, struct text *to)
{
    text_append_string(to, against_title(call, measure));
    if (against_is_share(measure)) {
        text_append_string(to, " (%)");
    } else if (against_is_money(measure)) {
        text_append_format(to, " (%s)", shop->currency.code);
    }
}
