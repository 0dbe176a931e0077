/* The pages that are the same for everybody: the moment's offers, all offers, one offer, about. */
#ifndef ECLUSE_PAGES_STORE_CATALOG_H
#define ECLUSE_PAGES_STORE_CATALOG_H

#include "pages/store_visit.h"

/* Answers GET and HEAD of "/", "/offers", "/offers/NAME", "/about"; false if the path is none of
 * them. */
bool store_catalog_serve(const struct store_visit *visit);

#endif
