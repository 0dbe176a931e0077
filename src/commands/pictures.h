/* The pictures of a shop's offers: files in a folder, named after their offers (coffret.svg), into
 * its database. */
#ifndef ECLUSE_COMMANDS_PICTURES_H
#define ECLUSE_COMMANDS_PICTURES_H

#include "commands/shop_write.h"

enum { PICTURE_BYTES_MAX = 1024 * 1024 };

struct pictures_report {
    uint32_t loaded;
    uint32_t left_out;
    char first_left_out[256]; /* file and why; empty if none */
};

/* "image/svg+xml" for a name that ends in .svg, ...; NULL for what is no picture. */
const char *picture_media_type(const char *file_name);

/* Loads every picture in `folder`; a folder that is not there is no fault. What cannot be taken (no
 * offer of that name, over 1 MB) is left out and counted. */
enum status pictures_load(struct shop_write *write, const struct shop *shop, const char *folder,
                          struct pictures_report *report, struct fault *fault) MUST_USE;

#endif
