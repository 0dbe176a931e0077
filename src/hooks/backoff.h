/* When a delivery that failed is tried again: the schedule that the Standard Webhooks specification
 * suggests, 5 s to 24 h after the try before, each with up to a fifth more or less, so that what
 * failed together does not come back together. */
#ifndef ECLUSE_HOOKS_BACKOFF_H
#define ECLUSE_HOOKS_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

enum { HOOK_TRIES_MAX = 10, HOOK_DELAY_SECONDS_MAX = 86400 };

/* Seconds until the next try after `tries` (1 or more) that failed; false: there is none, the
 * message is dead. `chance` is any number; the receiver asked for `retry_after` (0: it did not),
 * and gets at least that, up to a day. */
bool hook_backoff(uint32_t tries, uint32_t chance, int64_t retry_after, int64_t *seconds);

#endif
