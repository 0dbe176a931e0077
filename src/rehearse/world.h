/* One evening and the weeks around it, on one side, from one seed.
 *
 *   visitors (crowd.h) -> the entrance (entrance.h) -> orders -> the floor (floor.h) -> parcels
 *   -> deliveries, held against the first promise; beside them shelves, purchases and the bank
 *
 * Three sides: today's shop promises usual_days and sells what its stock shows; the ordinary one is
 * the same behind a waiting room; with Écluse every order asks the very promise core. Private to
 * rehearse/. */
#ifndef ECLUSE_REHEARSE_WORLD_H
#define ECLUSE_REHEARSE_WORLD_H

#include "base/decimal.h"
#include "rehearse/crowd.h"
#include "rehearse/entrance.h"
#include "rehearse/floor.h"
#include "rehearse/opening.h"
#include "rehearse/outcome.h"
#include "supply/reorder.h"

/* What is as good as repaired: the rungs of the ladder. */
struct repairs {
    bool site;
    bool cash;
    uint64_t centers; /* bit: center */
    bool *items;      /* [item]; NULL: none */
    bool *suppliers;  /* [supplier], carriers after them; NULL: none */
};

struct world_order {
    int64_t made_at;
    int64_t total_minor;
    int64_t contribution_minor;
    uint64_t person;
    struct order_key key;
    int32_t promised;       /* day index */
    int32_t delivered;      /* day index; NO_DAY */
    uint32_t next_promised; /* another order of that day */
    uint32_t group_first;
    uint32_t job_first, job_count;
    uint16_t group_count, groups_left;
    bool counted;
    bool cancelled;
    bool has_parcel;
};

/* A parcel, or a line on site. */
struct world_group {
    int64_t key;
    int64_t not_before; /* with Écluse: its lines' work */
    int64_t ready_at;
    int64_t late_waited;
    uint32_t order;
    uint16_t carrier; /* NO_INDEX: on site */
    uint16_t lines_left;
    uint16_t late_at, late_item;
};

/* Goods on their way. */
struct inbound {
    int64_t quantity_thousandths;
    uint32_t entry; /* the core's; 0 */
    int32_t due;
    uint16_t item;
    bool billed; /* when they come */
    /* Drawn and linked by shelves_expect. */
    uint16_t supplier;
    int32_t usable;
    uint32_t next_due, next_usable;
};

struct world {
    const struct scene *scene;
    const struct opening_stock *opening;
    const struct repairs *repairs;
    enum rehearse_side side;
    uint64_t key;
    int64_t now;
    uint32_t day;
    struct floor floor;
    struct crowd crowd;
    struct entrance entrance;
    struct agenda calendar; /* days, collections */
    struct agenda buyers;   /* of the moment, by the second in which they check out */
    struct agenda ready[LIMIT_CARRIERS];
    struct world_order *orders;
    uint32_t order_count, order_capacity;
    uint32_t open_orders; /* neither delivered nor cancelled */
    struct world_group *groups;
    uint32_t group_count, group_capacity;
    uint32_t promised_first[SCENE_DAYS_MAX + 1]; /* [day]: of the orders promised for it */
    double learned_sums[SCENE_DAYS_MAX + 1];     /* learned orders expected before each day */
    /* shelves */
    int64_t *on_hand, *free, *on_order; /* [item] */
    struct inbound *inbounds;
    uint32_t inbound_count, inbound_capacity;
    uint32_t due_first[SCENE_DAYS_MAX + 1], usable_first[SCENE_DAYS_MAX + 1];
    /* the bank */
    int64_t flows[SCENE_DAYS_MAX + 1];
    int64_t balance_minor;
    struct {
        uint32_t day;
        int64_t amount_minor;
    } refunds[SCENE_DAYS_MAX]; /* a queue; at most one a day */
    uint32_t refund_first, refund_count;
    /* the core, with Écluse */
    struct promise_state *state;
    struct event_buffer events;
    enum change_kind changed; /* of this morning: what moves orders; CHANGE_NONE */
    uint32_t *order_of;       /* [core's number] */
    uint32_t order_of_capacity;
    struct reorder *reorders; /* [item]: room */
    uint32_t *open_session;   /* [offer]: the job that leads its next session; NO_LINK */
    uint32_t known_entries;   /* the core's entries up to here are in `inbounds`, or unsent */
    bool *entry_seen;         /* [entry]: sent, and in `inbounds` */
    uint32_t *session_job;    /* [session]: the job that does it */
    uint32_t session_capacity;
    struct outcome *outcome;
};

enum { NO_LINK = UINT32_MAX };

/* With Écluse, and not after the last order: then nobody's promise hangs on the core any more. */
static inline bool world_asks_core(const struct world *world)
{
    return world->side == SIDE_ECLUSE &&
           (world->day < world->scene->demand_end || world->open_orders > 0);
}

/* What so much of an offer takes of a component's item. */
static inline int64_t component_need(const struct component *component, int64_t quantity)
{
    return decimal_scale_up(component->quantity_thousandths, quantity, THOUSAND);
}

/* ---- world.c ---- */

/* `state`: the core's memory for this world, made for scene->shop. */
struct world *world_create(struct promise_state *state);
void world_free(struct world *world);
/* The crowd and its ways in: the same for all sides. */
void world_crowd(struct world *world, const struct scene *scene, uint64_t key, double reach,
                 bool site_repaired);
void world_run(struct world *world, const struct scene *scene, const struct opening_stock *opening,
               const struct repairs *repairs, enum rehearse_side side, uint64_t key,
               struct outcome *outcome);

/* ---- buy.c ---- */

struct wanted {
    uint64_t person;
    const struct past_order *basket; /* of the past; NULL: drawn from the mix */
    const struct scene_mix *mix;
    double mean_units;
    bool one_offer;
};
/* Somebody checks out, now. */
void world_buy(struct world *world, const struct wanted *wanted);
/* Enters an accepted order; its groups and jobs follow. `promised`: day index. */
uint32_t world_order_add(struct world *world, uint64_t person, int32_t promised,
                         const struct promise_line *lines, uint32_t line_count);

/* ---- shelves.c ---- */

void shelves_begin(struct world *world);
bool shelves_pick(void *context, uint32_t job, int64_t now);
/* A line that was never begun gives back what was kept for it. */
void shelves_return(struct world *world, const struct job *job);
/* Goods that come, what leaves, what is bought again; in the morning. */
void shelves_day(struct world *world);
void shelves_expect(struct world *world, struct inbound inbound);

/* ---- bank.c ---- */

void bank_begin(struct world *world);
void bank_day(struct world *world);
void bank_flow(struct world *world, int64_t day, int64_t minor);
void bank_sale(struct world *world, const struct world_order *order, int64_t vat_minor);
/* So much of it came in order. */
void bank_bill(struct world *world, const struct inbound *inbound, int64_t quantity);

/* ---- core.c: with Écluse ---- */

void core_begin(struct world *world);
void core_time(struct world *world);
/* Asks for a promise; true: it was given and taken by the customer. */
bool core_place(struct world *world, uint64_t person, struct promise_line *lines, uint32_t count);
void core_step(struct world *world, uint32_t order, enum promise_command_kind kind);
void core_morning(struct world *world);
/* After all that the morning brought: who has to move, moves. */
void core_revise(struct world *world);
void core_evening(struct world *world);
void core_received(struct world *world, const struct inbound *inbound, int64_t good);
void core_late(struct world *world, const struct inbound *inbound);

#endif
