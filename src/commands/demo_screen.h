/* What the demo shows while it runs: lines that stay, and on a terminal one line that is drawn
 * over. */
#ifndef ECLUSE_COMMANDS_DEMO_SCREEN_H
#define ECLUSE_COMMANDS_DEMO_SCREEN_H

#include "commands/command.h"
#include "commands/demo_crowd.h"
#include "commands/demo_watch.h"

struct demo_screen {
    struct call *call;
    bool silent; /* with --json */
    bool drawn;
    uint64_t drawn_ns;
};

/* A line that stays; the moving one moves below it. */
void screen_line(struct demo_screen *screen, const char *format, ...) PRINTF_LIKE(2, 3);
/* The moving line: where the evening stands. On no terminal: a line that stays, every ten seconds.
 */
void screen_state(struct demo_screen *screen, const char *clock, const struct crowd *crowd,
                  const struct demo_date *star, bool dead);
/* The star offer's date changed. */
void screen_slip(struct demo_screen *screen, const char *clock, const char *offer,
                 const struct demo_date *before, const struct demo_date *now, uint64_t promised);
/* Wipes the moving line. */
void screen_clear(struct demo_screen *screen);

#endif
