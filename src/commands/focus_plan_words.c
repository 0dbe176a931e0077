/* One function a sentence; each writes nothing where it does not apply. */
#include "commands/focus_plan_words.h"

#include "commands/focus_rows.h"
#include "commands/show.h"
#include "focus/tell.h"
#include "report/translate.h"

enum { ITEMS_NAMED = 4 };

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

static void minor_append(const struct focus_told *told, int64_t minor, struct text *to)
{
    focus_money_append(told, focus_micro(minor), to);
}

static void number_append(const struct focus_told *told, int64_t value, struct text *to)
{
    translate_number(to, (int)told->call->language, value, 0);
}

/* ---- of one plan ---- */

/* Why a plan has no best mix; nothing where it has one. */
static void plan_none(const struct focus_told *told, const struct focus_column *column,
                      struct text *to)
{
    struct focus_answer answer = *told->answer;
    struct focus_told plan = *told;
    if (column->plan != NULL && !focus_found(column->plan->best)) {
        answer.best = column->plan->best;
        plan.answer = &answer;
        plan.figures = column->figures;
        focus_none_append(&plan, to);
    }
}

/* "80 customers bought cider in the last 52 weeks; 12 of them nothing else, for €410." */
static void customers_append(const struct focus_told *told, const struct focus_plans *plans,
                             const struct focus_column *column, uint32_t activity, struct text *to)
{
    const char *name = focus_activity_name(column->figures, activity);
    uint16_t id = column->figures->activities[activity].activity.index;
    if (plans->sold == NULL || !plans->sold->knows_customers || id >= plans->sold->activity_count) {
        text_append_format(
            to, say(told, "Who buys %s is not known. ", "Qui achète %s n’est pas connu. "), name);
        return;
    }
    const struct sold_customers *customers = &plans->sold->customers[id];
    text_append_format(to,
                       say(told, "Customers of %s in the last 52 weeks: ",
                           "Clients de %s depuis 52 semaines\u00a0: "),
                       name);
    number_append(told, customers->all, to);
    text_append_string(to, say(told, ", who spent ", ", qui ont dépensé "));
    minor_append(told, customers->revenue_minor, to);
    text_append_string(to, say(told, " with VAT on everything; ", " TTC en tout, dont "));
    number_append(told, customers->only, to);
    text_append_string(to,
                       say(told, " of them bought only that, for ", " n’achetant que cela, pour "));
    minor_append(told, customers->only_revenue_minor, to);
    text_append_string(to, ". ");
}

static void customers_note(const struct focus_told *told, const struct focus_plans *plans,
                           const struct focus_column *column, struct text *to)
{
    for (uint32_t i = 0; i < column->figures->activity_count; i++) {
        if (column->meant.never[i]) {
            customers_append(told, plans, column, i, to);
        }
    }
}

/* "To sell: 420 cider, 96 chouchen; €2,057 at cost." */
static void stock_note(const struct focus_told *told, const struct focus_plans *plans,
                       const struct focus_column *column, struct text *to)
{
    const struct way_out *way = &column->way;
    const struct shop *shop = plans->open->shop;
    uint32_t named = 0;
    for (uint32_t i = 0; i < way->item_count && named < ITEMS_NAMED; i++) {
        const struct way_item *item = &way->items[i];
        char quantity[SHOW_BYTES];
        if (item->left_thousandths > 0) {
            text_append_string(to, named == 0 ? say(told, "Stock that only this uses, to sell: ",
                                                    "Stock que cela seul emploie, à vendre\u00a0: ")
                                              : ", ");
            text_append_format(
                to, "%s %s", show_quantity(told->call->language, quantity, item->left_thousandths),
                shop->items[item->item.index].name);
            named++;
        }
    }
    if (named > 0) {
        text_append_string(to, named < way->item_count ? ", …" : "");
        text_append_string(to, say(told, "; at cost ", "\u202f; au prix d’achat "));
        minor_append(told, way->stock_minor, to);
        text_append_string(to, ". ");
    }
}

static void purchases_note(const struct focus_told *told, const struct focus_plans *plans,
                           const struct focus_column *column, struct text *to)
{
    const struct way_out *way = &column->way;
    (void)plans;
    if (way->unsent_minor > 0) {
        text_append_string(
            to, say(told, "Purchases that need not be sent: ", "Achats à ne pas envoyer\u00a0: "));
        minor_append(told, way->unsent_minor, to);
        text_append_string(to, ". ");
    }
    if (way->coming_minor > 0) {
        text_append_string(to, say(told, "On its way and needed by nobody: ",
                                   "En route, sans que personne n’en ait besoin\u00a0: "));
        minor_append(told, way->coming_minor, to);
        text_append_string(to, say(told, " at cost; ask the supplier to cancel. ",
                                   " au prix d’achat\u202f; demander l’annulation au "
                                   "fournisseur. "));
    }
}

static void orders_note(const struct focus_told *told, const struct focus_plans *plans,
                        const struct focus_column *column, struct text *to)
{
    const struct way_out *way = &column->way;
    char count[SHOW_BYTES];
    char day[SHOW_BYTES];
    (void)plans;
    if (way->order_count > 0) {
        text_append_format(
            to, say(told, "Still to be kept: %s, ", "Encore à tenir\u00a0: %s, "),
            show_count(told->call->language, count, way->order_count, "order", "commande"));
        minor_append(told, way->order_minor, to);
        text_append_format(to,
                           say(told, " of what stops, the last by %s. ",
                               " de ce qui s’arrête, la dernière pour le %s. "),
                           show_day(told->call->language, day, way->last_day));
    }
}

/* "35 hours a week fewer at packing, worth €735 at its cost_per_hour: ..." */
static void wage_append(const struct focus_told *told, const struct focus_column *column,
                        const struct focus_plan_center *center, struct text *to)
{
    bool fewer = center->paid_more_micro < 0;
    focus_hours_append(told, fewer ? -center->paid_more_micro : center->paid_more_micro, to);
    text_append_format(
        to,
        fewer ? say(told, " hours a week fewer at %s", " heures de moins par semaine à %s")
              : say(told, " hours a week more at %s", " heures de plus par semaine à %s"),
        column->figures->shop->work_centers[center->work_center.index].name);
    if (center->wage_micro != 0) {
        text_append_string(to, say(told, ", ", ", soit "));
        focus_money_append(told, fewer ? -center->wage_micro : center->wage_micro, to);
        text_append_string(to, say(told, " at its cost_per_hour", " à son cost_per_hour"));
    }
    text_append_string(to, fewer ? say(told,
                                       ": wages stay in the plan unless it lowers "
                                       "cash.fixed_costs. ",
                                       "\u00a0: les salaires restent, sauf si le plan baisse "
                                       "cash.fixed_costs. ")
                                 : say(told, ", which the plan pays. ", ", que le plan paie. "));
}

static void wages_note(const struct focus_told *told, const struct focus_plans *plans,
                       const struct focus_column *column, struct text *to)
{
    (void)plans;
    for (uint32_t i = 0; i < column->plan->center_count; i++) {
        if (column->plan->centers[i].paid_more_micro != 0) {
            wage_append(told, column, &column->plan->centers[i], to);
        }
    }
}

static void alone_note(const struct focus_told *told, const struct focus_plans *plans,
                       const struct focus_column *column, struct text *to)
{
    (void)plans;
    if (column->meant.has_offers_alone && told->figures->today_from == FOCUS_FROM_PAST) {
        text_append_string(
            to, say(told,
                    "What is bought together with a single offer is not reckoned: only with an "
                    "activity. ",
                    "Ce qui s’achète avec une offre seule n’est pas compté\u00a0: seulement avec "
                    "une activité. "));
    }
}

/* What starts, and of which nothing is sold in the plan as it is. */
static void start_note(const struct focus_told *told, const struct focus_plans *plans,
                       const struct focus_column *column, struct text *to)
{
    (void)plans;
    for (uint32_t i = 0; i < column->figures->activity_count; i++) {
        int64_t sold = 0;
        for (uint32_t j = 0; j < column->figures->offer_count; j++) {
            bool of = column->figures->offers[j].activity == i;
            sold += of ? column->plan->as_is->units_thousandths[j] : 0;
        }
        if (column->meant.always[i] && sold == 0) {
            text_append_format(to,
                               say(told,
                                   "%s sells nothing as it is: give its offers a demand_per_week. ",
                                   "%s ne vend rien en l’état\u00a0: donner une demand_per_week à "
                                   "ses offres. "),
                               focus_activity_name(column->figures, i));
        }
    }
}

static void bank_note(const struct focus_told *told, const struct focus_plans *plans,
                      const struct focus_column *column, struct text *to)
{
    const struct outlook *outlook = &column->outlook;
    int64_t minimum = column->figures->shop->cash.minimum_balance_minor;
    size_t begin = to->length;
    (void)plans;
    if (outlook->present && outlook->low_minor < minimum) {
        focus_bank_append(told, outlook->low_minor, outlook->low_day, minimum, to);
        focus_capital_put(to, begin);
        text_append_string(to, ". ");
    }
    if (column->plan->cash_breaks) {
        text_append_string(to, say(told, "Its best use, too, takes it there. ",
                                   "Son meilleur usage l’y mène aussi. "));
    }
}

static void none_note(const struct focus_told *told, const struct focus_plans *plans,
                      const struct focus_column *column, struct text *to)
{
    (void)plans;
    plan_none(told, column, to);
    if (column->plan->best->state == MIX_FOUND && !column->plan->best->optimal) {
        text_append_string(to, say(told, "Its best mix is not proved: ",
                                   "Son meilleur assortiment n’est pas prouvé\u00a0: "));
        focus_bound_append(told, column->plan->best->gap, to);
        text_append_string(to, ". ");
    }
}

/* ---- of all ---- */

static void as_is_note(const struct focus_told *told, const struct focus_plans *plans,
                       const struct focus_column *column, struct text *to)
{
    (void)plans;
    (void)column;
    text_append_string(
        to, say(told,
                "As it is: today's sales without what stops, nothing else changes; what starts "
                "sells its demand. Standing wages and rent stay unless the plan says so. The best "
                "use may stop more.",
                "En l’état\u00a0: les ventes d’aujourd’hui sans ce qui s’arrête, rien d’autre ne "
                "change\u202f; ce qui démarre vend sa demande. Salaires et loyer restent, sauf si "
                "le plan le dit. Le meilleur usage peut arrêter davantage."));
}

static void together_note(const struct focus_told *told, const struct focus_plans *plans,
                          const struct focus_column *column, struct text *to)
{
    (void)column;
    (void)plans;
    if (told->figures->today_from != FOCUS_FROM_PAST) {
        text_append_string(
            to, say(told,
                    "What is bought together is not known: with what stops, nothing else is taken "
                    "as lost.",
                    "Ce qui s’achète ensemble n’est pas connu\u00a0: avec ce qui s’arrête, rien "
                    "d’autre n’est supposé perdu."));
        return;
    }
    text_append_string(to, say(told, "Of what was bought together with it beyond chance, ",
                               "De ce qui s’achetait avec, au-delà du hasard, "));
    translate_number(to, (int)told->call->language,
                     (told->figures->shop->focus.together_lost_thousandths + 50) / 100, 1);
    text_append_string(
        to, say(told, " percent is taken as lost (focus.together_lost): an assumption.",
                "\u00a0% sont supposés perdus (focus.together_lost)\u00a0: une hypothèse."));
}

static void cash_note(const struct focus_told *told, const struct focus_plans *plans,
                      const struct focus_column *column, struct text *to)
{
    (void)column;
    if (!plans->columns[0].outlook.present) {
        text_append_string(to, say(told, "Without a cash section nothing is known of the bank.",
                                   "Sans section cash, rien n’est connu de la banque."));
        return;
    }
    text_append_string(
        to,
        say(told, "Bank: every week is a plain week; the stock to sell is not in it.",
            "Banque\u00a0: chaque semaine est ordinaire\u202f; le stock à vendre n’y est pas."));
}

static void dates_note(const struct focus_told *told, const struct focus_plans *plans,
                       const struct focus_column *column, struct text *to)
{
    uint32_t weeks = DATES_WEEKS;
    (void)column;
    for (uint32_t i = 0; i < plans->count; i++) {
        weeks = plans->columns[i].dates.weeks < weeks ? plans->columns[i].dates.weeks : weeks;
    }
    if (weeks == 0) {
        text_append_string(to, say(told, "Too many orders a week to live them: no dates.",
                                   "Trop de commandes par semaine pour les vivre\u00a0: pas de "
                                   "dates."));
        return;
    }
    text_append_format(
        to,
        say(told,
            "Days promised: the core was given the sales of %u weeks from now as orders of one "
            "offer, evenly spread; the second half counts.",
            "Jours promis\u00a0: le cœur a reçu les ventes de %u semaines à partir de maintenant, "
            "en commandes d’une offre, réparties également\u202f; la seconde moitié compte."),
        weeks);
    if (weeks < DATES_WEEKS) {
        text_append_format(to,
                           say(told, " Fewer than %d weeks, because there are so many orders.",
                               " Moins de %d semaines, tant il y a de commandes."),
                           DATES_WEEKS);
    }
}

static void overtime_append(const struct focus_told *told, const char *whose, struct text *to)
{
    text_append_format(
        to,
        say(told,
            "Today takes more hours of %s than the shop file has; so may a plan as it is, the "
            "best use fits in. ",
            "Aujourd’hui prend plus d’heures de %s que le fichier n’en a\u202f; un plan en l’état "
            "aussi, le meilleur usage tient dedans. "),
        whose);
}

/* Today takes more hours than there are reckoned to be. */
static void overtime_note(const struct focus_told *told, const struct focus_plans *plans,
                          const struct focus_column *column, struct text *to)
{
    const struct focus_figures *figures = told->figures;
    int64_t owner;
    (void)plans;
    (void)column;
    (void)focus_running(told, true, &owner);
    if (figures->owner_thousandths != FOCUS_NO_LIMIT && owner > figures->owner_thousandths) {
        overtime_append(told, say(told, "the owner", "la direction"), to);
    }
    for (uint32_t i = 0; i < figures->center_count; i++) {
        if (told->answer->today->used_micro[i] > figures->centers[i].minutes_micro) {
            overtime_append(told, focus_center(figures, i)->name, to);
        }
    }
}

/* What was sold is all that could be, as far as is known: freed hours find nothing to sell. */
static void demand_note(const struct focus_told *told, const struct focus_plans *plans,
                        const struct focus_column *column, struct text *to)
{
    uint32_t learned = 0;
    (void)plans;
    (void)column;
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        learned += told->figures->offers[i].demand_from == FOCUS_FROM_PAST;
    }
    if (learned > 0) {
        text_append_format(to,
                           say(told,
                               "Of %u offers the demand is taken to be what was sold: freed hours "
                               "cannot sell more of them. Give demand_per_week where more is "
                               "wanted.",
                               "De %u offres, la demande est prise égale aux ventes\u00a0: les "
                               "heures libérées n’en vendent pas plus. Donner demand_per_week là "
                               "où l’on en veut plus."),
                           learned);
    }
}

struct note {
    void (*append)(const struct focus_told *told, const struct focus_plans *plans,
                   const struct focus_column *column, struct text *to);
};

bool focus_plan_note(const struct focus_told *told, const struct focus_plans *plans,
                     uint32_t column, uint32_t index, struct text *to)
{
    static const struct note of_plan[] = {{customers_note}, {stock_note}, {purchases_note},
                                          {orders_note},    {wages_note}, {alone_note},
                                          {start_note},     {bank_note},  {none_note}};
    static const struct note of_all[] = {{as_is_note},    {together_note}, {demand_note},
                                         {overtime_note}, {cash_note},     {dates_note}};
    size_t count = column > 0 ? sizeof of_plan / sizeof *of_plan : sizeof of_all / sizeof *of_all;
    if (index >= count) {
        return false;
    }
    (column > 0 ? of_plan : of_all)[index].append(told, plans, &plans->columns[column], to);
    return true;
}
