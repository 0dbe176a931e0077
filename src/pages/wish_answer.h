/* The document of a wish, for the API and the control socket: as answer_json.h writes it, with its
 * token and, where an order has become of it, with that order and its token. */
#ifndef ECLUSE_PAGES_WISH_ANSWER_H
#define ECLUSE_PAGES_WISH_ANSWER_H

#include "pages/order_task.h"

/* `order` is done, was not refused and meant a wish (order_task_wish and its like). */
void wish_answer_append(struct text *to, const struct order_task *order);

#endif
