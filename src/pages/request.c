/* The way of a body: json_read_check over all bytes once, then each object against its table of
 * fields, then each value.
 *
 * The order of the checks is the order of the body, so that the first thing that is wrong is what
 * is named. A problem's sentence is only written when there is one: a good order pays for no
 * formatting. What only the core can know (stock, hours, an offer sold in wholes) is not checked
 * here. */
#include "pages/request.h"

#include "base/assert.h"
#include "promise/order_id.h"

#include <stdio.h>

enum {
    LINE_BYTES_LEAST = 24, /* {"offer":"a","quantity":1} is longer */
    POINTER_BYTES = 96,
    NAME_SHOWN_BYTES = 64,
    WANT_BYTES_MAX = 40 /* an instant with seconds and offset has 25 */
};

enum { LINE_OFFER, LINE_QUANTITY, LINE_FIELDS };
static const struct json_field line_fields[LINE_FIELDS] = {
    [LINE_OFFER] = {"offer", JSON_IS_STRING, true},
    [LINE_QUANTITY] = {"quantity", JSON_IS_NUMBER, true},
};

enum { QUOTE_LINES, QUOTE_WANT, QUOTE_POLICY, QUOTE_FIELDS };
static const struct json_field quote_fields[QUOTE_FIELDS] = {
    [QUOTE_LINES] = {"lines", JSON_IS_ARRAY, true},
    [QUOTE_WANT] = {"want", JSON_IS_STRING, false},
    [QUOTE_POLICY] = {"policy", JSON_IS_STRING, false},
};

enum {
    ORDER_LINES,
    ORDER_WANT,
    ORDER_POLICY,
    ORDER_CUSTOMER,
    ORDER_HOLD,
    ORDER_REPLACES,
    ORDER_FIELDS
};
static const struct json_field order_fields[ORDER_FIELDS] = {
    [ORDER_LINES] = {"lines", JSON_IS_ARRAY, true},
    [ORDER_WANT] = {"want", JSON_IS_STRING, false},
    [ORDER_POLICY] = {"policy", JSON_IS_STRING, false},
    [ORDER_CUSTOMER] = {"customer", JSON_IS_OBJECT, true},
    [ORDER_HOLD] = {"hold", JSON_IS_BOOLEAN, false},
    [ORDER_REPLACES] = {"replaces", JSON_IS_STRING, false},
};

enum { WISH_OFFER, WISH_QUANTITY, WISH_LATEST, WISH_CUSTOMER, WISH_FIELDS };
static const struct json_field wish_fields[WISH_FIELDS] = {
    [WISH_OFFER] = {"offer", JSON_IS_STRING, true},
    [WISH_QUANTITY] = {"quantity", JSON_IS_NUMBER, true},
    [WISH_LATEST] = {"latest", JSON_IS_STRING, true},
    [WISH_CUSTOMER] = {"customer", JSON_IS_OBJECT, true},
};

enum { CUSTOMER_NAME, CUSTOMER_EMAIL, CUSTOMER_PHONE, CUSTOMER_ADDRESS, CUSTOMER_FIELDS };
static const struct json_field customer_fields[CUSTOMER_FIELDS] = {
    [CUSTOMER_NAME] = {"name", JSON_IS_STRING, true},
    [CUSTOMER_EMAIL] = {"email", JSON_IS_STRING, true},
    [CUSTOMER_PHONE] = {"phone", JSON_IS_STRING, false},
    [CUSTOMER_ADDRESS] = {"address", JSON_IS_OBJECT, false},
};

enum { ADDRESS_STREET, ADDRESS_POSTCODE, ADDRESS_CITY, ADDRESS_COUNTRY, ADDRESS_FIELDS };
static const struct json_field address_fields[ADDRESS_FIELDS] = {
    [ADDRESS_STREET] = {"street", JSON_IS_STRING, true},
    [ADDRESS_POSTCODE] = {"postcode", JSON_IS_STRING, true},
    [ADDRESS_CITY] = {"city", JSON_IS_STRING, true},
    [ADDRESS_COUNTRY] = {"country", JSON_IS_STRING, true},
};

static const struct json_field gate_fields[GATE_FIELDS] = {
    [GATE_PAUSED] = {"paused", JSON_IS_BOOLEAN, false},
    [GATE_RATE] = {"rate", JSON_IS_STRING, false},
    [GATE_OPEN] = {"open", JSON_IS_BOOLEAN, false},
};

static const struct request_table tables[REQUEST_SCHEMAS] = {
    [SCHEMA_QUOTE_REQUEST] = {"QuoteRequest", quote_fields, QUOTE_FIELDS},
    [SCHEMA_ORDER_REQUEST] = {"OrderRequest", order_fields, ORDER_FIELDS},
    [SCHEMA_LINE] = {"Line", line_fields, LINE_FIELDS},
    [SCHEMA_CUSTOMER] = {"Customer", customer_fields, CUSTOMER_FIELDS},
    [SCHEMA_ADDRESS] = {"Address", address_fields, ADDRESS_FIELDS},
    [SCHEMA_WISH_REQUEST] = {"WishRequest", wish_fields, WISH_FIELDS},
    [SCHEMA_GATE_REQUEST] = {"GateRequest", gate_fields, GATE_FIELDS},
};

const struct request_table *request_table(enum request_schema schema)
{
    ASSERT(schema < REQUEST_SCHEMAS);
    return &tables[schema];
}

/* Sets the pointer of the problem that was just set; returns false. */
static bool at(struct request_reader *reader, const char *pointer)
{
    (void)snprintf(reader->problem->pointer, sizeof reader->problem->pointer, "%s", pointer);
    return false;
}

static bool no_memory(struct request_reader *reader)
{
    return problem_set(reader->problem, PROBLEM_BUSY,
                       "the request needs more memory than it may have; send less at once");
}

bool request_read_object(struct request_reader *reader, struct slice body,
                         struct json_value *object)
{
    size_t offset = 0;
    switch (json_read_check(body, object, &offset)) {
    case JSON_OK:
        break;
    case JSON_BAD_UTF8:
        return problem_set(reader->problem, PROBLEM_NOT_UTF8,
                           "the text that begins at byte %zu is not UTF-8; send the body as UTF-8",
                           offset);
    case JSON_TOO_DEEP:
        return problem_set(reader->problem, PROBLEM_TOO_DEEP,
                           "at byte %zu the body is nested deeper than %d levels", offset,
                           LIMIT_JSON_DEPTH);
    default:
        return problem_set(reader->problem, PROBLEM_INVALID_JSON,
                           "at byte %zu of %zu the body stops being JSON (RFC 8259)", offset,
                           body.length);
    }
    if (object->kind != JSON_IS_OBJECT) {
        return problem_set(reader->problem, PROBLEM_WRONG_KIND, "the body is %s; send an object",
                           json_kind_text(object->kind));
    }
    return true;
}

/* Only a plain name is shown: what a stranger sends as a name may be long, escaped or not fit a
 * pointer. */
static bool name_plain(struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        if (c <= ' ' || c > '}' || c == '\\' || c == '"' || c == '/') {
            return false;
        }
    }
    return name.length <= NAME_SHOWN_BYTES;
}

static bool field_problem(struct request_reader *reader, enum json_result result,
                          const char *pointer, struct slice name)
{
    static const enum problem_kind kinds[] = {
        [JSON_UNKNOWN_FIELD] = PROBLEM_UNKNOWN_FIELD,
        [JSON_MISSING_FIELD] = PROBLEM_MISSING_FIELD,
        [JSON_DOUBLE_FIELD] = PROBLEM_DUPLICATE_KEY,
        [JSON_WRONG_KIND] = PROBLEM_WRONG_KIND,
    };
    static const char *const sentences[] = {
        [JSON_UNKNOWN_FIELD] = "is no field here; leave it out",
        [JSON_MISSING_FIELD] = "is missing; add it",
        [JSON_DOUBLE_FIELD] = "stands twice; send it once",
        [JSON_WRONG_KIND] = "has the wrong kind of value",
    };
    char full[POINTER_BYTES + NAME_SHOWN_BYTES];
    if (!name_plain(name)) {
        name = SLICE("?");
    }
    int length = (int)name.length;
    (void)snprintf(full, sizeof full, "%s/%.*s", pointer, length, name.data);
    (void)problem_set(reader->problem, kinds[result], "'%.*s' %s", length, name.data,
                      sentences[result]);
    return at(reader, full);
}

bool request_read_fields(struct request_reader *reader, struct json_value object,
                         const char *pointer, const struct json_field *fields, size_t count,
                         struct json_value *values)
{
    struct slice name = {NULL, 0};
    enum json_result result = json_read_fields(object, fields, count, values, &name);
    return result == JSON_OK || field_problem(reader, result, pointer, name);
}

bool request_read_text(struct request_reader *reader, struct json_value string, const char *pointer,
                       size_t bytes_max, struct slice *text)
{
    *text = (struct slice){NULL, 0};
    if (string.kind == JSON_IS_NONE) {
        return true;
    }
    *text = string.text;
    if (json_has_escapes(string)) {
        char *plain = reader->alloc(reader->context, string.text.length);
        if (plain == NULL) {
            return no_memory(reader);
        }
        *text = json_read_string(string, plain);
    }
    if (text->length > bytes_max) {
        (void)problem_set(reader->problem, PROBLEM_BAD_VALUE, "%s may have at most %zu bytes",
                          pointer, bytes_max);
        return at(reader, pointer);
    }
    if (utf8_has_control(*text)) {
        (void)problem_set(reader->problem, PROBLEM_BAD_VALUE,
                          "%s holds a control character; leave it out", pointer);
        return at(reader, pointer);
    }
    return true;
}

/* A text that somebody will have to read: not empty, not only spaces. */
static bool read_required_text(struct request_reader *reader, struct json_value string,
                               const char *pointer, struct slice *text)
{
    if (!request_read_text(reader, string, pointer, LIMIT_PERSON_FIELD_BYTES, text)) {
        return false;
    }
    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] != ' ') {
            return true;
        }
    }
    (void)problem_set(reader->problem, PROBLEM_BAD_VALUE, "%s is empty; fill it in", pointer);
    return at(reader, pointer);
}

enum email_byte { EMAIL_OTHER, EMAIL_PLAIN, EMAIL_AT };

static const unsigned char email_bytes[256] = {
    ['!'] = EMAIL_PLAIN,         ['#' ... '+'] = EMAIL_PLAIN, ['-' ... ':'] = EMAIL_PLAIN,
    ['='] = EMAIL_PLAIN,         ['?'] = EMAIL_PLAIN,         ['@'] = EMAIL_AT,
    ['A' ... '~'] = EMAIL_PLAIN,
};

/* What mail systems agree on and no more: printable ASCII, one @ with something on either side, no
 * dot at the domain's ends. */
bool request_email_good(struct slice email)
{
    size_t place = email.length; /* of the @ */
    if (email.length > LIMIT_EMAIL_BYTES) {
        return false;
    }
    for (size_t i = 0; i < email.length; i++) {
        unsigned char kind = email_bytes[(unsigned char)email.data[i]];
        if (kind == EMAIL_OTHER || (kind == EMAIL_AT && place != email.length)) {
            return false;
        }
        place = kind == EMAIL_AT ? i : place;
    }
    return place > 0 && place + 1 < email.length && email.data[place + 1] != '.' &&
           email.data[email.length - 1] != '.';
}

bool request_read_email(struct request_reader *reader, struct json_value string,
                        const char *pointer, struct slice *email)
{
    if (!request_read_text(reader, string, pointer, LIMIT_PERSON_FIELD_BYTES + LIMIT_EMAIL_BYTES,
                           email)) {
        return false;
    }
    if (!request_email_good(*email)) {
        (void)problem_set(reader->problem, PROBLEM_BAD_EMAIL,
                          "an e-mail address is written like anne@example.org, at most %d "
                          "characters",
                          LIMIT_EMAIL_BYTES);
        return at(reader, pointer);
    }
    return true;
}

bool request_read_whole(struct request_reader *reader, struct json_value value, const char *pointer,
                        int64_t low, int64_t high, int64_t *number)
{
    int64_t read;
    if (value.kind == JSON_IS_NONE) {
        return true;
    }
    if (json_read_decimal(value, 0, &read) != DECIMAL_OK || read < low || read > high) {
        (void)problem_set(reader->problem, PROBLEM_BAD_VALUE,
                          "%s is a whole number from %lld to %lld", pointer, (long long)low,
                          (long long)high);
        return at(reader, pointer);
    }
    *number = read;
    return true;
}

bool request_read_order_key(struct request_reader *reader, struct json_value string,
                            const char *pointer, struct order_key *key)
{
    int64_t made_at = 0;
    if (order_id_read(string.text, &made_at, key)) {
        return true;
    }
    (void)problem_set(reader->problem, PROBLEM_UNKNOWN_ORDER,
                      "%s is no id of 24 letters and digits; copy it as it was given", pointer);
    return at(reader, pointer);
}

/* A wish has its one line's fields among its own. */
enum { NO_LINES = UINT32_MAX };

/* Points at a field of a line of the problem that was just set; returns false. */
static bool at_line(struct request_reader *reader, uint32_t index, const char *field)
{
    char pointer[POINTER_BYTES];
    if (index == NO_LINES) {
        (void)snprintf(pointer, sizeof pointer, "/%s", field);
    } else {
        (void)snprintf(pointer, sizeof pointer, "/lines/%u/%s", index, field);
    }
    return at(reader, pointer);
}

static bool quantity_problem(struct request_reader *reader, uint32_t index, const char *sentence)
{
    (void)problem_set(reader->problem, PROBLEM_BAD_QUANTITY, "%s", sentence);
    return at_line(reader, index, "quantity");
}

static bool read_quantity(struct request_reader *reader, struct json_value number, uint32_t index,
                          int64_t *thousandths)
{
    switch (json_read_decimal(number, 3, thousandths)) {
    case DECIMAL_OK:
        break;
    case DECIMAL_TOO_PRECISE:
        return quantity_problem(reader, index, "a quantity has at most three decimals");
    default:
        return quantity_problem(reader, index,
                                "the quantity is too large; a line has at most a million");
    }
    if (*thousandths <= 0) {
        return quantity_problem(reader, index,
                                "a quantity is more than 0; leave the line out instead");
    }
    if (*thousandths > LIMIT_LINE_QUANTITY_THOUSANDTHS) {
        return quantity_problem(reader, index,
                                "the quantity is too large; a line has at most a million");
    }
    return true;
}

static bool read_offer(struct request_reader *reader, struct json_value string, uint32_t index,
                       struct offer_id *offer)
{
    char plain[LIMIT_NAME_BYTES * 6];
    struct slice name = string.text;
    if (name.length <= sizeof plain) {
        name = json_read_string(string, plain);
    }
    if (shop_offer_find(reader->shop, name, offer)) {
        return true;
    }
    if (!name_plain(name)) {
        name = SLICE("?");
    }
    (void)problem_set(reader->problem, PROBLEM_UNKNOWN_OFFER,
                      "'%.*s' is not sold here; GET /ecluse/api/v1/offers lists what is",
                      (int)name.length, name.data);
    return at_line(reader, index, "offer");
}

static bool read_line(struct request_reader *reader, struct json_value element, uint32_t index,
                      struct promise_line *line)
{
    char pointer[POINTER_BYTES] = "";
    struct json_value values[LINE_FIELDS];
    struct slice name = {NULL, 0};
    if (element.kind != JSON_IS_OBJECT) {
        (void)snprintf(pointer, sizeof pointer, "/lines/%u", index);
        (void)problem_set(reader->problem, PROBLEM_WRONG_KIND, "a line is an object, not %s",
                          json_kind_text(element.kind));
        return at(reader, pointer);
    }
    enum json_result result = json_read_fields(element, line_fields, LINE_FIELDS, values, &name);
    if (result != JSON_OK) {
        (void)snprintf(pointer, sizeof pointer, "/lines/%u", index);
        return field_problem(reader, result, pointer, name);
    }
    return read_offer(reader, values[LINE_OFFER], index, &line->offer) &&
           read_quantity(reader, values[LINE_QUANTITY], index, &line->quantity_thousandths);
}

bool request_read_lines(struct request_reader *reader, struct json_value array,
                        struct order_request *request)
{
    size_t most = array.text.length / LINE_BYTES_LEAST + 1;
    size_t room = most < LIMIT_ORDER_LINES ? most : LIMIT_ORDER_LINES;
    struct promise_line *lines = reader->alloc(reader->context, room * sizeof *lines);
    struct slice rest = json_read_elements(array);
    struct json_value element;
    uint32_t count = 0;
    if (lines == NULL) {
        return no_memory(reader);
    }
    while (json_read_next(&rest, &element)) {
        if (count == LIMIT_ORDER_LINES) {
            (void)problem_set(reader->problem, PROBLEM_TOO_MANY_LINES,
                              "an order has at most %d lines; make two of it", LIMIT_ORDER_LINES);
            return at(reader, "/lines");
        }
        struct promise_line line;
        if (!read_line(reader, element, count, &line)) {
            return false;
        }
        ASSERT(count < room);
        lines[count++] = line;
    }
    if (count == 0) {
        (void)problem_set(reader->problem, PROBLEM_BAD_VALUE, "an order has at least one line");
        return at(reader, "/lines");
    }
    request->lines = lines;
    request->line_count = count;
    return true;
}

static bool read_want(struct request_reader *reader, struct json_value string,
                      struct promise_want *want)
{
    struct slice text;
    int32_t day = 0;
    *want = (struct promise_want){WANT_SOONEST, 0};
    if (string.kind == JSON_IS_NONE) {
        return true;
    }
    if (!request_read_text(reader, string, "/want", WANT_BYTES_MAX, &text)) {
        return false;
    }
    if (day_read(text, &day)) {
        *want = (struct promise_want){WANT_DAY, day};
        return true;
    }
    want->kind = WANT_AT;
    if (instant_read(&reader->shop->zone, text, &want->value)) {
        return true;
    }
    (void)problem_set(reader->problem, PROBLEM_BAD_VALUE,
                      "a wanted date is written like 2026-12-05, a wanted time like "
                      "2026-12-05T14:00");
    return at(reader, "/want");
}

bool request_read_terms(struct request_reader *reader, struct json_value want,
                        struct json_value policy, struct order_request *request)
{
    struct slice word;
    if (!read_want(reader, want, &request->want) ||
        !request_read_text(reader, policy, "/policy", LIMIT_NAME_BYTES, &word)) {
        return false;
    }
    request->split = reader->shop->promise.policy == POLICY_SPLIT;
    if (policy.kind == JSON_IS_NONE) {
        return true;
    }
    request->split = slice_is(word, "split");
    if (request->split || slice_is(word, "complete")) {
        return true;
    }
    (void)problem_set(reader->problem, PROBLEM_BAD_VALUE,
                      "a policy is \"complete\" (all at once) or \"split\" (each part as soon as "
                      "it can be)");
    return at(reader, "/policy");
}

static bool read_address(struct request_reader *reader, struct json_value object,
                         struct person *person)
{
    struct json_value values[ADDRESS_FIELDS];
    if (object.kind == JSON_IS_NONE) {
        return true;
    }
    return request_read_fields(reader, object, "/customer/address", address_fields, ADDRESS_FIELDS,
                               values) &&
           read_required_text(reader, values[ADDRESS_STREET], "/customer/address/street",
                              &person->street) &&
           read_required_text(reader, values[ADDRESS_POSTCODE], "/customer/address/postcode",
                              &person->postcode) &&
           read_required_text(reader, values[ADDRESS_CITY], "/customer/address/city",
                              &person->city) &&
           read_required_text(reader, values[ADDRESS_COUNTRY], "/customer/address/country",
                              &person->country);
}

static bool read_customer(struct request_reader *reader, struct json_value object,
                          struct person *person)
{
    struct json_value values[CUSTOMER_FIELDS];
    return request_read_fields(reader, object, "/customer", customer_fields, CUSTOMER_FIELDS,
                               values) &&
           read_required_text(reader, values[CUSTOMER_NAME], "/customer/name", &person->name) &&
           request_read_email(reader, values[CUSTOMER_EMAIL], "/customer/email", &person->email) &&
           request_read_text(reader, values[CUSTOMER_PHONE], "/customer/phone",
                             LIMIT_PERSON_FIELD_BYTES, &person->phone) &&
           read_address(reader, values[CUSTOMER_ADDRESS], person);
}

/* What a carrier brings needs an address; what happens on site does not. */
static bool check_address(struct request_reader *reader, const struct order_request *request)
{
    if (request->person.street.length > 0) {
        return true;
    }
    for (uint32_t i = 0; i < request->line_count; i++) {
        if (!reader->shop->offers[request->lines[i].offer.index].on_site) {
            (void)problem_set(reader->problem, PROBLEM_MISSING_FIELD,
                              "'address' is missing; what is shipped needs one");
            return at(reader, "/customer/address");
        }
    }
    return true;
}

bool request_read_quote(struct request_reader *reader, struct slice body,
                        struct order_request *request)
{
    struct json_value object;
    struct json_value values[QUOTE_FIELDS];
    *request = (struct order_request){0};
    return request_read_object(reader, body, &object) &&
           request_read_fields(reader, object, "", quote_fields, QUOTE_FIELDS, values) &&
           request_read_lines(reader, values[QUOTE_LINES], request) &&
           request_read_terms(reader, values[QUOTE_WANT], values[QUOTE_POLICY], request);
}

bool request_read_order(struct request_reader *reader, struct slice body,
                        struct order_request *request)
{
    struct json_value object;
    struct json_value values[ORDER_FIELDS];
    *request = (struct order_request){.body = body};
    if (!request_read_object(reader, body, &object) ||
        !request_read_fields(reader, object, "", order_fields, ORDER_FIELDS, values) ||
        !request_read_lines(reader, values[ORDER_LINES], request) ||
        !request_read_terms(reader, values[ORDER_WANT], values[ORDER_POLICY], request) ||
        !read_customer(reader, values[ORDER_CUSTOMER], &request->person)) {
        return false;
    }
    request->hold = json_read_true(values[ORDER_HOLD]);
    request->has_replaces = values[ORDER_REPLACES].kind != JSON_IS_NONE;
    if (request->has_replaces &&
        !request_read_order_key(reader, values[ORDER_REPLACES], "/replaces", &request->replaces)) {
        return false;
    }
    return check_address(reader, request);
}

/* The day by which a wish is to be met. */
static bool read_latest(struct request_reader *reader, struct json_value string,
                        struct promise_want *want)
{
    struct slice text;
    int32_t day = 0;
    if (!request_read_text(reader, string, "/latest", WANT_BYTES_MAX, &text)) {
        return false;
    }
    if (!day_read(text, &day)) {
        (void)problem_set(reader->problem, PROBLEM_BAD_VALUE,
                          "the latest day is written like 2026-12-24");
        return at(reader, "/latest");
    }
    *want = (struct promise_want){WANT_DAY, day};
    return true;
}

bool request_read_wished(struct request_reader *reader, const struct request_wished *wished,
                         struct order_request *request)
{
    struct promise_line *line = reader->alloc(reader->context, sizeof *line);
    if (line == NULL) {
        return no_memory(reader);
    }
    request->lines = line;
    request->line_count = 1;
    return read_offer(reader, wished->offer, NO_LINES, &line->offer) &&
           read_quantity(reader, wished->quantity, NO_LINES, &line->quantity_thousandths) &&
           read_latest(reader, wished->latest, &request->want);
}

bool request_read_wish(struct request_reader *reader, struct slice body,
                       struct order_request *request)
{
    struct json_value object;
    struct json_value values[WISH_FIELDS];
    *request = (struct order_request){.body = body};
    if (!request_read_object(reader, body, &object) ||
        !request_read_fields(reader, object, "", wish_fields, WISH_FIELDS, values)) {
        return false;
    }
    const struct request_wished wished = {values[WISH_OFFER], values[WISH_QUANTITY],
                                          values[WISH_LATEST]};
    return request_read_wished(reader, &wished, request) &&
           read_customer(reader, values[WISH_CUSTOMER], &request->person) &&
           check_address(reader, request);
}

bool request_read_gate(struct request_reader *reader, struct slice body,
                       struct json_value values[GATE_FIELDS])
{
    struct json_value object;
    return request_read_object(reader, body, &object) &&
           request_read_fields(reader, object, "", gate_fields, GATE_FIELDS, values);
}
