/* SHOP.db.snapshot: the core's state as it was at a row of the journal, written at a graceful
 * close, so that the next start need not replay a year. A cache: deleted, stale, torn or another
 * shop's, it is ignored and the journal is replayed.
 *
 *   "ECLUSNAP" | u32 format, u32 0 | u64 sequence | i64 stamp | hash of that row, 32 bytes
 *   | u64 digest of the state | what promise_save gives | SHA-256 of all before it
 *
 * It is taken only if its row stands in the journal with that hash, its own SHA-256 is right, and
 * the restored state has the digest. The shops are not in it: they are read again from the
 * journal's shop files. Rows after it are replayed. */
#include "engine/inside.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "env/env_disk.h"
#include "journal/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SNAPSHOT_FORMAT = 1, HEAD_BYTES = 72, PIECE_BYTES = 1 << 16 };
static const char magic[8] = {'E', 'C', 'L', 'U', 'S', 'N', 'A', 'P'};

/* A file with the digest of what passed through. */
struct snapshot_file {
    FILE *file;
    struct digest digest;
};

static bool path_write(char *to, size_t size, const char *path, const char *suffix)
{
    int length = snprintf(to, size, "%s%s", path, suffix);
    return length > 0 && (size_t)length < size;
}

static enum status piece_write(void *context, void *bytes, size_t length)
{
    struct snapshot_file *to = context;
    digest_add(&to->digest, bytes, length);
    return fwrite(bytes, 1, length, to->file) == length ? STATUS_OK : STATUS_FULL;
}

static enum status piece_read(void *context, void *bytes, size_t length)
{
    struct snapshot_file *from = context;
    return fread(bytes, 1, length, from->file) == length ? STATUS_OK : STATUS_CORRUPT;
}

static void head_write(unsigned char head[HEAD_BYTES], const struct journal_end *end,
                       uint64_t digest)
{
    memcpy(head, magic, sizeof magic);
    bytes_put_u32(head + 8, SNAPSHOT_FORMAT);
    bytes_put_u32(head + 12, 0);
    bytes_put_u64(head + 16, end->sequence);
    bytes_put_i64(head + 24, end->stamp);
    memcpy(head + 32, end->hash, JOURNAL_HASH_BYTES);
    bytes_put_u64(head + 64, digest);
}

static bool head_read(const unsigned char head[HEAD_BYTES], struct journal_end *end,
                      uint64_t *digest)
{
    if (memcmp(head, magic, sizeof magic) != 0 || bytes_get_u32(head + 8) != SNAPSHOT_FORMAT) {
        return false;
    }
    end->sequence = bytes_get_u64(head + 16);
    end->stamp = bytes_get_i64(head + 24);
    memcpy(end->hash, head + 32, JOURNAL_HASH_BYTES);
    *digest = bytes_get_u64(head + 64);
    return true;
}

static bool contents_write(struct engine *engine, struct snapshot_file *to)
{
    unsigned char head[HEAD_BYTES];
    unsigned char sum[DIGEST_BYTES];
    const struct promise_stream stream = {piece_write, to};
    head_write(head, journal_last(engine->journal), promise_digest(engine->replay.state));
    digest_begin(&to->digest);
    if (piece_write(to, head, sizeof head) != STATUS_OK ||
        promise_save(engine->replay.state, &stream) != STATUS_OK) {
        return false;
    }
    digest_end(&to->digest, sum);
    return fwrite(sum, 1, sizeof sum, to->file) == sizeof sum && fflush(to->file) == 0 &&
           fsync(fileno(to->file)) == 0;
}

static bool file_write(struct engine *engine, const char *path)
{
    struct snapshot_file to;
    if (env_disk_reserve(path, NULL) != STATUS_OK) {
        return false;
    }
    to.file = fopen(path, "r+be");
    if (to.file == NULL) {
        return false;
    }
    bool written = contents_write(engine, &to);
    return fclose(to.file) == 0 && written;
}

void snapshot_save(struct engine *engine)
{
    char path[4096];
    char temporary[4096];
    if (engine->replay.events < engine->snapshot_events_min ||
        !path_write(path, sizeof path, engine->path, ".snapshot") ||
        !path_write(temporary, sizeof temporary, engine->path, ".snapshot.new")) {
        return;
    }
    (void)unlink(temporary);
    if (!file_write(engine, temporary) ||
        env_disk_rename(temporary, path, true, NULL) != STATUS_OK) {
        (void)unlink(temporary);
    }
}

/* Whether the file's last bytes are the SHA-256 of those before. */
static bool sum_matches(FILE *file)
{
    unsigned char piece[PIECE_BYTES + DIGEST_BYTES];
    unsigned char sum[DIGEST_BYTES];
    struct digest digest;
    size_t kept = fread(piece, 1, DIGEST_BYTES, file);
    digest_begin(&digest);
    if (kept != DIGEST_BYTES) {
        return false;
    }
    for (size_t got = fread(piece + kept, 1, PIECE_BYTES, file); got > 0;
         got = fread(piece + kept, 1, PIECE_BYTES, file)) {
        digest_add(&digest, piece, got);
        memmove(piece, piece + got, DIGEST_BYTES);
    }
    digest_end(&digest, sum);
    return ferror(file) == 0 && memcmp(sum, piece, DIGEST_BYTES) == 0;
}

/* Shops from the journal, then the state from the file. */
static bool state_restore(struct engine *engine, struct snapshot_file *from,
                          const struct journal_end *end, uint64_t digest)
{
    struct fault fault;
    const struct promise_stream stream = {piece_read, from};
    struct replay *replay = &engine->replay;
    if (journal_shop_rows(engine->journal, end->sequence, replay_shop_row, replay, &fault) !=
            STATUS_OK ||
        replay->shop_place == 0 || replay_state_create(replay, end->stamp, &fault) != STATUS_OK) {
        return false;
    }
    return promise_restore(replay->state, &stream) == STATUS_OK &&
           promise_digest(replay->state) == digest;
}

static bool file_load(struct engine *engine, struct snapshot_file *from, struct journal_end *end)
{
    unsigned char head[HEAD_BYTES];
    unsigned char hash[JOURNAL_HASH_BYTES];
    uint64_t digest = 0;
    if (piece_read(from, head, sizeof head) != STATUS_OK || !head_read(head, end, &digest) ||
        !journal_row_hash(engine->journal, end->sequence, hash) ||
        memcmp(hash, end->hash, sizeof hash) != 0) {
        return false;
    }
    rewind(from->file);
    if (!sum_matches(from->file) || fseek(from->file, HEAD_BYTES, SEEK_SET) != 0) {
        return false;
    }
    return state_restore(engine, from, end, digest);
}

bool snapshot_load(struct engine *engine, struct journal_end *end)
{
    char path[4096];
    struct snapshot_file from;
    if (!path_write(path, sizeof path, engine->path, ".snapshot")) {
        return false;
    }
    from.file = fopen(path, "rbe");
    if (from.file == NULL) {
        return false;
    }
    bool loaded = file_load(engine, &from, end);
    (void)fclose(from.file);
    if (!loaded) {
        replay_committed(&engine->replay);
        replay_forget(&engine->replay);
    }
    return loaded;
}
