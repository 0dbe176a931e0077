/* Whole worlds: nothing is lost, and shares are what was assumed.
 *
 * On each side and in each run: every order that was accepted is delivered or cancelled; every buyer
 * has bought, was refused, declined or did not pay; what came into the house lies there, is with
 * customers or has gone with their orders; what came into the bank is there or has left it. Shares
 * (payments that are recovered, wishes that are met, ...) are estimates over independent runs, held
 * against theory with intervals of 99.9 percent. Seeds are fixed. */
#include "model/shop_read.h"
#include "rehearse/compare.h"
#include "rehearse/crew.h"
#include "tests/support/zone_utc.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW INT64_C(1796115600) /* 2026-12-01T09:00Z */

/* A parcel takes 3 minutes, two people: 40 hours bear the moment in time. */
static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: UTC}\n"
    "promise: {horizon_days: 150, max_days: %d, usual_days: 5}\n"
    "calendars: {week: {open: {mon-sat: \"08:00-18:00\"}}}\n"
    "work_centers: {packing: {people: %d, calendar: week}, guide: {people: 1, calendar: week}}\n"
    "suppliers: {mill: {lead_days: 2, payment_days: 0}}\n"
    "items:\n"
    "  box: {on_hand: %d, unit_cost: 3.00%s}\n"
    "  tea: {on_hand: 5000, unit_cost: 0.50}\n"
    "%s"
    "carriers: {post: {cut_off: \"18:00\", collects: mon-sat, transit_days: 1, delivers: mon-sat, "
    "charge: 5.00, cost: 4.00}}\n"
    "offers:\n"
    "  gift: {name: Gift, price: 20.00, vat_rate: 0, carrier: post, items: {box: 1}, "
    "demand_per_week: 60, routing: [{work_center: packing, minutes: 3}]}\n"
    "  tour: {name: Tour, price: 9.00, vat_rate: 0, on_site: true, items: {tea: 1}, seats: 6, "
    "demand_per_week: 12, routing: [{work_center: guide, minutes: 60, whole: true, start_every: "
    "30}]}\n"
    "cash: {opening_balance: 900000.00, payment_fee_percent: 1.4, vat: {every: month, day: 20}}\n"
    "moments: {tv: {at: 2026-12-07T20:45, visitors: 6000, rise_minutes: 1, half_life_minutes: 12, "
    "conversion_rate: 5, baskets: {gift: 1.4}}}\n";

struct stage {
    struct shop *shop;
    struct promise_state *state;
    struct assumptions assume;
    struct rehearse_plan plan;
    struct crew crew;
};

static void assume(struct stage *stage, const char *text)
{
    struct fault fault = {0};
    if (assumption_set(&stage->assume, text, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

/* Nothing varies, and nothing goes wrong. */
static void stage_calm(struct stage *stage)
{
    static const char *const calm[] = {"absence=0",       "supplier_late=0", "supplier_short=0",
                                       "carrier_late=0",  "mind_change=0",   "wrong_share=0",
                                       "return_share=0",  "wish_share=0",    "payment_failure=0",
                                       "work_variation=0"};
    assumptions_default(&stage->assume);
    for (size_t i = 0; i < sizeof calm / sizeof *calm; i++) {
        assume(stage, calm[i]);
    }
}

static void stage_open(struct stage *stage, int boxes, int people, int max_days, const char *box,
                       const char *receipts)
{
    struct fault fault = {0};
    char text[4096];
    const struct promise_sizes sizes = {.orders = 20000};
    *stage = (struct stage){.shop = NULL};
    (void)snprintf(text, sizeof text, shop_text, max_days, people, boxes, box, receipts);
    if (shop_read(slice_of(text), "test.yaml", &zones_utc, NOW, &stage->shop, &fault) !=
            STATUS_OK ||
        promise_create(stage->shop, NOW, &sizes, &stage->state, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    stage_calm(stage);
    stage->plan = (struct rehearse_plan){.state = stage->state,
                                         .now = NOW,
                                         .moment = &stage->shop->moments[0],
                                         .assume = &stage->assume,
                                         .visitors = -1,
                                         .runs = 1,
                                         .seed = 5,
                                         .threads = 1};
}

static void stage_close(struct stage *stage)
{
    promise_free(stage->state);
    shop_free(stage->shop);
}

/* Lives so many runs on one side; `task` looks at each world as it ended. */
static void stage_live(struct stage *stage, crew_task *task, void *context, uint32_t runs)
{
    struct fault fault = {0};
    if (crew_open(&stage->crew, &stage->plan, stage->shop, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    assert_int_equal(crew_work(&stage->crew, task, context, 0, runs), runs);
    crew_close(&stage->crew);
}

static const struct outcome *side_live(struct crew_member *member, uint32_t index,
                                       enum rehearse_side side)
{
    static const struct repairs none = {.site = false};
    const struct rehearse_plan *plan = member->crew->plan;
    uint64_t key = draw_run_key(plan->seed, index);
    world_crowd(member->world, &member->crew->scene, key,
                crowd_reach(plan->moment, key, plan->visitors), false);
    crew_world(member, &none, side, key, member->outcome);
    return member->outcome;
}

/* ---- nothing is lost ---- */

static void orders_check(const struct world *world, const struct outcome *outcome)
{
    const double *measures = outcome->measures;
    uint32_t counted = 0;
    for (uint32_t i = 0; i < world->order_count; i++) {
        const struct world_order *order = &world->orders[i];
        assert_true(order->cancelled != (order->groups_left == 0));
        assert_false(order->returned && order->cancelled);
        counted += order->counted;
    }
    assert_int_equal(world->open_orders, 0);
    assert_int_equal((uint32_t)measures[MEASURE_ORDERS], counted);
    assert_int_equal(outcome->accepted + outcome->withdrawn, counted);
    assert_int_equal(outcome->kept + (uint32_t)measures[MEASURE_LATE], outcome->accepted);
    double ended = measures[MEASURE_ORDERS] - measures[MEASURE_MET] + measures[MEASURE_REFUSED] +
                   measures[MEASURE_DECLINED] + measures[MEASURE_UNPAID];
    assert_int_equal(outcome->buyers, (uint32_t)ended);
}

static void goods_check(const struct world *world, const struct crew *crew)
{
    for (uint16_t item = 0; item < crew->scene.shop->item_count; item++) {
        int64_t there = crew->opening.on_hand[item];
        for (uint32_t i = 0; i < world->inbound_count; i++) {
            const struct inbound *inbound = &world->inbounds[i];
            bool came = inbound->item == item && inbound->usable < (int32_t)crew->scene.day_count;
            there += came ? inbound->quantity_thousandths : 0;
        }
        for (uint32_t i = 0; i < world->floor.job_count; i++) {
            const struct job *job = &world->floor.jobs[i];
            if (job->offer == NO_INDEX || !job->has_material) {
                continue;
            }
            const struct offer *offer = &crew->scene.shop->offers[job->offer];
            const struct world_order *order = &world->orders[world->groups[job->group].order];
            bool back = order->returned && !offer->on_site &&
                        (order->wrong || crew->scene.assume.return_resold == 1);
            bool takes = offer->components[0].item.index == item && !back;
            there -= takes ? component_need(&offer->components[0], job->quantity_thousandths) : 0;
        }
        assert_int_equal(world->on_hand[item], there);
        if (world->side != SIDE_ECLUSE) {
            assert_int_equal(world->free[item], there); /* nothing is kept for anybody */
        }
    }
}

static void money_check(const struct world *world, const struct crew *crew,
                        const struct outcome *outcome)
{
    int64_t balance = crew->opening.balance_minor;
    int64_t refunds = 0;
    for (uint32_t i = 0; i < crew->scene.day_count; i++) {
        balance += crew->opening.flows[i];
    }
    for (uint32_t i = 0; i < world->order_count; i++) {
        const struct world_order *order = &world->orders[i];
        bool back = order->cancelled || order->returned;
        balance += order->total_minor - order->fee_minor;
        balance -= order->cancelled ? 0 : order->carriage_minor;
        balance -= order->returned && order->wrong ? order->carriage_minor : 0;
        refunds += back ? order->total_minor : 0;
    }
    for (uint32_t i = 0; i < world->inbound_count; i++) {
        const struct inbound *inbound = &world->inbounds[i];
        bool came = inbound->billed && inbound->usable < (int32_t)crew->scene.day_count;
        balance -= came ? supply_value(&crew->scene.shop->items[inbound->item],
                                       inbound->quantity_thousandths)
                        : 0;
    }
    assert_int_equal(world->refund_count, 0);
    assert_int_equal((int64_t)outcome->measures[MEASURE_REFUNDS], refunds);
    assert_int_equal(world->balance_minor, balance - refunds);
}

struct seen {
    uint32_t cancelled, returned, wrong, unpaid, met;
};

static void conservation_run(struct crew_member *member, uint32_t index, void *context)
{
    struct seen *seen = context;
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct outcome *outcome = side_live(member, index, side);
        orders_check(member->world, outcome);
        goods_check(member->world, member->crew);
        money_check(member->world, member->crew, outcome);
        if (side == SIDE_ECLUSE && promise_check(member->world->state) != NULL) {
            fail_msg("%s", promise_check(member->world->state));
        }
        seen->cancelled += (uint32_t)outcome->measures[MEASURE_CANCELLED];
        seen->returned += (uint32_t)outcome->measures[MEASURE_RETURNED];
        seen->wrong += (uint32_t)outcome->measures[MEASURE_WRONG];
        seen->unpaid += (uint32_t)outcome->measures[MEASURE_UNPAID];
        seen->met += (uint32_t)outcome->measures[MEASURE_MET];
    }
}

/* Too few boxes, too few hands, and everything that can happen to an order happens often. */
static void nothing_is_lost(void **state)
{
    static const char *const troubles[] = {
        "absence=0.1",          "supplier_late=0.3",        "carrier_late=0.1",
        "payment_failure=0.3",  "payment_retry_minutes=20", "mind_change=0.2",
        "mind_change_hours=30", "wrong_share=0.1",          "return_share=0.2",
        "return_days=9",        "wish_share=0.8",           "work_variation=0.5"};
    (void)state;
    for (int resold = 0; resold < 2; resold++) {
        struct stage stage;
        struct seen seen = {0};
        stage_open(&stage, 220, 1, 2, ", supplier: mill, pack_size: 10, reorder_point: 40", "");
        for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) {
            assume(&stage, troubles[i]);
        }
        assume(&stage, resold == 0 ? "return_resold=0" : "return_resold=1");
        stage_live(&stage, conservation_run, &seen, 6);
        print_message("cancelled %u, returned %u, wrong %u, unpaid %u, wishes met %u\n",
                      seen.cancelled, seen.returned, seen.wrong, seen.unpaid, seen.met);
        assert_true(seen.cancelled > 0 && seen.returned > 0 && seen.wrong > 0);
        assert_true(seen.unpaid > 0 && seen.met > 0);
        stage_close(&stage);
    }
}

/* Where every payment fails and nobody tries again, nothing is sold and all of it goes back. */
static void unpaid_run(struct crew_member *member, uint32_t index, void *context)
{
    (void)context;
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct outcome *outcome = side_live(member, index, side);
        const struct world *world = member->world;
        struct atp_day today;
        assert_int_equal(world->order_count, 0);
        assert_int_equal(world->on_hand[0], 10000);
        assert_int_equal(
            (uint32_t)(outcome->measures[MEASURE_UNPAID] + outcome->measures[MEASURE_REFUSED]),
            outcome->buyers);
        /* Ten boxes are held at a time: most find none. */
        assert_true(outcome->measures[MEASURE_REFUSED] > 100);
        assert_true(outcome->measures[MEASURE_UNPAID] > 10);
        if (side == SIDE_ECLUSE) {
            assert_int_equal(promise_atp(world->state, (struct item_id){0}, &today, 1), 1);
            assert_int_equal(today.atp, 10000);
        } else {
            assert_int_equal(world->free[0], 10000);
        }
    }
}

static void what_is_held_goes_back(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 10, 2, 20, "", "");
    assume(&stage, "payment_failure=1");
    assume(&stage, "payment_retry=0");
    stage_live(&stage, unpaid_run, NULL, 2);
    stage_close(&stage);
}

/* Everybody thinks better of it within minutes: goods, money and the VAT on it go back, the payment
 * provider's fee does not. */
static void withdrawn_run(struct crew_member *member, uint32_t index, void *context)
{
    (void)context;
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct outcome *outcome = side_live(member, index, side);
        const struct world *world = member->world;
        int64_t balance = member->crew->opening.balance_minor;
        assert_true(world->order_count > 100);
        for (uint32_t i = 0; i < world->order_count; i++) {
            assert_true(world->orders[i].withdrawn && world->orders[i].vat_minor > 0);
            balance -= world->orders[i].fee_minor;
        }
        assert_int_equal(world->balance_minor, balance);
        assert_int_equal(world->on_hand[0], INT64_C(5000000));
        assert_int_equal(outcome->accepted, 0);
        assert_true(outcome->measures[MEASURE_PROFIT] == (double)(balance - 90000000));
    }
}

static void who_withdraws_gets_all_back(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 5000, 2, 20, "", "");
    stage.shop->offers[0].demand_per_week_thousandths = 0;
    stage.shop->offers[1].demand_per_week_thousandths = 0;
    stage.shop->offers[0].vat_thousandths = 20000;
    assume(&stage, "mind_change=1");
    assume(&stage, "mind_change_hours=0.1");
    stage_live(&stage, withdrawn_run, NULL, 2);
    stage_close(&stage);
}

/* A class goes on without those who cancel, whoever of them was the first to book. */
static void class_run(struct crew_member *member, uint32_t index, void *context)
{
    uint32_t *cancelled = context;
    for (enum rehearse_side side = 0; side < REHEARSE_SIDES; side++) {
        const struct outcome *outcome = side_live(member, index, side);
        *cancelled += (uint32_t)outcome->measures[MEASURE_CANCELLED];
        for (uint32_t i = 0; i < member->world->order_count; i++) {
            const struct world_order *order = &member->world->orders[i];
            assert_true(order->withdrawn || order->groups_left == 0);
        }
    }
}

static void a_class_goes_on(void **state)
{
    struct stage stage;
    uint32_t cancelled = 0;
    (void)state;
    stage_open(&stage, 0, 1, 20, "", "");
    stage.plan.visitors = 0;
    stage.shop->offers[0].demand_per_week_thousandths = 0;
    stage.shop->offers[1].demand_per_week_thousandths = 240000;
    assume(&stage, "mind_change=0.4");
    assume(&stage, "mind_change_hours=4");
    stage_live(&stage, class_run, &cancelled, 3);
    assert_true(cancelled > 50);
    stage_close(&stage);
}

/* What comes back lies on the core's shelf, too. */
static void shelf_run(struct crew_member *member, uint32_t index, void *context)
{
    const struct outcome *outcome = side_live(member, index, SIDE_ECLUSE);
    const struct world *world = member->world;
    (void)context;
    assert_true(outcome->measures[MEASURE_RETURNED] > 50);
    assert_int_equal(promise_on_hand(world->state, (struct item_id){0}), world->on_hand[0]);
}

static void the_core_knows_what_comes_back(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 5000, 2, 20, "", "");
    assume(&stage, "return_share=0.4");
    assume(&stage, "return_resold=0.5");
    assume(&stage, "wrong_share=0.2");
    assume(&stage, "mind_change=0.2");
    stage_live(&stage, shelf_run, NULL, 2);
    stage_close(&stage);
}

/* ---- two shops ---- */

static struct rehearse_answer *answer_of(uint32_t runs, const struct rehearse_sample *samples)
{
    struct rehearse_answer *answer = calloc(1, sizeof *answer + runs * sizeof *samples);
    assert_non_null(answer);
    answer->runs = runs;
    answer->borne_count = runs;
    for (uint32_t i = 0; i < runs; i++) {
        answer->samples[i] = samples[i];
    }
    return answer;
}

/* By hand: of what both have lived, the differences are 0.2 and 0.4, 100 and 300 cents. */
static void differences_are_paired(void **state)
{
    static const struct rehearse_sample first[] = {
        {.accepted = {10}, .kept = {5}, .profit = {1000}, .borne = 400},
        {.accepted = {20}, .kept = {10}, .profit = {9000}, .borne = 900},
        {.accepted = {30}, .kept = {0}, .profit = {-5000}, .borne = 1}};
    static const struct rehearse_sample second[] = {
        {.accepted = {10}, .kept = {7}, .profit = {1100}, .borne = 500},
        {.accepted = {10}, .kept = {9}, .profit = {9300}, .borne = 1000}};
    struct rehearse_answer *one = answer_of(3, first);
    struct rehearse_answer *other = answer_of(2, second);
    struct rehearse_comparison found;
    double t = gsl_cdf_tdist_Pinv(0.975, 1);
    (void)state;
    rehearse_compare(one, other, &found);
    const struct rehearse_difference *today = &found.sides[SIDE_TODAY];
    assert_int_equal(found.runs, 2);
    assert_true(fabs(today->kept.gain - 0.3) < 1e-9);
    assert_true(fabs(today->kept.high - (0.3 + t * 0.1)) < 1e-9); /* error 0.1 */
    assert_true(fabs(today->profit.gain - 200) < 1e-9);
    assert_true(fabs(today->profit.low - (200 - t * 100)) < 1e-9);
    assert_true(found.has_point && found.point.gain == 100 && found.point.low == 100);
    assert_true(found.sides[SIDE_ECLUSE].kept.gain == 0); /* nothing was accepted: all kept */
    free(one);
    free(other);
}

/* ---- shares ---- */

#define OF_BUYERS REHEARSE_MEASURES /* in the place of a measure */

struct share {
    enum rehearse_side side;
    enum rehearse_measure part, whole;
    uint32_t count;
    double sum, squares;
};

static void share_run(struct crew_member *member, uint32_t index, void *context)
{
    struct share *share = context;
    const struct outcome *outcome = side_live(member, index, share->side);
    double whole = share->whole == OF_BUYERS ? outcome->buyers : outcome->measures[share->whole];
    double value = outcome->measures[share->part] / whole;
    share->count++;
    share->sum += value;
    share->squares += value * value;
}

/* Does the interval hold what theory says, and is it narrow enough to tell a wrong program? */
static void share_check(struct stage *stage, const char *what, enum rehearse_side side,
                        enum rehearse_measure part, enum rehearse_measure whole, double truth)
{
    struct share share = {.side = side, .part = part, .whole = whole};
    stage_live(stage, share_run, &share, 24);
    double n = share.count;
    double mean = share.sum / n;
    double variance = (share.squares - n * mean * mean) / (n - 1);
    double half = gsl_cdf_tdist_Pinv(0.9995, n - 1) * sqrt(variance / n);
    print_message("%s: %.4f +- %.4f, theory %.4f\n", what, mean, half, truth);
    assert_true(fabs(mean - truth) <= half);
    assert_true(half < 0.25 * truth);
}

/* Of f whose payment fails, r try again each time: r (1 - f) / (1 - r f) of them succeed at last. */
static void payments_are_recovered(void **state)
{
    const double f = 0.3;
    const double r = 0.6;
    double lost = f * (1 - r * (1 - f) / (1 - r * f));
    struct stage stage;
    (void)state;
    stage_open(&stage, 5000, 2, 20, "", "");
    assume(&stage, "payment_failure=0.3");
    assume(&stage, "payment_retry=0.6");
    assume(&stage, "payment_retry_minutes=20"); /* many come late, and find it again */
    share_check(&stage, "unpaid, today", SIDE_TODAY, MEASURE_UNPAID, OF_BUYERS, lost);
    share_check(&stage, "unpaid, with Écluse", SIDE_ECLUSE, MEASURE_UNPAID, OF_BUYERS, lost);
    stage_close(&stage);
}

/* In the evening nothing leaves: who thinks better of it before the morning is rid of it. */
static void minds_change(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 5000, 2, 20, "", "");
    stage.shop->offers[0].demand_per_week_thousandths = 0;
    stage.shop->offers[1].demand_per_week_thousandths = 0;
    assume(&stage, "mind_change=0.2");
    assume(&stage, "mind_change_hours=0.1");
    share_check(&stage, "cancelled", SIDE_TODAY, MEASURE_CANCELLED, MEASURE_ORDERS, 0.2);
    share_check(&stage, "cancelled, with Écluse", SIDE_ECLUSE, MEASURE_CANCELLED, MEASURE_ORDERS,
                0.2);
    stage_close(&stage);
}

static void parcels_are_wrong_and_come_back(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 5000, 2, 20, "", "");
    stage.shop->offers[1].demand_per_week_thousandths = 0;
    assume(&stage, "return_share=0.1");
    share_check(&stage, "returned", SIDE_TODAY, MEASURE_RETURNED, MEASURE_ORDERS, 0.1);
    share_check(&stage, "returned, with Écluse", SIDE_ECLUSE, MEASURE_RETURNED, MEASURE_ORDERS,
                0.1);
    assume(&stage, "return_share=0");
    assume(&stage, "wrong_share=0.3");
    assume(&stage, "wrong_rush=1");
    share_check(&stage, "wrong", SIDE_TODAY, MEASURE_WRONG, MEASURE_ORDERS, 0.3);
    share_check(&stage, "wrong and returned", SIDE_TODAY, MEASURE_RETURNED, MEASURE_ORDERS, 0.3);
    assume(&stage, "wrong_scanned=0.5");
    share_check(&stage, "wrong, scanned", SIDE_ECLUSE, MEASURE_WRONG, MEASURE_ORDERS, 0.15);
    stage_close(&stage);
}

/* One packer has thirty hours before him: until the last ten hours begin, it is a rush. */
static void a_rush_makes_errors(void **state)
{
    struct stage stage;
    struct share calm = {.side = SIDE_TODAY, .part = MEASURE_WRONG, .whole = MEASURE_ORDERS};
    struct share rush = calm;
    (void)state;
    stage_open(&stage, 5000, 1, 20, "", "");
    stage.shop->offers[0].routing.operations[0].minutes_thousandths *= 2;
    assume(&stage, "wrong_share=0.1");
    assume(&stage, "wrong_rush=5");
    stage_live(&stage, share_run, &rush, 6);
    stage.plan.visitors = 400;
    stage_live(&stage, share_run, &calm, 6);
    print_message("wrong: %.3f in a rush, %.3f without\n", rush.sum / 6, calm.sum / 6);
    assert_true(rush.sum / 6 > 0.2);
    assert_true(calm.sum / 6 < 0.15);
    stage_close(&stage);
}

/* 5,000 boxes come in ten days, too late for who may be promised five at most; who left a wish is
 * offered one as soon as it is five days away. */
static void wishes_are_met(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 0, 2, 5, "", "receipts: [{item: box, quantity: 5000, due: 2026-12-18}]\n");
    stage.shop->offers[0].demand_per_week_thousandths = 0;
    stage.shop->offers[1].demand_per_week_thousandths = 0;
    assume(&stage, "wish_share=0.5");
    assume(&stage, "wish_accepted=0.6");
    share_check(&stage, "wishes left", SIDE_ECLUSE, MEASURE_WISHED, OF_BUYERS, 0.5);
    share_check(&stage, "wishes met", SIDE_ECLUSE, MEASURE_MET, MEASURE_WISHED, 0.6);
    assume(&stage, "wish_days=3"); /* too short to be met */
    struct share none = {.side = SIDE_ECLUSE, .part = MEASURE_MET, .whole = MEASURE_WISHED};
    stage_live(&stage, share_run, &none, 3);
    assert_true(none.sum == 0);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(what_is_held_goes_back),
        cmocka_unit_test(who_withdraws_gets_all_back),
        cmocka_unit_test(a_class_goes_on),
        cmocka_unit_test(the_core_knows_what_comes_back),
        cmocka_unit_test(differences_are_paired),
        cmocka_unit_test(payments_are_recovered),
        cmocka_unit_test(minds_change),
        cmocka_unit_test(parcels_are_wrong_and_come_back),
        cmocka_unit_test(a_rush_makes_errors),
        cmocka_unit_test(wishes_are_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
