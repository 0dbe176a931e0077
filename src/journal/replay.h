/* A state of the core with the shops it ran on: what the events of a journal lead to. Live, at
 * start, after a full disk and in `verify` it is this one that takes an event. */
#ifndef ECLUSE_JOURNAL_REPLAY_H
#define ECLUSE_JOURNAL_REPLAY_H

#include "journal/journal.h"

#include <stdatomic.h>

/* A shop as it ran, and the one before it. */
struct replay_shop {
    struct shop *shop;
    struct replay_shop *before;
    uint32_t place; /* the how-manieth shop of the journal it is, from 0 */
    bool known; /* the events that lead to it are committed: a later replay may take it as it is */
};

struct replay {
    struct promise_state *state;       /* NULL before the first EVENT_SHOP */
    _Atomic(const struct shop *) shop; /* the one that runs; may be read from any thread */
    struct replay_shop *shops;         /* newest first; all kept until replay_free */
    uint32_t shop_place;               /* of the next one */
    struct text last_text;             /* of the newest shop file: new zone rules read it again */
    char last_file[256];
    int64_t last_around;
    uint64_t events;
};

void replay_init(struct replay *replay);
void replay_free(struct replay *replay);
/* What was taken so far is committed. */
void replay_committed(struct replay *replay);
/* Back to the beginning, to take the committed events again. The shops stay, because somebody may
 * still be reading them. */
void replay_forget(struct replay *replay);
/* Begins with a shop that no journal knows. Takes it over, also when it fails. */
enum status replay_shop_put(struct replay *replay, struct shop *shop, struct fault *fault) MUST_USE;

/* Takes one event of `stamp`. STATUS_CORRUPT, STATUS_VERSION or STATUS_MEMORY with a sentence. */
enum status replay_event(struct replay *replay, const struct event *event, int64_t stamp,
                         struct fault *fault) MUST_USE;
/* Puts the row's sequence before the sentence; returns `status`. */
enum status replay_fault(const struct journal_row *row, enum status status, struct fault *fault);
/* Takes all events of a journal row, as journal_rows visits it; `context` is the struct replay. */
enum status replay_row(void *context, const struct journal_row *row, struct fault *fault);
/* Takes only the shop files and zone rules of a row: what a snapshot of the state stands on. */
enum status replay_shop_row(void *context, const struct journal_row *row, struct fault *fault);
/* A state without orders of the shop that runs, for a snapshot to fill. */
enum status replay_state_create(struct replay *replay, int64_t stamp, struct fault *fault) MUST_USE;

#endif
