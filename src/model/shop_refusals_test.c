/* Every kind of refusal of the shop file, with its exact place and sentence.
 *
 * A case is a whole file; GROUND gives the names that later lines refer to, so a case's own text
 * begins in line 6 (in line 2 after HEAD). A sentence names what is wrong and what would be right:
 * a change of its words is seen here. */
#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEAD "shop: {name: A, currency: EUR, time_zone: Europe/Paris}\n"
#define GROUND                                                                                     \
    HEAD "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"                                 \
         "work_centers: {packing: {people: 2, calendar: week}}\n"                                  \
         "items: {jar: {on_hand: 5, unit_cost: 1}}\n"                                              \
         "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 2, "              \
         "delivers: mon-sat}}\n"

#define PATH_REFUSED(path)                                                                         \
    "6:23: path: '" path "' is no pattern of paths; write a path such as /checkout/*: it begins "  \
    "with /, is decoded, has at most 200 bytes and 3 times * or **, and no ?"
#define NETWORK_REFUSED(text)                                                                      \
    "6:21: admin_from: '" text "' is no network; write an address such as 192.0.2.7, or a "        \
    "network such as 192.0.2.0/24; of IPv6 a /64 or wider"

struct refusal {
    const char *text;
    const char *place_and_sentence;
};

static const struct refusal refusals[] = {
    {"", "1:1: the file is empty; start from examples/minimal.yaml, which has every required key"},
    {"# nothing\n",
     "1:1: the file is empty; start from examples/minimal.yaml, which has every required key"},
    {"~\n",
     "1:1: the file is empty; start from examples/minimal.yaml, which has every required key"},
    {"[]\n", "1:1: this is no shop file; it begins with `shop:`"},
    {"shop\n", "1:1: this is no shop file; it begins with `shop:`"},
    {"shop: [1]\n", "1:7: shop: its keys belong here; write {name: ...} or lines of `key: value`"},
    {"shop: 3\n", "1:7: shop: its keys belong here; write {name: ...} or lines of `key: value`"},
    {"shop:\n", "1:1: shop: the key 'name' is missing; write a text"},
    {"shop: {name: A}\n", "1:1: shop: the key 'currency' is missing; write a currency such as EUR"},
    {"shop: {name: A, currency: EUR}\n",
     "1:1: shop: the key 'time_zone' is missing; write a time zone such as Europe/Paris"},
    {"shop: {name: A, currency: EURO, time_zone: Europe/Paris}\n",
     "1:27: currency: 'EURO' is no currency of ISO 4217; write its three capital letters, such as "
     "EUR"},
    {"shop: {name: A, currency: eur, time_zone: Europe/Paris}\n",
     "1:27: currency: 'eur' is no currency of ISO 4217; write its three capital letters, such as "
     "EUR"},
    {"shop: {name: A, currency: EUR, time_zone: Europe/Pari}\n",
     "1:43: time_zone: there is no time zone 'Europe/Pari'; write a name of the IANA database, "
     "such as Europe/Paris"},
    {"shop: {name: A, currency: EUR, time_zone: Europe/Paris, locale: de}\n",
     "1:65: locale: 'de' is not one of the choices; write fr or en"},
    {"shop: {name: A, currency: EUR, time_zone: Europe/Paris, opened: 2026-02-30T10:00}\n",
     "1:65: opened: this is no moment in time; write it as YYYY-MM-DDTHH:MM, in the shop's time "
     "zone, or with an offset such as +01:00"},
    {"shop: {name: \"\", currency: EUR, time_zone: Europe/Paris}\n",
     "1:14: name: the text is empty; write a text"},
    {"shop: {name: \"a\\nb\", currency: EUR, time_zone: Europe/Paris}\n",
     "1:14: name: the text has a line break or a control character; write it in one line"},
    {"shop: {nam: A}\n", "1:8: unknown key 'nam' in shop; did you mean 'name'?"},
    {"shop: {colour: A}\n",
     "1:8: unknown key 'colour' in shop; the keys are: name, currency, time_zone, locale, opened"},
    {"shop: {name: A, name: B}\n",
     "1:17: the key 'name' is written twice, first in line 1; keep one of them"},
    {"shop: {[a]: b}\n", "1:8: a key must be a plain word; write it as `key: value`"},
    {"shop: {name: &x A}\n",
     "1:14: anchors (&name) are not read; write the value out where it is needed"},
    {"shop: {name: *x}\n", "1:14: aliases (*name) are not read; write the value out"},
    {"shop: {name: !!str A}\n", "1:14: tags (!name) are not read; write the plain value"},
    {"shop: {name: A\n", "2:1: this is not YAML: while parsing a flow mapping, did not find "
                         "expected ',' or '}'; see docs/shop-file.md for the form of a shop file"},
    {"shop:\n	name: A\n",
     "2:1: a value or a line cannot begin with this character; indent with spaces instead of tabs, "
     "and put a text that begins with @, ` or % in quotes"},
    {"shop: {name: \xff"
     "}\n",
     "1:14: this is not UTF-8; save the file as UTF-8"},
    {"shop: {name: é\xc3"
     "}\n",
     "1:15: this is not UTF-8; save the file as UTF-8"},
    {"shop: {name: A\x01"
     "}\n",
     "1:15: a control character; write plain text"},
    {"a: [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]\n",
     "1:19: nested too deeply; a shop file needs at most 9 levels"},
    {HEAD "---\nshop: {}\n", "2:1: a second document (---) begins here; a shop is one document"},
    {HEAD "shpo: {}\n", "2:1: unknown key 'shpo' in shop file; did you mean 'shop'?"},
    {HEAD "items:\n  caramel:\n    on_hnd: 3\n",
     "4:5: unknown key 'on_hnd' in item; did you mean 'on_hand'?"},
    {HEAD "items: {a: {unit_cost: 1}}\n",
     "2:9: item a: the key 'on_hand' is missing; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: }\n",
     "2:9: item a: the key 'on_hand' is missing; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: [1]}\n",
     "2:12: item a: its keys belong here; write {on_hand: ...} or lines of `key: value`"},
    {HEAD "items: [a]\n",
     "2:8: items: a map belongs here; write {key: value} or lines of `key: value`"},
    {HEAD "items: {\"a b\": {on_hand: 1, unit_cost: 1}}\n",
     "2:9: 'a b' cannot be the name of a thing here (item); use letters, digits, - and _, at most "
     "64 of them"},
    {HEAD "items: {é: {on_hand: 1, unit_cost: 1}}\n",
     "2:9: 'é' cannot be the name of a thing here (item); use letters, digits, - and _, at most 64 "
     "of them"},
    {HEAD "items: {a: {on_hand: twelve, unit_cost: 1}}\n",
     "2:22: on_hand: 'twelve' is not a number; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: {on_hand: \"12\", unit_cost: 1}}\n",
     "2:22: on_hand: '12' is not a number because of its quotes; write a quantity such as 12 or "
     "40.5"},
    {HEAD "items: {a: {on_hand: 1.2345, unit_cost: 1}}\n",
     "2:22: on_hand: 1.2345 has more than 3 decimals; round it"},
    {HEAD "items: {a: {on_hand: -1, unit_cost: 1}}\n",
     "2:22: on_hand: -1 is out of range; write a number from 0 to 1000000000"},
    {HEAD "items: {a: {on_hand: 12 kg, unit_cost: 1}}\n",
     "2:22: on_hand: '12 kg' is not a number; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: {on_hand: 1e3, unit_cost: 1}}\n",
     "2:22: on_hand: '1e3' is not a number; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1.234}}\n",
     "2:36: unit_cost: 1.234 has more than 2 decimals; round it"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1 EUR}}\n",
     "2:36: unit_cost: '1 EUR' is not a number; write an amount of money such as 12.50"},
    {HEAD "items: {a: {on_hand: 99999999999999999999, unit_cost: 1}}\n",
     "2:22: on_hand: 99999999999999999999 is out of range; write a number from 0 to 1000000000"},
    {HEAD "items: {a: {on_hand: 1000000001, unit_cost: 1}}\n",
     "2:22: on_hand: 1000000001 is out of range; write a number from 0 to 1000000000"},
    {HEAD "items: {a: {on_hand: [1], unit_cost: 1}}\n",
     "2:22: on_hand: a list stands here; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: {on_hand: , unit_cost: 1}}\n",
     "2:22: on_hand: the value is missing; write a quantity such as 12 or 40.5"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1, pack_size: 0}}\n",
     "2:50: pack_size: 0 is out of range; write a number from 0.001 to 1000000000"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1, purchase_vat_rate: 101}}\n",
     "2:58: purchase_vat_rate: 101 is out of range; write a number from 0 to 100"},
    {HEAD "suppliers: {le-goff: {}}\nitems: {a: {on_hand: 1, unit_cost: 1, supplier: le-gof}}\n",
     "3:49: supplier: there is no supplier 'le-gof'; did you mean 'le-goff'?"},
    {HEAD "suppliers: {s: {}}\nitems: {a: {on_hand: 1, unit_cost: 1, supplier: x}}\n",
     "3:49: supplier: there is no supplier 'x'; add it under suppliers, or write one that is "
     "there"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1, supplier: x}}\n",
     "2:49: supplier: there is no supplier 'x'; add it under suppliers, or write one that is "
     "there"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1, supplier: [x]}}\n",
     "2:49: supplier: write the name of one supplier"},
    {HEAD "items: {a: {on_hand: 1, unit_cost: 1}, a: {on_hand: 1, unit_cost: 1}}\n",
     "2:40: the key 'a' is written twice, first in line 2; keep one of them"},
    {HEAD "suppliers: {s: {end_of_month: yes}}\n", "2:31: end_of_month: write true or false"},
    {HEAD "suppliers: {s: {lead_days: 1.5}}\n",
     "2:28: lead_days: 1.5 is not a whole number; write a whole number of days"},
    {HEAD "suppliers: {s: {lead_days: 731}}\n",
     "2:28: lead_days: 731 is out of range; write a number from 0 to 730"},
    {HEAD "suppliers: {s: {orders_on: mon-fry}}\n",
     "2:28: orders_on: 'mon-fry' is no day of the week; write mon, tue, wed, thu, fri, sat or sun, "
     "a range such as mon-fri, or a list such as [mon, wed]"},
    {HEAD "suppliers: {s: {orders_on: [mon, monday]}}\n",
     "2:34: orders_on: 'monday' is no day of the week; write mon, tue, wed, thu, fri, sat or sun, "
     "a range such as mon-fri, or a list such as [mon, wed]"},
    {HEAD "suppliers: {s: {orders_on: []}}\n",
     "2:28: orders_on: no day; write at least one, such as mon-fri"},
    {HEAD "promise: {load_limit: 0.01}\n",
     "2:23: load_limit: 0.01 is out of range; write a number from 0.017 to 1"},
    {HEAD "promise: {load_limit: 85%}\n",
     "2:23: load_limit: '85%' is not a number; write a share such as 0.85"},
    {HEAD "promise: {horizon_days: 731}\n",
     "2:25: horizon_days: 731 is out of range; write a number from 1 to 730"},
    {HEAD "promise: {wish_minutes: 100001}\n",
     "2:25: wish_minutes: 100001 is out of range; write a number from 0 to 100000"},
    {HEAD "promise: {hold_minutes: 15 min}\n",
     "2:25: hold_minutes: '15 min' is not a number; write minutes such as 15"},
    {HEAD "promise: {policy: partial}\n",
     "2:19: policy: 'partial' is not one of the choices; write complete or split"},
    {HEAD "calendars: {w: {open: {mon: \"8:00-12:00\"}}}\n",
     "2:29: open: hours are ranges such as \"08:00-12:00 13:00-16:00\", each from an earlier to a "
     "later time, \"24:00\" at the latest"},
    {HEAD "calendars: {w: {open: {mon: \"12:00-08:00\"}}}\n",
     "2:29: open: hours are ranges such as \"08:00-12:00 13:00-16:00\", each from an earlier to a "
     "later time, \"24:00\" at the latest"},
    {HEAD "calendars: {w: {open: {mon: \"08:00-12:00,13:00-14:00\"}}}\n",
     "2:29: open: hours are ranges such as \"08:00-12:00 13:00-16:00\", each from an earlier to a "
     "later time, \"24:00\" at the latest"},
    {HEAD "calendars: {w: {open: {mon: \"08:00-24:01\"}}}\n",
     "2:29: open: hours are ranges such as \"08:00-12:00 13:00-16:00\", each from an earlier to a "
     "later time, \"24:00\" at the latest"},
    {HEAD "calendars: {w: {open: {mon: \"08:00-12:00 11:00-13:00\"}}}\n",
     "2:23: open: two ranges of mon overlap at 11:00; join them"},
    {HEAD "calendars: {w: {open: {mon-fri: \"08:00-12:00\", fri: \"10:00-13:00\"}}}\n",
     "2:23: open: two ranges of fri overlap at 10:00; join them"},
    {HEAD "calendars: {w: {open: {moon: \"08:00-12:00\"}}}\n",
     "2:24: open: 'moon' is no day of the week; write mon, tue, wed, thu, fri, sat or sun, a range "
     "such as mon-fri, or a list such as [mon, wed]"},
    {HEAD "calendars: {w: {open: {mon: \"\"}}}\n",
     "2:29: open: hours are ranges such as \"08:00-12:00 13:00-16:00\", each from an earlier to a "
     "later time, \"24:00\" at the latest"},
    {HEAD "calendars: {w: {open: \"08:00-12:00\"}}\n",
     "2:23: open: a map belongs here; write {key: value} or lines of `key: value`"},
    {HEAD "calendars: {w: {closed: 2026-12-25}}\n",
     "2:25: closed: a list belongs here; write [...] or lines with -"},
    {HEAD "calendars: {w: {closed: [2026-02-29]}}\n",
     "2:26: closed: this is no date; write a day that exists as YYYY-MM-DD"},
    {HEAD "calendars: {w: {closed: [25/12/2026]}}\n",
     "2:26: closed: this is no date; write a day that exists as YYYY-MM-DD"},
    {HEAD "work_centers: {w: {people: 251, calendar: week}}\n",
     "2:28: people: 251 is out of range; write a number from 0 to 250"},
    {HEAD "work_centers: {w: {people: 2, calendar: week}}\n",
     "2:41: calendar: there is no calendar 'week'; add it under calendars, or write one that is "
     "there"},
    {HEAD "work_centers: {w: {people: two, calendar: week}}\n",
     "2:28: people: 'two' is not a number; write a whole number of people"},
    {GROUND "staffing: {work_center: packing}\n",
     "6:11: staffing: a list belongs here; write [...] or lines with -"},
    {GROUND "staffing:\n  - {work_center: packing, people: 1, from: 2026-12-03}\n",
     "7:5: staffing entry: the key 'to' is missing; write a date as YYYY-MM-DD"},
    {GROUND "staffing:\n  - {work_center: packing, people: 1, from: 2026-12-03, to: 2026-12-02}\n",
     "7:61: to: this day is before `from`; both days are included"},
    {GROUND "staffing:\n  - {work_center: paking, people: 1, from: 2026-12-03, to: 2026-12-04}\n",
     "7:19: work_center: there is no work center 'paking'; did you mean 'packing'?"},
    {GROUND
     "staffing:\n  - {work_center: packing, people: 249, from: 2026-12-03, to: 2026-12-04}\n",
     "7:36: people: with the other additions the work center has more than 250 people on the first "
     "of these days; write fewer"},
    {GROUND "receipts: [{item: jar, quantity: 0, due: 2026-12-01}]\n",
     "6:34: quantity: 0 is out of range; write a number from 0.001 to 1000000000"},
    {GROUND "receipts: [{item: jra, quantity: 1, due: 2026-12-01}]\n",
     "6:19: item: there is no item 'jra'; did you mean 'jar'?"},
    {GROUND "commitments: [{item: jar, quantity: 1}]\n",
     "6:15: commitment: the key 'due' is missing; write a date as YYYY-MM-DD"},
    {GROUND "commitments: [jar]\n",
     "6:15: commitment: its keys belong here; write {item: ...} or lines of `key: value`"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, items: {jarr: 1}, carrier: post}}\n",
     "6:55: items: there is no item 'jarr'; did you mean 'jar'?"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, items: {jar: 0}, carrier: post}}\n",
     "6:60: items: 0 is out of range; write a number from 0.001 to 1000000"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, items: [jar], carrier: post}}\n",
     "6:54: items: a map belongs here; write {key: value} or lines of `key: value`"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, carrier: past}}\n",
     "6:56: carrier: there is no carrier 'past'; did you mean 'post'?"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, carrier: post, on_site: true}}\n",
     "6:71: on_site: an offer is on site or has a carrier; leave one out"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: false}}\n",
     "6:10: offer o: it needs `carrier: NAME`, or `on_site: true` for what is not shipped"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 0.2, carrier: post}}\n",
     "6:43: vat_rate: this is less than one percent; write percent, such as 20 or 5.5"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20}}\n",
     "6:10: offer o: it needs `carrier: NAME`, or `on_site: true` for what is not shipped"},
    {GROUND "offers: {o: {name: {de: O}, price: 1, vat_rate: 20, on_site: true}}\n",
     "6:21: name: 'de' is no language of the pages; write fr and en"},
    {GROUND "offers: {o: {name: {}, price: 1, vat_rate: 20, on_site: true}}\n",
     "6:20: name: no text; write a text, or {fr: ..., en: ...}"},
    {GROUND "offers: {o: {name: [O], price: 1, vat_rate: 20, on_site: true}}\n",
     "6:20: name: a list stands here; write a text, or {fr: ..., en: ...}"},
    {GROUND "offers: {o: {name: O, price: -1, vat_rate: 20, on_site: true}}\n",
     "6:30: price: -1 is out of range; write a number from 0 to 10000000000"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20%, on_site: true}}\n",
     "6:43: vat_rate: '20%' is not a number; write percent such as 20 or 5.5"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, seats: 0}}\n",
     "6:69: seats: 0 is out of range; write a number from 1 to 1000000"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, max_per_customer: 0}}\n",
     "6:80: max_per_customer: 0 is out of range; write a number from 0.001 to 1000000"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, activity: x}}\n",
     "6:72: activity: there is no activity 'x'; add it under activities, or write one that is "
     "there"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: "
            "packing}]}}\n",
     "6:72: operation: the key 'minutes' is missing; write minutes such as 3 or 1.5"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: "
            "packing, minutes: 1.2345}]}}\n",
     "6:104: minutes: 1.2345 has more than 3 decimals; round it"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: "
            "packing, minutes: 1, crew: 0}]}}\n",
     "6:113: crew: 0 is out of range; write a number from 1 to 250"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, routing: [{work_center: "
            "packing, minutes: 1, checklist: [[\"x\"]]}]}}\n",
     "6:119: checklist: a list stands here; write texts such as \"Card inside\""},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true, routing: {work_center: "
            "packing, minutes: 1}}}\n",
     "6:71: routing: a list belongs here; write [...] or lines with -"},
    {HEAD "carriers: {p: {cut_off: 4pm, collects: mon, transit_days: 1, delivers: mon}}\n",
     "2:25: cut_off: this is no time of the day; write it as \"16:00\", from \"00:00\" to "
     "\"24:00\""},
    {GROUND "cash: {fixed_costs: [{name: rent, amount: 1, every: year, day: 1}]}\n",
     "6:53: every: 'year' is not one of the choices; write month or week"},
    {GROUND "cash: {fixed_costs: [{name: rent, amount: 1, every: month, day: 32}]}\n",
     "6:65: day: 32 is out of range; write a number from 1 to 31"},
    {GROUND "cash: {fixed_costs: [{name: rent, amount: 1, every: month, day: fri}]}\n",
     "6:65: day: 'fri' is not a number; write a day of the month (1 to 31) or of the week (mon to "
     "sun)"},
    {GROUND "cash: {fixed_costs: [{name: rent, amount: 1, every: week, day: 5}]}\n",
     "6:64: day: every week needs a day of the week; write mon, tue, wed, thu, fri, sat or sun"},
    {GROUND "cash: {vat: {every: month}}\n",
     "6:8: period vat: the key 'day' is missing; write a day of the month (1 to 31) or of the week "
     "(mon to sun)"},
    {GROUND "cash: {bills: [{supplier: x, amount: 1, due: 2026-12-01}]}\n",
     "6:27: supplier: there is no supplier 'x'; add it under suppliers, or write one that is "
     "there"},
    {GROUND "gate: {moment_offers: [x]}\n",
     "6:24: moment_offers: there is no offer 'x'; add it under offers, or write one that is there"},
    {GROUND "offers: {o: {name: O, price: 1, vat_rate: 20, on_site: true}}\ngate: {moment_offers: "
            "[o, o]}\n",
     "7:27: moment_offers: 'o' is listed twice; keep one of them"},
    {GROUND "site: {visitors_at_once: 0}\n",
     "6:26: visitors_at_once: 0 is out of range; write a number from 1 to 1000000000"},
    {GROUND "site: {session_ends_at: [/thanks?order=1]}\n",
     "6:26: session_ends_at: '/thanks?order=1' is no path; write a path such as "
     "/checkout/order-received: it begins with / and does not end with it, without ? and spaces"},
    {GROUND "site: {session_ends_at: [thanks]}\n",
     "6:26: session_ends_at: 'thanks' is no path; write a path such as "
     "/checkout/order-received: it begins with / and does not end with it, without ? and spaces"},
    {GROUND "site: {inject: {pages: [/a/*], before: '<b> ', sku: ['<i>']}}\n",
     "6:40: before: '<b> ' begins or ends with a blank or *, which stand for anything; write what "
     "the page has there, such as '<div class=\"product_meta\">'"},
    {GROUND "site: {inject: {pages: [a], before: '<b>', sku: ['<i>']}}\n",
     "6:25: pages: 'a' is no pattern of paths; write a path such as /product/*: it begins with /, "
     "is decoded, has at most 200 bytes and 3 times * or **, and no ?"},
    {GROUND "site: {inject: {pages: [/a/*], before: '<b>', sku: ['<i>', '*']}}\n",
     "6:60: sku: '*' begins or ends with a blank or *, which stand for anything; write what stands "
     "right before it, such as '<span class=\"sku\">'"},
    {GROUND "site: {inject: {pages: [/a/*], sku: ['<i>']}}\n",
     "6:8: inject: the key 'before' is missing; write what the page has there, such as '<div "
     "class=\"product_meta\">'"},
    {GROUND "site: {preset: magento}\n",
     "6:16: preset: 'magento' is not one of the choices; write woocommerce, prestashop or none"},
    {GROUND "site: {rules: [{methods: [GET], do: assets}]}\n",
     "6:16: rule: it needs `path: /PATH`, or `query: NAME` of a parameter"},
    {GROUND "site: {rules: [{path: /a}]}\n", "6:16: rule: the key 'do' is missing; write checkout, "
                                             "browsing, assets, callbacks, admin or cron"},
    {GROUND "site: {rules: [{path: /a, do: queue}]}\n",
     "6:31: do: 'queue' is not one of the choices; write checkout, browsing, assets, callbacks, "
     "admin or cron"},
    {GROUND "site: {rules: [{path: checkout, do: checkout}]}\n", PATH_REFUSED("checkout")},
    {GROUND "site: {rules: [{path: /a/../b, do: checkout}]}\n", PATH_REFUSED("/a/../b")},
    {GROUND "site: {rules: [{path: /a//b, do: checkout}]}\n", PATH_REFUSED("/a//b")},
    {GROUND "site: {rules: [{path: /a%20b, do: checkout}]}\n", PATH_REFUSED("/a%20b")},
    {GROUND "site: {rules: [{path: /a***b, do: checkout}]}\n", PATH_REFUSED("/a***b")},
    {GROUND "site: {rules: [{path: /*a*b**c*, do: checkout}]}\n", PATH_REFUSED("/*a*b**c*")},
    {GROUND "site: {rules: [{path: \"/a?b\", do: checkout}]}\n", PATH_REFUSED("/a?b")},
    {GROUND "site: {rules: [{query: \"a=b&c\", do: checkout}]}\n",
     "6:24: query: 'a=b&c' is no parameter; write a name such as add-to-cart, or name=value, with "
     "letters, digits, - and _"},
    {GROUND "site: {rules: [{path: /a, methods: [get], do: checkout}]}\n",
     "6:37: methods: 'get' is no method; write GET, HEAD, POST, PUT, DELETE, OPTIONS or PATCH, "
     "such as [GET, POST]"},
    {GROUND "site: {rules: [{path: /a, methods: [], do: checkout}]}\n",
     "6:36: methods: no method; write at least one, or leave it out"},
    {GROUND "site: {admin_from: [192.0.2.0/33]}\n", NETWORK_REFUSED("192.0.2.0/33")},
    {GROUND "site: {admin_from: [office]}\n", NETWORK_REFUSED("office")},
    {GROUND "site: {admin_from: [\"2001:db8::/65\"]}\n", NETWORK_REFUSED("2001:db8::/65")},
    {GROUND "site: {admin_from: [192.0.2.0/]}\n", NETWORK_REFUSED("192.0.2.0/")},
    {GROUND "site: {admin_elsewhere: open}\n",
     "6:25: admin_elsewhere: 'open' is not one of the choices; write queue or deny"},
    {GROUND "moments: {drop: {at: 2026-12-06T20:00, visitors: 10, closes_before_minutes: -5}}\n",
     "6:77: closes_before_minutes: -5 is out of range; write a number from 0 to 100000"},
    {GROUND "gate: {order: random}\n",
     "6:15: order: 'random' is not one of the choices; write fifo or draw"},
    {GROUND "moments: {tv: {visitors: 10}}\n",
     "6:11: moment tv: the key 'at' is missing; write a moment as YYYY-MM-DDTHH:MM"},
    {GROUND "moments: {tv: {at: 2026-12-06 20:45, visitors: 10}}\n",
     "6:20: at: this is no moment in time; write it as YYYY-MM-DDTHH:MM, in the shop's time zone, "
     "or with an offset such as +01:00"},
    {GROUND "moments: {tv: {at: 2026-12-06T25:45, visitors: 10}}\n",
     "6:20: at: this is no moment in time; write it as YYYY-MM-DDTHH:MM, in the shop's time zone, "
     "or with an offset such as +01:00"},
    {GROUND "moments: {tv: {at: 2026-12-06T20:45, visitors: {low: 5, likely: 4, high: 6}}}\n",
     "6:48: visitors: low, likely and high must not fall; write a whole number of visitors, or "
     "{low: 15000, likely: 60000, high: 140000}"},
    {GROUND "moments: {tv: {at: 2026-12-06T20:45, visitors: {low: 5, high: 6}}}\n",
     "6:48: visitors: 'likely' is missing; write a whole number of visitors, or {low: 15000, "
     "likely: 60000, high: 140000}"},
    {GROUND "moments: {tv: {at: 2026-12-06T20:45, visitors: {low: 5, mid: 5, high: 6}}}\n",
     "6:57: visitors: unknown key 'mid'; write a whole number of visitors, or {low: 15000, likely: "
     "60000, high: 140000}"},
    {GROUND "moments: {tv: {at: 2026-12-06T20:45, visitors: 1.5}}\n",
     "6:48: visitors: 1.5 is not a whole number; write a whole number of visitors, or {low: 15000, "
     "likely: 60000, high: 140000}"},
    {GROUND "moments: {tv: {at: 2026-12-06T20:45, visitors: 1, baskets: {x: 1}}}\n",
     "6:61: baskets: there is no offer 'x'; add it under offers, or write one that is there"},
    {GROUND "assumptions: {absence: 1.001}\n",
     "6:24: absence: 1.001 is out of range; write a number from 0 to 1"},
    {GROUND "assumptions: {patience_minutes: -1}\n",
     "6:33: patience_minutes: -1 is out of range; write a number from 0.1 to 1440"},
    {GROUND "assumptions: {absense: 0.1}\n",
     "6:15: unknown key 'absense' in assumptions; did you mean 'absence'?"},
    {GROUND "requests: [{from: a, wants: b, activity: x}]\n",
     "6:42: activity: there is no activity 'x'; add it under activities, or write one that is "
     "there"},
    {GROUND "requests: [{from: a, wants: b, hours_per_week: {x: 1}}]\n",
     "6:49: hours_per_week: there is no work center 'x'; add it under work_centers, or write one "
     "that is there"},
    {GROUND "requests: [{from: a}]\n", "6:12: request: the key 'wants' is missing; write a text"},
    {GROUND "focus: {owner_hours_per_week: 168.001}\n",
     "6:31: owner_hours_per_week: 168.001 is out of range; write a number from 0 to 168"},
    {GROUND "decisions: [{on: 2026-09-01}]\n",
     "6:13: decision: what is decided is missing; write one of stop, start, shrink and keep, with "
     "the activity's name"},
    {GROUND "decisions: [{on: 2026-09-01, stop: x, keep: y}]\n",
     "6:13: decision: one decision says one thing; write one of stop, start, shrink and keep, with "
     "the activity's name"},
    {GROUND "decisions: [{on: 2026-09-01, stop: x, by: 2026-09-01}]\n",
     "6:43: by: that is not after the day on which it begins; write a later day than that of on"},
    {GROUND "decisions: [{on: 2026-09-01, stop: x, expected: {profit: 1}}]\n",
     "6:50: unknown key 'profit' in expected; the keys are: profit_per_week, revenue_per_week, "
     "orders_per_week, hours_per_week, kept_percent"},
    {GROUND "decisions: [{on: 2026-09-01, stop: x, expected: {kept_percent: 101}}]\n",
     "6:64: kept_percent: 101 is out of range; write a number from 0 to 100"},
    {GROUND "decisions: [{on: yesterday, stop: x}]\n",
     "6:18: on: this is no date; write a day that exists as YYYY-MM-DD"},
};

/* Reads a text that must be refused; the fault stands in *fault. */
static enum status refuse(struct slice text, struct fault *fault)
{
    struct shop *shop = NULL;
    enum status status = shop_read(text, "t.yaml", &testing_zones, 0, &shop, fault);
    if (status == STATUS_OK) {
        fail_msg("accepted: %.*s", (int)text.length, text.data);
    }
    assert_null(shop);
    assert_int_equal(fault->status, status);
    return status;
}

static void refusals_name_place_and_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct fault fault = {.text = ""};
        assert_int_equal(refuse(slice_of(refusals[i].text), &fault), STATUS_INVALID);
        assert_memory_equal(fault.text, "t.yaml:", 7);
        assert_string_equal(fault.text + 7, refusals[i].place_and_sentence);
    }
}

/* A name, a text and a list that are one longer than allowed; one shorter is accepted. */
static void check_length(const char *before, const char *repeated, size_t most, const char *after,
                         const char *sentence)
{
    struct text text;
    text_init(&text, LIMIT_SHOP_FILE_BYTES);
    for (size_t times = most; times <= most + 1; times++) {
        struct shop *shop = NULL;
        struct fault fault = {.text = ""};
        text_clear(&text);
        text_append_string(&text, before);
        for (size_t i = 0; i < times; i++) {
            text_append_string(&text, repeated);
        }
        text_append_string(&text, after);
        enum status status =
            shop_read(text_slice(&text), "t.yaml", &testing_zones, 0, &shop, &fault);
        if (times > most) {
            assert_int_equal(status, STATUS_INVALID);
            if (strstr(fault.text, sentence) == NULL) {
                fail_msg("%s", fault.text);
            }
        } else if (status != STATUS_OK) {
            fail_msg("%s", fault.text);
        }
        shop_free(shop);
    }
    text_free(&text);
}

static void lengths_end_at_their_limits(void **state)
{
    (void)state;
    check_length(HEAD "items: {", "a", LIMIT_NAME_BYTES, ": {on_hand: 1, unit_cost: 1}}\n",
                 "t.yaml:2:9: ");
    check_length(HEAD "items: {a: {on_hand: 1, unit_cost: 1, barcode: \"", "1", LIMIT_LABEL_BYTES,
                 "\"}}\n", "t.yaml:2:48: barcode: the text has 201 bytes; at most 200 fit");
    check_length(GROUND "offers: {o: {name: O, price: 1, vat_rate: 5.5, carrier: post, routing: [",
                 "{work_center: packing, minutes: 1},", LIMIT_OPERATIONS_PER_ROUTING, "]}}\n",
                 "t.yaml:6:72: routing: 17 entries; at most 16 fit");
    check_length(GROUND "receipts: [", "{item: jar, quantity: 1, due: 2026-12-01},", LIMIT_RECEIPTS,
                 "]\n", "t.yaml:6:11: receipts: 20001 entries; at most 20000 fit");
}

static void too_many_names_are_refused(void **state)
{
    (void)state;
    struct text text;
    struct fault fault = {.text = ""};
    text_init(&text, LIMIT_SHOP_FILE_BYTES);
    text_append_string(&text, HEAD "activities:\n");
    for (int i = 0; i <= LIMIT_ACTIVITIES; i++) {
        text_append_format(&text, "  a%d: {}\n", i);
    }
    assert_int_equal(refuse(text_slice(&text), &fault), STATUS_INVALID);
    assert_string_equal(fault.text, "t.yaml:3:3: activities: 201 entries; at most 200 fit");
    text_free(&text);
}

static void a_file_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct fault fault = {.text = ""};
    char *bytes = malloc(LIMIT_SHOP_FILE_BYTES + 1);
    assert_non_null(bytes);
    memset(bytes, '#', LIMIT_SHOP_FILE_BYTES + 1);
    assert_int_equal(refuse((struct slice){bytes, LIMIT_SHOP_FILE_BYTES + 1}, &fault),
                     STATUS_LIMIT);
    free(bytes);
}

/* Entities that expand in powers of nine in readers that follow aliases. */
static void aliases_cannot_multiply(void **state)
{
    (void)state;
    struct fault fault = {.text = ""};
    const char *bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                       "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n";
    assert_int_equal(refuse(slice_of(bomb), &fault), STATUS_INVALID);
    assert_memory_equal(fault.text, "t.yaml:1:4: anchors", 19);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_name_place_and_remedy),
        cmocka_unit_test(lengths_end_at_their_limits),
        cmocka_unit_test(too_many_names_are_refused),
        cmocka_unit_test(a_file_over_the_limit_is_refused),
        cmocka_unit_test(aliases_cannot_multiply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
