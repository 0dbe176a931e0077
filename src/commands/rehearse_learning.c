/* the tables -> past_read -> learn -> a forecast; days of a moment are no ordinary ones. */
#include "commands/rehearse_learning.h"

#include "commands/past_read.h"
#include "commands/show.h"
#include "rehearse/scene.h"
#include "report/plot.h"
#include "report/translate.h"

#include <math.h>
#include <stdlib.h>

enum { OLD_DAYS = 28 }; /* a history that ends earlier is told to be old */

/* The days on which a moment's crowd came. */
static void gaps_fill(const struct shop *shop, int64_t now, struct learn_plan *plan)
{
    for (uint32_t i = 0; i < shop->moment_count && plan->gap_count < LEARN_GAPS_MAX; i++) {
        const struct moment *moment = &shop->moments[i];
        const struct surge surge = {.rise_seconds = moment->rise_seconds,
                                    .half_life_seconds = moment->half_life_seconds,
                                    .half_lives = SURGE_HALF_LIVES};
        if (moment->at < now) {
            plan->gaps[plan->gap_count++] = (struct learn_gap){
                zone_day(&shop->zone, moment->at),
                zone_day(&shop->zone, moment->at + (int64_t)surge_seconds(&surge))};
        }
    }
}

/* The day before which is learned; what came from it on is held against the forecast. */
static enum status until_read(const struct call *call, const struct shop *shop, int64_t now,
                              int32_t *until, struct fault *fault)
{
    const char *text = call_value(call, "learn-until");
    int32_t today = zone_day(&shop->zone, now);
    *until = today;
    if (text == NULL) {
        return STATUS_OK;
    }
    if (!day_read(slice_of(text), until) || *until >= today) {
        return fault_set(fault, STATUS_INVALID,
                         "--learn-until %s: a day before today, as 2026-11-01", text);
    }
    return STATUS_OK;
}

static void forecast_fill(struct learning *learning, const struct shop *shop, int64_t now,
                          int32_t until, uint64_t seed)
{
    const struct past *past = &learning->past;
    int32_t today = zone_day(&shop->zone, now);
    uint32_t days = LEARNING_WEEKS_AHEAD * WEEKDAYS;
    if (learning->learned->state != LEARNED) {
        return;
    }
    int32_t last = zone_day(&shop->zone, past->orders[past->order_count - 1].at);
    last = last < today ? last : today - 1;
    learning->has_held = until < today && last >= until;
    if (learning->has_held) {
        int32_t held = last - until + 1;
        days = held < FORECAST_DAYS_MAX ? (uint32_t)held : (uint32_t)FORECAST_DAYS_MAX;
    }
    learning->forecast = forecast_make(learning->learned, seed, until, days);
    if (learning->has_held) {
        forecast_hold(learning->forecast, learning->learned, &shop->zone, &learning->held);
    }
}

enum status learning_open(const struct call *call, const struct shop_open *open, int64_t now,
                          const struct assumptions *assume, uint64_t seed,
                          struct learning *learning, struct fault *fault)
{
    struct learn_plan plan = {.past = &learning->past,
                              .zone = &open->shop->zone,
                              .offer_count = open->shop->offer_count,
                              .half_life_days = assume->history_half_life,
                              .trend_damping = assume->trend_damping};
    *learning = (struct learning){.has_held = false};
    if (open->is_file) {
        return call_value(call, "learn-until") == NULL
                   ? STATUS_OK
                   : fault_set(fault, STATUS_INVALID,
                               "--learn-until needs a database; a shop file has no history");
    }
    learning->today = zone_day(&open->shop->zone, now);
    enum status status = until_read(call, open->shop, now, &plan.until_day, fault);
    if (status == STATUS_OK) {
        status = past_read(open->path, call->env, open->shop, now, &learning->past, fault);
    }
    if (status == STATUS_OK) {
        gaps_fill(open->shop, now, &plan);
        learning->learned = learn(&plan);
        forecast_fill(learning, open->shop, now, plan.until_day, seed);
    }
    return status;
}

void learning_close(struct learning *learning)
{
    learned_free(learning->learned);
    free(learning->forecast);
    past_free(&learning->past);
}

/* ---- telling ---- */

static void number(const struct call *call, struct text *to, double value, int decimals)
{
    translate_number(to, (int)call->language, (int64_t)floor(value * pow(10, decimals) + 0.5),
                     decimals);
}

void learning_words(const struct call *call, const struct learning *learning, struct text *to)
{
    const struct learned *learned = learning->learned;
    char from[SHOW_BYTES];
    char until[SHOW_BYTES];
    if (learned == NULL || learned->state == LEARNED_NOTHING) {
        return;
    }
    text_append_format(
        to,
        learned->state == LEARNED
            ? call_say(call, "Ordinary demand is learned from %u orders, %s to %s",
                       "La demande ordinaire est apprise de %u commandes, du %s au %s")
            : call_say(call, "The history has only %u orders, %s to %s",
                       "L’historique n’a que %u commandes, du %s au %s"),
        learned->orders, show_day(call->language, from, learned->from_day),
        show_day(call->language, until, learned->until_day - 1));
    if (learned->state != LEARNED) {
        text_append_format(
            to,
            call_say(
                call,
                ": too few to learn from (%d days, %d orders, %d a week are needed); ordinary "
                "demand is demand_per_week",
                " : trop peu pour apprendre (il faut %d jours, %d commandes, %d par semaine) ; "
                "la demande ordinaire est demand_per_week"),
            LEARN_DAYS_MIN, LEARN_ORDERS_MIN, LEARN_ORDERS_PER_WEEK_MIN);
    }
    text_append_char(to, '.');
    if (learned->state == LEARNED && learning->today - learned->until_day > OLD_DAYS) {
        text_append_format(
            to,
            call_say(call, " It ends %d days ago: how much is sold now is the less certain.",
                     " Elles s’arrêtent il y a %d jours : ce qui se vend maintenant est d’autant "
                     "moins sûr."),
            learning->today - learned->until_day);
    }
}

static const char *weekday_name(const struct call *call, int weekday)
{
    static const char *const names[WEEKDAYS][2] = {
        {"Monday", "lundi"},   {"Tuesday", "mardi"},   {"Wednesday", "mercredi"},
        {"Thursday", "jeudi"}, {"Friday", "vendredi"}, {"Saturday", "samedi"},
        {"Sunday", "dimanche"}};
    return names[weekday][call->language == LANGUAGE_FR ? 1 : 0];
}

static void level_text(struct call *call, const struct learned *learned)
{
    double error = 1.96 * sqrt(learned->error[0][0]);
    double trend_error = 1.96 * sqrt(learned->error[1][1]);
    struct text *to = &call->out;
    number(call, to, WEEKDAYS * exp(learned->level), 0);
    text_append_string(to, call_say(call, " orders a week (", " commandes par semaine ("));
    number(call, to, WEEKDAYS * exp(learned->level - error), 0);
    text_append_string(to, " … ");
    number(call, to, WEEKDAYS * exp(learned->level + error), 0);
    text_append_string(to, call_say(call, "), trend ", "), tendance "));
    number(call, to, 100 * expm1(learned->trend), 1);
    text_append_string(to, call_say(call, " % a week (", " % par semaine ("));
    number(call, to, 100 * expm1(learned->trend - trend_error), 1);
    text_append_string(to, " … ");
    number(call, to, 100 * expm1(learned->trend + trend_error), 1);
    text_append_string(to, ").\n");
}

static void pattern_text(struct call *call, const struct learned *learned)
{
    int busiest = 0;
    int hour = 0;
    char day[SHOW_BYTES];
    for (int i = 0; i < WEEKDAYS; i++) {
        busiest = learned->weekday[i] > learned->weekday[busiest] ? i : busiest;
    }
    for (int i = 0; i < 24; i++) {
        hour = learned->hour[i] > learned->hour[hour] ? i : hour;
    }
    text_append_format(&call->out, call_say(call, "Busiest: %s (", "Le plus fort : %s ("),
                       weekday_name(call, busiest));
    number(call, &call->out, learned->weekday[busiest], 2);
    text_append_format(&call->out,
                       call_say(call,
                                " times a mean day), from %d to %d o'clock; the best day was %s "
                                "with %u orders.\n",
                                " fois un jour moyen), de %d à %d h ; le meilleur jour a été le "
                                "%s, %u commandes.\n"),
                       hour, hour + 1, show_day(call->language, day, learned->best_day),
                       learned->best_day_orders);
}

static void pairs_text(struct call *call, const struct shop *shop, const struct learned *learned)
{
    for (uint32_t i = 0; i < learned->pair_count; i++) {
        const struct learned_pair *pair = &learned->pairs[i];
        text_append_string(
            &call->out, i > 0 ? ", " : call_say(call, "Bought together: ", "Achetés ensemble : "));
        text_append_format(&call->out, "%s + %s (×", shop->offers[pair->a].name,
                           shop->offers[pair->b].name);
        number(call, &call->out, pair->lift, 1);
        text_append_char(&call->out, ')');
    }
    text_append_string(&call->out, learned->pair_count > 0 ? ".\n" : "");
}

static void share_text(struct call *call, const struct forecast_share *share, const char *words)
{
    text_append_format(&call->out, "  %u / %u %s\n", share->covered, share->of, words);
}

static void forecast_text(struct call *call, const struct learning *learning)
{
    const struct forecast *forecast = learning->forecast;
    char day[SHOW_BYTES];
    struct text *to = &call->out;
    text_append_format(to,
                       call_say(call, "The %u days from %s on: ", "Les %u jours à partir du %s : "),
                       forecast->days, show_day(call->language, day, forecast->first_day));
    number(call, to, forecast->orders.p10, 0);
    text_append_string(to, " … ");
    number(call, to, forecast->orders.p90, 0);
    text_append_string(to,
                       call_say(call, " orders (80 times in 100)", " commandes (80 fois sur 100)"));
    if (learning->has_held) {
        text_append_string(to, call_say(call, "; there came ", " ; il en est venu "));
        number(call, to, learning->held.came, 0);
        text_append_string(to, call_say(call, ". Within what was stated to cover 80 in 100:\n",
                                        ". Dans l’intervalle censé couvrir 80 sur 100 :\n"));
        share_text(call, &learning->held.days, call_say(call, "days", "jours"));
        share_text(call, &learning->held.weeks, call_say(call, "weeks", "semaines"));
        share_text(
            call, &learning->held.offers,
            call_say(call, "best-selling offers, in units", "offres les plus vendues, en unités"));
    } else {
        text_append_string(to, ".\n");
    }
}

void learning_text(struct call *call, const struct shop *shop, const struct learning *learning)
{
    const struct learned *learned = learning->learned;
    if (learned == NULL || learned->state == LEARNED_NOTHING) {
        return;
    }
    call_title(call, call_say(call, "Ordinary demand", "La demande ordinaire"));
    learning_words(call, learning, &call->out);
    text_append_char(&call->out, '\n');
    if (learning->forecast != NULL) {
        level_text(call, learned);
        pattern_text(call, learned);
        pairs_text(call, shop, learned);
        forecast_text(call, learning);
    }
}

static void plot_html(const struct call *call, const struct forecast *forecast, struct text *to)
{
    double low[FORECAST_DAYS_MAX];
    double high[FORECAST_DAYS_MAX];
    double median[FORECAST_DAYS_MAX];
    for (uint32_t i = 0; i < forecast->days; i++) {
        low[i] = forecast->day[i].p10;
        median[i] = forecast->day[i].p50;
        high[i] = forecast->day[i].p90;
    }
    const struct plot plot = {
        .title = call_say(call, "Ordinary orders a day: in 80 of 100 between the outer lines",
                          "Commandes ordinaires par jour : 80 fois sur 100 entre les lignes "
                          "extérieures"),
        .language = (int)call->language,
        .first_day = forecast->first_day,
        .count = forecast->days,
        .marked = forecast->days,
        .line_count = 3,
        .lines = {{call_say(call, "high", "haut"), high},
                  {call_say(call, "low", "bas"), low},
                  {call_say(call, "middle", "milieu"), median}}};
    if (forecast->days > 1) {
        plot_append(to, &plot);
    }
}

void learning_html(const struct call *call, const struct learning *learning, struct text *to)
{
    const struct learned *learned = learning->learned;
    if (learned == NULL || learned->state == LEARNED_NOTHING) {
        return;
    }
    text_append_format(to, "<h2>%s</h2><p>",
                       call_say(call, "Ordinary demand", "La demande ordinaire"));
    learning_words(call, learning, to);
    text_append_string(to, "</p>");
    if (learning->forecast != NULL) {
        plot_html(call, learning->forecast, to);
    }
}

void learning_json(const struct shop *shop, const struct learning *learning, struct text *to)
{
    if (learning->learned != NULL) {
        text_append_string(to, ",\"learned\":");
        learned_json(learning->learned, shop, learning->forecast,
                     learning->has_held ? &learning->held : NULL, to);
    }
}
