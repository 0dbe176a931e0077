/* The days that the core looks at: today .. today + days - 1, with the instant at which each
 * begins.
 *
 * `horizon_days` of them may be promised. `days` is longer only after a shop file shortened its
 * horizon while reservations lay beyond the new one: those keep their place until their day comes.
 * Every table over time (stock, hours, parcels) is indexed by day - today, and all are moved
 * together when a day begins. */
#ifndef ECLUSE_PROMISE_WINDOW_H
#define ECLUSE_PROMISE_WINDOW_H

#include "model/shop.h"

enum {
    /* The longest horizon, and a little: a zone that is changed may take today back by a day. */
    WINDOW_DAYS_MAX = LIMIT_HORIZON_DAYS + 6
};

struct window {
    int32_t today;
    int32_t horizon_days;
    int32_t days;
    int64_t
        midnights[WINDOW_DAYS_MAX + 1]; /* of today, ..., today + days: instants of local 00:00 */
};

void window_set(struct window *window, const struct zone *zone, int32_t today, int32_t horizon_days,
                int32_t days);

bool day_list_has(const struct day_list *list, int32_t day);

/* The instant after the last one that may be promised. */
static inline int64_t window_horizon_end(const struct window *window)
{
    return window->midnights[window->horizon_days];
}

/* The index (day - today) of the day of an instant within the window: a day is never far from
 * 86,400 seconds, so the guess is at most one off. */
static inline int32_t window_index_of(const struct window *window, int64_t at)
{
    int32_t guess = (int32_t)((at - window->midnights[0]) / DAY_SECONDS);
    guess = guess < 0 ? 0 : guess >= window->days ? window->days - 1 : guess;
    while (guess > 0 && at < window->midnights[guess]) {
        guess--;
    }
    while (guess + 1 < window->days && at >= window->midnights[guess + 1]) {
        guess++;
    }
    return guess;
}

#endif
