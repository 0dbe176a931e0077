/* What is written reads back to the same shop, compared struct by struct (shop_testing.c), and
 * quickly. */
#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define HEAD "shop: {name: A, currency: EUR, time_zone: Europe/Paris}\n"

static struct shop *read_text(struct slice text)
{
    struct shop *shop = NULL;
    struct fault fault = {.text = ""};
    if (shop_read(text, "t.yaml", &testing_zones, 0, &shop, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    return shop;
}

static void check_round_trip(struct slice text)
{
    struct text written;
    const char *what = NULL;
    text_init(&written, LIMIT_SHOP_FILE_BYTES);
    struct shop *first = read_text(text);
    assert_int_equal(shop_write(first, &written, NULL), STATUS_OK);
    struct shop *second = read_text(text_slice(&written));
    if (!shop_equal(first, second, &what)) {
        fail_msg("%s differs after writing:\n%s", what, written.bytes);
    }
    text_free(&written);
    shop_free(first);
    shop_free(second);
}

static void the_minimal_example_comes_back(void **state)
{
    (void)state;
    char *bytes = testing_file("examples/minimal.yaml");
    assert_non_null(bytes);
    check_round_trip(slice_of(bytes));
    free(bytes);
}

/* The values that defaults, signs, quotes and rounding could lose. */
static void hard_values_come_back(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEAD,
        HEAD "cash: {}\n",
        HEAD "cash: {vat: {every: month, day: 31}, opening_balance: -0.01}\n",
        HEAD "cash: {vat: {every: week, day: sun}}\n",
        HEAD "promise: {hold_minutes: 0.333, payment_minutes: 0.017, wish_minutes: 0.05, "
             "buffer_hours: 0.001}\n",
        HEAD "promise: {hold_minutes: 99999.999, buffer_hours: 17519.999, load_limit: 0.017}\n",
        HEAD "calendars: {a: {}, b: {open: {sat-mon: \"00:00-24:00\"}}}\n",
        HEAD "calendars: {a: {open: {\"mon, wed\": \"08:00-09:00 09:00-10:00\"}}}\n",
        HEAD
        "suppliers: {s: {minimum_order_value: 0.05, orders_on: sun, email: \"\\\"\\\\ # é\"}}\n",
        HEAD "items: {null: {on_hand: 0.001, unit_cost: 0, unit: \"true\", barcode: \"~\"}}\n",
        HEAD "items: {1: {on_hand: 1000000000, unit_cost: 10000000000, reorder_point: 0}}\n",
        HEAD "focus: {owner_hours_per_week: 0, together_lost: 0.125}\n",
        HEAD "decisions: [{on: 2026-09-01, stop: x, expected: {profit_per_week: 0}}]\n",
        HEAD "assumptions: {absence: 0, patience_minutes: 0.1, return_share: 0.125}\n",
        HEAD "decisions: [{on: 2026-09-01, stop: x, expected: {}}, {on: 1970-01-01, start: y, by: "
             "1970-01-02, expected: {hours_per_week: -0.125}, say: {fr: A, en: B}}]\n",
        HEAD "moments: {m: {at: 2026-10-25T02:30:15, visitors: 7, rise_minutes: 0}}\n",
        HEAD "moments: {m: {at: \"2026-03-29T02:30\", visitors: {low: 1, likely: 1, high: 2}}}\n",
        HEAD "carriers: {c: {cut_off: \"00:00\", collects: mon, transit_days: 0, delivers: sun, "
             "max_parcels: 0, charge: 5, cost: 0, vat_rate: 0}}\n",
        HEAD "offers: {o: {name: {en: Only}, price: 0, vat_rate: 2.125, on_site: true, "
             "demand_per_week: 0}}\ngate: {moment_offers: [o]}\n",
        "shop: {name: K, currency: KWD, time_zone: Europe/Paris, opened: 2026-11-23T08:00:30Z}\n"
        "items: {a: {on_hand: 1, unit_cost: 0.007}}\n",
        "shop: {name: J, currency: JPY, time_zone: Europe/Paris, locale: en}\n"
        "items: {a: {on_hand: 1, unit_cost: 7}}\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        check_round_trip(slice_of(texts[i]));
    }
}

/* The whole example of keys, where it is beside the source. */
static void the_full_example_comes_back(void **state)
{
    (void)state;
    char *bytes = testing_file("../shared/shop.example.yaml");
    if (bytes == NULL) {
        print_message("no ../shared/shop.example.yaml: skipped\n");
        skip();
    }
    check_round_trip(slice_of(bytes));
    free(bytes);
}

static void a_text_without_room_is_a_limit(void **state)
{
    (void)state;
    struct text small;
    struct fault fault = {.text = ""};
    text_init(&small, 40);
    struct shop *shop = read_text(SLICE(HEAD));
    assert_int_equal(shop_write(shop, &small, &fault), STATUS_LIMIT);
    text_free(&small);
    shop_free(shop);
}

static void retired_names_are_left_out(void **state)
{
    (void)state;
    struct text written;
    text_init(&written, LIMIT_SHOP_FILE_BYTES);
    struct shop *shop = read_text(
        SLICE(HEAD "items: {a: {on_hand: 1, unit_cost: 1}, b: {on_hand: 2, unit_cost: 1}}\n"
                   "receipts: [{item: a, quantity: 1, due: 2026-12-01}, "
                   "{item: b, quantity: 1, due: 2026-12-01}]\n"));
    shop->items[0].retired = true;
    assert_int_equal(shop_write(shop, &written, NULL), STATUS_OK);
    struct shop *second = read_text(text_slice(&written));
    assert_int_equal(second->item_count, 1);
    assert_string_equal(second->items[0].name, "b");
    assert_int_equal(second->receipt_count, 1);
    text_free(&written);
    shop_free(shop);
    shop_free(second);
}

static void large_write(struct text *text, int count)
{
    text_append_string(text, HEAD "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, "
                                  "transit_days: 2, delivers: mon-sat}}\nitems:\n");
    for (int i = 0; i < count; i++) {
        text_append_format(text, "  item-%d: {on_hand: %d, unit_cost: 1.25}\n", i, i);
    }
    text_append_string(text, "offers:\n");
    for (int i = 0; i < count; i++) {
        text_append_format(text,
                           "  offer-%d: {name: \"Offer %d\", price: 9.90, vat_rate: 20, "
                           "items: {item-%d: 1, item-%d: 2}, carrier: post}\n",
                           i, i, i, (i * 7 + 1) % count);
    }
}

/* Quadratic lookups would take minutes at this size, so a second is a wide bound for any machine.
 */
static void large_files_are_read_in_linear_time(void **state)
{
    (void)state;
    struct text text;
    struct timespec before;
    struct timespec after;
    text_init(&text, LIMIT_SHOP_FILE_BYTES);
    large_write(&text, LIMIT_OFFERS);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    struct shop *shop = read_text(text_slice(&text));
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    double seconds =
        (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
    print_message("%d items and offers, %zu bytes: %.0f ms\n", LIMIT_OFFERS, text.length,
                  seconds * 1e3);
    assert_int_equal(shop->offer_count, LIMIT_OFFERS);
    assert_true(seconds < 5);
    text_free(&text);
    shop_free(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_minimal_example_comes_back),
        cmocka_unit_test(hard_values_come_back),
        cmocka_unit_test(the_full_example_comes_back),
        cmocka_unit_test(a_text_without_room_is_a_limit),
        cmocka_unit_test(retired_names_are_left_out),
        cmocka_unit_test(large_files_are_read_in_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
