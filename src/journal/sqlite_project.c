/* Events as rows that a person reads: an order is a row of `orders` and one of `order_lines` for
 * each line; a step changes its row's status. Rows come from the event alone, so that verify can
 * make the same texts again from a replay.
 *
 * What only some orders have (purchases, seats, revisions) stands in sqlite_moves.c.
 *
 * Rows of orders, lines and contacts wait until there are enough of them (sqlite_rows.h); all else
 * is bound without a copy and stepped at once. */
#include "journal/sqlite_moves.h"

#include "base/assert.h"
#include "journal/digest.h"
#include "journal/event_pack.h"
#include "journal/sqlite_origin.h"

#include <stdio.h>

_Static_assert(sizeof(struct order_texts) <= ROW_TEXT_BYTES,
               "an order's texts stand beside its row");
_Static_assert((int)JOURNAL_SALT_BYTES <= (int)ROW_TEXT_BYTES, "so does a salt");
static const char writing[] = "cannot be written";

static void bind_terminated(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite_bind_slice(statement, index, text == NULL ? SLICE("") : slice_of(text));
}

/* shipped_at: when the last parcel left. */
static enum status order_update(struct journal *journal, uint32_t number, enum order_status status,
                                enum event_type type, int64_t at)
{
    char text[INSTANT_BYTES];
    bool shipped = order_step_ships(type, status);
    bool delivered = order_step_delivers(type, status);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_UPDATE_ORDER);
    if (statement == NULL || moves_settle(journal, number) != STATUS_OK) {
        return journal->fault.status;
    }
    (void)instant_write_utc(text, at);
    (void)sqlite3_bind_int64(statement, 1, number);
    bind_terminated(statement, 2, order_status_text(status));
    bind_terminated(statement, 3, text);
    bind_terminated(statement, 4, shipped ? text : NULL);
    bind_terminated(statement, 5, delivered ? text : NULL);
    return sqlite_run(journal, statement, writing);
}

static enum status line_add(struct journal *journal, const struct event_placed *placed,
                            uint32_t index, const struct shop *shop)
{
    struct event_line line = event_placed_line(placed, index);
    char *text = NULL;
    struct row_cell *row = sqlite_row(journal, ROWS_LINES, &text);
    if (row == NULL) {
        return journal->fault.status;
    }
    struct order_dates_text *dates = (struct order_dates_text *)(void *)text;
    *dates = (struct order_dates_text){.ship_by = ""};
    if (placed->group_count > 1) {
        const struct event_group group = event_placed_group(placed, line.group);
        order_dates_write(dates, &group.dates);
    }
    ASSERT(line.offer.index < shop->offer_count);
    row[0] = row_integer((int64_t)placed->number * LINES_PER_ORDER + index + 1);
    row[1] = row_integer(placed->number);
    row[2] = row_text(shop->offers[line.offer.index].name);
    row[3] = row_integer(line.quantity_thousandths);
    row[4] = row_integer(line.amount_minor);
    row[5] = row_integer((int64_t)line.group + 1);
    row[6] = row_null();
    row[7] = row_text(dates->ship_by);
    row[8] = row_text(dates->deliver_by);
    return STATUS_OK;
}

static enum status order_add(struct journal *journal, const struct event_placed *placed,
                             const struct shop *shop, uint32_t contact)
{
    char *text = NULL;
    struct row_cell *row = sqlite_row(journal, ROWS_ORDERS, &text);
    if (row == NULL) {
        return journal->fault.status;
    }
    struct order_texts *texts = (struct order_texts *)(void *)text;
    order_texts_write(texts, shop, placed->key, placed->made_at, placed->held_until,
                      &placed->first);
    order_want_write(texts->wanted, placed->want);
    row[0] = row_integer(placed->number);
    row[1] = row_text(texts->id);
    row[2] = row_text(order_status_text(placed->hold ? ORDER_HELD : ORDER_CONFIRMED));
    row[3] = row_text(texts->made_at);
    row[4] = row_text(texts->held_until);
    row[5] = row_text(texts->first.ship_by);
    row[6] = row_text(texts->first.deliver_by);
    row[7] = row[5];
    row[8] = row[6];
    row[9] = row_text(texts->limited_by);
    row[10] = row_integer(placed->first.total_minor);
    row[11] = row_integer(placed->first.shipping_minor);
    row[12] = contact != 0 ? row_integer(contact) : row_null();
    row[13] = row_null(); /* changed_at, shipped_at, delivered_at */
    row[14] = row_null();
    row[15] = row_null();
    row[16] = row_integer(placed->priority);
    row[17] = row_integer(placed->split);
    row[18] = row_text(texts->wanted);
    row[19] = row_integer(placed->vat_minor);
    row[20] = row_integer(0); /* revisions */
    row[21] = row_integer(placed->broken);
    return STATUS_OK;
}

static enum status replaced_project(struct journal *journal, uint32_t number, int64_t stamp)
{
    enum status status = order_update(journal, number, ORDER_REPLACED, EVENT_PLACED, stamp);
    return status == STATUS_OK ? moves_seats_free(journal, number) : status;
}

static enum status placed_project(struct journal *journal, const struct event *event,
                                  const struct promise_state *state, uint32_t contact,
                                  int64_t stamp)
{
    struct event_placed placed;
    const struct shop *shop = promise_state_shop(state);
    enum status status = event_placed_read(event, &placed);
    if (status != STATUS_OK) {
        return fault_set(&journal->fault, status, "an order's event cannot be read");
    }
    if (placed.wish != 0) {
        status = moves_wish_met(journal, &placed, state, &contact);
    }
    if (status == STATUS_OK) {
        status = order_add(journal, &placed, shop, contact);
    }
    for (uint32_t i = 0; i < placed.line_count && status == STATUS_OK; i++) {
        status = line_add(journal, &placed, i, shop);
    }
    if (status == STATUS_OK && placed.replaced_number != 0) {
        status = replaced_project(journal, placed.replaced_number, stamp);
    }
    return status == STATUS_OK ? moves_reserve(journal, &placed, state) : status;
}

/* A hold's lines have its status; later ones may be ahead of their order. */
static bool step_tells_lines_apart(enum event_type type, const struct order_view *order)
{
    return order->line_count > 1 && type != EVENT_CONFIRMED && type != EVENT_EXPIRED;
}

static enum status step_project(struct journal *journal, const struct event *event,
                                const struct promise_state *state)
{
    struct event_step step;
    struct order_view order;
    enum event_type type = (enum event_type)event->type;
    enum status status = event_step_read(event, &step);
    if (status != STATUS_OK) {
        return fault_set(&journal->fault, status, "a step's event cannot be read");
    }
    bool known = promise_order_by_number(state, step.number, &order);
    ASSERT(known);
    status = order_update(journal, step.number, order.status, type, step.at);
    if (status == STATUS_OK && step_tells_lines_apart(type, &order)) {
        status = moves_line_statuses(journal, state, &order);
    }
    if (status == STATUS_OK && (type == EVENT_CANCELLED || type == EVENT_EXPIRED)) {
        status = moves_seats_free(journal, step.number);
    }
    return status == STATUS_OK
               ? moves_reductions(journal, step.reductions, step.reduction_count, state)
               : status;
}

enum status journal_project(struct journal *journal, const struct event *event,
                            const struct promise_state *state, uint32_t contact, int64_t stamp)
{
    ASSERT(journal->writing);
    switch (event->type) {
    case EVENT_PLACED:
        return placed_project(journal, event, state, contact, stamp);
    case EVENT_REVISED:
        return moves_revised(journal, event, state, stamp);
    case EVENT_EXTENDED:
        return moves_extended(journal, event);
    case EVENT_CHANGED:
        return moves_changed(journal, event, state, stamp);
    case EVENT_WISHED:
        return moves_wished(journal, event, state, contact);
    case EVENT_WISH_ENDED:
        return moves_wish_ended(journal, event, state);
    case EVENT_ORIGIN:
        return origin_project(journal, event);
    default:
        return order_status_after((enum event_type)event->type) == ORDER_NONE
                   ? STATUS_OK
                   : step_project(journal, event, state);
    }
}

static enum status offer_add(struct journal *journal, const struct shop *shop, uint32_t index)
{
    const struct offer *offer = &shop->offers[index];
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_OFFER);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, index);
    bind_terminated(statement, 2, offer->name);
    (void)sqlite3_bind_text(statement, 3, offer->label.text[LANGUAGE_FR], -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 4, offer->label.text[LANGUAGE_EN], -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 5, offer->price_minor);
    (void)sqlite3_bind_int64(statement, 6, offer->vat_thousandths);
    bind_terminated(statement, 7, offer_carrier_name(shop, offer));
    (void)sqlite3_bind_int64(statement, 8, offer->retired);
    return sqlite_run(journal, statement, writing);
}

static enum status item_add(struct journal *journal, const struct shop *shop, uint32_t index)
{
    const struct item *item = &shop->items[index];
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_ITEM);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, index);
    bind_terminated(statement, 2, item->name);
    bind_terminated(statement, 3, item->unit);
    (void)sqlite3_bind_int64(statement, 4, item->on_hand_thousandths);
    (void)sqlite3_bind_int64(statement, 5, item->unit_cost_minor);
    bind_terminated(statement, 6, item_supplier_name(shop, item));
    (void)sqlite3_bind_int64(statement, 7, item->retired);
    return sqlite_run(journal, statement, writing);
}

/* Shops change seldom: the tables are written anew. */
enum status journal_put_shop(struct journal *journal, const struct promise_state *state)
{
    const struct shop *shop = promise_state_shop(state);
    ASSERT(journal->writing);
    journal->has_shop_row = true;
    /* Nothing is written behind rows that failed. */
    enum status status = sqlite_rows_flush(journal);
    if (status == STATUS_OK) {
        int result =
            sqlite3_exec(journal->db, "DELETE FROM offers; DELETE FROM items", NULL, NULL, NULL);
        status = sqlite_status(journal, result, writing);
    }
    for (uint32_t i = 0; i < shop->offer_count && status == STATUS_OK; i++) {
        status = offer_add(journal, shop, i);
    }
    for (uint32_t i = 0; i < shop->item_count && status == STATUS_OK; i++) {
        status = item_add(journal, shop, i);
    }
    return status == STATUS_OK ? moves_supply_put(journal, state) : status;
}

/* 0: not known. */
static enum status customer_of(struct journal *journal, struct slice text, int64_t *customer)
{
    *customer = 0;
    if (text.length > 0 && !journal->has_customer_key) {
        if (!customer_key_read(journal->db, &journal->customer_key)) {
            return sqlite_status(journal, sqlite3_errcode(journal->db), "cannot be read");
        }
        journal->has_customer_key = true;
    }
    *customer = text.length > 0 ? customer_hash(&journal->customer_key, text) : 0;
    return STATUS_OK;
}

enum status journal_add_history(struct journal *journal, const struct journal_history *line)
{
    ASSERT(journal->writing);
    char at[INSTANT_BYTES];
    int64_t customer = 0;
    enum status status = customer_of(journal, line->customer, &customer);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_HISTORY);
    if (status != STATUS_OK || statement == NULL) {
        return journal->fault.status;
    }
    (void)instant_write_utc(at, line->at);
    (void)sqlite3_bind_text(statement, 1, line->order.data, (int)line->order.length, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, line->offer.data, (int)line->offer.length, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 3, line->quantity_thousandths);
    (void)sqlite3_bind_int64(statement, 4, line->unit_price_minor);
    bind_terminated(statement, 5, at);
    (void)(customer != 0 ? sqlite3_bind_int64(statement, 6, customer)
                         : sqlite3_bind_null(statement, 6));
    return sqlite_run(journal, statement, writing);
}

enum status journal_add_contact(struct journal *journal, struct journal_contact *contact)
{
    ASSERT(journal->writing);
    char *salt = NULL;
    struct row_cell *row = sqlite_row(journal, ROWS_CONTACTS, &salt);
    if (row == NULL) {
        return journal->fault.status;
    }
    memcpy(salt, contact->salt, JOURNAL_SALT_BYTES);
    contact->number = ++journal->contact_count;
    row[0] = row_integer(contact->number);
    row[1] = row_integer((int64_t)contact->customer.value);
    for (int i = 0; i < PERSON_FIELDS; i++) {
        row[2 + i] = row_slice(contact->fields[i]);
    }
    row[2 + PERSON_FIELDS] = row_blob(salt, JOURNAL_SALT_BYTES);
    return STATUS_OK;
}

enum status journal_add_body(struct journal *journal, uint32_t order_number,
                             const unsigned char salt[JOURNAL_SALT_BYTES], struct slice body,
                             int64_t at)
{
    ASSERT(journal->writing);
    unsigned char digest[DIGEST_BYTES];
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_BODY);
    if (statement == NULL) {
        return journal->fault.status;
    }
    digest_hmac((struct slice){(const char *)salt, JOURNAL_SALT_BYTES}, body, digest);
    (void)sqlite3_bind_int64(statement, 1, order_number);
    (void)sqlite3_bind_blob(statement, 2, digest, sizeof digest, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 3, at);
    return sqlite_run(journal, statement, writing);
}

/* An empty sequence of events makes no row: the batch then holds only what stands beside the
 * journal. */
static enum status row_add(struct journal *journal, int64_t stamp, struct slice events,
                           struct journal_end *end)
{
    sqlite3_stmt *row = sqlite_statement(journal, STATEMENT_ADD_ROW);
    sqlite3_stmt *put_end = sqlite_statement(journal, STATEMENT_PUT_END);
    if (row == NULL || put_end == NULL) {
        return journal->fault.status;
    }
    end->sequence++;
    end->stamp = stamp;
    (void)sqlite3_bind_int64(row, 1, (int64_t)end->sequence);
    (void)sqlite3_bind_int64(row, 2, stamp);
    (void)sqlite3_bind_blob64(row, 3, events.data, events.length, SQLITE_STATIC);
    (void)sqlite3_bind_blob(row, 4, journal->end.hash, JOURNAL_HASH_BYTES, SQLITE_STATIC);
    row_hash(journal->end.hash, end->sequence, stamp, events, end->hash);
    (void)sqlite3_bind_blob(row, 5, end->hash, JOURNAL_HASH_BYTES, SQLITE_STATIC);
    enum status status = sqlite_run(journal, row, writing);
    if (status != STATUS_OK) {
        return status;
    }
    (void)sqlite3_bind_int64(put_end, 1, (int64_t)end->sequence);
    (void)sqlite3_bind_blob(put_end, 2, end->hash, JOURNAL_HASH_BYTES, SQLITE_STATIC);
    return sqlite_run(journal, put_end, writing);
}

static enum status shop_row_add(struct journal *journal, uint64_t sequence)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_SHOP_ROW);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, (int64_t)sequence);
    return sqlite_run(journal, statement, writing);
}

/* A file that was removed or replaced takes commits as before, and with the process they are gone:
 * no order may be acknowledged from there. A look at the directory entry costs a system call a
 * batch. */
static enum status place_check(struct journal *journal)
{
    int moved = 0;
    int result = sqlite3_file_control(journal->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (result != SQLITE_OK || moved == 0) {
        return STATUS_OK;
    }
    journal->broken = true;
    return fault_set(&journal->fault, STATUS_IO,
                     "%s: was moved, removed or replaced; put it back and start again",
                     sqlite3_db_filename(journal->db, "main"));
}

enum status journal_commit(struct journal *journal, int64_t stamp, struct slice events)
{
    ASSERT(journal->writing);
    ASSERT(stamp >= journal->end.stamp || journal->end.sequence == 0);
    struct journal_end end = journal->end;
    enum status status = sqlite_rows_flush(journal);
    if (status == STATUS_OK && events.length > 0) {
        status = row_add(journal, stamp, events_pack(events, &journal->packed), &end);
    }
    if (status == STATUS_OK && journal->has_shop_row) {
        status = shop_row_add(journal, end.sequence);
    }
    if (status == STATUS_OK) {
        status = place_check(journal);
    }
    sqlite3_stmt *commit = status == STATUS_OK ? sqlite_statement(journal, STATEMENT_COMMIT) : NULL;
    if (commit == NULL) {
        return journal->fault.status;
    }
    journal->log.owes = journal->owes;
    status = sqlite_run(journal, commit, writing);
    journal->log.owes = false;
    if (status == STATUS_OK) {
        journal->end = end;
        journal->writing = false;
    }
    return status;
}
