/* Problems (RFC 9457): every refusal that the API and the control socket can give, in one table.
 *
 * `type` is /ecluse/problems/TYPE and tells conflicts apart; `detail` is a sentence that says what
 * to do; `pointer` (RFC 6901) names the field of the body where one is meant. openapi.json lists
 * the same types; a test compares the two. */
#ifndef ECLUSE_PAGES_PROBLEM_H
#define ECLUSE_PAGES_PROBLEM_H

#include "base/text.h"
#include "engine/engine.h"

enum problem_kind {
    PROBLEM_NONE,
    PROBLEM_INVALID_JSON,
    PROBLEM_NOT_UTF8,
    PROBLEM_TOO_DEEP,
    PROBLEM_DUPLICATE_KEY,
    PROBLEM_UNAUTHORIZED,
    PROBLEM_SIGN_IN,
    PROBLEM_FORBIDDEN,
    PROBLEM_NOT_FOUND,
    PROBLEM_METHOD_NOT_ALLOWED,
    PROBLEM_NOT_ACCEPTABLE,
    PROBLEM_UNSUPPORTED_MEDIA_TYPE,
    PROBLEM_SOLD_OUT,
    PROBLEM_CUSTOMER_LIMIT,
    PROBLEM_IDEMPOTENCY_KEY_REUSED,
    PROBLEM_HOLD_EXPIRED,
    PROBLEM_WRONG_STATUS,
    PROBLEM_UNKNOWN_FIELD,
    PROBLEM_MISSING_FIELD,
    PROBLEM_WRONG_KIND,
    PROBLEM_BAD_VALUE,
    PROBLEM_BAD_QUANTITY,
    PROBLEM_WANT_BEYOND,
    PROBLEM_BAD_EMAIL,
    PROBLEM_BAD_IDEMPOTENCY_KEY,
    PROBLEM_BAD_QUERY,
    PROBLEM_UNKNOWN_OFFER,
    PROBLEM_UNKNOWN_ORDER,
    PROBLEM_UNKNOWN_COMMAND,
    PROBLEM_TOO_MANY_LINES,
    PROBLEM_TOO_LARGE,
    PROBLEM_REFUSED,
    PROBLEM_NOT_YOUR_TURN,
    PROBLEM_TOO_MANY_REQUESTS,
    PROBLEM_BUSY,
    PROBLEM_STORAGE_FULL,
    PROBLEM_FAULT,
    PROBLEM_KINDS
};

struct problem {
    enum problem_kind kind;
    char pointer[176];
    char detail[480];
};

const char *problem_type(enum problem_kind kind); /* "sold-out" */
const char *problem_title(enum problem_kind kind);
int problem_status(enum problem_kind kind);
/* Header lines of the reply, its media type included. */
struct slice problem_headers(enum problem_kind kind);

/* Sets kind and detail, empties the pointer; returns false, so that a reader can `return
 * problem_set(...)`. */
bool problem_set(struct problem *problem, enum problem_kind kind, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* {"type":...,"title":...,"status":...,"detail":...[,"pointer":...]} */
void problem_render(struct text *to, const struct problem *problem);
/* The same with "limited_by", "reason" and "possible_on" of a promise that was refused. */
void problem_render_refusal(struct text *to, const struct problem *problem, const struct shop *shop,
                            const struct promise_answer *answer);

/* What a finished task was refused with: false if it was not (PROMISE_OK, PROMISE_REPEATED). A
 * change: control_change.h. */
bool problem_of_task(struct problem *problem, const struct engine_task *task);

#endif
