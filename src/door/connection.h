/* Inside the door: its state, its connections and the requests under way. For the files of door/
 * only.
 *
 * A connection is small and lives in an array made at start; what a request needs (input, output,
 * parser, arena) is a door_request from a pool, attached when bytes arrive and given back when the
 * connection is idle again. So an idle connection costs its struct, nothing more.
 *
 *             bytes                whole              door_reply            socket full
 *   IDLE ------------> READING -----------> WAITING ------------> (flush) ---------------> WRITING
 *    ^                    | refused,             | client gone: CLOSING,      |               |
 *    |                    v too slow             | the request lives on       |               |
 *    |                LINGERING --> CLOSING <----'                            |               |
 *    `------------------------------------------------------------------------'<--------------'
 *
 * A request that is answered inside the handler goes from IDLE to IDLE in one call. A reply that
 * comes in pieces (streaming.c) goes from WAITING to WRITING and back until its end. Each phase is
 * a list in order of entry with one time limit for all in it: its head is the next to expire, so
 * one coarse tick serves every connection. */
#ifndef ECLUSE_DOOR_CONNECTION_H
#define ECLUSE_DOOR_CONNECTION_H

#include "base/arena.h"
#include "base/text.h"
#include "door/door.h"
#include "door/forwarded.h"
#include "door/parser.h"
#include "gate/tally.h"

#include <stdatomic.h>
#include <uv.h>

enum {
    DOOR_INPUT_BYTES =
        LIMIT_REQUEST_HEAD_BYTES,             /* of a request's own buffer; larger bodies grow it */
    DOOR_GROWN_BYTES_MAX = 256 * 1024 * 1024, /* of all grown buffers together */
    DOOR_OUTPUT_BYTES_MAX = 512 * 1024 * 1024,
    DOOR_OUTPUT_BYTES_KEPT = 64 * 1024,
    DOOR_ARENA_BYTES_MAX = 1024 * 1024,
    DOOR_ARENA_WARM_BYTES = 12 * 1024,
    DOOR_PIECES_MAX = 16,
    DOOR_COPY_BYTES_MAX =
        4096, /* a kept body up to this size is cheaper copied than sent as a piece of its own */
    DOOR_REQUESTS_KEPT = 512,
    DOOR_CROWDED_MIN =
        64, /* places over the limit: for those who are told so, and for those that are closing */
    DOOR_LISTENERS_MAX = 2,
    DOOR_CROWDED_DIVISOR = 16, /* and this part of the limit */
    DOOR_YIELD_DIVISOR =
        12, /* of the idle limit: from then on, an idle connection gives way to a newcomer */
    DOOR_YIELD_READING_DIVISOR = 5, /* the same of the limit for requests that are slow to come */
    DOOR_UNSENT_BYTES_MAX = 128 * 1024, /* that the kernel keeps of a reply */
    DOOR_BACKLOG = 4096,
    DOOR_TICK_MS = 250,
    DOOR_LINGER_MS = 2000,
    DOOR_LINGER_BYTES_MAX = 256 * 1024,
    DOOR_STOP_MS = 5000,
    DOOR_PROGRESS_BYTES_MIN =
        16 * 1024, /* what a slow reader must take in each LIMIT_REPLY_SECONDS */
    DOOR_STREAM_BYTES_MAX =
        64 * 1024, /* of a reply in pieces that the socket has not taken; then the source waits */
    DOOR_SCRATCH_BYTES = 64 * 1024,
    DOOR_DATE_BYTES = 40
};

enum connection_phase {
    PHASE_FREE,
    PHASE_IDLE,
    PHASE_READING,
    PHASE_WAITING,
    PHASE_WRITING,
    PHASE_LINGERING,
    PHASE_CLOSING,
    PHASE_COUNT
};

struct connection {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    struct door *door;
    struct door_request *request; /* NULL while idle */
    struct sending *sending;      /* what the socket did not take at once; NULL unless WRITING */
    struct connection *previous;  /* in the list of its phase; next also chains the free ones */
    struct connection *next;
    struct connection *ready_next;
    uint64_t since_ms;   /* when it entered its phase */
    size_t unread_bytes; /* WRITING: what the client had not taken when it entered the phase */
    uint32_t lingered_bytes;
    enum connection_phase phase;
    bool ready;
    bool reading;
    bool ended; /* the client will send no more */
    bool crowded;
    bool counted; /* in the door's tally */
    struct door_origin origin;
    struct door_client client;
};

/* Bytes to send: of request->output from `at`, or `data`, which the handler lends until
 * release(context). */
struct output_piece {
    const char *data;
    size_t at;
    size_t length;
    void (*release)(void *context);
    void *context;
};

/* A write under way. It is a thing of its own, because it may outlive its request (the client has
 * gone, the handler answers) and its request may go on (the handler answers the next one
 * meanwhile). Only slow readers cost this allocation. */
struct sending {
    uv_write_t write;
    struct connection *connection;
    struct text bytes; /* the request's output of that moment, taken over */
    uint32_t piece_count;
    struct output_piece pieces[DOOR_PIECES_MAX];
};

enum request_state {
    REQUEST_READING,
    REQUEST_HANDLED,   /* the handler has it */
    REQUEST_STREAMING, /* its reply's head is made, pieces of the body follow */
    REQUEST_REPLIED
};

/* How the end of a reply that comes in pieces is told. */
enum stream_framing {
    STREAM_BARE,    /* no body, and nothing said about it */
    STREAM_SIZED,   /* Content-Length; also the one of a body that is not sent (HEAD, 304) */
    STREAM_CHUNKED, /* to HTTP/1.1 clients only */
    STREAM_TO_CLOSE,
    STREAM_UPGRADED /* the same, and the client goes on sending */
};

/* Who makes a reply outside the handler, or keeps the request for later (door_on_gone), and wants
 * to know what becomes of its client. Both are NULL for the handler's other replies. */
struct reply_source {
    void (*resume)(void *context); /* there is room for more; of replies that come in pieces */
    /* The client has gone: no reply is wanted. The request is the source's, which gives it back,
     * now or later. */
    void (*cancel)(void *context);
    /* More has come from the client, behind the request; where it is not the next request. */
    void (*received)(void *context);
    void *context;
};

struct door_request {
    struct door *door;
    struct connection *connection; /* NULL: the client has gone */
    struct door_request *previous; /* in the list of those taken; next also chains the free ones */
    struct door_request *next;
    char *input;
    size_t input_capacity;
    size_t input_length;
    size_t start; /* of the message under way, in input */
    enum request_state state;
    bool in_handler;
    bool continued; /* 100 Continue was sent */
    bool closes;    /* the connection ends with this reply */
    bool lingers;   /* and the client may still be sending */
    bool resets;    /* and it is cut off: nothing else tells the client so (STREAM_TO_CLOSE) */
    bool first;     /* the message is new: its time starts */
    bool arena_used;
    uint32_t piece_count;
    struct output_piece pieces[DOOR_PIECES_MAX];
    struct text output;
    struct arena arena;
    struct door_origin origin;
    struct door_client client; /* of the connection */
    struct door_client asker;  /* once it is handled: each limit and rule asks for it */
    struct reply_source source;
    bool uncached;               /* the shop behind itself is to answer it */
    enum stream_framing framing; /* while STREAMING */
    int stream_status;
    uint64_t stream_bytes; /* of the body, so far */
    uint64_t whole_ns;     /* when it was whole; only where somebody keeps a log */
    struct http_parser parser;
};

/* Is its reply still owed, in whole or in part? */
static inline bool request_is_open(const struct door_request *request)
{
    return request->state == REQUEST_HANDLED || request->state == REQUEST_STREAMING;
}

struct listener {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    struct door *door;
    int kept_fd; /* a second descriptor of the listening socket, so that a paused listener keeps its
                    queue */
    bool used;
    bool listening;
    bool closing;
    bool local;
};

struct connection_list {
    struct connection *head;
    struct connection *tail;
};

struct door {
    struct door_options options;
    uv_loop_t loop;
    uv_async_t async;
    uv_timer_t timer;
    uv_timer_t user_timer;
    uv_prepare_t prepare;
    struct listener listeners[DOOR_LISTENERS_MAX];
    uint16_t port;
    bool socket_bound;
    atomic_bool stop_asked;
    bool stopping;
    bool finished;
    uint64_t stop_at_ms;
    struct connection *connections;
    uint32_t connections_count; /* of the array */
    uint32_t
        connections_used; /* of it, from its start, were ever taken: the rest takes no memory yet */
    uint32_t connections_open;           /* taken of it, crowded ones included */
    struct connection *connections_free; /* were taken, and are free again */
    struct connection_list phases[PHASE_COUNT];
    uint64_t phase_ms[PHASE_COUNT]; /* 0: no limit */
    struct connection *ready;
    struct door_request *requests_taken;
    struct door_request *requests_free;
    uint32_t requests_free_count;
    uint32_t upstreams_open;
    size_t grown_bytes;
    void (*wake)(void *context);
    void *wake_context;
    void (*turn)(void *context);
    void *turn_context;
    void (*tick)(void *context);
    void *tick_context;
    void (*answered)(void *context, const struct door_request *request,
                     const struct door_answer *answer);
    void *answered_context;
    struct door_figures figures;
    struct tally tally; /* connections by address and by network */
    struct text problem;
    int64_t date_second;
    size_t date_length;
    char date[DOOR_DATE_BYTES];
    char scratch[DOOR_SCRATCH_BYTES]; /* what lingering connections still send is read into this and
                                         forgotten */
};

/* request.c: the pool, and the buffer of one request. */
struct door_request *request_take(struct door *door, struct connection *connection);
/* The same request without a body, of no connection, as if it were handled. */
struct door_request *request_copy(const struct door_request *request);
void request_give_back(struct door_request *request);
void request_next(
    struct door_request *request); /* the message is answered; on to what follows it */
bool request_make_room(struct door_request *request) MUST_USE;
void requests_free(struct door *door);
/* The method as it was sent. */
struct slice request_method(const struct door_request *request);

/* answered.c: what whoever keeps a log is told. */
void answered_begin(struct door_request *request); /* it is whole */
void answered_reply(const struct door_request *request, const struct door_reply *reply);
void answered_stream(const struct door_request *request);
void answered_refused(const struct door_request *request, int status);
void answered_gone(const struct door_request *request);

/* reply.c: the bytes of replies. */
/* Of a reply's body that goes to this client: none for HEAD, 204, 304. */
size_t reply_body_bytes(const struct door_request *request, const struct door_reply *reply);
void reply_append(struct door_request *request, const struct door_reply *reply);
void reply_append_refusal(struct door_request *request, enum http_refusal refusal);
void reply_append_continue(struct door_request *request);
void pieces_release(struct output_piece *pieces, uint32_t count);
void reply_forget(struct door_request *request); /* releases what was appended */
/* A whole answer for a connection that gets no request; returns its length. */
size_t reply_write_refusal(struct door *door, enum http_refusal refusal, char *to, size_t capacity);
void reply_update_date(struct door *door);
const char *reply_reason(int status);
struct slice reply_connection_line(const struct door_request *request);
/* What was appended to the output since `from` is to be sent. */
void reply_piece_own(struct door_request *request, size_t from);

/* streaming.c: a reply whose body comes in pieces. */
/* The status line and the lines about date, length and connection; the caller appends its own lines
 * to request->output and calls stream_head_end with what this returned. */
size_t stream_begin(struct door_request *request, int status, enum stream_framing framing,
                    size_t length, bool dated);
void stream_head_end(struct door_request *request, size_t from);
void stream_piece(struct door_request *request, struct slice bytes);
/* A piece that is not copied: it stays valid until `release(context)`. */
void stream_lend(struct door_request *request, struct slice bytes, void (*release)(void *context),
                 void *context);
/* May more be appended? Who asks after each piece keeps memory bounded; who is told no waits for
 * resume. */
bool stream_has_room(const struct door_request *request);
void stream_end(struct door_request *request);
/* The rest will never come: the connection ends, so that the client sees that some is missing. */
void stream_cut(struct door_request *request);

/* connection.c: what happens to one connection. */
void connection_start(struct connection *connection);
void connection_refuse_crowded(struct connection *connection);
void connection_refuse_share(struct connection *connection);
void connection_advance(struct connection *connection);
void connection_close(struct connection *connection);
void connection_refuse(struct connection *connection, enum http_refusal refusal);
void connection_make_ready(struct connection *connection);
void connections_drain_ready(struct door *door);

/* client.c: whom it counts as, and its share of the connections. */
void client_take(struct connection *connection);
/* Whom the request, which is whole, counts as. */
void asker_find(struct door_request *request);
/* Is what its sender says of who asked believed? */
bool door_is_believed(const struct door_request *request);
/* Empty where it is not. */
void door_forwarded_read(const struct door_request *request, struct forwarded *forwarded);
bool share_take(struct connection *connection) MUST_USE; /* false: it is used up */
void share_give_back(struct connection *connection);
/* So many are open that its address has to close them after each reply. */
bool share_is_short(const struct connection *connection);

/* sending.c: bytes out. */
void connection_flush(struct connection *connection);
void connection_cut_if_stuck(struct connection *connection);

/* phases.c: the lists and the tick. */
void phase_enter(struct connection *connection, enum connection_phase phase);
void phases_expire(struct door *door);
void phases_close_all(struct door *door, enum connection_phase phase);

/* listener.c */
enum status listener_open_tcp(struct door *door, struct fault *fault) MUST_USE;
enum status listener_open_local(struct door *door, struct fault *fault) MUST_USE;
void listeners_pause(struct door *door);
void listeners_resume(struct door *door);
void listeners_close(struct door *door);

/* door.c */
void door_connection_closed(struct door *door);

#endif
