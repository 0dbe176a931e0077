/* Random shops, built as structs so that they do not depend on the reader of shop files.
 *
 * Sizes are small on purpose: with one to three teams, a few people and a horizon of days to weeks,
 * full teams, full carriers and the horizon's end come up in every run instead of once in a million
 * steps. Numbers are drawn from short lists of awkward ones rather than evenly: 23-hour days,
 * half-hour zones, shares of a quarter that leave one slot. */
#include "tests/property/random_shop.h"

#include "base/assert.h"

#include <stdio.h>

#define PICK(random, list) ((list)[random_below((random), sizeof(list) / sizeof *(list))])

static bool chance(struct random *random, uint64_t percent)
{
    return random_below(random, 100) < percent;
}

/* ---- zones and the day on which the story begins ---- */

struct story {
    struct civil_date date;
    struct zone zone;
};

static int64_t utc(int32_t year, int32_t month, int32_t day, int32_t hour)
{
    return (int64_t)day_of_civil((struct civil_date){year, month, day}) * DAY_SECONDS + hour * 3600;
}

static struct zone zone_paris(void)
{
    return (struct zone){.count = 5,
                         .periods = {{INT64_MIN, 3600},
                                     {utc(2026, 3, 29, 1), 7200},
                                     {utc(2026, 10, 25, 1), 3600},
                                     {utc(2027, 3, 28, 1), 7200},
                                     {utc(2027, 10, 31, 1), 3600}}};
}

/* Lord Howe Island moves its clock by half an hour. */
static struct zone zone_lord_howe(void)
{
    return (struct zone){.count = 3,
                         .periods = {{INT64_MIN, 39600},
                                     {utc(2026, 4, 4, 15), 37800},
                                     {utc(2026, 10, 3, 15) + 1800, 39600}}};
}

/* A zone whose clock is set back from midnight to 23:00: that day has two last hours. */
static struct zone zone_midnight(void)
{
    return (struct zone){.count = 2,
                         .periods = {{INT64_MIN, -10800}, {utc(2026, 2, 22, 3), -14400}}};
}

static struct zone zone_fixed(int32_t offset)
{
    return (struct zone){.count = 1, .periods = {{INT64_MIN, offset}}};
}

static struct story story_pick(struct random *random)
{
    switch (random_below(random, 9)) {
    case 0:
        return (struct story){{2026, 3, 26}, zone_paris()};
    case 1:
        return (struct story){{2026, 10, 22}, zone_paris()};
    case 2:
        return (struct story){{2026, 12, 28}, zone_paris()};
    case 3:
        return (struct story){{2028, 2, 26}, zone_paris()};
    case 4:
        return (struct story){{2026, 4, 2}, zone_lord_howe()};
    case 5:
        return (struct story){{2026, 10, 1}, zone_lord_howe()};
    case 6:
        return (struct story){{2026, 2, 20}, zone_midnight()};
    case 7:
        return (struct story){{2026, 6, 1}, zone_fixed(5 * 3600 + 45 * 60)};
    default:
        return (struct story){{2026, 6, 1}, zone_fixed(-(9 * 3600 + 30 * 60))};
    }
}

/* ---- parts ---- */

static char *name_make(struct arena *arena, const char *kind, uint32_t index)
{
    /* Names do not sort in the order of their indexes, so that planning by name is something else
     * than planning by index. */
    char *name = arena_alloc(arena, 24);
    ASSERT(name != NULL);
    snprintf(name, 24, "%s-%c%u", kind, (char)('a' + (index * 7 + 3) % 11), index);
    return name;
}

static struct day_list days_make(struct random *random, struct arena *arena, int32_t today,
                                 int32_t reach)
{
    struct day_list list = {0, ARENA_ARRAY(arena, int32_t, 8)};
    int32_t day = today;
    for (uint32_t i = 0; i < 4 && chance(random, 50); i++) {
        day += (int32_t)random_between(random, i == 0 ? 0 : 1, 1 + reach / 3);
        list.days[list.count++] = day;
    }
    return list;
}

static struct weekday_set weekdays_make(struct random *random)
{
    static const uint8_t sets[] = {0x1f, 0x3f, 0x7f, 0x7f, 0x15, 0x02};
    return (struct weekday_set){PICK(random, sets)};
}

static void calendar_make(struct random *random, struct arena *arena, const struct shop *shop,
                          struct calendar *calendar, int32_t today)
{
    static const int16_t hours[][4] = {{480, 720, 780, 960}, {540, 555, 0, 0},
                                       {0, 1440, 0, 0},      {60, 240, 1200, 1440},
                                       {90, 150, 150, 181},  {600, 615, 630, 632}};
    uint8_t weekdays = chance(random, 60) ? 0x7f : weekdays_make(random).bits;
    calendar->openings = ARENA_ARRAY(arena, struct opening, 2 * WEEKDAYS);
    calendar->opening_count = 0;
    const int16_t *usual = PICK(random, hours);
    for (enum weekday weekday = MONDAY; weekday < WEEKDAYS; weekday++) {
        const int16_t *day = chance(random, 80) ? usual : PICK(random, hours);
        for (uint32_t k = 0; k < 4 && (weekdays >> weekday & 1) != 0; k += 2) {
            if (day[k + 1] > 0) {
                calendar->openings[calendar->opening_count++] =
                    (struct opening){weekday, day[k], day[k + 1]};
            }
        }
    }
    calendar->closed = days_make(random, arena, today, shop->promise.horizon_days);
}

static void routing_make(struct random *random, struct arena *arena, const struct shop *shop,
                         uint32_t most, struct routing *routing)
{
    static const int64_t minutes[] = {0, 250, 333, 1000, 1500, 3000, 7250, 15000, 61001};
    static const int32_t starts[] = {1, 5, 15, 30, 60, 90};
    routing->count = (uint32_t)random_below(random, most + 1);
    routing->operations = ARENA_ARRAY(arena, struct operation, most + 1);
    for (uint32_t i = 0; i < routing->count; i++) {
        struct operation *operation = &routing->operations[i];
        operation->work_center.index = (uint16_t)random_below(random, shop->work_center_count);
        operation->minutes_thousandths = PICK(random, minutes);
        operation->setup_minutes_thousandths = chance(random, 20) ? 2000 : 0;
        operation->crew = chance(random, 85) ? 1 : (int32_t)random_between(random, 2, 6);
        operation->whole = chance(random, 10);
        operation->start_every_minutes =
            operation->whole && chance(random, 60) ? PICK(random, starts) : 0;
    }
}

static void work_center_make(struct random *random, const struct shop *shop,
                             struct work_center *center)
{
    static const int32_t people[] = {0, 1, 1, 2, 2, 2, 3, 4, 7, 7};
    static const int32_t efficiencies[] = {1000, 1000, 900, 850, 1333, 3};
    center->people = PICK(random, people);
    center->efficiency_thousandths =
        chance(random, 97) ? efficiencies[random_below(random, 5)] : efficiencies[5];
    center->calendar.index = (uint16_t)random_below(random, shop->calendar_count);
}

static void supplier_make(struct random *random, struct supplier *supplier)
{
    static const int64_t minimums[] = {0, 0, 0, 1, 2500, 20000};
    static const int32_t terms[] = {0, 0, 1, 7, 30, 45};
    supplier->lead_days = (int32_t)random_below(random, 6);
    supplier->receiving_days = chance(random, 70) ? 0 : (int32_t)random_below(random, 3);
    supplier->orders_on = chance(random, 50) ? (struct weekday_set){0x7f} : weekdays_make(random);
    supplier->payment_days = PICK(random, terms);
    supplier->end_of_month = chance(random, 30);
    supplier->minimum_order_value_minor = PICK(random, minimums);
}

static void item_make(struct random *random, const struct shop *shop, struct item *item)
{
    static const int64_t stocks[] = {0, 0, 5000, 20000, 20000, 100500, 5000000, 5000000};
    static const int64_t packs[] = {1000, 1000, 1000, 1, 250, 12000, 7500};
    static const int64_t weeks[] = {-1, -1, -1, -1, 0, 10000, 60500};
    static const int64_t costs[] = {0, 1, 250, 1250, 4000, 9000};
    static const int32_t rates[] = {0, 5500, 20000, 20000};
    item->on_hand_thousandths = PICK(random, stocks);
    item->keep_back_thousandths = chance(random, 25) ? random_between(random, 1, 3000) : 0;
    bool supplied = shop->supplier_count > 0 && chance(random, 70);
    item->supplier.index =
        supplied ? (uint16_t)random_below(random, shop->supplier_count) : NO_INDEX;
    item->unit_cost_minor = PICK(random, costs);
    item->purchase_vat_thousandths = PICK(random, rates);
    item->pack_size_thousandths = PICK(random, packs);
    item->max_units_per_week_thousandths = PICK(random, weeks);
}

static void carrier_make(struct random *random, struct arena *arena, const struct shop *shop,
                         struct carrier *carrier, int32_t today)
{
    static const int16_t cut_offs[] = {0, 1, 150, 720, 960, 1439, 1440};
    static const int32_t rooms[] = {-1, -1, -1, -1, 0, 1, 3, 20};
    carrier->cut_off_minute = PICK(random, cut_offs);
    carrier->collects = weekdays_make(random);
    carrier->delivers = weekdays_make(random);
    carrier->transit_days = (int32_t)random_below(random, 4);
    carrier->closed = days_make(random, arena, today, shop->promise.horizon_days);
    carrier->max_parcels = PICK(random, rooms);
    carrier->charge_minor = (int64_t)random_below(random, 900);
    carrier->vat_thousandths = chance(random, 70) ? -1 : 20000;
    routing_make(random, arena, shop, 2, &carrier->routing);
}

static void offer_make(struct random *random, struct arena *arena, const struct shop *shop,
                       struct offer *offer)
{
    static const int64_t quantities[] = {1000, 1000, 1000, 2000, 1, 333, 1500};
    static const int32_t rates[] = {0, 5500, 10000, 20000, 20000};
    offer->price_minor = (int64_t)random_below(random, 9999);
    offer->vat_thousandths = PICK(random, rates);
    offer->component_count = 0;
    offer->components = ARENA_ARRAY(arena, struct component, 4);
    for (uint32_t i = 0; i < shop->item_count && offer->component_count < 3; i++) {
        if (chance(random, 30)) {
            offer->components[offer->component_count++] =
                (struct component){{(uint16_t)i}, PICK(random, quantities)};
        }
    }
    routing_make(random, arena, shop, 3, &offer->routing);
    offer->on_site = chance(random, 30);
    offer->seats = offer->on_site && chance(random, 50) ? (int32_t)random_between(random, 1, 5) : 0;
    offer->carrier.index =
        offer->on_site ? NO_INDEX : (uint16_t)random_below(random, shop->carrier_count);
    offer->max_per_customer_thousandths =
        chance(random, 25) ? random_between(random, 1000, 6000) : -1;
}

/* ---- ranks ---- */

static void ranks_set(struct shop *shop)
{
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        shop->carriers[i].rank = 0;
        for (uint32_t k = 0; k < shop->carrier_count; k++) {
            if (strcmp(shop->carriers[k].name, shop->carriers[i].name) < 0) {
                shop->carriers[i].rank++;
            }
        }
    }
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        shop->offers[i].rank = 0;
        for (uint32_t k = 0; k < shop->offer_count; k++) {
            if (strcmp(shop->offers[k].name, shop->offers[i].name) < 0) {
                shop->offers[i].rank++;
            }
        }
    }
}

/* ---- whole shops ---- */

enum {
    ITEMS_MAX = 8,
    SUPPLIERS_MAX = 3,
    CENTERS_MAX = 3,
    CARRIERS_MAX = 5,
    FLOWS_MAX = 4,
    OFFERS_MAX = 12,
    CALENDARS_MAX = 3,
    MOVEMENTS_MAX = 16,
    STAFFING_MAX = 8
};

static void lists_take(struct shop *shop, struct arena *arena)
{
    shop->calendars = ARENA_ARRAY(arena, struct calendar, CALENDARS_MAX);
    shop->work_centers = ARENA_ARRAY(arena, struct work_center, CENTERS_MAX);
    shop->staffing = ARENA_ARRAY(arena, struct staffing, STAFFING_MAX);
    shop->suppliers = ARENA_ARRAY(arena, struct supplier, SUPPLIERS_MAX);
    shop->items = ARENA_ARRAY(arena, struct item, ITEMS_MAX);
    shop->receipts = ARENA_ARRAY(arena, struct item_movement, MOVEMENTS_MAX);
    shop->commitments = ARENA_ARRAY(arena, struct item_movement, MOVEMENTS_MAX);
    shop->carriers = ARENA_ARRAY(arena, struct carrier, CARRIERS_MAX);
    shop->offers = ARENA_ARRAY(arena, struct offer, OFFERS_MAX);
}

static void rules_make(struct random *random, struct promise_rules *rules)
{
    static const int32_t horizons[] = {1, 3, 7, 14, 20, 20, 20};
    static const int32_t loads[] = {60, 60, 60, 60, 51, 51, 30, 1};
    static const int32_t buffers[] = {0, 0, 0, 1800, 7200, 86400};
    static const int32_t holds[] = {60, 900, 900, 7200};
    static const int32_t wishes[] = {60, 900, 7200, 43200, 100000};
    rules->hold_seconds = PICK(random, holds);
    rules->wish_seconds = PICK(random, wishes);
    rules->payment_seconds = chance(random, 70) ? 2100 : 0;
    rules->horizon_days = PICK(random, horizons);
    rules->max_days = chance(random, 50) ? 30 : (int32_t)random_below(random, 8);
    rules->buffer_seconds = PICK(random, buffers);
    rules->load_slots = PICK(random, loads);
}

static void movements_make(struct random *random, const struct shop *shop,
                           struct item_movement *list, uint32_t *count, int32_t today)
{
    uint32_t most = (uint32_t)random_below(random, MOVEMENTS_MAX / 2);
    for (uint32_t i = 0; i < most; i++) {
        list[(*count)++] =
            (struct item_movement){{(uint16_t)random_below(random, shop->item_count)},
                                   random_between(random, 1, 30000),
                                   today + (int32_t)random_between(random, -3, 25)};
    }
}

static void staffing_make(struct random *random, struct shop *shop, int32_t today)
{
    int32_t from = today + (int32_t)random_between(random, -2, 12);
    shop->staffing[shop->staffing_count++] =
        (struct staffing){{(uint16_t)random_below(random, shop->work_center_count)},
                          (int32_t)random_between(random, -3, 4),
                          from,
                          from + (int32_t)random_below(random, 5)};
}

/* ---- cash ---- */

static struct period period_make(struct random *random)
{
    static const int32_t days[] = {1, 2, 15, 28, 29, 30, 31};
    if (chance(random, 40)) {
        return (struct period){PERIOD_WEEK, (int32_t)random_below(random, WEEKDAYS)};
    }
    return (struct period){PERIOD_MONTH, PICK(random, days)};
}

static void flows_make(struct random *random, struct arena *arena, const struct shop *shop,
                       struct cash *cash, int32_t today)
{
    cash->fixed_costs = ARENA_ARRAY(arena, struct fixed_cost, FLOWS_MAX);
    cash->fixed_cost_count = (uint32_t)random_below(random, FLOWS_MAX);
    for (uint32_t i = 0; i < cash->fixed_cost_count; i++) {
        cash->fixed_costs[i] =
            (struct fixed_cost){"cost", random_between(random, 1, 30000), period_make(random)};
    }
    cash->bills = ARENA_ARRAY(arena, struct opening_bill, FLOWS_MAX);
    cash->bill_count = shop->supplier_count == 0 ? 0 : (uint32_t)random_below(random, FLOWS_MAX);
    for (uint32_t i = 0; i < cash->bill_count; i++) {
        cash->bills[i] =
            (struct opening_bill){{(uint16_t)random_below(random, shop->supplier_count)},
                                  random_between(random, 1, 30000),
                                  today + (int32_t)random_between(random, -3, 25)};
    }
}

/* Little money on purpose: every purchase is a question. */
static void cash_make(struct random *random, struct arena *arena, struct shop *shop, int32_t today)
{
    static const int32_t shares[] = {0, 1400, 2900, 10000, 33333};
    static const int32_t days[] = {0, 2, 7, 14, 30};
    struct cash *cash = &shop->cash;
    cash->present = chance(random, 50);
    if (!cash->present) {
        return;
    }
    cash->opening_balance_minor = random_between(random, -5000, 60000);
    cash->minimum_balance_minor =
        cash->opening_balance_minor + random_between(random, -20000, 5000);
    cash->payout_days = PICK(random, days);
    cash->payout_reserve_thousandths = PICK(random, shares);
    cash->payout_reserve_days = PICK(random, days);
    cash->expected_sales_per_week_minor =
        chance(random, 50) ? 0 : random_between(random, 1, 100000);
    cash->expected_materials_thousandths = PICK(random, shares);
    cash->payment_fee_thousandths = PICK(random, shares);
    cash->vat = period_make(random);
    flows_make(random, arena, shop, cash, today);
}

struct shop *random_shop_make(struct random *random, struct arena *arena, int64_t *begins)
{
    struct shop *shop = ARENA_NEW(arena, struct shop);
    ASSERT(shop != NULL);
    struct story story = story_pick(random);
    int32_t today = day_of_civil(story.date);
    shop->zone = story.zone;
    shop->currency = (struct currency){"EUR", 2};
    lists_take(shop, arena);
    rules_make(random, &shop->promise);
    shop->calendar_count = 1 + (uint32_t)random_below(random, CALENDARS_MAX);
    for (uint32_t i = 0; i < shop->calendar_count; i++) {
        calendar_make(random, arena, shop, &shop->calendars[i], today);
    }
    shop->work_center_count = 1 + (uint32_t)random_below(random, CENTERS_MAX);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        shop->work_centers[i].name = name_make(arena, "team", i);
        work_center_make(random, shop, &shop->work_centers[i]);
    }
    shop->supplier_count = (uint32_t)random_below(random, SUPPLIERS_MAX + 1);
    for (uint32_t i = 0; i < shop->supplier_count; i++) {
        shop->suppliers[i].name = name_make(arena, "supplier", i);
        supplier_make(random, &shop->suppliers[i]);
    }
    shop->item_count = 1 + (uint32_t)random_below(random, ITEMS_MAX - 2);
    for (uint32_t i = 0; i < shop->item_count; i++) {
        shop->items[i].name = name_make(arena, "item", i);
        item_make(random, shop, &shop->items[i]);
    }
    shop->carrier_count = 1 + (uint32_t)random_below(random, CARRIERS_MAX - 1);
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        shop->carriers[i].name = name_make(arena, "carrier", i);
        carrier_make(random, arena, shop, &shop->carriers[i], today);
    }
    shop->offer_count = 1 + (uint32_t)random_below(random, OFFERS_MAX - 3);
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        shop->offers[i].name = name_make(arena, "offer", i);
        offer_make(random, arena, shop, &shop->offers[i]);
    }
    cash_make(random, arena, shop, today);
    movements_make(random, shop, shop->receipts, &shop->receipt_count, today);
    movements_make(random, shop, shop->commitments, &shop->commitment_count, today);
    for (uint32_t i = 0; i < STAFFING_MAX / 2 && chance(random, 50); i++) {
        staffing_make(random, shop, today);
    }
    ranks_set(shop);
    *begins = zone_instant_second(&shop->zone, today, (int32_t)random_below(random, DAY_SECONDS));
    return shop;
}

/* ---- changes ---- */

static void shop_copy(struct shop *to, const struct shop *from, struct arena *arena)
{
    *to = *from;
    lists_take(to, arena);
    memcpy(to->calendars, from->calendars, from->calendar_count * sizeof *from->calendars);
    memcpy(to->work_centers, from->work_centers,
           from->work_center_count * sizeof *from->work_centers);
    memcpy(to->staffing, from->staffing, from->staffing_count * sizeof *from->staffing);
    memcpy(to->suppliers, from->suppliers, from->supplier_count * sizeof *from->suppliers);
    memcpy(to->items, from->items, from->item_count * sizeof *from->items);
    memcpy(to->receipts, from->receipts, from->receipt_count * sizeof *from->receipts);
    memcpy(to->commitments, from->commitments, from->commitment_count * sizeof *from->commitments);
    memcpy(to->carriers, from->carriers, from->carrier_count * sizeof *from->carriers);
    memcpy(to->offers, from->offers, from->offer_count * sizeof *from->offers);
}

static void shop_grow(struct random *random, struct arena *arena, struct shop *shop)
{
    if (shop->item_count < ITEMS_MAX && chance(random, 50)) {
        shop->items[shop->item_count].name = name_make(arena, "item", shop->item_count);
        item_make(random, shop, &shop->items[shop->item_count]);
        shop->item_count++;
    }
    if (shop->offer_count < OFFERS_MAX) {
        shop->offers[shop->offer_count].name = name_make(arena, "offer", shop->offer_count);
        offer_make(random, arena, shop, &shop->offers[shop->offer_count++]);
    }
}

struct shop *random_shop_change(struct random *random, struct arena *arena, const struct shop *shop,
                                int32_t today)
{
    struct shop *next = ARENA_NEW(arena, struct shop);
    ASSERT(next != NULL);
    shop_copy(next, shop, arena);
    switch (random_below(random, 8)) {
    case 0:
        work_center_make(random, next,
                         &next->work_centers[random_below(random, next->work_center_count)]);
        break;
    case 1:
        calendar_make(random, arena, next,
                      &next->calendars[random_below(random, next->calendar_count)], today);
        break;
    case 2:
        rules_make(random, &next->promise);
        /* A horizon that shrinks leaves promises beyond it, of which the rules say nothing. */
        if (next->promise.horizon_days < shop->promise.horizon_days) {
            next->promise.horizon_days = shop->promise.horizon_days;
        }
        break;
    case 3:
        next->offers[random_below(random, next->offer_count)].retired = true;
        break;
    case 4:
        carrier_make(random, arena, next,
                     &next->carriers[random_below(random, next->carrier_count)], today);
        break;
    case 5:
        shop_grow(random, arena, next);
        break;
    case 6:
        if (next->supplier_count > 0) {
            next->suppliers[random_below(random, next->supplier_count)].retired = true;
        }
        break;
    default:
        if (next->staffing_count < STAFFING_MAX) {
            staffing_make(random, next, today);
        }
        break;
    }
    ranks_set(next);
    return next;
}
