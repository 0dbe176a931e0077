/* The pattern of a rule's path, against a path.
 *
 *   a star       any characters but '/', or none; behind the last slash, and last: everything
 *                below, at least one character
 *   two stars    any characters, or none
 *
 * Exactly: byte for byte. Folded: capitals, and everything that is no letter, digit or slash, count
 * for nothing on both sides; whatever matches exactly also matches folded (a test says so). That is
 * how a rule that is strict is asked: WordPress reads /Check-out!/ as /checkout.
 *
 * A pattern has at most LIMIT_RULE_STARS stars and a path PATH_READING_BYTES, so that nobody can
 * make this slow. */
#ifndef ECLUSE_GATE_PATTERN_H
#define ECLUSE_GATE_PATTERN_H

#include "base/slice.h"

bool pattern_matches(struct slice pattern, struct slice path);
/* `folded` is what pattern_fold made. */
bool pattern_matches_folded(struct slice pattern, struct slice folded);
/* Into `to`, which holds text.length bytes; returns the length. */
size_t pattern_fold(struct slice text, char *to);
/* The character that counts for `c`; 0: none. */
char pattern_fold_byte(char c);

#endif
