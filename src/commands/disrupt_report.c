/* On the core's thread:
 *
 *   orders that are late, by value -> the state saved once -> for each: a copy, searched, dropped
 *
 * A search takes its order out of the state; a copy for each lets every search find the same
 * world. Names are read beside, from the SQL tables: the core knows none. */
#include "commands/disrupt_report.h"

#include "base/assert.h"
#include "commands/show.h"
#include "pages/answer_json.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- searching ---- */

static int value_compare(const void *a, const void *b)
{
    const struct order_view *x = &((const struct report_order *)a)->view;
    const struct order_view *y = &((const struct report_order *)b)->view;
    if (x->first.total_minor != y->first.total_minor) {
        return x->first.total_minor > y->first.total_minor ? -1 : 1;
    }
    return x->number < y->number ? -1 : x->number > y->number;
}

static enum status late_collect(const struct promise_state *state, struct report *report)
{
    uint32_t capacity = 0;
    for (uint32_t number = 1; number <= promise_order_count(state); number++) {
        struct order_view view;
        if (!promise_order_by_number(state, number, &view) || !alarm_order_late(&view)) {
            continue;
        }
        if (report->count == capacity) {
            capacity = capacity == 0 ? 64 : 2 * capacity;
            struct report_order *grown = realloc(report->orders, capacity * sizeof *report->orders);
            if (grown == NULL) {
                return STATUS_MEMORY;
            }
            report->orders = grown;
        }
        struct report_order *order = &report->orders[report->count++];
        *order = (struct report_order){.view = view};
        order_id_write(order->id, view.made_at, view.key);
    }
    if (report->count > 0) {
        qsort(report->orders, report->count, sizeof *report->orders, value_compare);
    }
    return STATUS_OK;
}

/* Memory of all searches. */
struct searching {
    struct mend_space space;
    struct mend mends[MENDS_MAX];
};

static enum status state_copy(const struct promise_state *state, int64_t now, struct slice saved,
                              struct promise_state **copy)
{
    static const struct promise_sizes sizes = {.orders = LIMIT_ORDERS};
    struct fault fault;
    enum status status = promise_create(promise_state_shop(state), now, &sizes, copy, &fault);
    if (status == STATUS_OK) {
        status = promise_restore_bytes(*copy, saved);
        if (status != STATUS_OK) {
            promise_free(*copy);
        }
    }
    return status;
}

static enum status order_search(const struct promise_state *state, struct report *report,
                                struct report_order *order, struct slice saved,
                                struct searching *searching)
{
    struct promise_state *copy = NULL;
    enum status status = state_copy(state, report->now, saved, &copy);
    if (status != STATUS_OK) {
        return status;
    }
    uint32_t found = mend_find(copy, report->now, order->view.number, &searching->space,
                               searching->mends, MENDS_MAX);
    promise_free(copy);
    struct report_mend *grown =
        realloc(report->mends, ((size_t)report->mend_count + found + 1) * sizeof *grown);
    if (grown == NULL) {
        return STATUS_MEMORY;
    }
    report->mends = grown;
    order->searched = true;
    order->mend_first = report->mend_count;
    order->mend_count = found;
    for (uint32_t i = 0; i < found; i++) {
        struct report_mend *mend = &report->mends[report->mend_count++];
        struct order_line_view line = {.offer = {NO_INDEX}};
        if (searching->mends[i].kind == MEND_SPLIT) {
            promise_order_line(state, order->view.number, searching->mends[i].line - 1u, &line);
        }
        *mend = (struct report_mend){searching->mends[i], line.offer};
    }
    return STATUS_OK;
}

static enum status orders_search(const struct promise_state *state, struct report *report,
                                 struct searching *searching)
{
    struct text saved;
    text_init(&saved, PROMISE_SAVED_BYTES_MAX);
    enum status status = report->count == 0 ? STATUS_OK : promise_save_bytes(state, &saved);
    uint32_t most = report->count < REPORT_SEARCHED_MAX ? report->count : REPORT_SEARCHED_MAX;
    for (uint32_t i = 0; i < most && status == STATUS_OK; i++) {
        status = order_search(state, report, &report->orders[i], text_slice(&saved), searching);
    }
    text_free(&saved);
    return status;
}

static void ask_core(struct promise_state *state, int64_t now, void *context)
{
    struct report *report = context;
    struct searching *searching = calloc(1, sizeof *searching);
    unsigned char *bytes = malloc(promise_event_bytes_max());
    report->now = now;
    report->status = STATUS_MEMORY;
    if (searching != NULL && bytes != NULL) {
        searching->space.events = (struct event_buffer){bytes, 0, promise_event_bytes_max()};
        report->status = late_collect(state, report);
        if (report->status == STATUS_OK) {
            report->status = orders_search(state, report, searching);
        }
    }
    free(searching);
    free(bytes);
}

/* ---- who waits ---- */

static enum status customers_fill(const char *path, struct env *env, struct report *report,
                                  struct fault *fault)
{
    struct customers *customers;
    enum status status = customers_open(path, env, &customers, fault);
    if (status != STATUS_OK) {
        return status;
    }
    for (uint32_t i = 0; i < report->count && status == STATUS_OK; i++) {
        struct report_order *order = &report->orders[i];
        status = customers_find(customers, order->view.number, &order->customer, fault);
    }
    customers_close(customers);
    return status;
}

static enum status origins_fill(const char *path, struct env *env, struct report *report,
                                struct fault *fault)
{
    struct origins *origins;
    enum status status = origins_open(path, env, &origins, fault);
    for (uint32_t i = 0; i < report->count && status == STATUS_OK; i++) {
        struct report_order *order = &report->orders[i];
        (void)snprintf(order->origin, sizeof order->origin, "%s",
                       origins_name(origins, order->view.number));
    }
    origins_close(origins);
    return status;
}

static void moved_mark(struct report *report, const json_t *moved)
{
    for (size_t m = 0; m < json_array_size(moved); m++) {
        const char *id = json_string_value(json_object_get(json_array_get(moved, m), "order"));
        for (uint32_t i = 0; i < report->count && id != NULL; i++) {
            report->orders[i].moved =
                report->orders[i].moved || strcmp(report->orders[i].id, id) == 0;
        }
    }
}

enum status report_read(struct shop_open *open, struct env *env, const json_t *moved,
                        struct report *report, struct fault *fault)
{
    enum status status = shop_ask(open, ask_core, report, fault);
    if (status == STATUS_OK && report->status != STATUS_OK) {
        status = fault_set(fault, report->status,
                           "no memory for the list of broken promises; free some and try again");
    }
    if (status == STATUS_OK && !open->is_file) {
        status = customers_fill(open->path, env, report, fault);
    }
    if (status == STATUS_OK && !open->is_file) {
        status = origins_fill(open->path, env, report, fault);
    }
    if (status == STATUS_OK) {
        moved_mark(report, moved);
    }
    return status;
}

void report_free(struct report *report)
{
    free(report->orders);
    free(report->mends);
}

/* ---- JSON ---- */

static void mend_json(struct text *to, const struct shop *shop, const struct report_mend *shown)
{
    const struct mend *mend = &shown->mend;
    text_append_format(to, "{\"kind\":\"%s\"", mend_kind_text(mend->kind));
    switch (mend->kind) {
    case MEND_SPLIT:
        text_append_format(to, ",\"line\":%u,\"offer\":\"%s\"", mend->line,
                           shop->offers[shown->offer.index].name);
        break;
    case MEND_RECEIPT:
        text_append_format(to, ",\"item\":\"%s\",\"quantity\":", shop->items[mend->index].name);
        answer_json_quantity(to, mend->quantity_thousandths);
        text_append_string(to, ",\"by\":");
        answer_json_day(to, mend->day);
        break;
    case MEND_OVERTIME:
        text_append_format(
            to, ",\"work_center\":\"%s\",\"minutes\":", shop->work_centers[mend->index].name);
        answer_json_quantity(to,
                             mend->seconds * 50 / 3); /* thousandths of a minute: slots of 15 s */
        text_append_string(to, ",\"on\":");
        answer_json_day(to, mend->day);
        break;
    case MEND_COLLECTION:
        text_append_format(to, ",\"carrier\":\"%s\",\"on\":", shop->carriers[mend->index].name);
        answer_json_day(to, mend->day);
        text_append_string(to, ",\"after\":");
        answer_json_instant(to, shop, mend->at);
        break;
    case MEND_AGAIN:
    case MEND_KINDS:
        break;
    }
    text_append_char(to, '}');
}

static void order_json(struct text *to, const struct shop *shop, const struct report *report,
                       const struct report_order *order)
{
    text_append_format(to, "{\"order\":\"%s\",", order->id);
    if (order->origin[0] != '\0') {
        text_append_json_member(to, "origin", order->origin);
        text_append_char(to, ',');
    }
    text_append_format(to, "\"status\":\"%s\",\"customer\":{",
                       order_status_text(order->view.status));
    text_append_json_member(to, "name", order->customer.name);
    text_append_char(to, ',');
    text_append_json_member(to, "email", order->customer.email);
    text_append_string(to, "},\"total\":");
    answer_json_money(to, shop, order->view.first.total_minor);
    text_append_format(to, ",\"moved\":%s,\"first\":{", order->moved ? "true" : "false");
    answer_json_dates(to, shop, &order->view.first.dates);
    text_append_string(to, "},\"now\":");
    if (order->view.broken) {
        text_append_string(to, "null");
    } else {
        text_append_char(to, '{');
        answer_json_dates(to, shop, &order->view.current.dates);
        text_append_char(to, ',');
        answer_json_limit(to, shop, &order->view.current.limit);
        text_append_char(to, '}');
    }
    text_append_string(to, order->searched ? ",\"mends\":[" : ",\"mends\":null");
    for (uint32_t i = 0; i < order->mend_count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        mend_json(to, shop, &report->mends[order->mend_first + i]);
    }
    text_append_string(to, order->searched ? "]}" : "}");
}

void report_json(struct text *to, const struct shop *shop, const struct report *report)
{
    text_append_string(to, "\"broken\":[");
    for (uint32_t i = 0; i < report->count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        order_json(to, shop, report, &report->orders[i]);
    }
    text_append_char(to, ']');
}

/* ---- text ---- */

static void mend_text(struct call *call, const struct shop *shop, const struct report_mend *shown)
{
    const struct mend *mend = &shown->mend;
    struct text *to = &call->out;
    char day[SHOW_BYTES];
    char value[SHOW_BYTES];
    (void)show_day(call->language, day, mend->day);
    switch (mend->kind) {
    case MEND_AGAIN:
        text_append_string(to, call_say(call, "in time if it is cancelled and ordered again",
                                        "à temps si elle est annulée et passée à nouveau"));
        break;
    case MEND_SPLIT:
        text_append_format(to,
                           call_say(call, "in parts: %s would be in time",
                                    "en plusieurs colis : %s serait à temps"),
                           shop->offers[shown->offer.index].name);
        break;
    case MEND_RECEIPT:
        text_append_format(
            to, call_say(call, "%s more %s by %s", "%s de plus de %s le %s au plus tard"),
            show_quantity(call->language, value, mend->quantity_thousandths),
            shop->items[mend->index].name, day);
        break;
    case MEND_OVERTIME:
        text_append_format(
            to, call_say(call, "%s minutes more at %s on %s", "%s minutes de plus à %s le %s"),
            show_quantity(call->language, value, mend->seconds * 50 / 3),
            shop->work_centers[mend->index].name, day);
        break;
    case MEND_COLLECTION:
        text_append_format(to,
                           call_say(call, "another collection (%s) on %s, from %s on",
                                    "un autre enlèvement (%s) le %s, à partir de %s"),
                           shop->carriers[mend->index].name, day, show_time(shop, value, mend->at));
        break;
    case MEND_KINDS:
        ASSERT(false);
    }
}

static void order_text(struct call *call, const struct shop *shop, const struct report *report,
                       const struct report_order *order)
{
    char value[SHOW_BYTES];
    char first[SHOW_BYTES];
    char now[SHOW_BYTES];
    const struct order_view *view = &order->view;
    text_append_format(&call->out, "%s  %s%s%s  %s%s%s%s\n",
                       show_money(call->language, shop, value, view->first.total_minor), order->id,
                       order->origin[0] != '\0' ? "  " : "", order->origin, order->customer.name,
                       order->customer.name[0] != '\0' ? " " : "", order->customer.email,
                       order->moved ? "" : call_say(call, " (before this)", " (déjà avant)"));
    text_append_format(
        &call->out,
        call_say(call, "  promised for %s, now %s\n", "  promise pour le %s, maintenant %s\n"),
        show_day(call->language, first, view->first.dates.deliver_by_day),
        view->broken ? call_say(call, "without a date", "sans date")
                     : show_day(call->language, now, view->current.dates.deliver_by_day));
    for (uint32_t i = 0; i < order->mend_count; i++) {
        text_append_string(&call->out, call_say(call, "  would mend: ", "  remède : "));
        mend_text(call, shop, &report->mends[order->mend_first + i]);
        text_append_char(&call->out, '\n');
    }
}

void report_text(struct call *call, const struct shop *shop, const struct report *report)
{
    int64_t value = 0;
    char sum[SHOW_BYTES];
    for (uint32_t i = 0; i < report->count; i++) {
        value += report->orders[i].view.first.total_minor;
    }
    if (report->count == 0) {
        text_append_format(
            &call->out, "%s\n",
            call_say(call, "No promise is broken.", "Aucune promesse n’est rompue."));
        return;
    }
    text_append_format(
        &call->out,
        call_say(call, "Broken promises: %u, worth %s\n", "Promesses rompues : %u, pour %s\n"),
        report->count, show_money(call->language, shop, sum, value));
    for (uint32_t i = 0; i < report->count; i++) {
        order_text(call, shop, report, &report->orders[i]);
    }
}
