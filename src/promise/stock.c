/* The tree over an item's days lies in two arrays: inner nodes 1 .. leaf_count - 1 (children of i:
 * 2i and 2i + 1) and the leaves, whose sum and lowest are their value. Zeroed memory is the tree of
 * an item without movements, so an item that nothing ever moved costs no memory and no work at
 * midnight: with 20,000 items that is most of them.
 *
 * A Fenwick tree gives sums but no minimum; a lazily added range minimum tree (add to all later
 * days) gives the same answers with twice the writes. */
#include "promise/stock.h"

#include "base/assert.h"

#include <string.h>

static int64_t *committed_of(const struct stock *stock, uint32_t item)
{
    return stock->committed + (size_t)item * stock->day_count;
}

static struct stock_node *nodes_of(const struct stock *stock, uint32_t item)
{
    return stock->nodes + (size_t)item * stock->leaf_count;
}

static int64_t *leaves_of(const struct stock *stock, uint32_t item)
{
    return stock->leaves + (size_t)item * stock->leaf_count;
}

static inline struct stock_node node_join(struct stock_node left, struct stock_node right)
{
    int64_t lowest = left.sum + right.lowest;
    return (struct stock_node){left.sum + right.sum, left.lowest < lowest ? left.lowest : lowest};
}

/* The node above leaves 2k and 2k + 1. */
static inline struct stock_node leaf_join(const int64_t *pair)
{
    int64_t sum = pair[0] + pair[1];
    return (struct stock_node){sum, pair[0] < sum ? pair[0] : sum};
}

static void tree_build(struct stock *stock, uint32_t item)
{
    struct stock_node *nodes = nodes_of(stock, item);
    const int64_t *leaves = leaves_of(stock, item);
    uint32_t half = stock->leaf_count / 2;
    for (uint32_t i = 0; i < half; i++) {
        nodes[half + i] = leaf_join(leaves + (size_t)2 * i);
    }
    for (uint32_t i = half - 1; i >= 1; i--) {
        nodes[i] = node_join(nodes[2 * i], nodes[2 * i + 1]);
    }
}

static void tree_add(struct stock *stock, uint32_t item, uint32_t day, int64_t difference)
{
    struct stock_node *nodes = nodes_of(stock, item);
    int64_t *leaves = leaves_of(stock, item);
    leaves[day] += difference;
    uint32_t i = (stock->leaf_count + day) / 2;
    nodes[i] = leaf_join(leaves + (day & ~1u));
    for (i /= 2; i >= 1; i /= 2) {
        nodes[i] = node_join(nodes[2 * i], nodes[2 * i + 1]);
    }
}

void stock_commit(struct stock *stock, uint32_t item, int32_t day_index, int64_t quantity)
{
    ASSERT(item < stock->item_count);
    ASSERT(day_index < (int32_t)stock->day_count);
    if (day_index < 0) {
        stock->base[item] -= quantity;
        return;
    }
    stock->touched[item] = 1;
    committed_of(stock, item)[day_index] += quantity;
    if ((uint32_t)day_index < stock->horizon_days) {
        tree_add(stock, item, (uint32_t)day_index, -quantity);
    }
}

uint32_t stock_earliest(const struct stock *stock, uint32_t item, int64_t quantity,
                        int64_t keep_back)
{
    const struct stock_node *nodes = nodes_of(stock, item);
    int64_t need = quantity + keep_back;
    int64_t before = stock->base[item];
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
    const int64_t *pair = leaves_of(stock, item) + (size_t)(2 * i - stock->leaf_count);
    uint32_t last = 2 * i - stock->leaf_count + (before + pair[0] + pair[1] < need);
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

static void receipts_add(struct stock *stock, const struct shop *shop, const struct window *window)
{
    for (uint32_t i = 0; i < shop->receipt_count; i++) {
        const struct item_movement *receipt = &shop->receipts[i];
        int64_t index = (int64_t)receipt->due_day - window->today;
        if (index >= 0 && index < window->horizon_days) {
            stock->touched[receipt->item.index] = 1;
            leaves_of(stock, receipt->item.index)[index] += receipt->quantity_thousandths;
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
            stock->base[item] -= commitment->quantity_thousandths;
        } else {
            stock->touched[item] = 1;
            committed_of(stock, item)[index] += commitment->quantity_thousandths;
        }
    }
}

/* Leaves and nodes of every touched item from `committed` and the receipts. */
static void trees_build(struct stock *stock, const struct shop *shop, const struct window *window)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        if (!stock->touched[item]) {
            continue;
        }
        int64_t *leaves = leaves_of(stock, item);
        const int64_t *committed = committed_of(stock, item);
        for (uint32_t day = 0; day < stock->leaf_count; day++) {
            leaves[day] = day < stock->horizon_days ? -committed[day] : 0;
        }
    }
    receipts_add(stock, shop, window);
    for (uint32_t item = 0; item < stock->item_count; item++) {
        if (stock->touched[item]) {
            tree_build(stock, item);
        }
    }
}

static void tables_clear(struct stock *stock)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        if (stock->touched[item]) {
            memset(committed_of(stock, item), 0, stock->day_count * sizeof(int64_t));
            memset(nodes_of(stock, item), 0, stock->leaf_count * sizeof(struct stock_node));
            memset(leaves_of(stock, item), 0, stock->leaf_count * sizeof(int64_t));
            stock->touched[item] = 0;
        }
    }
}

void stock_build(struct stock *stock, const struct shop *shop, const struct window *window)
{
    tables_clear(stock);
    stock->item_count = shop->item_count;
    stock->day_count = (uint32_t)window->days;
    stock->horizon_days = (uint32_t)window->horizon_days;
    stock->leaf_count = leaves_for(window->horizon_days);
    ASSERT(stock->leaf_count <= STOCK_LEAVES_MAX);
    memcpy(stock->base, stock->on_hand, stock->item_count * sizeof(int64_t));
    opening_commitments_add(stock, shop, window, INT64_MIN);
    trees_build(stock, shop, window);
}

void stock_roll(struct stock *stock, const struct shop *shop, const struct window *window,
                uint32_t elapsed)
{
    ASSERT(stock->day_count == (uint32_t)window->days);
    uint32_t gone = elapsed < stock->day_count ? elapsed : stock->day_count;
    for (uint32_t item = 0; item < stock->item_count; item++) {
        if (!stock->touched[item]) {
            continue;
        }
        int64_t *committed = committed_of(stock, item);
        for (uint32_t day = 0; day < gone; day++) {
            stock->base[item] -= committed[day];
        }
        memmove(committed, committed + gone, (stock->day_count - gone) * sizeof(int64_t));
        memset(committed + stock->day_count - gone, 0, gone * sizeof(int64_t));
    }
    opening_commitments_add(stock, shop, window,
                            (int64_t)window->today - elapsed + stock->day_count);
    trees_build(stock, shop, window);
}

const char *stock_check(const struct stock *stock)
{
    for (uint32_t item = 0; item < stock->item_count; item++) {
        const struct stock_node *nodes = nodes_of(stock, item);
        const int64_t *leaves = leaves_of(stock, item);
        uint32_t half = stock->leaf_count / 2;
        for (uint32_t i = stock->leaf_count - 1; i >= 1; i--) {
            struct stock_node node = i >= half ? leaf_join(leaves + (size_t)2 * (i - half))
                                               : node_join(nodes[2 * i], nodes[2 * i + 1]);
            if (node.sum != nodes[i].sum || node.lowest != nodes[i].lowest) {
                return "a stock tree's node differs from what lies below it";
            }
        }
    }
    return NULL;
}
