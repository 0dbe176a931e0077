/* The answer -> a page: the same evening twice, what breaks first; below it the plots and all
 * figures with their ranges. */
#include "commands/rehearse_html.h"

#include "commands/rehearse_words.h"
#include "commands/report_page.h"
#include "commands/show.h"
#include "report/plot.h"
#include "report/translate.h"

#include <math.h>
#include <stdlib.h>

struct page {
    struct call *call;
    const struct shop *shop;
    const struct rehearse_plan *plan;
    const struct rehearse_answer *answer;
    struct text *to;
};

static const char *say(const struct page *page, const char *english, const char *french)
{
    return call_say(page->call, english, french);
}

static void string(const struct page *page, const char *text)
{
    text_append_string(page->to, text);
}

static void number(const struct page *page, double value)
{
    translate_number(page->to, (int)page->call->language, (int64_t)floor(value + 0.5), 0);
}

static void percent(const struct page *page, double share)
{
    number(page, 100 * share);
    string(page, page->call->language == LANGUAGE_FR ? "&nbsp;%" : "%");
}

static void money(const struct page *page, double minor)
{
    rehearse_money_append(page->call, page->shop, minor, page->to);
}

static void measure_value(const struct page *page, enum rehearse_measure measure, double value)
{
    if (rehearse_measure_is_money(measure)) {
        money(page, value);
    } else {
        rehearse_value_append(page->call, page->shop, measure, value, page->to);
    }
}

/* ---- the same evening twice ---- */

static void item(const struct page *page, enum rehearse_side side, enum rehearse_measure measure,
                 const char *words)
{
    string(page, "<li><b>");
    measure_value(page, measure, page->answer->sides[side].measures[measure].p50);
    string(page, "</b> ");
    string(page, words);
    string(page, "</li>");
}

static void side_card(const struct page *page, enum rehearse_side side, const char *title)
{
    const struct rehearse_side_answer *answer = &page->answer->sides[side];
    text_append_format(page->to, "<section class=\"side %s\"><h3>%s</h3><p class=\"big\">",
                       rehearse_side_name(side), title);
    percent(page, answer->kept.rate);
    text_append_format(page->to, "</p><p class=\"what\">%s</p><ul>",
                       say(page, "of promises kept", "des promesses tenues"));
    item(page, side, MEASURE_SERVED,
         say(page, "visitors see the shop", "visiteurs voient la boutique"));
    item(page, side, MEASURE_ORDERS, say(page, "orders", "commandes"));
    item(page, side, MEASURE_LATE, say(page, "arrive late", "arrivent en retard"));
    item(page, side, MEASURE_GAVE_UP,
         say(page, "buyers lost at the door", "acheteurs perdus à l’entrée"));
    item(page, side, MEASURE_PROFIT,
         say(page, "left of the orders, before fixed costs", "de marge avant frais fixes"));
    string(page, "</ul></section>");
}

static void when(const struct page *page, int64_t at)
{
    int32_t day = zone_day(&page->shop->zone, at);
    int32_t second = zone_second_of_day(&page->shop->zone, at);
    translate_date(page->to, (int)page->call->language, day, false);
    if (second > 0) {
        string(page, ", ");
        translate_time(page->to, (int)page->call->language, second / 60);
    }
}

static void head(const struct page *page)
{
    report_page_begin(page->call, page->shop->name,
                      say(page, "The same evening, twice", "La même soirée, deux fois"), page->to);
    string(page, "<p class=\"lead\">");
    text_append_html(page->to, slice_of(page->shop->name));
    string(page, " · ");
    text_append_html(page->to, slice_of(page->plan->moment->name));
    string(page, ", ");
    when(page, page->plan->moment->at);
    string(page, " · ");
    number(page, page->answer->visitors);
    string(page, say(page, " visitors", " visiteurs"));
    string(page, "</p>");
}

/* ---- what breaks ---- */

static void defence(const struct page *page, const struct rehearse_break *rung)
{
    string(page, rehearse_defence_title(page->call, rung->defence));
    if (rehearse_defence_has_name(rung->defence)) {
        string(page, page->call->language == LANGUAGE_FR ? "&nbsp;: " : ": ");
        text_append_html(page->to, slice_of(rung->name));
    }
}

static void ladder(const struct page *page)
{
    string(page, "<h2>");
    string(page,
           say(page, "What breaks first today, and once that is repaired, what next",
               "Ce qui casse d’abord aujourd’hui, puis, une fois réparé, ce qui casse ensuite"));
    string(page, "</h2>");
    if (page->answer->break_count == 0) {
        text_append_format(page->to, "<p>%s</p>",
                           say(page, "Nothing that holds without the moment.",
                               "Rien de ce qui tient sans ce moment."));
        return;
    }
    string(page, "<ol class=\"steps\">");
    for (uint32_t i = 0; i < page->answer->break_count; i++) {
        const struct rehearse_break *rung = &page->answer->breaks[i];
        string(page, "<li><b>");
        defence(page, rung);
        string(page, "</b><small>");
        when(page, rung->first);
        string(page, " · ");
        percent(page, rung->probability);
        string(page, say(page, " of evenings", " des soirées"));
        string(page, "</small></li>");
    }
    string(page, "</ol>");
}

static void point(const struct page *page)
{
    const struct rehearse_point *point = &page->answer->point;
    if (!point->found) {
        return;
    }
    string(page, "<p>");
    string(page, say(page, "Today's shop takes <b>", "La boutique d’aujourd’hui supporte <b>"));
    number(page, point->visitors);
    string(page, say(page, "</b> visitors without breaking anything (in 95 percent of evenings)",
                     "</b> visiteurs sans que rien ne casse (dans 95&nbsp;% des soirées)"));
    if (point->breaks_something) {
        string(page, say(page, "; beyond, it is <b>", "&nbsp;; au-delà, c’est <b>"));
        defence(page, &point->breaks);
        string(page, "</b>");
    }
    string(page, ".</p>");
}

static void first_screen(const struct page *page)
{
    string(page, "<div class=\"pair\">");
    side_card(page, SIDE_TODAY, say(page, "Today", "Aujourd’hui"));
    side_card(page, SIDE_ECLUSE, say(page, "With Écluse", "Avec Écluse"));
    string(page, "</div><p class=\"note\">");
    rehearse_calm_append(page->call, page->answer, say(page, "%", "&nbsp;%"), page->to);
    string(page, "</p>");
}

/* ---- what to do ---- */

enum { LEVERS_SHOWN = 4 };

static void signed_money(const struct page *page, double minor)
{
    string(page, minor > 0 ? "+" : "");
    money(page, minor);
}

/* "+5 points of promises kept · +€310 · 1,200 visitors more today · costs €800" */
static void gains_line(const struct page *page, const struct rehearse_gains *gains,
                       int64_t cost_minor)
{
    rehearse_points_append(page->call, gains->kept.gain, page->to);
    string(page, say(page, " of promises kept · ", " de promesses tenues · "));
    signed_money(page, gains->profit.gain);
    if (gains->has_point && fabs(gains->point.gain) >= 0.5) {
        string(page, " · ");
        rehearse_more_append(page->call, gains->point.gain, page->to);
        string(page, say(page, " visitors before today's shop breaks",
                         " visiteurs avant que la boutique d’aujourd’hui ne casse"));
    }
    if (cost_minor > 0) {
        string(page, say(page, " · costs ", " · coûte "));
        money(page, (double)cost_minor);
    }
}

static void lever(const struct page *page, const struct rehearse_lever *lever)
{
    string(page, "<li><b>");
    rehearse_lever_words(page->call, lever, page->to);
    string(page, "</b><small>");
    string(page, say(page, "by ", "d’ici au "));
    translate_date(page->to, (int)page->call->language, lever->do_by, false);
    string(page, " · ");
    gains_line(page, &lever->gains, lever->cost_minor);
    string(page, "</small></li>");
}

/* The best few, and what they change together. */
static void together(const struct page *page)
{
    const struct rehearse_combination *best = &page->answer->together;
    if (best->lever_count == 0) {
        text_append_format(page->to, "<p>%s</p>",
                           say(page,
                               "Nothing was found to do together that is worth what it costs.",
                               "Rien à faire ensemble qui vaille ce que cela coûte."));
        return;
    }
    string(page, "<div class=\"together\"><p><b>");
    string(page, best->lever_count > 1 ? say(page, "The best together", "Le meilleur ensemble")
                                       : say(page, "The best", "Le meilleur"));
    if (page->plan->budget_minor >= 0) {
        string(page, say(page, ", within ", ", dans la limite de "));
        money(page, (double)page->plan->budget_minor);
    }
    string(page, page->call->language == LANGUAGE_FR ? "&nbsp;:</b></p><ul>" : ":</b></p><ul>");
    for (uint32_t i = 0; i < best->lever_count; i++) {
        const struct rehearse_lever *of = &page->answer->levers[best->levers[i]];
        string(page, "<li>");
        rehearse_lever_words(page->call, of, page->to);
        string(page, say(page, ", by ", ", d’ici au "));
        translate_date(page->to, (int)page->call->language, of->do_by, false);
        string(page, "</li>");
    }
    string(page, "</ul><p>");
    gains_line(page, &best->gains, best->cost_minor);
    string(page, best->gains.worth.low <= 0 ? rehearse_unsure(page->call) : "");
    string(page, "</p><p class=\"note\">");
    text_append_format(page->to,
                       call_say(page->call,
                                "A broken promise is taken to cost what %g orders leave.",
                                "Une promesse rompue est comptée pour la marge de %g commandes."),
                       page->plan->assume->broken_promise);
    string(page, "</p></div>");
}

static void setting(const struct page *page)
{
    if (page->answer->setting.found) {
        string(page, "<p>");
        rehearse_setting_append(page->call, page->shop, page->answer, say(page, "%", "&nbsp;%"),
                                page->to);
        string(page, "</p>");
    }
}

static void levers(const struct page *page)
{
    const struct rehearse_lever *best[LEVERS_SHOWN];
    uint32_t count = rehearse_levers_best(page->answer, best, LEVERS_SHOWN);
    if (page->answer->lever_count == 0) {
        return;
    }
    text_append_format(
        page->to, "<h2>%s</h2><ol class=\"steps\">",
        say(page, "What to do, by when (with Écluse)", "Que faire, et pour quand (avec Écluse)"));
    for (uint32_t i = 0; i < count; i++) {
        lever(page, best[i]);
    }
    string(page, "</ol>");
    together(page);
    setting(page);
}

/* What breaks first, in one line: the ladder stands further below. */
static void first_break(const struct page *page)
{
    if (page->answer->break_count == 0) {
        return;
    }
    const struct rehearse_break *rung = &page->answer->breaks[0];
    string(page, "<p class=\"first\">");
    string(page, say(page, "Today, what breaks first is <b>", "Aujourd’hui, c’est <b>"));
    defence(page, rung);
    string(page, say(page, "</b>: ", "</b> qui casse d’abord&nbsp;: "));
    when(page, rung->first);
    string(page, ".</p>");
}

/* ---- plots ---- */

static void plot_of(const struct page *page, const char *title, bool late)
{
    const struct rehearse_answer *answer = page->answer;
    uint32_t first = answer->moment_day > 2 ? answer->moment_day - 2 : 0;
    uint32_t count = answer->days - first < 42 ? answer->days - first : 42;
    double *sums = calloc((size_t)count * REHEARSE_SIDES, sizeof *sums);
    if (sums == NULL) {
        return;
    }
    for (uint32_t side = 0; side < REHEARSE_SIDES; side++) {
        const struct rehearse_side_answer *of = &answer->sides[side];
        for (uint32_t i = 0; i < count; i++) {
            double before = i == 0 ? 0 : sums[side * count + i - 1];
            sums[side * count + i] =
                before + (late ? of->late_on[first + i] : of->delivered_on[first + i]);
        }
    }
    const struct plot plot = {
        .title = title,
        .language = (int)page->call->language,
        .first_day = answer->today + (int32_t)first,
        .count = count,
        .marked = answer->moment_day - first,
        .mark = page->plan->moment->name,
        .line_count = REHEARSE_SIDES,
        .lines = {{say(page, "today", "aujourd’hui"), sums},
                  {say(page, "ordinary room", "file ordinaire"), sums + count},
                  {"Écluse", sums + (size_t)2 * count}}};
    plot_append(page->to, &plot);
    free(sums);
}

/* ---- all figures ---- */

static void figures_row(const struct page *page, enum rehearse_measure measure)
{
    text_append_format(page->to, "<tr><th>%s</th>", rehearse_measure_title(page->call, measure));
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct rehearse_range *range = &page->answer->sides[side].measures[measure];
        string(page, "<td>");
        measure_value(page, measure, range->p50);
        string(page, "<small>");
        measure_value(page, measure, range->p10);
        string(page, " … ");
        measure_value(page, measure, range->p90);
        string(page, "</small></td>");
    }
    string(page, "</tr>");
}

static void kept_row(const struct page *page)
{
    text_append_format(page->to, "<tr><th>%s</th>", say(page, "promises kept", "promesses tenues"));
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct rehearse_rate *kept = &page->answer->sides[side].kept;
        string(page, "<td>");
        percent(page, kept->rate);
        string(page, "<small>");
        percent(page, kept->low);
        string(page, " … ");
        percent(page, kept->high);
        string(page, "</small></td>");
    }
    string(page, "</tr>");
}

/* ---- all that was tried ---- */

static void tried_gain(const struct page *page, const struct rehearse_gain *gain, bool is_money)
{
    string(page, "<td>");
    if (is_money) {
        signed_money(page, gain->gain);
    } else {
        rehearse_points_append(page->call, gain->gain, page->to);
    }
    if (gain->low < gain->high) {
        string(page, "<small>");
        if (is_money) {
            rehearse_value_append(page->call, page->shop, MEASURE_PROFIT, gain->low, page->to);
            string(page, " … ");
            rehearse_value_append(page->call, page->shop, MEASURE_PROFIT, gain->high, page->to);
        } else {
            translate_number(page->to, (int)page->call->language,
                             (int64_t)floor(gain->low * 1000 + 0.5), 1);
            string(page, " … ");
            translate_number(page->to, (int)page->call->language,
                             (int64_t)floor(gain->high * 1000 + 0.5), 1);
        }
        string(page, "</small>");
    }
    string(page, "</td>");
}

static void tried_row(const struct page *page, const struct rehearse_lever *lever)
{
    string(page, "<tr><th>");
    rehearse_lever_words(page->call, lever, page->to);
    string(page, "</th>");
    tried_gain(page, &lever->gains.kept, false);
    tried_gain(page, &lever->gains.profit, true);
    string(page, "<td>");
    if (lever->gains.has_point) {
        rehearse_more_append(page->call, lever->gains.point.gain, page->to);
    }
    string(page, "</td><td>");
    if (lever->cost_minor > 0) {
        money(page, (double)lever->cost_minor);
    }
    string(page, "</td></tr>");
}

static void tried(const struct page *page)
{
    if (page->answer->lever_count == 0) {
        return;
    }
    text_append_format(page->to,
                       "<h2>%s</h2><div class=\"scroll\"><table><tr><th></th><th>%s</th><th>%s</th>"
                       "<th>%s</th><th>%s</th></tr>",
                       say(page, "All that was tried", "Tout ce qui a été essayé"),
                       say(page, "promises kept", "promesses tenues"),
                       say(page, "left of the orders", "marge"),
                       say(page, "visitors today's shop takes", "visiteurs supportés aujourd’hui"),
                       say(page, "cost", "coût"));
    for (uint32_t i = 0; i < page->answer->lever_count; i++) {
        tried_row(page, &page->answer->levers[i]);
    }
    text_append_format(
        page->to, "</table></div><p class=\"note\">%s</p>",
        say(page,
            "With Écluse, against the same evenings without it; below, the 95 percent interval of "
            "each by itself. What is told as the best was lived again in evenings that had not "
            "chosen it, where there were enough.",
            "Avec Écluse, par rapport aux mêmes soirées sans cela&nbsp;; dessous, l’intervalle à "
            "95&nbsp;% de chacun pris seul. Le meilleur a été revécu dans des soirées qui ne "
            "l’avaient pas choisi, quand il y en avait assez."));
}

static void table_head(const struct page *page, const char *title)
{
    text_append_format(page->to,
                       "<h2>%s</h2><div class=\"scroll\"><table><tr><th></th><th>%s</th><th>%s</th>"
                       "<th>Écluse</th></tr>",
                       title, say(page, "today", "aujourd’hui"),
                       say(page, "ordinary waiting room", "file d’attente ordinaire"));
}

/* The customers' view: who is served, waits, is refused, late, wrong, refunded. */
static void customers(const struct page *page)
{
    table_head(page, rehearse_group_title(page->call, 0));
    for (int i = 0; i < REHEARSE_CUSTOMERS_VIEW; i++) {
        figures_row(page, rehearse_customers_view[i]);
    }
    string(page, "</table></div>");
}

static void figures(const struct page *page)
{
    table_head(page, say(page, "All figures", "Tous les chiffres"));
    kept_row(page);
    for (int i = 0; i < REHEARSE_MEASURES; i++) {
        const char *group = rehearse_group_title(page->call, i);
        if (group != NULL) {
            text_append_format(page->to, "<tr><th class=\"group\" colspan=\"4\">%s</th></tr>",
                               group);
        }
        figures_row(page, rehearse_measures_shown[i]);
    }
    string(page, "</table></div><p class=\"note\">");
    text_append_format(
        page->to,
        call_say(page->call,
                 "Median, then 10th … 90th percentile of %u evenings (of promises kept, the 95 "
                 "percent interval). Orders made from the moment's beginning to %.0f days after "
                 "it, ordinary ones included. Seed %llu: the same seed gives the same answer. "
                 "Model, assumptions and limits: docs/rehearsal.md.",
                 "Médiane, puis 10e … 90e centile de %u soirées (pour les promesses tenues, "
                 "l’intervalle à 95&nbsp;%%). Commandes passées du début du moment à %.0f jours "
                 "après, commandes ordinaires comprises. Tirage %llu&nbsp;: le même tirage donne "
                 "la même réponse. Modèle, hypothèses et limites&nbsp;: docs/rehearsal.md."),
        page->answer->runs, page->plan->assume->demand_days, (unsigned long long)page->plan->seed);
    string(page, "</p>");
}

void rehearse_html(struct call *call, const struct shop *shop, const struct rehearse_plan *plan,
                   const struct rehearse_answer *answer, const struct learning *learning,
                   struct text *to)
{
    const struct page page = {call, shop, plan, answer, to};
    head(&page);
    first_screen(&page);
    first_break(&page);
    levers(&page);
    if (!plan->sides_only) {
        ladder(&page);
        point(&page);
    }
    customers(&page);
    text_append_format(to, "<h2>%s</h2>", say(&page, "The weeks after it", "Les semaines d’après"));
    plot_of(&page, say(&page, "Orders delivered, added up", "Commandes livrées, cumulées"), false);
    plot_of(&page, say(&page, "Late orders, added up", "Commandes en retard, cumulées"), true);
    learning_html(call, learning, to);
    tried(&page);
    figures(&page);
    report_page_end(to);
}
