/* Coming in and going out.
 *
 *   link     -> POST (a page with one button: whoever only looks at a link's address does not use
 *               it up) -> STAFF_FOLLOW: the link is gone, a session begins
 *   password -> STAFF_FIND -> hashed beside (staff_hash.h), also where there is no such name
 *            -> STAFF_ENTER, if the password is still the same
 *
 * What is wrong, name or password, is not said. */
#include "pages/staff_page.h"

#include <stdio.h>

enum { LINE_BYTES = 256, PASSWORD_LEAST = 10 };

/* A page that also hashes. */
struct entering {
    struct staff_page page; /* first */
    struct staff_hashing job;
    char secret[STAFF_SECRET_LENGTH + 1];
    struct slice name;
};

/* The same request, with room for a password: NULL after it has replied that there is none. */
static struct entering *entering_begin(const struct staff_page *page)
{
    struct entering *it = door_alloc(page->visit.request, sizeof *it);
    if (it == NULL) {
        store_visit_busy(&page->visit);
        return NULL;
    }
    it->page = *page;
    return it;
}

static struct entering *entering_of(struct staff_hashing *job)
{
    return (struct entering *)((char *)job - offsetof(struct entering, job));
}

static void form_show(const struct staff_page *page, int status, const char *error,
                      struct slice link)
{
    json_t *values = staff_page_values(page, MESSAGE("staff-enter-title"));
    if (error != NULL) {
        json_object_set_new(values, "error",
                            json_string(store_page_message(page->visit.language, error)));
    }
    if (link.length > 0) {
        json_object_set_new(values, "link",
                            json_pack("{s:o}", "secret", json_stringn(link.data, link.length)));
    }
    store_visit_page(&page->visit, status, "staff_enter", values,
                     status == 429 ? SLICE("Retry-After: 60\r\n") : (struct slice){NULL, 0});
}

void staff_enter_get(struct staff_page *page)
{
    struct slice link = {NULL, 0};
    (void)store_visit_field(&page->visit, page->visit.query, "token", STAFF_SECRET_LENGTH, &link);
    form_show(page, 200, NULL, link);
}

static void entered(struct staff_call *staff)
{
    struct entering *it = (struct entering *)staff;
    char line[LINE_BYTES];
    const bool by_link = staff->ask.ask == STAFF_FOLLOW;
    if (staff->task.status != STATUS_OK) {
        store_visit_fault(&it->page.visit, &staff->task);
        return;
    }
    if (staff->ask.result != STAFF_OK) {
        form_show(&it->page, 403, by_link ? MESSAGE("staff-link-wrong") : MESSAGE("staff-wrong"),
                  (struct slice){NULL, 0});
        return;
    }
    (void)snprintf(line, sizeof line,
                   "Set-Cookie: " STAFF_COOKIE
                   "=%s; Path=/ecluse; Max-Age=%d; HttpOnly; SameSite=Strict%s\r\n",
                   it->secret, (int)STAFF_SESSION_SECONDS, store_visit_secure(&it->page.visit));
    bool unset = staff->ask.person.password[0] == '\0';
    staff_page_redirect(&it->page, unset ? "/password" : "", slice_of(line));
}

static void session_make(struct entering *it)
{
    staff_secret_make(it->page.staff.pages->engine, it->page.staff.pages->env, STAFF_SECRET_SESSION,
                      it->secret, &it->page.staff.ask.session);
}

static void link_follow(struct entering *it, struct slice link)
{
    struct staff_call *staff = &it->page.staff;
    staff->ask = (struct staff_task){.ask = STAFF_FOLLOW};
    if (!staff_secret_read(staff->pages->engine, STAFF_SECRET_LINK, link, &staff->ask.secret)) {
        form_show(&it->page, 403, MESSAGE("staff-link-wrong"), (struct slice){NULL, 0});
        return;
    }
    session_make(it);
    staff_ask(staff, entered);
}

/* ---- by password ---- */

static void password_checked(struct staff_hashing *job)
{
    struct entering *it = entering_of(job);
    struct staff_call *staff = &it->page.staff;
    bool somebody = staff->ask.result == STAFF_OK;
    if (!job->ok || !somebody) {
        form_show(&it->page, 403, MESSAGE("staff-wrong"), (struct slice){NULL, 0});
        return;
    }
    staff->ask =
        (struct staff_task){.ask = STAFF_ENTER, .name = it->name, .password = slice_of(job->hash)};
    session_make(it);
    staff_ask(staff, entered);
}

static void hash_submit(struct entering *it, void (*done)(struct staff_hashing *job))
{
    it->job.done = done;
    if (!staff_hash_submit(staff_hasher(it->page.staff.pages->staff), &it->job)) {
        store_visit_busy(&it->page.visit);
    }
}

static void person_found(struct staff_call *staff)
{
    struct entering *it = (struct entering *)staff;
    if (staff->task.status != STATUS_OK) {
        store_visit_fault(&it->page.visit, &staff->task);
        return;
    }
    if (staff->ask.result == STAFF_OK && staff->ask.person.password[0] == '\0') {
        staff->ask.result = STAFF_NOBODY; /* who has set none comes by a link */
    }
    if (staff->ask.result == STAFF_OK) {
        memcpy(it->job.hash, staff->ask.person.password, sizeof it->job.hash);
    } else {
        staff_hash_of_nobody(it->job.hash);
    }
    hash_submit(it, password_checked);
}

void staff_enter_post(struct staff_page *page)
{
    struct slice link = {NULL, 0};
    struct entering *it = entering_begin(page);
    if (it == NULL) {
        return;
    }
    struct staff_page *own = &it->page;
    bool by_link = staff_page_field(own, "link", STAFF_SECRET_LENGTH, &link) && link.length > 0;
    bool named = staff_page_field(own, "name", LIMIT_STAFF_NAME_BYTES, &it->name) &&
                 staff_page_field(own, "password", LIMIT_STAFF_PASSWORD_BYTES, &it->job.password) &&
                 it->name.length > 0;
    uint32_t seconds =
        staff_try(own->staff.pages->staff, own->visit.request, by_link ? link : it->name);
    if (seconds > 0) {
        form_show(own, 429, MESSAGE("staff-too-often"), (struct slice){NULL, 0});
    } else if (by_link) {
        link_follow(it, link);
    } else if (!named) {
        form_show(own, 403, MESSAGE("staff-wrong"), (struct slice){NULL, 0});
    } else {
        own->staff.ask = (struct staff_task){.ask = STAFF_FIND, .name = it->name};
        staff_ask(&own->staff, person_found);
    }
}

/* ---- out ---- */

static void left(struct staff_call *staff)
{
    struct staff_page *page = (struct staff_page *)staff;
    char line[LINE_BYTES];
    if (staff->task.status != STATUS_OK) {
        store_visit_fault(&page->visit, &staff->task);
        return;
    }
    (void)snprintf(line, sizeof line,
                   "Set-Cookie: " STAFF_COOKIE
                   "=; Path=/ecluse; Max-Age=0; HttpOnly; SameSite=Strict%s\r\n",
                   store_visit_secure(&page->visit));
    staff_page_redirect(page, "/enter", slice_of(line));
}

static void leave(struct staff_page *page)
{
    page->staff.ask = (struct staff_task){.ask = STAFF_LEAVE, .secret = page->staff.session};
    staff_ask(&page->staff, left);
}

void staff_leave_post(struct staff_page *page)
{
    staff_page_guard_any(page, leave);
}

/* ---- setting a password ---- */

static void password_show(struct staff_page *page, int status, const char *error)
{
    json_t *values = staff_page_values(page, MESSAGE("staff-password-title"));
    if (error != NULL) {
        json_object_set_new(values, "error",
                            json_string(store_page_message(page->visit.language, error)));
    }
    store_visit_page(&page->visit, status, "staff_password", values, (struct slice){NULL, 0});
}

static void password_form(struct staff_page *page)
{
    password_show(page, 200, NULL);
}

void staff_password_get(struct staff_page *page)
{
    staff_page_guard_any(page, password_form);
}

static void password_kept(struct staff_call *staff)
{
    struct entering *it = (struct entering *)staff;
    if (staff->task.status != STATUS_OK) {
        store_visit_fault(&it->page.visit, &staff->task);
    } else {
        staff_page_redirect(&it->page, "?said=password", (struct slice){NULL, 0});
    }
}

static void password_hashed(struct staff_hashing *job)
{
    struct entering *it = entering_of(job);
    struct staff_call *staff = &it->page.staff;
    if (!job->ok) {
        store_visit_busy(&it->page.visit);
        return;
    }
    staff->ask = (struct staff_task){.ask = STAFF_PASSWORD,
                                     .name = slice_of(staff->person.name),
                                     .password = slice_of(job->hash),
                                     .secret = staff->session};
    staff_ask(staff, password_kept);
}

static void password_set(struct staff_page *page)
{
    struct entering *it = entering_begin(page);
    if (it == NULL) {
        return;
    }
    if (!staff_page_field(&it->page, "password", LIMIT_STAFF_PASSWORD_BYTES, &it->job.password) ||
        it->job.password.length < PASSWORD_LEAST) {
        password_show(&it->page, 422, MESSAGE("staff-password-short"));
        return;
    }
    hash_submit(it, password_hashed);
}

void staff_password_post(struct staff_page *page)
{
    staff_page_guard_any(page, password_set);
}
