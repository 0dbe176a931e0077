/* Plans of `ecluse focus`, side by side with today: read from the command line, made, told.
 *
 *   focus_plans_open (bad input ends here) -> focus_plans_make (the work) -> text, JSON, HTML
 *                                          -> focus_plans_close */
#ifndef ECLUSE_COMMANDS_FOCUS_PLANS_H
#define ECLUSE_COMMANDS_FOCUS_PLANS_H

#include "commands/focus_plan_read.h"
#include "commands/focus_words.h"
#include "commands/shop_open.h"
#include "focus/dates.h"
#include "focus/outlook.h"
#include "focus/plan.h"
#include "focus/way_out.h"

/* Today, or a plan. */
struct focus_column {
    const struct focus_said *said; /* NULL: today */
    struct shop *own_shop;         /* with --set; else NULL */
    struct focus_figures *own_figures;
    const struct focus_figures *figures;
    struct focus_meant meant;
    struct focus_plan *plan; /* NULL: today */
    struct way_out way;
    struct outlook outlook;
    struct dates dates;
};

struct focus_plans {
    struct shop_open *open;
    const struct sold *sold; /* NULL: of a shop file */
    struct focus_said_list said;
    uint32_t count; /* columns: today and the plans; 0: none was asked for */
    struct focus_column columns[1 + FOCUS_PLANS_MAX];
};

/* `figures` are today's. plans->count is 0 where the command line says nothing of a plan. To be
 * closed either way. */
enum status focus_plans_open(const struct call *call, struct shop_open *open,
                             const struct focus_figures *figures, struct focus_plans *plans,
                             struct fault *fault) MUST_USE;
void focus_plans_close(struct focus_plans *plans);

/* `like` says how long each plan's best mix is searched. */
enum status focus_plans_make(const struct focus_told *told, const struct mix_ask *like,
                             struct focus_plans *plans, struct fault *fault) MUST_USE;

/* Has every plan a best mix? */
bool focus_plans_found(const struct focus_plans *plans);

/* False: no memory. Nothing where there are no plans; the same for the others. */
bool focus_plans_text(const struct focus_told *told, const struct focus_plans *plans) MUST_USE;
/* ,"plans":[...],"plans_today":{...} */
void focus_plans_json(const struct focus_told *told, const struct focus_plans *plans,
                      struct text *to);
/* <h2>...: tables, and the balances as a plot. */
void focus_plans_html(const struct focus_told *told, const struct focus_plans *plans,
                      struct text *to);

#endif
