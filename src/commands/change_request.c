/* One request, two ways: to the database (or the server that has it), or, to try it, to an engine
 * that only reads. The same control command answers both, so what a dry run says is what would be.
 */
#include "commands/change_request.h"

#include "base/decimal.h"
#include "commands/customers.h"
#include "commands/json_text.h"
#include "commands/order_answer.h"
#include "commands/shop_write.h"
#include "commands/show.h"
#include "report/table.h"

#include <stdlib.h>

enum { CHANGE_ANSWER_BYTES_MAX = 64 * 1024 * 1024 };

void change_begin(struct text *request, const char *kind)
{
    text_append_format(request, "{\"command\":\"change\",\"kind\":\"%s\"", kind);
}

void change_text(struct text *request, const char *field, const char *value)
{
    text_append_char(request, ',');
    text_append_json_member(request, field, value);
}

enum status change_number(struct text *request, const char *field, const char *what, int decimals,
                          const char *typed, struct fault *fault)
{
    int64_t value;
    char digits[32];
    if (decimal_read(slice_of(typed), decimals, &value) != DECIMAL_OK) {
        return fault_set(fault, STATUS_INVALID, "%s: %s is a number%s", typed, what,
                         decimals == 0 ? " without decimals, as 12"
                                       : " with at most three decimals, as 12.5");
    }
    (void)decimal_write(digits, value, decimals, true);
    text_append_format(request, ",\"%s\":%s", field, digits);
    return STATUS_OK;
}

void change_flag(struct text *request, const char *field)
{
    text_append_format(request, ",\"%s\":true", field);
}

void change_end(struct text *request)
{
    text_append_char(request, '}');
}

/* The answer's JSON, or the sentence of a refusal on stderr. */
static int answer_read(struct slice bytes, int http, json_t **answer)
{
    char sentence[1024];
    int code = control_exit_code(http);
    if (code != EXIT_DONE) {
        problem_sentence(bytes, sentence, sizeof sentence);
        return call_error((enum exit_code)code, "%s", sentence);
    }
    *answer = json_loadb(bytes.data, bytes.length, 0, NULL);
    return *answer != NULL ? EXIT_DONE
                           : call_error(EXIT_FAULT,
                                        "the answer is no JSON (HTTP status %d); are both programs "
                                        "of one version?",
                                        http);
}

int change_try(const struct call *call, const struct shop_open *open, struct slice request,
               json_t **answer)
{
    struct fault fault;
    struct order_desk *desk = NULL;
    if (order_desk_open(open->engine, call->env, &desk, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    struct control *control = control_run(desk, request, open->now);
    int code = control == NULL
                   ? call_error(EXIT_FAULT, "no memory for the command; free some and try again")
                   : answer_read(control_body(control), control_http(control), answer);
    control_close(control);
    order_desk_close(desk);
    return code;
}

int change_send(const struct call *call, struct slice request, json_t **answer)
{
    struct fault fault;
    struct shop_write write;
    struct text bytes;
    int http = 0;
    if (shop_write_open(call, call->operands[0], &write, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    text_init(&bytes, CHANGE_ANSWER_BYTES_MAX);
    int code = shop_write_send(&write, request, &bytes, &http, &fault) != STATUS_OK
                   ? call_fault(&fault)
                   : answer_read(text_slice(&bytes), http, answer);
    text_free(&bytes);
    shop_write_close(&write);
    return code;
}

void change_json(struct call *call, const json_t *answer)
{
    char *bytes = json_dumps(answer, JSON_COMPACT);
    text_append_string(&call->out, bytes != NULL ? bytes : "");
    text_append_char(&call->out, '\n');
    free(bytes);
}

static void dates_cell(struct call *call, struct table *table, const json_t *dates)
{
    char day[SHOW_BYTES];
    if (json_is_null(dates)) {
        table_cell_tone(table, slice_of(call_say(call, "no date", "aucune date")), TABLE_BAD);
        return;
    }
    table_cell_string(table, show_iso(call->language, day, json_text(dates, "deliver_by")));
}

/* Names are a help: a database that cannot be read beside leaves them out. */
static void customer_cell(struct table *table, struct customers *customers, const json_t *order)
{
    struct fault silent;
    struct customer customer = {.name = ""};
    uint32_t number = (uint32_t)json_integer_value(json_object_get(order, "number"));
    if (customers != NULL && customers_find(customers, number, &customer, &silent) != STATUS_OK) {
        customer = (struct customer){.name = ""};
    }
    table_cell_string(table, customer.name[0] != '\0' ? customer.name : customer.email);
}

bool change_moved(struct call *call, const json_t *answer)
{
    const struct table_column columns[] = {
        {call_say(call, "order", "commande"), TABLE_LEFT, false},
        {call_say(call, "status", "état"), TABLE_LEFT, false},
        {call_say(call, "was due", "était pour le"), TABLE_LEFT, false},
        {call_say(call, "now due", "maintenant le"), TABLE_LEFT, false},
        {call_say(call, "value", "valeur"), TABLE_RIGHT, false},
        {call_say(call, "customer", "client"), TABLE_LEFT, true},
    };
    struct fault silent;
    struct customers *customers = NULL;
    const json_t *moved = json_object_get(answer, "moved");
    struct table table;
    if (json_array_size(moved) == 0) {
        text_append_format(&call->out, "%s\n",
                           call_say(call, "Nobody moves.", "Aucune commande ne bouge."));
        return true;
    }
    if (customers_open(call->operands[0], call->env, &customers, &silent) != STATUS_OK) {
        customers = NULL;
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < json_array_size(moved); i++) {
        char total[SHOW_BYTES];
        const json_t *order = json_array_get(moved, i);
        const json_t *money = json_object_get(order, "total");
        table_cell_string(&table, json_text(order, "order"));
        table_cell_string(&table, show_status(call->language, json_text(order, "status")));
        dates_cell(call, &table, json_object_get(order, "before"));
        dates_cell(call, &table, json_object_get(order, "after"));
        table_cell_string(&table, show_amount(call->language, total, json_text(money, "amount"),
                                              json_text(money, "currency")));
        customer_cell(&table, customers, order);
    }
    customers_close(customers);
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

/* After the others nobody asks who moves. */
static bool may_move(const char *kind)
{
    for (int i = 0; i < CHANGE_KINDS; i++) {
        if (strcmp(kind, change_kind_text((enum change_kind)i)) == 0) {
            return change_moves((enum change_kind)i);
        }
    }
    return true;
}

int change_request_run(struct call *call, struct slice request, const char *said)
{
    json_t *answer = NULL;
    int code = change_send(call, request, &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    if (call->json) {
        change_json(call, answer);
    } else {
        const json_t *entry = json_object_get(answer, "entry");
        if (json_is_integer(entry)) {
            text_append_format(&call->out, call_say(call, "entry %d, ", "entrée %d, "),
                               (int)json_integer_value(entry));
        }
        text_append_format(&call->out, "%s\n", said);
        if (may_move(json_text(answer, "change")) && !change_moved(call, answer)) {
            code = call_error(EXIT_FAULT, "no memory for the table; use --json");
        }
    }
    json_decref(answer);
    return code;
}
