/* The page through a window.
 *
 *   bytes -> window -> looked at, byte by byte -> put
 *   SEEKS: all but what may be a match's beginning; HOLDS: nothing, until the value is found
 *
 *   SEEKS --place, value known--> DONE       SEEKS --place, no value yet--> HOLDS
 *   SEEKS --unless--> DONE                   HOLDS --value, or the window is full--> DONE
 *
 * A place is judged when everything that could match there is decided: what is still open waits for
 * more bytes. An open match is bounded (INSERT_SPAN_BYTES_MAX), so little is held in SEEKS. Parsing
 * HTML was rejected: it costs more than the whole hand-on, and pages are not well-formed. */
#include "door/insert.h"

#include "base/assert.h"
#include "base/text.h"

_Static_assert(INSERT_WINDOW_BYTES >= 4 * INSERT_SPAN_BYTES_MAX, "a match must fit, and be held");
_Static_assert(INSERT_ESCAPED_BYTES_MAX == INSERT_VALUE_BYTES_MAX * (sizeof "&quot;" - 1),
               "every byte may be escaped");

enum match { MATCH_NO, MATCH_MORE, MATCH_YES };

static bool is_white(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* What is looked at. */
struct sight {
    struct slice text;
    bool more; /* may follow */
};

/* Does the text begin with the pattern? *length is then what it stands for. */
static enum match pattern_match(const char *pattern, struct sight sight, size_t *length)
{
    struct slice text = sight.text;
    const char *star = NULL; /* behind the last * */
    size_t star_at = 0;      /* from where on the rest is tried */
    size_t at = 0;
    while (*pattern != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            star_at = at;
            continue;
        }
        if (at == text.length) {
            return sight.more ? MATCH_MORE : MATCH_NO;
        }
        if (*pattern == ' ') {
            bool white = is_white(text.data[at]);
            at += white;
            pattern += !white;
        } else if (*pattern == text.data[at]) {
            at++;
            pattern++;
        } else if (star != NULL && text.data[star_at] != '<' && text.data[star_at] != '>') {
            pattern = star;
            at = ++star_at;
        } else {
            return MATCH_NO;
        }
    }
    *length = at;
    return MATCH_YES;
}

/* ---- values ---- */

enum value_kind { VALUE_TEXT, VALUE_QUOTED, VALUE_JSON };

static enum value_kind kind_of(const char *pattern)
{
    size_t last = strlen(pattern) - 1;
    if (pattern[last] != '"' && pattern[last] != '\'') {
        return VALUE_TEXT;
    }
    size_t at = last;
    while (at > 0 && pattern[at - 1] == ' ') {
        at--;
    }
    return pattern[last] == '"' && at > 0 && pattern[at - 1] == ':' ? VALUE_JSON : VALUE_QUOTED;
}

/* Where the value that the text begins with ends. */
static enum match value_end(enum value_kind kind, char quote, struct sight sight, size_t *end)
{
    char stop = kind == VALUE_TEXT ? '<' : quote;
    for (size_t i = 0; i < sight.text.length; i++) {
        if (sight.text.data[i] == stop) {
            *end = i;
            return MATCH_YES;
        }
        i += kind == VALUE_JSON && sight.text.data[i] == '\\';
    }
    return sight.more ? MATCH_MORE : MATCH_NO;
}

/* The code unit of "\uXXXX"; -1 if it is none. */
static int unit_read(struct slice text)
{
    int unit = 0;
    if (text.length < 6) {
        return -1;
    }
    for (size_t i = 2; i < 6; i++) {
        int digit = hex_digit(text.data[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

/* Writes a character of the first plane as UTF-8; 0 for halves of pairs: no SKU has them. */
static size_t utf8_put(int unit, char to[3])
{
    if (unit >= 0xd800 && unit <= 0xdfff) {
        return 0;
    }
    if (unit < 0x80) {
        to[0] = (char)unit;
        return 1;
    }
    if (unit < 0x800) {
        to[0] = (char)(0xc0 | unit >> 6);
        to[1] = (char)(0x80 | (unit & 0x3f));
        return 2;
    }
    to[0] = (char)(0xe0 | unit >> 12);
    to[1] = (char)(0x80 | (unit >> 6 & 0x3f));
    to[2] = (char)(0x80 | (unit & 0x3f));
    return 3;
}

/* Decodes a JSON string; false: it is none, or too long. */
static bool json_decode(struct slice text, char to[INSERT_VALUE_BYTES_MAX + 3], size_t *length)
{
    size_t used = 0;
    while (text.length > 0 && used <= INSERT_VALUE_BYTES_MAX) {
        size_t taken = 1;
        if (text.data[0] != '\\') {
            to[used++] = text.data[0];
        } else if (text.length > 1 && text.data[1] == 'u') {
            int unit = unit_read(text);
            size_t put = unit < 0 ? 0 : utf8_put(unit, to + used);
            if (put == 0) {
                return false;
            }
            used += put;
            taken = 6;
        } else if (text.length > 1 && strchr("\"\\/", text.data[1]) != NULL) {
            to[used++] = text.data[1];
            taken = 2;
        } else {
            return false;
        }
        text = slice_from(text, taken);
    }
    *length = used;
    return text.length == 0;
}

static bool has_control(struct slice text)
{
    for (size_t i = 0; i < text.length; i++) {
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

static struct slice white_trim(struct slice text)
{
    while (text.length > 0 && is_white(text.data[0])) {
        text = slice_from(text, 1);
    }
    while (text.length > 0 && is_white(text.data[text.length - 1])) {
        text.length--;
    }
    return text;
}

/* As the value of an attribute. What stood in HTML has its entities already. */
static struct slice entity_of(char byte, enum value_kind kind)
{
    static const struct slice none = {"", 0};
    switch (byte) {
    case '"':
        return SLICE("&quot;");
    case '<':
        return SLICE("&lt;");
    case '>':
        return SLICE("&gt;");
    case '&':
        return kind == VALUE_JSON ? SLICE("&amp;") : none;
    default:
        return none;
    }
}

static bool value_set(struct inserter *inserter, enum value_kind kind, struct slice raw)
{
    char decoded[INSERT_VALUE_BYTES_MAX + 3];
    size_t length = 0;
    if (kind == VALUE_JSON) {
        if (!json_decode(raw, decoded, &length)) {
            return false;
        }
        raw = (struct slice){decoded, length};
    }
    raw = white_trim(raw);
    if (raw.length == 0 || raw.length > INSERT_VALUE_BYTES_MAX || has_control(raw)) {
        return false;
    }
    size_t used = 0;
    for (size_t i = 0; i < raw.length; i++) {
        struct slice entity = entity_of(raw.data[i], kind);
        struct slice piece = entity.length > 0 ? entity : (struct slice){raw.data + i, 1};
        memcpy(inserter->value + used, piece.data, piece.length);
        used += piece.length;
    }
    inserter->value_length = used;
    return true;
}

/* ---- the window ---- */

static void put(struct inserter *inserter, struct slice bytes)
{
    if (bytes.length > 0) {
        inserter->put(inserter->context, bytes);
    }
}

/* The window's first `length` bytes, onward. */
static void window_put(struct inserter *inserter, size_t length)
{
    ASSERT(length <= inserter->held);
    put(inserter, (struct slice){inserter->window, length});
    inserter->held -= length;
    inserter->at = inserter->at > length ? inserter->at - length : 0;
    memmove(inserter->window, inserter->window + length, inserter->held);
}

static void insert_now(struct inserter *inserter)
{
    put(inserter, inserter->what->open);
    put(inserter, (struct slice){inserter->value, inserter->value_length});
    put(inserter, inserter->what->close);
    inserter->state = INSERTER_DONE;
}

/* Bits of the patterns: the values' first. */
enum { BIT_BEFORE = 1 << INSERT_VALUES_MAX, BIT_UNLESS = 2 << INSERT_VALUES_MAX };

/* A value at the place; MATCH_YES: it is known now. An earlier pattern is decided first. */
static enum match value_look(struct inserter *inserter, uint32_t possible, struct sight sight)
{
    const struct door_insert *what = inserter->what;
    for (uint32_t i = 0; i < what->value_count && inserter->value_length == 0; i++) {
        size_t from = 0;
        size_t end = 0;
        if ((possible & UINT32_C(1) << i) == 0) {
            continue;
        }
        const char *pattern = what->values[i];
        enum match match = pattern_match(pattern, sight, &from);
        if (match == MATCH_YES) {
            struct sight rest = {slice_from(sight.text, from), sight.more};
            match = value_end(kind_of(pattern), pattern[strlen(pattern) - 1], rest, &end);
        }
        if (match == MATCH_MORE) {
            return MATCH_MORE;
        }
        if (match == MATCH_YES &&
            value_set(inserter, kind_of(pattern), (struct slice){sight.text.data + from, end})) {
            return MATCH_YES;
        }
    }
    return MATCH_NO;
}

static struct sight sight_of(const struct inserter *inserter, bool whole)
{
    struct slice text = {inserter->window + inserter->at, inserter->held - inserter->at};
    bool long_enough = text.length >= INSERT_SPAN_BYTES_MAX;
    text.length = long_enough ? INSERT_SPAN_BYTES_MAX : text.length;
    return (struct sight){text, !whole && !long_enough};
}

static enum match sought_match(const struct inserter *inserter, const char *pattern, bool possible,
                               struct sight sight)
{
    size_t length = 0;
    bool sought = possible && inserter->state == INSERTER_SEEKS;
    return sought ? pattern_match(pattern, sight, &length) : MATCH_NO;
}

/* Looks at one place of the window for the possible patterns. False: more bytes decide it. */
static bool look(struct inserter *inserter, uint32_t possible, bool whole)
{
    const struct door_insert *what = inserter->what;
    struct sight sight = sight_of(inserter, whole);
    enum match unless = sought_match(inserter, what->unless, (possible & BIT_UNLESS) != 0, sight);
    enum match before = sought_match(inserter, what->before, (possible & BIT_BEFORE) != 0, sight);
    if (unless == MATCH_MORE || before == MATCH_MORE) {
        return false;
    }
    enum match value = value_look(inserter, possible, sight);
    if (value == MATCH_MORE) {
        return false;
    }
    if (unless == MATCH_YES) {
        inserter->state = INSERTER_DONE;
    } else if (inserter->state == INSERTER_HOLDS && value == MATCH_YES) {
        insert_now(inserter);
    } else if (before == MATCH_YES) {
        window_put(inserter, inserter->at);
        inserter->state = INSERTER_HOLDS;
        if (inserter->value_length > 0) {
            insert_now(inserter);
        }
    }
    return true;
}

/* The next place at which a pattern is possible, by its first bytes as far as they are there; 0 at
 * the window's end. */
static uint32_t possible_find(struct inserter *inserter)
{
    const unsigned char *window = (const unsigned char *)inserter->window;
    for (size_t at = inserter->at; at < inserter->held; at++) {
        uint32_t possible = inserter->near[0][window[at]];
        for (size_t i = 1; possible != 0 && i < INSERT_NEAR_BYTES && at + i < inserter->held; i++) {
            possible &= inserter->near[i][window[at + i]];
        }
        if (possible != 0) {
            inserter->at = at;
            return possible;
        }
    }
    inserter->at = inserter->held;
    return 0;
}

static void window_look(struct inserter *inserter, bool whole)
{
    uint32_t possible;
    while (inserter->state != INSERTER_DONE && (possible = possible_find(inserter)) != 0) {
        if (!look(inserter, possible, whole)) {
            break;
        }
        inserter->at++;
    }
    bool full = inserter->held == INSERT_WINDOW_BYTES;
    if (inserter->state == INSERTER_HOLDS && (full || whole)) {
        inserter->state = INSERTER_DONE; /* no value near the place */
    }
    if (inserter->state == INSERTER_DONE) {
        window_put(inserter, inserter->held);
    } else if (inserter->state == INSERTER_SEEKS) {
        window_put(inserter, inserter->at);
    }
}

/* Which bytes the pattern may have at its first places: behind a sign, any. */
static void near_add(struct inserter *inserter, const char *pattern, uint32_t bit)
{
    bool any = false;
    for (size_t i = 0; i < INSERT_NEAR_BYTES; i++) {
        any = any || pattern[i] == '\0' || pattern[i] == ' ' || pattern[i] == '*';
        for (size_t byte = 0; byte < 256; byte++) {
            bool fits = any || byte == (unsigned char)pattern[i];
            inserter->near[i][byte] |= (uint16_t)(fits ? bit : 0);
        }
    }
}

void inserter_begin(struct inserter *inserter, const struct door_insert *what,
                    void (*to)(void *context, struct slice bytes), void *context)
{
    ASSERT(what->value_count <= INSERT_VALUES_MAX);
    memset(inserter, 0, offsetof(struct inserter, value));
    inserter->what = what;
    inserter->put = to;
    inserter->context = context;
    near_add(inserter, what->before, BIT_BEFORE);
    if (what->unless != NULL) {
        near_add(inserter, what->unless, BIT_UNLESS);
    }
    for (uint32_t i = 0; i < what->value_count; i++) {
        near_add(inserter, what->values[i], UINT32_C(1) << i);
    }
}

void inserter_take(struct inserter *inserter, struct slice bytes)
{
    while (bytes.length > 0 && inserter->state != INSERTER_DONE) {
        size_t room = INSERT_WINDOW_BYTES - inserter->held;
        size_t part = bytes.length < room ? bytes.length : room;
        ASSERT(part > 0);
        memcpy(inserter->window + inserter->held, bytes.data, part);
        inserter->held += part;
        bytes = slice_from(bytes, part);
        window_look(inserter, false);
    }
    put(inserter, bytes);
}

void inserter_end(struct inserter *inserter)
{
    if (inserter->state != INSERTER_DONE) {
        window_look(inserter, true);
    }
}
