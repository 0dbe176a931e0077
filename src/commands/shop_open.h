/* SHOP as a command gets it: a .yaml shop file (into memory, nothing is written) or a .db database
 * (replayed, read only).
 *
 * The time to reckon from: --now; else, of a file with `opened`, that; else the clock. A --now
 * before the last stamp of the database's journal is refused; a clock that stands before it (it was
 * set back) counts as the stamp. */
#ifndef ECLUSE_COMMANDS_SHOP_OPEN_H
#define ECLUSE_COMMANDS_SHOP_OPEN_H

#include "commands/command.h"
#include "engine/engine.h"

struct shop_open {
    const char *path;
    bool is_file; /* .yaml */
    struct engine *engine;
    const struct shop *shop;
    int64_t now;
};

/* KEY=VALUE of --set, in the order in which they are made (shop_set.h). */
struct shop_settings {
    uint32_t count;
    const char *const *settings;
};

enum status shop_open(const struct call *call, const char *path, struct shop_open *open,
                      struct fault *fault) MUST_USE;
/* With other values in the shop file, which it must be then. */
enum status shop_open_set(const struct call *call, const char *path,
                          const struct shop_settings *settings, struct shop_open *open,
                          struct fault *fault) MUST_USE;
/* What an open shop would be with these settings; of a database with the same ids, and maybe more:
 * as `apply` would bring them in, so opening figures cannot differ. *shop is to be given to
 * shop_free. */
enum status shop_plan(const struct call *call, const struct shop_open *open,
                      const struct shop_settings *settings, struct shop **shop,
                      struct fault *fault) MUST_USE;
void shop_close(struct shop_open *open);

/* STATUS_NOT_FOUND, with what to do, unless there is a file of this name. For commands that hand
 * the path to another room. */
enum status shop_database_check(const char *path, struct fault *fault) MUST_USE;

/* Does this name a shop file (.yaml, .yml), not a database? */
bool shop_path_is_file(const char *path);

/* Calls `question` with the state at open->now. */
enum status shop_ask(struct shop_open *open,
                     void (*question)(struct promise_state *state, int64_t now, void *context),
                     void *context, struct fault *fault) MUST_USE;

/* Reads a shop file as it is, with the system's zones; *text (malloc'd) and *shop are the caller's.
 * `text` may be NULL. */
enum status shop_file_read(const struct call *call, const char *path, char **text, size_t *length,
                           struct shop **shop, struct fault *fault) MUST_USE;

/* --now in the zone, or the clock's (`*given` says which). */
enum status shop_now_read(const struct call *call, const struct zone *zone, int64_t *now,
                          bool *given, struct fault *fault) MUST_USE;
/* The same for a database whose journal ends at `last_stamp`. */
enum status shop_now_check(const struct call *call, const struct shop *shop, int64_t last_stamp,
                           const char *path, int64_t *now, struct fault *fault) MUST_USE;

/* An offer or item by name; STATUS_INVALID suggests the nearest. */
enum status shop_offer_named(const struct shop *shop, struct slice name, struct offer_id *offer,
                             struct fault *fault) MUST_USE;
enum status shop_item_named(const struct shop *shop, struct slice name, struct item_id *item,
                            struct fault *fault) MUST_USE;

#endif
