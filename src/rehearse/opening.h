/* What a run begins with: shelves, what is on its way, what leaves, the bank (promise_cash's
 * forecast); and the core's state
 * as bytes, from which each run's own is restored. */
#ifndef ECLUSE_REHEARSE_OPENING_H
#define ECLUSE_REHEARSE_OPENING_H

#include "promise/change.h"
#include "rehearse/scene.h"

struct opening_entry {
    int64_t quantity_thousandths;
    int32_t due; /* day index */
    uint32_t number;
    uint16_t item;
    bool billed; /* when it comes; not a receipt of the shop file */
};

struct opening_leaves {
    int64_t quantity_thousandths;
    uint32_t day; /* index */
    uint16_t item;
};

struct opening_stock {
    struct text saved; /* the state (promise_save_bytes) */
    int64_t *on_hand;  /* [item] thousandths: on the shelf */
    int64_t *free;     /* [item]: less all that is committed; may be below 0 */
    uint32_t entry_count;
    struct opening_entry *entries;
    uint32_t leaves_count, leaves_capacity;
    struct opening_leaves *leaves;
    int64_t balance_minor;
    int64_t *flows; /* [day]: what is known to come and go, without what is not delivered yet */
};

/* Looks at the state as it is at scene->now. */
enum status opening_take(struct opening_stock *opening, const struct scene *scene,
                         struct promise_state *state, struct fault *fault) MUST_USE;
void opening_free(struct opening_stock *opening);
enum status opening_restore(const struct opening_stock *opening,
                            struct promise_state *state) MUST_USE;

#endif
