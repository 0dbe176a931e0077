/* A page is filled as it would have been rendered, whatever the words; another shape has another
 * mould. */
#include "pages/page_mould.h"

#include "report/template.h"
#include "report/translate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char page_template[] =
    "{{#called}}Come in, {{place}}.{{/called}}{{^called}}{{ahead}} before {{place}}"
    "{{#wait}}, {{low}} to {{high}} minutes{{/wait}}; again {{place}}{{/called}}";

static struct template_set *set;

static void rendered(json_t *values, struct text *to)
{
    struct fault fault;
    assert_int_equal(template_render(set, "page", values, NULL, to, &fault), STATUS_OK);
}

/* Cuts a mould for these values and fills it with them. */
static char *filled(struct page_mould *mould, struct page_words *words, json_t *values)
{
    assert_true(page_words_read(words, TRANSLATE_EN, values));
    if (!page_mould_fits(mould, words)) {
        struct text text;
        text_init(&text, 4096);
        page_mould_mark(values);
        rendered(values, &text);
        assert_true(page_mould_cut(mould, text_slice(&text), &words->shape));
        text_free(&text);
    }
    size_t length = page_mould_length(mould, words);
    char *to = calloc(1, length + 1);
    assert_non_null(to);
    page_mould_fill(mould, words, to);
    assert_int_equal(strlen(to), length);
    json_decref(values);
    return to;
}

static json_t *waiting(int ahead, int place, const char *low)
{
    return json_pack("{s:b,s:i,s:i,s:{s:s,s:i}}", "called", 0, "ahead", ahead, "place", place,
                     "wait", "low", low, "high", 9);
}

static void check(struct page_mould *mould, struct page_words *words, json_t *values,
                  const char *expected)
{
    char *page = filled(mould, words, values);
    assert_string_equal(page, expected);
    free(page);
}

static void test_fill(void **state)
{
    (void)state;
    struct page_mould mould;
    struct page_words words;
    page_mould_init(&mould, 4096);
    page_words_init(&words);
    check(&mould, &words, waiting(3, 12, "4"), "3 before 12, 4 to 9 minutes; again 12");
    const char *cut = mould.bytes.bytes;
    check(&mould, &words, waiting(98765, 100000, "½"),
          "98,765 before 100,000, ½ to 9 minutes; again 100,000");
    check(&mould, &words, waiting(0, 1, "<&>"), "0 before 1, &lt;&amp;&gt; to 9 minutes; again 1");
    assert_ptr_equal(mould.bytes.bytes, cut);
    assert_int_equal(mould.hole_count, 5);
    check(&mould, &words, json_pack("{s:b,s:i,s:i}", "called", 0, "ahead", 1, "place", 2),
          "1 before 2; again 2");
    check(&mould, &words, json_pack("{s:b,s:i,s:i}", "called", 1, "ahead", 1, "place", 2),
          "Come in, 2.");
    page_words_free(&words);
    page_mould_free(&mould);
}

/* What distinguishes shapes: names, booleans, what is inside what; not words. */
static void test_shapes(void **state)
{
    (void)state;
    static const char *const shapes[] = {"{\"a\":1}",
                                         "{\"b\":1}",
                                         "{\"a\":true}",
                                         "{\"a\":false}",
                                         "{\"a\":1,\"b\":2}",
                                         "{\"a\":{\"b\":2}}",
                                         "{\"a\":{},\"b\":2}",
                                         "{\"a\":{\"b\":{\"c\":1}}}",
                                         "{\"a\":{\"b\":{}},\"c\":1}"};
    enum { COUNT = sizeof shapes / sizeof shapes[0] };
    struct page_words words[COUNT + 1];
    for (int i = 0; i <= COUNT; i++) {
        json_t *values = json_loads(i == COUNT ? "{\"a\":\"other\"}" : shapes[i], 0, NULL);
        page_words_init(&words[i]);
        assert_true(page_words_read(&words[i], TRANSLATE_EN, values));
        json_decref(values);
        for (int j = 0; j < i; j++) {
            bool same = slice_equal(text_slice(&words[i].shape), text_slice(&words[j].shape));
            assert_int_equal(same, i == COUNT && j == 0);
        }
    }
    for (int i = 0; i <= COUNT; i++) {
        page_words_free(&words[i]);
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct page_mould mould;
    struct text shape;
    text_init(&shape, 16);
    page_mould_init(&mould, 64);
    char marks[2 * (PAGE_HOLES_MAX + 1)];
    for (size_t i = 0; i < sizeof marks; i += 2) {
        marks[i] = '\x01';
        marks[i + 1] = 'A';
    }
    assert_true(page_mould_cut(&mould, (struct slice){marks, (size_t)2 * PAGE_HOLES_MAX}, &shape));
    assert_false(page_mould_cut(&mould, (struct slice){marks, sizeof marks}, &shape));
    assert_false(page_mould_cut(&mould, SLICE("broken off\x01"), &shape));
    static const char large[100] = "longer than its mould may be";
    assert_false(page_mould_cut(&mould, (struct slice){large, sizeof large}, &shape));
    page_mould_free(&mould);
    text_free(&shape);
    char word[PAGE_WORDS_BYTES_MAX + 1];
    struct page_words words;
    page_words_init(&words);
    memset(word, 'x', sizeof word);
    json_t *values = json_pack("{s:s#}", "word", word, (int)sizeof word);
    assert_false(page_words_read(&words, TRANSLATE_EN, values));
    json_decref(values);
    page_words_free(&words);
}

int main(void)
{
    const struct template_source source = {SLICE("page"), slice_of(page_template)};
    struct fault fault;
    if (template_set_open(&source, 1, &set, &fault) != STATUS_OK) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_limits),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    template_set_close(set);
    return failed;
}
