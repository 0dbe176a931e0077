/* GET offers/{offer}/times: when an on-site offer could begin.
 *
 *   query -> times_key -> store_times (one question a second for all who ask the same) -> reply
 *
 * `next` is where the following page begins: a time that could be had, so that nothing is left out
 * or shown twice. */
#include "pages/api.h"

#include "base/decimal.h"
#include "pages/answer_json.h"
#include "pages/percent.h"
#include "pages/store_times.h"

enum { TIMES_COUNT_DEFAULT = 12, FROM_BYTES_MAX = 40 };

struct times_call {
    struct times_waiter waiter; /* first */
    struct pages *pages;
    struct door_request *request;
    const struct shop *shop;
    struct times_key key;
    int64_t count;
};

static void times_render(const struct times_call *call, const struct offer_times *times)
{
    struct text *to = api_scratch(call->pages);
    const struct offer *offer = &call->shop->offers[call->key.offer];
    uint32_t shown = times->count < call->count ? times->count : (uint32_t)call->count;
    text_append_string(to, "{\"offer\":\"");
    text_append_string(to, offer->name);
    text_append_string(to, "\",\"quantity\":");
    answer_json_quantity(to, call->key.quantity_thousandths);
    text_append_string(to, ",\"times\":[");
    for (uint32_t i = 0; i < shown; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        answer_json_time(to, call->shop, offer, &times->times[i]);
    }
    text_append_string(to, "],\"next\":");
    if (shown < times->count) {
        answer_json_instant(to, call->shop, times->times[shown].start);
    } else {
        text_append_string(to, "null");
    }
    text_append_char(to, '}');
}

static void times_ready(struct times_waiter *waiter, const struct offer_times *times)
{
    struct times_call *call = (struct times_call *)waiter;
    if (times == NULL || engine_shop(call->pages->engine) != call->shop) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "the times are not known just now; try again in a second");
    } else if (times->result == PROMISE_BAD_QUANTITY) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BAD_QUANTITY,
                               "this offer cannot be sold in this quantity; ask for a whole number "
                               "that is not too large");
    } else {
        times_render(call, times);
        api_reply_json(call->pages, call->request, 200);
    }
}

/* "2026-12-05T14%3A00" as well as with a plain colon; a plus sign is one (an offset). */
static bool read_from(const struct shop *shop, struct slice value, int64_t *from)
{
    char plain[FROM_BYTES_MAX];
    size_t length;
    return percent_decode(value, PERCENT_PLUS_IS_PLUS, plain, sizeof plain, &length) &&
           instant_read(&shop->zone, (struct slice){plain, length}, from);
}

/* Each once; false for anything else. */
static bool read_query(struct times_call *call, struct slice query)
{
    bool has_from = false;
    bool has_count = false;
    bool has_quantity = false;
    while (query.length > 0) {
        struct slice value;
        struct slice name = slice_cut(slice_cut(query, '&', &query), '=', &value);
        bool good = false;
        if (slice_is(name, "from") && !has_from) {
            has_from = true;
            good = read_from(call->shop, value, &call->key.from);
        } else if (slice_is(name, "count") && !has_count) {
            has_count = true;
            good = decimal_read(value, 0, &call->count) == DECIMAL_OK && call->count >= 1 &&
                   call->count <= TIMES_SHOWN_MAX;
        } else if (slice_is(name, "quantity") && !has_quantity) {
            has_quantity = true;
            good = decimal_read(value, 3, &call->key.quantity_thousandths) == DECIMAL_OK &&
                   call->key.quantity_thousandths > 0 &&
                   call->key.quantity_thousandths <= LIMIT_LINE_QUANTITY_THOUSANDTHS;
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

void api_times_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    struct times_call *call = door_alloc(request, sizeof *call);
    struct offer_id offer;
    if (call == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
        return;
    }
    *call = (struct times_call){.waiter.ready = times_ready,
                                .pages = pages,
                                .request = request,
                                .shop = engine_shop(pages->engine),
                                .key.quantity_thousandths = THOUSAND,
                                .count = TIMES_COUNT_DEFAULT};
    if (!shop_offer_find(call->shop, parameter, &offer) ||
        !call->shop->offers[offer.index].on_site) {
        api_reply_problem_kind(pages, request, PROBLEM_NOT_FOUND,
                               "nothing of this name takes place on site; GET "
                               "/ecluse/api/v1/offers says which offers do (on_site)");
        return;
    }
    if (!read_query(call, door_query(request))) {
        api_reply_problem_kind(pages, request, PROBLEM_BAD_QUERY,
                               "the query may hold from (a day or an instant), count (1 to 24) and "
                               "quantity, once each");
        return;
    }
    call->key.offer = offer.index;
    if (!store_times_ask(pages->times, &call->key, pages->env->ticks_ns(pages->env),
                         &call->waiter)) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "too many requests are waiting; try again in a second");
    }
}
