/* A new database: made under another name, complete with its tables, secrets and first event, then
 * named. So whoever finds SHOP.db finds a whole one, and an `init` that was killed left nothing but
 * a file that the next one removes.
 *
 * The first event is taken by a replay before it is written: what could not be opened again is not
 * made. */
#include "engine/inside.h"

#include "engine/zones.h"
#include "env/env_disk.h"
#include "journal/shop_event.h"

#include <stdio.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

struct creation {
    const char *path;
    struct env *env;
    int64_t now;
    char lock_path[PATH_BYTES];
    char new_path[PATH_BYTES];
    struct journal *journal;
    struct replay replay;
    struct text event;
};

/* Reads the file as a person wrote it, with the machine's zone rules, and makes its event. */
static enum status first_event(struct creation *creation, struct slice shop_text,
                               const char *shop_file, struct fault *fault)
{
    struct shop *shop = NULL;
    enum status status =
        shop_read(shop_text, shop_file, engine_zones(), creation->now, &shop, fault);
    if (status != STATUS_OK) {
        return status;
    }
    const struct shop_event event = {slice_of(shop_file), shop->zone, creation->now, shop_text};
    shop_event_write(&creation->event, &event);
    shop_free(shop);
    return creation->event.overflow ? fault_set(fault, STATUS_MEMORY, "no memory for the shop file")
                                    : STATUS_OK;
}

static enum status event_take(struct creation *creation, struct fault *fault)
{
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    if (!event_next(text_slice(&creation->event), &offset, &event, &status)) {
        return fault_set(fault, STATUS_CORRUPT, "the first event cannot be read");
    }
    return replay_event(&creation->replay, &event, creation->now, fault);
}

static enum status secrets_put(struct creation *creation)
{
    static const char *const names[ENGINE_SECRETS] = {"order_key", "token"};
    enum status status = STATUS_OK;
    for (int i = 0; i < ENGINE_SECRETS && status == STATUS_OK; i++) {
        unsigned char bytes[SECRET_BYTES];
        creation->env->entropy(creation->env, bytes, sizeof bytes);
        status = journal_put_secret(creation->journal, names[i],
                                    (struct slice){(const char *)bytes, sizeof bytes});
    }
    return status;
}

static enum status batch_write(struct creation *creation, struct fault *fault)
{
    enum status status = journal_begin(creation->journal);
    if (status == STATUS_OK) {
        status = secrets_put(creation);
    }
    if (status == STATUS_OK) {
        status = journal_put_shop(creation->journal, creation->replay.state);
    }
    if (status == STATUS_OK) {
        status = journal_fill(creation->journal, creation->replay.state);
    }
    if (status == STATUS_OK) {
        status = journal_commit(creation->journal, creation->now, text_slice(&creation->event));
    }
    return status == STATUS_OK ? status
                               : fault_set(fault, status, "%s", journal_fault(creation->journal));
}

static void leftovers_remove(const struct creation *creation)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char path[PATH_BYTES + 8];
        (void)snprintf(path, sizeof path, "%s%s", creation->new_path, suffixes[i]);
        (void)unlink(path);
    }
}

/* Everything under the name SHOP.db.new, then the name. */
static enum status file_make(struct creation *creation, struct fault *fault)
{
    leftovers_remove(creation);
    enum status status =
        journal_create(creation->new_path, creation->env, &creation->journal, fault);
    if (status == STATUS_OK) {
        status = batch_write(creation, fault);
        journal_close(creation->journal);
    }
    if (status == STATUS_OK) {
        status = env_disk_rename(creation->new_path, creation->path, false, fault);
    }
    if (status != STATUS_OK) {
        leftovers_remove(creation);
    }
    return status;
}

static enum status paths_make(struct creation *creation, struct fault *fault)
{
    int lock = snprintf(creation->lock_path, PATH_BYTES, "%s.lock", creation->path);
    int new = snprintf(creation->new_path, PATH_BYTES, "%s.new", creation->path);
    if (lock < 0 || lock >= PATH_BYTES || new < 0 || new >= PATH_BYTES) {
        return fault_set(fault, STATUS_INVALID, "%s: the path is too long", creation->path);
    }
    if (access(creation->path, F_OK) == 0) {
        return fault_set(fault, STATUS_EXISTS,
                         "%s is there already; `ecluse apply` brings a changed shop file into it",
                         creation->path);
    }
    return STATUS_OK;
}

static enum status locked_make(struct creation *creation, struct slice shop_text,
                               const char *shop_file, struct fault *fault)
{
    int lock = -1;
    enum status status = first_event(creation, shop_text, shop_file, fault);
    if (status == STATUS_OK) {
        status = event_take(creation, fault);
    }
    if (status == STATUS_OK) {
        status = env_disk_lock(creation->lock_path, &lock, fault);
    }
    if (status == STATUS_OK) {
        status = file_make(creation, fault);
    }
    env_disk_unlock(lock);
    return status;
}

enum status engine_create(const char *path, struct env *env, struct slice shop_text,
                          const char *shop_file, int64_t now, struct fault *fault)
{
    struct creation creation = {.path = path, .env = env, .now = now};
    enum status status = paths_make(&creation, fault);
    if (status != STATUS_OK) {
        return status;
    }
    replay_init(&creation.replay);
    text_init(&creation.event, (size_t)LIMIT_SHOP_FILE_BYTES + PATH_BYTES);
    status = locked_make(&creation, shop_text, shop_file, fault);
    replay_free(&creation.replay);
    text_free(&creation.event);
    return status;
}
