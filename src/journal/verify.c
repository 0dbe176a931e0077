/* `ecluse verify`: the journal is replayed from its first row and everything else is held against
 * it.
 *
 *   rows in order   hash chain (journal_rows) -> replay -> the state; the rows of `history` stream
 *                   along with their events, as those of changes, revisions, purchases
 *   at the end      journal_end, orders and order_lines against the state, offers and items against
 *                   the shop, supply, bills and sessions (verify_moves.c), foreign keys, SQLite's
 *                   own structure, the core's invariants, sums
 *
 * All of it in one read transaction, so it works beside a running server. Memory: the state, and
 * three instants an order (when it changed, shipped, was delivered), which the state does not keep.
 * Every table is walked once beside what it should say, so a changed, missing or additional row is
 * found where it stands, and the first one is reported. Personal data and pictures are outside the
 * journal: of them only the references are checked. */
#include "journal/verify.h"

#include "base/assert.h"
#include "journal/shop_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { TIMES_MIN = 1024 };

static const char *or_null(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

static bool column_matches(sqlite3_stmt *row, int column, const struct expected *expected)
{
    int type = sqlite3_column_type(row, column);
    if (expected->is_number) {
        return type == SQLITE_INTEGER && sqlite3_column_int64(row, column) == expected->number;
    }
    if (expected->text == NULL) {
        return type == SQLITE_NULL;
    }
    return type == SQLITE_TEXT && slice_is(sqlite_text(row, column), expected->text);
}

enum status verify_row(struct verify *verify, sqlite3_stmt *row, const char *table, int64_t number,
                       const struct expected *expected, int count)
{
    for (int i = 0; i < count; i++) {
        if (column_matches(row, i, &expected[i])) {
            continue;
        }
        char says[32];
        (void)snprintf(says, sizeof says, "%" PRId64, expected[i].number);
        const char *text = expected[i].text == NULL ? "nothing" : expected[i].text;
        const char *found = (const char *)sqlite3_column_text(row, i);
        return fault_set(verify->fault, STATUS_CORRUPT,
                         "table %s, row %" PRId64 ": %s is %s, the journal says %s", table, number,
                         expected[i].column, found == NULL ? "nothing" : found,
                         expected[i].is_number ? says : text);
    }
    return STATUS_OK;
}

enum status verify_open(struct verify *verify, const char *sql, sqlite3_stmt **statement)
{
    int result = sqlite3_prepare_v2(verify->journal->db, sql, -1, statement, NULL);
    return sqlite_fault(verify->journal->db, result, "the database", "a table cannot be read",
                        verify->fault);
}

enum status verify_next(struct verify *verify, sqlite3_stmt *statement, bool *found)
{
    int result = sqlite3_step(statement);
    *found = result == SQLITE_ROW;
    return sqlite_fault(verify->journal->db, result, "the database", "a table cannot be read",
                        verify->fault);
}

enum status verify_key(struct verify *verify, sqlite3_stmt *row, bool found, const char *table,
                       int64_t key)
{
    if (!found || sqlite3_column_int64(row, 0) > key) {
        return fault_set(verify->fault, STATUS_CORRUPT, "table %s: row %" PRId64 " is missing",
                         table, key);
    }
    if (sqlite3_column_int64(row, 0) < key) {
        return fault_set(verify->fault, STATUS_CORRUPT,
                         "table %s: row %" PRId64 " is not in the journal", table,
                         (int64_t)sqlite3_column_int64(row, 0));
    }
    return STATUS_OK;
}

enum status verify_end(struct verify *verify, sqlite3_stmt *statement, const char *table)
{
    bool found = false;
    enum status status = verify_next(verify, statement, &found);
    if (status == STATUS_OK && found) {
        return fault_set(verify->fault, STATUS_CORRUPT,
                         "table %s: row %" PRId64 " is not in the journal", table,
                         (int64_t)sqlite3_column_int64(statement, 0));
    }
    return status;
}

/* ---- while the rows stream by ---- */

struct order_times *verify_times(struct verify *verify, uint32_t number)
{
    if (number >= verify->times_capacity) {
        uint32_t capacity = verify->times_capacity == 0 ? TIMES_MIN : verify->times_capacity;
        while (capacity <= number) {
            capacity *= 2;
        }
        struct order_times *times = realloc(verify->times, capacity * sizeof *times);
        if (times == NULL) {
            return NULL;
        }
        memset(times + verify->times_capacity, 0,
               (capacity - verify->times_capacity) * sizeof *times);
        verify->times = times;
        verify->times_capacity = capacity;
    }
    return &verify->times[number];
}

static enum status time_keep(struct verify *verify, uint32_t number, enum event_type type,
                             int64_t at)
{
    struct order_view view;
    struct order_times *times = number <= LIMIT_ORDERS ? verify_times(verify, number) : NULL;
    if (times == NULL) {
        return fault_set(verify->fault, STATUS_MEMORY, "no memory for the times of order %" PRIu32,
                         number);
    }
    bool known = promise_order_by_number(verify->replay.state, number, &view);
    ASSERT(known);
    times->changed = at;
    times->shipped = order_step_ships(type, view.status) ? at : times->shipped;
    times->delivered = order_step_delivers(type, view.status) ? at : times->delivered;
    return STATUS_OK;
}

static enum status placed_keep(struct verify *verify, const struct event *event, int64_t stamp)
{
    struct event_placed placed;
    enum status status = event_placed_read(event, &placed);
    if (status == STATUS_OK && placed.number > LIMIT_ORDERS) {
        status = STATUS_CORRUPT;
    }
    if (status != STATUS_OK) {
        return fault_set(verify->fault, status, "an order's event cannot be read");
    }
    if (verify_times(verify, placed.number) == NULL) {
        return fault_set(verify->fault, STATUS_MEMORY, "no memory for the times of orders");
    }
    return placed.replaced_number == 0
               ? STATUS_OK
               : time_keep(verify, placed.replaced_number, EVENT_PLACED, stamp);
}

static bool history_take(struct verify *verify, int64_t number, struct digest *digest)
{
    sqlite3_stmt *row = verify->history;
    bool found = false;
    if (verify_next(verify, row, &found) != STATUS_OK || !found ||
        sqlite3_column_int64(row, 0) != number) {
        return false;
    }
    struct journal_history line = {.order = sqlite_text(row, 1),
                                   .offer = sqlite_text(row, 2),
                                   .quantity_thousandths = sqlite3_column_int64(row, 3),
                                   .unit_price_minor = sqlite3_column_int64(row, 4)};
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    if (!instant_read(&utc, sqlite_text(row, 5), &line.at)) {
        return false;
    }
    history_digest(digest, &line);
    return true;
}

/* The event's digest against the next lines of the table. */
static enum status history_compare(struct verify *verify, const struct event *event)
{
    struct history_event history;
    struct digest digest;
    unsigned char sum[DIGEST_BYTES];
    enum status status = history_event_read(event, &history);
    int64_t first = (int64_t)verify->report->history_lines + 1;
    digest_begin(&digest);
    for (uint32_t i = 0; status == STATUS_OK && i < history.line_count; i++) {
        int64_t number = (int64_t)++verify->report->history_lines;
        status = history_take(verify, number, &digest) ? STATUS_OK : STATUS_CORRUPT;
    }
    if (status == STATUS_OK) {
        digest_end(&digest, sum);
        status = memcmp(sum, history.digest, sizeof sum) == 0 ? STATUS_OK : STATUS_CORRUPT;
    }
    return status == STATUS_OK ? status
                               : fault_set(verify->fault, status,
                                           "table history: rows from %" PRId64 " to %" PRIu64
                                           " are not what was brought in",
                                           first, verify->report->history_lines);
}

static enum status event_look(struct verify *verify, const struct event *event, int64_t stamp)
{
    struct event_step step;
    if (event->type == EVENT_PLACED) {
        return placed_keep(verify, event, stamp);
    }
    if (event->type == EVENT_HISTORY) {
        return history_compare(verify, event);
    }
    if (event->type == EVENT_ORIGIN) {
        return verify_origins_look(verify, event);
    }
    if (order_status_after((enum event_type)event->type) == ORDER_NONE) {
        return STATUS_OK;
    }
    enum status status = event_step_read(event, &step);
    return status == STATUS_OK
               ? time_keep(verify, step.number, (enum event_type)event->type, step.at)
               : fault_set(verify->fault, status, "a step's event cannot be read");
}

/* The order as it is until its EVENT_REVISED is taken. */
static struct order_view order_before(const struct verify *verify, const struct event *event)
{
    struct event_placed placed;
    struct order_view view = {.number = 0};
    if (event->type == EVENT_REVISED && verify->replay.state != NULL &&
        event_placed_read(event, &placed) == STATUS_OK) {
        (void)promise_order_by_number(verify->replay.state, placed.number, &view);
    }
    return view;
}

static enum status event_verify(struct verify *verify, const struct event *event,
                                const struct journal_row *row)
{
    const struct order_view before = order_before(verify, event);
    enum status status = replay_event(&verify->replay, event, row->stamp, verify->fault);
    if (status != STATUS_OK) {
        return replay_fault(row, status, verify->fault);
    }
    verify->report->events++;
    status = event_look(verify, event, row->stamp);
    return status == STATUS_OK ? verify_moves_look(verify, event, row->stamp, &before) : status;
}

static enum status row_look(void *context, const struct journal_row *row, struct fault *fault)
{
    struct verify *verify = context;
    struct event event;
    size_t offset = 0;
    enum status readable = STATUS_OK;
    enum status status = STATUS_OK;
    ASSERT(fault == verify->fault);
    while (status == STATUS_OK && event_next(row->events, &offset, &event, &readable)) {
        status = event_verify(verify, &event, row);
    }
    if (readable != STATUS_OK) {
        (void)fault_set(fault, readable, "its events are cut off");
        return replay_fault(row, readable, fault);
    }
    verify->report->batches++;
    return status;
}

/* ---- at the end ---- */

static enum status log_end_compare(struct verify *verify)
{
    sqlite3_stmt *statement = NULL;
    const struct journal_end *last = &verify->report->last;
    bool found = false;
    enum status status =
        verify_open(verify, "SELECT sequence, hash FROM journal_end WHERE one = 1", &statement);
    if (status == STATUS_OK) {
        status = verify_next(verify, statement, &found);
    }
    if (status == STATUS_OK) {
        struct slice hash = found ? sqlite_blob(statement, 1) : (struct slice){NULL, 0};
        if (hash.length != JOURNAL_HASH_BYTES ||
            memcmp(hash.data, last->hash, JOURNAL_HASH_BYTES) != 0 ||
            (uint64_t)sqlite3_column_int64(statement, 0) != last->sequence) {
            status = fault_set(
                verify->fault, STATUS_CORRUPT,
                "the journal ends with row %" PRIu64 ", but journal_end says row %" PRId64,
                last->sequence, found ? (int64_t)sqlite3_column_int64(statement, 0) : 0);
        }
    }
    (void)sqlite3_finalize(statement);
    return status;
}

static const char *time_text(char to[INSTANT_BYTES], int64_t at)
{
    if (at == 0) {
        return NULL;
    }
    (void)instant_write_utc(to, at);
    return to;
}

static enum status order_compare(struct verify *verify, sqlite3_stmt *row, uint32_t number)
{
    struct order_view view;
    struct order_texts texts;
    struct order_dates_text now;
    char changed[INSTANT_BYTES];
    char shipped[INSTANT_BYTES];
    char delivered[INSTANT_BYTES];
    const struct order_times *times = &verify->times[number];
    bool known = promise_order_by_number(verify->replay.state, number, &view);
    ASSERT(known);
    verify->report->orders[view.status]++;
    order_texts_write(&texts, atomic_load(&verify->replay.shop), view.key, view.made_at,
                      view.held_until, &view.first);
    order_want_write(texts.wanted, view.want);
    order_dates_write(&now, &view.current.dates);
    const struct expected expected[] = {
        EXPECT_NUMBER("number", number),
        EXPECT_TEXT("id", texts.id),
        EXPECT_TEXT("status", order_status_text(view.status)),
        EXPECT_TEXT("made_at", texts.made_at),
        EXPECT_TEXT("held_until", or_null(texts.held_until)),
        EXPECT_TEXT("ship_by", or_null(now.ship_by)),
        EXPECT_TEXT("deliver_by", now.deliver_by),
        EXPECT_TEXT("first_ship_by", or_null(texts.first.ship_by)),
        EXPECT_TEXT("first_deliver_by", texts.first.deliver_by),
        EXPECT_TEXT("limited_by", texts.limited_by),
        EXPECT_NUMBER("total_minor", view.first.total_minor),
        EXPECT_NUMBER("shipping_minor", view.first.shipping_minor),
        EXPECT_NUMBER("priority", view.priority),
        EXPECT_NUMBER("split", view.split),
        EXPECT_TEXT("wanted", or_null(texts.wanted)),
        EXPECT_NUMBER("vat_minor", view.vat_minor),
        EXPECT_NUMBER("revisions", view.revisions),
        EXPECT_NUMBER("broken", view.broken),
        EXPECT_TEXT("changed_at", time_text(changed, times->changed)),
        EXPECT_TEXT("shipped_at", time_text(shipped, times->shipped)),
        EXPECT_TEXT("delivered_at", time_text(delivered, times->delivered)),
    };
    return verify_row(verify, row, "orders", number, expected, sizeof expected / sizeof *expected);
}

static enum status orders_compare(struct verify *verify)
{
    static const char sql[] =
        "SELECT number, id, status, made_at, held_until, ship_by, deliver_by, first_ship_by,"
        " first_deliver_by, limited_by, total_minor, shipping_minor, priority, split, wanted,"
        " vat_minor, revisions, broken, changed_at, shipped_at, delivered_at"
        " FROM orders ORDER BY number";
    sqlite3_stmt *row = NULL;
    bool found = false;
    uint32_t count = promise_order_count(verify->replay.state);
    enum status status = verify_open(verify, sql, &row);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        status = verify_next(verify, row, &found);
        if (status == STATUS_OK) {
            status = verify_key(verify, row, found, "orders", number);
        }
        if (status == STATUS_OK) {
            status = order_compare(verify, row, number);
        }
    }
    verify->report->order_count = count;
    status = status == STATUS_OK ? verify_end(verify, row, "orders") : status;
    (void)sqlite3_finalize(row);
    return status;
}

static enum status line_compare(struct verify *verify, sqlite3_stmt *row,
                                const struct order_view *order, uint32_t index, int64_t *sum_minor)
{
    struct order_line_view line;
    struct line_own own;
    const struct shop *shop = atomic_load(&verify->replay.shop);
    int64_t id = (int64_t)order->number * LINES_PER_ORDER + index + 1;
    bool found = false;
    enum status status = verify_next(verify, row, &found);
    if (status == STATUS_OK) {
        status = verify_key(verify, row, found, "order_lines", id);
    }
    if (status != STATUS_OK) {
        return status;
    }
    promise_order_line(verify->replay.state, order->number, index, &line);
    line_own_write(&own, order, &line);
    *sum_minor += line.amount_minor;
    const struct expected expected[] = {
        EXPECT_NUMBER("id", id),
        EXPECT_NUMBER("order_number", order->number),
        EXPECT_TEXT("offer", shop->offers[line.offer.index].name),
        EXPECT_NUMBER("quantity_thousandths", line.quantity_thousandths),
        EXPECT_NUMBER("amount_minor", line.amount_minor),
        EXPECT_NUMBER("parcel", (int64_t)line.group + 1),
        EXPECT_TEXT("status", own.status),
        EXPECT_TEXT("ship_by", or_null(own.dates.ship_by)),
        EXPECT_TEXT("deliver_by", or_null(own.dates.deliver_by)),
    };
    return verify_row(verify, row, "order_lines", id, expected, sizeof expected / sizeof *expected);
}

static enum status order_lines_compare(struct verify *verify, sqlite3_stmt *row, uint32_t number)
{
    struct order_view view;
    int64_t sum_minor = 0;
    enum status status = STATUS_OK;
    bool known = promise_order_by_number(verify->replay.state, number, &view);
    ASSERT(known);
    for (uint32_t i = 0; i < view.line_count && status == STATUS_OK; i++) {
        status = line_compare(verify, row, &view, i, &sum_minor);
    }
    if (status == STATUS_OK && sum_minor + view.first.shipping_minor != view.first.total_minor) {
        status = fault_set(verify->fault, STATUS_CORRUPT,
                           "order %" PRIu32 ": its lines and shipping do not add up to its total",
                           number);
    }
    return status;
}

static enum status lines_compare(struct verify *verify)
{
    static const char sql[] = "SELECT id, order_number, offer, quantity_thousandths, amount_minor,"
                              " parcel, status, ship_by, deliver_by FROM order_lines ORDER BY id";
    sqlite3_stmt *row = NULL;
    uint32_t count = promise_order_count(verify->replay.state);
    enum status status = verify_open(verify, sql, &row);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        status = order_lines_compare(verify, row, number);
    }
    status = status == STATUS_OK ? verify_end(verify, row, "order_lines") : status;
    (void)sqlite3_finalize(row);
    return status;
}

static enum status offers_compare(struct verify *verify)
{
    static const char sql[] =
        "SELECT id, name, label_fr, label_en, price_minor, vat_thousandths, carrier,"
        " retired FROM offers ORDER BY id";
    const struct shop *shop = atomic_load(&verify->replay.shop);
    sqlite3_stmt *row = NULL;
    bool found = false;
    enum status status = verify_open(verify, sql, &row);
    for (uint32_t i = 0; i < shop->offer_count && status == STATUS_OK; i++) {
        const struct offer *offer = &shop->offers[i];
        const struct expected expected[] = {
            EXPECT_NUMBER("id", i),
            EXPECT_TEXT("name", offer->name),
            EXPECT_TEXT("label_fr", offer->label.text[LANGUAGE_FR]),
            EXPECT_TEXT("label_en", offer->label.text[LANGUAGE_EN]),
            EXPECT_NUMBER("price_minor", offer->price_minor),
            EXPECT_NUMBER("vat_thousandths", offer->vat_thousandths),
            EXPECT_TEXT("carrier", offer_carrier_name(shop, offer)),
            EXPECT_NUMBER("retired", offer->retired),
        };
        status = verify_next(verify, row, &found);
        status = status == STATUS_OK ? verify_key(verify, row, found, "offers", i) : status;
        status = status == STATUS_OK ? verify_row(verify, row, "offers", i, expected, 8) : status;
    }
    status = status == STATUS_OK ? verify_end(verify, row, "offers") : status;
    (void)sqlite3_finalize(row);
    return status;
}

static enum status items_compare(struct verify *verify)
{
    static const char sql[] =
        "SELECT id, name, unit, opening_on_hand_thousandths, unit_cost_minor, supplier,"
        " retired FROM items ORDER BY id";
    const struct shop *shop = atomic_load(&verify->replay.shop);
    sqlite3_stmt *row = NULL;
    bool found = false;
    enum status status = verify_open(verify, sql, &row);
    for (uint32_t i = 0; i < shop->item_count && status == STATUS_OK; i++) {
        const struct item *item = &shop->items[i];
        const struct expected expected[] = {
            EXPECT_NUMBER("id", i),
            EXPECT_TEXT("name", item->name),
            EXPECT_TEXT("unit", item->unit),
            EXPECT_NUMBER("opening_on_hand_thousandths", item->on_hand_thousandths),
            EXPECT_NUMBER("unit_cost_minor", item->unit_cost_minor),
            EXPECT_TEXT("supplier", item_supplier_name(shop, item)),
            EXPECT_NUMBER("retired", item->retired),
        };
        status = verify_next(verify, row, &found);
        status = status == STATUS_OK ? verify_key(verify, row, found, "items", i) : status;
        status = status == STATUS_OK ? verify_row(verify, row, "items", i, expected, 7) : status;
    }
    status = status == STATUS_OK ? verify_end(verify, row, "items") : status;
    (void)sqlite3_finalize(row);
    return status;
}

/* A query that gives a row only where something is wrong: the sentence, then what it is about. */
static enum status nothing_found(struct verify *verify, const char *sql)
{
    sqlite3_stmt *row = NULL;
    bool found = false;
    enum status status = verify_open(verify, sql, &row);
    status = status == STATUS_OK ? verify_next(verify, row, &found) : status;
    if (status == STATUS_OK && found) {
        const char *about = (const char *)sqlite3_column_text(row, 1);
        status = fault_set(verify->fault, STATUS_CORRUPT, "%s %s",
                           (const char *)sqlite3_column_text(row, 0), about == NULL ? "" : about);
    }
    (void)sqlite3_finalize(row);
    return status;
}

static enum status references_compare(struct verify *verify)
{
    static const char *const queries[] = {
        "SELECT 'a reference leads nowhere: table ' || \"table\" || ', row', rowid FROM"
        " pragma_foreign_key_check LIMIT 1",
        "SELECT 'the file is damaged:', integrity_check FROM pragma_integrity_check(1)"
        " WHERE integrity_check <> 'ok'",
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof queries / sizeof *queries && status == STATUS_OK; i++) {
        status = nothing_found(verify, queries[i]);
    }
    return status;
}

static enum status core_check(struct verify *verify)
{
    const char *sentence = promise_check(verify->replay.state);
    verify->report->digest = promise_digest(verify->replay.state);
    return sentence == NULL ? STATUS_OK : fault_set(verify->fault, STATUS_CORRUPT, "%s", sentence);
}

static enum status parts_compare(struct verify *verify)
{
    static enum status (*const parts[])(struct verify * verify) = {
        log_end_compare,  orders_compare,     lines_compare,      offers_compare, items_compare,
        verify_moves_end, verify_origins_end, references_compare, core_check,
    };
    enum status status = verify_end(verify, verify->history, "history");
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == STATUS_OK; i++) {
        status = parts[i](verify);
    }
    return status;
}

static enum status verify_run(struct verify *verify)
{
    enum status status = journal_read_begin(verify->journal);
    if (status != STATUS_OK) {
        *verify->fault = verify->journal->fault;
        return status;
    }
    status =
        verify_open(verify,
                    "SELECT number, order_name, offer, quantity_thousandths, unit_price_minor, at"
                    " FROM history ORDER BY number",
                    &verify->history);
    if (status == STATUS_OK) {
        status = verify_streams_open(verify);
    }
    if (status == STATUS_OK) {
        status =
            journal_rows(verify->journal, &verify->report->last, row_look, verify, verify->fault);
    }
    if (status == STATUS_OK && verify->replay.state == NULL) {
        status = fault_set(verify->fault, STATUS_CORRUPT, "the journal holds no shop");
    }
    if (status == STATUS_OK) {
        status = parts_compare(verify);
    }
    (void)sqlite3_finalize(verify->history);
    verify_moves_free(verify);
    verify_origins_free(verify);
    journal_read_end(verify->journal);
    return status;
}

/* Nobody has opened it for writing since an older program did. */
static enum status fill_check(struct verify *verify, const char *path)
{
    return journal_needs_fill(verify->journal)
               ? fault_set(verify->fault, STATUS_VERSION,
                           "%s: was made by an older Écluse; open it once with `ecluse serve`",
                           path)
               : STATUS_OK;
}

enum status journal_verify(const char *path, struct env *env, struct journal_report *report,
                           struct fault *fault)
{
    struct verify verify = {.report = report, .fault = fault};
    *report = (struct journal_report){.batches = 0};
    enum status status = journal_open(path, JOURNAL_READ, env, &verify.journal, fault);
    if (status != STATUS_OK) {
        return status;
    }
    replay_init(&verify.replay);
    status = fill_check(&verify, path);
    if (status == STATUS_OK) {
        status = verify_run(&verify);
    }
    replay_free(&verify.replay);
    free(verify.times);
    journal_close(verify.journal);
    return status;
}
