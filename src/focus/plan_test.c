/* Plans of Goldratt's P and Q, by hand: B has 2400 minutes, P takes 15 and brings 45, Q takes 30
 * and brings 60, and 6000 go whatever runs. Today 80 P and 40 Q: nothing is left. */
#include "focus/plan.h"

#include "focus/focus_testing.h"
#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EURO INT64_C(100000000)

#define P                                                                                          \
    "  P: {name: P, price: 90, vat_rate: 0, on_site: true, activity: p, demand_per_week: 100,\n"   \
    "      items: {m: 45}, routing: [{work_center: B, minutes: 15}]}\n"
#define Q                                                                                          \
    "  Q: {name: Q, price: 100, vat_rate: 0, on_site: true, activity: q, demand_per_week: 50,\n"   \
    "      items: {m: 40}, routing: [{work_center: B, minutes: 30}]}\n"
#define R "  R: {name: R, price: 5, vat_rate: 0, on_site: true, activity: r, demand_per_week: 10}\n"

#define SHOP_OF(hours, people, costs, activities, offers)                                          \
    "shop: {name: T, currency: EUR, time_zone: Europe/Paris}\n"                                    \
    "calendars: {week: {open: {mon-fri: \"08:00-" hours "\"}}}\n"                                  \
    "work_centers: {B: {people: " people ", calendar: week, cost_per_hour: 20}}\n"                 \
    "items: {m: {on_hand: 0, unit_cost: 1}}\n"                                                     \
    "activities: {" activities "}\n"                                                               \
    "cash: {opening_balance: 0, fixed_costs: [{name: all, amount: " costs                          \
    ", every: week, day: fri}]}\n"                                                                 \
    "offers:\n" offers
#define ACTIVITIES                                                                                 \
    "p: {owner_hours_per_week: 3}, q: {fixed_cost_per_week: 500, "                                 \
    "owner_hours_per_week: 4}, r: {fixed_cost_per_week: 100}"
#define TODAY SHOP_OF("16:00", "1", "5500", ACTIVITIES, P Q R)

/* Indexes in the figures of TODAY. */
enum { OFFER_P, OFFER_Q, OFFER_R };

struct setting {
    struct testing_shop today, planned;
    struct mix *mix; /* today's */
    bool stop[8], never[8], always[8];
    struct focus_plan *plan;
};

static void setting_plan(struct setting *setting)
{
    struct fault fault = {.text = ""};
    const struct mix_ask like = testing_ask(setting->planned.figures);
    const struct focus_plan_ask ask = {.today = setting->today.figures,
                                       .today_mix = setting->mix,
                                       .figures = setting->planned.figures,
                                       .stop = setting->stop,
                                       .never = setting->never,
                                       .always = setting->always,
                                       .like = &like};
    if (focus_plan_make(&ask, &setting->plan, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

/* Not sold from a shop file's demand, but from what a past says: R was not sold. */
static void sold_open(struct testing_shop *testing, const char *text, struct sold *sold)
{
    struct fault fault = {.text = ""};
    struct slice slice = {text, strlen(text)};
    if (shop_read(slice, "test.yaml", &testing_zones, 1796000000, &testing->shop, &fault) !=
            STATUS_OK ||
        focus_figures_make(testing->shop, sold, &testing->figures, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

static void setting_open(struct setting *setting, const char *planned, struct sold *sold)
{
    struct fault fault = {.text = ""};
    *setting = (struct setting){.plan = NULL};
    sold_open(&setting->today, TODAY, sold);
    sold_open(&setting->planned, planned, sold);
    assert_int_equal(mix_today(setting->today.figures, &setting->mix, &fault), STATUS_OK);
}

static void setting_close(struct setting *setting)
{
    focus_plan_free(setting->plan);
    mix_free(setting->mix);
    testing_close(&setting->today);
    testing_close(&setting->planned);
}

static void money_equal(int64_t micro, int64_t euros)
{
    assert_int_equal(micro, euros * EURO);
}

/* A plan that changes nothing changes nothing; what its hours could earn is the best mix: 100 P and
 * 30 Q, and 300 are left (R's ten bring 50, and cost 100: not worth it). */
static void test_nothing(void **unused)
{
    (void)unused;
    struct setting setting;
    setting_open(&setting, TODAY, NULL);
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    assert_int_equal(plan->as_is->units_thousandths[OFFER_P], 80000);
    assert_int_equal(plan->as_is->units_thousandths[OFFER_Q], 40000);
    money_equal(focus_plan_revenue_lost(plan), 0);
    money_equal(plan->throughput_lost_micro, 0);
    money_equal(plan->today_profit_micro, 6000 + 50 - 6100);
    assert_int_equal(plan->profit_micro, plan->today_profit_micro);
    money_equal(plan->best_profit_micro, 300);
    assert_int_equal(plan->owner_today_thousandths, 7000);
    assert_int_equal(plan->owner_best_thousandths, 7000);
    setting_close(&setting);
}

/* Without Q: 80 P are left, and half of B; with the best use of it 100 P, and 900 minutes are
 * left. */
static void test_stop(void **unused)
{
    (void)unused;
    struct setting setting;
    setting_open(&setting, TODAY, NULL);
    setting.stop[OFFER_Q] = true;
    setting.never[OFFER_Q] = true;
    setting.stop[OFFER_R] = true;
    setting.never[OFFER_R] = true;
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    assert_int_equal(plan->today_thousandths[OFFER_Q], 40000);
    assert_int_equal(plan->as_is->units_thousandths[OFFER_P], 80000);
    assert_int_equal(plan->as_is->units_thousandths[OFFER_Q], 0);
    money_equal(plan->revenue_stopped_micro, 4000 + 50);
    money_equal(focus_plan_revenue_lost(plan), 4000 + 50);
    money_equal(plan->throughput_lost_micro, 2400 + 50);
    money_equal(plan->fixed_gone_micro, 600);
    money_equal(plan->operating_gone_micro, 0);
    money_equal(plan->profit_micro, 80 * 45 - 5500);
    assert_int_equal(plan->profit_micro, plan->today_profit_micro - plan->throughput_lost_micro +
                                             plan->fixed_gone_micro);
    money_equal(plan->best_profit_micro, 100 * 45 - 5500);
    assert_int_equal(plan->owner_thousandths, 3000);
    assert_int_equal(plan->center_count, 1);
    assert_int_equal(plan->centers[0].today_used_micro, INT64_C(2400000000));
    assert_int_equal(plan->centers[0].used_micro, INT64_C(1200000000));
    assert_int_equal(plan->centers[0].best_used_micro, INT64_C(1500000000));
    assert_int_equal(focus_plan_freed(&plan->centers[0]), INT64_C(1200000000));
    setting_close(&setting);
}

/* An offer alone: its activity goes on, and so do its fixed costs, unless the best use drops it. */
static void test_offer_alone(void **unused)
{
    (void)unused;
    struct setting setting;
    setting_open(&setting, TODAY, NULL);
    setting.stop[OFFER_Q] = true;
    setting_plan(&setting);
    money_equal(setting.plan->revenue_stopped_micro, 4000);
    money_equal(setting.plan->fixed_gone_micro, 0);
    assert_true(setting.plan->as_is->runs[1]);
    assert_int_equal(setting.plan->best->units_thousandths[OFFER_Q], 0);
    money_equal(setting.plan->best_profit_micro, 100 * 45 - 5500);
    setting_close(&setting);
}

/* Half the hours: 40 P and 20 Q. 40 of the people's hours are gone, and their wages only if the
 * file says so. */
static void test_fewer_hours(void **unused)
{
    (void)unused;
    struct setting setting;
    setting_open(&setting, SHOP_OF("12:00", "1", "5500", ACTIVITIES, P Q R), NULL);
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    assert_int_equal(plan->as_is->units_thousandths[OFFER_P], 40000);
    assert_int_equal(plan->as_is->units_thousandths[OFFER_Q], 20000);
    money_equal(plan->revenue_hours_micro, 40 * 90 + 20 * 100);
    money_equal(focus_plan_revenue_lost(plan), 40 * 90 + 20 * 100);
    assert_int_equal(plan->centers[0].paid_more_micro, -INT64_C(1200000000));
    money_equal(plan->centers[0].wage_micro, -400);
    assert_int_equal(focus_plan_freed(&plan->centers[0]), 0);
    money_equal(plan->hours_added_micro, 0);
    money_equal(plan->operating_gone_micro, 0);
    setting_close(&setting);
    setting_open(&setting, SHOP_OF("12:00", "1", "5100", ACTIVITIES, P Q R), NULL);
    setting_plan(&setting);
    money_equal(setting.plan->operating_gone_micro, 400);
    setting_close(&setting);
}

/* A second person sells nothing by being there, and costs; the best use sells all that is wanted.
 */
static void test_more_hours(void **unused)
{
    (void)unused;
    struct setting setting;
    setting_open(&setting, SHOP_OF("16:00", "2", "5500", ACTIVITIES, P Q R), NULL);
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    assert_int_equal(plan->as_is->units_thousandths[OFFER_P], 80000);
    money_equal(plan->hours_added_micro, -800);
    assert_int_equal(plan->profit_micro, plan->today_profit_micro - 800 * EURO);
    money_equal(plan->best_profit_micro, 100 * 45 + 50 * 60 - 6000 - 800);
    setting_close(&setting);
}

/* Names count, not places: the plan's shop has something new before the others, and Q at 110 for
 * 25, half of the demand. */
static void test_other_places(void **unused)
{
    (void)unused;
    struct setting setting;
    setting_open(&setting,
                 SHOP_OF("16:00", "1", "5500", "n: {}, " ACTIVITIES,
                         "  N: {name: N, price: 1, vat_rate: 0, on_site: true, activity: n}\n"
                         "  Q: {name: Q, price: 110, vat_rate: 0, on_site: true, activity: q, "
                         "demand_per_week: 25, items: {m: 40}, "
                         "routing: [{work_center: B, minutes: 30}]}\n" P R),
                 NULL);
    setting.stop[0] = true;
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    assert_int_equal(plan->as_is->units_thousandths[0], 0);
    assert_int_equal(plan->today_thousandths[1], 40000);
    assert_int_equal(plan->as_is->units_thousandths[1], 20000);
    assert_int_equal(plan->as_is->units_thousandths[2], 80000);
    money_equal(plan->revenue_stopped_micro, 0);
    money_equal(plan->revenue_other_micro, 4000 - 20 * 110);
    assert_int_equal(plan->owner_today_thousandths, plan->owner_thousandths);
    setting_close(&setting);
}

/* ---- of a past ---- */

static struct sold past_make(int64_t p, int64_t q)
{
    struct sold sold = {.state = SOLD_ENOUGH, .weeks = 13, .offer_count = 3, .activity_count = 3};
    sold.offers = calloc(3, sizeof *sold.offers);
    sold.units_per_line = calloc(3, sizeof *sold.units_per_line);
    sold.activities = calloc(3, sizeof *sold.activities);
    sold.customers = calloc(3, sizeof *sold.customers);
    sold.pairs = calloc(1, sizeof *sold.pairs);
    sold.offers[OFFER_P].units_thousandths = p * 13000;
    sold.offers[OFFER_Q].units_thousandths = q * 13000;
    return sold;
}

/* 40 percent of P was bought with q beyond chance; half of that is lost: 16 of 80. */
static void test_baskets(void **unused)
{
    (void)unused;
    struct setting setting;
    struct sold sold = past_make(80, 40);
    sold.pair_count = 1;
    sold.pairs[0] = (struct sold_pair){.offer = 0, .activity = 1, .orders = 50, .share = 0.4};
    setting_open(&setting, TODAY, &sold);
    setting.stop[OFFER_Q] = true;
    setting.never[1] = true;
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    assert_int_equal(plan->as_is->units_thousandths[OFFER_P], 64000);
    money_equal(plan->revenue_stopped_micro, 4000);
    money_equal(plan->revenue_together_micro, 16 * 90);
    money_equal(plan->revenue_other_micro, 0);
    money_equal(plan->throughput_lost_micro, 2400 + 16 * 45);
    /* Of the demand for 100 P, 80 are left; R's 10 are not worth their 100. */
    assert_int_equal(plan->best->units_thousandths[OFFER_P], 80000);
    setting_close(&setting);
    /* The offer alone is not the activity: what is bought with it is not known. */
    setting_open(&setting, TODAY, &sold);
    setting.stop[OFFER_Q] = true;
    setting_plan(&setting);
    assert_int_equal(setting.plan->as_is->units_thousandths[OFFER_P], 80000);
    setting_close(&setting);
    sold_free(&sold);
}

/* R is not sold today. To start it brings 50 and costs 100, and the best mix has to bear that. */
static void test_start(void **unused)
{
    (void)unused;
    struct setting setting;
    struct sold sold = past_make(80, 40);
    setting_open(&setting, TODAY, &sold);
    setting.always[2] = true;
    setting_plan(&setting);
    const struct focus_plan *plan = setting.plan;
    money_equal(plan->today_profit_micro, 0);
    assert_int_equal(plan->as_is->units_thousandths[OFFER_R], 10000);
    assert_int_equal(plan->as_is->units_thousandths[OFFER_P], 80000);
    money_equal(focus_plan_revenue_lost(plan), -50);
    money_equal(plan->revenue_other_micro, -50);
    money_equal(plan->fixed_gone_micro, -100);
    money_equal(plan->profit_micro, -50);
    money_equal(plan->best_profit_micro, 250);
    assert_true(plan->best->runs[2]);
    setting_close(&setting);
    sold_free(&sold);
}

/* 120 P and 40 Q took 3000 minutes of 2400, and were made: a plan is not cut for it, and half the
 * hours are half of that. */
static void test_overtime(void **unused)
{
    (void)unused;
    struct setting setting;
    struct sold sold = past_make(120, 40);
    setting_open(&setting, TODAY, &sold);
    setting_plan(&setting);
    assert_int_equal(setting.plan->as_is->units_thousandths[OFFER_P], 120000);
    money_equal(focus_plan_revenue_lost(setting.plan), 0);
    setting_close(&setting);
    setting_open(&setting, SHOP_OF("12:00", "1", "5500", ACTIVITIES, P Q R), &sold);
    setting_plan(&setting);
    assert_int_equal(setting.plan->as_is->units_thousandths[OFFER_P], 60000);
    assert_int_equal(setting.plan->as_is->units_thousandths[OFFER_Q], 20000);
    setting_close(&setting);
    sold_free(&sold);
}

/* 50 a week were wanted by the file, and 80 sold: of a demand for 60 no more than these 80 follow,
 * and of one for 25 half of them. */
static void test_demand(void **unused)
{
    (void)unused;
#define DEMAND(most)                                                                               \
    SHOP_OF("16:00", "2", "5500", ACTIVITIES,                                                      \
            P "  Q: {name: Q, price: 100, vat_rate: 0, on_site: true, activity: q, "               \
              "demand_per_week: " most ", items: {m: 40}, "                                        \
              "routing: [{work_center: B, minutes: 30}]}\n" R)
    static const struct {
        const char *shop_file;
        int64_t sold;
    } rows[] = {{DEMAND("60"), 80000}, {DEMAND("25"), 40000}, {DEMAND("90"), 90000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct setting setting;
        struct sold sold = past_make(10, 80);
        setting_open(&setting, rows[i].shop_file, &sold);
        setting_plan(&setting);
        assert_int_equal(setting.plan->as_is->units_thousandths[OFFER_Q], rows[i].sold);
        setting_close(&setting);
        sold_free(&sold);
    }
#undef DEMAND
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),     cmocka_unit_test(test_stop),
        cmocka_unit_test(test_offer_alone), cmocka_unit_test(test_fewer_hours),
        cmocka_unit_test(test_more_hours),  cmocka_unit_test(test_other_places),
        cmocka_unit_test(test_baskets),     cmocka_unit_test(test_start),
        cmocka_unit_test(test_overtime),    cmocka_unit_test(test_demand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
