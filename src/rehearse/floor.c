/* The next event -> open: people begin | done: the next operation | release: into the queue.
 *
 * Who finds nobody waiting and somebody free is served without a queue.
 * A person who is interrupted by the day's end keeps the job: its end is reckoned through the
 * closed hours at once (scene_work_end). Work that is whole is begun only if its standard fits
 * before closing time, and is not interrupted: it may end later than that. */
#include "rehearse/floor.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdlib.h>

_Static_assert(LIMIT_WORK_CENTERS <= 64, "a bit for each in floor->endless");

/* A power of two of kinds: an entry is taken apart by shifts. */
enum floor_event { EVENT_OPEN, EVENT_OPERATION_DONE, EVENT_RELEASE, EVENT_KINDS = 4 };

static void event_add(struct floor *floor, int64_t at, enum floor_event kind, uint32_t index)
{
    if (at != INT64_MAX) {
        agenda_add(&floor->agenda, at, index * EVENT_KINDS + kind);
    }
}

void floor_begin(struct floor *floor, const struct scene *scene, const struct floor_owner *owner,
                 uint64_t key)
{
    floor->scene = scene;
    floor->owner = *owner;
    floor->key = key;
    floor->endless = 0;
    floor->blank = (struct job){.group = UINT32_MAX,
                                .follower = NO_JOB,
                                .offer = NO_INDEX,
                                .late_at = NO_INDEX,
                                .late_item = NO_INDEX};
    floor->job_count = 0;
    floor->parked_count = 0;
    agenda_clear(&floor->agenda);
    for (uint32_t i = 0; i < scene->shop->work_center_count; i++) {
        struct floor_center *center = &floor->centers[i];
        agenda_clear(&center->queue);
        center->people = 0;
        center->busy = 0;
        center->open_until = 0;
    }
}

void floor_free(struct floor *floor)
{
    agenda_free(&floor->agenda);
    for (uint32_t i = 0; i < LIMIT_WORK_CENTERS; i++) {
        agenda_free(&floor->centers[i].queue);
    }
    free(floor->jobs);
    free(floor->parked);
}

uint32_t floor_add(struct floor *floor)
{
    if (floor->job_count == floor->job_capacity) {
        floor->jobs = rehearse_grow(floor->jobs, floor->job_count + 1, &floor->job_capacity,
                                    sizeof *floor->jobs);
    }
    floor->jobs[floor->job_count] = floor->blank;
    return floor->job_count++;
}

static bool is_endless(const struct floor *floor, uint32_t center)
{
    return ((floor->endless >> center) & 1) != 0;
}

static const struct operation *operation_of(const struct job *job)
{
    return &job->routing->operations[job->operation];
}

static double standard_seconds(const struct floor *floor, const struct job *job)
{
    const struct operation *operation = operation_of(job);
    double thousandths = (double)operation->setup_minutes_thousandths +
                         (double)operation->minutes_thousandths * job->units;
    return thousandths * floor->scene->centers[operation->work_center.index].seconds_of_thousandth;
}

static inline void begin_work(struct floor *floor, uint32_t index, int64_t now)
{
    struct job *job = &floor->jobs[index];
    const struct operation *operation = operation_of(job);
    uint32_t center = operation->work_center.index;
    double uniform = draw_uniform(floor->key, DRAW_WORK, job->person, job->operation);
    double share = draw_work_share(&floor->scene->work, uniform);
    int64_t end = now + (int64_t)(standard_seconds(floor, job) * share + 0.5);
    if (end > floor->centers[center].open_until && !operation->whole) {
        end = scene_work_end(floor->scene, center, now, end - now);
    }
    if (now - job->since > job->late_waited) {
        job->late_waited = now - job->since;
        job->late_at = (uint16_t)center;
    }
    job->begun = true;
    if (!is_endless(floor, center)) {
        floor->centers[center].busy += operation->crew;
    }
    event_add(floor, end, EVENT_OPERATION_DONE, index);
}

static bool fits(const struct floor *floor, const struct job *job, int64_t now)
{
    const struct operation *operation = operation_of(job);
    const struct floor_center *center = &floor->centers[operation->work_center.index];
    return !operation->whole || now + (int64_t)standard_seconds(floor, job) <= center->open_until;
}

static void park(struct floor *floor, uint32_t job)
{
    floor->parked = rehearse_grow(floor->parked, floor->parked_count + 1, &floor->parked_capacity,
                                  sizeof *floor->parked);
    floor->parked[floor->parked_count++] = job;
}

/* Is the line's material in hand, or can it be taken now? */
static bool material_ready(struct floor *floor, uint32_t index, int64_t now)
{
    struct job *job = &floor->jobs[index];
    job->has_material = job->has_material || job->offer == NO_INDEX ||
                        floor->owner.take(floor->owner.context, index, now);
    return job->has_material;
}

static inline bool is_open(const struct floor_center *center, int64_t now)
{
    return now < center->open_until && center->busy < center->people;
}

enum { ASIDE_MAX = 64 };

/* People begin what is first in the queue; what cannot begin today stands aside meanwhile. */
static void dispatch(struct floor *floor, uint32_t center_index, int64_t now)
{
    struct floor_center *center = &floor->centers[center_index];
    struct agenda_entry aside[ASIDE_MAX];
    uint32_t aside_count = 0;
    while (is_open(center, now) && !agenda_is_empty(&center->queue) && aside_count < ASIDE_MAX) {
        struct agenda_entry first = center->queue.entries[0];
        struct job *job = &floor->jobs[first.what];
        int32_t crew = operation_of(job)->crew;
        if (!job->skipped && crew <= center->people && crew > center->people - center->busy &&
            fits(floor, job, now)) {
            break; /* two are wanted and one is free: the next who is free comes along */
        }
        (void)agenda_take(&center->queue);
        if (job->skipped) {
            continue;
        }
        if (crew > center->people || !fits(floor, job, now)) {
            aside[aside_count++] = first;
        } else if (!material_ready(floor, first.what, now)) {
            park(floor, first.what);
        } else {
            begin_work(floor, first.what, now);
        }
    }
    for (uint32_t i = 0; i < aside_count; i++) {
        agenda_add(&center->queue, agenda_at(&aside[i]), aside[i].what);
    }
}

/* Nobody waits and there are people: what dispatch would do at once. */
static bool is_served_at_once(const struct floor *floor, const struct job *job, uint32_t index,
                              int64_t now)
{
    const struct floor_center *center = &floor->centers[index];
    return is_endless(floor, index) ||
           (agenda_is_empty(&center->queue) && now < center->open_until &&
            operation_of(job)->crew <= center->people - center->busy && !job->skipped &&
            fits(floor, job, now));
}

/* The job waits for its present operation. */
static inline void enqueue(struct floor *floor, uint32_t index, int64_t now)
{
    struct job *job = &floor->jobs[index];
    uint32_t center = operation_of(job)->work_center.index;
    job->since = now;
    if (!is_served_at_once(floor, job, center, now)) {
        agenda_add(&floor->centers[center].queue, job->key, index);
        if (is_open(&floor->centers[center], now)) {
            dispatch(floor, center, now);
        }
    } else if (material_ready(floor, index, now)) {
        begin_work(floor, index, now);
    } else {
        park(floor, index);
    }
}

static void job_done(struct floor *floor, uint32_t index, int64_t now)
{
    while (index != NO_JOB) {
        uint32_t next = floor->jobs[index].follower;
        floor->owner.done(floor->owner.context, index, now);
        index = next;
    }
}

static void operation_ended(struct floor *floor, uint32_t index, int64_t now)
{
    struct job *job = &floor->jobs[index];
    const struct operation *operation = operation_of(job);
    uint32_t center = operation->work_center.index;
    bool last = job->operation + 1u == job->routing->count;
    floor->centers[center].busy -= is_endless(floor, center) ? 0 : operation->crew;
    ASSERT(floor->centers[center].busy >= 0);
    if (last) {
        job_done(floor, index, now);
    } else {
        job->operation++;
        enqueue(floor, index, now);
    }
    if (!agenda_is_empty(&floor->centers[center].queue)) {
        dispatch(floor, center, now);
    }
}

static inline void released(struct floor *floor, uint32_t index, int64_t now)
{
    struct job *job = &floor->jobs[index];
    if (job->skipped) {
        return;
    }
    if (job->not_before > now) {
        event_add(floor, job->not_before, EVENT_RELEASE, index);
        return;
    }
    if (job->routing != NULL && job->routing->count > 0) {
        enqueue(floor, index, now);
    } else if (material_ready(floor, index, now)) {
        job_done(floor, index, now);
    } else {
        park(floor, index);
    }
}

void floor_release(struct floor *floor, uint32_t index, int64_t now)
{
    struct job *job = &floor->jobs[index];
    job->since = now;
    released(floor, index, now);
}

int32_t floor_absent(const struct floor *floor, uint32_t center, uint32_t day)
{
    int32_t people = floor->scene->centers[center].people[day];
    int32_t absent = 0;
    for (int32_t i = 0; i < people; i++) {
        uint64_t who = (uint64_t)center << 32 | (uint64_t)i;
        absent += draw_uniform(floor->key, DRAW_ABSENCE, day, who) < floor->scene->assume.absence;
    }
    return absent;
}

void floor_day(struct floor *floor, uint32_t day)
{
    const struct scene *scene = floor->scene;
    for (uint32_t i = 0; i < scene->shop->work_center_count; i++) {
        const struct scene_center *center = &scene->centers[i];
        floor->centers[i].people = center->people[day] - floor_absent(floor, i, day);
        for (uint32_t j = center->first[day]; j < center->first[day + 1]; j++) {
            event_add(floor, center->openings[j].from, EVENT_OPEN,
                      i << 10 | (j - center->first[day]));
        }
    }
}

static void material_came(struct job *job, int64_t now)
{
    if (now - job->since > job->late_waited) {
        job->late_waited = now - job->since;
        job->late_at = NO_INDEX;
    }
}

void floor_material(struct floor *floor, int64_t now)
{
    struct agenda *tried = &(struct agenda){.count = 0};
    for (uint32_t i = 0; i < floor->parked_count; i++) {
        agenda_add(tried, floor->jobs[floor->parked[i]].key, floor->parked[i]);
    }
    floor->parked_count = 0;
    while (!agenda_is_empty(tried)) {
        uint32_t index = agenda_take(tried).what;
        if (floor->jobs[index].skipped) {
            continue;
        }
        if (material_ready(floor, index, now)) {
            material_came(&floor->jobs[index], now);
            released(floor, index, now);
        } else {
            park(floor, index);
        }
    }
    agenda_free(tried);
}

static void opened(struct floor *floor, uint32_t index, int64_t now)
{
    const struct scene_center *center = &floor->scene->centers[index >> 10];
    uint32_t place = center->first[scene_day(floor->scene, now)] + (index & 0x3ff);
    floor->centers[index >> 10].open_until = center->openings[place].to;
    dispatch(floor, index >> 10, now);
}

void floor_step(struct floor *floor)
{
    struct agenda_entry next = agenda_take(&floor->agenda);
    int64_t now = agenda_at(&next);
    uint32_t index = next.what / EVENT_KINDS;
    switch ((enum floor_event)(next.what % EVENT_KINDS)) {
    case EVENT_OPEN:
        opened(floor, index, now);
        break;
    case EVENT_OPERATION_DONE:
        operation_ended(floor, index, now);
        break;
    case EVENT_RELEASE:
        released(floor, index, now);
        break;
    case EVENT_KINDS:
        UNREACHABLE();
    }
}

bool floor_is_rushed(const struct floor *floor, uint32_t center, int64_t now)
{
    const struct scene_center *table = &floor->scene->centers[center];
    const struct agenda *queue = &floor->centers[center].queue;
    uint32_t day = scene_day(floor->scene, now);
    int64_t open = 0;
    if (agenda_is_empty(queue)) {
        return false;
    }
    for (uint32_t i = table->first[day]; i < table->first[day + 1]; i++) {
        open += table->openings[i].to - table->openings[i].from;
    }
    double each = standard_seconds(floor, &floor->jobs[queue->entries->what]);
    return queue->count * each > (double)(open * floor->centers[center].people);
}
