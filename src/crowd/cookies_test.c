/* One visitor's cookies: set, replaced, taken away, bounded. */
#include "base/limits.h"
#include "crowd/cookies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void they_are_kept(void **state)
{
    char *cookies = NULL;
    (void)state;
    cookies = crowd_cookies_set(cookies, SLICE("a=1"));
    assert_string_equal(cookies, "a=1");
    cookies = crowd_cookies_set(cookies, SLICE("ticket=x=y"));
    cookies = crowd_cookies_set(cookies, SLICE("ab=3"));
    assert_string_equal(cookies, "a=1; ticket=x=y; ab=3");
    cookies = crowd_cookies_set(cookies, SLICE("a=2"));
    assert_string_equal(cookies, "ticket=x=y; ab=3; a=2");
    cookies = crowd_cookies_set(cookies, SLICE("ticket="));
    assert_string_equal(cookies, "ab=3; a=2");
    free(cookies);
}

static void too_much_changes_nothing(void **state)
{
    static char large[LIMIT_CROWD_COOKIE_BYTES + 10];
    char *cookies = crowd_cookies_set(NULL, SLICE("a=1"));
    (void)state;
    memset(large, 'x', sizeof large);
    large[1] = '=';
    cookies = crowd_cookies_set(cookies, (struct slice){large, sizeof large});
    assert_string_equal(cookies, "a=1");
    free(cookies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_kept),
        cmocka_unit_test(too_much_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
