/* Read once, looked up by number: the table is sought by reference, not by number, so asking it for
 * each order that is shown would walk it each time. */
#include "commands/origins.h"

#include "commands/reader.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char names_sql[] =
    "SELECT g.order_number, substr(g.reference, 1, instr(g.reference, ':') - 1) || ' ' || g.label"
    " FROM origins g JOIN orders o ON o.number = g.order_number"
    " WHERE o.status IN ('held', 'confirmed', 'started', 'done', 'shipped')"
    " ORDER BY g.order_number";

/* What has ended, here or there, needs nobody's eye any more. */
static const char unknown_sql[] =
    "SELECT substr(g.reference, 1, instr(g.reference, ':') - 1) || ' ' || g.label, g.unknown"
    " FROM origins g LEFT JOIN orders o ON o.number = g.order_number"
    " WHERE g.unknown IS NOT NULL AND NOT g.past AND coalesce(o.status,"
    " CASE WHEN g.status IN ('completed', 'cancelled', 'refunded', 'failed', 'trash', 'deleted',"
    " 'fulfilled', 'voided', 'expired') THEN 'delivered' ELSE 'confirmed' END)"
    " IN ('held', 'confirmed', 'started', 'done') ORDER BY g.modified_at, g.reference";

static void text_copy(char *to, size_t size, sqlite3_stmt *row, int column)
{
    (void)snprintf(to, size, "%s", reader_text(row, column));
}

static bool name_take(struct origins *origins, sqlite3_stmt *row)
{
    uint32_t count = origins->count;
    bool full = count >= 64 && (count & (count - 1)) == 0;
    if (count == 0 || full) {
        size_t capacity = count == 0 ? 64 : 2 * (size_t)count;
        struct origin_name *grown = realloc(origins->names, capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        origins->names = grown;
    }
    struct origin_name *name = &origins->names[origins->count++];
    name->order = (uint32_t)sqlite3_column_int64(row, 0);
    text_copy(name->name, sizeof name->name, row, 1);
    return true;
}

static bool unknown_take(struct origins *origins, sqlite3_stmt *row)
{
    if (origins->unknown_count < ORIGINS_UNKNOWN_MAX) {
        struct origin_unknown *unknown = &origins->unknown[origins->unknown_count];
        text_copy(unknown->name, sizeof unknown->name, row, 0);
        text_copy(unknown->what, sizeof unknown->what, row, 1);
    }
    origins->unknown_count++;
    return true;
}

static bool rows_read(struct origins *origins, sqlite3 *reader, const char *sql,
                      bool (*take)(struct origins *origins, sqlite3_stmt *row))
{
    sqlite3_stmt *row = NULL;
    int result = sqlite3_prepare_v2(reader, sql, -1, &row, NULL);
    bool took = result == SQLITE_OK;
    while (took && (result = sqlite3_step(row)) == SQLITE_ROW) {
        took = take(origins, row);
    }
    (void)sqlite3_finalize(row);
    return took && result == SQLITE_DONE;
}

enum status origins_open(const char *path, struct env *env, struct origins **origins,
                         struct fault *fault)
{
    sqlite3 *reader = NULL;
    struct origins *made = calloc(1, sizeof *made);
    *origins = made;
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for what orders are called elsewhere");
    }
    if (path == NULL) {
        return STATUS_OK;
    }
    enum status status = journal_reader_open(path, env, &reader, fault);
    if (status == STATUS_OK && !(rows_read(made, reader, names_sql, name_take) &&
                                 rows_read(made, reader, unknown_sql, unknown_take))) {
        status = reader_fault(reader, path, fault);
    }
    (void)sqlite3_close(reader);
    return status;
}

void origins_close(struct origins *origins)
{
    if (origins != NULL) {
        free(origins->names);
        free(origins);
    }
}

static int number_compare(const void *key, const void *element)
{
    uint32_t wanted = *(const uint32_t *)key;
    uint32_t number = ((const struct origin_name *)element)->order;
    return wanted < number ? -1 : wanted > number;
}

const char *origins_name(const struct origins *origins, uint32_t number)
{
    const struct origin_name *found = origins->count == 0
                                          ? NULL
                                          : bsearch(&number, origins->names, origins->count,
                                                    sizeof *origins->names, number_compare);
    return found == NULL ? "" : found->name;
}

void origins_unknown_json(struct text *to, const struct origins *origins)
{
    text_append_string(to, "\"unknown\":[");
    for (uint32_t i = 0; i < origins->unknown_count && i < ORIGINS_UNKNOWN_MAX; i++) {
        text_append_string(to, i == 0 ? "{" : ",{");
        text_append_json_member(to, "origin", origins->unknown[i].name);
        text_append_char(to, ',');
        text_append_json_member(to, "unknown", origins->unknown[i].what);
        text_append_char(to, '}');
    }
    text_append_format(to, "],\"unknown_count\":%u", origins->unknown_count);
}
