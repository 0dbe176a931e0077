/* Cash as a bound, against all mixes of a small shop: each is asked of the outlook itself. x earns
 * more, but its materials are paid at once and its sales after a month; y needs none. */
#include "focus/cash.h"

#include "focus/focus.h"
#include "focus/focus_testing.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SHOP(cash)                                                                                 \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "calendars: {week: {open: {mon: \"08:00-18:00\"}}}\n"                                          \
    "work_centers: {m: {people: 1, calendar: week}}\n"                                             \
    "suppliers: {s: {payment_days: 0}, late: {payment_days: 45, end_of_month: true}}\n"            \
    "items: {i: {on_hand: 0, unit_cost: 80, purchase_vat_rate: 20, supplier: s},\n"                \
    "        j: {on_hand: 0, unit_cost: 30, purchase_vat_rate: 20, supplier: late}}\n"             \
    "activities: {a: {fixed_cost_per_week: 20}, b: {fixed_cost_per_week: 10}}\n" cash "offers:\n"  \
    "  x: {name: x, price: 138, vat_rate: 20, on_site: true, demand_per_week: 8, activity: a,\n"   \
    "      items: {i: 1}, routing: [{work_center: m, minutes: 60}]}\n"                             \
    "  y: {name: y, price: 18, vat_rate: 20, on_site: true, demand_per_week: 8, activity: b,\n"    \
    "      routing: [{work_center: m, minutes: 60}]}\n"                                            \
    "  z: {name: z, price: 55, vat_rate: 10, on_site: true, demand_per_week: 4, activity: b,\n"    \
    "      items: {j: 1}, routing: [{work_center: m, minutes: 90}]}\n"

#define CASH_OF(minimum)                                                                           \
    "cash: {opening_balance: 4000, payout_days: 30, vat: {every: month, day: 20},\n"               \
    "  minimum_balance: " minimum ", fixed_costs: [{name: rent, amount: 400, every: month, day: "  \
    "5}]}\n"
#define CASH CASH_OF("0")

struct open {
    struct world world;
    struct focus_figures *figures;
    struct mix *today;
    struct focus_cash *cash;
};

static void cash_open(struct open *open, const char *shop_file)
{
    struct fault fault = {.text = ""};
    world_open(&open->world, shop_file, "2026-12-01T00:00");
    if (focus_figures_make(open->world.shop, NULL, &open->figures, &fault) != STATUS_OK ||
        mix_today(open->figures, &open->today, &fault) != STATUS_OK ||
        focus_cash_make(open->figures, open->figures, open->today, open->world.state, &open->cash,
                        &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

static void cash_close(struct open *open)
{
    free(open->cash);
    mix_free(open->today);
    focus_figures_free(open->figures);
    world_close(&open->world);
}

/* The best of all whole mixes that keep the minimum; false: none does. */
static bool oracle(const struct open *open, int64_t *best)
{
    bool found = false;
    struct mix *mix = mix_new(open->figures);
    for (int64_t n = 0; n < INT64_C(9) * 9 * 5; n++) {
        struct outlook outlook;
        const int64_t units[] = {n % 9, n / 9 % 9, n / 81};
        for (int i = 0; i < 3; i++) {
            mix->units_thousandths[i] = units[i] * 1000;
        }
        mix->runs[0] = units[0] > 0;
        mix->runs[1] = units[1] + units[2] > 0;
        assert_int_equal(focus_cash_look(open->cash, mix, &outlook, NULL), STATUS_OK);
        if (units[0] * 60 + units[1] * 60 + units[2] * 90 > 600 ||
            outlook.low_minor < open->cash->minimum_minor) {
            continue;
        }
        int64_t value = mix_value(open->figures, mix->units_thousandths, mix->runs);
        *best = !found || value > *best ? value : *best;
        found = true;
    }
    mix_free(mix);
    return found;
}

static void test_minimum(void **unused)
{
    (void)unused;
    struct open open;
    cash_open(&open, SHOP(CASH));
    uint32_t bound = 0;
    uint32_t impossible = 0;
    int64_t last = INT64_MAX;
    for (int64_t minimum = -600000; minimum <= 420000; minimum += 30000) {
        int64_t best = 0;
        open.cash->minimum_minor = minimum;
        bool possible = oracle(&open, &best);
        struct mix_ask ask = testing_ask(open.figures);
        ask.cash = open.cash;
        struct mix *mix = testing_solve(&ask);
        assert_int_equal(mix->state, possible ? MIX_FOUND : MIX_INFEASIBLE);
        assert_true(mix->cash_known);
        if (possible) {
            assert_int_equal(mix->profit_micro, best);
            assert_true(mix->cash_low_minor >= minimum);
            assert_true(best <= last);
            last = best;
        } else {
            assert_true(mix->cash_low_minor < minimum);
        }
        bound += possible && mix->bound_by_cash;
        impossible += !possible;
        mix_free(mix);
    }
    assert_true(bound > 5);
    assert_true(impossible > 0);
    cash_close(&open);
}

/* The rows say of every day what the outlook says, to what it rounds. */
static void test_rows(void **unused)
{
    (void)unused;
    struct open open;
    cash_open(&open, SHOP(CASH));
    struct outlook outlook;
    struct mix *mix = mix_new(open.figures);
    const int64_t units[] = {3, 5, 2};
    for (int i = 0; i < 3; i++) {
        mix->units_thousandths[i] = units[i] * 1000;
    }
    mix->runs[0] = mix->runs[1] = true;
    assert_int_equal(focus_cash_look(open.cash, mix, &outlook, NULL), STATUS_OK);
    for (int32_t day = 0; day < OUTLOOK_DAYS; day++) {
        double offers[3];
        double activities[2];
        assert_true(focus_cash_row(open.cash, day, offers, activities));
        double sum = (double)open.cash->without.day_minor[day] + activities[0] + activities[1];
        for (int i = 0; i < 3; i++) {
            sum += offers[i] * (double)units[i];
        }
        assert_in_range((int64_t)(sum - (double)outlook.day_minor[day] + 200), 0, 400);
    }
    mix_free(mix);
    cash_close(&open);
}

/* Where cash bounds the best mix, it is said how low today's takes the balance. */
static void test_today(void **unused)
{
    (void)unused;
    uint32_t bound = 0;
    uint32_t broken = 0;
    for (int minimum = 0; minimum <= 3900; minimum += 300) {
        char shop_file[4096];
        struct open open;
        struct outlook outlook;
        struct fault fault;
        struct focus_answer *answer = NULL;
        (void)snprintf(shop_file, sizeof shop_file, SHOP(CASH_OF("%d")), minimum);
        cash_open(&open, shop_file);
        const struct focus_ask ask = {
            .figures = open.figures, .state = open.world.state, .mix = testing_ask(open.figures)};
        assert_int_equal(focus(&ask, &answer, &fault), STATUS_OK);
        assert_int_equal(answer->today->cash_known, answer->best->bound_by_cash);
        assert_int_equal(focus_cash_look(open.cash, open.today, &outlook, &fault), STATUS_OK);
        if (answer->today->cash_known) {
            assert_int_equal(answer->today->cash_low_minor, outlook.low_minor);
            assert_int_equal(answer->today->cash_low_day, outlook.low_day);
            bound++;
            broken += outlook.low_minor < 100 * minimum;
        }
        focus_free(answer);
        cash_close(&open);
    }
    assert_true(bound > 0 && bound < 14);
    assert_true(broken > 0);
}

static void test_no_section(void **unused)
{
    (void)unused;
    struct open open;
    cash_open(&open, SHOP(""));
    assert_null(open.cash);
    cash_close(&open);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minimum),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_today),
        cmocka_unit_test(test_no_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
