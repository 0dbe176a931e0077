/* Lines over days as an SVG inside a page: no script, no outside asset. Colours are the page's
 * (CSS classes line-0, line-1, ...); each line is named at its end: colour alone means nothing. */
#ifndef ECLUSE_REPORT_PLOT_H
#define ECLUSE_REPORT_PLOT_H

#include "base/text.h"

#include <stdint.h>

enum { PLOT_LINES_MAX = 4 };

struct plot_line {
    const char *name;
    const double *values; /* [count] */
};

struct plot {
    const char *title; /* also what a screen reader says */
    int language;      /* TRANSLATE_FR, TRANSLATE_EN */
    int32_t first_day;
    uint32_t day_step; /* days from a value to the next; 0: one */
    uint32_t count;    /* values, at least 2 */
    uint32_t marked;   /* a value with a vertical line; count or more: none */
    const char *mark;  /* its name */
    uint32_t line_count;
    struct plot_line lines[PLOT_LINES_MAX];
};

void plot_append(struct text *to, const struct plot *plot);

#endif
