/* A server for tests/door/forward_test.py: the door that hands everything on to an upstream.
 *
 *   /ecluse/figures    the figures as JSON, answered by the handler
 *   /product/...       handed on at once; its page gets "[[SKU]]" put in before PLACE
 *   /callback/...      the same; the cache neither answers nor keeps it
 *   /later...          handed on in the next tick, not in the handler
 *   /ecluse/cache      the cache's figures
 *   /ecluse/purge?WHAT purges
 *   with Sec-Fetch-Outside: 1 answered from the cache, or 429
 *   /parked...         kept until its client goes away
 *   everything else    handed on at once, with a Set-Cookie line for the reply
 *
 * usage: forward_server --upstream URL [--connections N] [--connect-ms N] [--reply-ms N]
 * [--trust NETWORK] [--idle-ms N] [--tunnel-ms N] [--reply-seconds N] [--body-bytes N] [--address A]
 * [--cache-bytes N --cache-seconds N --cache-stale N --cache-refreshes N] (with it no Set-Cookie line)
 * [--dead-address 1 (the first) or 2 (the only one)]
 * prints its port; SIGTERM stops it gracefully; then prints its figures as JSON */
#include "base/assert.h"
#include "door/link.h"
#include "door/micro_cache.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { LATER_MAX = 64, LATER_MS = 100 };

static struct door *door;
static struct door_upstream *upstream;
static uint32_t dead; /* 1: the first address; 2: the only one */
static struct door_cache_settings cache;
static struct door_request *later[LATER_MAX];
static size_t later_count;

/* Counted by `done`; `begun` must be their sum when all is over. */
static struct {
    uint64_t begun, whole, failed, ends, parked, gone;
    uint64_t head_us_last;
    int status_last;
} forwards;

static void on_done(void *context, const struct door_forwarded *forwarded)
{
    const uint64_t *number = context; /* in the request's memory, which must still be there */
    ASSERT(*number <= forwards.begun);
    forwards.whole += forwarded->status != 0;
    forwards.failed += forwarded->status == 0;
    forwards.ends += forwarded->ends_session;
    forwards.head_us_last = forwarded->head_us;
    forwards.status_last = forwarded->status;
}

static bool begins(struct slice path, struct slice start)
{
    return path.length >= start.length && memcmp(path.data, start.data, start.length) == 0;
}

static bool on_insert(void *context, const struct door_request *request, struct door_insert *insert)
{
    (void)context;
    static const char *const values[] = {"<span class=\"sku\">"};
    *insert = (struct door_insert){.before = "PLACE",
                                   .values = values,
                                   .value_count = 1,
                                   .open = SLICE("[["),
                                   .close = SLICE("]]")};
    return begins(door_path(request), SLICE("/product/"));
}

static void forward(struct door_request *request)
{
    uint64_t *number = door_alloc(request, sizeof *number);
    ASSERT(number != NULL);
    if (begins(door_path(request), SLICE("/callback/"))) {
        door_uncached(request);
    }
    *number = ++forwards.begun;
    struct slice headers = cache.bytes_max > 0 ? SLICE("X-Door: 1\r\n")
                                               : SLICE("Set-Cookie: ecluse_seen=1; Path=/\r\n");
    door_forward(request, upstream, headers, on_done, number);
}

static int figures_write(char *text, size_t capacity)
{
    struct door_figures figures;
    struct door_upstream_figures up;
    door_figures(door, &figures);
    door_upstream_figures(upstream, &up);
    return snprintf(
        text, capacity,
        "{\"connections_now\": %llu, \"timed_out\": %llu, \"forwarded\": %llu, \"failed\": %llu, "
        "\"up_timed_out\": %llu, \"up_now\": %llu, \"up_total\": %llu, \"waiting\": %llu, "
        "\"begun\": %llu, \"done_whole\": %llu, \"done_failed\": %llu, \"head_us\": %llu, "
        "\"ends\": %llu, \"parked\": %llu, \"gone\": %llu, \"status\": %d}\n",
        (unsigned long long)figures.connections_now, (unsigned long long)figures.timed_out,
        (unsigned long long)up.forwarded, (unsigned long long)up.failed,
        (unsigned long long)up.timed_out, (unsigned long long)up.connections_now,
        (unsigned long long)up.connections_total, (unsigned long long)up.waiting_now,
        (unsigned long long)forwards.begun, (unsigned long long)forwards.whole,
        (unsigned long long)forwards.failed, (unsigned long long)forwards.head_us_last,
        (unsigned long long)forwards.ends, (unsigned long long)forwards.parked,
        (unsigned long long)forwards.gone, forwards.status_last);
}

/* In another answer's form: each test wants a few of them. */
static int cache_figures_write(char *text, size_t capacity)
{
    struct door_cache_figures figures;
    door_cache_figures(upstream, &figures);
    return snprintf(
        text, capacity,
        "{\"hits\": %llu, \"stale\": %llu, \"misses\": %llu, \"passes\": %llu, \"waits\": %llu, "
        "\"kept\": %llu, \"validated\": %llu, \"refreshes\": %llu, \"evictions\": %llu, "
        "\"dropped\": %llu, \"bytes\": %llu, \"answers\": %u}\n",
        (unsigned long long)figures.hits, (unsigned long long)figures.stale,
        (unsigned long long)figures.misses, (unsigned long long)figures.passes,
        (unsigned long long)figures.waits, (unsigned long long)figures.kept,
        (unsigned long long)figures.validated, (unsigned long long)figures.refreshes,
        (unsigned long long)figures.evictions, (unsigned long long)figures.dropped,
        (unsigned long long)figures.bytes, figures.answers);
}

static void on_gone(void *context)
{
    forwards.gone++;
    door_reply(context, &(struct door_reply){.status = 204});
}

static void handle(struct door_request *request, void *context)
{
    (void)context;
    if (slice_is(door_path(request), "/ecluse/figures")) {
        char text[1000];
        int length = figures_write(text, sizeof text);
        door_reply(request, &(struct door_reply){.status = 200, .body = {text, (size_t)length}});
    } else if (slice_is(door_path(request), "/ecluse/cache")) {
        char text[1000];
        int length = cache_figures_write(text, sizeof text);
        door_reply(request, &(struct door_reply){.status = 200, .body = {text, (size_t)length}});
    } else if (slice_is(door_path(request), "/ecluse/purge")) {
        char text[32];
        int length = snprintf(text, sizeof text, "%lld",
                              (long long)door_cache_purge(upstream, door_query(request)));
        door_reply(request, &(struct door_reply){.status = 200, .body = {text, (size_t)length}});
    } else if (slice_is(door_header(request, "Sec-Fetch-Outside"), "1")) {
        if (!door_cached(request, upstream, SLICE(""))) {
            door_reply(request, &(struct door_reply){.status = 429});
        }
    } else if (begins(door_path(request), SLICE("/later")) && later_count < LATER_MAX) {
        later[later_count++] = request;
    } else if (begins(door_path(request), SLICE("/parked"))) {
        forwards.parked++;
        door_on_gone(request, on_gone, request);
    } else {
        forward(request);
    }
}

static void on_tick(void *context)
{
    (void)context;
    while (later_count > 0) {
        forward(later[--later_count]);
    }
}

static void on_signal(int number)
{
    (void)number;
    door_stop(door);
}

static bool option_read(struct door_options *options, struct door_upstream_options *to,
                        const char *name, const char *value)
{
    uint32_t number = (uint32_t)strtoul(value, NULL, 10);
    if (strcmp(name, "--upstream") == 0) {
        to->url = value;
    } else if (strcmp(name, "--connections") == 0) {
        to->connections_max = number;
    } else if (strcmp(name, "--connect-ms") == 0) {
        to->connect_ms = number;
    } else if (strcmp(name, "--reply-ms") == 0) {
        to->reply_ms = number;
    } else if (strcmp(name, "--idle-ms") == 0) {
        to->idle_ms = number;
    } else if (strcmp(name, "--tunnel-ms") == 0) {
        to->tunnel_idle_ms = number;
    } else if (strcmp(name, "--reply-seconds") == 0) {
        options->reply_seconds = number;
    } else if (strcmp(name, "--body-bytes") == 0) {
        options->body_bytes_max = number;
    } else if (strcmp(name, "--cache-bytes") == 0) {
        cache.bytes_max = number;
    } else if (strcmp(name, "--cache-seconds") == 0) {
        cache.seconds = number;
    } else if (strcmp(name, "--cache-stale") == 0) {
        cache.stale_seconds = number;
    } else if (strcmp(name, "--cache-refreshes") == 0) {
        cache.refreshes_per_second_thousandths = number;
    } else if (strcmp(name, "--dead-address") == 0) {
        dead = number;
    } else if (strcmp(name, "--trust") == 0) {
        return door_trust_add(&options->trust, slice_of(value));
    } else if (strcmp(name, "--address") == 0) {
        options->address = value;
    } else if (strcmp(name, "--port") == 0) {
        options->port = (uint16_t)number;
    } else {
        return false;
    }
    return true;
}

/* As a name whose first address is one where nobody listens; `others`: and which has others. */
static void dead_address_add(bool others)
{
    struct upstream_place *place = &upstream->place;
    place->addresses[1] = place->addresses[0];
    place->address_count = others ? 2 : 1;
    int failed = uv_ip4_addr("127.0.0.1", 1, (struct sockaddr_in *)&place->addresses[0]);
    ASSERT(failed == 0);
}

static int run(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    door_on_tick(door, LATER_MS, on_tick, NULL);
    (void)printf("%u\n", (unsigned)door_port(door));
    (void)fflush(stdout);
    door_run(door);
    on_tick(NULL);
    char text[1000];
    int length = figures_write(text, sizeof text);
    door_upstream_close(upstream);
    (void)fwrite(text, 1, (size_t)length, stdout);
    door_close(door);
    /* What was cancelled by stopping is over now too. */
    return forwards.begun == forwards.whole + forwards.failed ? 0 : 4;
}

int main(int count, char **arguments)
{
    struct door_options options = {.address = "127.0.0.1", .env = env_os(), .handle = handle};
    struct door_upstream_options to = {0};
    struct fault fault = {0};
    for (int i = 1; i + 1 < count; i += 2) {
        if (!option_read(&options, &to, arguments[i], arguments[i + 1])) {
            return 2;
        }
    }
    if (to.url == NULL) {
        return 2;
    }
    if (door_open(&options, &door, &fault) != STATUS_OK) {
        (void)fprintf(stderr, "%d %s\n", (int)fault.status, fault.text);
        return 3;
    }
    if (door_upstream_open(door, &to, &upstream, &fault) != STATUS_OK) {
        (void)fprintf(stderr, "%d %s\n", (int)fault.status, fault.text);
        door_close(door);
        return 3;
    }
    door_cache_set(upstream, &cache);
    door_forward_insert(upstream, on_insert, NULL);
    if (dead > 0) {
        dead_address_add(dead == 1);
    }
    return run();
}
