/* What orders tell -> words, and what they do not tell -> what would. */
#include "commands/focus_picture_words.h"

#include "commands/show.h"
#include "focus/tell.h"
#include "report/translate.h"

#include <math.h>

enum { PAIRS_SHOWN = 5 };

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

/* ---- whose ---- */

static bool is_known(const struct focus_figures *figures)
{
    return figures->sold != NULL && figures->sold->state == SOLD_ENOUGH;
}

const struct sold_figures *picture_sold_of_group(const struct picture *picture,
                                                 const struct picture_group *group)
{
    const struct focus_figures *figures = picture->figures;
    return is_known(figures) && group->activity < figures->activity_count
               ? &figures->sold->activities[figures->activities[group->activity].activity.index]
               : NULL;
}

const struct sold_figures *picture_sold_of_offer(const struct picture *picture, uint32_t offer)
{
    const struct focus_figures *figures = picture->figures;
    return is_known(figures) ? &figures->sold->offers[figures->offers[offer].offer.index] : NULL;
}

const struct sold_customers *picture_customers(const struct picture *picture,
                                               const struct picture_group *group)
{
    const struct focus_figures *figures = picture->figures;
    return is_known(figures) && figures->sold->knows_customers &&
                   group->activity < figures->activity_count
               ? &figures->sold->customers[figures->activities[group->activity].activity.index]
               : NULL;
}

const char *picture_group_name(const struct focus_told *told, const struct picture *picture,
                               const struct picture_group *group)
{
    return group->activity < picture->figures->activity_count
               ? focus_activity_name(picture->figures, group->activity)
               : say(told, "of no activity", "sans activité");
}

/* ---- what is known of any ---- */

static bool promises_known(const struct sold_figures *sold)
{
    return sold->promised > 0;
}

static bool returns_known(const struct sold_figures *sold)
{
    return sold->returned_thousandths > 0;
}

static bool trend_known(const struct sold_figures *sold)
{
    return sold->trend_chance >= 0;
}

static bool season_known(const struct sold_figures *sold)
{
    return sold->season[0] >= 0;
}

static bool any_knows(const struct picture *picture, bool (*knows)(const struct sold_figures *sold))
{
    const struct focus_figures *figures = picture->figures;
    bool found = false;
    for (uint32_t i = 0; i < figures->offer_count && is_known(figures) && !found; i++) {
        found = knows(picture_sold_of_offer(picture, i));
    }
    for (uint32_t i = 0; i < figures->activity_count && is_known(figures) && !found; i++) {
        found = knows(&figures->sold->activities[figures->activities[i].activity.index]);
    }
    return found;
}

bool picture_knows_promises(const struct picture *picture)
{
    return any_knows(picture, promises_known);
}

bool picture_knows_returns(const struct picture *picture)
{
    return any_knows(picture, returns_known);
}

bool picture_knows_trends(const struct picture *picture)
{
    return any_knows(picture, trend_known);
}

bool picture_knows_seasons(const struct picture *picture)
{
    return any_knows(picture, season_known);
}

bool picture_knows_customers(const struct picture *picture)
{
    return is_known(picture->figures) && picture->figures->sold->knows_customers;
}

/* ---- numbers ---- */

void picture_count_append(const struct focus_told *told, int64_t count, struct text *to)
{
    translate_number(to, (int)told->call->language, count, 0);
}

void picture_share_append(const struct focus_told *told, double share, struct text *to)
{
    bool small = share < 0.0995;
    translate_number(to, (int)told->call->language,
                     (int64_t)floor(share * (small ? 1000 : 100) + 0.5), small ? 1 : 0);
    text_append_string(to, say(told, "%", "\u00a0%"));
}

void picture_trend_append(const struct focus_told *told, const struct sold_figures *sold,
                          struct text *to)
{
    if (sold == NULL || !trend_known(sold)) {
        return;
    }
    if (picture_trend_is_clear(sold)) {
        text_append_string(to, sold->trend_per_week > 0 ? "+" : "");
        translate_number(to, (int)told->call->language,
                         (int64_t)floor(sold->trend_per_week * 1000 + 0.5), 1);
        text_append_string(to, say(told, "%", "\u00a0%"));
    } else {
        text_append_char(to, '=');
    }
}

static void month_append(const struct focus_told *told, const struct sold_figures *sold, int month,
                         struct text *to)
{
    text_append_format(to, "%s ×", translate_month((int)told->call->language, month + 1));
    translate_number(to, (int)told->call->language, (int64_t)floor(sold->season[month] * 10 + 0.5),
                     1);
}

void picture_season_append(const struct focus_told *told, const struct sold_figures *sold,
                           struct text *to)
{
    int most;
    int least;
    if (sold != NULL && picture_season(sold, &most, &least)) {
        month_append(told, sold, most, to);
        text_append_string(to, ", ");
        month_append(told, sold, least, to);
    }
}

/* ---- how sure ---- */

static void thin_append(const struct focus_told *told, const struct sold *sold, struct text *to)
{
    char last[SHOW_BYTES];
    if (sold->last_day == 0) {
        text_append_string(
            to, say(told, "There are no orders yet: ", "Il n’y a pas encore de commandes\u00a0: "));
    } else if (sold->state == SOLD_NONE) {
        text_append_format(
            to,
            say(told, "No order in the last %u weeks, the last one on %s: ",
                "Aucune commande dans les %u dernières semaines, la dernière le %s\u00a0: "),
            sold->weeks, show_day(told->call->language, last, sold->last_day));
    } else {
        text_append_format(to,
                           say(told, "%u orders in %u full weeks: ",
                               "%u commandes en %u semaines pleines\u00a0: "),
                           sold->orders, sold->weeks);
    }
    text_append_format(
        to,
        say(told, "too little to conclude; at least %d weeks and %d orders are needed.",
            "trop peu pour conclure\u202f; il faut au moins %d semaines et %d commandes."),
        SOLD_WEEKS_MIN, SOLD_ORDERS_MIN);
}

void picture_sure_append(const struct focus_told *told, struct text *to)
{
    const struct sold *sold = told->figures->sold;
    char from[SHOW_BYTES];
    char until[SHOW_BYTES];
    if (sold == NULL) {
        text_append_string(
            to, say(told,
                    "A shop file has no orders: a database with what was sold (ecluse init, ecluse "
                    "import SHOP.db orders FILE) tells trends, seasons, promises, returns and "
                    "customers.",
                    "Un fichier de boutique n’a pas de commandes\u00a0: une base avec ce qui s’est "
                    "vendu (ecluse init, ecluse import SHOP.db orders FICHIER) dit les tendances, "
                    "les saisons, les promesses, les retours et les clients."));
    } else if (sold->state != SOLD_ENOUGH) {
        thin_append(told, sold, to);
    } else {
        text_append_format(to,
                           say(told, "From %u orders of %u weeks, %s to %s.",
                               "D’après %u commandes de %u semaines, du %s au %s."),
                           sold->orders, sold->weeks,
                           show_day(told->call->language, from, sold->from_day),
                           show_day(told->call->language, until, sold->until_day - 1));
    }
}

/* ---- what is not known ---- */

static bool customers_lack(const struct focus_told *told, struct text *to)
{
    const struct sold *sold = told->figures->sold;
    if (!sold->knows_customers) {
        text_append_string(
            to, say(told,
                    "No order of the last year says who bought: import the orders with "
                    "customer=COLUMN.",
                    "Aucune commande de l’année ne dit qui achète\u00a0: importer les commandes "
                    "avec customer=COLONNE."));
        return true;
    }
    if (sold->year_known < sold->year_orders) {
        text_append_format(to,
                           say(told,
                               "%u of %u orders of the last year say who bought; the others are "
                               "in no number of customers.",
                               "%u des %u commandes de l’année disent qui achète\u202f; les autres "
                               "ne sont dans aucun nombre de clients."),
                           sold->year_known, sold->year_orders);
        return true;
    }
    return false;
}

static bool promises_lack(const struct focus_told *told, struct text *to)
{
    text_append_string(
        to,
        say(told,
            "Whether promises are kept is not known: `ecluse deliver` tells when an order came.",
            "On ne sait pas si les promesses sont tenues\u00a0: `ecluse deliver` dit quand une "
            "commande est arrivée."));
    return true;
}

static bool returns_lack(const struct focus_told *told, struct text *to)
{
    text_append_string(to, say(told,
                               "No returns are in these orders: either nothing came back, or the "
                               "history was imported without.",
                               "Ces commandes n’ont pas de retours\u00a0: rien n’est revenu, ou "
                               "l’historique a été importé sans."));
    return true;
}

static bool seasons_lack(const struct focus_told *told, struct text *to)
{
    const struct sold *sold = told->figures->sold;
    text_append_format(
        to,
        say(told, "Seasons need %d weeks of orders, there are %d: a trend may be a season.",
            "Les saisons demandent %d semaines de commandes, il y en a %d\u00a0: une tendance peut "
            "être une saison."),
        SOLD_SEASON_WEEKS, (sold->until_day - sold->first_day) / 7);
    return true;
}

bool picture_lack_append(const struct focus_told *told, const struct picture *picture,
                         uint32_t index, struct text *to)
{
    uint32_t place = 0;
    if (!is_known(told->figures)) {
        return false;
    }
    const struct sold *sold = told->figures->sold;
    bool short_past = sold->until_day - sold->first_day < SOLD_SEASON_WEEKS * 7;
    bool customers = !sold->knows_customers || sold->year_known < sold->year_orders;
    if (customers && place++ == index) {
        return customers_lack(told, to);
    }
    if (!picture_knows_promises(picture) && place++ == index) {
        return promises_lack(told, to);
    }
    if (!picture_knows_returns(picture) && place++ == index) {
        return returns_lack(told, to);
    }
    return short_past && place == index && seasons_lack(told, to);
}

/* ---- bought together ---- */

/* What of an offer's week is bought together. */
static double pair_worth(const struct focus_figures *figures, uint32_t offer,
                         const struct sold_pair *pair)
{
    return pair->share * fabs((double)picture_throughput(&figures->offers[offer]));
}

/* The place of a shop's offer in the figures; offer_count: it is not in them. */
static uint32_t place_of(const struct focus_figures *figures, uint16_t offer)
{
    uint32_t low = 0;
    uint32_t high = figures->offer_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (figures->offers[middle].offer.index < offer) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < figures->offer_count && figures->offers[low].offer.index == offer
               ? low
               : figures->offer_count;
}

struct together {
    uint32_t offer; /* in the figures */
    const struct sold_pair *pair;
};

static void largest_take(const struct focus_figures *figures, struct together *largest,
                         uint32_t *count, struct together next)
{
    for (uint32_t j = 0; j < *count; j++) {
        if (pair_worth(figures, next.offer, next.pair) >
            pair_worth(figures, largest[j].offer, largest[j].pair)) {
            struct together less = largest[j];
            largest[j] = next;
            next = less;
        }
    }
    if (*count < PAIRS_SHOWN) {
        largest[(*count)++] = next;
    }
}

/* Of each offer the activity that most of it comes with; pairs are sorted by offer. */
static uint32_t largest_fill(const struct focus_figures *figures, struct together *largest)
{
    const struct sold *sold = figures->sold;
    uint32_t count = 0;
    for (uint32_t i = 0; i < sold->pair_count;) {
        const struct sold_pair *most = NULL;
        uint16_t offer = sold->pairs[i].offer;
        for (; i < sold->pair_count && sold->pairs[i].offer == offer; i++) {
            const struct sold_pair *pair = &sold->pairs[i];
            bool runs = !figures->shop->activities[pair->activity].retired;
            most = runs && (most == NULL || pair->share > most->share) ? pair : most;
        }
        struct together next = {place_of(figures, offer), most};
        if (most != NULL && next.offer < figures->offer_count) {
            largest_take(figures, largest, &count, next);
        }
    }
    return count;
}

void picture_pairs_append(const struct focus_told *told, struct text *to)
{
    struct together largest[PAIRS_SHOWN];
    const struct focus_figures *figures = told->figures;
    uint32_t count = is_known(figures) ? largest_fill(figures, largest) : 0;
    for (uint32_t i = 0; i < count; i++) {
        text_append_string(to, i > 0 ? ", "
                                     : say(told, "Bought together beyond chance: ",
                                           "Achetés ensemble au-delà du hasard\u00a0: "));
        picture_share_append(told, largest[i].pair->share, to);
        text_append_format(to, say(told, " of %s with %s", " de %s avec %s"),
                           focus_label(told, largest[i].offer),
                           figures->shop->activities[largest[i].pair->activity].name);
    }
    text_append_string(to, count > 0 ? "." : "");
}
