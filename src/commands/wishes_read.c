/* SQL for wishes. All statements take ?1 now, ?2 the offer or NULL, ?3 how many rows; one read
 * transaction holds them together, so that the counts are those of the lists. */
#include "commands/wishes_read.h"

#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { SQL_BYTES = 1024 };

#define HELD         "o.status = 'held' AND unixepoch(o.held_until) > ?1"
#define OF_OFFER     "(?2 IS NULL OR w.offer = ?2)"
#define IN_THE_QUEUE "w.since, w.number"

struct wishes_reader {
    const char *path;
    const char *offer;
    int64_t now;
    sqlite3 *connection;
};

static sqlite3_stmt *prepare(sqlite3 *connection, const char *sql, int64_t now, const char *offer)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) != SQLITE_OK) {
        return NULL;
    }
    (void)sqlite3_bind_int64(statement, 1, now);
    if (offer != NULL) {
        (void)sqlite3_bind_text(statement, 2, offer, -1, SQLITE_STATIC);
    }
    return statement;
}

bool wishes_count_on(struct sqlite3 *connection, int64_t now, const char *offer,
                     struct wishes_counts *counts)
{
    static const char sql[] =
        "SELECT coalesce(sum(w.status = 'waiting'), 0),"
        " coalesce(sum(w.quantity_thousandths) FILTER (WHERE w.status = 'waiting'), 0),"
        " count(DISTINCT CASE WHEN w.status = 'waiting' THEN w.offer END),"
        " coalesce(sum(" HELD "), 0),"
        " coalesce(sum(o.status IN ('confirmed','started','done','shipped','delivered')), 0),"
        " coalesce(sum(w.status = 'offered'), 0), coalesce(sum(w.status = 'withdrawn'), 0),"
        " coalesce(sum(w.status = 'lapsed'), 0)"
        " FROM wishes w LEFT JOIN orders o ON o.number = w.order_number WHERE " OF_OFFER;
    sqlite3_stmt *statement = prepare(connection, sql, now, offer);
    if (statement == NULL) {
        return false;
    }
    bool there = sqlite3_step(statement) == SQLITE_ROW;
    if (there) {
        *counts = (struct wishes_counts){
            .waiting = sqlite3_column_int64(statement, 0),
            .waiting_thousandths = sqlite3_column_int64(statement, 1),
            .waiting_offers = sqlite3_column_int64(statement, 2),
            .held = sqlite3_column_int64(statement, 3),
            .bought = sqlite3_column_int64(statement, 4),
            .withdrawn = sqlite3_column_int64(statement, 6),
            .lapsed = sqlite3_column_int64(statement, 7),
        };
        counts->let_go = sqlite3_column_int64(statement, 5) - counts->held - counts->bought;
    }
    (void)sqlite3_finalize(statement);
    return there;
}

static enum status read_fault(const struct wishes_reader *reader, struct fault *fault)
{
    return reader_fault(reader->connection, reader->path, fault);
}

enum status wishes_open(const char *path, struct env *env, int64_t now, const char *offer,
                        struct wishes_reader **reader, struct fault *fault)
{
    struct wishes_reader *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for wishes; free some and try again");
    }
    *made = (struct wishes_reader){.path = path, .offer = offer, .now = now};
    enum status status = journal_reader_open(path, env, &made->connection, fault);
    if (status == STATUS_OK &&
        sqlite3_exec(made->connection, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        status = read_fault(made, fault);
    }
    if (status != STATUS_OK) {
        wishes_close(made);
        return status;
    }
    *reader = made;
    return STATUS_OK;
}

void wishes_close(struct wishes_reader *reader)
{
    if (reader != NULL) {
        (void)sqlite3_close(reader->connection);
        free(reader);
    }
}

enum status wishes_count(struct wishes_reader *reader, struct wishes_counts *counts,
                         struct fault *fault)
{
    return wishes_count_on(reader->connection, reader->now, reader->offer, counts)
               ? STATUS_OK
               : read_fault(reader, fault);
}

static int32_t day_of(sqlite3_stmt *statement, int column)
{
    int32_t day = 0;
    (void)reader_day(statement, column, &day);
    return day;
}

/* After the last row: was it the last? */
static enum status rows_end(const struct wishes_reader *reader, sqlite3_stmt *statement, int result,
                            struct fault *fault)
{
    enum status status = result == SQLITE_DONE ? STATUS_OK : read_fault(reader, fault);
    (void)sqlite3_finalize(statement);
    return status;
}

enum status wishes_demands(struct wishes_reader *reader, int64_t most,
                           void (*visit)(void *context, const struct wishes_demand *demand),
                           void *context, struct fault *fault)
{
    static const char sql[] =
        "SELECT w.offer, count(*), sum(w.quantity_thousandths), min(w.latest_day) FROM wishes w"
        " WHERE w.status = 'waiting' AND " OF_OFFER
        " GROUP BY w.offer ORDER BY sum(w.quantity_thousandths) DESC, w.offer LIMIT ?3";
    sqlite3_stmt *statement = prepare(reader->connection, sql, reader->now, reader->offer);
    int result = SQLITE_ERROR;
    (void)sqlite3_bind_int64(statement, 3, most);
    while (statement != NULL && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct wishes_demand demand = {
            .offer = reader_text(statement, 0),
            .waiting = sqlite3_column_int64(statement, 1),
            .quantity_thousandths = sqlite3_column_int64(statement, 2),
            .first_latest_day = day_of(statement, 3),
        };
        visit(context, &demand);
    }
    return rows_end(reader, statement, result, fault);
}

static void list_sql(char sql[SQL_BYTES], enum wishes_list list)
{
    static const struct {
        const char *condition;
        const char *order;
    } lists[WISHES_LISTS] = {
        [WISHES_UNANSWERED] = {HELD, "o.held_until, w.number"},
        [WISHES_WAITING] = {"w.status = 'waiting'", IN_THE_QUEUE},
        [WISHES_OFFERED] = {"w.status = 'offered'", "w.number"},
        [WISHES_WITHDRAWN] = {"w.status = 'withdrawn'", "w.number"},
        [WISHES_LAPSED] = {"w.status = 'lapsed'", "w.number"},
    };
    (void)snprintf(sql, SQL_BYTES,
                   "SELECT w.id, w.status, w.offer, w.quantity_thousandths, unixepoch(w.since),"
                   " w.latest_day, c.name, c.email, o.id, o.status, unixepoch(o.held_until)"
                   " FROM wishes w LEFT JOIN customers c ON c.number = w.contact"
                   " LEFT JOIN orders o ON o.number = w.order_number"
                   " WHERE %s AND " OF_OFFER " ORDER BY %s LIMIT ?3",
                   lists[list].condition, lists[list].order);
}

enum status wishes_rows(struct wishes_reader *reader, enum wishes_list list, int64_t most,
                        void (*visit)(void *context, const struct wishes_row *row), void *context,
                        struct fault *fault)
{
    char sql[SQL_BYTES];
    list_sql(sql, list);
    sqlite3_stmt *statement = prepare(reader->connection, sql, reader->now, reader->offer);
    int result = SQLITE_ERROR;
    (void)sqlite3_bind_int64(statement, 3, most);
    while (statement != NULL && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        const struct wishes_row row = {
            .wish = reader_text(statement, 0),
            .status = reader_text(statement, 1),
            .offer = reader_text(statement, 2),
            .quantity_thousandths = sqlite3_column_int64(statement, 3),
            .since = sqlite3_column_int64(statement, 4),
            .latest_day = day_of(statement, 5),
            .name = reader_text(statement, 6),
            .email = reader_text(statement, 7),
            .order = reader_text(statement, 8),
            .order_status = reader_text(statement, 9),
            .held_until = sqlite3_column_int64(statement, 10),
        };
        visit(context, &row);
    }
    return rows_end(reader, statement, result, fault);
}
