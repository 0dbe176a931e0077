/* fork, exec of ourselves, and one line of JSON on a pipe that says where it listens.
 *
 * The child dies with us (PDEATHSIG) and has a process group of its own: Ctrl-C in the terminal
 * reaches the demo alone, which then stops the server in good order. */
#include "commands/demo_server.h"

#include "base/decimal.h"
#include "base/slice.h"

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_SECONDS_MAX = 60, LINE_BYTES = 1024, LOG_BYTES_MAX = 1024 * 1024 };

static void child_run(const char *database, uint16_t port, const char *log_path, int answer)
{
    char listen[64];
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%u", (unsigned)port);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)setpgid(0, 0);
    int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || dup2(answer, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0) {
        _exit(127);
    }
    (void)execl("/proc/self/exe", "ecluse", "serve", "--listen", listen, "--json", "--", database,
                (char *)NULL);
    _exit(127);
}

/* Reads up to the first line end; false if the child ends or says nothing for too long. */
static bool line_read(int from, struct env *env, char *line, size_t size)
{
    uint64_t until = env->ticks_ns(env) + (uint64_t)START_SECONDS_MAX * 1000000000u;
    size_t length = 0;
    while (length < size - 1 && env->ticks_ns(env) < until) {
        struct pollfd ready = {.fd = from, .events = POLLIN};
        if (poll(&ready, 1, 200) <= 0) {
            continue;
        }
        ssize_t got = read(from, line + length, 1);
        if (got <= 0) {
            return false;
        }
        if (line[length] == '\n') {
            line[length] = '\0';
            return true;
        }
        length++;
    }
    return false;
}

static bool url_take(struct demo_server *server, const char *line)
{
    json_t *json = json_loads(line, 0, NULL);
    const char *url = json_string_value(json_object_get(json, "url"));
    int64_t port = 0;
    bool taken = false;
    if (url != NULL) {
        (void)snprintf(server->url, sizeof server->url, "%s", url);
        size_t length = strlen(server->url);
        if (length > 0 && server->url[length - 1] == '/') {
            server->url[length - 1] = '\0';
        }
        const char *colon = strrchr(server->url, ':');
        taken = colon != NULL && decimal_read(slice_of(colon + 1), 0, &port) == DECIMAL_OK;
        server->port = (uint16_t)port;
    }
    json_decref(json);
    return taken;
}

/* The server's own last sentence says why it does not start. */
static enum status start_fault(const char *log_path, struct fault *fault)
{
    char *bytes = NULL;
    size_t length = 0;
    enum status read = env_file_read(log_path, LOG_BYTES_MAX, &bytes, &length, NULL);
    while (length > 0 && bytes[length - 1] == '\n') {
        bytes[--length] = '\0';
    }
    const char *line = length > 0 ? memrchr(bytes, '\n', length) : NULL;
    line = line != NULL ? line + 1 : length > 0 ? bytes : "no word of it";
    (void)fault_set(fault, STATUS_UNAVAILABLE,
                    "the demo's server does not start (%.400s); see %.300s", line, log_path);
    if (read == STATUS_OK) {
        free(bytes);
    }
    return STATUS_UNAVAILABLE;
}

enum status demo_server_start(struct demo_server *server, struct env *env, const char *database,
                              uint16_t port, const char *log_path, struct fault *fault)
{
    int answer[2];
    char line[LINE_BYTES];
    if (pipe2(answer, O_CLOEXEC) != 0) {
        return fault_set(fault, STATUS_IO, "cannot make a pipe; are too many files open?");
    }
    pid_t process = fork();
    if (process == 0) {
        child_run(database, port, log_path, answer[1]);
    }
    (void)close(answer[1]);
    server->process = process > 0 ? process : 0;
    bool listens =
        process > 0 && line_read(answer[0], env, line, sizeof line) && url_take(server, line);
    (void)close(answer[0]);
    if (!listens) {
        demo_server_kill(server);
        return start_fault(log_path, fault);
    }
    return STATUS_OK;
}

void demo_server_kill(struct demo_server *server)
{
    if (server->process > 0) {
        (void)kill(server->process, SIGKILL);
        (void)waitpid(server->process, NULL, 0);
    }
    server->process = 0;
}

bool demo_server_stop(struct demo_server *server)
{
    int status = 0;
    if (server->process <= 0) {
        return true;
    }
    (void)kill(server->process, SIGTERM);
    bool waited = waitpid(server->process, &status, 0) == server->process;
    server->process = 0;
    return waited && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool demo_server_lost(struct demo_server *server)
{
    if (server->process > 0 && waitpid(server->process, NULL, WNOHANG) == server->process) {
        server->process = 0;
        return true;
    }
    return false;
}
