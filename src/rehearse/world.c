/* The loop: what is next of days, collections, the floor and buyers happens; ties in that order.
 *
 *   midnight   who is away, what leaves, what comes, what is late; what is bought again
 *   23:59:59   purchases are sent; cancellations, the bank
 *   cut-off    the carrier takes what is ready, the earliest promised first */
#include "rehearse/world.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_SECONDS = 60 };

struct world *world_create(struct promise_state *state)
{
    const struct shop *shop = promise_state_shop(state);
    struct world *world = calloc(1, sizeof *world);
    ASSERT(world != NULL);
    world->state = state;
    world->on_hand = calloc(shop->item_count + 1, sizeof *world->on_hand);
    world->free = calloc(shop->item_count + 1, sizeof *world->free);
    world->on_order = calloc(shop->item_count + 1, sizeof *world->on_order);
    world->reorders = calloc(shop->item_count + 1, sizeof *world->reorders);
    world->open_session = calloc(shop->offer_count + 1, sizeof *world->open_session);
    world->entry_seen = calloc(LIMIT_SUPPLY_ENTRIES + 1, sizeof *world->entry_seen);
    world->events.capacity = promise_event_bytes_max() + EVENT_TIME_BYTES + EVENT_CHANGED_BYTES_MAX;
    world->events.bytes = malloc(world->events.capacity);
    ASSERT(world->on_hand != NULL && world->free != NULL && world->on_order != NULL);
    ASSERT(world->reorders != NULL);
    ASSERT(world->open_session != NULL && world->entry_seen != NULL && world->events.bytes != NULL);
    return world;
}

void world_free(struct world *world)
{
    if (world == NULL) {
        return;
    }
    floor_free(&world->floor);
    crowd_free(&world->crowd);
    entrance_free(&world->entrance);
    agenda_free(&world->calendar);
    agenda_free(&world->buyers);
    for (uint32_t i = 0; i < LIMIT_CARRIERS; i++) {
        agenda_free(&world->ready[i]);
    }
    pending_clear(world);
    free(world->pending);
    free(world->wish_person);
    free(world->wish_counted);
    free(world->orders);
    free(world->groups);
    free(world->on_hand);
    free(world->free);
    free(world->on_order);
    free(world->inbounds);
    free(world->order_of);
    free(world->session_job);
    free(world->reorders);
    free(world->open_session);
    free(world->entry_seen);
    free(world->events.bytes);
    free(world);
}

void world_later(struct world *world, int64_t at, enum calendar_event event, uint32_t index)
{
    const struct scene *scene = world->scene;
    if (at < scene->window.midnights[scene->day_count] - 1) {
        agenda_add(&world->calendar, at, index * CALENDAR_EVENTS + event);
    }
}

/* ---- parcels ---- */

static void order_delivered(struct world *world, uint32_t index)
{
    struct world_order *order = &world->orders[index];
    struct outcome *outcome = world->outcome;
    bool late = order->delivered > order->promised;
    world->open_orders--;
    if (order->delivered < (int32_t)world->scene->day_count) {
        outcome->delivered_on[order->delivered]++;
        outcome->late_on[order->delivered] += late;
    }
    if (world->side == SIDE_ECLUSE) {
        if (order->has_parcel) {
            (void)core_step(world, order->key, PROMISE_SHIP);
        }
        (void)core_step(world, order->key, PROMISE_DELIVER);
    }
    after_delivery(world, index);
}

/* What made it late: where it waited longest, for people, for material or for the carrier. */
static void lateness_note(struct world *world, const struct world_order *order)
{
    const struct shop *shop = world->scene->shop;
    const struct world_group *worst = &world->groups[order->group_first];
    for (uint32_t i = 1; i < order->group_count; i++) {
        const struct world_group *group = &world->groups[order->group_first + i];
        worst = group->late_waited > worst->late_waited ? group : worst;
    }
    uint32_t day = order->promised < 0 ? 0 : (uint32_t)order->promised;
    day = day < world->scene->day_count ? day : world->scene->day_count - 1;
    int64_t at = world->scene->window.midnights[day + 1];
    if (worst->late_at != NO_INDEX) {
        failure_note(&world->outcome->team[worst->late_at], at);
    } else if (worst->late_item != NO_INDEX) {
        uint16_t supplier = shop->items[worst->late_item].supplier.index;
        failure_note(supplier == NO_INDEX ? &world->outcome->stock[worst->late_item]
                                          : &world->outcome->suppliers[supplier],
                     at);
    } else if (worst->carrier != NO_INDEX) {
        failure_note(&world->outcome->suppliers[shop->supplier_count + worst->carrier], at);
    }
}

static void group_delivered(struct world *world, uint32_t index, int32_t day)
{
    uint32_t order_index = world->groups[index].order;
    struct world_order *order = &world->orders[order_index];
    if (order->cancelled) {
        return;
    }
    order->delivered =
        order->delivered == NO_DAY || day > order->delivered ? day : order->delivered;
    if (--order->groups_left == 0) {
        order_delivered(world, order_index);
    }
}

static void carrier_collects(struct world *world, uint32_t carrier)
{
    const struct carrier *of = &world->scene->shop->carriers[carrier];
    const struct parcels *parcels = &world->scene->parcels;
    int32_t delivery = parcels_delivery(parcels, carrier, (int32_t)world->day);
    int32_t taken = 0;
    while (!agenda_is_empty(&world->ready[carrier]) &&
           (of->max_parcels < 0 || taken < of->max_parcels)) {
        uint32_t index = agenda_take(&world->ready[carrier]).what;
        struct world_group *group = &world->groups[index];
        uint64_t person = world->orders[group->order].person;
        double uniform = draw_uniform(world->key, DRAW_CARRIER, person, carrier);
        int32_t day = delivery == PARCELS_NO_DAY ? NO_DAY : delivery;
        if (world->orders[group->order].cancelled) {
            continue;
        }
        if (uniform < world->scene->assume.carrier_late && day != NO_DAY) {
            day++;
        }
        if (world->now - group->ready_at > group->late_waited &&
            world->now - group->ready_at > 2 * DAY_SECONDS) {
            group->late_waited = world->now - group->ready_at;
            group->late_at = NO_INDEX;
            group->late_item = NO_INDEX;
        }
        taken++;
        bank_flow(world, world->day, -of->cost_minor);
        group_delivered(world, index, day);
    }
}

/* ---- the floor's owner ---- */

static void parcel_begin(struct world *world, uint32_t group_index)
{
    struct world_group *group = &world->groups[group_index];
    const struct carrier *carrier = &world->scene->shop->carriers[group->carrier];
    uint32_t index = floor_add(&world->floor);
    struct job *job = &world->floor.jobs[index];
    job->routing = &carrier->routing;
    job->units = 1;
    job->person = world->orders[group->order].person * 64 + 32 + group->carrier;
    job->key = group->key;
    job->group = group_index;
    floor_release(&world->floor, index, world->now);
}

/* At which its last operation was done; NO_INDEX: it needs none. */
static uint16_t job_center(const struct job *job)
{
    const struct routing *routing = job->routing;
    return routing == NULL || routing->count == 0
               ? NO_INDEX
               : routing->operations[routing->count - 1].work_center.index;
}

static void job_done(void *context, uint32_t index, int64_t now)
{
    struct world *world = context;
    const struct job *job = &world->floor.jobs[index];
    uint32_t group_index = job->group;
    struct world_group *group = &world->groups[group_index];
    bool is_parcel = job->offer == NO_INDEX;
    world->now = now;
    if (job->late_waited > group->late_waited) {
        group->late_waited = job->late_waited;
        group->late_at = job->late_at;
        group->late_item = job->late_at == NO_INDEX ? job->late_item : NO_INDEX;
    }
    if (world->orders[group->order].cancelled) {
        return;
    }
    if (is_parcel) {
        after_parcel(world, job, group);
        group->ready_at = now;
        agenda_add(&world->ready[group->carrier], group->key, group_index);
    } else if (--group->lines_left == 0 && group->carrier != NO_INDEX) {
        group->worked_at = job_center(job);
        parcel_begin(world, group_index);
    } else if (group->lines_left == 0) {
        group_delivered(world, group_index, (int32_t)scene_day(world->scene, now - 1));
    }
}

/* ---- days ---- */

static void day_morning(struct world *world)
{
    const struct scene *scene = world->scene;
    floor_day(&world->floor, world->day);
    if (world_asks_core(world)) {
        core_time(world);
        core_morning(world);
    }
    shelves_day(world);
    if (world_asks_core(world)) {
        core_revise(world);
        wished_walk(world);
    }
    for (uint32_t i = 0; i < scene->shop->carrier_count; i++) {
        int64_t cut_off = scene->parcels.carriers[i].cut_off[world->day];
        if (parcels_drives(&scene->parcels, i, (int32_t)world->day) && cut_off > world->now) {
            agenda_add(&world->calendar, cut_off, i * CALENDAR_EVENTS + CALENDAR_COLLECT);
        }
    }
    agenda_add(&world->calendar, scene->window.midnights[world->day + 1] - 1, CALENDAR_EVENING);
}

static void day_evening(struct world *world)
{
    if (world_asks_core(world)) {
        core_evening(world);
    }
    bank_day(world);
    if (world->day + 1 < world->scene->day_count) {
        agenda_add(&world->calendar, world->scene->window.midnights[world->day + 1],
                   CALENDAR_MORNING);
    }
}

static void calendar_step(struct world *world)
{
    struct agenda_entry next = agenda_take(&world->calendar);
    int64_t at = agenda_at(&next);
    world->now = at > world->now ? at : world->now;
    switch ((enum calendar_event)(next.what % CALENDAR_EVENTS)) {
    case CALENDAR_MORNING: /* a cut-off of 24:00 is the day's before */
        world->day = scene_day(world->scene, world->now);
        day_morning(world);
        break;
    case CALENDAR_EVENING:
        day_evening(world);
        break;
    case CALENDAR_COLLECT:
        carrier_collects(world, next.what / CALENDAR_EVENTS);
        break;
    case CALENDAR_PAYMENT:
        pending_step(world, next.what / CALENDAR_EVENTS);
        break;
    case CALENDAR_MIND:
        after_mind_change(world, next.what / CALENDAR_EVENTS);
        break;
    case CALENDAR_RETURN:
        after_return(world, next.what / CALENDAR_EVENTS);
        break;
    case CALENDAR_EVENTS:
        UNREACHABLE();
    }
}

/* ---- buyers ---- */

/* An ordinary stream: the next order's instant, even over the hours in which people are awake. */
struct stream {
    const struct scene_mix *mix;
    enum draw_stream draws;
    uint64_t person;
    double spent; /* of a process of rate 1 */
    int64_t at;
    uint32_t day; /* of the learned stream: that of the next order */
    bool one_offer;
};

/* Learned orders come on the clock of what is expected of the days. */
static void learned_next(const struct world *world, struct stream *stream)
{
    const struct scene *scene = world->scene;
    const double *sums = world->learned_sums;
    do {
        double uniform = draw_uniform(world->key, DRAW_PAST, stream->person++, 0);
        stream->spent += draw_exponential(uniform);
        while (stream->day < scene->demand_end && sums[stream->day + 1] <= stream->spent) {
            stream->day++;
        }
        if (stream->day == scene->demand_end) {
            stream->at = INT64_MAX;
            return;
        }
        double within =
            (stream->spent - sums[stream->day]) / (sums[stream->day + 1] - sums[stream->day]);
        stream->at =
            scene->window.midnights[stream->day] + (int64_t)learned_second(scene->learned, within);
    } while (stream->at < scene->now);
}

static void stream_next(const struct world *world, struct stream *stream)
{
    const struct scene *scene = world->scene;
    int64_t at = INT64_MAX;
    if (stream->mix == NULL) {
        learned_next(world, stream);
        return;
    }
    double per_day = stream->mix->orders_per_week / WEEKDAYS;
    do {
        double uniform = draw_uniform(world->key, stream->draws, stream->person++, 0);
        stream->spent += per_day > 0 ? draw_exponential(uniform) / per_day : 1e9;
        if (stream->spent >= scene->demand_end) {
            stream->at = INT64_MAX;
            return;
        }
        uint32_t day = (uint32_t)stream->spent;
        double within = (stream->spent - day) * AWAKE_HOURS + AWAKE_FROM_HOUR;
        at = scene->window.midnights[day] + (int64_t)(within * 3600);
    } while (at < scene->now);
    stream->at = at;
}

static const struct past_order *stream_basket(const struct world *world,
                                              const struct stream *stream, uint64_t base)
{
    double uniform = draw_uniform(world->key, DRAW_BASKET, base + stream->person, 0);
    return stream->mix == NULL ? learned_basket(world->scene->learned, world->key,
                                                world->scene->today + (int32_t)stream->day, uniform)
                               : NULL;
}

static void stream_buys(struct world *world, struct stream *stream)
{
    uint64_t base = stream->mix == NULL ? PERSON_LEARNED
                    : stream->one_offer ? PERSON_ON_SITE
                                        : PERSON_SHIPPED;
    const struct wanted wanted = {.person = base + stream->person,
                                  .basket = stream_basket(world, stream, base),
                                  .mix = stream->mix,
                                  .mean_units = stream->mix == NULL ? 0 : stream->mix->units,
                                  .one_offer = stream->one_offer};
    int64_t since = stream->at - world->scene->moment->at;
    world->now = stream->at;
    bool lost = world->side == SIDE_TODAY && since >= 0 && since < UINT32_MAX &&
                !entrance_survives(&world->entrance, (uint32_t)since, 0,
                                   draw_uniform(world->key, DRAW_SITE, wanted.person, 0));
    if (!lost) {
        world_buy(world, &wanted);
    } else {
        world->outcome->measures[MEASURE_GAVE_UP]++;
    }
    stream_next(world, stream);
}

static uint32_t browse_seconds(const struct world *world, uint32_t visitor)
{
    double uniform = draw_uniform(world->key, DRAW_BROWSE, visitor, 0);
    double third = world->scene->assume.browse_seconds / 3; /* at least a third of the mean */
    return (uint32_t)(third + 2 * third * draw_exponential(uniform));
}

/* Is all of the visitor's basket sold in the waiting room itself? */
static bool sold_at_the_door(const struct world *world)
{
    const struct scene *scene = world->scene;
    for (uint32_t i = 0; i < scene->moment_mix.count; i++) {
        if (!scene->sold_at_the_door[scene->moment_mix.offers[i].index]) {
            return false;
        }
    }
    return true;
}

static uint32_t buyer_enters(struct world *world, uint32_t place, bool at_the_door)
{
    const struct buyer *buyer = &world->crowd.buyers[place];
    uint32_t stay = browse_seconds(world, buyer->visitor);
    uint32_t enters = buyer->second;
    double waits = 0;
    if (world->side == SIDE_TODAY) {
        double uniform = draw_uniform(world->key, DRAW_SITE, buyer->visitor, 0);
        if (!entrance_survives(&world->entrance, buyer->second, stay, uniform)) {
            return ENTRANCE_NEVER;
        }
        double page = buyer->second < world->entrance.seconds
                          ? (double)world->entrance.page[buyer->second]
                          : 0;
        waits = page * world->scene->assume.pages_per_visit;
        stay += (uint32_t)waits;
    } else if (world->side == SIDE_ORDINARY || !at_the_door) {
        enters = world->entrance.admitted[place];
        if (enters == ENTRANCE_NEVER) {
            return ENTRANCE_NEVER;
        }
        waits = enters - buyer->second;
    }
    world->outcome->wait_seconds += waits;
    world->outcome->waited++;
    world->outcome->measures[MEASURE_WAITED] += waits > MINUTE_SECONDS;
    return enters + stay;
}

/* Not every side looks at who is let in. */
static void line_make(struct world *world)
{
    if (!world->has_line) {
        entrance_line(&world->entrance, world->scene, &world->crowd, world->key);
        world->has_line = true;
    }
}

double world_lost(struct world *world)
{
    if (!world->has_site) {
        entrance_site(&world->entrance, world->scene, &world->crowd, world->site_bears);
        world->has_site = true;
    }
    return world->entrance.lost;
}

static void site_outcome(struct world *world)
{
    double lost = world_lost(world);
    uint32_t first = world->entrance.fails_first;
    lost = lost < world->crowd.visitors ? lost : world->crowd.visitors;
    world->outcome->measures[MEASURE_SERVED] = world->crowd.visitors - lost;
    world->outcome->site.count = (uint32_t)lost;
    world->outcome->site.first =
        first == ENTRANCE_NEVER ? INT64_MAX : world->scene->moment->at + first;
}

static void buyers_enter(struct world *world)
{
    bool at_the_door = sold_at_the_door(world);
    bool waits = world->side == SIDE_ORDINARY || (world->side == SIDE_ECLUSE && !at_the_door);
    struct outcome *outcome = world->outcome;
    if (waits) {
        line_make(world);
    }
    outcome->visitors = world->crowd.visitors;
    if (world->side == SIDE_TODAY) {
        site_outcome(world);
    } else {
        outcome->measures[MEASURE_SERVED] = waits ? world->entrance.let_in : world->crowd.visitors;
    }
    agenda_clear(&world->buyers);
    for (uint32_t i = 0; i < world->crowd.buyer_count; i++) {
        uint32_t second = buyer_enters(world, i, at_the_door);
        if (second == ENTRANCE_NEVER) {
            outcome->measures[MEASURE_GAVE_UP]++;
        } else {
            agenda_add(&world->buyers, world->scene->moment->at + second,
                       world->crowd.buyers[i].visitor);
        }
    }
}

static void buyer_buys(struct world *world)
{
    struct agenda_entry next = agenda_take(&world->buyers);
    const struct wanted wanted = {.person = next.what,
                                  .mix = &world->scene->moment_mix,
                                  .mean_units = world->scene->moment_mix.units};
    world->now = agenda_at(&next);
    world_buy(world, &wanted);
}

/* ---- the run ---- */

void world_crowd(struct world *world, const struct scene *scene, uint64_t key, double reach,
                 bool site_repaired)
{
    world->scene = scene;
    world->site_bears = site_repaired;
    world->has_site = false;
    world->has_line = false;
    crowd_fill(&world->crowd, scene, key, reach);
}

static void world_begin(struct world *world)
{
    const struct scene *scene = world->scene;
    const struct floor_owner owner = {shelves_pick, job_done, world};
    world->now = scene->now;
    world->day = 0;
    world->order_count = 0;
    world->open_orders = 0;
    world->group_count = 0;
    memset(world->promised_first, 0xff, sizeof world->promised_first);
    memset(world->open_session, 0xff, scene->shop->offer_count * sizeof *world->open_session);
    memset(world->entry_seen, 0, LIMIT_SUPPLY_ENTRIES + 1);
    for (uint32_t i = 0; i < world->session_capacity; i++) {
        world->session_job[i] = NO_LINK;
    }
    agenda_clear(&world->calendar);
    for (uint32_t i = 0; i < scene->shop->carrier_count; i++) {
        agenda_clear(&world->ready[i]);
    }
    if (scene->learned != NULL) {
        learned_path(scene->learned, world->key, scene->today, scene->demand_end,
                     world->learned_sums);
    }
    floor_begin(&world->floor, scene, &owner, world->key);
    world->floor.endless = world->repairs->centers;
    shelves_begin(world);
    bank_begin(world);
    if (world->side == SIDE_ECLUSE) {
        core_begin(world);
    }
    pending_clear(world);
    outcome_clear(world->outcome);
    world->outcome->days = scene->day_count;
    buyers_enter(world);
    agenda_add(&world->calendar, scene->now, CALENDAR_MORNING);
}

static void world_end(struct world *world)
{
    struct outcome *outcome = world->outcome;
    for (uint32_t i = 0; i < world->order_count; i++) {
        const struct world_order *order = &world->orders[i];
        ASSERT(order->cancelled || order->groups_left == 0); /* each ends somewhere */
        if (!order->counted) {
            continue;
        }
        outcome->measures[MEASURE_PROFIT] += (double)order->contribution_minor;
        if (order->withdrawn) {
            continue;
        }
        bool kept = order->delivered != NO_DAY && order->delivered <= order->promised &&
                    order->groups_left == 0;
        outcome->kept += kept;
        if (!kept) {
            outcome->measures[MEASURE_LATE]++;
            lateness_note(world, order);
        }
    }
    outcome->measures[MEASURE_ORDERS] = outcome->accepted;
    outcome->accepted -= outcome->withdrawn;
    outcome->measures[MEASURE_WAIT_MINUTES] =
        outcome->waited > 0 ? outcome->wait_seconds / outcome->waited / 60 : 0;
}

void world_run(struct world *world, const struct scene *scene, const struct opening_stock *opening,
               const struct repairs *repairs, enum rehearse_side side, uint64_t key,
               struct outcome *outcome)
{
    world->scene = scene;
    world->opening = opening;
    world->repairs = repairs;
    world->side = side;
    world->key = key;
    world->outcome = outcome;
    world_begin(world);
    struct stream shipped = {.mix = &scene->shipped, .draws = DRAW_ORDINARY};
    struct stream on_site = {.mix = &scene->on_site, .draws = DRAW_ON_SITE, .one_offer = true};
    struct stream learned = {.mix = NULL, .at = INT64_MAX};
    stream_next(world, &shipped);
    stream_next(world, &on_site);
    if (scene->learned != NULL) {
        stream_next(world, &learned);
    }
    while (!agenda_is_empty(&world->calendar)) {
        int64_t calendar = agenda_next(&world->calendar);
        int64_t buyer = agenda_next(&world->buyers);
        struct stream *stream = shipped.at <= on_site.at ? &shipped : &on_site;
        stream = learned.at < stream->at ? &learned : stream;
        int64_t ordinary = stream->at;
        int64_t other = buyer < ordinary ? buyer : ordinary;
        int64_t work = floor_next(&world->floor);
        if (calendar <= work && calendar <= other) {
            calendar_step(world);
        } else if (work <= other) {
            world->now = work;
            floor_step(&world->floor);
        } else if (buyer <= ordinary) {
            buyer_buys(world);
        } else {
            stream_buys(world, stream);
        }
    }
    world_end(world);
}
