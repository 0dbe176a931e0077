/* Pages with a text put in: the same whatever the split, and unchanged where nothing matches. */
#include "door/insert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define PLACE "<div class=\"product_meta\">"

static const char *const values[] = {"<span class=\"sku\"*>", "\"sku\" : \"", "data-sku='",
                                     "data-code=\""};
static const struct door_insert what = {.before = PLACE,
                                        .values = values,
                                        .value_count = 4,
                                        .unless = "data-ecluse-offer",
                                        .open = SLICE("[["),
                                        .close = SLICE("]]")};

struct page {
    char bytes[70000];
    size_t length;
    size_t pieces;
};

static void page_put(void *context, struct slice bytes)
{
    struct page *page = context;
    assert_true(bytes.length > 0);
    assert_true(page->length + bytes.length <= sizeof page->bytes);
    memcpy(page->bytes + page->length, bytes.data, bytes.length);
    page->length += bytes.length;
    page->pieces++;
}

/* The page in pieces of `step` bytes, the first one of `first`. */
static void pass(struct slice text, size_t first, size_t step, struct page *page)
{
    static struct inserter inserter;
    memset(page, 0, sizeof *page);
    inserter_begin(&inserter, &what, page_put, page);
    for (size_t at = 0; at < text.length;) {
        size_t part = at == 0 ? first : step;
        part = part < text.length - at ? part : text.length - at;
        inserter_take(&inserter, (struct slice){text.data + at, part});
        at += part;
    }
    inserter_end(&inserter);
}

static void passes_as(struct slice text, struct slice wanted, size_t first, size_t step)
{
    static struct page page;
    pass(text, first, step, &page);
    if (page.length != wanted.length || memcmp(page.bytes, wanted.data, wanted.length) != 0) {
        fail_msg("cut at %zu, then each %zu: got\n%.*s\nnot\n%.*s", first, step, (int)page.length,
                 page.bytes, (int)wanted.length, wanted.data);
    }
}

/* Whole, byte by byte, and cut once at every byte. */
static void at_every_split(struct slice text, struct slice wanted)
{
    passes_as(text, wanted, 1, 1);
    passes_as(text, wanted, 3, 7);
    for (size_t cut = 1; cut <= text.length; cut++) {
        passes_as(text, wanted, cut, text.length);
    }
}

static void test_cases(void **state)
{
    (void)state;
    static const struct {
        const char *page, *wanted;
    } cases[] = {
        /* The value behind the place, and before it. */
        {"<h1>A</h1>" PLACE "SKU: <span class=\"sku\">85123A</span>",
         "<h1>A</h1>[[85123A]]" PLACE "SKU: <span class=\"sku\">85123A</span>"},
        {"{\"sku\":\"a\"}" PLACE "b", "{\"sku\":\"a\"}[[a]]" PLACE "b"},
        {PLACE "<span class=\"sku\" itemprop=\"sku\"> A 1\n</span>",
         "[[A 1]]" PLACE "<span class=\"sku\" itemprop=\"sku\"> A 1\n</span>"},
        {"<i data-sku='x\"y'>" PLACE, "<i data-sku='x\"y'>[[x&quot;y]]" PLACE},
        {"<i data-code=\"A&amp;B\">" PLACE, "<i data-code=\"A&amp;B\">[[A&amp;B]]" PLACE},
        /* The first value, the first place. */
        {"{\"sku\" : \"a\"}{\"sku\":\"b\"}" PLACE PLACE,
         "{\"sku\" : \"a\"}{\"sku\":\"b\"}[[a]]" PLACE PLACE},
        {PLACE "{\"sku\":\"a\"}" PLACE, "[[a]]" PLACE "{\"sku\":\"a\"}" PLACE},
        /* JSON is decoded, and what was no markup stays none. */
        {"{\"sku\":\n\t\"a\\/\\\"\\u00e9\\u20ac<&>\"}" PLACE,
         "{\"sku\":\n\t\"a\\/\\\"\\u00e9\\u20ac<&>\"}[[a/"
         "&quot;\xc3\xa9\xe2\x82\xac&lt;&amp;&gt;]]" PLACE},
        {PLACE "<span class=\"sku\">a\">&lt;script&gt;</span>",
         "[[a&quot;&gt;&lt;script&gt;]]" PLACE "<span class=\"sku\">a\">&lt;script&gt;</span>"},
        /* No value, or none that is one: the page passes. */
        {"", ""},
        {"<h1>A</h1>", "<h1>A</h1>"},
        {PLACE, PLACE},
        {PLACE "<span class=\"sku\"> </span>", PLACE "<span class=\"sku\"> </span>"},
        {PLACE "{\"sku\":null}{\"sku\":\"\"}", PLACE "{\"sku\":null}{\"sku\":\"\"}"},
        {PLACE "{\"sku\":\"\\ud83d\\ude00\"}", PLACE "{\"sku\":\"\\ud83d\\ude00\"}"},
        {PLACE "{\"sku\":\"a\\n\"}", PLACE "{\"sku\":\"a\\n\"}"},
        {PLACE "{\"sku\":\"\\u00g0\"}", PLACE "{\"sku\":\"\\u00g0\"}"},
        {PLACE "{\"sku\":\"never ends", PLACE "{\"sku\":\"never ends"},
        {PLACE "<span class=\"sku\"><b>1</b></span>", PLACE "<span class=\"sku\"><b>1</b></span>"},
        {PLACE "<span class=\"sku\"<b>1</span>", PLACE "<span class=\"sku\"<b>1</span>"},
        {"{\"sku\":\"a\"}<div class=\"product_met", "{\"sku\":\"a\"}<div class=\"product_met"},
        {"{\"sku\":\"a\"}<div class=\"product_metal\">",
         "{\"sku\":\"a\"}<div class=\"product_metal\">"},
        {"{\"sku\":\"\"}{\"sku\":\"b\"}" PLACE, "{\"sku\":\"\"}{\"sku\":\"b\"}[[b]]" PLACE},
        /* Somebody has put it there already; behind the place it is too late. */
        {"<p data-ecluse-offer=\"a\">{\"sku\":\"a\"}" PLACE,
         "<p data-ecluse-offer=\"a\">{\"sku\":\"a\"}" PLACE},
        {"{\"sku\":\"a\"}" PLACE "<p data-ecluse-offer=\"a\">",
         "{\"sku\":\"a\"}[[a]]" PLACE "<p data-ecluse-offer=\"a\">"},
        /* What looks like a beginning. */
        {"<div class=\"<div class=\"product_meta\">\"sku\"\"sku\":\"a\"",
         "<div class=\"[[a]]<div class=\"product_meta\">\"sku\"\"sku\":\"a\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        at_every_split(slice_of(cases[i].page), slice_of(cases[i].wanted));
    }
}

/* The value just as far behind the place as is waited for, and one byte farther. */
static void test_bounds(void **state)
{
    (void)state;
    static const char value[] = "{\"sku\":\"a\"}";
    static char page[20000];
    static char wanted[20000];
    enum { NEAR = INSERT_WINDOW_BYTES - (int)sizeof PLACE + 1 - (int)sizeof value + 2 };
    for (int far = 0; far <= 1; far++) {
        size_t length =
            (size_t)snprintf(page, sizeof page, "%s%*s%s%9000s", PLACE, NEAR + far, "", value, "");
        int put = snprintf(wanted, sizeof wanted, "%s%s", far ? "" : "[[a]]", page);
        for (size_t step = 1; step < 10000; step = step * 3 + 1) {
            passes_as((struct slice){page, length}, (struct slice){wanted, (size_t)put}, step,
                      step);
        }
    }
    /* A tag, and a value, longer than what is looked at. */
    for (int width = INSERT_SPAN_BYTES_MAX - 40; width < INSERT_SPAN_BYTES_MAX; width++) {
        size_t length = (size_t)snprintf(page, sizeof page, "%s<span class=\"sku\"%*s>a</span>",
                                         PLACE, width, "");
        struct page once;
        pass((struct slice){page, length}, length, length, &once);
        passes_as((struct slice){page, length}, (struct slice){once.bytes, once.length}, 1, 1);
        assert_int_equal(once.length > length, width < INSERT_SPAN_BYTES_MAX - 19);
    }
    for (int width = INSERT_VALUE_BYTES_MAX - 1; width <= INSERT_VALUE_BYTES_MAX + 1; width++) {
        size_t length =
            (size_t)snprintf(page, sizeof page, "{\"sku\":\"%0*d\"}%s", width, 7, PLACE);
        struct page once;
        pass((struct slice){page, length}, length, length, &once);
        assert_int_equal(once.length > length, width <= INSERT_VALUE_BYTES_MAX);
    }
}

/* A page without a match is not held: what came is out, but for what may be a match's beginning. */
static void test_nothing_is_held(void **state)
{
    (void)state;
    static struct inserter inserter;
    static struct page page;
    memset(&page, 0, sizeof page);
    inserter_begin(&inserter, &what, page_put, &page);
    inserter_take(&inserter, SLICE("<html><body>text"));
    assert_int_equal(page.length, strlen("<html><body>text"));
    inserter_take(&inserter, SLICE(" <div class=\"pro"));
    assert_int_equal(inserter.held, strlen("<div class=\"pro"));
    inserter_take(&inserter, SLICE("se\">"));
    assert_int_equal(inserter.held, 0);
    inserter_take(&inserter, SLICE("{\"sku\":\"a\"}" PLACE));
    assert_int_equal(inserter.held, 0);
    size_t before = page.length;
    inserter_take(&inserter, SLICE("<div class=\"pro"));
    assert_int_equal(page.length - before, strlen("<div class=\"pro"));
    inserter_end(&inserter);
}

static uint32_t draw(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33);
}

/* Pages of fragments at random, cut at random: as when they come whole. */
static void test_random(void **state)
{
    (void)state;
    static const char *const fragments[] = {PLACE,
                                            "<div class=\"product_meta",
                                            "<span class=\"sku\"",
                                            ">",
                                            "<",
                                            "\"sku\"",
                                            " ",
                                            ":",
                                            "\"",
                                            "\\",
                                            "a",
                                            "data-ecluse-offer",
                                            "data-sku='",
                                            "'",
                                            "data-code=\"",
                                            "</span>",
                                            "<span class=\"sku\">B-2</span>",
                                            "{\"sku\": \"c\"}",
                                            "\n"};
    static char page[20000];
    static struct page whole;
    uint64_t seed = 20261126;
    for (int round = 0; round < 3000; round++) {
        size_t length = 0;
        uint32_t count = draw(&seed) % 60;
        for (uint32_t i = 0; i < count; i++) {
            const char *fragment =
                fragments[draw(&seed) % (sizeof fragments / sizeof fragments[0])];
            memcpy(page + length, fragment, strlen(fragment));
            length += strlen(fragment);
        }
        pass((struct slice){page, length}, length, length, &whole);
        for (int cut = 0; cut < 5; cut++) {
            passes_as((struct slice){page, length}, (struct slice){whole.bytes, whole.length},
                      1 + draw(&seed) % 50, 1 + draw(&seed) % 20);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_nothing_is_held),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
