/* The table `wishes` as lists and the board read it, on a read-only connection and as of one
 * instant.
 *
 * A wish that was offered is an order, and what became of it says that order. The tables are as the
 * last batch left them: a hold whose time has passed since counts as let go. */
#ifndef ECLUSE_COMMANDS_WISHES_READ_H
#define ECLUSE_COMMANDS_WISHES_READ_H

#include "base/status.h"
#include "env/env.h"

struct sqlite3;
struct wishes_reader;

/* How many; quantities in thousandths of a unit. */
struct wishes_counts {
    int64_t waiting, waiting_thousandths;
    int64_t waiting_offers; /* so many offers are waited for */
    int64_t held;           /* for the customer, who has not answered */
    int64_t bought;         /* confirmed, whatever followed but a cancellation */
    int64_t let_go;         /* the hold expired, or the order was cancelled */
    int64_t withdrawn, lapsed;
};

/* How much of an offer those who wait want together. */
struct wishes_demand {
    const char *offer;
    int64_t waiting;
    int64_t quantity_thousandths;
    int32_t first_latest_day; /* after it the first of them lapses */
};

/* Texts are never NULL; of a customer who is erased, "". */
struct wishes_row {
    const char *wish; /* its id */
    const char *status;
    const char *offer;
    int64_t quantity_thousandths;
    int64_t since;
    int32_t latest_day;
    const char *name;
    const char *email;
    const char *order; /* its id; "": none has become of it */
    const char *order_status;
    int64_t held_until; /* where the order's status is held */
};

enum wishes_list {
    WISHES_UNANSWERED, /* held for the customer; whose time ends first comes first */
    WISHES_WAITING,    /* in the order of the queue */
    WISHES_OFFERED,    /* answered or not; these and the rest in the order of their making */
    WISHES_WITHDRAWN,
    WISHES_LAPSED,
    WISHES_LISTS
};

/* `offer` NULL: of all; else its name, valid until wishes_close. */
enum status wishes_open(const char *path, struct env *env, int64_t now, const char *offer,
                        struct wishes_reader **reader, struct fault *fault) MUST_USE;
void wishes_close(struct wishes_reader *reader);

enum status wishes_count(struct wishes_reader *reader, struct wishes_counts *counts,
                         struct fault *fault) MUST_USE;
/* Visits at most `most` offers, the most wanted first. What is visited is valid during the visit.
 */
enum status wishes_demands(struct wishes_reader *reader, int64_t most,
                           void (*visit)(void *context, const struct wishes_demand *demand),
                           void *context, struct fault *fault) MUST_USE;
enum status wishes_rows(struct wishes_reader *reader, enum wishes_list list, int64_t most,
                        void (*visit)(void *context, const struct wishes_row *row), void *context,
                        struct fault *fault) MUST_USE;

/* wishes_count on somebody's own connection; false: sqlite3_errmsg says why. */
bool wishes_count_on(struct sqlite3 *connection, int64_t now, const char *offer,
                     struct wishes_counts *counts) MUST_USE;

#endif
