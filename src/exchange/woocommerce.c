/* WooCommerce's product export, in two passes over the file:
 *
 *   pass 1   products: what variations may refer to (by SKU or "id:123"), wherever they stand
 *   pass 2   a row is a listing, or is counted with the reason why it is none
 *
 * Headers come in the language of whoever exported. Keeping the rows in memory was rejected: a
 * second pass costs less than a limit on the file. */
#include "exchange/catalogue.h"
#include "exchange/cells.h"
#include "exchange/formats.h"
#include "exchange/options.h"

#include <stdio.h>

enum woo_column {
    WOO_ID,
    WOO_TYPE,
    WOO_SKU,
    WOO_NAME,
    WOO_PUBLISHED,
    WOO_SALE_FROM,
    WOO_SALE_UNTIL,
    WOO_TAX_STATUS,
    WOO_TAX_CLASS,
    WOO_IN_STOCK,
    WOO_STOCK,
    WOO_BACKORDERS,
    WOO_SALE_PRICE,
    WOO_REGULAR_PRICE,
    WOO_CATEGORIES,
    WOO_PARENT,
    WOO_ATTRIBUTE_VALUE,
    WOO_COLUMNS
};

/* English, French, German, Spanish, Italian, Dutch, Portuguese. */
static const struct column_titles titles[WOO_COLUMNS] = {
    [WOO_ID] = {.titles = {"id", "identifiant"}},
    [WOO_TYPE] = {.titles = {"type", "typ", "tipo"}},
    [WOO_SKU] = {.titles = {"sku", "ugs", "artikelnummer", "cod", "ref"}},
    [WOO_NAME] = {.titles = {"name", "nom", "nombre", "nome", "naam", "title"}},
    [WOO_PUBLISHED] = {.titles = {"published", "publié", "veröffentlicht", "publicado",
                                  "pubblicato", "gepubliceerd"}},
    [WOO_SALE_FROM] = {.titles = {"date sale price starts", "date de début de promo",
                                  "datum, an dem angebotspreis beginnt",
                                  "día en que empieza el precio rebajado",
                                  "data di inizio del prezzo in offerta",
                                  "inizio del prezzo in saldo", "startdatum actieprijs",
                                  "data de preço promocional começa em"}},
    [WOO_SALE_UNTIL] = {.titles = {"date sale price ends", "date de fin de promo",
                                   "datum, an dem angebotspreis endet",
                                   "día en que termina el precio rebajado",
                                   "data di fine del prezzo in offerta", "fine del prezzo in saldo",
                                   "einddatum actieprijs", "data de preço promocional termina em"}},
    [WOO_TAX_STATUS] = {.titles = {"tax status", "état de la tva", "état de la taxe",
                                   "steuerstatus", "estado del impuesto", "stato delle imposte",
                                   "btw status", "btw-status", "status do imposto"}},
    [WOO_TAX_CLASS] = {.titles = {"tax class", "classe de tva", "classe de taxe", "steuerklasse",
                                  "clase de impuesto", "aliquota di imposta", "classe di imposta",
                                  "belastingklasse", "classe de imposto"}},
    [WOO_IN_STOCK] = {.titles = {"in stock", "en stock", "vorrätig", "en inventario",
                                 "¿en inventario", "¿existencias", "in magazzino", "op voorraad",
                                 "em estoque"}},
    [WOO_STOCK] = {.titles = {"stock", "lager", "lagerbestand", "inventario", "existencias",
                              "magazzino", "voorraad", "estoque"}},
    [WOO_BACKORDERS] = {.titles = {"backorders allowed",
                                   "autoriser les commandes de produits en rupture",
                                   "autoriser les commandes de produits en rupture de stock",
                                   "lieferrückstande erlaubt", "lieferrückstände erlaubt",
                                   "¿permitir reservas de productos agotados",
                                   "abilita gli ordini arretrati", "nabestellingen toestaan",
                                   "são permitidas encomendas"}},
    [WOO_SALE_PRICE] = {.titles = {"sale price", "tarif promo", "angebotspreis", "precio rebajado",
                                   "prezzo in offerta", "prezzo scontato", "actieprijs",
                                   "preço promocional"}},
    [WOO_REGULAR_PRICE] = {.titles = {"regular price", "tarif régulier", "regulärer preis",
                                      "precio normal", "prezzo di listino", "prezzo regolare",
                                      "reguliere prijs", "preço"}},
    [WOO_CATEGORIES] = {.titles = {"categories", "catégories", "kategorien", "categorías",
                                   "categorie", "categorieën", "categorias"}},
    [WOO_PARENT] = {.titles = {"parent", "übergeordnetes produkt", "superior", "genitore", "hoofd",
                               "ascendente"}},
    [WOO_ATTRIBUTE_VALUE] = {.titles = {"attribute # value(s)", "valeur(s) de l'attribut #",
                                        "attribut # wert(e)", "valor(es) del atributo #",
                                        "attributo # valore(i)", "attributo # valuta(e)",
                                        "waarde eigenschap #", "waarde(n) eigenschap #",
                                        "valores do atributo #"},
                             .repeated = true},
};

struct woo_import {
    struct catalogue catalogue;
    const char *path;
    struct columns columns;
};

/* One row on its way to becoming a listing. */
struct woo_row {
    const struct csv_row *row;
    const struct product *parent; /* of a variation */
    struct column_values values;
    bool variation;
    struct listing listing;
};

static struct slice cell(const struct woo_import *import, const struct csv_row *row,
                         enum woo_column column)
{
    return columns_cell(&import->columns, row, column);
}

/* ---- types ---- */

/* Is `word` one of the words of a list like "simple, downloadable, virtual"? */
static bool type_has(struct slice type, const char *word)
{
    struct slice key;
    struct slice value;
    while (options_pair_next(&type, &key, &value)) {
        if (cell_is(key, word)) {
            return true;
        }
    }
    return false;
}

/* TAKEN_OFFER_NEW for what becomes an offer. */
static enum exchange_reason type_read(struct woo_import *import, struct woo_row *row)
{
    struct slice type = cell(import, row->row, WOO_TYPE);
    bool virtual_product = type_has(type, "virtual") || type_has(type, "downloadable");
    row->variation = type_has(type, "variation");
    row->listing.virtual_product = virtual_product;
    if (type_has(type, "variable")) {
        return NOT_TAKEN_VARIABLE_PARENT;
    }
    if (type_has(type, "grouped")) {
        return NOT_TAKEN_GROUPED;
    }
    if (type_has(type, "external")) {
        return NOT_TAKEN_EXTERNAL;
    }
    if (type.length > 0 && !row->variation && !type_has(type, "simple") && !virtual_product) {
        return NOT_TAKEN_UNKNOWN_TYPE;
    }
    return TAKEN_OFFER_NEW;
}

/* 1 is published, 0 private, -1 a draft; a file without the column holds what is sold. */
static bool is_published(struct slice published)
{
    return published.length == 0 || (published.data[0] != '0' && published.data[0] != '-');
}

/* ---- names ---- */

/* What identifies a product: its SKU; for a variation without one, its product and attributes; else
 * WooCommerce's own number, which lasts; else what it is called. */
static bool product_name(const struct woo_import *import, const struct csv_row *row,
                         const struct product *parent, const struct column_values *values,
                         const char *label, char *to)
{
    struct slice id = cell(import, row, WOO_ID);
    char front[32];
    const char *called = label;
    if (parent != NULL && values->count > 0) {
        called = parent->name;
    } else if (id.length > 0 && id.length <= 20) {
        snprintf(front, sizeof front, "woo-%.*s", (int)id.length, id.data);
        called = front;
    }
    return catalogue_name(cell(import, row, WOO_SKU), called, parent != NULL ? values : NULL, to);
}

static void names_set(struct woo_import *import, struct woo_row *row)
{
    struct listing *listing = &row->listing;
    catalogue_label(&import->catalogue, listing, cell(import, row->row, WOO_NAME), row->parent,
                    &row->values);
    listing->name_exact =
        product_name(import, row->row, row->parent, &row->values, listing->label, listing->name);
}

/* ---- VAT and price ---- */

static void vat_set(struct woo_import *import, struct woo_row *row)
{
    struct slice status = cell(import, row->row, WOO_TAX_STATUS);
    struct slice class = cell(import, row->row, WOO_TAX_CLASS);
    if (row->variation &&
        (slice_is(class, "parent") || !columns_has(&import->columns, WOO_TAX_CLASS))) {
        class = slice_of(row->parent->tax_class);
    }
    bool untaxed = slice_is(status, "none") || slice_is(status, "shipping");
    row->listing.vat_thousandths =
        untaxed ? 0 : catalogue_vat(&import->catalogue, row->listing.line, class, "zero-rate");
}

static enum exchange_reason price_set(struct woo_import *import, struct woo_row *row)
{
    const struct catalogue *catalogue = &import->catalogue;
    int64_t price = 0;
    int64_t sale = 0;
    enum cell_result regular =
        catalogue_price_fine(catalogue, cell(import, row->row, WOO_REGULAR_PRICE), &price);
    enum cell_result reduced =
        catalogue_price_fine(catalogue, cell(import, row->row, WOO_SALE_PRICE), &sale);
    bool in_force = catalogue_in_force(catalogue, cell(import, row->row, WOO_SALE_FROM),
                                       cell(import, row->row, WOO_SALE_UNTIL));
    if (reduced == CELL_OK && (regular == CELL_EMPTY || in_force)) {
        regular = CELL_OK;
        price = sale;
    } else if (regular != CELL_EMPTY && reduced != CELL_OK && reduced != CELL_EMPTY) {
        regular = reduced;
    }
    return catalogue_price(regular, price, catalogue->options->prices_without_vat,
                           row->listing.vat_thousandths, &row->listing.price_minor);
}

/* ---- stock ---- */

static void stock_set(struct woo_import *import, struct woo_row *row)
{
    struct listing *listing = &row->listing;
    struct slice backorders = cell(import, row->row, WOO_BACKORDERS);
    bool managed = catalogue_stock(cell(import, row->row, WOO_STOCK), &listing->stock_thousandths);
    listing->backorders =
        backorders.length > 0 && !slice_is(backorders, "0") && !slice_is(backorders, "no");
    if (managed) {
        listing->stock = LISTING_COUNTED;
    } else if (row->variation && row->parent->has_stock) {
        listing->stock = LISTING_COUNTED;
        listing->shares = row->parent;
        listing->stock_thousandths = row->parent->stock_thousandths;
    } else if (slice_is(cell(import, row->row, WOO_IN_STOCK), "0")) {
        listing->stock = LISTING_OUT;
        listing->stock_thousandths = 0;
    } else {
        listing->stock = LISTING_NOT_MANAGED;
    }
}

/* ---- rows ---- */

static enum exchange_reason row_take(struct woo_import *import, struct woo_row *row)
{
    enum exchange_reason reason = type_read(import, row);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    if (row->variation) {
        row->parent = catalogue_product(&import->catalogue, cell(import, row->row, WOO_PARENT));
        columns_values(&import->columns, row->row, &row->values);
    }
    if (row->variation && row->parent == NULL) {
        return NOT_TAKEN_NO_PARENT;
    }
    if (!is_published(cell(import, row->row, WOO_PUBLISHED)) ||
        (row->variation && !row->parent->published)) {
        return NOT_TAKEN_UNPUBLISHED;
    }
    row->listing.sku = cell(import, row->row, WOO_SKU);
    if (row->listing.sku.length == 0 && cell(import, row->row, WOO_NAME).length == 0 &&
        !row->variation) {
        return NOT_TAKEN_NO_SKU;
    }
    vat_set(import, row);
    reason = price_set(import, row);
    if (reason != TAKEN_OFFER_NEW) {
        return reason;
    }
    names_set(import, row);
    catalogue_category(cell(import, row->row, WOO_CATEGORIES), row->listing.category);
    if (row->variation && row->listing.category[0] == '\0') {
        memcpy(row->listing.category, row->parent->category, sizeof row->parent->category);
    }
    stock_set(import, row);
    return catalogue_take(&import->catalogue, &row->listing);
}

static bool row_of_offers(void *context, const struct csv_row *row)
{
    struct woo_import *import = context;
    struct woo_row work = {.row = row, .listing = catalogue_listing(row->line)};
    enum exchange_reason reason = row_take(import, &work);
    struct slice sku = cell(import, row, WOO_SKU);
    catalogue_row_count(&import->catalogue, reason, row->line,
                        sku.length > 0 ? sku : cell(import, row, WOO_NAME));
    return import->catalogue.reading.status == STATUS_OK;
}

static bool row_of_products(void *context, const struct csv_row *row)
{
    struct woo_import *import = context;
    struct woo_row work = {.row = row};
    bool parent = type_read(import, &work) == NOT_TAKEN_VARIABLE_PARENT;
    struct product *product = parent ? catalogue_product_add(&import->catalogue) : NULL;
    if (product == NULL) {
        return true;
    }
    (void)cell_label(cell(import, row, WOO_NAME), product->label);
    (void)product_name(import, row, NULL, NULL, product->label, product->name);
    catalogue_category(cell(import, row, WOO_CATEGORIES), product->category);
    struct slice class = cell(import, row, WOO_TAX_CLASS);
    if (class.length <= LIMIT_NAME_BYTES) {
        memcpy(product->tax_class, class.data, class.length);
    }
    product->published = is_published(cell(import, row, WOO_PUBLISHED));
    product->has_stock = catalogue_stock(cell(import, row, WOO_STOCK), &product->stock_thousandths);
    struct slice id = cell(import, row, WOO_ID);
    char reference[32];
    int length = snprintf(reference, sizeof reference, "id:%.*s",
                          (int)(id.length < 20 ? id.length : 20), id.data);
    catalogue_product_refer(&import->catalogue, cell(import, row, WOO_SKU));
    catalogue_product_refer(&import->catalogue,
                            (struct slice){reference, id.length == 0 ? 0 : (size_t)length});
    return true;
}

/* ---- the import ---- */

static bool header_take(void *context, const struct csv_row *row)
{
    struct woo_import *import = context;
    struct reading *reading = &import->catalogue.reading;
    struct columns *columns = &import->columns;
    columns_find(columns, titles, WOO_COLUMNS, row, reading->pass == 0 ? reading->report : NULL);
    bool named = columns_has(columns, WOO_SKU) || columns_has(columns, WOO_NAME);
    if (!named || !columns_has(columns, WOO_REGULAR_PRICE)) {
        reading->status = fault_set(
            reading->fault, STATUS_INVALID,
            "%s:%llu: no column \"%s\": this is no product export of WooCommerce, or in a "
            "language that is not known here (export it in English)",
            import->path, (unsigned long long)row->line, named ? "Regular price" : "SKU");
    }
    return reading->status == STATUS_OK;
}

bool woocommerce_fits(const struct csv_row *header)
{
    struct columns columns;
    columns_find(&columns, titles, WOO_COLUMNS, header, NULL);
    return columns_has(&columns, WOO_NAME) && columns_has(&columns, WOO_REGULAR_PRICE);
}

enum status exchange_import_woocommerce(const struct shop *shop, const char *path,
                                        const struct exchange_options *options,
                                        const struct exchange_sink *sink,
                                        struct exchange_report *report, struct fault *fault)
{
    static const struct reading_rows products = {header_take, row_of_products};
    static const struct reading_rows offers = {header_take, row_of_offers};
    struct woo_import import = {.path = path};
    const struct catalogue_pass passes[] = {{path, &products}, {path, &offers}};
    const struct catalogue_call call = {shop, options, sink, report, fault, false};
    return catalogue_import(&import.catalogue, &import, passes, 2, &call);
}
