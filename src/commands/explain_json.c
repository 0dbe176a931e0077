/* The same way as explain.c shows it, as JSON: more keys where there is more to say (a purchase, a
 * session, work in one piece), none that is always null. */
#include "commands/explain.h"

#include "base/decimal.h"

static void key_instant(const struct explain *explain, struct text *to, const char *key, int64_t at)
{
    char value[32];
    (void)instant_write(&explain->shop->zone, value, at);
    text_append_json_member(to, key, value);
}

static void key_day(struct text *to, const char *key, int32_t day)
{
    char value[16];
    (void)day_write(value, day);
    text_append_json_member(to, key, value);
}

static void key_number(struct text *to, const char *key, int64_t thousandths)
{
    char value[32];
    (void)decimal_write(value, thousandths, 3, true);
    text_append_format(to, "\"%s\":%s", key, value);
}

static void key_money(const struct explain *explain, struct text *to, const char *key,
                      int64_t minor)
{
    char value[32];
    (void)decimal_write(value, minor, explain->shop->currency.decimals, false);
    text_append_json_member(to, key, value);
}

static void operation_json(const struct explain *explain, const struct planned_operation *planned,
                           const struct operation *operation, int64_t quantity, struct text *to)
{
    text_append_char(to, '{');
    text_append_json_member(to, "work_center",
                            explain->shop->work_centers[planned->work_center].name);
    text_append_format(to, ",\"crew\":%d,\"slots\":%u,", planned->crew, planned->slot_count);
    key_number(to, "standard_minutes", explain_minutes(operation, quantity));
    text_append_char(to, ',');
    key_number(to, "minutes", (int64_t)planned->slot_count * THOUSAND / 4);
    if (operation->whole) {
        text_append_format(to, ",\"whole\":true,\"start_every\":%d",
                           operation->start_every_minutes);
    }
    text_append_string(to, ",\"runs\":[");
    for (uint32_t at = 0, shown = 0; at < planned->run_count; shown++) {
        int64_t from;
        int64_t until;
        explain_run(explain->plan, planned, &at, &from, &until);
        text_append_string(to, shown == 0 ? "{" : ",{");
        key_instant(explain, to, "from", from);
        text_append_char(to, ',');
        key_instant(explain, to, "to", until);
        text_append_char(to, '}');
    }
    text_append_string(to, "]}");
}

static void purchase_json(const struct explain *explain, const struct explain_item *item,
                          struct text *to)
{
    const struct planned_purchase *purchase = &explain->plan->purchases[item->purchase];
    const struct supplier *supplier = &explain->shop->suppliers[purchase->supplier.index];
    const struct item *of = &explain->shop->items[item->item.index];
    text_append_string(to, ",\"bought\":{");
    text_append_json_member(to, "supplier", supplier->name);
    text_append_char(to, ',');
    key_number(to, "short", item->needed_thousandths - item->atp_thousandths);
    text_append_char(to, ',');
    key_number(to, "pack_size", of->pack_size_thousandths);
    text_append_char(to, ',');
    key_number(to, "in_packs", item->packed_thousandths);
    text_append_char(to, ',');
    key_number(to, "quantity", purchase->quantity_thousandths);
    text_append_char(to, ',');
    key_money(explain, to, "value_before", item->before_minor);
    text_append_char(to, ',');
    key_money(explain, to, "minimum_order_value", supplier->minimum_order_value_minor);
    text_append_char(to, ',');
    key_day(to, "first_order_day", item->first_order_day);
    text_append_char(to, ',');
    key_day(to, "order_day", purchase->order_day);
    text_append_format(to, ",\"lead_days\":%d,\"receiving_days\":%d,\"cash_days\":%d,",
                       supplier->lead_days, supplier->receiving_days, purchase->cash_days);
    key_day(to, "usable_on", purchase->due_day);
    text_append_char(to, '}');
}

static void item_json(const struct explain *explain, const struct explain_item *item,
                      struct text *to)
{
    text_append_char(to, '{');
    text_append_json_member(to, "item", explain->shop->items[item->item.index].name);
    text_append_char(to, ',');
    key_number(to, "needs", item->needed_thousandths);
    text_append_char(to, ',');
    key_number(to, "available", item->atp_thousandths);
    text_append_char(to, ',');
    key_day(to, item->has_day ? "from" : "until", item->day);
    if (item->receipt_thousandths > 0) {
        text_append_char(to, ',');
        key_number(to, "receipt", item->receipt_thousandths);
    }
    if (item->purchase != NO_PURCHASE) {
        purchase_json(explain, item, to);
    }
    text_append_char(to, '}');
}

static void material_json(const struct explain *explain, uint32_t g, struct text *to)
{
    const struct explain_facts *facts = explain->facts;
    text_append_string(to, "\"material\":[");
    for (uint32_t i = 0; i < facts->count[g]; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        item_json(explain, &facts->items[facts->first[g] + i], to);
    }
    text_append_string(to, "],");
}

static void session_json(const struct explain *explain, const struct planned_line *line,
                         struct text *to)
{
    const struct planned_session *session = &explain->plan->sessions[line->session];
    text_append_format(to, ",\"session\":{\"new\":%s,\"seats_free\":%u,",
                       session->number == 0 ? "true" : "false",
                       explain->facts->seats_free[line->session]);
    key_instant(explain, to, "starts_at", session->start);
    text_append_char(to, ',');
    key_instant(explain, to, "ends_at", session->end);
    text_append_char(to, '}');
}

static void lines_json(const struct explain *explain, uint32_t g, struct text *to)
{
    const struct promise_plan *plan = explain->plan;
    text_append_string(to, "\"lines\":[");
    bool first = true;
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        const struct offer *offer = &explain->shop->offers[line->offer.index];
        if (line->group != g) {
            continue;
        }
        text_append_string(to, first ? "{" : ",{");
        first = false;
        text_append_json_member(to, "offer", offer->name);
        text_append_char(to, ',');
        key_number(to, "quantity", line->quantity_thousandths);
        if (line->session != NO_SESSION) {
            session_json(explain, line, to);
        }
        text_append_string(to, ",\"operations\":[");
        for (uint32_t k = 0; k < line->operation_count; k++) {
            text_append_string(to, k == 0 ? "" : ",");
            operation_json(explain, &plan->operations[line->operation_first + k],
                           explain_operation(&offer->routing, k), explain_quantity(offer, line),
                           to);
        }
        text_append_string(to, "]}");
    }
    text_append_string(to, "],");
}

static void parcel_json(const struct explain *explain, const struct planned_group *group,
                        struct text *to)
{
    const struct carrier *carrier = &explain->shop->carriers[group->carrier];
    text_append_json_member(to, "carrier", carrier->name);
    text_append_string(to, ",\"parcel\":[");
    for (uint32_t k = 0; k < group->parcel_operation_count; k++) {
        text_append_string(to, k == 0 ? "" : ",");
        operation_json(explain, &explain->plan->operations[group->parcel_operation_first + k],
                       explain_operation(&carrier->routing, k), THOUSAND, to);
    }
    text_append_string(to, "],");
    key_number(to, "buffer_hours",
               (int64_t)explain->shop->promise.buffer_seconds * THOUSAND / 3600);
    text_append_char(to, ',');
    if (group->dates.has_ship_by) {
        key_instant(explain, to, "ship_by", group->dates.ship_by);
        text_append_char(to, ',');
    }
    text_append_format(to, "\"transit_days\":%d,", carrier->transit_days);
}

void explain_json(const struct explain *explain, struct text *to)
{
    text_append_char(to, '[');
    for (uint32_t g = 0; g < explain->plan->group_count; g++) {
        const struct planned_group *group = &explain->plan->groups[g];
        text_append_string(to, g == 0 ? "{" : ",{");
        material_json(explain, g, to);
        key_day(to, "material_on", group->material_day);
        text_append_char(to, ',');
        if (group->backward) {
            text_append_string(to, "\"backward\":true,");
        }
        key_instant(explain, to, "release", group->release);
        text_append_char(to, ',');
        lines_json(explain, g, to);
        key_instant(explain, to, "lines_end", group->lines_end);
        text_append_char(to, ',');
        if (group->carrier != NO_INDEX) {
            parcel_json(explain, group, to);
        }
        key_instant(explain, to, "ready_at", instant_minute_up(group->ready_at));
        text_append_char(to, ',');
        key_day(to, "deliver_by", group->dates.deliver_by_day);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}
