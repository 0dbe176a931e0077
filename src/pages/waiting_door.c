/* step -> state -> note -> kept -> the gate, the page, the API.
 *
 * Invariant: the gate is open only with an opening that is kept. Telling first and keeping then was
 * rejected: a kill between the two would draw anew, with other numbers given, for people who have
 * read their place. */
#include "pages/waiting_door.h"

#include "base/assert.h"
#include "base/random.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>

void waiting_door_hash(uint64_t seed, char hash[WAITING_DOOR_HASH_BYTES])
{
    char digits[24];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    int count = snprintf(digits, sizeof digits, "%" PRIu64, seed);
    ASSERT(count > 0);
    ASSERT(EVP_Digest(digits, (size_t)count, digest, &length, EVP_sha256(), NULL) == 1);
    ASSERT(2 * length + 1 == WAITING_DOOR_HASH_BYTES);
    for (unsigned int i = 0; i < length; i++) {
        (void)snprintf(hash + 2 * (size_t)i, 3, "%02x", digest[i]);
    }
}

/* ---- closing and opening ---- */

void waiting_door_restore(struct waiting_door *door, const struct opening_state *opening,
                          struct gate *gate)
{
    *door = (struct waiting_door){.opening = *opening};
    if (opening->closed) {
        gate_close(gate);
    }
}

static void close_now(struct waiting_door *door, struct gate *gate, struct env *env,
                      int64_t opens_at)
{
    uint64_t entropy = 0;
    env->entropy(env, &entropy, sizeof entropy);
    opening_close(&door->opening, opens_at, entropy, env->now(env));
    door->open_asked = false;
    door->version++;
    gate_close(gate);
}

/* Only once the seed is kept: a draw whose hash nobody could have read proves nothing. */
static void open_when_kept(struct waiting_door *door, struct gate *gate, const struct shop *shop,
                           int64_t now)
{
    if (door->kept != door->version) {
        return;
    }
    opening_open(&door->opening, shop, gate->next, now);
    if (door->opening.drawn) {
        gate_draw(gate, door->opening.seed);
    }
    door->open_asked = false;
    door->version++;
}

bool waiting_door_tick(struct waiting_door *door, struct gate *gate, const struct shop *shop,
                       struct env *env)
{
    int64_t now = env->now(env);
    int64_t opens_at = door->opening.opens_at;
    enum opening_step step = opening_step(&door->opening, shop, now);
    if (step == OPENING_CLOSES) {
        close_now(door, gate, env, opening_announced(shop, now));
        return true;
    }
    door->version += door->opening.opens_at != opens_at;
    if (step == OPENING_OPENS || (door->opening.closed && door->open_asked)) {
        open_when_kept(door, gate, shop, now);
    }
    if (gate->closed && !door->opening.closed && door->kept == door->version) {
        gate_open(gate);
    }
    return false;
}

bool waiting_door_close(struct waiting_door *door, struct gate *gate, struct env *env)
{
    if (door->opening.closed && door->opening.by_hand) {
        return false;
    }
    close_now(door, gate, env, 0);
    return true;
}

bool waiting_door_open(struct waiting_door *door)
{
    door->open_asked = door->opening.closed;
    return door->opening.closed;
}

bool waiting_door_is_due(const struct waiting_door *door)
{
    return door->written != door->version;
}

void waiting_door_written(struct waiting_door *door)
{
    door->written = door->version;
}

void waiting_door_settled(struct waiting_door *door, bool kept)
{
    if (kept) {
        door->kept = door->written;
    } else {
        door->written = door->kept;
    }
}

/* ---- what is said of it ---- */

static bool is_drawn_later(const struct gate *gate, const struct shop *shop)
{
    return gate->closed && shop->gate.order == GATE_DRAW;
}

static bool has_time(const struct waiting_door *door)
{
    return door->opening.closed && !door->opening.by_hand;
}

void waiting_door_view(const struct waiting_door *door, const struct gate *gate,
                       const struct shop *shop, int64_t now, struct gate_view *view)
{
    if (!gate->closed || view->state != GATE_WAITING) {
        return;
    }
    int64_t left = door->opening.opens_at - now;
    uint32_t line = gate_waiting(gate) > 0 ? gate_waiting(gate) : 1;
    uint32_t lot = view->ahead;
    if (is_drawn_later(gate, shop)) {
        lot = (uint32_t)(random_mix(view->number) % line);
        view->place = 0;
        view->ahead = 0;
    }
    if (view->is_new && left > 2 * GATE_POLL_SECONDS_MIN) {
        return;
    }
    if (has_time(door) && left > 0 && left <= UINT32_MAX) {
        view->poll_seconds = opening_look_seconds((uint32_t)left, lot < line ? lot : line - 1, line,
                                                  GATE_POLL_SECONDS_MAX);
    } else if (!door->opening.by_hand) {
        view->poll_seconds = GATE_POLL_SECONDS_MIN; /* it opens just now */
    }
}

static void text_take(struct page_words *words, const char *name, json_t *text)
{
    page_words_text(words, name, json_string_value(text));
    json_decref(text);
}

static void closed_words(const struct waiting_door *door, const struct store_view *page,
                         struct page_words *words)
{
    int64_t at = door->opening.opens_at;
    bool draws = page->shop->gate.order == GATE_DRAW;
    page_words_open(words, "closed");
    page_words_flag(words, "draws", draws);
    page_words_flag(words, "in_order", !draws);
    if (has_time(door)) {
        page_words_open(words, "opens");
        text_take(words, "day", store_view_day(page, zone_day(&page->shop->zone, at)));
        text_take(words, "time", store_view_time(page, instant_minute_up(at)));
        page_words_close(words);
    }
    if (draws && door->opening.closed && door->kept == door->version) {
        char hash[WAITING_DOOR_HASH_BYTES];
        waiting_door_hash(door->opening.seed, hash);
        page_words_text(words, "hash", hash);
    }
    page_words_close(words);
}

void waiting_door_words(const struct waiting_door *door, const struct gate *gate,
                        const struct store_view *page, const struct gate_view *view,
                        struct page_words *words)
{
    if (gate->closed) {
        closed_words(door, page, words);
    } else if (door->opening.drawn && view->number > 0 && view->number <= gate->draw.count) {
        char seed[24];
        (void)snprintf(seed, sizeof seed, "%" PRIu64, gate->draw.seed);
        page_words_open(words, "drawn");
        page_words_integer(words, "count", gate->draw.count);
        page_words_text(words, "seed", seed);
        page_words_close(words);
    }
}

static void instant_append(struct text *to, const struct shop *shop, const char *name, int64_t at)
{
    char text[32];
    size_t length = instant_write(&shop->zone, text, at);
    text_append_format(to, ",\"%s\":\"%.*s\"", name, (int)length, text);
}

void waiting_door_append(const struct waiting_door *door, const struct gate *gate,
                         const struct shop *shop, struct text *to)
{
    const struct opening_state *opening = &door->opening;
    bool draws = opening->closed ? shop->gate.order == GATE_DRAW : opening->drawn;
    char hash[WAITING_DOOR_HASH_BYTES];
    text_append_format(to, "\"state\":\"%s\"",
                       !gate->closed                          ? "open"
                       : opening->closed && !door->open_asked ? "closed"
                                                              : "opening");
    if (opening->since == 0) {
        return;
    }
    instant_append(to, shop, opening->closed ? "closed_at" : "opened_at", opening->since);
    if (has_time(door)) {
        instant_append(to, shop, "opens_at", opening->opens_at);
    }
    text_append_format(to, ",\"order\":\"%s\"", draws ? "draw" : "fifo");
    if (draws && door->kept == door->version) {
        waiting_door_hash(opening->seed, hash);
        text_append_format(to, ",\"seed_sha256\":\"%s\"", hash);
    }
    if (opening->drawn && !gate->closed) {
        text_append_format(to, ",\"seed\":\"%" PRIu64 "\",\"count\":%" PRIu32, opening->seed,
                           opening->count);
    }
}
