/* What was foreseen and what came, for the owner: first what was assumed wrongly, then all rows. */
#include "commands/against_show.h"
#include "commands/against_words.h"
#include "commands/report_page.h"
#include "commands/show.h"

enum { TITLE_BYTES = 256 };

struct against_page {
    const struct call *call;
    const struct against_told *told;
    struct text *to;
};

static const char *say(const struct against_page *page, const char *english, const char *french)
{
    return page->call->language == LANGUAGE_FR ? french : english;
}

static void head(const struct against_page *page)
{
    const struct rehearse_plan *plan = page->told->plan;
    const struct shop *shop = page->told->shop;
    char from[SHOW_BYTES];
    char until[SHOW_BYTES];
    report_page_begin(
        page->call, shop->name,
        say(page, "What was foreseen, what came", "Ce qui était prévu, ce qui est venu"), page->to);
    text_append_string(page->to, "<p class=\"lead\">");
    text_append_html(page->to, slice_of(shop->name));
    text_append_string(page->to, " · ");
    text_append_html(page->to, slice_of(plan->moment->name));
    text_append_format(page->to, " · %s … %s</p>",
                       show_instant(page->call->language, shop, from, plan->moment->at),
                       show_day(page->call->language, until, page->told->answer->until_day - 1));
}

static void hint(const struct against_page *page, const struct against_row *row)
{
    if (row->hint.given) {
        text_append_string(page->to, "<li><b>");
        against_hint_words(page->call, &row->hint, page->to);
        text_append_string(page->to, "</b></li>");
    }
}

static void hints(const struct against_page *page)
{
    const struct against *answer = page->told->answer;
    text_append_format(page->to, "<h2>%s</h2><ol class=\"steps\">",
                       say(page, "What was assumed wrongly", "Ce qui était mal supposé"));
    for (int i = 0; i < AGAINST_MEASURES; i++) {
        hint(page, &answer->rows[i]);
    }
    for (uint32_t i = 0; i < answer->offer_count; i++) {
        hint(page, &answer->offers[i].row);
    }
    text_append_string(page->to, "</ol>");
}

static void row(const struct against_page *page, const char *title,
                const struct against_format *format, const struct against_row *of)
{
    text_append_string(page->to, "<tr><th>");
    text_append_html(page->to, slice_of(title));
    text_append_string(page->to, "</th><td>");
    if (of->forecast.known) {
        against_value(page->call, page->to, format, of->forecast.median);
        text_append_string(page->to, "<small>");
        against_value(page->call, page->to, format, of->forecast.low);
        text_append_string(page->to, " … ");
        against_value(page->call, page->to, format, of->forecast.high);
        text_append_string(page->to, "</small>");
    }
    text_append_string(page->to, "</td><td>");
    if (of->measured) {
        text_append_string(page->to, of->outside ? "<b>" : "");
        against_value(page->call, page->to, format, of->came);
        text_append_string(page->to, of->outside ? "</b>" : "");
    }
    text_append_format(page->to, "</td><td>%s</td></tr>",
                       !of->measured ? say(page, "not measured", "pas mesuré")
                       : of->outside ? say(page, "outside", "hors intervalle")
                                     : say(page, "within", "dedans"));
}

static void rows(const struct against_page *page)
{
    static const struct against_format units = {1, 0};
    const struct against *answer = page->told->answer;
    const struct shop *shop = page->told->shop;
    text_append_format(page->to,
                       "<h2>%s</h2><div class=\"scroll\"><table><tr><th></th><th>%s</th><th>%s</th>"
                       "<th></th></tr>",
                       say(page, "All figures", "Tous les chiffres"),
                       say(page, "forecast", "prévu"), say(page, "came", "venu"));
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        struct against_format format = against_format_of(shop, measure);
        struct text title;
        text_init(&title, TITLE_BYTES);
        against_title_append(page->call, shop, measure, &title);
        row(page, title.bytes, &format, &answer->rows[measure]);
        text_free(&title);
    }
    for (uint32_t i = 0; i < answer->offer_count; i++) {
        row(page, shop->offers[answer->offers[i].offer].name, &units, &answer->offers[i].row);
    }
    text_append_format(
        page->to, "</table></div><p class=\"note\">%s</p>",
        say(page,
            "The forecast is that of the shop as it was before the moment: median, and between "
            "what 95 percent of the runs lie. Model and limits: docs/rehearsal.md.",
            "La prévision est celle de la boutique telle qu’elle était avant le moment : médiane, "
            "et l’intervalle de 95&nbsp;% des essais. Modèle et limites : docs/rehearsal.md."));
}

static void unmeasured(const struct against_page *page)
{
    text_append_format(page->to, "<h2>%s</h2><ul>",
                       say(page, "What nobody measured", "Ce qui n’a pas été mesuré"));
    for (enum against_measure measure = 0; measure < AGAINST_MEASURES; measure++) {
        if (!page->told->answer->rows[measure].measured) {
            text_append_format(
                page->to,
                page->call->language == LANGUAGE_FR ? "<li>%s&nbsp;: %s</li>" : "<li>%s: %s</li>",
                against_title(page->call, measure), against_why_not(page->call, measure));
        }
    }
    text_append_string(page->to, "</ul>");
}

void against_html(const struct call *call, const struct against_told *told, struct text *to)
{
    const struct against_page page = {call, told, to};
    head(&page);
    if (against_hints(told->answer) > 0) {
        hints(&page);
    }
    rows(&page);
    unmeasured(&page);
    learning_html(call, told->learning, to);
    report_page_end(to);
}
