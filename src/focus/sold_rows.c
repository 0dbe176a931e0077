/* Rows -> orders with their lines; what came back stands apart: it has a day of its own, and is no
 * order. */
#include "focus/sold_rows.h"

#include <stdlib.h>

enum { ROWS_FIRST = 1024 };

/* Room for one more; NULL: there is none, the old block stays whose it was. */
static void *grown(void *block, uint32_t count, uint32_t *capacity, size_t size)
{
    if (count < *capacity) {
        return block;
    }
    uint32_t next = *capacity == 0 ? ROWS_FIRST : *capacity * 2;
    void *to = next > *capacity ? realloc(block, next * size) : NULL;
    *capacity = to != NULL ? next : *capacity;
    return to;
}

static void return_add(struct sold_rows *rows, const struct sold_row *row)
{
    struct sold_rows_return *returns =
        grown(rows->returns, rows->return_count, &rows->return_capacity, sizeof *returns);
    if (returns == NULL) {
        rows->lacks_memory = true;
        return;
    }
    rows->returns = returns;
    returns[rows->return_count++] =
        (struct sold_rows_return){.at = row->at,
                                  .customer = row->customer,
                                  .quantity_thousandths = -row->quantity_thousandths,
                                  .amount_minor = row->amount_minor < 0 ? -row->amount_minor : 0,
                                  .offer = row->offer};
}

static bool order_begin(struct sold_rows *rows, const struct sold_row *row)
{
    struct sold_rows_order *orders =
        grown(rows->orders, rows->order_count, &rows->order_capacity, sizeof *orders);
    if (orders == NULL) {
        return false;
    }
    rows->orders = orders;
    orders[rows->order_count++] = (struct sold_rows_order){.at = row->at,
                                                           .customer = row->customer,
                                                           .first = rows->line_count,
                                                           .promised_day = row->promised_day,
                                                           .delivered_day = row->delivered_day,
                                                           .broken = row->broken};
    rows->begins = false;
    return true;
}

static void line_add(struct sold_rows *rows, const struct sold_row *row)
{
    struct sold_rows_line *lines =
        grown(rows->lines, rows->line_count, &rows->line_capacity, sizeof *lines);
    if (lines == NULL || ((rows->begins || rows->order_count == 0) && !order_begin(rows, row))) {
        rows->lines = lines != NULL ? lines : rows->lines;
        rows->lacks_memory = true;
        return;
    }
    struct sold_rows_order *order = &rows->orders[rows->order_count - 1];
    rows->lines = lines;
    lines[rows->line_count++] =
        (struct sold_rows_line){.quantity_thousandths = row->quantity_thousandths,
                                .amount_minor = row->amount_minor,
                                .offer = row->offer};
    order->count++;
    order->at = row->at < order->at ? row->at : order->at;
    order->customer = order->customer != 0 ? order->customer : row->customer;
}

void sold_rows_add(struct sold_rows *rows, const struct sold_row *row)
{
    rows->begins = rows->begins || row->is_new;
    if (row->quantity_thousandths < 0) {
        return_add(rows, row);
    } else if (row->quantity_thousandths > 0) {
        line_add(rows, row);
    }
}

void sold_rows_free(struct sold_rows *rows)
{
    free(rows->orders);
    free(rows->lines);
    free(rows->returns);
    *rows = (struct sold_rows){.orders = NULL};
}
