/* What a changed file does to a running shop: places that stay, names that go and come back,
 * opening figures that do not change. */
#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD "shop: {name: A, currency: EUR, time_zone: Europe/Paris}\n"
#define WEEK "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
#define TEAMS                                                                                      \
    WEEK "work_centers: {picking: {people: 1, calendar: week}, packing: {people: 2, calendar: "    \
         "week}}\n"

static struct shop *read_text(const char *text)
{
    struct shop *shop = NULL;
    struct fault fault = {.text = ""};
    if (shop_read(slice_of(text), "t.yaml", &testing_zones, 0, &shop, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    return shop;
}

/* Merges the file `text` into `old`, which it frees, and compares the lines of changes. */
static struct shop *apply(struct shop *old, const char *text, const char *expected)
{
    struct text changes;
    struct fault fault = {.text = ""};
    struct shop *merged = NULL;
    struct shop *next = read_text(text);
    text_init(&changes, 65536);
    if (shop_merge(old, next, &merged, &changes, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    shop_free(old);
    shop_free(next);
    assert_string_equal(changes.bytes != NULL ? changes.bytes : "", expected);
    text_free(&changes);
    return merged;
}

static void check_refused(const char *old_text, const char *next_text, const char *sentence)
{
    struct text changes;
    struct fault fault = {.text = ""};
    struct shop *merged = NULL;
    struct shop *old = read_text(old_text);
    struct shop *next = read_text(next_text);
    text_init(&changes, 65536);
    assert_int_equal(shop_merge(old, next, &merged, &changes, &fault), STATUS_INVALID);
    assert_null(merged);
    assert_string_equal(fault.text, sentence);
    text_free(&changes);
    shop_free(old);
    shop_free(next);
}

static void the_same_file_changes_nothing(void **state)
{
    (void)state;
    const char *what = NULL;
    static const char *const files[] = {"examples/minimal.yaml", "../shared/shop.example.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *bytes = testing_file(files[i]);
        if (bytes == NULL) {
            print_message("no %s: skipped\n", files[i]);
            continue;
        }
        struct shop *merged = apply(read_text(bytes), bytes, "");
        struct shop *fresh = read_text(bytes);
        if (!shop_equal(merged, fresh, &what)) {
            fail_msg("%s: %s differs", files[i], what);
        }
        shop_free(merged);
        shop_free(fresh);
        free(bytes);
    }
}

static void keys_that_differ_are_told(void **state)
{
    (void)state;
    struct shop *merged = apply(
        read_text(HEAD TEAMS "items: {caramel: {on_hand: 9, unit_cost: 2, reorder_point: 300}}\n"),
        "shop: {name: B, currency: EUR, time_zone: Europe/Paris}\npromise: {load_limit: 0.85, "
        "hold_minutes: 20}\n" WEEK
        "work_centers: {packing: {people: 3, calendar: week, efficiency: 0.9}, "
        "picking: {people: 1, calendar: week}}\n"
        "items: {caramel: {on_hand: 9, unit_cost: 2.10, pack_size: 12}}\n"
        "staffing: [{work_center: picking, people: 1, from: 2026-12-01, to: 2026-12-02}]\n",
        "work_centers.packing: people 2 -> 3\n"
        "work_centers.packing: efficiency 1 -> 0.9\n"
        "items.caramel: unit_cost 2.00 -> 2.10\n"
        "items.caramel: pack_size 1 -> 12\n"
        "items.caramel: reorder_point 300 -> none\n"
        "shop: name \"A\" -> \"B\"\n"
        "promise: hold_minutes 15 -> 20\n"
        "promise: load_limit 1 -> 0.85\n"
        "staffing: replaced, 0 entries -> 1\n");
    assert_string_equal(merged->name, "B");
    assert_int_equal(merged->promise.load_slots, 51);
    assert_int_equal(merged->promise.hold_seconds, 1200);
    assert_string_equal(merged->work_centers[0].name, "picking");
    assert_int_equal(merged->work_centers[1].people, 3);
    assert_int_equal(merged->staffing[0].work_center.index, 0);
    assert_int_equal(merged->items[0].reorder_point_thousandths, -1);
    shop_free(merged);
}

#define POST                                                                                       \
    "carriers: {post: {cut_off: \"16:00\", collects: mon, transit_days: 1, delivers: mon}}\n"

/* Old: a b c. File: c d b: a is retired, d comes last, and what refers to them follows. */
static void places_stay_and_references_follow(void **state)
{
    (void)state;
    struct shop *merged = apply(
        read_text(HEAD POST "items: {a: {on_hand: 1, unit_cost: 1}, b: {on_hand: 2, unit_cost: 1}, "
                            "c: {on_hand: 3, unit_cost: 1}}\n"
                            "offers: {z: {name: Z, price: 1, vat_rate: 0, carrier: post, "
                            "items: {a: 1}}, m: {name: M, price: 1, vat_rate: 0, carrier: post, "
                            "items: {b: 1, c: 2}}}\n"
                            "receipts: [{item: a, quantity: 5, due: 2026-12-01}, "
                            "{item: c, quantity: 7, due: 2026-12-01}]\n"),
        HEAD POST "items: {c: {on_hand: 3, unit_cost: 1}, d: {on_hand: 4, unit_cost: 1}, "
                  "b: {on_hand: 2, unit_cost: 1}}\n"
                  "offers: {m: {name: M, price: 1, vat_rate: 0, carrier: post, "
                  "items: {b: 1, c: 2}}, a: {name: A, price: 1, vat_rate: 0, carrier: post, "
                  "items: {d: 3}}}\n"
                  "receipts: [{item: d, quantity: 9, due: 2026-12-02}, "
                  "{item: c, quantity: 7, due: 2026-12-01}]\ngate: {moment_offers: [a]}\n",
        "items.a: retired\nitems.d: added\noffers.z: retired\noffers.a: added\n"
        "gate: moment_offers [] -> [a]\n");
    assert_int_equal(merged->item_count, 4);
    assert_string_equal(merged->items[0].name, "a");
    assert_true(merged->items[0].retired);
    assert_string_equal(merged->items[2].name, "c");
    assert_false(merged->items[2].retired);
    assert_string_equal(merged->items[3].name, "d");
    assert_int_equal(merged->items[3].on_hand_thousandths, 4000);
    assert_string_equal(merged->offers[2].name, "a");
    assert_int_equal(merged->offers[0].components[0].item.index, 0);
    assert_int_equal(merged->offers[1].components[0].item.index, 1);
    assert_int_equal(merged->offers[1].components[1].item.index, 2);
    assert_int_equal(merged->offers[2].components[0].item.index, 3);
    assert_int_equal(merged->offers[0].rank, 2);
    assert_int_equal(merged->offers[1].rank, 1);
    assert_int_equal(merged->offers[2].rank, 0);
    assert_int_equal(merged->gate.moment_offers.offers[0].index, 2);
    assert_int_equal(merged->receipt_count, 3);
    assert_int_equal(merged->receipts[2].item.index, 3);
    struct offer_id offer;
    assert_false(shop_offer_find(merged, SLICE("z"), &offer));
    assert_true(shop_offer_find(merged, SLICE("a"), &offer));
    assert_int_equal(offer.index, 2);
    shop_free(merged);
}

static void what_was_retired_comes_back_to_its_place(void **state)
{
    (void)state;
    const char *both =
        HEAD "items: {a: {on_hand: 1, unit_cost: 1}, b: {on_hand: 2, unit_cost: 1}}\n"
             "receipts: [{item: a, quantity: 5, due: 2026-12-01}]\n";
    const char *only_b = HEAD "items: {b: {on_hand: 2, unit_cost: 1}}\n";
    const char *what = NULL;
    struct shop *shop = apply(read_text(both), only_b, "items.a: retired\n");
    assert_int_equal(shop->receipt_count, 1);
    shop = apply(shop, only_b, "");
    shop = apply(shop, both, "items.a: back\n");
    struct shop *fresh = read_text(both);
    if (!shop_equal(shop, fresh, &what)) {
        fail_msg("%s differs", what);
    }
    shop_free(fresh);
    shop_free(shop);
}

#define ITEM "items: {x: {on_hand: 1200, unit_cost: 1}}\nsuppliers: {s: {}}\n"

static void opening_figures_stay(void **state)
{
    (void)state;
    check_refused(
        HEAD "items: {x: {on_hand: 1200, unit_cost: 1}}\n",
        HEAD "items: {x: {on_hand: 1100, unit_cost: 1}}\n",
        "items.x: a running shop's stock changes by what happens, not by the file; leave "
        "on_hand at 1200 in the file; recording a difference is the work of `ecluse count "
        "SHOP.db ITEM QUANTITY`");
    check_refused(
        HEAD "cash: {opening_balance: 5}\n", HEAD "cash: {opening_balance: 6}\n",
        "cash: a running shop's balance changes by what happens, not by the file; leave "
        "opening_balance at 5.00 in the file; recording a difference is the work of `ecluse cash "
        "SHOP.db --balance AMOUNT`");
    check_refused(
        HEAD ITEM "receipts: [{item: x, quantity: 6, due: 2026-12-01}]\n", HEAD ITEM,
        "receipts: these are what the shop opened with, and the file does not change them; "
        "put back the entry {x, 6, due 2026-12-01}; recording what came later is the work of "
        "`ecluse purchases SHOP.db`");
    check_refused(HEAD ITEM, HEAD ITEM "commitments: [{item: x, quantity: 6.5, due: 2026-12-01}]\n",
                  "commitments: these are what the shop opened with, and the file does not change "
                  "them; take out the entry {x, 6.5, due 2026-12-01}; recording what came later is "
                  "the work of `ecluse order SHOP.db`");
    check_refused(
        HEAD ITEM "cash: {bills: [{supplier: s, amount: 6, due: 2026-12-01}]}\n",
        HEAD ITEM "cash: {bills: [{supplier: s, amount: 6, due: 2026-12-02}]}\n",
        "cash.bills: these are what the shop opened with, and the file does not change them; put "
        "back the entry {s, 6, due 2026-12-01}; recording what came later is the work of `ecluse "
        "purchases SHOP.db receive`");
}

static void the_order_of_opening_entries_does_not_matter(void **state)
{
    (void)state;
    struct shop *merged =
        apply(read_text(HEAD ITEM "receipts: [{item: x, quantity: 6, due: 2026-12-01}, "
                                  "{item: x, quantity: 7, due: 2026-11-30}, "
                                  "{item: x, quantity: 6, due: 2026-12-01}]\n"),
              HEAD ITEM "receipts: [{item: x, quantity: 6, due: 2026-12-01}, "
                        "{item: x, quantity: 6, due: 2026-12-01}, "
                        "{item: x, quantity: 7, due: 2026-11-30}]\n",
              "");
    assert_int_equal(merged->receipt_count, 3);
    shop_free(merged);
}

static void cash_may_come_and_go(void **state)
{
    (void)state;
    const char *with = HEAD ITEM "cash: {opening_balance: 5, payout_days: 2, "
                                 "bills: [{supplier: s, amount: 6, due: 2026-12-01}]}\n";
    struct shop *shop = apply(read_text(HEAD ITEM), with, "cash: added\n");
    assert_true(shop->cash.present);
    assert_int_equal(shop->cash.opening_balance_minor, 500);
    assert_int_equal(shop->cash.bill_count, 1);
    shop = apply(shop, HEAD ITEM, "cash: left out\n");
    assert_false(shop->cash.present);
    assert_int_equal(shop->cash.opening_balance_minor, 500);
    shop = apply(shop, with, "cash: payout_days 0 -> 2\n");
    assert_true(shop->cash.present);
    assert_int_equal(shop->cash.bill_count, 1);
    shop_free(shop);
}

static void identity_stays(void **state)
{
    (void)state;
    check_refused(HEAD, "shop: {name: A, currency: USD, time_zone: Europe/Paris}\n",
                  "shop.currency: a running shop keeps its currency; leave it at EUR, or start "
                  "another database with `ecluse init`");
    check_refused("shop: {name: A, currency: EUR, time_zone: Europe/Paris, opened: 2026-11-23}\n",
                  HEAD, "shop.opened: the shop has opened; leave it at 2026-11-23");
    check_refused(HEAD,
                  "shop: {name: A, currency: EUR, time_zone: Europe/Paris, opened: 2026-11-23}\n",
                  "shop.opened: the shop has opened; leave the key out");
}

static void the_merged_shop_is_written(void **state)
{
    (void)state;
    const char *next = HEAD "items: {b: {on_hand: 2, unit_cost: 1}}\n";
    const char *what = NULL;
    struct text written;
    text_init(&written, 65536);
    struct shop *merged = apply(read_text(HEAD "items: {a: {on_hand: 1, unit_cost: 1}}\n"), next,
                                "items.a: retired\nitems.b: added\n");
    assert_int_equal(shop_write(merged, &written, NULL), STATUS_OK);
    struct shop *again = read_text(written.bytes);
    struct shop *fresh = read_text(next);
    if (!shop_equal(again, fresh, &what)) {
        fail_msg("%s differs", what);
    }
    text_free(&written);
    shop_free(merged);
    shop_free(again);
    shop_free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_file_changes_nothing),
        cmocka_unit_test(keys_that_differ_are_told),
        cmocka_unit_test(places_stay_and_references_follow),
        cmocka_unit_test(what_was_retired_comes_back_to_its_place),
        cmocka_unit_test(opening_figures_stay),
        cmocka_unit_test(the_order_of_opening_entries_does_not_matter),
        cmocka_unit_test(cash_may_come_and_go),
        cmocka_unit_test(identity_stays),
        cmocka_unit_test(the_merged_shop_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
