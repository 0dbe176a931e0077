/* query -> times_key -> store_times -> page, on which a form leads to the cart.
 *
 * What cannot be read in the query is as if it were not there: from now on, one seat. `later` leads
 * to the times behind the last one shown. */
#include "pages/store_pick.h"

#include "base/decimal.h"
#include "pages/store_moment.h"
#include "pages/store_page.h"
#include "pages/store_times.h"

enum { PICK_SHOWN = 12, PICK_UNITS_MAX = 999 };

struct pick {
    struct times_waiter waiter; /* first */
    struct store_visit visit;
    const struct shop *shop;
    struct times_key key;
    int32_t day; /* as it was asked for */
};

static json_t *pick_values(const struct pick *it, const struct offer_times *times)
{
    const struct store_visit *visit = &it->visit;
    struct store_view view = store_view_of(visit->store, it->shop, visit->language);
    struct offer_id offer = {it->key.offer};
    const char *name = it->shop->offers[offer.index].name;
    int units = (int)(it->key.quantity_thousandths / THOUSAND);
    uint32_t shown = times->count < PICK_SHOWN ? times->count : PICK_SHOWN;
    char day[16];
    day_write(day, it->day > view.today ? it->day : view.today);
    json_t *values = store_page_values(visit->store, visit->language,
                                       store_page_message(visit->language, MESSAGE("pick-title")));
    store_page_address(values, visit->language, visit->path, (struct slice){NULL, 0});
    json_object_set_new(values, "name", json_string(name));
    json_object_set_new(values, "label", json_string(store_view_label(&view, offer)));
    json_object_set_new(values, "units", json_integer(units));
    json_object_set_new(values, "from_day", json_string(day));
    json_object_set_new(values, "any", json_boolean(shown > 0));
    json_object_set_new(values, "days", store_view_times(&view, times->times, shown, 0));
    store_view_days(&view, values);
    if (shown < times->count) {
        json_object_set_new(values, "later",
                            json_sprintf("/offers/%s/times?quantity=%d&at=%lld", name, units,
                                         (long long)times->times[shown].start));
    }
    return values;
}

static void pick_ready(struct times_waiter *waiter, const struct offer_times *times)
{
    struct pick *it = (struct pick *)waiter;
    if (times == NULL || it->visit.store->shop != it->shop) {
        store_visit_busy(&it->visit);
        return;
    }
    store_visit_page(&it->visit, 200, "times", pick_values(it, times), (struct slice){NULL, 0});
}

/* `from` is a day, `at` an instant: where the page before ended. */
static void query_read(struct pick *it)
{
    const struct store_visit *visit = &it->visit;
    struct slice value;
    int64_t number = 0;
    if (store_visit_field(visit, visit->query, "quantity", 4, &value) &&
        decimal_read(value, 0, &number) == DECIMAL_OK && number > 0 && number <= PICK_UNITS_MAX) {
        it->key.quantity_thousandths = number * THOUSAND;
    }
    if (store_visit_field(visit, visit->query, "from", 16, &value) && day_read(value, &it->day)) {
        it->key.from = zone_instant(&it->shop->zone, it->day, 0);
    } else if (store_visit_field(visit, visit->query, "at", 16, &value) &&
               decimal_read(value, 0, &number) == DECIMAL_OK && number > 0 &&
               number < INT32_MAX * (int64_t)2) {
        it->key.from = number;
        it->day = zone_day(&it->shop->zone, number);
    }
}

static void pick_ask(const struct store_visit *visit, struct offer_id offer)
{
    struct pick *it = door_alloc(visit->request, sizeof *it);
    struct store *store = visit->store;
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    *it = (struct pick){.waiter.ready = pick_ready,
                        .visit = *visit,
                        .shop = store->shop,
                        .key = {.quantity_thousandths = THOUSAND, .offer = offer.index}};
    query_read(it);
    if (!store_times_ask(store->times, &it->key, store->env->ticks_ns(store->env), &it->waiter)) {
        store_visit_busy(visit);
    }
}

bool store_pick_serve(const struct store_visit *visit)
{
    static const char head[] = "/offers/";
    static const char tail[] = "/times";
    size_t ends = sizeof head - 1 + sizeof tail - 1;
    struct slice path = visit->path;
    if (path.length <= ends || memcmp(path.data, head, sizeof head - 1) != 0 ||
        memcmp(path.data + path.length - (sizeof tail - 1), tail, sizeof tail - 1) != 0) {
        return false;
    }
    struct slice name = {path.data + sizeof head - 1, path.length - ends};
    struct offer_id offer;
    enum http_method method = door_method(visit->request);
    bool there = store_offer_find(visit->store, name, &offer) &&
                 store_times_has(&visit->store->shop->offers[offer.index]);
    if (method != METHOD_GET && method != METHOD_HEAD) {
        store_visit_method(visit, "GET, HEAD");
    } else if (!there) {
        store_visit_not_found(visit);
    } else {
        pick_ask(visit, offer);
    }
    return true;
}
