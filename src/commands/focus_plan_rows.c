/* Columns -> rows. A row that is empty or nothing but zeros in every plan is left out. */
#include "commands/focus_plan_rows.h"

#include "commands/focus_rows.h"
#include "commands/show.h"
#include "focus/tell.h"
#include "report/translate.h"

#include <stdlib.h>

enum { HEAD_COLUMNS_MAX = 18 };

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

/* ---- matching ---- */

bool focus_plan_center(const struct focus_told *told, const struct focus_column *column,
                       uint32_t center, struct focus_plan_center *found)
{
    const char *name = focus_center(told->figures, center)->name;
    for (uint32_t i = 0; column->plan != NULL && i < column->plan->center_count; i++) {
        if (strcmp(focus_center(column->figures, i)->name, name) == 0) {
            *found = column->plan->centers[i];
            return true;
        }
    }
    return false;
}

const struct dates_figures *focus_plan_dates(const struct focus_told *told,
                                             const struct focus_column *column, uint32_t activity)
{
    const char *name = focus_activity_name(told->figures, activity);
    for (uint32_t i = 0; i < column->figures->activity_count && column->dates.weeks > 0; i++) {
        if (strcmp(focus_activity_name(column->figures, i), name) == 0) {
            return &column->dates.activities[column->figures->activities[i].activity.index];
        }
    }
    return NULL;
}

/* ---- money of a row ---- */

/* False: the row is no money, or says nothing of today. */
static bool money_of(const struct focus_told *told, const struct focus_column *column,
                     enum focus_plan_kind kind, int64_t *micro)
{
    const struct focus_plan *plan = column->plan;
    if (plan == NULL) {
        *micro = kind == PLAN_ROW_PROFIT ? told->answer->today->profit_micro
                 : kind == PLAN_ROW_BEST ? told->answer->best->profit_micro
                 : kind == PLAN_ROW_REVENUE
                     ? focus_revenue_micro(told, true)
                     : told->answer->best->profit_micro - told->answer->today->profit_micro;
        bool of_best = kind == PLAN_ROW_BEST || kind == PLAN_ROW_EARN;
        return kind == PLAN_ROW_PROFIT || kind == PLAN_ROW_REVENUE ||
               (of_best && focus_found(told->answer->best));
    }
    const int64_t values[PLAN_ROW_ADDED + 1] = {
        [PLAN_ROW_PROFIT] = plan->profit_micro,
        [PLAN_ROW_BEST] = plan->best_profit_micro,
        [PLAN_ROW_EARN] = plan->best_profit_micro - plan->profit_micro,
        [PLAN_ROW_REVENUE] = focus_revenue_micro(told, true) - focus_plan_revenue_lost(plan),
        [PLAN_ROW_LOST] = focus_plan_revenue_lost(plan),
        [PLAN_ROW_LOST_STOPPED] = plan->revenue_stopped_micro,
        [PLAN_ROW_LOST_TOGETHER] = plan->revenue_together_micro,
        [PLAN_ROW_LOST_HOURS] = plan->revenue_hours_micro,
        [PLAN_ROW_LOST_OTHER] = plan->revenue_other_micro,
        [PLAN_ROW_THROUGHPUT] = plan->throughput_lost_micro,
        [PLAN_ROW_FIXED] = plan->fixed_gone_micro,
        [PLAN_ROW_OPERATING] = plan->operating_gone_micro,
        [PLAN_ROW_ADDED] = -plan->hours_added_micro};
    if (kind > PLAN_ROW_ADDED) {
        return false;
    }
    *micro = values[kind];
    bool of_best = kind == PLAN_ROW_BEST || kind == PLAN_ROW_EARN;
    return !of_best || focus_found(plan->best);
}

/* ---- labels ---- */

static const char *money_label(const struct focus_told *told, enum focus_plan_kind kind)
{
    static const char *const labels[PLAN_ROW_ADDED + 1][2] = {
        [PLAN_ROW_PROFIT] = {"profit a week", "résultat par semaine"},
        [PLAN_ROW_BEST] = {"with the best use of hours", "avec le meilleur usage des heures"},
        [PLAN_ROW_EARN] = {"  more than as it is", "  de plus qu’en l’état"},
        [PLAN_ROW_REVENUE] = {"revenue without VAT", "chiffre d’affaires hors TVA"},
        [PLAN_ROW_LOST] = {"revenue lost", "chiffre d’affaires perdu"},
        [PLAN_ROW_LOST_STOPPED] = {"  of what stops", "  de ce qui s’arrête"},
        [PLAN_ROW_LOST_TOGETHER] = {"  bought together with it", "  acheté avec"},
        [PLAN_ROW_LOST_HOURS] = {"  for want of hours", "  faute d’heures"},
        [PLAN_ROW_LOST_OTHER] = {"  prices, demand, what starts",
                                 "  prix, demande, ce qui démarre"},
        [PLAN_ROW_THROUGHPUT] = {"throughput lost", "apport perdu"},
        [PLAN_ROW_FIXED] = {"activities' costs that go", "coûts d’activités qui disparaissent"},
        [PLAN_ROW_OPERATING] = {"fixed costs that go", "frais fixes qui disparaissent"},
        [PLAN_ROW_ADDED] = {"cost of added hours", "coût des heures ajoutées"}};
    return told->call->language == LANGUAGE_FR ? labels[kind][1] : labels[kind][0];
}

void focus_plan_row_label(const struct focus_told *told, const struct focus_plan_row *row,
                          struct text *to)
{
    switch (row->kind) {
    case PLAN_ROW_FREED:
        text_append_format(to, say(told, "hours freed: %s", "heures libérées\u00a0: %s"),
                           focus_center(told->figures, row->index)->name);
        break;
    case PLAN_ROW_LEFT:
        text_append_string(to, say(told, "  free then", "  libres alors"));
        break;
    case PLAN_ROW_OWNER:
        text_append_string(to, say(told, "owner's hours", "heures de la direction"));
        break;
    case PLAN_ROW_CASH_END:
        text_append_format(to, say(told, "bank in %d weeks", "banque dans %d semaines"),
                           OUTLOOK_WEEKS);
        break;
    case PLAN_ROW_CASH_LOW:
        text_append_string(to, say(told, "  its lowest", "  au plus bas"));
        break;
    case PLAN_ROW_DATES:
        text_append_string(
            to, say(told, "days promised, half / 9 of 10", "jours promis, moitié / 9 sur 10"));
        break;
    case PLAN_ROW_ACTIVITY:
        text_append_format(to, "  %s", focus_activity_name(told->figures, row->index));
        break;
    case PLAN_ROW_REFUSED:
        text_append_string(to, say(told, "  orders refused", "  commandes refusées"));
        break;
    default:
        text_append_string(to, money_label(told, row->kind));
    }
}

/* ---- cells ---- */

static void hours_cell(const struct focus_told *told, const struct focus_column *column,
                       const struct focus_plan_row *row, struct text *to)
{
    struct focus_plan_center center;
    if (column->plan == NULL && row->kind == PLAN_ROW_LEFT) {
        focus_hours_append(told,
                           told->figures->centers[row->index].minutes_micro -
                               told->answer->today->used_micro[row->index],
                           to);
    } else if (focus_plan_center(told, column, row->index, &center)) {
        focus_hours_append(told,
                           row->kind == PLAN_ROW_FREED ? focus_plan_freed(&center)
                                                       : center.capacity_micro - center.used_micro,
                           to);
    }
}

static void owner_cell(const struct focus_told *told, const struct focus_column *column,
                       struct text *to)
{
    int64_t owner = column->plan != NULL ? column->plan->owner_thousandths : 0;
    if (column->plan == NULL) {
        (void)focus_running(told, true, &owner);
    }
    focus_owner_append(told, owner, to);
}

static void cash_cell(const struct focus_told *told, const struct focus_column *column,
                      enum focus_plan_kind kind, struct text *to)
{
    const struct outlook *outlook = &column->outlook;
    bool lowest = kind == PLAN_ROW_CASH_LOW;
    char day[SHOW_BYTES];
    day[day_write(day, outlook->low_day)] = '\0';
    focus_money_append(
        told, focus_micro(lowest ? outlook->low_minor : outlook->week_minor[OUTLOOK_WEEKS - 1]),
        to);
    if (lowest) {
        text_append_format(to, ", %s", day);
    }
}

static void dates_cell(const struct dates_figures *dates, struct text *to)
{
    if (dates != NULL && dates->median_days >= 0) {
        text_append_format(to, "%d / %d", dates->median_days, dates->ninth_days);
    }
}

static void refused_cell(const struct focus_told *told, const struct dates_figures *dates,
                         struct text *to)
{
    int64_t orders = dates->orders;
    int64_t tenths = orders > 0 ? (dates->refused * INT64_C(1000) + orders / 2) / orders : 0;
    translate_number(to, (int)told->call->language, tenths, 1);
    text_append_string(to, say(told, "%", "\u00a0%"));
}

void focus_plan_row_cell(const struct focus_told *told, const struct focus_plans *plans,
                         const struct focus_plan_row *row, uint32_t column, struct text *to)
{
    const struct focus_column *of = &plans->columns[column];
    int64_t micro;
    switch (row->kind) {
    case PLAN_ROW_FREED:
    case PLAN_ROW_LEFT:
        hours_cell(told, of, row, to);
        break;
    case PLAN_ROW_OWNER:
        owner_cell(told, of, to);
        break;
    case PLAN_ROW_CASH_END:
    case PLAN_ROW_CASH_LOW:
        if (of->outlook.present) {
            cash_cell(told, of, row->kind, to);
        }
        break;
    case PLAN_ROW_DATES:
        dates_cell(of->dates.weeks > 0 ? &of->dates.all : NULL, to);
        break;
    case PLAN_ROW_ACTIVITY:
        dates_cell(focus_plan_dates(told, of, row->index), to);
        break;
    case PLAN_ROW_REFUSED:
        refused_cell(told, &of->dates.all, to);
        break;
    default:
        if (money_of(told, of, row->kind, &micro)) {
            focus_money_append(told, micro, to);
        }
    }
}

/* ---- which rows ---- */

/* Does a column have anything to say in it? Rows that are always shown are not asked. */
static bool column_says(const struct focus_told *told, const struct focus_column *column,
                        const struct focus_plan_row *row)
{
    struct focus_plan_center center;
    const struct dates_figures *dates;
    int64_t micro = 0;
    switch (row->kind) {
    case PLAN_ROW_FREED:
    case PLAN_ROW_LEFT:
        return focus_plan_center(told, column, row->index, &center) &&
               (focus_plan_freed(&center) != 0 ||
                center.today_capacity_micro != center.capacity_micro);
    case PLAN_ROW_OWNER:
        return column->plan != NULL && column->plan->owner_today_thousandths > 0;
    case PLAN_ROW_CASH_END:
    case PLAN_ROW_CASH_LOW:
        return column->outlook.present;
    case PLAN_ROW_DATES:
        return column->dates.weeks > 0;
    case PLAN_ROW_ACTIVITY:
        dates = focus_plan_dates(told, column, row->index);
        return dates != NULL && dates->orders > 0;
    case PLAN_ROW_REFUSED:
        return column->dates.weeks > 0 && column->dates.all.refused > 0;
    default:
        return column->plan != NULL && money_of(told, column, row->kind, &micro) &&
               focus_minor(micro) != 0;
    }
}

static bool row_says(const struct focus_told *told, const struct focus_plans *plans,
                     const struct focus_plan_row *row)
{
    bool says = row->kind == PLAN_ROW_PROFIT || row->kind == PLAN_ROW_BEST ||
                row->kind == PLAN_ROW_REVENUE || row->kind == PLAN_ROW_LOST;
    for (uint32_t i = 0; i < plans->count; i++) {
        says = says || column_says(told, &plans->columns[i], row);
    }
    return says;
}

static void row_add(const struct focus_told *told, const struct focus_plans *plans,
                    struct focus_plan_rows *rows, enum focus_plan_kind kind, uint32_t index)
{
    const struct focus_plan_row row = {kind, index};
    if (row_says(told, plans, &row)) {
        rows->rows[rows->count++] = row;
    }
}

bool focus_plan_rows_make(const struct focus_told *told, const struct focus_plans *plans,
                          struct focus_plan_rows *rows)
{
    const struct focus_figures *figures = told->figures;
    size_t most = PLAN_ROW_KINDS + 2 * (size_t)figures->center_count + figures->activity_count;
    *rows = (struct focus_plan_rows){.rows = calloc(most, sizeof *rows->rows)};
    if (rows->rows == NULL) {
        return false;
    }
    for (uint32_t kind = 0; kind < PLAN_ROW_FREED; kind++) {
        row_add(told, plans, rows, (enum focus_plan_kind)kind, 0);
    }
    for (uint32_t i = 0; i < figures->center_count; i++) {
        row_add(told, plans, rows, PLAN_ROW_FREED, i);
        row_add(told, plans, rows, PLAN_ROW_LEFT, i);
    }
    row_add(told, plans, rows, PLAN_ROW_OWNER, 0);
    row_add(told, plans, rows, PLAN_ROW_CASH_END, 0);
    row_add(told, plans, rows, PLAN_ROW_CASH_LOW, 0);
    row_add(told, plans, rows, PLAN_ROW_DATES, 0);
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        row_add(told, plans, rows, PLAN_ROW_ACTIVITY, i);
    }
    row_add(told, plans, rows, PLAN_ROW_REFUSED, 0);
    return true;
}

void focus_plan_rows_free(struct focus_plan_rows *rows)
{
    free(rows->rows);
    *rows = (struct focus_plan_rows){.count = 0};
}

/* ---- heads ---- */

void focus_plan_head(const struct focus_told *told, const struct focus_plans *plans,
                     uint32_t column, struct text *to)
{
    const struct focus_column *of = &plans->columns[column];
    if (of->said == NULL) {
        text_append_string(to, say(told, "today", "aujourd’hui"));
        return;
    }
    size_t begin = to->length;
    focus_said_append(told->call, of->said, told->call->language, to);
    if (!to->overflow && to->length - begin > HEAD_COLUMNS_MAX) {
        to->length = begin;
        to->bytes[begin] = '\0';
        text_append_format(to, "plan %u", column);
    }
}
