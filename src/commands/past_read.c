/* Rows -> lines in the order of their orders -> struct past. */
#include "commands/past_read.h"

#include "commands/past_rows.h"

enum status past_read(const char *path, struct env *env, const struct shop *shop, int64_t now,
                      struct past *past, struct fault *fault)
{
    struct past_rows rows;
    struct past_row row;
    bool is_new = true;
    enum status status = past_rows_open(&rows, path, env, now, fault);
    while (status == STATUS_OK && past_rows_next(&rows, &row)) {
        struct offer_id offer;
        uint32_t lines = past->line_count;
        is_new = is_new || row.is_new;
        if (shop_offer_find(shop, row.offer, &offer)) {
            past_add(past, is_new, row.at, offer, row.quantity_thousandths);
        }
        is_new = is_new && past->line_count == lines;
    }
    status = past_rows_close(&rows, status, fault);
    past_sort(past);
    return status;
}
