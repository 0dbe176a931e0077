/* The layouts, byte by byte, as journals have them for ever: every field where event.c says that it
 * stands, zeros in between whatever the buffer held before; what is read and written again is the
 * same. */
#include "base/bytes.h"
#include "promise/event.h"
#include "promise/promise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BYTES_MOST = 1024 };

/* So many bytes at this place of the payload hold this number, little-endian. */
struct field {
    uint32_t at;
    uint32_t bytes;
    int64_t value;
};

static unsigned char bytes[BYTES_MOST];
static unsigned char again[BYTES_MOST];
static struct event_buffer buffer;
static struct event_buffer buffer_again;

/* A macro: clang takes no constant object as an initializer. */
#define KEY_BYTES_OF_ALL                                                                           \
    {                                                                                              \
        {                                                                                          \
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10                                                          \
        }                                                                                          \
    }
static const struct order_key key = KEY_BYTES_OF_ALL;
#define KEY(at)                                                                                    \
    {(at), 8, 0x0807060504030201},                                                                 \
    {                                                                                              \
        (at) + 8, 2, 0x0a09                                                                        \
    }

static int begin(void **unused)
{
    (void)unused;
    memset(bytes, 0xee, sizeof bytes);
    memset(again, 0xee, sizeof again);
    buffer = (struct event_buffer){bytes, 0, sizeof bytes};
    buffer_again = (struct event_buffer){again, 0, sizeof again};
    return 0;
}

/* The buffer holds one event: these fields, and zeros. Returns it. */
static struct event layout_check(enum event_type type, const struct field *fields, size_t count,
                                 size_t length)
{
    unsigned char expected[BYTES_MOST] = {0};
    bytes_put_u16(expected, (uint16_t)type);
    bytes_put_u16(expected + 2, 2);
    bytes_put_u32(expected + 4, (uint32_t)length);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < fields[i].bytes; k++) {
            expected[8 + fields[i].at + k] = (unsigned char)((uint64_t)fields[i].value >> 8 * k);
        }
    }
    assert_int_equal(buffer.length, 8 + length);
    assert_memory_equal(bytes, expected, buffer.length);
    assert_int_equal(bytes[buffer.length], 0xee);
    return (struct event){(uint16_t)type, 2, bytes + 8, (uint32_t)length};
}

#define LAYOUT_CHECK(type, fields, length)                                                         \
    layout_check((type), (fields), sizeof(fields) / sizeof *(fields), (length))

static void same_again(void)
{
    assert_int_equal(buffer_again.length, buffer.length);
    assert_memory_equal(again, bytes, buffer.length);
}

/* ---- PLACED ---- */

static const struct event_placed head = {
    .number = 0x01020304,
    .hold = true,
    .split = true,
    .broken = true,
    .key = KEY_BYTES_OF_ALL,
    .made_at = 0x1112131415161718,
    .customer = {0x2122232425262728},
    .held_until = 0x3132333435363738,
    .replaced_number = 0x41424344,
    .first = {.dates = {.has_ship_by = true,
                        .ship_by = 0x5152535455565758,
                        .deliver_by_day = 0x61626364},
              .material_day = 0x65666768,
              .ready_at = 0x7172737475767778,
              .limit = {CAUSE_CASH, 0x0506, 0x0708090a0b0c0d0e},
              .total_minor = 0x1a1b1c1d1e1f2021,
              .shipping_minor = 0x2a2b2c2d2e2f3031},
    .want = {WANT_AT, 0x3a3b3c3d3e3f4041},
    .priority = 7,
    .reason = CHANGE_CARRIER,
    .reason_index = 0x1516,
    .vat_minor = 0x4a4b4c4d4e4f5051,
    .line_count = 2,
    .group_count = 2,
    .commitment_count = 1,
    .run_count = 1,
    .session_count = 1,
    .purchase_count = 1,
    .reduction_count = 1,
};

/* A parcel's line and one that takes place; a new session of two runs. */
static void placed_write(void)
{
    const struct event_line lines[] = {{{0x0102}, 1, 0x03040506, 0x0708090a0b0c0d0e},
                                       {{0x1112}, 0, 1, 0}};
    const struct event_group groups[] = {
        {.carrier = {0x2122},
         .collection_day = 0x23242526,
         .dates = {.has_ship_by = true, .ship_by = 0x2728292a2b2c2d2e, .deliver_by_day = 0x2f30}},
        {.carrier = {NO_INDEX},
         .dates = {.deliver_by_day = 0x31323334},
         .start = 0x4142434445464748,
         .end = 0x4142434445464748 + 0x51525354}};
    const struct event_commitment commitment = {{0x6162}, 0x6364, 0x65666768, 0x696a6b6c6d6e6f70};
    const struct event_session session = {0x71727374, true,       {0x7576},          2,
                                          0x77787879, 0x01020304, 0x0a0b0c0d0e0f1011};
    const struct event_purchase purchase = {.entry = 0x12131415,
                                            .is_new = true,
                                            .item = {0x1617},
                                            .supplier = {0x1819},
                                            .order_day = 0x1a1b1c1d,
                                            .arrives_day = 0x1e1f2021,
                                            .due_day = 0x22232425,
                                            .quantity_thousandths = 0x262728292a2b2c2d};
    const struct event_reduction reduction = {0x2e2f3031, 0x3233343536373839};
    size_t began = event_begin(&buffer, EVENT_PLACED);
    event_placed_write_head(&buffer, &head);
    event_placed_write_line(&buffer, &lines[0]);
    event_placed_write_line(&buffer, &lines[1]);
    event_placed_write_group(&buffer, &groups[0]);
    event_placed_write_group(&buffer, &groups[1]);
    event_placed_write_commitment(&buffer, &commitment);
    event_placed_write_session(&buffer, &session);
    for (uint32_t i = 0; i < 3; i++) {
        event_placed_write_runs(&buffer, &(struct slot_run){0x41424344 + i, 0x4546, 0x47, 0x48}, 1);
    }
    event_placed_write_purchase(&buffer, &purchase);
    event_write_reduction(&buffer, &reduction);
    event_end(&buffer, began);
}

static void placed_write_again(const struct event *event)
{
    struct event_placed placed;
    assert_int_equal(event_placed_read(event, &placed), STATUS_OK);
    size_t began = event_begin(&buffer_again, EVENT_PLACED);
    event_placed_write_head(&buffer_again, &placed);
    for (uint32_t i = 0; i < placed.line_count; i++) {
        struct event_line line = event_placed_line(&placed, i);
        event_placed_write_line(&buffer_again, &line);
    }
    for (uint32_t i = 0; i < placed.group_count; i++) {
        struct event_group group = event_placed_group(&placed, i);
        event_placed_write_group(&buffer_again, &group);
    }
    struct event_commitment commitment = event_placed_commitment(&placed, 0);
    struct event_session session = event_placed_session(&placed, 0);
    struct event_purchase purchase = event_placed_purchase(&placed, 0);
    struct event_reduction reduction = event_reduction_at(placed.reductions, 0);
    event_placed_write_commitment(&buffer_again, &commitment);
    event_placed_write_session(&buffer_again, &session);
    assert_int_equal(placed.session_run_count, 2);
    for (uint32_t i = 0; i < 3; i++) {
        const struct slot_run run = event_placed_run(&placed, i);
        event_placed_write_runs(&buffer_again, &run, 1);
    }
    event_placed_write_purchase(&buffer_again, &purchase);
    event_write_reduction(&buffer_again, &reduction);
    event_end(&buffer_again, began);
}

static const struct field placed_fields[] = {
    {0, 4, 0x01020304},
    {4, 4, 7},
    {8, 8, 0x1112131415161718},
    KEY(16),
    {32, 8, 0x2122232425262728},
    {40, 8, 0x3132333435363738},
    {48, 4, 0x41424344},
    {52, 4, 2},
    {56, 4, 2},
    {60, 4, 1},
    {64, 4, 1},
    /* the summary */
    {72, 8, 0x5152535455565758},
    {80, 8, 0x7172737475767778},
    {88, 8, 0x0708090a0b0c0d0e},
    {96, 8, 0x1a1b1c1d1e1f2021},
    {104, 8, 0x2a2b2c2d2e2f3031},
    {112, 4, 0x61626364},
    {116, 4, 0x65666768},
    {120, 2, 0x0506},
    {122, 1, CAUSE_CASH},
    {123, 1, 1},
    /* what came with version 2 */
    {128, 1, WANT_AT},
    {129, 1, 7},
    {130, 1, CHANGE_CARRIER},
    {132, 2, 0x1516},
    {134, 2, 1},
    {136, 8, 0x3a3b3c3d3e3f4041},
    {144, 8, 0x4a4b4c4d4e4f5051},
    {152, 2, 1},
    {154, 2, 1},
    /* two lines */
    {160, 2, 0x0102},
    {162, 2, 1},
    {164, 4, 0x03040506},
    {168, 8, 0x0708090a0b0c0d0e},
    {176, 2, 0x1112},
    {180, 4, 1},
    /* two groups */
    {192, 2, 0x2122},
    {194, 2, 1},
    {196, 4, 0x23242526},
    {200, 4, 0x2f30},
    {208, 8, 0x2728292a2b2c2d2e},
    {216, 2, NO_INDEX},
    {224, 4, 0x31323334},
    {228, 4, 0x51525354},
    {232, 8, 0x4142434445464748},
    /* a commitment */
    {240, 2, 0x6162},
    {242, 2, 0x6364},
    {244, 4, 0x65666768},
    {248, 8, 0x696a6b6c6d6e6f70},
    /* a session */
    {256, 4, 0x71727374},
    {260, 2, 0x7576},
    {262, 2, 2},
    {264, 4, 0x77787879},
    {268, 4, 1},
    {272, 8, 0x01020304},
    {280, 8, 0x0a0b0c0d0e0f1011},
    /* runs */
    {288, 8, 0x4847454641424344},
    {296, 8, 0x4847454641424345},
    {304, 8, 0x4847454641424346},
    /* a purchase */
    {312, 4, 0x12131415},
    {316, 2, 0x1617},
    {318, 2, 0x1819},
    {320, 4, 0x1a1b1c1d},
    {324, 4, 0x1e1f2021},
    {328, 4, 0x22232425},
    {332, 4, 1},
    {336, 8, 0x262728292a2b2c2d},
    /* a reduction */
    {344, 4, 0x2e2f3031},
    {352, 8, 0x3233343536373839},
};

static void test_placed(void **unused)
{
    (void)unused;
    placed_write();
    struct event event = LAYOUT_CHECK(EVENT_PLACED, placed_fields, 360);
    placed_write_again(&event);
    same_again();
}

/* Without a parcel, a hold or anything else that may be missing. */
static void test_placed_flags(void **unused)
{
    (void)unused;
    static const struct {
        bool hold, split, broken;
        unsigned char flags;
    } rows[] = {{false, false, false, 0},
                {true, false, false, 1},
                {false, true, false, 2},
                {false, false, true, 4}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event_placed placed = head;
        placed.hold = rows[i].hold;
        placed.split = rows[i].split;
        placed.broken = rows[i].broken;
        placed.first.dates.has_ship_by = false; /* then its instant is not written either */
        begin(NULL);
        event_placed_write_head(&buffer, &placed);
        assert_int_equal(bytes_get_u32(bytes + 4), rows[i].flags);
        assert_int_equal(bytes[123], 0);
        assert_int_equal(bytes_get_i64(bytes + 72), 0);
    }
}

/* ---- the others ---- */

static void test_step(void **unused)
{
    (void)unused;
    static const struct field fields[] = {{0, 4, 0x01020304},
                                          {4, 4, 5},
                                          {8, 8, 0x1112131415161718},
                                          {16, 8, 0x2122232425262728},
                                          KEY(24),
                                          {40, 4, 2},
                                          {48, 4, 0x31323334},
                                          {56, 8, 0x4142434445464748},
                                          {64, 4, 9},
                                          {72, 8, 1}};
    const struct event_reduction reductions[] = {{0x31323334, 0x4142434445464748}, {9, 1}};
    const struct event_step step = {.number = 0x01020304,
                                    .line = 5,
                                    .key = key,
                                    .made_at = 0x1112131415161718,
                                    .at = 0x2122232425262728,
                                    .reduction_count = 2};
    event_step_write(&buffer, EVENT_CANCELLED, &step, reductions);
    struct event event = LAYOUT_CHECK(EVENT_CANCELLED, fields, 80);
    struct event_step read;
    assert_int_equal(event_step_read(&event, &read), STATUS_OK);
    const struct event_reduction read_reductions[] = {event_reduction_at(read.reductions, 0),
                                                      event_reduction_at(read.reductions, 1)};
    event_step_write(&buffer_again, EVENT_CANCELLED, &read, read_reductions);
    same_again();
}

/* Before supply, a step ended with its key. */
static void test_step_of_version_1(void **unused)
{
    (void)unused;
    const struct event_step step = {.number = 3, .line = 1, .key = key, .made_at = 4, .at = 5};
    event_step_write(&buffer, EVENT_STARTED, &step, NULL);
    struct event event = {EVENT_STARTED, 1, bytes + EVENT_HEAD_BYTES, 40};
    struct event_step read;
    assert_int_equal(event_step_read(&event, &read), STATUS_OK);
    event_step_write(&buffer_again, EVENT_STARTED, &read, NULL);
    same_again();
    event.length = 39;
    assert_int_equal(event_step_read(&event, &read), STATUS_CORRUPT);
    event.length = 48;
    assert_int_equal(event_step_read(&event, &read), STATUS_CORRUPT);
}

static void test_extended(void **unused)
{
    (void)unused;
    static const struct field fields[] = {
        {0, 4, 0x01020304}, {8, 8, 0x1112131415161718}, {16, 8, 0x2122232425262728}, KEY(24)};
    const struct event_extended extended = {0x01020304, key, 0x1112131415161718,
                                            0x2122232425262728};
    event_extended_write(&buffer, &extended);
    struct event event = LAYOUT_CHECK(EVENT_EXTENDED, fields, 48);
    struct event_extended read;
    assert_int_equal(event_extended_read(&event, &read), STATUS_OK);
    event_extended_write(&buffer_again, &read);
    same_again();
}

static void test_loosened(void **unused)
{
    (void)unused;
    static const struct field fields[] = {{0, 4, 2}, {8, 4, 0x01020304}, {12, 4, 0x11121314}};
    static const uint32_t numbers[] = {0x01020304, 0x11121314};
    event_loosened_write(&buffer, numbers, 2);
    struct event event = LAYOUT_CHECK(EVENT_LOOSENED, fields, 16);
    const unsigned char *read = NULL;
    uint32_t count = 0;
    assert_int_equal(event_loosened_read(&event, &read, &count), STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(event_loosened_number(read, 0), numbers[0]);
    assert_int_equal(event_loosened_number(read, 1), numbers[1]);
}

static void test_changed(void **unused)
{
    (void)unused;
    static const struct field fields[] = {{0, 2, CHANGE_BOUGHT},
                                          {2, 2, 0x0102},
                                          {4, 2, 0x0304},
                                          {6, 2, 1},
                                          {8, 4, 0x05060708},
                                          {12, 4, -3},
                                          {16, 4, 0x11121314},
                                          {20, 4, 0x15161718},
                                          {24, 4, 0x191a1b1c},
                                          {28, 4, 0x1d1e1f20},
                                          {32, 8, 0x2122232425262728},
                                          {40, 8, 0x3132333435363738},
                                          {48, 8, -5},
                                          {56, 8, 0x4142434445464748}};
    const struct event_changed changed = {.kind = CHANGE_BOUGHT,
                                          .index = 0x0102,
                                          .supplier = 0x0304,
                                          .entry = 0x05060708,
                                          .closes = true,
                                          .people = -3,
                                          .from_day = 0x11121314,
                                          .to_day = 0x15161718,
                                          .arrives_day = 0x191a1b1c,
                                          .due_day = 0x1d1e1f20,
                                          .quantity_thousandths = 0x2122232425262728,
                                          .damaged_thousandths = 0x3132333435363738,
                                          .amount_minor = -5,
                                          .vat_minor = 0x4142434445464748};
    event_changed_write(&buffer, &changed);
    struct event event = LAYOUT_CHECK(EVENT_CHANGED, fields, 72);
    struct event_changed read;
    assert_int_equal(event_changed_read(&event, &read), STATUS_OK);
    event_changed_write(&buffer_again, &read);
    same_again();
}

static void test_day(void **unused)
{
    (void)unused;
    static const struct field fields[] = {{0, 4, 0x01020304}};
    int32_t day = 0;
    event_day_write(&buffer, 0x01020304);
    struct event event = LAYOUT_CHECK(EVENT_DAY, fields, 8);
    assert_int_equal(event_day_read(&event, &day), STATUS_OK);
    assert_int_equal(day, 0x01020304);
}

/* ---- how long an event can be ---- */

/* An order as large as it can be, revised by a payment that comes late, and its confirmation: they
 * fill what is asked for to the last byte. */
static void test_the_largest_event(void **unused)
{
    (void)unused;
    enum { PARTS_MOST = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER };
    size_t most = promise_event_bytes_max();
    struct event_buffer large = {malloc(most), 0, most};
    assert_non_null(large.bytes);
    size_t began = event_begin(&large, EVENT_REVISED);
    event_placed_write_head(&large, &head);
    for (uint32_t i = 0; i < LIMIT_ORDER_LINES; i++) {
        event_placed_write_line(&large, &(struct event_line){.quantity_thousandths = 1});
        event_placed_write_group(&large, &(struct event_group){.start = 1, .end = 2});
        event_placed_write_session(&large, &(struct event_session){.seats = 1});
    }
    for (uint32_t i = 0; i < PARTS_MOST; i++) {
        event_placed_write_commitment(&large, &(struct event_commitment){.day = 1});
        event_placed_write_purchase(&large, &(struct event_purchase){.entry = 1});
    }
    for (uint32_t i = 0; i < LIMIT_PLAN_RUNS; i++) {
        event_placed_write_runs(&large, &(struct slot_run){.count = 1}, 1);
    }
    for (uint32_t i = 0; i < EVENT_REDUCTIONS_MAX; i++) {
        event_write_reduction(&large, &(struct event_reduction){1, 1});
    }
    event_end(&large, began);
    event_step_write(&large, EVENT_CONFIRMED, &(struct event_step){.number = 1}, NULL);
    assert_int_equal(large.length, most);
    free(large.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_placed, begin),
        cmocka_unit_test_setup(test_placed_flags, begin),
        cmocka_unit_test_setup(test_step, begin),
        cmocka_unit_test_setup(test_step_of_version_1, begin),
        cmocka_unit_test_setup(test_extended, begin),
        cmocka_unit_test_setup(test_loosened, begin),
        cmocka_unit_test_setup(test_changed, begin),
        cmocka_unit_test_setup(test_day, begin),
        cmocka_unit_test(test_the_largest_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
