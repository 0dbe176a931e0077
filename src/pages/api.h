/* What the API's files share: the struct behind `struct pages`, a call under way, and how replies
 * leave.
 *
 *   pages_handle -> router_find -> route->handle (api_*.c) -> reply at once, or an engine task
 * whose `done` replies
 *
 * Everything runs on the door's thread. A call lives in its request's memory, so that what is under
 * way needs no table of its own and ends with its request. */
#ifndef ECLUSE_PAGES_API_H
#define ECLUSE_PAGES_API_H

#include "door/door.h"
#include "pages/allowance.h"
#include "pages/answer_json.h"
#include "pages/answer_memo.h"
#include "pages/order_task.h"
#include "pages/problem.h"
#include "pages/request.h"

struct allowance;
struct api_offers;
struct door_upstream;
struct cache;
struct sold_hooks;
struct line_file;
struct pages_metrics;
struct staff;
struct store;
struct store_times;
struct waiting;

#define API_PATH "/ecluse/api/v1/"

/* A header line: pages of every origin may read the reply. For what everybody may know. */
#define API_ANY_ORIGIN "Access-Control-Allow-Origin: *\r\n"

enum { API_REPLY_BYTES_MAX = 1024 * 1024, LATENCY_BUCKETS = 12 };

/* How long POST orders took, from the whole request to its reply: a Prometheus histogram. */
struct latency {
    uint64_t buckets[LATENCY_BUCKETS + 1]; /* the last: longer */
    uint64_t sum_ns;
    uint64_t count;
};

void api_latency_count(struct latency *latency, uint64_t ns);

struct pages {
    struct engine *engine;
    struct env *env;
    const struct door *door;
    struct order_desk *desk;
    struct store *store;
    struct api_offers *offers;
    struct cache *script;
    struct store_times *times;
    struct waiting *waiting;              /* NULL: no shop stands behind us */
    const struct door_upstream *upstream; /* NULL: the same */
    struct allowance *allowance;
    struct staff *staff;
    struct sold_hooks *hooks;
    struct line_file *access_log;             /* NULL: there is none */
    const struct pages_metrics *more_metrics; /* NULL: none */
    struct answer_memo memo;
    struct text scratch; /* the reply being made; never kept across replies */
    struct latency order_latency;
    uint64_t replies[6]; /* by the status' first digit */
    uint64_t problems[PROBLEM_KINDS];
};

/* A request that waits for the core. */
struct api_call {
    struct order_task order; /* first: the engine gives its address back */
    struct pages *pages;
    struct door_request *request;
    uint64_t began_ns;
};

/* NULL after it has replied "busy": the request's memory is used up. */
struct api_call *api_call_begin(struct pages *pages, struct door_request *request);
/* Submits; replies "busy" if the engine's ring is full. */
void api_call_submit(struct api_call *call, void (*done)(struct engine_task *task));

/* What limited a promise as a stranger may read it: that cash made a purchase wait is the shop's
 * own affair, so the supplier is what is waited for. */
void api_limit_public(struct promise_limit *limit);

/* Empties the scratch text for a reply's body. */
struct text *api_scratch(struct pages *pages);
/* Sends the scratch text. `headers` are complete lines, media type included. */
void api_reply(struct pages *pages, struct door_request *request, int status, struct slice headers);
void api_reply_json(struct pages *pages, struct door_request *request, int status);
void api_reply_problem(struct pages *pages, struct door_request *request,
                       const struct problem *problem);
void api_reply_problem_kind(struct pages *pages, struct door_request *request,
                            enum problem_kind kind, const char *detail);

/* The body as JSON's bytes: false after it has replied 415. */
bool api_body(struct pages *pages, struct door_request *request, struct slice *body) MUST_USE;
struct request_reader api_reader(struct pages *pages, struct door_request *request,
                                 struct problem *problem);

/* ---- handlers, one a route; `parameter` is what stands for {...} in the pattern ---- */

typedef void api_handler(struct pages *pages, struct door_request *request, struct slice parameter);

api_handler api_order_post;
api_handler api_order_get;
api_handler api_order_confirm;
api_handler api_order_cancel;
api_handler api_order_pay;
api_handler api_order_extend;
api_handler api_wish_post;
api_handler api_wish_get;
api_handler api_wish_withdraw;
api_handler api_quote_post;
api_handler api_offers_get;
api_handler api_offer_get;
api_handler api_times_get;
api_handler api_queue_get;
api_handler api_opening_get;
api_handler api_gate_get;
api_handler api_gate_post;
api_handler api_demand_get;
api_handler api_health_get;
api_handler api_metrics_get;
api_handler api_openapi_get;
api_handler api_script_get;
api_handler api_hook_post; /* sold_hooks.c */

/* ---- what handlers share (api_orders.c) ---- */

/* Lines that a task's answer has. */
struct answer_lines api_lines(const struct order_task *order);
/* A refusal by the core, with its dates where it has some. */
void api_reply_refusal(struct api_call *call, const struct problem *problem);
/* The order or wish that the path names, if whoever asks may: else it has replied. */
bool api_read_path(struct pages *pages, struct door_request *request, struct slice parameter,
                   bool token_needed, struct order_key *key);
/* The header Idempotency-Key: false after setting the problem. */
bool api_read_idempotency_key(struct door_request *request, struct slice *key,
                              struct problem *problem);
/* A change needs no body; one that comes has to be an empty object, so that nothing that was meant
 * is passed over. False: it has replied. */
bool api_read_empty_body(struct pages *pages, struct door_request *request);
/* 201 with `Location: API_PATH WORD/ID`. `word` has five or six letters. */
void api_reply_created(struct pages *pages, struct door_request *request, const char *word,
                       int64_t made_at, struct order_key key);

/* The family ecluse_limit_hits_total (api_limits.c). */
void api_limits_append(struct text *to, const struct pages *pages);
/* The label of the limit that this refusal, or this problem, means; NULL: it is about no limit. */
const char *api_limit_of_refusal(enum http_refusal refusal);
const char *api_limit_of_problem(enum problem_kind kind);
/* Each rule is a limit. */
const char *api_limit_of_rule(enum allowance_rule rule);

/* The control socket's route, which is not part of the public table. */
void api_control_post(struct pages *pages, struct door_request *request);

/* NULL: no memory. */
struct cache *api_script_open(struct env *env);

struct api_offers *api_offers_open(struct pages *pages);
void api_offers_close(struct api_offers *offers);

#endif
