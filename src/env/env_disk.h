/* Small things of files that need the system's own error numbers, which stay below this seam:
 * exclusive creation, "is the disk full", the writer's lock, making a rename durable. */
#ifndef ECLUSE_ENV_ENV_DISK_H
#define ECLUSE_ENV_ENV_DISK_H

#include "base/status.h"

#include <stdbool.h>

/* Does this error number of the system say that there is no room (device or quota)? */
bool env_disk_full(int system_error);

/* Creates an empty file that only its owner may read. STATUS_EXISTS if it is there already. */
enum status env_disk_reserve(const char *path, struct fault *fault) MUST_USE;

/* Gives a finished file its name, durably. STATUS_EXISTS if `to` is there and `overwrite` is false.
 */
enum status env_disk_rename(const char *from, const char *to, bool overwrite,
                            struct fault *fault) MUST_USE;

/* Takes the lock that one process at a time has; `path` is made if it is not there and stays when
 * the lock is given back (to remove it would let two processes lock two files of one name).
 * STATUS_BUSY names the process that has it. The lock belongs to *handle: it ends with
 * env_disk_unlock or with the process, and a program that this one starts does not inherit it. */
enum status env_disk_lock(const char *path, int *handle, struct fault *fault) MUST_USE;
void env_disk_unlock(int handle);

#endif
