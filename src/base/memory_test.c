/* Asking for large pages reaches the system for the whole pages inside the region, and never
 * changes what a region holds, whatever its place and length. */
#include "base/memory.h"

#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { REGION_BYTES = 9 << 20 };

/* "7f50-7f60 ": the range of a mapping; what follows in its paragraph begins otherwise. */
static bool range_read(const char *line, uintptr_t *from, uintptr_t *to)
{
    static const char digits[] = "0123456789abcdef";
    uintptr_t values[2] = {0, 0};
    int which = 0;
    for (const char *at = line; *at != ' '; at++) {
        const char *digit = strchr(digits, *at);
        if (*at == '-' && which == 0) {
            which = 1;
        } else if (*at == '\0' || digit == NULL) {
            return false;
        } else {
            values[which] = values[which] * 16 + (uintptr_t)(digit - digits);
        }
    }
    *from = values[0];
    *to = values[1];
    return which == 1;
}

/* Does the system back the byte by large pages where it can (the flag "hg" of its mapping)? */
static bool asked_at(const unsigned char *byte)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[1024];
    bool inside = false;
    bool asked = false;
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t from = 0;
        uintptr_t to = 0;
        if (range_read(line, &from, &to)) {
            inside = (uintptr_t)byte >= from && (uintptr_t)byte < to;
        } else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
            asked = strstr(line, " hg") != NULL;
        }
    }
    (void)fclose(maps);
    return asked;
}

static void test_whole_pages_are_asked_for(void **state)
{
    (void)state;
    if (access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) != 0) {
        print_message("skipped: this system has no large pages to ask for\n");
        skip();
    }
    unsigned char *region =
        mmap(NULL, REGION_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(region, MAP_FAILED);
    size_t behind = (size_t)((uintptr_t)region % MEMORY_LARGE_PAGE_BYTES);
    unsigned char *page = region + (MEMORY_LARGE_PAGE_BYTES - behind);
    memory_ask_large(page + 1, MEMORY_LARGE_PAGE_BYTES - 1, false);
    assert_false(asked_at(page)); /* not one whole page */
    memory_ask_large(page - 1, MEMORY_LARGE_PAGE_BYTES + 2, false);
    assert_true(asked_at(page));
    assert_true(asked_at(page + MEMORY_LARGE_PAGE_BYTES - 1));
    assert_false(asked_at(page + MEMORY_LARGE_PAGE_BYTES));
    assert_int_equal(munmap(region, REGION_BYTES), 0);
}

static void test_contents_stay(void **state)
{
    (void)state;
    unsigned char *bytes = malloc(REGION_BYTES);
    unsigned char *copy = malloc(REGION_BYTES);
    assert_non_null(bytes);
    assert_non_null(copy);
    struct random random;
    random_seed(&random, 7);
    for (size_t i = 0; i < REGION_BYTES; i++) {
        bytes[i] = (unsigned char)random_next(&random);
    }
    memcpy(copy, bytes, REGION_BYTES);
    for (int i = 0; i < 50; i++) {
        size_t at = (size_t)random_below(&random, REGION_BYTES);
        size_t length = (size_t)random_below(&random, REGION_BYTES - at + 1);
        memory_ask_large(bytes + at, length, i % 2 == 0);
        assert_memory_equal(bytes, copy, REGION_BYTES);
    }
    free(copy);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole_pages_are_asked_for),
                                       cmocka_unit_test(test_contents_stay)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
