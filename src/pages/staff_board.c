/* The levers as a page: the gate, and what sells beside what is left; the page of its pace; and
 * what is posted to it.
 *
 * The first comes again by itself, which does not count as use of the session. So nothing is typed
 * there: the pace has a page of its own. */
#include "pages/staff_page.h"

#include "base/decimal.h"
#include "pages/gate_lever.h"
#include "pages/left_task.h"
#include "pages/waiting.h"

#include <stdio.h>

#define AGAIN_LINES "Refresh: 15; url=" STAFF_PATH "?again=1\r\n"

enum { WORD_BYTES = 32, RATE_BYTES = 32 };

/* ---- what was done, in the address that the page is sent to afterwards ---- */

static const char *said_of(struct slice word)
{
    static const struct {
        const char *word;
        const char *message;
    } said[] = {
        {"paused", MESSAGE("staff-said-paused")}, {"resumed", MESSAGE("staff-said-resumed")},
        {"rate", MESSAGE("staff-said-rate")},     {"opened", MESSAGE("staff-said-opened")},
        {"closed", MESSAGE("staff-said-closed")}, {"password", MESSAGE("staff-said-password")},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (slice_is(word, said[i].word)) {
            return said[i].message;
        }
    }
    return NULL;
}

/* ---- the page ---- */

static json_t *count(const struct store_view *view, uint64_t number)
{
    return store_view_quantity(view, (int64_t)number * THOUSAND);
}

static json_t *gate_values(const struct store_view *view, const struct waiting *waiting)
{
    const struct gate *gate = waiting_gate(waiting);
    int64_t rate = (int64_t)pace_rate(&gate->pace);
    json_t *values = json_pack(
        "{s:o,s:o,s:o,s:o,s:o,s:b,s:b,s:b}", "waiting", count(view, gate_waiting(gate)), "parked",
        count(view, gate->chamber_count), "inside", count(view, inside_count(&gate->inside)),
        "rate", store_view_quantity(view, gate->pace.paused ? 0 : rate), "bears",
        store_view_quantity(view, (int64_t)gate->pace.learned), "paused", gate->pace.paused,
        "closed", gate->closed, "watches", waiting_watched(waiting) != NULL);
    if (gate->pace.cap != UINT64_MAX) {
        json_object_set_new(values, "cap", store_view_quantity(view, (int64_t)gate->pace.cap));
    }
    return values;
}

static json_t *row_values(const struct store_view *view, const struct demand_offer *row)
{
    int64_t minutes = demand_minutes_left(row);
    json_t *values =
        json_pack("{s:s,s:o,s:b,s:o}", "label", store_view_label(view, row->offer), "units",
                  store_view_quantity(view, demand_a_minute(row->quantity_thousandths)), "soon",
                  minutes >= 0 && minutes < 60, "wishes", count(view, row->wishes.waiting));
    if (row->left == LEFT_UNITS_MAX) {
        json_object_set_new(values, "plenty", json_true());
    } else {
        json_object_set_new(values, "left", count(view, row->left));
    }
    if (minutes >= 0) {
        json_object_set_new(values, "lasts", count(view, (uint64_t)minutes));
    }
    if (row->dated) {
        json_object_set_new(values, "date", store_view_day(view, row->deliver_by_day));
    }
    return values;
}

static json_t *rows_values(const struct store_view *view, const struct demand *demand)
{
    json_t *rows = json_array();
    for (uint32_t i = 0; i < demand->count; i++) {
        json_array_append_new(rows, row_values(view, &demand->offers[i]));
    }
    return rows;
}

static void board_send(struct staff_call *staff)
{
    struct staff_page *page = (struct staff_page *)staff;
    struct slice said;
    const struct shop *shop = NULL;
    const struct store_visit *visit = &page->visit;
    const struct demand *demand = staff_demand_of(staff->pages->staff, &shop);
    if (staff->task.status != STATUS_OK) {
        store_visit_busy(visit);
        return;
    }
    struct store_view view = store_view_of(visit->store, shop, visit->language);
    json_t *values = staff_page_values(page, MESSAGE("staff-title"));
    if (store_visit_field(visit, visit->query, "said", WORD_BYTES, &said) &&
        said_of(said) != NULL) {
        json_object_set_new(values, "said",
                            json_string(store_page_message(visit->language, said_of(said))));
    }
    if (staff->pages->waiting != NULL) {
        json_object_set_new(values, "gate", gate_values(&view, staff->pages->waiting));
    }
    json_object_set_new(values, "rows", rows_values(&view, demand));
    json_object_set_new(values, "any", json_boolean(demand->count > 0));
    store_visit_page(visit, 200, "staff_board", values, SLICE(AGAIN_LINES));
}

static void board_show(struct staff_page *page)
{
    staff_demand(&page->staff, board_send);
}

/* Whose role has no levers still has a page: to set a password, and to sign out. */
static void board_known(struct staff_page *page)
{
    if (staff_may(page->staff.person.role, STAFF_LOOK)) {
        board_show(page);
    } else {
        staff_page_notice(page, 200, MESSAGE("staff-title"), MESSAGE("staff-nothing"));
    }
}

void staff_board_get(struct staff_page *page)
{
    struct slice again;
    page->any_role = true;
    bool by_itself = store_visit_field(&page->visit, page->visit.query, "again", 1, &again);
    staff_page_guard(page, !by_itself, board_known);
}

/* ---- the gate's form ---- */

static void gate_moved(struct staff_call *staff)
{
    char path[64];
    struct slice what = {NULL, 0};
    struct staff_page *page = (struct staff_page *)staff;
    (void)staff_page_field(page, "do", WORD_BYTES, &what);
    const char *word = slice_is(what, "pause")    ? "paused"
                       : slice_is(what, "resume") ? "resumed"
                       : slice_is(what, "open")   ? "opened"
                       : slice_is(what, "close")  ? "closed"
                                                  : "rate";
    (void)snprintf(path, sizeof path, "?said=%s", word);
    staff_page_redirect(page, path, (struct slice){NULL, 0});
}

/* A number, or nothing: what the shop file says. */
static bool rate_read(const struct staff_page *page, uint64_t *cap)
{
    int64_t thousandths = 0;
    enum staff_number number = staff_page_number(page, "rate", &thousandths);
    *cap = number == STAFF_NUMBER_NONE ? UINT64_MAX : (uint64_t)thousandths;
    return number == STAFF_NUMBER_NONE ||
           (number == STAFF_NUMBER_GOOD && control_gate_rate_fits(thousandths));
}

static bool lever_read(const struct staff_page *page, struct gate_lever *lever)
{
    struct slice what = {NULL, 0};
    (void)staff_page_field(page, "do", WORD_BYTES, &what);
    bool pauses = slice_is(what, "pause");
    bool opens = slice_is(what, "open");
    *lever = (struct gate_lever){.pauses = pauses || slice_is(what, "resume"),
                                 .paused = pauses,
                                 .opens = opens || slice_is(what, "close"),
                                 .open = opens,
                                 .caps = slice_is(what, "rate")};
    return (lever->pauses || lever->opens || lever->caps) &&
           (!lever->caps || rate_read(page, &lever->cap));
}

/* Is there a gate, and does it hold anybody? Else it sends back to the levers. */
static bool gate_moves(const struct staff_page *page)
{
    const struct waiting *waiting = page->staff.pages->waiting;
    bool moves = waiting != NULL && waiting_watched(waiting) == NULL;
    if (!moves) {
        staff_page_redirect(page, "", (struct slice){NULL, 0});
    }
    return moves;
}

/* What the field has: what was typed and refused, or else the cap, as the page's language writes it
 * (without a sign for thousands, so that it can be sent again). */
static json_t *pace_value(const struct staff_page *page, bool refused)
{
    struct slice typed;
    char digits[RATE_BYTES];
    uint64_t cap = waiting_gate(page->staff.pages->waiting)->pace.cap;
    if (refused && staff_page_field(page, "rate", RATE_BYTES, &typed) && typed.length > 0) {
        return json_stringn(typed.data, typed.length);
    }
    size_t length = cap == UINT64_MAX ? 0 : decimal_write(digits, (int64_t)cap, 3, true);
    char *point = memchr(digits, '.', length);
    if (point != NULL && page->visit.language == LANGUAGE_FR) {
        *point = ',';
    }
    return json_stringn(digits, length);
}

static void pace_show(const struct staff_page *page, bool refused)
{
    json_t *values = staff_page_values(page, MESSAGE("staff-cap-set"));
    json_object_set_new(values, "bad", json_boolean(refused));
    json_object_set_new(values, "rate", pace_value(page, refused));
    store_visit_page(&page->visit, refused ? 422 : 200, "staff_pace", values,
                     (struct slice){NULL, 0});
}

static void pace_form(struct staff_page *page)
{
    if (gate_moves(page)) {
        pace_show(page, false);
    }
}

void staff_gate_get(struct staff_page *page)
{
    page->right = STAFF_CHANGE;
    staff_page_guard(page, true, pace_form);
}

static void gate_move(struct staff_page *page)
{
    struct gate_lever lever;
    char what[GATE_LEVER_BYTES];
    if (!gate_moves(page)) {
        return;
    }
    if (!lever_read(page, &lever)) {
        pace_show(page, true);
        return;
    }
    gate_lever_move(&lever, page->staff.pages->waiting, what);
    staff_note(&page->staff, what, gate_moved);
}

void staff_gate_post(struct staff_page *page)
{
    page->right = STAFF_CHANGE;
    staff_page_guard(page, true, gate_move);
}
