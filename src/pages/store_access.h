/* Who may open the page of an order or of a wish: whoever has its token, from the address or from a
 * cookie of that page alone. */
#ifndef ECLUSE_PAGES_STORE_ACCESS_H
#define ECLUSE_PAGES_STORE_ACCESS_H

#include "pages/store_visit.h"
#include "promise/order_id.h"

enum { STORE_ACCESS_PATH_BYTES = 16 + ORDER_ID_LENGTH };

/* "/orders/ID", with a prefix of at most 8 characters. */
void store_access_path(char path[STORE_ACCESS_PATH_BYTES], const char *prefix, int64_t made_at,
                       struct order_key key);
/* Appends the "Set-Cookie" line that opens that page from now on. */
void store_access_cookie(const struct store_visit *visit, const char *path, int64_t made_at,
                         struct order_key key, struct text *to);
/* The page that the visit's path names behind the prefix, if the visitor may open it; *tail gets
 * what stands behind the id. */
bool store_access_read(const struct store_visit *visit, const char *prefix, int64_t *made_at,
                       struct order_key *key, struct slice *tail);
/* Does the address have a token? Then the visitor comes from a link, and gets the cookie. */
bool store_access_linked(const struct store_visit *visit);

#endif
