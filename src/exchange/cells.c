/* A cell is trimmed, taken apart into plain parts (signs, digits, separators), and only then given
 * a meaning.
 *
 * Invariant: the same bytes mean the same thing in every file, on every machine, whatever was read
 * before. So strtod and strptime are not used (both depend on the locale), and a thousands comma is
 * never told from a decimal comma by looking at other rows. */
#include "exchange/cells.h"
#include "base/decimal.h"
#include "base/text.h"
#include "exchange/keys.h"

#include <stdio.h>
#include <string.h>

/* ---- text ---- */

/* The length of white space at `text`: ASCII, U+00A0, U+202F; 0 if there is none. */
static size_t space_length(struct slice text)
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

static struct slice slice_from(struct slice text, size_t offset)
{
    return (struct slice){text.data + offset, text.length - offset};
}

/* The length of white space that ends `text`. */
static size_t space_before_end(struct slice text)
{
    for (size_t length = 1; length <= 3 && length <= text.length; length++) {
        if (space_length(slice_from(text, text.length - length)) == length) {
            return length;
        }
    }
    return 0;
}

struct slice cell_trim(struct slice cell)
{
    size_t length = 0;
    while ((length = space_length(cell)) > 0) {
        cell = slice_from(cell, length);
    }
    while ((length = space_before_end(cell)) > 0) {
        cell.length -= length;
    }
    return cell;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool cell_is(struct slice cell, const char *text)
{
    size_t i = 0;
    while (i < cell.length && text[i] != '\0' && lower(cell.data[i]) == lower(text[i])) {
        i++;
    }
    return i == cell.length && text[i] == '\0';
}

static bool cell_is_any(struct slice cell, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (cell_is(cell, *words)) {
            return true;
        }
    }
    return false;
}

bool cell_is_no(struct slice cell)
{
    static const char *const words[] = {"0",    "-1",  "false",    "no",       "non",
                                        "deny", "off", "disabled", "inactive", NULL};
    return cell_is_any(cell, words);
}

bool cell_is_yes(struct slice cell)
{
    static const char *const words[] = {"1",  "true",    "yes",    "oui", "continue",
                                        "on", "enabled", "active", NULL};
    return cell_is_any(cell, words);
}

/* The length of what a label shows as a space: spaces, and what no line of text can hold; 0 for
 * anything else. */
static size_t blank_length(struct slice text)
{
    return text.data[0] == ' ' ? 1 : utf8_lineless_length(text);
}

/* The bytes of the character at `text`. */
static size_t character_length(struct slice text)
{
    size_t length = 1;
    while (length < text.length && ((unsigned char)text.data[length] & 0xc0) == 0x80) {
        length++;
    }
    return length;
}

bool cell_label(struct slice cell, char *to)
{
    size_t length = 0;
    bool space = false;
    bool cut = false;
    cell = cell_trim(cell);
    while (cell.length > 0 && !cut) {
        size_t blank = blank_length(cell);
        size_t step = blank > 0 ? blank : character_length(cell);
        if (blank > 0) {
            space = length > 0;
        } else if (length + space + step > LIMIT_LABEL_BYTES) {
            cut = true;
        } else {
            if (space) {
                to[length++] = ' ';
            }
            memcpy(to + length, cell.data, step);
            length += step;
            space = false;
        }
        cell = slice_from(cell, step);
    }
    to[length] = '\0';
    return !cut;
}

/* ---- numbers ---- */

enum { NUMBER_DIGITS_MAX = 15 };

/* A number's marks and digits, without sign, spaces and currency. */
struct number {
    bool negative;
    char marks[40]; /* digits, '.' and ',' */
    size_t length;
};

static bool number_take(struct number *number, struct slice *cell)
{
    char c = cell->data[0];
    static const char *const ignored[] = {"€", "£", "$", "'", "’", "+"};
    size_t step = space_length(*cell);
    for (size_t i = 0; step == 0 && i < sizeof ignored / sizeof ignored[0]; i++) {
        size_t length = strlen(ignored[i]);
        if (cell->length >= length && memcmp(cell->data, ignored[i], length) == 0) {
            step = length;
        }
    }
    if (step == 0 && c == '-' && !number->negative && (number->length == 0 || cell->length == 1)) {
        number->negative = true;
        step = 1;
    }
    if (step == 0) {
        bool mark = (c >= '0' && c <= '9') || c == '.' || c == ',';
        if (!mark || number->length == sizeof number->marks) {
            return false;
        }
        number->marks[number->length++] = c;
        step = 1;
    }
    *cell = slice_from(*cell, step);
    return true;
}

/* Where the decimals begin: the place of the decimal mark, or the length. SIZE_MAX: it cannot be
 * told. */
static size_t number_point(const struct number *number, enum cell_result *result)
{
    size_t dots = 0;
    size_t commas = 0;
    size_t last = number->length;
    for (size_t i = 0; i < number->length; i++) {
        dots += number->marks[i] == '.';
        commas += number->marks[i] == ',';
        if (number->marks[i] == '.' || number->marks[i] == ',') {
            last = i;
        }
    }
    size_t of_last = last == number->length ? 0 : (number->marks[last] == '.' ? dots : commas);
    *result = CELL_OK;
    if (dots + commas == 0) {
        return number->length;
    }
    if (of_last > 1) {
        if (dots > 0 && commas > 0) {
            *result = CELL_BAD;
        }
        return number->length; /* a thousands mark that repeats */
    }
    size_t decimals = number->length - last - 1;
    bool grouped = commas == 1 && dots == 0 && decimals == 3 && last >= 1 && last <= 3 &&
                   number->marks[0] != '0';
    if (grouped) {
        *result = CELL_AMBIGUOUS;
    }
    return last;
}

/* Thousands stand in groups of three: "1,23,4" and "12..5" are no numbers. */
static bool number_groups_right(const struct number *number, size_t point)
{
    size_t since = 0;
    bool mark_seen = false;
    for (size_t i = 0; i < point; i++) {
        bool mark = number->marks[i] == '.' || number->marks[i] == ',';
        if (mark && (since == 0 || since > 3 || (mark_seen && since != 3))) {
            return false;
        }
        mark_seen |= mark;
        since = mark ? 0 : since + 1;
    }
    return !mark_seen || since == 3;
}

static enum cell_result number_value(const struct number *number, size_t point, int decimals,
                                     int64_t *value)
{
    int64_t sum = 0;
    int digits = 0;
    for (size_t i = 0; i < point; i++) {
        if (number->marks[i] == '.' || number->marks[i] == ',') {
            continue;
        }
        if (++digits > NUMBER_DIGITS_MAX) {
            return CELL_BAD;
        }
        sum = sum * 10 + (number->marks[i] - '0');
    }
    bool any = digits > 0;
    for (int d = 0; d <= decimals; d++) {
        size_t place = point + 1 + (size_t)d;
        int digit = place < number->length ? number->marks[place] - '0' : 0;
        any |= place < number->length;
        if (d == decimals) {
            sum += digit >= 5;
        } else if (__builtin_mul_overflow(sum, 10, &sum) ||
                   __builtin_add_overflow(sum, digit, &sum)) {
            return CELL_BAD;
        }
    }
    *value = number->negative ? -sum : sum;
    return any ? CELL_OK : CELL_BAD;
}

enum cell_result cell_number(struct slice cell, int decimals, int64_t *value)
{
    cell = cell_trim(cell);
    if (cell.length == 0) {
        return CELL_EMPTY;
    }
    struct number number = {0};
    while (cell.length > 0) {
        if (!number_take(&number, &cell)) {
            return CELL_BAD;
        }
    }
    enum cell_result result = CELL_OK;
    size_t point = number_point(&number, &result);
    if (result != CELL_OK) {
        return result;
    }
    if (number.length == 0 || !number_groups_right(&number, point)) {
        return CELL_BAD;
    }
    return number_value(&number, point, decimals, value);
}

/* ---- names ---- */

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

void cell_spelling(struct slice cell, char *to, size_t length_max)
{
    cell = cell_trim(cell);
    size_t length = 0;
    while (cell.length > 0) {
        size_t step = 1;
        char letters[3] = {cell.data[0], '\0'};
        if (!name_character(cell.data[0]) && !plain_letters(code_point(cell, &step), letters)) {
            letters[0] = length > 0 && to[length - 1] != '-' ? '-' : '\0';
        }
        if (length + strlen(letters) > length_max) {
            break;
        }
        memcpy(to + length, letters, strlen(letters));
        length += strlen(letters);
        cell = slice_from(cell, step);
    }
    while (length > 0 && to[length - 1] == '-' && cell.length == 0) {
        length--;
    }
    to[length] = '\0';
}

static bool name_fits(struct slice cell)
{
    for (size_t i = 0; i < cell.length; i++) {
        if (!name_character(cell.data[i])) {
            return false;
        }
    }
    return cell.length > 0 && cell.length <= LIMIT_NAME_BYTES;
}

bool cell_name(struct slice cell, char *to)
{
    cell = cell_trim(cell);
    if (name_fits(cell)) {
        memcpy(to, cell.data, cell.length);
        to[cell.length] = '\0';
        return true;
    }
    uint64_t hash = keys_hash(cell);
    cell_spelling(cell, to, LIMIT_NAME_BYTES - 9);
    size_t length = strlen(to);
    snprintf(to + length, LIMIT_NAME_BYTES + 1 - length, "%s%08x", length > 0 ? "-" : "x-",
             (unsigned)(hash & 0xffffffffu));
    return false;
}
