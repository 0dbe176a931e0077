/* What customers ask for: rows of a table of their own, outside the journal, because free text may
 * say who somebody is and has to be erased when they want it to be. No event tells of a request, so
 * whatever is forgotten is gone (secure_delete; backups keep it until they go).
 *
 * From the page of an order, and by telephone for one, there is one request an order and source: a
 * second takes the first one's place. */
#ifndef ECLUSE_JOURNAL_REQUESTS_H
#define ECLUSE_JOURNAL_REQUESTS_H

#include "base/slice.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum request_source {
    REQUEST_TYPED,
    REQUEST_IMPORTED,
    REQUEST_ORDERED, /* on the page of an order: what were you missing? */
    REQUEST_SOURCES
};

const char *request_source_text(enum request_source source); /* "typed", "imported", "order" */
bool request_source_read(struct slice text, enum request_source *source);

/* Texts are UTF-8 of at most LIMIT_REQUEST_BYTES; empty: not given, but for `wants`. */
struct request_row {
    struct slice from;
    struct slice wants;
    struct slice activity; /* a name */
    int64_t value_per_week_minor;
    int64_t count;
    uint32_t order;  /* its number; 0: of none */
    uint32_t number; /* out, of REQUEST_ADD */
};

enum request_ask {
    REQUEST_ADD,   /* rows, each with its number afterwards */
    REQUEST_CLOSE, /* numbers: answered, or decided upon; they stay, and count no more */
    REQUEST_FORGET /* numbers: gone */
};

enum request_result {
    REQUEST_OK,
    REQUEST_FULL,    /* with these there would be more than LIMIT_REQUESTS; none was added */
    REQUEST_NOBODY,  /* a number that there is not (any more): `missing`; nothing was done */
    REQUEST_NO_ORDER /* there is no such order */
};

/* One task: all of it or nothing. Slices and arrays stay valid until it is answered. */
struct request_task {
    enum request_ask ask;
    enum request_source source; /* ADD */
    struct request_row *rows;   /* ADD */
    const uint32_t *numbers;    /* CLOSE, FORGET */
    uint32_t count;
    /* Out. */
    enum request_result result;
    uint32_t missing;
};

struct journal;

/* While a batch is written. A result other than REQUEST_OK has changed nothing. */
enum status journal_requests(struct journal *journal, struct request_task *task,
                             int64_t now) MUST_USE;

#endif
