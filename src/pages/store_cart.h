/* The cart: a signed cookie, and the page that shows it. The server keeps nothing.
 *
 *   ecluse_cart=<16 hexadecimal digits of an HMAC>.<offer>:<units>.<offer>:<units>...[~<want>]
 *
 * The want is d<day> or t<instant>: a later day for all of it, or the time of a class. An order has
 * one (promise_ask), so the cart has one.
 *
 * Offers stand by their index, which never changes once given, so that LIMIT_ORDER_LINES of them
 * fit in a cookie whatever their names. The signature is not for secrecy: it keeps a cart of
 * another shop on the same machine from being read as this one's. */
#ifndef ECLUSE_PAGES_STORE_CART_H
#define ECLUSE_PAGES_STORE_CART_H

#include "pages/store_page.h"
#include "pages/store_visit.h"

enum { STORE_CART_UNITS_MAX = 999, STORE_CART_TEXT_BYTES = LIMIT_ORDER_LINES * 12 + 24 };

struct store_cart_line {
    uint16_t offer;
    uint16_t units; /* 1 to STORE_CART_UNITS_MAX */
};

struct store_cart {
    uint32_t count;
    struct promise_want want;
    struct store_cart_line lines[LIMIT_ORDER_LINES];
};

/* The visitor's cart without what is no longer sold here; empty if there is none or it is not ours.
 */
void store_cart_read(const struct store_visit *visit, struct store_cart *cart);
/* Reads "12:2.433:1~d20795"; false if it is anything else, an offer not sold here included. */
bool store_cart_parse(const struct store *store, struct slice text, struct store_cart *cart);
/* Writes that and a terminating zero; `to` holds STORE_CART_TEXT_BYTES. Returns the length. */
size_t store_cart_write(const struct store_cart *cart, char *to);
/* Appends the "Set-Cookie" line; an empty cart takes the cookie away. */
void store_cart_cookie(const struct store_visit *visit, const struct store_cart *cart,
                       struct text *to);

/* Fills as many promise lines as the cart has. */
void store_cart_ask(const struct store_cart *cart, struct promise_line *lines);

/* A question to the core: what would be promised for this cart? A hold that the visitor has already
 * counts as free for them, as it will when a new one takes its place. */
struct store_quote {
    struct order_task order; /* first: `done` gets its address */
    const struct store_visit *visit;
    void (*answered)(struct store_quote *quote); /* only with an answer; faults have been sent */
    struct promise_line lines[LIMIT_ORDER_LINES];
    uint32_t count;
    struct promise_want want;
};
/* `quote` and `visit` in the request's memory. */
void store_cart_quote(struct store_quote *quote, const struct store_visit *visit,
                      const struct store_cart *cart, void (*answered)(struct store_quote *quote));

/* Was the answer a no only because the hold that it should replace is none any more? */
bool store_cart_hold_gone(const struct engine_task *task);
/* Lines, sums where the answer has them, dates, when it is wanted, and why not where it is a no:
 * what cart and checkout show. */
void store_cart_values(const struct store_view *view, const struct store_cart *cart,
                       const struct order_task *quoted, json_t *values);

/* Answers GET and POST of /cart. */
void store_cart_serve(const struct store_visit *visit);

#endif
