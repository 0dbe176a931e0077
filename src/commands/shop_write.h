/* A database as a command that writes reaches it: through the socket of the server that runs, or by
 * taking the writer's lock. Either way the same JSON goes to the same functions (pages/control.h),
 * so the answers are the same. */
#ifndef ECLUSE_COMMANDS_SHOP_WRITE_H
#define ECLUSE_COMMANDS_SHOP_WRITE_H

#include "commands/command.h"
#include "engine/engine.h"
#include "pages/control.h"

struct shop_write {
    const char *path;
    struct shop_socket *server; /* not NULL: a server runs */
    struct engine *engine;      /* otherwise */
    struct order_desk *desk;
    int64_t now;
};

/* STATUS_BUSY: another process writes and does not listen (an import, a server that still replays).
 */
enum status shop_write_open(const struct call *call, const char *path, struct shop_write *write,
                            struct fault *fault) MUST_USE;
void shop_write_close(struct shop_write *write);

/* Sends one request of pages/control.h; *answer (cleared first) gets the JSON answer, *http its
 * status. */
enum status shop_write_send(struct shop_write *write, struct slice request, struct text *answer,
                            int *http, struct fault *fault) MUST_USE;

/* Where the socket of a database stands: PATH.sock. Two names of one file would have two sockets,
 * one lock decides. */
enum status shop_socket_path(const char *path, char *to, size_t size, struct fault *fault) MUST_USE;

#endif
