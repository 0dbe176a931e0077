/* Two buffers that are swapped: one is filled, the other is written.
 *
 *   append --lock--> filling --half full, a second, or the end--> the writer swaps --> write(2)
 *
 * The lock is held for a copy or a swap, never while something is written. A write that ended in
 * the middle of a line (the disk was full) is followed by a newline of its own, so that the next
 * line is not taken for the rest of that one.
 *
 * At the end the writer has LINE_FILE_CLOSE_MS; one that hangs in a pipe that nobody reads is left
 * to the end of the process, with its memory. Writing without blocking was rejected: O_NONBLOCK
 * belongs to the open file, which for stdout is other programs' too, and a disk knows none. */
#include "env/line_file.h"

#include "base/assert.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct lines {
    size_t length;
    uint32_t count;
    char bytes[LINE_FILE_BYTES_MAX];
};

struct line_file {
    char *path; /* NULL: stdout */
    pthread_t writer;
    pthread_mutex_t lock; /* of what follows, up to `closing` */
    pthread_cond_t wake;
    struct lines *filling;
    bool closing;
    atomic_bool reopen_asked;
    atomic_uint_fast64_t written, dropped, reopen_failed;
    /* The writer's own. */
    struct lines *writing;
    int fd;
    bool torn; /* the file ends in the middle of a line */
};

static struct timespec time_after(long milliseconds)
{
    struct timespec at;
    int result = clock_gettime(CLOCK_MONOTONIC, &at);
    ASSERT(result == 0);
    at.tv_sec += milliseconds / 1000;
    at.tv_nsec += milliseconds % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* ---- the writer ---- */

/* Without waiting for somebody who reads a pipe; -1 with errno. */
static int file_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
    int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);
    if (flags >= 0) {
        (void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    }
    return fd;
}

static void reopen(struct line_file *file)
{
    if (!atomic_exchange(&file->reopen_asked, false) || file->path == NULL) {
        return;
    }
    int fd = file_open(file->path);
    if (fd < 0) {
        atomic_fetch_add(&file->reopen_failed, 1);
        return;
    }
    (void)close(file->fd);
    file->fd = fd;
    file->torn = false;
}

/* How much of it was written. */
static size_t write_all(int fd, const char *bytes, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t part = write(fd, bytes + done, length - done);
        if (part > 0) {
            done += (size_t)part;
        } else if (part == 0 || errno != EINTR) {
            break;
        }
    }
    return done;
}

static void lines_write(struct line_file *file)
{
    struct lines *lines = file->writing;
    uint32_t whole = 0;
    if (lines->length == 0) {
        return;
    }
    if (file->torn && write_all(file->fd, "\n", 1) == 1) {
        file->torn = false;
    }
    size_t done = file->torn ? 0 : write_all(file->fd, lines->bytes, lines->length);
    for (const char *at = lines->bytes; done > 0; whole++) {
        const char *end = memchr(at, '\n', (size_t)(lines->bytes + done - at));
        if (end == NULL) {
            file->torn = at < lines->bytes + done;
            break;
        }
        at = end + 1;
    }
    atomic_fetch_add(&file->written, whole);
    atomic_fetch_add(&file->dropped, lines->count - whole);
    lines->length = 0;
    lines->count = 0;
}

/* Swaps when there is enough to write, or a second has passed; false at the end. */
static bool lines_take(struct line_file *file)
{
    struct timespec until = time_after(LINE_FILE_FLUSH_MS);
    (void)pthread_mutex_lock(&file->lock);
    int result = 0;
    while (!file->closing && file->filling->length < LINE_FILE_BYTES_MAX / 2 && result == 0) {
        result = pthread_cond_timedwait(&file->wake, &file->lock, &until);
    }
    struct lines *taken = file->filling;
    file->filling = file->writing;
    file->writing = taken;
    bool more = !file->closing || taken->length > 0;
    (void)pthread_mutex_unlock(&file->lock);
    return more;
}

static void *run(void *context)
{
    struct line_file *file = context;
    while (lines_take(file)) {
        lines_write(file);
        reopen(file);
    }
    return NULL;
}

/* Signals are for the thread that runs the loop; a pipe whose reader has gone is an error here. */
static int writer_start(struct line_file *file)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&file->writer, NULL, run, file);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

/* ---- opening and closing ---- */

static void file_free(struct line_file *file)
{
    if (file->path != NULL && file->fd >= 0) {
        (void)close(file->fd);
    }
    free(file->path);
    free(file->filling);
    free(file->writing);
    free(file);
}

static enum status open_refuse(struct fault *fault, const char *path)
{
    int error = errno;
    if (error == ENXIO) {
        return fault_set(fault, STATUS_UNAVAILABLE, "%s: nobody reads this pipe; start its reader",
                         path);
    }
    enum status status = error == ENOENT || error == ENOTDIR ? STATUS_NOT_FOUND : STATUS_INVALID;
    return fault_set(fault, status, "%s: cannot be opened for writing: %s; name a file that can",
                     path, strerror(error));
}

static enum status memory_refuse(struct line_file *file, struct fault *fault)
{
    if (file != NULL) {
        file_free(file);
    }
    return fault_set(fault, STATUS_MEMORY, "no memory for a log; free some and start again");
}

enum status line_file_open(const char *path, struct line_file **opened, struct fault *fault)
{
    struct line_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return memory_refuse(NULL, fault);
    }
    file->fd = STDOUT_FILENO;
    file->filling = calloc(1, sizeof *file->filling);
    file->writing = calloc(1, sizeof *file->writing);
    bool standard = strcmp(path, "-") == 0;
    file->path = standard ? NULL : strdup(path);
    if (file->filling == NULL || file->writing == NULL || (!standard && file->path == NULL)) {
        file->fd = -1;
        return memory_refuse(file, fault);
    }
    if (!standard && (file->fd = file_open(path)) < 0) {
        enum status status = open_refuse(fault, path);
        file_free(file);
        return status;
    }
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&file->wake, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    (void)pthread_mutex_init(&file->lock, NULL);
    if (writer_start(file) != 0) {
        return memory_refuse(file, fault);
    }
    *opened = file;
    return STATUS_OK;
}

void line_file_close(struct line_file *file)
{
    if (file == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&file->lock);
    file->closing = true;
    (void)pthread_cond_signal(&file->wake);
    (void)pthread_mutex_unlock(&file->lock);
    struct timespec until = time_after(LINE_FILE_CLOSE_MS);
    if (pthread_clockjoin_np(file->writer, NULL, CLOCK_MONOTONIC, &until) != 0) {
        return;
    }
    (void)pthread_cond_destroy(&file->wake);
    (void)pthread_mutex_destroy(&file->lock);
    file_free(file);
}

/* ---- lines ---- */

void line_file_append(struct line_file *file, struct slice line)
{
    ASSERT(line.length > 0 && line.data[line.length - 1] == '\n');
    (void)pthread_mutex_lock(&file->lock);
    struct lines *lines = file->filling;
    bool fits = line.length <= LINE_FILE_BYTES_MAX - lines->length;
    if (fits) {
        bool was_half = lines->length >= LINE_FILE_BYTES_MAX / 2;
        memcpy(lines->bytes + lines->length, line.data, line.length);
        lines->length += line.length;
        lines->count++;
        if (!was_half && lines->length >= LINE_FILE_BYTES_MAX / 2) {
            (void)pthread_cond_signal(&file->wake);
        }
    }
    (void)pthread_mutex_unlock(&file->lock);
    if (!fits) {
        atomic_fetch_add(&file->dropped, 1);
    }
}

void line_file_reopen(struct line_file *file)
{
    atomic_store(&file->reopen_asked, true);
}

void line_file_figures(struct line_file *file, struct line_file_figures *figures)
{
    *figures = (struct line_file_figures){.written = atomic_load(&file->written),
                                          .dropped = atomic_load(&file->dropped),
                                          .reopen_failed = atomic_load(&file->reopen_failed)};
}
