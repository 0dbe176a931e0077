/* The tree over an item's days: inner nodes 1 .. leaf_count - 1 (children of i: 2i and 2i + 1) in
 * one array, the leaves in the days, whose sum and lowest are their change. Zeroed memory is the
 * tree of an item without movements, so an item that nothing ever moved costs no memory and no work
 * at midnight: with 20,000 items that is most of them.
 *
 * A change is written to its day at once and to the nodes above it when they are needed (`stale`):
 * holds that come and go on the days that are being sold, of items of which there is plenty, never
 * touch a tree. The bound sinks with each commitment and does not rise when one is given back; the
 * first question that it cannot answer makes it exact again.
 *
 * A Fenwick tree gives sums but no minimum; a lazily added range minimum tree (add to all later
 * days) gives the same answers with twice the writes. */
#include "promise/stock.h"

#include "base/assert.h"

#include <string.h>

/* Written only where it differs: the pages of days on which nothing happens stay untouched. */
static inline void day_set(struct stock_day *day, int64_t committed, int64_t change)
{
    if (day->committed != committed || day->change != change) {
        *day = (struct stock_day){committed, change};
    }
}

static struct stock_node *nodes_of(const struct stock *stock, uint32_t item)
{
    return stock->nodes + (size_t)item * stock->leaf_count;
}

static inline struct stock_node node_join(struct stock_node left, struct stock_node right)
{
    int64_t lowest = left.sum + right.lowest;
    return (struct stock_node){left.sum + right.sum, left.lowest < lowest ? left.lowest : lowest};
}

/* The node above an even day and the next. */
static inline struct stock_node days_join(const struct stock *stock, uint32_t item, uint32_t even)
{
    int64_t first = stock_day_of(stock, item, even)->change;
    int64_t sum = first + stock_day_of(stock, item, even + 1)->change;
    return (struct stock_node){sum, first < sum ? first : sum};
}

static void tree_build(struct stock *stock, uint32_t item)
{
    struct stock_node *nodes = nodes_of(stock, item);
    uint32_t half = stock->leaf_count / 2;
    for (uint32_t i = 0; i < half; i++) {
        nodes[half + i] = days_join(stock, item, 2 * i);
    }
    for (uint32_t i = half - 1; i >= 1; i--) {
        nodes[i] = node_join(nodes[2 * i], nodes[2 * i + 1]);
    }
}

static void path_settle(struct stock *stock, uint32_t item, uint32_t day)
{
    struct stock_node *nodes = nodes_of(stock, item);
    uint32_t i = (stock->leaf_count + day) / 2;
    nodes[i] = days_join(stock, item, day & ~1u);
    for (i /= 2; i >= 1; i /= 2) {
        nodes[i] = node_join(nodes[2 * i], nodes[2 * i + 1]);
    }
}

/* Brings the nodes above the stale days up to date: at most one path for each change since. */
static void tree_settle(struct stock *stock, uint32_t item)
{
    struct stock_head *head = &stock->heads[item];
    for (uint32_t word = 0; word < STOCK_STALE_WORDS; word++) {
        for (; head->stale[word] != 0; head->stale[word] &= head->stale[word] - 1) {
            path_settle(stock, item, word * 64 + (uint32_t)__builtin_ctzll(head->stale[word]));
        }
    }
}

void stock_commit(struct stock *stock, uint32_t item, int32_t day_index, int64_t quantity)
{
    ASSERT(item < stock->item_count);
    ASSERT(day_index < (int32_t)stock->day_count);
    struct stock_head *head = &stock->heads[item];
    if (day_index < 0) {
        head->base -= quantity;
        head->least -= quantity;
        return;
    }
    struct stock_day *day = stock_day_of(stock, item, (uint32_t)day_index);
    head->touched = 1;
    day->committed += quantity;
    if ((uint32_t)day_index < stock->horizon_days) {
        day->change -= quantity;
        head->least -= quantity > 0 ? quantity : 0;
        head->stale[day_index / 64] |= (uint64_t)1 << day_index % 64;
    }
}

void stock_expect(struct stock *stock, uint32_t item, int32_t day_index, int64_t quantity)
{
    ASSERT(item < stock->item_count);
    if (day_index < 0 || (uint32_t)day_index >= stock->horizon_days) {
        return;
    }
    struct stock_head *head = &stock->heads[item];
    head->touched = 1;
    head->least += quantity < 0 ? quantity : 0;
    head->stale[day_index / 64] |= (uint64_t)1 << day_index % 64;
    stock_day_of(stock, item, (uint32_t)day_index)->change += quantity;
}

int64_t stock_low(struct stock *stock, uint32_t item, int32_t day_index)
{
    tree_settle(stock, item);
    const struct stock_node *nodes = nodes_of(stock, item);
    uint32_t day = day_index < 0 ? 0 : (uint32_t)day_index;
    ASSERT(day < stock->horizon_days);
    /* From the day's leaf upward: what lies to the right of the way joins `right`, whose sums begin
     * with the day; what lies to the left is the sum before it. Days behind the horizon change
     * nothing. */
    int64_t before = stock->heads[item].base;
    int64_t own = stock_day_of(stock, item, day)->change;
    struct stock_node right = {own, own};
    if (day % 2 == 0) {
        int64_t next = stock_day_of(stock, item, day + 1)->change;
        right = node_join(right, (struct stock_node){next, next});
    } else {
        before += stock_day_of(stock, item, day - 1)->change;
    }
    for (uint32_t i = (stock->leaf_count + day) / 2; i > 1; i /= 2) {
        if (i % 2 == 0) {
            right = node_join(right, nodes[i + 1]);
        } else {
            before += nodes[i - 1].sum;
        }
    }
    return before + right.lowest;
}

void stock_leave(struct stock *stock, uint32_t item, int64_t quantity)
{
    stock->on_hand[item] -= quantity;
    stock->heads[item].base -= quantity;
    stock->heads[item].least -= quantity;
}

uint32_t stock_search(struct stock *stock, uint32_t item, int64_t need)
{
    tree_settle(stock, item);
    const struct stock_node *nodes = nodes_of(stock, item);
    int64_t before = stock->heads[item].base;
    stock->heads[item].least = before + nodes[1].lowest;
    if (before + nodes[1].lowest >= need) {
        return 0;
    }
    /* Invariant: the last day under `need` is below node i, and `before` is P on the day before the
     * node's first. */
    uint32_t i = 1;
    while (i < stock->leaf_count / 2) {
        int64_t right = before + nodes[2 * i].sum;
        if (right + nodes[2 * i + 1].lowest < need) {
            before = right;
            i = 2 * i + 1;
        } else {
            i = 2 * i;
        }
    }
    uint32_t even = 2 * i - stock->leaf_count;
    uint32_t last = even + (before + days_join(stock, item, even).sum < need);
    return last + 1 < stock->horizon_days ? last + 1 : stock->horizon_days;
}

static uint32_t leaves_for(int32_t days)
{
    uint32_t count = 4;
    while (count < (uint32_t)days) {
        count *= 2;
    }
    return count;
}

static void supply_add(struct stock *stock, const struct supply *supply,
                       const struct window *window)
{
    for (uint32_t number = 1; number <= supply->count; number++) {
        const struct supply_entry *entry = supply_entry_of(supply, number);
        if (!supply_counts(entry, window->today)) {
            continue;
        }
        int64_t index = (int64_t)entry->due_day - window->today;
        if (index < window->horizon_days) {
            stock->heads[entry->item].touched = 1;
            stock_day_of(stock, entry->item, (uint32_t)index)->change +=
                entry->quantity_thousandths;
        }
    }
}

/* The opening commitments due on `first_day` or later, as far as the window reaches; those that are
 * past are in the base. */
static void opening_commitments_add(struct stock *stock, const struct shop *shop,
                                    const struct window *window, int64_t first_day)
{
    for (uint32_t i = 0; i < shop->commitment_count; i++) {
        const struct item_movement *commitment = &shop->commitments[i];
        uint32_t item = commitment->item.index;
        int64_t index = (int64_t)commitment->due_day - window->today;
        if (commitment->due_day < first_day || index >= window->days) {
            continue;
        }
        if (index < 0) {
            stock->heads[item].base -= commitment->quantity_thousandths;
        } else {
            stock->heads[item].touched = 1;
            stock_day_of(stock, item, (uint32_t)index)->committed +=
                commitment->quantity_thousandths;
        }
    }
}

/* The changes of every touched item without what is expected. */
static void changes_set(struct stock *stock)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        for (uint32_t d = 0; stock->heads[item].touched && d < stock->leaf_count; d++) {
            struct stock_day *day = stock_day_of(stock, item, d);
            day_set(day, day->committed, d < stock->horizon_days ? -day->committed : 0);
        }
    }
}

/* Nodes from the changes; the bounds of all. */
static void trees_build(struct stock *stock)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        struct stock_head *head = &stock->heads[item];
        memset(head->stale, 0, sizeof head->stale);
        head->least = head->base;
        if (head->touched) {
            tree_build(stock, item);
            head->least += nodes_of(stock, item)[1].lowest;
        }
    }
}

void stock_clear(struct stock *stock, uint32_t item_count, const struct window *window)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        if (stock->heads[item].touched) {
            for (uint32_t day = 0; day < stock->day_count; day++) {
                day_set(stock_day_of(stock, item, day), 0, 0);
            }
            memset(nodes_of(stock, item), 0, stock->leaf_count * sizeof(struct stock_node));
        }
        stock->heads[item] = (struct stock_head){0};
    }
    stock->item_count = item_count;
    stock->horizon_days = (uint32_t)window->horizon_days;
    stock->leaf_count = leaves_for(window->horizon_days);
    stock->day_count = stock->leaf_count;
    if (stock->day_count < (uint32_t)window->days) {
        stock->day_count = (uint32_t)window->days;
    }
    ASSERT(stock->day_count <= STOCK_LEAVES_MAX);
}

void stock_build(struct stock *stock, const struct shop *shop, const struct supply *supply,
                 const struct window *window)
{
    stock_clear(stock, shop->item_count, window);
    for (uint32_t item = 0; item < stock->item_count; item++) {
        stock->heads[item].base = stock->on_hand[item];
        stock->heads[item].keep_back = shop->items[item].keep_back_thousandths;
    }
    opening_commitments_add(stock, shop, window, INT64_MIN);
    changes_set(stock);
    supply_add(stock, supply, window);
    trees_build(stock);
}

/* What was committed on the days that are past joins what lies before today. */
static void days_shift(struct stock *stock, uint32_t elapsed)
{
    uint32_t gone = elapsed < stock->day_count ? elapsed : stock->day_count;
    for (uint32_t item = 0; item < stock->item_count; item++) {
        if (!stock->heads[item].touched) {
            continue;
        }
        for (uint32_t day = 0; day < gone; day++) {
            stock->heads[item].base -= stock_day_of(stock, item, day)->committed;
        }
        for (uint32_t day = 0; day < stock->day_count; day++) {
            struct stock_day next = {0};
            if (day + gone < stock->day_count) {
                next = *stock_day_of(stock, item, day + gone);
            }
            day_set(stock_day_of(stock, item, day), next.committed, next.change);
        }
    }
}

void stock_roll(struct stock *stock, const struct shop *shop, const struct supply *supply,
                const struct window *window, uint32_t elapsed)
{
    days_shift(stock, elapsed);
    opening_commitments_add(stock, shop, window, (int64_t)window->today - elapsed + window->days);
    changes_set(stock);
    supply_add(stock, supply, window);
    trees_build(stock);
}

void stock_roll_committed(struct stock *stock, const struct window *window, uint32_t elapsed)
{
    ASSERT(stock->horizon_days == (uint32_t)window->horizon_days);
    days_shift(stock, elapsed);
    changes_set(stock);
    trees_build(stock);
}

/* Is a day below node i stale? */
static bool node_is_stale(const struct stock *stock, const struct stock_head *head, uint32_t i)
{
    for (uint32_t day = 0; day < stock->horizon_days; day++) {
        uint32_t above = (stock->leaf_count + day) / 2;
        while (above > i) {
            above /= 2;
        }
        if (above == i && (head->stale[day / 64] >> day % 64 & 1) != 0) {
            return true;
        }
    }
    return false;
}

static int64_t lowest_of(const struct stock *stock, uint32_t item)
{
    int64_t sum = stock->heads[item].base;
    int64_t lowest = INT64_MAX;
    for (uint32_t day = 0; day < stock->horizon_days; day++) {
        sum += stock_day_of(stock, item, day)->change;
        lowest = sum < lowest ? sum : lowest;
    }
    return lowest;
}

const char *stock_check(const struct stock *stock)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        const struct stock_head *head = &stock->heads[item];
        const struct stock_node *nodes = nodes_of(stock, item);
        uint32_t half = stock->leaf_count / 2;
        for (uint32_t i = stock->leaf_count - 1; i >= 1; i--) {
            struct stock_node node = i >= half ? days_join(stock, item, 2 * (i - half))
                                               : node_join(nodes[2 * i], nodes[2 * i + 1]);
            bool equal = node.sum == nodes[i].sum && node.lowest == nodes[i].lowest;
            if (!equal && !node_is_stale(stock, head, i)) {
                return "a stock tree's node differs from what lies below it";
            }
        }
        if (head->least > lowest_of(stock, item)) {
            return "an item's stock falls under its bound";
        }
    }
    return NULL;
}
