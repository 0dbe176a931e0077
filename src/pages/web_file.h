/* The files of web/ inside the program, made at build time by tools/embed.py: templates, style
 * sheet, messages, OpenAPI. */
#ifndef ECLUSE_PAGES_WEB_FILE_H
#define ECLUSE_PAGES_WEB_FILE_H

#include "base/slice.h"
#include "report/translate.h"

struct web_file {
    const char *name;   /* "store/offer.html": its path in web/ */
    struct slice bytes; /* terminated by a zero that is not counted */
    const char *digest; /* 16 hexadecimal digits of its SHA-256: for addresses that never change
                           their content */
};

/* Sorted by name. */
extern const size_t web_file_count;
extern const struct web_file web_files[];
extern const struct translate_catalog web_catalog;

/* NULL if there is none. */
const struct web_file *web_file_find(struct slice name);

#endif
