/* Shops for the property tests: small, odd, and full of the cases that rules are about. */
#ifndef ECLUSE_TESTS_PROPERTY_RANDOM_SHOP_H
#define ECLUSE_TESTS_PROPERTY_RANDOM_SHOP_H

#include "base/random.h"
#include "model/shop.h"

/* A shop whose names, numbers and rules come from `random`, and the instant at which its story
 * begins (near a change of the clock, the end of a year or a leap day). Memory is `arena`'s. */
struct shop *random_shop_make(struct random *random, struct arena *arena, int64_t *begins);

/* A copy with a few things changed as a shop file could change them: people, closures, limits,
 * retired and new entries. */
struct shop *random_shop_change(struct random *random, struct arena *arena, const struct shop *shop,
                                int32_t today);

#endif
