/* Writing to descriptors, with every short write and interruption seen to. stdio is not used for
 * answers: it hides which write failed, and a full disk behind "> file" must end with exit code 3
 * and not in silence. */
#include "commands/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_DEFAULT = 80, COLUMNS_MIN = 20, COLUMNS_MAX = 500 };

enum status output_write(int descriptor, struct slice bytes, struct fault *fault)
{
    while (bytes.length > 0) {
        ssize_t written = write(descriptor, bytes.data, bytes.length);
        if (written >= 0) {
            bytes.data += written;
            bytes.length -= (size_t)written;
        } else if (errno == EPIPE) {
            return fault_set(fault, STATUS_UNAVAILABLE, "the reader of the output is gone");
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = descriptor, .events = POLLOUT};
            (void)poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            enum status status = errno == ENOSPC ? STATUS_FULL : STATUS_IO;
            return fault_set(fault, status, "cannot write the answer: %s", strerror(errno));
        }
    }
    return STATUS_OK;
}

struct terminal output_terminal(int descriptor)
{
    struct terminal terminal = {.is_terminal = isatty(descriptor) == 1};
    if (!terminal.is_terminal) {
        return terminal;
    }
    struct winsize size;
    const char *no_colour = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    terminal.colour =
        (no_colour == NULL || no_colour[0] == '\0') && (kind == NULL || strcmp(kind, "dumb") != 0);
    terminal.width = COLUMNS_DEFAULT;
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= COLUMNS_MIN) {
        terminal.width = size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
    }
    return terminal;
}
