/* Weekly sums of a mix -> what each day brings, in minor units -> the balance. Amounts of a week
 * are spread over its days so that no cent is lost: what is due by a day less what was due by the
 * day before. */
#include "focus/outlook.h"

#include "base/decimal.h"
#include "focus/mix.h"
#include "promise/cash.h"

#include <stdlib.h>
#include <string.h>

enum { VAT_DAYS = 62 /* a period, and the one before it */ };

/* What a mix takes in and needs in a week. */
struct week {
    __int128 gross_micro, vat_micro, out_micro; /* out: carriage, fixed costs, added hours */
    int64_t *used_thousandths;                  /* [item of the mix's shop] */
};

struct looking {
    const struct outlook_ask *ask;
    struct outlook *outlook;
    struct cash_day *known;
    int64_t *flows;  /* [OUTLOOK_DAYS] */
    int64_t *cover;  /* [item of the mix's shop] on its way and not promised; thousandths */
    int64_t opening; /* before the first day */
};

static void flow_add(struct looking *looking, int64_t day, int64_t minor)
{
    int64_t place = day - looking->outlook->first_day;
    if (place >= 0 && place < OUTLOOK_DAYS) {
        looking->flows[place] += minor;
    }
}

/* ---- the week ---- */

static bool week_make(const struct outlook_mix *mix, struct week *week)
{
    const struct shop *shop = mix->figures->shop;
    *week = (struct week){.out_micro = mix->hours_micro};
    week->used_thousandths = calloc(shop->item_count + 1u, sizeof *week->used_thousandths);
    if (week->used_thousandths == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < mix->figures->offer_count; i++) {
        const struct focus_offer *figures = &mix->figures->offers[i];
        const struct offer *offer = &shop->offers[figures->offer.index];
        __int128 units = mix->units_thousandths[i];
        __int128 gross = (__int128)offer->price_minor * FOCUS_MICRO;
        week->gross_micro += units * gross / THOUSAND;
        week->vat_micro += units * (gross - figures->net_micro) / THOUSAND;
        week->out_micro += units * figures->carriage_micro / THOUSAND;
        for (uint32_t j = 0; j < offer->component_count; j++) {
            const struct component *component = &offer->components[j];
            __int128 used = units * component->quantity_thousandths / THOUSAND;
            week->used_thousandths[component->item.index] += (int64_t)used;
        }
    }
    week->out_micro += mix_fixed(mix->figures, mix->runs);
    return true;
}

/* The part of a week's sum that falls on a day, counted from the first; minor units. */
static int64_t day_part(__int128 week_micro, int64_t day)
{
    __int128 whole = (__int128)WEEKDAYS * FOCUS_MICRO;
    __int128 before = week_micro * (day + OUTLOOK_DAYS) / whole;
    return (int64_t)(week_micro * (day + OUTLOOK_DAYS + 1) / whole - before);
}

/* ---- what is sold and bought ---- */

/* Days before the first: what they still bring; their purchases are among the bills that are known
 * already. */
static void flows_put(struct looking *looking, const struct cash_flow *flows, uint32_t count,
                      bool before)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!before || flows[i].part != CASH_BILLS) {
            flow_add(looking, flows[i].day, flows[i].amount_minor);
        }
    }
}

static void day_sell(struct looking *looking, const struct outlook_mix *mix,
                     const struct week *week, int32_t day)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    int32_t date = looking->outlook->first_day + day;
    uint32_t count = cash_sale_flows(mix->figures->shop, date, day_part(week->gross_micro, day),
                                     day_part(week->vat_micro, day), flows);
    flows_put(looking, flows, count, day < 0);
    flow_add(looking, day < 0 ? INT32_MIN : date, -day_part(week->out_micro, day));
}

/* For the week that begins with this day. */
static void week_buy(struct looking *looking, const struct outlook_mix *mix,
                     const struct week *week, int32_t day)
{
    struct cash_flow flows[CASH_FLOWS_MAX];
    const struct shop *shop = mix->figures->shop;
    int32_t date = looking->outlook->first_day + day;
    for (uint32_t i = 0; i < shop->item_count; i++) {
        int64_t quantity = week->used_thousandths[i];
        if (day >= 0) {
            int64_t covered = quantity < looking->cover[i] ? quantity : looking->cover[i];
            looking->cover[i] -= covered;
            quantity -= covered;
        }
        const struct supply_entry bought = {.quantity_thousandths = quantity,
                                            .order_day = date,
                                            .arrives_day = date,
                                            .item = (uint16_t)i,
                                            .supplier = shop->items[i].supplier.index,
                                            .status = SUPPLY_SENT};
        if (quantity > 0) {
            flows_put(looking, flows, cash_entry_flows(shop, &bought, flows), day < 0);
        }
    }
}

static void days_live(struct looking *looking, const struct outlook_mix *mix,
                      const struct week *week, int32_t from, int32_t to)
{
    for (int32_t day = from; day < to; day++) {
        day_sell(looking, mix, week, day);
        if (day % WEEKDAYS == 0) {
            week_buy(looking, mix, week, day);
        }
    }
}

/* ---- what is known ---- */

/* Of an item: more is on its way than is promised beyond what is there. */
static int64_t cover_of(const struct promise_state *state, uint16_t item, struct atp_day *days)
{
    uint32_t count = promise_atp(state, (struct item_id){item}, days, LIMIT_HORIZON_DAYS);
    int64_t comes = 0;
    for (uint32_t i = 0; i < count; i++) {
        comes += days[i].receipts;
    }
    int64_t left = count > 0 ? days[count - 1].projected : 0;
    return left <= 0 ? 0 : left < comes ? left : comes;
}

static bool cover_make(struct looking *looking)
{
    const struct shop *shop = looking->ask->mix.figures->shop;
    const struct shop *today = promise_state_shop(looking->ask->state);
    struct atp_day *days = calloc(LIMIT_HORIZON_DAYS, sizeof *days);
    looking->cover = calloc(shop->item_count + 1u, sizeof *looking->cover);
    bool made = days != NULL && looking->cover != NULL;
    for (uint32_t i = 0; i < shop->item_count && made; i++) {
        struct item_id item;
        bool found = shop_item_find(today, slice_of(shop->items[i].name), &item);
        looking->cover[i] = found ? cover_of(looking->ask->state, item.index, days) : 0;
    }
    free(days);
    return made;
}

/* Bills of the shop file that fall due behind the core's horizon. */
static void later_bills(struct looking *looking, uint32_t horizon)
{
    const struct cash *cash = &promise_state_shop(looking->ask->state)->cash;
    for (uint32_t i = 0; i < cash->bill_count; i++) {
        bool later = cash->bills[i].due_day >= looking->outlook->first_day + (int64_t)horizon;
        flow_add(looking, later ? cash->bills[i].due_day : INT32_MIN, -cash->bills[i].amount_minor);
    }
}

/* The forecast, but for what the mix and the plan's shop say themselves. */
static bool known_take(struct looking *looking)
{
    uint32_t count = 0;
    struct cash_day lowest;
    if (!promise_cash(looking->ask->state, looking->known, &count, &lowest)) {
        return false;
    }
    looking->opening = looking->known[0].balance;
    for (uint32_t i = 0; i < count; i++) {
        const int64_t *parts = looking->known[i].parts;
        for (int part = 0; part < CASH_PARTS; part++) {
            looking->opening -= i == 0 ? parts[part] : 0;
        }
        flow_add(looking, looking->known[i].day,
                 parts[CASH_SALES] + parts[CASH_BILLS] + parts[CASH_VAT]);
    }
    later_bills(looking, count);
    return true;
}

static void costs_take(struct looking *looking)
{
    struct cash_flow flows[2];
    for (int32_t day = 0; day < OUTLOOK_DAYS; day++) {
        int32_t date = looking->outlook->first_day + day;
        uint32_t count = cash_day_flows(looking->ask->mix.figures->shop, date, flows);
        for (uint32_t i = 0; i < count; i++) {
            flow_add(looking, date, flows[i].part == CASH_COSTS ? flows[i].amount_minor : 0);
        }
    }
}

/* ---- the answer ---- */

static void balance_run(struct looking *looking)
{
    struct outlook *outlook = looking->outlook;
    int64_t balance = looking->opening;
    for (int32_t day = 0; day < OUTLOOK_DAYS; day++) {
        balance += looking->flows[day];
        if (day == 0 || balance < outlook->low_minor) {
            outlook->low_minor = balance;
            outlook->low_day = outlook->first_day + day;
        }
        outlook->day_minor[day] = outlook->week_minor[day / WEEKDAYS] = balance;
    }
}

/* Are the payouts of what was sold before among those that the core knows? */
static bool orders_are_known(const struct outlook_ask *ask)
{
    return ask->today.figures->today_from == FOCUS_FROM_PAST && promise_order_count(ask->state) > 0;
}

static bool look(struct looking *looking)
{
    const struct outlook_ask *ask = looking->ask;
    struct week week = {.used_thousandths = NULL};
    struct week before = {.used_thousandths = NULL};
    const struct cash *cash = &ask->today.figures->shop->cash;
    int32_t past = cash->payout_days + cash->payout_reserve_days;
    past = past > VAT_DAYS ? past : VAT_DAYS;
    past = past < OUTLOOK_DAYS ? past : OUTLOOK_DAYS;
    bool made = cover_make(looking) && week_make(&ask->mix, &week);
    made = made && week_make(&ask->today, &before);
    if (made && !orders_are_known(ask)) {
        days_live(looking, &ask->today, &before, -past, 0);
    }
    if (made) {
        costs_take(looking);
        days_live(looking, &ask->mix, &week, 0, OUTLOOK_DAYS);
        balance_run(looking);
    }
    free(week.used_thousandths);
    free(before.used_thousandths);
    return made;
}

enum status outlook_make(const struct outlook_ask *ask, struct outlook *outlook,
                         struct fault *fault)
{
    struct looking looking = {.ask = ask,
                              .outlook = outlook,
                              .known = calloc(LIMIT_HORIZON_DAYS, sizeof *looking.known),
                              .flows = calloc(OUTLOOK_DAYS, sizeof *looking.flows)};
    *outlook = (struct outlook){.first_day = promise_today(ask->state)};
    bool made = looking.known != NULL && looking.flows != NULL;
    if (made && known_take(&looking)) {
        outlook->present = true;
        made = look(&looking);
    }
    free(looking.known);
    free(looking.flows);
    free(looking.cover);
    return made ? STATUS_OK : fault_set(fault, STATUS_MEMORY, "no memory for the months to come");
}
