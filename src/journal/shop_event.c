/* Writing and reading the payloads; what is read is bounds-checked here, so that replay can trust
 * it. A zone whose periods do not rise is refused, because a search in it would not end where it
 * should. */
#include "journal/shop_event.h"

#include "base/bytes.h"

enum { PERIOD_BYTES = 16 };

static void u32_append(struct text *to, uint32_t value)
{
    unsigned char bytes[4];
    bytes_put_u32(bytes, value);
    text_append(to, bytes, sizeof bytes);
}

static void i64_append(struct text *to, int64_t value)
{
    unsigned char bytes[8];
    bytes_put_i64(bytes, value);
    text_append(to, bytes, sizeof bytes);
}

static void head_append(struct text *to, enum event_type type, size_t length)
{
    unsigned char head[EVENT_HEAD_BYTES];
    bytes_put_u16(head, (uint16_t)type);
    bytes_put_u16(head + 2, SHOP_EVENT_VERSION);
    bytes_put_u32(head + 4, (uint32_t)length);
    text_append(to, head, sizeof head);
}

static size_t zone_bytes(const struct zone *zone)
{
    return 4 + (size_t)zone->count * PERIOD_BYTES;
}

static void zone_append(struct text *to, const struct zone *zone)
{
    u32_append(to, zone->count);
    for (uint32_t i = 0; i < zone->count; i++) {
        i64_append(to, zone->periods[i].since);
        u32_append(to, (uint32_t)zone->periods[i].offset_seconds);
        u32_append(to, 0);
    }
}

void shop_event_write(struct text *to, const struct shop_event *event)
{
    head_append(to, EVENT_SHOP,
                4 + event->file.length + zone_bytes(&event->zone) + 8 + event->text.length);
    u32_append(to, (uint32_t)event->file.length);
    text_append_slice(to, event->file);
    zone_append(to, &event->zone);
    i64_append(to, event->around);
    text_append_slice(to, event->text);
}

void zone_event_write(struct text *to, const struct zone *zone)
{
    head_append(to, EVENT_ZONE, zone_bytes(zone));
    zone_append(to, zone);
}

void history_event_write(struct text *to, const struct history_event *event)
{
    head_append(to, EVENT_HISTORY, HISTORY_EVENT_BYTES);
    u32_append(to, event->line_count);
    u32_append(to, 0);
    text_append(to, event->digest, sizeof event->digest);
}

/* Takes `length` bytes from the front; false if there are not as many. */
static bool bytes_take(struct slice *from, size_t length, const unsigned char **bytes)
{
    if (from->length < length) {
        return false;
    }
    *bytes = (const unsigned char *)from->data;
    from->data += length;
    from->length -= length;
    return true;
}

static bool zone_take(struct slice *from, struct zone *zone)
{
    const unsigned char *bytes = NULL;
    if (!bytes_take(from, 4, &bytes)) {
        return false;
    }
    zone->count = bytes_get_u32(bytes);
    if (zone->count == 0 || zone->count > ZONE_PERIODS_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < zone->count; i++) {
        if (!bytes_take(from, PERIOD_BYTES, &bytes)) {
            return false;
        }
        zone->periods[i].since = bytes_get_i64(bytes);
        zone->periods[i].offset_seconds = bytes_get_i32(bytes + 8);
        if (i > 0 && zone->periods[i].since <= zone->periods[i - 1].since) {
            return false;
        }
    }
    return zone->periods[0].since == INT64_MIN;
}

static enum status version_check(const struct event *event)
{
    if (event->version > SHOP_EVENT_VERSION) {
        return STATUS_VERSION;
    }
    return event->version == SHOP_EVENT_VERSION ? STATUS_OK : STATUS_CORRUPT;
}

static bool shop_take(struct slice from, struct shop_event *shop)
{
    const unsigned char *bytes = NULL;
    if (!bytes_take(&from, 4, &bytes)) {
        return false;
    }
    shop->file.length = bytes_get_u32(bytes);
    if (!bytes_take(&from, shop->file.length, &bytes)) {
        return false;
    }
    shop->file.data = (const char *)bytes;
    if (!zone_take(&from, &shop->zone) || !bytes_take(&from, 8, &bytes)) {
        return false;
    }
    shop->around = bytes_get_i64(bytes);
    shop->text = from;
    return true;
}

static struct slice payload_of(const struct event *event)
{
    return (struct slice){(const char *)event->payload, event->length};
}

enum status shop_event_read(const struct event *event, struct shop_event *shop)
{
    enum status status = version_check(event);
    if (status != STATUS_OK) {
        return status;
    }
    return shop_take(payload_of(event), shop) ? STATUS_OK : STATUS_CORRUPT;
}

enum status zone_event_read(const struct event *event, struct zone *zone)
{
    struct slice payload = payload_of(event);
    enum status status = version_check(event);
    if (status != STATUS_OK) {
        return status;
    }
    return zone_take(&payload, zone) && payload.length == 0 ? STATUS_OK : STATUS_CORRUPT;
}

enum status history_event_read(const struct event *event, struct history_event *history)
{
    enum status status = version_check(event);
    if (status != STATUS_OK) {
        return status;
    }
    if (event->length != HISTORY_EVENT_BYTES) {
        return STATUS_CORRUPT;
    }
    history->line_count = bytes_get_u32(event->payload);
    memcpy(history->digest, event->payload + 8, DIGEST_BYTES);
    return STATUS_OK;
}

void history_digest(struct digest *digest, const struct journal_history *line)
{
    unsigned char numbers[32];
    bytes_put_u32(numbers, (uint32_t)line->order.length);
    bytes_put_u32(numbers + 4, (uint32_t)line->offer.length);
    bytes_put_i64(numbers + 8, line->quantity_thousandths);
    bytes_put_i64(numbers + 16, line->unit_price_minor);
    bytes_put_i64(numbers + 24, line->at);
    digest_add(digest, numbers, sizeof numbers);
    digest_add(digest, line->order.data, line->order.length);
    digest_add(digest, line->offer.data, line->offer.length);
}
