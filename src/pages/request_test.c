/* Which texts are taken for an e-mail address. */
#include "pages/request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_addresses(void **state)
{
    static const char *const good[] = {"a@b", "anne.le-goff+tv@example.org", "!#$%&'*/=?^_`{|}~@x"};
    static const char *const wrong[] = {"",     "@",     "a@",      "@b",    "ab",
                                        "a@.b", "a@b.",  "a@b@c",   "a b@c", "a@b,c@d",
                                        "<a@b", "a@b>;", "\"a\"@b", "a@b\n", "\xc3\xa9@b"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(request_email_good(slice_of(good[i])));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(request_email_good(slice_of(wrong[i])));
    }
}

/* Printable ASCII but for what separates addresses in a list or quotes a name. */
static void test_every_byte(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[] = "a.@b";
        text[1] = (char)c;
        bool plain = c > ' ' && c <= '~' && strchr(",;<>\"@", c) == NULL;
        assert_int_equal(request_email_good(slice_of(text)), plain);
    }
    assert_false(request_email_good(SLICE("a\0@b")));
}

static void test_length(void **state)
{
    char text[LIMIT_EMAIL_BYTES + 1];
    (void)state;
    memset(text, 'a', sizeof text);
    text[1] = '@';
    assert_true(request_email_good((struct slice){text, LIMIT_EMAIL_BYTES}));
    assert_false(request_email_good((struct slice){text, LIMIT_EMAIL_BYTES + 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
