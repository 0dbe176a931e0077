/* client -> keys -> one or two rules -> go on, or the seconds to wait; and the answer that says so.
 *
 * Two limiters, because their debts last for times that do not compare: a ticket's for a minute, an
 * address' for moments; in one table tickets that wait would push out addresses that flood.
 *
 * The figures stand in base/limits.h; docs/decisions/0035 says why they are so large: one address
 * may be 5,000 people of a carrier's. */
#include "pages/allowance.h"

#include "base/assert.h"
#include "base/limits.h"
#include "gate/limiter.h"
#include "pages/problem.h"
#include "pages/store_page.h"
#include "pages/store_visit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ADDRESS_SLOTS = 1 << 16, /* 1 MB */
    TICKET_SLOTS = 1 << 16,
    SECOND_US = 1000 * 1000,
    PAGE_BYTES_MAX = 64 * 1024,
    PAGE_AGE_US = SECOND_US, /* a page that is older is made anew: the shop may have changed */
    WAIT_SECONDS_MAX = 60
};

struct kept_page {
    struct text body;
    int64_t made_us;
};

struct allowance {
    struct env *env;
    struct limiter *addresses;
    struct limiter *tickets;
    uint64_t refused[ALLOWANCE_RULES];
    struct kept_page pages[LANGUAGES];
};

/* `rate` a second, `burst` at once; a network's is a multiple of an address'. */
#define ONE(rate, burst)                                                                           \
    {                                                                                              \
        SECOND_US / (rate), (burst)                                                                \
    }
#define NETWORK(rate, burst) ONE(LIMIT_NETWORK_TIMES *(rate), LIMIT_NETWORK_TIMES *(burst))

/* clang-format off */
static const struct {
    const char *name;
    struct limiter_rule rule;
} rules[ALLOWANCE_RULES] = {
    [ALLOWANCE_ADDRESS] = {"address", ONE(LIMIT_ADDRESS_RATE, LIMIT_ADDRESS_BURST)},
    [ALLOWANCE_NETWORK] = {"network", NETWORK(LIMIT_ADDRESS_RATE, LIMIT_ADDRESS_BURST)},
    [ALLOWANCE_CHANGE_ADDRESS] = {"change_address", ONE(LIMIT_CHANGE_RATE, LIMIT_CHANGE_BURST)},
    [ALLOWANCE_CHANGE_NETWORK] = {"change_network", NETWORK(LIMIT_CHANGE_RATE, LIMIT_CHANGE_BURST)},
    [ALLOWANCE_PLACE_ADDRESS] = {"place_address", ONE(LIMIT_PLACE_RATE, LIMIT_PLACE_BURST)},
    [ALLOWANCE_PLACE_NETWORK] = {"place_network", NETWORK(LIMIT_PLACE_RATE, LIMIT_PLACE_BURST)},
    [ALLOWANCE_BEARERS] = {"bearers", ONE(LIMIT_BEARERS_RATE, LIMIT_BEARERS_BURST)},
    [ALLOWANCE_SESSION] = {"session", ONE(LIMIT_SESSION_RATE, LIMIT_SESSION_BURST)},
    [ALLOWANCE_HOOK_ADDRESS] = {"hook_address", ONE(LIMIT_SOLD_RATE, LIMIT_SOLD_BURST)},
    [ALLOWANCE_HOOK_NETWORK] = {"hook_network", NETWORK(LIMIT_SOLD_RATE, LIMIT_SOLD_BURST)},
    [ALLOWANCE_POLL] = {"poll", {0, LIMIT_POLL_BURST}}, /* the interval is what was told */
};
/* clang-format on */

const char *allowance_name(enum allowance_rule rule)
{
    return rules[rule].name;
}

uint64_t allowance_refused(const struct allowance *allowance, enum allowance_rule rule)
{
    return allowance->refused[rule];
}

uint64_t allowance_refused_all(const struct allowance *allowance)
{
    uint64_t all = 0;
    for (int i = 0; i < ALLOWANCE_RULES; i++) {
        all += allowance->refused[i];
    }
    return all;
}

/* ---- opening ---- */

static struct limiter *limiter_open(struct env *env, uint32_t slots)
{
    uint64_t seed;
    void *memory = malloc(limiter_bytes(slots));
    env->entropy(env, &seed, sizeof seed);
    return memory == NULL ? NULL : limiter_place(memory, slots, seed);
}

struct allowance *allowance_open(struct env *env)
{
    struct allowance *allowance = calloc(1, sizeof *allowance);
    if (allowance == NULL) {
        return NULL;
    }
    allowance->env = env;
    for (int i = 0; i < LANGUAGES; i++) {
        text_init(&allowance->pages[i].body, PAGE_BYTES_MAX);
    }
    allowance->addresses = limiter_open(env, ADDRESS_SLOTS);
    allowance->tickets = limiter_open(env, TICKET_SLOTS);
    if (allowance->addresses == NULL || allowance->tickets == NULL) {
        allowance_close(allowance);
        return NULL;
    }
    return allowance;
}

void allowance_close(struct allowance *allowance)
{
    if (allowance != NULL) {
        for (int i = 0; i < LANGUAGES; i++) {
            text_free(&allowance->pages[i].body);
        }
        free(allowance->addresses);
        free(allowance->tickets);
        free(allowance);
    }
}

/* ---- asking ---- */

static int64_t now_us(const struct allowance *allowance)
{
    return (int64_t)(allowance->env->ticks_ns(allowance->env) / 1000);
}

static uint32_t seconds_up(int64_t us)
{
    int64_t seconds = (us + SECOND_US - 1) / SECOND_US;
    return (uint32_t)(seconds < WAIT_SECONDS_MAX ? seconds : WAIT_SECONDS_MAX);
}

static uint32_t take(struct allowance *allowance, struct limiter *limiter, enum allowance_rule kind,
                     struct door_key key, const struct limiter_rule *rule)
{
    uint64_t mixed = limiter_key(limiter, kind, key.high, key.low);
    int64_t wait_us = limiter_take(limiter, mixed, rule, now_us(allowance));
    allowance->refused[kind] += wait_us > 0;
    return seconds_up(wait_us);
}

static uint32_t take_of_client(struct allowance *allowance, enum allowance_rule kind,
                               struct door_key key)
{
    return take(allowance, allowance->addresses, kind, key, &rules[kind].rule);
}

/* A rule of the address, and the one of its network that stands behind it in the list. */
static uint32_t take_of_both(struct allowance *allowance, enum allowance_rule kind,
                             const struct door_client *client)
{
    uint32_t seconds = take_of_client(allowance, kind, client->address);
    return seconds > 0 ? seconds : take_of_client(allowance, kind + 1, client->network);
}

uint32_t allowance_stranger(struct allowance *allowance, const struct door_request *request)
{
    struct door_client client;
    door_client(request, &client);
    if (client.exempt) {
        return 0;
    }
    enum http_method method = door_method(request);
    bool changes = method != METHOD_GET && method != METHOD_HEAD && method != METHOD_OPTIONS;
    uint32_t seconds = take_of_both(allowance, ALLOWANCE_ADDRESS, &client);
    return seconds > 0 || !changes ? seconds
                                   : take_of_both(allowance, ALLOWANCE_CHANGE_ADDRESS, &client);
}

uint32_t allowance_hook(struct allowance *allowance, const struct door_request *request)
{
    struct door_client client;
    door_client(request, &client);
    return client.exempt ? 0 : take_of_both(allowance, ALLOWANCE_HOOK_ADDRESS, &client);
}

uint32_t allowance_place(struct allowance *allowance, const struct door_request *request)
{
    struct door_client client;
    door_client(request, &client);
    return client.exempt ? 0 : take_of_both(allowance, ALLOWANCE_PLACE_ADDRESS, &client);
}

uint32_t allowance_bearer(struct allowance *allowance, const struct door_request *request,
                          uint32_t line, uint32_t number, bool inside)
{
    struct door_client client;
    door_client(request, &client);
    if (client.exempt) {
        return 0;
    }
    /* The ticket's own first: who asks too often must not use up what the others have. */
    uint32_t seconds = inside
                           ? take(allowance, allowance->tickets, ALLOWANCE_SESSION,
                                  (struct door_key){line, number}, &rules[ALLOWANCE_SESSION].rule)
                           : 0;
    return seconds > 0 ? seconds : take_of_client(allowance, ALLOWANCE_BEARERS, client.address);
}

uint32_t allowance_poll(struct allowance *allowance, const struct door_request *request,
                        uint32_t line, uint32_t number, uint32_t told_seconds)
{
    struct door_client client;
    door_client(request, &client);
    if (client.exempt) {
        return 0;
    }
    ASSERT(told_seconds > 0);
    const struct limiter_rule rule = {.interval_us = told_seconds * SECOND_US / LIMIT_POLL_TIMES,
                                      .burst = LIMIT_POLL_BURST};
    uint32_t seconds =
        take(allowance, allowance->tickets, ALLOWANCE_POLL, (struct door_key){line, number}, &rule);
    /* Whoever hurries is told once more what the page said. */
    return seconds > 0 && seconds < told_seconds ? told_seconds : seconds;
}

/* ---- the answer ---- */

static bool is_for_a_browser(const struct door_request *request)
{
    struct slice accept = door_header(request, "Accept");
    struct slice path = door_path(request);
    bool api = path.length >= 12 && memcmp(path.data, "/ecluse/api/", 12) == 0;
    return !api && accept.length > 0 && memmem(accept.data, accept.length, "text/html", 9) != NULL;
}

static struct slice page_of(struct allowance *allowance, const struct store_visit *visit)
{
    struct fault fault;
    struct slice body;
    struct kept_page *page = &allowance->pages[visit->language];
    int64_t now = now_us(allowance);
    if (page->body.length > 0 && now - page->made_us < PAGE_AGE_US) {
        return text_slice(&page->body);
    }
    const char *title = store_page_message(visit->language, MESSAGE("too-many-title"));
    json_t *values = store_page_values(visit->store, visit->language, title);
    const char *message = store_page_message(visit->language, MESSAGE("too-many-text"));
    json_object_set_new(values, "message", json_string(message));
    text_clear(&page->body);
    if (store_page_render(visit->store, visit->language, "message", values, &body, &fault) ==
        STATUS_OK) {
        text_append_slice(&page->body, body);
        page->made_us = now;
    }
    return text_slice(&page->body);
}

/* A form that was refused is sent again by its visitor, not by the page. */
static void page_send(struct allowance *allowance, const struct store_visit *visit,
                      uint32_t seconds)
{
    char lines[512];
    char refresh[64] = "";
    enum http_method method = door_method(visit->request);
    if (method == METHOD_GET || method == METHOD_HEAD) {
        (void)snprintf(refresh, sizeof refresh, "Refresh: %" PRIu32 "\r\n", seconds);
    }
    int length = snprintf(lines, sizeof lines,
                          "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
                          "Retry-After: %" PRIu32 "\r\n%s%s",
                          seconds, refresh, STORE_SECURITY_LINES);
    ASSERT(length > 0 && (size_t)length < sizeof lines);
    const struct door_reply reply = {
        .status = 429, .headers = {lines, (size_t)length}, .body = page_of(allowance, visit)};
    door_reply(visit->request, &reply);
}

void allowance_refuse(struct allowance *allowance, struct store *store,
                      struct door_request *request, uint32_t seconds)
{
    char lines[96];
    struct store_visit visit;
    ASSERT(seconds > 0);
    if (is_for_a_browser(request)) {
        if (store_visit_open(&visit, store, request)) {
            page_send(allowance, &visit, seconds);
        }
        return;
    }
    int length = snprintf(lines, sizeof lines,
                          "Retry-After: %" PRIu32 "\r\nCache-Control: no-store\r\n", seconds);
    door_problem(request, 429, problem_type(PROBLEM_TOO_MANY_REQUESTS),
                 "More was asked than one address, network or ticket may ask; wait as long as "
                 "Retry-After says, and ask more seldom.",
                 (struct slice){lines, (size_t)length});
}
