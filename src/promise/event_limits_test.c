/* What a reader takes, to the last entry: an event is read at each of its limits and refused one
 * step beyond. */
#include "base/bytes.h"
#include "promise/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    PARTS_MOST = LIMIT_ORDER_LINES * LIMIT_ITEMS_PER_OFFER,
    BYTES_MOST = 1 << 19,
    AT_FLAGS = 4,
    AT_CAUSE = 72 + 50,
    AT_HAS_SHIP_BY = 72 + 51
};

static unsigned char payload[BYTES_MOST];

/* How many entries each array has. */
struct counts {
    uint32_t lines, groups, commitments, runs, sessions, session_runs, purchases, reductions;
};

/* An event of so many entries, all of them zeros but the first session, which is new and has its
 * runs. */
static struct event placed_of(const struct counts *counts)
{
    size_t sessions =
        160 + 16 * (size_t)counts->lines + 24 * counts->groups + 16 * counts->commitments;
    size_t length = sessions + 32 * (size_t)counts->sessions +
                    8 * ((size_t)counts->runs + counts->session_runs) + 32 * counts->purchases +
                    16 * counts->reductions;
    assert_true(length < sizeof payload);
    memset(payload, 0, length);
    bytes_put_u32(payload + 52, counts->lines);
    bytes_put_u32(payload + 56, counts->groups);
    bytes_put_u32(payload + 60, counts->commitments);
    bytes_put_u32(payload + 64, counts->runs);
    bytes_put_u16(payload + 134, (uint16_t)counts->sessions);
    bytes_put_u16(payload + 152, (uint16_t)counts->purchases);
    bytes_put_u16(payload + 154, (uint16_t)counts->reductions);
    if (counts->sessions > 0) {
        bytes_put_u16(payload + sessions + 6, (uint16_t)counts->session_runs);
        bytes_put_u32(payload + sessions + 12, 1);
    }
    return (struct event){EVENT_PLACED, 2, payload, (uint32_t)length};
}

static enum status placed_status(const struct event *event)
{
    struct event_placed placed;
    return event_placed_read(event, &placed);
}

static void test_placed_counts(void **unused)
{
    (void)unused;
    enum { LINES = LIMIT_ORDER_LINES, RUNS = LIMIT_PLAN_RUNS, LESS = EVENT_REDUCTIONS_MAX };
    static const struct {
        struct counts counts;
        enum status status;
    } rows[] = {
        {{.lines = 1, .groups = 1}, STATUS_OK},
        {{.lines = 0, .groups = 0}, STATUS_CORRUPT},
        {{.lines = 1, .groups = 0}, STATUS_CORRUPT},
        {{.lines = 2, .groups = 2}, STATUS_OK},
        {{.lines = 2, .groups = 3}, STATUS_CORRUPT},
        {{.lines = LINES, .groups = LINES}, STATUS_OK},
        {{.lines = LINES + 1, .groups = LINES}, STATUS_CORRUPT},
        {{.lines = 1, .groups = 1, .commitments = PARTS_MOST}, STATUS_OK},
        {{.lines = 1, .groups = 1, .commitments = PARTS_MOST + 1}, STATUS_CORRUPT},
        {{.lines = 1, .groups = 1, .runs = RUNS}, STATUS_OK},
        {{.lines = 1, .groups = 1, .runs = RUNS + 1}, STATUS_CORRUPT},
        {{.lines = 2, .groups = 1, .sessions = 2}, STATUS_OK},
        {{.lines = 2, .groups = 1, .sessions = 3}, STATUS_CORRUPT},
        {{.lines = 2, .groups = 1, .sessions = 1, .session_runs = RUNS}, STATUS_OK},
        {{.lines = 2, .groups = 1, .sessions = 1, .runs = 1, .session_runs = RUNS - 1}, STATUS_OK},
        {{.lines = 2, .groups = 1, .sessions = 1, .runs = 1, .session_runs = RUNS}, STATUS_CORRUPT},
        {{.lines = 1, .groups = 1, .purchases = PARTS_MOST}, STATUS_OK},
        {{.lines = 1, .groups = 1, .purchases = PARTS_MOST + 1}, STATUS_CORRUPT},
        {{.lines = 1, .groups = 1, .reductions = LESS}, STATUS_OK},
        {{.lines = 1, .groups = 1, .reductions = LESS + 1}, STATUS_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = placed_of(&rows[i].counts);
        assert_int_equal(placed_status(&event), rows[i].status);
        event.length++;
        assert_int_equal(placed_status(&event), STATUS_CORRUPT);
        event.length -= 2;
        assert_int_equal(placed_status(&event), STATUS_CORRUPT);
    }
}

/* Seats of a session that is there already bring no runs. */
static void test_only_new_sessions_have_runs(void **unused)
{
    (void)unused;
    const struct counts counts = {.lines = 1, .groups = 1, .sessions = 1, .session_runs = 1};
    struct event event = placed_of(&counts);
    assert_int_equal(placed_status(&event), STATUS_OK);
    bytes_put_u32(payload + 160 + 16 + 24 + 12, 0);
    assert_int_equal(placed_status(&event), STATUS_CORRUPT);
}

static void test_placed_head(void **unused)
{
    (void)unused;
    static const struct {
        uint16_t version;
        uint32_t at;
        unsigned char value;
        enum status status;
    } rows[] = {
        {2, AT_FLAGS, 7, STATUS_OK},          {2, AT_FLAGS, 8, STATUS_CORRUPT},
        {2, AT_FLAGS, 23, STATUS_OK},         {2, AT_FLAGS, 32, STATUS_CORRUPT},
        {1, AT_FLAGS, 1, STATUS_OK},          {1, AT_FLAGS, 2, STATUS_CORRUPT},
        {2, AT_CAUSE, CAUSE_NONE, STATUS_OK}, {2, AT_CAUSE, CAUSE_NONE + 1, STATUS_CORRUPT},
        {2, AT_HAS_SHIP_BY, 1, STATUS_OK},    {2, AT_HAS_SHIP_BY, 2, STATUS_CORRUPT},
        {0, AT_FLAGS, 0, STATUS_CORRUPT},     {3, AT_FLAGS, 0, STATUS_VERSION},
    };
    const struct counts counts = {.lines = 1, .groups = 1};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = placed_of(&counts);
        event.version = rows[i].version;
        event.length -= event.version == 1 ? 32 : 0; /* its head ends sooner */
        payload[rows[i].at] = rows[i].value;
        assert_int_equal(placed_status(&event), rows[i].status);
    }
}

/* A head that is cut off is not looked into, in either version. */
static void test_placed_heads_are_whole(void **unused)
{
    (void)unused;
    memset(payload, 0, sizeof payload);
    for (uint16_t version = 1; version <= 2; version++) {
        struct event event = {EVENT_PLACED, version, payload, version == 1 ? 127 : 159};
        assert_int_equal(placed_status(&event), STATUS_CORRUPT);
    }
}

static void test_steps(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t line, reductions;
        enum status status;
    } rows[] = {{0, 0, STATUS_OK},
                {LIMIT_ORDER_LINES, 0, STATUS_OK},
                {LIMIT_ORDER_LINES + 1, 0, STATUS_CORRUPT},
                {0, EVENT_REDUCTIONS_MAX, STATUS_OK},
                {0, EVENT_REDUCTIONS_MAX + 1, STATUS_CORRUPT}};
    struct event_step step;
    memset(payload, 0, sizeof payload);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event event = {EVENT_CANCELLED, 2, payload, 48 + 16 * rows[i].reductions};
        bytes_put_u32(payload + 4, rows[i].line);
        bytes_put_u32(payload + 40, rows[i].reductions);
        assert_int_equal(event_step_read(&event, &step), rows[i].status);
        event.length++;
        assert_int_equal(event_step_read(&event, &step), STATUS_CORRUPT);
        event.length -= 2;
        assert_int_equal(event_step_read(&event, &step), STATUS_CORRUPT);
    }
}

static enum status other_status(const struct event *event)
{
    const unsigned char *numbers = NULL;
    uint32_t count = 0;
    int32_t day = 0;
    struct event_extended extended;
    struct event_changed changed;
    switch (event->type) {
    case EVENT_LOOSENED:
        return event_loosened_read(event, &numbers, &count);
    case EVENT_EXTENDED:
        return event_extended_read(event, &extended);
    case EVENT_CHANGED:
        return event_changed_read(event, &changed);
    default:
        return event_day_read(event, &day);
    }
}

/* Those of a fixed length, and a list of three numbers. */
static void test_lengths_and_versions(void **unused)
{
    (void)unused;
    static const struct {
        uint16_t type;
        uint16_t first; /* the payload's first number */
        uint32_t length;
    } rows[] = {{EVENT_LOOSENED, 0, 8},  {EVENT_LOOSENED, 3, 20},
                {EVENT_EXTENDED, 0, 48}, {EVENT_CHANGED, 1, 72},
                {EVENT_CHANGED, 1, 72},  {EVENT_CHANGED, CHANGE_KINDS - 1, 72},
                {EVENT_DAY, 0, 8}};
    memset(payload, 0, sizeof payload);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        bytes_put_u32(payload, rows[i].first);
        struct event event = {rows[i].type, 2, payload, rows[i].length};
        assert_int_equal(other_status(&event), STATUS_OK);
        event.version = 1;
        assert_int_equal(other_status(&event), STATUS_OK);
        event.version = 0;
        assert_int_equal(other_status(&event), STATUS_CORRUPT);
        event.version = 3;
        assert_int_equal(other_status(&event), STATUS_VERSION);
        event.version = 2;
        event.length = rows[i].length - 1;
        assert_int_equal(other_status(&event), STATUS_CORRUPT);
        event.length = rows[i].length + 1;
        assert_int_equal(other_status(&event), STATUS_CORRUPT);
    }
    struct event changed = {EVENT_CHANGED, 2, payload, 72};
    bytes_put_u16(payload, CHANGE_NONE);
    assert_int_equal(other_status(&changed), STATUS_CORRUPT);
    bytes_put_u16(payload, CHANGE_KINDS);
    assert_int_equal(other_status(&changed), STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_placed_counts), cmocka_unit_test(test_only_new_sessions_have_runs),
        cmocka_unit_test(test_placed_head),   cmocka_unit_test(test_placed_heads_are_whole),
        cmocka_unit_test(test_steps),         cmocka_unit_test(test_lengths_and_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
