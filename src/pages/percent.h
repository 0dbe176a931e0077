/* What forms and queries put in the place of bytes that an address may not hold: "%2B". */
#ifndef ECLUSE_PAGES_PERCENT_H
#define ECLUSE_PAGES_PERCENT_H

#include "base/slice.h"

/* What a plus sign means: a space in a form (a browser writes it so), else itself. */
enum percent_plus { PERCENT_PLUS_IS_PLUS, PERCENT_PLUS_IS_SPACE };

/* Decodes "%41%2b" as "A+"; false for a bad escape, or for more than `room` bytes. */
bool percent_decode(struct slice text, enum percent_plus plus, char *to, size_t room,
                    size_t *length);

#endif
