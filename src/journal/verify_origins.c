/* The table `origins` against the journal: a row changes with each event of its reference, so what
 * the events lead to is kept in a table of this connection alone, and the two are compared when the
 * last event has been seen. */
#include "journal/origin_event.h"
#include "journal/sqlite_origin.h"
#include "journal/verify.h"

#define COLUMNS "reference, label, status, unknown, deleted_by, order_number, modified_at, past"

enum status verify_origins_look(struct verify *verify, const struct event *event)
{
    struct journal_origin origin;
    char at[INSTANT_BYTES];
    static const char make[] =
        "PRAGMA temp_store=MEMORY; CREATE TEMP TABLE told("
        " reference TEXT PRIMARY KEY, label TEXT, status TEXT, unknown TEXT, deleted_by TEXT,"
        " order_number INTEGER, modified_at TEXT, past INTEGER) WITHOUT ROWID";
    enum status status = origin_event_read(event, &origin);
    if (status != STATUS_OK) {
        return fault_set(verify->fault, status, "an origin's event cannot be read");
    }
    if (verify->told == NULL) {
        int result = sqlite3_exec(verify->journal->db, make, NULL, NULL, NULL);
        status = sqlite_fault(verify->journal->db, result, "the origins of orders",
                              "cannot be kept", verify->fault);
    }
    if (status == STATUS_OK && verify->told == NULL) {
        status = verify_open(verify,
                             "INSERT OR REPLACE INTO told VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                             &verify->told);
    }
    if (status != STATUS_OK) {
        return status;
    }
    origin_bind(verify->told, &origin, at);
    int result = sqlite3_step(verify->told);
    (void)sqlite3_reset(verify->told);
    return sqlite_fault(verify->journal->db, result, "the origins of orders", "cannot be kept",
                        verify->fault);
}

/* No row is in the one and not in the other. */
static enum status rows_equal(struct verify *verify, const char *sql, const char *sentence)
{
    sqlite3_stmt *row = NULL;
    bool found = false;
    enum status status = verify_open(verify, sql, &row);
    if (status == STATUS_OK) {
        status = verify_next(verify, row, &found);
    }
    if (status == STATUS_OK && found) {
        struct slice reference = sqlite_text(row, 0);
        status = fault_set(verify->fault, STATUS_CORRUPT, "table origins: %.*s %s",
                           (int)reference.length, reference.data, sentence);
    }
    (void)sqlite3_finalize(row);
    return status;
}

enum status verify_origins_end(struct verify *verify)
{
    static const char *const none = "SELECT reference FROM main.origins LIMIT 1";
    if (verify->told == NULL) {
        return rows_equal(verify, none, "is not in the journal");
    }
    enum status status = rows_equal(
        verify, "SELECT " COLUMNS " FROM temp.told EXCEPT SELECT " COLUMNS " FROM main.origins",
        "is not what the journal says");
    return status == STATUS_OK ? rows_equal(verify,
                                            "SELECT reference FROM main.origins EXCEPT"
                                            " SELECT reference FROM temp.told",
                                            "is not in the journal")
                               : status;
}

void verify_origins_free(struct verify *verify)
{
    (void)sqlite3_finalize(verify->told);
}
