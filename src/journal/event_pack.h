/* The events of a batch, as short as they are kept: half of what an order leaves in the file would
 * be zeros and what the order before it said, too.
 *
 *   packed   u16 0 (no event has this type), u16 1 (how it is packed), u32 bytes of the events,
 *            then each event, word by word of 8 bytes, the last one filled up with zeros
 *   word     what differs from the word at the same place of the last event of this type in the
 *            row (of the event just before, for an event's head), by exclusive or: a byte whose
 *            bits say which bytes are not 0, and these, from the lowest on. Where the bits are 0, a
 *            byte follows (not in a head) that says how many more such words there are
 *
 * A row is packed only if it becomes shorter, and if none of its events is sought by its bytes
 * (EVENT_HISTORY) or is text anyway. The row's hash is over the bytes that are kept. */
#ifndef ECLUSE_JOURNAL_EVENT_PACK_H
#define ECLUSE_JOURNAL_EVENT_PACK_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"

/* The most bytes of a row's events: SQLite has no longer blobs. */
enum { EVENTS_BYTES_MAX = 1000000000 };

/* What is to be kept of the events: packed in `to`, or themselves. */
struct slice events_pack(struct slice events, struct text *to);
/* The events of a row: themselves, or unpacked in `to`. STATUS_CORRUPT: no packing of any; or
 * STATUS_MEMORY. */
enum status events_unpack(struct slice row, struct text *to, struct slice *events) MUST_USE;

#endif
