/* All activities first: what they earn is the end of the frontier, and the first point that earns
 * as much ends the search, since more activities cannot add to it. (That a point leaves one of its
 * activities unused says nothing: two that keep each other's customers, or share out two scarce
 * resources, may both be worth it where neither alone is.) Then from one activity on; what k earn,
 * k + 1 can earn, so each point starts from the one before it. */
#include "focus/frontier.h"

#include "base/assert.h"

#include <stdlib.h>

struct tracing {
    const struct mix_ask *ask;
    struct frontier *frontier;
    struct mix *all;
    uint64_t until_ns;
    struct fault *fault;
};

/* More activities add nothing to it, as sure as was asked. */
static bool is_the_last(const struct tracing *tracing, const struct mix *mix)
{
    const struct mix *all = tracing->all;
    return mix->state == all->state && mix->profit_micro >= all->profit_micro &&
           (all->optimal || all->gap <= tracing->ask->gap);
}

static enum status solve(struct tracing *tracing, uint32_t most, double share,
                         const int64_t *start_steps, struct mix **mix)
{
    struct mix_ask ask = *tracing->ask;
    ask.most = most;
    ask.start_steps = start_steps;
    ask.seconds = share * mix_seconds_left(tracing->ask, tracing->until_ns);
    return mix_solve(&ask, mix, tracing->fault);
}

static enum status point_make(struct tracing *tracing, uint32_t most)
{
    const struct focus_figures *figures = tracing->ask->figures;
    struct frontier *frontier = tracing->frontier;
    struct frontier_point *before = most > 1 ? &frontier->points[most - 2] : NULL;
    struct frontier_point *point = &frontier->points[most - 1];
    enum status status = STATUS_OK;
    if (before != NULL && is_the_last(tracing, before->mix)) {
        point->mix = mix_copy(figures, before->mix);
        status = point->mix != NULL
                     ? STATUS_OK
                     : fault_set(tracing->fault, STATUS_MEMORY, "no memory for the focus frontier");
    } else {
        /* An easy point leaves its time to the others. */
        bool begins = before != NULL && before->mix->state == MIX_FOUND;
        status = solve(tracing, most, 2.0 / (figures->activity_count - most + 2),
                       begins ? before->mix->steps : NULL, &point->mix);
    }
    if (status != STATUS_OK) {
        return status;
    }
    ASSERT(point->mix != NULL);
    point->most = most;
    point->owner_thousandths = mix_owner(figures, point->mix->runs);
    frontier->count = most;
    return STATUS_OK;
}

static enum status points_make(struct tracing *tracing)
{
    uint32_t count = tracing->ask->figures->activity_count;
    enum status status = solve(tracing, count, 0.2, tracing->ask->start_steps, &tracing->all);
    for (uint32_t most = 1; status == STATUS_OK && most <= count; most++) {
        if (mix_time_is_up(tracing->ask, tracing->until_ns) ||
            tracing->all->state == MIX_UNBOUNDED) {
            break;
        }
        status = point_make(tracing, most);
        if (tracing->ask->progress != NULL) {
            tracing->ask->progress(tracing->ask->progress_context, most, count);
        }
    }
    return status;
}

enum status frontier_make(const struct mix_ask *ask, struct frontier **frontier,
                          struct fault *fault)
{
    struct tracing tracing = {.ask = ask, .until_ns = mix_until(ask), .fault = fault};
    *frontier = NULL;
    tracing.frontier = calloc(1, sizeof *tracing.frontier);
    if (tracing.frontier != NULL) {
        tracing.frontier->points =
            calloc(ask->figures->activity_count + 1u, sizeof *tracing.frontier->points);
    }
    if (tracing.frontier == NULL || tracing.frontier->points == NULL) {
        frontier_free(tracing.frontier);
        return fault_set(fault, STATUS_MEMORY, "no memory for the focus frontier");
    }
    enum status status = points_make(&tracing);
    mix_free(tracing.all);
    if (status != STATUS_OK) {
        frontier_free(tracing.frontier);
        return status;
    }
    *frontier = tracing.frontier;
    return STATUS_OK;
}

void frontier_free(struct frontier *frontier)
{
    if (frontier == NULL) {
        return;
    }
    for (uint32_t i = 0; frontier->points != NULL && i < frontier->count; i++) {
        mix_free(frontier->points[i].mix);
    }
    free(frontier->points);
    free(frontier);
}
