/* One input through our HTTP parser and through llhttp (strict). Asserts that whatever we accept,
 * llhttp accepts too and reads in the same way: method, target, header fields, body, and where the
 * message ends. We may refuse what it accepts. */
#ifndef ECLUSE_FUZZ_HTTP_COMPARE_H
#define ECLUSE_FUZZ_HTTP_COMPARE_H

#include "base/slice.h"

/* True if our parser accepted the input. */
bool http_compare(struct slice input);

#endif
