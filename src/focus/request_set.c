/* Two programs, one after the other: who ask, then their gain with as many who ask.
 *
 * One program with the gain as a small part of each weight was rejected: counts reach a thousand
 * millions and gains differ by cents, so no part is both small enough and felt. What GLPK finds is
 * added up again in integers; what is over the hours by its tolerance is left out, last in rank
 * first. */
#include "focus/request_set.h"

#include "focus/program.h"

#include <math.h>

#define MINUTES_MICRO 1e6

struct candidates {
    uint32_t count;
    uint32_t groups[REQUEST_SET_GROUPS_MAX];
};

/* Groups whose hours are known, and who alone could be served. */
static bool is_candidate(const struct requests_ask *ask, const struct requests *requests,
                         const struct request_group *group)
{
    for (uint32_t c = 0; c < ask->figures->center_count; c++) {
        if (group->minutes_micro[c] > requests->free_micro[c]) {
            return false;
        }
    }
    return group->count > 0;
}

static void candidates_find(const struct requests_ask *ask, struct requests *requests,
                            struct candidates *candidates)
{
    candidates->count = 0;
    requests->served_proved = true;
    for (uint32_t i = 0; i < requests->group_count; i++) {
        const struct request_group *group = &requests->groups[i];
        if (group->hours_from == REQUEST_HOURS_UNKNOWN) {
            requests->without_hours++;
        } else if (!is_candidate(ask, requests, group)) {
            continue;
        } else if (candidates->count == REQUEST_SET_GROUPS_MAX) {
            requests->served_proved = false;
        } else {
            candidates->groups[candidates->count++] = i;
        }
    }
}

static void program_build(const struct requests_ask *ask, const struct requests *requests,
                          const struct candidates *candidates, struct program *program)
{
    for (uint32_t i = 0; i < candidates->count; i++) {
        double count = (double)requests->groups[candidates->groups[i]].count;
        (void)program_column(program, 0, 1, count, true);
    }
    for (uint32_t c = 0; c < ask->figures->center_count; c++) {
        program_row_begin(program);
        for (uint32_t i = 0; i < candidates->count; i++) {
            int64_t minutes = requests->groups[candidates->groups[i]].minutes_micro[c];
            if (minutes > 0) {
                program_row_add(program, i, (double)minutes / MINUTES_MICRO);
            }
        }
        (void)program_row_end(program, -HUGE_VAL, (double)requests->free_micro[c] / MINUTES_MICRO);
    }
}

/* The gains as values, with no fewer who ask. */
static void program_turn(const struct requests *requests, const struct candidates *candidates,
                         int64_t count, struct program *program)
{
    program_row_begin(program);
    for (uint32_t i = 0; i < candidates->count; i++) {
        program_row_add(program, i, (double)requests->groups[candidates->groups[i]].count);
    }
    (void)program_row_end(program, (double)count - 0.5, HUGE_VAL);
    for (uint32_t i = 0; i < candidates->count; i++) {
        const struct request_group *group = &requests->groups[candidates->groups[i]];
        program_column_value(program, i, (double)group->gain_micro / (double)FOCUS_MICRO);
    }
}

/* Does it fit beside those that are served? Takes its hours if so. */
static bool take(const struct requests_ask *ask, const struct request_group *group, int64_t *left)
{
    for (uint32_t c = 0; c < ask->figures->center_count; c++) {
        if (group->minutes_micro[c] > left[c]) {
            return false;
        }
    }
    for (uint32_t c = 0; c < ask->figures->center_count; c++) {
        left[c] -= group->minutes_micro[c];
    }
    return true;
}

/* At the end of what there is, the sum stays there: nobody reads so large a gain to the cent. */
static int64_t sum_of(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? (a > 0 ? INT64_MAX : INT64_MIN) : sum;
}

/* What the program found last as the set, unless what is there already is larger. */
static void set_take(const struct requests_ask *ask, struct requests *requests,
                     const struct candidates *candidates, const struct program *program)
{
    int64_t left[LIMIT_WORK_CENTERS];
    bool served[REQUEST_SET_GROUPS_MAX];
    int64_t count = 0;
    int64_t gain = 0;
    memcpy(left, requests->free_micro, ask->figures->center_count * sizeof *left);
    for (uint32_t i = 0; i < candidates->count; i++) {
        const struct request_group *group = &requests->groups[candidates->groups[i]];
        served[i] = program_value(program, i) > 0.5 && take(ask, group, left);
        count += served[i] ? group->count : 0;
        gain = served[i] ? sum_of(gain, group->gain_micro) : gain;
    }
    if (count < requests->served_count) {
        return;
    }
    requests->served_count = count;
    requests->served_gain_micro = gain;
    for (uint32_t i = 0; i < candidates->count; i++) {
        requests->groups[candidates->groups[i]].served = served[i];
    }
}

enum status request_set_find(const struct requests_ask *ask, struct requests *requests,
                             struct fault *fault)
{
    struct candidates candidates;
    struct program_result result;
    const struct program_ask solve = {.gap = 0, .seconds = ask->seconds / 2};
    candidates_find(ask, requests, &candidates);
    if (candidates.count == 0) {
        return STATUS_OK;
    }
    struct program *program = program_new();
    if (program == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for requests; free some and try again");
    }
    program_build(ask, requests, &candidates, program);
    program_solve(program, &solve, &result);
    bool found = result.end == PROGRAM_OPTIMAL || result.end == PROGRAM_FOUND;
    requests->served_proved = requests->served_proved && result.end == PROGRAM_OPTIMAL;
    if (found) {
        set_take(ask, requests, &candidates, program);
        program_turn(requests, &candidates, requests->served_count, program);
        program_solve(program, &solve, &result);
        if (result.end == PROGRAM_OPTIMAL || result.end == PROGRAM_FOUND) {
            set_take(ask, requests, &candidates, program);
        }
    }
    program_free(program);
    return STATUS_OK;
}
