/* A page with a text put in, in pieces that the input chooses: the same as in one piece, and the
 * page itself once the text is taken out again. What a proxy says in Forwarded, besides. */
#include "base/assert.h"
#include "door/forwarded.h"
#include "door/insert.h"

enum { PAGE_BYTES_MAX = 1 << 16, MARK_BYTES = 2 };

static const char *const values[] = {"<span class=\"sku\"*>", "\"sku\" : \"", "sku='", "<i*i*>"};
static const struct door_insert what = {.before = "<div class=\"meta",
                                        .values = values,
                                        .value_count = 4,
                                        .unless = "data-ecluse-offer",
                                        .open = SLICE("\x01\x02"),
                                        .close = SLICE("\x03\x04")};

struct page {
    char bytes[PAGE_BYTES_MAX + INSERT_ESCAPED_BYTES_MAX + 2 * MARK_BYTES];
    size_t length;
};

static void on_put(void *context, struct slice bytes)
{
    struct page *page = context;
    ASSERT(bytes.length <= sizeof page->bytes - page->length); /* at most one text is put in */
    memcpy(page->bytes + page->length, bytes.data, bytes.length);
    page->length += bytes.length;
}

/* Pieces as long as the bytes of `steps` say, again and again; 0: all that is left. */
static void pass(struct slice text, const uint8_t *steps, size_t count, struct page *page)
{
    static struct inserter inserter;
    page->length = 0;
    inserter_begin(&inserter, &what, on_put, page);
    for (size_t at = 0, i = 0; at < text.length; i++) {
        size_t part = steps[i % count] == 0 ? text.length - at : steps[i % count];
        part = part < text.length - at ? part : text.length - at;
        inserter_take(&inserter, (struct slice){text.data + at, part});
        at += part;
    }
    inserter_end(&inserter);
}

/* The text between the marks has no byte that ends an attribute. */
static void text_check(struct slice page, const struct page *made)
{
    size_t same = 0;
    while (same < page.length && made->bytes[same] == page.data[same]) {
        same++;
    }
    size_t more = made->length - page.length;
    ASSERT(memcmp(made->bytes + same + more, page.data + same, page.length - same) ==
           0); /* the page without the text is the page */
    const char *text = memmem(made->bytes, made->length, "\x01\x02", 2);
    ASSERT(text != NULL); /* what is more is the text */
}

static void forwarded_check(const char *bytes, size_t length)
{
    struct forwarded forwarded;
    struct http_field field = {{0, 0}, {0, (uint16_t)(length < UINT16_MAX ? length : UINT16_MAX)}};
    static char head[UINT16_MAX + 16];
    memcpy(head, "forwarded", 9);
    memcpy(head + 9, bytes, field.value.length);
    field.name.length = 9;
    field.value.at = 9;
    forwarded_read(head, &field, 1, &forwarded);
    ASSERT(forwarded.node_count <= FORWARDED_NODES_MAX); /* few nodes */
    for (uint32_t i = 0; i < forwarded.node_count; i++) {
        unsigned char address[16];
        ASSERT(forwarded.nodes[i].length <= FORWARDED_NODE_BYTES_MAX); /* short nodes */
        ASSERT(forwarded.nodes[i].length > 0);                         /* no empty nodes */
        (void)forwarded_node_address(forwarded.nodes[i], address);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { STEPS = 4 };
    static struct page whole;
    static struct page pieces;
    if (size < STEPS || size > PAGE_BYTES_MAX) {
        return 0;
    }
    struct slice text = {(const char *)data + STEPS, size - STEPS};
    pass(text, (const uint8_t[]){0}, 1, &whole);
    pass(text, data, STEPS, &pieces);
    ASSERT(whole.length == pieces.length &&
           memcmp(whole.bytes, pieces.bytes, whole.length) == 0); /* the same for every split */
    if (whole.length == text.length) {
        ASSERT(memcmp(whole.bytes, text.data, text.length) == 0); /* unchanged without a match */
    } else {
        text_check(text, &whole);
    }
    forwarded_check(text.data, text.length);
    return 0;
}
