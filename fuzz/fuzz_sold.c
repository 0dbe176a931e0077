/* Orders of other shops: what a reader of strangers' orders takes holds what the engine and the
 * journal rely on, whatever the bytes. */
#include "base/assert.h"
#include "fuzz/stranger.h"
#include "journal/journal.h"
#include "pages/sold_read.h"

static void check_text(struct slice text, size_t most)
{
    ASSERT(text.length <= most);
    ASSERT(utf8_valid(text));
    for (size_t i = 0; i < text.length; i++) {
        ASSERT((unsigned char)text.data[i] >= ' ');
    }
}

static void check(const struct engine_sold *sold)
{
    ASSERT(sold->reference.length > 0);
    ASSERT(sold->reference.length + sold->label.length + sold->status.length +
               sold->unknown.length + sold->deleted_by.length <=
           JOURNAL_ORIGIN_BYTES);
    check_text(sold->label, JOURNAL_ORIGIN_BYTES);
    check_text(sold->status, JOURNAL_ORIGIN_BYTES);
    check_text(sold->unknown, JOURNAL_ORIGIN_BYTES);
    check_text(sold->person.name, LIMIT_PERSON_FIELD_BYTES);
    check_text(sold->person.street, LIMIT_PERSON_FIELD_BYTES);
    check_text(sold->person.phone, LIMIT_PERSON_FIELD_BYTES);
    ASSERT(sold->person.email.length == 0 || request_email_good(sold->person.email));
    ASSERT(sold->line_count <= LIMIT_ORDER_LINES);
    for (uint32_t i = 0; i < sold->line_count; i++) {
        ASSERT(sold->lines[i].offer.index == 0);
        ASSERT(sold->lines[i].quantity_thousandths > 0);
        ASSERT(sold->lines[i].quantity_thousandths <= LIMIT_LINE_QUANTITY_THOUSANDTHS);
    }
    for (uint32_t i = 0; i < sold->history_count; i++) {
        ASSERT(sold->history[i].unit_price_minor >= 0);
        ASSERT(sold->history[i].at > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_value order;
    struct problem problem = {.kind = PROBLEM_NONE};
    struct request_reader reader = stranger_reader(&problem);
    struct engine_sold sold;
    struct slice body = {(const char *)data, size};
    if (!request_read_object(&reader, body, &order)) {
        return 0;
    }
    for (enum sold_system system = 0; system < SOLD_SYSTEMS; system++) {
        reader = stranger_reader(&problem);
        if (sold_read(&reader, system, order, &sold)) {
            check(&sold);
        } else {
            ASSERT(problem.kind != PROBLEM_NONE);
            ASSERT(utf8_valid(slice_of(problem.detail)));
        }
        if (sold_read_deleted(&reader, system, order, SLICE("d"), &sold)) {
            ASSERT(sold.state == SOLD_ENDED);
        }
    }
    return 0;
}
