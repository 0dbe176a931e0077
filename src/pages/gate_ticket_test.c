/* A ticket says what was written, and nothing that anybody changed about it is believed. */
#include "pages/gate_ticket.h"

#include "base/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct gate_keys ours, others;
static const int64_t now = 1796600000;
static const struct gate_ticket written = {
    .line = 77, .number = 123456, .issued = 1796599000, .announced = 600, .entered = 0};

static void test_round(void **state)
{
    char text[GATE_TICKET_CHARACTERS + 1];
    struct gate_ticket read;
    (void)state;
    gate_ticket_write(&ours, now, &written, text);
    assert_int_equal(strlen(text), GATE_TICKET_CHARACTERS);
    assert_true(gate_ticket_read(&ours, now, slice_of(text), &read));
    assert_memory_equal(&read, &written, sizeof read);
}

static void test_no_character_may_change(void **state)
{
    char text[GATE_TICKET_CHARACTERS + 1];
    struct gate_ticket read;
    (void)state;
    gate_ticket_write(&ours, now, &written, text);
    for (int i = 0; i < GATE_TICKET_CHARACTERS; i++) {
        for (const char *c = "0123456789abcdefgz%/ "; *c != '\0'; c++) {
            char changed[GATE_TICKET_CHARACTERS + 1];
            memcpy(changed, text, sizeof changed);
            changed[i] = *c;
            assert_int_equal(gate_ticket_read(&ours, now, slice_of(changed), &read), *c == text[i]);
        }
    }
}

static void test_lengths(void **state)
{
    char text[2 * GATE_TICKET_CHARACTERS + 1] = "";
    struct gate_ticket read;
    (void)state;
    gate_ticket_write(&ours, now, &written, text);
    memset(text + GATE_TICKET_CHARACTERS, '0', GATE_TICKET_CHARACTERS);
    for (size_t length = 0; length <= 2 * GATE_TICKET_CHARACTERS; length++) {
        const struct slice cut = {text, length};
        assert_int_equal(gate_ticket_read(&ours, now, cut, &read),
                         length == GATE_TICKET_CHARACTERS);
    }
    assert_false(gate_ticket_read(&ours, now, (struct slice){NULL, 0}, &read));
}

static void test_another_shop(void **state)
{
    char text[GATE_TICKET_CHARACTERS + 1];
    struct gate_ticket read;
    (void)state;
    gate_ticket_write(&others, now, &written, text);
    assert_false(gate_ticket_read(&ours, now, slice_of(text), &read));
}

/* A clock that jumps a day either way voids no ticket; a ticket of last week is void. */
static void test_days(void **state)
{
    char text[GATE_TICKET_CHARACTERS + 1];
    struct gate_ticket read;
    (void)state;
    gate_ticket_write(&ours, now, &written, text);
    for (int64_t days = -7; days <= 7; days++) {
        bool good = days >= -GATE_TICKET_DAYS && days <= GATE_TICKET_DAYS;
        assert_int_equal(gate_ticket_read(&ours, now + days * DAY_SECONDS, slice_of(text), &read),
                         good);
    }
}

int main(void)
{
    gate_keys_init(&ours, (const unsigned char *)"0123456789abcdef0123456789abcdef");
    gate_keys_init(&others, (const unsigned char *)"0123456789abcdef0123456789abcdeF");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),   cmocka_unit_test(test_no_character_may_change),
        cmocka_unit_test(test_lengths), cmocka_unit_test(test_another_shop),
        cmocka_unit_test(test_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
