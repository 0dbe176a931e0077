/* Paths and patterns of product pages. */
#include "pages/page_insert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_paths(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path;
        bool fits;
    } cases[] = {
        {"/product/*", "/product/a", true},
        {"/product/*", "/product/a/b/", true},
        {"/product/*", "/product/", true},
        {"/product/*", "/product", false},
        {"/product/*", "/products/a", false},
        {"/product/*", "/en/product/a", false},
        {"/product", "/product", true},
        {"/product", "/product/", false},
        {"/product", "/produc", false},
        {"/*.html", "/1-a.html", true},
        {"/*.html", "/fr/men/1-a.html", true},
        {"/*.html", "/a.html.html", true},
        {"/*.html", "/a.htm", false},
        {"/*.html", "/a.html/", false},
        {"/*/product/*", "/fr/product/a", true},
        {"/*/product/*", "/product/a", false},
        {"/*-*.html", "/men/1-a-b.html", true},
        {"/*-*.html", "/men/1.html", false},
        {"/**", "/", true},
        {"/*ab*ab", "/abab", true},
        {"/*ab*ab", "/aab", false},
        {"/p/%C3%A9*", "/p/%C3%A9t%C3%A9", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (page_path_fits(cases[i].pattern, slice_of(cases[i].path)) != cases[i].fits) {
            fail_msg("%s %s", cases[i].pattern, cases[i].path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_paths)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
