/* Material: what the lines of a group need of each item together, and the first day from which on
 * all of it is there - in stock, by a receipt that is expected, or bought (docs/promise.md,
 * "Stock", "Supply").
 *
 * Each item is looked at by itself: what is bought is found for its own soonest day. Then the
 * latest of the days is known, and all are looked at again as needed from that day on: by then
 * stock may have come, or less be short, and what was bought together with it may have to be bought
 * otherwise. The days only move on, so it ends. */
#include "promise/plan_inside.h"

#include "base/assert.h"

/* What a line needs of a component, in thousandths, rounded up. Both are at most a line's quantity:
 * no product, and no sum over an order, comes near 64 bits. */
_Static_assert(LIMIT_LINE_QUANTITY_THOUSANDTHS <= 1000000000, "their product is at most 10^18");
static inline int64_t component_need(const struct planned_line *line,
                                     const struct component *component)
{
    uint64_t need =
        (uint64_t)line->quantity_thousandths * (uint64_t)component->quantity_thousandths;
    return (int64_t)((need + THOUSAND - 1) / THOUSAND);
}

_Static_assert(PLAN_COMMITMENTS_MAX <= UINT16_MAX, "a place in a list fits an item's head");
static inline void place_set(const struct plan_scratch *scratch, struct stock_head *head,
                             uint32_t place)
{
    head->epoch = scratch->epoch;
    head->place = (uint16_t)place;
}

static void scratch_epoch_next(struct promise_state *state)
{
    if (++state->scratch.epoch == 0) {
        for (uint32_t item = 0; item < state->stock.item_count; item++) {
            state->stock.heads[item].epoch = 0;
        }
        state->scratch.epoch = 1;
    }
}

static void need_add(struct promise_state *state, uint16_t item, int64_t quantity)
{
    struct plan_scratch *scratch = &state->scratch;
    struct stock_head *head = &state->stock.heads[item];
    if (head->epoch != scratch->epoch) {
        place_set(scratch, head, scratch->need_count);
        struct plan_need *fresh = &scratch->needs[scratch->need_count++];
        fresh->item = item;
        fresh->buys = false;
        fresh->first_day = 0;
        fresh->cash_days = 0;
        fresh->quantity = quantity;
    } else {
        scratch->needs[head->place].quantity += quantity;
    }
}

static void needs_add_line(struct planning *p, uint32_t index)
{
    const struct planned_line *line = &p->plan->lines[index];
    const struct offer *offer = line_offer(p, line);
    for (uint32_t k = 0; k < offer->component_count; k++) {
        const struct component *component = &offer->components[k];
        need_add(p->state, component->item.index, component_need(line, component));
    }
}

static void needs_begin(struct planning *p)
{
    scratch_epoch_next(p->state);
    p->state->scratch.need_count = 0;
}

/* What stock alone does not give by `floor`: bought, or waited for. The day in *day. */
static enum promise_result need_wait(struct planning *p, struct plan_need *need, uint32_t floor,
                                     uint32_t *day)
{
    enum buy_result bought = buy_find(p, need, floor);
    need->buys = bought == BUY_FOUND;
    *day = need->buys ? need->due_day : need->stock_day;
    if (*day < p->state->stock.horizon_days) {
        return PROMISE_OK;
    }
    enum promise_cause cause = bought == BUY_NO_CASH  ? CAUSE_CASH
                               : bought == BUY_NO_DAY ? CAUSE_SUPPLY
                                                      : CAUSE_STOCK;
    return plan_never(p, cause, need->item);
}

static inline enum promise_result need_day(struct planning *p, struct plan_need *need,
                                           uint32_t floor, uint32_t *day)
{
    struct stock *stock = &p->state->stock;
    int64_t spared = p->elsewhere ? stock->heads[need->item].keep_back : 0;
    need->buys = false;
    need->stock_day = stock_earliest(stock, need->item, need->quantity - spared);
    *day = need->stock_day;
    return need->stock_day <= floor ? PROMISE_OK : need_wait(p, need, floor, day);
}

/* Finds and takes what the group needs, if it is not there before *latest, which becomes the latest
 * of the items' days. */
static enum promise_result needs_take(struct planning *p, struct planned_group *group,
                                      uint32_t *latest)
{
    struct plan_scratch *scratch = &p->state->scratch;
    uint32_t floor = *latest;
    for (uint32_t i = 0; i < scratch->need_count; i++) {
        struct plan_need *need = &scratch->needs[i];
        uint32_t day = 0;
        enum promise_result result = need_day(p, need, floor, &day);
        if (result != PROMISE_OK) {
            return result;
        }
        if (need->buys) {
            buy_take(p, need, floor);
        }
        if (day > *latest) {
            *latest = day;
            group->material_item = need->item;
            group->bought = need->buys;
            group->cash_days = need->buys ? need->cash_days : 0;
        }
    }
    return PROMISE_OK;
}

enum promise_result need_group(struct planning *p, struct planned_group *group,
                               struct plan_span span)
{
    struct promise_state *state = p->state;
    needs_begin(p);
    for (uint32_t i = span.first; i < span.end; i++) {
        needs_add_line(p, i);
    }
    uint32_t latest = 0;
    uint32_t bought_before = p->plan->purchase_count;
    enum promise_result result = PROMISE_OK;
    for (bool again = true; again;) {
        uint32_t floor = latest;
        result = needs_take(p, group, &latest);
        again = result == PROMISE_OK && latest > floor && p->plan->purchase_count > bought_before;
        if (again || result != PROMISE_OK) {
            buy_undo(state, p->plan, bought_before);
            p->plan->purchase_count = bought_before;
        }
    }
    if (result != PROMISE_OK) {
        return result;
    }
    group->material_day = state->window.today + (int32_t)latest;
    int64_t midnight = state->window.midnights[latest];
    group->release = midnight > p->asked->earliest ? midnight : p->asked->earliest;
    return PROMISE_OK;
}

/* The day of one line's items; what is found for one is bought while the next is looked at. */
static enum promise_result line_day(struct planning *p, const struct offer *offer, uint32_t *latest)
{
    struct plan_scratch *scratch = &p->state->scratch;
    uint32_t bought_before = p->plan->purchase_count;
    enum promise_result result = PROMISE_OK;
    *latest = 0;
    for (uint32_t k = 0; k < offer->component_count && result == PROMISE_OK; k++) {
        uint32_t day = 0;
        struct plan_need *need =
            &scratch->needs[p->state->stock.heads[offer->components[k].item.index].place];
        need->first_day = 0;
        result = need_day(p, need, 0, &day);
        if (need->buys) {
            buy_take(p, need, 0);
        }
        *latest = day > *latest ? day : *latest;
    }
    buy_undo(p->state, p->plan, bought_before);
    p->plan->purchase_count = bought_before;
    return result;
}

enum promise_result need_lines(struct planning *p, struct plan_span span, uint32_t *days)
{
    enum promise_result result = PROMISE_OK;
    needs_begin(p);
    for (uint32_t i = span.first; i < span.end && result == PROMISE_OK; i++) {
        needs_add_line(p, i);
        result = line_day(p, line_offer(p, &p->plan->lines[i]), &days[i - span.first]);
    }
    return result;
}

/* ---- what is committed ---- */

static void commitment_add(struct promise_state *state, uint16_t item, uint16_t group, int32_t day,
                           int64_t quantity)
{
    struct plan_scratch *scratch = &state->scratch;
    struct stock_head *head = &state->stock.heads[item];
    if (head->epoch == scratch->epoch && scratch->commitments[head->place].day == day) {
        scratch->commitments[head->place].quantity_thousandths += quantity;
        return;
    }
    place_set(scratch, head, scratch->commitment_count);
    scratch->commitments[scratch->commitment_count++] =
        (struct event_commitment){{item}, group, day, quantity};
}

void need_commit_days(struct planning *p, struct plan_span span)
{
    const struct window *window = &p->state->window;
    for (uint32_t i = span.first; i < span.end; i++) {
        struct planned_line *line = &p->plan->lines[i];
        line->commit_day = window->today + window_index_of(window, line->start);
    }
}

/* Lines that start on one day commit what they need together. */
static bool needs_commit(struct planning *p, struct plan_span span, uint16_t group)
{
    struct plan_scratch *scratch = &p->state->scratch;
    int32_t day = p->plan->lines[span.first].commit_day;
    for (uint32_t i = span.first + 1; i < span.end; i++) {
        if (p->plan->lines[i].commit_day != day) {
            return false;
        }
    }
    for (uint32_t i = 0; i < scratch->need_count; i++) {
        const struct plan_need *need = &scratch->needs[i];
        scratch->commitments[scratch->commitment_count++] =
            (struct event_commitment){{need->item}, group, day, need->quantity};
    }
    return true;
}

void need_commit(struct planning *p, struct plan_span span, uint16_t group)
{
    if (needs_commit(p, span, group)) {
        return;
    }
    scratch_epoch_next(p->state);
    for (uint32_t i = span.first; i < span.end; i++) {
        const struct planned_line *line = &p->plan->lines[i];
        const struct offer *offer = line_offer(p, line);
        for (uint32_t k = 0; k < offer->component_count; k++) {
            const struct component *component = &offer->components[k];
            commitment_add(p->state, component->item.index, group, line->commit_day,
                           component_need(line, component));
        }
    }
}

void need_commit_today(struct planning *p, struct plan_span span, uint16_t group)
{
    needs_begin(p);
    for (uint32_t i = span.first; i < span.end; i++) {
        p->plan->lines[i].commit_day = p->state->window.today;
        needs_add_line(p, i);
    }
    bool together = needs_commit(p, span, group);
    ASSERT(together);
}
