/* From the journal to messages: what its rows say that somebody outside wants to know.
 *
 *   journal row -> events -> a message each, {"type","timestamp","data"}, into the store,
 *   and the place up to which it was read, in the same transaction of the store
 *
 * The journal is the queue: what was committed and not read yet is read after a crash, and is made
 * into messages once. Bodies are made from the tables that were committed with the row, on a
 * read-only connection; nothing of it touches the core. */
#ifndef ECLUSE_HOOKS_GATHER_H
#define ECLUSE_HOOKS_GATHER_H

#include "engine/engine.h"
#include "hooks/store.h"

struct gather {
    const char *path; /* of the database */
    char *log_path;   /* of its write-ahead log */
    sqlite3 *reader;
    sqlite3_stmt *rows, *end, *order, *lines, *revision, *version;
    int64_t seen;         /* the database's version when it was read last */
    struct text unpacked; /* a row's events */
    struct text body;
    struct fault fault;
};

enum status gather_open(const char *path, struct env *env, struct gather *gather,
                        struct fault *fault) MUST_USE;
void gather_close(struct gather *gather);

/* Has the journal grown, perhaps, since the last time that gather_run got to its end? */
bool gather_due(struct gather *gather);
/* Makes the messages of the next rows for the kinds in `wanted`; *more: there may be further rows.
 * In a transaction of the store, which the caller rolls back if this fails. A journal that is not
 * the one that was read (an older copy came back) is taken up at its end, and *strange is set. */
enum status gather_run(struct gather *gather, struct hook_store *store, const struct shop *shop,
                       uint32_t wanted, bool *more, bool *strange) MUST_USE;
/* Where the journal ends now. */
enum status gather_end(struct gather *gather, struct hook_place *place) MUST_USE;

/* Adds a message about an offer. */
enum status gather_offer(struct gather *gather, struct hook_store *store, const char *offer,
                         bool sold_out, int64_t at) MUST_USE;
/* {"type":...,"timestamp":...,"data": */
void hook_body_begin(struct text *to, enum hook_kind kind, int64_t at);

#endif
