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
    int64_t vat_minor;
    int64_t cost_minor;     /* of its goods */
    int64_t carriage_minor; /* paid to carriers */
    int64_t fee_minor;
    int64_t contribution_minor; /* what it leaves, in the end */
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
    bool withdrawn; /* by its customer, before it was due */
    bool has_parcel;
    bool wrong; /* something else is in a parcel */
    bool returned;
};

enum { WORLD_LINES_MAX = LIMIT_ORDER_LINES };

/* Whoever has reserved and not paid yet: after a payment that failed, or with what is held for a
 * wish. */
struct pending {
    uint64_t person;
    int64_t pays_at; /* INT64_MAX: never */
    int64_t held_until;
    struct order_key key; /* the core's, with Écluse */
    unsigned char *bytes; /* its event */
    uint32_t length;
    uint32_t line_count;
    bool counted;
    bool lapsed; /* what was reserved has gone back */
    bool wished;
    struct promise_line lines[WORLD_LINES_MAX];
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
    uint16_t worked_at; /* the center of its last line; NO_INDEX */
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

/* Why money goes back, and so what the law adds to it when it is late (bank.c). */
enum refund_law { REFUND_LATE, REFUND_WITHDRAWN, REFUND_LAWS };

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
    bool site_bears;        /* it is as good as repaired */
    bool has_site;          /* entrance.leaving and what goes with it are this crowd's */
    bool has_line;          /* entrance.admitted and let_in are this crowd's */
    struct agenda calendar; /* days, collections */
    struct agenda buyers;   /* of the moment, by the second in which they check out */
    struct agenda ready[LIMIT_CARRIERS];
    struct world_order *orders;
    uint32_t order_count, order_capacity;
    uint32_t open_orders; /* neither delivered nor cancelled */
    struct pending *pending;
    uint32_t pending_count, pending_capacity;
    struct world_group *groups;
    uint32_t group_count, group_capacity;
    uint32_t promised_first[SCENE_DAYS_MAX + 1]; /* [day]: of the orders promised for it */
    double learned_sums[SCENE_DAYS_MAX + 1];     /* learned orders expected before each day */
    /* shelves */
    int64_t *on_hand, *free, *on_order; /* [item] */
    bool came_back;                     /* something that waiting work may take, since morning */
    struct inbound *inbounds;
    uint32_t inbound_count, inbound_capacity;
    uint32_t due_first[SCENE_DAYS_MAX + 1], usable_first[SCENE_DAYS_MAX + 1];
    /* the bank */
    int64_t flows[SCENE_DAYS_MAX + 1];
    int64_t balance_minor;
    struct refund {
        uint32_t day;
        enum refund_law law;
        int64_t amount_minor;
    } refunds[SCENE_DAYS_MAX * REFUND_LAWS]; /* a queue; at most one a day and law */
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
    uint64_t *wish_person; /* [the wish's number] */
    bool *wish_counted;
    uint32_t wish_capacity, wish_counted_capacity;
    struct outcome *outcome;
};

enum { NO_LINK = UINT32_MAX };

/* Visitors of the moment count from 0; ordinary buyers from one of these. */
#define PERSON_SHIPPED (UINT64_C(1) << 40)
#define PERSON_ON_SITE (UINT64_C(2) << 40)
#define PERSON_LEARNED (UINT64_C(3) << 40)

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
/* An instant of its own: what happens then; nothing after the last day. */
enum calendar_event {
    CALENDAR_MORNING,
    CALENDAR_EVENING,
    CALENDAR_COLLECT,
    CALENDAR_PAYMENT,
    CALENDAR_MIND,
    CALENDAR_RETURN,
    CALENDAR_EVENTS
};
void world_later(struct world *world, int64_t at, enum calendar_event event, uint32_t index);
/* The crowd and its ways in: the same for all sides. */
void world_crowd(struct world *world, const struct scene *scene, uint64_t key, double reach,
                 bool site_repaired);
/* Visitors of its crowd whom today's site loses. */
double world_lost(struct world *world);
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

enum world_answer { ANSWER_BOUGHT, ANSWER_WAITS, ANSWER_REFUSED, ANSWER_DECLINED };

/* Who has bought what; `counted`: from the moment on. */
struct purchase {
    uint64_t person;
    const struct promise_line *lines;
    uint32_t count;
    bool counted;
};
/* Enters an accepted order; its groups and jobs follow. `promised`: day index. */
uint32_t world_order_add(struct world *world, const struct purchase *purchase, int32_t promised);
/* Today's shop: the stock is there, or nobody looks; then it is taken for them. */
bool usual_take(struct world *world, struct purchase *purchase, struct promise_line *lines);
void usual_give_back(struct world *world, const struct purchase *purchase);
/* An order of what was taken. */
void usual_enter(struct world *world, const struct purchase *purchase);

/* ---- pay.c: whoever has not paid yet ---- */

/* Does the first payment succeed? */
bool pay_succeeds(const struct world *world, uint64_t person);
/* After a payment that failed: holds what was reserved until `held_until`; `event`: the core's. */
void pay_wait(struct world *world, const struct purchase *purchase, int64_t held_until,
              struct slice event);
/* Enters one whose person, lines, pays_at and held_until stand. */
void pending_add(struct world *world, const struct pending *pending, struct slice event);
void pending_step(struct world *world, uint32_t index);
void pending_clear(struct world *world);

/* ---- after.c: what becomes of orders (`index`) beyond work and parcels ---- */

void after_sale(struct world *world, uint32_t index);
void after_parcel(struct world *world, const struct job *job, struct world_group *group);
void after_delivery(struct world *world, uint32_t index);
/* The instant that was drawn for it has come. */
void after_mind_change(struct world *world, uint32_t index);
void after_return(struct world *world, uint32_t index);
/* Of an order of which nothing has left. */
void order_cancel(struct world *world, uint32_t index, enum refund_law law);

/* ---- wished.c: wishes of those who were refused, with Écluse ---- */

void wished_begin(struct world *world);
void wished_leave(struct world *world, uint64_t person, const struct promise_line *line,
                  bool counted);
/* Something became free: who comes next is offered it. */
void wished_walk(struct world *world);

/* ---- shelves.c ---- */

void shelves_begin(struct world *world);
bool shelves_pick(void *context, uint32_t job, int64_t now);
/* A line that is not wanted any more gives back what was kept for it, or has been taken. */
void shelves_return(struct world *world, const struct job *job);
/* What a delivered line consisted of lies there again. */
void shelves_return_sold(struct world *world, const struct job *job);
/* Goods that come, what leaves, what is bought again; in the morning. */
void shelves_day(struct world *world);
void shelves_expect(struct world *world, struct inbound inbound);

/* ---- bank.c ---- */

void bank_begin(struct world *world);
void bank_day(struct world *world);
void bank_flow(struct world *world, int64_t day, int64_t minor);
void bank_sale(struct world *world, const struct world_order *order);
/* The order's money goes back as soon as the balance bears it. */
void bank_refund(struct world *world, const struct world_order *order, enum refund_law law);
/* So much of it came in order. */
void bank_bill(struct world *world, const struct inbound *inbound, int64_t quantity);

/* ---- core.c: with Écluse ---- */

void core_begin(struct world *world);
void core_time(struct world *world);
/* Asks for a promise; what it was given for stays in `lines`. */
enum world_answer core_place(struct world *world, struct purchase *purchase,
                             struct promise_line *lines);
/* Enters the order of an event that has been applied. */
void core_enter(struct world *world, struct slice bytes, const struct purchase *purchase);
struct order_key core_key(uint64_t person);
enum promise_result core_step(struct world *world, struct order_key key,
                              enum promise_command_kind kind);
/* A hold is paid for, maybe late; *event becomes what is reserved anew then. False: refused. */
bool core_confirm(struct world *world, struct order_key key, struct slice *event);
/* So much more lies on the shelf than was thought. */
void core_found(struct world *world, uint16_t item, int64_t quantity);
void core_morning(struct world *world);
/* After all that the morning brought: who has to move, moves. */
void core_revise(struct world *world);
void core_evening(struct world *world);
void core_received(struct world *world, const struct inbound *inbound, int64_t good);
void core_late(struct world *world, const struct inbound *inbound);

#endif
