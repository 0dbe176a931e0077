/* The answer is JSON whichever way it came; --json passes it on as it is, otherwise its keys become
 * sentences.
 *
 * A no (exit 1) is an answer: with --json its document goes to stdout too. Bad input and faults are
 * one line on stderr. */
#include "commands/order_answer.h"

#include "commands/json_text.h"
#include "commands/shop_write.h"
#include "commands/show.h"

#include <math.h>
#include <stdio.h>

enum {
    ORDER_ANSWER_BYTES_MAX = 4 * 1024 * 1024,
    ISO_DAY_END = 10, /* 2026-12-03T16:00 */
    ISO_TIME_END = 16
};

static void row_write(struct call *call, const char *label, const char *value)
{
    if (value[0] != '\0') {
        text_append_format(&call->out, "%s%s\n", label, value);
    }
}

static void dated_row_write(struct call *call, const char *label, const char *iso)
{
    char value[SHOW_BYTES];
    row_write(call, label, iso[0] == '\0' ? "" : show_iso(call->language, value, iso));
}

/* "On site       workshop: Sat 2026-12-05 14:00-15:30" */
static void sites_write(struct call *call, const json_t *lines)
{
    size_t i;
    const json_t *line;
    json_array_foreach(lines, i, line)
    {
        char start[SHOW_BYTES];
        char end[SHOW_BYTES];
        const char *starts_at = json_text(line, "starts_at");
        const char *ends_at = json_text(line, "ends_at");
        if (starts_at[0] == '\0' || strlen(ends_at) < ISO_TIME_END) {
            continue;
        }
        bool same_day = strncmp(starts_at, ends_at, ISO_DAY_END) == 0;
        (void)snprintf(end, sizeof end, "%.5s", ends_at + ISO_DAY_END + 1);
        text_append_format(&call->out, "%s%s%s %s-%s\n",
                           call_say(call, "On site       ", "Sur place           "),
                           json_text(line, "offer"), call_say(call, ":", "\u00a0:"),
                           show_iso(call->language, start, starts_at),
                           same_day ? end : show_iso(call->language, end, ends_at));
    }
}

/* The offers of a parcel's lines, whose numbers begin at 1. */
static void parcel_offers_write(struct call *call, const json_t *parcel, const json_t *lines)
{
    size_t i;
    const json_t *number;
    json_array_foreach(json_object_get(parcel, "lines"), i, number)
    {
        size_t index = (size_t)json_integer_value(number) - 1;
        text_append_format(&call->out, "%s%s", i == 0 ? "" : ", ",
                           json_text(json_array_get(lines, index), "offer"));
    }
}

static void parcels_write(struct call *call, const json_t *promise)
{
    size_t i;
    const json_t *parcel;
    json_array_foreach(json_object_get(promise, "parcels"), i, parcel)
    {
        char ship[SHOW_BYTES];
        char deliver[SHOW_BYTES];
        text_append_string(&call->out, call_say(call, "Parcel        ", "Colis               "));
        parcel_offers_write(call, parcel, json_object_get(promise, "lines"));
        text_append_format(&call->out, "%s %s %s, %s %s\n", call_say(call, ":", "\u00a0:"),
                           call_say(call, "ships by", "part le"),
                           show_iso(call->language, ship, json_text(parcel, "ship_by")),
                           call_say(call, "delivered by", "livré le"),
                           show_iso(call->language, deliver, json_text(parcel, "deliver_by")));
    }
}

void order_parts_write(struct call *call, struct slice answer)
{
    json_t *promise = json_loadb(answer.data, answer.length, 0, NULL);
    sites_write(call, json_object_get(promise, "lines"));
    parcels_write(call, promise);
    json_decref(promise);
}

static void order_write(struct call *call, const json_t *order)
{
    char total[SHOW_BYTES];
    const json_t *money = json_object_get(order, "total");
    const json_t *reason = json_object_get(order, "reason");
    const char *status = json_text(order, "status");
    bool ahead = strcmp(status, "held") == 0 || strcmp(status, "confirmed") == 0;
    row_write(call, call_say(call, "Order         ", "Commande            "),
              json_text(order, "order"));
    row_write(call, call_say(call, "Status        ", "État                "),
              show_status(call->language, status));
    dated_row_write(call, call_say(call, "Held until    ", "Réservée jusqu’à    "),
                    json_text(order, "held_until"));
    dated_row_write(call, call_say(call, "Ships by      ", "Part au plus tard   "),
                    json_text(order, "ship_by"));
    dated_row_write(call, call_say(call, "Delivered by  ", "Livrée au plus tard "),
                    json_text(order, "deliver_by"));
    sites_write(call, json_object_get(order, "lines"));
    parcels_write(call, order);
    row_write(call, call_say(call, "Total         ", "Total               "),
              show_amount(call->language, total, json_text(money, "amount"),
                          json_text(money, "currency")));
    /* Once work has begun, why the date was promised helps nobody at the counter. */
    row_write(call, "",
              ahead ? json_text(reason, call->language == LANGUAGE_FR ? "fr" : "en") : "");
}

/* What is wished for; then, while it waits, how many are before it, or the order that it became. */
static void wish_write(struct call *call, const json_t *wish)
{
    char quantity[SHOW_BYTES];
    const json_t *order = json_object_get(wish, "order");
    const json_t *before = json_object_get(wish, "before");
    row_write(call, call_say(call, "Wish          ", "Souhait             "),
              json_text(wish, "wish"));
    row_write(call, call_say(call, "Status        ", "État                "),
              show_wish_status(call->language, json_text(wish, "status")));
    row_write(call, call_say(call, "Offer         ", "Offre               "),
              json_text(wish, "offer"));
    int64_t thousandths = llround(json_number_value(json_object_get(wish, "quantity")) * 1000);
    row_write(call, call_say(call, "Quantity      ", "Quantité            "),
              show_quantity(call->language, quantity, thousandths));
    dated_row_write(call, call_say(call, "Until         ", "Jusqu’au            "),
                    json_text(wish, "latest"));
    if (before != NULL) {
        text_append_format(&call->out, "%s%d\n",
                           call_say(call, "Before it     ", "Avant lui           "),
                           (int)json_integer_value(before));
    }
    if (order != NULL) {
        order_write(call, order);
    }
}

void problem_sentence(struct slice answer, char *to, size_t size)
{
    json_t *problem = json_loadb(answer.data, answer.length, 0, NULL);
    const char *detail = json_text(problem, "detail");
    (void)snprintf(to, size, "%s", detail[0] != '\0' ? detail : json_text(problem, "title"));
    json_decref(problem);
}

/* What an order that cannot be promised says: its reason in the language, and the day that would be
 * possible. */
static void no_sentence(const struct call *call, const json_t *answer, char *to, size_t size)
{
    char day[SHOW_BYTES];
    const char *reason =
        json_text(json_object_get(answer, "reason"), call->language == LANGUAGE_FR ? "fr" : "en");
    const char *possible = json_text(answer, "possible_on");
    const char *detail = json_text(answer, "detail");
    const char *first = reason[0] != '\0'   ? reason
                        : detail[0] != '\0' ? detail
                                            : json_text(answer, "title");
    (void)snprintf(to, size, "%s%s%s", first,
                   possible[0] == '\0' ? "" : call_say(call, " Possible on ", " Possible le "),
                   possible[0] == '\0' ? "" : show_iso(call->language, day, possible));
}

int order_answer_write(struct call *call, struct slice answer, int http)
{
    char sentence[1024];
    int code = control_exit_code(http);
    json_t *json = json_loadb(answer.data, answer.length, 0, NULL);
    if (json == NULL) {
        return call_error(
            EXIT_FAULT, "the answer is no JSON (HTTP status %d); are both programs of one version?",
            http);
    }
    if (call->json && (code == EXIT_DONE || code == EXIT_NO)) {
        text_append_slice(&call->out, answer);
        text_append_char(&call->out, '\n');
    } else if (code == EXIT_DONE && json_object_get(json, "wish") != NULL) {
        wish_write(call, json);
    } else if (code == EXIT_DONE) {
        order_write(call, json);
    }
    if (code != EXIT_DONE) {
        no_sentence(call, json, sentence, sizeof sentence);
        (void)call_error((enum exit_code)code, "%s", sentence);
    }
    json_decref(json);
    return code;
}

int order_request_run(struct call *call, struct slice request)
{
    struct fault fault;
    struct shop_write write;
    struct text answer;
    int http = 0;
    if (shop_write_open(call, call->operands[0], &write, &fault) != STATUS_OK) {
        return call_fault(&fault);
    }
    text_init(&answer, ORDER_ANSWER_BYTES_MAX);
    enum status status = shop_write_send(&write, request, &answer, &http, &fault);
    int code = status == STATUS_OK ? order_answer_write(call, text_slice(&answer), http)
                                   : call_fault(&fault);
    text_free(&answer);
    shop_write_close(&write);
    return code;
}
