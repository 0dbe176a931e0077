/* What import tests share: a small shop, files in a temporary folder, and a sink that remembers. */
#ifndef ECLUSE_TESTS_IMPORT_SUPPORT_H
#define ECLUSE_TESTS_IMPORT_SUPPORT_H

#include "exchange/exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A sink that keeps the shop file it was given and writes history as "order offer quantity price
 * at" lines. */
struct import_sink {
    struct exchange_sink sink;
    struct text shop_text; /* of the last apply */
    uint32_t applies;
    struct text history; /* only while keep_history */
    bool keep_history;
    uint64_t history_lines;
    uint32_t chunk_most;
    uint64_t progress_calls;
    struct text changes; /* "offer a price: 10.00 -> 12.00", "item a on_hand: 5 -> 9 (count a 9)" */
};

void import_sink_open(struct import_sink *sink);
void import_sink_close(struct import_sink *sink);

/* Reads a shop file; fails the test where it is refused. */
struct shop *import_shop(struct slice text);
/* Europe/Paris, EUR, carrier "post", one offer "known" at 5.5 percent. */
struct shop *import_small_shop(void);
const struct offer *import_offer(const struct shop *shop,
                                 const char *name); /* fails if there is none */
const struct item *import_item(const struct shop *shop,
                               const char *name); /* NULL if there is none */

/* A file of these bytes; its path is valid until the next call. */
const char *import_file(const char *name, const char *bytes);
/* The path of real data, or NULL where the folder is absent (after a message). */
const char *import_data(const char *name);

int import_folder_make(void **state);
int import_folder_remove(void **state);

#endif
