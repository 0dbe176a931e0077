/* What of a shop every run reads and none changes: its days, who is open when, what a parcel's day
 * of delivery is, what is bought together. */
#ifndef ECLUSE_REHEARSE_SCENE_H
#define ECLUSE_REHEARSE_SCENE_H

#include "model/shop.h"
#include "rehearse/assume.h"
#include "rehearse/draw.h"
#include "rehearse/learn.h"
#include "rehearse/surge.h"

enum { SCENE_DAYS_MAX = LIMIT_HORIZON_DAYS, SCENE_DRAIN_DAYS = 60, NO_DAY = INT32_MAX };
/* Ordinary orders come evenly from 8 to 22 o'clock. */
enum { AWAKE_FROM_HOUR = 8, AWAKE_HOURS = 14 };

struct scene_opening {
    int64_t from;
    int64_t to;
};

struct scene_center {
    uint32_t *first; /* [day_count + 1]: its day's place in openings */
    struct scene_opening *openings;
    int16_t *people; /* [day]: who should be there */
    double efficiency;
};

struct scene_carrier {
    int64_t *cut_off;  /* [day]; 0: no collection */
    int32_t *delivers; /* [day]: collected on it, delivered on day index ...; NO_DAY */
};

/* Offers by how often they are drawn. */
struct scene_mix {
    uint32_t count;
    struct offer_id *offers;
    double *sums; /* up to and with each; the last is the whole */
    double units; /* of an order, mean, at least 1 */
    double orders_per_week;
};

/* So much more of an item is ordered on a day; a lever. */
struct scene_extra {
    int64_t quantity_thousandths; /* 0: nothing */
    int32_t order_day;
    uint16_t item;
};

struct scene {
    const struct shop *shop;
    struct assumptions assume;
    int64_t now;
    int32_t today;
    uint32_t day_count;
    uint32_t moment_day; /* index */
    uint32_t demand_end; /* index of the first day without demand */
    int64_t *midnights;  /* [day_count + 1] */
    struct scene_center *centers;
    struct scene_carrier *carriers;
    const struct moment *moment; /* as planned, or changed by a lever */
    struct surge surge;
    double *shares; /* [seconds of the surge + 1]: of the crowd, come before that second */
    double visitors_per_second; /* ordinarily, while people are awake */
    struct scene_mix moment_mix;
    struct scene_mix shipped;
    struct scene_mix on_site;
    const struct learned *learned; /* NULL: nothing was; its offers are not in shipped, on_site */
    struct scene_extra extra;      /* with Écluse */
    bool *sold_at_the_door;        /* [offer]: one of gate.moment_offers */
    struct draw_work work;
};

/* STATUS_INVALID: a moment that has passed or is too far away, no offer to sell. `surge` may be
 * NULL: the moment's own shape; `learned` too: ordinary demand is the shop file's. */
enum status scene_open(struct scene *scene, const struct shop *shop, int64_t now,
                       const struct moment *moment, const struct surge *surge,
                       const struct assumptions *assume, const struct learned *learned,
                       struct fault *fault) MUST_USE;
void scene_close(struct scene *scene);

/* The index of an instant's day; the last for one beyond. */
uint32_t scene_day(const struct scene *scene, int64_t at);
/* The instant at which work of so many seconds ends that begins at `at`, closed hours left out;
 * INT64_MAX: not within the days that are looked at. */
int64_t scene_work_end(const struct scene *scene, uint32_t center, int64_t at, int64_t seconds);
/* Ordinary orders of a week, before the moment. */
double scene_orders_per_week(const struct scene *scene);
/* An offer of a mix. */
struct offer_id scene_mix_offer(const struct scene_mix *mix, double uniform);

#endif
