/* The kinds of messages that webhooks carry, by name ("order.confirmed"), and sets of them. */
#ifndef ECLUSE_HOOKS_KINDS_H
#define ECLUSE_HOOKS_KINDS_H

#include "base/slice.h"
#include "base/text.h"

#include <stdint.h>

enum hook_kind {
    HOOK_ORDER_HELD,
    HOOK_ORDER_CONFIRMED,
    HOOK_ORDER_EXPIRED,
    HOOK_ORDER_CANCELLED,
    HOOK_PROMISE_CHANGED,
    HOOK_PROMISE_BROKEN,
    HOOK_ORDER_SHIPPED,
    HOOK_ORDER_DELIVERED,
    HOOK_OFFER_SOLD_OUT,
    HOOK_OFFER_AVAILABLE,
    HOOK_TEST, /* asked for by `ecluse hooks SHOP.db test N` */
    HOOK_KINDS
};

/* A set: 1 << kind. */
uint32_t hook_kinds_default(void); /* all but held and expired: most holds are carts that come and
                                      go */
/* "order.shipped,offer.sold_out", or "all". False names nothing: `*wrong` is the word that is no
 * kind. */
bool hook_kinds_read(struct slice list, uint32_t *kinds, struct slice *wrong) MUST_USE;
void hook_kinds_write(struct text *to, uint32_t kinds);
const char *hook_kind_text(enum hook_kind kind);

static inline bool hook_kinds_have(uint32_t kinds, enum hook_kind kind)
{
    return (kinds >> kind & 1) != 0;
}

#endif
