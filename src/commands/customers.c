/* One prepared statement with all columns, asked once for each order that is shown. */
#include "commands/customers.h"

#include "commands/reader.h"
#include "journal/journal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the statement. */
enum { COLUMN_NAME, COLUMN_EMAIL, COLUMNS = 7 };

struct customers {
    const char *path;
    sqlite3 *reader;
    sqlite3_stmt *statement;
};

static enum status read_fault(const struct customers *customers, struct fault *fault)
{
    return reader_fault(customers->reader, customers->path, fault);
}

enum status customers_open(const char *path, struct env *env, struct customers **customers,
                           struct fault *fault)
{
    static const char sql[] =
        "SELECT c.name, c.email, c.phone, c.street, c.postcode, c.city, c.country FROM orders o "
        "JOIN customers c ON c.number = o.contact WHERE o.number = ?1";
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

/* False: there is no customer, or a fault that row_end tells. */
static bool row_begin(struct customers *customers, uint32_t number)
{
    (void)sqlite3_bind_int64(customers->statement, 1, number);
    return sqlite3_step(customers->statement) == SQLITE_ROW;
}

static enum status row_end(struct customers *customers, struct fault *fault)
{
    return sqlite3_reset(customers->statement) == SQLITE_OK ? STATUS_OK
                                                            : read_fault(customers, fault);
}

static void column_copy(char to[CUSTOMER_BYTES], sqlite3_stmt *statement, int column)
{
    (void)snprintf(to, CUSTOMER_BYTES, "%s", reader_text(statement, column));
}

enum status customers_find(struct customers *customers, uint32_t number, struct customer *customer,
                           struct fault *fault)
{
    *customer = (struct customer){.name = ""};
    if (row_begin(customers, number)) {
        column_copy(customer->name, customers->statement, COLUMN_NAME);
        column_copy(customer->email, customers->statement, COLUMN_EMAIL);
    }
    return row_end(customers, fault);
}

enum status customers_person(struct customers *customers, uint32_t number, struct arena *arena,
                             struct customer_person *person, struct fault *fault)
{
    const char **const fields[COLUMNS] = {&person->name,   &person->email,    &person->phone,
                                          &person->street, &person->postcode, &person->city,
                                          &person->country};
    bool memory = true;
    *person = (struct customer_person){.name = NULL};
    if (row_begin(customers, number)) {
        for (int i = 0; i < COLUMNS && memory; i++) {
            const char *text = (const char *)sqlite3_column_text(customers->statement, i);
            if (text != NULL && text[0] != '\0') {
                *fields[i] = arena_copy(arena, text, strlen(text));
                memory = *fields[i] != NULL;
            }
        }
    }
    enum status status = row_end(customers, fault);
    return status == STATUS_OK && !memory
               ? fault_set(fault, STATUS_MEMORY, "no memory for names; free some and try again")
               : status;
}

void customers_close(struct customers *customers)
{
    if (customers != NULL) {
        (void)sqlite3_finalize(customers->statement);
        (void)sqlite3_close(customers->reader);
        free(customers);
    }
}
