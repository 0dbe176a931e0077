/* Which offers are sold out: no event says so, it follows from stock, hours and the calendar
 * together. So the core is asked, a few offers at a time, round and round, whether one piece of
 * each would get a date, as the store's pages ask; what differs from what was told last is a
 * message. What goes and comes back between two looks is not told, and a shop that nobody
 * subscribed to is not asked.
 *
 *   hooks_tick (door's thread) -> question (core's thread) -> `seen` -> offers_tell (our thread)
 *
 * `seen` is the one thing shared: a byte for each offer, written whole. */
#include "hooks/inside.h"

#include "base/assert.h"

#include <stdlib.h>

enum { THOUSAND = 1000 };
static const uint64_t PAUSE_NS = 100000000u;

static enum offer_seen offer_look(struct promise_state *state, int64_t now, uint16_t offer)
{
    struct promise_line line = {{offer}, THOUSAND};
    struct promise_command command = {.kind = PROMISE_PLACE,
                                      .now = now,
                                      .hold = true,
                                      .ask = {.line_count = 1, .lines = &line, .for_all = true}};
    struct promise_answer answer;
    promise_quote(state, &command, &answer, NULL);
    if (answer.result == PROMISE_SOLD_OUT || answer.result == PROMISE_NEVER) {
        return OFFER_SOLD_OUT;
    }
    return answer.result == PROMISE_OK ? OFFER_AVAILABLE : OFFER_UNKNOWN;
}

/* On the core's thread. */
static void offers_answer(struct promise_state *state, int64_t now, void *context)
{
    struct offer_watch *watch = context;
    uint32_t end = watch->first + watch->count;
    for (uint32_t i = watch->first; i < end && i < promise_state_shop(state)->offer_count; i++) {
        enum offer_seen seen = offer_look(state, now, (uint16_t)i);
        if (seen != OFFER_UNKNOWN) {
            atomic_store_explicit(&watch->seen[i], (unsigned char)seen, memory_order_relaxed);
        }
    }
}

static void offers_done(struct engine_task *task)
{
    struct offer_watch *watch = (struct offer_watch *)task;
    watch->asking = false;
}

void hooks_tick(struct hooks *hooks)
{
    struct offer_watch *watch = &hooks->offers;
    uint64_t now = hooks->env->ticks_ns(hooks->env);
    uint32_t count = engine_shop(hooks->engine)->offer_count;
    if (watch->asking || !atomic_load(&watch->wanted) || now - watch->asked_ns < PAUSE_NS ||
        count == 0) {
        return;
    }
    watch->asked_ns = now;
    watch->first = watch->next < count ? watch->next : 0;
    watch->count = OFFERS_AT_ONCE;
    watch->next = watch->first + OFFERS_AT_ONCE;
    watch->task = (struct engine_task){
        .kind = TASK_QUESTION, .question = offers_answer, .done = offers_done, .context = watch};
    watch->asking = engine_submit(hooks->engine, &watch->task); /* else a little later */
}

static void offer_known(void *context, struct slice name, bool sold_out)
{
    struct hooks *hooks = context;
    struct offer_id offer;
    if (shop_offer_find(engine_shop(hooks->engine), name, &offer)) {
        hooks->offers.told[offer.index] = sold_out ? OFFER_SOLD_OUT : OFFER_AVAILABLE;
        hooks->offers.telling[offer.index] = hooks->offers.told[offer.index];
    }
}

enum status offers_open(struct hooks *hooks, struct fault *fault)
{
    struct offer_watch *watch = &hooks->offers;
    watch->seen = calloc(LIMIT_OFFERS, sizeof *watch->seen);
    watch->told = calloc(LIMIT_OFFERS, sizeof *watch->told);
    watch->telling = calloc(LIMIT_OFFERS, sizeof *watch->telling);
    if (watch->seen == NULL || watch->told == NULL || watch->telling == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the webhooks; free some");
    }
    return STATUS_OK;
}

enum status offers_load(struct hooks *hooks)
{
    return hook_store_offers(&hooks->store, offer_known, hooks);
}

void offers_close(struct hooks *hooks)
{
    free((void *)hooks->offers.seen);
    free(hooks->offers.told);
    free(hooks->offers.telling);
}

static bool offer_differs(const struct offer_watch *watch, uint32_t offer)
{
    unsigned char seen = atomic_load_explicit(&watch->seen[offer], memory_order_relaxed);
    return seen != OFFER_UNKNOWN && seen != watch->told[offer];
}

bool offers_due(struct hooks *hooks)
{
    uint32_t count = engine_shop(hooks->engine)->offer_count;
    uint32_t i = 0;
    ASSERT(count <= LIMIT_OFFERS);
    while (i < count && !offer_differs(&hooks->offers, i)) {
        i++;
    }
    return i < count;
}

static enum status offer_tell(struct hooks *hooks, const struct shop *shop, uint32_t offer,
                              int64_t now)
{
    struct offer_watch *watch = &hooks->offers;
    unsigned char seen = atomic_load_explicit(&watch->seen[offer], memory_order_relaxed);
    bool first = watch->told[offer] == OFFER_UNKNOWN;
    watch->telling[offer] = seen;
    enum status status =
        hook_store_put_offer(&hooks->store, shop->offers[offer].name, seen == OFFER_SOLD_OUT);
    return status != STATUS_OK || first
               ? status
               : gather_offer(&hooks->gather, &hooks->store, shop->offers[offer].name,
                              seen == OFFER_SOLD_OUT, now);
}

enum status offers_tell(struct hooks *hooks, int64_t now)
{
    const struct shop *shop = engine_shop(hooks->engine);
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < shop->offer_count && status == STATUS_OK; i++) {
        if (offer_differs(&hooks->offers, i)) {
            status = offer_tell(hooks, shop, i, now);
        }
    }
    return status;
}

void offers_committed(struct hooks *hooks)
{
    memcpy(hooks->offers.told, hooks->offers.telling, LIMIT_OFFERS);
}

void offers_undone(struct hooks *hooks)
{
    memcpy(hooks->offers.telling, hooks->offers.told, LIMIT_OFFERS);
}
