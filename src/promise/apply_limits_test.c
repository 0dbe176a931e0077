/* What an event may say, to the last unit and the last day: each field of a decided event at its
 * least and at its greatest is taken, one step beyond is refused and changes nothing. */
#include "base/bytes.h"
#include "promise/state.h"
#include "tests/support/story_shop.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { JAR, CLASS, OFFERS };
enum { HORIZON = 20, NEAR_DAYS = 3653 };

/* Which entry of an event a row speaks of. */
enum part { HEAD, LINE, GROUP, COMMITMENT, SESSION, RUN, PURCHASE, REDUCTION };

/* So many bytes at a place of an entry hold another number: what becomes of the event? */
struct row {
    enum part part;
    uint32_t index;
    uint32_t at;
    uint32_t bytes;
    int64_t value;
    enum status status;
};

static struct world world;
static int32_t today;
static int64_t now;

/* Order 1 is confirmed, 2 holds a seat, 3 is cancelled, 4 is held and has bought something. */
static void begin(void)
{
    world_open(&world, story_shop, "2026-12-01T08:00");
    today = promise_today(world.state);
    now = world.now;
    world_order(&world, 1, "jar=3");
    world_hold(&world, 2, "class");
    world_order(&world, 3, "class=3");
    world_step(&world, PROMISE_CANCEL, 3);
    world_hold(&world, 4, "jar=9");
    assert_int_equal(promise_entry_count(world.state), 2);
}

/* What is asked for under key 9: some jars, then seats. */
struct asked {
    int64_t jars;
    int64_t seats;
    bool hold;
    bool replaces; /* order 4 */
};

/* The event of it, decided and not applied. */
static struct event decided(const struct asked *asked)
{
    struct promise_line lines[2];
    struct promise_command command = {.kind = PROMISE_PLACE,
                                      .now = world.now,
                                      .order = world_key(9),
                                      .hold = asked->hold,
                                      .has_replaces = asked->replaces,
                                      .replaces = world_key(4),
                                      .ask = {.lines = lines, .customer = {3}}};
    if (asked->jars > 0) {
        lines[command.ask.line_count++] = (struct promise_line){{JAR}, asked->jars * THOUSAND};
    }
    if (asked->seats > 0) {
        lines[command.ask.line_count++] = (struct promise_line){{CLASS}, asked->seats * THOUSAND};
    }
    world.events.length = 0;
    promise_decide(world.state, &command, &world.answer, &world.events);
    assert_int_equal(world.answer.result, PROMISE_OK);
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    struct slice bytes = {(const char *)world.events.bytes, world.events.length};
    assert_true(event_next(bytes, &offset, &event, &status));
    return event;
}

static unsigned char *entry_of(const struct event *event, enum part part, uint32_t index)
{
    struct event_placed placed;
    assert_int_equal(event_placed_read(event, &placed), STATUS_OK);
    const struct {
        const unsigned char *first;
        uint32_t count;
        uint32_t bytes;
    } parts[] = {
        [HEAD] = {event->payload, 1, EVENT_PLACED_HEAD_BYTES},
        [LINE] = {placed.lines, placed.line_count, EVENT_LINE_BYTES},
        [GROUP] = {placed.groups, placed.group_count, EVENT_GROUP_BYTES},
        [COMMITMENT] = {placed.commitments, placed.commitment_count, EVENT_COMMITMENT_BYTES},
        [SESSION] = {placed.sessions, placed.session_count, EVENT_SESSION_BYTES},
        [RUN] = {placed.runs, placed.run_count + placed.session_run_count, EVENT_RUN_BYTES},
        [PURCHASE] = {placed.purchases, placed.purchase_count, EVENT_PURCHASE_BYTES},
        [REDUCTION] = {placed.reductions, placed.reduction_count, EVENT_REDUCTION_BYTES}};
    assert_true(index < parts[part].count);
    return world.events.bytes + (parts[part].first - world.events.bytes) +
           (size_t)index * parts[part].bytes;
}

static void number_put(unsigned char *to, uint32_t bytes, int64_t value)
{
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = (unsigned char)((uint64_t)value >> 8 * i);
    }
}

/* Applies the event; refused, it has changed nothing. */
static enum status applied(const struct event *event)
{
    uint64_t before = promise_digest(world.state);
    enum status status = promise_apply(world.state, event, world.now);
    if (status != STATUS_OK) {
        assert_int_equal(promise_digest(world.state), before);
    }
    const char *wrong = promise_check(world.state);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
    return status;
}

static void row_check(const struct row *row, size_t number, const struct event *event)
{
    number_put(entry_of(event, row->part, row->index) + row->at, row->bytes, row->value);
    enum status status = applied(event);
    if (status != row->status) {
        fail_msg("row %zu: %d where %d is right", number, status, row->status);
    }
}

/* Each row on a world of its own: what was taken has changed it. */
static void placed_check(const struct asked *asked, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        begin();
        struct event event = decided(asked);
        row_check(&rows[i], i, &event);
        world_close(&world);
    }
}

/* The same of an event that revises the order which the decided one has placed. */
static void revised_check(const struct asked *asked, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        begin();
        struct event event = decided(asked);
        assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
        event.type = EVENT_REVISED;
        entry_of(&event, HEAD, 0)[130] = CHANGE_COUNT;
        row_check(&rows[i], i, &event);
        world_close(&world);
    }
}

#define PLACED_CHECK(asked, rows)  placed_check((asked), (rows), sizeof(rows) / sizeof *(rows))
#define REVISED_CHECK(asked, rows) revised_check((asked), (rows), sizeof(rows) / sizeof *(rows))

static void today_find(void)
{
    begin();
    world_close(&world);
}

/* ---- PLACED ---- */

static void test_heads(void **unused)
{
    (void)unused;
    today_find();
    const struct asked order = {.jars = 1, .seats = 2};
    const struct row rows[] = {
        {HEAD, 0, 0, 4, 5, STATUS_OK},
        {HEAD, 0, 0, 4, 4, STATUS_CORRUPT},
        {HEAD, 0, 0, 4, 6, STATUS_CORRUPT},
        {HEAD, 0, 8, 8, 0, STATUS_OK},
        {HEAD, 0, 8, 8, -1, STATUS_CORRUPT},
        {HEAD, 0, 16, 4, 1, STATUS_CORRUPT}, /* order 1 has that key */
        {HEAD, 0, 40, 8, 1, STATUS_CORRUPT}, /* it is no hold */
        {HEAD, 0, 48, 4, 1, STATUS_CORRUPT}, /* order 1 is none, either */
        {HEAD, 0, 48, 4, 5, STATUS_CORRUPT},
        {HEAD, 0, 112, 4, today, STATUS_OK},
        {HEAD, 0, 112, 4, today - 1, STATUS_CORRUPT},
        {HEAD, 0, 112, 4, today + HORIZON - 1, STATUS_OK},
        {HEAD, 0, 112, 4, today + HORIZON, STATUS_CORRUPT},
        {HEAD, 0, 144, 8, 0, STATUS_OK},
        {HEAD, 0, 144, 8, -1, STATUS_CORRUPT},
        {HEAD, 0, 4, 4, 4, STATUS_CORRUPT},  /* broken from the beginning, and sold here */
        {HEAD, 0, 4, 4, 16, STATUS_OK},      /* sold elsewhere, and kept */
        {HEAD, 0, 4, 4, 20, STATUS_CORRUPT}, /* broken, and it has hours */
    };
    PLACED_CHECK(&order, rows);
    const struct asked bare = {.jars = 1};
    const struct row bare_rows[] = {
        {HEAD, 0, 48, 4, 1, STATUS_CORRUPT}, /* order 1 is no hold */
    };
    PLACED_CHECK(&bare, bare_rows);
    const struct asked hold = {.jars = 1, .hold = true, .replaces = true};
    const struct row hold_rows[] = {
        {HEAD, 0, 40, 8, now, STATUS_OK},
        {HEAD, 0, 40, 8, now - 1, STATUS_CORRUPT},
        {HEAD, 0, 48, 4, 4, STATUS_OK}, /* the last of those that there are */
        {HEAD, 0, 48, 4, 3, STATUS_CORRUPT},
    };
    PLACED_CHECK(&hold, hold_rows);
}

static void test_lines(void **unused)
{
    (void)unused;
    const struct asked order = {.jars = 1, .seats = 2};
    const struct row rows[] = {
        {LINE, 0, 0, 2, OFFERS, STATUS_CORRUPT},
        {LINE, 0, 2, 2, 1, STATUS_OK},
        {LINE, 0, 2, 2, 2, STATUS_CORRUPT},
        {LINE, 1, 2, 2, 2, STATUS_CORRUPT},
        {LINE, 0, 4, 4, 1, STATUS_OK},
        {LINE, 0, 4, 4, 0, STATUS_CORRUPT},
        {LINE, 0, 4, 4, LIMIT_LINE_QUANTITY_THOUSANDTHS, STATUS_OK},
        {LINE, 0, 4, 4, LIMIT_LINE_QUANTITY_THOUSANDTHS + 1, STATUS_CORRUPT},
        {LINE, 1, 4, 4, LIMIT_LINE_QUANTITY_THOUSANDTHS + 1, STATUS_CORRUPT},
        {LINE, 0, 8, 8, 0, STATUS_OK},
        {LINE, 0, 8, 8, -1, STATUS_CORRUPT},
    };
    PLACED_CHECK(&order, rows);
}

/* Group 0 is a parcel, group 1 takes place here. */
static void test_groups(void **unused)
{
    (void)unused;
    today_find();
    const struct asked order = {.jars = 1, .seats = 2};
    const struct row rows[] = {
        {GROUP, 0, 0, 2, 1, STATUS_CORRUPT}, /* there is one carrier */
        {GROUP, 0, 0, 2, NO_INDEX, STATUS_CORRUPT},
        {GROUP, 0, 2, 2, 0, STATUS_CORRUPT}, /* a parcel is shipped */
        {GROUP, 0, 4, 4, today, STATUS_OK},
        {GROUP, 0, 4, 4, today - 1, STATUS_CORRUPT},
        {GROUP, 0, 4, 4, today + HORIZON - 1, STATUS_OK},
        {GROUP, 0, 4, 4, today + HORIZON, STATUS_CORRUPT},
        {GROUP, 0, 8, 4, today - NEAR_DAYS, STATUS_OK},
        {GROUP, 0, 8, 4, today - NEAR_DAYS - 1, STATUS_CORRUPT},
        {GROUP, 0, 8, 4, today + NEAR_DAYS, STATUS_OK},
        {GROUP, 0, 8, 4, today + NEAR_DAYS + 1, STATUS_CORRUPT},
        {GROUP, 1, 0, 2, 0, STATUS_CORRUPT},
        {GROUP, 1, 2, 2, 1, STATUS_CORRUPT},
        {GROUP, 1, 4, 4, 1, STATUS_CORRUPT},
        {GROUP, 1, 8, 4, today + NEAR_DAYS + 1, STATUS_CORRUPT},
    };
    PLACED_CHECK(&order, rows);
    /* What was collected may lie in the past. */
    const struct row revised_rows[] = {
        {GROUP, 0, 4, 4, today - 1, STATUS_OK},
        {GROUP, 0, 4, 4, today - NEAR_DAYS, STATUS_OK},
        {GROUP, 0, 4, 4, today - NEAR_DAYS - 1, STATUS_CORRUPT},
        {GROUP, 0, 4, 4, today + HORIZON - 1, STATUS_OK},
        {GROUP, 0, 4, 4, today + HORIZON, STATUS_CORRUPT},
    };
    REVISED_CHECK(&order, revised_rows);
}

static void test_commitments(void **unused)
{
    (void)unused;
    today_find();
    const struct asked order = {.jars = 1, .seats = 2};
    const struct row rows[] = {
        {COMMITMENT, 0, 0, 2, 1, STATUS_CORRUPT}, /* there is one item */
        {COMMITMENT, 0, 2, 2, 1, STATUS_OK},
        {COMMITMENT, 0, 2, 2, 2, STATUS_CORRUPT},
        {COMMITMENT, 0, 4, 4, today, STATUS_OK},
        {COMMITMENT, 0, 4, 4, today - 1, STATUS_CORRUPT},
        {COMMITMENT, 0, 4, 4, today + HORIZON - 1, STATUS_OK},
        {COMMITMENT, 0, 4, 4, today + HORIZON, STATUS_CORRUPT},
        {COMMITMENT, 0, 8, 8, 1, STATUS_OK},
        {COMMITMENT, 0, 8, 8, 0, STATUS_CORRUPT},
        {COMMITMENT, 0, 8, 8, -1, STATUS_CORRUPT},
        {COMMITMENT, 0, 8, 8, 1001, STATUS_CORRUPT}, /* one is left today */
    };
    PLACED_CHECK(&order, rows);
    /* A revision keeps what it had, whatever has become of the stock. */
    const struct row revised_rows[] = {
        {COMMITMENT, 0, 4, 4, today - 1, STATUS_OK},
        {COMMITMENT, 0, 4, 4, today + HORIZON - 1, STATUS_OK},
        {COMMITMENT, 0, 4, 4, today + HORIZON, STATUS_CORRUPT},
        {COMMITMENT, 0, 8, 8, 1001, STATUS_OK},
        {COMMITMENT, 0, 8, 8, 0, STATUS_CORRUPT},
        {COMMITMENT, 0, 8, 8, INT64_MAX / 8, STATUS_OK},
        {COMMITMENT, 0, 8, 8, INT64_MAX / 8 + 1, STATUS_CORRUPT},
    };
    REVISED_CHECK(&order, revised_rows);
}

static void test_runs(void **unused)
{
    (void)unused;
    const struct asked order = {.jars = 1, .seats = 2};
    const struct row rows[] = {
        {RUN, 0, 4, 2, 1, STATUS_OK},      {RUN, 0, 4, 2, 0, STATUS_CORRUPT},
        {RUN, 0, 6, 1, 1, STATUS_CORRUPT}, /* there is one work center */
        {RUN, 0, 7, 1, 0, STATUS_CORRUPT}, {RUN, 0, 7, 1, 3, STATUS_CORRUPT}, /* of two people */
    };
    PLACED_CHECK(&order, rows);
}

/* Two seats more of the class that one seat is taken of; then four, for which a new one begins. */
static void test_sessions(void **unused)
{
    (void)unused;
    const struct asked two = {.seats = 2};
    const struct row rows[] = {
        {SESSION, 0, 0, 4, 1, STATUS_OK},
        {SESSION, 0, 0, 4, 0, STATUS_CORRUPT},
        {SESSION, 0, 0, 4, 2, STATUS_CORRUPT},
        {SESSION, 0, 4, 2, JAR, STATUS_CORRUPT},
        {SESSION, 0, 8, 4, 1, STATUS_OK},
        {SESSION, 0, 8, 4, 0, STATUS_CORRUPT},
        {SESSION, 0, 8, 4, LIMIT_SEATS, STATUS_OK},
        {SESSION, 0, 8, 4, LIMIT_SEATS + 1, STATUS_CORRUPT},
    };
    PLACED_CHECK(&two, rows);
    const struct asked four = {.seats = 4};
    begin();
    struct event event = decided(&four);
    int64_t end = bytes_get_i64(entry_of(&event, SESSION, 0) + 24);
    world_close(&world);
    const struct row new_rows[] = {
        {SESSION, 0, 0, 4, 2, STATUS_OK},
        {SESSION, 0, 0, 4, 1, STATUS_CORRUPT},
        {SESSION, 0, 0, 4, 3, STATUS_CORRUPT},
        {SESSION, 0, 4, 2, OFFERS, STATUS_CORRUPT},
        {SESSION, 0, 8, 4, 0, STATUS_CORRUPT},
        {SESSION, 0, 16, 8, end, STATUS_OK},
        {SESSION, 0, 16, 8, end + 1, STATUS_CORRUPT}, /* it would end before it begins */
    };
    PLACED_CHECK(&four, new_rows);
}

/* ---- purchases ---- */

/* The jars of order 4 are bought already: what is short now is bought with them. Of another item
 * there is nothing, of another supplier neither. */
static void test_purchases(void **unused)
{
    (void)unused;
    today_find();
    const struct asked more = {.jars = 40};
    const struct row rows[] = {
        {PURCHASE, 0, 0, 4, 2, STATUS_OK},
        {PURCHASE, 0, 0, 4, 0, STATUS_CORRUPT},
        {PURCHASE, 0, 0, 4, 1, STATUS_CORRUPT}, /* the shop file's receipt */
        {PURCHASE, 0, 0, 4, 3, STATUS_CORRUPT},
        {PURCHASE, 0, 4, 2, 1, STATUS_CORRUPT},
        {PURCHASE, 0, 6, 2, 1, STATUS_CORRUPT},
        {PURCHASE, 0, 8, 4, today + NEAR_DAYS, STATUS_OK},
        {PURCHASE, 0, 8, 4, today + NEAR_DAYS + 1, STATUS_CORRUPT},
        {PURCHASE, 0, 12, 4, today - NEAR_DAYS, STATUS_OK},
        {PURCHASE, 0, 12, 4, today - NEAR_DAYS - 1, STATUS_CORRUPT},
        {PURCHASE, 0, 16, 4, today + 1, STATUS_CORRUPT}, /* the entry is due on another day */
        {PURCHASE, 0, 20, 4, 1, STATUS_CORRUPT},         /* entry 2 is there */
        {PURCHASE, 0, 24, 8, 0, STATUS_CORRUPT},
        {PURCHASE, 0, 24, 8, LIMIT_QUANTITY_THOUSANDTHS, STATUS_OK},
        {PURCHASE, 0, 24, 8, LIMIT_QUANTITY_THOUSANDTHS + 1, STATUS_CORRUPT},
    };
    PLACED_CHECK(&more, rows);
}

/* The first purchase of its day is a new entry, the next one by its number. */
static void test_new_purchases(void **unused)
{
    (void)unused;
    today_find();
    static const struct {
        uint32_t at;
        uint32_t bytes;
        int64_t value;
        int32_t days; /* from today, if it is a day */
        enum status status;
    } rows[] = {
        {0, 4, 2, 0, STATUS_OK},
        {0, 4, 1, 0, STATUS_CORRUPT},
        {0, 4, 3, 0, STATUS_CORRUPT},
        {12, 4, 0, NEAR_DAYS, STATUS_OK},
        {12, 4, 0, NEAR_DAYS + 1, STATUS_CORRUPT},
        {16, 4, 0, NEAR_DAYS + 1, STATUS_CORRUPT},
        {20, 4, 0, 0, STATUS_CORRUPT}, /* entry 2 is not there */
        {24, 8, 1000000, 0, STATUS_OK},
        {24, 8, 0, 0, STATUS_CORRUPT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        world_open(&world, story_shop, "2026-12-01T08:00");
        struct event event = decided(&(struct asked){.jars = 12});
        int64_t value = rows[i].days == 0 ? rows[i].value : today + rows[i].days;
        const struct row row = {PURCHASE, 0, rows[i].at, rows[i].bytes, value, rows[i].status};
        row_check(&row, i, &event);
        world_close(&world);
    }
}

/* A hold that has bought boxes ends for one that needs none. */
static void test_reductions(void **unused)
{
    (void)unused;
    begin();
    int64_t all = promise_entry(world.state, 2)->quantity_thousandths;
    world_close(&world);
    const struct asked less = {.jars = 1, .hold = true, .replaces = true};
    const struct row rows[] = {
        {REDUCTION, 0, 0, 4, 2, STATUS_OK},
        {REDUCTION, 0, 0, 4, 0, STATUS_CORRUPT},
        {REDUCTION, 0, 0, 4, 3, STATUS_CORRUPT},
        {REDUCTION, 0, 8, 8, 1, STATUS_OK},
        {REDUCTION, 0, 8, 8, 0, STATUS_CORRUPT},
        {REDUCTION, 0, 8, 8, all, STATUS_OK},
        {REDUCTION, 0, 8, 8, all + 1, STATUS_CORRUPT},
    };
    PLACED_CHECK(&less, rows);
}

/* Two reductions of an entry take no more than it has, together. */
static void test_reductions_together(void **unused)
{
    (void)unused;
    static const struct {
        int64_t more; /* than the entry has */
        enum status status;
    } rows[] = {{0, STATUS_OK}, {1, STATUS_CORRUPT}};
    for (size_t i = 0; i < 2; i++) {
        begin();
        int64_t all = promise_entry(world.state, 2)->quantity_thousandths;
        struct event_reduction reductions[] = {{2, 1000}, {2, all - 1000 + rows[i].more}};
        const struct event_step step = {
            .number = 4, .key = world_key(4), .made_at = now, .at = now, .reduction_count = 2};
        unsigned char bytes[256];
        struct event_buffer buffer = {bytes, 0, sizeof bytes};
        event_step_write(&buffer, EVENT_CANCELLED, &step, reductions);
        struct event event = {EVENT_CANCELLED, EVENT_VERSION, bytes + EVENT_HEAD_BYTES,
                              (uint32_t)(buffer.length - EVENT_HEAD_BYTES)};
        assert_int_equal(applied(&event), rows[i].status);
        world_close(&world);
    }
}

/* ---- REVISED ---- */

static void test_revised_heads(void **unused)
{
    (void)unused;
    const struct asked order = {.jars = 1, .seats = 2};
    const struct row rows[] = {
        {HEAD, 0, 0, 4, 5, STATUS_OK},
        {HEAD, 0, 0, 4, 0, STATUS_CORRUPT},
        {HEAD, 0, 0, 4, 6, STATUS_CORRUPT},
        {HEAD, 0, 0, 4, 4, STATUS_CORRUPT},   /* it has another key */
        {HEAD, 0, 16, 4, 10, STATUS_CORRUPT}, /* so has this */
        {HEAD, 0, 130, 1, CHANGE_NONE, STATUS_CORRUPT},
        {HEAD, 0, 130, 1, CHANGE_CANCELLED, STATUS_OK},
        {HEAD, 0, 130, 1, CHANGE_ELSEWHERE, STATUS_OK},
        {HEAD, 0, 4, 4, 16, STATUS_CORRUPT}, /* where it was sold says its placing */
    };
    REVISED_CHECK(&order, rows);
}

/* An order's revision has its lines, and its commitments too once work has begun. */
static void test_revised_shapes(void **unused)
{
    (void)unused;
    begin();
    struct event event = decided(&(struct asked){.jars = 1, .seats = 2});
    assert_int_equal(promise_apply(world.state, &event, world.now), STATUS_OK);
    assert_int_equal(promise_order_count(world.state), 5);
    unsigned char *head = entry_of(&event, HEAD, 0);
    event.type = EVENT_REVISED;
    head[130] = CHANGE_COUNT;
    struct event_placed placed;
    assert_int_equal(event_placed_read(&event, &placed), STATUS_OK);
    assert_int_equal(placed.commitment_count, 1);
    /* Without its commitment: the sessions and runs move up. */
    unsigned char *commitment = entry_of(&event, COMMITMENT, 0);
    size_t rest = event.length - (size_t)(commitment - head) - EVENT_COMMITMENT_BYTES;
    memmove(commitment, commitment + EVENT_COMMITMENT_BYTES, rest);
    bytes_put_u32(head + 60, 0);
    event.length -= EVENT_COMMITMENT_BYTES;
    assert_int_equal(applied(&event), STATUS_OK);
    struct promise_command start = {
        .kind = PROMISE_START, .now = world.now, .order = world_key(9), .line = 1};
    unsigned char bytes[256];
    struct event_buffer buffer = {bytes, 0, sizeof bytes};
    promise_decide(world.state, &start, &world.answer, &buffer);
    struct event started = {EVENT_STARTED, EVENT_VERSION, bytes + EVENT_HEAD_BYTES,
                            (uint32_t)(buffer.length - EVENT_HEAD_BYTES)};
    assert_int_equal(applied(&started), STATUS_OK);
    assert_int_equal(applied(&event), STATUS_OK);
    memmove(commitment + EVENT_COMMITMENT_BYTES, commitment, rest);
    memset(commitment, 0, EVENT_COMMITMENT_BYTES);
    bytes_put_u32(commitment + 4, (uint32_t)today);
    bytes_put_u64(commitment + 8, 1000);
    bytes_put_u32(head + 60, 1);
    event.length += EVENT_COMMITMENT_BYTES;
    assert_int_equal(applied(&event), STATUS_CORRUPT);
    world_close(&world);
}

/* An order more than the core holds is a matter of its size, not of the event. */
static void test_a_full_core(void **unused)
{
    (void)unused;
    begin();
    struct orders *orders = &world.state->orders;
    uint32_t capacity = orders->capacity;
    struct event event = decided(&(struct asked){.jars = 1});
    number_put(entry_of(&event, HEAD, 0) + 144, 8, 0); /* not the one that was just decided */
    orders->capacity = orders->count;
    assert_int_equal(applied(&event), STATUS_LIMIT);
    orders->capacity = orders->count + 1;
    assert_int_equal(applied(&event), STATUS_OK);
    orders->capacity = capacity;
    world_close(&world);
}

/* ---- the others ---- */

/* An event that is written into bytes of its own. */
static struct event_buffer small(unsigned char bytes[256])
{
    return (struct event_buffer){bytes, 0, 256};
}

static struct event event_in(const struct event_buffer *buffer)
{
    struct event event;
    enum status status = STATUS_OK;
    size_t offset = 0;
    struct slice bytes = {(const char *)buffer->bytes, buffer->length};
    assert_true(event_next(bytes, &offset, &event, &status));
    return event;
}

static enum status step_applied(enum event_type type, struct event_step step)
{
    unsigned char bytes[256];
    struct event_buffer buffer = small(bytes);
    event_step_write(&buffer, type, &step, NULL);
    struct event event = event_in(&buffer);
    return applied(&event);
}

static void test_steps(void **unused)
{
    (void)unused;
    begin();
    struct event_step step = {.key = world_key(4), .made_at = now, .at = now};
    assert_int_equal(step_applied(EVENT_CONFIRMED, step), STATUS_CORRUPT);
    step.number = 5;
    assert_int_equal(step_applied(EVENT_CONFIRMED, step), STATUS_CORRUPT);
    step.number = 2;
    assert_int_equal(step_applied(EVENT_CONFIRMED, step), STATUS_CORRUPT); /* another key */
    step.number = 4;
    step.line = 1;
    assert_int_equal(step_applied(EVENT_CONFIRMED, step), STATUS_CORRUPT);
    step.line = LINE_ALL;
    assert_int_equal(step_applied(EVENT_CONFIRMED, step), STATUS_OK);
    assert_int_equal(step_applied(EVENT_CONFIRMED, step), STATUS_CORRUPT);
    step.line = 2;
    assert_int_equal(step_applied(EVENT_STARTED, step), STATUS_CORRUPT);
    step.line = 1;
    assert_int_equal(step_applied(EVENT_STARTED, step), STATUS_OK);
    world_close(&world);
}

static enum status extended_applied(uint32_t number, uint32_t key, int64_t until)
{
    unsigned char bytes[256];
    struct event_buffer buffer = small(bytes);
    const struct event_extended extended = {number, world_key(key), now, until};
    event_extended_write(&buffer, &extended);
    struct event event = event_in(&buffer);
    return applied(&event);
}

static void test_extended(void **unused)
{
    (void)unused;
    begin();
    struct order_view view;
    assert_true(promise_order(world.state, world_key(4), &view));
    assert_int_equal(extended_applied(0, 4, view.held_until), STATUS_CORRUPT);
    assert_int_equal(extended_applied(5, 4, view.held_until), STATUS_CORRUPT);
    assert_int_equal(extended_applied(4, 2, view.held_until), STATUS_CORRUPT);
    assert_int_equal(extended_applied(4, 4, view.held_until - 1), STATUS_CORRUPT);
    assert_int_equal(extended_applied(4, 4, view.held_until), STATUS_OK);
    assert_int_equal(extended_applied(4, 4, view.held_until + 1), STATUS_OK);
    assert_int_equal(extended_applied(4, 4, view.held_until), STATUS_CORRUPT);
    assert_int_equal(extended_applied(1, 1, view.held_until), STATUS_CORRUPT); /* it is no hold */
    world_close(&world);
}

static enum status loosened_applied(uint32_t number)
{
    unsigned char bytes[256];
    struct event_buffer buffer = small(bytes);
    event_loosened_write(&buffer, &number, 1);
    struct event event = event_in(&buffer);
    uint64_t before = promise_digest(world.state);
    enum status status = promise_apply(world.state, &event, world.now);
    assert_true(status == STATUS_OK || promise_digest(world.state) == before);
    return status;
}

/* Only what is held or confirmed can be given up, and once. */
static void test_loosened(void **unused)
{
    (void)unused;
    begin();
    assert_int_equal(loosened_applied(0), STATUS_CORRUPT);
    assert_int_equal(loosened_applied(5), STATUS_CORRUPT);
    assert_int_equal(loosened_applied(3), STATUS_CORRUPT); /* cancelled */
    assert_int_equal(loosened_applied(4), STATUS_OK);
    assert_int_equal(loosened_applied(4), STATUS_CORRUPT);
    assert_int_equal(loosened_applied(1), STATUS_OK);
    world_close(&world);
}

static enum status day_applied(int32_t day, int64_t stamp)
{
    unsigned char bytes[256];
    struct event_buffer buffer = small(bytes);
    event_day_write(&buffer, day);
    struct event event = event_in(&buffer);
    return promise_apply(world.state, &event, stamp);
}

static void test_days(void **unused)
{
    (void)unused;
    begin();
    int64_t midnight = (int64_t)(today + 1) * DAY_SECONDS;
    uint64_t before = promise_digest(world.state);
    assert_int_equal(day_applied(today, midnight), STATUS_CORRUPT);
    assert_int_equal(day_applied(today + 1, midnight - 1), STATUS_CORRUPT);
    assert_int_equal(promise_digest(world.state), before); /* and it is no later than it was */
    assert_int_equal(day_applied(today + 1, midnight), STATUS_OK);
    assert_int_equal(promise_today(world.state), today + 1);
    world_close(&world);
}

/* The core's clock never goes back, whatever a stamp says. */
static void test_stamps(void **unused)
{
    (void)unused;
    struct world other;
    begin();
    struct event event = decided(&(struct asked){.jars = 1});
    assert_int_equal(promise_apply(world.state, &event, now - 60), STATUS_OK);
    uint64_t digest = promise_digest(world.state);
    world_close(&world);
    begin();
    other = world;
    event = decided(&(struct asked){.jars = 1});
    assert_int_equal(promise_apply(other.state, &event, now), STATUS_OK);
    assert_int_equal(promise_digest(other.state), digest);
    assert_int_equal(promise_apply(other.state, &event, now + 60), STATUS_CORRUPT);
    assert_int_equal(promise_digest(other.state), digest);
    world_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),         cmocka_unit_test(test_lines),
        cmocka_unit_test(test_groups),        cmocka_unit_test(test_commitments),
        cmocka_unit_test(test_runs),          cmocka_unit_test(test_sessions),
        cmocka_unit_test(test_purchases),     cmocka_unit_test(test_new_purchases),
        cmocka_unit_test(test_reductions),    cmocka_unit_test(test_reductions_together),
        cmocka_unit_test(test_revised_heads), cmocka_unit_test(test_revised_shapes),
        cmocka_unit_test(test_a_full_core),   cmocka_unit_test(test_steps),
        cmocka_unit_test(test_extended),      cmocka_unit_test(test_loosened),
        cmocka_unit_test(test_days),          cmocka_unit_test(test_stamps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
