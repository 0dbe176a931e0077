/* The example shop of `ecluse demo`: embedded in the program, written into a folder, its dates
 * moved to today. */
#ifndef ECLUSE_COMMANDS_DEMO_SHOP_H
#define ECLUSE_COMMANDS_DEMO_SHOP_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"

#include <stdint.h>

struct demo_file {
    const char *name; /* "shop.yaml", "pictures/coffret.svg" */
    struct slice bytes;
};

/* Made at build time by tools/embed_example.py. */
extern const size_t demo_file_count;
extern const struct demo_file demo_files[];

/* Copies `text` with every date YYYY-MM-DD in it moved by whole weeks, so that the day of the key
 * `opened` comes to lie at most three days from `today`: weekdays, and with them opening hours,
 * closed days and supplies, keep their sense. Text without `opened` is copied as it is. */
void demo_dates_shift(struct slice text, int32_t today, struct text *to);

/* Writes all files into `folder` (which is there), the shop file shifted. */
enum status demo_shop_write(const char *folder, int32_t today, struct fault *fault) MUST_USE;

#endif
