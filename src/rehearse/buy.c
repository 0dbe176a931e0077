/* A buyer at the checkout -> lines -> the side's answer -> an order on the floor.
 *
 * Today's shop sells what its stock shows (all, if it does not manage stock) and writes usual_days;
 * what is missing is left out of the basket. Écluse answers with a date; the customer takes it with
 * a chance that falls with each day beyond usual_days. */
#include "rehearse/world.h"

#include "base/decimal.h"
#include "promise/cash.h"

enum { UNITS_MAX = 40, PEOPLE_DRAWS = 128 };

static bool is_repaired(const bool *list, uint32_t index)
{
    return list != NULL && list[index];
}

/* At most so much of an offer, for one customer. */
static int64_t most_of(const struct offer *offer)
{
    int64_t most = offer->max_per_customer_thousandths;
    int64_t seats = offer->seats > 0 ? (int64_t)offer->seats * THOUSAND : INT64_MAX;
    return most < 0 || most > seats ? seats : most;
}

/* One more unit of an offer; at most what a customer may have. */
static uint32_t line_add(const struct shop *shop, struct promise_line *lines, uint32_t count,
                         struct offer_id offer)
{
    const struct offer *of = &shop->offers[offer.index];
    int64_t most = most_of(of);
    for (uint32_t i = 0; i < count; i++) {
        if (lines[i].offer.index == offer.index) {
            int64_t more = lines[i].quantity_thousandths + THOUSAND;
            lines[i].quantity_thousandths = more <= most ? more : lines[i].quantity_thousandths;
            return count;
        }
    }
    if (count < WORLD_LINES_MAX && most >= THOUSAND) {
        lines[count] = (struct promise_line){offer, THOUSAND};
        return count + 1;
    }
    return count;
}

static uint32_t basket_fill(const struct world *world, const struct wanted *wanted,
                            struct promise_line *lines)
{
    double mean = wanted->mean_units < UNITS_MAX ? wanted->mean_units : UNITS_MAX;
    double uniform = draw_uniform(world->key, DRAW_BASKET, wanted->person, 0);
    uint32_t units = 1 + draw_poisson(mean - 1, uniform);
    uint32_t count = 0;
    struct offer_id offer = {0};
    units = units < UNITS_MAX ? units : (uint32_t)UNITS_MAX;
    for (uint32_t i = 0; i < units; i++) {
        if (i == 0 || !wanted->one_offer) {
            offer = scene_mix_offer(wanted->mix,
                                    draw_uniform(world->key, DRAW_BASKET, wanted->person, i + 1));
        }
        count = line_add(world->scene->shop, lines, count, offer);
    }
    return count;
}

/* What somebody bought once; what is not sold any more is left out. */
static uint32_t basket_copy(const struct world *world, const struct past_order *basket,
                            struct promise_line *lines)
{
    const struct shop *shop = world->scene->shop;
    const struct past_line *past = &world->scene->learned->past->lines[basket->first];
    uint32_t count = 0;
    for (uint32_t i = 0; i < basket->count && count < WORLD_LINES_MAX; i++) {
        const struct offer *offer = &shop->offers[past[i].offer];
        int64_t most = most_of(offer);
        int64_t quantity = past[i].quantity_thousandths;
        if (!offer->retired) {
            lines[count++] =
                (struct promise_line){.offer = {past[i].offer}, quantity < most ? quantity : most};
        }
    }
    return count;
}

/* ---- the order's money ---- */

struct money {
    int64_t total, vat, cost, carriage;
};

static void line_money(const struct shop *shop, const struct promise_line *line,
                       struct money *money)
{
    const struct offer *offer = &shop->offers[line->offer.index];
    int64_t amount =
        decimal_scale_half_up(offer->price_minor, line->quantity_thousandths, THOUSAND);
    money->total += amount;
    money->vat += cash_vat_within(amount, offer->vat_thousandths);
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        int64_t quantity = decimal_scale_half_up(component->quantity_thousandths,
                                                 line->quantity_thousandths, THOUSAND);
        money->cost += supply_value(&shop->items[component->item.index], quantity);
    }
}

/* The moment's basket has a price of its own: a lever. */
static void moment_money(const struct scene *scene, uint64_t person, struct money *money)
{
    if (scene->moment_price_percent != 0 && person < PERSON_SHIPPED) {
        money->total = decimal_scale_half_up(money->total, 100 + scene->moment_price_percent, 100);
        money->vat = decimal_scale_half_up(money->vat, 100 + scene->moment_price_percent, 100);
    }
}

static void carriage_money(const struct shop *shop, uint16_t carrier, int32_t highest,
                           struct money *money)
{
    const struct carrier *of = &shop->carriers[carrier];
    int32_t rate = of->vat_thousandths < 0 ? highest : of->vat_thousandths;
    money->total += of->charge_minor;
    money->vat += cash_vat_within(of->charge_minor, rate);
    money->carriage += of->cost_minor;
}

/* ---- its work ---- */

static uint32_t group_of(struct world *world, struct world_order *order, uint16_t carrier,
                         int64_t key)
{
    for (uint32_t i = 0; i < order->group_count && carrier != NO_INDEX; i++) {
        if (world->groups[order->group_first + i].carrier == carrier) {
            return order->group_first + i;
        }
    }
    world->groups = rehearse_grow(world->groups, world->group_count + 1, &world->group_capacity,
                                  sizeof *world->groups);
    world->groups[world->group_count] = (struct world_group){.key = key,
                                                             .order = world->order_count,
                                                             .carrier = carrier,
                                                             .late_at = NO_INDEX,
                                                             .late_item = NO_INDEX,
                                                             .worked_at = NO_INDEX};
    order->group_count++;
    order->groups_left++;
    order->has_parcel = order->has_parcel || carrier != NO_INDEX;
    return world->group_count++;
}

static void job_fill(struct world *world, struct world_order *order,
                     const struct promise_line *line, uint32_t place)
{
    const struct offer *offer = &world->scene->shop->offers[line->offer.index];
    uint16_t carrier = offer->on_site ? NO_INDEX : offer->carrier.index;
    uint32_t group = group_of(world, order, carrier, order->made_at);
    uint32_t index = floor_add(&world->floor);
    struct job *job = &world->floor.jobs[index];
    world->groups[group].lines_left++;
    job->routing = &offer->routing;
    job->units = offer->seats > 0 ? 1 : (double)line->quantity_thousandths / THOUSAND;
    job->person = order->person * PEOPLE_DRAWS + place;
    job->key = order->made_at;
    job->not_before = world->now;
    job->group = group;
    job->offer = line->offer.index;
    job->quantity_thousandths = line->quantity_thousandths;
}

static void promised_link(struct world *world, uint32_t index, int32_t promised)
{
    uint32_t day = promised < 0                                  ? 0
                   : promised < (int32_t)world->scene->day_count ? (uint32_t)promised
                                                                 : world->scene->day_count;
    world->orders[index].next_promised = world->promised_first[day];
    world->promised_first[day] = index;
}

static void order_money(const struct world *world, const struct purchase *purchase,
                        struct world_order *order)
{
    const struct shop *shop = world->scene->shop;
    struct money money = {0};
    int32_t highest = 0;
    for (uint32_t i = 0; i < purchase->count; i++) {
        const struct offer *offer = &shop->offers[purchase->lines[i].offer.index];
        highest = offer->vat_thousandths > highest ? offer->vat_thousandths : highest;
        line_money(shop, &purchase->lines[i], &money);
    }
    moment_money(world->scene, purchase->person, &money);
    for (uint32_t i = 0; i < order->group_count; i++) {
        uint16_t carrier = world->groups[order->group_first + i].carrier;
        if (carrier != NO_INDEX) {
            carriage_money(shop, carrier, highest, &money);
        }
    }
    order->total_minor = money.total;
    order->vat_minor = money.vat;
    order->cost_minor = money.cost;
    order->carriage_minor = money.carriage;
    order->fee_minor = cash_share(money.total, shop->cash.payment_fee_thousandths);
    order->contribution_minor =
        money.total - money.vat - money.cost - money.carriage - order->fee_minor;
}

uint32_t world_order_add(struct world *world, const struct purchase *purchase, int32_t promised)
{
    world->orders = rehearse_grow(world->orders, world->order_count + 1, &world->order_capacity,
                                  sizeof *world->orders);
    struct world_order order = {.made_at = world->now,
                                .person = purchase->person,
                                .promised = promised,
                                .delivered = NO_DAY,
                                .group_first = world->group_count,
                                .job_first = world->floor.job_count,
                                .counted = purchase->counted};
    for (uint32_t i = 0; i < purchase->count; i++) {
        job_fill(world, &order, &purchase->lines[i], i);
    }
    order.job_count = world->floor.job_count - order.job_first;
    order_money(world, purchase, &order);
    world->orders[world->order_count] = order;
    promised_link(world, world->order_count, promised);
    bank_sale(world, &order);
    world->outcome->made_on[world->day]++;
    world->outcome->accepted += order.counted;
    world->open_orders++;
    after_sale(world, world->order_count);
    return world->order_count++;
}

/* ---- today's shop ---- */

static bool line_has_stock(struct world *world, const struct promise_line *line, bool counted)
{
    const struct offer *offer = &world->scene->shop->offers[line->offer.index];
    bool has = true;
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        int64_t need = component_need(component, line->quantity_thousandths);
        uint16_t item = component->item.index;
        if (world->free[item] < need && !is_repaired(world->repairs->items, item)) {
            has = false;
            if (counted) {
                failure_note(&world->outcome->stock[item], world->now);
            }
        }
    }
    return has;
}

/* Takes a line's components from what can be sold (sign 1), or gives them back (-1). */
static void line_commit(struct world *world, const struct promise_line *line, int64_t sign)
{
    const struct offer *offer = &world->scene->shop->offers[line->offer.index];
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        world->free[component->item.index] -=
            sign * component_need(component, line->quantity_thousandths);
    }
}

/* Bookings that nobody has begun share a session while it has seats. */
static bool session_join(struct world *world, uint32_t index)
{
    struct floor *floor = &world->floor;
    struct job *job = &floor->jobs[index];
    const struct offer *offer = &world->scene->shop->offers[job->offer];
    uint32_t leader = offer->seats > 0 ? world->open_session[job->offer] : NO_LINK;
    if (leader != NO_LINK && !floor->jobs[leader].begun && !floor->jobs[leader].skipped &&
        floor->jobs[leader].seats_left >= job->quantity_thousandths &&
        shelves_pick(world, index, world->now)) {
        job->has_material = true;
        floor->jobs[leader].seats_left -= job->quantity_thousandths;
        job->follower = floor->jobs[leader].follower;
        floor->jobs[leader].follower = index;
        return true;
    }
    if (offer->seats > 0) {
        job->seats_left = (int64_t)offer->seats * THOUSAND - job->quantity_thousandths;
        world->open_session[job->offer] = index;
    }
    return false;
}

bool usual_take(struct world *world, struct purchase *purchase, struct promise_line *lines)
{
    bool manages = world->side == SIDE_ORDINARY || world->scene->shop->site.manages_stock;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < purchase->count; i++) {
        if (line_has_stock(world, &lines[i], purchase->counted) || !manages) {
            lines[kept++] = lines[i];
        }
    }
    for (uint32_t i = 0; i < kept; i++) {
        line_commit(world, &lines[i], 1);
    }
    purchase->lines = lines;
    purchase->count = kept;
    return kept > 0;
}

void usual_give_back(struct world *world, const struct purchase *purchase)
{
    for (uint32_t i = 0; i < purchase->count; i++) {
        line_commit(world, &purchase->lines[i], -1);
    }
}

void usual_enter(struct world *world, const struct purchase *purchase)
{
    int32_t promised = (int32_t)world->day + world->scene->usual_days;
    uint32_t index = world_order_add(world, purchase, promised);
    struct world_order made = world->orders[index];
    for (uint32_t i = 0; i < made.job_count; i++) {
        if (!session_join(world, made.job_first + i)) {
            floor_release(&world->floor, made.job_first + i, world->now);
        }
    }
}

static enum world_answer usual_place(struct world *world, struct purchase *purchase,
                                     struct promise_line *lines)
{
    if (!usual_take(world, purchase, lines)) {
        return ANSWER_REFUSED;
    }
    if (pay_succeeds(world, purchase->person)) {
        usual_enter(world, purchase);
        return ANSWER_BOUGHT;
    }
    pay_wait(world, purchase, world->now + world->scene->shop->promise.payment_seconds,
             (struct slice){NULL, 0});
    return ANSWER_WAITS;
}

void world_buy(struct world *world, const struct wanted *wanted)
{
    struct promise_line lines[WORLD_LINES_MAX];
    struct purchase purchase = {.person = wanted->person,
                                .lines = lines,
                                .count = wanted->basket != NULL
                                             ? basket_copy(world, wanted->basket, lines)
                                             : basket_fill(world, wanted, lines),
                                .counted = world->now >= world->scene->moment->at};
    if (purchase.count == 0 && wanted->basket != NULL) {
        return; /* nothing of it is sold any more: nobody comes for it */
    }
    bool asks = world->side == SIDE_ECLUSE;
    enum world_answer answer = purchase.count == 0 ? ANSWER_REFUSED
                               : asks              ? core_place(world, &purchase, lines)
                                                   : usual_place(world, &purchase, lines);
    if (purchase.counted) {
        world->outcome->buyers++;
        world->outcome->measures[MEASURE_REFUSED] += answer == ANSWER_REFUSED;
        world->outcome->measures[MEASURE_DECLINED] += answer == ANSWER_DECLINED;
    }
    if (asks && answer == ANSWER_REFUSED && purchase.count > 0) {
        wished_leave(world, wanted->person, &lines[0], purchase.counted);
    }
}
