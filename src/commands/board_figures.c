/* SQL for the board. Instants in the tables are UTC texts of one form, so they compare as texts;
 * the day of a delivery is the shop's, so it is reckoned here from unixepoch() and the zone.
 *
 * An order without ship_by (on site) is at risk from the day of its deliver_by on. */
#include "commands/board_figures.h"

#include "base/assert.h"
#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdio.h>

static const int64_t NEAR_SECONDS = DAY_SECONDS;

struct reading {
    sqlite3 *reader;
    const struct shop *shop;
    int64_t now;
    char now_text[BOARD_TIME_BYTES]; /* as the tables write instants */
    char near_text[BOARD_TIME_BYTES];
    char today_text[16];
    struct board_figures *figures;
};

static const char open_orders[] = "status IN ('confirmed','started','done')";

/* Runs one statement with ?1 now, ?2 near, ?3 today; `row` for each row. False on any SQLite error.
 */
static bool rows_read(struct reading *reading, const char *sql,
                      void (*row)(struct reading *reading, sqlite3_stmt *statement))
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(reading->reader, sql, -1, &statement, NULL) != SQLITE_OK) {
        return false;
    }
    const char *const values[] = {reading->now_text, reading->near_text, reading->today_text};
    int parameters = sqlite3_bind_parameter_count(statement);
    ASSERT(parameters <= 3);
    for (int i = 0; i < parameters; i++) {
        (void)sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_STATIC);
    }
    int result;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        row(reading, statement);
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

static void row_status(struct reading *reading, sqlite3_stmt *statement)
{
    for (int i = ORDER_HELD; i < ORDER_STATUSES; i++) {
        if (strcmp(reader_text(statement, 0), order_status_text((enum order_status)i)) == 0) {
            reading->figures->orders[i] = sqlite3_column_int64(statement, 1);
        }
    }
}

static void row_shipped(struct reading *reading, sqlite3_stmt *statement)
{
    reading->figures->shipped = sqlite3_column_int64(statement, 0);
    reading->figures->shipped_in_time = sqlite3_column_int64(statement, 1);
}

static void row_delivered(struct reading *reading, sqlite3_stmt *statement)
{
    int32_t promised;
    int32_t day = zone_day(&reading->shop->zone, sqlite3_column_int64(statement, 0));
    reading->figures->delivered++;
    if (reader_day(statement, 1, &promised) && day <= promised) {
        reading->figures->delivered_in_time++;
    }
}

static void row_risk_counts(struct reading *reading, sqlite3_stmt *statement)
{
    reading->figures->late = sqlite3_column_int64(statement, 0);
    reading->figures->near = sqlite3_column_int64(statement, 1);
}

static void row_risk(struct reading *reading, sqlite3_stmt *statement)
{
    struct board_figures *figures = reading->figures;
    ASSERT(figures->risk_count < BOARD_RISKS_MAX);
    struct board_risk *risk = &figures->risks[figures->risk_count++];
    (void)snprintf(risk->order, sizeof risk->order, "%s", reader_text(statement, 0));
    (void)snprintf(risk->status, sizeof risk->status, "%s", reader_text(statement, 1));
    risk->has_ship_by = sqlite3_column_type(statement, 2) != SQLITE_NULL;
    risk->ship_by = sqlite3_column_int64(statement, 2);
    (void)reader_day(statement, 3, &risk->deliver_by_day);
    risk->late = sqlite3_column_int(statement, 4) != 0;
    risk->number = (uint32_t)sqlite3_column_int64(statement, 5);
}

static void row_ship_by(struct reading *reading, sqlite3_stmt *statement)
{
    struct board_figures *figures = reading->figures;
    ASSERT(figures->ship_by_count < BOARD_SHIP_BYS_MAX);
    figures->ship_bys[figures->ship_by_count++] =
        (struct board_ship_by){.ship_by = sqlite3_column_int64(statement, 0),
                               .orders = sqlite3_column_int64(statement, 1)};
}

static bool tables_read(struct reading *reading)
{
    char sql[1024];
    bool read =
        rows_read(reading, "SELECT status, count(*) FROM orders GROUP BY status", row_status) &&
        rows_read(reading,
                  "SELECT count(*), coalesce(sum(shipped_at <= first_ship_by), 0) FROM orders "
                  "WHERE shipped_at IS NOT NULL AND first_ship_by IS NOT NULL",
                  row_shipped) &&
        rows_read(reading,
                  "SELECT unixepoch(delivered_at), first_deliver_by FROM orders "
                  "WHERE delivered_at IS NOT NULL",
                  row_delivered);
    (void)snprintf(
        sql, sizeof sql,
        "SELECT coalesce(sum(late), 0), coalesce(sum(near AND NOT late), 0) FROM (SELECT "
        "coalesce(ship_by < ?1, deliver_by < ?3) AS late, "
        "coalesce(ship_by <= ?2, deliver_by <= ?3) AS near FROM orders WHERE %s)",
        open_orders);
    read = read && rows_read(reading, sql, row_risk_counts);
    (void)snprintf(sql, sizeof sql,
                   "SELECT id, status, unixepoch(ship_by), deliver_by, "
                   "coalesce(ship_by < ?1, deliver_by < ?3), number FROM orders WHERE %s AND "
                   "coalesce(ship_by <= ?2, deliver_by <= ?3) "
                   "ORDER BY coalesce(ship_by, deliver_by), number LIMIT %d",
                   open_orders, (int)BOARD_RISKS_MAX);
    read = read && rows_read(reading, sql, row_risk);
    (void)snprintf(sql, sizeof sql,
                   "SELECT unixepoch(ship_by), count(*) FROM orders WHERE %s AND ship_by >= ?1 "
                   "GROUP BY ship_by ORDER BY ship_by LIMIT %d",
                   open_orders, (int)BOARD_SHIP_BYS_MAX);
    return read && rows_read(reading, sql, row_ship_by) &&
           wishes_count_on(reading->reader, reading->now, NULL, &reading->figures->wishes);
}

static void instant_utc_write(char to[BOARD_TIME_BYTES], int64_t at)
{
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    char with_offset[32];
    (void)instant_write(&utc, with_offset, at);
    (void)snprintf(to, BOARD_TIME_BYTES, "%.19sZ", with_offset);
}

enum status board_figures_read(const char *path, struct env *env, const struct shop *shop,
                               int64_t now, struct board_figures *figures, struct fault *fault)
{
    struct reading reading = {.shop = shop, .now = now, .figures = figures};
    *figures = (struct board_figures){.risk_count = 0};
    enum status status = journal_reader_open(path, env, &reading.reader, fault);
    if (status != STATUS_OK) {
        return status;
    }
    instant_utc_write(reading.now_text, now);
    instant_utc_write(reading.near_text, now + NEAR_SECONDS);
    (void)day_write(reading.today_text, zone_day(&shop->zone, now));
    if (!tables_read(&reading)) {
        status = reader_fault(reading.reader, path, fault);
    }
    (void)sqlite3_close(reading.reader);
    return status;
}
