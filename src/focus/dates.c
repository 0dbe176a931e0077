/* the week's sales -> sales in the order of their time -> day after day: what comes, who buys, what
 * is bought again -> how many days each was promised -> median and ninth decile.
 *
 * Counted in an array of days, one row an activity: two values of a row are all that is asked. */
#include "focus/dates.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "base/random.h"
#include "promise/event.h"
#include "supply/reorder.h"

#include <stdlib.h>

#define PHASE_WHOLE  INT64_C(1000000)
#define PHASE_GOLDEN INT64_C(618034) /* of the whole: no two offers are sold in step */

enum { DAYS_COUNTED = LIMIT_HORIZON_DAYS + 1, STATE_SPARE_ORDERS = 1000 };

struct sale {
    int64_t at;
    int64_t quantity_thousandths;
    uint16_t offer;
};

/* A shop in virtual time. */
struct lived {
    const struct dates_ask *ask;
    struct promise_state *state;
    struct event_buffer events;
    struct reorder *reorders;
    struct sale *sales;
    uint32_t sale_count;
    int64_t now;
    int64_t measured_from;
    uint32_t *days; /* [activity][DAYS_COUNTED]: orders that were promised in so many */
    struct dates *dates;
};

/* ---- what is sold when ---- */

static uint32_t orders_of(const struct dates_ask *ask, uint32_t offer, uint32_t weeks)
{
    int64_t per_order = ask->per_order[offer];
    int64_t units = ask->weekly[offer] * (int64_t)weeks;
    int64_t orders = (units + per_order / 2) / per_order;
    return orders > DATES_ORDERS_MAX ? DATES_ORDERS_MAX + 1 : (uint32_t)orders;
}

static uint32_t orders_in(const struct dates_ask *ask, uint32_t weeks)
{
    uint32_t orders = 0;
    for (uint32_t i = 0; i < ask->shop->offer_count && orders <= DATES_ORDERS_MAX; i++) {
        orders += orders_of(ask, i, weeks);
    }
    return orders;
}

/* As many weeks as there is room for. */
static uint32_t weeks_choose(const struct dates_ask *ask)
{
    uint32_t weeks = DATES_WEEKS;
    while (weeks > 0 && orders_in(ask, weeks) > DATES_ORDERS_MAX) {
        weeks--;
    }
    return weeks;
}

/* Orders have whole units; in the long run their mean is what it is to be. */
static int64_t quantity_of(int64_t per_order, int64_t number)
{
    int64_t whole = ((number + 1) * per_order) / THOUSAND - (number * per_order) / THOUSAND;
    int64_t quantity = (whole < 1 ? 1 : whole) * THOUSAND;
    return quantity < LIMIT_LINE_QUANTITY_THOUSANDTHS ? quantity : LIMIT_LINE_QUANTITY_THOUSANDTHS;
}

static void offer_sell(struct lived *lived, uint32_t offer, uint32_t weeks)
{
    const struct dates_ask *ask = lived->ask;
    int64_t seconds = (int64_t)weeks * WEEKDAYS * DAY_SECONDS;
    uint32_t orders = orders_of(ask, offer, weeks);
    int64_t phase = ((int64_t)offer + 1) * PHASE_GOLDEN % PHASE_WHOLE;
    for (uint32_t i = 0; i < orders; i++) {
        int64_t place = (int64_t)i * PHASE_WHOLE + phase;
        lived->sales[lived->sale_count++] =
            (struct sale){.at = ask->now + seconds * place / (orders * PHASE_WHOLE),
                          .quantity_thousandths = quantity_of(ask->per_order[offer], i),
                          .offer = (uint16_t)offer};
    }
}

static int sale_compare(const void *left, const void *right)
{
    const struct sale *a = left;
    const struct sale *b = right;
    return a->at != b->at ? (a->at < b->at ? -1 : 1)
                          : (a->offer > b->offer) - (a->offer < b->offer);
}

/* ---- time ---- */

static void time_move(struct lived *lived, int64_t now)
{
    lived->now = now > lived->now ? now : lived->now;
    promise_apply_due(lived->state, &lived->events, lived->now);
}

/* What the core does not take (a table is full) does not happen. */
static void change_record(struct lived *lived, const struct promise_change *change)
{
    if (promise_change(lived->state, change, &lived->events) == PROMISE_OK) {
        promise_apply_all(lived->state, &lived->events, lived->now);
    }
    lived->events.length = 0;
}

/* Of items that nobody can be asked for: what all weeks need beside what is promised already. */
static void unsupplied_fill(struct lived *lived, uint32_t weeks)
{
    const struct shop *shop = lived->ask->shop;
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        const struct offer *offer = &shop->offers[i];
        int64_t units = lived->ask->weekly[i] * (int64_t)weeks + lived->ask->per_order[i];
        for (uint32_t j = 0; j < offer->component_count && lived->ask->weekly[i] > 0; j++) {
            struct item_id item = offer->components[j].item;
            __int128 needed = (__int128)units * offer->components[j].quantity_thousandths;
            int64_t there = promise_on_hand(lived->state, item);
            __int128 wanted = there + needed / THOUSAND + THOUSAND;
            const struct promise_change change = {.kind = CHANGE_COUNT,
                                                  .index = item.index,
                                                  .quantity_thousandths =
                                                      wanted < LIMIT_QUANTITY_THOUSANDTHS
                                                          ? (int64_t)wanted
                                                          : LIMIT_QUANTITY_THOUSANDTHS};
            if (shop->items[item.index].supplier.index == NO_INDEX) {
                change_record(lived, &change);
            }
        }
    }
}

/* What is due today comes in, good and whole. */
static void morning(struct lived *lived, int32_t today)
{
    for (uint32_t number = 1; number <= promise_entry_count(lived->state); number++) {
        const struct supply_entry *entry = promise_entry(lived->state, number);
        bool comes = entry->status == SUPPLY_EXPECTED || entry->status == SUPPLY_SENT;
        if (comes && entry->due_day == today && entry->quantity_thousandths > 0) {
            const struct promise_change change = {.kind = CHANGE_RECEIVED,
                                                  .entry = number,
                                                  .index = entry->item,
                                                  .quantity_thousandths =
                                                      entry->quantity_thousandths,
                                                  .closes = true};
            change_record(lived, &change);
        }
    }
}

static void reorders_buy(struct lived *lived, int32_t today)
{
    uint32_t count = reorder_list(lived->state, lived->reorders, lived->ask->shop->item_count);
    for (uint32_t i = 0; i < count; i++) {
        const struct reorder *reorder = &lived->reorders[i];
        if (reorder->has_order && reorder->order_day == today &&
            reorder->quantity_thousandths > 0) {
            const struct promise_change change = {.kind = CHANGE_BOUGHT,
                                                  .index = reorder->item.index,
                                                  .quantity_thousandths =
                                                      reorder->quantity_thousandths,
                                                  .from_day = today};
            change_record(lived, &change);
        }
    }
}

/* What is to be bought by today is sent. */
static void evening(struct lived *lived, int32_t today)
{
    reorders_buy(lived, today);
    for (uint32_t number = 1; number <= promise_entry_count(lived->state); number++) {
        const struct supply_entry entry = *promise_entry(lived->state, number);
        if (supply_unsent(&entry) && entry.order_day == today && entry.quantity_thousandths > 0) {
            struct promise_change change = {
                .kind = CHANGE_APPROVED, .index = entry.supplier, .from_day = entry.order_day};
            if (entry.status == SUPPLY_PROPOSED) {
                change_record(lived, &change);
            }
            change.kind = CHANGE_SENT;
            change_record(lived, &change);
        }
    }
}

/* ---- orders ---- */

/* Looks random, as the core's tables want it. */
static struct order_key key_of(uint32_t number)
{
    struct order_key key = {{0}};
    uint64_t mixed = random_mix((uint64_t)number + 1);
    memcpy(key.bytes, &mixed, sizeof mixed);
    return key;
}

static uint32_t row_of(const struct lived *lived, uint16_t offer)
{
    const struct shop *shop = lived->ask->shop;
    uint16_t activity = shop->offers[offer].activity.index;
    return activity == NO_INDEX ? shop->activity_count : activity;
}

static void answer_count(struct lived *lived, const struct sale *sale,
                         const struct promise_answer *answer)
{
    if (sale->at < lived->measured_from) {
        return;
    }
    uint32_t row = row_of(lived, sale->offer);
    struct dates_figures *figures = &lived->dates->activities[row];
    figures->orders++;
    if (answer->result != PROMISE_OK) {
        figures->refused++;
        return;
    }
    int32_t today = zone_day(&lived->ask->shop->zone, sale->at);
    int32_t days = answer->summary.dates.deliver_by_day - today;
    ASSERT(days >= 0);
    lived->days[row * DAYS_COUNTED + (days < DAYS_COUNTED ? (uint32_t)days : DAYS_COUNTED - 1)]++;
}

static void sale_make(struct lived *lived, uint32_t number)
{
    const struct sale *sale = &lived->sales[number];
    struct promise_answer answer;
    const struct promise_line line = {{sale->offer}, sale->quantity_thousandths};
    time_move(lived, sale->at);
    const struct promise_command command = {.kind = PROMISE_PLACE,
                                            .now = lived->now,
                                            .order = key_of(number),
                                            .ask = {.line_count = 1, .lines = &line}};
    promise_decide(lived->state, &command, &answer, &lived->events);
    if (answer.result == PROMISE_OK) {
        promise_apply_all(lived->state, &lived->events, lived->now);
    }
    lived->events.length = 0;
    answer_count(lived, sale, &answer);
}

static void weeks_live(struct lived *lived, uint32_t weeks)
{
    const struct zone *zone = &lived->ask->shop->zone;
    int64_t until = lived->ask->now + (int64_t)weeks * WEEKDAYS * DAY_SECONDS;
    uint32_t next = 0;
    unsupplied_fill(lived, weeks);
    lived->measured_from = until - (int64_t)weeks * WEEKDAYS * DAY_SECONDS / 2;
    for (int32_t day = zone_day(zone, lived->now); next < lived->sale_count; day++) {
        int64_t ends = zone_instant(zone, day + 1, 0);
        time_move(lived, zone_instant(zone, day, 0));
        morning(lived, day);
        while (next < lived->sale_count && lived->sales[next].at < ends) {
            sale_make(lived, next++);
        }
        time_move(lived, ends - 1);
        evening(lived, day);
    }
}

/* ---- the answer ---- */

/* The days within which `share` percent of a row's orders were promised. */
static int32_t days_within(const uint32_t *days, uint32_t orders, uint32_t percent)
{
    uint64_t wanted = ((uint64_t)orders * percent + 99) / 100;
    uint64_t met = 0;
    for (int32_t i = 0; i < DAYS_COUNTED && orders > 0; i++) {
        met += days[i];
        if (met >= wanted) {
            return i;
        }
    }
    return -1;
}

static void figures_finish(struct dates_figures *figures, const uint32_t *days)
{
    uint32_t promised = figures->orders - figures->refused;
    figures->median_days = days_within(days, promised, 50);
    figures->ninth_days = days_within(days, promised, 90);
}

/* The last row of `days` is of all. */
static void dates_finish(struct lived *lived)
{
    struct dates *dates = lived->dates;
    uint32_t rows = dates->activity_count + 1;
    uint32_t *all = &lived->days[rows * DAYS_COUNTED];
    for (uint32_t i = 0; i < rows; i++) {
        const uint32_t *days = &lived->days[i * DAYS_COUNTED];
        dates->all.orders += dates->activities[i].orders;
        dates->all.refused += dates->activities[i].refused;
        for (uint32_t day = 0; day < DAYS_COUNTED; day++) {
            all[day] += days[day];
        }
        figures_finish(&dates->activities[i], days);
    }
    figures_finish(&dates->all, all);
}

/* ---- the state ---- */

/* The core as it is, to whose shop the plan's comes. */
static enum status state_copy(struct lived *lived, struct fault *fault)
{
    struct text saved;
    text_init(&saved, PROMISE_SAVED_BYTES_MAX);
    enum status status = promise_save_bytes(lived->ask->state, &saved);
    if (status == STATUS_OK) {
        status = promise_restore_bytes(lived->state, text_slice(&saved));
    }
    if (status != STATUS_OK) {
        status =
            fault_set(fault, status, "the shop's state cannot be copied: %s", status_text(status));
    } else if (lived->ask->shop != promise_state_shop(lived->state)) {
        promise_shop(lived->state, lived->ask->shop, lived->now);
    }
    text_free(&saved);
    return status;
}

static enum status state_open(struct lived *lived, struct fault *fault)
{
    const struct dates_ask *ask = lived->ask;
    uint32_t orders = ask->state != NULL ? promise_order_count(ask->state) : 0;
    uint32_t wanted = orders + lived->sale_count + STATE_SPARE_ORDERS;
    const struct promise_sizes sizes = {wanted < LIMIT_ORDERS ? wanted : LIMIT_ORDERS};
    const struct shop *begins = ask->state != NULL ? promise_state_shop(ask->state) : ask->shop;
    enum status status = promise_create(begins, ask->now, &sizes, &lived->state, fault);
    if (status == STATUS_OK && ask->state != NULL) {
        status = state_copy(lived, fault);
    }
    return status;
}

static enum status lived_open(struct lived *lived, uint32_t weeks, struct fault *fault)
{
    const struct shop *shop = lived->ask->shop;
    struct dates *dates = lived->dates;
    dates->weeks = weeks;
    dates->activity_count = shop->activity_count;
    dates->activities = calloc(shop->activity_count + 1, sizeof *dates->activities);
    lived->days = calloc((shop->activity_count + 2) * (size_t)DAYS_COUNTED, sizeof *lived->days);
    lived->sales = calloc(DATES_ORDERS_MAX + 1, sizeof *lived->sales);
    lived->reorders = calloc(shop->item_count + 1, sizeof *lived->reorders);
    lived->events.capacity = promise_event_bytes_max() + EVENT_TIME_BYTES + EVENT_CHANGED_BYTES_MAX;
    lived->events.bytes = malloc(lived->events.capacity);
    if (dates->activities == NULL || lived->days == NULL || lived->sales == NULL ||
        lived->reorders == NULL || lived->events.bytes == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for weeks in virtual time");
    }
    for (uint32_t i = 0; i < shop->offer_count && weeks > 0; i++) {
        offer_sell(lived, i, weeks);
    }
    qsort(lived->sales, lived->sale_count, sizeof *lived->sales, sale_compare);
    return state_open(lived, fault);
}

static void lived_close(struct lived *lived)
{
    free(lived->days);
    free(lived->sales);
    free(lived->reorders);
    free(lived->events.bytes);
    if (lived->state != NULL) {
        promise_free(lived->state);
    }
}

enum status dates_make(const struct dates_ask *ask, struct dates *dates, struct fault *fault)
{
    struct lived lived = {.ask = ask, .now = ask->now, .dates = dates};
    uint32_t weeks = weeks_choose(ask);
    *dates = (struct dates){.weeks = 0};
    enum status status = lived_open(&lived, weeks, fault);
    if (status == STATUS_OK) {
        weeks_live(&lived, weeks);
        dates_finish(&lived);
    } else {
        dates_free(dates);
    }
    lived_close(&lived);
    return status;
}

void dates_free(struct dates *dates)
{
    free(dates->activities);
    *dates = (struct dates){.weeks = 0};
}
