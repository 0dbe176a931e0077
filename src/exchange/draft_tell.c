/* The draft is compared with the shop that it began as, place by place. */
#include "exchange/draft_tell.h"
#include "base/decimal.h"

#include <stdio.h>

static void change_tell(const struct exchange_sink *sink, enum exchange_thing thing,
                        const char *name, const char *key, const char *before, const char *after)
{
    const struct exchange_change change = {
        .thing = thing, .name = name, .key = key, .before = before, .after = after};
    sink->change(sink->context, &change);
}

static void amount_tell(const struct exchange_sink *sink, enum exchange_thing thing,
                        const char *name, const char *key, int decimals, int64_t before,
                        int64_t after)
{
    char texts[2][32];
    (void)decimal_write(texts[0], before, decimals, key != NULL && decimals == 3);
    (void)decimal_write(texts[1], after, decimals, decimals == 3);
    change_tell(sink, thing, name, key, key != NULL ? texts[0] : "", texts[1]);
}

static void offers_tell(const struct draft *draft, const struct exchange_sink *sink)
{
    const struct shop *before = draft->before;
    const struct shop *shop = &draft->shop;
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        const struct offer *now = &shop->offers[i];
        const struct offer *old = i < before->offer_count ? &before->offers[i] : now;
        if (now->retired) {
            continue;
        }
        if (old == now || old->retired) {
            amount_tell(sink, EXCHANGE_OFFER, now->name, NULL, shop->currency.decimals, 0,
                        now->price_minor);
            continue;
        }
        if (old->price_minor != now->price_minor) {
            amount_tell(sink, EXCHANGE_OFFER, now->name, "price", shop->currency.decimals,
                        old->price_minor, now->price_minor);
        }
        if (old->label.text[LANGUAGE_FR] != now->label.text[LANGUAGE_FR]) {
            change_tell(sink, EXCHANGE_OFFER, now->name, "name", old->label.text[shop->language],
                        now->label.text[shop->language]);
        }
    }
}

static void items_tell(const struct draft *draft, const struct exchange_sink *sink)
{
    const struct shop *before = draft->before;
    for (uint32_t i = 0; i < draft->shop.item_count; i++) {
        const struct item *now = &draft->shop.items[i];
        const struct item *old = i < before->item_count ? &before->items[i] : now;
        if (now->retired) {
            continue;
        }
        if (old == now || old->retired) {
            amount_tell(sink, EXCHANGE_ITEM, now->name, NULL, 3, 0, now->on_hand_thousandths);
            continue;
        }
        if (old->on_hand_thousandths != now->on_hand_thousandths) {
            amount_tell(sink, EXCHANGE_ITEM, now->name, "on_hand", 3, old->on_hand_thousandths,
                        now->on_hand_thousandths);
        }
        if (old->supplier.index != now->supplier.index) {
            change_tell(sink, EXCHANGE_ITEM, now->name, "supplier", "",
                        draft->shop.suppliers[now->supplier.index].name);
        }
    }
}

static void suppliers_tell(const struct draft *draft, const struct exchange_sink *sink)
{
    const struct shop *before = draft->before;
    for (uint32_t i = 0; i < draft->shop.supplier_count; i++) {
        const struct supplier *now = &draft->shop.suppliers[i];
        bool known = i < before->supplier_count && !before->suppliers[i].retired;
        if (!now->retired && !known) {
            amount_tell(sink, EXCHANGE_SUPPLIER, now->name, NULL, 0, 0, now->lead_days);
        }
    }
}

/* "40, 2026-12-03". */
static void receipt_write(const struct item_movement *receipt, char *to, size_t size)
{
    char quantity[32];
    char day[16];
    (void)decimal_write(quantity, receipt->quantity_thousandths, 3, true);
    (void)day_write(day, receipt->due_day);
    (void)snprintf(to, size, "%s, %s", quantity, day);
}

/* Tells those of `from` that `other` does not have. */
static void receipts_tell(const struct shop *from, const struct shop *other, bool new,
                          const struct exchange_sink *sink)
{
    char text[64];
    for (uint32_t i = 0; i < from->receipt_count; i++) {
        const struct item_movement *receipt = &from->receipts[i];
        if (draft_receipt_known(other, receipt)) {
            continue;
        }
        receipt_write(receipt, text, sizeof text);
        change_tell(sink, EXCHANGE_RECEIPT, from->items[receipt->item.index].name,
                    new ? NULL : "quantity", new ? "" : text, new ? text : "");
    }
}

void draft_tell(const struct draft *draft, const struct exchange_sink *sink)
{
    offers_tell(draft, sink);
    items_tell(draft, sink);
    suppliers_tell(draft, sink);
    if (draft->changed) {
        receipts_tell(draft->before, &draft->shop, false, sink);
        receipts_tell(&draft->shop, draft->before, true, sink);
    }
}
