/* The payloads come back as they went in; cut off or counting wrong they are refused, at each
 * length. */
#include "journal/shop_event.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct zone zone = {.count = 3,
                                 .periods = {{INT64_MIN, 3600}, {1000, 7200}, {2000, -3600}}};

static struct event first_of(const struct text *text)
{
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    assert_true(event_next(text_slice(text), &offset, &event, &status));
    assert_int_equal(offset, text->length);
    return event;
}

static void test_shop(void **state)
{
    const struct shop_event in = {SLICE("shop.yaml"), zone, 77, SLICE("shop: {}\n")};
    struct shop_event out;
    struct text text;
    (void)state;
    text_init(&text, 1000);
    shop_event_write(&text, &in);
    struct event event = first_of(&text);
    assert_int_equal(event.type, EVENT_SHOP);
    assert_int_equal(shop_event_read(&event, &out), STATUS_OK);
    assert_true(slice_equal(in.file, out.file) && slice_equal(in.text, out.text));
    assert_int_equal(out.around, 77);
    assert_int_equal(out.zone.count, 3);
    assert_int_equal(out.zone.periods[2].offset_seconds, -3600);
    uint32_t whole =
        event.length - (uint32_t)in.text.length; /* the text itself has no length to check */
    for (event.length = 0; event.length < whole; event.length++) {
        assert_int_equal(shop_event_read(&event, &out), STATUS_CORRUPT);
    }
    event.version = 2;
    assert_int_equal(shop_event_read(&event, &out), STATUS_VERSION);
    text_free(&text);
}

static void test_zone(void **state)
{
    struct zone out;
    struct text text;
    (void)state;
    text_init(&text, 1000);
    zone_event_write(&text, &zone);
    struct event event = first_of(&text);
    assert_int_equal(zone_event_read(&event, &out), STATUS_OK);
    assert_int_equal(out.periods[1].since, 1000);
    uint32_t whole = event.length;
    for (event.length = 0; event.length < whole; event.length++) {
        assert_int_equal(zone_event_read(&event, &out), STATUS_CORRUPT);
    }
    text_clear(&text);
    struct zone backward = zone;
    backward.periods[2].since = 1000;
    zone_event_write(&text, &backward);
    event = first_of(&text);
    assert_int_equal(zone_event_read(&event, &out), STATUS_CORRUPT);
    text_free(&text);
}

static void test_history(void **state)
{
    const struct journal_history a = {SLICE("12"), SLICE("3"), 1, 2, 3, SLICE("")};
    const struct journal_history b = {SLICE("1"), SLICE("23"), 1, 2, 3, SLICE("")};
    struct history_event in = {.line_count = 9};
    struct history_event out;
    struct digest digest;
    unsigned char sum[DIGEST_BYTES];
    struct text text;
    (void)state;
    digest_begin(&digest);
    history_digest(&digest, &a);
    digest_end(&digest, in.digest);
    digest_begin(&digest);
    history_digest(&digest, &b);
    digest_end(&digest, sum);
    assert_memory_not_equal(in.digest, sum, sizeof sum);
    text_init(&text, 1000);
    history_event_write(&text, &in);
    struct event event = first_of(&text);
    assert_int_equal(history_event_read(&event, &out), STATUS_OK);
    assert_int_equal(out.line_count, 9);
    assert_memory_equal(in.digest, out.digest, sizeof out.digest);
    event.length--;
    assert_int_equal(history_event_read(&event, &out), STATUS_CORRUPT);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shop), cmocka_unit_test(test_zone),
                                       cmocka_unit_test(test_history)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
