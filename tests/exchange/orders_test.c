/* The import of a history of order lines: small files with one thing each, then half a year of a
 * real shop. */
#include "import_support.h"

#include <stdio.h>
#include <string.h>

#define COLUMNS "order=No,sku=Code,name=Text,quantity=Qty,at=Date,unit_price=Price"
#define HEADER  "No,Code,Text,Qty,Date,Price\n"

static struct exchange_options options;
static struct exchange_report report;
static struct import_sink sink;
static struct fault fault;

static int set_up(void **state)
{
    (void)state;
    exchange_options_init(&options);
    options.columns = COLUMNS;
    options.stock_thousandths = 100000;
    import_sink_open(&sink);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    import_sink_close(&sink);
    return 0;
}

/* Imports into the small shop and gives the shop that results. */
static struct shop *imported(const char *bytes)
{
    struct shop *shop = import_small_shop();
    if (exchange_import_orders(shop, import_file("a.csv", bytes), &options, &sink.sink, &report,
                               &fault) != STATUS_OK)
        fail_msg("%s", fault.text);
    shop_free(shop);
    return sink.applies == 0 ? import_small_shop() : import_shop(text_slice(&sink.shop_text));
}

static void refused(const char *bytes, enum status status, const char *sentence)
{
    struct shop *shop = import_small_shop();
    enum status got = exchange_import_orders(shop, import_file("a.csv", bytes), &options,
                                             &sink.sink, &report, &fault);
    if (got != status || strstr(fault.text, sentence) == NULL)
        fail_msg("status %d: %s", (int)got, fault.text);
    assert_int_equal(sink.applies, 0);
    shop_free(shop);
}

static uint64_t count(enum exchange_reason reason)
{
    return report.tallies[reason].count;
}

static void test_an_offer_is_made(void **state)
{
    (void)state;
    struct shop *shop = imported(HEADER "1,A1,Blue mug,2,2026-01-05 10:00,12.66\n");
    const struct offer *offer = import_offer(shop, "A1");
    assert_string_equal(offer->label.text[LANGUAGE_FR], "Blue mug");
    assert_int_equal(offer->price_minor, 1266);
    assert_int_equal(offer->vat_thousandths, 5500); /* the shop's most common */
    assert_string_equal(shop->carriers[offer->carrier.index].name, "post");
    assert_int_equal(offer->routing.count, 0);
    const struct item *item = import_item(shop, "A1");
    assert_non_null(item);
    assert_int_equal(item->on_hand_thousandths, 100000);
    assert_int_equal(item->unit_cost_minor, 600); /* half of 12.00 without VAT */
    assert_int_equal(offer->component_count, 1);
    assert_string_equal(sink.history.bytes, "1 A1 2000 1266 1767603600\n");
    assert_int_equal(count(TAKEN_OFFER_NEW), 1);
    assert_int_equal(count(TAKEN_SALE), 1);
    shop_free(shop);
}

static void test_last_price_and_name_by_time(void **state)
{
    (void)state;
    struct shop *shop = imported(HEADER "2,A1,New name,1,2026-03-01,15.00\n"
                                        "1,A1,Old name,1,2026-01-01,12.00\n"
                                        "3,A1,,1,2026-04-01,16.00\n");
    assert_int_equal(import_offer(shop, "A1")->price_minor, 1600);
    assert_string_equal(import_offer(shop, "A1")->label.text[LANGUAGE_EN], "New name");
    shop_free(shop);
}

static void test_what_is_no_trade(void **state)
{
    (void)state;
    struct shop *shop = imported(HEADER "1,A1,Mug,1,2026-01-01,10\n"
                                        "C2,A1,Mug,-1,2026-01-02,10\n"
                                        "3,A1,Mug,-2,2026-01-02,10\n"
                                        "C4,A1,Mug,3,2026-01-02,10\n"
                                        "5,A1,damaged,-4,2026-01-03,0\n"
                                        "6,B,Adjust bad debt,1,2026-01-03,-11062.06\n"
                                        "7,A1,Mug,0,2026-01-03,10\n"
                                        "8,A1,Mug,1,2026-01-03,\n"
                                        "9,A1,Mug,1,2026-02-30,10\n"
                                        "10,A1,Mug,one,2026-01-03,10\n"
                                        "11,A1,Mug,\"1,000\",2026-01-03,10\n"
                                        "12,,Mug,1,2026-01-03,10\n"
                                        ",A1,Mug,1,2026-01-03,10\n"
                                        "13,A1\n"
                                        "C14,NEVER,Ghost,-1,2026-01-03,10\n"
                                        "15,A1,Mug,1,2026-01-03,0.004\n");
    assert_int_equal(report.rows, 16);
    assert_int_equal(count(TAKEN_SALE), 1);
    assert_int_equal(count(TAKEN_RETURN), 3);
    assert_int_equal(count(NOT_TAKEN_ZERO_PRICE), 2);
    assert_int_equal(report.tallies[NOT_TAKEN_ZERO_PRICE].lines[0], 6);
    assert_int_equal(report.tallies[NOT_TAKEN_ZERO_PRICE].lines[1], 17);
    assert_int_equal(count(NOT_TAKEN_NEGATIVE_PRICE), 1);
    assert_int_equal(count(NOT_TAKEN_ZERO_QUANTITY), 1);
    assert_int_equal(count(NOT_TAKEN_NO_PRICE), 1);
    assert_int_equal(count(NOT_TAKEN_BAD_DATE), 1);
    assert_int_equal(count(NOT_TAKEN_BAD_NUMBER), 2);
    assert_int_equal(count(NOT_TAKEN_NO_SKU), 1);
    assert_int_equal(count(NOT_TAKEN_NO_ORDER), 1);
    assert_int_equal(count(NOT_TAKEN_SHORT_ROW), 1);
    assert_int_equal(count(NOT_TAKEN_NEVER_SOLD), 1);
    assert_non_null(strstr(sink.history.bytes, "C4 A1 -3000 1000 "));
    assert_int_equal(sink.history_lines, 4);
    assert_false(shop_offer_find(shop, SLICE("NEVER"), &(struct offer_id){0}));
    shop_free(shop);
}

static void test_names(void **state)
{
    (void)state;
    struct shop *shop = imported(HEADER "1,85123A,Upper,1,2026-01-01,1\n"
                                        "1,85123a,Lower,1,2026-01-01,2\n"
                                        "1,\"85123A \",Blank behind,1,2026-01-01,3\n"
                                        "1,BANK CHARGES,Bank charges,1,2026-01-01,4\n"
                                        "1,X,,1,2026-01-01,5\n");
    assert_int_equal(import_offer(shop, "85123A")->price_minor, 300);
    assert_int_equal(import_offer(shop, "85123a")->price_minor, 200);
    assert_int_equal(count(TAKEN_OFFER_NEW), 4);
    assert_int_equal(count(NOTE_NAME_MAPPED), 1);
    assert_memory_equal(report.tallies[NOTE_NAME_MAPPED].examples[0],
                        "BANK CHARGES -> BANK-CHARGES-", 29);
    assert_int_equal(count(NOTE_NOT_GOODS), 1);
    assert_int_equal(count(NOTE_NO_LABEL), 1);
    assert_string_equal(import_offer(shop, "X")->label.text[LANGUAGE_FR], "X");
    shop_free(shop);
}

static void test_the_shops_own_word_stands(void **state)
{
    (void)state;
    struct shop *shop = imported(HEADER "1,known,Other name,1,2026-01-01,99.00\n");
    assert_int_equal(sink.applies, 0);
    assert_int_equal(count(NOTE_KNOWN_OFFER), 1);
    assert_int_equal(count(TAKEN_SALE), 1);
    assert_int_equal(import_offer(shop, "known")->price_minor, 900);
    shop_free(shop);
}

static void test_options(void **state)
{
    (void)state;
    options.stock_thousandths = -1;
    options.vat_thousandths = 20000;
    options.carrier = "van";
    options.routing_like = "known";
    struct shop *shop = imported(HEADER "1,A1,Mug,1,2026-01-01,12.00\n");
    const struct offer *offer = import_offer(shop, "A1");
    assert_int_equal(offer->vat_thousandths, 20000);
    assert_int_equal(offer->component_count, 0);
    assert_int_equal(offer->routing.count, 1);
    assert_string_equal(shop->carriers[offer->carrier.index].name, "van");
    assert_int_equal(count(NOTE_STOCK_NOT_MANAGED), 1);
    assert_int_equal(report.items_new, 0);
    shop_free(shop);
}

static void test_dry_run_changes_nothing(void **state)
{
    (void)state;
    options.dry_run = true;
    struct shop *shop = imported(HEADER "1,A1,Mug,1,2026-01-01,12.00\n");
    assert_int_equal(sink.applies, 0);
    assert_int_equal(sink.history_lines, 0);
    assert_int_equal(count(TAKEN_OFFER_NEW), 1);
    shop_free(shop);
}

static void test_dates(void **state)
{
    (void)state;
    struct shop *shop =
        imported(HEADER "1,A1,Mug,1,3/4/2026 9:30,12\n1,A1,Mug,1,3/14/2026 9:30,12\n");
    assert_int_equal(report.dates, DATES_MONTH_FIRST);
    assert_non_null(strstr(sink.history.bytes, " 1772613000\n")); /* 4 March 2026, 09:30 in Paris */
    shop_free(shop);
    shop = imported(HEADER "1,A1,Mug,1,3.4.2026 9:30,12\n");
    assert_non_null(strstr(sink.history.bytes, " 1775201400\n")); /* 3 April, summer time */
    shop_free(shop);
    options.dates = DATES_DAY_FIRST;
    shop = imported(HEADER "1,A1,Mug,1,3/4/1999 9:30,12\n");
    assert_non_null(strstr(sink.history.bytes, " 923124600\n")); /* the zone's rules of 1999 */
    shop_free(shop);
}

static void test_refusals(void **state)
{
    (void)state;
    refused(HEADER "1,A1,Mug,1,3/4/2026 9:30,12\n", STATUS_INVALID, "--dates mdy or --dates dmy");
    refused("No;Code\n1;2\n", STATUS_INVALID, "no column \"Text\"; the file has: No, Code");
    refused("", STATUS_INVALID, "empty");
    options.carrier = "ship";
    refused(HEADER "1,A1,Mug,1,2026-01-01,12\n", STATUS_INVALID, "no carrier \"ship\"");
    options.carrier = NULL;
    options.routing_like = "nothing";
    refused(HEADER "1,A1,Mug,1,2026-01-01,12\n", STATUS_INVALID, "no offer \"nothing\"");
    options.columns = "order=No,sku=Code";
    refused(HEADER, STATUS_INVALID, "say which column holds \"quantity\"");
    options.columns = "order=No,what=Code";
    refused(HEADER, STATUS_INVALID, "\"what\" is none of order, sku");
    options.columns = NULL;
    refused(HEADER, STATUS_INVALID, "say which column holds \"order\"");
}

static enum status apply_fails(void *context, struct slice shop_text, struct fault *why)
{
    (void)context;
    (void)shop_text;
    return fault_set(why, STATUS_FULL, "the disk is full");
}

static void test_a_fault_of_the_sink_ends_it(void **state)
{
    (void)state;
    sink.sink.apply = apply_fails;
    refused(HEADER "1,A1,Mug,1,2026-01-01,12\n", STATUS_FULL, "the disk is full");
    assert_int_equal(sink.history_lines, 0);
}

static void test_report_says_it(void **state)
{
    (void)state;
    struct shop *shop = imported(
        HEADER "1,A1,Mug,1,2026-01-01,10\nC2,A1,Mug,-1,2026-02-02,10\n5,A1,Mug,1,2026-01-03,0\n");
    struct text text;
    text_init(&text, 1 << 16);
    exchange_report_text(&report, shop, LANGUAGE_EN, &text);
    assert_string_equal(text.bytes,
                        "3 rows read, from 2026-01-01 to 2026-02-02.\n"
                        "\nTaken\n"
                        "        1  sales into the history\n"
                        "        1  cancellations and returns into the history (line 3)\n"
                        "        1  new offers\n"
                        "\nNot taken\n"
                        "        1  price of zero (line 4)\n"
                        "\nTo know\n"
                        "        1  offers that take no working time (--routing-like OFFER gives "
                        "them some)\n"
                        "        1  VAT rate assumed for new offers (--vat-rate) (5.5 %)\n");
    text_clear(&text);
    exchange_report_json(&report, shop, &text);
    assert_string_equal(
        text.bytes,
        "{\"rows\":3,\"lines\":4,\"items_new\":1,\"from\":\"2026-01-01T00:00:00+01:00\","
        "\"until\":\"2026-02-02T00:00:00+01:00\",\"taken\":{\"sales\":{\"count\":1,\"examples\":[]}"
        ","
        "\"returns\":{\"count\":1,\"examples\":[{\"line\":3}]},"
        "\"offers_new\":{\"count\":1,\"examples\":[]}},"
        "\"not_taken\":{\"zero_price\":{\"count\":1,\"examples\":[{\"line\":4}]}},"
        "\"notes\":{\"no_routing\":{\"count\":1,\"examples\":[]},\"vat_assumed\":{\"count\":1,"
        "\"examples\":[{\"what\":\"5.5 %\"}]}}}");
    text_free(&text);
    shop_free(shop);
}

/* Half a year of a British gift shop. The counts were made by another program, row by row. */
static void test_a_real_shop(void **state)
{
    (void)state;
    const char *path = import_data("online_retail_2010-12_2011-06.csv.gz");
    if (path == NULL)
        return;
    options.columns = "order=InvoiceNo,sku=StockCode,name=Description,quantity=Quantity,at="
                      "InvoiceDate,unit_price=UnitPrice";
    sink.keep_history = false;
    struct shop *shop = import_small_shop();
    if (exchange_import_orders(shop, path, &options, &sink.sink, &report, &fault) != STATUS_OK)
        fail_msg("%s", fault.text);
    shop_free(shop);
    shop = import_shop(text_slice(&sink.shop_text));
    assert_int_equal(report.rows, 245903);
    assert_int_equal(report.lines, 245904);
    assert_int_equal(count(TAKEN_SALE), 239930);
    assert_int_equal(count(TAKEN_RETURN), 4443);
    assert_int_equal(report.tallies[TAKEN_RETURN].lines[0], 156);
    assert_int_equal(count(NOT_TAKEN_ZERO_PRICE), 1479);
    assert_int_equal(report.tallies[NOT_TAKEN_ZERO_PRICE].lines[0], 624);
    assert_int_equal(count(NOT_TAKEN_NEVER_SOLD), 51);
    assert_int_equal(report.tallies[NOT_TAKEN_NEVER_SOLD].lines[0], 143);
    assert_int_equal(count(TAKEN_OFFER_NEW), 3515);
    assert_int_equal(count(NOTE_NAME_MAPPED), 1);
    assert_int_equal(sink.history_lines, 239930 + 4443);
    assert_int_equal(sink.chunk_most, EXCHANGE_HISTORY_CHUNK);
    assert_int_equal(sink.applies, 1);
    assert_int_equal(shop->offer_count, 3516);
    assert_int_equal(shop->item_count, 3516);
    assert_int_equal(import_offer(shop, "85123A")->price_minor, 295);
    assert_string_equal(import_offer(shop, "85123A")->label.text[LANGUAGE_EN],
                        "WHITE HANGING HEART T-LIGHT HOLDER");
    assert_int_equal(import_offer(shop, "POST")->price_minor, 1800);
    (void)import_offer(shop, "85123a");
    shop_free(shop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_offer_is_made, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_last_price_and_name_by_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_trade, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_shops_own_word_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dry_run_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_fault_of_the_sink_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_report_says_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_real_shop, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, import_folder_make, import_folder_remove);
}
