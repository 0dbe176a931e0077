/* Inside the room: the largest set of requests that the hours could serve which today's mix leaves
 * free. A 0/1 program: as many who ask as can be, and among the sets of as many the one with the
 * highest gain. */
#ifndef ECLUSE_FOCUS_REQUEST_SET_H
#define ECLUSE_FOCUS_REQUEST_SET_H

#include "focus/request.h"

/* So many groups are looked at, in the order of their rank. */
enum { REQUEST_SET_GROUPS_MAX = 1000 };

/* Ranked groups and free_micro are set; sets `served` and the sums. */
enum status request_set_find(const struct requests_ask *ask, struct requests *requests,
                             struct fault *fault) MUST_USE;

#endif
