/* From values to HTML: what every page of the store needs, and the words, dates and sums in it. */
#ifndef ECLUSE_PAGES_STORE_PAGE_H
#define ECLUSE_PAGES_STORE_PAGE_H

#include "pages/store_state.h"

/* No script, nothing from elsewhere, not in a frame; links from here tell other sites nothing. */
#define STORE_SECURITY_LINES                                                                       \
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; "              \
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"                              \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Referrer-Policy: same-origin\r\n"

/* Of a page that is one visitor's. */
#define STORE_PRIVATE_LINES                                                                        \
    "Content-Type: text/html; charset=utf-8\r\n"                                                   \
    "Cache-Control: no-store\r\n"                                                                  \
    "X-Robots-Tag: noindex\r\n" STORE_SECURITY_LINES

/* The message of a key that is there (a bug otherwise). */
const char *store_page_message(enum language language, const char *key);

/* The values that the layout needs; the page's own are added to them. NULL values in jansson calls
 * are handled by jansson: a page that lacks one is refused by the template. */
json_t *store_page_values(const struct store *store, enum language language, const char *title);

/* Says to the layout under which of the store's paths this page stands, so that it can offer the
 * same one in the other language. */
void store_page_address(json_t *values, enum language language, struct slice path,
                        struct slice query);

/* Renders template `name` into the store's scratch text (valid until the next page) and gives up
 * `values`. */
enum status store_page_render(struct store *store, enum language language, const char *name,
                              json_t *values, struct slice *body, struct fault *fault) MUST_USE;

/* ---- values ---- */

struct store_view {
    const struct store *store;
    const struct shop *shop; /* by which the values are to be read */
    enum language language;
    int32_t today;
};

struct store_view store_view_of(const struct store *store, const struct shop *shop,
                                enum language language);
json_t *store_view_money(const struct store_view *view, int64_t minor);
json_t *store_view_day(const struct store_view *view, int32_t day);
json_t *store_view_time(const struct store_view *view, int64_t at);
json_t *store_view_quantity(const struct store_view *view, int64_t thousandths);
const char *store_view_label(const struct store_view *view, struct offer_id offer);

/* {"promised":{"leaves_on","arrives_on","on_site"},"reason"} or
 * {"sold_out":true,"possible_on","reason"}. `on_site`: nothing is sent. */
json_t *store_view_date(const struct store_view *view, const struct promise_answer *answer);
/* An offer as a card shows it: name, label, price, picture, url, date. */
json_t *store_view_offer(const struct store_view *view, struct offer_id offer);
/* Can a piece of it be bought now? */
bool store_view_buyable(const struct store_view *view, struct offer_id offer);

/* ---- when (store_when.c) ---- */

/* [{"day","times":[{"at","from","to","left","one_left","checked"}]}]: to choose from; `chosen` is
 * checked, or the first if it is not among them. */
json_t *store_view_times(const struct store_view *view, const struct offered_time *times,
                         uint32_t count, int64_t chosen);
/* "least" and "most": the days that can be wanted, as a date field wants them. */
void store_view_days(const struct store_view *view, json_t *values);
/* {"later","on","least","most"}: `on` is the wanted day, or empty. */
json_t *store_view_want(const struct store_view *view, const struct promise_want *want);
/* Is the time that was chosen taken meanwhile, so that nothing begins at it? */
bool store_view_taken(const struct store_view *view, const struct promise_want *want,
                      const struct order_line_view *lines, uint32_t count);
/* Adds "parts" to a promise where its lines have dates of their own: [{"what", and one of
 * "time":{"day","from","to"}, "parcel":{"arrives_on","leaves_on"}, "done_on"}]. */
void store_view_parts(const struct store_view *view, const struct order_line_view *lines,
                      uint32_t count, json_t *promised);

/* The lines with label, quantity and amount; and the sums under them: shipping, total, VAT per
 * rate. */
struct store_sum_line {
    struct offer_id offer;
    int64_t quantity_thousandths;
    int64_t amount_minor;
};
json_t *store_view_lines(const struct store_view *view, const struct store_sum_line *lines,
                         uint32_t count);
json_t *store_view_sums(const struct store_view *view, const struct store_sum_line *lines,
                        uint32_t count, int64_t shipping_minor, int64_t total_minor);

#endif
