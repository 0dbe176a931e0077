/* A table of places, one for the offers of the same index modulo its size; the newest stays.
 * Compared field by field, because what lies between the fields of a struct says nothing. Rejected:
 * orders of several lines (they are seldom alike) and a hash over all fields (it would cost as much
 * as the comparison, which is needed all the same). */
#include "pages/answer_memo.h"

static bool dates_equal(const struct promise_dates *a, const struct promise_dates *b)
{
    return a->has_ship_by == b->has_ship_by && a->ship_by == b->ship_by &&
           a->deliver_by_day == b->deliver_by_day;
}

static bool summaries_equal(const struct promise_summary *a, const struct promise_summary *b)
{
    return dates_equal(&a->dates, &b->dates) && a->material_day == b->material_day &&
           a->ready_at == b->ready_at && a->limit.cause == b->limit.cause &&
           a->limit.index == b->limit.index && a->limit.until == b->limit.until &&
           a->total_minor == b->total_minor && a->shipping_minor == b->shipping_minor;
}

static bool lines_equal(const struct order_line_view *a, const struct order_line_view *b)
{
    return a->offer.index == b->offer.index && a->quantity_thousandths == b->quantity_thousandths &&
           a->amount_minor == b->amount_minor && dates_equal(&a->dates, &b->dates);
}

static uint32_t place_of(const struct order_line_view *line)
{
    return line->offer.index % MEMO_PLACES;
}

bool answer_memo_append(const struct answer_memo *memo, struct text *to, const struct shop *shop,
                        const struct promise_summary *summary, const struct order_line_view *line)
{
    const struct answer_memo_place *place = &memo->places[place_of(line)];
    if (place->shop != shop || !summaries_equal(&place->summary, summary) ||
        !lines_equal(&place->line, line)) {
        return false;
    }
    text_append(to, place->bytes, place->length);
    return true;
}

void answer_memo_keep(struct answer_memo *memo, struct slice bytes, const struct shop *shop,
                      const struct promise_summary *summary, const struct order_line_view *line)
{
    struct answer_memo_place *place = &memo->places[place_of(line)];
    if (bytes.length > sizeof place->bytes) {
        return;
    }
    place->shop = shop;
    place->summary = *summary;
    place->line = *line;
    place->length = bytes.length;
    memcpy(place->bytes, bytes.data, bytes.length);
}
