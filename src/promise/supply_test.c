/* The table of what is expected, entry by entry: the shop file's receipts and what was bought, the
 * lists that lead to them, and the sums that a purchase is bound by. */
#include "promise/supply.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { MILL, DAIRY, SUPPLIERS };
enum { FLOUR, BUTTER, SALT, ITEMS };
enum { MOST = 16 };

static struct supply_entry entries[MOST];
static uint32_t latest[LIMIT_ITEMS];
static uint32_t latest_supplier[LIMIT_SUPPLIERS];
static struct supply supply;

/* Flour at 1.25 from the mill, butter at 3.00 from the dairy, salt from nobody. */
static struct item items[ITEMS] = {
    {.name = "flour", .unit_cost_minor = 125, .supplier = {MILL}},
    {.name = "butter", .unit_cost_minor = 300, .supplier = {DAIRY}},
    {.name = "salt", .unit_cost_minor = 1, .supplier = {NO_INDEX}},
};
static struct item_movement receipts[] = {
    {{FLOUR}, 5000, 20005}, {{SALT}, 2000, 20001}, {{FLOUR}, 7000, 20003}};
static struct shop shop = {
    .item_count = ITEMS, .items = items, .supplier_count = SUPPLIERS, .receipts = receipts};

static void begin(void)
{
    memset(entries, 0xee, sizeof entries);
    memset(latest, 0, sizeof latest);
    memset(latest_supplier, 0, sizeof latest_supplier);
    supply =
        (struct supply){.entries = entries, .latest = latest, .latest_supplier = latest_supplier};
    shop.receipt_count = 0;
}

static int32_t day_of(const char *date)
{
    int32_t day = 0;
    assert_true(day_read(slice_of(date), &day));
    return day;
}

static struct supply_entry purchase(uint16_t item, int64_t quantity, int32_t order_day)
{
    return (struct supply_entry){.quantity_thousandths = quantity,
                                 .order_day = order_day,
                                 .arrives_day = order_day + 2,
                                 .due_day = order_day + 3,
                                 .item = item,
                                 .supplier = items[item].supplier.index,
                                 .status = SUPPLY_PROPOSED};
}

static void buy(uint16_t item, int64_t quantity, int32_t order_day)
{
    struct supply_entry entry = purchase(item, quantity, order_day);
    supply_add_entry(&supply, &entry);
}

/* A receipt is an entry in the order of the file; a file that brings more adds only those. */
static void test_receipts_are_adopted_once(void **unused)
{
    (void)unused;
    begin();
    shop.receipt_count = 2;
    supply_adopt(&supply, &shop);
    supply_adopt(&supply, &shop);
    assert_int_equal(supply.count, 2);
    buy(FLOUR, 1000, 20000);
    shop.receipt_count = 3;
    supply_adopt(&supply, &shop);
    assert_int_equal(supply.count, 4);
    assert_int_equal(supply.opening_count, 3);
    const struct supply_entry *last = supply_entry_of(&supply, 4);
    assert_int_equal(last->status, SUPPLY_EXPECTED);
    assert_int_equal(last->quantity_thousandths, 7000);
    assert_int_equal(last->received_thousandths, 0);
    assert_int_equal(last->order_day, SUPPLY_NO_DAY);
    assert_int_equal(last->arrives_day, 20003);
    assert_int_equal(last->due_day, 20003);
    assert_int_equal(last->supplier, MILL);
    assert_int_equal(supply_entry_of(&supply, 2)->supplier, NO_INDEX);
    assert_null(supply_check(&supply, &shop));
}

/* From an item and a supplier, latest first; a dropped entry was never there; built anew they are
 * the same. */
static void test_lists(void **unused)
{
    (void)unused;
    begin();
    buy(FLOUR, 1000, 20000);
    buy(BUTTER, 1000, 20000);
    buy(FLOUR, 1000, 20001);
    buy(FLOUR, 1000, 20002);
    assert_int_equal(latest[FLOUR], 4);
    assert_int_equal(latest_supplier[MILL], 4);
    supply_drop_entry(&supply);
    for (uint32_t round = 0; round < 2; round++) {
        assert_int_equal(supply.count, 3);
        assert_int_equal(latest[FLOUR], 3);
        assert_int_equal(latest[BUTTER], 2);
        assert_int_equal(latest[SALT], 0);
        assert_int_equal(latest_supplier[MILL], 3);
        assert_int_equal(latest_supplier[DAIRY], 2);
        assert_int_equal(supply_entry_of(&supply, 3)->previous, 1);
        assert_int_equal(supply_entry_of(&supply, 3)->previous_of_supplier, 1);
        assert_int_equal(supply_entry_of(&supply, 1)->previous, 0);
        memset(latest, 0xff, sizeof latest);
        memset(latest_supplier, 0xff, sizeof latest_supplier);
        supply_index(&supply);
    }
}

static uint32_t proposed(uint16_t item, uint16_t supplier, int32_t order_day, int32_t due_day)
{
    const struct supply_entry like = {
        .item = item, .supplier = supplier, .order_day = order_day, .due_day = due_day};
    return supply_proposed_find(&supply, &like);
}

/* What may still grow: proposed, of this item, this supplier and this day, and usable on this
 * day. */
static void test_what_may_still_grow(void **unused)
{
    (void)unused;
    begin();
    buy(FLOUR, 1000, 20000);
    buy(BUTTER, 1000, 20000);
    buy(FLOUR, 1000, 20001);
    int32_t due = supply_entry_of(&supply, 1)->due_day;
    assert_int_equal(proposed(FLOUR, MILL, 20000, due), 1);
    assert_int_equal(proposed(FLOUR, MILL, 20001, supply_entry_of(&supply, 3)->due_day), 3);
    assert_int_equal(proposed(FLOUR, MILL, 20002, due), 0);
    assert_int_equal(proposed(FLOUR, DAIRY, 20000, due), 0);
    assert_int_equal(proposed(SALT, MILL, 20000, due), 0);
    assert_int_equal(proposed(FLOUR, MILL, 20000, due + 1), 0);
    supply_entry_of(&supply, 1)->status = SUPPLY_APPROVED;
    assert_int_equal(proposed(FLOUR, MILL, 20000, due), 0);
    buy(FLOUR, 1000, 20000);
    assert_int_equal(proposed(FLOUR, MILL, 20000, due), 4);
}

static void test_value(void **unused)
{
    (void)unused;
    assert_int_equal(supply_value(&items[FLOUR], 4000), 500);
    /* Half up: 0.004 x 1.25 is half a cent, 0.003 x 1.25 less. */
    assert_int_equal(supply_value(&items[FLOUR], 4), 1);
    assert_int_equal(supply_value(&items[FLOUR], 3), 0);
    assert_int_equal(supply_value(&items[SALT], 500), 1);
    assert_int_equal(supply_value(&items[SALT], 499), 0);
    /* Over the limit of money it is that and one. */
    const struct item gold = {.unit_cost_minor = LIMIT_MONEY_MINOR};
    assert_int_equal(supply_value(&gold, 1000), LIMIT_MONEY_MINOR);
    assert_int_equal(supply_value(&gold, 1001), LIMIT_MONEY_MINOR + 1);
    assert_int_equal(supply_value(&gold, LIMIT_QUANTITY_THOUSANDTHS), LIMIT_MONEY_MINOR + 1);
}

/* The supplier's purchase of a day: what is still expected and what came of it, each rounded by
 * itself; what is closed is no part of it. */
static void test_value_of_a_day(void **unused)
{
    (void)unused;
    begin();
    shop.receipt_count = 3;
    supply_adopt(&supply, &shop);
    buy(FLOUR, 4000, 20000);  /* 4 */
    buy(FLOUR, 4, 20000);     /* 5 */
    buy(BUTTER, 1000, 20000); /* 6 */
    buy(FLOUR, 8000, 20001);  /* 7 */
    assert_int_equal(supply_day_value(&supply, &shop, MILL, 20000), 501);
    assert_int_equal(supply_day_value(&supply, &shop, DAIRY, 20000), 300);
    assert_int_equal(supply_day_value(&supply, &shop, MILL, 20001), 1000);
    assert_int_equal(supply_day_value(&supply, &shop, MILL, 20002), 0);
    /* Of some days together: of those only, and no further. */
    static const struct {
        int32_t first_day;
        uint32_t count;
        int64_t values[4];
    } rows[] = {{19999, 1, {0, -1, -1, -1}},    {20000, 1, {501, -1, -1, -1}},
                {19999, 2, {0, 501, -1, -1}},   {20000, 3, {501, 1000, 0, -1}},
                {19998, 4, {0, 0, 501, 1000}},  {20001, 2, {1000, 0, -1, -1}},
                {INT32_MAX, 2, {0, 0, -1, -1}}, {20000, 0, {-1, -1, -1, -1}}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t values[4] = {-1, -1, -1, -1};
        supply_day_values(&supply, &shop, MILL, rows[i].first_day, rows[i].count, values);
        assert_memory_equal(values, rows[i].values, sizeof values);
    }
    supply_entry_of(&supply, 4)->quantity_thousandths = 1000;
    supply_entry_of(&supply, 4)->received_thousandths = 3000;
    supply_entry_of(&supply, 4)->status = SUPPLY_SENT;
    assert_int_equal(supply_day_value(&supply, &shop, MILL, 20000), 501);
    supply_entry_of(&supply, 5)->quantity_thousandths = 0;
    supply_entry_settle(supply_entry_of(&supply, 5));
    assert_int_equal(supply_entry_of(&supply, 5)->status, SUPPLY_CLOSED);
    assert_int_equal(supply_day_value(&supply, &shop, MILL, 20000), 500);
}

/* Is anything else left of the supplier's purchase of that day? What came of it counts like what is
 * still to come. */
static void test_alone_in_its_purchase(void **unused)
{
    (void)unused;
    begin();
    shop.receipt_count = 1;
    supply_adopt(&supply, &shop); /* flour that was never ordered */
    buy(FLOUR, 1000, 20000);      /* 2 */
    buy(BUTTER, 1000, 20000);     /* 3: from the dairy */
    buy(FLOUR, 1000, 20001);      /* 4 */
    assert_true(supply_is_alone(&supply, 2));
    buy(FLOUR, 2000, 20000); /* 5 */
    struct supply_entry *other = supply_entry_of(&supply, 5);
    assert_false(supply_is_alone(&supply, 2));
    other->quantity_thousandths = 1000;
    other->received_thousandths = 1000;
    assert_false(supply_is_alone(&supply, 2));
    other->quantity_thousandths = 1;
    other->received_thousandths = 0;
    assert_false(supply_is_alone(&supply, 2));
    other->quantity_thousandths = 0;
    assert_true(supply_is_alone(&supply, 2));
    other->received_thousandths = 1000;
    other->status = SUPPLY_CLOSED;
    assert_true(supply_is_alone(&supply, 2));
}

/* ISO weeks begin on Monday and do not end with the year: Monday 28 December 2026 to Sunday 3
 * January 2027 is week 53. What came counts, what was closed with nothing does not, and the shop
 * file's receipts never do. */
static void test_quantity_of_a_week(void **unused)
{
    (void)unused;
    begin();
    shop.receipt_count = 1;
    receipts[0].due_day = day_of("2026-12-30");
    supply_adopt(&supply, &shop);
    buy(FLOUR, 1000, day_of("2026-12-27"));  /* 2: Sunday of week 52 */
    buy(FLOUR, 2000, day_of("2026-12-28"));  /* 3 */
    buy(FLOUR, 4000, day_of("2026-12-31"));  /* 4 */
    buy(FLOUR, 8000, day_of("2027-01-03"));  /* 5 */
    buy(FLOUR, 16000, day_of("2027-01-04")); /* 6: Monday of week 1 */
    buy(BUTTER, 99000, day_of("2026-12-31"));
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2026-12-27")), 1000);
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2026-12-28")), 14000);
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2027-01-01")), 14000);
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2027-01-03")), 14000);
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2027-01-10")), 16000);
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2027-01-11")), 0);
    /* Three of the four came, and the rest does not. */
    *supply_entry_of(&supply, 4) =
        (struct supply_entry){.received_thousandths = 3000,
                              .order_day = day_of("2026-12-31"),
                              .item = FLOUR,
                              .previous = supply_entry_of(&supply, 4)->previous,
                              .status = SUPPLY_CLOSED};
    assert_int_equal(supply_week_quantity(&supply, FLOUR, day_of("2027-01-01")), 13000);
}

static void test_what_counts_as_supply(void **unused)
{
    (void)unused;
    const int32_t today = 20000;
    struct supply_entry entry = purchase(FLOUR, 1000, today);
    assert_true(supply_counts(&entry, today));
    assert_false(supply_counts(&entry, today + 1)); /* it was not sent in time */
    entry.status = SUPPLY_APPROVED;
    assert_false(supply_counts(&entry, today + 1));
    entry.status = SUPPLY_SENT;
    assert_true(supply_counts(&entry, today + 1));
    assert_true(supply_counts(&entry, today + 3));
    assert_false(supply_counts(&entry, today + 4)); /* overdue */
    entry.quantity_thousandths = 0;
    assert_false(supply_counts(&entry, today));
    entry = (struct supply_entry){
        .quantity_thousandths = 1, .order_day = SUPPLY_NO_DAY, .due_day = today};
    assert_true(supply_counts(&entry, today));
    assert_false(supply_counts(&entry, today + 1));
    entry.status = SUPPLY_CLOSED;
    assert_false(supply_counts(&entry, today));
}

static void test_check_sees_what_is_wrong(void **unused)
{
    (void)unused;
    begin();
    buy(FLOUR, 1000, 20000);
    buy(FLOUR, 1000, 20001);
    assert_null(supply_check(&supply, &shop));
    const struct supply_entry good = entries[1];
    for (uint32_t wrong = 0; wrong < 5; wrong++) {
        struct supply_entry *entry = &entries[1];
        entry->item = wrong == 0 ? ITEMS : entry->item;
        entry->status = wrong == 1 ? SUPPLY_STATUSES : entry->status;
        entry->quantity_thousandths = wrong == 2 ? -1 : entry->quantity_thousandths;
        entry->received_thousandths = wrong == 3 ? -1 : 0;
        entry->previous = wrong == 4 ? 2 : entry->previous;
        assert_string_equal(supply_check(&supply, &shop), "an entry of the supply is none");
        *entry = good;
    }
    entries[1].status = SUPPLY_CLOSED;
    assert_string_equal(supply_check(&supply, &shop),
                        "something is still expected of a purchase that is closed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipts_are_adopted_once),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_what_may_still_grow),
        cmocka_unit_test(test_value),
        cmocka_unit_test(test_value_of_a_day),
        cmocka_unit_test(test_alone_in_its_purchase),
        cmocka_unit_test(test_quantity_of_a_week),
        cmocka_unit_test(test_what_counts_as_supply),
        cmocka_unit_test(test_check_sees_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
