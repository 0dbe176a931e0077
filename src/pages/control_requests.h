/* The control command "requests": what customers ask for.
 *
 *   {"command":"requests","source":"typed","add":[{"from":"Anne","wants":"gluten-free galettes",
 *    "activity":"galettes","value":"12.50","count":2}]}
 *     one of them may have "order":"..." where it is the only one; a source is typed or imported
 *   {"command":"requests","close":[3,4]}       answered: they count no more
 *   {"command":"requests","forget":[3]}        gone
 *     -> {"numbers":[3,4]} */
#ifndef ECLUSE_PAGES_CONTROL_REQUESTS_H
#define ECLUSE_PAGES_CONTROL_REQUESTS_H

#include "pages/request.h"

struct control_requests {
    struct request_task task;
    struct order_key order;
};

enum { CONTROL_REQUESTS_FIELDS = 5 };
extern const struct json_field control_requests_fields[CONTROL_REQUESTS_FIELDS];

/* Fills `requests` and the task. False: reader->problem says why. */
bool control_requests_read(struct request_reader *reader, const struct json_value *values,
                           struct control_requests *requests, struct engine_task *task) MUST_USE;
/* True: it was refused, and the problem says why. */
bool control_requests_problem(struct problem *problem,
                              const struct control_requests *requests) MUST_USE;
void control_requests_render(struct text *to, const struct control_requests *requests);

#endif
