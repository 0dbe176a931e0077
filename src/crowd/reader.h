/* Reads HTTP/1.1 answers as they come, byte by byte if they come so, and keeps only what a visitor
 * needs.
 *
 *   STATUS -> FIELDS -> LENGTH                          -> COMPLETE
 *     ^  1xx    |  \-> SIZE -> CHUNK -> CHUNK_END -> SIZE ... -> TRAILER -> COMPLETE
 *     \---------/  \-> UNTIL_CLOSE (crowd_reader_closed says whether that was the end)
 *
 * One line is kept at a time, a body only if somebody wants to read it. Whatever is not HTTP, or
 * over a limit, is refused and the connection is of no more use. Answers to HEAD are not read. */
#ifndef ECLUSE_CROWD_READER_H
#define ECLUSE_CROWD_READER_H

#include "base/text.h"

enum crowd_read { CROWD_READ_MORE, CROWD_READ_COMPLETE, CROWD_READ_REFUSED };

enum crowd_reader_stage {
    READER_STATUS,
    READER_FIELDS,
    READER_LENGTH,
    READER_SIZE,
    READER_CHUNK,
    READER_CHUNK_END,
    READER_TRAILER,
    READER_UNTIL_CLOSE,
    READER_COMPLETE,
    READER_REFUSED
};

/* What the header Ecluse-State says. */
enum crowd_door { CROWD_DOOR_NONE, CROWD_DOOR_WAITING, CROWD_DOOR_INSIDE };

struct crowd_reader {
    /* A whole "name=value" of a Set-Cookie, without its attributes. */
    void (*cookie)(void *context, struct slice cookie);
    void *context;
    struct text line;
    struct text body; /* its first LIMIT_CROWD_KEPT_BYTES, if keeps_body */
    uint64_t left;    /* of the body or chunk */
    uint64_t body_bytes;
    uint32_t head_bytes;
    enum crowd_reader_stage stage;
    int32_t retry_after_seconds; /* -1: none, or a date */
    uint16_t status;
    enum crowd_door door;
    bool keeps_body;
    bool begun; /* a byte has come */
    bool closes;
    bool chunked;
    bool has_length;
    bool version_0; /* HTTP/1.0 closes if it says nothing */
};

void crowd_reader_init(struct crowd_reader *reader);
void crowd_reader_free(struct crowd_reader *reader);
/* Ready for the next answer. */
void crowd_reader_next(struct crowd_reader *reader, bool keeps_body);
/* Takes bytes; *used is how many belonged to the answer (all of them but after COMPLETE). */
enum crowd_read crowd_reader_feed(struct crowd_reader *reader, const char *bytes, size_t length,
                                  size_t *used);
/* The peer has closed: COMPLETE if the answer ends so, else REFUSED. */
enum crowd_read crowd_reader_closed(struct crowd_reader *reader);

#endif
