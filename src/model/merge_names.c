/* Where each named thing of a changed shop file stands in the running shop.
 *
 * Invariant: an index of the running shop means the same name for ever. merged[0 .. old count) are
 * old's names in old's order, then come those that only next has, in next's order. What next lacks
 * is retired and keeps old's figures; what comes back takes its old place again. Places are given
 * for all kinds first, because records refer across kinds. */
#include "model/merge.h"

#include "base/assert.h"

#include <stdio.h>

enum { OWNER_BYTES = 2 * LIMIT_NAME_BYTES };

static const struct field *section_of(enum names names)
{
    for (uint32_t i = 0; i < shop_shape.field_count; i++) {
        const struct field *section = &shop_shape.fields[i];
        if (section->kind == &field_named && section->names == names) {
            return section;
        }
    }
    UNREACHABLE();
}

static const char *record_at(const struct shop *shop, const struct field *section, uint32_t index)
{
    const struct record_shape *shape = section->detail;
    const char *entries = field_entries_of(section, shop);
    return entries + index * shape->bytes;
}

static bool head_set(struct merger *merger, char *record, const char *name, bool retired)
{
    struct name_head head = {arena_copy(&merger->merged->arena, name, strlen(name)), retired};
    memcpy(record, &head.name, sizeof head.name);
    memcpy(record + offsetof(struct name_head, retired), &head.retired, sizeof head.retired);
    return head.name != NULL || merge_refuse_memory(merger);
}

/* Maps next's names to places and returns how many places there are in all. */
static uint32_t places_count(struct merger *merger, enum names names)
{
    uint32_t count = names_count(merger->old, names);
    for (uint32_t i = 0; i < names_count(merger->next, names); i++) {
        const char *name = names_head(merger->next, names, i).name;
        uint16_t index = names_find(merger->old, names, slice_of(name));
        merger->map[names][i] = index != NO_INDEX ? index : (uint16_t)count++;
    }
    return count;
}

static bool kind_places(struct merger *merger, enum names names)
{
    const struct field *section = section_of(names);
    const struct record_shape *shape = section->detail;
    uint32_t next_count = names_count(merger->next, names);
    uint32_t old_count = names_count(merger->old, names);
    merger->map[names] = ARENA_ARRAY(&merger->merged->arena, uint16_t, next_count);
    if (merger->map[names] == NULL) {
        return merge_refuse_memory(merger);
    }
    uint32_t count = places_count(merger, names);
    if (count > shape->limit) {
        return merge_refuse(merger,
                            "%s: %u names with the retired ones; at most %u fit. Names are "
                            "permanent: give a new thing the name of one that is no more",
                            section->key, count, shape->limit);
    }
    char *records = arena_alloc(&merger->merged->arena, shape->bytes * count);
    if (records == NULL) {
        return merge_refuse_memory(merger);
    }
    field_entries_set(section, merger->merged, records);
    field_count_set(section, merger->merged, count);
    for (uint32_t i = 0; i < old_count; i++) {
        if (!head_set(merger, records + i * shape->bytes, names_head(merger->old, names, i).name,
                      true)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < next_count; i++) {
        if (!head_set(merger, records + merger->map[names][i] * shape->bytes,
                      names_head(merger->next, names, i).name, false)) {
            return false;
        }
    }
    return names_index_build(merger->merged, names) || merge_refuse_memory(merger);
}

bool merge_places(struct merger *merger)
{
    for (enum names names = 0; names < NAMES_KINDS; names++) {
        if (!kind_places(merger, names)) {
            return false;
        }
    }
    return true;
}

/* Copies a record but for its head, which stands already. */
static bool body_copy(struct merger *merger, struct copier *copier,
                      const struct record_shape *shape, const char *from, char *to)
{
    struct name_head head;
    memcpy(&head, to, sizeof head);
    memcpy(to, from, shape->bytes);
    memcpy(to, &head, sizeof head);
    return record_copy(copier, shape, from, to) || merge_refuse_memory(merger);
}

static bool old_records(struct merger *merger, const struct field *section)
{
    struct copier copier = merge_copier_old(merger);
    for (uint32_t i = 0; i < names_count(merger->old, section->names); i++) {
        struct name_head was = names_head(merger->old, section->names, i);
        struct name_head head = names_head(merger->merged, section->names, i);
        if (!head.retired) {
            continue;
        }
        if (!was.retired) {
            text_append_format(merger->changes, "%s.%s: retired\n", section->key, head.name);
        }
        if (!body_copy(merger, &copier, section->detail, record_at(merger->old, section, i),
                       (char *)record_at(merger->merged, section, i))) {
            return false;
        }
    }
    return true;
}

static bool next_record(struct merger *merger, struct copier *copier, const struct field *section,
                        uint32_t i)
{
    uint16_t place = merger->map[section->names][i];
    const char *name = names_head(merger->next, section->names, i).name;
    char owner[OWNER_BYTES];
    (void)snprintf(owner, sizeof owner, "%s.%s", section->key, name);
    if (place >= names_count(merger->old, section->names)) {
        text_append_format(merger->changes, "%s: added\n", owner);
    } else {
        if (names_head(merger->old, section->names, place).retired) {
            text_append_format(merger->changes, "%s: back\n", owner);
        }
        if (!merge_differences(merger, owner, section->detail,
                               record_at(merger->old, section, place),
                               record_at(merger->next, section, i))) {
            return false;
        }
    }
    return body_copy(merger, copier, section->detail, record_at(merger->next, section, i),
                     (char *)record_at(merger->merged, section, place));
}

bool merge_records(struct merger *merger)
{
    struct copier copier = merge_copier_next(merger);
    for (enum names names = 0; names < NAMES_KINDS; names++) {
        const struct field *section = section_of(names);
        if (!old_records(merger, section)) {
            return false;
        }
        for (uint32_t i = 0; i < names_count(merger->next, names); i++) {
            if (!next_record(merger, &copier, section, i)) {
                return false;
            }
        }
    }
    return true;
}
