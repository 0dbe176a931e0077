/* The strict parser of a reply's head, as the shop behind us sends it (RFC 9112 sections 4 and 6).
 *
 * Incremental like parser.h: called again with the same reply's bytes and more of them, which may
 * have moved, it says the same whatever the split. It copies nothing. The body is the caller's:
 * http_response_body says how it ends; the decoder of chunks is that of requests (http_parse). */
#ifndef ECLUSE_DOOR_RESPONSE_H
#define ECLUSE_DOOR_RESPONSE_H

#include "door/parser.h"

/* A Content-Length over it (a petabyte) is taken for a mistake. */
#define HTTP_RESPONSE_BODY_BYTES_MAX ((size_t)1 << 50)

struct http_response {
    size_t at;     /* the first byte that is not settled; once complete, the first of the body */
    size_t length; /* the Content-Length, if has_length */
    enum http_refusal refusal;
    uint16_t status;       /* 100 to 599 */
    uint16_t header_count; /* the first header_count of `headers` are set */
    uint8_t version_minor; /* 0 or 1 */
    bool in_fields;        /* the status line was read */
    bool complete;
    bool has_length;
    bool has_coding; /* which is chunked, and nothing else */
    bool has_date;
    bool wants_close;
    bool wants_keep;
    struct http_field headers[LIMIT_UPSTREAM_HEADERS]; /* kept last */
};

enum http_body {
    BODY_NONE,
    BODY_SIZED,   /* `length` bytes */
    BODY_CHUNKED, /* until the last chunk */
    BODY_TO_CLOSE /* until the connection ends */
};

/* Ready for a new reply. */
void http_response_reset(struct http_response *response);
/* `bytes` is the reply from its first byte; heads may have LIMIT_UPSTREAM_HEAD_BYTES. HTTP_REFUSED:
 * `refusal` says what is wrong, and nothing after it may be read as a reply. */
enum http_result http_response_read(struct http_response *response, const char *bytes,
                                    size_t length) MUST_USE;
/* How the body of a complete head ends; `head` if the request was a HEAD. */
enum http_body http_response_body(const struct http_response *response, bool head);
/* May another request follow on the connection, when the body has been read? */
bool http_response_keeps(const struct http_response *response, enum http_body body);

#endif
