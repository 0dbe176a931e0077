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

struct pages;

enum { PAGES_TICK_MS = 10 };

struct pages_options {
    struct engine *engine;
    struct env *env;
    const struct door *door;     /* for its figures; may be set later by pages_set_door */
    void (*wake)(void *context); /* from another thread: pages_collect is to be called */
    void *wake_context;
    bool upstream; /* a shop stands behind us: it has the paths that are not under /ecluse/ */
};

enum status pages_open(const struct pages_options *options, struct pages **pages,
                       struct fault *fault) MUST_USE;
void pages_set_door(struct pages *pages, const struct door *door);
/* The access log, for its figures; NULL: there is none. It outlives the pages. */
void pages_set_access_log(struct pages *pages, struct line_file *log);
/* The shop behind us, before the door runs; where options.upstream was true. */
void pages_set_upstream(struct pages *pages, struct door_upstream *upstream);
/* After a wake, on the door's thread. */
void pages_collect(struct pages *pages);
/* Every PAGES_TICK_MS on the door's thread, where options.upstream was true. */
void pages_tick(struct pages *pages);
/* door_options.handle; `context` is the struct pages. */
void pages_handle(struct door_request *request, void *context);
void pages_close(struct pages *pages);

#endif
