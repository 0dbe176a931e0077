/* One visitor at a time at a door that is closed before an opening, and at a shop that bears only
 * so many at once. */
#include "gate/gate_test_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Before the opening all wait; then a draw that anybody can recompute says who is first. */
static void test_draw_at_the_opening(void **state)
{
    (void)state;
    struct room room = room_make(1000, 4096);
    struct gate_view view;
    gate_close(room.gate);
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(comes(&room, GATE_ARRIVED_WAITING), i);
    }
    passes(&room, 30, 5);
    assert_int_equal(room.gate->entries, 0);
    gate_draw(room.gate, 42);
    passes(&room, 5, 5);
    assert_int_equal(room.gate->entries, 0);
    gate_open(room.gate);
    uint32_t late = comes(&room, GATE_ARRIVED_WAITING);
    const struct draw draw = {.seed = 42, .count = 1000};
    for (uint32_t i = 0; i < 1000; i++) {
        gate_look(room.gate, i, room.now, &view);
        assert_int_equal(view.place, draw_place(&draw, i) + 1);
    }
    gate_look(room.gate, late, room.now, &view);
    assert_int_equal(view.place, 1001); /* who comes later stands behind all of them */
    uint32_t first = draw_number(&draw, 0);
    assert_int_equal(gate_knock(room.gate, first, room.now), GATE_KNOCK_PARKED);
    passes(&room, 1, UINT32_MAX);
    assert_true(is_inside(&room, first));
    free(room.memory);
}

/* The door closes while people wait and stand at it: all of them take part in the draw, who is
 * inside does not, and a start anew between the draw and the last of them changes no place. */
static void test_a_draw_of_a_line_that_stands(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    struct gate_view view;
    uint32_t inside = comes(&room, GATE_ARRIVED_INSIDE);
    uint32_t parked = comes(&room, GATE_ARRIVED_WAITING);
    assert_int_equal(gate_knock(room.gate, parked, room.now), GATE_KNOCK_PARKED);
    for (uint32_t i = 2; i < 50; i++) {
        assert_int_equal(comes(&room, GATE_ARRIVED_WAITING), i);
        (void)state_of(&room, i);
    }
    gate_close(room.gate);
    assert_int_equal(room.gate->chamber_count, 0);
    assert_int_equal(gate_knock(room.gate, parked, room.now), GATE_KNOCK_WAIT);
    passes(&room, 10, 7);
    gate_draw(room.gate, 7);
    gate_open(room.gate);
    const struct draw draw = {.seed = 7, .count = 50};
    gate_look(room.gate, parked, room.now, &view);
    assert_int_equal(view.place, draw_place(&draw, parked) + 1);
    assert_int_equal(gate_session(room.gate, inside, room.now), GATE_SESSION_OPEN);
    room_restart(&room);
    gate_look(room.gate, parked, room.now, &view);
    assert_int_equal(view.place, draw_place(&draw, parked) + 1);
    /* Was inside before: believed by its ticket, not taken for one who waits. */
    assert_int_equal(gate_session(room.gate, inside, room.now), GATE_SESSION_UNKNOWN);
    free(room.memory);
}

/* In the order of coming nothing is drawn: who came first before the opening goes in first. */
static void test_opening_in_order(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    gate_close(room.gate);
    uint32_t first = comes(&room, GATE_ARRIVED_WAITING);
    uint32_t second = comes(&room, GATE_ARRIVED_WAITING);
    (void)state_of(&room, second);
    passes(&room, 600, first);
    assert_int_equal(gate_knock(room.gate, first, room.now), GATE_KNOCK_WAIT);
    gate_open(room.gate);
    passes(&room, 1, UINT32_MAX);
    assert_int_equal(gate_knock(room.gate, first, room.now), GATE_KNOCK_PARKED);
    passes(&room, 1, UINT32_MAX);
    assert_true(is_inside(&room, first));
    free(room.memory);
}

/* ---- so many inside at once ---- */

static struct room bounded_room(uint64_t rate, uint32_t inside_most)
{
    struct room room = room_make(rate, 1024);
    gate_set_inside_most(room.gate, inside_most);
    return room;
}

static void test_only_so_many_inside(void **state)
{
    (void)state;
    struct room room = bounded_room(10000, 3);
    uint32_t inside[3];
    for (int i = 0; i < 3; i++) {
        inside[i] = comes(&room, GATE_ARRIVED_INSIDE);
        passes(&room, 1, UINT32_MAX);
    }
    uint32_t next = comes(&room, GATE_ARRIVED_WAITING);
    assert_int_equal(gate_knock(room.gate, next, room.now), GATE_KNOCK_PARKED);
    passes(&room, 60, next);
    assert_false(is_inside(&room, next));
    gate_leave(room.gate, inside[1]);
    passes(&room, 1, UINT32_MAX);
    assert_true(is_inside(&room, next));
    assert_int_equal(inside_count(&room.gate->inside), 3);
    free(room.memory);
}

/* Whose session ended early is a newcomer; the last page's pictures may still be fetched. */
static void test_a_session_that_ended_early(void **state)
{
    (void)state;
    struct room room = room_make(1000, 1024);
    uint32_t number = comes(&room, GATE_ARRIVED_INSIDE);
    gate_leave(room.gate, number);
    gate_leave(room.gate, number);
    assert_int_equal(inside_count(&room.gate->inside), 0);
    assert_int_equal(gate_session(room.gate, number, room.now), GATE_SESSION_LEAVING);
    assert_int_equal(gate_knock(room.gate, number, room.now), GATE_KNOCK_GONE);
    passes(&room, GATE_LEAVING_SECONDS + 16, UINT32_MAX);
    assert_int_equal(gate_session(room.gate, number, room.now), GATE_SESSION_NONE);
    free(room.memory);
}

/* After a start anew those of before count, each until it shows itself again. */
static void test_a_restart_keeps_the_bound(void **state)
{
    (void)state;
    struct room room = bounded_room(10000, 5);
    for (int i = 0; i < 5; i++) {
        (void)comes(&room, GATE_ARRIVED_INSIDE);
        passes(&room, 1, UINT32_MAX);
    }
    room_restart(&room);
    uint32_t next = comes(&room, GATE_ARRIVED_WAITING);
    passes(&room, 30, next);
    assert_false(is_inside(&room, next));
    gate_recognise(room.gate, 2, 33);
    assert_int_equal(inside_count(&room.gate->inside), 5);
    gate_leave(room.gate, 2);
    assert_int_equal(inside_count(&room.gate->inside), 4);
    (void)gate_knock(room.gate, next, room.now);
    passes(&room, 1, UINT32_MAX);
    assert_true(is_inside(&room, next));
    passes(&room, SESSION_SECONDS + 20, UINT32_MAX);
    assert_int_equal(inside_count(&room.gate->inside), 0);
    free(room.memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_draw_at_the_opening),
        cmocka_unit_test(test_a_draw_of_a_line_that_stands),
        cmocka_unit_test(test_opening_in_order),
        cmocka_unit_test(test_only_so_many_inside),
        cmocka_unit_test(test_a_session_that_ended_early),
        cmocka_unit_test(test_a_restart_keeps_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
