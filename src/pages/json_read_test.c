/* What must be refused, what must be read and how exactly; and jansson as a second opinion on
 * thousands of damaged texts. */
#include "pages/json_read.h"

#include "base/limits.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

static enum json_result check(struct slice text)
{
    struct json_value value;
    size_t offset = 0;
    enum json_result result = json_read_check(text, &value, &offset);
    assert_true(offset <= text.length);
    return result;
}

static void test_good_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{}",   "[]",          " {\"a\" : [ 1 , 2.5e+3 , -0 , null , true ] , \"b\":{}} \r\n\t",
        "0",    "-0.5E-7",     "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
        "true", "[[],{},[0]]", "\"\xc3\x89\"",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(check(slice_of(texts[i])), JSON_OK);
    }
}

static void test_bad_grammar(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        " ",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1]]",
        "{} {}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "--1",
        "nul",
        "True",
        "NaN",
        "Infinity",
        "'a'",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\u0000\"",
        "\"a\nb\"",
        "{\"a\":1 \"b\":2}",
        "[}",
        "{]",
        "\xef\xbb\xbf{}",
        "/**/{}",
        "{\"a\":1}x",
        "\"\\ud800\\u0041\"",
        "{1:2}",
        "[1:2]",
        "\"\\",
        "tru",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (check(slice_of(texts[i])) != JSON_BAD_GRAMMAR) {
            fail_msg("accepted: %s", texts[i]);
        }
    }
    assert_int_equal(check((struct slice){"{}\0", 3}), JSON_BAD_GRAMMAR);
}

static void test_bad_utf8(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"\xff\"", "{\"\xc0\xaf\":1}", "[\"\xed\xa0\x80\"]",
                                        "\"\xe2\x82\"", "\"\xf5\x80\x80\x80\""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(check(slice_of(texts[i])), JSON_BAD_UTF8);
    }
}

static void test_depth(void **state)
{
    (void)state;
    char text[2 * LIMIT_JSON_DEPTH + 3];
    for (int depth = 1; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        assert_int_equal(check((struct slice){text, 2 * (size_t)depth}),
                         depth <= LIMIT_JSON_DEPTH ? JSON_OK : JSON_TOO_DEEP);
    }
    char *deep = malloc(1000000);
    assert_non_null(deep);
    memset(deep, '[', 1000000);
    assert_int_equal(check((struct slice){deep, 1000000}), JSON_TOO_DEEP);
    free(deep);
}

static const struct json_field FIELDS[] = {{"name", JSON_IS_STRING, true},
                                           {"count", JSON_IS_NUMBER, false},
                                           {"list", JSON_IS_ARRAY, false}};

static enum json_result fields(const char *text, struct json_value values[3], struct slice *name)
{
    struct json_value object;
    size_t offset = 0;
    assert_int_equal(json_read_check(slice_of(text), &object, &offset), JSON_OK);
    return json_read_fields(object, FIELDS, 3, values, name);
}

static void test_fields(void **state)
{
    (void)state;
    struct json_value values[3];
    struct slice name;
    char plain[16];
    assert_int_equal(
        fields("{ \"list\" : [1, [2,\"]\"], {\"a\":\"}\"}] , \"n\\u0061me\":\"x\\ny\"}", values,
               &name),
        JSON_OK);
    assert_true(slice_is(json_read_string(values[0], plain), "x\ny"));
    assert_int_equal(values[1].kind, JSON_IS_NONE);
    struct slice rest = json_read_elements(values[2]);
    struct json_value element;
    assert_true(json_read_next(&rest, &element) && slice_is(element.text, "1"));
    assert_true(json_read_next(&rest, &element) && slice_is(element.text, "[2,\"]\"]"));
    assert_true(json_read_next(&rest, &element) && slice_is(element.text, "{\"a\":\"}\"}"));
    assert_false(json_read_next(&rest, &element));
    /* Quotes and backslashes at the end of a string: where does it end? */
    assert_int_equal(
        fields("{\"list\":[\"a\\\"]\",\"b\\\\\"],\"name\":\"\\\"x\\\\\\\"\"}", values, &name),
        JSON_OK);
    assert_true(slice_is(json_read_string(values[0], plain), "\"x\\\""));
    rest = json_read_elements(values[2]);
    assert_true(json_read_next(&rest, &element) && slice_is(element.text, "a\\\"]"));
    assert_true(json_read_next(&rest, &element) && slice_is(element.text, "b\\\\"));
    assert_false(json_read_next(&rest, &element));
    assert_int_equal(fields("{}", values, &name), JSON_MISSING_FIELD);
    assert_true(slice_is(name, "name"));
    assert_int_equal(fields("{\"name\":\"a\",\"x\":1}", values, &name), JSON_UNKNOWN_FIELD);
    assert_true(slice_is(name, "x"));
    assert_int_equal(fields("{\"name\":\"a\",\"name\":\"a\"}", values, &name), JSON_DOUBLE_FIELD);
    assert_int_equal(fields("{\"name\":\"a\",\"n\\u0061me\":\"a\"}", values, &name),
                     JSON_DOUBLE_FIELD);
    assert_int_equal(fields("{\"name\":1}", values, &name), JSON_WRONG_KIND);
    assert_int_equal(fields("{\"name\":null}", values, &name), JSON_WRONG_KIND);
    assert_int_equal(fields("{\"name\":\"\",\"count\":null}", values, &name), JSON_OK);
}

static void test_string_escapes(void **state)
{
    (void)state;
    char to[64];
    struct json_value string = {JSON_IS_STRING,
                                SLICE("\\u0041\\u00e9\\u20ac\\ud83d\\ude00\\\"\\\\\\/\\b")};
    assert_true(
        slice_is(json_read_string(string, to), "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"\\/\b"));
}

static void number(const char *text, enum decimal_result want, int64_t thousandths)
{
    int64_t value = 0;
    struct json_value json = {JSON_IS_NUMBER, slice_of(text)};
    enum decimal_result got = json_read_decimal(json, 3, &value);
    if (got != want || value != thousandths) {
        fail_msg("%s: result %d, value %lld", text, (int)got, (long long)value);
    }
}

static void test_numbers_are_exact(void **state)
{
    (void)state;
    number("1", DECIMAL_OK, 1000);
    number("0.1", DECIMAL_OK, 100);
    number("0.001", DECIMAL_OK, 1);
    number("1.000000", DECIMAL_OK, 1000);
    number("-2.5", DECIMAL_OK, -2500);
    number("1e2", DECIMAL_OK, 100000);
    number("1.25E+1", DECIMAL_OK, 12500);
    number("100e-2", DECIMAL_OK, 1000);
    number("100200300", DECIMAL_OK, 100200300000);
    number("0e999999999", DECIMAL_OK, 0);
    number("-0", DECIMAL_OK, 0);
    number("0.0005", DECIMAL_TOO_PRECISE, 0);
    number("1e-400", DECIMAL_TOO_PRECISE, 0);
    number("1e400", DECIMAL_TOO_LARGE, 0);
    number("1e16", DECIMAL_TOO_LARGE, 0);
    number("1e15", DECIMAL_OK, 1000000000000000000);
    number("99999999999999999999", DECIMAL_TOO_LARGE, 0);
    number("1e99999999999999999999999", DECIMAL_TOO_LARGE, 0);
}

/* jansson also refuses numbers that a double cannot hold and knows no depth of 32: texts are made
 * without such. */
static bool jansson_accepts(const char *bytes, size_t length)
{
    json_error_t error;
    json_t *root = json_loadb(bytes, length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &error);
    bool good = root != NULL;
    json_decref(root);
    return good;
}

static void test_agrees_with_jansson(void **state)
{
    (void)state;
    static const char seed_text[] = "{\"lines\":[{\"offer\":\"coffret\",\"quantity\":1.5e1},{"
                                    "\"offer\":\"b\\u00e9\",\"quantity\":0}],"
                                    "\"hold\":true,\"x\":null,\"customer\":{\"name\":\"\xc3\x89"
                                    "cluse\",\"a\":[[],{}]}}";
    static const char alphabet[] = "{}[]\":,\\u0019.eE+-tfn \n\xc3\xa9\xff\x01";
    struct random random;
    random_seed(&random, 20261122);
    uint32_t good = 0;
    for (int round = 0; round < 200000; round++) {
        char text[sizeof seed_text];
        size_t length = sizeof seed_text - 1;
        memcpy(text, seed_text, length);
        for (uint64_t edits = random_below(&random, 4); edits > 0; edits--) {
            text[random_below(&random, length)] =
                alphabet[random_below(&random, sizeof alphabet - 1)];
        }
        if (random_below(&random, 8) == 0) {
            length = random_below(&random, length);
        }
        bool ours = check((struct slice){text, length}) == JSON_OK;
        if (ours != jansson_accepts(text, length)) {
            fail_msg("round %d: ours says %d of %.*s", round, ours, (int)length, text);
        }
        good += ours;
    }
    assert_in_range(good, 20000, 190000);
}

/* Wherever a byte stands in the words of eight that are looked at at once. */
static void test_string_of_any_length(void **state)
{
    char text[32];
    (void)state;
    for (size_t length = 1; length <= sizeof text - 2; length++) {
        for (size_t at = 1; at <= length; at++) {
            for (int c = 0; c < 256; c++) {
                memset(text, 'a', sizeof text);
                text[0] = '"';
                text[length + 1] = '"';
                text[at] = (char)c;
                /* "\a" is no escape, and "\ at the end leaves the string open. */
                bool bad = c < 0x20 || c == '"' || c == '\\';
                enum json_result wanted = bad         ? JSON_BAD_GRAMMAR
                                          : c >= 0x80 ? JSON_BAD_UTF8
                                                      : JSON_OK;
                assert_int_equal(check((struct slice){text, length + 2}), wanted);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_texts),
        cmocka_unit_test(test_bad_grammar),
        cmocka_unit_test(test_bad_utf8),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_string_escapes),
        cmocka_unit_test(test_string_of_any_length),
        cmocka_unit_test(test_numbers_are_exact),
        cmocka_unit_test(test_agrees_with_jansson),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
