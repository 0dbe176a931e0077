/* ecluse wishes: what customers wait for, and who is to be told that it is held for them.
 *
 *   SQL tables -> counts, demand by offer, lists (wishes_read.h) -> text or JSON (wishes_show.h)
 *
 * The shop is opened for its zone and its offers' names only. */
#include "commands/commands.h"
#include "commands/shop_open.h"
#include "commands/wishes_show.h"
#include "promise/wish.h"

enum { MOST_DEFAULT = 20 };

static const struct option options[] = {
    {"offer", "NAME", false, "only wishes for this offer"},
    {"status", "STATUS", false,
     "waiting, offered, withdrawn or lapsed: list these instead of who is to be told and who "
     "waits"},
    {"most", "N", false, "at most N rows of each list, 1 to 100000 (default: 20; with --json all)"},
};

static const char *const examples[] = {
    "ecluse wishes shop.db",
    "ecluse wishes shop.db --offer coffret --status waiting --most 100",
    "ecluse wishes shop.db --json",
    NULL,
};

const struct manual wishes_manual = {
    .operands_min = 1,
    .operands_max = 1,
    .takes_now = true,
    .option_count = sizeof options / sizeof options[0],
    .options = options,
    .text = "Shows how many wait and for how much, the demand by offer (with the first day after "
            "which one of them\n"
            "gives up), who is to be told because it is held for them, until when, and who waits, "
            "in the order of\n"
            "the queue. A wish that was offered is an order: bought, or let go (its hold expired, "
            "or it was\n"
            "cancelled). Reads beside a running server.\n"
            "Exit codes: 0 done, 2 no such database or offer, or bad usage, 3 fault.",
    .examples = examples,
};

/* --status as a list; false: there is none of that name. */
static bool status_read(const char *word, enum wishes_list *list)
{
    static const struct {
        enum wish_status status;
        enum wishes_list list;
    } lists[] = {
        {WISH_WAITING, WISHES_WAITING},
        {WISH_OFFERED, WISHES_OFFERED},
        {WISH_WITHDRAWN, WISHES_WITHDRAWN},
        {WISH_LAPSED, WISHES_LAPSED},
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strcmp(word, wish_status_text(lists[i].status)) == 0) {
            *list = lists[i].list;
            return true;
        }
    }
    return false;
}

static enum status options_look(const struct call *call, struct wishes_view *view,
                                struct fault *fault)
{
    const char *word = call_value(call, "status");
    view->most = call->json ? LIMIT_WISHES : MOST_DEFAULT;
    view->offer = call_value(call, "offer");
    view->has_list = word != NULL;
    if (word != NULL && !status_read(word, &view->list)) {
        return fault_set(fault, STATUS_INVALID,
                         "--status %s: write waiting, offered, withdrawn or lapsed", word);
    }
    return call_number(call, "most", 1, LIMIT_WISHES, &view->most, fault);
}

static enum status wishes_show(struct call *call, const struct shop_open *open,
                               struct wishes_view *view, struct fault *fault)
{
    enum status status =
        wishes_open(open->path, call->env, open->now, view->offer, &view->reader, fault);
    if (status != STATUS_OK) {
        return status;
    }
    status = wishes_count(view->reader, &view->counts, fault);
    if (status == STATUS_OK) {
        status = call->json ? wishes_json(call, view, fault) : wishes_text(call, view, fault);
    }
    wishes_close(view->reader);
    return status;
}

int wishes_run(struct call *call)
{
    struct fault fault;
    struct shop_open open;
    struct offer_id offer;
    struct wishes_view view = {.shop = NULL};
    if (options_look(call, &view, &fault) != STATUS_OK ||
        shop_open(call, call->operands[0], &open, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    view.shop = open.shop;
    int code = EXIT_DONE;
    if (open.is_file) {
        code = call_error(
            EXIT_USAGE, "%s is a shop file and has no wishes; give its database (.db)", open.path);
    } else if ((view.offer != NULL &&
                shop_offer_named(open.shop, slice_of(view.offer), &offer, &fault) != STATUS_OK) ||
               wishes_show(call, &open, &view, &fault) != STATUS_OK) {
        text_clear(&call->out);
        code = call_fault(&fault);
    }
    shop_close(&open);
    return code;
}
