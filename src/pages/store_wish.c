/* GET /wish?offer=NAME   question -> the form, with what would be promised now; where it can be had
 *                        after all, the way to buy it
 * POST /wish             form -> checked -> the wish is made -> 303 to its page
 *                        -> with errors, or a no of the core -> the form again (422, 409)
 * GET /wishes/ID         what has become of it: how many wait before it, or the order that it is
 *                        held as, until when the yes is waited for, and the way there
 *
 * A wish's page opens with its token, from the address or from a cookie of that page alone, as an
 * order's does. The page of one that waits comes again by itself. */
#include "pages/store_wish.h"

#include "base/decimal.h"
#include "pages/store_access.h"
#include "pages/store_cart.h"
#include "pages/store_here.h"
#include "pages/store_moment.h"
#include "pages/store_person.h"

#include <stdio.h>

enum { QUANTITY_BYTES = 3, DAY_BYTES = 10 };
enum { MINUTE = 60, HOUR_MINUTES = 60, DAY_MINUTES = 24 * 60 };

#define WAITING_LINES "Refresh: 60\r\n"

/* How long the yes is waited for: never more than the shop gives, in a unit that reads well. */
static json_t *time_value(const struct store_view *view)
{
    int32_t minutes = view->shop->promise.wish_seconds / MINUTE;
    bool in_hours = minutes >= 2 * HOUR_MINUTES;
    bool in_days = minutes >= 3 * DAY_MINUTES;
    int32_t count = minutes / (in_days ? DAY_MINUTES : in_hours ? HOUR_MINUTES : 1);
    const char *unit = in_days    ? MESSAGE("unit-days")
                       : in_hours ? MESSAGE("unit-hours")
                                  : MESSAGE("unit-minutes");
    return json_sprintf("%d\u00a0%s", count > 0 ? (int)count : 1,
                        store_page_message(view->language, unit));
}

/* ---- the form ---- */

struct wish_form {
    struct store_quote quote; /* first: callbacks get its address; its order task also wishes */
    struct store_visit visit;
    struct store_cart cart; /* one line: what is wished for */
    struct store_person person;
    struct slice latest;
    const char *latest_error; /* a message's key, or NULL */
    const char *quantity_error;
    const char *notice;
    bool refused; /* by the core: `quote` says why */
    int status;
};

static const struct offer *offer_of(const struct wish_form *it)
{
    return &it->visit.store->shop->offers[it->cart.lines[0].offer];
}

static void error_set(json_t *values, enum language language, const char *key, const char *message)
{
    if (message != NULL) {
        json_object_set_new(values, key, json_string(store_page_message(language, message)));
    }
}

static void form_show(const struct wish_form *it)
{
    const struct store_visit *visit = &it->visit;
    const struct order_task *quoted = &it->quote.order;
    struct store_view view = store_view_of(visit->store, quoted->task.shop, visit->language);
    const char *title = store_page_message(visit->language, MESSAGE("wish-form-title"));
    json_t *values = store_page_values(visit->store, visit->language, title);
    store_page_address(values, visit->language, visit->path, visit->query);
    json_object_set_new(values, "offer", json_string(offer_of(it)->name));
    json_object_set_new(
        values, "label",
        json_string(store_view_label(&view, (struct offer_id){it->cart.lines[0].offer})));
    json_object_set_new(values, "units", json_integer(it->cart.lines[0].units));
    json_object_set_new(
        values, "latest",
        json_stringn(it->latest.length > 0 ? it->latest.data : "", it->latest.length));
    json_object_set_new(values, "time", time_value(&view));
    json_object_set_new(values, "key", store_visit_fresh_key(visit));
    json_object_set_new(values, "available",
                        json_boolean(quoted->task.answer.result == PROMISE_OK));
    store_view_days(&view, values);
    store_person_values(&it->person, visit->language, values);
    bool faulty =
        it->person.error_count > 0 || it->latest_error != NULL || it->quantity_error != NULL;
    json_object_set_new(values, "faulty", json_boolean(faulty));
    error_set(values, visit->language, "latest_error", it->latest_error);
    error_set(values, visit->language, "quantity_error", it->quantity_error);
    error_set(values, visit->language, "notice", it->notice);
    store_cart_values(&view, &it->cart, quoted, values);
    if (it->refused) {
        json_object_set(values, "refused", json_object_get(values, "rejection"));
    }
    store_visit_page(visit, it->status, "wish_form", values, (struct slice){NULL, 0});
}

static void quoted(struct store_quote *quote)
{
    form_show((const struct wish_form *)quote);
}

static void form_ask(struct wish_form *it, int status, const char *notice)
{
    it->status = status;
    it->notice = notice;
    store_cart_quote(&it->quote, &it->visit, &it->cart, quoted);
}

/* ---- reading it ---- */

/* `form`: the query, or the body. */
static bool offer_read(struct wish_form *it, struct slice form)
{
    struct slice name;
    struct offer_id offer;
    if (!store_visit_field(&it->visit, form, "offer", LIMIT_NAME_BYTES, &name) ||
        !store_offer_find(it->visit.store, name, &offer)) {
        return false;
    }
    it->cart = (struct store_cart){.count = 1, .lines = {{offer.index, 1}}};
    it->person.ships = !offer_of(it)->on_site;
    return true;
}

static bool quantity_read(struct wish_form *it, struct slice form)
{
    struct slice text;
    int64_t units = 0;
    bool read = store_visit_field(&it->visit, form, "quantity", QUANTITY_BYTES, &text) &&
                decimal_read(text, 0, &units) == DECIMAL_OK && units >= 1 &&
                units <= STORE_CART_UNITS_MAX;
    if (read) {
        it->cart.lines[0].units = (uint16_t)units;
    }
    return read;
}

static void latest_read(struct wish_form *it, struct slice form, int32_t *day)
{
    const struct store *store = it->visit.store;
    int32_t today = zone_day(&store->shop->zone, store->env->now(store->env));
    if (!store_visit_field(&it->visit, form, "latest", DAY_BYTES, &it->latest) ||
        !day_read(it->latest, day) || *day < today ||
        *day - today >= store->shop->promise.horizon_days) {
        it->latest_error = MESSAGE("wish-error-latest");
    }
}

/* ---- making it ---- */

static void path_write(char path[STORE_ACCESS_PATH_BYTES], int64_t made_at, struct order_key key)
{
    store_access_path(path, "/wishes/", made_at, key);
}

/* To the wish's page, with the cookie that opens it. */
static void wish_enter(const struct store_visit *visit, int64_t made_at, struct order_key key)
{
    struct text lines;
    char path[STORE_ACCESS_PATH_BYTES];
    text_init(&lines, 1024);
    path_write(path, made_at, key);
    store_access_cookie(visit, path, made_at, key, &lines);
    store_visit_redirect(visit, path, text_slice(&lines));
    text_free(&lines);
}

static void wished(struct engine_task *task)
{
    struct wish_form *it = (struct wish_form *)task;
    const struct wish_view *wish = &task->answer.wish;
    if (task->status == STATUS_EXISTS) {
        form_ask(it, 409, MESSAGE("checkout-changed"));
    } else if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
    } else if (task->answer.result == PROMISE_OK || task->answer.result == PROMISE_REPEATED) {
        wish_enter(&it->visit, wish->made_at, wish->key);
    } else {
        it->status = 409;
        it->notice = NULL;
        it->refused = true;
        form_show(it);
    }
}

static void wish_make(struct wish_form *it, struct slice key, int32_t latest)
{
    const struct order_request request = {
        .lines = it->quote.lines,
        .line_count = 1,
        .want = {WANT_DAY, latest},
        .person = store_person_of(&it->person),
        .since = store_here_since(&it->visit),
        .idempotency_key = key,
    };
    store_cart_ask(&it->cart, it->quote.lines);
    order_task_wish(&it->quote.order, it->visit.store->desk, &request);
    it->quote.order.task.done = wished;
    if (!engine_submit(it->visit.store->engine, &it->quote.order.task)) {
        store_visit_busy(&it->visit);
    }
}

static void form_post(struct wish_form *it)
{
    struct slice form = door_body(it->visit.request);
    struct slice key;
    int32_t latest = 0;
    if (!store_visit_key(&it->visit, &key) || !offer_read(it, form)) {
        store_visit_notice(&it->visit,
                           &(struct store_notice){422, MESSAGE("form-title"), MESSAGE("form-text"),
                                                  "/offers", MESSAGE("see-offers")});
        return;
    }
    it->quantity_error = quantity_read(it, form) ? NULL : MESSAGE("wish-error-quantity");
    latest_read(it, form, &latest);
    store_person_read(&it->person, &it->visit);
    if (it->person.error_count > 0 || it->latest_error != NULL || it->quantity_error != NULL) {
        form_ask(it, 422, NULL);
    } else {
        wish_make(it, key, latest);
    }
}

static void form_get(struct wish_form *it)
{
    if (!offer_read(it, it->visit.query)) {
        store_visit_not_found(&it->visit);
        return;
    }
    (void)quantity_read(it, it->visit.query);
    form_ask(it, 200, NULL);
}

void store_wish_form_serve(const struct store_visit *visit)
{
    struct wish_form *it = door_alloc(visit->request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    memset(it, 0, sizeof *it);
    it->visit = *visit;
    switch (door_method(visit->request)) {
    case METHOD_GET:
    case METHOD_HEAD:
        form_get(it);
        break;
    case METHOD_POST:
        if (store_visit_same_site(visit)) {
            form_post(it);
        } else {
            store_visit_other_site(visit);
        }
        break;
    default:
        store_visit_method(visit, "GET, HEAD, POST");
    }
}

/* ---- a wish's page ---- */

struct wish_visit {
    struct order_task order; /* first: `done` gets its address */
    struct store_visit visit;
    int64_t made_at;
    struct order_key key;
};

enum wish_page {
    PAGE_WAITS,
    PAGE_HELD,
    PAGE_BOUGHT,
    PAGE_MISSED,
    PAGE_DECLINED,
    PAGE_WITHDRAWN,
    PAGE_LAPSED,
    PAGES
};

static const struct {
    const char *flag;
    const char *title;
} wish_pages[PAGES] = {
    [PAGE_WAITS] = {"waits", MESSAGE("wish-waits-title")},
    [PAGE_HELD] = {"held", MESSAGE("wish-held-title")},
    [PAGE_BOUGHT] = {"bought", MESSAGE("wish-bought-title")},
    [PAGE_MISSED] = {"missed", MESSAGE("wish-missed-title")},
    [PAGE_DECLINED] = {"declined", MESSAGE("wish-declined-title")},
    [PAGE_WITHDRAWN] = {"withdrawn", MESSAGE("wish-withdrawn-title")},
    [PAGE_LAPSED] = {"lapsed", MESSAGE("wish-lapsed-title")},
};

static enum wish_page page_of(const struct wish_view *wish, const struct order_view *order)
{
    switch (wish->status) {
    case WISH_WAITING:
        return PAGE_WAITS;
    case WISH_WITHDRAWN:
        return PAGE_WITHDRAWN;
    case WISH_OFFERED:
        return order->status == ORDER_HELD        ? PAGE_HELD
               : order->status == ORDER_EXPIRED   ? PAGE_MISSED
               : order->status == ORDER_CANCELLED ? PAGE_DECLINED
                                                  : PAGE_BOUGHT;
    default:
        return PAGE_LAPSED;
    }
}

static void order_values(const struct store_view *view, const struct order_task *task,
                         json_t *values)
{
    const struct order_view *order = &task->task.answer.order;
    char token[ORDER_TOKEN_LENGTH + 1];
    char id[ORDER_ID_LENGTH + 1];
    order_id_write(id, order->made_at, order->key);
    order_token_write(view->store->desk, token, order->made_at, order->key);
    json_object_set_new(values, "order_path", json_sprintf("/orders/%s?token=%s", id, token));
    json_object_set_new(values, "until_day",
                        store_view_day(view, zone_day(&view->shop->zone, order->held_until)));
    json_object_set_new(values, "until_time", store_view_time(view, order->held_until));
    const struct promise_answer answer = {.result = PROMISE_OK, .summary = order->current};
    json_t *date = store_view_date(view, &answer);
    store_view_parts(view, task->answer_lines, task->answer_line_count,
                     json_object_get(date, "promised"));
    json_object_set_new(date, "brief", json_true());
    json_object_set_new(values, "date", date);
}

static void wish_show(const struct wish_visit *it)
{
    const struct store_visit *visit = &it->visit;
    const struct promise_answer *answer = &it->order.task.answer;
    const struct wish_view *wish = &answer->wish;
    struct store_view view = store_view_of(visit->store, it->order.task.shop, visit->language);
    enum wish_page page = page_of(wish, &answer->order);
    json_t *values = store_page_values(visit->store, visit->language,
                                       store_page_message(visit->language, wish_pages[page].title));
    char path[STORE_ACCESS_PATH_BYTES];
    char token[ORDER_TOKEN_LENGTH + 1];
    path_write(path, it->made_at, it->key);
    order_token_write(visit->store->desk, token, it->made_at, it->key);
    store_page_address(values, visit->language, slice_of(path), (struct slice){NULL, 0});
    json_object_set_new(values, wish_pages[page].flag, json_true());
    json_object_set_new(values, "lasts", json_boolean(page < PAGE_DECLINED));
    json_object_set_new(values, "path", json_string(path));
    json_object_set_new(values, "token_path", json_sprintf("%s?token=%s", path, token));
    json_object_set_new(values, "label", json_string(store_view_label(&view, wish->offer)));
    json_object_set_new(values, "name", json_string(view.shop->offers[wish->offer.index].name));
    json_object_set_new(values, "quantity", store_view_quantity(&view, wish->quantity_thousandths));
    json_object_set_new(values, "latest_on", store_view_day(&view, wish->latest_day));
    json_object_set_new(values, "before", json_integer(it->order.wish_before));
    json_object_set_new(values, "some_before", json_boolean(it->order.wish_before > 0));
    json_object_set_new(values, "many_before",
                        json_boolean(it->order.wish_before >= WISH_BEFORE_MAX));
    json_object_set_new(values, "time", time_value(&view));
    if (wish->order != 0) {
        order_values(&view, &it->order, values);
    }
    struct slice lines = page == PAGE_WAITS ? SLICE(WAITING_LINES) : (struct slice){NULL, 0};
    store_visit_page(visit, 200, "wish_page", values, lines);
}

static void wish_looked(struct engine_task *task)
{
    struct wish_visit *it = (struct wish_visit *)task;
    if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
    } else if (!it->order.found) {
        store_visit_not_found(&it->visit);
    } else {
        wish_show(it);
    }
}

/* Whatever came of it, the wish's page says it. */
static void wish_withdrawn(struct engine_task *task)
{
    struct wish_visit *it = (struct wish_visit *)task;
    char path[STORE_ACCESS_PATH_BYTES];
    if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
        return;
    }
    path_write(path, it->made_at, it->key);
    store_visit_redirect(&it->visit, path, (struct slice){NULL, 0});
}

static void wish_submit(struct wish_visit *it, void (*done)(struct engine_task *task))
{
    it->order.task.done = done;
    if (!engine_submit(it->visit.store->engine, &it->order.task)) {
        store_visit_busy(&it->visit);
    }
}

static void wish_post(struct wish_visit *it, struct slice tail)
{
    if (!slice_is(tail, "/withdraw")) {
        store_visit_not_found(&it->visit);
    } else if (!store_visit_same_site(&it->visit)) {
        store_visit_other_site(&it->visit);
    } else {
        order_task_wish_withdraw(&it->order, it->visit.store->desk, it->key);
        wish_submit(it, wish_withdrawn);
    }
}

static void wish_get(struct wish_visit *it, struct slice tail)
{
    if (tail.length > 0) {
        char path[STORE_ACCESS_PATH_BYTES];
        path_write(path, it->made_at, it->key);
        store_visit_redirect(&it->visit, path, (struct slice){NULL, 0});
    } else if (store_access_linked(&it->visit)) {
        wish_enter(&it->visit, it->made_at, it->key);
    } else {
        order_task_wish_look(&it->order, it->visit.store->desk, it->key);
        wish_submit(it, wish_looked);
    }
}

void store_wish_serve(const struct store_visit *visit)
{
    struct slice tail;
    struct wish_visit *it = door_alloc(visit->request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    it->visit = *visit;
    if (!store_access_read(visit, "/wishes/", &it->made_at, &it->key, &tail)) {
        store_visit_notice(visit, &(struct store_notice){404, MESSAGE("wish-unknown-title"),
                                                         MESSAGE("wish-unknown-text"), "/offers",
                                                         MESSAGE("see-offers")});
        return;
    }
    switch (door_method(visit->request)) {
    case METHOD_GET:
    case METHOD_HEAD:
        wish_get(it, tail);
        break;
    case METHOD_POST:
        wish_post(it, tail);
        break;
    default:
        store_visit_method(visit, "GET, HEAD, POST");
    }
}
