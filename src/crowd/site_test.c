/* URLs, what is this machine, and the key of consent. */
#include "crowd/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void urls(void **state)
{
    static const struct {
        const char *url, *host, *authority, *path;
        uint16_t port;
    } good[] = {
        {"http://127.0.0.1:8080/", "127.0.0.1", "127.0.0.1:8080", "/", 8080},
        {"http://localhost", "localhost", "localhost", "/", 80},
        {"HTTP://a.example?x=1#y", "a.example", "a.example", "/?x=1", 80},
        {"http://[::1]:81/shop/?a=b", "::1", "[::1]:81", "/shop/?a=b", 81},
    };
    static const char *const bad[] = {"",
                                      "ftp://x/",
                                      "https://x/",
                                      "http://",
                                      "http://:80/",
                                      "http://x:/",
                                      "http://x:0/",
                                      "http://x:65536/",
                                      "http://x:8o/",
                                      "http://[::1/",
                                      "http://[::1]80/",
                                      "http://a b/",
                                      "http://x/a\r\nHost: y",
                                      "http://user@x/",
                                      "http://x/\xc3\xa9"};
    struct crowd_site site;
    struct fault fault;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(crowd_site_read(good[i].url, &site, &fault), STATUS_OK);
        assert_string_equal(site.host, good[i].host);
        assert_string_equal(site.authority, good[i].authority);
        assert_string_equal(site.path, good[i].path);
        assert_int_equal(site.port, good[i].port);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(crowd_site_read(bad[i], &site, &fault), STATUS_INVALID);
    }
}

static void loopback(void **state)
{
    static const char *const here[] = {"http://127.0.0.1/", "http://127.9.8.7/", "http://[::1]/",
                                       "http://[::ffff:127.0.0.1]/"};
    static const char *const there[] = {"http://192.0.2.1/", "http://[2001:db8::1]/",
                                        "http://128.0.0.1/", "http://[::ffff:192.0.2.1]/"};
    struct crowd_site site;
    struct fault fault;
    (void)state;
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++) {
        assert_int_equal(crowd_site_read(here[i], &site, &fault), STATUS_OK);
        assert_int_equal(crowd_site_find(&site, &fault), STATUS_OK);
        assert_true(site.is_loopback);
    }
    for (size_t i = 0; i < sizeof there / sizeof there[0]; i++) {
        assert_int_equal(crowd_site_read(there[i], &site, &fault), STATUS_OK);
        assert_int_equal(crowd_site_find(&site, &fault), STATUS_OK);
        assert_false(site.is_loopback);
    }
}

static void the_key_is_the_hosts_and_ports(void **state)
{
    struct crowd_site site;
    struct fault fault;
    char first[CROWD_KEY_BYTES];
    char other[CROWD_KEY_BYTES];
    (void)state;
    assert_int_equal(crowd_site_read("http://shop.example/a", &site, &fault), STATUS_OK);
    crowd_site_key(&site, first);
    assert_int_equal(strlen(first), CROWD_KEY_BYTES - 1);
    assert_int_equal(strspn(first, "0123456789abcdef"), CROWD_KEY_BYTES - 1);
    assert_int_equal(crowd_site_read("http://shop.example:80/b", &site, &fault), STATUS_OK);
    crowd_site_key(&site, other);
    assert_string_equal(first, other);
    assert_int_equal(crowd_site_read("http://shop.example:81/", &site, &fault), STATUS_OK);
    crowd_site_key(&site, other);
    assert_string_not_equal(first, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls),
        cmocka_unit_test(loopback),
        cmocka_unit_test(the_key_is_the_hosts_and_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
