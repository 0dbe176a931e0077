/* Gathered and ranked once; told as text and as JSON here, as a page in focus_requests_html.c. */
#include "commands/focus_requests.h"

#include "base/decimal.h"
#include "commands/focus_requests_words.h"
#include "focus/json.h"
#include "focus/tell.h"
#include "report/table.h"

#include <inttypes.h>

enum { ROWS_SHOWN = 12, FORMULAS_SHOWN = 3, FROM_SHOWN = 20, PULLS_JSON = 20 };
#define SET_SECONDS 5.0

enum status focus_requests_open(const struct focus_told *told, const struct shop_open *open,
                                struct focus_requests *requests, struct fault *fault)
{
    *requests = (struct focus_requests){.made = NULL};
    enum status status =
        requests_gather(told->call, open, told->figures, &requests->gathered, fault);
    if (status != STATUS_OK || told->answer->activities == NULL) {
        return status;
    }
    const struct requests_ask ask = {.figures = told->figures,
                                     .answer = told->answer,
                                     .said_count = requests->gathered.said_count,
                                     .said = requests->gathered.said,
                                     .customer_count = requests->gathered.customer_count,
                                     .customers = requests->gathered.customers,
                                     .seconds = SET_SECONDS};
    return focus_requests_make(&ask, &requests->made, fault);
}

void focus_requests_close(struct focus_requests *requests)
{
    focus_requests_free(requests->made);
    requests_gathered_free(&requests->gathered);
    requests->made = NULL;
}

/* ---- text ---- */

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

static void money_cell(const struct focus_told *told, struct table *table, int64_t micro)
{
    struct text words;
    text_init(&words, 128);
    focus_price_append(told, micro, &words);
    table_cell_tone(table, text_slice(&words), micro < 0 ? TABLE_BAD : TABLE_PLAIN);
    text_free(&words);
}

static void row_text(const struct focus_told *told, const struct request_group *group,
                     uint32_t rank, struct table *table)
{
    struct text hours;
    text_init(&hours, 128);
    request_hours_append(told, group, &hours);
    table_cell_format(table, "%" PRIu32, rank);
    table_cell(table, group->wants);
    table_cell_string(table, request_under(told, group));
    table_cell_format(table, "%" PRId64, group->count);
    money_cell(told, table, group->value_micro);
    table_cell(table, text_slice(&hours));
    money_cell(told, table, group->gain_micro);
    money_cell(told, table, group->score_micro);
    table_cell_string(table, group->served ? say(told, "yes", "oui") : "");
    text_free(&hours);
}

static bool table_text(const struct focus_told *told, const struct requests *made)
{
    const struct table_column columns[] = {
        {"", TABLE_RIGHT, false},
        {say(told, "asked for", "demandé"), TABLE_LEFT, true},
        {say(told, "activity", "activité"), TABLE_LEFT, true},
        {say(told, "by", "par"), TABLE_RIGHT, false},
        {say(told, "value", "valeur"), TABLE_RIGHT, false},
        {say(told, "hours", "heures"), TABLE_RIGHT, false},
        {say(told, "gain", "gain"), TABLE_RIGHT, false},
        {say(told, "score", "note"), TABLE_RIGHT, false},
        {say(told, "free hours do", "heures libres"), TABLE_LEFT, false}};
    struct table table;
    struct text *to = &told->call->out;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    for (uint32_t i = 0; i < made->group_count && i < ROWS_SHOWN; i++) {
        row_text(told, &made->groups[i], i + 1, &table);
    }
    bool written = table_write(&table, told->call->terminal.width, told->call->terminal.colour, to);
    table_free(&table);
    if (made->group_count > ROWS_SHOWN) {
        text_append_format(to,
                           say(told, "and %" PRIu32 " more; --json has them all\n",
                               "et %" PRIu32 " de plus\u202f; --json les donne tous\n"),
                           made->group_count - ROWS_SHOWN);
    }
    return written;
}

bool focus_requests_text(const struct focus_told *told, const struct focus_requests *requests)
{
    const struct requests *made = requests->made;
    struct text *to = &told->call->out;
    if (made == NULL || made->group_count == 0) {
        return true;
    }
    call_title(told->call, say(told, "What customers ask for, a week",
                               "Ce que les clients demandent, par "
                               "semaine"));
    bool written = table_text(told, made);
    requests_rule_append(told, to);
    text_append_char(to, '\n');
    for (uint32_t i = 0; i < made->group_count && i < FORMULAS_SHOWN; i++) {
        text_append_string(to, "  ");
        (void)table_text_append(to, made->groups[i].wants, 40);
        text_append_string(to, say(told, ": ", "\u00a0: "));
        request_formula_append(told, &made->groups[i], to);
        text_append_char(to, '\n');
    }
    requests_served_append(told, made, to);
    text_append_char(to, '\n');
    requests_apart_append(told, made, to);
    text_append_char(to, '\n');
    struct text who;
    text_init(&who, FOCUS_WORDS_BYTES_MAX);
    requests_who_append(told, requests, &who);
    text_append_slice(to, text_slice(&who));
    text_append_string(to, who.length > 0 ? "\n" : "");
    text_free(&who);
    return written;
}

/* ---- JSON ---- */

static void money_json(const struct focus_told *told, const char *key, int64_t micro,
                       struct text *to)
{
    text_append_format(to, ",\"%s\":", key);
    focus_json_money(to, told->figures->shop, micro);
}

/* Who was written down by hand, each once as far as they stand together; customers stay numbers. */
static void from_json(const struct focus_requests *requests, const struct request_group *group,
                      struct text *to)
{
    struct slice last = SLICE("");
    uint32_t written = 0;
    text_append_string(to, ",\"from\":[");
    for (uint32_t i = 0; i < group->said_count && written < FROM_SHOWN; i++) {
        uint32_t index = requests->made->order[group->first + i];
        struct slice from = requests->gathered.said[index].from;
        if (from.length > 0 && !slice_equal(from, last)) {
            text_append_string(to, written++ == 0 ? "\"" : ",\"");
            text_append_json(to, from);
            text_append_char(to, '"');
            last = from;
        }
    }
    text_append_char(to, ']');
}

/* By work center; null where they are not known of all who ask. */
static void hours_json(const struct focus_told *told, const struct request_group *group,
                       struct text *to)
{
    static const char *const from[] = {[REQUEST_HOURS_SAID] = "said",
                                       [REQUEST_HOURS_RECKONED] = "reckoned",
                                       [REQUEST_HOURS_UNKNOWN] = "unknown"};
    uint32_t written = 0;
    text_append_format(to, ",\"hours_from\":\"%s\",\"hours\":", from[group->hours_from]);
    if (group->hours_from == REQUEST_HOURS_UNKNOWN) {
        text_append_string(to, "null");
        return;
    }
    text_append_char(to, '{');
    for (uint32_t c = 0; c < told->figures->center_count; c++) {
        if (group->minutes_micro[c] > 0) {
            text_append_format(to, "%s\"%s\":", written++ == 0 ? "" : ",",
                               focus_center(told->figures, c)->name);
            focus_json_hours(to, group->minutes_micro[c]);
        }
    }
    text_append_char(to, '}');
}

static void activity_json(const struct focus_told *told, uint16_t activity, struct text *to)
{
    text_append_char(to, ',');
    text_append_json_member(
        to, "activity", activity == NO_INDEX ? NULL : focus_activity_name(told->figures, activity));
}

static void group_json(const struct focus_told *told, const struct focus_requests *requests,
                       uint32_t index, struct text *to)
{
    const struct request_group *group = &requests->made->groups[index];
    char score[32];
    (void)decimal_write(score, focus_minor(group->score_micro),
                        told->figures->shop->currency.decimals, false);
    text_append_string(to, index == 0 ? "{\"wants\":\"" : ",{\"wants\":\"");
    text_append_json(to, group->wants);
    text_append_format(to, "\",\"rank\":%" PRIu32 ",\"score\":%s,\"count\":%" PRId64, index + 1,
                       score, group->count);
    from_json(requests, group, to);
    activity_json(told, group->activity, to);
    text_append_string(to, ",\"fit\":");
    focus_json_number(to, group->fit_percent / 100.0);
    money_json(told, "value", group->value_micro, to);
    text_append_string(to, ",\"throughput_share\":");
    focus_json_number(to, (double)group->share_millionths / (double)FOCUS_MICRO);
    hours_json(told, group, to);
    money_json(told, "hours_cost", group->hours_cost_micro, to);
    money_json(told, "gain", group->gain_micro, to);
    text_append_format(to, ",\"customers\":%" PRIu32, group->customers);
    money_json(told, "customers_bought", focus_micro(group->customers_minor), to);
    text_append_format(to, ",\"served_by_free_hours\":%s}", group->served ? "true" : "false");
}

static void pulls_json(const struct focus_told *told, const struct requests *made, struct text *to)
{
    text_append_string(to, ",\"pulls\":[");
    for (uint32_t i = 0; i < made->pull_count && i < PULLS_JSON; i++) {
        const struct request_pull *pull = &made->pulls[i];
        text_append_string(to, i == 0 ? "{\"wants\":" : ",{\"wants\":");
        if (pull->activity == NO_INDEX) {
            text_append_char(to, '"');
            text_append_json(to, made->groups[pull->group].wants);
            text_append_char(to, '"');
        } else {
            text_append_string(to, "null");
        }
        activity_json(told, pull->activity, to);
        text_append_string(to, ",\"hours\":");
        focus_json_number(to, pull->hours);
        text_append_string(to, ",\"requests\":");
        focus_json_number(to, pull->requests);
        text_append_char(to, '}');
    }
    text_append_char(to, ']');
}

static void shape_json(const struct focus_told *told, const struct requests *made, struct text *to)
{
    text_append_format(
        to, ",\"customers_ask\":{\"count\":%" PRId64 ",\"effective_activities\":", made->count);
    focus_json_number(to, made->effective);
    text_append_string(to, ",\"apart\":");
    if (made->apart < 0) {
        text_append_string(to, "null");
    } else {
        focus_json_number(to, made->apart);
    }
    pulls_json(told, made, to);
    text_append_format(to, ",\"served_by_free_hours\":{\"count\":%" PRId64, made->served_count);
    money_json(told, "gain", made->served_gain_micro, to);
    text_append_format(to, ",\"proved\":%s,\"without_hours\":%" PRIu32 "}}",
                       made->served_proved ? "true" : "false", made->without_hours);
}

void focus_requests_json(const struct focus_told *told, const struct focus_requests *requests,
                         struct text *to)
{
    const struct requests *made = requests->made;
    text_append_string(to, ",\"requests\":[");
    for (uint32_t i = 0; made != NULL && i < made->group_count; i++) {
        group_json(told, requests, i, to);
    }
    text_append_char(to, ']');
    if (made != NULL) {
        shape_json(told, made, to);
    }
}
