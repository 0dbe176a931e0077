/* The existing shop behind us (`serve --upstream URL`): requests are handed on to it, and its
 * replies come back as they arrive (docs/decisions/0031-upstream.md).
 *
 * Connections to it are kept and used again. When all are in use, requests wait in a bounded list;
 * beyond it they are answered 503 with Retry-After. While it cannot be reached, one attempt each
 * 250 ms is let through, and everybody else is answered 502 at once. All on the door's thread. */
#ifndef ECLUSE_DOOR_UPSTREAM_H
#define ECLUSE_DOOR_UPSTREAM_H

#include "door/door.h"
#include "door/insert.h"

struct door_upstream;

struct door_upstream_options {
    /* "http://127.0.0.1:8081", "http://host:port" or "unix:/path"; no path, no https. */
    const char *url;
    uint32_t connections_max; /* 0: LIMIT_UPSTREAM_CONNECTIONS; at most 4096 */
    /* Milliseconds, kept to within a tick of 250; 0: limits. For connecting; until the reply's head
     * (and for waiting until a connection is free); between two pieces of its body. */
    uint32_t connect_ms, reply_ms, idle_ms;
    uint32_t tunnel_idle_ms; /* a WebSocket on which neither side says anything */
};

/* Resolves the host's name, and connects to nobody yet. STATUS_INVALID: the URL cannot be used;
 * STATUS_UNAVAILABLE: the name is unknown; STATUS_MEMORY. */
enum status door_upstream_open(struct door *door, const struct door_upstream_options *options,
                               struct door_upstream **opened, struct fault *fault) MUST_USE;

/* What became of a forwarded request. */
struct door_forwarded {
    int status;        /* of the upstream's reply, which the client got whole; 0: it failed, or the
                         client has gone */
    bool ends_session; /* the reply said `Ecluse-Session: end` */
    bool failed;       /* by the shop behind us: not reached, too slow, malformed, cut, or busy */
    uint64_t head_us;  /* microseconds until the reply's head came; 0 if none did */
};

/* Hands the request on and its reply back, as it comes; takes the place of door_reply. `headers`:
 * complete lines that are added to the reply (Set-Cookie ...), may be empty, are copied. Cookies
 * whose names begin with "ecluse_" are not handed on, nor are the reply's fields whose names begin
 * with "Ecluse-": what they say is between us and the shop behind. When the upstream fails before
 * its reply's head, the client reads a problem: 502, 504, or 503 when too many wait, with
 * Retry-After; later, the connection is cut. `done` (may be NULL) is called once, when it is over,
 * also when the client has gone; memory of the request (door_alloc) is still there; it may be
 * called before door_forward returns. A client that waits and closes its half of the connection
 * counts as gone. */
void door_forward(struct door_request *request, struct door_upstream *upstream,
                  struct slice headers,
                  void (*done)(void *context, const struct door_forwarded *forwarded),
                  void *context);

/* `find` is asked of each GET and HEAD that is handed on: does its reply get a text put in, if it
 * is a page of HTML that may be changed (forward_insert.c)? What `insert` points to outlives the
 * reply. */
void door_forward_insert(struct door_upstream *upstream,
                         bool (*find)(void *context, const struct door_request *request,
                                      struct door_insert *insert),
                         void *context);

struct door_upstream_figures {
    uint64_t forwarded; /* replies handed back whole */
    uint64_t failed;    /* 502, 503, 504, or cut in the middle; the timed out ones included */
    uint64_t timed_out;
    uint64_t connections_now, connections_total, waiting_now;
    uint64_t connect_slow, reply_slow; /* LIMIT_UPSTREAM_CONNECT_MS; _REPLY_MS and _IDLE_MS */
    uint64_t crowded;                  /* LIMIT_UPSTREAM_WAITING */
    uint64_t head_large;               /* LIMIT_UPSTREAM_HEAD_BYTES and _HEADERS */
};
void door_upstream_figures(const struct door_upstream *upstream,
                           struct door_upstream_figures *figures);

/* After door_run has returned and before door_close. NULL is allowed. */
void door_upstream_close(struct door_upstream *upstream);

#endif
