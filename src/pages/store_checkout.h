/* Who, and where to: the form between the cart and the hold. */
#ifndef ECLUSE_PAGES_STORE_CHECKOUT_H
#define ECLUSE_PAGES_STORE_CHECKOUT_H

#include "pages/store_page.h"
#include "pages/store_visit.h"

/* Answers GET and POST of /checkout. */
void store_checkout_serve(const struct store_visit *visit);

#endif
