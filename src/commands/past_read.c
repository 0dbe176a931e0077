/* SQL -> lines in the order of their orders -> struct past. A very large history is read from the
 * latest day on that makes it fit. */
#include "commands/past_read.h"

#include "journal/journal.h"

#include <sqlite3.h>

/* Of the shop's own past, and of its orders here: never the same one. ?1: from, ?2: until. */
#define SOLD                                                                                       \
    "SELECT 0 AS source, order_name AS name, offer, quantity_thousandths AS quantity,"             \
    " unixepoch(at) AS made FROM history WHERE quantity_thousandths > 0"                           \
    " UNION ALL SELECT 1, orders.number, offer, quantity_thousandths, unixepoch(made_at)"          \
    " FROM orders JOIN order_lines ON order_lines.order_number = orders.number"                    \
    " WHERE orders.status IN ('confirmed','started','done','shipped','delivered')"

static enum status read_fault(sqlite3 *connection, const char *path, struct fault *fault)
{
    return fault_set(fault, STATUS_IO, "%s cannot be read: %s; check it with: ecluse verify %s",
                     path, sqlite3_errmsg(connection), path);
}

static sqlite3_stmt *prepare(sqlite3 *connection, const char *sql, int64_t from, int64_t until)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, from);
        (void)sqlite3_bind_int64(statement, 2, until);
    }
    return statement;
}

/* How many lines there are from an instant on; -1: they cannot be read. */
static int64_t lines_count(sqlite3 *connection, int64_t from, int64_t until)
{
    sqlite3_stmt *statement = prepare(
        connection, "SELECT count(*) FROM (" SOLD ") WHERE made >= ?1 AND made < ?2", from, until);
    int64_t count = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    (void)sqlite3_finalize(statement);
    return count;
}

static struct slice text_of(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text == NULL ? SLICE("")
                        : (struct slice){text, (size_t)sqlite3_column_bytes(statement, column)};
}

/* Columns: offer, quantity, when it was made, its place among the lines of its order from 1 on. */
static int rows_take(sqlite3_stmt *statement, const struct shop *shop, struct past *past)
{
    bool is_new = true;
    int result = sqlite3_step(statement);
    for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
        struct offer_id offer;
        uint32_t lines = past->line_count;
        is_new = is_new || sqlite3_column_int64(statement, 3) == 1;
        if (shop_offer_find(shop, text_of(statement, 0), &offer)) {
            past_add(past, is_new, sqlite3_column_int64(statement, 2), offer,
                     sqlite3_column_int64(statement, 1));
        }
        is_new = is_new && past->line_count == lines;
    }
    return result;
}

static enum status lines_read(sqlite3 *connection, const char *path, const struct shop *shop,
                              int64_t now, struct past *past, struct fault *fault)
{
    static const char sql[] =
        "SELECT offer, sum(quantity), min(made),"
        " row_number() OVER (PARTITION BY source, name ORDER BY offer) AS place FROM (" SOLD ")"
        " WHERE made >= ?1 AND made < ?2 GROUP BY source, name, offer"
        " ORDER BY source, name, place";
    int64_t days = LIMIT_PAST_DAYS;
    int64_t count = lines_count(connection, now - days * DAY_SECONDS, now);
    while (count > LIMIT_PAST_LINES) {
        days /= 2;
        count = lines_count(connection, now - days * DAY_SECONDS, now);
    }
    sqlite3_stmt *statement = prepare(connection, sql, now - days * DAY_SECONDS, now);
    int result = count < 0 || statement == NULL ? SQLITE_ERROR : rows_take(statement, shop, past);
    enum status status = result == SQLITE_DONE ? STATUS_OK : read_fault(connection, path, fault);
    (void)sqlite3_finalize(statement);
    return status;
}

enum status past_read(const char *path, struct env *env, const struct shop *shop, int64_t now,
                      struct past *past, struct fault *fault)
{
    sqlite3 *connection = NULL;
    enum status status = journal_reader_open(path, env, &connection, fault);
    if (status == STATUS_OK && sqlite3_exec(connection, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        status = read_fault(connection, path, fault);
    }
    if (status == STATUS_OK) {
        status = lines_read(connection, path, shop, now, past, fault);
    }
    (void)sqlite3_close(connection);
    past_sort(past);
    return status;
}
