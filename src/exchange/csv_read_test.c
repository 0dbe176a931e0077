/* Files as they come, and files that are none. Each is written to a temporary folder and read back
 * through the one public door. */
#include "base/text.h"
#include "exchange/csv_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

static char folder[] = "/tmp/ecluse-csv-XXXXXX";
static char path[64];

static const char *file_make(const char *name, const void *bytes, size_t length)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
    return path;
}

/* Rows as "line:[a][b]" one after another. */
static bool row_write(void *context, const struct csv_row *row)
{
    text_append_format(context, "%llu:", (unsigned long long)row->line);
    for (uint32_t i = 0; i < row->count; i++) {
        text_append_char(context, '[');
        text_append_slice(context, row->fields[i]);
        text_append_char(context, ']');
    }
    return true;
}

static struct csv_facts facts;
static struct fault fault;

static enum status read_all(const char *file, struct text *to)
{
    text_init(to, 1 << 20);
    struct csv_reader reader = {row_write, NULL, to};
    return csv_read(file, &reader, &facts, &fault);
}

static void reads_as(const void *bytes, size_t length, const char *rows)
{
    struct text got;
    if (read_all(file_make("a.csv", bytes, length), &got) != STATUS_OK)
        fail_msg("%s", fault.text);
    assert_string_equal(got.length == 0 ? "" : got.bytes, rows);
    text_free(&got);
}

static void refuses(const char *name, const void *bytes, size_t length, enum status status,
                    const char *sentence)
{
    struct text got;
    assert_int_equal(read_all(file_make(name, bytes, length), &got), status);
    if (strstr(fault.text, sentence) == NULL)
        fail_msg("the fault says: %s", fault.text);
    text_free(&got);
}

#define BYTES(literal) (literal), sizeof(literal) - 1

static void test_plain(void **state)
{
    (void)state;
    reads_as(BYTES("a,b\n1,2\n"), "1:[a][b]2:[1][2]");
    assert_int_equal(facts.lines, 2);
    reads_as(BYTES("a,b\n1,2"), "1:[a][b]2:[1][2]");
    assert_int_equal(facts.lines, 2);
    reads_as(BYTES("a,b\r\n1,2\r\n"), "1:[a][b]2:[1][2]");
    assert_int_equal(facts.lines, 2);
    reads_as(BYTES("a,b\r1,2\r"), "1:[a][b]2:[1][2]");
    assert_int_equal(facts.lines, 2);
    reads_as(BYTES("\xef\xbb\xbf"
                   "a,b\n"),
             "1:[a][b]");
    assert_true(facts.byte_order_mark);
    reads_as(BYTES(" a , b\n,\n"), "1:[a][b]2:[][]");
}

static void test_empty_lines_count(void **state)
{
    (void)state;
    reads_as(BYTES("a\n\n\n1\r\n\r\n2\n"), "1:[a]4:[1]6:[2]");
    assert_int_equal(facts.lines, 6);
}

static void test_quotes(void **state)
{
    (void)state;
    reads_as(BYTES("n,x\n\"a, \"\"b\"\"\",1\n"), "1:[n][x]2:[a, \"b\"][1]");
    reads_as(BYTES("n,x\n\"two\nlines\",1\r\n\"three\r\nmore\rlines\",2\nz,3\n"),
             "1:[n][x]2:[two\nlines][1]4:[three\r\nmore\rlines][2]7:[z][3]");
    reads_as(BYTES("n\nRECORD 7\" SINGLE\n"), "1:[n]2:[RECORD 7\" SINGLE]");
    refuses("a.csv", BYTES("a,b\n1,\"2\n3,4\n"), STATUS_INVALID,
            ":2: a quote opens here and is never closed");
}

static void test_delimiters(void **state)
{
    (void)state;
    reads_as(BYTES("a;b\n1,5;2\n"), "1:[a][b]2:[1,5][2]");
    assert_int_equal(facts.delimiter, ';');
    reads_as(BYTES("a\tb\n1\t\t2\n"), "1:[a][b]2:[1][][2]");
    reads_as(BYTES("\"a;x;y\",b\n1,2\n"), "1:[a;x;y][b]2:[1][2]");
    reads_as(BYTES("sep=;\r\na;b,c\r\n"), "2:[a][b,c]");
}

static void test_windows_1252(void **state)
{
    (void)state;
    reads_as(BYTES("nom,x\ncr\xeape,\x80 5\ncr\xc3\xaape,\x93"
                   "a\x94\n"),
             "1:[nom][x]2:[crêpe][€ 5]3:[crêpe][“a”]");
    assert_int_equal(facts.transliterated, 3);
    assert_int_equal(facts.transliterated_line, 2);
}

static void test_no_csv(void **state)
{
    (void)state;
    refuses("a.csv", "", 0, STATUS_INVALID, "empty");
    refuses("a.csv", BYTES("a,b\n1\0,2\n"), STATUS_INVALID, ":2: a NUL byte");
    refuses("a.csv",
            BYTES("\xff\xfe"
                  "a\0,\0b\0\n\0"),
            STATUS_INVALID, "NUL byte");
    refuses("a.csv", BYTES("PK\3\4abcdefg"), STATUS_INVALID, "spreadsheet");
    refuses("a.csv.gz", BYTES("a,b\n1,2\n"), STATUS_INVALID, "no gzip file");
    struct text got;
    assert_int_equal(read_all("/nowhere/at/all.csv", &got), STATUS_NOT_FOUND);
    assert_int_equal(read_all("/tmp", &got), STATUS_NOT_FOUND);
}

static void test_limits(void **state)
{
    (void)state;
    size_t length = 3 * 1024 * 1024;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, 'x', length);
    memcpy(bytes, "a,b\n1,2\n\"", 9);
    refuses("a.csv", bytes, length, STATUS_LIMIT,
            ":3: a field that begins here is longer than 1 MB");
    memset(bytes, ',', 1500);
    refuses("a.csv", bytes, 1500, STATUS_LIMIT, ":1: this row has more than 1,000 columns");
    free(bytes);
}

/* Writes a gzip file of `rows` rows and returns how long it is on the disk. */
static long gz_make(const char *name, int rows)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    gzFile file = gzopen(path, "wb1");
    assert_non_null(file);
    gzputs(file, "order,sku,name\n");
    for (int i = 0; i < rows; i++)
        gzprintf(file, "%d,%d,\"a row, with \"\"quotes\"\" number %d\"\r\n", 500000 + i / 9,
                 i % 4000, i);
    gzclose(file);
    FILE *made = fopen(path, "rb");
    fseek(made, 0, SEEK_END);
    long length = ftell(made);
    fclose(made);
    return length;
}

struct counted {
    uint64_t rows;
    uint64_t last_line;
    uint64_t progress_calls;
};

static bool row_count(void *context, const struct csv_row *row)
{
    struct counted *counted = context;
    counted->rows++;
    counted->last_line = row->line;
    return true;
}

static void progress_count(void *context, uint64_t done, uint64_t total)
{
    struct counted *counted = context;
    assert_true(done <= total);
    counted->progress_calls++;
}

static void test_gzip(void **state)
{
    (void)state;
    long length = gz_make("b.csv", 200000);
    struct counted counted = {0};
    struct csv_reader reader = {row_count, progress_count, &counted};
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_OK);
    assert_true(facts.compressed);
    assert_int_equal(counted.rows, 200001);
    assert_int_equal(counted.last_line, 200001);
    assert_int_equal(facts.lines, 200001);
    assert_true(counted.progress_calls > 3);

    assert_int_equal(truncate(path, length / 2), 0);
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_INVALID);
    assert_non_null(strstr(fault.text, "cut off"));
    assert_int_equal(truncate(path, 12), 0);
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_INVALID);

    length = gz_make("b.csv", 20000);
    FILE *file = fopen(path, "r+b");
    fseek(file, length / 2, SEEK_SET);
    fputs("damaged!", file);
    fclose(file);
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_INVALID);
    assert_non_null(strstr(fault.text, "gzip file"));
}

static bool row_first_only(void *context, const struct csv_row *row)
{
    (void)row;
    (*(int *)context)++;
    return false;
}

static void test_reader_may_stop(void **state)
{
    (void)state;
    gz_make("b.csv", 20000);
    int rows = 0;
    struct csv_reader reader = {row_first_only, NULL, &rows};
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_OK);
    assert_int_equal(rows, 1);
}

/* Appends the file to itself until it is there `times` times: gzip members one after another are
 * one gzip file. */
static void file_repeat(long length, int times)
{
    char *bytes = malloc((size_t)length);
    assert_non_null(bytes);
    FILE *file = fopen(path, "r+b");
    assert_int_equal(fread(bytes, 1, (size_t)length, file), (size_t)length);
    fseek(file, 0, SEEK_END);
    for (int i = 1; i < times; i++)
        assert_int_equal(fwrite(bytes, 1, (size_t)length, file), (size_t)length);
    fclose(file);
    free(bytes);
}

/* 200 MB of rows leave the process as large as 2 MB did: memory does not depend on the file. */
static void test_memory_is_constant(void **state)
{
    (void)state;
    enum { ROWS = 40001, TIMES = 100 };
    struct counted counted = {0};
    struct csv_reader reader = {row_count, NULL, &counted};
    struct rusage before;
    struct rusage after;
    long length = gz_make("c.csv", ROWS - 1);
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_OK);
    assert_int_equal(counted.rows, ROWS);
    file_repeat(length, TIMES);
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(csv_read(path, &reader, &facts, &fault), STATUS_OK);
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(counted.rows, ROWS + (uint64_t)ROWS * TIMES);
    assert_int_equal(counted.last_line, (uint64_t)ROWS * TIMES);
    long grown_kb = after.ru_maxrss - before.ru_maxrss;
    if (grown_kb > 1024)
        fail_msg("reading grew the process by %ld KB", grown_kb);
}

static int folder_make(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int folder_remove(void **state)
{
    (void)state;
    static const char *const names[] = {"a.csv", "a.csv.gz", "b.csv", "c.csv"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),           cmocka_unit_test(test_empty_lines_count),
        cmocka_unit_test(test_quotes),          cmocka_unit_test(test_delimiters),
        cmocka_unit_test(test_windows_1252),    cmocka_unit_test(test_no_csv),
        cmocka_unit_test(test_limits),          cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_reader_may_stop), cmocka_unit_test(test_memory_is_constant),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
