/* call->given in its order -> one range of options a plan -> flags by the figures of the plan's
 * shop. */
#include "commands/focus_plan_read.h"

#include "commands/nearest.h"
#include "focus/tell.h"

#include <stdlib.h>

static bool is_option(const struct option_given *given, const char *name)
{
    return strcmp(given->option->name, name) == 0;
}

static bool is_of_plan(const struct option_given *given)
{
    return is_option(given, "stop") || is_option(given, "start") || is_option(given, "set");
}

/* ---- the list ---- */

static enum status plan_begin(struct focus_said_list *list, const char *name, uint32_t first,
                              struct fault *fault)
{
    if (list->count == FOCUS_PLANS_MAX) {
        return fault_set(fault, STATUS_INVALID,
                         "at most %d plans side by side; ask for the others in a second run",
                         FOCUS_PLANS_MAX);
    }
    if (name != NULL && strlen(name) > FOCUS_PLAN_NAME_BYTES) {
        return fault_set(fault, STATUS_INVALID, "--plan %s: a name has at most %d bytes", name,
                         FOCUS_PLAN_NAME_BYTES);
    }
    for (uint32_t i = 0; i < list->count && name != NULL; i++) {
        if (list->plans[i].name != NULL && strcmp(list->plans[i].name, name) == 0) {
            return fault_set(fault, STATUS_INVALID, "--plan %s: there are two of that name", name);
        }
    }
    list->plans[list->count++] = (struct focus_said){name, first, first};
    return STATUS_OK;
}

static enum status plans_check(const struct call *call, const struct focus_said_list *list,
                               struct fault *fault)
{
    for (uint32_t i = 0; i < list->count; i++) {
        const struct focus_said *said = &list->plans[i];
        bool says = false;
        for (uint32_t at = said->first; at < said->end; at++) {
            says = says || is_of_plan(&call->given[at]);
        }
        if (!says) {
            return fault_set(fault, STATUS_INVALID,
                             "--plan %s says nothing; write --stop, --start or --set after it",
                             said->name);
        }
    }
    return STATUS_OK;
}

enum status focus_said_read(const struct call *call, struct focus_said_list *list,
                            struct fault *fault)
{
    list->count = 0;
    for (uint32_t i = 0; i < call->given_count; i++) {
        const struct option_given *given = &call->given[i];
        bool begins = is_option(given, "plan");
        enum status status = STATUS_OK;
        if (begins || (is_of_plan(given) && list->count == 0)) {
            status = plan_begin(list, begins ? given->value : NULL, i, fault);
        }
        if (status != STATUS_OK) {
            return status;
        }
        if (list->count > 0) {
            list->plans[list->count - 1].end = i + 1;
        }
    }
    return plans_check(call, list, fault);
}

const char *focus_said_value(const struct call *call, const struct focus_said *said,
                             const char *option, uint32_t index)
{
    for (uint32_t i = said->first; i < said->end; i++) {
        if (is_option(&call->given[i], option) && index-- == 0) {
            return call->given[i].value;
        }
    }
    return NULL;
}

void focus_said_append(const struct call *call, const struct focus_said *said,
                       enum language language, struct text *to)
{
    if (said->name != NULL) {
        text_append_string(to, said->name);
    } else {
        focus_said_what_append(call, said, language, to);
    }
}

void focus_said_what_append(const struct call *call, const struct focus_said *said,
                            enum language language, struct text *to)
{
    bool french = language == LANGUAGE_FR;
    bool first = true;
    for (uint32_t i = said->first; i < said->end; i++) {
        const struct option_given *given = &call->given[i];
        if (is_of_plan(given)) {
            text_append_string(to, first ? "" : ", ");
            text_append_string(to, is_option(given, "stop")    ? (french ? "arrêter " : "stop ")
                                   : is_option(given, "start") ? (french ? "lancer " : "start ")
                                                               : "");
            text_append_string(to, given->value);
            first = false;
        }
    }
}

/* ---- what it means ---- */

static uint32_t activity_find(const struct focus_figures *figures, const char *name)
{
    uint32_t place = 0;
    while (place < figures->activity_count &&
           strcmp(focus_activity_name(figures, place), name) != 0) {
        place++;
    }
    return place;
}

static uint32_t offer_find(const struct focus_figures *figures, const char *name)
{
    uint32_t place = 0;
    while (place < figures->offer_count && strcmp(focus_offer_name(figures, place), name) != 0) {
        place++;
    }
    return place;
}

static enum status name_unknown(const struct focus_figures *figures, const char *option,
                                const char *name, bool offers, struct fault *fault)
{
    struct nearest nearest;
    nearest_begin(&nearest, slice_of(name));
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        nearest_try(&nearest, focus_activity_name(figures, i));
    }
    for (uint32_t i = 0; i < figures->offer_count && offers; i++) {
        nearest_try(&nearest, focus_offer_name(figures, i));
    }
    return fault_set(fault, STATUS_INVALID, "--%s %s: there is no such activity%s%s%s%s", option,
                     name, offers ? ", and no such offer" : "",
                     nearest.best != NULL ? "; did you mean " : "",
                     nearest.best != NULL ? nearest.best : "", nearest.best != NULL ? "?" : "");
}

/* An activity goes before an offer of the same name. */
static enum status stop_mean(const struct focus_figures *figures, const char *name,
                             struct focus_meant *meant, struct fault *fault)
{
    uint32_t activity = activity_find(figures, name);
    uint32_t offer = offer_find(figures, name);
    if (activity < figures->activity_count) {
        meant->never[activity] = true;
        for (uint32_t i = 0; i < figures->offer_count; i++) {
            meant->stop[i] = meant->stop[i] || figures->offers[i].activity == activity;
        }
    } else if (offer < figures->offer_count) {
        meant->stop[offer] = true;
    } else {
        return name_unknown(figures, "stop", name, true, fault);
    }
    return STATUS_OK;
}

static enum status start_mean(const struct focus_figures *figures, const char *name,
                              struct focus_meant *meant, struct fault *fault)
{
    uint32_t activity = activity_find(figures, name);
    if (activity < figures->activity_count) {
        meant->always[activity] = true;
        return STATUS_OK;
    }
    if (offer_find(figures, name) < figures->offer_count) {
        return fault_set(fault, STATUS_INVALID,
                         "--start %s: that is an offer; an activity is started as a whole", name);
    }
    return name_unknown(figures, "start", name, false, fault);
}

static enum status meant_check(const struct focus_figures *figures, struct focus_meant *meant,
                               struct fault *fault)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < figures->activity_count; i++) {
        if (meant->never[i] && meant->always[i]) {
            return fault_set(fault, STATUS_INVALID,
                             "--stop %s and --start %s: a plan does one or the other",
                             focus_activity_name(figures, i), focus_activity_name(figures, i));
        }
    }
    for (uint32_t i = 0; i < figures->offer_count; i++) {
        uint16_t activity = figures->offers[i].activity;
        left += !meant->stop[i];
        bool alone = meant->stop[i] && (activity == NO_INDEX || !meant->never[activity]);
        meant->has_offers_alone = meant->has_offers_alone || alone;
    }
    return left > 0 ? STATUS_OK
                    : fault_set(fault, STATUS_INVALID,
                                "--stop: nothing is left to sell; leave at least one offer");
}

enum status focus_said_mean(const struct call *call, const struct focus_said *said,
                            const struct focus_figures *figures, struct focus_meant *meant,
                            struct fault *fault)
{
    const char *name;
    enum status status = STATUS_OK;
    *meant =
        (struct focus_meant){.stop = calloc(figures->offer_count + 1u, sizeof *meant->stop),
                             .never = calloc(figures->activity_count + 1u, sizeof *meant->never),
                             .always = calloc(figures->activity_count + 1u, sizeof *meant->always)};
    if (meant->stop == NULL || meant->never == NULL || meant->always == NULL) {
        return fault_set(fault, STATUS_MEMORY, "no memory for a plan");
    }
    for (uint32_t i = 0;
         status == STATUS_OK && (name = focus_said_value(call, said, "stop", i)) != NULL; i++) {
        status = stop_mean(figures, name, meant, fault);
    }
    for (uint32_t i = 0;
         status == STATUS_OK && (name = focus_said_value(call, said, "start", i)) != NULL; i++) {
        status = start_mean(figures, name, meant, fault);
    }
    return status == STATUS_OK ? meant_check(figures, meant, fault) : status;
}

void focus_meant_free(struct focus_meant *meant)
{
    free(meant->stop);
    free(meant->never);
    free(meant->always);
    *meant = (struct focus_meant){.stop = NULL};
}
