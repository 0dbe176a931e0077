/* What a request asks of the cache: may it be answered from there, and under which key.
 *
 *   GET or HEAD, nobody's (no Authorization, no cookie that means a person), without a body, a
 *   range or a precondition -> ASK_CACHED and a key; everything else -> ASK_PASSED
 *
 * The key holds all that the shop behind is told and that could change its answer: host and target
 * as they are handed on, byte for byte; fields that we do not know to be harmless; cookies that are
 * not known to be. So nobody can put an answer that a strange field or cookie brought about before
 * those who did not send it. What is left out (Accept, User-Agent, cookies that count visits ...)
 * changes an answer only where its Vary says so: that is the selection. */
#ifndef ECLUSE_DOOR_CACHE_ASK_H
#define ECLUSE_DOOR_CACHE_ASK_H

#include "base/text.h"
#include "door/connection.h"
#include "door/freshness.h"

enum ask_kind {
    ASK_PASSED, /* goes to the shop behind, and nothing is kept */
    ASK_UNSAFE, /* the same, and what is kept of its target is forgotten if it succeeds */
    ASK_CACHED
};

struct ask {
    enum ask_kind kind;
    struct freshness_directives control;
    size_t group_length; /* of the key: host and target */
    bool plain; /* nothing but host and target is in the key, and the path is what it looks like */
};

/* Writes the key into `key`, which is cleared before. `authority`: for requests without a host. */
void cache_ask_read(const struct door_request *request, const char *authority, struct ask *ask,
                    struct text *key);
/* host and target, as at the key's beginning. */
void cache_ask_group(struct slice host, struct slice target, struct text *to);

/* Does a Location name something on this host? Then it becomes the target that it names. */
bool cache_ask_target(struct slice host, struct slice *location);

/* What the request has in the fields that `vary` names (a list, or several joined by commas);
 * appended. False: no answer that varies so can be kept (asterisk, or fields that we make up). */
bool cache_ask_select(const struct door_request *request, struct slice vary,
                      struct text *to) MUST_USE;

/* Would a 304 do? (RFC 9110 section 13.2.2) `etag` and `modified` of the answer that is kept. */
struct slice cache_ask_weakly(struct slice etag); /* for a weak comparison */
bool cache_ask_is_current(const struct door_request *request, struct slice etag,
                          struct slice modified, int64_t now_utc);

#endif
