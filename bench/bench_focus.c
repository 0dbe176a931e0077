/* The best mix, the frontier and the ranges of a random shop: prices, materials, minutes, seats,
 * fixed costs, the owner's hours and scarce items as shops have them, every work center wanted for
 * half as much again as it can give. The same arguments are the same shop.
 *
 *   bench_focus OFFERS ACTIVITIES CENTERS SEED GAP SECONDS [frontier|ranges|shop] */
#include "base/assert.h"
#include "base/random.h"
#include "base/text.h"
#include "focus/focus.h"
#include "model/shop_read.h"
#include "tests/support/zone_utc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CENTERS_MOST = 64, WEEK_MINUTES = 2100, OPERATIONS_MOST = 5 };

struct telling {
    struct random random;
    struct text text;
    uint32_t offers, activities, centers;
    double wanted[CENTERS_MOST]; /* minutes that all demand takes */
    double *earned;              /* [activity] by all of its demand */
};

static uint64_t clock_ns(void *context)
{
    (void)context;
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000 + (uint64_t)at.tv_nsec;
}

static double seconds_since(uint64_t begun)
{
    return (double)(clock_ns(NULL) - begun) / 1e9;
}

static uint32_t draw(struct telling *telling, uint32_t low, uint32_t high)
{
    return (uint32_t)random_between(&telling->random, low, high);
}

/* ---- a random shop ---- */

static void routing_tell(struct telling *telling, double sessions)
{
    uint32_t count = draw(telling, 1, OPERATIONS_MOST);
    text_append_string(&telling->text, ", routing: [");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t center = draw(telling, 0, telling->centers - 1);
        uint32_t minutes = draw(telling, 2, 45) * (sessions > 0 ? 4 : 1);
        uint32_t setup = draw(telling, 0, 6);
        text_append_format(&telling->text,
                           "%s{work_center: c%u, minutes: %u.%u, setup_minutes: %u}",
                           i > 0 ? ", " : "", center, minutes, draw(telling, 0, 9), setup);
        telling->wanted[center] += minutes * sessions;
    }
    text_append_string(&telling->text, "]");
}

static void offer_tell(struct telling *telling, uint32_t i)
{
    uint32_t price = draw(telling, 500, 9000);
    uint32_t materials = price * draw(telling, 20, 60) / 100;
    uint32_t demand = draw(telling, 1, draw(telling, 3, 60));
    uint32_t activity = draw(telling, 0, telling->activities - 1);
    uint32_t seats = draw(telling, 0, 9) == 0 ? draw(telling, 4, 10) : 0;
    text_append_format(&telling->text,
                       "  o%u: {name: o, price: %u.%02u, vat_rate: 20, on_site: true, "
                       "demand_per_week: %u, activity: a%u, items: {m%u: 1, s%u: %u}",
                       i, price / 100, price % 100, demand, activity, i, draw(telling, 0, 4),
                       draw(telling, 1, 3));
    if (seats > 0) {
        text_append_format(&telling->text, ", seats: %u", seats);
    }
    routing_tell(telling, seats > 0 ? (double)demand / seats : demand);
    text_append_string(&telling->text, "}\n");
    telling->earned[activity] += (price / 1.2 - materials) * demand;
}

static void offers_tell(struct telling *telling)
{
    text_append_string(&telling->text, "offers:\n");
    for (uint32_t i = 0; i < telling->offers; i++) {
        offer_tell(telling, i);
    }
}

static void items_tell(struct telling *telling)
{
    text_append_string(&telling->text, "items:\n");
    for (uint32_t i = 0; i < telling->offers; i++) {
        uint32_t cost = draw(telling, 100, 1800);
        text_append_format(&telling->text, "  m%u: {on_hand: 0, unit_cost: %u.%02u}\n", i,
                           cost / 100, cost % 100);
    }
    for (uint32_t i = 0; i < 5; i++) {
        text_append_format(&telling->text,
                           "  s%u: {on_hand: 0, unit_cost: 0.%02u, max_units_per_week: %u}\n", i,
                           draw(telling, 5, 90), telling->offers * draw(telling, 6, 14));
    }
}

/* Two thirds of the hours that all demand takes; fixed costs of a tenth to a half of what the
 * activity could earn. */
static void frame_tell(struct telling *telling)
{
    text_append_string(&telling->text, "work_centers:\n");
    for (uint32_t i = 0; i < telling->centers; i++) {
        double efficiency = telling->wanted[i] / 1.5 / WEEK_MINUTES;
        int people = 1 + (int)(efficiency / 50);
        efficiency /= people;
        text_append_format(&telling->text,
                           "  c%u: {people: %d, calendar: week, efficiency: %.2f}\n", i, people,
                           efficiency > 0.01 ? efficiency : 0.01);
    }
    text_append_string(&telling->text, "activities:\n");
    for (uint32_t i = 0; i < telling->activities; i++) {
        double share = draw(telling, 10, 50) / 100.0;
        double cost = telling->earned[i] > 0 ? telling->earned[i] * share / 100 : 0;
        text_append_format(&telling->text,
                           "  a%u: {fixed_cost_per_week: %.2f, owner_hours_per_week: %u}\n", i,
                           cost, draw(telling, 1, 6));
    }
}

static void shop_tell(struct telling *telling)
{
    text_append_string(&telling->text, "shop: {name: Bench, currency: EUR, time_zone: UTC}\n"
                                       "calendars: {week: {open: {mon-fri: \"08:00-15:00\"}}}\n");
    text_append_format(&telling->text, "focus: {owner_hours_per_week: %u}\n",
                       telling->activities < 67 ? telling->activities * 5 / 2 : 168);
    items_tell(telling);
    offers_tell(telling);
    frame_tell(telling);
}

/* ---- what is measured ---- */

static void frontier_measure(const struct mix_ask *ask)
{
    struct frontier *frontier = NULL;
    struct fault fault = {.text = ""};
    uint64_t begun = clock_ns(NULL);
    ASSERT(frontier_make(ask, &frontier, &fault) == STATUS_OK);
    double worst = 0;
    for (uint32_t i = 0; i < frontier->count; i++) {
        double gap = frontier->points[i].mix->gap;
        worst = gap > worst ? gap : worst;
    }
    printf("frontier: %.3f s, %u points, largest gap %.6f\n", seconds_since(begun), frontier->count,
           worst);
    frontier_free(frontier);
}

static void ranges_measure(const struct mix_ask *ask, const struct mix *best)
{
    struct focus_ranges *ranges = NULL;
    struct fault fault = {.text = ""};
    uint64_t begun = clock_ns(NULL);
    ASSERT(ranges_make(ask, best, &ranges, &fault) == STATUS_OK);
    printf("ranges: %.3f s, %u, %s\n", seconds_since(begun), ranges->count,
           ranges->complete ? "all" : "not all");
    ranges_free(ranges);
}

static void measure(const struct shop *shop, struct mix_ask *ask, const char *also)
{
    struct focus_figures *figures = NULL;
    struct mix *mix = NULL;
    struct fault fault = {.text = ""};
    ASSERT(focus_figures_make(shop, NULL, &figures, &fault) == STATUS_OK);
    ask->figures = figures;
    ask->most = figures->activity_count;
    uint64_t begun = clock_ns(NULL);
    ASSERT(mix_solve(ask, &mix, &fault) == STATUS_OK);
    uint32_t running = 0;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        running += mix->runs[i];
    }
    printf("mix: %.3f s, gap %.6f, profit %lld, %u of %u activities\n", seconds_since(begun),
           mix->gap, (long long)focus_minor(mix->profit_micro), running, figures->activity_count);
    if (strcmp(also, "frontier") == 0) {
        frontier_measure(ask);
    } else if (strcmp(also, "ranges") == 0) {
        ranges_measure(ask, mix);
    }
    mix_free(mix);
    focus_figures_free(figures);
}

int main(int count, char **arguments)
{
    if (count < 7) {
        (void)fprintf(stderr, "bench_focus OFFERS ACTIVITIES CENTERS SEED GAP SECONDS "
                              "[frontier|ranges|shop]\n");
        return 2;
    }
    struct telling telling = {.offers = (uint32_t)strtoul(arguments[1], NULL, 10),
                              .activities = (uint32_t)strtoul(arguments[2], NULL, 10),
                              .centers = (uint32_t)strtoul(arguments[3], NULL, 10)};
    struct mix_ask ask = {.gap = strtod(arguments[5], NULL),
                          .seconds = strtod(arguments[6], NULL),
                          .clock_ns = clock_ns};
    const char *also = count > 7 ? arguments[7] : "";
    struct shop *shop = NULL;
    struct fault fault = {.text = ""};
    ASSERT(telling.activities > 0 && telling.centers > 0 && telling.centers <= CENTERS_MOST);
    random_seed(&telling.random, strtoull(arguments[4], NULL, 10));
    text_init(&telling.text, LIMIT_SHOP_FILE_BYTES);
    telling.earned = calloc(telling.activities, sizeof *telling.earned);
    ASSERT(telling.earned != NULL);
    shop_tell(&telling);
    if (strcmp(also, "shop") == 0) {
        (void)fputs(telling.text.bytes, stdout);
    } else if (shop_read(text_slice(&telling.text), "bench.yaml", &zones_utc, 1796000000, &shop,
                         &fault) != STATUS_OK) {
        (void)fprintf(stderr, "%s\n", fault.text);
        return 2;
    } else {
        measure(shop, &ask, also);
    }
    shop_free(shop);
    text_free(&telling.text);
    free(telling.earned);
    return 0;
}
