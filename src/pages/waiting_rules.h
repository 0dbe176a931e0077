/* What queues and what does not, at the door: the rules (gate/rules.h) asked about a request, and
 * what becomes of it without a place.
 *
 *   passes                     -> handed on, without a ticket
 *   is refused                 -> 403
 *   no place can be given: browsing -> handed on, so many a second as the shop behind bears
 *                          checkout -> 503 and an honest page
 *
 * No place can be given when the line is full, or when numbers cannot be kept on the disk
 * (pages/waiting.c). A pause and a closed door are staff's word and no failure: there everybody
 * waits who queues. */
#ifndef ECLUSE_PAGES_WAITING_RULES_H
#define ECLUSE_PAGES_WAITING_RULES_H

#include "door/upstream.h"
#include "gate/rules.h"
#include "pages/store_visit.h"

struct waiting_rules {
    bool preset_given; /* by the command line, whatever the shop file says */
    enum site_preset preset;
    int64_t open_paid_us; /* when those handed on without a place are paid for */
    uint64_t passed[SITE_CLASSES];
    uint64_t denied;
    uint64_t opened, closed; /* for want of a place: handed on, refused */
};

enum site_preset waiting_rules_preset(const struct waiting_rules *rules, const struct shop *shop);
void waiting_rules_ask(const struct waiting_rules *rules, const struct shop *shop,
                       const struct door_request *request, struct rules_verdict *verdict);
/* Is the path one of those at which a session ends, or below it? */
bool waiting_rules_ends(const struct shop *shop, struct slice path);
/* Needs it no place? Then it was replied. */
bool waiting_rules_pass(struct waiting_rules *rules, struct door_upstream *upstream,
                        struct door_request *request, const struct rules_verdict *verdict);
/* It needs a place, and none can be given. */
void waiting_rules_no_place(struct waiting_rules *rules, const struct shop *shop,
                            struct door_upstream *upstream, const struct store_visit *visit,
                            enum rules_way way, int64_t now_ms);

#endif
