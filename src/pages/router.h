/* The public routes under /ecluse/ in one table: what is served is what openapi.json describes, and
 * a test compares the two. */
#ifndef ECLUSE_PAGES_ROUTER_H
#define ECLUSE_PAGES_ROUTER_H

#include "pages/api.h"

enum { ROUTE_NO_SCHEMA = -1, ROUTE_METHODS_BYTES = 64 };

struct route {
    enum http_method method; /* GET also serves HEAD */
    const char *pattern;     /* at most one {parameter}, which is one segment */
    api_handler *handle;
    const char *operation; /* operationId */
    int request_schema;    /* enum request_schema, or ROUTE_NO_SCHEMA */
    const char *response;  /* the schema of its success in openapi.json, or a media type */
    int success;
    uint64_t problems; /* bit 1 << kind of each problem that it may answer, besides those that all
                          share */
};

/* What every route may answer. */
extern const uint64_t router_problems;

const struct route *router_routes(size_t *count);

/* The route for this request. NULL: `allowed` is "GET, HEAD" or the like if the path is served with
 * other methods, else empty. */
const struct route *router_find(enum http_method method, struct slice path, struct slice *parameter,
                                char allowed[ROUTE_METHODS_BYTES]);

const char *router_method_text(enum http_method method);

#endif
