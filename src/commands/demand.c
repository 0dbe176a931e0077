/* Orders are walked from the latest back, as far as the minutes reach, and counted by offer; then
 * the rows are chosen, and the core is asked about each. */
#include "commands/demand.h"

#include "base/decimal.h"
#include "commands/show.h"
#include "pages/answer_json.h"
#include "pages/left_task.h"
#include "report/table.h"

#include <inttypes.h>
#include <stdio.h>

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

static void promise_look(struct promise_state *state, int64_t now, struct demand_offer *row)
{
    const struct promise_line line = {row->offer, THOUSAND};
    const struct promise_command command = {
        .kind = PROMISE_PLACE, .now = now, .hold = true, .ask = {.line_count = 1, .lines = &line}};
    struct promise_answer answer;
    promise_quote(state, &command, &answer, NULL);
    row->dated = answer.result == PROMISE_OK;
    row->deliver_by_day = answer.summary.dates.deliver_by_day;
    row->left = row->dated ? left_find(state, now, row->offer.index, LEFT_UNITS_MAX) : 0;
    row->wishes = promise_wish_demand(state, row->offer);
}

void demand_fill(struct promise_state *state, int64_t now, struct demand *demand)
{
    struct taken taken[LIMIT_OFFERS] = {{.orders = 0}};
    const struct shop *shop = promise_state_shop(state);
    demand->count = 0;
    orders_count(state, now, taken);
    moment_add(demand, shop, taken);
    most_sold_add(demand, shop, taken);
    for (uint32_t i = 0; i < demand->count; i++) {
        promise_look(state, now, &demand->offers[i]);
    }
}

/* ---- showing ---- */

/* Thousandths. */
static int64_t a_minute(int64_t thousandths)
{
    return thousandths / DEMAND_MINUTES;
}

/* At the pace of the last minutes what is left is gone in so many; -1: it is not. */
static int64_t minutes_left(const struct demand_offer *row)
{
    int64_t pace = a_minute(row->quantity_thousandths);
    if (pace == 0 || row->left == LEFT_UNITS_MAX) {
        return -1;
    }
    int64_t minutes = (int64_t)row->left * THOUSAND / pace;
    return minutes <= LASTS_MINUTES_MAX ? minutes : -1;
}

static void row_write(struct call *call, const struct shop *shop, const struct demand_offer *row,
                      struct table *table)
{
    char number[SHOW_BYTES];
    int64_t minutes = minutes_left(row);
    bool soon = minutes >= 0 && minutes < 60;
    table_cell_format(table, "  %s", shop->offers[row->offer.index].name);
    table_cell_string(
        table, show_quantity(call->language, number, a_minute((int64_t)row->orders * THOUSAND)));
    table_cell_string(table,
                      show_quantity(call->language, number, a_minute(row->quantity_thousandths)));
    if (row->left == LEFT_UNITS_MAX) {
        table_cell_string(table, call_say(call, "plenty", "beaucoup"));
    } else {
        table_cell_format(table, "%" PRIu32, row->left);
    }
    if (minutes < 0) {
        table_cell_string(table, row->left == 0 ? "" : "·");
    } else {
        char lasts[SHOW_BYTES];
        (void)snprintf(lasts, sizeof lasts, "%" PRId64 " min", minutes);
        table_cell_tone(table, slice_of(lasts), soon ? TABLE_WARN : TABLE_PLAIN);
    }
    table_cell_format(table, "%" PRIu32, row->wishes.waiting);
    if (row->dated) {
        table_cell_string(table, show_day(call->language, number, row->deliver_by_day));
    } else {
        table_cell_tone(table, slice_of(call_say(call, "sold out", "épuisé")), TABLE_BAD);
    }
}

bool demand_text(struct call *call, const struct shop *shop, const struct demand *demand)
{
    const struct table_column columns[] = {
        {call_say(call, "  offer", "  offre"), TABLE_LEFT, true},
        {call_say(call, "orders/min", "cdes/min"), TABLE_RIGHT, false},
        {call_say(call, "units/min", "unités/min"), TABLE_RIGHT, false},
        {call_say(call, "left", "restent"), TABLE_RIGHT, false},
        {call_say(call, "lasts", "durée"), TABLE_RIGHT, false},
        {call_say(call, "wishes", "souhaits"), TABLE_RIGHT, false},
        {call_say(call, "promised for", "promis pour"), TABLE_LEFT, false}};
    struct table table;
    if (demand->count == 0) {
        return true;
    }
    text_append_format(&call->out, "\n%s%s%s\n", call->terminal.colour ? "\x1b[1m" : "",
                       call_say(call, "Demand of the last 5 minutes, and what can be promised",
                                "Demande des 5 dernières minutes, et ce qui peut être promis"),
                       call->terminal.colour ? table_tone_end() : "");
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < demand->count; i++) {
        row_write(call, shop, &demand->offers[i], &table);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

void demand_json(struct text *to, const struct shop *shop, const struct demand *demand)
{
    text_append_char(to, '[');
    for (uint32_t i = 0; i < demand->count; i++) {
        const struct demand_offer *row = &demand->offers[i];
        int64_t minutes = minutes_left(row);
        text_append_format(to, "%s{\"offer\":\"%s\",\"orders_per_minute\":", i == 0 ? "" : ",",
                           shop->offers[row->offer.index].name);
        answer_json_quantity(to, a_minute((int64_t)row->orders * THOUSAND));
        text_append_string(to, ",\"units_per_minute\":");
        answer_json_quantity(to, a_minute(row->quantity_thousandths));
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
