/* Which language a visitor reads, and forms and cookies as they come in.
 *
 * Everything here reads bytes that anybody can send: lengths are checked before use, decoded text
 * is checked to be UTF-8 without control characters, and what does not fit is as if it were not
 * there. */
#include "pages/store_visit.h"

#include "base/text.h"
#include "pages/percent.h"

#include <stdio.h>
#include <strings.h>

struct slice store_visit_cookie(const struct store_visit *visit, const char *name)
{
    struct slice rest = door_header(visit->request, "Cookie");
    while (rest.length > 0) {
        struct slice value;
        struct slice key = slice_trim(slice_cut(slice_cut(rest, ';', &rest), '=', &value));
        if (slice_is(key, name)) {
            return slice_trim(value);
        }
    }
    return (struct slice){NULL, 0};
}

/* "fr", "fr-FR", "EN_gb": the language of a tag that we have; false for others. */
static bool language_read(struct slice tag, enum language *language)
{
    if (tag.length < 2 || (tag.length > 2 && tag.data[2] != '-' && tag.data[2] != '_')) {
        return false;
    }
    for (enum language each = 0; each < LANGUAGES; each++) {
        if (strncasecmp(tag.data, translate_code((int)each), 2) == 0) {
            *language = each;
            return true;
        }
    }
    return false;
}

/* The language of highest quality in Accept-Language; the first of equals. */
static bool language_accepted(struct slice header, enum language *language)
{
    int best = 0;
    struct slice rest = header;
    while (rest.length > 0) {
        struct slice parameters;
        struct slice tag = slice_trim(slice_cut(slice_cut(rest, ',', &rest), ';', &parameters));
        int quality = encoding_quality(parameters);
        enum language each;
        if (quality > best && language_read(tag, &each)) {
            *language = each;
            best = quality;
        }
    }
    return best > 0;
}

/* The value of ?lang=; plain text, so no decoding is needed. */
static struct slice query_language(struct slice query)
{
    struct slice rest = query;
    while (rest.length > 0) {
        struct slice value;
        struct slice key = slice_cut(slice_cut(rest, '&', &rest), '=', &value);
        if (slice_is(key, "lang")) {
            return value;
        }
    }
    return (struct slice){NULL, 0};
}

/* What follows the store's root; the path itself where it is none of the store's. */
static struct slice path_cut(const struct store *store, struct slice path)
{
    size_t length = strlen(store->root);
    if (!slice_starts(path, store->root)) {
        return path;
    }
    return path.length == length ? SLICE("/")
                                 : (struct slice){path.data + length, path.length - length};
}

void store_visit_begin(struct store_visit *visit, struct store *store, struct door_request *request)
{
    *visit = (struct store_visit){.store = store,
                                  .request = request,
                                  .language = store->shop->language,
                                  .path = path_cut(store, door_path(request)),
                                  .query = door_query(request)};
    if (visit->query.length > 0 && language_read(query_language(visit->query), &visit->language)) {
        visit->chosen = true;
    } else if (!language_read(store_visit_cookie(visit, STORE_LANGUAGE_COOKIE), &visit->language)) {
        language_accepted(door_header(request, "Accept-Language"), &visit->language);
    }
}

bool store_visit_field(const struct store_visit *visit, struct slice form, const char *name,
                       size_t length_max, struct slice *value)
{
    struct slice rest = form;
    while (rest.length > 0) {
        struct slice encoded;
        struct slice key = slice_cut(slice_cut(rest, '&', &rest), '=', &encoded);
        if (!slice_is(key, name)) {
            continue;
        }
        /* Three bytes encode at most one: what is longer cannot fit and is not even decoded. */
        char *to = encoded.length > 3 * length_max + 6
                       ? NULL
                       : door_alloc(visit->request, encoded.length + 1);
        size_t length;
        if (to == NULL ||
            !percent_decode(encoded, PERCENT_PLUS_IS_SPACE, to, encoded.length, &length)) {
            return false;
        }
        *value = slice_trim((struct slice){to, length});
        return value->length <= length_max && utf8_valid(*value) && !utf8_has_control(*value);
    }
    return false;
}

enum { KEY_BYTES = 16, KEY_CHARACTERS = 2 * KEY_BYTES };

json_t *store_visit_fresh_key(const struct store_visit *visit)
{
    struct env *env = visit->store->env;
    unsigned char bytes[KEY_BYTES];
    char key[KEY_CHARACTERS + 1];
    env->entropy(env, bytes, sizeof bytes);
    for (int i = 0; i < KEY_BYTES; i++) {
        (void)snprintf(key + 2 * i, 3, "%02x", bytes[i]);
    }
    return json_string(key);
}

bool store_visit_key(const struct store_visit *visit, struct slice *key)
{
    return store_visit_field(visit, door_body(visit->request), "key", KEY_CHARACTERS, key) &&
           key->length == KEY_CHARACTERS;
}

bool store_visit_same_site(const struct store_visit *visit)
{
    struct slice site = door_header(visit->request, "Sec-Fetch-Site");
    if (site.data != NULL) {
        return slice_is(site, "same-origin") || slice_is(site, "none");
    }
    struct slice origin = door_header(visit->request, "Origin");
    if (origin.data == NULL) {
        return true;
    }
    struct slice host = door_header(visit->request, "Host");
    size_t scheme = origin.length > 8 && memcmp(origin.data, "https://", 8) == 0  ? 8
                    : origin.length > 7 && memcmp(origin.data, "http://", 7) == 0 ? 7
                                                                                  : 0;
    return scheme > 0 && origin.length - scheme == host.length &&
           strncasecmp(origin.data + scheme, host.data, host.length) == 0;
}
