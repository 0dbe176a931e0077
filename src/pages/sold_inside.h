/* What the readers of other shops' orders share (sold_read.c). Not for others. */
#ifndef ECLUSE_PAGES_SOLD_INSIDE_H
#define ECLUSE_PAGES_SOLD_INSIDE_H

#include "pages/sold_read.h"

enum {
    SOLD_REFERENCE_BYTES = 48,
    SOLD_LABEL_BYTES = 100,
    SOLD_STATUS_BYTES = 60,
    SOLD_UNKNOWN_BYTES = 1500,
    SOLD_DELIVERY_BYTES = 100,
    SOLD_SKU_BYTES = 400,
    SOLD_CUSTOM_NAMES = 3
};

/* What is being made of an order. */
struct sold_reading {
    struct request_reader *reader;
    struct engine_sold *sold;
    struct promise_line *lines;   /* [LIMIT_ORDER_LINES] */
    struct history_line *history; /* [LIMIT_ORDER_LINES] */
    struct text unknown;
    int64_t made_at; /* there; 0: not said */
};

/* A line of another shop's order. */
struct sold_line {
    struct slice sku;                                    /* may be empty */
    char names[SOLD_CUSTOM_NAMES][LIMIT_NAME_BYTES + 1]; /* what an import without a SKU named it;
                                                           empty: none */
    struct slice called;
    int64_t quantity_thousandths;
    int64_t paid_minor; /* for all of it, VAT included */
};

/* A member that is a string or a number, as text without control characters, cut to `most` bytes;
 * empty if it is not there. */
struct slice sold_text(const struct sold_reading *reading, struct json_value object,
                       const char *name, size_t most);
/* A member that is an object; false if there is none. */
bool sold_object(struct json_value object, const char *name, struct json_value *value);
/* An amount of money, whatever its decimals, half up; 0 if there is none. */
int64_t sold_amount(const struct sold_reading *reading, struct json_value object, const char *name);
/* An instant; without offset it is UTC; 0 if there is none. */
int64_t sold_instant(const struct sold_reading *reading, struct json_value object,
                     const char *name);
/* The quantity that a member says; false if it is none. */
bool sold_quantity(struct json_value object, const char *name, int64_t *thousandths);
/* Reads "line_items" and adds each: ours, or unknown. `line_fill` has SKU, name and quantity, and
 * fills all else. False: the problem is set. */
bool sold_lines_read(struct sold_reading *reading, struct json_value order,
                     void (*line_fill)(const struct sold_reading *reading, struct json_value order,
                                       struct json_value element, struct sold_line *line));
/* Adds to what is not known of it: a sentence without full stop. */
void sold_unknown_add(struct sold_reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);
/* Where an order goes, by the members of an object. */
struct sold_address {
    const char *street, *street_more, *postcode, *country;
};
void sold_address_read(struct sold_reading *reading, struct json_value object,
                       const struct sold_address *names);
/* Nothing where it is none. */
void sold_email_read(struct sold_reading *reading, struct json_value object);

/* Each fills all of reading->sold but its reference; false: the problem is set. */
bool sold_read_woocommerce(struct sold_reading *reading, struct json_value order);
bool sold_read_shopify(struct sold_reading *reading, struct json_value order);

#endif
