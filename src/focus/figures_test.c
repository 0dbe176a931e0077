/* What a unit earns and takes, worked out on paper; what is known of its demand; what does not
 * fit. (Money with VAT: mix_test.c.) */
#include "focus/bounds.h"
#include "focus/focus_testing.h"

#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CENT INT64_C(1000000)
#define MIN  INT64_C(1000000)

#define HEAD "shop: {name: T, currency: EUR, time_zone: Europe/Paris}\n"
#define SHOP                                                                                       \
    HEAD "promise: {load_limit: 0.85}\n"                                                           \
         "assumptions: {ordinary_units: 2.5}\n"                                                    \
         "calendars: {week: {open: {mon-thu: \"08:00-12:00 13:00-17:00\", fri: \"08:00-12:00\"},"  \
         " closed: [2026-12-25]}}\n"                                                               \
         "work_centers: {a: {people: 3, calendar: week, efficiency: 0.9},\n"                       \
         "               b: {people: 1, calendar: week}}\n"                                        \
         "staffing: [{work_center: a, people: -1, from: 2026-12-01, to: 2027-12-01}]\n"            \
         "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 2,\n"             \
         "  delivers: mon-sat, charge: 6, cost: 7.50, routing: [{work_center: b, minutes: 4},\n"   \
         "  {work_center: a, minutes: 1, setup_minutes: 1.5}]}}\n"                                 \
         "activities: {one: {fixed_cost_per_week: 12.34, owner_hours_per_week: 4.5}, two: {}}\n"   \
         "offers:\n"                                                                               \
         "  jar: {name: j, price: 12, vat_rate: 20, carrier: post, activity: one,\n"               \
         "    routing: [{work_center: a, minutes: 3, setup_minutes: 5, crew: 2},\n"                \
         "              {work_center: b, minutes: 2}, {work_center: a, minutes: 1}]}\n"            \
         "  visit: {name: v, price: 60, vat_rate: 10, on_site: true, activity: two,\n"             \
         "    demand_per_week: 7.5, routing: [{work_center: b, minutes: 30, setup_minutes: 9}]}\n" \
         "  class: {name: c, price: 30, vat_rate: 20, on_site: true, seats: 8,\n"                  \
         "    demand_per_week: 20, routing: [{work_center: b, minutes: 90, setup_minutes: 9}]}\n"

enum { JAR, VISIT, CLASS, OFFERS };

static struct testing_shop testing;

static int64_t work(uint32_t offer, uint32_t center)
{
    const struct focus_offer *of = &testing.figures->offers[offer];
    for (uint32_t i = 0; i < of->use_count; i++) {
        const struct focus_use *use = &testing.figures->uses[of->use_first + i];
        if (use->center == center) {
            return use->minutes_micro;
        }
    }
    return 0;
}

/* The plain week has 4 x 8 + 4 hours; neither the closed day nor the absence counts. */
static void test_hours(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP);
    assert_int_equal(testing.figures->center_count, 2);
    assert_int_equal(testing.figures->centers[0].minutes_micro, 36 * 60 * 3 * 765 * MIN / 1000);
    assert_int_equal(testing.figures->centers[1].minutes_micro, 36 * 60 * 850 * MIN / 1000);
    assert_int_equal(testing.figures->activities[0].fixed_micro, 1234 * CENT);
    assert_int_equal(testing.figures->activities[0].owner_thousandths, 4500);
    testing_close(&testing);
}

/* A jar at a: 2 x 3 + 1 minutes, 2 x 5 of setting up and 2.5 of the parcel for 2.5 jars; at b: 2,
 * and 4 for 2.5. A visit is booked for 1.5. A class is for all of its seats. */
static void test_work(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP);
    assert_int_equal(work(JAR, 0), 7 * MIN + 4 * MIN + MIN);
    assert_int_equal(work(JAR, 1), 2 * MIN + 16 * MIN / 10);
    assert_int_equal(work(VISIT, 0), 0);
    assert_int_equal(work(VISIT, 1), 36 * MIN);
    assert_int_equal(work(CLASS, 1), 99 * MIN);
    testing_close(&testing);
}

/* The carrier takes 7.50, the customer pays 5.00 without VAT: 2.50 for 2.5 jars. */
static void test_carriage(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP);
    assert_int_equal(testing.figures->offers[JAR].carriage_micro, 100 * CENT);
    assert_int_equal(testing.figures->offers[JAR].throughput_micro, 900 * CENT);
    assert_int_equal(testing.figures->offers[VISIT].carriage_micro, 0);
    testing_close(&testing);
}

static void test_demand_of_a_file(void **unused)
{
    (void)unused;
    testing_open(&testing, SHOP);
    const struct focus_offer *offers = testing.figures->offers;
    assert_int_equal(offers[JAR].demand_from, FOCUS_UNKNOWN);
    assert_int_equal(offers[JAR].demand_thousandths, FOCUS_NO_LIMIT);
    assert_int_equal(offers[JAR].today_thousandths, 0);
    assert_int_equal(offers[VISIT].demand_from, FOCUS_FROM_FILE);
    assert_int_equal(offers[VISIT].steps, 10);
    assert_int_equal(offers[VISIT].step_thousandths, 750);
    assert_int_equal(offers[CLASS].steps, 20);
    /* Hours for all of it: 7.5 x 36 + 3 x 99 minutes of b. */
    assert_int_equal(offers[VISIT].today_thousandths, 7500);
    assert_int_equal(offers[CLASS].today_thousandths, 20000);
    assert_int_equal(testing.figures->today_from, FOCUS_FROM_FILE);
    /* 1836 minutes of b are 510 jars of 3.6, 4957.2 of a 413 of 12. */
    struct bounds *bounds = bounds_make(testing.figures);
    assert_int_equal(bounds_steps(bounds, testing.figures, JAR), 413);
    bounds_free(bounds);
    testing_close(&testing);
}

/* 13 weeks: 40 jars are 3.077 a week; the file's demand stands where it says one. */
static void test_demand_of_the_past(void **unused)
{
    (void)unused;
    struct sold_figures offers[OFFERS] = {
        {.units_thousandths = 40000}, {.units_thousandths = 65000}, {.units_thousandths = -3000}};
    double lines[OFFERS] = {4, 1, 0};
    struct sold_pair pairs[] = {{JAR, 1, 50, 0.4}, {VISIT, 0, 50, 1}};
    struct sold sold = {.state = SOLD_ENOUGH,
                        .weeks = 13,
                        .units_per_order = 5,
                        .offer_count = OFFERS,
                        .offers = offers,
                        .units_per_line = lines,
                        .pair_count = 2,
                        .pairs = pairs};
    testing_open(&testing, SHOP);
    focus_figures_free(testing.figures);
    struct fault fault;
    assert_int_equal(focus_figures_make(testing.shop, &sold, &testing.figures, &fault), STATUS_OK);
    const struct focus_figures *figures = testing.figures;
    assert_int_equal(figures->today_from, FOCUS_FROM_PAST);
    assert_int_equal(figures->offers[JAR].demand_from, FOCUS_FROM_PAST);
    assert_int_equal(figures->offers[JAR].today_thousandths, 3077);
    assert_int_equal(figures->offers[JAR].steps, 4);
    assert_int_equal(figures->offers[JAR].step_thousandths, 770);
    assert_int_equal(figures->offers[VISIT].today_thousandths, 5000);
    assert_int_equal(figures->offers[VISIT].demand_thousandths, 7500);
    assert_int_equal(figures->offers[CLASS].today_thousandths, 0);
    /* Five in a parcel, four jars in a line, one visit. */
    assert_int_equal(work(JAR, 0), 7 * MIN + 25 * MIN / 10 + 5 * MIN / 10);
    assert_int_equal(work(VISIT, 1), 39 * MIN);
    assert_int_equal(figures->offers[JAR].carriage_micro, 50 * CENT);
    /* Half of what is bought together is lost. */
    assert_int_equal(figures->loss_count, 2);
    assert_int_equal(figures->losses[0].share_millionths, 200000);
    assert_int_equal(figures->losses[1].share_millionths, 500000);
    sold.state = SOLD_FEW;
    focus_figures_free(testing.figures);
    assert_int_equal(focus_figures_make(testing.shop, &sold, &testing.figures, &fault), STATUS_OK);
    assert_int_equal(testing.figures->today_from, FOCUS_FROM_FILE);
    assert_int_equal(testing.figures->loss_count, 0);
    testing_close(&testing);
}

static void refused(const char *text, enum status expected, const char *words)
{
    struct fault fault = {.text = ""};
    struct shop *shop = NULL;
    struct focus_figures *figures = NULL;
    struct slice slice = {text, strlen(text)};
    assert_int_equal(shop_read(slice, "t.yaml", &testing_zones, 1796000000, &shop, &fault),
                     STATUS_OK);
    assert_int_equal(focus_figures_make(shop, NULL, &figures, &fault), expected);
    assert_null(figures);
    if (strstr(fault.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", fault.text, words);
    }
    shop_free(shop);
}

static void test_refusals(void **unused)
{
    (void)unused;
    refused(HEAD, STATUS_INVALID, "the shop sells nothing");
    refused(HEAD "offers: {dear: {name: d, price: 10000000000, vat_rate: 0, on_site: true, "
                 "demand_per_week: 9}}\n",
            STATUS_LIMIT, "offer dear: with it, a week's money");
    refused(HEAD "items: {gold: {on_hand: 0, unit_cost: 10000000000}}\n"
                 "offers: {ring: {name: r, price: 1, vat_rate: 0, on_site: true, items: {gold: "
                 "900}}}\n",
            STATUS_LIMIT, "offer ring: its materials");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hours),
        cmocka_unit_test(test_work),
        cmocka_unit_test(test_carriage),
        cmocka_unit_test(test_demand_of_a_file),
        cmocka_unit_test(test_demand_of_the_past),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
