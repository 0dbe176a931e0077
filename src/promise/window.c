/* Midnights are looked up once a day instead of at each question: a zone's rules are a search, a
 * planned line asks for the day of an instant several times. On days of 23 or 25 hours the table
 * simply has other distances. */
#include "promise/window.h"

#include "base/assert.h"

void window_set(struct window *window, const struct zone *zone, int32_t today, int32_t horizon_days,
                int32_t days)
{
    ASSERT(horizon_days >= 1);
    ASSERT(days >= horizon_days && days <= WINDOW_DAYS_MAX);
    window->today = today;
    window->horizon_days = horizon_days;
    window->days = days;
    for (int32_t i = 0; i <= days; i++) {
        window->midnights[i] = zone_instant(zone, today + i, 0);
    }
}

bool day_list_has(const struct day_list *list, int32_t day)
{
    uint32_t low = 0;
    uint32_t high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (list->days[middle] < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->count && list->days[low] == day;
}
