/* The control command `gate`: the lever of those who run the shop behind us.
 *
 *   {"command":"gate","paused":true|false,"rate":"2.5"|"none","open":true|false,
 *    "consent":KEY|"none"}                               each may be left out; all of them: a look
 *   -> {"paused":false,"rate":3.3,"ceiling":3.333,"learned":3.333,"cap":null,
 *       "waiting":1200,"parked":8,"inside":310,"entries":4711,"limited":0,
 *       "opening":{"state":"open",...},
 *       "preset":"woocommerce","passed":{"assets":120,...},"denied":0,
 *       "no_place":{"opened":0,"closed":0},"watch":null}
 *
 * Rates are visitors a second. A pause and a cap last until they are taken back, or the server is
 * started again; a closed door stays closed. `opening` is openapi.json's Opening. `passed` counts
 * requests that needed no place, `no_place` those for which none could be given, `watch` what
 * --watch has seen (waiting_watch.c). */
#ifndef ECLUSE_PAGES_CONTROL_GATE_H
#define ECLUSE_PAGES_CONTROL_GATE_H

#include "pages/request.h"
#include "pages/waiting.h"

enum { CONTROL_GATE_FIELDS = 6 };
extern const struct json_field control_gate_fields[CONTROL_GATE_FIELDS];

/* Does it and appends the answer. `waiting` NULL: there is no waiting room. False: reader->problem
 * says why. */
bool control_gate_do(struct request_reader *reader, const struct json_value *values,
                     struct waiting *waiting, struct text *answer) MUST_USE;

/* May the gate be capped at so many thousandths of a visitor a second? */
bool control_gate_rate_fits(int64_t thousandths);
/* A rate in visitors a second, or "none": UINT64_MAX. False: reader->problem says why. */
bool control_gate_rate_read(struct request_reader *reader, struct json_value value, uint64_t *cap);
/* How it stands, as openapi.json's Gate has it. */
void control_gate_append(struct text *to, const struct waiting *waiting);

#endif
