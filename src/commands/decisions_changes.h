/* What else changed around a decision: from eight weeks before it until it is looked at.
 *
 *   shop files as they were applied   the lines of `apply`: prices, people, offers added or retired
 *   changes that were recorded        absent people, strikes, receipts re-dated or short, counts
 *   moments                           of the shop file, in that time
 *   other decisions
 *
 * The largest first: each is weighed, roughly, by the share of what is sold that it touches (an
 * offer's share, times by how much its price moved; a team's hours that were missing; a moment's
 * buyers against the orders there are). Other decisions come before all. All are read once, then
 * picked for each decision. */
#ifndef ECLUSE_COMMANDS_DECISIONS_CHANGES_H
#define ECLUSE_COMMANDS_DECISIONS_CHANGES_H

#include "commands/decisions_read.h"

enum { CHANGES_SHOWN = 12, CHANGES_MAX = 20000, CHANGE_BYTES = 200 };

struct decision_change {
    int32_t day;
    double weight;    /* 1: all that is sold; more is possible */
    int64_t decision; /* 1 + the place of the decision that it is; 0: it is none */
    char text[CHANGE_BYTES];
};

struct decision_changes {
    uint32_t count; /* at most CHANGES_MAX; later ones are not kept */
    uint32_t capacity;
    struct decision_change *all; /* the largest first */
};

/* In the language of the call. Of a shop file only moments and decisions are known. *changes is to
 * be given to decisions_changes_close, also after a fault. */
enum status decisions_changes_open(const struct call *call, const struct shop_open *open,
                                   const struct decisions *decisions,
                                   struct decision_changes *changes, struct fault *fault) MUST_USE;
void decisions_changes_close(struct decision_changes *changes);

/* The largest around the index-th decision, at most CHANGES_SHOWN; *more gets how many others there
 * are. Returns how many were picked. */
uint32_t decisions_changes_pick(const struct decision_changes *changes,
                                const struct decisions *decisions, uint32_t index,
                                const struct decision_change *picked[CHANGES_SHOWN],
                                uint32_t *more);

#endif
