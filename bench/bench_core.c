/* The core alone: quotes and holds without I/O, in decisions a second.
 *
 *   bench_core [--seconds N] [--decisions N] [--days N] [--orders N] [--held N] [--memory N]
 *              [--disrupt N] [--bought 1] [--quotes N]
 *
 * A shop of 1,000 items, 1,000 offers and 10 teams of 4 people; every ask has 3 lines of 2
 * operations each and a parcel that is packed. Before measuring, orders fill 70 percent of the
 * teams' next weeks. Then the mix: 60 quotes, 25 holds, 10 confirmations, 5 cancellations of each
 * 100 decisions, the events applied; holds expire as time goes on. With --decisions, each part ends
 * after so many instead of by time: for counting instructions, the same ones at each run. With
 * --held, N orders without work stand beside the others; with --disrupt, N orders are placed
 * instead, a tenth of which wait for one delivery; then it is late, and they are promised again.
 * With --bought, the shelves are empty: every item is bought from one of ten suppliers, and cash
 * must bear it. With --quotes, N of 100 quotes and holds are quotes instead of 70. */
#include "base/assert.h"
#include "base/random.h"
#include "promise/change.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ITEMS = 1000, OFFERS = 1000, TEAMS = 10, LINES = 3, KEYS = 1 << 14 };

struct bench {
    struct shop shop;
    struct calendar calendar;
    struct opening openings[WEEKDAYS];
    struct work_center teams[TEAMS];
    struct item items[ITEMS];
    struct component components[OFFERS][2];
    struct operation operations[OFFERS][2];
    struct operation packing;
    struct offer
        offers[OFFERS + 1];        /* the last is taken along from the shelf: no work, no parcel */
    struct item_movement delivery; /* of item 0, with --disrupt */
    struct supplier suppliers[TEAMS]; /* with --bought */
    struct carrier carrier;
    char names[OFFERS + TEAMS + ITEMS][16];
    struct random random;
    struct promise_state *state;
    struct event_buffer events;
    int64_t now;
    uint64_t key_count;
    uint64_t decided;
    uint64_t asked;
    uint64_t promised;
    uint64_t quotes_percent;
    struct order_key held[KEYS];
    uint32_t held_count;
    unsigned char memory[1 << 20];
};

static const char *name_of(struct bench *bench, uint32_t index)
{
    snprintf(bench->names[index], sizeof bench->names[index], "n%06u", index);
    return bench->names[index];
}

static void shop_items_make(struct bench *bench)
{
    for (uint32_t i = 0; i < ITEMS; i++) {
        bench->items[i] = (struct item){.name = name_of(bench, i),
                                        .on_hand_thousandths = 100000000000,
                                        .supplier = {NO_INDEX},
                                        .keep_back_thousandths = 1000};
    }
    for (uint32_t i = 0; i < TEAMS; i++) {
        bench->teams[i] = (struct work_center){
            .name = name_of(bench, ITEMS + i), .people = 4, .efficiency_thousandths = 900};
    }
    for (uint32_t i = 0; i < OFFERS; i++) {
        struct offer *offer = &bench->offers[i];
        for (uint32_t k = 0; k < 2; k++) {
            bench->components[i][k] = (struct component){{(uint16_t)((i + k * 37) % ITEMS)}, 1000};
            bench->operations[i][k] =
                (struct operation){.work_center = {(uint16_t)random_below(&bench->random, TEAMS)},
                                   .minutes_thousandths = k == 0 ? 1500 : 3000,
                                   .crew = 1};
        }
        *offer = (struct offer){.name = name_of(bench, ITEMS + TEAMS + i),
                                .rank = (uint16_t)i,
                                .price_minor = 2990,
                                .component_count = 2,
                                .components = bench->components[i],
                                .routing = {2, bench->operations[i]},
                                .max_per_customer_thousandths = -1};
    }
}

static void shelf_offer_make(struct bench *bench)
{
    bench->offers[OFFERS] = (struct offer){.name = "shelf",
                                           .rank = OFFERS,
                                           .price_minor = 990,
                                           .component_count = 1,
                                           .components = bench->components[0],
                                           .on_site = true,
                                           .carrier = {NO_INDEX},
                                           .max_per_customer_thousandths = -1};
}

static void shop_make(struct bench *bench, int32_t days)
{
    for (enum weekday day = MONDAY; day < WEEKDAYS; day++) {
        bench->openings[day] = (struct opening){day, 480, 1080};
    }
    bench->calendar =
        (struct calendar){.name = "week", .opening_count = WEEKDAYS, .openings = bench->openings};
    bench->packing = (struct operation){.work_center = {0}, .minutes_thousandths = 500, .crew = 1};
    bench->carrier = (struct carrier){.name = "carrier",
                                      .cut_off_minute = 1080,
                                      .collects = {0x7f},
                                      .delivers = {0x7f},
                                      .transit_days = 2,
                                      .max_parcels = -1,
                                      .charge_minor = 690,
                                      .routing = {1, &bench->packing}};
    shop_items_make(bench);
    shelf_offer_make(bench);
    bench->shop = (struct shop){.calendar_count = 1,
                                .calendars = &bench->calendar,
                                .work_center_count = TEAMS,
                                .work_centers = bench->teams,
                                .item_count = ITEMS,
                                .items = bench->items,
                                .carrier_count = 1,
                                .carriers = &bench->carrier,
                                .offer_count = OFFERS + 1,
                                .offers = bench->offers};
    bench->shop.zone = (struct zone){.count = 1, .periods = {{INT64_MIN, 3600}}};
    bench->shop.promise = (struct promise_rules){.hold_seconds = 900,
                                                 .payment_seconds = 2100,
                                                 .horizon_days = days,
                                                 .max_days = 2 * days,
                                                 .load_slots = 51};
}

static struct order_key key_next(struct bench *bench)
{
    struct order_key key = {{0}};
    uint64_t mixed = random_mix(++bench->key_count);
    memcpy(key.bytes, &mixed, sizeof mixed);
    return key;
}

static void events_apply(struct bench *bench)
{
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    struct slice bytes = {(const char *)bench->events.bytes, bench->events.length};
    while (event_next(bytes, &offset, &event, &status)) {
        status = promise_apply(bench->state, &event, bench->now);
        ASSERT(status == STATUS_OK);
    }
}

static void time_pass(struct bench *bench, int64_t now)
{
    bench->now = now;
    bench->events.length = 0;
    while (promise_due(bench->state, now, &bench->events)) {
        events_apply(bench);
        bench->events.length = 0;
    }
}

static bool ask(struct bench *bench, bool place, bool hold)
{
    struct promise_line lines[LINES];
    for (uint32_t i = 0; i < LINES; i++) {
        lines[i] = (struct promise_line){{(uint16_t)random_below(&bench->random, OFFERS)}, 1000};
    }
    struct promise_command command = {
        .kind = PROMISE_PLACE,
        .now = bench->now,
        .ask = {.line_count = LINES, .lines = lines, .customer = {bench->key_count + 1}},
        .hold = hold};
    struct promise_answer answer;
    bench->events.length = 0;
    bench->decided++;
    bench->asked++;
    if (!place) {
        promise_quote(bench->state, &command, &answer, NULL);
        bench->promised += answer.result == PROMISE_OK;
        return answer.result == PROMISE_OK;
    }
    command.order = key_next(bench);
    promise_decide(bench->state, &command, &answer, &bench->events);
    events_apply(bench);
    bench->promised += answer.result == PROMISE_OK;
    if (answer.result == PROMISE_OK && hold) {
        bench->held[bench->held_count++ % KEYS] = command.order;
    }
    return answer.result == PROMISE_OK;
}

static void order_step(struct bench *bench, enum promise_command_kind kind)
{
    if (bench->held_count == 0) {
        return;
    }
    uint32_t reach = bench->held_count < KEYS ? bench->held_count : KEYS;
    struct promise_command command = {
        .kind = kind, .now = bench->now, .order = bench->held[random_below(&bench->random, reach)]};
    struct promise_answer answer;
    bench->events.length = 0;
    bench->decided++;
    promise_decide(bench->state, &command, &answer, &bench->events);
    events_apply(bench);
}

/* Until the teams are 70 percent booked over the first third of the horizon. */
static void teams_fill(struct bench *bench, int32_t days, uint32_t orders_max)
{
    struct load_day load[LIMIT_HORIZON_DAYS];
    for (uint32_t orders = 0; orders < orders_max; orders++) {
        if (orders % 512 == 0) {
            int64_t promisable = 0;
            int64_t taken = 0;
            uint32_t count =
                promise_load(bench->state, (struct work_center_id){1}, load, (uint32_t)days / 3);
            for (uint32_t i = 0; i < count; i++) {
                promisable += load[i].promisable;
                taken += load[i].taken;
            }
            if (taken * 10 >= promisable * 7) {
                break;
            }
        }
        if (!ask(bench, true, false)) {
            break;
        }
    }
}

static void shelf_fill(struct bench *bench, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct promise_line line = {{OFFERS}, 1000};
        struct promise_command command = {.kind = PROMISE_PLACE,
                                          .now = bench->now,
                                          .order = key_next(bench),
                                          .ask = {.line_count = 1, .lines = &line}};
        struct promise_answer answer;
        bench->events.length = 0;
        promise_decide(bench->state, &command, &answer, &bench->events);
        ASSERT(answer.result == PROMISE_OK);
        events_apply(bench);
    }
}

/* Processor time: the machine may be doing other things. */
static double seconds_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void mix(struct bench *bench, bool quotes_and_holds)
{
    uint64_t dice = random_below(&bench->random, 100);
    if (quotes_and_holds) {
        ask(bench, dice >= bench->quotes_percent, true);
    } else if (dice < 60) {
        ask(bench, false, true);
    } else if (dice < 85) {
        ask(bench, true, true);
    } else if (dice < 95) {
        order_step(bench, PROMISE_CONFIRM);
    } else {
        order_step(bench, PROMISE_CANCEL);
    }
}

static void measure(struct bench *bench, const char *label, bool quotes_and_holds, double seconds,
                    uint64_t decisions)
{
    double began = seconds_now();
    double took = 0;
    bench->decided = 0;
    bench->asked = 0;
    bench->promised = 0;
    int64_t started = bench->now;
    while ((took = seconds_now() - began) < seconds && bench->decided < decisions) {
        for (int i = 0; i < 2000; i++) {
            mix(bench, quotes_and_holds);
        }
        /* A second of the shop's time each 100 decisions: some thousand holds stand at any moment,
         * the others have expired. */
        time_pass(bench, started + (int64_t)(bench->decided / 100));
    }
    printf("%s: %.0f a second, %.1f percent of the asks promised\n", label,
           (double)bench->decided / took, 100.0 * (double)bench->promised / (double)bench->asked);
}

/* Memory that is really there, in bytes. */
static uint64_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    uint64_t pages = 0;
    ASSERT(file != NULL);
    ASSERT(fscanf(file, "%*u %" SCNu64, &pages) == 1);
    fclose(file);
    return pages * 4096;
}

/* Holds that never end, until the pool has `count` orders: what an open order of 3 lines costs. */
static void memory_measure(struct bench *bench, uint32_t count)
{
    uint64_t before = resident_bytes();
    uint32_t had = promise_order_count(bench->state);
    while (promise_order_count(bench->state) < count && ask(bench, true, false)) {
    }
    uint32_t more = promise_order_count(bench->state) - had;
    if (more > 0) {
        printf("memory: %" PRIu64 " MB with %u orders, %" PRIu64 " bytes for each of the last %u\n",
               resident_bytes() >> 20, promise_order_count(bench->state),
               (resident_bytes() - before) / more, more);
    }
}

/* ---- a disruption ---- */

/* Orders of three lines; every tenth wants the first offer, and with it the item that is still to
 * come, the others anything but. */
static void orders_place(struct bench *bench, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct promise_line lines[LINES];
        for (uint32_t k = 0; k < LINES; k++) {
            uint16_t offer = (uint16_t)(1 + random_below(&bench->random, OFFERS - 38));
            lines[k] = (struct promise_line){{k == 0 && i % 10 == 0 ? 0 : offer}, 1000};
        }
        struct promise_command command = {
            .kind = PROMISE_PLACE,
            .now = bench->now,
            .order = key_next(bench),
            .ask = {.line_count = LINES, .lines = lines, .customer = {bench->key_count}}};
        struct promise_answer answer;
        bench->events.length = 0;
        promise_decide(bench->state, &command, &answer, &bench->events);
        ASSERT(answer.result == PROMISE_OK);
        events_apply(bench);
    }
}

static bool event_count(void *context, struct slice event)
{
    uint32_t *count = context;
    *count += (unsigned char)event.data[0] == EVENT_REVISED;
    return true;
}

static void disruption_measure(struct bench *bench, uint32_t orders)
{
    uint32_t moved = 0;
    const struct event_sink sink = {event_count, &moved};
    orders_place(bench, orders);
    const struct promise_change late = {.kind = CHANGE_DATE,

                                        .entry = 1,
                                        .from_day = bench->delivery.due_day + 90};
    double began = seconds_now();
    bench->events.length = 0;
    ASSERT(promise_change(bench->state, &late, &bench->events) == PROMISE_OK);
    events_apply(bench);
    bool whole = promise_revise(bench->state, bench->now, CHANGE_DATE, 0, &sink);
    ASSERT(whole);
    printf("disruption: %u of %u open orders promised again in %.3f s\n", moved, orders,
           seconds_now() - began);
}

/* ---- nothing on the shelves ---- */

static void shelves_empty(struct bench *bench)
{
    for (uint32_t i = 0; i < TEAMS; i++) {
        bench->suppliers[i] = (struct supplier){.name = bench->names[i],
                                                .lead_days = 3,
                                                .orders_on = {0x1f},
                                                .payment_days = 30,
                                                .minimum_order_value_minor = 20000};
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        struct item *item = &bench->items[i];
        item->on_hand_thousandths = 0;
        item->keep_back_thousandths = 0;
        item->unit_cost_minor = 300;
        item->supplier = (struct supplier_id){(uint16_t)(i % TEAMS)};
        item->pack_size_thousandths = 12000;
        item->max_units_per_week_thousandths = -1;
    }
    bench->shop.supplier_count = TEAMS;
    bench->shop.suppliers = bench->suppliers;
    bench->shop.cash = (struct cash){.present = true,
                                     .opening_balance_minor = 100000000,
                                     .payout_days = 3,
                                     .vat = {.every = PERIOD_MONTH, .day = 20}};
}

static uint64_t option(int argc, char **argv, const char *name, uint64_t otherwise)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return strtoull(argv[i + 1], NULL, 10);
        }
    }
    return otherwise;
}

int main(int argc, char **argv)
{
    struct bench *bench = calloc(1, sizeof *bench);
    ASSERT(bench != NULL);
    double seconds = (double)option(argc, argv, "--seconds", 3);
    int32_t days = (int32_t)option(argc, argv, "--days", 180);
    uint32_t orders = (uint32_t)option(argc, argv, "--orders", 1000000);
    uint64_t decisions = option(argc, argv, "--decisions", UINT64_MAX);
    seconds = decisions == UINT64_MAX ? seconds : 1e9;
    random_seed(&bench->random, 1);
    shop_make(bench, days);
    bench->events = (struct event_buffer){bench->memory, 0, sizeof bench->memory};
    bench->now = (int64_t)20788 * DAY_SECONDS + 7 * 3600;
    bench->quotes_percent = option(argc, argv, "--quotes", 70);
    bench->quotes_percent = bench->quotes_percent < 100 ? bench->quotes_percent : 100;
    uint32_t disrupted = (uint32_t)option(argc, argv, "--disrupt", 0);
    if (disrupted > 0) {
        bench->items[0].on_hand_thousandths = 0;
        bench->delivery = (struct item_movement){{0}, 1000000000, 20789};
        bench->shop.receipts = &bench->delivery;
        bench->shop.receipt_count = 1;
    }
    if (option(argc, argv, "--bought", 0) > 0) {
        shelves_empty(bench);
    }
    struct promise_sizes sizes = {LIMIT_ORDERS};
    ASSERT(promise_create(&bench->shop, bench->now, &sizes, &bench->state, NULL) == STATUS_OK);
    if (disrupted > 0) {
        disruption_measure(bench, disrupted);
    } else {
        teams_fill(bench, days, orders);
        shelf_fill(bench, (uint32_t)option(argc, argv, "--held", 0));
        printf("open orders before: %u, horizon %d days\n", promise_order_count(bench->state),
               days);
        char label[64];
        snprintf(label, sizeof label, "quotes and holds (%" PRIu64 " : %" PRIu64 ")",
                 bench->quotes_percent, 100 - bench->quotes_percent);
        measure(bench, label, true, seconds, decisions);
        measure(bench, "mixed decisions (60 quotes, 25 holds, 10 confirmations, 5 cancellations)",
                false, seconds, decisions);
        memory_measure(bench, (uint32_t)option(argc, argv, "--memory", 0));
    }
    const char *wrong = promise_check(bench->state);
    printf("check: %s\n", wrong == NULL ? "every invariant holds" : wrong);
    promise_free(bench->state);
    free(bench);
    return wrong != NULL;
}
