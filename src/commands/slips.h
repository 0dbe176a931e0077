/* What a day's parcels and on-site work need on paper: who, what, by when.
 *
 *   slips_gather   core: open orders -> one slip for each parcel or line on site of the day, sorted
 *                  SQL: the customer's name and address beside each
 *   slips_view     the slips and the pick list as JSON of what a reader sees (slips_view.c)
 *
 * A pick is what several slips need together: those that leave with the same collection, or all
 * that is on site. */
#ifndef ECLUSE_COMMANDS_SLIPS_H
#define ECLUSE_COMMANDS_SLIPS_H

#include "base/arena.h"
#include "commands/customers.h"
#include "commands/origins.h"
#include "promise/order_id.h"

#include <jansson.h>

struct slip_line {
    uint32_t number; /* the first asked for is 1 */
    struct offer_id offer;
    int64_t quantity_thousandths;
    enum order_status status;
};

struct slip {
    char order[ORDER_ID_LENGTH + 1];
    char origin[ORIGIN_NAME_BYTES]; /* what the shop behind calls it; "" */
    uint32_t number;                /* the order's */
    uint32_t group;
    uint32_t place; /* parcel `place` of `places`; on site 0 */
    uint32_t places;
    struct carrier_id carrier; /* NO_INDEX: on site */
    struct promise_dates dates;
    int64_t start; /* on site */
    int64_t end;
    int64_t due; /* ship-by, or its start: by what slips are sorted */
    bool late;   /* of a day before */
    uint32_t line_count;
    struct slip_line *lines;
    struct customer_person *person; /* the order's: its slips share it */
    bool asks;                      /* of its order's slips, the one for which it is read */
};

struct slips {
    struct arena arena; /* lines and persons */
    const struct shop *shop;
    int32_t day;
    bool today; /* with parcels that should have left before */
    uint32_t count;
    uint32_t capacity;
    struct slip *all;
    bool full; /* no memory */
};

/* On the core's thread. slips_free afterwards, whatever came. */
void slips_gather(struct promise_state *state, int64_t now, struct slips *slips);
/* From the tables of the database at `path`. */
enum status slips_persons(const char *path, struct env *env, struct slips *slips,
                          struct fault *fault) MUST_USE;
void slips_free(struct slips *slips);

/* Slips i .. end - 1 are picked together. */
uint32_t slips_pick_end(const struct slips *slips, uint32_t first);
/* Of each item (by index) what a pick needs. */
void slips_pick_items(const struct slips *slips, uint32_t first, uint32_t end,
                      int64_t items[LIMIT_ITEMS]);

/* What a reader sees, in one language, for text and pages; NULL: no memory. */
json_t *slips_view(const struct slips *slips, enum language language);
void slips_json(const struct slips *slips, struct text *to);

#endif
