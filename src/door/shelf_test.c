/* The shelf: what is found, what goes when memory runs out, what somebody still holds. */
#include "door/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const uint64_t SEED[2] = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

/* "host\n/target\n" and what else tells answers apart. */
static struct kept *put(struct shelf *shelf, const char *group, const char *rest,
                        const char *selection, size_t body_length)
{
    char key[200];
    static const char body[100000];
    int length = snprintf(key, sizeof key, "%s%s", group, rest);
    struct kept *kept = shelf_new(shelf, shelf_hash(shelf, slice_of(group)),
                                  (struct slice){key, (size_t)length}, strlen(group));
    if (kept == NULL) {
        return NULL;
    }
    assert_true(
        shelf_head_set(kept, SLICE("ETag: \"a\"\r\n"), SLICE("accept"), slice_of(selection)));
    if (!shelf_body_append(kept, (struct slice){body, body_length})) {
        shelf_give_back(kept);
        return NULL;
    }
    shelf_put(kept);
    shelf_give_back(kept);
    return kept;
}

static struct kept *find(struct shelf *shelf, const char *group, const char *key)
{
    return shelf_find(shelf, shelf_hash(shelf, slice_of(group)), slice_of(key), NULL);
}

static struct shelf_figures figures(const struct shelf *shelf)
{
    struct shelf_figures figures;
    shelf_figures(shelf, &figures);
    return figures;
}

/* The vectors of the SipHash paper's reference code (key 00 01 ... 0f, input 00 01 ...). */
static void hash(void **state)
{
    (void)state;
    struct shelf *shelf = shelf_open(1000, SEED);
    char bytes[15];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    assert_true(shelf_hash(shelf, (struct slice){bytes, 15}) == 0xa129ca6149be45e5);
    assert_true(shelf_hash(shelf, (struct slice){bytes, 0}) == 0x726fdb47dd0e0e31);
    assert_true(shelf_hash(shelf, (struct slice){bytes, 8}) == 0x93f5f5799a932462);
    shelf_close(shelf);
}

static void found(void **state)
{
    (void)state;
    struct shelf *shelf = shelf_open(1000000, SEED);
    struct kept *fr = put(shelf, "h\n/a\n", "", "accept:fr\n", 10);
    struct kept *en = put(shelf, "h\n/a\n", "", "accept:en\n", 10);
    struct kept *odd = put(shelf, "h\n/a\n", "x-odd:1\n", "accept:fr\n", 10);
    assert_ptr_equal(find(shelf, "h\n/a\n", "h\n/a\n"), en);
    assert_ptr_equal(shelf_find(shelf, en->hash, slice_of("h\n/a\n"), en), fr);
    assert_ptr_equal(find(shelf, "h\n/a\n", "h\n/a\nx-odd:1\n"), odd);
    assert_null(find(shelf, "h\n/b\n", "h\n/b\n"));
    assert_int_equal(figures(shelf).count, 3);
    /* The same key and selection: the new one takes its place. */
    put(shelf, "h\n/a\n", "", "accept:fr\n", 20);
    assert_int_equal(figures(shelf).count, 3);
    assert_int_equal(find(shelf, "h\n/a\n", "h\n/a\n")->body_length, 20);
    assert_int_equal(shelf_drop_group(shelf, SLICE("h\n/a\n")), 3);
    assert_int_equal(figures(shelf).bytes, 0);
    shelf_close(shelf);
}

static void forgotten_by_use(void **state)
{
    (void)state;
    struct shelf *shelf = shelf_open(100000, SEED);
    char group[20];
    put(shelf, "h\n/used\n", "", "", 10000);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(group, sizeof group, "h\n/%d\n", i);
        assert_non_null(put(shelf, group, "", "", 10000));
        shelf_use(find(shelf, "h\n/used\n", "h\n/used\n"));
        assert_true(figures(shelf).bytes <= 100000);
    }
    assert_int_equal(figures(shelf).count, 9);
    assert_int_equal(figures(shelf).evicted, 42);
    assert_non_null(find(shelf, "h\n/49\n", "h\n/49\n"));
    assert_null(find(shelf, "h\n/0\n", "h\n/0\n"));
    shelf_resize(shelf, 30000);
    assert_int_equal(figures(shelf).count, 2);
    shelf_close(shelf);
}

static void held(void **state)
{
    (void)state;
    struct shelf *shelf = shelf_open(100000, SEED);
    struct kept *held[9];
    char group[20];
    for (int i = 0; i < 9; i++) {
        (void)snprintf(group, sizeof group, "h\n/%d\n", i);
        held[i] = shelf_take(put(shelf, group, "", "", 10000));
    }
    /* All memory is being sent: nothing more is kept, and nothing grows. */
    assert_null(put(shelf, "h\n/new\n", "", "", 20000));
    assert_true(figures(shelf).bytes <= 100000);
    assert_int_equal(held[0]->body_length, 10000);
    for (int i = 0; i < 8; i++) {
        shelf_give_back(held[i]);
    }
    assert_non_null(put(shelf, "h\n/new\n", "", "", 20000));
    shelf_close(shelf);
    shelf_give_back(held[8]); /* the shelf goes with it */
}

static void bodies(void **state)
{
    (void)state;
    static const char body[LIMIT_CACHE_ANSWER_BYTES + 1];
    struct shelf *shelf = shelf_open(16000000, SEED);
    struct kept *kept = shelf_new(shelf, 1, SLICE("h\n/\n"), 4);
    assert_false(shelf_body_room(kept, sizeof body));
    shelf_give_back(kept);
    kept = shelf_new(shelf, 1, SLICE("h\n/\n"), 4);
    for (size_t i = 0; i < 20; i++) {
        assert_true(shelf_body_append(kept, (struct slice){body, 100000}));
    }
    assert_false(shelf_body_append(kept, (struct slice){body, 100000}));
    assert_int_equal(kept->body_length, 2000000);
    shelf_put(kept);
    assert_true(figures(shelf).bytes < 2001000); /* what was taken ahead went back */
    shelf_give_back(kept);
    shelf_close(shelf);
}

static void bounded_by_address(void **state)
{
    (void)state;
    struct shelf *shelf = shelf_open(1000000, SEED);
    char rest[20];
    for (int i = 0; i < 3 * LIMIT_CACHE_VARIANTS; i++) {
        (void)snprintf(rest, sizeof rest, "x-odd:%d\n", i);
        put(shelf, "h\n/a\n", rest, "", 10)->since_ms = i;
    }
    put(shelf, "h\n/b\n", "", "", 10);
    assert_int_equal(figures(shelf).count, LIMIT_CACHE_VARIANTS + 1);
    assert_null(find(shelf, "h\n/a\n", "h\n/a\nx-odd:0\n"));
    assert_non_null(find(shelf, "h\n/a\n", "h\n/a\nx-odd:95\n"));
    shelf_close(shelf);
}

static void purged(void **state)
{
    (void)state;
    struct shelf *shelf = shelf_open(1000000, SEED);
    put(shelf, "h\n/a\n", "", "", 1);
    put(shelf, "g\n/a?x=1\n", "", "", 1);
    put(shelf, "h\n/a/b\n", "", "", 1);
    put(shelf, "h\n/b?y=/a\n", "", "", 1);
    assert_int_equal(shelf_purge(shelf, SLICE("/a"), false), 2);
    assert_int_equal(shelf_purge(shelf, SLICE("/a"), true), 1);
    assert_int_equal(shelf_purge(shelf, SLICE(""), true), 1);
    assert_int_equal(figures(shelf).dropped, 4);
    shelf_close(shelf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash),   cmocka_unit_test(found),  cmocka_unit_test(forgotten_by_use),
        cmocka_unit_test(held),   cmocka_unit_test(bodies), cmocka_unit_test(bounded_by_address),
        cmocka_unit_test(purged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
