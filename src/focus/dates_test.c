/* Promise dates of a mix, by hand: one team that can do one visit a day, each morning from 8 to 12.
 *
 * The only offer's orders come at 0.618 of their interval: 14:49 where one comes a day, 07:25 and
 * 19:25 where two do. 1 December 2026 is a Tuesday. */
#include "focus/dates.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define VISITS(people, max_days)                                                                   \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {max_days: " max_days "}\n"                                                          \
    "calendars: {mornings: {open: {mon-sun: \"08:00-12:00\"}}}\n"                                  \
    "work_centers: {team: {people: " people ", calendar: mornings}}\n"                             \
    "activities: {visits: {}, other: {}}\n"                                                        \
    "offers: {visit: {name: Visit, price: 5.00, vat_rate: 20, activity: visits, on_site: true, "   \
    "routing: [{work_center: team, minutes: 240}]}}\n"

#define BOXES(item)                                                                                \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "suppliers: {mill: {lead_days: 5}}\n"                                                          \
    "items: {box: {on_hand: 3, unit_cost: 1.00" item "}}\n"                                        \
    "offers: {box: {name: Box, price: 5.00, vat_rate: 20, items: {box: 1}, on_site: true}}\n"

struct row {
    const char *shop_file;
    int64_t weekly, per_order; /* thousandths */
    uint32_t orders, refused;
    int32_t median, ninth;
};

static struct dates lived(const struct dates_ask *ask)
{
    struct dates dates;
    struct fault fault = {.text = ""};
    enum status status = dates_make(ask, &dates, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(status, STATUS_OK);
    return dates;
}

static void row_check(const struct row *row)
{
    struct world world;
    world_open(&world, row->shop_file, "2026-12-01T00:00");
    const struct dates_ask ask = {
        .shop = world.shop, .now = world.now, .weekly = &row->weekly, .per_order = &row->per_order};
    struct dates dates = lived(&ask);
    assert_int_equal(dates.weeks, DATES_WEEKS);
    assert_int_equal(dates.all.orders, row->orders);
    assert_int_equal(dates.all.refused, row->refused);
    assert_int_equal(dates.all.median_days, row->median);
    assert_int_equal(dates.all.ninth_days, row->ninth);
    dates_free(&dates);
    world_close(&world);
}

/* One a day: the next morning. Two a day: order k is done on day k, having come on day k / 2. With
 * at most 20 days, from k = 41 on every other one is refused, and the rest wait 20. Two people: the
 * one of 07:25 is served at once. Two visits in one order take two mornings. */
static void test_hours(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {VISITS("1", "60"), 7000, 1000, 14, 0, 1, 1},
        {VISITS("1", "60"), 14000, 1000, 28, 0, 21, 27},
        {VISITS("1", "20"), 14000, 1000, 28, 8, 19, 20},
        {VISITS("2", "60"), 14000, 1000, 28, 0, 0, 1},
        {VISITS("1", "60"), 3500, 2000, 4, 0, 2, 2},
        {VISITS("0", "60"), 7000, 1000, 14, 14, -1, -1},
        {VISITS("1", "60"), 0, 1000, 0, 0, -1, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        row_check(&rows[i]);
    }
}

/* One box a day. Bought for each order: five days. In hundreds, which are sent and come: at once,
 * as soon as they are there; with a reorder point always. Where nobody can be asked: always. */
static void test_supply(void **unused)
{
    (void)unused;
    static const struct row rows[] = {
        {BOXES(", supplier: mill"), 7000, 1000, 14, 0, 5, 5},
        {BOXES(", supplier: mill, pack_size: 100"), 7000, 1000, 14, 0, 0, 0},
        {BOXES(", supplier: mill, reorder_point: 20"), 7000, 1000, 14, 0, 0, 0},
        {BOXES(""), 7000, 1000, 14, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        row_check(&rows[i]);
    }
}

/* What is promised already is in the way: five mornings are taken. */
static void test_open_orders(void **unused)
{
    (void)unused;
    struct world world;
    static const int64_t weekly = 7000;
    static const int64_t per_order = 1000;
    world_open(&world, VISITS("1", "60"), "2026-12-01T00:00");
    world_order(&world, 1, "visit=5");
    uint64_t digest = promise_digest(world.state);
    const struct dates_ask ask = {.shop = world.shop,
                                  .now = world.now,
                                  .state = world.state,
                                  .weekly = &weekly,
                                  .per_order = &per_order};
    struct dates dates = lived(&ask);
    assert_int_equal(dates.all.median_days, 5);
    assert_int_equal(dates.all.ninth_days, 5);
    assert_int_equal(dates.activity_count, 2);
    assert_int_equal(dates.activities[0].orders, 14);
    assert_int_equal(dates.activities[0].median_days, 5);
    assert_int_equal(dates.activities[1].orders, 0);
    assert_int_equal(dates.activities[1].median_days, -1);
    assert_true(promise_digest(world.state) == digest);
    dates_free(&dates);
    world_close(&world);
}

/* The same state under a plan's shop, which has a second person. */
static void test_plan_of_a_running_shop(void **unused)
{
    (void)unused;
    struct world world;
    struct world plan;
    static const int64_t weekly = 14000;
    static const int64_t per_order = 1000;
    world_open(&world, VISITS("1", "60"), "2026-12-01T00:00");
    world_open(&plan, VISITS("2", "60"), "2026-12-01T00:00");
    const struct dates_ask ask = {.shop = plan.shop,
                                  .now = world.now,
                                  .state = world.state,
                                  .weekly = &weekly,
                                  .per_order = &per_order};
    struct dates dates = lived(&ask);
    assert_int_equal(dates.all.median_days, 0);
    assert_int_equal(dates.all.ninth_days, 1);
    dates_free(&dates);
    world_close(&plan);
    world_close(&world);
}

/* A shop that sells too much for four weeks is looked at for fewer, and in the end not at all. */
static void test_bounded(void **unused)
{
    (void)unused;
    static const struct {
        int64_t weekly;
        uint32_t weeks, orders;
    } rows[] = {{15000000, 4, 30000}, {15000001, 4, 30000}, {16000000, 3, 24000}, {60001000, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        static const int64_t per_order = 1000;
        world_open(&world, BOXES(", supplier: mill, pack_size: 100000"), "2026-12-01T00:00");
        const struct dates_ask ask = {.shop = world.shop,
                                      .now = world.now,
                                      .weekly = &rows[i].weekly,
                                      .per_order = &per_order};
        struct dates dates = lived(&ask);
        assert_int_equal(dates.weeks, rows[i].weeks);
        assert_int_equal(dates.all.orders, rows[i].orders);
        dates_free(&dates);
        world_close(&world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hours),       cmocka_unit_test(test_supply),
        cmocka_unit_test(test_open_orders), cmocka_unit_test(test_plan_of_a_running_shop),
        cmocka_unit_test(test_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
