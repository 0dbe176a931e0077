/* A file of requests per minute, and the moment of a name: where `crowd` and `rehearse` take a
 * surge from (base/surge.h). */
#ifndef ECLUSE_COMMANDS_SURGE_FILE_H
#define ECLUSE_COMMANDS_SURGE_FILE_H

#include "base/status.h"
#include "model/shop.h"

struct surge_file {
    const char *path;
    const char *from;      /* the first row that counts begins so; NULL: all */
    uint32_t wanted;       /* so many minutes are enough; 0: all */
    uint32_t minutes_most; /* more are refused */
    bool gapless;          /* refuses dated rows of which one is not the minute after the other */
};

/* Reads "time,count" a row, CSV or CSV.gz, a head passed over, into malloc'd *sums (base/surge.h).
 * STATUS_INVALID says the line and what would be right. */
enum status surge_file_read(const struct surge_file *file, uint64_t **sums, uint32_t *count,
                            struct fault *fault) MUST_USE;

/* NULL: there is none; *fault says which name is near. */
const struct moment *moment_named(const struct shop *shop, const char *name, struct fault *fault);

#endif
