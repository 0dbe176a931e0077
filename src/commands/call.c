/* From argv to a command and back to an exit code:
 *
 *   argv -> the command by its name -> options_read -> run -> call->out to stdout -> exit code
 *
 * Invariant: stdout carries the answer alone and whole; a sentence about what went wrong is one
 * line on stderr that begins with "ecluse: ". A reader that closes the pipe early has seen enough:
 * the program ends with the command's own exit code. */
#include "commands/command.h"
#include "commands/help.h"
#include "commands/nearest.h"
#include "commands/options.h"
#include "commands/output.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 256 * 1024 * 1024 };

/* What came from outside may hold line ends and escape sequences: a terminal gets spaces instead.
 */
static void error_write(const char *sentence)
{
    char line[2048];
    size_t length = (size_t)snprintf(line, sizeof line - 1, "ecluse: %s", sentence);
    length = length < sizeof line - 1 ? length : sizeof line - 2;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c < 0x20 || c == 0x7f) {
            line[i] = ' ';
        }
    }
    line[length] = '\n';
    enum status status = output_write(STDERR_FILENO, (struct slice){line, length + 1}, NULL);
    (void)status; /* Nobody is left to tell. */
}

int call_fault(const struct fault *fault)
{
    error_write(fault->text[0] != '\0' ? fault->text : status_text(fault->status));
    return status_exit_code(fault->status);
}

int call_error(enum exit_code code, const char *format, ...)
{
    char sentence[1536];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    error_write(sentence);
    return (int)code;
}

enum status call_flush(struct call *call)
{
    struct fault fault;
    enum status status = output_write(STDOUT_FILENO, text_slice(&call->out), &fault);
    text_clear(&call->out);
    if (status != STATUS_OK && status != STATUS_UNAVAILABLE) {
        (void)call_fault(&fault);
    }
    return status;
}

/* Writes the answer; a closed pipe keeps the command's own code. */
static int answer_finish(struct call *call, int code)
{
    if (call->out.overflow) {
        return call_error(EXIT_FAULT, "the answer is over %d MB; ask for less of it",
                          ANSWER_BYTES_MAX / 1024 / 1024);
    }
    enum status status = call_flush(call);
    return status == STATUS_OK || status == STATUS_UNAVAILABLE ? code : EXIT_FAULT;
}

static const struct command *command_find(const struct command *commands, uint32_t count,
                                          const char *name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static int command_unknown(const struct command *commands, uint32_t count, const char *name)
{
    struct nearest nearest;
    nearest_begin(&nearest, slice_of(name));
    for (uint32_t i = 0; i < count; i++) {
        nearest_try(&nearest, commands[i].name);
    }
    if (nearest.best != NULL) {
        return call_error(EXIT_USAGE, "there is no command \"%s\"; did you mean: ecluse %s", name,
                          nearest.best);
    }
    return call_error(EXIT_USAGE, "there is no command \"%s\"; see: ecluse --help", name);
}

static int command_call(struct call *call, int argc, char **argv)
{
    struct fault fault = {.status = STATUS_OK};
    enum status status = options_read(call, argc, argv, &fault);
    int code;
    if (status != STATUS_OK) {
        code = call_fault(&fault);
    } else if (call->help && call->json) {
        help_json(&call->out, call->command, 1);
        code = EXIT_DONE;
    } else if (call->help) {
        help_command(&call->out, call->command);
        code = EXIT_DONE;
    } else {
        code = call->command->run(call);
    }
    options_free(call);
    return answer_finish(call, code);
}

/* `ecluse --help [--json]`, `--version`, `help [COMMAND]`; -1 if it is none of these. */
static int program_question(struct call *call, int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "--help";
    if (strcmp(word, "--version") == 0) {
        text_append_string(&call->out, "ecluse " ECLUSE_VERSION "\n");
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
               strcmp(word, "help") == 0) {
        const struct command *command =
            argc > 2 ? command_find(call->commands, call->command_count, argv[2]) : NULL;
        if (command != NULL) {
            help_command(&call->out, command);
        } else if (argc > 2 && strcmp(argv[2], "--json") == 0) {
            help_json(&call->out, call->commands, call->command_count);
        } else if (argc > 2) {
            return command_unknown(call->commands, call->command_count, argv[2]);
        } else {
            help_program(&call->out, call->commands, call->command_count);
        }
    } else {
        return -1;
    }
    return argc > 1 ? EXIT_DONE : EXIT_USAGE;
}

int command_main(const struct command *commands, uint32_t command_count, struct env *env, int argc,
                 char **argv)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &ignore, NULL);
    struct call call = {.commands = commands, .command_count = command_count, .env = env};
    call.terminal = output_terminal(STDOUT_FILENO);
    text_init(&call.out, ANSWER_BYTES_MAX);
    int code = program_question(&call, argc, argv);
    if (code >= 0) {
        code = answer_finish(&call, code);
    } else if (argv[1][0] == '-') {
        code = call_error(EXIT_USAGE,
                          "options stand after the command: ecluse COMMAND %s; see: ecluse --help",
                          argv[1]);
    } else if ((call.command = command_find(commands, command_count, argv[1])) == NULL) {
        code = command_unknown(commands, command_count, argv[1]);
    } else {
        code = command_call(&call, argc - 2, argv + 2);
    }
    text_free(&call.out);
    return code;
}
