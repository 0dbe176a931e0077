/* Words stand in pairs, English first, as call_say takes them. */
#include "commands/decisions_words.h"

#include "base/assert.h"
#include "commands/show.h"
#include "report/translate.h"

#include <stdlib.h>

static const char *of_language(enum language language, const char *english, const char *french)
{
    return language == LANGUAGE_FR ? french : english;
}

const char *decision_verb_word(enum language language, enum decision_verb verb)
{
    static const char *const words[DECISION_VERBS][2] = {[DECISION_STOP] = {"stop", "arrêter"},
                                                         [DECISION_START] = {"start", "commencer"},
                                                         [DECISION_SHRINK] = {"shrink", "réduire"},
                                                         [DECISION_KEEP] = {"keep", "garder"}};
    return of_language(language, words[verb][0], words[verb][1]);
}

const char *decision_measure_word(enum language language, enum decision_measure measure)
{
    static const char *const words[DECISION_MEASURES][2] = {
        [DECISION_PROFIT] = {"profit a week", "résultat par semaine"},
        [DECISION_REVENUE] = {"sales a week, without VAT", "ventes par semaine, hors TVA"},
        [DECISION_ORDERS] = {"orders a week", "commandes par semaine"},
        [DECISION_HOURS] = {"hours of work a week", "heures de travail par semaine"},
        [DECISION_KEPT] = {"promises kept", "promesses tenues"}};
    return of_language(language, words[measure][0], words[measure][1]);
}

const char *decision_verdict_word(enum language language, enum decision_verdict verdict)
{
    switch (verdict) {
    case DECISION_AS_EXPECTED:
        return of_language(language, "as expected", "comme prévu");
    case DECISION_BETTER:
        return of_language(language, "better than expected", "mieux que prévu");
    case DECISION_WORSE:
        return of_language(language, "worse than expected", "moins bien que prévu");
    }
    UNREACHABLE();
}

const char *decision_verdict_name(enum decision_verdict verdict)
{
    switch (verdict) {
    case DECISION_AS_EXPECTED:
        return "as_expected";
    case DECISION_BETTER:
        return "better";
    case DECISION_WORSE:
        return "worse";
    }
    UNREACHABLE();
}

const char *decision_state_name(enum decision_state state)
{
    switch (state) {
    case DECISION_TOLD:
        return "told";
    case DECISION_AHEAD:
        return "ahead";
    case DECISION_NO_RECORDS:
        return "no_records";
    case DECISION_SHORT_BEFORE:
        return "too_little_before";
    case DECISION_SHORT_SINCE:
        return "too_little_since";
    }
    UNREACHABLE();
}

void decision_value_append(struct text *to, enum language language, const struct shop *shop,
                           enum decision_measure measure, int64_t value, bool gain)
{
    text_append_string(to, gain && measure != DECISION_KEPT && value > 0 ? "+" : "");
    if (measure <= DECISION_REVENUE) {
        translate_money(to, (int)language, value, shop->currency.decimals, shop->currency.code);
        return;
    }
    /* A tenth is fine enough to be read. */
    int64_t tenths = (2 * llabs(value) + 100) / 200;
    translate_number(to, (int)language, value < 0 ? -tenths : tenths, 1);
    text_append_string(to, measure == DECISION_HOURS  ? "\u00a0h"
                           : measure == DECISION_KEPT ? of_language(language, "%", "\u00a0%")
                                                      : "");
}

static void last_sale_append(struct text *to, const struct call *call,
                             const struct decisions *decisions)
{
    char day[SHOW_BYTES];
    text_append_format(
        to,
        call_say(call,
                 "too little is known since: the last sale in the records is of %s; import what "
                 "was sold since then",
                 "on sait trop peu de choses depuis\u00a0: la dernière vente enregistrée est du "
                 "%s\u202f; "
                 "importez ce qui a été vendu depuis"),
        show_day(call->language, day, decisions->past.last_day));
}

void decision_state_append(struct text *to, const struct call *call,
                           const struct decisions *decisions, const struct decision *decision,
                           const struct decision_answer *answer)
{
    char day[SHOW_BYTES];
    switch (answer->state) {
    case DECISION_AHEAD:
        text_append_format(to,
                           call_say(call, "it begins on %s; something can be said from %s on",
                                    "elle prend effet le %s\u202f; "
                                    "on pourra en dire quelque chose à partir du %s"),
                           show_day(call->language, day, decision->on_day),
                           show_day(call->language, (char[SHOW_BYTES]){0}, answer->sayable_day));
        return;
    case DECISION_NO_RECORDS:
        text_append_string(
            to,
            decisions->has_past
                ? call_say(
                      call, "nothing that was sold is known; import it with: ecluse import",
                      "aucune vente n’est connue\u202f; importez-les avec\u00a0: ecluse import")
                : call_say(call, "a shop file has no records; ask its database",
                           "un fichier de boutique n’enregistre rien\u202f; interrogez sa base"));
        return;
    case DECISION_SHORT_BEFORE:
        text_append_format(
            to,
            call_say(
                call,
                "too little to say: of the weeks before it %u are known, %d are needed; "
                "import what was sold then",
                "trop peu pour conclure\u00a0: %u semaines sont connues avant elle, il en faut %d"
                "\u202f; importez ce qui s’est vendu alors"),
            answer->before.weeks, DECISION_WEEKS_MIN);
        return;
    case DECISION_SHORT_SINCE:
        if (answer->sayable_day <= decisions->today) {
            last_sale_append(to, call, decisions);
        } else {
            text_append_format(
                to,
                call_say(call, "too little to say before %s", "trop peu pour conclure avant le %s"),
                show_day(call->language, day, answer->sayable_day));
        }
        return;
    case DECISION_TOLD:
        text_append_format(
            to,
            answer->so_far
                ? call_say(call, "so far: %u weeks before against the last %u",
                           "pour l’instant\u00a0: %u semaines avant, contre les %u dernières")
                : call_say(call, "%u weeks before against %u since",
                           "%u semaines avant, contre %u depuis"),
            answer->before.weeks, answer->since.weeks);
        return;
    }
    UNREACHABLE();
}

void decision_say_append(struct text *to, enum language language, const struct decision *decision)
{
    static const char *const sentences[DECISION_VERBS][2] = {
        [DECISION_STOP] =
            {"We are ending this line, to do better what we do best. What you have ordered will "
             "come as promised. Thank you to all who were fond of it.",
             "Nous arrêtons cette activité pour mieux faire ce que nous faisons le mieux. Ce que "
             "vous avez commandé arrivera comme promis. Merci à celles et ceux qui y tenaient."},
        [DECISION_START] =
            {"Something new begins here. Tell us what you think of it: we listen.",
             "Quelque chose de nouveau commence ici. Dites-nous ce que vous en pensez\u00a0: nous "
             "écoutons."},
        [DECISION_SHRINK] =
            {"There will be less of this here, so that we keep our dates. What you have ordered "
             "will come as promised.",
             "Il y en aura moins chez nous, afin de tenir nos dates. Ce que vous avez commandé "
             "arrivera comme promis."},
        [DECISION_KEEP] = {"This goes on, as you know it.",
                           "Cela continue, comme vous le connaissez."}};
    const char *said = decision->say.text[language];
    enum decision_verb verb = decision_verb(decision);
    text_append_string(
        to, said != NULL ? said : of_language(language, sentences[verb][0], sentences[verb][1]));
}
