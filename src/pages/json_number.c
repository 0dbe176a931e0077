/* A JSON number as an exact integer of thousandths, minor units, ...
 *
 * The text is taken apart into significant digits and a power of ten, so that 1.000, 100e-2 and 1
 * are the same and neither a fraction nor an exponent is rounded by anybody. A double was rejected:
 * 0.1 is not a tenth there, and a quantity decides. */
#include "pages/json_read.h"

#include "base/assert.h"

enum { DIGITS_MAX = 18, EXPONENT_MAX = 100000 };

/* A number taken apart: value = digits x 10^exponent, digits without zeros at either end. */
struct number {
    int64_t digits;
    int32_t exponent;
    bool negative;
    bool too_long; /* over 18 significant digits */
};

static int32_t exponent_read(const char *at, const char *end)
{
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    int32_t value = 0;
    for (; at < end && value < EXPONENT_MAX; at++) {
        value = value * 10 + (*at - '0');
    }
    return negative ? -value : value;
}

/* Zeros are counted until a digit behind them makes them count, so that 1.000 and 100e-2 are short.
 */
static struct number number_take_apart(struct slice text)
{
    struct number number = {.negative = text.data[0] == '-'};
    const char *end = text.data + text.length;
    int32_t zeros = 0;
    int32_t significant = 0;
    bool fraction = false;
    for (const char *at = text.data + number.negative; at < end; at++) {
        if (*at == 'e' || *at == 'E') {
            number.exponent += exponent_read(at + 1, end);
            break;
        }
        if (*at == '.') {
            fraction = true;
            continue;
        }
        number.exponent -= fraction;
        if (*at == '0') {
            zeros += number.digits != 0;
            continue;
        }
        significant += zeros + 1;
        if (significant > DIGITS_MAX) {
            number.too_long = true;
            return number;
        }
        for (; zeros >= 0; zeros--) {
            number.digits *= 10;
        }
        number.digits += *at - '0';
        zeros = 0;
    }
    number.exponent += zeros;
    return number;
}

enum decimal_result json_read_decimal(struct json_value number, int decimals, int64_t *value)
{
    ASSERT(number.kind == JSON_IS_NUMBER);
    struct number parts = number_take_apart(number.text);
    if (parts.too_long) {
        return DECIMAL_TOO_LARGE;
    }
    int64_t result = parts.digits;
    int32_t shift = result == 0 ? 0 : parts.exponent + decimals;
    if (shift < 0) {
        return DECIMAL_TOO_PRECISE;
    }
    for (; shift > 0; shift--) {
        if (!decimal_multiply(result, 10, &result)) {
            return DECIMAL_TOO_LARGE;
        }
    }
    *value = parts.negative ? -result : result;
    return DECIMAL_OK;
}
