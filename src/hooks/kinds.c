/* One table of names; what nobody can subscribe to (the test) stands last in it. */
#include "hooks/kinds.h"

#include "base/assert.h"

static const char *const names[HOOK_KINDS] = {
    [HOOK_ORDER_HELD] = "order.held",
    [HOOK_ORDER_CONFIRMED] = "order.confirmed",
    [HOOK_ORDER_EXPIRED] = "order.expired",
    [HOOK_ORDER_CANCELLED] = "order.cancelled",
    [HOOK_PROMISE_CHANGED] = "order.promise_changed",
    [HOOK_PROMISE_BROKEN] = "order.promise_broken",
    [HOOK_ORDER_SHIPPED] = "order.shipped",
    [HOOK_ORDER_DELIVERED] = "order.delivered",
    [HOOK_OFFER_SOLD_OUT] = "offer.sold_out",
    [HOOK_OFFER_AVAILABLE] = "offer.available",
    [HOOK_TEST] = "endpoint.test",
};

static const uint32_t all = (1u << HOOK_TEST) - 1;

uint32_t hook_kinds_default(void)
{
    return all & ~(1u << HOOK_ORDER_HELD | 1u << HOOK_ORDER_EXPIRED);
}

const char *hook_kind_text(enum hook_kind kind)
{
    ASSERT(kind < HOOK_KINDS);
    return names[kind];
}

static bool kind_read(struct slice name, uint32_t *kinds)
{
    for (uint32_t i = 0; i < HOOK_TEST; i++) {
        if (slice_is(name, names[i])) {
            *kinds |= 1u << i;
            return true;
        }
    }
    return false;
}

bool hook_kinds_read(struct slice list, uint32_t *kinds, struct slice *wrong)
{
    if (slice_is(list, "all")) {
        *kinds = all;
        return true;
    }
    *kinds = 0;
    do {
        *wrong = slice_cut(list, ',', &list);
        if (!kind_read(*wrong, kinds)) {
            return false;
        }
    } while (list.data != NULL);
    return true;
}

void hook_kinds_write(struct text *to, uint32_t kinds)
{
    const char *separator = "";
    for (uint32_t i = 0; i < HOOK_TEST; i++) {
        if (hook_kinds_have(kinds, i)) {
            text_append_format(to, "%s%s", separator, names[i]);
            separator = ",";
        }
    }
}
