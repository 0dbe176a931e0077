/* The side with Écluse: the very promise core, told everything that a shop tells it.
 *
 * Orders are decided and applied; absences, late and short deliveries are recorded in the morning
 * and orders re-promised; purchases are sent on their day, in the evening; what the reorder rule
 * proposes for today is bought; what ships is shipped. The first promise is what counts, whatever
 * the revisions. */
#include "rehearse/world.h"

#include "base/assert.h"
#include "promise/event.h"

#include <math.h>
#include <string.h>

void core_time(struct world *world)
{
    promise_apply_due(world->state, &world->events, world->now);
}

/* Looks random, as the core's tables want it. */
struct order_key core_key(uint64_t person)
{
    struct order_key key = {{0}};
    uint64_t mixed = random_mix(person + 1);
    memcpy(key.bytes, &mixed, sizeof mixed);
    return key;
}

/* ---- orders ---- */

/* When a parcel's material may be used: the day of the order's that comes last, or the day on which
 * work on this parcel begins, if that is sooner. What needs none need not wait. */
static int64_t group_material(const struct world *world, const struct event_placed *placed,
                              uint16_t group, int32_t material_day)
{
    const struct scene *scene = world->scene;
    int32_t day = scene->today;
    bool found = false;
    for (uint32_t i = 0; i < placed->commitment_count; i++) {
        struct event_commitment commitment = event_placed_commitment(placed, i);
        if (commitment.group == group && (!found || commitment.day < day)) {
            day = commitment.day;
            found = true;
        }
    }
    day = (day < material_day ? day : material_day) - scene->today;
    return day > 0 && day <= (int32_t)scene->day_count ? scene->window.midnights[day] : 0;
}

/* Parcels are worked on by the day that was promised; who comes to us, when they come. */
static void group_plan(struct world *world, const struct event_placed *placed, uint16_t group,
                       int32_t material_day, struct world_group *own)
{
    struct event_group planned = event_placed_group(placed, group);
    bool on_site = planned.carrier.index == NO_INDEX;
    own->key = on_site ? planned.start : planned.dates.ship_by;
    own->not_before = on_site ? planned.start : group_material(world, placed, group, material_day);
}

/* Bookings of a session that exists end with the job that does it. */
static bool session_enter(struct world *world, const struct event_placed *placed, uint32_t index)
{
    struct floor *floor = &world->floor;
    struct job *job = &floor->jobs[index];
    for (uint32_t i = 0; i < placed->session_count; i++) {
        struct event_session session = event_placed_session(placed, i);
        if (session.offer.index != job->offer) {
            continue;
        }
        uint32_t had = world->session_capacity;
        world->session_job = rehearse_grow(world->session_job, session.number + 1,
                                           &world->session_capacity, sizeof *world->session_job);
        for (uint32_t j = had; j < world->session_capacity; j++) {
            world->session_job[j] = NO_LINK;
        }
        uint32_t leader = world->session_job[session.number];
        if (leader == NO_LINK || floor->jobs[leader].begun || floor->jobs[leader].skipped) {
            world->session_job[session.number] = index;
            return false;
        }
        if (!shelves_pick(world, index, world->now)) {
            return false;
        }
        job->has_material = true;
        job->follower = floor->jobs[leader].follower;
        floor->jobs[leader].follower = index;
        return true;
    }
    return false;
}

static void jobs_release(struct world *world, const struct event_placed *placed,
                         const struct world_order *order)
{
    for (uint32_t i = 0; i < order->job_count; i++) {
        uint32_t index = order->job_first + i;
        struct job *job = &world->floor.jobs[index];
        const struct world_group *group = &world->groups[job->group];
        job->key = group->key;
        job->not_before = group->not_before;
        if (!session_enter(world, placed, index)) {
            floor_release(&world->floor, index, world->now);
        }
    }
}

void core_enter(struct world *world, struct slice bytes, const struct purchase *purchase)
{
    struct event event;
    struct event_placed placed;
    size_t offset = 0;
    enum status status = STATUS_OK;
    bool whole = event_next(bytes, &offset, &event, &status);
    ASSERT(whole);
    status = event_placed_read(&event, &placed);
    ASSERT(status == STATUS_OK);
    int32_t promised = placed.first.dates.deliver_by_day - world->scene->today;
    uint32_t had = world->order_of_capacity;
    uint32_t index = world_order_add(world, purchase, promised);
    struct world_order *order = &world->orders[index];
    order->key = placed.key;
    world->order_of = rehearse_grow(world->order_of, placed.number + 1, &world->order_of_capacity,
                                    sizeof *world->order_of);
    for (uint32_t i = had; i < world->order_of_capacity; i++) {
        world->order_of[i] = NO_LINK;
    }
    world->order_of[placed.number] = index;
    /* Ours are by line, the event's by carrier: both in the order in which lines were asked for. */
    for (uint32_t i = 0; i < placed.line_count && i < order->job_count; i++) {
        group_plan(world, &placed, event_placed_line(&placed, i).group, placed.first.material_day,
                   &world->groups[world->floor.jobs[order->job_first + i].group]);
    }
    struct world_order copy = *order;
    jobs_release(world, &placed, &copy);
}

static bool customer_takes(const struct world *world, uint64_t person, int32_t deliver_by)
{
    const struct scene *scene = world->scene;
    int32_t usual = scene->today + (int32_t)world->day + scene->usual_days;
    double loss = scene->moment->conversion_loss_per_day_thousandths / 100000.0;
    double days = deliver_by > usual ? deliver_by - usual : 0;
    return draw_uniform(world->key, DRAW_DELAY, person, 0) < pow(1 - loss, days);
}

/* PROMISE_OK leaves the event in world->events. */
static enum promise_result core_decide(struct world *world, uint64_t person, bool hold,
                                       const struct promise_line *lines, uint32_t count,
                                       struct promise_answer *answer)
{
    const struct promise_command command = {.kind = PROMISE_PLACE,
                                            .now = world->now,
                                            .order = core_key(person),
                                            .ask = {.line_count = count, .lines = lines},
                                            .hold = hold};
    world->events.length = 0;
    promise_decide(world->state, &command, answer, &world->events);
    return answer->result;
}

/* Lines that could not be had alone either leave the basket. */
static uint32_t lines_possible(struct world *world, uint64_t person, bool hold,
                               struct promise_line *lines, uint32_t count)
{
    struct promise_answer answer;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (core_decide(world, person, hold, &lines[i], 1, &answer) == PROMISE_OK) {
            lines[kept++] = lines[i];
        }
    }
    return kept;
}

/* What was decided happens: its event is in world->events, and stays readable until the next. */
static struct slice core_take(struct world *world)
{
    struct slice bytes = {(const char *)world->events.bytes, world->events.length};
    promise_apply_all(world->state, &world->events, world->now);
    return bytes;
}

/* Their payment fails: what they took is held for them, from now on for payment_minutes. */
static void core_wait(struct world *world, const struct purchase *purchase, struct slice placed)
{
    const struct promise_rules *rules = &world->scene->shop->promise;
    int64_t seconds =
        rules->payment_seconds > rules->hold_seconds ? rules->payment_seconds : rules->hold_seconds;
    pay_wait(world, purchase, world->now + seconds, placed);
    (void)core_step(world, core_key(purchase->person), PROMISE_PAY);
}

enum world_answer core_place(struct world *world, struct purchase *purchase,
                             struct promise_line *lines)
{
    struct promise_answer answer;
    uint64_t person = purchase->person;
    bool pays = pay_succeeds(world, person);
    core_time(world);
    enum promise_result result = core_decide(world, person, !pays, lines, purchase->count, &answer);
    if (result != PROMISE_OK && purchase->count > 1) {
        uint32_t kept = lines_possible(world, person, !pays, lines, purchase->count);
        purchase->count = kept > 0 ? kept : purchase->count;
        result = kept > 0 ? core_decide(world, person, !pays, lines, kept, &answer) : result;
    }
    if (result != PROMISE_OK) {
        return ANSWER_REFUSED;
    }
    if (!customer_takes(world, person, answer.summary.dates.deliver_by_day)) {
        return ANSWER_DECLINED;
    }
    struct slice placed = core_take(world);
    if (!pays) {
        core_wait(world, purchase, placed);
        return ANSWER_WAITS;
    }
    core_enter(world, placed, purchase);
    return ANSWER_BOUGHT;
}

/* *done: the events, readable until the next. */
static enum promise_result order_step(struct world *world, struct order_key key,
                                      enum promise_command_kind kind, struct slice *done)
{
    struct promise_answer answer;
    const struct promise_command command = {.kind = kind, .now = world->now, .order = key};
    core_time(world);
    promise_decide(world->state, &command, &answer, &world->events);
    *done = core_take(world);
    return answer.result;
}

enum promise_result core_step(struct world *world, struct order_key key,
                              enum promise_command_kind kind)
{
    struct slice done;
    return order_step(world, key, kind, &done);
}

bool core_confirm(struct world *world, struct order_key key, struct slice *event)
{
    struct event first;
    struct slice done;
    size_t offset = 0;
    enum status status = STATUS_OK;
    if (order_step(world, key, PROMISE_CONFIRM, &done) != PROMISE_OK) {
        return false;
    }
    if (event_next(done, &offset, &first, &status) && first.type == EVENT_REVISED) {
        *event = (struct slice){done.data, offset};
    }
    return true;
}

/* ---- what differs from the plan ---- */

/* On-site work that moves begins when it is promised now; parcels go by their first promise. */
static bool revision_take(void *context, struct slice bytes)
{
    struct world *world = context;
    struct event event;
    struct event_placed placed;
    size_t offset = 0;
    enum status status = STATUS_OK;
    if (!event_next(bytes, &offset, &event, &status) || event.type != EVENT_REVISED ||
        event_placed_read(&event, &placed) != STATUS_OK ||
        placed.number >= world->order_of_capacity || world->order_of[placed.number] == NO_LINK) {
        return true;
    }
    struct world_order *order = &world->orders[world->order_of[placed.number]];
    for (uint32_t i = 0; i < placed.line_count && i < order->job_count; i++) {
        struct event_group group = event_placed_group(&placed, event_placed_line(&placed, i).group);
        struct job *job = &world->floor.jobs[order->job_first + i];
        if (group.carrier.index == NO_INDEX && !job->begun && !placed.broken) {
            job->not_before = group.start;
        }
    }
    return true;
}

/* What moves orders is followed by a re-promise, once a morning (core_revise). */
static void change_record(struct world *world, const struct promise_change *change, bool revises)
{
    core_time(world);
    if (promise_change(world->state, change, &world->events) != PROMISE_OK) {
        world->events.length = 0;
        return;
    }
    promise_apply_all(world->state, &world->events, world->now);
    world->changed = revises ? change->kind : world->changed;
}

/* Does what is planned there today not fit any more? Else nobody has to move. */
static bool is_missed(const struct world *world, uint32_t center, int32_t absent)
{
    struct load_day load;
    int32_t people = world->scene->centers[center].people[world->day];
    return promise_load(world->state, (struct work_center_id){(uint16_t)center}, &load, 1) == 1 &&
           load.taken * people > load.capacity * (people - absent);
}

void core_morning(struct world *world)
{
    int32_t today = world->scene->today + (int32_t)world->day;
    const struct scene *scene = world->scene;
    for (uint32_t i = 0; i < scene->shop->work_center_count; i++) {
        int32_t absent = floor_absent(&world->floor, i, world->day);
        if (absent > 0 && is_missed(world, i, absent)) {
            const struct promise_change change = {.kind = CHANGE_STAFF,
                                                  .index = (uint16_t)i,
                                                  .from_day = today,
                                                  .to_day = today,
                                                  .people = -absent};
            change_record(world, &change, true);
        }
    }
}

void core_revise(struct world *world)
{
    const struct event_sink sink = {revision_take, world};
    if (world->changed != CHANGE_NONE) {
        bool revised = promise_revise(world->state, world->now, world->changed, NO_INDEX, &sink);
        ASSERT(revised);
    }
    world->changed = CHANGE_NONE;
}

void core_received(struct world *world, const struct inbound *inbound, int64_t good)
{
    const struct promise_change change = {.kind = CHANGE_RECEIVED,
                                          .entry = inbound->entry,
                                          .index = inbound->item,
                                          .quantity_thousandths = good,
                                          .closes = true};
    change_record(world, &change, good < inbound->quantity_thousandths);
}

void core_late(struct world *world, const struct inbound *inbound)
{
    const struct promise_change change = {.kind = CHANGE_DATE,
                                          .entry = inbound->entry,
                                          .index = inbound->item,
                                          .from_day = world->scene->today + inbound->usable};
    change_record(world, &change, true);
}

void core_found(struct world *world, uint16_t item, int64_t quantity)
{
    int64_t there = promise_on_hand(world->state, (struct item_id){item}) + quantity;
    const struct promise_change change = {
        .kind = CHANGE_COUNT, .index = item, .quantity_thousandths = there > 0 ? there : 0};
    change_record(world, &change, false);
}

static void reorders_buy(struct world *world, int32_t today)
{
    uint32_t count = reorder_list(world->state, world->reorders, world->scene->shop->item_count);
    for (uint32_t i = 0; i < count; i++) {
        const struct reorder *reorder = &world->reorders[i];
        if (reorder->has_order && reorder->order_day == today &&
            reorder->quantity_thousandths > 0) {
            const struct promise_change change = {.kind = CHANGE_BOUGHT,
                                                  .index = reorder->item.index,
                                                  .quantity_thousandths =
                                                      reorder->quantity_thousandths,
                                                  .from_day = today};
            change_record(world, &change, false);
        }
    }
}

static void purchase_send(struct world *world, const struct supply_entry *entry)
{
    struct promise_change change = {
        .kind = CHANGE_APPROVED, .index = entry->supplier, .from_day = entry->order_day};
    if (entry->status == SUPPLY_PROPOSED) {
        change_record(world, &change, false);
    }
    change.kind = CHANGE_SENT;
    change_record(world, &change, false);
}

void core_evening(struct world *world)
{
    int32_t today = world->scene->today + (int32_t)world->day;
    core_time(world);
    reorders_buy(world, today);
    for (uint32_t number = world->known_entries + 1; number <= promise_entry_count(world->state);
         number++) {
        struct supply_entry entry = *promise_entry(world->state, number);
        if (supply_unsent(&entry) && entry.order_day <= today && entry.quantity_thousandths > 0) {
            purchase_send(world, &entry);
        }
    }
    /* What is sent is on its way; what is not yet, is looked at again tomorrow. */
    bool all = true;
    for (uint32_t number = world->known_entries + 1; number <= promise_entry_count(world->state);
         number++) {
        const struct supply_entry *entry = promise_entry(world->state, number);
        bool sent = entry->status == SUPPLY_SENT && entry->quantity_thousandths > 0;
        if (sent && !world->entry_seen[number]) {
            world->entry_seen[number] = true;
            shelves_expect(world,
                           (struct inbound){.quantity_thousandths = entry->quantity_thousandths,
                                            .entry = number,
                                            .due = entry->due_day - world->scene->today,
                                            .item = entry->item,
                                            .billed = true});
        }
        all = all && !supply_unsent(entry);
        world->known_entries = all ? number : world->known_entries;
    }
}

/* What a lever buys is on its way from the beginning; a lever's shop is the shop from now on. */
void core_begin(struct world *world)
{
    const struct scene *scene = world->scene;
    enum status status = opening_restore(world->opening, world->state);
    ASSERT(status == STATUS_OK);
    world->known_entries = promise_entry_count(world->state);
    if (scene->shop != promise_state_shop(world->state)) {
        promise_shop(world->state, scene->shop, world->now);
    }
    world->changed = CHANGE_NONE;
    wished_begin(world);
    core_time(world);
    for (uint32_t i = 0; i < scene->extra_count; i++) {
        const struct scene_extra *extra = &scene->extras[i];
        const struct promise_change change = {.kind = CHANGE_BOUGHT,
                                              .index = extra->item,
                                              .quantity_thousandths = extra->quantity_thousandths,
                                              .from_day = extra->order_day};
        change_record(world, &change, false);
    }
}
