/* The requests on the owner's page: the ranking with each row's own formula, then what it says. */
#include "commands/focus_requests.h"
#include "commands/focus_requests_words.h"

#include <inttypes.h>

enum { ROWS_SHOWN = 30 };

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

static void money_cell(const struct focus_told *told, int64_t micro, struct text *to)
{
    text_append_string(to, "<td>");
    focus_price_append(told, micro, to);
    text_append_string(to, "</td>");
}

/* Words that are plain text, escaped, and the room for them empty again. */
static void plain_end(struct text *plain, struct text *to)
{
    text_append_html(to, text_slice(plain));
    text_clear(plain);
}

/* `who`: some of those who ask are known. The formula stands last, where a narrow page
 * scrolls to it. */
static void row_html(const struct focus_told *told, const struct request_group *group, bool who,
                     struct text *plain, struct text *to)
{
    text_append_string(to, "<tr><th style=\"min-width:9em\">");
    text_append_html(to, group->wants);
    text_append_string(to, "</th><td class=\"words\">");
    text_append_html(to, slice_of(request_under(told, group)));
    text_append_format(to, "</td><td>%" PRId64 "</td>", group->count);
    if (who) {
        money_cell(told, focus_micro(group->customers_minor), to);
    }
    money_cell(told, group->score_micro, to);
    text_append_string(to, "<td>");
    request_hours_append(told, group, plain);
    plain_end(plain, to);
    text_append_format(to, "</td><td>%s</td><td class=\"words\" style=\"min-width:15em\">",
                       group->served ? say(told, "yes", "oui") : "");
    request_formula_append(told, group, plain);
    plain_end(plain, to);
    text_append_string(to, "</td></tr>");
}

static void head_html(const struct focus_told *told, bool who, struct text *to)
{
    text_append_format(
        to, "<div class=\"scroll\"><table><tr><th></th><th class=\"words\">%s</th><th>%s</th>",
        say(told, "activity", "activité"), say(told, "who ask", "demandent"));
    if (who) {
        text_append_format(to, "<th>%s</th>",
                           say(told, "they bought in 52 weeks", "leurs achats en 52 semaines"));
    }
    text_append_format(to, "<th>%s</th><th>%s</th><th>%s</th><th class=\"words\">%s</th></tr>",
                       say(told, "score", "note"), say(told, "hours a week", "heures par semaine"),
                       say(told, "served by free hours", "servi par les heures libres"),
                       say(told, "how the score is made", "calcul de la note"));
}

static void table_html(const struct focus_told *told, const struct focus_requests *requests,
                       struct text *plain, struct text *to)
{
    const struct requests *made = requests->made;
    bool who = requests->gathered.customer_count > 0;
    head_html(told, who, to);
    for (uint32_t i = 0; i < made->group_count && i < ROWS_SHOWN; i++) {
        row_html(told, &made->groups[i], who, plain, to);
    }
    text_append_string(to, "</table></div>");
    if (made->group_count > ROWS_SHOWN) {
        text_append_string(to, "<p class=\"note\">");
        text_append_format(to,
                           say(told, "And %" PRIu32 " more; --json has them all.",
                               "Et %" PRIu32 " de plus&nbsp;; --json les donne tous."),
                           made->group_count - ROWS_SHOWN);
        text_append_string(to, "</p>");
    }
}

static void paragraph_end(const char *of_class, struct text *plain, struct text *to)
{
    if (plain->length > 0) {
        text_append_format(to, "<p%s>", of_class);
        plain_end(plain, to);
        text_append_string(to, "</p>");
    }
}

void focus_requests_html(const struct focus_told *told, const struct focus_requests *requests,
                         struct text *to)
{
    const struct requests *made = requests->made;
    struct text plain;
    if (made == NULL || made->group_count == 0) {
        return;
    }
    text_init(&plain, FOCUS_WORDS_BYTES_MAX);
    text_append_format(to, "<section><h2>%s</h2>",
                       say(told, "What customers ask for", "Ce que les clients demandent"));
    requests_served_append(told, made, &plain);
    paragraph_end("", &plain, to);
    requests_apart_append(told, made, &plain);
    paragraph_end("", &plain, to);
    table_html(told, requests, &plain, to);
    requests_rule_append(told, &plain);
    paragraph_end(" class=\"note\"", &plain, to);
    requests_who_append(told, requests, &plain);
    paragraph_end(" class=\"note\"", &plain, to);
    text_append_string(to, "</section>");
    text_free(&plain);
}
