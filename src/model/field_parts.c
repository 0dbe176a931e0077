/* What refers to other things or holds several: references by name, bills of materials, lists and
 * records.
 *
 * All names of a file are known before the first reference is read (shop_read.c indexes them), so a
 * reference resolves at once and a dangling one is refused where it stands, with the nearest name
 * that exists. Invariant: an index in a record is below its kind's count, or NO_INDEX where the key
 * was left out. */
#include "model/field.h"

#include "base/decimal.h"

#include <stddef.h>

/* struct component, struct basket_share and struct center_hours, seen alike. */
struct share {
    uint16_t index;
    int64_t thousandths;
};

_Static_assert(sizeof(struct share) == sizeof(struct component) &&
                   offsetof(struct share, thousandths) ==
                       offsetof(struct component, quantity_thousandths),
               "a component is a share");
_Static_assert(sizeof(struct share) == sizeof(struct basket_share) &&
                   offsetof(struct share, thousandths) ==
                       offsetof(struct basket_share, mean_units_thousandths),
               "a basket's entry is a share");
_Static_assert(sizeof(struct share) == sizeof(struct center_hours) &&
                   offsetof(struct share, thousandths) ==
                       offsetof(struct center_hours, hours_thousandths),
               "hours of a work center are a share");

static bool name_resolve(struct reader *reader, const struct field *field,
                         const struct tree_node *node, uint16_t *index)
{
    const struct names_kind *kind = &names_kinds[field->names];
    if (node->kind != TREE_SCALAR) {
        return reader_refuse(reader, node, "%s: write the name of one %s", field->key, kind->noun);
    }
    *index = names_find(reader->shop, field->names, node->text);
    if (*index != NO_INDEX) {
        return true;
    }
    int length = tree_shown(node->text);
    const char *nearest = names_nearest(reader->shop, field->names, node->text);
    if (nearest != NULL) {
        return reader_refuse(reader, node, "%s: there is no %s '%.*s'; did you mean '%s'?",
                             field->key, kind->noun, length, node->text.data, nearest);
    }
    return reader_refuse(reader, node,
                         "%s: there is no %s '%.*s'; add it under %s, or write one "
                         "that is there",
                         field->key, kind->noun, length, node->text.data, kind->section);
}

static bool reference_read(struct reader *reader, const struct field *field,
                           const struct tree_node *node, void *record)
{
    return name_resolve(reader, field, node, field_in(field, record));
}

static void reference_append(struct writer *writer, enum names names, uint16_t index)
{
    text_append_string(writer->text,
                       index == NO_INDEX ? "none" : names_head(writer->shop, names, index).name);
}

static void reference_write(struct writer *writer, const struct field *field, const void *record)
{
    const uint16_t *index = field_of(field, record);
    reference_append(writer, field->names, *index);
}

static uint16_t index_mapped(const struct copier *copier, enum names names, uint16_t index)
{
    return index == NO_INDEX || copier->map[names] == NULL ? index : copier->map[names][index];
}

static bool reference_copy(struct copier *copier, const struct field *field, const void *from,
                           void *to)
{
    const uint16_t *source = field_of(field, from);
    uint16_t *copy = field_in(field, to);
    *copy = index_mapped(copier, field->names, *source);
    return true;
}

const struct field_kind field_reference = {sizeof(uint16_t), reference_read, reference_write,
                                           reference_copy};

static bool references_read(struct reader *reader, const struct field *field,
                            const struct tree_node *node, void *record)
{
    if (!list_require(reader, field, node, LIMIT_LIST_ENTRIES)) {
        return false;
    }
    uint32_t total = names_count(reader->shop, field->names);
    uint16_t *indexes = ARENA_ARRAY(&reader->shop->arena, uint16_t, node->count);
    bool *seen = ARENA_ARRAY(&reader->shop->arena, bool, total);
    if (indexes == NULL || seen == NULL) {
        return reader_refuse_memory(reader);
    }
    uint32_t count = 0;
    for (const struct tree_node *entry = node->first; entry != NULL; entry = entry->next) {
        uint16_t index = NO_INDEX;
        if (!name_resolve(reader, field, entry, &index)) {
            return false;
        }
        if (seen[index]) {
            return reader_refuse(reader, entry, "%s: '%.*s' is listed twice; keep one of them",
                                 field->key, (int)entry->text.length, entry->text.data);
        }
        seen[index] = true;
        indexes[count++] = index;
    }
    field_entries_set(field, record, indexes);
    field_count_set(field, record, count);
    return true;
}

static void references_write(struct writer *writer, const struct field *field, const void *record)
{
    const uint16_t *indexes = field_entries_of(field, record);
    text_append_char(writer->text, '[');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        text_append_string(writer->text, i > 0 ? ", " : "");
        reference_append(writer, field->names, indexes[i]);
    }
    text_append_char(writer->text, ']');
}

static bool references_copy(struct copier *copier, const struct field *field, const void *from,
                            void *to)
{
    uint32_t count = field_count_of(field, from);
    const uint16_t *indexes = field_entries_of(field, from);
    uint16_t *copies = ARENA_ARRAY(&copier->to->arena, uint16_t, count);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        copies[i] = index_mapped(copier, field->names, indexes[i]);
    }
    field_entries_set(field, to, copies);
    field_count_set(field, to, count);
    return copies != NULL;
}

const struct field_kind field_references = {0, references_read, references_write, references_copy};

static bool shares_read(struct reader *reader, const struct field *field,
                        const struct tree_node *node, void *record)
{
    uint32_t limit = field->names == NAMES_ITEMS ? LIMIT_ITEMS_PER_OFFER : LIMIT_LIST_ENTRIES;
    if (!map_require(reader, field, node, limit)) {
        return false;
    }
    struct share *shares = ARENA_ARRAY(&reader->shop->arena, struct share, node->count);
    if (shares == NULL) {
        return reader_refuse_memory(reader);
    }
    uint32_t count = 0;
    for (const struct tree_node *value = node->first; value != NULL; value = value->next) {
        struct share *share = &shares[count++];
        if (!name_resolve(reader, field, value->key, &share->index) ||
            !number_read(reader, field, value, 3, &share->thousandths)) {
            return false;
        }
    }
    field_entries_set(field, record, shares);
    field_count_set(field, record, count);
    return true;
}

static void shares_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct share *shares = field_entries_of(field, record);
    text_append_char(writer->text, '{');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        char digits[32];
        text_append_string(writer->text, i > 0 ? ", " : "");
        reference_append(writer, field->names, shares[i].index);
        text_append_string(writer->text, ": ");
        text_append(writer->text, digits, decimal_write(digits, shares[i].thousandths, 3, true));
    }
    text_append_char(writer->text, '}');
}

static bool shares_copy(struct copier *copier, const struct field *field, const void *from,
                        void *to)
{
    uint32_t count = field_count_of(field, from);
    const struct share *shares = field_entries_of(field, from);
    struct share *copies = ARENA_ARRAY(&copier->to->arena, struct share, count);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        copies[i].index = index_mapped(copier, field->names, shares[i].index);
        copies[i].thousandths = shares[i].thousandths;
    }
    field_entries_set(field, to, copies);
    field_count_set(field, to, count);
    return copies != NULL;
}

const struct field_kind field_shares = {0, shares_read, shares_write, shares_copy};

/* A zeroed array of records, each with its defaults. */
static char *records_new(struct arena *arena, const struct record_shape *shape, uint32_t count)
{
    char *records = arena_alloc(arena, shape->bytes * count);
    for (uint32_t i = 0; records != NULL && shape->defaults != NULL && i < count; i++) {
        memcpy(records + i * shape->bytes, shape->defaults, shape->bytes);
    }
    return records;
}

static bool list_read(struct reader *reader, const struct field *field,
                      const struct tree_node *node, void *record)
{
    const struct record_shape *shape = field->detail;
    if (!list_require(reader, field, node, shape->limit)) {
        return false;
    }
    char *records = records_new(&reader->shop->arena, shape, node->count);
    if (records == NULL) {
        return reader_refuse_memory(reader);
    }
    char *entry = records;
    for (const struct tree_node *item = node->first; item != NULL; item = item->next) {
        if (!record_read(reader, shape, item, NULL, entry)) {
            return false;
        }
        entry += shape->bytes;
    }
    field_entries_set(field, record, records);
    field_count_set(field, record, node->count);
    return true;
}

static void braces_write(struct writer *writer, const struct record_shape *shape,
                         const void *record)
{
    text_append_char(writer->text, '{');
    record_write(writer, shape, record, ", ");
    text_append_char(writer->text, '}');
}

static void list_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct record_shape *shape = field->detail;
    const char *entries = field_entries_of(field, record);
    const char *between = "";
    text_append_char(writer->text, '[');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        const char *entry = entries + i * shape->bytes;
        if (!record_is_retired(writer->shop, shape, entry)) {
            text_append_string(writer->text, between);
            braces_write(writer, shape, entry);
            between = ", ";
        }
    }
    text_append_char(writer->text, ']');
}

static bool list_copy(struct copier *copier, const struct field *field, const void *from, void *to)
{
    const struct record_shape *shape = field->detail;
    uint32_t count = field_count_of(field, from);
    const char *entries = field_entries_of(field, from);
    char *copies = records_new(&copier->to->arena, shape, count);
    for (uint32_t i = 0; copies != NULL && i < count; i++) {
        memcpy(copies + i * shape->bytes, entries + i * shape->bytes, shape->bytes);
        if (!record_copy(copier, shape, entries + i * shape->bytes, copies + i * shape->bytes)) {
            return false;
        }
    }
    field_entries_set(field, to, copies);
    field_count_set(field, to, count);
    return copies != NULL;
}

const struct field_kind field_list = {0, list_read, list_write, list_copy};

static bool record_field_read(struct reader *reader, const struct field *field,
                              const struct tree_node *node, void *record)
{
    return record_read(reader, field->detail, node, field->key, field_in(field, record));
}

static void record_field_write(struct writer *writer, const struct field *field, const void *record)
{
    braces_write(writer, field->detail, field_of(field, record));
}

static bool record_field_copy(struct copier *copier, const struct field *field, const void *from,
                              void *to)
{
    return record_copy(copier, field->detail, field_of(field, from), field_in(field, to));
}

const struct field_kind field_record = {0, record_field_read, record_field_write,
                                        record_field_copy};

/* The records have their names and defaults already (shop_read.c); here they get their values. */
static bool named_read(struct reader *reader, const struct field *field,
                       const struct tree_node *node, void *record)
{
    const struct record_shape *shape = field->detail;
    char *entry = field_entries_of(field, record);
    for (const struct tree_node *value = node->first; value != NULL; value = value->next) {
        struct name_head head;
        memcpy(&head, entry, sizeof head);
        if (!record_read(reader, shape, value, head.name, entry)) {
            return false;
        }
        entry += shape->bytes;
    }
    return true;
}

static void named_write(struct writer *writer, const struct field *field, const void *record)
{
    const struct record_shape *shape = field->detail;
    const char *entries = field_entries_of(field, record);
    text_append_char(writer->text, '{');
    for (uint32_t i = 0; i < field_count_of(field, record); i++) {
        struct name_head head = names_head(writer->shop, field->names, i);
        text_append_format(writer->text, "%s%s: ", i > 0 ? ", " : "", head.name);
        braces_write(writer, shape, entries + i * shape->bytes);
    }
    text_append_char(writer->text, '}');
}

/* Never copied as a whole: shop_merge.c copies record by record, since it decides about each name.
 */
const struct field_kind field_named = {0, named_read, named_write, NULL};
