/* What an import changes, gathered while it runs and shown at its end: as a table for a person who
 * tries it first (--dry-run), as JSON for a program; and the commands that record what an import
 * may not.
 *
 *   import_changes_open -> import_changes_take, ... -> import_changes_write
 *   -> import_changes_close */
#ifndef ECLUSE_COMMANDS_IMPORT_CHANGES_H
#define ECLUSE_COMMANDS_IMPORT_CHANGES_H

#include "commands/command.h"
#include "exchange/exchange.h"
#include "report/table.h"

struct import_changes {
    struct call *call;
    const char *shop; /* as typed: commands name it */
    struct table table;
    struct text json;     /* the entries of "changes" */
    struct text commands; /* one a line; in JSON the entries of "to_record" */
    uint64_t change_count;
    uint64_t command_count;
};

void import_changes_open(struct import_changes *changes, struct call *call, const char *shop);
void import_changes_close(struct import_changes *changes);

/* exchange_sink's change, with the import_changes as its context. */
void import_changes_take(struct import_changes *changes, const struct exchange_change *change);

/* The table (`with_table`) and the commands, at most IMPORT_COMMANDS_SHOWN of them. False: no
 * memory. */
enum { IMPORT_COMMANDS_SHOWN = 20 };
bool import_changes_write(const struct import_changes *changes, bool with_table,
                          struct text *to) MUST_USE;
/* ,"changes":[{"of":"offer","name":..,"key":..,"before":..,"after":..}],"to_record":[..]; a thing
 * that is new has no key and no before. */
void import_changes_json(const struct import_changes *changes, struct text *to);

#endif
