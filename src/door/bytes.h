/* Classes of bytes in a request's head (bytes.c has the table), and comparisons that ignore case.
 */
#ifndef ECLUSE_DOOR_BYTES_H
#define ECLUSE_DOOR_BYTES_H

#include "base/slice.h"

#include <stdint.h>

enum http_byte_class {
    HTTP_TOKEN = 1,  /* methods, field names, codings */
    HTTP_TARGET = 2, /* anywhere in a request target */
    HTTP_PATH = 4,   /* in its path */
    HTTP_HOST = 8,   /* a registered name or an IPv4 address */
    HTTP_IPV6 = 16,  /* between the brackets of an IPv6 literal */
    HTTP_TEXT = 32   /* in a field value: visible, obs-text, space, tab */
};

extern const uint8_t http_byte_classes[256];

static inline bool http_byte_is(char byte, enum http_byte_class class)
{
    return (http_byte_classes[(unsigned char)byte] & class) != 0;
}

bool http_all_in(struct slice slice, enum http_byte_class class);

/* ASCII only, whatever the locale. */
static inline char http_lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

/* Is it one of the names, in any case? */
bool http_is_one_of(struct slice name, const struct slice *names, size_t count);
#define HTTP_IS_ONE_OF(name, names)                                                                \
    http_is_one_of((name), (names), sizeof(names) / sizeof((names)[0]))

static inline bool http_equal_any_case(struct slice a, struct slice b)
{
    if (a.length != b.length) {
        return false;
    }
    for (size_t i = 0; i < a.length; i++) {
        if (a.data[i] != b.data[i] && http_lower(a.data[i]) != http_lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

static inline bool http_begins_any_case(struct slice text, struct slice with)
{
    return text.length >= with.length &&
           http_equal_any_case((struct slice){text.data, with.length}, with);
}

#endif
