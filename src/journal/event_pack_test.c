/* Packing and back, against what must come out: the events themselves, shorter, from any row. */
#include "journal/event_pack.h"

#include "base/bytes.h"
#include "base/random.h"
#include "promise/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { ROW_BYTES_MAX = 1 << 16 };

struct row {
    unsigned char bytes[ROW_BYTES_MAX];
    size_t length;
    struct text packed;
    struct text unpacked;
};

static int row_make(void **state)
{
    struct row *row = test_calloc(1, sizeof *row);
    text_init(&row->packed, EVENTS_BYTES_MAX);
    text_init(&row->unpacked, EVENTS_BYTES_MAX);
    *state = row;
    return 0;
}

static int row_drop(void **state)
{
    struct row *row = *state;
    text_free(&row->packed);
    text_free(&row->unpacked);
    test_free(row);
    return 0;
}

/* Appends an event of so many zeros and returns them. */
static unsigned char *event_add(struct row *row, enum event_type type, uint32_t length)
{
    unsigned char *head = row->bytes + row->length;
    assert_true(row->length + EVENT_HEAD_BYTES + length <= ROW_BYTES_MAX);
    bytes_put_u16(head, (uint16_t)type);
    bytes_put_u16(head + 2, 3);
    bytes_put_u32(head + 4, length);
    memset(head + EVENT_HEAD_BYTES, 0, length);
    row->length += EVENT_HEAD_BYTES + length;
    return head + EVENT_HEAD_BYTES;
}

static struct slice row_events(const struct row *row)
{
    return (struct slice){(const char *)row->bytes, row->length};
}

static bool is_packed(struct slice stored)
{
    return stored.length >= EVENT_HEAD_BYTES && stored.data[0] == 0 && stored.data[1] == 0;
}

/* Packs, unpacks, compares; returns how many bytes would be kept. */
static size_t there_and_back(struct row *row)
{
    struct slice events;
    struct slice stored = events_pack(row_events(row), &row->packed);
    assert_true(stored.length <= row->length);
    assert_int_equal(events_unpack(stored, &row->unpacked, &events), STATUS_OK);
    assert_int_equal(events.length, row->length);
    assert_memory_equal(events.data, row->bytes, row->length);
    return stored.length;
}

/* Orders of one offer, one after another: number, key and customer differ. */
static void orders_take_a_quarter(void **state)
{
    struct row *row = *state;
    struct random random;
    random_seed(&random, 7);
    for (uint32_t i = 0; i < 100; i++) {
        unsigned char *payload = event_add(row, EVENT_PLACED, 224);
        bytes_put_u32(payload, 1000 + i);
        bytes_put_i64(payload + 8, 1795000000);
        bytes_put_u64(payload + 16, random_next(&random));
        bytes_put_u16(payload + 24, (uint16_t)random_next(&random));
        bytes_put_u64(payload + 32, random_next(&random));
        bytes_put_i64(payload + 96, 2990);
    }
    assert_true(there_and_back(row) < row->length / 5);
}

/* Each kind is compared with the last of its own, whatever stands between. */
static void kinds_in_turn(void **state)
{
    struct row *row = *state;
    for (uint32_t i = 0; i < 50; i++) {
        memset(event_add(row, EVENT_PLACED, 160), 0xa5, 160);
        memset(event_add(row, EVENT_CONFIRMED, 40), 0x5a, 40);
    }
    assert_true(there_and_back(row) < 8 + 50 * 12 + 250);
}

/* Lengths that are no multiple of 8, shorter and longer than the one before, empty ones. */
static void any_length(void **state)
{
    struct row *row = *state;
    for (uint32_t length = 0; length < 40; length++) {
        memset(event_add(row, EVENT_PLACED, length), 1, length);
        memset(event_add(row, EVENT_PLACED, 39 - length), 2, 39 - length);
        (void)event_add(row, EVENT_DAY, 0);
    }
    assert_true(is_packed(events_pack(row_events(row), &row->packed)));
    (void)there_and_back(row);
}

/* More words without a difference than one byte can count. */
static void long_runs(void **state)
{
    struct row *row = *state;
    const uint32_t lengths[] = {255 * 8, 256 * 8, 257 * 8, 512 * 8, 513 * 8 + 3};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        (void)event_add(row, EVENT_REVISED, lengths[i]);
    }
    assert_true(there_and_back(row) < 60);
}

/* A history is sought by its digest, a shop file is text: such rows stay as they are. */
static void others_stay(void **state)
{
    struct row *row = *state;
    static const enum event_type types[] = {EVENT_SHOP, EVENT_ZONE, EVENT_HISTORY, EVENT_ORIGIN};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        row->length = 0;
        (void)event_add(row, EVENT_PLACED, 400);
        (void)event_add(row, types[i], 400);
        struct slice stored = events_pack(row_events(row), &row->packed);
        assert_ptr_equal(stored.data, row->bytes);
        assert_int_equal(stored.length, row->length);
        (void)there_and_back(row);
    }
}

/* What does not become shorter stays as it is, and so does nothing at all. */
static void random_bytes_stay(void **state)
{
    struct row *row = *state;
    struct random random;
    random_seed(&random, 1);
    assert_int_equal(there_and_back(row), 0);
    unsigned char *payload = event_add(row, EVENT_PLACED, 4000);
    for (uint32_t i = 0; i < 4000; i++) {
        payload[i] = (unsigned char)(1 + random_below(&random, 255));
    }
    assert_int_equal(there_and_back(row), row->length);
    assert_false(is_packed(events_pack(row_events(row), &row->packed)));
}

/* Any mix of kinds, lengths and differences. */
static void any_row(void **state)
{
    struct row *row = *state;
    struct random random;
    random_seed(&random, 42);
    for (uint32_t round = 0; round < 2000; round++) {
        row->length = 0;
        uint64_t sparse = 1 + random_below(&random, 20);
        for (uint64_t count = random_below(&random, 12); count > 0; count--) {
            enum event_type type = (enum event_type)(EVENT_DAY + random_below(&random, 8));
            uint32_t length = (uint32_t)random_below(&random, 300);
            unsigned char *payload = event_add(row, type, length);
            for (uint32_t i = 0; i < length; i++) {
                payload[i] = random_below(&random, sparse) == 0
                                 ? (unsigned char)random_next(&random)
                                 : (unsigned char)(i / 8);
            }
        }
        (void)there_and_back(row);
    }
}

/* Cut off anywhere, or longer than it says: corrupt, not read beyond its end. */
static void cut_off(void **state)
{
    struct row *row = *state;
    struct slice events;
    bytes_put_u64(event_add(row, EVENT_PLACED, 100), 99);
    bytes_put_u64(event_add(row, EVENT_PLACED, 101), 98);
    struct slice stored = events_pack(row_events(row), &row->packed);
    assert_true(is_packed(stored));
    for (size_t length = EVENT_HEAD_BYTES; length < stored.length; length++) {
        char *cut = test_malloc(length);
        memcpy(cut, stored.data, length);
        assert_int_equal(events_unpack((struct slice){cut, length}, &row->unpacked, &events),
                         STATUS_CORRUPT);
        test_free(cut);
    }
    char longer[256] = {0};
    memcpy(longer, stored.data, stored.length);
    assert_int_equal(
        events_unpack((struct slice){longer, stored.length + 1}, &row->unpacked, &events),
        STATUS_CORRUPT);
}

/* What nobody packed: another packing, a length that so few bytes cannot say, a kind that is never
 * packed, a run beyond the event's end, a byte that is said to differ and does not. */
static void crafted(void **state)
{
    struct row *row = *state;
    struct slice events;
    static const unsigned char rows[][24] = {
        {0, 0, 2, 0, 8, 0, 0, 0, 5, 5, 1, 0},
        {0, 0, 1, 0, 0, 0, 0, 0x3b, 5, 5, 1, 0},
        {0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 5, 5, 1, 0},
        {0, 0, 1, 0, 16, 0, 0, 0, 0x15, EVENT_SHOP, 1, 8, 0, 0},
        {0, 0, 1, 0, 16, 0, 0, 0, 0x15, 0xff, 1, 8, 0, 0},
        {0, 0, 1, 0, 16, 0, 0, 0, 0x15, EVENT_DAY, 1, 8, 0, 1},
        {0, 0, 1, 0, 16, 0, 0, 0, 0x15, EVENT_DAY, 1, 8, 1, 0},
        {0, 0, 1, 0, 15, 0, 0, 0, 0x15, EVENT_DAY, 1, 7, 0x80, 1},
        {0, 0, 1, 0, 16, 0, 0, 0, 0x15, EVENT_DAY, 1, 9, 0, 0},
    };
    static const size_t lengths[] = {12, 12, 12, 14, 14, 14, 14, 14, 14};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct slice stored = {(const char *)rows[i], lengths[i]};
        assert_int_equal(events_unpack(stored, &row->unpacked, &events), STATUS_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(orders_take_a_quarter, row_make, row_drop),
        cmocka_unit_test_setup_teardown(kinds_in_turn, row_make, row_drop),
        cmocka_unit_test_setup_teardown(any_length, row_make, row_drop),
        cmocka_unit_test_setup_teardown(long_runs, row_make, row_drop),
        cmocka_unit_test_setup_teardown(others_stay, row_make, row_drop),
        cmocka_unit_test_setup_teardown(random_bytes_stay, row_make, row_drop),
        cmocka_unit_test_setup_teardown(any_row, row_make, row_drop),
        cmocka_unit_test_setup_teardown(cut_off, row_make, row_drop),
        cmocka_unit_test_setup_teardown(crafted, row_make, row_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
