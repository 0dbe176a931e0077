/* All importers on arbitrary bytes: the first says which, the second with what options, the rest is
 * the file, and after bytes 0x1e the files beside it (combinations, products, details).
 *
 * Whatever the bytes, an import ends with a status and a sentence, counts every row exactly once,
 * and hands over only a shop file that shop_read accepts, history lines of offers that this file
 * has, and requests within their limits. */
#include "base/assert.h"
#include "env/env.h"
#include "exchange/exchange.h"
#include "model/shop_read.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* By the first byte, from '0' on; in the order in which they came, so that a seed stays what it is. */
static const char *const formats[] = {
    "orders",         "prestashop-products", "prestashop-suppliers", "prestashop-supply-orders",
    "shopify-orders", "shopify-products",    "woocommerce-orders",   "woocommerce-products",
    "requests"};
enum { FORMATS = sizeof formats / sizeof formats[0] };
enum { OPTION_STOCK = 1, OPTION_MONTH_FIRST = 2, OPTION_ON_HAND = 4 };

static struct shop *shop_now;

static const struct exchange_format *format_find(const char *name)
{
    ASSERT(exchange_format_count == FORMATS);
    for (uint32_t i = 0; i < FORMATS; i++) {
        if (strcmp(exchange_formats[i].name, name) == 0) {
            return &exchange_formats[i];
        }
    }
    UNREACHABLE();
}

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

static struct shop *shop_of(struct slice text)
{
    static const struct zone_source zones = {zone_load, NULL};
    struct shop *shop = NULL;
    struct fault fault;
    enum status status = shop_read(text, "fuzz.yaml", &zones, 1795417200, &shop, &fault);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n%.*s\n", fault.text, (int)text.length, text.data);
    ASSERT(status == STATUS_OK);
    return shop;
}

static struct shop *shop_begin(void)
{
    return shop_of(
        SLICE("shop: {name: Fuzz, currency: EUR, time_zone: Europe/Paris}\n"
              "items: {known: {on_hand: 7, unit_cost: 1.00}}\n"
              "activities: {known: {}}\n"
              "carriers: {post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, "
              "delivers: mon-sat}}\n"
              "offers: {known: {name: Known, price: 9.00, vat_rate: 5.5, items: {known: 1}, "
              "carrier: post}}\n"));
}

static enum status sink_apply(void *context, struct slice shop_text, struct fault *fault)
{
    (void)context;
    (void)fault;
    struct shop *next = shop_of(shop_text);
    shop_free(shop_now);
    shop_now = next;
    return STATUS_OK;
}

static enum status sink_history(void *context, const struct history_line *lines, uint32_t count,
                                struct fault *fault)
{
    (void)context;
    (void)fault;
    ASSERT(count > 0 && count <= EXCHANGE_HISTORY_CHUNK);
    for (uint32_t i = 0; i < count; i++) {
        struct offer_id offer;
        ASSERT(shop_offer_find(shop_now, lines[i].offer, &offer));
        ASSERT(lines[i].quantity_thousandths != 0);
        ASSERT(lines[i].unit_price_minor > 0);
        ASSERT(lines[i].order.length > 0);
    }
    return STATUS_OK;
}

/* Whatever is told can be shown; a command names what the shop has. */
static void sink_change(void *context, const struct exchange_change *change)
{
    (void)context;
    ASSERT(change->thing < EXCHANGE_THINGS);
    ASSERT(change->name[0] != '\0' && change->after != NULL);
    ASSERT(change->key == NULL || change->before != NULL);
    ASSERT((change->command == NULL) == (change->arguments == NULL));
}

/* Becomes of each order what can, with a label that no cut in bytes leaves whole. */
static enum status sink_sold(void *context, const char *system, struct slice orders,
                             struct exchange_sold *results, uint32_t count, struct fault *fault)
{
    static const char *const outcomes[] = {"taken", "held", "nothing", "stale", "unreadable"};
    (void)context;
    (void)system;
    (void)fault;
    ASSERT(count > 0 && orders.length > 0);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t which = i % (sizeof outcomes / sizeof *outcomes);
        snprintf(results[i].outcome, sizeof results[i].outcome, "%s", outcomes[which]);
        snprintf(results[i].label, sizeof results[i].label, "woo%.*s%s", (int)which, "1234",
                 "éééééééééééééééééééééééééééééééééééééé");
        snprintf(results[i].note, sizeof results[i].note, "%.*s%s", (int)which, "abcd",
                 "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé");
        results[i].broken = which == 0;
        results[i].late = which == 1;
    }
    return STATUS_OK;
}

static void line_check(struct slice line)
{
    ASSERT(line.length <= LIMIT_REQUEST_BYTES);
    ASSERT(utf8_valid(line));
    for (size_t i = 0; i < line.length; i++) {
        ASSERT((unsigned char)line.data[i] >= ' ');
    }
}

static enum status sink_requests(void *context, struct exchange_request *requests, uint32_t count,
                                 struct fault *fault)
{
    (void)context;
    (void)fault;
    ASSERT(count > 0 && count <= EXCHANGE_REQUESTS_CHUNK);
    for (uint32_t i = 0; i < count; i++) {
        line_check(requests[i].from);
        line_check(requests[i].wants);
        ASSERT(requests[i].wants.length > 0);
        ASSERT(requests[i].activity.length == 0 ||
               slice_equal(requests[i].activity, SLICE("known")));
        ASSERT(requests[i].value_per_week_minor >= 0 &&
               requests[i].value_per_week_minor <= LIMIT_MONEY_MINOR);
        ASSERT(requests[i].count >= 1 && requests[i].count <= LIMIT_REQUEST_COUNT);
        requests[i].known = i % 3 == 0;
    }
    return STATUS_OK;
}

static uint64_t rows_counted(const struct exchange_report *report, bool orders)
{
    uint64_t rows = 0;
    for (int reason = 0; reason < NOTE_ORDER_BROKEN; reason++) {
        bool of_offers = reason >= TAKEN_OFFER_NEW && reason <= TAKEN_OFFER_SAME;
        rows += orders && of_offers ? 0 : report->tallies[reason].count;
    }
    return rows;
}

static void report_check(const struct exchange_report *report, const struct shop *shop)
{
    struct text text;
    text_init(&text, 1 << 20);
    exchange_report_text(report, shop, LANGUAGE_FR, &text);
    exchange_report_json(report, shop, &text);
    ASSERT(!text.overflow);
    ASSERT(utf8_valid(text_slice(&text)));
    text_free(&text);
}

static void import(const char *path, const char *const beside[3],
                   const struct exchange_format *format, uint8_t with)
{
    const struct exchange_sink sink = {.change = sink_change,
                                       .apply = sink_apply,
                                       .history = sink_history,
                                       .sold = sink_sold,
                                       .requests = sink_requests};
    struct exchange_options options;
    struct exchange_report report;
    struct fault fault = {0};
    static const int64_t on_hand[] = {3000}; /* of "known" */
    bool orders = format->content == FORMAT_HISTORY;
    exchange_options_init(&options);
    options.columns = format->content == FORMAT_REQUESTS
                          ? "from=o,wants=n,activity=s,value=p,count=q"
                          : "order=o,sku=s,name=n,quantity=q,at=a,unit_price=p";
    options.stock_thousandths = with & OPTION_STOCK ? 5000 : -1;
    options.dates = with & OPTION_MONTH_FIRST ? DATES_MONTH_FIRST : DATES_DETECT;
    options.prices_without_vat = with & OPTION_STOCK;
    options.now = 1795417200;
    options.combinations = beside[0];
    options.products = beside[1];
    options.details = beside[2];
    options.on_hand_thousandths = with & OPTION_ON_HAND ? on_hand : NULL;
    struct shop *shop = shop_begin();
    shop_now = shop_begin();
    enum status status = format->import(shop, path, &options, &sink, &report, &fault);
    ASSERT(status == STATUS_OK || fault.text[0] != '\0');
    if (status == STATUS_OK)
        ASSERT(rows_counted(&report, orders) == report.rows);
    report_check(&report, shop);
    shop_free(shop);
    shop_free(shop_now);
}

/* A file in memory, which ends before the next 0x1e; its path in `path`. Returns its descriptor and
 * moves *bytes past it. */
static int part_open(const uint8_t **bytes, size_t *length, char *path, size_t size)
{
    const uint8_t *end = memchr(*bytes, 0x1e, *length);
    size_t part = end != NULL ? (size_t)(end - *bytes) : *length;
    int file = memfd_create("fuzz.csv", 0);
    ASSERT(file >= 0);
    ASSERT(write(file, *bytes, part) == (ssize_t)part);
    snprintf(path, size, "/proc/self/fd/%d", file);
    *bytes += part;
    *length -= part;
    if (*length > 0) {
        ++*bytes;
        --*length;
    }
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 2)
        return 0;
    const struct exchange_format *format =
        format_find(formats[(uint8_t)(*bytes++ - '0') % FORMATS]);
    uint8_t with = *bytes++;
    int files[4];
    char paths[4][32];
    const char *beside[3];
    uint32_t count = 0;
    for (length -= 2; count == 0 || (count < 4 && length > 0); count++) {
        files[count] = part_open(&bytes, &length, paths[count], sizeof paths[count]);
    }
    for (uint32_t i = 0; i < 3; i++) {
        beside[i] = i + 1 < count ? paths[i + 1] : NULL;
    }
    import(paths[0], beside, format, with);
    while (count > 0) {
        close(files[--count]);
    }
    return 0;
}
