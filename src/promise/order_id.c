/* An id is 120 bits, written five at a time from the highest on: 40 bits of made_at, then the key's
 * ten bytes as they stand. The digits are in ASCII order, so ids sort as text in the order of their
 * making. Crockford's alphabet leaves out i, l, o and u. Reading is strict (lower case, no
 * look-alikes), because an id is looked up, never typed: one order has one id. */
#include "promise/order_id.h"

#include "base/assert.h"

enum { DIGIT_BITS = 5, GROUP_BITS = 40, GROUP_DIGITS = 8, GROUP_BYTES = 5 };

_Static_assert(ORDER_ID_LENGTH == 3 * GROUP_DIGITS, "an instant, and a key of two groups");

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

/* 40 bits are eight digits: an instant, or half a key. */
static void group_write(char *to, uint64_t bits)
{
    for (int i = 0; i < GROUP_DIGITS; i++) {
        to[i] = digits[bits >> (GROUP_BITS - DIGIT_BITS * (i + 1)) & 31];
    }
}

static uint64_t group_of(const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (int i = 0; i < GROUP_BYTES; i++) {
        bits = bits << 8 | bytes[i];
    }
    return bits;
}

void order_id_write(char to[ORDER_ID_LENGTH + 1], int64_t made_at, struct order_key key)
{
    ASSERT(made_at >= 0);
    ASSERT(made_at < (int64_t)1 << GROUP_BITS);
    group_write(to, (uint64_t)made_at);
    group_write(to + GROUP_DIGITS, group_of(key.bytes));
    group_write(to + 2 * GROUP_DIGITS, group_of(key.bytes + GROUP_BYTES));
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
        if (i < GROUP_DIGITS) {
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
