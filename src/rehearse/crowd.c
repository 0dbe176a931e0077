/* exponential gaps on the clock of the expected number -> counts a second, and the buyers. */
#include "rehearse/crowd.h"

#include "rehearse/agenda.h"

#include <stdlib.h>

double crowd_reach(const struct moment *moment, uint64_t key, int64_t fixed)
{
    double reach =
        fixed >= 0
            ? (double)fixed
            : draw_triangular((double)moment->visitors_low, (double)moment->visitors_likely,
                              (double)moment->visitors_high, draw_uniform(key, DRAW_REACH, 0, 0));
    return reach > REHEARSE_VISITORS_MAX ? REHEARSE_VISITORS_MAX : reach;
}

static void visitor_comes(struct crowd *crowd, const struct scene *scene, uint64_t key,
                          uint32_t second)
{
    uint32_t visitor = crowd->visitors++;
    double buys = scene->moment->conversion_thousandths / 100000.0;
    if (draw_uniform(key, DRAW_BUYS, visitor, 0) < buys) {
        crowd->buyers = rehearse_grow(crowd->buyers, crowd->buyer_count + 1, &crowd->buyer_capacity,
                                      sizeof *crowd->buyers);
        crowd->buyers[crowd->buyer_count++] = (struct buyer){visitor, second};
    }
}

/* The second, from `from` on, in which so many are expected; scene->surge_seconds: none. In steps
 * that double, then by halving: many come in one second, or nobody in an hour. */
static uint32_t second_of(const struct scene *scene, uint32_t from, double reach, double expected)
{
    const double *ends = scene->shares + 1; /* [second] */
    uint32_t step = 1;
    while (from < scene->surge_seconds && expected >= reach * ends[from]) {
        uint32_t further = scene->surge_seconds - from < step ? scene->surge_seconds - from : step;
        bool skips = expected >= reach * ends[from + further - 1];
        from += skips ? further : 1;
        step = skips ? step * 2 : further > 1 ? further / 2 : 1;
    }
    return from;
}

void crowd_fill(struct crowd *crowd, const struct scene *scene, uint64_t key, double reach)
{
    crowd->seconds = scene->surge_seconds;
    crowd->come = rehearse_grow(crowd->come, crowd->seconds + 1, &crowd->seconds_capacity,
                                sizeof *crowd->come);
    crowd->visitors = 0;
    crowd->buyer_count = 0;
    crowd->come[0] = 0;
    double next = draw_exponential(draw_uniform(key, DRAW_ARRIVAL, 0, 0));
    uint32_t filled = 0; /* come[] is known up to here */
    for (uint32_t second = 0; second < crowd->seconds;) {
        second = second_of(scene, second, reach, next);
        while (filled < second) {
            crowd->come[++filled] = crowd->visitors;
        }
        if (second < crowd->seconds) {
            visitor_comes(crowd, scene, key, second);
            next += draw_exponential(draw_uniform(key, DRAW_ARRIVAL, crowd->visitors, 0));
        }
    }
}

void crowd_free(struct crowd *crowd)
{
    free(crowd->come);
    free(crowd->buyers);
}
