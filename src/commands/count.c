/* ecluse count: what is really on the shelf. */
#include "commands/change_request.h"
#include "commands/commands.h"

#include <stdio.h>

enum { REQUEST_BYTES_MAX = 4096 };

static const char *const examples[] = {
    "ecluse count shop.db caramel 1100",
    "ecluse count shop.db butter 94.5 --json",
    NULL,
};

const struct manual count_manual = {
    .operands_min = 3,
    .operands_max = 3,
    .takes_now = true,
    .text = "Records what lies on the shelf of an item, promised or not: after a stock count, a "
            "breakage, sales at\n"
            "the counter or on a market. QUANTITY is in the item's unit, with at most three "
            "decimals.\n"
            "Orders that stay feasible keep their place; the others are planned again, and each "
            "that moves is\n"
            "shown with its old and its new date. Try it first with: ecluse disrupt SHOP.db count "
            "... --dry-run\n"
            "Exit codes: 0 done, 2 no such item or bad usage, 3 fault.",
    .examples = examples,
};

int count_run(struct call *call)
{
    struct fault fault;
    struct text request;
    char said[256];
    const char *item = call->operands[1];
    const char *quantity = call->operands[2];
    text_init(&request, REQUEST_BYTES_MAX);
    change_begin(&request, "count");
    change_text(&request, "item", item);
    int code;
    if (change_number(&request, "quantity", call_say(call, "the quantity", "la quantité"), 3,
                      quantity, &fault) != STATUS_OK) {
        code = call_fault(&fault);
    } else {
        change_end(&request);
        (void)snprintf(said, sizeof said, "%.64s: %.32s %s.", item, quantity,
                       call_say(call, "on the shelf", "en rayon"));
        code = change_request_run(call, text_slice(&request), said);
    }
    text_free(&request);
    return code;
}
