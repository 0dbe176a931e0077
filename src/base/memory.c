/* A table of some megabytes that is read at random costs a walk through the page tables for each
 * look, which on a virtual machine is longer than the look itself; a prefetch waits for it, too.
 * Rejected: large pages for all memory (a shop with twenty orders would pay for megabytes). */
#include "base/memory.h"

#include <stdint.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* Linux 6.1 */
#endif

void memory_ask_large(void *bytes, size_t length, bool now)
{
    uintptr_t begin = (uintptr_t)bytes + MEMORY_LARGE_PAGE_BYTES - 1;
    begin -= begin % MEMORY_LARGE_PAGE_BYTES;
    uintptr_t end = (uintptr_t)bytes + length;
    end -= end % MEMORY_LARGE_PAGE_BYTES;
    if (begin < end) {
        (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
        if (now) {
            (void)madvise((void *)begin, end - begin, MADV_COLLAPSE);
        }
    }
}
