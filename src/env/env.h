/* The seam to the outside: clock, entropy and storage. Production is env_os.c; tests simulate
 * (env_sim.c).
 *
 * One struct of function pointers; production and simulation differ only here (idea:
 * canonical/raft). Storage is the name of a SQLite VFS, so that a simulated disk can be full, tear
 * a write or fail an fsync under the real SQLite. */
#ifndef ECLUSE_ENV_ENV_H
#define ECLUSE_ENV_ENV_H

#include "base/calendar.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct env {
    /* Seconds UTC. May jump either way: whoever needs order keeps the largest that it saw. */
    int64_t (*now)(struct env *env);
    /* Nanoseconds of a clock that never goes back; for durations only. */
    uint64_t (*ticks_ns)(struct env *env);
    /* Bytes that nobody can guess. */
    void (*entropy)(struct env *env, void *bytes, size_t length);
    /* SQLite VFS; NULL is SQLite's own. */
    const char *vfs_name;
    void *context;
};

/* The operating system's. */
struct env *env_os(void);

/* The rules of an IANA zone between two instants, from the system's zone database. STATUS_INVALID
 * names an unknown zone, STATUS_LIMIT says that it changes too often between these instants for
 * ZONE_PERIODS_MAX. */
enum status env_zone_load(const char *name, int64_t from, int64_t to, struct zone *zone,
                          struct fault *fault) MUST_USE;

/* The same for years before and after `around` (10 and 19; 2 and 10 where the zone changes more
 * often than twice a year): what a running shop needs. */
enum status env_zone_around(const char *name, int64_t around, struct zone *zone,
                            struct fault *fault) MUST_USE;

/* Reads a whole file of at most bytes_max into malloc'd, zero-terminated memory that the caller
 * frees. "-" is stdin. */
enum status env_file_read(const char *path, size_t bytes_max, char **bytes, size_t *length,
                          struct fault *fault) MUST_USE;
/* Writes a file: to a temporary name beside it, fsync, rename. `overwrite` false refuses an
 * existing one; with it a device, a pipe or a symbolic link is written into. */
enum status env_file_write(const char *path, const void *bytes, size_t length, int overwrite,
                           struct fault *fault) MUST_USE;
/* What others wrote to a file is on the disk when this returns; a file that is not there has
 * nothing to bring. */
enum status env_file_sync(const char *path, struct fault *fault) MUST_USE;

#endif
