/* serve --watch: nobody is held. Every request is handed on as if there were no waiting room; the
 * gate runs beside (gate/watch.h), and what it would have done is counted and recorded.
 *
 *   request -> its class -> counted, handed on
 *           -> a newcomer's: a number in the gate, a ticket in the answer's cookie
 *   each minute -> a row of the file, which `ecluse crowd --surge` reads
 *
 * The answer is the shop's, byte for byte, with a cookie more when somebody comes. Rate limits
 * count and do not refuse. An announced opening closes nothing here. Nothing is kept beside the
 * journal: after a start anew the gate is empty, and the file goes on. */
#ifndef ECLUSE_PAGES_WAITING_WATCH_H
#define ECLUSE_PAGES_WAITING_WATCH_H

#include "env/line_file.h"
#include "gate/rules.h"
#include "gate/watch.h"
#include "pages/allowance.h"
#include "pages/gate_ticket.h"
#include "pages/store_visit.h"

#include "door/upstream.h"

/* Where rows go; the file is the caller's. */
struct watch_record {
    struct line_file *file; /* NULL: nowhere */
    const char *path;
    uint64_t bytes; /* in it already; at LIMIT_WATCH_BYTES no more are written */
};

struct waiting_watch;

/* The gate's keys and the line's number are those of the tickets. NULL: no memory. */
struct waiting_watch *waiting_watch_open(struct env *env, struct gate *gate, struct gate_keys *keys,
                                         uint32_t line, const struct watch_record *record);
void waiting_watch_close(struct waiting_watch *watch); /* NULL is allowed; writes the last row */

/* Replies. `ticket` NULL: the request has none of this line. `browser`: it could show a page.
 * `limited`: a rate limit would have refused it. */
struct watched_request {
    struct door_request *request;
    const struct gate_ticket *ticket;
    const struct rules_verdict *verdict;
    bool browser, limited;
    bool ends; /* a session ends at its path */
};
void waiting_watch_handle(struct waiting_watch *watch, struct door_upstream *upstream,
                          const struct watched_request *watched);
void waiting_watch_tick(struct waiting_watch *watch);

/* What `ecluse gate --json` has under "watch". */
void waiting_watch_append(const struct waiting_watch *watch, struct text *to);
/* All until now, the minute under way included. */
void waiting_watch_count(const struct waiting_watch *watch, struct watch_count *count);
/* How many visitors would wait now. */
uint32_t waiting_watch_line(const struct waiting_watch *watch);
/* The first line of a new file. */
extern const char waiting_watch_head[];

#endif
