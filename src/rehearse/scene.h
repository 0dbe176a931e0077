/* What of a shop every run reads and none changes: its days, who is open when, what a parcel's day
 * of delivery is, what is bought together. */
#ifndef ECLUSE_REHEARSE_SCENE_H
#define ECLUSE_REHEARSE_SCENE_H

#include "base/surge.h"
#include "promise/parcels.h"
#include "rehearse/assume.h"
#include "rehearse/draw.h"
#include "rehearse/learn.h"

enum { SCENE_DAYS_MAX = LIMIT_HORIZON_DAYS, SCENE_DRAIN_DAYS = 60, NO_DAY = INT32_MAX };
/* Where the shop file has no usual_days (docs/shop-file.md). */
enum { USUAL_DAYS_DEFAULT = 3 };
/* Then a surge is cut, or at LIMIT_REHEARSE_SURGE_SECONDS. */
enum { SURGE_HALF_LIVES = 10 };
/* Ordinary orders come evenly from 8 to 22 o'clock. */
enum { AWAKE_FROM_HOUR = 8, AWAKE_HOURS = 14 };

struct scene_opening {
    int64_t from;
    int64_t to;
};

struct scene_center {
    uint32_t *first; /* [day_count + 1]: its day's place in openings */
    struct scene_opening *openings;
    int16_t *people;              /* [day]: who should be there */
    double seconds_of_thousandth; /* that a thousandth of a standard minute takes */
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
    int32_t order_day, usable_day;
    uint16_t item;
};

enum { SCENE_EXTRAS_MAX = 3 };

struct scene {
    const struct shop *shop;
    struct assumptions assume;
    int64_t now;
    int32_t today;
    uint32_t day_count;
    uint32_t moment_day; /* index */
    uint32_t demand_end; /* index of the first day without demand */
    int32_t usual_days;
    struct window window; /* its days */
    struct scene_center *centers;
    struct parcels parcels;      /* when carriers drive and deliver; nothing is reserved in it */
    const struct moment *moment; /* as planned, or changed by a lever */
    uint32_t surge_seconds;      /* from the first visitor to the last */
    double *shares;              /* [surge_seconds + 1]: of the crowd, come before that second */
    double visitors_per_second;  /* ordinarily, while people are awake */
    struct scene_mix moment_mix;
    struct scene_mix shipped;
    struct scene_mix on_site;
    const struct learned *learned; /* NULL: nothing was; its offers are not in shipped, on_site */
    int32_t moment_price_percent;  /* more, for who comes by the moment; a lever */
    uint32_t extra_count;
    struct scene_extra extras[SCENE_EXTRAS_MAX];
    bool *sold_at_the_door; /* [offer]: one of gate.moment_offers */
    struct draw_work work;
};

/* STATUS_INVALID: a moment that has passed, is too far away or takes too long, no offer to sell.
 * `surge` may be NULL: the moment's own; `learned` too: ordinary demand is the shop file's. */
enum status scene_open(struct scene *scene, const struct shop *shop, int64_t now,
                       const struct moment *moment, const struct surge *surge,
                       const struct assumptions *assume, const struct learned *learned,
                       struct fault *fault) MUST_USE;
void scene_close(struct scene *scene);

/* The index of an instant's day; the last for one beyond. */
static inline uint32_t scene_day(const struct scene *scene, int64_t at)
{
    return (uint32_t)window_index_of(&scene->window, at);
}
/* The instant at which work of so many seconds ends that begins at `at`, closed hours left out;
 * INT64_MAX: not within the days that are looked at. */
int64_t scene_work_end(const struct scene *scene, uint32_t center, int64_t at, int64_t seconds);
/* Ordinary orders of a week, before the moment. */
double scene_orders_per_week(const struct scene *scene);
/* Where no offer says how much of it sells, the bank expects what the shop file says of all. */
static inline bool scene_expects_sales(const struct scene *scene)
{
    return scene_orders_per_week(scene) <= 0;
}
/* An offer of a mix. */
struct offer_id scene_mix_offer(const struct scene_mix *mix, double uniform);

#endif
