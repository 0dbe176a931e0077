/* The shop that runs, and a changed shop file: the shop that runs from then on, and what changed in
 * words.
 *
 * Names get their places first (merge_names.c), then records are copied with their references
 * mapped, then sections without names are taken from the file. Opening figures (DESIGN section 6)
 * are what the shop began with: the file must still say the same, and only things that are new
 * bring new ones. Comparing is comparing written texts, by the tables of sections.c. Changing the
 * running shop in place was rejected: a refusal half-way would leave neither. */
#include "model/merge.h"

#include "base/assert.h"
#include "base/decimal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOP_BYTES_MAX ((size_t)1 << 30)

/* A scheduled receipt, a commitment or an opening bill, seen alike. */
struct opening_figure {
    uint16_t index;
    int64_t amount;
    int32_t due_day;
};

_Static_assert(sizeof(struct opening_figure) == sizeof(struct item_movement) &&
                   offsetof(struct opening_figure, due_day) ==
                       offsetof(struct item_movement, due_day),
               "a movement is an opening figure");
_Static_assert(sizeof(struct opening_figure) == sizeof(struct opening_bill) &&
                   offsetof(struct opening_figure, due_day) ==
                       offsetof(struct opening_bill, due_day),
               "a bill is an opening figure");

bool merge_refuse(struct merger *merger, const char *format, ...)
{
    char what[768];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    merger->status = fault_set(merger->fault, STATUS_INVALID, "%s", what);
    return false;
}

bool merge_refuse_memory(struct merger *merger)
{
    merger->status =
        fault_set(merger->fault, STATUS_LIMIT, "the shop is larger than memory allows");
    return false;
}

struct copier merge_copier_next(const struct merger *merger)
{
    struct copier copier = {.to = merger->merged};
    for (int i = 0; i < NAMES_KINDS; i++) {
        copier.map[i] = merger->map[i];
    }
    return copier;
}

struct copier merge_copier_old(const struct merger *merger)
{
    return (struct copier){.to = merger->merged};
}

bool record_copy(struct copier *copier, const struct record_shape *shape, const void *from,
                 void *to)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field->kind->copy == NULL) {
            memcpy(field_in(field, to), field_of(field, from), field->kind->bytes);
        } else if (!field->kind->copy(copier, field, from, to)) {
            return false;
        }
    }
    return true;
}

static void value_append(struct text *text, const struct field *field, const struct shop *shop,
                         const void *record)
{
    struct writer writer = {shop, text};
    field->kind->write(&writer, field, record);
}

static bool opening_refuse(struct merger *merger, const char *owner, const struct field *field,
                           const void *old)
{
    struct text value;
    text_init(&value, 64);
    value_append(&value, field, merger->old, old);
    (void)merge_refuse(merger,
                       "%s: a running shop's %s changes by what happens, not by the file; leave "
                       "%s at %s in the file; recording a "
                       "difference is the work of `ecluse %s`",
                       owner, strcmp(field->key, "on_hand") == 0 ? "stock" : "balance", field->key,
                       value.bytes != NULL ? value.bytes : "",
                       strcmp(field->key, "on_hand") == 0 ? "count SHOP.db ITEM QUANTITY"
                                                          : "cash SHOP.db --balance AMOUNT");
    text_free(&value);
    return false;
}

bool merge_differences(struct merger *merger, const char *owner, const struct record_shape *shape,
                       const void *old, const void *next)
{
    for (uint32_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        if (field_same(field, merger->old, old, merger->next, next) ||
            (field->opening && field->kind == &field_list)) {
            continue;
        }
        if (field->opening) {
            return opening_refuse(merger, owner, field, old);
        }
        text_append_format(merger->changes, "%s: %s ", owner, field->key);
        value_append(merger->changes, field, merger->old, old);
        text_append_string(merger->changes, " -> ");
        value_append(merger->changes, field, merger->next, next);
        text_append_char(merger->changes, '\n');
    }
    return true;
}

/* What the journal's days and amounts are counted in cannot change under them. */
static bool identity_check(struct merger *merger)
{
    const struct shop *old = merger->old;
    const struct shop *next = merger->next;
    if (strcmp(old->currency.code, next->currency.code) != 0) {
        return merge_refuse(merger,
                            "shop.currency: a running shop keeps its currency; leave it at %s, or "
                            "start another database with `ecluse init`",
                            old->currency.code);
    }
    if (strcmp(old->zone_name, next->zone_name) != 0) {
        return merge_refuse(merger,
                            "shop.time_zone: a running shop keeps its time zone, since its days "
                            "are counted in it; leave it at %s, or start another database with "
                            "`ecluse init`",
                            old->zone_name);
    }
    bool same =
        old->has_opened == next->has_opened && (!old->has_opened || old->opened == next->opened);
    if (!same && old->has_opened) {
        return merge_refuse(merger, "shop.opened: the shop has opened; leave it at %s",
                            old->opened_text);
    }
    return same || merge_refuse(merger, "shop.opened: the shop has opened; leave the key out");
}

static int opening_compare(const void *a, const void *b)
{
    const struct opening_figure *left = a;
    const struct opening_figure *right = b;
    if (left->index != right->index) {
        return left->index < right->index ? -1 : 1;
    }
    if (left->due_day != right->due_day) {
        return left->due_day < right->due_day ? -1 : 1;
    }
    return (left->amount > right->amount) - (left->amount < right->amount);
}

/* One list of opening figures: where it stands in both shops, and what to say about it. */
struct opening_list {
    const char *key;
    const char *records_with; /* the command for what comes later */
    enum names names;
    size_t offset;
    size_t count_offset;
    int decimals;
    uint32_t limit;
    bool begun; /* the running shop has such figures: the file must agree with them */
};

static struct opening_figure *openings_of(const struct shop *shop, const struct opening_list *list,
                                          uint32_t *count)
{
    struct opening_figure *entries;
    memcpy(&entries, (const char *)shop + list->offset, sizeof entries);
    memcpy(count, (const char *)shop + list->count_offset, sizeof *count);
    return entries;
}

/* Copies those whose name both shops have, with merged's indexes, sorted; returns how many. */
static uint32_t openings_shared(const struct merger *merger, const struct opening_list *list,
                                const struct shop *shop, struct opening_figure *shared)
{
    uint32_t count = 0;
    uint32_t shared_count = 0;
    const struct opening_figure *entries = openings_of(shop, list, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct opening_figure entry = entries[i];
        entry.index = shop == merger->next ? merger->map[list->names][entry.index] : entry.index;
        if (entry.index < names_count(merger->old, list->names) &&
            !names_head(merger->merged, list->names, entry.index).retired) {
            shared[shared_count++] = entry;
        }
    }
    qsort(shared, shared_count, sizeof shared[0], opening_compare);
    return shared_count;
}

static bool opening_list_refuse(struct merger *merger, const struct opening_list *list,
                                const struct opening_figure *entry, bool missing)
{
    char amount[32];
    char day[16];
    (void)decimal_write(amount, entry->amount, list->decimals, true);
    (void)day_write(day, entry->due_day);
    return merge_refuse(merger,
                        "%s: these are what the shop opened with, and the file does not change "
                        "them; %s the entry {%s, %s, due %s}; recording "
                        "what came later is the work of `ecluse %s`",
                        list->key, missing ? "put back" : "take out",
                        names_head(merger->merged, list->names, entry->index).name, amount, day,
                        list->records_with);
}

static bool openings_check(struct merger *merger, const struct opening_list *list,
                           const struct opening_figure *old, uint32_t old_count,
                           const struct opening_figure *next, uint32_t next_count)
{
    uint32_t i = 0;
    while (i < old_count && i < next_count && opening_compare(&old[i], &next[i]) == 0) {
        i++;
    }
    if (i == old_count && i == next_count) {
        return true;
    }
    bool missing = i == next_count || (i < old_count && opening_compare(&old[i], &next[i]) < 0);
    return opening_list_refuse(merger, list, missing ? &old[i] : &next[i], missing);
}

/* Old's list as it is, then next's entries for names that are new. */
static bool openings_join(struct merger *merger, const struct opening_list *list)
{
    uint32_t old_count = 0;
    uint32_t next_count = 0;
    const struct opening_figure *old = openings_of(merger->old, list, &old_count);
    const struct opening_figure *next = openings_of(merger->next, list, &next_count);
    struct opening_figure *joined =
        ARENA_ARRAY(&merger->merged->arena, struct opening_figure, (size_t)old_count + next_count);
    if (joined == NULL) {
        return merge_refuse_memory(merger);
    }
    uint32_t count = old_count;
    if (old_count > 0) {
        memcpy(joined, old, old_count * sizeof joined[0]);
    }
    for (uint32_t i = 0; i < next_count; i++) {
        struct opening_figure entry = next[i];
        entry.index = merger->map[list->names][entry.index];
        if (!list->begun || entry.index >= names_count(merger->old, list->names)) {
            joined[count++] = entry;
        }
    }
    if (count > list->limit) {
        return merge_refuse(merger, "%s: %u entries with those of retired names; at most %u fit",
                            list->key, count, list->limit);
    }
    memcpy((char *)merger->merged + list->offset, &joined, sizeof joined);
    memcpy((char *)merger->merged + list->count_offset, &count, sizeof count);
    return true;
}

static bool openings_merge(struct merger *merger, const struct opening_list *list)
{
    uint32_t old_count = 0;
    uint32_t next_count = 0;
    (void)openings_of(merger->old, list, &old_count);
    (void)openings_of(merger->next, list, &next_count);
    struct opening_figure *shared =
        calloc((size_t)old_count + next_count + 1, sizeof *shared); /* never of size 0 */
    if (shared == NULL) {
        return merge_refuse_memory(merger);
    }
    uint32_t old_shared = openings_shared(merger, list, merger->old, shared);
    uint32_t next_shared = openings_shared(merger, list, merger->next, shared + old_shared);
    bool merged = !list->begun || openings_check(merger, list, shared, old_shared,
                                                 shared + old_shared, next_shared);
    free(shared);
    return merged && openings_join(merger, list);
}

static bool opening_lists_merge(struct merger *merger)
{
    const struct opening_list lists[] = {
        {"receipts", "purchases SHOP.db", NAMES_ITEMS, offsetof(struct shop, receipts),
         offsetof(struct shop, receipt_count), 3, LIMIT_RECEIPTS, true},
        {"commitments", "order SHOP.db", NAMES_ITEMS, offsetof(struct shop, commitments),
         offsetof(struct shop, commitment_count), 3, LIMIT_COMMITMENTS, true},
        {"cash.bills", "purchases SHOP.db receive", NAMES_SUPPLIERS,
         offsetof(struct shop, cash.bills), offsetof(struct shop, cash.bill_count),
         merger->old->currency.decimals, LIMIT_LIST_ENTRIES,
         merger->old->cash.present || merger->old->cash.bill_count > 0},
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        bool left_out = lists[i].names == NAMES_SUPPLIERS && !merger->next->cash.present;
        if (left_out ? !openings_join(merger, &lists[i]) : !openings_merge(merger, &lists[i])) {
            return false;
        }
    }
    return true;
}

/* A shop whose file no longer has a cash section keeps its opening figures, in case the section
 * comes back. */
static bool cash_merge(struct merger *merger, const struct field *section)
{
    const struct cash *old = &merger->old->cash;
    const struct cash *next = &merger->next->cash;
    struct copier copier = merge_copier_next(merger);
    bool begun = old->present || old->bill_count > 0 || old->opening_balance_minor != 0;
    merger->merged->cash = *next;
    if (!record_copy(&copier, section->detail, next, &merger->merged->cash)) {
        return merge_refuse_memory(merger);
    }
    if (!next->present || !begun) {
        text_append_string(merger->changes, next->present == old->present ? ""
                                            : next->present               ? "cash: added\n"
                                                                          : "cash: left out\n");
        merger->merged->cash.opening_balance_minor =
            begun ? old->opening_balance_minor : next->opening_balance_minor;
        return true;
    }
    return merge_differences(merger, "cash", section->detail, old, next);
}

/* A section that is one record. */
static bool record_merge(struct merger *merger, const struct field *section)
{
    const struct record_shape *shape = section->detail;
    struct copier copier = merge_copier_next(merger);
    if (strcmp(section->key, "cash") == 0) {
        return cash_merge(merger, section);
    }
    if (section->offset != 0) {
        memcpy(field_in(section, merger->merged), field_of(section, merger->next), shape->bytes);
    }
    return merge_differences(merger, section->key, shape, field_of(section, merger->old),
                             field_of(section, merger->next)) &&
           (record_copy(&copier, shape, field_of(section, merger->next),
                        field_in(section, merger->merged)) ||
            merge_refuse_memory(merger));
}

/* A list whose entries have no names is the file's. */
static bool list_merge(struct merger *merger, const struct field *section)
{
    struct copier copier = merge_copier_next(merger);
    if (!field_same(section, merger->old, merger->old, merger->next, merger->next)) {
        text_append_format(merger->changes, "%s: replaced, %u entries -> %u\n", section->key,
                           field_count_of(section, merger->old),
                           field_count_of(section, merger->next));
    }
    return section->kind->copy(&copier, section, merger->next, merger->merged) ||
           merge_refuse_memory(merger);
}

static bool sections_merge(struct merger *merger)
{
    for (uint32_t i = 0; i < shop_shape.field_count; i++) {
        const struct field *section = &shop_shape.fields[i];
        if (section->kind == &field_record && !record_merge(merger, section)) {
            return false;
        }
        if (section->kind == &field_list && !section->opening && !list_merge(merger, section)) {
            return false;
        }
    }
    return true;
}

static bool shop_join(struct merger *merger)
{
    struct shop *merged = merger->merged;
    if (!identity_check(merger)) {
        return false;
    }
    merged->zone = merger->next->zone;
    merged->has_opened = merger->next->has_opened;
    merged->opened = merger->next->opened;
    return merge_places(merger) && merge_records(merger) && sections_merge(merger) &&
           opening_lists_merge(merger) && (shop_complete(merged) || merge_refuse_memory(merger));
}

enum status shop_merge(const struct shop *old, const struct shop *next, struct shop **merged,
                       struct text *changes, struct fault *fault)
{
    struct merger merger = {.old = old, .next = next, .changes = changes, .fault = fault};
    merger.merged = calloc(1, sizeof *merger.merged);
    if (merger.merged == NULL) {
        (void)merge_refuse_memory(&merger);
        return merger.status;
    }
    arena_init(&merger.merged->arena, SHOP_BYTES_MAX);
    if (!shop_join(&merger)) {
        ASSERT(merger.status != STATUS_OK);
        shop_free(merger.merged);
        return merger.status;
    }
    *merged = merger.merged;
    return STATUS_OK;
}
