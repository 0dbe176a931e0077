/* Orders are walked from the latest back, as far as the minutes reach, and counted by offer; then
 * the rows are chosen, and the core is asked about each. */
#include "pages/demand.h"

#include "base/decimal.h"
#include "pages/answer_json.h"
#include "pages/left_task.h"

#include <inttypes.h>
enum { LASTS_MINUTES_MAX = 24 * 60 };

/* What was taken of each offer. */
struct taken {
    uint32_t orders;
    int64_t quantity_thousandths;
};

static bool counts(const struct order_view *order)
{
    return order->status >= ORDER_HELD && order->status <= ORDER_DELIVERED;
}

static void order_count(struct promise_state *state, const struct order_view *order,
                        struct taken taken[LIMIT_OFFERS])
{
    for (uint32_t i = 0; i < order->line_count; i++) {
        struct order_line_view line;
        promise_order_line(state, order->number, i, &line);
        taken[line.offer.index].orders++;
        taken[line.offer.index].quantity_thousandths += line.quantity_thousandths;
    }
}

static void orders_count(struct promise_state *state, int64_t now, struct taken taken[LIMIT_OFFERS])
{
    uint32_t number = promise_order_count(state);
    struct order_view order;
    for (uint32_t i = 0; i < DEMAND_ORDERS_MAX && promise_order_by_number(state, number, &order);
         i++, number--) {
        if (order.made_at <= now - DEMAND_MINUTES * 60) {
            return;
        }
        if (counts(&order) && order.made_at <= now) {
            order_count(state, &order, taken);
        }
    }
}

/* Of what was taken, so that it is not chosen again. */
static void row_add(struct demand *demand, uint16_t offer, struct taken taken[LIMIT_OFFERS])
{
    if (demand->count < DEMAND_OFFERS_MAX) {
        demand->offers[demand->count++] =
            (struct demand_offer){.offer = {offer},
                                  .orders = taken[offer].orders,
                                  .quantity_thousandths = taken[offer].quantity_thousandths};
        taken[offer] = (struct taken){.orders = 0};
    }
}

static void moment_add(struct demand *demand, const struct shop *shop,
                       struct taken taken[LIMIT_OFFERS])
{
    const struct offer_list *moment = &shop->gate.moment_offers;
    for (uint32_t i = 0; i < moment->count; i++) {
        if (!shop->offers[moment->offers[i].index].retired) {
            row_add(demand, moment->offers[i].index, taken);
        }
    }
}

static void most_sold_add(struct demand *demand, const struct shop *shop,
                          struct taken taken[LIMIT_OFFERS])
{
    while (demand->count < DEMAND_OFFERS_MAX) {
        uint16_t most = 0;
        for (uint16_t i = 1; i < shop->offer_count; i++) {
            most = taken[i].quantity_thousandths > taken[most].quantity_thousandths ? i : most;
        }
        if (taken[most].quantity_thousandths == 0) {
            return;
        }
        row_add(demand, most, taken);
    }
}

static void promise_look(struct promise_state *state, int64_t now, uint32_t lines_most,
                         struct demand_offer *row)
{
    const struct promise_line line = {row->offer, THOUSAND};
    const struct promise_command command = {
        .kind = PROMISE_PLACE, .now = now, .hold = true, .ask = {.line_count = 1, .lines = &line}};
    struct promise_answer answer;
    promise_quote(state, &command, &answer, NULL);
    row->dated = answer.result == PROMISE_OK;
    row->deliver_by_day = answer.summary.dates.deliver_by_day;
    row->left =
        row->dated ? left_find(state, now, row->offer.index, LEFT_UNITS_MAX, lines_most) : 0;
    row->wishes = promise_wish_demand(state, row->offer);
}

void demand_fill(struct promise_state *state, int64_t now, uint32_t lines_most,
                 struct demand *demand)
{
    struct taken taken[LIMIT_OFFERS] = {{.orders = 0}};
    const struct shop *shop = promise_state_shop(state);
    demand->count = 0;
    orders_count(state, now, taken);
    moment_add(demand, shop, taken);
    most_sold_add(demand, shop, taken);
    for (uint32_t i = 0; i < demand->count; i++) {
        promise_look(state, now, lines_most, &demand->offers[i]);
    }
}

/* ---- telling ---- */

int64_t demand_minutes_left(const struct demand_offer *row)
{
    int64_t pace = demand_a_minute(row->quantity_thousandths);
    if (pace == 0 || row->left == LEFT_UNITS_MAX) {
        return -1;
    }
    int64_t minutes = (int64_t)row->left * THOUSAND / pace;
    return minutes <= LASTS_MINUTES_MAX ? minutes : -1;
}

void demand_json(struct text *to, const struct shop *shop, const struct demand *demand)
{
    text_append_char(to, '[');
    for (uint32_t i = 0; i < demand->count; i++) {
        const struct demand_offer *row = &demand->offers[i];
        int64_t minutes = demand_minutes_left(row);
        text_append_format(to, "%s{\"offer\":\"%s\",\"orders_per_minute\":", i == 0 ? "" : ",",
                           shop->offers[row->offer.index].name);
        answer_json_quantity(to, demand_a_minute((int64_t)row->orders * THOUSAND));
        text_append_string(to, ",\"units_per_minute\":");
        answer_json_quantity(to, demand_a_minute(row->quantity_thousandths));
        text_append_format(to, ",\"left\":%" PRIu32 ",\"minutes_left\":", row->left);
        if (minutes >= 0) {
            text_append_integer(to, minutes);
        } else {
            text_append_string(to, "null");
        }
        text_append_format(to, ",\"wishes\":%" PRIu32 ",\"units_wished\":", row->wishes.waiting);
        answer_json_quantity(to, (int64_t)row->wishes.quantity_thousandths);
        text_append_string(to, ",\"deliver_by\":");
        if (row->dated) {
            answer_json_day(to, row->deliver_by_day);
        } else {
            text_append_string(to, "null");
        }
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}
