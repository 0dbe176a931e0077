/* Wishes, with Écluse: who is refused may leave one; when something becomes free, the core offers
 * it to the first whose wish can be met (promise/wish.h), and holds it for wish_minutes. Who says
 * yes says so at an instant within them, evenly. */
#include "rehearse/world.h"

#include "base/assert.h"
#include "promise/event.h"
#include "promise/wish.h"

enum { WISH_STEPS = 100000 }; /* of a walk along the queue */

#define PERSON_WISHED (UINT64_C(4) << 40) /* of a wish from before the rehearsal */

static void wish_note(struct world *world, uint32_t number, uint64_t person, bool counted)
{
    world->wish_person = rehearse_grow(world->wish_person, number + 1, &world->wish_capacity,
                                       sizeof *world->wish_person);
    world->wish_counted = rehearse_grow(world->wish_counted, number + 1,
                                        &world->wish_counted_capacity, sizeof *world->wish_counted);
    world->wish_person[number] = person;
    world->wish_counted[number] = counted;
}

void wished_begin(struct world *world)
{
    for (uint32_t number = 1; number <= promise_wish_count(world->state); number++) {
        wish_note(world, number, PERSON_WISHED + number, false);
    }
}

void wished_leave(struct world *world, uint64_t person, const struct promise_line *line,
                  bool counted)
{
    const struct assumptions *assume = &world->scene->assume;
    int32_t farthest = world->scene->shop->promise.horizon_days - 1;
    int32_t days = (int32_t)assume->wish_days;
    int32_t last = promise_today(world->state) + (days < farthest ? days : farthest);
    struct promise_answer answer;
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    if (draw_uniform(world->key, DRAW_WISH, person, 0) >= assume->wish_share) {
        return;
    }
    const struct promise_command command = {
        .kind = PROMISE_WISH,
        .now = world->now,
        .order = core_key(person),
        .ask = {.line_count = 1, .lines = line, .want = {.kind = WANT_DAY, .value = last}}};
    world->events.length = 0;
    promise_decide(world->state, &command, &answer, &world->events);
    struct slice bytes = {(const char *)world->events.bytes, world->events.length};
    world->events.length = 0;
    if (answer.result == PROMISE_OK && event_next(bytes, &offset, &event, &status)) {
        enum status applied = promise_apply(world->state, &event, world->now);
        ASSERT(applied == STATUS_OK);
        wish_note(world, answer.wish.number, person, counted);
        world->outcome->measures[MEASURE_WISHED] += counted;
    }
}

/* What is held for a wish waits for its customer's yes. */
static void offered(struct world *world, struct slice bytes, const struct event_placed *placed)
{
    const struct assumptions *assume = &world->scene->assume;
    uint64_t person = world->wish_person[placed->wish];
    struct event_line line = event_placed_line(placed, 0);
    double within = draw_uniform(world->key, DRAW_WISH, person, 2);
    bool yes = draw_uniform(world->key, DRAW_WISH, person, 1) < assume->wish_accepted;
    int64_t held = placed->held_until - placed->made_at;
    const struct pending pending = {.person = person,
                                    .key = placed->key,
                                    .pays_at = yes ? world->now + (int64_t)(within * (double)held)
                                                   : INT64_MAX,
                                    .held_until = placed->held_until,
                                    .line_count = 1,
                                    .counted = world->wish_counted[placed->wish],
                                    .wished = true,
                                    .lines = {{line.offer, line.quantity_thousandths}}};
    pending_add(world, &pending, bytes);
}

static void walk_step(struct world *world)
{
    struct event event;
    struct event_placed placed;
    size_t offset = 0;
    enum status status = STATUS_OK;
    struct slice bytes = {(const char *)world->events.bytes, world->events.length};
    bool whole = event_next(bytes, &offset, &event, &status);
    ASSERT(whole);
    enum status applied = promise_apply(world->state, &event, world->now);
    ASSERT(applied == STATUS_OK);
    if (event.type == EVENT_PLACED) {
        status = event_placed_read(&event, &placed);
        ASSERT(status == STATUS_OK);
        offered(world, bytes, &placed);
    }
    world->events.length = 0;
}

void wished_walk(struct world *world)
{
    uint32_t steps = WISH_STEPS;
    core_time(world);
    while (world->day < world->scene->demand_end && promise_wishes_due(world->state) &&
           promise_wish_next(world->state, world->now, &steps, &world->events)) {
        walk_step(world);
    }
}
