/* The shop of the database (or of a shop file), and the preset: --preset, else that of the server
 * that runs on it, else the shop file's -> rules_decide -> words. */
#include "commands/gate_explain.h"

#include "commands/shop_open.h"
#include "commands/shop_socket.h"
#include "commands/shop_write.h"
#include "gate/rules.h"

#include "base/assert.h"

#include <jansson.h>

enum { SOCKET_PATH_BYTES = 4096, ANSWER_BYTES_MAX = 65536 };

struct explained {
    const char *method, *target;
    struct rules_request request;
    enum site_preset preset;
    struct rules_verdict verdict;
    bool product;
};

static const char *const way_names[] = {[RULES_PASS] = "pass",
                                        [RULES_QUEUE] = "queue",
                                        [RULES_QUEUE_CLOSED] = "queue-or-refuse",
                                        [RULES_REFUSE] = "refuse"};
static const char *const source_names[RULES_SOURCES] = {[RULES_OF_SHOP] = "shop-file",
                                                        [RULES_OF_PRESET] = "preset",
                                                        [RULES_OF_DEFAULT] = "default",
                                                        [RULES_OF_ADDRESS] = "admin_from",
                                                        [RULES_OF_ODDITY] = "odd"};

/* ---- the question ---- */

static bool is_method(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < 'A' || *c > 'Z') {
            return false;
        }
    }
    return *text != '\0';
}

static enum status address_read(const char *from, struct rules_request *request,
                                struct fault *fault)
{
    struct site_network network;
    request->local = from != NULL && strcmp(from, "local") == 0;
    if (from == NULL || request->local) {
        return STATUS_OK;
    }
    if (!site_network_read(slice_of(from), &network)) {
        return fault_set(fault, STATUS_INVALID,
                         "--from %s: write an address such as 192.0.2.7, or local for this machine",
                         from);
    }
    request->high = network.high;
    request->low = network.high == 0 ? network.low : 0; /* of IPv6 the /64 counts */
    return STATUS_OK;
}

static enum status question_read(const struct call *call, struct explained *explained,
                                 struct fault *fault)
{
    if (call->operand_count != 3 || !is_method(call->operands[1]) || call->operands[2][0] != '/') {
        return fault_set(fault, STATUS_INVALID,
                         "--explain: write a method and a path, as in: ecluse gate SHOP.db "
                         "--explain GET '/checkout/?key=1'");
    }
    explained->method = call->operands[1];
    explained->target = call->operands[2];
    explained->request.method = site_method_bit(slice_of(explained->method));
    explained->request.path =
        slice_cut(slice_of(explained->target), '?', &explained->request.query);
    return address_read(call_value(call, "from"), &explained->request, fault);
}

/* ---- the preset ---- */

/* What the server that runs goes by. False: none runs, or it has no waiting room. */
static bool preset_of_server(const char *path, enum site_preset *preset)
{
    char socket_path[SOCKET_PATH_BYTES];
    struct shop_socket *server = NULL;
    struct fault silent;
    struct text answer;
    int http = 0;
    bool known = false;
    if (shop_socket_path(path, socket_path, sizeof socket_path, &silent) != STATUS_OK ||
        shop_socket_open(socket_path, &server, &silent) != STATUS_OK) {
        return false;
    }
    text_init(&answer, ANSWER_BYTES_MAX);
    if (shop_socket_post(server, CONTROL_PATH, SLICE("{\"command\":\"gate\"}"), &answer, &http,
                         &silent) == STATUS_OK &&
        http == 200) {
        json_t *told = json_loadb(answer.bytes, answer.length, 0, NULL);
        const char *name = json_string_value(json_object_get(told, "preset"));
        known = name != NULL && site_preset_find(name, preset);
        json_decref(told);
    }
    text_free(&answer);
    shop_socket_close(server);
    return known;
}

static enum status preset_choose(const struct call *call, const struct shop *shop,
                                 enum site_preset *preset, struct fault *fault)
{
    const char *named = call_value(call, "preset");
    if (named == NULL) {
        if (!preset_of_server(call->operands[0], preset)) {
            *preset = shop->site.preset;
        }
        return STATUS_OK;
    }
    return site_preset_find(named, preset)
               ? STATUS_OK
               : fault_set(fault, STATUS_INVALID,
                           "--preset %s: write woocommerce, prestashop or none", named);
}

/* ---- the answer ---- */

static void json_tell(struct call *call, const struct explained *explained)
{
    const struct rules_verdict *verdict = &explained->verdict;
    struct text *out = &call->out;
    text_append_char(out, '{');
    text_append_json_member(out, "method", explained->method);
    text_append_char(out, ',');
    text_append_json_member(out, "path", explained->target);
    text_append_format(out, ",\"class\":\"%s\",\"way\":\"%s\",\"source\":\"%s\",\"preset\":\"%s\"",
                       site_class_name(verdict->class), way_names[verdict->way],
                       source_names[verdict->source], site_preset_name(explained->preset));
    if (verdict->rule != NULL) {
        text_append_format(out, ",\"number\":%u,\"rule\":{", (unsigned)verdict->number);
        if (verdict->rule->path != NULL) {
            text_append_json_member(out, "path", verdict->rule->path);
        }
        text_append_string(out,
                           verdict->rule->path != NULL && verdict->rule->query != NULL ? "," : "");
        if (verdict->rule->query != NULL) {
            text_append_json_member(out, "query", verdict->rule->query);
        }
        text_append_char(out, '}');
    }
    text_append_format(out, ",\"product\":%s}\n", explained->product ? "true" : "false");
}

static const char *way_say(const struct call *call, enum rules_way way)
{
    switch (way) {
    case RULES_PASS:
        return call_say(call, "It never queues, and needs no ticket.",
                        "Elle n’attend jamais et n’a pas besoin de billet.");
    case RULES_QUEUE:
        return call_say(
            call, "It queues; where no place can be given, it is handed on to the shop.",
            "Elle attend ; si aucune place ne peut être donnée, elle est transmise à la boutique.");
    case RULES_QUEUE_CLOSED:
        return call_say(call, "It queues; where no place can be given, it is refused with 503.",
                        "Elle attend ; si aucune place ne peut être donnée, elle est refusée par "
                        "503.");
    case RULES_REFUSE:
        break;
    }
    return call_say(call, "It is refused with 403.", "Elle est refusée par 403.");
}

static void rule_tell(struct call *call, const struct explained *explained)
{
    const struct rules_verdict *verdict = &explained->verdict;
    const struct site_rule *rule = verdict->rule;
    ASSERT(rule != NULL);
    text_append_format(
        &call->out,
        verdict->source == RULES_OF_SHOP
            ? call_say(call, "Rule %u of the shop file:", "Règle %u de la boutique :")
            : call_say(call, "Rule %u of the preset %s:", "Règle %u du modèle %s :"),
        (unsigned)verdict->number, site_preset_name(explained->preset));
    text_append_format(&call->out, " %s%s%s\n", rule->path != NULL ? rule->path : "",
                       rule->query != NULL ? "?" : "", rule->query != NULL ? rule->query : "");
}

static void reason_tell(struct call *call, const struct explained *explained)
{
    switch (explained->verdict.source) {
    case RULES_OF_SHOP:
    case RULES_OF_PRESET:
        rule_tell(call, explained);
        break;
    case RULES_OF_DEFAULT:
        text_append_string(
            &call->out,
            explained->verdict.class == SITE_BROWSING
                ? call_say(call, "No rule matches: so it is browsing.\n",
                           "Aucune règle ne correspond : c’est donc browsing.\n")
                : call_say(call,
                           "No rule matches, and its method may change something: so it is "
                           "checkout.\n",
                           "Aucune règle ne correspond, et sa méthode peut modifier : c’est donc "
                           "checkout.\n"));
        break;
    case RULES_OF_ADDRESS:
        text_append_string(&call->out,
                           call_say(call, "Who asks from there is listed (site: admin_from).\n",
                                    "Cette adresse est dans la liste (site: admin_from).\n"));
        break;
    case RULES_OF_ODDITY:
        text_append_format(
            &call->out,
            call_say(call,
                     "Two programs might read this path in two ways: %s. It counts as the "
                     "strictest.\n",
                     "Deux programmes pourraient lire ce chemin de deux façons : %s. Il compte "
                     "comme le plus strict.\n"),
            path_oddity_text(explained->verdict.oddity));
        break;
    case RULES_SOURCES:
        break;
    }
}

static void text_tell(struct call *call, const struct explained *explained)
{
    text_append_format(&call->out, "%s %s: %s\n", explained->method, explained->target,
                       site_class_name(explained->verdict.class));
    text_append_format(&call->out, "%s\n", way_say(call, explained->verdict.way));
    reason_tell(call, explained);
    if (explained->product) {
        text_append_string(&call->out, call_say(call, "The preset takes it for a product's page.\n",
                                                "Le modèle y voit la page d’un produit.\n"));
    }
}

int gate_explain_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct explained explained = {.method = NULL};
    if (question_read(call, &explained, &fault) != STATUS_OK ||
        shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    if (preset_choose(call, open.shop, &explained.preset, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        const struct rules rules = {&open.shop->site, preset_of(explained.preset)};
        rules_decide(&rules, &explained.request, &explained.verdict);
        explained.product = rules_is_product(&rules, explained.request.path);
        if (call->json) {
            json_tell(call, &explained);
        } else {
            text_tell(call, &explained);
        }
    }
    shop_close(&open);
    return code;
}
