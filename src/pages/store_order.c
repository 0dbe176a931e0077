/* One page for the whole life of an order; what it shows and offers follows from the order's
 * status:
 *
 *   held       until when and what happens then, the promised date, the sum; pay, then confirm;
 *              more time, cancel
 *   confirmed  the promised date (the first one too, if it was moved, and why); cancel
 *   started .. delivered   where it is
 *   expired    the way to confirm all the same: a late payment finds its place again or is refused
 *   cancelled, replaced    what happened, and the way back to the offers
 *
 * Whoever has ordered is asked what was missing: one text, which becomes a request of the order
 * (journal/requests.h); a second one takes its place.
 *
 * The buttons are forms that change the order and lead back here (303), so that a reload and a
 * double press do nothing more: a confirmation of what is confirmed already is a look. What only
 * the change knew stands in the address: ?step=payment (payment has begun), ?late=yes or no,
 * ?missing=thanks or full. */
#include "pages/store_order.h"

#include "base/assert.h"
#include "pages/store_access.h"
#include "pages/store_cart.h"

#include <stdio.h>

/* A hold can be extended once a tenth of its time is over: less is not worth a button. */
enum { EXTENSION_PARTS = 10 };

struct order_visit {
    struct order_task order; /* first: `done` gets its address */
    struct store_visit visit;
    int64_t made_at;
    struct order_key key;
    /* What was missing, as it came with a form. */
    struct request_row missing;
    struct request_task missing_task;
    const char *missing_error; /* a message's key; NULL: nothing is wrong with it */
};

/* POST /orders/ID/WORD. */
static const struct {
    const char *tail;
    enum promise_command_kind kind;
} changes[] = {
    {"/confirm", PROMISE_CONFIRM},
    {"/cancel", PROMISE_CANCEL},
    {"/pay", PROMISE_PAY},
    {"/extend", PROMISE_EXTEND},
};

static const char *const status_titles[ORDER_STATUSES] = {
    [ORDER_NONE] = MESSAGE("status-cancelled"),
    [ORDER_HELD] = MESSAGE("status-held"),
    [ORDER_CONFIRMED] = MESSAGE("status-confirmed"),
    [ORDER_STARTED] = MESSAGE("status-started"),
    [ORDER_DONE] = MESSAGE("status-done"),
    [ORDER_SHIPPED] = MESSAGE("status-shipped"),
    [ORDER_DELIVERED] = MESSAGE("status-delivered"),
    [ORDER_CANCELLED] = MESSAGE("status-cancelled"),
    [ORDER_EXPIRED] = MESSAGE("status-expired"),
    [ORDER_REPLACED] = MESSAGE("status-replaced"),
};

static void path_write(char path[STORE_ACCESS_PATH_BYTES], const struct order_view *order)
{
    store_access_path(path, "/orders/", order->made_at, order->key);
}

/* ---- the page ---- */

static bool is_open(enum order_status status)
{
    return status == ORDER_HELD || status == ORDER_CONFIRMED || status == ORDER_STARTED ||
           status == ORDER_DONE || status == ORDER_SHIPPED || status == ORDER_DELIVERED;
}

static struct promise_answer answer_of(const struct promise_summary *summary)
{
    return (struct promise_answer){.result = PROMISE_OK, .summary = *summary};
}

static bool query_says(const struct store_visit *visit, const char *name, const char *word)
{
    struct slice value;
    return store_visit_field(visit, visit->query, name, 16, &value) && slice_is(value, word);
}

/* "14:30", or with its day where that is not today. */
static json_t *moment_value(const struct store_view *view, int64_t at)
{
    int32_t day = zone_day(&view->shop->zone, at);
    json_t *time = store_view_time(view, at);
    if (day == view->today) {
        return time;
    }
    json_t *date = store_view_day(view, day);
    json_t *both = json_sprintf("%s, %s", json_string_value(date), json_string_value(time));
    json_decref(date);
    json_decref(time);
    return both;
}

/* A hold: until when, what comes next (payment where the shop gives it time, then confirmation),
 * and whether asking for more time would give some. */
static void values_of_hold(const struct order_visit *it, const struct store_view *view,
                           json_t *values)
{
    const struct order_view *order = &it->order.task.answer.order;
    const struct promise_rules *rules = &view->shop->promise;
    int64_t now = it->visit.store->env->now(it->visit.store->env);
    int64_t last = promise_hold_last(view->shop, order);
    int64_t longer = now + rules->hold_seconds < last ? now + rules->hold_seconds : last;
    bool pays = rules->payment_seconds > 0 && !query_says(&it->visit, "step", "payment");
    json_object_set_new(values, "held", json_true());
    bool taken =
        store_view_taken(view, &order->want, it->order.answer_lines, it->order.answer_line_count);
    json_object_set_new(values, "time_taken", json_boolean(taken));
    json_object_set_new(values, "held_until", moment_value(view, order->held_until));
    json_object_set_new(values, "pays", json_boolean(pays));
    json_object_set_new(
        values, "may_extend",
        json_boolean(longer - order->held_until >= rules->hold_seconds / EXTENSION_PARTS));
}

/* The first promise beside the current one, where that is another. A broken promise has no current
 * one that could be kept. */
static void values_of_revision(const struct store_view *view, const struct order_view *order,
                               json_t *values)
{
    int32_t first = order->first.dates.deliver_by_day;
    int32_t current = order->current.dates.deliver_by_day;
    if (order->broken) {
        json_object_set_new(values, "broken", json_true());
    } else if (current != first) {
        json_object_set_new(values, "moved", json_true());
        json_object_set_new(values, "sooner", json_boolean(current < first));
    }
    json_object_set_new(values, "first_on", store_view_day(view, first));
    json_object_set_new(values, "current_on", store_view_day(view, current));
}

static void values_of_dates(const struct order_visit *it, const struct store_view *view,
                            json_t *values)
{
    const struct order_view *order = &it->order.task.answer.order;
    struct promise_answer current = answer_of(&order->current);
    if (!order->broken) {
        json_t *date = store_view_date(view, &current);
        /* Once work has begun, nothing waits any more: a reason in the future tense would be
         * untrue. But a date that was moved has its reason,
         * unless nothing makes it wait any more. */
        bool moved = order->current.dates.deliver_by_day != order->first.dates.deliver_by_day;
        json_object_set_new(date, "brief", json_boolean(order->status > ORDER_CONFIRMED && !moved));
        store_view_parts(view, it->order.answer_lines, it->order.answer_line_count,
                         json_object_get(date, "promised"));
        json_object_set_new(values, "date", date);
    }
    values_of_revision(view, order, values);
    bool may_cancel = order->status == ORDER_HELD || order->status == ORDER_CONFIRMED;
    json_object_set_new(values, "may_cancel", json_boolean(may_cancel));
}

static void values_of_lines(const struct store_view *view, const struct order_task *task,
                            json_t *values)
{
    struct store_sum_line lines[LIMIT_ORDER_LINES];
    for (uint32_t i = 0; i < task->answer_line_count; i++) {
        const struct order_line_view *line = &task->answer_lines[i];
        lines[i] =
            (struct store_sum_line){line->offer, line->quantity_thousandths, line->amount_minor};
    }
    const struct promise_summary *current = &task->task.answer.order.current;
    json_object_set_new(values, "lines", store_view_lines(view, lines, task->answer_line_count));
    json_object_set_new(values, "sums",
                        store_view_sums(view, lines, task->answer_line_count,
                                        current->shipping_minor, current->total_minor));
}

/* What was missing is asked of those who have ordered, or have cancelled what they had. */
static void values_of_missing(const struct order_visit *it, json_t *values)
{
    enum order_status status = it->order.task.answer.order.status;
    bool asks = status == ORDER_CANCELLED || (is_open(status) && status != ORDER_HELD);
    const struct store_visit *visit = &it->visit;
    const struct slice said = it->missing.wants;
    json_object_set_new(values, "asks", json_boolean(asks));
    json_object_set_new(values, "missing_thanks",
                        json_boolean(query_says(visit, "missing", "thanks")));
    json_object_set_new(values, "missing_full", json_boolean(query_says(visit, "missing", "full")));
    json_object_set_new(values, "missing_most", json_integer(LIMIT_REQUEST_CHARACTERS));
    json_object_set_new(values, "missing_value",
                        json_stringn(said.length > 0 ? said.data : "", said.length));
    if (it->missing_error != NULL) {
        const char *message = store_page_message(visit->language, it->missing_error);
        json_object_set_new(values, "missing_error", json_string(message));
    }
}

static void order_show(const struct order_visit *it)
{
    const struct store_visit *visit = &it->visit;
    const struct order_view *order = &it->order.task.answer.order;
    struct store_view view = store_view_of(visit->store, it->order.task.shop, visit->language);
    json_t *values =
        store_page_values(visit->store, visit->language,
                          store_page_message(visit->language, status_titles[order->status]));
    char path[STORE_ACCESS_PATH_BYTES];
    char token[ORDER_TOKEN_LENGTH + 1];
    path_write(path, order);
    order_token_write(visit->store->desk, token, order->made_at, order->key);
    store_page_address(values, visit->language, slice_of(path), (struct slice){NULL, 0});
    json_object_set_new(values, "path", json_string(path));
    json_object_set_new(values, "id", json_string(path + sizeof "/orders/" - 1));
    json_object_set_new(values, "token_path", json_sprintf("%s?token=%s", path, token));
    json_object_set_new(values, "made_on",
                        store_view_day(&view, zone_day(&view.shop->zone, order->made_at)));
    json_object_set_new(values, "open", json_boolean(is_open(order->status)));
    json_object_set_new(values, "confirmed", json_boolean(order->status == ORDER_CONFIRMED));
    json_object_set_new(values, "late_found", json_boolean(query_says(visit, "late", "yes")));
    json_object_set_new(values, "late_gone", json_boolean(query_says(visit, "late", "no")));
    json_object_set_new(values, "expired", json_boolean(order->status == ORDER_EXPIRED));
    json_object_set_new(values, "expired_at", moment_value(&view, order->held_until));
    values_of_lines(&view, &it->order, values);
    if (is_open(order->status)) {
        values_of_dates(it, &view, values);
    }
    if (order->status == ORDER_HELD) {
        values_of_hold(it, &view, values);
    }
    values_of_missing(it, values);
    store_visit_page(visit, it->missing_error == NULL ? 200 : 422, "order", values,
                     (struct slice){NULL, 0});
}

static void order_looked(struct engine_task *task)
{
    struct order_visit *it = (struct order_visit *)task;
    if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
    } else if (!it->order.found) {
        store_visit_not_found(&it->visit);
    } else {
        order_show(it);
    }
}

/* ---- who may open it ---- */

void store_order_enter(const struct store_visit *visit, const struct order_view *order, bool held)
{
    struct text lines;
    text_init(&lines, 4096);
    char path[STORE_ACCESS_PATH_BYTES];
    path_write(path, order);
    store_access_cookie(visit, path, order->made_at, order->key, &lines);
    if (held) {
        char token[ORDER_TOKEN_LENGTH + 1];
        order_token_write(visit->store->desk, token, order->made_at, order->key);
        text_append_format(&lines,
                           "Set-Cookie: " STORE_HOLD_COOKIE
                           "=%s.%s; Path=%s; Max-Age=%d; HttpOnly; "
                           "SameSite=Lax%s\r\n",
                           path + sizeof "/orders/" - 1, token, store_visit_cookie_path(visit),
                           DAY_SECONDS / 24, store_visit_secure(visit));
    }
    store_visit_redirect(visit, path, text_slice(&lines));
    text_free(&lines);
}

bool store_order_hold(const struct store_visit *visit, struct order_key *key)
{
    struct slice cookie = store_visit_cookie(visit, STORE_HOLD_COOKIE);
    int64_t made_at;
    if (cookie.length != ORDER_ID_LENGTH + 1 + ORDER_TOKEN_LENGTH ||
        cookie.data[ORDER_ID_LENGTH] != '.' ||
        !order_id_read((struct slice){cookie.data, ORDER_ID_LENGTH}, &made_at, key)) {
        return false;
    }
    struct slice token = {cookie.data + ORDER_ID_LENGTH + 1, ORDER_TOKEN_LENGTH};
    return order_token_check(visit->store->desk, made_at, *key, token);
}

/* ---- changes ---- */

/* What the order's page cannot know from the order alone. */
static const char *query_after(const struct order_visit *it)
{
    const struct engine_task *task = &it->order.task;
    enum promise_result result = task->answer.result;
    const struct order_view *order = &task->answer.order;
    int64_t now = it->visit.store->env->now(it->visit.store->env);
    if (task->command.kind == PROMISE_PAY && result == PROMISE_OK) {
        return "?step=payment";
    }
    if (task->command.kind == PROMISE_CONFIRM && result == PROMISE_HOLD_EXPIRED) {
        return "?late=no";
    }
    bool late = order->was_held && order->revisions > 0 && now >= order->held_until;
    return task->command.kind == PROMISE_CONFIRM && result == PROMISE_OK && late ? "?late=yes" : "";
}

/* Whatever came of it, the order's page says it. A cart that was bought is emptied. */
static void order_changed(struct engine_task *task)
{
    struct order_visit *it = (struct order_visit *)task;
    if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
        return;
    }
    if (task->answer.result == PROMISE_NO_ORDER) {
        store_visit_not_found(&it->visit);
        return;
    }
    struct text lines;
    text_init(&lines, 4096);
    if (task->command.kind == PROMISE_CONFIRM && task->answer.result == PROMISE_OK) {
        struct store_cart empty = {.count = 0};
        store_cart_cookie(&it->visit, &empty, &lines);
    }
    char path[STORE_ACCESS_PATH_BYTES];
    char location[STORE_ACCESS_PATH_BYTES + 16];
    path_write(path, &(struct order_view){.made_at = it->made_at, .key = it->key});
    snprintf(location, sizeof location, "%s%s", path, query_after(it));
    store_visit_redirect(&it->visit, location, text_slice(&lines));
    text_free(&lines);
}

static void order_submit(struct order_visit *it, void (*done)(struct engine_task *task))
{
    it->order.task.done = done;
    if (!engine_submit(it->visit.store->engine, &it->order.task)) {
        store_visit_busy(&it->visit);
    }
}

/* ---- what was missing ---- */

static void missing_kept(struct engine_task *task)
{
    struct order_visit *it = (struct order_visit *)task;
    if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
        return;
    }
    if (it->missing_task.result == REQUEST_NO_ORDER) {
        store_visit_not_found(&it->visit);
        return;
    }
    char path[STORE_ACCESS_PATH_BYTES];
    char location[STORE_ACCESS_PATH_BYTES + 32];
    path_write(path, &(struct order_view){.made_at = it->made_at, .key = it->key});
    snprintf(location, sizeof location, "%s?missing=%s#missing", path,
             it->missing_task.result == REQUEST_OK ? "thanks" : "full");
    store_visit_redirect(&it->visit, location, (struct slice){NULL, 0});
}

/* The bytes that a form may send are more than the characters, so that what is a little too long
 * comes back to be shortened. */
static bool missing_read(struct order_visit *it)
{
    struct slice *text = &it->missing.wants;
    if (!store_visit_field(&it->visit, door_body(it->visit.request), "missing",
                           2 * LIMIT_REQUEST_BYTES, text)) {
        *text = (struct slice){NULL, 0};
        it->missing_error = MESSAGE("error-text");
    } else if (text->length == 0) {
        it->missing_error = MESSAGE("error-missing");
    } else if (utf8_characters(*text) > LIMIT_REQUEST_CHARACTERS) {
        it->missing_error = MESSAGE("missing-long");
    }
    return it->missing_error == NULL;
}

static void missing_post(struct order_visit *it)
{
    if (!missing_read(it)) {
        order_task_look(&it->order, it->visit.store->desk, it->key);
        order_submit(it, order_looked);
        return;
    }
    it->missing_task = (struct request_task){
        .ask = REQUEST_ADD, .source = REQUEST_ORDERED, .rows = &it->missing, .count = 1};
    it->order.task = (struct engine_task){
        .kind = TASK_ROWS, .requests = &it->missing_task, .requests_order = &it->key};
    order_submit(it, missing_kept);
}

/* `tail` is what follows the id. */
static void order_post(struct order_visit *it, struct slice tail)
{
    size_t count = sizeof changes / sizeof *changes;
    size_t i = 0;
    while (i < count && !slice_is(tail, changes[i].tail)) {
        i++;
    }
    bool missing = slice_is(tail, "/missing");
    if (i == count && !missing) {
        store_visit_not_found(&it->visit);
    } else if (!store_visit_same_site(&it->visit)) {
        store_visit_other_site(&it->visit);
    } else if (missing) {
        missing_post(it);
    } else {
        order_task_change(&it->order, it->visit.store->desk, changes[i].kind, it->key, LINE_ALL);
        order_submit(it, order_changed);
    }
}

static void order_get(struct order_visit *it, struct slice tail)
{
    if (tail.length > 0) {
        /* A reload of a form's address without the form: the order's page is what was meant. */
        char path[STORE_ACCESS_PATH_BYTES];
        path_write(path, &(struct order_view){.made_at = it->made_at, .key = it->key});
        store_visit_redirect(&it->visit, path, (struct slice){NULL, 0});
    } else if (store_access_linked(&it->visit)) {
        store_order_enter(&it->visit, &(struct order_view){.made_at = it->made_at, .key = it->key},
                          false);
    } else {
        order_task_look(&it->order, it->visit.store->desk, it->key);
        order_submit(it, order_looked);
    }
}

void store_order_serve(const struct store_visit *visit)
{
    struct slice tail;
    struct order_visit *it = door_alloc(visit->request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    it->visit = *visit;
    it->missing = (struct request_row){.count = 1};
    it->missing_error = NULL;
    if (!store_access_read(visit, "/orders/", &it->made_at, &it->key, &tail)) {
        store_visit_notice(visit, &(struct store_notice){404, MESSAGE("order-unknown-title"),
                                                         MESSAGE("order-unknown-text"), "/offers",
                                                         MESSAGE("see-offers")});
        return;
    }
    switch (door_method(visit->request)) {
    case METHOD_GET:
    case METHOD_HEAD:
        order_get(it, tail);
        break;
    case METHOD_POST:
        order_post(it, tail);
        break;
    default:
        store_visit_method(visit, "GET, HEAD, POST");
    }
}
