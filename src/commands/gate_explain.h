/* ecluse gate SHOP.db --explain METHOD PATH: what the waiting room does with a request, and which
 * rule says so (gate/rules.h). Nothing is sent to the shop. */
#ifndef ECLUSE_COMMANDS_GATE_EXPLAIN_H
#define ECLUSE_COMMANDS_GATE_EXPLAIN_H

#include "commands/command.h"

int gate_explain_run(struct call *call);

#endif
