/* number -> place -> passed by the front -> told at a poll -> knocks -> chamber -> inside.
 *
 * Invariants: a number's slot is its own while fewer than places_max came after it; the chamber is
 * a heap of places before the front. */
#include "gate/gate.h"

#include "base/assert.h"

#include <string.h>

enum {
    TICK_SECONDS = INSIDE_TICK_SECONDS, /* the unit of `seen` */
    TICKS = 1 << 13,
    KIND_NONE = 0, /* never heard of since the start */
    KIND_NEW = 1,  /* has not shown the ticket yet */
    KIND_WAITING = 2,
    KIND_TOLD = 3, /* waiting, and knows that they are called */
    KIND_INSIDE = 4,
    KIND_GONE = 5,
    KIND_LEFT = 6,       /* gone, and was inside until lately */
    TOLD_MS = 1500,      /* so long a later place waits for them */
    COUNTED_SECONDS = 4, /* by then most of those who were called and will come have */
    COMING_SECONDS = 6,  /* a call that was not followed for so long is not counted on */
    CHAMBER_SECONDS = 6,
    CHAMBER_LEAST = 2,
    RESTORED_MS = 3000, /* so long after a start browsers need to come back */
    SWEPT = 64,
    RETURNED_SECONDS = 3, /* by then a visitor's browser has come back once */
    SKIPPED_MOST = 1 << 20,
    POLL_PART = 8 /* of the wait passes between two polls */
};

/* ---- what is known of a number ---- */

static uint32_t tick_of(int64_t now)
{
    return (uint32_t)(now / (1000 * TICK_SECONDS)) % TICKS;
}

static uint16_t *slot_of(struct gate *gate, uint32_t number)
{
    return &gate->seen[number % gate->settings.places_max];
}

static uint32_t kind_of(const struct gate *gate, uint32_t number)
{
    bool kept = number < gate->next && gate->next - number <= gate->settings.places_max;
    return kept ? gate->seen[number % gate->settings.places_max] / TICKS : (uint32_t)KIND_GONE;
}

static bool is_waiting(uint32_t kind)
{
    return kind == KIND_NEW || kind == KIND_WAITING || kind == KIND_TOLD;
}

static void set(struct gate *gate, uint32_t number, uint32_t kind, int64_t now)
{
    *slot_of(gate, number) = (uint16_t)(kind * TICKS + tick_of(now));
}

static uint32_t seconds_since(uint16_t seen, int64_t now)
{
    return (tick_of(now) + TICKS - seen % TICKS) % TICKS * TICK_SECONDS;
}

static uint32_t place_of(const struct gate *gate, uint32_t number)
{
    return number < gate->draw.count ? draw_place(&gate->draw, number) : number;
}

static uint32_t number_at(const struct gate *gate, uint32_t place)
{
    return place < gate->draw.count ? draw_number(&gate->draw, place) : place;
}

/* ---- the beginning ---- */

size_t gate_bytes(const struct gate_settings *settings)
{
    return sizeof(struct gate) + inside_ticks(settings->session_seconds) * sizeof(uint32_t) +
           settings->places_max * sizeof(uint16_t);
}

struct gate *gate_place(void *memory, const struct gate_settings *settings, int64_t now)
{
    ASSERT(settings->rate > 0);
    ASSERT(settings->session_seconds <= GATE_SESSION_SECONDS_MAX);
    ASSERT((settings->places_max & (settings->places_max - 1)) == 0);
    struct gate *gate = memory;
    memset(memory, 0, gate_bytes(settings));
    gate->settings = *settings;
    uint32_t *entered = (uint32_t *)(void *)(gate + 1);
    gate->seen = (uint16_t *)(void *)(entered + inside_ticks(settings->session_seconds));
    inside_init(&gate->inside, settings->session_seconds, entered, settings->inside_most,
                now / (1000 * TICK_SECONDS));
    gate->now = now;
    gate->restored_at = INT64_MIN;
    pace_init(&gate->pace, settings->rate, now);
    wait_init(&gate->wait, now / 1000);
    return gate;
}

void gate_restore(struct gate *gate, const struct gate_kept *kept, int64_t now)
{
    uint32_t most = gate->settings.places_max;
    ASSERT(kept->head <= kept->next && kept->draw.count <= kept->next);
    gate->next = kept->next;
    gate->head = kept->next - kept->head > most ? kept->next - most : kept->head;
    gate->draw = kept->draw;
    gate->held_until = now + RESTORED_MS;
    gate->restored_at = now;
    inside_restore(&gate->inside, kept->inside);
}

void gate_keep(const struct gate *gate, uint32_t seconds, struct gate_kept *kept)
{
    uint64_t inside = inside_count(&gate->inside);
    inside += gate->pace.ceiling * seconds / 1000 + 1;
    uint32_t most = gate->settings.inside_most;
    *kept = (struct gate_kept){.next = gate->next,
                               .head = gate->head,
                               .inside = most == 0       ? 0
                                         : inside < most ? (uint32_t)inside
                                                         : most,
                               .draw = gate->draw};
}

void gate_set_inside_most(struct gate *gate, uint32_t most)
{
    gate->settings.inside_most = most;
    gate->inside.most = most;
}

void gate_close(struct gate *gate)
{
    gate->closed = true;
    gate->chamber_count = 0;
    gate->told_count = 0;
    memset(gate->passes, 0, sizeof gate->passes);
}

/* Whoever was called and did not come takes part like everybody else. */
void gate_draw(struct gate *gate, uint64_t seed)
{
    ASSERT(gate->closed);
    gate->draw = (struct draw){.seed = seed, .count = gate->next};
    gate->head = 0;
}

void gate_open(struct gate *gate)
{
    gate->closed = false;
}

void gate_pause(struct gate *gate, bool paused)
{
    gate->pace.paused = paused;
}

void gate_cap(struct gate *gate, uint64_t rate)
{
    gate->pace.cap = rate;
}

/* ---- the lock chamber ---- */

static void heap_up(uint32_t *heap, uint32_t at)
{
    while (at > 0 && heap[(at - 1) / 2] > heap[at]) {
        uint32_t above = heap[(at - 1) / 2];
        heap[(at - 1) / 2] = heap[at];
        heap[at] = above;
        at = (at - 1) / 2;
    }
}

static void heap_down(uint32_t *heap, uint32_t count, uint32_t at)
{
    for (uint32_t below = 2 * at + 1; below < count; below = 2 * at + 1) {
        below += below + 1 < count && heap[below + 1] < heap[below];
        if (heap[at] <= heap[below]) {
            return;
        }
        uint32_t higher = heap[below];
        heap[below] = heap[at];
        heap[at] = higher;
        at = below;
    }
}

static bool chamber_find(const struct gate *gate, uint32_t place, uint32_t *at)
{
    for (*at = 0; *at < gate->chamber_count; (*at)++) {
        if (gate->chamber[*at] == place) {
            return true;
        }
    }
    return false;
}

static void chamber_drop(struct gate *gate, uint32_t at)
{
    gate->chamber[at] = gate->chamber[--gate->chamber_count];
    heap_down(gate->chamber, gate->chamber_count, at);
    if (at < gate->chamber_count) {
        heap_up(gate->chamber, at);
    }
}

/* ---- who was called and comes ---- */

static struct gate_told *told_at(struct gate *gate, uint32_t i)
{
    return &gate->told[(gate->told_first + i) % GATE_TOLD_MAX];
}

static void told_add(struct gate *gate, uint32_t place)
{
    if (gate->told_count < GATE_TOLD_MAX) {
        *told_at(gate, gate->told_count++) = (struct gate_told){place, gate->now};
    }
}

static void told_came(struct gate *gate, uint32_t place)
{
    for (uint32_t i = 0; i < gate->told_count; i++) {
        if (told_at(gate, i)->place == place) {
            told_at(gate, i)->place = UINT32_MAX;
        }
    }
}

/* Is somebody with an earlier place on the way? */
static bool told_before(struct gate *gate, uint32_t place)
{
    while (gate->told_count > 0 && gate->now - told_at(gate, 0)->at > TOLD_MS) {
        gate->told_first = (gate->told_first + 1) % GATE_TOLD_MAX;
        gate->told_count--;
    }
    for (uint32_t i = 0; i < gate->told_count; i++) {
        if (told_at(gate, i)->place < place) {
            return true;
        }
    }
    return false;
}

/* Who was called lately and will still come, in thousandths: of each second's calls the share that
 * comes, less those who came. */
static uint64_t people_coming(const struct gate *gate)
{
    int64_t second = gate->now / 1000;
    uint64_t share = wait_share(&gate->wait);
    uint64_t people = 0;
    for (uint32_t i = 0; i < GATE_PASSES; i++) {
        const struct gate_pass *pass = &gate->passes[i];
        uint64_t expected = (pass->passed - pass->asked) * share + pass->asked * UINT64_C(1000);
        uint64_t came = pass->came * UINT64_C(1000);
        bool lately = second - pass->second < COMING_SECONDS;
        people += lately && expected > came ? expected - came : 0;
    }
    return people;
}

/* The same, and those at the door. */
static uint64_t people_at_door(const struct gate *gate)
{
    return gate->chamber_count * UINT64_C(1000) + people_coming(gate);
}

/* A crowd that comes within a minute has been told its waits before a slower count says anything.
 */
static void passes_count(struct gate *gate)
{
    int64_t second = gate->now / 1000;
    for (uint32_t i = 0; i < GATE_PASSES; i++) {
        struct gate_pass *pass = &gate->passes[i];
        if (pass->passed > 0 && !pass->counted && second - pass->second >= COUNTED_SECONDS) {
            pass->counted = true;
            uint32_t came = pass->came > pass->asked ? pass->came - pass->asked : 0;
            wait_count(&gate->wait, pass->passed - pass->asked, came);
        }
    }
}

static void pass_add(struct gate *gate, uint32_t place)
{
    int64_t second = gate->now / 1000;
    struct gate_pass *newest = &gate->passes[gate->pass_newest];
    if (newest->second != second || newest->passed == 0) {
        gate->pass_newest = (gate->pass_newest + 1) % GATE_PASSES;
        newest = &gate->passes[gate->pass_newest];
        *newest = (struct gate_pass){.second = second, .from = place};
    }
    newest->passed++;
}

/* Who polls long after their place was passed has lost nothing by those who went in meanwhile. */
static bool passed_lately(const struct gate *gate, uint32_t place)
{
    int64_t second = gate->now / 1000;
    for (uint32_t i = 0; i < GATE_PASSES; i++) {
        const struct gate_pass *pass = &gate->passes[i];
        if (pass->passed > 0 && second - pass->second < CHAMBER_SECONDS && pass->from <= place) {
            return true;
        }
    }
    return false;
}

/* Places were passed in their order: that of the place is the newest one that began at or before
 * it. */
static void pass_came(struct gate *gate, uint32_t place)
{
    for (uint32_t i = 0; i < GATE_PASSES; i++) {
        struct gate_pass *pass = &gate->passes[(gate->pass_newest + GATE_PASSES - i) % GATE_PASSES];
        if (pass->passed > 0 && pass->from <= place) {
            pass->came += pass->came < pass->passed;
            wait_count(&gate->wait, 0, pass->counted);
            return;
        }
    }
    wait_count(&gate->wait, 0, 1); /* called long ago */
}

/* ---- the front ---- */

/* Was the number given within so many seconds, GATE_NEW_SECONDS at most? */
static bool is_young(const struct gate *gate, uint32_t number, int64_t seconds)
{
    int64_t oldest = gate->now / 1000 - seconds;
    return number >= gate->born[(oldest + GATE_NEW_SECONDS + 1) % (GATE_NEW_SECONDS + 1)];
}

/* NEW: the visitor has not come back with the ticket, and need not have yet. */
static enum census_place presence_at(const struct gate *gate, uint32_t place)
{
    uint32_t number = number_at(gate, place);
    uint16_t seen = gate->seen[number % gate->settings.places_max];
    uint32_t kind = kind_of(gate, number);
    if (kind == KIND_NEW) {
        /* Those drawn stand all over the line: it would halt for each of them. */
        bool young = is_young(gate, number, GATE_NEW_SECONDS);
        return !young ? CENSUS_AWAY : number < gate->draw.count ? CENSUS_THERE : CENSUS_NEW;
    }
    if (kind == KIND_NONE) {
        int64_t until = gate->restored_at + GATE_ALIVE_SECONDS * INT64_C(1000);
        return gate->restored_at != INT64_MIN && gate->now <= until ? CENSUS_THERE : CENSUS_AWAY;
    }
    bool alive = seconds_since(seen, gate->now) <= GATE_ALIVE_SECONDS;
    return is_waiting(kind) && alive ? CENSUS_THERE : CENSUS_AWAY;
}

/* How many are to be at the door or on the way to it, in thousandths: what goes in within
 * seconds, by the rate and by the room inside, and a few who take what comes unforeseen. */
static uint64_t people_wanted(const struct gate *gate, uint64_t rate)
{
    uint64_t most = (uint64_t)GATE_CHAMBER_MAX * 3 / 4 * 1000;
    uint64_t room = inside_room_soon(&gate->inside) * UINT64_C(1000);
    uint64_t goes_in = rate * CHAMBER_SECONDS < room ? rate * CHAMBER_SECONDS : room;
    uint64_t wanted = goes_in + CHAMBER_LEAST * 1000;
    return wanted < most ? wanted : most;
}

/* `asking`: a newcomer whose request is under way, and can be parked; UINT32_MAX: none. */
static void front_move(struct gate *gate, uint32_t asking)
{
    uint64_t rate = pace_rate(&gate->pace);
    if (gate->closed || rate == 0) {
        return;
    }
    uint64_t wanted = people_wanted(gate, rate);
    uint64_t people = people_at_door(gate);
    for (uint32_t i = 0; gate->head < gate->next && people < wanted && i < SKIPPED_MOST; i++) {
        enum census_place presence = presence_at(gate, gate->head);
        bool asks = gate->head == asking;
        if (presence == CENSUS_NEW && !asks) {
            return;
        }
        if (presence == CENSUS_THERE || asks) {
            pass_add(gate, gate->head);
            gate->passes[gate->pass_newest].asked += asks;
            people += wait_share(&gate->wait);
        } else {
            gate->skipped++;
        }
        gate->head++;
    }
}

static void census_take(struct gate *gate)
{
    uint32_t line = gate->next - gate->head;
    for (uint32_t i = 0; i < CENSUS_LOOKS && line > 0; i++) {
        uint32_t place = gate->head + census_next(&gate->census, line);
        enum census_place presence = presence_at(gate, place);
        bool late =
            presence == CENSUS_NEW && !is_young(gate, number_at(gate, place), RETURNED_SECONDS);
        census_look(&gate->census, late ? CENSUS_AWAY : presence);
    }
}

/* What nobody has heard of for too long is forgotten before its time comes round again. */
static void numbers_sweep(struct gate *gate)
{
    for (uint32_t i = 0; i < SWEPT; i++) {
        uint16_t *seen = &gate->seen[gate->sweep];
        uint32_t since = seconds_since(*seen, gate->now);
        uint32_t kind = *seen / TICKS;
        uint32_t most = kind == KIND_INSIDE ? gate->settings.session_seconds
                        : kind == KIND_LEFT ? (uint32_t)GATE_LEAVING_SECONDS
                                            : (uint32_t)GATE_GRACE_SECONDS;
        if (kind != KIND_NONE && kind != KIND_GONE && since > most + TICK_SECONDS) {
            *seen = KIND_GONE * TICKS;
        }
        gate->sweep = (gate->sweep + 1) % gate->settings.places_max;
    }
}

/* Those who got a number so long ago have come back with it, or never will; who went in with the
 * first request had no need to. */
static void newcomers_count(struct gate *gate, uint32_t from, uint32_t to)
{
    for (uint32_t number = from > gate->head ? from : gate->head; number < to; number++) {
        census_newcomer(&gate->census, kind_of(gate, number) != KIND_NEW);
    }
}

static void seconds_begin(struct gate *gate, int64_t second)
{
    int64_t from = gate->now / 1000 + 1;
    from = second - from > GATE_NEW_SECONDS ? second - GATE_NEW_SECONDS : from;
    for (; from <= second; from++) {
        uint32_t *born = &gate->born[from % (GATE_NEW_SECONDS + 1)];
        newcomers_count(gate, *born, gate->born[(from + 1) % (GATE_NEW_SECONDS + 1)]);
        *born = gate->next;
    }
}

static void time_pass(struct gate *gate, int64_t now)
{
    if (now > gate->now) {
        seconds_begin(gate, now / 1000);
        gate->now = now;
        gate->pace.wanted = gate->chamber_count > 0;
        pace_advance(&gate->pace, now);
        inside_advance(&gate->inside, now / (1000 * TICK_SECONDS));
    }
}

void gate_turn(struct gate *gate, int64_t now)
{
    time_pass(gate, now);
    wait_rate(&gate->wait, now / 1000, pace_rate_lately(&gate->pace));
    numbers_sweep(gate);
    census_take(gate);
    passes_count(gate);
    front_move(gate, UINT32_MAX);
}

/* ---- coming, waiting, going in ---- */

static void enter(struct gate *gate, uint32_t number)
{
    set(gate, number, KIND_INSIDE, gate->now);
    inside_enter(&gate->inside);
    gate->entries++;
}

bool gate_is_quiet(const struct gate *gate)
{
    return !gate->closed && gate->head == gate->next && gate->chamber_count == 0 &&
           people_coming(gate) == 0;
}

uint32_t gate_waiting(const struct gate *gate)
{
    return gate->next - gate->head;
}

enum gate_arrival gate_arrive(struct gate *gate, int64_t now, uint32_t *number)
{
    time_pass(gate, now);
    bool quiet = gate_is_quiet(gate);
    if (gate->next - gate->head >= gate->settings.places_max || gate->next == UINT32_MAX) {
        gate->refused++;
        return GATE_ARRIVED_FULL;
    }
    *number = gate->next++;
    if (quiet && inside_room(&gate->inside) > 0 && pace_take(&gate->pace)) {
        gate->head = gate->next;
        enter(gate, *number);
        return GATE_ARRIVED_INSIDE;
    }
    set(gate, *number, KIND_NEW, gate->now);
    front_move(gate, *number);
    return GATE_ARRIVED_WAITING;
}

static uint32_t poll_seconds(uint32_t wait)
{
    uint32_t seconds = wait / POLL_PART;
    return seconds < GATE_POLL_SECONDS_MIN   ? GATE_POLL_SECONDS_MIN
           : seconds > GATE_POLL_SECONDS_MAX ? GATE_POLL_SECONDS_MAX
                                             : seconds;
}

enum gate_session gate_session(const struct gate *gate, uint32_t number, int64_t now)
{
    uint32_t kind = kind_of(gate, number);
    uint16_t seen = gate->seen[number % gate->settings.places_max];
    bool open = kind == KIND_INSIDE && seconds_since(seen, now) <= gate->settings.session_seconds;
    bool leaving = kind == KIND_LEFT && seconds_since(seen, now) <= GATE_LEAVING_SECONDS;
    return open                ? GATE_SESSION_OPEN
           : leaving           ? GATE_SESSION_LEAVING
           : kind == KIND_NONE ? GATE_SESSION_UNKNOWN
                               : GATE_SESSION_NONE;
}

void gate_recognise(struct gate *gate, uint32_t number, uint32_t seconds)
{
    ASSERT(kind_of(gate, number) == KIND_NONE);
    ASSERT(seconds <= gate->settings.session_seconds);
    uint32_t ticks = seconds / TICK_SECONDS;
    uint32_t tick = (tick_of(gate->now) + TICKS - ticks) % TICKS;
    *slot_of(gate, number) = (uint16_t)(KIND_INSIDE * TICKS + tick);
    inside_recognise(&gate->inside, gate->now / (1000 * TICK_SECONDS) - ticks);
}

/* How fast the line will move: by the rate, and by how soon there is room inside. */
static uint64_t rate_expected(const struct gate *gate)
{
    uint64_t rate = gate->closed ? 0 : pace_rate_lately(&gate->pace);
    uint64_t room = gate->settings.inside_most * UINT64_C(1000);
    uint64_t turnover = room / (gate->settings.session_seconds + 1) + 1;
    return room > 0 && turnover < rate ? turnover : rate;
}

void gate_look(const struct gate *gate, uint32_t number, int64_t now, struct gate_view *view)
{
    uint32_t kind = kind_of(gate, number);
    bool inside = gate_session(gate, number, now) == GATE_SESSION_OPEN;
    *view = (struct gate_view){.number = number + 1,
                               .state = inside                                  ? GATE_INSIDE
                                        : is_waiting(kind) || kind == KIND_NONE ? GATE_WAITING
                                                                                : GATE_GONE};
    if (view->state != GATE_WAITING) {
        return;
    }
    uint32_t place = place_of(gate, number);
    view->place = place + 1;
    view->ahead = place < gate->head ? 0 : census_people(&gate->census, place - gate->head);
    view->state = place < gate->head && !gate->closed ? GATE_CALLED : GATE_WAITING;
    view->wait = wait_range_of(&gate->wait, view->ahead, people_at_door(gate), rate_expected(gate));
    view->is_new = kind == KIND_NEW;
    view->poll_seconds = view->is_new       ? (uint32_t)GATE_POLL_SECONDS_MIN
                         : view->wait.known ? poll_seconds(view->wait.likely_seconds)
                                            : GATE_POLL_SECONDS_MAX / 4;
}

void gate_poll(struct gate *gate, uint32_t number, int64_t now, struct gate_view *view)
{
    time_pass(gate, now);
    uint32_t kind = kind_of(gate, number);
    if (kind == KIND_NONE || kind == KIND_NEW) {
        set(gate, number, KIND_WAITING, gate->now);
    }
    gate_look(gate, number, gate->now, view);
    if (view->state == GATE_WAITING) {
        set(gate, number, KIND_WAITING, gate->now);
    } else if (view->state == GATE_CALLED) {
        set(gate, number, KIND_TOLD, gate->now);
        if (kind != KIND_TOLD && passed_lately(gate, view->place - 1)) {
            told_add(gate, view->place - 1);
        }
    }
}

void gate_stay(struct gate *gate, uint32_t number, int64_t now)
{
    time_pass(gate, now);
    uint32_t kind = kind_of(gate, number);
    if (is_waiting(kind) || kind == KIND_NONE) {
        set(gate, number, kind == KIND_TOLD ? KIND_TOLD : KIND_WAITING, gate->now);
    }
}

enum gate_knocking gate_knock(struct gate *gate, uint32_t number, int64_t now)
{
    struct gate_view view;
    uint32_t at = 0;
    gate_poll(gate, number, now, &view);
    if (view.state == GATE_INSIDE) {
        return GATE_KNOCK_INSIDE;
    }
    if (view.state == GATE_GONE) {
        return GATE_KNOCK_GONE;
    }
    uint32_t place = view.place - 1;
    if (view.state == GATE_WAITING) {
        return GATE_KNOCK_WAIT;
    }
    if (chamber_find(gate, place, &at)) {
        return GATE_KNOCK_PARKED;
    }
    if (gate->chamber_count == GATE_CHAMBER_MAX) {
        return GATE_KNOCK_WAIT;
    }
    pass_came(gate, place);
    told_came(gate, place);
    gate->chamber[gate->chamber_count] = place;
    heap_up(gate->chamber, gate->chamber_count++);
    return GATE_KNOCK_PARKED;
}

void gate_unpark(struct gate *gate, uint32_t number)
{
    uint32_t at = 0;
    if (chamber_find(gate, place_of(gate, number), &at)) {
        chamber_drop(gate, at);
    }
}

bool gate_release(struct gate *gate, int64_t now, uint32_t *number)
{
    time_pass(gate, now);
    if (gate->closed || gate->chamber_count == 0 || gate->now < gate->held_until ||
        inside_room(&gate->inside) == 0 || told_before(gate, gate->chamber[0]) ||
        !pace_take(&gate->pace)) {
        return false;
    }
    *number = number_at(gate, gate->chamber[0]);
    chamber_drop(gate, 0);
    enter(gate, *number);
    return true;
}

void gate_leave(struct gate *gate, uint32_t number)
{
    uint32_t kind = kind_of(gate, number);
    if (kind == KIND_GONE || kind == KIND_LEFT) {
        return;
    }
    gate_unpark(gate, number);
    uint16_t *seen = slot_of(gate, number);
    uint32_t since = seconds_since(*seen, gate->now);
    if (kind != KIND_INSIDE) {
        *seen = KIND_GONE * TICKS;
        return;
    }
    inside_leave(&gate->inside, gate->now / (1000 * TICK_SECONDS) - since / TICK_SECONDS);
    *seen = (uint16_t)(KIND_LEFT * TICKS + tick_of(gate->now));
}
