#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

noreturn void assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "ecluse: bug at %s:%d: %s does not hold; please report it\n", file, line,
            condition);
    abort();
}
