/* The payload of EVENT_ORIGIN: an order of the shop behind as it was last heard of there.
 *
 *   u32 order number (0: none), u32 past (0 or 1), i64 modified at (0: not known), 5 x u16 length,
 *   u16 0, then the five texts: reference, label, status, unknown, deleted_by
 *
 * It says all of its row in the table `origins`, so that the last of a reference is that row. */
#ifndef ECLUSE_JOURNAL_ORIGIN_EVENT_H
#define ECLUSE_JOURNAL_ORIGIN_EVENT_H

#include "journal/journal.h"

enum { ORIGIN_EVENT_VERSION = 1, ORIGIN_HEAD_BYTES = 28, ORIGIN_TEXTS = 5 };

/* Appends the whole event, head included; the text may overflow (its owner checks). */
void origin_event_write(struct text *to, const struct journal_origin *origin);
/* The texts point into the event. */
enum status origin_event_read(const struct event *event, struct journal_origin *origin) MUST_USE;

#endif
