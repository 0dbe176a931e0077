/* Numbers are asked in their order: `polled` goes round the line in half the time for which the
 * gate believes in somebody, `knocked` follows its front. */
#include "gate/watch.h"

#include "base/assert.h"

enum { ROUND_MS = GATE_ALIVE_SECONDS * 1000 / 2 };

void watch_init(struct watch *watch, struct gate *gate, uint32_t *arrived, int64_t now)
{
    *watch = (struct watch){.gate = gate, .arrived = arrived, .at = now};
}

static uint32_t *arrived_of(const struct watch *watch, uint32_t number)
{
    return &watch->arrived[number % watch->gate->settings.places_max];
}

static uint32_t second_of(int64_t now)
{
    return (uint32_t)(now / 1000);
}

static uint32_t line_of(const struct watch *watch)
{
    return gate_waiting(watch->gate) + watch->gate->chamber_count;
}

/* The line is as long as this now, and who came last will wait as long as it takes. */
static void line_told(struct watch *watch)
{
    struct watch_count *minute = &watch->minute;
    uint32_t line = line_of(watch);
    uint64_t seconds = line * UINT64_C(1000) / watch->gate->pace.ceiling;
    uint32_t wait = seconds < UINT32_MAX ? (uint32_t)seconds : UINT32_MAX;
    minute->line_most = line > minute->line_most ? line : minute->line_most;
    minute->wait_seconds_most = wait > minute->wait_seconds_most ? wait : minute->wait_seconds_most;
}

void watch_request(struct watch *watch, enum site_class class, bool held)
{
    ASSERT(class < SITE_CLASSES);
    watch->minute.requests[class]++;
    watch->minute.held += held;
}

bool watch_arrive(struct watch *watch, int64_t now, uint32_t *number)
{
    struct watch_count *minute = &watch->minute;
    enum gate_arrival arrival = gate_arrive(watch->gate, now, number);
    minute->visitors++;
    if (arrival == GATE_ARRIVED_FULL) {
        *number = UINT32_MAX;
        minute->waited++;
        return false;
    }
    *arrived_of(watch, *number) = second_of(now);
    if (arrival == GATE_ARRIVED_INSIDE) {
        return true;
    }
    gate_stay(watch->gate, *number, now);
    minute->waited += *number >= watch->gate->head; /* the others stand at the door for moments */
    line_told(watch);
    return false;
}

bool watch_arrive_program(struct watch *watch, int64_t now, uint32_t *number)
{
    enum gate_arrival arrival =
        gate_is_quiet(watch->gate) ? gate_arrive(watch->gate, now, number) : GATE_ARRIVED_FULL;
    if (arrival == GATE_ARRIVED_INSIDE) {
        watch->minute.visitors++;
        return true;
    }
    if (arrival == GATE_ARRIVED_WAITING) {
        gate_leave(watch->gate, *number);
    }
    *number = UINT32_MAX;
    watch->minute.turned_away++;
    return false;
}

static void still_here(struct watch *watch, int64_t elapsed)
{
    const struct gate *gate = watch->gate;
    uint64_t line = gate_waiting(gate);
    uint64_t count = line * (uint64_t)elapsed / ROUND_MS + 1;
    for (uint64_t i = 0; i < count && i < line; i++) {
        if (watch->polled < gate->head || watch->polled >= gate->next) {
            watch->polled = gate->head;
        }
        gate_stay(watch->gate, watch->polled++, watch->at);
    }
}

/* Who is called comes at once; a full chamber takes the next ones in a later turn. */
static void called_come(struct watch *watch)
{
    struct gate *gate = watch->gate;
    while (watch->knocked < gate->head &&
           gate_knock(gate, watch->knocked, watch->at) != GATE_KNOCK_WAIT) {
        watch->knocked++;
    }
}

static void let_in(struct watch *watch)
{
    uint32_t number = 0;
    while (gate_release(watch->gate, watch->at, &number)) {
        uint32_t waited = second_of(watch->at) - *arrived_of(watch, number);
        uint32_t *most = &watch->minute.wait_seconds_most;
        *most = waited > *most ? waited : *most;
    }
}

void watch_turn(struct watch *watch, int64_t now)
{
    int64_t elapsed = now > watch->at ? now - watch->at : 0;
    watch->at = now;
    gate_turn(watch->gate, now);
    still_here(watch, elapsed < ROUND_MS ? elapsed : ROUND_MS);
    called_come(watch);
    let_in(watch);
}

uint32_t watch_oldest_seconds(const struct watch *watch, int64_t now)
{
    const struct gate *gate = watch->gate;
    bool stands = gate->chamber_count > 0;
    if (!stands && watch->knocked >= gate->next) {
        return 0;
    }
    uint32_t number = stands ? gate->chamber[0] : watch->knocked;
    return second_of(now) - *arrived_of(watch, number);
}

uint64_t watch_minute_capacity(const struct watch *watch)
{
    return watch->gate->pace.ceiling * 60 / 1000;
}

uint64_t watch_requests(const struct watch_count *count)
{
    uint64_t sum = 0;
    for (int class = 0; class < SITE_CLASSES; class ++) {
        sum += count->requests[class];
    }
    return sum;
}

static void count_add(struct watch_count *all, const struct watch_count *minute)
{
    for (int class = 0; class < SITE_CLASSES; class ++) {
        all->requests[class] += minute->requests[class];
    }
    all->held += minute->held;
    all->visitors += minute->visitors;
    all->waited += minute->waited;
    all->turned_away += minute->turned_away;
    all->over += minute->over;
    all->line_most = minute->line_most > all->line_most ? minute->line_most : all->line_most;
    all->wait_seconds_most = minute->wait_seconds_most > all->wait_seconds_most
                                 ? minute->wait_seconds_most
                                 : all->wait_seconds_most;
}

void watch_minute_end(struct watch *watch, int64_t now, struct watch_count *minute)
{
    struct watch_count *ended = &watch->minute;
    uint32_t oldest = watch_oldest_seconds(watch, now);
    uint64_t capacity = watch_minute_capacity(watch);
    ended->over = ended->visitors > capacity ? ended->visitors - capacity : 0;
    line_told(watch);
    if (oldest > ended->wait_seconds_most) {
        ended->wait_seconds_most = oldest;
    }
    count_add(&watch->all, ended);
    watch->minutes++;
    watch->minutes_over += ended->over > 0;
    watch->over_most = ended->over > watch->over_most ? ended->over : watch->over_most;
    *minute = *ended;
    *ended = (struct watch_count){.line_most = 0};
}
