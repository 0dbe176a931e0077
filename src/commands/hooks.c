/* ecluse hooks: who is told what happens, and how the deliveries stand.
 *
 * It writes SHOP.db.hooks itself, also beside a server that runs: that file takes several writers,
 * and the server sees within a tenth of a second what was changed (docs/decisions/0023). */
#include "commands/commands.h"
#include "commands/shop_open.h"
#include "hooks/gather.h"
#include "hooks/sender.h"
#include "report/table.h"

#include "base/decimal.h"

#include <stdio.h>

enum { TEST_BODY_BYTES = 512, KINDS_BYTES = 512, ID_RANDOM_BYTES = 8 };

static const struct option options[] = {
    {"events", "LIST", false,
     "add: these kinds, as order.shipped,offer.sold_out; or all (default: no order.held, "
     "order.expired)"},
    {"nearby", NULL, false,
     "add: the receiver is on this machine or in its network: http:// and private addresses"},
};

static const char *const examples[] = {
    "ecluse hooks shop.db add https://erp.example/hooks/ecluse",
    "ecluse hooks shop.db add http://127.0.0.1:9000/ --nearby --events order.shipped",
    "ecluse hooks shop.db",
    "ecluse hooks shop.db test 1",
    "ecluse hooks shop.db rotate 1",
    "ecluse hooks shop.db dead",
    "ecluse hooks shop.db retry all",
    "ecluse hooks shop.db remove 2",
    NULL,
};

const struct manual hooks_manual = {
    .operands_min = 1,
    .operands_max = 3,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Outgoing webhooks, signed as the Standard Webhooks specification says (docs/hooks.md):\n"
        "  list           the endpoints and how their deliveries stand (also without a word)\n"
        "  add URL        a new endpoint; its secret is shown this once\n"
        "  rotate N       a new secret for endpoint N; for a day the old one signs beside it\n"
        "  test N         sends one message now and says what was answered\n"
        "  dead           messages that were given up, and why\n"
        "  retry ID|all   sends them again\n"
        "  enable N       an endpoint that was disabled gets messages from now on\n"
        "  remove N       forgets it, and all that waits for it\n"
        "A new endpoint gets what happens from now on. While `serve` runs, messages leave within "
        "a\n"
        "fraction of a second; what happens without it is sent when it starts. The endpoints stand "
        "in\n"
        "SHOP.db.hooks beside the database (mode 0600), which no backup and no export carries.\n"
        "Exit codes: 0 done, 1 the test did not arrive, 2 bad usage, no such endpoint or message, "
        "3 fault.",
    .examples = examples,
};

struct desk {
    struct call *call;
    const char *database;
    const char *argument; /* NULL: none */
    struct hook_store store;
    struct hook_endpoint endpoints[LIMIT_HOOK_ENDPOINTS];
    uint32_t count;
    struct fault fault;
};

static enum status store_said(struct desk *desk, enum status status)
{
    return status == STATUS_OK ? status
                               : fault_set(&desk->fault, status, "%s", desk->store.fault.text);
}

static int desk_fault(struct desk *desk)
{
    return call_fault(&desk->fault);
}

/* The endpoint that the argument names; NULL with a fault. */
static struct hook_endpoint *endpoint_named(struct desk *desk)
{
    int64_t number = 0;
    bool read =
        desk->argument != NULL && decimal_read(slice_of(desk->argument), 0, &number) == DECIMAL_OK;
    for (uint32_t i = 0; read && i < desk->count; i++) {
        if (desk->endpoints[i].number == number) {
            return &desk->endpoints[i];
        }
    }
    (void)fault_set(
        &desk->fault, STATUS_INVALID, "%s is no endpoint; see their numbers with: ecluse hooks %s",
        desk->argument != NULL ? desk->argument : "without a number there", desk->database);
    return NULL;
}

/* It gets what happens from now on; if nobody was listening, the journal is read from its end. */
static enum status endpoint_begin(struct desk *desk, struct hook_endpoint *endpoint)
{
    struct gather gather;
    struct hook_place end;
    bool alone = true;
    for (uint32_t i = 0; i < desk->count; i++) {
        alone = alone && desk->endpoints[i].disabled[0] != '\0';
    }
    enum status status = gather_open(desk->database, desk->call->env, &gather, &desk->fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = gather_end(&gather, &end);
    desk->fault = gather.fault;
    gather_close(&gather);
    if (status == STATUS_OK) {
        endpoint->from_sequence = end.sequence;
        status = store_said(desk, hook_store_message_last(&desk->store, &endpoint->cursor));
    }
    if (status == STATUS_OK && alone) {
        status = store_said(desk, hook_store_put_place(&desk->store, &end));
    }
    return status;
}

/* ---- list ---- */

static void endpoint_json(struct desk *desk, const struct hook_endpoint *endpoint,
                          const struct hook_standing *standing)
{
    struct text *out = &desk->call->out;
    text_append_format(out, "{\"endpoint\":%lld,", (long long)endpoint->number);
    text_append_json_member(out, "url", endpoint->url);
    text_append_string(out, ",\"events\":\"");
    hook_kinds_write(out, endpoint->kinds);
    text_append_format(out, "\",\"nearby\":%s,\"waiting\":%lld,\"behind\":%lld,\"dead\":%lld,",
                       endpoint->nearby ? "true" : "false", (long long)standing->waiting,
                       (long long)standing->behind, (long long)standing->dead);
    text_append_json_member(out, "disabled",
                            endpoint->disabled[0] != '\0' ? endpoint->disabled : NULL);
    text_append_char(out, ',');
    text_append_json_member(out, "error", endpoint->error[0] != '\0' ? endpoint->error : NULL);
    text_append_char(out, '}');
}

static const char *endpoint_state(const struct call *call, const struct hook_endpoint *endpoint)
{
    if (endpoint->disabled[0] != '\0') {
        return endpoint->disabled;
    }
    return endpoint->error[0] != '\0' ? endpoint->error : call_say(call, "well", "bien");
}

static void endpoint_row(struct desk *desk, struct table *table,
                         const struct hook_endpoint *endpoint, const struct hook_standing *standing)
{
    int64_t pending = standing->waiting + standing->behind;
    table_cell_format(table, "%lld", (long long)endpoint->number);
    table_cell_string(table, endpoint->url);
    table_cell_format(table, "%lld", (long long)pending);
    table_cell_format(table, "%lld", (long long)standing->dead);
    table_cell_string(table, endpoint_state(desk->call, endpoint));
}

static int list(struct desk *desk)
{
    struct call *call = desk->call;
    const struct table_column columns[] = {
        {"", TABLE_RIGHT, false},
        {"URL", TABLE_LEFT, true},
        {call_say(call, "pending", "en attente"), TABLE_RIGHT, false},
        {call_say(call, "dead", "abandonnés"), TABLE_RIGHT, false},
        {call_say(call, "state", "état"), TABLE_LEFT, true}};
    struct table table;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    text_append_string(&call->out, call->json ? "{\"endpoints\":[" : "");
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < desk->count && status == STATUS_OK; i++) {
        struct hook_standing standing = {.waiting = 0};
        status =
            store_said(desk, hook_store_standing(&desk->store, &desk->endpoints[i], &standing));
        if (call->json) {
            text_append_string(&call->out, i == 0 ? "" : ",");
            endpoint_json(desk, &desk->endpoints[i], &standing);
        } else {
            endpoint_row(desk, &table, &desk->endpoints[i], &standing);
        }
    }
    bool written = call->json || table_write(&table, call->terminal.width, false, &call->out);
    text_append_string(&call->out, call->json ? "]}\n" : "");
    table_free(&table);
    if (status == STATUS_OK && !written) {
        status = fault_set(&desk->fault, STATUS_MEMORY, "no memory for the table; free some");
    }
    return status == STATUS_OK ? EXIT_DONE : desk_fault(desk);
}

/* ---- add, rotate, enable, remove ---- */

static void secret_tell(struct desk *desk, const struct hook_endpoint *endpoint)
{
    char secret[HOOK_SECRET_TEXT_BYTES];
    struct call *call = desk->call;
    hook_secret_write(secret, endpoint->secret);
    if (call->json) {
        text_append_format(&call->out, "{\"endpoint\":%lld,\"secret\":\"%s\"}\n",
                           (long long)endpoint->number, secret);
    } else {
        text_append_format(
            &call->out,
            call_say(call, "Endpoint %lld. Its secret, shown this once:\n%s\n",
                     "Destination %lld. Son secret, montré cette seule fois :\n%s\n"),
            (long long)endpoint->number, secret);
    }
}

static enum status add_check(struct desk *desk, struct hook_endpoint *endpoint)
{
    struct slice wrong;
    const char *kinds = call_value(desk->call, "events");
    endpoint->nearby = call_flag(desk->call, "nearby");
    endpoint->kinds = hook_kinds_default();
    if (desk->argument == NULL) {
        return fault_set(&desk->fault, STATUS_INVALID, "say where: ecluse hooks %s add URL",
                         desk->database);
    }
    if (kinds != NULL && !hook_kinds_read(slice_of(kinds), &endpoint->kinds, &wrong)) {
        return fault_set(&desk->fault, STATUS_INVALID,
                         "--events: \"%.*s\" is no kind of message; docs/hooks.md lists them",
                         (int)wrong.length, wrong.data);
    }
    if (desk->count == LIMIT_HOOK_ENDPOINTS) {
        return fault_set(&desk->fault, STATUS_LIMIT,
                         "there are %d endpoints already; remove one first", LIMIT_HOOK_ENDPOINTS);
    }
    return hook_url_check(desk->argument, endpoint->nearby, &desk->fault);
}

static int add(struct desk *desk)
{
    struct hook_endpoint endpoint = {.number = 0};
    enum status status = add_check(desk, &endpoint);
    if (status == STATUS_OK) {
        (void)snprintf(endpoint.url, sizeof endpoint.url, "%s", desk->argument);
        status = endpoint_begin(desk, &endpoint);
    }
    if (status == STATUS_OK) {
        desk->call->env->entropy(desk->call->env, endpoint.secret, sizeof endpoint.secret);
        status = store_said(desk, hook_store_add(&desk->store, &endpoint));
    }
    if (status == STATUS_OK) {
        secret_tell(desk, &endpoint);
    }
    return status == STATUS_OK ? EXIT_DONE : desk_fault(desk);
}

static int rotate(struct desk *desk)
{
    struct hook_endpoint *endpoint = endpoint_named(desk);
    if (endpoint == NULL) {
        return desk_fault(desk);
    }
    memcpy(endpoint->old_secret, endpoint->secret, sizeof endpoint->old_secret);
    endpoint->old_until = desk->call->env->now(desk->call->env) + LIMIT_HOOK_ROTATE_SECONDS;
    desk->call->env->entropy(desk->call->env, endpoint->secret, sizeof endpoint->secret);
    if (store_said(desk, hook_store_put(&desk->store, endpoint)) != STATUS_OK) {
        return desk_fault(desk);
    }
    secret_tell(desk, endpoint);
    return EXIT_DONE;
}

static int enable(struct desk *desk)
{
    struct hook_endpoint *endpoint = endpoint_named(desk);
    if (endpoint == NULL) {
        return desk_fault(desk);
    }
    if (endpoint->disabled[0] == '\0') {
        return EXIT_DONE;
    }
    enum status status = endpoint_begin(desk, endpoint);
    endpoint->disabled[0] = '\0';
    endpoint->error[0] = '\0';
    if (status == STATUS_OK) {
        status = store_said(desk, hook_store_put(&desk->store, endpoint));
    }
    return status == STATUS_OK ? EXIT_DONE : desk_fault(desk);
}

static int drop(struct desk *desk)
{
    const struct hook_endpoint *endpoint = endpoint_named(desk);
    enum status status = desk->fault.status;
    if (endpoint != NULL) {
        status = store_said(desk, hook_store_remove(&desk->store, endpoint->number));
    }
    return status == STATUS_OK ? EXIT_DONE : desk_fault(desk);
}

/* ---- test ---- */

static int test(struct desk *desk)
{
    char id[HOOK_ID_BYTES];
    uint64_t random = 0;
    struct text body;
    struct hook_outcome outcome;
    struct call *call = desk->call;
    const struct hook_endpoint *endpoint = endpoint_named(desk);
    if (endpoint == NULL) {
        return desk_fault(desk);
    }
    int64_t now = call->env->now(call->env);
    call->env->entropy(call->env, &random, sizeof random);
    (void)snprintf(id, sizeof id, "msg_%s_test_%016llx", desk->store.salt,
                   (unsigned long long)random);
    text_init(&body, TEST_BODY_BYTES);
    hook_body_begin(&body, HOOK_TEST, now);
    text_append_format(&body, "{\"endpoint\":%lld}}", (long long)endpoint->number);
    const struct hook_request request = {endpoint, id, now, text_slice(&body)};
    sender_once(&request, &outcome);
    text_free(&body);
    if (!hook_arrived(&outcome)) {
        return call_error(EXIT_NO, "%s: %s", endpoint->url, outcome.error);
    }
    text_append_format(&call->out,
                       call->json ? "{\"status\":%d}\n"
                                  : call_say(call, "It arrived; the answer was %d.\n",
                                             "Arrivé ; la réponse : %d.\n"),
                       outcome.status);
    return EXIT_DONE;
}

/* ---- dead, retry ---- */

struct dead_list {
    struct desk *desk;
    uint32_t count;
};

static void dead_tell(void *context, const struct hook_waiting *waiting)
{
    char id[HOOK_ID_BYTES];
    char at[32];
    struct dead_list *list = context;
    struct text *out = &list->desk->call->out;
    hook_message_id(&list->desk->store, waiting->message.number, id);
    (void)instant_write_utc(at, waiting->message.at);
    if (list->desk->call->json) {
        text_append_format(out, "%s{\"id\":\"%s\",\"endpoint\":%lld,\"type\":\"%s\",\"at\":\"%s\",",
                           list->count == 0 ? "" : ",", id, (long long)waiting->endpoint,
                           hook_kind_text(waiting->message.kind), at);
        text_append_format(out, "\"tries\":%u,", waiting->tries);
        text_append_json_member(out, "error", waiting->error);
        text_append_char(out, '}');
    } else {
        text_append_format(out, "%s  %lld  %s  %s  %s\n", id, (long long)waiting->endpoint,
                           hook_kind_text(waiting->message.kind), at, waiting->error);
    }
    list->count++;
}

static int dead(struct desk *desk)
{
    struct call *call = desk->call;
    struct dead_list told = {.desk = desk};
    text_append_string(&call->out, call->json ? "{\"dead\":[" : "");
    enum status status = store_said(desk, hook_store_dead(&desk->store, dead_tell, &told));
    text_append_string(&call->out, call->json ? "]}\n" : "");
    if (!call->json && told.count == 0) {
        text_append_string(&call->out,
                           call_say(call, "No dead letters.\n", "Aucun message abandonné.\n"));
    }
    return status == STATUS_OK ? EXIT_DONE : desk_fault(desk);
}

static int retry(struct desk *desk)
{
    int64_t number = 0;
    int64_t count = 0;
    struct call *call = desk->call;
    bool all = desk->argument != NULL && strcmp(desk->argument, "all") == 0;
    bool read = all || (desk->argument != NULL &&
                        hook_message_number(&desk->store, slice_of(desk->argument), &number));
    enum status status =
        !read ? STATUS_OK
              : store_said(desk, hook_store_revive(&desk->store, number, call->env->now(call->env),
                                                   &count));
    if (status == STATUS_OK && count == 0 && !all) {
        status = fault_set(&desk->fault, STATUS_INVALID,
                           "%s is no dead letter; see them with: ecluse hooks %s dead",
                           desk->argument != NULL ? desk->argument : "nothing", desk->database);
    }
    if (status != STATUS_OK) {
        return desk_fault(desk);
    }
    text_append_format(
        &call->out,
        call->json ? "{\"again\":%lld}\n"
                   : call_say(call, "%lld will be sent again.\n", "%lld seront renvoyés.\n"),
        (long long)count);
    return EXIT_DONE;
}

/* ---- the command ---- */

static const struct {
    const char *word;
    int (*run)(struct desk *desk);
    bool argument;
    bool alone; /* it may take long: in no transaction */
} words[] = {
    {"list", list, false, false},    {"add", add, true, false},     {"rotate", rotate, true, false},
    {"test", test, true, true},      {"dead", dead, false, false},  {"retry", retry, true, false},
    {"enable", enable, true, false}, {"remove", drop, true, false},
};

static int word_run(struct desk *desk, uint32_t word)
{
    bool alone = words[word].alone;
    if (!alone && store_said(desk, hook_store_begin(&desk->store)) != STATUS_OK) {
        return desk_fault(desk);
    }
    int code = EXIT_DONE;
    if (store_said(desk, hook_store_endpoints(&desk->store, desk->endpoints, &desk->count)) !=
        STATUS_OK) {
        code = desk_fault(desk);
    } else {
        code = words[word].run(desk);
    }
    if (code == EXIT_DONE && !alone &&
        store_said(desk, hook_store_commit(&desk->store)) != STATUS_OK) {
        code = desk_fault(desk);
    }
    hook_store_rollback(&desk->store);
    return code;
}

/* No endpoint was ever added. */
static int nobody(struct desk *desk, uint32_t word)
{
    struct call *call = desk->call;
    if (words[word].argument) {
        return call_error(EXIT_USAGE,
                          "there is no endpoint yet; add one with: ecluse hooks %s add URL",
                          desk->database);
    }
    if (call->json) {
        text_append_format(&call->out, "{\"%s\":[]}\n",
                           words[word].run == list ? "endpoints" : "dead");
    } else {
        text_append_format(&call->out,
                           call_say(call, "No endpoint yet: ecluse hooks %s add URL\n",
                                    "Pas encore de destination : ecluse hooks %s add URL\n"),
                           desk->database);
    }
    return EXIT_DONE;
}

static int desk_run(struct desk *desk, uint32_t word)
{
    bool make = words[word].run == add;
    if (shop_database_check(desk->database, &desk->fault) != STATUS_OK) {
        return desk_fault(desk);
    }
    if (!make && !hook_store_is_there(desk->database)) {
        return nobody(desk, word);
    }
    if (hook_store_open(desk->database, make, desk->call->env, &desk->store, &desk->fault) !=
        STATUS_OK) {
        return desk_fault(desk);
    }
    int code = word_run(desk, word);
    hook_store_close(&desk->store);
    return code;
}

int hooks_run(struct call *call)
{
    const char *typed = call->operand_count > 1 ? call->operands[1] : "list";
    uint32_t word = 0;
    while (word < sizeof words / sizeof words[0] && strcmp(words[word].word, typed) != 0) {
        word++;
    }
    if (word == sizeof words / sizeof words[0]) {
        return call_error(
            EXIT_USAGE, "%s: write list, add, rotate, test, dead, retry, enable or remove", typed);
    }
    if (!words[word].argument && call->operand_count > 2) {
        return call_error(EXIT_USAGE, "%s takes nothing after it", typed);
    }
    struct desk desk = {.call = call,
                        .database = call->operands[0],
                        .argument = call->operand_count > 2 ? call->operands[2] : NULL};
    return desk_run(&desk, word);
}
