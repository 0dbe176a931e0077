/* What was heard of the orders of the shop behind, as rows: the last event of a reference is its
 * row. Whoever wants to know what was heard of one before asks here, on the writer's connection. */
#include "journal/sqlite_origin.h"

#include "journal/origin_event.h"

void origin_bind(sqlite3_stmt *statement, const struct journal_origin *origin,
                 char at[INSTANT_BYTES])
{
    sqlite_bind_slice(statement, 1, origin->reference);
    (void)sqlite3_bind_text(statement, 2, origin->label.data, (int)origin->label.length,
                            SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 3, origin->status.data, (int)origin->status.length,
                            SQLITE_STATIC);
    sqlite_bind_slice(statement, 4, origin->unknown);
    sqlite_bind_slice(statement, 5, origin->deleted_by);
    (void)(origin->order == 0 ? sqlite3_bind_null(statement, 6)
                              : sqlite3_bind_int64(statement, 6, origin->order));
    at[0] = '\0';
    if (origin->modified_at != 0) {
        (void)instant_write_utc(at, origin->modified_at);
    }
    sqlite_bind_slice(statement, 7, slice_of(at));
    (void)sqlite3_bind_int64(statement, 8, origin->past);
}

enum status origin_project(struct journal *journal, const struct event *event)
{
    struct journal_origin origin;
    char at[INSTANT_BYTES];
    enum status status = origin_event_read(event, &origin);
    if (status != STATUS_OK) {
        return fault_set(&journal->fault, status, "an origin's event cannot be read");
    }
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_PUT_ORIGIN);
    if (statement == NULL || sqlite_rows_flush(journal) != STATUS_OK) {
        return journal->fault.status;
    }
    origin_bind(statement, &origin, at);
    return sqlite_run(journal, statement, "cannot be written");
}

/* A text of the row behind those that are kept already. */
static struct slice text_keep(sqlite3_stmt *row, int column, char *bytes, size_t *used)
{
    struct slice text = sqlite_text(row, column);
    size_t room = JOURNAL_ORIGIN_BYTES - *used;
    text.length = text.length < room ? text.length : room;
    if (text.length > 0) {
        memcpy(bytes + *used, text.data, text.length);
    }
    struct slice kept = {bytes + *used, text.length};
    *used += text.length;
    return kept;
}

enum status journal_origin_find(struct journal *journal, struct slice reference,
                                struct journal_origin *origin, char bytes[JOURNAL_ORIGIN_BYTES],
                                bool *found)
{
    size_t used = 0;
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_FIND_ORIGIN);
    *origin = (struct journal_origin){.order = 0};
    *found = false;
    if (statement == NULL) {
        return journal->fault.status;
    }
    sqlite_bind_slice(statement, 1, reference);
    int result = sqlite3_step(statement);
    *found = result == SQLITE_ROW;
    if (*found) {
        *origin = (struct journal_origin){.reference = reference,
                                          .label = text_keep(statement, 0, bytes, &used),
                                          .status = text_keep(statement, 1, bytes, &used),
                                          .unknown = text_keep(statement, 2, bytes, &used),
                                          .deleted_by = text_keep(statement, 3, bytes, &used),
                                          .order = (uint32_t)sqlite3_column_int64(statement, 4),
                                          .modified_at = sqlite3_column_int64(statement, 5),
                                          .past = sqlite3_column_int(statement, 6) == 1};
    }
    (void)sqlite3_reset(statement);
    return sqlite_status(journal, result, "what was heard of an order cannot be read");
}
