/* The two heads that are handed on: the request's to the upstream, the reply's to the client.
 *
 * Fields that are for one hop only stay here (RFC 9110 section 7.6.1): the listed ones, and those
 * that Connection names. What the upstream is told about the client is ours to say: X-Forwarded-*,
 * Forwarded and X-Real-IP of strangers are dropped (a proxy on this machine, which speaks TLS for
 * us, and those that are trusted, are believed: forwarded.h), also where an underscore stands for a
 * dash, because CGI makes them the same name; and "Proxy", which CGI makes HTTP_PROXY. Our own
 * cookies are ours alone: the upstream does not see them, and cannot set one. */
#include "base/assert.h"
#include "door/bytes.h"
#include "door/link.h"

enum {
    /* Of what is added, hosts not counted: each node twice, with what is written around it. */
    REQUEST_HEAD_MORE_BYTES = 512 + FORWARDED_NODES_MAX * (2 * FORWARDED_NODE_BYTES_MAX + 16)
};

/* The fields of a head, and which of them are a Connection that names more than is of one hop
 * anyway: from `first` to before `stop`. */
struct fields {
    const char *bytes;
    const struct http_field *list;
    uint16_t count;
    uint16_t first;
    uint16_t stop;
};

static struct slice field_name(const struct fields *fields, uint16_t i)
{
    return http_span_slice(fields->bytes, fields->list[i].name);
}

static struct slice field_value(const struct fields *fields, uint16_t i)
{
    return http_span_slice(fields->bytes, fields->list[i].value);
}

/* By length, because every field of both heads is asked. */
static bool is_always_of_one_hop(struct slice name)
{
    switch (name.length) {
    case 2:
        return http_equal_any_case(name, SLICE("te"));
    case 7:
        return http_equal_any_case(name, SLICE("trailer")) ||
               http_equal_any_case(name, SLICE("upgrade"));
    case 10:
        return http_equal_any_case(name, SLICE("connection")) ||
               http_equal_any_case(name, SLICE("keep-alive"));
    case 14:
        return http_equal_any_case(name, SLICE("content-length")); /* which is made anew */
    case 16:
        return http_equal_any_case(name, SLICE("proxy-connection"));
    case 17:
        return http_equal_any_case(name, SLICE("transfer-encoding"));
    default:
        return false;
    }
}

static bool names_more(struct slice connection)
{
    while (connection.length > 0) {
        if (!is_always_of_one_hop(slice_trim(slice_cut(connection, ',', &connection)))) {
            return true;
        }
    }
    return false;
}

static struct fields fields_of(const char *bytes, const struct http_field *list, uint16_t count)
{
    struct fields fields = {.bytes = bytes, .list = list, .count = count, .first = count};
    for (uint16_t i = 0; i < count; i++) {
        if (http_equal_any_case(field_name(&fields, i), SLICE("connection")) &&
            names_more(field_value(&fields, i))) {
            fields.first = fields.first < i ? fields.first : i;
            fields.stop = (uint16_t)(i + 1);
        }
    }
    return fields;
}

static bool is_of_one_hop(const struct fields *fields, struct slice name)
{
    if (is_always_of_one_hop(name)) {
        return true;
    }
    for (uint16_t i = fields->first; i < fields->stop; i++) {
        if (http_equal_any_case(field_name(fields, i), SLICE("connection")) &&
            http_list_has(field_value(fields, i), name)) {
            return true;
        }
    }
    return false;
}

/* Like http_equal_any_case for the name's beginning, and CGI's: '_' is '-'. */
static bool begins_as(struct slice name, struct slice start)
{
    if (name.length < start.length) {
        return false;
    }
    for (size_t i = 0; i < start.length; i++) {
        char byte = name.data[i] == '_' ? '-' : http_lower(name.data[i]);
        if (byte != start.data[i]) {
            return false;
        }
    }
    return true;
}

static bool is_as(struct slice name, struct slice wanted)
{
    return name.length == wanted.length && begins_as(name, wanted);
}

/* Does it tell where a request comes from? */
static bool is_about_origin(struct slice name)
{
    return begins_as(name, SLICE("x-forwarded-")) || is_as(name, SLICE("forwarded")) ||
           is_as(name, SLICE("x-real-ip"));
}

/* Those that we write ourselves. */
static bool is_made_anew(struct slice name)
{
    static const struct slice names[] = {
        SLICE("host"),   SLICE("expect"), /* we have the body already */
        SLICE("cookie"), SLICE("via"),    SLICE("proxy"),
    };
    return HTTP_IS_ONE_OF(name, names) || is_as(name, SLICE("x-forwarded-for")) ||
           is_as(name, SLICE("x-forwarded-proto")) || is_as(name, SLICE("x-forwarded-host")) ||
           is_as(name, SLICE("forwarded"));
}

struct writer {
    char *at;
    char *end;
};

static void put(struct writer *writer, struct slice slice)
{
    ASSERT(slice.length <= (size_t)(writer->end - writer->at));
    if (slice.length > 0) {
        memcpy(writer->at, slice.data, slice.length);
        writer->at += slice.length;
    }
}

static void put_line(struct writer *writer, struct slice name, struct slice value)
{
    put(writer, name);
    put(writer, SLICE(": "));
    put(writer, value);
    put(writer, SLICE("\r\n"));
}

static void put_number_line(struct writer *writer, struct slice name, size_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put_line(writer, name, (struct slice){digits + at, sizeof digits - at});
}

/* One without a name is sent back as its value alone: "=ecluse_x=1" makes "ecluse_x=1". */
bool forward_is_our_cookie(struct slice cookie)
{
    static const struct slice ours = SLICE("ecluse_");
    struct slice bare = slice_trim(cookie);
    while (bare.length > 0 &&
           (bare.data[0] == '=' || bare.data[0] == ' ' || bare.data[0] == '\t')) {
        bare = (struct slice){bare.data + 1, bare.length - 1};
    }
    return bare.length >= ours.length && memcmp(bare.data, ours.data, ours.length) == 0;
}

/* "a=1; ecluse_x=2; b=3" becomes "a=1; b=3"; nothing left, no line. */
static void put_cookies(struct writer *writer, struct slice value)
{
    bool any = false;
    while (value.length > 0) {
        struct slice cookie = slice_cut(value, ';', &value);
        struct slice bare = slice_trim(cookie);
        if (bare.length == 0 || forward_is_our_cookie(bare)) {
            continue;
        }
        put(writer, any ? SLICE(";") : SLICE("Cookie: "));
        put(writer, any ? cookie : bare);
        any = true;
    }
    if (any) {
        put(writer, SLICE("\r\n"));
    }
}

/* A line Via with the values of all such fields, and ours. */
static void put_via(struct writer *writer, const struct fields *fields, struct slice own)
{
    put(writer, SLICE("Via: "));
    for (uint16_t i = 0; i < fields->count; i++) {
        if (http_equal_any_case(field_name(fields, i), SLICE("via"))) {
            put(writer, field_value(fields, i));
            put(writer, SLICE(", "));
        }
    }
    put(writer, own);
    put(writer, SLICE("\r\n"));
}

/* An address, or "unknown". */
static void put_address(struct writer *writer, struct slice address)
{
    bool quoted = memchr(address.data, ':', address.length) != NULL;
    put(writer, quoted ? SLICE("for=\"[") : SLICE("for="));
    put(writer, address);
    put(writer, quoted ? SLICE("]\"") : SLICE(""));
}

/* RFC 7239 section 6: an address, "unknown", or a name that hides one. */
static void put_node(struct writer *writer, struct slice node)
{
    unsigned char bytes[16];
    if (forwarded_node_address(node, bytes)) {
        put_address(writer, forwarded_node_name(node));
    } else {
        bool hidden = node.data[0] == '_' && http_all_in(node, HTTP_TOKEN);
        put(writer, SLICE("for="));
        put(writer, hidden ? node : SLICE("unknown"));
    }
}

static void put_host_and_proto(struct writer *writer, struct slice host, struct slice proto)
{
    if (host.length > 0) {
        put(writer, SLICE(";host=\""));
        put(writer, host);
        put(writer, SLICE("\""));
    }
    if (proto.length > 0) {
        put(writer, SLICE(";proto="));
        put(writer, proto);
    }
}

static void put_forwarded(struct writer *writer, const struct forwarded *told, struct slice address,
                          struct slice host)
{
    uint32_t last = told->node_count;
    put(writer, SLICE("Forwarded: "));
    for (uint32_t i = 0; i + 1 < last; i++) {
        put_node(writer, told->nodes[i]);
        put(writer, SLICE(", "));
    }
    if (last > 0 || told->proto.length > 0 || told->host.length > 0) {
        put_node(writer, last > 0 ? told->nodes[last - 1] : SLICE("unknown"));
        put_host_and_proto(writer, told->host, told->proto);
        put(writer, SLICE(", "));
    }
    put_address(writer, address); /* the system's, so that it is one */
    put_host_and_proto(writer, host, SLICE("http"));
    put(writer, SLICE("\r\n"));
}

/* Where it comes from, in both spellings. */
static void put_origin(struct writer *writer, const struct door_request *request,
                       const struct forwarded *told, struct slice host)
{
    const struct door_origin *origin = door_origin(request);
    struct slice address =
        origin->address[0] != '\0' ? slice_of(origin->address) : SLICE("unknown");
    put(writer, SLICE("X-Forwarded-For: "));
    for (uint32_t i = 0; i < told->node_count; i++) {
        unsigned char bytes[16];
        struct slice node = told->nodes[i];
        put(writer, forwarded_node_address(node, bytes) ? forwarded_node_name(node) : node);
        put(writer, SLICE(", "));
    }
    put(writer, address);
    put(writer, SLICE("\r\n"));
    put_line(writer, SLICE("X-Forwarded-Proto"),
             told->proto.length > 0 ? told->proto : SLICE("http"));
    put_line(writer, SLICE("X-Forwarded-Host"), told->host.length > 0 ? told->host : host);
    put_forwarded(writer, told, address, host);
}

/* The method, and the target as a path. */
static void put_request_line(struct writer *writer, const struct door_request *request)
{
    put(writer, request_method(request));
    put(writer, SLICE(" "));
    put(writer, door_path(request));
    if (request->parser.query.at > 0) {
        put(writer, SLICE("?"));
        put(writer, door_query(request));
    }
    put(writer, SLICE(" HTTP/1.1\r\n"));
}

/* A page into which something is put comes whole and uncompressed. */
static bool is_about_coding(struct slice name)
{
    return http_equal_any_case(name, SLICE("accept-encoding")) ||
           http_equal_any_case(name, SLICE("range")) ||
           http_equal_any_case(name, SLICE("if-range"));
}

/* What the client has already; the cache asks by what it has itself. */
static bool is_condition(struct slice name)
{
    return http_equal_any_case(name, SLICE("if-none-match")) ||
           http_equal_any_case(name, SLICE("if-modified-since"));
}

/* Does it pass as it is? */
static bool passes(struct slice name, bool believed)
{
    return !is_made_anew(name) && (believed || !is_about_origin(name));
}

/* `whole`: uncompressed, and no part. */
static void put_fields(struct writer *writer, const struct door_request *request,
                       const struct fields *fields, bool whole, bool unconditional)
{
    bool believed = door_is_believed(request);
    for (uint16_t i = 0; i < fields->count; i++) {
        struct slice name = field_name(fields, i);
        if (http_equal_any_case(name, SLICE("cookie"))) {
            put_cookies(writer, field_value(fields, i));
        } else if (whole && is_about_coding(name)) {
            continue;
        } else if (!is_of_one_hop(fields, name) && passes(name, believed) &&
                   !(unconditional && is_condition(name))) {
            put_line(writer, name, field_value(fields, i));
        }
    }
    if (whole) {
        put_line(writer, SLICE("Accept-Encoding"), SLICE("identity"));
    }
}

bool forward_hands_on(const struct door_request *request, struct slice name)
{
    return passes(name, door_is_believed(request)) || http_equal_any_case(name, SLICE("via"));
}

struct slice forward_request_head(const struct exchange *exchange, const struct slice *conditions)
{
    struct door_request *request = exchange->request;
    const struct http_parser *parser = &request->parser;
    const char *bytes = request->input + request->start;
    struct fields fields = fields_of(bytes, parser->headers, parser->header_count);
    struct slice host = parser->has_host ? http_span_slice(bytes, parser->host)
                                         : slice_of(exchange->upstream->place.authority);
    struct forwarded told;
    door_forwarded_read(request, &told);
    /* A line's ": " and CR LF may be new (the client may leave the space out). */
    size_t most = parser->body_at + parser->header_count + 3 * host.length + 2 * told.host.length +
                  REQUEST_HEAD_MORE_BYTES + (conditions != NULL ? conditions->length : 0);
    char *head = door_alloc_unset(request, most);
    if (head == NULL) {
        return (struct slice){NULL, 0};
    }
    struct writer writer = {head, head + most};
    put_request_line(&writer, request);
    put_line(&writer, SLICE("Host"), host);
    put_fields(&writer, request, &fields, exchange->inserts, conditions != NULL);
    put(&writer, conditions != NULL ? *conditions : SLICE(""));
    put_origin(&writer, request, &told, host);
    put_via(&writer, &fields,
            parser->version_minor == 1 ? SLICE("1.1 ecluse") : SLICE("1.0 ecluse"));
    if (parser->has_length || parser->has_coding) {
        put_number_line(&writer, SLICE("Content-Length"), parser->body_length);
    }
    if (exchange->tunnel) {
        put(&writer, SLICE("Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    }
    put(&writer, SLICE("\r\n"));
    return (struct slice){head, (size_t)(writer.at - head)};
}

/* `changed`: the page gets a text put in, so that its length is not known. */
static enum stream_framing framing_of(const struct door_request *request,
                                      const struct http_response *response, enum http_body body,
                                      bool changed)
{
    if (response->status == 101) {
        return STREAM_UPGRADED;
    }
    bool sized = response->has_length && response->status != 204 && !changed;
    switch (body) {
    case BODY_NONE:
        return sized ? STREAM_SIZED : STREAM_BARE;
    case BODY_SIZED:
        if (sized) {
            return STREAM_SIZED;
        }
        break;
    case BODY_CHUNKED:
    case BODY_TO_CLOSE:
        break;
    }
    return request->parser.version_minor == 1 ? STREAM_CHUNKED : STREAM_TO_CLOSE;
}

/* What the shop behind says to us alone. */
static bool is_told_to_us(struct exchange *exchange, struct slice name, struct slice value)
{
    if (!begins_as(name, SLICE("ecluse-"))) {
        return false;
    }
    exchange->forwarded.ends_session |=
        is_as(name, SLICE("ecluse-session")) && http_equal_any_case(value, SLICE("end"));
    return true;
}

static void append_line(struct text *output, struct slice name, struct slice value)
{
    text_append_slice(output, name);
    text_append_string(output, ": ");
    text_append_slice(output, value);
    text_append_string(output, "\r\n");
}

/* A field of a page that gets a text put in: its bytes are others than the ETag knows, and no part
 * of it can be asked for. */
static void append_changed(struct text *output, struct slice name, struct slice value)
{
    if (http_equal_any_case(name, SLICE("etag"))) {
        text_append_string(output, slice_starts(value, "W/") ? "ETag: " : "ETag: W/");
        text_append_slice(output, value);
        text_append_string(output, "\r\n");
    } else if (!http_equal_any_case(name, SLICE("accept-ranges"))) {
        append_line(output, name, value);
    }
}

void forward_kept_lines(const struct http_response *response, const char *bytes, bool changed,
                        struct text *to)
{
    struct fields fields = fields_of(bytes, response->headers, response->header_count);
    for (uint16_t i = 0; i < fields.count; i++) {
        struct slice name = field_name(&fields, i);
        if (!is_of_one_hop(&fields, name) && !http_equal_any_case(name, SLICE("age"))) {
            (changed ? append_changed : append_line)(to, name, field_value(&fields, i));
        }
    }
}

void forward_reply_head(struct exchange *exchange, const struct http_response *response,
                        const char *bytes, enum http_body body)
{
    struct door_request *request = exchange->request;
    struct fields fields = fields_of(bytes, response->headers, response->header_count);
    bool changed = exchange->changed;
    size_t from =
        stream_begin(request, response->status, framing_of(request, response, body, changed),
                     response->length, response->has_date);
    struct text *output = &request->output;
    for (uint16_t i = 0; i < fields.count; i++) {
        struct slice name = field_name(&fields, i);
        struct slice value = field_value(&fields, i);
        bool ours = http_equal_any_case(name, SLICE("set-cookie")) && forward_is_our_cookie(value);
        if (ours || is_of_one_hop(&fields, name) || is_told_to_us(exchange, name, value)) {
            continue;
        }
        (changed ? append_changed : append_line)(output, name, value);
    }
    text_append_slice(output, exchange->headers);
    stream_head_end(request, from);
}
