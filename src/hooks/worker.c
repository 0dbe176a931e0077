/* The thread. A turn:
 *
 *   1. outside a transaction: has `ecluse hooks` changed something, has the journal grown, is
 *      something due?
 *   2. one transaction: what became of the last requests; new messages; what begins now
 *   3. after its commit only: the new requests leave
 *   4. libcurl moves bytes and waits a moment
 *
 * If the transaction fails (disk full, another process writes for long), nothing of it counts: what
 * arrived and could not be written down is kept in memory and written with the next one, and no
 * further request begins meanwhile. A kill between 3 and the next 2 sends again what may have
 * arrived, under the same id.
 *
 * An endpoint whose last LIMIT_HOOK_FAILURES requests failed is down: what waits for it is tried on
 * its schedule, and of what has not begun only one message each LIMIT_HOOK_PROBE_SECONDS. The first
 * that arrives brings all that waits forward. */
#include "hooks/inside.h"

#include "hooks/backoff.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    TURN_MS = 10,  /* between two transactions while requests are under way */
    END_MS = 500,  /* at the end, for what is under way */
    IDLE_MS = 100, /* without any: so long may news wait */
    CANDIDATES = 2 * LIMIT_HOOK_PARALLEL,
    MESSAGES_AT_ONCE = 64,
    GONE = 410,
    BUSY = 503,
    TOO_MANY = 429
};
static const uint64_t END_PAUSE_NS = END_MS * 1000000u;
static const uint64_t TURN_PAUSE_NS = TURN_MS * 1000000u;
static const uint64_t GATHER_PAUSE_NS = 100000000u; /* each look at the journal syncs its log */
static const uint32_t offer_kinds = 1u << HOOK_OFFER_SOLD_OUT | 1u << HOOK_OFFER_AVAILABLE;

struct hook_line *hooks_line(struct hooks *hooks, int64_t number)
{
    for (uint32_t i = 0; i < hooks->line_count; i++) {
        if (hooks->lines[i].endpoint.number == number) {
            return &hooks->lines[i];
        }
    }
    return NULL;
}

static bool line_down(const struct hook_line *line)
{
    return line->failures >= LIMIT_HOOK_FAILURES;
}

/* What the store says about the endpoints now; what we know beside it stays. */
static enum status lines_load(struct hooks *hooks)
{
    static const struct hook_line none = {.failures = 0};
    struct hook_endpoint endpoints[LIMIT_HOOK_ENDPOINTS];
    struct hook_line lines[LIMIT_HOOK_ENDPOINTS];
    uint32_t count = 0;
    enum status status = hook_store_endpoints(&hooks->store, endpoints, &count);
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct hook_line *known = hooks_line(hooks, endpoints[i].number);
        bool same = known != NULL && endpoints[i].disabled[0] == '\0';
        lines[i] = same ? *known : none;
        lines[i].endpoint = endpoints[i];
        lines[i].changed = false;
    }
    memcpy(hooks->lines, lines, count * sizeof *lines);
    hooks->line_count = count;
    return STATUS_OK;
}

static uint32_t kinds_wanted(const struct hooks *hooks)
{
    uint32_t wanted = 0;
    for (uint32_t i = 0; i < hooks->line_count; i++) {
        const struct hook_endpoint *endpoint = &hooks->lines[i].endpoint;
        wanted |= endpoint->disabled[0] == '\0' ? endpoint->kinds : 0;
    }
    return wanted;
}

/* ---- what became of requests ---- */

static enum status line_disable(struct hooks *hooks, struct hook_line *line, const char *why)
{
    (void)snprintf(line->endpoint.disabled, sizeof line->endpoint.disabled, "%s", why);
    line->changed = true;
    return hook_store_bury(&hooks->store, line->endpoint.number, why);
}

static void line_error(struct hook_line *line, const char *error)
{
    if (strcmp(line->endpoint.error, error) != 0) {
        (void)snprintf(line->endpoint.error, sizeof line->endpoint.error, "%s", error);
        line->changed = true;
    }
}

static enum status settle_arrived(struct hooks *hooks, struct hook_line *line,
                                  const struct hook_settled *settled, int64_t now)
{
    bool was_down = line_down(line);
    line->failures = 0;
    line_error(line, "");
    enum status status = hook_store_arrived(&hooks->store, settled->waiting.endpoint,
                                            settled->waiting.message.number);
    return status == STATUS_OK && was_down
               ? hook_store_hasten(&hooks->store, line->endpoint.number, now)
               : status;
}

static enum status settle_failed(struct hooks *hooks, struct hook_line *line,
                                 struct hook_settled *settled, int64_t now)
{
    uint32_t chance = 0;
    int64_t delay = 0;
    const struct hook_outcome *outcome = &settled->outcome;
    struct hook_waiting *waiting = &settled->waiting;
    bool asked = outcome->status == BUSY || outcome->status == TOO_MANY;
    hooks->env->entropy(hooks->env, &chance, sizeof chance);
    waiting->tries++;
    waiting->dead = !hook_backoff(waiting->tries, chance, asked ? outcome->retry_after : 0, &delay);
    waiting->due = now + delay;
    (void)snprintf(waiting->error, sizeof waiting->error, "%s", outcome->error);
    line->failures++;
    line->probe_at = now + LIMIT_HOOK_PROBE_SECONDS;
    line_error(line, outcome->error);
    enum status status = hook_store_put_waiting(&hooks->store, waiting);
    if (status == STATUS_OK && outcome->status == GONE) {
        status = line_disable(hooks, line, "it answered 410 Gone");
    }
    return status;
}

static enum status settle(struct hooks *hooks, int64_t now)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < hooks->settled_count && status == STATUS_OK; i++) {
        struct hook_settled settled = hooks->settled[i];
        struct hook_line *line = hooks_line(hooks, settled.waiting.endpoint);
        if (line == NULL) {
            continue; /* removed meanwhile */
        }
        status = hook_arrived(&settled.outcome) ? settle_arrived(hooks, line, &settled, now)
                                                : settle_failed(hooks, line, &settled, now);
    }
    return status;
}

static void settled_count(struct hooks *hooks)
{
    for (uint32_t i = 0; i < hooks->settled_count; i++) {
        const struct hook_settled *settled = &hooks->settled[i];
        bool gives_up =
            settled->waiting.tries + 1 >= HOOK_TRIES_MAX || settled->outcome.status == GONE;
        figures_count(hooks, settled->waiting.endpoint, &settled->outcome,
                      gives_up && !hook_arrived(&settled->outcome));
    }
    hooks->settled_count = 0;
}

/* sender_open's. */
static void on_done(void *context, const struct hook_waiting *waiting,
                    const struct hook_outcome *outcome)
{
    struct hooks *hooks = context;
    ASSERT(hooks->settled_count < SETTLED_MAX);
    hooks->settled[hooks->settled_count++] =
        (struct hook_settled){.waiting = *waiting, .outcome = *outcome};
}

/* ---- what begins ---- */

static void begin(struct hooks *hooks, const struct hook_waiting *waiting, uint32_t *room)
{
    ASSERT(hooks->begun_count < SETTLED_MAX);
    hooks->begun[hooks->begun_count++] = *waiting;
    (*room)--;
}

static enum status begin_due(struct hooks *hooks, struct hook_line *line, int64_t now,
                             uint32_t *room)
{
    struct hook_waiting waiting[CANDIDATES];
    uint32_t count = 0;
    enum status status =
        hook_store_due(&hooks->store, line->endpoint.number, now, waiting, CANDIDATES, &count);
    for (uint32_t i = 0; i < count && *room != 0; i++) {
        if (!sender_has(hooks->sender, line->endpoint.number, waiting[i].message.number)) {
            begin(hooks, &waiting[i], room);
        }
    }
    return status;
}

/* Takes one message of the list: skipped, begun, or waiting behind another of its order. */
static enum status begin_message(struct hooks *hooks, struct hook_line *line,
                                 const struct hook_message *message, uint32_t *room)
{
    struct hook_endpoint *endpoint = &line->endpoint;
    bool blocked = false;
    endpoint->cursor = message->number;
    line->changed = true;
    if (!hook_kinds_have(endpoint->kinds, message->kind) ||
        message->sequence <= endpoint->from_sequence) {
        return STATUS_OK;
    }
    enum status status = hook_store_blocked(&hooks->store, endpoint->number, message, &blocked);
    if (status == STATUS_OK) {
        status = hook_store_wait(&hooks->store, endpoint->number, message);
        line->waiting++;
    }
    if (status == STATUS_OK && !blocked) {
        const struct hook_waiting waiting = {.endpoint = endpoint->number, .message = *message};
        begin(hooks, &waiting, room);
    }
    return status;
}

static enum status begin_new(struct hooks *hooks, struct hook_line *line, int64_t now,
                             uint32_t room)
{
    struct hook_message messages[MESSAGES_AT_ONCE];
    uint32_t count = 0;
    uint32_t most = MESSAGES_AT_ONCE;
    if (line_down(line)) {
        most = now < line->probe_at ? 0 : 1;
        line->probe_at = most == 0 ? line->probe_at : now + LIMIT_HOOK_PROBE_SECONDS;
    }
    if (line->waiting >= LIMIT_HOOK_WAITING) {
        atomic_fetch_add(&hooks->crowded, 1);
        return STATUS_OK;
    }
    if (most == 0) {
        return STATUS_OK;
    }
    enum status status =
        hook_store_messages(&hooks->store, line->endpoint.cursor, messages, most, &count);
    for (uint32_t i = 0; i < count && room > 0 && status == STATUS_OK; i++) {
        status = begin_message(hooks, line, &messages[i], &room);
    }
    return status;
}

static enum status line_begin(struct hooks *hooks, struct hook_line *line, int64_t now)
{
    uint32_t under_way = sender_count(hooks->sender, line->endpoint.number);
    if (hooks->ending || line->endpoint.disabled[0] != '\0' || under_way >= LIMIT_HOOK_PARALLEL) {
        return STATUS_OK;
    }
    uint32_t room = LIMIT_HOOK_PARALLEL - under_way;
    if (sender_count(hooks->sender, 0) + hooks->begun_count + room > SETTLED_MAX) {
        return STATUS_OK; /* many were removed a moment ago: theirs end first */
    }
    if (figures_too_far(hooks, line->endpoint.number)) {
        atomic_fetch_add(&hooks->left_behind, 1);
        return line_disable(hooks, line, "too many messages behind");
    }
    enum status status = begin_due(hooks, line, now, &room);
    return status == STATUS_OK && room > 0 ? begin_new(hooks, line, now, room) : status;
}

/* ---- a turn ---- */

static enum status lines_write(struct hooks *hooks, int64_t now)
{
    int64_t least = INT64_MAX;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < hooks->line_count && status == STATUS_OK; i++) {
        struct hook_line *line = &hooks->lines[i];
        bool enabled = line->endpoint.disabled[0] == '\0';
        least = enabled && line->endpoint.cursor < least ? line->endpoint.cursor : least;
        if (line->changed) {
            status = hook_store_put(&hooks->store, &line->endpoint);
        }
    }
    if (status == STATUS_OK && now != hooks->pruned_at) {
        status = hook_store_prune(&hooks->store, least);
        hooks->pruned_at = now;
    }
    return status;
}

static enum status turn_gather(struct hooks *hooks)
{
    bool strange = false;
    uint32_t wanted = kinds_wanted(hooks);
    enum status status = gather_run(&hooks->gather, &hooks->store, engine_shop(hooks->engine),
                                    wanted, &hooks->more, &strange);
    atomic_fetch_add(&hooks->journal_changes, strange);
    return status;
}

static enum status turn_write(struct hooks *hooks, bool grown, int64_t now)
{
    enum status status = settle(hooks, now);
    if (status == STATUS_OK && grown) {
        status = turn_gather(hooks);
    }
    if (status == STATUS_OK) {
        status = offers_tell(hooks, now);
    }
    for (uint32_t i = 0; i < hooks->line_count && status == STATUS_OK; i++) {
        status = line_begin(hooks, &hooks->lines[i], now);
    }
    return status == STATUS_OK ? lines_write(hooks, now) : status;
}

/* Those whose rows are committed. */
static void begun_send(struct hooks *hooks, int64_t now)
{
    char id[HOOK_ID_BYTES];
    for (uint32_t i = 0; i < hooks->begun_count; i++) {
        const struct hook_waiting *waiting = &hooks->begun[i];
        const struct hook_line *line = hooks_line(hooks, waiting->endpoint);
        text_clear(&hooks->body);
        if (line == NULL ||
            hook_store_body(&hooks->store, waiting->message.number, &hooks->body) != STATUS_OK) {
            continue;
        }
        hook_message_id(&hooks->store, waiting->message.number, id);
        const struct hook_request request = {&line->endpoint, id, now, text_slice(&hooks->body)};
        if (!sender_add(hooks->sender, &request, waiting)) {
            atomic_fetch_add(&hooks->store_faults, 1); /* no memory: it is due again */
        }
    }
    hooks->begun_count = 0;
}

/* A second later again, from what the store says then. */
static void turn_undo(struct hooks *hooks)
{
    hook_store_rollback(&hooks->store);
    hooks->begun_count = 0;
    hooks->more = true;
    hooks->reload = true;
    hooks->next_at = hooks->env->now(hooks->env) + 1;
    atomic_fetch_add(&hooks->store_faults, 1);
    hooks->unwritten = true;
    offers_undone(hooks);
}

/* Something that waits for the line may begin now. */
static bool line_due(struct hooks *hooks, const struct hook_line *line, int64_t now)
{
    struct hook_waiting waiting[CANDIDATES];
    struct hook_message message;
    uint32_t count = 0;
    uint32_t under_way = sender_count(hooks->sender, line->endpoint.number);
    if (line->endpoint.disabled[0] != '\0' || under_way >= LIMIT_HOOK_PARALLEL) {
        return false;
    }
    enum status status =
        hook_store_due(&hooks->store, line->endpoint.number, now, waiting, CANDIDATES, &count);
    if (status != STATUS_OK || count > under_way) {
        return true;
    }
    if ((line_down(line) && now < line->probe_at) || line->waiting >= LIMIT_HOOK_WAITING) {
        return false;
    }
    return hook_store_messages(&hooks->store, line->endpoint.cursor, &message, 1, &count) !=
               STATUS_OK ||
           count > 0;
}

static bool turn_due(struct hooks *hooks, bool grown, int64_t now)
{
    bool due = hooks->settled_count > 0 || grown || offers_due(hooks);
    for (uint32_t i = 0; i < hooks->line_count && !due; i++) {
        due = line_due(hooks, &hooks->lines[i], now);
    }
    return due;
}

/* Nobody wants anything: then the journal is not looked at, and whoever adds an endpoint begins
 * where it ends. */
static bool journal_grown(struct hooks *hooks)
{
    uint64_t now = hooks->env->ticks_ns(hooks->env);
    if (kinds_wanted(hooks) == 0 || now - hooks->gathered_ns < GATHER_PAUSE_NS) {
        return false;
    }
    hooks->gathered_ns = now;
    hooks->more = gather_due(&hooks->gather) || hooks->more;
    return hooks->more;
}

/* What `ecluse hooks` has changed. */
static enum status lines_refresh(struct hooks *hooks)
{
    hooks->reload = hook_store_changed(&hooks->store) || hooks->reload;
    enum status status = hooks->reload ? lines_load(hooks) : STATUS_OK;
    hooks->reload = status != STATUS_OK;
    return status;
}

static enum status turn_transact(struct hooks *hooks, bool grown, int64_t now)
{
    enum status status = hook_store_begin(&hooks->store);
    if (status == STATUS_OK) {
        status = lines_refresh(hooks); /* again: now nobody else writes */
    }
    if (status == STATUS_OK) {
        status = turn_write(hooks, grown, now);
    }
    return status == STATUS_OK ? hook_store_commit(&hooks->store) : status;
}

/* Not before an endpoint was added: a shop that tells nobody has no file, and no disk that is full
 * or read-only keeps a server from starting. Tried again as long as it fails. */
static bool files_open(struct hooks *hooks)
{
    struct fault fault;
    if (hooks->opened || !hook_store_is_there(hooks->path)) {
        return hooks->opened;
    }
    enum status status = hook_store_open(hooks->path, false, hooks->env, &hooks->store, &fault);
    if (status == STATUS_OK) {
        status = gather_open(hooks->path, hooks->env, &hooks->gather, &fault);
    }
    if (status == STATUS_OK) {
        status = offers_load(hooks);
    }
    hooks->opened = status == STATUS_OK;
    if (!hooks->opened) {
        gather_close(&hooks->gather);
        hook_store_close(&hooks->store);
        atomic_fetch_add(&hooks->store_faults, 1);
        hooks->unwritten = true;
        hooks->next_at = hooks->env->now(hooks->env) + 1;
    }
    return hooks->opened;
}

static void turn(struct hooks *hooks)
{
    int64_t now = hooks->env->now(hooks->env);
    if ((hooks->unwritten && now < hooks->next_at) || !files_open(hooks)) {
        return;
    }
    hooks->unwritten = false;
    if (lines_refresh(hooks) != STATUS_OK) {
        turn_undo(hooks);
        return;
    }
    atomic_store(&hooks->offers.wanted, (kinds_wanted(hooks) & offer_kinds) != 0);
    bool grown = journal_grown(hooks);
    if (!turn_due(hooks, grown, now)) {
        return;
    }
    if (turn_transact(hooks, grown, now) != STATUS_OK) {
        turn_undo(hooks);
        return;
    }
    for (uint32_t i = 0; i < hooks->line_count; i++) {
        hooks->lines[i].changed = false;
    }
    offers_committed(hooks);
    settled_count(hooks);
    begun_send(hooks, now);
}

/* What is answered in a moment is written down, and not sent a second time at the next start. */
static void worker_end(struct hooks *hooks)
{
    uint64_t began = hooks->env->ticks_ns(hooks->env);
    hooks->ending = true;
    while (sender_count(hooks->sender, 0) > 0 &&
           hooks->env->ticks_ns(hooks->env) - began < END_PAUSE_NS) {
        sender_turn(hooks->sender, TURN_MS);
    }
    turn(hooks);
}

/* While something is under way, until the next turn; else a little longer. */
static int wait_ms(const struct hooks *hooks, uint64_t turned)
{
    uint64_t since = hooks->env->ticks_ns(hooks->env) - turned;
    if (sender_count(hooks->sender, 0) == 0 && hooks->settled_count == 0 && !hooks->more) {
        return IDLE_MS;
    }
    return since >= TURN_PAUSE_NS ? 0 : (int)((TURN_PAUSE_NS - since) / 1000000u) + 1;
}

static void *worker_main(void *context)
{
    struct hooks *hooks = context;
    uint64_t turned = 0;
    while (!atomic_load(&hooks->stopping)) {
        uint64_t now = hooks->env->ticks_ns(hooks->env);
        if (now - turned >= TURN_PAUSE_NS) {
            turned = now;
            turn(hooks);
            figures_refresh(hooks);
        }
        sender_turn(hooks->sender, wait_ms(hooks, turned));
    }
    worker_end(hooks);
    return NULL;
}

/* ---- opening, closing ---- */

static enum status parts_open(struct hooks *hooks, struct fault *fault)
{
    enum status status = offers_open(hooks, fault);
    hooks->sender = sender_open(on_done, hooks);
    if (status == STATUS_OK && hooks->sender == NULL) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for the webhooks; free some");
    }
    return status;
}

enum status hooks_open(const char *path, struct engine *engine, struct env *env,
                       struct hooks **opened, struct fault *fault)
{
    struct hooks *hooks = calloc(1, sizeof *hooks);
    if (hooks == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the webhooks; free some");
    }
    hooks->path = path;
    hooks->engine = engine;
    hooks->env = env;
    text_init(&hooks->body, LIMIT_HOOK_BODY_BYTES + 1);
    int mutex = pthread_mutex_init(&hooks->mutex, NULL);
    ASSERT(mutex == 0);
    enum status status = parts_open(hooks, fault);
    if (status == STATUS_OK && pthread_create(&hooks->thread, NULL, worker_main, hooks) != 0) {
        status = fault_set(fault, STATUS_MEMORY, "a thread cannot start: too many, or no memory");
    }
    hooks->started = status == STATUS_OK;
    if (status != STATUS_OK) {
        hooks_close(hooks);
        return status;
    }
    *opened = hooks;
    return STATUS_OK;
}

void hooks_stop(struct hooks *hooks)
{
    if (hooks != NULL && hooks->started) {
        atomic_store(&hooks->stopping, true);
        int joined = pthread_join(hooks->thread, NULL);
        ASSERT(joined == 0);
        hooks->started = false;
        gather_close(&hooks->gather);
    }
}

void hooks_close(struct hooks *hooks)
{
    if (hooks == NULL) {
        return;
    }
    hooks_stop(hooks);
    sender_close(hooks->sender);
    gather_close(&hooks->gather);
    offers_close(hooks);
    hook_store_close(&hooks->store);
    text_free(&hooks->body);
    (void)pthread_mutex_destroy(&hooks->mutex);
    free(hooks);
}
