/* More is never easier to promise than less, as good as: so a search by halves finds the most. An
 * order whose work lies in too many pieces to be planned says nothing about smaller ones; it counts
 * as one that could be had, so that nobody is told of a shortage that is none. */
#include "pages/left_task.h"

#include "base/decimal.h"

/* Lines of work that are planned beside each other: as many as one, two, three, four, six or twelve
 * people share without a rest. */
enum { LINES_OF_WORK = 12 };

/* One line for what only lies there; for work several, because one line keeps one team busy at a
 * time, and a class takes no more than its seats. */
static uint32_t lines_of(const struct offer *offer, uint32_t units)
{
    uint32_t most = offer->seats > 0           ? (uint32_t)LIMIT_ORDER_LINES
                    : offer->routing.count > 0 ? (uint32_t)LINES_OF_WORK
                                               : 1;
    return units < most ? units : most;
}

static bool can_be_had(struct promise_state *state, int64_t now, uint16_t offer, uint32_t units)
{
    struct promise_line lines[LIMIT_ORDER_LINES];
    uint32_t count = lines_of(&promise_state_shop(state)->offers[offer], units);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t part = units / count + (i < units % count);
        lines[i] = (struct promise_line){{offer}, (int64_t)part * THOUSAND};
    }
    const struct promise_command command = {
        .kind = PROMISE_PLACE,
        .now = now,
        .hold = true,
        .ask = {.line_count = count, .lines = lines, .for_all = true}};
    struct promise_answer answer;
    promise_quote(state, &command, &answer, NULL);
    return answer.result == PROMISE_OK || answer.result == PROMISE_TOO_LARGE;
}

uint32_t left_find(struct promise_state *state, int64_t now, uint16_t offer, uint32_t most)
{
    uint32_t low = 0;
    uint32_t high = most < LEFT_UNITS_MAX ? most : (uint32_t)LEFT_UNITS_MAX;
    if (high == 0 || can_be_had(state, now, offer, high)) {
        return high;
    }
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(can_be_had(state, now, offer, middle) ? &low : &high) = middle;
    }
    return low;
}

static void answer(struct promise_state *state, int64_t now, void *context)
{
    struct left_task *left = context;
    const struct shop *shop = promise_state_shop(state);
    struct order_view order;
    left->placed = left->order != NULL && promise_order(state, *left->order, &order);
    if (left->placed) {
        return;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        struct left_offer *offer = &left->offers[i];
        offer->left =
            offer->offer < shop->offer_count ? left_find(state, now, offer->offer, offer->most) : 0;
    }
}

void left_task_begin(struct left_task *left)
{
    left->task = (struct engine_task){.kind = TASK_QUESTION, .question = answer, .context = left};
}
