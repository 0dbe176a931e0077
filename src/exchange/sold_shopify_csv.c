/* Shopify's CSV export of orders: a row a line of an order, its head on its first row. Each order
 * becomes the JSON that Shopify's API would send of it, as far as the columns know.
 *
 * The export does not say when an order changed last: it brings what is not known yet, and what is
 * known stays (engine/sold.c). */
#include "exchange/columns.h"
#include "exchange/reading.h"
#include "exchange/report.h"
#include "exchange/sold_orders.h"

#include <stdio.h>

enum column {
    CSV_NAME,
    CSV_ID,
    CSV_EMAIL,
    CSV_PAID,
    CSV_FILLED,
    CSV_CREATED,
    CSV_CANCELLED,
    CSV_QUANTITY,
    CSV_LINE,
    CSV_PRICE,
    CSV_SKU,
    CSV_TO,
    CSV_STREET,
    CSV_ZIP,
    CSV_CITY,
    CSV_COUNTRY,
    CSV_PHONE,
    CSV_COLUMNS
};

static const struct column_titles titles[CSV_COLUMNS] = {
    [CSV_NAME] = {{"name"}, false},
    [CSV_ID] = {{"id"}, false},
    [CSV_EMAIL] = {{"email"}, false},
    [CSV_PAID] = {{"financial status"}, false},
    [CSV_FILLED] = {{"fulfillment status"}, false},
    [CSV_CREATED] = {{"created at"}, false},
    [CSV_CANCELLED] = {{"cancelled at"}, false},
    [CSV_QUANTITY] = {{"lineitem quantity"}, false},
    [CSV_LINE] = {{"lineitem name"}, false},
    [CSV_PRICE] = {{"lineitem price"}, false},
    [CSV_SKU] = {{"lineitem sku"}, false},
    [CSV_TO] = {{"shipping name"}, false},
    [CSV_STREET] = {{"shipping street"}, false},
    [CSV_ZIP] = {{"shipping zip"}, false},
    [CSV_CITY] = {{"shipping city"}, false},
    [CSV_COUNTRY] = {{"shipping country"}, false},
    [CSV_PHONE] = {{"shipping phone"}, false},
};

struct table {
    struct sold_sending *sending;
    struct reading reading;
    struct columns columns;
    char name[LIMIT_LABEL_BYTES + 1]; /* of the order that is being made; "": none */
    bool lined;                       /* it has a line */
};

static struct slice cell(const struct table *table, const struct csv_row *row, enum column column)
{
    return columns_cell(&table->columns, row, column);
}

static void member(struct table *table, const struct csv_row *row, const char *key,
                   enum column column)
{
    struct text *to = &table->sending->object;
    text_append_format(to, ",\"%s\":\"", key);
    text_append_json(to, cell(table, row, column));
    text_append_char(to, '"');
}

/* "2026-12-01 09:00:00 +0100" as ISO 8601 has it. */
static void instant_member(struct table *table, const struct csv_row *row, const char *key,
                           enum column column)
{
    struct slice text = cell(table, row, column);
    struct text *to = &table->sending->object;
    char iso[32] = "";
    if (text.length == 25) {
        (void)snprintf(iso, sizeof iso, "%.10sT%.8s%.3s:%.2s", text.data, text.data + 11,
                       text.data + 20, text.data + 23);
    } else {
        (void)snprintf(iso, sizeof iso, "%.*s", (int)(text.length < 31 ? text.length : 31),
                       text.data);
    }
    text_append_format(to, ",\"%s\":\"", key);
    text_append_json(to, slice_of(iso));
    text_append_char(to, '"');
}

static void order_end(struct table *table)
{
    if (table->name[0] != '\0') {
        text_append_string(&table->sending->object, "]}");
        sold_object_end(table->sending);
    }
    table->name[0] = '\0';
}

static void order_begin(struct table *table, const struct csv_row *row)
{
    struct text *to = &table->sending->object;
    struct slice name = cell(table, row, CSV_NAME);
    (void)snprintf(table->name, sizeof table->name, "%.*s",
                   (int)(name.length < LIMIT_LABEL_BYTES ? name.length : LIMIT_LABEL_BYTES),
                   name.data);
    table->lined = false;
    table->sending->object_line = row->line;
    text_append_string(to, "{\"system\":\"shopify\"");
    member(table, row, "id", CSV_ID);
    member(table, row, "name", CSV_NAME);
    member(table, row, "email", CSV_EMAIL);
    member(table, row, "financial_status", CSV_PAID);
    member(table, row, "fulfillment_status", CSV_FILLED);
    instant_member(table, row, "created_at", CSV_CREATED);
    member(table, row, "cancelled_at", CSV_CANCELLED);
    text_append_string(to, ",\"shipping_address\":{\"last_name\":\"");
    text_append_json(to, cell(table, row, CSV_TO));
    text_append_char(to, '"');
    member(table, row, "address1", CSV_STREET);
    member(table, row, "zip", CSV_ZIP);
    member(table, row, "city", CSV_CITY);
    member(table, row, "country_code", CSV_COUNTRY);
    member(table, row, "phone", CSV_PHONE);
    text_append_string(to, "},\"line_items\":[");
}

static void line_add(struct table *table, const struct csv_row *row)
{
    struct text *to = &table->sending->object;
    if (cell(table, row, CSV_LINE).length + cell(table, row, CSV_SKU).length == 0) {
        return;
    }
    text_append_string(to, table->lined ? ",{\"of\":\"line\"" : "{\"of\":\"line\"");
    table->lined = true;
    member(table, row, "quantity", CSV_QUANTITY);
    member(table, row, "name", CSV_LINE);
    member(table, row, "price", CSV_PRICE);
    member(table, row, "sku", CSV_SKU);
    text_append_char(to, '}');
}

static bool header_read(void *context, const struct csv_row *row)
{
    static const enum column needed[] = {CSV_NAME, CSV_ID, CSV_CREATED, CSV_QUANTITY, CSV_SKU};
    struct table *table = context;
    bool whole = true;
    columns_find(&table->columns, titles, CSV_COLUMNS, row, NULL);
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        whole = whole && columns_has(&table->columns, needed[i]);
    }
    if (!whole) {
        table->reading.status =
            fault_set(table->sending->fault, STATUS_INVALID,
                      "%s: its first line is no header of Shopify's export of orders (Name, Id, "
                      "Created at, Lineitem quantity, Lineitem sku, ...), and it is no JSON",
                      table->sending->path);
    }
    return whole;
}

static bool row_read(void *context, const struct csv_row *row)
{
    struct table *table = context;
    struct slice name = cell(table, row, CSV_NAME);
    if (name.length > 0 && !slice_is(name, table->name)) {
        order_end(table);
        order_begin(table, row);
    }
    if (table->name[0] != '\0') {
        line_add(table, row);
    }
    table->reading.status = table->sending->status;
    return table->sending->status == STATUS_OK;
}

void sold_shopify_csv_read(struct sold_sending *sending)
{
    static const struct reading_rows rows = {header_read, row_read};
    struct table table = {.sending = sending};
    table.reading = (struct reading){.sink = sending->sink,
                                     .report = sending->report,
                                     .fault = sending->fault,
                                     .context = &table,
                                     .pass_count = 1};
    reading_pass(&table.reading, sending->path, &rows);
    sending->status = table.reading.status;
    if (sending->status == STATUS_OK) {
        order_end(&table);
        sold_request_send(sending);
        reading_report_facts(&table.reading);
    }
}
