/* ecluse board: one look at what was promised and whether it will be kept.
 *
 *   SQL tables -> statuses, kept, at risk, next ship-bys, wishes (board_figures.h)
 *   the core's state -> load of each work center, day by day; alarms, cash, demand (demand.h)
 *
 * Load is taken of what may be promised (load_limit included): a full bar means that the day has
 * nothing left to promise, not that people have no minute left. */
#include "commands/alarms.h"
#include "commands/board_figures.h"
#include "commands/commands.h"
#include "commands/demand_text.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "commands/wishes_show.h"
#include "pages/answer_json.h"
#include "report/table.h"

#include <inttypes.h>

enum { LOAD_DAYS = 7, BAR_COLUMNS = 4, PERCENT_WARN = 80 };

static const char *const examples[] = {
    "ecluse board shop.db",
    "ecluse board shop.db --lang fr",
    NULL,
};

const struct manual board_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .text =
        "Shows orders by status, promises kept (against the first promise, which never "
        "changes), orders at\n"
        "risk (not shipped and due within 24 hours, or past), alarms (purchases unsent or "
        "overdue, promises\n"
        "late or broken, items and cash that will be short), the lowest point of cash, what the "
        "moment's offers and\n"
        "those just sold sell a minute beside how many more could be promised, how many wishes "
        "wait or are held\n"
        "and unanswered, what the shop behind has sold that no offer is, the load of each work "
        "center for 7\n"
        "days, and how many orders leave when.\n"
        "Reads beside a running server. Colour only on a terminal, not with\n"
        "NO_COLOR set.\n"
        "Exit codes: 0 done, 2 no such database, 3 fault.",
    .examples = examples,
};

struct load {
    uint32_t days;
    struct load_day of[LIMIT_WORK_CENTERS][LOAD_DAYS];
};

/* What is read off the core's state. */
struct look {
    struct load load;
    struct alarms alarms;
    bool has_cash;
    struct cash_day lowest;
    struct demand demand;
    struct origins *origins;
};

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct cash_day days[LIMIT_HORIZON_DAYS];
    uint32_t count;
    struct look *look = context;
    struct load *load = &look->load;
    alarms_fill(state, &look->alarms);
    demand_fill(state, now, LIMIT_ORDER_LINES, &look->demand);
    look->has_cash = promise_cash(state, days, &count, &look->lowest);
    const struct shop *shop = promise_state_shop(state);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        load->days =
            promise_load(state, (struct work_center_id){(uint16_t)i}, load->of[i], LOAD_DAYS);
    }
}

static int percent_of(const struct load_day *day)
{
    return day->promisable > 0 ? (int)(day->taken * 100 / day->promisable)
           : day->taken > 0    ? 100
                               : 0;
}

/* ---- text ---- */

static void kept_write(struct call *call, const char *label, int64_t kept, int64_t all)
{
    if (all > 0) {
        text_append_format(&call->out, "  %s %" PRId64 " / %" PRId64 " (%" PRId64 "%s)\n", label,
                           kept, all, kept * 100 / all, call_say(call, "%", "\u00a0%"));
    }
}

static void statuses_write(struct call *call, const struct board_figures *figures)
{
    call_title(call, call_say(call, "Orders", "Commandes"));
    const char *gap = "  ";
    for (int i = ORDER_HELD; i < ORDER_STATUSES; i++) {
        if (figures->orders[i] > 0) {
            bool plural = call->language == LANGUAGE_FR && figures->orders[i] > 1;
            text_append_format(&call->out, "%s%" PRId64 " %s%s", gap, figures->orders[i],
                               show_status(call->language, order_status_text((enum order_status)i)),
                               plural ? "s" : "");
            gap = ", ";
        }
    }
    text_append_format(&call->out, "%s\n",
                       gap[0] == ' ' ? call_say(call, "  none yet", "  aucune encore") : "");
    if (figures->shipped + figures->delivered > 0) {
        call_title(call, call_say(call, "First promises kept", "Premières promesses tenues"));
        kept_write(call, call_say(call, "shipped in time  ", "expédiées à temps"),
                   figures->shipped_in_time, figures->shipped);
        kept_write(call, call_say(call, "delivered in time", "livrées à temps  "),
                   figures->delivered_in_time, figures->delivered);
    }
}

static bool risks_write(struct call *call, const struct shop *shop,
                        const struct board_figures *figures, const struct origins *origins)
{
    const struct table_column columns[] = {{"", TABLE_LEFT, false},
                                           {"", TABLE_LEFT, false},
                                           {"", TABLE_LEFT, false},
                                           {"", TABLE_LEFT, false}};
    call_title(call, call_say(call, "At risk", "À risque"));
    text_append_format(&call->out, "  %" PRId64 " %s, %" PRId64 " %s\n", figures->late,
                       call_say(call, "late", "en retard"), figures->near,
                       call_say(call, "due within 24 hours", "à moins de 24 heures"));
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < figures->risk_count; i++) {
        const struct board_risk *risk = &figures->risks[i];
        const char *origin = origins_name(origins, risk->number);
        char due[SHOW_BYTES];
        table_cell_format(&table, origin[0] != '\0' ? "  %s (%s)" : "  %s", risk->order, origin);
        table_cell_string(&table, show_status(call->language, risk->status));
        table_cell_string(&table, risk->has_ship_by
                                      ? show_instant(call->language, shop, due, risk->ship_by)
                                      : show_day(call->language, due, risk->deliver_by_day));
        table_cell_tone(&table,
                        slice_of(risk->late ? call_say(call, "late", "en retard")
                                            : call_say(call, "soon", "bientôt")),
                        risk->late ? TABLE_BAD : TABLE_WARN);
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static void load_cell(struct table *table, const struct load_day *day)
{
    struct text cell;
    text_init(&cell, 256);
    int percent = percent_of(day);
    if (day->promisable == 0 && day->taken == 0) {
        text_append_string(&cell, "·");
    } else {
        table_bar_append(&cell, day->taken, day->promisable, BAR_COLUMNS);
        text_append_format(&cell, "%3d%%", percent < 999 ? percent : 999);
    }
    enum table_tone tone = percent >= 100            ? TABLE_BAD
                           : percent >= PERCENT_WARN ? TABLE_WARN
                                                     : TABLE_PLAIN;
    table_cell_tone(table, text_slice(&cell), tone);
    text_free(&cell);
}

static bool load_write(struct call *call, const struct shop *shop, const struct load *load)
{
    struct table_column columns[1 + LOAD_DAYS] = {{"", TABLE_LEFT, true}};
    char titles[LOAD_DAYS][SHOW_BYTES];
    struct table table;
    if (load->days == 0) {
        return true;
    }
    for (uint32_t d = 0; d < load->days; d++) {
        columns[1 + d] = (struct table_column){
            show_day_short(call->language, titles[d], load->of[0][d].day), TABLE_RIGHT, false};
    }
    call_title(call, call_say(call, "Load (of what may be promised)",
                              "Charge (de ce qui peut être promis)"));
    table_init(&table, columns, 1 + load->days);
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        if (shop->work_centers[i].retired) {
            continue;
        }
        table_cell_format(&table, "  %s", shop->work_centers[i].name);
        for (uint32_t d = 0; d < load->days; d++) {
            load_cell(&table, &load->of[i][d]);
        }
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static void ship_bys_write(struct call *call, const struct shop *shop,
                           const struct board_figures *figures)
{
    call_title(call, call_say(call, "Next to leave", "Prochains départs"));
    for (uint32_t i = 0; i < figures->ship_by_count; i++) {
        char at[SHOW_BYTES];
        text_append_format(&call->out, "  %s  %" PRId64 " %s\n",
                           show_instant(call->language, shop, at, figures->ship_bys[i].ship_by),
                           figures->ship_bys[i].orders,
                           figures->ship_bys[i].orders == 1
                               ? call_say(call, "order", "commande")
                               : call_say(call, "orders", "commandes"));
    }
    if (figures->ship_by_count == 0) {
        text_append_format(&call->out, "%s\n", call_say(call, "  none", "  aucun"));
    }
}

static void wishes_write(struct call *call, const struct wishes_counts *wishes)
{
    if (wishes->waiting + wishes->held > 0) {
        call_title(call, call_say(call, "Wishes", "Souhaits"));
        text_append_string(&call->out, "  ");
        wishes_summary(call, wishes, false);
        text_append_char(&call->out, '\n');
    }
}

/* What the shop behind has sold and no offer here is. */
static void unknown_write(struct call *call, const struct origins *origins)
{
    if (origins->unknown_count == 0) {
        return;
    }
    call_title(call, call_say(call, "Sold by the shop behind, unknown here",
                              "Vendu par la boutique, inconnu ici"));
    for (uint32_t i = 0; i < origins->unknown_count && i < ORIGINS_UNKNOWN_MAX; i++) {
        text_append_string(&call->out, "  ");
        (void)table_text_append(&call->out, slice_of(origins->unknown[i].name), 0);
        text_append_string(&call->out, "  ");
        (void)table_text_append(&call->out, slice_of(origins->unknown[i].what), 0);
        text_append_char(&call->out, '\n');
    }
    if (origins->unknown_count > ORIGINS_UNKNOWN_MAX) {
        text_append_format(&call->out, "  %s %u\n", call_say(call, "and more:", "et :"),
                           origins->unknown_count - ORIGINS_UNKNOWN_MAX);
    }
}

static void alarms_write(struct call *call, const struct shop *shop, const struct look *look)
{
    char amount[SHOW_BYTES];
    char day[SHOW_BYTES];
    call_title(call, call_say(call, "Alarms", "Alarmes"));
    alarms_text(call, shop, &look->alarms, "  ");
    if (look->alarms.count == 0) {
        text_append_format(&call->out, "%s\n", call_say(call, "  none", "  aucune"));
    }
    if (look->has_cash) {
        call_title(call, call_say(call, "Cash", "Trésorerie"));
        text_append_format(&call->out,
                           call_say(call, "  at its lowest %s on %s\n", "  au plus bas %s le %s\n"),
                           show_money(call->language, shop, amount, look->lowest.balance),
                           show_day(call->language, day, look->lowest.day));
    }
}

static bool board_text(struct call *call, const struct shop_open *open,
                       const struct board_figures *figures, const struct look *look)
{
    char now[SHOW_BYTES];
    (void)table_text_append(&call->out, slice_of(open->shop->name), 0);
    text_append_format(&call->out, "  %s\n",
                       show_instant(call->language, open->shop, now, open->now));
    statuses_write(call, figures);
    bool written = risks_write(call, open->shop, figures, look->origins);
    written = written && demand_text(call, open->shop, &look->demand);
    wishes_write(call, &figures->wishes);
    unknown_write(call, look->origins);
    alarms_write(call, open->shop, look);
    written = written && load_write(call, open->shop, &look->load);
    ship_bys_write(call, open->shop, figures);
    return written;
}

/* ---- JSON ---- */

static void instant_json(struct text *to, const struct shop *shop, int64_t at)
{
    char value[32];
    (void)instant_write(&shop->zone, value, at);
    text_append_format(to, "\"%s\"", value);
}

static void risks_json(struct text *to, const struct shop *shop,
                       const struct board_figures *figures, const struct origins *origins)
{
    text_append_format(to, ",\"at_risk\":{\"late\":%" PRId64 ",\"near\":%" PRId64 ",\"orders\":[",
                       figures->late, figures->near);
    for (uint32_t i = 0; i < figures->risk_count; i++) {
        const struct board_risk *risk = &figures->risks[i];
        char day[16];
        (void)day_write(day, risk->deliver_by_day);
        text_append_format(to,
                           "%s{\"order\":\"%s\",\"status\":\"%s\",\"ship_by\":", i == 0 ? "" : ",",
                           risk->order, risk->status);
        if (risk->has_ship_by) {
            instant_json(to, shop, risk->ship_by);
        } else {
            text_append_string(to, "null");
        }
        const char *origin = origins_name(origins, risk->number);
        if (origin[0] != '\0') {
            text_append_char(to, ',');
            text_append_json_member(to, "origin", origin);
        }
        text_append_format(to, ",\"deliver_by\":\"%s\",\"late\":%s}", day,
                           risk->late ? "true" : "false");
    }
    text_append_string(to, "]}");
}

static void load_json(struct text *to, const struct shop *shop, const struct load *load)
{
    bool first = true;
    text_append_string(to, ",\"load\":[");
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        if (shop->work_centers[i].retired) {
            continue;
        }
        text_append_format(to, "%s{\"work_center\":\"%s\",\"days\":[", first ? "" : ",",
                           shop->work_centers[i].name);
        first = false;
        for (uint32_t d = 0; d < load->days; d++) {
            const struct load_day *day = &load->of[i][d];
            char date[16];
            (void)day_write(date, day->day);
            text_append_format(to,
                               "%s{\"date\":\"%s\",\"promisable_minutes\":%" PRId64
                               ",\"taken_minutes\":%" PRId64 "}",
                               d == 0 ? "" : ",", date, day->promisable / 4, day->taken / 4);
        }
        text_append_string(to, "]}");
    }
    text_append_char(to, ']');
}

static void cash_json(struct text *to, const struct shop *shop, const struct look *look)
{
    if (!look->has_cash) {
        text_append_string(to, ",\"cash\":null");
        return;
    }
    text_append_string(to, ",\"cash\":{\"lowest\":");
    answer_json_money(to, shop, look->lowest.balance);
    text_append_string(to, ",\"on\":");
    answer_json_day(to, look->lowest.day);
    text_append_string(to, ",\"minimum\":");
    answer_json_money(to, shop, shop->cash.minimum_balance_minor);
    text_append_char(to, '}');
}

static void board_json(struct call *call, const struct shop_open *open,
                       const struct board_figures *figures, const struct look *look)
{
    struct text *to = &call->out;
    text_append_string(to, "{\"now\":");
    instant_json(to, open->shop, open->now);
    text_append_string(to, ",\"orders\":{");
    for (int i = ORDER_HELD; i < ORDER_STATUSES; i++) {
        text_append_format(to, "%s\"%s\":%" PRId64, i == ORDER_HELD ? "" : ",",
                           order_status_text((enum order_status)i), figures->orders[i]);
    }
    text_append_format(to,
                       "},\"kept\":{\"shipped\":%" PRId64 ",\"shipped_in_time\":%" PRId64
                       ",\"delivered\":%" PRId64 ",\"delivered_in_time\":%" PRId64 "}",
                       figures->shipped, figures->shipped_in_time, figures->delivered,
                       figures->delivered_in_time);
    risks_json(to, open->shop, figures, look->origins);
    text_append_string(to, ",\"demand\":");
    demand_json(to, open->shop, &look->demand);
    text_append_string(to, ",\"wishes\":");
    wishes_counts_json(to, &figures->wishes);
    text_append_char(to, ',');
    alarms_json(to, open->shop, &look->alarms);
    text_append_char(to, ',');
    origins_unknown_json(to, look->origins);
    cash_json(to, open->shop, look);
    load_json(to, open->shop, &look->load);
    text_append_string(to, ",\"next_ship_bys\":[");
    for (uint32_t i = 0; i < figures->ship_by_count; i++) {
        text_append_string(to, i == 0 ? "{\"ship_by\":" : ",{\"ship_by\":");
        instant_json(to, open->shop, figures->ship_bys[i].ship_by);
        text_append_format(to, ",\"orders\":%" PRId64 "}", figures->ship_bys[i].orders);
    }
    text_append_string(to, "]}\n");
}

static int board_write(struct call *call, const struct shop_open *open,
                       const struct board_figures *figures, struct look *look)
{
    alarms_origins(&look->alarms, look->origins);
    if (call->json) {
        board_json(call, open, figures, look);
    } else if (!board_text(call, open, figures, look)) {
        return call_error(EXIT_FAULT, "no memory for the board; free some and try again");
    }
    return EXIT_DONE;
}

int board_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct board_figures figures;
    struct look look = {.load = {.days = 0}};
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    if (open.is_file) {
        code = call_error(
            EXIT_USAGE, "%s is a shop file and has no orders; give its database (.db)", open.path);
    } else if (board_figures_read(open.path, call->env, open.shop, open.now, &figures, &fault) !=
                   STATUS_OK ||
               origins_open(open.path, call->env, &look.origins, &fault) != STATUS_OK ||
               shop_ask(&open, ask_core, &look, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        code = board_write(call, &open, &figures, &look);
    }
    origins_close(look.origins);
    shop_close(&open);
    return code;
}
