/* A secret opens what it was made for, and nothing else does. */
#include "env/env.h"
#include "pages/staff_secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char shop_text[] =
    "shop: {name: T, currency: EUR, time_zone: UTC}\n"
    "items: {a: {on_hand: 1, unit_cost: 1.00}}\n"
    "carriers: {p: {cut_off: \"12:00\", collects: mon-fri, transit_days: 1, delivers: mon-fri}}\n"
    "offers: {a: {name: A, price: 1.00, vat_rate: 20, carrier: p, items: {a: 1}}}\n";

struct room {
    char folder[64];
    char path[128];
    struct engine *engine;
};

static int open_room(void **state)
{
    static struct room room;
    struct fault fault;
    struct env *env = env_os();
    (void)snprintf(room.folder, sizeof room.folder, "/tmp/ecluse-secret-XXXXXX");
    assert_non_null(mkdtemp(room.folder));
    (void)snprintf(room.path, sizeof room.path, "%s/shop.db", room.folder);
    assert_int_equal(
        engine_create(room.path, env, slice_of(shop_text), "shop.yaml", 1800000000, &fault),
        STATUS_OK);
    assert_int_equal(engine_open(room.path, ENGINE_WRITE, env, &room.engine, &fault), STATUS_OK);
    *state = &room;
    return 0;
}

static int close_room(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".lock", ".snapshot"};
    struct room *room = *state;
    char path[160];
    engine_close(room->engine);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        (void)snprintf(path, sizeof path, "%s%s", room->path, ends[i]);
        (void)unlink(path);
    }
    return rmdir(room->folder);
}

static void test_each_kind_is_its_own(void **state)
{
    struct room *room = *state;
    char text[STAFF_SECRET_LENGTH + 1];
    char other[STAFF_SECRET_LENGTH + 1];
    struct staff_hash hash, again;
    staff_secret_make(room->engine, env_os(), STAFF_SECRET_LINK, text, &hash);
    staff_secret_make(room->engine, env_os(), STAFF_SECRET_LINK, other, &again);
    assert_int_equal(strlen(text), STAFF_SECRET_LENGTH);
    assert_string_not_equal(text, other);
    assert_true(staff_secret_read(room->engine, STAFF_SECRET_LINK, slice_of(text), &again));
    assert_memory_equal(hash.bytes, again.bytes, sizeof hash.bytes);
    assert_false(staff_secret_read(room->engine, STAFF_SECRET_SESSION, slice_of(text), &again));
    assert_false(staff_secret_read(room->engine, STAFF_SECRET_TOKEN, slice_of(text), &again));
}

/* Every character counts; so do length and case. */
static void test_a_changed_one_is_none(void **state)
{
    struct room *room = *state;
    char text[STAFF_SECRET_LENGTH + 1];
    struct staff_hash hash;
    staff_secret_make(room->engine, env_os(), STAFF_SECRET_SESSION, text, &hash);
    for (int i = 0; i < STAFF_SECRET_LENGTH; i++) {
        char was = text[i];
        text[i] = was == '0' ? '1' : '0';
        assert_false(staff_secret_read(room->engine, STAFF_SECRET_SESSION, slice_of(text), &hash));
        text[i] = was == 'a' ? 'A' : 'G';
        assert_false(staff_secret_read(room->engine, STAFF_SECRET_SESSION, slice_of(text), &hash));
        text[i] = was;
    }
    const struct slice shorter = {text, STAFF_SECRET_LENGTH - 1};
    assert_false(staff_secret_read(room->engine, STAFF_SECRET_SESSION, shorter, &hash));
    assert_false(
        staff_secret_read(room->engine, STAFF_SECRET_SESSION, (struct slice){NULL, 0}, &hash));
    assert_true(staff_secret_read(room->engine, STAFF_SECRET_SESSION, slice_of(text), &hash));
}

static void test_a_form_is_of_one_session(void **state)
{
    struct room *room = *state;
    char text[STAFF_SECRET_LENGTH + 1];
    char form[STAFF_FORM_LENGTH + 1];
    struct staff_hash first, second;
    staff_secret_make(room->engine, env_os(), STAFF_SECRET_SESSION, text, &first);
    staff_secret_make(room->engine, env_os(), STAFF_SECRET_SESSION, text, &second);
    staff_secret_form(room->engine, &first, form);
    assert_true(staff_secret_form_is(room->engine, &first, slice_of(form)));
    assert_false(staff_secret_form_is(room->engine, &second, slice_of(form)));
    assert_false(staff_secret_form_is(room->engine, &first, (struct slice){form, 3}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_kind_is_its_own),
        cmocka_unit_test(test_a_changed_one_is_none),
        cmocka_unit_test(test_a_form_is_of_one_session),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
