/* A row of the journal is one batch; its events in their order are its messages in theirs.
 *
 * Only what is on the disk may be told to others: a commit is seen by readers before the settler
 * has synced it, and would be gone if the power failed then. So the log is synced here, too, once a
 * snapshot was taken: whatever that snapshot shows is durable from then on.
 *
 * An order in a message is as its row says when the message is made; the type and the status are
 * the event's. No token and nothing of the buyer stands in it: whoever reads a receiver's log must
 * not be able to act as the customer. */
#include "hooks/gather.h"

#include "journal/event_pack.h"
#include "journal/journal.h"
#include "pages/answer_json.h"
#include "promise/event.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_AT_ONCE = 64, LINE_FACTOR = 1000, TEXT_BYTES = 64 };

static const char rows_sql[] = "SELECT sequence, stamp, events, hash FROM journal"
                               " WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2";
static const char end_sql[] = "SELECT sequence, hash FROM journal_end";
static const char order_sql[] =
    "SELECT id, status, ship_by, deliver_by, first_ship_by, first_deliver_by, revisions, broken,"
    " total_minor, held_until FROM orders WHERE number = ?1";
static const char lines_sql[] = "SELECT offer, quantity_thousandths, status, id FROM order_lines"
                                " WHERE id > ?1 AND id < ?1 + 1000 ORDER BY id";
/* Backward: what is sought is nearly always among the newest. */
static const char revision_sql[] =
    "SELECT reason, reason_name, ship_by, deliver_by, broken, ship_by_before, deliver_by_before,"
    " broken_before FROM revisions WHERE order_number = ?1 AND at = ?2 AND broken = ?3"
    " AND (broken <> 0 OR deliver_by = ?4) ORDER BY number DESC LIMIT 1";
static const char version_sql[] = "PRAGMA data_version";

/* What the events of one row are told with. */
struct telling {
    struct gather *gather;
    struct hook_store *store;
    const struct shop *shop;
    uint32_t wanted;
    struct hook_message message;
    enum status status;
};

static enum status gather_fault(struct gather *gather, const char *doing)
{
    return fault_set(&gather->fault, STATUS_IO, "%s: %s: %s", gather->path, doing,
                     sqlite3_errmsg(gather->reader));
}

static bool statement_make(struct gather *gather, const char *sql, sqlite3_stmt **statement)
{
    return sqlite3_prepare_v3(gather->reader, sql, -1, SQLITE_PREPARE_PERSISTENT, statement,
                              NULL) == SQLITE_OK;
}

enum status gather_open(const char *path, struct env *env, struct gather *gather,
                        struct fault *fault)
{
    *gather = (struct gather){.path = path, .seen = -1};
    text_init(&gather->unpacked, EVENTS_BYTES_MAX);
    text_init(&gather->body, LIMIT_HOOK_BODY_BYTES);
    enum status status = journal_reader_open(path, env, &gather->reader, fault);
    if (status != STATUS_OK) {
        return status;
    }
    size_t size = strlen(path) + sizeof "-wal";
    gather->log_path = malloc(size);
    bool made = gather->log_path != NULL && statement_make(gather, rows_sql, &gather->rows) &&
                statement_make(gather, end_sql, &gather->end) &&
                statement_make(gather, order_sql, &gather->order) &&
                statement_make(gather, lines_sql, &gather->lines) &&
                statement_make(gather, revision_sql, &gather->revision) &&
                statement_make(gather, version_sql, &gather->version);
    if (!made) {
        (void)fault_set(fault, STATUS_IO, "%s: cannot be read: %s", path,
                        sqlite3_errmsg(gather->reader));
        gather_close(gather);
        return fault->status;
    }
    (void)snprintf(gather->log_path, size, "%s-wal", path);
    return STATUS_OK;
}

void gather_close(struct gather *gather)
{
    sqlite3_stmt *const statements[] = {gather->rows,  gather->end,      gather->order,
                                        gather->lines, gather->revision, gather->version};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        (void)sqlite3_finalize(statements[i]);
    }
    (void)sqlite3_close(gather->reader);
    free(gather->log_path);
    text_free(&gather->unpacked);
    text_free(&gather->body);
    *gather = (struct gather){.reader = NULL};
}

bool gather_due(struct gather *gather)
{
    int64_t version = gather->seen;
    if (sqlite3_step(gather->version) == SQLITE_ROW) {
        version = sqlite3_column_int64(gather->version, 0);
    }
    (void)sqlite3_reset(gather->version);
    bool due = version != gather->seen;
    gather->seen = version;
    return due;
}

static struct slice column(sqlite3_stmt *statement, int index)
{
    const unsigned char *text = sqlite3_column_text(statement, index);
    return (struct slice){(const char *)text, (size_t)sqlite3_column_bytes(statement, index)};
}

/* ---- a message ---- */

void hook_body_begin(struct text *to, enum hook_kind kind, int64_t at)
{
    char instant[32];
    (void)instant_write_utc(instant, at);
    text_append_format(to, "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":", hook_kind_text(kind),
                       instant);
}

/* "KEY":"...", or null. */
static void member(struct text *to, const char *key, struct slice value)
{
    text_append_format(to, ",\"%s\":", key);
    if (value.data == NULL) {
        text_append_string(to, "null");
    } else {
        text_append_char(to, '"');
        text_append_json(to, value);
        text_append_char(to, '"');
    }
}

/* A stored instant (UTC) as the API shows it, in the shop's zone. */
static void instant_member(struct text *to, const struct shop *shop, const char *key,
                           struct slice stored)
{
    int64_t at = 0;
    text_append_format(to, ",\"%s\":", key);
    if (stored.data == NULL || !instant_read(&shop->zone, stored, &at)) {
        text_append_string(to, "null");
    } else {
        answer_json_instant(to, shop, at);
    }
}

static void lines_append(struct telling *telling, struct text *to, struct slice status)
{
    sqlite3_stmt *lines = telling->gather->lines;
    const char *separator = "";
    (void)sqlite3_bind_int64(lines, 1, telling->message.order * LINE_FACTOR);
    text_append_string(to, ",\"lines\":[");
    while (sqlite3_step(lines) == SQLITE_ROW) {
        bool own = sqlite3_column_type(lines, 2) != SQLITE_NULL;
        text_append_format(to, "%s{\"offer\":\"", separator);
        text_append_json(to, column(lines, 0));
        text_append_string(to, "\",\"quantity\":");
        answer_json_quantity(to, sqlite3_column_int64(lines, 1));
        member(to, "status", own ? column(lines, 2) : status);
        text_append_char(to, '}');
        separator = ",";
    }
    (void)sqlite3_reset(lines);
    text_append_char(to, ']');
}

/* The order up to "total"; `status` NULL: as its row says. */
static void order_append(struct telling *telling, struct text *to, const char *status)
{
    sqlite3_stmt *order = telling->gather->order;
    const struct shop *shop = telling->shop;
    (void)sqlite3_bind_int64(order, 1, telling->message.order);
    if (sqlite3_step(order) != SQLITE_ROW) {
        telling->status = gather_fault(telling->gather, "an order cannot be read");
        (void)sqlite3_reset(order);
        return;
    }
    struct slice now = status != NULL ? slice_of(status) : column(order, 1);
    text_append_string(to, "{\"order\":\"");
    text_append_json(to, column(order, 0));
    text_append_char(to, '"');
    member(to, "status", now);
    instant_member(to, shop, "ship_by", column(order, 2));
    member(to, "deliver_by", column(order, 3));
    instant_member(to, shop, "first_ship_by", column(order, 4));
    member(to, "first_deliver_by", column(order, 5));
    text_append_format(to, ",\"revised\":%lld,\"broken\":%s",
                       (long long)sqlite3_column_int64(order, 6),
                       sqlite3_column_int(order, 7) != 0 ? "true" : "false");
    lines_append(telling, to, now);
    text_append_string(to, ",\"total\":");
    answer_json_money(to, shop, sqlite3_column_int64(order, 8));
    (void)sqlite3_reset(order);
}

static void message_begin(struct telling *telling, enum hook_kind kind, uint32_t order)
{
    telling->message.kind = kind;
    telling->message.order = order;
    text_clear(&telling->gather->body);
    hook_body_begin(&telling->gather->body, kind, telling->message.at);
}

static void message_end(struct telling *telling)
{
    struct text *body = &telling->gather->body;
    text_append_string(body, "}}");
    if (telling->status != STATUS_OK) {
        return;
    }
    if (body->overflow) {
        telling->status = fault_set(&telling->gather->fault, STATUS_MEMORY,
                                    "no memory for the message of a webhook");
        return;
    }
    telling->status = hook_store_message_add(telling->store, &telling->message, text_slice(body));
    if (telling->status != STATUS_OK) {
        telling->gather->fault = telling->store->fault;
    }
}

/* ---- events ---- */

/* An order that the shop behind has changed: a new one stands in its place. A hold was none. */
static void tell_replaced(struct telling *telling, uint32_t number)
{
    sqlite3_stmt *order = telling->gather->order;
    (void)sqlite3_bind_int64(order, 1, number);
    bool held = sqlite3_step(order) == SQLITE_ROW && sqlite3_column_type(order, 9) != SQLITE_NULL;
    (void)sqlite3_reset(order);
    if (!held) {
        message_begin(telling, HOOK_ORDER_CANCELLED, number);
        order_append(telling, &telling->gather->body, order_status_text(ORDER_REPLACED));
        message_end(telling);
    }
}

static void tell_placed(struct telling *telling, const struct event *event)
{
    struct event_placed placed;
    if (event_placed_read(event, &placed) != STATUS_OK) {
        return;
    }
    if (placed.elsewhere && placed.replaced_number != 0 &&
        hook_kinds_have(telling->wanted, HOOK_ORDER_CANCELLED)) {
        tell_replaced(telling, placed.replaced_number);
    }
    enum hook_kind kind = placed.hold ? HOOK_ORDER_HELD : HOOK_ORDER_CONFIRMED;
    if (hook_kinds_have(telling->wanted, kind)) {
        message_begin(telling, kind, placed.number);
        order_append(telling, &telling->gather->body,
                     order_status_text(placed.hold ? ORDER_HELD : ORDER_CONFIRMED));
        message_end(telling);
    }
}

static enum hook_kind kind_of_step(uint16_t type)
{
    switch (type) {
    case EVENT_CONFIRMED:
        return HOOK_ORDER_CONFIRMED;
    case EVENT_CANCELLED:
        return HOOK_ORDER_CANCELLED;
    case EVENT_EXPIRED:
        return HOOK_ORDER_EXPIRED;
    case EVENT_SHIPPED:
        return HOOK_ORDER_SHIPPED;
    case EVENT_DELIVERED:
        return HOOK_ORDER_DELIVERED;
    default:
        return HOOK_KINDS;
    }
}

/* What was shipped or delivered may be one parcel: "line" is one of its lines. */
static void tell_step(struct telling *telling, const struct event *event, enum hook_kind kind)
{
    struct event_step step;
    struct text *body = &telling->gather->body;
    if (!hook_kinds_have(telling->wanted, kind) || event_step_read(event, &step) != STATUS_OK) {
        return;
    }
    bool whole = step.line == LINE_ALL;
    message_begin(telling, kind, step.number);
    order_append(telling, body,
                 whole ? order_status_text(order_status_after((enum event_type)event->type))
                       : NULL);
    if (kind == HOOK_ORDER_SHIPPED || kind == HOOK_ORDER_DELIVERED) {
        text_append_string(body, ",\"line\":");
        text_append_string(body, whole ? "null" : "");
        if (!whole) {
            text_append_integer(body, step.line);
        }
    }
    message_end(telling);
}

static bool was_broken(sqlite3_stmt *revision)
{
    return sqlite3_column_int(revision, 7) != 0;
}

/* Only its hours moved: nobody outside can tell. */
static bool revision_is_silent(sqlite3_stmt *revision)
{
    return slice_equal(column(revision, 2), column(revision, 5)) &&
           slice_equal(column(revision, 3), column(revision, 6)) && !was_broken(revision);
}

static void revision_append(struct telling *telling, struct text *to)
{
    sqlite3_stmt *revision = telling->gather->revision;
    bool broken = sqlite3_column_int(revision, 4) != 0;
    text_append_string(to, ",\"before\":{\"broken\":");
    text_append_string(to, was_broken(revision) ? "true" : "false");
    instant_member(to, telling->shop, "ship_by", column(revision, 5));
    member(to, "deliver_by", column(revision, 6));
    text_append_string(to, "},\"after\":");
    if (broken) {
        text_append_string(to, "null");
    } else {
        text_append_string(to, "{\"broken\":false");
        instant_member(to, telling->shop, "ship_by", column(revision, 2));
        member(to, "deliver_by", column(revision, 3));
        text_append_char(to, '}');
    }
    text_append_string(to, ",\"changed_by\":{\"kind\":\"");
    text_append_json(to, column(revision, 0));
    text_append_char(to, '"');
    member(to, "name", column(revision, 1));
    text_append_char(to, '}');
}

static void tell_revised(struct telling *telling, const struct event *event)
{
    char at[TEXT_BYTES];
    char day[TEXT_BYTES];
    struct event_placed placed;
    struct gather *gather = telling->gather;
    if (event_placed_read(event, &placed) != STATUS_OK) {
        return;
    }
    enum hook_kind kind = placed.broken ? HOOK_PROMISE_BROKEN : HOOK_PROMISE_CHANGED;
    if (!hook_kinds_have(telling->wanted, kind)) {
        return;
    }
    (void)instant_write_utc(at, telling->message.at);
    (void)sqlite3_bind_int64(gather->revision, 1, placed.number);
    (void)day_write(day, placed.first.dates.deliver_by_day);
    (void)sqlite3_bind_text(gather->revision, 2, at, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int(gather->revision, 3, placed.broken);
    (void)sqlite3_bind_text(gather->revision, 4, day, -1, SQLITE_STATIC);
    bool found = sqlite3_step(gather->revision) == SQLITE_ROW;
    if (found && (placed.broken || !revision_is_silent(gather->revision))) {
        message_begin(telling, kind, placed.number);
        order_append(telling, &gather->body, NULL);
        revision_append(telling, &gather->body);
        message_end(telling);
    }
    (void)sqlite3_reset(gather->revision);
}

static void tell(struct telling *telling, const struct event *event)
{
    if (event->type == EVENT_PLACED) {
        tell_placed(telling, event);
    } else if (event->type == EVENT_REVISED) {
        tell_revised(telling, event);
    } else {
        enum hook_kind kind = kind_of_step(event->type);
        if (kind != HOOK_KINDS) {
            tell_step(telling, event, kind);
        }
    }
}

/* ---- rows ---- */

static void row_tell(struct telling *telling, sqlite3_stmt *row)
{
    struct event event;
    size_t offset = 0;
    struct slice events = {sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2)};
    telling->message.sequence = sqlite3_column_int64(row, 0);
    telling->message.at = sqlite3_column_int64(row, 1);
    enum status read = events_unpack(events, &telling->gather->unpacked, &events);
    while (read == STATUS_OK && telling->status == STATUS_OK &&
           event_next(events, &offset, &event, &read)) {
        tell(telling, &event);
    }
    if (read != STATUS_OK) {
        telling->status = fault_set(&telling->gather->fault, read,
                                    "%s: a row of the journal cannot be read; run: ecluse verify",
                                    telling->gather->path);
    }
}

static void place_read(sqlite3_stmt *statement, int hash, struct hook_place *place)
{
    const void *bytes = sqlite3_column_blob(statement, hash);
    place->sequence = sqlite3_column_int64(statement, 0);
    if (bytes != NULL && sqlite3_column_bytes(statement, hash) == HOOK_HASH_BYTES) {
        memcpy(place->hash, bytes, HOOK_HASH_BYTES);
    }
}

enum status gather_end(struct gather *gather, struct hook_place *place)
{
    bool found = sqlite3_step(gather->end) == SQLITE_ROW;
    if (found) {
        place_read(gather->end, 1, place);
    }
    (void)sqlite3_reset(gather->end);
    return found ? STATUS_OK : gather_fault(gather, "the journal's end cannot be read");
}

/* Steps through the rows from the one at `place` on, which must be what it was. */
static enum status rows_tell(struct telling *telling, struct hook_place *place, bool *more,
                             bool *strange)
{
    uint32_t count = 0;
    struct hook_place at = *place;
    sqlite3_stmt *rows = telling->gather->rows;
    (void)sqlite3_bind_int64(rows, 1, place->sequence);
    (void)sqlite3_bind_int64(rows, 2, ROWS_AT_ONCE + 1);
    *strange = place->sequence > 0;
    while (telling->status == STATUS_OK && sqlite3_step(rows) == SQLITE_ROW) {
        place_read(rows, 3, &at);
        if (at.sequence == place->sequence) {
            *strange = memcmp(at.hash, place->hash, HOOK_HASH_BYTES) != 0;
        } else if (!*strange) {
            row_tell(telling, rows);
        }
        count++;
    }
    (void)sqlite3_reset(rows);
    *more = count > ROWS_AT_ONCE;
    *place = at;
    return telling->status;
}

static enum status snapshot_read(struct telling *telling, bool *more, bool *strange)
{
    struct hook_place place;
    struct hook_place end;
    struct gather *gather = telling->gather;
    enum status status = gather_end(gather, &end);
    if (status == STATUS_OK) {
        status = env_file_sync(gather->log_path, &gather->fault);
    }
    if (status == STATUS_OK) {
        status = hook_store_place(telling->store, &place);
        gather->fault = status == STATUS_OK ? gather->fault : telling->store->fault;
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (telling->wanted == 0) {
        place = end;
    } else {
        status = rows_tell(telling, &place, more, strange);
    }
    if (*strange) {
        place = end;
        *more = false;
    }
    if (status == STATUS_OK) {
        status = hook_store_put_place(telling->store, &place);
        gather->fault = status == STATUS_OK ? gather->fault : telling->store->fault;
    }
    return status;
}

enum status gather_run(struct gather *gather, struct hook_store *store, const struct shop *shop,
                       uint32_t wanted, bool *more, bool *strange)
{
    struct telling telling = {
        .gather = gather, .store = store, .shop = shop, .wanted = wanted, .status = STATUS_OK};
    *more = false;
    *strange = false;
    if (sqlite3_exec(gather->reader, "BEGIN", NULL, NULL, NULL) != SQLITE_OK) {
        return gather_fault(gather, "cannot be read");
    }
    enum status status = snapshot_read(&telling, more, strange);
    (void)sqlite3_exec(gather->reader, "COMMIT", NULL, NULL, NULL);
    return status;
}

enum status gather_offer(struct gather *gather, struct hook_store *store, const char *offer,
                         bool sold_out, int64_t at)
{
    struct telling telling = {
        .gather = gather, .store = store, .message = {.at = at, .sequence = INT64_MAX}};
    message_begin(&telling, sold_out ? HOOK_OFFER_SOLD_OUT : HOOK_OFFER_AVAILABLE, 0);
    text_append_string(&gather->body, "{\"offer\":\"");
    text_append_json(&gather->body, slice_of(offer));
    text_append_char(&gather->body, '"');
    message_end(&telling);
    return telling.status;
}
