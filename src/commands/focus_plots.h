/* The plots of the page of `ecluse focus`: bars (report/bars.h). */
#ifndef ECLUSE_COMMANDS_FOCUS_PLOTS_H
#define ECLUSE_COMMANDS_FOCUS_PLOTS_H

#include "commands/focus_words.h"

/* Share of hours and of revenue, an activity a row. */
void focus_plot_shares(const struct focus_told *told, struct text *to);
/* The best profit by number of activities. */
void focus_plot_frontier(const struct focus_told *told, struct text *to);
/* Throughput for an hour of the bottleneck, an offer a row; nothing where there is none. */
void focus_plot_offers(const struct focus_told *told, struct text *to);

#endif
