/* The core's state -> what lies there, comes and leaves; and the state itself as bytes. */
#include "rehearse/opening.h"

#include "base/assert.h"
#include "promise/cash.h"
#include "rehearse/agenda.h"

#include <stdlib.h>

enum status opening_restore(const struct opening_stock *opening, struct promise_state *state)
{
    return promise_restore_bytes(state, text_slice(&opening->saved));
}

static void leaves_add(struct opening_stock *opening, uint16_t item, uint32_t day, int64_t quantity)
{
    if (quantity <= 0) {
        return;
    }
    opening->leaves = rehearse_grow(opening->leaves, opening->leaves_count + 1,
                                    &opening->leaves_capacity, sizeof *opening->leaves);
    opening->leaves[opening->leaves_count++] = (struct opening_leaves){quantity, day, item};
}

/* What of an item is committed, by day; what is overdue leaves today. */
static void item_take(struct opening_stock *opening, const struct scene *scene,
                      const struct promise_state *state, uint16_t item)
{
    struct atp_day days[LIMIT_HORIZON_DAYS];
    uint32_t count = promise_atp(state, (struct item_id){item}, days, LIMIT_HORIZON_DAYS);
    int64_t projected = promise_on_hand(state, (struct item_id){item});
    opening->on_hand[item] = projected;
    opening->free[item] = projected;
    for (uint32_t i = 0; i < count; i++) {
        int64_t leaves = projected + days[i].receipts - days[i].projected;
        opening->free[item] -= leaves;
        projected = days[i].projected;
        leaves_add(opening, item, i < scene->day_count ? i : scene->day_count - 1, leaves);
    }
}

static void entries_take(struct opening_stock *opening, const struct scene *scene,
                         const struct promise_state *state)
{
    for (uint32_t number = 1; number <= promise_entry_count(state); number++) {
        const struct supply_entry *entry = promise_entry(state, number);
        bool comes = (entry->status == SUPPLY_EXPECTED || entry->status == SUPPLY_SENT) &&
                     entry->quantity_thousandths > 0 && promise_entry_counts(state, number);
        if (comes) {
            opening->entries[opening->entry_count++] =
                (struct opening_entry){.quantity_thousandths = entry->quantity_thousandths,
                                       .due = entry->due_day - scene->today,
                                       .number = number,
                                       .item = entry->item,
                                       .billed = entry->order_day != SUPPLY_NO_DAY};
        }
    }
}

static void flow_add(struct opening_stock *opening, const struct scene *scene, int64_t day,
                     int64_t minor)
{
    if (day >= 0 && day < (int64_t)scene->day_count) {
        opening->flows[day] += minor;
    }
}

/* What is not delivered is billed when it comes: not by the forecast. */
static void entries_unbill(struct opening_stock *opening, const struct scene *scene,
                           const struct promise_state *state)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    int64_t horizon = promise_state_shop(state)->promise.horizon_days;
    for (uint32_t number = 1; number <= promise_entry_count(state); number++) {
        uint32_t count = cash_entry_flows(scene->shop, promise_entry(state, number), flows);
        for (uint32_t i = 0; i < count; i++) {
            int64_t day = flows[i].day < scene->today ? 0 : flows[i].day - scene->today;
            flow_add(opening, scene, day, day < horizon ? -flows[i].amount_minor : 0);
        }
    }
}

/* Days behind the core's horizon: what each brings by itself, and bills of the shop file. */
static void later_take(struct opening_stock *opening, const struct scene *scene, uint32_t first)
{
    const struct cash *cash = &scene->shop->cash;
    struct cash_flow flows[2];
    for (uint32_t day = first; day < scene->day_count; day++) {
        uint32_t count = cash_day_flows(scene->shop, scene->today + (int32_t)day, flows);
        for (uint32_t i = 0; i < count; i++) {
            bool counts = flows[i].part != CASH_EXPECTED || scene_expects_sales(scene);
            flow_add(opening, scene, day, counts ? flows[i].amount_minor : 0);
        }
    }
    for (uint32_t i = 0; i < cash->bill_count; i++) {
        int64_t day = (int64_t)cash->bills[i].due_day - scene->today;
        flow_add(opening, scene, day, day >= (int64_t)first ? -cash->bills[i].amount_minor : 0);
    }
}

static void forecast_take(struct opening_stock *opening, const struct scene *scene,
                          const struct promise_state *state)
{
    struct cash_day *days = calloc(LIMIT_HORIZON_DAYS, sizeof *days);
    struct cash_day lowest;
    uint32_t count = 0;
    ASSERT(days != NULL);
    if (promise_cash(state, days, &count, &lowest)) {
        opening->balance_minor = days[0].balance;
        for (uint32_t i = 0; i < count; i++) {
            for (int part = 0; part < CASH_PARTS; part++) {
                int64_t minor = days[i].parts[part];
                bool counts = part != CASH_EXPECTED || scene_expects_sales(scene);
                opening->balance_minor -= i == 0 ? minor : 0;
                flow_add(opening, scene, i, counts ? minor : 0);
            }
        }
        entries_unbill(opening, scene, state);
        later_take(opening, scene, count);
    }
    free(days);
}

enum status opening_take(struct opening_stock *opening, const struct scene *scene,
                         struct promise_state *state, struct fault *fault)
{
    uint32_t items = scene->shop->item_count;
    *opening = (struct opening_stock){.entry_count = 0};
    text_init(&opening->saved, PROMISE_SAVED_BYTES_MAX);
    opening->on_hand = calloc(items + 1, sizeof *opening->on_hand);
    opening->free = calloc(items + 1, sizeof *opening->free);
    opening->entries = calloc(promise_entry_count(state) + 1, sizeof *opening->entries);
    opening->flows = calloc(scene->day_count, sizeof *opening->flows);
    enum status status = promise_save_bytes(state, &opening->saved);
    if (status != STATUS_OK || opening->on_hand == NULL || opening->free == NULL ||
        opening->entries == NULL || opening->flows == NULL) {
        opening_free(opening);
        return fault_set(fault, STATUS_MEMORY, "no memory for the shop's state");
    }
    for (uint32_t i = 0; i < items; i++) {
        item_take(opening, scene, state, (uint16_t)i);
    }
    entries_take(opening, scene, state);
    forecast_take(opening, scene, state);
    return STATUS_OK;
}

void opening_free(struct opening_stock *opening)
{
    text_free(&opening->saved);
    free(opening->on_hand);
    free(opening->free);
    free(opening->entries);
    free(opening->leaves);
    free(opening->flows);
    *opening = (struct opening_stock){.entry_count = 0};
    text_init(&opening->saved, PROMISE_SAVED_BYTES_MAX);
}
