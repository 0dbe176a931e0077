/* Orders as they were read: what sold_make (focus/sold.h) reckons from.
 *
 * Filled row by row by who can read them (commands/focus_past.h); afterwards only read. Rows of one
 * order come one after another, each offer once with what was sold and once with what came back. */
#ifndef ECLUSE_FOCUS_SOLD_ROWS_H
#define ECLUSE_FOCUS_SOLD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

struct sold_row {
    bool is_new;                  /* another order begins */
    uint16_t offer;               /* NO_INDEX: of none that the shop has any more */
    int64_t at;                   /* made, or sent back */
    int64_t customer;             /* 0: not known */
    int64_t quantity_thousandths; /* negative: sent back */
    int64_t amount_minor;         /* VAT included; negative: given back */
    int32_t promised_day;         /* of the first promise; 0: none */
    int32_t delivered_day;        /* 0: not told */
    bool broken;                  /* there is no date any more by which it could come */
};

struct sold_rows_line {
    int64_t quantity_thousandths; /* above 0 */
    int64_t amount_minor;
    uint16_t offer;
};

struct sold_rows_order {
    int64_t at;
    int64_t customer;
    uint32_t first, count; /* of its lines; at least 1 */
    int32_t promised_day, delivered_day;
    bool broken;
};

struct sold_rows_return {
    int64_t at;
    int64_t customer;
    int64_t quantity_thousandths; /* above 0 */
    int64_t amount_minor;         /* not below 0 */
    uint16_t offer;
};

/* Begins with zeros; ends with sold_rows_free. */
struct sold_rows {
    struct sold_rows_order *orders;
    struct sold_rows_line *lines;
    struct sold_rows_return *returns;
    uint32_t order_count, line_count, return_count;
    uint32_t order_capacity, line_capacity, return_capacity;
    bool begins; /* the next line sold is the first of its order */
    bool lacks_memory;
};

/* A quantity of 0 is passed over. */
void sold_rows_add(struct sold_rows *rows, const struct sold_row *row);
void sold_rows_free(struct sold_rows *rows);

#endif
