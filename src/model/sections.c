/* The keys of the shop file, one line a key: what docs/shop-file.md describes (a test compares the
 * two).
 *
 * Reading order is the tables' order, not the file's: `shop` comes first because money needs its
 * currency and instants need its zone, and `every` stands before the `day` that it explains.
 * Defaults stand in one record a shape; a value at its default is not written back. Ladders of ifs
 * were rejected: the writer, the merge and the documentation would each have their own. */
#include "model/section_rows.h"
#include "model/sections_focus.h"

#include "base/assert.h"

static const struct choice languages[] = {{"fr", LANGUAGE_FR}, {"en", LANGUAGE_EN}};
static const struct choice policies[] = {{"complete", POLICY_COMPLETE}, {"split", POLICY_SPLIT}};
static const struct choice gate_orders[] = {{"fifo", GATE_FIFO}, {"draw", GATE_DRAW}};
static const struct choice period_kinds[] = {{"month", PERIOD_MONTH}, {"week", PERIOD_WEEK}};

/* shop */

static bool shop_finish(struct reader *reader, const struct tree_node *node, void *record);

static const struct field shop_fields[] = {
    {.key = "name", .required = true, AT(shop, name), TEXT},
    {.key = "currency",
     .required = true,
     AT(shop, currency),
     .kind = &field_currency,
     .example = "a currency such as EUR"},
    {.key = "time_zone",
     .required = true,
     AT(shop, zone_name),
     .kind = &field_text,
     .example = "a time zone such as Europe/Paris"},
    {.key = "locale", AT(shop, language), CHOICE(languages, "fr or en")},
    {.key = "opened",
     AT(shop, opened_text),
     .kind = &field_text,
     .example = "a moment as YYYY-MM-DDTHH:MM"},
};
static const struct shop shop_defaults = {.language = LANGUAGE_FR};
static const struct record_shape shop_section =
    SHAPE(shop, "shop", shop_fields, &shop_defaults, 1, shop_finish);

/* Loads the zone's rules and resolves `opened`, which needs them. */
static bool shop_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    struct shop *shop = record;
    const struct tree_node *opened = tree_find(node, "opened");
    struct fault fault = {.text = ""};
    enum status status = reader->zones->load(reader->zones->context, shop->zone_name,
                                             reader->around, &shop->zone, &fault);
    if (status != STATUS_OK) {
        (void)reader_refuse(reader, tree_find(node, "time_zone"), "time_zone: %s", fault.text);
        reader->status = status;
        return false;
    }
    if (opened == NULL) {
        return true;
    }
    shop->has_opened = instant_read(&shop->zone, opened->text, &shop->opened);
    return shop->has_opened ||
           reader_refuse(reader, opened,
                         "opened: this is no moment in time; write it as YYYY-MM-DDTHH:MM, in the "
                         "shop's time zone, or with an offset such as +01:00");
}

/* promise */

static const struct field promise_fields[] = {
    {.key = "hold_minutes",
     AT(promise_rules, hold_seconds),
     DURATION(60, 100000, "minutes such as 15")},
    {.key = "payment_minutes",
     AT(promise_rules, payment_seconds),
     DURATION(60, 100000, "minutes such as 35")},
    {.key = "wish_minutes",
     AT(promise_rules, wish_seconds),
     DURATION(60, 100000, "minutes such as 720")},
    {.key = "horizon_days",
     AT(promise_rules, horizon_days),
     WHOLE(32, 1, LIMIT_HORIZON_DAYS, "a whole number of days")},
    {.key = "max_days", AT(promise_rules, max_days), DAYS_COUNT},
    {.key = "buffer_hours",
     AT(promise_rules, buffer_seconds),
     DURATION(3600, 17520, "hours such as 4 or 1.5")},
    {.key = "load_limit",
     AT(promise_rules, load_limit_thousandths),
     .kind = &field_thousandths32,
     .low = 17,
     .high = 1000,
     .example = "a share such as 0.85"},
    {.key = "policy", AT(promise_rules, policy), CHOICE(policies, "complete or split")},
    {.key = "usual_days", AT(promise_rules, usual_days), DAYS_COUNT},
};
static const struct promise_rules promise_defaults = {
    .hold_seconds = 15 * 60,
    .payment_seconds = 35 * 60,
    .wish_seconds = 12 * 3600,
    .horizon_days = 180,
    .max_days = 30,
    .load_slots = SLOTS_PER_QUARTER,
    .load_limit_thousandths = 1000,
    .policy = POLICY_COMPLETE,
    .usual_days = -1,
};

static bool promise_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    struct promise_rules *rules = record;
    (void)reader;
    (void)node;
    rules->load_slots = rules->load_limit_thousandths * SLOTS_PER_QUARTER / 1000;
    return true;
}

static const struct record_shape promise_section =
    SHAPE(promise_rules, "promise", promise_fields, &promise_defaults, 1, promise_finish);

/* calendars, work centers, staffing */

static const struct field calendar_fields[] = {
    {.key = "open",
     LIST_AT(calendar, openings, opening_count),
     .kind = &field_openings,
     .example = "hours such as {mon-fri: \"08:00-12:00 13:00-16:00\"}"},
    {.key = "closed", AT(calendar, closed), DAYS},
};
static const struct calendar calendar_defaults = {.name = NULL};
static const struct record_shape calendar_shape =
    SHAPE(calendar, "calendar", calendar_fields, &calendar_defaults, LIMIT_CALENDARS, NULL);

static const struct field work_center_fields[] = {
    {.key = "people",
     .required = true,
     AT(work_center, people),
     WHOLE(32, 0, LIMIT_PEOPLE, "a whole number of people")},
    {.key = "calendar", .required = true, AT(work_center, calendar), REFERENCE(NAMES_CALENDARS)},
    {.key = "efficiency",
     AT(work_center, efficiency_thousandths),
     .kind = &field_thousandths32,
     .low = 10,
     .high = 100000,
     .example = "a factor such as 0.9"},
    {.key = "cost_per_hour", AT(work_center, cost_per_hour_minor), MONEY},
};
static const struct work_center work_center_defaults = {.calendar = {NO_INDEX},
                                                        .efficiency_thousandths = 1000};
static const struct record_shape work_center_shape =
    SHAPE(work_center, "work center", work_center_fields, &work_center_defaults, LIMIT_WORK_CENTERS,
          NULL);

static const struct field staffing_fields[] = {
    {.key = "work_center",
     .required = true,
     AT(staffing, work_center),
     REFERENCE(NAMES_WORK_CENTERS)},
    {.key = "people",
     .required = true,
     AT(staffing, people),
     WHOLE(32, -LIMIT_PEOPLE, LIMIT_PEOPLE, "people more, or fewer with a minus, such as -1")},
    {.key = "from", .required = true, AT(staffing, from_day), DAY},
    {.key = "to", .required = true, AT(staffing, to_day), DAY},
};
static const struct staffing staffing_defaults = {.work_center = {NO_INDEX}};

static bool staffing_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    const struct staffing *staffing = record;
    return staffing->from_day <= staffing->to_day ||
           reader_refuse(reader, tree_find(node, "to"),
                         "to: this day is before `from`; both days are included");
}

static const struct record_shape staffing_shape =
    SHAPE(staffing, "staffing entry", staffing_fields, &staffing_defaults, LIMIT_LIST_ENTRIES,
          staffing_finish);

/* suppliers, items, and what moves items */

static const struct field supplier_fields[] = {
    {.key = "lead_days", AT(supplier, lead_days), DAYS_COUNT},
    {.key = "receiving_days", AT(supplier, receiving_days), DAYS_COUNT},
    {.key = "orders_on", AT(supplier, orders_on), WEEKDAYS_SET},
    {.key = "payment_days", AT(supplier, payment_days), DAYS_COUNT},
    {.key = "end_of_month", AT(supplier, end_of_month), YES_OR_NO},
    {.key = "minimum_order_value", AT(supplier, minimum_order_value_minor), MONEY},
    {.key = "email",
     AT(supplier, email),
     .kind = &field_text,
     .example = "an address such as orders@supplier.example"},
};
static const struct supplier supplier_defaults = {.orders_on = {(1u << WEEKDAYS) - 1}};
static const struct record_shape supplier_shape =
    SHAPE(supplier, "supplier", supplier_fields, &supplier_defaults, LIMIT_SUPPLIERS, NULL);

static const struct field item_fields[] = {
    {.key = "on_hand", .required = true, .opening = true, AT(item, on_hand_thousandths), QUANTITY},
    {.key = "unit", AT(item, unit), TEXT},
    {.key = "unit_cost", .required = true, AT(item, unit_cost_minor), MONEY},
    {.key = "purchase_vat_rate", AT(item, purchase_vat_thousandths), PERCENT},
    {.key = "supplier", AT(item, supplier), REFERENCE(NAMES_SUPPLIERS)},
    {.key = "pack_size",
     AT(item, pack_size_thousandths),
     .kind = &field_thousandths64,
     .low = 1,
     .high = LIMIT_QUANTITY_THOUSANDTHS,
     .example = "a quantity over 0, such as 12"},
    {.key = "max_units_per_week", AT(item, max_units_per_week_thousandths), QUANTITY},
    {.key = "reorder_point", AT(item, reorder_point_thousandths), QUANTITY},
    {.key = "safety_stock", AT(item, safety_stock_thousandths), QUANTITY},
    {.key = "keep_back", AT(item, keep_back_thousandths), QUANTITY},
    {.key = "barcode", AT(item, barcode), TEXT},
};
static const struct item item_defaults = {
    .supplier = {NO_INDEX},
    .pack_size_thousandths = 1000,
    .max_units_per_week_thousandths = -1,
    .reorder_point_thousandths = -1,
};
static const struct record_shape item_shape =
    SHAPE(item, "item", item_fields, &item_defaults, LIMIT_ITEMS, NULL);

static const struct field movement_fields[] = {
    {.key = "item", .required = true, AT(item_movement, item), REFERENCE(NAMES_ITEMS)},
    {.key = "quantity",
     .required = true,
     AT(item_movement, quantity_thousandths),
     .kind = &field_thousandths64,
     .low = 1,
     .high = LIMIT_QUANTITY_THOUSANDTHS,
     .example = "a quantity over 0, such as 12"},
    {.key = "due", .required = true, AT(item_movement, due_day), DAY},
};
static const struct item_movement movement_defaults = {.item = {NO_INDEX}};
static const struct record_shape receipt_shape =
    SHAPE(item_movement, "receipt", movement_fields, &movement_defaults, LIMIT_RECEIPTS, NULL);
static const struct record_shape commitment_shape = SHAPE(
    item_movement, "commitment", movement_fields, &movement_defaults, LIMIT_COMMITMENTS, NULL);

/* routings, carriers, offers */

static const struct field operation_fields[] = {
    {.key = "work_center",
     .required = true,
     AT(operation, work_center),
     REFERENCE(NAMES_WORK_CENTERS)},
    {.key = "minutes", .required = true, AT(operation, minutes_thousandths), MINUTES},
    {.key = "setup_minutes", AT(operation, setup_minutes_thousandths), MINUTES},
    {.key = "crew", AT(operation, crew), WHOLE(32, 1, LIMIT_PEOPLE, "a whole number of people")},
    {.key = "whole", AT(operation, whole), YES_OR_NO},
    {.key = "start_every",
     AT(operation, start_every_minutes),
     WHOLE(32, 1, MINUTES_PER_DAY, "a whole number of minutes such as 30")},
    {.key = "checklist",
     LIST_AT(operation, checklist, checklist_count),
     .kind = &field_labels,
     .high = LIMIT_CHECKLIST_ENTRIES,
     .example = "texts such as \"Card inside\""},
};
static const struct operation operation_defaults = {.work_center = {NO_INDEX}, .crew = 1};
static const struct record_shape operation_shape =
    SHAPE(operation, "operation", operation_fields, &operation_defaults,
          LIMIT_OPERATIONS_PER_ROUTING, NULL);

static const struct field carrier_fields[] = {
    {.key = "cut_off", .required = true, AT(carrier, cut_off_minute), CLOCK},
    {.key = "collects", .required = true, AT(carrier, collects), WEEKDAYS_SET},
    {.key = "transit_days", .required = true, AT(carrier, transit_days), DAYS_COUNT},
    {.key = "delivers", .required = true, AT(carrier, delivers), WEEKDAYS_SET},
    {.key = "closed", AT(carrier, closed), DAYS},
    {.key = "max_parcels",
     AT(carrier, max_parcels),
     WHOLE(32, 0, 1000000000, "a whole number of parcels")},
    {.key = "charge", AT(carrier, charge_minor), MONEY},
    {.key = "cost", AT(carrier, cost_minor), MONEY},
    {.key = "vat_rate", AT(carrier, vat_thousandths), PERCENT},
    {.key = "routing", LIST_AT(carrier, routing.operations, routing.count), LIST(operation_shape)},
};
static const struct carrier carrier_defaults = {
    .max_parcels = -1, .cost_minor = -1, .vat_thousandths = -1};

static bool carrier_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    struct carrier *carrier = record;
    (void)reader;
    (void)node;
    if (carrier->cost_minor < 0) {
        carrier->cost_minor = carrier->charge_minor;
    }
    return true;
}

static const struct record_shape carrier_shape =
    SHAPE(carrier, "carrier", carrier_fields, &carrier_defaults, LIMIT_CARRIERS, carrier_finish);

static const struct field offer_fields[] = {
    {.key = "name", .required = true, AT(offer, label), LABEL},
    {.key = "price", .required = true, AT(offer, price_minor), MONEY},
    {.key = "vat_rate", .required = true, AT(offer, vat_thousandths), PERCENT},
    {.key = "activity", AT(offer, activity), REFERENCE(NAMES_ACTIVITIES)},
    {.key = "items",
     LIST_AT(offer, components, component_count),
     .kind = &field_shares,
     .names = NAMES_ITEMS,
     .low = 1,
     .high = LIMIT_LINE_QUANTITY_THOUSANDTHS,
     .example = "a quantity over 0, such as 1 or 0.5"},
    {.key = "routing", LIST_AT(offer, routing.operations, routing.count), LIST(operation_shape)},
    {.key = "carrier", AT(offer, carrier), REFERENCE(NAMES_CARRIERS)},
    {.key = "on_site", AT(offer, on_site), YES_OR_NO},
    {.key = "seats", AT(offer, seats), WHOLE(32, 1, LIMIT_SEATS, "a whole number of seats")},
    {.key = "max_per_customer", AT(offer, max_per_customer_thousandths), QUANTITY_OF_LINE},
    {.key = "demand_per_week", AT(offer, demand_per_week_thousandths), QUANTITY},
};
static const struct offer offer_defaults = {
    .activity = {NO_INDEX},
    .carrier = {NO_INDEX},
    .max_per_customer_thousandths = -1,
    .demand_per_week_thousandths = -1,
};

static bool offer_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    const struct offer *offer = record;
    if (offer->vat_thousandths > 0 && offer->vat_thousandths < 1000) {
        return reader_refuse(
            reader, tree_find(node, "vat_rate"),
            "vat_rate: this is less than one percent; write percent, such as 20 or "
            "5.5");
    }
    bool carried = offer->carrier.index != NO_INDEX;
    if (carried && offer->on_site) {
        return reader_refuse(reader, tree_find(node, "on_site"),
                             "on_site: an offer is on site or has a carrier; leave one out");
    }
    return carried || offer->on_site ||
           reader_refuse(reader, node->key != NULL ? node->key : node,
                         "offer %s: it needs `carrier: NAME`, or `on_site: true` for what is not "
                         "shipped",
                         offer->name);
}

static const struct record_shape offer_shape =
    SHAPE(offer, "offer", offer_fields, &offer_defaults, LIMIT_OFFERS, offer_finish);

static const struct field activity_fields[] = {
    {.key = "fixed_cost_per_week", AT(activity, fixed_cost_per_week_minor), MONEY},
    {.key = "owner_hours_per_week",
     AT(activity, owner_hours_per_week_thousandths),
     .kind = &field_thousandths64,
     .low = 0,
     .high = 168000,
     .example = "hours such as 9 or 4.5"},
};
static const struct activity activity_defaults = {.name = NULL};
static const struct record_shape activity_shape =
    SHAPE(activity, "activity", activity_fields, &activity_defaults, LIMIT_ACTIVITIES, NULL);

/* cash */

#define PERIOD_DAY                                                                                 \
    .kind = &field_period_day, .low = 1, .high = 31,                                               \
    .example = "a day of the month (1 to 31) or of the week (mon to sun)"

static const struct field period_fields[] = {
    {.key = "every", .required = true, AT(period, every), CHOICE(period_kinds, "month or week")},
    {.key = "day", .required = true, .offset = 0, PERIOD_DAY},
};
static const struct period period_defaults = {.every = PERIOD_MONTH, .day = 20};
static const struct record_shape period_shape =
    SHAPE(period, "period", period_fields, &period_defaults, 1, NULL);

static const struct field fixed_cost_fields[] = {
    {.key = "name", .required = true, AT(fixed_cost, name), TEXT},
    {.key = "amount", .required = true, AT(fixed_cost, amount_minor), MONEY},
    {.key = "every",
     .required = true,
     AT(fixed_cost, due.every),
     CHOICE(period_kinds, "month or week")},
    {.key = "day", .required = true, AT(fixed_cost, due), PERIOD_DAY},
};
static const struct fixed_cost fixed_cost_defaults = {.name = NULL};
static const struct record_shape fixed_cost_shape = SHAPE(
    fixed_cost, "fixed cost", fixed_cost_fields, &fixed_cost_defaults, LIMIT_LIST_ENTRIES, NULL);

static const struct field bill_fields[] = {
    {.key = "supplier", .required = true, AT(opening_bill, supplier), REFERENCE(NAMES_SUPPLIERS)},
    {.key = "amount", .required = true, AT(opening_bill, amount_minor), MONEY},
    {.key = "due", .required = true, AT(opening_bill, due_day), DAY},
};
static const struct opening_bill bill_defaults = {.supplier = {NO_INDEX}};
static const struct record_shape bill_shape =
    SHAPE(opening_bill, "bill", bill_fields, &bill_defaults, LIMIT_LIST_ENTRIES, NULL);

static const struct field cash_fields[] = {
    {.key = "opening_balance", .opening = true, AT(cash, opening_balance_minor), MONEY_SIGNED},
    {.key = "minimum_balance", AT(cash, minimum_balance_minor), MONEY_SIGNED},
    {.key = "payout_days", AT(cash, payout_days), DAYS_COUNT},
    {.key = "payout_reserve_percent", AT(cash, payout_reserve_thousandths), PERCENT},
    {.key = "payout_reserve_days", AT(cash, payout_reserve_days), DAYS_COUNT},
    {.key = "expected_sales_per_week", AT(cash, expected_sales_per_week_minor), MONEY},
    {.key = "expected_materials_percent", AT(cash, expected_materials_thousandths), PERCENT},
    {.key = "vat",
     AT(cash, vat),
     .kind = &field_record,
     .detail = &period_shape,
     .example = "{every: month, day: 20}"},
    {.key = "payment_fee_percent", AT(cash, payment_fee_thousandths), PERCENT},
    {.key = "fixed_costs", LIST_AT(cash, fixed_costs, fixed_cost_count), LIST(fixed_cost_shape)},
    {.key = "bills", .opening = true, LIST_AT(cash, bills, bill_count), LIST(bill_shape)},
};
static const struct cash cash_defaults = {.vat = {PERIOD_MONTH, 20}};

static bool cash_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    struct cash *cash = record;
    (void)reader;
    (void)node;
    cash->present = true;
    return true;
}

static const struct record_shape cash_section =
    SHAPE(cash, "cash", cash_fields, &cash_defaults, 1, cash_finish);

/* site, gate, moments */

static const struct field inject_fields[] = {
    {.key = "pages",
     .required = true,
     LIST_AT(injection, pages.paths, pages.count),
     .kind = &field_patterns,
     .high = LIMIT_INJECT_PAGES,
     .example = "a path such as /product/*"},
    {.key = "before",
     .required = true,
     AT(injection, before),
     .kind = &field_mark,
     .example = "what the page has there, such as '<div class=\"product_meta\">'"},
    {.key = "sku",
     .required = true,
     LIST_AT(injection, sku.texts, sku.count),
     .kind = &field_marks,
     .high = LIMIT_INJECT_SKUS,
     .example = "what stands right before it, such as '<span class=\"sku\">'"},
};
static const struct injection inject_defaults = {.before = NULL};
static const struct record_shape inject_shape =
    SHAPE(injection, "inject", inject_fields, &inject_defaults, 1, NULL);
static const struct choice admin_elses[] = {{"queue", SITE_ADMIN_QUEUES},
                                            {"deny", SITE_ADMIN_DENIED}};

static bool site_rule_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    const struct site_rule *rule = record;
    return rule->path != NULL || rule->query != NULL ||
           reader_refuse(reader, node,
                         "rule: it needs `path: /PATH`, or `query: NAME` of a parameter");
}

static const struct field site_rule_fields[] = {
    {.key = "path",
     AT(site_rule, path),
     .kind = &field_pattern,
     .example = "a path such as /checkout/*"},
    {.key = "query",
     AT(site_rule, query),
     .kind = &field_parameter,
     .example = "a name such as add-to-cart, or name=value"},
    {.key = "methods",
     AT(site_rule, methods),
     .kind = &field_methods,
     .example = "methods such as [GET, POST]"},
    {.key = "do",
     .required = true,
     AT(site_rule, class),
     CHOICE(site_class_choices, "checkout, browsing, assets, callbacks, admin or cron")},
};
static const struct site_rule site_rule_defaults = {.methods = SITE_METHODS_ALL};
static const struct record_shape site_rule_shape = SHAPE(
    site_rule, "rule", site_rule_fields, &site_rule_defaults, LIMIT_SITE_RULES, site_rule_finish);

static const struct field site_fields[] = {
    {.key = "requests_per_second",
     AT(site, requests_per_second_thousandths),
     .kind = &field_thousandths64,
     .low = 1,
     .high = 1000000000,
     .example = "requests such as 40"},
    {.key = "requests_per_visit",
     AT(site, requests_per_visit_thousandths),
     .kind = &field_thousandths64,
     .low = 1,
     .high = 1000000000,
     .example = "requests such as 12"},
    {.key = "manages_stock", AT(site, manages_stock), YES_OR_NO},
    {.key = "visitors_at_once",
     AT(site, visitors_at_once),
     WHOLE(64, 1, 1000000000, "a whole number of visitors, such as 300")},
    {.key = "session_ends_at",
     LIST_AT(site, session_ends_at.paths, session_ends_at.count),
     .kind = &field_paths,
     .high = LIMIT_SESSION_ENDS,
     .example = "a path such as /checkout/order-received"},
    {.key = "product_dates", AT(site, product_dates), YES_OR_NO},
    {.key = "inject",
     AT(site, inject),
     .kind = &field_record,
     .detail = &inject_shape,
     .example = "{pages: [/product/*], before: ..., sku: [...]}"},
    {.key = "cache_megabytes",
     AT(site, cache_megabytes),
     WHOLE(64, 0, LIMIT_CACHE_MEGABYTES, "a whole number of megabytes, such as 64")},
    {.key = "cache_seconds",
     AT(site, cache_seconds),
     WHOLE(64, 0, LIMIT_CACHE_SECONDS, "a whole number of seconds, such as 5")},
    {.key = "cache_stale_seconds",
     AT(site, cache_stale_seconds),
     WHOLE(64, 0, LIMIT_CACHE_SECONDS, "a whole number of seconds, such as 60")},
    {.key = "preset",
     AT(site, preset),
     CHOICE(site_preset_choices, "woocommerce, prestashop or none")},
    {.key = "rules", LIST_AT(site, rules.rules, rules.count), LIST(site_rule_shape)},
    {.key = "admin_from",
     LIST_AT(site, admin_from.networks, admin_from.count),
     .kind = &field_networks,
     .high = LIMIT_ADMIN_NETWORKS,
     .example = "an address such as 192.0.2.7, or a network such as 192.0.2.0/24"},
    {.key = "admin_elsewhere", AT(site, admin_elsewhere), CHOICE(admin_elses, "queue or deny")},
};
static const struct site site_defaults = {.requests_per_second_thousandths = -1,
                                          .requests_per_visit_thousandths = 12000,
                                          .visitors_at_once = -1,
                                          .cache_megabytes = 64,
                                          .manages_stock = true,
                                          .product_dates = true};
static const struct record_shape site_section =
    SHAPE(site, "site", site_fields, &site_defaults, 1, NULL);

static const struct field gate_fields[] = {
    {.key = "session_minutes",
     AT(gate_rules, session_seconds),
     DURATION(60, 100000, "minutes such as 10")},
    {.key = "order", AT(gate_rules, order), CHOICE(gate_orders, "fifo or draw")},
    {.key = "moment_offers",
     LIST_AT(gate_rules, moment_offers.offers, moment_offers.count),
     .kind = &field_references,
     .names = NAMES_OFFERS,
     .example = "a list of offers"},
};
static const struct gate_rules gate_defaults = {.session_seconds = 600, .order = GATE_FIFO};
static const struct record_shape gate_section =
    SHAPE(gate_rules, "gate", gate_fields, &gate_defaults, 1, NULL);

static const struct field moment_fields[] = {
    {.key = "at",
     .required = true,
     AT(moment, at),
     .kind = &field_instant,
     .example = "a moment as YYYY-MM-DDTHH:MM"},
    {.key = "closes_before_minutes",
     AT(moment, closes_before_seconds),
     DURATION(60, 100000, "minutes such as 30")},
    {.key = "channel", AT(moment, channel), TEXT},
    {.key = "visitors",
     .required = true,
     AT(moment, visitors_low),
     .kind = &field_visitors,
     .low = 0,
     .high = 1000000000,
     .example = "a whole number of visitors, or {low: 15000, likely: 60000, high: 140000}"},
    {.key = "rise_minutes", AT(moment, rise_seconds), DURATION(60, 100000, "minutes such as 1")},
    {.key = "half_life_minutes",
     AT(moment, half_life_seconds),
     DURATION(60, 100000, "minutes such as 12")},
    {.key = "conversion_rate", AT(moment, conversion_thousandths), PERCENT},
    {.key = "conversion_loss_per_day", AT(moment, conversion_loss_per_day_thousandths), PERCENT},
    {.key = "baskets",
     LIST_AT(moment, baskets, basket_count),
     .kind = &field_shares,
     .names = NAMES_OFFERS,
     .low = 0,
     .high = LIMIT_LINE_QUANTITY_THOUSANDTHS,
     .example = "units such as 0.6"},
};
static const struct moment moment_defaults = {
    .rise_seconds = 60,
    .half_life_seconds = 12 * 60,
    .conversion_thousandths = 2000,
    .conversion_loss_per_day_thousandths = 4000,
};
static const struct record_shape moment_shape =
    SHAPE(moment, "moment", moment_fields, &moment_defaults, LIMIT_MOMENTS, NULL);

/* assumptions: what a rehearsal does not find in the shop (model/assumptions.h) */

#define ASSUMPTION_FIELD(name, initial, lowest, highest, unit, meaning, source)                    \
    {.key = #name,                                                                                 \
     AT(shop_assumptions, name),                                                                   \
     .kind = &field_thousandths64,                                                                 \
     .low = ASSUMPTION_THOUSANDTHS(lowest),                                                        \
     .high = ASSUMPTION_THOUSANDTHS(highest),                                                      \
     .example = "a number (" unit ") such as " #initial},
static const struct field assumption_fields[] = {ASSUMPTIONS(ASSUMPTION_FIELD)};
#undef ASSUMPTION_FIELD

#define ASSUMPTION_DEFAULT(name, initial, lowest, highest, unit, meaning, source)                  \
    .name = ASSUMPTION_THOUSANDTHS(initial),
static const struct shop_assumptions assumption_defaults = {ASSUMPTIONS(ASSUMPTION_DEFAULT)};
#undef ASSUMPTION_DEFAULT

static const struct record_shape assumptions_section =
    SHAPE(shop_assumptions, "assumptions", assumption_fields, &assumption_defaults, 1, NULL);

/* The whole file. */

static const struct field sections[] = {
    {.key = "shop", .required = true, .offset = 0, RECORD(shop_section)},
    {.key = "promise", AT(shop, promise), RECORD(promise_section)},
    {.key = "calendars",
     LIST_AT(shop, calendars, calendar_count),
     NAMED(NAMES_CALENDARS, calendar_shape)},
    {.key = "work_centers",
     LIST_AT(shop, work_centers, work_center_count),
     NAMED(NAMES_WORK_CENTERS, work_center_shape)},
    {.key = "staffing", LIST_AT(shop, staffing, staffing_count), LIST(staffing_shape)},
    {.key = "suppliers",
     LIST_AT(shop, suppliers, supplier_count),
     NAMED(NAMES_SUPPLIERS, supplier_shape)},
    {.key = "items", LIST_AT(shop, items, item_count), NAMED(NAMES_ITEMS, item_shape)},
    {.key = "receipts",
     .opening = true,
     LIST_AT(shop, receipts, receipt_count),
     LIST(receipt_shape)},
    {.key = "commitments",
     .opening = true,
     LIST_AT(shop, commitments, commitment_count),
     LIST(commitment_shape)},
    {.key = "carriers",
     LIST_AT(shop, carriers, carrier_count),
     NAMED(NAMES_CARRIERS, carrier_shape)},
    {.key = "offers", LIST_AT(shop, offers, offer_count), NAMED(NAMES_OFFERS, offer_shape)},
    {.key = "activities",
     LIST_AT(shop, activities, activity_count),
     NAMED(NAMES_ACTIVITIES, activity_shape)},
    {.key = "cash", AT(shop, cash), RECORD(cash_section)},
    {.key = "site", AT(shop, site), RECORD(site_section)},
    {.key = "gate", AT(shop, gate), RECORD(gate_section)},
    {.key = "moments", LIST_AT(shop, moments, moment_count), NAMED(NAMES_MOMENTS, moment_shape)},
    {.key = "requests", LIST_AT(shop, requests, request_count), LIST(focus_request_shape)},
    {.key = "decisions", LIST_AT(shop, decisions, decision_count), LIST(focus_decision_shape)},
    {.key = "focus", AT(shop, focus), RECORD(focus_section)},
    {.key = "assumptions", AT(shop, assumptions), RECORD(assumptions_section)},
};
/* How many people a work center has on a day if all of its additions count; those taken away are
 * not. */
static int64_t people_on(const struct shop *shop, struct work_center_id work_center, int32_t day)
{
    int64_t people = shop->work_centers[work_center.index].people;
    for (uint32_t i = 0; i < shop->staffing_count; i++) {
        const struct staffing *other = &shop->staffing[i];
        if (other->work_center.index == work_center.index && other->people > 0 &&
            other->from_day <= day && day <= other->to_day) {
            people += other->people;
        }
    }
    return people;
}

/* The most people are there on a day on which an addition begins. */
static bool sections_finish(struct reader *reader, const struct tree_node *node, void *record)
{
    const struct shop *shop = record;
    const struct tree_node *list = tree_find(node, "staffing");
    const struct tree_node *entry = list != NULL ? list->first : NULL;
    for (uint32_t i = 0; i < shop->staffing_count; i++, entry = entry->next) {
        ASSERT(entry != NULL);
        const struct staffing *staffing = &shop->staffing[i];
        if (staffing->people > 0 &&
            people_on(shop, staffing->work_center, staffing->from_day) > LIMIT_PEOPLE) {
            return reader_refuse(reader, tree_find(entry, "people"),
                                 "people: with the other additions the work center has more than "
                                 "%d people on the first of these days; write fewer",
                                 LIMIT_PEOPLE);
        }
    }
    return true;
}

const struct record_shape shop_shape =
    SHAPE(shop, "shop file", sections, &shop_defaults, 1, sections_finish);

void sections_defaults(struct shop *shop)
{
    shop->promise = promise_defaults;
    shop->cash = cash_defaults;
    shop->site = site_defaults;
    shop->gate = gate_defaults;
    shop->assumptions = assumption_defaults;
    shop->focus = focus_defaults;
}
