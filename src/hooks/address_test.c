#include "hooks/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool is_public(const char *text)
{
    struct sockaddr_in in4 = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    struct sockaddr_storage address;
    memset(&address, 0, sizeof address);
    if (strchr(text, ':') == NULL) {
        assert_int_equal(inet_pton(AF_INET, text, &in4.sin_addr), 1);
        memcpy(&address, &in4, sizeof in4);
    } else {
        assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
        memcpy(&address, &in6, sizeof in6);
    }
    return hook_address_public((const struct sockaddr *)&address);
}

static void public_ones(void **state)
{
    static const char *const addresses[] = {
        "8.8.8.8",         "1.1.1.1",     "9.255.255.255",  "11.0.0.0",         "100.63.255.255",
        "100.128.0.0",     "126.0.0.1",   "128.0.0.1",      "172.15.255.255",   "172.32.0.0",
        "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",       "223.255.255.255",
        "2600::1",         "2a01:4f8::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        if (!is_public(addresses[i])) {
            fail_msg("%s is public", addresses[i]);
        }
    }
}

static void private_ones(void **state)
{
    static const char *const addresses[] = {"0.0.0.0",
                                            "10.1.2.3",
                                            "100.64.0.1",
                                            "127.0.0.1",
                                            "169.254.169.254",
                                            "172.16.0.1",
                                            "172.31.255.255",
                                            "192.0.0.8",
                                            "192.0.2.1",
                                            "192.168.1.1",
                                            "198.18.0.1",
                                            "198.19.255.255",
                                            "198.51.100.1",
                                            "203.0.113.1",
                                            "224.0.0.1",
                                            "240.0.0.1",
                                            "255.255.255.255",
                                            "::",
                                            "::1",
                                            "fe80::1",
                                            "fc00::1",
                                            "fd12::1",
                                            "ff02::1",
                                            "::ffff:127.0.0.1",
                                            "::ffff:10.0.0.1",
                                            "64:ff9b::a00:1",
                                            "64:ff9b:1::1",
                                            "2002:7f00:1::1",
                                            "2002:c0a8:101::1",
                                            "2001:db8::1",
                                            "2001::1",
                                            "::7f00:1",
                                            "3fff::1",
                                            "4000::1"};
    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        if (is_public(addresses[i])) {
            fail_msg("%s is not public", addresses[i]);
        }
    }
}

static void of_another_family(void **state)
{
    struct sockaddr address = {.sa_family = AF_UNIX};
    (void)state;
    assert_false(hook_address_public(&address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_ones),
        cmocka_unit_test(private_ones),
        cmocka_unit_test(of_another_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
