/* A member -> its name and kind into the shape, its word behind the others; marks stand for the
 * words by their number. The values themselves are made only where a mould is, out of the shape.
 *
 *   a=b+c-d(e=)   words a and e, b true, c false, d an object
 *
 * A mark is a control character and a letter: neither labels of the shop file nor messages hold
 * one, and escaping leaves both as they are. Rejected: rendering the visitor's part alone by its
 * template; a dozen words cost more so than the rest of the answer. And a JSON object of each
 * visitor's values: to make it, walk it and free it was a third of the answer. */
#include "pages/page_mould.h"

#include "base/assert.h"
#include "report/translate.h"

#include <stdio.h>

enum { MARK = '\x01', MARK_BYTES = 2, LETTER_FIRST = 'A' };

static const char kinds[] = "=+-()";

/* ---- words ---- */

void page_words_init(struct page_words *words)
{
    text_init(&words->shape, PAGE_SHAPE_BYTES_MAX);
    text_init(&words->bytes, PAGE_WORDS_BYTES_MAX);
    words->count = 0;
}

void page_words_free(struct page_words *words)
{
    text_free(&words->shape);
    text_free(&words->bytes);
}

void page_words_begin(struct page_words *words, int language)
{
    words->language = language;
    words->count = 0;
    text_clear(&words->shape);
    text_clear(&words->bytes);
}

static void shape_add(struct page_words *words, const char *name, char kind)
{
    text_append_string(&words->shape, name);
    text_append_char(&words->shape, kind);
}

void page_words_open(struct page_words *words, const char *name)
{
    shape_add(words, name, '(');
}

void page_words_close(struct page_words *words)
{
    shape_add(words, "", ')');
}

void page_words_flag(struct page_words *words, const char *name, bool value)
{
    shape_add(words, name, value ? '+' : '-');
}

struct text *page_words_add(struct page_words *words, const char *name)
{
    ASSERT(words->count < PAGE_WORDS_MAX);
    shape_add(words, name, '=');
    words->starts[words->count++] = words->bytes.length;
    return &words->bytes;
}

void page_words_integer(struct page_words *words, const char *name, int64_t value)
{
    translate_number(page_words_add(words, name), words->language, value, 0);
}

void page_words_text(struct page_words *words, const char *name, const char *text)
{
    ASSERT(*text != '\0');
    text_append_html(page_words_add(words, name), slice_of(text));
}

bool page_words_whole(const struct page_words *words)
{
    return !words->shape.overflow && !words->bytes.overflow;
}

static struct slice word_of(const struct page_words *words, uint32_t i)
{
    ASSERT(i < words->count);
    size_t end = i + 1 < words->count ? words->starts[i + 1] : words->bytes.length;
    return (struct slice){words->bytes.bytes + words->starts[i], end - words->starts[i]};
}

/* ---- moulds ---- */

void page_mould_init(struct page_mould *mould, size_t bytes_max)
{
    text_init(&mould->shape, PAGE_SHAPE_BYTES_MAX);
    text_init(&mould->bytes, bytes_max);
    mould->hole_count = 0;
}

void page_mould_free(struct page_mould *mould)
{
    text_free(&mould->shape);
    text_free(&mould->bytes);
}

/* A member, and what is behind it. */
static const char *member_mark(const char *shape, json_t *object, uint32_t *word, json_t **inner)
{
    char name[PAGE_NAME_BYTES_MAX + 1];
    const char mark[MARK_BYTES] = {MARK, (char)(LETTER_FIRST + (int)*word)};
    size_t length = strcspn(shape, kinds);
    ASSERT(length <= PAGE_NAME_BYTES_MAX);
    (void)snprintf(name, sizeof name, "%.*s", (int)length, shape);
    *inner = NULL;
    switch (shape[length]) {
    case '=':
        json_object_set_new(object, name, json_stringn(mark, MARK_BYTES));
        ++*word;
        break;
    case '(':
        *inner = json_object();
        json_object_set_new(object, name, *inner);
        break;
    default:
        json_object_set_new(object, name, json_boolean(shape[length] == '+'));
        break;
    }
    return shape + length + 1;
}

json_t *page_mould_marked(const struct page_words *words)
{
    json_t *values = json_object();
    json_t *stack[PAGE_DEPTH_MAX] = {values};
    uint32_t depth = 1;
    uint32_t word = 0;
    const char *at = words->shape.length == 0 ? "" : words->shape.bytes;
    while (*at != '\0') {
        json_t *inner = NULL;
        if (*at == ')') {
            ASSERT(depth > 1);
            depth--;
            at++;
            continue;
        }
        at = member_mark(at, stack[depth - 1], &word, &inner);
        if (inner != NULL) {
            ASSERT(depth < PAGE_DEPTH_MAX);
            stack[depth++] = inner;
        }
    }
    return values;
}

/* Pieces into the mould, and where they were cut. */
static bool pieces_cut(struct page_mould *mould, struct slice rendered)
{
    while (rendered.length > 0) {
        struct slice rest;
        struct slice piece = slice_cut(rendered, MARK, &rest);
        text_append_slice(&mould->bytes, piece);
        bool marked = piece.length < rendered.length;
        if (marked && (mould->hole_count == PAGE_HOLES_MAX || rest.length == 0)) {
            return false;
        }
        if (marked) {
            uint32_t word = (uint32_t)(rest.data[0] - LETTER_FIRST);
            mould->holes[mould->hole_count++] = (struct page_hole){mould->bytes.length, word};
            rest = (struct slice){rest.data + 1, rest.length - 1};
        }
        rendered = rest;
    }
    return !mould->bytes.overflow;
}

bool page_mould_cut(struct page_mould *mould, struct slice rendered, const struct text *shape)
{
    text_clear(&mould->shape);
    text_clear(&mould->bytes);
    mould->hole_count = 0;
    text_append_slice(&mould->shape, text_slice(shape));
    bool cut = pieces_cut(mould, rendered) && !mould->shape.overflow;
    if (!cut) {
        text_clear(&mould->bytes); /* fits nothing */
    }
    return cut;
}

bool page_mould_fits(const struct page_mould *mould, const struct page_words *words)
{
    return mould->bytes.length > 0 &&
           slice_equal(text_slice(&mould->shape), text_slice(&words->shape));
}

size_t page_mould_length(const struct page_mould *mould, const struct page_words *words)
{
    size_t length = mould->bytes.length;
    for (uint32_t i = 0; i < mould->hole_count; i++) {
        length += word_of(words, mould->holes[i].word).length;
    }
    return length;
}

void page_mould_fill(const struct page_mould *mould, const struct page_words *words, char *to)
{
    size_t from = 0;
    for (uint32_t i = 0; i < mould->hole_count; i++) {
        struct slice word = word_of(words, mould->holes[i].word);
        size_t piece = mould->holes[i].at - from;
        memcpy(to, mould->bytes.bytes + from, piece);
        memcpy(to + piece, word.data, word.length);
        to += piece + word.length;
        from = mould->holes[i].at;
    }
    memcpy(to, mould->bytes.bytes + from, mould->bytes.length - from);
}
