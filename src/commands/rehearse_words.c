/* What is said in both: kinds of defences, levers in words, and which levers are said first. */
#include "commands/rehearse_words.h"

#include "report/translate.h"

#include <math.h>

const char *rehearse_defence_title(const struct call *call, enum rehearse_defence defence)
{
    static const char *const titles[REHEARSE_DEFENCES][2] = {{"the site", "le site"},
                                                             {"stock", "le stock"},
                                                             {"the team", "l’équipe"},
                                                             {"suppliers", "les fournisseurs"},
                                                             {"cash", "la trésorerie"}};
    return titles[defence][call->language == LANGUAGE_FR ? 1 : 0];
}

bool rehearse_defence_has_name(enum rehearse_defence defence)
{
    return defence != DEFENCE_SITE && defence != DEFENCE_CASH;
}

void rehearse_lever_words(const struct call *call, const struct rehearse_lever *lever,
                          struct text *to)
{
    const char *change = lever->change[0] == '+' ? lever->change + 1 : lever->change;
    switch (lever->kind) {
    case LEVER_PEOPLE:
        text_append_format(to,
                           call_say(call, "One person more at %s, the week after",
                                    "Une personne de plus à %s, la semaine suivante"),
                           lever->name);
        break;
    case LEVER_UNITS:
        text_append_format(to,
                           call_say(call, "Order %2$s more of %1$s", "Commander %2$s %1$s de plus"),
                           lever->name, change);
        break;
    case LEVER_BUFFER:
        text_append_format(to,
                           call_say(call, "Promise with %s hours more slack (buffer_hours)",
                                    "Promettre avec %s heures de marge en plus (buffer_hours)"),
                           change);
        break;
    case LEVER_LOAD:
        text_append_format(to,
                           call_say(call, "Promise less of the hours (load_limit %s)",
                                    "Promettre moins des heures (load_limit %s)"),
                           change);
        break;
    case LEVER_LATER:
        text_append_format(to, call_say(call, "Move %s by a week", "Reporter %s d’une semaine"),
                           lever->name);
        break;
    }
}

void rehearse_points_append(const struct call *call, double share, struct text *to)
{
    text_append_string(to, share >= 0 ? "+" : "");
    translate_number(to, (int)call->language, (int64_t)floor(share * 1000 + 0.5), 1);
    text_append_string(to, call_say(call, " points", " points"));
}

static bool is_better(const struct rehearse_lever *a, const struct rehearse_lever *b)
{
    bool keeps_a = a->kept.low > 0;
    bool keeps_b = b->kept.low > 0;
    if (keeps_a != keeps_b) {
        return keeps_a;
    }
    return keeps_a ? a->kept.gain > b->kept.gain : a->profit.gain > b->profit.gain;
}

uint32_t rehearse_levers_best(const struct rehearse_answer *answer,
                              const struct rehearse_lever **best, uint32_t most)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->lever_count; i++) {
        const struct rehearse_lever *lever = &answer->levers[i];
        uint32_t place = count;
        if (lever->kept.low <= 0 && lever->profit.low <= 0) {
            continue;
        }
        while (place > 0 && is_better(lever, best[place - 1])) {
            if (place < most) {
                best[place] = best[place - 1];
            }
            place--;
        }
        if (place < most) {
            best[place] = lever;
            count = count < most ? count + 1 : most;
        }
    }
    return count;
}
