/* What becomes of an order beyond work and parcels: its customer thinks better of it, a parcel
 * holds something else, what was delivered comes back.
 *
 * A parcel that is wrong comes back at the shop's expense and is refunded; nothing is sent in its
 * place. What comes back for other reasons may be sold again or not. What was done on site does not
 * come back (Code de la consommation, L221-28). */
#include "rehearse/world.h"

#include "base/assert.h"

#include <math.h>

enum { PARCEL_HOUR = 12 }; /* when what comes back is there */

/* ---- cancelled ---- */

void after_sale(struct world *world, uint32_t index)
{
    const struct assumptions *assume = &world->scene->assume;
    uint64_t person = world->orders[index].person;
    if (draw_uniform(world->key, DRAW_MIND, person, 0) < assume->mind_change) {
        double hours = assume->mind_change_hours *
                       draw_exponential(draw_uniform(world->key, DRAW_MIND, person, 1));
        world_later(world, world->now + (int64_t)(hours * 3600) + 1, CALENDAR_MIND, index);
    }
}

/* Has a parcel been collected, or work on site begun? */
static bool has_left(const struct world *world, const struct world_order *order)
{
    bool left = order->groups_left < order->group_count;
    for (uint32_t i = 0; i < order->job_count && !left; i++) {
        const struct job *job = &world->floor.jobs[order->job_first + i];
        left = world->groups[job->group].carrier == NO_INDEX && job->begun;
    }
    return left;
}

/* A session goes on without who leads it; alone, it does not take place. */
static void job_cancel(struct world *world, struct job *job)
{
    shelves_return(world, job);
    job->quantity_thousandths = 0;
    job->skipped = job->follower == NO_JOB;
}

void order_cancel(struct world *world, uint32_t index, enum refund_law law)
{
    struct world_order *order = &world->orders[index];
    ASSERT(!order->cancelled);
    order->cancelled = true;
    world->open_orders -= order->groups_left > 0;
    if (order->groups_left == order->group_count) {
        order->contribution_minor = -order->fee_minor;
        for (uint32_t i = 0; i < order->job_count; i++) {
            job_cancel(world, &world->floor.jobs[order->job_first + i]);
        }
    } else { /* a part has left, and is theirs */
        order->contribution_minor = -order->fee_minor - order->cost_minor - order->carriage_minor;
    }
    if (world->side == SIDE_ECLUSE) {
        (void)core_step(world, order->key, PROMISE_CANCEL);
        wished_walk(world);
    }
    bank_refund(world, &world->orders[index], law);
    world->outcome->measures[MEASURE_CANCELLED] += world->orders[index].counted;
}

void after_mind_change(struct world *world, uint32_t index)
{
    struct world_order *order = &world->orders[index];
    if (order->cancelled || has_left(world, order)) {
        return;
    }
    order->withdrawn = (int32_t)world->day <= order->promised;
    world->outcome->withdrawn += order->withdrawn && order->counted;
    order_cancel(world, index, REFUND_WITHDRAWN);
}

/* ---- wrong ---- */

void after_parcel(struct world *world, const struct job *job, struct world_group *group)
{
    const struct assumptions *assume = &world->scene->assume;
    struct world_order *order = &world->orders[group->order];
    uint16_t center = group->worked_at;
    if (job->routing != NULL && job->routing->count > 0) {
        center = job->routing->operations[job->routing->count - 1].work_center.index;
    }
    double chance = assume->wrong_share;
    if (chance > 0 && center != NO_INDEX && floor_is_rushed(&world->floor, center, world->now)) {
        chance *= assume->wrong_rush;
    }
    chance *= world->side == SIDE_ECLUSE ? assume->wrong_scanned : 1;
    double uniform = draw_uniform(world->key, DRAW_WRONG, order->person, group->carrier);
    order->wrong = order->wrong || uniform < chance;
}

/* ---- sent back ---- */

void after_delivery(struct world *world, uint32_t index)
{
    const struct scene *scene = world->scene;
    const struct world_order *order = &world->orders[index];
    world->outcome->measures[MEASURE_WRONG] += order->wrong && order->counted;
    bool comes_back = order->has_parcel &&
                      (order->wrong || draw_uniform(world->key, DRAW_RETURN, order->person, 0) <
                                           scene->assume.return_share);
    double days = ceil(scene->assume.return_days *
                       draw_exponential(draw_uniform(world->key, DRAW_RETURN, order->person, 1)));
    double day = order->delivered + (days < 1 ? 1 : days);
    if (comes_back && day < scene->day_count) {
        world_later(world, scene->window.midnights[(uint32_t)day] + PARCEL_HOUR * 3600,
                    CALENDAR_RETURN, index);
    }
}

void after_return(struct world *world, uint32_t index)
{
    const struct assumptions *assume = &world->scene->assume;
    struct world_order *order = &world->orders[index];
    uint64_t person = order->person;
    bool again =
        order->wrong || draw_uniform(world->key, DRAW_RETURN, person, 2) < assume->return_resold;
    bool paid =
        order->wrong || draw_uniform(world->key, DRAW_RETURN, person, 3) < assume->return_paid;
    int64_t carriage = paid ? order->carriage_minor : 0;
    order->returned = true;
    order->contribution_minor = -order->fee_minor - order->carriage_minor - carriage;
    order->contribution_minor -= again ? 0 : order->cost_minor;
    bank_flow(world, world->day, -carriage);
    for (uint32_t i = 0; i < order->job_count && again; i++) {
        const struct job *job = &world->floor.jobs[order->job_first + i];
        if (world->groups[job->group].carrier != NO_INDEX) {
            shelves_return_sold(world, job);
        }
    }
    bank_refund(world, order, REFUND_WITHDRAWN);
    world->outcome->measures[MEASURE_RETURNED] += order->counted;
    if (world_asks_core(world) && again) {
        wished_walk(world);
    }
}
