/* From a checked request to an engine task, and back to what an answer needs. Used by the API, the
 * control socket and the store's checkout, so that an order is made in one place.
 *
 * Identity: an order's key is the first 10 bytes of HMAC-SHA256(SECRET_ORDER_KEY, Idempotency-Key),
 * so that a repeat finds its order without a table; without a key it is entropy. A wish's is that
 * of the key behind "wish ". Its token is 16
 * bytes of HMAC-SHA256(SECRET_TOKEN, order id) in hexadecimal: it needs no storage, and whoever has
 * the database but not the secrets cannot make one.
 *
 * The desk belongs to one thread (the door's, or a command's) but for `plan`, which only the core's
 * thread touches. */
#ifndef ECLUSE_PAGES_ORDER_TASK_H
#define ECLUSE_PAGES_ORDER_TASK_H

#include "engine/engine.h"
#include "promise/order_id.h"

struct order_desk;

enum { ORDER_TOKEN_LENGTH = 32, WISH_BEFORE_MAX = 1000 };

/* One for each engine; it stays the caller's. */
enum status order_desk_open(struct engine *engine, struct env *env, struct order_desk **desk,
                            struct fault *fault) MUST_USE;
void order_desk_close(struct order_desk *desk);
struct engine *order_desk_engine(const struct order_desk *desk);
struct env *order_desk_env(const struct order_desk *desk);

/* What to place: everything is checked already and stays valid until the task is done. */
struct order_request {
    const struct promise_line *lines;
    uint32_t line_count;
    struct promise_want want;
    bool split;
    uint8_t priority;
    struct person person;
    bool hold;
    bool has_replaces;
    struct order_key replaces;
    int64_t since;                /* of a wish: since when the customer is in the queue; 0: now */
    struct slice idempotency_key; /* empty: none */
    struct slice body;            /* with a key: what a repeat must equal */
};

/* In a request's memory; `task` is what the engine gets. After `done`, `order` and `lines` are for
 * answer_json. */
struct order_task {
    struct engine_task task;
    struct order_desk *desk;
    void *user;
    bool found; /* of a look: the order is there (task.answer.order), or the wish (.wish) */
    uint32_t wish_before; /* of a wish that waits: how many do before it, up to WISH_BEFORE_MAX */
    uint32_t answer_line_count;
    struct order_line_view answer_lines[LIMIT_ORDER_LINES]; /* of the order, or of a quote's plan */
};

/* Each fills the whole struct; set task.done and `user` afterwards. */
void order_task_place(struct order_task *order, struct order_desk *desk,
                      const struct order_request *request);
/* Every kind but PLACE. `line` as of struct promise_command: LINE_ALL, or START, DONE, SHIP,
 * DELIVER of one. */
void order_task_change(struct order_task *order, struct order_desk *desk,
                       enum promise_command_kind kind, struct order_key key, uint16_t line);
/* Of the request: one line, the day by which it is wanted, who, since when, the Idempotency-Key.
 * After `done`, task.answer.wish is the wish; where an order has become of it, `order` and `lines`
 * are that order. */
void order_task_wish(struct order_task *order, struct order_desk *desk,
                     const struct order_request *request);
void order_task_wish_withdraw(struct order_task *order, struct order_desk *desk,
                              struct order_key key);
void order_task_wish_look(struct order_task *order, struct order_desk *desk, struct order_key key);
/* True for a CONFIRM or CANCEL that was refused only because it was done before: a repeat, whose
 * answer is the order. */
bool order_task_was_done(const struct order_task *order);
/* A look at an order: task.answer.order and `found`. */
void order_task_look(struct order_task *order, struct order_desk *desk, struct order_key key);
/* A date asked for: task.answer is as promise_quote gives it. Of the request only what is asked
 * counts, not who asks. */
void order_task_quote(struct order_task *order, struct order_desk *desk,
                      const struct order_request *request);

/* Writes the order's token and a terminating zero. */
void order_token_write(const struct order_desk *desk, char to[ORDER_TOKEN_LENGTH + 1],
                       int64_t made_at, struct order_key key);
/* In constant time: is `token` the one of this order? */
bool order_token_check(const struct order_desk *desk, int64_t made_at, struct order_key key,
                       struct slice token);

#endif
