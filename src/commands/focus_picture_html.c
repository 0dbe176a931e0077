/* The picture on the page: a table of the activities, behind each its largest offers, then how sure
 * that is. */
#include "commands/focus_picture.h"

#include "commands/focus_picture_words.h"
#include "focus/tell.h"

enum { OFFERS_MAX = FOCUS_PICTURE_OFFERS };

struct view {
    const struct focus_told *told;
    const struct picture *picture;
    struct text *to;
    bool trends, promises, returns, seasons, customers;
};

static const char *say(const struct view *view, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct view *view, const char *english, const char *french)
{
    return call_say(view->told->call, english, french);
}

static void string(const struct view *view, const char *text)
{
    text_append_string(view->to, text);
}

static void escaped(const struct view *view, const char *text)
{
    text_append_html(view->to, slice_of(text));
}

/* ---- cells ---- */

static void head_cell(const struct view *view, const char *words)
{
    string(view, "<th>");
    escaped(view, words);
    string(view, "</th>");
}

static void cell(const struct view *view,
                 void (*append)(const struct focus_told *told, int64_t value, struct text *to),
                 int64_t value)
{
    string(view, "<td>");
    append(view->told, value, view->to);
    string(view, "</td>");
}

static void sold_cell(const struct view *view, const struct sold_figures *sold,
                      void (*append)(const struct focus_told *told, const struct sold_figures *sold,
                                     struct text *to))
{
    string(view, "<td>");
    append(view->told, sold, view->to);
    string(view, "</td>");
}

/* A clear trend, or that there is none. */
static void trend_words(const struct focus_told *told, const struct sold_figures *sold,
                        struct text *to)
{
    if (sold != NULL && sold->trend_chance >= 0 && !picture_trend_is_clear(sold)) {
        text_append_string(to, call_say(told->call, "no clear trend", "pas de tendance claire"));
    } else {
        picture_trend_append(told, sold, to);
    }
}

static void promises_words(const struct focus_told *told, const struct sold_figures *sold,
                           struct text *to)
{
    if (sold != NULL && sold->promised > 0) {
        picture_share_append(told, (double)sold->broken / sold->promised, to);
        text_append_format(
            to, call_say(told->call, "<small>%u of %u</small>", "<small>%u sur %u</small>"),
            sold->broken, sold->promised);
    }
}

static void returns_words(const struct focus_told *told, const struct sold_figures *sold,
                          struct text *to)
{
    double share = sold != NULL ? picture_returned(sold) : -1;
    if (share >= 0) {
        picture_share_append(told, share, to);
    }
}

static void sold_cells(const struct view *view, const struct sold_figures *sold)
{
    if (view->trends) {
        sold_cell(view, sold, trend_words);
    }
    if (view->seasons) {
        sold_cell(view, sold, picture_season_append);
    }
    if (view->promises) {
        sold_cell(view, sold, promises_words);
    }
    if (view->returns) {
        sold_cell(view, sold, returns_words);
    }
}

static void sold_heads(const struct view *view)
{
    if (view->trends) {
        head_cell(view, say(view, "trend a week", "tendance par semaine"));
    }
    if (view->seasons) {
        head_cell(view, say(view, "season", "saison"));
    }
    if (view->promises) {
        head_cell(view, say(view, "promises broken", "promesses non tenues"));
    }
    if (view->returns) {
        head_cell(view, say(view, "sent back", "retours"));
    }
}

/* "packing 12.5 h, £38.20 an hour" for each work center. */
static void hours_line(const struct view *view, uint32_t center, int64_t week_micro,
                       int64_t throughput_micro, int64_t minutes_micro)
{
    int64_t hourly;
    string(view, "<small>");
    escaped(view, focus_center(view->picture->figures, center)->name);
    string(view, " ");
    focus_hours_append(view->told, week_micro, view->to);
    string(view, say(view, " h", "&nbsp;h"));
    if (picture_per_hour(throughput_micro, minutes_micro, &hourly)) {
        string(view, ", ");
        focus_price_append(view->told, hourly, view->to);
        string(view, say(view, " an hour", " l’heure"));
    }
    string(view, "</small>");
}

/* ---- activities ---- */

static void group_hours(const struct view *view, const struct picture_group *group)
{
    string(view, "<td>");
    for (uint32_t i = 0; i < view->picture->figures->center_count; i++) {
        if (group->used_micro[i] > 0) {
            hours_line(view, i, group->used_micro[i], group->throughput_micro,
                       group->used_micro[i]);
        }
    }
    string(view, "</td>");
}

static void costs_cells(const struct view *view, const struct picture_group *group)
{
    const struct focus_figures *figures = view->picture->figures;
    if (group->activity == figures->activity_count) {
        string(view, "<td></td><td></td>");
        return;
    }
    const struct focus_activity *activity = &figures->activities[group->activity];
    cell(view, focus_money_append, activity->fixed_micro);
    string(view, "<td>");
    focus_owner_append(view->told, activity->owner_thousandths, view->to);
    string(view, "</td>");
}

static void customers_cell(const struct view *view, const struct picture_group *group)
{
    const struct sold_customers *customers = picture_customers(view->picture, group);
    string(view, "<td>");
    if (customers != NULL) {
        picture_count_append(view->told, customers->all, view->to);
        string(view, say(view, "<small>", "<small>dont "));
        picture_count_append(view->told, customers->only, view->to);
        string(view, say(view, " only that</small>", " que cela</small>"));
    }
    string(view, "</td>");
}

static void group_row(const struct view *view, const struct picture_group *group)
{
    string(view, "<tr><th>");
    escaped(view, picture_group_name(view->told, view->picture, group));
    string(view, "</th>");
    cell(view, focus_quantity_append, group->units_thousandths);
    cell(view, focus_money_append, group->throughput_micro);
    costs_cells(view, group);
    group_hours(view, group);
    sold_cells(view, picture_sold_of_group(view->picture, group));
    if (view->customers) {
        customers_cell(view, group);
    }
    string(view, "</tr>");
}

static void groups_table(const struct view *view)
{
    string(view, "<div class=\"scroll\"><table><tr>");
    head_cell(view, "");
    head_cell(view, say(view, "units", "unités"));
    head_cell(view, say(view, "brings", "apport"));
    head_cell(view, say(view, "fixed costs", "frais fixes"));
    head_cell(view, say(view, "hours of the owner", "heures de la direction"));
    head_cell(view, say(view, "hours of work", "heures de travail"));
    sold_heads(view);
    if (view->customers) {
        head_cell(view, say(view, "customers in a year", "clients en un an"));
    }
    string(view, "</tr>");
    for (uint32_t i = 0; i < view->picture->group_count; i++) {
        group_row(view, &view->picture->groups[i]);
    }
    string(view, "</table></div>");
}

/* ---- offers ---- */

static void offer_hours(const struct view *view, const struct focus_offer *offer)
{
    const struct focus_figures *figures = view->picture->figures;
    string(view, "<td>");
    for (uint32_t i = 0; i < offer->use_count; i++) {
        const struct focus_use *use = &figures->uses[offer->use_first + i];
        int64_t seats = offer->seats > 0 ? offer->seats : 1;
        hours_line(view, use->center, picture_work(figures, offer, use), offer->throughput_micro,
                   use->minutes_micro / seats);
    }
    string(view, "</td>");
}

static void offer_row(const struct view *view, uint32_t index)
{
    const struct focus_offer *offer = &view->picture->figures->offers[index];
    string(view, "<tr><th>");
    escaped(view, focus_label(view->told, index));
    string(view, "</th>");
    cell(view, focus_quantity_append, offer->today_thousandths);
    cell(view, focus_price_append, offer->throughput_micro);
    cell(view, focus_money_append, picture_throughput(offer));
    offer_hours(view, offer);
    sold_cells(view, picture_sold_of_offer(view->picture, index));
    string(view, "</tr>");
}

static void others_note(const struct view *view, const struct picture_group *group)
{
    int64_t throughput = 0;
    for (uint32_t i = OFFERS_MAX; i < group->count; i++) {
        throughput += picture_throughput(
            &view->picture->figures->offers[view->picture->offers[group->first + i]]);
    }
    text_append_format(
        view->to,
        say(view, "<p class=\"note\">%u others bring ", "<p class=\"note\">%u autres apportent "),
        group->count - OFFERS_MAX);
    focus_money_append(view->told, throughput, view->to);
    string(view, ".</p>");
}

static void group_offers(const struct view *view, const struct picture_group *group)
{
    uint32_t shown = group->count < OFFERS_MAX ? group->count : OFFERS_MAX;
    if (shown == 0) {
        return;
    }
    string(view, "<details><summary>");
    escaped(view, picture_group_name(view->told, view->picture, group));
    text_append_format(view->to,
                       shown < group->count
                           ? say(view, ": %u offers, the largest", " : %u offres, les plus grandes")
                           : say(view, ": %u offers", " : %u offres"),
                       group->count);
    string(view, "</summary><div class=\"scroll\"><table><tr>");
    head_cell(view, "");
    head_cell(view, say(view, "units", "unités"));
    head_cell(view, say(view, "each brings", "apport de l’unité"));
    head_cell(view, say(view, "brings", "apport"));
    head_cell(view, say(view, "hours of work", "heures de travail"));
    sold_heads(view);
    string(view, "</tr>");
    for (uint32_t i = 0; i < shown; i++) {
        offer_row(view, view->picture->offers[group->first + i]);
    }
    string(view, "</table></div>");
    if (shown < group->count) {
        others_note(view, group);
    }
    string(view, "</details>");
}

/* ---- all of it ---- */

/* Empties the text, too. Nothing to say is no paragraph. */
static void note(const struct view *view, struct text *plain)
{
    if (plain->length > 0) {
        string(view, "<p class=\"note\">");
        text_append_html(view->to, text_slice(plain));
        string(view, "</p>");
    }
    text_clear(plain);
}

static void sentences(const struct view *view)
{
    struct text plain;
    text_init(&plain, FOCUS_WORDS_BYTES_MAX);
    picture_sure_append(view->told, &plain);
    if (view->trends) {
        text_append_string(
            &plain, say(view,
                        " A trend is of the units a week, over half a year; where nothing stands, "
                        "there is too little to say one.",
                        " Une tendance est celle des unités par semaine, sur six mois\u202f; où il "
                        "n’y a rien, il y a trop peu pour la dire."));
    }
    text_append_char(&plain, ' ');
    for (uint32_t i = 0; picture_lack_append(view->told, view->picture, i, &plain); i++) {
        text_append_char(&plain, ' ');
    }
    note(view, &plain);
    picture_pairs_append(view->told, &plain);
    note(view, &plain);
    text_free(&plain);
}

bool focus_picture_html(const struct focus_told *told, struct text *to)
{
    struct picture picture;
    bool made = picture_make(told->figures, &picture);
    if (made) {
        const struct view view = {.told = told,
                                  .picture = &picture,
                                  .to = to,
                                  .trends = picture_knows_trends(&picture),
                                  .promises = picture_knows_promises(&picture),
                                  .returns = picture_knows_returns(&picture),
                                  .seasons = picture_knows_seasons(&picture),
                                  .customers = told->figures->sold != NULL &&
                                               told->figures->sold->knows_customers};
        text_append_format(to, "<section><h2>%s</h2>",
                           say(&view, "The picture: a week of today",
                               "État des lieux d’une semaine d’aujourd’hui"));
        groups_table(&view);
        sentences(&view);
        for (uint32_t i = 0; i < picture.group_count; i++) {
            group_offers(&view, &picture.groups[i]);
        }
        string(&view, "</section>");
    }
    picture_free(&picture);
    return made;
}
