/* What was sold elsewhere and cannot be kept: what is reserved of it, and what it says it promised.
 *
 * Its goods are committed today, as those of an overdue order are: the next ones that come are its
 * own, and nobody else is promised them. It has no hours and no place with a carrier, which nobody
 * knows how to give it; it is planned again at each re-promise, as every broken promise is. Its
 * dates are the day by which the other shop promised it, and the last collection that is delivered
 * by then; where there is none, that day's midnight. */
#include "promise/plan_inside.h"

#include "base/decimal.h"

/* The lines that go together: those of a carrier, an on-site line alone. */
static struct plan_span span_from(const struct planning *p, uint32_t first)
{
    const struct promise_plan *plan = p->plan;
    const struct offer *offer = line_offer(p, &plan->lines[first]);
    uint32_t end = first + 1;
    while (end < plan->line_count && !offer->on_site &&
           !line_offer(p, &plan->lines[end])->on_site &&
           line_offer(p, &plan->lines[end])->carrier.index == offer->carrier.index) {
        end++;
    }
    return (struct plan_span){first, end};
}

/* The collection that would keep the promise, or one in name only. */
static void group_carry(const struct planning *p, struct planned_group *group)
{
    const struct promise_state *state = p->state;
    int32_t today = state->window.today;
    int32_t index = group->dates.deliver_by_day - today;
    int32_t collection = index < 0
                             ? PARCELS_NO_DAY
                             : parcels_collection_latest(&state->parcels, group->carrier, 0, index);
    group->dates.has_ship_by = true;
    group->dates.ship_by = zone_instant(&state->shop->zone, group->dates.deliver_by_day, 0);
    group->collection_day = index < 0 ? today : today + index;
    if (collection != PARCELS_NO_DAY) {
        group->dates.ship_by = state->parcels.carriers[group->carrier].cut_off[collection];
        group->collection_day = today + collection;
    }
}

static void group_add(struct planning *p, struct plan_span span, int32_t promised_day)
{
    struct promise_plan *plan = p->plan;
    const struct offer *offer = line_offer(p, &plan->lines[span.first]);
    int64_t midnight = zone_instant(&p->state->shop->zone, promised_day, 0);
    uint16_t index = (uint16_t)plan->group_count++;
    plan->groups[index] =
        (struct planned_group){.carrier = NO_INDEX, .dates = {.deliver_by_day = promised_day}};
    if (!offer->on_site) {
        plan->groups[index].carrier = offer->carrier.index;
        group_carry(p, &plan->groups[index]);
    }
    for (uint32_t i = span.first; i < span.end; i++) {
        struct planned_line *line = &plan->lines[i];
        line->group = index;
        line->operation_count = 0;
        line->session = NO_SESSION;
        line->start = line->end = midnight;
    }
    need_commit_today(p, span, index);
}

/* False: they make no number. */
static bool total_fill(struct planning *p)
{
    struct promise_plan *plan = p->plan;
    struct promise_summary *summary = &plan->summary;
    int64_t total = 0;
    int64_t shipping = 0;
    bool fits = true;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        fits = fits && decimal_add(total, plan->lines[i].amount_minor, &total);
    }
    for (uint32_t i = 0; i < plan->group_count; i++) {
        uint16_t carrier = plan->groups[i].carrier;
        fits = fits &&
               (carrier == NO_INDEX ||
                decimal_add(shipping, p->state->shop->carriers[carrier].charge_minor, &shipping));
    }
    fits = fits && decimal_add(total, shipping, &total);
    summary->total_minor = total;
    summary->shipping_minor = shipping;
    return fits;
}

enum promise_result plan_break(struct promise_state *state, const struct plan_ask *asked,
                               enum promise_result result, int32_t promised_day,
                               struct promise_plan *plan)
{
    struct planning p = planning_begin(state, asked, plan);
    struct promise_limit limit = {CAUSE_NONE, NO_INDEX, 0};
    if (result == PROMISE_OK || result == PROMISE_NEVER) {
        limit = plan->summary.limit;
    }
    for (uint32_t first = 0; first < plan->line_count;) {
        struct plan_span span = span_from(&p, first);
        group_add(&p, span, promised_day);
        first = span.end;
    }
    plan->earliest_day = promised_day;
    plan->summary = (struct promise_summary){
        .dates = {.deliver_by_day = promised_day},
        .material_day = state->window.today,
        .ready_at = instant_minute_up(asked->now),
        .limit = limit,
    };
    for (uint32_t i = 0; i < plan->group_count; i++) {
        const struct promise_dates *dates = &plan->groups[i].dates;
        if (dates->has_ship_by &&
            (!plan->summary.dates.has_ship_by || dates->ship_by > plan->summary.dates.ship_by)) {
            plan->summary.dates = *dates;
        }
    }
    if (!total_fill(&p)) {
        return PROMISE_BAD_QUANTITY;
    }
    plan_vat(&p);
    return PROMISE_OK;
}
