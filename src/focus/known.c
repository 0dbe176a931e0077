/* figures -> who lacks what: how many, and the first of them by name. */
#include "focus/known.h"

static void lacks(struct focus_known *known, enum focus_lack lack, uint32_t index)
{
    struct focus_lacking *lacking = &known->lacking[lack];
    if (lacking->count < FOCUS_LACKING_NAMED) {
        lacking->first[lacking->count] = index;
    }
    lacking->count++;
}

/* Bit i: an offer needs item i. */
static void items_needed(const struct focus_figures *figures, uint8_t *needed)
{
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct offer *offer = &figures->shop->offers[figures->offers[i].offer.index];
        for (uint32_t j = 0; j < offer->component_count; j++) {
            uint32_t item = offer->components[j].item.index;
            needed[item / 8] = (uint8_t)(needed[item / 8] | 1u << item % 8);
        }
    }
}

void focus_known_fill(const struct focus_figures *figures, struct focus_known *known)
{
    uint8_t needed[(NO_INDEX + 1) / 8] = {0};
    *known = (struct focus_known){.owner = figures->owner_thousandths != FOCUS_NO_LIMIT};
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *offer = &figures->offers[i];
        uint32_t index = offer->offer.index;
        if (offer->demand_from == FOCUS_UNKNOWN) {
            lacks(known, FOCUS_LACK_DEMAND, index);
        }
        if (offer->activity == NO_INDEX) {
            lacks(known, FOCUS_LACK_ACTIVITY, index);
        }
        if (offer->use_count == 0) {
            lacks(known, FOCUS_LACK_WORK, index);
        }
    }
    items_needed(figures, needed);
    for (uint32_t i = 0; i < figures->shop->item_count; i++) {
        const struct item *item = &figures->shop->items[i];
        bool is_needed = (needed[i / 8] & 1u << i % 8) != 0;
        if (is_needed && item->supplier.index == NO_INDEX) {
            lacks(known, FOCUS_LACK_SUPPLIER, i);
        }
    }
}

const char *focus_lack_name(enum focus_lack lack)
{
    static const char *const names[FOCUS_LACKS] = {
        [FOCUS_LACK_DEMAND] = "demand",
        [FOCUS_LACK_ACTIVITY] = "activity",
        [FOCUS_LACK_WORK] = "work",
        [FOCUS_LACK_SUPPLIER] = "supplier",
    };
    return names[lack];
}

const char *focus_lacking_name(const struct focus_figures *figures, enum focus_lack lack,
                               uint32_t index)
{
    return lack == FOCUS_LACK_SUPPLIER ? figures->shop->items[index].name
                                       : figures->shop->offers[index].name;
}
