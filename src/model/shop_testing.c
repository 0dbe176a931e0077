/* Compares shops struct by struct: pointers are set aside and compared by what they point to, the
 * rest byte by byte (arenas are zeroed, so padding is too). Written without the tables of
 * sections.c on purpose: a key that the tables forget to copy or to write shows here. */
#include "model/shop_testing.h"

#include <stdio.h>
#include <stdlib.h>

static enum status paris_load(void *context, const char *name, int64_t around, struct zone *zone,
                              struct fault *fault)
{
    (void)context;
    (void)around;
    if (strcmp(name, "Europe/Paris") != 0) {
        return fault_set(fault, STATUS_INVALID,
                         "there is no time zone '%.64s'; write a name of the IANA database, such "
                         "as Europe/Paris",
                         name);
    }
    *zone = (struct zone){.count = 7,
                          .periods = {{INT64_MIN, 3600},
                                      {1743296400, 7200},
                                      {1761440400, 3600},
                                      {1774746000, 7200},
                                      {1792890000, 3600},
                                      {1806195600, 7200},
                                      {1824944400, 3600}}};
    return STATUS_OK;
}

const struct zone_source testing_zones = {.load = paris_load};

static bool strings_equal(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool labels_equal(const struct label *a, const struct label *b)
{
    return strings_equal(a->text[LANGUAGE_FR], b->text[LANGUAGE_FR]) &&
           strings_equal(a->text[LANGUAGE_EN], b->text[LANGUAGE_EN]);
}

static bool bytes_equal(const void *a, const void *b, size_t count, size_t size)
{
    return count == 0 || memcmp(a, b, count * size) == 0;
}

/* Compares a string member and sets it aside. */
#define STRING_ASIDE(member)                                                                       \
    if (!strings_equal(x.member, y.member)) {                                                      \
        return false;                                                                              \
    }                                                                                              \
    x.member = NULL;                                                                               \
    y.member = NULL

/* Compares an array without pointers in it, and sets it aside. */
#define ARRAY_ASIDE(member, counter)                                                               \
    if (x.counter != y.counter || !bytes_equal(x.member, y.member, x.counter, sizeof *x.member)) { \
        return false;                                                                              \
    }                                                                                              \
    x.member = NULL;                                                                               \
    y.member = NULL

#define BEGIN_EQUAL(kind)                                                                          \
    static bool kind##_equal(const struct kind *a, const struct kind *b)                           \
    {                                                                                              \
        struct kind x;                                                                             \
        struct kind y;                                                                             \
        memcpy(&x, a, sizeof x);                                                                   \
        memcpy(&y, b, sizeof y);

#define END_EQUAL                                                                                  \
    return memcmp(&x, &y, sizeof x) == 0;                                                          \
    }

BEGIN_EQUAL(calendar)
STRING_ASIDE(name);
ARRAY_ASIDE(openings, opening_count);
ARRAY_ASIDE(closed.days, closed.count);
END_EQUAL

BEGIN_EQUAL(work_center)
STRING_ASIDE(name);
END_EQUAL

BEGIN_EQUAL(staffing)
END_EQUAL

BEGIN_EQUAL(supplier)
STRING_ASIDE(name);
STRING_ASIDE(email);
END_EQUAL

BEGIN_EQUAL(item)
STRING_ASIDE(name);
STRING_ASIDE(unit);
STRING_ASIDE(barcode);
END_EQUAL

BEGIN_EQUAL(item_movement)
END_EQUAL

BEGIN_EQUAL(operation)
if (x.checklist_count != y.checklist_count) {
    return false;
}
for (uint32_t i = 0; i < x.checklist_count; i++) {
    if (!labels_equal(&x.checklist[i], &y.checklist[i])) {
        return false;
    }
}
x.checklist = NULL;
y.checklist = NULL;
END_EQUAL

static bool routing_equal(const struct routing *a, const struct routing *b)
{
    bool equal = a->count == b->count;
    for (uint32_t i = 0; equal && i < a->count; i++) {
        equal = operation_equal(&a->operations[i], &b->operations[i]);
    }
    return equal;
}

BEGIN_EQUAL(carrier)
STRING_ASIDE(name);
ARRAY_ASIDE(closed.days, closed.count);
if (!routing_equal(&x.routing, &y.routing)) {
    return false;
}
x.routing = y.routing;
END_EQUAL

BEGIN_EQUAL(offer)
STRING_ASIDE(name);
ARRAY_ASIDE(components, component_count);
if (!labels_equal(&x.label, &y.label) || !routing_equal(&x.routing, &y.routing)) {
    return false;
}
x.label = y.label;
x.routing = y.routing;
END_EQUAL

BEGIN_EQUAL(activity)
STRING_ASIDE(name);
END_EQUAL

BEGIN_EQUAL(fixed_cost)
STRING_ASIDE(name);
END_EQUAL

BEGIN_EQUAL(cash)
ARRAY_ASIDE(bills, bill_count);
for (uint32_t i = 0; i < x.fixed_cost_count && x.fixed_cost_count == y.fixed_cost_count; i++) {
    if (!fixed_cost_equal(&x.fixed_costs[i], &y.fixed_costs[i])) {
        return false;
    }
}
x.fixed_costs = NULL;
y.fixed_costs = NULL;
END_EQUAL

BEGIN_EQUAL(site_rule)
STRING_ASIDE(path);
STRING_ASIDE(query);
END_EQUAL

static bool site_rules_equal(const struct site_rule_list *a, const struct site_rule_list *b)
{
    bool equal = a->count == b->count;
    for (uint32_t i = 0; equal && i < a->count; i++) {
        equal = site_rule_equal(&a->rules[i], &b->rules[i]);
    }
    return equal;
}

BEGIN_EQUAL(site_network)
STRING_ASIDE(text);
END_EQUAL

static bool networks_equal(const struct site_network_list *a, const struct site_network_list *b)
{
    bool equal = a->count == b->count;
    for (uint32_t i = 0; equal && i < a->count; i++) {
        equal = site_network_equal(&a->networks[i], &b->networks[i]);
    }
    return equal;
}

/* Compares a list of texts, and sets it aside. */
#define TEXTS_ASIDE(member, counter)                                                               \
    for (uint32_t i = 0; i < x.counter; i++) {                                                     \
        if (x.counter != y.counter || !strings_equal(x.member[i], y.member[i])) {                  \
            return false;                                                                          \
        }                                                                                          \
    }                                                                                              \
    x.member = NULL;                                                                               \
    y.member = NULL

BEGIN_EQUAL(site)
TEXTS_ASIDE(session_ends_at.paths, session_ends_at.count);
TEXTS_ASIDE(inject.pages.paths, inject.pages.count);
TEXTS_ASIDE(inject.sku.texts, inject.sku.count);
STRING_ASIDE(inject.before);
if (!site_rules_equal(&x.rules, &y.rules) || !networks_equal(&x.admin_from, &y.admin_from)) {
    return false;
}
x.rules = y.rules;
x.admin_from = y.admin_from;
END_EQUAL

BEGIN_EQUAL(gate_rules)
ARRAY_ASIDE(moment_offers.offers, moment_offers.count);
END_EQUAL

BEGIN_EQUAL(moment)
STRING_ASIDE(name);
STRING_ASIDE(channel);
ARRAY_ASIDE(baskets, basket_count);
END_EQUAL

BEGIN_EQUAL(request)
STRING_ASIDE(from);
STRING_ASIDE(wants);
ARRAY_ASIDE(hours, hours_count);
END_EQUAL

BEGIN_EQUAL(decision)
for (int i = 0; i < DECISION_VERBS; i++) {
    STRING_ASIDE(activity[i]);
}
STRING_ASIDE(because);
if (!labels_equal(&x.say, &y.say)) {
    return false;
}
x.say = y.say;
END_EQUAL

static bool zone_equal(const struct zone *a, const struct zone *b)
{
    return a->count == b->count &&
           bytes_equal(a->periods, b->periods, a->count, sizeof a->periods[0]);
}

static bool head_equal(const struct shop *a, const struct shop *b)
{
    return strings_equal(a->name, b->name) && strcmp(a->currency.code, b->currency.code) == 0 &&
           a->currency.decimals == b->currency.decimals &&
           strings_equal(a->zone_name, b->zone_name) && zone_equal(&a->zone, &b->zone) &&
           a->language == b->language && a->has_opened == b->has_opened &&
           strings_equal(a->opened_text, b->opened_text) && a->opened == b->opened;
}

#define EACH(array, counter, kind)                                                                 \
    *what = #array;                                                                                \
    if (a->counter != b->counter) {                                                                \
        return false;                                                                              \
    }                                                                                              \
    for (uint32_t i = 0; i < a->counter; i++) {                                                    \
        if (!kind##_equal(&a->array[i], &b->array[i])) {                                           \
            return false;                                                                          \
        }                                                                                          \
    }

static bool things_equal(const struct shop *a, const struct shop *b, const char **what)
{
    EACH(calendars, calendar_count, calendar)
    EACH(work_centers, work_center_count, work_center)
    EACH(staffing, staffing_count, staffing)
    EACH(suppliers, supplier_count, supplier)
    EACH(items, item_count, item)
    EACH(receipts, receipt_count, item_movement)
    EACH(commitments, commitment_count, item_movement)
    EACH(carriers, carrier_count, carrier)
    EACH(offers, offer_count, offer)
    EACH(activities, activity_count, activity)
    EACH(moments, moment_count, moment)
    EACH(requests, request_count, request)
    EACH(decisions, decision_count, decision)
    return true;
}

bool shop_equal(const struct shop *a, const struct shop *b, const char **what)
{
    *what = "shop";
    if (!head_equal(a, b)) {
        return false;
    }
    *what = "promise";
    if (memcmp(&a->promise, &b->promise, sizeof a->promise) != 0) {
        return false;
    }
    *what = "cash";
    if (!cash_equal(&a->cash, &b->cash)) {
        return false;
    }
    *what = "assumptions";
    if (memcmp(&a->assumptions, &b->assumptions, sizeof a->assumptions) != 0) {
        return false;
    }
    *what = "focus";
    if (memcmp(&a->focus, &b->focus, sizeof a->focus) != 0) {
        return false;
    }
    *what = "site, gate";
    return site_equal(&a->site, &b->site) && gate_rules_equal(&a->gate, &b->gate) &&
           things_equal(a, b, what);
}

char *testing_file(const char *relative)
{
    char path[1024];
    const char *source = getenv("ECLUSE_SOURCE");
    (void)snprintf(path, sizeof path, "%s/%s", source != NULL ? source : ".", relative);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *bytes = calloc(1, LIMIT_SHOP_FILE_BYTES / 32);
    if (bytes != NULL) {
        bytes[fread(bytes, 1, LIMIT_SHOP_FILE_BYTES / 32 - 1, file)] = '\0';
    }
    (void)fclose(file);
    return bytes;
}
