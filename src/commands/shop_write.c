/* Two ways in, one behaviour:
 *
 *   socket answers ping -> requests go to the server
 *   else                -> the writer's lock is ours, control_run on our own engine
 *
 * A server holds the lock for as long as its socket answers, so exactly one of the two is possible;
 * in the moment between (it replays, it stops) the lock says BUSY and the person is told to try
 * again. */
#include "commands/shop_write.h"

#include "commands/shop_open.h"
#include "commands/shop_socket.h"

#include <stdio.h>

enum { SOCKET_PATH_MAX = 108 }; /* sun_path of Linux */

enum status shop_socket_path(const char *path, char *to, size_t size, struct fault *fault)
{
    int length = snprintf(to, size, "%s.sock", path);
    if (length < 0 || (size_t)length >= size || length >= SOCKET_PATH_MAX) {
        return fault_set(
            fault, STATUS_INVALID,
            "%s: the path is too long for the socket beside it (at most 102 bytes); go into its "
            "folder and name it shortly",
            path);
    }
    return STATUS_OK;
}

static enum status lock_take(const struct call *call, struct shop_write *write, struct fault *fault)
{
    enum status status = engine_open(write->path, ENGINE_WRITE, call->env, &write->engine, fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = shop_now_check(call, engine_shop(write->engine), engine_last_stamp(write->engine),
                            write->path, &write->now, fault);
    if (status == STATUS_OK) {
        status = order_desk_open(write->engine, call->env, &write->desk, fault);
    }
    if (status != STATUS_OK) {
        shop_write_close(write);
    }
    return status;
}

enum status shop_write_open(const struct call *call, const char *path, struct shop_write *write,
                            struct fault *fault)
{
    char socket_path[SOCKET_PATH_MAX];
    *write = (struct shop_write){.path = path};
    size_t length = strlen(path);
    if (length < 4 || strcmp(path + length - 3, ".db") != 0) {
        return fault_set(
            fault, STATUS_INVALID,
            "%s: this command changes a database, whose name ends in .db; make one with: ecluse "
            "init SHOP.db SHOP.yaml",
            path);
    }
    struct fault silent;
    enum status status = shop_socket_path(path, socket_path, sizeof socket_path, &silent);
    if (status == STATUS_OK) {
        status = shop_socket_open(socket_path, &write->server, &silent);
    }
    if (status != STATUS_OK) {
        return lock_take(call, write, fault);
    }
    if (call->now != NULL) {
        shop_write_close(write);
        return fault_set(
            fault, STATUS_INVALID,
            "a server is running on %s and goes by the clock; leave --now out, or stop it first",
            path);
    }
    return STATUS_OK;
}

void shop_write_close(struct shop_write *write)
{
    shop_socket_close(write->server);
    write->server = NULL;
    if (write->desk != NULL) {
        order_desk_close(write->desk);
    }
    write->desk = NULL;
    if (write->engine != NULL) {
        engine_close(write->engine);
    }
    write->engine = NULL;
}

enum status shop_write_send(struct shop_write *write, struct slice request, struct text *answer,
                            int *http, struct fault *fault)
{
    if (write->server != NULL) {
        return shop_socket_post(write->server, CONTROL_PATH, request, answer, http, fault);
    }
    struct control *control = control_run(write->desk, request, write->now);
    if (control == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the command; free some and try again");
    }
    text_clear(answer);
    text_append_slice(answer, control_body(control));
    *http = control_http(control);
    control_close(control);
    return STATUS_OK;
}
