/* One line of an access log: what was asked, by whom, and what became of it.
 *
 *   combined  203.0.113.7 - - [26/Nov/2026:09:30:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8"
 *   json      {"at":"2026-11-26T09:30:00Z","client":"203.0.113.7","method":"GET","target":"/a",...}
 *
 * Whatever a client sends, a line is one line, in its format: quotes, backslashes and every byte
 * that is not printable ASCII are escaped (\xHH; in JSON \u00HH). What opens something for its
 * bearer is masked: the values of `token` and its like in the target's and the referrer's query.
 * Cookies and Authorization are not written. Times are UTC. */
#ifndef ECLUSE_DOOR_ACCESS_LINE_H
#define ECLUSE_DOOR_ACCESS_LINE_H

#include "door/door.h"

enum access_format { ACCESS_COMBINED, ACCESS_JSON };

enum {
    /* Of each part once escaped; what is longer is cut and ends with "...". */
    ACCESS_TARGET_BYTES_MAX = 2048,
    ACCESS_REFERRER_BYTES_MAX = 1024,
    ACCESS_AGENT_BYTES_MAX = 512,
    /* A line, its newline included: as much as a pipe takes at once. */
    ACCESS_LINE_BYTES_MAX = 4096
};

struct access_entry {
    int64_t at; /* seconds UTC: of the reply */
    struct door_key client;
    struct door_answer answer;
    struct slice path;     /* as sent; this and the rest are not read unless answer.readable */
    struct slice query;    /* empty: none */
    struct slice referrer; /* data NULL: none */
    struct slice agent;    /* data NULL: none */
};

/* Writes the line with its newline; returns its length. */
size_t access_line_write(enum access_format format, const struct access_entry *entry,
                         char to[ACCESS_LINE_BYTES_MAX]);

#endif
