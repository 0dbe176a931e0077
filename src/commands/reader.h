/* What lists and reports need beside SQLite where they read rows on a connection of
 * journal_reader_open. */
#ifndef ECLUSE_COMMANDS_READER_H
#define ECLUSE_COMMANDS_READER_H

#include "base/calendar.h"
#include "base/status.h"

#include <stdbool.h>

struct sqlite3;
struct sqlite3_stmt;

/* "" where there is none; valid until the next step. */
const char *reader_text(struct sqlite3_stmt *row, int column);
/* False where there is none; then *day stays. */
bool reader_day(struct sqlite3_stmt *row, int column, int32_t *day);
/* That the file cannot be read, and why. */
enum status reader_fault(struct sqlite3 *reader, const char *path, struct fault *fault);

#endif
