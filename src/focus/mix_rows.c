/* Coefficients come from integers and are doubles from here on: what is found is checked in
 * integers (fill.h). */
#include "focus/mix_rows.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>

#define MILLION 1e6

double mix_rows_step(const struct focus_offer *offer)
{
    return (double)offer->step_thousandths / THOUSAND;
}

static uint32_t column_add(struct mix_rows *rows, double upper, double value)
{
    rows->column_count++;
    return program_column(rows->program, 0, upper, value, true);
}

static void columns_make(struct mix_rows *rows, const struct mix_ask *ask)
{
    const struct focus_figures *figures = rows->figures;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        int64_t most = bounds_steps(rows->bounds, figures, i);
        /* Without any bound only what earns nothing gets here (mix.c): one step says it all. */
        rows->most[i] = most == FOCUS_NO_LIMIT ? 1 : most;
        double value = (double)offer->throughput_micro / MILLION * mix_rows_step(offer);
        rows->steps[i] = column_add(rows, (double)rows->most[i], value);
        rows->sessions[i] = MIX_NO_COLUMN;
        if (offer->seats > 0) {
            int64_t sessions = focus_sessions(offer, focus_quantity(offer, rows->most[i]));
            rows->sessions[i] = column_add(rows, (double)sessions, 0);
        }
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        bool never = ask->never != NULL && ask->never[i];
        double cost = (double)figures->activities[i].fixed_micro / MILLION;
        rows->runs[i] = column_add(rows, never ? 0 : 1, -cost);
    }
}

static void bound_row(struct mix_rows *rows, uint32_t row)
{
    const struct bounds *bounds = rows->bounds;
    program_row_begin(rows->program);
    for (uint32_t i = 0; i < rows->figures->offer_count; i++) {
        const struct focus_offer *offer = &rows->figures->offers[i];
        for (uint32_t j = bounds->first[i]; j < bounds->first[i + 1]; j++) {
            const struct bound_entry *entry = &bounds->entries[j];
            if (entry->row == row && entry->amount_micro > 0) {
                double amount = (double)entry->amount_micro / MILLION;
                program_row_add(rows->program,
                                entry->of_session ? rows->sessions[i] : rows->steps[i],
                                entry->of_session ? amount : amount * mix_rows_step(offer));
            }
        }
    }
    rows->rows[row] =
        program_row_end(rows->program, -HUGE_VAL, (double)bounds->capacity_micro[row] / MILLION);
}

static void seats_row(struct mix_rows *rows, uint32_t offer)
{
    const struct focus_offer *of = &rows->figures->offers[offer];
    if (of->seats > 0) {
        program_row_begin(rows->program);
        program_row_add(rows->program, rows->steps[offer], mix_rows_step(of));
        program_row_add(rows->program, rows->sessions[offer], -(double)of->seats);
        (void)program_row_end(rows->program, -HUGE_VAL, 0);
    }
}

static void switch_row(struct mix_rows *rows, uint32_t offer)
{
    uint16_t activity = rows->figures->offers[offer].activity;
    rows->switches[offer] = MIX_NO_COLUMN;
    if (activity != NO_INDEX && rows->most[offer] > 0) {
        program_row_begin(rows->program);
        program_row_add(rows->program, rows->steps[offer], 1);
        program_row_add(rows->program, rows->runs[activity], -(double)rows->most[offer]);
        rows->switches[offer] = program_row_end(rows->program, -HUGE_VAL, 0);
    }
}

/* steps <= all x (1 - sum of the shares of what does not run). */
static void loss_row(struct mix_rows *rows, uint32_t offer)
{
    const struct focus_figures *figures = rows->figures;
    double all = (double)figures->offers[offer].steps;
    double left = all;
    rows->demand[offer] = MIX_NO_COLUMN;
    uint32_t first = focus_losses_first(figures, offer);
    bool none = first == figures->loss_count || figures->losses[first].offer != offer;
    if (none || figures->offers[offer].steps == FOCUS_NO_LIMIT) {
        return;
    }
    program_row_begin(rows->program);
    program_row_add(rows->program, rows->steps[offer], 1);
    for (uint32_t i = first; i < figures->loss_count && figures->losses[i].offer == offer; i++) {
        double lost = all * figures->losses[i].share_millionths / MILLION;
        program_row_add(rows->program, rows->runs[figures->losses[i].with], -lost);
        left -= lost;
    }
    rows->demand[offer] = program_row_end(rows->program, -HUGE_VAL, left);
}

/* An activity runs only where something of it is sold. */
static void selling_row(struct mix_rows *rows, uint32_t activity)
{
    program_row_begin(rows->program);
    program_row_add(rows->program, rows->runs[activity], 1);
    for (uint32_t i = 0; i < rows->figures->offer_count; i++) {
        if (rows->figures->offers[i].activity == activity) {
            program_row_add(rows->program, rows->steps[i], -1);
        }
    }
    (void)program_row_end(rows->program, -HUGE_VAL, 0);
}

static void activity_rows(struct mix_rows *rows, const struct mix_ask *ask)
{
    const struct focus_figures *figures = rows->figures;
    program_row_begin(rows->program);
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        program_row_add(rows->program, rows->runs[i], 1);
    }
    rows->most_row = program_row_end(rows->program, -HUGE_VAL, ask->most);
    if (figures->owner_thousandths != FOCUS_NO_LIMIT) {
        program_row_begin(rows->program);
        for (uint32_t i = 0; i < figures->activity_count; i++) {
            program_row_add(rows->program, rows->runs[i],
                            (double)figures->activities[i].owner_thousandths / THOUSAND);
        }
        (void)program_row_end(rows->program, -HUGE_VAL,
                              (double)figures->owner_thousandths / THOUSAND);
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        selling_row(rows, i);
    }
}

bool mix_rows_make(struct mix_rows *rows, const struct mix_ask *ask, const struct bounds *bounds)
{
    const struct focus_figures *figures = ask->figures;
    *rows = (struct mix_rows){.figures = figures, .bounds = bounds, .program = program_new()};
    rows->most = calloc(figures->offer_count + 1u, sizeof *rows->most);
    rows->steps = calloc(figures->offer_count + 1u, sizeof *rows->steps);
    rows->sessions = calloc(figures->offer_count + 1u, sizeof *rows->sessions);
    rows->switches = calloc(figures->offer_count + 1u, sizeof *rows->switches);
    rows->demand = calloc(figures->offer_count + 1u, sizeof *rows->demand);
    rows->runs = calloc(figures->activity_count + 1u, sizeof *rows->runs);
    rows->rows = calloc(bounds->count + 1u, sizeof *rows->rows);
    if (rows->program == NULL || rows->most == NULL || rows->steps == NULL ||
        rows->sessions == NULL || rows->switches == NULL || rows->demand == NULL ||
        rows->runs == NULL || rows->rows == NULL) {
        return false;
    }
    columns_make(rows, ask);
    for (uint32_t i = 0; i < bounds->count; i++) {
        bound_row(rows, i);
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        seats_row(rows, i);
        switch_row(rows, i);
        loss_row(rows, i);
    }
    activity_rows(rows, ask);
    return true;
}

void mix_rows_free(struct mix_rows *rows)
{
    program_free(rows->program);
    free(rows->most);
    free(rows->steps);
    free(rows->sessions);
    free(rows->switches);
    free(rows->demand);
    free(rows->runs);
    free(rows->rows);
    *rows = (struct mix_rows){0};
}

void mix_rows_fix(struct mix_rows *rows, const bool *runs)
{
    const struct focus_figures *figures = rows->figures;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        program_column_bounds(rows->program, rows->runs[i], runs[i], runs[i]);
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        bool sells = offer->activity == NO_INDEX || runs[offer->activity];
        double most = offer->steps == FOCUS_NO_LIMIT ? HUGE_VAL : (double)offer->steps;
        if (!sells || rows->most[i] == 0 || offer->throughput_micro <= 0) {
            continue;
        }
        program_column_bounds(rows->program, rows->steps[i], 0, most);
        if (rows->sessions[i] != MIX_NO_COLUMN) {
            program_column_bounds(rows->program, rows->sessions[i], 0, HUGE_VAL);
        }
        if (rows->switches[i] != MIX_NO_COLUMN) {
            program_row_bounds(rows->program, rows->switches[i], -HUGE_VAL, HUGE_VAL);
        }
    }
}

void mix_rows_values(const struct mix_rows *rows, const int64_t *steps, double *values)
{
    const struct focus_figures *figures = rows->figures;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        values[rows->runs[i]] = 0;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        values[rows->steps[i]] = (double)steps[i];
        if (offer->seats > 0) {
            values[rows->sessions[i]] =
                (double)focus_sessions(offer, focus_quantity(offer, steps[i]));
        }
        if (offer->activity != NO_INDEX && steps[i] > 0) {
            values[rows->runs[offer->activity]] = 1;
        }
    }
}
