/* ecluse purchases: what is to be bought, what is on its way, and what is done about it.
 *
 *   purchases SHOP                    the list           (purchases_list.h)
 *   purchases SHOP.db ACTION A B      one change          (change_request.h)
 *   purchases SHOP mail SUPPLIER DAY  what the supplier is sent
 *
 * A table of actions says which change each is, what its two operands are, and which options it
 * takes. */
#include "commands/change_request.h"
#include "commands/commands.h"
#include "commands/purchases_list.h"
#include "model/names.h"

#include <stdio.h>

enum { REQUEST_BYTES_MAX = 4096, SAID_BYTES = 256 };

static const struct option options[] = {
    {"on", "DATE", false, "buy: the day on which it is ordered (default: the supplier's next)"},
    {"damaged", "QUANTITY", false, "receive: came too, but cannot be used"},
    {"close", NULL, false, "receive: the rest does not come"},
    {"bill", "AMOUNT", false, "receive: the bill, with VAT (default: counted from the cost)"},
};

static const char *const examples[] = {
    "ecluse purchases shop.db",
    "ecluse purchases shop.db --json",
    "ecluse purchases shop.db buy caramel 48",
    "ecluse purchases shop.db receive 1 580 --damaged 20 --close",
    "ecluse purchases shop.db redate 2 2026-12-03",
    "ecluse purchases shop.db change 3 0",
    NULL,
};

const struct manual purchases_manual = {
    .operands_min = 1,
    .operands_max = 4,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text =
        "Without an action: what is expected (receipts and purchases: proposed, approved, sent, "
        "overdue) with the\n"
        "orders that it is bought for, what falls under its reorder point and is on no way, "
        "and alarms.\n"
        "Actions, each with its two operands:\n"
        "  approve SUPPLIER DATE   the purchase of that order day is agreed: it shrinks no "
        "more by itself\n"
        "  send SUPPLIER DATE      it was sent, today\n"
        "  buy ITEM QUANTITY       an approved purchase by hand, on --on DATE\n"
        "  change ENTRY QUANTITY   so much is still expected; 0: it does not come\n"
        "  receive ENTRY QUANTITY  came and is good; partly or more than expected too\n"
        "  redate ENTRY DATE       it can be used from that day on\n"
        "  mail SUPPLIER DATE      the text that orders what is unsent of that day; changes "
        "nothing\n"
        "ENTRY is the number in the list, DATE is written 2026-12-03. Whoever moves by it is "
        "shown.\n"
        "Exit codes: 0 done, 2 no such entry, purchase or name, or bad usage, 3 fault.",
    .examples = examples,
};

enum operand { OPERAND_SUPPLIER, OPERAND_ITEM, OPERAND_ENTRY, OPERAND_DAY, OPERAND_QUANTITY };

struct action {
    const char *name;
    const char *kind; /* of the change; NULL: mail */
    enum operand first;
    enum operand second;
    const char *said[LANGUAGES];
};

static const struct action actions[] = {
    {"approve",
     "approved",
     OPERAND_SUPPLIER,
     OPERAND_DAY,
     {"achat accepté :", "purchase approved:"}},
    {"send", "sent", OPERAND_SUPPLIER, OPERAND_DAY, {"achat envoyé :", "purchase sent:"}},
    {"buy", "bought", OPERAND_ITEM, OPERAND_QUANTITY, {"acheté :", "bought:"}},
    {"change",
     "quantity",
     OPERAND_ENTRY,
     OPERAND_QUANTITY,
     {"encore attendu :", "still expected:"}},
    {"receive", "received", OPERAND_ENTRY, OPERAND_QUANTITY, {"reçu :", "received:"}},
    {"redate", "date", OPERAND_ENTRY, OPERAND_DAY, {"utilisable dès le", "usable from"}},
    {"mail", NULL, OPERAND_SUPPLIER, OPERAND_DAY, {NULL, NULL}},
};

static const struct action *action_find(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (strcmp(actions[i].name, name) == 0) {
            return &actions[i];
        }
    }
    return NULL;
}

/* The option that this action does not take; NULL: all are its own. */
static const char *option_foreign(const struct call *call, const struct action *action)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        const char *owner = strcmp(options[i].name, "on") == 0 ? "buy" : "receive";
        if (call_flag(call, options[i].name) &&
            (action == NULL || strcmp(action->name, owner) != 0)) {
            return options[i].name;
        }
    }
    return NULL;
}

static enum status operand_write(struct text *request, enum operand operand, const char *typed,
                                 struct fault *fault)
{
    switch (operand) {
    case OPERAND_SUPPLIER:
        change_text(request, "supplier", typed);
        return STATUS_OK;
    case OPERAND_ITEM:
        change_text(request, "item", typed);
        return STATUS_OK;
    case OPERAND_ENTRY:
        return change_number(request, "entry", "an entry", 0, typed[0] == '#' ? typed + 1 : typed,
                             fault);
    case OPERAND_DAY:
        change_text(request, "from", typed);
        return STATUS_OK;
    default:
        return change_number(request, "quantity", "a quantity", 3, typed, fault);
    }
}

/* The supplier's next order day, for a purchase by hand that names none. */
static enum status order_day_default(const struct call *call, const char *item, char to[16],
                                     struct fault *fault)
{
    struct shop_open open;
    struct item_id id;
    enum status status = shop_open(call, call->operands[0], &open, fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = shop_item_named(open.shop, slice_of(item), &id, fault);
    if (status == STATUS_OK) {
        int32_t day = zone_day(&open.shop->zone, open.now);
        uint16_t supplier = open.shop->items[id.index].supplier.index;
        if (supplier != NO_INDEX) {
            day = reorder_order_day(&open.shop->suppliers[supplier], day);
        }
        (void)day_write(to, day);
    }
    shop_close(&open);
    return status;
}

static enum status options_write(const struct call *call, struct text *request,
                                 const struct action *action, struct fault *fault)
{
    const char *damaged = call_value(call, "damaged");
    const char *bill = call_value(call, "bill");
    enum status status = STATUS_OK;
    if (action->first == OPERAND_ITEM) {
        char day[16];
        const char *on = call_value(call, "on");
        if (on == NULL) {
            status = order_day_default(call, call->operands[2], day, fault);
            on = day;
        }
        if (status == STATUS_OK) {
            change_text(request, "from", on);
        }
    }
    if (status == STATUS_OK && damaged != NULL) {
        status = change_number(request, "damaged", "--damaged", 3, damaged, fault);
    }
    if (call_flag(call, "close")) {
        change_flag(request, "closes");
    }
    if (bill != NULL) {
        change_text(request, "amount", bill);
    }
    return status;
}

static int change_action(struct call *call, const struct action *action)
{
    struct fault fault;
    struct text request;
    char said[SAID_BYTES];
    const char *first = call->operands[2];
    const char *second = call->operands[3];
    text_init(&request, REQUEST_BYTES_MAX);
    change_begin(&request, action->kind);
    int code;
    if (operand_write(&request, action->first, first, &fault) != STATUS_OK ||
        operand_write(&request, action->second, second, &fault) != STATUS_OK ||
        options_write(call, &request, action, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        bool named = action->first != OPERAND_ENTRY; /* an entry's number stands before */
        change_end(&request);
        (void)snprintf(said, sizeof said, "%s %.64s%s%.64s", action->said[call->language],
                       named ? first : "", named ? " " : "", second);
        code = change_request_run(call, text_slice(&request), said);
    }
    text_free(&request);
    return code;
}

static int mail_write(struct call *call, const struct shop *shop, const struct purchases *purchases)
{
    int32_t day;
    uint16_t supplier = names_find(shop, NAMES_SUPPLIERS, slice_of(call->operands[2]));
    if (supplier == NO_INDEX) {
        return call_error(EXIT_USAGE, "there is no supplier \"%s\"; the shop file lists them",
                          call->operands[2]);
    }
    if (!day_read(slice_of(call->operands[3]), &day)) {
        return call_error(EXIT_USAGE, "%s is no day; write it like 2026-12-03", call->operands[3]);
    }
    return purchases_mail(call, shop, purchases, supplier, day)
               ? EXIT_DONE
               : call_error(EXIT_USAGE,
                            "nothing unsent is planned for this supplier on this day; see: ecluse "
                            "purchases %s",
                            call->operands[0]);
}

/* The list, or the mail of one purchase of it. */
static int list_run(struct call *call, bool mail)
{
    struct fault fault;
    struct shop_open open;
    struct purchases purchases;
    if (shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    int code = EXIT_DONE;
    if (purchases_read(&open, &purchases, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else if (mail) {
        code = mail_write(call, open.shop, &purchases);
    } else if (call->json) {
        purchases_json(call, open.shop, &purchases);
    } else if (!purchases_text(call, open.shop, &purchases)) {
        code = call_error(EXIT_FAULT, "no memory for the list; free some and try again");
    }
    purchases_free(&purchases);
    shop_close(&open);
    return code;
}

int purchases_run(struct call *call)
{
    const struct action *action = call->operand_count > 1 ? action_find(call->operands[1]) : NULL;
    const char *foreign = option_foreign(call, action);
    if (call->operand_count > 1 && action == NULL) {
        return call_error(EXIT_USAGE,
                          "purchases has no action \"%s\"; there are approve, send, buy, change, "
                          "receive, redate and mail",
                          call->operands[1]);
    }
    if (foreign != NULL) {
        return call_error(EXIT_USAGE, "--%s does not belong here; see: ecluse purchases --help",
                          foreign);
    }
    if (action != NULL && call->operand_count != 4) {
        return call_error(EXIT_USAGE, "%s takes two operands; see: ecluse purchases --help",
                          action->name);
    }
    return action == NULL || action->kind == NULL ? list_run(call, action != NULL)
                                                  : change_action(call, action);
}
