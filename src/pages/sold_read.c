/* What the shop programs have in common: texts, lines that are ours or not, people, dates.
 *
 * A line is ours if an offer bears the name that an import of products gives to its SKU
 * (model/foreign_name.h); a retired one too, because it was sold. */
#include "pages/sold_inside.h"

#include "base/assert.h"
#include "model/foreign_name.h"
#include "model/names.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const systems[SOLD_SYSTEMS] = {"woocommerce", "shopify"};
static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};

const char *sold_system_text(enum sold_system system)
{
    return systems[system];
}

bool sold_system_read(struct slice text, enum sold_system *system)
{
    for (int i = 0; i < SOLD_SYSTEMS; i++) {
        if (slice_is(text, systems[i])) {
            *system = (enum sold_system)i;
            return true;
        }
    }
    return false;
}

static void *take(const struct sold_reading *reading, size_t bytes)
{
    return reading->reader->alloc(reading->reader->context, bytes);
}

static bool refuse(struct request_reader *reader, const char *sentence)
{
    return problem_set(reader->problem, PROBLEM_BAD_VALUE, "%s", sentence);
}

/* ---- texts ---- */

struct slice sold_text(const struct sold_reading *reading, struct json_value object,
                       const char *name, size_t most)
{
    struct json_value value;
    if (!json_read_member(object, name, &value) ||
        (value.kind != JSON_IS_STRING && value.kind != JSON_IS_NUMBER)) {
        return SLICE("");
    }
    char *to = take(reading, value.text.length + 1);
    if (to == NULL) {
        return SLICE("");
    }
    struct slice text = value.kind == JSON_IS_STRING ? json_read_string(value, to) : value.text;
    size_t length = utf8_cut(text, most);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        to[i] = c < ' ' || c == 0x7f ? ' ' : (char)c;
    }
    return slice_trim((struct slice){to, length});
}

bool sold_object(struct json_value object, const char *name, struct json_value *value)
{
    return json_read_member(object, name, value) && value->kind == JSON_IS_OBJECT;
}

/* Both with a space between, or the one that there is. */
static struct slice joined(const struct sold_reading *reading, struct slice first,
                           struct slice last)
{
    char *to = take(reading, first.length + 1 + last.length);
    if (to == NULL || first.length == 0 || last.length == 0) {
        return first.length > 0 ? first : last;
    }
    memcpy(to, first.data, first.length);
    to[first.length] = ' ';
    memcpy(to + first.length + 1, last.data, last.length);
    const struct slice both = {to, first.length + 1 + last.length};
    return (struct slice){to, utf8_cut(both, LIMIT_PERSON_FIELD_BYTES)};
}

/* ---- who buys ---- */

void sold_email_read(struct sold_reading *reading, struct json_value object)
{
    struct slice email = sold_text(reading, object, "email", LIMIT_EMAIL_BYTES);
    reading->sold->person.email = request_email_good(email) ? email : SLICE("");
}

void sold_address_read(struct sold_reading *reading, struct json_value object,
                       const struct sold_address *names)
{
    struct person *person = &reading->sold->person;
    const size_t most = LIMIT_PERSON_FIELD_BYTES;
    person->name = joined(reading, sold_text(reading, object, "first_name", most),
                          sold_text(reading, object, "last_name", most));
    person->street = joined(reading, sold_text(reading, object, names->street, most),
                            sold_text(reading, object, names->street_more, most));
    person->postcode = sold_text(reading, object, names->postcode, most);
    person->city = sold_text(reading, object, "city", most);
    person->country = sold_text(reading, object, names->country, most);
}

/* ---- values ---- */

/* Programs write 12.5, "12.50", "12.500000": more decimals than the currency has are rounded. */
enum { AMOUNT_DECIMALS = 6 };

int64_t sold_amount(const struct sold_reading *reading, struct json_value object, const char *name)
{
    int64_t value = 0;
    struct json_value member;
    int decimals = reading->reader->shop->currency.decimals;
    if (!json_read_member(object, name, &member) ||
        (member.kind != JSON_IS_STRING && member.kind != JSON_IS_NUMBER) ||
        decimal_read(member.text, AMOUNT_DECIMALS, &value) != DECIMAL_OK || value < 0) {
        return 0;
    }
    for (int i = decimals; i < AMOUNT_DECIMALS; i++) {
        value = i + 1 < AMOUNT_DECIMALS ? value / 10 : (value + 5) / 10;
    }
    return value;
}

int64_t sold_instant(const struct sold_reading *reading, struct json_value object, const char *name)
{
    int64_t at = 0;
    struct slice text = sold_text(reading, object, name, 40);
    return text.length > 0 && instant_read(&utc, text, &at) && at > 0 ? at : 0;
}

bool sold_quantity(struct json_value object, const char *name, int64_t *thousandths)
{
    struct json_value value;
    if (!json_read_member(object, name, &value)) {
        return false;
    }
    return value.kind == JSON_IS_NUMBER
               ? json_read_decimal(value, 3, thousandths) == DECIMAL_OK
               : value.kind == JSON_IS_STRING &&
                     decimal_read(value.text, 3, thousandths) == DECIMAL_OK;
}

/* ---- lines ---- */

void sold_unknown_add(struct sold_reading *reading, const char *format, ...)
{
    char sentence[600];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    struct text *to = &reading->unknown;
    size_t bytes = utf8_cut(slice_of(sentence), sizeof sentence - 4);
    if (to->length + bytes + 8 > SOLD_UNKNOWN_BYTES) {
        if (to->length > 0 && to->bytes[to->length - 1] != '.') {
            text_append_string(to, "; ...");
        }
        return;
    }
    text_append_string(to, to->length > 0 ? "; " : "");
    text_append(to, sentence, bytes);
}

static void line_unknown(struct sold_reading *reading, const struct sold_line *line,
                         const char *why)
{
    char quantity[32];
    (void)decimal_write(quantity, line->quantity_thousandths, 3, true);
    struct slice sku = line->sku;
    sold_unknown_add(reading, "%s x %.*s%s%.*s%s%s", quantity, (int)utf8_cut(line->called, 120),
                     line->called.data, sku.length > 0 ? " (" : "", (int)utf8_cut(sku, 80),
                     sku.data, sku.length > 0 ? ")" : "", why);
}

static bool offer_find(const struct sold_reading *reading, const struct sold_line *line,
                       struct offer_id *offer)
{
    char name[LIMIT_NAME_BYTES + 1];
    const struct shop *shop = reading->reader->shop;
    offer->index = NO_INDEX;
    if (line->sku.length > 0) {
        (void)foreign_name(line->sku, name);
        offer->index = names_find(shop, NAMES_OFFERS, slice_of(name));
    }
    for (int i = 0; i < SOLD_CUSTOM_NAMES && offer->index == NO_INDEX; i++) {
        if (line->names[i][0] != '\0') {
            offer->index = names_find(shop, NAMES_OFFERS, slice_of(line->names[i]));
        }
    }
    return offer->index != NO_INDEX;
}

static void history_add(struct sold_reading *reading, const struct sold_line *line,
                        struct offer_id offer)
{
    struct engine_sold *sold = reading->sold;
    if (reading->made_at == 0 || sold->history_count == LIMIT_ORDER_LINES) {
        return;
    }
    int64_t price = decimal_scale_half_up(line->paid_minor, THOUSAND, line->quantity_thousandths);
    reading->history[sold->history_count++] = (struct history_line){
        .order = sold->label,
        .offer = slice_of(reading->reader->shop->offers[offer.index].name),
        .quantity_thousandths = line->quantity_thousandths,
        .unit_price_minor = price,
        .at = reading->made_at,
    };
}

static void line_add(struct sold_reading *reading, const struct sold_line *line)
{
    struct engine_sold *sold = reading->sold;
    struct offer_id offer;
    uint32_t at = 0;
    if (line->quantity_thousandths == 0) {
        return;
    }
    if (line->quantity_thousandths < 0 ||
        line->quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS) {
        line_unknown(reading, line, ", which is no quantity");
        return;
    }
    if (!offer_find(reading, line, &offer)) {
        line_unknown(reading, line, "");
        return;
    }
    while (at < sold->line_count && reading->lines[at].offer.index != offer.index) {
        at++;
    }
    int64_t before = at < sold->line_count ? reading->lines[at].quantity_thousandths : 0;
    if (at == LIMIT_ORDER_LINES ||
        before + line->quantity_thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS) {
        line_unknown(reading, line, ", which is one line too many");
        return;
    }
    sold->line_count += at == sold->line_count;
    reading->lines[at] = (struct promise_line){offer, before + line->quantity_thousandths};
    history_add(reading, line, offer);
}

bool sold_lines_read(struct sold_reading *reading, struct json_value order,
                     void (*line_fill)(const struct sold_reading *reading, struct json_value order,
                                       struct json_value element, struct sold_line *line))
{
    struct json_value list;
    struct json_value element;
    if (!json_read_member(order, "line_items", &list) || list.kind != JSON_IS_ARRAY) {
        return problem_set(reading->reader->problem, PROBLEM_MISSING_FIELD,
                           "an order has \"line_items\", a list");
    }
    struct slice rest = json_read_elements(list);
    while (json_read_next(&rest, &element)) {
        struct sold_line line = {.sku = SLICE("")};
        if (element.kind != JSON_IS_OBJECT ||
            !sold_quantity(element, "quantity", &line.quantity_thousandths)) {
            return refuse(reading->reader, "a line has a quantity of at most three decimals");
        }
        line.sku = sold_text(reading, element, "sku", SOLD_SKU_BYTES);
        line.called = sold_text(reading, element, "name", LIMIT_LABEL_BYTES);
        line_fill(reading, order, element, &line);
        line_add(reading, &line);
    }
    return true;
}

/* ---- the order ---- */

static bool reference_make(struct sold_reading *reading, enum sold_system system,
                           struct json_value order)
{
    struct json_value id;
    char *to = take(reading, SOLD_REFERENCE_BYTES);
    bool found = json_read_member(order, "id", &id) && to != NULL &&
                 (id.kind == JSON_IS_NUMBER || id.kind == JSON_IS_STRING);
    bool good = found && id.text.length > 0 && id.text.length <= 20;
    for (size_t i = 0; good && i < id.text.length; i++) {
        good = id.text.data[i] >= '0' && id.text.data[i] <= '9';
    }
    if (!good) {
        return refuse(reading->reader, "an order has an \"id\" of digits");
    }
    int length = snprintf(to, SOLD_REFERENCE_BYTES, "%s:%.*s", sold_system_text(system),
                          (int)id.text.length, id.text.data);
    reading->sold->reference = (struct slice){to, (size_t)length};
    reading->sold->label = (struct slice){to + length - id.text.length, id.text.length};
    return true;
}

/* An order may say who buys after its lines. */
static void customer_set(struct sold_reading *reading)
{
    for (uint32_t i = 0; i < reading->sold->history_count; i++) {
        reading->history[i].customer = reading->sold->person.email;
    }
}

static void promised_set(struct sold_reading *reading)
{
    const struct shop *shop = reading->reader->shop;
    int32_t days = shop->promise.usual_days;
    if (days >= 0 && reading->made_at > 0) {
        reading->sold->promised_day = zone_day(&shop->zone, reading->made_at) + days;
    }
}

static bool reading_open(struct sold_reading *reading, struct request_reader *reader,
                         struct engine_sold *sold)
{
    *sold = (struct engine_sold){.state = SOLD_OPEN};
    *reading = (struct sold_reading){.reader = reader, .sold = sold};
    reading->lines = take(reading, LIMIT_ORDER_LINES * sizeof *reading->lines);
    reading->history = take(reading, LIMIT_ORDER_LINES * sizeof *reading->history);
    if (reading->lines == NULL || reading->history == NULL) {
        return problem_set(reader->problem, PROBLEM_TOO_LARGE,
                           "the request needs more memory than it may have; send less at once");
    }
    text_init(&reading->unknown, 2 * SOLD_UNKNOWN_BYTES);
    sold->lines = reading->lines;
    sold->history = reading->history;
    return true;
}

static bool unknown_keep(struct sold_reading *reading)
{
    struct slice text = text_slice(&reading->unknown);
    char *to = take(reading, text.length + 1);
    if (to != NULL && text.length > 0) {
        memcpy(to, text.data, text.length);
        reading->sold->unknown = (struct slice){to, text.length};
    }
    return to != NULL || refuse(reading->reader, "the request needs more memory than it may have");
}

bool sold_read(struct request_reader *reader, enum sold_system system, struct json_value order,
               struct engine_sold *sold)
{
    static bool (*const readers[SOLD_SYSTEMS])(struct sold_reading *, struct json_value) = {
        sold_read_woocommerce, sold_read_shopify};
    struct sold_reading reading;
    if (order.kind != JSON_IS_OBJECT) {
        return refuse(reader, "an order is an object");
    }
    if (!reading_open(&reading, reader, sold)) {
        return false;
    }
    bool read = reference_make(&reading, system, order) && readers[system](&reading, order) &&
                unknown_keep(&reading);
    promised_set(&reading);
    customer_set(&reading);
    text_free(&reading.unknown);
    return read;
}

bool sold_read_deleted(struct request_reader *reader, enum sold_system system,
                       struct json_value order, struct slice delivery, struct engine_sold *sold)
{
    struct json_value status;
    struct sold_reading reading = {.reader = reader, .sold = sold};
    *sold = (struct engine_sold){.state = SOLD_ENDED, .status = SLICE("deleted")};
    if (order.kind != JSON_IS_OBJECT || json_read_member(order, "line_items", &status) ||
        json_read_member(order, "status", &status)) {
        return refuse(reader, "a message that an order was deleted has its \"id\" alone");
    }
    sold->deleted_by = (struct slice){delivery.data, utf8_cut(delivery, SOLD_DELIVERY_BYTES)};
    return reference_make(&reading, system, order);
}
