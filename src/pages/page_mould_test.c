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

/* Cuts a mould for these words, unless it fits, and fills it with them. */
static char *filled(struct page_mould *mould, const struct page_words *words)
{
    assert_true(page_words_whole(words));
    if (!page_mould_fits(mould, words)) {
        struct text text;
        text_init(&text, 4096);
        json_t *values = page_mould_marked(words);
        rendered(values, &text);
        json_decref(values);
        assert_true(page_mould_cut(mould, text_slice(&text), &words->shape));
        text_free(&text);
    }
    size_t length = page_mould_length(mould, words);
    char *to = calloc(1, length + 1);
    assert_non_null(to);
    page_mould_fill(mould, words, to);
    assert_int_equal(strlen(to), length);
    return to;
}

/* `low` NULL: without a wait. */
static void say(struct page_words *words, bool called, int64_t ahead, int64_t place,
                const char *low)
{
    page_words_begin(words, TRANSLATE_EN);
    page_words_flag(words, "called", called);
    page_words_integer(words, "ahead", ahead);
    page_words_integer(words, "place", place);
    if (low != NULL) {
        page_words_open(words, "wait");
        page_words_text(words, "low", low);
        text_append_integer(page_words_add(words, "high"), 9);
        page_words_close(words);
    }
}

static void check(struct page_mould *mould, const struct page_words *words, const char *expected)
{
    char *page = filled(mould, words);
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
    say(&words, false, 3, 12, "4");
    check(&mould, &words, "3 before 12, 4 to 9 minutes; again 12");
    const char *cut = mould.bytes.bytes;
    say(&words, false, 98765, 100000, "½");
    check(&mould, &words, "98,765 before 100,000, ½ to 9 minutes; again 100,000");
    say(&words, false, 0, 1, "<&>");
    check(&mould, &words, "0 before 1, &lt;&amp;&gt; to 9 minutes; again 1");
    assert_ptr_equal(mould.bytes.bytes, cut);
    assert_int_equal(mould.hole_count, 5);
    say(&words, false, 1, 2, NULL);
    check(&mould, &words, "1 before 2; again 2");
    say(&words, true, 1, 2, NULL);
    check(&mould, &words, "Come in, 2.");
    page_words_free(&words);
    page_mould_free(&mould);
}

/* What distinguishes shapes: names, booleans, what is inside what; not words. The values are all
 * there with marks: the first word is ^AA, the second ^AB. */
static void test_shapes(void **state)
{
    (void)state;
    struct page_words words;
    page_words_init(&words);
    page_words_begin(&words, TRANSLATE_EN);
    json_t *none = page_mould_marked(&words);
    assert_int_equal(json_object_size(none), 0);
    json_decref(none);
    page_words_text(&words, "a", "one");
    page_words_open(&words, "b");
    page_words_flag(&words, "yes", true);
    page_words_open(&words, "inner_1");
    page_words_close(&words);
    page_words_integer(&words, "two", 2);
    page_words_close(&words);
    page_words_flag(&words, "no", false);
    assert_string_equal(words.shape.bytes, "a=b(yes+inner_1()two=)no-");
    json_t *marked = page_mould_marked(&words);
    json_t *wanted = json_pack("{s:s,s:{s:b,s:{},s:s},s:b}", "a",
                               "\x01"
                               "A",
                               "b", "yes", 1, "inner_1", "two",
                               "\x01"
                               "B",
                               "no", 0);
    assert_true(json_equal(marked, wanted));
    json_decref(marked);
    json_decref(wanted);
    page_words_free(&words);
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
    word[sizeof word - 1] = '\0';
    page_words_begin(&words, TRANSLATE_EN);
    page_words_text(&words, "word", word);
    assert_true(page_words_whole(&words));
    page_words_text(&words, "more", "x");
    assert_false(page_words_whole(&words));
    page_words_begin(&words, TRANSLATE_EN);
    assert_true(page_words_whole(&words));
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
