/* Rows of pages/demand.h -> a table for the terminal. */
#include "commands/demand_text.h"

#include "base/decimal.h"
#include "commands/show.h"
#include "pages/left_task.h"
#include "report/table.h"

#include <inttypes.h>
#include <stdio.h>

static void row_write(struct call *call, const struct shop *shop, const struct demand_offer *row,
                      struct table *table)
{
    char number[SHOW_BYTES];
    int64_t minutes = demand_minutes_left(row);
    bool soon = minutes >= 0 && minutes < 60;
    table_cell_format(table, "  %s", shop->offers[row->offer.index].name);
    table_cell_string(table, show_quantity(call->language, number,
                                           demand_a_minute((int64_t)row->orders * THOUSAND)));
    table_cell_string(
        table, show_quantity(call->language, number, demand_a_minute(row->quantity_thousandths)));
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
    call_title(call, call_say(call, "Demand of the last 5 minutes, and what can be promised",
                              "Demande des 5 dernières minutes, et ce qui peut être promis"));
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < demand->count; i++) {
        row_write(call, shop, &demand->offers[i], &table);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}
