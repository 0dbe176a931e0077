/* What Écluse has, in files that everything reads: the shop file and one CSV file a table.
 *
 *   engine (read) -> shop_write -> shop.yaml
 *   SQL tables, one read transaction -> rows -> CSV
 *
 * All CSV files show the same instant. They are RFC 4180: UTF-8, a header, CR LF, quotes where
 * needed; quantities in units, money in major units with a point, times ISO 8601 in UTC, empty
 * where there is nothing. A text that begins with = + - @ or a tab gets an apostrophe in front,
 * because spreadsheets would compute it (OWASP: CSV injection); numbers that Écluse itself writes
 * do not. Files are readable by their owner only: one of them holds customers' addresses.
 *
 * Copying the database's own CSV mode was rejected: its thousandths and minor units mean nothing to
 * an accountant. */
#include "exchange/exchange.h"
#include "exchange/export_cell.h"
#include "journal/journal.h"
#include "model/shop_read.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 4096, COLUMNS_MAX = 16, FLUSH_BYTES = 64 * 1024 };

struct export_table {
    const char *file;
    const char *sql;
    const char *titles[COLUMNS_MAX];
    const char *kinds; /* one letter a column: t text, n number, q quantity, m money, p percent */
};

static const struct export_table tables[] = {
    {"offers.csv",
     "SELECT name, label_fr, label_en, price_minor, vat_thousandths, carrier, retired FROM offers "
     "ORDER BY id",
     {"offer", "name_fr", "name_en", "price", "vat_rate", "carrier", "retired"},
     "tttmptn"},
    {"orders.csv",
     "SELECT o.id, o.status, o.made_at, o.held_until, o.first_ship_by, o.first_deliver_by, "
     "o.ship_by, o.deliver_by, o.shipped_at, o.delivered_at, o.limited_by, o.total_minor, "
     "o.shipping_minor, o.contact, g.reference FROM orders o LEFT JOIN origins g "
     "ON g.order_number = o.number ORDER BY o.number",
     {"order", "status", "made_at", "held_until", "first_ship_by", "first_deliver_by", "ship_by",
      "deliver_by", "shipped_at", "delivered_at", "limited_by", "total", "shipping", "customer",
      "origin"},
     "tttttttttttmmnt"},
    {"order_lines.csv",
     "SELECT o.id, l.id % 1000, l.offer, l.quantity_thousandths, l.amount_minor FROM order_lines l "
     "JOIN orders o ON o.number = l.order_number ORDER BY l.id",
     {"order", "line", "offer", "quantity", "amount"},
     "tntqm"},
    {"wishes.csv",
     "SELECT w.id, w.status, w.made_at, w.since, w.offer, w.quantity_thousandths, w.latest_day, "
     "o.id, w.contact FROM wishes w LEFT JOIN orders o ON o.number = w.order_number ORDER BY "
     "w.number",
     {"wish", "status", "made_at", "since", "offer", "quantity", "latest", "order", "customer"},
     "tttttqttn"},
    {"requests.csv",
     "SELECT r.number, r.at, r.source, r.asks, r.wants, r.activity, r.value_per_week_minor, "
     "r.count, "
     "o.id, r.closed_at FROM requests r LEFT JOIN orders o ON o.number = r.order_number ORDER BY "
     "r.number",
     {"request", "at", "source", "from", "wants", "activity", "value_per_week", "count", "order",
      "closed_at"},
     "ntttttmntt"},
    {"customers.csv",
     "SELECT number, email, name, phone, street, postcode, city, country FROM customers ORDER BY "
     "number",
     {"customer", "email", "name", "phone", "street", "postcode", "city", "country"},
     "nttttttt"},
    {"decisions.csv",
     "SELECT number, at, on_day, by_day, verb, activity, because, say, profit_minor, "
     "revenue_minor, orders_thousandths, hours_thousandths, kept_thousandths FROM decisions ORDER "
     "BY number",
     {"decision", "at", "on", "by", "verb", "activity", "because", "say", "profit_per_week",
      "revenue_per_week", "orders_per_week", "hours_per_week", "kept_percent"},
     "nttttttt"
     "mmqqp"},
    {"history.csv",
     "SELECT order_name, offer, quantity_thousandths, unit_price_minor, at, customer FROM history "
     "ORDER BY number",
     {"order", "offer", "quantity", "unit_price", "at", "customer"},
     "ttqmtn"},
};

struct export_run {
    const char *directory;
    struct sqlite3 *reader;
    int currency_decimals;
    struct fault *fault;
};

/* ---- files ---- */

static enum status directory_make(const char *directory, struct fault *fault)
{
    if (mkdir(directory, 0700) == 0) {
        return STATUS_OK;
    }
    DIR *there = opendir(directory);
    if (there == NULL) {
        return fault_set(fault, STATUS_IO, "%s: cannot be made or opened as a folder", directory);
    }
    bool empty = true;
    for (const struct dirent *entry = readdir(there); entry != NULL; entry = readdir(there)) {
        empty = empty && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
    }
    closedir(there);
    if (empty) {
        return STATUS_OK;
    }
    return fault_set(fault, STATUS_EXISTS, "%s: is not empty; name a new folder", directory);
}

static enum status file_open(const struct export_run *run, const char *name, FILE **file)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", run->directory, name);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    *file = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
    if (*file != NULL) {
        return STATUS_OK;
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return fault_set(run->fault, STATUS_IO, "%s: cannot be written", path);
}

static enum status file_close(const struct export_run *run, const char *name, FILE *file,
                              bool written)
{
    bool synced = fflush(file) == 0 && fsync(fileno(file)) == 0;
    if (fclose(file) == 0 && written && synced) {
        return STATUS_OK;
    }
    return fault_set(run->fault, STATUS_FULL,
                     "%s/%s: could not be written whole; is the disk full?", run->directory, name);
}

static enum status shop_file_write(const struct export_run *run, const struct shop *shop)
{
    struct text text;
    text_init(&text, LIMIT_SHOP_FILE_BYTES);
    FILE *file = NULL;
    enum status status = shop_write(shop, &text, run->fault);
    if (status == STATUS_OK) {
        status = file_open(run, "shop.yaml", &file);
    }
    if (status == STATUS_OK) {
        bool written = fwrite(text.bytes, 1, text.length, file) == text.length;
        status = file_close(run, "shop.yaml", file, written);
    }
    text_free(&text);
    return status;
}

/* ---- rows ---- */

static void row_append(const struct export_run *run, const struct export_table *table,
                       sqlite3_stmt *statement, struct text *to)
{
    for (int i = 0; table->kinds[i] != '\0'; i++) {
        if (i > 0) {
            text_append_char(to, ',');
        }
        if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
            continue;
        }
        struct slice text = {(const char *)sqlite3_column_text(statement, i),
                             (size_t)sqlite3_column_bytes(statement, i)};
        if (table->kinds[i] == 't') {
            export_text_append(to, text);
        } else {
            export_number_append(to, table->kinds[i], sqlite3_column_int64(statement, i),
                                 run->currency_decimals);
        }
    }
    text_append_string(to, "\r\n");
}

static bool flush(struct text *text, FILE *file)
{
    bool written = !text->overflow && fwrite(text->bytes, 1, text->length, file) == text->length;
    text_clear(text);
    return written;
}

static enum status rows_write(const struct export_run *run, const struct export_table *table,
                              sqlite3_stmt *statement, FILE *file)
{
    struct text text;
    text_init(&text, 2 * FLUSH_BYTES + LIMIT_REQUEST_BODY_BYTES * 4);
    for (int i = 0; table->kinds[i] != '\0'; i++) {
        text_append_format(&text, "%s%s", i > 0 ? "," : "", table->titles[i]);
    }
    text_append_string(&text, "\r\n");
    bool written = true;
    int result = SQLITE_ROW;
    while (written && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        row_append(run, table, statement, &text);
        if (text.length >= FLUSH_BYTES) {
            written = flush(&text, file);
        }
    }
    written = written && flush(&text, file);
    text_free(&text);
    enum status status = file_close(run, table->file, file, written);
    if (status == STATUS_OK && result != SQLITE_DONE) {
        status =
            fault_set(run->fault, STATUS_IO, "%s: the database could not be read to its end: %s",
                      table->file, sqlite3_errmsg(run->reader));
    }
    return status;
}

static enum status table_write(const struct export_run *run, const struct export_table *table)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(run->reader, table->sql, -1, &statement, NULL) != SQLITE_OK) {
        return fault_set(run->fault, STATUS_CORRUPT, "%s: the database lacks a table: %s",
                         table->file, sqlite3_errmsg(run->reader));
    }
    FILE *file = NULL;
    enum status status = file_open(run, table->file, &file);
    if (status == STATUS_OK) {
        status = rows_write(run, table, statement, file);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum status tables_write(const struct export_run *run)
{
    if (sqlite3_exec(run->reader, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        return fault_set(run->fault, STATUS_IO, "the database cannot be read: %s",
                         sqlite3_errmsg(run->reader));
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0] && status == STATUS_OK; i++) {
        status = table_write(run, &tables[i]);
    }
    (void)sqlite3_exec(run->reader, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum status exchange_export(const char *database, const char *directory, struct env *env,
                            struct fault *fault)
{
    struct engine *engine = NULL;
    enum status status = engine_open(database, ENGINE_READ, env, &engine, fault);
    if (status != STATUS_OK) {
        return status;
    }
    const struct shop *shop = engine_shop(engine);
    struct export_run run = {directory, NULL, shop->currency.decimals, fault};
    status = journal_reader_open(database, env, &run.reader, fault);
    if (status == STATUS_OK) {
        status = directory_make(directory, fault);
    }
    if (status == STATUS_OK) {
        status = shop_file_write(&run, shop);
    }
    if (status == STATUS_OK) {
        status = tables_write(&run);
    }
    if (run.reader != NULL) {
        sqlite3_close(run.reader);
    }
    engine_close(engine);
    return status;
}
