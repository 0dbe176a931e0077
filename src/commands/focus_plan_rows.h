/* What the table of plans shows, one row after another, chosen once for the text and the page; and
 * what is to be said below it. Plain text: a page escapes it. */
#ifndef ECLUSE_COMMANDS_FOCUS_PLAN_ROWS_H
#define ECLUSE_COMMANDS_FOCUS_PLAN_ROWS_H

#include "commands/focus_plans.h"

enum focus_plan_kind {
    PLAN_ROW_PROFIT,
    PLAN_ROW_BEST,
    PLAN_ROW_EARN,
    PLAN_ROW_REVENUE,
    PLAN_ROW_LOST,
    PLAN_ROW_LOST_STOPPED,
    PLAN_ROW_LOST_TOGETHER,
    PLAN_ROW_LOST_HOURS,
    PLAN_ROW_LOST_OTHER,
    PLAN_ROW_THROUGHPUT,
    PLAN_ROW_FIXED,
    PLAN_ROW_OPERATING,
    PLAN_ROW_ADDED,
    PLAN_ROW_FREED, /* index: a work center in today's figures */
    PLAN_ROW_LEFT,  /* the same */
    PLAN_ROW_OWNER,
    PLAN_ROW_CASH_END,
    PLAN_ROW_CASH_LOW,
    PLAN_ROW_DATES,    /* of all orders */
    PLAN_ROW_ACTIVITY, /* dates; index: in today's figures */
    PLAN_ROW_REFUSED,
    PLAN_ROW_KINDS
};

struct focus_plan_row {
    enum focus_plan_kind kind;
    uint32_t index;
};

struct focus_plan_rows {
    uint32_t count;
    struct focus_plan_row *rows;
};

/* Rows that say something of any column; malloc'd. False: no memory. */
bool focus_plan_rows_make(const struct focus_told *told, const struct focus_plans *plans,
                          struct focus_plan_rows *rows) MUST_USE;
void focus_plan_rows_free(struct focus_plan_rows *rows);

void focus_plan_row_label(const struct focus_told *told, const struct focus_plan_row *row,
                          struct text *to);
/* Nothing where the row says nothing of the column. */
void focus_plan_row_cell(const struct focus_told *told, const struct focus_plans *plans,
                         const struct focus_plan_row *row, uint32_t column, struct text *to);

/* A column's head: its name, or "plan 2" where that is long. */
void focus_plan_head(const struct focus_told *told, const struct focus_plans *plans,
                     uint32_t column, struct text *to);

/* Millionths of minutes of a column at a work center of today's figures. */
bool focus_plan_center(const struct focus_told *told, const struct focus_column *column,
                       uint32_t center, struct focus_plan_center *found);
/* The dates of an activity of today's figures; NULL: the column has none. */
const struct dates_figures *focus_plan_dates(const struct focus_told *told,
                                             const struct focus_column *column, uint32_t activity);

#endif
