#include "hooks/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void read_and_written(void **state)
{
    uint32_t kinds = 0;
    struct slice wrong;
    struct text text;
    (void)state;
    text_init(&text, 1024);
    assert_true(hook_kinds_read(SLICE("offer.sold_out,order.shipped"), &kinds, &wrong));
    assert_true(hook_kinds_have(kinds, HOOK_ORDER_SHIPPED));
    assert_false(hook_kinds_have(kinds, HOOK_ORDER_CONFIRMED));
    hook_kinds_write(&text, kinds);
    assert_string_equal(text.bytes, "order.shipped,offer.sold_out");
    assert_true(hook_kinds_read(SLICE("all"), &kinds, &wrong));
    assert_int_equal(kinds, (1u << HOOK_TEST) - 1);
    assert_false(hook_kinds_have(hook_kinds_default(), HOOK_ORDER_HELD));
    assert_true(hook_kinds_have(hook_kinds_default(), HOOK_PROMISE_BROKEN));
    text_free(&text);
}

static void what_is_no_kind(void **state)
{
    static const char *const wrongs[] = {"", "order.shiped", "endpoint.test"};
    uint32_t kinds = 0;
    struct slice wrong;
    (void)state;
    for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
        assert_false(hook_kinds_read(slice_of(wrongs[i]), &kinds, &wrong));
        assert_true(slice_is(wrong, wrongs[i]));
    }
    assert_false(hook_kinds_read(SLICE("order.held,,order.shipped"), &kinds, &wrong));
    assert_int_equal(wrong.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_and_written),
        cmocka_unit_test(what_is_no_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
