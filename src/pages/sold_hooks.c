/* One handler: who may speak, of what, and what becomes of it.
 *
 * Twice the same message: a delivery that was answered 200 is remembered (the last 1,024), and one
 * that is older than that, or came before a restart, finds everything done (engine/sold.c). What is
 * no message about an order is answered 200 as well: a shop stops sending after a few refusals. */
#include "pages/sold_hooks.h"

#include "base/assert.h"
#include "model/foreign_name.h"
#include "pages/api.h"
#include "pages/control_sold.h"
#include "pages/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

enum { DELIVERIES = 1024, SIGNATURE_BYTES = 44 };

struct sold_hooks {
    bool signs[SOLD_SYSTEMS];
    struct hmac_key keys[SOLD_SYSTEMS];
    uint64_t deliveries[DELIVERIES]; /* hashes of those that were done, the oldest overwritten */
    uint32_t delivery_next;
    struct sold_hooks_figures figures;
};

/* The headers of each system. */
static const struct {
    const char *signature;
    const char *topic;
    const char *delivery;
} headers[SOLD_SYSTEMS] = {
    [SOLD_WOOCOMMERCE] = {"X-WC-Webhook-Signature", "X-WC-Webhook-Topic",
                          "X-WC-Webhook-Delivery-ID"},
    [SOLD_SHOPIFY] = {"X-Shopify-Hmac-Sha256", "X-Shopify-Topic", "X-Shopify-Webhook-Id"},
};

enum topic { TOPIC_OTHER, TOPIC_ORDER, TOPIC_DELETED };

static const struct {
    enum sold_system system;
    const char *name;
    enum topic topic;
} topics[] = {
    {SOLD_WOOCOMMERCE, "order.created", TOPIC_ORDER},
    {SOLD_WOOCOMMERCE, "order.updated", TOPIC_ORDER},
    {SOLD_WOOCOMMERCE, "order.restored", TOPIC_ORDER},
    {SOLD_WOOCOMMERCE, "order.deleted", TOPIC_DELETED},
    {SOLD_SHOPIFY, "orders/create", TOPIC_ORDER},
    {SOLD_SHOPIFY, "orders/updated", TOPIC_ORDER},
    {SOLD_SHOPIFY, "orders/paid", TOPIC_ORDER},
    {SOLD_SHOPIFY, "orders/cancelled", TOPIC_ORDER},
    {SOLD_SHOPIFY, "orders/fulfilled", TOPIC_ORDER},
    {SOLD_SHOPIFY, "orders/partially_fulfilled", TOPIC_ORDER},
    {SOLD_SHOPIFY, "orders/delete", TOPIC_DELETED},
};

/* A message on its way through the core. */
struct hook_call {
    struct engine_task task; /* first: the engine gives its address back */
    struct pages *pages;
    struct door_request *request;
    uint64_t delivery; /* its hash */
    struct engine_sold sold;
};

/* A longer key is hashed first (RFC 2104). */
static void key_make(struct hmac_key *key, struct slice secret)
{
    unsigned char hashed[SHA256_DIGEST_LENGTH];
    if (secret.length > SHA256_CBLOCK) {
        SHA256((const unsigned char *)secret.data, secret.length, hashed);
        secret = (struct slice){(const char *)hashed, sizeof hashed};
    }
    hmac_key_init(key, secret);
    OPENSSL_cleanse(hashed, sizeof hashed);
}

struct sold_hooks *sold_hooks_open(const struct slice secrets[SOLD_SYSTEMS])
{
    struct sold_hooks *hooks = calloc(1, sizeof *hooks);
    for (int i = 0; hooks != NULL && i < SOLD_SYSTEMS; i++) {
        hooks->signs[i] = secrets[i].length > 0;
        if (hooks->signs[i]) {
            key_make(&hooks->keys[i], secrets[i]);
        }
    }
    return hooks;
}

void sold_hooks_close(struct sold_hooks *hooks)
{
    if (hooks != NULL) {
        OPENSSL_cleanse(hooks, sizeof *hooks);
        free(hooks);
    }
}

const struct sold_hooks_figures *sold_hooks_figures(const struct sold_hooks *hooks)
{
    return &hooks->figures;
}

/* ---- who speaks ---- */

static struct slice header_once(struct door_request *request, const char *name)
{
    return door_header_count(request, name) == 1 ? door_header(request, name) : SLICE("");
}

/* In constant time. */
static bool signature_is_right(const struct sold_hooks *hooks, enum sold_system system,
                               struct door_request *request, unsigned char mac[HMAC_BYTES])
{
    unsigned char wanted[SIGNATURE_BYTES + 1];
    struct slice signature = header_once(request, headers[system].signature);
    if (!hooks->signs[system]) {
        return false;
    }
    hmac_compute(&hooks->keys[system], door_body(request), mac);
    int length = EVP_EncodeBlock(wanted, mac, HMAC_BYTES);
    ASSERT(length == SIGNATURE_BYTES);
    return signature.length == SIGNATURE_BYTES &&
           CRYPTO_memcmp(signature.data, wanted, SIGNATURE_BYTES) == 0;
}

/* When a webhook is made, WooCommerce asks whether anybody is there: "webhook_id=12", unsigned. */
static bool is_ping(enum sold_system system, struct door_request *request)
{
    static const char front[] = "webhook_id=";
    struct slice body = door_body(request);
    bool ping = system == SOLD_WOOCOMMERCE && slice_starts(body, front) &&
                body.length > sizeof front - 1 && body.length < sizeof front + 20;
    for (size_t i = sizeof front - 1; ping && i < body.length; i++) {
        ping = body.data[i] >= '0' && body.data[i] <= '9';
    }
    return ping;
}

/* ---- what was done before ---- */

static uint64_t delivery_hash(enum sold_system system, struct slice id,
                              const unsigned char mac[HMAC_BYTES])
{
    uint64_t of_body = 0;
    memcpy(&of_body, mac, sizeof of_body);
    return id.length == 0 ? 0 : foreign_hash(id) ^ of_body ^ (uint64_t)system;
}

static bool delivery_known(const struct sold_hooks *hooks, uint64_t hash)
{
    bool known = false;
    for (uint32_t i = 0; hash != 0 && i < DELIVERIES; i++) {
        known = known || hooks->deliveries[i] == hash;
    }
    return known;
}

static void delivery_keep(struct sold_hooks *hooks, uint64_t hash)
{
    hooks->deliveries[hooks->delivery_next] = hash;
    hooks->delivery_next = (hooks->delivery_next + 1) % DELIVERIES;
}

/* ---- answers ---- */

static void reply_outcome(struct pages *pages, struct door_request *request, const char *outcome)
{
    text_append_format(api_scratch(pages), "{\"outcome\":\"%s\"}", outcome);
    api_reply_json(pages, request, 200);
}

static void outcome_count(struct sold_hooks_figures *figures, const struct engine_sold *sold)
{
    const struct order_view *order = &sold->order;
    figures->outcomes[sold->outcome]++;
    figures->unknown += sold->unknown.length > 0;
    figures->broken +=
        sold->outcome == SOLD_TAKEN &&
        (order->broken || !promise_dates_keep(&order->current.dates, &order->first.dates));
}

static void hook_done(struct engine_task *task)
{
    struct hook_call *call = (struct hook_call *)task;
    struct problem problem;
    if (problem_of_task(&problem, task)) {
        api_reply_problem(call->pages, call->request, &problem);
        return;
    }
    outcome_count(&call->pages->hooks->figures, &call->sold);
    if (call->sold.outcome == SOLD_FULL) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "the shop takes no further orders just now; send it again");
        return;
    }
    delivery_keep(call->pages->hooks, call->delivery);
    reply_outcome(call->pages, call->request, sold_outcome_text(call->sold.outcome));
}

/* ---- the message ---- */

static enum topic topic_of(enum sold_system system, struct door_request *request)
{
    struct slice name = header_once(request, headers[system].topic);
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        if (topics[i].system == system && slice_is(name, topics[i].name)) {
            return topics[i].topic;
        }
    }
    return TOPIC_OTHER;
}

static void message_take(struct pages *pages, struct door_request *request, enum sold_system system,
                         bool deleted, uint64_t hash)
{
    struct problem problem;
    struct json_value order;
    struct request_reader reader = api_reader(pages, request, &problem);
    struct hook_call *call = door_alloc(request, sizeof *call);
    if (call == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; send it again");
        return;
    }
    struct slice delivery = header_once(request, headers[system].delivery);
    if (!request_read_object(&reader, door_body(request), &order) ||
        !(deleted ? sold_read_deleted(&reader, system, order, delivery, &call->sold)
                  : sold_read(&reader, system, order, &call->sold))) {
        pages->hooks->figures.unreadable++;
        api_reply_problem(pages, request, &problem);
        return;
    }
    call->pages = pages;
    call->request = request;
    call->delivery = hash;
    call->task.kind = TASK_SOLD;
    call->task.sold = &call->sold;
    call->task.sold_count = 1;
    call->task.done = hook_done;
    if (!engine_submit(pages->engine, &call->task)) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "too many requests are waiting; send it again");
    }
}

void api_hook_post(struct pages *pages, struct door_request *request, struct slice parameter)
{
    enum sold_system system;
    unsigned char mac[HMAC_BYTES];
    if (!sold_system_read(parameter, &system)) {
        api_reply_problem_kind(pages, request, PROBLEM_NOT_FOUND,
                               "orders are heard of from woocommerce and from shopify");
        return;
    }
    if (is_ping(system, request) && pages->hooks->signs[system]) {
        reply_outcome(pages, request, "ping");
        return;
    }
    if (!signature_is_right(pages->hooks, system, request, mac)) {
        pages->hooks->figures.unsigned_ones++;
        api_reply_problem_kind(pages, request, PROBLEM_UNAUTHORIZED,
                               "the message is not signed with the secret that `ecluse serve` was "
                               "given for this shop");
        return;
    }
    uint64_t hash = delivery_hash(system, header_once(request, headers[system].delivery), mac);
    enum topic topic = topic_of(system, request);
    if (topic == TOPIC_OTHER) {
        reply_outcome(pages, request, "ignored");
    } else if (delivery_known(pages->hooks, hash)) {
        reply_outcome(pages, request, "again");
    } else {
        message_take(pages, request, system, topic == TOPIC_DELETED, hash);
    }
}
