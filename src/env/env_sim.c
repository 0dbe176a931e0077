/* The simulated machine. Its disk is a SQLite VFS that passes every call on to the system's and
 * stands between.
 *
 *   xWrite, xTruncate -> remembered with the bytes that were there (struct change) -> passed on
 *   xSync             -> passed on; what was remembered of this file is safe now and forgotten
 *   power fails       -> every later call fails; env_sim_restart undoes what is remembered, newest
 *                        first, then does again, oldest first, what the dice keep: a disk may have
 *                        written any of it, in any order, and half of a sector run
 *
 * Real files and not memory, because the write-ahead log's shared memory, the locks and a second
 * connection then are the real ones. Removing a file takes effect at once: SQLite removes only what
 * it needs no more. */
#include "env/env_sim.h"

#include "base/assert.h"
#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 32, SECTOR_BYTES = 512 };

/* A write, or a truncation (length 0), that no fsync has made safe. */
struct change {
    struct change *older;
    struct change *newer; /* only while restarting */
    int64_t size_before;
    int64_t size_after; /* of a truncation */
    int64_t offset;
    size_t length;
    size_t before_length; /* how many of the overwritten bytes were there */
    bool truncation;
    unsigned char *after;
    unsigned char before[];
};

struct file {
    struct file *next;
    struct change *newest;
    char path[PATH_MAX];
};

struct sim {
    struct env env;
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    char name[NAME_BYTES];
    struct random random;
    int64_t now;
    _Atomic uint64_t ticks_ns;
    pthread_mutex_t lock; /* around the operations: one thread may sync while
                             another writes, and a third brings a fault */
    struct file *files;
    enum env_sim_fault fault;
    uint64_t fault_at;
    uint64_t operations;
    bool struck;
    bool full;
    bool dead;
    bool powersafe;
};

struct sim_file {
    sqlite3_file base;
    struct sim *sim;
    struct file *file; /* NULL: a temporary one, which need not survive */
    sqlite3_file *real;
};

static struct sim *sim_of(const struct env *env)
{
    return env->context;
}

static struct sim_file *file_of(sqlite3_file *file)
{
    return (struct sim_file *)(void *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return file_of(file)->real;
}

/* ---- what is remembered ---- */

static struct file *file_find(struct sim *sim, const char *path)
{
    for (struct file *at = sim->files; at != NULL; at = at->next) {
        if (strcmp(at->path, path) == 0) {
            return at;
        }
    }
    struct file *file = calloc(1, sizeof *file);
    ASSERT(file != NULL);
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    file->next = sim->files;
    sim->files = file;
    return file;
}

static void changes_forget(struct file *file)
{
    while (file->newest != NULL) {
        struct change *change = file->newest;
        file->newest = change->older;
        free(change->after);
        free(change);
    }
}

static struct change *change_add(struct sim_file *file, int64_t offset, size_t covered)
{
    struct change *change = calloc(1, sizeof *change + covered);
    ASSERT(change != NULL);
    sqlite3_int64 size = 0;
    int result = file->real->pMethods->xFileSize(file->real, &size);
    ASSERT(result == SQLITE_OK);
    change->size_before = size;
    change->offset = offset;
    if (offset < size) {
        change->before_length =
            size - offset < (int64_t)covered ? (size_t)(size - offset) : covered;
        result = file->real->pMethods->xRead(file->real, change->before, (int)change->before_length,
                                             offset);
        ASSERT(result == SQLITE_OK);
    }
    change->older = file->file->newest;
    file->file->newest = change;
    return change;
}

static void write_remember(struct sim_file *file, const void *bytes, size_t length, int64_t offset)
{
    if (file->file == NULL) {
        return;
    }
    struct change *change = change_add(file, offset, length);
    change->length = length;
    change->after = malloc(length);
    ASSERT(change->after != NULL);
    memcpy(change->after, bytes, length);
}

static void truncation_remember(struct sim_file *file, int64_t size)
{
    sqlite3_int64 now = 0;
    if (file->file == NULL || file->real->pMethods->xFileSize(file->real, &now) != SQLITE_OK) {
        return;
    }
    struct change *change = change_add(file, size, now > size ? (size_t)(now - size) : 0);
    change->truncation = true;
    change->size_after = size;
}

/* ---- faults ---- */

enum operation { OPERATION_WRITE, OPERATION_TRUNCATE, OPERATION_SYNC };

/* Counts the operation; what SQLite shall see instead of it, or SQLITE_OK. */
static int operation_begin(struct sim *sim, enum operation operation, bool grows)
{
    if (sim->dead) {
        return SQLITE_IOERR;
    }
    sim->operations++;
    bool due = sim->fault != SIM_NONE && !sim->struck && sim->operations >= sim->fault_at;
    if (due && (sim->fault != SIM_SYNC || operation == OPERATION_SYNC)) {
        sim->struck = true;
        sim->full = sim->fault == SIM_FULL;
        sim->dead = sim->fault == SIM_CRASH || sim->fault == SIM_TORN;
        if (sim->fault == SIM_SYNC) {
            return SQLITE_IOERR_FSYNC;
        }
        if (sim->fault == SIM_WRITE) {
            return operation == OPERATION_SYNC ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
        }
    }
    if (sim->dead) {
        return SQLITE_IOERR;
    }
    return sim->full && grows ? SQLITE_FULL : SQLITE_OK;
}

/* ---- the file methods ---- */

static int sim_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int sim_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
    return file_of(file)->sim->dead
               ? SQLITE_IOERR
               : real_of(file)->pMethods->xRead(real_of(file), bytes, length, offset);
}

static int write_locked(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset)
{
    struct sim_file *file = file_of(base);
    struct sim *sim = file->sim;
    sqlite3_int64 size = 0;
    bool was_dead = sim->dead;
    (void)file->real->pMethods->xFileSize(file->real, &size);
    int result = operation_begin(sim, OPERATION_WRITE, offset + length > size);
    if (result != SQLITE_OK) {
        /* The write at which the power fails may have begun. */
        if (!was_dead && sim->dead && sim->fault == SIM_TORN) {
            int part = (int)random_below(&sim->random, (uint64_t)length);
            write_remember(file, bytes, (size_t)part, offset);
            (void)file->real->pMethods->xWrite(file->real, bytes, part, offset);
        }
        return result;
    }
    write_remember(file, bytes, (size_t)length, offset);
    return file->real->pMethods->xWrite(file->real, bytes, length, offset);
}

static int sim_write(sqlite3_file *base, const void *bytes, int length, sqlite3_int64 offset)
{
    pthread_mutex_t *lock = &file_of(base)->sim->lock;
    (void)pthread_mutex_lock(lock);
    int result = write_locked(base, bytes, length, offset);
    (void)pthread_mutex_unlock(lock);
    return result;
}

static int truncate_locked(sqlite3_file *base, sqlite3_int64 size)
{
    struct sim_file *file = file_of(base);
    int result = operation_begin(file->sim, OPERATION_TRUNCATE, false);
    if (result != SQLITE_OK) {
        return result;
    }
    truncation_remember(file, size);
    return file->real->pMethods->xTruncate(file->real, size);
}

static int sim_truncate(sqlite3_file *base, sqlite3_int64 size)
{
    pthread_mutex_t *lock = &file_of(base)->sim->lock;
    (void)pthread_mutex_lock(lock);
    int result = truncate_locked(base, size);
    (void)pthread_mutex_unlock(lock);
    return result;
}

static int sim_sync(sqlite3_file *base, int flags)
{
    struct sim_file *file = file_of(base);
    (void)flags;
    (void)pthread_mutex_lock(&file->sim->lock);
    int result = operation_begin(file->sim, OPERATION_SYNC, false);
    if (result == SQLITE_OK && file->file != NULL) {
        changes_forget(file->file);
    }
    (void)pthread_mutex_unlock(&file->sim->lock);
    return result;
}

static int sim_file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int sim_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int sim_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int sim_check_reserved_lock(sqlite3_file *file, int *reserved)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}

static int sim_file_control(sqlite3_file *file, int operation, void *argument)
{
    /* Growing a file ahead of its writes would pass by the count. */
    if (operation == SQLITE_FCNTL_SIZE_HINT || operation == SQLITE_FCNTL_CHUNK_SIZE) {
        return SQLITE_OK;
    }
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int sim_sector_size(sqlite3_file *file)
{
    (void)file;
    return SECTOR_BYTES;
}

/* Nothing is promised: no atomic write, no order. */
static int sim_device_characteristics(sqlite3_file *file)
{
    return file_of(file)->sim->powersafe ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0;
}

static int sim_shm_map(sqlite3_file *file, int region, int bytes, int extend,
                       void volatile **memory)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), region, bytes, extend, memory);
}

static int sim_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void sim_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int sim_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = sim_close,
    .xRead = sim_read,
    .xWrite = sim_write,
    .xTruncate = sim_truncate,
    .xSync = sim_sync,
    .xFileSize = sim_file_size,
    .xLock = sim_lock,
    .xUnlock = sim_unlock,
    .xCheckReservedLock = sim_check_reserved_lock,
    .xFileControl = sim_file_control,
    .xSectorSize = sim_sector_size,
    .xDeviceCharacteristics = sim_device_characteristics,
    .xShmMap = sim_shm_map,
    .xShmLock = sim_shm_lock,
    .xShmBarrier = sim_shm_barrier,
    .xShmUnmap = sim_shm_unmap,
};

/* ---- the VFS ---- */

static int sim_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags,
                    int *flags_out)
{
    struct sim *sim = vfs->pAppData;
    struct sim_file *file = file_of(base);
    *file = (struct sim_file){.sim = sim, .real = (sqlite3_file *)(void *)(file + 1)};
    if (sim->dead) {
        return SQLITE_CANTOPEN;
    }
    memset(file->real, 0, (size_t)sim->real->szOsFile);
    int result = sim->real->xOpen(sim->real, path, file->real, flags, flags_out);
    if (result != SQLITE_OK) {
        return result;
    }
    file->base.pMethods = &methods;
    file->file = path == NULL ? NULL : file_find(sim, path);
    return SQLITE_OK;
}

static int sim_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    struct sim *sim = vfs->pAppData;
    if (sim->dead) {
        return SQLITE_IOERR_DELETE;
    }
    changes_forget(file_find(sim, path));
    return sim->real->xDelete(sim->real, path, sync_folder);
}

static int sim_access(sqlite3_vfs *vfs, const char *path, int flags, int *allowed)
{
    struct sim *sim = vfs->pAppData;
    return sim->real->xAccess(sim->real, path, flags, allowed);
}

static int sim_full_path(sqlite3_vfs *vfs, const char *path, int length, char *to)
{
    struct sim *sim = vfs->pAppData;
    return sim->real->xFullPathname(sim->real, path, length, to);
}

static int sim_randomness(sqlite3_vfs *vfs, int length, char *to)
{
    struct sim *sim = vfs->pAppData;
    return sim->real->xRandomness(sim->real, length, to);
}

static int sim_sleep(sqlite3_vfs *vfs, int microseconds)
{
    struct sim *sim = vfs->pAppData;
    return sim->real->xSleep(sim->real, microseconds);
}

static int sim_last_error(sqlite3_vfs *vfs, int length, char *to)
{
    (void)vfs;
    (void)length;
    (void)to;
    return 0;
}

static int sim_current_time(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds)
{
    struct sim *sim = vfs->pAppData;
    *milliseconds = sim->now * 1000 + 210866760000000;
    return SQLITE_OK;
}

/* ---- clock and entropy ---- */

static int64_t sim_now(struct env *env)
{
    return sim_of(env)->now;
}

/* Each look takes a millisecond, so that pauses end without sleeping. */
static uint64_t sim_ticks_ns(struct env *env)
{
    return atomic_fetch_add(&sim_of(env)->ticks_ns, 1000000) + 1000000;
}

static void sim_entropy(struct env *env, void *bytes, size_t length)
{
    unsigned char *to = bytes;
    for (size_t i = 0; i < length; i++) {
        to[i] = (unsigned char)random_next(&sim_of(env)->random);
    }
}

struct env *env_sim_create(uint64_t seed, int64_t now)
{
    static unsigned created;
    struct sim *sim = calloc(1, sizeof *sim);
    if (sim == NULL) {
        return NULL;
    }
    sim->real = sqlite3_vfs_find(NULL);
    sim->now = now;
    (void)pthread_mutex_init(&sim->lock, NULL);
    random_seed(&sim->random, seed);
    (void)snprintf(sim->name, sizeof sim->name, "ecluse-sim-%u", created++);
    sim->vfs = (sqlite3_vfs){.iVersion = 2,
                             .szOsFile = (int)sizeof(struct sim_file) + sim->real->szOsFile,
                             .mxPathname = sim->real->mxPathname,
                             .zName = sim->name,
                             .pAppData = sim,
                             .xOpen = sim_open,
                             .xDelete = sim_delete,
                             .xAccess = sim_access,
                             .xFullPathname = sim_full_path,
                             .xRandomness = sim_randomness,
                             .xSleep = sim_sleep,
                             .xGetLastError = sim_last_error,
                             .xCurrentTimeInt64 = sim_current_time};
    if (sqlite3_vfs_register(&sim->vfs, 0) != SQLITE_OK) {
        free(sim);
        return NULL;
    }
    sim->env = (struct env){.now = sim_now,
                            .ticks_ns = sim_ticks_ns,
                            .entropy = sim_entropy,
                            .vfs_name = sim->name,
                            .context = sim};
    return &sim->env;
}

void env_sim_free(struct env *env)
{
    struct sim *sim = sim_of(env);
    (void)sqlite3_vfs_unregister(&sim->vfs);
    while (sim->files != NULL) {
        struct file *file = sim->files;
        sim->files = file->next;
        changes_forget(file);
        free(file);
    }
    (void)pthread_mutex_destroy(&sim->lock);
    free(sim);
}

void env_sim_set_now(struct env *env, int64_t now)
{
    sim_of(env)->now = now;
}

void env_sim_powersafe(struct env *env)
{
    sim_of(env)->powersafe = true;
}

void env_sim_pass(struct env *env, uint64_t nanoseconds)
{
    sim_of(env)->ticks_ns += nanoseconds;
}

void env_sim_fault(struct env *env, enum env_sim_fault fault, uint64_t at)
{
    struct sim *sim = sim_of(env);
    (void)pthread_mutex_lock(&sim->lock);
    sim->fault = fault;
    sim->fault_at = at;
    sim->operations = 0;
    sim->struck = false;
    (void)pthread_mutex_unlock(&sim->lock);
}

uint64_t env_sim_operations(const struct env *env)
{
    return sim_of(env)->operations;
}

bool env_sim_struck(const struct env *env)
{
    return sim_of(env)->struck;
}

void env_sim_room(struct env *env)
{
    sim_of(env)->full = false;
}

/* ---- after a crash ---- */

static void bytes_put(int handle, const unsigned char *bytes, size_t length, int64_t offset)
{
    ssize_t written = pwrite(handle, bytes, length, offset);
    ASSERT(written == (ssize_t)length);
}

static void size_set(int handle, int64_t size)
{
    int result = ftruncate(handle, size);
    ASSERT(result == 0);
}

/* Back to the last fsync, newest change first; returns the oldest one. */
static struct change *changes_undo(struct file *file, int handle)
{
    struct change *oldest = NULL;
    for (struct change *at = file->newest; at != NULL; at = at->older) {
        bytes_put(handle, at->before, at->before_length, at->offset);
        size_set(handle, at->size_before);
        at->newer = oldest;
        oldest = at;
    }
    return oldest;
}

static void change_redo(struct sim *sim, const struct change *change, int handle)
{
    uint64_t dice = random_below(&sim->random, 3);
    if (dice == 0) {
        return;
    }
    if (change->truncation) {
        size_set(handle, change->size_after);
        return;
    }
    size_t length = change->length;
    if (dice == 1 && length > SECTOR_BYTES) {
        length = (size_t)random_below(&sim->random, length / SECTOR_BYTES) * SECTOR_BYTES;
    }
    bytes_put(handle, change->after, length, change->offset);
}

static void file_restart(struct sim *sim, struct file *file)
{
    int handle = open(file->path, O_RDWR | O_CLOEXEC);
    if (handle < 0) {
        ASSERT(errno == ENOENT);
        changes_forget(file);
        return;
    }
    for (struct change *at = changes_undo(file, handle); at != NULL; at = at->newer) {
        change_redo(sim, at, handle);
    }
    changes_forget(file);
    (void)close(handle);
}

void env_sim_restart(struct env *env)
{
    struct sim *sim = sim_of(env);
    for (struct file *at = sim->files; at != NULL; at = at->next) {
        file_restart(sim, at);
    }
    sim->dead = false;
    sim->full = false;
    sim->fault = SIM_NONE;
}
