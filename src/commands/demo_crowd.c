/* Visitors as a table of places; each place is one visitor after another and one HTTP request at a
 * time.
 *
 *   place: FREE -> MOMENT -> OFFER -> QUOTE -> ORDER -> CHANGE -> FREE
 *
 *   crowd_step: who is due arrives (a free place each)
 *     -> places that waited long enough send -> answers move them on
 *
 * The law of arrivals is the shop file's moment: a linear rise, then an exponential decay. Thinking
 * times are short random ones: the evening is compressed. Seeded: the same seed makes the same
 * visitors, though not the same interleaving. */
#include "commands/demo_crowd.h"

#include "base/assert.h"
#include "base/random.h"
#include "base/surge.h"
#include "commands/demo_http.h"
#include "commands/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PLACES = 512,
    HALF_LIVES = 5, /* of the evening that is shown: after them 3 percent of the peak are left */
    THINK_MS_MAX = 400,
    AGAIN_MS = 250,
    BODY_BYTES = 1024,
    /* Of a hundred visitors at each door, how many go on. */
    PERCENT_LOOKS_AT_OFFER = 60,
    PERCENT_ASKS_DATE = 60,
    PERCENT_BUYS = 35,
    PERCENT_CONFIRMS = 85,
    PERCENT_CANCELS = 7 /* the rest walks away; the hold ends by itself */
};

enum step { STEP_FREE, STEP_MOMENT, STEP_OFFER, STEP_QUOTE, STEP_ORDER, STEP_CHANGE };

struct place {
    struct crowd *crowd;
    struct demo_request *request;
    enum step step;
    bool sent;
    uint64_t wait_until_ns;
    uint64_t visitor; /* its number, which names its key and address */
    uint8_t offer;
    uint16_t quantity;
    bool confirms;
    uint32_t order; /* index of its order, once promised */
};

struct crowd {
    struct crowd_options options;
    struct demo_http *http;
    char url[128]; /* empty: no server */
    struct random random;
    struct crowd_figures figures;
    struct place places[PLACES];
    uint32_t inside;
    struct crowd_order *orders;
    uint32_t order_count;
    int64_t weight_sum;
};

double crowd_arrived_share(double share, double rise_seconds, double half_life_seconds)
{
    const struct surge surge = {.rise_seconds = rise_seconds,
                                .half_life_seconds = half_life_seconds,
                                .half_lives = HALF_LIVES};
    return surge_share(&surge, share * surge_seconds(&surge));
}

uint32_t crowd_latency(const struct crowd_figures *figures, uint32_t percent)
{
    uint64_t all = 0;
    uint64_t below = 0;
    for (uint32_t i = 0; i < CROWD_LATENCY_BUCKETS; i++) {
        all += figures->latency[i];
    }
    for (uint32_t i = 0; i < CROWD_LATENCY_BUCKETS; i++) {
        below += figures->latency[i];
        if (all > 0 && below * 100 >= all * percent) {
            return i + 1;
        }
    }
    return 0;
}

static bool chance(struct crowd *crowd, uint64_t percent)
{
    return random_below(&crowd->random, 100) < percent;
}

static uint64_t now_ns(const struct crowd *crowd)
{
    return crowd->options.env->ticks_ns(crowd->options.env);
}

static void place_wait(struct place *place, uint64_t milliseconds)
{
    place->sent = false;
    place->wait_until_ns = now_ns(place->crowd) + milliseconds * 1000000u;
}

static void place_go(struct place *place, enum step step)
{
    place->step = step;
    place_wait(place, random_below(&place->crowd->random, THINK_MS_MAX));
}

static void place_leave(struct place *place)
{
    place->step = STEP_FREE;
    place->crowd->inside--;
}

static void unexpected(struct crowd *crowd, enum step step, const struct demo_answer *answer)
{
    static const char *const names[] = {"",      "moment page", "offer page",
                                        "quote", "order",       "confirm or cancel"};
    if (crowd->figures.unexpected++ == 0) {
        int shown = answer->body.length < 120 ? (int)answer->body.length : 120;
        (void)snprintf(crowd->figures.first_unexpected, sizeof crowd->figures.first_unexpected,
                       "%s answered %d: %.*s", names[step], answer->http, shown, answer->body.data);
    }
}

/* ---- answers ---- */

static int64_t cents_of(const char *amount)
{
    int64_t cents = 0;
    for (; *amount != '\0'; amount++) {
        if (*amount >= '0' && *amount <= '9') {
            cents = cents * 10 + (*amount - '0');
        }
    }
    return cents;
}

/* Notes the order that a 201 promised; false if the answer does not hold one. */
static bool order_note(struct place *place, struct slice body)
{
    struct crowd *crowd = place->crowd;
    json_t *json = json_loadb(body.data, body.length, 0, NULL);
    struct crowd_order *order = &crowd->orders[crowd->order_count];
    *order = (struct crowd_order){.offer = place->offer, .quantity = place->quantity};
    (void)snprintf(order->id, sizeof order->id, "%s", json_text(json, "order"));
    (void)snprintf(order->token, sizeof order->token, "%s", json_text(json, "token"));
    order->total_cents = cents_of(json_text(json_object_get(json, "total"), "amount"));
    bool whole = order->id[0] != '\0' && order->token[0] != '\0' &&
                 day_read(slice_of(json_text(json, "deliver_by")), &order->deliver_by_day);
    json_decref(json);
    if (whole) {
        place->order = crowd->order_count++;
        crowd->figures.promised++;
    }
    return whole;
}

static void ordered(struct place *place)
{
    struct crowd *crowd = place->crowd;
    if (chance(crowd, PERCENT_CONFIRMS)) {
        place->confirms = true;
        place_go(place, STEP_CHANGE);
    } else if (chance(crowd, PERCENT_CANCELS * 100 / (100 - PERCENT_CONFIRMS))) {
        place->confirms = false;
        place_go(place, STEP_CHANGE);
    } else {
        crowd->figures.walked_away++;
        place_leave(place);
    }
}

static void changed(struct place *place)
{
    struct crowd *crowd = place->crowd;
    struct crowd_order *order = &crowd->orders[place->order];
    order->changing = false;
    order->confirmed = place->confirms;
    order->cancelled = !place->confirms;
    crowd->figures.confirmed += place->confirms ? 1 : 0;
    crowd->figures.cancelled += place->confirms ? 0 : 1;
    place_leave(place);
}

static void go_or_leave(struct place *place, uint64_t percent, enum step next)
{
    if (chance(place->crowd, percent)) {
        place_go(place, next);
    } else {
        place->crowd->figures.left_early++;
        place_leave(place);
    }
}

/* The answer that the step hoped for. */
static void step_answered(struct place *place, const struct demo_answer *answer)
{
    switch (place->step) {
    case STEP_MOMENT:
        go_or_leave(place, PERCENT_LOOKS_AT_OFFER, STEP_OFFER);
        break;
    case STEP_OFFER:
        go_or_leave(place, PERCENT_ASKS_DATE, STEP_QUOTE);
        break;
    case STEP_QUOTE:
        place->crowd->figures.quotes++;
        go_or_leave(place, PERCENT_BUYS, STEP_ORDER);
        break;
    case STEP_ORDER:
        if (order_note(place, answer->body)) {
            ordered(place);
        } else {
            unexpected(place->crowd, place->step, answer);
            place_leave(place);
        }
        break;
    case STEP_CHANGE:
        changed(place);
        break;
    case STEP_FREE:
        UNREACHABLE();
    }
}

static void latency_count(struct crowd_figures *figures, uint64_t microseconds)
{
    uint64_t tenths = microseconds / 100;
    figures->latency[tenths < CROWD_LATENCY_BUCKETS ? tenths : CROWD_LATENCY_BUCKETS - 1]++;
}

static void answered(void *context, const struct demo_answer *answer)
{
    struct place *place = context;
    struct crowd_figures *figures = &place->crowd->figures;
    bool asks_promise = place->step == STEP_QUOTE || place->step == STEP_ORDER;
    if (answer->http == 0) {
        figures->unanswered++;
        figures->asked_again++;
        place_wait(place, AGAIN_MS);
        return;
    }
    latency_count(figures, answer->microseconds);
    if (answer->http == (place->step == STEP_ORDER ? 201 : 200)) {
        step_answered(place, answer);
    } else if (answer->http == 409 && asks_promise) {
        figures->refused++;
        place_leave(place);
    } else if (answer->http == 503) {
        figures->busy++;
        figures->asked_again++;
        place_wait(place, AGAIN_MS);
    } else {
        unexpected(place->crowd, place->step, answer);
        place_leave(place);
    }
}

/* ---- questions ---- */

static bool get_send(struct place *place, const char *path, const char *name)
{
    char url[512];
    (void)snprintf(url, sizeof url, "%s%s%s", place->crowd->url, path, name);
    return demo_request_send(place->request, url, NULL, NULL);
}

static bool quote_send(struct place *place)
{
    char url[512];
    char body[BODY_BYTES];
    (void)snprintf(url, sizeof url, "%s/ecluse/api/v1/quotes", place->crowd->url);
    (void)snprintf(body, sizeof body, "{\"lines\":[{\"offer\":\"%s\",\"quantity\":%u}]}",
                   place->crowd->options.offers[place->offer].name, (unsigned)place->quantity);
    return demo_request_send(place->request, url, body, NULL);
}

static bool order_send(struct place *place)
{
    char url[512];
    char body[BODY_BYTES];
    char key[96];
    const char *const headers[] = {key, NULL};
    const struct crowd_options *options = &place->crowd->options;
    (void)snprintf(url, sizeof url, "%s/ecluse/api/v1/orders", place->crowd->url);
    (void)snprintf(key, sizeof key, "Idempotency-Key: demo-%" PRIu64 "-%" PRIu64, options->seed,
                   place->visitor);
    (void)snprintf(body, sizeof body,
                   "{\"lines\":[{\"offer\":\"%s\",\"quantity\":%u}],\"hold\":true,\"customer\":{"
                   "\"name\":\"Visitor "
                   "%" PRIu64 "\",\"email\":\"visitor-%" PRIu64
                   "@example.org\",\"address\":{\"street\":\"1 rue du "
                   "Port\",\"postcode\":\"29000\",\"city\":\"Quimper\",\"country\":\"FR\"}}}",
                   options->offers[place->offer].name, (unsigned)place->quantity, place->visitor,
                   place->visitor);
    return demo_request_send(place->request, url, body, headers);
}

static bool change_send(struct place *place)
{
    char url[512];
    char bearer[128];
    const char *const headers[] = {bearer, NULL};
    struct crowd_order *order = &place->crowd->orders[place->order];
    (void)snprintf(url, sizeof url, "%s/ecluse/api/v1/orders/%s/%s", place->crowd->url, order->id,
                   place->confirms ? "confirm" : "cancel");
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", order->token);
    order->changing = true;
    return demo_request_send(place->request, url, "{}", headers);
}

static void place_send(struct place *place)
{
    struct crowd *crowd = place->crowd;
    const char *offer = crowd->options.offers[place->offer].name;
    bool sent = false;
    switch (place->step) {
    case STEP_MOMENT:
        sent = get_send(place, "/", "");
        break;
    case STEP_OFFER:
        sent = get_send(place, "/offers/", offer);
        break;
    case STEP_QUOTE:
        sent = quote_send(place);
        break;
    case STEP_ORDER:
        sent = order_send(place);
        break;
    case STEP_CHANGE:
        sent = change_send(place);
        break;
    case STEP_FREE:
        UNREACHABLE();
    }
    place->sent = sent;
    if (sent) {
        crowd->figures.requests++;
    } else {
        place_wait(place, AGAIN_MS);
    }
}

/* ---- the evening ---- */

static uint8_t offer_choose(struct crowd *crowd)
{
    int64_t at = (int64_t)random_below(&crowd->random, (uint64_t)crowd->weight_sum);
    for (uint32_t i = 0; i < crowd->options.offer_count; i++) {
        at -= crowd->options.offers[i].weight;
        if (at < 0) {
            return (uint8_t)i;
        }
    }
    UNREACHABLE();
}

static void visitor_arrive(struct crowd *crowd, struct place *place)
{
    place->visitor = crowd->figures.arrived++;
    place->offer = offer_choose(crowd);
    place->quantity = chance(crowd, 80) ? 1 : 2;
    place->step = STEP_MOMENT;
    crowd->inside++;
    place_wait(place, 0);
}

static void visitors_arrive(struct crowd *crowd, uint64_t elapsed_ns)
{
    const struct crowd_options *options = &crowd->options;
    double share = crowd_arrived_share((double)elapsed_ns / (double)options->evening_ns,
                                       options->rise_seconds, options->half_life_seconds);
    uint64_t due = (uint64_t)(share * options->visitors + 0.5);
    for (uint32_t i = 0; i < PLACES && crowd->figures.arrived < due; i++) {
        if (crowd->places[i].step == STEP_FREE) {
            visitor_arrive(crowd, &crowd->places[i]);
        }
    }
}

void crowd_step(struct crowd *crowd, uint64_t elapsed_ns, int milliseconds)
{
    visitors_arrive(crowd, elapsed_ns);
    uint64_t now = now_ns(crowd);
    for (uint32_t i = 0; i < PLACES && crowd->url[0] != '\0'; i++) {
        struct place *place = &crowd->places[i];
        if (place->step != STEP_FREE && !place->sent && now >= place->wait_until_ns) {
            place_send(place);
        }
    }
    demo_http_step(crowd->http, milliseconds);
}

void crowd_server(struct crowd *crowd, const char *url)
{
    (void)snprintf(crowd->url, sizeof crowd->url, "%s", url != NULL ? url : "");
}

bool crowd_over(const struct crowd *crowd)
{
    return crowd->figures.arrived >= crowd->options.visitors && crowd->inside == 0;
}

uint32_t crowd_orders_under_way(const struct crowd *crowd)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < PLACES; i++) {
        enum step step = crowd->places[i].step;
        count += crowd->places[i].sent && (step == STEP_ORDER || step == STEP_CHANGE) ? 1 : 0;
    }
    return count;
}

uint32_t crowd_inside(const struct crowd *crowd)
{
    return crowd->inside;
}

const struct crowd_figures *crowd_figures(const struct crowd *crowd)
{
    return &crowd->figures;
}

uint32_t crowd_order_count(const struct crowd *crowd)
{
    return crowd->order_count;
}

const struct crowd_order *crowd_order(const struct crowd *crowd, uint32_t index)
{
    ASSERT(index < crowd->order_count);
    return &crowd->orders[index];
}

static bool places_open(struct crowd *crowd)
{
    for (uint32_t i = 0; i < PLACES; i++) {
        crowd->places[i].crowd = crowd;
        crowd->places[i].request = demo_request_open(crowd->http, answered, &crowd->places[i]);
        if (crowd->places[i].request == NULL) {
            return false;
        }
    }
    return true;
}

enum status crowd_open(const struct crowd_options *options, struct crowd **crowd,
                       struct fault *fault)
{
    ASSERT(options->offer_count > 0 && options->offer_count <= CROWD_OFFERS_MAX);
    struct crowd *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return fault_set(fault, STATUS_MEMORY,
                         "no memory for the visitors; free some and try again");
    }
    made->options = *options;
    random_seed(&made->random, options->seed);
    for (uint32_t i = 0; i < options->offer_count; i++) {
        made->weight_sum += options->offers[i].weight;
    }
    made->orders = calloc(options->visitors + 1, sizeof *made->orders);
    enum status status = made->orders == NULL ? fault_set(fault, STATUS_MEMORY,
                                                          "no memory for the visitors; free some")
                                              : demo_http_open(&made->http, fault);
    if (status == STATUS_OK && !places_open(made)) {
        status =
            fault_set(fault, STATUS_MEMORY, "no memory for the visitors; free some and try again");
    }
    if (status != STATUS_OK) {
        crowd_close(made);
        return status;
    }
    *crowd = made;
    return STATUS_OK;
}

void crowd_close(struct crowd *crowd)
{
    if (crowd == NULL) {
        return;
    }
    for (uint32_t i = 0; i < PLACES; i++) {
        demo_request_close(crowd->places[i].request);
    }
    demo_http_close(crowd->http);
    free(crowd->orders);
    free(crowd);
}
