/* The text goes through shop_read and shop_write before it gets its comments, so that it is spelled
 * as every other shop file is, and reads back. */
#include "commands/setup_file.h"
#include "base/decimal.h"

/* Names in the file: they are permanent, so they are the owner's language. */
struct setup_names {
    const char *calendar;
    const char *team;
    const char *supplier;
    const char *carrier;
    const char *item;
    const char *offer;
    const char *costs;
};

static const struct setup_names names[LANGUAGES] = {
    {"semaine", "emballage", "fournisseur", "la-poste", "exemple", "Exemple", "Charges du mois"},
    {"week", "packing", "supplier", "post", "example", "Example", "Monthly costs"},
};

const char *setup_supplier(enum language language)
{
    return names[language].supplier;
}

/* ---- the sections ---- */

static void quoted_append(struct text *to, const char *text)
{
    text_append_char(to, '"');
    text_append_json(to, slice_of(text));
    text_append_char(to, '"');
}

static void calendar_write(const struct setup_answers *answers, const struct setup_names *called,
                           struct text *to)
{
    static const char *const days[WEEKDAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    text_append_format(to, "calendars: {%s: {open: {", called->calendar);
    for (uint32_t i = 0; i < answers->group_count; i++) {
        const struct setup_group *group = &answers->groups[i];
        text_append_format(to, "%s%s", i > 0 ? ", " : "", days[group->first]);
        text_append_format(to, group->last != group->first ? "-%s: \"" : ": \"", days[group->last]);
        for (uint32_t k = 0; k < group->hours_count; k++) {
            const int32_t *range = group->hours[k];
            text_append_format(to, "%s%02d:%02d-%02d:%02d", k > 0 ? " " : "", range[0] / 60,
                               range[0] % 60, range[1] / 60, range[1] % 60);
        }
        text_append_char(to, '"');
    }
    text_append_string(to, "}}}\n");
    text_append_format(to, "work_centers: {%s: {people: %d, calendar: %s}}\n", called->team,
                       answers->people, called->calendar);
}

static void carrier_write(const struct setup_answers *answers, const struct setup_names *called,
                          struct text *to)
{
    char minutes[32];
    /* An hour has 60,000 thousandths of a minute. */
    (void)decimal_write(
        minutes,
        decimal_scale_half_up((int64_t)60 * THOUSAND, THOUSAND, answers->parcels_thousandths), 3,
        true);
    text_append_format(to,
                       "carriers: {%s: {cut_off: \"16:00\", collects: mon-fri, transit_days: 2, "
                       "delivers: mon-sat, routing: [{work_center: %s, minutes: %s}]}}\n",
                       called->carrier, called->team, minutes);
}

static void cash_write(const struct setup_answers *answers, const struct setup_names *called,
                       struct text *to)
{
    char amount[32];
    if (!answers->has_cash) {
        return;
    }
    (void)decimal_write(amount, answers->balance_minor, answers->currency_decimals, false);
    text_append_format(to, "cash: {opening_balance: %s", amount);
    if (answers->monthly_minor > 0) {
        (void)decimal_write(amount, answers->monthly_minor, answers->currency_decimals, false);
        text_append_format(to, ", fixed_costs: [{name: \"%s\", amount: %s, every: month, day: 1}]",
                           called->costs, amount);
    }
    text_append_string(to, "}\n");
}

void setup_shop_write(const struct setup_shop *shop, const struct setup_answers *answers,
                      struct text *to)
{
    const struct setup_names *called = &names[shop->language];
    text_append_string(to, "shop: {name: ");
    quoted_append(to, shop->name);
    text_append_format(to, ", currency: %s, time_zone: ", shop->currency);
    quoted_append(to, shop->zone);
    text_append_format(to, ", locale: %s}\n", shop->language == LANGUAGE_FR ? "fr" : "en");
    calendar_write(answers, called, to);
    carrier_write(answers, called, to);
    if (answers->supplier_days >= 0) {
        text_append_format(to, "suppliers: {%s: {lead_days: %d}}\n", called->supplier,
                           answers->supplier_days);
    }
    cash_write(answers, called, to);
    if (answers->products[0] == '\0') {
        text_append_format(to, "items: {%s: {on_hand: 10, unit_cost: 5", called->item);
        if (answers->supplier_days >= 0) {
            text_append_format(to, ", supplier: %s", called->supplier);
        }
        text_append_format(to,
                           "}}\noffers: {%s: {name: \"%s\", price: 12, vat_rate: 20, items: {%s: "
                           "1}, carrier: %s}}\n",
                           called->item, called->offer, called->item, called->carrier);
    }
}

/* ---- comments ---- */

struct comment {
    const char *section;
    const char *text[LANGUAGES];
};

static const struct comment comments[] = {
    {"calendars",
     {"# Quand l'équipe est là. closed: [2026-12-25] ajoute des jours fermés.\n",
      "# When the team is there. closed: [2026-12-25] adds days off.\n"}},
    {"work_centers",
     {"# Qui fait le travail : tant de personnes tant que le calendrier est ouvert.\n",
      "# Who does the work: so many people while the calendar is open.\n"}},
    {"suppliers",
     {"# Qui peut livrer ce qui manque, et en combien de jours. Aussi : orders_on, "
      "receiving_days,\n"
      "# payment_days, minimum_order_value.\n",
      "# Who can deliver what is short, and within how many days. Also: orders_on, "
      "receiving_days,\n"
      "# payment_days, minimum_order_value.\n"}},
    {"items",
     {"# Ce qui est en rayon. on_hand : combien il y en a à l'ouverture ; unit_cost : prix "
      "d'achat\n"
      "# hors taxe d'une unité (supposé, la moitié du prix de vente hors taxe, si l'export ne le "
      "dit\n"
      "# pas) ; pack_size, reorder_point, keep_back s'y ajoutent.\n",
      "# What is on the shelf. on_hand: how many there are at the opening; unit_cost: what one "
      "costs\n"
      "# without VAT (assumed to be half of the price without VAT where the export does not say);\n"
      "# pack_size, reorder_point, keep_back may be added.\n"}},
    {"carriers",
     {"# Qui emporte les colis. Prêt avant cut_off, il part le jour même ; transit_days : jours "
      "de\n"
      "# livraison ; charge: 4.90 serait le port payé par le client, TVA comprise. routing : le "
      "temps\n"
      "# d'une personne par colis, d'après vos colis à l'heure.\n",
      "# Who takes the parcels away. Ready by cut_off, one leaves the same day; transit_days: days "
      "of\n"
      "# delivery; charge: 4.90 would be what the customer pays for it, VAT included. routing: "
      "one\n"
      "# person's time for a parcel, from your parcels an hour.\n"}},
    {"offers",
     {"# Ce qui est vendu : prix TVA comprise, vat_rate en pour cent. items : ce qu'une unité\n"
      "# consomme ; sans items, une offre ne s'épuise pas.\n",
      "# What is sold: price with VAT, vat_rate in percent. items: what one of it consumes; an "
      "offer\n"
      "# without items does not run out.\n"}},
    {"activities",
     {"# Les lignes d'activité, d'après les catégories de l'export.\n",
      "# Lines of business, from the export's categories.\n"}},
    {"cash",
     {"# Ce que la banque supporte : un achat qui ferait passer le solde prévu sous "
      "minimum_balance\n"
      "# (0 si rien n'est dit) attend.\n",
      "# What the bank bears: a purchase that would take the forecast below minimum_balance (0 "
      "unless\n"
      "# it is said) waits.\n"}},
};

static const char *const heads[LANGUAGES] = {
    "# Le fichier de la boutique, écrit par `ecluse setup` d'après cinq réponses. Changez-y ce que "
    "vous\n"
    "# voulez, puis : ecluse init shop.db CE-FICHIER. Une quantité est en unités, un montant en "
    "unités "
    "de\n"
    "# la monnaie, une heure dans time_zone. Toutes les clés : docs/shop-file.md.\n",
    "# The shop file, written by `ecluse setup` from five answers. Change in it what you like, "
    "then:\n"
    "# ecluse init shop.db THIS-FILE. Quantities are in units, money in units of the currency, "
    "times "
    "in\n"
    "# time_zone. All keys: docs/shop-file.md.\n",
};

static const char *const site_tails[LANGUAGES] = {
    "\n# Devant la boutique qui existe déjà : combien de requêtes par seconde elle supporte "
    "(ecluse\n"
    "# serve --upstream).\n"
    "# site: {requests_per_second: 5}\n",
    "\n# In front of the shop that exists: how many requests a second it bears (ecluse serve "
    "--upstream).\n"
    "# site: {requests_per_second: 5}\n",
};

static const char *const cash_tails[LANGUAGES] = {
    "\n# Sans cette section, la trésorerie ne retient aucun achat.\n"
    "# cash: {opening_balance: 8000, fixed_costs: [{name: \"Loyer\", amount: 1200, every: month, "
    "day: 1}]}\n",
    "\n# Without this section, cash bounds no purchase.\n"
    "# cash: {opening_balance: 8000, fixed_costs: [{name: \"Rent\", amount: 1200, every: month, "
    "day: 1}]}\n",
};

/* The comment of the section that a line opens, or "". */
static const char *comment_of(struct slice line, enum language language)
{
    for (size_t i = 0; i < sizeof comments / sizeof comments[0]; i++) {
        size_t length = strlen(comments[i].section);
        if (line.length == length + 1 && memcmp(line.data, comments[i].section, length) == 0 &&
            line.data[length] == ':') {
            return comments[i].text[language];
        }
    }
    return "";
}

void setup_comment(struct slice shop_text, const struct setup_shop *shop,
                   const struct setup_answers *answers, struct text *to)
{
    struct slice left;
    /* shop_write's own first line says less. */
    (void)slice_cut(shop_text, '\n', &left);
    text_append_string(to, heads[shop->language]);
    while (left.length > 0) {
        struct slice line = slice_cut(left, '\n', &left);
        text_append_string(to, comment_of(line, shop->language));
        text_append_slice(to, line);
        text_append_char(to, '\n');
    }
    text_append_string(to, answers->has_cash ? "" : cash_tails[shop->language]);
    text_append_string(to, site_tails[shop->language]);
}
