/* Whole files: read into memory with a limit, written by rename.
 *
 * A file is written beside its final place, synced, and renamed onto it; the folder is synced last.
 * So a crash leaves the old file or the new one, never a part. Writing in place was rejected for
 * that reason. Without `overwrite` the final step is a link instead of a rename, because a link
 * fails where a name is taken already: no gap between looking and writing.
 *
 * A device, a pipe or a symbolic link is written into: a rename would put a file in its place, and
 * root would lose /dev/null to a page that was to be thrown away. */
#include "env/env.h"

#include "base/assert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_FIRST_BYTES = 65536, PATH_BYTES_MAX = 4096 };

static enum status errno_status(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return STATUS_NOT_FOUND;
    case ENOSPC:
    case EDQUOT:
        return STATUS_FULL;
    case EEXIST:
        return STATUS_EXISTS;
    case EISDIR:
    case EACCES:
    case EPERM:
    case ENAMETOOLONG:
    case ELOOP:
        return STATUS_INVALID;
    case ENOMEM:
        return STATUS_MEMORY;
    default:
        return STATUS_IO;
    }
}

static enum status fault_of_errno(struct fault *fault, const char *path, const char *did)
{
    int error = errno;
    return fault_set(fault, errno_status(error), "%s: cannot %s: %s", path, did, strerror(error));
}

/* Doubles the buffer, up to the limit and one byte over it, which tells a file that is too large.
 */
static bool buffer_grow(char **bytes, size_t *capacity, size_t bytes_max)
{
    size_t larger = *capacity == 0 ? READ_FIRST_BYTES : *capacity * 2;
    if (larger > bytes_max + 1) {
        larger = bytes_max + 1;
    }
    char *grown = realloc(*bytes, larger + 1);
    if (grown == NULL) {
        return false;
    }
    *bytes = grown;
    *capacity = larger;
    return true;
}

static enum status descriptor_read(int descriptor, const char *path, size_t bytes_max, char **bytes,
                                   size_t *length, struct fault *fault)
{
    size_t capacity = 0;
    while (*length <= bytes_max) {
        if (*length == capacity && !buffer_grow(bytes, &capacity, bytes_max)) {
            return fault_set(fault, STATUS_MEMORY, "%s: no memory to read it", path);
        }
        ssize_t got = read(descriptor, *bytes + *length, capacity - *length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fault_of_errno(fault, path, "read");
        }
        if (got == 0) {
            (*bytes)[*length] = '\0';
            return STATUS_OK;
        }
        *length += (size_t)got;
    }
    return fault_set(fault, STATUS_LIMIT, "%s: larger than %zu bytes, which is the most read here",
                     path, bytes_max);
}

enum status env_file_read(const char *path, size_t bytes_max, char **bytes, size_t *length,
                          struct fault *fault)
{
    bool standard_input = strcmp(path, "-") == 0;
    int descriptor = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return fault_of_errno(fault, path, "open");
    }
    *bytes = NULL;
    *length = 0;
    enum status status = descriptor_read(descriptor, path, bytes_max, bytes, length, fault);
    if (!standard_input) {
        (void)close(descriptor);
    }
    if (status != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
        *length = 0;
    }
    return status;
}

static enum status bytes_write(int descriptor, const char *path, const char *bytes, size_t length,
                               struct fault *fault)
{
    for (size_t done = 0; done < length;) {
        ssize_t written = write(descriptor, bytes + done, length - done);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return fault_of_errno(fault, path, "write");
        }
        done += (size_t)written;
    }
    /* A device and a pipe have nothing to sync. */
    return fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS
               ? STATUS_OK
               : fault_of_errno(fault, path, "sync");
}

static bool is_written_into(const char *path)
{
    struct stat information;
    return lstat(path, &information) == 0 && !S_ISREG(information.st_mode) &&
           !S_ISDIR(information.st_mode);
}

static enum status write_into(const char *path, const void *bytes, size_t length,
                              struct fault *fault)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
    if (descriptor < 0) {
        return fault_of_errno(fault, path, "write");
    }
    enum status status = bytes_write(descriptor, path, bytes, length, fault);
    if (close(descriptor) != 0 && status == STATUS_OK) {
        status = fault_of_errno(fault, path, "write");
    }
    return status;
}

/* The new name is on disk only when the folder is. */
static enum status folder_sync(const char *path, struct fault *fault)
{
    char folder[PATH_BYTES_MAX];
    const char *slash = strrchr(path, '/');
    int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    (void)snprintf(folder, sizeof folder, "%.*s", length, slash == NULL ? "." : path);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return fault_of_errno(fault, folder, "open");
    }
    enum status status = fsync(descriptor) == 0 || errno == EINVAL
                             ? STATUS_OK
                             : fault_of_errno(fault, folder, "sync");
    (void)close(descriptor);
    return status;
}

static enum status place(const char *temporary, const char *path, int overwrite,
                         struct fault *fault)
{
    if (overwrite != 0) {
        return rename(temporary, path) == 0 ? STATUS_OK : fault_of_errno(fault, path, "write");
    }
    if (link(temporary, path) != 0) {
        return errno == EEXIST ? fault_set(fault, STATUS_EXISTS,
                                           "%s: exists already and is not overwritten; give "
                                           "another name, or remove it first",
                                           path)
                               : fault_of_errno(fault, path, "write");
    }
    (void)unlink(temporary);
    return STATUS_OK;
}

enum status env_file_sync(const char *path, struct fault *fault)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == ENOENT ? STATUS_OK : fault_of_errno(fault, path, "open");
    }
    enum status status =
        fdatasync(descriptor) == 0 ? STATUS_OK : fault_of_errno(fault, path, "sync");
    (void)close(descriptor);
    return status;
}

enum status env_file_write(const char *path, const void *bytes, size_t length, int overwrite,
                           struct fault *fault)
{
    char temporary[PATH_BYTES_MAX];
    if (overwrite != 0 && is_written_into(path)) {
        return write_into(path, bytes, length, fault);
    }
    int used = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (used < 0 || (size_t)used >= sizeof temporary) {
        return fault_set(fault, STATUS_INVALID, "the path has more than %d bytes; shorten it",
                         PATH_BYTES_MAX - 8);
    }
    int descriptor = mkostemp(temporary, O_CLOEXEC);
    if (descriptor < 0) {
        return fault_of_errno(fault, path, "write");
    }
    mode_t mask = umask(0);
    (void)umask(mask);
    enum status status = fchmod(descriptor, 0666 & ~mask) == 0
                             ? bytes_write(descriptor, path, bytes, length, fault)
                             : fault_of_errno(fault, path, "write");
    if (close(descriptor) != 0 && status == STATUS_OK) {
        status = fault_of_errno(fault, path, "write");
    }
    if (status == STATUS_OK) {
        status = place(temporary, path, overwrite, fault);
    }
    if (status != STATUS_OK) {
        (void)unlink(temporary);
        return status;
    }
    return folder_sync(path, fault);
}
