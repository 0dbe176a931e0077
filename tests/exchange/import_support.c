/* Real files, a real shop reader and the real zone database; only the engine is replaced, by a sink
 * that remembers. */
#include "import_support.h"
#include "env/env.h"
#include "model/shop_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct import_world world;

static char folder[64];
static char path[512];

static enum status sink_apply(void *context, struct slice shop_text, struct fault *fault)
{
    (void)fault;
    struct import_sink *sink = context;
    text_clear(&sink->shop_text);
    text_append_slice(&sink->shop_text, shop_text);
    sink->applies++;
    return STATUS_OK;
}

static enum status sink_history(void *context, const struct history_line *lines, uint32_t count,
                                struct fault *fault)
{
    (void)fault;
    struct import_sink *sink = context;
    sink->history_lines += count;
    if (count > sink->chunk_most)
        sink->chunk_most = count;
    for (uint32_t i = 0; i < count && sink->keep_history; i++)
        text_append_format(&sink->history, "%.*s %.*s %lld %lld %lld\n", (int)lines[i].order.length,
                           lines[i].order.data, (int)lines[i].offer.length, lines[i].offer.data,
                           (long long)lines[i].quantity_thousandths,
                           (long long)lines[i].unit_price_minor, (long long)lines[i].at);
    return STATUS_OK;
}

static void sink_change(void *context, const struct exchange_change *change)
{
    static const char *const things[EXCHANGE_THINGS] = {"offer", "item", "supplier", "receipt"};
    struct import_sink *sink = context;
    text_append_format(&sink->changes, "%s %s %s: %s -> %s", things[change->thing], change->name,
                       change->key != NULL ? change->key : "new", change->before, change->after);
    if (change->command != NULL)
        text_append_format(&sink->changes, " (%s %s)", change->command, change->arguments);
    text_append_char(&sink->changes, '\n');
}

static void sink_progress(void *context, uint64_t done_bytes, uint64_t total_bytes)
{
    struct import_sink *sink = context;
    assert_true(done_bytes <= total_bytes);
    sink->progress_calls++;
}

void import_sink_open(struct import_sink *sink)
{
    memset(sink, 0, sizeof *sink);
    sink->sink = (struct exchange_sink){.change = sink_change,
                                        .apply = sink_apply,
                                        .history = sink_history,
                                        .progress = sink_progress,
                                        .context = sink};
    sink->keep_history = true;
    text_init(&sink->shop_text, LIMIT_SHOP_FILE_BYTES);
    text_init(&sink->history, 1 << 20);
    text_init(&sink->changes, 1 << 20);
}

void import_sink_close(struct import_sink *sink)
{
    text_free(&sink->shop_text);
    text_free(&sink->history);
    text_free(&sink->changes);
}

static enum status zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                             struct fault *fault)
{
    (void)context;
    return env_zone_around(name, around, zone, fault);
}

struct shop *import_shop(struct slice text)
{
    static const struct zone_source zones = {zone_load, NULL};
    struct shop *shop = NULL;
    struct fault fault;
    if (shop_read(text, "test.yaml", &zones, 1795417200, &shop, &fault) != STATUS_OK)
        fail_msg("%s", fault.text);
    return shop;
}

struct shop *import_small_shop(void)
{
    static const char text[] =
        "shop: {name: Test, currency: EUR, time_zone: Europe/Paris}\n"
        "calendars: {week: {open: {mon-fri: \"08:00-12:00\"}}}\n"
        "work_centers: {packing: {people: 1, calendar: week}}\n"
        "items: {known: {on_hand: 7, unit_cost: 1.00}}\n"
        "carriers:\n"
        "  post: {cut_off: \"16:00\", collects: mon-fri, transit_days: 1, delivers: mon-sat}\n"
        "  van: {cut_off: \"16:00\", collects: mon-fri, transit_days: 0, delivers: mon-sat}\n"
        "offers:\n"
        "  known: {name: {fr: Connu, en: Known}, price: 9.00, vat_rate: 5.5, items: {known: 1}, "
        "carrier: van,\n"
        "    routing: [{work_center: packing, minutes: 2}]}\n";
    return import_shop(SLICE(text));
}

int import_world_open(const char *format)
{
    memset(&world, 0, sizeof world);
    for (uint32_t i = 0; i < exchange_format_count; i++)
        if (strcmp(exchange_formats[i].name, format) == 0)
            world.format = &exchange_formats[i];
    assert_non_null(world.format);
    exchange_options_init(&world.options);
    world.options.now = 1795417200;
    world.options.vat_thousandths = 20000;
    import_sink_open(&world.sink);
    return 0;
}

int import_world_close(void **state)
{
    (void)state;
    import_sink_close(&world.sink);
    return 0;
}

struct shop *import_into(struct shop *shop, const char *file)
{
    world.sink.applies = 0;
    if (world.format->import(shop, file, &world.options, &world.sink.sink, &world.report,
                             &world.fault) != STATUS_OK)
        fail_msg("%s", world.fault.text);
    if (world.sink.applies == 0)
        return shop;
    shop_free(shop);
    return import_shop(text_slice(&world.sink.shop_text));
}

struct shop *import_bytes(const char *bytes)
{
    return import_into(import_small_shop(), import_file("a.csv", bytes));
}

void import_refused(const char *bytes, const char *words)
{
    struct shop *shop = import_small_shop();
    world.sink.applies = 0;
    assert_int_equal(world.format->import(shop, import_file("a.csv", bytes), &world.options,
                                          &world.sink.sink, &world.report, &world.fault),
                     STATUS_INVALID);
    if (strstr(world.fault.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", world.fault.text, words);
    assert_int_equal(world.sink.applies, 0);
    shop_free(shop);
}

uint64_t import_count(enum exchange_reason reason)
{
    return world.report.tallies[reason].count;
}

const char *import_activity(const struct shop *shop, const char *offer)
{
    uint16_t index = import_offer(shop, offer)->activity.index;
    return index == NO_INDEX ? "" : shop->activities[index].name;
}

const struct offer *import_offer(const struct shop *shop, const char *name)
{
    struct offer_id id;
    if (!shop_offer_find(shop, slice_of(name), &id))
        fail_msg("the shop has no offer %s", name);
    return &shop->offers[id.index];
}

const struct item *import_item(const struct shop *shop, const char *name)
{
    struct item_id id;
    return shop_item_find(shop, slice_of(name), &id) ? &shop->items[id.index] : NULL;
}

const char *import_file(const char *name, const char *bytes)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(bytes, file);
    fclose(file);
    return path;
}

const char *import_data(const char *name)
{
    const char *data = getenv("ECLUSE_DATA");
    const char *source = getenv("ECLUSE_SOURCE");
    if (data != NULL)
        snprintf(path, sizeof path, "%s/%s", data, name);
    else
        snprintf(path, sizeof path, "%s/../shared/data/%s", source == NULL ? "." : source, name);
    if (access(path, R_OK) == 0)
        return path;
    print_message("skipped: no file %s (ECLUSE_DATA says where the data is)\n", path);
    return NULL;
}

int import_folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/ecluse-import-XXXXXX");
    return mkdtemp(folder) == NULL;
}

int import_folder_remove(void **state)
{
    (void)state;
    for (char name = 'a'; name <= 'd'; name++) {
        snprintf(path, sizeof path, "%s/%c.csv", folder, name);
        unlink(path);
    }
    return rmdir(folder);
}
