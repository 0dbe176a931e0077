/* The way of an operation: hours_place walks the quarters from its release on, takes in each the
 * lowest free slots, and jumps over full quarters by the marks. Free for c people are the slots
 * that are open, within the load limit, and of which at most people - c are taken: a comparison
 * with a constant, done for 60 slots at once from the highest plane down.
 *
 * What is *taken* is stored, not what is free: a cut of people or hours then needs no change of a
 * reservation and leaves none behind when it is lifted. Rejected: a count per slot (60 bytes a
 * quarter, a loop per slot), and intervals in a tree (fewer bytes, but every operation cuts them
 * up, and a team at 85 percent load has as many intervals as slots). */
#include "promise/hours.h"

#include "base/assert.h"

#include <string.h>

enum { RUN_SLOTS_MAX = UINT16_MAX };

static inline uint64_t *quarter_of(const struct hours_center *center, uint32_t quarter)
{
    return center->planes == HOURS_PLANES_MIN
               ? center->quarters + (size_t)quarter * (1 + HOURS_PLANES_MIN)
               : center->quarters + (size_t)quarter * (1 + center->planes);
}

/* The slots whose number of taken people is above `most`: the carry out of adding what `most` lacks
 * to all ones, for 60 slots at once. `most` is under 2^count - 1. Called with the constant 3 where
 * it can be: the loop is then unrolled. */
static inline uint64_t planes_above(const uint64_t *planes, uint32_t count, uint32_t most)
{
    uint32_t lacks = ((1u << count) - 1) - most;
    uint64_t carry = 0;
    for (uint32_t b = 0; b < count; b++) {
        uint64_t digit = -(uint64_t)(lacks >> b & 1);
        carry = (planes[b] & carry) | (digit & (planes[b] | carry));
    }
    return carry;
}

/* The open slots of a quarter in which at least `crew` people are free. */
static inline uint64_t quarter_free(const struct hours_center *center, uint32_t quarter,
                                    uint32_t crew)
{
    const uint64_t *words = quarter_of(center, quarter);
    uint32_t people = center->people[quarter];
    if (people < crew) {
        return 0;
    }
    uint32_t most = people - crew; /* taken, at most, for the crew to find room */
    uint64_t above = center->planes == HOURS_PLANES_MIN
                         ? planes_above(words + 1, HOURS_PLANES_MIN, most)
                         : planes_above(words + 1, center->planes, most);
    return words[0] & ~above;
}

/* Adds to the masked numbers, one binary digit of `crew` after another: for one person, the common
 * case, that is a single carry rippling up. */
static inline uint64_t planes_add(uint64_t *planes, uint32_t count, uint64_t mask, uint32_t crew)
{
    uint64_t over = 0;
    for (uint32_t from = 0; crew >> from != 0; from++) {
        uint64_t carry = crew >> from & 1 ? mask : 0;
        for (uint32_t b = from; b < count; b++) {
            uint64_t plane = planes[b];
            planes[b] = plane ^ carry;
            carry &= plane;
        }
        over |= carry;
    }
    return over;
}

static inline uint64_t planes_subtract(uint64_t *planes, uint32_t count, uint64_t mask,
                                       uint32_t crew)
{
    uint64_t under = 0;
    for (uint32_t from = 0; crew >> from != 0; from++) {
        uint64_t borrow = crew >> from & 1 ? mask : 0;
        for (uint32_t b = from; b < count; b++) {
            uint64_t plane = planes[b];
            planes[b] = plane ^ borrow;
            borrow &= ~plane;
        }
        under |= borrow;
    }
    return under;
}

/* Adds `crew` to the numbers of the masked slots; the slots whose number no longer fits come back.
 */
static inline uint64_t quarter_add(const struct hours_center *center, uint32_t quarter,
                                   uint64_t mask, uint32_t crew)
{
    uint64_t *planes = quarter_of(center, quarter) + 1;
    if (center->planes == HOURS_PLANES_MIN && crew == 1) {
        return planes_add(planes, HOURS_PLANES_MIN, mask, 1);
    }
    return planes_add(planes, center->planes, mask, crew);
}

static inline uint64_t quarter_subtract(const struct hours_center *center, uint32_t quarter,
                                        uint64_t mask, uint32_t crew)
{
    uint64_t *planes = quarter_of(center, quarter) + 1;
    if (center->planes == HOURS_PLANES_MIN && crew == 1) {
        return planes_subtract(planes, HOURS_PLANES_MIN, mask, 1);
    }
    return planes_subtract(planes, center->planes, mask, crew);
}

/* ---- marks ---- */

static void mark_set(struct hours_class *class, uint32_t quarter, bool on)
{
    uint64_t *words = class->words;
    uint64_t *level_1 = words + HOURS_LEVEL_0;
    uint64_t *level_2 = level_1 + HOURS_LEVEL_1;
    uint32_t word = quarter / 64;
    uint64_t bit = (uint64_t)1 << quarter % 64;
    uint64_t bit_1 = (uint64_t)1 << word % 64;
    uint64_t bit_2 = (uint64_t)1 << word / 64;
    if (on) {
        words[word] |= bit;
        level_1[word / 64] |= bit_1;
        level_2[0] |= bit_2;
        class->first = quarter < class->first ? quarter : class->first;
        return;
    }
    words[word] &= ~bit;
    if (words[word] == 0) {
        level_1[word / 64] &= ~bit_1;
        if (level_1[word / 64] == 0) {
            level_2[0] &= ~bit_2;
        }
    }
}

/* The first marked quarter at or after `quarter`; UINT32_MAX if there is none. */
static uint32_t mark_next(const uint64_t *words, uint32_t quarter)
{
    uint32_t at = quarter;
    const uint64_t *level = words;
    uint32_t level_words = HOURS_LEVEL_0;
    uint32_t height = 0;
    for (; height < 3; height++) {
        if (at / 64 < level_words) {
            uint64_t rest = level[at / 64] >> at % 64;
            if (rest != 0) {
                at += (uint32_t)__builtin_ctzll(rest);
                break;
            }
        }
        at = at / 64 + 1;
        level += level_words;
        level_words = height == 0 ? HOURS_LEVEL_1 : HOURS_LEVEL_2;
    }
    if (height == 3) {
        return UINT32_MAX;
    }
    for (; height > 0; height--) {
        const uint64_t *below = height == 2 ? words + HOURS_LEVEL_0 : words;
        at = at * 64 + (uint32_t)__builtin_ctzll(below[at]);
    }
    return at;
}

static void quarter_mark(struct hours *hours, uint32_t work_center, uint32_t quarter)
{
    struct hours_center *center = &hours->centers[work_center];
    for (uint32_t i = 0; i < center->class_count; i++) {
        struct hours_class *class = &center->classes[i];
        mark_set(class, quarter,
                 (quarter_free(center, quarter, class->crew) & hours->load_mask) != 0);
    }
}

/* The marks that may be used for a crew: those of the largest crew that is not larger. NULL if
 * there are none. */
static inline struct hours_class *class_for(struct hours_center *center, uint32_t crew)
{
    for (uint32_t i = center->class_count; i-- > 0;) {
        if (center->classes[i].crew <= crew) {
            return &center->classes[i];
        }
    }
    return NULL;
}

/* The first marked quarter at or after `quarter`. While the teams are booked for weeks, all
 * searches begin before the first free quarter: they share the way to it through `first`. */
static inline uint32_t class_next(struct hours_class *class, uint32_t quarter)
{
    if (quarter > class->first) {
        uint64_t rest =
            quarter < HOURS_QUARTERS_MAX ? class->words[quarter / 64] >> quarter % 64 : 0;
        return rest != 0 ? quarter + (uint32_t)__builtin_ctzll(rest)
                         : mark_next(class->words, quarter);
    }
    uint32_t next = class->first;
    if ((class->words[next / 64] >> next % 64 & 1) == 0) {
        next = mark_next(class->words, next);
        class->first = next < HOURS_QUARTERS_MAX ? next : HOURS_QUARTERS_MAX - 1;
    }
    return next;
}

/* ---- runs ---- */

static inline uint64_t run_bits(uint32_t first, uint32_t count)
{
    return (((uint64_t)1 << count) - 1) << first; /* count is at most 60 */
}

/* The runs of one operation while they are found. */
struct run_list {
    struct slot_run *runs;
    uint32_t count;
    uint32_t count_max;
    uint32_t left; /* slots still to find */
    uint32_t next; /* the slot after the operation's last run; UINT32_MAX: it has none yet */
};

/* Takes the lowest of the masked slots of a quarter, as many as are left to find, as runs; the
 * first may continue the run before it. Returns the slots taken; false in *room if there is no room
 * for a run. */
static inline uint64_t runs_append(struct run_list *list, const struct hours_ask *ask,
                                   uint32_t quarter_slot, uint64_t mask, bool *room)
{
    uint64_t rest = mask;
    while (rest != 0 && list->left > 0) {
        uint32_t first = (uint32_t)__builtin_ctzll(rest);
        uint32_t length = (uint32_t)__builtin_ctzll(~(rest >> first));
        length = length < list->left ? length : list->left;
        uint32_t slot = quarter_slot + first;
        struct slot_run *run = &list->runs[list->count];
        if (slot == list->next && run[-1].count + length <= RUN_SLOTS_MAX) {
            run[-1].count = (uint16_t)(run[-1].count + length);
        } else if (list->count < list->count_max) {
            *run = (struct slot_run){slot, (uint16_t)length, ask->work_center, ask->crew};
            list->count++;
        } else {
            *room = false;
            break;
        }
        list->next = slot + length;
        list->left -= length;
        rest &= ~(uint64_t)0 << (first + length);
    }
    return mask ^ rest;
}

static inline void trail_add(struct hours *hours, const struct hours_ask *ask, uint32_t quarter,
                             uint64_t mask)
{
    hours->trail[hours->trail_count++ % HOURS_TRAIL_MAX] =
        (struct hours_touch){mask, quarter, ask->work_center, ask->crew};
}

/* From a quarter on, whose usable slots are given, to the last slot needed. */
static enum hours_result quarters_place(struct hours *hours, const struct hours_ask *ask,
                                        struct hours_class *class, uint32_t quarter,
                                        uint64_t usable, struct run_list *list)
{
    const struct hours_center *center = &hours->centers[ask->work_center];
    uint32_t window_slot = (uint32_t)(hours->first_quarter * SLOTS_PER_QUARTER);
    bool room = true;
    for (uint32_t from = quarter;; from = quarter + 1) {
        quarter = class_next(class, from);
        if (quarter >= hours->quarter_count) {
            return HOURS_NONE;
        }
        usable = quarter == from ? usable : hours->load_mask;
        uint64_t mask = quarter_free(center, quarter, ask->crew) & usable;
        usable = hours->load_mask;
        if (mask != 0) {
            mask = runs_append(list, ask, window_slot + quarter * SLOTS_PER_QUARTER, mask, &room);
            uint64_t over = quarter_add(center, quarter, mask, ask->crew);
            ASSERT(over == 0);
            trail_add(hours, ask, quarter, mask);
            if (list->left == 0 || !room) {
                return room ? HOURS_PLACED : HOURS_TOO_MANY_RUNS;
            }
        }
    }
}

enum hours_result hours_place(struct hours *hours, const struct hours_ask *ask,
                              struct slot_run *runs, uint32_t *run_count, uint32_t run_count_max)
{
    ASSERT(ask->work_center < hours->center_count);
    ASSERT(ask->slots > 0 && ask->crew > 0);
    struct hours_class *class = class_for(&hours->centers[ask->work_center], ask->crew);
    int64_t window_slot = hours->first_quarter * SLOTS_PER_QUARTER;
    int64_t from = ask->first_slot > window_slot ? ask->first_slot - window_slot : 0;
    if (class == NULL || from >= (int64_t)hours->quarter_count * SLOTS_PER_QUARTER) {
        return HOURS_NONE;
    }
    uint32_t quarter = (uint32_t)from / SLOTS_PER_QUARTER;
    uint64_t usable = hours->load_mask & ~(uint64_t)0 << (uint32_t)from % SLOTS_PER_QUARTER;
    struct run_list list = {runs, *run_count, run_count_max, ask->slots, UINT32_MAX};
    enum hours_result result = quarters_place(hours, ask, class, quarter, usable, &list);
    *run_count = list.count;
    return result;
}

/* A stretch of slots cut into its quarters; relative to the window's first slot, and within the
 * window. */
struct run_walk {
    uint32_t slot;
    uint32_t end;
};

static struct run_walk walk_begin(const struct hours *hours, int64_t slot, int64_t end)
{
    int64_t window_slot = hours->first_quarter * SLOTS_PER_QUARTER;
    int64_t most = (int64_t)hours->quarter_count * SLOTS_PER_QUARTER;
    int64_t from = slot - window_slot < 0 ? 0 : slot - window_slot;
    int64_t to = end - window_slot > most ? most : end - window_slot;
    return from < to ? (struct run_walk){(uint32_t)from, (uint32_t)to} : (struct run_walk){0, 0};
}

static struct run_walk run_walk_begin(const struct hours *hours, struct slot_run run)
{
    return walk_begin(hours, run.slot, (int64_t)run.slot + run.count);
}

static inline bool run_walk_next(struct run_walk *walk, uint32_t *quarter, uint64_t *mask)
{
    if (walk->slot >= walk->end) {
        return false;
    }
    *quarter = walk->slot / SLOTS_PER_QUARTER;
    uint32_t first = walk->slot % SLOTS_PER_QUARTER;
    uint32_t count = walk->end - walk->slot;
    if (count > SLOTS_PER_QUARTER - first) {
        count = SLOTS_PER_QUARTER - first;
    }
    *mask = run_bits(first, count);
    walk->slot += count;
    return true;
}

static void run_subtract(struct hours *hours, struct slot_run run, bool mark)
{
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        uint64_t under =
            quarter_subtract(&hours->centers[run.work_center], quarter, mask, run.crew);
        ASSERT(under == 0);
        if (mark) {
            quarter_mark(hours, run.work_center, quarter);
        }
    }
}

void hours_place_undo(struct hours *hours, const struct slot_run *runs, uint32_t run_count)
{
    bool whole = hours->trail_count <= HOURS_TRAIL_MAX;
    for (uint32_t i = 0; whole && i < hours->trail_count; i++) {
        const struct hours_touch *touch = &hours->trail[i];
        uint64_t under = quarter_subtract(&hours->centers[touch->work_center], touch->quarter,
                                          touch->mask, touch->crew);
        ASSERT(under == 0);
    }
    for (uint32_t i = 0; !whole && i < run_count; i++) {
        run_subtract(hours, runs[i], false);
    }
    hours->trail_count = 0;
}

static void run_mark(struct hours *hours, struct slot_run run)
{
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        quarter_mark(hours, run.work_center, quarter);
    }
}

void hours_place_keep(struct hours *hours, const struct slot_run *runs, uint32_t run_count)
{
    bool whole = hours->trail_count <= HOURS_TRAIL_MAX;
    for (uint32_t i = 0; whole && i < hours->trail_count; i++) {
        quarter_mark(hours, hours->trail[i].work_center, hours->trail[i].quarter);
    }
    for (uint32_t i = 0; !whole && i < run_count; i++) {
        run_mark(hours, runs[i]);
    }
    hours->trail_count = 0;
}

bool hours_free(const struct hours *hours, struct slot_run run)
{
    struct run_walk walk = run_walk_begin(hours, run);
    if (run.work_center >= hours->center_count || run.crew == 0 ||
        walk.end - walk.slot != run.count || run.count == 0) {
        return false;
    }
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        uint64_t open =
            quarter_free(&hours->centers[run.work_center], quarter, run.crew) & hours->load_mask;
        if ((mask & ~open) != 0) {
            return false;
        }
    }
    return true;
}

bool hours_take(struct hours *hours, struct slot_run run)
{
    ASSERT(run.work_center < hours->center_count);
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    uint64_t over = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        over |= quarter_add(&hours->centers[run.work_center], quarter, mask, run.crew);
        quarter_mark(hours, run.work_center, quarter);
    }
    return over == 0;
}

void hours_give(struct hours *hours, struct slot_run run)
{
    run_subtract(hours, run, true);
}

/* ---- who is there ---- */

static uint32_t planes_for(uint32_t people)
{
    uint32_t planes = HOURS_PLANES_MIN;
    while (people >> planes != 0) {
        planes++;
    }
    return planes;
}

static int32_t people_clip(int64_t people)
{
    return people < 0 ? 0 : people > LIMIT_PEOPLE ? LIMIT_PEOPLE : (int32_t)people;
}

/* The most people that calendar and staffing together could ever have there. */
static uint32_t people_most(const struct shop *shop, uint32_t work_center)
{
    int64_t most = shop->work_centers[work_center].people;
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *staffing = &shop->staffing[i];
        if (staffing->work_center.index == work_center && staffing->people > 0) {
            most += staffing->people;
        }
    }
    return (uint32_t)people_clip(most);
}

static void classes_set(struct hours *hours, const struct routing *routing)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        struct hours_center *center = &hours->centers[routing->operations[i].work_center.index];
        uint8_t crew = (uint8_t)routing->operations[i].crew;
        uint32_t at = 0;
        while (at < center->class_count && center->classes[at].crew < crew) {
            at++;
        }
        if (at == HOURS_CLASSES_MAX ||
            (at < center->class_count && center->classes[at].crew == crew)) {
            continue;
        }
        /* The smallest crews keep their marks: a larger one is always served by a smaller one's,
         * never the other way. */
        if (center->class_count < HOURS_CLASSES_MAX) {
            center->class_count++;
        }
        for (uint32_t k = center->class_count - 1; k > at; k--) {
            center->classes[k].crew = center->classes[k - 1].crew;
        }
        center->classes[at].crew = crew;
    }
}

static void people_fill(struct hours_center *center, const struct hours *hours,
                        const struct shop *shop, const struct window *window, uint32_t work_center)
{
    int64_t people[WINDOW_DAYS_MAX];
    for (int32_t day = 0; day < window->horizon_days; day++) {
        people[day] = shop->work_centers[work_center].people;
    }
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *staffing = &shop->staffing[i];
        if (staffing->work_center.index != work_center) {
            continue;
        }
        int64_t from = (int64_t)staffing->from_day - window->today;
        int64_t to = (int64_t)staffing->to_day - window->today;
        for (int64_t day = from < 0 ? 0 : from; day <= to && day < window->horizon_days; day++) {
            people[day] += staffing->people;
        }
    }
    memset(center->people, 0, hours->quarter_count);
    for (int32_t day = 0; day < window->horizon_days; day++) {
        int64_t first = window->midnights[day] / QUARTER_SECONDS - hours->first_quarter;
        int64_t end = (window->midnights[day + 1] + QUARTER_SECONDS - 1) / QUARTER_SECONDS -
                      hours->first_quarter;
        memset(center->people + first, people_clip(people[day]), (size_t)(end - first));
    }
}

/* Opens the slots that lie wholly between two instants. */
static void opening_fill(struct hours_center *center, const struct hours *hours, int64_t from,
                         int64_t to)
{
    struct run_walk walk =
        walk_begin(hours, (from + SLOT_SECONDS - 1) / SLOT_SECONDS, to / SLOT_SECONDS);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        quarter_of(center, quarter)[0] |= mask;
    }
}

static void open_fill(struct hours_center *center, const struct hours *hours,
                      const struct shop *shop, const struct window *window,
                      const struct calendar *calendar)
{
    for (uint32_t quarter = 0; quarter < hours->quarter_count; quarter++) {
        quarter_of(center, quarter)[0] = 0;
    }
    for (int32_t day = 0; day < window->horizon_days; day++) {
        enum weekday weekday = weekday_of_day(window->today + day);
        if (day_list_has(&calendar->closed, window->today + day)) {
            continue;
        }
        for (uint32_t i = 0; i < calendar->opening_count; i++) {
            const struct opening *opening = &calendar->openings[i];
            if (opening->weekday == weekday) {
                opening_fill(center, hours,
                             zone_instant(&shop->zone, window->today + day, opening->from_minute),
                             zone_instant(&shop->zone, window->today + day, opening->to_minute));
            }
        }
    }
}

static void marks_fill(struct hours *hours, uint32_t work_center)
{
    struct hours_center *center = &hours->centers[work_center];
    for (uint32_t i = 0; i < center->class_count; i++) {
        center->classes[i].first = 0;
        memset(center->classes[i].words, 0, HOURS_LEVEL_WORDS * sizeof(uint64_t));
    }
    for (uint32_t quarter = 0; quarter < hours->quarter_count; quarter++) {
        quarter_mark(hours, work_center, quarter);
    }
}

static void window_quarters_set(struct hours *hours, const struct window *window)
{
    int64_t end = (window->midnights[window->days] + QUARTER_SECONDS - 1) / QUARTER_SECONDS;
    hours->first_quarter = window->midnights[0] / QUARTER_SECONDS;
    hours->quarter_count = (uint32_t)(end - hours->first_quarter);
    ASSERT(hours->quarter_count <= HOURS_QUARTERS_MAX);
}

static void hours_fill(struct hours *hours, const struct shop *shop, const struct window *window)
{
    for (uint32_t i = 0; i < hours->center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        people_fill(center, hours, shop, window, i);
        open_fill(center, hours, shop, window,
                  &shop->calendars[shop->work_centers[i].calendar.index]);
        marks_fill(hours, i);
    }
}

void hours_build(struct hours *hours, const struct shop *shop, const struct window *window)
{
    uint32_t count_before = hours->quarter_count;
    window_quarters_set(hours, window);
    hours->load_mask = run_bits(0, (uint32_t)shop->promise.load_slots);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        uint32_t planes = planes_for(people_most(shop, i));
        if (i < hours->center_count) {
            memset(center->quarters, 0,
                   (size_t)count_before * (1 + center->planes) * sizeof(uint64_t));
            planes = planes > center->planes ? planes : center->planes;
        }
        center->planes = planes > center->planes_least ? planes : center->planes_least;
        center->class_count = 0;
        center->slot_work = (uint64_t)250 * (uint32_t)shop->work_centers[i].efficiency_thousandths;
        center->slot_work_inverse = UINT64_MAX / center->slot_work + 1;
    }
    hours->center_count = shop->work_center_count;
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        classes_set(hours, &shop->offers[i].routing);
    }
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        classes_set(hours, &shop->carriers[i].routing);
    }
    hours_fill(hours, shop, window);
}

void hours_roll(struct hours *hours, const struct shop *shop, const struct window *window)
{
    int64_t first_before = hours->first_quarter;
    uint32_t count_before = hours->quarter_count;
    window_quarters_set(hours, window);
    int64_t gone = hours->first_quarter - first_before;
    ASSERT(gone >= 0);
    uint32_t kept = gone < count_before ? count_before - (uint32_t)gone : 0;
    kept = kept < hours->quarter_count ? kept : hours->quarter_count;
    for (uint32_t i = 0; i < hours->center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        size_t stride = 1 + center->planes;
        uint32_t most = count_before > hours->quarter_count ? count_before : hours->quarter_count;
        memmove(center->quarters, center->quarters + (size_t)(kept > 0 ? gone : 0) * stride,
                kept * stride * sizeof(uint64_t));
        memset(center->quarters + kept * stride, 0, (most - kept) * stride * sizeof(uint64_t));
    }
    hours_fill(hours, shop, window);
}

/* ---- looks ---- */

bool hours_has(const struct hours *hours, struct slot_run run)
{
    const struct hours_center *center = &hours->centers[run.work_center];
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    uint64_t under = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        const uint64_t *words = quarter_of(center, quarter);
        uint64_t borrow = 0;
        for (uint32_t b = 0; b < center->planes; b++) {
            uint64_t digit = run.crew >> b & 1 ? mask : 0;
            borrow = (~words[1 + b] & (digit | borrow)) | (digit & borrow);
        }
        under |= borrow | ((uint32_t)run.crew >> center->planes != 0 ? mask : 0);
    }
    return under == 0;
}

void hours_load(const struct hours *hours, uint32_t work_center, int64_t first_slot,
                int64_t end_slot, struct load_day *load)
{
    const struct hours_center *center = &hours->centers[work_center];
    struct run_walk walk = walk_begin(hours, first_slot, end_slot);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        const uint64_t *words = quarter_of(center, quarter);
        int64_t people = center->people[quarter];
        load->capacity += people * __builtin_popcountll(words[0] & mask);
        load->promisable += people * __builtin_popcountll(words[0] & mask & hours->load_mask);
        for (uint32_t b = 0; b < center->planes; b++) {
            load->taken += (int64_t)__builtin_popcountll(words[1 + b] & mask) << b;
        }
    }
}

const char *hours_check(const struct hours *hours)
{
    for (uint32_t i = 0; i < hours->center_count; i++) {
        const struct hours_center *center = &hours->centers[i];
        for (uint32_t k = 0; k < center->class_count; k++) {
            const struct hours_class *class = &center->classes[k];
            if (mark_next(class->words, 0) < class->first) {
                return "a quarter is marked before the first that may be";
            }
            for (uint32_t quarter = 0; quarter < hours->quarter_count; quarter++) {
                bool free = (quarter_free(center, quarter, class->crew) & hours->load_mask) != 0;
                if (free != (mark_next(class->words, quarter) == quarter)) {
                    return "a quarter's mark differs from its slots";
                }
            }
        }
    }
    return NULL;
}
