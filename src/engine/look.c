/* What others may look at while the core runs: figures (relaxed counters) and pictures.
 *
 * Pictures are read on a read-only connection of their own, because the writer's belongs to the
 * core thread. What was given out is kept until the close, since pages lend the bytes to replies
 * under way; a picture that is asked for again unchanged is the kept one. */
#include "engine/inside.h"

#include "base/assert.h"

#include <stdlib.h>

static uint64_t figure(const _Atomic uint64_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

void engine_figures(const struct engine *engine, struct engine_figures *figures)
{
    const struct engine_counts *counts = &engine->counts;
    *figures = (struct engine_figures){
        .batches = figure(&counts->batches),
        .tasks = figure(&counts->tasks),
        .commits = figure(&counts->commits),
        .orders_placed = figure(&counts->orders_placed),
        .orders_refused = figure(&counts->orders_refused),
        .disk_full = figure(&counts->disk_full),
        .queue_full = figure(&counts->queue_full),
        .changes = figure(&counts->changes),
        .orders_revised = figure(&counts->orders_revised),
        .promises_broken = figure(&counts->promises_broken),
        .wishes_made = figure(&counts->wishes_made),
        .wishes_offered = figure(&counts->wishes_offered),
        .wishes_withdrawn = figure(&counts->wishes_withdrawn),
        .wishes_lapsed = figure(&counts->wishes_lapsed),
        .wishes_waiting = figure(&counts->wishes_waiting),
        .commit_ns_total = figure(&counts->commit_ns_total),
        .commit_ns_max = figure(&counts->commit_ns_max),
        .sync_ns_total = figure(&counts->sync_ns_total),
        .sync_ns_max = figure(&counts->sync_ns_max),
        .batch_tasks_max = figure(&counts->batch_tasks_max),
    };
}

static const struct picture *kept_find(const struct engine *engine, const struct picture *picture)
{
    for (const struct engine_picture_kept *at = engine->pictures; at != NULL; at = at->before) {
        if (slice_equal(at->picture.offer, picture->offer) &&
            slice_equal(at->picture.media_type, picture->media_type) &&
            slice_equal(at->picture.bytes, picture->bytes)) {
            return &at->picture;
        }
    }
    return NULL;
}

static struct slice slice_keep(char **to, struct slice slice)
{
    char *kept = *to;
    if (slice.length > 0) {
        memcpy(kept, slice.data, slice.length);
    }
    *to += slice.length;
    return (struct slice){kept, slice.length};
}

static const struct picture *picture_keep(struct engine *engine, const struct picture *picture)
{
    struct engine_picture_kept *kept = malloc(sizeof *kept + picture->offer.length +
                                              picture->media_type.length + picture->bytes.length);
    if (kept == NULL) {
        return NULL;
    }
    char *to = kept->bytes;
    kept->picture.offer = slice_keep(&to, picture->offer);
    kept->picture.media_type = slice_keep(&to, picture->media_type);
    kept->picture.bytes = slice_keep(&to, picture->bytes);
    kept->before = engine->pictures;
    engine->pictures = kept;
    return &kept->picture;
}

bool engine_note(struct engine *engine, char note[ENGINE_NOTE_BYTES])
{
    ASSERT(!engine->started);
    return engine->journal != NULL &&
           journal_note(engine->journal, ENGINE_NOTE, note, ENGINE_NOTE_BYTES);
}

bool engine_picture(struct engine *engine, struct slice offer, struct picture *picture)
{
    struct fault fault;
    if (engine->path == NULL ||
        (engine->reader == NULL && journal_open(engine->path, JOURNAL_READ, engine->env,
                                                &engine->reader, &fault) != STATUS_OK)) {
        return false;
    }
    struct picture found = {.offer = offer};
    if (!journal_picture(engine->reader, offer, &found.media_type, &found.bytes)) {
        return false;
    }
    const struct picture *kept = kept_find(engine, &found);
    kept = kept == NULL ? picture_keep(engine, &found) : kept;
    if (kept != NULL) {
        *picture = *kept;
    }
    journal_picture_end(engine->reader);
    return kept != NULL;
}
