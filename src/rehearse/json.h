/* Parts of the answer's JSON that the comparison's shares. Private to rehearse/. */
#ifndef ECLUSE_REHEARSE_JSON_H
#define ECLUSE_REHEARSE_JSON_H

#include "rehearse/rehearse.h"

#include "base/text.h"

/* Four decimals. */
void number_json(struct text *to, double value);
/* {"kept":{...},"served":{...},...} */
void side_json(struct text *to, const struct shop *shop, const struct rehearse_side_answer *side);
/* {"visitors":...}, or null. */
void point_json(struct text *to, const struct rehearse_point *point);
/* ,"key":{"gain":...,"low":...,"high":...} */
void gain_json(struct text *to, const struct shop *shop, const char *key, bool is_money,
               const struct rehearse_gain *gain);

#endif
