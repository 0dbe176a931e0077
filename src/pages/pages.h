/* What the door serves: the JSON API, the store, health and metrics. One struct, all on the door's
 * thread.
 *
 * pages_handle routes: /ecluse/... to the API (api_*.c), everything else to the store (store.h);
 * requests of the socket beside the database also reach /ecluse/control/ (control.h). Whatever
 * needs the core becomes an engine task whose `done` replies. */
#ifndef ECLUSE_PAGES_PAGES_H
#define ECLUSE_PAGES_PAGES_H

#include "base/status.h"
#include "door/upstream.h"
#include "engine/engine.h"
#include "env/line_file.h"
#include "pages/sold_read.h"

struct pages;
struct watch_record;

enum { PAGES_TICK_MS = 10 };

struct pages_options {
    struct engine *engine;
    struct env *env;
    const struct door *door;     /* for its figures; may be set later by pages_set_door */
    void (*wake)(void *context); /* from another thread: pages_collect is to be called */
    void *wake_context;
    bool upstream; /* a shop stands behind us: it has the paths that are not under /ecluse/ */
    /* With an upstream: what the command line says of it; NULL: the shop file does. */
    const enum site_preset *preset;
    const struct watch_record *watch; /* nobody is held (pages/waiting_watch.h); NULL: they are */
    struct slice hook_secrets[SOLD_SYSTEMS]; /* pages/sold_hooks.h */
};

enum status pages_open(const struct pages_options *options, struct pages **pages,
                       struct fault *fault) MUST_USE;
void pages_set_door(struct pages *pages, const struct door *door);
/* The access log, for its figures; NULL: there is none. It outlives the pages. */
void pages_set_access_log(struct pages *pages, struct line_file *log);
/* Further metrics, which stand after ours: whole families, and samples of ecluse_limit_hits_total.
 * Outlives the pages. */
struct pages_metrics {
    void (*families)(struct text *to, void *context);
    void (*limits)(struct text *to, void *context);
    void *context;
};
void pages_set_metrics(struct pages *pages, const struct pages_metrics *metrics);
/* The shop behind us, before the door runs; where options.upstream was true. */
void pages_set_upstream(struct pages *pages, struct door_upstream *upstream);
/* After a wake, on the door's thread. */
void pages_collect(struct pages *pages);
/* Every PAGES_TICK_MS on the door's thread, where options.upstream was true. */
void pages_tick(struct pages *pages);
/* What --watch has seen, as `ecluse gate --json` has it under "watch". */
void pages_watch_append(const struct pages *pages, struct text *to);
/* door_options.handle; `context` is the struct pages. */
void pages_handle(struct door_request *request, void *context);
void pages_close(struct pages *pages);

#endif
