/* The pool of connections (link.h has the picture).
 *
 * Every open link stands in exactly one list: `busy` in the order in which its question was begun,
 * so that the oldest is the first to time out; or `idle` in the order in which it fell idle, so
 * that the first is the one to take away. `of_asker` finds an asker's own link. All read into one
 * buffer: there is one thread, and the reader keeps what it needs.
 *
 * Answers are handed on from inside a read, and what they bring about (leaving, say) may use the
 * same link: so a link is made idle, or closed, before `answered` is called. A question that lost
 * its connection goes back into the ring, and the ring is emptied once a turn of the loop: asking
 * from where it was lost would go as deep as there are stale connections. */
#include "crowd/link.h"

#include "base/assert.h"
#include "base/limits.h"

#include <stdlib.h>

enum {
    READ_BYTES = 65536,
    REQUEST_BYTES_MAX = LIMIT_CROWD_URL_BYTES + LIMIT_CROWD_COOKIE_BYTES + 1024,
    US_PER_SECOND = 1000000
};

enum link_state { LINK_CONNECTING, LINK_ASKING, LINK_IDLE, LINK_CLOSING };

struct link_list {
    struct link *first;
    struct link *last;
};

struct link {
    uv_tcp_t tcp;
    uv_connect_t connect;
    uv_write_t write;
    struct crowd_links *links;
    struct link *before;
    struct link *after;
    struct crowd_reader reader;
    struct text request;
    int64_t sent_us;
    uint32_t asker;
    enum link_state state;
    bool keeps_body;
    bool kept; /* has carried an answer before: the server may just be closing it */
};

struct question {
    uint32_t asker;
    bool keeps_body;
};

struct crowd_links {
    struct crowd_links_options options;
    struct link_list busy;
    struct link_list idle;
    struct link **of_asker;
    struct question *ring; /* waiting for a connection; as many places as askers */
    uint32_t ring_first;
    uint32_t ring_count;
    uint32_t open;
    uint32_t most;
    uint64_t begun_ns;
    bool stopped;
    char bytes[READ_BYTES];
};

static void list_append(struct link_list *list, struct link *link)
{
    link->before = list->last;
    link->after = NULL;
    if (list->last != NULL) {
        list->last->after = link;
    } else {
        list->first = link;
    }
    list->last = link;
}

static void list_remove(struct link_list *list, struct link *link)
{
    if (link->before != NULL) {
        link->before->after = link->after;
    } else {
        list->first = link->after;
    }
    if (link->after != NULL) {
        link->after->before = link->before;
    } else {
        list->last = link->before;
    }
    link->before = NULL;
    link->after = NULL;
}

int64_t crowd_links_now(const struct crowd_links *links)
{
    struct env *env = links->options.env;
    return (int64_t)((env->ticks_ns(env) - links->begun_ns) / 1000);
}

uint32_t crowd_links_most(const struct crowd_links *links)
{
    return links->most;
}

static void ring_add(struct crowd_links *links, struct question question)
{
    uint32_t at = (links->ring_first + links->ring_count) % links->options.askers;
    ASSERT(links->ring_count < links->options.askers);
    links->ring[at] = question;
    links->ring_count++;
}

static void on_closed(uv_handle_t *handle)
{
    struct link *link = handle->data;
    struct crowd_links *links = link->links;
    crowd_reader_free(&link->reader);
    text_free(&link->request);
    free(link);
    links->open--;
}

static void link_close(struct link *link)
{
    struct crowd_links *links = link->links;
    if (link->state == LINK_CLOSING) {
        return;
    }
    list_remove(link->state == LINK_IDLE ? &links->idle : &links->busy, link);
    if (links->of_asker[link->asker] == link) {
        links->of_asker[link->asker] = NULL;
    }
    link->state = LINK_CLOSING;
    uv_close((uv_handle_t *)&link->tcp, on_closed);
}

static void answer_hand_on(struct crowd_links *links, uint32_t asker,
                           const struct crowd_answer *answer)
{
    if (!links->stopped) {
        links->options.answered(links->options.context, asker, answer);
    }
}

static void link_fail(struct link *link, enum crowd_failure failure)
{
    struct crowd_links *links = link->links;
    const struct crowd_answer answer = {.failure = failure,
                                        .retry_after_seconds = -1,
                                        .sent_us = link->sent_us,
                                        .came_us = crowd_links_now(links)};
    uint32_t asker = link->asker;
    link_close(link);
    answer_hand_on(links, asker, &answer);
}

/* The peer has gone. A kept connection that did not even begin to answer is tried over another. */
static void link_lost(struct link *link)
{
    struct crowd_links *links = link->links;
    if (link->state == LINK_IDLE) {
        link_close(link);
    } else if (link->kept && !link->reader.begun && !links->stopped) {
        struct question again = {link->asker, link->keeps_body};
        link_close(link);
        ring_add(links, again);
    } else {
        link_fail(link, CROWD_FAILED_BROKEN);
    }
}

static void answer_complete(struct link *link)
{
    struct crowd_links *links = link->links;
    const struct crowd_reader *reader = &link->reader;
    struct text body = reader->body; /* lives on in the link, which is idle or freed later */
    const struct crowd_answer answer = {.status = reader->status,
                                        .door = reader->door,
                                        .retry_after_seconds = reader->retry_after_seconds,
                                        .body = text_slice(&body),
                                        .sent_us = link->sent_us,
                                        .came_us = crowd_links_now(links)};
    uint32_t asker = link->asker;
    if (reader->closes) {
        link_close(link);
    } else {
        list_remove(&links->busy, link);
        list_append(&links->idle, link);
        link->state = LINK_IDLE;
        link->kept = true;
    }
    answer_hand_on(links, asker, &answer);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct link *link = handle->data;
    (void)suggested;
    *buffer = uv_buf_init(link->links->bytes, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct link *link = stream->data;
    size_t used;
    if (count == 0 || link->state == LINK_CLOSING) {
        return;
    }
    if (count < 0 && link->state == LINK_ASKING && count == UV_EOF &&
        link->reader.stage == READER_UNTIL_CLOSE) {
        (void)crowd_reader_closed(&link->reader);
        answer_complete(link);
    } else if (count < 0 || link->state == LINK_IDLE) {
        link_lost(link); /* bytes that nobody asked for end an idle connection too */
    } else {
        enum crowd_read read = crowd_reader_feed(&link->reader, buffer->base, (size_t)count, &used);
        link->reader.closes = link->reader.closes || used < (size_t)count;
        if (read == CROWD_READ_COMPLETE) {
            answer_complete(link);
        } else if (read == CROWD_READ_REFUSED) {
            link_fail(link, CROWD_FAILED_BROKEN);
        }
    }
}

static void on_cookie(void *context, struct slice cookie)
{
    struct link *link = context;
    const struct crowd_links_options *options = &link->links->options;
    options->cookie(options->context, link->asker, cookie);
}

static void on_written(uv_write_t *write, int status)
{
    struct link *link = write->data;
    if (status < 0 && link->state == LINK_ASKING) {
        link_lost(link);
    }
}

/* Sends the request; nearly always it fits into the socket at once. */
static void request_send(struct link *link)
{
    link->state = LINK_ASKING;
    crowd_reader_next(&link->reader, link->keeps_body);
    uv_buf_t buffer = uv_buf_init(link->request.bytes, (unsigned)link->request.length);
    int sent = uv_try_write((uv_stream_t *)&link->tcp, &buffer, 1);
    if (sent < 0 && sent != UV_EAGAIN) {
        link_lost(link);
        return;
    }
    size_t done = sent < 0 ? 0 : (size_t)sent;
    if (done < link->request.length) {
        buffer = uv_buf_init(link->request.bytes + done, (unsigned)(link->request.length - done));
        link->write.data = link;
        if (uv_write(&link->write, (uv_stream_t *)&link->tcp, &buffer, 1, on_written) != 0) {
            link_lost(link);
        }
    }
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct link *link = connect->data;
    if (link->state == LINK_CLOSING) {
        return;
    }
    if (status < 0 || uv_read_start((uv_stream_t *)&link->tcp, on_alloc, on_read) != 0) {
        link_fail(link, CROWD_FAILED_CONNECT);
        return;
    }
    (void)uv_tcp_nodelay(&link->tcp, 1);
    request_send(link);
}

/* NULL: no memory, or no descriptor. */
static struct link *link_open(struct crowd_links *links)
{
    struct link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        return NULL;
    }
    if (uv_tcp_init(links->options.loop, &link->tcp) != 0) {
        free(link);
        return NULL;
    }
    link->tcp.data = link;
    link->connect.data = link;
    link->links = links;
    link->state = LINK_CONNECTING;
    crowd_reader_init(&link->reader);
    link->reader.cookie = on_cookie;
    link->reader.context = link;
    text_init(&link->request, REQUEST_BYTES_MAX);
    links->open++;
    links->most = links->open > links->most ? links->open : links->most;
    return link;
}

/* The asker's own if it is open, else a new one, else the longest idle; NULL if all are busy. */
static struct link *link_choose(struct crowd_links *links, uint32_t asker)
{
    struct link *link = links->of_asker[asker];
    if (link == NULL && links->open < links->options.connections) {
        link = link_open(links);
        if (link != NULL) {
            return link;
        }
    }
    if (link == NULL) {
        link = links->idle.first;
    }
    if (link != NULL) {
        ASSERT(link->state == LINK_IDLE);
        list_remove(&links->idle, link);
        if (links->of_asker[link->asker] == link) {
            links->of_asker[link->asker] = NULL;
        }
    }
    return link;
}

static void question_begin(struct crowd_links *links, struct question question)
{
    struct link *link = link_choose(links, question.asker);
    if (link == NULL) {
        ring_add(links, question);
        return;
    }
    list_append(&links->busy, link);
    links->of_asker[question.asker] = link;
    link->asker = question.asker;
    link->keeps_body = question.keeps_body;
    link->sent_us = crowd_links_now(links);
    text_clear(&link->request);
    links->options.compose(links->options.context, question.asker, &link->request);
    ASSERT(!link->request.overflow);
    if (link->state == LINK_CONNECTING) {
        const struct sockaddr *address = (const struct sockaddr *)&links->options.site->address;
        if (uv_tcp_connect(&link->connect, &link->tcp, address, on_connected) != 0) {
            link_fail(link, CROWD_FAILED_CONNECT);
        }
    } else {
        request_send(link);
    }
}

void crowd_links_ask(struct crowd_links *links, uint32_t asker, bool keeps_body)
{
    ASSERT(asker < links->options.askers);
    question_begin(links, (struct question){asker, keeps_body});
}

void crowd_links_leave(struct crowd_links *links, uint32_t asker)
{
    struct link *link = links->of_asker[asker];
    if (link != NULL && link->state == LINK_IDLE) {
        link_close(link);
    }
}

void crowd_links_turn(struct crowd_links *links)
{
    uint32_t waiting = links->ring_count; /* what cannot begin stands at the end again */
    while (waiting-- > 0 &&
           (links->idle.first != NULL || links->open < links->options.connections)) {
        struct question question = links->ring[links->ring_first];
        links->ring_first = (links->ring_first + 1) % links->options.askers;
        links->ring_count--;
        question_begin(links, question);
    }
    int64_t oldest = crowd_links_now(links) - (int64_t)LIMIT_CROWD_ANSWER_SECONDS * US_PER_SECOND;
    while (links->busy.first != NULL && links->busy.first->sent_us < oldest) {
        struct link *link = links->busy.first;
        link_fail(link,
                  link->state == LINK_CONNECTING ? CROWD_FAILED_CONNECT : CROWD_FAILED_TIMEOUT);
    }
}

enum status crowd_links_open(const struct crowd_links_options *options, struct crowd_links **links,
                             struct fault *fault)
{
    ASSERT(options->askers > 0);
    ASSERT(options->connections > 0 && options->connections <= LIMIT_CROWD_CONNECTIONS);
    struct crowd_links *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->options = *options;
        made->begun_ns = options->env->ticks_ns(options->env);
        made->of_asker = calloc(options->askers, sizeof(struct link *));
        made->ring = calloc(options->askers, sizeof *made->ring);
    }
    if (made == NULL || made->of_asker == NULL || made->ring == NULL) {
        crowd_links_free(made);
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the connections; send fewer visitors");
    }
    *links = made;
    return STATUS_OK;
}

void crowd_links_stop(struct crowd_links *links)
{
    links->stopped = true;
    while (links->busy.first != NULL) {
        link_close(links->busy.first);
    }
    while (links->idle.first != NULL) {
        link_close(links->idle.first);
    }
}

void crowd_links_free(struct crowd_links *links)
{
    if (links != NULL) {
        ASSERT(links->open == 0);
        free(links->of_asker);
        free(links->ring);
        free(links);
    }
}
