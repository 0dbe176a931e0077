/* Names and days as a person reads them, NULL where a column means nothing for its kind of row.
 *
 * Names are found through the state that has taken the event; items, suppliers and the like are
 * only ever added to a shop, so a later replay finds the same ones. */
#include "journal/sqlite_record.h"

#include "base/assert.h"
#include "promise/order_id.h"
#include "promise/wish.h"

_Static_assert((int)ORDER_ID_LENGTH < (int)RECORD_TEXT_BYTES &&
                   (int)INSTANT_BYTES <= (int)RECORD_TEXT_BYTES,
               "a cell's text has room for each kind");

static void record_begin(struct record *record, int64_t key)
{
    record->count = 0;
    record->text_count = 0;
    record->cells[record->count++] = row_integer(key);
}

static void cell_add(struct record *record, struct row_cell cell)
{
    ASSERT(record->count < RECORD_COLUMNS_MAX);
    record->cells[record->count++] = cell;
}

static char *text_take(struct record *record)
{
    ASSERT(record->text_count < RECORD_TEXTS_MAX);
    char *text = record->texts[record->text_count++];
    text[0] = '\0';
    return text;
}

static void instant_add(struct record *record, int64_t at)
{
    char *text = text_take(record);
    (void)instant_write_utc(text, at);
    cell_add(record, row_text(text));
}

/* A day that never was (of a receipt that nobody ordered through Écluse) lies before 1970: NULL. */
static void day_add(struct record *record, int32_t day)
{
    char *text = text_take(record);
    if (day > 0) {
        (void)day_write(text, day);
    }
    cell_add(record, row_text(text));
}

static void name_add(struct record *record, const char *name)
{
    cell_add(record, row_text(name == NULL ? "" : name));
}

static void integer_add(struct record *record, bool has, int64_t value)
{
    cell_add(record, has ? row_integer(value) : row_slice(SLICE("")));
}

static const char *supplier_name(const struct shop *shop, uint16_t index)
{
    return index < shop->supplier_count ? shop->suppliers[index].name : NULL;
}

static const char *item_name(const struct shop *shop, uint16_t index)
{
    return index < shop->item_count ? shop->items[index].name : NULL;
}

/* What a kind of change is about, by its index. */
static const char *change_name(const struct shop *shop, enum change_kind kind, uint16_t index)
{
    switch (kind) {
    case CHANGE_COUNT:
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
    case CHANGE_BOUGHT:
        return item_name(shop, index);
    case CHANGE_STAFF:
        return index < shop->work_center_count ? shop->work_centers[index].name : NULL;
    case CHANGE_CARRIER:
        return index < shop->carrier_count ? shop->carriers[index].name : NULL;
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        return supplier_name(shop, index);
    default:
        return NULL;
    }
}

/* Which columns of `changes` mean something for a kind. */
enum {
    HAS_ENTRY = 1,
    HAS_QUANTITY = 2,
    HAS_DAMAGED = 4,
    HAS_PEOPLE = 8,
    HAS_FROM = 16,
    HAS_TO = 32,
    HAS_ARRIVES = 64,
    HAS_DUE = 128,
    HAS_AMOUNT = 256,
    HAS_VAT = 512
};
static const unsigned change_columns[CHANGE_KINDS] = {
    [CHANGE_COUNT] = HAS_QUANTITY,
    [CHANGE_DATE] = HAS_ENTRY | HAS_ARRIVES | HAS_DUE,
    [CHANGE_QUANTITY] = HAS_ENTRY | HAS_QUANTITY,
    [CHANGE_RECEIVED] =
        HAS_ENTRY | HAS_QUANTITY | HAS_DAMAGED | HAS_TO | HAS_DUE | HAS_AMOUNT | HAS_VAT,
    [CHANGE_STAFF] = HAS_PEOPLE | HAS_FROM | HAS_TO,
    [CHANGE_CARRIER] = HAS_FROM | HAS_TO,
    [CHANGE_APPROVED] = HAS_FROM,
    [CHANGE_SENT] = HAS_FROM | HAS_TO | HAS_ARRIVES | HAS_DUE,
    [CHANGE_BOUGHT] = HAS_ENTRY | HAS_QUANTITY | HAS_FROM | HAS_ARRIVES | HAS_DUE,
    [CHANGE_BALANCE] = HAS_AMOUNT,
};

void change_record(struct record *record, const struct promise_state *state,
                   const struct event_changed *changed, int64_t at)
{
    unsigned has = change_columns[changed->kind];
    const struct shop *shop = promise_state_shop(state);
    uint16_t index =
        (has & HAS_ENTRY) != 0 ? promise_entry(state, changed->entry)->item : changed->index;
    record_begin(record, 0);
    instant_add(record, at);
    name_add(record, change_kind_text(changed->kind));
    name_add(record, change_name(shop, changed->kind, index));
    integer_add(record, (has & HAS_ENTRY) != 0, changed->entry);
    integer_add(record, (has & HAS_QUANTITY) != 0, changed->quantity_thousandths);
    integer_add(record, (has & HAS_DAMAGED) != 0, changed->damaged_thousandths);
    integer_add(record, (has & HAS_DAMAGED) != 0, changed->closes);
    integer_add(record, (has & HAS_PEOPLE) != 0, changed->people);
    day_add(record, (has & HAS_FROM) != 0 ? changed->from_day : 0);
    day_add(record, (has & HAS_TO) != 0 ? changed->to_day : 0);
    day_add(record, (has & HAS_ARRIVES) != 0 ? changed->arrives_day : 0);
    day_add(record, (has & HAS_DUE) != 0 ? changed->due_day : 0);
    integer_add(record, (has & HAS_AMOUNT) != 0, changed->amount_minor);
    integer_add(record, (has & HAS_VAT) != 0, changed->vat_minor);
}

static void dates_add(struct record *record, const struct promise_dates *dates)
{
    char *ship_by = text_take(record);
    if (dates->has_ship_by) {
        (void)instant_write_utc(ship_by, dates->ship_by);
    }
    cell_add(record, row_text(ship_by));
    day_add(record, dates->deliver_by_day);
}

/* A hold that is paid late moves without a change. */
void revision_record(struct record *record, const struct shop *shop,
                     const struct event_placed *placed, const struct order_view *view, int64_t at)
{
    bool changed = placed->reason != CHANGE_NONE;
    record_begin(record, 0);
    integer_add(record, true, placed->number);
    integer_add(record, true, view->revisions);
    instant_add(record, at);
    name_add(record, changed ? change_kind_text(placed->reason) : "late payment");
    name_add(record, change_name(shop, placed->reason, placed->reason_index));
    dates_add(record, &view->current.dates);
    integer_add(record, true, placed->broken);
}

void revision_record_before(struct record *record, const struct order_view *before)
{
    dates_add(record, &before->current.dates);
    integer_add(record, true, before->broken);
}

void supply_record(struct record *record, const struct promise_state *state, uint32_t number)
{
    const struct shop *shop = promise_state_shop(state);
    const struct supply_entry *entry = promise_entry(state, number);
    record_begin(record, number);
    name_add(record, item_name(shop, entry->item));
    name_add(record, supplier_name(shop, entry->supplier));
    name_add(record, supply_status_text((enum supply_status)entry->status));
    day_add(record, entry->order_day);
    day_add(record, entry->arrives_day);
    day_add(record, entry->due_day);
    integer_add(record, true, entry->quantity_thousandths);
    integer_add(record, true, entry->received_thousandths);
}

void bill_record(struct record *record, const struct promise_state *state, uint32_t number)
{
    const struct supply_bill *bill = promise_bill(state, number);
    record_begin(record, number);
    name_add(record, supplier_name(promise_state_shop(state), bill->supplier));
    integer_add(record, true, bill->amount_minor);
    integer_add(record, true, bill->vat_minor);
    day_add(record, bill->due_day);
    day_add(record, bill->received_day);
    integer_add(record, true, bill->entry);
}

void wish_record(struct record *record, const struct promise_state *state, uint32_t number)
{
    struct wish_view wish;
    bool known = promise_wish_by_number(state, number, &wish);
    ASSERT(known);
    record_begin(record, number);
    char *id = text_take(record);
    order_id_write(id, wish.made_at, wish.key);
    cell_add(record, row_text(id));
    name_add(record, wish_status_text(wish.status));
    instant_add(record, wish.made_at);
    instant_add(record, wish.since);
    name_add(record, promise_state_shop(state)->offers[wish.offer.index].name);
    integer_add(record, true, wish.quantity_thousandths);
    day_add(record, wish.latest_day);
    integer_add(record, wish.order != 0, wish.order);
}

void purchase_record(struct record *record, uint32_t order_number,
                     const struct event_purchase *purchase)
{
    record_begin(record, 0);
    integer_add(record, true, order_number);
    integer_add(record, true, purchase->entry);
    integer_add(record, true, purchase->quantity_thousandths);
}

void session_record(struct record *record, const struct shop *shop,
                    const struct event_session *session)
{
    record_begin(record, session->number);
    ASSERT(session->offer.index < shop->offer_count);
    name_add(record, shop->offers[session->offer.index].name);
    instant_add(record, session->start);
    instant_add(record, session->end);
    integer_add(record, true, session->seats);
}

void seats_record(struct record *record, uint32_t order_number, uint32_t index,
                  const struct event_session *session)
{
    record_begin(record, (int64_t)order_number * LINES_PER_ORDER + index + 1);
    integer_add(record, true, order_number);
    integer_add(record, true, session->number);
    integer_add(record, true, session->seats);
}

void line_own_write(struct line_own *own, const struct order_view *order,
                    const struct order_line_view *line)
{
    bool apart = order->status >= ORDER_CONFIRMED && order->status <= ORDER_DELIVERED &&
                 line->status != order->status;
    own->status = apart ? order_status_text(line->status) : NULL;
    own->dates = (struct order_dates_text){.ship_by = ""};
    if (order->group_count > 1) {
        order_dates_write(&own->dates, &line->dates);
    }
}

void record_bind(sqlite3_stmt *statement, const struct record *record)
{
    for (uint32_t i = 0; i < record->count; i++) {
        const struct row_cell *cell = &record->cells[i];
        int place = (int)i + 1;
        if (cell->kind == CELL_INTEGER && (i > 0 || cell->integer != 0)) {
            (void)sqlite3_bind_int64(statement, place, cell->integer);
        } else if (cell->kind == CELL_TEXT) {
            sqlite_bind_slice(statement, place, (struct slice){cell->bytes, cell->length});
        } else {
            (void)sqlite3_bind_null(statement, place);
        }
    }
}
