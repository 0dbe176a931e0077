/* Wishes in the store: the form for what cannot be promised now, and a wish's own page. */
#ifndef ECLUSE_PAGES_STORE_WISH_H
#define ECLUSE_PAGES_STORE_WISH_H

#include "pages/store_visit.h"

/* GET and POST of /wish. */
void store_wish_form_serve(const struct store_visit *visit);
/* /wishes/ID, /wishes/ID/withdraw. */
void store_wish_serve(const struct store_visit *visit);

#endif
