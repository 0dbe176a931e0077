/* Many HTTP requests at once on one thread, by libcurl; for the demo's visitors and its checks. */
#ifndef ECLUSE_COMMANDS_DEMO_HTTP_H
#define ECLUSE_COMMANDS_DEMO_HTTP_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"

#include <stdint.h>

struct demo_http;
struct demo_request;

/* What a request came back with. http 0: no answer at all. */
struct demo_answer {
    int http;
    struct slice body; /* valid during the call */
    uint64_t microseconds;
};

enum status demo_http_open(struct demo_http **http, struct fault *fault) MUST_USE;
void demo_http_close(struct demo_http *http);

/* A reusable place for one request at a time; `done` is called from demo_http_step. NULL without
 * memory. */
struct demo_request *
demo_request_open(struct demo_http *http,
                  void (*done)(void *context, const struct demo_answer *answer), void *context);
void demo_request_close(struct demo_request *request);
/* Sends GET (body NULL) or POST with JSON. `headers` are complete lines without line end, NULL at
 * the end; may be NULL. False without memory. */
bool demo_request_send(struct demo_request *request, const char *url, const char *body,
                       const char *const *headers) MUST_USE;

/* Waits at most `milliseconds` for something to happen and calls `done` of what is answered. */
void demo_http_step(struct demo_http *http, int milliseconds);

#endif
