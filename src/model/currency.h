/* ISO 4217: how many decimals the money of a currency has. */
#ifndef ECLUSE_MODEL_CURRENCY_H
#define ECLUSE_MODEL_CURRENCY_H

#include "base/slice.h"

/* False for a code that is no active currency. */
bool currency_decimals(struct slice code, int *decimals);

#endif
