/* GLPK behind program.h. Branch and cut without GLPK's own presolver: a known solution could not be
 * given to it there (its columns are others), and warm starts would be lost; what the presolver
 * would find, whoever builds the program has put into its bounds (docs/decisions/0080). */
#include "focus/program.h"

#include "base/assert.h"

#include <glpk.h>
#include <math.h>
#include <stdlib.h>

#define KEEPS 1e-9 /* of the sizes in a row, that their sum may be beyond its bound */

struct program {
    glp_prob *problem;
    int *columns; /* of the row that is being made, from 1 on, as GLPK has it */
    double *coefficients;
    int length;
    int room;
    bool basis; /* the last relaxation's basis stands */
    bool whole; /* values are those of the last program_solve */
};

/* GLPK's environment belongs to a thread; it is given back with its last program. */
static _Thread_local uint32_t programs_alive;

static void glpk_failed(void *unused)
{
    (void)unused;
    assert_failed("GLPK reported an error", __FILE__, __LINE__);
}

struct program *program_new(void)
{
    struct program *program = calloc(1, sizeof *program);
    if (program == NULL) {
        return NULL;
    }
    programs_alive++;
    (void)glp_term_out(GLP_OFF);
    glp_error_hook(glpk_failed, NULL);
    program->problem = glp_create_prob();
    glp_set_obj_dir(program->problem, GLP_MAX);
    return program;
}

void program_free(struct program *program)
{
    if (program == NULL) {
        return;
    }
    glp_delete_prob(program->problem);
    free(program->columns);
    free(program->coefficients);
    free(program);
    ASSERT(programs_alive > 0);
    if (--programs_alive == 0) {
        (void)glp_free_env();
    }
}

/* ---- building ---- */

static int bounds_kind(double lower, double upper)
{
    bool below = isfinite(lower);
    bool above = isfinite(upper);
    if (below && above) {
        return lower < upper ? GLP_DB : GLP_FX;
    }
    return below ? GLP_LO : above ? GLP_UP : GLP_FR;
}

static double or_zero(double bound)
{
    return isfinite(bound) ? bound : 0;
}

uint32_t program_column(struct program *program, double lower, double upper, double value,
                        bool whole)
{
    int column = glp_add_cols(program->problem, 1);
    glp_set_col_kind(program->problem, column, whole ? GLP_IV : GLP_CV);
    program_column_bounds(program, (uint32_t)column - 1, lower, upper);
    glp_set_obj_coef(program->problem, column, value);
    return (uint32_t)column - 1;
}

void program_row_begin(struct program *program)
{
    program->length = 0;
}

void program_row_add(struct program *program, uint32_t column, double coefficient)
{
    if (program->length + 2 > program->room) {
        int room = program->room == 0 ? 256 : program->room * 2;
        program->columns = realloc(program->columns, (size_t)room * sizeof *program->columns);
        program->coefficients =
            realloc(program->coefficients, (size_t)room * sizeof *program->coefficients);
        ASSERT(program->columns != NULL && program->coefficients != NULL);
        program->room = room;
    }
    program->length++;
    program->columns[program->length] = (int)column + 1;
    program->coefficients[program->length] = coefficient;
}

uint32_t program_row_end(struct program *program, double lower, double upper)
{
    int row = glp_add_rows(program->problem, 1);
    program_row_bounds(program, (uint32_t)row - 1, lower, upper);
    if (program->length > 0) {
        glp_set_mat_row(program->problem, row, program->length, program->columns,
                        program->coefficients);
    }
    return (uint32_t)row - 1;
}

void program_column_bounds(struct program *program, uint32_t column, double lower, double upper)
{
    glp_set_col_bnds(program->problem, (int)column + 1, bounds_kind(lower, upper), or_zero(lower),
                     or_zero(upper));
}

void program_column_value(struct program *program, uint32_t column, double value)
{
    glp_set_obj_coef(program->problem, (int)column + 1, value);
}

void program_row_bounds(struct program *program, uint32_t row, double lower, double upper)
{
    glp_set_row_bnds(program->problem, (int)row + 1, bounds_kind(lower, upper), or_zero(lower),
                     or_zero(upper));
}

/* ---- the relaxation ---- */

/* When so many seconds are over, by the clock by which GLPK takes its limits. */
static double until_of(double seconds)
{
    return seconds < 0 ? HUGE_VAL : glp_time() + seconds * 1000;
}

static int milliseconds_left(double until)
{
    double left = until - glp_time();
    return left > INT32_MAX ? INT32_MAX : left > 0 ? (int)left : 0;
}

/* From the basis that stands if there is one. A basis that broke down (bounds were moved far) is
 * made anew, once. */
static int simplex(struct program *program, double until)
{
    glp_smcp ask;
    glp_init_smcp(&ask);
    ask.msg_lev = GLP_MSG_OFF;
    ask.meth = program->basis ? GLP_DUALP : GLP_PRIMAL;
    ask.tm_lim = milliseconds_left(until);
    if (!program->basis) {
        glp_scale_prob(program->problem, GLP_SF_AUTO);
        glp_adv_basis(program->problem, 0);
    }
    int failed = glp_simplex(program->problem, &ask);
    if (failed != 0 && failed != GLP_ETMLIM && program->basis) {
        glp_std_basis(program->problem);
        ask.meth = GLP_PRIMAL;
        ask.tm_lim = milliseconds_left(until);
        failed = glp_simplex(program->problem, &ask);
    }
    program->basis = failed == 0;
    return failed;
}

static void relax(struct program *program, double until, struct program_result *result)
{
    int failed = simplex(program, until);
    int status = glp_get_status(program->problem);
    result->value = result->bound = glp_get_obj_val(program->problem);
    result->end = failed == 0 && status == GLP_OPT ? PROGRAM_OPTIMAL
                  : failed == 0 && (status == GLP_NOFEAS || status == GLP_INFEAS)
                      ? PROGRAM_INFEASIBLE
                      : PROGRAM_NOTHING;
    program->whole = false;
}

void program_relax(struct program *program, double seconds, struct program_result *result)
{
    relax(program, until_of(seconds), result);
}

/* ---- branch and cut ---- */

struct search {
    const struct program_ask *ask;
    struct program *program;
    double *values; /* [column], from 1 on, for GLPK */
    double *relaxed;
    double bound;
    bool given; /* the start */
};

static void bound_note(struct search *search, glp_tree *tree)
{
    int best = glp_ios_best_node(tree);
    if (best != 0) {
        search->bound = glp_ios_node_bound(tree, best);
    }
}

static void offer_found(struct search *search, glp_tree *tree)
{
    const struct program_ask *ask = search->ask;
    int count = glp_get_num_cols(search->program->problem);
    if (ask->start != NULL && !search->given) {
        search->given = true;
        for (int i = 0; i < count; i++) {
            search->values[i + 1] = ask->start[i];
        }
        (void)glp_ios_heur_sol(tree, search->values);
    }
    if (ask->round == NULL) {
        return;
    }
    const glp_prob *problem = glp_ios_get_prob(tree);
    for (int i = 0; i < count; i++) {
        search->relaxed[i] = glp_get_col_prim((glp_prob *)problem, i + 1);
    }
    if (ask->round(ask->round_context, search->relaxed, search->values + 1)) {
        (void)glp_ios_heur_sol(tree, search->values);
    }
}

static void searching(glp_tree *tree, void *context)
{
    struct search *search = context;
    bound_note(search, tree);
    if (search->ask->stop != NULL && atomic_load(search->ask->stop)) {
        glp_ios_terminate(tree);
        return;
    }
    if (glp_ios_reason(tree) == GLP_IHEUR) {
        offer_found(search, tree);
    }
}

/* GLPK takes for whole what is so to 10^-5, and rounds it, but not the value that it tells: that
 * can be off by so much of the largest coefficients. */
static double whole_value(glp_prob *problem)
{
    double sum = glp_get_obj_coef(problem, 0);
    for (int i = 1; i <= glp_get_num_cols(problem); i++) {
        sum += glp_get_obj_coef(problem, i) * glp_mip_col_val(problem, i);
    }
    return sum;
}

static void branch_and_cut(struct search *search, double root, double until,
                           struct program_result *result)
{
    glp_prob *problem = search->program->problem;
    glp_iocp ask;
    glp_init_iocp(&ask);
    ask.msg_lev = GLP_MSG_OFF;
    ask.tm_lim = milliseconds_left(until);
    ask.mip_gap = search->ask->gap;
    ask.tol_obj = 1e-9; /* an optimum is one to the minor unit, not to a millionth of the whole */
    ask.mir_cuts = GLP_ON;
    ask.cov_cuts = GLP_ON;
    ask.fp_heur = search->ask->start == NULL && search->ask->round == NULL ? GLP_ON : GLP_OFF;
    ask.cb_func = searching;
    ask.cb_info = search;
    search->bound = root;
    int failed = glp_intopt(problem, &ask);
    int status = glp_mip_status(problem);
    ASSERT(failed == 0 || failed == GLP_EMIPGAP || failed == GLP_ETMLIM || failed == GLP_ESTOP ||
           failed == GLP_EFAIL);
    bool found = status == GLP_OPT || status == GLP_FEAS;
    result->value = found ? whole_value(problem) : 0;
    double off = found ? glp_mip_obj_val(problem) - result->value : 0;
    result->bound = status == GLP_OPT && failed == 0 ? result->value : search->bound - off;
    result->end = found && (failed == 0 || failed == GLP_EMIPGAP) ? PROGRAM_OPTIMAL
                  : found                                         ? PROGRAM_FOUND
                  : status == GLP_NOFEAS && failed == 0           ? PROGRAM_INFEASIBLE
                                                                  : PROGRAM_NOTHING;
}

void program_solve(struct program *program, const struct program_ask *ask,
                   struct program_result *result)
{
    double until = until_of(ask->seconds);
    relax(program, until, result);
    if (result->end != PROGRAM_OPTIMAL) {
        return;
    }
    size_t count = (size_t)glp_get_num_cols(program->problem) + 1;
    struct search search = {.ask = ask,
                            .program = program,
                            .values = calloc(count, sizeof(double)),
                            .relaxed = calloc(count, sizeof(double))};
    ASSERT(search.values != NULL && search.relaxed != NULL);
    branch_and_cut(&search, result->value, until, result);
    program->whole = true;
    free(search.values);
    free(search.relaxed);
}

static bool row_keeps(const struct program *program, int row, int *columns, double *coefficients,
                      const double *values)
{
    double sum = 0;
    double size = 1;
    int length = glp_get_mat_row(program->problem, row, columns, coefficients);
    for (int i = 1; i <= length; i++) {
        double part = coefficients[i] * values[columns[i] - 1];
        sum += part;
        size += fabs(part);
    }
    int kind = glp_get_row_type(program->problem, row);
    bool below = kind == GLP_LO || kind == GLP_DB || kind == GLP_FX;
    bool above = kind == GLP_UP || kind == GLP_DB || kind == GLP_FX;
    double little = KEEPS * size;
    return (!below || sum >= glp_get_row_lb(program->problem, row) - little) &&
           (!above || sum <= glp_get_row_ub(program->problem, row) + little);
}

bool program_keeps(const struct program *program, const double *values)
{
    size_t room = (size_t)glp_get_num_cols(program->problem) + 1;
    int *columns = calloc(room, sizeof *columns);
    double *coefficients = calloc(room, sizeof *coefficients);
    ASSERT(columns != NULL && coefficients != NULL);
    bool keeps = true;
    for (int row = glp_get_num_rows(program->problem); row > 0 && keeps; row--) {
        keeps = row_keeps(program, row, columns, coefficients, values);
    }
    free(columns);
    free(coefficients);
    return keeps;
}

double program_value(const struct program *program, uint32_t column)
{
    int place = (int)column + 1;
    return program->whole ? glp_mip_col_val(program->problem, place)
                          : glp_get_col_prim(program->problem, place);
}

double program_dual(const struct program *program, uint32_t row)
{
    return glp_get_row_dual(program->problem, (int)row + 1);
}
