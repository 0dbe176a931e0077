/* The query of GET offers: a page of the list, or the offers that somebody names.
 *
 *   limit=20&after=jar          the list, in the order of the offers' names
 *   names=jar,85123A%2FB,...    those, in the order in which they are named
 *
 * Who names an offer may write its name, or the SKU that an importer made the name of
 * (model/foreign_name.h), each percent-encoded: a page of the shop behind knows only the SKU. What
 * is not sold here is left out, so that one wrong name does not cost a page its other dates. */
#ifndef ECLUSE_PAGES_OFFERS_QUERY_H
#define ECLUSE_PAGES_OFFERS_QUERY_H

#include "base/limits.h"
#include "model/shop.h"
#include "pages/cache.h"

enum {
    OFFERS_LIMIT_DEFAULT = 20,
    OFFERS_LIMIT_MAX = 100,
    OFFERS_NAMED_MAX = CACHE_OFFERS_MAX /* their dates are one question to the core */
};

struct offers_query {
    bool named;
    /* A page of the list. */
    uint32_t limit; /* 1 to OFFERS_LIMIT_MAX */
    uint32_t first; /* the rank that it begins at */
    /* The named ones that are sold here; two names may mean one offer. */
    uint32_t count;
    uint16_t offers[OFFERS_NAMED_MAX];
    char asked[OFFERS_NAMED_MAX][LIMIT_LABEL_BYTES + 1]; /* what each was called: UTF-8 */
};

/* False: the query is none of these, or over a limit. */
bool offers_query_read(const struct shop *shop, struct slice query, struct offers_query *to);

/* The offer of this name or SKU, percent-encoded; false if none is sold here. `asked` holds
 * LIMIT_LABEL_BYTES + 1 and gets it decoded. */
bool offers_query_find(const struct shop *shop, struct slice encoded, char *asked,
                       struct offer_id *offer);

#endif
