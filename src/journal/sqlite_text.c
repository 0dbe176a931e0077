/* The texts of an order's row. Instants are UTC with a Z: what stands in a row then depends on
 * nothing but the event, sorts as text, and unixepoch(x) counts with it; a shop's zone rules may
 * change after the row was written. Written by hand, because an order has four of them and the
 * format functions of the library cost more than the insert. */
#include "journal/sqlite.h"

#include "base/assert.h"
#include "promise/order_id.h"

/* "hours packing", "none". */
static void limit_write(char *to, size_t size, const struct shop *shop,
                        const struct promise_limit *limit)
{
    const char *word = promise_cause_text(limit->cause);
    const char *name = promise_limit_name(shop, limit);
    size_t length = strlen(word);
    memcpy(to, word, length);
    if (name != NULL) {
        size_t rest = strlen(name);
        ASSERT(length + 1 + rest < size);
        to[length++] = ' ';
        memcpy(to + length, name, rest);
        length += rest;
    }
    to[length] = '\0';
}

void order_dates_write(struct order_dates_text *texts, const struct promise_dates *dates)
{
    texts->ship_by[0] = '\0';
    if (dates->has_ship_by) {
        (void)instant_write_utc(texts->ship_by, dates->ship_by);
    }
    (void)day_write(texts->deliver_by, dates->deliver_by_day);
}

void order_texts_write(struct order_texts *texts, const struct shop *shop, struct order_key key,
                       int64_t made_at, int64_t held_until, const struct promise_summary *first)
{
    order_id_write(texts->id, made_at, key);
    (void)instant_write_utc(texts->made_at, made_at);
    texts->held_until[0] = '\0';
    if (held_until != 0) {
        (void)instant_write_utc(texts->held_until, held_until);
    }
    order_dates_write(&texts->first, &first->dates);
    limit_write(texts->limited_by, sizeof texts->limited_by, shop, &first->limit);
}

void order_want_write(char wanted[INSTANT_BYTES], struct promise_want want)
{
    wanted[0] = '\0';
    if (want.kind == WANT_DAY) {
        (void)day_write(wanted, (int32_t)want.value);
    } else if (want.kind == WANT_AT) {
        (void)instant_write_utc(wanted, want.value);
    }
}

const char *offer_carrier_name(const struct shop *shop, const struct offer *offer)
{
    bool carried = !offer->on_site && offer->carrier.index < shop->carrier_count;
    return carried ? shop->carriers[offer->carrier.index].name : NULL;
}

const char *item_supplier_name(const struct shop *shop, const struct item *item)
{
    bool supplied = item->supplier.index < shop->supplier_count;
    return supplied ? shop->suppliers[item->supplier.index].name : NULL;
}
