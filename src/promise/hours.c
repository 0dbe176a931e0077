/* Who is there and what is taken, quarter by quarter, and the marks that say where a search may
 * find something. The search itself is in hours_place.c.
 *
 * What is taken is stored together with who is missing: a cut of people or hours raises the numbers
 * of the slots that it concerns, changes no reservation, and leaves none behind when it is lifted.
 * Rejected: a count per slot (60 bytes a quarter, a loop per slot), and intervals in a tree (fewer
 * bytes, but every operation cuts them up, and a team at 85 percent load has as many intervals as
 * slots). */
#include "promise/hours_inside.h"

#include "base/assert.h"

#include <string.h>

/* ---- marks ---- */

void hours_mark_change(struct hours_class *class, uint32_t quarter, bool on)
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
        class->gap_end =
            quarter - class->gap < class->gap_end - class->gap ? quarter : class->gap_end;
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

uint32_t hours_mark_next(const uint64_t *words, uint32_t quarter)
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

/* The same way in the other direction. */
uint32_t hours_mark_previous(const uint64_t *words, uint32_t quarter)
{
    uint32_t at = quarter;
    const uint64_t *level = words;
    uint32_t height = 0;
    for (;; height++) {
        uint64_t rest = level[at / 64] << (63 - at % 64);
        if (rest != 0) {
            at -= (uint32_t)__builtin_clzll(rest);
            break;
        }
        if (at < 64) {
            return UINT32_MAX;
        }
        at = at / 64 - 1;
        level += height == 0 ? HOURS_LEVEL_0 : HOURS_LEVEL_1;
    }
    for (; height > 0; height--) {
        const uint64_t *below = height == 2 ? words + HOURS_LEVEL_0 : words;
        at = at * 64 + 63 - (uint32_t)__builtin_clzll(below[at]);
    }
    return at;
}

void hours_quarter_mark(struct hours *hours, uint32_t work_center, uint32_t quarter)
{
    struct hours_center *center = &hours->centers[work_center];
    quarter_mark(hours, center, quarter, quarter_of(center, quarter));
}

/* ---- what is taken ---- */

static bool run_is_free(const struct hours *hours, struct slot_run run, uint64_t usable)
{
    struct run_walk walk = run_walk_begin(hours, run);
    if (walk.end - walk.slot != run.count) {
        return false;
    }
    uint32_t quarter = 0;
    uint64_t mask = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        uint64_t free = quarter_free(&hours->centers[run.work_center], quarter, run.crew) & usable;
        if ((mask & ~free) != 0) {
            return false;
        }
    }
    return true;
}

bool hours_free(const struct hours *hours, struct slot_run run)
{
    return run.work_center < hours->center_count && run.crew > 0 && run.count > 0 &&
           run_is_free(hours, run, hours->load_mask);
}

bool hours_free_people(const struct hours *hours, struct slot_run run, uint32_t from_slot)
{
    ASSERT(run.work_center < hours->center_count);
    ASSERT(run.crew > 0);
    uint32_t gone = from_slot > run.slot ? from_slot - run.slot : 0;
    gone = gone < run.count ? gone : run.count;
    run.slot += gone;
    run.count = (uint16_t)(run.count - gone);
    return run_is_free(hours, run, run_bits(0, SLOTS_PER_QUARTER));
}

/* Counts the run's people in, and says in which slots they no longer fit, beside any number of
 * people; run_subtract undoes it even then, since both count modulo the planes. */
static uint64_t run_add(struct hours *hours, struct slot_run run)
{
    struct hours_center *center = &hours->centers[run.work_center];
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    uint64_t over = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        uint64_t *words = quarter_of(center, quarter);
        over |= words_add(words, center->stride, mask, run.crew);
        over |=
            center->open[quarter] & planes_carry(words, center->stride, center->people[quarter]);
        quarter_mark(hours, center, quarter, words);
    }
    return over;
}

static uint64_t run_subtract(struct hours *hours, struct slot_run run)
{
    struct hours_center *center = &hours->centers[run.work_center];
    struct run_walk walk = run_walk_begin(hours, run);
    uint32_t quarter = 0;
    uint64_t mask = 0;
    uint64_t under = 0;
    while (run_walk_next(&walk, &quarter, &mask)) {
        uint64_t *words = quarter_of(center, quarter);
        under |= words_subtract(words, center->stride, mask, run.crew);
        quarter_mark_given(hours, center, quarter, words);
    }
    return under;
}

bool hours_take(struct hours *hours, struct slot_run run)
{
    ASSERT(run.work_center < hours->center_count);
    if (run_add(hours, run) == 0) {
        return true;
    }
    (void)run_subtract(hours, run);
    return false;
}

void hours_give(struct hours *hours, struct slot_run run)
{
    uint64_t under = run_subtract(hours, run);
    ASSERT(under == 0);
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

/* What the shop file says, then what was recorded. */
static const struct staffing *staffing_at(const struct shop *shop, const struct supply *supply,
                                          uint32_t index)
{
    return index < shop->staffing_count ? &shop->staffing[index]
                                        : &supply->staff[index - shop->staffing_count];
}

/* The most people that calendar and staffing together could ever have there. */
static uint32_t people_most(const struct shop *shop, const struct supply *supply,
                            uint32_t work_center)
{
    int64_t most = shop->work_centers[work_center].people;
    for (uint32_t i = 0; i < shop->staffing_count + supply->staff_count; i++) {
        const struct staffing *staffing = staffing_at(shop, supply, i);
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

static inline uint32_t quarter_of_midnight(const struct hours *hours, const struct window *window,
                                           int32_t day)
{
    return (uint32_t)(window->midnights[day] / QUARTER_SECONDS - hours->first_quarter);
}

/* So many people are there in some quarters. Where others were, the numbers of the open slots
 * change with them; the rest is not touched. */
static void people_set(struct hours *hours, uint32_t work_center, uint32_t from_quarter,
                       uint32_t end_quarter, uint32_t people)
{
    const struct hours_center *center = &hours->centers[work_center];
    for (uint32_t quarter = from_quarter; quarter < end_quarter; quarter++) {
        uint32_t before = center->people[quarter];
        if (people == before) {
            continue;
        }
        center->people[quarter] = (uint8_t)people;
        uint64_t *words = quarter_of(center, quarter);
        uint64_t open = center->open[quarter];
        if (open == 0) {
            continue;
        }
        uint64_t wrong = people > before
                             ? planes_subtract(words, center->stride, open, people - before)
                             : planes_add(words, center->stride, open, before - people);
        ASSERT(wrong == 0);
        hours_quarter_mark(hours, work_center, quarter);
    }
}

/* How many people are there on each day of the horizon, from a day on. */
static void people_fill(struct hours *hours, const struct shop *shop, const struct supply *supply,
                        const struct window *window, uint32_t work_center, int32_t from_day)
{
    int64_t people[WINDOW_DAYS_MAX];
    for (int32_t day = from_day; day < window->horizon_days; day++) {
        people[day] = shop->work_centers[work_center].people;
    }
    for (uint32_t i = 0; i < shop->staffing_count + supply->staff_count; i++) {
        const struct staffing *staffing = staffing_at(shop, supply, i);
        if (staffing->work_center.index != work_center) {
            continue;
        }
        int64_t from = (int64_t)staffing->from_day - window->today;
        int64_t to = (int64_t)staffing->to_day - window->today;
        from = from < from_day ? from_day : from;
        for (int64_t day = from; day <= to && day < window->horizon_days; day++) {
            people[day] += staffing->people;
        }
    }
    uint32_t end = quarter_of_midnight(hours, window, from_day);
    for (int32_t day = from_day; day < window->horizon_days; day++) {
        uint32_t first = quarter_of_midnight(hours, window, day);
        end = (uint32_t)((window->midnights[day + 1] + QUARTER_SECONDS - 1) / QUARTER_SECONDS -
                         hours->first_quarter);
        people_set(hours, work_center, first, end, (uint32_t)people_clip(people[day]));
    }
    people_set(hours, work_center, end, hours->quarter_count, 0);
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
        center->open[quarter] |= mask;
    }
}

static void open_fill(struct hours_center *center, const struct hours *hours,
                      const struct shop *shop, const struct window *window,
                      const struct calendar *calendar, int32_t from_day)
{
    uint32_t first = quarter_of_midnight(hours, window, from_day);
    memset(center->open + first, 0, (hours->quarter_count - first) * sizeof *center->open);
    for (int32_t day = from_day; day < window->horizon_days; day++) {
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

static void marks_clear(struct hours_center *center)
{
    for (uint32_t i = 0; i < center->class_count; i++) {
        center->classes[i].gap = 0;
        center->classes[i].gap_end = 0;
        memset(center->classes[i].words, 0, HOURS_LEVEL_WORDS * sizeof(uint64_t));
    }
}

static void window_quarters_set(struct hours *hours, const struct window *window)
{
    int64_t end = (window->midnights[window->days] + QUARTER_SECONDS - 1) / QUARTER_SECONDS;
    hours->first_quarter = window->midnights[0] / QUARTER_SECONDS;
    hours->quarter_count = (uint32_t)(end - hours->first_quarter);
    hours->first_slot = hours->first_quarter * SLOTS_PER_QUARTER;
    hours->slot_count = hours->quarter_count * SLOTS_PER_QUARTER;
    hours->horizon_end = window_horizon_end(window);
    ASSERT(hours->quarter_count < HOURS_QUARTERS_MAX);
}

/* Quarters in which nothing is open, nobody is there and nobody is taken. */
static void quarters_clear(struct hours_center *center, uint32_t from_quarter, uint32_t end_quarter)
{
    uint32_t count = end_quarter - from_quarter;
    uint64_t *words = quarter_of(center, from_quarter);
    memset(words, 0, (size_t)count * center->stride * sizeof *words);
    for (uint32_t i = 0; i < count; i++) {
        words[(size_t)i * center->stride + center->planes] = ~(uint64_t)0;
    }
    memset(center->open + from_quarter, 0, count * sizeof *center->open);
    memset(center->people + from_quarter, 0, count);
}

/* Who is there from a day on, whose quarters have no marks. It opens while nobody is there: the
 * numbers follow who comes. */
static void hours_fill(struct hours *hours, const struct shop *shop, const struct supply *supply,
                       const struct window *window, int32_t from_day)
{
    uint32_t first = quarter_of_midnight(hours, window, from_day);
    for (uint32_t i = 0; i < hours->center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        people_set(hours, i, first, hours->quarter_count, 0);
        open_fill(center, hours, shop, window,
                  &shop->calendars[shop->work_centers[i].calendar.index], from_day);
        people_fill(hours, shop, supply, window, i, from_day);
    }
}

/* The window begins with the first quarter of the tables again. */
static void tables_home(struct hours *hours)
{
    for (uint32_t i = 0; i < hours->center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        center->quarters -= (size_t)hours->slid * center->stride;
        center->open -= hours->slid;
        center->people -= hours->slid;
    }
    hours->slid = 0;
}

void hours_build(struct hours *hours, const struct shop *shop, const struct supply *supply,
                 const struct window *window)
{
    tables_home(hours);
    window_quarters_set(hours, window);
    hours->load_mask = run_bits(0, (uint32_t)shop->promise.load_slots);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        uint32_t planes = planes_for(people_most(shop, supply, i));
        if (i < hours->center_count) {
            planes = planes > center->planes ? planes : center->planes;
        }
        center->planes = planes > center->planes_least ? planes : center->planes_least;
        center->stride = 1 + center->planes;
        quarters_clear(center, 0, hours->quarter_count);
        center->class_count = 0;
        center->classes[0].crew = 0; /* nobody's */
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
    for (uint32_t i = 0; i < hours->center_count; i++) {
        marks_clear(&hours->centers[i]);
    }
    hours_fill(hours, shop, supply, window, 0);
}

/* ---- the window moves ---- */

/* The marks of the quarters that are left, at their new places. */
static void marks_shift(struct hours_class *class, uint32_t gone, uint32_t count)
{
    uint64_t *words = class->words;
    uint32_t used = (count + 63) / 64;
    uint32_t skip = gone / 64;
    uint32_t bits = gone % 64;
    memset(words + HOURS_LEVEL_0, 0, (HOURS_LEVEL_1 + HOURS_LEVEL_2) * sizeof *words);
    for (uint32_t i = 0; i < used; i++) {
        uint64_t low = i + skip < HOURS_LEVEL_0 ? words[i + skip] : 0;
        uint64_t high = i + skip + 1 < HOURS_LEVEL_0 ? words[i + skip + 1] : 0;
        words[i] = bits == 0 ? low : low >> bits | high << (64 - bits);
        if (words[i] != 0) {
            words[HOURS_LEVEL_0 + i / 64] |= (uint64_t)1 << i % 64;
            words[HOURS_LEVEL_0 + HOURS_LEVEL_1] |= (uint64_t)1 << i / 64;
        }
    }
    memset(words + used, 0, (HOURS_LEVEL_0 - used) * sizeof *words);
    class->gap = class->gap > gone ? class->gap - gone : 0;
    class->gap_end = class->gap_end > gone ? class->gap_end - gone : 0;
}

/* The tables' window begins `gone` quarters later; those behind the `kept` ones are new: nothing is
 * taken there. */
static void tables_slide(struct hours *hours, uint32_t gone, uint32_t kept)
{
    bool fits = hours->slid + gone <= HOURS_SLIDE_MAX &&
                hours->slid + gone + hours->quarter_count <= HOURS_QUARTERS_MAX;
    for (uint32_t i = 0; i < hours->center_count; i++) {
        struct hours_center *center = &hours->centers[i];
        size_t stride = center->stride;
        uint64_t *quarters = center->quarters + gone * stride;
        uint64_t *open = center->open + gone;
        uint8_t *people = center->people + gone;
        if (!fits) {
            center->quarters -= hours->slid * stride;
            center->open -= hours->slid;
            center->people -= hours->slid;
            memmove(center->quarters, quarters, kept * stride * sizeof(uint64_t));
            memmove(center->open, open, kept * sizeof *open);
            memmove(center->people, people, kept);
        } else {
            center->quarters = quarters;
            center->open = open;
            center->people = people;
        }
        quarters_clear(center, kept, hours->quarter_count);
        for (uint32_t k = 0; k < center->class_count; k++) {
            marks_shift(&center->classes[k], gone, hours->quarter_count);
        }
    }
    hours->slid = fits ? hours->slid + gone : 0;
}

/* Does no quarter belong to two days? */
static bool midnights_are_quarters(const struct window *window)
{
    bool all = true;
    for (int32_t day = 0; day <= window->days; day++) {
        all = all && window->midnights[day] % QUARTER_SECONDS == 0;
    }
    return all;
}

/* Only the days that the horizon gains are looked up. Where a quarter belongs to two days (a zone
 * whose offset is no whole number of quarters), all are. */
void hours_roll(struct hours *hours, const struct shop *shop, const struct supply *supply,
                const struct window *window)
{
    int64_t first_before = hours->first_quarter;
    int64_t end_before = hours->horizon_end;
    uint32_t count_before = hours->quarter_count;
    window_quarters_set(hours, window);
    int64_t gone = hours->first_quarter - first_before;
    ASSERT(gone >= 0);
    uint32_t kept = gone < count_before ? count_before - (uint32_t)gone : 0;
    kept = kept < hours->quarter_count ? kept : hours->quarter_count;
    tables_slide(hours, kept > 0 ? (uint32_t)gone : 0, kept);
    int32_t from_day =
        kept > 0 && midnights_are_quarters(window) ? window_index_of(window, end_before) : 0;
    for (uint32_t i = 0; i < hours->center_count && from_day == 0; i++) {
        marks_clear(&hours->centers[i]);
    }
    hours_fill(hours, shop, supply, window, from_day);
}

bool hours_staff(struct hours *hours, const struct shop *shop, const struct supply *supply,
                 const struct window *window, uint32_t work_center)
{
    struct hours_center *center = &hours->centers[work_center];
    if (planes_for(people_most(shop, supply, work_center)) > center->planes) {
        return false;
    }
    people_fill(hours, shop, supply, window, work_center, 0);
    return true;
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
        uint64_t taken[1 + HOURS_PLANES_MAX];
        quarter_taken(center, quarter, taken);
        under |= planes_subtract(taken, center->stride, mask, run.crew);
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
        uint64_t taken[1 + HOURS_PLANES_MAX];
        quarter_taken(center, quarter, taken);
        uint64_t open = center->open[quarter] & mask;
        int64_t people = center->people[quarter];
        load->capacity += people * __builtin_popcountll(open);
        load->promisable += people * __builtin_popcountll(open & hours->load_mask);
        for (uint32_t b = 0; b < center->planes; b++) {
            load->taken += (int64_t)__builtin_popcountll(taken[b] & mask) << b;
        }
    }
}

/* As the words stand where nobody is taken: the number of those who lack, closed slots of all. */
bool hours_untaken(const struct hours *hours)
{
    uint64_t any = 0;
    for (uint32_t i = 0; i < hours->center_count; i++) {
        const struct hours_center *center = &hours->centers[i];
        for (uint32_t quarter = 0; quarter < hours->quarter_count; quarter++) {
            const uint64_t *words = quarter_of(center, quarter);
            uint64_t open = center->open[quarter];
            uint32_t lack = (1u << center->planes) - center->people[quarter];
            any |= words[center->planes] ^ (~open | (lack >> center->planes != 0 ? open : 0));
            for (uint32_t b = 0; b < center->planes; b++) {
                any |= words[b] ^ ((lack >> b & 1) != 0 ? open : 0);
            }
        }
    }
    return any == 0;
}

const char *hours_check(const struct hours *hours)
{
    for (uint32_t i = 0; i < hours->center_count; i++) {
        const struct hours_center *center = &hours->centers[i];
        for (uint32_t k = 0; k < center->class_count; k++) {
            const struct hours_class *class = &center->classes[k];
            if (hours_mark_next(class->words, class->gap) < class->gap_end) {
                return "a quarter is marked in the gap that a search jumps over";
            }
            for (uint32_t quarter = 0; quarter < hours->quarter_count; quarter++) {
                bool free = (quarter_free(center, quarter, class->crew) & hours->load_mask) != 0;
                if (free != (hours_mark_next(class->words, quarter) == quarter)) {
                    return "a quarter's mark differs from its slots";
                }
            }
        }
    }
    return NULL;
}
