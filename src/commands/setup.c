/* ecluse setup: from five answers and a product export to a shop file and a first date.
 *
 *   question -> answer -> checked at once (the products by a dry import into a shop of defaults)
 *   five answers -> setup_shop_write -> shop_read -> import of the products -> setup_comment
 *     -> shop_read again -> the file -> shop_open -> what date its first product would get
 *
 * Nothing is written before the last answer, and never over a file that is there. */
#include "base/decimal.h"
#include "commands/commands.h"
#include "commands/quote.h"
#include "commands/setup_ask.h"
#include "commands/setup_file.h"
#include "commands/shop_open.h"
#include "commands/show.h"
#include "exchange/exchange.h"
#include "model/currency.h"
#include "model/shop_read.h"
#include "report/table.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option options[] = {
    {"name", "TEXT", false, "the company's name (default: My shop)"},
    {"currency", "CODE", false, "of all money, ISO 4217 (default: EUR)"},
    {"time-zone", "ZONE", false,
     "whose hours these are, as Europe/Paris (default: the computer's; Europe/Paris where that is "
     "UTC)"},
    {"combinations", "FILE", false, "PrestaShop: the combinations of the products"},
    {"net-prices", NULL, false, "the export's prices are without VAT"},
    {"vat-rate", "PERCENT", false, "VAT of the products (default: 20)"},
    {"answers", "FILE", false, "answers from a file, one a line, instead of standard input"},
};

static const char *const examples[] = {
    "ecluse setup my-shop.yaml",
    "ecluse setup boutique.yaml --lang fr",
    "ecluse setup my-shop.yaml --answers answers.txt --json",
    NULL,
};

const struct manual setup_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Asks five questions (a product export of WooCommerce, Shopify or PrestaShop, or none; "
            "who packs and\n"
            "when; the supplier's days; cash; parcels an hour), checks each answer at once, writes "
            "a commented shop\n"
            "file and says what date its first product would get now. Enter takes what stands in "
            "brackets. Without a\n"
            "terminal, answers are lines of standard input; lines that are missing count as Enter. "
            "A file that is\n"
            "there is never written over.\n"
            "Exit codes: 0 written, 2 a wrong answer or the file is there, 3 fault.",
    .examples = examples,
};

struct setup {
    struct call *call;
    struct setup_dialogue dialogue;
    struct setup_shop shop;
    struct setup_answers answers;
    const struct exchange_format *format; /* of the products; NULL: none */
    struct exchange_report report;
    char zone_name[PATH_MAX]; /* that of the computer */
    struct text text;         /* the shop file */
    int64_t now;
};

/* ---- the shop without answers ---- */

/* "/usr/share/zoneinfo/Europe/Paris" is Europe/Paris. A server that runs on UTC says nothing about
 * the shop. */
static const char *zone_default(char name[PATH_MAX])
{
    static const char folder[] = "/zoneinfo/";
    char target[PATH_MAX];
    const char *given = getenv("TZ");
    ssize_t length = readlink("/etc/localtime", target, sizeof target - 1);
    const char *found = given != NULL && given[0] != '\0' ? given : NULL;
    if (found == NULL && length > 0) {
        target[length] = '\0';
        const char *at = strstr(target, folder);
        found = at != NULL ? at + sizeof folder - 1 : NULL;
    }
    struct zone zone;
    struct fault fault;
    bool usable = found != NULL && strchr(found, '/') != NULL && found[0] != ':' &&
                  strncmp(found, "Etc/", 4) != 0 &&
                  env_zone_around(found, 0, &zone, &fault) == STATUS_OK;
    (void)snprintf(name, PATH_MAX, "%s", usable ? found : "Europe/Paris");
    return name;
}

static enum status shop_set(struct setup *setup, struct fault *fault)
{
    const struct call *call = setup->call;
    const char *name = call_value(call, "name");
    const char *currency = call_value(call, "currency");
    const char *zone = call_value(call, "time-zone");
    struct zone rules;
    bool given;
    setup->shop = (struct setup_shop){
        .name = name != NULL ? name : call_say(call, "My shop", "Ma boutique"),
        .currency = currency != NULL ? currency : "EUR",
        .zone = zone != NULL ? zone : zone_default(setup->zone_name),
        .language = call->language,
    };
    if (strlen(setup->shop.name) > LIMIT_LABEL_BYTES ||
        utf8_has_control(slice_of(setup->shop.name))) {
        return fault_set(fault, STATUS_INVALID, "--name: one line of at most %d bytes",
                         LIMIT_LABEL_BYTES);
    }
    if (!currency_decimals(slice_of(setup->shop.currency), &setup->answers.currency_decimals)) {
        return fault_set(fault, STATUS_INVALID,
                         "--currency %s: this is no currency; give its ISO 4217 code, as EUR",
                         setup->shop.currency);
    }
    enum status status =
        env_zone_around(setup->shop.zone, call->env->now(call->env), &rules, fault);
    return status == STATUS_OK ? shop_now_read(call, &rules, &setup->now, &given, fault) : status;
}

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

static enum status text_read(const struct setup *setup, const struct text *text, struct shop **shop,
                             struct fault *fault)
{
    const struct zone_source zones = {.load = zone_load};
    if (text->overflow) {
        return fault_set(fault, STATUS_LIMIT,
                         "the shop file would be over 32 MB; take a smaller product export");
    }
    return shop_read(text_slice(text), setup->call->operands[0], &zones, setup->now, shop, fault);
}

/* ---- the products ---- */

static enum status sink_apply(void *context, struct slice shop_text, struct fault *fault)
{
    struct setup *setup = context;
    (void)fault;
    text_clear(&setup->text);
    text_append_slice(&setup->text, shop_text);
    return STATUS_OK;
}

static enum status products_import(struct setup *setup, const struct setup_answers *answers,
                                   const struct shop *shop, bool dry_run, struct fault *fault)
{
    const struct call *call = setup->call;
    const struct exchange_sink sink = {.apply = sink_apply, .context = setup};
    struct exchange_options to;
    int64_t vat = -1;
    exchange_options_init(&to);
    if (call_thousandths(call, "vat-rate", 0, (int64_t)100 * THOUSAND, &vat, fault) != STATUS_OK) {
        return fault->status;
    }
    to.vat_thousandths = (int32_t)vat;
    to.combinations = call_value(call, "combinations");
    to.prices_without_vat = call_flag(call, "net-prices");
    to.supplier = answers->supplier_days >= 0 ? setup_supplier(setup->shop.language) : NULL;
    to.now = setup->now;
    to.dry_run = dry_run;
    return setup->format->import(shop, answers->products, &to, &sink, &setup->report, fault);
}

/* The shop of these answers, with its products in setup->text. A dry run leaves them out. */
static enum status shop_make(struct setup *setup, const struct setup_answers *answers, bool dry_run,
                             struct fault *fault)
{
    struct shop *shop = NULL;
    text_clear(&setup->text);
    setup_shop_write(&setup->shop, answers, &setup->text);
    enum status status = text_read(setup, &setup->text, &shop, fault);
    if (status != STATUS_OK) {
        return status;
    }
    text_clear(&setup->text);
    status = shop_write(shop, &setup->text, fault);
    if (status == STATUS_OK && setup->format != NULL) {
        status = products_import(setup, answers, shop, dry_run, fault);
    }
    shop_free(shop);
    return status;
}

/* Is the file one of products, and does something come of it? */
static enum status products_check(void *context, struct setup_answers *answers, struct fault *fault)
{
    struct setup *setup = context;
    setup->format = NULL;
    if (answers->products[0] == '\0') {
        return STATUS_OK;
    }
    enum status status = exchange_format_detect(answers->products, &setup->format, fault);
    if (status == STATUS_OK) {
        status = shop_make(setup, answers, true, fault);
    }
    if (status == STATUS_OK && setup->report.tallies[TAKEN_OFFER_NEW].count == 0) {
        status = fault_set(fault, STATUS_INVALID,
                           "%s: no product of it can be taken; see why with: ecluse import SHOP %s "
                           "%s --dry-run",
                           answers->products, setup->format->name, answers->products);
    }
    return status;
}

/* What became of the file's rows, right after its question. */
static void products_say(struct setup *setup, const struct shop *shop)
{
    struct text said;
    if (setup->format == NULL || setup->call->json) {
        return;
    }
    text_init(&said, SETUP_ANSWER_BYTES * 64);
    text_append_format(&said, "\n%s: ", setup->format->name);
    exchange_report_text(&setup->report, shop, setup->call->language, &said);
    text_append_char(&said, '\n');
    setup_say(&setup->dialogue, text_slice(&said));
    text_free(&said);
}

/* ---- the questions ---- */

static enum status answers_ask(struct setup *setup, struct fault *fault)
{
    struct setup_check check = {products_check, setup};
    struct setup_answers *answers = &setup->answers;
    struct text said;
    char why[SETUP_ANSWER_BYTES];
    text_init(&said, SETUP_ANSWER_BYTES);
    text_append_format(
        &said,
        call_say(setup->call,
                 "Five questions; Enter takes what stands in brackets. Nothing is written before "
                 "the last answer.\nHours are those of %s (--time-zone), money is in %s "
                 "(--currency).\n\n",
                 "Cinq questions ; Entrée prend ce qui est entre crochets. Rien n'est écrit avant "
                 "la dernière réponse.\nHeures de %s (--time-zone), montants en %s "
                 "(--currency).\n\n"),
        setup->shop.zone, setup->shop.currency);
    setup_say(&setup->dialogue, text_slice(&said));
    text_free(&said);
    /* The products are tried in a shop of defaults. */
    for (int question = 0; question < SETUP_QUESTIONS; question++) {
        (void)setup_answer_read(answers, (enum setup_question)question, (struct slice){"", 0},
                                setup->call->language, why, sizeof why);
    }
    enum status status = STATUS_OK;
    for (int question = 0; question < SETUP_QUESTIONS && status == STATUS_OK; question++) {
        status = setup_ask(&setup->dialogue, (enum setup_question)question,
                           question == SETUP_PRODUCTS ? &check : NULL, answers, fault);
        if (status == STATUS_OK && question == SETUP_PRODUCTS) {
            static const struct shop no_shop; /* the report names dates of history only */
            products_say(setup, &no_shop);
        }
    }
    return status;
}

/* ---- the file and its first date ---- */

static enum status file_write(struct setup *setup, struct fault *fault)
{
    struct text commented;
    struct shop *shop = NULL;
    text_init(&commented, LIMIT_SHOP_FILE_BYTES);
    setup_comment(text_slice(&setup->text), &setup->shop, &setup->answers, &commented);
    enum status status = text_read(setup, &commented, &shop, fault);
    if (status == STATUS_OK) {
        shop_free(shop);
        status = env_file_write(setup->call->operands[0], commented.bytes, commented.length, false,
                                fault);
    }
    text_free(&commented);
    return status;
}

/* The first that is shipped and in stock; else the first. */
static struct offer_id offer_first(const struct shop *shop)
{
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        const struct offer *offer = &shop->offers[i];
        bool there = offer->component_count == 0 ||
                     shop->items[offer->components[0].item.index].on_hand_thousandths >= THOUSAND;
        if (!offer->on_site && there) {
            return (struct offer_id){(uint16_t)i};
        }
    }
    return (struct offer_id){0};
}

static void written_say(struct setup *setup, const struct shop *shop, struct offer_id first)
{
    struct call *call = setup->call;
    const char *path = call->operands[0];
    if (call->json) {
        text_append_string(&call->out, "{");
        text_append_json_member(&call->out, "file", path);
        text_append_format(&call->out, ",\"offers\":%u,\"items\":%u,", shop->offer_count,
                           shop->item_count);
        text_append_json_member(&call->out, "currency", setup->shop.currency);
        text_append_char(&call->out, ',');
        text_append_json_member(&call->out, "time_zone", setup->shop.zone);
        text_append_char(&call->out, ',');
        text_append_json_member(&call->out, "format",
                                setup->format != NULL ? setup->format->name : NULL);
        text_append_string(&call->out, ",\"products\":");
        if (setup->format != NULL) {
            exchange_report_json(&setup->report, shop, &call->out);
        } else {
            text_append_string(&call->out, "null");
        }
        text_append_char(&call->out, ',');
        text_append_json_member(&call->out, "offer", shop->offers[first.index].name);
        text_append_string(&call->out, ",\"quote\":");
        return;
    }
    char offers[SHOW_BYTES];
    char items[SHOW_BYTES];
    text_append_format(&call->out, "\n%s%s: %s, %s.\n\n", path,
                       call_say(call, " is written", " est écrit"),
                       show_count(call->language, offers, shop->offer_count, "offer", "offre"),
                       show_count(call->language, items, shop->item_count, "item", "article"));
    text_append_format(
        &call->out, "%s %s (%s):\n", call_say(call, "Ordered now,", "Commandé maintenant,"),
        shop->offers[first.index].label.text[call->language], shop->offers[first.index].name);
}

static void next_say(struct setup *setup, const char *offer)
{
    struct call *call = setup->call;
    const char *path = call->operands[0];
    if (call->json) {
        /* The quote's own line ends before the brace. */
        if (call->out.length > 0 && call->out.bytes[call->out.length - 1] == '\n') {
            call->out.length--;
        }
        text_append_string(&call->out, "}\n");
        return;
    }
    const struct table_column columns[] = {{"", TABLE_LEFT, false}, {"", TABLE_LEFT, false}};
    struct table table;
    table_init(&table, columns, 2);
    table_cell_format(&table, "  ecluse quote %s %s --explain", path, offer);
    table_cell_string(&table, call_say(call, "the way to this date", "le chemin vers cette date"));
    table_cell_format(&table, "  ecluse init shop.db %s", path);
    table_cell_string(&table,
                      call_say(call, "a database from the file", "une base tirée du fichier"));
    table_cell_string(&table, "  ecluse serve shop.db");
    table_cell_string(&table, call_say(call, "the store, at http://127.0.0.1:8080",
                                       "la boutique, sur http://127.0.0.1:8080"));
    text_append_format(&call->out, "\n%s\n", call_say(call, "Next", "Ensuite"));
    call->out.overflow |= !table_write(&table, 0, false, &call->out);
    table_free(&table);
}

static int date_say(struct setup *setup)
{
    struct fault fault;
    struct shop_open open;
    if (shop_open(setup->call, setup->call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    const struct promise_line line = {offer_first(open.shop), THOUSAND};
    written_say(setup, open.shop, line.offer);
    int code = quote_answer(setup->call, &open, &line, 1);
    if (code == EXIT_DONE || code == EXIT_NO) { /* the file is written either way */
        next_say(setup, open.shop->offers[line.offer.index].name);
        code = EXIT_DONE;
    }
    shop_close(&open);
    return code;
}

/* ---- the command ---- */

static enum status path_check(const char *path, struct fault *fault)
{
    if (!shop_path_is_file(path)) {
        return fault_set(fault, STATUS_INVALID,
                         "%s: the name of a shop file ends in .yaml, as shop.yaml", path);
    }
    if (access(path, F_OK) == 0) {
        return fault_set(fault, STATUS_EXISTS,
                         "%s is there and is not written over; name another file, or move it away",
                         path);
    }
    return STATUS_OK;
}

static enum status setup_write(struct setup *setup, struct fault *fault)
{
    enum status status = path_check(setup->call->operands[0], fault);
    if (status == STATUS_OK) {
        status = shop_set(setup, fault);
    }
    if (status == STATUS_OK) {
        status = setup_dialogue_open(&setup->dialogue, setup->call,
                                     call_value(setup->call, "answers"), fault);
    }
    if (status == STATUS_OK) {
        status = answers_ask(setup, fault);
    }
    if (status == STATUS_OK) {
        status = shop_make(setup, &setup->answers, false, fault);
    }
    return status == STATUS_OK ? file_write(setup, fault) : status;
}

int setup_run(struct call *call)
{
    struct fault fault;
    struct setup *setup = calloc(1, sizeof *setup);
    if (setup == NULL) {
        (void)fault_set(&fault, STATUS_MEMORY, "no memory to set up a shop; free some");
        return call_fault(&fault);
    }
    setup->call = call;
    text_init(&setup->text, LIMIT_SHOP_FILE_BYTES);
    int code = setup_write(setup, &fault) == STATUS_OK ? date_say(setup) : call_fault(&fault);
    setup_dialogue_close(&setup->dialogue);
    text_free(&setup->text);
    free(setup);
    return code;
}
