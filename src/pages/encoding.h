/* Content codings: which one a client wants, and making it. */
#ifndef ECLUSE_PAGES_ENCODING_H
#define ECLUSE_PAGES_ENCODING_H

#include "base/slice.h"

enum encoding { ENCODING_PLAIN, ENCODING_GZIP, ENCODING_BROTLI, ENCODINGS };

/* "gzip", "br"; "" for plain. */
const char *encoding_name(enum encoding encoding);

/* The best that Accept-Encoding allows (RFC 9110, 12.5.3): by quality value, then br, gzip, plain.
 * A client that refuses everything gets plain: a page that it may be able to read is better than
 * none. */
enum encoding encoding_choose(struct slice accept_encoding);

/* The quality value of a parameter list ";q=0.5" in thousandths; 1000 if there is none, 0 if it is
 * malformed. */
int encoding_quality(struct slice parameters);

/* Compresses into malloc'd memory; false if it does not get smaller or the machine gives no memory.
 */
bool encoding_compress(enum encoding encoding, struct slice plain, char **bytes, size_t *length);

#endif
