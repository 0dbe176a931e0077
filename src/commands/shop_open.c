/* Opening a shop for questions.
 *
 *   .yaml -> shop_read -> engine_open_memory at now
 *   .db   -> engine_open(ENGINE_READ): replay; a running server goes on beside it
 *
 * Invariant: open->now is never before the journal's last stamp, so that the core is never asked
 * about its own past. */
#include "commands/shop_open.h"

#include "commands/nearest.h"
#include "commands/shop_set.h"
#include "model/shop_read.h"

#include <stdlib.h>
#include <unistd.h>

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

enum status shop_now_read(const struct call *call, const struct zone *zone, int64_t *now,
                          bool *given, struct fault *fault)
{
    *given = call->now != NULL;
    if (!*given) {
        *now = call->env->now(call->env);
        return STATUS_OK;
    }
    if (!instant_read(zone, slice_of(call->now), now)) {
        return fault_set(
            fault, STATUS_INVALID,
            "--now %s is not a time; write 2026-12-01T16:00 (the shop's zone), or with Z or "
            "+01:00",
            call->now);
    }
    return STATUS_OK;
}

static enum status settings_make(const struct shop_settings *settings, const char *path,
                                 char **text, size_t *length, struct fault *fault)
{
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < settings->count && status == STATUS_OK; i++) {
        status = shop_text_set(text, length, path, settings->settings[i], fault);
    }
    return status;
}

/* `text` as a shop file; it is kept or freed by the caller. */
static enum status text_read(const struct call *call, const char *path, struct slice text,
                             struct shop **shop, struct fault *fault)
{
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    const struct zone_source zones = {.load = zone_load};
    int64_t around;
    bool given;
    enum status status = shop_now_read(call, &utc, &around, &given, fault);
    return status == STATUS_OK ? shop_read(text, path, &zones, around, shop, fault) : status;
}

static enum status file_read(const struct call *call, const char *path,
                             const struct shop_settings *settings, char **text, size_t *length,
                             struct shop **shop, struct fault *fault)
{
    char *bytes = NULL;
    size_t bytes_length = 0;
    enum status status = env_file_read(path, LIMIT_SHOP_FILE_BYTES, &bytes, &bytes_length, fault);
    if (status == STATUS_OK) {
        status = settings_make(settings, path, &bytes, &bytes_length, fault);
    }
    if (status == STATUS_OK) {
        status = text_read(call, path, (struct slice){bytes, bytes_length}, shop, fault);
    }
    if (status != STATUS_OK || text == NULL) {
        free(bytes);
        return status;
    }
    *text = bytes;
    *length = bytes_length;
    return STATUS_OK;
}

enum status shop_file_read(const struct call *call, const char *path, char **text, size_t *length,
                           struct shop **shop, struct fault *fault)
{
    static const struct shop_settings none = {.count = 0};
    return file_read(call, path, &none, text, length, shop, fault);
}

static enum status file_open(const struct call *call, const struct shop_settings *settings,
                             struct shop_open *open, struct fault *fault)
{
    struct shop *shop;
    bool given;
    enum status status = file_read(call, open->path, settings, NULL, NULL, &shop, fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = shop_now_read(call, &shop->zone, &open->now, &given, fault);
    if (status != STATUS_OK) {
        shop_free(shop);
        return status;
    }
    if (!given && shop->has_opened) {
        open->now = shop->opened;
    }
    status = engine_open_memory(shop, call->env, open->now, &open->engine, fault);
    return status;
}

enum status shop_now_check(const struct call *call, const struct shop *shop, int64_t last_stamp,
                           const char *path, int64_t *now, struct fault *fault)
{
    bool given;
    enum status status = shop_now_read(call, &shop->zone, now, &given, fault);
    if (status != STATUS_OK || *now >= last_stamp) {
        return status;
    }
    if (given) {
        char last[32];
        (void)instant_write(&shop->zone, last, last_stamp);
        return fault_set(
            fault, STATUS_INVALID,
            "--now %s is before the last entry of %s; its journal ends at %s, give that or later",
            call->now, path, last);
    }
    *now = last_stamp;
    return STATUS_OK;
}

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path);
    size_t end_length = strlen(end);
    return length > end_length && strcmp(path + length - end_length, end) == 0;
}

bool shop_path_is_file(const char *path)
{
    return ends_with(path, ".yaml") || ends_with(path, ".yml");
}

enum status shop_open_set(const struct call *call, const char *path,
                          const struct shop_settings *settings, struct shop_open *open,
                          struct fault *fault)
{
    *open = (struct shop_open){.path = path};
    open->is_file = shop_path_is_file(path);
    if (!open->is_file && !ends_with(path, ".db")) {
        return fault_set(fault, STATUS_INVALID,
                         "%s: a shop is a shop file (its name ends in .yaml) or a database (.db)",
                         path);
    }
    if (!open->is_file && settings->count > 0) {
        return fault_set(fault, STATUS_INVALID,
                         "--set needs a shop file; write one with: ecluse export");
    }
    enum status status = open->is_file
                             ? file_open(call, settings, open, fault)
                             : engine_open(path, ENGINE_READ, call->env, &open->engine, fault);
    if (status != STATUS_OK) {
        return status;
    }
    open->shop = engine_shop(open->engine);
    if (!open->is_file) {
        status = shop_now_check(call, open->shop, engine_last_stamp(open->engine), path, &open->now,
                                fault);
    }
    if (status != STATUS_OK) {
        shop_close(open);
    }
    return status;
}

enum status shop_open(const struct call *call, const char *path, struct shop_open *open,
                      struct fault *fault)
{
    static const struct shop_settings none = {.count = 0};
    return shop_open_set(call, path, &none, open, fault);
}

static enum status text_copy(const struct text *from, char **text, size_t *length,
                             struct fault *fault)
{
    char *copy = malloc(from->length + 1);
    if (copy == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for a shop file");
    }
    memcpy(copy, from->bytes, from->length);
    copy[from->length] = '\0';
    *text = copy;
    *length = from->length;
    return STATUS_OK;
}

/* The database's shop as a shop file, changed and brought in as `apply` would bring it in. */
static enum status database_plan(const struct call *call, const struct shop_open *open,
                                 const struct shop_settings *settings, struct shop **shop,
                                 struct fault *fault)
{
    struct text file;
    struct text changes;
    struct shop *next = NULL;
    char *text = NULL;
    size_t length = 0;
    text_init(&file, LIMIT_SHOP_FILE_BYTES);
    text_init(&changes, LIMIT_SHOP_FILE_BYTES);
    enum status status = shop_write(open->shop, &file, fault);
    if (status == STATUS_OK) {
        status = text_copy(&file, &text, &length, fault);
    }
    if (status == STATUS_OK) {
        status = settings_make(settings, open->path, &text, &length, fault);
    }
    if (status == STATUS_OK) {
        status = text_read(call, open->path, (struct slice){text, length}, &next, fault);
    }
    if (status == STATUS_OK) {
        status = shop_merge(open->shop, next, shop, &changes, fault);
        shop_free(next);
    }
    free(text);
    text_free(&file);
    text_free(&changes);
    return status;
}

enum status shop_plan(const struct call *call, const struct shop_open *open,
                      const struct shop_settings *settings, struct shop **shop, struct fault *fault)
{
    return open->is_file ? file_read(call, open->path, settings, NULL, NULL, shop, fault)
                         : database_plan(call, open, settings, shop, fault);
}

enum status shop_database_check(const char *path, struct fault *fault)
{
    if (access(path, F_OK) != 0) {
        return fault_set(fault, STATUS_NOT_FOUND,
                         "%s: there is no such database; make one with: ecluse init %s SHOP.yaml",
                         path, path);
    }
    return STATUS_OK;
}

void shop_close(struct shop_open *open)
{
    if (open->engine != NULL) {
        engine_close(open->engine);
    }
    open->engine = NULL;
}

enum status shop_ask(struct shop_open *open,
                     void (*question)(struct promise_state *state, int64_t now, void *context),
                     void *context, struct fault *fault)
{
    struct engine_task task = {.kind = TASK_QUESTION, .question = question, .context = context};
    engine_run(open->engine, &task, open->now);
    if (task.status != STATUS_OK) {
        *fault = task.fault;
    }
    return task.status;
}

enum status shop_offer_named(const struct shop *shop, struct slice name, struct offer_id *offer,
                             struct fault *fault)
{
    if (shop_offer_find(shop, name, offer)) {
        return STATUS_OK;
    }
    struct nearest nearest;
    nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        if (!shop->offers[i].retired) {
            nearest_try(&nearest, shop->offers[i].name);
        }
    }
    return fault_set(
        fault, STATUS_INVALID, "there is no offer \"%.*s\"%s%s%s", (int)name.length, name.data,
        nearest.best != NULL ? "; did you mean " : "; the shop file lists them under offers",
        nearest.best != NULL ? nearest.best : "", nearest.best != NULL ? "?" : "");
}

enum status shop_item_named(const struct shop *shop, struct slice name, struct item_id *item,
                            struct fault *fault)
{
    if (shop_item_find(shop, name, item)) {
        return STATUS_OK;
    }
    struct nearest nearest;
    nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < shop->item_count; i++) {
        if (!shop->items[i].retired) {
            nearest_try(&nearest, shop->items[i].name);
        }
    }
    return fault_set(
        fault, STATUS_INVALID, "there is no item \"%.*s\"%s%s%s", (int)name.length, name.data,
        nearest.best != NULL ? "; did you mean " : "; the shop file lists them under items",
        nearest.best != NULL ? nearest.best : "", nearest.best != NULL ? "?" : "");
}
