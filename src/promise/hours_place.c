/* The search for an operation's slots, in four kinds: earliest or latest, interrupted or whole.
 *
 *   earliest  walks the quarters from the release on, takes in each the lowest free slots, and
 *             jumps over full quarters by the marks. The first one it looks at unasked: as a rule
 *             there is something in it, and to ask the marks takes longer than to look
 *   latest    walks back from the end by the same marks, only counting, until the free slots
 *             between there and the end are as many as needed: the earliest from there on are then
 *             just these, in ascending order
 *   whole     walks the quarters one by one, looks at each stretch of free slots that is long
 *             enough, and moves its first (or last) possible beginning to the clock's multiple;
 *             only then anything is taken
 *
 * The marks speak of slots within the load limit, which does not bind whole work: a quarter without
 * a mark may still have slots for it. Rejected: marks of their own for whole work, kept at every
 * take and give of a slot for a search that is rare and costs a few nanoseconds a quarter. */
#include "promise/hours_inside.h"

#include "base/assert.h"

enum { RUN_SLOTS_MAX = UINT16_MAX };

/* ---- marks ---- */

/* The marks that may be used for a crew: those of the largest crew that is not larger. NULL if
 * there are none. */
static inline struct hours_class *class_for(struct hours_center *center, uint32_t crew)
{
    struct hours_class *least = &center->classes[0];
    if (least->crew == crew) {
        return least;
    }
    for (uint32_t i = center->class_count; i-- > 0;) {
        if (center->classes[i].crew <= crew) {
            return &center->classes[i];
        }
    }
    return NULL;
}

/* The first marked quarter at or after `from`. The 64 quarters from there on are looked at
 * together, because a night between two days of work is shorter; then the next 4,096. The word
 * behind level 0 only tells of quarters behind the window, the last of level 1 of none. */
static inline uint32_t mark_next(const uint64_t *words, uint32_t from)
{
    uint32_t word = from / 64;
    uint64_t rest = words[word] >> from % 64 | words[word + 1] << 1 << (63 - from % 64);
    if (rest != 0) {
        return from + (uint32_t)__builtin_ctzll(rest);
    }
    uint32_t after = word + 1;
    const uint64_t *level_1 = words + HOURS_LEVEL_0 + after / 64;
    uint64_t rest_1 = level_1[0] >> after % 64 | level_1[1] << 1 << (63 - after % 64);
    if (rest_1 != 0) {
        after += (uint32_t)__builtin_ctzll(rest_1);
        return after * 64 + (uint32_t)__builtin_ctzll(words[after]);
    }
    return hours_mark_next(words, from);
}

/* While the teams are booked for weeks, all searches begin long before the first free quarter. What
 * the last one found to be full is kept as the class's gap, the longest wins: the next search that
 * begins in it, or right behind it, goes on at its end. (The first marked quarter of all would not
 * do: as the day goes on, quarters that are past lie there free.) */
static inline bool class_gap_has(const struct hours_class *class, uint32_t quarter)
{
    return quarter - class->gap <= class->gap_end - class->gap;
}

static inline uint32_t class_jump(const struct hours_class *class, uint32_t quarter)
{
    return class_gap_has(class, quarter) ? class->gap_end : quarter;
}

/* The first marked quarter at or after `quarter`, which is at most the window's end. */
static inline uint32_t class_next(struct hours_class *class, uint32_t quarter)
{
    bool inside = class_gap_has(class, quarter);
    uint32_t next = mark_next(class->words, inside ? class->gap_end : quarter);
    uint32_t end = next < HOURS_QUARTERS_MAX ? next : HOURS_QUARTERS_MAX - 1;
    if (inside) {
        class->gap_end = end;
    } else if (end - quarter > class->gap_end - class->gap) {
        class->gap = quarter;
        class->gap_end = end;
    }
    return next;
}

/* ---- what is found is taken ---- */

/* The runs of one operation while they are found. */
struct run_list {
    struct slot_run *runs;
    uint32_t count;
    uint32_t count_max;
    uint32_t left; /* slots still to find; 0 also when there is no room for a run */
    uint32_t next; /* the slot after the operation's last run; UINT32_MAX: it has none yet */
    uint8_t work_center;
    uint8_t crew;
    bool full; /* there was no room for a run */
};

/* Takes the lowest of the masked slots of a quarter (there are some), as many as are left to find,
 * as runs; the first may continue the run before it. Returns the slots taken. */
static inline uint64_t runs_append(struct run_list *list, uint32_t quarter_slot, uint64_t mask)
{
    uint64_t rest = mask;
    uint64_t goes_on = 0;
    do {
        uint32_t first = (uint32_t)__builtin_ctzll(rest);
        uint32_t length = (uint32_t)__builtin_ctzll(~(rest >> first));
        length = length < list->left ? length : list->left;
        uint32_t slot = quarter_slot + first;
        struct slot_run *run = &list->runs[list->count];
        if (slot == list->next && run[-1].count + length <= RUN_SLOTS_MAX) {
            run[-1].count = (uint16_t)(run[-1].count + length);
        } else if (list->count < list->count_max) {
            *run = (struct slot_run){slot, (uint16_t)length, list->work_center, list->crew};
            list->count++;
        } else {
            list->full = true;
            list->left = 0;
            break;
        }
        list->next = slot + length;
        list->left -= length;
        rest &= ~(uint64_t)0 << (first + length);
        goes_on = list->left > 0 ? rest : 0;
    } while (goes_on != 0);
    return mask ^ rest;
}

/* Takes what is left to find from the masked slots of a quarter, which are free. Inline: its list
 * then stays in registers, which the search is faster by. */
__attribute__((always_inline)) static inline void quarter_take(struct hours *hours,
                                                               const struct hours_center *center,
                                                               uint32_t quarter, uint64_t *words,
                                                               uint64_t mask, struct run_list *list)
{
    uint32_t window_slot = (uint32_t)hours->first_slot;
    uint64_t taken = runs_append(list, window_slot + quarter * SLOTS_PER_QUARTER, mask);
    uint64_t over = words_add(words, center->stride, taken, list->crew);
    ASSERT(over == 0);
    hours->trail[hours->trail_count++ % HOURS_TRAIL_MAX] = (struct hours_touch){
        words, taken, quarter, list->work_center, list->crew, (uint8_t)center->stride};
}

static inline enum hours_result list_result(const struct run_list *list)
{
    return list->full ? HOURS_TOO_MANY_RUNS : list->left > 0 ? HOURS_NONE : HOURS_PLACED;
}

/* The slots of a quarter that lie within from .. end - 1; some do. */
static inline uint64_t quarter_part(uint32_t quarter, uint32_t from, uint32_t end)
{
    uint32_t at = quarter * SLOTS_PER_QUARTER;
    uint64_t before_end = run_bits(0, end - at < SLOTS_PER_QUARTER ? end - at : SLOTS_PER_QUARTER);
    return from > at ? before_end & ~(uint64_t)0 << (from - at) : before_end;
}

/* ---- interrupted ---- */

/* From slot `from` of the window on. */
static inline void slots_place(struct hours *hours, struct hours_center *center, uint32_t from,
                               struct run_list *list)
{
    struct hours_class *class = class_for(center, list->crew);
    if (class == NULL) {
        return;
    }
    uint32_t begin = from / SLOTS_PER_QUARTER;
    uint32_t quarter = class_jump(class, begin);
    uint64_t mask = quarter == begin ? ~(uint64_t)0 << from % SLOTS_PER_QUARTER : ~(uint64_t)0;
    while (quarter < hours->quarter_count) {
        uint64_t *words = quarter_of(center, quarter);
        mask &= words_free(center, words, list->crew) & hours->load_mask;
        if (mask != 0) {
            quarter_take(hours, center, quarter, words, mask, list);
            if (list->left == 0) {
                return;
            }
        }
        begin = mask != 0 || class_marked(class, quarter) ? quarter + 1 : begin;
        quarter = class_next(class, begin);
        mask = ~(uint64_t)0;
    }
}

/* The slot from which on the free slots before `end` are as many as asked for; false if they are
 * fewer from `from` on. */
static bool slots_latest(struct hours *hours, const struct hours_ask *ask, uint32_t from,
                         uint32_t end, uint32_t *first)
{
    struct hours_center *center = &hours->centers[ask->work_center];
    const struct hours_class *class = class_for(center, ask->crew);
    uint32_t left = ask->slots;
    if (class == NULL) {
        return false;
    }
    while (from < end) {
        uint32_t last = (end - 1) / SLOTS_PER_QUARTER;
        uint32_t quarter = hours_mark_previous(class->words, last);
        if (quarter == UINT32_MAX || quarter < from / SLOTS_PER_QUARTER) {
            break;
        }
        uint64_t mask = quarter_free(center, quarter, ask->crew) & hours->load_mask &
                        quarter_part(quarter, from, end);
        uint32_t count = (uint32_t)__builtin_popcountll(mask);
        if (count >= left) {
            for (; count > left; count--) {
                mask &= mask - 1;
            }
            *first = quarter * SLOTS_PER_QUARTER + (uint32_t)__builtin_ctzll(mask);
            return true;
        }
        left -= count;
        end = quarter * SLOTS_PER_QUARTER;
    }
    return false;
}

/* ---- whole ---- */

/* A start is on the clock if one of its multiples lies at its slot's beginning, or (in a zone whose
 * offset is no whole number of slots) less than a slot before. The first such start at or after a
 * slot; both are slots since 1970. A clock that is changed on the way goes on as changed. */
static int64_t start_next(const struct hours_ask *ask, int64_t slot)
{
    if (ask->start_every_minutes == 0) {
        return slot;
    }
    const struct zone *zone = ask->zone;
    ASSERT(zone != NULL);
    int32_t every = ask->start_every_minutes * 60;
    int64_t at = slot * SLOT_SECONDS - (SLOT_SECONDS - 1);
    for (uint32_t i = zone_period_at(zone, at);; i++) {
        int32_t second = zone_second_of_day(zone, at);
        int32_t next = (second + every - 1) / every * every;
        next = next < DAY_SECONDS ? next : DAY_SECONDS;
        if (i + 1 == zone->count || at + next - second < zone->periods[i + 1].since) {
            return slot_up(at + next - second);
        }
        at = zone->periods[i + 1].since;
    }
}

/* The last at or before a slot. */
static int64_t start_previous(const struct hours_ask *ask, int64_t slot)
{
    if (ask->start_every_minutes == 0) {
        return slot;
    }
    const struct zone *zone = ask->zone;
    ASSERT(zone != NULL);
    int32_t every = ask->start_every_minutes * 60;
    int64_t at = slot * SLOT_SECONDS;
    for (uint32_t i = zone_period_at(zone, at);; i--) {
        int32_t past = zone_second_of_day(zone, at) % every;
        if (i == 0 || at - past >= zone->periods[i].since) {
            return slot_up(at - past);
        }
        at = zone->periods[i].since - 1;
    }
}

/* The slots of a quarter, within from .. end - 1, that whole work can not have. */
static uint64_t quarter_blocked(const struct hours_center *center, uint32_t quarter, uint32_t crew,
                                uint32_t from, uint32_t end)
{
    return run_bits(0, SLOTS_PER_QUARTER) &
           ~(quarter_free(center, quarter, crew) & quarter_part(quarter, from, end));
}

/* Where work could start in the stretch of free slots that the search is in. The clock is asked
 * once, when the stretch is long enough: most are not. */
struct stretch {
    int64_t start; /* a slot of the window */
    bool on_clock;
};

static bool stretch_first(const struct hours *hours, const struct hours_ask *ask,
                          struct stretch *stretch, uint32_t end)
{
    if (stretch->start + ask->slots <= end && !stretch->on_clock) {
        stretch->start = start_next(ask, hours->first_slot + stretch->start) - hours->first_slot;
        stretch->on_clock = true;
    }
    return stretch->start + ask->slots <= end;
}

static bool stretch_last(const struct hours *hours, const struct hours_ask *ask,
                         struct stretch *stretch, uint32_t begin)
{
    if (stretch->start >= begin && !stretch->on_clock) {
        stretch->start =
            start_previous(ask, hours->first_slot + stretch->start) - hours->first_slot;
        stretch->on_clock = true;
    }
    return stretch->start >= begin;
}

/* The earliest start of whole work between two slots of the window; UINT32_MAX if there is none. */
static uint32_t whole_first(const struct hours *hours, const struct hours_ask *ask, uint32_t from,
                            uint32_t end)
{
    const struct hours_center *center = &hours->centers[ask->work_center];
    struct stretch stretch = {.start = from};
    for (uint32_t at = from / SLOTS_PER_QUARTER * SLOTS_PER_QUARTER; at < end;
         at += SLOTS_PER_QUARTER) {
        uint64_t blocked = quarter_blocked(center, at / SLOTS_PER_QUARTER, ask->crew, from, end);
        while (blocked != 0) {
            uint32_t first = (uint32_t)__builtin_ctzll(blocked);
            if (stretch_first(hours, ask, &stretch, at + first)) {
                return (uint32_t)stretch.start;
            }
            uint32_t next = first + (uint32_t)__builtin_ctzll(~(blocked >> first));
            blocked &= ~(uint64_t)0 << next;
            stretch = (struct stretch){.start = at + next};
        }
        if (stretch_first(hours, ask, &stretch, at + SLOTS_PER_QUARTER)) {
            return (uint32_t)stretch.start;
        }
    }
    return UINT32_MAX;
}

/* The latest one, by the same way back. */
static uint32_t whole_last(const struct hours *hours, const struct hours_ask *ask, uint32_t from,
                           uint32_t end)
{
    const struct hours_center *center = &hours->centers[ask->work_center];
    struct stretch stretch = {.start = (int64_t)end - ask->slots};
    uint32_t above = (end + SLOTS_PER_QUARTER - 1) / SLOTS_PER_QUARTER * SLOTS_PER_QUARTER;
    for (; above > from; above -= SLOTS_PER_QUARTER) {
        uint32_t at = above - SLOTS_PER_QUARTER;
        uint64_t blocked = quarter_blocked(center, at / SLOTS_PER_QUARTER, ask->crew, from, end);
        while (blocked != 0) {
            uint32_t last = 63 - (uint32_t)__builtin_clzll(blocked);
            if (stretch_last(hours, ask, &stretch, at + last + 1)) {
                return (uint32_t)stretch.start;
            }
            uint32_t first = last + 1 - (uint32_t)__builtin_clzll(~(blocked << (63 - last)));
            blocked &= run_bits(0, first);
            stretch = (struct stretch){.start = (int64_t)at + first - ask->slots};
        }
        if (stretch_last(hours, ask, &stretch, at)) {
            return (uint32_t)stretch.start;
        }
    }
    return UINT32_MAX;
}

static void whole_place(struct hours *hours, uint32_t first, struct run_list *list)
{
    if (first == UINT32_MAX) {
        return;
    }
    const struct hours_center *center = &hours->centers[list->work_center];
    struct run_walk walk = {first, first + list->left};
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (!list->full && run_walk_next(&walk, &quarter, &mask)) {
        quarter_take(hours, center, quarter, quarter_of(center, quarter), mask, list);
    }
}

/* ---- the four kinds ---- */

/* A slot as one of the window, or its nearest end. */
static inline uint32_t slot_in_window(const struct hours *hours, int64_t slot)
{
    int64_t at = slot - hours->first_slot;
    return at < 0 ? 0 : at > hours->slot_count ? hours->slot_count : (uint32_t)at;
}

static inline struct run_list list_begin(const struct hours *hours, uint32_t work_center,
                                         uint32_t crew, uint32_t slots, struct slot_run *runs,
                                         const uint32_t *run_count, uint32_t run_count_max)
{
    ASSERT(work_center < hours->center_count);
    ASSERT(slots > 0 && crew > 0);
    return (struct run_list){runs,       *run_count,           run_count_max, slots,
                             UINT32_MAX, (uint8_t)work_center, (uint8_t)crew, false};
}

enum hours_result hours_place_soonest(struct hours *hours, uint32_t work_center, uint32_t crew,
                                      uint32_t slots, int64_t *slot, struct slot_run *runs,
                                      uint32_t *run_count, uint32_t run_count_max)
{
    struct run_list list =
        list_begin(hours, work_center, crew, slots, runs, run_count, run_count_max);
    slots_place(hours, &hours->centers[work_center], slot_in_window(hours, *slot), &list);
    *slot = list.next;
    *run_count = list.count;
    return list_result(&list);
}

enum hours_result hours_place(struct hours *hours, const struct hours_ask *ask,
                              struct slot_run *runs, uint32_t *run_count, uint32_t run_count_max)
{
    if (!ask->whole) {
        int64_t slot = ask->first_slot;
        return hours_place_soonest(hours, ask->work_center, ask->crew, ask->slots, &slot, runs,
                                   run_count, run_count_max);
    }
    struct run_list list =
        list_begin(hours, ask->work_center, ask->crew, ask->slots, runs, run_count, run_count_max);
    uint32_t from = slot_in_window(hours, ask->first_slot);
    whole_place(hours, whole_first(hours, ask, from, hours->slot_count), &list);
    *run_count = list.count;
    return list_result(&list);
}

enum hours_result hours_place_latest(struct hours *hours, const struct hours_ask *ask,
                                     struct slot_run *runs, uint32_t *run_count,
                                     uint32_t run_count_max)
{
    struct run_list list =
        list_begin(hours, ask->work_center, ask->crew, ask->slots, runs, run_count, run_count_max);
    uint32_t from = slot_in_window(hours, ask->first_slot);
    uint32_t end = slot_in_window(hours, ask->end_slot);
    if (ask->whole) {
        whole_place(hours, whole_last(hours, ask, from, end), &list);
    } else if (slots_latest(hours, ask, from, end, &from)) {
        slots_place(hours, &hours->centers[ask->work_center], from, &list);
    }
    *run_count = list.count;
    return list_result(&list);
}

/* ---- given back, or kept ---- */

void hours_place_undo_since(struct hours *hours, uint32_t trail_count, const struct slot_run *runs,
                            uint32_t run_count)
{
    if (hours->trail_count > HOURS_TRAIL_MAX) {
        for (uint32_t i = 0; i < run_count; i++) {
            hours_give(hours, runs[i]);
        }
        return;
    }
    for (uint32_t i = trail_count; i < hours->trail_count; i++) {
        const struct hours_touch *touch = &hours->trail[i];
        uint64_t under = words_subtract(touch->words, touch->stride, touch->mask, touch->crew);
        ASSERT(under == 0);
    }
    hours->trail_count = trail_count;
}

void hours_place_undo(struct hours *hours, const struct slot_run *runs, uint32_t run_count)
{
    hours_place_undo_since(hours, 0, runs, run_count);
    hours->trail_count = 0;
}

static void run_mark(struct hours *hours, struct slot_run run)
{
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        hours_quarter_mark(hours, run.work_center, quarter);
    }
}

void hours_place_keep(struct hours *hours, const struct slot_run *runs, uint32_t run_count)
{
    bool all = hours->trail_count <= HOURS_TRAIL_MAX;
    for (uint32_t i = 0; all && i < hours->trail_count; i++) {
        const struct hours_touch *touch = &hours->trail[i];
        quarter_mark(hours, &hours->centers[touch->work_center], touch->quarter, touch->words);
    }
    for (uint32_t i = 0; !all && i < run_count; i++) {
        run_mark(hours, runs[i]);
    }
    hours->trail_count = 0;
}
