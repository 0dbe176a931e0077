/* What a command is, and what it gets when it is called.
 *
 * main.c holds the table of commands; the dispatcher finds one, reads its options and operands by
 * its manual (options.h), calls it, and writes what it has put into call->out. A command only
 * wires: it opens the shop (shop_open.h), asks a room, prints.
 *
 * Exit codes (scripts rely on them): 0 done, 1 a no of the domain, 2 usage or bad input, 3 fault of
 * the world. */
#ifndef ECLUSE_COMMANDS_COMMAND_H
#define ECLUSE_COMMANDS_COMMAND_H

#include "base/text.h"
#include "env/env.h"
#include "model/shop.h"

#include <stdint.h>

enum exit_code { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_FAULT = 3 };

enum { OPERANDS_MANY = 100000 };

/* --name, or --name VALUE. */
struct option {
    const char *name;
    const char *value; /* what stands for the value in help; NULL: a flag */
    bool repeated;     /* may be given several times */
    const char *help;  /* one line: what it does, its unit, its default */
};

/* Everything about a command that help, the man page's test and the parser need beside its line in
 * the table. */
struct manual {
    uint32_t operands_min;
    uint32_t operands_max;
    bool takes_now; /* --now TIME */
    uint32_t option_count;
    const struct option *options;
    const char *text;            /* paragraphs: what it does, units, what its exit codes mean */
    const char *const *examples; /* lines as typed, NULL at the end */
};

struct call;

struct command {
    const char *name;
    const char *usage; /* operands and own options, as typed after the name */
    const char *help;  /* one line */
    int (*run)(struct call *call);
    const struct manual *manual;
};

struct option_given {
    const struct option *option;
    const char *value;
};

struct terminal {
    bool is_terminal;
    bool colour;
    size_t width; /* 0: not a terminal, write as wide as needed */
};

struct call {
    const struct command *command;
    const struct command *commands; /* the whole table */
    uint32_t command_count;
    struct env *env;
    struct terminal terminal; /* of stdout */
    uint32_t operand_count;
    const char **operands;
    uint32_t given_count;
    struct option_given *given;
    bool json;
    enum language language;
    const char *now; /* as typed: its meaning needs the shop's zone; NULL: the clock */
    bool help;
    struct text out; /* the answer: written to stdout when the command has returned */
};

/* The value of an option, or NULL if it was not given; a flag's is "". */
const char *call_value(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name);
/* `index`-th value of a repeated option; NULL past the last. */
const char *call_value_at(const struct call *call, const char *name, uint32_t index);
/* A whole number within low..high; STATUS_INVALID names the option. *value stays as it is if the
 * option was not given. */
enum status call_number(const struct call *call, const char *name, int64_t low, int64_t high,
                        int64_t *value, struct fault *fault) MUST_USE;
/* The same for a number with at most three decimals; value and bounds in thousandths, `low` 0 or
 * 1. */
enum status call_thousandths(const struct call *call, const char *name, int64_t low, int64_t high,
                             int64_t *value, struct fault *fault) MUST_USE;
/* The text in the language of this call; as a format, both are checked. */
const char *call_say(const struct call *call, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

/* A title above a section of the text: bold on a terminal. */
void call_title(struct call *call, const char *title);

/* "ecluse: TEXT" on stderr, in one line whatever the text; returns the exit code of the fault. */
int call_fault(const struct fault *fault);
/* The same for a sentence of the command's own. */
int call_error(enum exit_code code, const char *format, ...) PRINTF_LIKE(2, 3);
/* Writes what call->out has got so far and empties it: for commands that go on. STATUS_UNAVAILABLE:
 * nobody reads any more. */
enum status call_flush(struct call *call) MUST_USE;

/* Finds the command, reads its arguments, runs it, writes its answer. The program's whole main().
 */
int command_main(const struct command *commands, uint32_t command_count, struct env *env, int argc,
                 char **argv);

#endif
