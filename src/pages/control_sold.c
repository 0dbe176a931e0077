/* Raw orders -> struct engine_sold in the request's memory; and what became of each. One that
 * cannot be read does not keep the others from being taken. */
#include "pages/control_sold.h"

#include "base/assert.h"
#include "pages/answer_json.h"

enum { SOLD_COMMAND, SOLD_SYSTEM, SOLD_ORDERS, SOLD_DRY_RUN };
const struct json_field control_sold_fields[CONTROL_SOLD_FIELDS] = {
    {"command", JSON_IS_STRING, true},
    {"system", JSON_IS_STRING, true},
    {"orders", JSON_IS_ARRAY, true},
    {"dry_run", JSON_IS_BOOLEAN, false},
};

const char *sold_outcome_text(enum sold_outcome outcome)
{
    static const char *const texts[SOLD_OUTCOMES] = {
        [SOLD_TAKEN] = "taken",         [SOLD_HELD] = "held",
        [SOLD_NOT_HELD] = "not_held",   [SOLD_SAME] = "same",
        [SOLD_STALE] = "stale",         [SOLD_LEFT] = "left",
        [SOLD_DELIVERED] = "delivered", [SOLD_CANCELLED] = "cancelled",
        [SOLD_HISTORY] = "history",     [SOLD_NOTHING] = "nothing",
        [SOLD_FULL] = "full",
    };
    ASSERT(outcome < SOLD_OUTCOMES);
    return texts[outcome];
}

static uint32_t elements_count(struct json_value array)
{
    struct slice rest = json_read_elements(array);
    struct json_value element;
    uint32_t count = 0;
    while (json_read_next(&rest, &element)) {
        count++;
    }
    return count;
}

/* Why it cannot be read, for as long as the request lives. */
static const char *why_keep(struct request_reader *reader)
{
    size_t length = strlen(reader->problem->detail);
    char *kept = reader->alloc(reader->context, length + 1);
    return kept == NULL ? "no memory" : memcpy(kept, reader->problem->detail, length + 1);
}

bool control_sold_read(struct request_reader *reader, const struct json_value *values,
                       struct engine_task *task, struct control_sold *sold)
{
    enum sold_system system;
    struct json_value element;
    uint32_t count = elements_count(values[SOLD_ORDERS]);
    if (!sold_system_read(values[SOLD_SYSTEM].text, &system)) {
        return problem_set(reader->problem, PROBLEM_BAD_VALUE,
                           "orders of woocommerce and of shopify are known");
    }
    sold->elements = reader->alloc(reader->context, (count + 1) * sizeof *sold->elements);
    task->sold = reader->alloc(reader->context, (count + 1) * sizeof *task->sold);
    if (sold->elements == NULL || task->sold == NULL) {
        return problem_set(reader->problem, PROBLEM_TOO_LARGE,
                           "the request needs more memory than it may have; send less at once");
    }
    struct slice rest = json_read_elements(values[SOLD_ORDERS]);
    while (json_read_next(&rest, &element)) {
        struct control_sold_element *read = &sold->elements[sold->count++];
        read->place = task->sold_count;
        read->readable = sold_read(reader, system, element, &task->sold[task->sold_count]);
        task->sold_count += read->readable;
        read->why = read->readable ? NULL : why_keep(reader);
    }
    task->dry_run = json_read_true(values[SOLD_DRY_RUN]);
    return true;
}

static void text_field(struct text *to, const char *name, struct slice value)
{
    text_append_format(to, ",\"%s\":\"", name);
    text_append_json(to, value);
    text_append_char(to, '"');
}

static void order_append(struct text *to, const struct order_view *order)
{
    char id[ORDER_ID_LENGTH + 1];
    bool late = !order->broken && !promise_dates_keep(&order->current.dates, &order->first.dates);
    order_id_write(id, order->made_at, order->key);
    text_field(to, "order", slice_of(id));
    text_field(to, "status_here", slice_of(order_status_text(order->status)));
    text_append_string(to, ",\"promised\":");
    answer_json_day(to, order->first.dates.deliver_by_day);
    text_append_string(to, ",\"deliver_by\":");
    answer_json_day(to, order->current.dates.deliver_by_day);
    text_append_format(to, ",\"broken\":%s,\"late\":%s", order->broken ? "true" : "false",
                       late ? "true" : "false");
}

static void sold_append(struct text *to, const struct engine_sold *sold)
{
    text_append_format(to, "{\"outcome\":\"%s\"", sold_outcome_text(sold->outcome));
    text_field(to, "reference", sold->reference);
    text_field(to, "label", sold->label);
    text_field(to, "status", sold->status);
    if (sold->unknown.length > 0) {
        text_field(to, "unknown", sold->unknown);
    }
    if (sold->order.number != 0) {
        order_append(to, &sold->order);
    }
    text_append_char(to, '}');
}

void control_sold_render(struct text *to, const struct control_sold *sold,
                         const struct engine_task *task)
{
    text_append_string(to, "{\"orders\":[");
    for (uint32_t i = 0; i < sold->count; i++) {
        const struct control_sold_element *element = &sold->elements[i];
        text_append_string(to, i == 0 ? "" : ",");
        if (element->readable) {
            sold_append(to, &task->sold[element->place]);
        } else {
            text_append_string(to, "{\"outcome\":\"unreadable\"");
            text_field(to, "why", slice_of(element->why));
            text_append_char(to, '}');
        }
    }
    text_append_string(to, "]}");
}
