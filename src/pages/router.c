/* A table and a walk over it. A dozen patterns are compared faster than a hash of the path is
 * computed; the order's route stands first.
 *
 * Invariant: each pattern and method stands once. A tree of segments was rejected: it would hide
 * what this page shows. */
#include "pages/router.h"

#include "base/assert.h"

#include <stdio.h>

#define BIT(kind) (UINT64_C(1) << PROBLEM_##kind)
#define JSON_PROBLEMS                                                                              \
    (BIT(INVALID_JSON) | BIT(NOT_UTF8) | BIT(TOO_DEEP) | BIT(DUPLICATE_KEY) |                      \
     BIT(UNSUPPORTED_MEDIA_TYPE) | BIT(UNKNOWN_FIELD) | BIT(MISSING_FIELD) | BIT(WRONG_KIND))
#define LINES_PROBLEMS                                                                             \
    (BIT(BAD_VALUE) | BIT(BAD_QUANTITY) | BIT(WANT_BEYOND) | BIT(UNKNOWN_OFFER) |                  \
     BIT(TOO_MANY_LINES) | BIT(TOO_LARGE) | BIT(CUSTOMER_LIMIT))
#define CORE_PROBLEMS (BIT(BUSY) | BIT(FAULT))
#define CHANGE_PROBLEMS                                                                            \
    (CORE_PROBLEMS | BIT(STORAGE_FULL) | BIT(UNAUTHORIZED) | BIT(NOT_FOUND) | BIT(WRONG_STATUS) |  \
     BIT(HOLD_EXPIRED) | JSON_PROBLEMS)

const uint64_t router_problems =
    BIT(METHOD_NOT_ALLOWED) | BIT(NOT_ACCEPTABLE) | BIT(TOO_MANY_REQUESTS);

static const struct route routes[] = {
    {METHOD_POST, "/ecluse/api/v1/orders", api_order_post, "placeOrder", SCHEMA_ORDER_REQUEST,
     "Order", 201,
     JSON_PROBLEMS | LINES_PROBLEMS | CORE_PROBLEMS | BIT(STORAGE_FULL) | BIT(BAD_EMAIL) |
         BIT(BAD_IDEMPOTENCY_KEY) | BIT(SOLD_OUT) | BIT(IDEMPOTENCY_KEY_REUSED) |
         BIT(UNKNOWN_ORDER) | BIT(WRONG_STATUS) | BIT(HOLD_EXPIRED) | BIT(NOT_YOUR_TURN)},
    {METHOD_POST, "/ecluse/api/v1/quotes", api_quote_post, "quote", SCHEMA_QUOTE_REQUEST, "Quote",
     200, JSON_PROBLEMS | LINES_PROBLEMS | CORE_PROBLEMS},
    {METHOD_POST, "/ecluse/api/v1/wishes", api_wish_post, "makeWish", SCHEMA_WISH_REQUEST, "Wish",
     201,
     JSON_PROBLEMS | CORE_PROBLEMS | BIT(BAD_VALUE) | BIT(BAD_QUANTITY) | BIT(WANT_BEYOND) |
         BIT(UNKNOWN_OFFER) | BIT(CUSTOMER_LIMIT) | BIT(STORAGE_FULL) | BIT(BAD_EMAIL) |
         BIT(BAD_IDEMPOTENCY_KEY) | BIT(IDEMPOTENCY_KEY_REUSED)},
    {METHOD_GET, "/ecluse/api/v1/wishes/{wish}", api_wish_get, "getWish", ROUTE_NO_SCHEMA, "Wish",
     200, CORE_PROBLEMS | BIT(UNAUTHORIZED) | BIT(NOT_FOUND)},
    {METHOD_POST, "/ecluse/api/v1/wishes/{wish}/withdraw", api_wish_withdraw, "withdrawWish",
     ROUTE_NO_SCHEMA, "Wish", 200,
     JSON_PROBLEMS | CORE_PROBLEMS | BIT(STORAGE_FULL) | BIT(UNAUTHORIZED) | BIT(NOT_FOUND) |
         BIT(WRONG_STATUS)},
    {METHOD_GET, "/ecluse/api/v1/offers", api_offers_get, "listOffers", ROUTE_NO_SCHEMA,
     "OfferList", 200, CORE_PROBLEMS | BIT(BAD_QUERY)},
    {METHOD_GET, "/ecluse/api/v1/offers/{offer}", api_offer_get, "getOffer", ROUTE_NO_SCHEMA,
     "Offer", 200, CORE_PROBLEMS | BIT(NOT_FOUND)},
    {METHOD_GET, "/ecluse/api/v1/orders/{order}", api_order_get, "getOrder", ROUTE_NO_SCHEMA,
     "Order", 200, CORE_PROBLEMS | BIT(UNAUTHORIZED) | BIT(NOT_FOUND)},
    {METHOD_POST, "/ecluse/api/v1/orders/{order}/confirm", api_order_confirm, "confirmOrder",
     ROUTE_NO_SCHEMA, "Order", 200, CHANGE_PROBLEMS},
    {METHOD_POST, "/ecluse/api/v1/orders/{order}/cancel", api_order_cancel, "cancelOrder",
     ROUTE_NO_SCHEMA, "Order", 200, CHANGE_PROBLEMS},
    {METHOD_POST, "/ecluse/api/v1/orders/{order}/pay", api_order_pay, "payOrder", ROUTE_NO_SCHEMA,
     "Order", 200, CHANGE_PROBLEMS},
    {METHOD_POST, "/ecluse/api/v1/orders/{order}/extend", api_order_extend, "extendOrder",
     ROUTE_NO_SCHEMA, "Order", 200, CHANGE_PROBLEMS},
    {METHOD_GET, "/ecluse/api/v1/offers/{offer}/times", api_times_get, "listTimes", ROUTE_NO_SCHEMA,
     "TimeList", 200, CORE_PROBLEMS | BIT(NOT_FOUND) | BIT(BAD_QUERY) | BIT(BAD_QUANTITY)},
    {METHOD_GET, "/ecluse/api/v1/queue", api_queue_get, "getPlace", ROUTE_NO_SCHEMA, "Place", 200,
     0},
    {METHOD_POST, "/ecluse/hooks/{system}", api_hook_post, "hearOrder", ROUTE_NO_SCHEMA,
     "HookOutcome", 200,
     CORE_PROBLEMS | BIT(STORAGE_FULL) | BIT(UNAUTHORIZED) | BIT(NOT_FOUND) | BIT(INVALID_JSON) |
         BIT(NOT_UTF8) | BIT(TOO_DEEP) | BIT(WRONG_KIND) | BIT(MISSING_FIELD) | BIT(BAD_VALUE) |
         BIT(TOO_LARGE)},
    {METHOD_GET, "/ecluse/api/v1/gate", api_gate_get, "getGate", ROUTE_NO_SCHEMA, "Gate", 200,
     CORE_PROBLEMS | BIT(SIGN_IN) | BIT(FORBIDDEN) | BIT(NOT_FOUND)},
    {METHOD_POST, "/ecluse/api/v1/gate", api_gate_post, "moveGate", SCHEMA_GATE_REQUEST, "Gate",
     200,
     JSON_PROBLEMS | CORE_PROBLEMS | BIT(SIGN_IN) | BIT(FORBIDDEN) | BIT(NOT_FOUND) |
         BIT(BAD_VALUE)},
    {METHOD_GET, "/ecluse/api/v1/demand", api_demand_get, "getDemand", ROUTE_NO_SCHEMA, "Demand",
     200, CORE_PROBLEMS | BIT(SIGN_IN) | BIT(FORBIDDEN)},
    {METHOD_GET, "/ecluse/promise.js", api_script_get, "promiseScript", ROUTE_NO_SCHEMA,
     "text/javascript", 200, BIT(BUSY)},
    {METHOD_GET, "/ecluse/api/v1/opening", api_opening_get, "getOpening", ROUTE_NO_SCHEMA,
     "Opening", 200, 0},
    {METHOD_GET, "/ecluse/health", api_health_get, "health", ROUTE_NO_SCHEMA, "Health", 200,
     BIT(FAULT)},
    {METHOD_GET, "/ecluse/metrics", api_metrics_get, "metrics", ROUTE_NO_SCHEMA, "text/plain", 200,
     0},
    {METHOD_GET, "/ecluse/api/openapi.json", api_openapi_get, "openapi", ROUTE_NO_SCHEMA,
     "application/json", 200, 0},
};

const struct route *router_routes(size_t *count)
{
    *count = sizeof routes / sizeof *routes;
    return routes;
}

/* Does the path have the pattern's form? *parameter gets the segment that stands for {...}, which
 * is not empty. */
static bool matches(const char *pattern, struct slice path, struct slice *parameter)
{
    size_t i = 0;
    for (; *pattern != '\0' && *pattern != '{'; pattern++, i++) {
        if (i == path.length || path.data[i] != *pattern) {
            return false;
        }
    }
    if (*pattern == '\0') {
        return i == path.length;
    }
    size_t start = i;
    while (i < path.length && path.data[i] != '/') {
        i++;
    }
    *parameter = (struct slice){path.data + start, i - start};
    const char *rest = strchr(pattern, '}') + 1;
    return i > start && slice_is((struct slice){path.data + i, path.length - i}, rest);
}

const char *router_method_text(enum http_method method)
{
    switch (method) {
    case METHOD_GET:
        return "GET";
    case METHOD_POST:
        return "POST";
    default:
        UNREACHABLE();
    }
}

const struct route *router_find(enum http_method method, struct slice path, struct slice *parameter,
                                char allowed[ROUTE_METHODS_BYTES])
{
    enum http_method wanted = method == METHOD_HEAD ? METHOD_GET : method;
    size_t length = 0;
    *parameter = (struct slice){NULL, 0};
    allowed[0] = '\0';
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!matches(routes[i].pattern, path, parameter)) {
            continue;
        }
        if (routes[i].method == wanted) {
            return &routes[i];
        }
        int written = snprintf(allowed + length, ROUTE_METHODS_BYTES - length, "%s%s%s",
                               length == 0 ? "" : ", ", router_method_text(routes[i].method),
                               routes[i].method == METHOD_GET ? ", HEAD" : "");
        ASSERT(written > 0);
        length += (size_t)written;
        ASSERT(length < ROUTE_METHODS_BYTES);
    }
    return NULL;
}
