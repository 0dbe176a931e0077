/* The control commands with which an import brings what no shop file holds.
 *
 *   {"command":"history","lines":[{"order":"1","offer":"coffret","quantity":1,"unit_price":"29.90",
 *    "at":"2025-12-01T10:00"}]}
 *   {"command":"picture","offer":"coffret","media_type":"image/svg+xml","bytes":"<base64>"} */
#ifndef ECLUSE_PAGES_CONTROL_IMPORT_H
#define ECLUSE_PAGES_CONTROL_IMPORT_H

#include "pages/request.h"

enum { CONTROL_HISTORY_FIELDS = 2, CONTROL_PICTURE_FIELDS = 4 };
extern const struct json_field control_history_fields[CONTROL_HISTORY_FIELDS];
extern const struct json_field control_picture_fields[CONTROL_PICTURE_FIELDS];

/* Each fills what a TASK_HISTORY or a TASK_PICTURE takes. False: reader->problem says why. */
bool control_history_read(struct request_reader *reader, const struct json_value *values,
                          struct engine_task *task) MUST_USE;
bool control_picture_read(struct request_reader *reader, const struct json_value *values,
                          struct engine_task *task) MUST_USE;

#endif
