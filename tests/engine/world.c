/* The world of the tests. Whatever must hold for a test to mean something is asserted here and not
 * answered. */
#include "world.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "base/calendar.h"

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

const char world_busy_shop[] =
    "shop: {name: Busy, currency: EUR, time_zone: Europe/Paris}\n"
    "promise: {hold_minutes: 15, payment_minutes: 35, max_days: 60}\n"
    "calendars:\n"
    "  week: {open: {mon-fri: \"08:00-16:00\"}}\n"
    "work_centers:\n"
    "  baking: {people: 2, calendar: week}\n"
    "carriers:\n"
    "  post: {cut_off: \"16:00\", collects: mon-sat, transit_days: 2, delivers: mon-sat, charge: "
    "5.00}\n"
    "  van: {cut_off: \"12:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri, charge: "
    "8.00}\n"
    "suppliers:\n"
    "  mill: {lead_days: 3, payment_days: 30}\n"
    "items:\n"
    "  box: {on_hand: 10, unit_cost: 2.00}\n"
    "  flour: {on_hand: 2, unit: kg, unit_cost: 0.80, purchase_vat_rate: 5.5, supplier: mill}\n"
    "receipts:\n"
    "  - {item: box, quantity: 50, due: 2026-12-10}\n"
    "offers:\n"
    "  box: {name: Box, price: 12.50, vat_rate: 20, items: {box: 1}, carrier: post}\n"
    "  gift: {name: Gift, price: 15.00, vat_rate: 20, items: {box: 1}, carrier: van}\n"
    "  bread: {name: Bread, price: 4.00, vat_rate: 5.5, items: {flour: 1}, carrier: post}\n"
    "  class: {name: Class, price: 45.00, vat_rate: 20, on_site: true, seats: 4,"
    " routing: [{work_center: baking, minutes: 60}]}\n"
    "cash: {opening_balance: 1000.00, payout_days: 2}\n";

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

int world_set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    ASSERT(world != NULL);
    world_begin(world, 1);
    world_create(world);
    *state = world;
    return 0;
}

int world_tear_down(void **state)
{
    world_end(*state);
    free(*state);
    return 0;
}

void world_create(struct world *world)
{
    world_create_shop(world, world_shop);
}

void world_create_shop(struct world *world, const char *shop_text)
{
    enum status status = engine_create(world->path, world->env, slice_of(shop_text), "world.yaml",
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
    return world_line_step(world, kind, key, LINE_ALL, now);
}

struct engine_task world_cart_place(struct world *world, struct world_cart cart, int64_t now)
{
    struct promise_line lines[2];
    struct engine_task task = {.kind = TASK_COMMAND};
    uint32_t count = cart.offers[1] == NULL ? 1 : 2;
    for (uint32_t i = 0; i < count; i++) {
        lines[i] = (struct promise_line){offer_of(world, cart.offers[i]), cart.units[i] * 1000};
    }
    task.command = (struct promise_command){.kind = PROMISE_PLACE,
                                            .order = world_key(cart.key),
                                            .hold = cart.hold,
                                            .ask = {.line_count = count,
                                                    .lines = lines,
                                                    .want = cart.want,
                                                    .split = cart.split,
                                                    .priority = cart.priority}};
    engine_run(world->engine, &task, now);
    return task;
}

struct engine_task world_wish(struct world *world, struct world_wish wish, int64_t now)
{
    struct promise_line line = {offer_of(world, wish.offer), wish.units * 1000};
    struct engine_task task = {.kind = TASK_COMMAND, .has_idempotency_key = wish.keyed};
    task.command = (struct promise_command){
        .kind = PROMISE_WISH,
        .order = world_key(wish.key),
        .ask = {.line_count = 1, .lines = &line, .want = {WANT_DAY, world_day(wish.latest)}}};
    if (wish.email != NULL) {
        task.person = (struct person){.email = slice_of(wish.email), .name = SLICE("Anne")};
    }
    engine_run(world->engine, &task, now);
    return task;
}

struct wish_view world_wish_view(struct world *world, uint64_t key)
{
    struct wish_view view = {.status = WISH_NONE};
    (void)promise_wish(engine_state(world->engine), world_key(key), &view);
    return view;
}

struct engine_task world_line_step(struct world *world, enum promise_command_kind kind,
                                   uint64_t key, uint16_t line, int64_t now)
{
    struct engine_task task = {.kind = TASK_COMMAND};
    task.command = (struct promise_command){.kind = kind, .order = world_key(key), .line = line};
    engine_run(world->engine, &task, now);
    return task;
}

struct engine_task world_change(struct world *world, struct promise_change change, bool dry_run,
                                int64_t now)
{
    struct engine_task task = {.kind = TASK_CHANGE, .change = change, .dry_run = dry_run};
    engine_run(world->engine, &task, now);
    return task;
}

int32_t world_day(int day)
{
    return day_of_civil((struct civil_date){2026, 12, day});
}

static void accept(const struct engine_task *task)
{
    if (task->status != STATUS_OK || task->answer.result != PROMISE_OK) {
        (void)fprintf(stderr, "order %d: status %d, result %d\n", task->command.order.bytes[0],
                      task->status, task->answer.result);
    }
    ASSERT(task->status == STATUS_OK && task->answer.result == PROMISE_OK);
}

static void busy_orders(struct world *world)
{
    const struct world_cart carts[] = {
        {.key = 1, .offers = {"box"}, .units = {10}},
        {.key = 2, .offers = {"box"}, .units = {20}, .priority = 2},
        {.key = 3, .offers = {"bread"}, .units = {5}},
        {.key = 4, .offers = {"class"}, .units = {2}},
        {.key = 5, .offers = {"class"}, .units = {1}},
        {.key = 6, .offers = {"box", "gift"}, .units = {1, 1}},
        {.key = 7, .offers = {"bread"}, .units = {3}, .hold = true},
        {.key = 8,
         .offers = {"box", "bread"},
         .units = {1, 1},
         .want = {WANT_DAY, world_day(18)},
         .split = true},
        {.key = 9,
         .offers = {"class"},
         .units = {3},
         .want = {WANT_AT, WORLD_NOW + 3 * DAY_SECONDS},
         .hold = true},
    };
    for (size_t i = 0; i < sizeof carts / sizeof *carts; i++) {
        struct engine_task task =
            world_cart_place(world, carts[i], WORLD_NOW + (int64_t)carts[i].key);
        accept(&task);
    }
}

static void busy_change(struct world *world, struct promise_change change, int64_t now)
{
    struct engine_task task = world_change(world, change, false, now);
    if (task.status != STATUS_OK || task.change_result != PROMISE_OK) {
        (void)fprintf(stderr, "change %d: status %d, result %d\n", change.kind, task.status,
                      task.change_result);
    }
    ASSERT(task.status == STATUS_OK && task.change_result == PROMISE_OK);
    engine_revised_free(&task.revised);
}

/* Entry 1 is the receipt of boxes, 2 the flour that orders bought, 3 what is bought by hand. Items,
 * suppliers, work centers and carriers by their place in the file. */
static void busy_changes(struct world *world, int64_t now)
{
    const struct promise_change changes[] = {
        {.kind = CHANGE_DATE, .entry = 1, .from_day = world_day(14)},
        {.kind = CHANGE_APPROVED, .index = 0, .from_day = world_day(7)},
        {.kind = CHANGE_SENT, .index = 0, .from_day = world_day(7)},
        {.kind = CHANGE_BOUGHT,
         .index = 1,
         .quantity_thousandths = 10000,
         .from_day = world_day(9)},
        {.kind = CHANGE_QUANTITY, .entry = 3, .quantity_thousandths = 6000},
        {.kind = CHANGE_COUNT, .index = 1, .quantity_thousandths = 1500},
        {.kind = CHANGE_STAFF,
         .index = 0,
         .people = -1,
         .from_day = world_day(8),
         .to_day = world_day(9)},
        {.kind = CHANGE_CARRIER, .index = 1, .from_day = world_day(14), .to_day = world_day(15)},
        {.kind = CHANGE_BALANCE, .has_amount = true, .amount_minor = 123456},
        {.kind = CHANGE_RECEIVED,
         .entry = 2,
         .quantity_thousandths = 2000,
         .damaged_thousandths = 500,
         .closes = true},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        busy_change(world, changes[i], now + (int64_t)i);
    }
}

/* One that waits, one that is withdrawn, one that is met at once. */
static void busy_wishes(struct world *world, int64_t now)
{
    const struct world_wish wishes[] = {
        {.key = 21, .offer = "gift", .units = 1000, .latest = 30, .email = "a@example.org"},
        {.key = 22, .offer = "gift", .units = 2000, .latest = 30},
        {.key = 23, .offer = "class", .units = 1, .latest = 30, .email = "a@example.org"},
    };
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
        struct engine_task task = world_wish(world, wishes[i], now + (int64_t)i);
        accept(&task);
    }
    struct engine_task task = world_step(world, PROMISE_WITHDRAW, 22, now + 10);
    accept(&task);
}

void world_busy_scene(struct world *world)
{
    busy_orders(world);
    struct engine_task task = world_step(world, PROMISE_EXTEND, 7, WORLD_NOW + 600);
    accept(&task);
    task = world_step(world, PROMISE_CANCEL, 7, WORLD_NOW + 601);
    accept(&task);
    task = world_step(world, PROMISE_PAY, 9, WORLD_NOW + 602);
    accept(&task);
    task = world_step(world, PROMISE_CANCEL, 5, WORLD_NOW + 603);
    accept(&task);
    busy_changes(world, WORLD_NOW + 700);
    task = world_line_step(world, PROMISE_SHIP, 6, 1, WORLD_NOW + 800);
    accept(&task);
    task = world_step(world, PROMISE_SHIP, 1, WORLD_NOW + 801);
    accept(&task);
    task = world_step(world, PROMISE_DELIVER, 1, WORLD_NOW + 802);
    accept(&task);
    busy_wishes(world, WORLD_NOW + 900);
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

void world_assert_verified(struct world *world)
{
    bool verified = world_verify(world, NULL) == STATUS_OK;
    if (!verified) {
        (void)printf("verify: %s\n", world->fault.text);
    }
    ASSERT(verified);
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
