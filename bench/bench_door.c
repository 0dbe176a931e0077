/* A tiny server on the door, for scripts/bench and for abuse: what listening and HTTP cost without
 * any shop behind them.
 *
 *   /empty   an empty 200             against nginx answering an empty 200
 *   /page    a page from memory       against nginx's static file of the same size
 *   /late    an empty 200, answered from the wake callback, as the core's answers are
 *   /echo    the request's body
 *
 * usage: bench_door ADDRESS PORT [PAGE_FILE [SOCKET_PATH]]     prints its port; ends gracefully
 * with SIGTERM or SIGINT */
#include "base/assert.h"
#include "door/door.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { LATE_MAX = 65536, PAGE_BYTES_MAX = 64 * 1024 * 1024, PAGE_BYTES_USUAL = 20000 };

static struct door *door;
static struct slice page;
static struct door_request *late[LATE_MAX];
static size_t late_count;

static void nothing_to_release(void *context)
{
    (void)context;
}

static void reply_empty(struct door_request *request)
{
    door_reply(request, &(struct door_reply){.status = 200});
}

static void handle(struct door_request *request, void *context)
{
    (void)context;
    struct slice path = door_path(request);
    if (slice_is(path, "/empty")) {
        reply_empty(request);
    } else if (slice_is(path, "/page")) {
        struct door_reply reply = {.status = 200,
                                   .headers = SLICE("Content-Type: text/html\r\n"),
                                   .body = page,
                                   .release = nothing_to_release};
        door_reply(request, &reply);
    } else if (slice_is(path, "/late") && late_count < LATE_MAX) {
        late[late_count++] = request;
        door_wake(door);
    } else if (slice_is(path, "/echo")) {
        door_reply(request, &(struct door_reply){.status = 200, .body = door_body(request)});
    } else {
        door_problem(request, 404, "not-found", "Ask for /empty, /page, /late or /echo.",
                     SLICE(""));
    }
}

static void on_wake(void *context)
{
    (void)context;
    size_t count = late_count;
    late_count = 0;
    for (size_t i = 0; i < count; i++) {
        reply_empty(late[i]);
    }
}

static void on_signal(int number)
{
    (void)number;
    door_stop(door);
}

static enum status page_load(const char *path, struct fault *fault)
{
    char *bytes = NULL;
    size_t length = PAGE_BYTES_USUAL;
    enum status status = STATUS_OK;
    if (path != NULL) {
        status = env_file_read(path, PAGE_BYTES_MAX, &bytes, &length, fault);
    } else {
        bytes = malloc(length);
        ASSERT(bytes != NULL);
        memset(bytes, 'x', length);
    }
    page = (struct slice){bytes, length};
    return status;
}

int main(int count, char **arguments)
{
    struct fault fault = {0};
    if (count < 3) {
        (void)fprintf(stderr, "usage: bench_door ADDRESS PORT [PAGE_FILE [SOCKET_PATH]]\n");
        return 2;
    }
    struct door_options options = {.address = arguments[1],
                                   .port = (uint16_t)strtol(arguments[2], NULL, 10),
                                   .socket_path = count > 4 ? arguments[4] : NULL,
                                   .env = env_os(),
                                   .handle = handle};
    if (page_load(count > 3 ? arguments[3] : NULL, &fault) != STATUS_OK ||
        door_open(&options, &door, &fault) != STATUS_OK) {
        (void)fprintf(stderr, "bench_door: %s\n", fault.text);
        return 3;
    }
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    door_on_wake(door, on_wake, NULL);
    (void)printf("%u\n", (unsigned)door_port(door));
    (void)fflush(stdout);
    door_run(door);
    struct door_figures figures;
    door_figures(door, &figures);
    (void)fprintf(stderr,
                  "connections %llu requests %llu malformed %llu timed out %llu refused %llu\n",
                  (unsigned long long)figures.connections_total,
                  (unsigned long long)figures.requests, (unsigned long long)figures.malformed,
                  (unsigned long long)figures.timed_out, (unsigned long long)figures.refused);
    door_close(door);
    free((void *)(uintptr_t)page.data);
    return 0;
}
