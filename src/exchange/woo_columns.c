/* WooCommerce writes its header in the language of whoever exports. A title is folded (ASCII
 * letters small, question marks and spaces at the ends away, no-break spaces and typographic
 * apostrophes plain, the number of an attribute as #) and looked up in one table.
 *
 * Reading columns by their place was rejected: the order and number of columns differ from version
 * to version and with every extension. */
#include "exchange/woo_columns.h"
#include "base/text.h"
#include "exchange/cells.h"
#include "exchange/report.h"

#include <stdio.h>

enum { TITLE_BYTES_MAX = 100 };

/* English, French, German, Spanish, Italian, Dutch, Portuguese. */
static const struct {
    enum woo_column column;
    const char *titles[12];
} known[] = {
    {WOO_ID, {"id", "identifiant"}},
    {WOO_TYPE, {"type", "typ", "tipo"}},
    {WOO_SKU, {"sku", "ugs", "artikelnummer", "cod", "ref"}},
    {WOO_NAME, {"name", "nom", "nombre", "nome", "naam", "title"}},
    {WOO_PUBLISHED,
     {"published", "publié", "veröffentlicht", "publicado", "pubblicato", "gepubliceerd"}},
    {WOO_SALE_FROM,
     {"date sale price starts", "date de début de promo", "datum, an dem angebotspreis beginnt",
      "día en que empieza el precio rebajado", "data di inizio del prezzo in offerta",
      "inizio del prezzo in saldo", "startdatum actieprijs",
      "data de preço promocional começa em"}},
    {WOO_SALE_UNTIL,
     {"date sale price ends", "date de fin de promo", "datum, an dem angebotspreis endet",
      "día en que termina el precio rebajado", "data di fine del prezzo in offerta",
      "fine del prezzo in saldo", "einddatum actieprijs", "data de preço promocional termina em"}},
    {WOO_TAX_STATUS,
     {"tax status", "état de la tva", "état de la taxe", "steuerstatus", "estado del impuesto",
      "stato delle imposte", "btw status", "btw-status", "status do imposto"}},
    {WOO_TAX_CLASS,
     {"tax class", "classe de tva", "classe de taxe", "steuerklasse", "clase de impuesto",
      "aliquota di imposta", "classe di imposta", "belastingklasse", "classe de imposto"}},
    {WOO_IN_STOCK,
     {"in stock", "en stock", "vorrätig", "en inventario", "¿en inventario", "¿existencias",
      "in magazzino", "op voorraad", "em estoque"}},
    {WOO_STOCK,
     {"stock", "lager", "lagerbestand", "inventario", "existencias", "magazzino", "voorraad",
      "estoque"}},
    {WOO_BACKORDERS,
     {"backorders allowed", "autoriser les commandes de produits en rupture",
      "autoriser les commandes de produits en rupture de stock", "lieferrückstande erlaubt",
      "lieferrückstände erlaubt", "¿permitir reservas de productos agotados",
      "abilita gli ordini arretrati", "nabestellingen toestaan", "são permitidas encomendas"}},
    {WOO_SALE_PRICE,
     {"sale price", "tarif promo", "angebotspreis", "precio rebajado", "prezzo in offerta",
      "prezzo scontato", "actieprijs", "preço promocional"}},
    {WOO_REGULAR_PRICE,
     {"regular price", "tarif régulier", "regulärer preis", "precio normal", "prezzo di listino",
      "prezzo regolare", "reguliere prijs", "preço"}},
    {WOO_CATEGORIES,
     {"categories", "catégories", "kategorien", "categorías", "categorie", "categorieën",
      "categorias"}},
    {WOO_PARENT,
     {"parent", "übergeordnetes produkt", "superior", "genitore", "hoofd", "ascendente"}},
    {WOO_ATTRIBUTE_VALUE,
     {"attribute # value(s)", "valeur(s) de l'attribut #", "attribut # wert(e)",
      "valor(es) del atributo #", "attributo # valore(i)", "attributo # valuta(e)",
      "waarde eigenschap #", "waarde(n) eigenschap #", "valores do atributo #"}},
};

/* ---- folding ---- */

struct fold {
    const char *from;
    const char *to;
};

/* A title without what differs between versions; false where it is longer than any that is known.
 */
static bool title_fold(struct slice title, char *to)
{
    static const struct fold folds[] = {
        {"\xc2\xa0", " "}, {"\xe2\x80\xaf", " "}, {"’", "'"}, {"?", ""}, {":", ""}};
    size_t length = 0;
    title = text_trim(title);
    while (title.length > 0) {
        char plain[2] = {title.data[0], '\0'};
        struct fold fold = {plain, plain};
        for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
            if (title.length >= strlen(folds[i].from) &&
                memcmp(title.data, folds[i].from, strlen(folds[i].from)) == 0) {
                fold = folds[i];
            }
        }
        if (plain[0] >= 'A' && plain[0] <= 'Z') {
            plain[0] = (char)(plain[0] + 32);
        }
        if (plain[0] >= '0' && plain[0] <= '9') {
            plain[0] = '#';
        }
        bool repeats =
            (fold.to[0] == '#' || fold.to[0] == ' ') && length > 0 && to[length - 1] == fold.to[0];
        if (fold.to[0] != '\0' && !repeats) {
            if (length == TITLE_BYTES_MAX) {
                return false;
            }
            to[length++] = fold.to[0];
        }
        title = (struct slice){title.data + strlen(fold.from), title.length - strlen(fold.from)};
    }
    while (length > 0 && to[length - 1] == ' ') {
        length--;
    }
    to[length] = '\0';
    return true;
}

static enum woo_column column_of_title(struct slice title)
{
    char folded[TITLE_BYTES_MAX + 1];
    if (!title_fold(title, folded)) {
        return WOO_COLUMNS;
    }
    /* Titles with capitals beyond ASCII ("État") are in the table with a small letter. */
    if (memcmp(folded, "É", 2) == 0) {
        memcpy(folded, "é", 2);
    }
    if (memcmp(folded, "Ü", 2) == 0) {
        memcpy(folded, "ü", 2);
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        for (size_t t = 0; t < 12 && known[i].titles[t] != NULL; t++) {
            if (strcmp(folded, known[i].titles[t]) == 0) {
                return known[i].column;
            }
        }
    }
    return WOO_COLUMNS;
}

/* ---- the header ---- */

static bool column_take(struct woo_columns *columns, enum woo_column column, uint32_t place)
{
    if (column == WOO_ATTRIBUTE_VALUE) {
        if (columns->attribute_count < WOO_ATTRIBUTES_MAX) {
            columns->attributes[columns->attribute_count++] = place;
        }
        return true;
    }
    if (column == WOO_COLUMNS || columns->places[column] != WOO_COLUMN_NONE) {
        return false;
    }
    columns->places[column] = place;
    return true;
}

enum status woo_columns_find(struct woo_columns *columns, const struct csv_row *header,
                             const char *path, struct exchange_report *report, struct fault *fault)
{
    columns->attribute_count = 0;
    for (int i = 0; i < WOO_COLUMNS; i++) {
        columns->places[i] = WOO_COLUMN_NONE;
    }
    for (uint32_t i = 0; i < header->count; i++) {
        if (!column_take(columns, column_of_title(header->fields[i]), i) && report != NULL) {
            report_add(report, NOTE_COLUMN_IGNORED, 0, text_trim(header->fields[i]));
        }
    }
    bool named =
        columns->places[WOO_SKU] != WOO_COLUMN_NONE || columns->places[WOO_NAME] != WOO_COLUMN_NONE;
    if (named && columns->places[WOO_REGULAR_PRICE] != WOO_COLUMN_NONE) {
        return STATUS_OK;
    }
    return fault_set(fault, STATUS_INVALID,
                     "%s:%llu: no column \"%s\": this is no product export of WooCommerce, or in a "
                     "language that is not known here (export it in English)",
                     path, (unsigned long long)header->line, named ? "Regular price" : "SKU");
}

struct slice woo_cell(const struct woo_columns *columns, const struct csv_row *row,
                      enum woo_column column)
{
    if (columns->places[column] == WOO_COLUMN_NONE) {
        return (struct slice){"", 0};
    }
    return text_trim(csv_field(row, columns->places[column]));
}
