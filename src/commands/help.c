/* Help is written from the same tables that the parser reads: an option that exists is explained,
 * one that is explained exists. The man page is prose and is held against these tables by a test.
 */
#include "commands/help.h"

#include "commands/options.h"

enum { OPTION_COLUMNS = 26, COMMAND_COLUMNS = 10 };

static void padded_append(struct text *to, const char *value, size_t columns)
{
    text_append_string(to, value);
    size_t length = utf8_columns(slice_of(value));
    do {
        text_append_char(to, ' ');
        length++;
    } while (length < columns);
}

void help_program(struct text *to, const struct command *commands, uint32_t count)
{
    text_append_string(to, "Écluse sells only what a small company can deliver: every order gets a "
                           "date that is backed by\n"
                           "stock and working hours, and the reason for that date.\n\n"
                           "usage: ecluse COMMAND ... [--json] [--lang fr|en] [--now TIME]\n"
                           "       ecluse COMMAND --help\n"
                           "       ecluse --version\n\n");
    for (uint32_t i = 0; i < count; i++) {
        text_append_string(to, "  ");
        padded_append(to, commands[i].name, COMMAND_COLUMNS);
        text_append_string(to, commands[i].help);
        text_append_char(to, '\n');
    }
    text_append_string(
        to,
        "\nSHOP is a .yaml shop file (read into memory, nothing is written) or a .db database.\n"
        "Exit codes: 0 done, 1 a no (sold out, a check failed), 2 usage or bad input, 3 a fault of "
        "the\n"
        "world (disk, network, another writer).\n\n"
        "Begin with: ecluse demo\n");
}

static void option_write(struct text *to, const struct option *option)
{
    struct text name;
    text_init(&name, 1024);
    text_append_format(&name, "  --%s%s%s%s", option->name, option->value != NULL ? " " : "",
                       option->value != NULL ? option->value : "", option->repeated ? " ..." : "");
    padded_append(to, name.bytes, OPTION_COLUMNS);
    text_append_format(to, "%s\n", option->help);
    text_free(&name);
}

void help_command(struct text *to, const struct command *command)
{
    const struct manual *manual = command->manual;
    text_append_format(to, "usage: ecluse %s %s\n\n%s.\n\n%s\n\n", command->name, command->usage,
                       command->help, manual->text);
    text_append_string(to, "Options:\n");
    for (uint32_t i = 0; i < manual->option_count; i++) {
        option_write(to, &manual->options[i]);
    }
    if (manual->takes_now) {
        option_write(to, &option_now);
    }
    for (uint32_t i = 0; i < options_common_count; i++) {
        option_write(to, &options_common[i]);
    }
    text_append_string(to, "\nExamples:\n");
    for (uint32_t i = 0; manual->examples[i] != NULL; i++) {
        text_append_format(to, "  %s\n", manual->examples[i]);
    }
}

static void option_json(struct text *to, const struct option *option, bool first)
{
    text_append_string(to, first ? "{" : ",{");
    text_append_json_member(to, "name", option->name);
    text_append_char(to, ',');
    text_append_json_member(to, "value", option->value);
    text_append_char(to, ',');
    text_append_json_member(to, "help", option->help);
    text_append_char(to, '}');
}

static void command_json(struct text *to, const struct command *command)
{
    const struct manual *manual = command->manual;
    text_append_char(to, '{');
    text_append_json_member(to, "name", command->name);
    text_append_char(to, ',');
    text_append_json_member(to, "usage", command->usage);
    text_append_char(to, ',');
    text_append_json_member(to, "help", command->help);
    text_append_string(to, ",\"options\":[");
    for (uint32_t i = 0; i < options_common_count; i++) {
        option_json(to, &options_common[i], i == 0);
    }
    if (manual->takes_now) {
        option_json(to, &option_now, false);
    }
    for (uint32_t i = 0; i < manual->option_count; i++) {
        option_json(to, &manual->options[i], false);
    }
    text_append_string(to, "],\"examples\":[");
    for (uint32_t i = 0; manual->examples[i] != NULL; i++) {
        text_append_string(to, i == 0 ? "\"" : ",\"");
        text_append_json(to, slice_of(manual->examples[i]));
        text_append_char(to, '"');
    }
    text_append_string(to, "]}");
}

void help_json(struct text *to, const struct command *commands, uint32_t count)
{
    text_append_char(to, '{');
    text_append_json_member(to, "version", ECLUSE_VERSION);
    text_append_string(to, ",\"commands\":[");
    for (uint32_t i = 0; i < count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        command_json(to, &commands[i]);
    }
    text_append_string(to, "]}\n");
}
