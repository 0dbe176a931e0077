/* Other shops' orders as they are read: whose line is which offer, what is unknown, what is cut,
 * and what cannot be an order. */
#include "pages/sold_read.h"

#include "base/arena.h"
#include "model/foreign_name.h"
#include "model/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JAR, SPELT, NUMBERED, VALUED, OFFERS };

static char spelt[LIMIT_NAME_BYTES + 1];  /* what an importer calls "Pull / Été, L" */
static char valued[LIMIT_NAME_BYTES + 1]; /* mariniere, size S, as a variation without a SKU */
static struct offer offers[OFFERS] = {
    {.name = "jar"}, {.name = spelt}, {.name = "woo-93", .retired = true}, {.name = valued}};
static struct shop shop = {.offer_count = OFFERS,
                           .offers = offers,
                           .currency = {.decimals = 2},
                           .promise = {.usual_days = 3},
                           .zone = {.count = 1, .periods = {{INT64_MIN, 3600}}}};
static struct arena arena;
static struct problem problem;

static void *take(void *context, size_t bytes)
{
    return arena_alloc(context, bytes);
}

static int begin(void **state)
{
    (void)state;
    arena_init(&shop.arena, 4096);
    arena_init(&arena, 1 << 20);
    (void)foreign_name(SLICE("Pull / Été, L"), spelt);
    (void)foreign_name(SLICE("mariniere-S"), valued);
    return names_index_build(&shop, NAMES_OFFERS) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena_free(&shop.arena);
    arena_free(&arena);
    return 0;
}

static bool read_text(enum sold_system system, const char *text, struct engine_sold *sold)
{
    struct request_reader reader = {&shop, take, &arena, &problem};
    struct json_value order;
    problem.kind = PROBLEM_NONE;
    return request_read_object(&reader, slice_of(text), &order) &&
           sold_read(&reader, system, order, sold);
}

/* An order of WooCommerce with these lines. */
static struct engine_sold woo(const char *lines, const char *more)
{
    static char text[300000];
    struct engine_sold sold;
    (void)snprintf(text, sizeof text,
                   "{\"id\":7,\"number\":\"R7\",\"status\":\"processing\","
                   "\"date_created_gmt\":\"2026-12-01T23:30:00\","
                   "\"date_modified_gmt\":\"2026-12-02T08:00:00\",\"line_items\":[%s]%s}",
                   lines, more);
    if (!read_text(SOLD_WOOCOMMERCE, text, &sold)) {
        fail_msg("%s", problem.detail);
    }
    return sold;
}

static void assert_text(struct slice text, const char *wanted)
{
    char copy[400];
    (void)snprintf(copy, sizeof copy, "%.*s", (int)text.length, text.data);
    assert_string_equal(copy, wanted);
}

static void test_whose_line(void **state)
{
    (void)state;
    struct engine_sold sold =
        woo("{\"quantity\":2,\"sku\":\"jar\",\"total\":\"10.00\",\"total_tax\":\"0.555\"},"
            "{\"quantity\":\"1.5\",\"sku\":\" Pull / \\u00c9t\\u00e9, L\"},"
            "{\"quantity\":1,\"sku\":\"\",\"product_id\":93,\"variation_id\":0},"
            "{\"quantity\":3,\"sku\":\"mariniere\",\"product_id\":5,\"variation_id\":6,"
            "\"meta_data\":[{\"key\":\"_reduced\",\"value\":\"1\"},{\"key\":\"pa_taille\","
            "\"value\":\"S\"}]},"
            "{\"quantity\":1,\"sku\":\"jar\"}",
            ",\"billing\":{\"email\":\"anne@example.org\"}");
    assert_text(sold.reference, "woocommerce:7");
    assert_text(sold.label, "R7");
    assert_text(sold.history[0].customer, "anne@example.org");
    assert_int_equal(sold.unknown.length, 0);
    assert_int_equal(sold.line_count, 4);
    const int64_t quantities[OFFERS] = {3000, 1500, 1000, 3000};
    for (uint32_t i = 0; i < OFFERS; i++) {
        assert_int_equal(sold.lines[i].offer.index, i);
        assert_int_equal(sold.lines[i].quantity_thousandths, quantities[i]);
    }
    /* 10.00 and 0.56 for two. */
    assert_int_equal(sold.history[0].unit_price_minor, 528);
    /* Made on the 2nd of the shop's zone. */
    int32_t day = 0;
    assert_true(day_read(SLICE("2026-12-05"), &day));
    assert_int_equal(sold.promised_day, day);
}

static void test_unknown(void **state)
{
    (void)state;
    struct engine_sold sold =
        woo("{\"quantity\":2,\"sku\":\"mug\",\"name\":\"A\\tMug\"},{\"quantity\":0,\"sku\":\"x\"},"
            "{\"quantity\":-1,\"sku\":\"jar\",\"name\":\"Jar\"},"
            "{\"quantity\":1000001,\"sku\":\"jar\",\"name\":\"Jar\"}",
            ",\"refunds\":[{\"total\":\"-5.00\"}]");
    assert_int_equal(sold.line_count, 0);
    assert_text(sold.unknown, "2 x A Mug (mug); -1 x Jar (jar), which is no quantity; "
                              "1000001 x Jar (jar), which is no quantity; "
                              "refund of -5.00: for which goods, the shop does not say");
    /* As many as there may be. */
    static char lines[290000];
    size_t length = 0;
    for (int i = 0; i < 2000; i++) {
        length +=
            (size_t)snprintf(lines + length, sizeof lines - length,
                             "%s{\"quantity\":1,\"sku\":\"s%d\",\"name\":\"\xc3\xa9\xc3\xa9\"}",
                             i == 0 ? "" : ",", i);
    }
    sold = woo(lines, "");
    assert_true(sold.unknown.length <= 1600);
    assert_memory_equal(sold.unknown.data + sold.unknown.length - 5, "; ...", 5);
    assert_true(utf8_valid(sold.unknown));
}

static void test_status(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum sold_state wanted;
    } rows[] = {
        {"pending", SOLD_WAITING}, {"checkout-draft", SOLD_WAITING}, {"processing", SOLD_OPEN},
        {"on-hold", SOLD_OPEN},    {"completed", SOLD_COMPLETE},     {"cancelled", SOLD_ENDED},
        {"refunded", SOLD_ENDED},  {"failed", SOLD_ENDED},           {"trash", SOLD_ENDED},
        {"in-oven", SOLD_OPEN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200];
        struct engine_sold sold;
        (void)snprintf(text, sizeof text, "{\"id\":1,\"status\":\"%s\",\"line_items\":[]}",
                       rows[i].status);
        assert_true(read_text(SOLD_WOOCOMMERCE, text, &sold));
        assert_int_equal(sold.state, rows[i].wanted);
        assert_int_equal(sold.promised_day, 0);
        assert_int_equal(sold.modified_at, 0);
    }
}

static void test_person(void **state)
{
    (void)state;
    char more[2000];
    char name[700];
    for (size_t i = 0; i < sizeof name - 1; i += 2) {
        memcpy(name + i, "\xc3\xa9", 2);
    }
    name[600] = '\0';
    (void)snprintf(more, sizeof more,
                   ",\"billing\":{\"first_name\":\"%s\",\"last_name\":\"B\",\"email\":\"no mail\","
                   "\"phone\":\"1\"},\"shipping\":{\"address_1\":\"3 quai\",\"address_2\":\"B\","
                   "\"first_name\":\"%s\",\"last_name\":\"Gof\\u0000f\"}",
                   name, name);
    char *zero = strstr(more, "\\u0000");
    memcpy(zero, "\\u0009", 6);
    struct engine_sold sold = woo("", more);
    assert_int_equal(sold.person.email.length, 0);
    assert_text(sold.person.phone, "1");
    assert_text(sold.person.street, "3 quai B");
    assert_true(sold.person.name.length <= LIMIT_PERSON_FIELD_BYTES);
    assert_true(utf8_valid(sold.person.name));
}

static void test_shopify(void **state)
{
    (void)state;
    struct engine_sold sold;
    static const char order[] =
        "{\"id\":450789469,\"name\":\"#1001\",\"financial_status\":\"%s\",\"fulfillment_status\":%"
        "s,"
        "\"cancelled_at\":%s,\"created_at\":\"2026-12-01T10:00:00-05:00\","
        "\"updated_at\":\"2026-12-01T10:00:01-05:00\","
        "\"refunds\":[{\"refund_line_items\":[{\"line_item_id\":1,\"quantity\":1},"
        "{\"line_item_id\":1,\"quantity\":1}]}],"
        "\"line_items\":[{\"id\":1,\"sku\":\"jar\",\"quantity\":3,\"price\":\"2.50\"},"
        "{\"id\":2,\"sku\":\"Pull / Été, L\",\"quantity\":4,\"current_quantity\":2}]}";
    static const struct {
        const char *paid, *filled, *cancelled;
        enum sold_state wanted;
    } rows[] = {
        {"paid", "null", "null", SOLD_OPEN},
        {"pending", "\"partial\"", "null", SOLD_OPEN},
        {"partially_refunded", "null", "null", SOLD_OPEN},
        {"paid", "\"fulfilled\"", "null", SOLD_COMPLETE},
        {"refunded", "\"fulfilled\"", "null", SOLD_ENDED},
        {"voided", "null", "null", SOLD_ENDED},
        {"paid", "null", "\"2026-12-02T10:00:00-05:00\"", SOLD_ENDED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[1000];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        (void)snprintf(text, sizeof text, order, rows[i].paid, rows[i].filled, rows[i].cancelled);
#pragma GCC diagnostic pop
        assert_true(read_text(SOLD_SHOPIFY, text, &sold));
        assert_int_equal(sold.state, rows[i].wanted);
    }
    assert_text(sold.reference, "shopify:450789469");
    assert_text(sold.label, "#1001");
    assert_int_equal(sold.modified_at, 1796137201);
    assert_int_equal(sold.line_count, 2);
    assert_int_equal(sold.lines[0].quantity_thousandths, 1000);
    assert_int_equal(sold.lines[1].quantity_thousandths, 2000);
    assert_int_equal(sold.history[0].unit_price_minor, 250);
}

static void test_no_orders(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",
        "{\"id\":\"7a\",\"status\":\"processing\",\"line_items\":[]}",
        "{\"id\":-7,\"status\":\"processing\",\"line_items\":[]}",
        "{\"id\":123456789012345678901,\"status\":\"processing\",\"line_items\":[]}",
        "{\"id\":7,\"line_items\":[]}",
        "{\"id\":7,\"status\":\"processing\"}",
        "{\"id\":7,\"status\":\"processing\",\"line_items\":{}}",
        "{\"id\":7,\"status\":\"processing\",\"line_items\":[7]}",
        "{\"id\":7,\"status\":\"processing\",\"line_items\":[{\"sku\":\"jar\"}]}",
        "{\"id\":7,\"status\":\"on-hold\",\"line_items\":[{\"quantity\":0.0001}]}",
    };
    struct engine_sold sold;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (read_text(SOLD_WOOCOMMERCE, texts[i], &sold)) {
            fail_msg("taken: %s", texts[i]);
        }
        assert_int_not_equal(problem.kind, PROBLEM_NONE);
    }
}

static void test_deleted(void **state)
{
    (void)state;
    struct request_reader reader = {&shop, take, &arena, &problem};
    struct engine_sold sold;
    struct json_value order;
    assert_true(request_read_object(&reader, SLICE("{\"id\":7}"), &order));
    assert_true(sold_read_deleted(&reader, SOLD_WOOCOMMERCE, order, SLICE("m1"), &sold));
    assert_int_equal(sold.state, SOLD_ENDED);
    assert_text(sold.reference, "woocommerce:7");
    assert_text(sold.deleted_by, "m1");
    assert_true(
        request_read_object(&reader, SLICE("{\"id\":7,\"status\":\"processing\"}"), &order));
    assert_false(sold_read_deleted(&reader, SOLD_WOOCOMMERCE, order, SLICE("m1"), &sold));
    assert_true(request_read_object(&reader, SLICE("{\"id\":7,\"line_items\":[]}"), &order));
    assert_false(sold_read_deleted(&reader, SOLD_SHOPIFY, order, SLICE("m1"), &sold));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_whose_line, begin, end),
        cmocka_unit_test_setup_teardown(test_unknown, begin, end),
        cmocka_unit_test_setup_teardown(test_status, begin, end),
        cmocka_unit_test_setup_teardown(test_person, begin, end),
        cmocka_unit_test_setup_teardown(test_shopify, begin, end),
        cmocka_unit_test_setup_teardown(test_no_orders, begin, end),
        cmocka_unit_test_setup_teardown(test_deleted, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
