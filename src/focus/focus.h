/* The whole answer of `ecluse focus`: what each activity earns for the hours that it takes, the
 * best mix, what every further activity really adds, and how sure that is.
 *
 *   figures (figures.h) -> today and best mix (mix.h) -> frontier (frontier.h) -> ranges (range.h)
 *                       -> verdicts
 *
 * Plans, requests and decisions are answers of their own on the same figures (plan.h, request.h,
 * decision.h). */
#ifndef ECLUSE_FOCUS_FOCUS_H
#define ECLUSE_FOCUS_FOCUS_H

#include "focus/cash.h"
#include "focus/frontier.h"
#include "focus/range.h"

enum focus_verdict { VERDICT_KEEP, VERDICT_GROW, VERDICT_SHRINK, VERDICT_STOP, VERDICT_START };
enum { FOCUS_VERDICTS = 5 };

/* Of one activity in one mix. */
struct focus_share {
    int64_t throughput_micro;
    int64_t profit_micro;  /* its fixed costs taken off, if it runs */
    int64_t revenue_micro; /* without VAT */
    int64_t *used_micro;   /* [figures->centers] minutes */
};

struct focus_activity_answer {
    struct focus_share today, best;
    enum focus_verdict verdict; /* by throughput: within 5 percent of today's is `keep` */
};

struct focus_ask {
    const struct focus_figures *figures;
    /* Of today's shop: its cash bounds the best mix. NULL: cash bounds nothing. */
    const struct promise_state *state;
    struct mix_ask mix; /* its `figures` are the same; its `seconds` are for all that is asked */
    bool wants_frontier, wants_ranges;
    /* May be NULL: how far it is, of `whole`. */
    void (*progress)(void *context, uint64_t done, uint64_t whole);
    void *progress_context;
};

struct focus_answer {
    struct mix *best, *today, *margin_first;
    struct focus_cash *cash;     /* NULL: cash bounds nothing */
    struct frontier *frontier;   /* NULL: not asked, or no best mix */
    struct focus_ranges *ranges; /* the same */
    uint32_t activity_count;
    struct focus_activity_answer *activities;  /* [figures->activities] */
    double effective_hours, effective_revenue; /* activities: 1 / sum of squared shares, of today;
                                                  0: there is nothing to share */
};

enum status focus(const struct focus_ask *ask, struct focus_answer **answer,
                  struct fault *fault) MUST_USE;
void focus_free(struct focus_answer *answer);

/* "keep", ... as JSON has it. */
const char *focus_verdict_name(enum focus_verdict verdict);

#endif
