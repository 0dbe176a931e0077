/* Stock over time against plain sums over all days: horizons from one day to the longest, windows
 * that move and change their shape, commitments that come and go; and whether stock_check sees a
 * wrong tree. */
#include "base/random.h"
#include "promise/stock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { ITEMS = STOCK_TILE + 2, MOVED = 3, MOVEMENTS = 40, COMMITS_MAX = 4000, TODAY = 20000 };

struct commit {
    uint32_t item;
    int32_t day;
    int64_t quantity;
};

/* The stock, and beside it everything that ever happened to it. */
struct trial {
    struct random random;
    struct shop shop;
    struct item items[ITEMS];
    struct item_movement receipts[MOVEMENTS];
    struct item_movement commitments[MOVEMENTS];
    struct window window;
    struct supply supply;
    struct stock stock;
    int64_t on_hand[ITEMS];
    int64_t expected_on_hand[ITEMS];
    uint32_t commit_count;
    struct commit commits[COMMITS_MAX];
};

static const struct zone utc = {.count = 1, .periods = {{INT64_MIN, 0}}};
static struct trial trial;
static struct supply_entry entries[MOVEMENTS];
static uint32_t latest[ITEMS];
static struct stock_head heads[ITEMS];
/* An item more than there is: it must never be touched. */
static struct stock_day days[(ITEMS + STOCK_TILE) * STOCK_LEAVES_MAX];
static struct stock_node nodes[(ITEMS + 1) * STOCK_LEAVES_MAX];

static int64_t projected(uint32_t item, int32_t index)
{
    int32_t day = trial.window.today + index;
    int64_t sum = trial.expected_on_hand[item];
    for (uint32_t i = 0; i < trial.shop.receipt_count; i++) {
        const struct item_movement *receipt = &trial.receipts[i];
        bool counts = receipt->due_day >= trial.window.today && receipt->due_day <= day;
        sum += counts && receipt->item.index == item ? receipt->quantity_thousandths : 0;
    }
    for (uint32_t i = 0; i < trial.shop.commitment_count; i++) {
        const struct item_movement *commitment = &trial.commitments[i];
        bool counts = commitment->due_day <= day && commitment->item.index == item;
        sum -= counts ? commitment->quantity_thousandths : 0;
    }
    for (uint32_t i = 0; i < trial.commit_count; i++) {
        const struct commit *commit = &trial.commits[i];
        sum -= commit->day <= day && commit->item == item ? commit->quantity : 0;
    }
    return sum;
}

static void item_compare(uint32_t item)
{
    static int64_t sums[LIMIT_HORIZON_DAYS];
    int32_t horizon = trial.window.horizon_days;
    int64_t lowest = INT64_MAX;
    for (int32_t i = 0; i < horizon; i++) {
        sums[i] = projected(item, i);
        lowest = sums[i] < lowest ? sums[i] : lowest;
    }
    for (uint32_t k = 0; k < 12; k++) {
        /* What suffices from some day on, exactly and by one thousandth not. */
        int64_t keep_back = trial.items[item].keep_back_thousandths;
        int64_t at = k < 2 ? lowest : sums[random_below(&trial.random, (uint64_t)horizon)];
        int64_t quantity = at - keep_back + (k % 2);
        int32_t expected = horizon;
        while (expected > 0 && sums[expected - 1] >= quantity + keep_back) {
            expected--;
        }
        assert_int_equal(stock_earliest(&trial.stock, item, quantity), expected);
    }
    assert_null(stock_check(&trial.stock));
}

static void all_compare(void)
{
    for (uint32_t item = 0; item < ITEMS; item++) {
        item_compare(item);
        assert_int_equal(trial.on_hand[item], trial.expected_on_hand[item]);
    }
}

/* Few have many movements: two of one tile, and the last, which stands in the next. */
static uint32_t item_random(uint64_t among)
{
    static const uint32_t moved[MOVED] = {0, STOCK_TILE - 1, ITEMS - 1};
    return moved[random_below(&trial.random, among)];
}

static void commit_random(void)
{
    assert_true(trial.commit_count < COMMITS_MAX);
    struct commit *commit = &trial.commits[trial.commit_count++];
    int64_t to = random_below(&trial.random, 4) == 0 ? 3 : trial.window.days - 1;
    commit->item = item_random(MOVED);
    commit->day = trial.window.today + (int32_t)random_between(&trial.random, -2, to);
    commit->quantity = random_between(&trial.random, 1, 9) * 500;
    if (trial.commit_count > 1 && random_below(&trial.random, 2) == 0) {
        /* One that is there already is given back; it may lie before today by now. */
        *commit = trial.commits[random_below(&trial.random, trial.commit_count - 1)];
        commit->quantity = -commit->quantity;
    }
    if (commit->day - trial.window.today >= trial.window.days) {
        trial.commit_count--;
        return;
    }
    stock_commit(&trial.stock, commit->item, commit->day - trial.window.today, commit->quantity);
}

static void leave_random(void)
{
    uint32_t item = item_random(MOVED);
    int64_t quantity = random_between(&trial.random, 1, 3) * 250;
    stock_leave(&trial.stock, item, quantity);
    trial.expected_on_hand[item] -= quantity;
}

static void roll_random(void)
{
    int64_t far = random_below(&trial.random, 8) == 0 ? trial.window.days + 2 : 3;
    uint32_t elapsed = (uint32_t)random_between(&trial.random, 1, far);
    window_set(&trial.window, &utc, trial.window.today + (int32_t)elapsed,
               trial.window.horizon_days, trial.window.days);
    stock_roll(&trial.stock, &trial.shop, &trial.supply, &trial.window, elapsed);
}

/* The tables' shape: another horizon, with all that is committed within the window. */
static void rebuild(int32_t horizon_days)
{
    int32_t window_days = horizon_days;
    for (uint32_t i = 0; i < trial.commit_count; i++) {
        int32_t reach = trial.commits[i].day - trial.window.today + 1;
        window_days = reach > window_days ? reach : window_days;
    }
    window_set(&trial.window, &utc, trial.window.today, horizon_days, window_days);
    stock_build(&trial.stock, &trial.shop, &trial.supply, &trial.window);
    for (uint32_t i = 0; i < trial.commit_count; i++) {
        const struct commit *commit = &trial.commits[i];
        stock_commit(&trial.stock, commit->item, commit->day - trial.window.today,
                     commit->quantity);
    }
}

static void movements_make(struct item_movement *list, uint32_t count, int32_t reach)
{
    for (uint32_t i = 0; i < count; i++) {
        /* The last item has none: its tables are never touched by the shop file. */
        list[i].item.index = (uint16_t)item_random(MOVED - 1);
        list[i].quantity_thousandths = random_between(&trial.random, 1, 20) * 500;
        list[i].due_day = TODAY + (int32_t)random_between(&trial.random, -3, reach + 20);
    }
}

static void trial_begin(uint64_t seed, int32_t horizon_days)
{
    memset(heads, 0, sizeof heads);
    memset(days, 0, sizeof days);
    memset(nodes, 0, sizeof nodes);
    trial = (struct trial){.window = {.today = TODAY}};
    random_seed(&trial.random, seed);
    trial.shop = (struct shop){.item_count = ITEMS,
                               .items = trial.items,
                               .receipt_count = MOVEMENTS,
                               .receipts = trial.receipts,
                               .commitment_count = MOVEMENTS / 2,
                               .commitments = trial.commitments};
    movements_make(trial.receipts, MOVEMENTS, horizon_days);
    movements_make(trial.commitments, MOVEMENTS / 2, horizon_days);
    for (uint32_t i = 0; i < ITEMS; i++) {
        trial.items[i].supplier.index = NO_INDEX;
        trial.items[i].keep_back_thousandths = random_between(&trial.random, 0, 2) * 1000;
        trial.on_hand[i] = trial.expected_on_hand[i] = random_between(&trial.random, 0, 40) * 1000;
    }
    memset(latest, 0, sizeof latest);
    trial.supply = (struct supply){.entries = entries, .latest = latest};
    supply_adopt(&trial.supply, &trial.shop);
    trial.stock =
        (struct stock){.on_hand = trial.on_hand, .heads = heads, .days = days, .nodes = nodes};
    rebuild(horizon_days);
}

static void test_like_plain_sums(void **unused)
{
    (void)unused;
    static const int32_t horizons[] = {1, 2, 3, 4, 5, 8, 20, 63, 64, 65, 200, LIMIT_HORIZON_DAYS};
    for (size_t i = 0; i < sizeof horizons / sizeof *horizons; i++) {
        trial_begin(i + 1, horizons[i]);
        all_compare();
        for (uint32_t step = 0; step < 120; step++) {
            switch (random_below(&trial.random, 16)) {
            case 0:
                roll_random();
                break;
            case 1:
                rebuild(horizons[random_below(&trial.random, i + 1)]);
                break;
            case 2:
                leave_random();
                break;
            default:
                commit_random();
                break;
            }
            assert_null(stock_check(&trial.stock));
            if (step % 8 == 0) {
                all_compare();
            }
        }
        all_compare();
        for (uint32_t day = 0; day < STOCK_LEAVES_MAX; day++) {
            assert_int_equal(stock_day_of(&trial.stock, ITEMS, day)->committed, 0);
            assert_int_equal(stock_day_of(&trial.stock, ITEMS, day)->change, 0);
        }
    }
}

/* A question that the bound answers touches no tree; a commitment that goes lets the bound be. */
static void test_the_bound(void **unused)
{
    (void)unused;
    trial_begin(1, 20);
    trial.shop.receipt_count = trial.shop.commitment_count = 0;
    trial.supply.count = 0;
    trial.items[0].keep_back_thousandths = 0;
    rebuild(20);
    int64_t have = trial.on_hand[0];
    assert_int_equal(heads[0].least, have);
    stock_commit(&trial.stock, 0, 4, 500);
    assert_int_equal(heads[0].least, have - 500);
    assert_true(heads[0].stale[0] == 1 << 4);
    assert_int_equal(stock_earliest(&trial.stock, 0, have - 500), 0);
    assert_true(heads[0].stale[0] == 1 << 4);
    stock_commit(&trial.stock, 0, 4, -500);
    assert_int_equal(heads[0].least, have - 500);
    assert_int_equal(stock_earliest(&trial.stock, 0, have), 0);
    assert_int_equal(heads[0].least, have);
    assert_true(heads[0].stale[0] == 0);
}

/* ---- does the alarm ring? ---- */

static void test_check_sees_a_wrong_tree(void **unused)
{
    (void)unused;
    static const int32_t horizons[] = {20, 130};
    for (size_t i = 0; i < sizeof horizons / sizeof *horizons; i++) {
        trial_begin(5, horizons[i]);
        for (uint32_t item = 0; item < ITEMS; item++) {
            stock_commit(&trial.stock, item, 1, 500);
            stock_search(&trial.stock, item, INT64_MAX / 2);
            for (uint32_t node = 1; node < trial.stock.leaf_count; node++) {
                struct stock_node *own = &nodes[(size_t)item * trial.stock.leaf_count + node];
                assert_null(stock_check(&trial.stock));
                own->sum++;
                assert_string_equal(stock_check(&trial.stock),
                                    "a stock tree's node differs from what lies below it");
                own->sum--;
                own->lowest--;
                assert_string_equal(stock_check(&trial.stock),
                                    "a stock tree's node differs from what lies below it");
                own->lowest++;
            }
            heads[item].least++;
            assert_string_equal(stock_check(&trial.stock), "an item's stock falls under its bound");
            heads[item].least--;
        }
    }
}

/* What lies above a stale day may differ, what lies elsewhere may not. */
static void test_check_excuses_only_what_is_stale(void **unused)
{
    (void)unused;
    trial_begin(5, 128);
    stock_search(&trial.stock, 0, INT64_MAX / 2);
    stock_commit(&trial.stock, 0, 70, 500);
    for (uint32_t node = 1; node < trial.stock.leaf_count; node++) {
        bool above = false;
        for (uint32_t i = (trial.stock.leaf_count + 70) / 2; i >= 1; i /= 2) {
            above = above || i == node;
        }
        nodes[node].sum += 3;
        assert_int_equal(stock_check(&trial.stock) == NULL, above);
        nodes[node].sum -= 3;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_plain_sums),
        cmocka_unit_test(test_the_bound),
        cmocka_unit_test(test_check_sees_a_wrong_tree),
        cmocka_unit_test(test_check_excuses_only_what_is_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
