/* Rows of the table `origins`, made in one way for who writes them and for who compares them. Not
 * for other rooms. */
#ifndef ECLUSE_JOURNAL_SQLITE_ORIGIN_H
#define ECLUSE_JOURNAL_SQLITE_ORIGIN_H

#include "journal/sqlite.h"

/* The columns of `origins`, bound from ?1 on; `at` gets the text of its instant and outlives the
 * step. */
void origin_bind(sqlite3_stmt *statement, const struct journal_origin *origin,
                 char at[INSTANT_BYTES]);
/* EVENT_ORIGIN as its row. */
enum status origin_project(struct journal *journal, const struct event *event) MUST_USE;

#endif
