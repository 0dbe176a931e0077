/* Each that is said, one after another. */
#include "pages/gate_lever.h"

#include "base/decimal.h"
#include "pages/waiting.h"

#include <stdio.h>

static void word_add(char what[GATE_LEVER_BYTES], const char *word)
{
    size_t length = strlen(what);
    (void)snprintf(what + length, GATE_LEVER_BYTES - length, " %s", word);
}

void gate_lever_move(const struct gate_lever *lever, struct waiting *waiting,
                     char what[GATE_LEVER_BYTES])
{
    char rate[32];
    (void)snprintf(what, GATE_LEVER_BYTES, "gate");
    if (lever->pauses) {
        waiting_pause(waiting, lever->paused);
        word_add(what, lever->paused ? "paused" : "resumed");
    }
    if (lever->caps) {
        waiting_cap(waiting, lever->cap);
        (void)decimal_write(rate, (int64_t)lever->cap, 3, true);
        word_add(what, "rate");
        word_add(what, lever->cap == UINT64_MAX ? "none" : rate);
    }
    if (lever->opens) {
        bool moved = waiting_set_open(waiting, lever->open);
        word_add(what, lever->open ? "opened" : "closed");
        if (!moved) {
            word_add(what, "(it was already)");
        }
    }
}
