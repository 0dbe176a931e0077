/* The test's hand on the core: texts in, texts out, so that a case reads like the sentence that it
 * checks.
 *
 * Every decision is applied at once and followed by promise_check: a test of one rule is a test of
 * the invariants too. */
#include "tests/support/world.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "base/text.h"
#include "model/shop_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct customer_id world_customer;

static const struct promise_sizes world_sizes = {4096};
static unsigned char world_events[1 << 20];

/* All that happened since world_open, with the stamps. */
static struct {
    uint32_t count;
    size_t length;
    size_t ends[1 << 16];
    int64_t stamps[1 << 16];
    unsigned char bytes[1 << 23];
} journal;

static void journal_add(struct slice bytes, int64_t stamp)
{
    assert_true(journal.count < sizeof journal.ends / sizeof *journal.ends);
    assert_true(bytes.length <= sizeof journal.bytes - journal.length);
    memcpy(journal.bytes + journal.length, bytes.data, bytes.length);
    journal.length += bytes.length;
    journal.ends[journal.count] = journal.length;
    journal.stamps[journal.count++] = stamp;
}

static int64_t utc(int32_t year, int32_t month, int32_t day)
{
    return (int64_t)day_of_civil((struct civil_date){year, month, day}) * DAY_SECONDS + 3600;
}

enum status world_zone_load(void *context, const char *name, int64_t around, struct zone *zone,
                            struct fault *fault)
{
    (void)context;
    (void)around;
    if (strcmp(name, "Europe/Paris") == 0) {
        *zone = (struct zone){.count = 9,
                              .periods = {{INT64_MIN, 3600},
                                          {utc(2025, 3, 30), 7200},
                                          {utc(2025, 10, 26), 3600},
                                          {utc(2026, 3, 29), 7200},
                                          {utc(2026, 10, 25), 3600},
                                          {utc(2027, 3, 28), 7200},
                                          {utc(2027, 10, 31), 3600},
                                          {utc(2028, 3, 26), 7200},
                                          {utc(2028, 10, 29), 3600}}};
        return STATUS_OK;
    }
    if (strcmp(name, "America/St_Johns") == 0) {
        /* At 00:01 its clocks went back to 23:01 of the day before. */
        *zone = (struct zone){.count = 2,
                              .periods = {{INT64_MIN, -9000}, {utc(2011, 11, 6) + 5460, -12600}}};
        return STATUS_OK;
    }
    static const struct {
        const char *name;
        int32_t offset;
    } fixed[] = {{"UTC", 0}, {"Asia/Kathmandu", 20700}, {"Asia/Kolkata", 19800}};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strcmp(name, fixed[i].name) == 0) {
            *zone = (struct zone){.count = 1, .periods = {{INT64_MIN, fixed[i].offset}}};
            return STATUS_OK;
        }
    }
    return fault_set(fault, STATUS_INVALID, "tests do not know the zone %s", name);
}

static int64_t world_instant(const struct world *world, const char *at)
{
    int64_t instant = 0;
    if (!instant_read(&world->shop->zone, slice_of(at), &instant)) {
        fail_msg("not a time: %s", at);
    }
    return instant;
}

void world_open(struct world *world, const char *shop_file, const char *at)
{
    struct fault fault = {0};
    const struct zone_source zones = {world_zone_load, NULL};
    *world = (struct world){.events = {world_events, 0, sizeof world_events}};
    world_customer.value = 0;
    if (shop_read(slice_of(shop_file), "test.yaml", &zones, 1764547200, &world->shop, &fault) !=
        STATUS_OK) {
        fail_msg("%s", fault.text);
    }
    world->now = world_instant(world, at);
    world->opened_at = world->now;
    journal.count = 0;
    journal.length = 0;
    if (promise_create(world->shop, world->now, &world_sizes, &world->state, &fault) != STATUS_OK) {
        fail_msg("%s", fault.text);
    }
}

static void journal_replay(const struct world *world, struct promise_state *state)
{
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; i < journal.count; i++) {
        struct slice bytes = {(const char *)journal.bytes, journal.ends[i]};
        while (event_next(bytes, &offset, &event, &status)) {
            assert_int_equal(promise_apply(state, &event, journal.stamps[i]), STATUS_OK);
        }
        assert_int_equal(status, STATUS_OK);
    }
    assert_int_equal(promise_digest(state), promise_digest(world->state));
    assert_null(promise_check(state));
}

/* The state before the journal's entry. */
static struct promise_state *state_before(const struct world *world, uint32_t entry)
{
    struct promise_state *state = NULL;
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    assert_int_equal(promise_create(world->shop, world->opened_at, &world_sizes, &state, NULL),
                     STATUS_OK);
    for (uint32_t i = 0; i < entry; i++) {
        struct slice bytes = {(const char *)journal.bytes, journal.ends[i]};
        while (event_next(bytes, &offset, &event, &status)) {
            assert_int_equal(promise_apply(state, &event, journal.stamps[i]), STATUS_OK);
        }
    }
    return state;
}

/* True if any of the events was taken. */
static bool damaged_apply(struct promise_state *state, struct slice bytes, int64_t stamp)
{
    struct event event;
    size_t offset = 0;
    enum status status = STATUS_OK;
    bool taken = false;
    while (event_next(bytes, &offset, &event, &status)) {
        uint64_t before = promise_digest(state);
        if (promise_apply(state, &event, stamp) != STATUS_OK) {
            assert_int_equal(promise_digest(state), before);
            break;
        }
        taken = true;
    }
    const char *wrong = promise_check(state);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
    return taken;
}

static uint32_t entry_damage(const struct world *world, uint32_t entry)
{
    static const unsigned char masks[] = {0x01, 0x02, 0x03, 0x80, 0xff, 0x10};
    size_t begin = entry == 0 ? 0 : journal.ends[entry - 1];
    struct slice bytes = {(const char *)journal.bytes + begin, journal.ends[entry] - begin};
    struct promise_state *state = state_before(world, entry);
    uint32_t refused = 0;
    for (size_t at = begin; at < journal.ends[entry]; at++) {
        for (size_t i = 0; i < sizeof masks; i++) {
            journal.bytes[at] ^= masks[i];
            bool taken = damaged_apply(state, bytes, journal.stamps[entry]);
            journal.bytes[at] ^= masks[i];
            refused += !taken;
            if (taken) {
                promise_free(state);
                state = state_before(world, entry);
            }
        }
    }
    promise_free(state);
    return refused;
}

uint32_t world_damage(const struct world *world)
{
    uint32_t refused = 0;
    for (uint32_t entry = 0; entry < journal.count; entry++) {
        refused += entry_damage(world, entry);
    }
    return refused;
}

void world_close(struct world *world)
{
    promise_free(world->state);
    shop_free(world->shop);
}

void world_close_replayed(struct world *world)
{
    struct fault fault = {0};
    struct promise_state *replayed = NULL;
    assert_int_equal(promise_create(world->shop, world->opened_at, &world_sizes, &replayed, &fault),
                     STATUS_OK);
    journal_replay(world, replayed);
    promise_free(replayed);
    world_close(world);
}

static void world_apply(struct world *world)
{
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    struct slice bytes = {(const char *)world->events.bytes, world->events.length};
    if (bytes.length > 0) {
        journal_add(bytes, world->now);
    }
    while (event_next(bytes, &offset, &event, &status)) {
        assert_int_equal(promise_apply(world->state, &event, world->now), STATUS_OK);
    }
    assert_int_equal(status, STATUS_OK);
    const char *wrong = promise_check(world->state);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
}

void world_at(struct world *world, const char *at)
{
    world->now = world_instant(world, at);
    for (world->events.length = 0; promise_due(world->state, world->now, &world->events);
         world->events.length = 0) {
        world_apply(world);
    }
}

/* ---- asking ---- */

static bool event_ignore(void *context, struct slice event)
{
    (void)context;
    (void)event;
    return true;
}

void world_record(struct world *world, struct promise_change change)
{
    const struct event_sink sink = {event_ignore, NULL};
    world->events.length = 0;
    assert_int_equal(promise_change(world->state, &change, &world->events), PROMISE_OK);
    world_apply(world);
    if (change_moves(change.kind)) {
        assert_true(promise_revise(world->state, world->now, change.kind, change.index, &sink));
    }
}

/* "want=2026-12-10", "want=2026-12-10T18:00", "split", "priority=5": false if it is no such word. */
static bool term_read(const struct world *world, const char *word, size_t length,
                      struct promise_ask *ask)
{
    int32_t day = 0;
    struct slice value = {word + 5, length - 5};
    if (length == 5 && strncmp(word, "split", 5) == 0) {
        ask->split = true;
    } else if (length == 10 && strncmp(word, "priority=", 9) == 0) {
        ask->priority = (uint8_t)(word[9] - '0');
    } else if (length > 5 && strncmp(word, "want=", 5) == 0) {
        ask->want.kind = day_read(value, &day) ? WANT_DAY : WANT_AT;
        ask->want.value = day;
        assert_true(ask->want.kind == WANT_DAY ||
                    instant_read(&world->shop->zone, value, &ask->want.value));
    } else {
        return false;
    }
    return true;
}

struct order_key world_key(uint32_t key)
{
    struct order_key made = {{0}};
    memcpy(made.bytes, &key, sizeof key);
    return made;
}

static struct promise_line line_read(const struct world *world, const char *word, size_t length)
{
    struct promise_line line = {{NO_INDEX}, THOUSAND};
    const char *equals = memchr(word, '=', length);
    struct slice name = {word, equals == NULL ? length : (size_t)(equals - word)};
    if (!shop_offer_find(world->shop, name, &line.offer)) {
        fail_msg("no offer %.*s", (int)name.length, name.data);
    }
    if (equals != NULL) {
        struct slice quantity = {equals + 1, length - name.length - 1};
        assert_int_equal(decimal_read(quantity, 3, &line.quantity_thousandths), DECIMAL_OK);
    }
    return line;
}

static struct promise_ask ask_read(const struct world *world, const char *words,
                                   struct promise_line *lines)
{
    struct promise_ask ask = {.lines = lines, .customer = world_customer};
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (!term_read(world, words, length, &ask)) {
            assert_true(ask.line_count < LIMIT_ORDER_LINES);
            lines[ask.line_count++] = line_read(world, words, length);
        }
        words += length + (words[length] == ' ');
    }
    return ask;
}

/* ---- answers as texts ---- */

static const char *const result_names[PROMISE_RESULTS] = {
    "ok",           "repeated",       "sold-out",   "never",       "offer-retired",
    "bad-quantity", "too-many-lines", "over-limit", "too-large",   "no-order",
    "wrong-status", "hold-expired",   "full",       "want-beyond", "no-entry",
    "bad-change"};

static void instant_append(const struct world *world, struct text *to, const char *word, int64_t at)
{
    char written[32];
    instant_write(&world->shop->zone, written, at);
    text_append_format(to, " %s %.16s", word, written);
}

static void day_append(struct text *to, const char *word, int32_t day)
{
    char written[16];
    day_write(written, day);
    text_append_format(to, " %s %s", word, written);
}

static void limit_append(const struct world *world, struct text *to,
                         const struct promise_limit *limit)
{
    switch (limit->cause) {
    case CAUSE_STOCK:
        text_append_format(to, " stock %s", world->shop->items[limit->index].name);
        break;
    case CAUSE_SUPPLY:
        text_append_format(to, " supply %s", world->shop->items[limit->index].name);
        break;
    case CAUSE_CASH:
        text_append_format(to, " cash %s", world->shop->items[limit->index].name);
        break;
    case CAUSE_HOURS:
        text_append_format(to, " hours %s", world->shop->work_centers[limit->index].name);
        break;
    case CAUSE_CARRIER:
        text_append_format(to, " carrier %s", world->shop->carriers[limit->index].name);
        break;
    default:
        text_append_string(to, " none");
        break;
    }
    instant_append(world, to, "until", limit->until);
}

static const char *answer_write(struct world *world)
{
    const struct promise_answer *answer = &world->answer;
    const struct promise_summary *summary = &answer->summary;
    struct text text;
    text_init(&text, sizeof world->text - 1);
    text_append_string(&text, result_names[answer->result]);
    if (answer->result == PROMISE_OK || answer->result == PROMISE_SOLD_OUT) {
        if (summary->dates.has_ship_by) {
            instant_append(world, &text, "ship", summary->dates.ship_by);
        }
        day_append(&text, answer->has_possible ? "possible" : "deliver",
                   summary->dates.deliver_by_day);
        day_append(&text, "material", summary->material_day);
        instant_append(world, &text, "ready", summary->ready_at);
    }
    if (answer->result <= PROMISE_NEVER) {
        limit_append(world, &text, &summary->limit);
    }
    assert_false(text.overflow);
    snprintf(world->text, sizeof world->text, "%s", text.bytes);
    text_free(&text);
    return world->text;
}

static const char *quote(struct world *world, const char *ask, bool hold)
{
    struct promise_line lines[LIMIT_ORDER_LINES];
    struct promise_command command = {.kind = PROMISE_PLACE, .now = world->now, .hold = hold};
    command.ask = ask_read(world, ask, lines);
    promise_quote(world->state, &command, &world->answer, NULL);
    return answer_write(world);
}

const char *world_quote(struct world *world, const char *ask)
{
    return quote(world, ask, false);
}

const char *world_quote_hold(struct world *world, const char *ask)
{
    return quote(world, ask, true);
}

static const char *place(struct world *world, struct promise_command *command, const char *ask)
{
    struct promise_line lines[LIMIT_ORDER_LINES];
    command->kind = PROMISE_PLACE;
    command->now = world->now;
    command->ask = ask_read(world, ask, lines);
    world->events.length = 0;
    promise_decide(world->state, command, &world->answer, &world->events);
    world_apply(world);
    return answer_write(world);
}

const char *world_order(struct world *world, uint32_t key, const char *ask)
{
    struct promise_command command = {.order = world_key(key)};
    return place(world, &command, ask);
}

const char *world_hold(struct world *world, uint32_t key, const char *ask)
{
    struct promise_command command = {.order = world_key(key), .hold = true};
    return place(world, &command, ask);
}

const char *world_replace(struct world *world, uint32_t key, uint32_t replaced, const char *ask)
{
    struct promise_command command = {.order = world_key(key),
                                      .hold = true,
                                      .has_replaces = true,
                                      .replaces = world_key(replaced)};
    return place(world, &command, ask);
}

/* ---- wishes ---- */

static const char *wish_decide(struct world *world, const struct promise_command *command)
{
    world->events.length = 0;
    promise_decide(world->state, command, &world->answer, &world->events);
    world_apply(world);
    snprintf(world->text, sizeof world->text, "%s %s", result_names[world->answer.result],
             wish_status_text(world->answer.wish.status));
    return world->text;
}

const char *world_wish(struct world *world, uint32_t key, const char *ask, const char *since)
{
    struct promise_line lines[LIMIT_ORDER_LINES];
    const struct promise_command command = {
        .kind = PROMISE_WISH,
        .now = world->now,
        .order = world_key(key),
        .ask = ask_read(world, ask, lines),
        .since = since[0] == '\0' ? 0 : world_instant(world, since),
    };
    return wish_decide(world, &command);
}

const char *world_withdraw(struct world *world, uint32_t key)
{
    const struct promise_command command = {
        .kind = PROMISE_WITHDRAW, .now = world->now, .order = world_key(key)};
    return wish_decide(world, &command);
}

const char *world_meet(struct world *world, uint32_t steps)
{
    struct text text;
    text_init(&text, sizeof world->text - 1);
    for (world->events.length = 0;
         promise_wish_next(world->state, world->now, &steps, &world->events);
         world->events.length = 0) {
        struct order_view view;
        uint32_t key = 0;
        uint32_t orders = promise_order_count(world->state);
        world_apply(world);
        if (promise_order_count(world->state) > orders) {
            assert_true(promise_order_by_number(world->state, orders + 1, &view));
            assert_true(view.wished);
            memcpy(&key, view.key.bytes, sizeof key);
            text_append_format(&text, "%s%u", text.length > 0 ? " " : "", key);
        }
    }
    snprintf(world->text, sizeof world->text, "%s", text.length == 0 ? "" : text.bytes);
    text_free(&text);
    return world->text;
}

const char *world_wish_status(const struct world *world, uint32_t key)
{
    struct wish_view view = {.status = WISH_NONE};
    (void)promise_wish(world->state, world_key(key), &view);
    return wish_status_text(view.status);
}

/* ---- steps ---- */

const char *world_step_line(struct world *world, enum promise_command_kind kind, uint32_t key,
                            uint16_t line)
{
    struct promise_command command = {
        .kind = kind, .now = world->now, .order = world_key(key), .line = line};
    world->events.length = 0;
    promise_decide(world->state, &command, &world->answer, &world->events);
    world_apply(world);
    snprintf(world->text, sizeof world->text, "%s %s", result_names[world->answer.result],
             order_status_text(world->answer.order.status));
    return world->text;
}

const char *world_step(struct world *world, enum promise_command_kind kind, uint32_t key)
{
    return world_step_line(world, kind, key, LINE_ALL);
}

const char *world_status(const struct world *world, uint32_t key)
{
    struct order_view view = {.status = ORDER_NONE};
    promise_order(world->state, world_key(key), &view);
    return order_status_text(view.status);
}

const char *world_atp(struct world *world, const char *item, uint32_t days)
{
    struct item_id id;
    struct atp_day list[LIMIT_HORIZON_DAYS];
    assert_true(shop_item_find(world->shop, slice_of(item), &id));
    days = promise_atp(world->state, id, list, days);
    struct text text;
    text_init(&text, sizeof world->text - 1);
    for (uint32_t i = 0; i < days; i++) {
        char written[32];
        decimal_write(written, list[i].atp, 3, true);
        text_append_format(&text, i == 0 ? "%s" : " %s", written);
    }
    snprintf(world->text, sizeof world->text, "%s", text.bytes);
    text_free(&text);
    return world->text;
}

/* ---- changes ---- */

enum { CHANGE_WORDS = 8 };

/* A change's words, and those that are not there as empty ones. */
struct change_words {
    const struct world *world;
    uint32_t count;
    char words[CHANGE_WORDS][64];
};

static int32_t word_day(const struct change_words *from, uint32_t index)
{
    int32_t day = 0;
    if (!day_read(slice_of(from->words[index]), &day)) {
        fail_msg("not a day: %s", from->words[index]);
    }
    return day;
}

static int64_t word_number(const struct change_words *from, uint32_t index, int decimals)
{
    int64_t value = 0;
    if (decimal_read(slice_of(from->words[index]), decimals, &value) != DECIMAL_OK) {
        fail_msg("not a number: %s", from->words[index]);
    }
    return value;
}

/* The first word after the kind names something of the shop, or an entry by its number. */
static void word_subject(const struct change_words *from, struct promise_change *change)
{
    const struct shop *shop = from->world->shop;
    const char *name = from->words[1];
    change->index = NO_INDEX;
    switch (change->kind) {
    case CHANGE_DATE:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
        change->entry = (uint32_t)word_number(from, 1, 0);
        return;
    case CHANGE_BALANCE:
        change->amount_minor = word_number(from, 1, shop->currency.decimals);
        change->has_amount = true;
        return;
    default:
        break;
    }
    for (uint16_t i = 0; i < shop->item_count; i++) {
        change->index = strcmp(shop->items[i].name, name) == 0 ? i : change->index;
    }
    for (uint16_t i = 0; i < shop->work_center_count; i++) {
        change->index = strcmp(shop->work_centers[i].name, name) == 0 ? i : change->index;
    }
    for (uint16_t i = 0; i < shop->carrier_count; i++) {
        change->index = strcmp(shop->carriers[i].name, name) == 0 ? i : change->index;
    }
    for (uint16_t i = 0; i < shop->supplier_count; i++) {
        change->index = strcmp(shop->suppliers[i].name, name) == 0 ? i : change->index;
    }
    assert_int_not_equal(change->index, NO_INDEX);
}

/* "damaged 2", "closes", "bill 12.00" after a receipt. */
static void word_receipt(const struct change_words *from, struct promise_change *change)
{
    for (uint32_t i = 3; i < from->count; i++) {
        if (strcmp(from->words[i], "closes") == 0) {
            change->closes = true;
        } else if (strcmp(from->words[i], "damaged") == 0) {
            change->damaged_thousandths = word_number(from, ++i, 3);
        } else {
            assert_string_equal(from->words[i], "bill");
            change->amount_minor = word_number(from, ++i, from->world->shop->currency.decimals);
            change->has_amount = true;
        }
    }
}

static void word_figures(const struct change_words *from, struct promise_change *change)
{
    switch (change->kind) {
    case CHANGE_BOUGHT:
        change->from_day = word_day(from, 3);
        change->quantity_thousandths = word_number(from, 2, 3);
        break;
    case CHANGE_COUNT:
    case CHANGE_QUANTITY:
    case CHANGE_RECEIVED:
        change->quantity_thousandths = word_number(from, 2, 3);
        word_receipt(from, change);
        break;
    case CHANGE_STAFF:
        change->people = (int32_t)word_number(from, 2, 0);
        change->from_day = word_day(from, 3);
        change->to_day = word_day(from, 4);
        break;
    case CHANGE_CARRIER:
        change->to_day = word_day(from, 3);
        change->from_day = word_day(from, 2);
        break;
    case CHANGE_DATE:
    case CHANGE_APPROVED:
    case CHANGE_SENT:
        change->from_day = word_day(from, 2);
        break;
    default:
        break;
    }
}

static struct promise_change change_read(const struct world *world, const char *text)
{
    struct promise_change change = {0};
    struct change_words from = {.world = world};
    for (; *text != '\0'; from.count++) {
        size_t length = strcspn(text, " ");
        assert_true(from.count < CHANGE_WORDS && length < sizeof from.words[0]);
        memcpy(from.words[from.count], text, length);
        text += length + (text[length] == ' ');
    }
    for (enum change_kind kind = CHANGE_COUNT; kind < CHANGE_KINDS; kind++) {
        change.kind = strcmp(change_kind_text(kind), from.words[0]) == 0 ? kind : change.kind;
    }
    assert_int_not_equal(change.kind, CHANGE_NONE);
    word_subject(&from, &change);
    word_figures(&from, &change);
    return change;
}

/* Names each order that a re-promise revises. */
static bool revised_take(void *context, struct slice bytes)
{
    struct world *world = context;
    size_t offset = 0;
    struct event event;
    enum status status = STATUS_OK;
    journal_add(bytes, world->now);
    while (event_next(bytes, &offset, &event, &status)) {
        struct event_placed placed;
        size_t length = strlen(world->text);
        if (event.type == EVENT_REVISED) {
            assert_int_equal(event_placed_read(&event, &placed), STATUS_OK);
            snprintf(world->text + length, sizeof world->text - length, " %s %u",
                     placed.broken ? "broken" : "moved", placed.number);
        }
    }
    return status == STATUS_OK;
}

const char *world_change(struct world *world, const char *change)
{
    struct promise_change read = change_read(world, change);
    const struct event_sink sink = {revised_take, world};
    world->events.length = 0;
    enum promise_result result = promise_change(world->state, &read, &world->events);
    snprintf(world->text, sizeof world->text, "%s", result_names[result]);
    if (result != PROMISE_OK) {
        assert_int_equal(world->events.length, 0);
        return world->text;
    }
    world_apply(world);
    if (change_moves(read.kind)) {
        assert_true(promise_revise(world->state, world->now, read.kind, read.index, &sink));
    }
    const char *wrong = promise_check(world->state);
    if (wrong != NULL) {
        fail_msg("%s", wrong);
    }
    return world->text;
}
