/* SQLite's columns -> texts and days. */
#include "commands/reader.h"

#include <sqlite3.h>

const char *reader_text(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return text != NULL ? text : "";
}

bool reader_day(sqlite3_stmt *row, int column, int32_t *day)
{
    int32_t found;
    bool is_day = day_read(slice_of(reader_text(row, column)), &found);
    if (is_day) {
        *day = found;
    }
    return is_day;
}

enum status reader_fault(sqlite3 *reader, const char *path, struct fault *fault)
{
    return fault_set(fault, STATUS_IO, "%s cannot be read: %s; check it with: ecluse verify %s",
                     path, sqlite3_errmsg(reader), path);
}
