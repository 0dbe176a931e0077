/* ecluse staff: who works with the shop's pages, and how they come in.
 *
 * operands -> the control command "staff" (pages/control_staff.h) -> its answer. A link without a
 * name is the owner's, who is made where nobody works here yet. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/json_text.h"
#include "report/table.h"

enum { REQUEST_BYTES_MAX = 4096 };

static const struct option options[] = {
    {"role", "ROLE", false, "with add: owner, marketing, operations, packer or accountant"},
};

static const char *const examples[] = {
    "ecluse staff shop.db",
    "ecluse staff shop.db add Lou --role packer",
    "ecluse staff shop.db link",
    NULL,
};

const struct manual staff_manual = {
    .operands_min = 1,
    .operands_max = 3,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Without more it lists who may sign in at /ecluse/staff. `add` takes a name and a role and "
        "prints a\n"
        "link that opens once, within a day; at the page that it opens a password can be set. "
        "`link` prints\n"
        "another (for a forgotten password; without a name, the owner's). `token` prints a token "
        "for a\n"
        "program, sent as Authorization: Bearer; an earlier one of that name ends. `remove` ends "
        "all of it at\n"
        "once. Links and tokens are shown this once: only their hashes are kept.\n"
        "What each role may do: docs/staff.md. Exit codes: 0 done, 2 unknown name or role, 3 "
        "fault.",
    .examples = examples,
};

static const char *what_of(const struct call *call)
{
    return call->operand_count > 1 ? call->operands[1] : "list";
}

static void request_write(struct text *request, const char *what, const char *name,
                          const char *role)
{
    text_append_string(request, "{\"command\":\"staff\",");
    text_append_json_member(request, "do", what);
    if (name != NULL) {
        text_append_char(request, ',');
        text_append_json_member(request, "name", name);
    }
    if (role != NULL) {
        text_append_char(request, ',');
        text_append_json_member(request, "role", role);
    }
    text_append_char(request, '}');
}

static int ask(const struct call *call, const char *what, const char *name, const char *role,
               json_t **answer)
{
    struct text request;
    text_init(&request, REQUEST_BYTES_MAX);
    request_write(&request, what, name, role);
    int code = change_send(call, text_slice(&request), answer);
    text_free(&request);
    return code;
}

static const char *yes(const struct call *call, const json_t *person, const char *key)
{
    return json_is_true(json_object_get(person, key)) ? call_say(call, "yes", "oui") : "";
}

static bool list_show(struct call *call, const json_t *answer)
{
    const struct table_column columns[] = {
        {call_say(call, "name", "nom"), TABLE_LEFT, true},
        {call_say(call, "role", "rôle"), TABLE_LEFT, false},
        {call_say(call, "password", "mot de passe"), TABLE_LEFT, false},
        {call_say(call, "link", "lien"), TABLE_LEFT, false},
        {call_say(call, "token", "jeton"), TABLE_LEFT, false},
        {call_say(call, "sessions", "sessions"), TABLE_RIGHT, false}};
    struct table table;
    const json_t *people = json_object_get(answer, "staff");
    if (json_array_size(people) == 0) {
        text_append_string(&call->out,
                           call_say(call, "Nobody yet. For the owner: ecluse staff SHOP.db link\n",
                                    "Personne encore. Pour le propriétaire : ecluse staff SHOP.db "
                                    "link\n"));
        return true;
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < json_array_size(people); i++) {
        const json_t *person = json_array_get(people, i);
        table_cell_string(&table, json_text(person, "name"));
        table_cell_string(&table, json_text(person, "role"));
        table_cell_string(&table, yes(call, person, "password"));
        table_cell_string(&table, yes(call, person, "link"));
        table_cell_string(&table, yes(call, person, "token"));
        table_cell_format(&table, "%d",
                          (int)json_integer_value(json_object_get(person, "sessions")));
    }
    bool written = table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    table_free(&table);
    return written;
}

static bool answer_show(struct call *call, const json_t *answer)
{
    const char *name = json_text(answer, "name");
    if (json_object_get(answer, "staff") != NULL) {
        return list_show(call, answer);
    }
    if (json_object_get(answer, "link") != NULL) {
        text_append_format(&call->out,
                           call_say(call,
                                    "%s may sign in once with this link, within a day, at your "
                                    "shop's address:\n%s\n",
                                    "%s peut se connecter une fois par ce lien, dans la journée, "
                                    "à l’adresse de votre boutique :\n%s\n"),
                           name, json_text(answer, "link"));
    } else if (json_object_get(answer, "token") != NULL) {
        text_append_format(
            &call->out,
            call_say(call, "Authorization: Bearer %s\n(of %s; shown this once)\n",
                     "Authorization: Bearer %s\n(de %s ; montré cette seule fois)\n"),
            json_text(answer, "token"), name);
    } else {
        text_append_format(
            &call->out,
            call_say(call, "%s may not sign in any more.\n", "%s ne peut plus se connecter.\n"),
            name);
    }
    return true;
}

/* The first owner's link, or the first owner. */
static int owner_link(const struct call *call, json_t **answer)
{
    json_t *people = NULL;
    int code = ask(call, "list", NULL, NULL, &people);
    if (code != EXIT_DONE) {
        return code;
    }
    const json_t *list = json_object_get(people, "staff");
    const char *owner = NULL;
    for (size_t i = json_array_size(list); i > 0; i--) {
        const json_t *person = json_array_get(list, i - 1);
        owner = strcmp(json_text(person, "role"), "owner") == 0 ? json_text(person, "name") : owner;
    }
    code = owner != NULL ? ask(call, "link", owner, NULL, answer)
                         : ask(call, "add", "owner", "owner", answer);
    json_decref(people);
    return code;
}

int staff_run(struct call *call)
{
    json_t *answer = NULL;
    const char *what = what_of(call);
    const char *name = call->operand_count > 2 ? call->operands[2] : NULL;
    int code = name == NULL && strcmp(what, "link") == 0
                   ? owner_link(call, &answer)
                   : ask(call, what, name, call_value(call, "role"), &answer);
    if (code != EXIT_DONE) {
        return code;
    }
    bool shown = true;
    if (call->json) {
        change_json(call, answer);
    } else {
        shown = answer_show(call, answer);
    }
    json_decref(answer);
    return shown ? EXIT_DONE
                 : call_error(EXIT_FAULT, "no memory for the table; free some and try again");
}
