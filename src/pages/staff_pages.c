/* A table of the pages, and what stands in front of each of them. */
#include "pages/staff_page.h"

#include "base/decimal.h"

#include <stdio.h>

enum { LINES_BYTES = 512, NUMBER_BYTES = 16 };

static const struct {
    const char *path; /* behind STAFF_PATH */
    void (*get)(struct staff_page *page);
    void (*post)(struct staff_page *page);
} routes[] = {
    {"", staff_board_get, NULL},
    {"/gate", staff_gate_get, staff_gate_post},
    {"/change", staff_change_get, staff_change_post},
    {"/enter", staff_enter_get, staff_enter_post},
    {"/password", staff_password_get, staff_password_post},
    {"/leave", NULL, staff_leave_post},
};

bool staff_pages_have(struct slice path)
{
    size_t length = sizeof STAFF_PATH - 1;
    return path.length >= length && memcmp(path.data, STAFF_PATH, length) == 0 &&
           (path.length == length || path.data[length] == '/');
}

static void page_answer(struct staff_page *page)
{
    const struct store_visit *visit = &page->visit;
    struct slice path = door_path(visit->request);
    struct slice rest = {path.data + sizeof STAFF_PATH - 1, path.length - (sizeof STAFF_PATH - 1)};
    enum http_method method = door_method(visit->request);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (!slice_is(rest, routes[i].path)) {
            continue;
        }
        bool posts = method == METHOD_POST;
        bool gets = method == METHOD_GET || method == METHOD_HEAD;
        if (posts && routes[i].post != NULL && !store_visit_same_site(visit)) {
            store_visit_other_site(visit);
        } else if (posts && routes[i].post != NULL) {
            routes[i].post(page);
        } else if (gets && routes[i].get != NULL) {
            routes[i].get(page);
        } else {
            store_visit_method(visit, routes[i].get == NULL    ? "POST"
                                      : routes[i].post == NULL ? "GET, HEAD"
                                                               : "GET, HEAD, POST");
        }
        return;
    }
    staff_page_notice(page, 404, MESSAGE("not-found-title"), MESSAGE("not-found-text"));
}

void staff_pages_handle(struct pages *pages, struct door_request *request)
{
    struct staff_page *page = door_alloc(request, sizeof *page);
    if (page == NULL) {
        door_problem(request, 503, "memory-full",
                     "No memory is left for this request; try again in a moment.",
                     SLICE("Retry-After: 2\r\n"));
        return;
    }
    page->staff.pages = pages;
    page->staff.request = request;
    if (store_visit_open(&page->visit, pages->store, request)) {
        page_answer(page);
    }
}

/* ---- the guard ---- */

static bool form_is_ours(const struct staff_page *page)
{
    struct slice proof;
    return staff_page_field(page, "form", STAFF_FORM_LENGTH, &proof) &&
           staff_secret_form_is(page->staff.pages->engine, &page->staff.session, proof);
}

static void caller_known(struct staff_call *staff)
{
    struct staff_page *page = (struct staff_page *)staff;
    if (staff->task.status != STATUS_OK) {
        store_visit_fault(&page->visit, &staff->task);
    } else if (!staff->known || staff->by_token) {
        staff_page_redirect(page, "/enter", (struct slice){NULL, 0});
    } else if (!page->any_role && !staff_may(staff->person.role, page->right)) {
        staff_page_notice(page, 403, MESSAGE("staff-may-not-title"), MESSAGE("staff-may-not"));
    } else if (door_method(staff->request) == METHOD_POST && !form_is_ours(page)) {
        store_visit_other_site(&page->visit);
    } else {
        page->guarded(page);
    }
}

void staff_page_guard(struct staff_page *page, bool touch, void (*guarded)(struct staff_page *page))
{
    page->guarded = guarded;
    staff_know(&page->staff, page->staff.pages, page->staff.request, touch, caller_known);
}

void staff_page_guard_any(struct staff_page *page, void (*guarded)(struct staff_page *page))
{
    page->any_role = true;
    staff_page_guard(page, true, guarded);
}

/* ---- answers ---- */

bool staff_page_field(const struct staff_page *page, const char *name, size_t most,
                      struct slice *value)
{
    return store_visit_field(&page->visit, door_body(page->visit.request), name, most, value);
}

/* Nobody knows whether 1,500 is one and a half on an English page. */
static bool comma_is_unclear(enum language language, struct slice text, size_t at)
{
    return language == LANGUAGE_EN && text.length - at == 4;
}

enum staff_number staff_page_number(const struct staff_page *page, const char *name,
                                    int64_t *thousandths)
{
    struct slice text;
    char digits[NUMBER_BYTES];
    if (!staff_page_field(page, name, NUMBER_BYTES, &text)) {
        return STAFF_NUMBER_BAD;
    }
    for (size_t i = 0; i < text.length; i++) {
        bool comma = text.data[i] == ',';
        if (comma && comma_is_unclear(page->visit.language, text, i)) {
            return STAFF_NUMBER_BAD;
        }
        digits[i] = comma ? '.' : text.data[i];
    }
    struct slice number = {digits, text.length};
    return text.length == 0                                     ? STAFF_NUMBER_NONE
           : decimal_read(number, 3, thousandths) == DECIMAL_OK ? STAFF_NUMBER_GOOD
                                                                : STAFF_NUMBER_BAD;
}

json_t *staff_page_values(const struct staff_page *page, const char *title)
{
    static const char *const roles[STAFF_ROLES] = {
        [STAFF_OWNER] = MESSAGE("staff-role-owner"),
        [STAFF_MARKETING] = MESSAGE("staff-role-marketing"),
        [STAFF_OPERATIONS] = MESSAGE("staff-role-operations"),
        [STAFF_PACKER] = MESSAGE("staff-role-packer"),
        [STAFF_ACCOUNTANT] = MESSAGE("staff-role-accountant")};
    char form[STAFF_FORM_LENGTH + 1];
    const struct store_visit *visit = &page->visit;
    const struct staff_person *person = &page->staff.person;
    json_t *values = store_page_values(visit->store, visit->language,
                                       store_page_message(visit->language, title));
    if (page->staff.known) {
        staff_secret_form(page->staff.pages->engine, &page->staff.session, form);
        json_object_set_new(values, "who",
                            json_pack("{s:s,s:s,s:b,s:b}", "name", person->name, "role",
                                      store_page_message(visit->language, roles[person->role]),
                                      "looks", staff_may(person->role, STAFF_LOOK), "changes",
                                      staff_may(person->role, STAFF_CHANGE)));
        json_object_set_new(values, "form", json_string(form));
    }
    return values;
}

static void nothing_to_release(void *context)
{
    (void)context;
}

void staff_page_redirect(const struct staff_page *page, const char *path, struct slice lines)
{
    char headers[LINES_BYTES + 256];
    int length = snprintf(headers, sizeof headers,
                          "Location: " STAFF_PATH "%s\r\nCache-Control: no-store\r\n%.*s", path,
                          (int)lines.length, lines.length == 0 ? "" : lines.data);
    door_reply(page->visit.request,
               &(struct door_reply){.status = 303,
                                    .headers = {headers, length > 0 ? (size_t)length : 0},
                                    .release = nothing_to_release});
}

void staff_page_notice(const struct staff_page *page, int status, const char *title,
                       const char *text)
{
    json_t *values = staff_page_values(page, title);
    json_object_set_new(values, "message",
                        json_string(store_page_message(page->visit.language, text)));
    store_visit_page(&page->visit, status, "staff_notice", values, (struct slice){NULL, 0});
}
