/* The rules of RFC 9111 (HTTP caching) and RFC 5861 (stale answers) for a shared cache, as pure
 * arithmetic: what an answer says about being kept, how old it is, and whether it may be used now.
 *
 *   Cache-Control, Expires, Date, Age ... -> freshness_of -> struct freshness, or "not to be kept"
 *   struct freshness, age, the request's directives -> freshness_state
 *
 * Time arrives as an argument: instants of Date and Expires in seconds UTC, the time that an answer
 * has been here in milliseconds of a clock that nobody sets. */
#ifndef ECLUSE_DOOR_FRESHNESS_H
#define ECLUSE_DOOR_FRESHNESS_H

#include "base/slice.h"

#include <stdint.h>

enum { FRESHNESS_NOT_GIVEN = -1 };

/* All Cache-Control fields of a message; seconds, or FRESHNESS_NOT_GIVEN. A figure that cannot be
 * read counts as 0, of two the smaller one counts. A directive with a list of fields (private="x")
 * counts as the whole. */
struct freshness_directives {
    bool no_store, no_cache, is_private, is_public, must_revalidate, proxy_revalidate;
    bool only_if_cached;
    int64_t max_age, s_maxage, stale_while_revalidate, stale_if_error;
    int64_t max_stale, min_fresh; /* of a request; max_stale without figure: INT32_MAX */
};

void freshness_directives_clear(struct freshness_directives *directives);
void freshness_directives_read(struct freshness_directives *directives, struct slice value);

/* What an answer's head says. */
struct freshness_answer {
    int status;
    struct freshness_directives control;
    struct slice date, expires, age, pragma; /* data NULL: none */
    bool expires_twice;                      /* then the answer has expired */
};

/* What the shop file says about answers that say nothing. */
struct freshness_usual {
    uint32_t seconds;       /* 0: only what says how long it is fresh is kept */
    uint32_t stale_seconds; /* after that, while it is fetched anew, or if that fails */
};

struct freshness {
    int64_t lifetime;      /* seconds, as the next */
    int64_t age;           /* when it came */
    int64_t while_seconds; /* stale, while it is fetched anew */
    int64_t error_seconds; /* stale, if that fails */
    bool strict;           /* never stale, whatever the request says */
};

/* May it be kept? `delay_seconds`: how long it took to come. */
bool freshness_of(const struct freshness_answer *answer, const struct freshness_usual *usual,
                  int64_t now_utc, int64_t delay_seconds, struct freshness *freshness);

enum freshness_state {
    FRESHNESS_FRESH,
    FRESHNESS_STALE_WHILE, /* may be used while it is fetched anew */
    FRESHNESS_STALE_ERROR, /* may be used if that fails */
    FRESHNESS_STALE
};

/* `here_ms`: how long it has been here. `asked` NULL: whoever asks takes what there is. */
enum freshness_state freshness_state(const struct freshness *freshness, int64_t here_ms,
                                     const struct freshness_directives *asked);
/* Its age now, in whole seconds. */
int64_t freshness_age(const struct freshness *freshness, int64_t here_ms);

/* One of the three forms of RFC 9110 section 5.6.7. */
bool http_date_read(struct slice text, int64_t now_utc, int64_t *at);

#endif
