/* Whoever works the promises off: knows who is there when (calendars, staffing, what is recorded of
 * absences and of carriers that do not come), and goes the way to each date minute by minute.
 *
 * It asks nothing of how a date was found. What it finds wrong is a promise that cannot be kept as
 * it is written down, whatever the oracle says of it. */
#include "tests/property/story.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS_PER_DAY = DAY_SECONDS / SLOT_SECONDS };

/* ---- who is there ---- */

static bool closed_on(const struct day_list *closed, int32_t day)
{
    for (uint32_t i = 0; i < closed->count; i++) {
        if (closed->days[i] == day) {
            return true;
        }
    }
    return false;
}

static int32_t staffed(const struct staffing *list, uint32_t count, uint32_t center, int32_t day)
{
    int32_t people = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool applies =
            list[i].work_center.index == center && list[i].from_day <= day && day <= list[i].to_day;
        people += applies ? list[i].people : 0;
    }
    return people;
}

/* The people at a work center at an instant: those of the day whose opening hours it lies in. */
static int32_t people_at(const struct story *story, uint32_t center, int64_t at)
{
    const struct shop *shop = story->shop;
    const struct work_center *work_center = &shop->work_centers[center];
    const struct calendar *calendar = &shop->calendars[work_center->calendar.index];
    int32_t about = zone_day(&shop->zone, at);
    for (int32_t day = about - 1; day <= about + 1; day++) {
        for (uint32_t i = 0; i < calendar->opening_count && !closed_on(&calendar->closed, day);
             i++) {
            const struct opening *opening = &calendar->openings[i];
            if (opening->weekday != weekday_of_day(day) ||
                at < zone_instant(&shop->zone, day, opening->from_minute) ||
                at >= zone_instant(&shop->zone, day, opening->to_minute)) {
                continue;
            }
            int32_t people =
                work_center->people + staffed(shop->staffing, shop->staffing_count, center, day) +
                staffed(story->oracle.staffing, story->oracle.staffing_count, center, day);
            return people < 0 ? 0 : people > LIMIT_PEOPLE ? LIMIT_PEOPLE : people;
        }
    }
    return 0;
}

static bool carrier_comes(const struct story *story, uint16_t carrier, struct weekday_set set,
                          int32_t day)
{
    for (uint32_t i = 0; i < story->oracle.closure_count; i++) {
        const struct oracle_closure *closure = &story->oracle.closures[i];
        if (closure->carrier == carrier && closure->from_day <= day && day <= closure->to_day) {
            return false;
        }
    }
    return (set.bits >> weekday_of_day(day) & 1) != 0 &&
           !closed_on(&story->shop->carriers[carrier].closed, day);
}

/* ---- the way to a date ---- */

static int64_t run_begin(const struct slot_run *run)
{
    return (int64_t)run->slot * SLOT_SECONDS;
}

static int64_t run_end(const struct slot_run *run)
{
    return ((int64_t)run->slot + run->count) * SLOT_SECONDS;
}

/* People who are there for every slot, one run after another; *at: the end of the last. */
static const char *runs_work(const struct story *story, const struct slot_run *runs, uint32_t count,
                             int64_t *at)
{
    for (uint32_t i = 0; i < count; i++) {
        if (runs[i].count == 0 || run_begin(&runs[i]) < *at) {
            return "a run begins before what comes before it is done";
        }
        for (uint32_t k = 0; k < runs[i].count; k++) {
            int64_t slot = (int64_t)runs[i].slot + k;
            if (people_at(story, runs[i].work_center, slot * SLOT_SECONDS) < runs[i].crew) {
                return "work is promised when nobody is there";
            }
        }
        *at = run_end(&runs[i]);
    }
    return NULL;
}

static int run_compare(const void *a, const void *b)
{
    const struct slot_run *one = a;
    const struct slot_run *other = b;
    return one->slot < other->slot ? -1 : one->slot > other->slot;
}

/* The runs in the order of the clock: backward they were found from the last to the first. */
static void runs_sort(struct slot_run *to, const struct slot_run *runs, uint32_t count)
{
    memcpy(to, runs, count * sizeof *to);
    qsort(to, count, sizeof *to, run_compare);
}

/* One operation: as many slots as it needs, with its crew, unbroken if it is to be whole. */
static const char *operation_works(const struct story *story, const struct promise_plan *plan,
                                   const struct planned_operation *planned,
                                   const struct operation *operation, int64_t quantity, int64_t *at)
{
    static struct slot_run runs[LIMIT_PLAN_RUNS];
    int64_t slots = 0;
    runs_sort(runs, plan->runs + planned->run_first, planned->run_count);
    const char *wrong = runs_work(story, runs, planned->run_count, at);
    if (wrong != NULL) {
        return wrong;
    }
    for (uint32_t i = 0; i < planned->run_count; i++) {
        slots += runs[i].count;
        if (runs[i].work_center != operation->work_center.index ||
            runs[i].crew != operation->crew) {
            return "a run is at another work center, or of another crew, than its operation";
        }
        if (operation->whole && i > 0 && runs[i].slot != runs[i - 1].slot + runs[i - 1].count) {
            return "whole work is interrupted";
        }
    }
    if (slots != planned->slot_count) {
        return "the runs are not as long as their operation";
    }
    if (planned->run_count > 0 && planned->end != *at) {
        return "an operation does not end with its last slot";
    }
    __int128 work = ((__int128)operation->setup_minutes_thousandths * 1000 +
                     (__int128)quantity * operation->minutes_thousandths) *
                    4000;
    __int128 slot_work =
        (__int128)story->shop->work_centers[operation->work_center.index].efficiency_thousandths *
        1000000;
    bool enough = slots * slot_work >= work && (slots == 0 || (slots - 1) * slot_work < work);
    return enough ? NULL : "an operation has not the slots that its minutes need";
}

static const char *routing_works(const struct story *story, const struct promise_plan *plan,
                                 uint32_t first, uint32_t count, const struct routing *routing,
                                 int64_t quantity, int64_t *at)
{
    if (count != routing->count) {
        return "a routing has not all of its operations";
    }
    for (uint32_t i = 0; i < count; i++) {
        const char *wrong = operation_works(story, plan, &plan->operations[first + i],
                                            &routing->operations[i], quantity, at);
        if (wrong != NULL) {
            return wrong;
        }
    }
    return NULL;
}

static const char *session_works(const struct story *story, const struct promise_plan *plan,
                                 const struct planned_line *line, int64_t release, int64_t *at)
{
    if (line->session >= plan->session_count) {
        return "a line's session is none of the plan's";
    }
    const struct planned_session *session = &plan->sessions[line->session];
    if (session->start < release) {
        return "a session begins before its material is there";
    }
    int64_t begin = release;
    const char *wrong = NULL;
    if (session->number == 0) {
        static struct slot_run runs[LIMIT_PLAN_RUNS];
        runs_sort(runs, plan->runs + session->run_first, session->run_count);
        wrong = runs_work(story, runs, session->run_count, &begin);
    }
    *at = session->end;
    return wrong != NULL || session->offer.index == line->offer.index
               ? wrong
               : "a line sits in another offer's session";
}

static const char *line_works(const struct story *story, const struct promise_plan *plan,
                              const struct planned_line *line, int64_t earliest, int64_t *done)
{
    const struct planned_group *group = &plan->groups[line->group];
    const struct offer *offer = &story->shop->offers[line->offer.index];
    int64_t midnight = zone_instant(&story->shop->zone, group->material_day, 0);
    int64_t at = midnight > earliest ? midnight : earliest;
    int64_t release = at;
    const char *wrong =
        line->session != NO_SESSION
            ? session_works(story, plan, line, release, &at)
            : routing_works(story, plan, line->operation_first, line->operation_count,
                            &offer->routing, line->quantity_thousandths, &at);
    if (wrong != NULL) {
        return wrong;
    }
    if ((offer->seats > 0) != (line->session != NO_SESSION)) {
        return "seats without a session, or a session without seats";
    }
    if (line->end < at || line->start < release || line->start > line->end) {
        return "a line's start and end are not those of its work";
    }
    if (zone_instant(&story->shop->zone, line->commit_day, 0) > line->start) {
        return "stock is committed after work on it begins";
    }
    if (line->commit_day < group->material_day) {
        return "stock is committed before it is there";
    }
    *done = line->end > *done ? line->end : *done;
    return NULL;
}

/* Collected on a day on which the carrier comes, ready in time, delivered after as many days of
 * delivery as it takes. */
static const char *parcel_goes(const struct story *story, const struct planned_group *group)
{
    const struct carrier *carrier = &story->shop->carriers[group->carrier];
    int32_t day = group->collection_day;
    int64_t cut_off = zone_instant(&story->shop->zone, day, carrier->cut_off_minute);
    if (!carrier_comes(story, group->carrier, carrier->collects, day)) {
        return "a parcel waits for a collection that does not come";
    }
    if (group->ready_at > cut_off) {
        return "a parcel is ready after its collection";
    }
    if (!group->dates.has_ship_by || group->dates.ship_by != cut_off) {
        return "a parcel's ship-by is not its collection's cut-off";
    }
    int32_t days = 0;
    for (int32_t i = day + 1; i <= group->dates.deliver_by_day; i++) {
        days += carrier_comes(story, group->carrier, carrier->delivers, i);
    }
    bool same_day = carrier->transit_days == 0 &&
                    (group->dates.deliver_by_day == day
                         ? carrier_comes(story, group->carrier, carrier->delivers, day)
                         : days == 1);
    if (!same_day && (carrier->transit_days == 0 || days != carrier->transit_days)) {
        return "a parcel does not arrive when it is promised";
    }
    return carrier_comes(story, group->carrier, carrier->delivers, group->dates.deliver_by_day)
               ? NULL
               : "a parcel is promised on a day without delivery";
}

static const char *group_works(const struct story *story, const struct promise_plan *plan,
                               uint32_t index, int64_t earliest)
{
    const struct planned_group *group = &plan->groups[index];
    int64_t midnight = zone_instant(&story->shop->zone, group->material_day, 0);
    int64_t done = midnight > earliest ? midnight : earliest;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const char *wrong = plan->lines[i].group == index
                                ? line_works(story, plan, &plan->lines[i], earliest, &done)
                                : NULL;
        if (wrong != NULL) {
            return wrong;
        }
    }
    if (group->carrier == NO_INDEX) {
        int64_t end_of_day = zone_instant(&story->shop->zone, group->dates.deliver_by_day + 1, 0);
        return done > end_of_day ? "on-site work ends after its day" : NULL;
    }
    const char *wrong =
        routing_works(story, plan, group->parcel_operation_first, group->parcel_operation_count,
                      &story->shop->carriers[group->carrier].routing, 1000, &done);
    if (wrong == NULL && done + story->shop->promise.buffer_seconds > group->ready_at) {
        wrong = "a parcel is called ready before it is";
    }
    return wrong == NULL ? parcel_goes(story, group) : wrong;
}

const char *executable_plan(const struct story *story, const struct promise_command *command,
                            const struct promise_plan *plan)
{
    const struct promise_rules *rules = &story->shop->promise;
    int64_t earliest =
        command->now + (command->hold ? (int64_t)rules->hold_seconds + rules->payment_seconds : 0);
    bool answered[ORACLE_LINES_MAX] = {false};
    if (plan->line_count != command->ask.line_count) {
        return "a plan has not all lines";
    }
    for (uint32_t i = 0; i < plan->line_count; i++) {
        if (plan->lines[i].ask_index >= plan->line_count || answered[plan->lines[i].ask_index] ||
            plan->lines[i].group >= plan->group_count) {
            return "a plan's lines are not those of the ask";
        }
        answered[plan->lines[i].ask_index] = true;
    }
    for (uint32_t i = 0; i < plan->group_count; i++) {
        const char *wrong = group_works(story, plan, i, earliest);
        if (wrong != NULL) {
            return wrong;
        }
        if (plan->groups[i].dates.deliver_by_day > plan->summary.dates.deliver_by_day) {
            return "a parcel or service is later than its order";
        }
    }
    return NULL;
}

/* ---- all that is reserved ---- */

enum { ROSTER_SLOTS = (STORY_HORIZON_MOST + 1) * (SLOTS_PER_DAY + 240) };

struct roster {
    int64_t first_slot;
    int64_t used[ORACLE_CENTERS_MAX]; /* from this slot on nothing is in it */
    unsigned short load[ORACLE_CENTERS_MAX][ROSTER_SLOTS];
    bool begun[ORACLE_CENTERS_MAX][ROSTER_SLOTS];
};

static void slot_add(struct roster *roster, uint8_t work_center, uint8_t crew, int64_t slot,
                     bool begun)
{
    int64_t place = slot - roster->first_slot;
    if (place >= 0 && place < ROSTER_SLOTS) {
        unsigned short *load = &roster->load[work_center][place];
        *load = (unsigned short)(*load + crew);
        roster->begun[work_center][place] |= begun;
        if (place >= roster->used[work_center]) {
            roster->used[work_center] = place + 1;
        }
    }
}

/* The slots that the core has reserved for an order. Those of its sessions follow its own: they
 * are counted once for all who sit in them. */
static void order_add(const struct story *story, struct roster *roster, uint32_t place)
{
    static struct slot_run runs[LIMIT_PLAN_RUNS];
    const struct oracle_order *order = &story->oracle.orders[place];
    uint32_t count = promise_order_runs(story->core, place + 1, runs, LIMIT_PLAN_RUNS);
    uint32_t own = order->reserved.takes.count;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < runs[i].count && own > 0; k++, own--) {
            slot_add(roster, runs[i].work_center, runs[i].crew, (int64_t)runs[i].slot + k,
                     order->status >= ORDER_STARTED);
        }
    }
}

static bool session_begun(const struct oracle *oracle, uint32_t session)
{
    bool begun = false;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        const struct oracle_order *order = &oracle->orders[i];
        for (uint32_t k = 0; k < order->reserved.booking_count; k++) {
            begun = begun || (order->reserved.bookings[k].session == session &&
                              order->status >= ORDER_STARTED);
        }
    }
    return begun;
}

static void roster_fill(const struct story *story, struct roster *roster)
{
    const struct oracle *oracle = &story->oracle;
    for (uint32_t i = 0; i < ORACLE_CENTERS_MAX; i++) {
        memset(roster->load[i], 0, (size_t)roster->used[i] * sizeof *roster->load[i]);
        memset(roster->begun[i], 0, (size_t)roster->used[i] * sizeof *roster->begun[i]);
        roster->used[i] = 0;
    }
    roster->first_slot = story->now / SLOT_SECONDS + 1;
    for (uint32_t i = 0; i < oracle->order_count; i++) {
        if (oracle->orders[i].status < ORDER_DELIVERED) {
            order_add(story, roster, i);
        }
    }
    for (uint32_t i = 0; i < oracle->session_count; i++) {
        const struct oracle_session *session = &oracle->sessions[i];
        bool begun = !session->ended && session_begun(oracle, i);
        for (uint32_t k = 0; k < session->takes.count && !session->ended; k++) {
            const struct oracle_take *take = &session->takes.list[k];
            slot_add(roster, take->work_center, take->crew, take->slot, begun);
        }
    }
}

const char *executable_slots(const struct story *story)
{
    static struct roster roster;
    if (story->overbooked) {
        return NULL; /* a changed shop file moves nobody: only the next re-promise does */
    }
    roster_fill(story, &roster);
    for (uint32_t center = 0; center < story->shop->work_center_count; center++) {
        for (int64_t i = 0; i < roster.used[center]; i++) {
            int64_t at = (roster.first_slot + i) * SLOT_SECONDS;
            /* Work that has begun stays where it is, whoever is absent. */
            if (roster.load[center][i] > 0 && !roster.begun[center][i] &&
                roster.load[center][i] > people_at(story, center, at)) {
                return "more work is promised than there are people";
            }
        }
    }
    return NULL;
}
