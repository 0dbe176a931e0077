/* Listening and HTTP/1.1. Knows nothing of shops: a request goes to the handler, the handler
 * replies now or later.
 *
 * Strict (RFC 9112): what two programs could read differently is refused. Every connection has
 * limits on head, body, time and idleness; a malformed request gets its own 4xx and the connection
 * closes. Replies leave in the order of the requests: a connection's next (pipelined) request is
 * parsed when its predecessor has its reply. One thread: that of door_run. */
#ifndef ECLUSE_DOOR_DOOR_H
#define ECLUSE_DOOR_DOOR_H

#include "base/slice.h"
#include "base/status.h"
#include "door/refusal.h"
#include "door/trust.h"
#include "env/env.h"

#include <stdint.h>

struct door;
struct door_request; /* one request and its coming reply; lives until the reply is sent */

enum http_method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_PATCH,
    METHOD_OTHER
};

struct http_header {
    struct slice name;  /* as sent */
    struct slice value; /* without the white space around it */
};

struct door_origin {
    bool local_socket; /* came by the socket beside the database: the machine's own staff */
    bool loopback;
    bool trusted;     /* a proxy of door_options.trust */
    char address[46]; /* text form; empty for the local socket */
};

/* 128 bits of an address, or of the network that it is in. */
struct door_key {
    uint64_t high, low;
};

/* Whom a request counts as when limits are asked: its sender; or, where that is a proxy on this
 * machine or one that is trusted, whom it names last in X-Forwarded-For or, without one, in
 * Forwarded; whom else is trusted is passed over. */
struct door_client {
    bool exempt;             /* this machine itself */
    struct door_key address; /* an IPv4 address as ::ffff:a.b.c.d, of IPv6 the /64 */
    struct door_key network; /* /24, /48 */
};

/* What the handler may read; valid until the reply. */
enum http_method door_method(const struct door_request *request);
struct slice
door_path(const struct door_request *request); /* percent-encoding kept; starts with '/' */
struct slice door_query(const struct door_request *request); /* after '?', empty if none */
struct slice door_body(const struct door_request *request);
struct slice door_header(const struct door_request *request,
                         const char *name); /* first of that name, any case; data NULL if none */
uint32_t door_header_count(const struct door_request *request, const char *name);
const struct door_origin *door_origin(const struct door_request *request);
void door_client(const struct door_request *request, struct door_client *client);
/* Was it asked over TLS, as a proxy says that is believed? */
bool door_is_secure(const struct door_request *request);
/* The sender's own address, whatever its request says. */
struct door_key door_peer(const struct door_request *request);
/* Memory that lives until the reply is sent (at most 1 MB). NULL when used up. */
void *door_alloc(struct door_request *request, size_t bytes);
/* The same without zeros: for what is large and set by its user. */
void *door_alloc_unset(struct door_request *request, size_t bytes);

/* A reply. `headers` is a block of complete "Name: value\r\n" lines (may be empty); Date,
 * Content-Length and Connection are the door's. For HEAD the body is counted and not sent. With
 * `release` the body stays valid until `release(context)` is called, which may be at once (pages
 * from memory); without, it is copied. Headers are always copied. */
struct door_reply {
    int status;
    struct slice headers;
    struct slice body;
    void (*release)(void *context);
    void *context;
    bool dated; /* `headers` have the Date of whoever made the reply */
};
void door_reply(struct door_request *request, const struct door_reply *reply);

/* The handler keeps the request and will reply later; should the client go away meanwhile, `gone`
 * is called once, after which nobody reads the reply (which is owed all the same: it gives the
 * request back; `gone` may reply). A client that closes its half of the connection counts as gone.
 * NULL takes it back; so does a reply, and door_forward needs it taken back. */
void door_on_gone(struct door_request *request, void (*gone)(void *context), void *context);

/* What became of a request, for whoever keeps a log. */
struct door_answer {
    int status;          /* DOOR_STATUS_GONE: the client went away before its reply */
    uint64_t body_bytes; /* of the reply's body, as far as it was sent to the socket's queue */
    uint64_t took_us;    /* from the whole request to the reply's last byte */
    bool readable;       /* false: it was refused before it was whole; nothing of it may be read */
    struct slice method; /* as sent */
    uint8_t version_minor; /* of HTTP: 0 or 1 */
};

enum { DOOR_STATUS_GONE = 499 }; /* is sent to nobody; nginx writes the same */

/* A problem (RFC 9457) with this status: the door's own, for malformed requests, and anybody's.
 * `type` is the last part of the problem's type URI; `detail` a sentence that says what to do;
 * `headers` more header lines or empty. */
void door_problem(struct door_request *request, int status, const char *type, const char *detail,
                  struct slice headers);

struct door_options {
    const char *address;     /* "127.0.0.1" or "::", or NULL: no TCP */
    uint16_t port;           /* 0: any free one */
    const char *socket_path; /* beside the database, mode 0600; or NULL */
    struct env *env;
    void (*handle)(struct door_request *request, void *context);
    void *context;
    uint32_t
        connections_max; /* 0: LIMIT_CONNECTIONS; never more than the machine gives descriptors */
    /* Limits in time; 0: LIMIT_REQUEST_SECONDS, LIMIT_IDLE_SECONDS, LIMIT_REPLY_SECONDS. */
    uint32_t request_seconds, idle_seconds, reply_seconds;
    /* Of a request's body, but on the local socket; 0: LIMIT_REQUEST_BODY_BYTES. What a shop behind
     * us takes (pictures of its products) may be more than what our own pages need. */
    uint32_t body_bytes_max;
    struct door_trust trust; /* proxies elsewhere that are believed about who asked */
    /* For tests: who comes from this machine is counted like everybody else, each 127.x.y.z as an
     * address of its own. */
    bool loopback_counts;
};

struct door_figures {
    uint64_t connections_total, connections_now, requests, malformed, timed_out, refused;
    uint64_t refused_shares;       /* connections over what an address or a network may have */
    uint64_t idle, yielded, stuck; /* connections closed: nothing came for long; others needed the
                                      place; the client did not read */
    uint64_t refusals[REFUSAL_COUNT]; /* by why; REFUSAL_MEMORY: also by who handles requests */
};

/* Opens the listeners; STATUS_BUSY if the port is taken. */
enum status door_open(const struct door_options *options, struct door **opened,
                      struct fault *fault) MUST_USE;
uint16_t door_port(const struct door *door);
/* Runs until door_stop; then finishes the requests that are under way (at most 5 s) and returns.
 * After that wake, turn and tick are called no more: what they need may be gone. */
void door_run(struct door *door);
/* From any thread or a signal handler: `wake` is called on the door's thread soon. */
void door_wake(struct door *door);
void door_on_wake(struct door *door, void (*wake)(void *context), void *context);
/* Called on the door's thread after everything that one turn of the loop had to do. */
void door_on_turn(struct door *door, void (*turn)(void *context), void *context);
/* Called on the door's thread once for each request, when its reply is made or can be no more; not
 * for connections over the limits, which get no request. Before door_run. */
void door_on_answered(struct door *door,
                      void (*answered)(void *context, const struct door_request *request,
                                       const struct door_answer *answer),
                      void *context);
/* Called on the door's thread about every `milliseconds`. */
void door_on_tick(struct door *door, uint32_t milliseconds, void (*tick)(void *context),
                  void *context);
/* From any thread or a signal handler: stops listening and ends door_run gracefully. */
void door_stop(struct door *door);
void door_close(struct door *door);
void door_figures(const struct door *door, struct door_figures *figures);

#endif
