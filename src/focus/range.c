/* With the activities given, a mix of continuous quantities is a small linear program: a column for
 * each offer, a row for each work center and item. Two of them stand side by side:
 *
 *   free   quantities as they are best
 *   kept   the advice kept: nothing of what was nothing, all of what was all
 *
 * A figure is moved in both, in place, and each is solved from the basis that stands: a few steps
 * of the simplex method. The advice has changed where `free` earns more than `kept`, where `kept`
 * is impossible, where a part has become nothing or all, or where one activity more or fewer earns
 * more (and did not before it was moved: what whole units are worth is not asked here). Between the
 * last value that keeps it and the first that does not, it is halved to a thousandth. */
#include "focus/range.h"

#include "focus/bounds.h"
#include "focus/program.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>

#define MILLION    1e6
#define FINE       1e-3 /* of the figure: how near an end is looked for */
#define SAME_SHARE 1e-6 /* of an amount of money, of a quantity: doubles cannot tell less */

enum part { PART_NOTHING, PART_SOME, PART_ALL };
enum { NO_FLIP = UINT32_MAX };

/* Which figure, and by how much it is moved. */
struct move {
    enum range_kind kind;
    uint32_t index;
    double share;
};

struct ranging {
    const struct mix_ask *ask;
    const struct focus_figures *figures;
    struct bounds *bounds;
    struct program *free, *kept;
    bool *runs;      /* [activity] as the best mix has them, or one flipped */
    enum part *part; /* [offer] */
    double *price;   /* [bounds->count] of one more of each row */
    double *gain;    /* [activity] what flipping it would bring before anything is moved, if any */
    uint64_t until_ns;
};

/* ---- the two programs ---- */

/* What could be sold of an offer, in units; HUGE_VAL: no limit. */
static double upper_of(const struct ranging *ranging, uint32_t offer, const struct move *move)
{
    const struct focus_figures *figures = ranging->figures;
    const struct focus_offer *of = &figures->offers[offer];
    if (of->activity != NO_INDEX && !ranging->runs[of->activity]) {
        return 0;
    }
    if (of->demand_thousandths == FOCUS_NO_LIMIT) {
        return HUGE_VAL;
    }
    double left = 1;
    for (uint32_t i = focus_losses_first(figures, offer);
         i < figures->loss_count && figures->losses[i].offer == offer; i++) {
        const struct focus_loss *loss = &figures->losses[i];
        left -= ranging->runs[loss->with] ? 0 : loss->share_millionths / MILLION;
    }
    bool moved = move->kind == RANGE_DEMAND && move->index == offer;
    return (double)of->demand_thousandths / THOUSAND * fmax(left, 0) * (moved ? move->share : 1);
}

static double value_of(const struct focus_offer *offer, double share)
{
    double of_price = (double)(offer->net_micro - offer->fee_micro) / MILLION;
    return (double)offer->throughput_micro / MILLION + of_price * (share - 1);
}

static void column_place(const struct ranging *ranging, uint32_t offer, const struct move *move)
{
    double upper = upper_of(ranging, offer, move);
    enum part part = ranging->part[offer];
    program_column_bounds(ranging->free, offer, 0, upper);
    program_column_bounds(ranging->kept, offer, part == PART_ALL ? upper : 0,
                          part == PART_NOTHING ? 0 : upper);
}

static void move_put(const struct ranging *ranging, const struct move *move)
{
    if (move->kind == RANGE_PRICE) {
        double value = value_of(&ranging->figures->offers[move->index], move->share);
        program_column_value(ranging->free, move->index, value);
        program_column_value(ranging->kept, move->index, value);
    } else if (move->kind == RANGE_DEMAND) {
        column_place(ranging, move->index, move);
    } else {
        double upper = (double)ranging->bounds->capacity_micro[move->index] / MILLION * move->share;
        program_row_bounds(ranging->free, move->index, -HUGE_VAL, upper);
        program_row_bounds(ranging->kept, move->index, -HUGE_VAL, upper);
    }
}

static void move_back(const struct ranging *ranging, struct move move)
{
    move.share = 1;
    move_put(ranging, &move);
}

static void row_make(const struct ranging *ranging, struct program *program, uint32_t row)
{
    const struct bounds *bounds = ranging->bounds;
    program_row_begin(program);
    for (uint32_t i = 0; i < ranging->figures->offer_count; i++) {
        for (uint32_t j = bounds->first[i]; j < bounds->first[i + 1]; j++) {
            const struct bound_entry *entry = &bounds->entries[j];
            if (entry->row == row && entry->amount_micro > 0) {
                double seats = entry->of_session ? (double)ranging->figures->offers[i].seats : 1;
                program_row_add(program, i, (double)entry->amount_micro / MILLION / seats);
            }
        }
    }
    (void)program_row_end(program, -HUGE_VAL, (double)bounds->capacity_micro[row] / MILLION);
}

static struct program *program_make(const struct ranging *ranging)
{
    const struct move none = {RANGE_HOURS, 0, 1};
    struct program *program = program_new();
    for (uint32_t i = 0; program != NULL && i < ranging->figures->offer_count; i++) {
        (void)program_column(program, 0, upper_of(ranging, i, &none),
                             value_of(&ranging->figures->offers[i], 1), false);
    }
    for (uint32_t i = 0; program != NULL && i < ranging->bounds->count; i++) {
        row_make(ranging, program, i);
    }
    return program;
}

/* ---- what is asked of them ---- */

static bool solve(struct program *program, double *value)
{
    struct program_result result;
    program_relax(program, -1, &result);
    *value = result.value;
    return result.end == PROGRAM_OPTIMAL;
}

static bool clearly_more(double more, double than)
{
    return more - than > SAME_SHARE * (1 + fabs(than));
}

static enum part part_of(double quantity, double upper)
{
    if (quantity <= SAME_SHARE * (isfinite(upper) ? upper : 1)) {
        return PART_NOTHING;
    }
    return isfinite(upper) && quantity >= upper * (1 - SAME_SHARE) ? PART_ALL : PART_SOME;
}

/* Has one of the parts become nothing or all? */
static bool parts_end(const struct ranging *ranging, const struct move *move)
{
    for (uint32_t i = 0; i < ranging->figures->offer_count; i++) {
        if (ranging->part[i] == PART_SOME &&
            part_of(program_value(ranging->kept, i), upper_of(ranging, i, move)) != PART_SOME) {
            return true;
        }
    }
    return false;
}

static void activity_place(const struct ranging *ranging, uint32_t activity,
                           const struct move *move)
{
    const struct focus_figures *figures = ranging->figures;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        if (figures->offers[i].activity == activity) {
            column_place(ranging, i, move);
        }
    }
    for (uint32_t i = 0; i < figures->loss_count; i++) {
        if (figures->losses[i].with == activity) {
            column_place(ranging, figures->losses[i].offer, move);
        }
    }
}

/* What is earned more if one activity stops, or starts. */
static double flip_gain(const struct ranging *ranging, uint32_t activity, const struct move *move,
                        double value)
{
    double fixed = (double)ranging->figures->activities[activity].fixed_micro / MILLION;
    double other = 0;
    ranging->runs[activity] = !ranging->runs[activity];
    activity_place(ranging, activity, move);
    bool solved = solve(ranging->free, &other);
    double gain = other - value + (ranging->runs[activity] ? -fixed : fixed);
    ranging->runs[activity] = !ranging->runs[activity];
    activity_place(ranging, activity, move);
    return solved ? gain : 0;
}

/* May it start beside those that run? */
static bool may_flip(const struct ranging *ranging, uint32_t activity)
{
    const struct focus_figures *figures = ranging->figures;
    if (ranging->runs[activity]) {
        return true;
    }
    uint32_t running = 1;
    int64_t owner = figures->activities[activity].owner_thousandths;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        running += ranging->runs[i];
        owner += ranging->runs[i] ? figures->activities[i].owner_thousandths : 0;
    }
    return running <= ranging->ask->most && figures->activities[activity].offer_count > 0 &&
           (ranging->ask->never == NULL || !ranging->ask->never[activity]) &&
           (figures->owner_thousandths == FOCUS_NO_LIMIT || owner <= figures->owner_thousandths);
}

/* What one more unit of an offer would bring beyond the hours and items that it takes, at their
 * prices of the last solution of `free`. */
static double reduced_value(const struct ranging *ranging, uint32_t offer, const struct move *move)
{
    const struct focus_offer *of = &ranging->figures->offers[offer];
    const struct bounds *bounds = ranging->bounds;
    bool moved = move->kind == RANGE_PRICE && move->index == offer;
    double value = value_of(of, moved ? move->share : 1);
    for (uint32_t i = bounds->first[offer]; i < bounds->first[offer + 1]; i++) {
        const struct bound_entry *entry = &bounds->entries[i];
        double seats = entry->of_session ? (double)of->seats : 1;
        value -= ranging->price[entry->row] * (double)entry->amount_micro / MILLION / seats;
    }
    return fmax(value, 0);
}

/* No flip of the activity brings more than this: at the prices of now, what its offers are worth
 * beyond what they take (duality). Most activities need no solution to be ruled out. */
static double flip_bound(const struct ranging *ranging, uint32_t activity, const struct move *move)
{
    const struct focus_figures *figures = ranging->figures;
    bool stops = ranging->runs[activity];
    double worth = 0;
    ranging->runs[activity] = true;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        if (figures->offers[i].activity == activity) {
            double value = reduced_value(ranging, i, move);
            worth += value > 0 ? value * upper_of(ranging, i, move) : 0;
        }
    }
    for (uint32_t i = 0; i < figures->loss_count && !stops; i++) {
        const struct focus_loss *loss = &figures->losses[i];
        if (loss->with == activity) {
            double value = reduced_value(ranging, loss->offer, move);
            worth += value > 0 ? value * upper_of(ranging, loss->offer, move) : 0;
        }
    }
    ranging->runs[activity] = stops;
    double fixed = (double)figures->activities[activity].fixed_micro / MILLION;
    return stops ? fixed - worth : worth - fixed;
}

static bool flip_is_better(const struct ranging *ranging, uint32_t activity,
                           const struct move *move, double value, double *gain)
{
    *gain = flip_gain(ranging, activity, move, value) - ranging->gain[activity];
    return *gain > SAME_SHARE * (1 + fabs(value));
}

/* The activity whose flip brings most; NO_FLIP: none brings anything. */
static uint32_t best_flip(const struct ranging *ranging, const struct move *move)
{
    uint32_t found = NO_FLIP;
    double most = 0;
    double value = 0;
    move_put(ranging, move);
    bool solved = solve(ranging->free, &value);
    for (uint32_t i = 0; i < ranging->bounds->count && solved; i++) {
        ranging->price[i] = fmax(program_dual(ranging->free, i), 0);
    }
    for (uint32_t i = 0; solved && i < ranging->figures->activity_count; i++) {
        double gain = 0;
        double least = ranging->gain[i] + most + SAME_SHARE * (1 + fabs(value));
        if (may_flip(ranging, i) && flip_bound(ranging, i, move) > least &&
            flip_is_better(ranging, i, move, value, &gain) && gain > most) {
            found = i;
            most = gain;
        }
    }
    move_back(ranging, *move);
    return found;
}

/* Is another advice better? `flip` is looked at, too; NO_FLIP: only quantities are. */
static bool advice_changes(const struct ranging *ranging, const struct move *move, uint32_t flip)
{
    double kept = 0;
    double free_value = 0;
    double gain = 0;
    move_put(ranging, move);
    bool changes = !solve(ranging->kept, &kept) || parts_end(ranging, move) ||
                   !solve(ranging->free, &free_value) || clearly_more(free_value, kept) ||
                   (flip != NO_FLIP && flip_is_better(ranging, flip, move, free_value, &gain));
    move_back(ranging, *move);
    return changes;
}

/* ---- the ends of a range ---- */

static double halve(const struct ranging *ranging, struct move move, double end, uint32_t flip)
{
    double keeps = 1;
    while (fabs(end - keeps) > FINE / 2) {
        move.share = (keeps + end) / 2;
        if (advice_changes(ranging, &move, flip)) {
            end = move.share;
        } else {
            keeps = move.share;
        }
    }
    return end;
}

static enum range_change change_of(enum part before, enum part after)
{
    if (before == after) {
        return RANGE_UNCHANGED;
    }
    return after == PART_NOTHING    ? RANGE_STOPS
           : before == PART_NOTHING ? RANGE_STARTS
           : after > before         ? RANGE_MORE
                                    : RANGE_LESS;
}

/* What is sold otherwise just beyond the end: the offer whose figure it is, or the one by which
 * most money moves. */
static void change_find(const struct ranging *ranging, const struct move *move,
                        const double *before, struct range_end *end)
{
    double value = 0;
    double most = -1;
    move_put(ranging, move);
    bool solved = solve(ranging->free, &value);
    for (uint32_t i = 0; solved && i < ranging->figures->offer_count; i++) {
        double quantity = program_value(ranging->free, i);
        enum range_change change =
            change_of(ranging->part[i], part_of(quantity, upper_of(ranging, i, move)));
        bool own = move->kind != RANGE_HOURS && move->index == i;
        double moved = own ? HUGE_VAL
                           : fabs(quantity - before[i]) *
                                 fabs((double)ranging->figures->offers[i].throughput_micro);
        if (change != RANGE_UNCHANGED && moved > most) {
            most = moved;
            *end = (struct range_end){end->share, change, false, i};
        }
    }
    move_back(ranging, *move);
}

/* Of the activity of an offer that stops, is anything else sold? */
static void change_of_activity(const struct ranging *ranging, struct range_end *end)
{
    const struct focus_figures *figures = ranging->figures;
    uint16_t activity = figures->offers[end->index].activity;
    if (end->change != RANGE_STOPS || activity == NO_INDEX) {
        return;
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        if (figures->offers[i].activity == activity && i != end->index &&
            ranging->part[i] != PART_NOTHING) {
            return;
        }
    }
    end->of_activity = true;
    end->index = activity;
}

static void end_find(const struct ranging *ranging, struct move move, const double *before,
                     struct range_end *end)
{
    double furthest = move.share;
    *end = (struct range_end){furthest, RANGE_UNCHANGED, false, 0};
    if (advice_changes(ranging, &move, NO_FLIP)) {
        end->share = halve(ranging, move, furthest, NO_FLIP);
        struct move beyond = move;
        beyond.share = end->share + (furthest > 1 ? FINE : -FINE);
        change_find(ranging, &beyond, before, end);
        change_of_activity(ranging, end);
    }
    move.share = end->share;
    uint32_t flip = best_flip(ranging, &move);
    if (flip != NO_FLIP) {
        enum range_change change = ranging->runs[flip] ? RANGE_STOPS : RANGE_STARTS;
        double share = halve(ranging, move, end->share, flip);
        *end = (struct range_end){share, change, true, flip};
    }
}

/* ---- all figures ---- */

struct subject {
    enum range_kind kind;
    uint32_t index;
    double money; /* that hangs on it */
};

static int most_money_first(const void *a, const void *b)
{
    const struct subject *left = a;
    const struct subject *right = b;
    if (left->money != right->money) {
        return left->money > right->money ? -1 : 1;
    }
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    return left->index < right->index ? -1 : 1;
}

static uint32_t subjects_list(const struct ranging *ranging, const struct mix *best,
                              struct subject *subjects)
{
    const struct focus_figures *figures = ranging->figures;
    uint32_t count = 0;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        double units = (double)best->units_thousandths[i];
        double throughput = fmax((double)offer->throughput_micro, 0);
        if (offer->net_micro > 0 && offer->demand_thousandths != 0) {
            subjects[count++] = (struct subject){RANGE_PRICE, i, (double)offer->net_micro * units};
        }
        if (offer->demand_thousandths > 0) {
            subjects[count++] = (struct subject){RANGE_DEMAND, i, throughput * units};
        }
    }
    for (uint32_t i = 0; i < figures->center_count; i++) {
        double hours = (double)figures->centers[i].minutes_micro / MILLION / 60;
        if (hours > 0) {
            double money = best->per_hour_minor[i] * hours * MILLION * THOUSAND;
            subjects[count++] = (struct subject){RANGE_HOURS, i, money};
        }
    }
    qsort(subjects, count, sizeof *subjects, most_money_first);
    return count;
}

/* How far the nearest end is: further than was looked, if the advice stays. */
static double nearest(const struct range *range)
{
    double low = range->low.change == RANGE_UNCHANGED ? 2 : 1 - range->low.share;
    double high = range->high.change == RANGE_UNCHANGED ? 2 : range->high.share - 1;
    return fmin(low, high);
}

static int nearest_first(const void *a, const void *b)
{
    const struct range *left = a;
    const struct range *right = b;
    double difference = nearest(left) - nearest(right);
    if (difference != 0) {
        return difference < 0 ? -1 : 1;
    }
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    return left->index < right->index ? -1 : left->index > right->index;
}

/* The best quantities and what they are of their demand; what flipping would bring. False: no
 * optimum (which cannot be where there is a best mix). */
static bool base_find(struct ranging *ranging, double *before)
{
    const struct move none = {RANGE_HOURS, 0, 1};
    double value = 0;
    if (!solve(ranging->free, &value)) {
        return false;
    }
    for (uint32_t i = 0; i < ranging->figures->offer_count; i++) {
        before[i] = program_value(ranging->free, i);
        ranging->part[i] = part_of(before[i], upper_of(ranging, i, &none));
    }
    for (uint32_t i = 0; i < ranging->figures->offer_count; i++) {
        column_place(ranging, i, &none);
    }
    for (uint32_t i = 0; i < ranging->figures->activity_count; i++) {
        ranging->gain[i] = may_flip(ranging, i) ? fmax(flip_gain(ranging, i, &none, value), 0) : 0;
    }
    return true;
}

static void ranges_find(struct ranging *ranging, const struct mix *best, struct subject *subjects,
                        double *before, struct focus_ranges *made)
{
    uint32_t count = subjects_list(ranging, best, subjects);
    made->complete = base_find(ranging, before);
    for (uint32_t i = 0; made->complete && i < count; i++) {
        if (mix_time_is_up(ranging->ask, ranging->until_ns)) {
            made->complete = false;
            break;
        }
        struct range *range = &made->ranges[made->count++];
        *range = (struct range){.kind = subjects[i].kind, .index = subjects[i].index};
        struct move move = {range->kind, range->index, 1 - RANGE_FURTHEST};
        end_find(ranging, move, before, &range->low);
        move.share = 1 + RANGE_FURTHEST;
        end_find(ranging, move, before, &range->high);
        if (ranging->ask->progress != NULL) {
            ranging->ask->progress(ranging->ask->progress_context, i + 1, count);
        }
    }
    qsort(made->ranges, made->count, sizeof *made->ranges, nearest_first);
}

static struct focus_ranges *ranges_new(size_t count)
{
    struct focus_ranges *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->ranges = calloc(count, sizeof *made->ranges);
    }
    if (made != NULL && made->ranges == NULL) {
        free(made);
        made = NULL;
    }
    return made;
}

static bool ranging_open(struct ranging *ranging, const struct mix *best)
{
    const struct focus_figures *figures = ranging->figures;
    ranging->bounds = bounds_make(figures);
    ranging->runs = calloc(figures->activity_count + 1u, sizeof *ranging->runs);
    ranging->gain = calloc(figures->activity_count + 1u, sizeof *ranging->gain);
    ranging->price =
        calloc(ranging->bounds != NULL ? ranging->bounds->count + 1u : 1, sizeof *ranging->price);
    ranging->part = calloc(figures->offer_count + 1u, sizeof *ranging->part);
    if (ranging->bounds == NULL || ranging->runs == NULL || ranging->gain == NULL ||
        ranging->price == NULL || ranging->part == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        ranging->runs[i] = best->runs[i];
    }
    ranging->free = program_make(ranging);
    ranging->kept = program_make(ranging);
    return ranging->free != NULL && ranging->kept != NULL;
}

static void ranging_close(struct ranging *ranging)
{
    program_free(ranging->free);
    program_free(ranging->kept);
    bounds_free(ranging->bounds);
    free(ranging->runs);
    free(ranging->gain);
    free(ranging->price);
    free(ranging->part);
}

enum status ranges_make(const struct mix_ask *ask, const struct mix *best,
                        struct focus_ranges **ranges, struct fault *fault)
{
    const struct focus_figures *figures = ask->figures;
    ASSERT(best->state == MIX_FOUND);
    struct ranging ranging = {.ask = ask, .figures = figures, .until_ns = mix_until(ask)};
    size_t most = 2 * (size_t)figures->offer_count + figures->center_count + 1;
    struct subject *subjects = calloc(most, sizeof *subjects);
    double *before = calloc(figures->offer_count + 1u, sizeof *before);
    struct focus_ranges *made = *ranges = ranges_new(most);
    bool opened =
        ranging_open(&ranging, best) && subjects != NULL && before != NULL && made != NULL;
    if (opened) {
        ranges_find(&ranging, best, subjects, before, made);
    }
    ranging_close(&ranging);
    free(subjects);
    free(before);
    if (!opened) {
        ranges_free(made);
        *ranges = NULL;
        return fault_set(fault, STATUS_MEMORY, "no memory for the ranges of the advice");
    }
    return STATUS_OK;
}

void ranges_free(struct focus_ranges *ranges)
{
    if (ranges != NULL) {
        free(ranges->ranges);
        free(ranges);
    }
}
