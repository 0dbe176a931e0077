/* GET /cart: cookie -> a question to the core (what would be promised for all of it) -> page.
 * POST /cart: form -> a changed cookie -> 303, so that a reload repeats nothing.
 *
 *   action=add     offer=NAME, quantity=N [, then=checkout]   from an offer; then=checkout makes it
 *                  at least N instead of adding, so that pressing twice buys once
 *   action=update  units-NAME=N ... [, remove=NAME]           from the cart page; 0 removes
 *
 * Invariant: what is written into the cookie passes store_cart_parse. */
#include "pages/store_cart.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "pages/store_order.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAC_CHARACTERS = 16, ADD_FIELD_BYTES = 8 };

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

/* As store_cart_parse; `lenient` leaves out what is not offered instead of refusing it. */
static bool cart_parse(const struct shop *shop, struct slice text, bool lenient,
                       struct store_cart *cart)
{
    cart->count = 0;
    while (text.length > 0) {
        uint32_t offer;
        uint32_t units;
        if (!number_read(&text, ':', &offer) || !number_read(&text, '.', &units) || units == 0 ||
            units > STORE_CART_UNITS_MAX || offer >= NO_INDEX) {
            return false;
        }
        bool offered = offer < shop->offer_count && !shop->offers[offer].retired;
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

bool store_cart_parse(const struct shop *shop, struct slice text, struct store_cart *cart)
{
    return cart_parse(shop, text, false, cart) && cart->count > 0;
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

void store_cart_read(const struct store_visit *visit, struct store_cart *cart)
{
    cart->count = 0;
    struct slice cookie = store_visit_cookie(visit, STORE_CART_COOKIE);
    if (cookie.length <= MAC_CHARACTERS + 1 ||
        cookie.length > MAC_CHARACTERS + STORE_CART_TEXT_BYTES) {
        return;
    }
    struct slice text = {cookie.data + MAC_CHARACTERS + 1, cookie.length - MAC_CHARACTERS - 1};
    char mac[MAC_CHARACTERS + 1];
    cart_mac(visit->store, text, mac);
    if (CRYPTO_memcmp(mac, cookie.data, MAC_CHARACTERS) != 0 ||
        !cart_parse(visit->store->shop, text, true, cart)) {
        cart->count = 0;
    }
}

void store_cart_cookie(const struct store_visit *visit, const struct store_cart *cart,
                       struct text *to)
{
    char text[STORE_CART_TEXT_BYTES];
    size_t length = store_cart_write(cart, text);
    char mac[MAC_CHARACTERS + 1];
    cart_mac(visit->store, (struct slice){text, length}, mac);
    text_append_format(to,
                       "Set-Cookie: " STORE_CART_COOKIE "=%s.%s; Path=/; Max-Age=%d; HttpOnly; "
                       "SameSite=Lax%s\r\n",
                       mac, text, cart->count == 0 ? 0 : 30 * DAY_SECONDS,
                       store_visit_secure(visit));
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

void store_cart_values(const struct store_view *view, const struct store_cart *cart,
                       const struct promise_answer *answer, json_t *values)
{
    struct store_sum_line lines[LIMIT_ORDER_LINES];
    for (uint32_t i = 0; i < cart->count; i++) {
        int64_t quantity = (int64_t)cart->lines[i].units * THOUSAND;
        int64_t price = view->shop->offers[cart->lines[i].offer].price_minor;
        lines[i] = (struct store_sum_line){
            {cart->lines[i].offer}, quantity, decimal_scale_half_up(price, quantity, THOUSAND)};
    }
    json_object_set_new(values, "lines", store_view_lines(view, lines, cart->count));
    json_object_set_new(values, "full", json_true());
    if (answer->result == PROMISE_OK) {
        json_object_set_new(values, "sums",
                            store_view_sums(view, lines, cart->count,
                                            answer->summary.shipping_minor,
                                            answer->summary.total_minor));
        json_object_set_new(values, "date", store_view_date(view, answer));
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
    store_cart_ask(cart, quote->lines);
    quote_submit(quote, true);
}

/* ---- GET ---- */

struct cart_visit {
    struct store_quote quote; /* first: `answered` gets its address */
    struct store_visit visit;
    struct store_cart cart;
};

static void cart_show(const struct store_visit *visit, const struct store_cart *cart,
                      const struct promise_answer *answer, const struct shop *shop)
{
    json_t *values = store_page_values(visit->store, visit->language,
                                       store_page_message(visit->language, MESSAGE("cart-title")));
    store_page_address(values, visit->language, visit->path, (struct slice){NULL, 0});
    if (cart->count > 0) {
        struct store_view view = store_view_of(visit->store, shop, visit->language);
        store_cart_values(&view, cart, answer, values);
    }
    store_visit_page(visit, 200, "cart", values, (struct slice){NULL, 0});
}

static void cart_quoted(struct store_quote *quote)
{
    const struct cart_visit *it = (const struct cart_visit *)quote;
    cart_show(&it->visit, &it->cart, &quote->order.task.answer, quote->order.task.shop);
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
        cart_show(visit, &it->cart, NULL, visit->store->shop);
        return;
    }
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
           shop_offer_find(visit->store->shop, name, offer);
}

static bool cart_add(struct store_cart *cart, struct offer_id offer, uint32_t units, bool at_least)
{
    struct store_cart_line *line = line_find(cart, offer.index);
    if (line == NULL) {
        if (cart->count == LIMIT_ORDER_LINES) {
            return false;
        }
        line = &cart->lines[cart->count++];
        *line = (struct store_cart_line){offer.index, 0};
    }
    uint32_t sum = at_least ? (line->units > units ? line->units : units) : line->units + units;
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
        }
    }
    cart->count = kept;
}

static void cart_leave(const struct store_visit *visit, const struct store_cart *cart,
                       const char *location)
{
    struct text lines;
    text_init(&lines, 4096);
    store_cart_cookie(visit, cart, &lines);
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
    if (!cart_add(cart, offer, units, checkout)) {
        store_visit_notice(visit, &(struct store_notice){409, MESSAGE("cart-full-title"),
                                                         MESSAGE("cart-full-text"), "/cart",
                                                         MESSAGE("to-cart")});
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
    } else {
        store_visit_notice(visit,
                           &(struct store_notice){422, MESSAGE("form-title"), MESSAGE("form-text"),
                                                  "/cart", MESSAGE("to-cart")});
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
