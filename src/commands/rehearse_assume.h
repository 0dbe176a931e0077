/* What a rehearsal assumes: the shop file's word, and what --assume says instead. */
#ifndef ECLUSE_COMMANDS_REHEARSE_ASSUME_H
#define ECLUSE_COMMANDS_REHEARSE_ASSUME_H

#include "commands/command.h"
#include "model/shop.h"
#include "rehearse/assume.h"

/* STATUS_INVALID: an --assume that is none, or out of its bounds. */
enum status rehearse_assume(const struct call *call, const struct shop *shop,
                            struct assumptions *assume, struct fault *fault) MUST_USE;

#endif
