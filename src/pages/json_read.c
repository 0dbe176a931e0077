/* json_read_check is one loop over the bytes with a stack of bits (is the open level an object or
 * an array?) and what may come next:
 *
 *   EXPECT_VALUE --value--> EXPECT_SEPARATOR --','--> EXPECT_VALUE or EXPECT_NAME
 *   EXPECT_NAME  --"name":--> EXPECT_VALUE        a close or the end only where the state allows it
 *
 * No recursion, so depth costs no stack. After it, the walkers below only have to find where values
 * end: they ASSERT what json_read_check has shown. Members are looked at again for each level that
 * encloses them, at most LIMIT_JSON_DEPTH times and three times in the requests that exist. */
#include "pages/json_read.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"

_Static_assert(LIMIT_JSON_DEPTH <= 64, "the open levels stand in one word");

struct reader {
    const char *at;
    const char *end;
    uint64_t objects; /* bit i: level i is an object */
    uint32_t depth;
};

/* What a byte means to somebody who looks for the end of a string or of a container. Most bytes
 * mean nothing, and a body is walked over several times: one look-up a byte instead of five
 * comparisons. */
enum byte_class {
    BYTE_PLAIN,
    BYTE_QUOTE,
    BYTE_ESCAPE,
    BYTE_CONTROL,
    BYTE_HIGH,
    BYTE_OPEN,
    BYTE_CLOSE
};

static const unsigned char byte_classes[256] = {
    ['"'] = BYTE_QUOTE,          ['\\'] = BYTE_ESCAPE, [0x00 ... 0x1f] = BYTE_CONTROL,
    [0x80 ... 0xff] = BYTE_HIGH, ['{'] = BYTE_OPEN,    ['['] = BYTE_OPEN,
    ['}'] = BYTE_CLOSE,          [']'] = BYTE_CLOSE,
};

static unsigned char class_of(char c)
{
    return byte_classes[(unsigned char)c];
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Most texts have none. */
static inline const char *space_skip(const char *at, const char *end)
{
    while (at < end && (unsigned char)*at <= ' ' && is_space(*at)) {
        at++;
    }
    return at;
}

/* Four hexadecimal digits; -1 if they are not. */
static int32_t hex_quad(const char *at, const char *end)
{
    int32_t value = 0;
    if (end - at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) {
            return -1;
        }
        value = value << 4 | digit;
    }
    return value;
}

/* The code point of "\uXXXX" or of a surrogate pair, `at` being behind the u; NULL if it is none
 * that a text may hold. */
static const char *unicode_take(const char *at, const char *end, uint32_t *code)
{
    int32_t first = hex_quad(at, end);
    if (first <= 0 || (first >= 0xdc00 && first <= 0xdfff)) {
        return NULL;
    }
    *code = (uint32_t)first;
    at += 4;
    if (first < 0xd800 || first > 0xdbff) {
        return at;
    }
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') {
        return NULL;
    }
    int32_t second = hex_quad(at + 2, end);
    if (second < 0xdc00 || second > 0xdfff) {
        return NULL;
    }
    *code = 0x10000u + ((uint32_t)(first - 0xd800) << 10) + (uint32_t)(second - 0xdc00);
    return at + 6;
}

/* The character of a two-byte escape; 0 if there is no such escape. */
static char escape_char(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/':
        return c;
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return '\0';
    }
}

/* Behind the escape whose backslash is at `at`; NULL if it is wrong. */
static const char *escape_skip(const char *at, const char *end)
{
    uint32_t code = 0;
    if (end - at < 2) {
        return NULL;
    }
    if (at[1] == 'u') {
        return unicode_take(at + 2, end, &code);
    }
    return escape_char(at[1]) != '\0' ? at + 2 : NULL;
}

/* Behind the plain ASCII that begins at `at`: at a quote, an escape, a control character or one
 * beyond ASCII, or among the last seven bytes of all. */
static const char *plain_skip(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word = bytes_get_u64((const unsigned char *)at);
        uint64_t special =
            bytes_mark_unprinted(word) | bytes_mark(word, '"') | bytes_mark(word, '\\');
        if (special != 0) {
            return at + __builtin_ctzll(special) / 8;
        }
    }
    return at;
}

/* Behind the closing quote of the string that opens at reader->at. */
static enum json_result string_check(struct reader *reader)
{
    const char *at = plain_skip(reader->at + 1, reader->end);
    bool ascii = true;
    while (at < reader->end && *at != '"') {
        unsigned char class = class_of(*at);
        const char *next = at + 1;
        if (class == BYTE_ESCAPE) {
            next = escape_skip(at, reader->end);
        } else if (class == BYTE_CONTROL) {
            next = NULL;
        }
        if (next == NULL) {
            reader->at = at;
            return JSON_BAD_GRAMMAR;
        }
        ascii = ascii && class != BYTE_HIGH;
        at = next;
    }
    struct slice inside = {reader->at + 1, (size_t)(at - reader->at) - 1};
    if (!ascii && !utf8_valid(inside)) {
        return JSON_BAD_UTF8;
    }
    if (at == reader->end) {
        reader->at = at;
        return JSON_BAD_GRAMMAR;
    }
    reader->at = at + 1;
    return JSON_OK;
}

static const char *digits_skip(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static bool number_check(struct reader *reader)
{
    const char *at = reader->at;
    const char *end = reader->end;
    at += at < end && *at == '-';
    const char *whole = at;
    at = digits_skip(at, end);
    bool good = at > whole && (*whole != '0' || at == whole + 1);
    if (good && at < end && *at == '.') {
        const char *fraction = ++at;
        at = digits_skip(at, end);
        good = at > fraction;
    }
    if (good && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < end && (*at == '+' || *at == '-');
        const char *exponent = at;
        at = digits_skip(at, end);
        good = at > exponent;
    }
    reader->at = at;
    return good;
}

static bool word_check(struct reader *reader, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        return false;
    }
    reader->at += length;
    return true;
}

static bool in_object(const struct reader *reader)
{
    return reader->depth > 0 && (reader->objects >> (reader->depth - 1) & 1) != 0;
}

static enum json_result level_open(struct reader *reader, bool object)
{
    if (reader->depth == LIMIT_JSON_DEPTH) {
        return JSON_TOO_DEEP;
    }
    uint64_t bit = UINT64_C(1) << reader->depth;
    reader->objects = object ? reader->objects | bit : reader->objects & ~bit;
    reader->depth++;
    reader->at++;
    return JSON_OK;
}

/* A name and its colon. */
static enum json_result name_check(struct reader *reader)
{
    if (reader->at == reader->end || *reader->at != '"') {
        return JSON_BAD_GRAMMAR;
    }
    enum json_result result = string_check(reader);
    if (result != JSON_OK) {
        return result;
    }
    reader->at = space_skip(reader->at, reader->end);
    if (reader->at == reader->end || *reader->at != ':') {
        return JSON_BAD_GRAMMAR;
    }
    reader->at++;
    return JSON_OK;
}

static enum json_result scalar_check(struct reader *reader)
{
    bool good = false;
    switch (*reader->at) {
    case '"':
        return string_check(reader);
    case 't':
        good = word_check(reader, "true");
        break;
    case 'f':
        good = word_check(reader, "false");
        break;
    case 'n':
        good = word_check(reader, "null");
        break;
    default:
        good = number_check(reader);
        break;
    }
    return good ? JSON_OK : JSON_BAD_GRAMMAR;
}

static bool at_close(const struct reader *reader)
{
    return reader->at < reader->end && *reader->at == (in_object(reader) ? '}' : ']');
}

/* Behind a value: closes what closes here, up to a comma or the end of the text. */
static enum json_result value_end(struct reader *reader)
{
    reader->at = space_skip(reader->at, reader->end);
    while (reader->depth > 0 && at_close(reader)) {
        reader->depth--;
        reader->at = space_skip(reader->at + 1, reader->end);
    }
    if (reader->depth == 0) {
        return reader->at == reader->end ? JSON_OK : JSON_BAD_GRAMMAR;
    }
    if (reader->at == reader->end || *reader->at != ',') {
        return JSON_BAD_GRAMMAR;
    }
    reader->at = space_skip(reader->at + 1, reader->end);
    return in_object(reader) ? name_check(reader) : JSON_OK;
}

/* One value's beginning, and if it is whole or an empty container, what follows it. */
static enum json_result value_check(struct reader *reader)
{
    reader->at = space_skip(reader->at, reader->end);
    if (reader->at == reader->end) {
        return JSON_BAD_GRAMMAR;
    }
    bool object = *reader->at == '{';
    if (!object && *reader->at != '[') {
        enum json_result result = scalar_check(reader);
        return result == JSON_OK ? value_end(reader) : result;
    }
    enum json_result result = level_open(reader, object);
    if (result != JSON_OK) {
        return result;
    }
    reader->at = space_skip(reader->at, reader->end);
    if (at_close(reader)) {
        return value_end(reader);
    }
    return object ? name_check(reader) : JSON_OK;
}

static enum json_kind kind_of(char first)
{
    switch (first) {
    case '{':
        return JSON_IS_OBJECT;
    case '[':
        return JSON_IS_ARRAY;
    case '"':
        return JSON_IS_STRING;
    case 't':
    case 'f':
        return JSON_IS_BOOLEAN;
    case 'n':
        return JSON_IS_NULL;
    default:
        return JSON_IS_NUMBER;
    }
}

/* The first `c` from `at` on, or `end`. The strings of a request are short: a call of memchr costs
 * more than its search. */
static const char *byte_find(const char *at, const char *end, char c)
{
    for (; end - at >= 8; at += 8) {
        uint64_t found = bytes_mark(bytes_get_u64((const unsigned char *)at), c);
        if (found != 0) {
            return at + __builtin_ctzll(found) / 8;
        }
    }
    while (at < end && *at != c) {
        at++;
    }
    return at;
}

/* Behind the string that opens at `at`, in a checked text that ends at `end`: behind the next quote
 * that an even number of backslashes precedes. */
static const char *string_skip(const char *at, const char *end)
{
    const char *quote = at;
    const char *text = NULL;
    do {
        quote = byte_find(quote + 1, end, '"');
        for (text = quote; text[-1] == '\\'; text--) {
        }
    } while ((quote - text) % 2 != 0);
    return quote + 1;
}

static const char *container_skip(const char *at, const char *end)
{
    uint32_t depth = 0;
    do {
        switch (class_of(*at)) {
        case BYTE_QUOTE:
            at = string_skip(at, end);
            break;
        case BYTE_OPEN:
            depth++;
            at++;
            break;
        case BYTE_CLOSE:
            depth--;
            at++;
            break;
        default:
            at++;
            break;
        }
    } while (depth > 0);
    return at;
}

/* The value that begins at `at`; returns the place behind it. */
static const char *value_take(const char *at, const char *end, struct json_value *value)
{
    const char *behind = at;
    value->kind = kind_of(*at);
    if (value->kind == JSON_IS_STRING) {
        behind = string_skip(at, end);
        value->text = (struct slice){at + 1, (size_t)(behind - at) - 2};
        return behind;
    }
    if (value->kind == JSON_IS_OBJECT || value->kind == JSON_IS_ARRAY) {
        behind = container_skip(at, end);
    } else {
        while (behind < end && *behind != ',' && *behind != '}' && *behind != ']' &&
               !is_space(*behind)) {
            behind++;
        }
    }
    value->text = (struct slice){at, (size_t)(behind - at)};
    return behind;
}

/* The only value of a checked text: all of it but the white space around. */
static struct json_value whole_value(struct slice bytes)
{
    const char *end = bytes.data + bytes.length;
    const char *at = space_skip(bytes.data, end);
    while (is_space(end[-1])) {
        end--;
    }
    struct json_value value = {kind_of(*at), {at, (size_t)(end - at)}};
    if (value.kind == JSON_IS_STRING) {
        value.text = (struct slice){at + 1, value.text.length - 2};
    }
    return value;
}

enum json_result json_read_check(struct slice bytes, struct json_value *value, size_t *offset)
{
    struct reader reader = {.at = bytes.data, .end = bytes.data + bytes.length};
    enum json_result result;
    do {
        result = value_check(&reader);
    } while (result == JSON_OK && reader.depth > 0);
    *offset = (size_t)(reader.at - bytes.data);
    if (result == JSON_OK) {
        *value = whole_value(bytes);
    }
    return result;
}

/* Takes the comma behind a value, if there is one, and the white space around it. */
static void separator_skip(struct slice *rest)
{
    const char *end = rest->data + rest->length;
    const char *at = space_skip(rest->data, end);
    if (at < end && *at == ',') {
        at = space_skip(at + 1, end);
    }
    *rest = (struct slice){at, (size_t)(end - at)};
}

/* What stands between a container's brackets, from its first value on. */
static struct slice inside(struct json_value container)
{
    ASSERT(container.kind == JSON_IS_OBJECT || container.kind == JSON_IS_ARRAY);
    ASSERT(container.text.length >= 2);
    struct slice rest = {container.text.data + 1, container.text.length - 2};
    separator_skip(&rest);
    return rest;
}

struct slice json_read_elements(struct json_value array)
{
    return inside(array);
}

bool json_read_next(struct slice *rest, struct json_value *value)
{
    if (rest->length == 0) {
        return false;
    }
    const char *end = rest->data + rest->length;
    const char *behind = value_take(rest->data, end, value);
    *rest = (struct slice){behind, (size_t)(end - behind)};
    separator_skip(rest);
    return true;
}

static bool next_member(struct slice *rest, struct json_value *name, struct json_value *value)
{
    if (rest->length == 0) {
        return false;
    }
    const char *end = rest->data + rest->length;
    const char *colon = space_skip(value_take(rest->data, end, name), end);
    ASSERT(*colon == ':');
    const char *behind = value_take(space_skip(colon + 1, end), end, value);
    *rest = (struct slice){behind, (size_t)(end - behind)};
    separator_skip(rest);
    return true;
}

static bool name_is(struct slice text, const char *name)
{
    size_t i = 0;
    while (i < text.length && text.data[i] == name[i]) {
        i++;
    }
    return i == text.length && name[i] == '\0';
}

static size_t text_find(struct slice text, const struct json_field *fields, size_t count)
{
    size_t i = 0;
    while (i < count && !name_is(text, fields[i].name)) {
        i++;
    }
    return i;
}

/* Which of the fields has this name; `count` if none. A name with escapes, which none of the fields
 * has, is compared by its characters. */
static size_t field_find(struct json_value name, const struct json_field *fields, size_t count)
{
    char plain[256];
    size_t found = text_find(name.text, fields, count);
    if (found == count && name.text.length <= sizeof plain) {
        found = text_find(json_read_string(name, plain), fields, count);
    }
    return found;
}

bool json_read_member(struct json_value object, const char *name, struct json_value *value)
{
    struct json_field field = {name, JSON_IS_NONE, false};
    struct slice rest = inside(object);
    struct json_value key;
    while (next_member(&rest, &key, value)) {
        if (field_find(key, &field, 1) == 0) {
            return true;
        }
    }
    return false;
}

static enum json_result required_check(const struct json_field *fields, size_t count,
                                       const struct json_value *values, struct slice *name)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].required && values[i].kind == JSON_IS_NONE) {
            *name = slice_of(fields[i].name);
            return JSON_MISSING_FIELD;
        }
    }
    return JSON_OK;
}

enum json_result json_read_fields(struct json_value object, const struct json_field *fields,
                                  size_t count, struct json_value *values, struct slice *name)
{
    ASSERT(count <= JSON_FIELDS_MAX);
    struct slice rest = inside(object);
    struct json_value key;
    struct json_value value;
    uint32_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = (struct json_value){.kind = JSON_IS_NONE};
    }
    while (next_member(&rest, &key, &value)) {
        size_t i = field_find(key, fields, count);
        *name = key.text;
        if (i == count) {
            return JSON_UNKNOWN_FIELD;
        }
        if ((seen >> i & 1) != 0) {
            return JSON_DOUBLE_FIELD;
        }
        seen |= 1u << i;
        bool absent = value.kind == JSON_IS_NULL && !fields[i].required;
        if (!absent && value.kind != fields[i].kind) {
            return JSON_WRONG_KIND;
        }
        if (!absent) {
            values[i] = value;
        }
    }
    return required_check(fields, count, values, name);
}

static char *utf8_put(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint32_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    *to++ = (char)(lead[more] | code >> (6 * more));
    while (more-- > 0) {
        *to++ = (char)(0x80 | (code >> (6 * more) & 0x3f));
    }
    return to;
}

bool json_has_escapes(struct json_value string)
{
    const char *end = string.text.data + string.text.length;
    return byte_find(string.text.data, end, '\\') != end;
}

struct slice json_read_string(struct json_value string, char *to)
{
    const char *at = string.text.data;
    const char *end = at + string.text.length;
    if (!json_has_escapes(string)) {
        return string.text;
    }
    char *out = to;
    while (at < end) {
        if (*at != '\\') {
            *out++ = *at++;
        } else if (at[1] == 'u') {
            uint32_t code = 0;
            at = unicode_take(at + 2, end, &code);
            ASSERT(at != NULL);
            out = utf8_put(out, code);
        } else {
            *out++ = escape_char(at[1]);
            at += 2;
        }
    }
    return (struct slice){to, (size_t)(out - to)};
}

const char *json_kind_text(enum json_kind kind)
{
    static const char *const texts[] = {"nothing",  "an object",     "an array", "a string",
                                        "a number", "true or false", "null"};
    ASSERT((size_t)kind < sizeof texts / sizeof *texts);
    return texts[kind];
}
