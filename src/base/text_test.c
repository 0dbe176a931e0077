/* Growing texts, their limit, escaping, and UTF-8 against every rule of RFC 3629. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void texts_grow_and_stay_terminated(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 1000);
    for (size_t i = 0; i < 1000; i++) {
        text_append_char(&text, 'x');
        assert_int_equal(text.length, i + 1);
        assert_int_equal(text.bytes[text.length], '\0');
    }
    assert_false(text.overflow);
    text_append_char(&text, 'y');
    assert_true(text.overflow);
    assert_int_equal(text.length, 1000);
    text_append(&text, "", 0);
    assert_true(text.overflow);
    text_clear(&text);
    assert_false(text.overflow);
    assert_string_equal(text.bytes, "");
    text_free(&text);
    assert_null(text.bytes);
}

/* A part that does not fit is left out whole. */
static void overflow_appends_nothing(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 5);
    text_append_string(&text, "abc");
    text_append_format(&text, "%d", 1234);
    assert_true(text.overflow);
    assert_string_equal(text.bytes, "abc");
    text_append_char(&text, 'd');
    assert_string_equal(text.bytes, "abc");
    text_free(&text);
}

static void an_empty_text_is_an_empty_slice(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 5);
    struct slice slice = text_slice(&text);
    assert_int_equal(slice.length, 0);
    assert_non_null(slice.data);
    text_free(&text);
}

static void integers_and_formats(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 1000);
    text_append_integer(&text, INT64_MIN);
    text_append_char(&text, ' ');
    text_append_integer(&text, INT64_MAX);
    text_append_char(&text, ' ');
    text_append_integer(&text, 0);
    text_append_format(&text, " %s-%03d", "é", 7);
    text_append_slice(&text, SLICE("!"));
    assert_string_equal(text.bytes, "-9223372036854775808 9223372036854775807 0 é-007!");
    text_free(&text);
}

static void json_is_escaped(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 1000);
    text_append_json(&text, (struct slice){"a\"b\\c\n\x01\0é/\x7f", 12});
    assert_string_equal(text.bytes, "a\\\"b\\\\c\\u000a\\u0001\\u0000é/\x7f");
    text_free(&text);
}

static void json_members(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 1000);
    text_append_json_member(&text, "name", "the \"lock\"");
    text_append_char(&text, ',');
    text_append_json_member(&text, "email", NULL);
    text_append_char(&text, ',');
    text_append_json_string(&text, "");
    assert_string_equal(text.bytes, "\"name\":\"the \\\"lock\\\"\",\"email\":null,\"\"");
    text_free(&text);
}

static void html_is_escaped(void **state)
{
    struct text text;
    (void)state;
    text_init(&text, 1000);
    text_append_html(&text, SLICE("<a href='x'>\"&é\""));
    assert_string_equal(text.bytes, "&lt;a href=&#39;x&#39;&gt;&quot;&amp;é&quot;");
    text_free(&text);
}

/* Encodes any number below 2^21 as if it were a code point, in `length` bytes. */
static size_t encode(unsigned char *to, uint32_t value, size_t length)
{
    static const unsigned char leads[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--) {
        to[i] = (unsigned char)(0x80 | (value & 0x3f));
        value >>= 6;
    }
    to[0] = (unsigned char)(leads[length] | value);
    return length;
}

/* Every value in every length: valid only in its shortest form, and no surrogate, and at most
 * U+10FFFF. */
static void utf8_has_one_form_for_each_code_point(void **state)
{
    static const uint32_t limits[] = {0, 0x80, 0x800, 0x10000, 0x200000};
    (void)state;
    for (size_t length = 1; length <= 4; length++) {
        for (uint32_t value = 0; value < limits[length]; value++) {
            unsigned char bytes[4];
            (void)encode(bytes, value, length);
            bool expected = value >= limits[length - 1] && value <= 0x10ffff &&
                            (value < 0xd800 || value > 0xdfff);
            if (utf8_valid((struct slice){(const char *)bytes, length}) != expected) {
                fail_msg("U+%04X in %zu bytes", value, length);
            }
        }
    }
}

static void broken_utf8_is_found(void **state)
{
    static const char *const wrong[] = {"\x80",
                                        "\xc3",
                                        "\xc3(",
                                        "a\xe2\x82",
                                        "\xff",
                                        "\xfe",
                                        "\xf8\x88\x80\x80\x80",
                                        "\xc0\x80",
                                        "\xe2\x28\xa1",
                                        "\xf0\x9f\x98",
                                        "é\xbf"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(utf8_valid(slice_of(wrong[i])));
    }
    assert_true(utf8_valid(SLICE("")));
    assert_true(utf8_valid(SLICE("Écluse 🚢\0x")));
}

static void columns_count_what_is_seen(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns(SLICE("")), 0);
    assert_int_equal(utf8_cut(SLICE("caf\xc3\xa9s"), 4), 3);
    assert_int_equal(utf8_cut(SLICE("caf\xc3\xa9s"), 5), 5);
    assert_int_equal(utf8_cut(SLICE("caf\xc3\xa9"), 9), 5);
    assert_int_equal(utf8_cut(SLICE("\xc3\xa9"), 1), 0);
    assert_int_equal(utf8_columns(SLICE("Écluse")), 6);
    assert_int_equal(utf8_columns(SLICE("e\xcc\x81")), 1);
    assert_int_equal(utf8_columns(SLICE("e\xcd\xaf")), 1);
    assert_int_equal(utf8_columns(SLICE("\xcd\xb0")), 1);
}

static void control_characters_are_seen(void **state)
{
    static const char *const with[] = {"a\n", "\x1f", "\x7f", "a\xc2\x80", "\xc2\x9f", "\tb"};
    (void)state;
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++) {
        assert_true(utf8_has_control(slice_of(with[i])));
    }
    assert_true(utf8_has_control(SLICE("a\0")));
    assert_false(utf8_has_control(SLICE("")));
    assert_false(utf8_has_control(SLICE("Le Goff \xc2\xa0 \xc3\x80 \xe2\x82\xac ~")));
}

/* Whatever the byte, and wherever it stands in the words of eight that are looked at at once. */
static void control_characters_are_seen_everywhere(void **state)
{
    char text[24];
    (void)state;
    for (size_t at = 0; at < sizeof text; at++) {
        for (int c = 0; c < 256; c++) {
            memset(text, ' ', sizeof text);
            text[at] = (char)c;
            assert_int_equal(utf8_has_control((struct slice){text, sizeof text}),
                             c < 0x20 || c == 0x7f || (c == 0xc2 && at + 1 < sizeof text));
            assert_false(utf8_has_control((struct slice){text, at}));
        }
    }
}

static void hexadecimal_digits_are_read(void **state)
{
    static const char digits[] = "0123456789abcdef";
    (void)state;
    for (int c = -128; c < 128; c++) {
        char lower = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
        const char *at = lower == '\0' ? NULL : strchr(digits, (unsigned char)lower);
        assert_int_equal(hex_digit((char)c), at == NULL ? -1 : (int)(at - digits));
    }
}

static void bytes_are_written_in_hexadecimal(void **state)
{
    static const unsigned char bytes[] = {0x00, 0x9a, 0xff};
    unsigned char read[3];
    char text[7];
    (void)state;
    hex_write(text, bytes, sizeof bytes);
    assert_string_equal(text, "009aff");
    assert_true(hex_read(slice_of(text), read, sizeof read));
    assert_memory_equal(read, bytes, sizeof bytes);
    assert_true(hex_read(SLICE("009AfF"), read, sizeof read));
    assert_false(hex_read(SLICE("009af"), read, sizeof read));
    assert_false(hex_read(SLICE("009aff00"), read, sizeof read));
    assert_false(hex_read(SLICE("009ag0"), read, sizeof read));
}

static void slices_are_cut_and_trimmed(void **state)
{
    struct slice rest = SLICE(" a = b =\tc ");
    (void)state;
    assert_true(slice_is(slice_trim(slice_cut(rest, '=', &rest)), "a"));
    assert_true(slice_is(slice_cut(rest, '=', &rest), " b "));
    assert_true(slice_is(slice_trim(slice_cut(rest, '=', &rest)), "c"));
    assert_int_equal(rest.length, 0);
    assert_int_equal(slice_cut(rest, '=', &rest).length, 0);
    rest = SLICE("=");
    assert_int_equal(slice_cut(rest, '=', &rest).length, 0);
    assert_int_equal(rest.length, 0);
    assert_int_equal(slice_trim(SLICE(" \t ")).length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_grow_and_stay_terminated),
        cmocka_unit_test(overflow_appends_nothing),
        cmocka_unit_test(an_empty_text_is_an_empty_slice),
        cmocka_unit_test(integers_and_formats),
        cmocka_unit_test(json_is_escaped),
        cmocka_unit_test(json_members),
        cmocka_unit_test(html_is_escaped),
        cmocka_unit_test(utf8_has_one_form_for_each_code_point),
        cmocka_unit_test(broken_utf8_is_found),
        cmocka_unit_test(columns_count_what_is_seen),
        cmocka_unit_test(control_characters_are_seen),
        cmocka_unit_test(control_characters_are_seen_everywhere),
        cmocka_unit_test(hexadecimal_digits_are_read),
        cmocka_unit_test(bytes_are_written_in_hexadecimal),
        cmocka_unit_test(slices_are_cut_and_trimmed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
