/* Lines of the access log: both formats as their readers expect them, nothing that a client sends
 * makes another line, secrets are masked, and none is longer than a pipe takes at once. */
#include "door/access_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct access_entry plain(void)
{
    return (struct access_entry){
        .at = 1795685400, /* 2026-11-26 09:30:00 UTC */
        .client = {0, 0xffffcb007107},
        .answer = {.status = 200,
                   .body_bytes = 512,
                   .took_us = 1234,
                   .readable = true,
                   .method = SLICE("GET"),
                   .version_minor = 1},
        .path = SLICE("/a"),
    };
}

static void line_is(enum access_format format, const struct access_entry *entry, const char *wanted)
{
    char line[ACCESS_LINE_BYTES_MAX + 1];
    size_t length = access_line_write(format, entry, line);
    assert_true(length <= ACCESS_LINE_BYTES_MAX);
    line[length] = '\0';
    assert_string_equal(line, wanted);
}

static void test_combined(void **state)
{
    (void)state;
    struct access_entry entry = plain();
    line_is(
        ACCESS_COMBINED, &entry,
        "203.0.113.7 - - [26/Nov/2026:09:30:00 +0000] \"GET /a HTTP/1.1\" 200 512 \"-\" \"-\"\n");
    entry.query = SLICE("b=1&c");
    entry.referrer = SLICE("https://shop.example/?x=1");
    entry.agent = SLICE("Mozilla/5.0 (X11; Linux)");
    entry.answer.version_minor = 0;
    line_is(ACCESS_COMBINED, &entry,
            "203.0.113.7 - - [26/Nov/2026:09:30:00 +0000] \"GET /a?b=1&c HTTP/1.0\" 200 512 "
            "\"https://shop.example/?x=1\" \"Mozilla/5.0 (X11; Linux)\"\n");
}

static void test_json(void **state)
{
    (void)state;
    struct access_entry entry = plain();
    entry.agent = SLICE("curl/8");
    line_is(ACCESS_JSON, &entry,
            "{\"at\":\"2026-11-26T09:30:00Z\",\"client\":\"203.0.113.7\",\"method\":\"GET\","
            "\"target\":\"/a\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":512,"
            "\"milliseconds\":1.234,\"referrer\":null,\"agent\":\"curl/8\"}\n");
    entry = (struct access_entry){.at = 0, .answer = {.status = 400}};
    line_is(ACCESS_JSON, &entry,
            "{\"at\":\"1970-01-01T00:00:00Z\",\"client\":\"-\",\"method\":null,\"target\":null,"
            "\"protocol\":null,\"status\":400,\"bytes\":0,\"milliseconds\":0.000,"
            "\"referrer\":null,\"agent\":null}\n");
}

static void test_addresses(void **state)
{
    (void)state;
    struct access_entry entry = plain();
    entry.client = (struct door_key){0x20010db800010002, 0};
    entry.answer.readable = false;
    line_is(ACCESS_COMBINED, &entry,
            "2001:db8:1:2:: - - [26/Nov/2026:09:30:00 +0000] \"-\" 200 512 \"-\" \"-\"\n");
}

static void test_nothing_is_forged(void **state)
{
    (void)state;
    struct access_entry entry = plain();
    entry.path = SLICE("/\xc3\xa9\"\\");
    entry.agent = SLICE("a\" 200 1\n1.2.3.4 - - \r\t\0\x7f\x1b[2J");
    line_is(
        ACCESS_COMBINED, &entry,
        "203.0.113.7 - - [26/Nov/2026:09:30:00 +0000] \"GET /\\xC3\\xA9\\x22\\x5C HTTP/1.1\" 200 "
        "512 \"-\" \"a\\x22 200 1\\x0A1.2.3.4 - - \\x0D\\x09\\x00\\x7F\\x1B[2J\"\n");
    line_is(ACCESS_JSON, &entry,
            "{\"at\":\"2026-11-26T09:30:00Z\",\"client\":\"203.0.113.7\",\"method\":\"GET\","
            "\"target\":\"/\\u00C3\\u00A9\\u0022\\u005C\",\"protocol\":\"HTTP/1.1\",\"status\":200,"
            "\"bytes\":512,\"milliseconds\":1.234,\"referrer\":null,\"agent\":\"a\\u0022 200 "
            "1\\u000A1.2.3.4 - - \\u000D\\u0009\\u0000\\u007F\\u001B[2J\"}\n");
}

static void query_is(const char *query, const char *wanted)
{
    char line[ACCESS_LINE_BYTES_MAX + 1];
    struct access_entry entry = plain();
    entry.query = slice_of(query);
    line[access_line_write(ACCESS_COMBINED, &entry, line)] = '\0';
    const char *start = strchr(line, '?');
    const char *end = strstr(line, " HTTP/");
    assert_non_null(start);
    if (strlen(wanted) != (size_t)(end - start - 1) ||
        memcmp(start + 1, wanted, strlen(wanted)) != 0) {
        fail_msg("\"%s\" became \"%s\"", query, start + 1);
    }
}

static void test_secrets_are_masked(void **state)
{
    (void)state;
    query_is("token=abc", "token=***");
    query_is("a=1&token=abc&b=2", "a=1&token=***&b=2");
    query_is("Token=abc=d&access_token=x", "Token=***&access_token=***");
    query_is("%74oken=abc", "%74oken=***");
    query_is("key=wc_order_1&consumer_key=ck&monkey=1&keyword=x",
             "key=***&consumer_key=***&monkey=1&keyword=x");
    query_is("_wpnonce=1&password=2&client_secret=3",
             "_wpnonce=***&password=***&client_secret=***");
    query_is("token", "token");
    query_is("attribute%5Bsize%5D=L", "attribute%5Bsize%5D=L");
    query_is("a=token=1", "a=token=1");
    struct access_entry entry = plain();
    entry.referrer = SLICE("https://shop.example/orders/1?token=abc");
    line_is(ACCESS_COMBINED, &entry,
            "203.0.113.7 - - [26/Nov/2026:09:30:00 +0000] \"GET /a HTTP/1.1\" 200 512 "
            "\"https://shop.example/orders/1?token=***\" \"-\"\n");
}

static void test_long_parts_are_cut(void **state)
{
    (void)state;
    static char much[16384];
    char line[ACCESS_LINE_BYTES_MAX];
    static const char fills[] = {'x', '"', '\xff', '=', '&', '%'};
    for (size_t i = 0; i < sizeof fills; i++) {
        memset(much, fills[i], sizeof much);
        struct slice all = {much, sizeof much};
        struct access_entry entry = {.at = INT64_C(253402300799),
                                     .client = {UINT64_MAX, UINT64_MAX},
                                     .answer = {.status = 599,
                                                .body_bytes = UINT64_MAX,
                                                .took_us = UINT64_MAX,
                                                .readable = true,
                                                .method = {much, 32}},
                                     .path = all,
                                     .query = all,
                                     .referrer = all,
                                     .agent = all};
        for (int format = ACCESS_COMBINED; format <= ACCESS_JSON; format++) {
            size_t length = access_line_write((enum access_format)format, &entry, line);
            assert_true(length > 3000 && length <= ACCESS_LINE_BYTES_MAX);
            assert_int_equal(line[length - 1], '\n');
            assert_ptr_equal(memchr(line, '\n', length), line + length - 1);
            assert_non_null(memmem(line, length, "...", 3));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_combined),           cmocka_unit_test(test_json),
        cmocka_unit_test(test_addresses),          cmocka_unit_test(test_nothing_is_forged),
        cmocka_unit_test(test_secrets_are_masked), cmocka_unit_test(test_long_parts_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
