/* Connections to one site, and the questions that travel over them.
 *
 * An asker (a visitor's tab, a number) has one question under way at most. It goes over the
 * connection that this asker used last, if that is still open; else over a new one; and where as
 * many are open as may be, over the one that was idle longest, taken from its asker; if all are
 * busy it waits in a ring for the next that is free. So 60,000 tabs can be asked for with 16,000
 * connections.
 *
 *   CONNECTING -> ASKING -> IDLE -> ASKING ... -> CLOSING
 *
 * Exactly one call of `answered` follows each crowd_links_ask. A kept connection that the server
 * closes as the question leaves is no error: it is asked again over another. */
#ifndef ECLUSE_CROWD_LINK_H
#define ECLUSE_CROWD_LINK_H

#include "base/text.h"
#include "crowd/reader.h"
#include "crowd/site.h"
#include "env/env.h"

#include <uv.h>

enum crowd_failure {
    CROWD_FAILED_NOT,
    CROWD_FAILED_CONNECT,
    CROWD_FAILED_TIMEOUT,
    CROWD_FAILED_BROKEN, /* closed in the middle, or no HTTP */
    CROWD_FAILURES
};

struct crowd_answer {
    enum crowd_failure failure;
    uint16_t status;
    enum crowd_door door;
    int32_t retry_after_seconds; /* -1: none */
    struct slice body;           /* of questions that keep it */
    int64_t sent_us;             /* when the connecting or sending began; of the run's clock */
    int64_t came_us;             /* when its last byte was read */
};

struct crowd_links_options {
    uv_loop_t *loop;
    struct env *env;
    const struct crowd_site *site;
    uint32_t askers;      /* 0 .. askers - 1 */
    uint32_t connections; /* open at most */
    /* Appends the whole request of this asker; called when it is sent. */
    void (*compose)(void *context, uint32_t asker, struct text *to);
    void (*cookie)(void *context, uint32_t asker, struct slice cookie);
    void (*answered)(void *context, uint32_t asker, const struct crowd_answer *answer);
    void *context;
};

struct crowd_links;

enum status crowd_links_open(const struct crowd_links_options *options, struct crowd_links **links,
                             struct fault *fault) MUST_USE;
/* All connections are closed without further calls; the loop must run until they are. */
void crowd_links_stop(struct crowd_links *links);
/* After the loop has run out. */
void crowd_links_free(struct crowd_links *links);

/* Microseconds since crowd_links_open: the run's clock. */
int64_t crowd_links_now(const struct crowd_links *links);
/* Not from inside `answered`. */
void crowd_links_ask(struct crowd_links *links, uint32_t asker, bool keeps_body);
/* This asker has left: its idle connection is closed. It has no question under way. */
void crowd_links_leave(struct crowd_links *links, uint32_t asker);
/* Begins questions that wait for a connection, and ends those that have had no answer for
 * LIMIT_CROWD_ANSWER_SECONDS. Once a turn of the loop. */
void crowd_links_turn(struct crowd_links *links);
/* The most connections that were open at one time. */
uint32_t crowd_links_most(const struct crowd_links *links);

#endif
