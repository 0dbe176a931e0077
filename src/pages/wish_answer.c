/* The token of an order that a wish became is another than the wish's: its id has its own time. */
#include "pages/wish_answer.h"

#include "base/assert.h"
#include "pages/answer_json.h"

void wish_answer_append(struct text *to, const struct order_task *order)
{
    const struct promise_answer *answer = &order->task.answer;
    char token[ORDER_TOKEN_LENGTH + 1];
    char order_token[ORDER_TOKEN_LENGTH + 1];
    ASSERT(answer->wish.number != 0);
    order_token_write(order->desk, token, answer->wish.made_at, answer->wish.key);
    order_token_write(order->desk, order_token, answer->order.made_at, answer->order.key);
    const struct answer_wish wish = {
        .wish = &answer->wish,
        .token = {token, ORDER_TOKEN_LENGTH},
        .before = order->wish_before,
        .order = answer->wish.order != 0 ? &answer->order : NULL,
        .lines = {order->answer_lines, order->answer_line_count},
        .order_token = {order_token, ORDER_TOKEN_LENGTH},
    };
    answer_json_wish(to, order->task.shop, &wish);
}
