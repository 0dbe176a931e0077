/* The waiting room's door: closed before an announced opening, opened at it (gate/opening.h), with
 * the clock, entropy and what is kept around those rules.
 *
 *   tick -> closes: a seed from entropy  -> kept -> its hash is shown
 *        -> opens:  the numbers are drawn -> kept -> the gate opens
 *
 * Nothing is told before it is kept beside the journal: whoever read a hash, or a place that was
 * drawn, finds the same after a kill at any instant. So an opening waits for one commit. */
#ifndef ECLUSE_PAGES_WAITING_DOOR_H
#define ECLUSE_PAGES_WAITING_DOOR_H

#include "env/env.h"
#include "gate/gate.h"
#include "gate/opening.h"
#include "pages/page_mould.h"
#include "pages/store_page.h"

enum { WAITING_DOOR_HASH_BYTES = 65 };

struct waiting_door {
    struct opening_state opening;
    bool open_asked;                 /* by staff */
    uint32_t version, written, kept; /* of `opening`: now, in the newest note, on the disk */
};

/* As it was kept; to be called before anybody is let in. */
void waiting_door_restore(struct waiting_door *door, const struct opening_state *opening,
                          struct gate *gate);
/* True: it was closed just now, so that whoever is parked reads the page. */
bool waiting_door_tick(struct waiting_door *door, struct gate *gate, const struct shop *shop,
                       struct env *env);
/* By staff's hand. False: it is so already. */
bool waiting_door_close(struct waiting_door *door, struct gate *gate, struct env *env) MUST_USE;
bool waiting_door_open(struct waiting_door *door) MUST_USE;

/* `opening` has to be kept now; the note with it was handed to the engine; the note was kept, or
 * was not. */
bool waiting_door_is_due(const struct waiting_door *door);
void waiting_door_written(struct waiting_door *door);
void waiting_door_settled(struct waiting_door *door, bool kept);

/* What a visitor hears while it is closed: no place that is not drawn yet, and when to look again
 * (`now` in seconds UTC). */
void waiting_door_view(const struct waiting_door *door, const struct gate *gate,
                       const struct shop *shop, int64_t now, struct gate_view *view);
/* Of the page's words: `closed` with when it opens, or `drawn`. */
void waiting_door_words(const struct waiting_door *door, const struct gate *gate,
                        const struct store_view *page, const struct gate_view *view,
                        struct page_words *words);
/* The members of openapi.json's Opening, without braces. */
void waiting_door_append(const struct waiting_door *door, const struct gate *gate,
                         const struct shop *shop, struct text *to);

/* SHA-256 of the seed's decimal digits, in hexadecimal. */
void waiting_door_hash(uint64_t seed, char hash[WAITING_DOOR_HASH_BYTES]);

#endif
