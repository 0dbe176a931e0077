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

#endif
