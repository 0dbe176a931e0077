/* Supply is kept as the state has it: each entry that an event touches is written anew. Changes,
 * revisions, bills and purchases for orders only grow. Seats are kept beside their session, so that
 * an order that ends or moves can give them back. */
#include "journal/sqlite_moves.h"

#include "base/assert.h"
#include "promise/wish.h"

static const char writing[] = "cannot be written";

static enum status event_fault(struct journal *journal, enum status status)
{
    return fault_set(&journal->fault, status, "an event cannot be read");
}

enum status moves_settle(struct journal *journal, uint32_t number)
{
    const struct row_set *set = &journal->rows.sets[ROWS_ORDERS];
    bool waits = set->count > 0 && number >= set->cells[0][0].integer;
    return waits ? sqlite_rows_flush(journal) : STATUS_OK;
}

static enum status record_write(struct journal *journal, enum statement which,
                                const struct record *record)
{
    sqlite3_stmt *statement = sqlite_statement(journal, which);
    if (statement == NULL) {
        return journal->fault.status;
    }
    record_bind(statement, record);
    return sqlite_run(journal, statement, writing);
}

/* A statement with integers alone. */
static enum status integers_write(struct journal *journal, enum statement which,
                                  const int64_t *integers, int count)
{
    sqlite3_stmt *statement = sqlite_statement(journal, which);
    if (statement == NULL) {
        return journal->fault.status;
    }
    for (int i = 0; i < count; i++) {
        (void)sqlite3_bind_int64(statement, i + 1, integers[i]);
    }
    return sqlite_run(journal, statement, writing);
}

/* ---- wishes ---- */

enum status moves_wished(struct journal *journal, const struct event *event,
                         const struct promise_state *state, uint32_t contact)
{
    struct event_wished wished;
    struct record record;
    enum status status = event_wished_read(event, &wished);
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_ADD_WISH);
    if (status != STATUS_OK) {
        return event_fault(journal, status);
    }
    if (statement == NULL) {
        return journal->fault.status;
    }
    wish_record(&record, state, wished.number);
    record_bind(statement, &record);
    (void)sqlite3_bind_int64(statement, (int)record.count + 1, contact);
    return sqlite_run(journal, statement, writing);
}

static enum status wish_update(struct journal *journal, uint32_t number,
                               const struct promise_state *state)
{
    struct wish_view wish;
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_UPDATE_WISH);
    bool known = promise_wish_by_number(state, number, &wish);
    ASSERT(known);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, number);
    sqlite_bind_slice(statement, 2, slice_of(wish_status_text(wish.status)));
    (void)(wish.order == 0 ? sqlite3_bind_null(statement, 3)
                           : sqlite3_bind_int64(statement, 3, wish.order));
    return sqlite_run(journal, statement, writing);
}

enum status moves_wish_ended(struct journal *journal, const struct event *event,
                             const struct promise_state *state)
{
    struct event_wish_ended ended;
    enum status status = event_wish_ended_read(event, &ended);
    return status == STATUS_OK ? wish_update(journal, ended.number, state)
                               : event_fault(journal, status);
}

enum status moves_wish_met(struct journal *journal, const struct event_placed *placed,
                           const struct promise_state *state, uint32_t *contact)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_FIND_WISHER);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, placed->wish);
    int result = sqlite3_step(statement);
    *contact = result == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(statement, 0) : 0;
    (void)sqlite3_reset(statement);
    enum status status = sqlite_status(journal, result == SQLITE_ROW ? SQLITE_OK : result, writing);
    return status == STATUS_OK ? wish_update(journal, placed->wish, state) : status;
}

/* ---- supply ---- */

static enum status entry_put(struct journal *journal, const struct promise_state *state,
                             uint32_t number)
{
    struct record record;
    supply_record(&record, state, number);
    return record_write(journal, STATEMENT_PUT_SUPPLY, &record);
}

enum status moves_supply_put(struct journal *journal, const struct promise_state *state)
{
    enum status status = STATUS_OK;
    uint32_t count = promise_entry_count(state);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        status = entry_put(journal, state, number);
    }
    return status;
}

enum status moves_reductions(struct journal *journal, const unsigned char *reductions,
                             uint32_t count, const struct promise_state *state)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        status = entry_put(journal, state, event_reduction_at(reductions, i).entry);
    }
    return status;
}

static enum status purchase_add(struct journal *journal, const struct event_placed *placed,
                                uint32_t index, const struct promise_state *state)
{
    struct record record;
    struct event_purchase purchase = event_placed_purchase(placed, index);
    enum status status = entry_put(journal, state, purchase.entry);
    purchase_record(&record, placed->number, &purchase);
    return status == STATUS_OK ? record_write(journal, STATEMENT_ADD_PURCHASE, &record) : status;
}

/* All entries of the supplier's purchase, whatever day it has got by being sent. */
static enum status purchase_put(struct journal *journal, const struct promise_state *state,
                                const struct event_changed *changed)
{
    enum status status = STATUS_OK;
    uint32_t count = promise_entry_count(state);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        if (entry->supplier == changed->index &&
            (entry->order_day == changed->from_day || entry->order_day == changed->to_day)) {
            status = entry_put(journal, state, number);
        }
    }
    return status;
}

static enum status changed_supply_put(struct journal *journal, const struct event_changed *changed,
                                      const struct promise_state *state)
{
    switch (changed->kind) {
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
    case CHANGE_BOUGHT:
        return entry_put(journal, state, changed->entry);
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        return purchase_put(journal, state, changed);
    default:
        return STATUS_OK;
    }
}

enum status moves_changed(struct journal *journal, const struct event *event,
                          const struct promise_state *state, int64_t stamp)
{
    struct record record;
    struct event_changed changed;
    enum status status = event_changed_read(event, &changed);
    if (status != STATUS_OK) {
        return event_fault(journal, status);
    }
    change_record(&record, state, &changed, stamp);
    status = record_write(journal, STATEMENT_ADD_CHANGE, &record);
    if (status == STATUS_OK) {
        status = changed_supply_put(journal, &changed, state);
    }
    if (status == STATUS_OK && changed.kind == CHANGE_RECEIVED && changed.amount_minor != 0) {
        bill_record(&record, state, promise_bill_count(state));
        status = record_write(journal, STATEMENT_ADD_BILL, &record);
    }
    return status;
}

/* ---- seats ---- */

static enum status session_take(struct journal *journal, const struct event_session *session,
                                const struct shop *shop)
{
    const int64_t taken[] = {session->number, session->seats};
    struct record record;
    if (!session->is_new) {
        return integers_write(journal, STATEMENT_TAKE_SEATS, taken, 2);
    }
    journal->has_sessions = true;
    session_record(&record, shop, session);
    return record_write(journal, STATEMENT_ADD_SESSION, &record);
}

static enum status seats_take(struct journal *journal, const struct event_placed *placed,
                              uint32_t index, const struct shop *shop)
{
    struct event_session session = event_placed_session(placed, index);
    struct record record;
    enum status status = session_take(journal, &session, shop);
    seats_record(&record, placed->number, index, &session);
    return status == STATUS_OK ? record_write(journal, STATEMENT_ADD_SEATS, &record) : status;
}

/* A shop that never had a session is not asked. */
enum status moves_seats_free(struct journal *journal, uint32_t number)
{
    int64_t first = (int64_t)number * LINES_PER_ORDER;
    const int64_t range[] = {first, first + LINES_PER_ORDER - 1};
    if (!journal->has_sessions) {
        return STATUS_OK;
    }
    enum status status = integers_write(journal, STATEMENT_FREE_SEATS, range, 2);
    return status == STATUS_OK ? integers_write(journal, STATEMENT_DROP_SEATS, range, 2) : status;
}

enum status moves_reserve(struct journal *journal, const struct event_placed *placed,
                          const struct promise_state *state)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < placed->purchase_count && status == STATUS_OK; i++) {
        status = purchase_add(journal, placed, i, state);
    }
    if (status == STATUS_OK) {
        status = moves_reductions(journal, placed->reductions, placed->reduction_count, state);
    }
    for (uint32_t i = 0; i < placed->session_count && status == STATUS_OK; i++) {
        status = seats_take(journal, placed, i, promise_state_shop(state));
    }
    return status;
}

/* ---- orders that move ---- */

static int64_t line_id(const struct order_view *order, uint32_t index)
{
    return (int64_t)order->number * LINES_PER_ORDER + index + 1;
}

static enum status line_status_put(struct journal *journal, int64_t id, const char *text)
{
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_UPDATE_LINE);
    if (statement == NULL) {
        return journal->fault.status;
    }
    (void)sqlite3_bind_int64(statement, 1, id);
    sqlite_bind_slice(statement, 2, slice_of(text));
    return sqlite_run(journal, statement, writing);
}

enum status moves_line_statuses(struct journal *journal, const struct promise_state *state,
                                const struct order_view *order)
{
    const int64_t range[] = {line_id(order, 0), line_id(order, order->line_count - 1)};
    enum status status = moves_settle(journal, order->number);
    if (status == STATUS_OK) {
        status = integers_write(journal, STATEMENT_CLEAR_LINES, range, 2);
    }
    for (uint32_t i = 0; i < order->line_count && status == STATUS_OK; i++) {
        struct order_line_view line;
        struct line_own own;
        promise_order_line(state, order->number, i, &line);
        line_own_write(&own, order, &line);
        if (own.status != NULL) {
            status = line_status_put(journal, line_id(order, i), own.status);
        }
    }
    return status;
}

static enum status line_place(struct journal *journal, const struct promise_state *state,
                              const struct order_view *order, uint32_t index)
{
    struct order_line_view line;
    struct line_own own;
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_PLACE_LINE);
    if (statement == NULL) {
        return journal->fault.status;
    }
    promise_order_line(state, order->number, index, &line);
    line_own_write(&own, order, &line);
    (void)sqlite3_bind_int64(statement, 1, line_id(order, index));
    (void)sqlite3_bind_int64(statement, 2, (int64_t)line.group + 1);
    sqlite_bind_slice(statement, 3, slice_of(own.dates.ship_by));
    sqlite_bind_slice(statement, 4, slice_of(own.dates.deliver_by));
    return sqlite_run(journal, statement, writing);
}

static enum status order_revise(struct journal *journal, const struct order_view *order)
{
    struct order_dates_text dates;
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_REVISE_ORDER);
    if (statement == NULL) {
        return journal->fault.status;
    }
    order_dates_write(&dates, &order->current.dates);
    (void)sqlite3_bind_int64(statement, 1, order->number);
    sqlite_bind_slice(statement, 2, slice_of(dates.ship_by));
    sqlite_bind_slice(statement, 3, slice_of(dates.deliver_by));
    (void)sqlite3_bind_int64(statement, 4, order->revisions);
    (void)sqlite3_bind_int64(statement, 5, order->broken);
    (void)sqlite3_bind_int64(statement, 6, order->vat_minor);
    return sqlite_run(journal, statement, writing);
}

/* The order's row and lines as they are now; the revision's row was made from the one before. */
static enum status rows_revise(struct journal *journal, const struct promise_state *state,
                               const struct order_view *order)
{
    enum status status = order_revise(journal, order);
    for (uint32_t i = 0; order->line_count > 1 && i < order->line_count && status == STATUS_OK;
         i++) {
        status = line_place(journal, state, order, i);
    }
    return status;
}

enum status moves_revised(struct journal *journal, const struct event *event,
                          const struct promise_state *state, int64_t stamp)
{
    struct event_placed placed;
    struct order_view view;
    struct record record;
    enum status status = event_placed_read(event, &placed);
    if (status != STATUS_OK) {
        return event_fault(journal, status);
    }
    bool known = promise_order_by_number(state, placed.number, &view);
    ASSERT(known);
    status = moves_settle(journal, placed.number);
    if (status == STATUS_OK) {
        revision_record(&record, promise_state_shop(state), &placed, &view, stamp);
        status = record_write(journal, STATEMENT_ADD_REVISION, &record);
    }
    if (status == STATUS_OK) {
        status = rows_revise(journal, state, &view);
    }
    if (status == STATUS_OK) {
        status = moves_seats_free(journal, placed.number);
    }
    return status == STATUS_OK ? moves_reserve(journal, &placed, state) : status;
}

enum status moves_extended(struct journal *journal, const struct event *event)
{
    char text[INSTANT_BYTES];
    struct event_extended extended;
    enum status status = event_extended_read(event, &extended);
    if (status != STATUS_OK) {
        return event_fault(journal, status);
    }
    sqlite3_stmt *statement = sqlite_statement(journal, STATEMENT_EXTEND_ORDER);
    if (statement == NULL || moves_settle(journal, extended.number) != STATUS_OK) {
        return journal->fault.status;
    }
    (void)instant_write_utc(text, extended.held_until);
    (void)sqlite3_bind_int64(statement, 1, extended.number);
    sqlite_bind_slice(statement, 2, slice_of(text));
    return sqlite_run(journal, statement, writing);
}

/* ---- a file of an older schema ---- */

bool journal_needs_fill(struct journal *journal)
{
    sqlite3_stmt *statement = NULL;
    bool needs = sqlite3_prepare_v2(journal->db, "SELECT 1 FROM meta WHERE name = 'fill'", -1,
                                    &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW;
    (void)sqlite3_finalize(statement);
    return needs;
}

static enum status order_fill(struct journal *journal, const struct promise_state *state,
                              uint32_t number)
{
    struct order_view order;
    bool known = promise_order_by_number(state, number, &order);
    ASSERT(known);
    const int64_t vat[] = {number, order.vat_minor};
    enum status status = STATUS_OK;
    if (order.vat_minor != 0) {
        status = integers_write(journal, STATEMENT_FILL_ORDER, vat, 2);
    }
    if (order.line_count == 1 || status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < order.line_count && status == STATUS_OK; i++) {
        status = line_place(journal, state, &order, i);
    }
    return status == STATUS_OK ? moves_line_statuses(journal, state, &order) : status;
}

enum status journal_fill(struct journal *journal, const struct promise_state *state)
{
    ASSERT(journal->writing);
    enum status status = moves_supply_put(journal, state);
    uint32_t count = promise_order_count(state);
    for (uint32_t number = 1; number <= count && status == STATUS_OK; number++) {
        status = order_fill(journal, state, number);
    }
    if (status != STATUS_OK) {
        return status;
    }
    int result =
        sqlite3_exec(journal->db, "DELETE FROM meta WHERE name = 'fill'", NULL, NULL, NULL);
    return sqlite_status(journal, result, writing);
}
