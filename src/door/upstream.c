/* The upstream as a whole: opening, its tick, figures, closing.
 *
 *   door_forward -> exchange.c (which link, or wait) -> link.c (connect, send) -> relay.c (reply)
 *                -> streaming.c (to the client)
 *
 * Links and their buffers lie in two arrays made at start; those that were never needed take no
 * memory. One tick looks at all links in use: there are some dozens of them, so lists by time like
 * those of phases.c would be more code for nothing. */
#include "door/upstream.h"

#include "base/assert.h"
#include "door/fill.h"

#include <stdlib.h>

static void on_tick(uv_timer_t *timer)
{
    struct door_upstream *upstream = timer->data;
    uint64_t now_ms = uv_now(&upstream->door->loop);
    for (uint32_t i = 0; i < upstream->links_used; i++) {
        link_expire(&upstream->links[i], now_ms);
    }
    exchanges_expire(upstream, now_ms);
    micro_expire(upstream->cache);
    connections_drain_ready(upstream->door);
}

static void options_complete(struct door_upstream_options *options)
{
    if (options->connections_max == 0) {
        options->connections_max = LIMIT_UPSTREAM_CONNECTIONS;
    }
    if (options->connections_max > UPSTREAM_CONNECTIONS_MAX) {
        options->connections_max = UPSTREAM_CONNECTIONS_MAX;
    }
    options->connect_ms = options->connect_ms > 0 ? options->connect_ms : LIMIT_UPSTREAM_CONNECT_MS;
    options->reply_ms = options->reply_ms > 0 ? options->reply_ms : LIMIT_UPSTREAM_REPLY_MS;
    options->idle_ms = options->idle_ms > 0 ? options->idle_ms : LIMIT_UPSTREAM_IDLE_MS;
    options->tunnel_idle_ms =
        options->tunnel_idle_ms > 0 ? options->tunnel_idle_ms : LIMIT_UPSTREAM_TUNNEL_MS;
}

static void upstream_free(struct door_upstream *upstream)
{
    free(upstream->links);
    free(upstream->buffers);
    free(upstream);
}

static enum status links_make(struct door_upstream *upstream, struct fault *fault)
{
    uint32_t count = upstream->options.connections_max;
    upstream->links = calloc(count, sizeof *upstream->links);
    upstream->buffers = malloc((size_t)count * LINK_BUFFER_BYTES);
    if (upstream->links == NULL || upstream->buffers == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the connections to the upstream");
    }
    return STATUS_OK;
}

enum status door_upstream_open(struct door *door, const struct door_upstream_options *options,
                               struct door_upstream **opened, struct fault *fault)
{
    struct door_upstream *upstream = calloc(1, sizeof *upstream);
    if (upstream == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the upstream");
    }
    upstream->door = door;
    upstream->options = *options;
    options_complete(&upstream->options);
    enum status status = place_read(&upstream->place, options->url, fault);
    if (status == STATUS_OK) {
        status = place_resolve(upstream, fault);
    }
    if (status == STATUS_OK) {
        status = links_make(upstream, fault);
    }
    if (status != STATUS_OK) {
        upstream_free(upstream);
        return status;
    }
    upstream->options.url = NULL; /* the caller's */
    (void)uv_timer_init(&door->loop, &upstream->timer);
    upstream->timer.data = upstream;
    upstream->ticking = true;
    (void)uv_timer_start(&upstream->timer, on_tick, DOOR_TICK_MS, DOOR_TICK_MS);
    door->upstreams_open++;
    *opened = upstream;
    return STATUS_OK;
}

void door_upstream_figures(const struct door_upstream *upstream,
                           struct door_upstream_figures *figures)
{
    *figures = upstream->figures;
    figures->waiting_now = upstream->waiting.count;
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct door_upstream *upstream = handle->data;
    upstream->ticking = false;
}

void door_upstream_close(struct door_upstream *upstream)
{
    if (upstream == NULL) {
        return;
    }
    struct door *door = upstream->door;
    upstream->closing = true;
    exchanges_fail_waiting(upstream, OUTCOME_UNREACHABLE);
    for (uint32_t i = 0; i < upstream->links_used; i++) {
        link_fail(&upstream->links[i], OUTCOME_UNREACHABLE);
    }
    uv_close((uv_handle_t *)&upstream->timer, on_timer_closed);
    if (upstream->looking) {
        (void)uv_cancel((uv_req_t *)&upstream->lookup);
    }
    while (upstream->figures.connections_now > 0 || upstream->looking || upstream->ticking) {
        (void)uv_run(&door->loop, UV_RUN_ONCE);
    }
    micro_close(upstream->cache);
    connections_drain_ready(door);
    door->upstreams_open--;
    upstream_free(upstream);
}
