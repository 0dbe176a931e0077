/* SQL -> rows in the order of their orders. */
#include "commands/past_rows.h"

#include "base/calendar.h"
#include "base/limits.h"
#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdio.h>

/* Of the shop's own past, and of its orders here: never the same one. */
#define LINES                                                                                      \
    "SELECT 0 AS source, order_name AS name, offer, quantity_thousandths AS quantity,"             \
    " unit_price_minor * quantity_thousandths / 1000 AS amount, unixepoch(at) AS made, customer,"  \
    " NULL AS email, NULL AS promised, 0 AS delivered, 0 AS broken"                                \
    " FROM history WHERE quantity_thousandths <> 0"                                                \
    " UNION ALL SELECT 1, o.number, l.offer, l.quantity_thousandths, l.amount_minor,"              \
    " unixepoch(o.made_at), NULL, c.email, o.first_deliver_by, unixepoch(o.delivered_at),"         \
    " o.broken FROM orders o JOIN order_lines l ON l.order_number = o.number"                      \
    " LEFT JOIN customers c ON c.number = o.contact"                                               \
    " WHERE o.status IN ('confirmed','started','done','shipped','delivered')"

enum {
    COLUMN_SOURCE,
    COLUMN_NAME,
    COLUMN_OFFER,
    COLUMN_QUANTITY,
    COLUMN_AMOUNT,
    COLUMN_MADE,
    COLUMN_CUSTOMER,
    COLUMN_EMAIL,
    COLUMN_PROMISED,
    COLUMN_DELIVERED,
    COLUMN_BROKEN
};

static enum status read_fault(const struct past_rows *rows, struct fault *fault)
{
    return reader_fault(rows->connection, rows->path, fault);
}

static sqlite3_stmt *prepare(const struct past_rows *rows, const char *sql, int64_t from,
                             int64_t until)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(rows->connection, sql, -1, &statement, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, from);
        (void)sqlite3_bind_int64(statement, 2, until);
    }
    return statement;
}

/* How many lines there are from an instant on; -1: they cannot be read. */
static int64_t lines_count(const struct past_rows *rows, int64_t from, int64_t until)
{
    sqlite3_stmt *statement = prepare(
        rows, "SELECT count(*) FROM (" LINES ") WHERE made >= ?1 AND made < ?2", from, until);
    int64_t count = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    (void)sqlite3_finalize(statement);
    return count;
}

/* Who bought may differ from line to line only where a file is wrong: any of them will do. */
static bool rows_begin(struct past_rows *rows, int64_t now)
{
    static const char sql[] =
        "SELECT source, name, offer, sum(quantity), sum(amount), min(made), customer, email,"
        " promised, delivered, broken FROM (" LINES ") WHERE made >= ?1 AND made < ?2"
        " GROUP BY source, name, offer, quantity > 0 ORDER BY source, name, offer";
    int64_t days = LIMIT_PAST_DAYS;
    int64_t count = lines_count(rows, now - days * DAY_SECONDS, now);
    while (count > LIMIT_PAST_LINES) {
        days /= 2;
        count = lines_count(rows, now - days * DAY_SECONDS, now);
    }
    rows->statement = count < 0 ? NULL : prepare(rows, sql, now - days * DAY_SECONDS, now);
    return rows->statement != NULL;
}

enum status past_rows_open(struct past_rows *rows, const char *path, struct env *env, int64_t now,
                           struct fault *fault)
{
    *rows = (struct past_rows){.path = path, .result = SQLITE_DONE, .source = -1};
    enum status status = journal_reader_open(path, env, &rows->connection, fault);
    if (status != STATUS_OK) {
        return status;
    }
    bool read = sqlite3_exec(rows->connection, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
                customer_key_read(rows->connection, &rows->key) && rows_begin(rows, now);
    return read ? STATUS_OK : read_fault(rows, fault);
}

static struct slice text_of(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text == NULL ? SLICE("")
                        : (struct slice){text, (size_t)sqlite3_column_bytes(statement, column)};
}

/* Remembers which order the row is of. */
static bool order_begins(struct past_rows *rows)
{
    int source = sqlite3_column_int(rows->statement, COLUMN_SOURCE);
    struct slice name = text_of(rows->statement, COLUMN_NAME);
    bool begins = source != rows->source || !slice_is(name, rows->name);
    rows->source = source;
    (void)snprintf(rows->name, sizeof rows->name, "%.*s", (int)name.length, name.data);
    return begins;
}

static int32_t day_of(struct slice text)
{
    int32_t day = 0;
    return day_read(text, &day) ? day : 0;
}

bool past_rows_next(struct past_rows *rows, struct past_row *row)
{
    sqlite3_stmt *statement = rows->statement;
    rows->result = sqlite3_step(statement);
    if (rows->result != SQLITE_ROW) {
        return false;
    }
    struct slice email = text_of(statement, COLUMN_EMAIL);
    *row = (struct past_row){
        .is_new = order_begins(rows),
        .offer = text_of(statement, COLUMN_OFFER),
        .at = sqlite3_column_int64(statement, COLUMN_MADE),
        .quantity_thousandths = sqlite3_column_int64(statement, COLUMN_QUANTITY),
        .amount_minor = sqlite3_column_int64(statement, COLUMN_AMOUNT),
        .customer = email.length > 0 ? customer_hash(&rows->key, email)
                                     : sqlite3_column_int64(statement, COLUMN_CUSTOMER),
        .promised_day = day_of(text_of(statement, COLUMN_PROMISED)),
        .delivered_at = sqlite3_column_int64(statement, COLUMN_DELIVERED),
        .broken = sqlite3_column_int(statement, COLUMN_BROKEN) != 0};
    return true;
}

enum status past_rows_close(struct past_rows *rows, enum status status, struct fault *fault)
{
    if (status == STATUS_OK && rows->result != SQLITE_DONE) {
        status = read_fault(rows, fault);
    }
    (void)sqlite3_finalize(rows->statement);
    (void)sqlite3_close(rows->connection);
    return status;
}
