/* Values for the templates: sums, dates and reasons in the reader's language.
 *
 * Every text is made here, from integers, by report/translate and promise_reason; templates only
 * place them. VAT is what the total contains: per rate on the sum of its lines, shipping at its
 * carrier's rate or the cart's highest. */
#include "pages/store_page.h"

#include "base/assert.h"
#include "base/decimal.h"
#include "pages/store_moment.h"
#include "pages/store_picture.h"

#include <stdio.h>

_Static_assert((int)LANGUAGE_FR == (int)TRANSLATE_FR && (int)LANGUAGE_EN == (int)TRANSLATE_EN,
               "report/ and model/ number languages alike");

enum { WORDS_BYTES_MAX = 2048, RATES_MAX = LIMIT_ORDER_LINES + LIMIT_CARRIERS };

struct store_view store_view_of(const struct store *store, const struct shop *shop,
                                enum language language)
{
    int32_t today = zone_day(&shop->zone, store->env->now(store->env));
    return (struct store_view){store, shop, language, today};
}

/* Takes the text over. */
static json_t *text_value(struct text *text)
{
    json_t *value = json_stringn(text->length == 0 ? "" : text->bytes, text->length);
    text_free(text);
    return value;
}

json_t *store_view_money(const struct store_view *view, int64_t minor)
{
    struct text text;
    text_init(&text, WORDS_BYTES_MAX);
    const struct currency *currency = &view->shop->currency;
    translate_money(&text, (int)view->language, minor, currency->decimals, currency->code);
    return text_value(&text);
}

json_t *store_view_day(const struct store_view *view, int32_t day)
{
    struct text text;
    text_init(&text, WORDS_BYTES_MAX);
    bool this_year = civil_of_day(day).year == civil_of_day(view->today).year;
    translate_date(&text, (int)view->language, day, !this_year);
    return text_value(&text);
}

json_t *store_view_time(const struct store_view *view, int64_t at)
{
    struct text text;
    text_init(&text, WORDS_BYTES_MAX);
    translate_time(&text, (int)view->language, zone_second_of_day(&view->shop->zone, at) / 60);
    return text_value(&text);
}

json_t *store_view_quantity(const struct store_view *view, int64_t thousandths)
{
    struct text text;
    text_init(&text, WORDS_BYTES_MAX);
    translate_number(&text, (int)view->language, thousandths, 3);
    return text_value(&text);
}

const char *store_view_label(const struct store_view *view, struct offer_id offer)
{
    ASSERT(offer.index < view->shop->offer_count);
    return view->shop->offers[offer.index].label.text[view->language];
}

json_t *store_view_date(const struct store_view *view, const struct promise_answer *answer)
{
    struct text reason;
    text_init(&reason, WORDS_BYTES_MAX);
    promise_reason(view->shop, answer, view->language, &reason);
    json_t *date = json_pack("{s:o}", "reason", text_value(&reason));
    const struct promise_dates *dates = &answer->summary.dates;
    if (answer->result == PROMISE_OK || answer->result == PROMISE_REPEATED) {
        json_t *promised =
            json_pack("{s:o}", "arrives_on", store_view_day(view, dates->deliver_by_day));
        if (dates->has_ship_by) {
            int32_t day = zone_day(&view->shop->zone, dates->ship_by);
            json_object_set_new(promised, "leaves_on", store_view_day(view, day));
        } else {
            json_object_set_new(promised, "on_site", json_true());
        }
        json_object_set_new(date, "promised", promised);
        return date;
    }
    json_object_set_new(date, "sold_out", json_true());
    if (answer->has_possible) {
        json_object_set_new(date, "possible_on", store_view_day(view, answer->possible_day));
    }
    return date;
}

static struct promise_answer answer_of(const struct offer_date *date)
{
    return (struct promise_answer){.result = date->result,
                                   .has_possible = date->has_possible,
                                   .possible_day = date->possible_day,
                                   .summary = date->summary};
}

bool store_view_buyable(const struct store_view *view, struct offer_id offer)
{
    return store_dates_of(view->store->dates, offer.index)->result == PROMISE_OK;
}

json_t *store_view_offer(const struct store_view *view, struct offer_id offer)
{
    const struct offer *it = &view->shop->offers[offer.index];
    const struct offer_date *date = store_dates_of(view->store->dates, offer.index);
    struct promise_answer answer = answer_of(date);
    char picture[STORE_PICTURE_PATH_BYTES];
    store_picture_path(view->store, offer, picture);
    json_t *value = json_pack(
        "{s:s,s:s,s:o,s:s,s:o,s:b}", "name", it->name, "label", it->label.text[view->language],
        "price", store_view_money(view, it->price_minor), "picture", picture, "date",
        store_view_date(view, &answer), "buyable", answer.result == PROMISE_OK);
    if (it->seats > 0) {
        json_object_set_new(value, "seats", json_integer(it->seats));
    }
    json_object_set_new(value, "timed", json_boolean(date->time_count > 0));
    if (date->time_count > 0) {
        int32_t day = zone_day(&view->shop->zone, date->times[0].start);
        json_t *promised = json_object_get(json_object_get(value, "date"), "promised");
        json_object_set_new(promised, "next",
                            json_pack("{s:o,s:o}", "day", store_view_day(view, day), "from",
                                      store_view_time(view, date->times[0].start)));
        json_object_set_new(value, "days",
                            store_view_times(view, date->times, date->time_count, 0));
    }
    return value;
}

json_t *store_view_lines(const struct store_view *view, const struct store_sum_line *lines,
                         uint32_t count)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++) {
        const struct offer *offer = &view->shop->offers[lines[i].offer.index];
        char picture[STORE_PICTURE_PATH_BYTES];
        store_picture_path(view->store, lines[i].offer, picture);
        json_t *line =
            json_pack("{s:s,s:s,s:b,s:s,s:o,s:I,s:o,s:o}", "name", offer->name, "label",
                      offer->label.text[view->language], "offered",
                      store_sells(view->store, view->shop, lines[i].offer), "picture", picture,
                      "quantity", store_view_quantity(view, lines[i].quantity_thousandths), "units",
                      (json_int_t)(lines[i].quantity_thousandths / THOUSAND), "price",
                      store_view_money(view, offer->price_minor), "amount",
                      store_view_money(view, lines[i].amount_minor));
        json_array_append_new(list, line);
    }
    return list;
}

struct rate_sum {
    int32_t vat_thousandths;
    int64_t amount_minor;
};

static void rate_add(struct rate_sum *sums, uint32_t *count, int32_t vat_thousandths,
                     int64_t amount_minor)
{
    uint32_t i = 0;
    while (i < *count && sums[i].vat_thousandths != vat_thousandths) {
        i++;
    }
    if (i == *count) {
        ASSERT(*count < RATES_MAX);
        sums[(*count)++] = (struct rate_sum){vat_thousandths, 0};
    }
    sums[i].amount_minor += amount_minor;
}

/* Shipping's rates: each carrier of these lines once; where that is not what was charged (the shop
 * file has changed since), all at the highest rate. */
static void rates_add_shipping(const struct shop *shop, const struct store_sum_line *lines,
                               uint32_t count, int64_t shipping_minor, struct rate_sum *sums,
                               uint32_t *sum_count)
{
    bool seen[LIMIT_CARRIERS] = {false};
    int32_t highest = 0;
    int64_t charged = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct offer *offer = &shop->offers[lines[i].offer.index];
        highest = offer->vat_thousandths > highest ? offer->vat_thousandths : highest;
        if (!offer->on_site && !seen[offer->carrier.index]) {
            seen[offer->carrier.index] = true;
            charged += shop->carriers[offer->carrier.index].charge_minor;
        }
    }
    if (charged != shipping_minor) {
        rate_add(sums, sum_count, highest, shipping_minor);
        return;
    }
    for (uint32_t i = 0; i < shop->carrier_count; i++) {
        const struct carrier *carrier = &shop->carriers[i];
        if (seen[i] && carrier->charge_minor > 0) {
            int32_t rate = carrier->vat_thousandths >= 0 ? carrier->vat_thousandths : highest;
            rate_add(sums, sum_count, rate, carrier->charge_minor);
        }
    }
}

json_t *store_view_sums(const struct store_view *view, const struct store_sum_line *lines,
                        uint32_t count, int64_t shipping_minor, int64_t total_minor)
{
    struct rate_sum sums[RATES_MAX];
    uint32_t sum_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        rate_add(sums, &sum_count, view->shop->offers[lines[i].offer.index].vat_thousandths,
                 lines[i].amount_minor);
    }
    if (shipping_minor > 0) {
        rates_add_shipping(view->shop, lines, count, shipping_minor, sums, &sum_count);
    }
    json_t *vat = json_array();
    for (uint32_t i = 0; i < sum_count; i++) {
        struct text rate;
        text_init(&rate, WORDS_BYTES_MAX);
        translate_number(&rate, (int)view->language, sums[i].vat_thousandths, 3);
        int64_t part = decimal_scale_half_up(sums[i].amount_minor, sums[i].vat_thousandths,
                                             100 * THOUSAND + sums[i].vat_thousandths);
        json_array_append_new(vat, json_pack("{s:o,s:o}", "rate", text_value(&rate), "amount",
                                             store_view_money(view, part)));
    }
    return json_pack("{s:o,s:o,s:o}", "shipping", store_view_money(view, shipping_minor), "total",
                     store_view_money(view, total_minor), "vat", vat);
}
