/* Pairs KEY=TITLE -> titles -> places in the header. */
#include "exchange/mapping.h"

#include "base/assert.h"
#include "base/text.h"
#include "exchange/cells.h"
#include "exchange/options.h"

#include <stdio.h>

enum { PLACE_NONE = UINT32_MAX };

static enum status key_refuse(const struct mapping *mapping, struct slice key, struct fault *fault)
{
    char keys[256];
    size_t length = 0;
    keys[0] = '\0';
    for (uint32_t i = 0; i < mapping->count && length < sizeof keys; i++) {
        int wrote = snprintf(keys + length, sizeof keys - length, "%s%s", i > 0 ? ", " : "",
                             mapping->keys[i]);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
    return fault_set(fault, STATUS_INVALID, "--columns: \"%.*s\" is none of %s",
                     (int)utf8_cut(key, 80), key.data, keys);
}

static enum status pair_take(struct mapping *mapping, struct slice key, struct slice title,
                             struct fault *fault)
{
    uint32_t column = 0;
    while (column < mapping->count && !slice_is(key, mapping->keys[column])) {
        column++;
    }
    if (column == mapping->count) {
        return key_refuse(mapping, key, fault);
    }
    if (title.length == 0 || title.length > LIMIT_LABEL_BYTES ||
        mapping->titles[column][0] != '\0') {
        return fault_set(fault, STATUS_INVALID, "--columns: %s needs one title of a column",
                         mapping->keys[column]);
    }
    memcpy(mapping->titles[column], title.data, title.length);
    mapping->titles[column][title.length] = '\0';
    return STATUS_OK;
}

enum status mapping_read(struct mapping *mapping, const char *columns, struct fault *fault)
{
    struct slice left = slice_of(columns == NULL ? "" : columns);
    struct slice key;
    struct slice title;
    ASSERT(mapping->count <= MAPPING_COLUMNS_MAX);
    while (options_pair_next(&left, &key, &title)) {
        enum status status = pair_take(mapping, key, title, fault);
        if (status != STATUS_OK) {
            return status;
        }
    }
    for (uint32_t i = 0; i < mapping->count; i++) {
        if (mapping->titles[i][0] == '\0' && (mapping->required & 1u << i) != 0) {
            return fault_set(fault, STATUS_INVALID,
                             "say which column holds \"%s\", for example: %s", mapping->keys[i],
                             mapping->example);
        }
    }
    return STATUS_OK;
}

static void titles_list(const struct csv_row *header, char *to, size_t size)
{
    size_t length = 0;
    to[0] = '\0';
    for (uint32_t i = 0; i < header->count && length + 1 < size; i++) {
        int wrote = snprintf(to + length, size - length, "%s%.*s", i > 0 ? ", " : "",
                             (int)utf8_cut(header->fields[i], 60), header->fields[i].data);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}

enum status mapping_find(struct mapping *mapping, const struct csv_row *header, const char *path,
                         struct fault *fault)
{
    for (uint32_t column = 0; column < mapping->count; column++) {
        mapping->places[column] = PLACE_NONE;
        for (uint32_t i = 0; i < header->count; i++) {
            if (mapping->places[column] == PLACE_NONE && mapping->titles[column][0] != '\0' &&
                cell_is(text_trim(header->fields[i]), mapping->titles[column])) {
                mapping->places[column] = i;
            }
        }
        if (mapping->places[column] != PLACE_NONE || mapping->titles[column][0] == '\0') {
            continue;
        }
        char titles[512];
        titles_list(header, titles, sizeof titles);
        return fault_set(fault, STATUS_INVALID, "%s:%llu: no column \"%s\"; the file has: %s", path,
                         (unsigned long long)header->line, mapping->titles[column], titles);
    }
    return STATUS_OK;
}

bool mapping_has(const struct mapping *mapping, uint32_t column)
{
    ASSERT(column < mapping->count);
    return mapping->places[column] != PLACE_NONE;
}

struct slice mapping_cell(const struct mapping *mapping, const struct csv_row *row, uint32_t column)
{
    return mapping_has(mapping, column) ? text_trim(csv_field(row, mapping->places[column]))
                                        : SLICE("");
}

bool mapping_row_is_short(const struct mapping *mapping, const struct csv_row *row)
{
    for (uint32_t i = 0; i < mapping->count; i++) {
        bool may_end = (mapping->may_end & 1u << i) != 0;
        if (!may_end && mapping_has(mapping, i) && mapping->places[i] >= row->count) {
            return true;
        }
    }
    return false;
}
