/* The one core thread: takes waiting tasks as a batch, decides, applies, commits once, answers. And
 * replay at start.
 *
 *   door thread                         core thread
 *   engine_submit(task) --ring-->   decide, apply, project into SQL   (each task)
 *                                   commit                            (once a batch)
 *   engine_collect(): task->done <--ring-- replies
 *
 * No reply of a task that changed something leaves before its commit reached the disk. A question
 * (quote, look) goes through the same ring and is not journalled. Disk full: the batch's tasks get
 * STATUS_FULL, the state is rebuilt from the journal, reads go on. An I/O error is never retried:
 * every task gets STATUS_IO and engine_failed() says so; the program stops with exit code 3.
 *
 * One writer at a time has SHOP.db (a lock on SHOP.db.lock); readers open it read-only and never
 * checkpoint. */
#ifndef ECLUSE_ENGINE_ENGINE_H
#define ECLUSE_ENGINE_ENGINE_H

#include "base/slice.h"
#include "base/status.h"
#include "base/text.h"
#include "env/env.h"
#include "journal/decisions.h"
#include "journal/requests.h"
#include "journal/staff.h"
#include "promise/change.h"

struct engine;

/* Who buys: personal data, kept outside the journal. Slices stay valid until `done`. Empty slices:
 * not given. */
struct person {
    struct slice name;
    struct slice email;
    struct slice phone;
    struct slice street;
    struct slice postcode;
    struct slice city;
    struct slice country;
};

/* One line of a shop's past: what rehearsal learns from. */
struct history_line {
    struct slice order;
    struct slice offer;           /* a shop name */
    int64_t quantity_thousandths; /* may be negative: a return */
    int64_t unit_price_minor;
    int64_t at;
    struct slice customer; /* an e-mail address, another program's number; empty: not known */
};

/* A picture of an offer, served with the pages. */
struct picture {
    struct slice offer;
    struct slice media_type;
    struct slice bytes;
};

/* An order that a change moved, or whose promise it broke. Where only its hours moved, the dates
 * are the same. */
struct engine_revision {
    uint32_t number;
    struct order_key key;
    int64_t made_at;
    enum order_status status;
    struct customer_id customer;
    struct promise_dates before;
    struct promise_dates after;
    bool broken;
    int64_t total_minor;
};

/* Grows as it must. Begins with zeros; whoever owns the task frees it. */
struct engine_revised {
    struct engine_revision *orders; /* in the order in which they were planned again */
    uint32_t count;
    uint32_t capacity;
};
void engine_revised_free(struct engine_revised *revised);

/* What an order of the shop behind is there. */
enum sold_state {
    SOLD_WAITING,  /* for its payment: held, if it can be */
    SOLD_OPEN,     /* sold: a fact */
    SOLD_COMPLETE, /* it has left there, or was done */
    SOLD_ENDED     /* cancelled, refunded, deleted: nothing of it is wanted */
};

/* What became of it here. */
enum sold_outcome {
    SOLD_TAKEN,     /* it is an order here now, or one whose lines have changed */
    SOLD_HELD,      /* waits for its payment */
    SOLD_NOT_HELD,  /* nothing is reserved for it until it is paid */
    SOLD_SAME,      /* nothing was to be done */
    SOLD_STALE,     /* something newer was heard before */
    SOLD_LEFT,      /* it has left here: its lines stay as they are */
    SOLD_DELIVERED, /* shipped and delivered here, too */
    SOLD_CANCELLED,
    SOLD_HISTORY, /* complete when it was first heard of: a line of the past */
    SOLD_NOTHING, /* none of its lines is an offer of ours */
    SOLD_FULL,    /* no room: to be sent again */
    SOLD_OUTCOMES
};

/* An order as another shop tells it. */
struct engine_sold {
    /* In. */
    struct slice reference; /* as of struct journal_origin, the next four too */
    struct slice label;
    struct slice status;
    struct slice unknown;
    struct slice deleted_by;
    int64_t modified_at; /* 0: not said: taken the first time that it is heard of */
    enum sold_state state;
    const struct promise_line *lines; /* of our offers; each offer once */
    uint32_t line_count;
    int32_t promised_day; /* 0: none was said */
    struct person person;
    const struct history_line *history; /* its lines, should it be of the past */
    uint32_t history_count;

    /* Out, where the task's status is STATUS_OK. */
    enum sold_outcome outcome;
    struct order_view order; /* number 0: it has none here */
};

enum { ENGINE_NOTE_BYTES = 256 };

enum engine_task_kind {
    /* .command: a promise command; PLACE (and WISH) with .person and, for retries, .body (WISH
     * needs none). A .question, if set,
     * is called right after the decision, on the state as decided (the commit may still fail: look
     * at .status). A CANCEL that mends broken promises fills .revised if it .wants_revised. */
    TASK_COMMAND,
    /* .question is called on the core thread after the batch's commit; reads, never writes. */
    TASK_QUESTION,
    TASK_APPLY,   /* .shop_text: a whole shop file to bring in; .changes gets what changed */
    TASK_HISTORY, /* .history: lines to append */
    /* .change: decided, applied and, where orders may have to move, followed by the re-promise,
     * all in one transaction. .revised gets who moved. A .question, if set, is called right after,
     * as for TASK_COMMAND. */
    TASK_CHANGE,
    TASK_SOLD,    /* .sold: what the shop behind says of its orders, in one transaction */
    TASK_PICTURE, /* .picture: to store or replace */
    TASK_NOTE,    /* .note: to store or replace */
    TASK_STAFF,   /* .staff: who works here (journal/staff.h) */
    TASK_ROWS     /* .requests, or .decision: rows of a table that no promise depends on */
};

struct engine_task {
    /* What each thread looks at stands together: a task is some kilobytes, and not in any cache. */
    enum engine_task_kind kind;
    /* Out. STATUS_EXISTS: PLACE repeated an Idempotency-Key with another body. */
    enum status status;
    int64_t stamp; /* set at engine_submit */
    /* Called on the submitting thread by engine_collect (or by engine_run's caller itself: NULL
     * then). */
    void (*done)(struct engine_task *task);
    void *context;

    /* In. Everything pointed to stays valid until `done`. */
    struct promise_command command; /* command.now and ask.customer are set by the engine */
    struct promise_change change;
    struct person person;
    struct slice
        body; /* the request's bytes, kept as a digest for 30 days; only with has_idempotency_key */
    bool has_idempotency_key;
    struct slice shop_text;
    const char *shop_file; /* names the text in messages */
    /* TASK_APPLY: say what would change, change nothing. TASK_CHANGE, TASK_SOLD, and TASK_COMMAND
     * but for PLACE: the same, by an engine that reads only or has no journal: its own state
     * changes, nothing else; close it afterwards. */
    bool dry_run;
    bool wants_revised; /* TASK_COMMAND: keep who moved in .revised, to be freed by who set this */
    const struct history_line *history;
    uint32_t history_count;
    struct engine_sold *sold; /* each gets its outcome */
    uint32_t sold_count;
    struct picture picture;
    const char *note; /* at most ENGINE_NOTE_BYTES - 1 bytes */
    struct staff_task *staff;
    struct request_task *requests;
    const struct order_key *requests_order; /* the order of its one row; NULL: of none */
    struct decision_task *decision;
    /* TASK_CHANGE: who of the staff does it, and what, for the table of who did what; empty: the
     * command line. */
    struct slice by, by_what;
    void (*question)(struct promise_state *state, int64_t now, void *context);

    /* Out. `shop` (valid until the engine closes) is the shop by which the answer is to be read. */
    struct promise_answer answer;      /* PROMISE_REPEATED: .order.held_until as it was at first;
                                          of WISH, .wish as it is now */
    enum promise_result change_result; /* TASK_CHANGE, where the status is STATUS_OK */
    struct engine_revised revised;     /* TASK_CHANGE, or .wants_revised; engine_revised_free */
    const struct shop *shop;
    struct text changes; /* TASK_APPLY; the caller text_init's and text_free's it */
    struct fault fault;  /* where status is not OK; last, since most tasks never touch it */
};

enum engine_mode { ENGINE_READ, ENGINE_WRITE };

/* Makes SHOP.db from a shop file: tables, journal with its first event, secrets. STATUS_EXISTS if
 * the file is there. `now` stamps the first event. */
enum status engine_create(const char *path, struct env *env, struct slice shop_text,
                          const char *shop_file, int64_t now, struct fault *fault) MUST_USE;

/* Opens and replays. ENGINE_WRITE takes the writer's lock (STATUS_BUSY if another process has it).
 */
enum status engine_open(const char *path, enum engine_mode mode, struct env *env,
                        struct engine **engine, struct fault *fault) MUST_USE;

/* The same, to read only, as the shop was before an instant: events of that instant or later are
 * left out. STATUS_NOT_FOUND: there was no shop yet. */
enum status engine_open_before(const char *path, struct env *env, int64_t before,
                               struct engine **engine, struct fault *fault) MUST_USE;

/* An engine of a shop file, without journal: for `quote shop.yaml`. Takes over the shop. */
enum status engine_open_memory(struct shop *shop, struct env *env, int64_t now,
                               struct engine **engine, struct fault *fault) MUST_USE;

/* Runs one task at `now` (clamped to the journal's last stamp) on the caller's thread. Only while
 * no core thread runs. */
void engine_run(struct engine *engine, struct engine_task *task, int64_t now);

/* The same for several tasks (at most LIMIT_BATCH_TASKS) with one commit. */
void engine_run_batch(struct engine *engine, struct engine_task *const *tasks, uint32_t count,
                      int64_t now);

/* Starts the core thread. `notify` is called from it when replies wait; the owner then calls
 * engine_collect on its own thread. */
enum status engine_start(struct engine *engine, void (*notify)(void *context), void *context,
                         struct fault *fault) MUST_USE;
/* From one thread only. False: the ring is full, or the core has stopped; answer 503. */
bool engine_submit(struct engine *engine, struct engine_task *task) MUST_USE;
/* For who submits many tasks in one turn of a loop: from now on they wait for engine_gathered, at
 * the end of the turn, so that the core finds them all and commits them together. It is called at
 * the end of each turn, also without tasks: it lets a core that has the same processor go on. */
void engine_gather(struct engine *engine);
void engine_gathered(struct engine *engine);
/* Calls `done` of every task that is answered; returns how many. */
uint32_t engine_collect(struct engine *engine);
/* True once an I/O error stopped it: stop the program, exit 3. */
bool engine_failed(const struct engine *engine);
/* Finishes what waits, writes the snapshot, joins the thread, closes. */
void engine_close(struct engine *engine);

int64_t engine_last_stamp(const struct engine *engine);
const struct shop *
engine_shop(const struct engine *engine); /* from any thread; valid until engine_close */
struct promise_state *engine_state(struct engine *engine); /* only while no core thread runs */

/* What TASK_NOTE kept last; false if nothing. Only while no core thread runs. */
bool engine_note(struct engine *engine, char note[ENGINE_NOTE_BYTES]);

/* Secrets of this shop (32 bytes each), made at engine_create: they never leave the machine. */
enum engine_secret { SECRET_ORDER_KEY, SECRET_TOKEN, ENGINE_SECRETS };
const unsigned char *engine_secret(const struct engine *engine, enum engine_secret which);

/* Pictures as stored, for the pages; false if there is none. Bytes stay valid until the engine
 * closes. */
bool engine_picture(struct engine *engine, struct slice offer, struct picture *picture);

/* Counters for /ecluse/metrics; read from any thread. */
struct engine_figures {
    uint64_t batches, tasks, commits, orders_placed, orders_refused, disk_full, queue_full;
    uint64_t changes, orders_revised, promises_broken;
    uint64_t wishes_made, wishes_offered, wishes_withdrawn, wishes_lapsed;
    uint64_t wishes_waiting; /* now; all others since the start */
    uint64_t commit_ns_total, commit_ns_max, sync_ns_total, sync_ns_max, batch_tasks_max;
};
void engine_figures(const struct engine *engine, struct engine_figures *figures);

#endif
