/* `ecluse backup`: a copy of a live database, page by page, through a read-only connection
 * (SQLite's backup interface). A page that the writer changes meanwhile makes the copy begin again,
 * so the copy runs in one step within one read transaction: the writer goes on beside it, only its
 * log is not shortened meanwhile.
 *
 * The copy is made under another name, fsync'd, and then named: who finds FILE finds a whole one.
 * It keeps no write-ahead log. */
#include "journal/sqlite.h"

#include "env/env_disk.h"

#include <stdio.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

static enum status pages_copy(sqlite3 *from, sqlite3 *to, const char *to_path, struct fault *fault)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL) {
        return sqlite_fault(to, sqlite3_errcode(to), to_path, "cannot be written", fault);
    }
    int result = sqlite3_backup_step(backup, -1);
    (void)sqlite3_backup_finish(backup);
    if (result != SQLITE_DONE) {
        return sqlite_fault(to, result, to_path, "cannot be written", fault);
    }
    /* A single file that needs no log beside it. */
    result = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    return sqlite_fault(to, result, to_path, "cannot be finished", fault);
}

static enum status copy_make(const char *path, const char *to, struct env *env, struct fault *fault)
{
    sqlite3 *from = NULL;
    sqlite3 *copy = NULL;
    enum status status = sqlite_connect(path, env, SQLITE_OPEN_READONLY, &from, fault);
    if (status != STATUS_OK) {
        return status;
    }
    int version = 0;
    status = sqlite_ours_check(from, path, fault);
    if (status == STATUS_OK) {
        status = sqlite_schema_version(from, path, &version, fault);
    }
    if (status == STATUS_OK) {
        status = env_disk_reserve(to, fault);
    }
    if (status == STATUS_OK) {
        status = sqlite_connect(to, env, SQLITE_OPEN_READWRITE, &copy, fault);
    }
    if (status == STATUS_OK) {
        status = pages_copy(from, copy, to, fault);
    }
    if (sqlite3_close(copy) != SQLITE_OK && status == STATUS_OK) {
        status = fault_set(fault, STATUS_IO, "%s: cannot be finished", to);
    }
    (void)sqlite3_close(from);
    return status;
}

enum status journal_backup(const char *path, const char *to, struct env *env, struct fault *fault)
{
    char temporary[PATH_BYTES];
    int length = snprintf(temporary, sizeof temporary, "%s.new", to);
    if (length < 0 || length >= PATH_BYTES) {
        return fault_set(fault, STATUS_INVALID, "%s: the path is too long", to);
    }
    if (access(to, F_OK) == 0) {
        return fault_set(fault, STATUS_EXISTS, "%s is there already; give another name", to);
    }
    (void)unlink(temporary);
    enum status status = copy_make(path, temporary, env, fault);
    if (status == STATUS_OK) {
        status = env_disk_rename(temporary, to, false, fault);
    }
    if (status != STATUS_OK) {
        (void)unlink(temporary);
    }
    return status;
}
