/* What the staff's pages share: a request under way, its guard, and the ways to answer. */
#ifndef ECLUSE_PAGES_STAFF_PAGE_H
#define ECLUSE_PAGES_STAFF_PAGE_H

#include "pages/staff.h"
#include "pages/staff_pages.h"
#include "pages/store_page.h"
#include "pages/store_visit.h"

/* In its request's memory. */
struct staff_page {
    struct staff_call staff; /* first: callbacks get its address */
    struct store_visit visit;
    enum staff_right right; /* that the page needs */
    bool any_role;          /* it needs none */
    void (*guarded)(struct staff_page *page);
};

/* Somebody who is signed in and may; a POST also with its form's proof. Else it replies: to the
 * sign-in, or why not. `touch`: it counts as use. */
void staff_page_guard(struct staff_page *page, bool touch,
                      void (*guarded)(struct staff_page *page));
/* The same where the role does not matter. */
void staff_page_guard_any(struct staff_page *page, void (*guarded)(struct staff_page *page));

/* A field of the posted form; false if it is not there or too long. */
bool staff_page_field(const struct staff_page *page, const char *name, size_t most,
                      struct slice *value);
enum staff_number { STAFF_NUMBER_NONE, STAFF_NUMBER_GOOD, STAFF_NUMBER_BAD };
/* The same of a number as people type it, in thousandths: with a comma as with a point, unless the
 * comma may stand for thousands. NONE: it is empty. BAD: it is no such number, or not there. */
enum staff_number staff_page_number(const struct staff_page *page, const char *name,
                                    int64_t *thousandths);
/* Title, who is signed in, the form's proof. */
json_t *staff_page_values(const struct staff_page *page, const char *title);
/* 303 to a path under /ecluse/staff. `lines`: further header lines, or empty. */
void staff_page_redirect(const struct staff_page *page, const char *path, struct slice lines);
/* A notice with a way back to the levers. */
void staff_page_notice(const struct staff_page *page, int status, const char *title,
                       const char *text);

/* The pages. */
void staff_enter_get(struct staff_page *page);
void staff_enter_post(struct staff_page *page);
void staff_leave_post(struct staff_page *page);
void staff_password_get(struct staff_page *page);
void staff_password_post(struct staff_page *page);
void staff_board_get(struct staff_page *page);
void staff_gate_get(struct staff_page *page);
void staff_gate_post(struct staff_page *page);
void staff_change_get(struct staff_page *page);
void staff_change_post(struct staff_page *page);

#endif
