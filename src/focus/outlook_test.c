/* The balance by hand: a cup a day for 12.00 (10.00 without VAT), paid out after three days; cups
 * cost 4.00 and 0.80 VAT and are paid after 30 days; VAT goes on the 15th of the next month. 1
 * December 2026 is a Tuesday. */
#include "focus/mix.h"
#include "focus/outlook.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define CUPS(receipts, costs)                                                                      \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "suppliers: {mill: {lead_days: 5, payment_days: 30}}\n"                                        \
    "items: {cup: {on_hand: 70, unit_cost: 4, purchase_vat_rate: 20, supplier: mill}}\n" receipts  \
    "activities: {cups: {fixed_cost_per_week: 7}}\n"                                               \
    "cash: {opening_balance: 0, payout_days: 3, vat: {every: month, day: 15}" costs "}\n"          \
    "offers: {cup: {name: Cup, price: 12, vat_rate: 20, items: {cup: 1}, on_site: true, "          \
    "activity: cups, demand_per_week: 7}}\n"

struct open {
    struct world world;
    struct focus_figures *figures;
    struct mix *today;
};

static void cups_open(struct open *open, const char *shop_file)
{
    struct fault fault = {.text = ""};
    world_open(&open->world, shop_file, "2026-12-01T00:00");
    if (focus_figures_make(open->world.shop, NULL, &open->figures, &fault) != STATUS_OK ||
        mix_today(open->figures, &open->today, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

static void cups_close(struct open *open)
{
    mix_free(open->today);
    focus_figures_free(open->figures);
    world_close(&open->world);
}

/* `units`: a week, in thousandths. */
static struct outlook looked(const struct open *open, int64_t units, bool runs)
{
    struct outlook outlook;
    const struct outlook_mix mix = {
        .figures = open->figures, .units_thousandths = &units, .runs = &runs};
    const struct outlook_ask ask = {.mix = mix,
                                    .today = {.figures = open->figures,
                                              .units_thousandths = open->today->units_thousandths,
                                              .runs = open->today->runs},
                                    .state = open->world.state};
    assert_int_equal(outlook_make(&ask, &outlook, NULL), STATUS_OK);
    return outlook;
}

/* 84.00 come and 7.00 go a week. On 15 December VAT of November: 30 cups sold, four weeks' cups
 * bought (on the 3rd, 10th, 17th and 24th); on 15 January 31 and five. The first bill of the mix
 * is due on 31 December. */
static void test_goes_on(void **unused)
{
    (void)unused;
    struct open open;
    static const int64_t weeks[] = {8400,         16800,        25200 - 6000 + 2240,       29840,
                                    38240 - 3360, 43280 - 3360, 48320 - 3360 - 6200 + 2800};
    cups_open(&open, CUPS("", ""));
    struct outlook outlook = looked(&open, 7000, true);
    assert_true(outlook.present);
    assert_int_equal(outlook.first_day, promise_today(open.world.state));
    for (int i = 0; i < 7; i++) {
        assert_int_equal(outlook.week_minor[i], weeks[i] - 700 * (i + 1));
    }
    assert_int_equal(outlook.low_minor, 1100);
    assert_int_equal(outlook.low_day, outlook.first_day);
    cups_close(&open);
}

/* What is on its way is used before more is bought: two weeks of cups, and their VAT. */
static void test_what_comes(void **unused)
{
    (void)unused;
    struct open open;
    cups_open(&open, CUPS("receipts: [{item: cup, quantity: 14, due: 2026-12-05}]\n", ""));
    struct outlook outlook = looked(&open, 7000, true);
    assert_int_equal(outlook.week_minor[4], 38240 - 5 * 700);
    assert_int_equal(outlook.week_minor[6], 38240 + 2 * 8400 - 3360 - 6200 + 1680 - 7 * 700);
    cups_close(&open);
}

/* Nothing more is sold: three days' payouts come, and November's VAT goes. */
static void test_stops(void **unused)
{
    (void)unused;
    struct open open;
    cups_open(&open, CUPS("", ""));
    struct outlook outlook = looked(&open, 0, false);
    assert_int_equal(outlook.week_minor[0], 3600);
    assert_int_equal(outlook.week_minor[2], 3600 - 6000 + 2240);
    assert_int_equal(outlook.week_minor[OUTLOOK_WEEKS - 1], 3600 - 6000 + 2240);
    assert_int_equal(outlook.low_minor, -160);
    assert_int_equal(outlook.low_day, outlook.first_day + 14);
    cups_close(&open);
}

/* Costs and bills on their days, behind the horizon too. */
static void test_costs(void **unused)
{
    (void)unused;
    struct open open;
    cups_open(&open, CUPS("", ", fixed_costs: [{name: rent, amount: 10, every: month, day: 5}], "
                              "bills: [{supplier: mill, amount: 3, due: 2026-12-20}, "
                              "{supplier: mill, amount: 2, due: 2027-05-30}]"));
    struct outlook plain = looked(&open, 0, false);
    assert_int_equal(plain.week_minor[0], 3600 - 1000);
    assert_int_equal(plain.week_minor[2], 3600 - 6000 + 2240 - 1000 - 300);
    assert_int_equal(plain.week_minor[OUTLOOK_WEEKS - 1],
                     3600 - 6000 + 2240 - 6 * 1000 - 300 - 200);
    cups_close(&open);
}

/* Where a past is known, so are its payouts; a database that is new has one order, and a shop that
 * sold before. */
static void test_known_orders(void **unused)
{
    (void)unused;
    struct open open;
    cups_open(&open, CUPS("", ""));
    world_order(&open.world, 1, "cup=2");
    struct outlook outlook = looked(&open, 0, false);
    assert_int_equal(outlook.week_minor[0], 3600 + 2400);
    open.figures->today_from = FOCUS_FROM_PAST;
    outlook = looked(&open, 0, false);
    assert_int_equal(outlook.week_minor[0], 2400);
    cups_close(&open);
}

static void test_no_cash(void **unused)
{
    (void)unused;
    struct open open;
    cups_open(&open, "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
                     "activities: {cups: {}}\n"
                     "offers: {cup: {name: Cup, price: 12, vat_rate: 20, on_site: true, activity: "
                     "cups, demand_per_week: 7}}\n");
    assert_false(looked(&open, 7000, true).present);
    cups_close(&open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_goes_on),      cmocka_unit_test(test_what_comes),
        cmocka_unit_test(test_stops),        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_known_orders), cmocka_unit_test(test_no_cash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
