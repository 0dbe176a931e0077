/* ecluse rehearse --against: what a moment's forecast would have been, and what came. */
#ifndef ECLUSE_COMMANDS_REHEARSE_AGAINST_H
#define ECLUSE_COMMANDS_REHEARSE_AGAINST_H

#include "commands/command.h"
#include "rehearse/rehearse.h"

/* `said`: what the command line says. Returns the exit code. */
int rehearse_against(struct call *call, const struct rehearse_plan *said);

#endif
