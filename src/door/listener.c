/* Listening sockets: TCP and the one beside the database.
 *
 * When descriptors or free connections run out, listeners are paused: its handle closes, while a
 * second descriptor keeps the socket and its queue; the next tick listens again. libuv would
 * otherwise try the same accept without end.
 *
 * The local socket is made with mode 0600 from its first instant (umask), because who can connect
 * to it is staff. A path that is there already is tried first: if somebody answers, it is a running
 * server's and stays; if not, it is a leftover and goes. */
#include "base/assert.h"
#include "door/connection.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool connections_any_free(const struct door *door)
{
    return door->connections_free != NULL || door->connections_used < door->connections_count;
}

static struct connection *connection_take(struct listener *listener)
{
    struct door *door = listener->door;
    struct connection *connection = door->connections_free;
    ASSERT(connections_any_free(door));
    if (connection != NULL) {
        door->connections_free = connection->next;
    } else {
        connection = &door->connections[door->connections_used++];
    }
    *connection = (struct connection){.door = door};
    connection->origin.local_socket = listener->local;
    int made = listener->local ? uv_pipe_init(&door->loop, &connection->uv.pipe, 0)
                               : uv_tcp_init(&door->loop, &connection->uv.tcp);
    ASSERT(made == 0);
    connection->uv.handle.data = connection;
    door->connections_open++;
    door->figures.connections_now++;
    door->figures.connections_total++;
    return connection;
}

/* The client's address as text; an IPv4 address that came over IPv6 is shown as IPv4. */
static void origin_read(struct connection *connection)
{
    struct door_origin *origin = &connection->origin;
    struct sockaddr_storage peer;
    int length = sizeof peer;
    if (uv_tcp_getpeername(&connection->uv.tcp, (struct sockaddr *)&peer, &length) != 0 ||
        uv_ip_name((const struct sockaddr *)&peer, origin->address, sizeof origin->address) != 0) {
        origin->address[0] = '\0';
        return;
    }
    static const struct slice mapped = SLICE("::ffff:");
    if (strncmp(origin->address, mapped.data, mapped.length) == 0 &&
        strchr(origin->address, '.') != NULL) {
        memmove(origin->address, origin->address + mapped.length,
                strlen(origin->address + mapped.length) + 1);
    }
    origin->loopback =
        strncmp(origin->address, "127.", 4) == 0 || strcmp(origin->address, "::1") == 0;
}

/* The oldest of the phase, if it has been in it for that part of its limit. */
static struct connection *oldest_of(const struct door *door, enum connection_phase phase,
                                    uint64_t divisor)
{
    struct connection *oldest = door->phases[phase].head;
    uint64_t yields_after_ms = door->phase_ms[phase] / divisor;
    bool yields = oldest != NULL && uv_now(&door->loop) - oldest->since_ms >= yields_after_ms;
    return yields ? oldest : NULL;
}

/* Is this newcomer one too many? The machine's own staff always gets in; and while a crowd waits
 * outside, who has been idle the longest gives way, if that is some time; if nobody has, whose
 * request comes the most slowly: thousands that send a byte now and then must not take all. */
static bool is_crowded(const struct connection *connection)
{
    struct door *door = connection->door;
    if (door->figures.connections_now <= door->options.connections_max ||
        connection->origin.local_socket) {
        return false;
    }
    struct connection *yields = oldest_of(door, PHASE_IDLE, DOOR_YIELD_DIVISOR);
    if (yields == NULL || yields == connection) {
        yields = oldest_of(door, PHASE_READING, DOOR_YIELD_READING_DIVISOR);
        door->figures.timed_out += yields != NULL;
    }
    if (yields != NULL) {
        door->figures.yielded++;
        connection_close(yields);
    }
    return yields == NULL;
}

/* `unsent`: who asks for much and reads nothing must not fill the kernel's memory; what is on its
 * way over a long line does not count. */
static void socket_prepare(struct connection *connection)
{
    static const int unsent = DOOR_UNSENT_BYTES_MAX;
    int fd = -1;
    (void)uv_tcp_nodelay(&connection->uv.tcp, 1);
    if (uv_fileno(&connection->uv.handle, &fd) == 0) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
    }
    origin_read(connection);
}

static void on_client(uv_stream_t *stream, int status)
{
    struct listener *listener = stream->data;
    struct door *door = listener->door;
    if (status != 0) {
        listeners_pause(door);
        return;
    }
    struct connection *connection = connection_take(listener);
    phase_enter(connection, PHASE_IDLE);
    int failed = uv_accept(stream, &connection->uv.stream);
    if (!connections_any_free(door)) {
        listeners_pause(door); /* now, while no accepted client waits for a place */
    }
    if (failed != 0) {
        connection_close(connection);
        return;
    }
    if (!listener->local) {
        socket_prepare(connection);
    }
    client_take(connection);
    if (!share_take(connection)) {
        door->figures.refused_shares++;
        connection_refuse_share(connection);
        return;
    }
    if (is_crowded(connection)) {
        connection->crowded = true;
        door->figures.connections_now--;
        door->figures.refused++;
        connection_refuse_crowded(connection);
        return;
    }
    connection_start(connection);
}

static void on_listener_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    listener->closing = false;
    door_connection_closed(listener->door);
}

static void listener_pause(struct listener *listener)
{
    if (listener->used && listener->listening) {
        listener->listening = false;
        listener->closing = true;
        uv_close(&listener->uv.handle, on_listener_closed);
    }
}

void listeners_pause(struct door *door)
{
    for (int i = 0; i < DOOR_LISTENERS_MAX; i++) {
        listener_pause(&door->listeners[i]);
    }
}

/* Opens a handle on a new descriptor of the kept socket. */
static int listener_reopen(struct listener *listener)
{
    int fd = dup(listener->kept_fd);
    if (fd < 0) {
        return UV_EMFILE;
    }
    uv_loop_t *loop = &listener->door->loop;
    int failed = listener->local ? uv_pipe_init(loop, &listener->uv.pipe, 0)
                                 : uv_tcp_init(loop, &listener->uv.tcp);
    ASSERT(failed == 0);
    listener->uv.handle.data = listener;
    failed =
        listener->local ? uv_pipe_open(&listener->uv.pipe, fd) : uv_tcp_open(&listener->uv.tcp, fd);
    if (failed != 0) {
        (void)close(fd);
    } else {
        failed = uv_listen(&listener->uv.stream, DOOR_BACKLOG, on_client);
    }
    listener->listening = failed == 0;
    listener->closing = failed != 0;
    if (failed != 0) {
        uv_close(&listener->uv.handle, on_listener_closed);
    }
    return failed;
}

void listeners_resume(struct door *door)
{
    for (int i = 0; i < DOOR_LISTENERS_MAX; i++) {
        struct listener *listener = &door->listeners[i];
        if (listener->used && !listener->listening && !listener->closing &&
            connections_any_free(door)) {
            (void)listener_reopen(listener); /* tried again at the next tick */
        }
    }
}

void listeners_close(struct door *door)
{
    listeners_pause(door);
    for (int i = 0; i < DOOR_LISTENERS_MAX; i++) {
        struct listener *listener = &door->listeners[i];
        if (listener->used) {
            listener->used = false;
            (void)close(listener->kept_fd);
        }
    }
    if (door->socket_bound) {
        door->socket_bound = false;
        (void)unlink(door->options.socket_path);
    }
}

/* Binds went well: listen, and keep a second descriptor. The last step of opening either kind. */
static int listener_begin(struct listener *listener)
{
    int failed = uv_listen(&listener->uv.stream, DOOR_BACKLOG, on_client);
    int fd = -1;
    if (failed == 0) {
        failed = uv_fileno(&listener->uv.handle, &fd);
    }
    if (failed == 0) {
        listener->kept_fd = dup(fd);
        failed = listener->kept_fd < 0 ? UV_EMFILE : 0;
    }
    if (failed != 0) {
        listener->closing = true;
        uv_close(&listener->uv.handle, on_listener_closed);
        return failed;
    }
    listener->used = true;
    listener->listening = true;
    return 0;
}

static enum status address_read(const struct door_options *options,
                                struct sockaddr_storage *address, struct fault *fault)
{
    if (uv_ip4_addr(options->address, options->port, (struct sockaddr_in *)address) == 0 ||
        uv_ip6_addr(options->address, options->port, (struct sockaddr_in6 *)address) == 0) {
        return STATUS_OK;
    }
    return fault_set(fault, STATUS_INVALID,
                     "%s is no IP address to listen on; use for example 127.0.0.1, 0.0.0.0 or ::",
                     options->address);
}

static enum status listen_fault(int failed, const char *where, struct fault *fault)
{
    if (failed == UV_EADDRINUSE) {
        return fault_set(fault, STATUS_BUSY,
                         "%s is taken by another program; stop it or listen elsewhere", where);
    }
    return fault_set(fault, STATUS_UNAVAILABLE, "cannot listen on %s: %s", where,
                     uv_strerror(failed));
}

static uint16_t port_of(const struct listener *listener)
{
    struct sockaddr_storage address = {0};
    int length = sizeof address;
    if (uv_tcp_getsockname(&listener->uv.tcp, (struct sockaddr *)&address, &length) != 0) {
        return 0;
    }
    in_port_t port = address.ss_family == AF_INET6
                         ? ((const struct sockaddr_in6 *)(const void *)&address)->sin6_port
                         : ((const struct sockaddr_in *)(const void *)&address)->sin_port;
    return ntohs(port);
}

enum status listener_open_tcp(struct door *door, struct fault *fault)
{
    struct listener *listener = &door->listeners[0];
    struct sockaddr_storage address = {0};
    enum status status = address_read(&door->options, &address, fault);
    if (status != STATUS_OK) {
        return status;
    }
    listener->door = door;
    int failed = uv_tcp_init(&door->loop, &listener->uv.tcp);
    ASSERT(failed == 0);
    listener->uv.handle.data = listener;
    failed = uv_tcp_bind(&listener->uv.tcp, (const struct sockaddr *)&address, 0);
    if (failed != 0) {
        listener->closing = true;
        uv_close(&listener->uv.handle, on_listener_closed);
    } else {
        failed = listener_begin(listener);
    }
    if (failed != 0) {
        char where[80];
        (void)snprintf(where, sizeof where, "%s port %u", door->options.address,
                       (unsigned)door->options.port);
        return listen_fault(failed, where, fault);
    }
    door->port = port_of(listener);
    return STATUS_OK;
}

struct probe {
    uv_connect_t connect;
    uv_pipe_t pipe;
    int result;
};

static void on_probed(uv_connect_t *connect, int status)
{
    struct probe *probe = connect->data;
    probe->result = status;
    uv_close((uv_handle_t *)&probe->pipe, NULL);
}

/* Does somebody answer at this path? */
static bool socket_is_live(const char *path)
{
    struct probe probe = {.result = UV_ECONNREFUSED};
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        return true;
    }
    if (uv_pipe_init(&loop, &probe.pipe, 0) == 0) {
        probe.connect.data = &probe;
        uv_pipe_connect(&probe.connect, &probe.pipe, path, on_probed);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
    }
    int closed = uv_loop_close(&loop);
    ASSERT(closed == 0);
    return probe.result == 0;
}

/* Removes a leftover; refuses what is alive or no socket at all. */
static enum status path_clear(const char *path, struct fault *fault)
{
    struct stat there;
    if (lstat(path, &there) != 0) {
        return STATUS_OK;
    }
    if (!S_ISSOCK(there.st_mode)) {
        return fault_set(fault, STATUS_EXISTS, "%s is there and is no socket; move it away", path);
    }
    if (socket_is_live(path)) {
        return fault_set(fault, STATUS_BUSY, "a running server listens on %s already", path);
    }
    if (unlink(path) != 0) {
        return fault_set(fault, STATUS_UNAVAILABLE, "cannot remove the leftover socket %s", path);
    }
    return STATUS_OK;
}

enum status listener_open_local(struct door *door, struct fault *fault)
{
    const char *path = door->options.socket_path;
    struct listener *listener = &door->listeners[1];
    enum status status = path_clear(path, fault);
    if (status != STATUS_OK) {
        return status;
    }
    listener->door = door;
    listener->local = true;
    int failed = uv_pipe_init(&door->loop, &listener->uv.pipe, 0);
    ASSERT(failed == 0);
    listener->uv.handle.data = listener;
    mode_t mask = umask(0177);
    failed = uv_pipe_bind(&listener->uv.pipe, path);
    (void)umask(mask);
    if (failed != 0) {
        listener->closing = true;
        uv_close(&listener->uv.handle, on_listener_closed);
        return listen_fault(failed, path, fault);
    }
    door->socket_bound = true;
    failed = listener_begin(listener);
    return failed == 0 ? STATUS_OK : listen_fault(failed, path, fault);
}
