/* Why the door refuses a request, and what it answers. One reason, one status, one sentence
 * (refusal.c). */
#ifndef ECLUSE_DOOR_REFUSAL_H
#define ECLUSE_DOOR_REFUSAL_H

enum http_refusal {
    REFUSAL_NONE,
    REFUSAL_BARE_CR,
    REFUSAL_BARE_LF,
    REFUSAL_NUL_BYTE,
    REFUSAL_CONTROL_BYTE,
    REFUSAL_REQUEST_LINE,
    REFUSAL_METHOD,
    REFUSAL_CONNECT,
    REFUSAL_TARGET,
    REFUSAL_TARGET_FRAGMENT,
    REFUSAL_TARGET_ASTERISK,
    REFUSAL_TARGET_LONG,
    REFUSAL_VERSION_FORM,
    REFUSAL_VERSION,
    REFUSAL_HEAD_LARGE,
    REFUSAL_HEADERS_MANY,
    REFUSAL_FOLDED,
    REFUSAL_SPACE_BEFORE_COLON,
    REFUSAL_FIELD_NAME,
    REFUSAL_HOST_MISSING,
    REFUSAL_HOST_TWICE,
    REFUSAL_HOST,
    REFUSAL_HOST_DIFFERS,
    REFUSAL_LENGTH,
    REFUSAL_LENGTH_TWICE,
    REFUSAL_LENGTH_AND_CODING,
    REFUSAL_CODING,
    REFUSAL_CODING_UNKNOWN,
    REFUSAL_CODING_OLD,
    REFUSAL_EXPECT,
    REFUSAL_BODY_LARGE,
    REFUSAL_CHUNK_SIZE,
    REFUSAL_CHUNK_EXTENSION,
    REFUSAL_CHUNK_END,
    REFUSAL_TRAILER,
    REFUSAL_STATUS, /* of a reply that we read */
    /* Not the parser's: the door's own. */
    REFUSAL_SLOW,
    REFUSAL_CROWDED,
    REFUSAL_SHARE,
    REFUSAL_MEMORY,
    REFUSAL_COUNT
};

struct http_refusal_answer {
    int status;
    const char *type;   /* last part of the problem's type URI; also names the reason in tests */
    const char *detail; /* what is wrong and what would be right */
};

const struct http_refusal_answer *http_refusal_answer(enum http_refusal refusal);

#endif
