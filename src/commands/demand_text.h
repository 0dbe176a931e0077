/* Demand beside what is left (pages/demand.h), as the board and the gate show it in the terminal.
 */
#ifndef ECLUSE_COMMANDS_DEMAND_TEXT_H
#define ECLUSE_COMMANDS_DEMAND_TEXT_H

#include "commands/command.h"
#include "pages/demand.h"

/* A table with its title; nothing where there is no offer to show. False: no memory. */
bool demand_text(struct call *call, const struct shop *shop, const struct demand *demand);

#endif
