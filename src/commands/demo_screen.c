/* stdout, line by line. A reader that is gone (| head) silences the screen; the demo goes on to its
 * checks. */
#include "commands/demo_screen.h"

#include "report/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static const uint64_t DRAW_EVERY_NS = 100000000u;
static const uint64_t LINE_EVERY_NS = 10000000000u;

static void flush(struct demo_screen *screen)
{
    if (call_flush(screen->call) != STATUS_OK) {
        screen->silent = true;
    }
}

void screen_clear(struct demo_screen *screen)
{
    if (screen->drawn) {
        text_append_string(&screen->call->out, "\r\x1b[K");
        screen->drawn = false;
        flush(screen);
    }
}

void screen_line(struct demo_screen *screen, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    if (screen->silent) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    screen_clear(screen);
    text_append_format(&screen->call->out, "%s\n", line);
    flush(screen);
}

static const char *date_said(const struct call *call, const struct demo_date *date, char *to)
{
    if (!date->known) {
        return call_say(call, "no date yet", "pas encore de date");
    }
    return date->promised ? show_iso(call->language, to, date->deliver_by)
                          : call_say(call, "sold out", "épuisé");
}

void screen_slip(struct demo_screen *screen, const char *clock, const char *offer,
                 const struct demo_date *before, const struct demo_date *now, uint64_t promised)
{
    char old_date[SHOW_BYTES];
    char new_date[SHOW_BYTES];
    const struct call *call = screen->call;
    const char *tone =
        call->terminal.colour ? table_tone_start(before->known ? TABLE_WARN : TABLE_GOOD) : "";
    const char *end = call->terminal.colour ? table_tone_end() : "";
    if (before->known) {
        screen_line(screen, "%s  %s%s: %s -> %s%s  (%s, %" PRIu64 " %s)", clock, tone, offer,
                    date_said(call, before, old_date), date_said(call, now, new_date), end,
                    now->limit, promised, call_say(call, "orders", "commandes"));
    } else {
        screen_line(screen, "%s  %s%s: %s%s  (%s)", clock, tone, offer,
                    date_said(call, now, new_date), end, now->limit);
    }
    screen_line(screen, "       %s", now->reason[call->language]);
}

void screen_state(struct demo_screen *screen, const char *clock, const struct crowd *crowd,
                  const struct demo_date *star, bool dead)
{
    char line[512];
    char date[SHOW_BYTES];
    struct call *call = screen->call;
    uint64_t now = call->env->ticks_ns(call->env);
    const struct crowd_figures *figures = crowd_figures(crowd);
    uint64_t every = call->terminal.is_terminal ? DRAW_EVERY_NS : LINE_EVERY_NS;
    if (screen->silent || (screen->drawn_ns != 0 && now - screen->drawn_ns < every)) {
        return;
    }
    (void)snprintf(line, sizeof line,
                   "%s  %" PRIu64 " %s, %u %s, %" PRIu64 " %s, %" PRIu64 " %s, %s%s", clock,
                   figures->arrived, call_say(call, "visitors", "visiteurs"), crowd_inside(crowd),
                   call_say(call, "inside", "dedans"), figures->promised,
                   call_say(call, "promised", "promises"), figures->refused,
                   call_say(call, "refused", "refusées"), date_said(call, star, date),
                   dead ? call_say(call, "  (the server is dead)", "  (le serveur est mort)") : "");
    if (call->terminal.is_terminal) {
        text_append_string(&call->out, "\r\x1b[K");
        (void)table_text_append(&call->out, slice_of(line), call->terminal.width - 1);
        screen->drawn = true;
        flush(screen);
    } else {
        screen_line(screen, "%s", line);
    }
    screen->drawn_ns = now;
}
