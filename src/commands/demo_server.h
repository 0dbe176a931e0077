/* The server of the demo: `ecluse serve` as a child process, to be killed and started again. */
#ifndef ECLUSE_COMMANDS_DEMO_SERVER_H
#define ECLUSE_COMMANDS_DEMO_SERVER_H

#include "base/status.h"
#include "env/env.h"

#include <stdint.h>
#include <sys/types.h>

struct demo_server {
    pid_t process; /* 0: none runs */
    char url[128]; /* without the last slash: http://127.0.0.1:40123 */
    uint16_t port;
};

/* Starts it (port 0: any free one; later starts take the same) and waits until it listens. Its
 * stderr goes to `log_path`. */
enum status demo_server_start(struct demo_server *server, struct env *env, const char *database,
                              uint16_t port, const char *log_path, struct fault *fault) MUST_USE;
/* SIGKILL: no warning, no cleaning up. */
void demo_server_kill(struct demo_server *server);
/* SIGTERM and wait; false if it did not end well by itself. */
bool demo_server_stop(struct demo_server *server);
/* True if it ended although nobody asked it to. */
bool demo_server_lost(struct demo_server *server);

#endif
