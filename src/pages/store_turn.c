/* Claims live on the door's thread alone; what is left is asked of the core at the moment it
 * matters, not read from dates that are a second old. */
#include "pages/store_turn.h"

#include "base/decimal.h"

static int64_t now_seconds(const struct store *store)
{
    return (int64_t)(store->env->ticks_ns(store->env) / 1000000000u);
}

static uint32_t units_of(const struct promise_line *line)
{
    return (uint32_t)((line->quantity_thousandths + THOUSAND - 1) / THOUSAND);
}

bool store_turn_any(const struct store *store)
{
    return store->turns.claim_count > 0;
}

void store_turn_claim(const struct store_visit *visit, const struct store_cart *cart)
{
    struct turn_visitor visitor = store_here_visitor(visit);
    for (uint32_t i = 0; i < cart->count; i++) {
        turns_claim(&visit->store->turns, now_seconds(visit->store), visitor, cart->lines[i].offer,
                    cart->lines[i].units);
    }
}

static uint32_t units_asked(const struct store_turn *turn, uint16_t offer)
{
    uint64_t units = 0;
    for (uint32_t i = 0; i < turn->line_count; i++) {
        units += turn->lines[i].offer.index == offer ? units_of(&turn->lines[i]) : 0;
    }
    return units < UINT32_MAX ? (uint32_t)units : UINT32_MAX;
}

void store_turn_give_up(const struct store_visit *visit, uint16_t offer)
{
    turns_done(&visit->store->turns, store_here_visitor(visit), offer);
}

/* What has to be asked: of the lines that somebody claims who came before. */
static void offers_list(struct store_turn *turn)
{
    struct left_task *left = &turn->left;
    left->count = 0;
    for (uint32_t i = 0; i < turn->line_count; i++) {
        uint32_t before = 0;
        uint16_t offer = turn->lines[i].offer.index;
        uint64_t claimed = turns_claimed(&turn->store->turns, now_seconds(turn->store),
                                         turn->visitor, offer, &before);
        uint64_t most = claimed + units_asked(turn, offer);
        if (before > 0) {
            left->offers[left->count++] = (struct left_offer){
                .offer = offer,
                .most = most < LEFT_UNITS_MAX ? (uint32_t)most : (uint32_t)LEFT_UNITS_MAX};
        }
    }
}

static void left_known(struct engine_task *task)
{
    struct store_turn *turn = (struct store_turn *)task;
    turn->status = task->status;
    bool known = task->status == STATUS_OK && !turn->left.placed;
    for (uint32_t i = 0; i < turn->left.count && known; i++) {
        const struct left_offer *offer = &turn->left.offers[i];
        struct turn_view view;
        /* As many as were asked about are as good as any number. */
        uint32_t left = offer->left < offer->most ? offer->left : UINT32_MAX;
        turns_ask(&turn->store->turns, now_seconds(turn->store), turn->visitor, offer->offer,
                  units_asked(turn, offer->offer), left, &view);
        if (!view.may && (turn->view.may || view.seconds_most > turn->view.seconds_most)) {
            turn->view = view;
        }
    }
    turn->answered(turn);
}

void store_turn_ask(struct store_turn *turn, void (*answered)(struct store_turn *turn))
{
    turn->answered = answered;
    turn->status = STATUS_OK;
    turn->view = (struct turn_view){.may = true};
    offers_list(turn);
    if (turn->left.count == 0) {
        answered(turn);
        return;
    }
    turn->left.order = turn->order;
    left_task_begin(&turn->left);
    turn->left.task.done = left_known;
    if (!engine_submit(turn->store->engine, &turn->left.task)) {
        turn->status = STATUS_BUSY;
        answered(turn);
    }
}

void store_turn_done(struct store *store, struct turn_visitor visitor,
                     const struct promise_line *lines, uint32_t line_count)
{
    for (uint32_t i = 0; i < line_count; i++) {
        turns_done(&store->turns, visitor, lines[i].offer.index);
    }
}
