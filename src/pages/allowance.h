/* How much one may ask: rate limits by address, by network and by ticket, asked before anything
 * that costs (docs/decisions/0035).
 *
 * Who bears a ticket or a session has an allowance of their own: a flood from the same address (one
 * carrier's, with thousands behind it) does not touch it. Everybody else shares that of the
 * address, and of the network that it is in. The machine itself is exempt; what a proxy on it hands
 * on counts as its client's (door_client).
 *
 * The memory is fixed: gate/limiter.h. All on the door's thread. */
#ifndef ECLUSE_PAGES_ALLOWANCE_H
#define ECLUSE_PAGES_ALLOWANCE_H

#include "door/door.h"
#include "env/env.h"

struct allowance;
struct store;

enum allowance_rule {
    ALLOWANCE_ADDRESS, /* requests without a ticket */
    ALLOWANCE_NETWORK,
    ALLOWANCE_CHANGE_ADDRESS, /* those among them that change something: carts, orders */
    ALLOWANCE_CHANGE_NETWORK,
    ALLOWANCE_PLACE_ADDRESS, /* new places in the waiting room */
    ALLOWANCE_PLACE_NETWORK,
    ALLOWANCE_BEARERS, /* requests with a ticket, all of an address: against a hoard of tickets */
    ALLOWANCE_SESSION, /* of one visitor inside */
    ALLOWANCE_HOOK_ADDRESS, /* messages of a shop about its orders */
    ALLOWANCE_HOOK_NETWORK,
    ALLOWANCE_POLL, /* "is it my turn?" of one ticket, by what its page said */
    ALLOWANCE_RULES
};

/* NULL: no memory. */
struct allowance *allowance_open(struct env *env);
void allowance_close(struct allowance *allowance); /* NULL is allowed */

/* Each: 0, go on; otherwise the seconds after which to ask again. */
/* A request without a ticket. */
uint32_t allowance_stranger(struct allowance *allowance, const struct door_request *request);
/* It is a message of a shop about its orders: an evening of them comes from one address. */
uint32_t allowance_hook(struct allowance *allowance, const struct door_request *request);
/* It wants a new place in the line. */
uint32_t allowance_place(struct allowance *allowance, const struct door_request *request);
/* A request with the ticket of this number in this line. */
uint32_t allowance_bearer(struct allowance *allowance, const struct door_request *request,
                          uint32_t line, uint32_t number, bool inside);
/* It asks where it stands; `told_seconds`: how long its page lets pass between two asks. A few come
 * sooner: reloads, further tabs. */
uint32_t allowance_poll(struct allowance *allowance, const struct door_request *request,
                        uint32_t line, uint32_t number, uint32_t told_seconds);

/* 429 with Retry-After, never kept: a page that comes back by itself for browsers, a problem for
 * programs. Costs no more than a copy. */
void allowance_refuse(struct allowance *allowance, struct store *store,
                      struct door_request *request, uint32_t seconds);

/* How often a rule refused, and its name in the metrics. */
uint64_t allowance_refused(const struct allowance *allowance, enum allowance_rule rule);
uint64_t allowance_refused_all(const struct allowance *allowance);
const char *allowance_name(enum allowance_rule rule);

#endif
