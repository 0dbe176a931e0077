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

static bool quantity_read(struct sold_reading *reading, struct json_value order,
                          struct json_value element, int64_t *quantity)
{
    if (element.kind != JSON_IS_OBJECT || !sold_quantity(element, "quantity", quantity)) {
        return problem_set(reading->reader->problem, PROBLEM_BAD_VALUE,
                           "a line has a quantity of at most three decimals");
    }
    if (!sold_quantity(element, "current_quantity", quantity)) {
        int64_t back = refunded(reading, order, sold_text(reading, element, "id", 24));
        *quantity = *quantity > back ? *quantity - back : *quantity > 0 ? 0 : *quantity;
    }
    return true;
}

static bool lines_read(struct sold_reading *reading, struct json_value order)
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
        if (!quantity_read(reading, order, element, &line.quantity_thousandths)) {
            return false;
        }
        line.sku = sold_text(reading, element, "sku", SOLD_SKU_BYTES);
        line.called = sold_text(reading, element, "name", LIMIT_LABEL_BYTES);
        if (line.called.length == 0) {
            line.called = sold_text(reading, element, "title", LIMIT_LABEL_BYTES);
        }
        int64_t price = sold_amount(reading, element, "price");
        line.paid_minor = line.quantity_thousandths > 0 &&
                                  line.quantity_thousandths <= LIMIT_LINE_QUANTITY_THOUSANDTHS &&
                                  price <= LIMIT_MONEY_MINOR
                              ? decimal_scale_half_up(price, line.quantity_thousandths, THOUSAND)
                              : 0;
        sold_line_add(reading, &line);
    }
    return true;
}

static void person_read(struct sold_reading *reading, struct json_value order)
{
    struct json_value to;
    struct person *person = &reading->sold->person;
    const size_t most = LIMIT_PERSON_FIELD_BYTES;
    person->email = sold_text(reading, order, "email", LIMIT_EMAIL_BYTES);
    if (!request_email_good(person->email)) {
        person->email = SLICE("");
    }
    person->phone = sold_text(reading, order, "phone", most);
    if (!sold_object(order, "shipping_address", &to) &&
        !sold_object(order, "billing_address", &to)) {
        return;
    }
    person->name = sold_name(reading, sold_text(reading, to, "first_name", most),
                             sold_text(reading, to, "last_name", most));
    person->street = sold_name(reading, sold_text(reading, to, "address1", most),
                               sold_text(reading, to, "address2", most));
    person->postcode = sold_text(reading, to, "zip", most);
    person->city = sold_text(reading, to, "city", most);
    person->country = sold_text(reading, to, "country_code", most);
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
    return lines_read(reading, order);
}
