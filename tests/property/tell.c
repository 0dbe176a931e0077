/* Everything goes to the standard output, a line a step and two for its answers. An order is called
 * by its place among the oracle's orders, which is the order in which they were placed. */
#include "tests/property/tell.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *to;

static const char *const result_texts[PROMISE_RESULTS] = {
    [PROMISE_OK] = "ok",
    [PROMISE_REPEATED] = "repeated",
    [PROMISE_SOLD_OUT] = "sold out",
    [PROMISE_NEVER] = "never",
    [PROMISE_OFFER_RETIRED] = "offer retired",
    [PROMISE_BAD_QUANTITY] = "bad quantity",
    [PROMISE_TOO_MANY_LINES] = "too many lines",
    [PROMISE_OVER_CUSTOMER_LIMIT] = "over the customer's limit",
    [PROMISE_TOO_LARGE] = "too large",
    [PROMISE_NO_ORDER] = "no such order",
    [PROMISE_WRONG_STATUS] = "wrong status",
    [PROMISE_HOLD_EXPIRED] = "hold expired",
    [PROMISE_FULL] = "full",
    [PROMISE_WANT_BEYOND] = "wanted beyond the horizon",
    [PROMISE_NO_ENTRY] = "no such entry",
    [PROMISE_BAD_CHANGE] = "a change out of range",
};

static const char *const command_texts[PROMISE_COMMANDS] = {
    [PROMISE_PLACE] = "place",       [PROMISE_CONFIRM] = "confirm",
    [PROMISE_CANCEL] = "cancel",     [PROMISE_START] = "start",
    [PROMISE_DONE] = "done",         [PROMISE_SHIP] = "ship",
    [PROMISE_DELIVER] = "deliver",   [PROMISE_PAY] = "payment begins for",
    [PROMISE_EXTEND] = "longer,",    [PROMISE_WISH] = "wish",
    [PROMISE_WITHDRAW] = "withdraw",
};

static void say_thousandths(int64_t value)
{
    char text[32];
    size_t length = decimal_write(text, value, 3, true);
    fprintf(to, "%.*s", (int)length, text);
}

static void say_day(const char *before, int32_t day)
{
    char text[16];
    size_t length = day_write(text, day);
    fprintf(to, "%s%.*s", before, (int)length, text);
}

static void say_instant(const struct shop *shop, const char *before, int64_t at)
{
    char text[32];
    size_t length = instant_write(&shop->zone, text, at);
    fprintf(to, "%s%.*s", before, (int)length, text);
}

/* ---- the shop ---- */

static void say_days(const char *before, const struct day_list *days)
{
    for (uint32_t i = 0; i < days->count; i++) {
        say_day(i == 0 ? before : " ", days->days[i]);
    }
}

static void say_weekdays(const char *before, struct weekday_set set)
{
    static const char letters[] = "MTWTFSS";
    fprintf(to, "%s", before);
    for (int i = 0; i < WEEKDAYS; i++) {
        fprintf(to, "%c", (set.bits >> i & 1) != 0 ? letters[i] : '-');
    }
}

static void say_routing(const struct shop *shop, const struct routing *routing)
{
    for (uint32_t i = 0; i < routing->count; i++) {
        const struct operation *operation = &routing->operations[i];
        fprintf(to, "; %s ", shop->work_centers[operation->work_center.index].name);
        say_thousandths(operation->minutes_thousandths);
        fprintf(to, " min");
        if (operation->setup_minutes_thousandths > 0) {
            fprintf(to, " and ");
            say_thousandths(operation->setup_minutes_thousandths);
            fprintf(to, " to set up");
        }
        if (operation->crew > 1) {
            fprintf(to, ", crew of %d", operation->crew);
        }
        if (operation->whole) {
            fprintf(to, ", whole, every %d min", operation->start_every_minutes);
        }
    }
}

static void say_teams(const struct shop *shop)
{
    for (uint32_t i = 0; i < shop->work_center_count; i++) {
        const struct work_center *center = &shop->work_centers[i];
        const struct calendar *calendar = &shop->calendars[center->calendar.index];
        fprintf(to, "  team %s: %d people, efficiency ", center->name, center->people);
        say_thousandths(center->efficiency_thousandths);
        for (uint32_t k = 0; k < calendar->opening_count; k++) {
            const struct opening *opening = &calendar->openings[k];
            fprintf(to, "%s%c%c %02d:%02d-%02d:%02d", k == 0 ? "; open " : ", ",
                    "MTWTFSS"[opening->weekday], "ouehrau"[opening->weekday],
                    opening -> from_minute / 60, opening -> from_minute % 60,
                    opening -> to_minute / 60, opening -> to_minute % 60);
        }
        say_days("; closed on ", &calendar->closed);
        fprintf(to, "\n");
    }
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *staffing = &shop->staffing[i];
        fprintf(to, "  staffing %s: %+d", shop->work_centers[staffing->work_center.index].name,
                staffing->people);
        say_day(" from ", staffing->from_day);
        say_day(" to ", staffing->to_day);
        fprintf(to, "\n");
    }
}

static void say_movements(const struct shop *shop, const char *kind,
                          const struct item_movement *movements, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fprintf(to, "  %s: ", kind);
        say_thousandths(movements[i].quantity_thousandths);
        fprintf(to, " %s", shop->items[movements[i].item.index].name);
        say_day(" on ", movements[i].due_day);
        fprintf(to, "\n");
    }
}

static void say_carriers(const struct shop *shop)
{
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        const struct carrier *carrier = &shop->carriers[i];
        fprintf(to, "  carrier %s: cut-off %02d:%02d", carrier->name, carrier->cut_off_minute / 60,
                carrier->cut_off_minute % 60);
        say_weekdays(", collects ", carrier->collects);
        say_weekdays(", delivers ", carrier->delivers);
        fprintf(to, ", %d days", carrier->transit_days);
        if (carrier->max_parcels >= 0) {
            fprintf(to, ", at most %d parcels", carrier->max_parcels);
        }
        say_days(", closed on ", &carrier->closed);
        say_routing(shop, &carrier->routing);
        fprintf(to, "\n");
    }
}

static void say_offer(const struct shop *shop, const struct offer *offer)
{
    fprintf(to, "  offer %s%s: %s", offer->name, offer->retired ? " (retired)" : "",
            offer->on_site ? "on site" : shop->carriers[offer->carrier.index].name);
    for (uint32_t i = 0; i < offer->component_count; i++) {
        fprintf(to, ", ");
        say_thousandths(offer->components[i].quantity_thousandths);
        fprintf(to, " %s", shop->items[offer->components[i].item.index].name);
    }
    fprintf(to, ", %" PRId64 " minor at %d thousandths of VAT", offer->price_minor,
            offer->vat_thousandths);
    if (offer->seats > 0) {
        fprintf(to, ", %d seats", offer->seats);
    }
    if (offer->max_per_customer_thousandths >= 0) {
        fprintf(to, ", at most ");
        say_thousandths(offer->max_per_customer_thousandths);
        fprintf(to, " a customer");
    }
    say_routing(shop, &offer->routing);
    fprintf(to, "\n");
}

static void say_suppliers(const struct shop *shop)
{
    for (uint32_t i = 0; i < shop->supplier_count; i++) {
        const struct supplier *supplier = &shop->suppliers[i];
        fprintf(to, "  supplier %s%s: %d and %d days", supplier->name,
                supplier->retired ? " (retired)" : "", supplier->lead_days,
                supplier->receiving_days);
        say_weekdays(", orders on ", supplier->orders_on);
        fprintf(to, ", paid after %d days%s, at least %" PRId64 " minor\n", supplier->payment_days,
                supplier->end_of_month ? " at the month's end" : "",
                supplier->minimum_order_value_minor);
    }
}

static void say_items(const struct shop *shop)
{
    for (uint32_t i = 0; i < shop->item_count; i++) {
        const struct item *item = &shop->items[i];
        fprintf(to, "  item %s: ", item->name);
        say_thousandths(item->on_hand_thousandths);
        fprintf(to, " on hand, ");
        say_thousandths(item->keep_back_thousandths);
        fprintf(to, " kept back");
        if (item->supplier.index != NO_INDEX) {
            fprintf(to, "; from %s at %" PRId64 " minor in packs of ",
                    shop->suppliers[item->supplier.index].name, item->unit_cost_minor);
            say_thousandths(item->pack_size_thousandths);
        }
        if (item->max_units_per_week_thousandths >= 0) {
            fprintf(to, ", a week at most ");
            say_thousandths(item->max_units_per_week_thousandths);
        }
        fprintf(to, "\n");
    }
}

static void say_period(const char *before, struct period period)
{
    fprintf(to, "%s%s %d", before, period.every == PERIOD_WEEK ? "weekday" : "the month's",
            period.day);
}

static void say_cash(const struct shop *shop)
{
    const struct cash *cash = &shop->cash;
    if (!cash->present) {
        return;
    }
    fprintf(to, "  cash: %" PRId64 ", at least %" PRId64, cash->opening_balance_minor,
            cash->minimum_balance_minor);
    fprintf(to, "; paid out after %d days, fee %d, reserve %d for %d days", cash->payout_days,
            cash->payment_fee_thousandths, cash->payout_reserve_thousandths,
            cash->payout_reserve_days);
    fprintf(to, "; expects %" PRId64 " a week, materials %d", cash->expected_sales_per_week_minor,
            cash->expected_materials_thousandths);
    say_period("; VAT on ", cash->vat);
    for (uint32_t i = 0; i < cash->fixed_cost_count; i++) {
        fprintf(to, "; costs %" PRId64, cash->fixed_costs[i].amount_minor);
        say_period(" on ", cash->fixed_costs[i].due);
    }
    for (uint32_t i = 0; i < cash->bill_count; i++) {
        fprintf(to, "; owes %" PRId64, cash->bills[i].amount_minor);
        say_day(" on ", cash->bills[i].due_day);
    }
    fprintf(to, "\n");
}

static void say_shop(const struct shop *shop)
{
    const struct promise_rules *rules = &shop->promise;
    fprintf(to,
            "  rules: horizon %d days, at most %d, holds %d s (of wishes %d s) and %d s to pay, "
            "buffer %d s, %d of 60 "
            "slots\n",
            rules->horizon_days, rules->max_days, rules->hold_seconds, rules->wish_seconds,
            rules->payment_seconds, rules->buffer_seconds, rules->load_slots);
    say_teams(shop);
    say_suppliers(shop);
    say_items(shop);
    say_cash(shop);
    say_movements(shop, "receipt", shop->receipts, shop->receipt_count);
    say_movements(shop, "commitment", shop->commitments, shop->commitment_count);
    say_carriers(shop);
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        say_offer(shop, &shop->offers[i]);
    }
}

static bool has_line(const char *text, const char *line, size_t length)
{
    for (; text != NULL; text = strchr(text, '\n')) {
        text += *text == '\n';
        if (strncmp(text, line, length) == 0) {
            return true;
        }
    }
    return false;
}

/* After a change: only the lines that are new. */
void tell_shop(const struct shop *shop)
{
    static char *before;
    char *now = NULL;
    size_t length = 0;
    to = open_memstream(&now, &length);
    ASSERT(to != NULL);
    say_shop(shop);
    fclose(to);
    for (char *line = now; *line != '\0'; line = strchr(line, '\n') + 1) {
        size_t width = strcspn(line, "\n") + 1;
        if (before == NULL || !has_line(before, line, width)) {
            printf("%.*s", (int)width, line);
        }
    }
    free(before);
    before = now;
}

/* ---- steps ---- */

void tell_step(const struct shop *shop, uint32_t step, int64_t now)
{
    to = stdout;
    fprintf(to, "step %u", step);
    say_instant(shop, ", ", now);
    fprintf(to, ": ");
}

static void say_order(struct oracle *oracle, const struct order_key *key)
{
    const struct oracle_order *order = oracle_find(oracle, key);
    if (order == NULL) {
        fprintf(to, " an order that does not exist");
        return;
    }
    fprintf(to, " order %u", (unsigned)(order - oracle->orders) + 1);
}

static void say_policy(const struct shop *shop, const struct promise_ask *ask)
{
    if (ask->want.kind == WANT_DAY) {
        say_day(", wanted on ", (int32_t)ask->want.value);
    } else if (ask->want.kind == WANT_AT) {
        say_instant(shop, ", wanted at ", ask->want.value);
    }
    fprintf(to, "%s", ask->split ? ", split" : "");
    if (ask->priority > 0) {
        fprintf(to, ", priority %u", ask->priority);
    }
}

static void say_wish(struct oracle *oracle, const struct promise_command *command)
{
    const struct wish_view *known = oracle_wish_find(oracle, &command->order);
    fprintf(to, "%s", command_texts[command->kind]);
    if (known != NULL) {
        fprintf(to, " (the key of wish %u)", known->number);
    }
    if (command->kind == PROMISE_WISH) {
        fprintf(to, " for ");
        say_thousandths(command->ask.lines[0].quantity_thousandths);
        fprintf(to, " %s of customer %" PRIu64,
                oracle->shop->offers[command->ask.lines[0].offer.index].name,
                command->ask.customer.value);
        say_policy(oracle->shop, &command->ask);
        say_instant(oracle->shop, ", since ", command->since);
    }
    fprintf(to, "\n");
}

void tell_command(struct oracle *oracle, const struct promise_command *command, bool quote)
{
    to = stdout;
    if (command->kind == PROMISE_WISH || command->kind == PROMISE_WITHDRAW) {
        say_wish(oracle, command);
        return;
    }
    if (command->kind != PROMISE_PLACE) {
        fprintf(to, "%s", command_texts[command->kind]);
        say_order(oracle, &command->order);
        if (command->line != LINE_ALL) {
            fprintf(to, ", line %u", command->line);
        }
        fprintf(to, "\n");
        return;
    }
    fprintf(to, "%s %s of", quote ? "quote" : "place", command->hold ? "a hold" : "an order");
    for (uint32_t i = 0; i < command->ask.line_count; i++) {
        const struct promise_line *line = &command->ask.lines[i];
        fprintf(to, "%s ", i == 0 ? "" : " and");
        say_thousandths(line->quantity_thousandths);
        fprintf(to, " %s", oracle->shop->offers[line->offer.index].name);
    }
    if (command->ask.customer.value != 0) {
        fprintf(to, " for customer %" PRIu64, command->ask.customer.value);
    }
    say_policy(oracle->shop, &command->ask);
    if (command->ask.elsewhere) {
        fprintf(to, ", sold elsewhere");
    }
    if (command->promised_day != 0) {
        say_day(" for ", command->promised_day);
    }
    if (command->has_replaces) {
        fprintf(to, " instead of");
        say_order(oracle, &command->replaces);
    }
    if (oracle_find(oracle, &command->order) != NULL) {
        fprintf(to, ", with the key of");
        say_order(oracle, &command->order);
    }
    fprintf(to, "\n");
}

void tell_wish(const char *who, const struct wish_view *wish)
{
    printf("  %s: wish %u is %s", who, wish->number, wish_status_text(wish->status));
    if (wish->order != 0) {
        printf(", order %u", wish->order);
    }
    printf("\n");
}

void tell_answer(const struct shop *shop, const char *who, const struct promise_answer *answer)
{
    const struct promise_summary *summary = &answer->summary;
    to = stdout;
    fprintf(to, "  %s: %s", who, result_texts[answer->result]);
    if (answer->result == PROMISE_OK && summary->dates.deliver_by_day > 0) {
        if (summary->dates.has_ship_by) {
            say_instant(shop, ", ship by ", summary->dates.ship_by);
        }
        say_day(", deliver by ", summary->dates.deliver_by_day);
        say_day(", material ", summary->material_day);
        say_instant(shop, ", ready ", summary->ready_at);
    }
    if (answer->has_possible) {
        say_day(", possible ", answer->possible_day);
    }
    if (summary->limit.until > 0) {
        const char *name = promise_limit_name(shop, &summary->limit);
        fprintf(to, ", limit %s %s", promise_cause_text(summary->limit.cause),
                name == NULL ? "" : name);
        say_instant(shop, " until ", summary->limit.until);
    }
    fprintf(to, "\n");
}
