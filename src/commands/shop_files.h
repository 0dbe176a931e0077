/* The shop files that a database has taken, one after another: what each of them changed.
 *
 * Read from the journal, which holds each file as it was applied, and merged again as `apply` did;
 * rows of orders are not looked at. */
#ifndef ECLUSE_COMMANDS_SHOP_FILES_H
#define ECLUSE_COMMANDS_SHOP_FILES_H

#include "base/status.h"
#include "env/env.h"
#include "model/shop.h"

struct shop_file_applied {
    int64_t at;
    const struct shop *before; /* NULL: it is the first */
    const struct shop *after;  /* as it ran from then on: names keep their indexes */
    struct slice changes;      /* a line each, as `apply` prints them */
};

/* In the order of time. What is visited is valid during the visit; false: enough. */
enum status shop_files_each(const char *path, struct env *env,
                            bool (*visit)(void *context, const struct shop_file_applied *applied),
                            void *context, struct fault *fault) MUST_USE;

#endif
