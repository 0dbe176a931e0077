/* What was said of a promise a moment ago: its part of the answer's JSON, kept for the next order
 * that gets the same.
 *
 * When many want one thing, most of them get the same dates for the same reason; only id, token and
 * time differ. The part is kept with all that it was made from and used where all of that is equal,
 * so a stale one cannot be: it is not found. */
#ifndef ECLUSE_PAGES_ANSWER_MEMO_H
#define ECLUSE_PAGES_ANSWER_MEMO_H

#include "base/text.h"
#include "promise/promise.h"

enum {
    MEMO_PLACES = 32, /* an offer's index names its place */
    MEMO_BYTES = 1024
};

struct answer_memo_place {
    const struct shop *shop; /* NULL: empty */
    struct promise_summary summary;
    struct order_line_view line;
    size_t length;
    char bytes[MEMO_BYTES];
};

/* Zeroed memory is one that knows nothing. */
struct answer_memo {
    struct answer_memo_place places[MEMO_PLACES];
};

/* Appends what was kept of an order of this one line; false if nothing was. `shop` is known by its
 * address: one that changes gets another, and the old one stays where it is (engine_shop). */
bool answer_memo_append(const struct answer_memo *memo, struct text *to, const struct shop *shop,
                        const struct promise_summary *summary, const struct order_line_view *line);
/* Keeps it; what is too long is not kept. */
void answer_memo_keep(struct answer_memo *memo, struct slice bytes, const struct shop *shop,
                      const struct promise_summary *summary, const struct order_line_view *line);

#endif
