/* One row a kind: last part of the type's URI, HTTP status, title. A kind's status never depends on
 * the case, so that the table is the whole truth about it (openapi.json is checked against it).
 *
 * Three sources lead here: what a reader found in a body (request.c), what the domain answered
 * (promise_result) and what the world did (engine_task.status). problem_of_task joins the last two.
 */
#include "pages/problem.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "pages/answer_json.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *type;
    int status;
    const char *title;
} table[PROBLEM_KINDS] = {
    [PROBLEM_NONE] = {"none", 200, "None"},
    [PROBLEM_INVALID_JSON] = {"invalid-json", 400, "The body is not JSON"},
    [PROBLEM_NOT_UTF8] = {"not-utf8", 400, "The body is not UTF-8"},
    [PROBLEM_TOO_DEEP] = {"too-deep", 400, "The body is nested too deeply"},
    [PROBLEM_DUPLICATE_KEY] = {"duplicate-key", 400, "A field stands twice"},
    [PROBLEM_UNAUTHORIZED] = {"unauthorized", 401, "The order's token is needed"},
    [PROBLEM_SIGN_IN] = {"sign-in", 401, "Staff alone"},
    [PROBLEM_FORBIDDEN] = {"forbidden", 403, "Not with this role"},
    [PROBLEM_NOT_FOUND] = {"not-found", 404, "There is nothing here"},
    [PROBLEM_METHOD_NOT_ALLOWED] = {"method-not-allowed", 405, "The method is not allowed here"},
    [PROBLEM_NOT_ACCEPTABLE] = {"not-acceptable", 406, "The answer is JSON"},
    [PROBLEM_UNSUPPORTED_MEDIA_TYPE] = {"unsupported-media-type", 415, "The body has to be JSON"},
    [PROBLEM_SOLD_OUT] = {"sold-out", 409, "Sold out"},
    [PROBLEM_CUSTOMER_LIMIT] = {"customer-limit", 409, "Over the limit for one customer"},
    [PROBLEM_IDEMPOTENCY_KEY_REUSED] = {"idempotency-key-reused", 409,
                                        "The Idempotency-Key has another request"},
    [PROBLEM_HOLD_EXPIRED] = {"hold-expired", 409, "The hold has expired"},
    [PROBLEM_WRONG_STATUS] = {"wrong-status", 409, "The order's status does not allow it"},
    [PROBLEM_UNKNOWN_FIELD] = {"unknown-field", 422, "Unknown field"},
    [PROBLEM_MISSING_FIELD] = {"missing-field", 422, "A field is missing"},
    [PROBLEM_WRONG_KIND] = {"wrong-kind", 422, "A field has the wrong kind of value"},
    [PROBLEM_BAD_VALUE] = {"bad-value", 422, "A field's value cannot be used"},
    [PROBLEM_BAD_QUANTITY] = {"bad-quantity", 422, "The quantity cannot be ordered"},
    [PROBLEM_WANT_BEYOND] = {"want-beyond", 422, "The wanted date is too far away"},
    [PROBLEM_BAD_EMAIL] = {"bad-email", 422, "The e-mail address is not one"},
    [PROBLEM_BAD_IDEMPOTENCY_KEY] = {"bad-idempotency-key", 422,
                                     "The Idempotency-Key cannot be used"},
    [PROBLEM_BAD_QUERY] = {"bad-query", 422, "The query cannot be used"},
    [PROBLEM_UNKNOWN_OFFER] = {"unknown-offer", 422, "Unknown offer"},
    [PROBLEM_UNKNOWN_ORDER] = {"unknown-order", 422, "Unknown order"},
    [PROBLEM_UNKNOWN_COMMAND] = {"unknown-command", 422, "Unknown command"},
    [PROBLEM_TOO_MANY_LINES] = {"too-many-lines", 422, "Too many lines"},
    [PROBLEM_TOO_LARGE] = {"too-large", 422, "Too much for one order"},
    [PROBLEM_REFUSED] = {"refused", 422, "Refused"},
    [PROBLEM_NOT_YOUR_TURN] = {"not-your-turn", 503, "Others came before"},
    [PROBLEM_TOO_MANY_REQUESTS] = {"too-many-requests", 429, "Too Many Requests"},
    [PROBLEM_BUSY] = {"busy", 503, "Busy"},
    [PROBLEM_STORAGE_FULL] = {"storage-full", 503, "The disk is full"},
    [PROBLEM_FAULT] = {"fault", 500, "A fault of the server"},
};

#define PROBLEM_MEDIA_TYPE "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n"

const char *problem_type(enum problem_kind kind)
{
    ASSERT(kind < PROBLEM_KINDS);
    return table[kind].type;
}

const char *problem_title(enum problem_kind kind)
{
    ASSERT(kind < PROBLEM_KINDS);
    return table[kind].title;
}

int problem_status(enum problem_kind kind)
{
    ASSERT(kind < PROBLEM_KINDS);
    return table[kind].status;
}

struct slice problem_headers(enum problem_kind kind)
{
    switch (problem_status(kind)) {
    case 401:
        return kind == PROBLEM_SIGN_IN
                   ? SLICE(PROBLEM_MEDIA_TYPE "WWW-Authenticate: Bearer realm=\"staff\"\r\n")
                   : SLICE(PROBLEM_MEDIA_TYPE "WWW-Authenticate: Bearer realm=\"order\"\r\n");
    case 503:
        return kind == PROBLEM_BUSY            ? SLICE(PROBLEM_MEDIA_TYPE "Retry-After: 1\r\n")
               : kind == PROBLEM_NOT_YOUR_TURN ? SLICE(PROBLEM_MEDIA_TYPE "Retry-After: 5\r\n")
                                               : SLICE(PROBLEM_MEDIA_TYPE "Retry-After: 30\r\n");
    default:
        return SLICE(PROBLEM_MEDIA_TYPE);
    }
}

bool problem_set(struct problem *problem, enum problem_kind kind, const char *format, ...)
{
    va_list arguments;
    problem->kind = kind;
    problem->pointer[0] = '\0';
    va_start(arguments, format);
    (void)vsnprintf(problem->detail, sizeof problem->detail, format, arguments);
    va_end(arguments);
    return false;
}

static void append_string(struct text *to, const char *name, const char *value)
{
    text_append_string(to, name);
    text_append_json(to, slice_of(value));
    text_append_char(to, '"');
}

static void render_open(struct text *to, const struct problem *problem)
{
    append_string(to, "{\"type\":\"/ecluse/problems/", problem_type(problem->kind));
    append_string(to, ",\"title\":\"", problem_title(problem->kind));
    text_append_string(to, ",\"status\":");
    text_append_integer(to, problem_status(problem->kind));
    append_string(to, ",\"detail\":\"", problem->detail);
    if (problem->pointer[0] != '\0') {
        append_string(to, ",\"pointer\":\"", problem->pointer);
    }
}

void problem_render(struct text *to, const struct problem *problem)
{
    render_open(to, problem);
    text_append_char(to, '}');
}

void problem_render_refusal(struct text *to, const struct problem *problem, const struct shop *shop,
                            const struct promise_answer *answer)
{
    render_open(to, problem);
    text_append_char(to, ',');
    answer_json_refusal(to, shop, answer);
    text_append_char(to, '}');
}

static bool of_status(struct problem *problem, const struct engine_task *task)
{
    switch (task->status) {
    case STATUS_EXISTS:
        (void)problem_set(
            problem, PROBLEM_IDEMPOTENCY_KEY_REUSED,
            "this Idempotency-Key came with another body before; repeat that body to get "
            "its order, or send a new key");
        break;
    case STATUS_BUSY:
    case STATUS_MEMORY:
    case STATUS_UNAVAILABLE:
        (void)problem_set(problem, PROBLEM_BUSY, "too much is waiting; try again in a second");
        break;
    case STATUS_FULL:
        (void)problem_set(
            problem, PROBLEM_STORAGE_FULL,
            "nothing was written, because the server's disk is full; try again later");
        break;
    case STATUS_INVALID:
    case STATUS_NOT_FOUND:
    case STATUS_LIMIT:
        (void)problem_set(problem, PROBLEM_REFUSED, "%s", task->fault.text);
        break;
    default:
        (void)problem_set(problem, PROBLEM_FAULT,
                          "the server stopped for a fault of its disk; nothing was "
                          "acknowledged, try again when it is back");
        break;
    }
    return true;
}

static const char *offer_name(const struct engine_task *task)
{
    const struct shop *shop = task->shop;
    uint16_t index = task->answer.offer.index;
    return shop != NULL && index < shop->offer_count ? shop->offers[index].name : "the offer";
}

static void of_customer_limit(struct problem *problem, const struct engine_task *task)
{
    char left[32];
    (void)decimal_write(left, task->answer.left_thousandths, 3, true);
    (void)problem_set(problem, PROBLEM_CUSTOMER_LIMIT,
                      "'%s' is limited for each customer; this one may still order %s",
                      offer_name(task), left);
}

static bool is_of_wish(const struct engine_task *task)
{
    return task->command.kind == PROMISE_WISH || task->command.kind == PROMISE_WITHDRAW;
}

/* The refusals that concern what is asked for. */
static bool of_ask(struct problem *problem, const struct engine_task *task)
{
    switch (task->answer.result) {
    case PROMISE_SOLD_OUT:
        return !problem_set(
            problem, PROBLEM_SOLD_OUT,
            "there is no date within the days that the shop promises; 'possible_on' is the "
            "date that it would have");
    case PROMISE_NEVER:
        return !problem_set(problem, PROBLEM_SOLD_OUT,
                            "there is no date at all; ask for less or for something else");
    case PROMISE_OFFER_RETIRED:
        return !problem_set(problem, PROBLEM_UNKNOWN_OFFER, "'%s' is not sold any more",
                            offer_name(task));
    case PROMISE_BAD_QUANTITY:
        return !problem_set(
            problem, PROBLEM_BAD_QUANTITY,
            "'%s' cannot be sold in this quantity; ask for a whole number that is not "
            "too large",
            offer_name(task));
    case PROMISE_TOO_MANY_LINES:
        return !problem_set(problem, PROBLEM_TOO_MANY_LINES,
                            "an order has at most %d lines; make two of it", LIMIT_ORDER_LINES);
    case PROMISE_WANT_BEYOND:
        if (is_of_wish(task)) {
            return !problem_set(problem, PROBLEM_WANT_BEYOND,
                                "a wish is for a day from today on, at most %d days ahead",
                                task->shop->promise.horizon_days - 1);
        }
        return !problem_set(problem, PROBLEM_WANT_BEYOND,
                            "the shop plans %d days ahead, and the wanted date lies beyond them; "
                            "ask for an earlier one",
                            task->shop->promise.horizon_days);
    case PROMISE_OVER_CUSTOMER_LIMIT:
        of_customer_limit(problem, task);
        return true;
    case PROMISE_TOO_LARGE:
        return !problem_set(
            problem, PROBLEM_TOO_LARGE,
            "the work for this order lies in too many pieces; ask for less at once");
    default:
        return false;
    }
}

static void of_wish(struct problem *problem, const struct engine_task *task)
{
    (void)problem_set(problem, PROBLEM_WRONG_STATUS,
                      task->answer.wish.status == WISH_OFFERED
                          ? "what was wished for is held as an order; confirm or cancel that"
                          : "the wish does not wait any more; make another");
}

/* Says what would have to come first, or that it is too late. */
static void of_step(struct problem *problem, const struct engine_task *task)
{
    static const char *const wanted[PROMISE_COMMANDS] = {
        [PROMISE_PLACE] = "replaced",     [PROMISE_CONFIRM] = "confirmed",
        [PROMISE_CANCEL] = "cancelled",   [PROMISE_START] = "started",
        [PROMISE_DONE] = "done",          [PROMISE_SHIP] = "shipped",
        [PROMISE_DELIVER] = "delivered",  [PROMISE_PAY] = "held for a payment",
        [PROMISE_EXTEND] = "held longer",
    };
    enum order_status status = task->answer.order.status;
    const char *word = wanted[task->command.kind];
    if (is_of_wish(task)) {
        of_wish(problem, task);
        return;
    }
    if (status == ORDER_HELD) {
        (void)problem_set(problem, PROBLEM_WRONG_STATUS,
                          "the order is only held and cannot be %s; confirm it first", word);
    } else if (task->command.kind == PROMISE_DELIVER && status < ORDER_SHIPPED) {
        (void)problem_set(problem, PROBLEM_WRONG_STATUS,
                          "the order is %s and has not left; ship it first",
                          order_status_text(status));
    } else if (strcmp(order_status_text(status), word) == 0) {
        (void)problem_set(problem, PROBLEM_WRONG_STATUS, "the order is %s already", word);
    } else {
        (void)problem_set(problem, PROBLEM_WRONG_STATUS,
                          "the order is %s and cannot be %s any more", order_status_text(status),
                          word);
    }
}

bool problem_of_task(struct problem *problem, const struct engine_task *task)
{
    if (task->status != STATUS_OK) {
        return of_status(problem, task);
    }
    bool place = task->command.kind == PROMISE_PLACE;
    switch (task->answer.result) {
    case PROMISE_OK:
    case PROMISE_REPEATED:
        return false;
    case PROMISE_NO_ORDER:
        return !problem_set(problem, place ? PROBLEM_UNKNOWN_ORDER : PROBLEM_NOT_FOUND,
                            place ? "'replaces' names no hold of this shop; leave it out"
                            : is_of_wish(task) ? "there is no such wish; check its id"
                                               : "there is no such order; check its id");
    case PROMISE_WRONG_STATUS:
        of_step(problem, task);
        return true;
    case PROMISE_HOLD_EXPIRED:
        return !problem_set(problem, PROBLEM_HOLD_EXPIRED,
                            "the hold has expired and what it reserved is released; order again");
    case PROMISE_FULL:
        return !problem_set(problem, PROBLEM_BUSY,
                            "the shop takes no further orders just now; try again in a second");
    default:
        ASSERT(task->answer.result < PROMISE_RESULTS);
        return of_ask(problem, task);
    }
}
