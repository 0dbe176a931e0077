/* Nothing is shown where stderr is no terminal. */
#include "commands/watch.h"

#include <signal.h>
#include <unistd.h>

void watch_told(void *context, uint64_t done, uint64_t whole)
{
    struct watch *watch = context;
    progress_update(&watch->progress, done, whole, watch->env->ticks_ns(watch->env));
}

void watch_begin(struct watch *watch, const struct call *call, const char *label)
{
    bool shown = isatty(STDERR_FILENO) == 1;
    watch->env = call->env;
    progress_begin(&watch->progress, shown ? stderr : NULL, label, call->language == LANGUAGE_FR,
                   call->terminal.width, call->env->ticks_ns(call->env));
}

void watch_end(struct watch *watch)
{
    progress_end(&watch->progress);
}

static atomic_bool interrupted;

static void on_interrupt(int number)
{
    (void)number;
    atomic_store(&interrupted, true);
}

const atomic_bool *watch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    (void)sigaction(SIGINT, &action, NULL);
    return &interrupted;
}
