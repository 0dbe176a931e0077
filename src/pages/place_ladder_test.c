/* What a place is promised, beside what the core really promises after so many have bought. */
#include "pages/place_ladder.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* Ten lie there; the rest is bought, and one person packs parcels of ten minutes each. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 100, max_days: 40}\n"
    "gate: {moment_offers: [lamp, few]}\n"
    "moments: {tv: {at: 2026-12-01T20:00, visitors: 100000, conversion_rate: 50, "
    "baskets: {lamp: 2}}}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-16:00\"}}}\n"
    "work_centers: {packing: {people: 1, calendar: week}, bench: {people: 2, calendar: week}}\n"
    "suppliers: {mill: {lead_days: 7, payment_days: 30}}\n"
    "items:\n"
    "  lamp: {on_hand: 10, unit_cost: 4.00, supplier: mill}\n"
    "  few: {on_hand: 5, unit_cost: 4.00}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, "
    "routing: [{work_center: packing, minutes: 10}]}}\n"
    "offers:\n"
    "  lamp: {name: Lamp, price: 29.00, vat_rate: 20, items: {lamp: 1}, carrier: post}\n"
    "  few: {name: Few, price: 5.00, vat_rate: 20, items: {few: 1}, carrier: post}\n";

/* Nothing is bought: two people make it, forty minutes each, and the carrier takes ten parcels a
 * day. */
static const char made_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 100, max_days: 60}\n"
    "gate: {moment_offers: [lamp, few]}\n"
    "moments: {tv: {at: 2026-12-01T20:00, visitors: 100000, conversion_rate: 50, "
    "baskets: {lamp: 2}}}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-16:00\"}}}\n"
    "work_centers: {bench: {people: 2, calendar: week}}\n"
    "items: {wood: {on_hand: 100000, unit_cost: 4.00}}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, "
    "max_parcels: 10}}\n"
    "offers:\n"
    "  lamp: {name: Lamp, price: 29.00, vat_rate: 20, items: {wood: 1}, carrier: post, "
    "routing: [{work_center: bench, minutes: 40}]}\n"
    "  few: {name: Few, price: 5.00, vat_rate: 20, items: {wood: 1}, carrier: post}\n";

/* The supplier sends thirty a week, and takes orders on Tuesdays and Thursdays. */
static const char weekly_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 100, max_days: 90}\n"
    "gate: {moment_offers: [lamp, few]}\n"
    "moments: {tv: {at: 2026-12-01T20:00, visitors: 1000, conversion_rate: 50, "
    "baskets: {lamp: 2}}}\n"
    "suppliers: {mill: {lead_days: 6, receiving_days: 1, orders_on: [tue, thu], "
    "payment_days: 30}}\n"
    "items:\n"
    "  lamp: {on_hand: 10, unit_cost: 4.00, supplier: mill, max_units_per_week: 30}\n"
    "  few: {on_hand: 5, unit_cost: 4.00}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  lamp: {name: Lamp, price: 29.00, vat_rate: 20, items: {lamp: 1}, carrier: post}\n"
    "  few: {name: Few, price: 5.00, vat_rate: 20, items: {few: 1}, carrier: post}\n";

struct line {
    struct world world;
    struct place_crowd crowd;
    struct place_load load;
    struct place_ladder ladder;
};

static uint16_t offer_of(const struct world *world, const char *name)
{
    struct offer_id offer;
    assert_true(shop_offer_find(world->shop, slice_of(name), &offer));
    return offer.index;
}

static void line_open(struct line *line, const char *shop, uint32_t ahead_most)
{
    world_open(&line->world, shop, "2026-12-01T20:00");
    line->crowd = (struct place_crowd){.ahead_most = ahead_most, .since = line->world.now};
    const struct offer_list *named = &line->world.shop->gate.moment_offers;
    line->crowd.offer_count = named->count;
    for (uint32_t i = 0; i < named->count; i++) {
        line->crowd.offers[i] = named->offers[i].index;
    }
}

static void ladder_make(struct line *line, uint32_t index)
{
    place_crowd_learn(line->world.state, line->world.now, &line->crowd);
    place_load_fill(line->world.state, line->world.now, &line->crowd, &line->load);
    place_ladder_make(line->world.state, line->world.now, &line->crowd, &line->load, index,
                      PLACE_RUNGS_MAX, &line->ladder);
}

static const struct place_promise *at(const struct line *line, uint32_t ahead)
{
    return &place_ladder_find(&line->ladder, ahead)->promise;
}

static uint32_t index_of(const struct line *line, const char *name)
{
    return line->crowd.offers[0] == offer_of(&line->world, name) ? 0 : 1;
}

static void test_in_stock_made_full(void **state)
{
    (void)state;
    struct line line;
    line_open(&line, shop_text, 100000);
    ladder_make(&line, index_of(&line, "lamp"));
    assert_int_equal(line.crowd.orders, PLACE_MILLION / 2);
    assert_int_equal(line.crowd.units[index_of(&line, "lamp")], PLACE_MILLION);
    assert_int_equal(line.crowd.units[index_of(&line, "few")], 0);
    assert_int_equal(at(&line, 0)->kind, PLACE_IN_STOCK);
    assert_int_equal(at(&line, 9)->kind, PLACE_IN_STOCK);
    assert_int_equal(at(&line, 10)->kind, PLACE_MADE);
    assert_int_equal(at(&line, 200)->kind, PLACE_MADE);
    assert_true(at(&line, 200)->leaves_day > at(&line, 9)->leaves_day);
    assert_true(at(&line, 1000)->leaves_day > at(&line, 200)->leaves_day);
    assert_int_equal(at(&line, 99999)->kind, PLACE_FULL);
    assert_int_equal(at(&line, 1000000)->kind, PLACE_FULL);
    for (uint32_t i = 1; i < line.ladder.count; i++) {
        assert_true(line.ladder.rungs[i - 1].ahead < line.ladder.rungs[i].ahead);
        assert_true(line.ladder.rungs[i - 1].promise.kind <= line.ladder.rungs[i].promise.kind);
    }
    world_close(&line.world);
}

/* Nobody is said to buy it, so it is there for the last, too. */
static void test_what_nobody_takes(void **state)
{
    (void)state;
    struct line line;
    line_open(&line, shop_text, 100);
    ladder_make(&line, index_of(&line, "few"));
    assert_int_equal(at(&line, 4)->kind, PLACE_IN_STOCK);
    line.crowd.ahead_most = 0;
    ladder_make(&line, index_of(&line, "few"));
    assert_int_equal(line.ladder.count, 1);
    world_close(&line.world);
}

/* As many orders as are expected before a place, and then the next one's dates. */
static void agrees(const char *shop, uint32_t ahead, int32_t days_most)
{
    struct line line;
    char expected[16];
    line_open(&line, shop, 400);
    ladder_make(&line, index_of(&line, "lamp"));
    struct place_promise promise = *at(&line, ahead);
    uint32_t orders = ahead / 2;
    for (uint32_t i = 0; i < orders; i++) {
        assert_non_null(strstr(world_order(&line.world, i + 1, "lamp=2"), "ok "));
    }
    const char *said = strstr(world_quote_hold(&line.world, "lamp"), "ship ");
    assert_non_null(said);
    int32_t day = 0;
    snprintf(expected, sizeof expected, "%.10s", said + 5);
    assert_true(day_read(slice_of(expected), &day));
    assert_in_range(promise.leaves_day - day + days_most, 0, 2 * days_most);
    world_close(&line.world);
}

static void test_it_agrees_with_what_is_promised_then(void **state)
{
    (void)state;
    agrees(shop_text, 0, 0);
    agrees(shop_text, 8, 0);
    agrees(shop_text, 40, 1);
    agrees(shop_text, 200, 1);
    agrees(shop_text, 400, 1);
    agrees(made_text, 0, 0);
    agrees(made_text, 20, 1);
    agrees(made_text, 200, 1);
    agrees(made_text, 400, 1);
    agrees(weekly_text, 38, 0);
    agrees(weekly_text, 60, 0);
    agrees(weekly_text, 150, 1);
    agrees(weekly_text, 300, 1);
}

/* What is ordered while visitors go in moves the figures; the fewer went in, the less. */
static void test_it_learns(void **state)
{
    (void)state;
    struct line line;
    line_open(&line, shop_text, 400);
    uint32_t lamp = index_of(&line, "lamp");
    for (uint32_t i = 0; i < 5; i++) {
        assert_non_null(strstr(world_order(&line.world, i + 1, "lamp=2"), "ok "));
    }
    assert_string_equal(world_step(&line.world, PROMISE_CANCEL, 5), "ok cancelled");
    line.crowd.visitors = PLACE_VISITORS_LEAST - 1;
    ladder_make(&line, lamp);
    assert_int_equal(line.crowd.units[lamp], PLACE_MILLION);
    line.crowd.visitors = 300;
    ladder_make(&line, lamp);
    assert_int_equal(line.crowd.units[lamp], (100 * PLACE_MILLION + 8 * PLACE_MILLION) / 400);
    assert_int_equal(line.crowd.orders, (50 * PLACE_MILLION + 4 * PLACE_MILLION) / 400);
    line.crowd.since = line.world.now + 1;
    ladder_make(&line, lamp);
    assert_int_equal(line.crowd.units[lamp], PLACE_MILLION / 4);
    world_close(&line.world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_stock_made_full),
        cmocka_unit_test(test_what_nobody_takes),
        cmocka_unit_test(test_it_agrees_with_what_is_promised_then),
        cmocka_unit_test(test_it_learns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
