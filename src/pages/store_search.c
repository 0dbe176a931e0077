/* A scan over all labels: 4,000 of them take well under a millisecond, and the page that shows the
 * result is kept (cache.h). Rejected: an index, which would have to be kept in step with the shop
 * for no time that anybody would notice. */
#include "pages/store_search.h"

#include "base/assert.h"
#include "base/fold.h"

#include <string.h>

enum { FOLDED_BYTES = 2 * LIMIT_LABEL_BYTES + 1, WORDS_MAX = 8 };

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
    text_fold((struct slice){text, length < LIMIT_LABEL_BYTES ? length : LIMIT_LABEL_BYTES},
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
    text_fold(query, folded);
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
