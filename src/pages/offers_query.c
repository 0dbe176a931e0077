/* Parameter by parameter, each at most once; `names` excludes the others, because a list that goes
 * on behind a few named offers means nothing. */
#include "pages/offers_query.h"

#include "base/decimal.h"
#include "base/text.h"
#include "model/foreign_name.h"
#include "pages/percent.h"

bool offers_query_find(const struct shop *shop, struct slice encoded, char *asked,
                       struct offer_id *offer)
{
    char name[LIMIT_NAME_BYTES + 1];
    size_t length = 0;
    if (!percent_decode(encoded, PERCENT_PLUS_IS_PLUS, asked, LIMIT_LABEL_BYTES, &length)) {
        return false;
    }
    asked[length] = '\0';
    struct slice plain = {asked, length};
    if (length == 0 || !utf8_valid(plain) || utf8_has_control(plain)) {
        return false;
    }
    (void)foreign_name(plain, name);
    return shop_offer_find(shop, slice_of(name), offer);
}

static bool names_read(const struct shop *shop, struct slice names, struct offers_query *to)
{
    for (uint32_t number = 0; names.length > 0; number++) {
        struct offer_id offer;
        struct slice name = slice_cut(names, ',', &names);
        if (number == OFFERS_NAMED_MAX) {
            return false;
        }
        if (offers_query_find(shop, name, to->asked[to->count], &offer)) {
            to->offers[to->count++] = offer.index;
        }
    }
    return true;
}

static bool limit_read(struct slice value, struct offers_query *to)
{
    int64_t limit = 0;
    if (decimal_read(value, 0, &limit) != DECIMAL_OK || limit < 1 || limit > OFFERS_LIMIT_MAX) {
        return false;
    }
    to->limit = (uint32_t)limit;
    return true;
}

static bool after_read(const struct shop *shop, struct slice value, struct offers_query *to)
{
    struct offer_id offer;
    if (!shop_offer_find(shop, value, &offer)) {
        return false;
    }
    to->first = shop->offers[offer.index].rank + 1u;
    return true;
}

bool offers_query_read(const struct shop *shop, struct slice query, struct offers_query *to)
{
    bool has_limit = false;
    bool has_after = false;
    *to = (struct offers_query){.limit = OFFERS_LIMIT_DEFAULT};
    while (query.length > 0) {
        struct slice value;
        struct slice parameter = slice_cut(query, '&', &query);
        struct slice key = slice_cut(parameter, '=', &value);
        bool right = false;
        if (slice_is(key, "limit") && !has_limit) {
            right = has_limit = limit_read(value, to);
        } else if (slice_is(key, "after") && !has_after) {
            right = has_after = after_read(shop, value, to);
        } else if (slice_is(key, "names") && !to->named) {
            right = to->named = names_read(shop, value, to);
        }
        if (!right) {
            return false;
        }
    }
    return !to->named || (!has_limit && !has_after);
}
