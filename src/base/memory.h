/* Large pages for tables that are used all over. */
#ifndef ECLUSE_BASE_MEMORY_H
#define ECLUSE_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* What the processor translates at once where a table asks for it. */
#define MEMORY_LARGE_PAGE_BYTES ((size_t)2 << 20)

/* Asks the system to back a region of private memory by large pages: what is touched from now on
 * comes so, and with `now` also what was touched before (it is copied: half a millisecond a page).
 * Contents stay as they are. Only whole large pages inside the region count. It is a wish: where
 * the system has none, nothing changes. */
void memory_ask_large(void *bytes, size_t length, bool now);

#endif
