/* What is due and what waits behind another of its order; dead letters; ids. */
#include "hooks/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/ecluse-hooks-XXXXXX";
static char database[64];
static struct hook_store store;

static int open_store(void **state)
{
    struct fault fault;
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/ecluse-hooks-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    (void)snprintf(database, sizeof database, "%s/shop.db", folder);
    return hook_store_open(database, true, env_os(), &store, &fault) == STATUS_OK ? 0 : -1;
}

static int close_store(void **state)
{
    char path[96];
    (void)state;
    hook_store_close(&store);
    (void)snprintf(path, sizeof path, "%s.hooks-journal", database);
    (void)unlink(path); /* SQLite's, empty; there once something was written */
    (void)snprintf(path, sizeof path, "%s.hooks", database);
    return unlink(path) == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static int64_t add(int64_t order)
{
    const struct hook_message message = {.kind = HOOK_ORDER_SHIPPED, .order = order, .at = 5};
    int64_t number = 0;
    assert_int_equal(hook_store_message_add(&store, &message, SLICE("{}")), STATUS_OK);
    assert_int_equal(hook_store_message_last(&store, &number), STATUS_OK);
    return number;
}

static void wait_for(int64_t endpoint, int64_t number, int64_t order)
{
    const struct hook_message message = {.number = number, .order = order};
    assert_int_equal(hook_store_wait(&store, endpoint, &message), STATUS_OK);
}

static void due_are(int64_t endpoint, int64_t now, const int64_t *numbers, uint32_t count)
{
    struct hook_waiting waiting[8];
    uint32_t found = 0;
    assert_int_equal(hook_store_due(&store, endpoint, now, waiting, 8, &found), STATUS_OK);
    assert_int_equal(found, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(waiting[i].message.number, numbers[i]);
    }
}

static void put(int64_t endpoint, int64_t number, int64_t due, bool dead)
{
    struct hook_waiting waiting = {.endpoint = endpoint, .tries = 1, .due = due, .dead = dead};
    waiting.message.number = number;
    assert_int_equal(hook_store_put_waiting(&store, &waiting), STATUS_OK);
}

static void one_after_another_of_an_order(void **state)
{
    (void)state;
    for (int64_t i = 1; i <= 5; i++) {
        assert_int_equal(add(i == 4 ? 0 : 1 + i % 2), i);
        wait_for(1, i, i == 4 ? 0 : 1 + i % 2); /* orders 2 1 2 none 2 */
    }
    due_are(1, 100, (const int64_t[]){1, 2, 4}, 3);
    put(1, 1, 200, false);
    due_are(1, 100, (const int64_t[]){2, 4}, 2);
    due_are(1, 200, (const int64_t[]){1, 2, 4}, 3);
    due_are(2, 200, NULL, 0);
    assert_int_equal(hook_store_hasten(&store, 1, 150), STATUS_OK);
    due_are(1, 150, (const int64_t[]){1, 2, 4}, 3);
    assert_int_equal(hook_store_arrived(&store, 1, 1), STATUS_OK);
    due_are(1, 100, (const int64_t[]){2, 3, 4}, 3);
    put(1, 3, 0, true);
    due_are(1, 100, (const int64_t[]){2, 4, 5}, 3);
}

static void blocked_only_by_its_own_order(void **state)
{
    bool blocked = true;
    struct hook_message message = {.number = 3, .order = 7};
    (void)state;
    (void)add(7);
    wait_for(1, 1, 7);
    assert_int_equal(hook_store_blocked(&store, 1, &message, &blocked), STATUS_OK);
    assert_true(blocked);
    assert_int_equal(hook_store_blocked(&store, 2, &message, &blocked), STATUS_OK);
    assert_false(blocked);
    message.order = 8;
    assert_int_equal(hook_store_blocked(&store, 1, &message, &blocked), STATUS_OK);
    assert_false(blocked);
    message.order = 0;
    assert_int_equal(hook_store_blocked(&store, 1, &message, &blocked), STATUS_OK);
    assert_false(blocked);
}

static void count_dead(void *context, const struct hook_waiting *waiting)
{
    (void)waiting;
    (*(uint32_t *)context)++;
}

static void the_dead_are_kept_and_revived(void **state)
{
    uint32_t dead = 0;
    int64_t revived = 0;
    struct text body;
    (void)state;
    text_init(&body, 64);
    (void)add(1);
    (void)add(2);
    wait_for(1, 1, 1);
    put(1, 1, 0, true);
    assert_int_equal(hook_store_prune(&store, 2), STATUS_OK);
    assert_int_equal(hook_store_body(&store, 1, &body), STATUS_OK);
    assert_int_equal(hook_store_body(&store, 2, &body), STATUS_NOT_FOUND);
    assert_int_equal(add(3), 3);
    assert_int_equal(hook_store_dead(&store, count_dead, &dead), STATUS_OK);
    assert_int_equal(dead, 1);
    due_are(1, 1000, NULL, 0);
    assert_int_equal(hook_store_revive(&store, 2, 10, &revived), STATUS_OK);
    assert_int_equal(revived, 0);
    assert_int_equal(hook_store_revive(&store, 1, 10, &revived), STATUS_OK);
    assert_int_equal(revived, 1);
    due_are(1, 10, (const int64_t[]){1}, 1);
    text_free(&body);
}

static void ids_of_this_shop(void **state)
{
    char id[HOOK_ID_BYTES];
    int64_t number = 0;
    (void)state;
    hook_message_id(&store, 42, id);
    assert_true(hook_message_number(&store, slice_of(id), &number));
    assert_int_equal(number, 42);
    id[4] = id[4] == 'a' ? 'b' : 'a';
    assert_false(hook_message_number(&store, slice_of(id), &number));
    assert_false(hook_message_number(&store, SLICE("msg_"), &number));
}

static void nobody_else_reads_it(void **state)
{
    char path[96];
    struct stat found;
    (void)state;
    (void)snprintf(path, sizeof path, "%s.hooks", database);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_after_another_of_an_order, open_store, close_store),
        cmocka_unit_test_setup_teardown(blocked_only_by_its_own_order, open_store, close_store),
        cmocka_unit_test_setup_teardown(the_dead_are_kept_and_revived, open_store, close_store),
        cmocka_unit_test_setup_teardown(ids_of_this_shop, open_store, close_store),
        cmocka_unit_test_setup_teardown(nobody_else_reads_it, open_store, close_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
