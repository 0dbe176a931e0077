/* Where the deliveries stand: a small SQLite file of its own beside the database, SHOP.db.hooks.
 *
 *   about      one row: how far the journal was read, and the salt of this shop's message ids
 *   endpoints  URL, secrets, what each wants; `cursor`: up to which message it was begun
 *   messages   the bodies, numbered in the journal's order; gone once nobody needs them
 *   waiting    what was begun and has not arrived: when it is tried next; dead letters stay here
 *   offers     which offers were last seen sold out
 *
 * Of its own, because nothing in it is the shop's truth: the core never waits for it, no backup and
 * no export carries its secrets, and the journal can be read again. With SQLite's rollback journal
 * several processes may write it, so that `ecluse hooks` needs no server and no socket; the rule of
 * one writer is the database's (docs/decisions/0023). Mode 0600.
 *
 * A function that does not return STATUS_OK leaves its sentence in store->fault. */
#ifndef ECLUSE_HOOKS_STORE_H
#define ECLUSE_HOOKS_STORE_H

#include "base/limits.h"
#include "env/env.h"
#include "hooks/kinds.h"
#include "hooks/signature.h"

#include <sqlite3.h>

enum {
    HOOK_SALT_BYTES = 24,
    HOOK_ID_BYTES = 64,
    HOOK_ERROR_BYTES = 200,
    HOOK_HASH_BYTES = 32,
    HOOK_STATEMENTS = 32
};

struct hook_store {
    sqlite3 *db;
    sqlite3_stmt *statements[HOOK_STATEMENTS];
    int64_t version; /* of what other processes wrote */
    char salt[HOOK_SALT_BYTES];
    struct fault fault;
};

struct hook_endpoint {
    int64_t number; /* 1, 2, ..., never used again */
    char url[LIMIT_HOOK_URL_BYTES];
    uint32_t kinds;
    bool nearby;                     /* private addresses and http:// are allowed */
    char disabled[HOOK_ERROR_BYTES]; /* why; empty: it is not */
    unsigned char secret[HOOK_SECRET_BYTES];
    unsigned char old_secret[HOOK_SECRET_BYTES];
    int64_t old_until;            /* until when the old secret signs too */
    int64_t cursor;               /* the last message that was begun */
    int64_t from_sequence;        /* of the journal: what is not after it is none of its business */
    char error[HOOK_ERROR_BYTES]; /* of its last delivery; empty: it arrived */
};

struct hook_message {
    int64_t number;
    enum hook_kind kind;
    int64_t order; /* 0: of no order */
    int64_t sequence;
    int64_t at;
};

struct hook_waiting {
    int64_t endpoint;
    struct hook_message message;
    uint32_t tries;
    int64_t due;
    bool dead;
    char error[HOOK_ERROR_BYTES];
};

/* How an endpoint stands, for those who look. */
struct hook_standing {
    int64_t waiting, dead; /* begun and not arrived; given up */
    int64_t behind;        /* not begun yet */
    int64_t oldest_at;     /* of what has not arrived; 0: nothing */
};

/* Was an endpoint ever added? */
bool hook_store_is_there(const char *database);
/* SHOP.db.hooks; STATUS_NOT_FOUND if there is none and it is not to be made. */
enum status hook_store_open(const char *database, bool make, struct env *env,
                            struct hook_store *store, struct fault *fault) MUST_USE;
void hook_store_close(struct hook_store *store);
/* Has another process written since this was asked last? */
bool hook_store_changed(struct hook_store *store);

enum status hook_store_begin(struct hook_store *store) MUST_USE;
enum status hook_store_commit(struct hook_store *store) MUST_USE;
void hook_store_rollback(struct hook_store *store);

void hook_message_id(const struct hook_store *store, int64_t number, char id[HOOK_ID_BYTES]);
/* False unless it is one of this shop's. */
bool hook_message_number(const struct hook_store *store, struct slice id, int64_t *number);

/* ---- where the journal was read to ---- */

struct hook_place {
    int64_t sequence;
    unsigned char hash[HOOK_HASH_BYTES];
};
enum status hook_store_place(struct hook_store *store, struct hook_place *place) MUST_USE;
enum status hook_store_put_place(struct hook_store *store, const struct hook_place *place) MUST_USE;

/* ---- endpoints ---- */

enum status hook_store_endpoints(struct hook_store *store,
                                 struct hook_endpoint endpoints[LIMIT_HOOK_ENDPOINTS],
                                 uint32_t *count) MUST_USE;
/* Numbers it. */
enum status hook_store_add(struct hook_store *store, struct hook_endpoint *endpoint) MUST_USE;
enum status hook_store_remove(struct hook_store *store, int64_t number) MUST_USE;
/* Writes all but number and URL. */
enum status hook_store_put(struct hook_store *store, const struct hook_endpoint *endpoint) MUST_USE;
enum status hook_store_standing(struct hook_store *store, const struct hook_endpoint *endpoint,
                                struct hook_standing *standing) MUST_USE;

/* ---- messages ---- */

enum status hook_store_message_add(struct hook_store *store, const struct hook_message *message,
                                   struct slice body) MUST_USE;
enum status hook_store_message_last(struct hook_store *store, int64_t *number) MUST_USE;
/* Up to `most` messages after `number`; returns how many through *count. */
enum status hook_store_messages(struct hook_store *store, int64_t number,
                                struct hook_message *messages, uint32_t most,
                                uint32_t *count) MUST_USE;
/* Appends the body. STATUS_NOT_FOUND. */
enum status hook_store_body(struct hook_store *store, int64_t number, struct text *body) MUST_USE;
/* Forgets messages up to `number` that nobody waits for. */
enum status hook_store_prune(struct hook_store *store, int64_t number) MUST_USE;

/* ---- deliveries ---- */

/* A new one, due at once. */
enum status hook_store_wait(struct hook_store *store, int64_t endpoint,
                            const struct hook_message *message) MUST_USE;
/* Does an earlier message of the same order wait for this endpoint? */
enum status hook_store_blocked(struct hook_store *store, int64_t endpoint,
                               const struct hook_message *message, bool *blocked) MUST_USE;
/* Up to `most` that are due and not blocked, oldest first. */
enum status hook_store_due(struct hook_store *store, int64_t endpoint, int64_t now,
                           struct hook_waiting *waiting, uint32_t most, uint32_t *count) MUST_USE;
enum status hook_store_arrived(struct hook_store *store, int64_t endpoint,
                               int64_t message) MUST_USE;
/* Writes tries, due, dead and error. */
enum status hook_store_put_waiting(struct hook_store *store,
                                   const struct hook_waiting *waiting) MUST_USE;
/* All that waits for an endpoint: due now, or given up. */
enum status hook_store_hasten(struct hook_store *store, int64_t endpoint, int64_t now) MUST_USE;
enum status hook_store_bury(struct hook_store *store, int64_t endpoint, const char *why) MUST_USE;
/* Visits the dead letters, oldest first. */
enum status hook_store_dead(struct hook_store *store,
                            void (*visit)(void *context, const struct hook_waiting *waiting),
                            void *context) MUST_USE;
/* Dead letters of this message (0: all) live again; *count: how many. */
enum status hook_store_revive(struct hook_store *store, int64_t message, int64_t now,
                              int64_t *count) MUST_USE;

/* ---- offers ---- */

enum status hook_store_offers(struct hook_store *store,
                              void (*visit)(void *context, struct slice name, bool sold_out),
                              void *context) MUST_USE;
enum status hook_store_put_offer(struct hook_store *store, const char *name,
                                 bool sold_out) MUST_USE;

#endif
