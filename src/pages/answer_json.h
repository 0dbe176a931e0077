/* The JSON answers of DESIGN section 7: quote, order, atp. One place, used by the API, the control
 * socket and the command line.
 *
 * Written by hand into a text: the shapes are fixed and this stands on the path of every order.
 * Keys stand in the order in which the contract shows them. Quantities are numbers in units, money
 * decimal strings, instants ISO 8601 with the shop's offset. Nothing here looks at the clock or at
 * the core: the same values give the same bytes, so a repeated Idempotency-Key gets its first
 * answer again. */
#ifndef ECLUSE_PAGES_ANSWER_JSON_H
#define ECLUSE_PAGES_ANSWER_JSON_H

#include "base/text.h"
#include "pages/answer_memo.h"
#include "promise/change.h"

/* Lines as an answer shows them, in the order in which they were asked for. */
struct answer_lines {
    const struct order_line_view *lines;
    uint32_t count;
};

/* Copies a plan's lines (which stand in planning order) in the order of the ask; `lines` holds
 * plan->line_count. */
void answer_lines_of_plan(const struct promise_plan *plan, struct order_line_view *lines);
/* Copies an order's lines; `lines` holds LIMIT_ORDER_LINES. On the core's thread only. Returns how
 * many. */
uint32_t answer_lines_of_order(const struct promise_state *state, const struct order_view *order,
                               struct order_line_view *lines);

/* For PROMISE_OK {"promised":true,...}, for SOLD_OUT and NEVER {"promised":false,...}. Other
 * results are problems (problem.h). */
void answer_json_quote(struct text *to, const struct shop *shop,
                       const struct promise_answer *answer, struct answer_lines lines);

/* FIRST: the answer to the order's placing, whatever became of it since; the view's held_until is
 * then the first one, as the engine gives it for a repeat. NOW: its status and current promise,
 * each line's status and time, and the first promise beside it. */
enum answer_moment { ANSWER_FIRST, ANSWER_NOW };

/* `token` may be empty: the key is left out then. `memo` may be NULL. */
void answer_json_order(struct text *to, const struct shop *shop, const struct order_view *order,
                       struct answer_lines lines, struct slice token, enum answer_moment moment,
                       struct answer_memo *memo);

/* {"wish":...,"status":...}. `token` as above. `before`: while it waits, how many do before it.
 * `order`: the key "order" follows with the order that it became (`lines`, `order_token`); NULL:
 * none. */
struct answer_wish {
    const struct wish_view *wish;
    struct slice token;
    uint32_t before;
    const struct order_view *order;
    struct answer_lines lines;
    struct slice order_token;
};
void answer_json_wish(struct text *to, const struct shop *shop, const struct answer_wish *answer);

void answer_json_atp(struct text *to, const struct shop *shop, struct item_id item,
                     const struct atp_day *days, uint32_t count);

/* Parts, for whoever renders more: "limited_by":{...} and "reason":{...} without a comma around
 * them. */
/* "ship_by":...,"deliver_by":... */
void answer_json_dates(struct text *to, const struct shop *shop, const struct promise_dates *dates);
void answer_json_limit(struct text *to, const struct shop *shop, const struct promise_limit *limit);
void answer_json_reason(struct text *to, const struct shop *shop,
                        const struct promise_answer *answer);
/* "limited_by", "reason" and "possible_on" of a promise that is refused (SOLD_OUT, NEVER). */
void answer_json_refusal(struct text *to, const struct shop *shop,
                         const struct promise_answer *answer);
/* "2026-12-03" in quotes; {"amount":"36.80","currency":"EUR"}; "2026-12-01T16:00:00+01:00" in
 * quotes. */
void answer_json_day(struct text *to, int32_t day);
void answer_json_money(struct text *to, const struct shop *shop, int64_t minor);
void answer_json_instant(struct text *to, const struct shop *shop, int64_t at);
/* "starts_at":...,"ends_at":... of what is on site: its work, or its session. */
void answer_json_times(struct text *to, const struct shop *shop, int64_t start, int64_t end);
/* One of the times that an offer on site could begin at, as an object; `seats` are those left. */
void answer_json_time(struct text *to, const struct shop *shop, const struct offer *offer,
                      const struct offered_time *time);
void answer_json_quantity(struct text *to, int64_t thousandths);

#endif
