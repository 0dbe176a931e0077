/* Exchanges: which link takes a request, who waits, and how each ends.
 *
 *   door_forward -> waiting -> (a kept link, newest first; a new one; or, while the upstream cannot
 *   be reached, 502) -> link -> exchange_end: the reply whole, a problem, or the client cut off
 *
 * The newest kept link is taken first, so that those not needed grow old and are closed. A request
 * that must not be sent twice (POST) takes one that was idle for over a second only if there is no
 * other way: the upstream may be closing it at this instant, and then nobody knows whether the
 * order was placed. What can be repeated (GET, HEAD) is, once, on a new connection. */
#include "base/assert.h"
#include "door/fill.h"

/* What the client reads. */
struct answer {
    int status;
    const char *type;
    const char *detail;
};

static const struct answer answers[OUTCOME_COUNT] = {
    [OUTCOME_UNREACHABLE] = {502, "upstream-unreachable",
                             "The shop behind this server cannot be reached; try again in a "
                             "moment."},
    [OUTCOME_CONNECT_SLOW] = {504, "upstream-slow",
                              "The shop behind this server did not take the connection in time."},
    [OUTCOME_CLOSED] = {502, "upstream-closed",
                        "The shop behind this server closed the connection without a reply."},
    [OUTCOME_MALFORMED] = {502, "upstream-malformed",
                           "The shop behind this server sent a malformed reply."},
    [OUTCOME_REPLY_SLOW] = {504, "upstream-slow",
                            "The shop behind this server did not reply in time."},
    [OUTCOME_CROWDED] = {503, "upstream-busy",
                         "Too many requests wait for the shop behind this server; try again in a "
                         "moment."},
    [OUTCOME_MEMORY] = {503, "memory-full",
                        "No memory is left for this request; try again in a moment."},
};

static void waiting_append(struct exchange *exchange)
{
    struct exchange_list *list = &exchange->upstream->waiting;
    exchange->previous = list->tail;
    exchange->next = NULL;
    if (list->tail != NULL) {
        list->tail->next = exchange;
    } else {
        list->head = exchange;
    }
    list->tail = exchange;
    list->count++;
}

static void waiting_remove(struct exchange *exchange)
{
    struct exchange_list *list = &exchange->upstream->waiting;
    if (exchange->previous != NULL) {
        exchange->previous->next = exchange->next;
    } else {
        list->head = exchange->next;
    }
    if (exchange->next != NULL) {
        exchange->next->previous = exchange->previous;
    } else {
        list->tail = exchange->previous;
    }
    list->count--;
}

bool exchange_may_retry(const struct exchange *exchange)
{
    enum http_method method = door_method(exchange->request);
    return method == METHOD_GET || method == METHOD_HEAD;
}

static void answer_failed(struct door_request *request, enum outcome outcome)
{
    const struct answer *answer = &answers[outcome];
    ASSERT(answer->status != 0);
    door_problem(request, answer->status, answer->type, answer->detail,
                 SLICE("Retry-After: 2\r\n"));
}

static void exchange_count(struct exchange *exchange)
{
    struct door_upstream_figures *figures = &exchange->upstream->figures;
    if (exchange->outcome == OUTCOME_WHOLE) {
        figures->forwarded++;
        if (exchange->request->connection == NULL) {
            exchange->forwarded.status = 0; /* for the cache alone */
        }
        return;
    }
    exchange->forwarded.status = 0;
    if (exchange->outcome == OUTCOME_GONE) {
        return;
    }
    exchange->forwarded.failed = true;
    figures->failed++;
    figures->connect_slow += exchange->outcome == OUTCOME_CONNECT_SLOW;
    figures->reply_slow += exchange->outcome == OUTCOME_REPLY_SLOW;
    figures->crowded += exchange->outcome == OUTCOME_CROWDED;
    if (exchange->outcome == OUTCOME_CONNECT_SLOW || exchange->outcome == OUTCOME_REPLY_SLOW) {
        figures->timed_out++;
    }
}

/* After it, the exchange's memory may be somebody else's. */
void exchange_end(struct exchange *exchange)
{
    struct door_request *request = exchange->request;
    enum outcome outcome = exchange->outcome;
    ASSERT(outcome != OUTCOME_NONE);
    exchange_count(exchange);
    exchange->upstream->tunnels -= exchange->tunnel;
    request->source = (struct reply_source){0};
    micro_end(exchange);
    if (exchange->done != NULL) {
        exchange->done(exchange->context, &exchange->forwarded);
    }
    struct kept *stale = exchange->stale;
    if (request->connection == NULL) {
        request_give_back(request);
    } else if (request->state == REQUEST_HANDLED) {
        if (!micro_replied(exchange)) {
            answer_failed(request, outcome);
        }
    } else if (outcome == OUTCOME_WHOLE) {
        stream_end(request);
    } else {
        stream_cut(request);
    }
    if (stale != NULL) {
        shelf_give_back(stale);
    }
}

static void exchange_fail(struct exchange *exchange, enum outcome outcome)
{
    exchange->outcome = outcome;
    exchange_end(exchange);
}

/* The client has gone. */
static void exchange_cancel(void *context)
{
    struct exchange *exchange = context;
    if (exchange->link == NULL) {
        waiting_remove(exchange);
        exchange_fail(exchange, OUTCOME_GONE);
    } else if (micro_goes_on(exchange)) {
        exchange->request->source = (struct reply_source){0};
        link_resume(exchange->link);
    } else {
        link_fail(exchange->link, OUTCOME_GONE);
    }
}

static void exchange_resume(void *context)
{
    struct exchange *exchange = context;
    if (exchange->link != NULL) {
        link_resume(exchange->link);
        micro_resume(exchange);
    }
}

static bool idle_link_suits(const struct exchange *exchange)
{
    const struct door_upstream *upstream = exchange->upstream;
    bool fresh = uv_now(&upstream->door->loop) - upstream->idle->since_ms < UPSTREAM_FRESH_MS;
    bool full = upstream->free == NULL && upstream->links_used == upstream->options.connections_max;
    return fresh || full || upstream->failing || exchange_may_retry(exchange);
}

/* A kept link that the exchange may take; NULL if none. Those at which something has come meanwhile
 * are closed: bytes that nobody asked for would be read as this one's reply. */
static struct link *idle_link_find(const struct exchange *exchange)
{
    struct door_upstream *upstream = exchange->upstream;
    while (upstream->idle != NULL && idle_link_suits(exchange)) {
        if (link_is_quiet(upstream->idle)) {
            return upstream->idle;
        }
        link_close(upstream->idle);
    }
    return NULL;
}

/* While the upstream cannot be reached, may this one try? */
static bool attempt_allowed(struct door_upstream *upstream)
{
    uint64_t now_ms = uv_now(&upstream->door->loop);
    if (upstream->failing) {
        if (now_ms < upstream->attempt_at_ms) {
            return false;
        }
        upstream->attempt_at_ms = now_ms + UPSTREAM_ATTEMPT_MS;
    }
    return true;
}

static void exchange_start(struct exchange *exchange, struct link *link)
{
    ASSERT(link->exchange == NULL);
    waiting_remove(exchange);
    exchange->link = link;
    link->exchange = exchange;
}

void exchanges_dispatch(struct door_upstream *upstream)
{
    while (upstream->waiting.head != NULL && !upstream->closing) {
        struct exchange *exchange = upstream->waiting.head;
        struct link *link = idle_link_find(exchange);
        if (link != NULL) {
            exchange_start(exchange, link);
            link_send(link);
            continue;
        }
        if (!attempt_allowed(upstream)) {
            waiting_remove(exchange);
            exchange_fail(exchange, OUTCOME_UNREACHABLE);
            continue;
        }
        link = link_take(upstream);
        if (link == NULL) {
            return;
        }
        exchange_start(exchange, link);
        link->tried = 0;
        link->address = upstream->place.address_good;
        link_connect(link);
    }
}

void exchanges_fail_waiting(struct door_upstream *upstream, enum outcome outcome)
{
    while (upstream->waiting.head != NULL) {
        struct exchange *exchange = upstream->waiting.head;
        waiting_remove(exchange);
        exchange_fail(exchange, outcome);
    }
}

/* Who has waited for a link as long as a reply may take is told so. */
void exchanges_expire(struct door_upstream *upstream, uint64_t now_ms)
{
    struct exchange *exchange = upstream->waiting.head;
    while (exchange != NULL && now_ms - exchange->since_ms >= upstream->options.reply_ms) {
        waiting_remove(exchange);
        exchange_fail(exchange, OUTCOME_CROWDED);
        exchange = upstream->waiting.head;
    }
}

static struct slice headers_copy(struct door_request *request, struct slice headers)
{
    char *copy = door_alloc_unset(request, headers.length + 1);
    if (copy != NULL && headers.length > 0) {
        memcpy(copy, headers.data, headers.length);
    }
    return (struct slice){copy, headers.length};
}

/* A client that closed its half while the handler had the request counts as gone, as it does while
 * it waits for the upstream (connection.c). */
static void client_check(struct door_request *request)
{
    struct connection *connection = request->connection;
    if (connection != NULL && connection->ended && !request->in_handler &&
        connection->phase == PHASE_WAITING) {
        connection_close(connection);
    }
}

static struct exchange exchange_of(struct door_upstream *upstream, const struct exchange_ask *ask)
{
    struct env *env = upstream->door->options.env;
    struct slice lines;
    const struct slice *conditions = micro_conditions(ask, &lines);
    struct exchange exchange = {.upstream = upstream,
                                .request = ask->request,
                                .tunnel = tunnel_is_asked(ask->request),
                                .headers = headers_copy(ask->request, ask->headers),
                                .since_ms = uv_now(&upstream->door->loop),
                                .started_ns = env->ticks_ns(env),
                                .outcome = OUTCOME_MEMORY,
                                .unsafe = ask->unsafe,
                                .fill = ask->fill,
                                .stale = ask->stale,
                                .done = ask->done,
                                .context = ask->context};
    insert_find(&exchange);
    exchange.head = forward_request_head(&exchange, conditions);
    return exchange;
}

void exchange_begin(struct door_upstream *upstream, const struct exchange_ask *ask)
{
    struct door_request *request = ask->request;
    ASSERT(request->state == REQUEST_HANDLED);
    ASSERT(request->source.cancel == NULL);
    client_check(request);
    struct exchange few = exchange_of(upstream, ask);
    struct exchange *exchange = door_alloc_unset(request, sizeof *exchange);
    bool tunnel_free = tunnel_is_free(upstream);
    upstream->tunnels += few.tunnel;
    if (few.fill != NULL) {
        few.fill->exchange = &few;
    }
    if (exchange == NULL || few.head.data == NULL || few.headers.data == NULL) {
        exchange_end(&few);
    } else if (request->connection == NULL && !ask->detached) {
        exchange_fail(&few, OUTCOME_GONE);
    } else if (upstream->waiting.count >= LIMIT_UPSTREAM_WAITING || (few.tunnel && !tunnel_free)) {
        exchange_fail(&few, OUTCOME_CROWDED);
    } else if (upstream->closing) {
        exchange_fail(&few, OUTCOME_UNREACHABLE);
    } else {
        *exchange = few;
        exchange->outcome = OUTCOME_NONE;
        if (exchange->fill != NULL) {
            exchange->fill->exchange = exchange;
        }
        request->source = (struct reply_source){
            .resume = exchange_resume, .cancel = exchange_cancel, .context = exchange};
        waiting_append(exchange);
        exchanges_dispatch(upstream);
    }
}

void door_forward(struct door_request *request, struct door_upstream *upstream,
                  struct slice headers,
                  void (*done)(void *context, const struct door_forwarded *forwarded),
                  void *context)
{
    struct exchange_ask ask = {
        .request = request, .headers = headers, .done = done, .context = context};
    if (upstream->cache == NULL || !micro_take(upstream->cache, &ask, 0)) {
        exchange_begin(upstream, &ask);
    }
}
