/* Checks that do not trust the program that they check: acknowledgements as the visitors hold them,
 * sums over SQL rows. */
#include "commands/demo_check.h"

#include "base/decimal.h"
#include "commands/demo_http.h"
#include "commands/show.h"
#include "journal/journal.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

enum { ASKED_AT_ONCE = 64, STEPS_MAX = 200000 };

struct asking {
    const struct crowd *crowd;
    const char *url;
    struct demo_found *found;
    uint32_t next;
    uint32_t waiting;
};

struct asker {
    struct asking *asking;
    struct demo_request *request;
    const struct crowd_order *order;
};

/* Is this status one that the acknowledged order may have? Nobody ships in the demo; a hold may end
 * by itself. */
static bool status_agrees(const struct crowd_order *order, const char *status)
{
    bool confirmed = strcmp(status, "confirmed") == 0;
    bool cancelled = strcmp(status, "cancelled") == 0;
    bool held = strcmp(status, "held") == 0 || strcmp(status, "expired") == 0;
    if (order->changing) {
        return confirmed || cancelled || held;
    }
    return order->confirmed ? confirmed : order->cancelled ? cancelled : held;
}

static void asker_send(struct asker *asker);

static void asker_answered(void *context, const struct demo_answer *answer)
{
    struct asker *asker = context;
    struct demo_found *found = asker->asking->found;
    json_t *json = json_loadb(answer->body.data, answer->body.length, 0, NULL);
    const char *status = json_string_value(json_object_get(json, "status"));
    int32_t day = 0;
    const char *deliver_by = json_string_value(json_object_get(json, "deliver_by"));
    bool same = answer->http == 200 && status != NULL && status_agrees(asker->order, status) &&
                deliver_by != NULL && day_read(slice_of(deliver_by), &day) &&
                day == asker->order->deliver_by_day;
    if (same) {
        found->found++;
    } else if (found->missing++ == 0) {
        (void)snprintf(found->first_missing, sizeof found->first_missing,
                       "order %s: answer %d, status %s, deliver by %s", asker->order->id,
                       answer->http, status != NULL ? status : "none",
                       deliver_by != NULL ? deliver_by : "none");
    }
    json_decref(json);
    asker->asking->waiting--;
    asker_send(asker);
}

static void asker_send(struct asker *asker)
{
    char url[256];
    char bearer[128];
    const char *const headers[] = {bearer, NULL};
    struct asking *asking = asker->asking;
    if (asking->next >= crowd_order_count(asking->crowd)) {
        return;
    }
    asker->order = crowd_order(asking->crowd, asking->next++);
    (void)snprintf(url, sizeof url, "%s/ecluse/api/v1/orders/%s", asking->url, asker->order->id);
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", asker->order->token);
    if (demo_request_send(asker->request, url, NULL, headers)) {
        asking->waiting++;
        asking->found->asked++;
    }
}

enum status demo_orders_check(const struct crowd *crowd, const char *url, struct demo_found *found,
                              struct fault *fault)
{
    struct demo_http *http;
    struct asker askers[ASKED_AT_ONCE] = {{NULL, NULL, NULL}};
    struct asking asking = {.crowd = crowd, .url = url, .found = found};
    *found = (struct demo_found){.asked = 0};
    enum status status = demo_http_open(&http, fault);
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < ASKED_AT_ONCE; i++) {
        askers[i].asking = &asking;
        askers[i].request = demo_request_open(http, asker_answered, &askers[i]);
        if (askers[i].request != NULL) {
            asker_send(&askers[i]);
        }
    }
    for (uint32_t step = 0; asking.waiting > 0 && step < STEPS_MAX; step++) {
        demo_http_step(http, 50);
    }
    for (uint32_t i = 0; i < ASKED_AT_ONCE; i++) {
        demo_request_close(askers[i].request);
    }
    demo_http_close(http);
    found->missing += crowd_order_count(crowd) - found->asked;
    return STATUS_OK;
}

/* ---- sums ---- */

struct taken {
    const struct shop *shop;
    int64_t items[LIMIT_ITEMS];
};

static void line_take(struct taken *taken, struct slice name, int64_t quantity)
{
    struct offer_id id;
    if (!shop_offer_find(taken->shop, name, &id)) {
        return;
    }
    const struct offer *offer = &taken->shop->offers[id.index];
    for (uint32_t i = 0; i < offer->component_count; i++) {
        const struct component *component = &offer->components[i];
        taken->items[component->item.index] +=
            decimal_scale_up(quantity, component->quantity_thousandths, THOUSAND);
    }
}

static bool lines_sum(sqlite3 *reader, struct taken *taken)
{
    static const char sql[] =
        "SELECT order_lines.offer, order_lines.quantity_thousandths FROM order_lines "
        "JOIN orders ON orders.number = order_lines.order_number "
        "WHERE orders.status IN ('held','confirmed','started','done','shipped','delivered')";
    sqlite3_stmt *statement = NULL;
    int result = sqlite3_prepare_v2(reader, sql, -1, &statement, NULL);
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(statement);
        if (result == SQLITE_ROW) {
            const char *offer = (const char *)sqlite3_column_text(statement, 0);
            line_take(taken, slice_of(offer != NULL ? offer : ""),
                      sqlite3_column_int64(statement, 1));
        }
    }
    (void)sqlite3_finalize(statement);
    return result == SQLITE_DONE;
}

/* All that an item can ever give within the file: on hand and receipts, less what was promised
 * before and is kept back. */
static int64_t supply_of(const struct shop *shop, uint32_t item)
{
    int64_t supply =
        shop->items[item].on_hand_thousandths - shop->items[item].keep_back_thousandths;
    for (uint32_t i = 0; i < shop->receipt_count; i++) {
        supply += shop->receipts[i].item.index == item ? shop->receipts[i].quantity_thousandths : 0;
    }
    for (uint32_t i = 0; i < shop->commitment_count; i++) {
        supply -=
            shop->commitments[i].item.index == item ? shop->commitments[i].quantity_thousandths : 0;
    }
    return supply;
}

enum status demo_oversold_check(const char *database, const struct shop *shop, struct env *env,
                                bool *oversold, char *sentence, size_t size, struct fault *fault)
{
    sqlite3 *reader = NULL;
    struct taken *taken = calloc(1, sizeof *taken);
    if (taken == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for the check; free some and try again");
    }
    taken->shop = shop;
    *oversold = false;
    enum status status = journal_reader_open(database, env, &reader, fault);
    if (status == STATUS_OK && !lines_sum(reader, taken)) {
        status =
            fault_set(fault, STATUS_IO, "%s cannot be read: %s", database, sqlite3_errmsg(reader));
    }
    for (uint32_t i = 0; status == STATUS_OK && i < shop->item_count && !*oversold; i++) {
        char sold[SHOW_BYTES];
        char there[SHOW_BYTES];
        *oversold = taken->items[i] > 0 && taken->items[i] > supply_of(shop, i);
        if (*oversold) {
            (void)snprintf(sentence, size, "%s: sold %s of %s", shop->items[i].name,
                           show_quantity(LANGUAGE_EN, sold, taken->items[i]),
                           show_quantity(LANGUAGE_EN, there, supply_of(shop, i)));
        }
    }
    (void)sqlite3_close(reader);
    free(taken);
    return status;
}
