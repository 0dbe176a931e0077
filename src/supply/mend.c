/* One order at a time: out of the state, then a question for each kind of mend. The plans are the
 * core's own (promise_quote), so what would be in time here would be promised so. */
#include "supply/mend.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "promise/event.h"

const char *mend_kind_text(enum mend_kind kind)
{
    static const char *const texts[MEND_KINDS] = {
        [MEND_AGAIN] = "again",       [MEND_SPLIT] = "split",           [MEND_RECEIPT] = "receipt",
        [MEND_OVERTIME] = "overtime", [MEND_COLLECTION] = "collection",
    };
    ASSERT(kind < MEND_KINDS);
    return texts[kind];
}

struct search {
    struct promise_state *state;
    const struct shop *shop;
    int64_t now;
    struct order_view view;
    struct promise_line lines[LIMIT_ORDER_LINES];
    struct promise_plan *plan;
    struct mend *mends;
    uint32_t count;
    uint32_t most;
};

static void mend_add(struct search *search, struct mend mend)
{
    if (search->count < search->most) {
        search->mends[search->count++] = mend;
    }
}

/* False if its status does not allow it. */
static bool take_out(struct promise_state *state, int64_t now, struct order_key key,
                     struct event_buffer *events)
{
    const struct promise_command cancel = {.kind = PROMISE_CANCEL, .now = now, .order = key};
    struct promise_answer answer;
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    events->length = 0;
    promise_decide(state, &cancel, &answer, events);
    if (answer.result != PROMISE_OK) {
        return false;
    }
    const struct slice all = {(const char *)events->bytes, events->length};
    while (event_next(all, &offset, &event, &status)) {
        enum status applied = promise_apply(state, &event, now);
        ASSERT(applied == STATUS_OK);
    }
    ASSERT(status == STATUS_OK);
    return true;
}

/* Would these dates keep the first promise? */
static bool in_time(const struct search *search, const struct promise_dates *dates)
{
    return promise_dates_keep(dates, &search->view.first.dates);
}

/* False: there is no date within the horizon, and the plan means nothing. */
static bool quote(struct search *search, bool split)
{
    const struct promise_command command = {.kind = PROMISE_PLACE,
                                            .now = search->now,
                                            .ask = {.line_count = search->view.line_count,
                                                    .lines = search->lines,
                                                    .split = split,
                                                    .elsewhere = search->view.elsewhere}};
    struct promise_answer answer;
    promise_quote(search->state, &command, &answer, search->plan);
    return answer.result == PROMISE_OK || answer.result == PROMISE_SOLD_OUT;
}

static bool plan_in_time(const struct search *search)
{
    bool kept = true;
    for (uint32_t i = 0; i < search->plan->line_count; i++) {
        kept = kept && in_time(search, plan_line_dates(search->plan, i));
    }
    return kept;
}

static void split_find(struct search *search)
{
    if (search->view.split || search->view.line_count < 2 || !quote(search, true)) {
        return;
    }
    for (uint32_t i = 0; i < search->plan->line_count; i++) {
        const struct planned_line *line = &search->plan->lines[i];
        if (in_time(search, plan_line_dates(search->plan, i))) {
            mend_add(search, (struct mend){.kind = MEND_SPLIT,
                                           .line = (uint16_t)(line->ask_index + 1),
                                           .index = NO_INDEX});
        }
    }
}

/* ---- material ---- */

/* What the order needs of an item. */
static int64_t need_of(const struct search *search, uint16_t item)
{
    int64_t need = 0;
    for (uint32_t i = 0; i < search->view.line_count; i++) {
        const struct offer *offer = &search->shop->offers[search->lines[i].offer.index];
        for (uint32_t c = 0; c < offer->component_count; c++) {
            if (offer->components[c].item.index == item) {
                need += decimal_scale_up(offer->components[c].quantity_thousandths,
                                         search->lines[i].quantity_thousandths, THOUSAND);
            }
        }
    }
    return need;
}

/* Does no earlier component of the order name this item? Each item is looked at once. */
static bool first_naming(const struct search *search, uint32_t line, uint32_t component)
{
    uint16_t item =
        search->shop->offers[search->lines[line].offer.index].components[component].item.index;
    for (uint32_t i = 0; i <= line; i++) {
        const struct offer *offer = &search->shop->offers[search->lines[i].offer.index];
        uint32_t end = i < line ? offer->component_count : component;
        for (uint32_t c = 0; c < end; c++) {
            if (offer->components[c].item.index == item) {
                return false;
            }
        }
    }
    return true;
}

static int64_t shortage_of(const struct search *search, struct item_id item, int32_t day)
{
    struct atp_day days[LIMIT_HORIZON_DAYS];
    uint32_t count = promise_atp(search->state, item, days, LIMIT_HORIZON_DAYS);
    int64_t lowest = INT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        if (days[i].day >= day && days[i].projected < lowest) {
            lowest = days[i].projected;
        }
    }
    int64_t kept_back =
        search->view.elsewhere ? 0 : search->shop->items[item.index].keep_back_thousandths;
    return lowest == INT64_MAX ? 0 : need_of(search, item.index) - (lowest - kept_back);
}

/* Is all of its material there on its first material day? What is not is a mend each. */
static bool receipts_find(struct search *search)
{
    int32_t today = promise_today(search->state);
    int32_t day = search->view.first.material_day;
    bool there = true;
    day = day > today ? day : today;
    for (uint32_t i = 0; i < search->view.line_count; i++) {
        const struct offer *offer = &search->shop->offers[search->lines[i].offer.index];
        for (uint32_t c = 0; c < offer->component_count; c++) {
            struct item_id item = offer->components[c].item;
            int64_t shortage = first_naming(search, i, c) ? shortage_of(search, item, day) : 0;
            if (shortage > 0) {
                there = false;
                mend_add(search, (struct mend){.kind = MEND_RECEIPT,
                                               .index = item.index,
                                               .day = day,
                                               .quantity_thousandths = shortage});
            }
        }
    }
    return there;
}

/* ---- hours ---- */

struct excess {
    int64_t seconds[LIMIT_WORK_CENTERS];
};

static void runs_excess(const struct search *search, const struct planned_operation *operation,
                        int64_t limit, struct excess *excess)
{
    for (uint32_t i = 0; i < operation->run_count; i++) {
        const struct slot_run *run = &search->plan->runs[operation->run_first + i];
        int64_t begin = (int64_t)run->slot * SLOT_SECONDS;
        int64_t end = begin + (int64_t)run->count * SLOT_SECONDS;
        begin = begin > limit ? begin : limit;
        if (end > begin) {
            excess->seconds[run->work_center] += (end - begin) * run->crew;
        }
    }
}

/* Until when the work of a group may last: what its collection leaves, or the day on site. */
static int64_t work_limit(const struct search *search, const struct planned_group *group)
{
    const struct promise_dates *first = &search->view.first.dates;
    return group->carrier != NO_INDEX && first->has_ship_by
               ? first->ship_by - search->shop->promise.buffer_seconds
               : zone_instant(&search->shop->zone, first->deliver_by_day + 1, 0);
}

static void group_overtime(struct search *search, uint32_t number)
{
    const struct promise_plan *plan = search->plan;
    const struct planned_group *group = &plan->groups[number];
    int64_t limit = work_limit(search, group);
    struct excess excess = {.seconds = {0}};
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        for (uint32_t o = 0; line->group == number && o < line->operation_count; o++) {
            runs_excess(search, &plan->operations[line->operation_first + o], limit, &excess);
        }
    }
    for (uint32_t o = 0; o < group->parcel_operation_count; o++) {
        runs_excess(search, &plan->operations[group->parcel_operation_first + o], limit, &excess);
    }
    for (uint16_t w = 0; w < search->shop->work_center_count; w++) {
        if (excess.seconds[w] > 0 && limit > search->now) {
            mend_add(search, (struct mend){.kind = MEND_OVERTIME,
                                           .index = w,
                                           .day = zone_day(&search->shop->zone, limit - 1),
                                           .seconds = excess.seconds[w]});
        }
    }
}

/* ---- collection ---- */

/* Another collection on the day of the first one, if its parcel would still be delivered in
 * time. */
static void collection_find(struct search *search, uint16_t carrier, int64_t ready_at)
{
    const struct promise_dates *first = &search->view.first.dates;
    int32_t day = first->has_ship_by ? zone_day(&search->shop->zone, first->ship_by) : 0;
    int64_t at = ready_at > search->now ? ready_at : search->now;
    int32_t delivery = 0;
    if (carrier != NO_INDEX && first->has_ship_by &&
        at < zone_instant(&search->shop->zone, day + 1, 0) &&
        promise_delivery(search->state, (struct carrier_id){carrier}, day, &delivery) &&
        delivery <= first->deliver_by_day) {
        mend_add(search, (struct mend){.kind = MEND_COLLECTION,
                                       .index = carrier,
                                       .day = day,
                                       .at = at > first->ship_by ? at : ready_at});
    }
}

static void begun_find(struct search *search)
{
    struct order_line_view line;
    for (uint32_t i = 0; i < search->view.line_count && search->count == 0; i++) {
        promise_order_line(search->state, search->view.number, i, &line);
        if (line.status != ORDER_SHIPPED && line.status != ORDER_DELIVERED) {
            collection_find(search, line.carrier.index, search->view.current.ready_at);
        }
    }
}

static void planned_find(struct search *search)
{
    if (quote(search, search->view.split) && plan_in_time(search)) {
        mend_add(search, (struct mend){.kind = MEND_AGAIN, .index = NO_INDEX});
        return;
    }
    split_find(search);
    if (!receipts_find(search) || !quote(search, search->view.split)) {
        return;
    }
    for (uint32_t g = 0; g < search->plan->group_count; g++) {
        const struct planned_group *group = &search->plan->groups[g];
        if (!in_time(search, &group->dates)) {
            group_overtime(search, g);
            collection_find(search, group->carrier, group->ready_at);
        }
    }
}

uint32_t mend_find(struct promise_state *state, int64_t now, uint32_t number,
                   struct mend_space *space, struct mend *mends, uint32_t most)
{
    struct search search = {.state = state,
                            .shop = promise_state_shop(state),
                            .now = now,
                            .plan = &space->plan,
                            .mends = mends,
                            .most = most};
    if (!promise_order_by_number(state, number, &search.view)) {
        return 0;
    }
    for (uint32_t i = 0; i < search.view.line_count; i++) {
        struct order_line_view line;
        promise_order_line(state, number, i, &line);
        search.lines[i] = (struct promise_line){line.offer, line.quantity_thousandths};
    }
    if (order_status_begun(search.view.status)) {
        begun_find(&search);
    } else if (take_out(state, now, search.view.key, &space->events)) {
        planned_find(&search);
    }
    return search.count;
}
