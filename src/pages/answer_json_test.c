/* The answers of DESIGN section 7, byte for byte, on a shop made by hand. */
#include "pages/answer_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* One item with a name to escape in no key, one team, one carrier; Paris in winter. */
static struct item items[] = {{.name = "caramel"}};
static struct work_center work_centers[] = {{.name = "packing"}};
static struct carrier carriers[] = {{.name = "colissimo"}};
static struct offer offers[] = {{.name = "coffret"}, {.name = "class", .on_site = true}};
static const struct shop shop = {
    .currency = {"EUR", 2},
    .promise = {.hold_seconds = 900},
    .zone = {.count = 1, .periods = {{INT64_MIN, 3600}}},
    .item_count = 1,
    .items = items,
    .work_center_count = 1,
    .work_centers = work_centers,
    .carrier_count = 1,
    .carriers = carriers,
    .offer_count = 2,
    .offers = offers,
};

enum {
    DECEMBER_1 = 20788,
    SHIP_AT = 1796137200, /* 2026-12-01T16:00:00+01:00 */
    READY_AT = SHIP_AT - 6000
};

static const struct promise_summary summary = {
    .dates = {true, SHIP_AT, DECEMBER_1 + 2},
    .material_day = DECEMBER_1,
    .ready_at = READY_AT,
    .limit = {CAUSE_HOURS, 0, READY_AT},
    .total_minor = 3680,
};

static const struct order_line_view lines[] = {
    {.offer = {0},
     .quantity_thousandths = 1000,
     .amount_minor = 2990,
     .group = 0,
     .carrier = {0},
     .status = ORDER_SHIPPED,
     .dates = {true, SHIP_AT, DECEMBER_1 + 2}},
    {.offer = {1},
     .quantity_thousandths = 1500,
     .amount_minor = 690,
     .group = 1,
     .carrier = {NO_INDEX},
     .dates = {false, 0, DECEMBER_1},
     .start = READY_AT,
     .end = SHIP_AT},
};

#define SHIPPED "\"ship_by\":\"2026-12-01T16:00:00+01:00\",\"deliver_by\":\"2026-12-03\""
#define PROMISE_FRONT                                                                              \
    "{\"promised\":true," SHIPPED ",\"material_on\":\"2026-12-01\","                               \
    "\"ready_at\":\"2026-12-01T14:20:00+01:00\","                                                  \
    "\"limited_by\":{\"kind\":\"hours\",\"name\":\"packing\","                                     \
    "\"until\":\"2026-12-01T14:20:00+01:00\"},\"reason\":{\"fr\":\""
#define PROMISE_BACK                                                                               \
    "\"},\"lines\":[{\"offer\":\"coffret\",\"quantity\":1," SHIPPED                                \
    "},{\"offer\":\"class\",\"quantity\":1.5,\"ship_by\":null,\"deliver_by\":\"2026-12-01\","      \
    "\"starts_at\":\"2026-12-01T14:20:00+01:00\",\"ends_at\":\"2026-12-01T16:00:00+01:00\"}],"     \
    "\"total\":{\"amount\":\"36.80\",\"currency\":\"EUR\"}"

static void starts_with(const struct text *text, const char *start)
{
    struct slice got = text_slice(text);
    assert_true(got.length >= strlen(start));
    got.length = strlen(start);
    if (!slice_is(got, start)) {
        fail_msg("%s\nis not\n%s", text->bytes, start);
    }
}

static void ends_with(const struct text *text, const char *end)
{
    assert_true(text->length >= strlen(end));
    assert_string_equal(text->bytes + text->length - strlen(end), end);
}

static void test_quote(void **state)
{
    (void)state;
    struct text text;
    struct promise_answer answer = {.result = PROMISE_OK, .summary = summary};
    text_init(&text, 10000);
    answer_json_quote(&text, &shop, &answer, (struct answer_lines){lines, 2});
    starts_with(&text, PROMISE_FRONT);
    ends_with(&text, PROMISE_BACK "}");
    assert_non_null(strstr(text.bytes, "\",\"en\":\""));
    text_free(&text);
}

/* Two parcels with one carrier are told apart; what is on site is in none. */
static void test_split_parcels(void **state)
{
    (void)state;
    struct text text;
    struct promise_answer answer = {.result = PROMISE_OK, .summary = summary};
    struct order_line_view split[4] = {lines[0], lines[1], lines[0], lines[0]};
    split[2].group = 2;
    split[2].dates.deliver_by_day += 7;
    text_init(&text, 10000);
    answer_json_quote(&text, &shop, &answer, (struct answer_lines){split, 4});
    ends_with(&text, "],\"parcels\":[{\"carrier\":\"colissimo\",\"lines\":[1,4]," SHIPPED
                     "},{\"carrier\":\"colissimo\",\"lines\":[3],"
                     "\"ship_by\":\"2026-12-01T16:00:00+01:00\",\"deliver_by\":\"2026-12-10\"}],"
                     "\"total\":{\"amount\":\"36.80\",\"currency\":\"EUR\"}}");
    text_free(&text);
}

static void test_quote_refused(void **state)
{
    (void)state;
    struct text text;
    struct promise_answer answer = {.result = PROMISE_SOLD_OUT,
                                    .summary = summary,
                                    .has_possible = true,
                                    .possible_day = DECEMBER_1 + 72};
    answer.summary.limit = (struct promise_limit){CAUSE_STOCK, 0, SHIP_AT};
    text_init(&text, 10000);
    answer_json_quote(&text, &shop, &answer, (struct answer_lines){NULL, 0});
    starts_with(&text,
                "{\"promised\":false,\"limited_by\":{\"kind\":\"stock\",\"name\":\"caramel\","
                "\"until\":\"2026-12-01T16:00:00+01:00\"},\"reason\":{\"fr\":\"");
    ends_with(&text, "\"},\"possible_on\":\"2027-02-11\"}");
    text_clear(&text);
    answer.result = PROMISE_NEVER;
    answer.has_possible = false;
    answer_json_quote(&text, &shop, &answer, (struct answer_lines){NULL, 0});
    ends_with(&text, "\"},\"possible_on\":null}");
    text_free(&text);
}

/* Whatever became of a hold, the first answer is the same bytes; the present one is not. */
static void test_order_first_and_now(void **state)
{
    (void)state;
    struct text first;
    struct text again;
    struct order_view order = {.made_at = READY_AT,
                               .number = 1,
                               .status = ORDER_HELD,
                               .was_held = true,
                               .held_until = READY_AT + 900,
                               .first = summary,
                               .current = summary,
                               .line_count = 2};
    struct answer_lines both = {lines, 2};
    text_init(&first, 10000);
    text_init(&again, 10000);
    answer_json_order(&first, &shop, &order, both, SLICE("t0k"), ANSWER_FIRST, NULL);
    starts_with(&first, PROMISE_FRONT);
    ends_with(&first, "\",\"status\":\"held\",\"token\":\"t0k\","
                      "\"placed_at\":\"2026-12-01T14:20:00+01:00\","
                      "\"held_until\":\"2026-12-01T14:35:00+01:00\"}");
    assert_non_null(strstr(first.bytes, PROMISE_BACK ",\"order\":\""));
    order.status = ORDER_SHIPPED;
    order.revisions = 2;
    order.broken = true;
    order.current.dates.ship_by += 86400;
    order.current.limit.cause = CAUSE_NONE;
    answer_json_order(&again, &shop, &order, both, SLICE("t0k"), ANSWER_FIRST, NULL);
    assert_string_equal(again.bytes, first.bytes);
    text_clear(&again);
    answer_json_order(&again, &shop, &order, both, (struct slice){NULL, 0}, ANSWER_NOW, NULL);
    starts_with(&again, "{\"promised\":true,\"ship_by\":\"2026-12-02T16:00:00+01:00\"");
    ends_with(&again, "\",\"status\":\"shipped\",\"placed_at\":\"2026-12-01T14:20:00+01:00\","
                      "\"first_ship_by\":\"2026-12-01T16:00:00+01:00\","
                      "\"first_deliver_by\":\"2026-12-03\",\"revised\":2,\"broken\":true}");
    assert_non_null(strstr(again.bytes, SHIPPED ",\"status\":\"shipped\"}"));
    assert_non_null(strstr(again.bytes, "{\"kind\":\"none\",\"name\":null,\"until\":null}"));
    text_free(&first);
    text_free(&again);
}

/* A label with quotes in a sentence must not break out of its string. */
static void test_sentences_are_escaped(void **state)
{
    (void)state;
    struct text text;
    struct promise_answer answer = {.result = PROMISE_OK, .summary = summary};
    text_init(&text, 10000);
    work_centers[0].name = "a\"b\\c";
    answer_json_reason(&text, &shop, &answer);
    work_centers[0].name = "packing";
    assert_non_null(strstr(text.bytes, "a\\\"b\\\\c"));
    assert_null(strstr(text.bytes, "a\"b"));
    text_free(&text);
}

static void test_atp(void **state)
{
    (void)state;
    struct text text;
    const struct atp_day days[] = {{DECEMBER_1, 0, 3000, 17000, 12000},
                                   {DECEMBER_1 + 1, 500, 0, -2500, 0}};
    text_init(&text, 10000);
    answer_json_atp(&text, &shop, (struct item_id){0}, days, 2);
    assert_string_equal(text.bytes,
                        "{\"item\":\"caramel\",\"days\":["
                        "{\"date\":\"2026-12-01\",\"receipts\":0,\"committed\":3,\"projected\":17,"
                        "\"atp\":12},{\"date\":\"2026-12-02\",\"receipts\":0.5,\"committed\":0,"
                        "\"projected\":-2.5,\"atp\":0}]}");
    text_free(&text);
}

/* One answer with the memo and one without, of the same order. */
static void answer_twice(struct answer_memo *memo, const struct shop *of,
                         const struct order_view *order, const struct order_line_view *line)
{
    struct text kept;
    struct text made;
    text_init(&kept, 10000);
    text_init(&made, 10000);
    answer_json_order(&kept, of, order, (struct answer_lines){line, 1}, SLICE("t"), ANSWER_FIRST,
                      memo);
    answer_json_order(&made, of, order, (struct answer_lines){line, 1}, SLICE("t"), ANSWER_FIRST,
                      NULL);
    assert_string_equal(kept.bytes, made.bytes);
    text_free(&kept);
    text_free(&made);
}

/* Whatever differs from what was kept, the answer is as without a memo: twice each, so that the
 * second finds the first. */
static void test_a_memo_changes_no_answer(void **state)
{
    (void)state;
    static struct answer_memo memo;
    struct shop other = shop;
    const struct order_view order = {.made_at = READY_AT, .first = summary, .line_count = 1};
    struct order_view orders[] = {order, order, order, order, order, order, order, order, order};
    struct order_line_view asked[] = {lines[0], lines[0], lines[0], lines[0]};
    other.currency.code[0] = 'X';
    orders[1].first.dates.ship_by += 60;
    orders[2].first.dates.deliver_by_day++;
    orders[3].first.material_day++;
    orders[4].first.ready_at += 60;
    orders[5].first.limit.cause = CAUSE_CARRIER;
    orders[6].first.limit.until += 60;
    orders[7].first.total_minor++;
    orders[8].first.dates.has_ship_by = false;
    asked[1].quantity_thousandths += 1000;
    asked[2].dates.deliver_by_day++;
    asked[3].offer.index = 1;
    for (size_t i = 0; i < 2 * sizeof orders / sizeof *orders; i++) {
        answer_twice(&memo, &shop, &orders[i / 2], &asked[0]);
        answer_twice(&memo, &other, &orders[i / 2], &asked[0]);
    }
    for (size_t i = 0; i < 2 * sizeof asked / sizeof *asked; i++) {
        answer_twice(&memo, &shop, &order, &asked[i / 2]);
    }
    struct text text;
    text_init(&text, 10000);
    assert_true(answer_memo_append(&memo, &text, &shop, &summary, &asked[3]));
    assert_true(answer_memo_append(&memo, &text, &shop, &summary, &asked[2]));
    assert_false(answer_memo_append(&memo, &text, &shop, &summary, &asked[0]));
    text_free(&text);
}

static void test_lines_of_a_plan_stand_as_asked(void **state)
{
    (void)state;
    static struct promise_plan plan;
    plan.group_count = 1;
    plan.groups[0].carrier = NO_INDEX;
    struct order_line_view asked[2];
    plan.line_count = 2;
    plan.lines[0] = (struct planned_line){
        .ask_index = 1, .offer = {0}, .quantity_thousandths = 7, .start = READY_AT, .end = SHIP_AT};
    plan.lines[1] = (struct planned_line){.ask_index = 0, .offer = {1}, .quantity_thousandths = 8};
    answer_lines_of_plan(&plan, asked);
    assert_int_equal(asked[0].quantity_thousandths, 8);
    assert_int_equal(asked[1].quantity_thousandths, 7);
    assert_int_equal(asked[1].carrier.index, NO_INDEX);
    assert_int_equal(asked[1].start, READY_AT);
    assert_int_equal(asked[1].end, SHIP_AT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_split_parcels),
        cmocka_unit_test(test_quote_refused),
        cmocka_unit_test(test_order_first_and_now),
        cmocka_unit_test(test_sentences_are_escaped),
        cmocka_unit_test(test_atp),
        cmocka_unit_test(test_a_memo_changes_no_answer),
        cmocka_unit_test(test_lines_of_a_plan_stand_as_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
