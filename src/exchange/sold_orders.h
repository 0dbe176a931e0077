/* Inside the import of other shops' orders: what its files share. Not for others.
 *
 *   sold_orders.c        JSON: the file is cut into orders
 *   sold_shopify_csv.c   Shopify's CSV: rows of one order become its JSON */
#ifndef ECLUSE_EXCHANGE_SOLD_ORDERS_H
#define ECLUSE_EXCHANGE_SOLD_ORDERS_H

#include "exchange/exchange.h"

enum { SOLD_REQUEST_ORDERS = 100 };

struct sold_sending {
    const char *system;
    const char *path;
    const struct exchange_sink *sink;
    struct exchange_report *report;
    struct fault *fault;
    enum status status;
    /* The order that is being made. */
    struct text object;
    uint64_t object_line;
    /* The request so far. */
    struct text request;
    uint32_t count;
    uint64_t lines[SOLD_REQUEST_ORDERS];
    struct exchange_sold results[SOLD_REQUEST_ORDERS];
};

/* The object is whole: it goes with the next request. */
void sold_object_end(struct sold_sending *sending);
/* Sends what waits. */
void sold_request_send(struct sold_sending *sending);
/* Reads Shopify's CSV export of orders. */
void sold_shopify_csv_read(struct sold_sending *sending);

#endif
