/* The rows are made once a set of figures; entries stand by offer, because filling and repairing a
 * mix goes from the offer to its rows. */
#include "focus/bounds.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdlib.h>

__int128 bounds_take(const struct focus_offer *offer, const struct bound_entry *entry,
                     int64_t quantity_thousandths)
{
    int64_t times = entry->of_session ? focus_sessions(offer, quantity_thousandths) * THOUSAND
                                      : quantity_thousandths;
    return (__int128)entry->amount_micro * times;
}

/* So many steps at most that `entry` does not break its row alone; they grow with the quantity. */
static int64_t steps_within(const struct focus_offer *offer, const struct bound_entry *entry,
                            int64_t capacity_micro, int64_t most)
{
    int64_t low = 0;
    int64_t high = most;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (bounds_take(offer, entry, focus_quantity(offer, middle)) <=
            (__int128)capacity_micro * THOUSAND) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

int64_t bounds_steps(const struct bounds *bounds, const struct focus_figures *figures,
                     uint32_t offer)
{
    const struct focus_offer *of = &figures->offers[offer];
    bool bounded = of->steps != FOCUS_NO_LIMIT;
    int64_t steps = bounded ? of->steps : FOCUS_UNITS_MAX;
    for (uint32_t i = bounds->first[offer]; i < bounds->first[offer + 1]; i++) {
        const struct bound_entry *entry = &bounds->entries[i];
        bounded = bounded || entry->amount_micro > 0;
        steps = steps_within(of, entry, bounds->capacity_micro[entry->row], steps);
    }
    return bounded ? steps : FOCUS_NO_LIMIT;
}

static uint32_t entries_of(const struct focus_figures *figures, uint32_t offer,
                           const uint32_t *item_rows, struct bound_entry *to)
{
    const struct focus_offer *of = &figures->offers[offer];
    const struct offer *sold = &figures->shop->offers[of->offer.index];
    uint32_t count = 0;
    for (uint32_t i = 0; i < of->use_count; i++) {
        const struct focus_use *use = &figures->uses[of->use_first + i];
        to[count++] = (struct bound_entry){use->center, of->seats > 0, use->minutes_micro};
    }
    for (uint32_t i = 0; i < sold->component_count; i++) {
        uint32_t row = item_rows[sold->components[i].item.index];
        if (row > 0) {
            to[count++] = (struct bound_entry){row, false,
                                               sold->components[i].quantity_thousandths * THOUSAND};
        }
    }
    return count;
}

/* Rows of items that some offer uses and whose supplier has a limit; 0 in item_rows: none. Work
 * centers come first, so a row of an item is never 0 unless there is no work center; then one row
 * is left empty. */
static void item_rows_make(struct bounds *bounds, const struct focus_figures *figures,
                           uint32_t *item_rows)
{
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct offer *offer = &figures->shop->offers[figures->offers[i].offer.index];
        for (uint32_t j = 0; j < offer->component_count; j++) {
            uint16_t item = offer->components[j].item.index;
            int64_t most = figures->shop->items[item].max_units_per_week_thousandths;
            if (most >= 0 && item_rows[item] == 0) {
                item_rows[item] = bounds->count;
                bounds->capacity_micro[bounds->count++] = most * THOUSAND;
            }
        }
    }
}

static bool bounds_fill(struct bounds *bounds, const struct focus_figures *figures)
{
    uint32_t item_count = figures->shop->item_count;
    uint32_t *item_rows = calloc((size_t)item_count + 1, sizeof *item_rows);
    bounds->capacity_micro =
        calloc((size_t)figures->center_count + item_count + 1, sizeof *bounds->capacity_micro);
    bounds->first = calloc((size_t)figures->offer_count + 1, sizeof *bounds->first);
    size_t most = figures->use_count + 1;
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        most += figures->shop->offers[figures->offers[i].offer.index].component_count;
    }
    bounds->entries = calloc(most, sizeof *bounds->entries);
    bool made = item_rows != NULL && bounds->capacity_micro != NULL && bounds->first != NULL &&
                bounds->entries != NULL;
    if (made) {
        for (uint32_t i = 0; i < figures->center_count; i++) {
            bounds->capacity_micro[i] = figures->centers[i].minutes_micro;
        }
        bounds->count = figures->center_count > 0 ? figures->center_count : 1;
        item_rows_make(bounds, figures, item_rows);
        for (uint32_t i = 0; i < figures->offer_count; i++) {
            bounds->first[i + 1] =
                bounds->first[i] +
                entries_of(figures, i, item_rows, bounds->entries + bounds->first[i]);
        }
    }
    free(item_rows);
    return made;
}

struct bounds *bounds_make(const struct focus_figures *figures)
{
    struct bounds *bounds = calloc(1, sizeof *bounds);
    if (bounds != NULL && !bounds_fill(bounds, figures)) {
        bounds_free(bounds);
        return NULL;
    }
    return bounds;
}

void bounds_free(struct bounds *bounds)
{
    if (bounds != NULL) {
        free(bounds->capacity_micro);
        free(bounds->first);
        free(bounds->entries);
        free(bounds);
    }
}
