/* What the files of this room share about the running deliveries.
 *
 *   worker.c    the thread: gathers, begins, settles      offers.c   who is sold out
 *   figures.c   what /ecluse/metrics shows */
#ifndef ECLUSE_HOOKS_INSIDE_H
#define ECLUSE_HOOKS_INSIDE_H

#include "hooks/gather.h"
#include "hooks/hooks.h"
#include "hooks/sender.h"

#include <pthread.h>
#include <stdatomic.h>

enum { OFFERS_AT_ONCE = 8, SETTLED_MAX = 2 * LIMIT_HOOK_ENDPOINTS * LIMIT_HOOK_PARALLEL };

/* An endpoint as the thread knows it. */
struct hook_line {
    struct hook_endpoint endpoint;
    uint32_t failures; /* in a row */
    int64_t probe_at;  /* it is down: no new message begins before */
    int64_t waiting;   /* begun and not arrived; counted once a second */
    bool changed;      /* to be written */
};

/* What became of a delivery, until it is written. */
struct hook_settled {
    struct hook_waiting waiting;
    struct hook_outcome outcome;
};

/* What the core said of an offer; atomic, because it is written by the core's thread and read by
 * ours. */
enum offer_seen { OFFER_UNKNOWN, OFFER_AVAILABLE, OFFER_SOLD_OUT };

struct offer_watch {
    struct engine_task task; /* first: the engine gives its address back */
    _Atomic bool wanted;     /* somebody wants to know */
    bool asking;             /* the door's thread only */
    uint64_t asked_ns;
    uint32_t next;
    uint32_t first, count; /* of the question under way */
    _Atomic unsigned char *seen;
    unsigned char *told;    /* our thread only: as the store has it */
    unsigned char *telling; /* the same with the transaction under way */
};

struct hook_figures {
    int64_t number;
    uint64_t sent, failed, dead; /* since the start */
    bool disabled;
    int64_t waiting, behind, dead_now, oldest_at;
};

struct hooks {
    const char *path;
    struct engine *engine;
    struct env *env;
    pthread_t thread;
    bool started;
    _Atomic bool stopping;
    bool ending; /* nothing begins any more */
    bool opened; /* the store and what follows from it; not before there is an endpoint */
    struct hook_store store;
    struct gather gather;
    struct sender *sender;
    bool more;       /* rows of the journal wait */
    bool reload;     /* the endpoints in memory may not be those of the store */
    bool unwritten;  /* the last turn could not be written */
    int64_t next_at; /* when to try to write again */
    int64_t pruned_at;
    uint64_t gathered_ns;
    uint32_t line_count;
    struct hook_line lines[LIMIT_HOOK_ENDPOINTS];
    uint32_t settled_count;
    struct hook_settled settled[SETTLED_MAX];
    uint32_t begun_count; /* rows are written; to be sent after the commit */
    struct hook_waiting begun[SETTLED_MAX];
    struct text body;
    struct offer_watch offers;

    /* For others to read, under the mutex. */
    pthread_mutex_t mutex;
    uint64_t figured_ns;
    uint32_t figure_count;
    struct hook_figures figures[LIMIT_HOOK_ENDPOINTS];
    _Atomic uint64_t store_faults, journal_changes;
    _Atomic uint64_t crowded, left_behind; /* LIMIT_HOOK_WAITING, LIMIT_HOOK_BEHIND were hit */
};

struct hook_line *hooks_line(struct hooks *hooks, int64_t number); /* NULL: it was removed */

/* offers.c */
enum status offers_open(struct hooks *hooks, struct fault *fault) MUST_USE;
/* What the store says of them. */
enum status offers_load(struct hooks *hooks) MUST_USE;
void offers_close(struct hooks *hooks);
/* Messages about those that changed; in a transaction of the store. */
enum status offers_tell(struct hooks *hooks, int64_t now) MUST_USE;
/* Is there something to tell? */
bool offers_due(struct hooks *hooks);
/* What became of that transaction. */
void offers_committed(struct hooks *hooks);
void offers_undone(struct hooks *hooks);

/* figures.c */
void figures_count(struct hooks *hooks, int64_t endpoint, const struct hook_outcome *outcome,
                   bool dead);
/* Looks at the store again, at most once a second, and brings line->waiting up to date. */
void figures_refresh(struct hooks *hooks);
/* As counted last. */
bool figures_too_far(struct hooks *hooks, int64_t endpoint);

#endif
