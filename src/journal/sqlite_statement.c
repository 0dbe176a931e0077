/* The statements of the hot path: prepared at their first use, kept until the file is closed, texts
 * bound without a copy (whoever binds keeps the bytes until the step that follows at once). */
#include "journal/sqlite.h"

#include "base/assert.h"

static const char *const texts[STATEMENTS] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_ADD_ROW] = "INSERT INTO journal VALUES(?1, ?2, ?3, ?4, ?5)",
    [STATEMENT_PUT_END] = "UPDATE journal_end SET sequence = ?1, hash = ?2 WHERE one = 1",
    /* Word for word so: only this is transferred (sqlite_rows.c). */
    [STATEMENT_ADD_CONTACTS] = "INSERT OR ROLLBACK INTO main.customers SELECT * FROM"
                               " batch.customers",
    [STATEMENT_ADD_ORDERS] = "INSERT OR ROLLBACK INTO main.orders SELECT * FROM batch.orders",
    [STATEMENT_ADD_LINES] = "INSERT OR ROLLBACK INTO main.order_lines SELECT * FROM"
                            " batch.order_lines",
    [STATEMENT_UPDATE_ORDER] = "UPDATE orders SET status = ?2, changed_at = ?3,"
                               " shipped_at = coalesce(?4, shipped_at),"
                               " delivered_at = coalesce(?5, delivered_at) WHERE number = ?1",
    [STATEMENT_EXTEND_ORDER] = "UPDATE orders SET held_until = ?2 WHERE number = ?1",
    [STATEMENT_REVISE_ORDER] = "UPDATE orders SET ship_by = ?2, deliver_by = ?3, revisions = ?4,"
                               " broken = ?5, vat_minor = ?6 WHERE number = ?1",
    [STATEMENT_FILL_ORDER] = "UPDATE orders SET vat_minor = ?2 WHERE number = ?1",
    [STATEMENT_CLEAR_LINES] = "UPDATE order_lines SET status = NULL"
                              " WHERE id BETWEEN ?1 AND ?2 AND status IS NOT NULL",
    [STATEMENT_UPDATE_LINE] = "UPDATE order_lines SET status = ?2 WHERE id = ?1",
    [STATEMENT_PLACE_LINE] =
        "UPDATE order_lines SET parcel = ?2, ship_by = ?3, deliver_by = ?4 WHERE id = ?1",
    /* What was before is what the order's row still has; an order that was broken and still
       is has no new revision. */
    [STATEMENT_ADD_REVISION] =
        "INSERT INTO revisions SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ship_by, deliver_by,"
        " broken FROM orders WHERE number = ?2 AND revisions <> ?3",
    [STATEMENT_ADD_CHANGE] = "INSERT INTO changes VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                             " ?11, ?12, ?13, ?14, ?15)",
    [STATEMENT_PUT_SUPPLY] =
        "INSERT OR REPLACE INTO supply VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [STATEMENT_ADD_PURCHASE] = "INSERT INTO order_purchases VALUES(?1, ?2, ?3, ?4)",
    [STATEMENT_ADD_BILL] = "INSERT INTO bills VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATEMENT_ADD_SESSION] = "INSERT INTO sessions VALUES(?1, ?2, ?3, ?4, ?5)",
    [STATEMENT_TAKE_SEATS] = "UPDATE sessions SET seats_taken = seats_taken + ?2 WHERE number = ?1",
    [STATEMENT_ADD_SEATS] = "INSERT INTO order_sessions VALUES(?1, ?2, ?3, ?4)",
    [STATEMENT_FREE_SEATS] =
        "UPDATE sessions SET seats_taken = seats_taken - (SELECT sum(seats) FROM order_sessions"
        " WHERE id BETWEEN ?1 AND ?2 AND session = sessions.number)"
        " WHERE number IN (SELECT session FROM order_sessions WHERE id BETWEEN ?1 AND ?2)",
    [STATEMENT_DROP_SEATS] = "DELETE FROM order_sessions WHERE id BETWEEN ?1 AND ?2",
    [STATEMENT_ADD_WISH] =
        "INSERT INTO wishes VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0))",
    [STATEMENT_UPDATE_WISH] = "UPDATE wishes SET status = ?2, order_number = ?3 WHERE number = ?1",
    [STATEMENT_FIND_WISHER] = "SELECT contact FROM wishes WHERE number = ?1",
    [STATEMENT_PUT_ORIGIN] =
        "INSERT OR REPLACE INTO origins VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [STATEMENT_FIND_ORIGIN] = "SELECT label, status, unknown, deleted_by, order_number,"
                              " unixepoch(modified_at), past FROM origins WHERE reference = ?1",
    [STATEMENT_ADD_BODY] = "INSERT INTO idempotency VALUES(?1, ?2, ?3)",
    [STATEMENT_FIND_BODY] =
        "SELECT idempotency.digest, customers.salt FROM idempotency"
        " JOIN orders ON orders.number = idempotency.order_number"
        " JOIN customers ON customers.number = orders.contact WHERE idempotency.order_number = ?1",
    [STATEMENT_FIRST_FRESH_BODY] = "SELECT order_number FROM idempotency WHERE made_at >= ?1"
                                   " ORDER BY order_number LIMIT 1",
    [STATEMENT_FORGET_BODIES] = "DELETE FROM idempotency WHERE order_number IN"
                                " (SELECT order_number FROM idempotency WHERE order_number < ?1"
                                " ORDER BY order_number LIMIT ?2)",
    [STATEMENT_ADD_SHOP_ROW] = "INSERT INTO shop_files VALUES(?1)",
    [STATEMENT_ADD_OFFER] = "INSERT INTO offers VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [STATEMENT_ADD_ITEM] = "INSERT INTO items VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [STATEMENT_ADD_HISTORY] = "INSERT INTO history(order_name, offer, quantity_thousandths,"
                              " unit_price_minor, at, customer)"
                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    [STATEMENT_PUT_PICTURE] = "INSERT OR REPLACE INTO pictures VALUES(?1, ?2, ?3)",
    [STATEMENT_FIND_PICTURE] = "SELECT media_type, bytes FROM pictures WHERE offer = ?1",
    [STATEMENT_PUT_NOTE] = "INSERT OR REPLACE INTO meta VALUES(?1, ?2)",
    [STATEMENT_FIND_NOTE] = "SELECT value FROM meta WHERE name = ?1",
    [STATEMENT_PUT_SECRET] = "INSERT INTO secrets VALUES(?1, ?2)",
    [STATEMENT_FIND_SECRET] = "SELECT bytes FROM secrets WHERE name = ?1",
    [STATEMENT_ROW_HASH] = "SELECT hash FROM journal WHERE sequence = ?1",
    [STATEMENT_PROBE] = "INSERT OR REPLACE INTO room VALUES(1, zeroblob(?1))",
};

sqlite3_stmt *sqlite_statement(struct journal *journal, enum statement which)
{
    sqlite3_stmt **statement = &journal->statements[which];
    if (journal->rows.status != STATUS_OK) {
        return NULL;
    }
    if (*statement != NULL) {
        return *statement;
    }
    int result = sqlite3_prepare_v3(journal->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
                                    statement, NULL);
    (void)sqlite_status(journal, result, "cannot be read");
    return result == SQLITE_OK ? *statement : NULL;
}

sqlite3_stmt *sqlite_prepare(struct journal *journal, const char *sql, const char *doing)
{
    sqlite3_stmt *statement = NULL;
    if (journal->rows.status == STATUS_OK) {
        int result = sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL);
        (void)sqlite_status(journal, result, doing);
    }
    return statement;
}

int sqlite_integer(sqlite3 *db, const char *sql, const char *name, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    *value = 0;
    if (result == SQLITE_OK) {
        if (name != NULL) {
            (void)sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
        }
        result = sqlite3_step(statement);
        *value = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    }
    (void)sqlite3_finalize(statement);
    return result;
}

enum status sqlite_run(struct journal *journal, sqlite3_stmt *statement, const char *doing)
{
    int result = sqlite3_step(statement);
    ASSERT(result != SQLITE_ROW);
    enum status status = sqlite_status(journal, result, doing);
    (void)sqlite3_reset(statement);
    return status;
}

void sqlite_finalize_all(struct journal *journal)
{
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_finalize(journal->statements[i]);
        journal->statements[i] = NULL;
    }
}

/* An empty text is NULL: not given. */
void sqlite_bind_slice(sqlite3_stmt *statement, int index, struct slice text)
{
    if (text.length == 0) {
        (void)sqlite3_bind_null(statement, index);
        return;
    }
    (void)sqlite3_bind_text(statement, index, text.data, (int)text.length, SQLITE_STATIC);
}

/* As a blob: sqlite3_column_text would copy each text to put a zero behind it. */
struct slice sqlite_text(sqlite3_stmt *statement, int column)
{
    return sqlite_blob(statement, column);
}

struct slice sqlite_blob(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return (struct slice){bytes, (size_t)sqlite3_column_bytes(statement, column)};
}
