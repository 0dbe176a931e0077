/* `ecluse --help`, `ecluse COMMAND --help` and the same as JSON: all from the table of commands and
 * their manuals. */
#ifndef ECLUSE_COMMANDS_HELP_H
#define ECLUSE_COMMANDS_HELP_H

#include "commands/command.h"

void help_program(struct text *to, const struct command *commands, uint32_t count);
void help_command(struct text *to, const struct command *command);
/* {"version":..,"commands":[{"name","usage","help","options":[{"name","value","help"}],
 *  "examples":[..]}]}: what the man page's test and shells' completions read. */
void help_json(struct text *to, const struct command *commands, uint32_t count);

#endif
