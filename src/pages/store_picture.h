/* Pictures of offers: as stored in the database, or drawn from the offer's name where there is
 * none.
 *
 * Their address holds a digest of their content, so that they can be kept for ever by whoever has
 * them. */
#ifndef ECLUSE_PAGES_STORE_PICTURE_H
#define ECLUSE_PAGES_STORE_PICTURE_H

#include "pages/store_visit.h"

enum { STORE_PICTURE_PATH_BYTES = 112 };

/* Remembers digests for the offers of this shop; NULL if the machine gives no memory. */
struct store_pictures *store_pictures_open(const struct shop *shop);
void store_pictures_close(struct store_pictures *pictures);

/* Writes "/pictures/NAME/DIGEST". */
void store_picture_path(const struct store *store, struct offer_id offer,
                        char path[STORE_PICTURE_PATH_BYTES]);

/* Answers GET /pictures/NAME/DIGEST; an older digest is led to the present one. */
void store_picture_serve(const struct store_visit *visit);

#endif
