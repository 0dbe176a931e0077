/* Prints the API's tables (routes, fields of bodies, problems) as one JSON document: what
 * openapi_test.py compares with web/openapi.json. A program instead of a parser of C, so that it is
 * the linked tables that are compared. */
#include "pages/router.h"

#include <stdio.h>

static const char *kind_text(enum json_kind kind)
{
    static const char *const texts[] = {"none",   "object",  "array", "string",
                                        "number", "boolean", "null"};
    return texts[kind];
}

static void dump_problems(uint64_t problems)
{
    const char *separator = "";
    printf("[");
    for (int kind = PROBLEM_NONE + 1; kind < PROBLEM_KINDS; kind++) {
        if ((problems >> kind & 1) != 0) {
            printf("%s\"%s\"", separator, problem_type((enum problem_kind)kind));
            separator = ",";
        }
    }
    printf("]");
}

static void dump_route(const struct route *route)
{
    const char *request = route->request_schema == ROUTE_NO_SCHEMA
                              ? ""
                              : request_table((enum request_schema)route->request_schema)->name;
    printf("{\"method\":\"%s\",\"path\":\"%s\",\"operation\":\"%s\",\"request\":\"%s\",",
           router_method_text(route->method), route->pattern, route->operation, request);
    printf("\"response\":\"%s\",\"success\":%d,\"problems\":", route->response, route->success);
    dump_problems(route->problems | router_problems);
    printf("}");
}

static void dump_schema(enum request_schema schema)
{
    const struct request_table *table = request_table(schema);
    printf("{\"name\":\"%s\",\"fields\":[", table->name);
    for (size_t i = 0; i < table->count; i++) {
        printf("%s{\"name\":\"%s\",\"kind\":\"%s\",\"required\":%s}", i == 0 ? "" : ",",
               table->fields[i].name, kind_text(table->fields[i].kind),
               table->fields[i].required ? "true" : "false");
    }
    printf("]}");
}

int main(void)
{
    size_t count = 0;
    const struct route *routes = router_routes(&count);
    printf("{\"routes\":[");
    for (size_t i = 0; i < count; i++) {
        printf("%s", i == 0 ? "" : ",");
        dump_route(&routes[i]);
    }
    printf("],\"schemas\":[");
    for (int schema = 0; schema < REQUEST_SCHEMAS; schema++) {
        printf("%s", schema == 0 ? "" : ",");
        dump_schema((enum request_schema)schema);
    }
    printf("],\"problems\":{");
    for (int kind = PROBLEM_NONE + 1; kind < PROBLEM_KINDS; kind++) {
        printf("%s\"%s\":%d", kind == PROBLEM_NONE + 1 ? "" : ",",
               problem_type((enum problem_kind)kind), problem_status((enum problem_kind)kind));
    }
    printf("}}\n");
    return 0;
}
