/* Finding offers by what people type: accents, case, several words, pages of results. */
#include "pages/store_search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct offer offers[] = {
    {.name = "crepe", .label = {{"Crêpe à l'Œuf", "Egg pancake"}}},
    {.name = "old", .retired = true, .label = {{"Crêpe d'hier", "Old pancake"}}},
    {.name = "bol-a-oreilles", .label = {{"Bol à oreilles", "Breton bowl"}}},
    {.name = "galettes", .label = {{"GALETTES Bretonnes", "Breton biscuits"}}},
};
static const struct shop shop = {.offer_count = 4, .offers = offers};

static const struct offer_list *only; /* NULL: all */

static uint32_t find(const char *query, uint32_t skip, uint32_t most, uint16_t *found)
{
    uint32_t written = 99;
    uint32_t count = store_search(&shop, only, slice_of(query), skip, most, found, &written);
    assert_true(written <= most);
    return count;
}

static void test_find(void **state)
{
    (void)state;
    uint16_t found[8];
    assert_int_equal(find("", 0, 8, found), 3);
    assert_int_equal(find("   ", 0, 8, found), 3);
    assert_int_equal(find("CREPE oeuf", 0, 8, found), 1);
    assert_int_equal(found[0], 0);
    assert_int_equal(find("oeuf crêpe", 0, 8, found), 1);
    assert_int_equal(find("bretón", 0, 8, found), 2);
    assert_int_equal(find("breton biscuit", 0, 8, found), 1);
    assert_int_equal(found[0], 3);
    assert_int_equal(find("breton pancake", 0, 8, found), 0);
    assert_int_equal(find("bol-a-or", 0, 8, found), 1);
    assert_int_equal(find("hier", 0, 8, found), 0);
}

static void test_pages(void **state)
{
    (void)state;
    uint16_t found[2] = {77, 77};
    assert_int_equal(find("", 1, 1, found), 3);
    assert_int_equal(found[0], 2);
    assert_int_equal(found[1], 77);
    assert_int_equal(find("", 3, 2, found), 3);
    assert_int_equal(found[0], 2);
}

static void test_only(void **state)
{
    (void)state;
    static struct offer_id some[] = {{3}, {0}, {1}};
    static const struct offer_list list = {3, some};
    static const struct offer_list none = {0, NULL};
    uint16_t found[8];
    only = &list;
    assert_int_equal(find("", 0, 8, found), 2); /* in the shop's order, without what is retired */
    assert_int_equal(found[0], 0);
    assert_int_equal(found[1], 3);
    assert_int_equal(find("bol", 0, 8, found), 0);
    only = &none;
    assert_int_equal(find("", 0, 8, found), 0);
    only = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
