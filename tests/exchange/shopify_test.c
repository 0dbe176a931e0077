/* The import of Shopify's product export: one thing at a time, in both sets of column titles. */
#include "import_support.h"

#include <stdio.h>
#include <string.h>

static int set_up(void **state)
{
    (void)state;
    return import_world_open("shopify-products");
}

/* The columns that count, as they were titled until 2024 and since. */
static const char *const headers[] = {
    "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Option2 Name,"
    "Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory "
    "Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Image "
    "Src,Gift Card,Cost per item,Status\n",
    "URL handle,Title,Description,Vendor,Type,Published on online store,Option1 name,Option1 "
    "value,Option2 name,Option2 value,SKU,Inventory tracker,Inventory quantity,Continue selling "
    "when out of stock,Price,Compare-at price,Requires shipping,Charge tax,Product image URL,Gift "
    "card,Cost per item,Status\n",
};

static struct shop *imported(int header, const char *rows)
{
    char file[4096];
    snprintf(file, sizeof file, "%s%s", headers[header], rows);
    return import_bytes(file);
}

/* A product with variants, one without, and a row that only adds a picture. */
static const char sample[] =
    "mariniere,Marinière,<p>Rayée</p>,Armor,Vêtements,TRUE,Taille,S,Couleur,Bleu,MAR-S,shopify,3,"
    "deny,52.00,60.00,TRUE,TRUE,https://cdn.example/1.jpg,FALSE,21.50,active\n"
    "mariniere,,,,,,,M,,Bleu,,shopify,4,continue,54.00,,TRUE,TRUE,https://cdn.example/2.jpg,,,\n"
    "mariniere,,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,,,\n"
    "caramel,\"Caramel, 220 g\",,Armor,,TRUE,Title,Default Title,,,CAR,,,deny,6.90,,TRUE,FALSE,"
    ",FALSE,,active\n";

static void test_both_sets_of_titles(void **state)
{
    (void)state;
    for (int header = 0; header < 2; header++) {
        struct shop *shop = imported(header, sample);
        const struct offer *small = import_offer(shop, "MAR-S");
        assert_int_equal(small->price_minor, 5200); /* not the one that is struck through */
        assert_int_equal(small->vat_thousandths, 20000);
        assert_string_equal(small->label.text[LANGUAGE_FR], "Marinière - S, Bleu");
        assert_string_equal(import_activity(shop, "MAR-S"), "Vetements");
        assert_int_equal(import_item(shop, "MAR-S")->on_hand_thousandths, 3000);
        assert_int_equal(import_item(shop, "MAR-S")->unit_cost_minor, 2150);
        const struct offer *medium = import_offer(shop, "mariniere-M-Bleu");
        assert_int_equal(medium->price_minor, 5400);
        /* No cost in the file: half of the price without VAT. */
        assert_int_equal(import_item(shop, "mariniere-M-Bleu")->unit_cost_minor, 2250);
        const struct offer *jar = import_offer(shop, "CAR");
        assert_string_equal(jar->label.text[LANGUAGE_EN], "Caramel, 220 g");
        assert_int_equal(jar->vat_thousandths, 0);
        assert_null(import_item(shop, "CAR")); /* not tracked: never runs out */
        assert_int_equal(world.report.rows, 4);
        assert_int_equal(import_count(TAKEN_OFFER_NEW), 3);
        assert_int_equal(import_count(NOT_TAKEN_PICTURE), 1);
        assert_int_equal(import_count(NOTE_BACKORDERS), 1);
        assert_int_equal(import_count(NOTE_STOCK_NOT_MANAGED), 1);
        shop_free(shop);
        import_sink_close(&world.sink);
        set_up(state);
    }
}

static void test_what_is_no_offer(void **state)
{
    (void)state;
    struct shop *shop =
        imported(1, "draft,Draft,,,,TRUE,,,,,D,shopify,1,deny,5,,TRUE,TRUE,,,,draft\n"
                    "archived,Old,,,,TRUE,,,,,O,shopify,1,deny,5,,TRUE,TRUE,,,,archived\n"
                    "hidden,Hidden,,,,FALSE,,,,,H,shopify,1,deny,5,,TRUE,TRUE,,,,active\n"
                    "lost,,,,,,,S,,,L,shopify,1,deny,5,,TRUE,TRUE,,,,\n"
                    "free,Free,,,,TRUE,,,,,F,shopify,1,deny,0.00,,TRUE,TRUE,,,,active\n"
                    "odd,Odd,,,,TRUE,,,,,X,shopify,1,deny,\"1,234\",,TRUE,TRUE,,,,active\n"
                    "mug,Mug,,,,TRUE,,,,,known,shopify,1,deny,9,,TRUE,TRUE,,,,active\n"
                    "cup,Cup,,,,TRUE,,,,,known,shopify,1,deny,8,,TRUE,TRUE,,,,active\n");
    assert_int_equal(import_count(NOT_TAKEN_UNPUBLISHED), 3);
    assert_int_equal(import_count(NOT_TAKEN_NO_PARENT), 1);
    assert_int_equal(import_count(NOT_TAKEN_ZERO_PRICE), 1);
    assert_int_equal(import_count(NOT_TAKEN_BAD_NUMBER), 1);
    assert_int_equal(import_count(NOT_TAKEN_TWICE), 1);
    assert_int_equal(import_count(TAKEN_OFFER_CHANGED), 1); /* the shop's own "known" */
    assert_int_equal(world.report.tallies[NOT_TAKEN_TWICE].lines[0], 9);
    assert_int_equal(import_offer(shop, "known")->vat_thousandths, 5500);
    shop_free(shop);
}

/* What is not shipped, and a shop with several locations, whose export has no quantities. */
static void test_gift_cards_and_locations(void **state)
{
    (void)state;
    struct shop *shop = import_bytes(
        "Handle,Title,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Price,Variant "
        "Requires Shipping,Gift Card\n"
        "gift,Gift card,Default Title,GIFT,,50,FALSE,TRUE\n"
        "mug,Mug,Default Title,MUG,shopify,12.50,TRUE,FALSE\n");
    assert_true(import_offer(shop, "GIFT")->on_site);
    assert_int_equal(import_offer(shop, "GIFT")->carrier.index, NO_INDEX);
    assert_int_equal(import_item(shop, "MUG")->on_hand_thousandths, 0);
    assert_int_equal(import_count(NOTE_STOCK_UNKNOWN), 1);
    assert_int_equal(import_count(NOTE_VIRTUAL), 1);
    shop_free(shop);
}

/* Rows of a product need not stand together: a spreadsheet may have sorted them. */
static void test_rows_in_any_order(void **state)
{
    (void)state;
    struct shop *shop = import_bytes("Handle,Title,Option1 Value,Variant SKU,Variant Inventory "
                                     "Qty,Variant Price\n"
                                     "bowl,,Large,BOWL-L,2,19\n"
                                     "mug,Mug,Default Title,MUG,1,9\n"
                                     "bowl,Bowl,Small,BOWL-S,3,15\n");
    assert_string_equal(import_offer(shop, "BOWL-L")->label.text[LANGUAGE_EN], "Bowl - Large");
    assert_int_equal(import_item(shop, "BOWL-L")->on_hand_thousandths, 2000);
    shop_free(shop);
}

static void test_a_second_import_updates(void **state)
{
    (void)state;
    static const int64_t on_hand[] = {7000, 3000, 4000};
    struct shop *shop = imported(0, sample);
    text_clear(&world.sink.changes);
    world.options.on_hand_thousandths = on_hand;
    shop =
        import_into(shop, import_file("a.csv", "URL handle,Title,Option1 value,Option2 value,SKU,"
                                               "Inventory tracker,Inventory quantity,Price\n"
                                               "mariniere,Marinière,S,Bleu,MAR-S,shopify,2,49.00\n"
                                               "mariniere,,M,Bleu,,shopify,4,54.00\n"));
    assert_int_equal(shop->offer_count, 4);
    assert_int_equal(import_count(TAKEN_OFFER_CHANGED), 1);
    assert_int_equal(import_count(TAKEN_OFFER_SAME), 1);
    assert_string_equal(world.sink.changes.bytes, "item MAR-S on_hand: 3 -> 2 (count MAR-S 2)\n"
                                                  "offer MAR-S price: 52.00 -> 49.00\n");
    shop_free(shop);
}

static void test_refusals(void **state)
{
    (void)state;
    import_refused("Handle,Title,Option1 Value\na,A,S\n", "no product export of Shopify");
    import_refused("ID,Type,SKU,Name,Regular price\n1,simple,a,A,5\n", "a.csv:1: no columns");
    import_refused("", "the file is empty");
    world.options.prices_without_vat = true;
    struct shop *shop = import_bytes("Handle,Title,Variant SKU,Variant Price\nmug,Mug,MUG,10.00\n");
    assert_int_equal(import_offer(shop, "MUG")->price_minor, 1200);
    shop_free(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_both_sets_of_titles, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_what_is_no_offer, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_gift_cards_and_locations, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_rows_in_any_order, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_a_second_import_updates, set_up, import_world_close),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, import_world_close),
    };
    return cmocka_run_group_tests(tests, import_folder_make, import_folder_remove);
}
