/* The way of an order through this file:
 *
 *   order_task_place: key from the Idempotency-Key or from entropy -> task ... core's thread:
 * lines_copy ... -> answer
 *
 * Invariant: a task points only into its own order_task, the desk and what the request owns;
 * nothing is allocated. The lines of the answer are copied on the core's thread (task.question),
 * because only there the state may be read; rendering, which costs more, stays on the thread that
 * asked. */
#include "pages/order_task.h"

#include "base/assert.h"
#include "base/text.h"
#include "pages/answer_json.h"
#include "pages/hmac.h"
#include "promise/wish.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TOKEN_BYTES = ORDER_TOKEN_LENGTH / 2,
    SECRET_BYTES = 32,
    ENTROPY_BYTES = 640 /* 64 keys for one call of the system */
};

struct order_desk {
    struct engine *engine;
    struct env *env;
    struct hmac_key order_key;
    struct hmac_key token;
    size_t entropy_used;
    unsigned char entropy[ENTROPY_BYTES];
    struct promise_plan plan; /* scratch of the core's thread */
};

static struct slice secret_of(const struct engine *engine, enum engine_secret which)
{
    return (struct slice){(const char *)engine_secret(engine, which), SECRET_BYTES};
}

enum status order_desk_open(struct engine *engine, struct env *env, struct order_desk **desk,
                            struct fault *fault)
{
    struct order_desk *made = malloc(sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the order desk; free some and start again");
    }
    made->engine = engine;
    made->env = env;
    made->entropy_used = ENTROPY_BYTES;
    hmac_key_init(&made->order_key, secret_of(engine, SECRET_ORDER_KEY));
    hmac_key_init(&made->token, secret_of(engine, SECRET_TOKEN));
    *desk = made;
    return STATUS_OK;
}

void order_desk_close(struct order_desk *desk)
{
    if (desk != NULL) {
        OPENSSL_cleanse(desk, sizeof *desk);
        free(desk);
    }
}

struct engine *order_desk_engine(const struct order_desk *desk)
{
    return desk->engine;
}

struct env *order_desk_env(const struct order_desk *desk)
{
    return desk->env;
}

/* On the core's thread, once the command is decided and applied: the order that is meant, and its
 * lines. A late confirmation has revised it. */
static void lines_copy(struct promise_state *state, int64_t now, void *context)
{
    (void)now;
    struct order_task *order = context;
    struct promise_answer *answer = &order->task.answer;
    if (order->task.command.kind == PROMISE_CONFIRM && answer->result == PROMISE_OK) {
        (void)promise_order_by_number(state, answer->order.number, &answer->order);
    }
    if (answer->result == PROMISE_OK || answer->result == PROMISE_REPEATED ||
        answer->result == PROMISE_WRONG_STATUS) {
        order->found = true;
        order->answer_line_count =
            answer_lines_of_order(state, &answer->order, order->answer_lines);
    }
}

static void task_begin(struct order_task *order, struct order_desk *desk,
                       enum engine_task_kind kind,
                       void (*question)(struct promise_state *state, int64_t now, void *context))
{
    /* All but the fault's kilobyte of text, which its first byte empties. */
    memset(&order->task, 0, offsetof(struct engine_task, fault.text) + 1);
    order->desk = desk;
    order->user = NULL;
    order->found = false;
    order->wish_before = 0;
    order->answer_line_count = 0;
    order->task.kind = kind;
    order->task.question = question;
    order->task.context = order;
}

/* The same, of a wish and of the order that it became. */
static void wish_copy(struct promise_state *state, int64_t now, void *context)
{
    (void)now;
    struct order_task *order = context;
    struct promise_answer *answer = &order->task.answer;
    const struct wish_view *wish = &answer->wish;
    if (wish->number == 0) {
        return;
    }
    /* What a decision says of it is right but for what its own batch did next. */
    order->found = promise_wish_by_number(state, wish->number, &answer->wish);
    if (wish->status == WISH_WAITING) {
        order->wish_before = promise_wish_before(state, wish->number, WISH_BEFORE_MAX);
    }
    if (wish->order != 0) {
        (void)promise_order_by_number(state, wish->order, &answer->order);
        order->answer_line_count =
            answer_lines_of_order(state, &answer->order, order->answer_lines);
    }
}

/* Bytes that are used are wiped, so that no later reader of the memory finds the key of an order.
 */
static void key_from_entropy(struct order_desk *desk, struct order_key *key)
{
    if (desk->entropy_used + sizeof key->bytes > ENTROPY_BYTES) {
        desk->env->entropy(desk->env, desk->entropy, ENTROPY_BYTES);
        desk->entropy_used = 0;
    }
    memcpy(key->bytes, desk->entropy + desk->entropy_used, sizeof key->bytes);
    memset(desk->entropy + desk->entropy_used, 0, sizeof key->bytes);
    desk->entropy_used += sizeof key->bytes;
}

static void command_of(const struct order_request *request, struct promise_command *command)
{
    ASSERT(request->line_count > 0);
    ASSERT(request->line_count <= LIMIT_ORDER_LINES);
    command->kind = PROMISE_PLACE;
    command->ask.lines = request->lines;
    command->ask.line_count = request->line_count;
    command->ask.want = request->want;
    command->ask.split = request->split;
    command->ask.priority = request->priority;
    command->hold = request->hold;
    command->has_replaces = request->has_replaces;
    command->replaces = request->replaces;
}

/* Who asks, and the key of what is asked for: from the Idempotency-Key where there is one. */
static void asker_of(struct order_task *order, const struct order_request *request,
                     struct slice idempotency_key)
{
    struct order_key *key = &order->task.command.order;
    order->task.person = request->person;
    if (idempotency_key.length > 0) {
        unsigned char mac[HMAC_BYTES];
        hmac_compute(&order->desk->order_key, idempotency_key, mac);
        memcpy(key->bytes, mac, sizeof key->bytes);
        order->task.has_idempotency_key = true;
        order->task.body = request->body;
    } else {
        key_from_entropy(order->desk, key);
    }
}

void order_task_place(struct order_task *order, struct order_desk *desk,
                      const struct order_request *request)
{
    task_begin(order, desk, TASK_COMMAND, lines_copy);
    command_of(request, &order->task.command);
    asker_of(order, request, request->idempotency_key);
}

void order_task_wish(struct order_task *order, struct order_desk *desk,
                     const struct order_request *request)
{
    char name[sizeof "wish " + LIMIT_IDEMPOTENCY_KEY_BYTES];
    struct slice key = request->idempotency_key;
    ASSERT(key.length <= LIMIT_IDEMPOTENCY_KEY_BYTES);
    int length = snprintf(name, sizeof name, "wish %.*s", (int)key.length, key.data);
    task_begin(order, desk, TASK_COMMAND, wish_copy);
    command_of(request, &order->task.command);
    order->task.command.kind = PROMISE_WISH;
    order->task.command.since = request->since;
    asker_of(order, request, (struct slice){name, key.length > 0 ? (size_t)length : 0});
}

void order_task_wish_withdraw(struct order_task *order, struct order_desk *desk,
                              struct order_key key)
{
    task_begin(order, desk, TASK_COMMAND, wish_copy);
    order->task.command.kind = PROMISE_WITHDRAW;
    order->task.command.order = key;
}

void order_task_change(struct order_task *order, struct order_desk *desk,
                       enum promise_command_kind kind, struct order_key key, uint16_t line)
{
    ASSERT(kind != PROMISE_PLACE);
    ASSERT(kind < PROMISE_COMMANDS);
    task_begin(order, desk, TASK_COMMAND, lines_copy);
    order->task.command.kind = kind;
    order->task.command.order = key;
    order->task.command.line = line;
}

bool order_task_was_done(const struct order_task *order)
{
    const struct promise_answer *answer = &order->task.answer;
    if (order->task.status != STATUS_OK || answer->result != PROMISE_WRONG_STATUS) {
        return false;
    }
    switch (order->task.command.kind) {
    case PROMISE_CONFIRM:
        return answer->order.status >= ORDER_CONFIRMED && answer->order.status <= ORDER_DELIVERED;
    case PROMISE_CANCEL:
        return answer->order.status == ORDER_CANCELLED;
    default:
        return false;
    }
}

static void look(struct promise_state *state, int64_t now, void *context)
{
    struct order_task *order = context;
    struct promise_answer *answer = &order->task.answer;
    bool there = promise_order(state, order->task.command.order, &answer->order);
    answer->result = there ? PROMISE_OK : PROMISE_NO_ORDER;
    lines_copy(state, now, order);
}

void order_task_look(struct order_task *order, struct order_desk *desk, struct order_key key)
{
    task_begin(order, desk, TASK_QUESTION, look);
    order->task.command.order = key;
}

static void wish_look(struct promise_state *state, int64_t now, void *context)
{
    struct order_task *order = context;
    struct promise_answer *answer = &order->task.answer;
    bool there = promise_wish(state, order->task.command.order, &answer->wish);
    answer->result = there ? PROMISE_OK : PROMISE_NO_ORDER;
    wish_copy(state, now, order);
}

void order_task_wish_look(struct order_task *order, struct order_desk *desk, struct order_key key)
{
    task_begin(order, desk, TASK_QUESTION, wish_look);
    order->task.command.kind = PROMISE_WITHDRAW; /* so that a no is said of a wish */
    order->task.command.order = key;
}

static void quote(struct promise_state *state, int64_t now, void *context)
{
    struct order_task *order = context;
    struct promise_plan *plan = &order->desk->plan;
    order->task.command.now = now;
    promise_quote(state, &order->task.command, &order->task.answer, plan);
    if (order->task.answer.result == PROMISE_OK) {
        order->answer_line_count = plan->line_count;
        answer_lines_of_plan(plan, order->answer_lines);
    }
}

void order_task_quote(struct order_task *order, struct order_desk *desk,
                      const struct order_request *request)
{
    task_begin(order, desk, TASK_QUESTION, quote);
    command_of(request, &order->task.command);
}

void order_token_write(const struct order_desk *desk, char to[ORDER_TOKEN_LENGTH + 1],
                       int64_t made_at, struct order_key key)
{
    char id[ORDER_ID_LENGTH + 1];
    unsigned char mac[HMAC_BYTES];
    order_id_write(id, made_at, key);
    hmac_compute(&desk->token, (struct slice){id, ORDER_ID_LENGTH}, mac);
    hex_write(to, mac, TOKEN_BYTES);
}

bool order_token_check(const struct order_desk *desk, int64_t made_at, struct order_key key,
                       struct slice token)
{
    char want[ORDER_TOKEN_LENGTH + 1];
    order_token_write(desk, want, made_at, key);
    return token.length == ORDER_TOKEN_LENGTH &&
           CRYPTO_memcmp(token.data, want, ORDER_TOKEN_LENGTH) == 0;
}
