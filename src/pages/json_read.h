/* Reading JSON that strangers send: strict RFC 8259, bounded, exact, without allocation.
 *
 *   json_read_check(bytes)          once: grammar, UTF-8, depth; the rest may then trust the text
 *   json_read_fields(object, ...)   an object's fields by a table: unknown, missing, double and
 * wrongly typed ones are refused json_read_next(...)     an array's elements, one after another
 *   json_read_string, json_read_decimal  values
 *
 * A value is a slice of the text. Numbers are read digit by digit, never through floating point:
 * 0.001 is one thousandth, 1e400 is too large, 0.0005 too precise. jansson reads 0.1 as a double,
 * allocates for each value and measured five times slower on an order's body (docs/decisions/0040);
 * it stays as the second opinion of the tests. */
#ifndef ECLUSE_PAGES_JSON_READ_H
#define ECLUSE_PAGES_JSON_READ_H

#include "base/decimal.h"
#include "base/slice.h"

#include <stdint.h>

enum json_kind {
    JSON_IS_NONE, /* not there */
    JSON_IS_OBJECT,
    JSON_IS_ARRAY,
    JSON_IS_STRING,
    JSON_IS_NUMBER,
    JSON_IS_BOOLEAN,
    JSON_IS_NULL
};

/* Strings: what stands between the quotes, escapes as sent. All else: the value's text. */
struct json_value {
    enum json_kind kind;
    struct slice text;
};

enum json_result {
    JSON_OK,
    JSON_BAD_GRAMMAR,
    JSON_BAD_UTF8,
    JSON_TOO_DEEP,
    JSON_UNKNOWN_FIELD,
    JSON_MISSING_FIELD,
    JSON_DOUBLE_FIELD,
    JSON_WRONG_KIND
};

/* Is this one JSON text of at most LIMIT_JSON_DEPTH levels? On JSON_OK `value` is it; else *offset
 * is where it stopped being. A lone surrogate and a zero character are refused: neither can stand
 * in a text of ours. */
enum json_result json_read_check(struct slice bytes, struct json_value *value,
                                 size_t *offset) MUST_USE;

struct json_field {
    const char *name;
    enum json_kind kind;
    bool required;
};

enum { JSON_FIELDS_MAX = 16 };

/* Sorts an object's members into values[i] for fields[i] (JSON_IS_NONE where absent; an optional
 * field that is null counts as absent). On a refusal *name is the field that is meant, as sent or
 * as it should be. */
enum json_result json_read_fields(struct json_value object, const struct json_field *fields,
                                  size_t count, struct json_value *values,
                                  struct slice *name) MUST_USE;

/* The first member of this name; false if the object has none. */
bool json_read_member(struct json_value object, const char *name, struct json_value *value);

/* Walks an array of a checked text: begin with *rest = array.text; false at the end. */
struct slice json_read_elements(struct json_value array);
bool json_read_next(struct slice *rest, struct json_value *value);

/* Is a string other than its text? */
bool json_has_escapes(struct json_value string);
/* A string's characters. `to` holds text.length bytes and is used only if the string has escapes.
 */
struct slice json_read_string(struct json_value string, char *to);

/* A number as an integer of 10^-decimals, exact. */
enum decimal_result json_read_decimal(struct json_value number, int decimals,
                                      int64_t *value) MUST_USE;

static inline bool json_read_true(struct json_value value)
{
    return value.kind == JSON_IS_BOOLEAN && value.text.length == 4;
}

const char *json_kind_text(enum json_kind kind); /* "an object", "a string", ... */

#endif
