/* Bytes 0x00 to 0x7f are ASCII, 0xa0 to 0xff are the code points of the same number; only 0x80 to
 * 0x9f need a table (the WHATWG encoding standard's, but for the five open ones). iconv was
 * rejected: it needs state, fails on the open bytes, and depends on what the machine has installed.
 */
#include "exchange/windows_1252.h"

static const uint16_t upper_controls[32] = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
};

/* A code point of two or three bytes (0x80 to 0xffff). */
static void append_code_point(struct text *to, uint32_t code)
{
    unsigned char bytes[3];
    size_t length = 0;
    if (code < 0x800) {
        bytes[length++] = (unsigned char)(0xc0 | code >> 6);
    } else {
        bytes[length++] = (unsigned char)(0xe0 | code >> 12);
        bytes[length++] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
    }
    bytes[length++] = (unsigned char)(0x80 | (code & 0x3f));
    text_append(to, bytes, length);
}

void windows_1252_append(struct text *to, struct slice bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        if (byte < 0x80) {
            text_append_char(to, (char)byte);
        } else {
            append_code_point(to, byte < 0xa0 ? upper_controls[byte - 0x80] : byte);
        }
    }
}
