/* How an answer's bytes are put together: fixed pieces of JSON with numbers, dates and escaped
 * names between them.
 *
 * A shop name needs no escaping (letters, digits, - and _); a label and a sentence do. The text was
 * given room once for the typical answer, so that appending is copying. jansson's dump was
 * rejected: it builds a tree of allocations first and costs several times the whole rendering here
 * (docs/decisions/0040). */
#include "pages/answer_json.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "promise/order_id.h"
#include "promise/wish.h"

enum { ANSWER_BYTES_TYPICAL = 1500 };

#define APPEND(to, literal) text_append((to), (literal), sizeof(literal) - 1)

void answer_json_day(struct text *to, int32_t day)
{
    char date[16];
    text_append_char(to, '"');
    text_append(to, date, day_write(date, day));
    text_append_char(to, '"');
}

void answer_json_instant(struct text *to, const struct shop *shop, int64_t at)
{
    char instant[32];
    text_append_char(to, '"');
    text_append(to, instant, instant_write(&shop->zone, instant, at));
    text_append_char(to, '"');
}

void answer_json_quantity(struct text *to, int64_t thousandths)
{
    char digits[32];
    text_append(to, digits, decimal_write(digits, thousandths, 3, true));
}

void answer_json_money(struct text *to, const struct shop *shop, int64_t minor)
{
    char digits[32];
    APPEND(to, "{\"amount\":\"");
    text_append(to, digits, decimal_write(digits, minor, shop->currency.decimals, false));
    APPEND(to, "\",\"currency\":\"");
    text_append_string(to, shop->currency.code);
    APPEND(to, "\"}");
}

void answer_json_limit(struct text *to, const struct shop *shop, const struct promise_limit *limit)
{
    const char *name = promise_limit_name(shop, limit);
    APPEND(to, "\"limited_by\":{\"kind\":\"");
    text_append_string(to, promise_cause_text(limit->cause));
    APPEND(to, "\",\"name\":");
    if (name != NULL) {
        text_append_char(to, '"');
        text_append_string(to, name);
        text_append_char(to, '"');
    } else {
        APPEND(to, "null");
    }
    APPEND(to, ",\"until\":");
    if (limit->cause == CAUSE_NONE) {
        APPEND(to, "null");
    } else {
        answer_json_instant(to, shop, limit->until);
    }
    text_append_char(to, '}');
}

static bool json_plain(struct slice slice)
{
    bool special = false; /* no way out before the end: the compiler takes 16 bytes at a time */
    for (size_t i = 0; i < slice.length; i++) {
        unsigned char c = (unsigned char)slice.data[i];
        special |= (c < 0x20) | (c == '"') | (c == '\\');
    }
    return !special;
}

/* The sentence is written in place; only one that holds something to escape (a label with quotes)
 * goes through a copy. */
static void append_sentence(struct text *to, const struct shop *shop,
                            const struct promise_answer *answer, enum language language)
{
    size_t start = to->length;
    promise_reason(shop, answer, language, to);
    if (to->overflow || json_plain((struct slice){to->bytes + start, to->length - start})) {
        return;
    }
    struct text copy;
    text_init(&copy, to->length_max);
    text_append(&copy, to->bytes + start, to->length - start);
    to->length = start;
    text_append_json(to, text_slice(&copy));
    text_free(&copy);
}

void answer_json_reason(struct text *to, const struct shop *shop,
                        const struct promise_answer *answer)
{
    APPEND(to, "\"reason\":{\"fr\":\"");
    append_sentence(to, shop, answer, LANGUAGE_FR);
    APPEND(to, "\",\"en\":\"");
    append_sentence(to, shop, answer, LANGUAGE_EN);
    APPEND(to, "\"}");
}

/* "ship_by":...,"deliver_by":... ; what is on site has no ship-by. */
void answer_json_dates(struct text *to, const struct shop *shop, const struct promise_dates *dates)
{
    APPEND(to, "\"ship_by\":");
    if (dates->has_ship_by) {
        answer_json_instant(to, shop, dates->ship_by);
    } else {
        APPEND(to, "null");
    }
    APPEND(to, ",\"deliver_by\":");
    answer_json_day(to, dates->deliver_by_day);
}

void answer_json_times(struct text *to, const struct shop *shop, int64_t start, int64_t end)
{
    APPEND(to, "\"starts_at\":");
    answer_json_instant(to, shop, start);
    APPEND(to, ",\"ends_at\":");
    answer_json_instant(to, shop, instant_minute_up(end));
}

void answer_json_time(struct text *to, const struct shop *shop, const struct offer *offer,
                      const struct offered_time *time)
{
    text_append_char(to, '{');
    answer_json_times(to, shop, time->start, time->end);
    if (offer->seats > 0) {
        APPEND(to, ",\"seats_left\":");
        text_append_integer(to, time->seats);
    }
    text_append_char(to, '}');
}

static void append_lines(struct text *to, const struct shop *shop, struct answer_lines lines,
                         bool with_status)
{
    APPEND(to, "\"lines\":[");
    for (uint32_t i = 0; i < lines.count; i++) {
        const struct order_line_view *line = &lines.lines[i];
        ASSERT(line->offer.index < shop->offer_count);
        text_append_string(to, i == 0 ? "{\"offer\":\"" : ",{\"offer\":\"");
        text_append_string(to, shop->offers[line->offer.index].name);
        APPEND(to, "\",\"quantity\":");
        answer_json_quantity(to, line->quantity_thousandths);
        text_append_char(to, ',');
        answer_json_dates(to, shop, &line->dates);
        if (line->start > 0) {
            APPEND(to, ",");
            answer_json_times(to, shop, line->start, line->end);
        }
        if (with_status) {
            APPEND(to, ",\"status\":\"");
            text_append_string(to, order_status_text(line->status));
            text_append_char(to, '"');
        }
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

/* How many carriers' parcels the lines leave in, and whether two have the same carrier: only then
 * does an answer say which goes in which. */
static bool lines_are_split(struct answer_lines lines)
{
    uint16_t group_of[LIMIT_CARRIERS];
    memset(group_of, 0xff, sizeof group_of);
    for (uint32_t i = 0; i < lines.count; i++) {
        const struct order_line_view *line = &lines.lines[i];
        if (line->carrier.index == NO_INDEX) {
            continue;
        }
        uint16_t *group = &group_of[line->carrier.index];
        if (*group != NO_INDEX && *group != line->group) {
            return true;
        }
        *group = (uint16_t)line->group;
    }
    return false;
}

/* The numbers of a group's lines, the first asked for being 1. */
static void append_numbers(struct text *to, struct answer_lines lines, uint32_t first)
{
    APPEND(to, "\"lines\":[");
    for (uint32_t i = first; i < lines.count; i++) {
        if (lines.lines[i].group == lines.lines[first].group) {
            text_append_string(to, i == first ? "" : ",");
            text_append_integer(to, i + 1);
        }
    }
    APPEND(to, "],");
}

static bool group_was_before(struct answer_lines lines, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (lines.lines[i].group == lines.lines[index].group) {
            return true;
        }
    }
    return false;
}

/* "parcels":[...], of a promise that is split. */
static void append_parcels(struct text *to, const struct shop *shop, struct answer_lines lines)
{
    const char *separator = ",\"parcels\":[";
    for (uint32_t i = 0; i < lines.count; i++) {
        const struct order_line_view *line = &lines.lines[i];
        if (line->carrier.index == NO_INDEX || group_was_before(lines, i)) {
            continue;
        }
        text_append_string(to, separator);
        separator = ",";
        APPEND(to, "{\"carrier\":\"");
        text_append_string(to, shop->carriers[line->carrier.index].name);
        APPEND(to, "\",");
        append_numbers(to, lines, i);
        answer_json_dates(to, shop, &line->dates);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

/* What a promise consists of, from "promised" to "total", without the closing brace. Lines have a
 * status in an order as it is now. */
static void append_promise(struct text *to, const struct shop *shop,
                           const struct promise_answer *answer, struct answer_lines lines,
                           bool with_status)
{
    const struct promise_summary *summary = &answer->summary;
    APPEND(to, "{\"promised\":true,");
    answer_json_dates(to, shop, &summary->dates);
    APPEND(to, ",\"material_on\":");
    answer_json_day(to, summary->material_day);
    APPEND(to, ",\"ready_at\":");
    answer_json_instant(to, shop, summary->ready_at);
    text_append_char(to, ',');
    answer_json_limit(to, shop, &summary->limit);
    text_append_char(to, ',');
    answer_json_reason(to, shop, answer);
    text_append_char(to, ',');
    append_lines(to, shop, lines, with_status);
    if (lines_are_split(lines)) {
        append_parcels(to, shop, lines);
    }
    APPEND(to, ",\"total\":");
    answer_json_money(to, shop, summary->total_minor);
}

void answer_json_refusal(struct text *to, const struct shop *shop,
                         const struct promise_answer *answer)
{
    answer_json_limit(to, shop, &answer->summary.limit);
    text_append_char(to, ',');
    answer_json_reason(to, shop, answer);
    APPEND(to, ",\"possible_on\":");
    if (answer->has_possible) {
        answer_json_day(to, answer->possible_day);
    } else {
        APPEND(to, "null");
    }
}

static void append_refusal(struct text *to, const struct shop *shop,
                           const struct promise_answer *answer)
{
    APPEND(to, "{\"promised\":false,");
    answer_json_refusal(to, shop, answer);
    text_append_char(to, '}');
}

void answer_json_quote(struct text *to, const struct shop *shop,
                       const struct promise_answer *answer, struct answer_lines lines)
{
    if (!text_reserve(to, ANSWER_BYTES_TYPICAL)) {
        return;
    }
    if (answer->result == PROMISE_SOLD_OUT || answer->result == PROMISE_NEVER) {
        append_refusal(to, shop, answer);
        return;
    }
    ASSERT(answer->result == PROMISE_OK);
    append_promise(to, shop, answer, lines, false);
    text_append_char(to, '}');
}

static enum order_status answer_status(const struct order_view *order, enum answer_moment moment)
{
    if (moment == ANSWER_NOW) {
        return order->status;
    }
    return order->was_held ? ORDER_HELD : ORDER_CONFIRMED;
}

/* The same, from the memo where it knows it: a first answer's, whose lines have no status. */
static void append_promise_known(struct text *to, const struct shop *shop,
                                 const struct promise_answer *answer, struct answer_lines lines,
                                 enum answer_moment moment, struct answer_memo *memo)
{
    bool keeps = memo != NULL && lines.count == 1 && moment == ANSWER_FIRST;
    size_t start = to->length;
    if (keeps && answer_memo_append(memo, to, shop, &answer->summary, lines.lines)) {
        return;
    }
    append_promise(to, shop, answer, lines, moment == ANSWER_NOW);
    if (keeps && !to->overflow) {
        answer_memo_keep(memo, (struct slice){to->bytes + start, to->length - start}, shop,
                         &answer->summary, lines.lines);
    }
}

/* The first promise beside the current one, and what became of it. */
static void append_history(struct text *to, const struct shop *shop, const struct order_view *order)
{
    APPEND(to, ",\"first_ship_by\":");
    if (order->first.dates.has_ship_by) {
        answer_json_instant(to, shop, order->first.dates.ship_by);
    } else {
        APPEND(to, "null");
    }
    APPEND(to, ",\"first_deliver_by\":");
    answer_json_day(to, order->first.dates.deliver_by_day);
    APPEND(to, ",\"revised\":");
    text_append_integer(to, order->revisions);
    APPEND(to, ",\"broken\":");
    text_append_string(to, order->broken ? "true" : "false");
}

void answer_json_order(struct text *to, const struct shop *shop, const struct order_view *order,
                       struct answer_lines lines, struct slice token, enum answer_moment moment,
                       struct answer_memo *memo)
{
    char id[ORDER_ID_LENGTH + 1];
    enum order_status status = answer_status(order, moment);
    struct promise_answer answer = {
        .result = PROMISE_OK,
        .summary = moment == ANSWER_FIRST ? order->first : order->current,
    };
    if (!text_reserve(to, ANSWER_BYTES_TYPICAL)) {
        return;
    }
    append_promise_known(to, shop, &answer, lines, moment, memo);
    order_id_write(id, order->made_at, order->key);
    APPEND(to, ",\"order\":\"");
    text_append(to, id, ORDER_ID_LENGTH);
    APPEND(to, "\",\"status\":\"");
    text_append_string(to, order_status_text(status));
    text_append_char(to, '"');
    if (token.length > 0) {
        APPEND(to, ",\"token\":\"");
        text_append_slice(to, token);
        text_append_char(to, '"');
    }
    APPEND(to, ",\"placed_at\":");
    answer_json_instant(to, shop, order->made_at);
    if (status == ORDER_HELD) {
        APPEND(to, ",\"held_until\":");
        answer_json_instant(to, shop, order->held_until);
    }
    if (moment == ANSWER_NOW) {
        append_history(to, shop, order);
    }
    text_append_char(to, '}');
}

void answer_json_wish(struct text *to, const struct shop *shop, const struct answer_wish *answer)
{
    const struct wish_view *wish = answer->wish;
    char id[ORDER_ID_LENGTH + 1];
    order_id_write(id, wish->made_at, wish->key);
    text_append_format(to, "{\"wish\":\"%s\",\"status\":\"%s\",\"offer\":\"%s\",\"quantity\":", id,
                       wish_status_text(wish->status), shop->offers[wish->offer.index].name);
    answer_json_quantity(to, wish->quantity_thousandths);
    APPEND(to, ",\"latest\":");
    answer_json_day(to, wish->latest_day);
    APPEND(to, ",\"made_at\":");
    answer_json_instant(to, shop, wish->made_at);
    if (wish->status == WISH_WAITING) {
        text_append_format(to, ",\"before\":%u", answer->before);
    }
    if (answer->token.length > 0) {
        APPEND(to, ",\"token\":\"");
        text_append_slice(to, answer->token);
        text_append_char(to, '"');
    }
    if (answer->order != NULL) {
        APPEND(to, ",\"order\":");
        answer_json_order(to, shop, answer->order, answer->lines, answer->order_token, ANSWER_NOW,
                          NULL);
    }
    text_append_char(to, '}');
}

void answer_json_atp(struct text *to, const struct shop *shop, struct item_id item,
                     const struct atp_day *days, uint32_t count)
{
    ASSERT(item.index < shop->item_count);
    APPEND(to, "{\"item\":\"");
    text_append_string(to, shop->items[item.index].name);
    APPEND(to, "\",\"days\":[");
    for (uint32_t i = 0; i < count; i++) {
        text_append_string(to, i == 0 ? "{\"date\":" : ",{\"date\":");
        answer_json_day(to, days[i].day);
        APPEND(to, ",\"receipts\":");
        answer_json_quantity(to, days[i].receipts);
        APPEND(to, ",\"committed\":");
        answer_json_quantity(to, days[i].committed);
        APPEND(to, ",\"projected\":");
        answer_json_quantity(to, days[i].projected);
        APPEND(to, ",\"atp\":");
        answer_json_quantity(to, days[i].atp);
        text_append_char(to, '}');
    }
    APPEND(to, "]}");
}

void answer_lines_of_plan(const struct promise_plan *plan, struct order_line_view *lines)
{
    for (uint32_t i = 0; i < plan->line_count; i++) {
        const struct planned_line *line = &plan->lines[i];
        ASSERT(line->ask_index < plan->line_count);
        lines[line->ask_index] = (struct order_line_view){
            .offer = line->offer,
            .quantity_thousandths = line->quantity_thousandths,
            .amount_minor = line->amount_minor,
            .group = line->group,
            .carrier = {plan->groups[line->group].carrier},
            .dates = *plan_line_dates(plan, i),
            .start = plan->groups[line->group].carrier == NO_INDEX ? line->start : 0,
            .end = plan->groups[line->group].carrier == NO_INDEX ? line->end : 0,
        };
    }
}

uint32_t answer_lines_of_order(const struct promise_state *state, const struct order_view *order,
                               struct order_line_view *lines)
{
    ASSERT(order->line_count <= LIMIT_ORDER_LINES);
    for (uint32_t i = 0; i < order->line_count; i++) {
        promise_order_line(state, order->number, i, &lines[i]);
    }
    return order->line_count;
}
