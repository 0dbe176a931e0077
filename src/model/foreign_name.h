/* Other people's identifiers (SKUs, ids) as names that a shop file can hold: the one rule by which
 * importers name offers, and by which a page that knows only the SKU finds its offer. */
#ifndef ECLUSE_MODEL_FOREIGN_NAME_H
#define ECLUSE_MODEL_FOREIGN_NAME_H

#include "base/slice.h"

#include <stdint.h>

/* Letters, digits, - and _, at most LIMIT_NAME_BYTES. What fits stays as it is. All else becomes
 * its nearest spelling and eight hexadecimal digits of its hash, so that the same identifier always
 * gets the same name, whatever came before it, and two different ones do not meet (but for the
 * hash: the importer tells those apart). Any bytes may come; white space at the ends does not
 * count. `to` holds LIMIT_NAME_BYTES + 1. False: it was changed. */
bool foreign_name(struct slice identifier, char *to);
/* Only the nearest spelling, of at most `length_max` bytes, for names that may meet (activities);
 * "" if nothing is left. `to` holds one byte more. */
void foreign_spelling(struct slice text, char *to, size_t length_max);

/* The same for the same bytes on every machine and in every version. */
uint64_t foreign_hash(struct slice bytes);

#endif
