/* The example of all keys and each of its values, defaults, what YAML leaves open, and garbage that
 * must never crash. */
#include "base/random.h"
#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD "shop: {name: A, currency: EUR, time_zone: Europe/Paris}\n"

static struct shop *read_text(const char *text)
{
    struct shop *shop = NULL;
    struct fault fault = {.text = ""};
    if (shop_read(slice_of(text), "t.yaml", &testing_zones, 0, &shop, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    return shop;
}

static int32_t day(int32_t year, int32_t month, int32_t day_of_month)
{
    return day_of_civil((struct civil_date){year, month, day_of_month});
}

/* Every key at a value that is not its default. */
static const char all_keys[] =
    "shop: {name: Shop, currency: EUR, time_zone: Europe/Paris, locale: en, "
    "opened: 2026-11-23T08:00}\n"
    "promise: {hold_minutes: 1.5, payment_minutes: 40, wish_minutes: 90, horizon_days: 90, "
    "max_days: 20, "
    "buffer_hours: 0.5, load_limit: 0.85, policy: split, usual_days: 4}\n"
    "calendars:\n"
    "  week:\n"
    "    open: {mon-fri: \"13:00-16:00 08:00-12:00\", sat: \"09:00-24:00\"}\n"
    "    closed: [2027-01-01, 2026-12-25, 2027-01-01]\n"
    "work_centers:\n"
    "  packing: {people: 2, calendar: week, efficiency: 0.9, cost_per_hour: 22.00}\n"
    "staffing: [{work_center: packing, people: -1, from: 2026-12-02, to: 2026-12-03}]\n"
    "suppliers:\n"
    "  goff: {lead_days: 7, receiving_days: 1, orders_on: [mon, wed], payment_days: 30, "
    "end_of_month: true, minimum_order_value: 300.00, email: \"a@b.example\"}\n"
    "items:\n"
    "  jar: {on_hand: 40.5, unit: kg, unit_cost: 2.10, purchase_vat_rate: 5.5, supplier: goff, "
    "pack_size: 12, max_units_per_week: 2000, reorder_point: 300, safety_stock: 60, "
    "keep_back: 24, barcode: \"0376\"}\n"
    "receipts: [{item: jar, quantity: 600, due: 2026-12-01}]\n"
    "commitments: [{item: jar, quantity: 150.125, due: 2026-11-30}]\n"
    "carriers:\n"
    "  zip: {cut_off: \"16:00\", collects: fri-mon, transit_days: 2, delivers: [mon, tue], "
    "closed: [2026-12-25], max_parcels: 400, charge: 6.90, cost: 5.80, vat_rate: 20, "
    "routing: [{work_center: packing, minutes: 3}]}\n"
    "  alpha: {cut_off: \"24:00\", collects: sat, transit_days: 0, delivers: mon-sun, charge: 4}\n"
    "offers:\n"
    "  box:\n"
    "    name: {fr: \"Coffret\", en: \"Box\"}\n"
    "    price: 29.90\n"
    "    vat_rate: 5.5\n"
    "    activity: gifts\n"
    "    items: {jar: 0.25}\n"
    "    routing: [{work_center: packing, minutes: 1.5, setup_minutes: 2, crew: 2, whole: true, "
    "start_every: 30, checklist: [\"Card\", {fr: \"Ruban\", en: \"Ribbon\"}]}]\n"
    "    carrier: zip\n"
    "    max_per_customer: 6\n"
    "    demand_per_week: 120\n"
    "  a-class: {name: Class, price: 55, vat_rate: 20, on_site: true, seats: 8}\n"
    "activities: {gifts: {fixed_cost_per_week: 180.00, owner_hours_per_week: 9}}\n"
    "cash:\n"
    "  opening_balance: -180.50\n"
    "  minimum_balance: 100\n"
    "  payout_days: 3\n"
    "  payout_reserve_percent: 10\n"
    "  payout_reserve_days: 90\n"
    "  expected_sales_per_week: 6200\n"
    "  expected_materials_percent: 38\n"
    "  vat: {day: fri, every: week}\n"
    "  payment_fee_percent: 1.4\n"
    "  fixed_costs: [{name: rent, amount: 1450.00, every: month, day: 31}]\n"
    "  bills: [{supplier: goff, amount: 2520.00, due: 2026-11-30}]\n"
    "site: {requests_per_second: 40, requests_per_visit: 10, manages_stock: false, "
    "visitors_at_once: 90, cache_megabytes: 16, cache_seconds: 5, cache_stale_seconds: 60, "
    "product_dates: false, "
    "session_ends_at: [/thanks, /checkout/order-received], "
    "inject: {pages: [/product/*], before: '<div class=\"meta\">', "
    "sku: ['<i*>', '\"sku\" : \"']}, preset: prestashop, "
    "admin_elsewhere: deny, admin_from: [192.0.2.0/24, 198.51.100.7, \"2001:db8::/48\"], "
    "rules: [{path: /checkout/*, methods: [GET, POST], do: checkout}, "
    "{query: wc-ajax=checkout, do: checkout}, {path: /café/**.css, do: assets}]}\n"
    "gate: {session_minutes: 11, order: draw, moment_offers: [a-class, box]}\n"
    "moments:\n"
    "  tv: {at: 2026-12-06T20:45, channel: television, "
    "visitors: {low: 15, likely: 60, high: 140}, closes_before_minutes: 30, rise_minutes: 2, "
    "half_life_minutes: 13, "
    "conversion_rate: 2.5, conversion_loss_per_day: 5, baskets: {box: 0.6}}\n"
    "requests: [{from: gifts, wants: more, value_per_week: 240.00, count: 14, "
    "activity: gifts, hours_per_week: {packing: 2.5}}]\n"
    "decisions: [{on: 2026-09-01, stop: cider, because: \"38 percent\", "
    "by: 2026-12-01, expected: {profit_per_week: -210.00, revenue_per_week: -900.5, "
    "orders_per_week: -3.125, hours_per_week: -12, kept_percent: 97.5}, "
    "say: {fr: \"Plus de cidre\", en: \"No more cider\"}}, {on: 2026-09-02, start: classes}, "
    "{on: 2026-09-03, shrink: gifts}, {on: 2026-09-04, keep: gifts, say: Yes}]\n"
    "focus: {owner_hours_per_week: 35.5, together_lost: 12.5}\n";

static void head_and_rules(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    assert_string_equal(shop->name, "Shop");
    assert_string_equal(shop->currency.code, "EUR");
    assert_int_equal(shop->currency.decimals, 2);
    assert_string_equal(shop->zone_name, "Europe/Paris");
    assert_int_equal(shop->language, LANGUAGE_EN);
    assert_true(shop->has_opened);
    assert_string_equal(shop->opened_text, "2026-11-23T08:00");
    assert_int_equal(shop->opened, 1795417200);
    const struct promise_rules *rules = &shop->promise;
    assert_int_equal(rules->hold_seconds, 90);
    assert_int_equal(rules->payment_seconds, 2400);
    assert_int_equal(rules->wish_seconds, 5400);
    assert_int_equal(rules->horizon_days, 90);
    assert_int_equal(rules->max_days, 20);
    assert_int_equal(rules->buffer_seconds, 1800);
    assert_int_equal(rules->load_slots, 51);
    assert_int_equal(rules->load_limit_thousandths, 850);
    assert_int_equal(rules->policy, POLICY_SPLIT);
    assert_int_equal(rules->usual_days, 4);
    shop_free(shop);
}

static void calendars_and_teams(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    const struct calendar *week = &shop->calendars[0];
    assert_int_equal(week->opening_count, 11);
    assert_int_equal(week->openings[0].weekday, MONDAY);
    assert_int_equal(week->openings[0].from_minute, 480);
    assert_int_equal(week->openings[0].to_minute, 720);
    assert_int_equal(week->openings[1].from_minute, 780);
    assert_int_equal(week->openings[10].weekday, SATURDAY);
    assert_int_equal(week->openings[10].to_minute, 1440);
    assert_int_equal(week->closed.count, 2);
    assert_int_equal(week->closed.days[0], day(2026, 12, 25));
    assert_int_equal(week->closed.days[1], day(2027, 1, 1));
    assert_int_equal(shop->work_centers[0].people, 2);
    assert_int_equal(shop->work_centers[0].calendar.index, 0);
    assert_int_equal(shop->work_centers[0].efficiency_thousandths, 900);
    assert_int_equal(shop->work_centers[0].cost_per_hour_minor, 2200);
    assert_int_equal(shop->staffing_count, 1);
    assert_int_equal(shop->staffing[0].people, -1);
    assert_int_equal(shop->staffing[0].from_day, day(2026, 12, 2));
    assert_int_equal(shop->staffing[0].to_day, day(2026, 12, 3));
    shop_free(shop);
}

static void goods(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    const struct supplier *supplier = &shop->suppliers[0];
    assert_int_equal(supplier->lead_days, 7);
    assert_int_equal(supplier->receiving_days, 1);
    assert_int_equal(supplier->orders_on.bits, 1 << MONDAY | 1 << WEDNESDAY);
    assert_int_equal(supplier->payment_days, 30);
    assert_true(supplier->end_of_month);
    assert_int_equal(supplier->minimum_order_value_minor, 30000);
    assert_string_equal(supplier->email, "a@b.example");
    const struct item *item = &shop->items[0];
    assert_int_equal(item->on_hand_thousandths, 40500);
    assert_string_equal(item->unit, "kg");
    assert_int_equal(item->unit_cost_minor, 210);
    assert_int_equal(item->purchase_vat_thousandths, 5500);
    assert_int_equal(item->supplier.index, 0);
    assert_int_equal(item->pack_size_thousandths, 12000);
    assert_int_equal(item->max_units_per_week_thousandths, 2000000);
    assert_int_equal(item->reorder_point_thousandths, 300000);
    assert_int_equal(item->safety_stock_thousandths, 60000);
    assert_int_equal(item->keep_back_thousandths, 24000);
    assert_string_equal(item->barcode, "0376");
    assert_int_equal(shop->receipts[0].quantity_thousandths, 600000);
    assert_int_equal(shop->receipts[0].due_day, day(2026, 12, 1));
    assert_int_equal(shop->commitments[0].quantity_thousandths, 150125);
    assert_int_equal(shop->commitments[0].item.index, 0);
    shop_free(shop);
}

static void carriers(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    const struct carrier *zip = &shop->carriers[0];
    const struct carrier *alpha = &shop->carriers[1];
    assert_int_equal(zip->rank, 1);
    assert_int_equal(alpha->rank, 0);
    assert_int_equal(zip->cut_off_minute, 960);
    assert_int_equal(alpha->cut_off_minute, 1440);
    assert_int_equal(zip->collects.bits, 1 << FRIDAY | 1 << SATURDAY | 1 << SUNDAY | 1 << MONDAY);
    assert_int_equal(zip->delivers.bits, 1 << MONDAY | 1 << TUESDAY);
    assert_int_equal(zip->transit_days, 2);
    assert_int_equal(zip->closed.count, 1);
    assert_int_equal(zip->max_parcels, 400);
    assert_int_equal(alpha->max_parcels, -1);
    assert_int_equal(zip->charge_minor, 690);
    assert_int_equal(zip->cost_minor, 580);
    assert_int_equal(alpha->cost_minor, 400);
    assert_int_equal(zip->vat_thousandths, 20000);
    assert_int_equal(alpha->vat_thousandths, -1);
    assert_int_equal(zip->routing.count, 1);
    assert_int_equal(zip->routing.operations[0].minutes_thousandths, 3000);
    assert_int_equal(alpha->routing.count, 0);
    shop_free(shop);
}

static void offers(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    const struct offer *box = &shop->offers[0];
    assert_int_equal(box->rank, 1);
    assert_string_equal(box->label.text[LANGUAGE_FR], "Coffret");
    assert_string_equal(box->label.text[LANGUAGE_EN], "Box");
    assert_int_equal(box->price_minor, 2990);
    assert_int_equal(box->vat_thousandths, 5500);
    assert_int_equal(box->activity.index, 0);
    assert_int_equal(box->component_count, 1);
    assert_int_equal(box->components[0].quantity_thousandths, 250);
    assert_int_equal(box->carrier.index, 0);
    assert_int_equal(box->max_per_customer_thousandths, 6000);
    assert_int_equal(box->demand_per_week_thousandths, 120000);
    const struct operation *operation = &box->routing.operations[0];
    assert_int_equal(operation->minutes_thousandths, 1500);
    assert_int_equal(operation->setup_minutes_thousandths, 2000);
    assert_int_equal(operation->crew, 2);
    assert_true(operation->whole);
    assert_int_equal(operation->start_every_minutes, 30);
    assert_int_equal(operation->checklist_count, 2);
    assert_string_equal(operation->checklist[0].text[LANGUAGE_EN], "Card");
    assert_string_equal(operation->checklist[1].text[LANGUAGE_FR], "Ruban");
    const struct offer *class = &shop->offers[1];
    assert_true(class->on_site);
    assert_int_equal(class->seats, 8);
    assert_int_equal(class->carrier.index, NO_INDEX);
    assert_int_equal(class->activity.index, NO_INDEX);
    assert_string_equal(class->label.text[LANGUAGE_EN], "Class");
    assert_int_equal(shop->activities[0].fixed_cost_per_week_minor, 18000);
    assert_int_equal(shop->activities[0].owner_hours_per_week_thousandths, 9000);
    shop_free(shop);
}

static void cash(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    const struct cash *cash = &shop->cash;
    assert_true(cash->present);
    assert_int_equal(cash->opening_balance_minor, -18050);
    assert_int_equal(cash->minimum_balance_minor, 10000);
    assert_int_equal(cash->payout_days, 3);
    assert_int_equal(cash->payout_reserve_thousandths, 10000);
    assert_int_equal(cash->payout_reserve_days, 90);
    assert_int_equal(cash->expected_sales_per_week_minor, 620000);
    assert_int_equal(cash->expected_materials_thousandths, 38000);
    assert_int_equal(cash->vat.every, PERIOD_WEEK);
    assert_int_equal(cash->vat.day, FRIDAY);
    assert_int_equal(cash->payment_fee_thousandths, 1400);
    assert_int_equal(cash->fixed_cost_count, 1);
    assert_int_equal(cash->fixed_costs[0].due.day, 31);
    assert_int_equal(cash->fixed_costs[0].amount_minor, 145000);
    assert_int_equal(cash->bill_count, 1);
    assert_int_equal(cash->bills[0].amount_minor, 252000);
    shop_free(shop);
}

static void moments_and_focus(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    assert_int_equal(shop->site.requests_per_second_thousandths, 40000);
    assert_int_equal(shop->site.requests_per_visit_thousandths, 10000);
    assert_false(shop->site.manages_stock);
    assert_false(shop->site.product_dates);
    assert_int_equal(shop->site.visitors_at_once, 90);
    assert_int_equal(shop->site.cache_megabytes, 16);
    assert_int_equal(shop->site.cache_seconds, 5);
    assert_int_equal(shop->site.cache_stale_seconds, 60);
    assert_int_equal(shop->site.session_ends_at.count, 2);
    assert_string_equal(shop->site.session_ends_at.paths[1], "/checkout/order-received");
    assert_int_equal(shop->site.inject.pages.count, 1);
    assert_string_equal(shop->site.inject.pages.paths[0], "/product/*");
    assert_string_equal(shop->site.inject.before, "<div class=\"meta\">");
    assert_int_equal(shop->site.inject.sku.count, 2);
    assert_string_equal(shop->site.inject.sku.texts[1], "\"sku\" : \"");
    assert_int_equal(shop->site.preset, SITE_PRESET_PRESTASHOP);
    assert_int_equal(shop->site.admin_elsewhere, SITE_ADMIN_DENIED);
    assert_int_equal(shop->site.admin_from.count, 3);
    assert_int_equal(shop->site.admin_from.networks[0].bits, 96 + 24);
    assert_int_equal(shop->site.admin_from.networks[0].low, 0xffffc0000200);
    assert_int_equal(shop->site.admin_from.networks[1].bits, 128);
    assert_int_equal(shop->site.admin_from.networks[2].bits, 48);
    assert_int_equal(shop->site.admin_from.networks[2].high, 0x20010db800000000);
    assert_int_equal(shop->site.rules.count, 3);
    assert_string_equal(shop->site.rules.rules[0].path, "/checkout/*");
    assert_int_equal(shop->site.rules.rules[0].methods, SITE_GET | SITE_HEAD | SITE_POST);
    assert_int_equal(shop->site.rules.rules[0].class, SITE_CHECKOUT);
    assert_null(shop->site.rules.rules[1].path);
    assert_string_equal(shop->site.rules.rules[1].query, "wc-ajax=checkout");
    assert_int_equal(shop->site.rules.rules[1].methods, SITE_METHODS_ALL);
    assert_int_equal(shop->site.rules.rules[2].class, SITE_ASSETS);
    assert_int_equal(shop->gate.session_seconds, 660);
    assert_int_equal(shop->gate.order, GATE_DRAW);
    assert_int_equal(shop->gate.moment_offers.count, 2);
    assert_int_equal(shop->gate.moment_offers.offers[0].index, 1);
    const struct moment *tv = &shop->moments[0];
    assert_int_equal(tv->at, 1796586300);
    assert_int_equal(tv->closes_before_seconds, 1800);
    assert_string_equal(tv->channel, "television");
    assert_int_equal(tv->visitors_low, 15);
    assert_int_equal(tv->visitors_likely, 60);
    assert_int_equal(tv->visitors_high, 140);
    assert_int_equal(tv->rise_seconds, 120);
    assert_int_equal(tv->half_life_seconds, 780);
    assert_int_equal(tv->conversion_thousandths, 2500);
    assert_int_equal(tv->conversion_loss_per_day_thousandths, 5000);
    assert_int_equal(tv->baskets[0].mean_units_thousandths, 600);
    assert_string_equal(shop->requests[0].wants, "more");
    assert_int_equal(shop->requests[0].value_per_week_minor, 24000);
    assert_int_equal(shop->requests[0].count, 14);
    assert_int_equal(shop->requests[0].activity.index, 0);
    assert_int_equal(shop->requests[0].hours_count, 1);
    assert_int_equal(shop->requests[0].hours[0].work_center.index, 0);
    assert_int_equal(shop->requests[0].hours[0].hours_thousandths, 2500);
    shop_free(shop);
}

static void decisions(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    const struct decision *stop = &shop->decisions[0];
    assert_int_equal(shop->decision_count, 4);
    assert_int_equal(stop->on_day, day(2026, 9, 1));
    assert_int_equal(stop->by_day, day(2026, 12, 1));
    assert_int_equal(decision_verb(stop), DECISION_STOP);
    assert_string_equal(decision_activity(stop), "cider");
    assert_string_equal(stop->because, "38 percent");
    assert_string_equal(stop->say.text[LANGUAGE_FR], "Plus de cidre");
    assert_string_equal(stop->say.text[LANGUAGE_EN], "No more cider");
    const int64_t expected[DECISION_MEASURES] = {-21000, -90050, -3125, -12000, 97500};
    for (int i = 0; i < DECISION_MEASURES; i++) {
        assert_int_equal(stop->expected[i], expected[i]);
    }
    const enum decision_verb verbs[] = {DECISION_STOP, DECISION_START, DECISION_SHRINK,
                                        DECISION_KEEP};
    for (uint32_t i = 0; i < shop->decision_count; i++) {
        assert_int_equal(decision_verb(&shop->decisions[i]), verbs[i]);
    }
    assert_string_equal(decision_activity(&shop->decisions[1]), "classes");
    assert_string_equal(shop->decisions[3].say.text[LANGUAGE_FR], "Yes");
    assert_null(shop->decisions[1].say.text[LANGUAGE_EN]);
    assert_int_equal(shop->focus.owner_hours_per_week_thousandths, 35500);
    assert_int_equal(shop->focus.together_lost_thousandths, 12500);
    shop_free(shop);
}

static void defaults(void **state)
{
    (void)state;
    struct shop *shop =
        read_text(HEAD "items: {a: {on_hand: 1, unit_cost: 1}}\nsuppliers: {s: }\n"
                       "calendars: {never: {}}\nwork_centers: {w: {people: 0, calendar: never}}\n"
                       "offers: {o: {name: O, price: 0, vat_rate: 0, on_site: true, "
                       "routing: [{work_center: w, minutes: 1}]}}\nreceipts:\nmoments: {}\n"
                       "decisions: [{on: 2026-09-01, stop: x, expected: {}}]\n");
    assert_int_equal(shop->promise.hold_seconds, 900);
    assert_int_equal(shop->promise.payment_seconds, 2100);
    assert_int_equal(shop->promise.wish_seconds, 43200);
    assert_int_equal(shop->promise.horizon_days, 180);
    assert_int_equal(shop->promise.max_days, 30);
    assert_int_equal(shop->promise.load_slots, 60);
    assert_int_equal(shop->promise.policy, POLICY_COMPLETE);
    assert_int_equal(shop->promise.usual_days, -1);
    assert_int_equal(shop->language, LANGUAGE_FR);
    assert_false(shop->has_opened);
    assert_int_equal(shop->suppliers[0].orders_on.bits, 127);
    assert_int_equal(shop->items[0].supplier.index, NO_INDEX);
    assert_int_equal(shop->items[0].pack_size_thousandths, 1000);
    assert_int_equal(shop->items[0].max_units_per_week_thousandths, -1);
    assert_int_equal(shop->items[0].reorder_point_thousandths, -1);
    assert_null(shop->items[0].unit);
    assert_int_equal(shop->work_centers[0].efficiency_thousandths, 1000);
    assert_int_equal(shop->offers[0].routing.operations[0].crew, 1);
    assert_int_equal(shop->offers[0].seats, 0);
    assert_int_equal(shop->offers[0].max_per_customer_thousandths, -1);
    assert_false(shop->cash.present);
    assert_int_equal(shop->gate.session_seconds, 600);
    assert_int_equal(shop->site.requests_per_second_thousandths, -1);
    assert_int_equal(shop->site.visitors_at_once, -1);
    assert_int_equal(shop->site.cache_megabytes, 64);
    assert_int_equal(shop->site.cache_seconds, 0);
    assert_int_equal(shop->site.cache_stale_seconds, 0);
    assert_int_equal(shop->site.session_ends_at.count, 0);
    assert_int_equal(shop->site.inject.pages.count, 0);
    assert_int_equal(shop->receipt_count, 0);
    for (int i = 0; i < DECISION_MEASURES; i++) {
        assert_true(shop->decisions[0].expected[i] == DECISION_UNSAID);
    }
    assert_int_equal(shop->decisions[0].by_day, 0);
    assert_int_equal(shop->focus.owner_hours_per_week_thousandths, -1);
    assert_int_equal(shop->focus.together_lost_thousandths, 50000);
    shop_free(shop);
}

/* The parts of YAML that may differ without changing what is meant. */
static void the_form_is_free(void **state)
{
    (void)state;
    struct shop *shop = read_text("\xef\xbb\xbf# comment\r\n---\r\nitems:\r\n  a:\r\n"
                                  "    unit_cost: 5\r\n    on_hand: 12\r\n"
                                  "shop:\r\n  time_zone: 'Europe/Paris'\r\n  currency: JPY\r\n"
                                  "  name: \"Caf\\u00e9\"\r\n...\r\n");
    assert_string_equal(shop->name, "Café");
    shop_free(shop);
}

static void names_are_found(void **state)
{
    (void)state;
    struct shop *shop = read_text(all_keys);
    struct offer_id offer;
    struct item_id item;
    assert_true(shop_offer_find(shop, SLICE("a-class"), &offer));
    assert_int_equal(offer.index, 1);
    assert_false(shop_offer_find(shop, SLICE("A-class"), &offer));
    assert_false(shop_offer_find(shop, SLICE(""), &offer));
    assert_true(shop_item_find(shop, SLICE("jar"), &item));
    shop->items[item.index].retired = true;
    assert_false(shop_item_find(shop, SLICE("jar"), &item));
    shop_free(shop);
}

static void money_has_its_currency_decimals(void **state)
{
    (void)state;
    struct shop *shop = read_text("shop: {name: A, currency: KWD, time_zone: Europe/Paris}\n"
                                  "items: {a: {on_hand: 1, unit_cost: 1.234}}\n");
    assert_int_equal(shop->items[0].unit_cost_minor, 1234);
    shop_free(shop);
    shop = read_text("shop: {name: A, currency: JPY, time_zone: Europe/Paris}\n"
                     "items: {a: {on_hand: 1, unit_cost: 1234}}\n");
    assert_int_equal(shop->items[0].unit_cost_minor, 1234);
    shop_free(shop);
}

static void bad_news_is_accepted(void **state)
{
    (void)state;
    struct shop *shop =
        read_text(HEAD "items: {a: {on_hand: 1, unit_cost: 1, keep_back: 9}}\n"
                       "commitments: [{item: a, quantity: 500, due: 2020-01-01}]\n");
    assert_int_equal(shop->commitment_count, 1);
    shop_free(shop);
}

/* What damage left readable must still be a shop: written, it reads back to the same. */
static void check_written_back(const struct shop *shop)
{
    const char *what = NULL;
    struct text written;
    text_init(&written, LIMIT_SHOP_FILE_BYTES);
    assert_int_equal(shop_write(shop, &written, NULL), STATUS_OK);
    struct shop *again = read_text(written.bytes);
    if (!shop_equal(shop, again, &what)) {
        fail_msg("%s differs after writing:\n%s", what, written.bytes);
    }
    text_free(&written);
    shop_free(again);
}

/* Reads whatever it is: refused with a place, or read. */
static void try_bytes(const char *bytes, size_t length)
{
    struct shop *shop = NULL;
    struct fault fault = {.text = ""};
    enum status status =
        shop_read((struct slice){bytes, length}, "t.yaml", &testing_zones, 0, &shop, &fault);
    if (status == STATUS_OK) {
        check_written_back(shop);
        shop_free(shop);
    } else if (strncmp(fault.text, "t.yaml:", 7) != 0 || !utf8_valid(slice_of(fault.text))) {
        fail_msg("%s", fault.text);
    }
}

static void mutate(struct random *random, char *bytes, size_t *length)
{
    size_t at = random_below(random, *length);
    size_t span = random_below(random, 12) + 1;
    span = span > *length - at ? *length - at : span;
    switch (random_below(random, 4)) {
    case 0:
        memmove(bytes + at, bytes + at + span, *length - at - span);
        *length -= span;
        break;
    case 1:
        memmove(bytes + at + span, bytes + at, *length - at);
        *length += span;
        break;
    case 2:
        bytes[at] = (char)random_below(random, 256);
        break;
    default:
        bytes[at] = "{}[]:,-\"'&*!|>#\n 019"[random_below(random, 20)];
        break;
    }
}

static void damaged_files_never_crash(void **state)
{
    (void)state;
    enum { RUNS = 4000, ROOM = 256 };
    uint64_t seed = 20261122;
    struct random random;
    random_seed(&random, seed);
    char *bytes = malloc(sizeof all_keys + ROOM);
    assert_non_null(bytes);
    for (int run = 0; run < RUNS; run++) {
        size_t length = sizeof all_keys - 1;
        memcpy(bytes, all_keys, length);
        for (uint64_t count = random_below(&random, 4) + 1; count > 0; count--) {
            mutate(&random, bytes, &length);
        }
        try_bytes(bytes, length);
    }
    free(bytes);
}

static void every_beginning_is_refused_or_read(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof all_keys; length++) {
        try_bytes(all_keys, length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_and_rules),
        cmocka_unit_test(calendars_and_teams),
        cmocka_unit_test(goods),
        cmocka_unit_test(carriers),
        cmocka_unit_test(offers),
        cmocka_unit_test(cash),
        cmocka_unit_test(moments_and_focus),
        cmocka_unit_test(decisions),
        cmocka_unit_test(defaults),
        cmocka_unit_test(the_form_is_free),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(money_has_its_currency_decimals),
        cmocka_unit_test(bad_news_is_accepted),
        cmocka_unit_test(damaged_files_never_crash),
        cmocka_unit_test(every_beginning_is_refused_or_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
