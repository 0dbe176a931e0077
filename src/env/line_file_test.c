/* Lines reach their file in order, a renamed file is left for a new one, and what cannot be written
 * is dropped and counted without stopping anybody. */
#include "env/line_file.h"
#include "env/line_mend.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/ecluse-line-file-XXXXXX";
static char path[64];
static char moved[64];

/* How far the time of day is set wrong. */
static time_t ahead_seconds;

int clock_gettime(clockid_t clock, struct timespec *at)
{
    int result = (int)syscall(SYS_clock_gettime, clock, at);
    at->tv_sec += clock == CLOCK_REALTIME ? ahead_seconds : 0;
    return result;
}

static int folder_make(void **state)
{
    (void)state;
    bool made = mkdtemp(folder) != NULL;
    snprintf(path, sizeof path, "%s/log", folder);
    snprintf(moved, sizeof moved, "%s/log.1", folder);
    return made ? 0 : -1;
}

static int folder_remove(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(moved);
    return rmdir(folder);
}

static void file_is(const char *name, const char *wanted)
{
    char got[256];
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(got, wanted);
}

static struct line_file *file_open(const char *name)
{
    struct line_file *file = NULL;
    struct fault fault = {.status = STATUS_OK};
    assert_int_equal(line_file_open(name, &file, &fault), STATUS_OK);
    return file;
}

static struct line_file_figures figures_of(struct line_file *file)
{
    struct line_file_figures figures;
    line_file_figures(file, &figures);
    return figures;
}

/* Until so many lines are written or dropped; at most ten seconds. */
static void settled(struct line_file *file, uint64_t lines)
{
    for (int i = 0; i < 1000; i++) {
        struct line_file_figures figures = figures_of(file);
        if (figures.written + figures.dropped >= lines) {
            return;
        }
        usleep(10000);
    }
    fail_msg("the lines are neither written nor dropped");
}

static void test_lines_are_written_within_a_second_and_at_the_end(void **state)
{
    (void)state;
    struct line_file *file = file_open(path);
    line_file_append(file, SLICE("one\n"));
    line_file_append(file, SLICE("two\n"));
    settled(file, 2);
    file_is(path, "one\ntwo\n");
    line_file_append(file, SLICE("three\n"));
    line_file_close(file);
    file_is(path, "one\ntwo\nthree\n");
}

static void test_a_renamed_file_is_opened_anew(void **state)
{
    (void)state;
    (void)unlink(path);
    struct line_file *file = file_open(path);
    line_file_append(file, SLICE("old\n"));
    settled(file, 1);
    assert_int_equal(rename(path, moved), 0);
    line_file_reopen(file);
    line_file_append(file, SLICE("last\n"));
    settled(file, 2);
    for (int i = 0; i < 1000 && access(path, F_OK) != 0; i++) {
        usleep(10000);
    }
    line_file_append(file, SLICE("new\n"));
    line_file_close(file);
    file_is(moved, "old\nlast\n");
    file_is(path, "new\n");
}

static void test_a_full_disk_drops_lines(void **state)
{
    (void)state;
    struct line_file *file = file_open("/dev/full");
    line_file_append(file, SLICE("one\n"));
    line_file_append(file, SLICE("two\n"));
    settled(file, 2);
    assert_int_equal(figures_of(file).dropped, 2);
    assert_int_equal(figures_of(file).written, 0);
    line_file_close(file);
}

static void test_a_slow_reader_costs_lines_and_no_time(void **state)
{
    (void)state;
    static char line[4096];
    int ends[2];
    int before = dup(STDOUT_FILENO);
    assert_int_equal(pipe(ends), 0);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\n';
    struct line_file *file = file_open("-");
    assert_int_equal(dup2(ends[1], STDOUT_FILENO), STDOUT_FILENO);
    uint64_t most = 3 * (uint64_t)LINE_FILE_BYTES_MAX / sizeof line;
    for (uint64_t i = 0; i < most; i++) {
        line_file_append(file, (struct slice){line, sizeof line});
    }
    assert_true(figures_of(file).dropped > 0);
    close(ends[0]); /* and then it goes: the writer finds out */
    settled(file, most);
    line_file_close(file);
    dup2(before, STDOUT_FILENO);
    close(before);
    close(ends[1]);
}

/* It is left where it hangs, after the time that is meant, whatever the time of day is set to. */
static void test_a_reader_that_hangs_holds_no_end_up(void **state)
{
    (void)state;
    static struct line_file *hanging;
    static char line[4096];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\n';
    (void)unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_true(reader >= 0);
    hanging = file_open(path);
    for (size_t sent = 0; sent < LINE_FILE_BYTES_MAX; sent += sizeof line) {
        line_file_append(hanging, (struct slice){line, sizeof line});
    }
    struct timespec began;
    struct timespec ended;
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    ahead_seconds = 86400;
    (void)alarm(20);
    line_file_close(hanging);
    (void)alarm(0);
    ahead_seconds = 0;
    assert_int_equal(unlink(path), 0);
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    assert_true(ended.tv_sec - began.tv_sec >= LINE_FILE_CLOSE_MS / 1000 - 1);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    struct line_file *file = NULL;
    struct fault fault;
    assert_int_equal(line_file_open("/nowhere/log", &file, &fault), STATUS_NOT_FOUND);
    assert_non_null(strstr(fault.text, "/nowhere/log"));
    assert_int_equal(line_file_open(folder, &file, &fault), STATUS_INVALID);
    assert_null(file);
}

static void a_half_line_is_cut_off(void **state)
{
    (void)state;
    struct fault fault;
    uint64_t length = 7;
    (void)unlink(path);
    assert_int_equal(line_mend(path, &length, &fault), STATUS_OK);
    assert_int_equal(length, 0); /* it is not there */
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("one,1\ntwo,2\nthr", file);
    fclose(file);
    assert_int_equal(line_mend(path, &length, &fault), STATUS_OK);
    assert_int_equal(length, 12);
    file_is(path, "one,1\ntwo,2\n");
    assert_int_equal(line_mend(path, &length, &fault), STATUS_OK);
    assert_int_equal(length, 12);
    file = fopen(path, "w");
    for (int i = 0; i < 10000; i++) {
        fputc('x', file);
    }
    fclose(file);
    assert_int_equal(line_mend(path, &length, &fault), STATUS_OK);
    assert_int_equal(length, 0);
    assert_int_equal(line_mend(folder, &length, &fault), STATUS_INVALID);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_written_within_a_second_and_at_the_end),
        cmocka_unit_test(test_a_renamed_file_is_opened_anew),
        cmocka_unit_test(test_a_full_disk_drops_lines),
        cmocka_unit_test(test_a_slow_reader_costs_lines_and_no_time),
        cmocka_unit_test(test_a_reader_that_hangs_holds_no_end_up),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(a_half_line_is_cut_off),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
