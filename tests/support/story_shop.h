/* A shop in which everything can happen to an order: stock, a delivery to come, purchases in packs
 * above a minimum, a team, a class with seats, money. For the tests that damage events. */
#ifndef ECLUSE_TESTS_SUPPORT_STORY_SHOP_H
#define ECLUSE_TESTS_SUPPORT_STORY_SHOP_H

static const char story_shop[] =
    "shop: {name: Test, currency: EUR, time_zone: UTC}\n"
    "promise: {horizon_days: 20}\n"
    "calendars: {week: {open: {mon-sun: \"08:00-12:00\"}}}\n"
    "work_centers: {packing: {people: 2, calendar: week}}\n"
    "suppliers: {mill: {lead_days: 2, minimum_order_value: 20.00, payment_days: 10}}\n"
    "items: {box: {on_hand: 4, unit_cost: 1.00, supplier: mill, pack_size: 6}}\n"
    "receipts: [{item: box, quantity: 6, due: 2026-12-02}]\n"
    "carriers: {post: {cut_off: \"16:00\", collects: mon-sun, transit_days: 1, delivers: "
    "mon-sun}}\n"
    "offers:\n"
    "  jar: {name: Jar, price: 5.00, vat_rate: 20, items: {box: 1}, carrier: post, routing: "
    "[{work_center: packing, minutes: 3}]}\n"
    "  class: {name: Class, price: 9.00, vat_rate: 20, on_site: true, seats: 4, routing: "
    "[{work_center: packing, minutes: 60, whole: true, start_every: 30}]}\n"
    "cash: {opening_balance: 500.00, vat: {every: month, day: 20}}\n";

#endif
