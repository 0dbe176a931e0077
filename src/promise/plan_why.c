/* What limited a promise (docs/promise.md, "Why this date").
 *
 * Each cause's wait is measured where it arises: material until its day begins, of which cash has
 * its share; hours beyond the work itself; the carrier from ready to collection. The longest is
 * named; of equal ones the first in the order of the causes. What is planned backward waits for
 * nobody: the customer wanted it so. */
#include "promise/plan_inside.h"

static int64_t operation_wait(const struct planned_operation *operation)
{
    if (operation->slot_count == 0) {
        return 0;
    }
    int64_t from = slot_up(operation->release) * SLOT_SECONDS;
    return operation->end - from - (int64_t)operation->slot_count * SLOT_SECONDS;
}

struct waits {
    int64_t sum;
    int64_t largest;
    uint16_t work_center;
};

static void wait_add(struct waits *waits, int64_t wait, uint16_t work_center)
{
    waits->sum += wait;
    if (wait > waits->largest) {
        waits->largest = wait;
        waits->work_center = work_center;
    }
}

/* Adds up the waits of some operations; the work center of the largest is the one to name. */
static void waits_add(const struct promise_plan *plan, uint32_t first, uint32_t count,
                      struct waits *waits)
{
    for (uint32_t i = first; i < first + count; i++) {
        wait_add(waits, operation_wait(&plan->operations[i]), plan->operations[i].work_center);
    }
}

/* Who shares a session waits until it begins. */
static void line_waits_add(const struct planning *p, const struct planned_line *line,
                           int64_t release, struct waits *waits)
{
    const struct routing *routing = &line_offer(p, line)->routing;
    if (line->session != NO_SESSION && line->operation_count == 0 && routing->count > 0) {
        wait_add(waits, line->start - release, routing->operations[0].work_center.index);
        return;
    }
    waits_add(p->plan, line->operation_first, line->operation_count, waits);
}

/* From now to the material day's midnight; what cash made of it is counted apart. */
static int64_t material_wait(const struct planning *p, struct planned_group *group)
{
    const struct window *window = &p->state->window;
    int32_t index = group->material_day - window->today;
    if (index <= 0) {
        return 0;
    }
    int64_t midnight = window->midnights[index];
    int64_t without_cash = window->midnights[index - group->cash_days];
    without_cash = without_cash > p->asked->now ? without_cash : p->asked->now;
    int64_t longest = without_cash - p->asked->now;
    group->limit = (struct promise_limit){group->bought ? CAUSE_SUPPLY : CAUSE_STOCK,
                                          group->material_item, midnight};
    if (midnight - without_cash > longest) {
        longest = midnight - without_cash;
        group->limit.cause = CAUSE_CASH;
    }
    return longest;
}

/* The operations that count are those of the line that ended last and of the parcel: each begins
 * when the one before it ends, so their waits add up to the time that the group lost. */
static struct waits hours_waits(const struct planning *p, const struct planned_group *group,
                                struct plan_span span)
{
    const struct promise_plan *plan = p->plan;
    const struct planned_line *critical = &plan->lines[span.first];
    for (uint32_t i = span.first + 1; i < span.end; i++) {
        critical = plan->lines[i].end > critical->end ? &plan->lines[i] : critical;
    }
    struct waits waits = {.work_center = NO_INDEX};
    line_waits_add(p, critical, group->release, &waits);
    waits_add(plan, group->parcel_operation_first, group->parcel_operation_count, &waits);
    return waits;
}

void why_group(struct planning *p, struct planned_group *group, struct plan_span span)
{
    group->limit = (struct promise_limit){CAUSE_NONE, NO_INDEX, instant_minute_up(group->ready_at)};
    if (group->backward) {
        return;
    }
    int64_t longest = material_wait(p, group);
    struct waits hours = hours_waits(p, group, span);
    if (hours.sum > longest) {
        longest = hours.sum;
        int64_t buffer = group->carrier == NO_INDEX ? 0 : p->state->shop->promise.buffer_seconds;
        group->limit = (struct promise_limit){CAUSE_HOURS, hours.work_center,
                                              instant_minute_up(group->ready_at - buffer)};
    }
    if (group->carrier != NO_INDEX && group->dates.ship_by - group->ready_at > longest) {
        group->limit = (struct promise_limit){CAUSE_CARRIER, group->carrier, group->dates.ship_by};
    }
}
