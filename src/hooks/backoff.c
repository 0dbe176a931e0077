/* The table is the rule: a formula with the same ends would be no shorter, and the table is what
 * docs/hooks.md shows. */
#include "hooks/backoff.h"

static const int64_t delays[HOOK_TRIES_MAX - 1] = {5,     300,   1800,  7200, 18000,
                                                   36000, 50400, 72000, 86400};

bool hook_backoff(uint32_t tries, uint32_t chance, int64_t retry_after, int64_t *seconds)
{
    if (tries >= HOOK_TRIES_MAX) {
        return false;
    }
    int64_t delay = delays[tries > 0 ? tries - 1 : 0];
    int64_t fifth = delay / 5;
    *seconds = delay - fifth + chance % (2 * fifth + 1);
    if (retry_after > *seconds) {
        *seconds = retry_after < HOOK_DELAY_SECONDS_MAX ? retry_after : HOOK_DELAY_SECONDS_MAX;
    }
    return true;
}
