/* Text tables: cells are collected in one text, then measured, then written.
 *
 *   table_cell     bytes (made safe) + {offset, length, columns}
 *   table_write    widths = widest cell a column -> shrink to the terminal -> head, line, rows
 *
 * Invariant: cell i belongs to column i mod column_count; `bytes` holds no control character. A
 * cell's width is utf8_columns: one column a code point. East Asian wide characters would need a
 * table of their own; the shops that this is written for do not use them, and a misaligned column
 * is the whole damage. */
#include "report/table.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TABLE_BYTES_MAX = 64 * 1024 * 1024, GAP_COLUMNS = 2, CELL_FORMAT_BYTES = 512 };

static const char *const tones[TABLE_TONES] = {
    [TABLE_PLAIN] = "",         [TABLE_GOOD] = "\x1b[32m", [TABLE_WARN] = "\x1b[33m",
    [TABLE_BAD] = "\x1b[1;31m", [TABLE_DIM] = "\x1b[2m",
};

const char *table_tone_start(enum table_tone tone)
{
    ASSERT(tone < TABLE_TONES);
    return tones[tone];
}

const char *table_tone_end(void)
{
    return "\x1b[0m";
}

void table_init(struct table *table, const struct table_column *columns, uint32_t column_count)
{
    ASSERT(column_count > 0 && column_count <= TABLE_COLUMNS_MAX);
    *table = (struct table){.columns = columns, .column_count = column_count};
    text_init(&table->bytes, TABLE_BYTES_MAX);
}

void table_free(struct table *table)
{
    text_free(&table->bytes);
    free(table->cells);
    *table = (struct table){.columns = NULL};
}

/* The bytes of the code point at `at`; 1 for what is no UTF-8, so that every loop goes on. */
static size_t code_point_bytes(struct slice value, size_t at)
{
    unsigned char c = (unsigned char)value.data[at];
    size_t bytes = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    return bytes <= value.length - at ? bytes : value.length - at;
}

/* C0, DEL and C1 controls: what a terminal would obey. */
static bool is_control(struct slice value, size_t at, size_t bytes)
{
    unsigned char c = (unsigned char)value.data[at];
    if (bytes == 1) {
        return c < 0x20 || c >= 0x7f;
    }
    return bytes == 2 && c == 0xc2 && (unsigned char)value.data[at + 1] < 0xa0;
}

size_t table_text_append(struct text *to, struct slice value, size_t columns_max)
{
    bool cut = columns_max > 0 && utf8_columns(value) > columns_max;
    size_t most = cut ? columns_max - 1 : SIZE_MAX;
    size_t columns = 0;
    for (size_t at = 0; at < value.length;) {
        size_t bytes = code_point_bytes(value, at);
        struct slice one = {value.data + at, bytes};
        size_t wide = is_control(value, at, bytes) ? 1 : utf8_columns(one);
        if (columns + wide > most) {
            break;
        }
        text_append_slice(to, is_control(value, at, bytes) ? SLICE(" ") : one);
        columns += wide;
        at += bytes;
    }
    if (cut) {
        text_append_string(to, "…");
        columns += 1;
    }
    return columns;
}

static bool cell_reserve(struct table *table)
{
    if (table->cell_count < table->cell_capacity) {
        return true;
    }
    size_t capacity = table->cell_capacity == 0 ? 64 : table->cell_capacity * 2;
    struct table_cell *cells = realloc(table->cells, capacity * sizeof *cells);
    if (cells == NULL) {
        table->overflow = true;
        return false;
    }
    table->cells = cells;
    table->cell_capacity = capacity;
    return true;
}

void table_cell_tone(struct table *table, struct slice value, enum table_tone tone)
{
    ASSERT(tone < TABLE_TONES);
    if (!cell_reserve(table)) {
        return;
    }
    size_t offset = table->bytes.length;
    size_t columns = table_text_append(&table->bytes, value, 0);
    table->cells[table->cell_count++] = (struct table_cell){
        .offset = offset, .length = table->bytes.length - offset, .columns = columns, .tone = tone};
}

void table_cell(struct table *table, struct slice value)
{
    table_cell_tone(table, value, TABLE_PLAIN);
}

void table_cell_string(struct table *table, const char *value)
{
    table_cell(table, slice_of(value));
}

void table_cell_format(struct table *table, const char *format, ...)
{
    char value[CELL_FORMAT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    table_cell_string(table, value);
}

size_t table_row_count(const struct table *table)
{
    return table->cell_count / table->column_count;
}

static void widths_measure(const struct table *table, size_t widths[TABLE_COLUMNS_MAX])
{
    for (uint32_t i = 0; i < table->column_count; i++) {
        widths[i] = utf8_columns(slice_of(table->columns[i].title));
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t *width = &widths[i % table->column_count];
        if (table->cells[i].columns > *width) {
            *width = table->cells[i].columns;
        }
    }
}

/* Takes columns from the widest that may shrink, until the table fits or none may. */
static void widths_shrink(const struct table *table, size_t width, size_t widths[TABLE_COLUMNS_MAX])
{
    size_t sum = GAP_COLUMNS * (table->column_count - 1);
    for (uint32_t i = 0; i < table->column_count; i++) {
        sum += widths[i];
    }
    while (sum > width) {
        uint32_t widest = TABLE_COLUMNS_MAX;
        for (uint32_t i = 0; i < table->column_count; i++) {
            bool may = table->columns[i].may_shrink && widths[i] > TABLE_SHRINK_COLUMNS_MIN;
            if (may && (widest == TABLE_COLUMNS_MAX || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == TABLE_COLUMNS_MAX) {
            return;
        }
        widths[widest]--;
        sum--;
    }
}

static void spaces_append(struct text *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_append_char(to, ' ');
    }
}

static void cell_write(const struct table *table, uint32_t column, size_t width, struct slice value,
                       const char *tone, struct text *to)
{
    size_t columns = utf8_columns(value);
    size_t pad = columns < width ? width - columns : 0;
    bool right = table->columns[column].align == TABLE_RIGHT;
    if (right) {
        spaces_append(to, pad);
    }
    text_append_string(to, tone);
    (void)table_text_append(to, value, width);
    if (tone[0] != '\0') {
        text_append_string(to, table_tone_end());
    }
    bool last = column + 1 == table->column_count;
    if (!last) {
        spaces_append(to, (right ? 0 : pad) + GAP_COLUMNS);
    } else {
        text_append_char(to, '\n');
    }
}

static void head_write(const struct table *table, const size_t *widths, bool colour,
                       struct text *to)
{
    bool any = false;
    for (uint32_t i = 0; i < table->column_count; i++) {
        any = any || table->columns[i].title[0] != '\0';
    }
    for (uint32_t i = 0; any && i < table->column_count; i++) {
        cell_write(table, i, widths[i], slice_of(table->columns[i].title),
                   colour ? tones[TABLE_DIM] : "", to);
    }
}

bool table_write(const struct table *table, size_t width, bool colour, struct text *to)
{
    ASSERT(table->overflow || table->cell_count % table->column_count == 0);
    if (table->overflow || table->bytes.overflow) {
        return false;
    }
    size_t widths[TABLE_COLUMNS_MAX];
    widths_measure(table, widths);
    if (width > 0) {
        widths_shrink(table, width, widths);
    }
    head_write(table, widths, colour, to);
    for (size_t i = 0; i < table->cell_count; i++) {
        const struct table_cell *cell = &table->cells[i];
        uint32_t column = (uint32_t)(i % table->column_count);
        struct slice value = {table->bytes.bytes + cell->offset, cell->length};
        if (cell->length == 0) {
            value = SLICE("");
        }
        cell_write(table, column, widths[column], value, colour ? tones[cell->tone] : "", to);
    }
    return !to->overflow;
}

void table_bar_append(struct text *to, int64_t done, int64_t whole, size_t columns)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    ASSERT(columns > 0 && columns <= 1000);
    int64_t most = (int64_t)columns * 8;
    int64_t filled = 0;
    if (whole > 0 && done > 0) {
        filled = done >= whole ? most : (int64_t)((__int128)done * most / whole);
    }
    size_t full = (size_t)(filled / 8);
    for (size_t i = 0; i < full; i++) {
        text_append_string(to, "█");
    }
    text_append_string(to, eighths[filled % 8]);
    spaces_append(to, columns - full - (filled % 8 > 0 ? 1 : 0));
}
