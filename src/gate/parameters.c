/* Parameters are cut at & and, where only "might" is asked, at ; as well. */
#include "gate/parameters.h"

#include "base/text.h"
#include "gate/pattern.h"

/* The next character of an escaped text, decoded; `text` moves on behind it. */
static char decoded_next(struct slice *text)
{
    int high = text->length >= 3 && text->data[0] == '%' ? hex_digit(text->data[1]) : -1;
    int low = high >= 0 ? hex_digit(text->data[2]) : -1;
    char c = low < 0 ? text->data[0] : (char)(high * 16 + low);
    *text = slice_from(*text, low < 0 ? 1 : 3);
    return c;
}

/* Are both the same if only letters and digits count, up to a bracket where it is a name? */
static bool is_folded(struct slice sent, struct slice wanted, bool name)
{
    while (sent.length > 0) {
        char c = decoded_next(&sent);
        if (name && (c == '[' || c == '\0')) {
            break;
        }
        c = pattern_fold_byte(c);
        if (c == '\0') {
            continue;
        }
        while (wanted.length > 0 && pattern_fold_byte(wanted.data[0]) == '\0') {
            wanted = slice_from(wanted, 1);
        }
        if (wanted.length == 0 || pattern_fold_byte(wanted.data[0]) != c) {
            return false;
        }
        wanted = slice_from(wanted, 1);
    }
    while (wanted.length > 0 && pattern_fold_byte(wanted.data[0]) == '\0') {
        wanted = slice_from(wanted, 1);
    }
    return wanted.length == 0;
}

/* 0 to 35; -1: none of it counts. */
static int first_of(struct slice name)
{
    while (name.length > 0) {
        char c = pattern_fold_byte(decoded_next(&name));
        if (c >= 'a' && c <= 'z') {
            return c - 'a';
        }
        if (c >= '0' && c <= '9') {
            return 26 + c - '0';
        }
    }
    return -1;
}

static struct slice parameter_cut(struct slice *rest)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] != '&' && rest->data[length] != ';') {
        length++;
    }
    struct slice parameter = {rest->data, length};
    *rest = slice_from(*rest, length < rest->length ? length + 1 : length);
    return parameter;
}

uint64_t parameters_first(struct slice query)
{
    uint64_t first = 0;
    while (query.length > 0) {
        int bit = first_of(parameter_cut(&query));
        first |= bit < 0 ? 0 : UINT64_C(1) << bit;
    }
    return first;
}

bool parameters_lack(uint64_t first, struct slice wanted)
{
    int bit = first_of(wanted);
    return bit >= 0 && (first >> bit & 1) == 0;
}

static bool is_plain(struct slice value)
{
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];
        char folded = pattern_fold_byte(c);
        if ((folded == '\0' || folded == '/') && c != '-' && c != '_') {
            return false;
        }
    }
    return value.length > 0;
}

/* A letter or a digit is in it, and it is more than a 0. */
static bool says_something(struct slice value)
{
    bool something = false;
    for (size_t i = 0; i < value.length; i++) {
        something = something || pattern_fold_byte(value.data[i]) != '\0';
    }
    return something && !slice_is(value, "0");
}

bool parameters_have(struct slice query, struct slice wanted)
{
    struct slice wanted_value;
    struct slice wanted_name = slice_cut(wanted, '=', &wanted_value);
    struct slice rest = query;
    uint32_t times = 0;
    for (uint32_t i = 0; rest.length > 0; i++) {
        struct slice value;
        struct slice name = slice_cut(slice_cut(rest, '&', &rest), '=', &value);
        bool same = slice_equal(name, wanted_name);
        if (i == PARAMETERS_MOST) {
            return false;
        }
        if (!same && !is_folded(name, wanted_name, true)) {
            continue;
        }
        bool wants = wanted_value.data == NULL || slice_equal(value, wanted_value);
        if (!same || ++times > 1 || !wants || !is_plain(value) || !says_something(value)) {
            return false;
        }
    }
    return times == 1;
}

bool parameters_may_have(struct slice query, struct slice wanted)
{
    struct slice wanted_value;
    struct slice wanted_name = slice_cut(wanted, '=', &wanted_value);
    struct slice rest = query;
    while (rest.length > 0) {
        struct slice value;
        struct slice name = slice_cut(parameter_cut(&rest), '=', &value);
        if (is_folded(name, wanted_name, true) && (wanted_value.data == NULL || !is_plain(value) ||
                                                   is_folded(value, wanted_value, false))) {
            return true;
        }
    }
    return false;
}
