/* ranges -> the nearest change in words; what lacks -> a sentence each, with what to do. */
#include "commands/focus_sure.h"

#include "focus/tell.h"
#include "report/translate.h"

#include <math.h>

/* ---- ranges ---- */

/* Does the advice change at this end? More demand for an offer that cannot be made any more often
 * changes nothing that anybody does. */
static bool changes(const struct range *range, const struct range_end *end)
{
    bool own_demand = range->kind == RANGE_DEMAND && end == &range->high &&
                      end->change == RANGE_LESS && !end->of_activity && end->index == range->index;
    return end->change != RANGE_UNCHANGED && !own_demand;
}

static double distance(const struct range *range, const struct range_end *end)
{
    return changes(range, end) ? fabs(end->share - 1) : INFINITY;
}

static const struct range_end *nearer_end(const struct range *range)
{
    return distance(range, &range->low) <= distance(range, &range->high) ? &range->low
                                                                         : &range->high;
}

static double nearest(const struct range *range)
{
    return distance(range, nearer_end(range));
}

uint32_t focus_ranges_nearest(const struct focus_told *told, const struct range **found,
                              uint32_t most)
{
    const struct focus_ranges *ranges = told->answer->ranges;
    uint32_t count = 0;
    for (uint32_t i = 0; ranges != NULL && i < ranges->count; i++) {
        const struct range *range = &ranges->ranges[i];
        uint32_t place = count;
        for (; place > 0 && nearest(range) < nearest(found[place - 1]); place--) {
            if (place < most) {
                found[place] = found[place - 1];
            }
        }
        if (place < most && isfinite(nearest(range))) {
            found[place] = range;
            count = count < most ? count + 1 : most;
        }
    }
    return count;
}

bool focus_is_unsure(const struct focus_told *told)
{
    const struct range *found;
    return focus_ranges_nearest(told, &found, 1) > 0 && nearest(found) <= RANGE_SMALL;
}

/* An offer's label inside a French sentence stands in quotes: "moins de" meets any letter. */
static void label_append(const struct focus_told *told, uint32_t offer, struct text *to)
{
    text_append_string(to, call_say(told->call, "", "«\u00a0"));
    text_append_string(to, focus_label(told, offer));
    text_append_string(to, call_say(told->call, "", "\u00a0»"));
}

void focus_figure_append(const struct focus_told *told, const struct range *range, struct text *to)
{
    static const char *const kinds[][2] = {[RANGE_PRICE] = {"price of ", "prix de "},
                                           [RANGE_DEMAND] = {"demand for ", "demande de "},
                                           [RANGE_HOURS] = {"hours of ", "heures de "}};
    text_append_string(to, call_say(told->call, kinds[range->kind][0], kinds[range->kind][1]));
    if (range->kind == RANGE_HOURS) {
        text_append_string(to, focus_center(told->figures, range->index)->name);
    } else {
        label_append(told, range->index, to);
    }
}

/* By enum range_change: of an activity, of an offer; English, French. */
static const char *const change_words[][2][2] = {
    [RANGE_UNCHANGED] = {{"the same", "rien ne change"}, {"the same", "rien ne change"}},
    [RANGE_STOPS] = {{"stop ", "arrêter "}, {"without ", "sans "}},
    [RANGE_STARTS] = {{"run ", "faire tourner "}, {"also ", "aussi "}},
    [RANGE_LESS] = {{"less ", "moins de "}, {"less of ", "moins de "}},
    [RANGE_MORE] = {{"more ", "plus de "}, {"more of ", "plus de "}}};

static void change_append(const struct focus_told *told, const struct range_end *end,
                          struct text *to)
{
    const char *const *words = change_words[end->change][end->of_activity ? 0 : 1];
    text_append_string(to, call_say(told->call, words[0], words[1]));
    if (end->change != RANGE_UNCHANGED && end->of_activity) {
        text_append_string(to, focus_activity_name(told->figures, end->index));
    } else if (end->change != RANGE_UNCHANGED) {
        label_append(told, end->index, to);
    }
}

void focus_end_append(const struct focus_told *told, const struct range *range, bool high,
                      struct text *to)
{
    const struct range_end *end = high ? &range->high : &range->low;
    const struct range_end furthest = {.share = 1 + (high ? RANGE_FURTHEST : -RANGE_FURTHEST)};
    bool same = !changes(range, end);
    end = same ? &furthest : end;
    text_append_string(to, same ? call_say(told->call, "to ", "jusqu’à ") : "");
    focus_percent_append(told, end->share - 1, to);
    text_append_string(to, call_say(told->call, ": ", "\u00a0: "));
    change_append(told, end, to);
}

static void tried_append(const struct focus_told *told, struct text *to)
{
    text_append_string(to, told->answer->ranges->complete
                               ? "."
                               : call_say(told->call, " (of what there was time to try).",
                                          " (parmi ce que le temps a permis d’essayer)."));
    if (told->answer->best->bound_by_cash) {
        text_append_string(to, call_say(told->call, " Cash is left aside in this.",
                                        " La trésorerie n’y est pas comptée."));
    }
}

void focus_sure_append(const struct focus_told *told, struct text *to)
{
    const struct range *found;
    const struct focus_ranges *ranges = told->answer->ranges;
    if (ranges == NULL || (ranges->count == 0 && !ranges->complete)) {
        return; /* nothing was tried */
    }
    if (focus_ranges_nearest(told, &found, 1) == 0) {
        text_append_format(
            to,
            call_say(told->call, "No error of up to %.0f percent in one figure changes the advice",
                     "Aucune erreur jusqu’à %.0f\u00a0%% sur un chiffre ne change le "
                     "conseil"),
            100 * RANGE_FURTHEST);
        tried_append(told, to);
        return;
    }
    const struct range_end *end = nearer_end(found);
    text_append_string(to, focus_is_unsure(told)
                               ? call_say(told->call, "Careful: an error of only ",
                                          "Attention\u00a0: une erreur de seulement ")
                               : call_say(told->call, "An error of ", "Une erreur de "));
    focus_percent_append(told, end->share - 1, to);
    text_append_string(to, " (");
    focus_figure_append(told, found, to);
    text_append_string(
        to, call_say(told->call, ") would change the advice: ", ") changerait le conseil\u00a0: "));
    change_append(told, end, to);
    tried_append(told, to);
}

/* ---- what is not known ---- */

struct lack_words {
    const char *what[2]; /* English, French */
    const char *taken[2];
};

static const struct lack_words lack_words[FOCUS_LACKS] = {
    [FOCUS_LACK_DEMAND] = {{"Offers whose demand is not known: ",
                            "Offres dont la demande n’est pas connue\u00a0: "},
                           {". Taken as without limit; give their demand_per_week.",
                            ". Prise comme sans limite\u202f; donner leur demand_per_week."}},
    [FOCUS_LACK_ACTIVITY] = {{"Offers of no activity: ", "Offres d’aucune activité\u00a0: "},
                             {". They go on whatever is stopped.",
                              ". Elles continuent quoi qu’on arrête."}},
    [FOCUS_LACK_WORK] = {{"Offers that take nobody's time: ",
                          "Offres qui ne prennent de temps à personne\u00a0: "},
                         {". Is their routing missing?", ". Leur routing manque-t-il\u202f?"}},
    [FOCUS_LACK_SUPPLIER] = {
        {"Items without a supplier: ", "Articles sans fournisseur\u00a0: "},
        {". Taken as always to be had.", ". Pris comme toujours disponibles."}}};

/* "Items without a supplier: 4 (flour, butter, sugar, …). Taken as always to be had." */
static void lack_append(const struct focus_told *told, enum focus_lack lack,
                        const struct focus_lacking *lacking, struct text *to)
{
    const struct lack_words *words = &lack_words[lack];
    text_append_string(to, call_say(told->call, words->what[0], words->what[1]));
    translate_number(to, (int)told->call->language, lacking->count, 0);
    for (uint32_t i = 0; i < lacking->count && i < FOCUS_LACKING_NAMED; i++) {
        text_append_string(to, i > 0 ? ", " : " (");
        text_append_string(to, focus_lacking_name(told->figures, lack, lacking->first[i]));
    }
    text_append_string(to, lacking->count > FOCUS_LACKING_NAMED ? ", …)" : ")");
    text_append_string(to, call_say(told->call, words->taken[0], words->taken[1]));
}

static void history_append(const struct focus_told *told, struct text *to)
{
    const struct sold *sold = told->figures->sold;
    if (sold == NULL || sold->state == SOLD_NONE) {
        text_append_string(
            to, call_say(told->call,
                         "What was sold is not known: today is taken as demand as it comes, until "
                         "the hours are full.",
                         "Les ventes passées ne sont pas connues\u00a0: aujourd’hui est pris comme "
                         "la demande servie comme elle vient, jusqu’à ce que les heures soient "
                         "pleines."));
    } else {
        text_append_format(
            to,
            call_say(told->call,
                     "Too little was sold to learn from (%u orders in %u weeks; %d in %d are "
                     "needed): today is taken as demand as it comes, until the hours are full.",
                     "Trop peu de ventes pour en apprendre (%u commandes en %u semaines\u202f; il "
                     "en faut %d en %d)\u00a0: aujourd’hui est pris comme la demande servie comme "
                     "elle vient, jusqu’à ce que les heures soient pleines."),
            sold->orders, sold->weeks, SOLD_ORDERS_MIN, SOLD_WEEKS_MIN);
    }
}

static bool owner_is_asked(const struct focus_told *told)
{
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        if (told->figures->activities[i].owner_thousandths > 0) {
            return true;
        }
    }
    return false;
}

static void owner_append(const struct focus_told *told, struct text *to)
{
    text_append_string(to, call_say(told->call,
                                    "How many hours the owner has is not known: they bound "
                                    "nothing. Give focus.owner_hours_per_week.",
                                    "Les heures de la direction ne sont pas connues\u00a0: elles "
                                    "ne limitent rien. Donner focus.owner_hours_per_week."));
}

static void incomplete_append(const struct focus_told *told, struct text *to)
{
    text_append_string(to, call_say(told->call,
                                    "Time ended before all figures were tried for what flips the "
                                    "advice; --time-limit gives more.",
                                    "Le temps a manqué pour essayer tous les chiffres qui "
                                    "pourraient changer le conseil\u202f; --time-limit en donne "
                                    "plus."));
}

bool focus_not_known_append(const struct focus_told *told, uint32_t index, struct text *to)
{
    struct focus_known known;
    const struct focus_ranges *ranges = told->answer->ranges;
    uint32_t place = 0;
    focus_known_fill(told->figures, &known);
    for (enum focus_lack lack = 0; lack < FOCUS_LACKS; lack++) {
        if (known.lacking[lack].count > 0 && place++ == index) {
            lack_append(told, lack, &known.lacking[lack], to);
            return true;
        }
    }
    if (told->figures->today_from != FOCUS_FROM_PAST && place++ == index) {
        history_append(told, to);
        return true;
    }
    if (!known.owner && owner_is_asked(told) && place++ == index) {
        owner_append(told, to);
        return true;
    }
    if (ranges != NULL && !ranges->complete && place++ == index) {
        incomplete_append(told, to);
        return true;
    }
    return false;
}
