/* values -> leaves, in the order of their members -> shape and words; marks stand for the words by
 * their number in that order.
 *
 * A mark is a control character and a letter: neither labels of the shop file nor messages hold
 * one, and escaping leaves both as they are. Rejected: rendering the visitor's part alone by its
 * template; a dozen words cost more so than the rest of the answer. */
#include "pages/page_mould.h"

#include "base/assert.h"
#include "report/translate.h"

enum { MARK = '\x01', MARK_BYTES = 2, LETTER_FIRST = 'A' };

static struct slice string_of(const json_t *value)
{
    return (struct slice){json_string_value(value), json_string_length(value)};
}

/* ---- leaves ---- */

struct leaf {
    json_t *parent;
    const char *key;
    json_t *value;
};

struct leaves {
    struct text *shape; /* NULL: not asked for */
    uint32_t count;
    struct leaf words[PAGE_WORDS_MAX];
};

static void shape_add(struct leaves *leaves, const char *key, const char *what)
{
    if (leaves->shape != NULL) {
        text_append_string(leaves->shape, key);
        text_append_string(leaves->shape, what);
    }
}

static void leaf_add(struct leaves *leaves, json_t *parent, const char *key, json_t *value)
{
    if (json_is_boolean(value)) {
        shape_add(leaves, key, json_is_true(value) ? "+" : "-");
        return;
    }
    ASSERT(json_is_integer(value) || json_string_length(value) > 0);
    ASSERT(leaves->count < PAGE_WORDS_MAX);
    shape_add(leaves, key, "=");
    leaves->words[leaves->count++] = (struct leaf){parent, key, value};
}

/* In the order of the members, from the outside inward. */
static void leaves_list(struct leaves *leaves, json_t *values)
{
    struct {
        json_t *object;
        void *next;
    } stack[PAGE_DEPTH_MAX] = {{values, json_object_iter(values)}};
    uint32_t depth = 1;
    while (depth > 0) {
        json_t *object = stack[depth - 1].object;
        void *at = stack[depth - 1].next;
        if (at == NULL) {
            shape_add(leaves, "", ")");
            depth--;
            continue;
        }
        stack[depth - 1].next = json_object_iter_next(object, at);
        json_t *value = json_object_iter_value(at);
        if (json_is_object(value)) {
            ASSERT(depth < PAGE_DEPTH_MAX);
            shape_add(leaves, json_object_iter_key(at), "(");
            stack[depth].object = value;
            stack[depth++].next = json_object_iter(value);
        } else {
            leaf_add(leaves, object, json_object_iter_key(at), value);
        }
    }
}

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

bool page_words_read(struct page_words *words, int language, const json_t *values)
{
    struct leaves leaves = {.shape = &words->shape};
    text_clear(&words->shape);
    text_clear(&words->bytes);
    leaves_list(&leaves, (json_t *)values); /* which changes nothing of them */
    words->count = leaves.count;
    for (uint32_t i = 0; i < leaves.count; i++) {
        const json_t *value = leaves.words[i].value;
        if (json_is_integer(value)) {
            translate_number(&words->bytes, language, json_integer_value(value), 0);
        } else {
            text_append_html(&words->bytes, string_of(value));
        }
        words->ends[i] = words->bytes.length;
    }
    return !words->shape.overflow && !words->bytes.overflow;
}

static struct slice word_of(const struct page_words *words, uint32_t i)
{
    ASSERT(i < words->count);
    size_t begin = i == 0 ? 0 : words->ends[i - 1];
    return (struct slice){words->bytes.bytes + begin, words->ends[i] - begin};
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

void page_mould_mark(json_t *values)
{
    struct leaves leaves = {.shape = NULL};
    leaves_list(&leaves, values);
    for (uint32_t i = 0; i < leaves.count; i++) {
        const char mark[MARK_BYTES] = {MARK, (char)(LETTER_FIRST + (int)i)};
        json_object_set_new(leaves.words[i].parent, leaves.words[i].key,
                            json_stringn(mark, MARK_BYTES));
    }
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
