/* The import of WooCommerce's product export: one thing at a time, then the exports that are known.
 */
#include "import_support.h"

#include <stdio.h>
#include <string.h>

static int set_up(void **state)
{
    (void)state;
    return import_world_open("woocommerce-products");
}

static void test_a_french_export(void **state)
{
    (void)state;
    struct shop *shop =
        import_bytes("\xef\xbb\xbf"
                     "ID,Type,UGS,Nom,Publié,\"En stock ?\",Stock,\"Tarif promo\",\"Tarif "
                     "régulier\",Catégories,Parent,"
                     "\"Nom de l’attribut 1\",\"Valeur(s) de l’attribut 1 \"\r\n"
                     "7,simple,caramel,\"Crème de caramel, 220 g\",1,1,12,,\"6,90\",\"Épicerie > "
                     "Sucré, Noël\",,,\r\n"
                     "8,variable,mariniere,Marinière,1,1,,,,Vêtements,,Taille,\"S, M\"\r\n"
                     "9,variation,,,1,1,3,\"45,00\",\"52,00\",,mariniere,Taille,S\r\n"
                     "10,variation,,,1,1,4,,\"52,00\",,id:8,Taille,\"M/L\"\r\n");
    const struct offer *jar = import_offer(shop, "caramel");
    assert_int_equal(jar->price_minor, 690);
    assert_string_equal(jar->label.text[LANGUAGE_FR], "Crème de caramel, 220 g");
    assert_string_equal(import_activity(shop, "caramel"), "Epicerie");
    assert_int_equal(import_item(shop, "caramel")->on_hand_thousandths, 12000);
    const struct offer *small = import_offer(shop, "mariniere-S");
    assert_int_equal(small->price_minor, 4500); /* reduced, without dates */
    assert_string_equal(small->label.text[LANGUAGE_FR], "Marinière - S");
    assert_string_equal(import_activity(shop, "mariniere-S"), "Vetements");
    assert_int_equal(import_item(shop, "mariniere-S")->on_hand_thousandths, 3000);
    assert_int_equal(import_count(TAKEN_OFFER_NEW), 3);
    assert_int_equal(import_count(NOTE_NAME_MAPPED), 1);
    assert_int_equal(import_count(NOT_TAKEN_VARIABLE_PARENT), 1);
    assert_int_equal(import_count(NOTE_COLUMN_IGNORED), 1); /* the attribute's name */
    shop_free(shop);
}

/* Headers as back offices in other languages write them; each must find SKU, name, price, stock and
 * parent. */
static void test_other_languages(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "Typ,Artikelnummer,Name,Veröffentlicht,Vorrätig?,Lager,Regulärer "
        "Preis,Angebotspreis,Übergeordnetes Produkt,"
        "Attribut 1 Wert(e)",
        "Tipo,SKU,Nombre,Publicado,¿En inventario?,Inventario,Precio normal,Precio "
        "rebajado,Superior,Valor(es) del "
        "atributo 1",
        "Tipo,COD,Nome,Pubblicato,In stock?,Magazzino,Prezzo di listino,Prezzo in "
        "offerta,Genitore,Attributo 1 valore(i)",
        "Type,Artikelnummer,Naam,Gepubliceerd,Op voorraad?,Voorraad,Reguliere "
        "prijs,Actieprijs,Hoofd,Waarde eigenschap 1",
        "Type,SKU,Name,Published,In stock?,Stock,Regular price,Sale price,Parent,Attribute 1 "
        "value(s)",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        char file[1024];
        snprintf(file, sizeof file,
                 "%s\nvariable,P,Parent,1,1,5,,,,\"A, "
                 "B\"\nvariation,,,1,1,,\"12,50\",\"9,90\",P,A\nsimple,S,Solo,1,1,2,3,,,\n",
                 headers[i]);
        struct shop *shop = import_bytes(file);
        assert_int_equal(import_offer(shop, "P-A")->price_minor, 990);
        assert_int_equal(import_item(shop, "P")->on_hand_thousandths, 5000);
        assert_int_equal(import_item(shop, "S")->on_hand_thousandths, 2000);
        assert_int_equal(import_count(NOTE_STOCK_OF_PARENT), 1);
        assert_int_equal(import_count(NOTE_COLUMN_IGNORED), 0);
        shop_free(shop);
    }
}

#define HEADER                                                                                     \
    "Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Sale price,Regular price,Tax "    \
    "status,Tax class\n"

static void test_stock(void **state)
{
    (void)state;
    struct shop *shop = import_bytes(HEADER "simple,blank,A,1,1,,0,,5,,\n"
                                            "simple,zero,A,1,0,0,0,,5,,\n"
                                            "simple,out,A,1,0,,0,,5,,\n"
                                            "simple,minus,A,1,1,-3,yes,,5,,\n"
                                            "simple,part,A,1,1,2.5,notify,,5,,\n"
                                            "simple,odd,A,1,1,many,0,,5,,\n");
    assert_null(import_item(shop, "blank")); /* not managed: never runs out */
    assert_int_equal(import_offer(shop, "blank")->component_count, 0);
    assert_int_equal(import_item(shop, "zero")->on_hand_thousandths, 0);
    assert_int_equal(import_item(shop, "out")->on_hand_thousandths, 0);
    assert_int_equal(import_item(shop, "minus")->on_hand_thousandths, 0);
    assert_int_equal(import_item(shop, "part")->on_hand_thousandths, 2500);
    assert_int_equal(import_count(NOTE_STOCK_NOT_MANAGED), 2);
    assert_int_equal(import_count(NOTE_OUT_OF_STOCK), 1);
    assert_int_equal(import_count(NOTE_STOCK_NEGATIVE), 1);
    assert_int_equal(import_count(NOTE_BACKORDERS), 2);
    shop_free(shop);
}

/* What the report shows of a long SKU ends between two characters. */
static void test_a_long_sku(void **state)
{
    (void)state;
    struct text file;
    text_init(&file, 4096);
    text_append_string(&file, HEADER "simple,x");
    for (int i = 0; i < 40; i++)
        text_append_string(&file, "é");
    text_append_string(&file, ",A,1,1,2,0,,5,,\n");
    shop_free(import_bytes(file.bytes));
    text_free(&file);
    const char *shown = world.report.tallies[NOTE_NAME_MAPPED].examples[0];
    assert_true(utf8_valid(slice_of(shown)));
    assert_int_equal(strstr(shown, " -> ") - shown, 59);
}

static void test_vat_and_net_prices(void **state)
{
    (void)state;
    world.options.vat_classes = "reduced-rate=5.5, super=2.1";
    world.options.prices_without_vat = true;
    struct shop *shop = import_bytes(HEADER "simple,a,A,1,1,,,,10,taxable,\n"
                                            "simple,b,B,1,1,,,,10,taxable,reduced-rate\n"
                                            "simple,c,C,1,1,,,,10,none,\n"
                                            "simple,d,D,1,1,,,,10,taxable,zero-rate\n"
                                            "simple,e,E,1,1,,,,10,taxable,luxury\n");
    assert_int_equal(import_offer(shop, "a")->price_minor, 1200);
    assert_int_equal(import_offer(shop, "b")->price_minor, 1055);
    assert_int_equal(import_offer(shop, "b")->vat_thousandths, 5500);
    assert_int_equal(import_offer(shop, "c")->vat_thousandths, 0);
    assert_int_equal(import_offer(shop, "d")->price_minor, 1000);
    assert_int_equal(import_offer(shop, "e")->vat_thousandths, 20000);
    assert_int_equal(import_count(NOTE_TAX_CLASS), 1);
    assert_string_equal(world.report.tallies[NOTE_TAX_CLASS].examples[0], "luxury");
    shop_free(shop);
}

static void test_what_is_no_offer(void **state)
{
    (void)state;
    struct shop *shop = import_bytes(HEADER "grouped,g,G,1,1,,,,,,\n"
                                            "external,x,X,1,1,,,,5,,\n"
                                            "booking,k,K,1,1,,,,5,,\n"
                                            "simple,draft,D,-1,1,,,,5,,\n"
                                            "simple,private,D,0,1,,,,5,,\n"
                                            "simple,noprice,N,1,1,,,,,,\n"
                                            "simple,free,N,1,1,,,,0,,\n"
                                            "simple,text,N,1,1,,,,five,,\n"
                                            "simple,once,N,1,1,,,,5,,\n"
                                            "simple,once,N,1,1,,,,6,,\n"
                                            "simple,,,1,1,,,,6,,\n"
                                            "variation,v,V,1,1,,,,6,,\n");
    assert_int_equal(world.report.rows, 12);
    assert_int_equal(import_count(TAKEN_OFFER_NEW), 1);
    assert_int_equal(import_offer(shop, "once")->price_minor, 500);
    assert_int_equal(import_count(NOT_TAKEN_GROUPED), 1);
    assert_int_equal(import_count(NOT_TAKEN_EXTERNAL), 1);
    assert_int_equal(import_count(NOT_TAKEN_UNKNOWN_TYPE), 1);
    assert_int_equal(import_count(NOT_TAKEN_UNPUBLISHED), 2);
    assert_int_equal(import_count(NOT_TAKEN_NO_PRICE), 1);
    assert_int_equal(import_count(NOT_TAKEN_ZERO_PRICE), 1);
    assert_int_equal(import_count(NOT_TAKEN_BAD_NUMBER), 1);
    assert_int_equal(import_count(NOT_TAKEN_TWICE), 1);
    assert_int_equal(world.report.tallies[NOT_TAKEN_TWICE].lines[0], 11);
    assert_int_equal(import_count(NOT_TAKEN_NO_SKU), 1);
    assert_int_equal(import_count(NOT_TAKEN_NO_PARENT), 1);
    shop_free(shop);
}

static void test_sale_dates(void **state)
{
    (void)state;
    struct shop *shop = import_bytes(
        "Type,SKU,Name,Date sale price starts,Date sale price ends,Sale price,Regular price\n"
        "simple,now,N,2026-11-01,2026-11-23,8,10\n"
        "simple,over,N,2026-11-01,2026-11-22,8,10\n"
        "simple,soon,N,2026-12-01 0:00:00,,8,10\n"
        "simple,open,N,,2030-01-01 0:00:00,8,10\n"
        "simple,odd,N,whenever,,8,10\n");
    assert_int_equal(import_offer(shop, "now")->price_minor, 800);
    assert_int_equal(import_offer(shop, "over")->price_minor, 1000);
    assert_int_equal(import_offer(shop, "soon")->price_minor, 1000);
    assert_int_equal(import_offer(shop, "open")->price_minor, 800);
    assert_int_equal(import_offer(shop, "odd")->price_minor, 1000);
    shop_free(shop);
}

/* The shop of the two products below, imported once. */
static struct shop *mug_and_pot(void)
{
    struct shop *shop =
        import_bytes(HEADER "simple,a,Mug,1,1,5,,,10,,\nsimple,b,Pot,1,1,5,,,20,,\n");
    assert_string_equal(world.sink.changes.bytes, "offer a new:  -> 10.00\n"
                                                  "offer b new:  -> 20.00\n"
                                                  "item a new:  -> 5\n"
                                                  "item b new:  -> 5\n");
    text_clear(&world.sink.changes);
    return shop;
}

static struct shop *mug_and_pot_again(struct shop *shop)
{
    return import_into(
        shop,
        import_file("a.csv", HEADER "simple,a,Big mug,1,1,9,,,12,,\nsimple,b,Pot,1,1,5,,,20,,\n"));
}

static void test_a_second_import_updates(void **state)
{
    (void)state;
    /* In the order of the shop's items: known, a, b. One mug was sold since. */
    static const int64_t on_hand[] = {7000, 4000, 5000};
    world.options.on_hand_thousandths = on_hand;
    struct shop *shop = mug_and_pot_again(mug_and_pot());
    assert_int_equal(shop->offer_count, 3);
    assert_int_equal(shop->item_count, 3);
    assert_string_equal(import_offer(shop, "a")->label.text[LANGUAGE_EN], "Big mug");
    assert_int_equal(import_offer(shop, "a")->price_minor, 1200);
    assert_int_equal(import_item(shop, "a")->on_hand_thousandths, 5000);
    assert_int_equal(import_count(TAKEN_OFFER_CHANGED), 1);
    assert_int_equal(import_count(TAKEN_OFFER_SAME), 1);
    assert_int_equal(import_count(NOTE_STOCK_KEPT), 1);
    assert_string_equal(world.sink.changes.bytes, "item a on_hand: 4 -> 9 (count a 9)\n"
                                                  "offer a price: 10.00 -> 12.00\n"
                                                  "offer a name: Mug -> Big mug\n");
    shop_free(shop);
}

/* A shop file that has not opened takes the file's stock. */
static void test_a_file_takes_the_stock(void **state)
{
    (void)state;
    struct shop *shop = mug_and_pot_again(mug_and_pot());
    assert_int_equal(import_item(shop, "a")->on_hand_thousandths, 9000);
    assert_int_equal(import_count(NOTE_STOCK_KEPT), 0);
    assert_string_equal(world.sink.changes.bytes, "offer a price: 10.00 -> 12.00\n"
                                                  "offer a name: Mug -> Big mug\n"
                                                  "item a on_hand: 5 -> 9\n");
    shop_free(shop);
}

/* All is told, nothing is changed. */
static void test_a_dry_run(void **state)
{
    (void)state;
    struct shop *shop = mug_and_pot();
    world.options.dry_run = true;
    shop = mug_and_pot_again(shop);
    assert_int_equal(world.sink.applies, 0);
    assert_int_equal(import_count(TAKEN_OFFER_CHANGED), 1);
    assert_non_null(strstr(world.sink.changes.bytes, "offer a price: 10.00 -> 12.00\n"));
    shop_free(shop);
}

/* The owner's own carrier, routing and translation outlive an import. */
static void test_an_update_keeps_what_is_the_owners(void **state)
{
    (void)state;
    static const int64_t on_hand[] = {7000};
    world.options.on_hand_thousandths = on_hand;
    struct shop *shop = import_bytes(HEADER "simple,known,Connu,1,1,9,,,12,,\n");
    const struct offer *offer = import_offer(shop, "known");
    assert_string_equal(offer->label.text[LANGUAGE_EN], "Known");
    assert_int_equal(offer->price_minor, 1200);
    assert_int_equal(offer->routing.count, 1);
    assert_int_equal(offer->vat_thousandths, 5500);
    assert_string_equal(shop->carriers[offer->carrier.index].name, "van");
    assert_int_equal(import_item(shop, "known")->on_hand_thousandths, 7000);
    shop_free(shop);
}

/* An export in English finds the English of the owner's two texts. */
static void test_either_language_is_the_same_label(void **state)
{
    (void)state;
    static const int64_t on_hand[] = {7000};
    world.options.on_hand_thousandths = on_hand;
    struct shop *shop = import_bytes(HEADER "simple,known,Known,1,1,9,,,9,,\n");
    assert_int_equal(import_count(TAKEN_OFFER_SAME), 1);
    assert_string_equal(import_offer(shop, "known")->label.text[LANGUAGE_FR], "Connu");
    shop_free(shop);
}

static void test_the_most_common_rate_is_assumed(void **state)
{
    (void)state;
    static const char text[] = "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
                               "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, "
                               "transit_days: 1, delivers: mon-sat}}\n"
                               "offers:\n"
                               "  a: {name: A, price: 1.00, vat_rate: 2.1, carrier: post}\n"
                               "  b: {name: B, price: 1.00, vat_rate: 20, carrier: post}\n"
                               "  c: {name: C, price: 1.00, vat_rate: 20, carrier: post}\n"
                               "  d: {name: D, price: 1.00, vat_rate: 5.5, carrier: post}\n"
                               "  e: {name: E, price: 1.00, vat_rate: 5.5, carrier: post}\n";
    world.options.vat_thousandths = -1;
    const char *path = import_file("a.csv", HEADER "simple,new,New,1,1,9,,,9,,\n");
    struct shop *shop = import_into(import_shop(SLICE(text)), path);
    assert_int_equal(import_offer(shop, "new")->vat_thousandths,
                     5500); /* as common as 20, and lower */
    assert_string_equal(world.report.tallies[NOTE_VAT_ASSUMED].examples[0], "5.5 %");
    shop_free(shop);
}

static void test_refusals(void **state)
{
    (void)state;
    import_refused("order,sku\n1,2\n", "no column \"Regular price\"");
    import_refused("", "the file is empty");
    world.options.vat_classes = "reduced";
    import_refused(HEADER, "CLASS=PERCENT");
}

/* Every stock cell of this export is blank. */
static void test_the_sample_shop(void **state)
{
    (void)state;
    const char *path = import_data("woocommerce/classic-commerce_sample_products.csv");
    if (path == NULL)
        return;
    struct shop *shop = import_into(import_small_shop(), path);
    assert_int_equal(world.report.rows, 24);
    assert_int_equal(import_count(TAKEN_OFFER_NEW), 20);
    assert_int_equal(import_count(NOT_TAKEN_VARIABLE_PARENT), 2);
    assert_int_equal(import_count(NOT_TAKEN_GROUPED), 1);
    assert_int_equal(import_count(NOT_TAKEN_EXTERNAL), 1);
    assert_int_equal(import_count(NOTE_STOCK_NOT_MANAGED), 20);
    assert_int_equal(import_count(NOTE_VIRTUAL), 2);
    assert_int_equal(world.report.items_new, 0);
    assert_int_equal(import_offer(shop, "cc-beanie")->price_minor, 1800);
    assert_int_equal(import_offer(shop, "cc-t-shirt-blue")->price_minor, 2500);
    assert_string_equal(import_offer(shop, "cc-hoodie-with-logo")->label.text[LANGUAGE_EN],
                        "Hoodie with Pocket and Logo");
    assert_true(import_offer(shop, "cc-album")->on_site);
    assert_string_equal(import_activity(shop, "cc-hoodie-red"), "Clothing");
    assert_string_equal(import_activity(shop, "cc-single"), "Music");
    shop = import_into(shop, import_data("woocommerce/classic-commerce_sample_products.csv"));
    assert_int_equal(world.sink.applies, 0);
    assert_int_equal(import_count(TAKEN_OFFER_SAME), 20);
    shop_free(shop);
}

static void test_the_importers_own_sample(void **state)
{
    (void)state;
    const char *path = import_data("woocommerce/classic-commerce_importer_test_sample.csv");
    if (path == NULL)
        return;
    struct shop *shop = import_into(import_small_shop(), path);
    assert_int_equal(world.report.rows, 7);
    assert_int_equal(import_count(TAKEN_OFFER_NEW), 4);
    assert_int_equal(world.report.items_new, 3);
    assert_int_equal(import_offer(shop, "WOOLOGO")->price_minor, 1800); /* on sale until 2030 */
    assert_int_equal(import_item(shop, "WOOLOGO")->on_hand_thousandths, 5000);
    assert_int_equal(import_item(shop, "WOOIDEA-Black-M")->on_hand_thousandths, 6000);
    assert_int_equal(import_offer(shop, "WOOIDEA-Green-L")->price_minor, 1799);
    assert_string_equal(import_offer(shop, "WOOIDEA-Green-L")->label.text[LANGUAGE_EN],
                        "Ship Your Idea - Green, L");
    assert_true(import_offer(shop, "WOOALBUM")->on_site);
    assert_int_equal(import_count(NOTE_BACKORDERS), 2);
    shop_free(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_french_export, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_other_languages, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_stock, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_a_long_sku, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_vat_and_net_prices, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_what_is_no_offer, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_sale_dates, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_a_second_import_updates, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_a_file_takes_the_stock, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_a_dry_run, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_an_update_keeps_what_is_the_owners, set_up,
                                        import_world_close),
        cmocka_unit_test_setup_teardown(test_either_language_is_the_same_label, set_up,
                                        import_world_close),
        cmocka_unit_test_setup_teardown(test_the_most_common_rate_is_assumed, set_up,
                                        import_world_close),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_the_sample_shop, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_the_importers_own_sample, set_up, import_world_close),
    };
    return cmocka_run_group_tests(tests, import_folder_make, import_folder_remove);
}
