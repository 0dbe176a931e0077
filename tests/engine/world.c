/* The world of the tests. Whatever must hold for a test to mean something is asserted here and not
 * answered. */
#include "world.h"

#include "base/assert.h"
#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char world_shop[] =
    "shop: {name: World, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {hold_minutes: 15, max_days: 60}\n"
    "calendars:\n"
    "  week: {open: {mon-fri: \"08:00-16:00\"}}\n"
    "work_centers:\n"
    "  baking: {people: 2, calendar: week}\n"
    "carriers:\n"
    "  post: {cut_off: \"16:00\", collects: mon-sat, transit_days: 2, delivers: mon-sat, charge: "
    "5.00}\n"
    "suppliers:\n"
    "  mill: {lead_days: 3}\n"
    "items:\n"
    "  box: {on_hand: 100, unit_cost: 2.00}\n"
    "  flour: {on_hand: 10000, unit: kg, unit_cost: 0.80, supplier: mill}\n"
    "offers:\n"
    "  box: {name: {fr: Boite, en: Box}, price: 12.50, vat_rate: 20, items: {box: 1}, carrier: "
    "post,"
    " max_per_customer: 5}\n"
    "  crate: {name: Crate, price: 12.00, vat_rate: 20, items: {box: 1}, carrier: post}\n"
    "  cake: {name: Cake, price: 20.00, vat_rate: 5.5, items: {flour: 0.5}, carrier: post,"
    " routing: [{work_center: baking, minutes: 10}]}\n"
    "  class: {name: Class, price: 45.00, vat_rate: 20, on_site: true,"
    " routing: [{work_center: baking, minutes: 60}]}\n";

void world_begin(struct world *world, uint64_t seed)
{
    *world = (struct world){.env = env_sim_create(seed, WORLD_NOW)};
    ASSERT(world->env != NULL);
    (void)snprintf(world->folder, sizeof world->folder, "/tmp/ecluse-world-XXXXXX");
    char *folder = mkdtemp(world->folder);
    ASSERT(folder != NULL);
    (void)snprintf(world->path, sizeof world->path, "%.200s/shop.db", world->folder);
}

void world_end(struct world *world)
{
    static const char *const names[] = {"shop.db",      "shop.db-wal",      "shop.db-shm",
                                        "shop.db.lock", "shop.db.snapshot", "copy.db",
                                        "other.db",     "other.db.lock",    "other.db.snapshot"};
    world_close(world);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[WORLD_PATH_BYTES + 32];
        (void)snprintf(path, sizeof path, "%s/%s", world->folder, names[i]);
        (void)unlink(path);
    }
    /* A folder that is not empty: something was left behind that nobody expects. */
    int result = rmdir(world->folder);
    ASSERT(result == 0);
    env_sim_free(world->env);
}

void world_create(struct world *world)
{
    enum status status = engine_create(world->path, world->env, slice_of(world_shop), "world.yaml",
                                       WORLD_NOW, &world->fault);
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "world_create: %s\n", world->fault.text);
    }
    ASSERT(status == STATUS_OK);
    world_open(world);
}

void world_open(struct world *world)
{
    enum status status =
        engine_open(world->path, ENGINE_WRITE, world->env, &world->engine, &world->fault);
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "world_open: %s\n", world->fault.text);
    }
    ASSERT(status == STATUS_OK);
}

void world_close(struct world *world)
{
    engine_close(world->engine);
    world->engine = NULL;
}

struct order_key world_key(uint64_t key)
{
    struct order_key order = {{0}};
    bytes_put_u64(order.bytes, key);
    return order;
}

static struct offer_id offer_of(struct world *world, const char *name)
{
    struct offer_id offer = {0};
    bool found = shop_offer_find(engine_shop(world->engine), slice_of(name), &offer);
    ASSERT(found);
    return offer;
}

struct engine_task world_place(struct world *world, struct world_order order, int64_t now)
{
    struct promise_line line = {offer_of(world, order.offer), order.units * 1000};
    struct engine_task task = {.kind = TASK_COMMAND};
    task.command = (struct promise_command){.kind = PROMISE_PLACE,
                                            .order = world_key(order.key),
                                            .hold = order.hold,
                                            .ask = {.line_count = 1, .lines = &line}};
    if (order.email != NULL) {
        task.person = (struct person){.email = slice_of(order.email), .name = SLICE("Anne")};
    }
    if (order.body != NULL) {
        task.has_idempotency_key = true;
        task.body = slice_of(order.body);
    }
    engine_run(world->engine, &task, now);
    return task;
}

struct engine_task world_step(struct world *world, enum promise_command_kind kind, uint64_t key,
                              int64_t now)
{
    struct engine_task task = {.kind = TASK_COMMAND};
    task.command = (struct promise_command){.kind = kind, .order = world_key(key)};
    engine_run(world->engine, &task, now);
    return task;
}

bool world_knows(struct world *world, uint64_t key)
{
    struct order_view view;
    return promise_order(engine_state(world->engine), world_key(key), &view);
}

uint64_t world_digest(struct world *world)
{
    return promise_digest(engine_state(world->engine));
}

enum status world_verify(struct world *world, struct journal_report *report)
{
    struct journal_report unused;
    return journal_verify(world->path, world->env, report == NULL ? &unused : report,
                          &world->fault);
}

static sqlite3 *database_open(struct world *world)
{
    sqlite3 *db = NULL;
    int result = sqlite3_open(world->path, &db);
    ASSERT(result == SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 1000);
    return db;
}

void world_sql(struct world *world, const char *sql)
{
    sqlite3 *db = database_open(world);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        (void)fprintf(stderr, "%s: %s\n", sql, message);
        ASSERT(message == NULL);
    }
    (void)sqlite3_close(db);
}

int64_t world_integer(struct world *world, const char *sql)
{
    sqlite3 *db = database_open(world);
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
    ASSERT(result == SQLITE_OK);
    result = sqlite3_step(statement);
    ASSERT(result == SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(db);
    return value;
}
