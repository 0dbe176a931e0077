/* The control command "staff": who works with the shop's pages.
 *
 *   {"command":"staff","do":"list"}
 *     -> {"staff":[{"name","role","password":true,"link":false,"token":false,"sessions":1}]}
 *   {"command":"staff","do":"add","name":"Maël","role":"packer"}
 *   {"command":"staff","do":"link","name":"Maël"}      a new one-time link
 *     -> {"name","role","link":"/ecluse/staff/enter?token=..."}
 *   {"command":"staff","do":"token","name":"Maël"}     for programs; an earlier one ends
 *     -> {"name","token":"..."}
 *   {"command":"staff","do":"remove","name":"Maël"}    -> {"name"} */
#ifndef ECLUSE_PAGES_CONTROL_STAFF_H
#define ECLUSE_PAGES_CONTROL_STAFF_H

#include "pages/request.h"
#include "pages/staff_secret.h"

#define STAFF_ENTER_PATH "/ecluse/staff/enter"

struct control_staff {
    struct staff_task task;
    struct staff_person people[LIMIT_STAFF];
    char secret[STAFF_SECRET_LENGTH + 1]; /* that was made; empty: none */
};

enum { CONTROL_STAFF_FIELDS = 4 };
extern const struct json_field control_staff_fields[CONTROL_STAFF_FIELDS];

/* Fills `staff` and the task. False: reader->problem says why. */
bool control_staff_read(struct request_reader *reader, const struct json_value *values,
                        struct order_desk *desk, struct control_staff *staff,
                        struct engine_task *task) MUST_USE;
/* True: it was refused, and the problem says why. */
bool control_staff_problem(struct problem *problem, const struct control_staff *staff) MUST_USE;
void control_staff_render(struct text *to, const struct control_staff *staff);

/* For `serve`, before the core runs: where nobody works here yet, an owner, and in `secret` the
 * link's; empty if there is somebody. */
enum status control_staff_first(struct engine *engine, struct env *env,
                                char secret[STAFF_SECRET_LENGTH + 1], struct fault *fault) MUST_USE;

#endif
