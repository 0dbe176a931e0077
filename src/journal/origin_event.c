/* Writing and reading; what is read is bounds-checked here, so that replay can trust it. */
#include "journal/origin_event.h"

#include "base/bytes.h"

static void texts_of(struct journal_origin *origin, struct slice *texts[ORIGIN_TEXTS])
{
    texts[0] = &origin->reference;
    texts[1] = &origin->label;
    texts[2] = &origin->status;
    texts[3] = &origin->unknown;
    texts[4] = &origin->deleted_by;
}

void origin_event_write(struct text *to, const struct journal_origin *origin)
{
    struct journal_origin copy = *origin;
    struct slice *texts[ORIGIN_TEXTS];
    unsigned char head[EVENT_HEAD_BYTES + ORIGIN_HEAD_BYTES] = {0};
    unsigned char *payload = head + EVENT_HEAD_BYTES;
    size_t length = ORIGIN_HEAD_BYTES;
    texts_of(&copy, texts);
    for (int i = 0; i < ORIGIN_TEXTS; i++) {
        bytes_put_u16(payload + 16 + 2 * i, (uint16_t)texts[i]->length);
        length += texts[i]->length;
    }
    bytes_put_u16(head, EVENT_ORIGIN);
    bytes_put_u16(head + 2, ORIGIN_EVENT_VERSION);
    bytes_put_u32(head + 4, (uint32_t)length);
    bytes_put_u32(payload, origin->order);
    bytes_put_u32(payload + 4, origin->past);
    bytes_put_i64(payload + 8, origin->modified_at);
    text_append(to, head, sizeof head);
    for (int i = 0; i < ORIGIN_TEXTS; i++) {
        text_append_slice(to, *texts[i]);
    }
}

enum status origin_event_read(const struct event *event, struct journal_origin *origin)
{
    struct slice *texts[ORIGIN_TEXTS];
    const unsigned char *payload = event->payload;
    size_t at = ORIGIN_HEAD_BYTES;
    if (event->version > ORIGIN_EVENT_VERSION) {
        return STATUS_VERSION;
    }
    if (event->version == 0 || event->length < ORIGIN_HEAD_BYTES ||
        event->length > ORIGIN_HEAD_BYTES + JOURNAL_ORIGIN_BYTES ||
        bytes_get_u32(payload + 4) > 1) {
        return STATUS_CORRUPT;
    }
    *origin = (struct journal_origin){.order = bytes_get_u32(payload),
                                      .past = bytes_get_u32(payload + 4) == 1,
                                      .modified_at = bytes_get_i64(payload + 8)};
    texts_of(origin, texts);
    for (int i = 0; i < ORIGIN_TEXTS; i++) {
        size_t length = bytes_get_u16(payload + 16 + 2 * i);
        if (length > event->length - at) {
            return STATUS_CORRUPT;
        }
        *texts[i] = (struct slice){(const char *)payload + at, length};
        at += length;
    }
    return at == event->length && origin->reference.length > 0 ? STATUS_OK : STATUS_CORRUPT;
}
