/* Money over time: each kind of flow on the day on which it comes or goes, over ends of months,
 * leap days and ends of years; the balance that somebody records; and the forecast that days roll
 * forward, against the same one built anew. Worked out by hand; 1 December 2026 is a Tuesday. */
#include "promise/cash.h"
#include "tests/support/world_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static int32_t day_of(const char *date)
{
    int32_t day = 0;
    assert_true(day_read(slice_of(date), &day));
    return day;
}

static void flow_check(const struct cash_flow *flow, const char *date, enum cash_part part,
                       int64_t amount_minor)
{
    char written[16];
    day_write(written, flow->day);
    assert_string_equal(written, date);
    assert_int_equal(flow->part, part);
    assert_int_equal(flow->amount_minor, amount_minor);
}

/* ---- amounts ---- */

static void test_shares_are_rounded_half_up(void **unused)
{
    (void)unused;
    assert_int_equal(cash_share(10000, 1400), 140);
    assert_int_equal(cash_share(50, 1000), 1);
    assert_int_equal(cash_share(49, 1000), 0);
    assert_int_equal(cash_share(-50, 1000), -1);
    assert_int_equal(cash_share(-49, 1000), 0);
    assert_int_equal(cash_vat_within(12000, 20000), 2000);
    assert_int_equal(cash_vat_within(3680, 20000), 613); /* 613.33 */
    assert_int_equal(cash_vat_within(3, 20000), 1);      /* half a cent */
    assert_int_equal(cash_vat_within(100, 5500), 5);     /* 5.21 */
    assert_int_equal(cash_vat_within(100, 0), 0);
}

/* ---- days ---- */

static void due_check(int32_t payment_days, bool end_of_month, const char *from, const char *due)
{
    char written[16];
    struct supplier supplier = {.payment_days = payment_days, .end_of_month = end_of_month};
    const struct shop shop = {.supplier_count = 1, .suppliers = &supplier};
    day_write(written, supply_bill_due(&shop, (struct supplier_id){0}, day_of(from)));
    assert_string_equal(written, due);
}

static void test_bills_fall_due(void **unused)
{
    (void)unused;
    due_check(30, false, "2026-12-02", "2027-01-01");
    due_check(30, true, "2026-12-01", "2026-12-31");
    due_check(30, true, "2026-12-02", "2027-01-31");
    due_check(0, true, "2026-04-01", "2026-04-30");
    due_check(0, true, "2026-12-31", "2026-12-31");
    /* February has 28 days, or 29. */
    due_check(30, true, "2027-01-29", "2027-02-28");
    due_check(30, true, "2028-01-29", "2028-02-29");
    due_check(30, false, "2028-01-30", "2028-02-29");
    due_check(0, true, "2028-02-29", "2028-02-29");
    /* Nobody is known who could wait for the money. */
    const struct shop shop = {.supplier_count = 0};
    assert_int_equal(supply_bill_due(&shop, (struct supplier_id){NO_INDEX}, 20000), 20000);
}

static void vat_check(enum period_kind every, int32_t day, const char *sold, const char *leaves)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    const struct shop shop = {.cash = {.present = true, .vat = {every, day}}};
    assert_int_equal(cash_sale_flows(&shop, day_of(sold), 1200, 200, flows), 2);
    flow_check(&flows[1], leaves, CASH_VAT, -200);
}

static void test_vat_leaves_in_the_next_period(void **unused)
{
    (void)unused;
    vat_check(PERIOD_MONTH, 20, "2026-11-01", "2026-12-20");
    vat_check(PERIOD_MONTH, 20, "2026-11-30", "2026-12-20");
    vat_check(PERIOD_MONTH, 20, "2026-12-01", "2027-01-20");
    vat_check(PERIOD_MONTH, 1, "2026-12-31", "2027-01-01");
    vat_check(PERIOD_MONTH, 31, "2027-01-31", "2027-02-28");
    vat_check(PERIOD_MONTH, 31, "2028-01-01", "2028-02-29");
    vat_check(PERIOD_MONTH, 31, "2028-02-29", "2028-03-31");
    vat_check(PERIOD_MONTH, 31, "2027-03-31", "2027-04-30");
    /* Weeks begin on Monday: Sunday's VAT leaves in the week that begins the day after. */
    vat_check(PERIOD_WEEK, MONDAY, "2027-01-03", "2027-01-04");
    vat_check(PERIOD_WEEK, FRIDAY, "2027-01-03", "2027-01-08");
    vat_check(PERIOD_WEEK, MONDAY, "2027-01-04", "2027-01-11");
    vat_check(PERIOD_WEEK, SUNDAY, "2026-12-28", "2027-01-10");
    vat_check(PERIOD_WEEK, SUNDAY, "2028-02-27", "2028-03-05");
}

/* ---- flows ---- */

/* 100.00 with 1.4 % fee: 98.60; a tenth of it is kept back: 9.86. */
static void test_a_sale(void **unused)
{
    (void)unused;
    struct cash_flow flows[CASH_FLOWS_MAX];
    struct shop shop = {.cash = {.present = true,
                                 .payout_days = 3,
                                 .payment_fee_thousandths = 1400,
                                 .payout_reserve_thousandths = 10000,
                                 .payout_reserve_days = 90,
                                 .vat = {PERIOD_MONTH, 20}}};
    assert_int_equal(cash_sale_flows(&shop, day_of("2026-12-30"), 10000, 1667, flows), 3);
    flow_check(&flows[0], "2027-01-02", CASH_SALES, 8874);
    flow_check(&flows[1], "2027-04-02", CASH_SALES, 986);
    flow_check(&flows[2], "2027-01-20", CASH_VAT, -1667);
    /* What is nothing is no flow. */
    shop.cash.payout_reserve_thousandths = 0;
    assert_int_equal(cash_sale_flows(&shop, day_of("2026-12-30"), 10000, 0, flows), 1);
    flow_check(&flows[0], "2027-01-02", CASH_SALES, 9860);
    assert_int_equal(cash_sale_flows(&shop, day_of("2026-12-30"), 0, 0, flows), 0);
}

/* Ten at 2.00 with 10 % VAT arrive on 31 December; 30 days, end of month. */
static void test_a_purchase_and_its_bill(void **unused)
{
    (void)unused;
    struct cash_flow flows[CASH_FLOWS_MAX];
    struct supplier mill = {.payment_days = 30, .end_of_month = true};
    struct item flour = {.unit_cost_minor = 200, .purchase_vat_thousandths = 10000};
    const struct shop shop = {.item_count = 1,
                              .items = &flour,
                              .supplier_count = 1,
                              .suppliers = &mill,
                              .cash = {.present = true, .vat = {PERIOD_MONTH, 20}}};
    struct supply_entry entry = {.quantity_thousandths = 10000,
                                 .received_thousandths = 5000,
                                 .order_day = day_of("2026-12-28"),
                                 .arrives_day = day_of("2026-12-31"),
                                 .due_day = day_of("2027-01-02"),
                                 .status = SUPPLY_PROPOSED};
    assert_int_equal(cash_entry_flows(&shop, &entry, flows), 2);
    flow_check(&flows[0], "2027-01-31", CASH_BILLS, -2200);
    flow_check(&flows[1], "2027-01-20", CASH_VAT, 200);
    entry.arrives_day = day_of("2027-01-01");
    assert_int_equal(cash_entry_flows(&shop, &entry, flows), 2);
    flow_check(&flows[0], "2027-01-31", CASH_BILLS, -2200);
    flow_check(&flows[1], "2027-02-20", CASH_VAT, 200);
    entry.quantity_thousandths = 0;
    assert_int_equal(cash_entry_flows(&shop, &entry, flows), 0);
    entry.quantity_thousandths = 10000;
    entry.status = SUPPLY_CLOSED;
    assert_int_equal(cash_entry_flows(&shop, &entry, flows), 0);
    /* A receipt of the shop file: the file's bills say what is owed. */
    entry.status = SUPPLY_EXPECTED;
    entry.order_day = SUPPLY_NO_DAY;
    assert_int_equal(cash_entry_flows(&shop, &entry, flows), 0);
    const struct supply_bill bill = {.amount_minor = 2100,
                                     .vat_minor = 191,
                                     .due_day = day_of("2027-01-31"),
                                     .received_day = day_of("2026-11-30")};
    assert_int_equal(cash_bill_flows(&shop, &bill, flows), 2);
    flow_check(&flows[0], "2027-01-31", CASH_BILLS, -2100);
    flow_check(&flows[1], "2026-12-20", CASH_VAT, 191);
}

static int64_t costs_on(const struct shop *shop, const char *date)
{
    struct cash_flow flows[2];
    return cash_day_flows(shop, day_of(date), flows) == 0 ? 0 : flows[0].amount_minor;
}

static void test_fixed_costs(void **unused)
{
    (void)unused;
    struct fixed_cost costs[] = {{"rent", 1000, {PERIOD_MONTH, 31}},
                                 {"wages", 20, {PERIOD_MONTH, 28}},
                                 {"cleaning", 3, {PERIOD_WEEK, FRIDAY}}};
    const struct shop shop = {.cash = {.fixed_cost_count = 3, .fixed_costs = costs}};
    assert_int_equal(costs_on(&shop, "2026-12-31"), -1000);
    assert_int_equal(costs_on(&shop, "2026-12-30"), 0);
    assert_int_equal(costs_on(&shop, "2026-04-30"), -1000);
    assert_int_equal(costs_on(&shop, "2026-12-28"), -20);
    assert_int_equal(costs_on(&shop, "2027-01-01"), -3); /* a Friday */
    /* A short February: all in one day, of which 28 February 2025 is a Friday too. */
    assert_int_equal(costs_on(&shop, "2027-02-28"), -1020);
    assert_int_equal(costs_on(&shop, "2025-02-28"), -1023);
    assert_int_equal(costs_on(&shop, "2028-02-28"), -20);
    assert_int_equal(costs_on(&shop, "2028-02-29"), -1000);
}

/* 10.00 a week: any seven days bring just that. 0.10 and 0.38 of each day's share go. */
static void test_expected_sales(void **unused)
{
    (void)unused;
    struct shop shop = {.cash = {.expected_sales_per_week_minor = 1000}};
    struct cash_flow flows[2];
    for (int32_t from = 20000; from < 20009; from++) {
        int64_t sum = 0;
        for (int32_t day = from; day < from + WEEKDAYS; day++) {
            assert_int_equal(cash_day_flows(&shop, day, flows), 1);
            assert_int_equal(flows[0].part, CASH_EXPECTED);
            assert_in_range(flows[0].amount_minor, 142, 143);
            sum += flows[0].amount_minor;
        }
        assert_int_equal(sum, 1000);
    }
    shop.cash = (struct cash){.expected_sales_per_week_minor = 7000,
                              .payment_fee_thousandths = 1450,
                              .expected_materials_thousandths = 38000};
    assert_int_equal(cash_day_flows(&shop, 20000, flows), 1);
    assert_int_equal(flows[0].amount_minor, 1000 - 15 - 380);
}

/* ---- rolling ---- */

enum { HORIZON = 40 };
static struct stock_head heads[2];
static struct stock_day days[2][STOCK_TILE * STOCK_LEAVES_MAX];
static struct stock_node nodes[2][STOCK_LEAVES_MAX];

static void cash_begin(struct cash_state *cash, uint32_t place, int32_t since_day)
{
    memset(&heads[place], 0, sizeof heads[place]);
    memset(days[place], 0, sizeof days[place]);
    memset(nodes[place], 0, sizeof nodes[place]);
    *cash = (struct cash_state){
        .since_day = since_day,
        .opening_minor = 100000,
        .series = {.heads = &heads[place], .days = days[place], .nodes = nodes[place]}};
}

/* From each day on the rolled forecast is as low as the one that is built for that day, with
 * entries that come late, bills before and after the balance, costs and expected sales. */
static void test_rolled_like_built(void **unused)
{
    (void)unused;
    static const uint32_t steps[] = {1, 1, 2, 7, 29, 3, 45, 1};
    int32_t today = day_of("2028-01-20");
    struct fixed_cost costs[] = {{"rent", 3000, {PERIOD_MONTH, 31}},
                                 {"cleaning", 70, {PERIOD_WEEK, FRIDAY}}};
    struct supplier mill = {.payment_days = 0};
    struct item flour = {.unit_cost_minor = 200, .purchase_vat_thousandths = 10000};
    struct opening_bill owed[] = {{{0}, 500, today - 1}, {{0}, 700, today}, {{0}, 900, today + 60}};
    const struct shop shop = {.item_count = 1,
                              .items = &flour,
                              .supplier_count = 1,
                              .suppliers = &mill,
                              .cash = {.present = true,
                                       .vat = {PERIOD_WEEK, WEDNESDAY},
                                       .expected_sales_per_week_minor = 1234,
                                       .fixed_cost_count = 2,
                                       .fixed_costs = costs,
                                       .bill_count = 3,
                                       .bills = owed}};
    struct supply_entry entries[] = {
        {.quantity_thousandths = 5000, .order_day = today, .arrives_day = today + 2},
        {.quantity_thousandths = 7000, .order_day = today + 20, .arrives_day = today + 50},
        {.quantity_thousandths = 9000, .order_day = today + 20, .status = SUPPLY_CLOSED}};
    struct supply_bill bills[] = {{.amount_minor = 333, .vat_minor = 30, .due_day = today + 9}};
    const struct supply supply = {.count = 3, .entries = entries, .bill_count = 1, .bills = bills};
    struct window window = {.today = today, .horizon_days = HORIZON, .days = HORIZON};
    struct cash_state rolled;
    cash_begin(&rolled, 0, today);
    cash_build(&rolled, &shop, &supply, &window);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct cash_state built;
        window.today += (int32_t)steps[i];
        cash_roll(&rolled, &shop, &supply, &window, steps[i]);
        cash_begin(&built, 1, today);
        cash_build(&built, &shop, &supply, &window);
        assert_null(stock_check(&rolled.series));
        for (int32_t day = 0; day < HORIZON; day++) {
            assert_int_equal(stock_low(&rolled.series, 0, day), stock_low(&built.series, 0, day));
        }
        assert_int_equal(cash_low(&rolled), cash_low(&built));
    }
}

/* Only entries that there are: what lies behind the last one is nobody's. */
static void test_entries_up_to_the_last(void **unused)
{
    (void)unused;
    struct item flour = {.unit_cost_minor = 200};
    struct supplier mill = {.payment_days = 0};
    const struct shop shop = {.item_count = 1,
                              .items = &flour,
                              .supplier_count = 1,
                              .suppliers = &mill,
                              .cash = {.present = true}};
    struct supply_entry entries[] = {
        {.quantity_thousandths = 5000, .order_day = 20000, .arrives_day = 20002},
        {.quantity_thousandths = 7000, .order_day = 20000, .arrives_day = 20002}};
    const struct supply supply = {.count = 1, .entries = entries};
    struct window window = {.today = 20000, .horizon_days = HORIZON, .days = HORIZON};
    struct cash_state cash;
    cash_begin(&cash, 0, 20000);
    cash_build(&cash, &shop, &supply, &window);
    assert_int_equal(cash_low(&cash), 100000 - 5 * 200);
}

/* Money is counted from the balance on and two years ahead, to the last day. */
static void test_flows_that_are_counted(void **unused)
{
    (void)unused;
    static const struct {
        int32_t day;
        bool counts;
    } rows[] = {{20000, true},
                {19999, false},
                {20005 + WINDOW_DAYS_MAX - 1, true},
                {20005 + WINDOW_DAYS_MAX, false}};
    const struct shop shop = {.cash = {.present = true}};
    const struct supply supply = {0};
    struct window window = {.today = 20005, .horizon_days = HORIZON, .days = HORIZON};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct cash_flow flow = {rows[i].day, CASH_SALES, 700};
        struct cash_state cash;
        cash_begin(&cash, 0, 20000);
        cash_build(&cash, &shop, &supply, &window);
        cash_add(&cash, &flow, 1, 1, false);
        int64_t counted = cash.series.heads[0].base - 100000;
        counted -= stock_day_of(&cash.series, 0, WINDOW_DAYS_MAX - 1)->committed;
        assert_int_equal(counted, rows[i].counts ? 700 : 0);
    }
}

/* Without a cash section nothing is counted, however the days go. */
static void test_without_cash(void **unused)
{
    (void)unused;
    const struct shop shop = {.cash = {.expected_sales_per_week_minor = 1000}};
    const struct supply supply = {0};
    struct window window = {.today = 20000, .horizon_days = HORIZON, .days = HORIZON};
    const struct cash_flow flow = {20001, CASH_SALES, -500000};
    struct cash_state cash;
    cash_begin(&cash, 0, 20000);
    cash_build(&cash, &shop, &supply, &window);
    window.today++;
    cash_roll(&cash, &shop, &supply, &window, 1);
    cash_add(&cash, &flow, 1, 1, false);
    assert_int_equal(cash.today, 20001);
    assert_int_equal(cash_low(&cash), 0);
}

/* ---- in a shop ---- */

/* Jars at 12.00 with 20 % VAT (2.00 of it) of one box each; a fee of 2 %, paid out after two days.
 * Boxes cost 2.00 and 10 % VAT, arrive after two days, and are paid at the end of the month in
 * which 30 days are over. */
#define SHOP_OF(terms, cash_keys)                                                                  \
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"                                 \
    "promise: {horizon_days: 80, hold_minutes: 15, payment_minutes: 35}\n"                         \
    "suppliers: {mill: {lead_days: 2, receiving_days: 1, " terms "}}\n"                            \
    "items: {box: {on_hand: 100, unit_cost: 2.00, purchase_vat_rate: 10, supplier: mill}}\n"       \
    "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "         \
    "mon-fri}}\n"                                                                                  \
    "offers: {jar: {name: Jar, price: 12.00, vat_rate: 20, items: {box: 1}, carrier: post}}\n"     \
    "cash: {opening_balance: 1000.00, payout_days: 2, payment_fee_percent: 2" cash_keys "}\n"

#define SHOP(cash_keys) SHOP_OF("payment_days: 30, end_of_month: true", cash_keys)

/* The forecast is of the horizon's days: the caller's next one stays as it was. */
static void test_the_days_of_the_forecast(void **unused)
{
    (void)unused;
    static struct cash_day forecast[81];
    struct cash_day lowest = {0};
    uint32_t count = 0;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-30T09:00");
    memset(forecast, 0x5a, sizeof forecast);
    const struct cash_day untouched = forecast[80];
    assert_true(promise_cash(world.state, forecast, &count, &lowest));
    assert_int_equal(count, 80);
    for (int32_t i = 0; i < 80; i++) {
        assert_int_equal(forecast[i].day, promise_today(world.state) + i);
        assert_int_equal(forecast[i].balance, 100000);
    }
    assert_memory_equal(&forecast[80], &untouched, sizeof untouched);
    world_close(&world);
}

/* A hold brings money from its first second on. One that expires and an order that is cancelled
 * leave nothing, one that is delivered stays. */
static void test_orders_bring_money(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-30T09:00");
    world_hold(&world, 1, "jar");
    assert_string_equal(world_cash(&world, "2026-12-30", "2027-03-01"),
                        "2027-01-01 sales 1176 is 101176, 2027-01-20 vat -200 is 100976");
    world_at(&world, "2026-12-30T09:15");
    assert_string_equal(world_cash(&world, "2026-12-30", "2027-03-01"), "");
    world_order(&world, 2, "jar=2");
    world_order(&world, 3, "jar");
    assert_string_equal(world_cash(&world, "2026-12-30", "2027-03-01"),
                        "2027-01-01 sales 3528 is 103528, 2027-01-20 vat -600 is 102928");
    world_step(&world, PROMISE_CANCEL, 3);
    world_step(&world, PROMISE_SHIP, 2);
    assert_int_equal(promise_cash_undelivered(world.state), 2400);
    world_step(&world, PROMISE_DELIVER, 2);
    assert_int_equal(promise_cash_undelivered(world.state), 0);
    assert_string_equal(world_cash(&world, "2026-12-30", "2027-03-01"),
                        "2027-01-01 sales 2352 is 102352, 2027-01-20 vat -400 is 101952");
    world_at(&world, "2027-01-02T09:00");
    assert_string_equal(world_cash(&world, "2027-01-01", "2027-03-01"),
                        "2027-01-20 vat -400 is 101952");
    world_close_replayed(&world);
}

/* The sale's day is that of the shop's zone: in Kathmandu the new year begins at 18:15 UTC. */
static void test_a_day_is_the_zones(void **unused)
{
    (void)unused;
    static const char *const zones[][3] = {
        {"UTC", "2026-12-31T18:20",
         "2027-01-02 sales 1176 is 101176, 2027-01-20 vat -200 is 100976"},
        {"Asia/Kathmandu", "2027-01-01T00:05",
         "2027-01-03 sales 1176 is 101176, 2027-02-20 vat -200 is 100976"},
        {"Asia/Kolkata", "2026-12-31T23:50",
         "2027-01-02 sales 1176 is 101176, 2027-01-20 vat -200 is 100976"}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        char shop_file[2048];
        const char *rest = strchr(SHOP(""), '\n');
        snprintf(shop_file, sizeof shop_file, "shop: {name: Test, currency: EUR, time_zone: %s}%s",
                 zones[i][0], rest);
        struct world world;
        world_open(&world, shop_file, zones[i][1]);
        world_order(&world, 1, "jar");
        assert_string_equal(world_cash(&world, "2026-12-31", "2027-03-01"), zones[i][2]);
        world_close_replayed(&world);
    }
}

/* Ten boxes by hand: 22.00 with VAT. They come late and in two parts; each makes its own bill, and
 * what is still expected waits on today once its day is over. */
static void test_a_purchase_becomes_bills(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP(""), "2026-12-01T09:00");
    assert_string_equal(world_change(&world, "bought box 10 2026-12-01"), "ok");
    assert_string_equal(world_cash(&world, "2026-12-01", "2027-02-15"),
                        "2027-01-20 vat 200 is 100200, 2027-01-31 bills -2200 is 98000");
    assert_string_equal(world_change(&world, "sent mill 2026-12-01"), "ok");
    world_at(&world, "2026-12-02T09:00");
    assert_string_equal(world_change(&world, "received 1 4"), "ok");
    /* 2 December and 30 days is 1 January; of the six, 3 December and 30 days is the 2nd. */
    assert_int_equal(promise_bill_count(world.state), 1);
    assert_int_equal(promise_bill(world.state, 1)->amount_minor, 880);
    assert_int_equal(promise_bill(world.state, 1)->vat_minor, 80);
    assert_int_equal(promise_bill(world.state, 1)->due_day, day_of("2027-01-31"));
    assert_string_equal(world_cash(&world, "2026-12-01", "2027-02-15"),
                        "2027-01-20 vat 200 is 100200, 2027-01-31 bills -2200 is 98000");
    /* In January: the VAT of what comes now is February's, and the bill falls due at its end. */
    world_at(&world, "2027-01-04T09:00");
    assert_string_equal(world_change(&world, "received 1 5 damaged 1 bill 11.03"), "ok");
    assert_int_equal(promise_bill(world.state, 2)->vat_minor, 100); /* 100.27 */
    assert_string_equal(world_cash(&world, "2027-01-04", "2027-03-20"),
                        "2027-01-20 vat 80 is 100080, 2027-01-31 bills -880 is 99200, "
                        "2027-02-20 vat 100 is 99300, 2027-02-28 bills -1103 is 98197");
    assert_string_equal(world_entries(&world), "");
    world_close_replayed(&world);
}

/* Paid on arrival, and not there: it may be any day now. */
static void test_what_is_overdue_is_due_today(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, SHOP_OF("payment_days: 0", ""), "2026-12-01T09:00");
    world_change(&world, "bought box 10 2026-12-01");
    world_change(&world, "sent mill 2026-12-01");
    assert_string_equal(world_cash(&world, "2026-12-01", "2027-02-15"),
                        "2026-12-03 bills -2200 is 97800, 2027-01-20 vat 200 is 98000");
    world_at(&world, "2026-12-09T09:00");
    assert_string_equal(world_cash(&world, "2026-12-09", "2027-02-15"),
                        "2026-12-09 bills -2200 is 97800, 2027-01-20 vat 200 is 98000");
    world_at(&world, "2027-02-01T09:00");
    assert_string_equal(world_cash(&world, "2027-02-01", "2027-02-15"),
                        "2027-02-01 bills -2200 vat 200 is 98000");
    /* It is still to be paid, whatever is in the bank. */
    assert_string_equal(world_change(&world, "balance 30.00"), "ok");
    assert_string_equal(world_cash(&world, "2027-02-01", "2027-02-15"),
                        "2027-02-01 bills -2200 vat 200 is 1000");
    world_close_replayed(&world);
}

/* A balance that somebody records is that of the beginning of today: what was before does not
 * count, what is due today does. */
static void test_a_recorded_balance(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world,
               SHOP(", fixed_costs: [{name: rent, amount: 100.00, every: month, day: 5}], bills: "
                    "[{supplier: mill, amount: 50.00, due: 2026-12-04}, {supplier: mill, amount: "
                    "7.00, due: 2026-12-10}]"),
               "2026-12-01T09:00");
    world_order(&world, 1, "jar");
    world_at(&world, "2026-12-02T09:00");
    world_order(&world, 2, "jar");
    assert_string_equal(world_cash(&world, "2026-12-01", "2026-12-31"),
                        "2026-12-03 sales 1176 is 101176, 2026-12-04 sales 1176 bills -5000 is "
                        "97352, 2026-12-05 costs -10000 is 87352, 2026-12-10 bills -700 is 86652");
    world_at(&world, "2026-12-04T09:00");
    assert_string_equal(world_change(&world, "balance -3.00"), "ok");
    assert_string_equal(world_cash(&world, "2026-12-04", "2026-12-31"),
                        "2026-12-04 sales 1176 bills -5000 is -4124, 2026-12-05 costs -10000 is "
                        "-14124, 2026-12-10 bills -700 is -14824");
    world_at(&world, "2026-12-06T09:00");
    assert_string_equal(world_cash(&world, "2026-12-06", "2026-12-31"),
                        "2026-12-10 bills -700 is -14824");
    world_close_replayed(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares_are_rounded_half_up),
        cmocka_unit_test(test_bills_fall_due),
        cmocka_unit_test(test_vat_leaves_in_the_next_period),
        cmocka_unit_test(test_a_sale),
        cmocka_unit_test(test_a_purchase_and_its_bill),
        cmocka_unit_test(test_fixed_costs),
        cmocka_unit_test(test_expected_sales),
        cmocka_unit_test(test_rolled_like_built),
        cmocka_unit_test(test_entries_up_to_the_last),
        cmocka_unit_test(test_flows_that_are_counted),
        cmocka_unit_test(test_without_cash),
        cmocka_unit_test(test_the_days_of_the_forecast),
        cmocka_unit_test(test_orders_bring_money),
        cmocka_unit_test(test_a_day_is_the_zones),
        cmocka_unit_test(test_a_purchase_becomes_bills),
        cmocka_unit_test(test_what_is_overdue_is_due_today),
        cmocka_unit_test(test_a_recorded_balance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
