/* Names to indexes by open addressing, and the nearest name for a misspelt one.
 *
 * Invariant: slots hold index + 1, 0 is free; at most half of the slots are taken, so a search
 * ends. The index lives in the shop's arena and is built once, when the array is complete. A sorted
 * array was rejected: the arrays keep the file's order, since an index is permanent, and a second
 * sorted one would cost the same memory for slower lookups. */
#include "model/names.h"

#include "base/assert.h"
#include "base/random.h"

#define KIND(section_key, singular, array, counter, type, most)                                    \
    {                                                                                              \
        .section = (section_key), .noun = (singular),                                              \
        .entries_offset = offsetof(struct shop, array),                                            \
        .count_offset = offsetof(struct shop, counter), .stride = sizeof(struct type),             \
        .limit = (most)                                                                            \
    }

const struct names_kind names_kinds[NAMES_KINDS] = {
    [NAMES_CALENDARS] =
        KIND("calendars", "calendar", calendars, calendar_count, calendar, LIMIT_CALENDARS),
    [NAMES_WORK_CENTERS] = KIND("work_centers", "work center", work_centers, work_center_count,
                                work_center, LIMIT_WORK_CENTERS),
    [NAMES_SUPPLIERS] =
        KIND("suppliers", "supplier", suppliers, supplier_count, supplier, LIMIT_SUPPLIERS),
    [NAMES_ITEMS] = KIND("items", "item", items, item_count, item, LIMIT_ITEMS),
    [NAMES_CARRIERS] =
        KIND("carriers", "carrier", carriers, carrier_count, carrier, LIMIT_CARRIERS),
    [NAMES_OFFERS] = KIND("offers", "offer", offers, offer_count, offer, LIMIT_OFFERS),
    [NAMES_ACTIVITIES] =
        KIND("activities", "activity", activities, activity_count, activity, LIMIT_ACTIVITIES),
    [NAMES_MOMENTS] = KIND("moments", "moment", moments, moment_count, moment, LIMIT_MOMENTS),
};

uint32_t names_count(const struct shop *shop, enum names names)
{
    uint32_t count = 0;
    memcpy(&count, (const char *)shop + names_kinds[names].count_offset, sizeof count);
    return count;
}

struct name_head names_head(const struct shop *shop, enum names names, uint32_t index)
{
    ASSERT(index < names_count(shop, names));
    const char *entries = NULL;
    struct name_head head;
    memcpy(&entries, (const char *)shop + names_kinds[names].entries_offset, sizeof entries);
    memcpy(&head, entries + index * names_kinds[names].stride, sizeof head);
    return head;
}

static uint64_t name_hash(struct slice name)
{
    uint64_t hash = name.length;
    for (size_t i = 0; i < name.length; i++) {
        hash = (hash ^ (unsigned char)name.data[i]) * 0x100000001b3u;
    }
    return random_mix(hash);
}

bool names_index_build(struct shop *shop, enum names names)
{
    uint32_t count = names_count(shop, names);
    uint32_t capacity = 4;
    while (capacity < 2 * count) {
        capacity *= 2;
    }
    struct name_index *index = &shop->names[names];
    index->slots = ARENA_ARRAY(&shop->arena, uint16_t, capacity);
    if (index->slots == NULL) {
        return false;
    }
    index->mask = capacity - 1;
    for (uint32_t i = 0; i < count; i++) {
        struct slice name = slice_of(names_head(shop, names, i).name);
        uint32_t slot = (uint32_t)name_hash(name) & index->mask;
        while (index->slots[slot] != 0) {
            slot = (slot + 1) & index->mask;
        }
        index->slots[slot] = (uint16_t)(i + 1);
    }
    return true;
}

uint16_t names_find(const struct shop *shop, enum names names, struct slice name)
{
    const struct name_index *index = &shop->names[names];
    if (index->slots == NULL) {
        return NO_INDEX;
    }
    uint32_t slot = (uint32_t)name_hash(name) & index->mask;
    for (; index->slots[slot] != 0; slot = (slot + 1) & index->mask) {
        uint16_t found = (uint16_t)(index->slots[slot] - 1);
        if (slice_is(name, names_head(shop, names, found).name)) {
            return found;
        }
    }
    return NO_INDEX;
}

bool name_valid(struct slice name)
{
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
            return false;
        }
    }
    return name.length > 0 && name.length <= LIMIT_NAME_BYTES;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The optimal string alignment distance, row by row; rows[0] is the newest. */
uint32_t name_distance(struct slice a, struct slice b)
{
    uint32_t rows[3][LIMIT_NAME_BYTES + 1] = {0};
    if (a.length > LIMIT_NAME_BYTES || b.length > LIMIT_NAME_BYTES) {
        return UINT32_MAX;
    }
    for (uint32_t k = 0; k <= b.length; k++) {
        rows[0][k] = k;
    }
    for (uint32_t i = 1; i <= a.length; i++) {
        memcpy(rows[2], rows[1], sizeof rows[0]);
        memcpy(rows[1], rows[0], sizeof rows[0]);
        rows[0][0] = i;
        for (uint32_t k = 1; k <= b.length; k++) {
            uint32_t change = rows[1][k - 1] + (a.data[i - 1] != b.data[k - 1]);
            rows[0][k] = least(change, least(rows[1][k], rows[0][k - 1]) + 1);
            if (i > 1 && k > 1 && a.data[i - 1] == b.data[k - 2] &&
                a.data[i - 2] == b.data[k - 1]) {
                rows[0][k] = least(rows[0][k], rows[2][k - 2] + 1);
            }
        }
    }
    return rows[0][b.length];
}

bool name_is_near(struct slice name, uint32_t distance)
{
    return distance <= 2 + name.length / 6 && distance < name.length;
}

const char *names_nearest(const struct shop *shop, enum names names, struct slice name)
{
    const char *nearest = NULL;
    uint32_t nearest_distance = UINT32_MAX;
    for (uint32_t i = 0; i < names_count(shop, names); i++) {
        struct name_head head = names_head(shop, names, i);
        uint32_t distance = head.retired ? UINT32_MAX : name_distance(name, slice_of(head.name));
        if (distance < nearest_distance) {
            nearest = head.name;
            nearest_distance = distance;
        }
    }
    return nearest != NULL && name_is_near(name, nearest_distance) ? nearest : NULL;
}
