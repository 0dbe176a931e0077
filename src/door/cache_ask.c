/* A request's fields, each looked at once.
 *
 * Nothing is normalised: what two shops could read differently stays different here. Lines of the
 * key end in LF, which no part of a request can hold. */
#include "door/cache_ask.h"

#include "base/assert.h"
#include "door/bytes.h"
#include "door/cookie_kinds.h"
#include "door/link.h"

struct field {
    struct slice name, value;
};

static struct field field_at(const struct door_request *request, uint16_t i)
{
    const char *bytes = request->input + request->start;
    const struct http_field *field = &request->parser.headers[i];
    return (struct field){http_span_slice(bytes, field->name),
                          http_span_slice(bytes, field->value)};
}

/* Whose answer is for one, or a part, or depends on a state. */
static bool is_for_passing(struct slice name)
{
    static const struct slice names[] = {
        SLICE("authorization"), SLICE("proxy-authorization"), SLICE("range"), SLICE("if-range"),
        SLICE("if-match"),      SLICE("if-unmodified-since"),
    };
    return HTTP_IS_ONE_OF(name, names);
}

/* What every browser sends differently, and answers do not depend on unless they say so; what ends
 * here; and what we say ourselves. */
static bool is_left_out(struct slice name)
{
    static const struct slice names[] = {
        SLICE("accept-encoding"),
        SLICE("accept-language"),
        SLICE("user-agent"),
        SLICE("referer"),
        SLICE("host"),
        SLICE("cookie"),
        SLICE("cache-control"),
        SLICE("pragma"),
        SLICE("if-none-match"),
        SLICE("if-modified-since"),
        SLICE("connection"),
        SLICE("keep-alive"),
        SLICE("proxy-connection"),
        SLICE("te"),
        SLICE("upgrade-insecure-requests"),
        SLICE("priority"),
        SLICE("x-real-ip"),
    };
    return HTTP_IS_ONE_OF(name, names) || http_begins_any_case(name, SLICE("sec-fetch-")) ||
           http_begins_any_case(name, SLICE("sec-ch-"));
}

/* Connection may name what is not to be handed on: then the shop behind would be asked something
 * else than the key says. */
static bool connection_is_plain(struct slice value)
{
    static const struct slice known[] = {SLICE("close"), SLICE("keep-alive"), SLICE("te"),
                                         SLICE("")};
    while (value.length > 0) {
        struct slice token = slice_trim(slice_cut(value, ',', &value));
        if (!HTTP_IS_ONE_OF(token, known)) {
            return false;
        }
    }
    return true;
}

/* What browsers and simple programs want of a page, a picture, a style sheet. Who wants something
 * else (JSON of a page's address) may get it from shops that do not say Vary: Accept. */
static bool accept_is_usual(struct slice value)
{
    return value.length == 0 || slice_is(value, "*/*") ||
           http_begins_any_case(value, SLICE("text/html")) ||
           http_begins_any_case(value, SLICE("image/")) ||
           http_begins_any_case(value, SLICE("text/css"));
}

/* Cookies into the key. False: one of them means a person. */
static bool cookies_read(struct slice value, struct ask *ask, struct text *key)
{
    while (value.length > 0) {
        struct slice cookie = slice_trim(slice_cut(value, ';', &value));
        struct slice rest;
        if (cookie.length == 0 || forward_is_our_cookie(cookie)) {
            continue;
        }
        switch (cookie_kind(slice_trim(slice_cut(cookie, '=', &rest)))) {
        case COOKIE_PERSON:
            return false;
        case COOKIE_IGNORED:
            break;
        case COOKIE_OTHER:
            ask->plain = false;
            text_append_string(key, "cookie:");
            text_append_slice(key, cookie);
            text_append_char(key, '\n');
            break;
        }
    }
    return true;
}

static void lower_append(struct text *to, struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        text_append_char(to, http_lower(name.data[i]));
    }
}

static void key_append(struct text *key, struct slice name, struct slice value)
{
    lower_append(key, name);
    text_append_char(key, ':');
    text_append_slice(key, value);
    text_append_char(key, '\n');
}

/* How a proxy that is believed was asked itself: the shop behind is told so (forward_head.c), in
 * whichever spelling it came. Whom that proxy saw is left out. */
static void told_append(const struct door_request *request, struct text *key)
{
    struct forwarded told;
    door_forwarded_read(request, &told);
    if (told.proto.length > 0) {
        key_append(key, SLICE("x-forwarded-proto"), told.proto);
    }
    if (told.host.length > 0) {
        key_append(key, SLICE("x-forwarded-host"), told.host);
    }
}

/* False: the request is passed on. */
static bool field_read(const struct door_request *request, struct field field, struct ask *ask,
                       struct text *key)
{
    if (is_for_passing(field.name)) {
        return false;
    }
    if (http_equal_any_case(field.name, SLICE("cookie"))) {
        return cookies_read(field.value, ask, key);
    }
    if (http_equal_any_case(field.name, SLICE("connection"))) {
        return connection_is_plain(field.value);
    }
    if (http_equal_any_case(field.name, SLICE("cache-control"))) {
        freshness_directives_read(&ask->control, field.value);
    }
    if (http_equal_any_case(field.name, SLICE("accept")) && accept_is_usual(field.value)) {
        return true;
    }
    if (!is_left_out(field.name) && forward_hands_on(request, field.name)) {
        ask->plain = ask->plain && http_begins_any_case(field.name, SLICE("x-forwarded-"));
        key_append(key, field.name, field.value);
    }
    return true;
}

/* A path that some shop reads as another one: what follows an escaped or plain delimiter may be
 * nothing to it (/account%3f.css, /account;.css). */
static bool path_is_plain(struct slice path)
{
    for (size_t i = 0; i < path.length; i++) {
        char byte = path.data[i];
        if (byte == ';' || byte == '\\') {
            return false;
        }
        if (byte == '%' && i + 2 < path.length) {
            int code = 16 * hex_digit(path.data[i + 1]) + hex_digit(path.data[i + 2]);
            bool text = code >= ' ' && strchr("/\\?#;%", code) == NULL && code != 0x7f;
            if (!text) {
                return false;
            }
        }
    }
    return true;
}

void cache_ask_group(struct slice host, struct slice target, struct text *to)
{
    text_append_slice(to, host);
    text_append_char(to, '\n');
    text_append_slice(to, target);
    text_append_char(to, '\n');
}

static void group_append(const struct door_request *request, const char *authority,
                         struct text *key)
{
    const struct http_parser *parser = &request->parser;
    struct slice host = parser->has_host
                            ? http_span_slice(request->input + request->start, parser->host)
                            : slice_of(authority);
    text_append_slice(key, host);
    text_append_char(key, '\n');
    text_append_slice(key, door_path(request));
    if (parser->query.at > 0) {
        text_append_char(key, '?');
        text_append_slice(key, door_query(request));
    }
    text_append_char(key, '\n');
}

void cache_ask_read(const struct door_request *request, const char *authority, struct ask *ask,
                    struct text *key)
{
    enum http_method method = door_method(request);
    *ask = (struct ask){.kind = ASK_PASSED, .plain = path_is_plain(door_path(request))};
    freshness_directives_clear(&ask->control);
    text_clear(key);
    group_append(request, authority, key);
    ask->group_length = key->length;
    if (method != METHOD_GET && method != METHOD_HEAD) {
        ask->kind = method == METHOD_OPTIONS ? ASK_PASSED : ASK_UNSAFE;
        return;
    }
    for (uint16_t i = 0; i < request->parser.header_count; i++) {
        if (!field_read(request, field_at(request, i), ask, key)) {
            return;
        }
    }
    told_append(request, key);
    if (door_header(request, "cache-control").data == NULL) {
        freshness_directives_read(&ask->control, door_header(request, "pragma"));
    }
    bool bodiless = door_body(request).length == 0 && !request->parser.has_coding;
    if (bodiless && !ask->control.no_store && !key->overflow) {
        ask->kind = ASK_CACHED;
    }
}

bool cache_ask_target(struct slice host, struct slice *location)
{
    struct slice rest = slice_cut(*location, '#', &(struct slice){NULL, 0});
    if (http_begins_any_case(rest, SLICE("http://"))) {
        rest = slice_from(rest, 7);
    } else if (http_begins_any_case(rest, SLICE("https://"))) {
        rest = slice_from(rest, 8);
    } else {
        *location = rest;
        return rest.length > 0 && rest.data[0] == '/' && !slice_starts(rest, "//");
    }
    bool here = rest.length > host.length && slice_starts(slice_from(rest, host.length), "/") &&
                slice_equal((struct slice){rest.data, host.length}, host);
    *location = here ? slice_from(rest, host.length) : rest;
    return here;
}

/* ---- Vary ---- */

/* All cookies that the shop behind is sent. */
static void cookies_append(struct slice value, struct text *to)
{
    while (value.length > 0) {
        struct slice cookie = slice_trim(slice_cut(value, ';', &value));
        if (cookie.length > 0 && !forward_is_our_cookie(cookie)) {
            text_append_slice(to, cookie);
            text_append_char(to, ';');
        }
    }
}

static void selected_append(const struct door_request *request, struct slice name, struct text *to)
{
    bool cookie = http_equal_any_case(name, SLICE("cookie"));
    lower_append(to, name);
    for (uint16_t i = 0; i < request->parser.header_count; i++) {
        struct field field = field_at(request, i);
        if (!http_equal_any_case(field.name, name)) {
            continue;
        }
        text_append_char(to, ':');
        if (cookie) {
            cookies_append(field.value, to);
        } else {
            text_append_slice(to, field.value);
        }
    }
    text_append_char(to, '\n');
}

bool cache_ask_select(const struct door_request *request, struct slice vary, struct text *to)
{
    static const struct slice made_up[] = {SLICE("*"), SLICE("x-forwarded-for"), SLICE("x-real-ip"),
                                           SLICE("forwarded"), SLICE("via")};
    while (vary.length > 0) {
        struct slice name = slice_trim(slice_cut(vary, ',', &vary));
        if (HTTP_IS_ONE_OF(name, made_up)) {
            return false;
        }
        if (name.length > 0) {
            selected_append(request, name, to);
        }
    }
    return !to->overflow;
}

/* ---- conditions ---- */

struct slice cache_ask_weakly(struct slice etag)
{
    return slice_starts(etag, "W/") ? slice_from(etag, 2) : etag;
}

/* Does the list of entity tags name this one? Commas may stand inside their quotes. */
static bool tags_have(struct slice list, struct slice etag)
{
    etag = cache_ask_weakly(etag);
    while (list.length > 0) {
        struct slice rest = slice_trim(list);
        rest = cache_ask_weakly(rest);
        const char *close = rest.length > 1 && rest.data[0] == '"'
                                ? memchr(rest.data + 1, '"', rest.length - 1)
                                : NULL;
        if (close == NULL) {
            return false;
        }
        struct slice tag = {rest.data, (size_t)(close + 1 - rest.data)};
        if (slice_equal(tag, etag)) {
            return true;
        }
        (void)slice_cut(slice_from(rest, tag.length), ',', &list);
    }
    return false;
}

bool cache_ask_is_current(const struct door_request *request, struct slice etag,
                          struct slice modified, int64_t now_utc)
{
    int64_t known;
    int64_t changed;
    bool tagged = false;
    for (uint16_t i = 0; i < request->parser.header_count; i++) {
        struct field field = field_at(request, i);
        if (!http_equal_any_case(field.name, SLICE("if-none-match"))) {
            continue;
        }
        tagged = true;
        if (slice_is(field.value, "*") || (etag.length > 0 && tags_have(field.value, etag))) {
            return true;
        }
    }
    struct slice since = door_header(request, "if-modified-since");
    return !tagged && since.length > 0 && modified.length > 0 &&
           http_date_read(since, now_utc, &known) && http_date_read(modified, now_utc, &changed) &&
           changed <= known;
}
