/* Decimal numbers as integers: quantities and minutes in thousandths, money in minor units, rates
 * in thousandths.
 *
 * No floating point decides anything: texts are read digit by digit, sums are checked for
 * overflow. */
#ifndef ECLUSE_BASE_DECIMAL_H
#define ECLUSE_BASE_DECIMAL_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

#define THOUSAND 1000 /* thousandths in a unit */

enum decimal_result {
    DECIMAL_OK,
    DECIMAL_NOT_A_NUMBER, /* anything but [-]digits[.digits] */
    DECIMAL_TOO_PRECISE,  /* more than `decimals` digits after the point */
    DECIMAL_TOO_LARGE     /* over 18 digits */
};

/* Reads "12.5" with decimals 3 as 12500. */
enum decimal_result decimal_read(struct slice text, int decimals, int64_t *value) MUST_USE;
/* Writes 12500 with decimals 3 as "12.5" (trim) or "12.500". Returns the length; `to` holds 32
 * bytes. */
size_t decimal_write(char *to, int64_t value, int decimals, bool trim);

/* a * b / c with the named rounding, exact inside (128 bits); a, b >= 0, c > 0. Asserts that the
 * result fits. */
int64_t decimal_scale_half_up(int64_t a, int64_t b, int64_t c);
int64_t decimal_scale_up(int64_t a, int64_t b, int64_t c);
int64_t decimal_scale_down(int64_t a, int64_t b, int64_t c);

/* a + b and a * b; false on overflow. */
static inline bool decimal_add(int64_t a, int64_t b, int64_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

static inline bool decimal_multiply(int64_t a, int64_t b, int64_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}

#endif
