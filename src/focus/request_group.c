/* said -> key -> names of activities and offers -> sorted by activity and key -> groups.
 *
 * Sorting instead of a hash table: the words of most in a group are a run of equal keys, and the
 * order does not depend on anything but the texts. */
#include "focus/request_group.h"

#include "base/fold.h"
#include "base/text.h"

#include <stdlib.h>

/* A request, or a name that one may say. */
struct entry {
    struct slice key;
    uint16_t activity; /* in figures->activities */
    uint32_t index;    /* in ask->said; of names: the first that has it wins */
};

/* Without what stands above or under the letter before: U+0300 to U+036F. */
static size_t marks_drop(char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        unsigned char next = i + 1 < length ? (unsigned char)text[i + 1] : 0;
        if ((c == 0xcc && next >= 0x80) || (c == 0xcd && next >= 0x80 && next < 0xb0)) {
            i++;
            continue;
        }
        text[n++] = text[i];
    }
    return n;
}

static size_t blank_bytes(struct slice text)
{
    size_t bytes = text_space(text);
    return bytes == 0 && (text.data[0] == '-' || text.data[0] == '_') ? 1 : bytes;
}

size_t request_key(struct slice text, char *to)
{
    size_t length = marks_drop(to, text_fold(text, to));
    size_t n = 0;
    for (size_t i = 0; i < length;) {
        size_t blank = blank_bytes((struct slice){to + i, length - i});
        if (blank == 0) {
            to[n++] = to[i++];
            continue;
        }
        if (n > 0 && to[n - 1] != ' ') {
            to[n++] = ' ';
        }
        i += blank;
    }
    n -= n > 0 && to[n - 1] == ' ';
    to[n] = '\0';
    return n;
}

/* Every text of an arena's: the key needs no more room than the text has. */
static bool key_make(struct arena *arena, struct slice text, struct slice *key)
{
    char *to = arena_alloc_unset(arena, 2 * text.length + 1);
    if (to != NULL) {
        *key = (struct slice){to, request_key(text, to)};
    }
    return to != NULL;
}

static int keys_compare(struct slice a, struct slice b)
{
    size_t length = a.length < b.length ? a.length : b.length;
    int order = length == 0 ? 0 : memcmp(a.data, b.data, length);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

static int names_compare(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = keys_compare(x->key, y->key);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

/* ---- names ---- */

struct name_list {
    struct arena *arena;
    uint32_t count;
    struct entry *entries;
};

static bool name_add(struct name_list *names, const char *text, uint16_t activity)
{
    struct entry *entry = &names->entries[names->count];
    *entry = (struct entry){.activity = activity, .index = names->count};
    names->count++;
    return key_make(names->arena, slice_of(text), &entry->key);
}

/* Activities first: what is called as one is meant. */
static bool names_make(const struct focus_figures *figures, struct name_list *names)
{
    const struct shop *shop = figures->shop;
    uint32_t most = figures->activity_count + (1 + LANGUAGES) * figures->offer_count;
    names->entries = ARENA_ARRAY(names->arena, struct entry, most + 1);
    bool made = names->entries != NULL;
    for (uint32_t i = 0; i < figures->activity_count && made; i++) {
        made = name_add(names, shop->activities[figures->activities[i].activity.index].name,
                        (uint16_t)i);
    }
    for (uint32_t i = 0; i < figures->offer_count && made; i++) {
        const struct focus_offer *its = &figures->offers[i];
        if (its->activity == NO_INDEX) {
            continue;
        }
        const struct offer *offer = &shop->offers[its->offer.index];
        made = name_add(names, offer->name, its->activity);
        for (int language = 0; language < LANGUAGES && made; language++) {
            made = name_add(names, offer->label.text[language], its->activity);
        }
    }
    if (made) {
        qsort(names->entries, names->count, sizeof *names->entries, names_compare);
    }
    return made;
}

/* The first entry of this key; NO_INDEX: there is none. */
static uint16_t names_find(const struct name_list *names, struct slice key)
{
    uint32_t low = 0;
    uint32_t high = names->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (keys_compare(names->entries[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < names->count && slice_equal(names->entries[low].key, key);
    return found ? names->entries[low].activity : NO_INDEX;
}

static uint16_t activity_find(const struct focus_figures *figures, struct activity_id activity)
{
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        if (figures->activities[i].activity.index == activity.index) {
            return (uint16_t)i;
        }
    }
    return NO_INDEX;
}

/* ---- groups ---- */

static int entries_compare(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    if (x->activity != y->activity) {
        return x->activity < y->activity ? -1 : 1;
    }
    return names_compare(x, y);
}

static bool entries_make(const struct requests_ask *ask, struct requests *requests,
                         struct entry *entries)
{
    struct name_list names = {.arena = &requests->arena};
    bool made = names_make(ask->figures, &names);
    for (uint32_t i = 0; i < ask->said_count && made; i++) {
        const struct request_said *said = &ask->said[i];
        struct entry *entry = &entries[i];
        *entry = (struct entry){.activity = NO_INDEX, .index = i};
        made = key_make(&requests->arena, said->wants, &entry->key);
        if (made && said->activity.index != NO_INDEX) {
            entry->activity = activity_find(ask->figures, said->activity);
        }
        if (made && entry->activity == NO_INDEX) {
            entry->activity = names_find(&names, entry->key);
        }
    }
    if (made) {
        qsort(entries, ask->said_count, sizeof *entries, entries_compare);
    }
    return made;
}

static bool together(const struct entry *a, const struct entry *b)
{
    return a->activity == b->activity && (a->activity != NO_INDEX || slice_equal(a->key, b->key));
}

/* The words of most: of the run of equal keys whose counts add up to most, those said first. */
static bool wants_choose(const struct requests_ask *ask, const struct entry *entries,
                         uint32_t count, struct request_group *group)
{
    int64_t most = -1;
    for (uint32_t first = 0, next; first < count; first = next) {
        int64_t sum = 0;
        for (next = first; next < count && slice_equal(entries[first].key, entries[next].key);
             next++) {
            if (__builtin_add_overflow(sum, ask->said[entries[next].index].count, &sum)) {
                return false;
            }
        }
        if (__builtin_add_overflow(group->count, sum, &group->count)) {
            return false;
        }
        if (sum > most) {
            most = sum;
            group->wants = ask->said[entries[first].index].wants;
        }
    }
    return true;
}

bool request_groups_make(const struct requests_ask *ask, struct requests *requests)
{
    uint32_t count = ask->said_count;
    struct entry *entries = ARENA_ARRAY(&requests->arena, struct entry, count + 1);
    requests->groups = ARENA_ARRAY(&requests->arena, struct request_group, count + 1);
    requests->order = ARENA_ARRAY(&requests->arena, uint32_t, count + 1);
    requests->said_count = count;
    if (entries == NULL || requests->groups == NULL || requests->order == NULL ||
        !entries_make(ask, requests, entries)) {
        return false;
    }
    for (uint32_t first = 0, next; first < count; first = next) {
        struct request_group *group = &requests->groups[requests->group_count++];
        *group = (struct request_group){.activity = entries[first].activity, .first = first};
        for (next = first; next < count && together(&entries[first], &entries[next]); next++) {
            requests->order[next] = entries[next].index;
        }
        group->said_count = next - first;
        if (!wants_choose(ask, &entries[first], group->said_count, group)) {
            return false;
        }
    }
    return true;
}
