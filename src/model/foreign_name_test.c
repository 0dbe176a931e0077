#include "model/foreign_name.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void name_is(const char *cell, bool exact, const char *name)
{
    char got[LIMIT_NAME_BYTES + 1];
    bool same = foreign_name(slice_of(cell), got);
    size_t length = strlen(name);
    bool right = exact ? strcmp(got, name) == 0
                       : strncmp(got, name, length) == 0 && strlen(got) == length + 8;
    if (same != exact || !right)
        fail_msg("\"%s\" became \"%s\"", cell, got);
}

static void test_names(void **state)
{
    (void)state;
    name_is("85123A", true, "85123A");
    name_is("85123A ", true, "85123A");
    name_is("gift_0001_40", true, "gift_0001_40");
    name_is("BANK CHARGES", false, "BANK-CHARGES-");
    name_is("ö/x", false, "o-x-");
    name_is("Bœuf bourguignon 500 g", false, "Boeuf-bourguignon-500-g-");
    name_is("Straße", false, "Strasse-");
    name_is("Łódź", false, "Lodz-");
    name_is("抹茶", false, "x-");
    name_is("", false, "x-");
    char a[LIMIT_NAME_BYTES + 1];
    char b[LIMIT_NAME_BYTES + 1];
    (void)foreign_name(SLICE("a b"), a);
    (void)foreign_name(SLICE("a/b"), b);
    assert_string_not_equal(a, b);
}

static void test_long_names_fit_and_differ(void **state)
{
    (void)state;
    char one[300];
    char two[300];
    memset(one, 'a', sizeof one - 1);
    memset(two, 'a', sizeof two - 1);
    one[299] = two[299] = '\0';
    two[298] = 'b';
    char a[LIMIT_NAME_BYTES + 1];
    char b[LIMIT_NAME_BYTES + 1];
    assert_false(foreign_name(slice_of(one), a));
    assert_false(foreign_name(slice_of(two), b));
    assert_int_equal(strlen(a), LIMIT_NAME_BYTES);
    assert_string_not_equal(a, b);
}

/* Offers of running shops are named with this hash: another one would double them at their next
 * import. */
static void test_the_hash_is_what_it_was(void **state)
{
    (void)state;
    assert_int_equal(foreign_hash(SLICE("BANK CHARGES")) & 0xffffffffu, 0x1ff0b839);
    assert_int_equal(foreign_hash(SLICE("ö/x")) != foreign_hash(SLICE("o/x")), 1);
}

/* Pages ask with whatever stands in an attribute. */
static void test_any_bytes(void **state)
{
    (void)state;
    char got[LIMIT_NAME_BYTES + 1];
    assert_false(foreign_name(SLICE("\xff\xc3"), got));
    assert_memory_equal(got, "x-", 2);
    assert_false(foreign_name(SLICE("a\0b"), got));
    assert_memory_equal(got, "a-b-", 4);
    assert_true(foreign_name(SLICE("\xc2\xa0 85123A\xe2\x80\xaf"), got));
    assert_string_equal(got, "85123A");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_long_names_fit_and_differ),
        cmocka_unit_test(test_the_hash_is_what_it_was),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
