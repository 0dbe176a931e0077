/* The moment's figures -> moved by the orders of the last minutes, walked from the latest back. */
#include "pages/place_crowd.h"

#include "base/decimal.h"

enum { UNITS_EACH_MAX = 100 * PLACE_MILLION };

/* What was taken since. */
struct taken {
    uint64_t units_thousandths[STORE_MOMENT_OFFERS_MAX];
    uint64_t orders;
};

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* The moment that is nearest in time; NULL: there is none. */
static const struct moment *moment_now(const struct shop *shop, int64_t now)
{
    const struct moment *nearest = NULL;
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        if (!moment->retired &&
            (nearest == NULL || apart(moment->at, now) < apart(nearest->at, now))) {
            nearest = moment;
        }
    }
    return nearest;
}

/* Units of an offer in a moment's order, in thousandths. Without baskets: one, of any offer. */
static uint64_t basket_of(const struct moment *moment, const struct place_crowd *crowd,
                          uint32_t index)
{
    if (moment == NULL || moment->basket_count == 0) {
        return THOUSAND / crowd->offer_count;
    }
    for (uint32_t i = 0; i < moment->basket_count; i++) {
        if (moment->baskets[i].offer.index == crowd->offers[index]) {
            return (uint64_t)moment->baskets[i].mean_units_thousandths;
        }
    }
    return 0;
}

static void prior_put(const struct shop *shop, int64_t now, struct place_crowd *crowd)
{
    static const uint64_t usual_thousandths = 2000; /* two percent: moments' default */
    const struct moment *moment = moment_now(shop, now);
    uint64_t percent =
        moment == NULL ? usual_thousandths : (uint64_t)moment->conversion_thousandths;
    crowd->orders = percent * (PLACE_MILLION / (100 * THOUSAND));
    for (uint32_t i = 0; i < crowd->offer_count; i++) {
        crowd->units[i] = crowd->orders * basket_of(moment, crowd, i) / THOUSAND;
    }
}

/* ---- what was ordered ---- */

static bool counts(const struct order_view *order)
{
    return order->status >= ORDER_HELD && order->status <= ORDER_DELIVERED;
}

static void order_add(const struct promise_state *state, const struct place_crowd *crowd,
                      const struct order_view *order, struct taken *taken)
{
    bool any = false;
    for (uint32_t i = 0; i < order->line_count; i++) {
        struct order_line_view line;
        promise_order_line(state, order->number, i, &line);
        for (uint32_t k = 0; k < crowd->offer_count; k++) {
            if (crowd->offers[k] == line.offer.index) {
                taken->units_thousandths[k] += (uint64_t)line.quantity_thousandths;
                any = true;
            }
        }
    }
    taken->orders += any;
}

/* Returns the second since which everything was looked at. */
static int64_t orders_walk(const struct promise_state *state, const struct place_crowd *crowd,
                           struct taken *taken)
{
    uint32_t number = promise_order_count(state);
    struct order_view order;
    for (uint32_t i = 0; i < PLACE_ORDERS_MAX; i++, number--) {
        if (!promise_order_by_number(state, number, &order) || order.made_at < crowd->since) {
            return crowd->since;
        }
        if (counts(&order)) {
            order_add(state, crowd, &order, taken);
        }
    }
    return order.made_at;
}

static uint64_t moved(uint64_t prior, uint64_t seen_millionths, uint64_t visitors)
{
    uint64_t each =
        (PLACE_PRIOR_VISITORS * prior + seen_millionths) / (PLACE_PRIOR_VISITORS + visitors);
    return each < UNITS_EACH_MAX ? each : (uint64_t)UNITS_EACH_MAX;
}

void place_crowd_learn(struct promise_state *state, int64_t now, struct place_crowd *crowd)
{
    struct taken taken = {.orders = 0};
    prior_put(promise_state_shop(state), now, crowd);
    if (crowd->visitors < PLACE_VISITORS_LEAST) {
        return;
    }
    int64_t since = orders_walk(state, crowd, &taken);
    /* Where not all orders were looked at, as many of the visitors went in meanwhile. */
    int64_t whole = now > crowd->since ? now - crowd->since : 1;
    int64_t part = now > since ? now - since : 1;
    uint64_t visitors = crowd->visitors * (uint64_t)(part < whole ? part : whole) / (uint64_t)whole;
    crowd->orders = moved(crowd->orders, taken.orders * PLACE_MILLION, visitors);
    for (uint32_t i = 0; i < crowd->offer_count; i++) {
        crowd->units[i] = moved(crowd->units[i],
                                taken.units_thousandths[i] * (PLACE_MILLION / THOUSAND), visitors);
    }
}

uint64_t place_crowd_of(uint64_t millionths, uint32_t visitors)
{
    return (millionths * visitors + PLACE_MILLION - 1) / PLACE_MILLION;
}
