/* decisions that count -> lists by what they say -> the page; beside them the best mix's verdicts.
 *
 * What was decided goes before what the program advises: the page is the company's, not a report. A
 * shop whose best mix cannot be reckoned has a page all the same. */
#include "commands/decisions_team.h"

#include "commands/decisions_words.h"
#include "commands/focus_past.h"
#include "focus/focus.h"
#include "report/translate.h"

enum { HALF_A_YEAR_DAYS = 182, MIX_SECONDS = 3 };
/* What a decision takes on the page besides its own texts, and a sentence of ours, in letters. */
enum { LETTERS_BESIDE = 250, LETTERS_DEFAULT = 160 };

struct page {
    const struct call *call;
    const struct shop *shop;
    const struct decisions *decisions;
    struct text *to;
    uint32_t count;
    const struct decision *shown[TEAM_DECISIONS_MAX]; /* the earliest first */
};

#define PAGE_STYLE                                                                                 \
    "@page{size:A4;margin:13mm 16mm}*{box-sizing:border-box}body{margin:0 auto;max-width:178mm;"   \
    "padding:8mm 0;color:#1d2733;background:#fff;line-height:1.4;font-family:system-ui,"           \
    "sans-serif}@media print{body{padding:0}}h1{font-size:2.1em;line-height:1.15;margin:0}"        \
    ".lead{color:#5b6876;margin:.2em 0 1em}h2{font-size:1.15em;margin:1.2em 0 .35em;"              \
    "border-bottom:.5mm solid #0b6b6f;padding-bottom:.15em;color:#0b6b6f}ul{margin:0;"             \
    "padding-left:1.2em}li{margin:.15em 0}p{margin:.25em 0}.two{display:grid;"                     \
    "grid-template-columns:1fr 1fr;gap:0 8mm}.stop h2{color:#b3401f;border-color:#b3401f}"         \
    ".say{padding:.3em 1em;border-left:1mm solid #0b6b6f;background:#f6f4ef;"                      \
    "print-color-adjust:exact;-webkit-print-color-adjust:exact}table{border-collapse:collapse;"    \
    "width:100%}td,th{text-align:left;padding:.2em .8em .2em 0;border-bottom:.2mm solid #d9d5cb;"  \
    "vertical-align:top}small{color:#5b6876}"

static const char *say(const struct page *page, const char *english, const char *french)
{
    return page->call->language == LANGUAGE_FR ? french : english;
}

static void escaped(const struct page *page, const char *text)
{
    text_append_html(page->to, slice_of(text));
}

/* An activity has a name alone, which is a key: its dashes become spaces, it begins large. */
static void activity(const struct page *page, const char *name)
{
    text_append_string(page->to, "<b>");
    for (const char *at = name; *at != '\0'; at++) {
        char letter = *at == '-' || *at == '_' ? ' ' : *at;
        bool first = at == name && letter >= 'a' && letter <= 'z';
        text_append_char(page->to, first ? (char)(letter - 'a' + 'A') : letter);
    }
    text_append_string(page->to, "</b>");
}

static void date(const struct page *page, int32_t day)
{
    translate_date(page->to, (int)page->call->language, day, true);
}

static bool counts(const struct decision *decision, int32_t today)
{
    return decision->by_day != 0 ? decision->by_day >= today
                                 : decision->on_day >= today - HALF_A_YEAR_DAYS;
}

static void decisions_choose(struct page *page)
{
    const struct decisions *decisions = page->decisions;
    const struct decision *latest[TEAM_DECISIONS_MAX];
    uint32_t count = 0;
    for (uint32_t i = decisions->count; i > 0 && count < TEAM_DECISIONS_MAX; i--) {
        const struct decision *decision = &decisions->entries[i - 1].decision;
        if (counts(decision, decisions->today)) {
            latest[count++] = decision;
        }
    }
    page->count = count;
    for (uint32_t i = 0; i < count; i++) {
        page->shown[i] = latest[count - 1 - i];
    }
}

static bool is_decided(const struct page *page, const char *name)
{
    for (uint32_t i = 0; i < page->count; i++) {
        if (strcmp(decision_activity(page->shown[i]), name) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_verb(const struct page *page, enum decision_verb a, enum decision_verb b)
{
    for (uint32_t i = 0; i < page->count; i++) {
        enum decision_verb verb = decision_verb(page->shown[i]);
        if (verb == a || verb == b) {
            return true;
        }
    }
    return false;
}

/* ---- parts ---- */

/* All is to stand on one sheet: the more there is to read, the smaller it is printed. */
static const char *font_size(const struct page *page)
{
    size_t letters = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        const struct decision *decision = page->shown[i];
        const char *said = decision->say.text[page->call->language];
        letters += LETTERS_BESIDE + (decision->because != NULL ? strlen(decision->because) : 0) +
                   (said != NULL ? strlen(said) : LETTERS_DEFAULT);
    }
    return letters < 1500   ? "11.5pt"
           : letters < 2000 ? "10pt"
           : letters < 2500 ? "9pt"
           : letters < 3500 ? "8pt"
           : letters < 4500 ? "7.5pt"
                            : "6.5pt";
}

static void head(const struct page *page)
{
    text_append_format(page->to,
                       "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                       "<title>%s – ",
                       translate_code((int)page->call->language),
                       say(page, "Our direction", "Notre cap"));
    escaped(page, page->shop->name);
    text_append_format(page->to,
                       "</title><style>body{font-size:%s}%s</style></head><body><h1>%s</h1>",
                       font_size(page), PAGE_STYLE, say(page, "Our direction", "Notre cap"));
    text_append_string(page->to, "<p class=\"lead\">");
    escaped(page, page->shop->name);
    text_append_string(page->to, ", ");
    date(page, page->decisions->today);
    text_append_string(page->to, "</p>");
}

static void verdict_item(const struct page *page, const char *name, enum focus_verdict verdict)
{
    bool grows = verdict == VERDICT_GROW || verdict == VERDICT_START;
    text_append_string(page->to, "<li>");
    activity(page, name);
    text_append_string(page->to, grows ? say(page, ", more of it", ", davantage") : "");
    text_append_string(page->to, "</li>");
}

static uint64_t ticks(void *context)
{
    struct env *env = context;
    return env->ticks_ns(env);
}

struct mix_question {
    const struct page *page;
    const struct focus_figures *figures;
};

/* Activities of the best mix about which nothing was decided. */
static void mix_items(struct promise_state *state, int64_t now, void *context)
{
    const struct mix_question *question = context;
    const struct page *page = question->page;
    const struct focus_figures *figures = question->figures;
    (void)now;
    struct fault silent;
    struct focus_answer *answer = NULL;
    const struct focus_ask ask = {.figures = figures,
                                  .state = state,
                                  .mix = {.figures = figures,
                                          .most = figures->activity_count,
                                          .seconds = MIX_SECONDS,
                                          .clock_ns = ticks,
                                          .clock_context = page->call->env}};
    if (focus(&ask, &answer, &silent) != STATUS_OK) {
        return;
    }
    bool found = answer->best != NULL && answer->best->state == MIX_FOUND;
    for (uint32_t i = 0; found && i < figures->activity_count; i++) {
        const char *name = page->shop->activities[figures->activities[i].activity.index].name;
        if (answer->best->runs[i] && !is_decided(page, name)) {
            verdict_item(page, name, answer->activities[i].verdict);
        }
    }
    focus_free(answer);
}

static void mix_append(const struct page *page, struct shop_open *open)
{
    struct fault silent;
    struct sold sold = {.offer_count = 0};
    struct focus_figures *figures = NULL;
    bool known = !open->is_file && focus_past_read(open->path, page->call->env, open->shop,
                                                   open->now, &sold, &silent) == STATUS_OK;
    if (focus_figures_make(open->shop, known ? &sold : NULL, &figures, &silent) == STATUS_OK) {
        struct mix_question question = {page, figures};
        /* Without an answer the page tells what was decided, and that is what it is for. */
        (void)!shop_ask(open, mix_items, &question, &silent);
        focus_figures_free(figures);
    }
    sold_free(&sold);
}

static void decided_items(const struct page *page, enum decision_verb verb)
{
    for (uint32_t i = 0; i < page->count; i++) {
        const struct decision *decision = page->shown[i];
        if (decision_verb(decision) != verb) {
            continue;
        }
        text_append_string(page->to, "<li>");
        activity(page, decision_activity(decision));
        if (verb != DECISION_KEEP) {
            text_append_format(page->to, "%s",
                               verb == DECISION_SHRINK
                                   ? say(page, ", less of it from ", ", moins à partir du ")
                                   : say(page, ", from ", ", à partir du "));
            date(page, decision->on_day);
        }
        text_append_string(page->to, "</li>");
    }
}

static void direction(const struct page *page, struct shop_open *open)
{
    struct text *to = page->to;
    text_append_format(to, "<div class=\"two\"><section><h2>%s</h2><ul>",
                       say(page, "What we keep and grow", "Ce que nous gardons et développons"));
    size_t empty = to->length;
    decided_items(page, DECISION_KEEP);
    decided_items(page, DECISION_START);
    mix_append(page, open);
    if (to->length == empty) {
        text_append_format(to, "<li>%s</li>",
                           say(page, "all else that we do today",
                               "tout le reste de ce que nous faisons aujourd’hui"));
    }
    text_append_string(to, "</ul></section>");
    if (has_verb(page, DECISION_STOP, DECISION_SHRINK)) {
        text_append_format(
            to, "<section class=\"stop\"><h2>%s</h2><ul>",
            say(page, "What we stop, and from when", "Ce que nous arrêtons, et à partir de quand"));
        decided_items(page, DECISION_STOP);
        decided_items(page, DECISION_SHRINK);
        text_append_string(to, "</ul></section>");
    }
    text_append_string(to, "</div>");
}

static void reasons(const struct page *page)
{
    struct text *to = page->to;
    size_t start = to->length;
    text_append_format(to, "<section><h2>%s</h2>", say(page, "Why", "Pourquoi"));
    size_t empty = to->length;
    for (uint32_t i = 0; i < page->count; i++) {
        if (page->shown[i]->because != NULL) {
            text_append_string(to, "<p>");
            activity(page, decision_activity(page->shown[i]));
            text_append_string(to, say(page, ": ", "\u00a0: "));
            escaped(page, page->shown[i]->because);
            text_append_string(to, "</p>");
        }
    }
    if (to->length == empty && !to->overflow) {
        to->length = start;
        to->bytes[start] = '\0';
        return;
    }
    text_append_string(to, "</section>");
}

static void expected_row(const struct page *page, const struct decision *decision)
{
    struct text *to = page->to;
    bool any = false;
    text_append_string(to, "<tr><td>");
    activity(page, decision_activity(decision));
    text_append_string(to, "</td><td>");
    for (int i = 0; i < DECISION_MEASURES; i++) {
        enum decision_measure measure = (enum decision_measure)i;
        if (decision->expected[i] != DECISION_UNSAID) {
            text_append_string(to, any ? "<br>" : "");
            decision_value_append(to, page->call->language, page->shop, measure,
                                  decision->expected[i], true);
            text_append_format(to, " <small>%s</small>",
                               decision_measure_word(page->call->language, measure));
            any = true;
        }
    }
    text_append_string(to, any ? "" : say(page, "no figure was set", "aucun chiffre fixé"));
    text_append_string(to, "</td><td>");
    if (decision->by_day != 0) {
        date(page, decision->by_day);
    } else {
        text_append_string(to, say(page, "no day was set", "aucune date fixée"));
    }
    text_append_string(to, "</td></tr>");
}

static void expectations(const struct page *page)
{
    text_append_format(
        page->to, "<section><h2>%s</h2><table><tr><th></th><th>%s</th><th>%s</th></tr>",
        say(page, "What we expect, and when we look again",
            "Ce que nous attendons, et quand nous ferons le point"),
        say(page, "expected", "attendu"), say(page, "we look again on", "nous ferons le point le"));
    for (uint32_t i = 0; i < page->count; i++) {
        expected_row(page, page->shown[i]);
    }
    text_append_string(page->to, "</table></section>");
}

static void customers(const struct page *page)
{
    text_append_format(page->to, "<section><h2>%s</h2><div class=\"say\">",
                       say(page, "What we say to customers", "Ce que nous disons aux clients"));
    for (uint32_t i = 0; i < page->count; i++) {
        struct text said;
        text_init(&said, 2 * LIMIT_DECISION_BYTES);
        decision_say_append(&said, page->call->language, page->shown[i]);
        text_append_string(page->to, "<p>");
        activity(page, decision_activity(page->shown[i]));
        text_append_string(page->to, say(page, ": ", "\u00a0: "));
        text_append_html(page->to, text_slice(&said));
        text_append_string(page->to, "</p>");
        text_free(&said);
    }
    text_append_string(page->to, "</div></section>");
}

void decisions_team(const struct call *call, struct shop_open *open,
                    const struct decisions *decisions, struct text *to)
{
    struct page page = {.call = call, .shop = open->shop, .decisions = decisions, .to = to};
    decisions_choose(&page);
    head(&page);
    if (page.count == 0) {
        text_append_format(
            to, "<p>%s</p>",
            say(&page, "Nothing that still counts is decided.", "Rien de décidé n’est en cours."));
    }
    direction(&page, open);
    if (page.count > 0) {
        reasons(&page);
        expectations(&page);
        customers(&page);
    }
    text_append_string(to, "</body></html>\n");
}
