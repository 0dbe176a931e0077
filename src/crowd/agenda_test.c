/* The agenda against a plain array. */
#include "base/random.h"
#include "crowd/agenda.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUMBERS = 200, STEPS = 50000 };

static void it_gives_the_earliest(void **state)
{
    struct random random;
    struct crowd_agenda agenda;
    int64_t due[NUMBERS];
    int64_t now = 0;
    (void)state;
    random_seed(&random, 5);
    memset(due, -1, sizeof due);
    assert_int_equal(crowd_agenda_open(&agenda, NUMBERS), STATUS_OK);
    for (int step = 0; step < STEPS; step++) {
        uint32_t number = (uint32_t)random_below(&random, NUMBERS);
        uint32_t taken;
        int64_t earliest = INT64_MAX;
        if (random_below(&random, 4) == 0) {
            crowd_agenda_remove(&agenda, number);
            due[number] = -1;
        } else if (due[number] < 0) {
            due[number] = now + (int64_t)random_below(&random, 1000);
            crowd_agenda_add(&agenda, number, due[number]);
        }
        for (int i = 0; i < NUMBERS; i++) {
            earliest = due[i] >= 0 && due[i] < earliest ? due[i] : earliest;
        }
        now += (int64_t)random_below(&random, 20);
        bool some = crowd_agenda_take(&agenda, now, &taken);
        assert_int_equal(some, earliest <= now);
        if (some) {
            assert_int_equal(due[taken], earliest);
            due[taken] = -1;
        }
    }
    crowd_agenda_close(&agenda);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_gives_the_earliest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
