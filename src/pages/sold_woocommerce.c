/* WooCommerce's orders (REST v3), as its API and its webhooks send them.
 *
 * A line bears the SKU of its variation, or of its product where that has none; products without
 * one are named as the import of products names them: woo-ID, or product and values. Which goods a
 * refund in part gave back does not stand in an order: it is told, and nothing is given back. */
#include "pages/sold_inside.h"

#include "model/foreign_name.h"

#include <stdio.h>

enum { VALUES_MAX = 8 };

static bool state_read(struct slice status, enum sold_state *state)
{
    static const struct {
        const char *status;
        enum sold_state state;
    } states[] = {
        {"pending", SOLD_WAITING},  {"checkout-draft", SOLD_WAITING}, {"processing", SOLD_OPEN},
        {"on-hold", SOLD_OPEN},     {"completed", SOLD_COMPLETE},     {"cancelled", SOLD_ENDED},
        {"refunded", SOLD_ENDED},   {"failed", SOLD_ENDED},           {"trash", SOLD_ENDED},
        {"auto-draft", SOLD_ENDED},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (slice_is(status, states[i].status)) {
            *state = states[i].state;
            return true;
        }
    }
    return false;
}

/* A status that a plugin has added is one of an order that was paid: to be made, to be sent. */
static void status_read(struct sold_reading *reading, struct json_value order)
{
    struct engine_sold *sold = reading->sold;
    sold->status = sold_text(reading, order, "status", SOLD_STATUS_BYTES);
    if (!state_read(sold->status, &sold->state)) {
        sold->state = SOLD_OPEN;
        sold_unknown_add(reading, "status %.*s, taken as processing", (int)sold->status.length,
                         sold->status.data);
    }
}

/* "-v1-v2": the values of a variation, as the import of products puts them behind a product. */
static void values_append(const struct sold_reading *reading, struct json_value line,
                          struct text *to)
{
    struct json_value list;
    struct json_value one;
    if (!json_read_member(line, "meta_data", &list) || list.kind != JSON_IS_ARRAY) {
        return;
    }
    struct slice rest = json_read_elements(list);
    for (int i = 0; i < VALUES_MAX && json_read_next(&rest, &one); i++) {
        struct slice key =
            one.kind == JSON_IS_OBJECT ? sold_text(reading, one, "key", 100) : SLICE("");
        if (key.length > 0 && key.data[0] != '_') {
            text_append_char(to, '-');
            text_append_slice(to, sold_text(reading, one, "value", 100));
        }
    }
}

static void names_make(const struct sold_reading *reading, struct json_value element,
                       struct sold_line *line)
{
    char identifier[64];
    struct text whole;
    struct slice variation = sold_text(reading, element, "variation_id", 20);
    struct slice product = sold_text(reading, element, "product_id", 20);
    bool varies = variation.length > 0 && !slice_is(variation, "0");
    if (varies) {
        snprintf(identifier, sizeof identifier, "woo-%.*s", (int)variation.length, variation.data);
        (void)foreign_name(slice_of(identifier), line->names[0]);
    }
    snprintf(identifier, sizeof identifier, "woo-%.*s", (int)product.length, product.data);
    if (!varies) {
        (void)foreign_name(slice_of(identifier), line->names[1]);
        return;
    }
    text_init(&whole, 2048);
    text_append_slice(&whole, line->sku.length > 0 ? line->sku : slice_of(identifier));
    values_append(reading, element, &whole);
    (void)foreign_name(text_slice(&whole), line->names[2]);
    text_free(&whole);
}

static void line_fill(const struct sold_reading *reading, struct json_value order,
                      struct json_value element, struct sold_line *line)
{
    (void)order;
    line->paid_minor =
        sold_amount(reading, element, "total") + sold_amount(reading, element, "total_tax");
    names_make(reading, element, line);
}

static void refunds_tell(struct sold_reading *reading, struct json_value order)
{
    struct json_value list;
    struct json_value element;
    if (reading->sold->state == SOLD_ENDED || !json_read_member(order, "refunds", &list) ||
        list.kind != JSON_IS_ARRAY) {
        return;
    }
    struct slice rest = json_read_elements(list);
    while (json_read_next(&rest, &element)) {
        struct slice total =
            element.kind == JSON_IS_OBJECT ? sold_text(reading, element, "total", 20) : SLICE("");
        sold_unknown_add(reading, "refund of %.*s: for which goods, the shop does not say",
                         (int)total.length, total.data);
    }
}

static void person_read(struct sold_reading *reading, struct json_value order)
{
    static const struct sold_address names = {"address_1", "address_2", "postcode", "country"};
    struct json_value billing;
    struct json_value shipping;
    const size_t most = LIMIT_PERSON_FIELD_BYTES;
    if (!sold_object(order, "billing", &billing)) {
        return;
    }
    bool apart = sold_object(order, "shipping", &shipping) &&
                 sold_text(reading, shipping, names.street, most).length > 0;
    sold_email_read(reading, billing);
    reading->sold->person.phone = sold_text(reading, billing, "phone", most);
    sold_address_read(reading, apart ? shipping : billing, &names);
}

bool sold_read_woocommerce(struct sold_reading *reading, struct json_value order)
{
    struct slice number = sold_text(reading, order, "number", SOLD_LABEL_BYTES);
    if (number.length > 0) {
        reading->sold->label = number;
    }
    status_read(reading, order);
    if (reading->sold->status.length == 0) {
        return problem_set(reading->reader->problem, PROBLEM_MISSING_FIELD,
                           "an order has a \"status\"");
    }
    reading->sold->modified_at = sold_instant(reading, order, "date_modified_gmt");
    reading->made_at = sold_instant(reading, order, "date_created_gmt");
    if (!sold_lines_read(reading, order, line_fill)) {
        return false;
    }
    refunds_tell(reading, order);
    person_read(reading, order);
    return true;
}
