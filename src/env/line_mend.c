/* The end is read backwards, a block at a time, until a newline is met. */
#include "env/line_mend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_BYTES = 4096 };

/* Behind the last newline; -1: it cannot be read. */
static off_t end_find(int file, off_t length)
{
    char block[BLOCK_BYTES];
    off_t stop = length;
    while (stop > 0) {
        off_t start = stop > BLOCK_BYTES ? stop - BLOCK_BYTES : 0;
        ssize_t got = pread(file, block, (size_t)(stop - start), start);
        if (got != stop - start) {
            return -1;
        }
        const char *newline = memrchr(block, '\n', (size_t)got);
        if (newline != NULL) {
            return start + (newline - block) + 1;
        }
        stop = start;
    }
    return 0;
}

enum status line_mend(const char *path, uint64_t *length, struct fault *fault)
{
    struct stat facts;
    *length = 0;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        return STATUS_OK;
    }
    if (file < 0) {
        return fault_set(fault, STATUS_INVALID, "%s cannot be written: %s", path, strerror(errno));
    }
    bool plain = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
    off_t end = plain ? end_find(file, facts.st_size) : -1;
    bool mended = end >= 0 && (end == facts.st_size || ftruncate(file, end) == 0);
    (void)close(file);
    if (!mended) {
        return fault_set(fault, STATUS_INVALID, "%s is no file of lines that can be written", path);
    }
    *length = (uint64_t)end;
    return STATUS_OK;
}
