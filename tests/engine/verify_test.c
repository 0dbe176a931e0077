/* What `verify` must find: one changed byte in any column of the journal, any changed, missing or
 * additional row of any table; and that it finds nothing where nothing is wrong. Each damage is
 * done to a fresh copy, as a person with `sqlite3` would do it. */
#include "world.h"

#include "journal/sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { SQL_BYTES = 512, COPY_BYTES_MAX = 1 << 22 };

struct damage {
    struct world world;
    char *bytes; /* of the whole, undamaged database */
    size_t length;
};

/* Orders held, expired, confirmed, shipped, delivered; a shop file twice; lines of the past. */
static void scene_run(struct world *world)
{
    for (uint64_t key = 1; key <= 6; key++) {
        struct world_order order = {.key = key,
                                    .offer = key % 2 == 0 ? "cake" : "crate",
                                    .units = 1,
                                    .email = "a@example.org",
                                    .body = "{}",
                                    .hold = key < 3};
        struct engine_task task = world_place(world, order, WORLD_NOW + (int64_t)key);
        assert_int_equal(task.answer.result, PROMISE_OK);
    }
    (void)world_step(world, PROMISE_CONFIRM, 1, WORLD_NOW + 30);
    (void)world_step(world, PROMISE_SHIP, 3, WORLD_NOW + 40);
    (void)world_step(world, PROMISE_DELIVER, 3, WORLD_NOW + 50);
    const struct history_line lines[] = {
        {SLICE("1"), SLICE("box"), 1000, 1250, 1291190760, SLICE("a")},
        {SLICE("2"), SLICE("box"), 2000, 1250, 1291190761, SLICE("")}};
    struct engine_task history = {.kind = TASK_HISTORY, .history = lines, .history_count = 2};
    engine_run(world->engine, &history, WORLD_NOW + 2 * 86400);
    assert_int_equal(history.status, STATUS_OK);
}

static int begin(void **state)
{
    struct damage *damage = calloc(1, sizeof *damage);
    world_begin(&damage->world, 3);
    world_create(&damage->world);
    scene_run(&damage->world);
    world_close(&damage->world);
    enum status status = env_file_read(damage->world.path, COPY_BYTES_MAX, &damage->bytes,
                                       &damage->length, &damage->world.fault);
    assert_int_equal(status, STATUS_OK);
    *state = damage;
    return 0;
}

/* The same with a row in every table. */
static int begin_busy(void **state)
{
    struct damage *damage = calloc(1, sizeof *damage);
    world_begin(&damage->world, 4);
    world_create_shop(&damage->world, world_busy_shop);
    world_busy_scene(&damage->world);
    world_close(&damage->world);
    enum status status = env_file_read(damage->world.path, COPY_BYTES_MAX, &damage->bytes,
                                       &damage->length, &damage->world.fault);
    assert_int_equal(status, STATUS_OK);
    *state = damage;
    return 0;
}

static int end(void **state)
{
    struct damage *damage = *state;
    world_end(&damage->world);
    free(damage->bytes);
    free(damage);
    return 0;
}

static void restore(struct damage *damage)
{
    char path[WORLD_PATH_BYTES + 8];
    (void)snprintf(path, sizeof path, "%s-wal", damage->world.path);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s-shm", damage->world.path);
    (void)unlink(path);
    enum status status =
        env_file_write(damage->world.path, damage->bytes, damage->length, 1, &damage->world.fault);
    assert_int_equal(status, STATUS_OK);
}

static void assert_found(struct damage *damage, const char *sql)
{
    restore(damage);
    world_sql(&damage->world, sql);
    enum status status = world_verify(&damage->world, NULL);
    if (status == STATUS_OK) {
        fail_msg("verify did not find: %s", sql);
    }
    assert_true(damage->world.fault.text[0] != '\0');
}

static void test_nothing_wrong(void **state)
{
    struct damage *damage = *state;
    struct journal_report report;
    assert_int_equal(world_verify(&damage->world, &report), STATUS_OK);
    assert_int_equal(report.history_lines, 2);
    assert_int_equal(report.orders[ORDER_EXPIRED], 1);
    assert_int_equal(report.orders[ORDER_DELIVERED], 1);
}

/* Changes one bit of a blob in place; false if it is not that long. */
static bool blob_flip(struct damage *damage, const char *column, int64_t row, int place,
                      unsigned char bit)
{
    sqlite3 *db = NULL;
    sqlite3_blob *blob = NULL;
    unsigned char byte = 0;
    assert_int_equal(sqlite3_open(damage->world.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_blob_open(db, "main", "journal", column, row, 1, &blob), SQLITE_OK);
    bool there = place < sqlite3_blob_bytes(blob);
    if (there) {
        assert_int_equal(sqlite3_blob_read(blob, &byte, 1, place), SQLITE_OK);
        byte ^= bit;
        assert_int_equal(sqlite3_blob_write(blob, &byte, 1, place), SQLITE_OK);
    }
    assert_int_equal(sqlite3_blob_close(blob), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return there;
}

/* One bit of each eleventh byte of each blob of each row. */
static void test_journal_bytes(void **state)
{
    static const char *const blobs[] = {"events", "previous", "hash"};
    struct damage *damage = *state;
    int64_t rows = world_integer(&damage->world, "SELECT count(*) FROM journal");
    assert_true(rows > 10);
    for (int64_t row = 1; row <= rows; row++) {
        for (int i = 0; i < 3; i++) {
            int step = row == 1 ? 211 : 11;
            for (int place = (int)row % step;; place += step) {
                restore(damage);
                if (!blob_flip(damage, blobs[i], row, place, (unsigned char)(1 << place % 8))) {
                    break;
                }
                if (world_verify(&damage->world, NULL) == STATUS_OK) {
                    fail_msg("not found: row %d, %s, byte %d", (int)row, blobs[i], place);
                }
            }
        }
    }
}

static void test_journal_rows(void **state)
{
    struct damage *damage = *state;
    char sql[SQL_BYTES];
    int64_t rows = world_integer(&damage->world, "SELECT count(*) FROM journal");
    for (int64_t row = 1; row <= rows; row++) {
        (void)snprintf(sql, sizeof sql, "UPDATE journal SET stamp = stamp + 1 WHERE sequence = %d",
                       (int)row);
        assert_found(damage, sql);
        (void)snprintf(sql, sizeof sql,
                       "UPDATE journal SET sequence = sequence + 1000 WHERE sequence = %d",
                       (int)row);
        assert_found(damage, sql);
        (void)snprintf(sql, sizeof sql, "DELETE FROM journal WHERE sequence = %d", (int)row);
        assert_found(damage, sql);
    }
}

/* Every column of the first and the last row of a table, one at a time; each row away. */
static void table_damage(struct damage *damage, const char *table, const char *key,
                         const char *const *columns)
{
    char sql[SQL_BYTES];
    (void)snprintf(sql, sizeof sql, "SELECT max(%s) FROM %s", key, table);
    restore(damage);
    int64_t last = world_integer(&damage->world, sql);
    (void)snprintf(sql, sizeof sql, "SELECT min(%s) FROM %s", key, table);
    int64_t first = world_integer(&damage->world, sql);
    for (int64_t row = first; row <= last; row = row < last ? last : last + 1) {
        for (const char *const *column = columns; *column != NULL; column++) {
            (void)snprintf(sql, sizeof sql,
                           "UPDATE %s SET %s = CASE typeof(%s) WHEN 'integer' THEN %s + 100000 "
                           "WHEN 'null' THEN"
                           " '1' ELSE %s || 'x' END WHERE %s = %d",
                           table, *column, *column, *column, *column, key, (int)row);
            assert_found(damage, sql);
        }
        (void)snprintf(sql, sizeof sql, "DELETE FROM %s WHERE %s = %d", table, key, (int)row);
        assert_found(damage, sql);
    }
}

static void test_tables(void **state)
{
    static const char *const orders[] = {"number",
                                         "id",
                                         "status",
                                         "made_at",
                                         "held_until",
                                         "ship_by",
                                         "deliver_by",
                                         "first_ship_by",
                                         "first_deliver_by",
                                         "limited_by",
                                         "total_minor",
                                         "shipping_minor",
                                         "changed_at",
                                         "shipped_at",
                                         "delivered_at",
                                         "priority",
                                         "split",
                                         "wanted",
                                         "vat_minor",
                                         "revisions",
                                         "broken",
                                         NULL};
    static const char *const lines[] = {"id",           "order_number",
                                        "offer",        "quantity_thousandths",
                                        "amount_minor", "parcel",
                                        "status",       "deliver_by",
                                        "ship_by",      NULL};
    static const char *const offers[] = {"id",       "name",        "label_fr",
                                         "label_en", "price_minor", "vat_thousandths",
                                         "carrier",  "retired",     NULL};
    static const char *const items[] = {
        "id",       "name",    "unit", "opening_on_hand_thousandths", "unit_cost_minor",
        "supplier", "retired", NULL};
    static const char *const history[] = {
        "number", "order_name", "offer", "quantity_thousandths", "unit_price_minor", "at", NULL};
    struct damage *damage = *state;
    table_damage(damage, "orders", "number", orders);
    table_damage(damage, "order_lines", "id", lines);
    table_damage(damage, "offers", "id", offers);
    table_damage(damage, "items", "id", items);
    table_damage(damage, "history", "number", history);
}

/* A copy of the table's last row, behind it. */
static void assert_copy_found(struct damage *damage, const char *table, const char *key)
{
    char sql[SQL_BYTES];
    (void)snprintf(sql, sizeof sql,
                   "CREATE TEMP TABLE copy AS SELECT * FROM %s ORDER BY %s DESC LIMIT 1;"
                   "UPDATE copy SET %s = %s + 1; INSERT INTO %s SELECT * FROM copy",
                   table, key, key, key, table);
    assert_found(damage, sql);
}

static void test_rows_too_many(void **state)
{
    struct damage *damage = *state;
    assert_copy_found(damage, "orders", "number");
    assert_copy_found(damage, "order_lines", "id");
    assert_copy_found(damage, "history", "number");
    assert_copy_found(damage, "items", "id");
}

static void test_moves(void **state)
{
    static const char *const changes[] = {"number",
                                          "at",
                                          "kind",
                                          "what",
                                          "entry",
                                          "quantity_thousandths",
                                          "damaged_thousandths",
                                          "closes",
                                          "people",
                                          "from_day",
                                          "to_day",
                                          "arrives_day",
                                          "due_day",
                                          "amount_minor",
                                          "vat_minor",
                                          NULL};
    static const char *const revisions[] = {
        "number", "order_number",   "revision",          "at",
        "reason", "reason_name",    "ship_by",           "deliver_by",
        "broken", "ship_by_before", "deliver_by_before", "broken_before",
        NULL};
    static const char *const supply[] = {"number",
                                         "item",
                                         "supplier",
                                         "status",
                                         "order_day",
                                         "arrives_day",
                                         "due_day",
                                         "quantity_thousandths",
                                         "received_thousandths",
                                         NULL};
    static const char *const purchases[] = {"number", "order_number", "entry",
                                            "quantity_thousandths", NULL};
    static const char *const bills[] = {"number",  "supplier",     "amount_minor", "vat_minor",
                                        "due_day", "received_day", "entry",        NULL};
    static const char *const sessions[] = {"number",  "offer",       "starts_at",
                                           "ends_at", "seats_taken", NULL};
    static const char *const seats[] = {"id", "order_number", "session", "seats", NULL};
    static const char *const wishes[] = {
        "number",     "id",           "status", "made_at", "since", "offer", "quantity_thousandths",
        "latest_day", "order_number", NULL};
    struct damage *damage = *state;
    restore(damage);
    assert_int_equal(world_verify(&damage->world, NULL), STATUS_OK);
    table_damage(damage, "changes", "number", changes);
    table_damage(damage, "revisions", "number", revisions);
    table_damage(damage, "supply", "number", supply);
    table_damage(damage, "order_purchases", "number", purchases);
    table_damage(damage, "bills", "number", bills);
    table_damage(damage, "sessions", "number", sessions);
    table_damage(damage, "order_sessions", "id", seats);
    table_damage(damage, "wishes", "number", wishes);
}

static void test_moves_too_many(void **state)
{
    struct damage *damage = *state;
    assert_copy_found(damage, "changes", "number");
    assert_copy_found(damage, "revisions", "number");
    assert_copy_found(damage, "supply", "number");
    assert_copy_found(damage, "order_purchases", "number");
    assert_copy_found(damage, "bills", "number");
    assert_copy_found(damage, "sessions", "number");
    assert_copy_found(damage, "order_sessions", "id");
    assert_copy_found(damage, "wishes", "number");
}

/* Orders of several parcels, and what they wanted. */
static void test_busy_orders(void **state)
{
    static const char *const damages[] = {
        "UPDATE orders SET revisions = 0 WHERE revisions > 0",
        "UPDATE orders SET wanted = NULL WHERE wanted IS NOT NULL",
        "UPDATE orders SET priority = 0 WHERE priority > 0",
        "UPDATE orders SET held_until = made_at WHERE number = 9",
        "UPDATE order_lines SET status = NULL WHERE status IS NOT NULL",
        "UPDATE order_lines SET deliver_by = NULL WHERE deliver_by IS NOT NULL",
        "UPDATE order_lines SET parcel = 1 WHERE parcel > 1",
    };
    struct damage *damage = *state;
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        assert_found(damage, damages[i]);
    }
}

/* References to persons: the contact of an order may be erased, but not lead nowhere. */
static void test_references(void **state)
{
    struct damage *damage = *state;
    assert_found(damage, "UPDATE orders SET contact = 77 WHERE number = 2");
    assert_found(damage, "DELETE FROM customers WHERE number = 1");
    assert_found(damage, "INSERT INTO idempotency VALUES(99, zeroblob(32), 1)");
    restore(damage);
    world_sql(&damage->world,
              "UPDATE customers SET email = NULL, name = NULL, salt = zeroblob(16)");
    assert_int_equal(world_verify(&damage->world, NULL), STATUS_OK);
}

/* The last rows cut off, cleanly, hash chain intact: told by where the journal said that it ended.
 */
static void test_cut_off(void **state)
{
    struct damage *damage = *state;
    assert_found(damage,
                 "DELETE FROM journal WHERE sequence = (SELECT max(sequence) FROM journal)");
    assert_found(damage, "UPDATE journal_end SET sequence = sequence - 1");
    assert_found(damage, "UPDATE journal_end SET hash = zeroblob(32)");
}

/* A damaged journal is not served either. */
/* Of the last row. */
static void hash_read(struct damage *damage, unsigned char hash[JOURNAL_HASH_BYTES])
{
    sqlite3 *db = NULL;
    sqlite3_stmt *end = NULL;
    assert_int_equal(sqlite3_open(damage->world.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT hash FROM journal_end", -1, &end, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(end), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(end, 0), JOURNAL_HASH_BYTES);
    memcpy(hash, sqlite3_column_blob(end, 0), JOURNAL_HASH_BYTES);
    assert_int_equal(sqlite3_finalize(end), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A row that follows the last, with the right hash, whose events nobody packed so. */
static void test_packed_otherwise(void **state)
{
    static const char events[] = "\0\0\2\0\10\0\0\0\25\2\1";
    struct damage *damage = *state;
    struct slice bytes = {events, sizeof events - 1};
    unsigned char previous[JOURNAL_HASH_BYTES];
    unsigned char hash[JOURNAL_HASH_BYTES];
    char hex[2 * JOURNAL_HASH_BYTES + 1];
    char sql[512];
    restore(damage);
    int64_t row = world_integer(&damage->world, "SELECT max(sequence) FROM journal");
    int64_t stamp = world_integer(&damage->world, "SELECT max(stamp) FROM journal");
    hash_read(damage, previous);
    row_hash(previous, (uint64_t)row + 1, stamp, bytes, hash);
    hex_write(hex, hash, sizeof hash);
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO journal SELECT %d, %lld, x'0000020008000000150201', hash, x'%s'"
                   " FROM journal_end; UPDATE journal_end SET sequence = %d, hash = x'%s'",
                   (int)row + 1, (long long)stamp, hex, (int)row + 1, hex);
    world_sql(&damage->world, sql);
    assert_int_equal(world_verify(&damage->world, NULL), STATUS_CORRUPT);
    assert_non_null(strstr(damage->world.fault.text, "its events cannot be unpacked"));
}

static void test_open_refuses(void **state)
{
    struct damage *damage = *state;
    struct fault fault;
    struct engine *engine = NULL;
    restore(damage);
    world_sql(&damage->world, "UPDATE journal SET stamp = stamp - 1 WHERE sequence = 4");
    assert_int_equal(
        engine_open(damage->world.path, ENGINE_WRITE, damage->world.env, &engine, &fault),
        STATUS_CORRUPT);
    assert_non_null(strstr(fault.text, "row 4"));
    restore(damage);
    world_sql(&damage->world, "PRAGMA user_version = 1000");
    assert_int_equal(
        engine_open(damage->world.path, ENGINE_WRITE, damage->world.env, &engine, &fault),
        STATUS_VERSION);
    assert_int_equal(
        engine_open(damage->world.path, ENGINE_READ, damage->world.env, &engine, &fault),
        STATUS_VERSION);
    assert_int_equal(env_file_write(damage->world.path,
                                    "not a database, but long enough to be looked at", 47, 1,
                                    &fault),
                     STATUS_OK);
    assert_int_equal(
        engine_open(damage->world.path, ENGINE_WRITE, damage->world.env, &engine, &fault),
        STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_wrong, begin, end),
        cmocka_unit_test_setup_teardown(test_journal_bytes, begin, end),
        cmocka_unit_test_setup_teardown(test_journal_rows, begin, end),
        cmocka_unit_test_setup_teardown(test_tables, begin, end),
        cmocka_unit_test_setup_teardown(test_rows_too_many, begin, end),
        cmocka_unit_test_setup_teardown(test_moves, begin_busy, end),
        cmocka_unit_test_setup_teardown(test_moves_too_many, begin_busy, end),
        cmocka_unit_test_setup_teardown(test_busy_orders, begin_busy, end),
        cmocka_unit_test_setup_teardown(test_references, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off, begin, end),
        cmocka_unit_test_setup_teardown(test_packed_otherwise, begin, end),
        cmocka_unit_test_setup_teardown(test_open_refuses, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
