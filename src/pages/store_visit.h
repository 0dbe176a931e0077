/* One request as the store sees it: its language, its cookies, its form; and the ways to answer it.
 *
 * A visit stands on the stack of store_handle; who answers later copies it into the request's
 * memory. */
#ifndef ECLUSE_PAGES_STORE_VISIT_H
#define ECLUSE_PAGES_STORE_VISIT_H

#include "pages/store.h"
#include "pages/store_state.h"

struct store_visit {
    struct store *store;
    struct door_request *request;
    enum language language;
    bool chosen;       /* ?lang= stands in the address: the answer sets the cookie that keeps it */
    struct slice path; /* behind the store's root */
    struct slice query;
    struct store_place place;
};

/* Language: ?lang=, else the cookie, else Accept-Language, else the shop's own. */
void store_visit_begin(struct store_visit *visit, struct store *store,
                       struct door_request *request);

/* The same, by the shop as it is now. False after it has replied that memory is short. */
bool store_visit_open(struct store_visit *visit, struct store *store, struct door_request *request);

/* Cookie of that name; data NULL if there is none. */
struct slice store_visit_cookie(const struct store_visit *visit, const char *name);

/* A field of an application/x-www-form-urlencoded text, decoded in the request's memory and without
 * white space around it. False if it is not there, is no UTF-8, holds control characters, or is
 * longer than `length_max`. */
bool store_visit_field(const struct store_visit *visit, struct slice form, const char *name,
                       size_t length_max, struct slice *value);

/* A fresh key for a form, and the one that a form came with: what the same form sent twice asks for
 * is asked for once. */
json_t *store_visit_fresh_key(const struct store_visit *visit);
bool store_visit_key(const struct store_visit *visit, struct slice *key);

/* May this POST change something? Not if a browser says that another site sent it (Sec-Fetch-Site,
 * Origin). Clients that say nothing are let in: the cookies are SameSite=Lax, so another site's
 * form carries none. */
bool store_visit_same_site(const struct store_visit *visit);

/* The "Set-Cookie" line that keeps a chosen language; empty if none was chosen. */
struct slice store_visit_language_line(const struct store_visit *visit);
/* "; Secure" where a proxy on this machine says that the visitor came by https; else "". */
const char *store_visit_secure(const struct store_visit *visit);

/* The path of cookies that only the store reads. */
const char *store_visit_cookie_path(const struct store_visit *visit);

/* 303 to a path of the store; `lines` are further header lines (cookies) or empty. */
void store_visit_redirect(const struct store_visit *visit, const char *location,
                          struct slice lines);
/* 303 to the start of the shop behind us. */
void store_visit_leave(const struct store_visit *visit);

/* Renders a page that belongs to this visitor alone and sends it: never stored, never compressed
 * (what it says beside a secret token would leak through its length). Takes `values` over. */
void store_visit_page(const struct store_visit *visit, int status, const char *template_name,
                      json_t *values, struct slice lines);

/* A page that says one thing and what to do next. Keys of messages; `link` may be NULL. */
struct store_notice {
    int status;
    const char *title;
    const char *text;
    const char *link;       /* a path of the store */
    const char *link_title; /* a message */
};
void store_visit_notice(const struct store_visit *visit, const struct store_notice *notice);
/* Notices that several pages need. */
void store_visit_not_found(const struct store_visit *visit);
/* Nothing is sold here: leads to the shop behind us. */
void store_visit_nothing_sold(const struct store_visit *visit);
void store_visit_busy(const struct store_visit *visit);
/* No place in the line can be given; `checkout`: what was asked for may order something. */
void store_visit_no_place(const struct store_visit *visit, bool checkout);
void store_visit_method(const struct store_visit *visit, const char *allow);
void store_visit_other_site(const struct store_visit *visit);
/* The fault of a task as a page (storage full, stopped, ...). */
void store_visit_fault(const struct store_visit *visit, const struct engine_task *task);

#endif
