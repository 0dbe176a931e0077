/* Small shops whose best mix is known: two scarce resources, whole units, fixed costs, seats,
 * owners, suppliers, losses, and what has no answer. */
#include "focus/fill.h"
#include "focus/focus_testing.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CENT INT64_C(1000000)
#define EURO (100 * CENT)

#define SHOP                                                                                       \
    "shop: {name: T, currency: EUR, time_zone: Europe/Paris}\n"                                    \
    "calendars: {week: {open: {mon-fri: \"08:00-10:00\"}}}\n"
#define TEAMS "work_centers: {m: {people: 1, calendar: week}, n: {people: 1, calendar: week}}\n"

static struct testing_shop testing;

/* What a ranking by throughput for each minute of one work center earns, in whole units. */
static int64_t ranked_by(uint32_t center)
{
    const struct focus_figures *figures = testing.figures;
    struct bounds *bounds = bounds_make(figures);
    struct fill fill;
    assert_true(fill_begin(&fill, figures, bounds, NULL, figures->activity_count));
    for (uint32_t round = 0; round < figures->offer_count; round++) {
        uint32_t best = figures->offer_count;
        double most = -1;
        for (uint32_t i = 0; i < figures->offer_count; i++) {
            const struct focus_use *use = &figures->uses[figures->offers[i].use_first + center];
            double ratio = (double)figures->offers[i].throughput_micro / (double)use->minutes_micro;
            if (fill_most(&fill, i) > fill.steps[i] && ratio > most) {
                most = ratio;
                best = i;
            }
        }
        if (best < figures->offer_count) {
            fill_set(&fill, best, fill_most(&fill, best));
        }
    }
    int64_t value = fill_value(&fill);
    fill_free(&fill);
    bounds_free(bounds);
    return value;
}

/* Two centers of 600 minutes. x earns most an hour of m, y most an hour of n; z takes both, and is
 * best. Ranked by m alone: x, z, y; by n alone: y, z, x. */
static void test_two_scarce(void **unused)
{
    (void)unused;
    testing_open(
        &testing, SHOP TEAMS
        "offers:\n"
        "  x: {name: x, price: 50, vat_rate: 0, on_site: true, demand_per_week: 100,\n"
        "      routing: [{work_center: m, minutes: 20}, {work_center: n, minutes: 60}]}\n"
        "  y: {name: y, price: 50, vat_rate: 0, on_site: true, demand_per_week: 100,\n"
        "      routing: [{work_center: m, minutes: 60}, {work_center: n, minutes: 20}]}\n"
        "  z: {name: z, price: 45, vat_rate: 0, on_site: true, demand_per_week: 100,\n"
        "      routing: [{work_center: m, minutes: 30}, {work_center: n, minutes: 30}]}\n");
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->profit_micro, 900 * EURO);
    assert_int_equal(mix->units_thousandths[2], 20000);
    assert_int_equal(ranked_by(0), 500 * EURO);
    assert_int_equal(ranked_by(1), 500 * EURO);
    mix_free(mix);
    testing_close(&testing);
}

/* Whole units: the densest first leaves 40 of 600 minutes to nobody. */
static void test_whole_units(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP TEAMS
                 "offers:\n"
                 "  big: {name: b, price: 60, vat_rate: 0, on_site: true, demand_per_week: 9,\n"
                 "        routing: [{work_center: m, minutes: 350}]}\n"
                 "  half: {name: h, price: 50, vat_rate: 0, on_site: true, demand_per_week: 9,\n"
                 "        routing: [{work_center: m, minutes: 300}]}\n");
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->profit_micro, 100 * EURO);
    assert_int_equal(mix->units_thousandths[1], 2000);
    mix_free(mix);
    testing_close(&testing);
}

#define FIXED(cost)                                                                                \
    SHOP TEAMS "activities: {a: {fixed_cost_per_week: " cost "}, b: {}}\n"                         \
               "offers:\n"                                                                         \
               "  p: {name: p, price: 10, vat_rate: 0, on_site: true, demand_per_week: 10,\n"      \
               "      activity: a, routing: [{work_center: m, minutes: 60}]}\n"                    \
               "  q: {name: q, price: 8, vat_rate: 0, on_site: true, demand_per_week: 6,\n"        \
               "      activity: b, routing: [{work_center: m, minutes: 60}]}\n"

/* p alone 100, q alone 48, both 100 of ten hours: with 40 of fixed costs p's 60 stay ahead of q's
 * 48 (and 6 q beside 4 p earn 48 + 40 - 40); with 60, q alone. */
static void test_fixed_costs(void **unused)
{
    (void)unused;
    testing_open(&testing, FIXED("40"));
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->profit_micro, 60 * EURO);
    mix_free(mix);
    testing_close(&testing);
    testing_open(&testing, FIXED("60"));
    ask = testing_ask(testing.figures);
    mix = testing_solve(&ask);
    assert_int_equal(mix->profit_micro, 48 * EURO);
    assert_false(mix->runs[0]);
    mix_free(mix);
    testing_close(&testing);
}

/* A session of 300 minutes has four seats; ten hours are two sessions, whoever comes. */
static void test_seats(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP TEAMS
                 "offers:\n"
                 "  class: {name: c, price: 10, vat_rate: 0, on_site: true, demand_per_week: 9,\n"
                 "          seats: 4, routing: [{work_center: m, minutes: 300}]}\n");
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->units_thousandths[0], 8000);
    assert_int_equal(mix->sessions[0], 2);
    assert_int_equal(mix->used_micro[0], INT64_C(600000000));
    mix_free(mix);
    testing_close(&testing);
}

/* 9 would come to a class of 4 seats. Of 250 minutes each two fit into 600, so 8 come today: the
 * ninth has no session. */
static void test_seats_of_today(void **unused)
{
    (void)unused;
    struct fault fault;
    testing_open(&testing, SHOP TEAMS
                 "offers:\n"
                 "  class: {name: c, price: 10, vat_rate: 0, on_site: true, demand_per_week: 9,\n"
                 "          seats: 4, routing: [{work_center: m, minutes: 250}]}\n");
    struct mix *mix = NULL;
    assert_int_equal(mix_today(testing.figures, &mix, &fault), STATUS_OK);
    assert_int_equal(mix->units_thousandths[0], 8000);
    assert_int_equal(mix->used_micro[0], INT64_C(500000000));
    mix_free(mix);
    testing_close(&testing);
}

/* What a supplier can deliver in a week is shared by the offers that use it; the owner has time for
 * one of the two activities. */
static void test_items_and_owner(void **unused)
{
    (void)unused;
    testing_open(
        &testing, SHOP TEAMS
        "items: {i: {on_hand: 0, unit_cost: 1, max_units_per_week: 7}}\n"
        "focus: {owner_hours_per_week: 9}\n"
        "activities: {a: {owner_hours_per_week: 5}, b: {owner_hours_per_week: 5}}\n"
        "offers:\n"
        "  p: {name: p, price: 10, vat_rate: 0, on_site: true, activity: a, items: {i: 2}}\n"
        "  q: {name: q, price: 6, vat_rate: 0, on_site: true, activity: b, items: {i: 1}}\n");
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->state, MIX_FOUND);
    assert_int_equal(mix->units_thousandths[0], 0);
    assert_int_equal(mix->units_thousandths[1], 7000);
    assert_int_equal(mix->profit_micro, 35 * EURO);
    mix_free(mix);
    testing_close(&testing);
}

/* 2.5 a week are sold whole, in four equal parts; half a heat pump a week is sold or not. */
static void test_broken_demand(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP TEAMS
                 "offers:\n"
                 "  p: {name: p, price: 10, vat_rate: 0, on_site: true, demand_per_week: 2.5}\n"
                 "  h: {name: h, price: 800, vat_rate: 0, on_site: true, demand_per_week: 0.5,\n"
                 "      routing: [{work_center: m, minutes: 1000}]}\n");
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->units_thousandths[0], 2500);
    assert_int_equal(mix->units_thousandths[1], 500);
    assert_int_equal(mix->profit_micro, 425 * EURO);
    assert_int_equal(testing.figures->offers[0].steps, 4);
    assert_int_equal(focus_quantity(&testing.figures->offers[0], 1), 625);
    mix_free(mix);
    testing_close(&testing);
}

static uint64_t late(void *context)
{
    uint64_t *now = context;
    return *now += 3600000000000;
}

/* Without any time there is still a mix, though not the best (48): p, which earns most an hour. */
static void test_no_time(void **unused)
{
    (void)unused;
    testing_open(&testing, FIXED("60"));
    uint64_t now = 0;
    struct mix_ask ask = testing_ask(testing.figures);
    ask.seconds = 1;
    ask.clock_ns = late;
    ask.clock_context = &now;
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->state, MIX_FOUND);
    assert_false(mix->optimal);
    assert_true(isinf(mix->gap)); /* how far from it, nobody has looked */
    assert_int_equal(mix->profit_micro, 40 * EURO);
    mix_free(mix);
    testing_close(&testing);
}

static void test_unbounded(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP TEAMS
                 "activities: {a: {}}\n"
                 "offers:\n"
                 "  p: {name: p, price: 10, vat_rate: 0, on_site: true, demand_per_week: 3}\n"
                 "  q: {name: q, price: 10, vat_rate: 0, on_site: true, activity: a}\n");
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *mix = testing_solve(&ask);
    assert_int_equal(mix->state, MIX_UNBOUNDED);
    assert_int_equal(mix->unbounded, 1);
    mix_free(mix);
    bool never[] = {true};
    ask.never = never;
    mix = testing_solve(&ask);
    assert_int_equal(mix->state, MIX_FOUND);
    assert_int_equal(mix->profit_micro, 30 * EURO);
    mix_free(mix);
    testing_close(&testing);
}

/* Prices with 20, 10 and 5.5 percent of VAT, materials and a payment fee: against fractions.
 * 19.90 / 1.2 = 16.58333..., 12.50 / 1.1 = 11.3636..., 7.30 / 1.055 = 6.91943...; 1.4 percent of
 * each price. To the millionth of a cent, half up. */
static void test_money_is_exact(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP TEAMS
                 "items: {i: {on_hand: 0, unit_cost: 2.37}}\n"
                 "cash: {payment_fee_percent: 1.4,\n"
                 "  fixed_costs: [{name: rent, amount: 1000, every: month, day: 5}]}\n"
                 "offers:\n"
                 "  p: {name: p, price: 19.90, vat_rate: 20, on_site: true, demand_per_week: 7,\n"
                 "      items: {i: 1.5}}\n"
                 "  q: {name: q, price: 12.50, vat_rate: 10, on_site: true, demand_per_week: 3}\n"
                 "  r: {name: r, price: 7.30, vat_rate: 5.5, on_site: true, demand_per_week: 2}\n");
    const struct focus_figures *figures = testing.figures;
    assert_int_equal(figures->offers[0].net_micro, 1658333333);
    assert_int_equal(figures->offers[0].materials_micro, 355500000);
    assert_int_equal(figures->offers[0].fee_micro, 27860000);
    assert_int_equal(figures->offers[0].throughput_micro, 1274973333);
    assert_int_equal(figures->offers[1].net_micro, 1136363636);
    assert_int_equal(figures->offers[1].throughput_micro, 1136363636 - 17500000);
    assert_int_equal(figures->offers[2].net_micro, 691943128);
    assert_int_equal(figures->operating_micro, INT64_C(23076923077));
    struct mix_ask ask = testing_ask(figures);
    struct mix *mix = testing_solve(&ask);
    int64_t expected = 7 * INT64_C(1274973333) + 3 * INT64_C(1118863636) +
                       2 * (INT64_C(691943128) - 10220000) - INT64_C(23076923077);
    assert_int_equal(mix->profit_micro, expected);
    assert_int_equal(focus_minor(1499999), 1);
    assert_int_equal(focus_minor(1500000), 2);
    assert_int_equal(focus_minor(-1500000), -2);
    mix_free(mix);
    testing_close(&testing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_scarce),     cmocka_unit_test(test_whole_units),
        cmocka_unit_test(test_fixed_costs),    cmocka_unit_test(test_seats),
        cmocka_unit_test(test_seats_of_today), cmocka_unit_test(test_items_and_owner),
        cmocka_unit_test(test_broken_demand),  cmocka_unit_test(test_no_time),
        cmocka_unit_test(test_unbounded),      cmocka_unit_test(test_money_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
