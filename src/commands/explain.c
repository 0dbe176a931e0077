/* The way to a date:
 *
 *   group   material: need, what is available or bought, from which day  -> material day
 *           each line's operations: standard minutes / efficiency = slots, and which slots
 *           the parcel's operations; buffer -> ready; collection; transit -> deliver by
 *
 * Every number stands in the plan, in the shop or in explain_facts.c; nothing is decided here.
 * Adjoining runs of slots are joined, so that a range is what a person would write down. */
#include "commands/explain.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "commands/show.h"

#include <stdio.h>

enum { RANGES_IN_LINE = 4, WEEK_BYTES = 80 };

static const char *say(const struct explain *explain, const char *english, const char *french)
{
    return explain->language == LANGUAGE_FR ? french : english;
}

static const char *colon(const struct explain *explain)
{
    return say(explain, ":", "\u00a0:");
}

/* "Tue, Wed, Thu", or that it is every day. */
static const char *week_text(const struct explain *explain, struct weekday_set set,
                             char to[WEEK_BYTES])
{
    static const char *const days[LANGUAGES][WEEKDAYS] = {
        [LANGUAGE_FR] = {"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."},
        [LANGUAGE_EN] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
    };
    size_t length = 0;
    if (set.bits == (1 << WEEKDAYS) - 1) {
        return say(explain, "every day", "tous les jours");
    }
    to[0] = '\0';
    for (int day = 0; day < WEEKDAYS; day++) {
        if ((set.bits >> day & 1) != 0) {
            length += (size_t)snprintf(to + length, WEEK_BYTES - length, "%s%s",
                                       length > 0 ? ", " : "", days[explain->language][day]);
        }
    }
    return to;
}

/* ---- work ---- */

static void slots_text(const struct explain *explain, const struct planned_operation *planned,
                       struct text *to)
{
    char value[SHOW_BYTES];
    int32_t day_shown = INT32_MIN;
    uint32_t in_line = 0;
    for (uint32_t at = 0; at < planned->run_count;) {
        int64_t from;
        int64_t until;
        explain_run(explain->plan, planned, &at, &from, &until);
        int32_t day = zone_day(&explain->shop->zone, from);
        if (day != day_shown) {
            text_append_format(to, "%s         %s  ", day_shown == INT32_MIN ? "" : "\n",
                               show_day(explain->language, value, day));
            day_shown = day;
            in_line = 0;
        } else {
            text_append_string(to, in_line % RANGES_IN_LINE == 0 ? ",\n                         "
                                                                 : ", ");
        }
        in_line++;
        text_append_string(to, show_time(explain->shop, value, from));
        text_append_format(to, "-%s", show_time(explain->shop, value, until));
    }
    text_append_string(to, planned->run_count > 0 ? "\n" : "");
}

/* "3 + 4 x 6 = 27 min": setup, and quantity times minutes. */
static void minutes_text(const struct explain *explain, const struct operation *operation,
                         int64_t quantity, struct text *to)
{
    char value[SHOW_BYTES];
    bool setup = operation->setup_minutes_thousandths > 0;
    if (setup) {
        text_append_format(
            to, "%s + ",
            show_quantity(explain->language, value, operation->setup_minutes_thousandths));
    }
    if (quantity != THOUSAND) {
        text_append_format(to, "%s x ", show_quantity(explain->language, value, quantity));
    }
    if (setup || quantity != THOUSAND) {
        text_append_format(
            to, "%s = ", show_quantity(explain->language, value, operation->minutes_thousandths));
    }
    text_append_format(
        to, "%s min",
        show_quantity(explain->language, value, explain_minutes(operation, quantity)));
}

static void operation_text(const struct explain *explain, const struct planned_operation *planned,
                           const struct operation *operation, int64_t quantity, struct text *to)
{
    char value[SHOW_BYTES];
    const struct work_center *center = &explain->shop->work_centers[planned->work_center];
    text_append_format(to, "       %s%s ", center->name, colon(explain));
    minutes_text(explain, operation, quantity, to);
    if (center->efficiency_thousandths != THOUSAND) {
        text_append_format(to, " / %s",
                           show_quantity(explain->language, value, center->efficiency_thousandths));
    }
    (void)show_quantity(explain->language, value, (int64_t)planned->slot_count * THOUSAND / 4);
    text_append_format(to, " = %u %s = %s min", planned->slot_count,
                       say(explain, "slots of 15 s", "créneaux de 15 s"), value);
    if (planned->crew > 1) {
        text_append_format(to, ", %d %s", planned->crew,
                           say(explain, "people together", "personnes ensemble"));
    }
    if (operation->whole) {
        text_append_format(to, ", %s", say(explain, "in one piece", "d’un seul tenant"));
    }
    if (operation->whole && operation->start_every_minutes > 0) {
        text_append_format(to, "%s %d min",
                           say(explain, ", from a multiple of", ", à partir d’un multiple de"),
                           operation->start_every_minutes);
    }
    text_append_char(to, '\n');
    slots_text(explain, planned, to);
}

/* ---- material ---- */

/* "short 2 = 1 x 10 = 10, made 120 for the least order": from what is missing to what is bought. */
static void quantity_text(const struct explain *explain, const struct explain_item *item,
                          const struct planned_purchase *purchase, struct text *to)
{
    char value[SHOW_BYTES];
    const struct item *of = &explain->shop->items[item->item.index];
    const struct supplier *supplier = &explain->shop->suppliers[purchase->supplier.index];
    int64_t missing = item->needed_thousandths - item->atp_thousandths;
    text_append_format(to, "         %s %s", say(explain, "short", "il manque"),
                       show_quantity(explain->language, value, missing));
    text_append_format(to, "%s %s %s", colon(explain), say(explain, "in packs of", "par lots de"),
                       show_quantity(explain->language, value, of->pack_size_thousandths));
    text_append_format(to, " = %s",
                       show_quantity(explain->language, value, item->packed_thousandths));
    if (purchase->quantity_thousandths > item->packed_thousandths) {
        text_append_format(to, ", %s %s", say(explain, "filled up to", "complété à"),
                           show_quantity(explain->language, value, purchase->quantity_thousandths));
        text_append_format(to, " %s %s",
                           say(explain, "for the least order of", "pour la commande minimale de"),
                           show_money(explain->language, explain->shop, value,
                                      supplier->minimum_order_value_minor));
        text_append_format(to, " (%s %s", say(explain, "so far", "jusqu’ici"),
                           show_money(explain->language, explain->shop, value, item->before_minor));
        text_append_format(
            to, ", %s %s)", say(explain, "each", "l’unité"),
            show_money(explain->language, explain->shop, value, of->unit_cost_minor));
    }
    text_append_char(to, '\n');
}

/* Why not on the supplier's first order day: so many days for cash, the others for the week's
 * limit. */
static void delay_text(const struct explain *explain, const struct explain_item *item,
                       const struct planned_purchase *purchase, struct text *to)
{
    char value[SHOW_BYTES];
    int32_t later = purchase->order_day - item->first_order_day;
    if (later == 0) {
        return;
    }
    text_append_format(to, "         %s %s", say(explain, "not on", "pas le"),
                       show_day(explain->language, value, item->first_order_day));
    if (purchase->cash_days > 0) {
        text_append_format(
            to, "%s %d %s", colon(explain), purchase->cash_days,
            say(explain, "days later for cash", "jours plus tard pour la trésorerie"));
        text_append_format(to, " (%s %s)",
                           say(explain, "which keeps at least", "qui garde au moins"),
                           show_money(explain->language, explain->shop, value,
                                      explain->shop->cash.minimum_balance_minor));
    }
    if (later > purchase->cash_days) {
        text_append_format(
            to, "%s %s %s", purchase->cash_days > 0 ? "," : colon(explain),
            say(explain, "a week takes at most", "une semaine prend au plus"),
            show_quantity(explain->language, value,
                          explain->shop->items[item->item.index].max_units_per_week_thousandths));
    }
    text_append_char(to, '\n');
}

static void purchase_text(const struct explain *explain, const struct explain_item *item,
                          struct text *to)
{
    char value[SHOW_BYTES];
    char week[WEEK_BYTES];
    const struct planned_purchase *purchase = &explain->plan->purchases[item->purchase];
    const struct supplier *supplier = &explain->shop->suppliers[purchase->supplier.index];
    quantity_text(explain, item, purchase, to);
    text_append_format(to, "         %s %s (%s %s)%s ", say(explain, "bought from", "acheté chez"),
                       supplier->name, say(explain, "orders", "commandes"),
                       week_text(explain, supplier->orders_on, week), colon(explain));
    text_append_string(to, show_day(explain->language, value, purchase->order_day));
    text_append_format(to, " + %d %s = %s", supplier->lead_days, say(explain, "days", "jours"),
                       show_day(explain->language, value, purchase->arrives_day));
    if (supplier->receiving_days > 0) {
        text_append_format(to, " + %d %s = %s", supplier->receiving_days,
                           say(explain, "to receive", "de réception"),
                           show_day(explain->language, value, purchase->due_day));
    }
    text_append_char(to, '\n');
    delay_text(explain, item, purchase, to);
}

static void item_text(const struct explain *explain, const struct explain_item *item,
                      struct text *to)
{
    char value[SHOW_BYTES];
    bool bought = item->purchase != NO_PURCHASE;
    text_append_format(to, "       %s%s %s %s", explain->shop->items[item->item.index].name,
                       colon(explain), say(explain, "needs", "il faut"),
                       show_quantity(explain->language, value, item->needed_thousandths));
    text_append_format(to, ", %s %s", say(explain, "available", "disponible"),
                       show_quantity(explain->language, value, item->atp_thousandths));
    if (bought) {
        text_append_format(to, ", %s %s\n", say(explain, "bought for", "acheté pour le"),
                           show_day(explain->language, value, item->day));
        purchase_text(explain, item, to);
        return;
    }
    text_append_format(to, " %s %s",
                       item->has_day ? say(explain, "from", "à partir du")
                                     : say(explain, "and no more until", "et pas plus jusqu’au"),
                       show_day(explain->language, value, item->day));
    if (item->receipt_thousandths > 0) {
        text_append_format(to, ", %s %s", say(explain, "when a receipt brings", "quand arrivent"),
                           show_quantity(explain->language, value, item->receipt_thousandths));
    }
    text_append_char(to, '\n');
}

static void material_text(const struct explain *explain, uint32_t g, struct text *to)
{
    char value[SHOW_BYTES];
    const struct explain_facts *facts = explain->facts;
    const struct planned_group *group = &explain->plan->groups[g];
    text_append_format(to, "   %s\n", say(explain, "Material", "Matière"));
    for (uint32_t i = facts->first[g]; i < facts->first[g] + facts->count[g]; i++) {
        item_text(explain, &facts->items[i], to);
    }
    if (facts->count[g] == 0) {
        text_append_format(to, "       %s\n", say(explain, "none needed", "aucune"));
    }
    text_append_format(to, "   %s %s\n", say(explain, "Material day:", "Jour de la matière\u00a0:"),
                       show_day(explain->language, value, group->material_day));
}

/* ---- lines ---- */

static void session_text(const struct explain *explain, const struct planned_line *line,
                         struct text *to)
{
    char value[SHOW_BYTES];
    const struct planned_session *session = &explain->plan->sessions[line->session];
    text_append_format(to, "       %s %s",
                       session->number == 0
                           ? say(explain, "a new session", "une nouvelle séance")
                           : say(explain, "joins the session", "rejoint la séance"),
                       show_instant(explain->language, explain->shop, value, session->start));
    text_append_format(to, "-%s", show_time(explain->shop, value, session->end));
    if (explain->facts->seats_free[line->session] > 0) {
        text_append_format(to, ", %u / %d %s", explain->facts->seats_free[line->session],
                           explain->shop->offers[line->offer.index].seats,
                           say(explain, "seats free", "places libres"));
    }
    text_append_char(to, '\n');
}

static void line_text(const struct explain *explain, const struct planned_line *line,
                      struct text *to)
{
    char value[SHOW_BYTES];
    const struct offer *offer = &explain->shop->offers[line->offer.index];
    text_append_format(to, "   %s x %s\n", offer->name,
                       show_quantity(explain->language, value, line->quantity_thousandths));
    if (line->session != NO_SESSION) {
        session_text(explain, line, to);
    }
    for (uint32_t k = 0; k < line->operation_count; k++) {
        operation_text(explain, &explain->plan->operations[line->operation_first + k],
                       explain_operation(&offer->routing, k), explain_quantity(offer, line), to);
    }
    if (line->operation_count == 0 && line->session == NO_SESSION) {
        text_append_format(to, "       %s\n", say(explain, "no work", "pas de travail"));
    }
}

static void lines_text(const struct explain *explain, uint32_t g, struct text *to)
{
    for (uint32_t i = 0; i < explain->plan->line_count; i++) {
        if (explain->plan->lines[i].group == g) {
            line_text(explain, &explain->plan->lines[i], to);
        }
    }
}

static void instant_text(const struct explain *explain, const char *label, int64_t at,
                         struct text *to)
{
    char value[SHOW_BYTES];
    text_append_format(to, "   %s %s\n", label,
                       show_instant(explain->language, explain->shop, value, at));
}

/* ---- parcels ---- */

/* The first day on which the carrier collects, by its week and its cut-off alone. */
static int32_t first_collection(const struct explain *explain, const struct carrier *carrier,
                                int64_t ready)
{
    const struct zone *zone = &explain->shop->zone;
    int32_t day = zone_day(zone, ready);
    if (ready > zone_instant(zone, day, carrier->cut_off_minute)) {
        day++;
    }
    for (int i = 0; i < WEEKDAYS && (carrier->collects.bits >> weekday_of_day(day) & 1) == 0; i++) {
        day++;
    }
    return day;
}

static void collection_text(const struct explain *explain, const struct planned_group *group,
                            struct text *to)
{
    char week[WEEK_BYTES];
    const struct carrier *carrier = &explain->shop->carriers[group->carrier];
    text_append_format(to, "   %s %s%s %s %02d:%02d\n",
                       say(explain, "The carrier collects", "Le transporteur passe"),
                       week_text(explain, carrier->collects, week), say(explain, ";", "\u00a0;"),
                       say(explain, "its cut-off is", "jusqu’à"), carrier->cut_off_minute / 60,
                       carrier->cut_off_minute % 60);
    if (!group->backward &&
        first_collection(explain, carrier, group->ready_at) < group->collection_day) {
        text_append_format(to, "   %s\n",
                           say(explain, "Earlier collections are closed or full",
                               "Les passages plus tôt n’ont pas lieu ou sont complets"));
    }
    instant_text(explain, say(explain, "Ships by:", "Part au plus tard\u00a0:"),
                 group->dates.ship_by, to);
    text_append_format(to, "   %s %d (%s)\n",
                       say(explain, "Transit, in days on which it delivers:",
                           "Acheminement, en jours de livraison\u00a0:"),
                       carrier->transit_days, week_text(explain, carrier->delivers, week));
}

static void parcel_text(const struct explain *explain, const struct planned_group *group,
                        struct text *to)
{
    char value[SHOW_BYTES];
    const struct carrier *carrier = &explain->shop->carriers[group->carrier];
    text_append_format(to, "   %s %s\n", say(explain, "Parcel with", "Colis par"), carrier->name);
    for (uint32_t k = 0; k < group->parcel_operation_count; k++) {
        operation_text(explain, &explain->plan->operations[group->parcel_operation_first + k],
                       explain_operation(&carrier->routing, k), THOUSAND, to);
    }
    if (explain->shop->promise.buffer_seconds > 0) {
        (void)show_quantity(explain->language, value,
                            (int64_t)explain->shop->promise.buffer_seconds * THOUSAND / 3600);
        text_append_format(to, "   %s %s h\n", say(explain, "Buffer:", "Marge\u00a0:"), value);
    }
    instant_text(explain, say(explain, "Ready:", "Prêt\u00a0:"), instant_minute_up(group->ready_at),
                 to);
    collection_text(explain, group, to);
}

/* ---- groups ---- */

/* The carrier; of a split, which of its parcels. */
static void group_title(const struct explain *explain, uint32_t g, struct text *to)
{
    const struct promise_plan *plan = explain->plan;
    uint16_t carrier = plan->groups[g].carrier;
    uint32_t place = 0;
    uint32_t parcels = 0;
    for (uint32_t i = 0; i < plan->group_count; i++) {
        parcels += plan->groups[i].carrier == carrier;
        place += i <= g && plan->groups[i].carrier == carrier;
    }
    text_append_format(to, "%u. %s", g + 1,
                       carrier == NO_INDEX ? say(explain, "On site", "Sur place")
                                           : explain->shop->carriers[carrier].name);
    if (carrier != NO_INDEX && parcels > 1) {
        text_append_format(to, ", %s %u / %u", say(explain, "parcel", "colis"), place, parcels);
    }
    text_append_char(to, '\n');
}

/* What planning backward begins with: the last collection that delivers by the wanted day. */
static void backward_text(const struct explain *explain, const struct planned_group *group,
                          struct text *to)
{
    text_append_format(to, "   %s\n",
                       say(explain, "Planned backward: all work as late as it can be",
                           "Planifié à rebours\u00a0: tout le travail le plus tard possible"));
    if (group->carrier != NO_INDEX) {
        instant_text(explain,
                     say(explain, "The last collection that delivers by the wanted day:",
                         "Le dernier passage qui livre pour le jour voulu\u00a0:"),
                     group->dates.ship_by, to);
        instant_text(explain,
                     say(explain, "So all work ends by (cut-off less buffer):",
                         "Donc tout le travail finit avant (heure limite moins marge)\u00a0:"),
                     group->dates.ship_by - explain->shop->promise.buffer_seconds, to);
    }
}

static void group_text(const struct explain *explain, uint32_t g, struct text *to)
{
    char value[SHOW_BYTES];
    const struct planned_group *group = &explain->plan->groups[g];
    group_title(explain, g, to);
    material_text(explain, g, to);
    if (group->backward) {
        backward_text(explain, group, to);
    }
    instant_text(
        explain,
        say(explain, "Work begins no earlier than:", "Le travail commence au plus tôt\u00a0:"),
        group->release, to);
    lines_text(explain, g, to);
    instant_text(explain, say(explain, "Lines done:", "Lignes terminées\u00a0:"), group->lines_end,
                 to);
    if (group->carrier != NO_INDEX) {
        parcel_text(explain, group, to);
    }
    text_append_format(to, "   %s %s\n", say(explain, "Delivered by:", "Livré au plus tard\u00a0:"),
                       show_day(explain->language, value, group->dates.deliver_by_day));
}

static void want_text(const struct explain *explain, struct text *to)
{
    char value[SHOW_BYTES];
    if (explain->want.kind == WANT_SOONEST) {
        return;
    }
    text_append_format(
        to, "%s %s\n", say(explain, "Wanted:", "Voulu\u00a0:"),
        explain->want.kind == WANT_DAY
            ? show_day(explain->language, value, (int32_t)explain->want.value)
            : show_instant(explain->language, explain->shop, value, explain->want.value));
}

void explain_text(const struct explain *explain, struct text *to)
{
    char value[SHOW_BYTES];
    text_append_format(to, "%s %s (%s)\n", say(explain, "Reckoned from", "Calculé à partir de"),
                       show_instant(explain->language, explain->shop, value, explain->now),
                       explain->shop->zone_name);
    want_text(explain, to);
    if (explain->shop->promise.load_slots < SLOTS_PER_QUARTER) {
        text_append_format(to, "%s %d / %d\n",
                           say(explain, "Slots of each quarter of an hour that may be promised:",
                               "Créneaux de chaque quart d’heure qui peuvent être promis\u00a0:"),
                           explain->shop->promise.load_slots, SLOTS_PER_QUARTER);
    }
    for (uint32_t g = 0; g < explain->plan->group_count; g++) {
        group_text(explain, g, to);
    }
}
