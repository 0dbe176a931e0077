/* A text that grows, up to a limit that it was given: every growing buffer has a maximum.
 *
 * Appending past the limit (or without memory) sets `overflow` and changes nothing more; the writer
 * checks once, at the end. `bytes` is always terminated by a zero that `length` does not count. */
#ifndef ECLUSE_BASE_TEXT_H
#define ECLUSE_BASE_TEXT_H

#include "base/slice.h"
#include "base/status.h"

#include <stdint.h>

struct text {
    char *bytes;
    size_t length;
    size_t capacity;
    size_t length_max;
    bool overflow;
};

void text_init(struct text *text, size_t length_max);
void text_free(struct text *text);
/* Empties it and keeps the memory. */
void text_clear(struct text *text);
/* Makes room for `length` more bytes; false if that is over the limit. For callers that then write
 * themselves. */
bool text_reserve(struct text *text, size_t length) MUST_USE;
/* The slow way of text_append: no room yet. */
void text_append_growing(struct text *text, const void *bytes, size_t length);

/* Inline, because replies and pages are made of hundreds of small pieces: where there is room,
 * appending is a copy. */
static inline void text_append(struct text *text, const void *bytes, size_t length)
{
    if (text->overflow || length >= text->capacity - text->length) {
        text_append_growing(text, bytes, length);
        return;
    }
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
    }
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_append_slice(struct text *text, struct slice slice);
static inline void text_append_string(struct text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

static inline void text_append_char(struct text *text, char c)
{
    text_append(text, &c, 1);
}

void text_append_integer(struct text *text, int64_t value);
void text_append_format(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
/* As the inside of a JSON string, without the quotes (RFC 8259). The input is valid UTF-8. */
void text_append_json(struct text *text, struct slice slice);
/* A JSON string with its quotes, or null for NULL. */
void text_append_json_string(struct text *text, const char *string);
/* "key":"string" (or "key":null), without a comma; the key is written as it is. */
void text_append_json_member(struct text *text, const char *key, const char *string);
/* With & < > " ' replaced, for HTML text and quoted attributes. */
void text_append_html(struct text *text, struct slice slice);
struct slice text_slice(const struct text *text);

extern const unsigned char text_hex_values[256]; /* one more than the digit's; 0 for no digit */

/* The value of a hexadecimal digit, in either case; -1 if it is none. A table: the digits of a
 * ticket come in no order that a processor could guess. */
static inline int hex_digit(char c)
{
    return text_hex_values[(unsigned char)c] - 1;
}

/* Two lower-case digits for each byte, and the end of the string. */
void hex_write(char *to, const unsigned char *bytes, size_t count);
/* `count` bytes; false if the text is anything but two digits for each. */
bool hex_read(struct slice text, unsigned char *bytes, size_t count);

/* Is this well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF)? */
bool utf8_valid(struct slice slice);
/* How many bytes of this well-formed UTF-8 are whole characters within `most` bytes. */
size_t utf8_cut(struct slice slice, size_t most);
/* How many characters (code points) this well-formed UTF-8 has. */
size_t utf8_characters(struct slice slice);
/* Does this well-formed UTF-8 hold a control character (U+0000 to U+001F, U+007F to U+009F)? */
bool utf8_has_control(struct slice slice);
/* The bytes of the character at the start of this well-formed UTF-8 if no line of text can hold it:
 * a control character, a line or paragraph separator, a byte order mark, a non-character U+FFFE or
 * U+FFFF. 0 for any other and at the end. */
size_t utf8_lineless_length(struct slice slice);
/* The bytes of the white space that the text begins with: one character of ASCII's, U+00A0 or
 * U+202F; 0 if it begins with none. */
size_t text_space(struct slice text);
/* Without white space at both ends. */
struct slice text_trim(struct slice text);
/* How many columns of a terminal the text takes: one a code point, none for combining marks U+0300
 * to U+036F. */
size_t utf8_columns(struct slice slice);

#endif
