/* What an answer is told with: the worth of an hour, throughput for an hour, and what is not known;
 * the sums stand beside the shop. */
#include "focus/tell.h"

#include "focus/focus_testing.h"
#include "focus/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define EURO INT64_C(100000000) /* in millionths of a cent */

/* A jar of 12.00 without VAT from 2.00: 10.00 in 6 minutes, 100.00 an hour. A class of 8 seats,
 * 15.00 each, in two hours: 8 x 15.00 / 2 = 60.00 an hour. A card takes nobody's time. */
static const char shop[] =
    "shop: {name: Told, currency: EUR, time_zone: Europe/Paris}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-16:00\"}}}\n"
    "work_centers:\n"
    "  bench: {people: 1, calendar: week}\n"
    "  room: {people: 1, calendar: week}\n"
    "items:\n"
    "  jar: {on_hand: 1, unit_cost: 2.00}\n"
    "  card: {on_hand: 1, unit_cost: 1.00, supplier: printer}\n"
    "  idle: {on_hand: 1, unit_cost: 1.00}\n"
    "suppliers: {printer: {lead_days: 2}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 12.00, vat_rate: 0, items: {jar: 1}, activity: shelf, on_site: "
    "true,\n"
    "        routing: [{work_center: bench, minutes: 6}], demand_per_week: 1000}\n"
    "  class: {name: Class, price: 15.00, vat_rate: 0, seats: 8, activity: school, on_site: true,\n"
    "          routing: [{work_center: room, minutes: 120, whole: true}], demand_per_week: 8}\n"
    "  card: {name: Card, price: 3.00, vat_rate: 0, items: {card: 1}, on_site: true,\n"
    "         demand_per_week: 5}\n"
    "  mug: {name: Mug, price: 9.00, vat_rate: 0, items: {jar: 1}, on_site: true,\n"
    "        routing: [{work_center: bench, minutes: 6}]}\n"
    "activities: {shelf: {}, school: {}}\n";

enum { JAR, CLASS, CARD, MUG };
enum { BENCH, ROOM };

static void test_throughput_for_an_hour(void **unused)
{
    struct testing_shop testing;
    int64_t micro;
    (void)unused;
    testing_open(&testing, shop);
    assert_true(focus_per_hour(testing.figures, JAR, BENCH, &micro));
    assert_int_equal(micro, 100 * EURO);
    assert_true(focus_per_hour(testing.figures, CLASS, ROOM, &micro));
    assert_int_equal(micro, 60 * EURO);
    assert_false(focus_per_hour(testing.figures, JAR, ROOM, &micro));
    assert_false(focus_per_hour(testing.figures, CARD, BENCH, &micro));
    testing_close(&testing);
}

/* 1000 jars want 100 hours of the bench, which has 40: it is the bottleneck, and an hour is worth
 * ten jars. The room is empty half of the week. */
static void test_bottleneck(void **unused)
{
    struct testing_shop testing;
    (void)unused;
    testing_open(&testing, shop);
    struct mix_ask ask = testing_ask(testing.figures);
    struct mix *best = testing_solve(&ask);
    assert_true(focus_found(best));
    assert_int_equal(focus_bottleneck(testing.figures, best), BENCH);
    assert_int_equal(focus_hour_micro(best, BENCH), 100 * EURO);
    assert_int_equal(focus_hour_micro(best, ROOM), 0);
    best->per_hour_minor[BENCH] = 0.4; /* less than half a cent is nothing */
    assert_int_equal(focus_hour_micro(best, BENCH), 0);
    assert_int_equal(focus_bottleneck(testing.figures, best), testing.figures->center_count);
    best->per_hour_minor[BENCH] = 10000;
    best->state = MIX_NONE_YET;
    assert_int_equal(focus_hour_micro(best, BENCH), 0);
    assert_false(focus_found(NULL));
    mix_free(best);
    testing_close(&testing);
}

static void test_what_is_not_known(void **unused)
{
    struct testing_shop testing;
    struct focus_known known;
    (void)unused;
    testing_open(&testing, shop);
    focus_known_fill(testing.figures, &known);
    assert_int_equal(known.lacking[FOCUS_LACK_DEMAND].count, 1);
    assert_string_equal(focus_lacking_name(testing.figures, FOCUS_LACK_DEMAND,
                                           known.lacking[FOCUS_LACK_DEMAND].first[0]),
                        "mug");
    assert_int_equal(known.lacking[FOCUS_LACK_ACTIVITY].count, 2);
    assert_int_equal(known.lacking[FOCUS_LACK_WORK].count, 1);
    /* The idle item has no supplier, either; but nobody needs it. */
    assert_int_equal(known.lacking[FOCUS_LACK_SUPPLIER].count, 1);
    assert_string_equal(focus_lacking_name(testing.figures, FOCUS_LACK_SUPPLIER,
                                           known.lacking[FOCUS_LACK_SUPPLIER].first[0]),
                        "jar");
    assert_false(known.owner);
    testing_close(&testing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_throughput_for_an_hour),
                                       cmocka_unit_test(test_bottleneck),
                                       cmocka_unit_test(test_what_is_not_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
