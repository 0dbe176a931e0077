/* 200 random small shops against brute force over all whole steps: the same profit, to the
 * millionth of a minor unit. The oracle reads the shop, not the rows that the optimizer gets; it
 * shares only the money of a unit with them (whose exactness mix_test.c checks).
 *
 * ECLUSE_SEED=N tells one shop alone. */
#include "focus/frontier.h"

#include "base/decimal.h"
#include "base/random.h"
#include "base/text.h"
#include "focus/focus_testing.h"

#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { OFFERS_MAX = 5, ACTIVITIES_MAX = 3, CENTERS_MAX = 3, SHOPS = 200 };

struct story {
    struct random random;
    struct text text;
    uint32_t offers, activities, centers;
    struct sold sold;
    struct sold_figures sold_offers[OFFERS_MAX];
    double units_per_line[OFFERS_MAX];
    struct sold_pair pairs[OFFERS_MAX * ACTIVITIES_MAX];
    struct shop *shop;
    struct focus_figures *figures;
    struct mix_ask ask;
    bool never[ACTIVITIES_MAX];
    /* The oracle's. */
    int64_t steps[OFFERS_MAX];
    int64_t best_micro;
    uint64_t looked;
};

static uint32_t draw(struct story *story, uint32_t low, uint32_t high)
{
    return (uint32_t)random_between(&story->random, low, high);
}

static bool chance(struct story *story, uint32_t percent)
{
    return draw(story, 1, 100) <= percent;
}

/* ---- a random shop ---- */

static void head_tell(struct story *story)
{
    struct text *text = &story->text;
    text_append_string(text, "shop: {name: T, currency: EUR, time_zone: Europe/Paris}\n"
                             "calendars: {week: {open: {mon: \"08:00-09:00\"}}}\nwork_centers:\n");
    for (uint32_t i = 0; i < story->centers; i++) {
        text_append_format(text, "  c%u: {people: %u, calendar: week, efficiency: 0.%u}\n", i,
                           draw(story, 1, 3), draw(story, 5, 9));
    }
    text_append_string(text, "activities:\n");
    for (uint32_t i = 0; i < story->activities; i++) {
        text_append_format(
            text, "  a%u: {fixed_cost_per_week: %u.%02u, owner_hours_per_week: %u}\n", i,
            chance(story, 40) ? 0 : draw(story, 1, 70), draw(story, 0, 99), draw(story, 0, 6));
    }
    text_append_string(text, "items:\n  i: {on_hand: 0, unit_cost: 1.23");
    if (chance(story, 40)) {
        text_append_format(text, ", max_units_per_week: %u", draw(story, 2, 9));
    }
    text_append_string(text, "}\n");
    if (chance(story, 40)) {
        text_append_format(text, "focus: {owner_hours_per_week: %u, together_lost: %u}\n",
                           draw(story, 3, 12), draw(story, 10, 100));
    }
}

static void offer_tell(struct story *story, uint32_t i)
{
    static const char *const rates[] = {"0", "5.5", "10", "20"};
    static const char *const parts[] = {"", ".5", ".25"};
    struct text *text = &story->text;
    text_append_format(text, "  o%u: {name: o, price: %u.%02u, vat_rate: %s, on_site: true", i,
                       draw(story, 0, 40), draw(story, 0, 99), rates[draw(story, 0, 3)]);
    text_append_format(text, ", demand_per_week: %u%s", draw(story, 0, 8),
                       parts[chance(story, 70) ? 0 : draw(story, 1, 2)]);
    if (chance(story, 85)) {
        text_append_format(text, ", activity: a%u", draw(story, 0, story->activities - 1));
    }
    if (chance(story, 50)) {
        text_append_format(text, ", items: {i: %u.%u}", draw(story, 1, 2), draw(story, 0, 5));
    }
    if (chance(story, 25)) {
        text_append_format(text, ", seats: %u", draw(story, 2, 3));
    }
    text_append_string(text, ", routing: [");
    for (uint32_t j = 0; j < story->centers; j++) {
        text_append_format(text, "%s{work_center: c%u, minutes: %u.%u, setup_minutes: %u}",
                           j > 0 ? ", " : "", j, draw(story, 0, 40), draw(story, 0, 9),
                           draw(story, 0, 6));
    }
    text_append_string(text, "]}\n");
}

static void pairs_draw(struct story *story)
{
    story->sold = (struct sold){.state = SOLD_ENOUGH, .weeks = 10, .units_per_order = 2};
    for (uint32_t i = 0; i < story->offers; i++) {
        story->units_per_line[i] = 1 + draw(story, 0, 20) / 10.0;
        for (uint32_t j = 0; j < story->activities && chance(story, 40); j++) {
            story->pairs[story->sold.pair_count++] =
                (struct sold_pair){(uint16_t)i, (uint16_t)j, 9, draw(story, 1, 100) / 100.0};
        }
    }
    story->sold.offer_count = story->offers;
    story->sold.offers = story->sold_offers;
    story->sold.units_per_line = story->units_per_line;
    story->sold.activity_count = story->activities;
    story->sold.pairs = story->pairs;
}

static void story_open(struct story *story, uint64_t seed)
{
    *story = (struct story){0};
    random_seed(&story->random, seed);
    story->offers = draw(story, 3, OFFERS_MAX);
    story->activities = draw(story, 1, ACTIVITIES_MAX);
    story->centers = draw(story, 1, CENTERS_MAX);
    text_init(&story->text, 65536);
    head_tell(story);
    text_append_string(&story->text, "offers:\n");
    for (uint32_t i = 0; i < story->offers; i++) {
        offer_tell(story, i);
    }
    pairs_draw(story);
    struct fault fault = {.text = ""};
    bool with_past = chance(story, 50);
    if (shop_read(text_slice(&story->text), "t.yaml", &testing_zones, 1796000000, &story->shop,
                  &fault) != STATUS_OK ||
        focus_figures_make(story->shop, with_past ? &story->sold : NULL, &story->figures, &fault) !=
            STATUS_OK) {
        fail_msg("seed %llu: %s\n%s", (unsigned long long)seed, fault.text, story->text.bytes);
    }
    story->ask = testing_ask(story->figures);
    story->ask.most = draw(story, 1, story->activities);
    for (uint32_t i = 0; i < story->activities; i++) {
        story->never[i] = chance(story, 10);
    }
    story->ask.never = story->never;
}

static void story_close(struct story *story)
{
    focus_figures_free(story->figures);
    shop_free(story->shop);
    text_free(&story->text);
}

/* ---- the oracle ---- */

static bool activity_sells(const struct story *story, uint32_t activity)
{
    for (uint32_t i = 0; i < story->offers; i++) {
        if (story->shop->offers[i].activity.index == activity && story->steps[i] > 0) {
            return true;
        }
    }
    return false;
}

static int64_t parts_of(const struct story *story, uint32_t i)
{
    int64_t demand = story->shop->offers[i].demand_per_week_thousandths;
    int64_t parts = (demand + 999) / 1000;
    while (parts > 0 && demand % parts != 0) {
        parts++;
    }
    return parts;
}

static int64_t quantity_of(const struct story *story, uint32_t i)
{
    int64_t parts = parts_of(story, i);
    return parts == 0
               ? 0
               : story->shop->offers[i].demand_per_week_thousandths / parts * story->steps[i];
}

static bool activities_hold(const struct story *story)
{
    uint32_t count = 0;
    int64_t owner = 0;
    for (uint32_t i = 0; i < story->activities; i++) {
        bool sells = activity_sells(story, i);
        if (sells && story->never[i]) {
            return false;
        }
        count += sells;
        owner += sells ? story->shop->activities[i].owner_hours_per_week_thousandths : 0;
    }
    int64_t has = story->shop->focus.owner_hours_per_week_thousandths;
    return count <= story->ask.most && (has < 0 || owner <= has);
}

static bool losses_hold(const struct story *story)
{
    for (uint32_t i = 0; i < story->offers; i++) {
        int64_t left = 1000000;
        for (uint32_t j = 0; j < story->figures->loss_count; j++) {
            const struct focus_loss *loss = &story->figures->losses[j];
            left -=
                loss->offer == i && !activity_sells(story, loss->with) ? loss->share_millionths : 0;
        }
        if (story->steps[i] * 1000000 > parts_of(story, i) * left) {
            return false;
        }
    }
    return true;
}

/* In millionths of a minute; setting up is shared as the figures share it. */
static bool hours_hold(const struct story *story, uint32_t center)
{
    __int128 used = 0;
    for (uint32_t i = 0; i < story->offers; i++) {
        const struct offer *offer = &story->shop->offers[i];
        const struct operation *operation = &offer->routing.operations[center];
        int64_t line = offer->seats > 0 ? 1000
                       : story->figures->today_from == FOCUS_FROM_PAST
                           ? (int64_t)(story->units_per_line[i] * 1000 + 0.5)
                           : 1500;
        int64_t each = operation->minutes_thousandths * 1000 +
                       operation->setup_minutes_thousandths * 1000 * 1000 / line;
        int64_t quantity = quantity_of(story, i);
        int64_t seats = offer->seats * 1000;
        used += (__int128)each * (seats > 0 ? (quantity + seats - 1) / seats * 1000 : quantity);
    }
    const struct work_center *work = &story->shop->work_centers[center];
    return used <= (__int128)60 * work->people * work->efficiency_thousandths * 1000 * 1000;
}

static bool items_hold(const struct story *story)
{
    int64_t most = story->shop->items[0].max_units_per_week_thousandths;
    int64_t used = 0;
    for (uint32_t i = 0; i < story->offers; i++) {
        const struct offer *offer = &story->shop->offers[i];
        used += offer->component_count > 0
                    ? offer->components[0].quantity_thousandths * quantity_of(story, i)
                    : 0;
    }
    return most < 0 || used <= most * 1000;
}

static void candidate_look(struct story *story)
{
    story->looked++;
    if (!activities_hold(story) || !losses_hold(story) || !items_hold(story)) {
        return;
    }
    for (uint32_t i = 0; i < story->centers; i++) {
        if (!hours_hold(story, i)) {
            return;
        }
    }
    __int128 sum = 0;
    for (uint32_t i = 0; i < story->offers; i++) {
        sum += (__int128)story->figures->offers[i].throughput_micro * quantity_of(story, i);
    }
    int64_t value = (int64_t)((sum < 0 ? sum - 500 : sum + 500) / 1000);
    for (uint32_t i = 0; i < story->activities; i++) {
        int64_t fixed = story->shop->activities[i].fixed_cost_per_week_minor * 1000000;
        value -= activity_sells(story, i) ? fixed : 0;
    }
    if (story->looked == 1 || value > story->best_micro) {
        story->best_micro = value;
    }
}

/* All whole steps of all offers, as an odometer counts; nothing is sold first. */
static void oracle_run(struct story *story)
{
    memset(story->steps, 0, sizeof story->steps);
    story->looked = 0;
    for (;;) {
        candidate_look(story);
        uint32_t i = 0;
        while (i < story->offers) {
            if (story->steps[i] < parts_of(story, i)) {
                story->steps[i]++;
                break;
            }
            story->steps[i++] = 0;
        }
        if (i == story->offers) {
            return;
        }
    }
}

static uint32_t stories(uint64_t *first)
{
    const char *one = getenv("ECLUSE_SEED");
    *first = one != NULL ? strtoull(one, NULL, 10) : 1;
    return one != NULL ? 1 : SHOPS;
}

static void test_brute_force(void **unused)
{
    (void)unused;
    uint64_t first;
    uint32_t count = stories(&first);
    uint32_t earned = 0;
    uint64_t looked = 0;
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct story story;
        story_open(&story, seed);
        oracle_run(&story);
        struct mix *mix = testing_solve(&story.ask);
        if (mix->profit_micro != story.best_micro || !mix->optimal) {
            fail_msg("seed %llu: %lld, and %lld is best (gap %g)\n%s", (unsigned long long)seed,
                     (long long)mix->profit_micro, (long long)story.best_micro, mix->gap,
                     story.text.bytes);
        }
        earned += story.best_micro > 0;
        looked += story.looked;
        mix_free(mix);
        story_close(&story);
    }
    /* The shops are no trifles. */
    if (count == SHOPS) {
        assert_true(earned > SHOPS * 3 / 4);
        assert_true(looked > 100000);
    }
}

/* The frontier's points are each the optimum of so many activities. */
static void test_frontier(void **unused)
{
    (void)unused;
    uint64_t first;
    uint32_t count = stories(&first);
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct story story;
        story_open(&story, seed);
        struct frontier *frontier = NULL;
        struct fault fault = {.text = ""};
        assert_int_equal(frontier_make(&story.ask, &frontier, &fault), STATUS_OK);
        assert_int_equal(frontier->count, story.activities);
        for (uint32_t i = 0; i < frontier->count; i++) {
            story.ask.most = i + 1;
            oracle_run(&story);
            if (frontier->points[i].mix->profit_micro != story.best_micro) {
                fail_msg("seed %llu, %u activities: %lld, and %lld is best\n%s",
                         (unsigned long long)seed, i + 1,
                         (long long)frontier->points[i].mix->profit_micro,
                         (long long)story.best_micro, story.text.bytes);
            }
        }
        frontier_free(frontier);
        story_close(&story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_brute_force),
        cmocka_unit_test(test_frontier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
