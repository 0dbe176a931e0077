/* Rows of history and orders -> sold_rows -> sold_make. */
#include "commands/focus_past.h"

#include "commands/past_rows.h"
#include "focus/sold_rows.h"

static struct sold_row row_of(const struct shop *shop, const struct past_row *row)
{
    struct offer_id offer = {NO_INDEX};
    if (!shop_offer_find(shop, row->offer, &offer)) {
        offer.index = NO_INDEX;
    }
    return (struct sold_row){
        .is_new = row->is_new,
        .offer = offer.index,
        .at = row->at,
        .customer = row->customer,
        .quantity_thousandths = row->quantity_thousandths,
        .amount_minor = row->amount_minor,
        .promised_day = row->promised_day,
        .delivered_day = row->delivered_at == 0 ? 0 : zone_day(&shop->zone, row->delivered_at),
        .broken = row->broken};
}

enum status focus_past_read(const char *path, struct env *env, const struct shop *shop, int64_t now,
                            struct sold *sold, struct fault *fault)
{
    struct sold_rows lines = {.order_count = 0};
    struct past_rows rows;
    struct past_row row;
    *sold = (struct sold){.offers = NULL};
    enum status status = past_rows_open(&rows, path, env, now, fault);
    while (status == STATUS_OK && past_rows_next(&rows, &row)) {
        const struct sold_row line = row_of(shop, &row);
        sold_rows_add(&lines, &line);
    }
    status = past_rows_close(&rows, status, fault);
    if (status == STATUS_OK) {
        status = sold_make(&lines, shop, now, sold, fault);
    }
    sold_rows_free(&lines);
    return status;
}
