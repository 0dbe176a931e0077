/* A visitor's cookie becomes a ticket, the ticket a question to the gate, its answer a page, a
 * parked request, or a request that is handed on.
 *
 * Invariant: one note is under way at a time. */
#include "pages/waiting.h"

#include "base/assert.h"
#include "pages/parking.h"
#include "pages/place_promise.h"
#include "pages/store_visit.h"
#include "pages/waiting_consent.h"
#include "pages/waiting_door.h"
#include "pages/waiting_note.h"
#include "pages/waiting_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    PLACES = 1 << 20,
    PARKED_MS_MAX = 12000, /* then the page again: browsers and proxies give up later */
    HEADERS_BYTES = 512,
    NOTE_PAUSE_MS = 1000,
    NOTE_PAUSE_MS_LEAST = 20,
    NOTE_HOLDS_SECONDS = 2, /* what a note says of who is inside */
    RESERVE_LEAST = 256,
    SESSION_SECONDS_LEAST = 60,
    MINUTE = 60
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
    int64_t busy_at; /* somebody waited, or was inside, at that time */
    /* What is kept. */
    struct engine_task note_task;
    char note[ENGINE_NOTE_BYTES];
    bool note_busy;
    int64_t noted_at;
    uint32_t reserved; /* numbers below it may have been given, as far as the note says */
    uint32_t noted_head, noted_next, noted_inside;
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

static void note_done(struct engine_task *task)
{
    struct waiting *waiting = task->context;
    waiting->note_busy = false;
    waiting_door_settled(&waiting->door, task->status == STATUS_OK);
}

static void note_write(struct waiting *waiting)
{
    struct gate *gate = waiting->gate;
    struct waiting_note note = {.line = waiting->line, .opening = waiting->door.opening};
    uint32_t given = gate->next - waiting->noted_next; /* since the last note */
    uint32_t more = given < RESERVE_LEAST / 4 ? (uint32_t)RESERVE_LEAST : 4 * given;
    gate_keep(gate, NOTE_HOLDS_SECONDS, &note.gate);
    note.gate.next = gate->next > UINT32_MAX - more ? UINT32_MAX : gate->next + more;
    waiting_note_write(&note, waiting->note);
    waiting->note_task = (struct engine_task){
        .kind = TASK_NOTE, .note = waiting->note, .done = note_done, .context = waiting};
    if (engine_submit(waiting->engine, &waiting->note_task)) {
        waiting->note_busy = true;
        waiting->reserved = note.gate.next;
        waiting->noted_head = gate->head;
        waiting->noted_next = gate->next;
        waiting->noted_inside = inside_count(&gate->inside);
        waiting_door_written(&waiting->door);
    }
}

/* At most once a second while something changes, at once where numbers run out or the door closes
 * or opens. */
static void note_keep(struct waiting *waiting, int64_t now)
{
    const struct gate *gate = waiting->gate;
    bool urgent = gate->next + RESERVE_LEAST / 4 > waiting->reserved;
    bool door =
        waiting_door_is_due(&waiting->door) && now - waiting->noted_at >= NOTE_PAUSE_MS_LEAST;
    bool inside =
        gate->settings.inside_most > 0 && inside_count(&gate->inside) != waiting->noted_inside;
    bool moved = gate->head != waiting->noted_head || gate->next != waiting->noted_next || inside;
    bool due = moved && now - waiting->noted_at >= NOTE_PAUSE_MS;
    if (!waiting->note_busy && (urgent || door || due)) {
        waiting->noted_at = now;
        note_write(waiting);
    }
}

static void line_begin(struct waiting *waiting)
{
    const struct gate_settings settings = waiting->gate->settings;
    waiting->env->entropy(waiting->env, &waiting->line, sizeof waiting->line);
    waiting->gate = gate_place(waiting->gate, &settings, now_ms(waiting));
    waiting->reserved = 0;
    waiting->noted_head = 0;
    waiting->noted_next = 0;
}

static void line_restore(struct waiting *waiting)
{
    char text[ENGINE_NOTE_BYTES];
    struct waiting_note note;
    if (!engine_note(waiting->engine, text) || !waiting_note_read(slice_of(text), &note)) {
        return;
    }
    waiting->line = note.line;
    gate_restore(waiting->gate, &note.gate, now_ms(waiting));
    waiting_door_restore(&waiting->door, &note.opening, waiting->gate);
    waiting->reserved = note.gate.next;
    waiting->noted_next = note.gate.next;
    waiting->noted_head = note.gate.head;
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
    struct waiting *made = calloc(1, sizeof *made);
    void *memory = malloc(gate_bytes(&settings));
    struct waiting_page *page = waiting_page_open(store);
    struct place_promises *places = place_promise_open(store);
    if (made == NULL || memory == NULL || page == NULL || places == NULL) {
        free(made);
        free(memory);
        waiting_page_close(page);
        place_promise_close(places);
        return fault_set(fault, STATUS_MEMORY, "no memory for the waiting room");
    }
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
    line_begin(made);
    line_restore(made);
    /* A closing that came while no server ran holds for the first visitor too. */
    (void)waiting_door_tick(&made->door, made->gate, made->shop, env);
    made->busy_at = now_ms(made);
    *waiting = made;
    return STATUS_OK;
}

void waiting_set_upstream(struct waiting *waiting, struct door_upstream *upstream)
{
    waiting->upstream = upstream;
}

void waiting_close(struct waiting *waiting)
{
    if (waiting != NULL) {
        waiting_page_close(waiting->page);
        place_promise_close(waiting->places);
        parking_close(&waiting->parking);
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

/* The cookie's line, and the state's. */
static struct slice ticket_lines(struct waiting *waiting, const struct store_visit *visit,
                                 const struct gate_ticket *ticket, bool inside,
                                 char lines[HEADERS_BYTES])
{
    char text[GATE_TICKET_CHARACTERS + 1];
    uint32_t most = inside ? waiting->gate->settings.session_seconds : (uint32_t)DAY_SECONDS;
    gate_ticket_write(&waiting->keys, now_utc(waiting), ticket, text);
    int length = snprintf(lines, HEADERS_BYTES,
                          "Set-Cookie: " GATE_TICKET_COOKIE "=%s; Path=/; Max-Age=%" PRIu32
                          "; HttpOnly; SameSite=Lax%s\r\n"
                          "Ecluse-State: %s\r\n",
                          text, most, store_visit_secure(visit), inside ? "inside" : "waiting");
    ASSERT(length > 0 && length < HEADERS_BYTES);
    return (struct slice){lines, (size_t)length};
}

/* ---- handing on ---- */

/* Is the path one of those at which a session ends, or below it? */
static bool ends_at(const struct waiting *waiting, struct slice path)
{
    const struct path_list *list = &waiting->shop->site.session_ends_at;
    for (uint32_t i = 0; i < list->count; i++) {
        struct slice end = slice_of(list->paths[i]);
        if (path.length >= end.length && memcmp(path.data, end.data, end.length) == 0 &&
            (path.length == end.length || path.data[end.length] == '/')) {
            return true;
        }
    }
    return false;
}

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
    *handed = (struct handed){
        .waiting = waiting, .number = ticket->number, .ends = ends_at(waiting, door_path(request))};
    door_forward(request, waiting->upstream, lines, forwarded, handed);
}

/* The visitor goes in now: the ticket becomes a session's. */
static void let_in(struct waiting *waiting, struct door_request *request,
                   const struct gate_ticket *ticket)
{
    char lines[HEADERS_BYTES];
    struct store_visit visit;
    if (!store_visit_open(&visit, waiting->store, request)) {
        return;
    }
    struct gate_ticket session = *ticket;
    session.entered = (uint32_t)now_utc(waiting);
    hand_on(waiting, request, ticket, ticket_lines(waiting, &visit, &session, true, lines));
}

/* ---- the page ---- */

/* Whole and half minutes. */
static json_t *minutes(uint32_t seconds)
{
    uint32_t whole = seconds / MINUTE;
    const char *half = seconds % MINUTE == 0 ? "" : "½";
    return whole == 0 && *half != 0 ? json_string(half)
                                    : json_sprintf("%" PRIu32 "%s", whole, half);
}

static void wait_values(const struct gate_view *view, json_t *values)
{
    const struct wait_range *wait = &view->wait;
    if (!wait->known) {
        json_object_set_new(values, "stands", json_true());
    } else if (wait->high_seconds > 2 * MINUTE) {
        json_object_set_new(values, "minutes",
                            json_pack("{s:o,s:o}", "low", minutes(wait->low_seconds), "high",
                                      minutes(wait->high_seconds)));
    } else {
        json_object_set_new(
            values, "moments",
            json_pack("{s:i,s:i}", "low", (int)wait->low_seconds, "high", (int)wait->high_seconds));
    }
}

/* Who takes before the visitor does: those ahead, and those who stand at the door. */
static uint32_t before(const struct gate *gate, const struct gate_view *view)
{
    return view->ahead + gate->chamber_count;
}

static void page_send(struct waiting *waiting, const struct store_visit *visit,
                      const struct gate_view *view, struct slice ticket)
{
    const struct gate *gate = waiting->gate;
    struct store_view page = store_view_of(visit->store, waiting->shop, visit->language);
    char lines[2 * HEADERS_BYTES];
    json_t *values = json_object();
    bool called = view->state == GATE_CALLED;
    uint32_t seconds = called ? (uint32_t)GATE_POLL_SECONDS_MIN : view->poll_seconds;
    json_object_set_new(values, "number", json_integer(view->number));
    json_object_set_new(values, "place", json_integer(view->place));
    json_object_set_new(values, "ahead", json_integer(view->ahead));
    json_object_set_new(values, "called", json_boolean(called));
    json_object_set_new(values, "next", json_boolean(inside_room(&gate->inside) == 0));
    waiting_door_values(&waiting->door, gate, &page, view, values);
    json_object_set_new(values, "seconds", json_integer(seconds));
    wait_values(view, values);
    if (view->place > 0) {
        place_promise_set(waiting->places, gate, visit->language, before(gate, view), values);
    }
    int length = snprintf(lines, sizeof lines, "Refresh: %" PRIu32 "\r\n%.*s", seconds,
                          (int)ticket.length, ticket.data);
    ASSERT(length > 0 && (size_t)length < sizeof lines);
    waiting_page_send(waiting->page, visit, values, (struct slice){lines, (size_t)length});
}

static void reply_later(struct door_request *request)
{
    door_problem(request, 503, "waiting-room",
                 "Many visitors want in just now; come back later, or open the page in a browser "
                 "to get a place.",
                 SLICE("Retry-After: 60\r\nCache-Control: no-store\r\nEcluse-State: waiting\r\n"));
}

/* Can it show a page, and come back to it? Crawlers say what they are. */
static bool is_browser(const struct door_request *request)
{
    struct slice accept = door_header(request, "Accept");
    struct slice agent = door_header(request, "User-Agent");
    enum http_method method = door_method(request);
    bool reads = (method == METHOD_GET || method == METHOD_HEAD) && accept.length > 0 &&
                 memmem(accept.data, accept.length, "text/html", 9) != NULL;
    bool crawls = agent.length > 0 && (memmem(agent.data, agent.length, "bot", 3) != NULL ||
                                       memmem(agent.data, agent.length, "Bot", 3) != NULL ||
                                       memmem(agent.data, agent.length, "crawl", 5) != NULL ||
                                       memmem(agent.data, agent.length, "spider", 6) != NULL);
    return reads && !crawls;
}

/* ---- how much one may ask ---- */

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
    return admitted(waiting, request,
                    ticket == NULL ? allowance_stranger(waiting->allowance, request)
                                   : allowance_bearer(waiting->allowance, request, ticket->line,
                                                      ticket->number, ticket->entered != 0));
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

static void park(struct waiting *waiting, struct door_request *request,
                 const struct gate_ticket *ticket)
{
    if (!parking_add(&waiting->parking, request, ticket, now_ms(waiting))) {
        reply_later(request);
    }
}

static void newcomer(struct waiting *waiting, const struct store_visit *visit)
{
    char lines[HEADERS_BYTES];
    struct gate_view view;
    bool browser = is_browser(visit->request);
    if (!browser && !gate_is_quiet(waiting->gate)) {
        reply_later(visit->request);
        return;
    }
    if (!admitted(waiting, visit->request, allowance_place(waiting->allowance, visit->request))) {
        return;
    }
    int64_t now = now_ms(waiting);
    struct gate_ticket ticket = {.line = waiting->line, .issued = (uint32_t)now_utc(waiting)};
    enum gate_arrival arrival = gate_arrive(waiting->gate, now, &ticket.number);
    if (arrival == GATE_ARRIVED_INSIDE) {
        let_in(waiting, visit->request, &ticket);
        return;
    }
    if (arrival == GATE_ARRIVED_FULL) {
        reply_later(visit->request);
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
        park(waiting, visit->request, &ticket);
        return;
    }
    page_send(waiting, visit, &view, ticket_lines(waiting, visit, &ticket, false, lines));
}

static void returning(struct waiting *waiting, const struct store_visit *visit,
                      const struct gate_ticket *ticket)
{
    char lines[HEADERS_BYTES];
    struct gate_view view;
    if (!poll_admitted(waiting, visit->request, ticket)) {
        return;
    }
    switch (gate_knock(waiting->gate, ticket->number, now_ms(waiting))) {
    case GATE_KNOCK_INSIDE:
        let_in(waiting, visit->request, ticket);
        break;
    case GATE_KNOCK_PARKED:
        park(waiting, visit->request, ticket);
        break;
    case GATE_KNOCK_WAIT:
        if (!is_browser(visit->request)) {
            reply_later(visit->request);
            break;
        }
        look(waiting, ticket->number, &view);
        page_send(waiting, visit, &view, ticket_lines(waiting, visit, ticket, false, lines));
        break;
    case GATE_KNOCK_GONE:
        newcomer(waiting, visit);
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
    bool rest = !is_browser(request) || ends_at(waiting, door_path(request));
    return session == GATE_SESSION_OPEN || (session == GATE_SESSION_LEAVING && rest);
}

void waiting_handle(struct waiting *waiting, struct door_request *request)
{
    struct store_visit visit;
    struct gate_ticket ticket;
    const struct store_visit asked = {.request = request};
    bool known = ticket_read(waiting, &asked, &ticket);
    if (!request_admitted(waiting, request, known ? &ticket : NULL) ||
        consent_handle(&waiting->consent, request, now_ms(waiting)) ||
        !store_visit_open(&visit, waiting->store, request)) {
        return;
    }
    if (known && ticket.entered == 0) {
        returning(waiting, &visit, &ticket);
    } else if (known && may_go_on(waiting, request, &ticket)) {
        hand_on(waiting, request, &ticket, SLICE("Ecluse-State: inside\r\n"));
    } else {
        newcomer(waiting, &visit);
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
    if (!known) {
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
        page_send(waiting, &visit, &view, SLICE("Ecluse-State: waiting\r\n"));
    } else {
        store_visit_leave(&visit);
    }
}

/* The page after it, with which the ticket goes. */
static void left_send(const struct store_visit *visit)
{
    char line[HEADERS_BYTES];
    const char *title = store_page_message(visit->language, MESSAGE("waiting-left-title"));
    json_t *values = store_page_values(visit->store, visit->language, title);
    json_object_set_new(values, "left", json_true());
    (void)snprintf(line, sizeof line,
                   "Set-Cookie: " GATE_TICKET_COOKIE
                   "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax%s\r\n",
                   store_visit_secure(visit));
    store_visit_page(visit, 200, "waiting", values, slice_of(line));
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
    left_send(&visit);
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
    char lines[HEADERS_BYTES];
    struct store_visit visit;
    struct gate_view view;
    struct gate_ticket ticket;
    struct door_request *request;
    while ((request = parking_take_before(&waiting->parking, since, &ticket)) != NULL) {
        look(waiting, ticket.number, &view);
        if (store_visit_open(&visit, waiting->store, request)) {
            page_send(waiting, &visit, &view, ticket_lines(waiting, &visit, &ticket, false, lines));
        }
    }
}

/* A shop file was applied: the shop behind bears more, or less. One that says nothing of it changes
 * nothing. */
static void shop_take(struct waiting *waiting)
{
    struct gate_settings settings = {.rate = 0};
    struct fault fault;
    const struct shop *shop = engine_shop(waiting->engine);
    if (shop != waiting->shop && settings_read(shop, &settings, &fault) == STATUS_OK) {
        pace_set_ceiling(&waiting->gate->pace, settings.rate);
        gate_set_inside_most(waiting->gate, settings.inside_most);
    }
    waiting->shop = shop;
}

void waiting_tick(struct waiting *waiting)
{
    uint32_t number = 0;
    int64_t now = now_ms(waiting);
    shop_take(waiting);
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
    note_keep(waiting, now);
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
