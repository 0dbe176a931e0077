/* Memory for the figures of one run; cleared, not made anew, between runs. */
#include "rehearse/outcome.h"

#include "base/assert.h"
#include "model/shop.h"

#include <stdlib.h>

static struct failure *failures(uint32_t count)
{
    struct failure *made = calloc(count + 1, sizeof *made);
    ASSERT(made != NULL);
    return made;
}

struct outcome *outcome_create(const struct shop *shop)
{
    struct outcome *outcome = calloc(1, sizeof *outcome);
    ASSERT(outcome != NULL);
    outcome->items = shop->item_count;
    outcome->centers = shop->work_center_count;
    outcome->suppliers_count = shop->supplier_count + shop->carrier_count;
    outcome->stock = failures(outcome->items);
    outcome->team = failures(outcome->centers);
    outcome->suppliers = failures(outcome->suppliers_count);
    return outcome;
}

void outcome_free(struct outcome *outcome)
{
    if (outcome != NULL) {
        free(outcome->stock);
        free(outcome->team);
        free(outcome->suppliers);
        free(outcome);
    }
}

static void failures_clear(struct failure *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        list[i] = (struct failure){0, INT64_MAX};
    }
}

void outcome_clear(struct outcome *outcome)
{
    struct outcome empty = {.stock = outcome->stock,
                            .team = outcome->team,
                            .suppliers = outcome->suppliers,
                            .items = outcome->items,
                            .centers = outcome->centers,
                            .suppliers_count = outcome->suppliers_count,
                            .site = {0, INT64_MAX},
                            .cash = {0, INT64_MAX}};
    *outcome = empty;
    failures_clear(outcome->stock, outcome->items);
    failures_clear(outcome->team, outcome->centers);
    failures_clear(outcome->suppliers, outcome->suppliers_count);
}
