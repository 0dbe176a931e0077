/* Little-endian integers in byte strings: the layout of journal payloads. */
#ifndef ECLUSE_BASE_BYTES_H
#define ECLUSE_BASE_BYTES_H

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Ecluse stores little-endian integers by memcpy; this machine is big-endian"
#endif

#define BYTES_PUT_GET(name, type)                                                                  \
    static inline void bytes_put_##name(unsigned char *to, type value)                             \
    {                                                                                              \
        memcpy(to, &value, sizeof value);                                                          \
    }                                                                                              \
    static inline type bytes_get_##name(const unsigned char *from)                                 \
    {                                                                                              \
        type value;                                                                                \
        memcpy(&value, from, sizeof value);                                                        \
        return value;                                                                              \
    }

BYTES_PUT_GET(u16, uint16_t)
BYTES_PUT_GET(u32, uint32_t)
BYTES_PUT_GET(u64, uint64_t)
BYTES_PUT_GET(i32, int32_t)
BYTES_PUT_GET(i64, int64_t)

/* Eight bytes of a text at once, as bytes_get_u64 reads them: the highest bit of each byte that is
 * meant is set. A carry may set those of bytes behind such a one, too: only the lowest is exact. */
#define BYTES_ONES UINT64_C(0x0101010101010101)

/* Bytes that are `c`, which is ASCII. */
static inline uint64_t bytes_mark(uint64_t word, char c)
{
    uint64_t zero_where_same = word ^ BYTES_ONES * (unsigned char)c;
    return (zero_where_same - BYTES_ONES) & ~zero_where_same & BYTES_ONES * 0x80;
}

/* Bytes that are below 0x20 or beyond ASCII. */
static inline uint64_t bytes_mark_unprinted(uint64_t word)
{
    return (word | (word - BYTES_ONES * 0x20)) & BYTES_ONES * 0x80;
}

#endif
