/* The way of a byte: gzread -> (NUL check) -> libcsv -> field_take -> row_end -> the reader's
 * row().
 *
 *   chunk      64 KB, unpacked; zlib passes plain files through
 *   libcsv     finds fields; its buffer may not grow over LIMIT_CSV_FIELD_BYTES
 *   row text   the fields of one row, one after another, as UTF-8; `ends` says where each ends
 *
 * Lines are counted where libcsv reports them: every unquoted CR and LF (CSV_REPALL_NL), and those
 * inside a field when it ends. So the line of a row is right although quoted fields hold newlines.
 * A file that is read as a whole was rejected (1 GB in constant memory), and so was a parser of our
 * own: libcsv knows the same edge cases and is fuzzed here. */
#include "exchange/csv_read.h"
#include "base/assert.h"
#include "base/text.h"
#include "exchange/windows_1252.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { CHUNK_BYTES = 64 * 1024, PROGRESS_CHUNKS = 16 };

struct csv_run {
    const char *path;
    const struct csv_reader *reader;
    struct csv_facts *facts;
    struct fault *fault;
    enum status status;
    bool enough;

    gzFile file;
    uint64_t total_bytes;
    uint64_t raw_lines; /* newlines in the chunks before this one */

    struct csv_parser parser;
    struct text text;
    size_t ends[LIMIT_CSV_COLUMNS];
    struct slice fields[LIMIT_CSV_COLUMNS];
    uint32_t count;
    uint64_t line;     /* the one being read */
    uint64_t row_line; /* of the first field */
    bool after_cr;
};

struct slice csv_field(const struct csv_row *row, uint32_t index)
{
    return index < row->count ? row->fields[index] : (struct slice){"", 0};
}

/* LF, CR LF and CR each end one line. */
static uint64_t lines_in(struct slice text)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < text.length; i++) {
        bool lone_cr = text.data[i] == '\r' && (i + 1 == text.length || text.data[i + 1] != '\n');
        lines += text.data[i] == '\n' || lone_cr;
    }
    return lines;
}

static void run_fail(struct csv_run *run, enum status status, uint64_t line, const char *what)
{
    if (run->status != STATUS_OK) {
        return;
    }
    run->status =
        fault_set(run->fault, status, "%s:%llu: %s", run->path, (unsigned long long)line, what);
}

/* ---- libcsv's callbacks ---- */

static void field_append(struct csv_run *run, struct slice field)
{
    if (utf8_valid(field)) {
        text_append_slice(&run->text, field);
        return;
    }
    if (run->facts->transliterated++ == 0) {
        run->facts->transliterated_line = run->row_line;
    }
    windows_1252_append(&run->text, field);
}

static void field_take(void *bytes, size_t length, void *context)
{
    struct csv_run *run = context;
    if (run->enough || run->status != STATUS_OK) {
        return;
    }
    struct slice field = {bytes, length};
    if (run->count == 0) {
        run->row_line = run->line;
    }
    run->after_cr = false;
    if (run->count == LIMIT_CSV_COLUMNS) {
        run_fail(run, STATUS_LIMIT, run->row_line, "this row has more than 1,000 columns");
        return;
    }
    field_append(run, field);
    run->ends[run->count++] = run->text.length;
    run->line += lines_in(field);
    if (run->text.overflow) {
        run_fail(run, STATUS_LIMIT, run->row_line, "this row is longer than 4 MB");
    }
}

static void row_give(struct csv_run *run)
{
    size_t from = 0;
    for (uint32_t i = 0; i < run->count; i++) {
        size_t length = run->ends[i] - from;
        run->fields[i] = (struct slice){length > 0 ? run->text.bytes + from : "", length};
        from = run->ends[i];
    }
    struct csv_row row = {run->row_line, run->count, run->fields};
    bool empty = run->count == 1 && run->fields[0].length == 0;
    if (!empty && !run->reader->row(run->reader->context, &row)) {
        run->enough = true;
    }
}

static void row_end(int terminator, void *context)
{
    struct csv_run *run = context;
    if (run->enough || run->status != STATUS_OK) {
        return;
    }
    if (run->count > 0) {
        row_give(run);
        text_clear(&run->text);
        run->count = 0;
    }
    if (terminator == '\n' && run->after_cr) {
        run->after_cr = false;
        return;
    }
    run->facts->lines = run->line;
    run->after_cr = terminator == '\r';
    run->line++;
}

/* libcsv grows its field buffer through this: a field over the limit is refused instead of kept. */
static void *limited_realloc(void *bytes, size_t length)
{
    return length > LIMIT_CSV_FIELD_BYTES ? NULL : realloc(bytes, length);
}

static int only_space(unsigned char c)
{
    return c == ' ';
}

/* ---- the file ---- */

static bool named_gz(const char *path)
{
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".gz") == 0;
}

static void run_open(struct csv_run *run)
{
    struct stat about;
    if (stat(run->path, &about) != 0 || !S_ISREG(about.st_mode)) {
        run->status =
            fault_set(run->fault, STATUS_NOT_FOUND,
                      "%s: no such file; give the path of a CSV or CSV.gz file", run->path);
        return;
    }
    run->total_bytes = (uint64_t)about.st_size;
    run->file = gzopen(run->path, "rb");
    if (run->file == NULL) {
        run->status =
            fault_set(run->fault, STATUS_IO, "%s: cannot be opened for reading", run->path);
    } else if (gzbuffer(run->file, 2 * CHUNK_BYTES) != 0) {
        run->status = fault_set(run->fault, STATUS_MEMORY, "no memory to read %s", run->path);
    }
}

/* Reads the next chunk; 0 at the end and after a failure. */
static size_t chunk_read(struct csv_run *run, char *chunk)
{
    int got = gzread(run->file, chunk, CHUNK_BYTES);
    int code = Z_OK;
    (void)gzerror(run->file, &code);
    /* Z_BUF_ERROR at the end: the stream stops before its trailer. */
    if (code == Z_BUF_ERROR) {
        run_fail(run, STATUS_INVALID, run->line,
                 "the gzip file is cut off here; copy it again, whole");
    } else if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
        run_fail(run, STATUS_INVALID, run->line, "the gzip file is damaged; copy it again");
    }
    return run->status == STATUS_OK && got > 0 ? (size_t)got : 0;
}

static void nul_refuse(struct csv_run *run, struct slice chunk)
{
    const char *nul = memchr(chunk.data, 0, chunk.length);
    if (nul != NULL) {
        struct slice before = {chunk.data, (size_t)(nul - chunk.data)};
        run_fail(run, STATUS_INVALID, run->raw_lines + lines_in(before) + 1,
                 "a NUL byte: this is no CSV text; save it as \"CSV UTF-8\"");
    }
    run->raw_lines += lines_in(chunk);
}

/* ---- the first chunk says what the file is ---- */

static size_t first_line_length(struct slice chunk)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < chunk.length; i++) {
        if (chunk.data[i] == '"') {
            quoted = !quoted;
        }
        if (!quoted && (chunk.data[i] == '\n' || chunk.data[i] == '\r')) {
            break;
        }
    }
    return i;
}

static char delimiter_detect(struct slice line)
{
    size_t commas = 0;
    size_t semicolons = 0;
    size_t tabs = 0;
    bool quoted = false;
    for (size_t i = 0; i < line.length; i++) {
        quoted ^= line.data[i] == '"';
        commas += !quoted && line.data[i] == ',';
        semicolons += !quoted && line.data[i] == ';';
        tabs += !quoted && line.data[i] == '\t';
    }
    if (tabs > commas && tabs > semicolons) {
        return '\t';
    }
    return semicolons > commas ? ';' : ',';
}

/* Excel writes "sep=;" before the header. The parser then sees an empty first line, so that numbers
 * stay right. */
static bool delimiter_given(struct slice line, char *delimiter)
{
    if (line.length != 5 || memcmp(line.data, "sep=", 4) != 0) {
        return false;
    }
    *delimiter = line.data[4];
    return *delimiter == ',' || *delimiter == ';' || *delimiter == '\t';
}

static void first_chunk(struct csv_run *run, struct slice *chunk)
{
    run->facts->compressed = gzdirect(run->file) == 0;
    if (chunk->length == 0) {
        run_fail(run, STATUS_INVALID, 1, "the file is empty; a CSV file begins with a header");
        return;
    }
    if (named_gz(run->path) && !run->facts->compressed) {
        run_fail(run, STATUS_INVALID, 1, "it is named .gz but is no gzip file");
        return;
    }
    if (chunk->length >= 4 && memcmp(chunk->data, "PK\3\4", 4) == 0) {
        run_fail(run, STATUS_INVALID, 1, "a zip or spreadsheet file; save it as \"CSV UTF-8\"");
        return;
    }
    if (chunk->length >= 3 && memcmp(chunk->data, "\xef\xbb\xbf", 3) == 0) {
        run->facts->byte_order_mark = true;
        *chunk = (struct slice){chunk->data + 3, chunk->length - 3};
    }
    struct slice line = {chunk->data, first_line_length(*chunk)};
    if (delimiter_given(line, &run->facts->delimiter)) {
        *chunk = (struct slice){chunk->data + 5, chunk->length - 5};
    } else {
        run->facts->delimiter = delimiter_detect(line);
    }
    csv_set_delim(&run->parser, (unsigned char)run->facts->delimiter);
    if (run->facts->delimiter == '\t') {
        csv_set_space_func(&run->parser, only_space);
    }
}

/* ---- reading ---- */

static void chunk_parse(struct csv_run *run, struct slice chunk)
{
    nul_refuse(run, chunk);
    if (run->status != STATUS_OK) {
        return;
    }
    size_t taken = csv_parse(&run->parser, chunk.data, chunk.length, field_take, row_end, run);
    if (taken != chunk.length && run->status == STATUS_OK) {
        run_fail(run, STATUS_LIMIT, run->line,
                 "a field that begins here is longer than 1 MB; is its quote never closed?");
    }
}

static void progress_tell(struct csv_run *run)
{
    if (run->reader->progress == NULL) {
        return;
    }
    z_off_t offset = gzoffset(run->file);
    run->reader->progress(run->reader->context, offset < 0 ? 0 : (uint64_t)offset,
                          run->total_bytes);
}

static void run_read(struct csv_run *run, char *buffer)
{
    struct slice chunk = {buffer, chunk_read(run, buffer)};
    if (run->status == STATUS_OK) {
        first_chunk(run, &chunk);
    }
    for (uint32_t chunks = 1; run->status == STATUS_OK && !run->enough && chunk.length > 0;
         chunks++) {
        chunk_parse(run, chunk);
        if (chunks % PROGRESS_CHUNKS == 0) {
            progress_tell(run);
        }
        if (run->status == STATUS_OK && !run->enough) {
            chunk = (struct slice){buffer, chunk_read(run, buffer)};
        }
    }
    if (run->status != STATUS_OK || run->enough) {
        return;
    }
    uint64_t last = run->line;
    /* Strict only now: a quote inside a field is common and harmless, one that is open at the end
     * is not. */
    csv_set_opts(&run->parser, CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI);
    if (csv_fini(&run->parser, field_take, row_end, run) != 0) {
        run_fail(run, STATUS_INVALID, last, "a quote opens here and is never closed");
    }
    progress_tell(run);
}

static void run_with_parser(struct csv_run *run, char *buffer)
{
    csv_init(&run->parser, CSV_REPALL_NL);
    csv_set_realloc_func(&run->parser, limited_realloc);
    csv_set_blk_size(&run->parser, 4096);
    run_read(run, buffer);
    csv_free(&run->parser);
}

enum status csv_read(const char *path, const struct csv_reader *reader, struct csv_facts *facts,
                     struct fault *fault)
{
    memset(facts, 0, sizeof *facts);
    struct csv_run *run = calloc(1, sizeof *run);
    char *buffer = malloc(CHUNK_BYTES);
    if (run == NULL || buffer == NULL) {
        free(run);
        free(buffer);
        return fault_set(fault, STATUS_MEMORY, "no memory to read %s", path);
    }
    run->path = path;
    run->reader = reader;
    run->facts = facts;
    run->fault = fault;
    run->line = 1;
    text_init(&run->text, LIMIT_CSV_ROW_BYTES);
    run_open(run);
    if (run->status == STATUS_OK) {
        run_with_parser(run, buffer);
    }
    if (run->file != NULL) {
        gzclose(run->file);
    }
    enum status status = run->status;
    text_free(&run->text);
    free(buffer);
    free(run);
    return status;
}
