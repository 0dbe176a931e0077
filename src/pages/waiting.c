/* A visitor's cookie becomes a ticket, the ticket a question to the gate, its answer a page, a
 * parked request, or a request that is handed on. */
#include "pages/waiting.h"

#include "base/assert.h"
#include "door/micro_cache.h"
#include "pages/page_insert.h"
#include "pages/parking.h"
#include "pages/place_promise.h"
#include "pages/store_visit.h"
#include "pages/waiting_cache.h"
#include "pages/waiting_consent.h"
#include "pages/waiting_door.h"
#include "pages/waiting_keep.h"
#include "pages/waiting_page.h"
#include "pages/waiting_rules.h"
#include "pages/waiting_watch.h"

#include <stdlib.h>

enum {
    PLACES = 1 << 20,
    PARKED_MS_MAX = 12000, /* then the page again: browsers and proxies give up later */
    HEADERS_BYTES = 512,
    SESSION_SECONDS_LEAST = 60
};

/* A request that was handed on, in its memory. */
struct handed {
    struct waiting *waiting;
    uint32_t number;
    bool ends; /* the shop file says that the session ends at its path */
};

struct waiting {
    struct engine *engine;
    struct env *env;
    struct store *store;
    struct waiting_page *page;
    struct place_promises *places;
    struct allowance *allowance;
    struct door_upstream *upstream;
    const struct shop *shop; /* the one that the rate is of */
    struct gate_keys keys;
    struct gate *gate;
    uint32_t line;
    struct parking parking;
    struct waiting_door door;
    struct consent consent;
    struct waiting_rules rules;
    struct waiting_watch *watch; /* NULL: visitors are held */
    int64_t busy_at;             /* somebody waited, or was inside, at that time */
    struct waiting_keep keep;
    struct text lines; /* of the reply that is made; room for HEADERS_BYTES is there */
};

static int64_t now_ms(const struct waiting *waiting)
{
    return (int64_t)(waiting->env->ticks_ns(waiting->env) / 1000000);
}

static int64_t now_utc(const struct waiting *waiting)
{
    return waiting->env->now(waiting->env);
}

const struct gate *waiting_gate(const struct waiting *waiting)
{
    return waiting->gate;
}

const struct allowance *waiting_allowance(const struct waiting *waiting)
{
    return waiting->allowance;
}

void waiting_pause(struct waiting *waiting, bool paused)
{
    gate_pause(waiting->gate, paused);
}

void waiting_cap(struct waiting *waiting, uint64_t cap)
{
    gate_cap(waiting->gate, cap);
}

/* ---- what outlives the process ---- */

static void line_begin(struct waiting *waiting)
{
    const struct gate_settings settings = waiting->gate->settings;
    waiting->env->entropy(waiting->env, &waiting->line, sizeof waiting->line);
    waiting->gate = gate_place(waiting->gate, &settings, now_ms(waiting));
    waiting_keep_begin(&waiting->keep);
}

static void line_restore(struct waiting *waiting)
{
    struct waiting_note note;
    if (waiting_keep_restore(&waiting->keep, &note)) {
        waiting->line = note.line;
        gate_restore(waiting->gate, &note.gate, now_ms(waiting));
        waiting_door_restore(&waiting->door, &note.opening, waiting->gate);
    }
}

/* ---- opening ---- */

static enum status settings_read(const struct shop *shop, struct gate_settings *settings,
                                 struct fault *fault)
{
    int64_t requests = shop->site.requests_per_second_thousandths;
    int64_t visit = shop->site.requests_per_visit_thousandths;
    if (requests <= 0 || visit <= 0) {
        return fault_set(fault, STATUS_INVALID,
                         "the shop file does not say how much the shop behind bears; write "
                         "site: {requests_per_second: 40, requests_per_visit: 12} and apply it");
    }
    int64_t session = shop->gate.session_seconds;
    session = session < SESSION_SECONDS_LEAST ? SESSION_SECONDS_LEAST : session;
    *settings = (struct gate_settings){
        .rate = (uint64_t)(requests * 1000 / visit > 0 ? requests * 1000 / visit : 1),
        .session_seconds =
            (uint32_t)(session < GATE_SESSION_SECONDS_MAX ? session : GATE_SESSION_SECONDS_MAX),
        .inside_most = shop->site.visitors_at_once < 0 ? 0
                       : shop->site.visitors_at_once < PLACES
                           ? (uint32_t)shop->site.visitors_at_once
                           : (uint32_t)PLACES,
        .places_max = PLACES};
    return STATUS_OK;
}

enum status waiting_open(struct engine *engine, struct env *env, struct store *store,
                         struct allowance *allowance, struct waiting **waiting, struct fault *fault)
{
    struct gate_settings settings;
    enum status status = settings_read(engine_shop(engine), &settings, fault);
    if (status != STATUS_OK) {
        return status;
    }
    struct text lines;
    text_init(&lines, HEADERS_BYTES);
    struct waiting *made = calloc(1, sizeof *made);
    void *memory = malloc(gate_bytes(&settings));
    struct waiting_page *page = waiting_page_open(store);
    struct place_promises *places = place_promise_open(store);
    if (made == NULL || memory == NULL || page == NULL || places == NULL ||
        !text_reserve(&lines, HEADERS_BYTES)) {
        text_free(&lines);
        free(made);
        free(memory);
        waiting_page_close(page);
        place_promise_close(places);
        return fault_set(fault, STATUS_MEMORY, "no memory for the waiting room");
    }
    made->lines = lines;
    made->engine = engine;
    made->env = env;
    made->store = store;
    made->page = page;
    made->places = places;
    made->allowance = allowance;
    gate_keys_init(&made->keys, engine_secret(engine, SECRET_TOKEN));
    made->shop = engine_shop(engine);
    made->gate = gate_place(memory, &settings, now_ms(made));
    made->parking.gate = made->gate;
    waiting_keep_init(&made->keep, engine, &made->door);
    line_begin(made);
    line_restore(made);
    /* A closing that came while no server ran holds for the first visitor too. */
    (void)waiting_door_tick(&made->door, made->gate, made->shop, env);
    made->busy_at = now_ms(made);
    *waiting = made;
    return STATUS_OK;
}

void waiting_set_preset(struct waiting *waiting, enum site_preset preset)
{
    waiting->rules.preset_given = true;
    waiting->rules.preset = preset;
}

enum status waiting_set_watch(struct waiting *waiting, const struct watch_record *record,
                              struct fault *fault)
{
    line_begin(waiting); /* who waited before is inside now, and no opening closes anything */
    waiting->door = (struct waiting_door){.open_asked = false};
    waiting->watch =
        waiting_watch_open(waiting->env, waiting->gate, &waiting->keys, waiting->line, record);
    return waiting->watch != NULL ? STATUS_OK
                                  : fault_set(fault, STATUS_MEMORY, "no memory to watch");
}

const struct waiting_watch *waiting_watched(const struct waiting *waiting)
{
    return waiting->watch;
}

const struct waiting_rules *waiting_rules(const struct waiting *waiting)
{
    return &waiting->rules;
}

enum site_preset waiting_preset(const struct waiting *waiting)
{
    return waiting_rules_preset(&waiting->rules, waiting->shop);
}

/* Nothing while it only watches: every answer is the shop's then. */
static bool insert_find(void *context, const struct door_request *request, struct door_insert *to)
{
    const struct waiting *waiting = context;
    const struct rules rules = {&waiting->shop->site, preset_of(waiting_preset(waiting))};
    return waiting->watch == NULL && page_insert(&rules, request, to);
}

void waiting_set_upstream(struct waiting *waiting, struct door_upstream *upstream)
{
    waiting->upstream = upstream;
    door_forward_insert(upstream, insert_find, waiting);
    waiting_cache_set(waiting->upstream, &waiting->shop->site, waiting->watch == NULL);
}

struct door_upstream *waiting_upstream(const struct waiting *waiting)
{
    return waiting->upstream;
}

void waiting_close(struct waiting *waiting)
{
    if (waiting != NULL) {
        waiting_page_close(waiting->page);
        place_promise_close(waiting->places);
        waiting_watch_close(waiting->watch);
        parking_close(&waiting->parking);
        text_free(&waiting->lines);
        free(waiting->gate);
        free(waiting);
    }
}

/* ---- the ticket ---- */

static bool ticket_read(struct waiting *waiting, const struct store_visit *visit,
                        struct gate_ticket *ticket)
{
    struct slice cookie = store_visit_cookie(visit, GATE_TICKET_COOKIE);
    return gate_ticket_read(&waiting->keys, now_utc(waiting), cookie, ticket) &&
           ticket->line == waiting->line;
}

/* The cookie's line, and the state's; in `waiting->lines`. */
static struct slice ticket_lines(struct waiting *waiting, const struct store_visit *visit,
                                 const struct gate_ticket *ticket, bool inside)
{
    char token[GATE_TICKET_CHARACTERS + 1];
    struct text *lines = &waiting->lines;
    gate_ticket_write(&waiting->keys, now_utc(waiting), ticket, token);
    text_clear(lines);
    text_append_slice(lines, SLICE("Set-Cookie: " GATE_TICKET_COOKIE "="));
    text_append_slice(lines, (struct slice){token, GATE_TICKET_CHARACTERS});
    text_append_slice(lines, SLICE("; Path=/; Max-Age="));
    text_append_integer(lines, inside ? waiting->gate->settings.session_seconds : DAY_SECONDS);
    text_append_slice(lines, SLICE("; HttpOnly; SameSite=Lax"));
    text_append_string(lines, store_visit_secure(visit));
    text_append_slice(lines, inside ? SLICE("\r\nEcluse-State: inside\r\n")
                                    : SLICE("\r\nEcluse-State: waiting\r\n"));
    ASSERT(!lines->overflow);
    return text_slice(lines);
}

/* ---- handing on ---- */

static void forwarded(void *context, const struct door_forwarded *result)
{
    const struct handed *handed = context;
    struct waiting *waiting = handed->waiting;
    bool done = result->status >= 200 && result->status < 300;
    if (result->ends_session || (handed->ends && done)) {
        gate_leave(waiting->gate, handed->number);
    }
    bool failed = result->failed || result->status >= 500 || result->status == 429;
    if (failed || result->head_us > 0) {
        pace_answered(&waiting->gate->pace, result->head_us, failed);
    }
}

static void hand_on(struct waiting *waiting, struct door_request *request,
                    const struct gate_ticket *ticket, struct slice lines)
{
    struct handed *handed = door_alloc(request, sizeof *handed);
    if (handed == NULL) {
        door_problem(request, 503, "memory-full",
                     "No memory is left for this request; try again in a moment.",
                     SLICE("Retry-After: 2\r\n"));
        return;
    }
    *handed = (struct handed){.waiting = waiting,
                              .number = ticket->number,
                              .ends = waiting_rules_ends(waiting->shop, door_path(request))};
    door_forward(request, waiting->upstream, lines, forwarded, handed);
}

/* The visitor goes in now: the ticket becomes a session's. */
static void let_in(struct waiting *waiting, struct door_request *request,
                   const struct gate_ticket *ticket)
{
    struct store_visit visit;
    if (!store_visit_open(&visit, waiting->store, request)) {
        return;
    }
    struct gate_ticket session = *ticket;
    session.entered = (uint32_t)now_utc(waiting);
    hand_on(waiting, request, ticket, ticket_lines(waiting, &visit, &session, true));
}

/* ---- the page ---- */

/* Who takes before the visitor does: those ahead, and those who stand at the door. */
static uint32_t before(const struct gate *gate, const struct gate_view *view)
{
    return view->ahead + gate->chamber_count;
}

/* `ticket` NULL: the visitor's cookie stays as it is. */
static void page_send(struct waiting *waiting, const struct store_visit *visit,
                      const struct gate_view *view, const struct gate_ticket *ticket)
{
    const struct gate *gate = waiting->gate;
    struct store_view page = store_view_of(visit->store, waiting->shop, visit->language);
    struct page_words *words = waiting_page_words(waiting->page, visit->language);
    bool called = view->state == GATE_CALLED;
    uint32_t seconds = called ? (uint32_t)GATE_POLL_SECONDS_MIN : view->poll_seconds;
    page_words_integer(words, "number", view->number);
    page_words_integer(words, "place", view->place);
    page_words_integer(words, "ahead", view->ahead);
    page_words_flag(words, "called", called);
    page_words_flag(words, "next", inside_room(&gate->inside) == 0);
    waiting_door_words(&waiting->door, gate, &page, view, words);
    page_words_integer(words, "seconds", seconds);
    waiting_page_wait(view, words);
    if (view->place > 0) {
        place_promise_say(waiting->places, gate, before(gate, view), words);
    }
    if (ticket != NULL) {
        (void)ticket_lines(waiting, visit, ticket, false);
    } else {
        text_clear(&waiting->lines);
        text_append_slice(&waiting->lines, SLICE("Ecluse-State: waiting\r\n"));
    }
    text_append_slice(&waiting->lines, SLICE("Refresh: "));
    text_append_integer(&waiting->lines, seconds);
    text_append_slice(&waiting->lines, SLICE("\r\n"));
    ASSERT(!waiting->lines.overflow);
    waiting_page_send(waiting->page, visit, text_slice(&waiting->lines));
}

static void reply_later(struct door_request *request)
{
    door_problem(request, 503, "waiting-room",
                 "Many visitors want in just now; come back later, or open the page in a browser "
                 "to get a place.",
                 SLICE("Retry-After: 60\r\nCache-Control: no-store\r\nEcluse-State: waiting\r\n"));
}

/* ---- how much one may ask ---- */

/* The seconds after which to ask again; 0: go on. `ticket` NULL: without one. */
static uint32_t seconds_to_wait(const struct waiting *waiting, const struct door_request *request,
                                const struct gate_ticket *ticket)
{
    return ticket == NULL ? allowance_stranger(waiting->allowance, request)
                          : allowance_bearer(waiting->allowance, request, ticket->line,
                                             ticket->number, ticket->entered != 0);
}

/* True if `seconds` is 0; otherwise it replies to come back after them. */
static bool admitted(struct waiting *waiting, struct door_request *request, uint32_t seconds)
{
    if (seconds > 0) {
        allowance_refuse(waiting->allowance, waiting->store, request, seconds);
    }
    return seconds == 0;
}

/* `ticket` NULL: without one. */
static bool request_admitted(struct waiting *waiting, struct door_request *request,
                             const struct gate_ticket *ticket)
{
    return admitted(waiting, request, seconds_to_wait(waiting, request, ticket));
}

/* Where the bearer of the number stands, and what is said of it. */
static void look(struct waiting *waiting, uint32_t number, struct gate_view *view)
{
    gate_look(waiting->gate, number, now_ms(waiting), view);
    waiting_door_view(&waiting->door, waiting->gate, waiting->shop, now_utc(waiting), view);
}

/* Who asks far sooner than the page said hears nothing new, and is not said to be there. */
static bool poll_admitted(struct waiting *waiting, struct door_request *request,
                          const struct gate_ticket *ticket)
{
    struct gate_view view;
    look(waiting, ticket->number, &view);
    bool waits = view.state == GATE_WAITING || view.state == GATE_CALLED;
    return !waits || admitted(waiting, request,
                              allowance_poll(waiting->allowance, request, ticket->line,
                                             ticket->number, view.poll_seconds));
}

/* ---- a visitor ---- */

/* Nobody is to go in while staff say so, or before an opening: then nothing is handed on either. */
static void no_place(struct waiting *waiting, const struct store_visit *visit, enum rules_way way)
{
    bool shut = waiting->gate->closed || waiting->gate->pace.paused;
    waiting_rules_no_place(&waiting->rules, waiting->shop, waiting->upstream, visit,
                           shut ? RULES_QUEUE_CLOSED : way, now_ms(waiting));
}

static void park(struct waiting *waiting, const struct store_visit *visit,
                 const struct gate_ticket *ticket, enum rules_way way)
{
    if (!parking_add(&waiting->parking, visit->request, ticket, now_ms(waiting))) {
        no_place(waiting, visit, way);
    }
}

static void newcomer(struct waiting *waiting, const struct store_visit *visit, enum rules_way way)
{
    struct gate_view view;
    int64_t now = now_ms(waiting);
    bool browser = waiting_page_fits(visit->request);
    bool fails = waiting_keep_fails(&waiting->keep, waiting->gate, now);
    if (!fails && !browser && !gate_is_quiet(waiting->gate)) {
        reply_later(visit->request);
        return;
    }
    if (!admitted(waiting, visit->request, allowance_place(waiting->allowance, visit->request))) {
        return;
    }
    struct gate_ticket ticket = {.line = waiting->line, .issued = (uint32_t)now_utc(waiting)};
    enum gate_arrival arrival =
        fails ? GATE_ARRIVED_FULL : gate_arrive(waiting->gate, now, &ticket.number);
    if (arrival == GATE_ARRIVED_INSIDE) {
        let_in(waiting, visit->request, &ticket);
        return;
    }
    if (arrival == GATE_ARRIVED_FULL) {
        no_place(waiting, visit, way);
        return;
    }
    if (!browser) {
        gate_leave(waiting->gate, ticket.number);
        reply_later(visit->request);
        return;
    }
    look(waiting, ticket.number, &view);
    ticket.announced = view.state == GATE_WAITING ? view.wait.likely_seconds : 0;
    if (view.state == GATE_CALLED &&
        gate_knock(waiting->gate, ticket.number, now) == GATE_KNOCK_PARKED) {
        park(waiting, visit, &ticket, way);
        return;
    }
    page_send(waiting, visit, &view, &ticket);
}

static void returning(struct waiting *waiting, const struct store_visit *visit,
                      const struct gate_ticket *ticket, enum rules_way way)
{
    struct gate_view view;
    if (!poll_admitted(waiting, visit->request, ticket)) {
        return;
    }
    switch (gate_knock(waiting->gate, ticket->number, now_ms(waiting))) {
    case GATE_KNOCK_INSIDE:
        let_in(waiting, visit->request, ticket);
        break;
    case GATE_KNOCK_PARKED:
        park(waiting, visit, ticket, way);
        break;
    case GATE_KNOCK_WAIT:
        if (!waiting_page_fits(visit->request)) {
            reply_later(visit->request);
            break;
        }
        look(waiting, ticket->number, &view);
        page_send(waiting, visit, &view, ticket);
        break;
    case GATE_KNOCK_GONE:
        newcomer(waiting, visit, way);
        break;
    }
}

/* A session of before the start is believed as long as it lasts by the clock. */
static enum gate_session session_of(struct waiting *waiting, const struct gate_ticket *ticket)
{
    enum gate_session session = gate_session(waiting->gate, ticket->number, now_ms(waiting));
    if (session != GATE_SESSION_UNKNOWN) {
        return session;
    }
    int64_t age = now_utc(waiting) - (int64_t)ticket->entered;
    if (age > (int64_t)waiting->gate->settings.session_seconds) {
        return GATE_SESSION_NONE;
    }
    gate_recognise(waiting->gate, ticket->number, age > 0 ? (uint32_t)age : 0);
    return GATE_SESSION_OPEN;
}

/* Whose session has ended still sees the page at which it did, with its pictures; what leads on
 * into the shop is a newcomer's. */
static bool may_go_on(struct waiting *waiting, const struct door_request *request,
                      const struct gate_ticket *ticket)
{
    enum gate_session session = session_of(waiting, ticket);
    bool rest =
        !waiting_page_fits(request) || waiting_rules_ends(waiting->shop, door_path(request));
    return session == GATE_SESSION_OPEN || (session == GATE_SESSION_LEAVING && rest);
}

/* Nobody waits merely to look: what costs the shop behind nothing is shown without a place in the
 * line. Before an opening the pages that a browser shows are not: whoever comes then is to get a
 * number, and to read when it opens. Looking is a sign of life, but no look at the place. */
static bool shown_from_cache(struct waiting *waiting, struct door_request *request,
                             const struct gate_ticket *ticket)
{
    if ((waiting->gate->closed && waiting_page_fits(request)) ||
        !door_cached(request, waiting->upstream, SLICE("Ecluse-State: cached\r\n"))) {
        return false;
    }
    if (ticket != NULL && ticket->entered == 0) {
        gate_stay(waiting->gate, ticket->number, now_ms(waiting));
    }
    return true;
}

/* Nobody is held; what would have been is counted. */
static void watched(struct waiting *waiting, struct door_request *request,
                    const struct gate_ticket *ticket)
{
    struct rules_verdict verdict;
    if (consent_handle(&waiting->consent, request, now_ms(waiting))) {
        return;
    }
    waiting_rules_ask(&waiting->rules, waiting->shop, request, &verdict);
    const struct watched_request asked = {
        .request = request,
        .ticket = ticket,
        .verdict = &verdict,
        .browser = waiting_page_fits(request),
        .limited = seconds_to_wait(waiting, request, ticket) > 0,
        .ends = waiting_rules_ends(waiting->shop, door_path(request))};
    waiting_watch_handle(waiting->watch, waiting->upstream, &asked);
}

void waiting_handle(struct waiting *waiting, struct door_request *request)
{
    struct store_visit visit;
    struct gate_ticket ticket;
    const struct store_visit asked = {.request = request};
    struct rules_verdict verdict;
    bool known = ticket_read(waiting, &asked, &ticket);
    if (waiting->watch != NULL) {
        watched(waiting, request, known ? &ticket : NULL);
        return;
    }
    if (!request_admitted(waiting, request, known ? &ticket : NULL) ||
        consent_handle(&waiting->consent, request, now_ms(waiting))) {
        return;
    }
    bool inside = known && ticket.entered != 0 && may_go_on(waiting, request, &ticket);
    bool denies = waiting->shop->site.admin_elsewhere == SITE_ADMIN_DENIED;
    if (inside && !denies) {
        hand_on(waiting, request, &ticket, SLICE("Ecluse-State: inside\r\n"));
        return;
    }
    waiting_rules_ask(&waiting->rules, waiting->shop, request, &verdict);
    if (verdict.class != SITE_BROWSING && verdict.class != SITE_ASSETS) {
        door_uncached(request); /* a bank's second call is not answered with the first one's */
    }
    if (waiting_rules_pass(&waiting->rules, waiting->upstream, request, &verdict) ||
        !store_visit_open(&visit, waiting->store, request)) {
        return;
    }
    if (inside) {
        hand_on(waiting, request, &ticket, SLICE("Ecluse-State: inside\r\n"));
    } else if (shown_from_cache(waiting, request, known ? &ticket : NULL)) {
        return;
    } else if (known && ticket.entered == 0) {
        returning(waiting, &visit, &ticket, verdict.way);
    } else {
        newcomer(waiting, &visit, verdict.way);
    }
}

bool waiting_look(struct waiting *waiting, struct door_request *request, struct gate_view *view)
{
    struct gate_ticket ticket;
    const struct store_visit visit = {.request = request};
    *view = (struct gate_view){.state = GATE_GONE};
    bool known = ticket_read(waiting, &visit, &ticket);
    if (!request_admitted(waiting, request, known ? &ticket : NULL)) {
        return false;
    }
    if (!known || waiting->watch != NULL) {
        return true;
    }
    if (ticket.entered != 0) {
        view->state = session_of(waiting, &ticket) == GATE_SESSION_OPEN ? GATE_INSIDE : GATE_GONE;
        return true;
    }
    if (!poll_admitted(waiting, request, &ticket)) {
        return false;
    }
    gate_poll(waiting->gate, ticket.number, now_ms(waiting), view);
    waiting_door_view(&waiting->door, waiting->gate, waiting->shop, now_utc(waiting), view);
    return true;
}

void waiting_places_append(struct waiting *waiting, const struct gate_view *view, struct text *to)
{
    if (view->place > 0) {
        place_promise_append(waiting->places, waiting->gate, before(waiting->gate, view), to);
    }
}

bool waiting_stay(struct waiting *waiting, struct door_request *request, struct store_place *place)
{
    struct gate_ticket ticket;
    struct gate_view view;
    const struct store_visit visit = {.request = request};
    *place = (struct store_place){.waits = false};
    bool known = ticket_read(waiting, &visit, &ticket);
    if (!request_admitted(waiting, request, known ? &ticket : NULL)) {
        return false;
    }
    if (!known || ticket.entered != 0) {
        return true;
    }
    gate_stay(waiting->gate, ticket.number, now_ms(waiting));
    look(waiting, ticket.number, &view);
    bool called = view.state == GATE_CALLED;
    *place = (struct store_place){
        .waits = called || view.state == GATE_WAITING, .called = called, .ahead = view.ahead};
    return true;
}

void waiting_handle_page(struct waiting *waiting, struct door_request *request)
{
    struct store_visit visit;
    struct gate_view view;
    if (!waiting_look(waiting, request, &view) ||
        !store_visit_open(&visit, waiting->store, request)) {
        return;
    }
    if (view.state == GATE_WAITING) {
        page_send(waiting, &visit, &view, NULL);
    } else {
        store_visit_leave(&visit);
    }
}

void waiting_handle_leave(struct waiting *waiting, struct door_request *request)
{
    struct store_visit visit;
    struct gate_ticket ticket;
    const struct store_visit asked = {.request = request};
    bool known = ticket_read(waiting, &asked, &ticket);
    if (!request_admitted(waiting, request, known ? &ticket : NULL) ||
        !store_visit_open(&visit, waiting->store, request)) {
        return;
    }
    if (door_method(request) != METHOD_POST) {
        store_visit_method(&visit, "POST");
        return;
    }
    if (!store_visit_same_site(&visit)) {
        store_visit_other_site(&visit);
        return;
    }
    if (known) {
        struct door_request *parked;
        gate_leave(waiting->gate, ticket.number);
        while ((parked = parking_take(&waiting->parking, ticket.number, &ticket)) != NULL) {
            reply_later(parked);
        }
    }
    waiting_page_left(&visit);
}

/* ---- time ---- */

static void learn(struct waiting *waiting, const struct gate_ticket *ticket)
{
    int64_t waited = now_utc(waiting) - (int64_t)ticket->issued;
    wait_learn(&waiting->gate->wait, now_ms(waiting) / 1000, ticket->announced,
               (uint32_t)(waited > 0 && waited < DAY_SECONDS ? waited : 0));
}

/* Every parked request of the number, from the list into the shop: the tabs of one visitor. */
static void parked_let_in(struct waiting *waiting, uint32_t number)
{
    bool learned = false;
    struct gate_ticket ticket;
    struct door_request *request;
    while ((request = parking_take(&waiting->parking, number, &ticket)) != NULL) {
        if (!learned) {
            learn(waiting, &ticket);
            learned = true;
        }
        let_in(waiting, request, &ticket);
    }
}

/* Whoever was parked before `since` reads the page again, and comes back by it. */
static void parked_give_up(struct waiting *waiting, int64_t since)
{
    struct store_visit visit;
    struct gate_view view;
    struct gate_ticket ticket;
    struct door_request *request;
    while ((request = parking_take_before(&waiting->parking, since, &ticket)) != NULL) {
        look(waiting, ticket.number, &view);
        if (store_visit_open(&visit, waiting->store, request)) {
            page_send(waiting, &visit, &view, &ticket);
        }
    }
}

/* A shop file was applied: the shop behind bears more, or less. One that says nothing of it changes
 * nothing. What is kept of its pages may have had another text put in. */
static void shop_take(struct waiting *waiting)
{
    struct gate_settings settings = {.rate = 0};
    struct fault fault;
    const struct shop *shop = engine_shop(waiting->engine);
    if (shop == waiting->shop) {
        return;
    }
    if (settings_read(shop, &settings, &fault) == STATUS_OK) {
        pace_set_ceiling(&waiting->gate->pace, settings.rate);
        gate_set_inside_most(waiting->gate, settings.inside_most);
    }
    waiting->shop = shop;
    waiting_cache_set(waiting->upstream, &waiting->shop->site, waiting->watch == NULL);
    (void)door_cache_purge(waiting->upstream, SLICE("all"));
}

void waiting_tick(struct waiting *waiting)
{
    uint32_t number = 0;
    int64_t now = now_ms(waiting);
    shop_take(waiting);
    if (waiting->watch != NULL) {
        waiting_watch_tick(waiting->watch);
        return;
    }
    if (waiting_door_tick(&waiting->door, waiting->gate, waiting->shop, waiting->env)) {
        parked_give_up(waiting, INT64_MAX);
    }
    gate_turn(waiting->gate, now);
    place_promise_tick(waiting->places, waiting->gate);
    while (gate_release(waiting->gate, now, &number)) {
        parked_let_in(waiting, number);
    }
    parked_give_up(waiting, now - PARKED_MS_MAX);
    if (!gate_is_quiet(waiting->gate) || inside_count(&waiting->gate->inside) > 0 ||
        waiting->parking.first != NULL) {
        waiting->busy_at = now;
    } else if (waiting->gate->next > 0 &&
               now - waiting->busy_at > (int64_t)GATE_GRACE_SECONDS * 1000) {
        line_begin(waiting);
        waiting->busy_at = now;
    }
    waiting_keep_tick(&waiting->keep, waiting->gate, waiting->line, now);
}

/* ---- staff ---- */

bool waiting_set_open(struct waiting *waiting, bool open)
{
    if (open) {
        return waiting_door_open(&waiting->door);
    }
    bool closed = waiting_door_close(&waiting->door, waiting->gate, waiting->env);
    parked_give_up(waiting, INT64_MAX);
    return closed;
}

bool waiting_consent(struct waiting *waiting, struct slice key)
{
    return consent_set(&waiting->consent, key, now_ms(waiting));
}

void waiting_opening_append(const struct waiting *waiting, struct text *to)
{
    waiting_door_append(&waiting->door, waiting->gate, waiting->shop, to);
}
