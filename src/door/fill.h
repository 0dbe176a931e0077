/* Inside the cache: fills (an answer that is kept while it is handed back) and those who wait for
 * one. For micro_cache.c, fill.c, kept_head.c, and the places of the proxy where an exchange goes
 * on.
 *
 *   miss -> fill_lead --head: may be kept--> its body is kept too --whole--> on the shelf
 *              |          `--may not be----> abandoned: the exchange goes on as any other
 *              |- identical requests wait for it; then they look again, or go on alone
 *              `- its client is slow: what comes is kept, and the client reads that at its pace
 *
 * A fill ends with its exchange, or before. Those who wait go on from micro_drain, at the end of an
 * event, never from within the end of a fill. A fill whose client has gone, or that is fetched for
 * nobody, has a request without a connection (an exchange that is "detached"). */
#ifndef ECLUSE_DOOR_FILL_H
#define ECLUSE_DOOR_FILL_H

#include "door/cache_ask.h"
#include "door/link.h"
#include "door/micro_cache.h"
#include "door/shelf.h"

enum { CACHE_FILL_PLACES = 256, CACHE_PASSES = 4096 };

struct waiter {
    struct waiter *previous;
    struct waiter *next;
    struct waiter_list *list;
    struct micro_cache *cache;
    struct exchange_ask ask;
    uint64_t since_ms;
    bool alone; /* goes on without the cache */
};

struct waiter_list {
    struct waiter *head;
    struct waiter *tail;
    uint32_t count;
};

struct fill {
    struct micro_cache *cache;
    struct fill *next; /* with the same place in the table */
    uint64_t key_hash;
    struct kept *kept;
    struct exchange *exchange;
    struct waiter_list waiters;
    bool unshared;  /* nobody waits for it: such answers were not to be kept */
    bool plain;     /* cache_ask.h */
    bool headed;    /* its head says that it may be kept */
    bool refreshes; /* for nobody in particular */
    bool lags;      /* its client is slower than the shop behind, */
    size_t shown;   /* and has been sent so much of the body */
};

/* That answers of a key were not to be kept: nobody waits for them for a while. */
struct pass {
    uint64_t key_hash;
    uint64_t until_ms;
};

struct micro_cache {
    struct door_upstream *upstream;
    struct shelf *shelf;
    struct door_cache_settings settings;
    struct fill *fills[CACHE_FILL_PLACES];
    struct waiter_list released;
    uint32_t waiting_now;
    uint32_t refreshes_now;
    uint64_t refresh_next_ms;
    struct text key, lines, vary, selection; /* of the request at hand */
    struct door_cache_figures figures;
    struct pass passes[CACHE_PASSES];
};

/* micro_cache.c */
/* In front of exchange_begin. True: it was replied, or waits; false: `ask` is to begin, with what
 * was added to it. `since_ms`: when it first waited; 0: it has not. */
bool micro_take(struct micro_cache *cache, struct exchange_ask *ask, uint64_t since_ms) MUST_USE;
/* What is kept, as the reply; 304 if that is what the client has. */
void micro_reply(struct micro_cache *cache, struct door_request *request, struct kept *kept,
                 struct slice headers);
uint64_t micro_now_ms(const struct micro_cache *cache);
/* How long it has been here. */
int64_t micro_here_ms(const struct micro_cache *cache, const struct kept *kept);
void micro_close(struct micro_cache *cache);

/* fill.c */
struct fill *fill_find(const struct micro_cache *cache, uint64_t key_hash, struct slice key);
/* A new one for the key in cache->key; NULL without memory. */
struct fill *fill_lead(struct micro_cache *cache, uint64_t hash, uint64_t key_hash,
                       const struct ask *ask);
/* Joins those who wait; false: too many do, or too long. */
bool fill_wait(struct fill *fill, const struct exchange_ask *ask, uint64_t since_ms) MUST_USE;
/* Nothing is kept of it; those who wait look again, or go on alone. */
void fill_abandon(struct fill *fill, bool alone);
bool micro_passes(const struct micro_cache *cache, uint64_t key_hash);
/* Those whose fills have ended go on. */
void micro_drain(struct micro_cache *cache);
void micro_expire(struct micro_cache *cache);

/* An exchange goes on. `cache` of the exchange's upstream may be NULL in all of them. */
/* The conditions that take the place of the client's; NULL: none do. */
const struct slice *micro_conditions(const struct exchange_ask *ask, struct slice *lines);
/* The head has come. True: the client is not to be sent it. */
bool micro_head(struct exchange *exchange, const struct http_response *response, const char *bytes,
                enum http_body body) MUST_USE;
void micro_piece(struct exchange *exchange, struct slice bytes);
/* The client does not take what has come. True: it reads from what is kept then, and the upstream
 * need not wait for it. */
bool micro_lags(struct exchange *exchange) MUST_USE;
/* It may take more. */
void micro_resume(struct exchange *exchange);
/* The client has gone. True: its exchange goes on without it. */
bool micro_goes_on(struct exchange *exchange) MUST_USE;
/* It is over; before its `done`. */
void micro_end(struct exchange *exchange);
/* True if what is kept was replied, because it is still right, or instead of a failure. */
bool micro_replied(struct exchange *exchange) MUST_USE;

/* kept_head.c */
/* Does the head say that it may be kept? Then it is in fill->kept. */
bool kept_head_take(struct fill *fill, const struct exchange *exchange,
                    const struct http_response *response, const char *bytes);
/* A 304 to an exchange with a fill: the head of what is kept is brought up to date. False: it may
 * be kept no more. */
bool kept_head_update(struct micro_cache *cache, struct kept *kept, const struct exchange *exchange,
                      const struct http_response *response, const char *bytes) MUST_USE;
/* The first field of that name in lines; data NULL if there is none. */
struct slice kept_head_field(struct slice lines, struct slice name);
/* The lines of a 304 (RFC 9110 section 15.4.5), appended. */
void kept_head_current(struct slice lines, struct text *to);

#endif
