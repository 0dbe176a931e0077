/* The query of GET offers: pages of the list, names, SKUs as a shop writes them, and what is
 * refused. */
#include "pages/offers_query.h"

#include "model/foreign_name.h"
#include "model/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static char spelt[LIMIT_NAME_BYTES + 1]; /* what an importer calls "Pull / Été, L" */
static struct offer offers[] = {
    {.name = "85123A", .rank = 0},
    {.name = spelt, .rank = 2},
    {.name = "gone", .rank = 1, .retired = true},
};
static struct shop shop = {.offer_count = 3, .offers = offers};

static int shop_make(void **state)
{
    (void)state;
    arena_init(&shop.arena, 4096);
    (void)foreign_name(SLICE("Pull / Été, L"), spelt);
    return names_index_build(&shop, NAMES_OFFERS) ? 0 : -1;
}

static int shop_end(void **state)
{
    (void)state;
    arena_free(&shop.arena);
    return 0;
}

static bool reads(const char *query, struct offers_query *to)
{
    return offers_query_read(&shop, slice_of(query), to);
}

static void test_list(void **state)
{
    (void)state;
    struct offers_query query;
    assert_true(reads("", &query));
    assert_int_equal(query.limit, OFFERS_LIMIT_DEFAULT);
    assert_int_equal(query.first, 0);
    assert_false(query.named);
    assert_true(reads("after=85123A&limit=100", &query));
    assert_int_equal(query.limit, 100);
    assert_int_equal(query.first, 1);
}

static void test_names(void **state)
{
    (void)state;
    struct offers_query query;
    assert_true(reads("names=Pull%20%2F%20%C3%89t%C3%A9%2C%20L,unknown,%2085123A,gone", &query));
    assert_true(query.named);
    assert_int_equal(query.count, 2);
    assert_int_equal(query.offers[0], 1);
    assert_string_equal(query.asked[0], "Pull / Été, L");
    assert_int_equal(query.offers[1], 0);
    assert_string_equal(query.asked[1], " 85123A");
    assert_true(reads("names=", &query));
    assert_int_equal(query.count, 0);
}

static void test_what_is_no_name_is_left_out(void **state)
{
    (void)state;
    struct offers_query query;
    char longest[16 + LIMIT_LABEL_BYTES + 2] = "names=85123A,";
    assert_true(reads("names=%ff,%00,%0a,%,,85123A%e2", &query));
    assert_int_equal(query.count, 0);
    memset(longest + 13, 'x', LIMIT_LABEL_BYTES + 1);
    assert_true(reads(longest, &query));
    assert_int_equal(query.count, 1);
}

static void test_limits(void **state)
{
    (void)state;
    struct offers_query query;
    char text[512] = "names=85123A";
    for (uint32_t i = 1; i < OFFERS_NAMED_MAX; i++) {
        memcpy(text + strlen(text), ",85123A", 8);
    }
    assert_true(reads(text, &query));
    assert_int_equal(query.count, OFFERS_NAMED_MAX);
    memcpy(text + strlen(text), ",x", 3);
    assert_false(reads(text, &query));
}

static void test_refused(void **state)
{
    (void)state;
    struct offers_query query;
    static const char *const wrong[] = {
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=",
        "limit=1&limit=1",
        "after=nobody",
        "after=gone",
        "after=85123A&after=85123A",
        "names=a&names=b",
        "names=a&limit=1",
        "after=85123A&names=a",
        "page=2",
        "limit",
        "&limit=1",
        "name=a",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (reads(wrong[i], &query)) {
            fail_msg("\"%s\" was read", wrong[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_what_is_no_name_is_left_out),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, shop_make, shop_end);
}
