/* What everybody needs who tells an answer: names as the shop file has them, and which numbers are
 * worth a word. */
#ifndef ECLUSE_FOCUS_TELL_H
#define ECLUSE_FOCUS_TELL_H

#include "focus/focus.h"

/* Of an index in the figures. */
const char *focus_offer_name(const struct focus_figures *figures, uint32_t offer);
const char *focus_activity_name(const struct focus_figures *figures, uint32_t activity);
const struct work_center *focus_center(const struct focus_figures *figures, uint32_t center);

/* Is there a mix to tell? NULL has none. */
bool focus_found(const struct mix *mix);
/* What one more hour a week is worth, in millionths of a minor unit; 0 where it is less than half a
 * minor unit: hours are left, the center is no bottleneck. */
int64_t focus_hour_micro(const struct mix *best, uint32_t center);
/* The bottleneck whose hours are worth most altogether; center_count if there is none. */
uint32_t focus_bottleneck(const struct focus_figures *figures, const struct mix *best);
/* Throughput for an hour of a center, in millionths of a minor unit; of a session: all seats taken.
 * False: the offer takes none of it. */
bool focus_per_hour(const struct focus_figures *figures, uint32_t offer, uint32_t center,
                    int64_t *micro) MUST_USE;

#endif
