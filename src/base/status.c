#include "base/status.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *text;
    int http;
    int exit_code;
} table[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", 200, 0},
    [STATUS_INVALID] = {"the input cannot be used", 422, 2},
    [STATUS_NOT_FOUND] = {"not found", 404, 2},
    [STATUS_EXISTS] = {"exists already", 409, 2},
    [STATUS_LIMIT] = {"over a limit", 413, 2},
    [STATUS_BUSY] = {"busy, try again", 503, 3},
    [STATUS_FULL] = {"no space left on the device", 503, 3},
    [STATUS_MEMORY] = {"out of memory", 503, 3},
    [STATUS_IO] = {"input/output error", 500, 3},
    [STATUS_CORRUPT] = {"stored data are damaged", 500, 3},
    [STATUS_VERSION] = {"written by a newer version", 500, 3},
    [STATUS_UNAVAILABLE] = {"does not answer", 503, 3},
};

const char *status_text(enum status status)
{
    ASSERT(status < STATUS_COUNT);
    return table[status].text;
}

int status_http(enum status status)
{
    ASSERT(status < STATUS_COUNT);
    return table[status].http;
}

int status_exit_code(enum status status)
{
    ASSERT(status < STATUS_COUNT);
    return table[status].exit_code;
}

enum status fault_set(struct fault *fault, enum status status, const char *format, ...)
{
    if (fault != NULL) {
        va_list arguments;
        va_start(arguments, format);
        fault->status = status;
        (void)vsnprintf(fault->text, sizeof fault->text, format, arguments);
        va_end(arguments);
    }
    return status;
}
