/* What the files of the engine share: the engine itself. Not for other rooms.
 *
 *   engine.c     opens, runs inline, closes      create.c  a new database
 *   core.c       the threads and their rings     batch.c   decide, apply, project, commit, or undo
 *   task.c       what each kind of task does     change.c  a change and the re-promise after it
 *   directory.c  who is known                    zones.c   the machine's zone rules
 *   snapshot.c   the cache of the state          ring.c    the queue between two threads
 *   look.c       pictures, figures               wake.c    how its reader sleeps
 *   sold.c       orders of the shop behind */
#ifndef ECLUSE_ENGINE_INSIDE_H
#define ECLUSE_ENGINE_INSIDE_H

#include "engine/directory.h"
#include "engine/engine.h"
#include "engine/ring.h"
#include "engine/wake.h"
#include "journal/replay.h"
#include "promise/wish.h"

#include <pthread.h>

#define ENGINE_NOTE "waiting room" /* its name in the table `meta` */

enum { SECRET_BYTES = 32, ENTROPY_BYTES = 4096 };

/* Written by one thread each, read by anybody. */
struct engine_counts {
    _Atomic uint64_t batches, tasks, commits, orders_placed, orders_refused, disk_full, queue_full;
    _Atomic uint64_t changes, orders_revised, promises_broken;
    _Atomic uint64_t wishes_made, wishes_offered, wishes_withdrawn, wishes_lapsed;
    _Atomic uint64_t wishes_waiting; /* now */
    _Atomic uint64_t commit_ns_total, commit_ns_max, batch_tasks_max;
    _Atomic uint64_t sync_ns_total, sync_ns_max; /* the settler's */
};

struct engine_picture_kept {
    struct picture picture;
    struct engine_picture_kept *before;
    char bytes[];
};

struct engine {
    struct env *env;
    enum engine_mode mode;
    char *path;              /* NULL: in memory only */
    int lock;                /* -1: none */
    struct journal *journal; /* NULL: in memory only */
    struct replay replay;
    struct directory directory;
    struct event_buffer events;   /* of the batch under way */
    struct text scratch;          /* one event that is not the core's */
    int64_t before;               /* rows of this stamp or later are left out; INT64_MAX: none is */
    _Atomic int64_t last_stamp;   /* written by the core thread, read by anybody */
    uint64_t snapshot_events_min; /* fewer than that since the last one make no snapshot */
    bool full;                    /* the disk had no room: try it before a batch */
    uint64_t full_until_ns;       /* but not before */
    bool forget_bodies;           /* digests of old bodies may be there */
    _Atomic bool failed;
    unsigned char secrets[ENGINE_SECRETS][SECRET_BYTES];
    unsigned char entropy[ENTROPY_BYTES];
    size_t entropy_left;
    struct engine_counts counts;

    /* The threads (core.c). */
    bool started;
    pthread_t core, settler;
    struct wake core_wake, settler_wake;
    void (*notify)(void *context);
    void *notify_context;
    struct ring asked;            /* door to core */
    struct ring decided;          /* core to settler */
    struct ring answered;         /* settler to door */
    _Atomic uint32_t outstanding; /* submitted, not yet collected; written by the door's thread */
    _Atomic int deciding_on;      /* the processor on which the core decides a batch; -1: none */
    bool gathers;                 /* the door's thread only: it says when its turn ends */

    /* The door's thread only. */
    struct journal *reader;
    struct engine_picture_kept *pictures;
};

/* One batch on its way. */
struct batch {
    struct engine *engine;
    int64_t stamp;
    size_t taken;                /* bytes of engine->events that were applied and projected */
    bool changed;                /* the state is ahead of the journal */
    bool refused;                /* no transaction could begin: nothing changes in this batch */
    struct directory_hash buyer; /* of the next task that places an order */
    enum status status;          /* not OK: the batch is to be undone */
    struct fault fault;
};

/* batch.c */
void batch_run(struct engine *engine, struct engine_task *const *tasks, uint32_t count,
               int64_t now);
/* Journals the event in engine->scratch by itself, at the last stamp. */
enum status batch_run_scratch(struct engine *engine, struct fault *fault) MUST_USE;
/* Appends engine->scratch, one whole event, to the batch and takes it. */
void batch_take_scratch(struct batch *batch);
/* Shows how many wishes wait: after a batch, and after the journal was taken. */
void counts_wishes(struct engine *engine);
/* A settling that took so long. */
void counts_settled(struct engine *engine, uint64_t took_ns);
/* Work that waits for a quiet moment: the log comes home, old digests are forgotten. True if there
 * may be more. */
bool batch_rest(struct engine *engine, bool idle);
/* Opens the transaction if the batch has none yet. False: nothing may change, batch->fault says
 * why. */
bool batch_begin(struct batch *batch);
/* Applies and projects what stands in engine->events behind batch->taken. */
void batch_take_events(struct batch *batch, uint32_t contact);
/* The same for events that the core has applied itself. */
void batch_adopt_events(struct batch *batch);
/* The engine writes to a journal. */
bool batch_journalled(const struct batch *batch);
/* Room for `bytes` more in engine->events. */
bool batch_reserve(struct batch *batch, size_t bytes);
/* Rows could not be written: the batch will be undone. */
void batch_fail(struct batch *batch, enum status status, const char *sentence);
/* Takes the events of the journal from its beginning, or from a snapshot. */
enum status engine_load(struct engine *engine, struct fault *fault) MUST_USE;

/* task.c. Who buys in the task that runs next: the directory's table is too large for the
 * processor's cache, and comes near while another task runs. */
void task_fetch(struct batch *batch, const struct engine_task *task);
/* Needs task_fetch before. `next` is fetched (NULL: there is none). */
void task_run(struct batch *batch, struct engine_task *task, const struct engine_task *next);
enum status task_fault(struct engine_task *task, enum status status, const char *sentence);
/* The transaction that the task needs, or leave to go without: a dry run changes a state that
 * nobody keeps. False with the task's status set. */
bool task_begin(struct batch *batch, struct engine_task *task);

/* Decides one command, as a task of its own would, at this place in the batch. In a dry run nobody
 * is kept. */
void task_command(struct batch *batch, struct engine_task *task);
/* Adds lines to the history, with their event. */
void task_history(struct batch *batch, const struct history_line *lines, uint32_t count);

/* sold.c */
void sold_run(struct batch *batch, struct engine_task *task);

/* change.c */
void change_run(struct batch *batch, struct engine_task *task);
/* The task cancelled an order: what it gave back may mend a promise that is broken. */
void change_cancelled(struct batch *batch, struct engine_task *task);
/* The task placed an order that was sold elsewhere: one that is late gets the day that there is,
 * and what the one in whose place it stands gave back may mend a promise. */
void change_elsewhere(struct batch *batch, struct engine_task *task);

/* core.c */
void core_stop(struct engine *engine);

/* snapshot.c: false if there is none that fits; the replay is then as it was. */
bool snapshot_load(struct engine *engine, struct journal_end *end);
void snapshot_save(struct engine *engine);

/* engine.c */
void engine_entropy(struct engine *engine, void *bytes, size_t length);

#endif
