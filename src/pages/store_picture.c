/* Stored picture or drawn one -> cache, under an address that names its content.
 *
 * A row for each offer remembers the digest of the bytes that it was made from; other bytes (a
 * picture was brought in) give another digest, so another address, and pages made from then on show
 * it. The drawn one is the offer's initials over canal water whose colour follows from its name:
 * the same on every machine and every day.
 *
 * A stored SVG may hold anything: it is sent with a policy that lets nothing in it run or load. */
#include "pages/store_picture.h"

#include "base/assert.h"
#include "base/random.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#define PICTURE_POLICY                                                                             \
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; sandbox\r\n"          \
    "X-Content-Type-Options: nosniff\r\n"
#define PICTURE_LASTING                                                                            \
    "Cache-Control: public, max-age=31536000, immutable\r\nVary: "                                 \
    "Accept-Encoding\r\n" PICTURE_POLICY

enum { DRAWN_BYTES_MAX = 4096, INITIALS_BYTES_MAX = 16, DIGEST_CHARACTERS = 16 };

struct picture_row {
    const char *data; /* whose digest this is; NULL: the drawn one's */
    size_t length;
    bool known;
    char digest[DIGEST_CHARACTERS + 1];
};

struct store_pictures {
    uint32_t count;
    struct picture_row rows[];
};

struct store_pictures *store_pictures_open(const struct shop *shop)
{
    struct store_pictures *pictures =
        calloc(1, sizeof *pictures + shop->offer_count * sizeof pictures->rows[0]);
    if (pictures != NULL) {
        pictures->count = shop->offer_count;
    }
    return pictures;
}

void store_pictures_close(struct store_pictures *pictures)
{
    free(pictures);
}

/* The first letters of the first two words, in UTF-8. */
static void initials_write(const char *label, char initials[INITIALS_BYTES_MAX])
{
    size_t length = 0;
    int letters = 0;
    bool starts = true;
    for (const char *at = label; *at != '\0' && letters < 2; at++) {
        unsigned char c = (unsigned char)*at;
        if (c <= ' ' || c == '-' || c == '\'') {
            starts = true;
            continue;
        }
        bool letter =
            c >= 0x80 || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (!starts || !letter) {
            starts = false;
            continue;
        }
        size_t bytes = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        memcpy(initials + length, at, bytes);
        if (c >= 'a' && c <= 'z') {
            initials[length] = (char)(c - 'a' + 'A');
        }
        length += bytes;
        at += bytes - 1;
        letters++;
        starts = false;
    }
    initials[length] = '\0';
}

static uint64_t name_hash(const char *name)
{
    uint64_t hash = 0;
    for (; *name != '\0'; name++) {
        hash = random_mix(hash ^ (unsigned char)*name);
    }
    return hash;
}

static void picture_draw(const struct offer *offer, enum language language, struct text *to)
{
    char initials[INITIALS_BYTES_MAX];
    initials_write(offer->label.text[language], initials);
    uint64_t hash = name_hash(offer->name);
    unsigned hue = 155 + (unsigned)(hash % 60); /* from sea green to canal blue */
    unsigned shift = (unsigned)(hash >> 32) % 40;
    text_append_format(
        to,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 300\" role=\"img\">"
        "<rect width=\"400\" height=\"300\" fill=\"hsl(%u 32%% 88%%)\"/>"
        "<circle cx=\"%u\" cy=\"92\" r=\"46\" fill=\"hsl(32 78%% 80%%)\"/>"
        "<path d=\"M0 %uc60-26 120-26 200 0s140 26 200 0v300H0z\" fill=\"hsl(%u 34%% 74%%)\"/>"
        "<path d=\"M0 %uc70 24 130 24 200 0s130-24 200 0v300H0z\" fill=\"hsl(%u 38%% 60%%)\"/>"
        "<text x=\"200\" y=\"172\" text-anchor=\"middle\" font-family=\"Georgia,serif\" "
        "font-size=\"84\" letter-spacing=\"4\" fill=\"hsl(%u 45%% 24%%)\">",
        hue, 290 + shift, 178 + shift / 2, hue, 226 + shift / 2, hue, hue);
    text_append_html(to, slice_of(initials));
    text_append_string(to, "</text></svg>");
}

/* The types that a browser shows as a picture; anything else is a file to it, and no document. */
static const char *media_type_of(struct slice media_type)
{
    static const char *const types[] = {"image/svg+xml", "image/png",  "image/jpeg",
                                        "image/webp",    "image/avif", "image/gif"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (slice_is(media_type, types[i])) {
            return types[i];
        }
    }
    return "application/octet-stream";
}

static void digest_write(char digest[DIGEST_CHARACTERS + 1], struct slice bytes)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    ASSERT(EVP_Digest(bytes.data, bytes.length, hash, NULL, EVP_sha256(), NULL) == 1);
    for (int i = 0; i < DIGEST_CHARACTERS / 2; i++) {
        snprintf(digest + 2 * i, 3, "%02x", hash[i]);
    }
}

static const char *digest_of(const struct store *store, struct offer_id id)
{
    const struct offer *offer = &store->shop->offers[id.index];
    struct picture_row *row = &store->pictures->rows[id.index];
    struct picture picture = {.bytes = {NULL, 0}};
    if (!engine_picture(store->engine, slice_of(offer->name), &picture)) {
        picture.bytes = (struct slice){NULL, 0};
    }
    if (row->known && row->data == picture.bytes.data && row->length == picture.bytes.length) {
        return row->digest;
    }
    row->known = true;
    row->data = picture.bytes.data;
    row->length = picture.bytes.length;
    if (picture.bytes.data != NULL) {
        digest_write(row->digest, picture.bytes);
    } else {
        struct text drawn;
        text_init(&drawn, DRAWN_BYTES_MAX);
        picture_draw(offer, store->shop->language, &drawn);
        digest_write(row->digest, text_slice(&drawn));
        text_free(&drawn);
    }
    return row->digest;
}

void store_picture_path(const struct store *store, struct offer_id offer,
                        char path[STORE_PICTURE_PATH_BYTES])
{
    /* An offer of a shop file newer than the pages has none yet. */
    bool known = offer.index < store->pictures->count;
    int length = snprintf(path, STORE_PICTURE_PATH_BYTES, "/pictures/%s/%s",
                          known ? store->shop->offers[offer.index].name : "none",
                          known ? digest_of(store, offer) : "none");
    ASSERT(length > 0 && length < STORE_PICTURE_PATH_BYTES);
}

static void nothing_to_release(void *context)
{
    (void)context;
}

/* One that is too large to keep: straight from the engine's memory. */
static void picture_send(const struct store_visit *visit, const struct cache_page *page)
{
    char *headers = door_alloc(visit->request, page->lasting.length + page->describing.length);
    if (headers == NULL) {
        store_visit_busy(visit);
        return;
    }
    memcpy(headers, page->lasting.data, page->lasting.length);
    memcpy(headers + page->lasting.length, page->describing.data, page->describing.length);
    struct door_reply reply = {
        .status = 200,
        .headers = {headers, page->lasting.length + page->describing.length},
        .body = page->body,
        .release = nothing_to_release,
    };
    door_reply(visit->request, &reply);
}

static void picture_answer(const struct store_visit *visit, const struct offer *offer)
{
    struct store *store = visit->store;
    struct picture picture;
    struct text drawn;
    text_init(&drawn, DRAWN_BYTES_MAX);
    if (!engine_picture(store->engine, slice_of(offer->name), &picture)) {
        picture_draw(offer, store->shop->language, &drawn);
        picture =
            (struct picture){.media_type = SLICE("image/svg+xml"), .bytes = text_slice(&drawn)};
    }
    char type[64];
    snprintf(type, sizeof type, "Content-Type: %s\r\n", media_type_of(picture.media_type));
    struct cache_page page = {.key = visit->path,
                              .status = 200,
                              .body = picture.bytes,
                              .lasting = SLICE(PICTURE_LASTING),
                              .describing = slice_of(type)};
    struct cache_entry *entry = cache_put(store->cache, &page);
    if (entry != NULL) {
        cache_reply(store->cache, entry, visit->request, (struct slice){NULL, 0});
    } else if (drawn.bytes == NULL) {
        picture_send(visit, &page);
    } else {
        store_visit_busy(visit); /* no memory to keep a drawn one, which nobody else holds */
    }
    text_free(&drawn);
}

void store_picture_serve(const struct store_visit *visit)
{
    struct store *store = visit->store;
    static const size_t prefix = sizeof "/pictures/" - 1;
    if (visit->path.length > STORE_PICTURE_PATH_BYTES || visit->path.length <= prefix) {
        store_visit_not_found(visit);
        return;
    }
    struct cache_entry *entry = cache_find(store->cache, visit->path);
    if (entry != NULL) {
        cache_reply(store->cache, entry, visit->request, (struct slice){NULL, 0});
        return;
    }
    struct slice name = {visit->path.data + prefix, visit->path.length - prefix};
    const char *slash = memchr(name.data, '/', name.length);
    name.length = slash == NULL ? name.length : (size_t)(slash - name.data);
    struct offer_id id;
    if (!shop_offer_find(store->shop, name, &id)) {
        store_visit_not_found(visit);
        return;
    }
    char path[STORE_PICTURE_PATH_BYTES];
    store_picture_path(store, id, path);
    if (slice_is(visit->path, path)) {
        picture_answer(visit, &store->shop->offers[id.index]);
    } else {
        store_visit_redirect(visit, path, (struct slice){NULL, 0});
    }
}
