/* A database of the first schema, with events of the first version: brought up to date when it is
 * opened for writing, filled in from its journal, and sold from as before.
 *
 * The old file is made from a new one: its events are written again as version 1 had them, byte by
 * byte, its hash chain anew, and the tables and columns of later steps are taken away. */
#include "world.h"

#include "base/bytes.h"
#include "journal/event_pack.h"
#include "journal/sqlite.h"
#include "promise/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { OLD_BYTES_MAX = 1 << 16 };

static void old_head(unsigned char *to, const struct event *event, uint32_t length)
{
    bytes_put_u16(to, event->type);
    bytes_put_u16(to + 2, 1);
    bytes_put_u32(to + 4, length);
}

/* The event as the first version wrote it; returns its length. */
static size_t old_event(unsigned char *to, const struct event *event)
{
    unsigned char *payload = to + EVENT_HEAD_BYTES;
    uint32_t length = event->length;
    if (event->type == EVENT_PLACED) {
        length -= EVENT_PLACED_HEAD_BYTES - EVENT_PLACED_HEAD_BYTES_1;
        memcpy(payload, event->payload, EVENT_PLACED_HEAD_BYTES_1);
        memcpy(payload + EVENT_PLACED_HEAD_BYTES_1, event->payload + EVENT_PLACED_HEAD_BYTES,
               length - EVENT_PLACED_HEAD_BYTES_1);
    } else {
        bool step = order_status_after((enum event_type)event->type) != ORDER_NONE;
        length = step ? EVENT_STEP_BYTES : length;
        memcpy(payload, event->payload, length);
        if (step) {
            bytes_put_u32(payload + 4, 0);
        }
    }
    old_head(to, event, length);
    return EVENT_HEAD_BYTES + length;
}

static size_t old_events(unsigned char *to, struct slice events)
{
    struct event event;
    size_t offset = 0;
    size_t length = 0;
    enum status status = STATUS_OK;
    while (event_next(events, &offset, &event, &status)) {
        assert_true(length + event.length + EVENT_HEAD_BYTES < OLD_BYTES_MAX);
        length += old_event(to + length, &event);
    }
    assert_int_equal(status, STATUS_OK);
    return length;
}

static void row_put(sqlite3 *db, uint64_t sequence, struct slice events,
                    const unsigned char previous[JOURNAL_HASH_BYTES],
                    const unsigned char hash[JOURNAL_HASH_BYTES])
{
    sqlite3_stmt *put = NULL;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "UPDATE journal SET events = ?2, previous = ?3, hash = ?4"
                                        " WHERE sequence = ?1",
                                        -1, &put, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_int64(put, 1, (int64_t)sequence);
    (void)sqlite3_bind_blob(put, 2, events.data, (int)events.length, SQLITE_STATIC);
    (void)sqlite3_bind_blob(put, 3, previous, JOURNAL_HASH_BYTES, SQLITE_STATIC);
    (void)sqlite3_bind_blob(put, 4, hash, JOURNAL_HASH_BYTES, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(put), SQLITE_OK);
}

static void end_put(sqlite3 *db, const unsigned char hash[JOURNAL_HASH_BYTES])
{
    sqlite3_stmt *put = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, "UPDATE journal_end SET hash = ?1", -1, &put, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_blob(put, 1, hash, JOURNAL_HASH_BYTES, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(put), SQLITE_DONE);
    assert_int_equal(sqlite3_finalize(put), SQLITE_OK);
}

/* The journal as the first version wrote it. */
static void journal_age(sqlite3 *db)
{
    static unsigned char bytes[OLD_BYTES_MAX];
    unsigned char previous[JOURNAL_HASH_BYTES] = {0};
    unsigned char hash[JOURNAL_HASH_BYTES];
    struct text unpacked;
    sqlite3_stmt *row = NULL;
    text_init(&unpacked, OLD_BYTES_MAX);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT sequence, stamp, events FROM journal ORDER BY sequence", -1,
                           &row, NULL),
        SQLITE_OK);
    while (sqlite3_step(row) == SQLITE_ROW) {
        uint64_t sequence = (uint64_t)sqlite3_column_int64(row, 0);
        struct slice events;
        assert_int_equal(events_unpack(sqlite_blob(row, 2), &unpacked, &events), STATUS_OK);
        events = (struct slice){(const char *)bytes, old_events(bytes, events)};
        row_hash(previous, sequence, sqlite3_column_int64(row, 1), events, hash);
        row_put(db, sequence, events, previous, hash);
        memcpy(previous, hash, sizeof previous);
    }
    assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
    text_free(&unpacked);
    end_put(db, previous);
}

static void database_age(struct world *world)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    journal_age(db);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    world_sql(
        world,
        "DROP TABLE requests; DROP TABLE decisions; ALTER TABLE history DROP COLUMN customer;"
        "DELETE FROM secrets WHERE name = 'customer';"
        "DELETE FROM meta WHERE name = 'journal_events';"
        "DROP TABLE staff_log; DROP TABLE staff_sessions; DROP TABLE staff; DROP TABLE origins;"
        "DROP TABLE wishes; DROP TABLE order_sessions; DROP TABLE sessions; DROP TABLE bills;"
        "DROP TABLE order_purchases; DROP TABLE supply; DROP TABLE revisions;"
        "DROP TABLE changes;"
        "ALTER TABLE orders DROP COLUMN priority; ALTER TABLE orders DROP COLUMN split;"
        "ALTER TABLE orders DROP COLUMN wanted; ALTER TABLE orders DROP COLUMN vat_minor;"
        "ALTER TABLE orders DROP COLUMN revisions; ALTER TABLE orders DROP COLUMN broken;"
        "ALTER TABLE order_lines DROP COLUMN parcel;"
        "ALTER TABLE order_lines DROP COLUMN status;"
        "ALTER TABLE order_lines DROP COLUMN ship_by;"
        "ALTER TABLE order_lines DROP COLUMN deliver_by;"
        "UPDATE meta SET value = '1' WHERE name = 'schema'; PRAGMA user_version = 1");
}

static void accepted(struct engine_task task)
{
    assert_int_equal(task.status, STATUS_OK);
    assert_int_equal(task.answer.result, PROMISE_OK);
}

/* What a shop of the first version could do: orders of one and of two parcels, a hold that is
 * confirmed and one that expires, a step, a new day. */
static int begin(void **state)
{
    const struct world_cart carts[] = {
        {.key = 1, .offers = {"box"}, .units = {10}},
        {.key = 2, .offers = {"box", "gift"}, .units = {2, 3}},
        {.key = 3, .offers = {"box"}, .units = {1}, .hold = true},
        {.key = 4, .offers = {"box"}, .units = {1}, .hold = true},
    };
    const struct world_cart next_day = {.key = 5, .offers = {"gift"}, .units = {1}};
    struct world *world = calloc(1, sizeof *world);
    world_begin(world, 5);
    world_create_shop(world, world_busy_shop);
    for (size_t i = 0; i < sizeof carts / sizeof *carts; i++) {
        accepted(world_cart_place(world, carts[i], WORLD_NOW + (int64_t)i));
    }
    accepted(world_step(world, PROMISE_CONFIRM, 3, WORLD_NOW + 10));
    accepted(world_step(world, PROMISE_SHIP, 1, WORLD_NOW + 20));
    accepted(world_cart_place(world, next_day, WORLD_NOW + DAY_SECONDS));
    world_close(world);
    database_age(world);
    *state = world;
    return 0;
}

static void assert_filled(struct world *world)
{
    world_assert_verified(world);
    assert_int_equal(world_integer(world, "PRAGMA user_version"), JOURNAL_SCHEMA_VERSION);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM meta WHERE name = 'fill'"), 0);
    assert_int_equal(world_integer(world, "SELECT count(DISTINCT parcel) FROM order_lines"
                                          " WHERE order_number = 2 AND deliver_by IS NOT NULL"),
                     2);
    assert_int_equal(world_integer(world, "SELECT count(*) FROM supply WHERE item = 'box'"
                                          " AND status = 'expected'"),
                     1);
}

static void test_upgrade(void **state)
{
    struct world *world = *state;
    struct engine *reader = NULL;
    assert_int_equal(engine_open(world->path, ENGINE_READ, world->env, &reader, &world->fault),
                     STATUS_VERSION);
    assert_non_null(strstr(world->fault.text, "older"));
    world_open(world);
    assert_int_equal(promise_order_count(engine_state(world->engine)), 5);
    assert_filled(world);
    struct order_view view;
    assert_true(promise_order(engine_state(world->engine), world_key(4), &view));
    assert_int_equal(view.status, ORDER_EXPIRED);
    assert_true(promise_order(engine_state(world->engine), world_key(1), &view));
    assert_int_equal(view.status, ORDER_SHIPPED);
    /* And on it goes, with events of both versions. */
    const struct promise_change late = {.kind = CHANGE_DATE, .entry = 1, .from_day = world_day(14)};
    struct engine_task task = world_change(world, late, false, WORLD_NOW + 2 * DAY_SECONDS);
    assert_int_equal(task.change_result, PROMISE_OK);
    assert_true(task.revised.count > 0);
    engine_revised_free(&task.revised);
    uint64_t digest = world_digest(world);
    world_close(world);
    world_open(world);
    assert_true(digest == world_digest(world));
    world_assert_verified(world);
}

/* Killed between the step and the filling in: told by verify, done by the next start. */
static void test_half_way(void **state)
{
    struct world *world = *state;
    struct journal *journal = NULL;
    assert_int_equal(journal_open(world->path, JOURNAL_WRITE, world->env, &journal, &world->fault),
                     STATUS_OK);
    assert_true(journal_needs_fill(journal));
    journal_close(journal);
    assert_int_equal(world_verify(world, NULL), STATUS_VERSION);
    world_open(world);
    assert_filled(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_upgrade, begin, world_tear_down),
        cmocka_unit_test_setup_teardown(test_half_way, begin, world_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
