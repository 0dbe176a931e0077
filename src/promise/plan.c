/* From an ask to its dates (DESIGN section 5, "Order" and "Why").
 *
 *   lines in planning order -> groups (one carrier's lines, or one on-site line)
 *   group: merged needs -> material day -> lines' work -> parcel's work -> collection -> delivery
 *   order: the latest of its groups; the limit of the group that is latest
 *
 * The plan is tried on the real tables: each operation takes its slots as it is placed, each group
 * but the last its stock, so that what follows sees it; plan_undo gives everything back. Trying on
 * a copy, or on a layer above the tables, costs more than taking and giving back the few words that
 * an order touches. What is decided stays taken until the next call, which is as a rule the one
 * that applies it. */
#include "promise/state.h"

#include "base/assert.h"
#include "base/decimal.h"

struct planning {
    struct promise_state *state;
    const struct promise_ask *ask;
    struct promise_plan *plan;
    int64_t now;
    int64_t earliest;
    bool commits; /* the last group's commitments are asked for, too */
};

/* a * b / 1000, rounded up; almost always without 128 bits, and mostly of one whole unit. */
static inline int64_t thousandth_up(int64_t a, int64_t b)
{
    int64_t product = 0;
    if (a == THOUSAND) {
        return b;
    }
    if (decimal_multiply(a, b, &product) && product < INT64_MAX - THOUSAND) {
        return (product + THOUSAND - 1) / THOUSAND;
    }
    return decimal_scale_up(a, b, THOUSAND);
}

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

static enum promise_result never(struct planning *p, enum promise_cause cause, uint16_t index)
{
    p->plan->summary.limit =
        (struct promise_limit){cause, index, window_horizon_end(&p->state->window)};
    return PROMISE_NEVER;
}

static const struct offer *line_offer(const struct planning *p, const struct planned_line *line)
{
    return &p->state->shop->offers[line->offer.index];
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
    uint64_t *order = p->state->scratch.order;
    for (uint32_t i = 0; i < p->ask->line_count; i++) {
        uint64_t rank = line_rank(p->state->shop, &p->ask->lines[i], i);
        uint32_t at = i;
        for (; at > 0 && order[at - 1] > rank; at--) {
            order[at] = order[at - 1];
        }
        order[at] = rank;
    }
}

static bool lines_fill(struct planning *p)
{
    struct promise_plan *plan = p->plan;
    int64_t total = 0;
    plan->line_count = p->ask->line_count;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        uint32_t ask_index = p->state->scratch.order[i] & UINT16_MAX;
        const struct promise_line *asked = &p->ask->lines[ask_index];
        struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &p->state->shop->offers[asked->offer.index];
        line->ask_index = ask_index;
        line->offer = asked->offer;
        line->quantity_thousandths = asked->quantity_thousandths;
        line->amount_minor = thousandth_half_up(offer->price_minor, asked->quantity_thousandths);
        p->state->scratch.place_of[ask_index] = i;
        if (!decimal_add(total, line->amount_minor, &total)) {
            return false;
        }
    }
    plan->summary.total_minor = total;
    plan->summary.shipping_minor = 0;
    return true;
}

/* ---- material ---- */

static struct plan_mark *mark_of(struct plan_scratch *scratch, uint16_t item)
{
    return &scratch->marks[item];
}

static void scratch_epoch_next(struct promise_state *state)
{
    struct plan_scratch *scratch = &state->scratch;
    if (++scratch->epoch == 0) {
        memset(scratch->marks, 0, LIMIT_ITEMS * sizeof *scratch->marks);
        scratch->epoch = 1;
    }
}

/* More of an item than any stock can be: such a need is never covered, and sums with it do not
 * overflow. */
static int64_t need_clip(int64_t quantity)
{
    const int64_t most = INT64_MAX / 8;
    return quantity > most ? most : quantity;
}

static void need_add(struct plan_scratch *scratch, uint16_t item, int64_t quantity)
{
    struct plan_mark *mark = mark_of(scratch, item);
    if (mark->epoch != scratch->epoch) {
        *mark = (struct plan_mark){scratch->epoch, scratch->need_count};
        scratch->needs[scratch->need_count++] = (struct plan_need){item, 0};
    }
    struct plan_need *need = &scratch->needs[mark->place];
    need->quantity = need_clip(need->quantity + need_clip(quantity));
}

static enum promise_result group_material(struct planning *p, struct planned_group *group,
                                          uint32_t first, uint32_t end)
{
    struct promise_state *state = p->state;
    struct plan_scratch *scratch = &state->scratch;
    scratch_epoch_next(state);
    scratch->need_count = 0;
    for (uint32_t i = first; i < end; i++) {
        const struct planned_line *line = &p->plan->lines[i];
        const struct offer *offer = line_offer(p, line);
        for (uint32_t k = 0; k < offer->component_count; k++) {
            const struct component *component = &offer->components[k];
            need_add(scratch, component->item.index,
                     thousandth_up(line->quantity_thousandths, component->quantity_thousandths));
        }
    }
    uint32_t latest = 0;
    group->material_item = NO_INDEX;
    for (uint32_t i = 0; i < scratch->need_count; i++) {
        const struct plan_need *need = &scratch->needs[i];
        uint32_t day = stock_earliest(&state->stock, need->item, need->quantity);
        if (day >= state->stock.horizon_days) {
            return never(p, CAUSE_STOCK, need->item);
        }
        if (day > latest) {
            latest = day;
            group->material_item = need->item;
        }
    }
    group->material_day = state->window.today + (int32_t)latest;
    int64_t midnight = state->window.midnights[latest];
    group->release = midnight > p->earliest ? midnight : p->earliest;
    return PROMISE_OK;
}

static void commitment_add(struct plan_scratch *scratch, uint16_t item, int32_t day,
                           int64_t quantity)
{
    struct plan_mark *mark = mark_of(scratch, item);
    if (mark->epoch == scratch->epoch && scratch->commitments[mark->place].day == day) {
        scratch->commitments[mark->place].quantity_thousandths += quantity;
        return;
    }
    *mark = (struct plan_mark){scratch->epoch, scratch->commitment_count};
    scratch->commitments[scratch->commitment_count++] =
        (struct event_commitment){{item}, day, quantity};
}

/* Lines that start on one day commit what they need together. */
static bool group_commit_needs(struct planning *p, uint32_t first, uint32_t end)
{
    struct plan_scratch *scratch = &p->state->scratch;
    int32_t day = p->plan->lines[first].commit_day;
    for (uint32_t i = first + 1; i < end; i++) {
        if (p->plan->lines[i].commit_day != day) {
            return false;
        }
    }
    for (uint32_t i = 0; i < scratch->need_count; i++) {
        const struct plan_need *need = &scratch->needs[i];
        scratch->commitments[scratch->commitment_count++] =
            (struct event_commitment){{need->item}, day, need->quantity};
    }
    return true;
}

/* What the group's lines commit, each on the day on which its work starts. */
static void group_commit(struct planning *p, uint32_t first, uint32_t end)
{
    struct plan_scratch *scratch = &p->state->scratch;
    if (group_commit_needs(p, first, end)) {
        return;
    }
    scratch_epoch_next(p->state);
    for (uint32_t i = first; i < end; i++) {
        const struct planned_line *line = &p->plan->lines[i];
        const struct offer *offer = line_offer(p, line);
        for (uint32_t k = 0; k < offer->component_count; k++) {
            const struct component *component = &offer->components[k];
            commitment_add(
                scratch, component->item.index, line->commit_day,
                thousandth_up(line->quantity_thousandths, component->quantity_thousandths));
        }
    }
}

/* The groups that follow see what this one took. */
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
        state_reserve(state, orders_record(&state->orders, state->pending.replaced));
    }
}

/* ---- operations ---- */

/* Slots for `quantity` thousandths: (setup + quantity x minutes) x 4 / efficiency, rounded up.
 * Setup and minutes are in thousandths, efficiency too: millionths of minutes over 250 x
 * efficiency (the center's `slot_work`). */
static uint32_t operation_slots(const struct operation *operation, int64_t quantity,
                                const struct hours_center *center)
{
    int64_t work =
        operation->setup_minutes_thousandths * THOUSAND + quantity * operation->minutes_thousandths;
    uint64_t above = (uint64_t)work + center->slot_work - 1;
    if (above <= UINT32_MAX) {
        /* The common case, and exact (hours_center): a multiplication instead of a division. */
        return (uint32_t)((unsigned __int128)above * center->slot_work_inverse >> 64);
    }
    uint64_t slots = above / center->slot_work;
    return slots > INT32_MAX ? INT32_MAX : (uint32_t)slots;
}

/* Places one operation from `release` on. */
static enum promise_result operation_plan(struct planning *p, const struct operation *operation,
                                          int64_t quantity, int64_t release,
                                          struct planned_operation *planned)
{
    struct promise_state *state = p->state;
    struct promise_plan *plan = p->plan;
    uint16_t work_center = operation->work_center.index;
    *planned = (struct planned_operation){
        .work_center = work_center,
        .crew = (uint8_t)operation->crew,
        .slot_count = operation_slots(operation, quantity, &state->hours.centers[work_center]),
        .run_first = plan->run_count,
        .release = release,
        .end = release};
    if (planned->slot_count == 0) {
        return PROMISE_OK;
    }
    struct hours_ask ask = {.work_center = (uint8_t)work_center,
                            .crew = planned->crew,
                            .slots = planned->slot_count,
                            .first_slot = slot_up(release)};
    enum hours_result result =
        hours_place(&state->hours, &ask, plan->runs, &plan->run_count, LIMIT_PLAN_RUNS);
    if (result == HOURS_TOO_MANY_RUNS) {
        return PROMISE_TOO_LARGE;
    }
    if (result == HOURS_NONE) {
        return never(p, CAUSE_HOURS, work_center);
    }
    const struct slot_run *last = &plan->runs[plan->run_count - 1];
    planned->run_count = plan->run_count - planned->run_first;
    planned->end = ((int64_t)last->slot + last->count) * SLOT_SECONDS;
    return PROMISE_OK;
}

/* A routing's operations, one after another; *end becomes the end of the last. */
static enum promise_result routing_plan(struct planning *p, const struct routing *routing,
                                        int64_t quantity, int64_t *end)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        struct planned_operation *planned = &p->plan->operations[p->plan->operation_count];
        enum promise_result result =
            operation_plan(p, &routing->operations[i], quantity, *end, planned);
        if (result != PROMISE_OK) {
            return result;
        }
        p->plan->operation_count++;
        *end = planned->end;
    }
    return PROMISE_OK;
}

static enum promise_result line_plan(struct planning *p, struct planned_line *line,
                                     uint16_t group_index, const struct planned_group *group)
{
    struct promise_plan *plan = p->plan;
    line->group = group_index;
    line->operation_first = plan->operation_count;
    line->end = group->release;
    uint32_t run_first = plan->run_count;
    enum promise_result result =
        routing_plan(p, &line_offer(p, line)->routing, line->quantity_thousandths, &line->end);
    line->operation_count = plan->operation_count - line->operation_first;
    if (result != PROMISE_OK) {
        return result;
    }
    int64_t starts = run_first < plan->run_count
                         ? (int64_t)plan->runs[run_first].slot * SLOT_SECONDS
                         : group->release;
    line->commit_day = p->state->window.today + window_index_of(&p->state->window, starts);
    return PROMISE_OK;
}

/* ---- why ---- */

static int64_t operation_wait(const struct planned_operation *operation)
{
    if (operation->slot_count == 0) {
        return 0;
    }
    int64_t from = slot_up(operation->release) * SLOT_SECONDS;
    return operation->end - from - (int64_t)operation->slot_count * SLOT_SECONDS;
}

/* Adds up the waits of some operations; the work center of the largest is the one to name. */
static void waits_add(const struct promise_plan *plan, uint32_t first, uint32_t count, int64_t *sum,
                      int64_t *largest, uint16_t *work_center)
{
    for (uint32_t i = first; i < first + count; i++) {
        int64_t wait = operation_wait(&plan->operations[i]);
        *sum += wait;
        if (wait > *largest) {
            *largest = wait;
            *work_center = plan->operations[i].work_center;
        }
    }
}

static int64_t minute_up(int64_t at)
{
    return (int64_t)(((uint64_t)at + 59) / 60 * 60);
}

/* The cause with the longest wait. The operations that count are those of the line that ended last
 * and of the parcel: each begins when the one before it ends, so their waits add up to the time
 * that the group lost. */
static void group_limit(struct planning *p, struct planned_group *group,
                        const struct planned_line *critical, int64_t work_end)
{
    const struct promise_plan *plan = p->plan;
    const struct window *window = &p->state->window;
    int64_t longest = 0;
    group->limit = (struct promise_limit){CAUSE_NONE, NO_INDEX, minute_up(group->ready_at)};
    if (group->material_day > window->today) {
        int64_t midnight = window->midnights[group->material_day - window->today];
        longest = midnight - p->now;
        group->limit = (struct promise_limit){CAUSE_STOCK, group->material_item, midnight};
    }
    int64_t hours = 0;
    int64_t largest = 0;
    uint16_t work_center = NO_INDEX;
    waits_add(plan, critical->operation_first, critical->operation_count, &hours, &largest,
              &work_center);
    waits_add(plan, group->parcel_operation_first, group->parcel_operation_count, &hours, &largest,
              &work_center);
    if (hours > longest) {
        longest = hours;
        group->limit = (struct promise_limit){CAUSE_HOURS, work_center, minute_up(work_end)};
    }
    if (group->carrier != NO_INDEX && group->dates.ship_by - group->ready_at > longest) {
        group->limit = (struct promise_limit){CAUSE_CARRIER, group->carrier, group->dates.ship_by};
    }
}

/* ---- groups ---- */

/* From the lines' end to the parcel's collection and delivery. */
static enum promise_result parcel_plan(struct planning *p, struct planned_group *group,
                                       int64_t *work_end)
{
    struct promise_state *state = p->state;
    const struct carrier *carrier = &state->shop->carriers[group->carrier];
    enum promise_result result = routing_plan(p, &carrier->routing, THOUSAND, work_end);
    group->parcel_operation_count = p->plan->operation_count - group->parcel_operation_first;
    if (result != PROMISE_OK) {
        return result;
    }
    group->ready_at = *work_end + state->shop->promise.buffer_seconds;
    int32_t collection =
        parcels_collection(&state->parcels, &state->window, group->carrier, group->ready_at);
    if (collection == PARCELS_NO_DAY) {
        return never(p, CAUSE_CARRIER, group->carrier);
    }
    int32_t delivery = parcels_delivery(&state->parcels, group->carrier, collection);
    if (delivery == PARCELS_NO_DAY) {
        return never(p, CAUSE_CARRIER, group->carrier);
    }
    group->collection_day = state->window.today + collection;
    group->dates = (struct promise_dates){
        .has_ship_by = true,
        .ship_by = state->parcels.carriers[group->carrier].cut_off[collection],
        .deliver_by_day = state->window.today + delivery};
    return decimal_add(p->plan->summary.shipping_minor, carrier->charge_minor,
                       &p->plan->summary.shipping_minor)
               ? PROMISE_OK
               : PROMISE_BAD_QUANTITY;
}

/* A service has no ship-by; it is done on the date on which its last operation ends. Work to 24:00
 * ends on that day. */
static void site_finish(struct planning *p, struct planned_group *group)
{
    const struct window *window = &p->state->window;
    group->ready_at = group->lines_end;
    int64_t last = group->lines_end > group->release ? group->lines_end - 1 : group->release;
    group->collection_day = 0;
    group->dates =
        (struct promise_dates){.deliver_by_day = window->today + window_index_of(window, last)};
}

static enum promise_result group_plan(struct planning *p, uint32_t first, uint32_t end)
{
    struct promise_plan *plan = p->plan;
    uint16_t index = (uint16_t)plan->group_count;
    struct planned_group *group = &plan->groups[plan->group_count++];
    const struct offer *offer = line_offer(p, &plan->lines[first]);
    group->carrier = offer->on_site ? NO_INDEX : offer->carrier.index;
    group->earliest = p->earliest;
    enum promise_result result = group_material(p, group, first, end);
    if (result != PROMISE_OK) {
        return result;
    }
    if (group->release >= window_horizon_end(&p->state->window)) {
        return never(p, CAUSE_NONE, NO_INDEX);
    }
    const struct planned_line *critical = &plan->lines[first];
    for (uint32_t i = first; i < end && result == PROMISE_OK; i++) {
        result = line_plan(p, &plan->lines[i], index, group);
        critical = plan->lines[i].end > critical->end ? &plan->lines[i] : critical;
    }
    if (result != PROMISE_OK) {
        return result;
    }
    group->lines_end = critical->end;
    group->parcel_operation_first = plan->operation_count;
    group->parcel_operation_count = 0;
    int64_t work_end = group->lines_end;
    if (group->carrier == NO_INDEX) {
        site_finish(p, group);
    } else {
        result = parcel_plan(p, group, &work_end);
    }
    if (result != PROMISE_OK) {
        return result;
    }
    group_limit(p, group, critical, work_end);
    for (uint32_t i = first; i < end; i++) {
        plan->lines[i].dates = group->dates;
    }
    if (p->commits || end < plan->line_count) {
        group_commit(p, first, end);
    }
    return PROMISE_OK;
}

/* Is b's date later: by delivery, then by collection? */
static bool dates_later(const struct promise_dates *a, const struct promise_dates *b)
{
    if (a->deliver_by_day != b->deliver_by_day) {
        return b->deliver_by_day > a->deliver_by_day;
    }
    return b->has_ship_by && (!a->has_ship_by || b->ship_by > a->ship_by);
}

static enum promise_result summary_fill(struct promise_plan *plan)
{
    struct promise_summary *summary = &plan->summary;
    const struct planned_group *latest = &plan->groups[0];
    summary->dates = latest->dates;
    summary->material_day = latest->material_day;
    summary->ready_at = minute_up(latest->ready_at);
    for (uint32_t i = 1; i < plan->group_count; i++) {
        const struct planned_group *group = &plan->groups[i];
        latest = dates_later(&latest->dates, &group->dates) ? group : latest;
        if (group->material_day > summary->material_day) {
            summary->material_day = group->material_day;
        }
        if (minute_up(group->ready_at) > summary->ready_at) {
            summary->ready_at = minute_up(group->ready_at);
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

enum promise_result plan_make(struct promise_state *state, const struct promise_ask *ask,
                              int64_t now, int64_t earliest, bool commits,
                              struct promise_plan *plan)
{
    struct planning p = {.state = state,
                         .ask = ask,
                         .plan = plan,
                         .now = now,
                         .earliest = earliest,
                         .commits = commits};
    plan->group_count = 0;
    plan->operation_count = 0;
    plan->run_count = 0;
    state->scratch.commitment_count = 0;
    ASSERT(state->scratch.commitments_taken == 0);
    lines_order(&p);
    if (!lines_fill(&p)) {
        return PROMISE_BAD_QUANTITY;
    }
    const uint64_t *order = state->scratch.order;
    for (uint32_t first = 0; first < plan->line_count;) {
        uint32_t end = first + 1;
        bool on_site = order[first] >> 32 > UINT16_MAX;
        while (end < plan->line_count && !on_site && order[end] >> 32 == order[first] >> 32) {
            end++;
        }
        commitments_take(state);
        enum promise_result result = group_plan(&p, first, end);
        if (result != PROMISE_OK) {
            return result;
        }
        first = end;
    }
    return summary_fill(plan);
}
