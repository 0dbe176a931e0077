/* Lists of who asked, read strictly.
 *
 *   X-Forwarded-For: a, b            -> nodes a, b         X-Forwarded-Proto, -Host -> proto, host
 *   Forwarded: for=a;proto=https, for="[b]:1"  -> the same, proto and host of the last element
 *
 * Nothing is copied: nodes lie in the head. A quoted string with a backslash is legal and nobody
 * needs one in an address or a host, so it makes its field malformed. */
#include "door/forwarded.h"

#include "door/bytes.h"

#include <uv.h>

enum { ADDRESS_CHARACTERS = 45 };

static void node_add(struct forwarded *forwarded, struct slice node)
{
    if (forwarded->node_count == FORWARDED_NODES_MAX) {
        forwarded->node_count--;
        memmove(forwarded->nodes, forwarded->nodes + 1,
                forwarded->node_count * sizeof forwarded->nodes[0]);
    }
    bool usual = node.length > 0 && node.length <= FORWARDED_NODE_BYTES_MAX;
    forwarded->nodes[forwarded->node_count++] = usual ? node : SLICE("unknown");
}

/* An empty element counts: it must not hide that somebody stands there. */
static void list_read(struct slice list, struct forwarded *forwarded)
{
    do {
        node_add(forwarded, slice_trim(slice_cut(list, ',', &list)));
    } while (list.data != NULL);
}

static struct slice list_last(struct slice list)
{
    struct slice last = list;
    while (list.length > 0) {
        last = slice_cut(list, ',', &list);
    }
    return slice_trim(last);
}

/* WebSockets are asked for over one of the two. */
static struct slice proto_of(struct slice text)
{
    if (http_equal_any_case(text, SLICE("https")) || http_equal_any_case(text, SLICE("wss"))) {
        return SLICE("https");
    }
    if (http_equal_any_case(text, SLICE("http")) || http_equal_any_case(text, SLICE("ws"))) {
        return SLICE("http");
    }
    return (struct slice){NULL, 0};
}

static struct slice host_of(struct slice text)
{
    return http_host_valid(text) ? text : (struct slice){NULL, 0};
}

/* ---- RFC 7239 ---- */

/* What is left of a field. */
struct cursor {
    const char *at;
    const char *end;
};

static void blanks_skip(struct cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t')) {
        cursor->at++;
    }
}

static bool mark_take(struct cursor *cursor, char mark)
{
    if (cursor->at == cursor->end || *cursor->at != mark) {
        return false;
    }
    cursor->at++;
    return true;
}

static bool token_take(struct cursor *cursor, struct slice *token)
{
    const char *start = cursor->at;
    while (cursor->at < cursor->end && http_byte_is(*cursor->at, HTTP_TOKEN)) {
        cursor->at++;
    }
    *token = (struct slice){start, (size_t)(cursor->at - start)};
    return token->length > 0;
}

/* A token, or a quoted string, without its quotes. */
static bool value_take(struct cursor *cursor, struct slice *value)
{
    if (!mark_take(cursor, '"')) {
        return token_take(cursor, value);
    }
    const char *start = cursor->at;
    while (cursor->at < cursor->end && *cursor->at != '"' && *cursor->at != '\\') {
        cursor->at++;
    }
    *value = (struct slice){start, (size_t)(cursor->at - start)};
    return mark_take(cursor, '"');
}

struct element {
    struct slice node, proto, host;
};

static bool pair_take(struct cursor *cursor, struct element *element)
{
    struct slice name;
    struct slice value;
    if (!token_take(cursor, &name) || !mark_take(cursor, '=') || !value_take(cursor, &value)) {
        return false;
    }
    if (http_equal_any_case(name, SLICE("for"))) {
        element->node = value;
    } else if (http_equal_any_case(name, SLICE("proto"))) {
        element->proto = proto_of(value);
    } else if (http_equal_any_case(name, SLICE("host"))) {
        element->host = host_of(value);
    }
    return true;
}

/* Up to its comma, or the end. */
static bool element_take(struct cursor *cursor, struct element *element)
{
    *element = (struct element){.node = SLICE("unknown")};
    while (cursor->at < cursor->end) {
        blanks_skip(cursor);
        if (mark_take(cursor, ',')) {
            return true;
        }
        if (cursor->at < cursor->end && !mark_take(cursor, ';') && !pair_take(cursor, element)) {
            return false;
        }
    }
    return true;
}

static bool elements_read(struct slice value, struct forwarded *forwarded)
{
    struct cursor cursor = {value.data, value.data + value.length};
    while (cursor.at < cursor.end) {
        struct element element;
        if (!element_take(&cursor, &element)) {
            return false;
        }
        node_add(forwarded, element.node);
        forwarded->proto = element.proto;
        forwarded->host = element.host;
    }
    return true;
}

/* ---- the head ---- */

enum { NAME_FOR, NAME_PROTO, NAME_HOST, NAME_FORWARDED, NAMES };

static const struct slice names[NAMES] = {
    [NAME_FOR] = SLICE("x-forwarded-for"),
    [NAME_PROTO] = SLICE("x-forwarded-proto"),
    [NAME_HOST] = SLICE("x-forwarded-host"),
    [NAME_FORWARDED] = SLICE("forwarded"),
};

/* Most fields of a head are none of them, and each head is asked more than once. */
static int name_of(struct slice name)
{
    char first = name.length > 0 ? http_lower(name.data[0]) : '\0';
    if (first != 'x' && first != 'f') {
        return NAMES;
    }
    for (int i = 0; i < NAMES; i++) {
        if (http_equal_any_case(name, names[i])) {
            return i;
        }
    }
    return NAMES;
}

static void own_read(const char *bytes, const struct http_field *fields, uint16_t count,
                     struct forwarded *forwarded)
{
    for (uint16_t i = 0; i < count; i++) {
        if (name_of(http_span_slice(bytes, fields[i].name)) == NAME_FORWARDED &&
            !elements_read(http_span_slice(bytes, fields[i].value), forwarded)) {
            *forwarded = (struct forwarded){.node_count = 0};
            return;
        }
    }
}

void forwarded_read(const char *bytes, const struct http_field *fields, uint16_t count,
                    struct forwarded *forwarded)
{
    bool listed = false;
    bool own = false;
    *forwarded = (struct forwarded){.node_count = 0};
    for (uint16_t i = 0; i < count; i++) {
        struct slice value = http_span_slice(bytes, fields[i].value);
        switch (name_of(http_span_slice(bytes, fields[i].name))) {
        case NAME_FOR:
            listed = true;
            list_read(value, forwarded);
            break;
        case NAME_PROTO:
            forwarded->proto = proto_of(list_last(value));
            break;
        case NAME_HOST:
            forwarded->host = host_of(list_last(value));
            break;
        case NAME_FORWARDED:
            own = true;
            break;
        default:
            break;
        }
    }
    if (own && !listed) {
        own_read(bytes, fields, count, forwarded);
    }
}

/* "1.2.3.4:80", "[::1]:80"; some proxies write ports into X-Forwarded-For too. */
struct slice forwarded_node_name(struct slice node)
{
    struct slice rest;
    if (node.length > 0 && node.data[0] == '[') {
        return slice_cut(slice_from(node, 1), ']', &rest);
    }
    struct slice name = slice_cut(node, ':', &rest);
    bool one_colon = rest.length > 0 && memchr(rest.data, ':', rest.length) == NULL;
    return one_colon ? name : node;
}

bool forwarded_node_address(struct slice node, unsigned char bytes[16])
{
    char text[ADDRESS_CHARACTERS + 1];
    struct slice name = forwarded_node_name(slice_trim(node));
    if (name.length == 0 || name.length > ADDRESS_CHARACTERS) {
        return false;
    }
    memcpy(text, name.data, name.length);
    text[name.length] = '\0';
    memset(bytes, 0, 16);
    memset(bytes + 10, 0xff, 2);
    return uv_inet_pton(AF_INET, text, bytes + 12) == 0 || uv_inet_pton(AF_INET6, text, bytes) == 0;
}
