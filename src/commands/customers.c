/* One prepared statement, asked once for each order that is shown. */
#include "commands/customers.h"

#include "journal/journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

struct customers {
    const char *path;
    sqlite3 *reader;
    sqlite3_stmt *statement;
};

static enum status read_fault(const struct customers *customers, struct fault *fault)
{
    return fault_set(fault, STATUS_IO, "%s cannot be read: %s; check it with: ecluse verify %s",
                     customers->path, sqlite3_errmsg(customers->reader), customers->path);
}

enum status customers_open(const char *path, struct env *env, struct customers **customers,
                           struct fault *fault)
{
    static const char sql[] = "SELECT c.name, c.email FROM orders o JOIN customers c ON c.number = "
                              "o.contact WHERE o.number = ?1";
    struct customers *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for names; free some and try again");
    }
    made->path = path;
    enum status status = journal_reader_open(path, env, &made->reader, fault);
    if (status == STATUS_OK &&
        sqlite3_prepare_v2(made->reader, sql, -1, &made->statement, NULL) != SQLITE_OK) {
        status = read_fault(made, fault);
    }
    if (status != STATUS_OK) {
        customers_close(made);
        return status;
    }
    *customers = made;
    return STATUS_OK;
}

static void column_copy(char to[CUSTOMER_BYTES], sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    (void)snprintf(to, CUSTOMER_BYTES, "%s", text != NULL ? text : "");
}

enum status customers_find(struct customers *customers, uint32_t number, struct customer *customer,
                           struct fault *fault)
{
    *customer = (struct customer){.name = ""};
    (void)sqlite3_bind_int64(customers->statement, 1, number);
    if (sqlite3_step(customers->statement) == SQLITE_ROW) {
        column_copy(customer->name, customers->statement, 0);
        column_copy(customer->email, customers->statement, 1);
    }
    return sqlite3_reset(customers->statement) == SQLITE_OK ? STATUS_OK
                                                            : read_fault(customers, fault);
}

void customers_close(struct customers *customers)
{
    if (customers != NULL) {
        (void)sqlite3_finalize(customers->statement);
        (void)sqlite3_close(customers->reader);
        free(customers);
    }
}
