/* a number -> the next free thread -> its world -> a result in that number's place. Which thread
 * made it leaves no trace: a world begins each run as new. */
#include "rehearse/crew.h"

#include "base/assert.h"

#include <pthread.h>
#include <stdlib.h>

struct shift {
    struct crew *crew;
    crew_task *task;
    void *context;
    uint32_t first, count;
    atomic_uint_fast32_t next;
    atomic_bool *made; /* [count] */
};

enum status crew_open(struct crew *crew, const struct rehearse_plan *plan, const struct shop *shop,
                      struct fault *fault)
{
    crew->plan = plan;
    atomic_init(&crew->done, 0);
    enum status status = scene_open(&crew->scene, shop, plan->now, plan->moment, plan->surge,
                                    plan->assume, plan->learned, fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = opening_take(&crew->opening, &crew->scene, plan->state, fault);
    if (status != STATUS_OK) {
        scene_close(&crew->scene);
        return status;
    }
    double reach =
        plan->visitors >= 0 ? (double)plan->visitors : (double)plan->moment->visitors_high;
    double weeks = crew->scene.demand_end / (double)WEEKDAYS;
    double ordinary = scene_orders_per_week(&crew->scene) * weeks;
    ordinary *= plan->learned != NULL ? LEARN_LEVEL_MAX : 1;
    double orders = reach * plan->moment->conversion_thousandths / 100000.0 * 1.2 + ordinary * 1.5 +
                    promise_order_count(plan->state) + 10000;
    crew->orders_max = orders > LIMIT_ORDERS ? LIMIT_ORDERS : (uint32_t)orders;
    return STATUS_OK;
}

void crew_close(struct crew *crew)
{
    opening_free(&crew->opening);
    scene_close(&crew->scene);
}

static void state_open(struct crew_member *member, const struct crew *crew)
{
    struct fault fault;
    const struct promise_sizes sizes = {.orders = crew->orders_max};
    enum status status = promise_create(promise_state_shop(crew->plan->state), crew->scene.now,
                                        &sizes, &member->state, &fault);
    ASSERT(status == STATUS_OK);
}

void crew_world_in(struct crew_member *member, const struct crew *of, const struct repairs *repairs,
                   enum rehearse_side side, uint64_t key, struct outcome *outcome)
{
    if (side == SIDE_ECLUSE) { /* a state is restored only while it is new */
        promise_free(member->state);
        state_open(member, of);
        member->world->state = member->state;
    }
    world_run(member->world, &of->scene, &of->opening, repairs, side, key, outcome);
    atomic_fetch_add_explicit(&member->crew->done, 1, memory_order_relaxed);
}

void crew_world(struct crew_member *member, const struct repairs *repairs, enum rehearse_side side,
                uint64_t key, struct outcome *outcome)
{
    crew_world_in(member, member->crew, repairs, side, key, outcome);
}

static bool stopped(const struct crew *crew)
{
    return crew->plan->stop != NULL && atomic_load_explicit(crew->plan->stop, memory_order_relaxed);
}

static void member_work(struct shift *shift, bool tells)
{
    struct crew_member member = {.crew = shift->crew};
    const struct shop *shop = shift->crew->scene.shop;
    state_open(&member, member.crew);
    member.world = world_create(member.state);
    member.outcome = outcome_create(shop);
    member.calm = outcome_create(shop);
    while (!stopped(shift->crew)) {
        uint32_t index = (uint32_t)atomic_fetch_add(&shift->next, 1);
        if (index >= shift->count) {
            break;
        }
        shift->task(&member, shift->first + index, shift->context);
        atomic_store(&shift->made[index], true);
        const struct rehearse_plan *plan = shift->crew->plan;
        if (tells && plan->progress != NULL) {
            plan->progress(plan->context, atomic_load(&shift->crew->done), shift->crew->whole);
        }
    }
    outcome_free(member.outcome);
    outcome_free(member.calm);
    world_free(member.world);
    promise_free(member.state);
}

static void *thread_work(void *shift)
{
    member_work(shift, false);
    return NULL;
}

uint32_t crew_work(struct crew *crew, crew_task *task, void *context, uint32_t first,
                   uint32_t count)
{
    struct shift shift = {
        .crew = crew, .task = task, .context = context, .first = first, .count = count};
    pthread_t threads[REHEARSE_THREADS_MAX];
    uint32_t wanted = crew->plan->threads < count ? crew->plan->threads : count;
    uint32_t begun = 0;
    atomic_init(&shift.next, 0);
    shift.made = calloc(count + 1, sizeof *shift.made);
    ASSERT(shift.made != NULL);
    while (begun + 1 < wanted && begun < REHEARSE_THREADS_MAX &&
           pthread_create(&threads[begun], NULL, thread_work, &shift) == 0) {
        begun++;
    }
    member_work(&shift, true);
    for (uint32_t i = 0; i < begun; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    uint32_t made = 0;
    while (made < count && atomic_load(&shift.made[made])) {
        made++;
    }
    free(shift.made);
    return made;
}
