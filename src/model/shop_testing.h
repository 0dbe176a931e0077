/* What the tests of model/ share: the zone of Paris as a table, and a comparison of shops that
 * knows nothing of the key tables. */
#ifndef ECLUSE_MODEL_SHOP_TESTING_H
#define ECLUSE_MODEL_SHOP_TESTING_H

#include "model/shop_read.h"

/* Europe/Paris from 2025 to 2028; any other name is refused. */
extern const struct zone_source testing_zones;

/* Is everything that the shop file says the same in both, ids and order included? Names what
 * differs in *what. */
bool shop_equal(const struct shop *a, const struct shop *b, const char **what);

/* The bytes of a file, malloc'd and terminated; NULL if there is none. `relative` is below
 * $ECLUSE_SOURCE. */
char *testing_file(const char *relative);

#endif
