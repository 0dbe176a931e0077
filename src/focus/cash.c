/* The core's own rules say on which days what share of a sale and of a purchase flows
 * (promise/cash.h); they are asked for amounts so large that their rounding to minor units does not
 * show. */
#include "focus/cash.h"

#include "base/decimal.h"
#include "promise/cash.h"

#include <stdlib.h>

#define MILLION 1e6

enum { SAMPLE_MINOR = 1000000000, SAMPLE_UNITS = 1000 };

enum status focus_cash_look(const struct focus_cash *cash, struct mix *mix, struct outlook *outlook,
                            struct fault *fault)
{
    const struct outlook_ask ask = {.mix = {.figures = cash->figures,
                                            .units_thousandths = mix->units_thousandths,
                                            .runs = mix->runs},
                                    .today = {.figures = cash->today_figures,
                                              .units_thousandths = cash->today->units_thousandths,
                                              .runs = cash->today->runs},
                                    .state = cash->state};
    enum status status = outlook_make(&ask, outlook, fault);
    mix->cash_known = status == STATUS_OK;
    mix->cash_low_minor = outlook->low_minor;
    mix->cash_low_day = outlook->low_day;
    return status;
}

enum status focus_cash_make(const struct focus_figures *figures,
                            const struct focus_figures *today_figures, const struct mix *today,
                            const struct promise_state *state, struct focus_cash **cash,
                            struct fault *fault)
{
    *cash = NULL;
    if (!figures->shop->cash.present) {
        return STATUS_OK;
    }
    struct focus_cash *made = calloc(1, sizeof *made);
    struct mix *none = mix_new(figures);
    enum status status = STATUS_OK;
    if (made == NULL || none == NULL) {
        status = fault_set(fault, STATUS_MEMORY, "no memory for the cash of the months to come");
    } else {
        *made = (struct focus_cash){.figures = figures,
                                    .today_figures = today_figures,
                                    .today = today,
                                    .state = state,
                                    .minimum_minor = figures->shop->cash.minimum_balance_minor};
        status = focus_cash_look(made, none, &made->without, fault);
    }
    mix_free(none);
    if (status == STATUS_OK && made != NULL && made->without.present) {
        *cash = made;
    } else {
        free(made);
    }
    return status;
}

/* Of one unit sold evenly over each week, by the end of `until`: the share of its price that has
 * come, and the share of its VAT that has gone. */
static void sales_by(const struct focus_cash *cash, int32_t until, double *come, double *gone)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    int64_t sums[CASH_PARTS] = {0};
    for (int32_t day = cash->without.first_day; day <= until; day++) {
        uint32_t count =
            cash_sale_flows(cash->figures->shop, day, SAMPLE_MINOR, SAMPLE_MINOR, flows);
        for (uint32_t i = 0; i < count; i++) {
            sums[flows[i].part] += flows[i].day <= until ? flows[i].amount_minor : 0;
        }
    }
    *come = (double)sums[CASH_SALES] / SAMPLE_MINOR / WEEKDAYS;
    *gone = -(double)sums[CASH_VAT] / SAMPLE_MINOR / WEEKDAYS;
}

/* Of one unit of an item, bought on the first day of each week: what it has cost, minor units. */
static double item_by(const struct focus_cash *cash, uint16_t item, int32_t until)
{
    const struct shop *shop = cash->figures->shop;
    struct cash_flow flows[CASH_FLOWS_MAX];
    int64_t sum = 0;
    for (int32_t day = cash->without.first_day; day <= until; day += WEEKDAYS) {
        const struct supply_entry bought = {.quantity_thousandths = SAMPLE_UNITS * THOUSAND,
                                            .order_day = day,
                                            .arrives_day = day,
                                            .item = item,
                                            .supplier = shop->items[item].supplier.index,
                                            .status = SUPPLY_SENT};
        uint32_t count = cash_entry_flows(shop, &bought, flows);
        for (uint32_t i = 0; i < count; i++) {
            sum += flows[i].day <= until ? flows[i].amount_minor : 0;
        }
    }
    return -(double)sum / SAMPLE_UNITS;
}

bool focus_cash_row(const struct focus_cash *cash, int32_t day, double *offers, double *activities)
{
    const struct focus_figures *figures = cash->figures;
    const struct shop *shop = figures->shop;
    int32_t until = cash->without.first_day + day;
    double weeks = (day + 1) / (double)WEEKDAYS;
    double come = 0;
    double gone = 0;
    double *items = calloc(shop->item_count + 1u, sizeof *items);
    if (items == NULL) {
        return false;
    }
    sales_by(cash, until, &come, &gone);
    for (uint32_t i = 0; i < shop->item_count; i++) {
        items[i] = item_by(cash, (uint16_t)i, until);
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        const struct focus_offer *of = &figures->offers[i];
        const struct offer *offer = &shop->offers[of->offer.index];
        double price = (double)offer->price_minor;
        offers[i] = price * come - (price - (double)of->net_micro / MILLION) * gone -
                    (double)of->carriage_micro / MILLION * weeks;
        for (uint32_t j = 0; j < offer->component_count; j++) {
            const struct component *component = &offer->components[j];
            offers[i] -=
                items[component->item.index] * (double)component->quantity_thousandths / THOUSAND;
        }
    }
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        activities[i] = -(double)figures->activities[i].fixed_micro / MILLION * weeks;
    }
    free(items);
    return true;
}
