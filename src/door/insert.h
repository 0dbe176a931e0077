/* A text is put into a page as it streams past, with a value that stands somewhere in the page.
 *
 * Given is before what it is put, and what stands right before the value. The value may come before
 * the place or behind it: at the place the page is held back until the value is found, at most
 * INSERT_WINDOW_BYTES. What does not match passes as it came. The result is the same for every
 * split of the page.
 *
 * Patterns are bytes, and two signs: a blank is any white space or none; `*` is any bytes of one
 * tag (none of < and >). Neither stands first or last, which the caller sees to. A value ends where
 * its pattern says it began: behind `: "` with the quote of a JSON string, which is decoded; behind
 * another quote with the same quote; else before the next <. It has no markup in it, then or
 * afterwards. */
#ifndef ECLUSE_DOOR_INSERT_H
#define ECLUSE_DOOR_INSERT_H

#include "base/slice.h"

#include <stdint.h>

enum {
    INSERT_WINDOW_BYTES = 8192,
    INSERT_SPAN_BYTES_MAX = 1024, /* what a pattern and its value stand for */
    INSERT_VALUES_MAX = 8,
    INSERT_NEAR_BYTES = 4,         /* of a place, that are looked at first */
    INSERT_VALUE_BYTES_MAX = 128,  /* decoded; longer ones are no values */
    INSERT_ESCAPED_BYTES_MAX = 768 /* the same as HTML */
};

struct door_insert {
    const char *before;
    const char *const *values; /* the first that the page has */
    uint32_t value_count;      /* at most INSERT_VALUES_MAX */
    const char *unless;        /* a page that has it before the place stays as it is; NULL: none */
    struct slice open;         /* what is put in: this, the value as HTML, */
    struct slice close;        /* and this */
};

enum inserter_state {
    INSERTER_SEEKS, /* place and value */
    INSERTER_HOLDS, /* the window begins with the place, the value is sought */
    INSERTER_DONE   /* the rest passes */
};

struct inserter {
    const struct door_insert *what;
    void (*put)(void *context, struct slice bytes); /* the page, onward */
    void *context;
    enum inserter_state state;
    size_t held; /* bytes in the window */
    size_t at;   /* of it, looked at */
    size_t value_length;
    uint16_t near[INSERT_NEAR_BYTES][256]; /* which patterns may have the byte there, a bit each */
    char value[INSERT_ESCAPED_BYTES_MAX];
    char window[INSERT_WINDOW_BYTES];
};

void inserter_begin(struct inserter *inserter, const struct door_insert *what,
                    void (*to)(void *context, struct slice bytes), void *context);
void inserter_take(struct inserter *inserter, struct slice bytes);
/* The page is whole. */
void inserter_end(struct inserter *inserter);

#endif
