/* The waiting room in front of the shop behind us: gate/ with sockets, cookies and pages around it.
 *
 *   request -> its class (gate/rules.h): passes, or is refused, without a place; else
 *           -> its ticket -> inside: handed on (door_forward)
 *                            called: parked until the gate lets it in, then handed on
 *                            waits:  the honest page, which renews itself
 *           -> what is in the cache, whoever asks and has not gone in: the cached page
 *           -> none: a newcomer; inside at once if nobody waits, else a place and the page
 *
 * A browser that cannot be told to wait (no text/html accepted, not GET or HEAD) reads 503 with
 * Retry-After while somebody waits. Every answer to a visitor says `Ecluse-State: inside`,
 * `waiting`, or `cached`, but for what needs no place. All on the door's thread.
 *
 * What must outlive the process, the numbers given and the front of the line, is kept beside the
 * journal about once a second (waiting_keep.h); who waits keeps the place, because the ticket has
 * it. */
#ifndef ECLUSE_PAGES_WAITING_H
#define ECLUSE_PAGES_WAITING_H

#include "door/upstream.h"
#include "engine/engine.h"
#include "gate/gate.h"
#include "pages/allowance.h"
#include "pages/store.h"

struct waiting;
struct waiting_rules;
struct waiting_watch;
struct watch_record;

/* Before engine_start: reads what was kept. STATUS_INVALID where the shop file does not say how
 * much the shop behind bears (site: requests_per_second). */
enum status waiting_open(struct engine *engine, struct env *env, struct store *store,
                         struct allowance *allowance, struct waiting **waiting,
                         struct fault *fault) MUST_USE;
/* What the command line says, whatever the shop file does. Before the first request. */
void waiting_set_preset(struct waiting *waiting, enum site_preset preset);
/* Nobody is held (pages/waiting_watch.h). Before the first request; STATUS_MEMORY. */
enum status waiting_set_watch(struct waiting *waiting, const struct watch_record *record,
                              struct fault *fault) MUST_USE;
void waiting_set_upstream(struct waiting *waiting, struct door_upstream *upstream);
/* Any path that is not under /ecluse/; always replies, now or later. */
void waiting_handle(struct waiting *waiting, struct door_request *request);
/* /ecluse/queue: where the visitor stands, as a page. */
void waiting_handle_page(struct waiting *waiting, struct door_request *request);
/* /ecluse/queue/leave: POST gives up the place, or ends the session. */
void waiting_handle_leave(struct waiting *waiting, struct door_request *request);
/* Nobody goes in until the pause ends; at most `cap` thousandths of a visitor a second go in
 * (UINT64_MAX: what the shop file says). Neither outlives the server. */
void waiting_pause(struct waiting *waiting, bool paused);
void waiting_cap(struct waiting *waiting, uint64_t cap);
/* What stands behind, for its figures and its cache. */
struct door_upstream *waiting_upstream(const struct waiting *waiting);
/* Closes the door until it is opened by hand, or opens it, with the draw if that is the order; this
 * outlives the server. False: it is so already. */
bool waiting_set_open(struct waiting *waiting, bool open) MUST_USE;
/* The site agrees to a crowd that asks with this key, or to "none" (pages/waiting_consent.h).
 * False: it is no key. */
bool waiting_consent(struct waiting *waiting, struct slice key) MUST_USE;
/* The members of openapi.json's Opening, without braces. */
void waiting_opening_append(const struct waiting *waiting, struct text *to);
/* Every PAGES_TICK_MS. */
void waiting_tick(struct waiting *waiting);
/* After the engine has answered all. NULL is allowed. */
void waiting_close(struct waiting *waiting);

/* Where the bearer of the request's ticket stands; says "still here". False: it was asked too
 * often, and that was replied. */
bool waiting_look(struct waiting *waiting, struct door_request *request,
                  struct gate_view *view) MUST_USE;
/* "offers":[...], of openapi.json's Place: what would be promised there (place_promise.h). */
void waiting_places_append(struct waiting *waiting, const struct gate_view *view, struct text *to);
/* The bearer of the request's ticket, if it has one, reads in the store meanwhile: says "still
 * here", and where they stand. False: asked too often, and that was replied. */
bool waiting_stay(struct waiting *waiting, struct door_request *request,
                  struct store_place *place) MUST_USE;
const struct gate *waiting_gate(const struct waiting *waiting);
const struct waiting_rules *waiting_rules(const struct waiting *waiting);
const struct waiting_watch *
waiting_watched(const struct waiting *waiting);                 /* NULL: they are held */
enum site_preset waiting_preset(const struct waiting *waiting); /* the one that counts */
const struct allowance *waiting_allowance(const struct waiting *waiting);

#endif
