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

/* One import under test: what a test sets before it and looks at after it. */
struct import_world {
    const struct exchange_format *format;
    struct exchange_options options;
    struct exchange_report report;
    struct import_sink sink;
    struct fault fault;
};
extern struct import_world world;

/* Of the format of that name, on 23 November 2026, at 20 percent VAT; 0. */
int import_world_open(const char *format);
int import_world_close(void **state);
/* Imports a file into a shop, which it frees; the shop as it is then. Fails where it is refused. */
struct shop *import_into(struct shop *shop, const char *path);
/* The same of a file of these bytes into the small shop. */
struct shop *import_bytes(const char *bytes);
/* A file of these bytes must be refused, with these words in the sentence. */
void import_refused(const char *bytes, const char *words);
uint64_t import_count(enum exchange_reason reason);
const char *import_activity(const struct shop *shop, const char *offer); /* "" if it has none */

/* Reads a shop file; fails the test where it is refused. */
struct shop *import_shop(struct slice text);
/* Europe/Paris, EUR, carrier "post", one offer "known" at 5.5 percent. */
struct shop *import_small_shop(void);
const struct offer *import_offer(const struct shop *shop,
                                 const char *name); /* fails if there is none */
const struct item *import_item(const struct shop *shop,
                               const char *name); /* NULL if there is none */

/* A file of these bytes, "a.csv" to "d.csv"; its path is valid until the next call. */
const char *import_file(const char *name, const char *bytes);
/* The path of real data, or NULL where the folder is absent (after a message). */
const char *import_data(const char *name);

int import_folder_make(void **state);
int import_folder_remove(void **state);

#endif
