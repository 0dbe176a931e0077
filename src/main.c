/* Écluse: the table of commands. Read this first.
 *
 * Each line is a command: its name, its operands and options as typed, one line of help, the
 * function that runs it and its manual. The functions stand in commands/, one file a command, and
 * only wire: they open a shop, ask a room, print. How a call gets from here to its function and
 * back to an exit code: commands/call.c. How an order goes through the rooms: ARCHITECTURE.md. */
#include "commands/commands.h"
#include "env/env.h"

static const struct command commands[] = {
    {"demo", "[--for SECONDS] [--port N] [--visitors N] [--keep]",
     "the example shop, its television evening and a crash, live", demo_run, &demo_manual},

    {"setup", "SHOP.yaml [--answers FILE] [options]",
     "a shop file from five answers and a product export", setup_run, &setup_manual},
    {"init", "SHOP.db SHOP.yaml", "make a database from a shop file", init_run, &init_manual},
    {"apply", "SHOP.db SHOP.yaml [--dry-run]", "bring changes of a shop file into the database",
     apply_run, &apply_manual},
    {"serve",
     "SHOP.db [--listen ADDR:PORT] [--upstream URL] [--preset NAME] [--watch [--watch-file FILE]] "
     "[--trust NETWORK]... [--access-log FILE|-] [--access-log-format FORMAT]",
     "serve the shop's pages and API", serve_run, &serve_manual},

    {"quote", "SHOP OFFER[=QTY]... [--want DATE|TIME] [--split] [--explain]",
     "the date an order would get now, and why", quote_run, &quote_manual},
    {"times", "SHOP OFFER[=SEATS] [--from TIME] [--count N]", "when an offer on site could begin",
     times_run, &times_manual},
    {"atp", "SHOP ITEM [--days N]", "what of an item can be promised, day by day", atp_run,
     &atp_manual},
    {"order",
     "SHOP.db OFFER[=QTY]... --email ADDRESS [--name NAME] [--want DATE|TIME] [--split] "
     "[--priority N] "
     "[--hold]",
     "a sale by telephone", order_run, &order_manual},
    {"confirm", "SHOP.db ORDER", "make a held order final", confirm_run, &confirm_manual},
    {"pay", "SHOP.db ORDER", "the payment of a held order has begun", pay_run, &pay_manual},
    {"extend", "SHOP.db ORDER", "hold an order longer", extend_run, &extend_manual},
    {"start", "SHOP.db ORDER [--line N]", "work on an order has begun", start_run, &start_manual},
    {"done", "SHOP.db ORDER [--line N]", "an order is packed and ready", done_run, &done_manual},
    {"ship", "SHOP.db ORDER [--line N]", "an order has left", ship_run, &ship_manual},
    {"deliver", "SHOP.db ORDER [--line N]", "an order has arrived", deliver_run, &deliver_manual},
    {"cancel", "SHOP.db ORDER", "cancel an order or a hold", cancel_run, &cancel_manual},
    {"wish", "SHOP.db OFFER[=QTY] --until DATE --email ADDRESS [--name NAME]",
     "what cannot be promised now, wished for by telephone", wish_run, &wish_manual},
    {"withdraw", "SHOP.db WISH", "take a wish out of the queue", withdraw_run, &withdraw_manual},
    {"wishes", "SHOP.db [--offer NAME] [--status STATUS] [--most N]",
     "who waits for what, and who is to be told", wishes_run, &wishes_manual},
    {"request",
     "SHOP.db --wants WHAT [--from WHO] [--activity NAME] [--value AMOUNT] [--count N] [--order "
     "ORDER]",
     "write down what a customer asks for", request_command_run, &request_manual},
    {"requests", "SHOP [--all] [--most N] [--close NUMBER]... [--forget NUMBER]...",
     "what customers ask for", requests_run, &requests_manual},
    {"slips", "SHOP.db [--day DATE] [--html FILE]",
     "pick list and packing slips of a day, to print", slips_run, &slips_manual},
    {"board", "SHOP.db", "orders, promises kept, what is at risk, load", board_run, &board_manual},

    {"count", "SHOP.db ITEM QUANTITY", "what is really on the shelf; who moves because of it",
     count_run, &count_manual},
    {"purchases",
     "SHOP [approve|send|mail SUPPLIER DATE | buy ITEM QUANTITY | change|receive ENTRY QUANTITY | "
     "redate ENTRY DATE] [options]",
     "what is bought, on its way or overdue, for which orders", purchases_run, &purchases_manual},
    {"cash", "SHOP [--days N] [--balance AMOUNT]",
     "the bank's balance day by day, its lowest point", cash_run, &cash_manual},
    {"disrupt", "SHOP.db late|short|absent|strike|count|cancel OPERAND... [--more] [--dry-run]",
     "what breaks when something goes wrong, and what would mend it", disrupt_run, &disrupt_manual},

    {"rehearse",
     "SHOP [--moment NAME] [--visitors N] [--surge FILE] [--runs N] [--seed N] [--threads N] "
     "[--precision P] [--html FILE] [--set KEY=VALUE]... [--stop ACTIVITY]... "
     "[--assume NAME=VALUE]...",
     "a moment lived many times before it happens: what breaks first", rehearse_run,
     &rehearse_manual},

    {"focus",
     "SHOP [--most N] [--stop ACTIVITY]... [--start ACTIVITY]... [--set KEY=VALUE]... [--plan "
     "NAME]... [--time-limit SECONDS] [--gap PERCENT] [--html FILE]",
     "which activities deserve the scarce hours, and what each further one adds", focus_run,
     &focus_manual},
    {"decide",
     "SHOP.db (--stop|--start|--shrink|--keep) ACTIVITY [--because TEXT] [--on DATE] [--by DATE] "
     "[--expect KEY=VALUE]... [--say TEXT]",
     "write down a decision, why, and what is expected of it", decide_run, &decide_manual},
    {"decisions", "SHOP [--html FILE] [--team FILE]", "what was decided, and what came of it",
     decisions_run, &decisions_manual},

    {"import", "SHOP FORMAT FILE [options]", "products and order histories of other systems",
     import_run, &import_manual},
    {"export", "SHOP.db DIR", "the shop file and tables as CSV", export_run, &export_manual},
    {"gate", "SHOP.db [--pause | --resume] [--rate R|none] [--explain METHOD PATH]",
     "who waits before the shop behind, and how fast they go in", gate_run, &gate_manual},
    {"hooks",
     "SHOP.db [list | add URL | rotate N | test N | dead | retry ID|all | enable N | remove N] "
     "[--events LIST] [--nearby]",
     "outgoing webhooks: who is told what happens", hooks_run, &hooks_manual},
    {"staff", "SHOP.db [list | add NAME --role ROLE | link [NAME] | token NAME | remove NAME]",
     "who may sign in to the staff pages, and as what", staff_run, &staff_manual},
    {"crowd",
     "URL [--moment NAME --shop FILE.yaml | --visitors N --rise SECONDS --half-life SECONDS | "
     "--surge FILE] [options]",
     "a crowd over real HTTP, and whether it was held fairly", crowd_run, &crowd_manual},
    {"verify", "SHOP.db", "replay and check hash chain, tables, invariants", verify_run,
     &verify_manual},
    {"backup", "SHOP.db FILE", "copy a live database", backup_run, &backup_manual},
};

int main(int argc, char **argv)
{
    return command_main(commands, sizeof commands / sizeof commands[0], env_os(), argc, argv);
}
