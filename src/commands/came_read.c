/* SQL -> what came. Three questions on one connection: orders and their days, deliveries of
 * suppliers, recorded balances. */
#include "commands/came_read.h"

#include "base/decimal.h"
#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>

struct came_reader {
    sqlite3 *connection;
    const struct shop *shop;
    const struct came_window *window;
    const struct came_entries *entries;
    struct against_came *came;
};

static sqlite3_stmt *prepare(const struct came_reader *reader, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(reader->connection, sql, -1, &statement, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, reader->window->from);
        (void)sqlite3_bind_int64(statement, 2, reader->window->until);
    }
    return statement;
}

static void measure(struct against_came *came, enum against_measure measure, double value)
{
    came->measured[measure] = true;
    came->value[measure] = value;
}

/* ---- orders ---- */

static void sold_count(const struct came_reader *reader, const struct past *past)
{
    uint32_t first = past_from(past, reader->window->from);
    uint32_t end = past_from(past, reader->window->until);
    double units = 0;
    for (uint32_t i = first; i < end; i++) {
        for (uint32_t j = 0; j < past->orders[i].count; j++) {
            const struct past_line *line = &past->lines[past->orders[i].first + j];
            double quantity = (double)line->quantity_thousandths / THOUSAND;
            reader->came->units[line->offer] += quantity;
            units += quantity;
        }
    }
    measure(reader->came, AGAINST_ORDERS, end - first);
    if (end > first) {
        measure(reader->came, AGAINST_UNITS_PER_ORDER, units / (end - first));
    }
}

static bool carrier_works(const struct carrier *carrier, int32_t day)
{
    return ((carrier->delivers.bits >> weekday_of_day(day)) & 1) != 0;
}

/* The day on which a parcel that leaves on `day` should come. */
static int32_t delivery_day(const struct carrier *carrier, int32_t day)
{
    int32_t left = carrier->transit_days;
    if (left == 0 && !carrier_works(carrier, day)) {
        left = 1;
    }
    for (int i = 0; left > 0 && i < LIMIT_HORIZON_DAYS; i++) {
        left -= carrier_works(carrier, ++day);
    }
    return day;
}

/* Columns: number, first_deliver_by, delivered_at, shipped_at, carrier. */
static void parcel_count(const struct came_reader *reader, sqlite3_stmt *row)
{
    const char *name = (const char *)sqlite3_column_text(row, 4);
    const struct shop *shop = reader->shop;
    bool told = sqlite3_column_type(row, 2) != SQLITE_NULL &&
                sqlite3_column_type(row, 3) != SQLITE_NULL && name != NULL;
    for (uint32_t i = 0; told && i < shop->carrier_count; i++) {
        if (strcmp(shop->carriers[i].name, name) == 0) {
            int32_t left = zone_day(&shop->zone, sqlite3_column_int64(row, 3));
            int32_t came = zone_day(&shop->zone, sqlite3_column_int64(row, 2));
            reader->came->carrier_late.of++;
            reader->came->carrier_late.count += came > delivery_day(&shop->carriers[i], left);
        }
    }
}

/* A shop that never says what was delivered has measured nothing. */
static int orders_read(const struct came_reader *reader)
{
    static const char sql[] =
        "SELECT o.number, o.first_deliver_by, unixepoch(o.delivered_at), unixepoch(o.shipped_at),"
        " (SELECT CASE WHEN count(DISTINCT f.carrier) = 1 THEN min(f.carrier) END"
        "  FROM order_lines l JOIN offers f ON f.name = l.offer WHERE l.order_number = o.number)"
        " FROM orders o WHERE unixepoch(o.made_at) >= ?1 AND unixepoch(o.made_at) < ?2"
        " AND o.status IN ('confirmed','started','done','shipped','delivered')";
    const struct zone *zone = &reader->shop->zone;
    int32_t today = zone_day(zone, reader->window->now);
    uint32_t due = 0;
    uint32_t kept = 0;
    uint32_t delivered = 0;
    sqlite3_stmt *statement = prepare(reader, sql);
    int result = SQLITE_ERROR;
    while (statement != NULL && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        int32_t promised;
        bool came = sqlite3_column_type(statement, 2) != SQLITE_NULL;
        delivered += came;
        parcel_count(reader, statement);
        if (reader_day(statement, 1, &promised) && promised < today) {
            due++;
            kept += came && zone_day(zone, sqlite3_column_int64(statement, 2)) <= promised;
        }
    }
    (void)sqlite3_finalize(statement);
    if (due > 0 && delivered > 0) {
        measure(reader->came, AGAINST_KEPT, (double)kept / due);
    }
    return result;
}

/* ---- suppliers ---- */

/* What is told of an entry in the tables. */
struct delivery {
    uint32_t number;
    int32_t arrives_day, came_day;
    bool came, closes, moved, open;
    int64_t received_thousandths;
};

static void delivery_count(const struct came_reader *reader, const struct delivery *delivery)
{
    const struct came_entries *entries = reader->entries;
    const struct zone *zone = &reader->shop->zone;
    struct against_came *came = reader->came;
    bool before = delivery->number <= entries->count;
    const struct came_entry *was = before ? &entries->entries[delivery->number] : NULL;
    int32_t due = before ? was->arrives_day : delivery->arrives_day;
    bool known = before ? was->counts : !delivery->moved;
    bool in_time =
        due >= zone_day(zone, reader->window->from) && due < zone_day(zone, reader->window->now);
    if (!known || !in_time || (!delivery->came && !delivery->open)) {
        return; /* or it was taken back before it came */
    }
    came->supplier_late.of++;
    came->supplier_late.count += !delivery->came || delivery->came_day > due;
    if (delivery->came && delivery->came_day > due) {
        came->late_days += delivery->came_day - due;
        came->late_come++;
    }
    if (delivery->came && before) {
        came->supplier_short.of++;
        came->supplier_short.count += delivery->received_thousandths < was->quantity_thousandths &&
                                      (delivery->closes || !delivery->open);
    }
}

static int deliveries_read(const struct came_reader *reader)
{
    static const char sql[] =
        "SELECT s.number, s.arrives_day, min(unixepoch(c.at)) FILTER (WHERE c.kind = 'received'),"
        " max(c.closes), coalesce(sum(c.kind = 'date'), 0), s.status IN ('expected', 'sent'),"
        " s.received_thousandths FROM supply s LEFT JOIN changes c ON c.entry = s.number"
        " AND c.kind IN ('received', 'date')"
        " WHERE s.status IN ('expected', 'sent', 'closed') GROUP BY s.number";
    sqlite3_stmt *statement = prepare(reader, sql);
    bool came = false;
    int result = SQLITE_ERROR;
    while (statement != NULL && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct delivery delivery = {
            .number = (uint32_t)sqlite3_column_int64(statement, 0),
            .came = sqlite3_column_type(statement, 2) != SQLITE_NULL,
            .came_day = zone_day(&reader->shop->zone, sqlite3_column_int64(statement, 2)),
            .closes = sqlite3_column_int(statement, 3) != 0,
            .moved = sqlite3_column_int(statement, 4) > 0,
            .open = sqlite3_column_int(statement, 5) != 0,
            .received_thousandths = sqlite3_column_int64(statement, 6)};
        came = came || delivery.came;
        if (reader_day(statement, 1, &delivery.arrives_day)) {
            delivery_count(reader, &delivery);
        }
    }
    (void)sqlite3_finalize(statement);
    if (!came) { /* a shop that never says what came has measured nothing */
        reader->came->supplier_late = (struct against_count){0, 0};
    }
    return result;
}

/* ---- the bank ---- */

static int balance_read(const struct came_reader *reader)
{
    static const char sql[] =
        "SELECT amount_minor, unixepoch(at) FROM changes WHERE kind = 'balance'"
        " AND unixepoch(at) >= ?1 AND unixepoch(at) < ?2 ORDER BY number DESC LIMIT 1";
    sqlite3_stmt *statement = prepare(reader, sql);
    int result = statement == NULL ? SQLITE_ERROR : sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        const struct zone *zone = &reader->shop->zone;
        reader->came->balance_day = zone_day(zone, sqlite3_column_int64(statement, 1));
        if (reader->came->balance_day > zone_day(zone, reader->window->from)) {
            measure(reader->came, AGAINST_BALANCE, (double)sqlite3_column_int64(statement, 0));
        }
        result = SQLITE_DONE;
    }
    (void)sqlite3_finalize(statement);
    return result;
}

enum status came_read(const char *path, struct env *env, const struct shop *shop,
                      const struct came_window *window, const struct past *past,
                      const struct came_entries *entries, struct against_came *came,
                      struct fault *fault)
{
    struct came_reader reader = {.shop = shop, .window = window, .entries = entries, .came = came};
    enum status status = journal_reader_open(path, env, &reader.connection, fault);
    if (status != STATUS_OK) {
        return status;
    }
    sold_count(&reader, past);
    bool read = sqlite3_exec(reader.connection, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
                orders_read(&reader) == SQLITE_DONE && deliveries_read(&reader) == SQLITE_DONE &&
                balance_read(&reader) == SQLITE_DONE;
    if (!read) {
        status = reader_fault(reader.connection, path, fault);
    }
    (void)sqlite3_close(reader.connection);
    return status;
}
