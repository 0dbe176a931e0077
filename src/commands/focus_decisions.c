/* Each decision once looked at, then written: for a terminal, as JSON, as a section of a page. The
 * latest comes first where a person reads. */
#include "commands/focus_decisions.h"

#include "base/decimal.h"
#include "commands/decisions_words.h"
#include "commands/show.h"
#include "report/table.h"
#include "report/translate.h"

#include <inttypes.h>
#include <math.h>

enum { CELL_BYTES_MAX = 1024 };

enum status focus_decisions_open(const struct call *call, const struct shop_open *open,
                                 struct focus_decisions *told, struct fault *fault)
{
    told->changes = (struct decision_changes){.count = 0};
    enum status status = decisions_open(call, open, &told->decisions, fault);
    return status == STATUS_OK
               ? decisions_changes_open(call, open, &told->decisions, &told->changes, fault)
               : status;
}

void focus_decisions_close(struct focus_decisions *told)
{
    decisions_changes_close(&told->changes);
    decisions_close(&told->decisions);
}

/* One decision on its way out. */
struct telling {
    const struct call *call;
    const struct shop *shop;
    const struct focus_decisions *told;
    uint32_t index;
    const struct decision_entry *entry;
    const struct decision *decision;
    struct decision_answer answer;
    const struct decision_change *changes[CHANGES_SHOWN];
    uint32_t change_count, more;
};

static struct telling telling_of(const struct call *call, const struct shop *shop,
                                 const struct focus_decisions *told, uint32_t index)
{
    struct telling telling = {.call = call,
                              .shop = shop,
                              .told = told,
                              .index = index,
                              .entry = &told->decisions.entries[index]};
    telling.decision = &telling.entry->decision;
    decisions_look(&told->decisions, index, &telling.answer);
    telling.change_count = decisions_changes_pick(&told->changes, &told->decisions, index,
                                                  telling.changes, &telling.more);
    return telling;
}

static bool is_shown(const struct telling *telling, enum decision_measure measure)
{
    return telling->answer.outcomes[measure].told ||
           telling->decision->expected[measure] != DECISION_UNSAID;
}

/* ---- words that text and page share ---- */

static void title_append(const struct telling *telling, struct text *to)
{
    const struct decision *decision = telling->decision;
    char day[SHOW_BYTES];
    char by[SHOW_BYTES];
    text_append_format(
        to, telling->call->language == LANGUAGE_FR ? "%s %s, à partir du %s" : "%s %s, from %s on",
        decision_verb_word(telling->call->language, decision_verb(decision)),
        decision_activity(decision), show_day(telling->call->language, day, decision->on_day));
    if (decision->by_day != 0) {
        text_append_format(to, call_say(telling->call, ", looked at on %s", ", revu le %s"),
                           show_day(telling->call->language, by, decision->by_day));
    }
    if (telling->entry->number != 0) {
        text_append_format(to, " (%" PRId64 ")", telling->entry->number);
    }
}

static void value(const struct telling *telling, struct text *to, enum decision_measure measure,
                  int64_t number, bool gain)
{
    if (number == DECISION_UNSAID) {
        text_append_string(to, "–");
    } else {
        decision_value_append(to, telling->call->language, telling->shop, measure, number, gain);
    }
}

/* "+€210.00 … +€220.00". */
static void interval(const struct telling *telling, struct text *to, enum decision_measure measure)
{
    const struct decision_outcome *outcome = &telling->answer.outcomes[measure];
    value(telling, to, measure, (int64_t)floor(outcome->low + 0.5), true);
    text_append_string(to, " … ");
    value(telling, to, measure, (int64_t)floor(outcome->high + 0.5), true);
}

/* "Better than expected: +€250.00 profit a week, +€210.00 was expected." */
static void verdict_append(const struct telling *telling, struct text *to)
{
    enum decision_measure measure = telling->answer.main;
    enum language language = telling->call->language;
    const struct decision_outcome *outcome = &telling->answer.outcomes[measure];
    text_append_string(to, decision_verdict_word(language, outcome->verdict));
    text_append_string(to, language == LANGUAGE_FR ? "\u00a0: " : ": ");
    value(telling, to, measure, outcome->came, true);
    text_append_format(to, " (%s)", decision_measure_word(language, measure));
    text_append_string(to, call_say(telling->call, ", expected ", ", attendu "));
    value(telling, to, measure, telling->decision->expected[measure], true);
}

/* Two sentences that are one. */
static const char *between(const struct call *call)
{
    return call->language == LANGUAGE_FR ? "\u202f; " : "; ";
}

static void more_append(const struct telling *telling, struct text *to)
{
    if (telling->more > 0) {
        text_append_format(to,
                           telling->more == 1 ? call_say(telling->call, "and %u smaller change",
                                                         "et %u changement plus petit")
                                              : call_say(telling->call, "and %u smaller changes",
                                                         "et %u changements plus petits"),
                           telling->more);
    }
}

static const char *changes_title(const struct call *call)
{
    return call_say(call, "What else changed, from eight weeks before:",
                    "Ce qui a changé par ailleurs, depuis huit semaines avant\u00a0:");
}

/* ---- text ---- */

static void cell(struct table *table, struct text *text)
{
    table_cell(table, text_slice(text));
    text_clear(text);
}

static void figure_row(const struct telling *telling, struct table *table, struct text *text,
                       enum decision_measure measure)
{
    const struct decision_outcome *outcome = &telling->answer.outcomes[measure];
    enum language language = telling->call->language;
    table_cell_string(table, decision_measure_word(language, measure));
    value(telling, text, measure, outcome->told ? outcome->before : DECISION_UNSAID, false);
    cell(table, text);
    value(telling, text, measure, outcome->told ? outcome->since : DECISION_UNSAID, false);
    cell(table, text);
    value(telling, text, measure, outcome->told ? outcome->came : DECISION_UNSAID, true);
    cell(table, text);
    if (outcome->told) {
        interval(telling, text, measure);
    }
    cell(table, text);
    value(telling, text, measure, telling->decision->expected[measure], true);
    cell(table, text);
    static const enum table_tone tones[] = {[DECISION_AS_EXPECTED] = TABLE_PLAIN,
                                            [DECISION_BETTER] = TABLE_GOOD,
                                            [DECISION_WORSE] = TABLE_BAD};
    table_cell_tone(
        table,
        slice_of(outcome->has_verdict ? decision_verdict_word(language, outcome->verdict) : ""),
        outcome->has_verdict ? tones[outcome->verdict] : TABLE_PLAIN);
}

static bool figures_text(struct call *call, const struct telling *telling)
{
    const struct table_column columns[] = {
        {"", TABLE_LEFT, true},
        {call_say(call, "before", "avant"), TABLE_RIGHT, false},
        {call_say(call, "since", "depuis"), TABLE_RIGHT, false},
        {call_say(call, "came", "obtenu"), TABLE_RIGHT, false},
        {call_say(call, "in 80 of 100", "80 fois sur 100"), TABLE_RIGHT, false},
        {call_say(call, "expected", "attendu"), TABLE_RIGHT, false},
        {"", TABLE_LEFT, true},
    };
    struct table table;
    struct text text;
    table_init(&table, columns, sizeof columns / sizeof columns[0]);
    text_init(&text, CELL_BYTES_MAX);
    for (int i = 0; i < DECISION_MEASURES; i++) {
        if (is_shown(telling, (enum decision_measure)i)) {
            figure_row(telling, &table, &text, (enum decision_measure)i);
        }
    }
    bool written = table_row_count(&table) == 0 ||
                   table_write(&table, call->terminal.width, call->terminal.colour, &call->out);
    text_free(&text);
    table_free(&table);
    return written;
}

static void changes_text(struct call *call, const struct telling *telling)
{
    if (telling->change_count > 0) {
        text_append_format(&call->out, "%s\n", changes_title(call));
    }
    for (uint32_t i = 0; i < telling->change_count; i++) {
        char day[SHOW_BYTES];
        text_append_format(&call->out, "  %s  ",
                           show_day(call->language, day, telling->changes[i]->day));
        (void)table_text_append(&call->out, slice_of(telling->changes[i]->text), 0);
        text_append_char(&call->out, '\n');
    }
    if (telling->more > 0) {
        text_append_string(&call->out, "  ");
        more_append(telling, &call->out);
        text_append_char(&call->out, '\n');
    }
}

static bool decision_text(struct call *call, const struct telling *telling)
{
    struct text title;
    text_init(&title, CELL_BYTES_MAX);
    title_append(telling, &title);
    call_title(call, title.bytes != NULL ? title.bytes : "");
    text_free(&title);
    if (telling->decision->because != NULL) {
        (void)table_text_append(&call->out, slice_of(telling->decision->because), 0);
        text_append_char(&call->out, '\n');
    }
    if (telling->answer.main != DECISION_MEASURES) {
        verdict_append(telling, &call->out);
        text_append_string(&call->out, between(call));
    }
    decision_state_append(&call->out, call, &telling->told->decisions, telling->decision,
                          &telling->answer);
    text_append_string(&call->out, ".\n");
    bool written = figures_text(call, telling);
    changes_text(call, telling);
    return written;
}

static void foreign_append(const struct call *call, const struct focus_decisions *told,
                           struct text *to)
{
    uint32_t lines = told->decisions.past.foreign_lines;
    if (lines > 0) {
        text_append_format(to,
                           call_say(call,
                                    " %u lines of offers that the shop never had are left "
                                    "out.",
                                    " %u lignes d’offres que la boutique n’a jamais eues sont "
                                    "laissées de côté."),
                           lines);
    }
}

static const char *method(const struct call *call)
{
    return call_say(
        call,
        "Profit: what was sold, at its prices, less materials, carriers and fees at "
        "today's costs, the fixed costs of activities that ran and the operating "
        "expense. Season and trend are not taken out.",
        "Résultat\u00a0: ce qui a été vendu, à ses prix, moins les matières, le transport "
        "et les frais aux coûts d’aujourd’hui, les coûts fixes des activités en cours "
        "et les charges. La saison et la tendance ne sont pas retirées.");
}

bool focus_decisions_text(struct call *call, const struct shop *shop,
                          const struct focus_decisions *told)
{
    bool written = true;
    for (uint32_t i = told->decisions.count; written && i > 0; i--) {
        struct telling telling = telling_of(call, shop, told, i - 1);
        written = decision_text(call, &telling);
    }
    if (told->decisions.has_past) {
        text_append_char(&call->out, '\n');
        text_append_string(&call->out, method(call));
        foreign_append(call, told, &call->out);
        text_append_char(&call->out, '\n');
    }
    return written;
}

void focus_decisions_brief(struct call *call, const struct shop *shop,
                           const struct focus_decisions *told)
{
    uint32_t count = told->decisions.count;
    if (count == 0) {
        return;
    }
    call_title(call, call_say(call, "What was decided", "Ce qui a été décidé"));
    for (uint32_t i = 0; i < count && i < DECISIONS_BRIEF; i++) {
        struct telling telling = telling_of(call, shop, told, count - 1 - i);
        title_append(&telling, &call->out);
        text_append_string(&call->out, call->language == LANGUAGE_FR ? "\u00a0: " : ": ");
        if (telling.answer.main != DECISION_MEASURES) {
            verdict_append(&telling, &call->out);
            text_append_string(&call->out, between(call));
        }
        decision_state_append(&call->out, call, &told->decisions, telling.decision,
                              &telling.answer);
        text_append_string(&call->out, ".\n");
    }
    text_append_string(
        &call->out,
        call_say(call, "All of it, and what else changed: ecluse decisions SHOP\n",
                 "Tout, et ce qui a changé par ailleurs\u00a0: ecluse decisions SHOP\n"));
}

/* ---- JSON ---- */

static void value_json(const struct telling *telling, struct text *to, const char *key,
                       enum decision_measure measure, int64_t number)
{
    char digits[32];
    const struct currency *currency = &telling->shop->currency;
    int decimals = decision_measure_decimals(measure, currency);
    text_append_format(to, "\"%s\":", key);
    if (number == DECISION_UNSAID) {
        text_append_string(to, "null");
        return;
    }
    (void)decimal_write(digits, number, decimals, measure > DECISION_REVENUE);
    if (measure <= DECISION_REVENUE) {
        text_append_format(to, "{\"amount\":\"%s\",\"currency\":\"%s\"}", digits, currency->code);
    } else {
        text_append_string(to, digits);
    }
}

static void day_json(struct text *to, const char *key, int32_t day)
{
    char digits[16];
    (void)day_write(digits, day);
    text_append_format(to, day == 0 ? ",\"%s\":null" : ",\"%s\":\"%s\"", key, digits);
}

static void outcome_json(const struct telling *telling, struct text *to,
                         enum decision_measure measure)
{
    const struct decision_outcome *outcome = &telling->answer.outcomes[measure];
    text_append_format(to, "\"%s\":{", decision_measure_name(measure));
    value_json(telling, to, "expected", measure, telling->decision->expected[measure]);
    if (outcome->told) {
        const struct {
            const char *key;
            int64_t value;
        } values[] = {{"before", outcome->before},
                      {"since", outcome->since},
                      {"came", outcome->came},
                      {"low", (int64_t)floor(outcome->low + 0.5)},
                      {"high", (int64_t)floor(outcome->high + 0.5)}};
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            text_append_char(to, ',');
            value_json(telling, to, values[i].key, measure, values[i].value);
        }
    }
    text_append_string(to, ",\"verdict\":");
    text_append_format(to, outcome->has_verdict ? "\"%s\"}" : "null}",
                       decision_verdict_name(outcome->verdict));
}

static void figures_json(const struct telling *telling, struct text *to)
{
    const char *between = "";
    text_append_string(to, ",\"figures\":{");
    for (int i = 0; i < DECISION_MEASURES; i++) {
        if (is_shown(telling, (enum decision_measure)i)) {
            text_append_string(to, between);
            outcome_json(telling, to, (enum decision_measure)i);
            between = ",";
        }
    }
    text_append_char(to, '}');
}

static void changes_json(const struct telling *telling, struct text *to)
{
    text_append_string(to, ",\"changed\":[");
    for (uint32_t i = 0; i < telling->change_count; i++) {
        char day[16];
        (void)day_write(day, telling->changes[i]->day);
        text_append_format(to, "%s{\"on\":\"%s\",", i == 0 ? "" : ",", day);
        text_append_json_member(to, "what", telling->changes[i]->text);
        text_append_char(to, '}');
    }
    text_append_format(to, "],\"changed_more\":%u", telling->more);
}

static void text_json(struct text *to, const char *key, const char *value)
{
    text_append_char(to, ',');
    if (value != NULL) {
        text_append_json_member(to, key, value);
    } else {
        text_append_format(to, "\"%s\":null", key);
    }
}

static void decision_json(const struct telling *telling, struct text *to)
{
    const struct decision *decision = telling->decision;
    const struct decision_answer *answer = &telling->answer;
    bool says_when = answer->state == DECISION_AHEAD || answer->state == DECISION_SHORT_SINCE;
    text_append_format(to,
                       telling->entry->number != 0 ? "{\"number\":%" PRId64 : "{\"number\":null",
                       telling->entry->number);
    text_append_format(to, ",\"verb\":\"%s\",", decision_verb_name(decision_verb(decision)));
    text_append_json_member(to, "activity", decision_activity(decision));
    day_json(to, "on", decision->on_day);
    day_json(to, "by", decision->by_day);
    text_json(to, "because", decision->because);
    text_json(to, "say", decision->say.text[telling->call->language]);
    text_append_format(to, ",\"state\":\"%s\",\"so_far\":%s,\"weeks\":{\"before\":%u,\"since\":%u}",
                       decision_state_name(answer->state), answer->so_far ? "true" : "false",
                       answer->before.weeks, answer->since.weeks);
    day_json(to, "sayable_on", says_when ? answer->sayable_day : 0);
    bool has_verdict = answer->main != DECISION_MEASURES;
    text_append_format(to, has_verdict ? ",\"verdict\":\"%s\"" : ",\"verdict\":null",
                       decision_verdict_name(has_verdict ? answer->outcomes[answer->main].verdict
                                                         : DECISION_AS_EXPECTED));
    figures_json(telling, to);
    changes_json(telling, to);
    text_append_char(to, '}');
}

void focus_decisions_json(const struct call *call, const struct shop *shop,
                          const struct focus_decisions *told, struct text *to)
{
    text_append_string(to, ",\"decisions\":[");
    for (uint32_t i = 0; i < told->decisions.count; i++) {
        struct telling telling = telling_of(call, shop, told, i);
        text_append_string(to, i == 0 ? "" : ",");
        decision_json(&telling, to);
    }
    text_append_char(to, ']');
}

/* ---- the page ---- */

static void cell_html(struct text *to, struct text *text)
{
    text_append_string(to, "<td>");
    text_append_html(to, text_slice(text));
    text_append_string(to, "</td>");
    text_clear(text);
}

static void figure_html(const struct telling *telling, struct text *to, struct text *text,
                        enum decision_measure measure)
{
    const struct decision_outcome *outcome = &telling->answer.outcomes[measure];
    enum language language = telling->call->language;
    text_append_format(to, "<tr><th>%s</th>", decision_measure_word(language, measure));
    value(telling, text, measure, outcome->told ? outcome->before : DECISION_UNSAID, false);
    cell_html(to, text);
    value(telling, text, measure, outcome->told ? outcome->since : DECISION_UNSAID, false);
    cell_html(to, text);
    text_append_string(to, "<td>");
    value(telling, to, measure, outcome->told ? outcome->came : DECISION_UNSAID, true);
    if (outcome->told) {
        text_append_string(to, "<small>");
        interval(telling, to, measure);
        text_append_string(to, "</small>");
    }
    text_append_string(to, "</td>");
    value(telling, text, measure, telling->decision->expected[measure], true);
    cell_html(to, text);
    text_append_format(to, "<td>%s</td></tr>",
                       outcome->has_verdict ? decision_verdict_word(language, outcome->verdict)
                                            : "");
}

static void figures_html(const struct telling *telling, struct text *to)
{
    const struct call *call = telling->call;
    struct text text;
    bool any = false;
    for (int i = 0; i < DECISION_MEASURES; i++) {
        any = any || is_shown(telling, (enum decision_measure)i);
    }
    if (!any) {
        return;
    }
    text_init(&text, CELL_BYTES_MAX);
    text_append_format(to,
                       "<div class=\"scroll\"><table><tr><th></th><th>%s</th><th>%s</th><th>%s</th>"
                       "<th>%s</th><th></th></tr>",
                       call_say(call, "before", "avant"), call_say(call, "since", "depuis"),
                       call_say(call, "came (in 80 of 100)", "obtenu (80 fois sur 100)"),
                       call_say(call, "expected", "attendu"));
    for (int i = 0; i < DECISION_MEASURES; i++) {
        if (is_shown(telling, (enum decision_measure)i)) {
            figure_html(telling, to, &text, (enum decision_measure)i);
        }
    }
    text_append_string(to, "</table></div>");
    text_free(&text);
}

static void changes_html(const struct telling *telling, struct text *to)
{
    if (telling->change_count == 0) {
        return;
    }
    text_append_format(to, "<p>%s</p><ul>", changes_title(telling->call));
    for (uint32_t i = 0; i < telling->change_count; i++) {
        char day[SHOW_BYTES];
        text_append_format(to, "<li>%s ",
                           show_day(telling->call->language, day, telling->changes[i]->day));
        text_append_html(to, slice_of(telling->changes[i]->text));
        text_append_string(to, "</li>");
    }
    if (telling->more > 0) {
        text_append_string(to, "<li>");
        more_append(telling, to);
        text_append_string(to, "</li>");
    }
    text_append_string(to, "</ul>");
}

static void decision_html(const struct telling *telling, struct text *to)
{
    struct text title;
    text_init(&title, CELL_BYTES_MAX);
    title_append(telling, &title);
    text_append_string(to, "<h3>");
    text_append_html(to, text_slice(&title));
    text_append_string(to, "</h3>");
    text_free(&title);
    if (telling->decision->because != NULL) {
        text_append_string(to, "<p>");
        text_append_html(to, slice_of(telling->decision->because));
        text_append_string(to, "</p>");
    }
    text_append_string(to, "<p>");
    if (telling->answer.main != DECISION_MEASURES) {
        text_append_string(to, "<b>");
        verdict_append(telling, to);
        text_append_format(to, "</b>%s", between(telling->call));
    }
    decision_state_append(to, telling->call, &telling->told->decisions, telling->decision,
                          &telling->answer);
    text_append_string(to, ".</p>");
    figures_html(telling, to);
    changes_html(telling, to);
}

void focus_decisions_html(const struct call *call, const struct shop *shop,
                          const struct focus_decisions *told, struct text *to)
{
    if (told->decisions.count == 0) {
        return;
    }
    text_append_format(to, "<section id=\"decisions\"><h2>%s</h2>",
                       call_say(call, "What was decided, and what came of it",
                                "Ce qui a été décidé, et ce qu’il en est advenu"));
    for (uint32_t i = told->decisions.count; i > 0; i--) {
        struct telling telling = telling_of(call, shop, told, i - 1);
        decision_html(&telling, to);
    }
    if (told->decisions.has_past) {
        text_append_format(to, "<p class=\"note\">%s", method(call));
        foreign_append(call, told, to);
        text_append_string(to, "</p>");
    }
    text_append_string(to, "</section>");
}
