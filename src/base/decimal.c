/* Decimals as integers: digits in, integer out, and the three roundings that money and minutes
 * need.
 *
 * The products are taken in 128 bits, so that quantity x price cannot overflow on the way; the
 * result is asserted to fit, because the limits at the boundary (base/limits.h) make it fit. */
#include "base/decimal.h"

#include "base/assert.h"

enum { DIGITS_MAX = 18 };

enum decimal_result decimal_read(struct slice text, int decimals, int64_t *value)
{
    size_t i = 0;
    bool negative = text.length > 0 && text.data[0] == '-';
    if (negative) {
        i = 1;
    }
    int64_t sum = 0;
    int digits = 0;
    int after_point = -1;
    for (; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.' && after_point < 0 && digits > 0) {
            after_point = 0;
            continue;
        }
        if (c < '0' || c > '9') {
            return DECIMAL_NOT_A_NUMBER;
        }
        if (after_point >= 0 && ++after_point > decimals) {
            return DECIMAL_TOO_PRECISE;
        }
        if (++digits > DIGITS_MAX) {
            return DECIMAL_TOO_LARGE;
        }
        sum = sum * 10 + (c - '0');
    }
    if (digits == 0 || after_point == 0) {
        return DECIMAL_NOT_A_NUMBER;
    }
    for (int k = after_point < 0 ? 0 : after_point; k < decimals; k++) {
        if (!decimal_multiply(sum, 10, &sum)) {
            return DECIMAL_TOO_LARGE;
        }
    }
    *value = negative ? -sum : sum;
    return DECIMAL_OK;
}

size_t decimal_write(char *to, int64_t value, int decimals, bool trim)
{
    char reversed[32];
    size_t count = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (int k = 0; rest > 0 || k <= decimals; k++) {
        char digit = (char)('0' + rest % 10);
        rest /= 10;
        if (trim && k < decimals && digit == '0' && count == 0) {
            continue;
        }
        if (k == decimals && count > 0 && decimals > 0) {
            reversed[count++] = '.';
        }
        reversed[count++] = digit;
    }
    size_t length = 0;
    if (value < 0) {
        to[length++] = '-';
    }
    while (count > 0) {
        to[length++] = reversed[--count];
    }
    to[length] = '\0';
    return length;
}

static int64_t narrow(__int128 wide)
{
    ASSERT(wide <= INT64_MAX);
    ASSERT(wide >= 0);
    return (int64_t)wide;
}

/* Neither is negative. Most numbers fit 64 bits, and those are divided many times as fast. */
static int64_t quotient(unsigned __int128 wide, uint64_t by)
{
    return narrow((__int128)(wide >> 64 == 0 ? (uint64_t)wide / by : wide / by));
}

int64_t decimal_scale_half_up(int64_t a, int64_t b, int64_t c)
{
    ASSERT(a >= 0 && b >= 0);
    ASSERT(c > 0);
    return quotient((unsigned __int128)a * (uint64_t)b * 2 + (uint64_t)c, (uint64_t)c * 2);
}

int64_t decimal_scale_up(int64_t a, int64_t b, int64_t c)
{
    ASSERT(a >= 0 && b >= 0);
    ASSERT(c > 0);
    return quotient((unsigned __int128)a * (uint64_t)b + (uint64_t)c - 1, (uint64_t)c);
}

int64_t decimal_scale_down(int64_t a, int64_t b, int64_t c)
{
    ASSERT(a >= 0 && b >= 0);
    ASSERT(c > 0);
    return quotient((unsigned __int128)a * (uint64_t)b, (uint64_t)c);
}
