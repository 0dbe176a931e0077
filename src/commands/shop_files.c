/* journal rows that hold a shop file -> shop_read -> shop_merge with the one before -> a visit.
 *
 * New rules of a time zone are read over: they change no figure. */
#include "commands/shop_files.h"

#include "journal/journal.h"
#include "journal/shop_event.h"
#include "model/shop_read.h"
#include "promise/event.h"

#include <stdio.h>

enum { FILE_NAME_BYTES = 256 };

struct walk {
    bool (*visit)(void *context, const struct shop_file_applied *applied);
    void *context;
    struct shop *shop; /* as it ran after the last file */
    struct text changes;
    bool enough;
};

static enum status zone_given(void *context, const char *name, int64_t around, struct zone *zone,
                              struct fault *fault)
{
    (void)name;
    (void)around;
    (void)fault;
    *zone = *(const struct zone *)context;
    return STATUS_OK;
}

/* *after is the shop that runs from this file on. */
static enum status file_take(struct walk *walk, const struct shop_event *event, struct shop **after,
                             struct fault *fault)
{
    char name[FILE_NAME_BYTES];
    struct zone zone = event->zone;
    const struct zone_source zones = {zone_given, &zone};
    size_t length = event->file.length < sizeof name ? event->file.length : sizeof name - 1;
    (void)snprintf(name, sizeof name, "%.*s", (int)length, event->file.data);
    struct shop *next = NULL;
    enum status status = shop_read(event->text, name, &zones, event->around, &next, fault);
    text_clear(&walk->changes);
    if (status != STATUS_OK || walk->shop == NULL) {
        *after = next;
        return status;
    }
    status = shop_merge(walk->shop, next, after, &walk->changes, fault);
    shop_free(next);
    return status;
}

static enum status shop_take(struct walk *walk, const struct event *event, int64_t stamp,
                             struct fault *fault)
{
    struct shop_event file;
    struct shop *after = NULL;
    enum status status = shop_event_read(event, &file);
    if (status != STATUS_OK) {
        return fault_set(fault, status, "a shop file in the journal cannot be read: %s",
                         status_text(status));
    }
    status = file_take(walk, &file, &after, fault);
    if (status != STATUS_OK) {
        return status;
    }
    const struct shop_file_applied applied = {
        .at = stamp, .before = walk->shop, .after = after, .changes = text_slice(&walk->changes)};
    walk->enough = !walk->visit(walk->context, &applied);
    shop_free(walk->shop);
    walk->shop = after;
    return STATUS_OK;
}

static enum status row_take(void *context, const struct journal_row *row, struct fault *fault)
{
    struct walk *walk = context;
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    while (!walk->enough && event_next(row->events, &offset, &event, &status)) {
        if (event.type == EVENT_SHOP) {
            status = shop_take(walk, &event, row->stamp, fault);
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    return status == STATUS_OK ? STATUS_OK
                               : fault_set(fault, status, "events of a shop file are cut off");
}

enum status shop_files_each(const char *path, struct env *env,
                            bool (*visit)(void *context, const struct shop_file_applied *applied),
                            void *context, struct fault *fault)
{
    struct journal *journal = NULL;
    struct walk walk = {.visit = visit, .context = context};
    enum status status = journal_open(path, JOURNAL_READ, env, &journal, fault);
    if (status != STATUS_OK) {
        return status;
    }
    text_init(&walk.changes, LIMIT_SHOP_FILE_BYTES);
    status = journal_shop_rows(journal, INT64_MAX, row_take, &walk, fault);
    shop_free(walk.shop);
    text_free(&walk.changes);
    journal_close(journal);
    return status;
}
