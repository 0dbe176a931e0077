#include "focus/focus_testing.h"

#include "model/shop_testing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void testing_open(struct testing_shop *testing, const char *text)
{
    struct fault fault = {.text = ""};
    struct slice slice = {text, strlen(text)};
    if (shop_read(slice, "test.yaml", &testing_zones, 1796000000, &testing->shop, &fault) !=
            STATUS_OK ||
        focus_figures_make(testing->shop, NULL, &testing->figures, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

void testing_open_file(struct testing_shop *testing, const char *relative)
{
    char *text = testing_file(relative);
    assert_non_null(text);
    testing_open(testing, text);
    free(text);
}

void testing_close(struct testing_shop *testing)
{
    focus_figures_free(testing->figures);
    shop_free(testing->shop);
}

struct mix_ask testing_ask(const struct focus_figures *figures)
{
    return (struct mix_ask){.figures = figures, .most = figures->activity_count};
}

struct mix *testing_solve(const struct mix_ask *ask)
{
    struct mix *mix = NULL;
    struct fault fault = {.text = ""};
    if (mix_solve(ask, &mix, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    return mix;
}
