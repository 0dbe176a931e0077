/* Texts that people type, made alike: for search and for telling who asks for the same. */
#ifndef ECLUSE_BASE_FOLD_H
#define ECLUSE_BASE_FOLD_H

#include "base/slice.h"

/* Lower case, without accents ("Crêpe à l'Œuf" -> "crepe a l'oeuf"); other scripts stay as
 * they are. `to` holds 2 x length + 1 bytes and is terminated. Returns the length, at most the
 * text's. */
size_t text_fold(struct slice text, char *to);

#endif
