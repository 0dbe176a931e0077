/* The answer -> a page: the direction and its money, the bottleneck; below it why, in tables and
 * bars; what would change it and what nobody knows. */
#include "commands/focus_html.h"

#include "commands/focus_plots.h"
#include "commands/focus_rows.h"
#include "commands/focus_sure.h"
#include "commands/report_page.h"
#include "focus/tell.h"

struct page {
    const struct focus_told *told;
    struct text *to;
};

static const char *say(const struct page *page, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct page *page, const char *english, const char *french)
{
    return call_say(page->told->call, english, french);
}

static void string(const struct page *page, const char *text)
{
    text_append_string(page->to, text);
}

static void escaped(const struct page *page, const char *text)
{
    text_append_html(page->to, slice_of(text));
}

static void title(const struct page *page, const char *words)
{
    text_append_format(page->to, "<h2>%s</h2>", words);
}

/* Words that are plain text, escaped. */
static void words(const struct page *page,
                  void (*append)(const struct focus_told *told, struct text *to))
{
    struct text plain;
    text_init(&plain, FOCUS_WORDS_BYTES_MAX);
    append(page->told, &plain);
    text_append_html(page->to, text_slice(&plain));
    text_free(&plain);
}

static void paragraph(const struct page *page, const char *of_class,
                      void (*append)(const struct focus_told *told, struct text *to))
{
    size_t begin = page->to->length;
    text_append_format(page->to, "<p class=\"%s\">", of_class);
    size_t inside = page->to->length;
    words(page, append);
    if (page->to->length == inside && !page->to->overflow) {
        page->to->length = begin; /* nothing to say is no paragraph */
        page->to->bytes[begin] = '\0';
        return;
    }
    string(page, "</p>");
}

/* ---- the first screen ---- */

static void item(const struct page *page, const char *label)
{
    text_append_format(page->to, "</b> %s</li>", label);
}

static void side(const struct page *page, bool today)
{
    const struct focus_told *told = page->told;
    const struct mix *mix = today ? told->answer->today : told->answer->best;
    int64_t owner;
    uint32_t running = focus_running(told, today, &owner);
    text_append_format(page->to, "<section class=\"side %s\"><h2>%s</h2><p class=\"big money\">",
                       today ? "today" : "ecluse",
                       today ? say(page, "Today", "Aujourd’hui")
                             : say(page, "The best mix", "Le meilleur assortiment"));
    focus_money_append(told, mix->profit_micro, page->to);
    text_append_format(page->to, "</p><p class=\"what\">%s</p><ul><li><b>",
                       say(page, "profit a week", "de résultat par semaine"));
    focus_money_append(told, focus_revenue_micro(told, today), page->to);
    item(page, say(page, "revenue without VAT", "de chiffre d’affaires hors TVA"));
    string(page, "<li><b>");
    focus_hours_append(told, focus_hours_of(told, mix->used_micro), page->to);
    item(page, say(page, "hours of work", "heures de travail"));
    text_append_format(page->to, "<li><b>%u", running);
    item(page, say(page, "activities", "activités"));
    if (owner > 0) {
        string(page, "<li><b>");
        focus_owner_append(told, owner, page->to);
        item(page, say(page, "hours of the owner", "heures de la direction"));
    }
    string(page, "</ul></section>");
}

static void margin_first(const struct page *page)
{
    const struct mix *mix = page->told->answer->margin_first;
    if (!focus_found(mix) || mix->profit_micro >= page->told->answer->best->profit_micro) {
        return;
    }
    string(page, "<p class=\"note\">");
    string(page, say(page, "Selling what has the highest margin a piece first would leave ",
                     "Vendre d’abord ce qui a la plus forte marge à l’unité laisserait "));
    focus_money_append(page->told, mix->profit_micro, page->to);
    string(page, say(page, " a week.", " par semaine."));
    string(page, "</p>");
}

static void first_screen(const struct page *page)
{
    paragraph(page, "first", focus_direction_append);
    paragraph(page, "careful", focus_over_append);
    paragraph(page, "careful", focus_guessed_append);
    string(page, "<div class=\"pair\">");
    side(page, true);
    side(page, false);
    string(page, "</div><div class=\"together\">");
    paragraph(page, "worth", focus_bottlenecks_append);
    paragraph(page, "spread", focus_spread_append);
    paragraph(page, focus_is_unsure(page->told) ? "careful" : "sure", focus_sure_append);
    paragraph(page, "note", focus_gap_append);
    string(page, "</div>");
    margin_first(page);
}

/* ---- tables ---- */

static void table_begin(const struct page *page)
{
    string(page, "<div class=\"scroll\"><table><tr>");
}

static void head_cell(const struct page *page, const char *text)
{
    string(page, "<th>");
    escaped(page, text);
    string(page, "</th>");
}

static void table_end(const struct page *page)
{
    string(page, "</table></div>");
}

static void row_begin(const struct page *page, const char *name)
{
    string(page, "<tr><th>");
    escaped(page, name);
    string(page, "</th>");
}

static void cell(const struct page *page,
                 void (*append)(const struct focus_told *told, int64_t value, struct text *to),
                 int64_t value)
{
    string(page, "<td>");
    append(page->told, value, page->to);
    string(page, "</td>");
}

static void tenths_cell(const struct page *page, int64_t thousandths)
{
    string(page, "<td>");
    focus_owner_append(page->told, thousandths, page->to);
    string(page, "</td>");
}

/* ---- activities ---- */

static void activity_row(const struct page *page, uint32_t index)
{
    const struct focus_told *told = page->told;
    const struct focus_activity_answer *activity = &told->answer->activities[index];
    row_begin(page, focus_activity_name(told->figures, index));
    text_append_format(page->to, "<td><span class=\"tag tag-%s\">%s</span></td>",
                       focus_verdict_name(activity->verdict),
                       focus_verdict_words(told->call, activity->verdict));
    cell(page, focus_money_append, activity->today.profit_micro);
    cell(page, focus_money_append, activity->best.profit_micro);
    cell(page, focus_hours_append, focus_hours_of(told, activity->today.used_micro));
    cell(page, focus_hours_append, focus_hours_of(told, activity->best.used_micro));
    tenths_cell(page, told->figures->activities[index].owner_thousandths);
    string(page, "</tr>");
}

static void sum_row(const struct page *page, const char *name, int64_t today, int64_t best)
{
    row_begin(page, name);
    string(page, "<td></td>");
    cell(page, focus_money_append, today);
    cell(page, focus_money_append, best);
    string(page, "<td></td><td></td><td></td></tr>");
}

static void activities(const struct page *page)
{
    const struct focus_told *told = page->told;
    const char *best = say(page, "best mix", "meilleur assortiment");
    title(page, say(page, "Activities", "Activités"));
    table_begin(page);
    head_cell(page, "");
    head_cell(page, say(page, "advice", "conseil"));
    head_cell(page, say(page, "profit a week, today", "résultat par semaine, aujourd’hui"));
    head_cell(page, best);
    head_cell(page, say(page, "hours a week, today", "heures par semaine, aujourd’hui"));
    head_cell(page, best);
    head_cell(page, say(page, "hours of the owner", "heures de la direction"));
    string(page, "</tr>");
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        activity_row(page, i);
    }
    if (focus_has_rest(told)) {
        sum_row(page, say(page, "of no activity", "sans activité"), focus_rest_micro(told, true),
                focus_rest_micro(told, false));
    }
    sum_row(page, say(page, "wages, rent and other fixed costs", "salaires, loyer, autres frais"),
            -told->figures->operating_micro, -told->figures->operating_micro);
    sum_row(page, say(page, "profit", "résultat"), told->answer->today->profit_micro,
            told->answer->best->profit_micro);
    table_end(page);
    text_append_format(
        page->to, "<p class=\"note\">%s</p>",
        say(page,
            "The profit of an activity is what its sales bring (price without VAT less materials, "
            "payment fee and carriage that is not charged) less the fixed costs that would end "
            "with it. Wages and rent are paid whatever runs.",
            "Le résultat d’une activité, c’est ce que ses ventes apportent (prix hors TVA moins "
            "matières, frais de paiement et port non facturé) moins les frais fixes qui "
            "cesseraient avec elle. Salaires et loyer sont payés quoi qu’on fasse."));
    focus_plot_shares(told, page->to);
}

/* ---- offers ---- */

static void offer_row(const struct page *page, uint32_t index, uint32_t center)
{
    const struct focus_told *told = page->told;
    const struct focus_offer *offer = &told->figures->offers[index];
    int64_t hourly;
    row_begin(page, focus_label(told, index));
    cell(page, focus_quantity_append, offer->today_thousandths);
    cell(page, focus_quantity_append, told->answer->best->units_thousandths[index]);
    cell(page, focus_price_append, offer->throughput_micro);
    if (center == told->figures->center_count) {
        string(page, "</tr>");
    } else if (focus_per_hour(told->figures, index, center, &hourly)) {
        cell(page, focus_price_append, hourly);
        string(page, "</tr>");
    } else {
        string(page, "<td></td></tr>");
    }
}

static void others(const struct page *page, const struct focus_changes *changes)
{
    if (changes->shown == changes->count && changes->unchanged == 0) {
        return;
    }
    string(page, "<p class=\"note\">");
    if (changes->shown < changes->count) {
        text_append_format(page->to,
                           say(page, "The largest changes; there are %u smaller ones. ",
                               "Les plus grands changements&nbsp;; il y en a %u plus petits. "),
                           changes->count - changes->shown);
    }
    if (changes->unchanged > 0) {
        text_append_format(
            page->to,
            say(page, "Offers that stay as they are: %u.", "Offres qui ne changent pas&nbsp;: %u."),
            changes->unchanged);
    }
    string(page, "</p>");
}

static void changes_table(const struct page *page, const struct focus_changes *changes)
{
    const struct focus_told *told = page->told;
    uint32_t center = focus_bottleneck(told->figures, told->answer->best);
    table_begin(page);
    head_cell(page, "");
    head_cell(page, say(page, "today", "aujourd’hui"));
    head_cell(page, say(page, "best mix", "meilleur assortiment"));
    head_cell(page, say(page, "each brings", "apport de l’unité"));
    if (center < told->figures->center_count) {
        text_append_format(page->to,
                           say(page, "<th>per hour of %s</th>", "<th>par heure de %s</th>"),
                           focus_center(told->figures, center)->name);
    }
    string(page, "</tr>");
    for (uint32_t i = 0; i < changes->shown; i++) {
        offer_row(page, changes->offers[i], center);
    }
    table_end(page);
}

static void offers(const struct page *page)
{
    const struct focus_told *told = page->told;
    struct focus_changes changes;
    if (!focus_changes_make(told, &changes)) {
        return;
    }
    if (changes.shown + changes.unchanged > 0) {
        title(page, say(page, "What to sell, units a week", "Que vendre, unités par semaine"));
        if (changes.shown > 0) {
            changes_table(page, &changes);
        }
        others(page, &changes);
        focus_plot_offers(told, page->to);
    }
    focus_changes_free(&changes);
}

/* ---- hours ---- */

static void center_row(const struct page *page, uint32_t index)
{
    const struct focus_told *told = page->told;
    const struct work_center *center = focus_center(told->figures, index);
    row_begin(page, center->name);
    cell(page, focus_hours_append, told->figures->centers[index].minutes_micro);
    cell(page, focus_hours_append, told->answer->today->used_micro[index]);
    cell(page, focus_hours_append, told->answer->best->used_micro[index]);
    cell(page, focus_price_append, focus_hour_micro(told->answer->best, index));
    if (center->cost_per_hour_minor > 0) {
        cell(page, focus_price_append, center->cost_per_hour_minor * FOCUS_MICRO);
    } else {
        string(page, "<td></td>");
    }
    string(page, "</tr>");
}

static void centers(const struct page *page)
{
    if (page->told->figures->center_count == 0) {
        return;
    }
    title(page, say(page, "Hours a week", "Heures par semaine"));
    table_begin(page);
    head_cell(page, "");
    head_cell(page, say(page, "there are", "il y en a"));
    head_cell(page, say(page, "used today", "prises aujourd’hui"));
    head_cell(page, say(page, "best mix", "meilleur assortiment"));
    head_cell(page, say(page, "one more is worth", "une de plus vaut"));
    head_cell(page, say(page, "it costs", "elle coûte"));
    string(page, "</tr>");
    for (uint32_t i = 0; i < page->told->figures->center_count; i++) {
        center_row(page, i);
    }
    table_end(page);
}

/* ---- how focused ---- */

static void point_row(const struct page *page, uint32_t index)
{
    const struct focus_told *told = page->told;
    const struct frontier_point *point = &told->answer->frontier->points[index];
    struct text step;
    text_init(&step, FOCUS_WORDS_BYTES_MAX);
    text_append_format(page->to, "<tr><th>%u<small> ", point->most);
    focus_step_append(told, index, &step);
    text_append_html(page->to, text_slice(&step));
    text_free(&step);
    string(page, "</small></th>");
    cell(page, focus_money_append, point->mix->profit_micro);
    cell(page, focus_gain_append, focus_step_micro(told, index));
    tenths_cell(page, point->owner_thousandths);
    string(page, "</tr>");
}

static void frontier(const struct page *page)
{
    const struct focus_told *told = page->told;
    uint32_t count = focus_frontier_count(told);
    if (count == 0) {
        return;
    }
    title(page, say(page, "How many activities", "Combien d’activités"));
    focus_plot_frontier(told, page->to);
    table_begin(page);
    head_cell(page, say(page, "activities", "activités"));
    head_cell(page, say(page, "best profit a week", "meilleur résultat par semaine"));
    head_cell(page, say(page, "the last one adds", "la dernière ajoute"));
    head_cell(page, say(page, "hours of the owner", "heures de la direction"));
    string(page, "</tr>");
    for (uint32_t i = 0; i < count; i++) {
        point_row(page, i);
    }
    table_end(page);
    paragraph(page, "note", focus_frontier_append);
    paragraph(page, "note", focus_effective_append);
}

/* ---- how sure ---- */

static void end_cell(const struct page *page, const struct range *range, bool high)
{
    struct text plain;
    text_init(&plain, FOCUS_WORDS_BYTES_MAX);
    focus_end_append(page->told, range, high, &plain);
    string(page, "<td class=\"words\">");
    text_append_html(page->to, text_slice(&plain));
    string(page, "</td>");
    text_free(&plain);
}

static void ranges(const struct page *page)
{
    const struct range *found[FOCUS_RANGES_SHOWN];
    uint32_t count = focus_ranges_nearest(page->told, found, FOCUS_RANGES_SHOWN);
    if (count == 0) {
        return;
    }
    title(page, say(page, "What would change the advice, the nearest first",
                    "Ce qui changerait le conseil, le plus proche d’abord"));
    table_begin(page);
    head_cell(page, say(page, "an error in", "une erreur sur"));
    text_append_format(page->to, "<th class=\"words\">%s</th><th class=\"words\">%s</th></tr>",
                       say(page, "if it is less", "s’il y en a moins"),
                       say(page, "if it is more", "s’il y en a plus"));
    for (uint32_t i = 0; i < count; i++) {
        struct text plain;
        text_init(&plain, FOCUS_WORDS_BYTES_MAX);
        focus_figure_append(page->told, found[i], &plain);
        row_begin(page, plain.bytes);
        text_free(&plain);
        end_cell(page, found[i], false);
        end_cell(page, found[i], true);
        string(page, "</tr>");
    }
    table_end(page);
}

static void not_known(const struct page *page)
{
    struct text plain;
    text_init(&plain, FOCUS_WORDS_BYTES_MAX);
    uint32_t count = 0;
    for (; focus_not_known_append(page->told, count, &plain); count++) {
        if (count == 0) {
            title(page, say(page, "What is not known", "Ce qui n’est pas connu"));
            string(page, "<ul>");
        }
        string(page, "<li>");
        text_append_html(page->to, text_slice(&plain));
        string(page, "</li>");
        text_clear(&plain);
    }
    string(page, count > 0 ? "</ul>" : "");
    text_free(&plain);
}

void focus_html(const struct focus_told *told, struct slice first, struct slice more,
                struct text *to)
{
    const struct page page = {told, to};
    const char *shop = told->figures->shop->name;
    bool found = focus_found(told->answer->best);
    report_page_begin(told->call, shop,
                      say(&page, "Where to put the hours", "Où mettre les heures"), to);
    string(&page, "<p class=\"lead\">");
    escaped(&page, shop);
    string(&page,
           say(&page, " · figures of a plain week</p>", " · chiffres d’une semaine ordinaire</p>"));
    text_append_slice(to, first);
    if (found) {
        first_screen(&page);
        activities(&page);
        offers(&page);
        frontier(&page);
        ranges(&page);
        centers(&page);
    } else {
        paragraph(&page, "first", focus_none_append);
    }
    text_append_slice(to, more);
    if (found) {
        not_known(&page);
    }
    text_append_format(to, "<p class=\"note\">%s</p>",
                       say(&page, "Method, sources and limits: docs/focus.md.",
                           "Méthode, sources et limites&nbsp;: docs/focus.md."));
    report_page_end(to);
}
