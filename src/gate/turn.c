/* A table without order, walked whole: a few thousand claims are read in less time than a checkout
 * takes anyway, and only where something is short is there anything to walk for.
 *
 * Invariants: a visitor has at most one claim on an offer; claims[claim_count...] are free. */
#include "gate/turn.h"

#include <string.h>

void turns_init(struct turns *turns)
{
    memset(turns, 0, sizeof *turns);
}

static bool came_before(struct turn_visitor one, struct turn_visitor other)
{
    return one.since < other.since || (one.since == other.since && one.number < other.number);
}

static bool is_here(const struct turn_claim *claim, int64_t now)
{
    return claim->visitor.number != 0 && now - claim->seen <= TURN_HERE_SECONDS;
}

static struct turn_claim *claim_find(struct turns *turns, struct turn_visitor visitor,
                                     uint32_t offer)
{
    for (uint32_t i = 0; i < turns->claim_count; i++) {
        struct turn_claim *claim = &turns->claims[i];
        if (claim->offer == offer && claim->visitor.number == visitor.number) {
            return claim;
        }
    }
    return NULL;
}

/* A free place, that of somebody who has gone, or of whoever came last if that is later than the
 * visitor; NULL: there is none. */
static struct turn_claim *claim_place(struct turns *turns, int64_t now, struct turn_visitor visitor)
{
    struct turn_claim *last = NULL;
    for (uint32_t i = 0; i < turns->claim_count; i++) {
        struct turn_claim *claim = &turns->claims[i];
        if (!is_here(claim, now)) {
            return claim;
        }
        if (last == NULL || came_before(last->visitor, claim->visitor)) {
            last = claim;
        }
    }
    if (turns->claim_count < TURN_CLAIMS_MAX) {
        return &turns->claims[turns->claim_count++];
    }
    return came_before(visitor, last->visitor) ? last : NULL;
}

static struct turn_claim *claim_keep(struct turns *turns, int64_t now, struct turn_visitor visitor,
                                     uint32_t offer, uint32_t units)
{
    if (visitor.number == 0) {
        return NULL;
    }
    struct turn_claim *claim = claim_find(turns, visitor, offer);
    if (claim == NULL || !is_here(claim, now)) {
        claim = claim != NULL ? claim : claim_place(turns, now, visitor);
        if (claim == NULL) {
            return NULL;
        }
        *claim = (struct turn_claim){.visitor = visitor, .offer = offer, .made = now, .asked = -1};
    }
    claim->units = units;
    claim->seen = now;
    return claim;
}

void turns_claim(struct turns *turns, int64_t now, struct turn_visitor visitor, uint32_t offer,
                 uint32_t units)
{
    (void)claim_keep(turns, now, visitor, offer, units);
}

void turns_done(struct turns *turns, struct turn_visitor visitor, uint32_t offer)
{
    struct turn_claim *claim = claim_find(turns, visitor, offer);
    if (claim != NULL) {
        *claim = turns->claims[--turns->claim_count];
        turns->claims[turns->claim_count] = (struct turn_claim){.units = 0};
    }
}

/* ---- what is short ---- */

static uint32_t units_capped(uint64_t units)
{
    return units < UINT32_MAX ? (uint32_t)units : UINT32_MAX;
}

uint32_t turns_claimed(const struct turns *turns, int64_t now, struct turn_visitor visitor,
                       uint32_t offer, uint32_t *before)
{
    uint64_t units = 0;
    uint64_t earlier = 0;
    for (uint32_t i = 0; i < turns->claim_count; i++) {
        const struct turn_claim *claim = &turns->claims[i];
        if (claim->offer == offer && is_here(claim, now)) {
            units += claim->units;
            earlier += came_before(claim->visitor, visitor) ? claim->units : 0;
        }
    }
    *before = units_capped(earlier);
    return units_capped(units);
}

/* The offer's row, or one that is free or forgotten for it. */
static struct turn_short *short_find(struct turns *turns, uint32_t offer, int64_t now)
{
    struct turn_short *free = NULL;
    for (uint32_t i = 0; i < TURN_OFFERS_MAX; i++) {
        struct turn_short *row = &turns->shorts[i];
        bool lasts = row->used && now - row->asked <= TURN_SHORT_SECONDS;
        if (lasts && row->offer == offer) {
            return row;
        }
        free = lasts ? free : row;
    }
    if (free != NULL) {
        free->used = false;
    }
    return free;
}

/* Since when it is short; NULL: it is not, or too many others are. */
static const struct turn_short *short_look(struct turns *turns, uint32_t offer, uint64_t claimed,
                                           uint32_t left, int64_t now)
{
    struct turn_short *row = short_find(turns, offer, now);
    if (row == NULL) {
        return NULL;
    }
    if (claimed <= left) {
        row->used = false;
        return NULL;
    }
    if (!row->used) {
        *row = (struct turn_short){.offer = offer, .used = true, .since = now};
    }
    row->asked = now;
    return row;
}

/* ---- whose turn it is ---- */

/* Until when the claim's chance lasts. */
static int64_t chance_ends(const struct turn_claim *claim, const struct turn_short *row)
{
    return (claim->made > row->since ? claim->made : row->since) + TURN_SECONDS;
}

static void before_count(const struct turns *turns, int64_t now, struct turn_visitor visitor,
                         const struct turn_short *row, struct turn_view *view)
{
    uint64_t units = 0;
    int64_t until = now;
    for (uint32_t i = 0; i < turns->claim_count; i++) {
        const struct turn_claim *claim = &turns->claims[i];
        if (claim->offer == row->offer && is_here(claim, now) && chance_ends(claim, row) > now &&
            came_before(claim->visitor, visitor)) {
            units += claim->units;
            view->people_before++;
            until = chance_ends(claim, row) > until ? chance_ends(claim, row) : until;
        }
    }
    view->units_before = units_capped(units);
    view->seconds_most = (uint32_t)(until - now);
}

/* Since when the visitor, whose claim this is, has been waiting at the checkout. */
static int64_t waits_since(const struct turn_claim *claim, struct turn_visitor visitor,
                           const struct turn_short *row, int64_t now)
{
    if (claim == NULL) {
        return visitor.number == 0 ? now : row->since;
    }
    return claim->asked < 0 || now - claim->asked_last > TURN_HERE_SECONDS ? now : claim->asked;
}

void turns_ask(struct turns *turns, int64_t now, struct turn_visitor visitor, uint32_t offer,
               uint32_t units, uint32_t left, struct turn_view *view)
{
    uint32_t before = 0;
    struct turn_claim *claim = claim_keep(turns, now, visitor, offer, units);
    uint64_t claimed = turns_claimed(turns, now, visitor, offer, &before);
    const struct turn_short *row =
        short_look(turns, offer, claimed + (claim == NULL ? units : 0), left, now);
    *view = (struct turn_view){.may = true};
    turns->asked++;
    if (row == NULL || left < units) {
        return; /* what is not there needs no turn: the core says no */
    }
    before_count(turns, now, visitor, row, view);
    int64_t since = waits_since(claim, visitor, row, now);
    int64_t rest = since + TURN_WAIT_SECONDS - now;
    view->may = (uint64_t)view->units_before + units <= left || rest <= 0;
    if (view->may) {
        return;
    }
    if (claim != NULL) {
        claim->asked = since;
        claim->asked_last = now;
    }
    view->seconds_most = view->seconds_most < rest ? view->seconds_most : (uint32_t)rest;
    turns->waited++;
}
