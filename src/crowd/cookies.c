#include "crowd/cookies.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>

static struct slice name_of(struct slice cookie)
{
    struct slice value;
    return slice_cut(cookie, '=', &value);
}

static void append(struct text *to, struct slice cookie)
{
    if (to->length > 0) {
        text_append_string(to, "; ");
    }
    text_append_slice(to, cookie);
}

char *crowd_cookies_set(char *cookies, struct slice cookie)
{
    struct text text;
    struct slice rest = cookies != NULL ? slice_of(cookies) : (struct slice){NULL, 0};
    bool removed = cookie.length > 0 && cookie.data[cookie.length - 1] == '=';
    text_init(&text, LIMIT_CROWD_COOKIE_BYTES);
    while (rest.length > 0) {
        struct slice one = slice_trim(slice_cut(rest, ';', &rest));
        if (!slice_equal(name_of(one), name_of(cookie))) {
            append(&text, one);
        }
    }
    if (!removed) {
        append(&text, cookie);
    }
    char *set = text.overflow ? NULL : strndup(text_slice(&text).data, text.length);
    text_free(&text);
    if (set == NULL) {
        return cookies;
    }
    free(cookies);
    return set;
}
