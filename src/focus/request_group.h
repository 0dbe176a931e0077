/* Inside the room: which requests are for the same. */
#ifndef ECLUSE_FOCUS_REQUEST_GROUP_H
#define ECLUSE_FOCUS_REQUEST_GROUP_H

#include "focus/request.h"

/* Fills groups (activity, wants, first, said_count, count) and order. False: no memory, or the
 * counts do not fit. */
bool request_groups_make(const struct requests_ask *ask, struct requests *requests) MUST_USE;

/* A text as it is compared: without case, accents and marks, blanks, hyphens and underscores as one
 * blank. `to` holds 2 x length + 1 bytes. Returns the length. */
size_t request_key(struct slice text, char *to);

#endif
