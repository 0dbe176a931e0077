/* The decisions of a shop, those of its file and those of its database, and what the records say of
 * the days around them.
 *
 *   shop file, table `decisions` -> entries, the earliest first
 *   tables of what was sold, shop files as they were applied -> struct decision_past
 *
 * On a read-only connection and as of one instant. What was sold counts on the day of its order, at
 * the price at which it was sold; materials, carriers, payment fee and VAT rates are today's. A
 * carrier's cost beyond its charge, and the work of its parcel, count once an order. */
#ifndef ECLUSE_COMMANDS_DECISIONS_READ_H
#define ECLUSE_COMMANDS_DECISIONS_READ_H

#include "base/arena.h"
#include "commands/shop_open.h"
#include "focus/decision.h"

struct decision_entry {
    int64_t number; /* in the database; 0: it stands in the shop file */
    struct decision decision;
};

struct decisions {
    struct arena arena; /* of what the entries point to that is not the shop's */
    uint32_t count;
    struct decision_entry *entries; /* by `on` */
    bool has_past;                  /* false: of a shop file */
    struct decision_past past;
    int32_t today;
};

/* *decisions is to be given to decisions_close, also after a fault. */
enum status decisions_open(const struct call *call, const struct shop_open *open,
                           struct decisions *decisions, struct fault *fault) MUST_USE;
void decisions_close(struct decisions *decisions);

/* What came of the index-th. */
void decisions_look(const struct decisions *decisions, uint32_t index,
                    struct decision_answer *answer);

#endif
