/* Requests to endpoints, several at once, by libcurl: HTTPS with the certificate checked, no
 * redirect followed, no proxy, bounded in time and bytes. */
#ifndef ECLUSE_HOOKS_SENDER_H
#define ECLUSE_HOOKS_SENDER_H

#include "hooks/store.h"

struct sender;

/* What came of a request. */
struct hook_outcome {
    int status;          /* the answer's; 0: there was none */
    int64_t retry_after; /* seconds; 0: it did not say */
    char error[HOOK_ERROR_BYTES];
};

/* The bytes of a request. */
struct hook_request {
    const struct hook_endpoint *endpoint;
    const char *id;
    int64_t now;
    struct slice body;
};

static inline bool hook_arrived(const struct hook_outcome *outcome)
{
    return outcome->status >= 200 && outcome->status < 300;
}

/* A URL that may be used: https, or http where the endpoint is nearby; a host, no name and
 * password. STATUS_INVALID with a sentence. */
enum status hook_url_check(const char *url, bool nearby, struct fault *fault) MUST_USE;

/* `done` is called within sender_turn for each request that is over. NULL: no memory. */
struct sender *sender_open(void (*done)(void *context, const struct hook_waiting *waiting,
                                        const struct hook_outcome *outcome),
                           void *context);
/* Requests under way are given up; nobody is called. */
void sender_close(struct sender *sender);
/* Copies what it needs. False: no memory. */
bool sender_add(struct sender *sender, const struct hook_request *request,
                const struct hook_waiting *waiting) MUST_USE;
/* Is this very delivery under way? */
bool sender_has(const struct sender *sender, int64_t endpoint, int64_t message);
/* How many are; 0: to all endpoints. */
uint32_t sender_count(const struct sender *sender, int64_t endpoint);
/* Moves bytes, and waits up to so long for more to do. */
void sender_turn(struct sender *sender, int wait_ms);

/* One request, waited for. */
void sender_once(const struct hook_request *request, struct hook_outcome *outcome);

#endif
