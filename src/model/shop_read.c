/* Shop file -> tree -> names -> records: the three steps of shop_read.
 *
 * First the tree (tree.c) with every node's place; then the names of every section, so that what
 * refers to them may stand before them in the file; then the records, by the tables of sections.c.
 * The first thing that is wrong ends the reading: reader->status and the fault say what, nothing is
 * kept. Invariant: a function that answers false has set both. Collecting all errors was rejected:
 * after the first, later ones are often its echo. */
#include "model/field.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define TREE_BYTES_MAX ((size_t)1 << 30)
#define SHOP_BYTES_MAX ((size_t)1 << 30)

bool reader_refuse(struct reader *reader, const struct tree_node *node, const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    reader->status = fault_set(reader->fault, STATUS_INVALID, "%s:%u:%u: %s", reader->file,
                               node->line, node->column, what);
    return false;
}

bool reader_refuse_memory(struct reader *reader)
{
    reader->status = fault_set(reader->fault, STATUS_LIMIT,
                               "%s: the shop is larger than memory allows; leave some entries out",
                               reader->file);
    return false;
}

const struct tree_node *tree_find(const struct tree_node *map, const char *key)
{
    for (const struct tree_node *value = map->first; value != NULL; value = value->next) {
        if (slice_is(value->key->text, key)) {
            return value;
        }
    }
    return NULL;
}

static bool entries_check(struct reader *reader, const struct field *field,
                          const struct tree_node *node, uint32_t limit)
{
    return node->count <= limit || reader_refuse(reader, node, "%s: %u entries; at most %u fit",
                                                 field->key, node->count, limit);
}

bool list_require(struct reader *reader, const struct field *field, const struct tree_node *node,
                  uint32_t limit)
{
    if (node->kind != TREE_LIST && !tree_is_empty(node)) {
        return reader_refuse(reader, node, "%s: a list belongs here; write [...] or lines with -",
                             field->key);
    }
    return entries_check(reader, field, node, limit);
}

bool map_require(struct reader *reader, const struct field *field, const struct tree_node *node,
                 uint32_t limit)
{
    if (node->kind != TREE_MAP && !tree_is_empty(node)) {
        return reader_refuse(reader, node,
                             "%s: a map belongs here; write {key: value} or lines of "
                             "`key: value`",
                             field->key);
    }
    return entries_check(reader, field, node, limit);
}

static bool key_refuse(struct reader *reader, const struct record_shape *shape,
                       const struct tree_node *key)
{
    const char *nearest = NULL;
    uint32_t nearest_distance = UINT32_MAX;
    for (uint32_t i = 0; i < shape->field_count; i++) {
        uint32_t distance = name_distance(key->text, slice_of(shape->fields[i].key));
        if (distance < nearest_distance) {
            nearest_distance = distance;
            nearest = shape->fields[i].key;
        }
    }
    int length = tree_shown(key->text);
    if (nearest != NULL && name_is_near(key->text, nearest_distance)) {
        return reader_refuse(reader, key, "unknown key '%.*s' in %s; did you mean '%s'?", length,
                             key->text.data, shape->noun, nearest);
    }
    char keys[512] = "";
    for (uint32_t i = 0; i < shape->field_count; i++) {
        size_t used = strlen(keys);
        (void)snprintf(keys + used, sizeof keys - used, "%s%s", i > 0 ? ", " : "",
                       shape->fields[i].key);
    }
    return reader_refuse(reader, key, "unknown key '%.*s' in %s; the keys are: %s", length,
                         key->text.data, shape->noun, keys);
}

enum { FIELDS_MAX = 48 };

/* Sorts the map's values by the table's order; values[i] stays NULL where key i is absent. */
static bool keys_assign(struct reader *reader, const struct record_shape *shape,
                        const struct tree_node *node, const struct tree_node **values)
{
    for (const struct tree_node *value = node->first; value != NULL; value = value->next) {
        uint32_t i = 0;
        while (i < shape->field_count && !slice_is(value->key->text, shape->fields[i].key)) {
            i++;
        }
        if (i == shape->field_count) {
            return key_refuse(reader, shape, value->key);
        }
        values[i] = value;
    }
    return true;
}

/* "item caramel", or the noun alone where it says all. */
static void owner_write(char *to, size_t size, const struct record_shape *shape, const char *owner)
{
    bool alone = owner == NULL || strcmp(owner, shape->noun) == 0;
    (void)snprintf(to, size, "%s%s%s", shape->noun, alone ? "" : " ", alone ? "" : owner);
}

static bool required_refuse(struct reader *reader, const struct record_shape *shape,
                            const struct tree_node *node, const char *owner,
                            const struct field *field)
{
    char name[2 * LIMIT_NAME_BYTES];
    owner_write(name, sizeof name, shape, owner);
    return reader_refuse(reader, node->key != NULL ? node->key : node,
                         "%s: the key '%s' is missing; write %s", name, field->key, field->example);
}

static bool record_require(struct reader *reader, const struct record_shape *shape,
                           const struct tree_node *node, const char *owner)
{
    char name[2 * LIMIT_NAME_BYTES];
    if (node->kind == TREE_MAP || tree_is_empty(node)) {
        return true;
    }
    owner_write(name, sizeof name, shape, owner);
    return reader_refuse(reader, node,
                         "%s: its keys belong here; write {%s: ...} or lines of `key: value`", name,
                         shape->fields[0].key);
}

bool record_read(struct reader *reader, const struct record_shape *shape,
                 const struct tree_node *node, const char *owner, void *record)
{
    const struct tree_node *values[FIELDS_MAX] = {NULL};
    ASSERT(shape->field_count <= FIELDS_MAX);
    if (!record_require(reader, shape, node, owner) || !keys_assign(reader, shape, node, values)) {
        return false;
    }
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (values[i] == NULL && field->required) {
            return required_refuse(reader, shape, node, owner, field);
        }
        if (values[i] != NULL && !field->kind->read(reader, field, values[i], record)) {
            return false;
        }
    }
    return shape->finish == NULL || shape->finish(reader, node, record);
}

/* Makes the records of one named section, with names and defaults. */
static bool names_read(struct reader *reader, const struct field *field,
                       const struct tree_node *section)
{
    const struct record_shape *shape = field->detail;
    if (!map_require(reader, field, section, shape->limit)) {
        return false;
    }
    char *records = arena_alloc(&reader->shop->arena, shape->bytes * section->count);
    if (records == NULL) {
        return reader_refuse_memory(reader);
    }
    char *record = records;
    for (const struct tree_node *value = section->first; value != NULL; value = value->next) {
        struct slice text = value->key->text;
        if (!name_valid(text)) {
            return reader_refuse(reader, value->key,
                                 "'%.*s' cannot be the name of a thing here (%s); use letters, "
                                 "digits, - and _, at most %d of them",
                                 tree_shown(text), text.data, shape->noun, LIMIT_NAME_BYTES);
        }
        struct name_head head = {arena_copy(&reader->shop->arena, text.data, text.length), false};
        if (head.name == NULL) {
            return reader_refuse_memory(reader);
        }
        memcpy(record, shape->defaults, shape->bytes);
        memcpy(record, &head.name, sizeof head.name);
        record += shape->bytes;
    }
    field_entries_set(field, reader->shop, records);
    field_count_set(field, reader->shop, section->count);
    return true;
}

static bool all_names_read(struct reader *reader, const struct tree_node *root)
{
    for (uint32_t i = 0; i < shop_shape.field_count; i++) {
        const struct field *field = &shop_shape.fields[i];
        const struct tree_node *section = tree_find(root, field->key);
        if (field->kind != &field_named) {
            continue;
        }
        if (section != NULL && !names_read(reader, field, section)) {
            return false;
        }
        if (!names_index_build(reader->shop, field->names)) {
            return reader_refuse_memory(reader);
        }
    }
    return true;
}

static bool shop_fill(struct reader *reader, const struct tree_node *root)
{
    if (root->kind != TREE_MAP) {
        return reader_refuse(reader, root, "this is no shop file; it begins with `shop:`");
    }
    sections_defaults(reader->shop);
    return all_names_read(reader, root) &&
           record_read(reader, &shop_shape, root, NULL, reader->shop) &&
           (shop_complete(reader->shop) || reader_refuse_memory(reader));
}

enum status shop_read(struct slice text, const char *file, const struct zone_source *zones,
                      int64_t around, struct shop **shop, struct fault *fault)
{
    struct arena tree;
    const struct tree_node *root = NULL;
    struct reader reader = {.file = file, .zones = zones, .around = around, .fault = fault};
    arena_init(&tree, TREE_BYTES_MAX);
    reader.status = tree_read(text, file, &tree, &root, fault);
    if (reader.status != STATUS_OK) {
        goto err_tree;
    }
    reader.shop = calloc(1, sizeof *reader.shop);
    if (reader.shop == NULL) {
        (void)reader_refuse_memory(&reader);
        goto err_tree;
    }
    arena_init(&reader.shop->arena, SHOP_BYTES_MAX);
    if (!shop_fill(&reader, root)) {
        goto err_shop;
    }
    arena_free(&tree);
    *shop = reader.shop;
    return STATUS_OK;

err_shop:
    shop_free(reader.shop);
err_tree:
    arena_free(&tree);
    ASSERT(reader.status != STATUS_OK);
    return reader.status;
}
