/* Files where the system's error number matters.
 *
 * The lock is an open-file-description lock (fcntl, Linux): like flock it belongs to the open file
 * and not to the process, so that two engines in one process refuse each other too, and closing
 * another descriptor of the same file does not drop it. The holder's process number stands in the
 * file, for the sentence that the refused one prints; the lock decides, never the number. */
#include "env/env_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool env_disk_full(int system_error)
{
    return system_error == ENOSPC || system_error == EDQUOT;
}

static enum status fault_of(int error, const char *path, const char *doing, struct fault *fault)
{
    enum status status = STATUS_IO;
    if (env_disk_full(error)) {
        status = STATUS_FULL;
    } else if (error == EEXIST) {
        status = STATUS_EXISTS;
    } else if (error == ENOENT || error == ENOTDIR || error == EACCES || error == EROFS) {
        status = STATUS_NOT_FOUND;
    }
    const char *advice = "";
    if (error == ENOENT || error == ENOTDIR) {
        advice = "; is its folder there?";
    } else if (error == EACCES || error == EROFS) {
        advice = "; this user has to be allowed to write to its folder";
    }
    return fault_set(fault, status, "%s: %s: %s%s", path, doing, strerror(error), advice);
}

enum status env_disk_reserve(const char *path, struct fault *fault)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return fault_of(errno, path, "cannot be created", fault);
    }
    (void)close(file);
    return STATUS_OK;
}

/* A name is on disk when its folder is. */
static enum status folder_sync(const char *path, struct fault *fault)
{
    char copy[PATH_MAX];
    int length = snprintf(copy, sizeof copy, "%s", path);
    if (length < 0 || (size_t)length >= sizeof copy) {
        return fault_set(fault, STATUS_INVALID, "%s: the path is too long", path);
    }
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        return fault_of(errno, path, "its folder cannot be opened", fault);
    }
    int result = fsync(folder);
    int error = errno;
    (void)close(folder);
    return result == 0 ? STATUS_OK : fault_of(error, path, "its folder cannot be synced", fault);
}

/* Without `overwrite` by a second link, which never replaces anything: renameat2 is not on every
 * file system. */
enum status env_disk_rename(const char *from, const char *to, bool overwrite, struct fault *fault)
{
    int result = overwrite ? rename(from, to) : link(from, to);
    if (result != 0) {
        return fault_of(errno, to, "cannot be created", fault);
    }
    if (!overwrite) {
        (void)unlink(from);
    }
    return folder_sync(to, fault);
}

static enum status lock_refused(int file, const char *path, struct fault *fault)
{
    char holder[24] = "";
    ssize_t length = pread(file, holder, sizeof holder - 1, 0);
    holder[length > 0 ? length : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    bool known = holder[0] != '\0' && strspn(holder, "0123456789") == strlen(holder);
    return fault_set(fault, STATUS_BUSY,
                     "%s: another ecluse%s%s%s writes to this database; stop it first", path,
                     known ? ", process " : "", known ? holder : "", known ? "," : "");
}

static void holder_write(int file)
{
    char holder[24];
    int length = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
    if (ftruncate(file, 0) != 0 || pwrite(file, holder, (size_t)length, 0) != length) {
        return; /* only the refused one's sentence would have used it */
    }
}

enum status env_disk_lock(const char *path, int *handle, struct fault *fault)
{
    *handle = -1;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return fault_of(errno, path, "cannot be opened", fault);
    }
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(file, F_OFD_SETLK, &lock) != 0) {
        int error = errno;
        enum status status = error == EAGAIN || error == EACCES
                                 ? lock_refused(file, path, fault)
                                 : fault_of(error, path, "cannot be locked", fault);
        (void)close(file);
        return status;
    }
    holder_write(file);
    *handle = file;
    return STATUS_OK;
}

void env_disk_unlock(int handle)
{
    if (handle >= 0) {
        (void)close(handle);
    }
}
