/* The request target: origin-form, absolute-form, or the asterisk of OPTIONS (RFC 9112
 * section 3.2).
 *
 * An origin server must take the absolute form. The parser then compares its authority with the
 * Host field and refuses a difference (RFC 9112 lets the target win): a request that names two
 * hosts is one that two programs read differently. Percent-encoding is kept as sent; dot segments
 * are the handler's, who knows what its paths mean. */
#include "base/text.h"
#include "door/bytes.h"
#include "door/parser.h"

static bool port_valid(struct slice text)
{
    if (text.length > 5) {
        return false;
    }
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
    }
    return true;
}

static bool percent_valid(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] != '%') {
            continue;
        }
        if (i + 2 >= text.length) {
            return false;
        }
        for (size_t k = i + 1; k <= i + 2; k++) {
            if (hex_digit(text.data[k]) < 0) {
                return false;
            }
        }
    }
    return true;
}

bool http_host_valid(struct slice host)
{
    if (host.length == 0) {
        return false;
    }
    bool literal = host.data[0] == '[';
    enum http_byte_class class = literal ? HTTP_IPV6 : HTTP_HOST;
    size_t start = literal ? 1 : 0;
    size_t at = start;
    while (at < host.length && http_byte_is(host.data[at], class)) {
        at++;
    }
    struct slice name = {host.data + start, at - start};
    if (literal) {
        if (name.length < 2 || at == host.length || host.data[at] != ']') {
            return false;
        }
        at++;
    }
    if (name.length == 0 || !percent_valid(name)) {
        return false;
    }
    if (at == host.length) {
        return true;
    }
    return host.data[at] == ':' &&
           port_valid((struct slice){host.data + at + 1, host.length - at - 1});
}

/* Splits what stands from `start` to `stop` into path and query. */
static enum http_refusal path_read(struct http_parser *parser, const char *bytes, size_t start,
                                   size_t stop)
{
    size_t at = start;
    while (at < stop && bytes[at] != '?' && http_byte_is(bytes[at], HTTP_PATH)) {
        at++;
    }
    if (at < stop && bytes[at] != '?') {
        return REFUSAL_TARGET;
    }
    parser->path = (struct http_span){(uint16_t)start, (uint16_t)(at - start)};
    if (at < stop) {
        parser->query = (struct http_span){(uint16_t)(at + 1), (uint16_t)(stop - at - 1)};
    }
    return REFUSAL_NONE;
}

static enum http_refusal absolute_read(struct http_parser *parser, const char *bytes,
                                       struct http_span target)
{
    static const struct slice scheme = SLICE("http://");
    size_t stop = (size_t)target.at + target.length;
    if (target.length <= scheme.length ||
        !http_equal_any_case((struct slice){bytes + target.at, scheme.length}, scheme)) {
        return REFUSAL_TARGET;
    }
    size_t start = target.at + scheme.length;
    size_t at = start;
    while (at < stop && bytes[at] != '/' && bytes[at] != '?') {
        at++;
    }
    parser->authority = (struct http_span){(uint16_t)start, (uint16_t)(at - start)};
    if (!http_host_valid(http_span_slice(bytes, parser->authority))) {
        return REFUSAL_TARGET;
    }
    return path_read(parser, bytes, at, stop);
}

enum http_refusal http_target_read(struct http_parser *parser, const char *bytes,
                                   struct http_span target)
{
    if (bytes[target.at] == '/') {
        return path_read(parser, bytes, target.at, (size_t)target.at + target.length);
    }
    if (target.length == 1 && bytes[target.at] == '*') {
        parser->options_asterisk = parser->method == METHOD_OPTIONS;
        return parser->options_asterisk ? REFUSAL_NONE : REFUSAL_TARGET_ASTERISK;
    }
    return absolute_read(parser, bytes, target);
}
