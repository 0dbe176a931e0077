/* Texts that differ only in case and accents are alike. */
#include "base/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void test_fold(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *folded;
    } cases[] = {{"Crêpe à l'Œuf", "crepe a l'oeuf"},
                 {"ŁÓDŹ Straße", "lodz strasse"},
                 {"日本 5×3", "日本 5×3"},
                 {"", ""},
                 {"\xc3", "\xc3"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char folded[64];
        size_t length = text_fold(slice_of(cases[i].text), folded);
        assert_string_equal(folded, cases[i].folded);
        assert_int_equal(length, strlen(folded));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
