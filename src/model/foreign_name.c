/* A foreign identifier is trimmed; what a shop file can hold stays, all else is spelt anew and
 * marked with its hash.
 *
 * Invariant: the same bytes get the same name on every machine, in every version, whatever was read
 * before: importers write these names into shop files, and pages ask by the identifier that they
 * came from. So nothing here depends on a locale or a table that may grow. */
#include "model/foreign_name.h"

#include "base/limits.h"
#include "base/random.h"
#include "base/text.h"
#include "model/names.h"

#include <stdio.h>

uint64_t foreign_hash(struct slice bytes)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < bytes.length; i++) {
        hash = (hash ^ (unsigned char)bytes.data[i]) * 0x100000001b3u;
    }
    return random_mix(hash);
}

/* Latin letters with accents, U+00C0 to U+017F, as the plain letters nearest to them (`to` holds
 * three bytes); false for every other character. */
static bool plain_letters(uint32_t code, char *to)
{
    static const char latin_1[] =
        "A A A A A A AEC E E E E I I I I D N O O O O O - O U U U U Y THss"
        "a a a a a a aec e e e e i i i i d n o o o o o - o u u u u y thy ";
    static const char latin_a[] =
        "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRr"
        "SsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
    _Static_assert(sizeof latin_1 == 2 * 64 + 1, "two letters a code point");
    _Static_assert(sizeof latin_a == 128 + 1, "one letter a code point");
    memset(to, 0, 3);
    if (code == 0x152 || code == 0x153) {
        memcpy(to, code == 0x152 ? "OE" : "oe", 2);
    } else if (code >= 0xc0 && code <= 0xff) {
        memcpy(to, latin_1 + (code - 0xc0) * 2, latin_1[(code - 0xc0) * 2 + 1] == ' ' ? 1 : 2);
    } else if (code >= 0x100 && code <= 0x17f) {
        to[0] = latin_a[code - 0x100];
    }
    return to[0] != '\0';
}

static bool name_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

/* The code point of the valid UTF-8 at `text`; *length gets its bytes. */
static uint32_t code_point(struct slice text, size_t *length)
{
    unsigned char first = (unsigned char)text.data[0];
    *length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (*length > text.length) {
        *length = text.length;
    }
    uint32_t code = *length == 1 ? first : first & (0xffu >> (*length + 1));
    for (size_t i = 1; i < *length; i++) {
        code = code << 6 | ((unsigned char)text.data[i] & 0x3f);
    }
    return code;
}

void foreign_spelling(struct slice text, char *to, size_t length_max)
{
    text = text_trim(text);
    size_t length = 0;
    while (text.length > 0) {
        size_t step = 1;
        char letters[3] = {text.data[0], '\0'};
        if (!name_character(text.data[0]) && !plain_letters(code_point(text, &step), letters)) {
            letters[0] = length > 0 && to[length - 1] != '-' ? '-' : '\0';
        }
        if (length + strlen(letters) > length_max) {
            break;
        }
        memcpy(to + length, letters, strlen(letters));
        length += strlen(letters);
        text = slice_from(text, step);
    }
    while (length > 0 && to[length - 1] == '-' && text.length == 0) {
        length--;
    }
    to[length] = '\0';
}

bool foreign_name(struct slice cell, char *to)
{
    cell = text_trim(cell);
    if (name_valid(cell)) {
        memcpy(to, cell.data, cell.length);
        to[cell.length] = '\0';
        return true;
    }
    uint64_t hash = foreign_hash(cell);
    foreign_spelling(cell, to, LIMIT_NAME_BYTES - 9);
    size_t length = strlen(to);
    snprintf(to + length, LIMIT_NAME_BYTES + 1 - length, "%s%08x", length > 0 ? "-" : "x-",
             (unsigned)(hash & 0xffffffffu));
    return false;
}
