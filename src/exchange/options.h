/* Options whose value is a list: KEY=VALUE,KEY=VALUE. */
#ifndef ECLUSE_EXCHANGE_OPTIONS_H
#define ECLUSE_EXCHANGE_OPTIONS_H

#include "base/slice.h"

/* Takes the next pair off `left`, trimmed; without "=" its value is empty. False at the end. */
bool options_pair_next(struct slice *left, struct slice *key, struct slice *value);

#endif
