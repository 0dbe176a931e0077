#include "pages/store_access.h"

#include "base/assert.h"

#include <stdio.h>

enum { COOKIE_SECONDS = 365 * DAY_SECONDS };

void store_access_path(char path[STORE_ACCESS_PATH_BYTES], const char *prefix, int64_t made_at,
                       struct order_key key)
{
    char id[ORDER_ID_LENGTH + 1];
    order_id_write(id, made_at, key);
    int length = snprintf(path, STORE_ACCESS_PATH_BYTES, "%s%s", prefix, id);
    ASSERT(length > 0 && length < STORE_ACCESS_PATH_BYTES);
}

void store_access_cookie(const struct store_visit *visit, const char *path, int64_t made_at,
                         struct order_key key, struct text *to)
{
    char token[ORDER_TOKEN_LENGTH + 1];
    order_token_write(visit->store->desk, token, made_at, key);
    text_append_format(to,
                       "Set-Cookie: " STORE_ORDER_COOKIE "=%s; Path=%s%s; Max-Age=%d; HttpOnly; "
                       "SameSite=Lax%s\r\n",
                       token, visit->store->root, path, COOKIE_SECONDS, store_visit_secure(visit));
}

static bool token_read(const struct store_visit *visit, struct slice *token)
{
    return store_visit_field(visit, visit->query, "token", ORDER_TOKEN_LENGTH, token);
}

bool store_access_linked(const struct store_visit *visit)
{
    struct slice token;
    return token_read(visit, &token);
}

bool store_access_read(const struct store_visit *visit, const char *prefix, int64_t *made_at,
                       struct order_key *key, struct slice *tail)
{
    const struct order_desk *desk = visit->store->desk;
    struct slice token;
    size_t begin = strlen(prefix);
    if (visit->path.length < begin + ORDER_ID_LENGTH) {
        return false;
    }
    struct slice id = {visit->path.data + begin, ORDER_ID_LENGTH};
    *tail = (struct slice){id.data + ORDER_ID_LENGTH, visit->path.length - begin - ORDER_ID_LENGTH};
    if (!order_id_read(id, made_at, key)) {
        return false;
    }
    return order_token_check(desk, *made_at, *key, store_visit_cookie(visit, STORE_ORDER_COOKIE)) ||
           (token_read(visit, &token) && order_token_check(desk, *made_at, *key, token));
}
