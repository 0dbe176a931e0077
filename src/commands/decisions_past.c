/* Rows of what was sold (past_rows.h), in the order of their orders -> days.
 *
 * An order's carriers are seen once each. Sums are integers; a day of more than a thousand million
 * is refused, before anything could wrap. */
#include "commands/decisions_past.h"

#include "base/decimal.h"
#include "commands/decisions_read.h"
#include "commands/past_rows.h"
#include "commands/shop_files.h"
#include "focus/figures.h"
#include "model/names.h"

#include <stdlib.h>

#define DAY_MICRO_MAX (INT64_C(100000000000) * FOCUS_MICRO) /* minor units */
#define RATE_WHOLE    100000                                /* thousandths of a percent in 1 */

enum { DAYS = LIMIT_PAST_DAYS + 2 };

struct reader {
    const char *path;
    const struct shop *shop;
    int32_t today;
    struct decision_past *past;
    int32_t first, last; /* days on which something was sold; first > last: none yet */
    struct fault *fault;
    bool lacks_memory, too_large;

    /* The order whose rows come. */
    struct decision_day *day; /* NULL: none yet */
    bool sells;               /* anything, whatever was sent back */
    int32_t vat_thousandths;
    uint32_t carrier_count;
    uint16_t carriers[LIMIT_ORDER_LINES];
};

static enum status memory_fault(const struct reader *reader)
{
    return fault_set(reader->fault, STATUS_MEMORY,
                     "no memory for the past of %s; free some and try again", reader->path);
}

/* ---- days ---- */

static void add(struct reader *reader, int64_t *to, __int128 value)
{
    __int128 sum = *to + value;
    bool fits = sum >= -DAY_MICRO_MAX && sum <= DAY_MICRO_MAX;
    *to = fits ? (int64_t)sum : *to;
    reader->too_large = reader->too_large || !fits;
}

/* a / b, half away from zero. */
static __int128 divided(__int128 a, __int128 b)
{
    return (2 * a + (a < 0 ? -b : b)) / (2 * b);
}

/* NULL: before the first or after the last day that is read. */
static struct decision_day *day_at(const struct reader *reader, int32_t day)
{
    int64_t place = (int64_t)day - reader->past->first_day;
    return place >= 0 && place < DAYS ? &reader->past->days[place] : NULL;
}

/* From the first sale on; promises of the last ones are due after them. */
static void days_trim(const struct reader *reader)
{
    struct decision_past *past = reader->past;
    if (reader->first > reader->last) {
        past->day_count = 0;
        return;
    }
    past->day_count = (uint32_t)(DAYS - (reader->first - past->first_day));
    memmove(past->days, past->days + (reader->first - past->first_day),
            past->day_count * sizeof *past->days);
    past->first_day = reader->first;
    past->last_day = reader->last;
}

/* ---- what was sold ---- */

static __int128 work_of(const struct routing *routing, int64_t quantity_thousandths, int32_t seats)
{
    __int128 minutes = 0;
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        __int128 each = (__int128)operation->minutes_thousandths * operation->crew;
        __int128 setup = (__int128)operation->setup_minutes_thousandths * operation->crew;
        minutes += seats > 0 ? divided((each + setup) * quantity_thousandths, seats)
                             : each * quantity_thousandths + setup * THOUSAND;
    }
    return minutes;
}

static void carrier_note(struct reader *reader, const struct offer *offer)
{
    reader->vat_thousandths = offer->vat_thousandths > reader->vat_thousandths
                                  ? offer->vat_thousandths
                                  : reader->vat_thousandths;
    for (uint32_t i = 0; i < reader->carrier_count; i++) {
        if (reader->carriers[i] == offer->carrier.index) {
            return;
        }
    }
    if (offer->carrier.index != NO_INDEX && reader->carrier_count < LIMIT_ORDER_LINES) {
        reader->carriers[reader->carrier_count++] = offer->carrier.index;
    }
}

static void line_take(struct reader *reader, const struct offer *offer, const struct past_row *row)
{
    const struct shop *shop = reader->shop;
    struct decision_day *day = reader->day;
    int64_t quantity = row->quantity_thousandths;
    __int128 micro = (__int128)row->amount_minor * FOCUS_MICRO;
    __int128 net = divided(micro * RATE_WHOLE, RATE_WHOLE + offer->vat_thousandths);
    __int128 fee = divided(micro * shop->cash.payment_fee_thousandths, RATE_WHOLE);
    __int128 materials = 0;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        materials += (__int128)component->quantity_thousandths *
                     shop->items[component->item.index].unit_cost_minor * quantity;
    }
    add(reader, &day->revenue_micro, net);
    add(reader, &reader->past->sold_minor[offer - shop->offers], net / FOCUS_MICRO);
    add(reader, &day->throughput_micro,
        net - fee - materials); /* thousandths of thousandths: millionths */
    if (quantity > 0) {
        reader->sells = true;
        add(reader, &day->minutes_micro, work_of(&offer->routing, quantity, offer->seats));
        carrier_note(reader, offer);
    }
}

/* Parcels, once the order's lines are known. */
static void order_end(struct reader *reader)
{
    const struct shop *shop = reader->shop;
    struct decision_day *day = reader->day;
    if (day == NULL || !reader->sells) {
        return;
    }
    day->orders++;
    for (uint32_t i = 0; i < reader->carrier_count; i++) {
        const struct carrier *carrier = &shop->carriers[reader->carriers[i]];
        int32_t vat =
            carrier->vat_thousandths >= 0 ? carrier->vat_thousandths : reader->vat_thousandths;
        __int128 charged =
            divided((__int128)carrier->charge_minor * FOCUS_MICRO * RATE_WHOLE, RATE_WHOLE + vat);
        __int128 beyond = (__int128)carrier->cost_minor * FOCUS_MICRO - charged;
        add(reader, &day->throughput_micro, beyond > 0 ? -beyond : 0);
        add(reader, &day->minutes_micro, work_of(&carrier->routing, THOUSAND, 0));
    }
}

/* A promise counts on the day for which it was first made, once that day is over. */
static void promise_take(struct reader *reader, const struct past_row *row)
{
    if (row->promised_day == 0 || row->promised_day >= reader->today) {
        return;
    }
    struct decision_day *day = day_at(reader, row->promised_day);
    bool came = row->delivered_at != 0;
    reader->past->knows_promises = reader->past->knows_promises || came;
    if (day != NULL) {
        day->due++;
        day->kept += came && zone_day(&reader->shop->zone, row->delivered_at) <= row->promised_day;
    }
}

static void order_begin(struct reader *reader, const struct past_row *row)
{
    reader->day = day_at(reader, zone_day(&reader->shop->zone, row->at));
    reader->sells = false;
    reader->vat_thousandths = 0;
    reader->carrier_count = 0;
    promise_take(reader, row);
}

static void run_widen(struct decision_past *past, const struct offer *offer, int32_t day)
{
    if (offer->activity.index != NO_INDEX) {
        struct decision_run *run = &past->runs[offer->activity.index];
        run->from_day = day < run->from_day ? day : run->from_day;
        run->until_day = day + 1 > run->until_day ? day + 1 : run->until_day;
    }
}

/* All lines of an order stand on the day of its first. */
static void row_take(struct reader *reader, const struct past_row *row)
{
    if (row->is_new) {
        order_end(reader);
        order_begin(reader, row);
    }
    uint16_t index = names_find(reader->shop, NAMES_OFFERS, row->offer);
    if (index == NO_INDEX) {
        reader->past->foreign_lines++;
    } else if (reader->day != NULL) {
        const struct offer *offer = &reader->shop->offers[index];
        int32_t day = reader->past->first_day + (int32_t)(reader->day - reader->past->days);
        line_take(reader, offer, row);
        int32_t *from_day = &reader->past->sold_from_day[index];
        *from_day = day < *from_day ? day : *from_day;
        run_widen(reader->past, offer, day);
        reader->first = day < reader->first ? day : reader->first;
        reader->last = day > reader->last ? day : reader->last;
    }
}

static enum status sold_read(struct reader *reader, struct env *env, int64_t now)
{
    struct past_rows rows;
    struct past_row row;
    enum status status = past_rows_open(&rows, reader->path, env, now, reader->fault);
    if (status == STATUS_OK) {
        while (past_rows_next(&rows, &row)) {
            row_take(reader, &row);
        }
        order_end(reader);
        days_trim(reader);
    }
    if (status == STATUS_OK && reader->too_large) {
        status = fault_set(reader->fault, STATUS_LIMIT,
                           "%s: more was sold in a day than can be reckoned with; look for wrong "
                           "quantities and prices in the history",
                           reader->path);
    }
    return past_rows_close(&rows, status, reader->fault);
}

/* ---- costs ---- */

static bool costs_take(void *context, const struct shop_file_applied *applied)
{
    struct reader *reader = context;
    struct decision_past *past = reader->past;
    struct decision_costs *costs =
        realloc(past->costs, (past->cost_count + 1) * sizeof *past->costs);
    reader->lacks_memory = costs == NULL;
    if (costs == NULL) {
        return false;
    }
    past->costs = costs;
    costs += past->cost_count;
    *costs = (struct decision_costs){.from_day = zone_day(&reader->shop->zone, applied->at),
                                     .fixed_micro =
                                         calloc((size_t)past->activity_count + 1, sizeof(int64_t))};
    reader->lacks_memory = costs->fixed_micro == NULL;
    if (costs->fixed_micro == NULL) {
        return false;
    }
    past->cost_count++;
    for (uint32_t i = 0; i < applied->after->activity_count && i < past->activity_count; i++) {
        costs->fixed_micro[i] =
            applied->after->activities[i].fixed_cost_per_week_minor * FOCUS_MICRO;
    }
    /* More than can be reckoned with counts as none; `focus` refuses such a shop by name. */
    (void)focus_operating(applied->after, &costs->operating_micro);
    return true;
}

static void runs_begin(struct decision_past *past)
{
    for (uint32_t i = 0; i < past->activity_count; i++) {
        past->runs[i] = (struct decision_run){INT32_MAX, INT32_MIN};
    }
}

/* An activity costs its fixed costs from its first sale, or the day on which it was to begin, to
 * the day on which it was to stop, or its last sale if that is later. One that the shop has dropped
 * without a decision ends with its last sale; all others go on. */
static void runs_end(const struct reader *reader, const struct decision_entry *entries,
                     uint32_t count)
{
    struct decision_past *past = reader->past;
    for (uint32_t i = 0; i < past->activity_count; i++) {
        struct decision_run *run = &past->runs[i];
        bool goes_on = !reader->shop->activities[i].retired;
        for (uint32_t j = 0; j < count; j++) {
            const struct decision *decision = &entries[j].decision;
            enum decision_verb verb = decision_verb(decision);
            if (strcmp(decision_activity(decision), reader->shop->activities[i].name) != 0) {
                continue;
            }
            if (verb == DECISION_START && decision->on_day < run->from_day) {
                run->from_day = decision->on_day;
            } else if (verb == DECISION_STOP && decision->on_day > run->until_day) {
                run->until_day = decision->on_day;
            }
            goes_on = verb == DECISION_STOP ? false : goes_on || verb == DECISION_START;
        }
        run->until_day = goes_on ? INT32_MAX : run->until_day;
    }
}

static enum status costs_read(struct reader *reader, struct env *env)
{
    enum status status = shop_files_each(reader->path, env, costs_take, reader, reader->fault);
    return status == STATUS_OK && reader->lacks_memory ? memory_fault(reader) : status;
}

enum status decisions_past_read(const char *path, struct env *env, const struct shop *shop,
                                int64_t now, const struct decision_entry *entries, uint32_t count,
                                struct decision_past *past, struct fault *fault)
{
    struct reader reader = {.path = path,
                            .shop = shop,
                            .today = zone_day(&shop->zone, now),
                            .past = past,
                            .first = INT32_MAX,
                            .last = INT32_MIN,
                            .fault = fault};
    past->activity_count = shop->activity_count;
    past->first_day = reader.today - LIMIT_PAST_DAYS;
    past->days = calloc(DAYS, sizeof *past->days);
    past->runs = calloc((size_t)shop->activity_count + 1, sizeof *past->runs);
    past->sold_minor = calloc((size_t)shop->offer_count + 1, sizeof *past->sold_minor);
    past->sold_from_day = calloc((size_t)shop->offer_count + 1, sizeof *past->sold_from_day);
    if (past->days == NULL || past->runs == NULL || past->sold_minor == NULL ||
        past->sold_from_day == NULL) {
        return memory_fault(&reader);
    }
    runs_begin(past);
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        past->sold_from_day[i] = INT32_MAX;
    }
    enum status status = sold_read(&reader, env, now);
    status = status == STATUS_OK ? costs_read(&reader, env) : status;
    runs_end(&reader, entries, count);
    return status;
}
