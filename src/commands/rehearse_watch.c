/* Nothing is shown where stderr is no terminal. */
#include "commands/rehearse_watch.h"

#include <unistd.h>

static void on_progress(void *context, uint64_t done, uint64_t whole)
{
    struct rehearse_watch *watch = context;
    progress_update(&watch->progress, done, whole, watch->env->ticks_ns(watch->env));
}

void rehearse_watch_begin(struct rehearse_watch *watch, const struct call *call,
                          struct rehearse_plan *plan)
{
    bool shown = isatty(STDERR_FILENO) == 1;
    watch->env = call->env;
    progress_begin(&watch->progress, shown ? stderr : NULL, call_say(call, "runs", "essais"),
                   call->language == LANGUAGE_FR, call->terminal.width,
                   call->env->ticks_ns(call->env));
    plan->progress = on_progress;
    plan->context = watch;
}

void rehearse_watch_end(struct rehearse_watch *watch)
{
    progress_end(&watch->progress);
}
