/* GET /checkout:   cart -> question -> form with the date, the sum, a fresh key and the lines that
 * they are for POST /checkout:  form -> checked -> a hold is placed -> 303 to the order's page,
 * where it is confirmed
 *                       -> with errors -> question -> the form again (422), what was typed kept
 *                       -> a no of the core -> the form again (409) with the reason
 *                       -> others came before, and little is left -> the form again (503)
 *
 * The key is the order's Idempotency-Key: it is made when the form is shown (this page is nobody
 * else's and never cached), so the same form sent twice is one order. The lines stand in the form,
 * so that what is held is what was shown, whatever happened to the cart in another window. The same
 * key with other contents (back, changed, sent) gets the form again with a fresh key; a hold that
 * this visitor already has is replaced by the new one, never added to it. */
#include "pages/store_checkout.h"

#include "base/assert.h"
#include "pages/request.h"
#include "pages/store_cart.h"
#include "pages/store_order.h"
#include "pages/store_person.h"
#include "pages/store_turn.h"

#include <stdio.h>

struct checkout {
    struct store_quote quote; /* first: callbacks get its address; its order task also places */
    struct store_visit visit;
    struct store_cart cart;
    struct store_person person;
    int status;         /* with which the form is shown */
    const char *notice; /* a message's key above the form, or NULL */
    struct checkout_turn {
        struct store_turn turn; /* first: callbacks get its address */
        struct checkout *checkout;
    } turn;
};

/* ---- the form ---- */

static bool sends_something(const struct checkout *it)
{
    const struct shop *shop = it->visit.store->shop;
    for (uint32_t i = 0; i < it->cart.count; i++) {
        if (!shop->offers[it->cart.lines[i].offer].on_site) {
            return true;
        }
    }
    return false;
}

/* Who came before may hold first: how many, and how long that can last. */
static void turn_values(const struct turn_view *view, json_t *values)
{
    json_t *turn = json_pack("{s:i,s:i}", "people", (int)view->people_before, "minutes",
                             (int)(view->seconds_most / 60 + 1));
    json_object_set_new(values, "turn", view->may ? json_null() : json_incref(turn));
    json_decref(turn);
}

/* Shows the form with what the core last said about these lines. */
static void form_show(const struct checkout *it)
{
    const struct store_visit *visit = &it->visit;
    struct store_view view =
        store_view_of(visit->store, it->quote.order.task.shop, visit->language);
    json_t *values =
        store_page_values(visit->store, visit->language,
                          store_page_message(visit->language, MESSAGE("checkout-title")));
    store_page_address(values, visit->language, visit->path, (struct slice){NULL, 0});
    char lines[STORE_CART_TEXT_BYTES];
    store_cart_write(&it->cart, lines);
    json_object_set_new(values, "cart", json_string(lines));
    json_object_set_new(values, "key", store_visit_fresh_key(visit));
    store_person_values(&it->person, visit->language, values);
    json_object_set_new(values, "hold_minutes", json_integer(view.shop->promise.hold_seconds / 60));
    if (it->notice != NULL) {
        json_object_set_new(values, "notice",
                            json_string(store_page_message(visit->language, it->notice)));
    }
    turn_values(&it->turn.turn.view, values);
    store_cart_values(&view, &it->cart, &it->quote.order, values);
    struct slice later = it->status == 503 ? SLICE("Retry-After: 5\r\n") : (struct slice){NULL, 0};
    store_visit_page(visit, it->status, "checkout", values, later);
}

static void quoted(struct store_quote *quote)
{
    form_show((const struct checkout *)quote);
}

/* Asks what would be promised, then shows the form with `status`. */
static void form_ask(struct checkout *it, int status, const char *notice)
{
    it->status = status;
    it->notice = notice;
    store_cart_quote(&it->quote, &it->visit, &it->cart, quoted);
}

/* ---- placing ---- */

static void placed(struct engine_task *task);

static void hold_prepare(struct checkout *it, struct slice key, bool may_replace)
{
    struct order_request request = {
        .lines = it->quote.lines,
        .line_count = it->cart.count,
        .want = it->cart.want,
        .split = it->visit.store->shop->promise.policy == POLICY_SPLIT,
        .person = store_person_of(&it->person),
        .hold = true,
        .idempotency_key = key,
        .body = door_body(it->visit.request),
    };
    request.has_replaces = may_replace && store_order_hold(&it->visit, &request.replaces);
    store_cart_ask(&it->cart, it->quote.lines);
    order_task_place(&it->quote.order, it->visit.store->desk, &request);
    struct promise_command *command = &it->quote.order.task.command;
    if (command->has_replaces &&
        memcmp(command->replaces.bytes, command->order.bytes, sizeof command->order.bytes) == 0) {
        command->has_replaces = false; /* the same form again: its hold is the one that it has */
    }
}

static void hold_submit(struct checkout *it)
{
    it->quote.order.task.done = placed;
    if (!engine_submit(it->visit.store->engine, &it->quote.order.task)) {
        store_visit_busy(&it->visit);
    }
}

static void placed(struct engine_task *task)
{
    struct checkout *it = (struct checkout *)task;
    struct slice key;
    if (task->status == STATUS_EXISTS) {
        form_ask(it, 409, MESSAGE("checkout-changed"));
    } else if (task->status != STATUS_OK) {
        store_visit_fault(&it->visit, task);
    } else if (task->answer.result == PROMISE_OK || task->answer.result == PROMISE_REPEATED) {
        store_turn_done(it->visit.store, it->turn.turn.visitor, it->quote.lines, it->cart.count);
        store_order_enter(&it->visit, &task->answer.order, true);
    } else if (store_cart_hold_gone(task) && store_visit_key(&it->visit, &key)) {
        /* The hold of before was confirmed meanwhile: this is another order. */
        hold_prepare(it, key, false);
        hold_submit(it);
    } else {
        it->status = 409;
        form_show(it);
    }
}

/* Is it the visitor's turn for what is in the cart? `order`: that would be placed, or NULL. */
static void turn_ask(struct checkout *it, const struct order_key *order,
                     void (*answered)(struct store_turn *turn))
{
    struct store_turn *turn = &it->turn.turn;
    it->turn.checkout = it;
    store_cart_ask(&it->cart, it->quote.lines);
    store_turn_claim(&it->visit, &it->cart);
    turn->store = it->visit.store;
    turn->visitor = store_here_visitor(&it->visit);
    turn->order = order;
    turn->lines = it->quote.lines;
    turn->line_count = it->cart.count;
    store_turn_ask(turn, answered);
}

static void turn_to_hold(struct store_turn *turn)
{
    struct checkout *it = ((struct checkout_turn *)turn)->checkout;
    if (turn->view.may) {
        hold_submit(it);
    } else {
        form_ask(it, 503, NULL);
    }
}

static void turn_to_see(struct store_turn *turn)
{
    form_ask(((struct checkout_turn *)turn)->checkout, 200, NULL);
}

static void checkout_post(struct checkout *it)
{
    struct slice key;
    struct slice cart;
    const struct store_visit *visit = &it->visit;
    if (!store_visit_key(&it->visit, &key) ||
        !store_visit_field(visit, door_body(visit->request), "cart", STORE_CART_TEXT_BYTES,
                           &cart) ||
        !store_cart_parse(visit->store, cart, &it->cart)) {
        store_visit_notice(visit,
                           &(struct store_notice){422, MESSAGE("form-title"), MESSAGE("form-text"),
                                                  "/cart", MESSAGE("to-cart")});
        return;
    }
    it->person.ships = sends_something(it);
    store_person_read(&it->person, visit);
    if (it->person.error_count > 0) {
        form_ask(it, 422, NULL);
    } else {
        hold_prepare(it, key, true);
        turn_ask(it, &it->quote.order.task.command.order, turn_to_hold);
    }
}

static void checkout_get(struct checkout *it)
{
    store_cart_read(&it->visit, &it->cart);
    if (it->cart.count == 0) {
        store_visit_redirect(&it->visit, "/cart", (struct slice){NULL, 0});
        return;
    }
    it->person.ships = sends_something(it);
    turn_ask(it, NULL, turn_to_see);
}

void store_checkout_serve(const struct store_visit *visit)
{
    struct checkout *it = door_alloc(visit->request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    memset(it, 0, sizeof *it);
    it->visit = *visit;
    it->turn.turn.view.may = true;
    switch (door_method(visit->request)) {
    case METHOD_GET:
    case METHOD_HEAD:
        checkout_get(it);
        break;
    case METHOD_POST:
        if (store_visit_same_site(visit)) {
            checkout_post(it);
        } else {
            store_visit_other_site(visit);
        }
        break;
    default:
        store_visit_method(visit, "GET, HEAD, POST");
    }
}
