/* One question at a time to the core for demand, whoever asks: others ask anew when it is there. */
#include "pages/staff.h"

#include "base/assert.h"
#include "gate/limiter.h"
#include "pages/store_visit.h"

#include <stdlib.h>

#define DEMAND_FRESH_NS 2000000000ull

enum {
    TRY_SLOTS = 4096,
    TRY_ADDRESS,
    TRY_NAME,
    SECOND_US = 1000000,
    DEMAND_LINES = 12 /* as for turns at checkout: the core has orders to take meanwhile */
};

struct staff {
    struct engine *engine;
    struct env *env;
    struct staff_hasher *hasher;
    struct limiter *tries;
    const struct shop *shop; /* that `demand` is of; NULL: there is none yet */
    struct demand demand;
    uint64_t demand_ns;
};

bool staff_may(enum staff_role role, enum staff_right right)
{
    bool changes = role == STAFF_OWNER || role == STAFF_OPERATIONS;
    return changes || (right == STAFF_LOOK && role == STAFF_MARKETING);
}

struct staff *staff_open(struct engine *engine, struct env *env, void (*wake)(void *context),
                         void *context)
{
    uint64_t seed;
    struct staff *staff = calloc(1, sizeof *staff);
    void *memory = malloc(limiter_bytes(TRY_SLOTS));
    if (staff == NULL || memory == NULL) {
        free(staff);
        free(memory);
        return NULL;
    }
    env->entropy(env, &seed, sizeof seed);
    staff->engine = engine;
    staff->env = env;
    staff->tries = limiter_place(memory, TRY_SLOTS, seed);
    staff->hasher = staff_hash_open(wake, context);
    if (staff->hasher == NULL) {
        staff_close(staff);
        return NULL;
    }
    return staff;
}

void staff_close(struct staff *staff)
{
    if (staff != NULL) {
        staff_hash_close(staff->hasher);
        free(staff->tries);
        free(staff);
    }
}

void staff_collect(struct staff *staff)
{
    staff_hash_collect(staff->hasher);
}

struct staff_hasher *staff_hasher(struct staff *staff)
{
    return staff->hasher;
}

/* ---- tries ---- */

static int64_t try_take(struct staff *staff, uint32_t kind, uint64_t high, uint64_t low)
{
    static const struct limiter_rule rule = {LIMIT_STAFF_TRY_SECONDS * SECOND_US,
                                             LIMIT_STAFF_TRIES};
    int64_t now_us = (int64_t)(staff->env->ticks_ns(staff->env) / 1000);
    return limiter_take(staff->tries, limiter_key(staff->tries, kind, high, low), &rule, now_us);
}

uint32_t staff_try(struct staff *staff, const struct door_request *request, struct slice name)
{
    struct door_client client;
    unsigned char digest[HMAC_BYTES];
    uint64_t halves[2];
    door_client(request, &client);
    int64_t wait_us = try_take(staff, TRY_ADDRESS, client.address.high, client.address.low);
    if (wait_us == 0 && name.length > 0) {
        (void)SHA256((const unsigned char *)name.data, name.length, digest);
        memcpy(halves, digest, sizeof halves);
        wait_us = try_take(staff, TRY_NAME, halves[0], halves[1]);
    }
    return (uint32_t)((wait_us + SECOND_US - 1) / SECOND_US);
}

/* ---- questions ---- */

static void asked(struct engine_task *task)
{
    struct staff_call *call = (struct staff_call *)task;
    call->then(call);
}

static void call_submit(struct staff_call *call, void (*then)(struct staff_call *call))
{
    call->then = then;
    call->task.done = asked;
    if (!engine_submit(call->pages->engine, &call->task)) {
        call->task.status = STATUS_BUSY;
        then(call);
    }
}

void staff_ask(struct staff_call *call, void (*then)(struct staff_call *call))
{
    call->task = (struct engine_task){.kind = TASK_STAFF, .staff = &call->ask};
    call_submit(call, then);
}

void staff_note(struct staff_call *call, const char *what, void (*then)(struct staff_call *call))
{
    char *copy = door_alloc(call->request, strlen(what) + 1);
    if (copy == NULL) {
        call->task.status = STATUS_MEMORY;
        then(call);
        return;
    }
    memcpy(copy, what, strlen(what) + 1);
    call->ask = (struct staff_task){
        .ask = STAFF_NOTE, .name = slice_of(call->person.name), .what = slice_of(copy)};
    staff_ask(call, then);
}

/* The token behind "Bearer ", if there is one. */
static struct slice bearer_of(const struct door_request *request)
{
    struct slice header = door_header(request, "Authorization");
    bool bears = header.length > 7 && strncasecmp(header.data, "Bearer ", 7) == 0;
    return bears ? (struct slice){header.data + 7, header.length - 7} : (struct slice){NULL, 0};
}

/* A full disk keeps nobody from the levers: then the use of the session is not written down. */
static void looked(struct staff_call *call)
{
    if (call->task.status == STATUS_FULL && call->ask.touch) {
        call->ask.touch = false;
        staff_ask(call, looked);
        return;
    }
    call->known = call->task.status == STATUS_OK && call->ask.result == STAFF_OK;
    call->person = call->ask.person;
    call->known_then(call);
}

void staff_know(struct staff_call *call, struct pages *pages, struct door_request *request,
                bool touch, void (*then)(struct staff_call *call))
{
    const struct store_visit visit = {.request = request};
    struct slice token = bearer_of(request);
    struct slice cookie = store_visit_cookie(&visit, STAFF_COOKIE);
    *call = (struct staff_call){.pages = pages, .request = request, .by_token = token.length > 0};
    enum staff_secret_kind kind = call->by_token ? STAFF_SECRET_TOKEN : STAFF_SECRET_SESSION;
    if (!staff_secret_read(pages->engine, kind, call->by_token ? token : cookie,
                           &call->ask.secret)) {
        then(call);
        return;
    }
    call->session = call->ask.secret;
    call->ask.ask = call->by_token ? STAFF_BEARER : STAFF_SESSION;
    call->ask.touch = touch;
    call->known_then = then;
    staff_ask(call, looked);
}

/* ---- demand ---- */

static void demand_ask(struct promise_state *state, int64_t now, void *context)
{
    demand_fill(state, now, DEMAND_LINES, context);
}

struct demand_call {
    struct engine_task task; /* first */
    struct staff_call *call;
    struct demand demand;
    uint64_t asked_ns;
};

static void demand_asked(struct engine_task *task)
{
    struct demand_call *demand = (struct demand_call *)task;
    struct staff_call *call = demand->call;
    struct staff *staff = call->pages->staff;
    call->task.status = task->status;
    if (task->status == STATUS_OK) {
        staff->demand = demand->demand;
        staff->demand_ns = demand->asked_ns;
        staff->shop = engine_shop(staff->engine);
    }
    call->then(call);
}

void staff_demand(struct staff_call *call, void (*then)(struct staff_call *call))
{
    struct staff *staff = call->pages->staff;
    uint64_t now_ns = staff->env->ticks_ns(staff->env);
    call->then = then;
    call->task.status = STATUS_OK;
    if (staff->shop == engine_shop(staff->engine) && now_ns - staff->demand_ns < DEMAND_FRESH_NS) {
        then(call);
        return;
    }
    struct demand_call *demand = door_alloc(call->request, sizeof *demand);
    if (demand == NULL) {
        call->task.status = STATUS_MEMORY;
        then(call);
        return;
    }
    *demand = (struct demand_call){.task = {.kind = TASK_QUESTION,
                                            .question = demand_ask,
                                            .context = &demand->demand,
                                            .done = demand_asked},
                                   .call = call,
                                   .asked_ns = now_ns};
    if (!engine_submit(staff->engine, &demand->task)) {
        call->task.status = STATUS_BUSY;
        then(call);
    }
}

const struct demand *staff_demand_of(const struct staff *staff, const struct shop **shop)
{
    *shop = staff->shop;
    return &staff->demand;
}
