/* Events as rows that a person reads: an order is a row of `orders` and one of `order_lines` for
 * each line; a step changes its row's status. Rows come from the event alone, so that verify can
 * make the same texts again from a replay.
 *
 * Every text is bound without a copy and stepped at once. */
#include "journal/sqlite.h"

#include "base/assert.h"
#include "journal/digest.h"
#include "promise/event.h"

#include <stdio.h>

enum { LINES_PER_ORDER = 1000 };
static const char writing[] = "cannot be written";

static void bind_terminated(sqlite3_stmt *statement, int index, const char *text)
{
    sqlite_bind_slice(statement, index, text == NULL ? SLICE("") : slice_of(text));
}

static enum status order_update(struct journal *journal, uint32_t number, enum order_status status,
                                int64_t at)
{
    char text[INSTANT_BYTES];
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_UPDATE_ORDER);
    if (statement == NULL) {
        return journal->fault.status;
    }
    instant_text(text, at);
    (void)sqlite3_bind_int64(statement, 1, number);
    bind_terminated(statement, 2, order_status_text(status));
    bind_terminated(statement, 3, text);
    bind_terminated(statement, 4, status == ORDER_SHIPPED ? text : NULL);
    bind_terminated(statement, 5, status == ORDER_DELIVERED ? text : NULL);
    return sqlite_run(journal, statement, writing);
}

static enum status line_add(struct journal *journal, const struct event_placed *placed,
                            uint32_t index, const struct shop *shop)
{
    struct event_line line = event_placed_line(placed, index);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_LINE);
    if (statement == NULL) {
        return journal->fault.status;
    }
    ASSERT(line.offer.index < shop->offer_count);
    (void)sqlite3_bind_int64(statement, 1, (int64_t)placed->number * LINES_PER_ORDER + index + 1);
    (void)sqlite3_bind_int64(statement, 2, placed->number);
    bind_terminated(statement, 3, shop->offers[line.offer.index].name);
    (void)sqlite3_bind_int64(statement, 4, line.quantity_thousandths);
    (void)sqlite3_bind_int64(statement, 5, line.amount_minor);
    return sqlite_run(journal, statement, writing);
}

static enum status order_add(struct journal *journal, const struct event_placed *placed,
                             const struct shop *shop, uint32_t contact)
{
    struct order_texts texts;
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_ORDER);
    if (statement == NULL) {
        return journal->fault.status;
    }
    order_texts_write(&texts, shop, placed->key, placed->made_at, placed->held_until,
                      &placed->first);
    (void)sqlite3_bind_int64(statement, 1, placed->number);
    bind_terminated(statement, 2, texts.id);
    bind_terminated(statement, 3, order_status_text(placed->hold ? ORDER_HELD : ORDER_CONFIRMED));
    bind_terminated(statement, 4, texts.made_at);
    bind_terminated(statement, 5, texts.held_until);
    bind_terminated(statement, 6, texts.first.ship_by);
    bind_terminated(statement, 7, texts.first.deliver_by);
    bind_terminated(statement, 8, texts.first.ship_by);
    bind_terminated(statement, 9, texts.first.deliver_by);
    bind_terminated(statement, 10, texts.limited_by);
    (void)sqlite3_bind_int64(statement, 11, placed->first.total_minor);
    (void)sqlite3_bind_int64(statement, 12, placed->first.shipping_minor);
    if (contact != 0) {
        (void)sqlite3_bind_int64(statement, 13, contact);
    } else {
        (void)sqlite3_bind_null(statement, 13);
    }
    return sqlite_run(journal, statement, writing);
}

static enum status placed_project(struct journal *journal, const struct event *event,
                                  const struct shop *shop, uint32_t contact, int64_t stamp)
{
    struct event_placed placed;
    enum status status = event_placed_read(event, &placed);
    if (status != STATUS_OK) {
        return fault_set(&journal->fault, status, "an order's event cannot be read");
    }
    status = order_add(journal, &placed, shop, contact);
    for (uint32_t i = 0; i < placed.line_count && status == STATUS_OK; i++) {
        status = line_add(journal, &placed, i, shop);
    }
    if (status == STATUS_OK && placed.replaced_number != 0) {
        status = order_update(journal, placed.replaced_number, ORDER_REPLACED, stamp);
    }
    return status;
}

enum status journal_project(struct journal *journal, const struct event *event,
                            const struct shop *shop, uint32_t contact, int64_t stamp)
{
    ASSERT(journal->writing);
    if (event->type == EVENT_PLACED) {
        return placed_project(journal, event, shop, contact, stamp);
    }
    enum order_status order_status = status_of_event(event->type);
    if (order_status == ORDER_NONE) {
        return STATUS_OK;
    }
    struct event_step step;
    enum status status = event_step_read(event, &step);
    if (status != STATUS_OK) {
        return fault_set(&journal->fault, status, "a step's event cannot be read");
    }
    return order_update(journal, step.number, order_status, step.at);
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
enum status journal_put_shop(struct journal *journal, const struct shop *shop)
{
    ASSERT(journal->writing);
    journal->has_shop_row = true;
    int result =
        sqlite3_exec(journal->db, "DELETE FROM offers; DELETE FROM items", NULL, NULL, NULL);
    enum status status = sqlite_status(journal, result, writing);
    for (uint32_t i = 0; i < shop->offer_count && status == STATUS_OK; i++) {
        status = offer_add(journal, shop, i);
    }
    for (uint32_t i = 0; i < shop->item_count && status == STATUS_OK; i++) {
        status = item_add(journal, shop, i);
    }
    return status;
}

enum status journal_add_history(struct journal *journal, const struct journal_history *line)
{
    ASSERT(journal->writing);
    char at[INSTANT_BYTES];
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_HISTORY);
    if (statement == NULL) {
        return journal->fault.status;
    }
    instant_text(at, line->at);
    (void)sqlite3_bind_text(statement, 1, line->order.data, (int)line->order.length, SQLITE_STATIC);
    (void)sqlite3_bind_text(statement, 2, line->offer.data, (int)line->offer.length, SQLITE_STATIC);
    (void)sqlite3_bind_int64(statement, 3, line->quantity_thousandths);
    (void)sqlite3_bind_int64(statement, 4, line->unit_price_minor);
    bind_terminated(statement, 5, at);
    return sqlite_run(journal, statement, writing);
}

enum status journal_add_contact(struct journal *journal, struct journal_contact *contact)
{
    ASSERT(journal->writing);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_CONTACT);
    if (statement == NULL) {
        return journal->fault.status;
    }
    contact->number = journal->contact_count + 1;
    (void)sqlite3_bind_int64(statement, 1, contact->number);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)contact->customer.value);
    (void)sqlite3_bind_blob(statement, 3, contact->salt, sizeof contact->salt, SQLITE_STATIC);
    for (int i = 0; i < PERSON_FIELDS; i++) {
        sqlite_bind_slice(statement, 4 + i, contact->fields[i]);
    }
    enum status status = sqlite_run(journal, statement, writing);
    journal->contact_count += status == STATUS_OK;
    return status;
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
    enum status status = STATUS_OK;
    if (events.length > 0) {
        status = row_add(journal, stamp, events, &end);
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
    status = sqlite_run(journal, commit, writing);
    if (status == STATUS_OK) {
        journal->end = end;
        journal->writing = false;
    }
    return status;
}
