/* ecluse gate: who waits before the shop behind us, and the lever of those who run it. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/demand_text.h"
#include "commands/gate_explain.h"
#include "commands/serve_watch.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "report/table.h"

#include <math.h>

enum { REQUEST_BYTES_MAX = 32768, DEMAND_BYTES_MAX = 16384 };

static const struct option options[] = {
    {"pause", NULL, false, "let nobody in until --resume; everybody keeps the place"},
    {"resume", NULL, false, "let visitors in again"},
    {"rate", "R|none", false, "at most R visitors a second; none: what the shop file says"},
    {"close", NULL, false, "close the door until --open: all who come wait for the opening"},
    {"open", NULL, false, "open it now; with order: draw, chance says who goes in first"},
    {"consent", "KEY|none", false,
     "for an hour, agree to the `ecluse crowd` that printed this key"},
    {"purge", "PATH|PATH*|all", false,
     "forget what the cache has of a path, of all that begin so, or all of it"},
    {"explain", NULL, false, "what happens to a request, METHOD PATH, and by which rule"},
    {"from", "ADDRESS", false, "of --explain: who asks (local: this machine)"},
    {"preset", "NAME", false,
     "of --explain: woocommerce, prestashop or none, instead of what runs"},
};

static const char *const examples[] = {
    "ecluse gate shop.db",
    "ecluse gate shop.db --pause",
    "ecluse gate shop.db --resume --rate 1.5",
    "ecluse gate shop.db --close",
    "ecluse gate shop.db --open",
    "ecluse gate shop.db --consent 0123456789abcdef0123456789abcdef",
    "ecluse gate shop.db --purge '/shop*'",
    "ecluse gate shop.db --explain GET '/?wc-api=wc_stripe'",
    "ecluse gate shop.db --explain GET /wp-admin/ --from 192.0.2.7",
    NULL,
};

const struct manual gate_manual = {
    .operands_min = 1,
    .operands_max = 3,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Shows the waiting room of the server that runs with --upstream: who waits, stands at the "
        "door, is\n"
        "inside, and how many visitors a second may go in. A pause and a rate last until they are "
        "taken\n"
        "back, or the server is started again; the rate never exceeds what the shop file says.\n"
        "Before an announced opening (moments: closes_before_minutes) the door closes and opens by "
        "itself;\n"
        "closed by hand, it stays so until --open, also when the server is started again. Of a "
        "draw "
        "the\n"
        "seed's SHA-256 is shown before, the seed afterwards: everybody can check it "
        "(docs/door.md).\n"
        "Below stands what the moment's offers and those just sold sell a minute, beside how many "
        "more could\n"
        "be promised and by when: marketing's lever is the crowd, operations' are hands and "
        "stock.\n"
        "The cache answers who has no place, too: --purge is for a page that was changed and "
        "should be seen\n"
        "at once (docs/door.md).\n"
        "--explain needs no server: it says what becomes of a request by the shop file's rules and "
        "the\n"
        "preset (that of the server, if one runs).\n"
        "Exit codes: 0 done, 2 no waiting room is open, or bad usage, 3 fault.",
    .examples = examples,
};

static void row(const struct call *call, struct table *table, const char *name,
                const json_t *answer, const char *key)
{
    const json_t *value = json_object_get(answer, key);
    char shown[SHOW_BYTES];
    table_cell_string(table, name);
    if (json_is_real(value)) {
        int64_t thousandths = llround(1000 * json_real_value(value));
        table_cell_string(table, show_quantity(call->language, shown, thousandths));
    } else {
        table_cell_format(table, "%lld", (long long)json_integer_value(value));
    }
}

static void member_tell(struct call *call, const json_t *opening, const char *key,
                        const char *words)
{
    const json_t *value = json_object_get(opening, key);
    if (json_is_string(value)) {
        text_append_format(&call->out, "%s %s\n", words, json_string_value(value));
    }
}

/* The door, and how the draw can be checked. */
static void opening_tell(struct call *call, const json_t *opening)
{
    const char *state = json_string_value(json_object_get(opening, "state"));
    const json_t *count = json_object_get(opening, "count");
    if (state != NULL && strcmp(state, "closed") == 0) {
        bool announced = json_is_string(json_object_get(opening, "opens_at"));
        member_tell(call, opening, "opens_at",
                    call_say(call, "The door is closed; it opens at",
                             "La porte est fermée ; elle ouvre à"));
        text_append_string(&call->out, announced
                                           ? ""
                                           : call_say(call, "Closed: ecluse gate SHOP.db --open\n",
                                                      "Fermée : ecluse gate SHOP.db --open\n"));
    } else if (state != NULL && strcmp(state, "opening") == 0) {
        text_append_string(&call->out,
                           call_say(call, "The door opens now.\n", "La porte s’ouvre.\n"));
    }
    member_tell(call, opening, "seed_sha256",
                call_say(call, "SHA-256 of the draw's seed:", "SHA-256 de la graine du tirage :"));
    member_tell(call, opening, "seed", call_say(call, "Seed of the draw:", "Graine du tirage :"));
    if (json_is_integer(count)) {
        text_append_format(&call->out, "%s %lld\n",
                           call_say(call, "Numbers drawn:", "Numéros tirés :"),
                           (long long)json_integer_value(count));
    }
}

static void cache_tell(struct call *call, const json_t *answer)
{
    const json_t *purged = json_object_get(answer, "purged");
    if (json_is_integer(purged)) {
        text_append_format(&call->out, "%s %lld\n",
                           call_say(call, "Forgotten by the cache:", "Oubliées par le cache :"),
                           (long long)json_integer_value(purged));
    }
}

static long long count_of(const json_t *object, const char *key)
{
    return (long long)json_integer_value(json_object_get(object, key));
}

/* What needed no place, and what found none. */
static void rules_tell(struct call *call, const json_t *answer)
{
    const json_t *passed = json_object_get(answer, "passed");
    const json_t *no_place = json_object_get(answer, "no_place");
    const char *preset = json_string_value(json_object_get(answer, "preset"));
    text_append_format(&call->out, call_say(call, "Preset: %s.", "Modèle : %s."),
                       preset != NULL ? preset : "");
    text_append_format(
        &call->out,
        call_say(
            call,
            " Passed without a place: %lld assets, %lld callbacks, %lld of staff and others.\n",
            " Passées sans place : %lld ressources, %lld rappels, %lld de l’équipe et "
            "autres.\n"),
        count_of(passed, "assets"), count_of(passed, "callbacks"),
        count_of(passed, "browsing") + count_of(passed, "checkout") + count_of(passed, "admin") +
            count_of(passed, "cron"));
    if (count_of(no_place, "opened") + count_of(no_place, "closed") > 0) {
        text_append_format(&call->out,
                           call_say(call,
                                    "No place could be given: %lld handed on, %lld refused.\n",
                                    "Aucune place à donner : %lld transmises, %lld refusées.\n"),
                           count_of(no_place, "opened"), count_of(no_place, "closed"));
    }
}

static bool table_show(struct call *call, const json_t *answer)
{
    const struct table_column columns[] = {{"", TABLE_LEFT, false}, {"", TABLE_RIGHT, false}};
    struct table table;
    bool paused = json_is_true(json_object_get(answer, "paused"));
    bool watches = json_is_object(json_object_get(answer, "watch"));
    if (watches) {
        text_append_string(
            &call->out,
            call_say(call, "Nobody is held (--watch). What the waiting room would have now:\n",
                     "Personne n’est retenu (--watch). Ce que la salle d’attente aurait :\n"));
    }
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    row(call, &table, call_say(call, "waiting", "en attente"), answer, "waiting");
    row(call, &table, call_say(call, "at the door", "à la porte"), answer, "parked");
    row(call, &table, call_say(call, "inside", "dans la boutique"), answer, "inside");
    row(call, &table, call_say(call, "let in so far", "entrés jusqu’ici"), answer, "entries");
    row(call, &table, call_say(call, "asked too often", "demandes refusées car trop fréquentes"),
        answer, "limited");
    row(call, &table, call_say(call, "may go in, a second", "peuvent entrer, par seconde"), answer,
        "rate");
    row(call, &table, call_say(call, "the shop bears", "la boutique supporte"), answer, "learned");
    const json_t *cache = json_object_get(answer, "cache");
    row(call, &table, call_say(call, "answers in the cache", "réponses en cache"), cache,
        "answers");
    row(call, &table, call_say(call, "answered from it", "servies par le cache"), cache, "hits");
    bool written = table_write(&table, 0, false, &call->out);
    table_free(&table);
    if (paused) {
        text_append_string(&call->out, call_say(call, "Paused: ecluse gate SHOP.db --resume\n",
                                                "En pause : ecluse gate SHOP.db --resume\n"));
    }
    opening_tell(call, json_object_get(answer, "opening"));
    cache_tell(call, answer);
    if (watches) {
        serve_watch_tell(call, json_object_get(answer, "watch"));
    } else {
        rules_tell(call, answer);
    }
    return written;
}

static enum status request_write(const struct call *call, struct text *request, struct fault *fault)
{
    const char *rate = call_value(call, "rate");
    bool pauses = call_flag(call, "pause");
    bool resumes = call_flag(call, "resume");
    bool opens = call_flag(call, "open");
    bool closes = call_flag(call, "close");
    const char *consent = call_value(call, "consent");
    const char *purge = call_value(call, "purge");
    if (pauses && resumes) {
        return fault_set(fault, STATUS_INVALID, "--pause and --resume exclude each other");
    }
    if (opens && closes) {
        return fault_set(fault, STATUS_INVALID, "--open and --close exclude each other");
    }
    text_append_string(request, "{\"command\":\"gate\"");
    if (pauses || resumes) {
        text_append_string(request, pauses ? ",\"paused\":true" : ",\"paused\":false");
    }
    if (rate != NULL) {
        text_append_string(request, ",");
        text_append_json_member(request, "rate", rate);
    }
    if (opens || closes) {
        text_append_string(request, opens ? ",\"open\":true" : ",\"open\":false");
    }
    if (consent != NULL) {
        text_append_string(request, ",");
        text_append_json_member(request, "consent", consent);
    }
    if (purge != NULL) {
        text_append_string(request, ",");
        text_append_json_member(request, "purge", purge);
    }
    text_append_string(request, "}");
    return STATUS_OK;
}

static void demand_ask(struct promise_state *state, int64_t now, void *context)
{
    demand_fill(state, now, LIMIT_ORDER_LINES, context);
}

static void demand_put(json_t *answer, const struct shop *shop, const struct demand *demand)
{
    struct text text;
    text_init(&text, DEMAND_BYTES_MAX);
    demand_json(&text, shop, demand);
    json_object_set_new(answer, "demand", json_loadb(text.bytes, text.length, 0, NULL));
    text_free(&text);
}

static int answer_show(struct call *call, json_t *answer)
{
    struct fault fault;
    struct shop_open open;
    struct demand demand = {.count = 0};
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    bool shown = true;
    int code = EXIT_DONE;
    if (shop_ask(&open, demand_ask, &demand, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else if (call->json) {
        demand_put(answer, open.shop, &demand);
        change_json(call, answer);
    } else {
        shown = table_show(call, answer) && demand_text(call, open.shop, &demand);
    }
    shop_close(&open);
    return shown ? code
                 : call_error(EXIT_FAULT, "no memory for the table; free some and try again");
}

int gate_run(struct call *call)
{
    struct fault fault;
    struct text request;
    json_t *answer = NULL;
    if (call_flag(call, "explain")) {
        return gate_explain_run(call);
    }
    if (call->operand_count > 1 || call_value(call, "from") != NULL ||
        call_value(call, "preset") != NULL) {
        return call_error(EXIT_USAGE, "gate: METHOD PATH, --from and --preset go with --explain; "
                                      "see: ecluse gate --help");
    }
    text_init(&request, REQUEST_BYTES_MAX);
    int code = request_write(call, &request, &fault) != STATUS_OK
                   ? call_fault(&fault)
                   : change_send(call, text_slice(&request), &answer);
    code = code == EXIT_DONE ? answer_show(call, answer) : code;
    json_decref(answer);
    text_free(&request);
    return code;
}
