/* A mixed-integer program as columns, rows and coefficients, solved by GLPK: the only file that
 * knows it.
 *
 *   program_new -> columns -> rows -> program_solve (whole) or program_relax (continuous)
 *              \-> more rows, other bounds and values -> solved again from where it stood
 *
 * What is asked is always to be made as large as possible. GLPK reckons in doubles: whoever asks
 * rounds and checks. It prints nothing; an error in it is a bug and stops the program. Its memory
 * is given back with the last program of the thread. One thread uses a program at a time. */
#ifndef ECLUSE_FOCUS_PROGRAM_H
#define ECLUSE_FOCUS_PROGRAM_H

#include "base/status.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct program;

enum program_end {
    PROGRAM_OPTIMAL,    /* proved, or within the asked gap */
    PROGRAM_FOUND,      /* something was found before the time was up */
    PROGRAM_INFEASIBLE, /* nothing keeps all rows */
    PROGRAM_NOTHING     /* nothing was found before the time was up */
};

struct program_ask {
    double gap;              /* relative; 0: proved */
    double seconds;          /* at most, the relaxation included; below 0: no limit */
    const atomic_bool *stop; /* ends it early; may be NULL */
    const double *start;     /* [column] known to keep all rows; NULL: none */
    /* Makes something whole of what is not: fills `whole` and returns true if it keeps all rows.
     * May be NULL. */
    bool (*round)(void *context, const double *relaxed, double *whole);
    void *round_context;
};

struct program_result {
    enum program_end end;
    double value; /* of what was found */
    double bound; /* nothing is better than this */
};

/* NULL: no memory. */
struct program *program_new(void);
void program_free(struct program *program);

/* HUGE_VAL or -HUGE_VAL: no bound. Columns and rows are numbered from 0. */
uint32_t program_column(struct program *program, double lower, double upper, double value,
                        bool whole);
void program_row_begin(struct program *program);
void program_row_add(struct program *program, uint32_t column, double coefficient);
uint32_t program_row_end(struct program *program, double lower, double upper);

void program_column_bounds(struct program *program, uint32_t column, double lower, double upper);
void program_column_value(struct program *program, uint32_t column, double value);
void program_row_bounds(struct program *program, uint32_t row, double lower, double upper);

void program_solve(struct program *program, const struct program_ask *ask,
                   struct program_result *result);
/* Columns need not be whole. `seconds` as above; what was solved before is where it starts. */
void program_relax(struct program *program, double seconds, struct program_result *result);

/* Do these values of the columns keep every row? Not their own bounds. */
bool program_keeps(const struct program *program, const double *values);

/* Of the last program_solve or program_relax that found something. */
double program_value(const struct program *program, uint32_t column);
/* Of the last program_relax: what one more of a row's bound would bring. */
double program_dual(const struct program *program, uint32_t row);

#endif
