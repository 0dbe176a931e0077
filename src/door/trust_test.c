/* Networks as they are written, and who is in them. */
#include "door/forwarded.h"
#include "door/trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool has(const struct door_trust *trust, const char *address)
{
    unsigned char bytes[16];
    assert_true(forwarded_node_address(slice_of(address), bytes));
    return door_trust_has(trust, bytes);
}

static void test_networks(void **state)
{
    (void)state;
    static const struct {
        const char *network, *address;
        bool has;
    } cases[] = {
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "9.255.255.255", false},
        {"10.0.0.0/8", "::ffff:10.1.2.3", true},
        {"10.0.0.0/8", "a00::", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"192.0.2.6/31", "192.0.2.7", true},
        {"192.0.2.6/31", "192.0.2.8", false},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::", false},
        {"2001:db8::1", "2001:db8::1", true},
        {"2001:db8::1/128", "2001:db8::2", false},
        {"::/0", "10.0.0.1", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct door_trust trust = {.count = 0};
        assert_true(door_trust_add(&trust, slice_of(cases[i].network)));
        assert_int_equal(has(&trust, cases[i].address), cases[i].has);
    }
    const struct door_trust nobody = {.count = 0};
    assert_false(has(&nobody, "10.0.0.1"));
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "/8",
                                        "10.0.0.0/",
                                        "10.0.0.0/33",
                                        "10.0.0.0/-1",
                                        "10.0.0.0/8/8",
                                        "10.0.0.1/8",
                                        "10.0.0",
                                        "shop.example",
                                        "10.0.0.0/8.0",
                                        "[::1]",
                                        "2001:db8::1/32",
                                        "::/129",
                                        "10.0.0.1:80",
                                        " 10.0.0.1",
                                        "10.0.0.1 "};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct door_trust trust = {.count = 0};
        if (door_trust_add(&trust, slice_of(texts[i]))) {
            fail_msg("taken: '%s'", texts[i]);
        }
        assert_int_equal(trust.count, 0);
    }
    struct door_trust trust = {.count = 0};
    for (int i = 0; i < DOOR_TRUST_MAX; i++) {
        assert_true(door_trust_add(&trust, SLICE("10.0.0.1")));
    }
    assert_false(door_trust_add(&trust, SLICE("10.0.0.1")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
