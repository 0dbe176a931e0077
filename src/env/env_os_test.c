/* The real clock and entropy as far as a test can see them, and whole files. */
#include "env/env.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void clocks_go_forward(void **state)
{
    (void)state;
    struct env *env = env_os();
    int64_t now = env->now(env);
    assert_in_range(now, time(NULL) - 2, time(NULL) + 2);
    uint64_t before = env->ticks_ns(env);
    (void)usleep(2000);
    uint64_t after = env->ticks_ns(env);
    assert_in_range(after - before, 2000000, 60000000000u);
}

static void entropy_fills_everything(void **state)
{
    (void)state;
    struct env *env = env_os();
    unsigned char first[1024] = {0};
    unsigned char second[1024] = {0};
    unsigned counts[256] = {0};
    env->entropy(env, first, sizeof first);
    env->entropy(env, second, sizeof second);
    assert_memory_not_equal(first, second, sizeof first);
    for (size_t i = 0; i < sizeof first; i++) {
        counts[first[i]]++;
    }
    assert_in_range(counts[0], 0, 40);
    env->entropy(env, first, 0);
}

struct folder {
    char path[32];
};

static int folder_make(void **state)
{
    static struct folder folder;
    (void)snprintf(folder.path, sizeof folder.path, "/tmp/env_file_XXXXXX");
    *state = &folder;
    return mkdtemp(folder.path) != NULL ? 0 : -1;
}

/* Fails where a temporary file was left behind. */
static int folder_remove(void **state)
{
    const struct folder *folder = *state;
    char path[64];
    (void)snprintf(path, sizeof path, "%s/file", folder->path);
    (void)unlink(path);
    return rmdir(folder->path);
}

static void files_come_back_whole(void **state)
{
    const struct folder *folder = *state;
    char path[64];
    struct fault fault = {.text = ""};
    (void)snprintf(path, sizeof path, "%s/file", folder->path);
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 300000};
    char *bytes = malloc(300000);
    assert_non_null(bytes);
    for (size_t i = 0; i < 300000; i++) {
        bytes[i] = (char)(i * 7 % 251);
    }
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char *back = NULL;
        size_t length = 0;
        assert_int_equal(env_file_write(path, bytes, lengths[i], 1, &fault), STATUS_OK);
        assert_int_equal(env_file_read(path, lengths[i], &back, &length, &fault), STATUS_OK);
        assert_int_equal(length, lengths[i]);
        assert_memory_equal(back, bytes, length);
        assert_int_equal(back[length], '\0');
        free(back);
        if (lengths[i] > 0) {
            assert_int_equal(env_file_read(path, lengths[i] - 1, &back, &length, &fault),
                             STATUS_LIMIT);
            assert_null(back);
        }
    }
    free(bytes);
}

static void existing_files_are_kept(void **state)
{
    const struct folder *folder = *state;
    char path[64];
    char *back = NULL;
    size_t length = 0;
    struct stat information;
    struct fault fault = {.text = ""};
    (void)snprintf(path, sizeof path, "%s/file", folder->path);
    mode_t mask = umask(0027);
    assert_int_equal(env_file_write(path, "one", 3, 0, &fault), STATUS_OK);
    (void)umask(mask);
    assert_int_equal(stat(path, &information), 0);
    assert_int_equal(information.st_mode & 0777, 0640);
    assert_int_equal(env_file_write(path, "two", 3, 0, &fault), STATUS_EXISTS);
    assert_non_null(strstr(fault.text, path));
    assert_int_equal(env_file_read(path, 100, &back, &length, &fault), STATUS_OK);
    assert_string_equal(back, "one");
    free(back);
}

/* A rename would put a file where the link is; as root, where /dev/null is. */
static void what_is_no_plain_file_is_written_into(void **state)
{
    const struct folder *folder = *state;
    char path[64];
    char link[64];
    char *back = NULL;
    size_t length = 0;
    struct stat information;
    struct fault fault = {.text = ""};
    (void)snprintf(path, sizeof path, "%s/target", folder->path);
    (void)snprintf(link, sizeof link, "%s/full", folder->path);
    assert_int_equal(env_file_write(path, "longer", 6, 1, &fault), STATUS_OK);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(env_file_write(link, "new", 3, 1, &fault), STATUS_OK);
    assert_int_equal(env_file_read(path, 100, &back, &length, &fault), STATUS_OK);
    assert_string_equal(back, "new");
    free(back);
    assert_int_equal(env_file_write(link, "x", 1, 0, &fault), STATUS_EXISTS);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(symlink("/dev/full", link), 0);
    assert_int_equal(env_file_write(link, "x", 1, 1, &fault), STATUS_FULL);
    assert_non_null(strstr(fault.text, link));
    assert_int_equal(lstat(link, &information), 0);
    assert_true(S_ISLNK(information.st_mode));
    assert_int_equal(unlink(link), 0);
    assert_int_equal(symlink("/dev/null", link), 0);
    assert_int_equal(env_file_write(link, "x", 1, 1, &fault), STATUS_OK);
    assert_int_equal(unlink(link), 0);
    assert_int_equal(unlink(path), 0);
}

static void paths_that_cannot_be_are_faults(void **state)
{
    const struct folder *folder = *state;
    char path[64];
    char *back = NULL;
    size_t length = 0;
    struct fault fault = {.text = ""};
    (void)snprintf(path, sizeof path, "%s/none/file", folder->path);
    assert_int_equal(env_file_read(path, 100, &back, &length, &fault), STATUS_NOT_FOUND);
    assert_int_equal(env_file_write(path, "x", 1, 1, &fault), STATUS_NOT_FOUND);
    assert_int_equal(env_file_read(folder->path, 100, &back, &length, &fault), STATUS_INVALID);
    assert_int_equal(env_file_write(folder->path, "x", 1, 1, &fault), STATUS_INVALID);
    assert_null(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_go_forward),
        cmocka_unit_test(entropy_fills_everything),
        cmocka_unit_test_setup_teardown(files_come_back_whole, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(existing_files_are_kept, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(what_is_no_plain_file_is_written_into, folder_make,
                                        folder_remove),
        cmocka_unit_test_setup_teardown(paths_that_cannot_be_are_faults, folder_make,
                                        folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
