/* the shop file's moments, the clock -> closed, open -> the draw's seed and count.
 *
 * Invariant: an opening that was carried out is at or before `opens_at` while the door is open. */
#include "gate/opening.h"

#include "base/assert.h"

static bool covers(const struct moment *moment, int64_t now)
{
    return !moment->retired && moment->closes_before_seconds > 0 && now < moment->at &&
           moment->at - moment->closes_before_seconds <= now;
}

int64_t opening_announced(const struct shop *shop, int64_t now)
{
    int64_t first = 0;
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        if (covers(moment, now) && (first == 0 || moment->at < first)) {
            first = moment->at;
        }
    }
    return first;
}

static bool is_announced(const struct shop *shop, int64_t opens_at)
{
    bool any = false;
    for (uint32_t i = 0; i < shop->moment_count; i++) {
        const struct moment *moment = &shop->moments[i];
        any = any ||
              (!moment->retired && moment->closes_before_seconds > 0 && moment->at == opens_at);
    }
    return any;
}

/* Closed for an announced opening. Its time has come, or the shop file says otherwise: then another
 * opening, whose time to be closed this is, takes its place, and without one the door opens. */
static enum opening_step closed_step(struct opening_state *opening, const struct shop *shop,
                                     int64_t now)
{
    if (now < opening->opens_at && is_announced(shop, opening->opens_at)) {
        return OPENING_STAYS;
    }
    int64_t next = opening_announced(shop, now);
    if (next == 0) {
        return OPENING_OPENS;
    }
    opening->opens_at = next;
    return OPENING_STAYS;
}

enum opening_step opening_step(struct opening_state *opening, const struct shop *shop, int64_t now)
{
    if (opening->closed) {
        return opening->by_hand ? OPENING_STAYS : closed_step(opening, shop, now);
    }
    return opening_announced(shop, now) > opening->opens_at ? OPENING_CLOSES : OPENING_STAYS;
}

void opening_close(struct opening_state *opening, int64_t opens_at, uint64_t entropy, int64_t now)
{
    int64_t before = opening->opens_at;
    if (opening->closed) {
        opening->by_hand = opening->by_hand || opens_at == 0;
        return;
    }
    uint64_t seed = entropy & OPENING_SEED_MOST; /* 0 would mean none */
    *opening = (struct opening_state){.closed = true,
                                      .by_hand = opens_at == 0,
                                      .opens_at = opens_at > 0 ? opens_at : before,
                                      .since = now,
                                      .seed = seed > 0 ? seed : 1};
}

void opening_open(struct opening_state *opening, const struct shop *shop, uint32_t count,
                  int64_t now)
{
    ASSERT(opening->closed);
    int64_t announced = opening_announced(shop, now);
    *opening = (struct opening_state){.drawn = shop->gate.order == GATE_DRAW && count > 0,
                                      /* Staff that opens before the announced time means it. */
                                      .opens_at = announced > opening->opens_at ? announced
                                                                                : opening->opens_at,
                                      .since = now,
                                      .seed = opening->seed,
                                      .count = shop->gate.order == GATE_DRAW ? count : 0};
}

uint32_t opening_look_seconds(uint32_t left, uint32_t lot, uint32_t line, uint32_t most)
{
    ASSERT(left > 0 && lot < line);
    ASSERT(most > 2 * OPENING_SPREAD);
    uint32_t spread = line / OPENING_LOOKS + 1;
    spread = spread < OPENING_SPREAD ? spread : (uint32_t)OPENING_SPREAD;
    uint64_t after = left + (uint64_t)lot * spread / line;
    if (after <= most) {
        return (uint32_t)after;
    }
    /* Not all at once on the way there, and the last look but one not just before the opening. */
    return after <= 2 * (uint64_t)most ? (uint32_t)(after / 2)
                                       : most - OPENING_SPREAD + lot % OPENING_SPREAD;
}
