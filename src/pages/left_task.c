/* More is never easier to promise than less, as good as: so a search by halves finds the most. An
 * order whose work lies in too many pieces to be planned says nothing about smaller ones; it counts
 * as one that could be had, so that nobody is told of a shortage that is none. */
#include "pages/left_task.h"

#include "base/decimal.h"

/* Lines of work in a question, all its offers together: as many as one, two, three, four, six or
 * twelve people share without a rest. */
enum { LINES_OF_WORK = 12 };

static bool can_be_had(struct promise_state *state, int64_t now, uint16_t offer, uint32_t units,
                       uint32_t lines_most)
{
    struct promise_line lines[LIMIT_ORDER_LINES];
    uint32_t count = units < lines_most ? units : lines_most;
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

uint32_t left_find(struct promise_state *state, int64_t now, uint16_t offer, uint32_t most,
                   uint32_t lines_most)
{
    /* What only lies there is as well asked for in one line. */
    bool works = promise_state_shop(state)->offers[offer].routing.count > 0;
    uint32_t lines = works ? lines_most : 1;
    uint32_t low = 0;
    uint32_t high = most < LEFT_UNITS_MAX ? most : (uint32_t)LEFT_UNITS_MAX;
    if (high == 0 || can_be_had(state, now, offer, high, lines)) {
        return high;
    }
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        *(can_be_had(state, now, offer, middle, lines) ? &low : &high) = middle;
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
        uint32_t lines = left->count < LINES_OF_WORK ? LINES_OF_WORK / left->count : 1;
        struct left_offer *offer = &left->offers[i];
        offer->left = offer->offer < shop->offer_count
                          ? left_find(state, now, offer->offer, offer->most, lines)
                          : 0;
    }
}

void left_task_begin(struct left_task *left)
{
    left->task = (struct engine_task){.kind = TASK_QUESTION, .question = answer, .context = left};
}
