/* One visitor at a time: what becomes of a number. Whole crowds: tests/gate/. */
#include "gate/gate_test_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_nobody_waits_in_an_empty_shop(void **state)
{
    (void)state;
    struct room room = room_make(2000, 1024);
    for (int i = 0; i < 20; i++) {
        uint32_t number = comes(&room, GATE_ARRIVED_INSIDE);
        assert_true(is_inside(&room, number));
        passes(&room, 1, UINT32_MAX);
    }
    assert_int_equal(inside_count(&room.gate->inside), 20);
    free(room.memory);
}

/* Two at once, and the shop bears one a second: the other is parked and in after a second. */
static void test_the_second_is_parked(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    (void)comes(&room, GATE_ARRIVED_INSIDE);
    uint32_t second = comes(&room, GATE_ARRIVED_WAITING);
    assert_int_equal(gate_knock(room.gate, second, room.now), GATE_KNOCK_PARKED);
    assert_int_equal(gate_knock(room.gate, second, room.now), GATE_KNOCK_PARKED); /* a reload */
    assert_int_equal(room.gate->chamber_count, 1);
    passes(&room, 2, UINT32_MAX);
    assert_int_equal(state_of(&room, second), GATE_INSIDE);
    assert_int_equal(gate_knock(room.gate, second, room.now), GATE_KNOCK_INSIDE);
    free(room.memory);
}

/* Fills the line so that `count` wait; returns the last one's number. */
static uint32_t line_make(struct room *room, uint32_t count)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i <= count; i++) {
        (void)gate_arrive(room->gate, room->now, &last);
    }
    return last;
}

static void test_who_returns_within_the_grace_keeps_the_place(void **state)
{
    (void)state;
    struct room room = room_make(10000, 4096);
    uint32_t away = line_make(&room, 1000);
    assert_int_equal(state_of(&room, away), GATE_WAITING);
    /* Everybody is gone; the front passes over them all and stands behind. */
    passes(&room, 3600, UINT32_MAX);
    uint32_t late = comes(&room, GATE_ARRIVED_INSIDE);
    assert_true(is_inside(&room, late));
    assert_int_equal(state_of(&room, away), GATE_CALLED);
    assert_int_equal(gate_knock(room.gate, away, room.now), GATE_KNOCK_PARKED);
    passes(&room, 1, UINT32_MAX);
    assert_true(is_inside(&room, away));
    free(room.memory);
}

static void test_who_returns_after_the_grace_is_gone(void **state)
{
    (void)state;
    struct room room = room_make(10000, 4096);
    uint32_t away = line_make(&room, 1000);
    passes(&room, GATE_GRACE_SECONDS + 300, UINT32_MAX);
    assert_int_equal(state_of(&room, away), GATE_GONE);
    assert_int_equal(gate_knock(room.gate, away, room.now), GATE_KNOCK_GONE);
    free(room.memory);
}

/* An hour in a hidden tab, polled once a minute, in a line that is longer than that. */
static void test_a_hidden_tab_keeps_the_place(void **state)
{
    (void)state;
    struct room room = room_make(100, 4096);
    uint32_t hidden = line_make(&room, 2000);
    struct gate_view before;
    gate_poll(room.gate, hidden, room.now, &before);
    for (int minute = 0; minute < 60; minute++) {
        passes(&room, 60, UINT32_MAX);
        enum gate_state now = state_of(&room, hidden);
        assert_true(now == GATE_WAITING || now == GATE_CALLED);
    }
    struct gate_view after;
    gate_poll(room.gate, hidden, room.now, &after);
    assert_int_equal(after.place, before.place);
    free(room.memory);
}

/* Who reads in the store says "still here" by that: the place does not pass away, but nobody has
 * heard of being called, so nobody is waited for. */
static void test_reading_elsewhere_keeps_the_place(void **state)
{
    (void)state;
    struct room room = room_make(100, 4096);
    uint32_t reads = line_make(&room, 400);
    uint32_t left = reads - 1;
    gate_stay(room.gate, reads, room.now);
    for (int hour = 0; hour < 3; hour++) {
        for (int minute = 0; minute < 60; minute++) {
            passes(&room, 60, UINT32_MAX);
            gate_stay(room.gate, reads, room.now);
        }
    }
    assert_int_equal(room.gate->told_count, 0);
    assert_int_equal(state_of(&room, left), GATE_GONE);
    assert_int_equal(state_of(&room, reads), GATE_CALLED);
    gate_stay(room.gate, reads, room.now); /* one who has heard it has still heard it */
    assert_int_equal(gate_knock(room.gate, reads, room.now), GATE_KNOCK_PARKED);
    passes(&room, 20, UINT32_MAX);
    assert_true(is_inside(&room, reads));
    gate_stay(room.gate, reads, room.now);
    assert_true(is_inside(&room, reads));
    gate_stay(room.gate, left, room.now);
    assert_int_equal(state_of(&room, left), GATE_GONE);
    gate_stay(room.gate, UINT32_MAX, room.now);
    free(room.memory);
}

static void test_leaving(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t inside = comes(&room, GATE_ARRIVED_INSIDE);
    uint32_t parked = comes(&room, GATE_ARRIVED_WAITING);
    uint32_t next = comes(&room, GATE_ARRIVED_WAITING);
    assert_int_equal(gate_knock(room.gate, parked, room.now), GATE_KNOCK_PARKED);
    assert_int_equal(gate_knock(room.gate, next, room.now), GATE_KNOCK_PARKED);
    gate_leave(room.gate, parked);
    assert_int_equal(room.gate->chamber_count, 1);
    gate_leave(room.gate, inside);
    assert_int_equal(inside_count(&room.gate->inside), 0);
    assert_false(is_inside(&room, inside));
    passes(&room, 2, UINT32_MAX);
    assert_true(is_inside(&room, next));
    assert_int_equal(state_of(&room, parked), GATE_GONE);
    gate_leave(room.gate, parked); /* twice does nothing */
    assert_int_equal(inside_count(&room.gate->inside), 1);
    free(room.memory);
}

static void test_sessions_end_by_themselves(void **state)
{
    (void)state;
    struct room room = room_make(5000, 1024);
    for (int i = 0; i < 50; i++) {
        (void)comes(&room, GATE_ARRIVED_INSIDE);
        passes(&room, 1, UINT32_MAX);
    }
    assert_int_equal(inside_count(&room.gate->inside), 50);
    passes(&room, SESSION_SECONDS - 60, UINT32_MAX);
    assert_int_equal(inside_count(&room.gate->inside), 50);
    passes(&room, 80, UINT32_MAX);
    assert_int_equal(inside_count(&room.gate->inside), 0);
    assert_false(is_inside(&room, 0));
    free(room.memory);
}

/* So many may wait, and not one more; whoever is turned away costs nothing. */
static void test_full(void **state)
{
    (void)state;
    struct room room = room_make(1000, 256);
    gate_pause(room.gate, true);
    for (int i = 0; i < 256; i++) {
        (void)comes(&room, GATE_ARRIVED_WAITING);
    }
    for (int i = 0; i < 1000; i++) {
        (void)comes(&room, GATE_ARRIVED_FULL);
    }
    assert_int_equal(room.gate->refused, 1000);
    gate_pause(room.gate, false);
    passes(&room, 120, UINT32_MAX);
    (void)comes(&room, GATE_ARRIVED_INSIDE);
    free(room.memory);
}

static void test_a_pause_says_so(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t last = line_make(&room, 100);
    struct gate_view view;
    gate_pause(room.gate, true);
    gate_poll(room.gate, last, room.now, &view);
    assert_false(view.wait.known);
    assert_int_equal(view.state, GATE_WAITING);
    passes(&room, 60, last);
    assert_int_equal(room.gate->entries, 1);
    gate_pause(room.gate, false);
    gate_poll(room.gate, last, room.now, &view);
    assert_true(view.wait.known);
    free(room.memory);
}

/* What a clock that jumps may not do, and numbers that nobody was given. */
static void test_nonsense(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t inside = comes(&room, GATE_ARRIVED_INSIDE);
    assert_int_equal(state_of(&room, inside + 1), GATE_GONE);
    assert_int_equal(gate_knock(room.gate, UINT32_MAX, room.now), GATE_KNOCK_GONE);
    gate_leave(room.gate, 77);
    room.now = 5000000;
    gate_turn(room.gate, room.now);
    gate_turn(room.gate, 0);
    uint32_t number = comes(&room, GATE_ARRIVED_INSIDE);
    assert_true(is_inside(&room, number));
    free(room.memory);
}

static void test_two_bytes_a_visitor(void **state)
{
    (void)state;
    const struct gate_settings few = {.rate = 1, .session_seconds = 600, .places_max = 1024};
    const struct gate_settings many = {.rate = 1, .session_seconds = 600, .places_max = 1 << 20};
    assert_int_equal(gate_bytes(&many) - gate_bytes(&few), 2 * ((1 << 20) - 1024));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_waits_in_an_empty_shop),
        cmocka_unit_test(test_the_second_is_parked),
        cmocka_unit_test(test_who_returns_within_the_grace_keeps_the_place),
        cmocka_unit_test(test_who_returns_after_the_grace_is_gone),
        cmocka_unit_test(test_a_hidden_tab_keeps_the_place),
        cmocka_unit_test(test_reading_elsewhere_keeps_the_place),
        cmocka_unit_test(test_leaving),
        cmocka_unit_test(test_sessions_end_by_themselves),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_a_pause_says_so),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_two_bytes_a_visitor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
