/* The imports of PrestaShop's files: products with their combinations, suppliers, supply orders;
 * one thing at a time, then the files of thirty bees that are known. */
#include "import_support.h"

#include <stdio.h>
#include <string.h>

static int set_up_products(void **state)
{
    (void)state;
    return import_world_open("prestashop-products");
}

static int set_up_suppliers(void **state)
{
    (void)state;
    return import_world_open("prestashop-suppliers");
}

static int set_up_supply(void **state)
{
    (void)state;
    return import_world_open("prestashop-supply-orders");
}

/* Other files of an import stay where they are while import_file makes the next. */
static const char *beside(const char *name, const char *bytes)
{
    static char paths[4][512];
    static int next;
    char *kept = paths[next++ % 4];
    snprintf(kept, sizeof paths[0], "%s", import_file(name, bytes));
    return kept;
}

static const char *supplier_of(const struct shop *shop, const char *item)
{
    uint16_t index = import_item(shop, item)->supplier.index;
    return index == NO_INDEX ? "" : shop->suppliers[index].name;
}

/* ---- products ---- */

/* What the back office's "Export" writes. */
static void test_the_list_of_a_french_back_office(void **state)
{
    (void)state;
    struct shop *shop = import_bytes(
        "\xef\xbb\xbf\"ID\";\"Image\";\"Nom\";\"Référence\";\"Catégorie\";\"Prix (HT)\";\"Prix "
        "(TTC)\";\"Quantité\";\"État\";\"Position\"\n"
        "1;img.jpg;\"Crème de caramel\";caramel;\"Épicerie\";\"5,75 €\";\"6,90 €\";12;1;0\n"
        "2;img.jpg;Bol;;Accueil;\"12,50 €\";\"15,00 €\";-3;1;0\n"
        "3;img.jpg;Vieux;vieux;Accueil;\"12,50 €\";\"15,00 €\";3;0;0\n");
    assert_int_equal(import_offer(shop, "caramel")->price_minor, 690);
    assert_string_equal(import_activity(shop, "caramel"), "Epicerie");
    assert_int_equal(import_item(shop, "caramel")->on_hand_thousandths, 12000);
    assert_int_equal(import_offer(shop, "ps-2")->price_minor, 1500);
    assert_string_equal(import_activity(shop, "ps-2"), ""); /* the root says nothing */
    assert_int_equal(import_item(shop, "ps-2")->on_hand_thousandths, 0);
    assert_int_equal(import_count(NOT_TAKEN_UNPUBLISHED), 1);
    assert_int_equal(import_count(NOTE_STOCK_NEGATIVE), 1);
    shop_free(shop);
}

#define HEADER                                                                                     \
    "Product ID;Active (0/1);Name *;Categories (x,y,z...);Price tax excluded;Tax rules "           \
    "ID;Wholesale price;Discount amount;Discount percent;Discount from (yyyy-mm-dd);Discount to "  \
    "(yyyy-mm-dd);Reference #;Supplier;Quantity;Available for order (0 = No, 1 = Yes);Action "     \
    "when out of stock;Virtual product (0 = No, 1 = Yes)\n"

/* PrestaShop keeps six decimals without VAT; what the customer pays must come out to the cent. */
static void test_prices_without_vat(void **state)
{
    (void)state;
    world.options.vat_classes = "1=20,2=5.5";
    struct shop *shop = import_bytes(HEADER "1;1;A;;8.375000;1;;;;;;a;;1;1;0;0\n"
                                            "2;1;B;;6.540284;2;3.21;;;;;b;;1;1;1;0\n"
                                            "3;1;C;;10;0;;;;;;c;;1;1;0;1\n"
                                            "4;1;D;;10;9;;;;;;d;;;1;0;0\n");
    assert_int_equal(import_offer(shop, "a")->price_minor, 1005);
    assert_int_equal(import_offer(shop, "b")->price_minor, 690);
    assert_int_equal(import_offer(shop, "b")->vat_thousandths, 5500);
    assert_int_equal(import_item(shop, "b")->unit_cost_minor, 321);
    assert_int_equal(import_offer(shop, "c")->price_minor, 1000);
    assert_int_equal(import_offer(shop, "c")->vat_thousandths, 0);
    assert_true(import_offer(shop, "c")->on_site); /* virtual */
    assert_int_equal(import_offer(shop, "d")->price_minor, 1200);
    assert_int_equal(import_item(shop, "d")->on_hand_thousandths, 0);
    assert_int_equal(import_count(NOTE_STOCK_UNKNOWN), 1);
    assert_int_equal(import_count(NOTE_BACKORDERS), 1);
    assert_int_equal(import_count(NOTE_TAX_CLASS), 1);
    shop_free(shop);
}

/* A title that leaves it open: with VAT, and said so, unless the option says otherwise. */
static void test_a_price_that_may_be_either(void **state)
{
    (void)state;
    static const char file[] = "Product ID,Active (0/1),Name *,Price tax excluded or Price tax "
                               "included,Reference #,Quantity\n1,1,A,10,a,1\n";
    struct shop *shop = import_bytes(file);
    assert_int_equal(import_offer(shop, "a")->price_minor, 1000);
    assert_int_equal(import_count(NOTE_PRICES_WITH_VAT), 1);
    shop_free(shop);
    world.options.prices_without_vat = true;
    shop = import_bytes(file);
    assert_int_equal(import_offer(shop, "a")->price_minor, 1200);
    assert_int_equal(import_count(NOTE_PRICES_WITH_VAT), 0);
    shop_free(shop);
}

static void test_discounts(void **state)
{
    (void)state;
    struct shop *shop =
        import_bytes(HEADER "1;1;A;;10;;;;25;2026-11-01;2026-11-30;a;;1;1;0;0\n"
                            "2;1;B;;10;;;;25;2026-01-01;2026-11-22;b;;1;1;0;0\n"
                            "3;1;C;;10;;;1.5;;0000-00-00 00:00:00;0000-00-00 00:00:00;c;;1;1;0;0\n"
                            "4;1;D;;10;;;12;;;;d;;1;1;0;0\n"
                            "5;1;E;;10;;;;110;;;e;;1;1;0;0\n");
    assert_int_equal(import_offer(shop, "a")->price_minor, 900);
    assert_int_equal(import_offer(shop, "b")->price_minor, 1200); /* it is over */
    assert_int_equal(import_offer(shop, "c")->price_minor, 1050);
    assert_int_equal(import_count(NOT_TAKEN_ZERO_PRICE), 1);
    assert_int_equal(import_count(NOT_TAKEN_BAD_NUMBER), 1);
    shop_free(shop);
}

static const char combinations[] =
    "Product ID*;Product Reference;Attribute (Name:Type:Position)*;Value "
    "(Value:Position)*;Reference;Wholesale price;Impact on price;Quantity\n"
    "1;;Taille:select:0, Couleur:color:1;S:0, Bleu:1;MAR-S;20;0;3\n"
    "1;;Taille:select:0, Couleur:color:1;M:0, Bleu:1;;0;2.5;4\n"
    ";bol;Couleur:color:0;Vert 2:0;BOL-V;;-1;5\n"
    "9;;Couleur:color:0;Noir:0;NOIR;;;6\n"
    "3;;Couleur:color:0;Noir:0;VIEUX-N;;;6\n";

static const char combined[] = HEADER "1;1;Marinière;Accueil,Vêtements;40;;18;;;;;MAR;;7;1;0;0\n"
                                      "2;1;Bol;Home/Table;10;;4;;;;;bol;;5;1;0;0\n"
                                      "3;0;Vieux;;10;;4;;;;;vieux;;6;1;0;0\n"
                                      "4;1;Mug;;10;;4;;;;;mug;;8;1;0;0\n";

static void test_combinations(void **state)
{
    (void)state;
    world.options.combinations = beside("b.csv", combinations);
    struct shop *shop = import_bytes(combined);
    assert_int_equal(import_offer(shop, "MAR-S")->price_minor, 4800);
    assert_string_equal(import_offer(shop, "MAR-S")->label.text[LANGUAGE_FR],
                        "Marinière - S, Bleu");
    assert_string_equal(import_activity(shop, "MAR-S"), "Vetements");
    assert_int_equal(import_item(shop, "MAR-S")->on_hand_thousandths, 3000);
    assert_int_equal(import_item(shop, "MAR-S")->unit_cost_minor, 2000);
    assert_int_equal(import_offer(shop, "MAR-M-Bleu")->price_minor, 5100);
    assert_int_equal(import_item(shop, "MAR-M-Bleu")->unit_cost_minor, 1800); /* its product's */
    assert_int_equal(import_offer(shop, "BOL-V")->price_minor, 1080);
    assert_string_equal(import_offer(shop, "BOL-V")->label.text[LANGUAGE_FR], "Bol - Vert 2");
    assert_string_equal(import_activity(shop, "BOL-V"), "Table");
    assert_int_equal(import_item(shop, "mug")->on_hand_thousandths, 8000);
    assert_int_equal(import_count(TAKEN_OFFER_NEW), 4);
    assert_int_equal(import_count(NOT_TAKEN_VARIABLE_PARENT), 3);
    assert_int_equal(import_count(NOT_TAKEN_NO_PARENT), 1);
    assert_int_equal(import_count(NOT_TAKEN_UNPUBLISHED), 1);
    assert_int_equal(world.report.rows, 9);
    shop = import_into(shop, import_file("a.csv", combined));
    assert_int_equal(world.sink.applies, 0);
    assert_int_equal(import_count(TAKEN_OFFER_SAME), 4);
    shop_free(shop);
}

static void test_suppliers_of_products(void **state)
{
    (void)state;
    static const char file[] = HEADER "1;1;A;;10;;;;;;;a;Maison Armor;1;1;0;0\n"
                                      "2;1;B;;10;;;;;;;b;Nobody;1;1;0;0\n"
                                      "3;1;C;;10;;;;;;;known;Maison Armor;7;1;0;0\n";
    struct shop *shop = import_bytes(file);
    assert_string_equal(supplier_of(shop, "a"), "");
    assert_int_equal(import_count(NOTE_SUPPLIER_UNKNOWN), 3);
    import_world_close(NULL);
    set_up_suppliers(NULL);
    shop = import_into(shop, import_file("a.csv", "Supplier ID;Active (0/1);Name *\n"
                                                  "1;1;Maison Armor\n"));
    import_world_close(NULL);
    set_up_products(NULL);
    shop = import_into(shop, import_file("a.csv", file));
    assert_string_equal(supplier_of(shop, "a"), "Maison-Armor");
    assert_string_equal(supplier_of(shop, "b"), "");
    assert_string_equal(supplier_of(shop, "known"), "Maison-Armor");
    assert_non_null(strstr(world.sink.changes.bytes, "item a supplier:  -> Maison-Armor\n"));
    assert_int_equal(import_count(NOTE_SUPPLIER_UNKNOWN), 1);
    shop_free(shop);
}

static void test_refusals(void **state)
{
    (void)state;
    import_refused("Handle,Title,Variant Price\na,A,5\n", "no product export of PrestaShop");
    import_refused("Reference;Nom\na;A\n", "a.csv:1: no columns");
    import_refused("", "the file is empty");
    world.options.combinations = beside("b.csv", "Product ID;Name\n1;A\n");
    import_refused(HEADER, "b.csv:1: no columns");
    world.options.combinations = NULL;
    world.options.supplier = "nobody";
    import_refused(HEADER, "--supplier: the shop has no supplier \"nobody\"");
}

/* ---- suppliers ---- */

static void test_suppliers(void **state)
{
    (void)state;
    static const char file[] = "Supplier ID;Active (0/1);Name *;Description\n"
                               "1;1;Maison Armor;<p>Beurre</p>\n"
                               "2;0;Closed;\n"
                               "3;1;Maison  Armor;\n"
                               "4;1;;\n"
                               "5;1;Étoile & Fils;\n";
    struct shop *shop = import_bytes(file);
    assert_int_equal(shop->supplier_count, 2);
    assert_string_equal(shop->suppliers[0].name, "Maison-Armor");
    assert_int_equal(shop->suppliers[0].lead_days, LEAD_DAYS_DEFAULT);
    assert_int_equal(shop->suppliers[0].orders_on.bits, 0x7f);
    assert_string_equal(shop->suppliers[1].name, "Etoile-Fils");
    assert_int_equal(import_count(TAKEN_SUPPLIER_NEW), 2);
    assert_int_equal(import_count(NOT_TAKEN_INACTIVE), 1);
    assert_int_equal(import_count(NOT_TAKEN_TWICE), 1);
    assert_int_equal(import_count(NOT_TAKEN_NO_SKU), 1);
    assert_int_equal(import_count(NOTE_LEAD_DAYS_ASSUMED), 2);
    assert_string_equal(world.sink.changes.bytes, "supplier Maison-Armor new:  -> 14\n"
                                                  "supplier Etoile-Fils new:  -> 14\n");
    world.options.lead_days = 3;
    shop = import_into(shop, import_file("a.csv", file));
    assert_int_equal(world.sink.applies, 0); /* the owner's lead days stay */
    assert_int_equal(import_count(TAKEN_SUPPLIER_SAME), 2);
    shop_free(shop);
    shop = import_bytes(file);
    assert_int_equal(shop->suppliers[1].lead_days, 3);
    assert_int_equal(import_count(NOTE_LEAD_DAYS_ASSUMED), 0);
    shop_free(shop);
    import_refused("Supplier ID;Active (0/1)\n1;1\n", "no column \"Name\"");
}

/* ---- supply orders ---- */

static const char lines[] = "Supply Order Reference *;Product ID *;Product Attribute ID;Unit Price "
                            "(tax excl.)*;Quantity Expected *\n"
                            "SO-1;4;0;4;40\n"
                            "SO-1;1;1;20;12\n"
                            "SO-1;1;3;20;12\n" /* combination 3 is of product 2 */
                            "SO-2;4;;4;5\n"
                            "SO-9;4;;4;5\n"
                            "SO-1;7;;4;5\n"
                            "SO-1;4;;4;many\n"
                            "SO-1;4;;4;0\n";

static const char orders[] = "Supply Order ID;Supplier ID *;Supply Order Reference *;Delivery Date "
                             "(Y-M-D)*\n"
                             "1;1;SO-1;2026-12-03\n"
                             "2;1;SO-2;2026-11-01\n"
                             "3;1;SO-3;soon\n";

/* The products and combinations of above, in a shop file that expects five more mugs. */
static struct shop *shop_that_expects(void)
{
    import_world_close(NULL);
    set_up_products(NULL);
    world.options.combinations = beside("b.csv", combinations);
    struct shop *shop = import_bytes(combined);
    struct text text;
    text_init(&text, 1 << 20);
    text_append_slice(&text, text_slice(&world.sink.shop_text));
    text_append_string(&text, "\nreceipts:\n  - {item: mug, quantity: 5, due: 2026-12-01}\n"
                              "  - {item: known, quantity: 1, due: 2026-12-01}\n");
    shop_free(shop);
    shop = import_shop(text_slice(&text));
    text_free(&text);
    import_world_close(NULL);
    set_up_supply(NULL);
    world.options.combinations = beside("b.csv", combinations);
    world.options.products = beside("c.csv", combined);
    world.options.details = beside("d.csv", lines);
    return shop;
}

static void test_supply_orders(void **state)
{
    (void)state;
    struct shop *shop = shop_that_expects();
    shop = import_into(shop, import_file("a.csv", orders));
    assert_int_equal(shop->receipt_count, 3);
    assert_string_equal(world.sink.changes.bytes, "receipt mug quantity: 5, 2026-12-01 -> \n"
                                                  "receipt mug new:  -> 40, 2026-12-03\n"
                                                  "receipt MAR-S new:  -> 12, 2026-12-03\n");
    assert_int_equal(import_count(TAKEN_RECEIPT), 2);
    assert_int_equal(import_count(NOT_TAKEN_NO_COMBINATION), 1);
    assert_int_equal(import_count(NOT_TAKEN_PAST), 1);
    assert_int_equal(import_count(NOT_TAKEN_NO_SUPPLY_ORDER), 1);
    assert_int_equal(import_count(NOT_TAKEN_NO_ITEM), 1);
    assert_int_equal(import_count(NOT_TAKEN_BAD_NUMBER), 1);
    assert_int_equal(import_count(NOT_TAKEN_ZERO_QUANTITY), 1);
    assert_int_equal(import_count(NOTE_DAY_UNREADABLE), 1);
    assert_int_equal(world.report.rows, 8);
    /* Again: nothing. A day that moved: once. */
    text_clear(&world.sink.changes);
    shop = import_into(shop, import_file("a.csv", orders));
    assert_int_equal(world.sink.applies, 0);
    assert_string_equal(world.sink.changes.bytes, "");
    shop = import_into(shop, import_file("a.csv", "Supply Order Reference *;Delivery Date "
                                                  "(Y-M-D)*\nSO-1;2026-12-10\n"));
    assert_int_equal(shop->receipt_count, 3);
    assert_non_null(strstr(world.sink.changes.bytes, "receipt mug new:  -> 40, 2026-12-10\n"));
    shop_free(shop);
}

/* A running shop expects what it expects: told, with the command. */
static void test_supply_orders_of_a_running_shop(void **state)
{
    (void)state;
    static const int64_t on_hand[8];
    struct shop *shop = shop_that_expects();
    ptrdiff_t mug = import_item(shop, "mug") - shop->items;
    int32_t day = day_of_civil((struct civil_date){2026, 12, 3});
    const struct exchange_expected expected[] = {{{(uint16_t)mug}, 30000, day, 7}};
    world.options.on_hand_thousandths = on_hand;
    world.options.expected = expected;
    world.options.expected_count = 1;
    shop = import_into(shop, import_file("a.csv", orders));
    assert_int_equal(world.sink.applies, 0);
    assert_int_equal(import_count(NOT_TAKEN_OPEN_ITEM), 2);
    assert_string_equal(world.sink.changes.bytes,
                        "receipt mug quantity: 30 -> 40 (purchases change 7 40)\n"
                        "receipt MAR-S quantity: 0 -> 12 (purchases buy MAR-S 12)\n");
    const struct exchange_expected same[] = {{{(uint16_t)mug}, 40000, day, 7}};
    world.options.expected = same;
    text_clear(&world.sink.changes);
    shop = import_into(shop, import_file("a.csv", orders));
    assert_int_equal(import_count(TAKEN_RECEIPT), 1);
    assert_null(strstr(world.sink.changes.bytes, "receipt mug"));
    shop_free(shop);
}

static void test_refusals_of_supply_orders(void **state)
{
    (void)state;
    import_refused(orders, "--details supply_orders_details.csv --products products.csv");
    world.options.products = beside("c.csv", combined);
    world.options.details = beside("d.csv", "Supply Order Reference *;Product ID *\nSO-1;4\n");
    import_refused(orders, "d.csv:1: no columns");
    world.options.details = beside("d.csv", lines);
    import_refused("Supply Order ID;Delivery Date (Y-M-D)*\n1;2026-12-03\n", "a.csv:1: no columns");
    world.options.products = beside("c.csv", "Name;Price\nA;1\n");
    import_refused(orders, "c.csv:1: no columns");
}

/* ---- the files of thirty bees ---- */

static void test_real_files(void **state)
{
    (void)state;
    const char *path = import_data("prestashop/thirtybees_combinations_import.csv");
    if (path == NULL)
        return;
    char paths[4][512];
    static const char *const names[] = {"combinations", "products", "supply_orders_details",
                                        "supply_orders"};
    for (int i = 0; i < 4; i++) {
        char name[80];
        snprintf(name, sizeof name, "prestashop/thirtybees_%s_import.csv", names[i]);
        snprintf(paths[i], sizeof paths[i], "%s", import_data(name));
    }
    world.options.combinations = paths[0];
    world.options.prices_without_vat = true;
    struct shop *shop = import_into(import_small_shop(), paths[1]);
    assert_int_equal(world.report.rows, 34);
    assert_int_equal(import_count(TAKEN_OFFER_NEW), 28);
    assert_int_equal(import_count(NOT_TAKEN_VARIABLE_PARENT), 4);
    assert_int_equal(import_count(NOT_TAKEN_TWICE), 2);
    assert_int_equal(import_offer(shop, "RP-Nano-Blue-16GB")->price_minor, 16800);
    assert_int_equal(import_item(shop, "RP-Nano-Blue-16GB")->on_hand_thousandths, 10000);
    assert_string_equal(import_activity(shop, "RP-Nano-Blue-16GB"), "iPods");
    import_world_close(NULL);
    set_up_supply(NULL);
    world.options.combinations = paths[0];
    world.options.products = paths[1];
    world.options.details = paths[2];
    shop = import_into(shop, paths[3]);
    assert_int_equal(import_count(NOT_TAKEN_PAST), 20); /* of 2013 */
    world.options.now = 1380614400;                     /* 1 October 2013 */
    shop = import_into(shop, paths[3]);
    assert_int_equal(import_count(TAKEN_RECEIPT), 20);
    assert_int_equal(shop->receipt_count, 20);
    shop_free(shop);
}

#define PRODUCTS(test) cmocka_unit_test_setup_teardown(test, set_up_products, import_world_close)
#define SUPPLY(test)   cmocka_unit_test_setup_teardown(test, set_up_supply, import_world_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PRODUCTS(test_the_list_of_a_french_back_office),
        PRODUCTS(test_prices_without_vat),
        PRODUCTS(test_a_price_that_may_be_either),
        PRODUCTS(test_discounts),
        PRODUCTS(test_combinations),
        PRODUCTS(test_suppliers_of_products),
        PRODUCTS(test_refusals),
        cmocka_unit_test_setup_teardown(test_suppliers, set_up_suppliers, import_world_close),
        SUPPLY(test_supply_orders),
        SUPPLY(test_supply_orders_of_a_running_shop),
        SUPPLY(test_refusals_of_supply_orders),
        PRODUCTS(test_real_files),
    };
    return cmocka_run_group_tests(tests, import_folder_make, import_folder_remove);
}
