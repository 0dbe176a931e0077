/* The arguments of a command, read by its manual: the same rules for every command.
 *
 *   --name VALUE, --name=VALUE   options, anywhere among the operands; none may be shortened
 *   --                           what follows is operands
 *   -                            an operand (stdin)
 *
 * An unknown option is refused with the nearest known one; so are an option twice, a missing or
 * superfluous value, too few or too many operands. Every command has --json, --lang fr|en and
 * --help; --now TIME where its manual says so. */
#ifndef ECLUSE_COMMANDS_OPTIONS_H
#define ECLUSE_COMMANDS_OPTIONS_H

#include "commands/command.h"

/* Reads argv (the words after the command's name) into call->operands, given, json, language, now,
 * help. The arrays are malloc'd; options_free gives them back. STATUS_INVALID with a sentence for
 * bad usage. With --help nothing else is checked. */
enum status options_read(struct call *call, int argc, char **argv, struct fault *fault) MUST_USE;
void options_free(struct call *call);

/* The options that every command has; for help. */
extern const struct option options_common[];
extern const uint32_t options_common_count;
extern const struct option option_now;

/* fr or en as the environment asks (LC_ALL, LC_MESSAGES, LANG); English otherwise. */
enum language options_language_default(void);

/* OFFER, OFFER=QTY; a quantity has at most three decimals. */
struct offer_operand {
    struct slice name;
    int64_t quantity_thousandths;
};
enum status options_offer_read(const char *operand, struct offer_operand *offer,
                               struct fault *fault) MUST_USE;

#endif
