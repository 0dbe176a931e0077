/* Figures of the requests -> sentences in the reader's language. */
#include "commands/focus_requests_words.h"

#include "commands/show.h"
#include "focus/tell.h"
#include "report/table.h"
#include "report/translate.h"

#include <math.h>

#define HUNDREDTH INT64_C(600000) /* of an hour, in millionths of a minute */

enum { PULLS_SHOWN = 3, SERVED_SHOWN = 6, WANTS_COLUMNS_MAX = 60 };

static const char *say(const struct focus_told *told, const char *english, const char *french)
    __attribute__((format_arg(2), format_arg(3)));

static const char *say(const struct focus_told *told, const char *english, const char *french)
{
    return call_say(told->call, english, french);
}

static int language(const struct focus_told *told)
{
    return (int)told->call->language;
}

const char *request_under(const struct focus_told *told, const struct request_group *group)
{
    return group->activity == NO_INDEX ? say(told, "new", "nouveau")
                                       : focus_activity_name(told->figures, group->activity);
}

static int64_t minutes_of(const struct focus_told *told, const struct request_group *group)
{
    int64_t sum = 0;
    for (uint32_t c = 0; c < told->figures->center_count; c++) {
        sum += group->minutes_micro[c];
    }
    return sum;
}

void request_hours_append(const struct focus_told *told, const struct request_group *group,
                          struct text *to)
{
    int64_t minutes = minutes_of(told, group);
    bool unknown = group->hours_from == REQUEST_HOURS_UNKNOWN;
    if (!unknown || minutes > 0) {
        focus_hours_append(told, minutes, to);
    }
    text_append_string(to, !unknown ? "" : minutes > 0 ? " + ?" : "?");
}

/* A share as "54%". */
static void share_append(const struct focus_told *told, double share, struct text *to)
{
    translate_number(to, language(told), llround(share * 100), 0);
    text_append_string(to, say(told, "%", "\u00a0%"));
}

static void fit_append(const struct focus_told *told, const struct request_group *group,
                       struct text *to)
{
    translate_number(to, language(told), group->fit_percent, 2);
}

/* " − 0.52 packing h × €41.30" for every bottleneck that it takes of. */
static void cost_append(const struct focus_told *told, const struct request_group *group,
                        struct text *to)
{
    bool none = true;
    for (uint32_t c = 0; c < told->figures->center_count; c++) {
        int64_t hour =
            focus_found(told->answer->best) ? focus_hour_micro(told->answer->best, c) : 0;
        if (hour <= 0 || group->minutes_micro[c] == 0) {
            continue;
        }
        none = false;
        text_append_string(to, " − ");
        translate_number(to, language(told), (group->minutes_micro[c] + HUNDREDTH / 2) / HUNDREDTH,
                         2);
        text_append_format(to, say(told, " %s h × ", " h de %s × "),
                           focus_center(told->figures, c)->name);
        focus_price_append(told, hour, to);
    }
    if (group->hours_from == REQUEST_HOURS_UNKNOWN) {
        text_append_string(to, say(told, " − hours not known", " − heures non connues"));
    } else if (none) {
        text_append_string(to, " − 0");
    }
}

void request_formula_append(const struct focus_told *told, const struct request_group *group,
                            struct text *to)
{
    focus_price_append(told, group->value_micro, to);
    text_append_string(to, " × ");
    share_append(told, (double)group->share_millionths / (double)FOCUS_MICRO, to);
    cost_append(told, group, to);
    text_append_string(to, " = ");
    focus_price_append(told, group->gain_micro, to);
    if (group->gain_micro > 0) {
        text_append_string(to, say(told, "; × ", "\u202f; × "));
        fit_append(told, group, to);
        text_append_string(to, " = ");
        focus_price_append(told, group->score_micro, to);
    }
}

void requests_rule_append(const struct focus_told *told, struct text *to)
{
    text_append_string(
        to,
        say(told,
            "Score = value × share kept after materials, fees and carriage − hours × what an hour "
            "is worth in the best mix; what is above nothing × fit (1: the best mix runs it, 0.5: "
            "new, 0.25: the best mix stops it).",
            "Note = valeur × part gardée après matières, frais et port − heures × ce que vaut une "
            "heure dans le meilleur assortiment\u202f; ce qui dépasse zéro × accord (1\u00a0: le "
            "meilleur assortiment la garde, 0,5\u00a0: nouveau, 0,25\u00a0: il l’arrête)."));
    if (!focus_found(told->answer->best)) {
        text_append_string(to,
                           say(told, " There is no best mix: hours are not priced, all fit.",
                               " Il n’y a pas de meilleur assortiment\u00a0: les heures ne sont "
                               "pas comptées, tout s’accorde."));
    }
}

/* ---- apart ---- */

static void effective_append(const struct focus_told *told, double value, struct text *to)
{
    translate_number(to, language(told), llround(value * 10), 1);
}

static void pull_append(const struct focus_told *told, const struct requests *made,
                        const struct request_pull *pull, struct text *to)
{
    if (pull->activity == NO_INDEX) {
        (void)table_text_append(to, made->groups[pull->group].wants, WANTS_COLUMNS_MAX);
    } else {
        text_append_string(to, focus_activity_name(told->figures, pull->activity));
    }
    text_append_string(to, " (");
    share_append(told, pull->hours, to);
    text_append_string(to, say(told, " of the hours, ", " des heures, "));
    share_append(told, pull->requests, to);
    text_append_string(to, say(told, " of the requests)", " des demandes)"));
}

void requests_apart_append(const struct focus_told *told, const struct requests *made,
                           struct text *to)
{
    if (made->count == 0) {
        return;
    }
    text_append_string(
        to, say(told, "Effective number of activities: ", "Nombre effectif d’activités\u00a0: "));
    effective_append(told, told->answer->effective_hours, to);
    text_append_string(to, say(told, " by hours, ", " par les heures, "));
    effective_append(told, told->answer->effective_revenue, to);
    text_append_string(to, say(told, " by revenue, ", " par le chiffre d’affaires, "));
    effective_append(told, made->effective, to);
    text_append_string(to, say(told, " by requests.", " par les demandes."));
    if (made->apart < 0) {
        return;
    }
    text_append_string(to, say(told, " The company and its customers pull apart by ",
                               " L’entreprise et ses clients s’écartent de "));
    share_append(told, made->apart, to);
    for (uint32_t i = 0; i < made->pull_count && i < PULLS_SHOWN; i++) {
        text_append_string(to, i == 0 ? say(told, ", most at ", ", surtout sur ")
                                      : say(told, ", ", ", "));
        pull_append(told, made, &made->pulls[i], to);
    }
    text_append_string(to, ".");
}

/* ---- what could be served ---- */

static uint32_t names_append(const struct focus_told *told, const struct requests *made,
                             struct text *to)
{
    uint32_t served = 0;
    for (uint32_t i = 0; i < made->group_count; i++) {
        const struct request_group *group = &made->groups[i];
        if (group->served && served++ < SERVED_SHOWN) {
            text_append_string(to, served == 1 ? say(told, ": ", "\u00a0: ") : ", ");
            (void)table_text_append(to, group->wants, WANTS_COLUMNS_MAX);
        }
    }
    if (served > SERVED_SHOWN) {
        text_append_format(to, say(told, " and %u more", " et %u de plus"), served - SERVED_SHOWN);
    }
    return served;
}

void requests_served_append(const struct focus_told *told, const struct requests *made,
                            struct text *to)
{
    if (made->count == 0) {
        return;
    }
    text_append_string(to, say(told, "The hours that today leaves free could serve ",
                               "Les heures libres aujourd’hui suffiraient pour "));
    translate_number(to, language(told), made->served_count, 0);
    text_append_string(to, say(told, " of ", " sur "));
    translate_number(to, language(told), made->count, 0);
    text_append_string(to, say(told, " who ask", " qui demandent"));
    if (names_append(told, made, to) > 0) {
        text_append_string(to, " (");
        focus_gain_append(told, made->served_gain_micro, to);
        text_append_string(to, say(told, " a week)", " par semaine)"));
    }
    text_append_string(to, made->served_proved ? "."
                                               : say(told, "; maybe more, the time was up.",
                                                     "\u202f; peut-être plus, le temps a manqué."));
    if (made->without_hours > 0) {
        char count[SHOW_BYTES];
        text_append_format(
            to,
            say(told, " Of %s the hours are not known: not among them.",
                " Pour %s, les heures ne sont pas connues\u00a0: non comprises."),
            show_count(told->call->language, count, made->without_hours, "line", "ligne"));
    }
}

void requests_who_append(const struct focus_told *told, const struct focus_requests *requests,
                         struct text *to)
{
    const struct requests_gathered *gathered = &requests->gathered;
    int64_t bought_minor = 0;
    char count[SHOW_BYTES];
    for (uint32_t i = 0; i < gathered->customer_count; i++) {
        bought_minor += gathered->customers[i].bought_minor;
    }
    if (gathered->customer_count > 0) {
        text_append_format(to,
                           say(told, "Among those who ask are %s; they bought ",
                               "Parmi ceux qui demandent, %s\u202f; achats "),
                           show_count(told->call->language, count, gathered->customer_count,
                                      "known customer", "client connu"));
        text_append_string(to, say(told, "", "de "));
        focus_price_append(told, focus_micro(bought_minor), to);
        text_append_string(to, say(told, " in 52 weeks.", " en 52 semaines."));
    }
    if (gathered->wished > 0) {
        bool one = gathered->wished == 1;
        text_append_format(to,
                           one ? say(told, "%sCounted in: %u wish that was not met.",
                                     "%sY compris %u souhait non satisfait.")
                               : say(told, "%sCounted in: %u wishes that were not met.",
                                     "%sY compris %u souhaits non satisfaits."),
                           to->length > 0 ? " " : "", gathered->wished);
    }
}
