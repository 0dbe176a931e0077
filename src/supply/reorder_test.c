/* Which items fall under their reorder point, how much of them is to be ordered, and when. */
#include "supply/reorder.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* 2026-12-01 is a Tuesday. caramel: point 30 + 6, 20 there: 16 missing, 24 in packs of 12. tea: 40
 * is under 44, 5 in one pack; the two are worth 48 + 15, the minimum is 100.00: 37 more, 19
 * caramel, 24 in packs. bowl has no supplier, cup is on its way, pen lies over its point, cap
 * has no point. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {horizon_days: 60}\n"
    "suppliers:\n"
    "  armor: {lead_days: 5, receiving_days: 1, orders_on: [wed, thu], minimum_order_value: 100}\n"
    "  weekly: {lead_days: 2, orders_on: [mon]}\n"
    "items:\n"
    "  caramel: {on_hand: 20, unit_cost: 2, supplier: armor, pack_size: 12, reorder_point: 30, "
    "safety_stock: 6}\n"
    "  tea: {on_hand: 40, unit_cost: 3, supplier: armor, pack_size: 5, reorder_point: 44}\n"
    "  bowl: {on_hand: 1, unit_cost: 7, reorder_point: 5}\n"
    "  cup: {on_hand: 1, unit_cost: 7, supplier: armor, reorder_point: 50}\n"
    "  pen: {on_hand: 9, unit_cost: 7, supplier: armor, reorder_point: 9}\n"
    "  cap: {on_hand: 0, unit_cost: 7, supplier: armor, safety_stock: 9}\n"
    "  salt: {on_hand: 0, unit_cost: 1, supplier: weekly, pack_size: 10, reorder_point: 50, "
    "max_units_per_week: 35}\n"
    "receipts:\n  - {item: cup, quantity: 2, due: 2026-12-20}\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
    "delivers: mon-fri}}\n"
    "offers:\n"
    "  pen: {name: Pen, price: 5.00, vat_rate: 20, items: {pen: 1}, carrier: post}\n";

static const struct reorder *named(const struct world *world, const struct reorder *reorders,
                                   uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(world->shop->items[reorders[i].item.index].name, name) == 0) {
            return &reorders[i];
        }
    }
    return NULL;
}

static void test_under_the_point(void **unused)
{
    (void)unused;
    struct world world;
    struct reorder reorders[8] = {0};
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    uint32_t count = reorder_list(world.state, reorders, 8);
    assert_int_equal(count, 4);
    const struct reorder *caramel = named(&world, reorders, count, "caramel");
    assert_int_equal(caramel->point_thousandths, 36000);
    assert_int_equal(caramel->low_thousandths, 20000);
    assert_int_equal(caramel->low_day, today);
    assert_true(caramel->has_order);
    assert_int_equal(caramel->order_day, today + 1);
    assert_int_equal(caramel->arrives_day, today + 6);
    assert_int_equal(caramel->due_day, today + 7);
    assert_int_equal(caramel->quantity_thousandths, 48000);
    assert_int_equal(caramel->value_minor, 9600);
    const struct reorder *tea = named(&world, reorders, count, "tea");
    assert_int_equal(tea->quantity_thousandths, 5000);
    assert_false(named(&world, reorders, count, "bowl")->has_order);
    world_close(&world);
}

static void test_orders_that_are_promised_count(void **unused)
{
    (void)unused;
    struct world world;
    struct reorder reorders[8] = {0};
    world_open(&world, shop_text, "2026-12-01T09:00");
    assert_null(named(&world, reorders, reorder_list(world.state, reorders, 8), "pen"));
    world_order(&world, 1, "pen=2");
    uint32_t count = reorder_list(world.state, reorders, 8);
    const struct reorder *pen = named(&world, reorders, count, "pen");
    assert_non_null(pen);
    assert_int_equal(pen->low_thousandths, 7000);
    assert_int_equal(pen->quantity_thousandths, 2000);
    world_close(&world);
}

/* 35 a week in packs of 10: 30 next Monday; once they are bought, nothing more is listed. */
static void test_the_week_is_not_overrun(void **unused)
{
    (void)unused;
    struct world world;
    struct reorder reorders[8] = {0};
    world_open(&world, shop_text, "2026-12-01T09:00");
    int32_t today = promise_today(world.state);
    uint32_t count = reorder_list(world.state, reorders, 8);
    const struct reorder *salt = named(&world, reorders, count, "salt");
    assert_int_equal(salt->order_day, today + 6);
    assert_int_equal(salt->quantity_thousandths, 30000);
    world_record(&world, (struct promise_change){.kind = CHANGE_BOUGHT,
                                                 .index = salt->item.index,
                                                 .quantity_thousandths = 30000,
                                                 .from_day = today + 6});
    assert_null(named(&world, reorders, reorder_list(world.state, reorders, 8), "salt"));
    /* Not sent in time: it does not come. The week has room for none, so the Monday after. */
    world_at(&world, "2026-12-08T09:00");
    count = reorder_list(world.state, reorders, 8);
    salt = named(&world, reorders, count, "salt");
    assert_non_null(salt);
    assert_int_equal(salt->order_day, today + 13);
    world_close(&world);
}

/* What is bought already counts for the supplier's minimum of its day, and of no other: with 30 tea
 * for 90.00, 24 caramel for 48.00 are enough. What came of it counts as well. */
static void test_what_is_bought_counts_for_the_minimum(void **unused)
{
    (void)unused;
    static const struct {
        int32_t days;
        const char *received;
        int64_t quantity;
    } rows[] = {{1, NULL, 24000}, {1, "received 2 20", 24000}, {2, NULL, 60000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        struct reorder reorders[8] = {0};
        world_open(&world, shop_text, "2026-12-01T09:00");
        world_record(
            &world, (struct promise_change){.kind = CHANGE_BOUGHT,
                                            .index = 1,
                                            .quantity_thousandths = 30000,
                                            .from_day = promise_today(world.state) + rows[i].days});
        if (rows[i].received != NULL) {
            assert_string_equal(world_change(&world, rows[i].received), "ok");
        }
        uint32_t count = reorder_list(world.state, reorders, 8);
        assert_null(named(&world, reorders, count, "tea"));
        assert_int_equal(named(&world, reorders, count, "caramel")->quantity_thousandths,
                         rows[i].quantity);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_under_the_point),
        cmocka_unit_test(test_orders_that_are_promised_count),
        cmocka_unit_test(test_the_week_is_not_overrun),
        cmocka_unit_test(test_what_is_bought_counts_for_the_minimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
