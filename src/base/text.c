/* A growing text with a maximum: one check at the end instead of one at each step.
 *
 * Once it overflows it stays so, and every later append does nothing: the writer looks at
 * `overflow` once. UTF-8 is checked where text enters; after that, it is passed on as bytes. */
#include "base/text.h"

#include "base/assert.h"
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const unsigned char text_hex_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16};

void text_init(struct text *text, size_t length_max)
{
    ASSERT(length_max > 0);
    *text = (struct text){.bytes = NULL, .length_max = length_max};
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){.length_max = text->length_max};
}

void text_clear(struct text *text)
{
    text->length = 0;
    text->overflow = false;
    if (text->bytes != NULL) {
        text->bytes[0] = '\0';
    }
}

bool text_reserve(struct text *text, size_t length)
{
    if (text->overflow || length > text->length_max - text->length) {
        text->overflow = true;
        return false;
    }
    size_t needed = text->length + length + 1;
    if (needed <= text->capacity) {
        return true;
    }
    size_t capacity = text->capacity < 128 ? 128 : text->capacity * 2;
    if (capacity < needed) {
        capacity = needed;
    }
    /* Never more than the text may fill: who finds room in the memory may use it without asking. */
    if (capacity - 1 > text->length_max) {
        capacity = text->length_max + 1;
    }
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->overflow = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void text_append_growing(struct text *text, const void *bytes, size_t length)
{
    if (!text_reserve(text, length)) {
        return;
    }
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_append_slice(struct text *text, struct slice slice)
{
    text_append(text, slice.data, slice.length);
}

void text_append_integer(struct text *text, int64_t value)
{
    char digits[24];
    char *end = digits + sizeof digits;
    char *start = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--start = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--start = '-';
    }
    text_append(text, start, (size_t)(end - start));
}

/* Written straight into the room that is there; only where that is too little, a second time. */
void text_append_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_list again;
    va_start(arguments, format);
    va_copy(again, arguments);
    size_t room = text->overflow ? 0 : text->capacity - text->length;
    int length = vsnprintf(room > 0 ? text->bytes + text->length : NULL, room, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    if ((size_t)length < room) {
        text->length += (size_t)length;
    } else if (text_reserve(text, (size_t)length)) {
        (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    } else if (room > 0) {
        text->bytes[text->length] = '\0';
    }
    va_end(again);
}

void text_append_json(struct text *text, struct slice slice)
{
    size_t start = 0;
    for (size_t i = 0; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.data[i];
        if (c >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        text_append(text, slice.data + start, i - start);
        start = i + 1;
        if (c == '"' || c == '\\') {
            text_append_char(text, '\\');
            text_append_char(text, (char)c);
        } else {
            text_append_format(text, "\\u%04x", c);
        }
    }
    text_append(text, slice.data + start, slice.length - start);
}

void text_append_json_string(struct text *text, const char *string)
{
    if (string == NULL) {
        text_append_string(text, "null");
        return;
    }
    text_append_char(text, '"');
    text_append_json(text, slice_of(string));
    text_append_char(text, '"');
}

void text_append_json_member(struct text *text, const char *key, const char *string)
{
    text_append_char(text, '"');
    text_append_string(text, key);
    text_append_string(text, "\":");
    text_append_json_string(text, string);
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void text_append_html(struct text *text, struct slice slice)
{
    size_t start = 0;
    for (size_t i = 0; i < slice.length; i++) {
        const char *entity = html_entity(slice.data[i]);
        if (entity != NULL) {
            text_append(text, slice.data + start, i - start);
            text_append_string(text, entity);
            start = i + 1;
        }
    }
    text_append(text, slice.data + start, slice.length - start);
}

struct slice text_slice(const struct text *text)
{
    return (struct slice){text->bytes != NULL ? text->bytes : "", text->length};
}

void hex_write(char *to, const unsigned char *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < count; i++) {
        to[2 * i] = digits[bytes[i] >> 4];
        to[2 * i + 1] = digits[bytes[i] & 15];
    }
    to[2 * count] = '\0';
}

bool hex_read(struct slice text, unsigned char *bytes, size_t count)
{
    if (text.length != 2 * count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int high = hex_digit(text.data[2 * i]);
        int low = hex_digit(text.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Length of the sequence that starts with `lead` (0: none does) and the least code point that it
 * may encode. */
static size_t utf8_sequence(unsigned char lead, uint32_t *least, uint32_t *value)
{
    if (lead < 0x80) {
        *least = 0;
        *value = lead;
        return 1;
    }
    if ((lead & 0xe0) == 0xc0) {
        *least = 0x80;
        *value = lead & 0x1fu;
        return 2;
    }
    if ((lead & 0xf0) == 0xe0) {
        *least = 0x800;
        *value = lead & 0x0fu;
        return 3;
    }
    if ((lead & 0xf8) == 0xf0) {
        *least = 0x10000;
        *value = lead & 0x07u;
        return 4;
    }
    return 0;
}

bool utf8_valid(struct slice slice)
{
    size_t i = 0;
    while (i < slice.length) {
        uint32_t least = 0;
        uint32_t value = 0;
        size_t length = utf8_sequence((unsigned char)slice.data[i], &least, &value);
        if (length == 0 || length > slice.length - i) {
            return false;
        }
        for (size_t k = 1; k < length; k++) {
            unsigned char next = (unsigned char)slice.data[i + k];
            if ((next & 0xc0) != 0x80) {
                return false;
            }
            value = value << 6 | (next & 0x3fu);
        }
        if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
            return false;
        }
        i += length;
    }
    return true;
}

size_t utf8_lineless_length(struct slice slice)
{
    const unsigned char *at = (const unsigned char *)slice.data;
    if (slice.length >= 1 && (at[0] < 0x20 || at[0] == 0x7f)) {
        return 1;
    }
    if (slice.length >= 2 && at[0] == 0xc2 && at[1] < 0xa0) {
        return 2;
    }
    bool separator = slice.length >= 3 && at[0] == 0xe2 && at[1] == 0x80 && (at[2] & 0xfe) == 0xa8;
    bool mark = slice.length >= 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf;
    bool none = slice.length >= 3 && at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;
    return separator || mark || none ? 3 : 0;
}

size_t utf8_cut(struct slice slice, size_t most)
{
    size_t length = slice.length < most ? slice.length : most;
    while (length > 0 && length < slice.length &&
           ((unsigned char)slice.data[length] & 0xc0) == 0x80) {
        length--;
    }
    return length;
}

size_t utf8_characters(struct slice slice)
{
    size_t count = 0;
    for (size_t i = 0; i < slice.length; i++) {
        count += ((unsigned char)slice.data[i] & 0xc0u) != 0x80u;
    }
    return count;
}

bool utf8_has_control(struct slice slice)
{
    size_t plain = 0; /* bytes that need no look of their own */
    for (; slice.length - plain >= 8; plain += 8) {
        uint64_t word = bytes_get_u64((const unsigned char *)slice.data + plain);
        if ((bytes_mark_unprinted(word) | bytes_mark(word, 0x7f)) != 0) {
            break;
        }
    }
    for (size_t i = plain; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.data[i];
        bool c1 = c == 0xc2 && i + 1 < slice.length && (unsigned char)slice.data[i + 1] < 0xa0;
        if (c < 0x20 || c == 0x7f || c1) {
            return true;
        }
    }
    return false;
}

size_t utf8_columns(struct slice slice)
{
    size_t columns = 0;
    for (size_t i = 0; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.data[i];
        bool continuation = (c & 0xc0) == 0x80;
        bool combining = c == 0xcc || (c == 0xcd && i + 1 < slice.length &&
                                       (unsigned char)slice.data[i + 1] < 0xb0);
        if (!continuation && !combining) {
            columns++;
        }
    }
    return columns;
}

size_t text_space(struct slice text)
{
    if (text.length == 0) {
        return 0;
    }
    unsigned char c = (unsigned char)text.data[0];
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
        return 1;
    }
    if (text.length >= 2 && memcmp(text.data, "\xc2\xa0", 2) == 0) {
        return 2;
    }
    return text.length >= 3 && memcmp(text.data, "\xe2\x80\xaf", 3) == 0 ? 3 : 0;
}

/* The length of white space that ends `text`. */
static size_t space_before_end(struct slice text)
{
    for (size_t length = 1; length <= 3 && length <= text.length; length++) {
        if (text_space(slice_from(text, text.length - length)) == length) {
            return length;
        }
    }
    return 0;
}

struct slice text_trim(struct slice text)
{
    size_t length = 0;
    while ((length = text_space(text)) > 0) {
        text = slice_from(text, length);
    }
    while ((length = space_before_end(text)) > 0) {
        text.length -= length;
    }
    return text;
}
