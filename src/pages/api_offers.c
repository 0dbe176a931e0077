/* GET offers and GET offers/{offer}: what is sold, with the date that each would get now.
 *
 *   query (offers_query.h) -> offers -> are their dates fresh? (store_dates.h) -> each offer's
 * JSON, made once a change -> reply
 *
 * A page's dates are asked for in questions of CACHE_OFFERS_MAX offers; whoever finds a date too
 * old waits for them. Each offer's JSON is kept with the version of its date, so that a crowd on
 * the list costs a copy. Pages of any origin may read both routes (CORS): they hold what the store
 * shows to everybody, and no cookie is looked at. Invariant: entries[] and by_name[] belong to
 * `shop`; another shop makes them new. */
#include "pages/api.h"

#include "base/assert.h"
#include "pages/answer_json.h"
#include "pages/offers_query.h"
#include "pages/store_dates.h"

#include <stdlib.h>

enum {
    OFFER_JSON_BYTES_MAX = 16384,
    QUESTIONS_MAX = (OFFERS_LIMIT_MAX + CACHE_OFFERS_MAX - 1) / CACHE_OFFERS_MAX
};

struct offer_entry {
    uint64_t version; /* of the date in `json`; 0: none */
    char *json;
    size_t length;
};

struct api_offers {
    struct pages *pages;
    struct store_dates *dates;
    const struct shop *shop;
    uint32_t entry_count; /* shop->offer_count; the shop itself is gone when the pages close */
    struct offer_entry *entries;
    uint16_t *by_name; /* offers in the order of their names */
    struct text made;
};

struct offers_call;

struct offers_waiter {
    struct dates_waiter waiter; /* first */
    struct offers_call *call;
};

/* One request for a page of offers, in its own memory. */
struct offers_call {
    struct pages *pages;
    struct door_request *request;
    const struct shop *shop;
    struct slice parameter; /* the one offer that is asked for */
    bool list;              /* else that one alone */
    struct offers_query query;
    bool more;
    bool failed;
    uint32_t waiting;
    uint32_t count;
    uint16_t offers[OFFERS_LIMIT_MAX];
    struct offers_waiter waiters[QUESTIONS_MAX];
};

struct api_offers *api_offers_open(struct pages *pages)
{
    struct api_offers *offers = calloc(1, sizeof *offers);
    if (offers == NULL) {
        return NULL;
    }
    offers->pages = pages;
    text_init(&offers->made, OFFER_JSON_BYTES_MAX);
    offers->dates = store_dates_open(pages->engine, pages->env);
    if (offers->dates == NULL) {
        free(offers);
        return NULL;
    }
    return offers;
}

static void entries_free(struct api_offers *offers)
{
    for (uint32_t i = 0; i < offers->entry_count; i++) {
        free(offers->entries[i].json);
    }
    free(offers->entries);
    free(offers->by_name);
    offers->entries = NULL;
    offers->by_name = NULL;
    offers->entry_count = 0;
    offers->shop = NULL;
}

void api_offers_close(struct api_offers *offers)
{
    if (offers != NULL) {
        entries_free(offers);
        store_dates_close(offers->dates);
        text_free(&offers->made);
        free(offers);
    }
}

/* Everything new for another shop. An offer's rank is its place by name. */
static bool offers_shop(struct api_offers *offers, const struct shop *shop)
{
    if (offers->shop == shop) {
        return true;
    }
    entries_free(offers);
    offers->entries = calloc(shop->offer_count + 1u, sizeof *offers->entries);
    offers->by_name = calloc(shop->offer_count + 1u, sizeof *offers->by_name);
    if (offers->entries == NULL || offers->by_name == NULL ||
        !store_dates_reset(offers->dates, shop)) {
        entries_free(offers);
        return false;
    }
    for (uint32_t i = 0; i < shop->offer_count; i++) {
        ASSERT(shop->offers[i].rank < shop->offer_count);
        offers->by_name[shop->offers[i].rank] = (uint16_t)i;
    }
    offers->entry_count = shop->offer_count;
    offers->shop = shop;
    return true;
}

static void append_label(struct text *to, const struct label *label)
{
    text_append_string(to, "\"name\":{");
    text_append_json_member(to, "fr", label->text[LANGUAGE_FR]);
    text_append_char(to, ',');
    text_append_json_member(to, "en", label->text[LANGUAGE_EN]);
    text_append_char(to, '}');
}

/* "promise": as a quote's first keys; null where not even one piece can be asked for. */
static void append_promise(struct text *to, const struct shop *shop, const struct offer_date *date)
{
    struct promise_answer answer = {
        .result = date->result,
        .summary = date->summary,
        .has_possible = date->has_possible,
        .possible_day = date->possible_day,
    };
    api_limit_public(&answer.summary.limit);
    bool sold_out = date->result == PROMISE_SOLD_OUT || date->result == PROMISE_NEVER;
    text_append_string(to, "\"promise\":");
    if (sold_out) {
        answer_json_quote(to, shop, &answer, (struct answer_lines){NULL, 0});
    } else if (date->result == PROMISE_OK) {
        text_append_string(to, "{\"promised\":true,");
        answer_json_dates(to, shop, &answer.summary.dates);
        text_append_char(to, ',');
        answer_json_limit(to, shop, &answer.summary.limit);
        text_append_char(to, ',');
        answer_json_reason(to, shop, &answer);
        text_append_char(to, '}');
    } else {
        text_append_string(to, "null");
    }
}

static void append_offer(struct text *to, const struct shop *shop, const struct offer *offer,
                         const struct offer_date *date)
{
    text_append_string(to, "{\"offer\":\"");
    text_append_string(to, offer->name);
    text_append_string(to, "\",");
    append_label(to, &offer->label);
    text_append_string(to, ",\"price\":");
    answer_json_money(to, shop, offer->price_minor);
    text_append_string(to, ",\"vat_rate\":");
    answer_json_quantity(to, offer->vat_thousandths);
    text_append_string(to, ",\"on_site\":");
    text_append_string(to, offer->on_site ? "true," : "false,");
    if (offer->max_per_customer_thousandths >= 0) {
        text_append_string(to, "\"max_per_customer\":");
        answer_json_quantity(to, offer->max_per_customer_thousandths);
        text_append_char(to, ',');
    }
    append_promise(to, shop, date);
    text_append_char(to, '}');
}

/* The offer's JSON as of its present date; empty if there is no memory for it. */
static struct slice entry_json(struct api_offers *offers, uint16_t index)
{
    struct offer_entry *entry = &offers->entries[index];
    uint64_t version = 0;
    uint64_t asked_ns = 0;
    (void)store_dates_look(offers->dates, &index, 1, UINT64_MAX, &version, &asked_ns);
    if (entry->version != version || entry->json == NULL) {
        text_clear(&offers->made);
        append_offer(&offers->made, offers->shop, &offers->shop->offers[index],
                     store_dates_of(offers->dates, index));
        struct slice made = text_slice(&offers->made);
        char *json = offers->made.overflow ? NULL : realloc(entry->json, made.length + 1);
        if (json == NULL) {
            return (struct slice){NULL, 0};
        }
        memcpy(json, made.data, made.length);
        *entry = (struct offer_entry){version, json, made.length};
    }
    return (struct slice){entry->json, entry->length};
}

static void reply_send(struct offers_call *call)
{
    api_reply(
        call->pages, call->request, 200,
        SLICE("Content-Type: application/json\r\nCache-Control: no-store\r\n" API_ANY_ORIGIN));
}

/* The offer's JSON, and what it was asked for as, if it was named. */
static void append_entry(struct text *to, const struct offers_call *call, uint32_t i)
{
    struct slice json = entry_json(call->pages->offers, call->offers[i]);
    if (call->query.named && json.length > 0) {
        text_append_char(to, '{');
        text_append_json_member(to, "asked", call->query.asked[i]);
        text_append_char(to, ',');
        json = slice_from(json, 1);
    }
    text_append_slice(to, json);
}

static void call_reply(struct offers_call *call)
{
    struct text *to = api_scratch(call->pages);
    if (call->failed) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "the dates are not known just now; try again in a second");
        return;
    }
    if (!call->list) {
        append_entry(to, call, 0);
        reply_send(call);
        return;
    }
    text_append_string(to, "{\"offers\":[");
    for (uint32_t i = 0; i < call->count; i++) {
        text_append_string(to, i == 0 ? "" : ",");
        append_entry(to, call, i);
    }
    text_append_string(to, "],\"next\":");
    if (call->more) {
        text_append_char(to, '"');
        text_append_string(to, call->shop->offers[call->offers[call->count - 1]].name);
        text_append_string(to, "\"}");
    } else {
        text_append_string(to, "null}");
    }
    reply_send(call);
}

static void call_run(struct offers_call *call);

static void dates_ready(struct dates_waiter *waiter, bool ok)
{
    struct offers_call *call = ((struct offers_waiter *)waiter)->call;
    call->failed = call->failed || !ok;
    ASSERT(call->waiting > 0);
    if (--call->waiting > 0) {
        return;
    }
    if (call->pages->offers->shop != call->shop) {
        call_run(call); /* the shop has changed while its dates were waited for */
        return;
    }
    call_reply(call);
}

/* Asks for what is not fresh, waits for what is too old to show; replies when nothing is waited
 * for. */
static void call_dates(struct offers_call *call)
{
    struct store_dates *dates = call->pages->offers->dates;
    uint64_t now_ns = call->pages->env->ticks_ns(call->pages->env);
    call->waiting =
        1; /* this function itself, so that no answer replies before the last question */
    for (uint32_t i = 0, question = 0; i < call->count; i += CACHE_OFFERS_MAX, question++) {
        uint32_t rest = call->count - i;
        uint32_t count = rest < CACHE_OFFERS_MAX ? rest : CACHE_OFFERS_MAX;
        uint64_t versions = 0;
        uint64_t asked_ns = 0;
        enum dates_age age =
            store_dates_look(dates, call->offers + i, count, now_ns, &versions, &asked_ns);
        struct offers_waiter *waiter = &call->waiters[question];
        waiter->call = call;
        waiter->waiter.ready = dates_ready;
        if (age == DATES_OLD) {
            call->waiting++;
            if (!store_dates_ask(dates, call->offers + i, count, now_ns, &waiter->waiter)) {
                call->waiting--;
                call->failed = true;
            }
        } else if (age == DATES_STALE) {
            (void)store_dates_ask(dates, call->offers + i, count, now_ns, NULL);
        }
    }
    if (--call->waiting == 0) {
        call_reply(call);
    }
}

static void bad_query(struct pages *pages, struct door_request *request)
{
    api_reply_problem_kind(
        pages, request, PROBLEM_BAD_QUERY,
        "the query may hold limit (1 to 100) and after (an offer, the list goes on behind it), "
        "once each; or names (up to 24 offers or SKUs, percent-encoded, commas between them)");
}

/* A page of the list, from its first rank. */
static void list_take(struct offers_call *call)
{
    const struct shop *shop = call->shop;
    for (uint32_t place = call->query.first; place < shop->offer_count && !call->more; place++) {
        uint16_t index = call->pages->offers->by_name[place];
        if (shop->offers[index].retired) {
            continue;
        }
        call->more = call->count == call->query.limit;
        if (!call->more) {
            call->offers[call->count++] = index;
        }
    }
}

/* The offers that the request asks for; false after it has replied that it asks for none. */
static bool call_read(struct offers_call *call)
{
    if (!call->list) {
        char asked[LIMIT_LABEL_BYTES + 1];
        struct offer_id offer;
        if (!offers_query_find(call->shop, call->parameter, asked, &offer)) {
            api_reply_problem_kind(
                call->pages, call->request, PROBLEM_NOT_FOUND,
                "this offer is not sold here; GET /ecluse/api/v1/offers lists what is");
            return false;
        }
        call->count = 1;
        call->offers[0] = offer.index;
        return true;
    }
    if (!offers_query_read(call->shop, door_query(call->request), &call->query)) {
        bad_query(call->pages, call->request);
        return false;
    }
    if (call->query.named) {
        call->count = call->query.count;
        memcpy(call->offers, call->query.offers, call->count * sizeof *call->offers);
    } else {
        list_take(call);
    }
    return true;
}

/* From the request to its reply, by the shop as it is now. */
static void call_run(struct offers_call *call)
{
    *call = (struct offers_call){.pages = call->pages,
                                 .request = call->request,
                                 .shop = engine_shop(call->pages->engine),
                                 .list = call->list,
                                 .parameter = call->parameter};
    if (!offers_shop(call->pages->offers, call->shop)) {
        api_reply_problem_kind(call->pages, call->request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
    } else if (call_read(call)) {
        call_dates(call);
    }
}

static void call_begin(struct pages *pages, struct door_request *request, bool list,
                       struct slice parameter)
{
    struct offers_call *call = door_alloc(request, sizeof *call);
    if (call == NULL) {
        api_reply_problem_kind(pages, request, PROBLEM_BUSY,
                               "the server is short of memory; try again in a second");
        return;
    }
    *call = (struct offers_call){
        .pages = pages, .request = request, .list = list, .parameter = parameter};
    call_run(call);
}

void api_offers_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    call_begin(pages, request, true, parameter);
}

void api_offer_get(struct pages *pages, struct door_request *request, struct slice parameter)
{
    call_begin(pages, request, false, parameter);
}
