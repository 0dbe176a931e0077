/* From an ask to its dates (DESIGN section 5, "Order" and "Why").
 *
 *   lines in planning order -> groups (one carrier's lines, or one on-site line; split: those of
 *   one material day) -> material, work, collection, delivery -> the latest of the groups
 *
 * The plan is tried on the real tables: each operation takes its slots as it is placed, each group
 * but the last its stock, so that what follows sees it; plan_undo gives everything back. Trying on
 * a copy, or on a layer above the tables, costs more than taking and giving back the few words that
 * an order touches. What is decided stays taken until the next call, which is as a rule the one
 * that applies it; only what is kept (purchases, seats) is given back at once. */
#include "promise/plan_inside.h"

#include "base/assert.h"
#include "base/decimal.h"

static inline int64_t thousandth_half_up(int64_t a, int64_t b)
{
    int64_t product = 0;
    if (b == THOUSAND) {
        return a;
    }
    if (decimal_multiply(a, b, &product) && product < INT64_MAX - THOUSAND) {
        return (product + THOUSAND / 2) / THOUSAND;
    }
    return decimal_scale_half_up(a, b, THOUSAND);
}

/* ---- lines in planning order ---- */

/* Carriers by name, then offers by name, then as asked; on-site lines last by offer name. */
static uint64_t line_rank(const struct shop *shop, const struct promise_line *line,
                          uint32_t ask_index)
{
    const struct offer *offer = &shop->offers[line->offer.index];
    uint64_t group = offer->on_site ? UINT16_MAX + 1u : shop->carriers[offer->carrier.index].rank;
    return group << 32 | (uint64_t)offer->rank << 16 | ask_index;
}

static void lines_order(struct planning *p)
{
    const struct promise_ask *ask = p->asked->ask;
    uint64_t *order = p->state->scratch.order;
    for (uint32_t i = 0; i < ask->line_count; i++) {
        uint64_t rank = line_rank(p->state->shop, &ask->lines[i], i);
        /* Without branches: where a line belongs among those before it is a toss of a coin. */
        for (uint32_t at = 0; at < i; at++) {
            uint64_t other = order[at];
            order[at] = rank < other ? rank : other;
            rank = rank < other ? other : rank;
        }
        order[i] = rank;
    }
}

/* False: they cannot be planned; they are filled all the same. */
static bool lines_fill(struct planning *p)
{
    struct promise_plan *plan = p->plan;
    int64_t total = 0;
    bool fits = true;
    plan->line_count = p->asked->ask->line_count;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        uint32_t ask_index = p->state->scratch.order[i] & UINT16_MAX;
        const struct promise_line *asked = &p->asked->ask->lines[ask_index];
        struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &p->state->shop->offers[asked->offer.index];
        line->ask_index = ask_index;
        line->offer = asked->offer;
        line->quantity_thousandths = asked->quantity_thousandths;
        line->amount_minor = thousandth_half_up(offer->price_minor, asked->quantity_thousandths);
        p->state->scratch.place_of[ask_index] = i;
        fits &= seats_fit(offer, asked->quantity_thousandths);
        fits &= decimal_add(total, line->amount_minor, &total);
    }
    plan->summary.total_minor = total;
    plan->summary.shipping_minor = 0;
    return fits;
}

/* ---- money ---- */

/* What a parcel adds: the rate is the carrier's, or the cart's highest. */
struct shipping {
    uint32_t count;
    struct {
        int32_t vat_thousandths;
        int64_t amount_minor;
    } parcels[LIMIT_ORDER_LINES];
};

static void shipping_add(const struct planning *p, struct shipping *shipping,
                         uint16_t carrier_index)
{
    const struct carrier *carrier = &p->state->shop->carriers[carrier_index];
    int32_t rate = carrier->vat_thousandths;
    for (uint32_t i = 0; carrier->vat_thousandths < 0 && i < p->plan->line_count; i++) {
        int32_t own = line_offer(p, &p->plan->lines[i])->vat_thousandths;
        rate = own > rate ? own : rate;
    }
    shipping->parcels[shipping->count].vat_thousandths = rate;
    shipping->parcels[shipping->count++].amount_minor = carrier->charge_minor;
}

/* Per rate, on the sum of what is sold at it. */
static int64_t vat_of(const struct planning *p, const struct shipping *shipping)
{
    const struct promise_plan *plan = p->plan;
    uint32_t count = plan->line_count + shipping->count;
    int64_t vat = 0;
    int32_t above = -1; /* rates are taken from the lowest up */
    for (uint32_t round = 0; round < count; round++) {
        int32_t rate = INT32_MAX;
        int64_t sum = 0;
        for (uint32_t i = 0; i < count; i++) {
            bool parcel = i >= plan->line_count;
            int32_t own = parcel ? shipping->parcels[i - plan->line_count].vat_thousandths
                                 : line_offer(p, &plan->lines[i])->vat_thousandths;
            int64_t amount = parcel ? shipping->parcels[i - plan->line_count].amount_minor
                                    : plan->lines[i].amount_minor;
            if (own > above && own < rate) {
                rate = own;
                sum = 0;
            }
            sum += own == rate ? amount : 0;
        }
        if (rate == INT32_MAX) {
            break;
        }
        vat += cash_vat_within(sum, rate);
        above = rate;
    }
    return vat;
}

int64_t plan_sale(const struct planning *p, int64_t *vat_minor)
{
    struct shipping shipping = {0};
    int64_t total = 0;
    const struct promise_plan *plan = p->plan;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct offer *offer = line_offer(p, &plan->lines[i]);
        total += plan->lines[i].amount_minor;
        bool known = offer->on_site;
        for (uint32_t k = 0; k < i && !known; k++) {
            const struct offer *before = line_offer(p, &plan->lines[k]);
            known = !before->on_site && before->carrier.index == offer->carrier.index;
        }
        if (!known) {
            shipping_add(p, &shipping, offer->carrier.index);
            total += shipping.parcels[shipping.count - 1].amount_minor;
        }
    }
    *vat_minor = vat_of(p, &shipping);
    return total;
}

/* ---- groups ---- */

static const struct promise_want *wanted(const struct planning *p)
{
    return &p->asked->ask->want;
}

/* The day (index) by which it is wanted, not as soon as may be; what is past is wanted today. */
static int32_t want_index(const struct planning *p)
{
    const struct promise_want *want = wanted(p);
    int32_t today = p->state->window.today;
    bool by_day = want->kind == WANT_DAY;
    if (want->value <= (by_day ? today : p->asked->now)) {
        return 0;
    }
    return (by_day ? (int32_t)want->value : zone_day(&p->state->shop->zone, want->value)) - today;
}

/* On-site work that begins no earlier than a wanted instant, which lies after its release. */
static bool group_waits(const struct planning *p, const struct planned_group *group)
{
    const struct promise_want *want = wanted(p);
    return want->kind == WANT_AT && group->carrier == NO_INDEX && want->value > group->release;
}

/* As soon as may be: the date by which max_days is judged. */
static enum promise_result group_soonest(struct planning *p, struct planned_group *group,
                                         struct plan_span span)
{
    enum promise_result result = work_forward(p, group, span);
    if (result == PROMISE_OK && group->dates.deliver_by_day > p->plan->earliest_day) {
        p->plan->earliest_day = group->dates.deliver_by_day;
    }
    return result;
}

/* Forward; and once more for a wanted instant, or backward, if it could be there before the day on
 * which it is wanted. */
static enum promise_result group_work(struct planning *p, struct planned_group *group,
                                      struct plan_span span)
{
    if (wanted(p)->kind == WANT_SOONEST) {
        return group_soonest(p, group, span);
    }
    struct work_mark mark;
    work_mark_set(p, &mark);
    enum promise_result result = group_soonest(p, group, span);
    if (result != PROMISE_OK) {
        return result;
    }
    if (group_waits(p, group)) {
        work_undo(p, &mark);
        group->release = wanted(p)->value;
        return work_forward(p, group, span);
    }
    int32_t index = want_index(p);
    if (group->dates.deliver_by_day - p->state->window.today >= index) {
        return PROMISE_OK;
    }
    work_undo(p, &mark);
    if (work_backward(p, group, span, index, group->ready_at) == PROMISE_OK) {
        return PROMISE_OK;
    }
    work_undo(p, &mark);
    return work_forward(p, group, span);
}

static enum promise_result group_plan(struct planning *p, struct plan_span span)
{
    struct promise_plan *plan = p->plan;
    uint16_t index = (uint16_t)plan->group_count;
    struct planned_group *group = &plan->groups[plan->group_count++];
    const struct offer *offer = line_offer(p, &plan->lines[span.first]);
    group->carrier = offer->on_site ? NO_INDEX : offer->carrier.index;
    group->earliest = p->asked->earliest;
    enum promise_result result = need_group(p, group, span);
    if (result != PROMISE_OK) {
        return result;
    }
    if (group->release >= window_horizon_end(&p->state->window)) {
        return plan_never(p, CAUSE_NONE, NO_INDEX);
    }
    result = group_work(p, group, span);
    if (result != PROMISE_OK) {
        return result;
    }
    if (group->carrier != NO_INDEX &&
        !decimal_add(plan->summary.shipping_minor,
                     p->state->shop->carriers[group->carrier].charge_minor,
                     &plan->summary.shipping_minor)) {
        return PROMISE_BAD_QUANTITY;
    }
    why_group(p, group, span);
    for (uint32_t i = span.first; i < span.end; i++) {
        plan->lines[i].group = index;
    }
    bool commits = p->asked->commits || span.end < plan->line_count;
    if (commits || p->asked->explained) {
        need_commit_days(p, span);
    }
    if (commits) {
        need_commit(p, span, index);
    }
    return PROMISE_OK;
}

/* ---- splitting ---- */

/* Sorts a carrier's lines by the day of their material; of equal ones the order stays. */
static void lines_sort(struct planning *p, struct plan_span span, uint32_t *days)
{
    struct planned_line *lines = &p->plan->lines[span.first];
    uint32_t count = span.end - span.first;
    for (uint32_t i = 1; i < count; i++) {
        struct planned_line line = lines[i];
        uint32_t day = days[i];
        uint32_t at = i;
        for (; at > 0 && days[at - 1] > day; at--) {
            lines[at] = lines[at - 1];
            days[at] = days[at - 1];
        }
        lines[at] = line;
        days[at] = day;
    }
    for (uint32_t i = 0; i < count; i++) {
        p->state->scratch.place_of[lines[i].ask_index] = span.first + i;
    }
}

/* The groups that follow see what this one took: its stock, and its place with the carrier. */
static void parcels_take(struct promise_state *state, const struct promise_plan *plan)
{
    struct plan_scratch *scratch = &state->scratch;
    for (; scratch->parcels_taken < plan->group_count; scratch->parcels_taken++) {
        const struct planned_group *group = &plan->groups[scratch->parcels_taken];
        if (group->carrier != NO_INDEX) {
            parcels_add(&state->parcels, &state->window, group->carrier,
                        group->collection_day - state->window.today, 1);
        }
    }
}

static void commitments_take(struct promise_state *state)
{
    struct plan_scratch *scratch = &state->scratch;
    for (; scratch->commitments_taken < scratch->commitment_count; scratch->commitments_taken++) {
        const struct event_commitment *commitment =
            &scratch->commitments[scratch->commitments_taken];
        stock_commit(&state->stock, commitment->item.index, commitment->day - state->window.today,
                     commitment->quantity_thousandths);
    }
}

static enum promise_result carrier_split(struct planning *p, struct plan_span span)
{
    uint32_t days[LIMIT_ORDER_LINES];
    enum promise_result result = need_lines(p, span, days);
    if (result != PROMISE_OK) {
        return result;
    }
    lines_sort(p, span, days);
    for (uint32_t first = 0; first < span.end - span.first && result == PROMISE_OK;) {
        uint32_t end = first + 1;
        while (end < span.end - span.first && days[end] == days[first]) {
            end++;
        }
        commitments_take(p->state);
        parcels_take(p->state, p->plan);
        result = group_plan(p, (struct plan_span){span.first + first, span.first + end});
        first = end;
    }
    return result;
}

/* ---- the order ---- */

/* Is b's date later: by delivery, then by collection? */
static bool dates_later(const struct promise_dates *a, const struct promise_dates *b)
{
    if (a->deliver_by_day != b->deliver_by_day) {
        return b->deliver_by_day > a->deliver_by_day;
    }
    return b->has_ship_by && (!a->has_ship_by || b->ship_by > a->ship_by);
}

static enum promise_result summary_fill(struct planning *p)
{
    struct promise_plan *plan = p->plan;
    struct promise_summary *summary = &plan->summary;
    const struct planned_group *latest = &plan->groups[0];
    summary->dates = latest->dates;
    summary->material_day = latest->material_day;
    summary->ready_at = instant_minute_up(latest->ready_at);
    for (uint32_t i = 1; i < plan->group_count; i++) {
        const struct planned_group *group = &plan->groups[i];
        latest = dates_later(&latest->dates, &group->dates) ? group : latest;
        if (group->material_day > summary->material_day) {
            summary->material_day = group->material_day;
        }
        if (instant_minute_up(group->ready_at) > summary->ready_at) {
            summary->ready_at = instant_minute_up(group->ready_at);
        }
        if (group->dates.has_ship_by &&
            (!summary->dates.has_ship_by || group->dates.ship_by > summary->dates.ship_by)) {
            summary->dates.has_ship_by = true;
            summary->dates.ship_by = group->dates.ship_by;
        }
    }
    summary->dates.deliver_by_day = latest->dates.deliver_by_day;
    summary->limit = latest->limit;
    return decimal_add(summary->total_minor, summary->shipping_minor, &summary->total_minor)
               ? PROMISE_OK
               : PROMISE_BAD_QUANTITY;
}

void plan_vat(struct planning *p)
{
    struct shipping shipping;
    shipping.count = 0;
    for (uint32_t i = 0; i < p->plan->group_count; i++) {
        if (p->plan->groups[i].carrier != NO_INDEX) {
            shipping_add(p, &shipping, p->plan->groups[i].carrier);
        }
    }
    p->plan->vat_minor = vat_of(p, &shipping);
}

static bool want_fits(const struct planning *p)
{
    const struct promise_want *want = wanted(p);
    const struct window *window = &p->state->window;
    switch (want->kind) {
    case WANT_SOONEST:
        return true;
    case WANT_DAY:
        return want->value < (int64_t)window->today + window->horizon_days;
    case WANT_AT:
        return want->value < window_horizon_end(window);
    }
    UNREACHABLE();
}

static enum promise_result groups_plan(struct planning *p)
{
    struct promise_plan *plan = p->plan;
    const uint64_t *order = p->state->scratch.order;
    enum promise_result result = PROMISE_OK;
    for (uint32_t first = 0; first < plan->line_count && result == PROMISE_OK;) {
        uint32_t end = first + 1;
        bool on_site = order[first] >> 32 > UINT16_MAX;
        while (end < plan->line_count && !on_site && order[end] >> 32 == order[first] >> 32) {
            end++;
        }
        commitments_take(p->state);
        parcels_take(p->state, plan);
        struct plan_span span = {first, end};
        result =
            p->asked->ask->split && end > first + 1 ? carrier_split(p, span) : group_plan(p, span);
        first = end;
    }
    return result;
}

enum promise_result plan_make(struct promise_state *state, const struct plan_ask *asked,
                              struct promise_plan *plan)
{
    struct planning p = planning_begin(state, asked, plan);
    plan->earliest_day = INT32_MIN;
    state->scratch.seats_given = false;
    ASSERT(state->scratch.commitments_taken == 0);
    ASSERT(state->scratch.purchases_taken == 0);
    ASSERT(state->scratch.parcels_taken == 0);
    if (!want_fits(&p)) {
        plan->line_count = 0;
        return PROMISE_WANT_BEYOND;
    }
    lines_order(&p);
    if (!lines_fill(&p)) {
        return PROMISE_BAD_QUANTITY;
    }
    enum promise_result result = groups_plan(&p);
    if (result != PROMISE_OK) {
        return result;
    }
    if (asked->commits) {
        plan_vat(&p);
    }
    return summary_fill(&p);
}

/* ---- giving back ---- */

void plan_undo_kept(struct promise_state *state, const struct promise_plan *plan)
{
    struct plan_scratch *scratch = &state->scratch;
    for (uint32_t i = 0; i < plan->session_count && !scratch->seats_given; i++) {
        if (plan->sessions[i].number != 0) {
            sessions_seats(&state->sessions, &state->orders, &state->hours,
                           plan->sessions[i].number, -(int32_t)plan->sessions[i].seats);
        }
    }
    scratch->seats_given = true;
    while (scratch->parcels_taken > 0) {
        const struct planned_group *group = &plan->groups[--scratch->parcels_taken];
        if (group->carrier != NO_INDEX) {
            parcels_add(&state->parcels, &state->window, group->carrier,
                        group->collection_day - state->window.today, -1);
        }
    }
    buy_undo(state, plan, 0);
    if (scratch->sale_taken) {
        cash_add(&state->cash, scratch->sale, scratch->sale_count, -1, false);
        scratch->sale_taken = false;
    }
}

void plan_undo(struct promise_state *state, const struct promise_plan *plan)
{
    struct plan_scratch *scratch = &state->scratch;
    hours_place_undo(&state->hours, plan->runs, plan->run_count);
    while (scratch->commitments_taken > 0) {
        const struct event_commitment *commitment =
            &scratch->commitments[--scratch->commitments_taken];
        stock_commit(&state->stock, commitment->item.index, commitment->day - state->window.today,
                     -commitment->quantity_thousandths);
    }
    plan_undo_kept(state, plan);
}

void plan_commit(struct promise_state *state)
{
    commitments_take(state);
}

void plan_keep(struct promise_state *state, const struct promise_plan *plan)
{
    const struct plan_scratch *scratch = &state->scratch;
    for (uint32_t i = 0; i < scratch->commitment_count; i++) {
        const struct event_commitment *commitment = &scratch->commitments[i];
        stock_commit_soon(&state->stock, commitment->item.index,
                          commitment->day - state->window.today);
    }
    hours_place_keep(&state->hours, plan->runs, plan->run_count);
    commitments_take(state);
    state->scratch.commitments_taken = 0;
}

void plan_settle(struct promise_state *state)
{
    if (!state->pending.taken) {
        return;
    }
    state->pending.taken = false;
    plan_undo(state, &state->plan);
    if (state->pending.replaced != 0) {
        const struct order_record *replaced =
            orders_record(&state->orders, state->pending.replaced);
        state_reserve(state, replaced);
        state_sale(state, replaced, 1);
    }
}
