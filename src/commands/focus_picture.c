/* The picture in a terminal: activities with their largest offers below them; then their costs,
 * hours, customers and season; then how sure that is. */
#include "commands/focus_picture.h"

#include "commands/focus_picture_words.h"
#include "focus/tell.h"
#include "report/table.h"

enum { CENTERS_SHOWN = 3, OFFERS_MAX = FOCUS_PICTURE_LINES, CELL_BYTES = 512 };

/* Which columns there are. */
struct view {
    const struct focus_told *told;
    const struct picture *picture;
    struct table *table;
    bool trends, promises, returns, seasons, customers;
    uint32_t center_count; /* shown in the second table */
    uint32_t centers[CENTERS_SHOWN];
};

static const char *say(const struct view *view, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct view *view, const char *english, const char *french)
{
    return call_say(view->told->call, english, french);
}

/* ---- cells ---- */

static void empty_cell(const struct view *view)
{
    table_cell_string(view->table, "");
}

static void cell(const struct view *view,
                 void (*append)(const struct focus_told *told, int64_t value, struct text *to),
                 int64_t value)
{
    struct text words;
    text_init(&words, CELL_BYTES);
    append(view->told, value, &words);
    table_cell_tone(view->table, text_slice(&words), value < 0 ? TABLE_BAD : TABLE_PLAIN);
    text_free(&words);
}

static void sold_cell(const struct view *view, const struct sold_figures *sold,
                      void (*append)(const struct focus_told *told, const struct sold_figures *sold,
                                     struct text *to))
{
    struct text words;
    text_init(&words, CELL_BYTES);
    append(view->told, sold, &words);
    table_cell(view->table, text_slice(&words));
    text_free(&words);
}

/* Nothing where it is negative. */
static void share_cell(const struct view *view, double share)
{
    struct text words;
    text_init(&words, CELL_BYTES);
    if (share >= 0) {
        picture_share_append(view->told, share, &words);
    }
    table_cell(view->table, text_slice(&words));
    text_free(&words);
}

static void rate_cell(const struct view *view, int64_t throughput_micro, int64_t minutes_micro)
{
    int64_t hourly;
    if (picture_per_hour(throughput_micro, minutes_micro, &hourly)) {
        cell(view, focus_price_append, hourly);
    } else {
        empty_cell(view);
    }
}

/* ---- activities and offers ---- */

static void sold_cells(const struct view *view, const struct sold_figures *sold)
{
    if (view->trends) {
        sold_cell(view, sold, picture_trend_append);
    }
    if (view->promises) {
        share_cell(view,
                   sold != NULL && sold->promised > 0 ? (double)sold->broken / sold->promised : -1);
    }
    if (view->returns) {
        share_cell(view, sold != NULL ? picture_returned(sold) : -1);
    }
}

static bool shows_hours(const struct view *view)
{
    return view->picture->fullest < view->picture->figures->center_count;
}

static void group_row(const struct view *view, const struct picture_group *group)
{
    table_cell_string(view->table, picture_group_name(view->told, view->picture, group));
    cell(view, focus_quantity_append, group->units_thousandths);
    empty_cell(view);
    cell(view, focus_money_append, group->throughput_micro);
    if (shows_hours(view)) {
        int64_t work = group->used_micro[view->picture->fullest];
        cell(view, focus_hours_append, work);
        rate_cell(view, group->throughput_micro, work);
    }
    sold_cells(view, picture_sold_of_group(view->picture, group));
}

/* Of one unit, of a session: of a seat. */
static int64_t unit_work(const struct focus_figures *figures, const struct focus_offer *offer,
                         uint32_t center, int64_t *week_micro)
{
    *week_micro = 0;
    for (uint32_t i = 0; i < offer->use_count; i++) {
        const struct focus_use *use = &figures->uses[offer->use_first + i];
        if (use->center == center) {
            *week_micro = picture_work(figures, offer, use);
            return offer->seats > 0 ? use->minutes_micro / offer->seats : use->minutes_micro;
        }
    }
    return 0;
}

static void offer_row(const struct view *view, uint32_t index)
{
    const struct focus_figures *figures = view->picture->figures;
    const struct focus_offer *offer = &figures->offers[index];
    table_cell_format(view->table, "  %s", focus_label(view->told, index));
    cell(view, focus_quantity_append, offer->today_thousandths);
    cell(view, focus_price_append, offer->throughput_micro);
    cell(view, focus_money_append, picture_throughput(offer));
    if (shows_hours(view)) {
        int64_t week;
        int64_t minutes = unit_work(figures, offer, view->picture->fullest, &week);
        cell(view, focus_hours_append, week);
        rate_cell(view, offer->throughput_micro, minutes);
    }
    sold_cells(view, picture_sold_of_offer(view->picture, index));
}

/* Those that are not shown, in one row. */
static void others_row(const struct view *view, const struct picture_group *group)
{
    const struct focus_figures *figures = view->picture->figures;
    int64_t units = 0;
    int64_t throughput = 0;
    int64_t work = 0;
    for (uint32_t i = OFFERS_MAX; i < group->count; i++) {
        const struct focus_offer *offer = &figures->offers[view->picture->offers[group->first + i]];
        int64_t week;
        (void)unit_work(figures, offer, view->picture->fullest, &week);
        units += offer->today_thousandths;
        throughput += picture_throughput(offer);
        work += week;
    }
    table_cell_format(view->table, say(view, "  %u others", "  %u autres"),
                      group->count - OFFERS_MAX);
    cell(view, focus_quantity_append, units);
    empty_cell(view);
    cell(view, focus_money_append, throughput);
    if (shows_hours(view)) {
        cell(view, focus_hours_append, work);
        rate_cell(view, throughput, work);
    }
    sold_cells(view, NULL);
}

static void group_rows(const struct view *view, const struct picture_group *group)
{
    uint32_t shown = group->count < OFFERS_MAX ? group->count : OFFERS_MAX;
    shown = group->count == OFFERS_MAX + 1 ? group->count : shown; /* "1 others" is no saving */
    group_row(view, group);
    for (uint32_t i = 0; i < shown; i++) {
        offer_row(view, view->picture->offers[group->first + i]);
    }
    if (shown < group->count) {
        others_row(view, group);
    }
}

static bool table_end(const struct view *view)
{
    const struct call *call = view->told->call;
    bool written = table_write(view->table, call->terminal.width, call->terminal.colour,
                               &view->told->call->out);
    table_free(view->table);
    return written;
}

static bool offers_text(const struct view *view)
{
    const struct picture *picture = view->picture;
    struct text hours;
    struct table table;
    struct table_column columns[TABLE_COLUMNS_MAX] = {
        {"", TABLE_LEFT, true},
        {say(view, "units", "unités"), TABLE_RIGHT, false},
        {say(view, "each brings", "apport unité"), TABLE_RIGHT, false},
        {say(view, "brings", "apport"), TABLE_RIGHT, false}};
    uint32_t count = 4;
    text_init(&hours, CELL_BYTES);
    if (shows_hours(view)) {
        text_append_format(&hours, say(view, "%s h", "h %s"),
                           focus_center(picture->figures, picture->fullest)->name);
        columns[count++] = (struct table_column){hours.bytes, TABLE_RIGHT, false};
        columns[count++] =
            (struct table_column){say(view, "an hour", "l’heure"), TABLE_RIGHT, false};
    }
    if (view->trends) {
        columns[count++] =
            (struct table_column){say(view, "trend", "tendance"), TABLE_RIGHT, false};
    }
    if (view->promises) {
        columns[count++] = (struct table_column){say(view, "late", "retard"), TABLE_RIGHT, false};
    }
    if (view->returns) {
        columns[count++] = (struct table_column){say(view, "back", "retours"), TABLE_RIGHT, false};
    }
    table_init(&table, columns, count);
    struct view filled = *view;
    filled.table = &table;
    for (uint32_t i = 0; i < picture->group_count; i++) {
        group_rows(&filled, &picture->groups[i]);
    }
    bool written = table_end(&filled);
    text_free(&hours);
    return written;
}

/* ---- what activities cost, and whose they are ---- */

/* The centers that are most used today, the fullest first. */
static void centers_choose(struct view *view)
{
    const struct picture *picture = view->picture;
    if (shows_hours(view)) {
        view->centers[view->center_count++] = picture->fullest;
    }
    while (view->center_count > 0 && view->center_count < CENTERS_SHOWN) {
        uint32_t next = picture->figures->center_count;
        for (uint32_t i = 0; i < picture->figures->center_count; i++) {
            bool shown = false;
            for (uint32_t j = 0; j < view->center_count; j++) {
                shown = shown || view->centers[j] == i;
            }
            if (!shown && picture->used_micro[i] > 0 &&
                (next == picture->figures->center_count ||
                 picture->used_micro[i] > picture->used_micro[next])) {
                next = i;
            }
        }
        if (next == picture->figures->center_count) {
            return;
        }
        view->centers[view->center_count++] = next;
    }
}

static void owner_cell(const struct view *view, int64_t thousandths)
{
    struct text words;
    text_init(&words, CELL_BYTES);
    focus_owner_append(view->told, thousandths, &words);
    table_cell(view->table, text_slice(&words));
    text_free(&words);
}

static void customers_cells(const struct view *view, const struct picture_group *group)
{
    const struct sold_customers *customers = picture_customers(view->picture, group);
    if (customers != NULL) {
        cell(view, picture_count_append, customers->all);
        cell(view, picture_count_append, customers->only);
    } else {
        empty_cell(view);
        empty_cell(view);
    }
}

static void costs_row(const struct view *view, const struct picture_group *group)
{
    const struct focus_figures *figures = view->picture->figures;
    table_cell_string(view->table, picture_group_name(view->told, view->picture, group));
    if (group->activity < figures->activity_count) {
        const struct focus_activity *activity = &figures->activities[group->activity];
        cell(view, focus_money_append, activity->fixed_micro);
        owner_cell(view, activity->owner_thousandths);
    } else {
        empty_cell(view);
        empty_cell(view);
    }
    for (uint32_t i = 0; i < view->center_count; i++) {
        cell(view, focus_hours_append, group->used_micro[view->centers[i]]);
    }
    if (view->customers) {
        customers_cells(view, group);
    }
    if (view->seasons) {
        sold_cell(view, picture_sold_of_group(view->picture, group), picture_season_append);
    }
}

static bool costs_text(const struct view *view)
{
    const struct picture *picture = view->picture;
    struct text titles[CENTERS_SHOWN];
    struct table table;
    struct table_column columns[TABLE_COLUMNS_MAX] = {
        {"", TABLE_LEFT, true},
        {say(view, "fixed costs", "frais fixes"), TABLE_RIGHT, false},
        {say(view, "owner h", "h direction"), TABLE_RIGHT, false}};
    uint32_t count = 3;
    for (uint32_t i = 0; i < view->center_count; i++) {
        text_init(&titles[i], CELL_BYTES);
        text_append_format(&titles[i], say(view, "%s h", "h %s"),
                           focus_center(picture->figures, view->centers[i])->name);
        columns[count++] = (struct table_column){titles[i].bytes, TABLE_RIGHT, false};
    }
    if (view->customers) {
        columns[count++] =
            (struct table_column){say(view, "customers", "clients"), TABLE_RIGHT, false};
        columns[count++] =
            (struct table_column){say(view, "only that", "que cela"), TABLE_RIGHT, false};
    }
    if (view->seasons) {
        columns[count++] = (struct table_column){say(view, "season", "saison"), TABLE_LEFT, true};
    }
    table_init(&table, columns, count);
    struct view filled = *view;
    filled.table = &table;
    for (uint32_t i = 0; i < picture->group_count; i++) {
        costs_row(&filled, &picture->groups[i]);
    }
    bool written = table_end(&filled);
    for (uint32_t i = 0; i < view->center_count; i++) {
        text_free(&titles[i]);
    }
    return written;
}

/* ---- all of it ---- */

static void sentences_text(const struct view *view)
{
    struct text *to = &view->told->call->out;
    if (view->trends) {
        text_append_string(
            to, say(view,
                    "Trend: of the units a week, over half a year; = no clear one, empty: too "
                    "little to say.\n",
                    "Tendance\u00a0: des unités par semaine, sur six mois\u202f; = aucune de "
                    "claire, vide\u00a0: trop peu pour le dire.\n"));
    }
    picture_sure_append(view->told, to);
    text_append_char(to, '\n');
    size_t before = to->length;
    picture_pairs_append(view->told, to);
    text_append_string(to, to->length > before ? "\n" : "");
    for (uint32_t i = 0; picture_lack_append(view->told, view->picture, i, to); i++) {
        text_append_char(to, '\n');
    }
}

bool focus_picture_text(const struct focus_told *told)
{
    struct picture picture;
    bool made = picture_make(told->figures, &picture);
    if (made) {
        struct view view = {.told = told,
                            .picture = &picture,
                            .trends = picture_knows_trends(&picture),
                            .promises = picture_knows_promises(&picture),
                            .returns = picture_knows_returns(&picture),
                            .seasons = picture_knows_seasons(&picture),
                            .customers = picture_knows_customers(&picture)};
        centers_choose(&view);
        call_title(told->call, say(&view, "The picture, a week of today",
                                   "État des lieux d’une semaine d’aujourd’hui"));
        made = offers_text(&view);
        if (picture.figures->activity_count > 0) {
            call_title(told->call, say(&view, "What activities take, a week",
                                       "Ce que prennent les activités, par semaine"));
            made = made && costs_text(&view);
        }
        sentences_text(&view);
    }
    picture_free(&picture);
    return made;
}
