/* Rows of the journal: any bytes are unpacked or refused; what is unpacked, and any events, come
 * back from packing as they were. */
#include "base/assert.h"
#include "journal/event_pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void there_and_back(struct slice events)
{
    struct text packed;
    struct text unpacked;
    struct slice back;
    text_init(&packed, EVENTS_BYTES_MAX);
    text_init(&unpacked, EVENTS_BYTES_MAX);
    struct slice stored = events_pack(events, &packed);
    ASSERT(stored.length <= events.length);
    ASSERT(events_unpack(stored, &unpacked, &back) == STATUS_OK);
    ASSERT(back.length == events.length);
    ASSERT(back.length == 0 || memcmp(back.data, events.data, back.length) == 0);
    text_free(&packed);
    text_free(&unpacked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text unpacked;
    struct slice row = {(const char *)data, size};
    struct slice events;
    text_init(&unpacked, EVENTS_BYTES_MAX);
    if (events_unpack(row, &unpacked, &events) == STATUS_OK) {
        there_and_back(events);
    }
    text_free(&unpacked);
    return 0;
}
