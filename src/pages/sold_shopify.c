/* Shopify's orders (REST admin API), as its API and its webhooks send them.
 *
 * Shopify takes goods off its stock when an order is made, paid or not: what is not cancelled,
 * voided or refunded is sold. What was given back stands in the order: the quantity of a line is
 * current_quantity where that is there, else what was ordered less what was refunded. */
#include "pages/sold_inside.h"

static void state_read(struct sold_reading *reading, struct json_value order)
{
    struct engine_sold *sold = reading->sold;
    struct json_value test;
    struct slice paid = sold_text(reading, order, "financial_status", SOLD_STATUS_BYTES);
    struct slice filled = sold_text(reading, order, "fulfillment_status", SOLD_STATUS_BYTES);
    bool cancelled = sold_text(reading, order, "cancelled_at", 40).length > 0;
    bool ended = cancelled || slice_is(paid, "refunded") || slice_is(paid, "voided") ||
                 slice_is(paid, "expired") ||
                 (json_read_member(order, "test", &test) && json_read_true(test));
    bool filled_all = slice_is(filled, "fulfilled");
    sold->state = ended ? SOLD_ENDED : filled_all ? SOLD_COMPLETE : SOLD_OPEN;
    sold->status = cancelled ? SLICE("cancelled") : filled_all && !ended ? filled : paid;
    sold->status = sold->status.length > 0 ? sold->status : SLICE("open");
}

/* How much of a line was refunded. */
static int64_t refunded(const struct sold_reading *reading, struct json_value order,
                        struct slice line_id)
{
    struct json_value refunds;
    struct json_value refund;
    struct json_value lines;
    struct json_value line;
    int64_t sum = 0;
    if (!json_read_member(order, "refunds", &refunds) || refunds.kind != JSON_IS_ARRAY) {
        return 0;
    }
    struct slice rest = json_read_elements(refunds);
    while (json_read_next(&rest, &refund)) {
        if (refund.kind != JSON_IS_OBJECT ||
            !json_read_member(refund, "refund_line_items", &lines) || lines.kind != JSON_IS_ARRAY) {
            continue;
        }
        struct slice left = json_read_elements(lines);
        while (json_read_next(&left, &line)) {
            int64_t quantity = 0;
            if (line.kind == JSON_IS_OBJECT && line_id.length > 0 &&
                slice_equal(sold_text(reading, line, "line_item_id", 24), line_id) &&
                sold_quantity(line, "quantity", &quantity) && quantity > 0 &&
                quantity <= LIMIT_LINE_QUANTITY_THOUSANDTHS) {
                sum += quantity;
            }
        }
    }
    return sum;
}

/* What is still wanted of a line of which so much was ordered. */
static int64_t quantity_left(const struct sold_reading *reading, struct json_value order,
                             struct json_value element, int64_t ordered)
{
    int64_t left = 0;
    if (sold_quantity(element, "current_quantity", &left)) {
        return left;
    }
    int64_t back = refunded(reading, order, sold_text(reading, element, "id", 24));
    return ordered > back ? ordered - back : ordered < 0 ? ordered : 0;
}

static void line_fill(const struct sold_reading *reading, struct json_value order,
                      struct json_value element, struct sold_line *line)
{
    int64_t price = sold_amount(reading, element, "price");
    int64_t quantity = quantity_left(reading, order, element, line->quantity_thousandths);
    bool sane = quantity > 0 && quantity <= LIMIT_LINE_QUANTITY_THOUSANDTHS;
    line->quantity_thousandths = quantity;
    line->paid_minor =
        sane && price <= LIMIT_MONEY_MINOR ? decimal_scale_half_up(price, quantity, THOUSAND) : 0;
    if (line->called.length == 0) {
        line->called = sold_text(reading, element, "title", LIMIT_LABEL_BYTES);
    }
}

static void person_read(struct sold_reading *reading, struct json_value order)
{
    static const struct sold_address names = {"address1", "address2", "zip", "country_code"};
    struct json_value to;
    struct person *person = &reading->sold->person;
    const size_t most = LIMIT_PERSON_FIELD_BYTES;
    sold_email_read(reading, order);
    person->phone = sold_text(reading, order, "phone", most);
    if (!sold_object(order, "shipping_address", &to) &&
        !sold_object(order, "billing_address", &to)) {
        return;
    }
    sold_address_read(reading, to, &names);
    if (person->phone.length == 0) {
        person->phone = sold_text(reading, to, "phone", most);
    }
}

bool sold_read_shopify(struct sold_reading *reading, struct json_value order)
{
    struct slice name = sold_text(reading, order, "name", SOLD_LABEL_BYTES);
    if (name.length > 0) {
        reading->sold->label = name;
    }
    state_read(reading, order);
    reading->sold->modified_at = sold_instant(reading, order, "updated_at");
    reading->made_at = sold_instant(reading, order, "created_at");
    person_read(reading, order);
    return sold_lines_read(reading, order, line_fill);
}
