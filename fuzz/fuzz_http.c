/* Any bytes as HTTP requests, one after the other as on a connection: our parser against itself in
 * every split, and against llhttp (http_compare.c). tests/door/llhttp_compare.c does the same
 * without libFuzzer, on generated requests. */
#include "fuzz/http_compare.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)http_compare((struct slice){(const char *)data, size});
    return 0;
}
