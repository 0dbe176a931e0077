/* The shop -> items that only stopped offers use -> what the core has of them: shelves, entries,
 * open orders.
 *
 * What is expected of an item can be done without as far as its projected stock never falls below
 * 0 for it, from the day on which it would be there: first what is not sent yet, the latest first.
 * What orders bought (their pegs) says less: a pack that one of them bought serves others. */
#include "focus/way_out.h"

#include "promise/supply.h"

#include <stdlib.h>

enum item_use { USE_NONE, USE_STOPS, USE_GOES_ON };

struct looking {
    const struct promise_state *state;
    const struct shop *shop;
    const bool *stops;
    uint8_t *use; /* [item] enum item_use */
    struct atp_day *days;
    uint32_t day_count;
    struct way_out *way;
};

static void uses_find(struct looking *looking)
{
    for (uint32_t i = 0; i < looking->shop->offer_count; i++) {
        const struct offer *offer = &looking->shop->offers[i];
        enum item_use use = looking->stops[i] ? USE_STOPS : USE_GOES_ON;
        for (uint32_t j = 0; j < offer->component_count && !offer->retired; j++) {
            uint8_t *known = &looking->use[offer->components[j].item.index];
            *known = use > *known ? (uint8_t)use : *known;
        }
    }
}

static uint32_t days_take(struct looking *looking, uint16_t item)
{
    looking->day_count =
        promise_atp(looking->state, (struct item_id){item}, looking->days, LIMIT_HORIZON_DAYS);
    return looking->day_count;
}

static void item_take(struct looking *looking, uint16_t index)
{
    struct way_out *way = looking->way;
    uint32_t count = days_take(looking, index);
    int64_t on_hand = promise_on_hand(looking->state, (struct item_id){index});
    int64_t committed = on_hand;
    for (uint32_t i = 0; i < count; i++) {
        committed += looking->days[i].receipts;
    }
    committed -= count > 0 ? looking->days[count - 1].projected : on_hand;
    int64_t left = on_hand > committed ? on_hand - committed : 0;
    struct way_item *item = &way->items[way->item_count++];
    *item = (struct way_item){.item = {index},
                              .on_hand_thousandths = on_hand,
                              .committed_thousandths = committed,
                              .left_thousandths = left,
                              .left_minor = supply_value(&looking->shop->items[index], left)};
    way->stock_minor += item->left_minor;
}

static int value_compare(const void *left, const void *right)
{
    const struct way_item *a = left;
    const struct way_item *b = right;
    return a->left_minor != b->left_minor
               ? (a->left_minor > b->left_minor ? -1 : 1)
               : (a->item.index > b->item.index) - (a->item.index < b->item.index);
}

/* ---- orders ---- */

static void line_take(struct looking *looking, const struct order_view *order, uint32_t index,
                      bool *counted)
{
    struct way_out *way = looking->way;
    struct order_line_view line;
    promise_order_line(looking->state, order->number, index, &line);
    bool open = line.status == ORDER_CONFIRMED || order_status_begun(line.status);
    if (!open || !looking->stops[line.offer.index]) {
        return;
    }
    bool later = way->order_count == 0 || line.dates.deliver_by_day > way->last_day;
    way->last_day = later ? line.dates.deliver_by_day : way->last_day;
    way->order_count += !*counted;
    way->order_minor += line.amount_minor;
    *counted = true;
}

static void order_take(struct looking *looking, uint32_t number)
{
    struct order_view order;
    bool counted = false;
    bool known = promise_order_by_number(looking->state, number, &order);
    if (!known || !(order.status == ORDER_CONFIRMED || order_status_begun(order.status))) {
        return;
    }
    for (uint32_t i = 0; i < order.line_count; i++) {
        line_take(looking, &order, i, &counted);
    }
}

/* ---- what is expected ---- */

static void entry_take(struct looking *looking, uint32_t number)
{
    const struct supply_entry *entry = promise_entry(looking->state, number);
    struct way_out *way = looking->way;
    if (entry->status != SUPPLY_CLOSED && entry->quantity_thousandths > 0 &&
        looking->use[entry->item] == USE_STOPS) {
        way->entries[way->entry_count++] =
            (struct way_entry){.number = number,
                               .item = {entry->item},
                               .quantity_thousandths = entry->quantity_thousandths,
                               .due_day = entry->due_day,
                               .unsent = supply_unsent(entry)};
    }
}

/* Who is done without first. */
static int spare_compare(const void *left, const void *right)
{
    const struct way_entry *a = left;
    const struct way_entry *b = right;
    if (a->item.index != b->item.index) {
        return a->item.index < b->item.index ? -1 : 1;
    }
    if (a->unsent != b->unsent) {
        return a->unsent ? -1 : 1;
    }
    return a->due_day != b->due_day ? (a->due_day > b->due_day ? -1 : 1)
                                    : (a->number < b->number) - (a->number > b->number);
}

static int number_compare(const void *left, const void *right)
{
    const struct way_entry *a = left;
    const struct way_entry *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

/* The lowest projected stock from a day on. */
static int64_t lowest_from(const struct looking *looking, int32_t day)
{
    int64_t lowest = INT64_MAX;
    for (uint32_t i = 0; i < looking->day_count; i++) {
        bool lower = looking->days[i].day >= day && looking->days[i].projected < lowest;
        lowest = lower ? looking->days[i].projected : lowest;
    }
    return lowest;
}

/* What is done without is gone from the projected stock. */
static void entry_spare(struct looking *looking, struct way_entry *entry)
{
    int64_t spare = entry->quantity_thousandths;
    if (promise_entry_counts(looking->state, entry->number)) {
        int64_t lowest = lowest_from(looking, entry->due_day);
        spare = lowest < 0 ? 0 : lowest < spare ? lowest : spare;
        for (uint32_t i = 0; i < looking->day_count; i++) {
            looking->days[i].projected -= looking->days[i].day >= entry->due_day ? spare : 0;
        }
    }
    entry->needed_thousandths = entry->quantity_thousandths - spare;
    entry->rest_minor = supply_value(&looking->shop->items[entry->item.index], spare);
    struct way_out *way = looking->way;
    *(entry->unsent ? &way->unsent_minor : &way->coming_minor) += entry->rest_minor;
}

static void entries_spare(struct looking *looking)
{
    struct way_out *way = looking->way;
    if (way->entry_count == 0) {
        return;
    }
    qsort(way->entries, way->entry_count, sizeof *way->entries, spare_compare);
    for (uint32_t i = 0; i < way->entry_count; i++) {
        uint16_t item = way->entries[i].item.index;
        if (i == 0 || item != way->entries[i - 1].item.index) {
            (void)days_take(looking, item);
        }
        entry_spare(looking, &way->entries[i]);
    }
    qsort(way->entries, way->entry_count, sizeof *way->entries, number_compare);
}

static void look(struct looking *looking)
{
    uses_find(looking);
    for (uint32_t i = 0; i < looking->shop->item_count; i++) {
        if (looking->use[i] == USE_STOPS) {
            item_take(looking, (uint16_t)i);
        }
    }
    if (looking->way->item_count > 0) {
        qsort(looking->way->items, looking->way->item_count, sizeof *looking->way->items,
              value_compare);
    }
    for (uint32_t i = 1; i <= promise_order_count(looking->state); i++) {
        order_take(looking, i);
    }
    for (uint32_t i = 1; i <= promise_entry_count(looking->state); i++) {
        entry_take(looking, i);
    }
    entries_spare(looking);
}

enum status way_out_make(const struct promise_state *state, const bool *stops, struct way_out *way,
                         struct fault *fault)
{
    const struct shop *shop = promise_state_shop(state);
    uint32_t entries = promise_entry_count(state);
    *way = (struct way_out){.items = calloc(shop->item_count + 1u, sizeof *way->items),
                            .entries = calloc(entries + 1u, sizeof *way->entries)};
    struct looking looking = {.state = state,
                              .shop = shop,
                              .stops = stops,
                              .use = calloc(shop->item_count + 1u, 1),
                              .days = calloc(LIMIT_HORIZON_DAYS, sizeof *looking.days),
                              .way = way};
    enum status status = STATUS_OK;
    if (way->items == NULL || way->entries == NULL || looking.use == NULL || looking.days == NULL) {
        way_out_free(way);
        status = fault_set(fault, STATUS_MEMORY, "no memory for the way out");
    } else {
        look(&looking);
    }
    free(looking.use);
    free(looking.days);
    return status;
}

void way_out_free(struct way_out *way)
{
    free(way->items);
    free(way->entries);
    *way = (struct way_out){.item_count = 0};
}
