/* The durable log and the tables beside it, in one SQLite file (sqlite.c; other engines would stand beside it).
 *
 *   journal(sequence, stamp, events, previous, hash)   one row a batch
 *   hash = SHA-256(previous hash, sequence, stamp, events)
 *
 * A batch: journal_begin, then for each event journal_project (the rows that a person reads), then journal_commit: the journal row
 * and every table row in one transaction, WAL, synchronous=FULL. Exactly one connection writes and checkpoints; readers are
 * read-only and never checkpoint. Tables are what a person with `sqlite3` reads; the journal decides (`verify` compares). */
#ifndef ECLUSE_JOURNAL_JOURNAL_H
#define ECLUSE_JOURNAL_JOURNAL_H

#include "base/slice.h"
#include "base/status.h"
#include "env/env.h"
#include "promise/promise.h"

struct journal;

enum { JOURNAL_HASH_BYTES = 32, JOURNAL_SCHEMA_VERSION = 1 };

struct journal_row {
    uint64_t sequence; /* 1, 2, ... without gaps */
    int64_t stamp;
    struct slice events;
    unsigned char previous[JOURNAL_HASH_BYTES];
    unsigned char hash[JOURNAL_HASH_BYTES];
};

#endif
