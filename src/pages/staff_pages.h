/* The pages of the staff, under /ecluse/staff: signing in and out, the two levers, and what
 * operations report.
 *
 *   GET  /ecluse/staff             the levers; comes again by itself
 *   POST /ecluse/staff/gate        pause, resume, rate, close, open
 *   GET, POST /ecluse/staff/change a shift more or less, a count, a delivery: dates move
 *   GET, POST /ecluse/staff/enter  name and password, or a one-time link
 *   GET, POST /ecluse/staff/password
 *   POST /ecluse/staff/leave
 *
 * No script. A form that changes something carries what only a page of its session knows
 * (staff_secret_form), besides the cookie's SameSite=Strict and what a browser says of where it
 * comes from. */
#ifndef ECLUSE_PAGES_STAFF_PAGES_H
#define ECLUSE_PAGES_STAFF_PAGES_H

#include "pages/api.h"

#define STAFF_PATH "/ecluse/staff"

bool staff_pages_have(struct slice path);
void staff_pages_handle(struct pages *pages, struct door_request *request);

#endif
