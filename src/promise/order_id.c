/* An id is 120 bits, written five at a time from the highest on: 40 bits of made_at, then the key's
 * ten bytes as they stand. The digits are in ASCII order, so ids sort as text in the order of their
 * making. Crockford's alphabet leaves out i, l, o and u. Reading is strict (lower case, no
 * look-alikes), because an id is looked up, never typed: one order has one id. */
#include "promise/order_id.h"

#include "base/assert.h"

enum { SECOND_BITS = 40, SECOND_DIGITS = 8, DIGIT_BITS = 5 };

static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";

static int digit_value(char c)
{
    for (int value = 0; value < 32; value++) {
        if (digits[value] == c) {
            return value;
        }
    }
    return -1;
}

void order_id_write(char to[ORDER_ID_LENGTH + 1], int64_t made_at, struct order_key key)
{
    ASSERT(made_at >= 0);
    ASSERT(made_at < (int64_t)1 << SECOND_BITS);
    for (int i = 0; i < SECOND_DIGITS; i++) {
        to[i] = digits[made_at >> (SECOND_BITS - DIGIT_BITS * (i + 1)) & 31];
    }
    uint32_t bits = 0;
    uint32_t count = 0;
    size_t byte = 0;
    for (int i = SECOND_DIGITS; i < ORDER_ID_LENGTH; i++) {
        if (count < DIGIT_BITS) {
            bits = (bits << 8 | key.bytes[byte++]) & 0xffff;
            count += 8;
        }
        count -= DIGIT_BITS;
        to[i] = digits[bits >> count & 31];
    }
    to[ORDER_ID_LENGTH] = '\0';
}

bool order_id_read(struct slice text, int64_t *made_at, struct order_key *key)
{
    if (text.length != ORDER_ID_LENGTH) {
        return false;
    }
    int64_t second = 0;
    uint32_t bits = 0;
    uint32_t count = 0;
    size_t byte = 0;
    for (int i = 0; i < ORDER_ID_LENGTH; i++) {
        int value = digit_value(text.data[i]);
        if (value < 0) {
            return false;
        }
        if (i < SECOND_DIGITS) {
            second = second << DIGIT_BITS | value;
            continue;
        }
        bits = (bits << DIGIT_BITS | (uint32_t)value) & 0xffff;
        count += DIGIT_BITS;
        if (count >= 8) {
            count -= 8;
            key->bytes[byte++] = (unsigned char)(bits >> count & 0xff);
        }
    }
    *made_at = second;
    return true;
}
