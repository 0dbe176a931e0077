/* Numbers of the answer -> words in the reader's language. */
#include "commands/focus_words.h"

#include "commands/show.h"
#include "focus/tell.h"
#include "report/translate.h"

#include <math.h>

enum { NAMES_SHOWN = 5 };

/* So much of what all activities bring is "nearly all". */
#define NEARLY_ALL 0.9

/* Half away from zero. */
static int64_t rounded(int64_t value, int64_t unit)
{
    int64_t half = value < 0 ? -(unit / 2) : unit / 2;
    return value / unit + (value % unit + half) / unit;
}

static int64_t minor_per_unit(const struct focus_told *told)
{
    int64_t unit = 1;
    for (int i = 0; i < told->figures->shop->currency.decimals; i++) {
        unit *= 10;
    }
    return unit;
}

void focus_money_append(const struct focus_told *told, int64_t micro, struct text *to)
{
    translate_money(to, (int)told->call->language,
                    rounded(micro, FOCUS_MICRO * minor_per_unit(told)), 0,
                    told->figures->shop->currency.code);
}

void focus_gain_append(const struct focus_told *told, int64_t micro, struct text *to)
{
    text_append_string(to, rounded(micro, FOCUS_MICRO * minor_per_unit(told)) > 0 ? "+" : "");
    focus_money_append(told, micro, to);
}

void focus_price_append(const struct focus_told *told, int64_t micro, struct text *to)
{
    int64_t hundred = 100 * FOCUS_MICRO * minor_per_unit(told);
    if (micro >= hundred || micro <= -hundred) {
        focus_money_append(told, micro, to);
        return;
    }
    translate_money(to, (int)told->call->language, focus_minor(micro),
                    told->figures->shop->currency.decimals, told->figures->shop->currency.code);
}

void focus_quantity_append(const struct focus_told *told, int64_t thousandths, struct text *to)
{
    bool large = thousandths >= 100000;
    translate_number(to, (int)told->call->language, rounded(thousandths, large ? 1000 : 100),
                     large ? 0 : 1);
}

void focus_hours_append(const struct focus_told *told, int64_t minutes_micro, struct text *to)
{
    translate_number(to, (int)told->call->language, rounded(minutes_micro, FOCUS_HOUR / 10), 1);
}

void focus_owner_append(const struct focus_told *told, int64_t thousandths, struct text *to)
{
    translate_number(to, (int)told->call->language, rounded(thousandths, 100), 1);
}

void focus_percent_append(const struct focus_told *told, double share, struct text *to)
{
    bool small = fabs(share) < 0.0095;
    int64_t scaled = (int64_t)floor(share * (small ? 1000 : 100) + 0.5);
    if (scaled == 0 && share != 0) {
        scaled = share < 0 ? -1 : 1; /* a tenth of a percent, or less */
    }
    text_append_string(to, share > 0 ? "+" : "");
    translate_number(to, (int)told->call->language, scaled, small ? 1 : 0);
    text_append_string(to, call_say(told->call, "%", "\u00a0%"));
}

const char *focus_label(const struct focus_told *told, uint32_t offer)
{
    const struct shop *shop = told->figures->shop;
    return shop->offers[told->figures->offers[offer].offer.index].label.text[told->call->language];
}

const char *focus_verdict_words(const struct call *call, enum focus_verdict verdict)
{
    static const char *const words[FOCUS_VERDICTS][2] = {[VERDICT_KEEP] = {"keep", "garder"},
                                                         [VERDICT_GROW] = {"grow", "développer"},
                                                         [VERDICT_SHRINK] = {"shrink", "réduire"},
                                                         [VERDICT_STOP] = {"stop", "arrêter"},
                                                         [VERDICT_START] = {"start", "lancer"}};
    return call_say(call, words[verdict][0], words[verdict][1]);
}

static void tenths_append(const struct focus_told *told, double value, struct text *to)
{
    translate_number(to, (int)told->call->language, (int64_t)floor(value * 10 + 0.5), 1);
}

/* ---- the direction ---- */

/* Is the best mix better by a whole unit of money? */
static bool gains(const struct focus_told *told)
{
    return rounded(told->answer->best->profit_micro - told->answer->today->profit_micro,
                   FOCUS_MICRO * minor_per_unit(told)) > 0;
}

static uint32_t count_of(const struct focus_told *told, enum focus_verdict verdict)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        count += told->answer->activities[i].verdict == verdict;
    }
    return count;
}

/* "keep a, b and c", "keep a, b, c, d and 4 others". */
static void names_append(const struct focus_told *told, enum focus_verdict verdict, uint32_t count,
                         struct text *to)
{
    uint32_t shown = count > NAMES_SHOWN ? NAMES_SHOWN - 1 : count;
    uint32_t written = 0;
    text_append_format(to, "%s ", focus_verdict_words(told->call, verdict));
    for (uint32_t i = 0; i < told->figures->activity_count && written < shown; i++) {
        if (told->answer->activities[i].verdict == verdict) {
            bool last = written + 1 == count;
            text_append_string(to, written == 0 ? ""
                                   : last       ? call_say(told->call, " and ", " et ")
                                                : ", ");
            text_append_string(to, focus_activity_name(told->figures, i));
            written++;
        }
    }
    if (shown < count) {
        text_append_format(to, call_say(told->call, " and %u others", " et %u autres"),
                           count - shown);
    }
}

/* "keep all 7 activities, with another mix of offers", "go on with all 7 activities as today" */
static void all_kept_append(const struct focus_told *told, struct text *to)
{
    text_append_format(to,
                       gains(told) ? call_say(told->call,
                                              "keep all %u activities, with another mix of offers",
                                              "garder les %u activités, avec un autre assortiment")
                                   : call_say(told->call, "go on with all %u activities as today",
                                              "continuer les %u activités comme aujourd’hui"),
                       told->figures->activity_count);
}

static void verdicts_append(const struct focus_told *told, struct text *to)
{
    static const enum focus_verdict order[FOCUS_VERDICTS] = {
        VERDICT_KEEP, VERDICT_GROW, VERDICT_START, VERDICT_SHRINK, VERDICT_STOP};
    bool first = true;
    for (int i = 0; i < FOCUS_VERDICTS; i++) {
        uint32_t count = count_of(told, order[i]);
        if (count > 0) {
            text_append_string(to, first ? "" : call_say(told->call, "; ", "\u202f; "));
            names_append(told, order[i], count, to);
            first = false;
        }
    }
}

void focus_capital_put(struct text *to, size_t at)
{
    if (!to->overflow && to->length > at && to->bytes[at] >= 'a' && to->bytes[at] <= 'z') {
        to->bytes[at] = (char)(to->bytes[at] - 'a' + 'A');
    }
}

/* ---- does today fit? ---- */

static bool center_is_over(const struct focus_told *told, uint32_t center)
{
    int64_t used = told->answer->today->used_micro[center];
    int64_t has = told->figures->centers[center].minutes_micro;
    return used > has + has / 200; /* half a percent is no news */
}

static int64_t owner_of(const struct focus_told *told, const struct mix *mix)
{
    return mix_owner(told->figures, mix->runs);
}

static bool owner_is_over(const struct focus_told *told)
{
    return told->figures->owner_thousandths != FOCUS_NO_LIMIT &&
           owner_of(told, told->answer->today) > told->figures->owner_thousandths;
}

static bool today_breaks_cash(const struct focus_told *told)
{
    const struct mix *today = told->answer->today;
    return today->cash_known &&
           today->cash_low_minor < told->figures->shop->cash.minimum_balance_minor;
}

void focus_bank_append(const struct focus_told *told, int64_t low_minor, int32_t day,
                       int64_t minimum_minor, struct text *to)
{
    char shown[SHOW_BYTES];
    text_append_string(to,
                       call_say(told->call, "the bank would fall to ", "la banque tomberait à "));
    focus_money_append(told, focus_micro(low_minor), to);
    text_append_format(
        to, call_say(told->call, " on %s, below its minimum of ", " le %s, sous son minimum de "),
        show_day(told->call->language, shown, day));
    focus_money_append(told, focus_micro(minimum_minor), to);
}

static void bank_over_append(const struct focus_told *told, struct text *to)
{
    const struct mix *today = told->answer->today;
    text_append_string(to, call_say(told->call, "Careful: with today's mix ",
                                    "Attention\u00a0: avec l’assortiment d’aujourd’hui "));
    focus_bank_append(told, today->cash_low_minor, today->cash_low_day,
                      told->figures->shop->cash.minimum_balance_minor, to);
    text_append_string(to, call_say(told->call, ". What is advised keeps it.",
                                    ". Ce qui est conseillé le respecte."));
}

static bool today_is_over(const struct focus_told *told)
{
    for (uint32_t i = 0; i < told->figures->center_count; i++) {
        if (center_is_over(told, i)) {
            return true;
        }
    }
    return owner_is_over(told);
}

/* "305.3 of 300 hours of picking" */
static void over_append(const struct focus_told *told, bool *first, const char *of, int64_t used,
                        int64_t has, struct text *to)
{
    text_append_string(to, *first ? "" : ", ");
    *first = false;
    translate_number(to, (int)told->call->language, used, 1);
    text_append_string(to, call_say(told->call, " of ", " heures sur "));
    translate_number(to, (int)told->call->language, has, 1);
    text_append_format(to, call_say(told->call, " hours of %s", " de %s"), of);
}

static void hours_over_append(const struct focus_told *told, struct text *to)
{
    bool first = true;
    bool centers = false;
    text_append_string(to,
                       call_say(told->call, "Careful: today takes more than the shop file has: ",
                                "Attention\u00a0: aujourd’hui prend plus que ce que le fichier "
                                "donne\u00a0: "));
    for (uint32_t i = 0; i < told->figures->center_count; i++) {
        if (center_is_over(told, i)) {
            centers = true;
            over_append(told, &first, focus_center(told->figures, i)->name,
                        rounded(told->answer->today->used_micro[i], FOCUS_HOUR / 10),
                        rounded(told->figures->centers[i].minutes_micro, FOCUS_HOUR / 10), to);
        }
    }
    if (owner_is_over(told)) {
        over_append(told, &first, call_say(told->call, "the owner", "la direction"),
                    rounded(owner_of(told, told->answer->today), 100),
                    rounded(told->figures->owner_thousandths, 100), to);
    }
    text_append_string(to, call_say(told->call, ". What is advised fits in.",
                                    ". Ce qui est conseillé tient dedans."));
    if (centers) {
        text_append_string(to, call_say(told->call,
                                        " If today's sales are right, the file's minutes or people "
                                        "are not.",
                                        " Si les ventes sont justes, ce sont les minutes ou "
                                        "l’effectif du fichier qui ne le sont pas."));
    }
}

void focus_over_append(const struct focus_told *told, struct text *to)
{
    bool over = today_is_over(told);
    if (over) {
        hours_over_append(told, to);
    }
    if (today_breaks_cash(told)) {
        text_append_string(to, over ? " " : "");
        bank_over_append(told, to);
    }
}

/* " and 3 hours of the owner's" */
static void owner_freed_append(const struct focus_told *told, struct text *to)
{
    int64_t freed = owner_of(told, told->answer->today) - owner_of(told, told->answer->best);
    if (freed > 0) {
        text_append_string(
            to, call_say(told->call, ", and the owner has ", ", et la direction gagne "));
        focus_owner_append(told, freed, to);
        text_append_string(to, call_say(told->call, " hours back", " heures"));
    }
}

/* ": +€210 a week." */
static void better_append(const struct focus_told *told, struct text *to)
{
    int64_t gain = told->answer->best->profit_micro - told->answer->today->profit_micro;
    if (!focus_today_is_known(told)) {
        text_append_string(to, ".");
    } else if (gains(told) || today_is_over(told) || told->answer->best->bound_by_cash) {
        text_append_string(to, call_say(told->call, ": ", "\u00a0: "));
        focus_gain_append(told, gain, to);
        text_append_string(to, call_say(told->call, " a week", " par semaine"));
        owner_freed_append(told, to);
        text_append_string(to, ".");
    } else {
        text_append_string(to, call_say(told->call, ": nothing better than today was found.",
                                        "\u00a0: rien de mieux qu’aujourd’hui n’a été trouvé."));
    }
}

bool focus_sells(const struct focus_told *told)
{
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        if (told->answer->best->units_thousandths[i] > 0) {
            return true;
        }
    }
    return false;
}

bool focus_today_is_known(const struct focus_told *told)
{
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        if (told->figures->offers[i].today_thousandths > 0) {
            return true;
        }
    }
    return false;
}

void focus_direction_append(const struct focus_told *told, struct text *to)
{
    size_t begin = to->length;
    if (!focus_sells(told) && !focus_today_is_known(told)) {
        text_append_string(to, call_say(told->call, "as things stand nothing can be sold.",
                                        "en l’état, rien ne peut se vendre."));
        focus_capital_put(to, begin);
        return;
    }
    if (told->figures->activity_count == 0) {
        text_append_string(
            to, call_say(told->call, "the best mix of offers", "le meilleur assortiment"));
    } else if (count_of(told, VERDICT_KEEP) == told->figures->activity_count &&
               told->figures->activity_count > 1) {
        all_kept_append(told, to);
    } else {
        verdicts_append(told, to);
    }
    better_append(told, to);
    focus_capital_put(to, begin);
}

void focus_guessed_append(const struct focus_told *told, struct text *to)
{
    uint32_t count = 0;
    uint32_t sold = 0;
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        bool is_sold = told->answer->best->units_thousandths[i] > 0;
        sold += is_sold;
        count += is_sold && told->figures->offers[i].demand_from == FOCUS_UNKNOWN;
    }
    if (count > 0) {
        text_append_format(
            to,
            call_say(
                told->call,
                "Careful: nobody knows how much of %u of the %u offers in it can be sold; give "
                "their demand_per_week first.",
                "Attention\u00a0: la demande de %u des %u offres retenues n’est pas "
                "connue\u202f; donner d’abord leur demand_per_week."),
            count, sold);
    }
}

/* ---- hours ---- */

static void hour_append(const struct focus_told *told, uint32_t center, struct text *to)
{
    const struct work_center *of = focus_center(told->figures, center);
    text_append_format(to,
                       call_say(told->call, "One more hour of %s a week is worth ",
                                "Une heure de %s de plus par semaine vaut "),
                       of->name);
    focus_price_append(told, focus_hour_micro(told->answer->best, center), to);
    if (of->cost_per_hour_minor > 0) {
        text_append_string(to, call_say(told->call, "; it costs ", "\u202f; elle coûte "));
        focus_price_append(told, of->cost_per_hour_minor * FOCUS_MICRO, to);
    }
    text_append_string(to, ".");
}

/* Does an activity that does not run need more of the owner than is left? */
static bool owner_is_bottleneck(const struct focus_told *told)
{
    const struct focus_figures *figures = told->figures;
    const struct mix *best = told->answer->best;
    int64_t left = figures->owner_thousandths - owner_of(told, best);
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        if (figures->owner_thousandths != FOCUS_NO_LIMIT && !best->runs[i] &&
            figures->activities[i].owner_thousandths > left) {
            return true;
        }
    }
    return false;
}

/* The dearest hour below `below` (a worth, and its place among equals); center_count: none. */
static uint32_t dearest_after(const struct focus_told *told, uint32_t before)
{
    const struct mix *best = told->answer->best;
    uint32_t count = told->figures->center_count;
    uint32_t found = count;
    for (uint32_t i = 0; i < count; i++) {
        int64_t worth = focus_hour_micro(best, i);
        bool after = before == count || worth < focus_hour_micro(best, before) ||
                     (worth == focus_hour_micro(best, before) && i > before);
        if (worth > 0 && after && (found == count || worth > focus_hour_micro(best, found))) {
            found = i;
        }
    }
    return found;
}

/* Where more money at the beginning would let more be sold. */
static void cash_append(const struct focus_told *told, struct text *to)
{
    const struct mix *best = told->answer->best;
    int language = (int)told->call->language;
    text_append_string(to, call_say(told->call, "Cash bounds what is sold: the balance falls to ",
                                    "La trésorerie limite les ventes\u00a0: le solde descend à "));
    focus_money_append(told, focus_micro(best->cash_low_minor), to);
    text_append_string(to, call_say(told->call, " on ", " le "));
    translate_date(to, language, best->cash_low_day, true);
    text_append_string(to,
                       call_say(told->call, "; with more money until then, more could be earned.",
                                "\u202f; avec plus d’argent d’ici là, on gagnerait davantage."));
}

/* A work center without any hours that something that earns needs; center_count: none. An hour of
 * it has no price, because what needs it is not in the mix. */
static uint32_t center_without_hours(const struct focus_told *told)
{
    const struct focus_figures *figures = told->figures;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        for (uint32_t j = 0; j < offer->use_count && offer->throughput_micro > 0; j++) {
            const struct focus_use *use = &figures->uses[offer->use_first + j];
            if (use->minutes_micro > 0 && figures->centers[use->center].minutes_micro == 0 &&
                offer->demand_thousandths != 0) {
                return use->center;
            }
        }
    }
    return figures->center_count;
}

void focus_bottlenecks_append(const struct focus_told *told, struct text *to)
{
    uint32_t count = told->figures->center_count;
    uint32_t center = dearest_after(told, count);
    uint32_t closed = center_without_hours(told);
    bool by_cash = told->answer->best->bound_by_cash && told->answer->best->cash_known;
    if (by_cash) {
        cash_append(told, to);
    } else if (closed < count) {
        text_append_format(to,
                           call_say(told->call,
                                    "%s has no hours in a plain week: what needs it cannot be "
                                    "sold. Check its calendar and its people.",
                                    "%s n’a pas d’heures dans une semaine ordinaire\u00a0: ce qui "
                                    "en a besoin ne peut pas se vendre. Vérifier son calendrier et "
                                    "son effectif."),
                           focus_center(told->figures, closed)->name);
    } else if (center == count && owner_is_bottleneck(told)) {
        text_append_string(to, call_say(told->call, "The bottleneck is the owner: ",
                                        "Le goulot, c’est la direction\u00a0: "));
        focus_owner_append(told, owner_of(told, told->answer->best), to);
        text_append_string(to, call_say(told->call, " of ", " heures prises sur "));
        focus_owner_append(told, told->figures->owner_thousandths, to);
        text_append_string(to,
                           call_say(told->call, " hours are taken, and no other activity fits in.",
                                    ", et aucune autre activité n’y tient."));
    } else if (center == count) {
        text_append_string(
            to, call_say(told->call,
                         "No work center is a bottleneck: demand bounds what is sold, and more "
                         "hours would bring nothing.",
                         "Aucun poste n’est un goulot\u00a0: c’est la demande qui limite les "
                         "ventes, et des heures de plus n’apporteraient rien."));
    }
    for (bool first = !by_cash && closed == count; center < count;
         center = dearest_after(told, center)) {
        text_append_string(to, first ? "" : " ");
        hour_append(told, center, to);
        first = false;
    }
}

/* ---- how spread ---- */

/* The first point that brings nearly all; NULL: none, or only the last of those that run. */
static const struct frontier_point *nearly_all(const struct focus_told *told, double all)
{
    const struct frontier *frontier = told->answer->frontier;
    for (uint32_t i = 0; frontier != NULL && i < frontier->count; i++) {
        const struct frontier_point *point = &frontier->points[i];
        double brings = (double)(point->mix->profit_micro + told->figures->operating_micro);
        if (brings >= NEARLY_ALL * all) {
            return point->mix->profit_micro < told->answer->best->profit_micro ? point : NULL;
        }
    }
    return NULL;
}

void focus_spread_append(const struct focus_told *told, struct text *to)
{
    const struct mix *best = told->answer->best;
    double all = (double)(best->profit_micro + told->figures->operating_micro);
    const struct frontier_point *point = all > 0 ? nearly_all(told, all) : NULL;
    if (point == NULL) {
        return;
    }
    int64_t hours = owner_of(told, best) - point->owner_thousandths;
    double brings = (double)(point->mix->profit_micro + told->figures->operating_micro);
    text_append_format(
        to,
        point->most == 1
            ? call_say(told->call,
                       "%u of %u activities brings %.0f percent of what is to be had: the others "
                       "add ",
                       "%u activité sur %u rapporte %.0f\u00a0%% du possible\u00a0: les autres "
                       "ajoutent ")
            : call_say(told->call,
                       "%u of %u activities bring %.0f percent of what is to be had: the others "
                       "add ",
                       "%u activités sur %u rapportent %.0f\u00a0%% du possible\u00a0: les "
                       "autres ajoutent "),
        point->most, told->figures->activity_count, floor(100 * brings / all));
    focus_money_append(told, best->profit_micro - point->mix->profit_micro, to);
    text_append_string(to, call_say(told->call, " a week", " par semaine"));
    if (hours > 0) {
        text_append_string(to, call_say(told->call, " and take ", " et prennent "));
        focus_owner_append(told, hours, to);
        text_append_string(
            to, call_say(told->call, " of the owner's hours", " heures de la direction"));
    }
    text_append_string(to, ".");
}

void focus_effective_append(const struct focus_told *told, struct text *to)
{
    const struct focus_answer *answer = told->answer;
    if (answer->effective_revenue <= 0) {
        return;
    }
    if (answer->effective_hours > 0) {
        text_append_string(to, call_say(told->call, "Today's hours are spread over ",
                                        "Les heures d’aujourd’hui se répartissent sur "));
        tenths_append(told, answer->effective_hours, to);
        text_append_string(to, call_say(told->call, " activities, its revenue over ",
                                        " activités, le chiffre d’affaires sur "));
    } else {
        text_append_string(to, call_say(told->call, "Today's revenue is spread over ",
                                        "Le chiffre d’affaires se répartit sur "));
    }
    tenths_append(told, answer->effective_revenue, to);
    text_append_string(to, call_say(told->call, " (effective numbers: 1 / sum of squared shares).",
                                    " (nombres effectifs\u00a0: 1 / somme des carrés des "
                                    "parts)."));
}

/* ---- how good, or why not ---- */

void focus_bound_append(const struct focus_told *told, double gap, struct text *to)
{
    if (!isfinite(gap)) {
        text_append_string(to, call_say(told->call, "how much more is possible is not known",
                                        "ce qui serait possible de plus n’est pas connu"));
        return;
    }
    text_append_string(to, call_say(told->call, "up to ", "jusqu’à "));
    translate_number(to, (int)told->call->language, (int64_t)ceil(gap * 10000), 2);
    text_append_string(to, call_say(told->call, " percent more may be possible",
                                    "\u00a0% de plus seraient possibles"));
}

void focus_gap_append(const struct focus_told *told, struct text *to)
{
    const struct mix *best = told->answer->best;
    if (best->optimal || !focus_found(best)) {
        return;
    }
    text_append_string(
        to, call_say(told->call, "Not proved to be the best: ", "Optimalité non prouvée\u00a0: "));
    focus_bound_append(told, best->gap, to);
    text_append_format(
        to,
        call_say(told->call, "; a longer search (--time-limit %.0f) may tell.",
                 "\u202f; chercher plus longtemps (--time-limit %.0f) le dirait peut-être."),
        ceil(told->seconds * 3));
}

void focus_none_append(const struct focus_told *told, struct text *to)
{
    const struct mix *best = told->answer->best;
    const char *most = call_value(told->call, "most");
    size_t begin = to->length;
    if (best->state == MIX_INFEASIBLE && most != NULL) {
        text_append_format(
            to, call_say(told->call, "--most %s is too few: ", "--most %s, c’est trop peu\u00a0: "),
            most);
    }
    switch (best->state) {
    case MIX_UNBOUNDED:
        text_append_format(
            to,
            call_say(told->call,
                     "There is no best mix: nothing bounds the offer %s. Give its demand_per_week "
                     "in the shop file (or the hours that it takes, under routing).",
                     "Il n’y a pas de meilleur assortiment\u00a0: rien ne limite l’offre %s. "
                     "Donner sa demand_per_week dans le fichier (ou les heures qu’elle prend, sous "
                     "routing)."),
            focus_offer_name(told->figures, best->unbounded));
        break;
    case MIX_INFEASIBLE:
        text_append_string(
            to,
            call_say(told->call,
                     "there is no mix that cash allows; whatever is sold, the balance falls "
                     "below cash.minimum_balance. See `ecluse cash`; put off a bill, lower a "
                     "fixed cost or bring money in.",
                     "aucun assortiment ne tient en trésorerie\u202f; quoi que l’on vende, le "
                     "solde passe sous cash.minimum_balance. Voir `ecluse cash`\u202f; reporter "
                     "une facture, baisser un coût fixe ou apporter de l’argent."));
        break;
    case MIX_NONE_YET:
        text_append_string(
            to, call_say(told->call,
                         "No mix was found in the time that was given; --time-limit gives more.",
                         "Aucun assortiment n’a été trouvé dans le temps donné\u202f; --time-limit "
                         "en donne plus."));
        break;
    case MIX_FOUND:
        break;
    }
    focus_capital_put(to, begin);
}
