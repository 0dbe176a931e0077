/* Bars as an SVG inside a page: no script, no outside asset. Each has its name above it and its
 * value in words beside it: colour alone means nothing. Widths are percent and letters are of the
 * page's size, so that it reads as well on a telephone. Colours are the page's (CSS classes bar-0,
 * bar-1; figure's `bars`). */
#ifndef ECLUSE_REPORT_BARS_H
#define ECLUSE_REPORT_BARS_H

#include "base/text.h"

#include <stdint.h>

enum { BARS_SERIES_MAX = 2 };

struct bar {
    double value;      /* may be negative */
    const char *words; /* the value as it is written, and what it is where there are two series */
};

struct bars_row {
    const char *name; /* cut with "…" where it is too long for a telephone */
    struct bar series[BARS_SERIES_MAX];
};

struct bars {
    const char *title; /* also what a screen reader says */
    uint32_t series_count;
    uint32_t count;
    const struct bars_row *rows;
};

void bars_append(struct text *to, const struct bars *bars);

#endif
