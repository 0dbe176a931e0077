/* What customers ask for, on its way from an import to the writer: a row that an earlier import
 * brought is not brought again. */
#ifndef ECLUSE_COMMANDS_IMPORT_REQUESTS_H
#define ECLUSE_COMMANDS_IMPORT_REQUESTS_H

#include "commands/command.h"
#include "exchange/exchange.h"
#include "exchange/keys.h"

struct import_requests {
    struct keys known; /* rows of earlier imports */
    struct text key;
    bool failed; /* no memory */
};

/* Reads what earlier imports brought into the database. import_requests_close is right in any
 * case. */
enum status import_requests_open(struct import_requests *requests, const char *path,
                                 struct env *env, struct fault *fault) MUST_USE;
void import_requests_close(struct import_requests *requests);

/* Sets `known` of each row, and writes the control command that adds the others; returns how many
 * these are. */
uint32_t import_requests_write(struct import_requests *requests, const struct shop *shop,
                               struct exchange_request *rows, uint32_t count, struct text *to);

#endif
