/* The payloads of the three events that are not the core's: a shop file, zone rules, lines of the
 * past.
 *
 *   EVENT_SHOP     u32 name length, name; u32 periods, periods x {i64 since, i32 offset, u32 0};
 *                  i64 around; the text
 *   EVENT_ZONE     u32 periods, periods; nothing else
 *   EVENT_HISTORY  u32 lines, u32 0, SHA-256 of the lines (history_digest); who bought is not in
 *                  it: that may be erased, and the same file is the same with it and without
 *
 * A shop file travels with the zone rules by which it was read, so that a replay does not depend on
 * the machine's zone database. */
#ifndef ECLUSE_JOURNAL_SHOP_EVENT_H
#define ECLUSE_JOURNAL_SHOP_EVENT_H

#include "journal/digest.h"
#include "journal/journal.h"

enum { SHOP_EVENT_VERSION = 1, HISTORY_EVENT_BYTES = 40 };

struct shop_event {
    struct slice file; /* names the text in messages */
    struct zone zone;
    int64_t around;
    struct slice text;
};

struct history_event {
    uint32_t line_count;
    unsigned char digest[DIGEST_BYTES];
};

/* Appends the whole event, head included; the text may overflow (its owner checks). */
void shop_event_write(struct text *to, const struct shop_event *event);
void zone_event_write(struct text *to, const struct zone *zone);
void history_event_write(struct text *to, const struct history_event *event);

enum status shop_event_read(const struct event *event, struct shop_event *shop) MUST_USE;
enum status zone_event_read(const struct event *event, struct zone *zone) MUST_USE;
enum status history_event_read(const struct event *event, struct history_event *history) MUST_USE;

/* Adds a line of the past to the digest of its event. */
void history_digest(struct digest *digest, const struct journal_history *line);

#endif
