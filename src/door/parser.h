/* The strict HTTP/1.1 request parser (RFC 9112, RFC 9110): docs/http-parser.md tells its rules.
 *
 * Incremental over a buffer that grows: http_parse is called again with the same message's bytes
 * and more of them, which may have moved in memory, and says the same whatever the split. It copies
 * nothing: spans are offsets from the message's first byte. Chunked bodies are decoded in place.
 * What comes after the message is left alone (`at` is where it starts). */
#ifndef ECLUSE_DOOR_PARSER_H
#define ECLUSE_DOOR_PARSER_H

#include "base/limits.h"
#include "door/door.h"
#include "door/refusal.h"

enum {
    HTTP_METHOD_BYTES_MAX = 32,
    HTTP_REQUEST_LINE_BYTES_MAX = LIMIT_REQUEST_TARGET_BYTES + 64,
    HTTP_CHUNK_LINE_BYTES_MAX = 512,
    HTTP_CHUNK_EXTENSIONS_BYTES_MAX = 2048, /* of all chunks of a body */
    HTTP_CHUNK_SIZE_DIGITS_MAX = 8,
    HTTP_TRAILER_BYTES_MAX = 4096
};

enum http_result { HTTP_MORE, HTTP_COMPLETE, HTTP_REFUSED };

enum http_stage {
    STAGE_START,
    STAGE_REQUEST_LINE,
    STAGE_FIELDS,
    STAGE_BODY,
    STAGE_CHUNK_SIZE,
    STAGE_CHUNK_DATA,
    STAGE_CHUNK_END,
    STAGE_TRAILER,
    STAGE_COMPLETE,
    STAGE_REFUSED
};

/* Offset from the message's first byte, and length: heads are shorter than 64 KB. */
struct http_span {
    uint16_t at;
    uint16_t length;
};

struct http_field {
    struct http_span name;
    struct http_span value;
};

struct http_parser {
    size_t body_max;
    size_t at; /* the first byte that is not settled; once complete, the first that is not the
                  message's */
    size_t body_at;
    size_t body_length; /* decoded so far */
    size_t left;        /* of the body, or of the chunk */
    uint32_t extension_bytes;
    uint32_t trailer_bytes;
    enum http_stage stage;
    enum http_refusal refusal;
    enum http_method method;
    struct http_span path;      /* empty for an absolute target without path: "/" is meant */
    struct http_span query;     /* after the '?' */
    struct http_span authority; /* of an absolute target */
    struct http_span host;
    uint16_t header_count;
    uint8_t version_minor; /* 0 or 1 */
    bool options_asterisk; /* OPTIONS *; there is no path then */
    bool skipped_line;
    bool has_host;
    bool has_length;
    bool has_coding;
    bool wants_close;
    bool wants_keep;
    bool expects_continue;
    struct http_field
        headers[LIMIT_REQUEST_HEADERS]; /* the first header_count are set; kept last */
};

/* Ready for a new message whose body may have up to `body_max` bytes. */
void http_parser_reset(struct http_parser *parser, size_t body_max);
/* `bytes` is the message from its first byte. In a chunked body, *length may shrink: framing that
 * was read is taken out. */
enum http_result http_parse(struct http_parser *parser, char *bytes, size_t *length) MUST_USE;
/* How large the buffer must be for the parser to get on; grows with what the client has announced,
 * never over the limits. */
size_t http_parser_room(const struct http_parser *parser);
/* May the connection be kept after this message? */
bool http_parser_keeps(const struct http_parser *parser);

static inline bool http_parser_in_head(const struct http_parser *parser)
{
    return parser->stage <= STAGE_FIELDS;
}

static inline struct slice http_span_slice(const char *bytes, struct http_span span)
{
    return (struct slice){bytes + span.at, span.length};
}

/* --- between parser.c, target.c, chunk.c and response.c only --- */

enum http_line { LINE_FOUND, LINE_MORE, LINE_LONG, LINE_BARE_LF };

/* The line that starts at `start` and must end before `limit`; *end is the place of its CR. */
enum http_line http_line_find(const char *bytes, size_t length, size_t start, size_t limit,
                              size_t *end);
/* Reads one field line that ends (with its CR) at `end`. */
enum http_refusal http_field_read(const char *bytes, size_t start, size_t end,
                                  struct http_field *field);
/* A Content-Length: one decimal number; *length is max + 1 if it is larger than `max` bytes, which
 * is below SIZE_MAX / 10. */
enum http_refusal http_length_read(struct slice value, size_t max, size_t *length);
/* Does a tab stand beside the field's value? `bytes` holds its whole line. */
bool http_field_has_tab_beside(const char *bytes, struct http_field field);
/* Is `wanted` in this list of tokens (commas between them, any case)? */
bool http_list_has(struct slice list, struct slice wanted);
enum http_refusal http_target_read(struct http_parser *parser, const char *bytes,
                                   struct http_span target);
/* Is this uri-host [":" port], not empty? */
bool http_host_valid(struct slice host);
/* One step of a chunked body. HTTP_COMPLETE and HTTP_REFUSED end it, HTTP_MORE with *stuck wants
 * more bytes. */
enum http_refusal http_chunk_step(struct http_parser *parser, char *bytes, size_t length,
                                  bool *stuck);

#endif
