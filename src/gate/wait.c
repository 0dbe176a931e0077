/* places passed -> speed -> the likely wait; true by announced waits -> histogram -> its range.
 *
 * Invariant: `weight` is the sum of `weights`. */
#include "gate/wait.h"

#include <string.h>

enum {
    ANNOUNCED_MIN = 10, /* seconds: shorter announcements teach nothing */
    MOVES_MIN = 20,
    OCTAVE = 8, /* steps of the histogram */
    MIDDLE = WAIT_RATIOS / 2,
    UNIT = 1024,
    FORGET = 256, /* the weight of the past falls by one in so many at each entry */
    LOW_PERCENT = 8,
    HIGH_PERCENT = 92,
    /* Thousandths of the likely wait that the range always holds: what was learned is of those who
     * came long ago. */
    NEAR_LOW = 900,
    NEAR_HIGH = 1100,
    SLACK_SECONDS = 2, /* calls are heard at a poll */
    WAIT_SECONDS_MAX = 7 * 86400
};

/* 2^(k/8) in thousandths. */
static const uint32_t octave_thousandths[OCTAVE + 1] = {1000, 1091, 1189, 1297, 1414,
                                                        1542, 1682, 1834, 2000};

static void slot_add(struct wait_ratios *ratios, int slot, uint32_t weight)
{
    ratios->weights[slot] += weight;
    ratios->weight += weight;
}

static int length_of(uint64_t announced)
{
    return announced < 30 ? 0 : announced < 120 ? 1 : announced < 600 ? 2 : 3;
}

void wait_init(struct wait *wait, int64_t second)
{
    memset(wait, 0, sizeof *wait);
    wait_restart(wait, second);
    /* Before anything is known: from half to one and a half times, and a little. */
    for (int length = 0; length < WAIT_LENGTHS; length++) {
        for (int slot = MIDDLE - 8; slot <= MIDDLE + 5; slot++) {
            slot_add(&wait->ratios[length], slot, 2 * UNIT);
        }
    }
}

void wait_restart(struct wait *wait, int64_t second)
{
    memset(wait->moves, 0, sizeof wait->moves);
    wait->second = second;
    wait->since = second;
}

static void seconds_pass(struct wait *wait, int64_t second)
{
    int64_t passed = second - wait->second;
    if (passed >= WAIT_SPEED_SECONDS) {
        memset(wait->moves, 0, sizeof wait->moves);
        wait->second = second;
    }
    while (wait->second < second) {
        wait->second++;
        wait->moves[wait->second % WAIT_SPEED_SECONDS] = 0;
    }
}

void wait_moved(struct wait *wait, int64_t second)
{
    seconds_pass(wait, second);
    wait->moves[wait->second % WAIT_SPEED_SECONDS]++;
}

/* The step in which the ratio lies: MIDDLE is 1 to 1.09. */
static int slot_of(uint64_t ratio_thousandths)
{
    int slot = MIDDLE;
    while (ratio_thousandths >= 2000 && slot < WAIT_RATIOS - OCTAVE) {
        ratio_thousandths /= 2;
        slot += OCTAVE;
    }
    while (ratio_thousandths < 1000 && slot >= OCTAVE) {
        ratio_thousandths *= 2;
        slot -= OCTAVE;
    }
    int step = 0;
    while (step < OCTAVE - 1 && ratio_thousandths >= octave_thousandths[step + 1]) {
        step++;
    }
    return slot + step < WAIT_RATIOS ? slot + step : WAIT_RATIOS - 1;
}

void wait_learn(struct wait *wait, uint32_t announced, uint32_t waited)
{
    if (announced < ANNOUNCED_MIN) {
        return;
    }
    struct wait_ratios *ratios = &wait->ratios[length_of(announced)];
    ratios->weight = 0;
    for (int slot = 0; slot < WAIT_RATIOS; slot++) {
        ratios->weights[slot] -= ratios->weights[slot] / FORGET;
        ratios->weight += ratios->weights[slot];
    }
    slot_add(ratios, slot_of((uint64_t)waited * 1000 / announced), UNIT);
}

/* Where a step begins, in thousandths. */
static uint64_t slot_begin(int slot)
{
    int octaves = slot / OCTAVE - MIDDLE / OCTAVE;
    uint64_t step = octave_thousandths[slot % OCTAVE];
    return octaves >= 0 ? step << octaves : step >> -octaves;
}

/* The ratio below which `percent` of the weight lies, in thousandths; a step is evenly filled. */
static uint64_t quantile(const struct wait_ratios *ratios, uint32_t percent)
{
    uint64_t wanted = (uint64_t)ratios->weight * percent / 100;
    uint64_t sum = 0;
    int slot = 0;
    while (slot < WAIT_RATIOS - 1 && sum + ratios->weights[slot] <= wanted) {
        sum += ratios->weights[slot];
        slot++;
    }
    uint64_t weight = ratios->weights[slot] > 0 ? ratios->weights[slot] : 1;
    uint64_t begin = slot_begin(slot);
    return begin + (slot_begin(slot + 1) - begin) * (wanted - sum) / weight;
}

uint64_t wait_speed(const struct wait *wait, int64_t second, uint64_t rate)
{
    uint64_t moves = 0;
    int64_t newest = second - 1; /* the second under way is not over */
    int64_t oldest = second - WAIT_SPEED_SECONDS + 1;
    oldest = oldest > wait->since ? oldest : wait->since + 1;
    for (int64_t at = oldest; at <= newest; at++) {
        bool kept = at <= wait->second && at > wait->second - WAIT_SPEED_SECONDS;
        moves += kept ? wait->moves[at % WAIT_SPEED_SECONDS] : 0;
    }
    return moves < MOVES_MIN || rate == 0 ? rate : moves * 1000 / (uint64_t)(newest - oldest + 1);
}

static uint32_t scaled(uint64_t seconds, uint64_t thousandths)
{
    uint64_t scaled = (seconds * thousandths + 500) / 1000;
    return (uint32_t)(scaled < WAIT_SECONDS_MAX ? scaled : WAIT_SECONDS_MAX);
}

struct wait_range wait_range_of(const struct wait *wait, int64_t second, uint32_t ahead,
                                uint64_t rate, uint64_t behind_seconds)
{
    uint64_t speed = wait_speed(wait, second, rate);
    if (speed == 0) {
        return (struct wait_range){.known = false};
    }
    uint64_t likely = ahead * UINT64_C(1000) / speed + behind_seconds;
    const struct wait_ratios *ratios = &wait->ratios[length_of(likely)];
    uint64_t low_ratio = quantile(ratios, LOW_PERCENT);
    uint64_t high_ratio = quantile(ratios, HIGH_PERCENT);
    uint32_t low = scaled(likely, low_ratio < NEAR_LOW ? low_ratio : NEAR_LOW);
    uint32_t high = scaled(likely, high_ratio > NEAR_HIGH ? high_ratio : NEAR_HIGH);
    return (struct wait_range){.known = true,
                               .likely_seconds = scaled(likely, 1000),
                               .low_seconds = low > SLACK_SECONDS ? low - SLACK_SECONDS : 0,
                               .high_seconds = high + SLACK_SECONDS};
}
