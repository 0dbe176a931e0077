/* The best mix as columns and rows of a program (program.h): what mix.h says in words, said to the
 * optimizer. Money is in minor units, work in minutes, quantities in steps.
 *
 *   columns   steps of each offer, sessions of those with seats, one switch for each activity
 *   rows      hours, items; steps <= most x switch, offer by offer (the strong form: a sum of them
 *             lets a switch stand at a small part); seats; losses; the owner; at most so many;
 *             a switch stands only where something is sold */
#ifndef ECLUSE_FOCUS_MIX_ROWS_H
#define ECLUSE_FOCUS_MIX_ROWS_H

#include "focus/bounds.h"
#include "focus/mix.h"
#include "focus/program.h"

#define MIX_NO_COLUMN UINT32_MAX

struct mix_rows {
    const struct focus_figures *figures;
    const struct bounds *bounds;
    struct program *program;
    uint32_t column_count;
    int64_t *most;      /* [offer] steps */
    uint32_t *steps;    /* [offer] columns */
    uint32_t *sessions; /* [offer]; MIX_NO_COLUMN: no seats */
    uint32_t *runs;     /* [activity] */
    uint32_t *rows;     /* [bounds->count] */
    uint32_t *switches; /* [offer] the row steps <= most x switch; MIX_NO_COLUMN: it has none */
    uint32_t *demand;   /* [offer] the row of its losses; MIX_NO_COLUMN: it has none */
    uint32_t most_row;  /* of at most so many activities */
};

/* False: no memory; mix_rows_free either way. */
bool mix_rows_make(struct mix_rows *rows, const struct mix_ask *ask,
                   const struct bounds *bounds) MUST_USE;
void mix_rows_free(struct mix_rows *rows);

/* Fixes the switches, and bounds what is sold by its demand alone: `most` holds what the hours that
 * there are allow, which one more hour would change. For prices of hours. */
void mix_rows_fix(struct mix_rows *rows, const bool *runs);
/* The values of all columns for whole steps. */
void mix_rows_values(const struct mix_rows *rows, const int64_t *steps, double *values);
/* Units of one step: what an offer's coefficients are of. */
double mix_rows_step(const struct focus_offer *offer);

#endif
