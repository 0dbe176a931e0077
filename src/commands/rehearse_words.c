/* What is said in both: measures, kinds of defences, levers in words, and which levers are said
 * first. */
#include "commands/rehearse_words.h"

#include "report/translate.h"

#include <math.h>
#include <string.h>

const enum rehearse_measure rehearse_measures_shown[REHEARSE_MEASURES] = {
    MEASURE_SERVED,   MEASURE_WAITED,    MEASURE_WAIT_MINUTES, MEASURE_GAVE_UP,  MEASURE_REFUSED,
    MEASURE_DECLINED, MEASURE_UNPAID,    MEASURE_WISHED,       MEASURE_MET,      MEASURE_LATE,
    MEASURE_WRONG,    MEASURE_CANCELLED, MEASURE_RETURNED,     MEASURE_REFUNDED, MEASURE_ORDERS,
    MEASURE_REFUNDS,  MEASURE_PROFIT,    MEASURE_CASH_LOW};

const enum rehearse_measure rehearse_customers_view[REHEARSE_CUSTOMERS_VIEW] = {
    MEASURE_SERVED, MEASURE_WAITED, MEASURE_REFUSED, MEASURE_LATE, MEASURE_WRONG, MEASURE_REFUNDED};

const char *rehearse_group_title(const struct call *call, int place)
{
    return place == 0 ? call_say(call, "What customers live", "Ce que vivent les clients")
           : place == REHEARSE_OF_CUSTOMERS
               ? call_say(call, "What the shop has of it", "Ce qu’il en reste à la boutique")
               : NULL;
}

const char *rehearse_measure_title(const struct call *call, enum rehearse_measure measure)
{
    static const char *const titles[REHEARSE_MEASURES][2] = {
        [MEASURE_SERVED] = {"visitors who see the shop", "visiteurs qui voient la boutique"},
        [MEASURE_WAIT_MINUTES] = {"minutes buyers waited", "minutes d’attente des acheteurs"},
        [MEASURE_GAVE_UP] = {"buyers lost at the door", "acheteurs perdus à l’entrée"},
        [MEASURE_REFUSED] = {"turned away, sold out", "refusés, épuisé"},
        [MEASURE_DECLINED] = {"date too late for them", "date trop lointaine"},
        [MEASURE_ORDERS] = {"orders accepted", "commandes acceptées"},
        [MEASURE_WAITED] = {"buyers who waited over a minute",
                            "acheteurs qui attendent plus d’une minute"},
        [MEASURE_UNPAID] = {"payments that failed for good", "paiements qui n’aboutissent pas"},
        [MEASURE_WISHED] = {"wishes left", "souhaits laissés"},
        [MEASURE_MET] = {"wishes that became orders", "souhaits devenus commandes"},
        [MEASURE_WRONG] = {"delivered with an error", "livrées avec une erreur"},
        [MEASURE_CANCELLED] = {"cancelled by customers", "annulées par les clients"},
        [MEASURE_RETURNED] = {"sent back", "renvoyées"},
        [MEASURE_REFUNDED] = {"orders refunded", "commandes remboursées"},
        [MEASURE_LATE] = {"late", "en retard"},
        [MEASURE_REFUNDS] = {"paid back", "remboursements"},
        [MEASURE_PROFIT] = {"left of the orders", "marge des commandes"},
        [MEASURE_CASH_LOW] = {"lowest balance", "solde le plus bas"}};
    return call_say(call, titles[measure][0], titles[measure][1]);
}

static int64_t whole_units(const struct shop *shop, double minor)
{
    return (int64_t)floor(minor / pow(10, shop->currency.decimals) + 0.5);
}

void rehearse_value_append(const struct call *call, const struct shop *shop,
                           enum rehearse_measure measure, double value, struct text *to)
{
    bool in_tenths = measure == MEASURE_WAIT_MINUTES;
    int64_t number = rehearse_measure_is_money(measure)
                         ? whole_units(shop, value)
                         : (int64_t)floor(value * (in_tenths ? 10 : 1) + 0.5);
    translate_number(to, (int)call->language, number, in_tenths ? 1 : 0);
}

void rehearse_money_append(const struct call *call, const struct shop *shop, double minor,
                           struct text *to)
{
    translate_money(to, (int)call->language, whole_units(shop, minor), 0, shop->currency.code);
}

void rehearse_calm_append(const struct call *call, const struct rehearse_answer *answer,
                          const char *percent, struct text *to)
{
    text_append_format(
        to,
        call_say(call,
                 "Without the moment, today's shop keeps %.0f%s of its promises: it says %d "
                 "calendar days, whatever the day and the carrier.",
                 "Sans ce moment, la boutique d’aujourd’hui tient %.0f%s de ses promesses : elle "
                 "annonce %d jours calendaires, quels que soient le jour et le transporteur."),
        100 * answer->calm_kept.rate, percent, answer->usual_days);
}

const char *rehearse_defence_title(const struct call *call, enum rehearse_defence defence)
{
    static const char *const titles[REHEARSE_DEFENCES][2] = {{"the site", "le site"},
                                                             {"stock", "le stock"},
                                                             {"the team", "l’équipe"},
                                                             {"suppliers", "les fournisseurs"},
                                                             {"cash", "la trésorerie"}};
    return call_say(call, titles[defence][0], titles[defence][1]);
}

bool rehearse_defence_has_name(enum rehearse_defence defence)
{
    return defence != DEFENCE_SITE && defence != DEFENCE_CASH;
}

/* A weekday of the shop file in words. */
static const char *weekday_word(const struct call *call, const char *weekday)
{
    static const char *const words[WEEKDAYS][3] = {
        {"mon", "Mondays", "lundi"},       {"tue", "Tuesdays", "mardi"},
        {"wed", "Wednesdays", "mercredi"}, {"thu", "Thursdays", "jeudi"},
        {"fri", "Fridays", "vendredi"},    {"sat", "Saturdays", "samedi"},
        {"sun", "Sundays", "dimanche"}};
    uint32_t day = 0;
    while (day + 1 < WEEKDAYS && strcmp(words[day][0], weekday) != 0) {
        day++;
    }
    return call_say(call, words[day][1], words[day][2]);
}

void rehearse_lever_words(const struct call *call, const struct rehearse_lever *lever,
                          struct text *to)
{
    const char *change = lever->change[0] == '+' ? lever->change + 1 : lever->change;
    switch (lever->kind) {
    case LEVER_PEOPLE:
        text_append_format(to,
                           call_say(call, "One person more at %s, the week after",
                                    "Une personne de plus à %s, la semaine suivante"),
                           lever->name);
        break;
    case LEVER_UNITS:
        text_append_format(to,
                           call_say(call, "Order %2$s more of %1$s", "Commander %2$s %1$s de plus"),
                           lever->name, change);
        break;
    case LEVER_PARCELS:
        text_append_format(to,
                           call_say(call, "A second van of %s: %s parcels more each day",
                                    "Une seconde tournée de %s : %s colis de plus par jour"),
                           lever->name, change);
        break;
    case LEVER_COLLECTS:
        text_append_format(
            to, call_say(call, "Have %s collect on %s, too", "Faire passer %s aussi le %s"),
            lever->name, weekday_word(call, change));
        break;
    case LEVER_PRICE:
        text_append_format(
            to,
            lever->change[0] == '+'
                ? call_say(call, "Sell the basket %s dearer", "Vendre le panier %s plus cher")
                : call_say(call, "Sell the basket %s cheaper", "Vendre le panier %s moins cher"),
            lever->change + 1);
        break;
    case LEVER_BUFFER:
        text_append_format(to,
                           call_say(call, "Promise with %s hours more slack (buffer_hours)",
                                    "Promettre avec %s heures de marge en plus (buffer_hours)"),
                           change);
        break;
    case LEVER_LOAD:
        text_append_format(to,
                           call_say(call, "Promise less of the hours (load_limit %s)",
                                    "Promettre moins des heures (load_limit %s)"),
                           change);
        break;
    case LEVER_LATER:
        text_append_format(to, call_say(call, "Move %s by a week", "Reporter %s d’une semaine"),
                           lever->name);
        break;
    }
}

void rehearse_points_append(const struct call *call, double share, struct text *to)
{
    text_append_string(to, share >= 0 ? "+" : "");
    translate_number(to, (int)call->language, (int64_t)floor(share * 1000 + 0.5), 1);
    text_append_string(to, " points"); /* in both languages */
}

void rehearse_more_append(const struct call *call, double more, struct text *to)
{
    int64_t whole = (int64_t)floor(more + 0.5);
    text_append_string(to, whole > 0 ? "+" : "");
    translate_number(to, (int)call->language, whole, 0);
}

const char *rehearse_unsure(const struct call *call)
{
    return call_say(call, " (not sure yet: more --runs would tell)",
                    " (pas encore sûr : plus d’essais, --runs, le diraient)");
}

void rehearse_together_words(const struct call *call, const struct rehearse_answer *answer,
                             struct text *to)
{
    for (uint32_t i = 0; i < answer->together.lever_count; i++) {
        text_append_string(to, i > 0 ? "; " : "");
        rehearse_lever_words(call, &answer->levers[answer->together.levers[i]], to);
    }
    if (answer->together.gains.worth.low <= 0) {
        text_append_string(to, rehearse_unsure(call));
    }
}

static void share_append(const struct call *call, double share, const char *percent,
                         struct text *to)
{
    translate_number(to, (int)call->language, (int64_t)floor(share * 1000 + 0.5), 1);
    text_append_string(to, percent);
}

void rehearse_setting_append(const struct call *call, const struct shop *shop,
                             const struct rehearse_answer *answer, const char *percent,
                             struct text *to)
{
    const struct rehearse_setting *setting = &answer->setting;
    text_append_format(
        to,
        setting->reached
            ? call_say(
                  call, "With Écluse, %.0f%s of promises are kept in small crowds and large with ",
                  "Avec Écluse, %.0f%s des promesses sont tenues, petite foule ou grande, avec ")
            : call_say(call,
                       "No setting was found that keeps %.0f%s of promises in small crowds and "
                       "large; the best that was seen: ",
                       "Aucun réglage trouvé ne tient %.0f%s des promesses, petite foule ou "
                       "grande ; le meilleur : "),
        100 * SERVICE_LEVEL, percent);
    text_append_string(to, "buffer_hours ");
    translate_number(to, (int)call->language, setting->buffer_seconds / 360, 1);
    text_append_string(to, ", load_limit ");
    translate_number(to, (int)call->language, setting->load_limit_thousandths / 10, 2);
    text_append_string(to, call_say(call, ". That keeps ", ". Cela en tient "));
    share_append(call, setting->kept.rate, percent, to);
    text_append_string(
        to, call_say(call, " (in the worst third of crowds ", " (dans le pire tiers des foules "));
    share_append(call, setting->kept_worst, percent, to);
    text_append_string(to, call_say(call, "); against today's settings ",
                                    ") ; par rapport aux réglages actuels, "));
    rehearse_more_append(call, setting->turned.gain, to);
    text_append_string(to, call_say(call, " buyers turned away and ", " acheteurs refusés et "));
    text_append_string(to, setting->profit.gain > 0 ? "+" : "");
    rehearse_money_append(call, shop, setting->profit.gain, to);
    text_append_string(to, call_say(call, " left of the orders.", " de marge."));
}

static bool is_better(const struct rehearse_lever *a, const struct rehearse_lever *b)
{
    bool keeps_a = a->gains.kept.low > 0;
    bool keeps_b = b->gains.kept.low > 0;
    if (keeps_a != keeps_b) {
        return keeps_a;
    }
    return keeps_a ? a->gains.kept.gain > b->gains.kept.gain
                   : a->gains.profit.gain > b->gains.profit.gain;
}

uint32_t rehearse_levers_best(const struct rehearse_answer *answer,
                              const struct rehearse_lever **best, uint32_t most)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->lever_count; i++) {
        const struct rehearse_lever *lever = &answer->levers[i];
        uint32_t place = count;
        if (lever->gains.kept.low <= 0 && lever->gains.profit.low <= 0) {
            continue;
        }
        while (place > 0 && is_better(lever, best[place - 1])) {
            if (place < most) {
                best[place] = best[place - 1];
            }
            place--;
        }
        if (place < most) {
            best[place] = lever;
            count = count < most ? count + 1 : most;
        }
    }
    return count;
}
