/* The door as a whole: opening, the loop, waking, stopping, closing.
 *
 *   door_open -> door_run ... door_stop -> (listeners close; idle connections close; requests under
 * way are answered, at most 5 s; whoever lingers is let go) -> door_run returns -> door_close
 *
 * One thread: that of door_run. From elsewhere only door_wake and door_stop may be called, which
 * send one libuv async (safe in signal handlers). More I/O threads were weighed and left out
 * (docs/decisions/0030): the core is one thread, and one loop fills a network card long before the
 * core is fed up. */
#include "base/assert.h"
#include "door/connection.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

static void finish_if_quiet(struct door *door)
{
    if (!door->stopping || door->finished) {
        return;
    }
    for (int i = 0; i < DOOR_LISTENERS_MAX; i++) {
        if (door->listeners[i].closing) {
            return;
        }
    }
    if (door->connections_open == 0) {
        door->finished = true;
        uv_stop(&door->loop);
    }
}

void door_connection_closed(struct door *door)
{
    finish_if_quiet(door);
}

static void stop_begin(struct door *door)
{
    door->stopping = true;
    door->stop_at_ms = uv_now(&door->loop) + DOOR_STOP_MS;
    listeners_close(door);
    phases_close_all(door, PHASE_IDLE);
    finish_if_quiet(door);
}

static void on_async(uv_async_t *async)
{
    struct door *door = async->data;
    if (atomic_load(&door->stop_asked) && !door->stopping) {
        stop_begin(door);
    }
    if (door->wake != NULL && !door->finished) {
        door->wake(door->wake_context);
    }
    connections_drain_ready(door);
}

static void on_timer(uv_timer_t *timer)
{
    struct door *door = timer->data;
    reply_update_date(door);
    phases_expire(door);
    if (door->stopping) {
        if (uv_now(&door->loop) >= door->stop_at_ms) {
            for (int phase = PHASE_IDLE; phase < PHASE_CLOSING; phase++) {
                phases_close_all(door, (enum connection_phase)phase);
            }
        }
        finish_if_quiet(door);
    } else {
        listeners_resume(door);
    }
    connections_drain_ready(door);
}

static void on_user_timer(uv_timer_t *timer)
{
    struct door *door = timer->data;
    if (!door->finished) {
        door->tick(door->tick_context);
    }
    connections_drain_ready(door);
}

/* libuv calls it when timers and the last poll's callbacks are done, before it polls again. */
static void on_prepare(uv_prepare_t *prepare)
{
    struct door *door = prepare->data;
    if (!door->finished) {
        door->turn(door->turn_context);
    }
}

static uint64_t milliseconds_or(uint32_t seconds, uint32_t usual)
{
    return 1000u * (uint64_t)(seconds > 0 ? seconds : usual);
}

/* Each connection is a descriptor: the process may open as many as the machine allows, and no more
 * connections are promised than that, with some left for the journal and everybody else. */
static uint32_t connections_bound(uint32_t wanted)
{
    enum { OTHERS = 128 };
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return wanted;
    }
    rlim_t beside = DOOR_CROWDED_MIN + OTHERS;
    rlim_t needed = (rlim_t)wanted + wanted / DOOR_CROWDED_DIVISOR + beside;
    if (files.rlim_cur < needed) {
        files.rlim_cur = needed < files.rlim_max ? needed : files.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &files) != 0 || getrlimit(RLIMIT_NOFILE, &files) != 0) {
            return wanted;
        }
    }
    rlim_t room = files.rlim_cur > beside ? files.rlim_cur - beside : 1;
    rlim_t most = room - room / DOOR_CROWDED_DIVISOR;
    return wanted < most ? wanted : (uint32_t)most;
}

static enum status connections_make(struct door *door)
{
    uint32_t wanted = door->options.connections_max;
    if (wanted == 0 || wanted > LIMIT_CONNECTIONS) {
        wanted = LIMIT_CONNECTIONS;
    }
    door->options.connections_max = connections_bound(wanted);
    door->connections_count = door->options.connections_max +
                              door->options.connections_max / DOOR_CROWDED_DIVISOR +
                              DOOR_CROWDED_MIN;
    /* Pages that no connection has used yet take no memory. */
    door->connections = calloc(door->connections_count, sizeof *door->connections);
    if (door->connections == NULL) {
        return STATUS_MEMORY;
    }
    return STATUS_OK;
}

static enum status loop_make(struct door *door)
{
    if (uv_loop_init(&door->loop) != 0) {
        return STATUS_MEMORY;
    }
    if (uv_async_init(&door->loop, &door->async, on_async) != 0) {
        int closed = uv_loop_close(&door->loop);
        ASSERT(closed == 0);
        return STATUS_MEMORY;
    }
    door->async.data = door;
    (void)uv_timer_init(&door->loop, &door->timer);
    (void)uv_timer_init(&door->loop, &door->user_timer);
    (void)uv_prepare_init(&door->loop, &door->prepare);
    door->prepare.data = door;
    door->timer.data = door;
    door->user_timer.data = door;
    (void)uv_timer_start(&door->timer, on_timer, DOOR_TICK_MS, DOOR_TICK_MS);
    return STATUS_OK;
}

/* The local socket first: who finds the port open finds the other, too. */
static enum status listeners_open(struct door *door, struct fault *fault)
{
    enum status status = STATUS_OK;
    if (door->options.socket_path != NULL) {
        status = listener_open_local(door, fault);
    }
    if (status == STATUS_OK && door->options.address != NULL) {
        status = listener_open_tcp(door, fault);
    }
    return status;
}

/* A client that goes away while it is written to must not end the process. */
static void signals_prepare(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

enum status door_open(const struct door_options *options, struct door **opened, struct fault *fault)
{
    ASSERT(options->handle != NULL);
    ASSERT(options->env != NULL);
    struct door *door = calloc(1, sizeof *door);
    if (door == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the door");
    }
    door->options = *options;
    if (door->options.body_bytes_max == 0) {
        door->options.body_bytes_max = LIMIT_REQUEST_BODY_BYTES;
    }
    text_init(&door->problem, 8192);
    options->env->entropy(options->env, &door->tally.seed, sizeof door->tally.seed);
    door->phase_ms[PHASE_IDLE] = milliseconds_or(options->idle_seconds, LIMIT_IDLE_SECONDS);
    door->phase_ms[PHASE_READING] =
        milliseconds_or(options->request_seconds, LIMIT_REQUEST_SECONDS);
    door->phase_ms[PHASE_WRITING] = milliseconds_or(options->reply_seconds, LIMIT_REPLY_SECONDS);
    door->phase_ms[PHASE_LINGERING] = DOOR_LINGER_MS;
    signals_prepare();
    enum status status = connections_make(door);
    if (status == STATUS_OK) {
        status = loop_make(door);
    }
    if (status != STATUS_OK) {
        free(door->connections);
        free(door);
        return fault_set(fault, status, "no memory for the door");
    }
    reply_update_date(door);
    status = listeners_open(door, fault);
    if (status != STATUS_OK) {
        door_close(door);
        return status;
    }
    *opened = door;
    return STATUS_OK;
}

uint16_t door_port(const struct door *door)
{
    return door->port;
}

void door_run(struct door *door)
{
    while (!door->finished) {
        (void)uv_run(&door->loop, UV_RUN_DEFAULT);
    }
}

void door_wake(struct door *door)
{
    (void)uv_async_send(&door->async);
}

void door_on_wake(struct door *door, void (*wake)(void *context), void *context)
{
    door->wake = wake;
    door->wake_context = context;
}

void door_on_turn(struct door *door, void (*turn)(void *context), void *context)
{
    door->turn = turn;
    door->turn_context = context;
    (void)uv_prepare_start(&door->prepare, on_prepare);
}

void door_on_tick(struct door *door, uint32_t milliseconds, void (*tick)(void *context),
                  void *context)
{
    door->tick = tick;
    door->tick_context = context;
    if (tick == NULL) {
        (void)uv_timer_stop(&door->user_timer);
    } else {
        (void)uv_timer_start(&door->user_timer, on_user_timer, milliseconds, milliseconds);
    }
}

void door_on_answered(struct door *door,
                      void (*answered)(void *context, const struct door_request *request,
                                       const struct door_answer *answer),
                      void *context)
{
    door->answered = answered;
    door->answered_context = context;
}

void door_stop(struct door *door)
{
    atomic_store(&door->stop_asked, true);
    door_wake(door);
}

void door_close(struct door *door)
{
    if (door == NULL) {
        return;
    }
    ASSERT(door->upstreams_open == 0);
    door->finished = true;
    listeners_close(door);
    for (int phase = PHASE_IDLE; phase < PHASE_CLOSING; phase++) {
        phases_close_all(door, (enum connection_phase)phase);
    }
    uv_close((uv_handle_t *)&door->async, NULL);
    uv_close((uv_handle_t *)&door->timer, NULL);
    uv_close((uv_handle_t *)&door->user_timer, NULL);
    uv_close((uv_handle_t *)&door->prepare, NULL);
    (void)uv_run(&door->loop, UV_RUN_DEFAULT);
    int closed = uv_loop_close(&door->loop);
    ASSERT(closed == 0);
    requests_free(door);
    text_free(&door->problem);
    free(door->connections);
    free(door);
}

void door_figures(const struct door *door, struct door_figures *figures)
{
    *figures = door->figures;
}
