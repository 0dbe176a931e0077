/* What an import says at its end: taken, not taken and why, and what a person should know, each
 * with its count and the first lines.
 *
 * One table gives every reason its key (for programs) and its sentence (for people, in both
 * languages); the importers only count. A reason that did not occur is left out of the text and of
 * the JSON. */
#include "exchange/report.h"

#include <stdio.h>
#include <string.h>

enum reason_group { GROUP_TAKEN, GROUP_NOT_TAKEN, GROUP_NOTE, REASON_GROUPS };

struct reason {
    const char *key;
    enum reason_group group;
    const char *text[LANGUAGES];
};

static const struct reason reasons[EXCHANGE_REASONS] = {
    [TAKEN_SALE] = {"sales",
                    GROUP_TAKEN,
                    {"lignes de vente dans l'historique", "sales into the history"}},
    [TAKEN_RETURN] = {"returns",
                      GROUP_TAKEN,
                      {"annulations et retours dans l'historique",
                       "cancellations and returns into the history"}},
    [TAKEN_OFFER_NEW] = {"offers_new", GROUP_TAKEN, {"offres nouvelles", "new offers"}},
    [TAKEN_OFFER_CHANGED] = {"offers_changed",
                             GROUP_TAKEN,
                             {"offres dont le prix ou le nom change",
                              "offers with a new price or name"}},
    [TAKEN_OFFER_SAME] = {"offers_same",
                          GROUP_TAKEN,
                          {"offres inchangées", "offers that stay as they are"}},
    [TAKEN_SUPPLIER_NEW] = {"suppliers_new",
                            GROUP_TAKEN,
                            {"fournisseurs nouveaux", "new suppliers"}},
    [TAKEN_SUPPLIER_SAME] = {"suppliers_same",
                             GROUP_TAKEN,
                             {"fournisseurs inchangés", "suppliers that stay as they are"}},
    [TAKEN_RECEIPT] = {"receipts", GROUP_TAKEN, {"réceptions attendues", "expected receipts"}},
    [TAKEN_ORDER] = {"orders",
                     GROUP_TAKEN,
                     {"commandes dont le stock et les heures sont réservés",
                      "orders whose stock and hours are reserved"}},
    [TAKEN_ORDER_HELD] = {"orders_held",
                          GROUP_TAKEN,
                          {"commandes retenues en attendant leur paiement",
                           "orders held until they are paid"}},
    [TAKEN_ORDER_DELIVERED] = {"orders_delivered",
                               GROUP_TAKEN,
                               {"commandes livrées là-bas, et maintenant ici",
                                "orders delivered there, and now here"}},
    [TAKEN_ORDER_CANCELLED] = {"orders_cancelled",
                               GROUP_TAKEN,
                               {"commandes annulées : leur stock est rendu",
                                "orders cancelled: their stock is given back"}},
    [TAKEN_ORDER_HISTORY] = {"orders_history",
                             GROUP_TAKEN,
                             {"commandes passées, dans l'historique",
                              "orders of the past, into the history"}},
    [TAKEN_ORDER_SAME] = {"orders_same",
                          GROUP_TAKEN,
                          {"commandes inchangées", "orders that stay as they are"}},
    [TAKEN_REQUEST] = {"requests", GROUP_TAKEN, {"demandes", "requests"}},
    [TAKEN_REQUEST_SAME] = {"requests_same",
                            GROUP_TAKEN,
                            {"demandes déjà importées", "requests imported before"}},
    [NOT_TAKEN_NO_WANTS] = {"no_wants",
                            GROUP_NOT_TAKEN,
                            {"rien n'est demandé", "nothing is asked for"}},
    [NOT_TAKEN_NO_ACTIVITY] = {"no_activity",
                               GROUP_NOT_TAKEN,
                               {"activité que la boutique n'a pas",
                                "an activity that the shop does not have"}},
    [NOTE_REQUEST_CUT] = {"request_cut",
                          GROUP_NOTE,
                          {"textes coupés à 200 caractères", "texts cut at 200 characters"}},
    [NOT_TAKEN_ORDER_UNREADABLE] = {"order_unreadable",
                                    GROUP_NOT_TAKEN,
                                    {"commandes illisibles", "orders that cannot be read"}},
    [NOT_TAKEN_ORDER_NOTHING] = {"order_nothing",
                                 GROUP_NOT_TAKEN,
                                 {"commandes dont aucune ligne n'est une offre : importer d'abord "
                                  "les produits",
                                  "orders of which no line is an offer: import the products "
                                  "first"}},
    [NOT_TAKEN_ORDER_NOT_HELD] = {"order_not_held",
                                  GROUP_NOT_TAKEN,
                                  {"commandes non payées pour lesquelles rien n'est réservé",
                                   "orders not paid for which nothing is reserved"}},
    [NOT_TAKEN_ORDER_LEFT] = {"order_left",
                              GROUP_NOT_TAKEN,
                              {"commandes changées là-bas après être parties d'ici",
                               "orders changed there after they had left here"}},
    [NOT_TAKEN_ORDER_STALE] = {"order_stale",
                               GROUP_NOT_TAKEN,
                               {"commandes dont on sait déjà plus récent",
                                "orders of which something newer is known"}},
    [NOT_TAKEN_ORDER_FULL] = {"order_full",
                              GROUP_NOT_TAKEN,
                              {"commandes pour lesquelles il n'y a plus de place",
                               "orders for which there is no room"}},
    [NOTE_ORDER_BROKEN] = {"order_broken",
                           GROUP_NOTE,
                           {"commandes qui ne peuvent être tenues : voir `ecluse board` et "
                            "`ecluse disrupt`",
                            "orders that cannot be kept: see `ecluse board` and "
                            "`ecluse disrupt`"}},
    [NOTE_ORDER_LATE] = {"order_late",
                         GROUP_NOTE,
                         {"commandes plus tard que promis là-bas",
                          "orders later than was promised there"}},
    [NOTE_ORDER_UNKNOWN] = {"order_unknown",
                            GROUP_NOTE,
                            {"commandes dont une partie est inconnue ici",
                             "orders of which a part is unknown here"}},
    [NOT_TAKEN_ZERO_PRICE] = {"zero_price", GROUP_NOT_TAKEN, {"prix nul", "price of zero"}},
    [NOT_TAKEN_NEGATIVE_PRICE] = {"negative_price",
                                  GROUP_NOT_TAKEN,
                                  {"prix négatif", "negative price"}},
    [NOT_TAKEN_NO_PRICE] = {"no_price", GROUP_NOT_TAKEN, {"sans prix", "no price"}},
    [NOT_TAKEN_ZERO_QUANTITY] = {"zero_quantity",
                                 GROUP_NOT_TAKEN,
                                 {"quantité nulle", "quantity of zero"}},
    [NOT_TAKEN_BAD_NUMBER] = {"bad_number",
                              GROUP_NOT_TAKEN,
                              {"nombre illisible ou ambigu",
                               "a number that cannot be read, or in two ways"}},
    [NOT_TAKEN_BAD_DATE] = {"bad_date",
                            GROUP_NOT_TAKEN,
                            {"date illisible", "a date that cannot be read"}},
    [NOT_TAKEN_NO_SKU] = {"no_sku", GROUP_NOT_TAKEN, {"sans référence", "no sku"}},
    [NOT_TAKEN_NO_ORDER] = {"no_order",
                            GROUP_NOT_TAKEN,
                            {"sans numéro de commande", "no order number"}},
    [NOT_TAKEN_SHORT_ROW] = {"short_row",
                             GROUP_NOT_TAKEN,
                             {"ligne trop courte", "too few columns"}},
    [NOT_TAKEN_NEVER_SOLD] = {"never_sold",
                              GROUP_NOT_TAKEN,
                              {"retours de ce qui n'est jamais vendu",
                               "returns of what is never sold"}},
    [NOT_TAKEN_OVER_LIMIT] = {"over_limit",
                              GROUP_NOT_TAKEN,
                              {"au-delà de 20 000 offres", "beyond 20,000 offers"}},
    [NOT_TAKEN_VARIABLE_PARENT] = {"variable_parent",
                                   GROUP_NOT_TAKEN,
                                   {"produits variables : leurs variations sont les offres",
                                    "variable products: their variations are the offers"}},
    [NOT_TAKEN_NO_PARENT] = {"no_parent",
                             GROUP_NOT_TAKEN,
                             {"variations sans produit parent",
                              "variations without their product"}},
    [NOT_TAKEN_GROUPED] = {"grouped",
                           GROUP_NOT_TAKEN,
                           {"produits groupés : leurs membres sont les offres",
                            "grouped products: their members are the offers"}},
    [NOT_TAKEN_EXTERNAL] = {"external",
                            GROUP_NOT_TAKEN,
                            {"produits vendus ailleurs", "products sold elsewhere"}},
    [NOT_TAKEN_UNKNOWN_TYPE] = {"unknown_type",
                                GROUP_NOT_TAKEN,
                                {"type de produit inconnu", "unknown type of product"}},
    [NOT_TAKEN_UNPUBLISHED] = {"unpublished",
                               GROUP_NOT_TAKEN,
                               {"brouillons et produits cachés", "drafts and hidden products"}},
    [NOT_TAKEN_TWICE] = {"twice",
                         GROUP_NOT_TAKEN,
                         {"référence déjà vue plus haut", "sku seen before in this file"}},
    [NOT_TAKEN_PICTURE] = {"picture",
                           GROUP_NOT_TAKEN,
                           {"lignes qui n'ajoutent qu'une image", "rows that only add a picture"}},
    [NOT_TAKEN_INACTIVE] = {"inactive",
                            GROUP_NOT_TAKEN,
                            {"fournisseurs inactifs", "inactive suppliers"}},
    [NOT_TAKEN_NO_SUPPLY_ORDER] = {"no_supply_order",
                                   GROUP_NOT_TAKEN,
                                   {"lignes sans leur commande fournisseur",
                                    "lines without their supply order"}},
    [NOT_TAKEN_NO_ITEM] = {"no_item",
                           GROUP_NOT_TAKEN,
                           {"lignes d'un produit dont la boutique n'a pas de stock : importer "
                            "d'abord les produits",
                            "lines of a product that the shop does not stock: import the products "
                            "first"}},
    [NOT_TAKEN_NO_COMBINATION] = {"no_combination",
                                  GROUP_NOT_TAKEN,
                                  {"lignes d'une déclinaison que --combinations n'a pas",
                                   "lines of a combination that --combinations does not have"}},
    [NOT_TAKEN_PAST] = {"past",
                        GROUP_NOT_TAKEN,
                        {"attendues un jour passé : déjà en stock, ou à saisir avec leur nouveau "
                         "jour",
                         "expected on a day that has passed: in the stock already, or to be "
                         "entered with their new day"}},
    [NOT_TAKEN_OPEN_ITEM] = {"open_item",
                             GROUP_NOT_TAKEN,
                             {"réceptions d'articles déjà ouverts : à saisir vous-même (voir plus "
                              "bas)",
                              "receipts of items that are open: recorded by you (see below)"}},
    [NOTE_NAME_MAPPED] =
        {"name_mapped",
         GROUP_NOTE,
         {"références réécrites, car un nom d'offre n'a que lettres, chiffres, - et _",
          "skus spelled anew: an offer's name has letters, digits, - and _ only"}},
    [NOTE_NO_LABEL] = {"no_label",
                       GROUP_NOTE,
                       {"offres sans désignation : la référence en tient lieu",
                        "offers without a name: the sku stands for it"}},
    [NOTE_LABEL_CUT] = {"label_cut",
                        GROUP_NOTE,
                        {"désignations coupées à 200 octets", "names cut at 200 bytes"}},
    [NOTE_NOT_GOODS] = {"not_goods",
                        GROUP_NOTE,
                        {"offres qui semblent être des frais : à retirer du fichier si besoin",
                         "offers that look like charges: take them out of the shop file if so"}},
    [NOTE_KNOWN_OFFER] = {"known_offers",
                          GROUP_NOTE,
                          {"offres déjà connues : laissées telles quelles",
                           "offers that the shop has: left as they are"}},
    [NOTE_STOCK_KEPT] =
        {"stock_kept",
         GROUP_NOTE,
         {"stocks d'articles déjà ouverts : laissés tels quels ; un import ne compte pas le stock",
          "stocks of items that are open: left as they are; an import does not count stock"}},
    [NOTE_STOCK_NOT_MANAGED] = {"stock_not_managed",
                                GROUP_NOTE,
                                {"offres sans stock suivi : elles ne s'épuisent pas",
                                 "offers without managed stock: they do not run out"}},
    [NOTE_CUSTOMER_UNKNOWN] = {"customers_unknown",
                               GROUP_NOTE,
                               {"lignes qui ne disent pas qui achète",
                                "lines that do not say who buys"}},
    [NOTE_NO_ROUTING] = {"no_routing",
                         GROUP_NOTE,
                         {"offres sans temps de travail (--routing-like OFFRE leur en donne)",
                          "offers that take no working time (--routing-like OFFER gives them "
                          "some)"}},
    [NOTE_STOCK_OF_PARENT] = {"stock_of_parent",
                              GROUP_NOTE,
                              {"variations qui partagent le stock de leur produit",
                               "variations that share the stock of their product"}},
    [NOTE_STOCK_NEGATIVE] = {"stock_negative",
                             GROUP_NOTE,
                             {"stocks négatifs comptés comme 0", "negative stocks counted as 0"}},
    [NOTE_OUT_OF_STOCK] = {"out_of_stock",
                           GROUP_NOTE,
                           {"offres marquées en rupture : stock 0",
                            "offers marked out of stock: stock 0"}},
    [NOTE_STOCK_UNKNOWN] = {"stock_unknown",
                            GROUP_NOTE,
                            {"offres dont le fichier ne donne pas la quantité : stock 0, à compter "
                             "(ecluse count)",
                             "offers whose quantity the file leaves out: stock 0, to be counted "
                             "(ecluse count)"}},
    [NOTE_BACKORDERS] =
        {"backorders",
         GROUP_NOTE,
         {"offres vendues sans stock ailleurs : ici, promises seulement sur stock et réceptions",
          "offers that may be back-ordered there: here only stock and receipts are promised"}},
    [NOTE_VIRTUAL] = {"virtual",
                      GROUP_NOTE,
                      {"offres virtuelles : sans transporteur", "virtual offers: no carrier"}},
    [NOTE_TAX_CLASS] = {"tax_class",
                        GROUP_NOTE,
                        {"classes de TVA sans taux donné (--vat-classes) : taux par défaut",
                         "tax classes without a rate (--vat-classes): the default rate"}},
    [NOTE_VAT_ASSUMED] = {"vat_assumed",
                          GROUP_NOTE,
                          {"taux de TVA supposé pour les offres nouvelles (--vat-rate)",
                           "VAT rate assumed for new offers (--vat-rate)"}},
    [NOTE_PRICES_WITH_VAT] = {"prices_with_vat",
                              GROUP_NOTE,
                              {"prix lus TVA comprise (--net-prices s'ils sont hors taxe)",
                               "prices read as with VAT (--net-prices if they are without)"}},
    [NOTE_SUPPLIER_UNKNOWN] = {"supplier_unknown",
                               GROUP_NOTE,
                               {"articles dont la boutique n'a pas le fournisseur (importer "
                                "prestashop-suppliers, puis de nouveau ceci)",
                                "items whose supplier the shop does not have (import "
                                "prestashop-suppliers, then this again)"}},
    [NOTE_LEAD_DAYS_ASSUMED] = {"lead_days_assumed",
                                GROUP_NOTE,
                                {"délai supposé des fournisseurs nouveaux (--lead-days)",
                                 "lead days assumed for new suppliers (--lead-days)"}},
    [NOTE_DAY_UNREADABLE] = {"day_unreadable",
                             GROUP_NOTE,
                             {"commandes fournisseur dont le jour est illisible",
                              "supply orders whose day cannot be read"}},
    [NOTE_COLUMN_IGNORED] = {"columns_ignored",
                             GROUP_NOTE,
                             {"colonnes ignorées", "columns passed over"}},
    [NOTE_TRANSLITERATED] = {"transliterated",
                             GROUP_NOTE,
                             {"champs lus comme Windows-1252", "fields read as Windows-1252"}},
};

static const char *const group_keys[REASON_GROUPS] = {"taken", "not_taken", "notes"};
static const char *const group_titles[REASON_GROUPS][LANGUAGES] = {
    {"Repris", "Taken"}, {"Non repris", "Not taken"}, {"À savoir", "To know"}};

void report_add(struct exchange_report *report, enum exchange_reason reason, uint64_t line,
                struct slice example)
{
    struct exchange_tally *tally = &report->tallies[reason];
    tally->count++;
    if (tally->example_count == EXCHANGE_EXAMPLES || (line == 0 && example.length == 0)) {
        return;
    }
    size_t length = utf8_cut(example, EXCHANGE_EXAMPLE_BYTES - 1);
    tally->lines[tally->example_count] = line;
    memcpy(tally->examples[tally->example_count], example.data, length);
    tally->examples[tally->example_count++][length] = '\0';
}

/* ---- for people ---- */

static void append_count(struct text *to, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
    for (int i = length; i < 9; i++) {
        text_append_char(to, ' ');
    }
    text_append(to, digits, (size_t)length);
}

/* " (lines 3, 17, 20, …)": where no example says more than its line. */
static void append_lines(struct text *to, const struct exchange_tally *tally,
                         enum language language)
{
    const char *const words[LANGUAGES][2] = {{"ligne", "lignes"}, {"line", "lines"}};
    text_append_format(to, " (%s", words[language][tally->example_count > 1]);
    for (uint32_t i = 0; i < tally->example_count; i++) {
        text_append_format(to, "%s %llu", i > 0 ? "," : "", (unsigned long long)tally->lines[i]);
    }
}

/* " (POST, line 47; DOT, line 1816; …)". */
static void append_named(struct text *to, const struct exchange_tally *tally,
                         enum language language)
{
    for (uint32_t i = 0; i < tally->example_count; i++) {
        text_append_format(to, "%s%s", i > 0 ? "; " : " (", tally->examples[i]);
        if (tally->lines[i] != 0) {
            text_append_format(to, language == LANGUAGE_FR ? ", ligne %llu" : ", line %llu",
                               (unsigned long long)tally->lines[i]);
        }
    }
}

static void append_examples(struct text *to, const struct exchange_tally *tally,
                            enum language language)
{
    if (tally->example_count == 0) {
        return;
    }
    if (tally->examples[0][0] == '\0') {
        append_lines(to, tally, language);
    } else {
        append_named(to, tally, language);
    }
    text_append_string(to, tally->count > tally->example_count ? ", …)" : ")");
}

static void append_span(struct text *to, const struct exchange_report *report,
                        const struct shop *shop, enum language language)
{
    if (report->tallies[TAKEN_SALE].count + report->tallies[TAKEN_RETURN].count == 0) {
        return;
    }
    char from[16];
    char until[16];
    day_write(from, zone_day(&shop->zone, report->first_at));
    day_write(until, zone_day(&shop->zone, report->last_at));
    text_append_format(to, language == LANGUAGE_FR ? ", du %s au %s" : ", from %s to %s", from,
                       until);
}

void exchange_report_text(const struct exchange_report *report, const struct shop *shop,
                          enum language language, struct text *to)
{
    text_append_format(to, language == LANGUAGE_FR ? "%llu lignes lues" : "%llu rows read",
                       (unsigned long long)report->rows);
    append_span(to, report, shop, language);
    text_append_string(to, ".\n");
    for (int group = 0; group < REASON_GROUPS; group++) {
        bool titled = false;
        for (int reason = 0; reason < EXCHANGE_REASONS; reason++) {
            const struct exchange_tally *tally = &report->tallies[reason];
            if (tally->count == 0 || (int)reasons[reason].group != group) {
                continue;
            }
            if (!titled) {
                text_append_format(to, "\n%s\n", group_titles[group][language]);
            }
            titled = true;
            append_count(to, tally->count);
            text_append_format(to, "  %s", reasons[reason].text[language]);
            append_examples(to, tally, language);
            text_append_char(to, '\n');
        }
    }
}

/* ---- for programs ---- */

static void append_tally_json(struct text *to, const struct exchange_tally *tally)
{
    text_append_format(to, "{\"count\":%llu,\"examples\":[", (unsigned long long)tally->count);
    for (uint32_t i = 0; i < tally->example_count; i++) {
        text_append_string(to, i > 0 ? ",{" : "{");
        if (tally->lines[i] != 0) {
            text_append_format(to, "\"line\":%llu", (unsigned long long)tally->lines[i]);
        }
        if (tally->examples[i][0] != '\0') {
            text_append_string(to, tally->lines[i] != 0 ? ",\"what\":\"" : "\"what\":\"");
            text_append_json(to, slice_of(tally->examples[i]));
            text_append_char(to, '"');
        }
        text_append_char(to, '}');
    }
    text_append_string(to, "]}");
}

static void append_span_json(struct text *to, const struct exchange_report *report,
                             const struct shop *shop)
{
    if (report->tallies[TAKEN_SALE].count + report->tallies[TAKEN_RETURN].count == 0) {
        return;
    }
    char from[32];
    char until[32];
    instant_write(&shop->zone, from, report->first_at);
    instant_write(&shop->zone, until, report->last_at);
    text_append_format(to, ",\"from\":\"%s\",\"until\":\"%s\"", from, until);
}

void exchange_report_json(const struct exchange_report *report, const struct shop *shop,
                          struct text *to)
{
    text_append_format(to, "{\"rows\":%llu,\"lines\":%llu,\"items_new\":%llu",
                       (unsigned long long)report->rows, (unsigned long long)report->lines,
                       (unsigned long long)report->items_new);
    append_span_json(to, report, shop);
    for (int group = 0; group < REASON_GROUPS; group++) {
        text_append_format(to, ",\"%s\":{", group_keys[group]);
        bool any = false;
        for (int reason = 0; reason < EXCHANGE_REASONS; reason++) {
            if (report->tallies[reason].count == 0 || (int)reasons[reason].group != group) {
                continue;
            }
            text_append_format(to, "%s\"%s\":", any ? "," : "", reasons[reason].key);
            append_tally_json(to, &report->tallies[reason]);
            any = true;
        }
        text_append_char(to, '}');
    }
    text_append_char(to, '}');
}
