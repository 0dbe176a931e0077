/* Wiring only. Without a file to open anew, SIGHUP means what it always does. */
#include "commands/serve_log.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

/* The file that a signal opens anew. */
static struct line_file *volatile hung_up_file;

static void reopen_on_signal(int signal_number)
{
    (void)signal_number;
    struct line_file *file = hung_up_file;
    if (file != NULL) {
        line_file_reopen(file);
    }
}

static void hang_up_set(struct line_file *file)
{
    struct sigaction action = {.sa_handler = file != NULL ? reopen_on_signal : SIG_DFL,
                               .sa_flags = SA_RESTART};
    hung_up_file = file;
    (void)sigaction(SIGHUP, &action, NULL);
}

enum status serve_log_open(const struct call *call, struct serve_log *log, struct fault *fault)
{
    const char *path = call_value(call, "access-log");
    const char *format = call_value(call, "access-log-format");
    *log = (struct serve_log){.env = call->env};
    if (format != NULL && path == NULL) {
        return fault_set(fault, STATUS_INVALID,
                         "--access-log-format %s: say where the log goes too: --access-log FILE",
                         format);
    }
    if (format != NULL && strcmp(format, "json") == 0) {
        log->format = ACCESS_JSON;
    } else if (format != NULL && strcmp(format, "combined") != 0) {
        return fault_set(fault, STATUS_INVALID, "--access-log-format %s: write combined or json",
                         format);
    }
    if (path == NULL) {
        return STATUS_OK;
    }
    enum status status = line_file_open(path, &log->file, fault);
    if (status == STATUS_OK && strcmp(path, "-") != 0) {
        hang_up_set(log->file);
    }
    return status;
}

static void answered(void *context, const struct door_request *request,
                     const struct door_answer *answer)
{
    struct serve_log *log = context;
    struct door_client client;
    char line[ACCESS_LINE_BYTES_MAX];
    struct access_entry entry = {.at = log->env->now(log->env), .answer = *answer};
    if (door_origin(request)->local_socket) {
        return;
    }
    if (answer->readable) {
        entry.path = door_path(request);
        entry.query = door_query(request);
        entry.referrer = door_header(request, "Referer");
        entry.agent = door_header(request, "User-Agent");
        door_client(request, &client);
        entry.client = client.address;
    } else {
        entry.client = door_peer(request);
    }
    size_t length = access_line_write(log->format, &entry, line);
    line_file_append(log->file, (struct slice){line, length});
}

void serve_log_attach(struct serve_log *log, struct door *door)
{
    if (log->file != NULL) {
        door_on_answered(door, answered, log);
    }
}

void serve_log_close(struct serve_log *log)
{
    if (log->file != NULL) {
        hang_up_set(NULL);
        line_file_close(log->file);
        log->file = NULL;
    }
}
