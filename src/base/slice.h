/* A view of bytes that somebody else owns; not terminated by zero. */
#ifndef ECLUSE_BASE_SLICE_H
#define ECLUSE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *data;
    size_t length;
};

#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

static inline bool slice_is(struct slice a, const char *text)
{
    return slice_equal(a, slice_of(text));
}

static inline bool slice_starts(struct slice a, const char *with)
{
    size_t length = strlen(with);
    return a.length >= length && memcmp(a.data, with, length) == 0;
}

/* What follows its first `offset` bytes; `offset` is at most its length. */
static inline struct slice slice_from(struct slice text, size_t offset)
{
    return (struct slice){text.data + offset, text.length - offset};
}

/* Without spaces and tabs at its ends. */
static inline struct slice slice_trim(struct slice slice)
{
    while (slice.length > 0 && (slice.data[0] == ' ' || slice.data[0] == '\t')) {
        slice.data++;
        slice.length--;
    }
    while (slice.length > 0 &&
           (slice.data[slice.length - 1] == ' ' || slice.data[slice.length - 1] == '\t')) {
        slice.length--;
    }
    return slice;
}

/* The part before the first `c`; *rest gets what follows it, and may be the slice itself. */
static inline struct slice slice_cut(struct slice slice, char c, struct slice *rest)
{
    const char *at = slice.length == 0 ? NULL : memchr(slice.data, c, slice.length);
    if (at == NULL) {
        *rest = (struct slice){NULL, 0};
        return slice;
    }
    size_t length = (size_t)(at - slice.data);
    *rest = (struct slice){at + 1, slice.length - length - 1};
    return (struct slice){slice.data, length};
}

#endif
