/* One statement, so that all rows are of one instant. */
#include "commands/requests_read.h"

#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>

static const char sql[] =
    "SELECT r.number, unixepoch(r.at), r.source,"
    " coalesce(nullif(r.asks, ''), nullif(c.name, ''), c.email),"
    " r.wants, r.activity, r.value_per_week_minor, r.count, o.id,"
    " CASE WHEN instr(r.asks, '@') > 0 THEN r.asks ELSE c.email END, unixepoch(r.closed_at)"
    " FROM requests r LEFT JOIN orders o ON o.number = r.order_number"
    " LEFT JOIN customers c ON c.number = o.contact"
    " WHERE ?1 OR r.closed_at IS NULL ORDER BY r.number";

static int rows_visit(sqlite3_stmt *statement,
                      void (*visit)(void *context, const struct requests_row *row), void *context)
{
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct requests_row row = {
            .number = (uint32_t)sqlite3_column_int64(statement, 0),
            .at = sqlite3_column_int64(statement, 1),
            .source = reader_text(statement, 2),
            .from = reader_text(statement, 3),
            .wants = reader_text(statement, 4),
            .activity = reader_text(statement, 5),
            .value_per_week_minor = sqlite3_column_int64(statement, 6),
            .count = sqlite3_column_int64(statement, 7),
            .order = reader_text(statement, 8),
            .email = reader_text(statement, 9),
            .closed = sqlite3_column_type(statement, 10) != SQLITE_NULL,
            .closed_at = sqlite3_column_int64(statement, 10),
        };
        visit(context, &row);
    }
    return result;
}

enum status requests_read(const char *path, struct env *env, bool all,
                          void (*visit)(void *context, const struct requests_row *row),
                          void *context, struct fault *fault)
{
    sqlite3 *connection = NULL;
    sqlite3_stmt *statement = NULL;
    enum status status = journal_reader_open(path, env, &connection, fault);
    if (status != STATUS_OK) {
        return status;
    }
    int result = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) {
        (void)sqlite3_bind_int(statement, 1, all);
        result = rows_visit(statement, visit, context);
    }
    if (result != SQLITE_DONE) {
        status = reader_fault(connection, path, fault);
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(connection);
    return status;
}
