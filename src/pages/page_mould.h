/* A page that is the same for all but for a few words: rendered once with marks in the place of the
 * words, cut at the marks, and filled for each visitor, which costs as much as copying it.
 *
 *   a visitor's values -> page_words_begin, a call for each member: shape, words
 *   shape known        -> page_mould_fill
 *   shape not known    -> page_mould_marked, rendering, page_mould_cut
 *
 * Values are an object of booleans, texts, integers, and objects of these, PAGE_DEPTH_MAX deep; the
 * name of a member is letters, digits and underscores. Members and booleans are the shape: by them
 * a template's sections choose. Texts and integers are the words: integers are written as the
 * language writes them. A text is not empty, and no section asks for a word's value. */
#ifndef ECLUSE_PAGES_PAGE_MOULD_H
#define ECLUSE_PAGES_PAGE_MOULD_H

#include "base/text.h"

#include <jansson.h>

enum {
    PAGE_WORDS_MAX = 24,
    PAGE_WORDS_BYTES_MAX = 4096, /* all words of a page together, escaped */
    PAGE_SHAPE_BYTES_MAX = 512,
    PAGE_HOLES_MAX = 32,
    PAGE_DEPTH_MAX = 4,
    PAGE_NAME_BYTES_MAX = 32
};

struct page_words {
    int language; /* as report/translate.h numbers them */
    struct text shape;
    struct text bytes; /* the words, one after another, HTML-escaped */
    uint32_t count;
    size_t starts[PAGE_WORDS_MAX];
};

void page_words_init(struct page_words *words);
void page_words_free(struct page_words *words);
/* Forgets what is in them. */
void page_words_begin(struct page_words *words, int language);
/* The members of an object, from one to the other. */
void page_words_open(struct page_words *words, const char *name);
void page_words_close(struct page_words *words);
void page_words_flag(struct page_words *words, const char *name, bool value);
void page_words_integer(struct page_words *words, const char *name, int64_t value);
void page_words_text(struct page_words *words, const char *name, const char *text);
/* A word that the caller writes into what comes back, escaped, before the next member. */
struct text *page_words_add(struct page_words *words, const char *name);
/* False: memory was short, or there is more than the limits above allow. */
bool page_words_whole(const struct page_words *words);

struct page_mould {
    struct text shape;
    struct text bytes; /* the page without its words */
    uint32_t hole_count;
    struct page_hole {
        size_t at; /* in `bytes` */
        uint32_t word;
    } holes[PAGE_HOLES_MAX];
};

void page_mould_init(struct page_mould *mould, size_t bytes_max);
void page_mould_free(struct page_mould *mould);
/* The values, with marks in the place of the words. */
json_t *page_mould_marked(const struct page_words *words);
/* The rendered page, with marks, becomes the mould of this shape. False: it has more than
 * PAGE_HOLES_MAX marks, or memory is short. */
bool page_mould_cut(struct page_mould *mould, struct slice rendered, const struct text *shape);
bool page_mould_fits(const struct page_mould *mould, const struct page_words *words);

/* How many bytes page_mould_fill writes. */
size_t page_mould_length(const struct page_mould *mould, const struct page_words *words);
void page_mould_fill(const struct page_mould *mould, const struct page_words *words, char *to);

#endif
