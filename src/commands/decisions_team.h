/* One page for the team, to print on A4: the direction, why, what stops and from when, what is
 * expected and when it is looked at again, what customers are told. In the language of the call,
 * without outside assets. */
#ifndef ECLUSE_COMMANDS_DECISIONS_TEAM_H
#define ECLUSE_COMMANDS_DECISIONS_TEAM_H

#include "commands/decisions_read.h"

enum { TEAM_DECISIONS_MAX = 6 };

/* Decisions that still count: not yet looked at again, or without such a day and of the last half
 * year; at most the latest TEAM_DECISIONS_MAX. What goes on and grows is, where it can be reckoned,
 * what the best mix says of the activities about which nothing else was decided. */
void decisions_team(const struct call *call, struct shop_open *open,
                    const struct decisions *decisions, struct text *to);

#endif
