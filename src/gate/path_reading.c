/* path_read goes over the path once; path_read_widely as often as it still changes, a few times at
 * most. */
#include "gate/path_reading.h"

#include "base/text.h"
#include "gate/pattern.h"

enum { DECODED_MOST = 8 };

static const char *const texts[PATH_ODDITIES] = {
    [PATH_PLAIN] = "nothing",
    [PATH_TOO_LONG] = "it is longer than 512 bytes",
    [PATH_ESCAPE] = "it escapes a character that needs no escape, or would mean something else",
    [PATH_NOT_UTF8] = "it is not UTF-8",
    [PATH_EMPTY_SEGMENT] = "it has an empty segment (//)",
    [PATH_DOT_SEGMENT] = "it has a segment . or ..",
    [PATH_PARAMETER] = "it has a parameter behind ;",
    [PATH_BEHIND_SCRIPT] = "something follows a script's name (.php/)",
};

const char *path_oddity_text(enum path_oddity oddity)
{
    return texts[oddity];
}

/* ---- plain ---- */

/* The byte that the escape at `text` stands for; -1: none. */
static int escape_value(struct slice text)
{
    int high = text.length >= 3 && text.data[0] == '%' ? hex_digit(text.data[1]) : -1;
    int low = high >= 0 ? hex_digit(text.data[2]) : -1;
    return low < 0 ? -1 : high * 16 + low;
}

/* May it be escaped? Not what needs no escape, nor what means something else when it is not. */
static bool escape_is_plain(int byte)
{
    static const char odd[] = "/\\%;?#.-_~";
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    bool digit = byte >= '0' && byte <= '9';
    return byte >= ' ' && byte != 127 && !letter && !digit && strchr(odd, byte) == NULL;
}

/* `segment` is what follows a slash; `last`: nothing follows it. */
static enum path_oddity segment_oddity(struct slice segment, bool last)
{
    static const char script[] = ".php";
    size_t length = sizeof script - 1;
    bool names_script = segment.length > length;
    for (size_t i = 0; i < length && names_script; i++) {
        names_script = (segment.data[segment.length - length + i] | 0x20) == script[i];
    }
    if (segment.length == 0 && !last) {
        return PATH_EMPTY_SEGMENT;
    }
    if (slice_is(segment, ".") || slice_is(segment, "..")) {
        return PATH_DOT_SEGMENT;
    }
    if (segment.length > 0 && memchr(segment.data, ';', segment.length) != NULL) {
        return PATH_PARAMETER;
    }
    return names_script && !last ? PATH_BEHIND_SCRIPT : PATH_PLAIN;
}

static enum path_oddity segments_oddity(struct slice path)
{
    enum path_oddity oddity = PATH_PLAIN;
    struct slice rest = slice_from(path, 1);
    while (rest.data != NULL && oddity == PATH_PLAIN) {
        struct slice segment = slice_cut(rest, '/', &rest);
        oddity = segment_oddity(segment, rest.data == NULL);
    }
    return oddity;
}

static enum path_oddity decode(struct path_reading *reading, struct slice path)
{
    for (size_t i = 0; i < path.length; i++) {
        int byte = (unsigned char)path.data[i];
        if (byte == '%') {
            byte = escape_value(slice_from(path, i));
            if (!escape_is_plain(byte)) {
                return PATH_ESCAPE;
            }
            i += 2;
        } else if (byte <= ' ' || byte >= 127 || byte == '\\') {
            return PATH_ESCAPE; /* the door lets none of these in */
        }
        if (reading->length == PATH_READING_BYTES) {
            return PATH_TOO_LONG;
        }
        reading->bytes[reading->length++] = (char)byte;
    }
    return PATH_PLAIN;
}

void path_read(struct path_reading *reading, struct slice path)
{
    reading->length = 0;
    reading->oddity = path.length > 0 && path.data[0] == '/' ? decode(reading, path) : PATH_ESCAPE;
    struct slice decoded = {reading->bytes, reading->length};
    if (reading->oddity == PATH_PLAIN && !utf8_valid(decoded)) {
        reading->oddity = PATH_NOT_UTF8;
    }
    if (reading->oddity == PATH_PLAIN) {
        reading->oddity = segments_oddity(decoded);
    }
    if (reading->length > 1 && reading->bytes[reading->length - 1] == '/') {
        reading->length--;
    }
}

/* ---- as widely as possible ---- */

/* Decodes in place once; false: nothing changed. */
static bool decode_once(char *bytes, size_t *length)
{
    size_t to = 0;
    size_t from = 0;
    while (from < *length) {
        int byte = escape_value((struct slice){bytes + from, *length - from});
        bytes[to++] = byte < 0 ? bytes[from] : (char)byte;
        from += byte < 0 ? 1 : 3;
    }
    bool changed = to != *length;
    *length = to;
    return changed;
}

/* Backslashes become slashes; parameters, and slashes behind slashes, go. */
static size_t slashes_straighten(char *bytes, size_t length)
{
    size_t to = 0;
    bool parameter = false;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i] == '\\' ? '/' : bytes[i];
        parameter = c == ';' || (parameter && c != '/');
        bool again = c == '/' && to > 0 && bytes[to - 1] == '/';
        if (!parameter && !again) {
            bytes[to++] = c;
        }
    }
    return to;
}

/* `bytes` begins with a slash; slashes are single. */
static size_t dots_resolve(char *bytes, size_t length)
{
    size_t to = 0;
    size_t at = 0;
    while (at < length) {
        size_t next = at + 1;
        while (next < length && bytes[next] != '/') {
            next++;
        }
        struct slice segment = {bytes + at + 1, next - at - 1};
        if (slice_is(segment, "..")) {
            while (to > 0 && bytes[--to] != '/') {
            }
        } else if (!slice_is(segment, ".")) {
            memmove(bytes + to, bytes + at, next - at);
            to += next - at;
        }
        at = next;
    }
    return to;
}

size_t path_read_widely(struct slice path, bool resolve, char to[PATH_READING_BYTES])
{
    size_t length = path.length < PATH_READING_BYTES ? path.length : (size_t)PATH_READING_BYTES;
    memcpy(to, path.data, length);
    for (int i = 0; i < DECODED_MOST && decode_once(to, &length); i++) {
    }
    length = slashes_straighten(to, length);
    if (resolve && length > 0 && to[0] == '/') {
        length = dots_resolve(to, length);
    }
    length = pattern_fold((struct slice){to, length}, to);
    while (length > 1 && to[length - 1] == '/') {
        length--;
    }
    return length;
}
