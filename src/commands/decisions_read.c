/* The shop file's entries point into the shop; those of the database are copied into the arena. */
#include "commands/decisions_read.h"

#include "commands/decisions_past.h"
#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdlib.h>

enum { TEXTS_BYTES_MAX = 16 * 1024 * 1024 };

static enum status memory_fault(struct fault *fault)
{
    return fault_set(fault, STATUS_MEMORY, "no memory for decisions; free some and try again");
}

static bool text_take(struct arena *arena, sqlite3_stmt *row, int column, const char **text)
{
    const char *bytes = (const char *)sqlite3_column_text(row, column);
    *text =
        bytes == NULL ? NULL : arena_copy(arena, bytes, (size_t)sqlite3_column_bytes(row, column));
    return bytes == NULL || *text != NULL;
}

/* A verb that only a later program knows is passed over. */
static bool verb_take(struct arena *arena, sqlite3_stmt *row, struct decision *decision,
                      bool *known)
{
    const char *verb = reader_text(row, 3);
    *known = false;
    for (int i = 0; i < DECISION_VERBS; i++) {
        if (strcmp(verb, decision_verb_name((enum decision_verb)i)) == 0) {
            *known = true;
            return text_take(arena, row, 4, &decision->activity[i]);
        }
    }
    return true;
}

static bool row_take(struct decisions *decisions, sqlite3_stmt *row)
{
    struct decision_entry *entry = &decisions->entries[decisions->count];
    struct decision *decision = &entry->decision;
    bool known;
    enum { FIRST_EXPECTED = 7 };
    *entry = (struct decision_entry){.number = sqlite3_column_int64(row, 0)};
    (void)reader_day(row, 1, &decision->on_day);
    (void)reader_day(row, 2, &decision->by_day);
    bool room = verb_take(&decisions->arena, row, decision, &known) &&
                text_take(&decisions->arena, row, 5, &decision->because) &&
                text_take(&decisions->arena, row, 6, &decision->say.text[LANGUAGE_FR]);
    decision->say.text[LANGUAGE_EN] = decision->say.text[LANGUAGE_FR];
    for (int i = 0; i < DECISION_MEASURES; i++) {
        decision->expected[i] = sqlite3_column_type(row, FIRST_EXPECTED + i) == SQLITE_NULL
                                    ? DECISION_UNSAID
                                    : sqlite3_column_int64(row, FIRST_EXPECTED + i);
    }
    decisions->count += known;
    return room;
}

static enum status table_read(const struct call *call, const struct shop_open *open,
                              struct decisions *decisions, struct fault *fault)
{
    static const char sql[] =
        "SELECT number, on_day, by_day, verb, activity, because, say, profit_minor, revenue_minor,"
        " orders_thousandths, hours_thousandths, kept_thousandths FROM decisions"
        " WHERE unixepoch(at) <= ?1 ORDER BY number LIMIT ?2";
    sqlite3 *connection = NULL;
    sqlite3_stmt *statement = NULL;
    enum status status = journal_reader_open(open->path, call->env, &connection, fault);
    if (status != STATUS_OK) {
        return status;
    }
    int result = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    bool room = true;
    if (result == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, open->now);
        (void)sqlite3_bind_int64(statement, 2, LIMIT_DECISIONS);
        while (room && (result = sqlite3_step(statement)) == SQLITE_ROW) {
            room = row_take(decisions, statement);
        }
    }
    if (!room) {
        status = memory_fault(fault);
    } else if (result != SQLITE_DONE) {
        status = reader_fault(connection, open->path, fault);
    }
    (void)sqlite3_finalize(statement);
    (void)sqlite3_close(connection);
    return status;
}

static int entry_compare(const void *a, const void *b)
{
    const struct decision_entry *left = a;
    const struct decision_entry *right = b;
    if (left->decision.on_day != right->decision.on_day) {
        return left->decision.on_day < right->decision.on_day ? -1 : 1;
    }
    return (left->number > right->number) - (left->number < right->number);
}

enum status decisions_open(const struct call *call, const struct shop_open *open,
                           struct decisions *decisions, struct fault *fault)
{
    const struct shop *shop = open->shop;
    size_t most = (size_t)shop->decision_count + LIMIT_DECISIONS;
    *decisions = (struct decisions){.today = zone_day(&shop->zone, open->now)};
    arena_init(&decisions->arena, TEXTS_BYTES_MAX);
    decisions->entries = calloc(most, sizeof *decisions->entries);
    if (decisions->entries == NULL) {
        return memory_fault(fault);
    }
    for (uint32_t i = 0; i < shop->decision_count; i++) {
        decisions->entries[decisions->count++].decision = shop->decisions[i];
    }
    enum status status = STATUS_OK;
    if (!open->is_file) {
        status = table_read(call, open, decisions, fault);
    }
    qsort(decisions->entries, decisions->count, sizeof *decisions->entries, entry_compare);
    decisions->has_past = !open->is_file && decisions->count > 0;
    if (status == STATUS_OK && decisions->has_past) {
        status = decisions_past_read(open->path, call->env, shop, open->now, decisions->entries,
                                     decisions->count, &decisions->past, fault);
    }
    return status;
}

void decisions_close(struct decisions *decisions)
{
    decision_past_free(&decisions->past);
    free(decisions->entries);
    arena_free(&decisions->arena);
}

void decisions_look(const struct decisions *decisions, uint32_t index,
                    struct decision_answer *answer)
{
    decision_look(&decisions->entries[index].decision,
                  decisions->has_past ? &decisions->past : NULL, decisions->today, answer);
}
