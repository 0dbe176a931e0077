/* visitors a second -> what of them today's site keeps; visitors in a row -> whom the pace lets in.
 *
 * Invariant of the line: buyers before line->buyer have got their answer, those behind have not. */
#include "rehearse/entrance.h"

#include "base/decimal.h"
#include "gate/pace.h"
#include "rehearse/agenda.h"

#include <math.h>
#include <stdlib.h>

void entrance_free(struct entrance *entrance)
{
    free(entrance->leaving);
    free(entrance->page);
    free(entrance->refuses);
    free(entrance->admitted);
}

static void entrance_reserve(struct entrance *entrance, uint32_t seconds)
{
    uint32_t capacity = entrance->capacity;
    entrance->leaving =
        rehearse_grow(entrance->leaving, seconds + 1, &capacity, sizeof *entrance->leaving);
    capacity = entrance->capacity;
    entrance->page = rehearse_grow(entrance->page, seconds + 1, &capacity, sizeof *entrance->page);
    capacity = entrance->capacity;
    entrance->refuses =
        rehearse_grow(entrance->refuses, seconds + 1, &capacity, sizeof *entrance->refuses);
    entrance->capacity = capacity;
    entrance->seconds = seconds;
}

/* ---- the site ---- */

#define LEAVES_NOTED 0.05 /* so many of a second's visitors leave: from here on it fails them */

struct site_flow {
    double capacity; /* requests a second */
    double backlog;
    double visits; /* in progress */
    bool failing;
};

/* One second of it: the chance that a page is not waited for. */
static double site_second(struct site_flow *site, const struct assumptions *assume, double asked,
                          double *wait)
{
    double serves = site->capacity * (site->failing ? assume->site_collapse : 1);
    site->backlog += asked;
    site->backlog -= site->backlog < serves ? site->backlog : serves;
    double most = site->capacity * assume->site_timeout;
    double dropped = site->backlog > most ? site->backlog - most : 0;
    site->backlog -= dropped;
    site->failing = dropped > 0 || (site->failing && site->backlog > 0);
    *wait = site->backlog / site->capacity;
    double failed = asked > 0 && dropped > 0 ? (dropped < asked ? dropped / asked : 1) : 0;
    double slow = *wait - assume->site_slow_seconds;
    double leaves = slow > 0 ? -expm1(-slow / assume->page_patience) : 0;
    return failed + (1 - failed) * leaves;
}

/* Can the site bear this crowd without anybody waiting? Surely so, if it could bear each mean
 * visit's length of it, all of whose visitors come at its beginning and stay until its end. */
static bool never_waits(const struct site_flow *site, const struct crowd *crowd, double ordinary,
                        double per_visit, double browse_seconds)
{
    uint32_t length = browse_seconds < 1 ? 1 : (uint32_t)browse_seconds;
    double stays = pow(1 - 1 / browse_seconds, length);
    double visits = site->visits;
    for (uint32_t from = 0; from < crowd->seconds; from += length) {
        uint32_t until = crowd->seconds - from < length ? crowd->seconds : from + length;
        double come = crowd->come[until] - crowd->come[from] + ordinary * length;
        if ((visits + come) * per_visit / browse_seconds > site->capacity) {
            return false;
        }
        visits = visits * stays + come;
    }
    return true;
}

void entrance_site(struct entrance *entrance, const struct scene *scene, const struct crowd *crowd,
                   bool bears)
{
    const struct assumptions *assume = &scene->assume;
    double per_visit = (double)scene->shop->site.requests_per_visit_thousandths / THOUSAND;
    struct site_flow site = {.capacity = (double)scene->shop->site.requests_per_second_thousandths /
                                         THOUSAND,
                             .visits = scene->visitors_per_second * assume->browse_seconds};
    double ends = 1 / assume->browse_seconds; /* share of the visits, in a second */
    bool endless = bears || site.capacity <= 0;
    entrance_reserve(entrance, crowd->seconds + ENTRANCE_TAIL_SECONDS);
    entrance->lost = 0;
    entrance->fails_first = ENTRANCE_NEVER;
    if (endless ||
        never_waits(&site, crowd, scene->visitors_per_second, per_visit, assume->browse_seconds)) {
        entrance->seconds = 0;
        return;
    }
    entrance->leaving[0] = 0;
    for (uint32_t second = 0; second < entrance->seconds; second++) {
        double come = second < crowd->seconds ? crowd->come[second + 1] - crowd->come[second] : 0;
        double wait = 0;
        double leaves = 0;
        double asked = (site.visits + come) * per_visit / assume->browse_seconds;
        bool quiet = site.backlog <= 0 && asked <= site.capacity && !site.failing;
        if (!quiet) { /* quiet: nobody waits, which needs no division to know */
            leaves = site_second(&site, assume, asked, &wait);
        }
        double hazard = leaves > 0 ? leaves * assume->pages_per_visit / assume->browse_seconds : 0;
        double ordinary = scene->visitors_per_second;
        double of_moment = site.visits - ordinary * assume->browse_seconds;
        entrance->lost += come * leaves + (of_moment > 0 ? of_moment * hazard : 0);
        site.visits += (come + ordinary) * (1 - leaves) - site.visits * (ends + hazard);
        site.visits = site.visits > 0 ? site.visits : 0;
        entrance->page[second] = (float)wait;
        entrance->refuses[second] = (float)leaves;
        entrance->leaving[second + 1] = entrance->leaving[second] + hazard;
        if (leaves > LEAVES_NOTED && entrance->fails_first == ENTRANCE_NEVER) {
            entrance->fails_first = second;
        }
    }
}

bool entrance_survives(const struct entrance *entrance, uint32_t second, uint32_t stay,
                       double uniform)
{
    if (second >= entrance->seconds) {
        return true;
    }
    uint32_t until = second + stay < entrance->seconds ? second + stay : entrance->seconds;
    double stays = exp(entrance->leaving[second] - entrance->leaving[until]);
    return uniform < (1 - entrance->refuses[second]) * stays;
}

/* ---- the waiting room ---- */

struct line {
    const struct crowd *crowd;
    uint64_t key;
    double patience_seconds;
    uint32_t head;        /* the visitor who is next */
    uint32_t head_second; /* in which they came */
    uint32_t buyer;       /* the first buyer at or behind the head */
};

/* Passes over those at the head whose patience is at an end; false: nobody waits. */
static bool line_head(struct line *line, uint32_t second)
{
    const struct crowd *crowd = line->crowd;
    uint32_t end = second < crowd->seconds ? crowd->come[second + 1] : crowd->visitors;
    while (line->head < end) {
        while (line->head >= crowd->come[line->head_second + 1]) {
            line->head_second++;
        }
        double waits = second - line->head_second;
        double uniform = draw_uniform(line->key, DRAW_PATIENCE, line->head, 0);
        if (waits == 0 || waits < line->patience_seconds * draw_exponential(uniform)) {
            return true;
        }
        line->head++;
    }
    return false;
}

/* The one at the head goes in. Buyers who were passed over have got nothing. */
static void line_enter(struct line *line, struct entrance *entrance, uint32_t second)
{
    const struct crowd *crowd = line->crowd;
    while (line->buyer < crowd->buyer_count && crowd->buyers[line->buyer].visitor < line->head) {
        entrance->admitted[line->buyer++] = ENTRANCE_NEVER;
    }
    if (line->buyer < crowd->buyer_count && crowd->buyers[line->buyer].visitor == line->head) {
        entrance->admitted[line->buyer++] = second;
    }
    entrance->let_in++;
    line->head++;
}

enum { STEP_MS = 50, LINE_SECONDS_MAX = 2 * DAY_SECONDS };

static void line_run(struct line *line, struct entrance *entrance, uint64_t rate)
{
    struct pace pace;
    pace_init(&pace, rate > 0 ? rate : 1, 0);
    pace.wanted = true;
    bool more = true;
    for (uint32_t second = 0; more && second < LINE_SECONDS_MAX; second++) {
        bool waiting = line_head(line, second);
        for (int64_t ms = 0; waiting && ms < 1000; ms += STEP_MS) {
            pace_advance(&pace, (int64_t)second * 1000 + ms);
            while (waiting && pace_take(&pace)) {
                line_enter(line, entrance, second);
                waiting = line_head(line, second);
            }
        }
        more = waiting || second < line->crowd->seconds;
    }
}

void entrance_line(struct entrance *entrance, const struct scene *scene, const struct crowd *crowd,
                   uint64_t key)
{
    int64_t requests = scene->shop->site.requests_per_second_thousandths;
    int64_t visit = scene->shop->site.requests_per_visit_thousandths;
    entrance->admitted = rehearse_grow(entrance->admitted, crowd->buyer_count + 1,
                                       &entrance->admitted_capacity, sizeof *entrance->admitted);
    entrance->let_in = 0;
    if (requests <= 0) {
        for (uint32_t i = 0; i < crowd->buyer_count; i++) {
            entrance->admitted[i] = crowd->buyers[i].second;
        }
        entrance->let_in = crowd->visitors;
        return;
    }
    struct line line = {
        .crowd = crowd, .key = key, .patience_seconds = scene->assume.patience_minutes * 60};
    line_run(&line, entrance, (uint64_t)decimal_scale_down(requests, THOUSAND, visit));
    while (line.buyer < crowd->buyer_count) {
        entrance->admitted[line.buyer++] = ENTRANCE_NEVER;
    }
}
