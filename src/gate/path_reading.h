/* A request's path as the shop behind will read it, or the reason why that cannot be known.
 *
 * A path is *plain* if every program reads it alike: escapes only of what may not stand in a path,
 * valid UTF-8, no empty segment, no dot segment, no parameter behind ';', nothing behind a script's
 * name. Only a plain path may match a rule that lets pass; an odd one counts as the strictest
 * class (gate/rules.h). Nothing is corrected here: what two programs could read differently is not
 * guessed. */
#ifndef ECLUSE_GATE_PATH_READING_H
#define ECLUSE_GATE_PATH_READING_H

#include "base/slice.h"

enum { PATH_READING_BYTES = 512 };

enum path_oddity {
    PATH_PLAIN,
    PATH_TOO_LONG,
    PATH_ESCAPE,   /* of a character that needs none, or that would mean something else */
    PATH_NOT_UTF8, /* decoded */
    PATH_EMPTY_SEGMENT,
    PATH_DOT_SEGMENT,
    PATH_PARAMETER,     /* ";x" */
    PATH_BEHIND_SCRIPT, /* "/index.php/checkout" */
    PATH_ODDITIES
};

struct path_reading {
    enum path_oddity oddity;
    size_t length;                  /* without a slash at its end */
    char bytes[PATH_READING_BYTES]; /* decoded; of an odd path as far as it went */
};

void path_read(struct path_reading *reading, struct slice path);
/* What an odd path might mean at the most: decoded until nothing changes, parameters cut, folded
 * (gate/pattern.h); `resolve` removes dot segments, otherwise their dots count for nothing. Of a
 * path that is too long, its beginning. Returns the length; `to` holds PATH_READING_BYTES. */
size_t path_read_widely(struct slice path, bool resolve, char to[PATH_READING_BYTES]);

/* Why it is odd, as a part of a sentence. */
const char *path_oddity_text(enum path_oddity oddity);

#endif
