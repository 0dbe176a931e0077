/* Records -> shop file, by the same tables that read it (sections.c).
 *
 * A section that is one record is written as a block of lines, named things and list entries as one
 * line each. A key whose value is its default is left out: whether it is shows by comparing the two
 * written texts, so no kind needs a comparison of its own. What is retired is left out with
 * whatever the file says only about it; a later shop_merge knows it from the database. Invariant:
 * what stands in the text is only what shop_read accepts (names are names, texts are quoted and
 * escaped). */
#include "model/field.h"

#include "base/assert.h"

#include <stddef.h>

enum { VALUE_BYTES_MAX = LIMIT_SHOP_FILE_BYTES };

bool field_same(const struct field *field, const struct shop *shop, const void *record,
                const struct shop *other_shop, const void *other)
{
    struct text texts[2];
    struct writer first = {shop, &texts[0]};
    struct writer second = {other_shop, &texts[1]};
    text_init(&texts[0], VALUE_BYTES_MAX);
    text_init(&texts[1], VALUE_BYTES_MAX);
    field->kind->write(&first, field, record);
    field->kind->write(&second, field, other);
    bool same = !texts[0].overflow && !texts[1].overflow &&
                slice_equal(text_slice(&texts[0]), text_slice(&texts[1]));
    text_free(&texts[0]);
    text_free(&texts[1]);
    return same;
}

void record_write(struct writer *writer, const struct record_shape *shape, const void *record,
                  const char *between)
{
    const char *before = "";
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (!field->required &&
            field_same(field, writer->shop, record, writer->shop, shape->defaults)) {
            continue;
        }
        text_append_format(writer->text, "%s%s: ", before, field->key);
        field->kind->write(writer, field, record);
        before = between;
    }
}

static void record_section_write(struct writer *writer, const struct field *section,
                                 const void *shop)
{
    /* A cash section counts by being there, whatever it says. */
    bool counts = section->offset == offsetof(struct shop, cash) && writer->shop->cash.present;
    size_t start = writer->text->length;
    text_append_format(writer->text, "\n%s:\n  ", section->key);
    size_t empty = writer->text->length;
    record_write(writer, section->detail, field_of(section, shop), "\n  ");
    if (writer->text->length > empty || writer->text->overflow) {
        text_append_char(writer->text, '\n');
        return;
    }
    writer->text->length = start;
    writer->text->bytes[start] = '\0';
    if (counts) {
        text_append_format(writer->text, "\n%s: {}\n", section->key);
    }
}

static void named_section_write(struct writer *writer, const struct field *section,
                                const void *shop)
{
    const struct record_shape *shape = section->detail;
    const char *entries = field_entries_of(section, shop);
    bool begun = false;
    for (uint32_t i = 0; i < field_count_of(section, shop); i++) {
        struct name_head head = names_head(writer->shop, section->names, i);
        if (head.retired) {
            continue;
        }
        if (!begun) {
            text_append_format(writer->text, "\n%s:\n", section->key);
            begun = true;
        }
        text_append_format(writer->text, "  %s: {", head.name);
        record_write(writer, shape, entries + i * shape->bytes, ", ");
        text_append_string(writer->text, "}\n");
    }
}

static void list_section_write(struct writer *writer, const struct field *section, const void *shop)
{
    const struct record_shape *shape = section->detail;
    const char *entries = field_entries_of(section, shop);
    bool begun = false;
    for (uint32_t i = 0; i < field_count_of(section, shop); i++) {
        const char *entry = entries + i * shape->bytes;
        if (record_is_retired(writer->shop, shape, entry)) {
            continue;
        }
        if (!begun) {
            text_append_format(writer->text, "\n%s:\n", section->key);
            begun = true;
        }
        text_append_string(writer->text, "  - {");
        record_write(writer, shape, entry, ", ");
        text_append_string(writer->text, "}\n");
    }
}

bool record_is_retired(const struct shop *shop, const struct record_shape *shape,
                       const void *record)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->kind != &field_reference) {
            continue;
        }
        uint16_t index;
        memcpy(&index, field_of(field, record), sizeof index);
        if (index != NO_INDEX && names_head(shop, field->names, index).retired) {
            return true;
        }
    }
    return false;
}

enum status shop_write(const struct shop *shop, struct text *to, struct fault *fault)
{
    struct writer writer = {shop, to};
    text_append_string(to, "# A shop file of Écluse. Its keys: docs/shop-file.md.\n");
    for (uint32_t i = 0; i < shop_shape.field_count; i++) {
        const struct field *section = &shop_shape.fields[i];
        if (section->kind == &field_record) {
            record_section_write(&writer, section, shop);
        } else if (section->kind == &field_named) {
            named_section_write(&writer, section, shop);
        } else {
            ASSERT(section->kind == &field_list);
            list_section_write(&writer, section, shop);
        }
    }
    return to->overflow ? fault_set(fault, STATUS_LIMIT, "the shop file is longer than %zu bytes",
                                    to->length_max)
                        : STATUS_OK;
}
