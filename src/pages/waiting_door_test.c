/* The door against a simulated clock, and a disk that keeps or does not: nothing is told or opened
 * before it is kept, and a kill at any step changes nothing that was told. */
#include "pages/waiting_door.h"

#include "env/env_sim.h"
#include "pages/waiting_note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { VISITORS = 40, TEXT_BYTES = 4096 };

static const int64_t opens_at = 1796670000;
static const struct gate_settings settings = {
    .rate = 1000, .session_seconds = 600, .places_max = 1024};

struct stage {
    struct env *env;
    struct shop shop;
    struct moment moment;
    struct gate *gate;
    void *memory;
    struct waiting_door door;
    struct waiting_note disk;
    int64_t now_ms;
};

static struct stage *stage_open(void)
{
    struct stage *stage = calloc(1, sizeof *stage);
    stage->env = env_sim_create(7, opens_at - 100);
    stage->moment = (struct moment){.at = opens_at, .closes_before_seconds = 60};
    stage->shop = (struct shop){.moment_count = 1,
                                .moments = &stage->moment,
                                .gate = {.order = GATE_DRAW},
                                .zone = {.count = 1, .periods = {{INT64_MIN, 3600}}}};
    stage->memory = malloc(gate_bytes(&settings));
    stage->gate = gate_place(stage->memory, &settings, 0);
    return stage;
}

static void stage_close(struct stage *stage)
{
    env_sim_free(stage->env);
    free(stage->memory);
    free(stage);
}

static void tick(struct stage *stage, int64_t now)
{
    stage->now_ms += 10;
    env_sim_set_now(stage->env, now);
    (void)waiting_door_tick(&stage->door, stage->gate, &stage->shop, stage->env);
}

/* A note is written; the disk keeps it, or does not. */
static void note(struct stage *stage, bool kept)
{
    if (!waiting_door_is_due(&stage->door)) {
        return;
    }
    waiting_door_written(&stage->door);
    if (kept) {
        gate_keep(stage->gate, 1, &stage->disk.gate);
        stage->disk.opening = stage->door.opening;
    }
    waiting_door_settled(&stage->door, kept);
}

/* The next process: with numbers reserved ahead, as waiting.c does. */
static void kill_and_start(struct stage *stage)
{
    char text[ENGINE_NOTE_BYTES];
    struct waiting_note read;
    stage->disk.gate.next += 64;
    waiting_note_write(&stage->disk, text);
    assert_true(waiting_note_read(slice_of(text), &read));
    stage->gate = gate_place(stage->memory, &settings, stage->now_ms);
    gate_restore(stage->gate, &read.gate, stage->now_ms);
    waiting_door_restore(&stage->door, &read.opening, stage->gate);
}

static void come(struct stage *stage)
{
    uint32_t number;
    for (int i = 0; i < VISITORS; i++) {
        assert_int_equal(gate_arrive(stage->gate, stage->now_ms, &number), GATE_ARRIVED_WAITING);
    }
}

/* What the API says, in `to`. */
static const char *told(const struct stage *stage, char to[TEXT_BYTES])
{
    struct text text;
    text_init(&text, TEXT_BYTES);
    waiting_door_append(&stage->door, stage->gate, &stage->shop, &text);
    (void)snprintf(to, TEXT_BYTES, "%.*s", (int)text.length, text.bytes);
    text_free(&text);
    return to;
}

static bool says(const struct stage *stage, const char *what)
{
    char said[TEXT_BYTES];
    return strstr(told(stage, said), what) != NULL;
}

/* The value of a member in what is said; NULL: it is not there. */
static char *member(const struct stage *stage, const char *name, char to[TEXT_BYTES])
{
    char said[TEXT_BYTES];
    char start[64];
    (void)snprintf(start, sizeof start, "\"%s\":\"", name);
    const char *found = strstr(told(stage, said), start);
    if (found == NULL) {
        return NULL;
    }
    found += strlen(start);
    (void)snprintf(to, TEXT_BYTES, "%.*s", (int)strcspn(found, "\""), found);
    return to;
}

static uint32_t place_of(const struct stage *stage, uint32_t number)
{
    struct gate_view view;
    gate_look(stage->gate, number, stage->now_ms, &view);
    waiting_door_view(&stage->door, stage->gate, &stage->shop, opens_at, &view);
    return view.place;
}

static void test_nothing_is_told_before_it_is_kept(void **state)
{
    (void)state;
    struct stage *stage = stage_open();
    char hash[TEXT_BYTES];
    char seed[TEXT_BYTES];
    char computed[WAITING_DOOR_HASH_BYTES];
    assert_true(says(stage, "\"state\":\"open\""));
    tick(stage, opens_at - 60);
    come(stage);
    assert_true(says(stage, "\"state\":\"closed\""));
    assert_true(says(stage, "\"opens_at\":\"2026-12-07T"));
    assert_null(member(stage, "seed_sha256", hash));
    note(stage, false); /* the disk is full: it is tried again */
    assert_null(member(stage, "seed_sha256", hash));
    tick(stage, opens_at + 1); /* and without the pledge nothing opens */
    assert_true(says(stage, "\"state\":\"closed\""));
    note(stage, true);
    assert_non_null(member(stage, "seed_sha256", hash));
    assert_null(member(stage, "seed", seed));
    tick(stage, opens_at + 1);
    assert_true(says(stage, "\"state\":\"opening\""));
    assert_true(stage->gate->closed);
    assert_int_equal(place_of(stage, 3), 0);
    assert_null(member(stage, "seed", seed));
    note(stage, false);
    tick(stage, opens_at + 1);
    assert_true(stage->gate->closed);
    note(stage, true);
    tick(stage, opens_at + 1);
    assert_false(stage->gate->closed);
    assert_non_null(member(stage, "seed", seed));
    waiting_door_hash(strtoull(seed, NULL, 10), computed);
    assert_string_equal(computed, hash);
    const struct draw draw = {.seed = strtoull(seed, NULL, 10), .count = VISITORS};
    for (uint32_t i = 0; i < VISITORS; i++) {
        assert_int_equal(place_of(stage, i), draw_place(&draw, i) + 1);
    }
    stage_close(stage);
}

/* A kill after each of the steps: what was told before holds after it. */
static void test_kills(void **state)
{
    (void)state;
    for (int dies_after = 0; dies_after < 8; dies_after++) {
        struct stage *stage = stage_open();
        char hash[TEXT_BYTES] = "";
        char before[TEXT_BYTES];
        uint32_t places[VISITORS] = {0};
        tick(stage, opens_at - 60);
        come(stage);
        for (int step = 0; step <= dies_after; step++) {
            if (step % 2 == 0) {
                note(stage, true);
            } else {
                tick(stage, step < 3 ? opens_at - 30 : opens_at);
            }
            (void)member(stage, "seed_sha256", hash);
            for (uint32_t i = 0; i < VISITORS; i++) {
                places[i] = place_of(stage, i);
            }
        }
        kill_and_start(stage);
        for (int step = 0; step < 4; step++) {
            tick(stage, opens_at + 5);
            note(stage, true);
        }
        assert_true(says(stage, "\"state\":\"open\""));
        assert_string_equal(member(stage, "seed_sha256", before), hash);
        for (uint32_t i = 0; i < VISITORS; i++) {
            assert_true(places[i] == 0 || places[i] == place_of(stage, i));
        }
        stage_close(stage);
    }
}

static void test_by_hand(void **state)
{
    (void)state;
    struct stage *stage = stage_open();
    stage->moment.closes_before_seconds = 0;
    assert_false(waiting_door_open(&stage->door));
    assert_true(waiting_door_close(&stage->door, stage->gate, stage->env));
    assert_false(waiting_door_close(&stage->door, stage->gate, stage->env));
    come(stage);
    assert_false(says(stage, "opens_at"));
    note(stage, true);
    tick(stage, opens_at + 1000);
    assert_true(says(stage, "\"state\":\"closed\""));
    assert_true(waiting_door_open(&stage->door));
    assert_true(says(stage, "\"state\":\"opening\""));
    for (int step = 0; step < 2; step++) {
        tick(stage, opens_at + 1001);
        note(stage, true);
    }
    tick(stage, opens_at + 1001);
    assert_true(says(stage, "\"state\":\"open\""));
    assert_true(says(stage, "\"count\":40"));
    stage_close(stage);
}

/* A newcomer looks again within seconds, so that the ticket comes back; then at the opening. */
static void test_when_to_look_again(void **state)
{
    (void)state;
    struct stage *stage = stage_open();
    struct gate_view view;
    tick(stage, opens_at - 60);
    come(stage);
    gate_look(stage->gate, 5, stage->now_ms, &view);
    waiting_door_view(&stage->door, stage->gate, &stage->shop, opens_at - 50, &view);
    assert_int_equal(view.poll_seconds, GATE_POLL_SECONDS_MIN);
    gate_poll(stage->gate, 5, stage->now_ms, &view);
    waiting_door_view(&stage->door, stage->gate, &stage->shop, opens_at - 50, &view);
    assert_int_equal(view.poll_seconds, 50);
    gate_look(stage->gate, 6, stage->now_ms, &view);
    waiting_door_view(&stage->door, stage->gate, &stage->shop, opens_at - 1, &view);
    assert_int_equal(view.poll_seconds, 1);
    stage_close(stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_told_before_it_is_kept),
        cmocka_unit_test(test_kills),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_when_to_look_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
