/* The sentences that customers read: every cause in both languages, whole, with dates in words and
 * readable names. */
#include "base/text.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
    "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
    "work_centers: {gift_packing: {people: 1, calendar: week}}\n"
    "items: {sea-salt: {on_hand: 1, unit_cost: 1.00}}\n"
    "carriers: {la-poste: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: "
    "mon-fri}}\n"
    "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, carrier: la-poste}}\n";

static bool on_site;

static const char *reason(const struct world *world, enum promise_result result,
                          struct promise_limit limit, int32_t possible, enum language language)
{
    static char said[512];
    struct promise_answer answer = {.result = result,
                                    .summary = {.limit = limit, .dates = {.has_ship_by = !on_site}},
                                    .possible_day = possible};
    struct text text;
    text_init(&text, sizeof said - 1);
    promise_reason(world->shop, &answer, language, &text);
    snprintf(said, sizeof said, "%s", text.bytes);
    text_free(&text);
    return said;
}

static void test_sentences(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    int64_t at = 0;
    assert_true(instant_read(&world.shop->zone, SLICE("2026-12-01T14:20"), &at));
    int32_t possible = 0;
    assert_true(day_read(SLICE("2027-02-11"), &possible));
    struct promise_limit stock = {CAUSE_STOCK, 0, at};
    struct promise_limit hours = {CAUSE_HOURS, 0, at};
    struct promise_limit carrier = {CAUSE_CARRIER, 0, at};
    struct promise_limit none = {CAUSE_NONE, NO_INDEX, at};
    const struct {
        enum promise_result result;
        struct promise_limit limit;
        const char *french;
        const char *english;
    } rows[] = {
        {PROMISE_OK, stock,
         "Nous attendons la prochaine livraison de «\u00a0Sea salt\u00a0», prévue le mardi 1er "
         "décembre 2026.",
         "We are waiting for the next delivery of “Sea salt”, due on Tuesday 1 December 2026."},
        {PROMISE_OK, hours,
         "Notre équipe (gift packing) aura préparé votre commande le mardi 1er décembre 2026 à "
         "14\u202fh\u202f20.",
         "Our gift packing team will have your order ready on Tuesday 1 December 2026 at 14:20."},
        {PROMISE_OK, carrier,
         "Votre commande sera prête à temps\u202f; La poste passe la prendre le mardi 1er décembre "
         "2026 à 14\u202fh\u202f20.",
         "Your order will be ready in time; La poste collects it on Tuesday 1 December 2026 at "
         "14:20."},
        {PROMISE_OK, none,
         "Tout est en stock et notre équipe est disponible\u00a0: rien ne fait attendre votre "
         "commande.",
         "Everything is in stock and our team has time: nothing makes your order wait."},
        {PROMISE_SOLD_OUT, stock,
         "Complet pour le moment\u00a0: «\u00a0Sea salt\u00a0» n’arrive que le mardi 1er décembre "
         "2026\u202f; vous seriez livré le jeudi 11 février 2027 au plus tôt.",
         "Sold out for now: “Sea salt” arrives only on Tuesday 1 December 2026; the first date "
         "would be Thursday 11 February 2027."},
        {PROMISE_SOLD_OUT, hours,
         "Complet pour le moment\u00a0: le temps de notre équipe (gift packing) est réservé\u202f; "
         "vous seriez servi le jeudi 11 février 2027 au plus tôt.",
         "Sold out for now: the time of our gift packing team is taken; the first date would be "
         "Thursday 11 February 2027."},
        {PROMISE_NEVER, stock,
         "Épuisé\u00a0: nous n’attendons pas assez de «\u00a0Sea salt\u00a0» pour vous donner une "
         "date.",
         "Sold out: we do not expect enough “Sea salt” to give you a date."},
        {PROMISE_NEVER, hours,
         "Complet\u00a0: notre équipe (gift packing) n’a plus assez de temps libre pour vous "
         "donner "
         "une date.",
         "Fully booked: our gift packing team has not enough free time left to give you a date."},
        {PROMISE_NEVER, none, "Nous ne pouvons pas donner de date pour cette commande.",
         "We cannot give a date for this order."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(reason(&world, rows[i].result, rows[i].limit, possible, LANGUAGE_FR),
                            rows[i].french);
        assert_string_equal(reason(&world, rows[i].result, rows[i].limit, possible, LANGUAGE_EN),
                            rows[i].english);
    }
    on_site = true;
    assert_string_equal(reason(&world, PROMISE_OK, hours, possible, LANGUAGE_EN),
                        "Our gift packing team has time for you; all will be done on Tuesday 1 "
                        "December 2026 at 14:20.");
    on_site = false;
    world_close(&world);
}

/* Hours and minutes as a clock shows them, a sum of minutes that 60 and 61 divide alike among
 * them. */
static void test_times_of_day(void **unused)
{
    (void)unused;
    static const struct {
        const char *at;
        const char *english;
        const char *french;
    } rows[] = {
        {"2026-12-02T00:00", "0:00", "0\u202fh\u202f00"},
        {"2026-12-02T09:09", "9:09", "9\u202fh\u202f09"},
        {"2026-12-02T20:10", "20:10", "20\u202fh\u202f10"},
        {"2026-12-02T23:00", "23:00", "23\u202fh\u202f00"},
    };
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char expected[160];
        struct promise_limit hours = {CAUSE_HOURS, 0, 0};
        assert_true(instant_read(&world.shop->zone, slice_of(rows[i].at), &hours.until));
        snprintf(expected, sizeof expected,
                 "Our gift packing team will have your order ready on Wednesday 2 December 2026 at "
                 "%s.",
                 rows[i].english);
        assert_string_equal(reason(&world, PROMISE_OK, hours, 0, LANGUAGE_EN), expected);
        snprintf(expected, sizeof expected,
                 "Notre équipe (gift packing) aura préparé votre commande le mercredi 2 décembre "
                 "2026 à %s.",
                 rows[i].french);
        assert_string_equal(reason(&world, PROMISE_OK, hours, 0, LANGUAGE_FR), expected);
    }
    world_close(&world);
}

/* Keys from a to z get a capital letter; digits stay. */
static void test_names_of_carriers(void **unused)
{
    (void)unused;
    static const char *const rows[][2] = {
        {"avion", "Avion"}, {"zebra_z", "Zebra z"}, {"m-m", "M m"}, {"3-d", "3 d"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        char expected[160];
        snprintf(text, sizeof text,
                 "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
                 "carriers: {%s: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
                 "delivers: mon-fri}}\n"
                 "offers: {jar: {name: Jar, price: 5.00, vat_rate: 20, carrier: %s}}\n",
                 rows[i][0], rows[i][0]);
        struct world world;
        world_open(&world, text, "2026-12-01T09:00");
        struct promise_limit carrier = {CAUSE_CARRIER, 0, world.now};
        snprintf(expected, sizeof expected,
                 "Fully booked: %s has no room left on a day that we can promise.", rows[i][1]);
        assert_string_equal(reason(&world, PROMISE_NEVER, carrier, 0, LANGUAGE_EN), expected);
        snprintf(expected, sizeof expected,
                 "Sold out for now: %s has no room left before; the first date would be Thursday 1 "
                 "January 1970.",
                 rows[i][1]);
        assert_string_equal(reason(&world, PROMISE_SOLD_OUT, carrier, 0, LANGUAGE_EN), expected);
        world_close(&world);
    }
}

/* A limit that points behind the last of its kind points at nothing. */
static void test_limits_that_point_at_nothing(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    /* Behind the last there is something with a name, and it is not the shop's. */
    struct item items[] = {world.shop->items[0], {.name = "stray"}};
    struct work_center centers[] = {world.shop->work_centers[0], {.name = "stray"}};
    struct carrier carriers[] = {world.shop->carriers[0], {.name = "stray"}};
    struct shop shop = *world.shop;
    shop.items = items;
    shop.work_centers = centers;
    shop.carriers = carriers;
    for (int cause = 0; cause < CAUSE_NONE; cause++) {
        struct promise_limit limit = {(enum promise_cause)cause, 0, 0};
        assert_non_null(promise_limit_name(&shop, &limit));
        limit.index = 1;
        assert_null(promise_limit_name(&shop, &limit));
        limit.index = NO_INDEX;
        assert_null(promise_limit_name(&shop, &limit));
    }
    world_close(&world);
}

/* Whatever the answer, there is a sentence, and it ends. */
static void test_always_a_sentence(void **unused)
{
    (void)unused;
    struct world world;
    world_open(&world, shop_text, "2026-12-01T09:00");
    for (int result = 0; result < PROMISE_RESULTS; result++) {
        for (int cause = 0; cause <= CAUSE_NONE; cause++) {
            struct promise_limit limit = {(enum promise_cause)cause, cause % 2 == 0 ? 0 : 9,
                                          world.now};
            for (int language = 0; language < LANGUAGES; language++) {
                const char *said = reason(&world, (enum promise_result)result, limit, 20000,
                                          (enum language)language);
                assert_true(strlen(said) > 10);
                assert_true(said[strlen(said) - 1] == '.');
                assert_null(strchr(said, '%'));
                assert_true(utf8_valid(slice_of(said)));
            }
        }
    }
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_times_of_day),
        cmocka_unit_test(test_names_of_carriers),
        cmocka_unit_test(test_limits_that_point_at_nothing),
        cmocka_unit_test(test_always_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
