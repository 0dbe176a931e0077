/* Both ways walk the same words with the same references: packing reads the events and knows all
 * of them, unpacking knows those before the word that comes next.
 *
 * Rejected: a general compressor (zlib's quickest level makes as little of them, in twelve times
 * the time), and shorter layouts of the events themselves: the core compares and applies them as
 * they are, and old journals would have two kinds for ever. Figures: docs/decisions/0020. */
#include "journal/event_pack.h"

#include "base/bytes.h"
#include "promise/event.h"

enum {
    PACKING = 1,
    ROW_HEAD_BYTES = 8,
    WORD_BYTES = 8,
    PACKED_WORD_MAX = 1 + WORD_BYTES,
    ZERO_WORDS_MAX = 255,                                /* behind the first */
    EXPANDS_MOST = (1 + ZERO_WORDS_MAX) * WORD_BYTES / 2 /* times: two bytes say so many words */
};

_Static_assert((int)EVENT_HEAD_BYTES == (int)WORD_BYTES, "an event's head is one word");

/* An event's payload within the row. */
struct place {
    const unsigned char *bytes;
    uint32_t length;
};

/* What the next event is compared with. */
struct references {
    uint64_t head;
    struct place last[EVENT_TYPES];
};

/* Its word at `at`, a multiple of 8; zeros beyond its end. */
static inline uint64_t word_of(const struct place *place, uint32_t at)
{
    uint64_t word = 0;
    if (place->length >= WORD_BYTES && at <= place->length - WORD_BYTES) {
        return bytes_get_u64(place->bytes + at);
    }
    if (at < place->length) {
        memcpy(&word, place->bytes + at, place->length - at);
    }
    return word;
}

static bool type_packs(uint16_t type)
{
    return type != EVENT_SHOP && type != EVENT_ZONE && type != EVENT_HISTORY &&
           type != EVENT_ORIGIN && type > 0 && type < EVENT_TYPES;
}

/* ---- packing ---- */

/* Writes the word's bits and bytes; up to PACKED_WORD_MAX bytes from `to` on may change. */
static inline unsigned char *word_put(unsigned char *to, uint64_t word)
{
    unsigned char *bits = to++;
    unsigned set = 0;
    for (unsigned i = 0; i < WORD_BYTES; i++) {
        unsigned char byte = (unsigned char)(word >> 8 * i);
        unsigned there = byte != 0;
        *to = byte;
        to += there;
        set |= there << i;
    }
    *bits = (unsigned char)set;
    return to;
}

/* NULL: it does not become shorter. */
static unsigned char *payload_put(unsigned char *to, const unsigned char *end,
                                  const struct place *payload, const struct place *last)
{
    uint32_t at = 0;
    while (at < payload->length) {
        if (end - to <= PACKED_WORD_MAX) {
            return NULL;
        }
        uint64_t differs = word_of(payload, at) ^ word_of(last, at);
        at += WORD_BYTES;
        if (differs != 0) {
            to = word_put(to, differs);
            continue;
        }
        unsigned more = 0;
        while (at < payload->length && more < ZERO_WORDS_MAX &&
               word_of(payload, at) == word_of(last, at)) {
            at += WORD_BYTES;
            more++;
        }
        *to++ = 0;
        *to++ = (unsigned char)more;
    }
    return to;
}

static unsigned char *event_put(unsigned char *to, const unsigned char *end,
                                const struct event *event, struct references *references)
{
    uint64_t head = bytes_get_u64(event->payload - EVENT_HEAD_BYTES);
    const struct place payload = {event->payload, event->length};
    if (end - to <= PACKED_WORD_MAX) {
        return NULL;
    }
    to = word_put(to, head ^ references->head);
    to = payload_put(to, end, &payload, &references->last[event->type]);
    references->head = head;
    references->last[event->type] = payload;
    return to;
}

struct slice events_pack(struct slice events, struct text *to)
{
    struct references references = {0};
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    text_clear(to);
    if (events.length <= ROW_HEAD_BYTES || events.length > EVENTS_BYTES_MAX ||
        !text_reserve(to, events.length)) {
        return events;
    }
    unsigned char *begin = (unsigned char *)to->bytes;
    const unsigned char *end = begin + events.length;
    unsigned char *at = begin + ROW_HEAD_BYTES;
    bytes_put_u16(begin, 0);
    bytes_put_u16(begin + 2, PACKING);
    bytes_put_u32(begin + 4, (uint32_t)events.length);
    while (at != NULL && event_next(events, &offset, &event, &status)) {
        at = type_packs(event.type) ? event_put(at, end, &event, &references) : NULL;
    }
    if (at == NULL || status != STATUS_OK) {
        return events;
    }
    to->length = (size_t)(at - begin);
    return text_slice(to);
}

/* ---- unpacking ---- */

/* What is left of the row. */
struct packed {
    const unsigned char *at;
    const unsigned char *end;
};

static bool byte_get(struct packed *packed, unsigned char *byte)
{
    if (packed->at == packed->end) {
        return false;
    }
    *byte = *packed->at++;
    return true;
}

/* The bytes that `bits` say; each is other than 0. */
static bool word_get(struct packed *packed, unsigned char bits, uint64_t *word)
{
    unsigned char byte = 0;
    *word = 0;
    for (unsigned i = 0; i < WORD_BYTES; i++) {
        if ((bits >> i & 1) != 0) {
            if (!byte_get(packed, &byte) || byte == 0) {
                return false;
            }
            *word |= (uint64_t)byte << 8 * i;
        }
    }
    return true;
}

/* The last word may be shorter than 8 bytes: nothing differs beyond its end. */
static bool word_set(unsigned char *to, uint32_t left, uint64_t word)
{
    if (left >= WORD_BYTES) {
        bytes_put_u64(to, word);
        return true;
    }
    memcpy(to, &word, left);
    return word >> 8 * left == 0;
}

static bool payload_get(struct packed *packed, unsigned char *to, uint32_t length,
                        const struct place *last)
{
    uint32_t at = 0;
    while (at < length) {
        unsigned char bits = 0;
        unsigned char more = 0;
        uint64_t differs = 0;
        if (!byte_get(packed, &bits) || !word_get(packed, bits, &differs) ||
            (bits == 0 && !byte_get(packed, &more))) {
            return false;
        }
        for (uint32_t words = 0; words <= more; words++, at += WORD_BYTES) {
            uint64_t reference = at < length ? word_of(last, at) : 0;
            if (at >= length || !word_set(to + at, length - at, reference ^ differs)) {
                return false;
            }
        }
    }
    return true;
}

/* The next event into to[0 .. left - 1]; returns its length with its head, 0 if it is none. */
static size_t event_get(struct packed *packed, unsigned char *to, size_t left,
                        struct references *references)
{
    unsigned char bits = 0;
    uint64_t differs = 0;
    if (left < EVENT_HEAD_BYTES || !byte_get(packed, &bits) || !word_get(packed, bits, &differs)) {
        return 0;
    }
    references->head ^= differs;
    bytes_put_u64(to, references->head);
    uint16_t type = bytes_get_u16(to);
    const struct place payload = {to + EVENT_HEAD_BYTES, bytes_get_u32(to + 4)};
    if (!type_packs(type) || payload.length > left - EVENT_HEAD_BYTES ||
        !payload_get(packed, to + EVENT_HEAD_BYTES, payload.length, &references->last[type])) {
        return 0;
    }
    references->last[type] = payload;
    return EVENT_HEAD_BYTES + (size_t)payload.length;
}

enum status events_unpack(struct slice row, struct text *to, struct slice *events)
{
    struct packed packed = {(const unsigned char *)row.data,
                            (const unsigned char *)row.data + row.length};
    struct references references = {0};
    *events = row;
    if (row.length < ROW_HEAD_BYTES || bytes_get_u16(packed.at) != 0) {
        return STATUS_OK;
    }
    uint32_t length = bytes_get_u32(packed.at + 4);
    if (bytes_get_u16(packed.at + 2) != PACKING || length > EVENTS_BYTES_MAX ||
        length / EXPANDS_MOST > row.length) {
        return STATUS_CORRUPT;
    }
    text_clear(to);
    if (!text_reserve(to, length)) {
        return STATUS_MEMORY;
    }
    packed.at += ROW_HEAD_BYTES;
    while (to->length < length) {
        size_t got = event_get(&packed, (unsigned char *)to->bytes + to->length,
                               length - to->length, &references);
        if (got == 0) {
            return STATUS_CORRUPT;
        }
        to->length += got;
    }
    *events = text_slice(to);
    return packed.at == packed.end ? STATUS_OK : STATUS_CORRUPT;
}
