/* The answers that are kept: found by key and selection (cache_ask.h), the least recently used ones
 * forgotten when memory runs out.
 *
 *            shelf_new              shelf_put                 forgotten, replaced
 *   (none) -----------> being filled ---------> on the shelf --------------------> off it
 *                          | shelf_give_back                                         | the last
 *                          v                                                         v reference
 *                       (freed) <----------------------------------------------------'
 *
 * Whoever sends an answer's body, or validates it, has a reference; so an answer may be off the
 * shelf and still be sent. All memory counts, also that of answers off the shelf: when it is used
 * up, nothing more is kept until some comes back. An answer's body does not change once it is on
 * the shelf; its head does (304). Time arrives as an argument. */
#ifndef ECLUSE_DOOR_SHELF_H
#define ECLUSE_DOOR_SHELF_H

#include "base/limits.h"
#include "base/text.h"
#include "door/freshness.h"

struct shelf;

struct kept {
    struct shelf *shelf;
    struct kept *next;          /* with the same place in the table */
    struct kept *newer, *older; /* in the order of use */
    uint64_t hash;              /* of the key's group */
    uint32_t references;
    bool listed; /* on the shelf */
    int status;
    int64_t since_ms;         /* when it came, or was validated last */
    int64_t refresh_after_ms; /* an attempt failed: not again before */
    struct freshness freshness;
    size_t bytes; /* that it counts for */
    size_t group_length;
    struct slice key;       /* begins with the group */
    struct slice vary;      /* names, joined by commas */
    struct slice selection; /* what the request had in them */
    struct slice lines;     /* of its head, each with its end */
    char *body;
    size_t body_length, body_room;
    bool body_fixed; /* its length was known before */
};

struct shelf_figures {
    uint64_t evicted, dropped; /* for want of memory; purged, invalidated or replaced */
    uint64_t bytes;            /* of all, also off the shelf */
    uint32_t count;            /* on the shelf */
};

/* `seed` of each start: so that nobody can aim at a place of the table. NULL without memory. */
struct shelf *shelf_open(size_t bytes_max, const uint64_t seed[2]);
/* What is still being sent is sent to its end. NULL is allowed. */
void shelf_close(struct shelf *shelf);
void shelf_resize(struct shelf *shelf, size_t bytes_max);
void shelf_figures(const struct shelf *shelf, struct shelf_figures *figures);

uint64_t shelf_hash(const struct shelf *shelf, struct slice group);
/* The next with this key after `after` (NULL: the first); no reference is taken. */
struct kept *shelf_find(const struct shelf *shelf, uint64_t hash, struct slice key,
                        const struct kept *after);
void shelf_use(struct kept *kept); /* the most recently used one now */

/* One to be filled; its reference is the caller's. NULL: no memory is left, here or at all. */
struct kept *shelf_new(struct shelf *shelf, uint64_t hash, struct slice key, size_t group_length);
/* Takes copies; false as above, and nothing has changed. */
bool shelf_head_set(struct kept *kept, struct slice lines, struct slice vary,
                    struct slice selection) MUST_USE;
/* Room for a body whose length is known; false if it is too large. */
bool shelf_body_room(struct kept *kept, size_t length) MUST_USE;
bool shelf_body_append(struct kept *kept, struct slice bytes) MUST_USE;
/* Filled: takes its place, and that of the one with the same key and selection. */
void shelf_put(struct kept *kept);

struct kept *shelf_take(struct kept *kept); /* one more reference */
void shelf_give_back(void *context);        /* a struct kept: what a reply releases */
void shelf_drop(struct kept *kept);         /* off the shelf, if it is on it */
/* All of a group: what an unsafe request has changed. Returns how many. */
uint32_t shelf_drop_group(struct shelf *shelf, struct slice group);
/* All whose path is `path`, with any query and host; with `prefix`, all that begin so. */
uint32_t shelf_purge(struct shelf *shelf, struct slice path, bool prefix);

/* Is this the path of the group (or key), or does that begin so? */
bool shelf_path_fits(struct slice group, struct slice path, bool prefix);

#endif
