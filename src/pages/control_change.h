/* The control command `change`: what differs from the plan, as people write it, to promise_change
 * and back to an answer.
 *
 *   {"command":"change","kind":"count","item":"caramel","quantity":17.5}
 *   {"command":"change","kind":"date","entry":3,"from":"2026-12-09"}
 *   {"command":"change","kind":"quantity","entry":3,"quantity":0}
 *   {"command":"change","kind":"received","entry":3,"quantity":40,"damaged":2,"closes":true,
 *    "amount":"168.00"}
 *   {"command":"change","kind":"staff","work_center":"packing","people":-1,"from":DAY,"to":DAY}
 *   {"command":"change","kind":"carrier","carrier":"post","from":DAY,"to":DAY}
 *   {"command":"change","kind":"approved"|"sent","supplier":"armor","from":DAY}
 *   {"command":"change","kind":"bought","item":"caramel","quantity":48,"from":DAY}
 *   {"command":"change","kind":"balance","amount":"8200.00"}
 *     -> {"change":"count","dry_run":false,"entry":null,"moved":[{"order":ID,"number":7,
 *         "status":"confirmed","before":{"ship_by":...,"deliver_by":...},
 *         "after":{...} or null,"broken":false,"total":{...}}]}
 *
 * Each kind has its own fields: one that is missing and one that it does not have are refused.
 * "dry_run":true changes nothing; only an engine that reads answers it. */
#ifndef ECLUSE_PAGES_CONTROL_CHANGE_H
#define ECLUSE_PAGES_CONTROL_CHANGE_H

#include "pages/request.h"

enum {
    CHANGED_COMMAND,
    CHANGED_KIND,
    CHANGED_DRY_RUN,
    CHANGED_ITEM,
    CHANGED_WORK_CENTER,
    CHANGED_CARRIER,
    CHANGED_SUPPLIER,
    CHANGED_ENTRY,
    CHANGED_QUANTITY,
    CHANGED_DAMAGED,
    CHANGED_CLOSES,
    CHANGED_FROM,
    CHANGED_TO,
    CHANGED_PEOPLE,
    CHANGED_AMOUNT,
    CHANGED_FIELDS
};
extern const struct json_field control_change_fields[CHANGED_FIELDS];

/* Fills kind TASK_CHANGE's `change` and `dry_run`. False: reader->problem says why. */
bool control_change_read(struct request_reader *reader, const struct json_value *values,
                         struct engine_task *task) MUST_USE;
/* False if it was not refused. */
bool control_change_problem(struct problem *problem, const struct engine_task *task);
void control_change_render(struct text *to, const struct engine_task *task);
/* ,"moved":[...] : the part of it that says who moves, with a comma before it. */
void control_moved_render(struct text *to, const struct engine_task *task);

#endif
