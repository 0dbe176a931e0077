/* A title is folded into a small buffer and looked up in the format's table; tables have some
 * hundred titles, headers some hundred columns, so looking through them is quick enough. */
#include "exchange/columns.h"
#include "base/assert.h"
#include "exchange/cells.h"
#include "exchange/report.h"

enum { TITLE_BYTES_MAX = 100 };

/* ---- folding ---- */

struct fold {
    const char *from;
    const char *to;
};

static struct fold fold_at(struct slice title, const char *plain)
{
    static const struct fold folds[] = {
        {"\xc2\xa0", " "}, {"\xe2\x80\xaf", " "}, {"’", "'"}, {"?", ""}, {":", ""}, {"*", ""},
        {";", ","}};
    struct fold fold = {plain, plain};
    for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
        if (title.length >= strlen(folds[i].from) &&
            memcmp(title.data, folds[i].from, strlen(folds[i].from)) == 0) {
            fold = folds[i];
        }
    }
    return fold;
}

/* Titles with capitals beyond ASCII ("État") are in the tables with a small letter. */
static void first_letter_fold(char *title)
{
    static const struct fold capitals[] = {{"É", "é"}, {"Ü", "ü"}};
    for (size_t i = 0; i < sizeof capitals / sizeof capitals[0]; i++) {
        if (memcmp(title, capitals[i].from, 2) == 0) {
            memcpy(title, capitals[i].to, 2);
        }
    }
}

/* A title without what differs between versions; false where it is longer than any that is known.
 */
static bool title_fold(struct slice title, char *to)
{
    size_t length = 0;
    title = cell_trim(title);
    while (title.length > 0) {
        char plain[2] = {title.data[0], '\0'};
        struct fold fold = fold_at(title, plain);
        if (plain[0] >= 'A' && plain[0] <= 'Z') {
            plain[0] = (char)(plain[0] + 32);
        }
        if (plain[0] >= '0' && plain[0] <= '9') {
            plain[0] = '#';
        }
        bool repeats =
            (fold.to[0] == '#' || fold.to[0] == ' ') && length > 0 && to[length - 1] == fold.to[0];
        if (fold.to[0] != '\0' && !repeats) {
            if (length == TITLE_BYTES_MAX) {
                return false;
            }
            to[length++] = fold.to[0];
        }
        title = (struct slice){title.data + strlen(fold.from), title.length - strlen(fold.from)};
    }
    while (length > 0 && to[length - 1] == ' ') {
        length--;
    }
    to[length] = '\0';
    if (length >= 2) {
        first_letter_fold(to);
    }
    return true;
}

/* ---- the header ---- */

/* The column of that title, or `count`. */
static uint32_t column_of_title(const struct column_titles *known, uint32_t count,
                                struct slice title)
{
    char folded[TITLE_BYTES_MAX + 1];
    if (!title_fold(title, folded)) {
        return count;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (size_t t = 0; t < COLUMN_TITLES_MAX && known[i].titles[t] != NULL; t++) {
            if (strcmp(folded, known[i].titles[t]) == 0) {
                return i;
            }
        }
    }
    return count;
}

void columns_find(struct columns *columns, const struct column_titles *known, uint32_t count,
                  const struct csv_row *header, struct exchange_report *report)
{
    ASSERT(count <= COLUMNS_MAX);
    columns->repeated_count = 0;
    for (uint32_t i = 0; i < COLUMNS_MAX; i++) {
        columns->places[i] = COLUMN_ABSENT;
    }
    for (uint32_t i = 0; i < header->count; i++) {
        uint32_t column = column_of_title(known, count, header->fields[i]);
        if (column < count && known[column].repeated) {
            if (columns->repeated_count < COLUMN_PLACES_MAX) {
                columns->repeated[columns->repeated_count++] = i;
            }
        } else if (column < count && columns->places[column] == COLUMN_ABSENT) {
            columns->places[column] = i;
        } else if (report != NULL) {
            report_add(report, NOTE_COLUMN_IGNORED, 0, cell_trim(header->fields[i]));
        }
    }
}

bool columns_has(const struct columns *columns, uint32_t column)
{
    return columns->places[column] != COLUMN_ABSENT;
}

/* ---- rows ---- */

struct slice columns_cell(const struct columns *columns, const struct csv_row *row, uint32_t column)
{
    if (!columns_has(columns, column)) {
        return (struct slice){"", 0};
    }
    return cell_trim(csv_field(row, columns->places[column]));
}

void columns_values(const struct columns *columns, const struct csv_row *row,
                    struct column_values *values)
{
    values->count = 0;
    for (uint32_t i = 0; i < columns->repeated_count; i++) {
        struct slice value = cell_trim(csv_field(row, columns->repeated[i]));
        if (value.length > 0 && value.length <= LIMIT_LABEL_BYTES) {
            values->values[values->count++] = value;
        }
    }
}

void column_values_append(const struct column_values *values, const char *first,
                          const char *between, struct text *to)
{
    for (uint32_t i = 0; i < values->count; i++) {
        text_append_string(to, i == 0 ? first : between);
        text_append_slice(to, values->values[i]);
    }
}
