/* A server for tests/door/sockets_test.py: the door with handlers that make its paths visible.
 *
 *   /empty             200, no body
 *   /echo              the body, and METHOD PATH QUERY in the field X-Request
 *   /late?MS           answered MS milliseconds later, by way of another thread and door_wake, with
 * the path as body /page?BYTES        a lent body of that size: the byte at offset i is i * 7 % 251
 *   /origin            who asks
 *   /client            whom it counts as: "exempt", or the keys of address and network
 *   /arena             takes all of the request's memory and tells how much it was
 *
 * The other thread stands for the engine: requests go to it through a queue, come back through
 * another, and are answered in the wake callback.
 *
 * usage: door_server [--address A] [--socket PATH] [--connections N] [--request-seconds N]
 * [--idle-seconds N]
 *                    [--reply-seconds N] [--loopback-counts 1] [--trust NETWORK]      prints its port; SIGTERM stops it gracefully; then
 * prints its figures as JSON */
#include "base/assert.h"
#include "door/door.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { QUEUE_MAX = 8192, PAGE_BYTES_MAX = 64 * 1024 * 1024, PAGE_PERIOD = 251 };

struct work {
    struct door_request *request;
    uint64_t due_ns;
};

static struct {
    pthread_mutex_t mutex;
    struct work waiting[QUEUE_MAX];
    size_t waiting_count;
    struct door_request *done[QUEUE_MAX];
    size_t done_count;
    bool ends;
} queue = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static struct door *door;
static char *page;
static long lent_now;

static void page_release(void *context)
{
    (void)context;
    lent_now--;
}

static size_t number_of(struct slice text)
{
    size_t number = 0;
    for (size_t i = 0; i < text.length && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        number = number * 10 + (size_t)(text.data[i] - '0');
    }
    return number;
}

/* Moves what is due from one queue to the other; tells whether anything was. */
static bool work_step(void)
{
    bool any = false;
    uint64_t now = env_os()->ticks_ns(env_os());
    pthread_mutex_lock(&queue.mutex);
    for (size_t i = 0; i < queue.waiting_count;) {
        if (queue.waiting[i].due_ns > now) {
            i++;
            continue;
        }
        queue.done[queue.done_count++] = queue.waiting[i].request;
        queue.waiting[i] = queue.waiting[--queue.waiting_count];
        any = true;
    }
    pthread_mutex_unlock(&queue.mutex);
    return any;
}

static void *work(void *context)
{
    (void)context;
    for (bool ends = false; !ends;) {
        if (work_step()) {
            door_wake(door);
        }
        (void)usleep(500);
        pthread_mutex_lock(&queue.mutex);
        ends = queue.ends;
        pthread_mutex_unlock(&queue.mutex);
    }
    return NULL;
}

static void on_wake(void *context)
{
    (void)context;
    for (;;) {
        pthread_mutex_lock(&queue.mutex);
        struct door_request *request = queue.done_count > 0 ? queue.done[--queue.done_count] : NULL;
        pthread_mutex_unlock(&queue.mutex);
        if (request == NULL) {
            return;
        }
        door_reply(request, &(struct door_reply){.status = 200, .body = door_query(request)});
    }
}

static void handle_late(struct door_request *request)
{
    uint64_t wait_ns = 1000000u * (uint64_t)number_of(door_query(request));
    pthread_mutex_lock(&queue.mutex);
    ASSERT(queue.waiting_count < QUEUE_MAX);
    queue.waiting[queue.waiting_count++] =
        (struct work){request, env_os()->ticks_ns(env_os()) + wait_ns};
    pthread_mutex_unlock(&queue.mutex);
}

static void handle_echo(struct door_request *request)
{
    static const char methods[][8] = {"GET",    "HEAD",    "POST",  "PUT",
                                      "DELETE", "OPTIONS", "PATCH", "OTHER"};
    struct slice path = door_path(request);
    struct slice query = door_query(request);
    char headers[300];
    int length =
        snprintf(headers, sizeof headers, "X-Request: %s %.*s %.*s\r\n",
                 methods[door_method(request)], (int)(path.length < 100 ? path.length : 100),
                 path.data, (int)(query.length < 100 ? query.length : 100), query.data);
    struct door_reply reply = {
        .status = 200, .headers = {headers, (size_t)length}, .body = door_body(request)};
    door_reply(request, &reply);
}

static void handle_page(struct door_request *request)
{
    size_t length = number_of(door_query(request));
    ASSERT(length <= PAGE_BYTES_MAX);
    lent_now++;
    struct door_reply reply = {.status = 200, .body = {page, length}, .release = page_release};
    door_reply(request, &reply);
}

static void handle_origin(struct door_request *request)
{
    const struct door_origin *origin = door_origin(request);
    char text[100];
    int length = snprintf(text, sizeof text, "%s%s%s", origin->address,
                          origin->loopback ? " loopback" : "", origin->local_socket ? "local" : "");
    door_reply(request, &(struct door_reply){.status = 200, .body = {text, (size_t)length}});
}

static void handle_client(struct door_request *request)
{
    struct door_client client;
    char text[100];
    door_client(request, &client);
    int length = client.exempt ? snprintf(text, sizeof text, "exempt")
                               : snprintf(text, sizeof text, "%llx:%llx %llx:%llx",
                                          (unsigned long long)client.address.high,
                                          (unsigned long long)client.address.low,
                                          (unsigned long long)client.network.high,
                                          (unsigned long long)client.network.low);
    door_reply(request, &(struct door_reply){.status = 200, .body = {text, (size_t)length}});
}

static void handle_arena(struct door_request *request)
{
    size_t taken = 0;
    while (door_alloc(request, 1000) != NULL) {
        taken += 1000;
    }
    char text[32];
    int length = snprintf(text, sizeof text, "%zu", taken);
    door_reply(request, &(struct door_reply){.status = 200, .body = {text, (size_t)length}});
}

static void handle(struct door_request *request, void *context)
{
    (void)context;
    struct slice path = door_path(request);
    if (slice_is(path, "/empty")) {
        door_reply(request, &(struct door_reply){.status = 200});
    } else if (slice_is(path, "/nothing")) {
        door_reply(request, &(struct door_reply){.status = 204});
    } else if (slice_is(path, "/late")) {
        handle_late(request);
    } else if (slice_is(path, "/page")) {
        handle_page(request);
    } else if (slice_is(path, "/origin")) {
        handle_origin(request);
    } else if (slice_is(path, "/client")) {
        handle_client(request);
    } else if (slice_is(path, "/arena")) {
        handle_arena(request);
    } else if (slice_is(path, "/problem")) {
        door_problem(request, 409, "a-\"type\"",
                     "One line\nand \xc3\x89"
                     "cluse.",
                     SLICE("Retry-After: 7\r\n"));
    } else {
        handle_echo(request);
    }
}

static void on_signal(int number)
{
    (void)number;
    door_stop(door);
}

static bool option_read(struct door_options *options, const char *name, const char *value)
{
    uint32_t number = (uint32_t)strtoul(value, NULL, 10);
    if (strcmp(name, "--address") == 0) {
        options->address = value;
    } else if (strcmp(name, "--socket") == 0) {
        options->socket_path = value;
    } else if (strcmp(name, "--port") == 0) {
        options->port = (uint16_t)number;
    } else if (strcmp(name, "--connections") == 0) {
        options->connections_max = number;
    } else if (strcmp(name, "--request-seconds") == 0) {
        options->request_seconds = number;
    } else if (strcmp(name, "--idle-seconds") == 0) {
        options->idle_seconds = number;
    } else if (strcmp(name, "--reply-seconds") == 0) {
        options->reply_seconds = number;
    } else if (strcmp(name, "--loopback-counts") == 0) {
        options->loopback_counts = number != 0;
    } else if (strcmp(name, "--trust") == 0) {
        return door_trust_add(&options->trust, slice_of(value));
    } else {
        return false;
    }
    return true;
}

static void page_make(void)
{
    page = malloc(PAGE_BYTES_MAX);
    ASSERT(page != NULL);
    for (size_t i = 0; i < PAGE_PERIOD; i++) {
        page[i] = (char)(i * 7 % PAGE_PERIOD);
    }
    for (size_t i = PAGE_PERIOD; i < PAGE_BYTES_MAX; i++) {
        page[i] = page[i - PAGE_PERIOD];
    }
}

static void figures_print(void)
{
    struct door_figures figures;
    door_figures(door, &figures);
    (void)printf(
        "{\"connections_total\": %llu, \"connections_now\": %llu, \"requests\": %llu, "
        "\"malformed\": %llu, "
        "\"timed_out\": %llu, \"refused\": %llu, \"refused_shares\": %llu, \"lent\": %ld}\n",
        (unsigned long long)figures.connections_total, (unsigned long long)figures.connections_now,
        (unsigned long long)figures.requests, (unsigned long long)figures.malformed,
        (unsigned long long)figures.timed_out, (unsigned long long)figures.refused,
        (unsigned long long)figures.refused_shares, lent_now);
}

static void signals_take(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
}

int main(int count, char **arguments)
{
    struct door_options options = {.address = "127.0.0.1", .env = env_os(), .handle = handle};
    struct fault fault = {0};
    for (int i = 1; i + 1 < count; i += 2) {
        if (!option_read(&options, arguments[i], arguments[i + 1])) {
            return 2;
        }
    }
    page_make();
    if (door_open(&options, &door, &fault) != STATUS_OK) {
        (void)fprintf(stderr, "%d %s\n", (int)fault.status, fault.text);
        free(page);
        return 3;
    }
    door_on_wake(door, on_wake, NULL);
    signals_take();
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, work, NULL);
    ASSERT(failed == 0);
    (void)printf("%u\n", (unsigned)door_port(door));
    (void)fflush(stdout);
    door_run(door);
    pthread_mutex_lock(&queue.mutex);
    queue.ends = true;
    pthread_mutex_unlock(&queue.mutex);
    (void)pthread_join(thread, NULL);
    on_wake(NULL); /* whoever is still owed a reply has gone; the door must take it all the same */
    figures_print();
    door_close(door);
    free(page);
    return 0;
}
