/* Carriers over time against a walk over all days: collections with cut-offs and room, deliveries,
 * windows that move and change their shape, horizons from one day to the longest. */
#include "base/random.h"
#include "promise/parcels.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { CARRIERS = 5, CLOSED = 6, DAYS = 3000 };

struct trial {
    struct random random;
    struct shop shop;
    struct carrier carriers[CARRIERS];
    int32_t closed[CARRIERS][CLOSED];
    struct window window;
    struct parcels parcels;
    int32_t first_day;
    int32_t taken[CARRIERS][DAYS]; /* by day - first_day */
};

/* No carrier is on strike. */
static const struct supply nothing;
static struct trial trial;
/* A carrier more than there is: it must never be touched. */
static struct parcels_carrier own[CARRIERS + 1];

/* ---- the same by a walk ---- */

static bool goes(const struct carrier *carrier, struct weekday_set set, int32_t day)
{
    bool open = (set.bits >> weekday_of_day(day) & 1) != 0;
    for (uint32_t i = 0; i < carrier->closed.count; i++) {
        open = open && carrier->closed.days[i] != day;
    }
    return open;
}

static int32_t *taken(uint32_t carrier, int32_t index)
{
    return &trial.taken[carrier][trial.window.today + index - trial.first_day];
}

static int32_t collection_walk(uint32_t i, int64_t ready)
{
    const struct carrier *carrier = &trial.carriers[i];
    if (ready > window_horizon_end(&trial.window)) {
        return PARCELS_NO_DAY;
    }
    for (int32_t index = 0; index < trial.window.horizon_days; index++) {
        int32_t day = trial.window.today + index;
        bool room = carrier->max_parcels < 0 || *taken(i, index) < carrier->max_parcels;
        if (goes(carrier, carrier->collects, day) && room &&
            zone_instant(&trial.shop.zone, day, carrier->cut_off_minute) >= ready) {
            return index;
        }
    }
    return PARCELS_NO_DAY;
}

static int32_t delivery_walk(uint32_t i, int32_t collected)
{
    const struct carrier *carrier = &trial.carriers[i];
    int32_t left = carrier->transit_days;
    for (int32_t index = collected + (left > 0); index < trial.window.horizon_days; index++) {
        left -= goes(carrier, carrier->delivers, trial.window.today + index);
        if (left <= 0 && goes(carrier, carrier->delivers, trial.window.today + index)) {
            return index;
        }
    }
    return PARCELS_NO_DAY;
}

static void compare_all(void)
{
    const struct window *window = &trial.window;
    assert_int_equal(own[CARRIERS].max_parcels, 77);
    assert_int_equal(own[CARRIERS].count[0], 77);
    assert_int_equal(own[CARRIERS].count[WINDOW_DAYS_MAX - 1], 77);
    for (uint32_t i = 0; i < CARRIERS; i++) {
        for (int32_t index = 0; index < window->days; index++) {
            assert_int_equal(own[i].count[index], *taken(i, index));
        }
        for (uint32_t k = 0; k < 30; k++) {
            int32_t index = (int32_t)random_below(&trial.random, (uint64_t)window->horizon_days);
            index = k == 0 ? 0 : k == 1 ? window->horizon_days - 1 : index;
            int64_t cut_off = zone_instant(&trial.shop.zone, window->today + index,
                                           trial.carriers[i].cut_off_minute);
            const int64_t moments[] = {window->midnights[index], window->midnights[index + 1],
                                       window->midnights[index + 1] + 1, cut_off, cut_off + 1};
            for (size_t m = 0; m < sizeof moments / sizeof *moments; m++) {
                assert_int_equal(parcels_collection(&trial.parcels, window, i, moments[m]),
                                 collection_walk(i, moments[m]));
            }
            assert_int_equal(parcels_delivery(&trial.parcels, i, index), delivery_walk(i, index));
        }
    }
}

/* ---- what happens ---- */

static void add_random(void)
{
    uint32_t carrier = (uint32_t)random_below(&trial.random, CARRIERS);
    int64_t last = random_below(&trial.random, 2) == 0 ? 4 : trial.window.days;
    int32_t index = (int32_t)random_between(&trial.random, -1, last);
    bool outside = index < 0 || index >= trial.window.days;
    bool back = !outside && *taken(carrier, index) > 0 && random_below(&trial.random, 2) == 0;
    parcels_add(&trial.parcels, &trial.window, carrier, index, back ? -1 : 1);
    if (!outside) {
        *taken(carrier, index) += back ? -1 : 1;
    }
}

static void roll_random(void)
{
    uint32_t elapsed = (uint32_t)random_between(&trial.random, 1, 3);
    window_set(&trial.window, &trial.shop.zone, trial.window.today + (int32_t)elapsed,
               trial.window.horizon_days, trial.window.days);
    parcels_roll(&trial.parcels, &trial.shop, &nothing, &trial.window, elapsed);
}

static void rebuild(int32_t horizon_days, int32_t days)
{
    window_set(&trial.window, &trial.shop.zone, trial.window.today, horizon_days, days);
    parcels_build(&trial.parcels, &trial.shop, &nothing, &trial.window);
    for (uint32_t i = 0; i < CARRIERS; i++) {
        for (int32_t index = 0; index < days; index++) {
            int32_t count = *taken(i, index);
            for (int32_t k = 0; k < count; k++) {
                parcels_add(&trial.parcels, &trial.window, i, index, 1);
            }
        }
    }
}

static void carriers_make(int32_t horizon_days)
{
    static const int16_t cut_offs[CARRIERS] = {960, 1440, 0, 1440, 1};
    static const int32_t rooms[CARRIERS] = {-1, 0, 2, 3, 1};
    static const uint8_t sets[CARRIERS] = {0x1f, 0x7f, 0x7f, 0x7f, 0x15};
    for (uint32_t i = 0; i < CARRIERS; i++) {
        for (int32_t k = 0; k < CLOSED; k++) {
            trial.closed[i][k] = trial.first_day + (int32_t)i + k * (1 + horizon_days / CLOSED);
        }
        trial.carriers[i] = (struct carrier){.cut_off_minute = cut_offs[i],
                                             .max_parcels = rooms[i],
                                             .transit_days = (int32_t)i % 4,
                                             .collects = {sets[i]},
                                             .delivers = {sets[CARRIERS - 1 - i]},
                                             .closed = {CLOSED, trial.closed[i]}};
    }
}

static void trial_begin(uint64_t seed, int32_t horizon_days, int32_t days)
{
    trial = (struct trial){.shop = {.carrier_count = CARRIERS, .carriers = trial.carriers}};
    memset(own, 0, sizeof own);
    own[CARRIERS].max_parcels = 77;
    own[CARRIERS].count[0] = own[CARRIERS].count[WINDOW_DAYS_MAX - 1] = 77;
    random_seed(&trial.random, seed);
    assert_int_equal(world_zone_load(NULL, "Europe/Paris", 0, &trial.shop.zone, NULL), STATUS_OK);
    assert_true(day_read(SLICE("2026-10-20"), &trial.first_day));
    trial.window.today = trial.first_day;
    trial.parcels.carriers = own;
    carriers_make(horizon_days);
    rebuild(horizon_days, days);
}

static void test_like_a_walk(void **unused)
{
    (void)unused;
    static const int32_t shapes[][2] = {
        {1, 1},   {3, 3},    {20, 20},   {20, 40},
        {64, 64}, {65, 130}, {127, 128}, {LIMIT_HORIZON_DAYS, WINDOW_DAYS_MAX}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        trial_begin(i + 1, shapes[i][0], shapes[i][1]);
        compare_all();
        for (uint32_t step = 0; step < 300; step++) {
            uint64_t dice = random_below(&trial.random, 30);
            if (dice == 0) {
                roll_random();
            } else if (dice == 1) {
                /* A shorter horizon, or the whole one again. */
                rebuild((int32_t)random_between(&trial.random, 1, shapes[i][0]), shapes[i][1]);
            } else if (dice == 2) {
                rebuild(shapes[i][0], shapes[i][1]);
            } else {
                add_random();
            }
            if (step % 10 == 0) {
                compare_all();
            }
        }
        compare_all();
    }
}

/* A jump over the whole window forgets every place; so does one that is longer than any window. */
static void test_a_long_jump_forgets_all(void **unused)
{
    (void)unused;
    static const uint32_t jumps[] = {19, 20, WINDOW_DAYS_MAX, WINDOW_DAYS_MAX + 100};
    for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
        trial_begin(1, 20, 20);
        for (int32_t day = 0; day < 20; day++) {
            parcels_add(&trial.parcels, &trial.window, 3, day, 3);
            *taken(3, day) = 3;
        }
        compare_all();
        window_set(&trial.window, &trial.shop.zone, trial.window.today + (int32_t)jumps[i], 20, 20);
        parcels_roll(&trial.parcels, &trial.shop, &nothing, &trial.window, jumps[i]);
        compare_all();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_a_walk),
        cmocka_unit_test(test_a_long_jump_forgets_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
