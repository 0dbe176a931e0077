/* The answer -> rows that are worth showing, in their order. */
#include "commands/focus_rows.h"

#include "base/decimal.h"
#include "focus/tell.h"

#include <stdlib.h>

struct change {
    uint32_t offer;
    __int128 worth; /* of what is sold more or less */
};

static int64_t change_of(const struct focus_told *told, uint32_t offer)
{
    return told->answer->best->units_thousandths[offer] -
           told->figures->offers[offer].today_thousandths;
}

/* Less than a unit and less than a twentieth is what rounding makes. */
static bool is_change(const struct focus_told *told, uint32_t offer)
{
    int64_t change = llabs(change_of(told, offer));
    return change >= THOUSAND || change * 20 > told->figures->offers[offer].today_thousandths;
}

static int more_first(const void *a, const void *b)
{
    const struct change *one = a;
    const struct change *other = b;
    if (one->worth != other->worth) {
        return one->worth > other->worth ? -1 : 1;
    }
    return one->offer < other->offer ? -1 : 1;
}

bool focus_changes_make(const struct focus_told *told, struct focus_changes *changes)
{
    uint32_t count = told->figures->offer_count;
    struct change *found = calloc(count + 1, sizeof *found);
    *changes = (struct focus_changes){.offers = calloc(count + 1, sizeof *changes->offers)};
    if (found == NULL || changes->offers == NULL) {
        free(found);
        focus_changes_free(changes);
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        __int128 worth = (__int128)change_of(told, i) * told->figures->offers[i].throughput_micro;
        if (is_change(told, i)) {
            found[changes->count++] = (struct change){i, worth < 0 ? -worth : worth};
        } else {
            changes->unchanged += told->figures->offers[i].today_thousandths > 0;
        }
    }
    qsort(found, changes->count, sizeof *found, more_first);
    for (uint32_t i = 0; i < changes->count; i++) {
        changes->offers[i] = found[i].offer;
    }
    /* A single one that is left out would be no saving. */
    changes->shown = changes->count > FOCUS_OFFERS_SHOWN + 1 ? FOCUS_OFFERS_SHOWN : changes->count;
    free(found);
    return true;
}

void focus_changes_free(struct focus_changes *changes)
{
    free(changes->offers);
    *changes = (struct focus_changes){.count = 0};
}

bool focus_has_rest(const struct focus_told *told)
{
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        if (told->figures->offers[i].activity == NO_INDEX) {
            return true;
        }
    }
    return false;
}

int64_t focus_rest_micro(const struct focus_told *told, bool today)
{
    const struct mix *mix = today ? told->answer->today : told->answer->best;
    int64_t rest = mix->profit_micro + told->figures->operating_micro;
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        const struct focus_activity_answer *activity = &told->answer->activities[i];
        rest -= today ? activity->today.profit_micro : activity->best.profit_micro;
    }
    return rest;
}

int64_t focus_revenue_micro(const struct focus_told *told, bool today)
{
    __int128 sum = 0;
    for (uint32_t i = 0; i < told->figures->offer_count; i++) {
        const struct focus_offer *offer = &told->figures->offers[i];
        sum += (__int128)offer->net_micro *
               (today ? offer->today_thousandths : told->answer->best->units_thousandths[i]);
    }
    return (int64_t)(sum / THOUSAND);
}

uint32_t focus_running(const struct focus_told *told, bool today, int64_t *owner_thousandths)
{
    const bool *runs = today ? told->answer->today->runs : told->answer->best->runs;
    uint32_t count = 0;
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        count += runs[i];
    }
    *owner_thousandths = mix_owner(told->figures, runs);
    return count;
}

int64_t focus_hours_of(const struct focus_told *told, const int64_t *used_micro)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < told->figures->center_count; i++) {
        sum += used_micro[i];
    }
    return sum;
}

uint32_t focus_frontier_count(const struct focus_told *told)
{
    const struct frontier *frontier = told->answer->frontier;
    bool chooses = frontier != NULL && frontier->count > 1 && focus_sells(told);
    uint32_t count = chooses ? frontier->count : 0;
    while (count > 1 && focus_step_micro(told, count - 1) == 0) {
        count--;
    }
    return count;
}

void focus_frontier_append(const struct focus_told *told, struct text *to)
{
    const struct frontier *frontier = told->answer->frontier;
    uint32_t count = focus_frontier_count(told);
    const struct mix *last = frontier->points[count - 1].mix;
    if (last->profit_micro < told->answer->best->profit_micro) {
        text_append_string(to, call_say(told->call,
                                        "Time ended before more activities were looked at; "
                                        "--time-limit gives more.",
                                        "Le temps a manqué pour regarder plus "
                                        "d’activités\u202f; --time-limit en donne plus."));
    } else if (count < told->figures->activity_count) {
        text_append_format(to,
                           count == 1 ? call_say(told->call, "More than %u activity adds nothing.",
                                                 "Au-delà de %u activité, rien ne s’ajoute.")
                                      : call_say(told->call, "More than %u activities add nothing.",
                                                 "Au-delà de %u activités, rien ne s’ajoute."),
                           count);
    }
}

static void names_append(const struct focus_told *told, const bool *with, const bool *without,
                         const char *sign, struct text *to)
{
    bool first = true;
    for (uint32_t i = 0; i < told->figures->activity_count; i++) {
        if (with[i] && (without == NULL || !without[i])) {
            text_append_string(to, !first ? ", " : to->length > 0 ? "  " : "");
            text_append_string(to, first ? sign : "");
            text_append_string(to, focus_activity_name(told->figures, i));
            first = false;
        }
    }
}

void focus_step_append(const struct focus_told *told, uint32_t point, struct text *to)
{
    const struct frontier_point *points = told->answer->frontier->points;
    const bool *runs = points[point].mix->runs;
    if (point == 0) {
        names_append(told, runs, NULL, "", to);
        return;
    }
    names_append(told, runs, points[point - 1].mix->runs, "+ ", to);
    names_append(told, points[point - 1].mix->runs, runs, "\u2212 ", to);
}

int64_t focus_step_micro(const struct focus_told *told, uint32_t point)
{
    const struct frontier_point *points = told->answer->frontier->points;
    return points[point].mix->profit_micro -
           (point == 0 ? -told->figures->operating_micro : points[point - 1].mix->profit_micro);
}
