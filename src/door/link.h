/* Inside the proxy: links (connections to the upstream) and exchanges (a request that is handed on,
 * and its reply). For the files of the proxy only: upstream.c, exchange.c, link.c, relay.c,
 * tunnel.c, address.c, forward_head.c, forward_insert.c; and of the cache in front of it:
 * cache_ask.c, fill.c, micro_cache.c.
 *
 *        connect            connected          head came        client's socket full
 *   FREE -------> CONNECTING -------> HEAD ------------> BODY <------------------> PAUSED
 *    ^                                 ^                  | whole       room
 *    |                                 |   next request   v
 *    |                                 `---------------- IDLE (kept, newest first)
 *    |
 *    `--- CLOSING <--- any: failed, too slow, the client has gone, not to be kept
 *            `-------> CONNECTING: the next address of the name; or once more (link_retry)
 *
 * An exchange lives in its request's arena. It ends exactly once, in exchange_end: at once if its
 * link has nothing of the request's memory in hand, else when the link's handle is closed. A
 * WebSocket (tunnel.c) stays in BODY and PAUSED until one side closes. */
#ifndef ECLUSE_DOOR_LINK_H
#define ECLUSE_DOOR_LINK_H

#include "door/connection.h"
#include "door/response.h"
#include "door/upstream.h"

#include <sys/un.h>

enum {
    UPSTREAM_ADDRESSES_MAX = 8,
    UPSTREAM_HOST_BYTES = 256,
    UPSTREAM_CONNECTIONS_MAX = 4096,
    UPSTREAM_ATTEMPT_MS = 250, /* while it cannot be reached: between two attempts */
    UPSTREAM_FRESH_MS = 1000,  /* a link idle for longer may be closing at the other end just now */
    UPSTREAM_INTERIMS_MAX = 16, /* 1xx replies before the one that counts */
    LINK_BUFFER_BYTES = LIMIT_UPSTREAM_HEAD_BYTES
};

enum outcome {
    OUTCOME_NONE, /* under way */
    OUTCOME_WHOLE,
    OUTCOME_GONE, /* the client has */
    OUTCOME_UNREACHABLE,
    OUTCOME_CONNECT_SLOW,
    OUTCOME_CLOSED, /* by the upstream, before its reply was whole */
    OUTCOME_MALFORMED,
    OUTCOME_REPLY_SLOW,
    OUTCOME_CROWDED,
    OUTCOME_MEMORY,
    OUTCOME_COUNT
};

struct exchange {
    struct door_upstream *upstream;
    struct door_request *request;
    struct link *link; /* NULL: waits for one */
    struct exchange *previous;
    struct exchange *next;
    uint64_t since_ms; /* since when it waits */
    uint64_t started_ns;
    struct slice head;    /* what the upstream is sent, in front of the body */
    struct slice headers; /* for the reply */
    enum outcome outcome;
    bool tunnel;  /* the client asks for a WebSocket, and may have one */
    bool inserts; /* its reply gets `insert` put in, if it can be (forward_insert.c) */
    bool changed; /* it does */
    struct door_insert insert;
    struct inserter *inserter; /* through which the reply's body goes; NULL: as it comes */
    bool swallows;             /* the client gets something else: what is kept (fill.h) */
    bool unsafe;               /* what is kept of its target is forgotten if it succeeds */
    struct fill *fill;         /* what becomes of its reply in the cache; NULL: nothing */
    struct kept *stale;        /* what the cache has, to be validated, or shown if this fails */
    struct door_forwarded forwarded;
    void (*done)(void *context, const struct door_forwarded *forwarded);
    void *context;
};

/* What makes an exchange. */
struct exchange_ask {
    struct door_request *request;
    struct slice headers;
    void (*done)(void *context, const struct door_forwarded *forwarded);
    void *context;
    struct fill *fill;
    struct kept *stale; /* a reference to it, which the exchange takes */
    bool unsafe;
    bool detached; /* nobody waits for the reply; the request has no connection */
};

enum link_state {
    LINK_FREE,
    LINK_CONNECTING,
    LINK_IDLE,
    LINK_HEAD,
    LINK_BODY,
    LINK_PAUSED,
    LINK_CLOSING
};

struct link {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    uv_connect_t connect;
    uv_write_t write;
    struct door_upstream *upstream;
    struct exchange *exchange;
    struct link *previous; /* among the idle ones; next also chains the free ones */
    struct link *next;
    uint64_t since_ms; /* when it entered its state, or heard something last */
    enum link_state state;
    enum http_body body;
    uint32_t address;  /* which one it tries */
    uint32_t tried;    /* how many of them */
    uint32_t replies;  /* read on this connection */
    uint32_t interims; /* before this reply */
    bool again;        /* when closed, it connects again for the same exchange */
    bool writing;      /* the loop holds some of the request's memory */
    bool heard;        /* some of this reply has come */
    bool tunnels;      /* it was upgraded: bytes both ways */
    size_t pushed;     /* of the client's bytes, that the loop writes */
    size_t left;       /* of a sized body */
    size_t buffered;
    char *buffer; /* LINK_BUFFER_BYTES */
    struct http_response response;
    struct http_parser chunks;
};

struct exchange_list {
    struct exchange *head;
    struct exchange *tail;
    uint32_t count;
};

/* Where the upstream is. */
struct upstream_place {
    bool local;
    char host[UPSTREAM_HOST_BYTES]; /* without brackets */
    char port[8];
    char authority[UPSTREAM_HOST_BYTES + 16]; /* for requests that name no host */
    char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
    struct sockaddr_storage addresses[UPSTREAM_ADDRESSES_MAX];
    uint32_t address_count;
    uint32_t address_good; /* the one that answered last */
};

struct door_upstream {
    struct door *door;
    struct door_upstream_options options;
    struct upstream_place place;
    uv_timer_t timer;
    uv_getaddrinfo_t lookup;
    bool looking;
    bool ticking;
    bool closing;
    bool failing; /* the last attempt to connect failed */
    uint64_t attempt_at_ms;
    struct link *links; /* connections_max of them; those never used take no memory */
    char *buffers;
    uint32_t links_used;
    struct link *free;
    struct link *idle; /* newest first */
    uint32_t tunnels;  /* exchanges that asked for one, and are not over */
    struct exchange_list waiting;
    bool (*insert_find)(void *context, const struct door_request *request,
                        struct door_insert *insert); /* NULL: nothing is put in */
    void *insert_context;
    struct door_upstream_figures figures;
    struct micro_cache *cache; /* NULL: nothing is kept */
};

/* address.c */
enum status place_read(struct upstream_place *place, const char *url, struct fault *fault) MUST_USE;
enum status place_resolve(struct door_upstream *upstream, struct fault *fault) MUST_USE;
void place_resolve_again(struct door_upstream *upstream);

/* link.c: one connection to the upstream. */
struct link *link_take(struct door_upstream *upstream); /* NULL: all are in use */
void link_connect(struct link *link);
void link_send(struct link *link); /* its exchange's request */
void link_resume(struct link *link);
void link_close(struct link *link);
void link_expire(struct link *link, uint64_t now_ms);
void link_become_idle(struct link *link);
/* Nothing has come on this idle link that was not asked for, and it is not closed, as far as this
 * machine knows yet. */
bool link_is_quiet(const struct link *link) MUST_USE;
/* Its exchange ends so, when the link is closed. */
void link_fail(struct link *link, enum outcome outcome);

/* relay.c: what the upstream sends. */
void relay_begin(struct link *link);
/* New bytes stand in the link's buffer. */
void relay_read(struct link *link);
/* The reply is whole; the link is kept if it can be. */
void relay_whole(struct link *link, bool keeps);

/* tunnel.c: WebSockets. */
bool tunnel_is_asked(const struct door_request *request);
bool tunnel_is_free(const struct door_upstream *upstream);
/* The upstream's 101 is in the link's buffer. False: it was not asked for. */
bool tunnel_begin(struct link *link) MUST_USE;

/* exchange.c */
void exchange_begin(struct door_upstream *upstream, const struct exchange_ask *ask);
bool exchange_may_retry(const struct exchange *exchange);
void exchange_end(struct exchange *exchange);
void exchanges_dispatch(struct door_upstream *upstream);
void exchanges_expire(struct door_upstream *upstream, uint64_t now_ms);
void exchanges_fail_waiting(struct door_upstream *upstream, enum outcome outcome);

/* forward_head.c: heads, with what is of one hop only left out. */
/* In the request's arena; data NULL without memory. `conditions`: lines that take the place of the
 * client's If-None-Match and If-Modified-Since; NULL: they are handed on. */
struct slice forward_request_head(const struct exchange *exchange, const struct slice *conditions);
/* Is a field of that name handed on as it is, where Connection does not name it? */
bool forward_hands_on(const struct door_request *request, struct slice name);
/* Is the cookie, or the Set-Cookie, ours? */
bool forward_is_our_cookie(struct slice cookie);
/* The lines of a reply that may be kept: without those of one hop, and Age. `changed`: with a text
 * put in. */
void forward_kept_lines(const struct http_response *response, const char *bytes, bool changed,
                        struct text *to);
void forward_reply_head(struct exchange *exchange, const struct http_response *response,
                        const char *bytes, enum http_body body);

/* forward_insert.c: a text put into pages. */
/* Before its request's head is made: is a text to be put in? */
void insert_find(struct exchange *exchange);
/* The head has come: is the reply a page that gets it (exchange->changed)? */
void insert_begin(struct exchange *exchange, const struct http_response *response,
                  const char *bytes, enum http_body body);
/* Of the body, to the cache and to the client, with the text where it belongs. */
void insert_piece(struct exchange *exchange, struct slice bytes);
void insert_end(struct exchange *exchange); /* the body is whole */

#endif
