/* A scan over all labels: 4,000 of them take well under a millisecond, and the page that shows the
 * result is kept (cache.h).
 *
 * Folding replaces the Latin letters of U+00C0 to U+017F by their base letters through a table of
 * one or two letters each; what has none stays as it is. Rejected: an index, which would have to be
 * kept in step with the shop for no time that anybody would notice. */
#include "pages/store_search.h"

#include "base/assert.h"

#include <string.h>

enum { FOLDED_BYTES = 2 * LIMIT_LABEL_BYTES + 1, WORDS_MAX = 8 };

/* From U+00C0 on, two characters each; a space ends a single letter, "  " has no base letter. */
static const char base_letters[] =
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l "
    "l l l n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s "
    "s s t t t t t t u u u u u u u u u u u u w w y y y z z z z z z s ";

enum { BASE_FIRST = 0xc0, BASE_COUNT = 0x180 - 0xc0 };

_Static_assert(sizeof base_letters == 2 * BASE_COUNT + 1, "two characters for each code point");

size_t store_search_fold(struct slice text, char *to)
{
    size_t n = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 'A' && c <= 'Z') {
            c = (unsigned char)(c + 'a' - 'A');
        }
        bool two = (c == 0xc3 || c == 0xc4 || c == 0xc5) && i + 1 < text.length;
        unsigned code = two ? (c & 0x1fu) << 6 | ((unsigned char)text.data[i + 1] & 0x3fu) : 0;
        if (code < BASE_FIRST || base_letters[2 * (code - BASE_FIRST)] == ' ') {
            to[n++] = (char)c;
            continue;
        }
        const char *base = &base_letters[2 * (code - BASE_FIRST)];
        to[n++] = base[0];
        if (base[1] != ' ') {
            to[n++] = base[1];
        }
        i++;
    }
    to[n] = '\0';
    return n;
}

struct words {
    uint32_t count;
    const char *words[WORDS_MAX];
};

/* Ends each word of `text` with a zero; words beyond WORDS_MAX are not looked at. */
static void words_split(char *text, struct words *words)
{
    words->count = 0;
    bool inside = false;
    for (; *text != '\0'; text++) {
        if (*text == ' ') {
            *text = '\0';
            inside = false;
        } else if (!inside && words->count < WORDS_MAX) {
            words->words[words->count++] = text;
            inside = true;
        }
    }
}

static bool words_in(const struct words *words, const char *text)
{
    char folded[FOLDED_BYTES];
    size_t length = strlen(text);
    store_search_fold((struct slice){text, length < LIMIT_LABEL_BYTES ? length : LIMIT_LABEL_BYTES},
                      folded);
    for (uint32_t i = 0; i < words->count; i++) {
        if (strstr(folded, words->words[i]) == NULL) {
            return false;
        }
    }
    return true;
}

static bool offer_matches(const struct offer *offer, const struct words *words)
{
    return !offer->retired &&
           (words->count == 0 || words_in(words, offer->label.text[0]) ||
            words_in(words, offer->label.text[1]) || words_in(words, offer->name));
}

static bool list_has(const struct offer_list *list, uint32_t offer)
{
    uint32_t i = 0;
    while (i < list->count && list->offers[i].index != offer) {
        i++;
    }
    return i < list->count;
}

uint32_t store_search(const struct shop *shop, const struct offer_list *only, struct slice query,
                      uint32_t skip, uint32_t most, uint16_t *offers, uint32_t *written)
{
    ASSERT(query.length <= STORE_QUERY_BYTES_MAX);
    char folded[2 * STORE_QUERY_BYTES_MAX + 1];
    struct words words;
    store_search_fold(query, folded);
    words_split(folded, &words);
    uint32_t found = 0;
    *written = 0;
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        if ((only != NULL && !list_has(only, i)) || !offer_matches(&shop->offers[i], &words)) {
            continue;
        }
        if (found >= skip && *written < most) {
            offers[(*written)++] = (uint16_t)i;
        }
        found++;
    }
    return found;
}
