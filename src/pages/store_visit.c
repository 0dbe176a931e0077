/* The ways to answer a visit that is nobody else's: a page, a notice, a redirect.
 *
 * Whatever is sent from here belongs to one visitor: no-store, copied into the reply, plain. Every
 * page of the store, these and the shared ones, goes through store_page_render with the values that
 * the layout needs. */
#include "pages/store_visit.h"

#include "pages/store_page.h"

#include <stdio.h>

struct slice store_visit_language_line(const struct store_visit *visit)
{
    static const char *const lines[LANGUAGES] = {
        [LANGUAGE_FR] =
            "Set-Cookie: " STORE_LANGUAGE_COOKIE "=fr; Path=/; Max-Age=31536000; SameSite=Lax\r\n",
        [LANGUAGE_EN] =
            "Set-Cookie: " STORE_LANGUAGE_COOKIE "=en; Path=/; Max-Age=31536000; SameSite=Lax\r\n",
    };
    return visit->chosen ? slice_of(lines[visit->language]) : (struct slice){NULL, 0};
}

const char *store_visit_secure(const struct store_visit *visit)
{
    return door_is_secure(visit->request) ? "; Secure" : "";
}

const char *store_visit_cookie_path(const struct store_visit *visit)
{
    return *visit->store->root == '\0' ? "/" : visit->store->root;
}

static void redirect_send(const struct store_visit *visit, const char *root, const char *location,
                          struct slice lines)
{
    struct text headers;
    text_init(&headers, 8192);
    text_append_format(&headers, "Location: %s%s\r\nCache-Control: no-store\r\n", root, location);
    text_append_slice(&headers, lines);
    text_append_slice(&headers, store_visit_language_line(visit));
    struct door_reply reply = {.status = 303, .headers = text_slice(&headers)};
    door_reply(visit->request, &reply);
    text_free(&headers);
}

void store_visit_redirect(const struct store_visit *visit, const char *location, struct slice lines)
{
    redirect_send(visit, visit->store->root, location, lines);
}

void store_visit_leave(const struct store_visit *visit)
{
    redirect_send(visit, "", "/", (struct slice){NULL, 0});
}

static void values_of_place(const struct store_visit *visit, json_t *values)
{
    struct text ahead;
    if (!visit->place.waits) {
        return;
    }
    text_init(&ahead, 32);
    translate_number(&ahead, (int)visit->language, visit->place.ahead, 0);
    json_object_set_new(values, "place",
                        json_pack("{s:b,s:s}", "called", visit->place.called, "ahead",
                                  ahead.bytes == NULL ? "" : ahead.bytes));
    text_free(&ahead);
}

void store_visit_page(const struct store_visit *visit, int status, const char *template_name,
                      json_t *values, struct slice lines)
{
    struct fault fault;
    struct slice body;
    values_of_place(visit, values);
    if (store_page_render(visit->store, visit->language, template_name, values, &body, &fault) !=
        STATUS_OK) {
        door_problem(visit->request, 500, "page", fault.text, (struct slice){NULL, 0});
        return;
    }
    struct text headers;
    text_init(&headers, 8192);
    text_append_string(&headers, STORE_PRIVATE_LINES);
    text_append_format(&headers, "Content-Language: %s\r\n", translate_code((int)visit->language));
    text_append_slice(&headers, lines);
    text_append_slice(&headers, store_visit_language_line(visit));
    struct door_reply reply = {.status = status, .headers = text_slice(&headers), .body = body};
    door_reply(visit->request, &reply);
    text_free(&headers);
}

/* `root` stands in front of the notice's link. */
static void notice_send(const struct store_visit *visit, const struct store_notice *notice,
                        const char *root, struct slice lines)
{
    const char *title = store_page_message(visit->language, notice->title);
    json_t *values = store_page_values(visit->store, visit->language, title);
    json_object_set_new(values, "message",
                        json_string(store_page_message(visit->language, notice->text)));
    if (notice->link != NULL) {
        json_t *href = json_sprintf("%s%s", root, notice->link);
        json_t *link = json_pack("{s:o,s:s}", "href", href, "label",
                                 store_page_message(visit->language, notice->link_title));
        json_object_set_new(values, "link", link);
    }
    store_visit_page(visit, notice->status, "message", values, lines);
}

void store_visit_notice(const struct store_visit *visit, const struct store_notice *notice)
{
    notice_send(visit, notice, visit->store->root, (struct slice){NULL, 0});
}

void store_visit_nothing_sold(const struct store_visit *visit)
{
    const struct store_notice notice = {404, MESSAGE("moment-none-title"),
                                        MESSAGE("moment-none-text"), "/", MESSAGE("to-shop")};
    notice_send(visit, &notice, "", (struct slice){NULL, 0});
}

void store_visit_not_found(const struct store_visit *visit)
{
    store_visit_notice(visit, &(struct store_notice){404, MESSAGE("not-found-title"),
                                                     MESSAGE("not-found-text"), "/offers",
                                                     MESSAGE("see-offers")});
}

void store_visit_busy(const struct store_visit *visit)
{
    visit->store->busy++;
    notice_send(
        visit, &(struct store_notice){503, MESSAGE("busy-title"), MESSAGE("busy-text"), NULL, NULL},
        "", SLICE("Retry-After: 2\r\n"));
}

void store_visit_no_place(const struct store_visit *visit, bool checkout)
{
    const char *text = checkout ? MESSAGE("no-place-checkout") : MESSAGE("no-place-text");
    const struct store_notice notice = {503, MESSAGE("no-place-title"), text, NULL, NULL};
    notice_send(visit, &notice, "", SLICE("Retry-After: 60\r\n"));
}

void store_visit_method(const struct store_visit *visit, const char *allow)
{
    char line[64];
    snprintf(line, sizeof line, "Allow: %s\r\n", allow);
    notice_send(visit,
                &(struct store_notice){405, MESSAGE("method-title"), MESSAGE("method-text"), "/",
                                       MESSAGE("to-start")},
                visit->store->root, slice_of(line));
}

void store_visit_other_site(const struct store_visit *visit)
{
    store_visit_notice(visit, &(struct store_notice){403, MESSAGE("other-site-title"),
                                                     MESSAGE("other-site-text"), "/",
                                                     MESSAGE("to-start")});
}

void store_visit_fault(const struct store_visit *visit, const struct engine_task *task)
{
    int http = status_http(task->status);
    notice_send(
        visit,
        &(struct store_notice){http, MESSAGE("fault-title"), MESSAGE("fault-text"), NULL, NULL}, "",
        http == 503 ? SLICE("Retry-After: 5\r\n") : (struct slice){NULL, 0});
}
