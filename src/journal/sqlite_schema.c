/* The tables, and how an older file becomes one of today.
 *
 * The version stands in PRAGMA user_version (what the program reads) and in `meta` (what a person
 * reads). A step is SQL that brings a file from its version to the next, in one transaction with
 * the new version: a file is of one version or of the next, never between. Steps are never changed
 * once released; a new table or column is a new step at the end.
 *
 * All tables but `origins`, which is sought by what another shop calls an order, grow at their end
 * (integer keys that count up), and none but `requests`, which is small, has a second index: an
 * order's id is random in its second, so an index on it would dirty a page an order
 * (docs/decisions/0020). Who seeks an order by its id asks the core. */
#include "journal/sqlite.h"

#include <stdio.h>

static const char step_1[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE secrets(name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;"

    /* The log: one row a batch, and where it ends. */
    "CREATE TABLE journal("
    " sequence INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, events BLOB NOT NULL,"
    " previous BLOB NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE journal_end("
    " one INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE TABLE shop_files(sequence INTEGER PRIMARY KEY REFERENCES journal(sequence)) STRICT;"

    /* What the shop sells and stocks, as its file says now. */
    "CREATE TABLE offers("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL, label_fr TEXT NOT NULL, label_en TEXT NOT NULL,"
    " price_minor INTEGER NOT NULL, vat_thousandths INTEGER NOT NULL, carrier TEXT,"
    " retired INTEGER NOT NULL) STRICT;"
    "CREATE TABLE items("
    " id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT,"
    " opening_on_hand_thousandths INTEGER NOT NULL, unit_cost_minor INTEGER NOT NULL,"
    " supplier TEXT, retired INTEGER NOT NULL) STRICT;"

    /* Who bought: personal data, which can be erased without touching the journal. */
    "CREATE TABLE customers("
    " number INTEGER PRIMARY KEY, customer INTEGER NOT NULL, email TEXT, name TEXT, phone TEXT,"
    " street TEXT, postcode TEXT, city TEXT, country TEXT, salt BLOB NOT NULL) STRICT;"

    "CREATE TABLE orders("
    " number INTEGER PRIMARY KEY, id TEXT NOT NULL, status TEXT NOT NULL, made_at TEXT NOT NULL,"
    " held_until TEXT, ship_by TEXT, deliver_by TEXT NOT NULL, first_ship_by TEXT,"
    " first_deliver_by TEXT NOT NULL, limited_by TEXT NOT NULL, total_minor INTEGER NOT NULL,"
    " shipping_minor INTEGER NOT NULL, contact INTEGER REFERENCES customers(number),"
    " changed_at TEXT, shipped_at TEXT, delivered_at TEXT) STRICT;"
    /* id = order_number * 1000 + line: grows at the end, and finds an order's lines without an
       index. */
    "CREATE TABLE order_lines("
    " id INTEGER PRIMARY KEY, order_number INTEGER NOT NULL REFERENCES orders(number),"
    " offer TEXT NOT NULL, quantity_thousandths INTEGER NOT NULL, amount_minor INTEGER NOT NULL)"
    " STRICT;"
    "CREATE TABLE idempotency("
    " order_number INTEGER PRIMARY KEY REFERENCES orders(number), digest BLOB NOT NULL,"
    " made_at INTEGER NOT NULL) STRICT;"

    "CREATE TABLE history("
    " number INTEGER PRIMARY KEY, order_name TEXT NOT NULL, offer TEXT NOT NULL,"
    " quantity_thousandths INTEGER NOT NULL, unit_price_minor INTEGER NOT NULL, at TEXT NOT NULL)"
    " STRICT;"
    "CREATE TABLE pictures("
    " offer TEXT PRIMARY KEY, media_type TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;"
    /* Means nothing: written when the disk was full, to see whether there is room again. */
    "CREATE TABLE room(one INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "INSERT INTO journal_end VALUES(1, 0, zeroblob(32));"
    "INSERT INTO meta VALUES('program', 'Écluse'), ('journal_hash',"
    " 'SHA-256(previous, sequence u64, stamp i64, events), integers little-endian');";

/* Supply, changes, revisions, sessions. What an SQL step cannot know (parcels of old orders, what
 * the shop file expects) is filled in from the state by journal_fill, as long as `meta` says so. */
static const char step_2[] =
    "ALTER TABLE orders ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE orders ADD COLUMN split INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE orders ADD COLUMN wanted TEXT;" /* a day, or an instant */
    "ALTER TABLE orders ADD COLUMN vat_minor INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE orders ADD COLUMN revisions INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE orders ADD COLUMN broken INTEGER NOT NULL DEFAULT 0;"
    /* 1, 2, ...: the parcel, or the line on site, among its order's. */
    "ALTER TABLE order_lines ADD COLUMN parcel INTEGER NOT NULL DEFAULT 1;"
    /* NULL: its order's. */
    "ALTER TABLE order_lines ADD COLUMN status TEXT;"
    /* Where an order has several parcels; deliver_by is NULL: its order's, both of them. */
    "ALTER TABLE order_lines ADD COLUMN ship_by TEXT;"
    "ALTER TABLE order_lines ADD COLUMN deliver_by TEXT;"

    /* What was recorded because the world differs from the plan. */
    "CREATE TABLE changes("
    " number INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, what TEXT, entry INTEGER,"
    " quantity_thousandths INTEGER, damaged_thousandths INTEGER, closes INTEGER, people INTEGER,"
    " from_day TEXT, to_day TEXT, arrives_day TEXT, due_day TEXT, amount_minor INTEGER,"
    " vat_minor INTEGER) STRICT;"
    /* An order that moved, or whose promise broke. */
    "CREATE TABLE revisions("
    " number INTEGER PRIMARY KEY, order_number INTEGER NOT NULL REFERENCES orders(number),"
    " revision INTEGER NOT NULL, at TEXT NOT NULL, reason TEXT NOT NULL, reason_name TEXT,"
    " ship_by TEXT, deliver_by TEXT NOT NULL, broken INTEGER NOT NULL, ship_by_before TEXT,"
    " deliver_by_before TEXT NOT NULL) STRICT;"

    /* What is or was expected: receipts of the shop file, lines of purchases. */
    "CREATE TABLE supply("
    " number INTEGER PRIMARY KEY, item TEXT NOT NULL, supplier TEXT, status TEXT NOT NULL,"
    " order_day TEXT, arrives_day TEXT NOT NULL, due_day TEXT NOT NULL,"
    " quantity_thousandths INTEGER NOT NULL, received_thousandths INTEGER NOT NULL) STRICT;"
    /* For which order how much was added to it. */
    "CREATE TABLE order_purchases("
    " number INTEGER PRIMARY KEY, order_number INTEGER NOT NULL REFERENCES orders(number),"
    " entry INTEGER NOT NULL REFERENCES supply(number), quantity_thousandths INTEGER NOT NULL)"
    " STRICT;"
    /* Bills for goods that came; the shop file's own are not among them. */
    "CREATE TABLE bills("
    " number INTEGER PRIMARY KEY, supplier TEXT, amount_minor INTEGER NOT NULL,"
    " vat_minor INTEGER NOT NULL, due_day TEXT NOT NULL, received_day TEXT NOT NULL,"
    " entry INTEGER NOT NULL REFERENCES supply(number)) STRICT;"

    /* Classes and the like; id = order_number * 1000 + n, as the lines have it. */
    "CREATE TABLE sessions("
    " number INTEGER PRIMARY KEY, offer TEXT NOT NULL, starts_at TEXT NOT NULL,"
    " ends_at TEXT NOT NULL, seats_taken INTEGER NOT NULL) STRICT;"
    "CREATE TABLE order_sessions("
    " id INTEGER PRIMARY KEY, order_number INTEGER NOT NULL REFERENCES orders(number),"
    " session INTEGER NOT NULL REFERENCES sessions(number), seats INTEGER NOT NULL) STRICT;"
    "INSERT INTO meta VALUES('fill', 'the tables wait for what only the journal knows');";

/* Wishes. */
static const char step_3[] =
    "CREATE TABLE wishes("
    " number INTEGER PRIMARY KEY, id TEXT NOT NULL, status TEXT NOT NULL, made_at TEXT NOT NULL,"
    " since TEXT NOT NULL, offer TEXT NOT NULL, quantity_thousandths INTEGER NOT NULL,"
    " latest_day TEXT NOT NULL,"
    /* That it became. */
    " order_number INTEGER REFERENCES orders(number),"
    " contact INTEGER REFERENCES customers(number)) STRICT;";

/* Orders that the shop behind has sold. */
static const char step_4[] =
    "CREATE TABLE origins("
    " reference TEXT PRIMARY KEY, label TEXT NOT NULL, status TEXT NOT NULL, unknown TEXT,"
    " deleted_by TEXT, order_number INTEGER REFERENCES orders(number), modified_at TEXT,"
    " past INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;";

/* Staff (journal/staff.h). */
static const char step_5[] =
    "CREATE TABLE staff("
    " name TEXT PRIMARY KEY, role TEXT NOT NULL, added_at INTEGER NOT NULL, password TEXT,"
    " link BLOB, link_until INTEGER, token BLOB) STRICT, WITHOUT ROWID;"
    "CREATE TABLE staff_sessions("
    " hash BLOB PRIMARY KEY, name TEXT NOT NULL REFERENCES staff(name), began_at INTEGER NOT NULL,"
    " seen_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE staff_log("
    " number INTEGER PRIMARY KEY, at TEXT NOT NULL, name TEXT NOT NULL, what TEXT NOT NULL)"
    " STRICT;";

/* A promise may be broken from the beginning, so the revision before does not say it. */
static const char step_6[] =
    "ALTER TABLE revisions ADD COLUMN broken_before INTEGER NOT NULL DEFAULT 0;"
    "UPDATE revisions SET broken_before = 1 FROM (SELECT number AS its, lag(broken, 1, 0)"
    " OVER (PARTITION BY order_number ORDER BY number) AS before FROM revisions)"
    " WHERE number = its AND before <> 0;";

/* What focus reads: who bought what was sold before Écluse (journal/customer_hash.h), what
 * customers ask for, what was chosen and expected of it. */
static const char step_7[] =
    "ALTER TABLE history ADD COLUMN customer INTEGER;"
    "INSERT INTO secrets VALUES('customer', randomblob(32));"
    "CREATE TABLE requests("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, source TEXT NOT NULL, asks TEXT,"
    " wants TEXT NOT NULL, activity TEXT, value_per_week_minor INTEGER NOT NULL,"
    " count INTEGER NOT NULL, order_number INTEGER REFERENCES orders(number), closed_at TEXT)"
    " STRICT;"
    "CREATE UNIQUE INDEX requests_of_orders ON requests(order_number, source)"
    " WHERE order_number IS NOT NULL;"
    "CREATE TABLE decisions("
    " number INTEGER PRIMARY KEY, at TEXT NOT NULL, on_day TEXT NOT NULL, by_day TEXT,"
    " verb TEXT NOT NULL, activity TEXT NOT NULL, because TEXT, say TEXT, profit_minor INTEGER,"
    " revenue_minor INTEGER, orders_thousandths INTEGER, hours_thousandths INTEGER,"
    " kept_thousandths INTEGER) STRICT;";

/* A row's events may be packed (journal/event_pack.h), which an older program takes for damage. */
static const char step_8[] = "INSERT INTO meta VALUES('journal_events', 'one after another, or "
                             "packed: after u16 0, u16 1');";

const char *const sqlite_schema_steps[] = {step_1, step_2, step_3, step_4,
                                           step_5, step_6, step_7, step_8};

_Static_assert(sizeof sqlite_schema_steps / sizeof *sqlite_schema_steps == JOURNAL_SCHEMA_VERSION,
               "each schema version has its step");

enum status sqlite_ours_check(sqlite3 *db, const char *path, struct fault *fault)
{
    static const char sql[] = "SELECT 1 FROM meta WHERE name = 'program' AND value = 'Écluse'";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
    }
    (void)sqlite3_finalize(statement);
    return result != SQLITE_ERROR && result != SQLITE_DONE
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID,
                           "%s is no database of Écluse; name one that `ecluse init` made", path);
}

enum status sqlite_schema_version(sqlite3 *db, const char *path, int *version, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_step(statement);
        *version = result == SQLITE_ROW ? sqlite3_column_int(statement, 0) : 0;
    }
    const char *doing = "cannot be opened";
    if ((result & 0xff) == SQLITE_NOTADB) {
        doing = "is no database of Écluse";
    } else if ((result & 0xff) == SQLITE_READONLY || (result & 0xff) == SQLITE_CANTOPEN) {
        /* Even a reader writes the index of the log, beside the file. */
        doing = "cannot be read by this user; read it as its owner, or a backup of it";
    }
    enum status status = sqlite_fault(db, result, path, doing, fault);
    (void)sqlite3_finalize(statement);
    return status;
}

/* Takes one step, or leaves the file as it was. */
static enum status step_take(sqlite3 *db, const char *path, const char *step, int version,
                             struct fault *fault)
{
    char stamp[160];
    (void)snprintf(
        stamp, sizeof stamp,
        "PRAGMA user_version=%d; INSERT OR REPLACE INTO meta VALUES('schema', '%d'); COMMIT",
        version, version);
    int result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (result == SQLITE_OK) {
        result = sqlite3_exec(db, step, NULL, NULL, NULL);
    }
    if (result == SQLITE_OK) {
        result = sqlite3_exec(db, stamp, NULL, NULL, NULL);
    }
    enum status status = sqlite_fault(db, result, path, "cannot be brought up to date", fault);
    if (status != STATUS_OK && sqlite3_get_autocommit(db) == 0) {
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    return status;
}

enum status sqlite_migrate(sqlite3 *db, const char *path, const char *const *steps, int step_count,
                           struct fault *fault)
{
    int version = 0;
    enum status status = sqlite_schema_version(db, path, &version, fault);
    if (status != STATUS_OK) {
        return status;
    }
    if (version > step_count || version < 0) {
        return fault_set(fault, STATUS_VERSION, "%s: made by a newer Écluse (schema %d); update it",
                         path, version);
    }
    for (; version < step_count && status == STATUS_OK; version++) {
        status = step_take(db, path, steps[version], version + 1, fault);
    }
    return status;
}
