/* Staff: who works with the shop's pages, their sessions, and who did what. Tables of their own,
 * outside the journal: no event tells of them, and whoever is removed is gone.
 *
 * Of everything secret only a hash is kept: of links, sessions and tokens, which are random,
 * SHA-256; of passwords, which people choose, what a password hash writes (pages/staff_hash.h).
 * Times are seconds UTC. */
#ifndef ECLUSE_JOURNAL_STAFF_H
#define ECLUSE_JOURNAL_STAFF_H

#include "base/limits.h"
#include "base/slice.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* As DESIGN section 8 names them. */
enum staff_role {
    STAFF_OWNER,
    STAFF_MARKETING,
    STAFF_OPERATIONS,
    STAFF_PACKER,
    STAFF_ACCOUNTANT,
    STAFF_ROLES
};

const char *staff_role_text(enum staff_role role); /* "owner", ... */
bool staff_role_read(struct slice text, enum staff_role *role);

enum {
    STAFF_HASH_BYTES = 32,
    STAFF_PASSWORD_BYTES = 128,       /* what a password hash writes, with its end */
    STAFF_IDLE_SECONDS = 4 * 3600,    /* a session ends so long after its last use */
    STAFF_SESSION_SECONDS = 24 * 3600 /* and so long after its beginning in any case */
};

struct staff_hash {
    unsigned char bytes[STAFF_HASH_BYTES];
};

struct staff_person {
    char name[LIMIT_STAFF_NAME_BYTES + 1];
    enum staff_role role;
    char password[STAFF_PASSWORD_BYTES]; /* empty: none was set */
    int64_t link_until;                  /* 0: no link waits */
    bool has_token;
    uint32_t sessions;
};

enum staff_ask {
    STAFF_ADD,      /* name, role, secret: of a link, until */
    STAFF_REMOVE,   /* name; sessions, link and token end with it */
    STAFF_LINK,     /* name, secret, until: takes the place of an earlier one */
    STAFF_TOKEN,    /* name, secret: the same */
    STAFF_PASSWORD, /* name, password; `secret`: the session that stays, all others end */
    STAFF_FIND,     /* name */
    STAFF_LIST,
    STAFF_FOLLOW,  /* secret: of a link, which is used up; session */
    STAFF_ENTER,   /* name, password: as STAFF_FIND gave it, still the same; session */
    STAFF_SESSION, /* secret; `touch`: it is used, not only looked at */
    STAFF_BEARER,  /* secret: of a token */
    STAFF_LEAVE,   /* secret: of a session */
    STAFF_NOTE     /* name, what: into the table of who did what */
};

/* NOBODY: no such name, or no such secret (any more). FULL: LIMIT_STAFF people. LAST: the last
 * owner cannot be removed. */
enum staff_result { STAFF_OK, STAFF_NOBODY, STAFF_EXISTS, STAFF_FULL, STAFF_LAST };

/* One question. Slices stay valid until it is answered. */
struct staff_task {
    enum staff_ask ask;
    struct slice name;
    enum staff_role role;
    struct staff_hash secret;
    struct staff_hash session;
    struct slice password;
    struct slice what;
    int64_t until;
    bool touch;
    /* Out. */
    enum staff_result result;
    struct staff_person person;  /* who it is, where somebody is meant */
    uint32_t count;              /* LIST */
    struct staff_person *people; /* room for LIMIT_STAFF; LIST only */
};

struct journal;

/* Does this question write (for SESSION: would it now)? */
bool journal_staff_writes(struct journal *journal, const struct staff_task *task, int64_t now);
/* Answers it; one that writes while a batch is written. */
enum status journal_staff(struct journal *journal, struct staff_task *task, int64_t now);
/* Who did what: part of the batch of what was done. */
enum status journal_staff_note(struct journal *journal, struct slice name, struct slice what,
                               int64_t now);

#endif
