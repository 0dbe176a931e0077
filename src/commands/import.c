/* ecluse import: other people's files into a database.
 *
 *   file -> exchange_import_* -> sink -> requests of pages/control.h
 *     -> the server, or our own engine
 *
 * The exchange room reads and judges; this file gives it a shop to compare with, carries what it
 * makes to the writer, and shows how far it is. */
#include "commands/commands.h"
#include "commands/import_changes.h"
#include "commands/import_requests.h"
#include "commands/nearest.h"
#include "commands/order_answer.h"
#include "commands/output.h"
#include "commands/shop_open.h"
#include "commands/shop_write.h"
#include "commands/show.h"
#include "exchange/exchange.h"
#include "journal/shop_event.h"
#include "promise/change.h"
#include "report/progress.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option options[] = {
    {"columns", "MAP", false,
     "the file's columns; orders: order=,sku=,name=,quantity=,at=,unit_price=,customer="},
    {"dates", "iso|mdy|dmy", false,
     "orders: how dates like 3/4/2011 are written (default: found out)"},
    {"stock", "N", false, "orders: on hand of each new item, in units (default: does not run out)"},
    {"vat-classes", "MAP", false,
     "products: percent by tax class or tax rules ID, as reduced-rate=5.5 or 1=20,2=5.5"},
    {"net-prices", NULL, false, "products: the file's prices are without VAT"},
    {"vat-rate", "PERCENT", false, "VAT of new offers (default: the most common of the shop's)"},
    {"cost-percent", "PERCENT", false,
     "unit cost of new items, of the price without VAT (default 50)"},
    {"carrier", "NAME", false, "carrier of new offers (default: the shop's first)"},
    {"routing-like", "OFFER", false, "new offers get this offer's routing (default: none)"},
    {"supplier", "NAME", false, "supplier of new items (default: the file's, else none)"},
    {"combinations", "FILE", false, "prestashop-...: the combinations of the products"},
    {"products", "FILE", false, "prestashop-supply-orders: the products that its lines number"},
    {"details", "FILE", false, "prestashop-supply-orders: the lines of the orders"},
    {"lead-days", "N", false, "prestashop-suppliers: lead days of new suppliers (default 14)"},
    {"again", NULL, false, "orders: count the same file a second time"},
    {"to", "FILE.yaml", false,
     "where the shop is a shop file: the file that it becomes, which must not be there yet"},
    {"dry-run", NULL, false, "say what would change, in a table, and change nothing"},
};

static const char *const examples[] = {
    "ecluse import shop.db woocommerce-products products.csv --dry-run",
    "ecluse import shop.db woocommerce-products products.csv",
    "ecluse import shop.db orders orders.csv.gz --columns "
    "order=InvoiceNo,sku=StockCode,name=Description,quantity=Quantity,at=InvoiceDate,unit_price="
    "UnitPrice",
    NULL,
};

const struct manual import_manual = {
    .operands_min = 3,
    .operands_max = 3,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "FORMAT is one of\n"
        "  orders                    a history of order lines: makes the offers that it names "
        "(last price) and the\n"
        "                            history that rehearsal learns from\n"
        "  woocommerce-products, shopify-products, prestashop-products\n"
        "                            the product export: new offers, new prices and names\n"
        "  prestashop-suppliers      new suppliers\n"
        "  prestashop-supply-orders  what is expected of which item on which day\n"
        "  woocommerce-orders, shopify-orders\n"
        "                            orders as the shop's REST API sends them (JSON; of Shopify "
        "also "
        "its CSV):\n"
        "                            what is sold "
        "there is\n"
        "                            reserved here, what is complete becomes history\n"
        "  requests                  what customers ask for: "
        "--columns wants=,from=,activity=,value=,count=\n"
        "The others are .csv or .csv.gz. SHOP is a database, or, for all but orders and requests, "
        "a shop file: "
        "then --to\n"
        "names the file that it becomes.\n"
        "The same history twice would count twice: it is refused, unless you say --again.\n"
        "At the end it says what was taken, what was not and why, with line numbers, and which "
        "commands record\n"
        "what an import does not change: stock and receipts of a shop that has opened. Memory "
        "does not grow\n"
        "with the file.\n"
        "Exit codes: 0 done (also where some rows were not taken), 2 bad file or options, 3 fault.",
    .examples = examples,
};

enum { REQUEST_BYTES_MAX = LIMIT_CONTROL_BODY_BYTES, PERCENT_MAX = 1000 };

struct import {
    struct call *call;
    struct shop_write write;
    struct shop_open open; /* the shop to compare with, while a server has the lock */
    const struct shop *shop;
    struct shop *file; /* the shop is a shop file, not a database */
    struct text request;
    struct text answer;
    struct order_desk *rehearsal; /* of a dry run of orders */
    struct progress progress;
    bool history_begun;
    bool applied;
    struct import_changes changes;
    struct import_requests requests;
    bool of_requests;             /* which no table of the shop file's changes tells of */
    int64_t *on_hand_thousandths; /* of each item of the database's shop */
    int64_t *promised_thousandths;
    struct exchange_expected *expected;
    uint32_t expected_count;
};

static enum status request_send(struct import *import, struct fault *fault)
{
    int http = 0;
    if (import->request.overflow) {
        return fault_set(fault, STATUS_LIMIT,
                         "the shop with what is imported is over %d MB; import less of it",
                         REQUEST_BYTES_MAX / 1024 / 1024);
    }
    enum status status = shop_write_send(&import->write, text_slice(&import->request),
                                         &import->answer, &http, fault);
    if (status != STATUS_OK || http == 200) {
        return status;
    }
    char sentence[900];
    problem_sentence(text_slice(&import->answer), sentence, sizeof sentence);
    return fault_set(fault,
                     control_exit_code(http) == EXIT_FAULT ? STATUS_UNAVAILABLE : STATUS_INVALID,
                     "%s", sentence);
}

static enum status sink_apply(void *context, struct slice shop_text, struct fault *fault)
{
    struct import *import = context;
    import->applied = true;
    if (import->file != NULL) {
        return env_file_write(call_value(import->call, "to"), shop_text.data, shop_text.length,
                              false, fault);
    }
    text_clear(&import->request);
    text_append_string(&import->request, "{\"command\":\"apply\",\"shop\":\"");
    text_append_json(&import->request, shop_text);
    text_append_string(&import->request, "\",\"file\":\"import\",\"dry_run\":false}");
    return request_send(import, fault);
}

static void history_line_write(const struct import *import, const struct history_line *line,
                               struct text *to)
{
    static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
    char value[32];
    text_append_string(to, "{\"order\":\"");
    text_append_json(to, line->order);
    text_append_string(to, "\",\"offer\":\"");
    text_append_json(to, line->offer);
    (void)decimal_write(value, line->quantity_thousandths, 3, true);
    text_append_format(to, "\",\"quantity\":%s", value);
    (void)decimal_write(value, line->unit_price_minor, import->shop->currency.decimals, false);
    text_append_format(to, ",\"unit_price\":\"%s\"", value);
    (void)instant_write(&utc, value, line->at);
    text_append_format(to, ",\"at\":\"%s\"", value);
    if (line->customer.length > 0) {
        text_append_string(to, ",\"customer\":\"");
        text_append_json(to, line->customer);
        text_append_char(to, '"');
    }
    text_append_char(to, '}');
}

/* The first lines of a file stand for it: were they imported before, as they are? */
static enum status history_check(const struct import *import, const struct history_line *lines,
                                 uint32_t count, struct fault *fault)
{
    const struct call *call = import->call;
    unsigned char bytes[DIGEST_BYTES];
    struct digest digest;
    int64_t stamp = 0;
    uint32_t times = 0;
    digest_begin(&digest);
    for (uint32_t i = 0; i < count; i++) {
        const struct journal_history line = {lines[i].order,
                                             lines[i].offer,
                                             lines[i].quantity_thousandths,
                                             lines[i].unit_price_minor,
                                             lines[i].at,
                                             lines[i].customer};
        history_digest(&digest, &line);
    }
    digest_end(&digest, bytes);
    enum status status =
        journal_history_seen(call->operands[0], call->env, bytes, &stamp, &times, fault);
    if (status != STATUS_OK || times == 0) {
        return status;
    }
    char when[SHOW_BYTES];
    return fault_set(fault, STATUS_EXISTS,
                     "%s was imported already, on %s: nothing is added to the history; give "
                     "--again to count it twice",
                     call->operands[2], show_instant(call->language, import->shop, when, stamp));
}

static enum status sink_history(void *context, const struct history_line *lines, uint32_t count,
                                struct fault *fault)
{
    struct import *import = context;
    struct text *to = &import->request;
    if (!import->history_begun && !call_flag(import->call, "again")) {
        enum status status = history_check(import, lines, count, fault);
        if (status != STATUS_OK) {
            return status;
        }
    }
    import->history_begun = true;
    text_clear(to);
    text_append_string(to, "{\"command\":\"history\",\"lines\":[");
    for (uint32_t i = 0; i < count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        history_line_write(import, &lines[i], to);
    }
    text_append_string(to, "]}");
    return request_send(import, fault);
}

static void sold_text(const json_t *element, const char *key, char *to, size_t size)
{
    const char *text = json_string_value(json_object_get(element, key));
    (void)snprintf(to, size, "%s", text == NULL ? "" : text);
}

static void sold_read(const json_t *element, struct exchange_sold *result)
{
    bool readable = json_object_get(element, "why") == NULL;
    sold_text(element, "outcome", result->outcome, sizeof result->outcome);
    sold_text(element, "label", result->label, sizeof result->label);
    sold_text(element, "promised", result->promised, sizeof result->promised);
    sold_text(element, "deliver_by", result->deliver_by, sizeof result->deliver_by);
    sold_text(element, readable ? "unknown" : "why", result->note, sizeof result->note);
    bool open = strcmp(result->outcome, "taken") == 0;
    result->broken = open && json_is_true(json_object_get(element, "broken"));
    result->late = open && json_is_true(json_object_get(element, "late"));
}

/* A dry run asks an engine that only reads; its state goes on as if each order had been taken. */
static enum status sold_send(struct import *import, struct fault *fault)
{
    if (import->rehearsal == NULL) {
        return request_send(import, fault);
    }
    struct control *control =
        control_run(import->rehearsal, text_slice(&import->request), import->open.now);
    if (control == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    text_clear(&import->answer);
    text_append_slice(&import->answer, control_body(control));
    int http = control_http(control);
    control_close(control);
    return http == 200
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID, "the orders were refused (HTTP status %d)", http);
}

static enum status sink_sold(void *context, const char *system, struct slice orders,
                             struct exchange_sold *results, uint32_t count, struct fault *fault)
{
    struct import *import = context;
    struct text *to = &import->request;
    text_clear(to);
    text_append_format(to, "{\"command\":\"sold\",\"system\":\"%s\",\"dry_run\":%s,\"orders\":[",
                       system, import->rehearsal != NULL ? "true" : "false");
    text_append_slice(to, orders);
    text_append_string(to, "]}");
    enum status status = sold_send(import, fault);
    if (status != STATUS_OK) {
        return status;
    }
    struct slice bytes = text_slice(&import->answer);
    json_t *answer = json_loadb(bytes.data, bytes.length, 0, NULL);
    json_t *list = json_object_get(answer, "orders");
    for (uint32_t i = 0; i < count; i++) {
        sold_read(json_array_get(list, i), &results[i]);
    }
    bool whole = json_array_size(list) == count;
    json_decref(answer);
    return whole ? STATUS_OK
                 : fault_set(fault, STATUS_UNAVAILABLE,
                             "the answer names other orders; are both programs of one version?");
}

static enum status sink_requests(void *context, struct exchange_request *requests, uint32_t count,
                                 struct fault *fault)
{
    struct import *import = context;
    uint32_t fresh =
        import_requests_write(&import->requests, import->shop, requests, count, &import->request);
    return fresh == 0 || call_flag(import->call, "dry-run") ? STATUS_OK
                                                            : request_send(import, fault);
}

static void sink_change(void *context, const struct exchange_change *change)
{
    struct import *import = context;
    import_changes_take(&import->changes, change);
}

static void sink_progress(void *context, uint64_t done_bytes, uint64_t total_bytes)
{
    struct import *import = context;
    struct env *env = import->call->env;
    progress_update(&import->progress, done_bytes, total_bytes, env->ticks_ns(env));
}

static enum status percent_read(const struct call *call, const char *name, int32_t *value,
                                struct fault *fault)
{
    int64_t number = *value;
    enum status status =
        call_thousandths(call, name, 0, (int64_t)PERCENT_MAX * THOUSAND, &number, fault);
    *value = (int32_t)number;
    return status;
}

static enum status import_options_read(const struct call *call, struct exchange_options *to,
                                       struct fault *fault)
{
    exchange_options_init(to);
    const char *dates = call_value(call, "dates");
    to->columns = call_value(call, "columns");
    to->vat_classes = call_value(call, "vat-classes");
    to->prices_without_vat = call_flag(call, "net-prices");
    to->carrier = call_value(call, "carrier");
    to->routing_like = call_value(call, "routing-like");
    to->supplier = call_value(call, "supplier");
    to->combinations = call_value(call, "combinations");
    to->products = call_value(call, "products");
    to->details = call_value(call, "details");
    to->dry_run = call_flag(call, "dry-run");
    if (dates != NULL && !exchange_dates_read(slice_of(dates), &to->dates)) {
        return fault_set(fault, STATUS_INVALID,
                         "--dates %s: there are iso, mdy (month first) and dmy", dates);
    }
    int64_t lead_days = to->lead_days;
    if (call_number(call, "lead-days", 0, LIMIT_HORIZON_DAYS, &lead_days, fault) != STATUS_OK) {
        return fault->status;
    }
    to->lead_days = (int32_t)lead_days;
    enum status status = call_thousandths(call, "stock", 0, LIMIT_QUANTITY_THOUSANDTHS,
                                          &to->stock_thousandths, fault);
    if (status == STATUS_OK) {
        status = percent_read(call, "vat-rate", &to->vat_thousandths, fault);
    }
    return status == STATUS_OK ? percent_read(call, "cost-percent", &to->cost_thousandths, fault)
                               : status;
}

static const struct exchange_format *format_find(const char *name, struct fault *fault)
{
    struct nearest nearest;
    char names[512] = "";
    size_t length = 0;
    nearest_begin(&nearest, slice_of(name));
    for (uint32_t i = 0; i < exchange_format_count; i++) {
        const struct exchange_format *format = &exchange_formats[i];
        if (strcmp(name, format->name) == 0) {
            return format;
        }
        nearest_try(&nearest, format->name);
        length += (size_t)snprintf(names + length, sizeof names - length, "%s%s",
                                   i == 0                           ? ""
                                   : i + 1 == exchange_format_count ? " and "
                                                                    : ", ",
                                   format->name);
        ASSERT(length < sizeof names);
    }
    (void)fault_set(fault, STATUS_INVALID, "there is no format \"%s\"; there are %s%s%s%s", name,
                    names, nearest.best != NULL ? "; did you mean " : "",
                    nearest.best != NULL ? nearest.best : "", nearest.best != NULL ? "?" : "");
    return NULL;
}

/* What is on its way and counts on a day to come. */
static void expected_read(struct promise_state *state, struct import *import)
{
    uint32_t count = promise_entry_count(state);
    import->expected = calloc((size_t)count + 1, sizeof *import->expected);
    for (uint32_t i = 1; i <= count && import->expected != NULL; i++) {
        const struct supply_entry *entry = promise_entry(state, i);
        if (entry->status != SUPPLY_CLOSED && entry->quantity_thousandths > 0) {
            import->expected[import->expected_count++] = (struct exchange_expected){
                {entry->item}, entry->quantity_thousandths, entry->due_day, i};
        }
    }
}

/* What is promised of an item and has not left, that which is overdue too: what is missing from
 * stock and receipts at the end of the horizon. */
static int64_t promised_read(struct promise_state *state, struct item_id item)
{
    struct atp_day days[LIMIT_HORIZON_DAYS];
    uint32_t count = promise_atp(state, item, days, LIMIT_HORIZON_DAYS);
    int64_t promised = promise_on_hand(state, item) - days[count - 1].projected;
    for (uint32_t i = 0; i < count; i++) {
        promised += days[i].receipts;
    }
    return promised;
}

/* On the core's thread. */
static void on_hand_read(struct promise_state *state, int64_t now, void *context)
{
    struct import *import = context;
    (void)now;
    expected_read(state, import);
    for (uint32_t i = 0; i < import->shop->item_count; i++) {
        struct item_id item = {(uint16_t)i};
        import->on_hand_thousandths[i] = promise_on_hand(state, item);
        import->promised_thousandths[i] = promised_read(state, item);
    }
}

static enum status database_open(struct import *import, const struct exchange_format *format,
                                 struct fault *fault)
{
    const struct call *call = import->call;
    bool rehearses = format->content == FORMAT_SOLD && call_flag(call, "dry-run");
    struct engine_task question = {
        .kind = TASK_QUESTION, .question = on_hand_read, .context = import};
    enum status status =
        rehearses ? STATUS_OK : shop_write_open(call, call->operands[0], &import->write, fault);
    if (status != STATUS_OK) {
        return status;
    }
    struct engine *engine = import->write.engine;
    int64_t now = import->write.now;
    if (import->write.server != NULL || rehearses) {
        status = shop_open(call, call->operands[0], &import->open, fault);
        engine = import->open.engine;
        now = import->open.now;
    }
    if (status == STATUS_OK && rehearses) {
        status = order_desk_open(engine, call->env, &import->rehearsal, fault);
    }
    if (status != STATUS_OK) {
        return status;
    }
    import->shop = engine_shop(engine);
    import->of_requests = format->content == FORMAT_REQUESTS;
    if (import->of_requests) {
        return import_requests_open(&import->requests, call->operands[0], call->env, fault);
    }
    import->on_hand_thousandths =
        calloc(import->shop->item_count + 1, sizeof *import->on_hand_thousandths);
    import->promised_thousandths =
        calloc(import->shop->item_count + 1, sizeof *import->promised_thousandths);
    if (import->on_hand_thousandths == NULL || import->promised_thousandths == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    engine_run(engine, &question, now);
    if (question.status != STATUS_OK) {
        *fault = question.fault;
    }
    if (question.status == STATUS_OK && import->expected == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for an import");
    }
    return question.status;
}

/* A shop file is not written over: its comments are the owner's. */
static enum status file_open(struct import *import, const struct exchange_format *format,
                             struct fault *fault)
{
    const struct call *call = import->call;
    const char *to = call_value(call, "to");
    if (format->content == FORMAT_HISTORY || format->content == FORMAT_SOLD ||
        format->content == FORMAT_REQUESTS) {
        return fault_set(fault, STATUS_INVALID,
                         "a shop file has no %s; make a database with `ecluse init`, then "
                         "import the %s into it",
                         format->content == FORMAT_SOLD      ? "orders"
                         : format->content == FORMAT_HISTORY ? "history"
                                                             : "imported requests",
                         format->content == FORMAT_REQUESTS ? "requests" : "orders");
    }
    if (to == NULL && !call_flag(call, "dry-run")) {
        return fault_set(fault, STATUS_INVALID,
                         "%s is a shop file; say which file it is to become: --to NEW.yaml",
                         call->operands[0]);
    }
    if (to != NULL && access(to, F_OK) == 0) {
        return fault_set(fault, STATUS_EXISTS,
                         "--to %s: this file is there and is not written over; name another", to);
    }
    enum status status = shop_file_read(call, call->operands[0], NULL, NULL, &import->file, fault);
    import->shop = import->file;
    return status;
}

static enum status import_open(struct import *import, const struct exchange_format *format,
                               struct fault *fault)
{
    const struct call *call = import->call;
    text_init(&import->request, REQUEST_BYTES_MAX);
    text_init(&import->answer, REQUEST_BYTES_MAX);
    import_changes_open(&import->changes, import->call, call->operands[0]);
    if (shop_path_is_file(call->operands[0])) {
        return file_open(import, format, fault);
    }
    if (call_value(call, "to") != NULL) {
        return fault_set(fault, STATUS_INVALID,
                         "--to is for a shop file; a database takes the import itself");
    }
    return database_open(import, format, fault);
}

static void import_close(struct import *import)
{
    text_free(&import->request);
    text_free(&import->answer);
    import_changes_close(&import->changes);
    import_requests_close(&import->requests);
    free(import->on_hand_thousandths);
    free(import->promised_thousandths);
    free(import->expected);
    if (import->file != NULL) {
        shop_free(import->file);
    }
    order_desk_close(import->rehearsal);
    shop_close(&import->open);
    shop_write_close(&import->write);
}

static enum status import_files(struct import *import, const struct exchange_format *format,
                                struct exchange_options *to, struct exchange_report *report,
                                struct fault *fault)
{
    const struct call *call = import->call;
    const struct exchange_sink sink = {.change = sink_change,
                                       .apply = sink_apply,
                                       .history = sink_history,
                                       .sold = sink_sold,
                                       .requests = sink_requests,
                                       .progress = sink_progress,
                                       .context = import};
    struct terminal errors = output_terminal(STDERR_FILENO);
    bool given;
    enum status status = shop_now_read(call, &import->shop->zone, &to->now, &given, fault);
    if (status != STATUS_OK) {
        return status;
    }
    to->on_hand_thousandths = import->on_hand_thousandths;
    to->promised_thousandths = import->promised_thousandths;
    to->expected = import->expected;
    to->expected_count = import->expected_count;
    progress_begin(&import->progress, errors.is_terminal && errors.colour ? stderr : NULL,
                   call->operands[1], call->language == LANGUAGE_FR, errors.width,
                   call->env->ticks_ns(call->env));
    status = format->import(import->shop, call->operands[2], to, &sink, report, fault);
    progress_end(&import->progress);
    return status;
}

static void report_write(struct call *call, const struct import *import,
                         const struct exchange_report *report)
{
    struct text *out = &call->out;
    bool dry_run = call_flag(call, "dry-run");
    if (call->json) {
        exchange_report_json(report, import->shop, out);
        if (out->length > 0 && !out->overflow) {
            out->length--; /* the closing brace: more keys come */
            import_changes_json(&import->changes, out);
            text_append_string(out, "}\n");
        }
        return;
    }
    exchange_report_text(report, import->shop, call->language, out);
    if (import->rehearsal == NULL && !import->of_requests) {
        out->overflow |= !import_changes_write(&import->changes, dry_run, out);
    }
    if (import->file != NULL && !dry_run) {
        text_append_format(out, "\n%s%s\n", call_value(call, "to"),
                           import->applied ? call_say(call, " is written.", " est écrit.")
                                           : call_say(call, " is not written: nothing changes.",
                                                      " n'est pas écrit : rien ne change."));
    }
}

int import_run(struct call *call)
{
    struct fault fault;
    struct exchange_options to;
    const struct exchange_format *format = format_find(call->operands[1], &fault);
    if (format == NULL || import_options_read(call, &to, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    struct import import = {.call = call};
    struct exchange_report *report = calloc(1, sizeof *report);
    int code;
    if (report == NULL) {
        (void)fault_set(&fault, STATUS_MEMORY, "no memory for the report; free some and try again");
        return call_fault(&fault);
    }
    if (import_open(&import, format, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        enum status status = import_files(&import, format, &to, report, &fault);
        code = status == STATUS_OK ? EXIT_DONE : call_fault(&fault);
        /* What was read until a failure is worth a look too; as JSON it would be taken for success,
         * and of a file that was refused nothing was taken. */
        if (status == STATUS_OK || (status != STATUS_EXISTS && !call->json && report->rows > 0)) {
            report_write(call, &import, report);
        }
    }
    free(report);
    import_close(&import);
    return code;
}
