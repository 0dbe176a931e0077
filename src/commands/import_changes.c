/* Both forms are written as the changes come, so that nothing has to be kept: an import of 20,000
 * offers tells 40,000 of them. */
#include "commands/import_changes.h"

enum { CHANGES_BYTES_MAX = 64 * 1024 * 1024 };

static const char *const things[EXCHANGE_THINGS] = {
    [EXCHANGE_OFFER] = "offer",
    [EXCHANGE_ITEM] = "item",
    [EXCHANGE_SUPPLIER] = "supplier",
    [EXCHANGE_RECEIPT] = "receipt",
};

void import_changes_open(struct import_changes *changes, struct call *call, const char *shop)
{
    /* Names of sections and keys are the shop file's, in both languages. */
    static const struct table_column columns[LANGUAGES][5] = {
        {{"", TABLE_LEFT, false},
         {"nom", TABLE_LEFT, true},
         {"clé", TABLE_LEFT, false},
         {"avant", TABLE_LEFT, true},
         {"après", TABLE_LEFT, true}},
        {{"", TABLE_LEFT, false},
         {"name", TABLE_LEFT, true},
         {"key", TABLE_LEFT, false},
         {"before", TABLE_LEFT, true},
         {"after", TABLE_LEFT, true}},
    };
    *changes = (struct import_changes){.call = call, .shop = shop};
    table_init(&changes->table, columns[call->language], 5);
    text_init(&changes->json, CHANGES_BYTES_MAX);
    text_init(&changes->commands, CHANGES_BYTES_MAX);
}

void import_changes_close(struct import_changes *changes)
{
    table_free(&changes->table);
    text_free(&changes->json);
    text_free(&changes->commands);
}

static void entry_json(const struct exchange_change *change, struct text *to)
{
    text_append_string(to, to->length > 0 ? ",{" : "{");
    text_append_json_member(to, "of", things[change->thing]);
    text_append_char(to, ',');
    text_append_json_member(to, "name", change->name);
    if (change->key != NULL) {
        text_append_char(to, ',');
        text_append_json_member(to, "key", change->key);
        text_append_char(to, ',');
        text_append_json_member(to, "before", change->before);
    }
    text_append_char(to, ',');
    text_append_json_member(to, "after", change->after);
}

static void command_append(const struct import_changes *changes,
                           const struct exchange_change *change, struct text *to)
{
    text_append_format(to, "ecluse %s %s %s", change->command, changes->shop, change->arguments);
}

static void command_take(struct import_changes *changes, const struct exchange_change *change)
{
    struct text *to = &changes->commands;
    changes->command_count++;
    if (!changes->call->json) {
        if (changes->command_count <= IMPORT_COMMANDS_SHOWN) {
            text_append_format(to, "  %s: %s -> %s: ", change->name, change->before, change->after);
            command_append(changes, change, to);
            text_append_char(to, '\n');
        }
        return;
    }
    struct text command;
    text_init(&command, CHANGES_BYTES_MAX);
    command_append(changes, change, &command);
    entry_json(change, to);
    text_append_char(to, ',');
    text_append_json_member(to, "command", command.overflow ? "" : command.bytes);
    text_append_char(to, '}');
    text_free(&command);
}

void import_changes_take(struct import_changes *changes, const struct exchange_change *change)
{
    if (change->command != NULL) {
        command_take(changes, change);
        return;
    }
    changes->change_count++;
    if (changes->call->json) {
        entry_json(change, &changes->json);
        text_append_char(&changes->json, '}');
        return;
    }
    struct table *table = &changes->table;
    bool new = change->key == NULL;
    table_cell_tone(table, slice_of(things[change->thing]), TABLE_DIM);
    table_cell_string(table, change->name);
    table_cell_tone(table, slice_of(new ? call_say(changes->call, "new", "nouveau") : change->key),
                    new ? TABLE_GOOD : TABLE_PLAIN);
    table_cell_string(table, change->before);
    table_cell_string(table, change->after);
}

bool import_changes_write(const struct import_changes *changes, bool with_table, struct text *to)
{
    const struct call *call = changes->call;
    if (with_table && changes->change_count == 0) {
        text_append_format(to, "\n%s\n",
                           call_say(call, "Nothing would change.", "Rien ne changerait."));
    } else if (with_table) {
        text_append_format(to, "\n%s\n", call_say(call, "Would change", "Changerait"));
        if (!table_write(&changes->table, call->terminal.width, call->terminal.colour, to)) {
            return false;
        }
    }
    if (changes->command_count == 0) {
        return true;
    }
    text_append_format(to, "\n%s\n",
                       call_say(call, "Differs, and is recorded by you",
                                "Diffère, et c'est à vous de l'enregistrer"));
    text_append_slice(to, text_slice(&changes->commands));
    if (changes->command_count > IMPORT_COMMANDS_SHOWN) {
        text_append_format(to,
                           call_say(call, "  and %llu more (--json says all)\n",
                                    "  et %llu autres (--json les donne tous)\n"),
                           (unsigned long long)(changes->command_count - IMPORT_COMMANDS_SHOWN));
    }
    return true;
}

void import_changes_json(const struct import_changes *changes, struct text *to)
{
    text_append_string(to, ",\"changes\":[");
    text_append_slice(to, text_slice(&changes->json));
    text_append_string(to, "],\"to_record\":[");
    text_append_slice(to, text_slice(&changes->commands));
    text_append_char(to, ']');
    to->overflow |= changes->json.overflow || changes->commands.overflow;
}
