/* What a database's shop has sold, row by row: its history and the orders made with Écluse, read on
 * a read-only connection and as of one instant.
 *
 *   past_rows_open -> past_rows_next, ... -> past_rows_close
 *
 * An order counts when it is made, whatever follows but a cancellation; holds do not. Rows of one
 * order come one after another: one for each offer, and another for what of it came back. What is
 * longer ago than LIMIT_PAST_DAYS is left out; a very large past is read from the latest day on
 * that makes it at most LIMIT_PAST_LINES lines. */
#ifndef ECLUSE_COMMANDS_PAST_ROWS_H
#define ECLUSE_COMMANDS_PAST_ROWS_H

#include "base/slice.h"
#include "base/status.h"
#include "env/env.h"
#include "journal/customer_hash.h"

enum { PAST_NAME_BYTES = 256 };

struct past_rows {
    const char *path;
    struct sqlite3 *connection;
    struct sqlite3_stmt *statement;
    struct customer_key key;
    int result; /* of the last step */
    int source; /* of the last row: its order */
    char name[PAST_NAME_BYTES];
};

struct past_row {
    bool is_new;        /* another order begins */
    struct slice offer; /* valid until the next row */
    int64_t at;
    int64_t quantity_thousandths; /* negative: sent back */
    int64_t amount_minor;         /* VAT included; the same sign */
    int64_t customer;             /* customer_hash; 0: not known */
    int32_t promised_day;         /* of the first promise; 0: there was none */
    int64_t delivered_at;         /* 0: not told */
    bool broken;
};

/* `now`: nothing of it or later is read. past_rows_close in both cases. */
enum status past_rows_open(struct past_rows *rows, const char *path, struct env *env, int64_t now,
                           struct fault *fault) MUST_USE;
bool past_rows_next(struct past_rows *rows, struct past_row *row);
/* `status`: what was so far; STATUS_IO also where not all could be read. */
enum status past_rows_close(struct past_rows *rows, enum status status,
                            struct fault *fault) MUST_USE;

#endif
