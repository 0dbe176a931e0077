/* From a body's bytes to what an order task takes: checked, resolved against the shop, exact; or a
 * problem that names the field.
 *
 * Used by the API and by the control socket, whose bodies share lines and people. What is read
 * points into the body or into `memory`, which lives as long as the request. The tables of fields
 * are also what openapi.json is checked against. */
#ifndef ECLUSE_PAGES_REQUEST_H
#define ECLUSE_PAGES_REQUEST_H

#include "pages/json_read.h"
#include "pages/order_task.h"
#include "pages/problem.h"

struct request_reader {
    const struct shop *shop;
    void *(*alloc)(void *context, size_t bytes); /* NULL when used up: the answer is "busy" */
    void *context;
    struct problem *problem;
};

/* The bodies and parts of bodies, by their names in openapi.json. */
enum request_schema {
    SCHEMA_QUOTE_REQUEST,
    SCHEMA_ORDER_REQUEST,
    SCHEMA_LINE,
    SCHEMA_CUSTOMER,
    SCHEMA_ADDRESS,
    SCHEMA_WISH_REQUEST,
    SCHEMA_GATE_REQUEST,
    REQUEST_SCHEMAS
};

struct request_table {
    const char *name;
    const struct json_field *fields;
    size_t count;
};

const struct request_table *request_table(enum request_schema schema);

/* Whole bodies. False: reader->problem says why. */
bool request_read_quote(struct request_reader *reader, struct slice body,
                        struct order_request *request) MUST_USE;
bool request_read_order(struct request_reader *reader, struct slice body,
                        struct order_request *request) MUST_USE;

/* One line, and the day by which it is to be there as `want`. */
bool request_read_wish(struct request_reader *reader, struct slice body,
                       struct order_request *request) MUST_USE;

/* What the gate is to do; the caller reads the values. */
enum { GATE_PAUSED, GATE_RATE, GATE_OPEN, GATE_FIELDS };
bool request_read_gate(struct request_reader *reader, struct slice body,
                       struct json_value values[GATE_FIELDS]) MUST_USE;

/* Parts. `pointer` is the JSON pointer of the value. */
bool request_read_object(struct request_reader *reader, struct slice body,
                         struct json_value *object) MUST_USE;
bool request_read_fields(struct request_reader *reader, struct json_value object,
                         const char *pointer, const struct json_field *fields, size_t count,
                         struct json_value *values) MUST_USE;
bool request_read_lines(struct request_reader *reader, struct json_value array,
                        struct order_request *request) MUST_USE;
/* /want and /policy, strings that may be absent: a day, or an instant; "complete" or "split", the
 * shop's policy by default. */
bool request_read_terms(struct request_reader *reader, struct json_value want,
                        struct json_value policy, struct order_request *request) MUST_USE;
/* What is wished for, and by when: the one line of a request, and its want. */
struct request_wished {
    struct json_value offer;    /* /offer, a string */
    struct json_value quantity; /* /quantity, a number of units */
    struct json_value latest;   /* /latest, a day as a string */
};
bool request_read_wished(struct request_reader *reader, const struct request_wished *wished,
                         struct order_request *request) MUST_USE;
/* Characters of at most bytes_max, with no control character; of a field that is absent, an empty
 * slice. */
bool request_read_text(struct request_reader *reader, struct json_value string, const char *pointer,
                       size_t bytes_max, struct slice *text) MUST_USE;
bool request_read_email(struct request_reader *reader, struct json_value string,
                        const char *pointer, struct slice *email) MUST_USE;
/* From `low` to `high`; of a field that is absent, *number stays. */
bool request_read_whole(struct request_reader *reader, struct json_value value, const char *pointer,
                        int64_t low, int64_t high, int64_t *number) MUST_USE;
/* The id of an order or a wish as text. */
bool request_read_order_key(struct request_reader *reader, struct json_value string,
                            const char *pointer, struct order_key *key) MUST_USE;

/* Is this something@something that a mail could go to? */
bool request_email_good(struct slice email);

#endif
