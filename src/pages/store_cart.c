/* GET /cart: cookie -> a question to the core (what would be promised for all of it) -> page.
 * POST /cart: form -> a changed cookie -> 303, so that a reload repeats nothing.
 *
 *   action=add     offer=NAME, quantity=N [, then=checkout] [, at=INSTANT] [, day=DAY]   from an
 *                  offer; then=checkout makes it at least N, a time exactly N, instead of adding,
 *                  so that pressing twice buys once
 *   action=want    when=soonest, or day=DAY                   from the cart page
 *   action=update  units-NAME=N ... [, remove=NAME]           from the cart page; 0 removes
 *
 * Invariant: what is written into the cookie passes store_cart_parse. */
#include "pages/store_cart.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "pages/store_moment.h"
#include "pages/store_order.h"
#include "pages/store_times.h"
#include "pages/store_turn.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAC_CHARACTERS = 16, ADD_FIELD_BYTES = 8, WANT_DAYS_MAX = 100000 };

/* Putting N of an offer into the cart: N more, at least N, or N and no other number. */
enum add_kind { ADD_MORE, ADD_AT_LEAST, ADD_EXACTLY };

/* The first of its lines of which a time is chosen; LIMIT_ORDER_LINES if there is none. */
static uint32_t line_timed(const struct shop *shop, const struct store_cart *cart)
{
    uint32_t i = 0;
    while (i < cart->count && !store_times_has(&shop->offers[cart->lines[i].offer])) {
        i++;
    }
    return i < cart->count ? i : LIMIT_ORDER_LINES;
}

/* ---- the cookie ---- */

/* Reads a whole number of at most five digits that ends at `c` or at the end. */
static bool number_read(struct slice *text, char c, uint32_t *number)
{
    size_t i = 0;
    *number = 0;
    while (i < text->length && i < 5 && text->data[i] >= '0' && text->data[i] <= '9') {
        *number = *number * 10 + (uint32_t)(text->data[i++] - '0');
    }
    bool ends = i == text->length || text->data[i] == c;
    size_t taken = i < text->length ? i + 1 : i;
    *text = (struct slice){text->data + taken, text->length - taken};
    return i > 0 && ends;
}

static struct store_cart_line *line_find(struct store_cart *cart, uint16_t offer)
{
    for (uint32_t i = 0; i < cart->count; i++) {
        if (cart->lines[i].offer == offer) {
            return &cart->lines[i];
        }
    }
    return NULL;
}

/* "d20795" or "t1796659200"; nothing: as soon as may be. */
static bool want_parse(struct slice text, struct promise_want *want)
{
    *want = (struct promise_want){WANT_SOONEST, 0};
    if (text.length == 0) {
        return true;
    }
    want->kind = text.data[0] == 'd' ? WANT_DAY : WANT_AT;
    return (text.data[0] == 'd' || text.data[0] == 't') &&
           decimal_read((struct slice){text.data + 1, text.length - 1}, 0, &want->value) ==
               DECIMAL_OK &&
           want->value > 0 &&
           want->value <
               (want->kind == WANT_DAY ? WANT_DAYS_MAX : WANT_DAYS_MAX * (int64_t)DAY_SECONDS);
}

/* As store_cart_parse; `lenient` leaves out what is not sold here instead of refusing it. */
static bool cart_parse(const struct store *store, struct slice text, bool lenient,
                       struct store_cart *cart)
{
    struct slice want;
    cart->count = 0;
    text = slice_cut(text, '~', &want);
    if (!want_parse(want, &cart->want)) {
        return false;
    }
    while (text.length > 0) {
        uint32_t offer;
        uint32_t units;
        if (!number_read(&text, ':', &offer) || !number_read(&text, '.', &units) || units == 0 ||
            units > STORE_CART_UNITS_MAX || offer >= NO_INDEX) {
            return false;
        }
        bool offered = store_sells(store, store->shop, (struct offer_id){(uint16_t)offer});
        if (!offered && lenient) {
            continue;
        }
        if (!offered || cart->count == LIMIT_ORDER_LINES ||
            line_find(cart, (uint16_t)offer) != NULL) {
            return false;
        }
        cart->lines[cart->count++] = (struct store_cart_line){(uint16_t)offer, (uint16_t)units};
    }
    return true;
}

bool store_cart_parse(const struct store *store, struct slice text, struct store_cart *cart)
{
    return cart_parse(store, text, false, cart) && cart->count > 0;
}

size_t store_cart_write(const struct store_cart *cart, char *to)
{
    size_t n = 0;
    to[0] = '\0';
    for (uint32_t i = 0; i < cart->count; i++) {
        int written = snprintf(to + n, STORE_CART_TEXT_BYTES - n, "%s%u:%u", i == 0 ? "" : ".",
                               cart->lines[i].offer, cart->lines[i].units);
        ASSERT(written > 0 && (size_t)written < STORE_CART_TEXT_BYTES - n);
        n += (size_t)written;
    }
    if (cart->want.kind != WANT_SOONEST) {
        int written =
            snprintf(to + n, STORE_CART_TEXT_BYTES - n, "~%c%lld",
                     cart->want.kind == WANT_DAY ? 'd' : 't', (long long)cart->want.value);
        ASSERT(written > 0 && (size_t)written < STORE_CART_TEXT_BYTES - n);
        n += (size_t)written;
    }
    return n;
}

static void cart_mac(const struct store *store, struct slice text, char mac[MAC_CHARACTERS + 1])
{
    unsigned char digest[HMAC_BYTES];
    char message[STORE_CART_TEXT_BYTES + 8];
    int length = snprintf(message, sizeof message, "cart %.*s", (int)text.length, text.data);
    ASSERT(length > 0 && (size_t)length < sizeof message);
    hmac_compute(&store->cart_key, (struct slice){message, (size_t)length}, digest);
    for (int i = 0; i < MAC_CHARACTERS / 2; i++) {
        snprintf(mac + 2 * i, 3, "%02x", digest[i]);
    }
}

/* A wanted day that is past, and a time without anything that has one, are none any more. */
static void want_settle(const struct store_visit *visit, struct store_cart *cart)
{
    const struct shop *shop = visit->store->shop;
    int64_t now = visit->store->env->now(visit->store->env);
    bool past = cart->want.kind == WANT_DAY ? cart->want.value < zone_day(&shop->zone, now)
                                            : cart->want.value < now;
    if (past || (cart->want.kind == WANT_AT && line_timed(shop, cart) == LIMIT_ORDER_LINES)) {
        cart->want = (struct promise_want){WANT_SOONEST, 0};
    }
}

void store_cart_read(const struct store_visit *visit, struct store_cart *cart)
{
    *cart = (struct store_cart){.count = 0};
    struct slice cookie = store_visit_cookie(visit, STORE_CART_COOKIE);
    if (cookie.length <= MAC_CHARACTERS + 1 ||
        cookie.length > MAC_CHARACTERS + STORE_CART_TEXT_BYTES) {
        return;
    }
    struct slice text = {cookie.data + MAC_CHARACTERS + 1, cookie.length - MAC_CHARACTERS - 1};
    char mac[MAC_CHARACTERS + 1];
    cart_mac(visit->store, text, mac);
    if (CRYPTO_memcmp(mac, cookie.data, MAC_CHARACTERS) != 0 ||
        !cart_parse(visit->store, text, true, cart)) {
        *cart = (struct store_cart){.count = 0};
    }
    want_settle(visit, cart);
}

void store_cart_cookie(const struct store_visit *visit, const struct store_cart *cart,
                       struct text *to)
{
    char text[STORE_CART_TEXT_BYTES];
    size_t length = store_cart_write(cart, text);
    char mac[MAC_CHARACTERS + 1];
    cart_mac(visit->store, (struct slice){text, length}, mac);
    text_append_format(to,
                       "Set-Cookie: " STORE_CART_COOKIE "=%s.%s; Path=%s; Max-Age=%d; HttpOnly; "
                       "SameSite=Lax%s\r\n",
                       mac, text, store_visit_cookie_path(visit),
                       cart->count == 0 ? 0 : 30 * DAY_SECONDS, store_visit_secure(visit));
}

/* ---- values ---- */

void store_cart_ask(const struct store_cart *cart, struct promise_line *lines)
{
    for (uint32_t i = 0; i < cart->count; i++) {
        lines[i] =
            (struct promise_line){{cart->lines[i].offer}, (int64_t)cart->lines[i].units * THOUSAND};
    }
}

/* Why it cannot be promised as it is, for the template "rejection". */
static json_t *rejection(const struct store_view *view, const struct promise_answer *answer)
{
    json_t *why = json_object();
    switch (answer->result) {
    case PROMISE_SOLD_OUT:
    case PROMISE_NEVER:
        json_object_set_new(why, "sold_out", json_true());
        break;
    case PROMISE_WANT_BEYOND:
        json_object_set_new(why, "beyond", json_true());
        json_object_set_new(why, "days", json_integer(view->shop->promise.horizon_days));
        break;
    case PROMISE_OVER_CUSTOMER_LIMIT:
        json_object_set_new(why, "label", json_string(store_view_label(view, answer->offer)));
        json_object_set_new(why, "left", store_view_quantity(view, answer->left_thousandths));
        json_object_set_new(why, "limit", json_true());
        break;
    case PROMISE_OFFER_RETIRED:
    case PROMISE_BAD_QUANTITY:
        json_object_set_new(why, "label", json_string(store_view_label(view, answer->offer)));
        json_object_set_new(why, "offer", json_true());
        break;
    default:
        json_object_set_new(why, "other", json_true());
        break;
    }
    return why;
}

/* When it is wanted and how to change it: a time where something has one, else a day; and whether
 * it cannot be had then. */
static void values_of_want(const struct store_view *view, const struct store_cart *cart,
                           const struct order_task *quoted, json_t *values)
{
    const struct promise_answer *answer = &quoted->task.answer;
    uint32_t timed = line_timed(view->shop, cart);
    if (timed < LIMIT_ORDER_LINES) {
        const struct store_cart_line *line = &cart->lines[timed];
        json_object_set_new(values, "pick",
                            json_sprintf("/offers/%s/times?quantity=%u",
                                         view->shop->offers[line->offer].name, line->units));
        bool taken =
            store_view_taken(view, &cart->want, quoted->answer_lines, quoted->answer_line_count);
        json_object_set_new(values, "time_taken", json_boolean(taken));
        json_object_set_new(values, "several", json_boolean(cart->count > 1));
        return;
    }
    bool late = cart->want.kind == WANT_DAY && answer->result == PROMISE_OK &&
                answer->summary.dates.deliver_by_day > cart->want.value;
    json_object_set_new(values, "day_missed", json_boolean(late));
    json_object_set_new(values, "want", store_view_want(view, &cart->want));
}

void store_cart_values(const struct store_view *view, const struct store_cart *cart,
                       const struct order_task *quoted, json_t *values)
{
    const struct promise_answer *answer = &quoted->task.answer;
    struct store_sum_line lines[LIMIT_ORDER_LINES];
    for (uint32_t i = 0; i < cart->count; i++) {
        int64_t quantity = (int64_t)cart->lines[i].units * THOUSAND;
        int64_t price = view->shop->offers[cart->lines[i].offer].price_minor;
        lines[i] = (struct store_sum_line){
            {cart->lines[i].offer}, quantity, decimal_scale_half_up(price, quantity, THOUSAND)};
    }
    json_object_set_new(values, "lines", store_view_lines(view, lines, cart->count));
    json_object_set_new(values, "full", json_true());
    values_of_want(view, cart, quoted, values);
    if (answer->result == PROMISE_OK) {
        json_object_set_new(values, "sums",
                            store_view_sums(view, lines, cart->count,
                                            answer->summary.shipping_minor,
                                            answer->summary.total_minor));
        json_t *date = store_view_date(view, answer);
        store_view_parts(view, quoted->answer_lines, quoted->answer_line_count,
                         json_object_get(date, "promised"));
        json_object_set_new(values, "date", date);
        return;
    }
    json_object_set_new(values, "rejection", rejection(view, answer));
    if (answer->result == PROMISE_SOLD_OUT || answer->result == PROMISE_NEVER) {
        json_object_set_new(values, "date", store_view_date(view, answer));
    }
}

/* ---- the question ---- */

static void quote_submit(struct store_quote *quote, bool with_hold);

bool store_cart_hold_gone(const struct engine_task *task)
{
    enum promise_result result = task->answer.result;
    return task->command.has_replaces &&
           (result == PROMISE_WRONG_STATUS || result == PROMISE_NO_ORDER);
}

static void quote_done(struct engine_task *task)
{
    struct store_quote *quote = (struct store_quote *)task;
    if (task->status != STATUS_OK) {
        store_visit_fault(quote->visit, task);
    } else if (store_cart_hold_gone(task)) {
        /* That hold is an order by now: it stands beside this cart, not in its place. */
        quote_submit(quote, false);
    } else {
        quote->answered(quote);
    }
}

static void quote_submit(struct store_quote *quote, bool with_hold)
{
    const struct store_visit *visit = quote->visit;
    struct order_request request = {
        .lines = quote->lines,
        .line_count = quote->count,
        .want = quote->want,
        .split = visit->store->shop->promise.policy == POLICY_SPLIT,
        .hold = true,
    };
    request.has_replaces = with_hold && store_order_hold(visit, &request.replaces);
    order_task_quote(&quote->order, visit->store->desk, &request);
    quote->order.task.done = quote_done;
    if (!engine_submit(visit->store->engine, &quote->order.task)) {
        store_visit_busy(visit);
    }
}

void store_cart_quote(struct store_quote *quote, const struct store_visit *visit,
                      const struct store_cart *cart, void (*answered)(struct store_quote *quote))
{
    quote->visit = visit;
    quote->answered = answered;
    quote->count = cart->count;
    quote->want = cart->want;
    store_cart_ask(cart, quote->lines);
    quote_submit(quote, true);
}

/* ---- GET ---- */

struct cart_visit {
    struct store_quote quote; /* first: `answered` gets its address */
    struct cart_times {
        struct times_waiter waiter; /* first */
        struct cart_visit *cart;
    } times;
    struct store_visit visit;
    struct store_cart cart;
};

/* The times that could be chosen instead, of the first line that has one. */
static void values_of_times(const struct store_view *view, const struct store_cart *cart,
                            const struct offer_times *times, json_t *values)
{
    const struct store_cart_line *line = &cart->lines[line_timed(view->shop, cart)];
    uint32_t shown = times->count < OFFER_TIMES_MAX ? times->count : OFFER_TIMES_MAX;
    json_t *choice = json_pack("{s:s,s:i,s:o}", "name", view->shop->offers[line->offer].name,
                               "units", (int)line->units, "days",
                               store_view_times(view, times->times, shown, cart->want.value));
    json_object_set_new(values, "choice", shown > 0 ? choice : json_null());
    if (shown == 0) {
        json_decref(choice);
    }
}

static void cart_show(const struct store_visit *visit, const struct store_cart *cart,
                      const struct order_task *quoted, const struct offer_times *times,
                      const struct shop *shop)
{
    json_t *values = store_page_values(visit->store, visit->language,
                                       store_page_message(visit->language, MESSAGE("cart-title")));
    store_page_address(values, visit->language, visit->path, (struct slice){NULL, 0});
    if (cart->count > 0) {
        struct store_view view = store_view_of(visit->store, shop, visit->language);
        store_cart_values(&view, cart, quoted, values);
        if (times != NULL) {
            values_of_times(&view, cart, times, values);
        }
    }
    store_visit_page(visit, 200, "cart", values, (struct slice){NULL, 0});
}

/* Without times the cart is shown all the same: its link leads to them. */
static void times_ready(struct times_waiter *waiter, const struct offer_times *times)
{
    const struct cart_visit *it = ((const struct cart_times *)waiter)->cart;
    const struct shop *shop = it->quote.order.task.shop;
    cart_show(&it->visit, &it->cart, &it->quote.order, it->visit.store->shop == shop ? times : NULL,
              shop);
}

/* From the day that was chosen on, or from now. */
static bool times_ask(struct cart_visit *it, const struct shop *shop)
{
    struct store *store = it->visit.store;
    uint32_t timed = line_timed(shop, &it->cart);
    if (timed == LIMIT_ORDER_LINES) {
        return false;
    }
    struct times_key key = {.offer = it->cart.lines[timed].offer,
                            .quantity_thousandths =
                                it->cart.lines[timed].units * (int64_t)THOUSAND};
    if (it->cart.want.kind == WANT_AT) {
        key.from = zone_instant(&shop->zone, zone_day(&shop->zone, it->cart.want.value), 0);
    }
    it->times = (struct cart_times){.waiter.ready = times_ready, .cart = it};
    return store_times_ask(store->times, &key, store->env->ticks_ns(store->env), &it->times.waiter);
}

static void cart_quoted(struct store_quote *quote)
{
    struct cart_visit *it = (struct cart_visit *)quote;
    const struct shop *shop = quote->order.task.shop;
    if (!times_ask(it, shop)) {
        cart_show(&it->visit, &it->cart, &quote->order, NULL, shop);
    }
}

static void cart_get(const struct store_visit *visit)
{
    struct cart_visit *it = door_alloc(visit->request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(visit);
        return;
    }
    it->visit = *visit;
    store_cart_read(visit, &it->cart);
    if (it->cart.count == 0) {
        cart_show(visit, &it->cart, NULL, NULL, visit->store->shop);
        return;
    }
    store_turn_claim(visit, &it->cart);
    store_cart_quote(&it->quote, &it->visit, &it->cart, cart_quoted);
}

/* ---- POST ---- */

static bool units_read(const struct store_visit *visit, const char *field, uint32_t *units)
{
    struct slice value;
    if (!store_visit_field(visit, door_body(visit->request), field, ADD_FIELD_BYTES, &value) ||
        !number_read(&value, ' ', units) || value.length > 0) {
        return false;
    }
    if (*units > STORE_CART_UNITS_MAX) {
        *units = STORE_CART_UNITS_MAX;
    }
    return true;
}

static bool offer_read(const struct store_visit *visit, const char *field, struct offer_id *offer)
{
    struct slice name;
    return store_visit_field(visit, door_body(visit->request), field, LIMIT_NAME_BYTES, &name) &&
           store_offer_find(visit->store, name, offer);
}

static bool cart_add(struct store_cart *cart, struct offer_id offer, uint32_t units,
                     enum add_kind kind)
{
    struct store_cart_line *line = line_find(cart, offer.index);
    if (line == NULL) {
        if (cart->count == LIMIT_ORDER_LINES) {
            return false;
        }
        line = &cart->lines[cart->count++];
        *line = (struct store_cart_line){offer.index, 0};
    }
    uint32_t sum = kind == ADD_MORE ? line->units + units : units;
    if (kind == ADD_AT_LEAST && line->units > units) {
        sum = line->units;
    }
    line->units = (uint16_t)(sum > STORE_CART_UNITS_MAX ? STORE_CART_UNITS_MAX : sum);
    return true;
}

static void cart_update(const struct store_visit *visit, struct store_cart *cart)
{
    struct offer_id removed = {NO_INDEX};
    if (!offer_read(visit, "remove", &removed)) {
        removed.index = NO_INDEX;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < cart->count; i++) {
        struct store_cart_line line = cart->lines[i];
        char field[LIMIT_NAME_BYTES + 8];
        snprintf(field, sizeof field, "units-%s", visit->store->shop->offers[line.offer].name);
        uint32_t units = line.units;
        if (units_read(visit, field, &units)) {
            line.units = (uint16_t)units;
        }
        if (line.units > 0 && line.offer != removed.index) {
            cart->lines[kept++] = line;
        } else {
            store_turn_give_up(visit, line.offer);
        }
    }
    cart->count = kept;
}

/* A time (`at`, of a class) or a day (`day`, of a form that may leave it empty) that was chosen;
 * `soonest` takes a day back. False: it cannot be read. */
static bool want_read(const struct store_visit *visit, struct promise_want *want)
{
    struct slice body = door_body(visit->request);
    struct slice value;
    int32_t day = 0;
    if (store_visit_field(visit, body, "at", 16, &value)) {
        *want = (struct promise_want){WANT_AT, 0};
        return decimal_read(value, 0, &want->value) == DECIMAL_OK && want->value > 0 &&
               want->value < WANT_DAYS_MAX * (int64_t)DAY_SECONDS;
    }
    if (store_visit_field(visit, body, "when", 16, &value) && slice_is(value, "soonest")) {
        *want = (struct promise_want){WANT_SOONEST, 0};
        return true;
    }
    if (store_visit_field(visit, body, "day", 16, &value) && value.length > 0) {
        bool good = day_read(value, &day) && day > 0;
        *want = (struct promise_want){WANT_DAY, day};
        return good;
    }
    return true;
}

static void form_refuse(const struct store_visit *visit)
{
    store_visit_notice(visit,
                       &(struct store_notice){422, MESSAGE("form-title"), MESSAGE("form-text"),
                                              "/cart", MESSAGE("to-cart")});
}

static void cart_leave(const struct store_visit *visit, const struct store_cart *cart,
                       const char *location)
{
    struct text lines;
    char here[STORE_HERE_LINE_BYTES];
    text_init(&lines, 4096);
    store_turn_claim(visit, cart);
    store_cart_cookie(visit, cart, &lines);
    text_append_slice(&lines, store_here_line(visit, here));
    store_visit_redirect(visit, location, text_slice(&lines));
    text_free(&lines);
}

static void cart_post_add(const struct store_visit *visit, struct store_cart *cart)
{
    struct slice body = door_body(visit->request);
    struct slice then;
    struct offer_id offer;
    uint32_t units = 1;
    if (!offer_read(visit, "offer", &offer)) {
        store_visit_not_found(visit);
        return;
    }
    units_read(visit, "quantity", &units);
    units = units == 0 ? 1 : units;
    bool checkout = store_visit_field(visit, body, "then", 16, &then) && slice_is(then, "checkout");
    bool timed = store_visit_field(visit, body, "at", 16, &then);
    if (!cart_add(cart, offer, units, timed ? ADD_EXACTLY : checkout ? ADD_AT_LEAST : ADD_MORE)) {
        store_visit_notice(visit, &(struct store_notice){409, MESSAGE("cart-full-title"),
                                                         MESSAGE("cart-full-text"), "/cart",
                                                         MESSAGE("to-cart")});
        return;
    }
    if (!want_read(visit, &cart->want)) {
        form_refuse(visit);
        return;
    }
    cart_leave(visit, cart, checkout ? "/checkout" : "/cart");
}

static void cart_post(const struct store_visit *visit)
{
    struct store_cart cart;
    struct slice action;
    store_cart_read(visit, &cart);
    if (!store_visit_field(visit, door_body(visit->request), "action", 16, &action)) {
        action = SLICE("");
    }
    if (slice_is(action, "add")) {
        cart_post_add(visit, &cart);
    } else if (slice_is(action, "update")) {
        cart_update(visit, &cart);
        cart_leave(visit, &cart, "/cart");
    } else if (slice_is(action, "want") && want_read(visit, &cart.want)) {
        cart_leave(visit, &cart, "/cart");
    } else {
        form_refuse(visit);
    }
}

void store_cart_serve(const struct store_visit *visit)
{
    switch (door_method(visit->request)) {
    case METHOD_GET:
    case METHOD_HEAD:
        cart_get(visit);
        break;
    case METHOD_POST:
        if (store_visit_same_site(visit)) {
            cart_post(visit);
        } else {
            store_visit_other_site(visit);
        }
        break;
    default:
        store_visit_method(visit, "GET, HEAD, POST");
    }
}
