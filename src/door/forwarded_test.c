/* What a proxy in front says of who asked, as fields of a request. */
#include "door/forwarded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

struct told {
    const char *fields;
    const char *wanted; /* nodes with blanks between, then proto and host */
};

static void tell(const struct forwarded *forwarded, char *to, size_t capacity)
{
    size_t used = 0;
    for (uint32_t i = 0; i < forwarded->node_count; i++) {
        used += (size_t)snprintf(to + used, capacity - used, "%.*s ",
                                 (int)forwarded->nodes[i].length, forwarded->nodes[i].data);
    }
    (void)snprintf(to + used, capacity - used, "%.*s|%.*s", (int)forwarded->proto.length,
                   forwarded->proto.length > 0 ? forwarded->proto.data : "",
                   (int)forwarded->host.length,
                   forwarded->host.length > 0 ? forwarded->host.data : "");
}

static void read_head(const char *fields, struct forwarded *forwarded, char *head, size_t capacity)
{
    struct http_parser parser;
    size_t length = (size_t)snprintf(head, capacity, "GET / HTTP/1.0\r\n%s\r\n", fields);
    http_parser_reset(&parser, 0);
    assert_int_equal(http_parse(&parser, head, &length), HTTP_COMPLETE);
    forwarded_read(head, parser.headers, parser.header_count, forwarded);
}

static void test_read(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {"", "|"},
        {"X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1 |"},
        {"X-Forwarded-For: a,  b\r\nX-FORWARDED-FOR: c\r\n", "a b c |"},
        {"X-Forwarded-For: ,a,\r\nX-Forwarded-For:\r\n", "unknown a unknown unknown |"},
        {"X-Forwarded-Proto: https\r\nX-Forwarded-Host: a:80\r\n", "https|a:80"},
        {"X-Forwarded-Proto: http, HTTPS\r\nX-Forwarded-Host: a, b\r\n", "https|b"},
        {"X-Forwarded-Proto: gopher\r\nX-Forwarded-Host: a b\r\n", "|"},
        {"X-Forwarded-Proto: wss\r\n", "https|"},
        {"Forwarded: for=192.0.2.1\r\n", "192.0.2.1 |"},
        {"Forwarded: For=\"[2001:db8::1]:4711\";Proto=HTTPS;host=\"a:80\"\r\n",
         "[2001:db8::1]:4711 https|a:80"},
        {"Forwarded: for=a;proto=https, for=b;by=x;host=h;ext=\"1,2;3\"\r\n", "a b |h"},
        {"Forwarded: for=a\r\nForwarded: for=b; proto=http\r\n", "a b http|"},
        {"Forwarded: proto=https\r\n", "unknown https|"},
        {"Forwarded: for=_hidden;;proto=http\r\n", "_hidden http|"},
        {"Forwarded: for=a;host=\"x y\"\r\n", "a |"},
        /* Malformed: for nothing, the well-formed field before it too. */
        {"Forwarded: for=a\r\nForwarded: for\r\n", "|"},
        {"Forwarded: for=\r\n", "|"},
        {"Forwarded: for = a\r\n", "|"},
        {"Forwarded: for=\"a\r\n", "|"},
        {"Forwarded: for=\"a\\\"b\"\r\n", "|"},
        {"Forwarded: for=192.0.2.1:80\r\n", "|"},
        {"Forwarded: =a\r\n", "|"},
        /* A client's Forwarded that a proxy did not know and handed on. */
        {"Forwarded: for=127.0.0.1;proto=https;host=evil\r\nX-Forwarded-For: 192.0.2.1\r\n",
         "192.0.2.1 |"},
        {"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\nForwarded: proto=https\r\n",
         "192.0.2.1 http|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct forwarded forwarded;
        char head[1000];
        char text[1000];
        read_head(cases[i].fields, &forwarded, head, sizeof head);
        tell(&forwarded, text, sizeof text);
        assert_string_equal(text, cases[i].wanted);
    }
}

static void test_long_lists(void **state)
{
    (void)state;
    char fields[3000] = "X-Forwarded-For: 0";
    char text[1000];
    char head[4000];
    struct forwarded forwarded;
    size_t used = strlen(fields);
    for (int i = 1; i < 100; i++) {
        used += (size_t)snprintf(fields + used, sizeof fields - used, ",%d", i);
    }
    (void)snprintf(fields + used, sizeof fields - used, ", %0*d\r\n", FORWARDED_NODE_BYTES_MAX + 1,
                   0);
    read_head(fields, &forwarded, head, sizeof head);
    assert_int_equal(forwarded.node_count, FORWARDED_NODES_MAX);
    tell(&forwarded, text, sizeof text);
    assert_string_equal(text, "85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 unknown |");
}

static void test_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *node;
        bool is;
        unsigned char first, last;
    } cases[] = {
        {"192.0.2.7", true, 0, 7},
        {" 192.0.2.7:80", true, 0, 7},
        {"2001:db8::9", true, 32, 9},
        {"[2001:db8::9]", true, 32, 9},
        {"[2001:db8::9]:1", true, 32, 9},
        {"unknown", false, 0, 0},
        {"", false, 0, 0},
        {"192.0.2", false, 0, 0},
        {"_a", false, 0, 0},
        {":80", false, 0, 0},
        {"[", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char bytes[16];
        bool is = forwarded_node_address(slice_of(cases[i].node), bytes);
        assert_int_equal(is, cases[i].is);
        if (is) {
            assert_int_equal(bytes[0], cases[i].first);
            assert_int_equal(bytes[15], cases[i].last);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
