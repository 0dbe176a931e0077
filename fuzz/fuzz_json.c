/* Bodies of strangers: json_read and request against any bytes, with jansson as a second opinion
 * about what JSON is.
 *
 * The two may differ in three ways only: jansson knows no depth of 32, refuses numbers that a
 * double cannot hold, and takes a zero byte behind a value for the end of the text. An order that
 * is read must hold what the limits say. */
#include "base/assert.h"
#include "fuzz/stranger.h"

#include <jansson.h>

static void compare(struct slice body, enum json_result ours)
{
    if (memchr(body.data, 0, body.length) != NULL) {
        ASSERT(ours != JSON_OK);
        return;
    }
    json_error_t error;
    json_t *root =
        json_loadb(body.data, body.length, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &error);
    bool theirs = root != NULL;
    bool overflow = !theirs && json_error_code(&error) == json_error_numeric_overflow;
    json_decref(root);
    ASSERT(theirs == (ours == JSON_OK) || ours == JSON_TOO_DEEP || overflow);
}

static void check_order(const struct order_request *order)
{
    ASSERT(order->line_count >= 1);
    ASSERT(order->line_count <= LIMIT_ORDER_LINES);
    for (uint32_t i = 0; i < order->line_count; i++) {
        ASSERT(order->lines[i].offer.index == 0);
        ASSERT(order->lines[i].quantity_thousandths > 0);
        ASSERT(order->lines[i].quantity_thousandths <= LIMIT_LINE_QUANTITY_THOUSANDTHS);
    }
    ASSERT(request_email_good(order->person.email));
    ASSERT(utf8_valid(order->person.name));
    ASSERT(order->person.name.length <= LIMIT_PERSON_FIELD_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice body = {(const char *)data, size};
    struct json_value value;
    struct problem problem = {.kind = PROBLEM_NONE};
    struct order_request order;
    struct request_reader reader = stranger_reader(&problem);
    size_t offset = 0;
    compare(body, json_read_check(body, &value, &offset));
    if (request_read_order(&reader, body, &order)) {
        check_order(&order);
    } else {
        ASSERT(problem.kind != PROBLEM_NONE);
        ASSERT(utf8_valid(slice_of(problem.detail)));
        ASSERT(utf8_valid(slice_of(problem.pointer)));
    }
    return 0;
}
